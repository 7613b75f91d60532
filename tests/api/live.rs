//! Live events: who is connected hears at once, who was away goes on where it was, and nobody hears of others.

use std::time::Duration;

use kentongan::base64url::encode;
use kentongan::notifications::live::{self, CONNECTIONS};
use kentongan_protocol::charter::History;
use reqwest::{Method, Response};

use crate::class::Class;
use crate::hub::{Actor, Answer, TestHub};
use crate::pen::Pen;
use crate::posts::work;

/// An event as a client reads it.
#[derive(Debug, Default, Clone, PartialEq, Eq)]
struct Event {
    id: Option<i64>,
    kind: String,
    subject: String,
}

/// A client that listens.
struct Listener {
    response: Response,
    text: String,
}

impl Listener {
    async fn connect(actor: &Actor, last: Option<i64>) -> Self {
        let mut request = actor.request(Method::GET, "/v1/events");
        if let Some(last) = last {
            request = request.header("last-event-id", last);
        }
        let response = request.send().await.expect("the hub answers");
        assert_eq!(response.status(), 200);
        let mut listener = Self { response, text: String::new() };
        assert_eq!(listener.next().await.kind, "", "first it is told where it begins");
        listener
    }

    /// The next event.
    async fn next(&mut self) -> Event {
        loop {
            if let Some(end) = self.text.find("\n\n") {
                let block: String = self.text.drain(..end + 2).collect();
                let event = parse(&block);
                if event.id.is_some() {
                    return event;
                }
                continue;
            }
            let chunk = tokio::time::timeout(Duration::from_secs(20), self.response.chunk());
            let chunk = chunk.await.expect("an event in time").expect("a whole chunk");
            self.text += std::str::from_utf8(&chunk.expect("an open stream")).expect("text");
        }
    }

    /// The next event of this kind; others may come before it.
    async fn next_of(&mut self, kind: &str) -> Event {
        loop {
            let event = self.next().await;
            if event.kind == kind {
                return event;
            }
        }
    }
}

fn parse(block: &str) -> Event {
    let mut event = Event::default();
    for line in block.lines() {
        match line.split_once(':').map(|(field, value)| (field, value.trim_start())) {
            Some(("id", id)) => event.id = id.parse().ok(),
            Some(("event", kind)) => event.kind = kind.into(),
            Some(("data", data)) => {
                let data: serde_json::Value = serde_json::from_str(data).expect("JSON");
                event.subject = data["subject"].as_str().expect("a subject").into();
            }
            _ => {}
        }
    }
    event
}

