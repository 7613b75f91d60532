//! A class: a teacher, thirty pupils with a device each, homework with a photo, answers, and a pupil who is removed.

use std::time::Instant;

use kentongan_protocol::charter::{History, Replies};
use kentongan_protocol::ids::{AudienceId, PostId};
use kentongan_protocol::letter;
use kentongan_protocol::link::LinkKind;
use kentongan_protocol::membership::MemberRole;
use kentongan_protocol::post::Kind;
use serde_json::json;

use super::tell::Teller;
use super::{
    AFTERWARDS, HOMEWORK, HOMEWORK_BODY, NAMES, PHOTO, PRIVATE, REPLY, YEAR_MS, broken, expect,
    fan_out, row, shown,
};
use crate::base64url::encode;
use crate::cli::failure::{self, Failure};
use crate::cli::throw_away::ThrowAway;
use crate::client::api::AttachmentFor;
use crate::client::payload::PostBody;
use crate::client::{Addressee, Client, NewLink, Rules, Source};

/// The class and its people.
pub(super) struct Class {
    audience: AudienceId,
    teacher: Client,
    pub(super) pupils: Vec<Client>,
}

/// The teacher, the class, its approval link, and thirty pupils who ask and are admitted.
pub(super) async fn gather(stage: &ThrowAway, teller: &Teller) -> Result<Class, Failure> {
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
    teller.fact("class", json!({ "members": pupils.len() }))?;
    Ok(Class { audience, teacher, pupils })
}

/// Homework with a photo, and its fan-out.
pub(super) async fn post_homework(
    class: &mut Class,
    stage: &ThrowAway,
    teller: &Teller,
) -> Result<PostId, Failure> {
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
    let figures = fan_out::watch(&class.teacher, &sent.post, began, teller).await?;
    let photo = PHOTO.len();
    teller.fact("posted", json!({ "what": "homework", "post": encode(sent.post.0), "photo": photo, "fan_out": figures }))?;
    Ok(sent.post)
}

/// A pupil opens the homework and its photo; what is told of the photo.
pub(super) async fn open_homework(
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
    let opened = std::fs::read(&target).map_err(failure::file(&target))?;
    expect(opened == PHOTO, "the photo arrives byte for byte")?;
    pupil.acknowledge(&class.audience, homework).await?;
    Ok(format!("{} ({} kB, as sent)", attachment.file_name(), PHOTO.len() / 1000))
}

/// A reply to everyone in the thread, and a private one that only the desk can open.
pub(super) async fn answer(
    class: &mut Class,
    homework: &PostId,
    teller: &Teller,
) -> Result<(), Failure> {
    let Class { audience, teacher, pupils } = class;
    let [ana, budi, citra, ..] = pupils.as_mut_slice() else {
        return Err(broken("there are pupils"));
    };
    let reply = PostBody { body: REPLY.into(), ..PostBody::default() };
    let sent = ana.send(audience, Kind::Reply, Some(*homework), &reply).await?;
    fan_out::wait(teacher, &sent.post).await?;
    budi.fetch(audience).await?;
    expect(shown(budi, audience, &sent.post)?.body == REPLY, "a classmate reads the reply")?;
    teller.letter("Ana, to everyone in the thread", &[REPLY]);
    teller.fact("replied", json!({ "by": "Ana", "read": REPLY, "reader": "Budi" }))?;

    let private = PostBody { body: PRIVATE.into(), ..PostBody::default() };
    citra
        .send_letter(audience, Addressee::Desk, letter::Kind::Reply, Some(*homework), &private)
        .await?;
    let chain = teacher.sync(audience).await?;
    teacher.fetch_desk(&chain).await?;
    let read = teacher.letters().iter().any(|line| line.letter.content.body == PRIVATE);
    expect(read, "the teacher reads the private reply at her desk")?;
    budi.fetch_letters().await?;
    let leaked = budi.letters().iter().any(|line| line.letter.content.body == PRIVATE);
    expect(!leaked, "no classmate has it")?;
    teller.letter("Citra, privately to the desk", &[PRIVATE]);
    teller.fact("replied-privately", json!({ "by": "Citra", "read": PRIVATE, "reader": "Bu Rina" }))
}

/// The last pupil is removed, and the next post stays shut to them.
pub(super) async fn remove(class: &mut Class, teller: &Teller) -> Result<(), Failure> {
    let mut gone = class.pupils.pop().ok_or_else(|| broken("there are pupils"))?;
    gone.fetch(&class.audience).await?;
    let before = gone.posts(&class.audience).len();
    class.teacher.remove(&class.audience, &gone.vault().account()).await?;
    let content = PostBody { body: AFTERWARDS.into(), ..PostBody::default() };
    let sent = class.teacher.send(&class.audience, Kind::Announcement, None, &content).await?;
    let status = fan_out::wait(&class.teacher, &sent.post).await?;
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
    let recipients = status.recipients.ready;
    teller.fact("removed", json!({ "who": "Dian", "next_post": { "recipients": recipients, "opens": !shut }, "told": told }))
}
