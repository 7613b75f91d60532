//! `kentongan remind`: pupils from whom work is missing are told so, and nothing else.

use kentongan_protocol::ids::{AccountId, AudienceId, PostId};
use serde_json::json;

use super::failure::Failure;
use super::format::{of, plural, time};
use super::give_back::one_of;
use super::names::person;
use super::output::Output;
use super::session::{Session, cannot};
use super::{ask, drums, fetching, names, show};
use crate::base64url::encode;
use crate::client::Client;
use crate::client::homework::Pupil;

/// Remind pupils of homework that is missing
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  kentongan remind 3                       those from whom it is missing
  kentongan remind 3 --early               also before it is due: all from whom nothing is in
  kentongan remind 3 --to Budi --to Ani

Each gets a letter that says nothing but that; the hub tells them that something came, as for any letter. Whoever is
excused, or has a mark without handing in, is not missing.")]
pub(super) struct Args {
    /// The assignment: its number, or the beginning of its id
    work: String,
    /// Only this pupil; say it once for each
    #[arg(long, value_name = "WHO", allow_hyphen_values = true)]
    to: Vec<String>,
    /// Also before it is due
    #[arg(long, conflicts_with = "to")]
    early: bool,
    /// Say yes
    #[arg(long)]
    yes: bool,
}

/// Looks, asks, sends.
pub(super) async fn run(args: Args, session: &Session) -> Result<(), Failure> {
    let (mut client, _) = fetching::open(session).await?;
    let numbers = fetching::letters(&mut client, session.output).await?;
    let (audience, id) = names::work(&client, &numbers, &args.work)?;
    let board = client.board(&audience, &id).await?;
    let work = client.work(&audience, &id).ok_or_else(|| cannot("that assignment has gone"))?;
    let whom = whom(&args, &board, client.now())?;
    let named: Vec<_> = whom.iter().map(|p| person(p.name.as_deref(), &p.account)).collect();
    let reminded = client.reminded(&work);
    let last = whom.iter().filter_map(|pupil| reminded.get(&pupil.account)).max();
    let before = last.map(|at| format!(", some of them last on {}", time(*at)));
    let (title, many) = (show::heading(work.content), of(whom.len() as u64, board.len() as u64));
    let who = format!("{} ({many})", named.join(", "));
    let consequence = format!("{who}: reminded of \"{title}\"{}", before.unwrap_or_default());
    ask::confirm(&consequence, args.yes, "--yes")?;
    let accounts: Vec<_> = whom.iter().map(|pupil| pupil.account).collect();
    send(&mut client, &audience, &id, &accounts, session.output).await.map_err(
        |(done, failure)| Failure {
            detail: format!(
                "{} (reminded: {}). Go on with kentongan remind {}{}",
                failure.detail,
                of(done as u64, whom.len() as u64),
                args.work,
                left(&named[done..])
            ),
            ..failure
        },
    )?;
    fetching::record(&mut client, &audience, session.output).await;
    let item = |pupil: &&Pupil| json!({ "account": encode(pupil.account.0), "name": pupil.name });
    let (many, names) = (plural(whom.len() as u64, "pupil"), named.join(", "));
    session.output.show(
        &json!({ "work": encode(id.0), "items": whom.iter().map(item).collect::<Vec<_>>() }),
        &format!("{} {many} reminded: {names}.", drums::teak().apply_to("●")),
    )
}

fn left(names: &[String]) -> String {
    names.iter().map(|name| format!(" --to \"{name}\"")).collect::<Vec<_>>().concat()
}

/// Sends one after another; where it broke off, how many have it.
async fn send(
    client: &mut Client,
    audience: &AudienceId,
    work: &PostId,
    pupils: &[AccountId],
    output: Output,
) -> Result<(), (usize, Failure)> {
    let whole = pupils.len() as u64;
    let bar = drums::progress(output.draws() && whole > 1, "reminded", whole, false);
    let sent = client.remind(audience, work, pupils, &|n| bar.set_position(n)).await;
    let done = usize::try_from(bar.position()).unwrap_or_default();
    bar.finish_and_clear();
    sent.map_err(|error| (done, error.into()))
}

/// Exactly those named, or those from whom it is missing.
fn whom<'a>(args: &Args, board: &'a [Pupil], now_ms: u64) -> Result<Vec<&'a Pupil>, Failure> {
    if !args.to.is_empty() {
        let mut whom = Vec::<&Pupil>::new();
        for name in &args.to {
            let pupil = one_of(board, name)?;
            if pupil.removed {
                return Err(cannot("somebody named with --to is no longer in the class"));
            }
            if !whom.iter().any(|other| other.account == pupil.account) {
                whom.push(pupil);
            }
        }
        return Ok(whom);
    }
    let here = || board.iter().filter(|pupil| !pupil.removed);
    let open: Vec<_> = here().filter(|pupil| pupil.submission.owed()).collect();
    let missing: Vec<_> = here().filter(|pupil| pupil.submission.missing(now_ms)).collect();
    let whom = if args.early { &open } else { &missing };
    match (whom.len(), open.len()) {
        (0, 0) => Err(cannot("nothing is missing: nobody was reminded")),
        (0, left) => Err(cannot(format!(
            "nothing is missing yet, for it is not due: --early reminds the {} from whom nothing is in",
            plural(left as u64, "pupil")
        ))),
        _ => Ok(whom.clone()),
    }
}
