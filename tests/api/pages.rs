//! Pages as a browser gets them: every path, both languages, what may run there, and what is kept how long.

use axum::body::Body;
use axum::http::Request;
use base64ct::{Base64, Encoding as _};
use http_body_util::BodyExt as _;
use kentongan::http::pages::{PATHS, routes};
use reqwest::header::{HeaderMap, HeaderName, HeaderValue};
use tower::ServiceExt as _;

use crate::hub::{Actor, Answer, TestHub};
use crate::support::sqlite;

const BROWSER: &str = "text/html,application/xhtml+xml,*/*;q=0.8";

/// A hub, and a browser that has never been there.
async fn hub() -> (TestHub, Actor) {
    let hub = TestHub::on(sqlite().await, |_| ()).await;
    let reader = hub.nobody();
    let built = reader.get("/manifest.webmanifest").await;
    assert_eq!(
        built.status, 200,
        "the web client is not built: run `make web`, or `npm run build` in web/"
    );
    (hub, reader)
}

async fn get(reader: &Actor, path: &str, headers: &[(&str, &str)]) -> Answer {
    let mut all = HeaderMap::new();
    for (name, value) in [("accept", BROWSER)].iter().chain(headers) {
        let name: HeaderName = name.parse().expect("a header");
        all.insert(name, HeaderValue::from_str(value).expect("a header"));
    }
    Answer::to(reader.request(reqwest::Method::GET, path).headers(all)).await
}

fn text(answer: &Answer) -> &str {
    std::str::from_utf8(&answer.body).expect("UTF-8")
}

fn header<'a>(answer: &'a Answer, name: &str) -> &'a str {
    answer.headers.get(name).map_or("", |value| value.to_str().expect("ASCII"))
}

/// What stands between `start` and the next quote.
fn after<'a>(page: &'a str, start: &str) -> &'a str {
    let rest = page.split_once(start).unwrap_or_else(|| panic!("no {start}")).1;
    rest.split('"').next().unwrap_or_default()
}

