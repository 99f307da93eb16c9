//! The form of a value in the store: the run and the revision that it is from, its time, and a checksum.
//!
//! ```text
//! ┌─────────┬───────────┬──────────┬──────────┬────────┬─────────────┐
//! │ version │ epoch     │ revision │ time     │ body   │ checksum    │
//! │ 1 byte  │ 4 bytes   │ 5 bytes  │ 6 bytes  │        │ 4 bytes     │
//! └─────────┴───────────┴──────────┴──────────┴────────┴─────────────┘
//! ```
//!
//! Numbers are big-endian. The checksum is the CRC-32 (ISO 3309) of the key and of everything before it, so a value that
//! was written under another key is found too. Most values are short, so the head is short too: of the epoch it has the
//! last 32 bits, which still tell one run from another, and a revision of 40 bits lasts for three years of 10 000 changes
//! in a second. The first form had them whole, in 16, 8 and 8 bytes.

use std::fmt;

/// The version of the form, and that of the first one.
const VERSION: u8 = 2;
const FIRST: u8 = 1;

/// The bytes of the epoch, of the revision and of the time.
const EPOCH: usize = 4;
const REV: usize = 5;
const TIME: usize = 6;

/// The bytes before the body, and behind it.
const HEAD: usize = 1 + EPOCH + REV + TIME;
const TAIL: usize = 4;

/// One value with what is known about it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Record<'a> {
    /// The run of the program that has written it. The last 32 bits are stored.
    pub(crate) epoch: u128,
    /// The revision of the change in that run. At most 40 bits are stored.
    pub(crate) rev: u64,
    /// When it was written, in milliseconds since the Unix epoch. At most 48 bits are stored, which last for 8 900 years.
    pub(crate) time: u64,
    pub(crate) body: &'a [u8],
}

/// The last bytes of a number.
fn last<const N: usize>(number: u128) -> [u8; N] {
    let bytes = number.to_be_bytes();
    std::array::from_fn(|at| bytes[bytes.len() - N + at])
}

/// The first bytes as a number, and the rest.
fn number<const N: usize>(bytes: &[u8]) -> Result<(u128, &[u8]), NoRecord> {
    let (own, rest) = bytes.split_first_chunk::<N>().ok_or(NoRecord::Damaged)?;
    Ok((own.iter().fold(0, |number, byte| number << 8 | u128::from(*byte)), rest))
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
        bytes.extend(last::<EPOCH>(self.epoch));
        bytes.extend(last::<REV>(self.rev.min((1 << (8 * REV)) - 1).into()));
        bytes.extend(last::<TIME>(self.time.min((1 << (8 * TIME)) - 1).into()));
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
        let (epoch, rev, (time, body)) = match *version {
            VERSION => {
                let (epoch, rest) = number::<EPOCH>(rest)?;
                let (rev, rest) = number::<REV>(rest)?;
                (epoch, rev, number::<TIME>(rest)?)
            }
            FIRST => {
                let (epoch, rest) = number::<16>(rest)?;
                let (rev, rest) = number::<8>(rest)?;
                (epoch, rev, number::<8>(rest)?)
            }
            version => return Err(NoRecord::Newer(version)),
        };
        Ok(Self { epoch, rev: rev as u64, time: time as u64, body })
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
    fn a_record_of_the_first_form_is_read() {
        let mut bytes = vec![1];
        bytes.extend((u128::MAX - 6).to_be_bytes());
        bytes.extend((u64::MAX - 7).to_be_bytes());
        bytes.extend(1_795_000_000_000_u64.to_be_bytes());
        bytes.extend(b"[1,2]");
        let sum = checksum(b"key", &bytes);
        bytes.extend(sum.to_be_bytes());
        let record = Record { epoch: u128::MAX - 6, rev: u64::MAX - 7, time: 1_795_000_000_000, body: b"[1,2]" };
        assert_eq!(Record::read(b"key", &bytes), Ok(record));
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
            let bytes = Record { epoch, rev, time, body: &body }.to_bytes(&key);
            let (rev, time) = (rev.min(0xFF_FFFF_FFFF), time.min(0xFFFF_FFFF_FFFF));
            let kept = Record { epoch: epoch & 0xFFFF_FFFF, rev, time, body: &body };
            prop_assert_eq!(Record::read(&key, &bytes), Ok(kept));
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
