//! Records: what this account wrote to others, kept at the hub for its other devices and its co-publishers.
//!
//! Invariant: what a letter said is on this device before it is in a record, and counts as recorded only once it was
//! seen in a segment; whatever a hub serves as a segment is believed only if its author signed it for that place, and
//! not below a version that was seen.

mod entries;
mod kept;

use kentongan_protocol::chain::Chain;
use kentongan_protocol::ids::{AccountId, AudienceId, ExchangeKey, IdentityKey};
use kentongan_protocol::letter::Kind;
use kentongan_protocol::record::Segment;

pub use entries::MarkDraft;
pub use kept::{Colleague, Place, SavedMark};

use super::vault::Secret32;
use super::{Client, Error, ProblemKind};
use crate::base64url::B64;
use entries::Document;
use kept::Part;

/// Devices of one account that write at once settle within a few rounds.
const MERGE_ROUNDS: usize = 5;

/// One account's record under one root.
struct Log {
    audience: AudienceId,
    root: Secret32,
    ik: IdentityKey,
    whose: Whose,
}

/// Whose record it is.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Whose {
    /// This account's, of this part.
    Mine(Part),
    /// This account's, under a desk that was replaced: read only.
    MineOnce,
    /// A co-publisher's.
    Colleagues,
}

/// What the hub has in a segment's place.
enum Served {
    /// What was seen before.
    Same,
    /// Nothing yet.
    Nothing,
    /// This, which takes more or does not.
    Found(Document, bool),
}

/// What came of looking at a segment.
enum Step {
    /// The record was read to its end, and has all that it should.
    Done,
    /// There is more to read or write.
    Further,
    /// Another device wrote first.
    Conflict,
}

impl Log {
    fn segment(&self, number: u32) -> Segment {
        Segment::of(self.root.expose(), &self.audience, &AccountId::of(&self.ik), number)
    }

    /// Under which its place is remembered.
    fn name(&self) -> B64<16> {
        B64(self.segment(0).id().0)
    }
}

impl Client {
    /// Why records of an audience were not believed when they were last looked at, and whose they are.
    #[must_use]
    pub fn refused_records(&self, audience: &AudienceId) -> Vec<(IdentityKey, String)> {
        let (Some(local), Some(chain)) = (self.local(audience), self.kept_chain(audience)) else {
            return Vec::new();
        };
        let refused = |log: Log| {
            let place = local.records.get(&log.name())?;
            Some((log.ik, place.refused.clone()?))
        };
        self.logs(&chain).into_iter().filter_map(refused).collect()
    }

    /// Writes what was sent and drafted since into this account's records; what cannot be written now stays noted here, and
    /// [`Client::fetch`] tries again.
    ///
    /// To be called once after an act, or after many that belong together.
    pub async fn write_records(&mut self, audience: &AudienceId) -> Result<(), Error> {
        let chain = match self.kept_chain(audience) {
            Some(chain) => chain,
            None => self.sync(audience).await?,
        };
        for log in self.logs(&chain) {
            if let Whose::Mine(part) = log.whose
                && self.local(audience).is_some_and(|local| !local.unrecorded(part).is_empty())
            {
                self.tend(&chain, &log).await?;
            }
        }
        Ok(())
    }

    /// Reads the records that concern an audience, this account's and its co-publishers', and writes what is not in its own
    /// yet. What is refused of one keeps no other away: [`Client::refused_records`] tells.
    pub async fn fetch_records(&mut self, chain: &Chain) -> Result<(), Error> {
        for log in self.logs(chain) {
            let refused = match self.tend(chain, &log).await {
                Ok(()) => None,
                Err(error @ (Error::Distrust(_) | Error::Hub(_) | Error::Cannot(_))) => {
                    Some(error.to_string())
                }
                Err(error) => return Err(error),
            };
            if self.place(&log).refused != refused {
                let records = &mut self.local_mut(&log.audience).records;
                records.entry(log.name()).or_default().refused = refused;
                self.save_device().await?;
            }
        }
        Ok(())
    }

    /// The same for a member, unless there is nothing that another device could have answered.
    pub(super) async fn fetch_own_records(&mut self, chain: &Chain) -> Result<(), Error> {
        let concerned = self.local(&chain.audience()).is_some_and(|local| {
            let private = |kind: &str| {
                let kinds = [Kind::Reply, Kind::Return, Kind::Assignment];
                kinds.iter().any(|known| known.word() == kind)
            };
            !local.sent.is_empty()
                || local.posts.values().any(|post| post.kind == Kind::Assignment.word())
                || local.letters.values().any(|letter| private(&letter.kind))
        });
        if concerned { self.fetch_records(chain).await } else { Ok(()) }
    }

    /// The records that this account may open: its own, and those of whoever publishes or published, under each desk.
    fn logs(&self, chain: &Chain) -> Vec<Log> {
        let (audience, me) = (chain.audience(), self.ik());
        let log =
            |root: &[u8; 32], ik, whose| Log { audience, root: Secret32::new(root), ik, whose };
        let mut logs = vec![log(self.vault.vault_seed().expose(), me, Whose::Mine(Part::Own))];
        let publisher = chain.current().is_publisher(&me);
        let Some(keys) = self.vault.audience(&audience).filter(|_| publisher) else { return logs };
        for (desk, secret) in &keys.desks {
            let current = ExchangeKey(desk.0) == chain.current().desk;
            let mine = if current { Whose::Mine(Part::Desk) } else { Whose::MineOnce };
            logs.push(log(secret.expose(), me, mine));
            let others = publishers(chain).into_iter().filter(|ik| *ik != me);
            logs.extend(others.map(|ik| log(secret.expose(), ik, Whose::Colleagues)));
        }
        logs
    }

