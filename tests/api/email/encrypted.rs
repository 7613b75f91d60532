//! Mail over STARTTLS and over TLS from the first byte; never in clear where encryption was asked for.

use std::path::Path;
use std::sync::Arc;

use kentongan::config::{Config, Email};
use kentongan::entropy::Entropy;
use kentongan::hub::Hub;

use super::*;

/// A certificate that is good for another server; its key was thrown away.
const OTHER: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/smtp/other.pem");

fn starttls(server: &str) -> String {
    variable(server).replace("smtp://", "smtp+starttls://")
}

/// A hub on each database with this mail server and these authorities.
async fn hubs_with(smtp: &str, ca: &str) -> Vec<TestHub> {
    let mut hubs = Vec::new();
    for database in databases().await {
        let change = |config: &mut Config| config.email = settings(smtp, ca);
        hubs.push(TestHub::on(database, change).await);
    }
    hubs
}

fn settings(smtp: &str, ca: &str) -> Email {
    Email { smtp: smtp.into(), ca: ca.into(), from: FROM.into(), connections: 4 }
}

/// The same hub, started again with other settings.
async fn restarted(hub: &TestHub, smtp: &str, ca: &str) -> Arc<Hub> {
    let config = Config { email: settings(smtp, ca), ..hub.hub.config.clone() };
    Hub::open(config, hub.hub.clock.clone(), Entropy::seeded(2)).await.expect("it starts")
}

/// The header in which the mail server says how the mail came to it.
fn received(mail: &Read) -> String {
    let parsed = MessageParser::default().parse(mail.raw.as_bytes()).expect("a mail");
    parsed.header_raw("Received").expect("the mail server's own").to_owned()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_mail_goes_encrypted_where_that_is_set() {
    let ca = variable("KENTONGAN_TEST_SMTP_CA");
    for smtp in [starttls("KENTONGAN_TEST_SMTP"), variable("KENTONGAN_TEST_SMTPS")] {
        // By name and by address: the certificate is good for both.
        for smtp in [smtp.clone(), smtp.replace("127.0.0.1", "localhost")] {
            for hub in hubs_with(&smtp, &ca).await {
                let sari = hub.actor("Sari").await;
                let mailbox = confirmed(&hub, &sari, "id").await;
                let mail = Read::of(&mailbox.mails(1).await[0]);
                let received = received(&mail);
                assert!(
                    received.contains("with esmtps") && received.contains("TLS1.3"),
                    "{received}"
                );
            }
        }
    }
    let hub = &hubs().await[0];
    let sari = hub.actor("Sari").await;
    let mailbox = confirmed(hub, &sari, "id").await;
    let clear = received(&Read::of(&mailbox.mails(1).await[0]));
    assert!(clear.contains("with esmtp "), "{clear}");
}

/// Tries to send a mail and tries again; it waits for this reason and goes out, once, when the operator has mended it.
async fn waits(hub: &TestHub, why: &str, mended: (&str, &str)) {
    let sari = hub.actor("Sari").await;
    let mailbox = Box::new("sari");
    put(hub, &sari, &mailbox.address(), "id").await.expect(202);
    for _ in 0..2 {
        let failures = work(hub).await.failures;
        assert_eq!(failures.len(), 1, "{failures:?}");
        assert!(failures[0].1.contains(why), "{failures:?}");
        assert!(work(hub).await.ran.is_empty(), "not before its time");
        hub.wait(WHILE);
    }
    assert_eq!(state(&sari).await, "unconfirmed", "that is not the address's fault");
    assert!(mailbox.now().is_empty(), "nothing went another way");
    let mended = restarted(hub, mended.0, mended.1).await;
    let drained = jobs::drain(&mended, Times::Twice).await.expect("the queue runs");
    assert_eq!(drained.failures, []);
    confirm(hub, &Read::of(&mailbox.mails(1).await[0]).link(hub, "confirm")).await;
    assert_eq!(attempts(hub).await, [3]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_mail_server_whose_certificate_is_not_trusted_gets_nothing() {
    let ca = variable("KENTONGAN_TEST_SMTP_CA");
    assert!(Path::new(OTHER).is_file());
    for smtp in [starttls("KENTONGAN_TEST_SMTP"), variable("KENTONGAN_TEST_SMTPS")] {
        for wrong in ["", OTHER] {
            for hub in hubs_with(&smtp, wrong).await {
                waits(&hub, "certificate is not trusted", (&smtp, &ca)).await;
            }
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_mail_server_without_the_encryption_that_is_set_gets_nothing() {
    let ca = variable("KENTONGAN_TEST_SMTP_CA");
    let good = starttls("KENTONGAN_TEST_SMTP");
    let without = starttls("KENTONGAN_TEST_SMTP_CLEAR");
    for hub in hubs_with(&without, &ca).await {
        waits(&hub, "offers no STARTTLS", (&good, &ca)).await;
    }
    let not_tls = variable("KENTONGAN_TEST_SMTP_CLEAR").replace("smtp://", "smtps://");
    for hub in hubs_with(&not_tls, &ca).await {
        waits(&hub, "no encrypted connection", (&good, &ca)).await;
    }
    // It would have taken the mail.
    for hub in hubs_with(&variable("KENTONGAN_TEST_SMTP_CLEAR"), "").await {
        let sari = hub.actor("Sari").await;
        confirmed(&hub, &sari, "id").await;
    }
}
