//! Links: published, followed at once or by asking, counted, closed.

use futures_util::future::join_all;
use kentongan::base64url::encode;
use kentongan_protocol::COHORT;
use kentongan_protocol::keys::CohortSecret;
use kentongan_protocol::link::LinkKind;
use kentongan_protocol::membership::{MemberRole, Membership};
use serde_json::{Value, json};

use crate::class::{Class, TestLink};
use crate::hub::{Actor, DAY, NOW, TestHub, rng};
use crate::support::sqlite;

#[tokio::test(flavor = "multi_thread")]
async fn through_an_open_link_somebody_is_in_at_once() {
    for hub in TestHub::each().await {
        let [sari, budi] = hub.actors(["Sari", "Budi"]).await;
        let class = Class::found(&sari).await;
        let link = class.open_link(&sari, "a link").await;

        let shown = hub.nobody().get(&class.path(&link.path(""))).await.expect(200).json();
        let statement = link.body(&sari, &[]);
        assert_eq!(
            shown,
            json!({
                "link": statement["link"], "signature": statement["signature"],
                "publisher": encode(sari.ik()), "open": true, "s": encode(class.s(0).as_bytes()),
            })
        );
        let first = link.ask(&budi, Some(class.s(0))).await.expect(201).json();
        assert_eq!(first, json!({ "state": "admitted" }));
        let again = link.ask(&budi, Some(class.s(0))).await.expect(200).json();
        assert_eq!(again, first, "a repeat is answered as the first time");

        let me = budi.get(&class.path("/members/me")).await.expect(200).json();
        let slot = &me["slots"][0];
        assert_eq!(
            (&slot["slot"], &slot["x"], &slot["ek"]),
            (&json!(0), &json!(null), &json!(null))
        );
        let proof = link.writer_proof(&sari, &budi, class.s(0));
        proof.check(class.charter(), &budi.ik()).expect("the membership is good");
        assert_eq!(slot["membership"], encode(proof.membership.encode()));
        let members = sari.get(&class.path("/members")).await.items();
        assert_eq!(members[0]["link"], encode(link.link.link_pk));
        let links = sari.get(&class.path("/links")).await.items();
        assert_eq!(links[0]["uses"], 1, "a repeat is not a use");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_request_that_is_not_right_is_refused() {
    for hub in TestHub::each().await {
        let [sari, budi, citra] = hub.actors(["Sari", "Budi", "Citra"]).await;
        let class = Class::found(&sari).await;
        let link = class.open_link(&sari, "a link").await;
        let other = class.open_link(&sari, "another link").await;
        let elsewhere = Class::draft(&sari, "elsewhere", |_| ());
        let whole = link.request_body(&budi, Some(class.s(0)));
        let ask = async |body: &Value| budi.post_json(&class.path("/requests"), body).await;

        citra.post_json(&class.path("/requests"), &whole).await.expect(422).problem("refused");
        sari.post_json("/v1/audiences", &elsewhere.foundation()).await.expect(201);
        budi.post_json(&elsewhere.path("/requests"), &whole).await.expect(422).problem("refused");
        for (field, value) in [
            ("signature", encode([1; 64])),
            ("link_signature", encode([1; 64])),
            ("membership_signature", encode([1; 64])),
            ("membership", encode([])),
            ("request", encode([])),
            ("request", encode([0; 171])),
            ("request", format!("{}AAAA", whole["request"].as_str().expect("text"))),
            ("membership", encode(other.membership(&budi, class.s(0)).encode())),
            ("membership", encode(link.membership(&citra, class.s(0)).encode())),
        ] {
            let mut body = whole.clone();
            body[field] = value.into();
            ask(&body).await.expect(422).problem("refused");
        }
        let mut half = whole.clone();
        half["membership"] = json!(null);
        ask(&half).await.expect(400).problem("invalid-request");
        half["membership_signature"] = json!(null);
        ask(&half).await.expect(422).problem("refused");

        ask(&with_membership(&link, &budi, &class, |m| m.role = MemberRole::Guardian))
            .await
            .expect(422);
        ask(&with_membership(&link, &budi, &class, |m| m.at_ms = NOW + DAY)).await.expect(422);
        ask(&with_membership(&link, &budi, &class, |m| m.at_ms = NOW + 8 * DAY)).await.expect(422);
        let unknown = class.link("never published", LinkKind::Open, 5);
        unknown.ask(&budi, Some(class.s(0))).await.expect(404).problem("not-found");
        link.ask(&budi, None).await.expect(422).problem("refused");
        let strange = CohortSecret::random(&mut rng("strange")).public();
        link.ask(&budi, Some(strange)).await.expect(422).problem("refused");
        link.ask(&sari, Some(class.s(0))).await.expect(409).problem("conflict");

        assert_eq!(sari.get(&class.path("/members")).await.items(), [] as [Value; 0]);
        assert_eq!(sari.get(&class.path("/links")).await.items()[0]["uses"], 0);
        ask(&whole).await.expect(201);
    }
}

fn with_membership(
    link: &TestLink,
    joiner: &Actor,
    class: &Class,
    change: impl FnOnce(&mut Membership),
) -> Value {
    let mut membership = link.membership(joiner, class.s(0));
    change(&mut membership);
    let mut body = link.request_body(joiner, Some(class.s(0)));
    body["membership"] = encode(membership.encode()).into();
    body["membership_signature"] = encode(membership.sign(&link.key)).into();
    body
}

#[tokio::test(flavor = "multi_thread")]
async fn a_link_that_is_not_right_is_refused() {
    for hub in TestHub::each().await {
        let [sari, budi] = hub.actors(["Sari", "Budi"]).await;
        let class = Class::found(&sari).await;
        let path = class.path("/links");
        let mut link = class.link("a link", LinkKind::Open, 5);
        let deposit = link.deposit(&class.cohorts[0]);
        let strange = link.deposit(&CohortSecret::random(&mut rng("strange")));
        let mut zero = deposit.clone();
        zero["token"] = encode([0; 32]).into();
        let mut large = deposit.clone();
        large["token"] = encode([0xff; 32]).into();

        let by_budi = link.body(&budi, &[]);
        sari.post_json(&path, &by_budi).await.expect(422).problem("refused");
        for deposits in
            [vec![strange], vec![zero], vec![large], vec![deposit.clone(), deposit.clone()]]
        {
            sari.post_json(&path, &link.body(&sari, &deposits))
                .await
                .expect(422)
                .problem("refused");
        }
        let approval = class.link("an approval link", LinkKind::Approval, 5);
        let with_deposit = approval.body(&sari, std::slice::from_ref(&deposit));
        sari.post_json(&path, &with_deposit).await.expect(422).problem("refused");
        let elsewhere = Class::draft(&sari, "elsewhere", |_| ()).link("x", LinkKind::Open, 5);
        sari.post_json(&path, &elsewhere.body(&sari, &[])).await.expect(422).problem("refused");
        let whole = link.body(&sari, std::slice::from_ref(&deposit));
        for (changed, value) in [("link", encode([0; 79])), ("link", String::new())] {
            let mut body = whole.clone();
            body[changed] = value.into();
            sari.post_json(&path, &body).await.expect(422).problem("refused");
        }
        let good = link.link;
        link.link.max_uses = 0;
        sari.post_json(&path, &link.body(&sari, &[])).await.expect(422).problem("refused");
        link.link = good;
        link.link.expires_ms = hub.now();
        sari.post_json(&path, &link.body(&sari, &[])).await.expect(422).problem("refused");
        assert_eq!(sari.get(&path).await.items(), [] as [Value; 0]);

        sari.post_json(&path, &whole).await.expect(201);
        sari.post_json(&path, &whole).await.expect(200);
        link.link.expires_ms += DAY;
        sari.post_json(&path, &link.body(&sari, &[])).await.expect(409).problem("conflict");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_link_closes_when_it_is_revoked_expired_or_used_up() {
    for hub in TestHub::each().await {
        let [sari, budi, citra] = hub.actors(["Sari", "Budi", "Citra"]).await;
        let class = Class::found(&sari).await;
        let once = class.link("for one", LinkKind::Open, 1);
        let body = once.body(&sari, &class.deposits(&once));
        sari.post_json(&class.path("/links"), &body).await.expect(201);
        once.ask(&budi, Some(class.s(0))).await.expect(201);
        once.ask(&citra, Some(class.s(0))).await.expect(410).problem("link-closed");
        once.ask(&budi, Some(class.s(0))).await.expect(200);

        let link = class.open_link(&sari, "a link").await;
        let path = class.path(&link.path(""));
        sari.delete(&path).await.expect(204);
        sari.delete(&path).await.expect(204);
        link.ask(&citra, Some(class.s(0))).await.expect(410).problem("link-closed");
        let shown = citra.get(&path).await.json();
        assert_eq!((&shown["open"], &shown["s"]), (&json!(false), &json!(null)));
        let deposits = json!({ "deposits": class.deposits(&link) });
        let put = sari.put_json(&format!("{path}/deposits"), &deposits).await;
        put.expect(410).problem("link-closed");

        let late = class.open_link(&sari, "late").await;
        hub.wait(7 * DAY);
        late.ask(&citra, Some(class.s(0))).await.expect(410).problem("link-closed");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_publisher_decides_on_those_who_come_by_an_approval_link() {
    for hub in TestHub::each().await {
        let [sari, budi, citra, dewi] = hub.actors(["Sari", "Budi", "Citra", "Dewi"]).await;
        let class = Class::found(&sari).await;
        let link = class.approval_link(&sari, "ask me").await;
        let pending = async || sari.get(&class.path("/requests")).await.expect(200).items();
        let membership = link.membership(&budi, class.s(0));
        let mut issued = link.request_body(&budi, None);
        issued["membership"] = encode(membership.encode()).into();
        issued["membership_signature"] = encode(membership.sign(&link.key)).into();
        let answer = budi.post_json(&class.path("/requests"), &issued).await;
        answer.expect(422).problem("refused");
        for asker in [&budi, &citra, &dewi] {
            let answer = link.ask(asker, None).await.expect(201).json();
            assert_eq!(answer, json!({ "state": "pending" }));
            link.ask(asker, None).await.expect(200);
        }
        assert_eq!(pending().await.len(), 3);
        let mut listed = Vec::new();
        let mut path = class.path("/requests?limit=2");
        loop {
            let page = sari.get(&path).await.expect(200).json();
            listed.extend(page["items"].as_array().expect("a list").clone());
            let Some(next) = page["next"].as_str() else { break };
            path = class.path(&format!("/requests?limit=2&after={next}"));
        }
        assert_eq!(listed, pending().await, "page after page, each once");
        let request = link.request_body(&budi, None);
        let of_budi = listed.iter().find(|r| r["account"] == budi.id()).expect("Budi asked");
        assert_eq!(of_budi["request"], request["request"]);

        let shown = budi.get(&class.path(&link.path(""))).await.json();
        assert_eq!(shown["s"], json!(null), "an approval link gives no cohort");
        link.ask(&budi, Some(class.s(0))).await.expect(422).problem("refused");
        class.enrol(&sari, &[&budi]).await;
        link.ask(&budi, None).await.expect(200);
        let of = |who: &Actor| class.path(&format!("/requests/{}", who.id()));
        citra.delete(&of(&dewi)).await.expect(403).problem("not-allowed");
        sari.delete(&of(&citra)).await.expect(204);
        sari.delete(&of(&citra)).await.expect(204);
        dewi.delete(&of(&dewi)).await.expect(204);
        sari.delete(&of(&budi)).await.expect(404).problem("not-found");
        assert_eq!(pending().await, [] as [Value; 0]);
        link.ask(&citra, None).await.expect(201);
        assert_eq!(pending().await.len(), 1, "one who was declined may ask once more");
        assert_eq!(sari.get(&class.path("/links")).await.items()[0]["uses"], 3, "one per account");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn one_who_was_removed_comes_back_only_through_a_link_that_is_open() {
    for hub in TestHub::each().await {
        let [sari, budi] = hub.actors(["Sari", "Budi"]).await;
        let class = Class::found(&sari).await;
        let link = class.open_link(&sari, "a link").await;
        let of_budi = class.path(&format!("/members/{}", budi.id()));
        link.ask(&budi, Some(class.s(0))).await.expect(201);
        sari.delete(&of_budi).await.expect(204);
        link.ask(&budi, Some(class.s(0))).await.expect(201);
        let me = budi.get(&class.path("/members/me")).await.json();
        assert_eq!(me["slots"][0]["slot"], 1, "a slot is never given twice");
        sari.delete(&of_budi).await.expect(204);
        sari.delete(&class.path(&link.path(""))).await.expect(204);
        link.ask(&budi, Some(class.s(0))).await.expect(410).problem("link-closed");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_full_cohort_sends_joiners_to_the_next() {
    let hub = TestHub::on(sqlite().await, |_| ()).await;
    let [sari, budi] = hub.actors(["Sari", "Budi"]).await;
    let mut class = Class::found(&sari).await;
    let link = class.open_link(&sari, "a link").await;
    let (audience, full) = (class.audience(), class.s(0));
    let most = i64::try_from(COHORT).expect("small");
    let mut tx = hub.hub.db.write().await.expect("a transaction");
    kentongan::store::tokens::take_slots(&mut tx, audience.as_ref(), full.as_bytes(), most, most)
        .await
        .expect("the slots")
        .expect("room");
    tx.commit().await.expect("committed");

    link.ask(&budi, Some(full)).await.expect(409).problem("cohort-full");
    let shown = budi.get(&class.path(&link.path(""))).await.json();
    assert_eq!((&shown["open"], &shown["s"]), (&json!(true), &json!(null)));
    assert_eq!(sari.get(&class.path("/links")).await.items()[0]["uses"], 0, "nothing is stored");
    class.cohorts.push(CohortSecret::random(&mut rng("second")));
    let mut terms = class.next_terms();
    terms.cohorts.push(class.s(1));
    class.revise(&sari, terms).await.expect(201);
    let deposits = json!({ "deposits": [link.deposit(&class.cohorts[1])] });
    sari.put_json(&class.path(&link.path("/deposits")), &deposits).await.expect(204);
    let shown = budi.get(&class.path(&link.path(""))).await.json();
    assert_eq!(shown["s"], encode(class.s(1).as_bytes()));
    link.ask(&budi, Some(class.s(1))).await.expect(201);
}

#[tokio::test(flavor = "multi_thread")]
async fn of_many_who_come_at_once_the_link_lets_in_as_many_as_it_says() {
    for hub in TestHub::each().await {
        let sari = hub.actor("Sari").await;
        let class = Class::found(&sari).await;
        let link = class.link("for five", LinkKind::Open, 5);
        let body = link.body(&sari, &class.deposits(&link));
        sari.post_json(&class.path("/links"), &body).await.expect(201);
        let mut joiners = Vec::new();
        for number in 0..8 {
            joiners.push(hub.actor(&format!("joiner {number}")).await);
        }
        let twice = joiners.iter().chain(&joiners);
        let answers = join_all(twice.map(|joiner| link.ask(joiner, Some(class.s(0))))).await;
        let count = |status| answers.iter().filter(|answer| answer.status == status).count();
        assert_eq!((count(201), count(200), count(410)), (5, 5, 6));

        let mut slots = Vec::new();
        for member in sari.get(&class.path("/members")).await.items() {
            slots.push(member["slot"].as_u64().expect("a slot"));
        }
        slots.sort_unstable();
        assert_eq!(slots, [0, 1, 2, 3, 4]);
        assert_eq!(sari.get(&class.path("/links")).await.items()[0]["uses"], 5);
    }
}
