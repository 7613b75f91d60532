//! What was sent on one machine, seen on another and by a colleague.

use serde_json::{Value, json};

use crate::people::{Hub, Person, text, until};

/// The same person, with their account brought back on another machine.
fn elsewhere(person: &Person) -> Person {
    let other = person.elsewhere();
    other.json(&["account", "restore"]);
    other
}

fn first(list: &Value) -> &Value {
    &list["items"].as_array().expect("a list")[0]
}

fn budis(teacher: &Person) -> Value {
    let board = teacher.json(&["submissions", "1"]);
    board["pupils"].as_array().expect("pupils")[0].clone()
}

#[test]
fn what_was_handed_in_answered_and_drafted_is_on_every_machine() {
    let hub = Hub::start();
    let (rina, joko, budi) = (hub.person("Bu Rina"), hub.person("Pak Joko"), hub.person("Budi"));
    rina.json(&["audience", "new", "--class", "Kelas 7B"]);
    let link = rina.json(&["audience", "link", "--open", "--uses", "5"]);
    rina.json(&["audience", "staff", "Kelas 7B", "--add", &joko.account, "--yes"]);
    budi.json(&["join", text(&link["url"])]);
    let said = joko.run(&["letters"]);
    assert!(said.stderr.contains("Bu Rina made you a publisher of Kelas 7B"), "{}", said.stderr);
    assert_eq!(first(&joko.json(&["audience", "list"]))["role"], "publisher");
    rina.json(&["assign", "--title", "Pecahan", "--points", "100", "Nomor 1–10."]);
    until(|| {
        budi.json(&["homework"])["items"].as_array().filter(|items| !items.is_empty()).map(drop)
    });

    budi.json(&["hand-in", "1", "Sudah, Bu."]);
    let phone = elsewhere(&budi);
    let item = first(&phone.json(&["homework"])).clone();
    assert_eq!(item["state"], "TURNED_IN", "handed in on the other machine");
    let saved = phone.json(&["receipt", "save", "1", "--into", &hub.folder("receipts")]);
    let told = rina.json(&["receipt", "verify", text(&saved["path"])]);
    assert_eq!(told["letter"], item["handed_in"]["letter"]);

    budi.json(&["reply", "1", "Nomor 7 juga?", "--private"]);
    let asked = first(&rina.json(&["letters"]))["number"].to_string();
    rina.json(&["letters", "answer", &asked, "Tidak usah."]);
    let letter = first(&joko.json(&["letters"])).clone();
    let answer = &letter["answers"][0];
    assert_eq!(
        (&answer["author_name"], &answer["body"], &answer["own"]),
        (&json!("Bu Rina"), &json!("Tidak usah."), &json!(false))
    );
    assert!(joko.run(&["letters"]).stdout.contains("answered by Bu Rina"));
    let opened = joko.run(&["letters", "open", &letter["number"].to_string()]).stdout;
    assert!(opened.contains("Bu Rina answered") && opened.contains("Tidak usah."), "{opened}");

    assert!(rina.refused(1, &["return", "1", "Budi", "--draft"]).contains("nothing is kept"));
    rina.json(&["return", "1", "Budi", "--mark", "85", "--feedback", "Rapi.", "--draft"]);
    let laptop = elsewhere(&rina);
    let pupil = budis(&laptop);
    assert_eq!((&pupil["draft"]["mark"], &pupil["mark"]), (&json!("85"), &Value::Null));
    assert!(laptop.run(&["submissions", "1"]).stdout.contains("draft: mark 85"));
    assert_eq!(budis(&joko)["draft"], Value::Null, "a draft is its teacher's alone");
    assert!(laptop.refused(2, &["return", "1", "--drafts"]).contains("--yes"));
    laptop.json(&["return", "1", "--drafts", "--yes"]);
    assert!(laptop.refused(1, &["return", "1", "--drafts"]).contains("nothing is kept"));
    for teacher in [&rina, &joko] {
        let pupil = budis(teacher);
        assert_eq!((&pupil["state"], &pupil["mark"]), (&json!("RETURNED"), &json!("85")));
        assert_eq!(pupil["draft"], Value::Null);
    }
    assert_eq!(first(&phone.json(&["homework"]))["mark"], "85");
}
