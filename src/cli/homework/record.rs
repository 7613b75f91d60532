//! `kentongan homework --record`: what one handed in, when the hub signed for it, and what came back.

use std::fmt::Write as _;

use console::Style;
use kentongan_protocol::ids::LetterId;
use kentongan_protocol::letter::Kind;
use serde_json::{Value, json};

use crate::base64url::encode;
use crate::cli::failure::Failure;
use crate::cli::format::{stamp, time};
use crate::cli::names::short;
use crate::cli::numbers::Numbers;
use crate::cli::session::{Session, label};
use crate::cli::{clean, csv, drums, show, states};
use crate::client::Client;
use crate::client::device::SentLetter;
use crate::client::homework::{CourseWork, Refusal, SavedReceipt, Submission, Work};

/// The heads of the columns.
const COLUMNS: [&str; 11] = [
    "class",
    "assignment",
    "due",
    "state",
    "mark",
    "what",
    "finished",
    "received",
    "late",
    "receipt",
    "letter",
];

/// Shows it, as text, as a file for spreadsheets or for machines.
pub(super) fn run(
    client: &Client,
    works: &[Work<'_>],
    numbers: &Numbers,
    as_csv: bool,
    session: &Session,
) -> Result<(), Failure> {
    let mut records: Vec<_> = works.iter().map(|work| Record::of(client, work)).collect();
    records.retain(|record| record.work.state != CourseWork::Deleted || !record.sent.is_empty());
    let items: Vec<_> = records.iter().map(|record| record.document(client, numbers)).collect();
    let text = if as_csv {
        let head = csv::line(COLUMNS.map(str::to_owned));
        let lines = records.iter().map(|record| record.csv(client));
        csv::BEGIN.to_owned() + &head + &lines.collect::<String>()
    } else if records.is_empty() {
        "No homework.".to_owned()
    } else {
        records.iter().map(|record| record.text(client)).collect()
    };
    session.output.show(&json!({ "items": items }), &text)
}

/// One assignment, with everything that was handed in or taken back for it.
struct Record<'a> {
    work: &'a Work<'a>,
    submission: Submission,
    sent: Vec<Sent<'a>>,
}

/// One letter to the teachers.
struct Sent<'a> {
    letter: LetterId,
    said: &'a SentLetter,
    /// What the hub signed, as far as it is genuine.
    receipt: Option<SavedReceipt>,
    refused: Option<Refusal>,
}

impl Sent<'_> {
    const fn word(&self) -> &'static str {
        match (self.said.content.homework.reclaim, self.refused) {
            (_, Some(_)) => "not counted",
            (Some(_), None) => "taken back",
            (None, None) => "handed in",
        }
    }
}

impl<'a> Record<'a> {
    fn of(client: &'a Client, work: &'a Work<'a>) -> Self {
        let submission = client.own_submission(work);
        let sent = client.local(&work.audience).into_iter().flat_map(|local| &local.sent);
        let about = |letter: &SentLetter| {
            letter.thread.0 == work.id.0 && letter.kind == Kind::Submission.word()
        };
        let mut sent: Vec<_> = sent
            .filter(|(_, said)| about(said))
            .map(|(id, said)| {
                let letter = LetterId(id.0);
                let receipt = client.receipt(&work.audience, &letter);
                let receipt = receipt.filter(|receipt| client.verify_receipt(receipt).is_ok());
                let refused = submission.refused.iter().find(|(id, _)| *id == letter);
                Sent { letter, said, receipt, refused: refused.map(|(_, why)| *why) }
            })
            .collect();
        sent.sort_by_key(|sent| (sent.said.received_ms, sent.letter.0));
        Self { work, submission, sent }
    }

    fn late(&self, sent: &Sent<'_>) -> bool {
        self.submission.due_ms().is_some_and(|due| sent.said.received_ms > due)
    }

    fn document(&self, client: &Client, numbers: &Numbers) -> Value {
        let mut document = states::work_document(client, self.work, numbers);
        states::add_submission(&mut document, &self.submission, false, client.now());
        let sent = self.sent.iter().map(|sent| {
            let homework = &sent.said.content.homework;
            json!({
                "letter": encode(sent.letter.0), "what": sent.word(),
                "finished_ms": homework.finished_ms, "received_ms": sent.said.received_ms,
                "late": self.late(sent), "guardian": homework.guardian.as_ref().map(|g| &g.name),
                "not_counted": sent.refused.map(|why| why.to_string()), "receipt": sent.receipt,
            })
        });
        document["sent"] = sent.collect();
        document
    }

    fn text(&self, client: &Client) -> String {
        let (dim, work) = (Style::new().dim(), self.work);
        let mut detail = vec![label(client, &work.audience)];
        detail.extend(self.submission.due_ms().map(|due| format!("due {}", time(due))));
        let mark = states::mark(work, &self.submission);
        detail.extend(mark.map(|mark| format!("mark {mark}")));
        let heading = console::style(show::heading(work.content)).bold();
        let mut text = format!("{heading}\n  {}\n", dim.apply_to(detail.join(" · ")));
        for sent in &self.sent {
            let late = if self.late(sent) { ", late" } else { "" };
            let receipt = if sent.receipt.is_some() {
                format!("{} signed by the hub", drums::leaf().apply_to("◉"))
            } else {
                format!("{} no receipt", drums::chilli().apply_to("◌"))
            };
            let (word, at) = (sent.word(), time(sent.said.received_ms));
            let _ = writeln!(text, "  {word:<11} {at}{late}  {receipt}  {}", short(&sent.letter.0));
        }
        text
    }

    fn csv(&self, client: &Client) -> String {
        let work = self.work;
        let ours = [
            label(client, &work.audience),
            show::heading(work.content),
            self.submission.due_ms().map(stamp).unwrap_or_default(),
            self.submission.state(false).word().to_owned(),
            self.submission.mark.as_deref().map(clean::line).unwrap_or_default(),
        ];
        let row = |rest: [String; 6]| csv::line(ours.iter().cloned().chain(rest));
        if self.sent.is_empty() {
            return row(Default::default());
        }
        let yes = |yes: bool| if yes { "yes" } else { "no" }.to_owned();
        let rows = self.sent.iter().map(|sent| {
            row([
                sent.word().to_owned(),
                sent.said.content.homework.finished_ms.map(stamp).unwrap_or_default(),
                stamp(sent.said.received_ms),
                yes(self.late(sent)),
                yes(sent.receipt.is_some()),
                encode(sent.letter.0),
            ])
        });
        rows.collect()
    }
}
