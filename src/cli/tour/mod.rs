//! `kentongan tour`: a post's whole way, through a class and a channel on a throw-away hub, shown as it happens.
//!
//! Invariant: everything told is done and checked in front of the viewer; what does not hold ends the tour as a failure.

mod class;
mod crowd;
mod fan_out;
mod search;
mod tell;

use std::time::Instant;

use kentongan_protocol::ids::{AudienceId, PostId};
use serde_json::json;

use super::drums::{Beat, Row};
use super::failure::Failure;
use super::format::number;
use super::output::Output;
use super::running::stop_when_asked;
use super::throw_away::ThrowAway;
use crate::client::payload::PostBody;
use crate::client::{self, Client};
use tell::Teller;

/// A picture drawn for the tour, as a phone would send it.
const PHOTO: &[u8] = include_bytes!("photo.jpg");

const HOMEWORK: &str = "Pecahan, halaman 42";
const HOMEWORK_BODY: &str = "Kerjakan nomor 1 sampai 5 dari foto. Kumpulkan besok pagi.";
const ANNOUNCEMENT: &str = "Vaksinasi dosis kedua";
const ANNOUNCEMENT_BODY: &str = "Sabtu pukul 08.00 di Puskesmas Sukamaju. Bawa kartu identitas.";
const REPLY: &str = "Bu, nomor 5 kuenya dipotong delapan sama besar?";
const PRIVATE: &str = "Bu, mata saya masih sakit, boleh saya kumpulkan hari Kamis?";
const AFTERWARDS: &str = "Besok bawa penggaris dan jangka.";
/// What people write and are called in the tour, for the hub's files to be searched for.
const WRITTEN: [&str; 9] = [
    HOMEWORK,
    HOMEWORK_BODY,
    ANNOUNCEMENT,
    ANNOUNCEMENT_BODY,
    REPLY,
    PRIVATE,
    AFTERWARDS,
    "Kelas 7B",
    "Kartika",
];
const NAMES: [&str; 30] = [
    "Ana", "Budi", "Citra", "Dewi", "Eko", "Fitri", "Gilang", "Hana", "Indra", "Joko", "Kartika",
    "Lestari", "Made", "Nadia", "Oka", "Putri", "Qori", "Rizki", "Sari", "Tono", "Umar", "Vina",
    "Wati", "Xaverius", "Yuni", "Zahra", "Agus", "Bayu", "Candra", "Dian",
];
const YEAR_MS: u64 = 365 * 24 * 3600 * 1000;

/// Watch a post go round: a throw-away hub, a class of 30, a channel of 100,000
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  kentongan tour                       about a minute, most of it making 100,000 accounts
  kentongan tour --recipients 1000000  a million of them
  kentongan tour --keep                leaves the hub's folder, to look into
  kentongan tour --json                a line for each thing that happened; `step` says which

Ctrl-C ends it earlier; the hub and its folder go then too.")]
pub(super) struct Args {
    /// Recipients of the channel
    #[arg(long, value_name = "N", default_value_t = 100_000, value_parser = clap::value_parser!(u32).range(10..=1_000_000))]
    recipients: u32,
    /// Keep the hub's folder, and say where it is
    #[arg(long)]
    keep: bool,
}

/// Walks through it all and cleans up, also after a failure or where it is asked to end.
pub(super) async fn run(args: &Args, output: Output) -> Result<(), Failure> {
    client::install_tls();
    let stop = stop_when_asked()?;
    let teller = Teller::new(output);
    let began = Instant::now();
    let stage = ThrowAway::start().await?;
    let walked = stage.until(&stop, Box::pin(args.walk(&stage, &teller))).await;
    let kept = stage.end(args.keep).await;
    if let (Err(_), Ok(Some(kept))) = (&walked, &kept) {
        output.hint(&format!("The hub's folder is {}.", kept.display()));
    }
    walked?;
    teller.end(began.elapsed(), kept?.as_deref())
}

impl Args {
    async fn walk(&self, stage: &ThrowAway, teller: &Teller) -> Result<(), Failure> {
        teller.title("A kentongan is beaten once, and everybody hears it");
        teller.say(&format!(
            "A throw-away hub is running at {}, its data in {}.",
            stage.origin(),
            stage.data().display()
        ));
        teller.fact("hub", json!({ "origin": stage.origin(), "data": stage.data() }))?;

        teller.chapter("A class of 30");
        let mut class = class::gather(stage, teller).await?;
        let homework = class::post_homework(&mut class, stage, teller).await?;

        teller.chapter(&format!("A channel of {}", number(self.recipients.into())));
        let (mut office, channel) = crowd::channel(stage, teller, self.recipients).await?;
        let three = class.pupils.iter_mut().take(crowd::DEVICES);
        crowd::join(&mut office, &channel, three, teller).await?;
        crowd::announce(&mut office, &channel, self.recipients, teller).await?;

        teller.chapter("Three recipients open both");
        for (n, name) in NAMES.into_iter().enumerate().take(crowd::DEVICES) {
            let photo = class::open_homework(&mut class, n, &homework, stage).await?;
            crowd::open_announcement(&mut class.pupils[n], &channel).await?;
            let read = [HOMEWORK, HOMEWORK_BODY, &photo, ANNOUNCEMENT, ANNOUNCEMENT_BODY];
            teller.letter(name, &read);
            teller.fact("opened", json!({ "by": name, "read": read, "photo": PHOTO.len() }))?;
        }

        teller.chapter("Answers");
        class::answer(&mut class, &homework, teller).await?;

        teller.chapter("A member is removed");
        class::remove(&mut class, teller).await?;

        teller.chapter("What the hub has on its disk");
        let searched = search::disk(stage.data(), &WRITTEN, PHOTO, &homework)?;
        teller.say(&searched.told());
        teller.fact("searched", json!(searched))?;
        if let Some(found) = &searched.found {
            return Err(Failure::new(
                "plaintext",
                format!("the hub's files hold plaintext: {found}"),
            ));
        }
        Ok(())
    }
}

fn row(done: u64, whole: u64) -> Row {
    Row { done, missing: 0, whole, going: false, beat: Beat::On }
}

fn shown(client: &Client, audience: &AudienceId, post: &PostId) -> Result<PostBody, Failure> {
    let view = client.post(audience, post).ok_or_else(|| broken("the post is there to open"))?;
    Ok(view.content.clone())
}

/// Ends the tour where what it tells is not so.
fn expect(holds: bool, what: &str) -> Result<(), Failure> {
    if holds { Ok(()) } else { Err(broken(what)) }
}

fn broken(what: &str) -> Failure {
    Failure::new(
        "tour",
        format!("the tour expected this and it was not so: {what}; please report it"),
    )
}
