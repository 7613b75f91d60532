//! Approvals: what one publisher writes goes out when another has signed it, and not before.

use kentongan::base64url::encode;
use kentongan::jobs::{self, queue::Times};
use kentongan_protocol::approval::Approval;
use kentongan_protocol::charter::{Role, Staff};
use kentongan_protocol::ids::PostId;
use kentongan_protocol::post::Kind;

use crate::class::Class;
use crate::hub::{Actor, TestHub};
use crate::pen::{Pen, path, slot};
use crate::posts::{listed, work};

/// A class of two publishers in which one must approve what the other writes.
async fn careful_class(teacher: &Actor, head: &Actor) -> Class {
    let staff = Staff { role: Role::Publisher, ik: head.ik() };
    Class::found_with(teacher, |terms| {
        terms.staff.push(staff);
        terms.approvals = 1;
    })
    .await
}

fn approval(publisher: &Actor, post: PostId) -> Vec<u8> {
    Approval::sign(&publisher.keys.ik, &post).encode()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_post_goes_out_once_another_publisher_approves_it() {
    for hub in TestHub::each().await {
        let [teacher, head, sari, dewi] = hub.actors(["Bu Rini", "Pak Joko", "Sari", "Dewi"]).await;
        let class = careful_class(&teacher, &head).await;
        class.enrol(&teacher, &[&sari]).await;
        let mut pen = Pen::of(&teacher);
        let post = pen.seal(&class, Kind::Announcement, PostId::ZERO, "biaya sekolah");
        let stored = pen.send(&class, &post).await.expect(201).json();
        assert_eq!(stored["state"], "pending");
        let correction = pen.seal(&class, Kind::Correction, post.id(), "biaya");
        pen.send(&class, &correction).await.expect(422).problem("refused");
        work(&hub).await;
        assert!(listed(&sari, &class).await.is_empty());
        sari.get(&path(&post, "")).await.expect(404).problem("not-found");
        sari.get(&path(&post, "/slot")).await.expect(404).problem("not-found");
        let public = format!("/v1/permalinks/{}", encode(post.id()));
        hub.nobody().get(&public).await.expect(404).problem("not-found");
        // Members see the list up to here; what is approved later must still reach them.
        let other = Pen::of(&head).announce(&class, "sudah disetujui").await;
        let bytes = approval(&teacher, other.id());
        teacher.post_octets(&path(&other, "/approvals"), bytes).await.expect(201);
        work(&hub).await;
        assert_eq!(listed(&sari, &class).await, [other.id().0]);
        let seen = sari.get(&class.path("/posts")).await.items()[0]["position"].clone();
        class.enrol(&teacher, &[&dewi]).await;

        let approvals = path(&post, "/approvals");
        for (who, bytes) in [
            (&teacher, approval(&teacher, post.id())),
            (&head, approval(&sari, post.id())),
            (&head, approval(&head, other.id())),
            (&head, approval(&head, post.id())[..95].to_vec()),
        ] {
            who.post_octets(&approvals, bytes).await.expect(422).problem("refused");
        }
        let answer = sari.post_octets(&approvals, approval(&head, post.id())).await;
        answer.expect(404).problem("not-found");
        let approved = head.post_octets(&approvals, approval(&head, post.id())).await.expect(201);
        assert_eq!(
            approved.json(),
            serde_json::json!({ "state": "accepted", "approvals": 1, "needed": 1 })
        );
        let again = head.post_octets(&approvals, approval(&head, post.id())).await.expect(200);
        assert_eq!(again.json(), approved.json());
        let repeated = pen.send_bytes(&class, post.encode()).await.expect(200).json();
        assert_eq!(repeated["state"], "accepted");
        work(&hub).await;

        let new = sari.get(&class.path(&format!("/posts?after={seen}"))).await.items();
        assert_eq!(new.len(), 1, "approved later, so later in the list");
        assert_eq!(new[0]["approvals"], serde_json::json!([encode(approval(&head, post.id()))]));
        for member in [&sari, &dewi] {
            slot(member, &post).await;
        }
        hub.nobody().get(&public).await.expect(200);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_pending_post_lapses_when_the_charter_changes_and_keeps_its_place_in_the_chain() {
    for hub in TestHub::each().await {
        let [teacher, head] = hub.actors(["Bu Rini", "Pak Joko"]).await;
        let mut class = careful_class(&teacher, &head).await;
        let mut pen = Pen::of(&teacher);
        let post = pen.announce(&class, "menunggu").await;
        let terms = class.next_terms();
        class.revise(&teacher, terms).await.expect(201);
        let status = teacher.get(&path(&post, "/status")).await.expect(200).json();
        assert_eq!(status["state"], "lapsed");
        let late = head.post_octets(&path(&post, "/approvals"), approval(&head, post.id())).await;
        late.expect(422).problem("refused");
        let (seq, prev) = (pen.position.seq, pen.position.prev);
        (pen.position.seq, pen.position.prev) = (1, PostId::ZERO);
        let over = pen.seal(&class, Kind::Announcement, PostId::ZERO, "dari awal");
        pen.send(&class, &over).await.expect(422).problem("refused");
        (pen.position.seq, pen.position.prev) = (seq, prev);
        pen.announce(&class, "sekali lagi").await;
        let drained = jobs::drain(&hub.hub, Times::Twice).await.expect("the queue answers");
        assert!(!drained.ran.contains_key("fan-out"), "nothing unaccepted is transformed");
    }
}
