//! Clients that keep the hub waiting: they are not waited for, and nobody else notices.

use std::time::Duration;

use kentongan::http::connections::{Patience, serve_with};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};
use tokio::time::timeout;

use crate::hub::TestHub;

/// Where a hub with little patience listens.
async fn impatient(hub: &TestHub) -> std::net::SocketAddr {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
    let address = listener.local_addr().expect("an address");
    let patience = Patience { head: Duration::from_millis(100), piece: Duration::from_millis(100) };
    tokio::spawn(serve_with(hub.hub.clone(), listener, std::future::pending(), patience));
    address
}

/// What the hub says until it hangs up on one who says `said` and no more.
async fn answer(address: std::net::SocketAddr, said: &str) -> String {
    let mut stream = TcpStream::connect(address).await.expect("a connection");
    stream.write_all(said.as_bytes()).await.expect("said");
    let mut answer = String::new();
    let heard = timeout(Duration::from_secs(20), stream.read_to_string(&mut answer)).await;
    heard.expect("the hub hangs up").expect("text");
    answer
}

#[tokio::test]
async fn who_says_nothing_or_half_a_request_is_hung_up_on() {
    for hub in TestHub::each().await {
        let address = impatient(&hub).await;
        assert_eq!(answer(address, "").await, "");
        assert_eq!(answer(address, "GET /healthz HTTP/1.1\r\nHost: hub\r\n").await, "");
        let whole = "GET /healthz HTTP/1.1\r\nHost: hub\r\n\r\n";
        let once = answer(address, whole).await;
        assert!(once.starts_with("HTTP/1.1 200") && once.ends_with("ok"), "{once}");
    }
}

#[tokio::test]
async fn a_body_that_stops_on_its_way_is_told_so() {
    for hub in TestHub::each().await {
        let address = impatient(&hub).await;
        let json = "POST /v1/bundles HTTP/1.1\r\nHost: hub\r\nContent-Type: application/json\r\n\
                Content-Length: 1000000\r\n\r\n{";
        let stopped = answer(address, json).await;
        assert!(stopped.starts_with("HTTP/1.1 400"), "{stopped}");
        assert!(stopped.contains("ended before it was whole"), "{stopped}");
    }
}
