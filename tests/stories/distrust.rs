//! What an operator could serve instead of the truth, and how a client refuses it.

use kentongan::client::payload::PostBody;
use kentongan::client::{Addressee, Client, Error, Joined};
use kentongan::store::Db;
use kentongan_protocol::ids::{AudienceId, PostId};
use kentongan_protocol::letter;
use kentongan_protocol::link::LinkKind;
use kentongan_protocol::membership::MemberRole;
use kentongan_protocol::post::Kind;
use sqlx::AssertSqlSafe;

use crate::hub::{DAY, TestHub};
use crate::people::{Person, work};

/// The operator changes the database by hand.
pub(crate) async fn tamper(hub: &TestHub, sql: &str) {
    let sql = AssertSqlSafe(sql.to_owned());
    let changed = match &hub.database.db {
        Db::Sqlite { writer, .. } => {
            sqlx::query(sql).execute(writer).await.expect("changed").rows_affected()
        }
        Db::Postgres(pool) => {
            sqlx::query(sql).execute(pool).await.expect("changed").rows_affected()
        }
    };
    assert!(changed > 0, "the operator changed nothing");
}

async fn say(person: &mut Person, class: &AudienceId, text: &str) -> PostId {
    let content = PostBody { body: text.into(), ..PostBody::default() };
    let sent = person.client.send(class, Kind::Announcement, None, &content).await;
    sent.expect("sent").post
}

fn reason<T>(refused: Result<T, Error>) -> String {
    match refused {
        Err(Error::Distrust(why)) => why,
        Err(other) => panic!("another error: {other}"),
        Ok(_) => panic!("it was believed"),
    }
}

/// Why the posts of an audience were not shown.
async fn refusals(client: &mut Client, class: &AudienceId) -> Vec<String> {
    let fetched = client.fetch(class).await.expect("the hub answers");
    assert!(fetched.new.is_empty(), "nothing of it is shown");
    fetched.refused.into_iter().map(|(_, why)| why).collect()
}

#[tokio::test]
async fn a_chain_cut_short_or_exchanged_is_refused() {
    for hub in TestHub::each().await {
        let mut sari = Person::new(&hub, "Bu Sari").await;
        let class = sari.found_class("VII B").await;
        let link = sari.link(&class, LinkKind::Approval).await;
        sari.client.renew(&class).await.expect("renewed");
        tamper(&hub, "delete from charters where revision = 1").await;
        assert!(reason(sari.client.sync(&class).await).contains("hides charters"));

        // Under the link of one class, the charters of another.
        let other = sari.found_class("VIII A").await;
        let mut ani = Person::new(&hub, "Ani").await;
        let hex = |id: &AudienceId| hex::encode(id.0);
        let blob = |id: &AudienceId| match &hub.database.db {
            Db::Sqlite { .. } => format!("x'{}'", hex(id)),
            Db::Postgres(_) => format!("'\\x{}'::bytea", hex(id)),
        };
        let swap = format!(
            "update charters set charter = (select charter from charters where audience = {b} and revision = 0),
             signatures = (select signatures from charters where audience = {b} and revision = 0)
             where audience = {a} and revision = 0",
            a = blob(&class),
            b = blob(&other)
        );
        tamper(&hub, &swap).await;
        let why = reason(ani.client.join(&link, None, None, false).await);
        assert!(why.contains("belongs to another audience"), "{why}");
        assert!(ani.client.vault().audiences.is_empty(), "nothing of it is kept");
    }
}

#[tokio::test]
async fn a_post_in_anothers_place_is_refused() {
    for hub in TestHub::each().await {
        let mut sari = Person::new(&hub, "Bu Sari").await;
        let class = sari.found_class("VII B").await;
        let link = sari.link(&class, LinkKind::Open).await;
        let mut ani = Person::new(&hub, "Ani").await;
        assert_eq!(ani.follow(&link).await, Joined::Member);
        say(&mut sari, &class, "Pertama").await;
        say(&mut sari, &class, "Kedua").await;
        work(&hub).await;
        let swap = "update posts set bytes = (select p.bytes from posts p where p.position = 2) where position = 1";
        tamper(&hub, swap).await;
        let fetched = ani.client.fetch(&class).await.expect("the hub answers");
        let why = &fetched.refused[0].1;
        assert!(why.contains("another post than the one it listed"), "{why}");
        assert_eq!(fetched.new.len(), 1, "the genuine one is shown");
    }
}

