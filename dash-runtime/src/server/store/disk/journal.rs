//! Reads fjall's journals before fjall does.
//!
//! fjall takes the first thing in a journal that is not in its form for the end, and cuts off all behind it, also where a
//! changed bit is in the middle. Other damage at the end, as the power leaves it, keeps it from opening. So each journal
//! is read here first: the last one is cut where its last whole batch ends, if nothing was promised behind it, and in all
//! other cases nothing is touched.
//!
//! ```text
//! batch:  start  1  count u32  sequence number u64
//!         items  2  type u8  compression u8  keyspace u64  key length u16  length u32  stored length u32  key  value
//!         end    3  XXH3 of the items u64  "FJL" 3
//! ```
//!
//! Numbers are little-endian. Behind the last batch the file ends, or has zeros.

use std::{
    fs::{self, File, OpenOptions},
    io::{self, BufRead as _, BufReader, Read as _, Seek as _, SeekFrom},
    path::{Path, PathBuf},
};

use xxhash_rust::xxh3::Xxh3Default;

use super::{super::StoreError, fresh::FULL, place::damaged, secured::Secured};
use crate::words::log;

const START: u8 = 1;
const ITEM: u8 = 2;
const END: u8 = 3;
const MAGIC: [u8; 4] = *b"FJL\x03";

/// So many bytes are read at once.
const BUFFER: usize = 1 << 16;

/// The largest sequence number. A thousand batches in each second would take ten thousand years to reach it.
const LARGEST: u64 = 1 << 48;

/// What is in a journal.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
struct Contents {
    /// Where its last whole batch ends.
    end: u64,
    /// The sequence number of its last whole batch.
    last: Option<u64>,
    /// Whether there is something behind that is no batch.
    torn: bool,
    /// Whether a whole batch behind has an earlier sequence number. Its checksum does not cover it, and fjall would take
    /// the older value.
    unordered: bool,
}

/// The journals in the directory, the oldest first.
pub(super) fn list(db: &Path) -> io::Result<Vec<(u64, PathBuf)>> {
    let mut journals = Vec::new();
    for entry in fs::read_dir(db)? {
        let entry = entry?;
        let name = entry.file_name();
        let number = name.to_str().and_then(|name| name.strip_suffix(".jnl")).and_then(|name| name.parse().ok());
        if let Some(number) = number
            && entry.file_type()?.is_file()
        {
            journals.push((number, entry.path()));
        }
    }
    journals.sort_unstable();
    Ok(journals)
}

/// Checks all journals, and cuts off what the end of the process or of the power has left of an append.
pub(super) fn check(db: &Path, secured: Option<Secured>) -> Result<(), StoreError> {
    let mut journals = list(db).map_err(|error| StoreError::io(db, error))?;
    let Some((number, newest)) = journals.pop() else {
        return Err(damaged(&db.join("0.jnl"), "it is missing"));
    };
    let read = |path: &Path| {
        let contents = read(path).map_err(|error| StoreError::io(path, error))?;
        if contents.unordered {
            let text = format!("the sequence numbers before and behind byte {} are not in order", contents.end);
            return Err(damaged(path, &text));
        }
        Ok(contents)
    };
    for (_, path) in journals {
        // A journal is secured before the next one begins.
        let Contents { end, torn, .. } = read(&path)?;
        if torn {
            return Err(damaged(&path, &format!("the checksum behind byte {end} is wrong")));
        }
    }
    let contents = read(&newest)?;
    if let Some(secured) = secured {
        if number < secured.journal {
            return Err(damaged(&db.join(format!("{}.jnl", secured.journal)), "it is missing"));
        }
        if number == secured.journal && contents.last.is_none_or(|last| last < secured.seqno) {
            return Err(damaged(
                &newest,
                &format!("what is behind byte {} was secured, and cannot be read", contents.end),
            ));
        }
    }
    if contents.torn {
        cut(&newest, contents.end).map_err(|error| StoreError::io(&newest, error))?;
    }
    Ok(())
}

fn cut(path: &Path, end: u64) -> io::Result<()> {
    log::warn(&format_args!(
        "{}: the last append before the end of the process or of the power was not complete; it is left out, from byte \
         {end} on",
        path.display()
    ));
    let file = OpenOptions::new().write(true).open(path)?;
    file.set_len(end)?;
    file.sync_all()
}

