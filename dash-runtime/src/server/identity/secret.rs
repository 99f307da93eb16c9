//! Random secrets that a browser or a program shows, and the hashes that the server keeps of them.

use std::fmt;

use blake2::{Blake2b, Digest as _, digest::consts::U32};

/// 256 random bits, written with 64 digits.
#[derive(Clone, PartialEq, Eq)]
pub(crate) struct Secret(String);

/// The BLAKE2b hash of a secret, 256 bits. A secret is random, so a hash that costs time is not needed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct Digest([u8; 32]);

/// The beginning of a hash in a file.
const PREFIX: &str = "blake2:";

impl Secret {
    /// A new secret.
    ///
    /// # Errors
    /// If the system has no random numbers.
    pub(crate) fn new() -> Result<Self, getrandom::Error> {
        let mut bytes = [0; 32];
        getrandom::fill(&mut bytes)?;
        Ok(Self(hex(&bytes)))
    }

    /// A secret that somebody shows. `None` if it cannot be one.
    pub(crate) fn shown(text: &str) -> Option<Self> {
        (text.len() == 64 && text.bytes().all(|byte| byte.is_ascii_hexdigit())).then(|| Self(text.to_owned()))
    }

    pub(crate) fn as_str(&self) -> &str {
        &self.0
    }

    pub(crate) fn digest(&self) -> Digest {
        Digest::of(&self.0)
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Secret")
    }
}

impl Digest {
    /// The hash of a text.
    pub(crate) fn of(text: &str) -> Self {
        Self(Blake2b::<U32>::digest(text.as_bytes()).into())
    }

    /// Reads what [`Display`](fmt::Display) writes.
    pub(crate) fn parse(text: &str) -> Option<Self> {
        let digits = text.strip_prefix(PREFIX).filter(|digits| digits.len() == 64 && digits.is_ascii())?;
        let mut bytes = [0; 32];
        for (at, byte) in bytes.iter_mut().enumerate() {
            *byte = u8::from_str_radix(digits.get(2 * at..2 * at + 2)?, 16).ok()?;
        }
        Some(Self(bytes))
    }

    /// A number that stands for the secret inside the process.
    pub(crate) const fn number(&self) -> u64 {
        let [a, b, c, d, e, f, g, h, ..] = self.0;
        u64::from_le_bytes([a, b, c, d, e, f, g, h])
    }
}

impl fmt::Display for Digest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{PREFIX}{}", hex(&self.0))
    }
}

fn hex(bytes: &[u8]) -> String {
    use fmt::Write as _;
    bytes.iter().fold(String::new(), |mut text, byte| {
        // Writing to a string cannot fail.
        let _ = write!(text, "{byte:02x}");
        text
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_hash_is_read_as_it_was_written_and_does_not_contain_the_secret() {
        let secret = Secret::new().unwrap();
        let digest = secret.digest();
        assert_eq!(Digest::parse(&digest.to_string()), Some(digest));
        assert!(!digest.to_string().contains(secret.as_str()));
        assert_eq!(Secret::shown(secret.as_str()).unwrap().digest(), digest);
        assert_ne!(Secret::new().unwrap().digest(), digest);
    }

    #[test]
    fn what_is_no_hash_is_not_read() {
        for text in ["", "blake2:", "blake2:zz", &format!("blake2:{}", "é".repeat(32)), &"0".repeat(64)] {
            assert_eq!(Digest::parse(text), None, "{text}");
        }
    }
}
