//! Exact binary parsing and writing: fixed layouts, big-endian, nothing left over (section 1).

/// Why bytes are not the structure they should be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Malformed {
    /// The bytes end before the structure does.
    Truncated,
    /// Bytes follow after the end of the structure.
    Trailing,
    /// A field has a value the structure does not allow: version, enumeration, length or encoding.
    Value,
}

impl core::fmt::Display for Malformed {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.write_str(match self {
            Self::Truncated => "the bytes end too early",
            Self::Trailing => "bytes follow after the end",
            Self::Value => "a field has a value that is not allowed",
        })
    }
}

impl core::error::Error for Malformed {}

/// A cursor over bytes that gives out one field after the other.
#[derive(Clone, Debug)]
pub struct Reader<'a>(&'a [u8]);

impl<'a> Reader<'a> {
    /// Starts at the first byte.
    #[must_use]
    pub fn new(bytes: &'a [u8]) -> Self {
        Self(bytes)
    }

    /// The next `n` bytes.
    pub fn take(&mut self, n: usize) -> Result<&'a [u8], Malformed> {
        let (head, tail) = self.0.split_at_checked(n).ok_or(Malformed::Truncated)?;
        self.0 = tail;
        Ok(head)
    }

    /// The next `N` bytes as an array.
    pub fn array<const N: usize>(&mut self) -> Result<[u8; N], Malformed> {
        let (head, tail) = self.0.split_first_chunk().ok_or(Malformed::Truncated)?;
        self.0 = tail;
        Ok(*head)
    }

    /// A byte.
    pub fn u8(&mut self) -> Result<u8, Malformed> {
        self.array::<1>().map(|[b]| b)
    }

    /// Two bytes, big-endian.
    pub fn u16(&mut self) -> Result<u16, Malformed> {
        self.array().map(u16::from_be_bytes)
    }

    /// Four bytes, big-endian.
    pub fn u32(&mut self) -> Result<u32, Malformed> {
        self.array().map(u32::from_be_bytes)
    }

    /// Eight bytes, big-endian.
    pub fn u64(&mut self) -> Result<u64, Malformed> {
        self.array().map(u64::from_be_bytes)
    }

    /// A byte string with its length as one byte.
    pub fn op8(&mut self) -> Result<&'a [u8], Malformed> {
        let n = self.u8()?;
        self.take(n.into())
    }

    /// A byte string with its length as four bytes, at most `max` long.
    pub fn op32(&mut self, max: usize) -> Result<&'a [u8], Malformed> {
        let n = usize::try_from(self.u32()?).map_err(|_| Malformed::Value)?;
        if n > max {
            return Err(Malformed::Value);
        }
        self.take(n)
    }

    /// The version every structure begins with; any but 1 is refused.
    pub(crate) fn version(&mut self) -> Result<(), Malformed> {
        self.expect(self.peek_u16() == Some(crate::VERSION))?;
        self.u16().map(drop)
    }

    /// Refuses unless `holds`; a short way to say that a field's value is not allowed.
    #[expect(clippy::unused_self, reason = "it reads as one more step of reading")]
    pub(crate) fn expect(&self, holds: bool) -> Result<(), Malformed> {
        if holds { Ok(()) } else { Err(Malformed::Value) }
    }

    /// All bytes not read yet.
    #[must_use]
    pub fn rest(&self) -> &'a [u8] {
        self.0
    }

    /// Ends the structure; bytes that follow are an error.
    pub fn finish(self) -> Result<(), Malformed> {
        if self.0.is_empty() { Ok(()) } else { Err(Malformed::Trailing) }
    }

    fn peek_u16(&self) -> Option<u16> {
        self.0.first_chunk().copied().map(u16::from_be_bytes)
    }
}

/// Bytes being written, field after field; some are secret, so they cannot be printed.
#[derive(Default)]
pub struct Writer(Vec<u8>);

impl Writer {
    /// Starts empty with room for `capacity` bytes.
    #[must_use]
    pub fn with_capacity(capacity: usize) -> Self {
        Self(Vec::with_capacity(capacity))
    }

    /// Appends bytes as they are.
    #[must_use]
    pub fn put(mut self, bytes: &[u8]) -> Self {
        self.0.extend_from_slice(bytes);
        self
    }

    /// Appends a byte.
    #[must_use]
    pub fn u8(self, x: u8) -> Self {
        self.put(&[x])
    }

    /// Appends two bytes, big-endian.
    #[must_use]
    pub fn u16(self, x: u16) -> Self {
        self.put(&x.to_be_bytes())
    }

    /// Appends four bytes, big-endian.
    #[must_use]
    pub fn u32(self, x: u32) -> Self {
        self.put(&x.to_be_bytes())
    }

    /// Appends eight bytes, big-endian.
    #[must_use]
    pub fn u64(self, x: u64) -> Self {
        self.put(&x.to_be_bytes())
    }

    /// Appends a byte string after its length as one byte; at most 255 bytes.
    #[must_use]
    pub fn op8(self, bytes: &[u8]) -> Self {
        let n = u8::try_from(bytes.len()).expect("callers keep op8 strings within 255 bytes");
        self.u8(n).put(bytes)
    }

    /// Appends a byte string after its length as four bytes.
    #[must_use]
    pub fn op32(self, bytes: &[u8]) -> Self {
        let n = u32::try_from(bytes.len()).expect("callers keep op32 strings within 4 GiB");
        self.u32(n).put(bytes)
    }

    /// The bytes written.
    #[must_use]
    pub fn done(self) -> Vec<u8> {
        self.0
    }
}
