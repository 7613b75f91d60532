//! Handing mails to the mail server of the settings.
//!
//! Invariant: where the settings ask for encryption, nothing is said to a server that offers none or whose certificate is
//! not trusted; such a mail waits.

use std::error::Error as _;
use std::io;
use std::time::Duration;

use lettre::message::Mailbox;
use lettre::transport::smtp::client::{Certificate, CertificateStore, Tls, TlsParameters};
use lettre::transport::smtp::{Error as SmtpError, PoolConfig};
use lettre::{AsyncSmtpTransport, AsyncTransport as _, Tokio1Executor};
use reqwest::Url;
use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject as _;

use super::Mail;
use crate::config::Email;

/// How long one mail may take to be handed over.
const PATIENCE: Duration = Duration::from_secs(30);

/// A setting of `[email]` that cannot be used; never with the value of `smtp`, which may hold a password.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum BadSetting {
    /// `smtp`.
    #[error(
        "the setting `email.smtp` is not like smtp://host:25, smtp+starttls://user:password@host or smtps://host"
    )]
    Smtp,
    /// `from`.
    #[error("the setting `email.from` is not like `Kentongan <hub@example.org>`")]
    From,
    /// `ca` names a file that is not there, or not readable.
    #[error("the setting `email.ca` names a file that cannot be read, {0}")]
    CaFile(String),
    /// `ca` names a file of something else.
    #[error("the setting `email.ca` names a file without a certificate in PEM, {0}")]
    CaContent(String),
    /// `ca` beside a mail server that is spoken to in clear.
    #[error(
        "the setting `email.ca` is of no use with smtp://, which encrypts nothing: set `email.smtp` to smtp+starttls:// or smtps://"
    )]
    CaUnused,
}

/// From when on a connection is encrypted.
type Protect = fn(TlsParameters) -> Tls;

