//! A channel's recipients: three pupils with a device each, the others made here in bulk, as an office with a register would.
//!
//! Their keys, tokens and memberships are real and pass every check of the hub; what they do not have is a device.

use std::time::Instant;

use kentongan_protocol::COHORT;
use kentongan_protocol::account::{AccountSecrets, BUNDLE_MAX_MS, KeyBundle, SignedBundle};
use kentongan_protocol::charter::{History, Replies};
use kentongan_protocol::ids::AudienceId;
use kentongan_protocol::keys::CohortSecret;
use kentongan_protocol::link::LinkKind;
use kentongan_protocol::membership::{MemberRole, Membership};
use kentongan_protocol::post::Kind;
use kentongan_protocol::token::Batch;
use rayon::prelude::*;
use serde_json::json;

use super::tell::Teller;
use super::{ANNOUNCEMENT, ANNOUNCEMENT_BODY, YEAR_MS, broken, expect, fan_out, row, shown};
use crate::accounts;
use crate::base64url::{B64, Bytes64, encode};
use crate::cli::failure::Failure;
use crate::cli::format::number;
use crate::cli::throw_away::ThrowAway;
use crate::client::api::{Enrolment, Enrolments};
use crate::client::payload::PostBody;
use crate::client::{Client, NewLink, Rules};

/// Recipients with a device of their own.
pub(super) const DEVICES: usize = 3;

/// The office and its channel, with everybody in it but the three.
pub(super) async fn channel(
    stage: &ThrowAway,
    teller: &Teller,
    recipients: u32,
) -> Result<(Client, AudienceId), Failure> {
    let mut office = stage.person("Dinas Kesehatan").await?;
    let rules = Rules { replies: Replies::Desk, history: History::FromJoining };
    let channel = office.found("Info Vaksinasi", rules).await?;
    let recipients = usize::try_from(recipients).map_err(|_| broken("so many fit into memory"))?;
    let crowd = recipients - DEVICES;
    let mut chain = office.sync(&channel).await?;
    office.add_cohorts(&mut chain, recipients.div_ceil(COHORT) - 1).await?;
    teller.say(&format!(
        "{} recipients are made here and enrolled 4,096 at a time, as an office with a register would; three of the pupils follow its open link.",
        number(crowd as u64)
    ));
    let cohorts = chain.current().cohorts.clone();
    let mut enrolled = 0;
    for (n, key) in cohorts.iter().enumerate() {
        let size = (crowd - enrolled).min(COHORT);
        if size == 0 {
            break;
        }
        let s = office.vault().audience(&channel).and_then(|keys| keys.cohort(key));
        let s = s.ok_or_else(|| broken("the office has its own keys"))?;
        let people = people(size, now(stage));
        accounts::import(stage.hub(), &people)
            .await
            .map_err(|e| Failure::new("tour", e.to_string()))?;
        office
            .api()
            .enrol(&channel.0, &enrolments(&office, &channel, &s, &people, now(stage))?)
            .await?;
        enrolled += size;
        let amounts = format!("{} of {}", number(enrolled as u64), number(crowd as u64));
        teller.redraw(&row(n as u64 + 1, cohorts.len() as u64).line(
            "enrolling",
            &amounts,
            "cohort",
        ));
        teller.fact("enrolled", json!({ "recipients": enrolled, "of": crowd }))?;
    }
    teller.keep();
    Ok((office, channel))
}

/// Those with a device come in by themselves, through an open link.
pub(super) async fn join(
    office: &mut Client,
    channel: &AudienceId,
    people: impl Iterator<Item = &mut Client>,
    teller: &Teller,
) -> Result<(), Failure> {
    let new = NewLink { kind: LinkKind::Open, max_uses: 1_000, valid_ms: YEAR_MS };
    let link = office.make_link(channel, new).await?;
    for person in people {
        person.join(&link, Some("Info Vaksinasi"), None, false).await?;
    }
    let members =
        office.api().cohorts(&channel.0).await?.iter().map(|cohort| cohort.live).sum::<i64>();
    teller.fact("channel", json!({ "members": members }))
}

