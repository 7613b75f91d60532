//! Mails before work is due: to those who asked, are away and have handed nothing in; without a word of what it is.

use kentongan::jobs::{self, Times};
use kentongan_protocol::post::Kind;
use serde_json::json;

use super::{Read, confirmed, hubs, work};
use crate::class::Class;
use crate::due_times::{assign, hand_in};
use crate::pen::{Pen, path};

const HOUR: u64 = 60 * 60 * 1000;
/// What nobody but the class may read.
const TITLE: &str = "Pecahan senilai";

#[tokio::test(flavor = "multi_thread")]
async fn who_asked_for_mail_and_is_away_gets_one_that_says_only_that_something_is_due() {
    for hub in hubs().await {
        let [teacher, sari, budi, ani] = hub.actors(["Bu Rini", "Sari", "Budi", "Ani"]).await;
        let class = Class::found(&teacher).await;
        class.enrol(&teacher, &[&sari, &budi, &ani]).await;
        teacher.put_json(&class.path("/due-times"), &json!({ "allowed": true })).await.expect(204);
        let hers = confirmed(&hub, &sari, "id").await;
        let his = confirmed(&hub, &budi, "en").await;
        let anis = confirmed(&hub, &ani, "id").await;
        let given = assign(&mut Pen::of(&teacher), &class, TITLE).await;
        let due = json!({ "due_ms": hub.now() + 2 * HOUR, "remind_ms": hub.now() + HOUR });
        teacher.put_json(&path(&given, "/due"), &due).await.expect(204);
        work(&hub).await;
        // The mail about the post itself.
        for mailbox in [&hers, &his, &anis] {
            mailbox.mails(2).await;
        }
        hand_in(&hub, &teacher, &class, &budi, &given).await;
        let looking = hub.hub.live.connect(ani.account()).expect("a connection");
        hub.wait(HOUR);
        work(&hub).await;
        work(&hub).await;
        drop(looking);
        let mails = hers.mails(3).await;
        let mail = mails.iter().map(|mail| Read::of(mail));
        let mail = mail.into_iter().find(|mail| mail.subject == "Ada yang segera jatuh tempo");
        let mail = mail.expect("a reminder");
        for part in [&mail.text, &mail.html, &mail.raw] {
            for secret in [TITLE, "Pecahan", "Sari", "Rini"] {
                assert!(!part.contains(secret), "{secret} is nobody's business: {part}");
            }
        }
        assert!(mail.text.contains(&hub.origin), "where to look");
        mail.link(&hub, "unsubscribe");
        his.mails(2).await;
        anis.mails(2).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_mail_that_waits_is_not_sent_once_the_work_came_or_was_taken_back() {
    for hub in hubs().await {
        let [teacher, sari, budi] = hub.actors(["Bu Rini", "Sari", "Budi"]).await;
        let class = Class::found(&teacher).await;
        class.enrol(&teacher, &[&sari, &budi]).await;
        teacher.put_json(&class.path("/due-times"), &json!({ "allowed": true })).await.expect(204);
        let (hers, his) = (confirmed(&hub, &sari, "id").await, confirmed(&hub, &budi, "id").await);
        let pen = &mut Pen::of(&teacher);
        let (first, second) = (assign(pen, &class, "satu").await, assign(pen, &class, "dua").await);
        for given in [&first, &second] {
            let due = json!({ "due_ms": hub.now() + 2 * HOUR, "remind_ms": hub.now() + HOUR });
            teacher.put_json(&path(given, "/due"), &due).await.expect(204);
        }
        hand_in(&hub, &teacher, &class, &budi, &second).await;
        work(&hub).await;
        hers.mails(3).await;
        his.mails(3).await;
        // What owes the mails is done, and what sends them has not begun.
        hub.wait(HOUR);
        for post in kentongan::due_times::waiting(&hub.hub).await.expect("both") {
            kentongan::due_times::remind(&hub.hub, &post).await.expect("begun");
        }
        let kinds = jobs::Kinds::default().with::<jobs::notify::Notify>();
        let drained = jobs::queue::drain(&hub.hub, &kinds, Times::Once).await.expect("it runs");
        assert_eq!(drained.ran.get("nudge"), Some(&3), "Sari owes both, Budi the first");
        hand_in(&hub, &teacher, &class, &sari, &second).await;
        pen.write(&class, Kind::Withdrawal, first.id(), "").await;
        hub.wait(60_000);
        jobs::drain(&hub.hub, Times::Once).await.expect("it runs");
        let reminders = async |mailbox: &super::Box| {
            let mails = mailbox.now();
            mails.iter().filter(|mail| Read::of(mail).subject.contains("jatuh tempo")).count()
        };
        assert_eq!((reminders(&hers).await, reminders(&his).await), (0, 0));
    }
}