fn read(path: &Path) -> io::Result<Contents> {
    let file = File::open(path)?;
    let mut reader =
        Reader { left: file.metadata()?.len(), file: BufReader::with_capacity(BUFFER, file), item: Vec::new() };
    let (mut contents, len) = (Contents::default(), reader.left);
    loop {
        let from = len - reader.left;
        match reader.batch() {
            Ok(Some(seqno)) if contents.last.is_some_and(|last| last >= seqno) => {
                contents.unordered = true;
                return Ok(contents);
            }
            Ok(Some(seqno)) => {
                contents.end = len - reader.left;
                contents.last = Some(seqno);
            }
            Ok(None) => {
                // The first byte may have been the only zero. What is behind the hole that leads to a new journal is nothing.
                contents.torn = from != len && !reader.zeros()? && len - reader.left < FULL;
                return Ok(contents);
            }
            Err(error)
                if error.kind() == io::ErrorKind::UnexpectedEof || error.kind() == io::ErrorKind::InvalidData =>
            {
                contents.torn = true;
                return Ok(contents);
            }
            Err(error) => return Err(error),
        }
    }
}

struct Reader {
    file: BufReader<File>,
    left: u64,
    item: Vec<u8>,
}

impl Reader {
    fn take<const N: usize>(&mut self) -> io::Result<[u8; N]> {
        let mut bytes = [0; N];
        self.file.read_exact(&mut bytes)?;
        self.left = self.left.saturating_sub(N as u64);
        Ok(bytes)
    }

    /// The sequence number of the next batch, or `None` at the end or at a zero.
    fn batch(&mut self) -> io::Result<Option<u64>> {
        if self.left == 0 {
            return Ok(None);
        }
        match self.take::<1>()? {
            [START] => {}
            [0] => return Ok(None),
            _ => return Err(invalid()),
        }
        let count = u32::from_le_bytes(self.take()?);
        let seqno = u64::from_le_bytes(self.take()?);
        if seqno > LARGEST {
            return Err(invalid());
        }
        let mut sum = Xxh3Default::new();
        for _ in 0..count {
            self.read_item()?;
            sum.update(&self.item);
        }
        let [tag] = self.take()?;
        let expected = u64::from_le_bytes(self.take()?);
        let trailer: [u8; 4] = self.take()?;
        if tag != END || trailer != MAGIC || sum.digest() != expected || count == 0 {
            return Err(invalid());
        }
        Ok(Some(seqno))
    }

    fn read_item(&mut self) -> io::Result<()> {
        const HEAD: usize = 1 + 1 + 1 + 8 + 2 + 4 + 4;
        let head: [u8; HEAD] = self.take()?;
        let [ITEM, 0 | 1, 0, _, _, _, _, _, _, _, _, k0, k1, v0, v1, v2, v3, s0, s1, s2, s3] = head else {
            return Err(invalid());
        };
        let (key, value) = (u16::from_le_bytes([k0, k1]), u32::from_le_bytes([v0, v1, v2, v3]));
        let len = u64::from(key) + u64::from(value);
        // A damaged length must not take all memory.
        if value != u32::from_le_bytes([s0, s1, s2, s3]) || len > self.left {
            return Err(invalid());
        }
        self.item.clear();
        self.item.extend(head);
        self.left -= len;
        if self.file.by_ref().take(len).read_to_end(&mut self.item)? as u64 == len { Ok(()) } else { Err(invalid()) }
    }

    /// Passes over zeros. Whether nothing else is left.
    fn zeros(&mut self) -> io::Result<bool> {
        static ZEROS: [u8; BUFFER] = [0; BUFFER];
        loop {
            let bytes = self.file.fill_buf()?;
            if bytes.is_empty() {
                return Ok(true);
            }
            let len = bytes.len();
            if *bytes != ZEROS[..len] {
                let zeros = bytes.iter().position(|byte| *byte != 0).unwrap_or(len);
                self.left = self.left.saturating_sub(zeros as u64);
                return Ok(false);
            }
            self.file.consume(len);
            self.left = self.left.saturating_sub(len as u64);
            // Most of a journal is a hole.
            let at = self.file.stream_position()?;
            let Some(data) = next_data(self.file.get_ref(), at) else { return Ok(true) };
            if data > at {
                self.file.seek(SeekFrom::Start(data))?;
                self.left = self.left.saturating_sub(data - at);
            }
        }
    }
}

/// Where the file has the next data at or behind `from`.
#[cfg(target_os = "linux")]
fn next_data(file: &File, from: u64) -> Option<u64> {
    match rustix::fs::seek(file, rustix::fs::SeekFrom::Data(from)) {
        Ok(data) => Some(data),
        Err(rustix::io::Errno::NXIO) => None,
        Err(_) => Some(from),
    }
}

#[cfg(not(target_os = "linux"))]
const fn next_data(_: &File, from: u64) -> Option<u64> {
    Some(from)
}

fn invalid() -> io::Error {
    io::ErrorKind::InvalidData.into()
}
