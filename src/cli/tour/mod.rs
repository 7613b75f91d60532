//! `kentongan tour`: a post's whole way, through a class and a channel on a throw-away hub, shown as it happens.
//!
//! Invariant: everything told is done and checked in front of the viewer; what does not hold ends the tour as a failure.

mod crowd;
mod search;
mod tell;

use std::path::Path;
use std::time::{Duration, Instant};

use kentongan_protocol::charter::{History, Replies};
use kentongan_protocol::ids::{AudienceId, PostId};
use kentongan_protocol::letter;
use kentongan_protocol::link::LinkKind;
use kentongan_protocol::membership::MemberRole;
use kentongan_protocol::post::Kind;
use serde_json::json;

use super::drums::{Beat, Row};
use super::failure::Failure;
use super::format::number;
use super::output::Output;
use super::throw_away::ThrowAway;
use crate::client;
use crate::client::api::{AttachmentFor, Status};
use crate::client::payload::PostBody;
use crate::client::{Addressee, Client, NewLink, Rules, Source};
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
  kentongan tour --keep                leaves the hub's folder, to look into")]
pub(super) struct Args {
    /// Recipients of the channel
    #[arg(long, value_name = "N", default_value_t = 100_000, value_parser = clap::value_parser!(u32).range(10..=1_000_000))]
    recipients: u32,
    /// Keep the hub's folder, and say where it is
    #[arg(long)]
    keep: bool,
}

/// The class, and what was learnt on the way.
struct Class {
    audience: AudienceId,
    teacher: Client,
    pupils: Vec<Client>,
}

/// Walks through it all and cleans up, also after a failure.
pub(super) async fn run(args: &Args, output: Output) -> Result<(), Failure> {
    client::install_tls();
    let teller = Teller::new(output);
    let began = Instant::now();
    let stage = ThrowAway::start().await?;
    let walked = args.walk(&stage, &teller).await;
    let kept = stage.end(args.keep).await?;
    let figures = walked?;
    teller.end(began.elapsed(), kept.as_deref());
    if output.json { output.show(&figures, "") } else { Ok(()) }
}

