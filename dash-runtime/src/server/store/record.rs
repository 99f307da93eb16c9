//! The form of a value in the store: the run and the revision that it is from, its time, and a checksum.
//!
//! ```text
//! ┌─────────┬───────────┬──────────┬──────────┬────────┬─────────────┐
//! │ version │ epoch     │ revision │ time     │ body   │ checksum    │
//! │ 1 byte  │ 16 bytes  │ 8 bytes  │ 8 bytes  │        │ 4 bytes     │
//! └─────────┴───────────┴──────────┴──────────┴────────┴─────────────┘
//! ```
//!
//! Numbers are big-endian. The checksum is the CRC-32 (ISO 3309) of the key and of everything before it, so a value that
//! was written under another key is found too.

use std::fmt;

/// The version of the form.
const VERSION: u8 = 1;

/// The bytes before the body, and behind it.
const HEAD: usize = 1 + 16 + 8 + 8;
const TAIL: usize = 4;

/// One value with what is known about it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Record<'a> {
    /// The run of the program that has written it.
    pub(crate) epoch: u128,
    /// The revision of the change in that run.
    pub(crate) rev: u64,
    /// When it was written, in milliseconds since the Unix epoch.
    pub(crate) time: u64,
    pub(crate) body: &'a [u8],
}

/// Why bytes are not a record.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum NoRecord {
    /// A later version of this library has written it.
    Newer(u8),
    /// The checksum is wrong, or something is missing.
    Damaged,
}

impl fmt::Display for NoRecord {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Newer(version) => {
                write!(f, "a newer version of dash-devices has written it (form {version}, known up to {VERSION})")
            }
            Self::Damaged => f.write_str("it is damaged: its checksum is wrong"),
        }
    }
}

impl<'a> Record<'a> {
    /// The bytes to store under `key`.
    pub(crate) fn to_bytes(self, key: &[u8]) -> Vec<u8> {
        let mut bytes = Vec::with_capacity(HEAD + self.body.len() + TAIL);
        bytes.push(VERSION);
        bytes.extend(self.epoch.to_be_bytes());
        bytes.extend(self.rev.to_be_bytes());
        bytes.extend(self.time.to_be_bytes());
        bytes.extend(self.body);
        let sum = checksum(key, &bytes);
        bytes.extend(sum.to_be_bytes());
        bytes
    }

    /// Reads the bytes that were stored under `key`.
    pub(crate) fn read(key: &[u8], bytes: &'a [u8]) -> Result<Self, NoRecord> {
        let (bytes, sum) = bytes.split_last_chunk::<TAIL>().ok_or(NoRecord::Damaged)?;
        if checksum(key, bytes) != u32::from_be_bytes(*sum) {
            return Err(NoRecord::Damaged);
        }
        let [version, rest @ ..] = bytes else { return Err(NoRecord::Damaged) };
        if *version != VERSION {
            return Err(NoRecord::Newer(*version));
        }
        let (epoch, rest) = rest.split_first_chunk().ok_or(NoRecord::Damaged)?;
        let (rev, rest) = rest.split_first_chunk().ok_or(NoRecord::Damaged)?;
        let (time, body) = rest.split_first_chunk().ok_or(NoRecord::Damaged)?;
        let (rev, time) = (u64::from_be_bytes(*rev), u64::from_be_bytes(*time));
        Ok(Self { epoch: u128::from_be_bytes(*epoch), rev, time, body })
    }
}

fn checksum(key: &[u8], bytes: &[u8]) -> u32 {
    let mut sum = crc32fast::Hasher::new();
    sum.update(key);
    sum.update(bytes);
    sum.finalize()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const RECORD: Record<'static> = Record { epoch: 7, rev: 8, time: 9, body: b"[1,2]" };

    #[test]
    fn a_record_of_a_later_version_is_named() {
        let mut bytes = RECORD.to_bytes(b"key");
        bytes.truncate(bytes.len() - TAIL);
        bytes[0] = VERSION + 1;
        let sum = checksum(b"key", &bytes);
        bytes.extend(sum.to_be_bytes());
        assert_eq!(Record::read(b"key", &bytes), Err(NoRecord::Newer(VERSION + 1)));
    }

    #[test]
    fn a_record_under_another_key_is_damaged() {
        assert_eq!(Record::read(b"other", &RECORD.to_bytes(b"key")), Err(NoRecord::Damaged));
    }

    #[test]
    fn a_record_that_was_cut_is_damaged() {
        let bytes = RECORD.to_bytes(b"key");
        for len in 0..bytes.len() {
            assert_eq!(Record::read(b"key", &bytes[..len]), Err(NoRecord::Damaged), "{len} bytes");
        }
    }

    proptest! {
        #[test]
        fn what_is_written_is_read(epoch: u128, rev: u64, time: u64, key: Vec<u8>, body: Vec<u8>) {
            let record = Record { epoch, rev, time, body: &body };
            let bytes = record.to_bytes(&key);
            prop_assert_eq!(Record::read(&key, &bytes), Ok(record));
        }

        #[test]
        fn a_changed_bit_is_never_taken_for_a_value(at: prop::sample::Index, bit in 0..8_u32) {
            let mut bytes = RECORD.to_bytes(b"key");
            let at = at.index(bytes.len());
            bytes[at] ^= 1 << bit;
            prop_assert!(Record::read(b"key", &bytes).is_err());
        }
    }
}
