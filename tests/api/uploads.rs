//! Uploads in parts: each goes on where the hub says it is, whatever broke off before.

use std::io::{Read as _, Write as _};
use std::net::{Shutdown, TcpStream};

use kentongan::base64url::encode;
use kentongan::jobs::{Job, retention::Retention};
use kentongan_protocol::charter::{Role, Staff};
use kentongan_protocol::primitives::sha256;
use reqwest::Method;

use crate::class::Class;
use crate::hub::{Actor, Answer, DAY, TestHub, octets};
use crate::support::databases;

/// Bytes that are their own pattern.
fn blob(bytes: usize) -> Vec<u8> {
    (0..=250).cycle().take(bytes).collect()
}

struct Upload<'a> {
    who: &'a Actor,
    path: String,
    blob: Vec<u8>,
}

impl<'a> Upload<'a> {
    fn new(who: &'a Actor, class: &Class, blob: Vec<u8>) -> Self {
        let path = class.path(&format!("/attachments/{}", encode(sha256(&blob))));
        Self { who, path, blob }
    }

    fn by<'b>(&self, who: &'b Actor) -> Upload<'b> {
        Upload { who, path: self.path.clone(), blob: self.blob.clone() }
    }

    async fn send(&self, range: &str, body: &[u8], readers: &str) -> Answer {
        let request = self.who.request(Method::PUT, &format!("{}?for={readers}", self.path));
        Answer::to(octets(request, body).header("content-range", format!("bytes {range}"))).await
    }

    /// Sends the bytes `from … to − 1`.
    async fn part(&self, from: usize, to: usize) -> Answer {
        let range = format!("{from}-{}/{}", to - 1, self.blob.len());
        self.send(&range, &self.blob[from..to], "audience").await
    }

    /// Where the hub says it goes on; none where it knows of no upload.
    async fn offset(&self) -> Option<usize> {
        let head = self.who.request(Method::HEAD, &self.path).send().await.expect("an answer");
        assert_eq!(head.status(), 404, "not an attachment yet");
        offset(head.headers())
    }
}

fn offset(headers: &reqwest::header::HeaderMap) -> Option<usize> {
    let offset = headers.get("upload-offset")?;
    Some(offset.to_str().expect("ASCII").parse().expect("a number"))
}

