//! What teachers do with assignments after they were given, at the command line.

use std::fs;

use serde_json::{Value, json};

use crate::homework::{board, class, given};
use crate::people::{Hub, Person, text, until};

/// The one assignment of a pupil, once it is as it should be.
fn until_it(pupil: &Person, title: &str, so: impl Fn(&Value) -> bool) -> Value {
    until(|| Some(given(pupil, title)).filter(|item| so(item)))
}

#[test]
fn an_assignment_is_changed_given_to_one_more_reminded_of_and_taken_back() {
    let hub = Hub::start();
    let (rina, budi, ani) = class(&hub);
    let photo = hub.file("soal.jpg", &vec![7; 20_000]);
    let asked = ["--title", "Tambahan", "--points", "10", "Nomor 1.", "--attach", &photo];
    let sent = rina.json(&[&["assign", "--pupil", "Budi"], &asked[..]].concat());
    let work = sent["number"].to_string();
    let item = given(&budi, "Tambahan");
    assert_eq!((&item["points"], &item["files"]), (&json!(10), &json!(1)));
    let number = item["number"].to_string();
    assert!(budi.run(&["read", &number]).stdout.contains("to chosen pupils"));
    let folder = hub.folder("downloads");
    budi.json(&["save", &number, "--into", &folder]);
    assert_eq!(fs::read(format!("{folder}/soal.jpg")).expect("saved"), vec![7; 20_000]);
    budi.json(&["reply", &number, "--private", "Halaman berapa?"]);
    assert!(budi.refused(1, &["reply", &number, "Halaman?"]).contains("--private"));
    assert_eq!(rina.json(&["letters"])["items"][0]["body"], "Halaman berapa?");

    assert!(rina.refused(2, &["assign", "--change", &work]).contains("what is to change"));
    let change = ["--points", "20", "--attempts", "2", "--pupil", "=Ani", "Nomor 1–3."];
    let changed = rina.json(&[&["assign", "--change", &work], &change[..]].concat());
    assert_eq!(changed["pupils"].as_array().map(Vec::len), Some(2));
    for pupil in [&budi, &ani] {
        let item = until_it(pupil, "Tambahan", |item| item["points"] == 20);
        assert_eq!((&item["body"], &item["attempts"]), (&json!("Nomor 1–3."), &json!(2)));
    }
    rina.json(&["assign", "--change", &work, "--due", "2020-01-02 07:00"]);
    until_it(&budi, "Tambahan", |item| item["missing"] == true);
    ani.json(&["hand-in", &number_of(&ani), "Sudah.", "--guardian", "Ibu Ratna"]);
    assert_eq!(board(&rina, &work, "=Ani")["guardian"], "Ibu Ratna");
    assert!(rina.run(&["submissions", &work]).stdout.contains("by Ibu Ratna, for the pupil"));

    let unasked = rina.refused(2, &["remind", &work]);
    assert!(unasked.contains("Budi (1 of 2)") && unasked.contains("--yes"), "{unasked}");
    let reminded = rina.json(&["remind", &work, "--yes"]);
    assert_eq!(reminded["items"], json!([{ "account": budi.account, "name": "Budi" }]));
    assert!(board(&rina, &work, "Budi")["reminded_ms"].is_u64());
    assert_eq!(given(&budi, "Tambahan")["reminded_ms"].as_array().map(Vec::len), Some(1));
    assert!(budi.run(&["homework"]).stdout.contains("your teacher reminded you"));
    assert_eq!(given(&ani, "Tambahan")["reminded_ms"], json!([]));

    rina.json(&["assign", "--change", &work, "--without", "Budi"]);
    until(|| (budi.json(&["homework"])["items"] == json!([])).then_some(()));
    assert!(rina.refused(1, &["remind", &work, "--yes"]).contains("nobody was reminded"));
    assert!(rina.refused(2, &["withdraw", &work]).contains("taken back from 1 pupil"));
    rina.json(&["withdraw", &work, "--yes"]);
    let list = rina.json(&["submissions"]);
    assert_eq!(list["items"][0]["work_state"], "DELETED");
    assert!(ani.refused(1, &["hand-in", &number_of(&ani), "Lagi."]).contains("taken back"));
}

/// The number under which somebody has their newest assignment.
fn number_of(person: &Person) -> String {
    let record = person.json(&["homework", "--record"]);
    record["items"][0]["number"].to_string()
}

