//! Hubs that send over a real SMTP server, mailboxes that nobody else uses, and mails as their readers see them.

use std::path::PathBuf;
use std::time::Duration;

use mail_parser::MessageParser;
use tokio::time::Instant;

use crate::hub::TestHub;
use crate::support::databases;

/// Who the mails are from.
pub(super) const FROM: &str = "Kentongan <hub@kentongan.test>";

/// What `scripts/with-services` says in the environment.
pub(super) fn variable(name: &str) -> String {
    std::env::var(name).unwrap_or_else(|_| {
        panic!("{name} names no mail server: run `make test`, which starts one")
    })
}

/// A hub that sends mail, on each database.
pub(super) async fn hubs() -> Vec<TestHub> {
    let mut hubs = Vec::new();
    for database in databases().await {
        let smtp = variable("KENTONGAN_TEST_SMTP");
        let hub = TestHub::on(database, |config| {
            config.email.smtp = smtp;
            config.email.from = FROM.into();
        });
        hubs.push(hub.await);
    }
    hubs
}

/// A mailbox that nobody else uses; the mail server treats some names in ways of its own.
pub(super) struct Box {
    local: String,
}

impl Box {
    pub(super) fn new(name: &str) -> Self {
        Self { local: format!("{name}-{}", ulid::Ulid::generate().to_string().to_lowercase()) }
    }

    pub(super) fn address(&self) -> String {
        format!("{}@example.org", self.local)
    }

    pub(super) fn now(&self) -> Vec<Vec<u8>> {
        let folder = PathBuf::from(variable("KENTONGAN_TEST_MAIL")).join(&self.local).join("new");
        let Ok(entries) = std::fs::read_dir(folder) else { return Vec::new() };
        let mut paths: Vec<_> = entries.map(|entry| entry.expect("a mail").path()).collect();
        paths.sort();
        paths.iter().map(|path| std::fs::read(path).expect("a mail")).collect()
    }

    /// The mails once there are as many; the server delivers after it has answered.
    pub(super) async fn mails(&self, count: usize) -> Vec<Vec<u8>> {
        let deadline = Instant::now() + Duration::from_secs(20);
        let mut look = tokio::time::interval(Duration::from_millis(20));
        loop {
            let mails = self.now();
            if mails.len() >= count {
                assert_eq!(mails.len(), count, "more mail than there should be");
                return mails;
            }
            assert!(Instant::now() < deadline, "{} of {count} mails came", mails.len());
            look.tick().await;
        }
    }
}

/// A mail as its reader's program shows it.
pub(super) struct Read {
    pub(super) subject: String,
    pub(super) text: String,
    pub(super) html: String,
    pub(super) raw: String,
}

impl Read {
    pub(super) fn of(mail: &[u8]) -> Self {
        let parsed = MessageParser::default().parse(mail).expect("a mail");
        assert_eq!((parsed.text_body_count(), parsed.html_body_count()), (1, 1), "both parts");
        Self {
            subject: parsed.subject().expect("a subject").into(),
            text: parsed.body_text(0).expect("a text part").into(),
            // As a reader's program sees attributes: the templates write `/` as a character reference.
            html: parsed.body_html(0).expect("an HTML part").replace("&#x2f;", "/"),
            raw: String::from_utf8(mail.to_vec()).expect("ASCII"),
        }
    }

    /// The path of its link to `page`, the same in both parts.
    pub(super) fn link(&self, hub: &TestHub, page: &str) -> String {
        let start = format!("{}/email/{page}/", hub.origin);
        let token = |part: &str| {
            let rest = part.split_once(&start).expect("a link").1;
            rest.chars().take_while(|c| c.is_ascii_alphanumeric() || "-_".contains(*c)).collect()
        };
        let (text, html): (String, String) = (token(&self.text), token(&self.html));
        assert_eq!(text, html);
        format!("/email/{page}/{text}")
    }
}