fn files(hub: &TestHub, class: &Class) -> Vec<String> {
    let folder = hub.hub.config.data.join("attachments").join(hex::encode(class.audience()));
    let Ok(files) = std::fs::read_dir(folder) else { return Vec::new() };
    files.map(|file| file.expect("a file").file_name().into_string().expect("ASCII")).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn parts_come_one_after_the_other_and_make_the_whole() {
    for hub in TestHub::each().await {
        let [teacher, sari] = hub.actors(["Bu Rini", "Sari"]).await;
        let class = Class::found(&teacher).await;
        class.enrol(&teacher, &[&sari]).await;
        let film = Upload::new(&teacher, &class, blob(3_000_000));
        assert_eq!(film.offset().await, None);
        let begun = film.part(0, 1_000_000).await.expect(202);
        assert_eq!(offset(&begun.headers), Some(1_000_000));
        assert_eq!(film.offset().await, Some(1_000_000));
        // What is not its turn changes nothing, and says whose turn it is.
        for (from, to) in [(0, 1_000_000), (999_999, 1_500_000), (1_000_001, 2_000_000)] {
            let early = film.part(from, to).await.expect(409);
            assert_eq!(offset(&early.headers), Some(1_000_000), "{from}");
            early.problem("conflict");
        }
        film.part(1_000_000, 1_000_001).await.expect(202);
        sari.get(&film.path).await.expect(404).problem("not-found");
        assert_eq!(film.by(&sari).offset().await, None, "an upload is its account's");
        film.part(1_000_001, 3_000_000).await.expect(201);

        assert!(sari.get(&film.path).await.expect(200).body == film.blob, "byte for byte");
        Answer::to(teacher.request(Method::HEAD, &film.path)).await.expect(200);
        film.part(1_000_001, 3_000_000).await.expect(200);
        film.part(0, 10).await.expect(200);
        assert_eq!(files(&hub, &class), [hex::encode(sha256(&film.blob))]);
        let known = teacher.get("/v1/account/rows").await.json();
        assert_eq!(
            (&known["counts"]["uploads"], &known["counts"]["attachments"]),
            (&0.into(), &1.into())
        );
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_came_before_the_line_broke_stays() {
    for hub in TestHub::each().await {
        let teacher = hub.actor("Bu Rini").await;
        let class = Class::found(&teacher).await;
        let film = Upload::new(&teacher, &class, blob(500_000));
        let path = format!("{}?for=audience", film.path);
        let request = teacher.request(Method::PUT, &path).build().expect("ours");
        let session = request.headers()["authorization"].to_str().expect("ASCII").to_owned();
        let (host, blob) = (hub.origin.replace("http://", ""), film.blob.clone());
        let cut = tokio::task::spawn_blocking(move || {
            let mut line = TcpStream::connect(&host).expect("a hub");
            write!(
                line,
                "PUT {path} HTTP/1.1\r\nhost: {host}\r\nauthorization: {session}\r\n\
                 content-type: application/octet-stream\r\ncontent-length: 500000\r\n\
                 content-range: bytes 0-499999/500000\r\n\r\n"
            )
            .expect("the hub listens");
            line.write_all(&blob[..200_000]).expect("the hub takes it");
            line.shutdown(Shutdown::Write).expect("the line breaks");
            let mut answer = String::new();
            // Whether it still answers or not, it is done with this part when it closes.
            drop(line.read_to_string(&mut answer));
        });
        cut.await.expect("no panic");
        assert_eq!(film.offset().await, Some(200_000));
        film.part(200_000, 500_000).await.expect(201);
        assert!(teacher.get(&film.path).await.expect(200).body == film.blob);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_wrong_whole_is_erased_and_a_wrong_part_takes_nothing_away() {
    for hub in TestHub::each().await {
        let teacher = hub.actor("Bu Rini").await;
        let class = Class::found(&teacher).await;
        let photo = Upload::new(&teacher, &class, blob(1_000));
        photo.send("0-499/1000", &[7; 500], "audience").await.expect(202);
        for (range, bytes) in [
            ("500-999/1000", 499),
            ("500-999/1000", 501),
            ("500-1000/1000", 501),
            ("999-500/1000", 500),
            ("500-999/*", 500),
            ("", 500),
        ] {
            let answer = photo.send(range, &vec![7; bytes], "audience").await;
            answer.expect(400).problem("invalid-request");
        }
        assert_eq!(photo.offset().await, Some(500));
        // Without a length announced, what is too much is noticed as it comes.
        let pieces = [300, 300].map(|bytes| Ok::<_, std::io::Error>(vec![7_u8; bytes]));
        let body = reqwest::Body::wrap_stream(futures_util::stream::iter(pieces));
        let request = teacher.request(Method::PUT, &format!("{}?for=audience", photo.path));
        let request = request.header("content-type", "application/octet-stream").body(body);
        let long = Answer::to(request.header("content-range", "bytes 500-999/1000")).await;
        long.expect(400).problem("invalid-request");
        assert_eq!(photo.offset().await, Some(500));

        photo.send("500-999/1000", &[7; 500], "audience").await.expect(422).problem("refused");
        assert_eq!(photo.offset().await, None, "it begins anew");
        assert!(files(&hub, &class).is_empty());
        photo.part(0, 1_000).await.expect(201);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_upload_goes_on_as_it_began_and_counts_against_its_account() {
    for database in databases().await {
        let hub = TestHub::on(database, |config| {
            config.limits.attachment = 1_000;
            config.limits.letters_per_hour = 2;
        })
        .await;
        let [teacher, head, eve] = hub.actors(["Bu Rini", "Pak Joko", "Eve"]).await;
        let class = Class::found_with(&teacher, |terms| {
            terms.staff.push(Staff { role: Role::Publisher, ik: head.ik() });
        })
        .await;
        let photo = Upload::new(&teacher, &class, blob(1_000));
        photo.part(1, 2).await.expect(409).problem("conflict");
        assert_eq!(photo.offset().await, None, "nothing began");
        photo.part(0, 400).await.expect(202);
        let other = photo.send("400-999/1000", &photo.blob[400..], "desk").await;
        other.expect(409).problem("conflict");
        photo.send("400-900/901", &photo.blob[400..901], "audience").await.problem("conflict");
        photo.send("0-9/1001", &[0; 10], "audience").await.expect(413).problem("too-large");
        photo.by(&eve).part(0, 400).await.expect(403).problem("not-allowed");

        // Two publishers with the same file: whoever is done first has it.
        photo.by(&head).part(0, 900).await.expect(202);
        photo.part(400, 1_000).await.expect(201);
        photo.by(&head).part(900, 1_000).await.expect(409).problem("conflict");

        let second = Upload::new(&teacher, &class, blob(700));
        second.part(0, 1).await.expect(202);
        let third = Upload::new(&teacher, &class, blob(800));
        third.part(0, 1).await.expect(429).problem("rate-limited");
        let whole = format!("{}?for=audience", third.path);
        teacher.put_octets(&whole, third.blob.clone()).await.expect(429).problem("rate-limited");
        second.part(1, 700).await.expect(201);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_upload_that_nobody_goes_on_with_is_given_up_after_a_day() {
    for hub in TestHub::each().await {
        let teacher = hub.actor("Bu Rini").await;
        let class = Class::found(&teacher).await;
        let [old, fresh] = [100, 200].map(|bytes| Upload::new(&teacher, &class, blob(bytes)));
        old.part(0, 50).await.expect(202);
        fresh.part(0, 50).await.expect(202);
        hub.wait(DAY / 2);
        fresh.part(50, 60).await.expect(202);
        hub.wait(DAY / 2 + 1);
        // The hub's clock stands where the story moved it; files have the machine's, which is earlier.
        for tick in [1, 1] {
            Retention { tick }.run(&hub.hub).await.expect("it runs, and again");
        }
        assert_eq!(old.offset().await, None);
        let known = teacher.get("/v1/account/rows").await.json();
        assert_eq!(known["counts"]["uploads"], 1);
        assert_eq!(known["tables"]["uploads"][0]["size"], 200);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_account_uploads_so_many_bytes_a_day() {
    for database in databases().await {
        let hub = TestHub::on(database, |config| {
            config.limits.attachment = 1_000;
            config.limits.upload_bytes_per_day = 2_000;
        })
        .await;
        let [teacher, head] = hub.actors(["Bu Rini", "Pak Joko"]).await;
        let class = Class::found_with(&teacher, |terms| {
            terms.staff.push(Staff { role: Role::Publisher, ik: head.ik() });
        })
        .await;
        let whole = async |who: &Actor, bytes: Vec<u8>| {
            let path = Upload::new(who, &class, bytes.clone()).path;
            who.put_octets(&format!("{path}?for=audience"), bytes).await
        };
        whole(&teacher, blob(900)).await.expect(201);
        whole(&teacher, blob(900)).await.expect(200);
        let film = Upload::new(&teacher, &class, blob(800));
        film.part(0, 1).await.expect(202);
        hub.wait(23 * 3_600_000);
        whole(&teacher, blob(301)).await.expect(429).problem("rate-limited");
        Upload::new(&teacher, &class, blob(302)).part(0, 1).await.problem("rate-limited");
        assert_eq!(files(&hub, &class).len(), 2, "nothing stays of what was too much");
        film.part(1, 800).await.expect(201);
        whole(&head, blob(950)).await.expect(201);
        whole(&teacher, blob(300)).await.expect(201);
        let full = whole(&teacher, blob(1)).await.expect(429);
        assert_eq!(full.headers["retry-after"], "3600");

        // What was uploaded a day ago counts no more.
        hub.wait(3_600_000);
        whole(&teacher, blob(801)).await.expect(201);
    }
}
