//! What the page can do, the command line can too: posts for later, a shared desk, threads, roles, and leaving.

use serde_json::{Value, json};

use crate::people::{Hub, until};

#[test]
fn a_desk_is_shared_and_a_thread_has_an_end() {
    let hub = Hub::start();
    let (rina, budi) = (hub.person("Bu Rina"), hub.person("Budi"));
    rina.json(&["audience", "new", "--class", "Kelas 7B"]);
    let link = rina.json(&["audience", "link", "Kelas 7B"]);
    budi.json(&["join", link["url"].as_str().expect("an address")]);
    rina.json(&["audience", "admit", "Kelas 7B", "budi"]);
    rina.json(&["audience", "role", "Kelas 7B", "Budi", "guardian"]);
    let members = rina.json(&["audience", "members", "Kelas 7B"]);
    assert_eq!(members["items"][0]["role"], "guardian");

    rina.json(&["post", "--to", "Kelas 7B", "Siapa ikut?"]);
    rina.prepared("1");
    budi.json(&["reply", "1", "Saya."]);
    budi.json(&["reply", "1", "Anak saya sakit.", "--private"]);
    let letters =
        |state: &str| rina.json(&["letters", "list", "--desk", "--state", state])["items"].clone();
    assert_eq!(letters("open")[0]["body"], "Anak saya sakit.");
    rina.json(&["letters", "assign", "1"]);
    assert_eq!(letters("assigned")[0]["assignee"], rina.account.as_str());
    let list = rina.run(&["letters"]).stdout;
    assert!(list.contains("you look after it"), "{list}");
    assert_eq!(rina.json(&["letters", "resolve", "1"])["state"], "resolved");
    assert_eq!(letters("open"), json!([]));
    budi.json(&["reply", "1", "Sudah sembuh.", "--private"]);
    assert_eq!(letters("open").as_array().map(Vec::len), Some(2), "his letters are open again");

    rina.json(&["thread", "1", "closed"]);
    let refused = budi.refused(1, &["reply", "1", "Satu lagi."]);
    assert!(refused.contains("this thread is closed"), "{refused}");
    rina.json(&["thread", "1", "slow", "--every", "3600"]);
    assert_eq!(rina.run(&["thread", "1", "slow"]).code, 2, "how slow?");
    rina.json(&["thread", "1", "open"]);
    budi.json(&["reply", "1", "Terima kasih."]);
}

#[test]
fn a_post_waits_for_its_time_or_is_taken_back() {
    let hub = Hub::start();
    let (rina, budi) = (hub.person("Bu Rina"), hub.person("Budi"));
    rina.json(&["audience", "new", "--class", "Kelas 7B"]);
    let link = rina.json(&["audience", "link", "Kelas 7B"]);
    budi.json(&["join", link["url"].as_str().expect("an address")]);
    rina.json(&["audience", "admit", "Kelas 7B", "budi"]);
    let in_days = |days: i64| {
        let at = jiff::Timestamp::now() + jiff::SignedDuration::from_hours(24 * days);
        at.strftime("%Y-%m-%d %H:%M").to_string()
    };
    let sent = rina.json(&["post", "--to", "Kelas 7B", "Besok libur.", "--at", &in_days(1)]);
    assert_eq!(sent["items"][0]["state"], "scheduled");
    let waiting = rina.run(&["inbox", "--all"]).stdout;
    assert!(waiting.contains("goes out on"), "{waiting}");
    assert!(rina.run(&["status", "1"]).stdout.contains("goes out on"));
    rina.json(&["withdraw", "1", "--yes"]);
    let taken_back = rina.run(&["status", "1"]).stdout;
    assert!(taken_back.contains("it was taken back before its time"), "{taken_back}");
    let at = |time: &str| rina.run(&["post", "--to", "Kelas 7B", "Terlambat.", "--at", time]).code;
    assert_eq!((at(&in_days(-1)), at(&in_days(93)), at("besok")), (1, 1, 2));

    let soon = jiff::Timestamp::now() + jiff::SignedDuration::from_secs(10);
    let at = soon.to_string();
    rina.json(&["post", "--to", "Kelas 7B", "Sekarang juga.", "--at", &at]);
    let arrived = until(|| {
        let items = budi.json(&["inbox", "--all"])["items"].clone();
        (items != Value::Array(Vec::new())).then_some(items)
    });
    assert_eq!(arrived[0]["body"], "Sekarang juga.");
}

#[test]
fn an_account_sees_what_is_known_of_it_and_goes() {
    let hub = Hub::start();
    let (rina, budi) = (hub.person("Bu Rina"), hub.person("Budi"));
    rina.json(&["audience", "new", "--class", "Kelas 7B"]);
    let link = rina.json(&["audience", "link", "Kelas 7B"]);
    budi.json(&["join", link["url"].as_str().expect("an address")]);
    rina.json(&["audience", "admit", "Kelas 7B", "budi"]);
    let known = budi.json(&["account", "known"]);
    assert_eq!((&known["counts"]["members"], &known["counts"]["staff"]), (&json!(1), &json!(0)));
    let text = budi.run(&["account", "known"]).stdout;
    assert!(text.contains("your places in them") && text.contains("cannot see"), "{text}");
    let row = budi.json(&["account", "known", "members"]);
    assert_eq!(row["role"], 1);

    let refused = rina.refused(1, &["account", "delete", "--yes"]);
    assert!(refused.contains("last admin"), "{refused}");
    budi.refused(2, &["account", "delete"]);
    assert_eq!(budi.json(&["account", "delete", "--yes"])["deleted"], true);
    let gone = budi.refused(1, &["inbox"]);
    assert!(gone.contains("there is no account in"), "{gone}");
    assert_eq!(rina.json(&["audience", "members", "Kelas 7B"])["live"], 0);
    rina.json(&["account", "delete", "--yes"]);
}
