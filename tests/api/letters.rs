//! Letters: handing in, private replies, returns, and who may write what to whom.

use kentongan::base64url::{B64, encode};
use kentongan_protocol::chain::Chain;
use kentongan_protocol::charter::{Role, Staff};
use kentongan_protocol::ids::{ExchangeKey, PostId};
use kentongan_protocol::letter::{Draft, Kind, Letter, Mailbox, Reading, seal};
use kentongan_protocol::membership::WriterProof;
use kentongan_protocol::primitives::ExchangeSecret;
use kentongan_protocol::receipt::Receipt;
use reqwest::Method;
use serde_json::{Value, json};

use crate::class::Class;
use crate::hub::{Actor, Answer, NOW, TestHub, octets, rng};
use crate::support::databases;

const MINUTE: u64 = 60_000;
const HOMEWORK: PostId = PostId([7; 32]);

/// A letter sealed at `sent_ms`, about the homework where its kind is about a post.
pub(crate) fn letter_at(
    class: &Class,
    from: &Actor,
    to: ExchangeKey,
    kind: Kind,
    sent_ms: u64,
) -> Letter {
    let thread = if kind.is_about_post() { HOMEWORK } else { PostId::ZERO };
    let payload = json!({ "type": kind.word(), "text": "3/4" }).to_string();
    let audience = class.audience();
    let draft = Draft { audience, to, thread, kind, sent_ms, payload: payload.as_bytes() };
    let mut rng = rng(&format!("{} {kind:?} {sent_ms} {}", from.name, encode(to)));
    seal(&draft, &from.keys.ik, &mut rng).expect("a letter")
}

/// One sealed at the hub's first moment.
pub(crate) fn letter(class: &Class, from: &Actor, to: ExchangeKey, kind: Kind) -> Letter {
    letter_at(class, from, to, kind, NOW)
}

/// Sends a letter's bytes, with the membership a member shows.
pub(crate) async fn send_bytes(
    from: &Actor,
    bytes: Vec<u8>,
    proof: Option<&WriterProof>,
) -> Answer {
    let mut request = from.request(Method::POST, "/v1/letters");
    if let Some(proof) = proof {
        request = request.header("kentongan-membership", encode(proof.encode()));
    }
    Answer::to(octets(request, bytes)).await
}

/// Sends it likewise.
pub(crate) async fn send(from: &Actor, letter: &Letter, proof: Option<&WriterProof>) -> Answer {
    send_bytes(from, letter.encode(), proof).await
}

fn path(letter: &Letter) -> String {
    format!("/v1/letters/{}", encode(letter.id()))
}

fn ids(items: &[Value]) -> Vec<String> {
    items.iter().map(|item| item["letter"].as_str().expect("an id").to_owned()).collect()
}

/// The class's charters, checked as every client does.
fn chain(class: &Class) -> Chain {
    let mut charters = class.charters.iter().cloned();
    let first = charters.next().expect("a first charter");
    let mut chain = Chain::begin(class.genesis.clone(), first).expect("a chain");
    charters.for_each(|next| chain.append(&next).map(drop).expect("the next revision"));
    chain
}

/// What a publisher reads of a letter to the desk, as its client opens it.
async fn open_at_desk(publisher: &Actor, class: &Class, item: &Value) -> String {
    let path = format!("/v1/letters/{}", item["letter"].as_str().expect("an id"));
    let answer = publisher.get(&path).await.expect(200);
    let letter = Letter::parse(&answer.body).expect("a letter");
    let proof = item["proof"].as_str().and_then(kentongan::base64url::decode);
    let shown = answer.headers.get("kentongan-membership").map(|v| v.to_str().expect("ASCII"));
    assert_eq!(shown, item["proof"].as_str(), "the list and the letter show the same membership");
    let proof = WriterProof::parse(&proof.expect("a membership")).expect("a membership");
    let charters = chain(class);
    let mailbox = Mailbox::Desk(&class.desk);
    let reading = Reading { charters: &charters, mailbox, seen: false, member: Some(&proof) };
    let opened = letter.open(&reading).unwrap_or_else(|refused| panic!("{refused}"));
    String::from_utf8(opened.payload.to_vec()).expect("UTF-8")
}

