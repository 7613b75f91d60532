//! Mail: confirming an address, being told that something new came, and stopping it; over a real SMTP server.

mod encrypted;
mod mailbox;
mod reminders;

use kentongan::base64url::B64;
use kentongan::jobs;
use kentongan::jobs::nudge::Nudge;
use kentongan::jobs::queue::{Drained, Times};
use kentongan::{execute, fetch_all, fetch_scalars};
use kentongan_protocol::bytes::Writer;
use kentongan_protocol::letter::Kind as LetterKind;
use kentongan_protocol::post::Kind;
use mail_parser::{HeaderValue, MessageParser};
use reqwest::Method;
use serde_json::{Value, json};

use self::mailbox::{Box, FROM, Read, hubs, variable};
use crate::class::Class;
use crate::hub::{Actor, Answer, DAY, TestHub};
use crate::pen::{Pen, path};
use crate::support::databases;

/// Longer than any back-off of the first tries.
const WHILE: u64 = 60_000;

async fn put(hub: &TestHub, who: &Actor, address: &str, language: &str) -> Answer {
    who.put_json("/v1/email", &wish(hub, who, address, language)).await
}

fn wish(hub: &TestHub, who: &Actor, address: &str, language: &str) -> Value {
    let statement = Writer::default().op8(hub.origin.as_bytes()).op8(address.as_bytes());
    let statement = statement.u64(hub.now()).done();
    json!({
        "address": address,
        "language": language,
        "at_ms": hub.now(),
        "signature": B64(who.keys.ik.sign("email", &statement)),
    })
}

async fn state(who: &Actor) -> String {
    let state = who.get("/v1/email").await.expect(200).json();
    assert_eq!(state["enabled"], true);
    state["state"].as_str().expect("a state").into()
}

/// Runs every job, each that succeeds once more.
async fn work(hub: &TestHub) -> Drained {
    jobs::drain(&hub.hub, Times::Twice).await.expect("the queue runs")
}

/// How often each mail that was sent was begun.
async fn attempts(hub: &TestHub) -> Vec<i64> {
    let mut tx = hub.hub.db.read().await.expect("a transaction");
    fetch_scalars!(tx, i64, "select attempts from nudges where state = 'sent'").expect("numbers")
}

/// Opens the link of a confirmation and presses its button.
async fn confirm(hub: &TestHub, link: &str) {
    let reader = hub.nobody();
    let page = reader.get(link).await.expect(200);
    assert!(page.headers["content-type"].to_str().expect("ASCII").starts_with("text/html"));
    assert!(page.headers.contains_key("content-security-policy"));
    let text = String::from_utf8(page.body).expect("UTF-8");
    assert!(text.contains("<form method=\"post\">") && !text.contains("<script"));
    let done = Answer::to(reader.request(Method::POST, link)).await.expect(200);
    assert!(!String::from_utf8(done.body).expect("UTF-8").contains("<form"), "nothing left to do");
}

/// Somebody whose address is confirmed, in the mailbox of which one mail is then.
async fn confirmed(hub: &TestHub, who: &Actor, language: &str) -> Box {
    let mailbox = Box::new("sari");
    put(hub, who, &mailbox.address(), language).await.expect(202);
    work(hub).await;
    let mail = Read::of(&mailbox.mails(1).await[0]);
    confirm(hub, &mail.link(hub, "confirm")).await;
    assert_eq!(state(who).await, "confirmed");
    mailbox
}

