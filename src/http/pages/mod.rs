//! Pages that people read, and the files of the web client; the only place that knows templates.
//!
//! Invariant: whatever is HTML carries the headers of `web_client::headers`, and nothing in it comes from a request.

mod email;
mod language;
mod served;
mod shell;

use std::sync::LazyLock;

use axum::http::request::Parts;
use axum::http::{HeaderName, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse as _, Response};
use minijinja::value::{Serde, Value};
use minijinja::{Environment, context};

pub use email::{EmailPage, email_page};
pub use shell::{PATHS, routes};

use super::error::MISSING;
use crate::problem::Problem;
use crate::web_client::{Language, WebClient, headers};

/// What is answered where there is nothing: a page to browsers, a problem to programs.
pub async fn nothing_here(parts: Parts) -> Result<Response, Problem> {
    let accept = parts.headers.get(header::ACCEPT).and_then(|value| value.to_str().ok());
    if !accept.is_some_and(|accept| accept.contains("text/html")) {
        return Err(Problem::NotFound("there is no such page; docs/api.md lists them all"));
    }
    let (language, title, text, home) = match language::chosen(&parts) {
        Language::Id => (
            "id",
            "Halaman ini tidak ada",
            "Alamatnya mungkin salah ketik, atau isinya sudah tidak ada.",
            "Ke halaman awal",
        ),
        Language::En => (
            "en",
            "There is no such page",
            "The address may be mistyped, or what was here is gone.",
            "To the first page",
        ),
    };
    render(MISSING, "missing.html", context! { language, title, text, home })
}

/// A page from its template, in the product's style where the web client is there to bring it.
fn render(status: StatusCode, template: &str, values: Value) -> Result<Response, Problem> {
    let client = WebClient::built().map(|client| Value::from(Serde(client.look.clone())));
    let values = context! { client, ..values };
    let text = TEMPLATES.get_template(template).and_then(|template| template.render(values));
    let text = text.map_err(|error| Problem::Internal(format!("a page's template: {error}")))?;
    let kind = [(header::CONTENT_TYPE, "text/html; charset=utf-8")];
    Ok(guarded((status, kind, text).into_response(), None))
}

/// The answer with the headers of pages; `importmap` as in the shells.
fn guarded(mut response: Response, importmap: Option<&str>) -> Response {
    for (name, value) in headers::of_pages(importmap) {
        // A build's own hash: always a header's text.
        if let Ok(value) = HeaderValue::try_from(value) {
            response.headers_mut().insert(HeaderName::from_static(name), value);
        }
    }
    response
}

/// The pages, in the binary.
static TEMPLATES: LazyLock<Environment<'static>> = LazyLock::new(|| {
    let mut environment = Environment::new();
    environment.set_undefined_behavior(minijinja::UndefinedBehavior::Strict);
    for (name, text) in [
        ("layout.html", include_str!("../../../templates/pages/layout.html")),
        ("email.html", include_str!("../../../templates/pages/email.html")),
        ("missing.html", include_str!("../../../templates/pages/missing.html")),
        ("absent.html", include_str!("../../../templates/pages/absent.html")),
    ] {
        environment.add_template(name, text).expect("each page is rendered by a test");
    }
    environment
});