/// One announcement to them all.
pub(super) async fn announce(
    office: &mut Client,
    channel: &AudienceId,
    recipients: u32,
    teller: &Teller,
) -> Result<(), Failure> {
    let content = PostBody {
        title: Some(ANNOUNCEMENT.into()),
        body: ANNOUNCEMENT_BODY.into(),
        ..PostBody::default()
    };
    let began = Instant::now();
    let sent = office.send(channel, Kind::Announcement, None, &content).await?;
    teller.say("The office posts an announcement. One upload; the workers make one ciphertext for each recipient:");
    let figures = fan_out::watch(office, &sent.post, began, teller).await?;
    let made = figures["recipients"].as_i64();
    expect(made == Some(recipients.into()), "every recipient has a ciphertext of their own")?;
    teller.fact(
        "posted",
        json!({ "what": "announcement", "post": encode(sent.post.0), "fan_out": figures }),
    )
}

/// A pupil who follows the channel too opens its announcement.
pub(super) async fn open_announcement(
    reader: &mut Client,
    channel: &AudienceId,
) -> Result<(), Failure> {
    let fetched = reader.fetch(channel).await?;
    let post = fetched.new.first().copied();
    let post = post.ok_or_else(|| broken("the announcement is there to open"))?;
    let content = shown(reader, channel, &post)?;
    expect(content.body == ANNOUNCEMENT_BODY, "the announcement opens as it was written")?;
    reader.acknowledge(channel, &post).await?;
    Ok(())
}

fn now(stage: &ThrowAway) -> u64 {
    stage.hub().now_ms().unsigned_abs()
}

/// Accounts with bundles of their own.
fn people(count: usize, now_ms: u64) -> Vec<SignedBundle> {
    let one = |_| {
        let from = now_ms.saturating_sub(60_000);
        AccountSecrets::random(&mut rand::rng()).bundle(1, from, from + BUNDLE_MAX_MS)
    };
    // A bundle is refused only for its times, and these are in order.
    (0..count).into_par_iter().map(one).filter_map(Result::ok).collect()
}

/// What the office's device uploads for a cohort: tokens from one batch, and the memberships it signs.
fn enrolments(
    office: &Client,
    channel: &AudienceId,
    s: &CohortSecret,
    people: &[SignedBundle],
    at_ms: u64,
) -> Result<Enrolments, Failure> {
    let (batch, issuer, cohort) =
        (Batch::random(&mut rand::rng()), office.vault().ik(), s.public());
    let keys: Vec<_> = people.iter().map(|p| (p.bundle.account(), p.bundle.ek())).collect();
    let tokens = batch.enrol(channel, s, &keys);
    expect(tokens.iter().all(Result::is_ok), "every enrolment key is sound")?;
    let tokens: Vec<_> =
        tokens.into_iter().filter_map(|token| token.ok().map(|t| t.to_bytes())).collect();
    let one = |(bundle, token): (&KeyBundle, &[u8; 32])| {
        let membership = Membership {
            audience: *channel,
            ik: bundle.ik(),
            role: MemberRole::Member,
            cohort,
            at_ms,
            issuer: issuer.public(),
        };
        Enrolment {
            account: B64(bundle.account().0),
            s: B64(*cohort.as_bytes()),
            ek: B64(bundle.ek().0),
            token: B64(*token),
            membership: Bytes64(membership.encode()),
            membership_signature: B64(membership.sign(&issuer)),
        }
    };
    let pairs: Vec<_> = people.iter().map(|p| &p.bundle).zip(tokens.iter().map(|t| &**t)).collect();
    let members = pairs.into_par_iter().map(one).collect();
    Ok(Enrolments { x: B64(batch.public().0), members })
}
