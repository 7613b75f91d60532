//! Letters: to the desk and from it, and between publishers (protocol section 7).

use std::collections::BTreeMap;
use std::collections::btree_map::Entry;

use kentongan_protocol::chain::Chain;
use kentongan_protocol::ids::{AccountId, AudienceId, ExchangeKey, IdentityKey, LetterId, PostId};
use kentongan_protocol::letter::{Draft, Kind, Letter, Mailbox, Reading, seal};
use kentongan_protocol::membership::WriterProof;

use super::api::{LetterRow, LetterTaken};
use super::device::{Evidence, SavedLetter, SealedLetter};
use super::enrol::no_secret;
use super::met::Met;
use super::payload::{self, PostBody};
use super::write::is_verdict;
use super::{ASKED, Client, Error, ProblemKind, outbox};
use crate::base64url::{B64, Bytes64};

/// To whom a letter goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Addressee {
    /// The audience's publishers.
    Desk,
    /// One account.
    Account(AccountId),
}

/// What fetching the own mailbox brought.
#[derive(Default)]
pub struct FetchedLetters {
    /// Opened for the first time.
    pub new: Vec<LetterId>,
    /// Audiences that appeared with the keys that came in a letter.
    pub met: Vec<Met>,
    /// Audiences whose charters were refused, and why; their letters are still to be fetched.
    pub refused: Vec<(AudienceId, String)>,
}

/// An opened letter.
pub struct LetterLine<'a> {
    /// Its id.
    pub id: LetterId,
    /// Its audience.
    pub audience: AudienceId,
    /// The letter.
    pub letter: &'a SavedLetter,
    /// The author's name: their claim.
    pub name: Option<&'a str>,
}