impl Args {
    async fn walk(&self, stage: &ThrowAway, teller: &Teller) -> Result<serde_json::Value, Failure> {
        teller.title("A kentongan is beaten once, and everybody hears it");
        teller.say(&format!(
            "A throw-away hub is running at {}, its data in {}.",
            stage.origin(),
            stage.data().display()
        ));

        teller.chapter("A class of 30");
        let mut class = gather(stage, teller).await?;
        let (homework, class_figures) = post_homework(&mut class, stage, teller).await?;

        teller.chapter(&format!("A channel of {}", number(self.recipients.into())));
        let (mut office, channel) = crowd::channel(stage, teller, self.recipients).await?;
        let three = class.pupils.iter_mut().take(crowd::DEVICES);
        crowd::join(&mut office, &channel, three).await?;
        let channel_figures = announce(&mut office, &channel, self.recipients, teller).await?;

        teller.chapter("Three recipients open both");
        for (n, name) in NAMES.into_iter().enumerate().take(crowd::DEVICES) {
            let photo = open_homework(&mut class, n, &homework, stage).await?;
            open_announcement(&mut class.pupils[n], &channel).await?;
            let read = [HOMEWORK, HOMEWORK_BODY, &photo, ANNOUNCEMENT, ANNOUNCEMENT_BODY];
            teller.letter(name, &read);
        }

        teller.chapter("Answers");
        answer(&mut class, &homework, teller).await?;

        teller.chapter("A member is removed");
        remove(&mut class, teller).await?;

        teller.chapter("What the hub has on its disk");
        let phrases = [
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
        let searched = search::disk(stage.data(), &phrases, PHOTO, &homework)?;
        teller.say(&searched.told());
        if let Some(found) = &searched.found {
            return Err(Failure::new(
                "plaintext",
                format!("the hub's files hold plaintext: {found}"),
            ));
        }
        Ok(
            json!({ "class": class_figures, "channel": channel_figures, "searched_bytes": searched.bytes }),
        )
    }
}

/// The teacher, the class, its approval link, and thirty pupils who ask and are admitted.
async fn gather(stage: &ThrowAway, teller: &Teller) -> Result<Class, Failure> {
    let mut teacher = stage.person("Bu Rina").await?;
    let rules = Rules { replies: Replies::Everyone, history: History::SameKey };
    let audience = teacher.found("Kelas 7B", rules).await?;
    let new = NewLink { kind: LinkKind::Approval, max_uses: 40, valid_ms: YEAR_MS };
    let link = teacher.make_link(&audience, new).await?;
    teller.say("Bu Rina makes keys and a class on her own device, and hands out a link. Pupils ask to join:");
    let mut pupils = Vec::new();
    for (n, name) in NAMES.into_iter().enumerate() {
        let mut pupil = stage.person(name).await?;
        pupil.join(&link, Some("Kelas 7B"), Some(name), false).await?;
        pupils.push(pupil);
        teller.redraw(&row(n as u64 + 1, NAMES.len() as u64).line(
            "asking",
            &format!("{} of {}", n + 1, NAMES.len()),
            "pupil",
        ));
    }
    teller.keep();
    let (asking, refused) = teacher.asking(&audience).await?;
    expect(
        refused.is_empty() && asking.len() == NAMES.len(),
        "every pupil asks, signed by the link and by itself",
    )?;
    let named = asking.iter().filter(|asking| asking.name.is_some()).count();
    expect(
        named == NAMES.len(),
        "the teacher reads every pupil's name, from letters the hub cannot open",
    )?;
    let enrolled = teacher.admit(&audience, &asking, MemberRole::Member, &|_| ()).await?;
    expect(enrolled.admitted.len() == NAMES.len(), "every pupil is admitted")?;
    teller.say("She reads their names in letters to her desk, and admits all 30: the hub gets a token for each, and no name.");
    Ok(Class { audience, teacher, pupils })
}

async fn post_homework(
    class: &mut Class,
    stage: &ThrowAway,
    teller: &Teller,
) -> Result<(PostId, serde_json::Value), Failure> {
    let photo = stage.file("pecahan.jpg", PHOTO)?;
    let source = Source { path: &photo, media_type: "image/jpeg" };
    let attachment =
        class.teacher.attach(&class.audience, source, AttachmentFor::Audience, &|_| ()).await?;
    let content = PostBody {
        title: Some(HOMEWORK.into()),
        body: HOMEWORK_BODY.into(),
        attachments: vec![attachment],
        ..PostBody::default()
    };
    let began = Instant::now();
    let sent = class.teacher.send(&class.audience, Kind::Assignment, None, &content).await?;
    teller.say(&format!(
        "She posts homework with a photo of {} kB. It leaves her device once, sealed:",
        PHOTO.len() / 1000
    ));
    let figures = watch(&class.teacher, &sent.post, began, teller).await?;
    Ok((sent.post, figures))
}

async fn announce(
    office: &mut Client,
    channel: &AudienceId,
    recipients: u32,
    teller: &Teller,
) -> Result<serde_json::Value, Failure> {
    let content = PostBody {
        title: Some(ANNOUNCEMENT.into()),
        body: ANNOUNCEMENT_BODY.into(),
        ..PostBody::default()
    };
    let began = Instant::now();
    let sent = office.send(channel, Kind::Announcement, None, &content).await?;
    teller.say("The office posts an announcement. One upload; the workers make one ciphertext for each recipient:");
    let figures = watch(office, &sent.post, began, teller).await?;
    let made = figures["recipients"].as_i64();
    expect(made == Some(recipients.into()), "every recipient has a ciphertext of their own")?;
    Ok(figures)
}

/// Watches a fan-out to its end: a drum for each cohort, recipients, and the rate.
async fn watch(
    publisher: &Client,
    post: &PostId,
    began: Instant,
    teller: &Teller,
) -> Result<serde_json::Value, Failure> {
    let mut tick = tokio::time::interval(Duration::from_millis(25));
    let status = loop {
        tick.tick().await;
        let status = publisher.api().status(&post.0).await?;
        teller.redraw(&fan_out(&status));
        if status.cohorts.failed > 0 {
            return Err(Failure::new(
                "fan-out",
                "a cohort's fan-out failed; run the tour again with RUST_LOG=info",
            ));
        }
        if status.cohorts.ready == status.cohorts.total {
            break status;
        }
    };
    let seconds = began.elapsed().as_secs_f64();
    teller.keep();
    let recipients = status.recipients.ready;
    #[expect(
        clippy::cast_precision_loss,
        clippy::cast_possible_truncation,
        reason = "a rate for people"
    )]
    let rate = (recipients as f64 / seconds) as i64;
    teller.say(&format!(
        "{} ciphertexts, {:.2} s after it was sent: {} a second.",
        number(recipients.unsigned_abs()),
        seconds,
        number(rate.unsigned_abs())
    ));
    Ok(
        json!({ "recipients": recipients, "cohorts": status.cohorts.total, "seconds": seconds, "per_second": rate }),
    )
}

fn fan_out(status: &Status) -> String {
    let amounts = format!(
        "{} of {}",
        number(status.recipients.ready.unsigned_abs()),
        number(status.recipients.total.unsigned_abs())
    );
    let going = status.cohorts.ready < status.cohorts.total;
    Row { going, ..row(status.cohorts.ready.unsigned_abs(), status.cohorts.total.unsigned_abs()) }
        .line("fan-out", &amounts, "cohort")
}

fn row(done: u64, whole: u64) -> Row {
    Row { done, missing: 0, whole, going: false, beat: Beat::On }
}

