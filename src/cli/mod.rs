//! The command line: one file per command, all of them listed here.
//!
//! Invariant: a command that does not do what it was asked ends with another code than 0 and says what to do next.

mod account;
mod ack;
mod approve;
mod archive;
mod ask;
mod assign;
mod audience;
mod bench;
mod card;
mod clean;
mod content;
mod correct;
mod csv;
mod drums;
mod due_times;
mod failure;
mod fetching;
mod files;
mod format;
mod give_back;
mod hand_in;
mod help;
mod homework;
mod inbox;
mod join;
mod letters;
mod marks;
mod migrate;
mod names;
mod numbers;
mod output;
mod post;
mod qr;
mod read;
mod receipt;
mod remind;
mod reply;
mod retry;
mod running;
mod save;
mod serve;
mod session;
mod show;
mod states;
mod status;
mod submissions;
mod thread;
mod throw_away;
mod tour;
mod verify_web;
mod version;
mod watch;
mod withdraw;
mod work;

use std::path::PathBuf;
use std::process::ExitCode;

use clap::{ArgAction, FromArgMatches as _, Parser, Subcommand};

use failure::Failure;
use output::Output;
use session::Session;

/// End-to-end encrypted broadcast: seal a message once, and a hub that cannot read it carries it to everyone.
#[derive(Debug, Parser)]
#[expect(clippy::struct_excessive_bools, reason = "each is a switch of the command line")]
#[expect(clippy::doc_markdown, reason = "clap shows these comments as they are")]
#[command(name = "kentongan", disable_version_flag = true, max_term_width = 100)]
struct Cli {
    /// The folder of the account
    #[arg(
        long,
        global = true,
        env = "KENTONGAN_HOME",
        hide_env_values = true,
        value_name = "DIR",
        help_heading = "Everywhere"
    )]
    home: Option<PathBuf>,
    /// The hub to make or restore an account on
    #[arg(
        long,
        global = true,
        env = "KENTONGAN_HUB",
        hide_env_values = true,
        value_name = "URL",
        help_heading = "Everywhere"
    )]
    hub: Option<String>,
    /// A file with the login card; or set KENTONGAN_CARD
    #[arg(long, global = true, value_name = "FILE", help_heading = "Everywhere")]
    card_file: Option<PathBuf>,
    /// Answer in JSON, errors too (as problems on stderr)
    #[arg(long, global = true, help_heading = "Everywhere")]
    json: bool,
    /// Say nothing but the result
    #[arg(long, short, global = true, help_heading = "Everywhere")]
    quiet: bool,
    /// Print the version
    #[arg(long, short = 'V', action = ArgAction::SetTrue)]
    version: bool,
    /// With --version: what this program is built of
    #[arg(long, short = 'v', requires = "version")]
    verbose: bool,
    #[command(subcommand)]
    command: Option<Command>,
}

#[derive(Debug, Subcommand)]
enum Command {
    Tour(tour::Args),
    Bench(bench::Args),
    Serve(serve::Args),
    Work(work::Args),
    Migrate(migrate::Args),
    Retry(retry::Args),
    Account(account::Args),
    Audience(audience::Args),
    Join(join::Args),
    Post(post::Args),
    Inbox(inbox::Args),
    Read(read::Args),
    Save(save::Args),
    Ack(ack::Args),
    Reply(reply::Args),
    Correct(correct::Args),
    Withdraw(withdraw::Args),
    Approve(approve::Args),
    Thread(thread::Args),
    Status(status::Args),
    Letters(letters::Args),
    Homework(homework::Args),
    HandIn(hand_in::Args),
    Receipt(receipt::Args),
    Assign(Box<assign::Args>),
    DueTimes(due_times::Args),
    Submissions(submissions::Args),
    Return(give_back::Args),
    Marks(marks::Args),
    Remind(remind::Args),
    Archive(archive::Args),
    VerifyWeb(verify_web::Args),
}

