//! `kentongan verify-web`: an honest hub passes, and one that serves anything else is found out, by name.

use std::sync::Arc;

use axum::body::{Body, to_bytes};
use axum::extract::Request;
use axum::response::Response;
use kentongan::base64url::encode;
use kentongan::client::origin;
use kentongan::entropy::Entropy;
use kentongan::web_client::WebClient;
use kentongan::web_client::manifest::LABEL;
use kentongan::web_client::verify::{Failed, MANIFEST, Report, Trust, Vouched, verify};
use kentongan_protocol::primitives::IdentitySecret;
use tokio::net::TcpListener;

use crate::hub::TestHub;
use crate::support::sqlite;

/// What the hub answered, for a liar to change.
struct Told {
    path: String,
    response: axum::http::response::Parts,
    body: Vec<u8>,
}

impl Told {
    /// Another text in place of one, in whatever form it came.
    fn replace(&mut self, body: impl Into<Vec<u8>>) {
        self.body = body.into();
        self.response.headers.remove("content-encoding");
    }
}

/// Where browsers reach the hub through somebody who changes what it says.
async fn liar(hub: &TestHub, lie: impl Fn(&mut Told) + Send + Sync + 'static) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
    let address = format!("http://{}", listener.local_addr().expect("an address"));
    let (to, lie, client) = (hub.origin.clone(), Arc::new(lie), reqwest::Client::new());
    let router = axum::Router::new().fallback(move |request: Request| {
        let (to, lie, client) = (to.clone(), lie.clone(), client.clone());
        async move {
            let url = format!("{to}{}", request.uri());
            let path = request.uri().path().to_owned();
            let mut headers = request.headers().clone();
            headers.remove("host");
            let answer = client.get(url).headers(headers).send().await.expect("the hub answers");
            let (response, body) = axum::http::Response::<reqwest::Body>::from(answer).into_parts();
            let body = to_bytes(Body::new(body), usize::MAX).await.expect("a body").to_vec();
            let mut told = Told { path, response, body };
            lie(&mut told);
            told.response.headers.remove("content-length");
            Response::from_parts(told.response, Body::from(told.body))
        }
    });
    tokio::spawn(async { axum::serve(listener, router).await });
    address
}

async fn hub() -> TestHub {
    assert!(WebClient::built().is_some(), "the web client is not built: run `make web`");
    TestHub::on(sqlite().await, |_| ()).await
}

/// As a program of the same build judges it.
async fn judged(address: &str) -> Report {
    let own = WebClient::built().map(|client| client.manifest.as_ref());
    looked(address, Trust { key: None, own }).await.expect("a manifest")
}

async fn looked(address: &str, trust: Trust<'_>) -> Result<Report, Failed> {
    let hub = origin(address).expect("an address");
    verify(&hub, trust, &mut Entropy::seeded(1).rng()).await
}

