//! One hub, one clock and one line for all classes of a term, which go through it in step.
//!
//! Invariant: the clock moves, and the hub's workers work, only while every class waits.

use std::time::Duration;

use kentongan::jobs::{self, queue::Times};
use mail_parser::MessageParser;
use reqwest::Method;
use tokio::sync::Barrier;
use tokio::time::Instant;

use crate::hub::{Answer, TestHub};
use crate::line::Line;
use crate::people::Person;
use crate::support::TestDatabase;

/// Where the term takes place.
pub(super) struct Stage {
    pub(super) hub: TestHub,
    pub(super) line: Line,
    barrier: Barrier,
}

fn variable(name: &str) -> String {
    std::env::var(name).unwrap_or_else(|_| panic!("{name} is not set: run `make test`"))
}

impl Stage {
    pub(super) async fn set(database: TestDatabase, classes: usize) -> Self {
        let line = Line::lay().await;
        let origin = line.origin.clone();
        let hub = TestHub::on(database, |config| {
            config.origin = origin;
            config.email.smtp = variable("KENTONGAN_TEST_SMTP");
        });
        let hub = hub.await;
        line.connect(&hub.origin);
        Self { hub, line, barrier: Barrier::new(classes) }
    }

    /// Once all classes are here, the workers do what is due, time passes and `then` happens.
    pub(super) async fn pass(&self, ms: u64, then: impl FnOnce(&Line)) {
        if self.barrier.wait().await.is_leader() {
            let done = jobs::drain(&self.hub.hub, Times::Once).await.expect("a database");
            assert!(done.failures.is_empty(), "{done:?}");
            self.hub.wait(ms);
            then(&self.line);
        }
        self.barrier.wait().await;
    }

    /// Somebody asks for mail and confirms the address; their mailbox.
    pub(super) async fn mail(&self, person: &Person) -> String {
        let mailbox = format!("term-{}", ulid::Ulid::generate().to_string().to_lowercase());
        let address = format!("{mailbox}@example.org");
        person.client.ask_for_mail(&address, "id").await.expect("asked");
        jobs::drain(&self.hub.hub, Times::Once).await.expect("a database");
        let mails = wait_for(&[&mailbox], 1).await;
        let mail = MessageParser::default().parse(&mails[0]).expect("a mail");
        let text = mail.body_text(0).expect("a text");
        let link = text.split_whitespace().find(|word| word.contains("/email/confirm/"));
        let path = link.expect("a link").strip_prefix(&self.line.origin).expect("of this hub");
        let button = self.hub.nobody().request(Method::POST, path);
        Answer::to(button).await.expect(200);
        mailbox
    }
}

/// The mails of these mailboxes, once there are as many.
pub(super) async fn wait_for(mailboxes: &[&str], count: usize) -> Vec<Vec<u8>> {
    let mail = variable("KENTONGAN_TEST_MAIL");
    let deadline = Instant::now() + Duration::from_mins(1);
    let mut look = tokio::time::interval(Duration::from_millis(20));
    loop {
        look.tick().await;
        let folders = mailboxes.iter().map(|mailbox| format!("{mail}/{mailbox}/new"));
        let entries = folders.flat_map(|folder| std::fs::read_dir(folder).into_iter().flatten());
        let mails: Vec<_> = entries.map(|entry| entry.expect("a mail").path()).collect();
        if mails.len() >= count {
            return mails.iter().map(|mail| std::fs::read(mail).expect("a mail")).collect();
        }
        assert!(Instant::now() < deadline, "{} of {count} mails came", mails.len());
    }
}