/// Reads the command line, does what it says, and answers with the exit code: 0 done, 1 refused or failed, 2 used wrongly, 130
/// stopped by Ctrl-C.
#[must_use]
pub fn run() -> ExitCode {
    let matches = match help::command().try_get_matches() {
        Ok(matches) => matches,
        Err(error) => return misused(&error),
    };
    let cli = match Cli::from_arg_matches(&matches) {
        Ok(cli) => cli,
        Err(error) => return misused(&error),
    };
    let output = Output { json: cli.json, quiet: cli.quiet };
    match cli.dispatch(output) {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => {
            output.fail(&failure);
            ExitCode::from(failure.code)
        }
    }
}

/// Help that was asked for is a result; a wrong command line is a problem, in JSON where that was asked for.
fn misused(error: &clap::Error) -> ExitCode {
    let json = std::env::args_os().any(|arg| arg == "--json");
    if json && error.use_stderr() {
        let text = error.render().to_string();
        let first =
            text.lines().next().unwrap_or_default().trim_start_matches("error: ").to_owned();
        Output { json, quiet: false }.fail(&Failure::usage(format!("{first}: see --help")));
    } else {
        // Nothing is left to tell where this fails.
        let _ = error.print();
    }
    ExitCode::from(u8::try_from(error.exit_code()).unwrap_or(2))
}

impl Cli {
    fn dispatch(self, output: Output) -> Result<(), Failure> {
        if self.version {
            return version::show(output, self.verbose);
        }
        let Some(command) = self.command else {
            let _ = help::command().print_help();
            return Err(Failure::usage("a command is missing: one of the above"));
        };
        let runtime = tokio::runtime::Runtime::new();
        let runtime = runtime
            .map_err(|e| Failure::new("internal", format!("no threads can be started: {e}")))?;
        let session = Session {
            output,
            home: self.home.unwrap_or_else(crate::config::default_home),
            hub: self.hub,
            card_file: self.card_file,
        };
        runtime.block_on(command.run(&session))
    }
}

impl Command {
    async fn run(self, session: &Session) -> Result<(), Failure> {
        match self {
            Self::Bench(args) => bench::run(&args, session.output).await,
            Self::Tour(args) => tour::run(&args, session.output).await,
            Self::Serve(args) => serve::run(args, session.output).await,
            Self::Work(args) => work::run(args, session.output).await,
            Self::Migrate(args) => migrate::run(args, session.output).await,
            Self::Retry(args) => retry::run(args, session.output).await,
            Self::Account(args) => account::run(args, session).await,
            Self::Audience(args) => audience::run(args, session).await,
            Self::Join(args) => join::run(args, session).await,
            Self::Post(args) => post::run(args, session).await,
            Self::Inbox(args) => inbox::run(args, session).await,
            Self::Read(args) => read::run(args, session).await,
            Self::Save(args) => save::run(args, session).await,
            Self::Ack(args) => ack::run(args, session).await,
            Self::Reply(args) => reply::run(args, session).await,
            Self::Correct(args) => correct::run(args, session).await,
            Self::Withdraw(args) => withdraw::run(args, session).await,
            Self::Approve(args) => approve::run(args, session).await,
            Self::Thread(args) => thread::run(args, session).await,
            Self::Status(args) => status::run(args, session).await,
            Self::Letters(args) => letters::run(args, session).await,
            Self::Homework(args) => homework::run(args, session).await,
            Self::HandIn(args) => hand_in::run(args, session).await,
            Self::Receipt(args) => receipt::run(args, session),
            Self::Assign(args) => assign::run(*args, session).await,
            Self::DueTimes(args) => due_times::run(args, session).await,
            Self::Submissions(args) => submissions::run(args, session).await,
            Self::Return(args) => give_back::run(args, session).await,
            Self::Marks(args) => marks::run(args, session).await,
            Self::Remind(args) => remind::run(args, session).await,
            Self::Archive(args) => archive::run(args, session).await,
            Self::VerifyWeb(args) => verify_web::run(&args, session.output).await,
        }
    }
}
