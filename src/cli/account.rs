//! `kentongan account`: making an account, bringing one back, and looking at it.

mod delete;
mod known;

use std::fmt::Write as _;

use kentongan_protocol::card::LoginCard;
use serde_json::{Value, json};

use super::failure::Failure;
use super::format::{plural, time};
use super::session::Session;
use super::{ask, card, clean};
use crate::base64url::encode;
use crate::client::{CARD, Client};
use crate::entropy::Entropy;
use crate::hub::Clock;

/// Make, restore or show your account
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  kentongan account new --name \"Bu Rina\"
  kentongan account show
  kentongan account known          what the hub knows about you")]
pub(super) struct Args {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, clap::Subcommand)]
enum Command {
    /// Make an account and its login card
    #[command(after_help = "\
Examples:
  kentongan account new --name \"Bu Rina\"
  kentongan --hub https://hub.example account new
  KENTONGAN_HOME=/tmp/budi kentongan account new --name Budi     a second one on this machine

The login card is shown once. It opens the account here, and brings it back on another machine: there is no password
and no telephone number behind it. With --keep-card it is also kept, readable, beside the vault: convenient on a
machine of your own, and then whoever can read your files has the account.")]
    New {
        /// The name you write under; only those you write to see it
        #[arg(long)]
        name: Option<String>,
        /// Keep the login card beside the vault, so that it need not be typed each time
        #[arg(long, conflicts_with = "no_keep_card")]
        keep_card: bool,
        /// Keep no login card, and do not ask
        #[arg(long)]
        no_keep_card: bool,
    },
    /// Bring an account back with its login card
    #[command(after_help = "\
Examples:
  kentongan --hub https://hub.example account restore           asks for the card, without showing it
  kentongan account restore --card-file card.txt --keep-card")]
    Restore {
        /// Keep the login card beside the vault, so that it need not be typed each time
        #[arg(long)]
        keep_card: bool,
    },
    /// Be told by e-mail that something is new; never what, or from whom
    #[command(after_help = "\
Examples:
  kentongan account email budi@example.org --language id     the hub sends a link to confirm
  kentongan account email                                    where it stands
  kentongan account email --off")]
    Email {
        /// The address
        #[arg(conflicts_with = "off")]
        address: Option<String>,
        /// The language of the mails
        #[arg(long, value_parser = ["id", "en"], default_value = "id")]
        language: String,
        /// No mail any more, and the address off the hub
        #[arg(long)]
        off: bool,
    },
    /// List every row the hub holds about you
    #[command(after_help = "\
Examples:
  kentongan account known                each kind of row, how many, and what it says
  kentongan account known letters        the rows of one kind, a line of JSON each
  kentongan account known --json         the newest hundred of every kind")]
    Known {
        /// The rows of this kind only
        table: Option<String>,
    },
    /// Delete the account, here and on the hub, for good
    #[command(after_help = "\
Examples:
  kentongan account delete
  kentongan account delete --abandon --yes

You leave every audience at once, and nothing of yours stays but what others were given. Where you are the last admin of
an audience with others in it, make somebody else an admin first, or say --abandon: nobody can change it any more.")]
    Delete {
        /// Also where an audience is left without an admin
        #[arg(long)]
        abandon: bool,
        /// Say yes
        #[arg(long)]
        yes: bool,
    },
    /// Show which account this is
    #[command(after_help = "\
Examples:
  kentongan account show
  kentongan account show --json")]
    Show,
}

/// Does what the subcommand says.
pub(super) async fn run(args: Args, session: &Session) -> Result<(), Failure> {
    match args.command {
        Command::New { name, keep_card, no_keep_card } => {
            let client = Client::create(
                session.lock()?,
                session.origin()?,
                name,
                Clock::System,
                Entropy::System,
            )
            .await?;
            made(&client, session, keep_card, no_keep_card)
        }
        Command::Restore { keep_card } => restore(session, keep_card).await,
        Command::Email { address, language, off } => {
            email(session, address.as_deref(), &language, off).await
        }
        Command::Known { table } => known::run(table.as_deref(), session).await,
        Command::Delete { abandon, yes } => delete::run(abandon, yes, session).await,
        Command::Show => show(&session.open().await?, session),
    }
}

