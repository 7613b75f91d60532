//! `kentongan audience`: whom one writes to, and everything their publishers do about it.

mod link;
mod list;
mod members;
mod new;
mod requests;
mod role;
mod rotate;
mod rules;
mod show;
mod staff;

pub(super) use show::readers;

use super::failure::Failure;
use super::session::Session;

/// Make and look after your audiences
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  kentongan audience new --class \"Kelas 7B\"
  kentongan audience link \"Kelas 7B\"
  kentongan audience admit \"Kelas 7B\" --all

An audience is named by the label you gave it, or by the beginning of its id.")]
pub(super) struct Args {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, clap::Subcommand)]
enum Command {
    New(new::Args),
    List(list::Args),
    Show(show::Args),
    Link(link::Args),
    Requests(requests::ListArgs),
    Admit(requests::AdmitArgs),
    Decline(requests::DeclineArgs),
    Members(members::ListArgs),
    Role(role::Args),
    Remove(members::RemoveArgs),
    Rotate(rotate::Args),
    Staff(staff::Args),
    Renew(rules::RenewArgs),
    Rules(rules::Args),
    Leave(members::LeaveArgs),
}

/// Does what the subcommand says.
pub(super) async fn run(args: Args, session: &Session) -> Result<(), Failure> {
    match args.command {
        Command::New(args) => new::run(args, session).await,
        Command::List(args) => list::run(args, session).await,
        Command::Show(args) => show::run(args, session).await,
        Command::Link(args) => link::run(args, session).await,
        Command::Requests(args) => requests::list(args, session).await,
        Command::Admit(args) => requests::admit(args, session).await,
        Command::Decline(args) => requests::decline(args, session).await,
        Command::Members(args) => members::list(args, session).await,
        Command::Role(args) => role::run(args, session).await,
        Command::Remove(args) => members::remove(args, session).await,
        Command::Rotate(args) => rotate::run(args, session).await,
        Command::Staff(args) => staff::run(args, session).await,
        Command::Renew(args) => rules::renew(args, session).await,
        Command::Rules(args) => rules::run(args, session).await,
        Command::Leave(args) => members::leave(args, session).await,
    }
}
