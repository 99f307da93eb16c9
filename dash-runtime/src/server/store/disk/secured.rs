//! How much of the journals is on the disk for certain.
//!
//! What is missing at the end of a journal is either an append that nobody was promised, because the process or the power
//! ended meanwhile, or damage. The journal alone does not tell. So each time the journal has been secured, its number and
//! a sequence number that is in it are written here, over the ones before. This file is not secured itself: an older
//! state of it is true too, and one that is torn says nothing.

use std::{
    fs::File,
    io::{self, Read as _, Seek as _, SeekFrom, Write as _},
    path::Path,
};

use super::place::options;

const LEN: usize = 8 + 8 + 4;

/// What is secured: the batch with this sequence number, and all before it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Secured {
    /// The journal that the batch is in, or an earlier one.
    pub(super) journal: u64,
    /// At most the sequence number of the batch.
    pub(super) seqno: u64,
}

impl Secured {
    pub(super) fn to_bytes(self) -> [u8; LEN] {
        let mut bytes = [0; LEN];
        bytes[..8].copy_from_slice(&self.journal.to_be_bytes());
        bytes[8..16].copy_from_slice(&self.seqno.to_be_bytes());
        let sum = crc32fast::hash(&bytes[..16]);
        bytes[16..].copy_from_slice(&sum.to_be_bytes());
        bytes
    }

    fn read(bytes: &[u8; LEN]) -> Option<Self> {
        let (journal, rest) = bytes.split_first_chunk()?;
        let (seqno, sum) = rest.split_first_chunk()?;
        let sum = u32::from_be_bytes(sum.try_into().ok()?);
        let (journal, seqno) = (u64::from_be_bytes(*journal), u64::from_be_bytes(*seqno));
        (crc32fast::hash(&bytes[..16]) == sum).then_some(Self { journal, seqno })
    }
}

/// The open file.
#[derive(Debug)]
pub(super) struct SecuredFile(File);

impl SecuredFile {
    /// Opens the file, and says what is in it.
    pub(super) fn open(path: &Path) -> io::Result<(Self, Option<Secured>)> {
        let mut file = options().read(true).open(path)?;
        let mut bytes = [0; LEN];
        let secured = match file.read_exact(&mut bytes) {
            Ok(()) => Secured::read(&bytes),
            Err(error) if error.kind() == io::ErrorKind::UnexpectedEof => None,
            Err(error) => return Err(error),
        };
        Ok((Self(file), secured))
    }

    pub(super) fn write(&mut self, secured: Secured) -> io::Result<()> {
        self.0.seek(SeekFrom::Start(0))?;
        self.0.write_all(&secured.to_bytes())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_written_is_read_and_a_changed_bit_is_nothing() {
        let secured = Secured { journal: 3, seqno: 500 };
        let bytes = secured.to_bytes();
        assert_eq!(Secured::read(&bytes), Some(secured));
        for bit in 0..LEN * 8 {
            let mut changed = bytes;
            changed[bit / 8] ^= 1 << (bit % 8);
            assert_eq!(Secured::read(&changed), None, "bit {bit}");
        }
    }
}