#[tokio::test]
async fn anothers_slot_does_not_open() {
    for hub in TestHub::each().await {
        let mut sari = Person::new(&hub, "Bu Sari").await;
        let class = sari.found_class("VII B").await;
        let link = sari.link(&class, LinkKind::Open).await;
        let (mut ani, mut budi) = (Person::new(&hub, "Ani").await, Person::new(&hub, "Budi").await);
        ani.follow(&link).await;
        budi.follow(&link).await;
        say(&mut sari, &class, "Satu").await;
        work(&hub).await;
        let (first, second) = match &hub.database.db {
            Db::Sqlite { .. } => ("substr(pack, 1, 32)", "substr(pack, 33)"),
            Db::Postgres(_) => ("substring(pack from 1 for 32)", "substring(pack from 33)"),
        };
        // Concatenation of blobs is text on SQLite.
        let swap = match &hub.database.db {
            Db::Sqlite { .. } => {
                format!("update packs set pack = cast({second} || {first} as blob)")
            }
            Db::Postgres(_) => format!("update packs set pack = {second} || {first}"),
        };
        tamper(&hub, &swap).await;
        for pupil in [&mut ani, &mut budi] {
            let why = refusals(&mut pupil.client, &class).await;
            assert!(why[0].contains("not the one of this post"), "{why:?}");
        }
    }
}

#[tokio::test]
async fn older_keys_of_a_member_and_an_older_vault_are_refused() {
    for hub in TestHub::each().await {
        let mut sari = Person::new(&hub, "Bu Sari").await;
        let mut ani = Person::new(&hub, "Ani").await;
        let first = ani.client.api().bundle(&ani.client.vault().account().0).await.expect("there");
        let class = sari.found_class("VII B").await;
        hub.wait(65 * DAY);
        sari.client.upkeep().await.expect("renewed");
        ani.client.upkeep().await.expect("renewed");
        let link = sari.link(&class, LinkKind::Approval).await;
        ani.follow(&link).await;
        sari.admit_all(&class).await;

        let other = sari.found_class("VIII A").await;
        let link = sari.link(&other, LinkKind::Approval).await;
        ani.client.join(&link, Some("VIII A"), Some("Ani"), false).await.expect("asked");
        let as_blob = |bytes: &[u8]| match &hub.database.db {
            Db::Sqlite { .. } => format!("x'{}'", hex::encode(bytes)),
            Db::Postgres(_) => format!("'\\x{}'::bytea", hex::encode(bytes)),
        };
        let account = as_blob(&ani.client.vault().account().0);
        let (bundle, signature) = (as_blob(&first.bundle.0), as_blob(&first.signature.0));
        let back = format!(
            "update accounts set bundle = {bundle}, bundle_signature = {signature} where account = {account}"
        );
        tamper(&hub, &back).await;
        let (asking, _) = sari.client.asking(&other).await.expect("requests");
        let admitted = sari.client.admit(&other, &asking, MemberRole::Member, &|_| {}).await;
        let admitted = admitted.expect("the others would be in");
        assert!(admitted.admitted.is_empty() && admitted.refused[0].1.contains("older keys"));

        tamper(&hub, "update vaults set version = version - 1").await;
        assert!(reason(ani.client.refresh().await).contains("older vault"));
    }
}

#[tokio::test]
async fn gaps_are_shown_and_two_posts_in_one_place_are_evidence() {
    for hub in TestHub::each().await {
        let mut sari = Person::new(&hub, "Bu Sari").await;
        let class = sari.found_class("VII B").await;
        let link = sari.link(&class, LinkKind::Open).await;
        let mut ani = Person::new(&hub, "Ani").await;
        ani.follow(&link).await;
        for text in ["Satu", "Dua", "Tiga"] {
            say(&mut sari, &class, text).await;
        }
        work(&hub).await;
        tamper(&hub, "update posts set state = 'lapsed' where seq = 2").await;
        assert_eq!(ani.fetch(&class).await.expect("a member"), ["Satu", "Tiga"]);
        let posts = ani.client.posts(&class);
        assert_eq!(posts.iter().map(|p| p.post.gap).collect::<Vec<_>>(), [0, 1]);
    }
}

#[tokio::test]
async fn one_audience_with_a_cut_chain_keeps_no_other_s_letters_away() {
    for hub in TestHub::each().await {
        let mut sari = Person::new(&hub, "Bu Sari").await;
        let mut ani = Person::new(&hub, "Ani").await;
        let account = ani.client.vault().account();
        let cut = sari.found_class("VII B").await;
        let whole = sari.found_class("Pramuka").await;
        sari.client.renew(&cut).await.expect("renewed");
        for class in [&cut, &whole] {
            ani.follow(&sari.link(class, LinkKind::Open).await).await;
            let content = PostBody { body: "Untuk Ani".into(), ..PostBody::default() };
            let (to, kind) = (Addressee::Account(account), letter::Kind::Reply);
            let root = say(&mut sari, class, "Besok libur").await;
            let sent = sari.client.send_letter(class, to, kind, Some(root), &content).await;
            sent.expect("sent");
        }
        tamper(&hub, "delete from charters where revision = 1").await;

        let fetched = ani.client.fetch_letters().await.expect("the hub answers");
        assert_eq!(fetched.new.len(), 1, "that of the other class");
        assert_eq!(fetched.refused.len(), 1);
        assert_eq!(fetched.refused[0].0, cut);
        assert!(fetched.refused[0].1.contains("hides charters"), "{}", fetched.refused[0].1);
    }
}
