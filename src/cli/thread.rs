//! `kentongan thread`: slowing down or closing what members answer to a post.

use clap::ValueEnum;
use serde_json::json;

use super::failure::Failure;
use super::session::Session;
use super::{fetching, names, show};
use crate::base64url::encode;

/// Open, slow down or close the thread under a post
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  kentongan thread 3 closed
  kentongan thread 3 slow --every 600     each member once in ten minutes
  kentongan thread 3 open

Publishers go on writing in it, and members can take back what they wrote.")]
pub(super) struct Args {
    /// The post's number in the inbox, or the beginning of its id
    post: String,
    /// How it is to be
    #[arg(value_enum)]
    state: State,
    /// Of a slow one: seconds between two replies of one member
    #[arg(long, value_name = "SECONDS", value_parser = clap::value_parser!(u32).range(1..=604_800), required_if_eq("state", "slow"))]
    every: Option<u32>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum State {
    Open,
    Slow,
    Closed,
}

/// Tells the hub.
pub(super) async fn run(args: Args, session: &Session) -> Result<(), Failure> {
    let (client, numbers) = fetching::open(session).await?;
    let (audience, post) = names::post(&client, &numbers, &args.post)?;
    let (state, says) = match args.state {
        State::Open => ("open", "is open: members may reply."),
        State::Slow => ("slow", "is slow: each member may reply once in a while."),
        State::Closed => ("closed", "is closed: members do not reply any more."),
    };
    let every = args.every.filter(|_| args.state == State::Slow);
    client.api().put_thread(&post.0, state, every).await?;
    let headline = client.post(&audience, &post).map(|view| show::headline(&view));
    session.output.show(
        &json!({ "post": encode(post.0), "state": state, "every_s": every }),
        &format!("The thread under \"{}\" {says}", headline.unwrap_or_default()),
    )
}