/// What differs, each as one line.
fn lines(report: &Report) -> Vec<String> {
    report.differences.iter().map(|found| format!("{} {}", found.what, found.why)).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn an_honest_hub_passes_also_behind_a_proxy() {
    let hub = hub().await;
    for address in [hub.origin.clone(), liar(&hub, |_| ()).await] {
        let report = judged(&address).await;
        assert_eq!(lines(&report), Vec::<String>::new());
        assert_eq!(
            (report.vouched, report.version.as_str()),
            (Vouched::Same, env!("CARGO_PKG_VERSION"))
        );
        assert!(report.compared > 190, "every page in both languages, every file, every form");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_altered_file_is_named() {
    let hub = hub().await;
    let address = liar(&hub, |told| {
        if told.path.starts_with("/assets/main-") {
            told.replace("alert(1)");
        }
    });
    let found = lines(&judged(&address.await).await);
    let [line] = &found[..] else { panic!("{found:?}") };
    assert!(
        line.starts_with("/assets/main-") && line.ends_with("has other bytes than the release")
    );

    let only_for_browsers = liar(&hub, |told| {
        if told.response.headers.get("content-encoding").is_some_and(|form| form == "br")
            && told.path == "/worker.js"
        {
            told.body.push(0);
        }
    });
    let found = lines(&judged(&only_for_browsers.await).await);
    assert_eq!(found, ["/worker.js has other bytes than the release (in its form with br)"]);

    let gone = liar(&hub, |told| {
        if told.path == "/manifest.webmanifest" {
            told.response.status = axum::http::StatusCode::NOT_FOUND;
        }
    });
    let found = lines(&judged(&gone.await).await);
    assert_eq!(found, ["/manifest.webmanifest answers 404 in place of 200"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn another_shell_is_named_whichever_page_has_it() {
    let hub = hub().await;
    let address = liar(&hub, |told| {
        // To readers of this one page, in English, whose browser takes it plain.
        let english = String::from_utf8_lossy(&told.body).contains("<html lang=\"en\">");
        if told.path.starts_with("/post/") && english {
            told.replace("<script src=/assets/evil.js></script>");
        }
    });
    let found = lines(&judged(&address.await).await);
    assert_eq!(found, ["/post/{id}?lang=en has other bytes than the release"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_missing_or_weaker_header_is_named() {
    let hub = hub().await;
    let address = liar(&hub, |told| {
        if told.path == "/me/card" {
            told.response.headers.remove("content-security-policy");
        }
        if told.path == "/worker.js" {
            let weak = "script-src *".parse().expect("a header");
            told.response.headers.insert("content-security-policy", weak);
        }
        if told.path == "/desk" {
            let second = "blocked-destinations=()".parse().expect("a header");
            told.response.headers.append("integrity-policy", second);
        }
    });
    let found = lines(&judged(&address.await).await);
    assert_eq!(
        found,
        [
            "integrity-policy of /desk?lang=en is there more than once",
            "integrity-policy of /desk?lang=id is there more than once",
            "content-security-policy of /me/card?lang=en is missing",
            "content-security-policy of /me/card?lang=id is missing",
            "content-security-policy of /worker.js says something else",
        ]
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn only_the_release_key_vouches() {
    let hub = hub().await;
    let (release, other) =
        (IdentitySecret::from_bytes(&[1; 32]), IdentitySecret::from_bytes(&[2; 32]));
    let (trusted, manifest) =
        (release.public(), WebClient::built().expect("built").manifest.clone());
    let signed_by = |key: &IdentitySecret| {
        let signature = encode(key.sign(LABEL, &manifest));
        liar(&hub, move |told| {
            if told.path == format!("{MANIFEST}.sig") {
                told.response.status = axum::http::StatusCode::OK;
                told.replace(signature.clone());
            }
        })
    };
    let key = Trust { key: Some(trusted), own: None };
    let report = looked(&signed_by(&release).await, key).await.expect("a manifest");
    assert_eq!((report.vouched, lines(&report)), (Vouched::Signed(trusted), Vec::new()));
    let report = looked(&signed_by(&other).await, key).await.expect("a manifest");
    assert_eq!(report.vouched, Vouched::Nobody);
    assert_eq!(lines(&report), ["the manifest is not signed by the key that is believed here"]);
    let unsigned = liar(&hub, |told| {
        if told.path == format!("{MANIFEST}.sig") {
            told.response.status = axum::http::StatusCode::NOT_FOUND;
        }
    });
    let report = looked(&unsigned.await, key).await.expect("a manifest");
    assert_eq!(
        lines(&report),
        ["the manifest has no signature, and this program is of another version"]
    );
    let report = looked(&hub.origin, Trust::default()).await.expect("a manifest");
    assert!(lines(&report)[0].contains("give --key"), "{:?}", lines(&report));
    let same = Trust { key: Some(other.public()), own: Some(&manifest) };
    let report = looked(&signed_by(&release).await, same).await.expect("a manifest");
    assert_eq!(report.vouched, Vouched::Same, "whoever signed it, it is what this program has");
}

#[tokio::test(flavor = "multi_thread")]
async fn every_build_is_signed_by_its_builder() {
    let hub = hub().await;
    let signer = WebClient::built().expect("built").signer.expect("a signed build");
    let report = looked(&hub.origin, Trust { key: Some(signer), own: None }).await;
    let report = report.expect("a manifest");
    assert_eq!((report.vouched, lines(&report)), (Vouched::Signed(signer), Vec::new()));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_manifest_made_to_fit_altered_pages_is_not_believed() {
    let hub = hub().await;
    let text =
        String::from_utf8(WebClient::built().expect("built").manifest.to_vec()).expect("UTF-8");
    let fitted = text.replacen("\"sha256\":\"", "\"sha256\":\"00", 1);
    let address = liar(&hub, move |told| {
        if told.path == MANIFEST {
            told.replace(fitted.clone());
        }
    });
    let report = judged(&address.await).await;
    assert_eq!(report.vouched, Vouched::Nobody);
    assert!(
        lines(&report)[0]
            .contains("not the one that this program of the same version was built with")
    );

    let none = liar(&hub, |told| {
        if told.path == MANIFEST {
            told.replace("{}");
        }
    });
    assert!(matches!(looked(&none.await, Trust::default()).await, Err(Failed::NoManifest(_))));
    assert!(matches!(
        looked("http://127.0.0.1:9", Trust::default()).await,
        Err(Failed::Unreachable(_))
    ));
}