#[tokio::test(flavor = "multi_thread")]
async fn an_address_is_confirmed_by_the_button_behind_its_link() {
    for hub in hubs().await {
        let sari = hub.actor("Sari").await;
        assert_eq!(state(&sari).await, "none");
        let mailbox = Box::new("sari");
        put(&hub, &sari, &mailbox.address(), "id").await.expect(202);
        assert_eq!(state(&sari).await, "unconfirmed");
        work(&hub).await;
        let mail = Read::of(&mailbox.mails(1).await[0]);
        assert_eq!(mail.subject, "Konfirmasi alamat surel Anda");
        assert!(mail.raw.contains("Auto-Submitted: auto-generated"));

        // Programs that look at every link confirm nothing.
        let link = mail.link(&hub, "confirm");
        hub.nobody().get(&link).await.expect(200);
        assert_eq!(state(&sari).await, "unconfirmed");
        confirm(&hub, &link).await;
        assert_eq!(state(&sari).await, "confirmed");
        put(&hub, &sari, &mailbox.address(), "en").await.expect(202);
        assert_eq!(
            state(&sari).await,
            "confirmed",
            "the same address needs no second confirmation"
        );
        assert!(work(&hub).await.ran.is_empty());

        sari.delete("/v1/email").await.expect(204);
        assert_eq!(state(&sari).await, "none");
        let gone = hub.nobody().get(&link).await.expect(404);
        let page = String::from_utf8(gone.body).expect("UTF-8");
        assert!(page.contains("tidak berlaku") && page.contains("no longer good"));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_link_is_good_for_a_day_and_for_the_newest_address() {
    for hub in hubs().await {
        let sari = hub.actor("Sari").await;
        let (first, second) = (Box::new("first"), Box::new("second"));
        put(&hub, &sari, &first.address(), "en").await.expect(202);
        work(&hub).await;
        let old = Read::of(&first.mails(1).await[0]).link(&hub, "confirm");
        put(&hub, &sari, &second.address(), "en").await.expect(202);
        work(&hub).await;
        let new = Read::of(&second.mails(1).await[0]).link(&hub, "confirm");
        let reader = hub.nobody();
        Answer::to(reader.request(Method::POST, &old)).await.expect(404);
        hub.wait(DAY);
        Answer::to(reader.request(Method::POST, &new)).await.expect(404);
        assert_eq!(state(&sari).await, "unconfirmed");
        for nonsense in ["/email/confirm/x", "/email/unsubscribe/x"] {
            reader.get(nonsense).await.expect(404);
            Answer::to(reader.request(Method::POST, nonsense)).await.expect(404);
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn who_is_away_gets_one_mail_that_says_nothing_and_stops_it_with_one_click() {
    for hub in hubs().await {
        let [teacher, sari, budi] = hub.actors(["Bu Rini", "Sari", "Budi"]).await;
        let class = Class::found(&teacher).await;
        class.enrol(&teacher, &[&sari, &budi]).await;
        let sari_box = confirmed(&hub, &sari, "id").await;
        let budi_box = confirmed(&hub, &budi, "en").await;
        let mut pen = Pen::of(&teacher);
        let post = pen.announce(&class, "Besok vaksinasi").await;
        work(&hub).await;
        work(&hub).await;
        let mail = Read::of(&sari_box.mails(2).await[1]);
        let english = Read::of(&budi_box.mails(2).await[1]);
        assert_eq!(mail.subject, "Ada yang baru untuk Anda");
        assert_eq!(english.subject, "Something new is waiting for you");
        for secret in ["vaksinasi", "Rini", "Sari", &sari.id(), &path(&post, "")] {
            for part in [&mail.raw, &mail.text, &mail.html] {
                assert!(!part.contains(secret), "the mail says {secret}");
            }
        }
        assert!(mail.text.contains(&hub.origin) && mail.html.contains(&hub.origin));
        assert!(!mail.html.contains("<img") && !mail.html.contains("<script"));

        let link = mail.link(&hub, "unsubscribe");
        let parsed = MessageParser::default().parse(mail.raw.as_bytes()).expect("a mail");
        let header = |name: &str| parsed.header_raw(name).map(|value| value.trim().to_owned());
        assert_eq!(header("List-Unsubscribe"), Some(format!("<{}{link}>", hub.origin)));
        let one_click = header("List-Unsubscribe-Post");
        assert_eq!(one_click.as_deref(), Some("List-Unsubscribe=One-Click"));
        assert!(matches!(parsed.header("From"), Some(HeaderValue::Address(_))));

        let reader = hub.nobody();
        let page = reader.get(&link).await.expect(200);
        assert!(String::from_utf8(page.body).expect("UTF-8").contains("Hentikan surel"));
        assert_eq!(state(&sari).await, "confirmed", "opening the page stops nothing");
        let click = reader.request(Method::POST, &link).body("List-Unsubscribe=One-Click");
        let click = click.header("content-type", "application/x-www-form-urlencoded");
        Answer::to(click).await.expect(200);
        assert_eq!(state(&sari).await, "off");
        pen.announce(&class, "Lusa libur").await;
        work(&hub).await;
        budi_box.mails(3).await;
        sari_box.mails(2).await;
        assert_eq!(
            attempts(&hub).await,
            [1; 5],
            "two confirmations and three nudges, each handed over once"
        );
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn who_has_it_wrote_it_left_or_is_looking_gets_no_mail() {
    for hub in hubs().await {
        let [teacher, sari, budi, dewi, eko] =
            hub.actors(["Bu Rini", "Sari", "Budi", "Dewi", "Eko"]).await;
        let class = Class::found(&teacher).await;
        class.enrol(&teacher, &[&sari, &budi, &dewi, &eko]).await;
        let mut boxes = Vec::new();
        for who in [&sari, &budi, &dewi, &eko] {
            boxes.push(confirmed(&hub, who, "id").await);
        }
        let looking = hub.hub.live.connect(budi.account()).expect("a connection");
        let root = Pen::of(&teacher).announce(&class, "Bagaimana?").await;
        teacher.delete(&class.path(&format!("/members/{}", dewi.id()))).await.expect(204);
        jobs::drain(&hub.hub, Times::Once).await.expect("the queue runs");
        drop(looking);
        boxes[0].mails(2).await;
        boxes[3].mails(2).await;

        // Sari answers everyone: she is not told of it. Eko has it before the workers come to his mail.
        let proof = class.writer_proof(&teacher, 0, &sari);
        let answer = Pen::with(&sari, &proof).write(&class, Kind::Reply, root.id(), "Baik").await;
        let kinds =
            jobs::Kinds::default().with::<jobs::fan_out::FanOut>().with::<jobs::notify::Notify>();
        let drained = jobs::queue::drain(&hub.hub, &kinds, Times::Once).await.expect("it runs");
        assert_eq!(drained.ran.get("nudge"), Some(&2), "owed to Budi and Eko");
        let delivered = path(&answer, "/receipts/delivered");
        Answer::to(eko.request(Method::PUT, &delivered)).await.expect(204);
        hub.wait(WHILE);
        work(&hub).await;
        for (mailbox, mails) in boxes.iter().zip([2, 2, 1, 2]) {
            mailbox.mails(mails).await;
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_letter_tells_its_recipient_and_the_desks_publishers() {
    for hub in hubs().await {
        let [teacher, sari] = hub.actors(["Bu Rini", "Sari"]).await;
        let class = Class::found(&teacher).await;
        class.enrol(&teacher, &[&sari]).await;
        let (hers, theirs) =
            (confirmed(&hub, &sari, "id").await, confirmed(&hub, &teacher, "id").await);
        let proof = class.writer_proof(&teacher, 0, &sari);
        let desk = class.desk.public();
        let work_in = crate::letters::letter(&class, &sari, desk, LetterKind::Submission);
        crate::letters::send(&sari, &work_in, Some(&proof)).await.expect(201);
        work(&hub).await;
        theirs.mails(2).await;
        let mark =
            crate::letters::letter(&class, &teacher, sari.keys.xk.public(), LetterKind::Return);
        crate::letters::send(&teacher, &mark, None).await.expect(201);
        work(&hub).await;
        let mail = Read::of(&hers.mails(2).await[1]);
        assert!(!mail.text.contains("3/4") && !mail.text.contains("Rini"));
        theirs.mails(2).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_busy_mailbox_gets_its_mail_later_and_once() {
    for hub in hubs().await {
        let sari = hub.actor("Sari").await;
        let mailbox = Box::new("busy");
        put(&hub, &sari, &mailbox.address(), "id").await.expect(202);
        for _ in 0..2 {
            let failures = work(&hub).await.failures;
            assert_eq!(failures.len(), 1, "{failures:?}");
            assert!(failures[0].1.contains("come back later (code 451)"), "{failures:?}");
            assert!(work(&hub).await.ran.is_empty(), "not before its time");
            hub.wait(WHILE);
        }
        assert_eq!(work(&hub).await.failures, []);
        assert!(work(&hub).await.ran.is_empty());
        let mail = Read::of(&mailbox.mails(1).await[0]);
        confirm(&hub, &mail.link(&hub, "confirm")).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_mailbox_that_is_gone_is_written_on_the_address_and_not_tried_again() {
    for hub in hubs().await {
        let sari = hub.actor("Sari").await;
        put(&hub, &sari, &Box::new("gone").address(), "id").await.expect(202);
        assert_eq!(work(&hub).await.failures, []);
        let shown = sari.get("/v1/email").await.json();
        assert_eq!(shown["state"], "failed");
        assert!(shown["reason"].as_str().expect("a reason").contains("mailbox does not exist"));
        hub.wait(DAY);
        assert!(work(&hub).await.ran.is_empty());
        let mailbox = Box::new("here");
        put(&hub, &sari, &mailbox.address(), "id").await.expect(202);
        work(&hub).await;
        mailbox.mails(1).await;
        assert_eq!(state(&sari).await, "unconfirmed");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_mail_server_that_is_away_is_waited_for() {
    for database in databases().await {
        // Nobody listens there: the port was free a moment ago.
        let port = std::net::TcpListener::bind("127.0.0.1:0").expect("a free port").local_addr();
        let smtp = format!("smtp://{}", port.expect("an address"));
        let hub = TestHub::on(database, |config| config.email.smtp = smtp).await;
        let sari = hub.actor("Sari").await;
        put(&hub, &sari, "sari@example.org", "id").await.expect(202);
        let failures = work(&hub).await.failures;
        assert!(failures[0].1.contains("cannot be reached"), "{failures:?}");
        assert_eq!(state(&sari).await, "unconfirmed", "that is not the address's fault");
        hub.wait(WHILE);
        assert_eq!(work(&hub).await.failures.len(), 1);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_address_is_refused_unless_its_owner_signs_a_good_one_now() {
    for hub in hubs().await {
        let [sari, budi] = hub.actors(["Sari", "Budi"]).await;
        let long = format!("{}@example.org", "a".repeat(250));
        for address in [
            "",
            "sari",
            "sari@",
            "@example.org",
            "a b@example.org",
            "sari@[127.0.0.1]",
            "sari@example.org, budi@example.org",
            "sari@example.org\r\nBcc: budi@example.org",
            "sári@example.org",
            &long,
        ] {
            if address.len() < 256 {
                put(&hub, &sari, address, "id").await.expect(400).problem("invalid-request");
            }
        }
        put(&hub, &sari, "sari@example.org", "fr").await.expect(400).problem("invalid-request");
        let mut wish = wish(&hub, &budi, "sari@example.org", "id");
        sari.put_json("/v1/email", &wish).await.expect(422).problem("refused");
        hub.wait(11 * 60_000);
        budi.put_json("/v1/email", &wish).await.expect(422).problem("refused");
        wish["more"] = true.into();
        budi.put_json("/v1/email", &wish).await.expect(400).problem("invalid-request");
        hub.nobody().get("/v1/email").await.expect(401).problem("unauthenticated");
        hub.nobody().delete("/v1/email").await.expect(401).problem("unauthenticated");
        assert_eq!(state(&sari).await, "none");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn nobody_has_a_stranger_written_to_again_and_again() {
    for hub in hubs().await {
        let [sari, budi] = hub.actors(["Sari", "Budi"]).await;
        for n in 0..3 {
            put(&hub, &sari, &format!("victim{n}@example.org"), "id").await.expect(202);
            put(&hub, &sari, "victim@example.org", "id").await.expect(if n < 2 {
                202
            } else {
                429
            });
            sari.delete("/v1/email").await.expect(204);
        }
        for _ in 0..3 {
            put(&hub, &budi, "Victim@example.org", "id").await.expect(202);
        }
        put(&hub, &budi, "victim@example.org", "id").await.expect(429).problem("rate-limited");
        hub.wait(DAY);
        put(&hub, &budi, "victim@example.org", "id").await.expect(202);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_hub_without_a_mail_server_says_so() {
    for hub in TestHub::each().await {
        let [teacher, sari] = hub.actors(["Bu Rini", "Sari"]).await;
        assert_eq!(sari.get("/v1/email").await.json()["enabled"], false);
        put(&hub, &sari, "sari@example.org", "id").await.expect(403).problem("not-allowed");
        let class = Class::found(&teacher).await;
        class.enrol(&teacher, &[&sari]).await;
        Pen::of(&teacher).announce(&class, "tetap sampai").await;
        assert_eq!(work(&hub).await.failures, []);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_crash_repeats_only_the_mail_that_was_in_flight() {
    for hub in hubs().await {
        let [sari, budi] = hub.actors(["Sari", "Budi"]).await;
        let boxes = [Box::new("sari"), Box::new("budi")];
        put(&hub, &sari, &boxes[0].address(), "id").await.expect(202);
        work(&hub).await;
        boxes[0].mails(1).await;
        put(&hub, &budi, &boxes[1].address(), "id").await.expect(202);
        // The process ends between handing Budi's mail over and writing that down.
        let mut tx = hub.hub.db.write().await.expect("a transaction");
        execute!(tx, "update nudges set state = 'sending', attempts = 1 where state = 'due'")
            .expect("one");
        tx.commit().await.expect("it is written");
        work(&hub).await;
        boxes[1].mails(1).await;
        // Both jobs come once more, a day later, when their keys are forgotten.
        let mut tx = hub.hub.db.write().await.expect("a transaction");
        let rows =
            fetch_all!(tx, (Vec<u8>, Vec<u8>), "select subject, account from nudges").expect("two");
        let forget = tx.pick("delete from Jobs", "delete from apalis.jobs");
        execute!(tx, forget).expect("the queue is empty");
        for (subject, account) in &rows {
            let subject = subject.as_slice().try_into().expect("32 bytes");
            let nudge = Nudge::new(subject, account).expect("an account");
            assert!(jobs::queue::push(&mut tx, &nudge, hub.hub.now_ms()).await.expect("pushed"));
        }
        tx.commit().await.expect("it is written");
        assert_eq!(work(&hub).await.ran.get("nudge"), Some(&2));
        assert_eq!(attempts(&hub).await.iter().sum::<i64>(), 3);
        boxes[0].mails(1).await;
        boxes[1].mails(1).await;
    }
}