#[test]
fn due_times_go_into_a_calendar_and_a_change_moves_the_same_event() {
    let hub = Hub::start();
    let (rina, budi, _) = class(&hub);
    let asked = ["--title", "Pecahan; bab 3", "--due", "2040-01-02 07:00", "Nomor 1,\nlalu 2."];
    rina.json(&[&["assign"], &asked[..]].concat());
    let before = given(&budi, "Pecahan; bab 3");
    let file = format!("{}/pr.ics", hub.folder("calendar"));
    assert_eq!(budi.json(&["homework", "--calendar", &file])["events"], 1);
    let first = fs::read_to_string(&file).expect("a file");
    let uid = format!("UID:{}@kentongan", text(&before["work"]));
    let unfolded = first.replace("\r\n ", "");
    for line in [&*uid, "SEQUENCE:0", "STATUS:CONFIRMED", "METHOD:PUBLISH"] {
        assert!(unfolded.contains(&format!("{line}\r\n")), "{line}: {first}");
    }
    assert!(unfolded.contains("SUMMARY:Pecahan\\; bab 3 (Kelas 7B)\r\n"), "{first}");
    assert!(!unfolded.contains("Nomor 1"), "what is asked for stays sealed: {first}");
    budi.json(&["homework", "--calendar", &file]);
    assert_eq!(fs::read_to_string(&file).expect("a file"), first, "nothing changed");

    rina.json(&["assign", "--change", "1", "--due", "2040-01-09 07:00"]);
    until_it(&budi, "Pecahan; bab 3", |item| item["due_ms"] != before["due_ms"]);
    budi.json(&["homework", "--calendar", &file]);
    let moved = fs::read_to_string(&file).expect("a file").replace("\r\n ", "");
    assert!(moved.contains(&uid) && !moved.contains("SEQUENCE:0\r\n"), "{moved}");
    assert!(moved.contains("DTSTART:20400109T"), "{moved}");
    rina.json(&["assign", "--withdraw", "1", "--yes"]);
    until(|| (budi.json(&["homework"])["items"] == json!([])).then_some(()));
    budi.json(&["homework", "--calendar", &file]);
    let gone = fs::read_to_string(&file).expect("a file").replace("\r\n ", "");
    assert!(gone.contains(&uid) && gone.contains("STATUS:CANCELLED\r\n"), "{gone}");
    let other = hub.file("other.ics", b"BEGIN:VCALENDAR\r\nPRODID:-//Somebody//EN\r\n");
    let refused = budi.refused(1, &["homework", "--calendar", &other]);
    assert!(refused.contains("no calendar of Kentongan's"), "{refused}");
}

#[test]
fn a_pupils_own_record_has_every_receipt_and_mark() {
    let hub = Hub::start();
    let (rina, budi, _) = class(&hub);
    rina.json(&["assign", "--title", "=1+1", "--points", "10", "Nomor 1."]);
    given(&budi, "=1+1");
    budi.json(&["hand-in", "1", "Salah."]);
    budi.json(&["hand-in", "1", "--reclaim"]);
    budi.json(&["hand-in", "1", "Benar."]);
    rina.json(&["return", "1", "Budi", "--mark", "9,5"]);
    let record = budi.json(&["homework", "--record"])["items"][0].clone();
    let sent = record["sent"].as_array().expect("letters");
    let what: Vec<_> = sent.iter().map(|sent| text(&sent["what"])).collect();
    assert_eq!(what, ["handed in", "taken back", "handed in"]);
    assert!(sent.iter().all(|sent| sent["receipt"]["type"] == "kentongan-receipt"));
    assert_eq!(record["mark"], "9.5");
    let table = budi.run(&["homework", "--record", "--csv"]).stdout;
    let lines: Vec<_> = table.trim_start_matches('\u{feff}').lines().collect();
    assert_eq!(lines.len(), 4, "{table}");
    assert!(lines[1].starts_with("Kelas 7B,'=1+1,,RETURNED,9.5,handed in,"), "{table}");
    assert!(budi.run(&["homework", "--record"]).stdout.contains("signed by the hub"));
}

