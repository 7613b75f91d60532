//! The hub knows when work is due only where a class lets it, and never a time that was corrected since.

use kentongan::client::payload::{Homework, PostBody};
use kentongan_protocol::link::LinkKind;
use kentongan_protocol::post::Kind;

use crate::hub::{DAY, TestHub};
use crate::people::{Person, work};

const HOUR: u64 = 60 * 60 * 1000;

#[tokio::test]
async fn what_the_hub_was_told_moves_with_the_due_time_and_goes_with_it() {
    for hub in TestHub::each().await {
        let mut sari = Person::new(&hub, "Bu Sari").await;
        let mut budi = Person::new(&hub, "Budi").await;
        let class = sari.found_class("VII B").await;
        let link = sari.link(&class, LinkKind::Approval).await;
        budi.follow(&link).await;
        sari.admit_all(&class).await;
        let asks = |due_ms| PostBody {
            body: "Nomor 1–10.".into(),
            homework: Homework { due_ms, ..Homework::default() },
            ..PostBody::default()
        };
        let due = hub.now() + 3 * DAY;
        let given = sari.client.send(&class, Kind::Assignment, None, &asks(Some(due))).await;
        let given = given.expect("given").post;
        work(&hub).await;
        sari.fetch(&class).await.expect("a publisher");
        let told = async |sari: &Person| {
            let row = sari.client.api().due(&given.0).await.expect("an answer");
            row.map(|row| (row.due_ms, row.remind_ms))
        };
        assert!(sari.client.tell_due(&given, due, due - DAY).await.is_err(), "nobody allowed it");
        // A correction tells the hub nothing that it was not told before.
        let corrected = asks(Some(due + HOUR));
        sari.client.change_work(&class, &given, &corrected, None, &|_| {}).await.expect("changed");
        assert_eq!(told(&sari).await, None);

        assert!(budi.client.allow_due_times(&class, true).await.is_err(), "he is no admin");
        sari.client.allow_due_times(&class, true).await.expect("an admin");
        assert_eq!(budi.client.due_times_allowed(&class).await.ok(), Some(true), "he can look");
        sari.client.tell_due(&given, due + HOUR, due - DAY).await.expect("told");
        for (said, moved) in [
            (Some(due + DAY), Some((due + DAY, due - HOUR))),
            (Some(due + DAY), Some((due + DAY, due - HOUR))),
            // So soon that its reminder would have had to come already.
            (Some(hub.now() + HOUR), None),
            (Some(due), None),
        ] {
            hub.wait(1_000);
            let content = asks(said);
            let changed = sari.client.change_work(&class, &given, &content, None, &|_| {}).await;
            changed.expect("changed");
            assert_eq!(told(&sari).await, moved);
        }
        sari.client.tell_due(&given, due, due - DAY).await.expect("told again");
        let never = PostBody {
            homework: Homework { attempts: Some(2), ..Homework::default() },
            ..asks(None)
        };
        sari.client.change_work(&class, &given, &never, None, &|_| {}).await.expect("changed");
        assert_eq!(told(&sari).await, None, "it is never due");
    }
}