#[tokio::test(flavor = "multi_thread")]
async fn members_and_publishers_hear_of_a_post_as_it_becomes_theirs() {
    for hub in TestHub::each().await {
        let [teacher, sari, other, dewi] =
            hub.actors(["Bu Rini", "Sari", "Pak Joko", "Dewi"]).await;
        let class = Class::found(&teacher).await;
        class.enrol(&teacher, &[&sari]).await;
        let elsewhere = Class::found(&other).await;
        elsewhere.enrol(&other, &[&dewi]).await;
        let mut member = Listener::connect(&sari, None).await;
        let mut staff = Listener::connect(&teacher, None).await;
        assert!(hub.hub.live.connected().contains(&sari.account()));
        assert!(!hub.hub.live.connected().contains(&dewi.account()));

        Pen::of(&other).announce(&elsewhere, "bukan untuk Sari").await;
        let post = Pen::of(&teacher).announce(&class, "dengarkan").await;
        assert_eq!(staff.next_of("post").await.subject, encode(post.id()));
        work(&hub).await;
        let heard = member.next_of("post").await;
        assert_eq!(heard.subject, encode(post.id()), "the first that it hears of");
        assert_eq!(staff.next_of("progress").await.subject, encode(post.id()));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn who_was_away_goes_on_where_it_was() {
    for hub in TestHub::each().await {
        let [teacher, sari] = hub.actors(["Bu Rini", "Sari"]).await;
        let class = Class::found(&teacher).await;
        class.enrol(&teacher, &[&sari]).await;
        let mut pen = Pen::of(&teacher);
        let mut listener = Listener::connect(&sari, None).await;
        let first = pen.announce(&class, "satu").await;
        work(&hub).await;
        let heard = listener.next_of("post").await;
        assert_eq!(heard.subject, encode(first.id()));
        drop(listener);

        let mut missed = Vec::new();
        for n in 0..120 {
            missed.push(encode(pen.announce(&class, &format!("berita {n}")).await.id()));
        }
        work(&hub).await;
        let mut listener = Listener::connect(&sari, heard.id).await;
        let mut caught_up = Vec::new();
        for _ in 0..missed.len() {
            caught_up.push(listener.next_of("post").await.subject);
        }
        caught_up.sort();
        missed.sort();
        assert_eq!(caught_up, missed);

        let request = sari.request(Method::GET, "/v1/events").header("last-event-id", "x");
        Answer::to(request).await.expect(400).problem("invalid-request");
        hub.nobody().get("/v1/events").await.expect(401).problem("unauthenticated");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn who_joins_hears_of_nothing_from_before_whatever_id_is_said_to_be_the_last() {
    for hub in TestHub::each().await {
        let [teacher, sari, budi] = hub.actors(["Bu Rini", "Sari", "Budi"]).await;
        let class = Class::found_with(&teacher, |terms| terms.history = History::FromJoining).await;
        class.enrol(&teacher, &[&sari]).await;
        let mut pen = Pen::of(&teacher);
        let before = pen.announce(&class, "sebelum Budi").await;
        work(&hub).await;
        hub.wait(1);
        class.enrol(&teacher, &[&budi]).await;
        let after = pen.announce(&class, "setelah Budi").await;
        work(&hub).await;
        let mut listener = Listener::connect(&budi, Some(0)).await;
        assert_eq!(listener.next_of("post").await.subject, encode(after.id()));
        let mut listener = Listener::connect(&sari, Some(0)).await;
        assert_eq!(listener.next_of("post").await.subject, encode(before.id()));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_another_process_does_is_heard_too() {
    for hub in TestHub::each().await {
        let [teacher, sari] = hub.actors(["Bu Rini", "Sari"]).await;
        let class = Class::found(&teacher).await;
        class.enrol(&teacher, &[&sari]).await;
        let mut member = Listener::connect(&sari, None).await;
        let other = hub.database.hub(hub.hub.clock.clone()).await;
        let mut tx = other.db.write().await.expect("a transaction");
        let (audience, s) = (class.audience(), class.s(0));
        let event = live::Event {
            kind: live::Kind::Post,
            to: live::To::Cohort(&audience, s.as_bytes()),
            subject: &[7; 32],
            at_ms: hub.hub.now_ms(),
        };
        live::announce(&mut tx, &event).await.expect("an event");
        tx.commit().await.expect("a commit");
        assert_eq!(member.next_of("post").await.subject, encode([7; 32]));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn who_is_removed_hears_of_that_and_of_nothing_after() {
    for hub in TestHub::each().await {
        let [teacher, sari, budi] = hub.actors(["Bu Rini", "Sari", "Budi"]).await;
        let class = Class::found(&teacher).await;
        class.enrol(&teacher, &[&sari, &budi]).await;
        let mut removed = Listener::connect(&budi, None).await;
        let removal = class.path(&format!("/members/{}", budi.id()));
        teacher.delete(&removal).await.expect(204);
        assert_eq!(removed.next().await.kind, "member");
        Pen::of(&teacher).announce(&class, "tanpa Budi").await;
        work(&hub).await;
        let other = Class::found(&budi).await;
        let post = Pen::of(&budi).announce(&other, "milik Budi").await;
        assert_eq!(removed.next_of("post").await.subject, encode(post.id()));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_account_holds_so_many_connections_and_leaves_when_they_end() {
    for hub in TestHub::each().await {
        let [sari] = hub.actors(["Sari"]).await;
        let mut open = Vec::new();
        for _ in 0..CONNECTIONS {
            open.push(Listener::connect(&sari, None).await);
        }
        let request = sari.request(Method::GET, "/v1/events");
        Answer::to(request).await.expect(429).problem("rate-limited");
        drop(open);
        let gone = async {
            while hub.hub.live.connected().contains(&sari.account()) {
                tokio::task::yield_now().await;
            }
        };
        tokio::time::timeout(Duration::from_secs(20), gone).await.expect("it is seen to be gone");
    }
}