#[tokio::test(flavor = "multi_thread")]
async fn a_pupil_hands_in_and_gets_a_receipt_that_verifies() {
    for hub in TestHub::each().await {
        let [teacher, sari, budi] = hub.actors(["Bu Rini", "Sari", "Budi"]).await;
        let class = Class::found(&teacher).await;
        class.enrol(&teacher, &[&sari, &budi]).await;
        let proof = class.writer_proof(&teacher, 0, &sari);
        let work = letter(&class, &sari, class.desk.public(), Kind::Submission);

        hub.wait(1_234);
        let first = send(&sari, &work, Some(&proof)).await.expect(201).json();
        assert_eq!(first["received_ms"], NOW + 1_234);
        let signature: B64<64> =
            serde_json::from_value(first["receipt"].clone()).expect("64 bytes");
        let key = hub.nobody().get("/v1/hub").await.json()["hub_key"].clone();
        let key: B64<32> = serde_json::from_value(key).expect("the hub's key");
        let receipt =
            Receipt { letter: work.id(), received_ms: NOW + 1_234, signature: signature.0 };
        receipt.verify(&key.0.into()).expect("the hub's word");

        hub.wait(20 * MINUTE);
        let again = send(&sari, &work, Some(&proof)).await.expect(200).json();
        assert_eq!(first, again, "a repeat is answered as the first time, however late");

        let desk = teacher.get(&class.path("/letters")).await.items();
        assert_eq!(ids(&desk), [encode(work.id())]);
        assert_eq!(desk[0]["kind"], 2);
        assert_eq!(desk[0]["thread"], encode(HOMEWORK));
        assert_eq!(desk[0]["size"], work.encode().len());
        assert!(open_at_desk(&teacher, &class, &desk[0]).await.contains("3/4"));

        sari.get(&path(&work)).await.expect(200);
        budi.get(&path(&work)).await.expect(404).problem("not-found");
        hub.nobody().get(&path(&work)).await.expect(401).problem("unauthenticated");
        budi.get(&class.path("/letters")).await.expect(403).problem("not-allowed");
        let stranger = hub.actor("Orang lain").await;
        stranger.get(&class.path("/letters")).await.expect(403).problem("not-allowed");
        assert!(sari.get("/v1/letters").await.items().is_empty(), "it went to the desk");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_private_reply_is_read_by_both_publishers_and_nobody_else() {
    for hub in TestHub::each().await {
        let [teacher, head, sari] = hub.actors(["Bu Rini", "Pak Joko", "Sari"]).await;
        let staff = Staff { role: Role::Publisher, ik: head.ik() };
        let class = Class::found_with(&teacher, |terms| terms.staff.push(staff)).await;
        class.enrol(&teacher, &[&sari]).await;
        let proof = class.writer_proof(&teacher, 0, &sari);
        for minute in 0..3 {
            let at = NOW + minute * MINUTE;
            let reply = letter_at(&class, &sari, class.desk.public(), Kind::Reply, at);
            let answer = send(&sari, &reply, Some(&proof)).await.expect(201).json();
            assert_eq!(answer["receipt"], Value::Null, "a receipt is for submissions");
        }
        for publisher in [&teacher, &head] {
            let first = publisher.get(&class.path("/letters?limit=2")).await.expect(200).json();
            assert_eq!(first["next"], 2);
            let rest = publisher.get(&class.path("/letters?after=2&limit=2")).await.json();
            assert_eq!(
                (rest["items"].as_array().map(Vec::len), &rest["next"]),
                (Some(1), &Value::Null)
            );
            open_at_desk(publisher, &class, &rest["items"][0]).await;
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_mark_comes_back_to_the_pupil_alone() {
    for hub in TestHub::each().await {
        let [teacher, sari, budi] = hub.actors(["Bu Rini", "Sari", "Budi"]).await;
        let class = Class::found(&teacher).await;
        class.enrol(&teacher, &[&sari, &budi]).await;
        let mark = letter(&class, &teacher, sari.keys.xk.public(), Kind::Return);
        send(&teacher, &mark, None).await.expect(201);
        let items = sari.get("/v1/letters").await.items();
        assert_eq!(ids(&items), [encode(mark.id())]);
        let letter = Letter::parse(&sari.get(&path(&mark)).await.expect(200).body).expect("one");
        let (charters, xk) = (chain(&class), &sari.keys.xk);
        let mailbox = Mailbox::Own { xk, ik: sari.ik(), member: true };
        let reading = Reading { charters: &charters, mailbox, seen: false, member: None };
        letter.open(&reading).unwrap_or_else(|refused| panic!("{refused}"));
        budi.get(&path(&mark)).await.expect(404).problem("not-found");
        assert!(budi.get("/v1/letters").await.items().is_empty());
        assert!(teacher.get(&class.path("/letters")).await.items().is_empty());
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn who_may_send_what_to_whom() {
    use Kind::{Assignment, Join, Profile, Reply, Return, Secrets, Submission};
    for hub in TestHub::each().await {
        let [teacher, head, sari, budi, passer_by] =
            hub.actors(["Bu Rini", "Pak Joko", "Sari", "Budi", "Orang lewat"]).await;
        let staff = Staff { role: Role::Publisher, ik: head.ik() };
        let class = Class::found_with(&teacher, |terms| terms.staff.push(staff)).await;
        class.enrol(&teacher, &[&sari, &budi]).await;
        let proof = class.writer_proof(&teacher, 0, &sari);
        let desk = class.desk.public();
        let (to_budi, to_head) = (budi.keys.xk.public(), head.keys.xk.public());
        let kinds = [Reply, Submission, Return, Profile, Secrets, Join, Assignment];
        for (from, to, may) in [
            (&sari, desk, &[Reply, Submission, Profile, Join][..]),
            (&sari, to_budi, &[]),
            (&sari, to_head, &[]),
            (&passer_by, desk, &[Join]),
            (&passer_by, to_budi, &[]),
            (&teacher, to_budi, &[Reply, Return, Assignment]),
            (&teacher, to_head, &[Secrets]),
            (&teacher, desk, &[Join]),
            (&teacher, passer_by.keys.xk.public(), &[]),
        ] {
            for kind in kinds {
                let shown = (from.name == "Sari").then_some(&proof);
                let answer = send(from, &letter(&class, from, to, kind), shown).await;
                let taken = answer.status == 201;
                assert_eq!(taken, may.contains(&kind), "{} {kind:?} {}", from.name, answer.problem);
            }
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn nobody_learns_from_a_refusal_who_is_in_the_class() {
    for hub in TestHub::each().await {
        let [teacher, sari, budi, passer_by] =
            hub.actors(["Bu Rini", "Sari", "Budi", "Orang lewat"]).await;
        let class = Class::found(&teacher).await;
        class.enrol(&teacher, &[&sari, &budi]).await;
        let proof = class.writer_proof(&teacher, 0, &sari);
        for kind in [Kind::Reply, Kind::Return, Kind::Profile, Kind::Secrets, Kind::Join] {
            let mut answers = Vec::new();
            for to in [&budi, &passer_by, &teacher] {
                let letter = letter(&class, &sari, to.keys.xk.public(), kind);
                let answer = send(&sari, &letter, Some(&proof)).await;
                answers.push((answer.status, answer.body));
            }
            assert!(answers.windows(2).all(|two| two[0] == two[1]), "{kind:?}: {answers:?}");
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_wrong_with_a_letter_is_refused_and_leaves_nothing() {
    for hub in TestHub::each().await {
        let [teacher, sari, budi] = hub.actors(["Bu Rini", "Sari", "Budi"]).await;
        let class = Class::found(&teacher).await;
        class.enrol(&teacher, &[&sari, &budi]).await;
        let desk = class.desk.public();
        let proof = class.writer_proof(&teacher, 0, &sari);
        let good = letter(&class, &sari, desk, Kind::Submission);
        let bytes = good.encode();
        let sent = async |bytes: Vec<u8>| send_bytes(&sari, bytes, Some(&proof)).await;

        for cut in [0, 1, 154, 155, 200, bytes.len() - 1] {
            sent(bytes[..cut].to_vec()).await.expect(422).problem("refused");
        }
        sent([&bytes[..], &[0]].concat()).await.expect(422).problem("refused");
        for changed in [40, 130, 150, 170, 300, bytes.len() - 1] {
            let mut wrong = bytes.clone();
            wrong[changed] ^= 1;
            let answer = sent(wrong).await;
            assert!([409, 422].contains(&answer.status), "byte {changed}: {}", answer.status);
        }
        sent(vec![0; (1 << 20) + 2_000]).await.expect(413).problem("too-large");
        for minutes in [-11_i64, 11] {
            let at = NOW.saturating_add_signed(minutes * 60_000);
            let off = letter_at(&class, &sari, desk, Kind::Submission, at);
            send(&sari, &off, Some(&proof)).await.expect(409).problem("charter-superseded");
        }
        let other_desk = ExchangeSecret::random(&mut rng("an old desk")).public();
        let old = letter(&class, &sari, other_desk, Kind::Submission);
        send(&sari, &old, Some(&proof)).await.expect(409).problem("charter-superseded");

        send(&sari, &good, None).await.expect(422).problem("refused");
        let of_budi = class.writer_proof(&teacher, 0, &budi);
        send(&sari, &good, Some(&of_budi)).await.expect(422).problem("refused");
        let by_sari = class.writer_proof(&sari, 0, &sari);
        send(&sari, &good, Some(&by_sari)).await.expect(422).problem("refused");
        send(&budi, &good, Some(&proof)).await.expect(403).problem("not-allowed");
        send(&hub.nobody(), &good, Some(&proof)).await.expect(401).problem("unauthenticated");
        for (header, problem) in [("AAAA", "refused"), ("not base64url!", "invalid-request")] {
            let request = sari.request(Method::POST, "/v1/letters");
            let request = request.header("kentongan-membership", header);
            Answer::to(octets(request, bytes.clone())).await.problem(problem);
        }
        let json = sari.request(Method::POST, "/v1/letters").body(bytes.clone());
        let json = json.header("content-type", "application/json");
        Answer::to(json).await.expect(415).problem("unsupported-media-type");
        assert!(teacher.get(&class.path("/letters")).await.items().is_empty());

        // Once removed, a member's membership is of no use, although the charter still has its key.
        teacher.delete(&class.path(&format!("/members/{}", sari.id()))).await.expect(204);
        send(&sari, &good, Some(&proof)).await.expect(422).problem("refused");
        assert!(teacher.get(&class.path("/letters")).await.items().is_empty());
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn where_the_class_takes_no_replies_work_is_still_handed_in() {
    for hub in TestHub::each().await {
        let [teacher, sari] = hub.actors(["Bu Rini", "Sari"]).await;
        let silent = kentongan_protocol::charter::Replies::None;
        let class = Class::found_with(&teacher, |terms| terms.replies = silent).await;
        class.enrol(&teacher, &[&sari]).await;
        let proof = class.writer_proof(&teacher, 0, &sari);
        let desk = class.desk.public();
        let reply = letter(&class, &sari, desk, Kind::Reply);
        send(&sari, &reply, Some(&proof)).await.expect(422).problem("refused");
        let work = letter(&class, &sari, desk, Kind::Submission);
        send(&sari, &work, Some(&proof)).await.expect(201);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_account_writes_so_many_letters_in_an_hour() {
    for database in databases().await {
        let hub = TestHub::on(database, |config| config.limits.letters_per_hour = 2).await;
        let [teacher, sari] = hub.actors(["Bu Rini", "Sari"]).await;
        let class = Class::found(&teacher).await;
        class.enrol(&teacher, &[&sari]).await;
        let proof = class.writer_proof(&teacher, 0, &sari);
        let at = |ms| letter_at(&class, &sari, class.desk.public(), Kind::Submission, NOW + ms);
        send(&sari, &at(1), Some(&proof)).await.expect(201);
        send(&sari, &at(2), Some(&proof)).await.expect(201);
        let limited = send(&sari, &at(3), Some(&proof)).await.expect(429);
        assert!(limited.headers.contains_key("retry-after"));
        limited.problem("rate-limited");
        send(&sari, &at(2), Some(&proof)).await.expect(200);
        hub.wait(61 * MINUTE);
        send(&sari, &at(61 * MINUTE), Some(&proof)).await.expect(201);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn nobody_takes_over_letters_by_copying_a_key() {
    for hub in TestHub::each().await {
        let [teacher, sari] = hub.actors(["Bu Rini", "Sari"]).await;
        let class = Class::found(&teacher).await;
        let mut thief = hub.nobody();
        thief.name = "Pencuri".into();
        thief.keys.xk = ExchangeSecret::from_bytes(&sari.keys.xk.to_bytes());
        thief.register(1, NOW).await.expect(409).problem("conflict");
        thief.keys.xk = ExchangeSecret::random(&mut rng("the thief's own"));
        thief.register(1, NOW).await.expect(201);
        thief.keys.xk = ExchangeSecret::from_bytes(&sari.keys.xk.to_bytes());
        thief.register(2, NOW).await.expect(409).problem("conflict");

        // A desk's key in a member's bundle leads nothing away from the desk.
        thief.keys.xk = ExchangeSecret::from_bytes(&class.desk.to_bytes());
        thief.register(2, NOW).await.expect(201);
        thief.sign_in().await;
        class.enrol(&teacher, &[&sari, &thief]).await;
        let proof = class.writer_proof(&teacher, 0, &sari);
        let work = letter(&class, &sari, class.desk.public(), Kind::Submission);
        send(&sari, &work, Some(&proof)).await.expect(201);
        assert!(thief.get("/v1/letters").await.items().is_empty());
        assert_eq!(teacher.get(&class.path("/letters")).await.items().len(), 1);
    }
}
