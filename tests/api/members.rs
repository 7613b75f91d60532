//! Members: enrolled by a publisher, listed, removed; and their tokens at rest.

use kentongan::base64url::{B64, encode};
use kentongan::notifications::live;
use kentongan::store::Db;
use kentongan::store::accounts::{self, BundleRow};
use kentongan::tokens::{self, Place};
use kentongan_protocol::COHORT;
use kentongan_protocol::account::AccountSecrets;
use kentongan_protocol::keys::CohortSecret;
use kentongan_protocol::link::LinkKind;
use kentongan_protocol::membership::{MemberRole, Membership};
use kentongan_protocol::transform::Tokens;
use serde_json::{Value, json};

use crate::class::Class;
use crate::hub::{Actor, BEFORE, DAY, NOW, TestHub, rng};

async fn tokens_of(hub: &TestHub, class: &Class) -> Tokens {
    let (audience, s) = (class.audience(), class.s(0));
    let mut tx = hub.hub.db.read().await.expect("a transaction");
    tokens::read(&hub.hub, &mut tx, Place::new(&audience, &s), COHORT).await.expect("tokens")
}

#[tokio::test(flavor = "multi_thread")]
async fn a_publisher_enrols_members_and_the_hub_holds_their_tokens() {
    for hub in TestHub::each().await {
        let [sari, budi, citra] = hub.actors(["Sari", "Budi", "Citra"]).await;
        let class = Class::found(&sari).await;
        let batch = class.enrolment(&sari, 0, &[&budi, &citra]);
        let path = class.path("/members");
        let first = sari.post_json(&path, &batch).await.expect(201).json();
        assert_eq!(
            first,
            json!({ "enrolled": [
                { "account": budi.id(), "slot": 0 }, { "account": citra.id(), "slot": 1 },
            ]})
        );
        assert_eq!(sari.post_json(&path, &batch).await.expect(201).json(), first);

        let me = citra.get(&class.path("/members/me")).await.expect(200).json();
        let membership = class.writer_proof(&sari, 0, &citra).membership;
        assert_eq!(
            me,
            json!({ "role": "member", "state": "live", "slots": [{
                "s": encode(class.s(0).as_bytes()), "slot": 1, "x": batch["x"],
                "ek": encode(citra.keys.ek.public()), "membership": encode(membership.encode()),
                "membership_signature": encode(membership.sign(&sari.keys.ik)), "granted_ms": NOW,
            }]})
        );
        let held = tokens_of(&hub, &class).await;
        for (slot, member) in [(0, &budi), (1, &citra)] {
            let d = class.enrolled_key(0, member);
            assert_eq!(held.slots()[slot], *class.cohorts[0].token_for(&d).to_bytes());
        }
        assert_eq!(held.slots()[2], [0; 32]);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn one_who_came_by_an_open_link_has_a_token_that_nobody_deposited() {
    for hub in TestHub::each().await {
        let [sari, budi] = hub.actors(["Sari", "Budi"]).await;
        let class = Class::found(&sari).await;
        class.open_link(&sari, "a link").await.ask(&budi, Some(class.s(0))).await.expect(201);
        let token = class.cohorts[0].token_for(&class.own_key(0, &budi)).to_bytes();
        assert_eq!(tokens_of(&hub, &class).await.slots()[0], *token);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_batch_with_one_fault_enrols_nobody() {
    for hub in TestHub::each().await {
        let [sari, budi, citra] = hub.actors(["Sari", "Budi", "Citra"]).await;
        let class = Class::found(&sari).await;
        let path = class.path("/members");
        let whole = class.enrolment(&sari, 0, &[&budi, &citra]);
        let strange = CohortSecret::random(&mut rng("strange")).public();
        let forged = class.membership(&budi, 0, &citra, MemberRole::Member);
        let faults = [
            ("account", encode([9; 32])),
            ("s", encode(strange.as_bytes())),
            ("ek", encode([9; 32])),
            ("token", encode([0; 32])),
            ("token", encode([0xff; 32])),
            ("membership", String::new()),
            (
                "membership",
                format!("{}AAAA", whole["members"][1]["membership"].as_str().expect("text")),
            ),
            ("membership", encode(forged.encode())),
            ("membership_signature", encode([9; 64])),
        ];
        for (field, value) in faults {
            let mut body = whole.clone();
            body["members"][1][field] = value.into();
            sari.post_json(&path, &body).await.expect(422).problem("refused");
        }
        let late = |m: &mut Membership| m.at_ms = NOW + DAY;
        let foreign = |m: &mut Membership| m.audience.0 = [9; 32];
        for change in [&late as &dyn Fn(&mut Membership), &foreign] {
            let mut membership = class.membership(&sari, 0, &citra, MemberRole::Member);
            change(&mut membership);
            let mut body = whole.clone();
            body["members"][1]["membership"] = encode(membership.encode()).into();
            let signature = encode(membership.sign(&sari.keys.ik));
            body["members"][1]["membership_signature"] = signature.into();
            sari.post_json(&path, &body).await.expect(422).problem("refused");
        }
        let of_sari = class.enrolment(&sari, 0, &[&budi, &sari]);
        sari.post_json(&path, &of_sari).await.expect(422).problem("refused");
        let twice = class.enrolment(&sari, 0, &[&budi, &budi]);
        sari.post_json(&path, &twice).await.expect(400).problem("invalid-request");
        let empty = json!({ "x": whole["x"], "members": [] });
        sari.post_json(&path, &empty).await.expect(400).problem("invalid-request");
        assert_eq!(sari.get(&path).await.items(), [] as [Value; 0]);

        class.enrol(&sari, &[&budi]).await;
        let mut other = whole.clone();
        other["x"] = encode([7; 32]).into();
        sari.post_json(&path, &other).await.expect(409).problem("conflict");
        hub.wait(61 * DAY);
        assert_eq!(sari.get(&path).await.problem, "unauthenticated");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn nobody_is_enrolled_with_an_old_bundle() {
    for hub in TestHub::each().await {
        let [mut sari, budi] = hub.actors(["Sari", "Budi"]).await;
        let class = Class::found(&sari).await;
        hub.wait(61 * DAY);
        sari.sign_in().await;
        let batch = class.enrolment(&sari, 0, &[&budi]);
        let path = class.path("/members");
        sari.post_json(&path, &batch).await.expect(422).problem("refused");
        budi.register(2, hub.now()).await.expect(201);
        sari.post_json(&path, &batch).await.expect(201);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_guardian_is_made_by_a_publisher_only() {
    for hub in TestHub::each().await {
        let [sari, budi] = hub.actors(["Sari", "Budi"]).await;
        let class = Class::found(&sari).await;
        let membership = class.membership(&sari, 0, &budi, MemberRole::Guardian);
        let mut batch = class.enrolment(&sari, 0, &[&budi]);
        batch["members"][0]["membership"] = encode(membership.encode()).into();
        batch["members"][0]["membership_signature"] = encode(membership.sign(&sari.keys.ik)).into();
        sari.post_json(&class.path("/members"), &batch).await.expect(201);
        assert_eq!(budi.get(&class.path("/members/me")).await.json()["role"], "guardian");
        assert_eq!(budi.get("/v1/audiences").await.items()[0]["role"], "guardian");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_open_links_membership_is_enough_to_be_enrolled_again() {
    for hub in TestHub::each().await {
        let [sari, budi, citra] = hub.actors(["Sari", "Budi", "Citra"]).await;
        let class = Class::found(&sari).await;
        let open = class.open_link(&sari, "open").await;
        let approval = class.approval_link(&sari, "approval").await;
        let path = class.path("/members");
        for (link, member, status) in [(&approval, &citra, 422), (&open, &budi, 201)] {
            let membership = link.membership(member, class.s(0));
            let mut batch = class.enrolment(&sari, 0, &[member]);
            batch["members"][0]["membership"] = encode(membership.encode()).into();
            batch["members"][0]["membership_signature"] = encode(membership.sign(&link.key)).into();
            sari.post_json(&path, &batch).await.expect(status);
        }
        let members = sari.get(&path).await.items();
        assert_eq!(members[0]["link"], encode(open.link.link_pk));
        assert_eq!(open.link.kind, LinkKind::Open);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn removal_overwrites_the_token_at_once() {
    for hub in TestHub::each().await {
        let [sari, budi, citra] = hub.actors(["Sari", "Budi", "Citra"]).await;
        let class = Class::found(&sari).await;
        class.enrol(&sari, &[&budi, &citra]).await;
        let of = |who: &Actor| class.path(&format!("/members/{}", who.id()));
        budi.delete(&of(&citra)).await.expect(403).problem("not-allowed");
        sari.delete(&of(&budi)).await.expect(204);
        sari.delete(&of(&budi)).await.expect(204);
        sari.delete(&of(&sari)).await.expect(404).problem("not-found");

        let held = tokens_of(&hub, &class).await;
        assert_eq!(held.slots()[0], [0; 32]);
        assert_ne!(held.slots()[1], [0; 32]);
        let me = budi.get(&class.path("/members/me")).await.expect(200).json();
        assert_eq!(me, json!({ "role": "member", "state": "removed", "slots": [] }));
        assert_eq!(budi.get("/v1/audiences").await.items()[0]["state"], "removed");
        citra.delete(&of(&citra)).await.expect(204);
        assert_eq!(tokens_of(&hub, &class).await.slots()[1], [0; 32], "by oneself too");
        let cohort = &sari.get(&class.path("/cohorts")).await.items()[0];
        assert_eq!((&cohort["live"], &cohort["next_slot"]), (&json!(0), &json!(2)));
        class.enrol(&sari, &[&budi]).await;
        assert_eq!(budi.get(&class.path("/members/me")).await.json()["slots"][0]["slot"], 2);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_whole_cohort_is_enrolled_in_one_call_and_then_it_is_full() {
    let mut whole = None; // the same for both hubs: four thousand signatures
    for hub in TestHub::each().await {
        let sari = hub.actor("Sari").await;
        let class = Class::found(&sari).await;
        let pupils: Vec<_> = (0..=COHORT).map(|number| pupil(&hub, number)).collect();
        register(&hub, &pupils).await;
        let pupils: Vec<_> = pupils.iter().collect();
        let path = class.path("/members");
        let (last, all) = pupils.split_last().expect("somebody");
        let whole = whole.get_or_insert_with(|| class.enrolment(&sari, 0, all));
        let answer = sari.post_json(&path, whole).await.expect(201).json();
        assert_eq!(answer["enrolled"][COHORT - 1]["slot"], COHORT - 1);
        let more = class.enrolment(&sari, 0, &[last]);
        sari.post_json(&path, &more).await.expect(409).problem("cohort-full");

        let (mut listed, mut next) = (0, String::new());
        loop {
            let page = sari.get(&format!("{path}?limit=200{next}")).await.expect(200).json();
            listed += page["items"].as_array().expect("a list").len();
            let Some(after) = page["next"].as_str() else { break };
            next = format!("&after={after}");
        }
        assert_eq!(listed, COHORT);
        let held = tokens_of(&hub, &class).await;
        assert!(held.slots().iter().all(|token| *token != [0; 32]));
    }
}

/// Somebody who never speaks to the hub.
fn pupil(hub: &TestHub, number: usize) -> Actor {
    let mut pupil = hub.nobody();
    pupil.keys = AccountSecrets::random(&mut rng(&format!("pupil {number}")));
    pupil
}

/// Registers many at once.
async fn register(hub: &TestHub, pupils: &[Actor]) {
    let mut tx = hub.hub.db.write().await.expect("a transaction");
    for pupil in pupils {
        let signed = pupil.keys.bundle(1, BEFORE, BEFORE + 60 * DAY).expect("a bundle");
        let row = BundleRow {
            ik: pupil.ik().0.to_vec(),
            seq: 1,
            bundle: signed.bundle.encode(),
            bundle_signature: signed.signature.to_vec(),
        };
        let (account, xk) = (pupil.account(), pupil.keys.xk.public());
        accounts::insert(&mut tx, account.as_ref(), &row, xk.as_ref(), 0).await.expect("a row");
    }
    tx.commit().await.expect("committed");
}

#[tokio::test(flavor = "multi_thread")]
async fn neither_a_token_nor_a_deposit_lies_in_the_clear() {
    for hub in TestHub::each().await {
        let [sari, budi, citra] = hub.actors(["Sari", "Budi", "Citra"]).await;
        let class = Class::found(&sari).await;
        let link = class.open_link(&sari, "a link").await;
        class.enrol(&sari, &[&budi]).await;
        link.ask(&citra, Some(class.s(0))).await.expect(201);
        let deposit = link.deposit(&class.cohorts[0])["token"].clone();
        let deposit: B64<32> = serde_json::from_value(deposit).expect("a deposit");
        let secrets = [
            *class.cohorts[0].token_for(&class.enrolled_key(0, &budi)).to_bytes(),
            *class.cohorts[0].token_for(&class.own_key(0, &citra)).to_bytes(),
            deposit.0,
        ];
        let everything = everything(&hub).await;
        let lies = |bytes: &[u8]| {
            let text = hex::encode(bytes);
            everything.windows(bytes.len()).any(|window| window == bytes)
                || everything.windows(text.len()).any(|window| window == text.as_bytes())
        };
        assert!(lies(budi.account().as_ref()), "the search finds what does lie there");
        for secret in secrets {
            assert!(!lies(&secret));
        }
    }
}

/// All that the database stores: its files, or every row of every table.
async fn everything(hub: &TestHub) -> Vec<u8> {
    match &hub.hub.db {
        Db::Sqlite { .. } => {
            let path = hub.database.url.strip_prefix("sqlite:").expect("a file");
            ["", "-wal"]
                .iter()
                .flat_map(|end| std::fs::read(format!("{path}{end}")).expect("readable"))
                .collect()
        }
        Db::Postgres(pool) => {
            let tables: Vec<String> = sqlx::query_scalar(
                "select tablename::text from pg_tables where schemaname = 'public'",
            )
            .fetch_all(pool)
            .await
            .expect("tables");
            let mut all = String::new();
            for table in tables {
                let sql =
                    format!("select coalesce(string_agg(t::text, ' '), '') from \"{table}\" t");
                let rows: String = sqlx::query_scalar(sqlx::AssertSqlSafe(sql))
                    .fetch_one(pool)
                    .await
                    .expect("rows");
                all.push_str(&rows);
            }
            all.into_bytes()
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn those_whom_it_concerns_hear_of_it() {
    for hub in TestHub::each().await {
        let [sari, budi, citra, dewi] = hub.actors(["Sari", "Budi", "Citra", "Dewi"]).await;
        let mut class = Class::found(&sari).await;
        let ask = class.approval_link(&sari, "ask me").await;
        ask.ask(&budi, None).await.expect(201);
        class.enrol(&sari, &[&budi]).await;
        class.open_link(&sari, "open").await.ask(&citra, Some(class.s(0))).await.expect(201);
        let terms = class.next_terms();
        class.revise(&sari, terms).await.expect(201);
        sari.delete(&class.path(&format!("/members/{}", citra.id()))).await.expect(204);

        let heard = async |who: &Actor| {
            let (events, _) = live::since(&hub.hub, &who.account(), 0).await.expect("events");
            events.into_iter().map(|event| (event.kind, encode(event.subject))).collect::<Vec<_>>()
        };
        let event = |kind: &str, subject: String| (kind.to_owned(), subject);
        let charter = event("charter", encode(class.charter().hash()));
        let [of_budi, of_citra] = [&budi, &citra].map(|who| event("member", who.id()));
        let asked = event("request", budi.id());
        let staff = [asked, of_budi.clone(), of_citra.clone(), charter.clone(), of_citra.clone()];
        assert_eq!(heard(&sari).await, staff);
        assert_eq!(heard(&budi).await, [of_budi, charter]);
        assert_eq!(heard(&dewi).await, []);
    }
}