/// A pupil opens the homework and its photo; what is told of the photo.
async fn open_homework(
    class: &mut Class,
    n: usize,
    homework: &PostId,
    stage: &ThrowAway,
) -> Result<String, Failure> {
    let pupil = &mut class.pupils[n];
    pupil.fetch(&class.audience).await?;
    let content = shown(pupil, &class.audience, homework)?;
    expect(content.title.as_deref() == Some(HOMEWORK), "the homework opens as it was written")?;
    let target = stage.data().with_file_name(format!("opened-{n}.jpg"));
    let attachment = content.attachments.first().ok_or_else(|| broken("the photo is there"))?;
    pupil.save_attachment(&class.audience, attachment, &target, &|_| ()).await?;
    expect(read(&target)? == PHOTO, "the photo arrives byte for byte")?;
    pupil.acknowledge(&class.audience, homework).await?;
    Ok(format!("{} ({} kB, as sent)", attachment.file_name(), PHOTO.len() / 1000))
}

/// The same pupil, who follows the channel too, opens its announcement.
async fn open_announcement(reader: &mut Client, channel: &AudienceId) -> Result<(), Failure> {
    let fetched = reader.fetch(channel).await?;
    let post = fetched.new.first().copied();
    let post = post.ok_or_else(|| broken("the announcement is there to open"))?;
    let content = shown(reader, channel, &post)?;
    expect(content.body == ANNOUNCEMENT_BODY, "the announcement opens as it was written")?;
    reader.acknowledge(channel, &post).await?;
    Ok(())
}

/// A reply to everyone in the thread, and a private one that only the desk can open.
async fn answer(class: &mut Class, homework: &PostId, teller: &Teller) -> Result<(), Failure> {
    let Class { audience, teacher, pupils } = class;
    let [ana, budi, citra, ..] = pupils.as_mut_slice() else {
        return Err(broken("there are pupils"));
    };
    let reply = PostBody { body: REPLY.into(), ..PostBody::default() };
    let sent = ana.send(audience, Kind::Reply, Some(*homework), &reply).await?;
    watch_quietly(teacher, &sent.post).await?;
    budi.fetch(audience).await?;
    expect(shown(budi, audience, &sent.post)?.body == REPLY, "a classmate reads the reply")?;
    teller.letter("Ana, to everyone in the thread", &[REPLY]);

    let private = PostBody { body: PRIVATE.into(), ..PostBody::default() };
    citra
        .send_letter(audience, Addressee::Desk, letter::Kind::Reply, Some(*homework), &private)
        .await?;
    let chain = teacher.sync(audience).await?;
    teacher.fetch_desk(&chain).await?;
    let read = teacher.letters().iter().any(|line| line.letter.content.body == PRIVATE);
    expect(read, "the teacher reads the private reply at her desk")?;
    let leaked = budi.letters().iter().any(|line| line.letter.content.body == PRIVATE);
    expect(!leaked, "no classmate has it")?;
    teller.letter("Citra, privately to the desk", &[PRIVATE]);
    Ok(())
}

/// The last pupil is removed, and the next post stays shut to them.
async fn remove(class: &mut Class, teller: &Teller) -> Result<(), Failure> {
    let mut gone = class.pupils.pop().ok_or_else(|| broken("there are pupils"))?;
    gone.fetch(&class.audience).await?;
    let before = gone.posts(&class.audience).len();
    class.teacher.remove(&class.audience, &gone.vault().account()).await?;
    let content = PostBody { body: AFTERWARDS.into(), ..PostBody::default() };
    let sent = class.teacher.send(&class.audience, Kind::Announcement, None, &content).await?;
    let status = watch_quietly(&class.teacher, &sent.post).await?;
    expect(status.recipients.ready == 29, "the workers made 29 ciphertexts and an empty place")?;
    class.pupils[0].fetch(&class.audience).await?;
    expect(
        shown(&class.pupils[0], &class.audience, &sent.post)?.body == AFTERWARDS,
        "Ana reads the next post",
    )?;
    // The hub may answer with a refusal or with nothing new: what counts is that nothing opens.
    let asked = gone.fetch(&class.audience).await;
    let shut = gone.post(&class.audience, &sent.post).is_none()
        && gone.posts(&class.audience).len() == before;
    expect(shut, "the removed pupil cannot open it")?;
    let served = gone.api().post(&sent.post.0).await;
    expect(served.is_err(), "the hub does not even hand over the ciphertext")?;
    let told = match asked {
        Ok(fetched) => fetched.state,
        Err(error) => error.to_string(),
    };
    teller.say(&format!(
        "Dian is removed. The next post opens for Ana; Dian's client is told: {told}."
    ));
    teller.say("No key changed and nothing was sent to the other 29: the hub overwrote one token.");
    Ok(())
}

async fn watch_quietly(publisher: &Client, post: &PostId) -> Result<Status, Failure> {
    let mut tick = tokio::time::interval(Duration::from_millis(25));
    loop {
        tick.tick().await;
        let status = publisher.api().status(&post.0).await?;
        if status.cohorts.ready == status.cohorts.total || status.cohorts.failed > 0 {
            return Ok(status);
        }
    }
}

fn shown(client: &Client, audience: &AudienceId, post: &PostId) -> Result<PostBody, Failure> {
    let view = client.post(audience, post).ok_or_else(|| broken("the post is there to open"))?;
    Ok(view.content.clone())
}

fn read(path: &Path) -> Result<Vec<u8>, Failure> {
    std::fs::read(path).map_err(super::failure::file(path))
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
