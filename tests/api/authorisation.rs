//! Who may do what: every route, asked by everybody there is.
//!
//! A row says how each of them is received; bodies are of the right form and mean nothing, so that whoever is let in
//! changes nothing.

use kentongan::base64url::{B64, encode};
use kentongan_protocol::charter::{Role, Staff};
use reqwest::Method;
use serde_json::{Value, json};

use crate::class::Class;
use crate::hub::{Actor, Answer, DAY, NOW, TestHub, octets};
use crate::pen::Pen;

/// How somebody is received.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Is {
    /// Let in, whatever then becomes of the request.
    In,
    /// Asked to sign in.
    Unknown,
    /// Told that they may not.
    Out,
    /// Told that there is no such thing.
    Blind,
}

use Is::{Blind, In, Out, Unknown};

/// What is sent.
enum Body {
    Nothing,
    Json(Value),
    Octets,
}

/// A route, `{…}` filled in by the world, and how each is received: nobody, a stranger, a member, a removed member,
/// a publisher, an admin, and a publisher of another audience.
type Row = (&'static str, Body, [Is; 7]);

const ANYONE: [Is; 7] = [In; 7];
const ACCOUNTS: [Is; 7] = [Unknown, In, In, In, In, In, In];
const PUBLISHERS: [Is; 7] = [Unknown, Out, Out, Out, In, In, Out];
const INSIDERS: [Is; 7] = [Unknown, Out, In, Out, In, In, Out];
const ADMINS: [Is; 7] = [Unknown, Out, Out, Out, Out, In, Out];

fn accounts() -> Vec<Row> {
    let zeros = B64([0; 64]);
    let bundle = json!({ "bundle": "", "signature": zeros });
    let login = json!({ "ik": B64([0; 32]), "challenge": B64([0; 32]), "signature": zeros });
    let leaving = json!({ "at_ms": 0, "signature": zeros });
    vec![
        ("GET /healthz", Body::Nothing, ANYONE),
        ("GET /v1/hub", Body::Nothing, ANYONE),
        ("POST /v1/bundles", Body::Json(bundle), ANYONE),
        ("GET /v1/accounts/{member}/bundle", Body::Nothing, ACCOUNTS),
        ("POST /v1/challenges", Body::Json(json!({})), ANYONE),
        ("POST /v1/sessions", Body::Json(login), [Unknown; 7]),
        ("GET /v1/sessions", Body::Nothing, ACCOUNTS),
        ("DELETE /v1/sessions", Body::Nothing, ACCOUNTS),
        ("GET /v1/account/rows", Body::Nothing, ACCOUNTS),
        ("DELETE /v1/account", Body::Json(leaving), ACCOUNTS),
        ("GET /v1/vaults/AAAAAAAAAAAAAAAAAAAAAA", Body::Nothing, ANYONE),
        ("PUT /v1/vaults/AAAAAAAAAAAAAAAAAAAAAA", Body::Octets, ACCOUNTS),
        ("DELETE /v1/vaults/AAAAAAAAAAAAAAAAAAAAAA", Body::Nothing, ACCOUNTS),
    ]
}

fn audiences() -> Vec<Row> {
    let genesis = json!({ "genesis": "", "charter": "", "signatures": "" });
    let charter = json!({ "charter": "", "signatures": "" });
    vec![
        ("GET /v1/audiences", Body::Nothing, ACCOUNTS),
        ("POST /v1/audiences", Body::Json(genesis), ACCOUNTS),
        ("GET /v1/audiences/{a}", Body::Nothing, ANYONE),
        ("GET /v1/audiences/{a}/charters", Body::Nothing, ANYONE),
        ("POST /v1/audiences/{a}/charters", Body::Json(charter), ADMINS),
        ("GET /v1/audiences/{a}/cohorts", Body::Nothing, PUBLISHERS),
        ("GET /v1/audiences/{a}/due-times", Body::Nothing, INSIDERS),
        ("PUT /v1/audiences/{a}/due-times", Body::Json(json!({ "allowed": false })), ADMINS),
    ]
}

fn links() -> Vec<Row> {
    let zeros = B64([0; 64]);
    let link = json!({ "link": "", "signature": zeros, "deposits": [] });
    let request = json!({ "request": "", "link_signature": zeros, "signature": zeros });
    let none = json!({ "deposits": [] });
    vec![
        ("POST /v1/audiences/{a}/links", Body::Json(link), PUBLISHERS),
        ("GET /v1/audiences/{a}/links", Body::Nothing, PUBLISHERS),
        ("GET /v1/audiences/{a}/links/{link}", Body::Nothing, ANYONE),
        ("PUT /v1/audiences/{a}/links/{link}/deposits", Body::Json(none), PUBLISHERS),
        ("DELETE /v1/audiences/{a}/links/{zero}", Body::Nothing, PUBLISHERS),
        ("POST /v1/audiences/{a}/requests", Body::Json(request), ACCOUNTS),
        ("GET /v1/audiences/{a}/requests", Body::Nothing, PUBLISHERS),
        ("DELETE /v1/audiences/{a}/requests/{zero}", Body::Nothing, PUBLISHERS),
    ]
}

fn members() -> Vec<Row> {
    let batch = json!({ "x": B64([0; 32]), "members": [] });
    let membership = json!({ "membership": "", "membership_signature": B64([0; 64]) });
    let own = [Unknown, Blind, In, In, Blind, Blind, Blind];
    vec![
        ("POST /v1/audiences/{a}/members", Body::Json(batch), PUBLISHERS),
        ("GET /v1/audiences/{a}/members", Body::Nothing, PUBLISHERS),
        ("GET /v1/audiences/{a}/members/me", Body::Nothing, own),
        ("DELETE /v1/audiences/{a}/members/{zero}", Body::Nothing, PUBLISHERS),
        ("PUT /v1/audiences/{a}/members/{zero}/role", Body::Json(membership), PUBLISHERS),
    ]
}

fn posts() -> Vec<Row> {
    let due = json!({ "due_ms": NOW + DAY, "remind_ms": NOW + DAY });
    let readers = [Unknown, Blind, In, Blind, In, In, Blind];
    let of_members = [Unknown, Blind, In, Blind, Out, Out, Blind];
    let of_publishers = [Unknown, Blind, Out, Blind, In, In, Blind];
    vec![
        // Bytes that are no post are refused whoever sends them.
        ("POST /v1/audiences/{a}/posts", Body::Octets, ACCOUNTS),
        ("GET /v1/audiences/{a}/posts", Body::Nothing, INSIDERS),
        ("GET /v1/posts/{post}", Body::Nothing, readers),
        ("GET /v1/posts/{post}/slot", Body::Nothing, of_members),
        ("GET /v1/posts/{post}/status", Body::Nothing, of_publishers),
        ("POST /v1/posts/{post}/approvals", Body::Octets, of_publishers),
        ("PUT /v1/posts/{post}/thread", Body::Json(json!({ "state": "open" })), of_publishers),
        ("DELETE /v1/posts/{post}/schedule", Body::Nothing, of_publishers),
        ("GET /v1/posts/{post}/due", Body::Nothing, readers),
        ("PUT /v1/posts/{post}/due", Body::Json(due), of_publishers),
        ("DELETE /v1/posts/{post}/due", Body::Nothing, of_publishers),
        ("PUT /v1/posts/{post}/receipts/read", Body::Nothing, of_members),
        ("GET /v1/permalinks/{post}", Body::Nothing, ANYONE),
    ]
}

fn letters() -> Vec<Row> {
    let writers = [Unknown, Out, In, Out, In, In, Out];
    let none = [Unknown, Blind, Blind, Blind, Blind, Blind, Blind];
    vec![
        ("POST /v1/letters", Body::Octets, ACCOUNTS),
        ("GET /v1/letters", Body::Nothing, ACCOUNTS),
        ("GET /v1/audiences/{a}/letters", Body::Nothing, PUBLISHERS),
        ("GET /v1/letters/{zero}", Body::Nothing, none),
        ("PUT /v1/letters/{zero}/desk", Body::Json(json!({ "state": "open" })), none),
        ("PUT /v1/audiences/{a}/attachments/{zero}?for=audience", Body::Octets, writers),
        ("PUT /v1/audiences/{a}/attachments/{zero}?for=desk", Body::Octets, writers),
        ("PUT /v1/audiences/{a}/attachments/{zero}?for={member}", Body::Octets, PUBLISHERS),
        ("GET /v1/audiences/{a}/attachments/{zero}", Body::Nothing, none),
    ]
}

fn email() -> Vec<Row> {
    vec![
        ("GET /v1/email", Body::Nothing, ACCOUNTS),
        ("DELETE /v1/email", Body::Nothing, ACCOUNTS),
        ("GET /email/confirm/{zero}", Body::Nothing, ANYONE),
        ("POST /email/confirm/{zero}", Body::Nothing, ANYONE),
        ("GET /email/unsubscribe/{zero}", Body::Nothing, ANYONE),
        ("POST /email/unsubscribe/{zero}", Body::Nothing, ANYONE),
    ]
}

/// A class and everybody who may come to its door, in the order of the rows.
struct World {
    people: [Actor; 7],
    names: Vec<(&'static str, String)>,
}

impl World {
    async fn on(hub: &TestHub) -> Self {
        let names =
            ["a stranger", "a member", "one removed", "a publisher", "an admin", "one elsewhere"];
        let [stranger, member, removed, publisher, admin, elsewhere] = hub.actors(names).await;
        let class = Class::found_with(&admin, |terms| {
            terms.staff.push(Staff { role: Role::Publisher, ik: publisher.ik() });
        })
        .await;
        Class::found(&elsewhere).await;
        class.enrol(&publisher, &[&member, &removed]).await;
        let post = Pen::of(&publisher).announce(&class, "untuk yang berhak").await;
        let gone = class.path(&format!("/members/{}", removed.id()));
        publisher.delete(&gone).await.expect(204);
        let link = class.open_link(&publisher, "a link").await;
        let names = vec![
            ("{a}", encode(class.audience())),
            ("{member}", member.id()),
            ("{post}", encode(post.id())),
            ("{link}", encode(link.link.link_pk)),
            ("{zero}", encode([0; 32])),
        ];
        let nobody = hub.nobody();
        Self { people: [nobody, stranger, member, removed, publisher, admin, elsewhere], names }
    }

    async fn ask(&self, who: &Actor, route: &str, body: &Body) -> Answer {
        let path =
            self.names.iter().fold(route.to_owned(), |path, (name, id)| path.replace(name, id));
        let (method, path) = path.split_once(' ').expect("a method and a path");
        let request = who.request(method.parse::<Method>().expect("a method"), path);
        Answer::to(match body {
            Body::Nothing => request,
            Body::Json(json) => request.json(json),
            Body::Octets => octets(request, "x"),
        })
        .await
    }
}

fn received(answer: &Answer) -> Is {
    match answer.problem.as_str() {
        "unauthenticated" => Unknown,
        "not-allowed" => Out,
        _ => In,
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn everybody_gets_through_the_doors_that_are_theirs() {
    for hub in TestHub::each().await {
        let world = World::on(&hub).await;
        for (route, body, rows) in
            [accounts(), audiences(), links(), members(), posts(), letters(), email()]
                .into_iter()
                .flatten()
        {
            for (who, expected) in world.people.iter().zip(rows) {
                let answer = world.ask(who, route, &body).await;
                let text = String::from_utf8_lossy(&answer.body);
                assert!(answer.status < 500, "{route} by {}: {text}", who.name);
                if expected == Blind {
                    assert_eq!(answer.problem, "not-found", "{route} by {}: {text}", who.name);
                } else {
                    assert_eq!(received(&answer), expected, "{route} by {}: {text}", who.name);
                }
            }
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_door_that_does_not_exist_is_not_found_by_anybody() {
    for hub in TestHub::each().await {
        let world = World::on(&hub).await;
        let foreign = world.names[0].1.clone();
        for (route, body, _) in
            [audiences(), links(), members(), posts(), letters()].into_iter().flatten()
        {
            let route = route.replace("{a}", &foreign[..20]);
            if route.contains("/v1/audiences/") {
                let answer = world.ask(&world.people[5], &route, &body).await;
                answer.expect(400).problem("invalid-request");
            }
        }
        let admin = &world.people[5];
        admin.get("/v1/nothing").await.expect(404).problem("not-found");
        admin.delete("/v1/hub").await.expect(404).problem("not-found");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_sent_is_not_repeated_in_the_refusal() {
    for hub in TestHub::each().await {
        let sari = hub.actor("Sari").await;
        let id = "A".repeat(43);
        for path in [
            "/v1/audiences/rahasia".to_owned(),
            "/v1/letters?rahasia=1".to_owned(),
            "/v1/letters?after=rahasia".to_owned(),
            format!("/v1/audiences/{id}/members?after=rahasia!"),
            format!("/v1/audiences/{id}/posts?thread=rahasia"),
            format!("/v1/posts/{id}?after=rahasia"),
        ] {
            let answer = sari.get(&path).await;
            assert!(!String::from_utf8_lossy(&answer.body).contains("rahasia"), "{path}");
            assert!((400..=404).contains(&answer.status), "{path}");
        }
    }
}
