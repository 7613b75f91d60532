//! The published vectors on a real hub: their audience, members and posts, what each reader receives, and every post
//! that a hub must refuse (protocol sections 3 to 6).

mod letters;

use std::path::PathBuf;

use kentongan::base64url::{B64, encode};
use kentongan_protocol::primitives::{ExchangeSecret, IdentitySecret};
use reqwest::Method;
use serde_json::{Value, json};

use crate::hub::{Actor, Answer, TestHub, octets};
use crate::posts::work;

/// A vector file.
fn vectors(file: &str) -> Value {
    let folder = std::env::var_os("KENTONGAN_VECTORS").map_or_else(
        || PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("protocol/vectors"),
        PathBuf::from,
    );
    let text = std::fs::read_to_string(folder.join(file)).expect("a vector file");
    serde_json::from_str(&text).expect("vectors are JSON")
}

fn bytes(hex: &Value) -> Vec<u8> {
    hex::decode(hex.as_str().expect("a text")).expect("hex")
}

fn bytes32(hex: &Value) -> [u8; 32] {
    bytes(hex).try_into().expect("32 bytes")
}

fn text(hex: &Value) -> String {
    encode(bytes(hex))
}

/// The hub of the vectors: revision 1 is the highest charter, ana and budi are enrolled by a publisher and citra
/// through the open link, and the three posts are accepted with their approvals.
struct Published {
    hub: TestHub,
    audience: String,
    accounts: Vec<Actor>,
    proof: String,
}

impl Published {
    async fn each() -> Vec<Self> {
        let mut all = Vec::new();
        for hub in TestHub::each().await {
            let mut accounts = Vec::new();
            for account in vectors("accounts.json")["accounts"].as_array().expect("a list") {
                accounts.push(sign_in(&hub, account).await);
            }
            let audience = vectors("charters.json")["audience"].clone();
            let audience = format!("/v1/audiences/{}", text(&audience));
            let published = Self { hub, audience, accounts, proof: link_proof() };
            published.found().await;
            published.enrol().await;
            published.join().await;
            published.post().await;
            all.push(published);
        }
        all
    }

    fn path(&self, rest: &str) -> String {
        format!("{}{rest}", self.audience)
    }

    async fn found(&self) {
        let file = vectors("charters.json");
        let body = |charter: &Value| json!({ "charter": text(&charter["charter"]), "signatures": text(&charter["signatures"]) });
        let mut first = body(&file["charters"][0]);
        first["genesis"] = text(&file["genesis"]).into();
        self.accounts[0].post_json("/v1/audiences", &first).await.expect(201);
        let next = body(&file["charters"][1]);
        self.accounts[0].post_json(&self.path("/charters"), &next).await.expect(201);
    }

    /// ana and budi; the vectors have no membership of budi's, so the admin signs one like ana's.
    async fn enrol(&self) {
        let file = vectors("enrolment.json");
        let s = text(&vectors("charters.json")["cohorts"][0]["S"]);
        let of_ana = statement("membership by publisher");
        let members = file["by_publisher"].as_array().expect("a list").iter().map(|entry| {
            let account = bytes32(&entry["account"]);
            let actor = self.accounts.iter().find(|actor| actor.account().0 == account);
            let mut membership = bytes(&of_ana["bytes"]);
            membership[34..66].copy_from_slice(&actor.expect("an account").ik().0);
            let signature = self.accounts[0].keys.ik.sign("membership", &membership);
            json!({
                "account": B64(account),
                "s": s,
                "ek": text(&entry["ek"]),
                "token": text(&entry["t"]),
                "membership": encode(membership),
                "membership_signature": encode(signature),
            })
        });
        let body =
            json!({ "x": text(&file["batch"]["X"]), "members": members.collect::<Vec<_>>() });
        self.accounts[0].post_json(&self.path("/members"), &body).await.expect(201);
    }

    /// citra.
    async fn join(&self) {
        let file = vectors("enrolment.json");
        let s = text(&vectors("charters.json")["cohorts"][1]["S"]);
        let link = statement("link");
        let body = json!({
            "link": text(&link["bytes"]),
            "signature": text(&link["signature"]),
            "deposits": [{ "s": s, "token": text(&file["by_link"]["t_link"]) }],
        });
        self.accounts[0].post_json(&self.path("/links"), &body).await.expect(201);
        let (request, membership) =
            (statement("request through an open link"), statement("membership by link"));
        let body = json!({
            "request": text(&request["bytes"]),
            "link_signature": text(&request["signature"]),
            "signature": text(&statement("the same by the joiner")["signature"]),
            "membership": text(&membership["bytes"]),
            "membership_signature": text(&membership["signature"]),
        });
        let answer = self.accounts[4].post_json(&self.path("/requests"), &body).await.expect(201);
        assert_eq!(answer.json()["state"], "admitted");
    }

