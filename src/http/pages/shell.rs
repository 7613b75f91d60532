//! The web client's routes: the shell for each page path, its files, and the manifest that says what they are.

use axum::Router;
use axum::extract::Path;
use axum::http::request::Parts;
use axum::http::{HeaderMap, header};
use axum::response::{IntoResponse as _, Response};
use axum::routing::get;
use minijinja::context;

use super::served::{ASK_AGAIN, FOR_EVER, file};
use super::{guarded, language, nothing_here, render};
use crate::base64url::encode;
use crate::http::error::WITHOUT;
use crate::problem::Problem;
use crate::web_client::WebClient;
use crate::web_client::verify::MANIFEST;

/// Every page path, one a line: the hub answers each with a shell, and `web/build.mjs` publishes the shell's hash for each.
pub const PATHS: &str = include_str!("../../../templates/pages/paths.txt");

const HTML: &str = "text/html; charset=utf-8";
const SHELL_VARIES: &str = "accept-encoding, accept-language, cookie";
const FILE_VARIES: &str = "accept-encoding";

/// The routes over this client; without one, each page says so and what to do.
pub fn routes<S: Clone + Send + Sync + 'static>(client: Option<&'static WebClient>) -> Router<S> {
    let Some(client) = client else {
        return PATHS.lines().fold(Router::new(), |router, path| router.route(path, get(absent)));
    };
    let pages = PATHS.lines().fold(Router::new(), |router, path| {
        router.route(path, get(move |parts: Parts| async move { shell(client, path, &parts) }))
    });
    pages
        .route("/assets/{name}", get(move |name, parts| asset(client, name, parts)))
        .route("/worker.js", get(async move |headers: HeaderMap| worker(client, &headers)))
        .route(
            "/manifest.webmanifest",
            get(async move |headers: HeaderMap| webmanifest(client, &headers)),
        )
        .route(MANIFEST, get(async move || manifest(client)))
        .route(&format!("{MANIFEST}.sig"), get(async move || signature(client)))
}

fn shell(client: &WebClient, path: &str, parts: &Parts) -> Response {
    let shells = client.shells(language::chosen(parts));
    let shell = if path == "/" { &shells.welcome } else { &shells.screen };
    let response = file(&parts.headers, shell, HTML, ASK_AGAIN, SHELL_VARIES);
    guarded(response, Some(&client.importmap))
}

async fn absent() -> Result<Response, Problem> {
    render(WITHOUT, "absent.html", context! { language => "id", title => "Tanpa halaman" })
}

async fn asset(
    client: &WebClient,
    Path(name): Path<String>,
    parts: Parts,
) -> Result<Response, Problem> {
    let Some(asset) = client.asset(&name) else { return nothing_here(parts).await };
    let kind = match name.rsplit_once('.').map_or("", |(_, ending)| ending) {
        "js" => "text/javascript; charset=utf-8",
        "css" => "text/css; charset=utf-8",
        "svg" => "image/svg+xml",
        "png" => "image/png",
        _ => "application/octet-stream",
    };
    Ok(file(&parts.headers, asset, kind, FOR_EVER, FILE_VARIES))
}

fn worker(client: &WebClient, headers: &HeaderMap) -> Response {
    let kind = "text/javascript; charset=utf-8";
    let response = file(headers, &client.worker, kind, ASK_AGAIN, FILE_VARIES);
    let response = ([("service-worker-allowed", "/")], response).into_response();
    guarded(response, Some(&client.importmap))
}

fn webmanifest(client: &WebClient, headers: &HeaderMap) -> Response {
    file(headers, &client.webmanifest, "application/manifest+json", ASK_AGAIN, FILE_VARIES)
}

fn manifest(client: &WebClient) -> Response {
    let headers = [(header::CONTENT_TYPE, "application/json"), (header::CACHE_CONTROL, ASK_AGAIN)];
    (headers, client.manifest.clone()).into_response()
}

fn signature(client: &WebClient) -> Result<Response, Problem> {
    let signature = client.signature.ok_or(Problem::NotFound("this build is not signed"))?;
    let headers = [(header::CONTENT_TYPE, "text/plain"), (header::CACHE_CONTROL, ASK_AGAIN)];
    Ok((headers, encode(signature)).into_response())
}
