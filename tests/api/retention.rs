//! What the hub deletes when its time is over, and what it keeps.

use kentongan::base64url::encode;
use kentongan::config::Retention as Days;
use kentongan::fetch_scalar;
use kentongan::jobs::{Job, retention::Retention};
use kentongan_protocol::letter::Kind;
use kentongan_protocol::primitives::sha256;

use crate::class::Class;
use crate::hub::{DAY, TestHub};
use crate::letters::{letter, send};
use crate::pen::Pen;
use crate::support::databases;

async fn count(hub: &TestHub, sql: &'static str) -> i64 {
    let mut tx = hub.hub.db.read().await.expect("a transaction");
    fetch_scalar!(tx, i64, sql).expect("a count")
}

async fn clean(hub: &TestHub) {
    for tick in [1, 1] {
        Retention { tick }.run(&hub.hub).await.expect("it runs, and again");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_old_goes_and_what_is_new_stays() {
    for database in databases().await {
        let days = Days { posts_days: 10, letters_days: 10, attachments_days: 10, events_days: 10 };
        let hub = TestHub::on(database, |config| config.retention = days).await;
        let [mut teacher, sari] = hub.actors(["Bu Rini", "Sari"]).await;
        let class = Class::found(&teacher).await;
        class.enrol(&teacher, &[&sari]).await;
        let proof = class.writer_proof(&teacher, 0, &sari);
        let work = letter(&class, &sari, class.desk.public(), Kind::Submission);
        send(&sari, &work, Some(&proof)).await.expect(201);
        let mut pen = Pen::of(&teacher);
        pen.announce(&class, "pertama").await;
        pen.announce(&class, "kedua").await;
        let blob = b"a blob";
        let attachment = class.path(&format!("/attachments/{}", encode(sha256(blob))));
        let upload = format!("{attachment}?for=audience");
        teacher.put_octets(&upload, &blob[..]).await.expect(201);
        let folder = hub.hub.config.data.join("attachments").join(hex::encode(class.audience()));
        let half = std::fs::File::create(folder.join("incoming-x")).expect("a file");
        let now = std::time::UNIX_EPOCH + std::time::Duration::from_millis(hub.now());
        half.set_modified(now).expect("a time");

        hub.wait(5 * DAY);
        clean(&hub).await;
        assert_eq!(count(&hub, "select count(*) from letters").await, 1);
        assert_eq!(count(&hub, "select count(*) from posts").await, 2);
        teacher.get(&attachment).await.expect(200);

        hub.wait(6 * DAY);
        clean(&hub).await;
        assert_eq!(count(&hub, "select count(*) from letters").await, 0);
        assert_eq!(count(&hub, "select count(*) from events").await, 0);
        // The newest of a chain stays: the next must follow it.
        assert_eq!(count(&hub, "select count(*) from posts").await, 1);
        teacher.get(&attachment).await.expect(404).problem("not-found");
        assert_eq!(std::fs::read_dir(&folder).expect("a folder").count(), 0, "half an upload too");

        hub.wait(30 * DAY);
        clean(&hub).await;
        assert_eq!(count(&hub, "select count(*) from sessions").await, 0);
        assert_eq!(count(&hub, "select count(*) from challenges").await, 0);
        teacher.sign_in().await;
    }
}