    /// Reads a record from where it was read to, and writes to it what is not in it yet, if it is this account's.
    async fn tend(&mut self, chain: &Chain, log: &Log) -> Result<(), Error> {
        let mut conflicts = 0;
        loop {
            match self.step(chain, log).await? {
                Step::Done => return Ok(()),
                Step::Further => {}
                Step::Conflict if conflicts < MERGE_ROUNDS => conflicts += 1,
                Step::Conflict => {
                    return Err(Error::cannot(
                        "the record of what was sent cannot be written: another device, or another account, writes there",
                    ));
                }
            }
        }
    }

    /// Looks at one segment, and writes it once if there is anything to write.
    async fn step(&mut self, chain: &Chain, log: &Log) -> Result<Step, Error> {
        let place = self.place(log);
        // Who is to add to a segment has to have all of it.
        let known = (place.version > 0 && self.unrecorded(log).is_empty()).then_some(place.version);
        let segment = log.segment(place.segment);
        let mut document = match self.segment_at_hub(&segment, log, &place, known).await? {
            Served::Same => return Ok(Step::Done),
            Served::Nothing => Document::default(),
            Served::Found(document, full) => {
                self.take(chain, log, place.segment, &document, full).await?;
                if full {
                    return Ok(Step::Further);
                }
                document
            }
        };
        if self.unrecorded(log).is_empty() {
            return Ok(Step::Done);
        }
        self.fill(log, &mut document);
        match self.put_segment(&segment, &document).await {
            Err(error) if error.is(&ProblemKind::VersionConflict) => return Ok(Step::Conflict),
            full => self.take(chain, log, place.segment, &document, full?).await?,
        }
        Ok(if self.unrecorded(log).is_empty() { Step::Done } else { Step::Further })
    }

    /// Remembers what a segment says and how far the record was read with it.
    async fn take(
        &mut self,
        chain: &Chain,
        log: &Log,
        number: u32,
        document: &Document,
        full: bool,
    ) -> Result<(), Error> {
        self.take_entries(chain, log, document);
        let (segment, version) =
            if full { (number.saturating_add(1), 0) } else { (number, document.version) };
        let place = Place { segment, version, refused: None };
        self.local_mut(&log.audience).records.insert(log.name(), place);
        self.save_device().await
    }

    fn place(&self, log: &Log) -> Place {
        let local = self.local(&log.audience);
        local.and_then(|local| local.records.get(&log.name())).cloned().unwrap_or_default()
    }

    /// What is to be written to a record.
    fn unrecorded(&self, log: &Log) -> Vec<serde_json::Value> {
        match (log.whose, self.local(&log.audience)) {
            (Whose::Mine(part), Some(local)) => local.unrecorded(part),
            _ => Vec::new(),
        }
    }

    fn take_entries(&mut self, chain: &Chain, log: &Log, document: &Document) {
        let by = AccountId::of(&log.ik);
        let published_at =
            |ms| chain.in_force_at(ms).is_some_and(|charter| charter.is_publisher(&log.ik));
        let local = self.local_mut(&log.audience);
        for entry in &document.entries {
            match log.whose {
                Whose::Mine(part) => local.take_own(part, entry),
                Whose::MineOnce => local.take_own(Part::Desk, entry),
                Whose::Colleagues => local.take_colleagues(&by, entry, published_at),
            }
        }
    }

    /// Adds what waits until the segment is full.
    fn fill(&self, log: &Log, held: &mut Document) {
        held.version += 1;
        for entry in self.unrecorded(log) {
            if Document::full(&held.to_bytes()) {
                break;
            }
            held.entries.push(entry);
        }
    }

    /// Writes a version; whether the segment is full with it.
    async fn put_segment(&self, segment: &Segment, document: &Document) -> Result<bool, Error> {
        let json = document.to_bytes();
        let file = segment.seal(&json, &self.vault.ik());
        self.api.put_vault(&segment.id().0, document.version, file.into()).await?;
        Ok(Document::full(&json))
    }

    async fn segment_at_hub(
        &self,
        segment: &Segment,
        log: &Log,
        place: &Place,
        known: Option<u64>,
    ) -> Result<Served, Error> {
        let (version, file) = match self.api.vault_since(&segment.id().0, known).await {
            Ok(None) if known.is_some() => return Ok(Served::Same),
            Err(error) if error.is(&ProblemKind::NotFound) && place.version == 0 => {
                return Ok(Served::Nothing);
            }
            Err(error) if error.is(&ProblemKind::NotFound) => {
                return Err(Error::distrust("the hub hides a record that it showed before"));
            }
            served => served?.ok_or(Error::Answer("nothing new to whoever has nothing"))?,
        };
        if version < place.version {
            return Err(Error::distrust(
                "the hub serves an older record than this device has seen; ask its operator whether a backup was restored",
            ));
        }
        let json = segment.open(&file, &log.ik).map_err(|_| {
            Error::distrust("a record that the hub serves is damaged, or not the one asked for")
        })?;
        let document: Document = serde_json::from_slice(&json)
            .map_err(|_| Error::distrust("a record is not in a form this client knows"))?;
        if document.version != version {
            return Err(Error::distrust("the hub serves another version of a record than it says"));
        }
        Ok(Served::Found(document, Document::full(&json)))
    }
}

/// Everybody whom any charter so far lists, each once.
fn publishers(chain: &Chain) -> Vec<IdentityKey> {
    let mut all: Vec<_> = chain
        .revisions()
        .iter()
        .flat_map(|revision| revision.charter.staff.iter().map(|staff| staff.ik))
        .collect();
    all.sort_unstable_by_key(|ik| ik.0);
    all.dedup();
    all
}
