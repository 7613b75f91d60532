//! A member becomes a guardian and a member again, in the same slot with the same token.

use kentongan::base64url::{B64, encode};
use kentongan_protocol::membership::{MemberRole, Membership, WriterProof};
use kentongan_protocol::post::{Kind, Standing, ThreadPost};
use serde_json::{Value, json};

use crate::class::Class;
use crate::hub::{Actor, Answer, NOW, TestHub};
use crate::pen::{Pen, open_reply, slot};
use crate::posts::work;

const MINUTE: u64 = 60_000;

fn body(membership: &Membership, signer: &Actor) -> Value {
    json!({
        "membership": encode(membership.encode()),
        "membership_signature": B64(membership.sign(&signer.keys.ik)),
    })
}

async fn put(who: &Actor, class: &Class, member: &Actor, body: &Value) -> Answer {
    who.put_json(&class.path(&format!("/members/{}/role", member.id())), body).await
}

/// What a publisher says a member is, a minute after it was enrolled.
fn says(class: &Class, publisher: &Actor, member: &Actor, role: MemberRole) -> Membership {
    Membership { at_ms: NOW + MINUTE, ..class.membership(publisher, 0, member, role) }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_guardian_has_the_slot_it_had_as_a_member() {
    for hub in TestHub::each().await {
        let [teacher, sari] = hub.actors(["Bu Rini", "Sari"]).await;
        let class = Class::found(&teacher).await;
        // One who came by an open link, whose membership the link had issued.
        let link = class.open_link(&teacher, "poster").await;
        link.ask(&sari, Some(class.s(0))).await.expect(201);
        let me = class.path("/members/me");
        let before = sari.get(&me).await.json();
        hub.wait(MINUTE);
        let guardian = says(&class, &teacher, &sari, MemberRole::Guardian);
        put(&teacher, &class, &sari, &body(&guardian, &teacher)).await.expect(204);
        put(&teacher, &class, &sari, &body(&guardian, &teacher)).await.expect(204);

        let after = sari.get(&me).await.json();
        assert_eq!((&before["role"], &after["role"]), (&json!("member"), &json!("guardian")));
        let (before, after) = (&before["slots"][0], &after["slots"][0]);
        assert_eq!((&before["s"], &before["slot"]), (&after["s"], &after["slot"]));
        assert_eq!(after["membership"], encode(guardian.encode()));
        let listed = teacher.get(&class.path("/members")).await.items().remove(0);
        assert_eq!((&listed["role"], &listed["link"]), (&json!("guardian"), &Value::Null));

        // Nothing was re-keyed: her token opens what comes, and she writes as who she is now.
        let root = Pen::of(&teacher).announce(&class, "rapat orang tua").await;
        let signature = guardian.sign(&teacher.keys.ik);
        let proof = WriterProof { membership: guardian, signature, by_link: None };
        let mut pen = Pen::with(&sari, &proof);
        let reply = pen.write(&class, Kind::Reply, root.id(), "saya hadir").await;
        work(&hub).await;
        let own = slot(&sari, &reply).await;
        let thread = ThreadPost {
            kind: Kind::Announcement,
            author: teacher.ik(),
            by_publisher: true,
            standing: Standing::Accepted,
        };
        let d = class.own_key(0, &sari);
        let opened = open_reply(&class, &reply, thread, &proof, &own, &d);
        assert_eq!(opened.as_deref(), Ok("saya hadir"));

        hub.wait(MINUTE);
        let at_ms = hub.now();
        let member = Membership { role: MemberRole::Member, at_ms, ..guardian };
        put(&teacher, &class, &sari, &body(&member, &teacher)).await.expect(204);
        assert_eq!(sari.get(&me).await.json()["role"], "member");
        // The one before is older now, and comes back no more.
        let old = put(&teacher, &class, &sari, &body(&guardian, &teacher)).await;
        old.expect(422).problem("refused");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn only_a_publishers_word_for_a_live_members_own_slot_changes_a_role() {
    for hub in TestHub::each().await {
        let names = ["Bu Rini", "Sari", "Budi", "Eve", "Pak Joko"];
        let [teacher, sari, budi, eve, elsewhere] = hub.actors(names).await;
        let class = Class::found(&teacher).await;
        let other = Class::found(&elsewhere).await;
        class.enrol(&teacher, &[&sari, &budi]).await;
        let guardian = says(&class, &teacher, &sari, MemberRole::Guardian);
        let good = body(&guardian, &teacher);
        for outsider in [&sari, &budi, &eve, &elsewhere] {
            put(outsider, &class, &sari, &good).await.expect(403).problem("not-allowed");
        }
        put(&teacher, &class, &eve, &good).await.expect(404).problem("not-found");
        put(&teacher, &class, &teacher, &good).await.expect(404).problem("not-found");

        let of_sari = |change: fn(&mut Membership)| {
            let mut membership = guardian;
            change(&mut membership);
            membership
        };
        let mut forged = guardian;
        forged.issuer = sari.ik();
        let bad = [
            (of_sari(|m| m.at_ms = NOW - 1), &teacher),
            (of_sari(|m| m.at_ms = NOW + 11 * MINUTE), &teacher),
            (of_sari(|m| m.at_ms = u64::MAX), &teacher),
            (Membership { ik: budi.ik(), ..guardian }, &teacher),
            (Membership { audience: other.audience(), ..guardian }, &teacher),
            (Membership { cohort: other.s(0), ..guardian }, &teacher),
            (Membership { issuer: elsewhere.ik(), ..guardian }, &elsewhere),
            (guardian, &elsewhere),
            (forged, &sari),
        ];
        for (membership, signer) in bad {
            let answer = put(&teacher, &class, &sari, &body(&membership, signer)).await;
            answer.expect(422).problem("refused");
        }
        for membership in ["", "AAAA"] {
            let mut cut = good.clone();
            cut["membership"] = membership.into();
            put(&teacher, &class, &sari, &cut).await.expect(422).problem("refused");
        }
        put(&teacher, &class, &sari, &json!({})).await.expect(400).problem("invalid-request");
        let me = class.path("/members/me");
        assert_eq!(sari.get(&me).await.json()["role"], "member", "nothing of it was kept");

        teacher.delete(&class.path(&format!("/members/{}", sari.id()))).await.expect(204);
        put(&teacher, &class, &sari, &good).await.expect(404).problem("not-found");
        // Whose cohort was rotated away has no slot to be a guardian in.
        let mut class = class;
        let terms = class.rotated(0);
        class.revise(&teacher, terms).await.expect(201);
        let waiting = says(&class, &teacher, &budi, MemberRole::Guardian);
        put(&teacher, &class, &budi, &body(&waiting, &teacher)).await.expect(404);
    }
}
