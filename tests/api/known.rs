//! What the hub knows about an account: all of it, and nothing of anybody else.

use std::collections::BTreeMap;

use kentongan::base64url::encode;
use kentongan::fetch_all;
use kentongan_protocol::letter::Kind as LetterKind;
use kentongan_protocol::post::Kind;
use kentongan_protocol::primitives::sha256;
use reqwest::Method;
use serde_json::Value;

use crate::class::Class;
use crate::hub::{Actor, Answer, TestHub, octets};
use crate::letters::{letter, send};
use crate::pen::{Pen, path};
use crate::posts::work;

/// Tables without an account in them: of these a row is nobody's, or is counted beside one's own slots.
const NOBODYS: [&str; 10] = [
    "audiences",
    "challenges",
    "charters",
    "cohorts",
    "deposits",
    "due_times",
    "late_slots",
    "packs",
    "post_cohorts",
    "token_pages",
];
/// Columns that name an account or its key.
const NAMES: [&str; 6] = ["account", "assignee", "changed_by", "ik", "publisher", "to_account"];

/// Every table of the hub's own with its columns, as the database has them.
async fn schema(hub: &TestHub) -> BTreeMap<String, Vec<String>> {
    let mut tx = hub.hub.db.read().await.expect("a transaction");
    let sql = tx.pick(
        "select m.name, p.name from sqlite_master m join pragma_table_info(m.name) p
         where m.type = 'table' and m.name not in ('Jobs', 'Workers')",
        "select table_name::text, column_name::text from information_schema.columns where table_schema = 'public'",
    );
    let mut tables = BTreeMap::<_, Vec<_>>::new();
    for (table, column) in fetch_all!(tx, (String, String), sql).expect("a schema") {
        if !table.starts_with('_') && !table.starts_with("sqlite_") {
            tables.entry(table).or_default().push(column);
        }
    }
    tables
}

async fn known(who: &Actor) -> Value {
    who.get("/v1/account/rows").await.expect(200).json()
}

#[tokio::test(flavor = "multi_thread")]
async fn every_table_with_an_account_in_it_is_in_the_answer() {
    for hub in TestHub::each().await {
        let sari = hub.actor("Sari").await;
        let answered = known(&sari).await["tables"].as_object().expect("tables").clone();
        let schema = schema(&hub).await;
        assert!(schema.len() > 25, "the walk finds the tables");
        for (table, columns) in &schema {
            // Whoever can ask is not in it.
            if answered.contains_key(table) || table == "deleted_accounts" {
                continue;
            }
            assert!(NOBODYS.contains(&table.as_str()), "{table} is not in the answer");
            for name in NAMES {
                assert!(!columns.contains(&name.to_owned()), "{table} has an account in {name}");
            }
        }
        for table in answered.keys() {
            assert!(schema.contains_key(table), "{table} is no table any more");
        }
    }
}

/// A class in which everybody did a little of everything.
async fn lived_in(hub: &TestHub, teacher: &Actor, sari: &Actor, budi: &Actor) -> Class {
    let class = Class::found(teacher).await;
    let link = class.open_link(teacher, "poster").await;
    link.ask(sari, Some(class.s(0))).await.expect(201);
    class.enrol(teacher, &[budi]).await;
    let post = Pen::of(teacher).announce(&class, "siapa ikut?").await;
    work(hub).await;
    for (member, proof) in [
        (sari, link.writer_proof(teacher, sari, class.s(0))),
        (budi, class.writer_proof(teacher, 0, budi)),
    ] {
        Pen::with(member, &proof).write(&class, Kind::Reply, post.id(), "saya").await;
        let work = letter(&class, member, class.desk.public(), LetterKind::Submission);
        send(member, &work, Some(&proof)).await.expect(201);
        let answer = letter(&class, teacher, member.keys.xk.public(), LetterKind::Return);
        send(teacher, &answer, None).await.expect(201);
        let receipt = member.request(Method::PUT, &path(&post, "/receipts/read"));
        Answer::to(receipt).await.expect(204);
        let blob = format!("a blob of {}", member.name);
        let upload = format!("/attachments/{}?for=desk", encode(sha256(blob.as_bytes())));
        member.put_octets(&class.path(&upload), blob).await.expect(201);
        let vault = format!("/v1/vaults/{}", encode(&member.ik().0[..16]));
        let request = member.request(Method::PUT, &vault).header("kentongan-version", "1");
        Answer::to(octets(request, "an age file")).await.expect(204);
    }
    work(hub).await;
    class
}

