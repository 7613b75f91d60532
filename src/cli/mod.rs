//! The command line: one file per command. Exit codes: 0 done, 1 refused or failed, 2 used wrongly.
//!
//! Invariant: what was asked for goes to stdout, everything else to stderr; a failure is one sentence with what to do next.

mod account;
mod ack;
mod approve;
mod attachments;
mod audience;
mod audience_members;
mod audience_rules;
mod correct;
mod find;
mod inbox;
mod join;
mod letters;
mod migrate;
mod open;
mod output;
mod post;
mod read;
mod reply;
mod save;
mod serve;
mod status;
mod withdraw;
mod work;

use std::io::Write as _;
use std::path::PathBuf;
use std::process::ExitCode;

use clap::{Args, Parser, Subcommand};

use crate::client::Error;
use output::Output;

/// End-to-end encrypted broadcast: a hub for schools and agencies, and the client of an account.
#[derive(Debug, Parser)]
#[command(
    name = "kentongan",
    version,
    max_term_width = 100,
    after_help = "Start:\n  \
    kentongan serve                                          a hub on http://127.0.0.1:8080\n  \
    kentongan account new --hub http://127.0.0.1:8080        an account, and its login card\n  \
    kentongan audience new --class 'VII B'                   a class\n  \
    kentongan audience link 'VII B'                          a link for its members\n  \
    kentongan post --to 'VII B' 'Tomorrow at eight'          reaches all of them\n\n\
    Ids are hexadecimal; the first few digits are enough. The login card is taken from KENTONGAN_CARD,\n\
    --card-file, the home folder if it was kept there, or asked for."
)]
pub struct Cli {
    #[command(flatten)]
    global: Global,
    #[command(subcommand)]
    command: Command,
}

#[derive(Args, Debug)]
struct Global {
    /// Where the account lives on this machine [default: ~/.local/share/kentongan]
    #[arg(long, global = true, value_name = "DIR", env = "KENTONGAN_HOME")]
    home: Option<PathBuf>,
    /// The hub's address, for `account new` and `account restore`
    #[arg(long, global = true, value_name = "URL", env = "KENTONGAN_HUB")]
    hub: Option<String>,
    /// A file that holds the login card
    #[arg(long, global = true, value_name = "FILE")]
    card_file: Option<PathBuf>,
    /// Print one JSON document instead of text
    #[arg(long, global = true)]
    json: bool,
    /// Say nothing but what was asked for
    #[arg(long, short, global = true)]
    quiet: bool,
}

#[derive(Debug, Subcommand)]
enum Command {
    Serve(serve::Serve),
    Work(work::Work),
    Migrate(migrate::Migrate),
    #[command(subcommand)]
    Account(account::Account),
    #[command(subcommand)]
    Audience(audience::Audience),
    Join(join::Join),
    Post(post::Post),
    Inbox(inbox::Inbox),
    Read(read::Read),
    Reply(reply::Reply),
    Correct(correct::Correct),
    Withdraw(withdraw::Withdraw),
    Approve(approve::Approve),
    Ack(ack::Ack),
    Letters(letters::Letters),
    Status(status::Status),
    Save(save::Save),
}

/// Why a command was not done.
#[derive(Debug)]
pub(crate) enum Failure {
    /// It failed or was refused: exit code 1.
    Refused(String),
    /// It was used wrongly: exit code 2.
    Usage(String),
}

impl From<Error> for Failure {
    fn from(error: Error) -> Self {
        Self::Refused(output::visible_line(&error.to_string()))
    }
}

/// Runs the command of this process's arguments.
pub async fn run() -> ExitCode {
    // clap answers `--help` and wrong usage itself, with 0 and 2.
    let cli = Cli::parse();
    let (code, text) = match cli.run().await {
        Ok(()) => return ExitCode::SUCCESS,
        Err(Failure::Refused(text)) => (1, text),
        Err(Failure::Usage(text)) => (2, text),
    };
    let _ = writeln!(std::io::stderr(), "kentongan: {text}");
    ExitCode::from(code)
}

impl Cli {
    async fn run(self) -> Result<(), Failure> {
        let Self { global, command } = self;
        let out = Output { json: global.json, quiet: global.quiet };
        match command {
            Command::Serve(serve) => serve.run(out).await,
            Command::Work(work) => work.run(out).await,
            Command::Migrate(migrate) => migrate.run(out).await,
            Command::Account(account) => account.run(&global, out).await,
            command => {
                let mut client = global.open(out)?;
                command.with_account(&mut client, out).await
            }
        }
    }
}

impl Command {
    async fn with_account(
        self,
        client: &mut crate::client::Client,
        out: Output,
    ) -> Result<(), Failure> {
        match self {
            Self::Audience(audience) => audience.run(client, out).await,
            Self::Join(join) => join.run(client, out).await,
            Self::Post(post) => post.run(client, out).await,
            Self::Inbox(inbox) => inbox.run(client, out).await,
            Self::Read(read) => read.run(client, out).await,
            Self::Reply(reply) => reply.run(client, out).await,
            Self::Correct(correct) => correct.run(client, out).await,
            Self::Withdraw(withdraw) => withdraw.run(client, out).await,
            Self::Approve(approve) => approve.run(client, out).await,
            Self::Ack(ack) => ack.run(client, out).await,
            Self::Letters(letters) => letters.run(client, out).await,
            Self::Status(status) => status.run(client, out).await,
            Self::Save(save) => save.run(client, out).await,
            // These need no account and were run before.
            Self::Serve(_) | Self::Work(_) | Self::Migrate(_) | Self::Account(_) => Ok(()),
        }
    }
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory as _;

    use super::*;

    fn examples(command: &clap::Command) {
        for sub in command.get_subcommands() {
            let group = sub.has_subcommands();
            assert!(group || sub.get_after_help().is_some(), "{} has no example", sub.get_name());
            examples(sub);
        }
    }

    #[test]
    fn every_command_is_well_formed_and_shows_an_example() {
        let command = Cli::command();
        command.clone().debug_assert();
        examples(&command);
    }
}
