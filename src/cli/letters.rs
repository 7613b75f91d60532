//! `kentongan letters`: listing, opening and answering what was written privately.

use clap::{Args, Subcommand};
use kentongan_protocol::ids::{AccountId, IdentityKey, PostId};
use kentongan_protocol::letter::Kind;
use serde_json::json;

use super::output::{Output, size, time, visible, visible_line};
use super::post::Text;
use super::{Failure, find};
use crate::client::payload::PostBody;
use crate::client::{Addressee, Client, LetterLine};

/// Private letters: list, open, answer
#[derive(Args, Debug)]
#[command(
    args_conflicts_with_subcommands = true,
    after_help = "Examples:\n  kentongan letters\n  kentongan letters --desk 'VII B'\n  \
    kentongan letters open 51c0\n  kentongan letters answer 51c0 'Get well soon'"
)]
pub(super) struct Letters {
    #[command(subcommand)]
    verb: Option<Verb>,
    /// What came to this audience's desk
    #[arg(long, value_name = "AUDIENCE")]
    desk: Option<String>,
}

#[derive(Debug, Subcommand)]
enum Verb {
    Open(Open),
    Answer(Answer),
}

/// Show a letter
#[derive(Args, Debug)]
#[command(after_help = "Example:\n  kentongan letters open 51c0")]
struct Open {
    /// The start of its id
    letter: String,
}

/// Answer a letter that came to the desk
#[derive(Args, Debug)]
#[command(after_help = "Example:\n  kentongan letters answer 51c0 'Get well soon'")]
struct Answer {
    /// The start of its id
    letter: String,
    #[command(flatten)]
    text: Text,
}

impl Letters {
    pub(super) async fn run(self, client: &mut Client, out: Output) -> Result<(), Failure> {
        match self.verb {
            Some(Verb::Open(open)) => open.run(client, out),
            Some(Verb::Answer(answer)) => answer.run(client, out).await,
            None => self.list(client, out).await,
        }
    }

    async fn list(self, client: &mut Client, out: Output) -> Result<(), Failure> {
        let desk = self.desk.as_deref().map(|name| find::audience(client, name)).transpose()?;
        if let Some(audience) = desk {
            let chain = client.sync(&audience).await?;
            client.fetch_desk(&chain).await?;
        } else {
            client.fetch_letters().await?;
        }
        let wanted = |line: &&LetterLine<'_>| match desk {
            Some(audience) => line.letter.desk && line.audience == audience,
            None => !line.letter.desk,
        };
        let letters = client.letters();
        let lines: Vec<_> = letters.iter().filter(wanted).collect();
        let mut text: Vec<String> = lines
            .iter()
            .map(|line| {
                format!(
                    "{}  {}  {:<10}  {:<20}  {}\n",
                    find::short(&line.id.0),
                    time(line.letter.sent_ms),
                    line.letter.kind,
                    visible_line(line.name.unwrap_or("(no name)")),
                    visible_line(&line.letter.content.body.chars().take(50).collect::<String>()),
                )
            })
            .collect();
        if lines.is_empty() {
            text.push("No letters.".to_owned());
        }
        let items: Vec<_> = lines.iter().map(|line| document(line)).collect();
        out.result(&json!({ "items": items }), &text.concat());
        Ok(())
    }
}

fn document(line: &LetterLine<'_>) -> serde_json::Value {
    let letter = line.letter;
    let files: Vec<_> = letter
        .content
        .attachments
        .iter()
        .map(|a| json!({ "name": a.name, "type": a.r#type, "size": a.size }))
        .collect();
    json!({
        "letter": hex::encode(line.id.0),
        "audience": hex::encode(line.audience.0),
        "desk": letter.desk,
        "kind": letter.kind,
        "thread": (letter.thread.0 != [0; 32]).then(|| hex::encode(letter.thread.0)),
        "author": hex::encode(AccountId::of(&IdentityKey(letter.ik.0)).0),
        "name": line.name,
        "sent_ms": letter.sent_ms,
        "received_ms": letter.received_ms,
        "title": letter.content.title,
        "body": letter.content.body,
        "attachments": files,
    })
}

fn found<'a>(client: &'a Client, name: &str) -> Result<LetterLine<'a>, Failure> {
    let (_, id) = find::letter(client, name)?;
    let line = client.letters().into_iter().find(|line| line.id == id);
    line.ok_or_else(|| Failure::Refused("the letter is gone".into()))
}

impl Open {
    fn run(self, client: &Client, out: Output) -> Result<(), Failure> {
        let line = found(client, &self.letter)?;
        let content = &line.letter.content;
        let mut text = vec![format!(
            "{}  {}  {}  {}\n\n{}\n",
            find::short(&line.id.0),
            time(line.letter.sent_ms),
            line.letter.kind,
            visible_line(line.name.unwrap_or("(no name)")),
            visible(&content.body),
        )];
        for (n, file) in content.attachments.iter().enumerate() {
            text.push(format!("  {}. {}  {}\n", n + 1, visible_line(&file.name), size(file.size)));
        }
        out.result(&document(&line), &text.concat());
        Ok(())
    }
}

impl Answer {
    async fn run(self, client: &mut Client, out: Output) -> Result<(), Failure> {
        let line = found(client, &self.letter)?;
        let (audience, thread) = (line.audience, PostId(line.letter.thread.0));
        let author = AccountId::of(&IdentityKey(line.letter.ik.0));
        if !line.letter.desk || thread.is_zero() {
            return Err(Failure::Refused(
                "only a letter to the desk about a post can be answered: write a post, or reply to one with --private".into(),
            ));
        }
        let content = PostBody { body: self.text.read()?, ..PostBody::default() };
        let to = Addressee::Account(author);
        let sent = client.send_letter(&audience, to, Kind::Reply, Some(thread), &content).await?;
        out.result(&json!({ "letter": hex::encode(sent.letter.0) }), "Answered.");
        Ok(())
    }
}