#[tokio::test(flavor = "multi_thread")]
async fn every_path_answers_with_the_same_shell_in_the_readers_language() {
    let (_hub, reader) = hub().await;
    let screen = get(&reader, "/inbox", &[]).await.expect(200);
    for path in PATHS.lines() {
        let path = path.replace(['{', '}'], "-");
        let page = get(&reader, &path, &[]).await.expect(200);
        assert!(text(&page).contains("<html lang=\"id\">") && text(&page).contains("id=\"isi\""));
        assert_eq!(header(&page, "content-type"), "text/html; charset=utf-8");
        assert_eq!(page.body == screen.body, path != "/", "{path}");
        let english = get(&reader, &path, &[("accept-language", "en-GB")]).await.expect(200);
        assert!(text(&english).contains("<html lang=\"en\">"), "{path}");
        let chosen =
            get(&reader, &path, &[("accept-language", "id"), ("cookie", "language=en")]).await;
        assert_eq!(chosen.body, english.body, "{path}: the choice is remembered");
        let asked = get(&reader, &format!("{path}?lang=id"), &[("cookie", "language=en")]).await;
        assert_eq!(asked.body, page.body, "{path}: what is asked for wins");
        assert!(
            header(&page, "vary").contains("accept-language")
                && header(&page, "vary").contains("cookie")
        );
    }
    assert!(
        text(&screen).contains("memerlukan JavaScript")
            && text(&screen).contains("needs JavaScript")
    );
    let welcome = get(&reader, "/", &[]).await;
    let readable = text(&welcome).replace("<noscript>", "\0");
    assert!(readable.split('\0').next().is_some_and(|page| page.contains("semua mendengar")));
    assert!(text(&get(&reader, "/?lang=en", &[]).await).contains("heard by all"));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_page_says_what_may_run_in_it() {
    let (_hub, reader) = hub().await;
    for path in ["/", "/me", "/no/such/page", "/email/confirm/x", "/worker.js"] {
        let page = get(&reader, path, &[]).await;
        let policy = header(&page, "content-security-policy");
        let rules: Vec<_> = policy.split("; ").collect();
        for rule in [
            "default-src 'none'",
            "style-src 'self'",
            "img-src 'self' blob:",
            "media-src blob:",
            "connect-src 'self'",
            "font-src 'none'",
            "worker-src 'self'",
            "manifest-src 'self'",
            "form-action 'self'",
            "base-uri 'none'",
            "frame-ancestors 'none'",
            "require-trusted-types-for 'script'",
            "trusted-types kentongan",
        ] {
            assert!(rules.contains(&rule), "{path}: {rule} is not in {policy}");
        }
        assert!(!policy.contains("unsafe"), "{path}");
        for (name, value) in [
            ("integrity-policy", "blocked-destinations=(script)"),
            ("referrer-policy", "no-referrer"),
            ("cross-origin-opener-policy", "same-origin"),
            ("cross-origin-resource-policy", "same-origin"),
            ("x-content-type-options", "nosniff"),
        ] {
            assert_eq!(header(&page, name), value, "{path}");
        }
        let permissions = header(&page, "permissions-policy");
        for rule in
            ["camera=(self)", "microphone=(self)", "geolocation=(self)", "usb=()", "payment=()"]
        {
            assert!(permissions.contains(rule), "{path}: {rule}");
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn whatever_a_page_loads_is_named_with_its_hash() {
    let (_hub, reader) = hub().await;
    let page = get(&reader, "/inbox", &[]).await.expect(200);
    let page_text = text(&page);
    for tag in page_text.split('<').filter(|tag| {
        tag.starts_with("script type=\"module\"") || tag.contains("rel=\"stylesheet\"")
    }) {
        assert!(tag.contains("integrity=\"sha384-"), "{tag}");
    }
    assert!(
        !page_text.contains("<style")
            && !page_text.contains(" style=")
            && !page_text.contains("http")
    );
    let inline: Vec<_> =
        page_text.split("<script").skip(1).filter(|tag| !tag.contains(" src=")).collect();
    let [map] = inline[..] else { panic!("one thing is inline: {inline:?}") };
    let map = map.strip_prefix(" type=\"importmap\">").and_then(|map| map.split_once("</script>"));
    let map = map.expect("the import map").0;
    let hash = kentongan_protocol::primitives::sha256(map.as_bytes());
    let hash = Base64::encode_string(&hash);
    assert!(
        header(&page, "content-security-policy")
            .contains(&format!("script-src 'self' 'sha256-{hash}';"))
    );

    let script = format!("/assets/{}", after(page_text, "type=\"module\" src=\"/assets/"));
    let listed: serde_json::Value = serde_json::from_str(map).expect("JSON");
    assert!(listed["integrity"][&script].is_string(), "{script} is in the map");
    assert!(
        header(&get(&reader, &script, &[]).await.expect(200), "content-type")
            .starts_with("text/javascript")
    );
    for start in ["rel=\"stylesheet\" href=\"", "rel=\"icon\" href=\"", "rel=\"manifest\" href=\""]
    {
        get(&reader, after(page_text, start), &[]).await.expect(200);
    }
    let mail = get(&reader, "/email/confirm/x", &[]).await.expect(404);
    get(&reader, after(text(&mail), "rel=\"stylesheet\" href=\""), &[]).await.expect(200);
    assert!(!text(&mail).contains("<style") && !text(&mail).contains("<script"));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_file_comes_small_and_only_once() {
    let (_hub, reader) = hub().await;
    let page = get(&reader, "/", &[]).await;
    let style = after(text(&page), "rel=\"stylesheet\" href=\"").to_owned();
    let plain = get(&reader, &style, &[]).await.expect(200);
    assert_eq!(
        (header(&plain, "content-encoding"), header(&plain, "vary")),
        ("", "accept-encoding")
    );
    let mut tags = vec![header(&plain, "etag").to_owned()];
    for (taken, form) in [("gzip, deflate, br", "br"), ("gzip", "gzip")] {
        let small = get(&reader, &style, &[("accept-encoding", taken)]).await.expect(200);
        assert_eq!(header(&small, "content-encoding"), form);
        assert!(small.body.len() * 2 < plain.body.len(), "{form} is worth it");
        let tag = header(&small, "etag").to_owned();
        assert!(!tags.contains(&tag), "each form has a name of its own");
        let again = [("accept-encoding", taken), ("if-none-match", tag.as_str())];
        let again = get(&reader, &style, &again).await.expect(304);
        assert!(again.body.is_empty());
        tags.push(tag);
    }
    assert_eq!(header(&plain, "cache-control"), "public, max-age=31536000, immutable");
    for path in
        ["/", "/desk", "/worker.js", "/manifest.webmanifest", "/.well-known/kentongan/web-manifest"]
    {
        assert_eq!(
            header(&get(&reader, path, &[]).await.expect(200), "cache-control"),
            "no-cache",
            "{path}"
        );
    }
    for path in ["/nothing", "/email/confirm/x", "/v1/hub"] {
        assert_eq!(header(&get(&reader, path, &[]).await, "cache-control"), "no-store", "{path}");
    }
    let worker = get(&reader, "/worker.js", &[]).await.expect(200);
    assert_eq!(header(&worker, "service-worker-allowed"), "/");
    let shell = header(&page, "etag").to_owned();
    get(&reader, "/", &[("if-none-match", &shell)]).await.expect(304);
    get(&reader, "/?lang=en", &[("if-none-match", &shell)]).await.expect(200);
}

#[tokio::test(flavor = "multi_thread")]
async fn where_nothing_is_a_person_reads_so_and_a_program_gets_a_problem() {
    let (_hub, reader) = hub().await;
    for path in
        ["/nothing", "/posts", "/assets/nothing.js", "/assets/assets.json", "/assets/worker.js"]
    {
        let page = get(&reader, path, &[]).await.expect(404);
        assert_eq!(header(&page, "content-type"), "text/html; charset=utf-8");
        assert!(text(&page).contains("Halaman ini tidak ada"), "{path}");
        let english = get(&reader, path, &[("cookie", "language=en")]).await.expect(404);
        assert!(
            text(&english).contains("There is no such page")
                && text(&english).contains("lang=\"en\"")
        );
        reader.get(path).await.expect(404).problem("not-found");
    }
}

#[tokio::test]
async fn a_hub_built_without_the_client_says_so_and_how_to_build_it() {
    for path in ["/", "/inbox", "/post/x"] {
        let router = routes::<()>(None).with_state(());
        let request = Request::get(path).body(Body::empty()).expect("a request");
        let answer = router.oneshot(request).await.expect("an answer");
        assert_eq!(answer.status(), 503);
        assert!(answer.headers().contains_key("content-security-policy"));
        let body = answer.into_body().collect().await.expect("a body").to_bytes();
        let body = std::str::from_utf8(&body).expect("UTF-8");
        assert!(body.contains("make run") && body.contains("lang=\"en\""), "{body}");
    }
}