#[tokio::test(flavor = "multi_thread")]
async fn a_member_sees_its_own_rows_and_nobody_elses() {
    for hub in TestHub::each().await {
        let [teacher, sari, budi] = hub.actors(["Bu Rini", "Sari", "Budi"]).await;
        let class = lived_in(&hub, &teacher, &sari, &budi).await;

        let answer = known(&sari).await;
        let counts = &answer["counts"];
        for (table, count) in [
            ("accounts", 1),
            ("sessions", 1),
            ("vaults", 1),
            ("staff", 0),
            ("members", 1),
            ("slots", 1),
            ("links", 0),
            ("link_uses", 1),
            ("join_requests", 0),
            ("posts", 1),
            ("receipts", 1),
            ("letters", 2),
            ("attachments", 1),
        ] {
            assert_eq!(counts[table], count, "{table}");
            let rows = answer["tables"][table].as_array().expect("rows");
            assert_eq!(rows.len(), count, "{table}");
        }
        let slot = &answer["tables"]["slots"][0];
        assert_eq!((&slot["tokens"], &slot["packs"]), (&1.into(), &3.into()));
        let vault = answer["tables"]["vaults"][0].as_object().expect("a row");
        assert_eq!((&vault["version"], &vault["vault_bytes"]), (&1.into(), &11.into()));
        assert!(!vault.contains_key("vault_id"), "a stolen session must not find the vault");
        assert_eq!(answer["tables"]["posts"][0]["publisher"], 0);
        for (whose, budis) in [("id", budi.id()), ("key", encode(budi.ik()))] {
            assert!(!answer.to_string().contains(&budis), "Budi's {whose} is none of hers");
        }

        let of_teacher = known(&teacher).await;
        assert_eq!(of_teacher["counts"]["staff"], 1);
        assert_eq!(of_teacher["tables"]["links"][0]["deposits"], 1);
        assert_eq!(of_teacher["tables"]["posts"][0]["publisher"], 1);
        sari.delete(&class.path(&format!("/members/{}", sari.id()))).await.expect(204);
        let left = known(&sari).await;
        assert_eq!(left["tables"]["slots"][0]["tokens"], 0, "the token went with the seat");
        assert_eq!(left["counts"]["receipts"], 1, "what it said is still told");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_table_is_read_to_its_end_in_pages() {
    for hub in TestHub::each().await {
        let mut sari = hub.actor("Sari").await;
        for _ in 0..4 {
            hub.wait(1_000);
            sari.sign_in().await;
        }
        let page = |after: i64| format!("/v1/account/rows?table=sessions&limit=2&after={after}");
        let mut begun = Vec::new();
        let mut next = Some(0);
        while let Some(after) = next {
            let answer = sari.get(&page(after)).await.expect(200);
            begun.extend(answer.items().iter().map(|row| row["created_ms"].as_i64().expect("ms")));
            next = answer.json()["next"].as_i64();
        }
        assert_eq!(begun.len(), 5);
        assert!(begun.is_sorted_by(|a, b| a > b), "the newest first");
        for bad in ["?table=charters", "?table=x'", "?after=x", "?what=1"] {
            let answer = sari.get(&format!("/v1/account/rows{bad}")).await;
            answer.expect(400).problem("invalid-request");
        }
        assert_eq!(sari.get(&page(-5)).await.expect(200).items().len(), 2);
    }
}
