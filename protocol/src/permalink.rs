//! Permalinks: a URL fragment that opens one post of a publisher to whoever has it (section 6).
//!
//! The fragment never reaches a server. Whoever opens one sees the author as a publisher of that
//! audience; who stands behind the audience is verified elsewhere.

use base64ct::{Base64UrlUnpadded, Encoding};
use zeroize::Zeroizing;

use crate::approval::{self, Approval};
use crate::bytes::{Malformed, Reader};
use crate::chain::Chain;
use crate::ids::PostId;
use crate::post::{MessageSecret, ReadRefused, Tbs, ensure, may_write, named_charter, reveal};

/// What a permalink carries: which post, and its secret.
pub struct Permalink {
    /// The post.
    pub post: PostId,
    /// Its secret.
    pub m: MessageSecret,
}

/// A publisher's post as it reaches somebody with a permalink.
#[derive(Clone, Copy)]
pub struct Linked<'a> {
    /// What was signed.
    pub tbs: &'a Tbs,
    /// By the author.
    pub signature: &'a [u8; 64],
    /// The ciphertext.
    pub body: &'a [u8],
    /// The approvals that came with it.
    pub approvals: &'a [Approval],
}

/// A publisher's post that may be shown.
pub struct OpenedLink {
    /// UTF-8 JSON whose `type` is the kind's word.
    pub payload: Zeroizing<Vec<u8>>,
    /// The charter has changed since: to be shown as sent under earlier rules.
    pub earlier_rules: bool,
}

impl Permalink {
    /// `base64url(post_id ‖ m)`, 86 characters.
    #[must_use]
    pub fn to_text(&self) -> Zeroizing<String> {
        let bytes = Zeroizing::new([self.post.0, *self.m.expose()]);
        Zeroizing::new(Base64UrlUnpadded::encode_string(bytes.as_flattened()))
    }

    /// Reads what followed `#`; refuses padding and unused bits that are set.
    pub fn parse(text: &str) -> Result<Self, Malformed> {
        let bytes = Base64UrlUnpadded::decode_vec(text).map_err(|_| Malformed::Value)?;
        let bytes = Zeroizing::new(bytes);
        let mut r = Reader::new(&bytes);
        let post = PostId(r.array()?);
        let m = MessageSecret::from_bytes(&Zeroizing::new(r.array()?));
        r.finish()?;
        Ok(Self { post, m })
    }

    /// Makes every reader's check but those of slot, chain and thread, and opens the post.
    ///
    /// `charters` is the audience's chain from its id on; `hosting_consented` counts for hosted
    /// audiences only.
    pub fn open(
        &self,
        charters: &Chain,
        hosting_consented: bool,
        post: &Linked<'_>,
    ) -> Result<OpenedLink, ReadRefused> {
        let header = &post.tbs.header;
        let charter = named_charter(charters, hosting_consented, header)?;
        // No member's post has a permalink, so no membership and no thread are asked for.
        ensure(may_write(header, charter, None, || false), ReadRefused::Author)?;
        post.tbs.verify(post.signature).map_err(|_| ReadRefused::Signature)?;
        ensure(post.tbs.id() == self.post, ReadRefused::Identity)?;
        let missing = approval::missing(charter, header, &self.post, post.approvals);
        ensure(missing == 0, ReadRefused::Approvals)?;
        let payload = reveal(post.tbs, &self.m, post.body)?;
        let earlier_rules = charter.hash() != charters.current().hash();
        Ok(OpenedLink { payload, earlier_rules })
    }
}