#[test]
fn a_year_ends_its_class_is_put_away_and_its_assignments_are_copied_once() {
    let hub = Hub::start();
    let (rina, budi, _) = class(&hub);
    let photo = hub.file("soal.jpg", &vec![7; 20_000]);
    let due = ["--due", "2040-01-02 07:00", "--cutoff", "2040-01-05 07:00"];
    let first = ["assign", "--title", "Pecahan", "--points", "10", "Nomor 1.", "--attach", &photo];
    rina.json(&[&first[..], &due[..]].concat());
    rina.json(&["assign", "--title", "Perbandingan", "Nomor 2."]);
    rina.json(&["assign", "--pupil", "Budi", "--title", "Tambahan", "Nomor 3."]);
    given(&budi, "Tambahan");
    let due_ms = given(&budi, "Pecahan")["due_ms"].as_u64().expect("a time");
    rina.json(&["audience", "new", "--class", "Kelas 7B baru"]);

    let copy = ["assign", "--copy-from", "Kelas 7B", "--to", "Kelas 7B baru", "--shift", "364"];
    let asked = rina.refused(2, &copy);
    assert!(asked.contains("2 assignments") && asked.contains("--yes"), "{asked}");
    let kept = rina.json(&[&copy[..], &["--draft", "--yes"]].concat());
    assert_eq!(kept["items"].as_array().map(Vec::len), Some(2), "nobody else's extra work");
    let left_out = &kept["left_out"];
    assert_eq!((&left_out[0]["title"], &left_out[1]), (&json!("Tambahan"), &json!(null)));
    let again = rina.json(&[&copy[..], &["--yes"]].concat());
    assert_eq!((&again["items"], &again["there_already"]), (&json!([]), &json!(2)));

    let chosen = rina.json(&[&copy[..], &["--draft", "--for-chosen", "--yes"]].concat());
    assert_eq!(
        (&chosen["items"][0]["title"], &chosen["there_already"]),
        (&json!("Tambahan"), &json!(2))
    );

    let drafts = rina.json(&["assign", "--drafts"])["items"].as_array().expect("drafts").clone();
    let named = |title: &str| {
        let draft = drafts.iter().find(|draft| draft["title"] == title).expect("kept");
        text(&draft["draft"])[..8].to_owned()
    };
    rina.json(&["assign", "--discard", &named("Perbandingan")]);
    let given = rina.json(&["assign", "--give", &named("Pecahan"), "--attempts", "2"]);
    assert_eq!(given["audience_label"], "Kelas 7B baru");
    let for_whom = rina.refused(2, &["assign", "--give", &named("Tambahan")]);
    assert!(for_whom.contains("chosen pupils") && for_whom.contains("--pupil"), "{for_whom}");
    let rest = rina.json(&[&copy[..], &["--yes"]].concat());
    assert_eq!(rest["items"][0]["title"], "Perbandingan", "what was thrown away is copied now");
    assert_eq!(rest["there_already"], 2);

    let link = rina.json(&["audience", "link", "Kelas 7B baru", "--open", "--uses", "5"]);
    budi.json(&["join", text(&link["url"])]);
    let works = until(|| {
        let list = budi.json(&["homework", "Kelas 7B baru"]);
        let items = list["items"].as_array().expect("a list").clone();
        (items.len() == 2).then_some(items)
    });
    let pecahan = works.iter().find(|work| work["title"] == "Pecahan").expect("copied");
    assert_eq!((&pecahan["points"], &pecahan["attempts"]), (&json!(10), &json!(2)));
    assert_eq!(pecahan["due_ms"], json!(due_ms + 364 * 86_400_000));
    rina.json(&["assign", "--give", &named("Tambahan"), "--pupil", "Budi"]);
    until(|| {
        let list = budi.json(&["homework", "Kelas 7B baru"]);
        (list["items"].as_array().map(Vec::len) == Some(3)).then_some(())
    });
    assert_eq!(rina.json(&["assign", "--drafts"])["items"], json!([]));
    let folder = hub.folder("downloads");
    budi.json(&["save", &pecahan["number"].to_string(), "--into", &folder]);
    assert_eq!(fs::read(format!("{folder}/soal.jpg")).expect("saved"), vec![7; 20_000]);

    budi.json(&["archive", "Kelas 7B"]);
    let list = budi.json(&["homework"]);
    let classes = list["items"].as_array().expect("a list").iter();
    assert!(classes.clone().all(|work| work["audience_label"] == "Kelas 7B baru"));
    assert_eq!(budi.json(&["homework", "Kelas 7B"])["items"].as_array().map(Vec::len), Some(3));
    let audiences = budi.json(&["audience", "list"]);
    assert_eq!(
        (&audiences["items"][1]["archived"], &audiences["items"][0]["archived"]),
        (&json!(true), &json!(false))
    );
    budi.json(&["archive", "Kelas 7B", "--undo"]);
    assert_eq!(budi.json(&["homework"])["items"].as_array().map(Vec::len), Some(6));
}