/// Gives, takes back or shows the mail address.
async fn email(
    session: &Session,
    address: Option<&str>,
    language: &str,
    off: bool,
) -> Result<(), Failure> {
    let client = session.open().await?;
    match address {
        _ if off => client.end_mail().await?,
        Some(address) => client.ask_for_mail(address, language).await?,
        None => {}
    }
    let state = client.mail_state().await?;
    let reason = state.reason.as_deref().unwrap_or_default();
    let text = match state.state.as_str() {
        _ if !state.enabled => "This hub sends no mail: its operator has not set it up.".to_owned(),
        "unconfirmed" => {
            "A mail is on its way: open the link in it, and press its button.".to_owned()
        }
        "confirmed" => {
            "Confirmed. You are told by mail when something is new and you are away.".to_owned()
        }
        "failed" => format!("Mail does not reach that address: {}", clean::line(reason)),
        "off" => "Off: you unsubscribed. Give the address again to be told by mail.".to_owned(),
        _ => "No address. `kentongan account email ADDRESS` sets one.".to_owned(),
    };
    session.output.show(&state, &text)
}

/// The card goes out before anything else can fail.
fn made(client: &Client, session: &Session, keep: bool, never: bool) -> Result<(), Failure> {
    let mut document = described(client);
    document["card"] = json!(client.card().to_groups().as_str());
    document["card_kept"] = json!(keep);
    let text = format!(
        "{} {}\n\n{}",
        super::drums::leaf().apply_to("●"),
        headline(client, "made"),
        card::framed(client.card()).as_str()
    );
    session.output.show(&document, &text)?;
    let asks = !keep && !never && !session.output.json && super::output::someone_is_there();
    if asks {
        session.output.warn(
            "Kept on this machine, the card need not be typed; then whoever can read your files has the account.",
        );
    }
    if keep || asks && ask::yes("Keep it here?")? {
        return keep_card(client, session);
    }
    session.output.hint("The card is not kept here: the next command will ask for it, or take it from KENTONGAN_CARD.");
    next_step(session);
    Ok(())
}

fn keep_card(client: &Client, session: &Session) -> Result<(), Failure> {
    let card: &LoginCard = client.card();
    client.home().replace(CARD, card.to_groups().as_bytes())?;
    session.output.warn(&format!(
        "The login card is kept in {}: whoever can read that file has the account.",
        client.home().path(CARD).display()
    ));
    next_step(session);
    Ok(())
}

fn next_step(session: &Session) {
    session.output.hint("Next: kentongan audience new --class \"NAME\", or kentongan join 'LINK'");
}

async fn restore(session: &Session, keep: bool) -> Result<(), Failure> {
    let (origin, home) = (session.origin()?, session.lock()?);
    let card = card::find(session.card_file.as_deref(), None)?;
    let client = Client::restore(home, origin, card, Clock::System, Entropy::System).await?;
    session.output.show(
        &described(&client),
        &format!("{} {}", super::drums::leaf().apply_to("●"), headline(&client, "back")),
    )?;
    if keep {
        return keep_card(&client, session);
    }
    session.output.hint("Next: kentongan inbox");
    Ok(())
}

fn show(client: &Client, session: &Session) -> Result<(), Failure> {
    let mut text = headline(client, "here");
    let vault = client.vault();
    let audiences = client.audience_ids().len() as u64;
    let kept = client.home().read(CARD)?.is_some();
    let _ = write!(
        text,
        "\n\n  account    {}\n  hub        {}\n  folder     {}\n  card       {}\n  audiences  {}\n  keys       renewed before {}\n",
        encode(vault.account().0),
        client.api().origin().as_str(),
        client.home().dir().display(),
        if kept { "kept in this folder" } else { "not kept here" },
        plural(audiences, "audience"),
        time(vault.bundle_until_ms),
    );
    let mut document = described(client);
    document["card_kept"] = json!(kept);
    document["audiences"] = json!(audiences);
    session.output.show(&document, &text)
}

fn headline(client: &Client, what: &str) -> String {
    let name = client.vault().name.as_deref().map(clean::line);
    match name {
        Some(name) => format!("{}: your account is {what}.", console::style(name).bold()),
        None => format!("Your account is {what}."),
    }
}

fn described(client: &Client) -> Value {
    json!({
        "account": encode(client.vault().account().0),
        "name": client.vault().name,
        "hub": client.api().origin().as_str(),
        "home": client.home().dir(),
    })
}
