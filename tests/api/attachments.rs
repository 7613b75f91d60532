//! Attachments: large ones up and down, in parts, and for nobody but their readers.

use std::io::{Read as _, Write as _};

use kentongan::base64url::encode;
use kentongan_protocol::charter::Replies;
use kentongan_protocol::primitives::sha256;
use reqwest::Method;

use crate::class::Class;
use crate::hub::{Actor, Answer, TestHub, octets};
use crate::support::databases;

fn blob(seed: u8, bytes: usize) -> Vec<u8> {
    let mut state = u64::from(seed) + 1;
    std::iter::repeat_with(|| {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
        state.to_be_bytes()
    })
    .flatten()
    .take(bytes)
    .collect()
}

fn path(class: &Class, blob: &[u8]) -> String {
    class.path(&format!("/attachments/{}", encode(sha256(blob))))
}

async fn put(who: &Actor, class: &Class, blob: &[u8], readers: &str) -> Answer {
    who.put_octets(&format!("{}?for={readers}", path(class, blob)), blob).await
}

async fn part(who: &Actor, path: &str, range: &str) -> Answer {
    Answer::to(who.request(Method::GET, path).header("range", range)).await
}

/// Names of all files under the hub's attachments.
fn files(hub: &TestHub) -> Vec<String> {
    let folder = hub.hub.config.data.join("attachments");
    let Ok(audiences) = std::fs::read_dir(folder) else { return Vec::new() };
    let files = audiences.flat_map(|audience| {
        std::fs::read_dir(audience.expect("a folder").path()).expect("a folder").collect::<Vec<_>>()
    });
    files.map(|file| file.expect("a file").file_name().into_string().expect("ASCII")).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn fifty_megabytes_go_up_once_and_come_down_in_parts() {
    for hub in TestHub::each().await {
        let [teacher, sari] = hub.actors(["Bu Rini", "Sari"]).await;
        let class = Class::found(&teacher).await;
        class.enrol(&teacher, &[&sari]).await;
        let video = blob(1, 50_000_000);
        let path = path(&class, &video);
        let begun = std::time::Instant::now();
        put(&teacher, &class, &video, "audience").await.expect(201);
        println!("50 MB up: {:?}", begun.elapsed());
        put(&teacher, &class, &video, "audience").await.expect(200);
        assert_eq!(files(&hub), [hex::encode(sha256(&video))]);

        let head = Answer::to(sari.request(Method::HEAD, &path)).await.expect(200);
        assert_eq!(head.headers["content-length"], "50000000");
        assert_eq!(head.headers["accept-ranges"], "bytes");
        let begun = std::time::Instant::now();
        let whole = sari.get(&path).await.expect(200);
        println!("50 MB down: {:?}", begun.elapsed());
        assert!(whole.body == video, "the same bytes");
        let first = part(&sari, &path, "bytes=0-24999999").await.expect(206);
        assert_eq!(first.headers["content-range"], "bytes 0-24999999/50000000");
        let rest = part(&sari, &path, "bytes=25000000-").await.expect(206);
        assert_eq!(rest.headers["content-length"], "25000000");
        assert!([first.body, rest.body].concat() == video, "two halves are the whole");
        let end = part(&sari, &path, "bytes=-7").await.expect(206);
        assert_eq!(end.body, video[video.len() - 7..]);
        let past = part(&sari, &path, "bytes=50000000-").await.expect(416);
        assert_eq!(past.headers["content-range"], "bytes */50000000");
        past.problem("range-not-satisfiable");
        assert_eq!(part(&sari, &path, "bytes=5-1").await.expect(200).body.len(), video.len());
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_too_large_or_not_what_it_is_called_leaves_nothing() {
    for database in databases().await {
        let hub = TestHub::on(database, |config| config.limits.attachment = 1_000_000).await;
        let teacher = hub.actor("Bu Rini").await;
        let class = Class::found(&teacher).await;
        let (small, large) = (blob(1, 1_000_000), blob(2, 1_000_001));
        put(&teacher, &class, &large, "audience").await.expect(413).problem("too-large");
        // Without a length announced it is counted as it comes.
        let pieces = large.chunks(100_000).map(|piece| Ok::<_, std::io::Error>(piece.to_vec()));
        let pieces: Vec<_> = pieces.collect();
        let body = reqwest::Body::wrap_stream(futures_util::stream::iter(pieces));
        let target = format!("{}?for=audience", path(&class, &large));
        let request = teacher.request(Method::PUT, &target);
        let request = request.header("content-type", "application/octet-stream").body(body);
        Answer::to(request).await.expect(413).problem("too-large");
        let other = format!("{}?for=audience", path(&class, &large));
        teacher.put_octets(&other, &small[..]).await.expect(422).problem("refused");
        teacher.put_octets(&other, &b""[..]).await.expect(422).problem("refused");
        assert!(files(&hub).is_empty(), "{:?}", files(&hub));
        put(&teacher, &class, &small, "audience").await.expect(201);
        teacher.get(&path(&class, &large)).await.expect(404).problem("not-found");
    }
}

/// One that writes all it has before it reads anything, as a simple client does.
#[tokio::test(flavor = "multi_thread")]
async fn who_is_refused_hears_it_also_while_still_sending() {
    for database in databases().await {
        let hub = TestHub::on(database, |config| config.limits.attachment = 1_000_000).await;
        let teacher = hub.actor("Bu Rini").await;
        let class = Class::found(&teacher).await;
        let large = blob(2, 8_000_000);
        let target = format!("{}?for=audience", path(&class, &large));
        let request = octets(teacher.request(Method::PUT, &target), large).build().expect("ours");
        let host = hub.origin.strip_prefix("http://").expect("plain HTTP").to_owned();
        let answer = tokio::task::spawn_blocking(move || {
            let mut line = std::net::TcpStream::connect(&host).expect("a hub");
            write!(line, "PUT {target} HTTP/1.1\r\nhost: {host}\r\nconnection: close\r\n").unwrap();
            for (name, value) in request.headers() {
                write!(line, "{name}: {}\r\n", value.to_str().unwrap()).unwrap();
            }
            let body = request.body().and_then(|body| body.as_bytes()).expect("bytes");
            write!(line, "content-length: {}\r\n\r\n", body.len()).unwrap();
            line.write_all(body).expect("the hub takes it");
            let mut answer = String::new();
            line.read_to_string(&mut answer).expect("an answer");
            answer
        });
        let answer = answer.await.expect("no panic");
        assert!(answer.starts_with("HTTP/1.1 413 "), "{answer}");
        assert!(answer.contains("urn:kentongan:problem:too-large"), "{answer}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_attachment_is_for_its_readers_and_its_uploader() {
    for hub in TestHub::each().await {
        let [teacher, sari, budi, dewi, other_teacher] =
            hub.actors(["Bu Rini", "Sari", "Budi", "Dewi", "Pak Joko"]).await;
        let class = Class::found_with(&teacher, |terms| terms.replies = Replies::Desk).await;
        let other_class = Class::found(&other_teacher).await;
        class.enrol(&teacher, &[&sari, &budi, &dewi]).await;
        let [to_all, to_desk, to_sari] = [1, 2, 3].map(|seed| blob(seed, 1_000));
        put(&teacher, &class, &to_all, "audience").await.expect(201);
        put(&sari, &class, &to_desk, "desk").await.expect(201);
        put(&teacher, &class, &to_sari, &sari.id()).await.expect(201);
        teacher.delete(&class.path(&format!("/members/{}", dewi.id()))).await.expect(204);

        let everybody = [&teacher, &sari, &budi, &dewi, &other_teacher];
        for (blob, readers) in [
            (&to_all, [true, true, true, false, false]),
            (&to_desk, [true, true, false, false, false]),
            (&to_sari, [true, true, false, false, false]),
        ] {
            for (who, may) in everybody.iter().zip(readers) {
                let answer = who.get(&path(&class, blob)).await;
                assert_eq!(answer.status, if may { 200 } else { 404 }, "{}", who.name);
                assert!(!may || answer.body == *blob);
            }
            hub.nobody().get(&path(&class, blob)).await.expect(401).problem("unauthenticated");
            let elsewhere = path(&other_class, blob);
            other_teacher.get(&elsewhere).await.expect(404).problem("not-found");
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn who_may_upload_for_whom() {
    for hub in TestHub::each().await {
        let [teacher, sari, budi, dewi, stranger] =
            hub.actors(["Bu Rini", "Sari", "Budi", "Dewi", "Orang lain"]).await;
        let class = Class::found_with(&teacher, |terms| terms.replies = Replies::Desk).await;
        class.enrol(&teacher, &[&sari, &budi, &dewi]).await;
        teacher.delete(&class.path(&format!("/members/{}", dewi.id()))).await.expect(204);
        let everybody = [&teacher, &sari, &dewi, &stranger];
        let mut seed = 10;
        for (readers, may) in [
            ("audience", [true, false, false, false]),
            ("desk", [true, true, false, false]),
            (&budi.id(), [true, false, false, false]),
            (&stranger.id(), [false, false, false, false]),
            (&dewi.id(), [false, false, false, false]),
        ] {
            for (who, may) in everybody.iter().zip(may) {
                seed += 1;
                let answer = put(who, &class, &blob(seed, 100), readers).await;
                assert_eq!(answer.status, if may { 201 } else { 403 }, "{} {readers}", who.name);
            }
            let nobody = hub.nobody();
            put(&nobody, &class, &blob(99, 100), readers).await.problem("unauthenticated");
        }
        // Knowing a hash is no way to another's blob, nor to other readers for one's own.
        let work = blob(50, 100);
        put(&sari, &class, &work, "desk").await.expect(201);
        put(&budi, &class, &work, "desk").await.expect(409).problem("conflict");
        put(&teacher, &class, &work, "audience").await.expect(409).problem("conflict");
        budi.get(&path(&class, &work)).await.expect(404).problem("not-found");

        let open = Class::draft(&teacher, "an open class", |_| ());
        teacher.post_json("/v1/audiences", &open.foundation()).await.expect(201);
        open.enrol(&teacher, &[&sari]).await;
        put(&sari, &open, &work, "audience").await.expect(201);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn no_path_leads_out_of_the_folder() {
    for hub in TestHub::each().await {
        let teacher = hub.actor("Bu Rini").await;
        let class = Class::found(&teacher).await;
        for wrong in ["x", "..%2F..%2Fmaster.key", "%2Fetc%2Fpasswd", "AAAA", "..%00"] {
            let path = class.path(&format!("/attachments/{wrong}"));
            teacher.get(&path).await.problem("invalid-request");
            let put = teacher.put_octets(&format!("{path}?for=audience"), &b"x"[..]).await;
            put.problem("invalid-request");
        }
        let blob = blob(1, 10);
        put(&teacher, &class, &blob, "everyone").await.expect(400).problem("invalid-request");
        let path = path(&class, &blob);
        teacher.put_octets(&path, &blob[..]).await.expect(400).problem("invalid-request");
        let text = teacher.request(Method::PUT, &format!("{path}?for=audience")).body(blob.clone());
        let text = text.header("content-type", "text/plain");
        Answer::to(text).await.expect(415).problem("unsupported-media-type");
        let none = octets(teacher.request(Method::PUT, &format!("{path}?for=audience&x=1")), blob);
        Answer::to(none).await.expect(400).problem("invalid-request");
        assert!(files(&hub).is_empty());
    }
}
