//! Audiences and their charters: founded, revised, and what follows for cohorts, links and members.

use kentongan::base64url::{B64, encode};
use kentongan_protocol::charter::{Hosting, Replies, Role, Staff};
use kentongan_protocol::keys::CohortSecret;
use kentongan_protocol::link::LinkKind;
use serde_json::{Value, json};

use crate::class::{Class, charter_body, signed};
use crate::hub::{DAY, TestHub, rng};

#[tokio::test(flavor = "multi_thread")]
async fn a_teacher_founds_a_class_and_anyone_can_check_it() {
    for hub in TestHub::each().await {
        let sari = hub.actor("Sari").await;
        let class = Class::found(&sari).await;
        let again = sari.post_json("/v1/audiences", &class.foundation()).await.expect(200).json();
        assert_eq!(again["audience"], encode(class.audience()));

        let anyone = hub.nobody();
        let shown = anyone.get(&class.path("")).await.expect(200).json();
        assert_eq!(shown["genesis"], encode(class.genesis.encode()));
        assert_eq!(shown["charter_hash"], encode(class.charter().hash()));
        let charters = anyone.get(&class.path("/charters")).await.expect(200).items();
        assert_eq!(charters[0]["charter"], encode(class.charter().encode()));

        assert_eq!(class.charter().desk, class.desk.public());
        let own = sari.get("/v1/audiences").await.expect(200).items();
        assert_eq!((&own[0]["role"], &own[0]["state"]), (&json!("admin"), &json!("live")));
        let cohorts = sari.get(&class.path("/cohorts")).await.expect(200).items();
        assert_eq!(
            cohorts,
            [json!({
                "position": 0, "s": B64(*class.s(0).as_bytes()), "live": 0, "next_slot": 0, "retired_ms": null,
            })]
        );
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_foundation_that_is_not_right_is_refused_and_leaves_nothing() {
    for hub in TestHub::each().await {
        let [sari, budi] = hub.actors(["Sari", "Budi"]).await;
        let class = Class::draft(&sari, "a class", |_| ());
        let whole = class.foundation();
        let post = async |body: &Value| sari.post_json("/v1/audiences", body).await;

        budi.post_json("/v1/audiences", &whole).await.expect(403).problem("not-allowed");
        for field in ["genesis", "charter", "signatures"] {
            let mut body = whole.clone();
            body[field] = "".into();
            post(&body).await.expect(422).problem("refused");
            body[field] = "not base64url!".into();
            post(&body).await.expect(400).problem("invalid-request");
            body.as_object_mut().expect("an object").remove(field);
            post(&body).await.expect(400).problem("invalid-request");
        }
        let foreign = Class::draft(&budi, "another", |terms| {
            terms.staff.push(Staff { role: Role::Publisher, ik: sari.ik() });
        });
        let mut mixed = foreign.foundation();
        mixed["genesis"] = whole["genesis"].clone();
        post(&mixed).await.expect(422).problem("refused");
        let future = Class::draft(&sari, "too early", |terms| terms.not_before_ms = hub.now() + 1);
        post(&future.foundation()).await.expect(422).problem("refused");
        let past = Class::draft(&sari, "too late", |terms| terms.not_after_ms = hub.now());
        post(&past.foundation()).await.expect(422).problem("refused");
        let many = Class::draft(&sari, "too many", |terms| {
            let mut rng = rng("cohorts");
            terms.replies = Replies::None;
            terms.cohorts = (0..1025).map(|_| CohortSecret::random(&mut rng).public()).collect();
        });
        post(&many.foundation()).await.expect(422).problem("refused");

        for class in [&class, &foreign, &future, &past, &many] {
            sari.get(&class.path("")).await.expect(404).problem("not-found");
        }
        let octets = sari.post_octets("/v1/audiences", "{}").await;
        octets.expect(415).problem("unsupported-media-type");
        let large =
            sari.post_json("/v1/audiences", &json!({ "genesis": "A".repeat(5 << 20) })).await;
        large.expect(413).problem("too-large");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn exactly_the_next_charter_is_taken_and_only_from_an_admin() {
    for hub in TestHub::each().await {
        let [sari, budi] = hub.actors(["Sari", "Budi"]).await;
        let mut class = Class::found_with(&sari, |terms| {
            terms.staff.push(Staff { role: Role::Publisher, ik: budi.ik() });
        })
        .await;
        let path = class.path("/charters");
        let terms = class.next_terms();
        let next = charter_body(&signed(terms.clone(), &[(0, &sari)]));

        budi.post_json(&path, &next).await.expect(403).problem("not-allowed");
        let by_budi = charter_body(&signed(terms.clone(), &[(1, &budi)]));
        sari.post_json(&path, &by_budi).await.expect(422).problem("refused");
        let mut gap = terms.clone();
        gap.revision = 2;
        class.revise(&sari, gap).await.expect(422).problem("refused");
        let mut moved = terms.clone();
        moved.hosting = Hosting::Hosted("Sekolah".into());
        class.revise(&sari, moved).await.expect(422).problem("refused");
        let mut early = terms.clone();
        early.not_before_ms = hub.now() + 1;
        class.revise(&sari, early).await.expect(422).problem("refused");

        let first = class.revise(&sari, terms.clone()).await.expect(201).json();
        assert_eq!(first, json!({ "revision": 1, "charter_hash": encode(class.charter().hash()) }));
        let again = sari.post_json(&path, &next).await.expect(200).json();
        assert_eq!(again, first, "the same bytes are answered as the first time");
        let mut other = terms;
        other.approvals = 1;
        class.revise(&sari, other).await.expect(409).problem("conflict");
        assert_eq!(sari.get(&class.path("")).await.json()["revision"], 1);

        hub.wait(91 * DAY);
        sari.post_json(&path, &next).await.expect(401);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_charter_is_renewed_after_the_last_one_expired() {
    for hub in TestHub::each().await {
        let mut sari = hub.actor("Sari").await;
        let mut class = Class::found(&sari).await;
        hub.wait(100 * DAY);
        sari.sign_in().await;
        let late = class.next_terms();
        class.revise(&sari, late).await.expect(422).problem("refused");
        let mut renewed = class.next_terms();
        renewed.not_before_ms += 100 * DAY;
        renewed.not_after_ms += 100 * DAY;
        class.revise(&sari, renewed).await.expect(201);
        let page = sari.get(&class.path("/charters?limit=1")).await.json();
        assert_eq!((&page["items"][0]["revision"], &page["next"]), (&json!(0), &json!(1)));
        let page = sari.get(&class.path("/charters?limit=1&after=1")).await.json();
        assert_eq!((&page["items"][0]["revision"], &page["next"]), (&json!(1), &json!(null)));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_rotation_retires_the_cohort_its_tokens_and_the_links_that_could_fill_it() {
    for hub in TestHub::each().await {
        let [sari, budi, citra, dewi] = hub.actors(["Sari", "Budi", "Citra", "Dewi"]).await;
        let mut class = Class::found(&sari).await;
        class.enrol(&sari, &[&budi, &citra]).await;
        let open = class.open_link(&sari, "an open link").await;
        let approval = class.approval_link(&sari, "an approval link").await;
        let old = class.s(0);

        let terms = class.rotated(0);
        let mut body = charter_body(&signed(terms.clone(), &[(0, &sari)]));
        let batch = {
            let mut moved = class.enrolment(&sari, 0, &[&budi]);
            body["x"] = moved["x"].take();
            moved["members"].take()
        };
        let mut unfit = body.clone();
        unfit["members"] = batch.clone();
        unfit["members"][0]["s"] = encode(old.as_bytes()).into();
        sari.post_json(&class.path("/charters"), &unfit).await.expect(422).problem("refused");
        assert_eq!(sari.get(&class.path("")).await.json()["revision"], 0, "all or nothing");
        body["members"] = batch;
        sari.post_json(&class.path("/charters"), &body).await.expect(201);

        let cohorts = sari.get(&class.path("/cohorts")).await.items();
        let retired = cohorts.iter().find(|c| c["s"] == encode(old.as_bytes())).expect("kept");
        assert_eq!((&retired["live"], retired["retired_ms"].is_null()), (&json!(0), false));
        let me = budi.get(&class.path("/members/me")).await.json();
        assert_eq!((&me["state"], me["slots"].as_array().map(Vec::len)), (&json!("live"), Some(2)));
        assert_eq!(me["slots"][0]["s"], encode(class.s(0).as_bytes()), "newest first");
        let me = citra.get(&class.path("/members/me")).await.json();
        assert_eq!(me["state"], "waiting");
        assert_eq!(citra.get("/v1/audiences").await.items()[0]["state"], "waiting");

        let shown = dewi.get(&class.path(&open.path(""))).await.json();
        assert_eq!((&shown["open"], &shown["s"]), (&json!(false), &json!(null)));
        open.ask(&dewi, Some(class.s(0))).await.expect(410).problem("link-closed");
        approval.ask(&dewi, None).await.expect(201);
        let again = class.link("an open link", LinkKind::Open, 50);
        let deposits = json!({ "deposits": class.deposits(&again) });
        let put = sari.put_json(&class.path(&again.path("/deposits")), &deposits).await;
        put.expect(410).problem("link-closed");

        let fresh = class.open_link(&sari, "a new open link").await;
        fresh.ask(&citra, Some(class.s(0))).await.expect(201);
        let me = citra.get(&class.path("/members/me")).await.json();
        assert_eq!((&me["state"], &me["slots"][0]["slot"]), (&json!("live"), &json!(1)));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn staff_changes_take_links_and_seats_with_them() {
    for hub in TestHub::each().await {
        let [sari, budi, citra] = hub.actors(["Sari", "Budi", "Citra"]).await;
        let mut class = Class::found_with(&sari, |terms| {
            terms.staff.push(Staff { role: Role::Publisher, ik: budi.ik() });
        })
        .await;
        class.enrol(&sari, &[&citra]).await;
        let of_budi = class.open_link(&budi, "Budi's").await;
        let mut terms = class.next_terms();
        terms.staff[1].ik = citra.ik();
        class.revise(&sari, terms).await.expect(201);

        budi.get(&class.path("/members")).await.expect(403).problem("not-allowed");
        of_budi.ask(&budi, Some(class.s(0))).await.expect(410).problem("link-closed");
        let members = citra.get(&class.path("/members")).await.expect(200).items();
        assert!(!members[0]["removed_ms"].is_null(), "a publisher is no member at once");
        assert_eq!(citra.get(&class.path("/cohorts")).await.items()[0]["live"], 0);
        let batch = class.enrolment(&sari, 0, &[&citra]);
        sari.post_json(&class.path("/members"), &batch).await.expect(422).problem("refused");
        assert_eq!(citra.get("/v1/audiences").await.items()[0]["role"], "publisher");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn of_two_charters_that_come_at_once_one_stands() {
    for hub in TestHub::each().await {
        let sari = hub.actor("Sari").await;
        let class = Class::found(&sari).await;
        let (one, mut other) = (class.next_terms(), class.next_terms());
        other.replies = Replies::Desk;
        let bodies = [one, other].map(|terms| charter_body(&signed(terms, &[(0, &sari)])));
        let path = class.path("/charters");
        let (one, other) =
            tokio::join!(sari.post_json(&path, &bodies[0]), sari.post_json(&path, &bodies[1]));
        let mut statuses = [one.status, other.status];
        statuses.sort_unstable();
        assert_eq!(statuses, [201, 409]);
        assert_eq!(sari.get(&path).await.items().len(), 2);
    }
}
