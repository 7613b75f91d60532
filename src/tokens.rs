//! Members' tokens at rest: 64 to a page, sealed under their cohort's own key, and that under the master key.
//!
//! Vacant and removed slots are zeros inside their page, so nothing outside tells them apart. Reading
//! a cohort is 64 rows and 64 seals, a fifth of the work of multiplying its 4,096 tokens where that is fastest (docs/performance.md).

use std::collections::BTreeMap;

use kentongan_protocol::COHORT;
use kentongan_protocol::ids::AudienceId;
use kentongan_protocol::keys::{CohortKey, Deposit, Token};
use kentongan_protocol::transform::Tokens;

use crate::hub::Hub;
use crate::master_key::{SealKey, Unsealable};
use crate::problem::Problem;
use crate::store::{Tx, tokens as rows};

const PAGE: usize = 64;
const PAGE_BYTES: usize = PAGE * 32;

/// A cohort of an audience: where tokens lie.
#[derive(Clone, Copy)]
pub struct Place<'a> {
    /// The audience.
    pub audience: &'a AudienceId,
    /// Its cohort's key.
    pub s: &'a [u8; 32],
}

impl<'a> Place<'a> {
    /// The place of this cohort's tokens.
    #[must_use]
    pub fn new(audience: &'a AudienceId, cohort: &'a CohortKey) -> Self {
        Self { audience, s: cohort.as_bytes() }
    }

    fn of_key(&self) -> Vec<u8> {
        [self.audience.as_ref(), self.s].concat()
    }

    fn of_page(&self, page: usize) -> Vec<u8> {
        [self.audience.as_ref(), self.s, b"page", &page.to_be_bytes()].concat()
    }

    fn of_deposit(&self, link: &[u8; 32]) -> Vec<u8> {
        [self.audience.as_ref(), self.s, b"deposit", link].concat()
    }
}

impl From<Unsealable> for Problem {
    fn from(error: Unsealable) -> Self {
        Self::Internal(error.to_string())
    }
}

/// Makes the cohort at `position` of its charter, with a fresh key for its tokens.
pub async fn found(
    hub: &Hub,
    tx: &mut Tx,
    place: Place<'_>,
    position: usize,
) -> Result<(), Problem> {
    let mut rng = hub.rng();
    let key = SealKey::random(&mut rng);
    let sealed = hub.master_key.seal_key("cohort").seal(&place.of_key(), key.expose(), &mut rng);
    let position = i64::try_from(position)
        .map_err(|_| Problem::Internal("a charter of too many cohorts".into()))?;
    rows::insert_cohort(tx, place.audience.as_ref(), place.s, position, &sealed).await?;
    Ok(())
}

/// Stores members' tokens in their slots; `None` overwrites what was there.
pub async fn put(
    hub: &Hub,
    tx: &mut Tx,
    place: Place<'_>,
    tokens: impl IntoIterator<Item = (usize, Option<&Token>)>,
) -> Result<(), Problem> {
    let key = seal_key(hub, tx, place).await?.ok_or(RETIRED)?;
    let mut by_page = BTreeMap::<usize, Vec<_>>::new();
    for (slot, token) in tokens {
        by_page.entry(slot / PAGE).or_default().push((slot % PAGE, token));
    }
    let mut rng = hub.rng();
    for (number, tokens) in by_page {
        let (row, place_of_page) = (page_row(number)?, place.of_page(number));
        let mut page = Tokens::vacant(PAGE);
        if let Some(sealed) = rows::page(tx, place.audience.as_ref(), place.s, row).await? {
            fill(page.slots_mut(), &key.unseal(&place_of_page, &sealed)?)?;
        }
        for (slot, token) in tokens {
            page.put(slot, token);
        }
        let sealed = key.seal(&place_of_page, page.slots().as_flattened(), &mut rng);
        rows::put_page(tx, place.audience.as_ref(), place.s, row, &sealed).await?;
    }
    Ok(())
}

const RETIRED: Problem = Problem::Conflict("this cohort key has left the charter");

/// The tokens of slots `0 … slots − 1`; of a retired cohort, all vacant.
pub async fn read(
    hub: &Hub,
    tx: &mut Tx,
    place: Place<'_>,
    slots: usize,
) -> Result<Tokens, Problem> {
    let mut tokens = Tokens::vacant(slots.min(COHORT));
    let Some(key) = seal_key(hub, tx, place).await? else { return Ok(tokens) };
    for (row, sealed) in rows::pages(tx, place.audience.as_ref(), place.s).await? {
        let number = usize::try_from(row).map_err(|_| Unsealable)?;
        let page = key.unseal(&place.of_page(number), &sealed)?;
        let all = tokens.slots_mut();
        let start = (number * PAGE).min(all.len());
        fill(&mut all[start..], &page)?;
    }
    Ok(tokens)
}

/// Copies a page over the slots there are room for.
fn fill(slots: &mut [[u8; 32]], page: &[u8]) -> Result<(), Unsealable> {
    if page.len() != PAGE_BYTES {
        return Err(Unsealable);
    }
    let (tokens, _) = page.as_chunks::<32>();
    for (slot, token) in slots.iter_mut().zip(tokens) {
        *slot = *token;
    }
    Ok(())
}

/// Seals a link's `t_link` for this cohort.
pub async fn seal_deposit(
    hub: &Hub,
    tx: &mut Tx,
    place: Place<'_>,
    link: &[u8; 32],
    deposit: &Deposit,
) -> Result<Vec<u8>, Problem> {
    let key = seal_key(hub, tx, place).await?.ok_or(RETIRED)?;
    Ok(key.seal(&place.of_deposit(link), deposit.to_bytes().as_slice(), &mut hub.rng()))
}

/// Opens a link's `t_link` for this cohort.
pub async fn open_deposit(
    hub: &Hub,
    tx: &mut Tx,
    place: Place<'_>,
    link: &[u8; 32],
    sealed: &[u8],
) -> Result<Deposit, Problem> {
    let key = seal_key(hub, tx, place).await?.ok_or(RETIRED)?;
    let bytes = key.unseal(&place.of_deposit(link), sealed)?;
    let bytes = bytes.as_slice().try_into().map_err(|_| Unsealable)?;
    Ok(Deposit::from_bytes(bytes).map_err(|_| Unsealable)?)
}

async fn seal_key(hub: &Hub, tx: &mut Tx, place: Place<'_>) -> Result<Option<SealKey>, Problem> {
    let Some(sealed) = rows::sealed_key(tx, place.audience.as_ref(), place.s).await? else {
        return Ok(None);
    };
    Ok(Some(hub.master_key.open_seal_key(&place.of_key(), &sealed)?))
}

fn page_row(number: usize) -> Result<i64, Problem> {
    if number * PAGE < COHORT {
        i64::try_from(number).map_err(|_| RETIRED)
    } else {
        Err(Problem::Internal("a slot beyond its cohort".into()))
    }
}