impl Client {
    /// Seals and sends a letter; again to the new desk, if that has just changed.
    pub async fn send_letter(
        &mut self,
        audience: &AudienceId,
        to: Addressee,
        kind: Kind,
        thread: Option<PostId>,
        content: &PostBody,
    ) -> Result<LetterTaken, Error> {
        let mut content = content.clone();
        kind.word().clone_into(&mut content.r#type);
        content.from = content.from.or_else(|| self.signature());
        let payload = serde_json::to_vec(&content)
            .map_err(|_| Error::cannot("the letter cannot be written"))?;
        let taken = self.send_sealed(audience, to, kind, thread, &payload).await?;
        self.forget_uploads(&content.attachments).await?;
        Ok(taken)
    }

    pub(super) async fn send_sealed(
        &mut self,
        audience: &AudienceId,
        to: Addressee,
        kind: Kind,
        thread: Option<PostId>,
        payload: &[u8],
    ) -> Result<LetterTaken, Error> {
        match self.try_letter(audience, to, kind, thread, payload).await {
            Err(error) if error.is(&ProblemKind::CharterSuperseded) => {
                self.try_letter(audience, to, kind, thread, payload).await
            }
            sent => sent,
        }
    }

    async fn try_letter(
        &mut self,
        audience: &AudienceId,
        to: Addressee,
        kind: Kind,
        thread: Option<PostId>,
        payload: &[u8],
    ) -> Result<LetterTaken, Error> {
        let said = outbox::said(audience, to, kind, thread, payload);
        if let Some(unanswered) = self.unanswered(&said) {
            match self.dispatch(unanswered).await {
                // It never arrived, and will not be taken any more as it was sealed.
                Err(error) if is_verdict(&error) => {}
                answer => return answer,
            }
        }
        let chain = self.sync(audience).await?;
        let charter = chain.current();
        let key = match to {
            Addressee::Desk => charter.desk,
            Addressee::Account(account) => self.contact(&account).await?.xk(),
        };
        let proof = if kind == Kind::Join { Vec::new() } else { self.proof(charter)? };
        let draft = Draft {
            audience: *audience,
            to: key,
            thread: thread.unwrap_or(PostId::ZERO),
            kind,
            sent_ms: self.now().max(charter.not_before_ms),
            payload,
        };
        let keep = outbox::keep(&draft, to)?;
        let letter = seal(&draft, &self.vault.ik(), &mut self.rng()).map_err(Error::cannot)?;
        let (id, bytes) = (B64(letter.id().0), Bytes64(letter.encode()));
        let proof = Bytes64(proof);
        self.dispatch(SealedLetter { said, letter: id, bytes, proof, keep }).await
    }

    /// Fetches and opens this account's own letters. What one audience serves keeps no other's letters away: where its
    /// charters are refused, its letters wait on the hub.
    pub async fn fetch_letters(&mut self) -> Result<FetchedLetters, Error> {
        let mut chains = BTreeMap::new();
        let (mut fetched, mut after) = (FetchedLetters::default(), self.device.letters_after);
        let (mut settled, mut held_back) = (after, false);
        loop {
            let page = self.api.letters(None, after).await?;
            for row in page.items {
                if !self.vault.audiences.contains_key(&row.audience) {
                    // What else comes before its audience is joined waits.
                    let Some((chain, met)) = self.meet(&row).await? else {
                        held_back = true;
                        continue;
                    };
                    chains.insert(row.audience, Some(chain));
                    fetched.met.push(met);
                }
                if let Entry::Vacant(unknown) = chains.entry(row.audience) {
                    let audience = AudienceId(row.audience.0);
                    unknown.insert(match self.sync(&audience).await {
                        Ok(chain) => self.can_read(&chain).await?.then_some(chain),
                        Err(error @ Error::Distrust(_)) => {
                            fetched.refused.push((audience, error.to_string()));
                            None
                        }
                        Err(error) => return Err(error),
                    });
                }
                let Some(Some(chain)) = chains.get(&row.audience) else {
                    held_back = true;
                    continue;
                };
                if !held_back {
                    settled = settled.max(row.position);
                }
                fetched.new.extend(self.take_letter(chain, &row, false).await?);
            }
            match page.next {
                Some(next) if next > after => after = next,
                _ => break,
            }
        }
        self.device.letters_after = settled;
        self.save_device().await?;
        let new = |chain: &&Chain| {
            let local = self.local(&chain.audience());
            local.is_some_and(|l| fetched.new.iter().any(|id| l.letters.contains_key(&B64(id.0))))
        };
        let me = self.ik();
        let chains = chains.values().flatten().filter(new).collect::<Vec<_>>();
        for chain in chains.into_iter().filter(|chain| !chain.current().is_publisher(&me)) {
            self.fetch_own_records(chain).await?;
        }
        Ok(fetched)
    }

    /// Whether letters of an audience can be judged: one to a member, read before they know that they are one, would be
    /// refused for good.
    async fn can_read(&mut self, chain: &Chain) -> Result<bool, Error> {
        let known = !self.keys(&chain.audience())?.readers.is_empty();
        Ok(known
            || chain.current().is_publisher(&self.ik())
            || self.take_slots(chain).await? != ASKED)
    }

    /// Fetches and opens what came to an audience's desk, and what its publishers answered; the ids of new letters.
    pub async fn fetch_desk(&mut self, chain: &Chain) -> Result<Vec<LetterId>, Error> {
        let audience = chain.audience();
        self.fetch_missing_keys(chain).await?;
        if self.keys(&audience)?.desks.is_empty() {
            return Err(no_secret());
        }
        let (mut new, mut after) =
            (Vec::new(), self.local(&audience).map_or(0, |local| local.desk_after));
        loop {
            let page = self.api.letters(Some(&audience.0), after).await?;
            let before = after;
            for row in page.items {
                after = after.max(row.position);
                new.extend(self.take_letter(chain, &row, true).await?);
            }
            if page.next.is_none() || after == before {
                break;
            }
        }
        self.local_mut(&audience).desk_after = after;
        self.save_device().await?;
        self.fetch_records(chain).await?;
        Ok(new)
    }

    async fn take_letter(
        &mut self,
        chain: &Chain,
        row: &LetterRow,
        desk: bool,
    ) -> Result<Option<LetterId>, Error> {
        let audience = chain.audience();
        let known = self.local(&audience).is_some_and(|local| {
            local.letters.contains_key(&row.letter) || local.refused.contains_key(&row.letter)
        });
        if known {
            return Ok(None);
        }
        let bytes = match self.api.letter(&row.letter.0).await {
            // The hub deleted it since it was listed.
            Err(error) if error.is(&ProblemKind::NotFound) => return Ok(None),
            bytes => bytes?,
        };
        match self.open_letter(chain, row, &bytes, desk).await {
            Ok(letter) => {
                self.local_mut(&audience).letters.insert(row.letter, letter);
                Ok(Some(LetterId(row.letter.0)))
            }
            Err(error @ Error::Distrust(_)) => {
                let evidence =
                    Evidence { reason: error.to_string(), bytes: Bytes64(bytes.to_vec()) };
                self.local_mut(&audience).refused.insert(row.letter, evidence);
                Ok(None)
            }
            // Not the letter's fault: it is opened another time.
            Err(error) => Err(error),
        }
    }

    async fn open_letter(
        &mut self,
        chain: &Chain,
        row: &LetterRow,
        bytes: &[u8],
        desk: bool,
    ) -> Result<SavedLetter, Error> {
        let letter = Letter::parse(bytes).map_err(Error::distrust)?;
        if letter.id().0 != row.letter.0 {
            return Err(Error::distrust("the hub served another letter than the one it listed"));
        }
        let header = *letter.header();
        let member = row.proof.as_ref().map(|proof| WriterProof::parse(&proof.0)).transpose();
        let member = member.map_err(Error::distrust)?;
        let payload = self.unseal(chain, &letter, member.as_ref(), desk)?;
        let content = if header.kind == Kind::Secrets {
            if self.import_secrets(chain, &payload).await? {
                self.save().await?;
            }
            PostBody { r#type: Kind::Secrets.word().to_owned(), ..PostBody::default() }
        } else {
            payload::read(&payload)?
        };
        if let Some(from) = &content.from {
            let author = AccountId::of(&header.ik).0;
            self.local_mut(&chain.audience()).note_name(author, &from.name);
        }
        Ok(SavedLetter {
            desk,
            kind: header.kind.word().to_owned(),
            thread: B64(header.thread.0),
            ik: B64(header.ik.0),
            sent_ms: header.sent_ms,
            received_ms: row.received_ms,
            content,
        })
    }

    fn unseal(
        &self,
        chain: &Chain,
        letter: &Letter,
        member: Option<&WriterProof>,
        desk: bool,
    ) -> Result<zeroize::Zeroizing<Vec<u8>>, Error> {
        let keys = self.keys(&chain.audience())?;
        let to: ExchangeKey = letter.header().to;
        let (secret, xk) = (keys.desk(&to), self.vault.keys().xk);
        let mailbox = match (&secret, desk) {
            (Some(secret), true) => Mailbox::Desk(secret),
            // Its key may come with the next letter; refusing it would shut it for good.
            (None, true) if to == chain.current().desk => return Err(no_secret()),
            (None, true) => {
                return Err(Error::distrust(
                    "the letter is for a desk whose key this account never had",
                ));
            }
            (_, false) => Mailbox::Own { xk: &xk, ik: self.ik(), member: !keys.readers.is_empty() },
        };
        let reading = Reading { charters: chain, mailbox, seen: false, member };
        Ok(letter.open(&reading).map_err(Error::distrust)?.payload)
    }

    /// Opened letters, oldest first; those between publishers left out.
    #[must_use]
    pub fn letters(&self) -> Vec<LetterLine<'_>> {
        let mut lines: Vec<_> = self
            .device
            .audiences
            .iter()
            .flat_map(|(audience, local)| {
                local.letters.iter().map(move |(id, letter)| (audience, local, id, letter))
            })
            .filter(|(.., letter)| letter.kind != Kind::Secrets.word())
            .map(|(audience, local, id, letter)| LetterLine {
                id: LetterId(id.0),
                audience: AudienceId(audience.0),
                letter,
                name: local.name(&AccountId::of(&IdentityKey(letter.ik.0)).0),
            })
            .collect();
        lines.sort_by_key(|line| (line.letter.received_ms, line.id.0));
        lines
    }
}