    async fn post(&self) {
        let posts = vectors("posts.json");
        let approvals = vectors("approvals.json");
        for (n, name) in [(0, Some("approval")), (1, Some("second")), (2, None)] {
            let post = &posts["posts"][n];
            let stored = self.send(&post["author"], bytes(&post["post"])).await.expect(201).json();
            assert_eq!(stored["post"], text(&post["post_id"]));
            if let Some(name) = name {
                let path = format!("/v1/posts/{}/approvals", text(&post["post_id"]));
                let bytes = bytes(&approvals[name]["approval"]);
                self.accounts[1].post_octets(&path, bytes).await.expect(201);
            }
        }
        work(&self.hub).await;
    }

    /// Sends bytes as this author, or as the admin where the vectors have no such account.
    async fn send(&self, author: &Value, post: Vec<u8>) -> Answer {
        let ik = bytes32(author);
        let author = self.accounts.iter().find(|actor| actor.ik().0 == ik);
        let author = author.unwrap_or(&self.accounts[0]);
        let request = author.request(Method::POST, &self.path("/posts"));
        let request = request.header("kentongan-membership", &self.proof);
        Answer::to(octets(request, post)).await
    }
}

async fn sign_in(hub: &TestHub, account: &Value) -> Actor {
    let mut actor = hub.nobody();
    actor.keys.ik = IdentitySecret::from_bytes(&bytes32(&account["ik_secret"]));
    actor.keys.xk = ExchangeSecret::from_bytes(&bytes32(&account["xk_secret"]));
    actor.keys.ek = ExchangeSecret::from_bytes(&bytes32(&account["ek_secret"]));
    let body = json!({
        "bundle": text(&account["bundle"]),
        "signature": text(&account["bundle_signature"]),
    });
    actor.post_json("/v1/bundles", &body).await.expect(201);
    actor.sign_in().await;
    actor
}

fn statement(what: &str) -> Value {
    let file = vectors("enrolment.json");
    let statements = file["statements"].as_array().expect("a list");
    statements.iter().find(|s| s["what"] == what).expect("a statement").clone()
}

/// What citra shows when it writes: `Membership ‖ signature ‖ 1 ‖ Link ‖ publisher ik ‖ signature`.
fn link_proof() -> String {
    let (membership, link) = (statement("membership by link"), statement("link"));
    encode(
        [
            bytes(&membership["bytes"]),
            bytes(&membership["signature"]),
            vec![1],
            bytes(&link["bytes"]),
            bytes(&link["signer"]),
            bytes(&link["signature"]),
        ]
        .concat(),
    )
}

#[tokio::test(flavor = "multi_thread")]
async fn each_reader_receives_what_the_vectors_say() {
    let posts = vectors("posts.json");
    for published in Published::each().await {
        for post in posts["posts"].as_array().expect("a list") {
            let path = format!("/v1/posts/{}/slot", text(&post["post_id"]));
            for (reader, account) in [(0, 2), (1, 3), (2, 4)] {
                let slot = published.accounts[account].get(&path).await.expect(200).body;
                assert_eq!(slot, bytes(&post["readers"][reader]["transformed"]));
            }
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_hub_refuses_what_it_must_and_tells_only_of_superseded_charters() {
    let file = vectors("refusals.json");
    let entries = file["hub"].as_array().expect("a list");
    for published in Published::each().await {
        for entry in entries.iter().filter(|entry| entry["accepted"] != true) {
            let answer = published.send(&entry["author"], bytes(&entry["post"])).await;
            let why = entry["why"].as_str().expect("a reason");
            let told = match why {
                // The byte changed is one of the charter's hash.
                "header byte changed" | "unknown charter" | "superseded charter" => {
                    "charter-superseded"
                }
                _ => "refused",
            };
            assert_eq!(answer.problem, told, "{why}");
        }
        let list = published.accounts[0].get(&published.path("/posts")).await.items();
        assert_eq!(list.len(), 3, "nothing of a refused post is stored");
    }
    for (n, entry) in entries.iter().filter(|entry| entry["accepted"] == true).enumerate() {
        for published in Published::each().await {
            let answer = published.send(&entry["author"], bytes(&entry["post"])).await;
            assert_eq!(answer.status, 201, "control {n}");
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_hub_refuses_approvals_that_do_not_count() {
    let file = vectors("approvals.json");
    for published in Published::each().await {
        for entry in file["refused"].as_array().expect("a list") {
            let path = format!("/v1/posts/{}/approvals", text(&entry["post_id"]));
            let answer = published.accounts[1].post_octets(&path, bytes(&entry["approval"])).await;
            assert_eq!(answer.problem, "refused", "{}", entry["why"]);
        }
    }
}
