//! Whether the hub may know when homework is due, said and asked at the command line.

use jiff::{SignedDuration, Timestamp};
use serde_json::json;

use crate::people::{Hub, text};

#[test]
fn the_hub_is_told_when_homework_is_due_once_the_class_allows_it() {
    let hub = Hub::start();
    let (rina, budi) = (hub.person("Bu Rina"), hub.person("Budi"));
    rina.json(&["audience", "new", "--class", "Kelas 7B"]);
    let link = rina.json(&["audience", "link", "--open"]);
    budi.json(&["join", text(&link["url"])]);
    for person in [&rina, &budi] {
        assert_eq!(person.json(&["due-times"])["allowed"], false, "unless somebody says so");
    }
    assert!(budi.refused(1, &["due-times", "--allow"]).contains("admin"));

    let due = (Timestamp::now() + SignedDuration::from_hours(72)).to_string();
    let assign = ["assign", "--title", "Pecahan", "--due", &due, "--remind"];
    let with = |before: &'static str| [&assign[..], &[before, "Nomor 1."]].concat();
    assert!(rina.refused(1, &with("24h")).contains("due-times --allow"));
    assert_eq!(budi.json(&["homework"])["items"], json!([]), "and nothing was given");
    assert_eq!(rina.json(&["due-times", "Kelas 7B", "--allow"])["allowed"], true);
    assert!(budi.run(&["due-times"]).stdout.contains("publishers may tell the hub"));
    assert!(rina.refused(2, &with("4d")).contains("shorter --remind"));
    let given = rina.json(&with("24h"));
    let due_ms = given["due_ms"].as_u64().expect("a time");
    assert_eq!(given["remind_ms"], due_ms - 24 * 3_600_000);
    assert_eq!(rina.json(&["assign", "--due", &due, "Nomor 2."])["remind_ms"], json!(null));

    assert_eq!(rina.json(&["due-times", "--forbid"])["allowed"], false);
    assert!(rina.refused(1, &with("24h")).contains("due-times --allow"));
}
