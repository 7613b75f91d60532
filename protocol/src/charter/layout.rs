//! How terms are laid out in bytes (section 3); what they may say together is checked elsewhere.

use super::{History, Hosting, Replies, Role, Staff, Terms};
use crate::bytes::{Malformed, Reader, Writer};
use crate::keys::CohortKey;

impl Terms {
    pub(super) fn read(r: &mut Reader<'_>) -> Result<Self, Malformed> {
        r.version()?;
        let suite = r.u16()?;
        r.expect(suite == crate::SUITE)?;
        Ok(Self {
            audience: r.array()?.into(),
            revision: r.u64()?,
            prev: r.array()?.into(),
            hosting: Hosting::read(r)?,
            replies: match r.u8()? {
                0 => Replies::None,
                1 => Replies::Desk,
                2 => Replies::Everyone,
                _ => return Err(Malformed::Value),
            },
            history: match r.u8()? {
                0 => History::FromJoining,
                1 => History::SameKey,
                _ => return Err(Malformed::Value),
            },
            approvals: r.u8()?,
            desk: r.array()?.into(),
            threshold: r.u8()?,
            staff: (0..r.u8()?).map(|_| Staff::read(r)).collect::<Result<_, _>>()?,
            cohorts: (0..r.u16()?)
                .map(|_| CohortKey::from_bytes(&r.array()?))
                .collect::<Result<_, _>>()?,
            not_before_ms: r.u64()?,
            not_after_ms: r.u64()?,
        })
    }

    /// The bytes of checked terms; unchecked ones may have lists too long to be counted.
    pub(super) fn encode(&self) -> Vec<u8> {
        let (hosting, host) = match &self.hosting {
            Hosting::Blind => (1, ""),
            Hosting::Hosted(host) => (2, host.as_str()),
        };
        let staff = u8::try_from(self.staff.len()).expect("checked: at most 255");
        let cohorts = u16::try_from(self.cohorts.len()).expect("checked: at most 65,535");
        let mut w = Writer::with_capacity(384 + 33 * self.staff.len() + 32 * self.cohorts.len())
            .u16(crate::VERSION)
            .u16(crate::SUITE)
            .put(self.audience.as_bytes())
            .u64(self.revision)
            .put(self.prev.as_bytes())
            .u8(hosting)
            .op8(host.as_bytes())
            .u8(self.replies as u8)
            .u8(self.history as u8)
            .u8(self.approvals)
            .put(self.desk.as_bytes())
            .u8(self.threshold)
            .u8(staff);
        for Staff { role, ik } in &self.staff {
            w = w.u8(if *role == Role::Admin { 2 } else { 1 }).put(ik.as_bytes());
        }
        w = w.u16(cohorts);
        for cohort in &self.cohorts {
            w = w.put(cohort.as_bytes());
        }
        w.u64(self.not_before_ms).u64(self.not_after_ms).done()
    }
}

impl Hosting {
    fn read(r: &mut Reader<'_>) -> Result<Self, Malformed> {
        let hosting = r.u8()?;
        let host = core::str::from_utf8(r.op8()?).map_err(|_| Malformed::Value)?;
        match (hosting, host) {
            (1, "") => Ok(Self::Blind),
            (2, host) => Ok(Self::Hosted(host.to_owned())),
            _ => Err(Malformed::Value),
        }
    }
}

impl Staff {
    fn read(r: &mut Reader<'_>) -> Result<Self, Malformed> {
        let role = match r.u8()? {
            1 => Role::Publisher,
            2 => Role::Admin,
            _ => return Err(Malformed::Value),
        };
        Ok(Self { role, ik: r.array()?.into() })
    }
}
