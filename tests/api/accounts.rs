//! Accounts: the first bundle, signing in, and the vault a login card finds.

use crate::hub::{DAY, TestHub};
use crate::support::databases;

#[tokio::test(flavor = "multi_thread")]
async fn somebody_registers_signs_in_and_out() {
    for hub in TestHub::each().await {
        let sari = hub.actor("Sari").await;
        sari.register(1, hub.now()).await.expect(200);
        sari.register(3, hub.now()).await.expect(409).problem("conflict");
        hub.wait(DAY);
        sari.register(2, hub.now()).await.expect(201);
        let bundle = format!("/v1/accounts/{}/bundle", sari.id());
        sari.get(&bundle).await.expect(200);
        hub.nobody().get(&bundle).await.expect(401).problem("unauthenticated");
        sari.delete("/v1/sessions/current").await.expect(204);
        sari.get(&bundle).await.expect(401).problem("unauthenticated");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn somebody_sees_where_it_is_signed_in_and_ends_all_but_this() {
    for hub in TestHub::each().await {
        let [mut sari, budi] = hub.actors(["Sari", "Budi"]).await;
        let begun = hub.now();
        hub.wait(DAY);
        let lost = sari.request(reqwest::Method::GET, "/v1/audiences");
        sari.sign_in().await;
        let items = sari.get("/v1/sessions").await.expect(200).items();
        let begins: Vec<_> = items.iter().map(|s| (&s["created_ms"], &s["current"])).collect();
        assert_eq!(begins, [(&(begun + DAY).into(), &true.into()), (&begun.into(), &false.into())]);
        sari.delete("/v1/sessions").await.expect(204);
        sari.delete("/v1/sessions").await.expect(204);
        assert_eq!(sari.get("/v1/sessions").await.expect(200).items().len(), 1);
        crate::hub::Answer::to(lost).await.expect(401).problem("unauthenticated");
        assert_eq!(budi.get("/v1/sessions").await.expect(200).items().len(), 1, "hers alone");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_vault_takes_exactly_the_next_version_from_its_account() {
    for hub in TestHub::each().await {
        let [sari, budi] = hub.actors(["Sari", "Budi"]).await;
        let path = "/v1/vaults/AAAAAAAAAAAAAAAAAAAAAA";
        let put = async |who: &crate::hub::Actor, version: &str, vault: &str| {
            let request = who.request(reqwest::Method::PUT, path);
            let request = request.header("kentongan-version", version);
            crate::hub::Answer::to(crate::hub::octets(request, vault)).await
        };
        hub.nobody().get(path).await.expect(404).problem("not-found");
        put(&sari, "2", "two").await.expect(412).problem("version-conflict");
        put(&sari, "1", "one").await.expect(204);
        put(&sari, "1", "one").await.expect(204);
        put(&budi, "2", "two").await.expect(412).problem("version-conflict");
        put(&sari, "2", "two").await.expect(204);
        put(&sari, "1", "one").await.expect(412).problem("version-conflict");
        sari.put_octets(path, "three").await.expect(400).problem("invalid-request");
        put(&sari, "x", "three").await.expect(400).problem("invalid-request");
        let held = hub.nobody().get(path).await.expect(200);
        assert_eq!(
            (&held.body[..], &held.headers["etag"]),
            (&b"two"[..], &"\"2\"".parse().expect("a header"))
        );
        let since = async |version: &str| {
            let request = hub.nobody().request(reqwest::Method::GET, path);
            crate::hub::Answer::to(request.header("if-none-match", version)).await
        };
        let same = since("\"2\"").await.expect(304);
        assert!(same.body.is_empty() && same.headers["etag"] == "\"2\"");
        assert_eq!(&since("\"1\"").await.expect(200).body[..], b"two");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn vault_and_records_of_an_account_have_so_much_space_and_no_more() {
    for database in databases().await {
        let hub = TestHub::on(database, |config| config.limits.vault_bytes = 8).await;
        let [sari, budi] = hub.actors(["Sari", "Budi"]).await;
        let [one, two, three] =
            ["AAAAAAAAAAAAAAAAAAAAAA", "AQEBAQEBAQEBAQEBAQEBAQ", "AgICAgICAgICAgICAgICAg"];
        let put = async |who: &crate::hub::Actor, id: &str, version: &str, vault: &str| {
            let request = who.request(reqwest::Method::PUT, &format!("/v1/vaults/{id}"));
            let request = request.header("kentongan-version", version);
            crate::hub::Answer::to(crate::hub::octets(request, vault)).await
        };
        put(&sari, one, "1", "four").await.expect(204);
        put(&sari, two, "1", "fives").await.expect(403).problem("not-allowed");
        put(&sari, two, "1", "four").await.expect(204);
        put(&sari, two, "2", "fives").await.expect(403).problem("not-allowed");
        put(&sari, two, "2", "tree").await.expect(204);
        put(&budi, three, "1", "eight is").await.expect(204);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_vault_of_a_replaced_card_goes_once_another_stands() {
    for hub in TestHub::each().await {
        let [sari, budi] = hub.actors(["Sari", "Budi"]).await;
        let [old, new] = ["/v1/vaults/AAAAAAAAAAAAAAAAAAAAAA", "/v1/vaults/AQEBAQEBAQEBAQEBAQEBAQ"];
        let ask =
            async |who: &crate::hub::Actor, method: reqwest::Method, path: &str, version: &str| {
                let request = who.request(method, path).header("kentongan-version", version);
                crate::hub::Answer::to(crate::hub::octets(request, "sealed")).await
            };
        let (put, delete) = (reqwest::Method::PUT, reqwest::Method::DELETE);
        ask(&sari, put.clone(), old, "1").await.expect(204);
        ask(&sari, delete.clone(), old, "1").await.expect(409).problem("conflict");
        ask(&sari, put, new, "1").await.expect(204);
        sari.delete(old).await.expect(400).problem("invalid-request");
        ask(&sari, delete.clone(), old, "2").await.expect(412).problem("version-conflict");
        ask(&budi, delete.clone(), old, "1").await.expect(412).problem("version-conflict");
        hub.nobody().get(old).await.expect(200);
        ask(&sari, delete.clone(), old, "1").await.expect(204);
        ask(&sari, delete, old, "1").await.expect(204);
        hub.nobody().get(old).await.expect(404).problem("not-found");
        hub.nobody().get(new).await.expect(200);
    }
}
