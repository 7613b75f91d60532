//! Following a post live: woken by the hub's events, with a look by itself now and then.
//!
//! Invariant: the account's folder is free meanwhile; only a session is kept.

use std::time::Duration;

use console::Term;

use super::failure::Failure;
use super::output::Output;
use super::status::{Subject, Until};
use crate::client::api::{Events, Status};
use crate::client::{Api, Client};

/// Without events, a look this often.
const LOOK: Duration = Duration::from_secs(2);

/// Shows every change until the post is far enough, or Ctrl-C.
pub(super) async fn run(
    client: Client,
    subject: &Subject,
    until: Until,
    output: Output,
) -> Result<(), Failure> {
    let session = client.api().session().await.map(|token| token.to_string());
    let api = Api::new(client.api().origin().clone())?.signed_in(client.vault().ik(), session);
    drop(client);
    let mut screen =
        Screen { term: Term::stdout(), lines: 0, live: !output.json && Term::stdout().is_term() };
    let mut events = api.events(None).await.ok();
    let mut last: Option<Status> = None;
    loop {
        let status = api.status(&subject.post.0).await?;
        if last.as_ref() != Some(&status) {
            screen.show(subject, &status, output)?;
        }
        if until.reached(&status) {
            return Ok(());
        }
        last = Some(status);
        tokio::select! {
            () = woken(&mut events, subject) => {}
            () = tokio::time::sleep(LOOK) => {}
            _ = tokio::signal::ctrl_c() => return Ok(()),
        }
    }
}

/// Until something happened to the post; for ever where no events come.
async fn woken(events: &mut Option<Events>, subject: &Subject) {
    while let Some(stream) = events {
        match stream.next().await {
            Some(event) if event.subject.is_some_and(|s| s.0 == subject.post.0) => return,
            Some(_) => {}
            None => *events = None,
        }
    }
    std::future::pending::<()>().await;
}

/// Draws each state over the one before, where that is possible.
struct Screen {
    term: Term,
    lines: usize,
    live: bool,
}

impl Screen {
    fn show(&mut self, subject: &Subject, status: &Status, output: Output) -> Result<(), Failure> {
        let text = subject.text(status);
        if self.live && self.lines > 0 {
            // A terminal that cannot go back gets the states one below the other.
            let _ = self.term.clear_last_lines(self.lines);
        }
        let width = usize::from(self.term.size().1).max(1);
        let rows = |line: &str| console::measure_text_width(line).div_ceil(width).max(1);
        self.lines = text.lines().map(rows).sum();
        output.show_line(&subject.document(status), &text)
    }
}
