//! How often an address may ask without a session, over HTTP.

use kentongan::config::Config;
use reqwest::Method;
use serde_json::json;

use crate::hub::{Actor, Answer, TestHub};
use crate::support::databases;

/// A hub on each database that lets strangers in so often.
async fn hubs(per_minute: u32, proxies: usize) -> Vec<TestHub> {
    let mut hubs = Vec::new();
    for database in databases().await {
        let change = |config: &mut Config| {
            config.limits.without_session_per_minute = per_minute;
            config.limits.trusted_proxies = proxies;
        };
        hubs.push(TestHub::on(database, change).await);
    }
    hubs
}

async fn asks(stranger: &Actor, forwarded: &str) -> u16 {
    let request = stranger.request(Method::GET, "/v1/hub").header("x-forwarded-for", forwarded);
    Answer::to(request).await.status
}

/// Everything that needs no session.
async fn everything(stranger: &Actor) -> Vec<Answer> {
    let id = stranger.id();
    let mut answers = Vec::new();
    for path in [
        "/v1/hub".to_owned(),
        "/v1/vaults/AAAAAAAAAAAAAAAAAAAAAA".to_owned(),
        format!("/v1/permalinks/{id}"),
        format!("/v1/audiences/{id}"),
        format!("/v1/audiences/{id}/charters"),
        format!("/v1/audiences/{id}/links/{id}"),
        "/email/confirm/x".to_owned(),
        "/v1/audiences".to_owned(),
    ] {
        answers.push(stranger.get(&path).await);
    }
    for path in ["/v1/challenges", "/v1/bundles", "/v1/sessions"] {
        answers.push(stranger.post_json(path, &json!({})).await);
    }
    answers
}

#[tokio::test(flavor = "multi_thread")]
async fn who_asks_too_often_without_a_session_waits_and_who_has_one_does_not() {
    for hub in hubs(6, 0).await {
        let stranger = hub.nobody();
        // Three requests make an account and sign in.
        let sari = hub.actor("Sari").await;
        for _ in 0..3 {
            stranger.get("/v1/hub").await.expect(200);
        }
        for answer in everything(&stranger).await {
            let answer = answer.expect(429);
            assert_eq!(answer.headers["retry-after"], "10");
            answer.problem("rate-limited");
        }
        for path in ["/v1/hub", "/v1/audiences", "/v1/letters"] {
            sari.get(path).await.expect(200);
        }
        for _ in 0..3 {
            stranger.get("/healthz").await.expect(200);
        }
        hub.wait(10_000);
        stranger.get("/v1/hub").await.expect(200);
        stranger.get("/v1/hub").await.expect(429);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_made_up_session_is_none() {
    for hub in hubs(3, 0).await {
        let stranger = hub.nobody();
        let made_up = || stranger.request(Method::GET, "/v1/letters").bearer_auth("made up");
        for _ in 0..3 {
            Answer::to(made_up()).await.expect(401).problem("unauthenticated");
        }
        Answer::to(made_up()).await.expect(429).problem("rate-limited");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn behind_a_proxy_each_client_counts_by_itself() {
    for hub in hubs(2, 1).await {
        let stranger = hub.nobody();
        for client in ["203.0.113.7", "203.0.113.8", "198.51.100.9, 203.0.113.9"] {
            for status in [200, 200, 429] {
                assert_eq!(asks(&stranger, client).await, status, "{client}");
            }
        }
        let claims = "192.0.2.1, 203.0.113.7";
        assert_eq!(asks(&stranger, claims).await, 429, "what a client claims to be does not help");
    }
    for hub in hubs(2, 0).await {
        let stranger = hub.nobody();
        for (client, status) in [("203.0.113.7", 200), ("203.0.113.8", 200), ("203.0.113.9", 429)] {
            assert_eq!(asks(&stranger, client).await, status, "no proxy is ours");
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_operator_may_let_everybody_in() {
    for hub in hubs(0, 0).await {
        let stranger = hub.nobody();
        for _ in 0..50 {
            stranger.get("/v1/hub").await.expect(200);
        }
    }
}
