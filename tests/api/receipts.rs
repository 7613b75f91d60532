//! Receipts: members say what became of a post, the first time counts, and publishers see how many.

use crate::class::Class;
use crate::hub::TestHub;
use crate::pen::{Pen, path};
use crate::posts::work;

#[tokio::test(flavor = "multi_thread")]
async fn publishers_see_how_many_have_it_and_understood() {
    for hub in TestHub::each().await {
        let [teacher, sari, budi, stranger] = hub.actors(["Bu Rini", "Sari", "Budi", "Eve"]).await;
        let class = Class::found(&teacher).await;
        class.enrol(&teacher, &[&sari, &budi]).await;
        let post = Pen::of(&teacher).announce(&class, "besok libur").await;
        work(&hub).await;
        let say = |word: &str| path(&post, &format!("/receipts/{word}"));
        for word in ["delivered", "delivered", "read", "acknowledged", "acknowledged"] {
            sari.put_octets(&say(word), "").await.expect(204);
        }
        budi.put_octets(&say("acknowledged"), "").await.expect(204);
        let status = teacher.get(&path(&post, "/status")).await.expect(200).json();
        assert_eq!(
            (&status["delivered"], &status["read"], &status["acknowledged"]),
            (&2.into(), &1.into(), &2.into())
        );
        budi.put_octets(&say("shredded"), "").await.expect(400).problem("invalid-request");
        stranger.put_octets(&say("read"), "").await.expect(404).problem("not-found");
        teacher.put_octets(&say("read"), "").await.expect(403).problem("not-allowed");
        hub.nobody().put_octets(&say("read"), "").await.expect(401).problem("unauthenticated");
    }
}
