//! Mails: writing them from the templates; `mailer` hands them to the mail server of the settings.
//!
//! Invariant: a mail says that something came or is due and where to look; it knows no content, title or name to say more.

mod mailer;

use std::sync::LazyLock;
use std::time::{Duration, UNIX_EPOCH};

use lettre::message::header::{Header, HeaderName, HeaderValue};
use lettre::message::{Mailbox, MultiPart};
use lettre::{Address, Message};
use minijinja::{Environment, context};

pub use mailer::{BadSetting, Mailer, Outcome};

/// What a mail says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Says<'a> {
    /// Something new came.
    Nudge {
        /// Where one click stops these mails.
        unsubscribe: &'a str,
    },
    /// Something is due soon.
    Reminder {
        /// Where one click stops these mails.
        unsubscribe: &'a str,
    },
    /// Confirm this address.
    Confirm {
        /// Where.
        confirm: &'a str,
    },
}

/// A mail before it is written.
pub struct Mail<'a> {
    /// To whom.
    pub to: &'a Address,
    /// `id` or `en`.
    pub language: &'a str,
    /// What it says.
    pub says: Says<'a>,
    /// The hub's address.
    pub hub: &'a str,
    /// The same for the same mail.
    pub message_id: &'a str,
    /// When, milliseconds since 1970.
    pub at_ms: i64,
}

/// Why a mail cannot be written; a fault of ours.
#[derive(Debug, thiserror::Error)]
enum Unwritable {
    #[error("a mail's template: {0}")]
    Template(#[from] minijinja::Error),
    #[error("a mail's headers: {0}")]
    Headers(#[from] lettre::error::Error),
}

impl Mail<'_> {
    fn message(&self, from: &Mailbox) -> Result<Message, Unwritable> {
        let language = if self.language == "en" { "en" } else { "id" };
        let (kind, subject, unsubscribe, confirm) = match (self.says, language) {
            (Says::Nudge { unsubscribe }, "en") => {
                ("nudge", "Something new is waiting for you", unsubscribe, "")
            }
            (Says::Nudge { unsubscribe }, _) => {
                ("nudge", "Ada yang baru untuk Anda", unsubscribe, "")
            }
            (Says::Reminder { unsubscribe }, "en") => {
                ("reminder", "Something is due soon", unsubscribe, "")
            }
            (Says::Reminder { unsubscribe }, _) => {
                ("reminder", "Ada yang segera jatuh tempo", unsubscribe, "")
            }
            (Says::Confirm { confirm }, "en") => {
                ("confirm", "Confirm your e-mail address", "", confirm)
            }
            (Says::Confirm { confirm }, _) => {
                ("confirm", "Konfirmasi alamat surel Anda", "", confirm)
            }
        };
        let part = |ending| {
            let values = context! { language, hub => self.hub, unsubscribe, confirm };
            TEMPLATES.get_template(&format!("{kind}.{language}.{ending}"))?.render(values)
        };
        let body = MultiPart::alternative_plain_html(part("txt")?, part("html")?);
        let at = UNIX_EPOCH + Duration::from_millis(self.at_ms.unsigned_abs());
        let mut builder = Message::builder()
            .from(from.clone())
            .to(Mailbox::new(None, self.to.clone()))
            .subject(subject)
            .date(at)
            .message_id(Some(format!("<{}@{}>", self.message_id, from.email.domain())))
            .header(AutoSubmitted);
        if !unsubscribe.is_empty() {
            builder = builder.header(ListUnsubscribe(unsubscribe.into())).header(OneClick);
        }
        Ok(builder.multipart(body)?)
    }
}

/// Parts of mails, in the binary; names that end in `.html` are escaped.
static TEMPLATES: LazyLock<Environment<'static>> = LazyLock::new(|| {
    let mut environment = Environment::new();
    environment.set_undefined_behavior(minijinja::UndefinedBehavior::Strict);
    for (name, text) in [
        ("layout.html", include_str!("../../templates/emails/layout.html")),
        ("button.html", include_str!("../../templates/emails/button.html")),
        ("nudge.id.txt", include_str!("../../templates/emails/nudge.id.txt")),
        ("nudge.id.html", include_str!("../../templates/emails/nudge.id.html")),
        ("nudge.en.txt", include_str!("../../templates/emails/nudge.en.txt")),
        ("nudge.en.html", include_str!("../../templates/emails/nudge.en.html")),
        ("reminder.id.txt", include_str!("../../templates/emails/reminder.id.txt")),
        ("reminder.id.html", include_str!("../../templates/emails/reminder.id.html")),
        ("reminder.en.txt", include_str!("../../templates/emails/reminder.en.txt")),
        ("reminder.en.html", include_str!("../../templates/emails/reminder.en.html")),
        ("confirm.id.txt", include_str!("../../templates/emails/confirm.id.txt")),
        ("confirm.id.html", include_str!("../../templates/emails/confirm.id.html")),
        ("confirm.en.txt", include_str!("../../templates/emails/confirm.en.txt")),
        ("confirm.en.html", include_str!("../../templates/emails/confirm.en.html")),
    ] {
        environment.add_template(name, text).expect("templates are compiled by a test");
    }
    environment
});

/// Defines a header whose value needs no encoding.
macro_rules! plain_header {
    ($(#[$doc:meta])* $type:ident $(($field:ident))?, $name:literal, $value:expr) => {
        $(#[$doc])*
        #[derive(Clone)]
        struct $type $(($field))?;

        impl Header for $type {
            fn name() -> HeaderName {
                HeaderName::new_from_ascii_str($name)
            }

            fn parse(_: &str) -> Result<Self, Box<dyn std::error::Error + Send + Sync>> {
                Err("mails are only written here".into())
            }

            fn display(&self) -> HeaderValue {
                let value: String = ($value)(self);
                HeaderValue::dangerous_new_pre_encoded(Self::name(), value.clone(), value)
            }
        }
    };
}

plain_header!(
    /// RFC 2369: an https address, where `POST` does it.
    ListUnsubscribe(String),
    "List-Unsubscribe",
    |header: &ListUnsubscribe| format!("<{}>", header.0)
);
plain_header!(
    /// RFC 8058.
    OneClick,
    "List-Unsubscribe-Post",
    |_: &OneClick| "List-Unsubscribe=One-Click".to_owned()
);
plain_header!(
    /// RFC 3834, so that absence notes do not answer.
    AutoSubmitted,
    "Auto-Submitted",
    |_: &AutoSubmitted| "auto-generated".to_owned()
);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_mail_is_written_in_both_languages_with_its_values_escaped() {
        let to: Address = "sari@example.org".parse().unwrap();
        let from: Mailbox = "Kentongan <hub@example.org>".parse().unwrap();
        for language in ["id", "en"] {
            for says in [
                Says::Nudge { unsubscribe: "https://hub.example/?a=\"b\"&c" },
                Says::Reminder { unsubscribe: "https://hub.example/?a=\"b\"&c" },
                Says::Confirm { confirm: "https://hub.example/?a=\"b\"&c" },
            ] {
                let hub = "https://hub.example";
                let mail = Mail { to: &to, language, says, hub, message_id: "x", at_ms: 0 };
                let text = String::from_utf8(mail.message(&from).unwrap().formatted()).unwrap();
                assert!(text.contains("multipart/alternative"));
                assert!(!text.contains("a=\"b\"&c\""), "unescaped in an attribute");
            }
        }
    }
}