/// Hands mails to the mail server of the settings.
pub struct Mailer {
    transport: AsyncSmtpTransport<Tokio1Executor>,
    from: Mailbox,
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
    /// Reads the settings and the certificates they name; `None` where mail is off.
    pub fn open(settings: &Email) -> Result<Option<Self>, BadSetting> {
        if settings.smtp.is_empty() {
            return Ok(None);
        }
        let (url, protect): (_, Option<Protect>) = match settings.smtp.split_once("://") {
            Some(("smtp+starttls", rest)) => (format!("smtp://{rest}"), Some(Tls::Required)),
            Some(("smtps", _)) => (settings.smtp.clone(), Some(Tls::Wrapper)),
            _ => (settings.smtp.clone(), None),
        };
        let parsed = Url::parse(&url).map_err(|_| BadSetting::Smtp)?;
        let host = parsed.host_str().filter(|_| parsed.query().is_none());
        let host = host.ok_or(BadSetting::Smtp)?;
        // lettre knows by this which port to take where none is given.
        let url = if url == settings.smtp { url } else { format!("{url}?tls=required") };
        let mut transport = AsyncSmtpTransport::<Tokio1Executor>::from_url(&url)
            .map_err(|_| BadSetting::Smtp)?
            .timeout(Some(PATIENCE))
            .pool_config(PoolConfig::new().max_size(settings.connections.max(1)));
        match protect {
            Some(protect) => transport = transport.tls(protect(trusted(settings, host)?)),
            None if !settings.ca.as_os_str().is_empty() => return Err(BadSetting::CaUnused),
            None => {}
        }
        let from = settings.from.parse().map_err(|_| BadSetting::From)?;
        Ok(Some(Self { transport: transport.build(), from }))
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

/// Whose certificates `host` may show: those of the file `ca` and no other, or the public ones.
fn trusted(settings: &Email, host: &str) -> Result<TlsParameters, BadSetting> {
    let mut parameters = TlsParameters::builder(host.to_owned());
    if !settings.ca.as_os_str().is_empty() {
        let path = settings.ca.display();
        let pem = std::fs::read(&settings.ca)
            .map_err(|error| BadSetting::CaFile(format!("{path}: {error}")))?;
        let content = || BadSetting::CaContent(path.to_string());
        let certificates: Vec<_> = CertificateDer::pem_slice_iter(&pem)
            .collect::<Result<_, _>>()
            .map_err(|_| content())?;
        if certificates.is_empty() {
            return Err(content());
        }
        parameters = parameters.certificate_store(CertificateStore::None);
        for certificate in certificates {
            let certificate = Certificate::from_der(certificate.to_vec()).map_err(|_| content())?;
            parameters = parameters.add_root_certificate(certificate);
        }
    }
    parameters.build().map_err(|_| BadSetting::CaContent(settings.ca.display().to_string()))
}

/// By the reply's code (RFC 5321) and its enhanced one (RFC 3463): 5.7 is about us, 53x about our login.
fn outcome(error: &SmtpError) -> Outcome {
    let Some(code) = error.status().filter(|_| error.is_permanent()) else {
        return Outcome::Later(reason(error));
    };
    let ours = error.source().is_some_and(|text| text.to_string().contains("5.7."));
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
    if let Some(code) = error.status() {
        return format!("the mail server asked to come back later (code {code})");
    }
    match encryption(error) {
        Some(rustls::Error::InvalidCertificate(_)) => {
            "the mail server's certificate is not trusted; the setting `email.ca` names an authority of your own"
        }
        Some(_) => "no encrypted connection to the mail server",
        // lettre has no other word for it.
        None if error.is_client() && error.to_string().contains("STARTTLS") => {
            "the mail server offers no STARTTLS, which the setting `email.smtp` demands"
        }
        None if error.is_timeout() => "the mail server took too long",
        None if error.is_tls() => "no encrypted connection to the mail server",
        None => "the mail server cannot be reached",
    }
    .into()
}

/// What went wrong with encryption, which lettre and tokio hand up as an error of the connection.
fn encryption(error: &SmtpError) -> Option<&rustls::Error> {
    let mut source = error.source();
    while let Some(error) = source {
        let inner = error.downcast_ref::<io::Error>().and_then(io::Error::get_ref);
        if let Some(found) = inner.and_then(|inner| inner.downcast_ref()) {
            return Some(found);
        }
        source = error.source();
    }
    None
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::*;

    const FROM: &str = "Kentongan <hub@example.org>";

    fn settings(smtp: &str, ca: &Path) -> Email {
        Email { smtp: smtp.into(), ca: ca.into(), from: FROM.into(), connections: 1 }
    }

    fn refused(smtp: &str, ca: &Path) -> String {
        match Mailer::open(&settings(smtp, ca)) {
            Err(error) => error.to_string(),
            Ok(_) => panic!("{smtp} was taken"),
        }
    }

    #[tokio::test]
    async fn mail_is_off_while_the_setting_is_empty_and_a_wrong_one_is_named() {
        let none = Path::new("");
        assert!(Mailer::open(&settings("", none)).unwrap().is_none());
        for smtp in ["mail.example", "smtp://", "imap://mail.example", "smtp://a?tls=opportunistic"]
        {
            assert!(refused(smtp, none).contains("`email.smtp`"));
        }
        let smtp = "smtp+starttls://hub:secret@mail.example";
        let from = Email { from: "nobody".into(), ..settings(smtp, none) };
        assert_eq!(Mailer::open(&from).err(), Some(BadSetting::From));
        for smtp in [smtp, "smtps://mail.example", "smtp://127.0.0.1:25"] {
            assert!(Mailer::open(&settings(smtp, none)).unwrap().is_some());
        }
    }

    #[tokio::test]
    async fn a_file_of_certificates_is_there_and_is_one_or_the_hub_does_not_start() {
        let folder = tempfile::tempdir().expect("a folder");
        let file = folder.path().join("authority.pem");
        let (smtp, clear) = ("smtps://hub:secret@mail.example", "smtp://hub:secret@mail.example");
        let missing = refused(smtp, &file);
        assert!(missing.contains("cannot be read") && missing.contains("authority.pem"));
        for content in [
            "no certificate",
            "-----BEGIN CERTIFICATE-----\nbm90IG9uZQ==\n-----END CERTIFICATE-----\n",
            "-----BEGIN CERTIFICATE-----\n\u{7f}\n-----END CERTIFICATE-----\n",
            "-----BEGIN PUBLIC KEY-----\nbm90IG9uZQ==\n-----END PUBLIC KEY-----\n",
        ] {
            std::fs::write(&file, content).expect("written");
            assert!(refused(smtp, &file).contains("without a certificate"), "{content}");
        }
        std::fs::write(&file, include_str!("../../../tests/smtp/other.pem")).expect("written");
        assert!(Mailer::open(&settings(smtp, &file)).unwrap().is_some());
        let unused = refused(clear, &file);
        assert!(unused.contains("encrypts nothing") && !unused.contains("secret"), "{unused}");
    }
}
