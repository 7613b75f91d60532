//! The pages that the links of a mail lead to. They bring no script.

use axum::response::Response;
use minijinja::context;
use minijinja::value::{Serde, Value};
use serde::Serialize;

use super::render;
use crate::email_addresses::Linked;
use crate::http::error::{MISSING, UNCHANGED};
use crate::hub::Hub;
use crate::problem::Problem;

/// Which link of a mail was opened.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum EmailPage {
    /// The one that confirms the address.
    Confirm,
    /// The one that stops mail to it.
    Unsubscribe,
}

/// What a page says in one language.
#[derive(Serialize)]
struct Words {
    language: &'static str,
    title: &'static str,
    text: &'static str,
    button: &'static str,
}

const fn words(
    language: &'static str,
    title: &'static str,
    text: &'static str,
    button: &'static str,
) -> Words {
    Words { language, title, text, button }
}

/// The page behind a mail's link: what it would do, that it is done, or that the link is not good, in both languages.
pub fn email_page(
    hub: &Hub,
    page: EmailPage,
    linked: Option<&Linked>,
) -> Result<Response, Problem> {
    let words = match linked {
        None => vec![GONE_ID, GONE_EN],
        Some(linked) => vec![email_words(page, linked)],
    };
    let status = if linked.is_some() { UNCHANGED } else { MISSING };
    let (language, title) = (words[0].language, words[0].title);
    let hub = hub.origin.as_str();
    let values = context! { language, title, words => Value::from(Serde(words)), hub };
    render(status, "email.html", values)
}

const GONE_ID: Words = words(
    "id",
    "Tautan ini tidak berlaku lagi",
    "Mungkin sudah dipakai, sudah lewat 24 jam, atau diganti yang lebih baru. Mintalah tautan baru di pengaturan surel.",
    "",
);
const GONE_EN: Words = words(
    "en",
    "This link is no longer good",
    "It may have been used, be older than 24 hours, or have been replaced by a newer one. Ask for a new one in your mail settings.",
    "",
);

fn email_words(page: EmailPage, linked: &Linked) -> Words {
    match (page, linked.done, linked.language.as_str()) {
        (EmailPage::Confirm, false, "en") => words(
            "en",
            "Confirm your e-mail address",
            "From then on this address is told when something new comes to Kentongan. The mail never says what.",
            "Yes, this is my address",
        ),
        (EmailPage::Confirm, false, _) => words(
            "id",
            "Konfirmasi alamat surel Anda",
            "Sejak itu alamat ini diberi tahu setiap ada yang baru di Kentongan. Isinya tidak pernah dikirim lewat surel.",
            "Ya, ini alamat saya",
        ),
        (EmailPage::Confirm, true, "en") => words(
            "en",
            "Your address is confirmed",
            "You will be told when something new comes. You can close this page.",
            "",
        ),
        (EmailPage::Confirm, true, _) => words(
            "id",
            "Alamat Anda sudah dikonfirmasi",
            "Anda akan diberi tahu setiap ada yang baru. Halaman ini boleh ditutup.",
            "",
        ),
        (EmailPage::Unsubscribe, false, "en") => words(
            "en",
            "Stop mail to this address?",
            "Your account and all that you get in Kentongan stay as they are.",
            "Stop these mails",
        ),
        (EmailPage::Unsubscribe, false, _) => words(
            "id",
            "Hentikan surel ke alamat ini?",
            "Akun Anda dan semua yang Anda terima di Kentongan tetap seperti semula.",
            "Hentikan surel",
        ),
        (EmailPage::Unsubscribe, true, "en") => words(
            "en",
            "No more mail will come",
            "You can turn it on again in your mail settings. You can close this page.",
            "",
        ),
        (EmailPage::Unsubscribe, true, _) => words(
            "id",
            "Tidak akan ada surel lagi",
            "Anda dapat menyalakannya kembali di pengaturan surel. Halaman ini boleh ditutup.",
            "",
        ),
    }
}
