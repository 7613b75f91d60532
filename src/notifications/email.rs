//! Mails: writing them from the templates, and handing them to the mail server of the settings.
//!
//! Invariant: a mail says that something came and where to look; it knows no content, title or name to say more.

use std::sync::LazyLock;
use std::time::{Duration, UNIX_EPOCH};

use lettre::message::header::{Header, HeaderName, HeaderValue};
use lettre::message::{Mailbox, MultiPart};
use lettre::transport::smtp::{Error as SmtpError, PoolConfig};
use lettre::{Address, AsyncSmtpTransport, AsyncTransport as _, Message, Tokio1Executor};
use minijinja::{Environment, context};

use crate::config::Email;

/// How long one mail may take to be handed over.
const PATIENCE: Duration = Duration::from_secs(30);

/// A setting of `[email]` that cannot be used; never with its value, which may hold a password.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum BadSetting {
    /// `smtp`.
    #[error(
        "the setting `email.smtp` is not like smtp://host:25, smtp+starttls://user:password@host or smtps://host"
    )]
    Smtp,
    /// `from`.
    #[error("the setting `email.from` is not like `Kentongan <hub@example.org>`")]
    From,
}

/// Hands mails to the mail server of the settings.
pub struct Mailer {
    transport: AsyncSmtpTransport<Tokio1Executor>,
    from: Mailbox,
    connections: u32,
}

/// What became of a mail.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// The mail server has it.
    Sent,
    /// Not now, for this reason; later it may.
    Later(String),
    /// There is no such mailbox, or it takes no mail; in words for its owner.
    Mailbox(&'static str),
    /// The mail server takes no such mail from this hub, for this reason, whoever it is for.
    Refused(String),
}

impl Mailer {
    /// Reads the settings; `None` where mail is off.
    pub fn open(settings: &Email) -> Result<Option<Self>, BadSetting> {
        if settings.smtp.is_empty() {
            return Ok(None);
        }
        let url = match settings.smtp.strip_prefix("smtp+starttls://") {
            Some(rest) => format!("smtp://{rest}?tls=required"),
            None => settings.smtp.clone(),
        };
        let connections = settings.connections.max(1);
        let transport = AsyncSmtpTransport::<Tokio1Executor>::from_url(&url)
            .map_err(|_| BadSetting::Smtp)?
            .timeout(Some(PATIENCE))
            .pool_config(PoolConfig::new().max_size(connections))
            .build();
        let from = settings.from.parse().map_err(|_| BadSetting::From)?;
        Ok(Some(Self { transport, from, connections }))
    }

    /// Hands over one mail, or says why not.
    pub async fn send(&self, mail: &Mail<'_>) -> Outcome {
        let message = match mail.message(&self.from) {
            Ok(message) => message,
            Err(error) => return Outcome::Refused(error.to_string()),
        };
        match self.transport.send(message).await {
            Ok(_) => Outcome::Sent,
            Err(error) => outcome(&error),
        }
    }
}

/// One line about mail for whoever starts the hub.
#[must_use]
pub fn describe(mailer: Option<&Mailer>) -> String {
    mailer.map_or_else(
        || "no mail is sent: the setting `email.smtp` is empty".to_owned(),
        |mailer| format!("mail is sent from {}, {} at once", mailer.from.email, mailer.connections),
    )
}

/// By the reply's code (RFC 5321) and its enhanced one (RFC 3463): 5.7 is about us, 53x about our login.
fn outcome(error: &SmtpError) -> Outcome {
    let Some(code) = error.status().filter(|_| error.is_permanent()) else {
        return Outcome::Later(reason(error));
    };
    let ours =
        std::error::Error::source(error).is_some_and(|text| text.to_string().contains("5.7."));
    match u16::from(code) {
        530..540 => Outcome::Later("the mail server does not accept this hub's login".into()),
        550..=553 if !ours => Outcome::Mailbox(
            "the mail server of this address says that the mailbox does not exist or takes no mail",
        ),
        code => Outcome::Refused(format!("the mail server refused the mail (code {code})")),
    }
}

/// Without the reply's text, which may repeat the address.
fn reason(error: &SmtpError) -> String {
    match error.status() {
        Some(code) => format!("the mail server asked to come back later (code {code})"),
        None if error.is_timeout() => "the mail server took too long".into(),
        None if error.is_tls() => "no encrypted connection to the mail server".into(),
        None => "the mail server cannot be reached".into(),
    }
}

/// What a mail says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Says<'a> {
    /// Something new came.
    Nudge {
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

    fn settings(smtp: &str, from: &str) -> Email {
        Email { smtp: smtp.into(), from: from.into(), connections: 1 }
    }

    #[test]
    fn every_mail_is_written_in_both_languages_with_its_values_escaped() {
        let to: Address = "sari@example.org".parse().unwrap();
        let from: Mailbox = "Kentongan <hub@example.org>".parse().unwrap();
        for language in ["id", "en"] {
            for says in [
                Says::Nudge { unsubscribe: "https://hub.example/?a=\"b\"&c" },
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

    #[tokio::test]
    async fn mail_is_off_while_the_setting_is_empty_and_a_wrong_one_is_named() {
        assert!(Mailer::open(&settings("", "x")).unwrap().is_none());
        assert!(describe(None).contains("email.smtp"));
        let from = "Kentongan <hub@example.org>";
        assert_eq!(Mailer::open(&settings("mail.example", from)).err(), Some(BadSetting::Smtp));
        let smtp = "smtp+starttls://hub:secret@mail.example";
        assert_eq!(Mailer::open(&settings(smtp, "nobody")).err(), Some(BadSetting::From));
        let mailer = Mailer::open(&settings(smtp, from)).unwrap();
        assert!(!describe(mailer.as_ref()).contains("secret"));
    }
}
