//! The newest states, in one small file that is written over again and again.
//!
//! Most states are replaced a moment later: a value that changes ten times in a second changes fifty times between two
//! flushes. In fjall's journal each of these changes takes its place on the disk, and those that lead to new blocks also
//! change the lists of the file system. So an append of states that is only crash-safe goes to this file, which the
//! operating system keeps in memory, and the last value of each key goes to the journal with the next append that is not
//! one of these. Then the file is begun anew, at its first byte.
//!
//! ```text
//! append:  CRC-32 of what follows u32   number of the beginning u64   length u32   entries
//! entry:   key length u16   length u32, all bits of it set: removed   key   value
//! ```
//!
//! Numbers are little-endian. Each beginning has a random number, and the batch that makes the file begin anew puts it
//! into fjall, under [`MARK`]. So what is in the file is either newer than all in fjall, or has another number. Behind the
//! last append are older ones with other numbers, or zeros.
//!
//! The file is never secured. After a power failure it has some of the appends since the last secured one, from the first
//! on, or none.

use std::{
    borrow::Cow,
    collections::{BTreeMap, BTreeSet},
    fs::File,
    io::{self, Read as _, Seek as _, SeekFrom, Write as _},
    path::Path,
};

use super::{
    super::{Entry, Order, Table, Visit},
    place::options,
};
use crate::words::log;

/// The length of the file, in bytes.
const LEN: usize = 256 * 1024;

/// A larger append goes to the journal.
const LARGEST: usize = LEN / 8;

/// The bytes before the entries of an append, and before the key of an entry.
const HEAD: usize = 4 + 8 + 4;
const ENTRY: usize = 2 + 4;

/// Instead of the length of a value: the key is removed.
const REMOVED: u32 = u32::MAX;

/// The key of the number of the last beginning, in the table of the states. No entry has it, because it is longer than
/// [`Entry::LONGEST_KEY`].
pub(super) const MARK: [u8; Entry::LONGEST_KEY + 1] = [u8::MAX; Entry::LONGEST_KEY + 1];

/// The states that are in the file and not in fjall, by their keys. `None`: it is removed.
pub(super) type Newest = BTreeMap<Vec<u8>, Option<Vec<u8>>>;

/// The open file.
#[derive(Debug)]
pub(super) struct Recent {
    file: File,
    /// Where the last append ends.
    end: usize,
    /// The number of the last beginning in this run. `None`: nothing may be written to the file before another one.
    number: Option<u64>,
    /// Whether the file has its full length on the disk. `None`: there is no room for it.
    is_long: Option<bool>,
    /// The last append.
    bytes: Vec<u8>,
}

impl Recent {
    /// Opens the file, and reads what it has of the beginning that fjall names. That must be written to fjall, with the mark
    /// of another beginning.
    pub(super) fn open(path: &Path, mark: Option<&[u8]>) -> io::Result<(Self, Newest)> {
        let mut file = options().read(true).open(path)?;
        let is_long = Some(file.metadata()?.len() == LEN as u64);
        let mut newest = Newest::new();
        if let Some(number) = mark.and_then(|mark| mark.try_into().ok()).map(u64::from_le_bytes) {
            let mut bytes = Vec::new();
            (&mut file).take(LEN as u64).read_to_end(&mut bytes)?;
            let end = read(&bytes, number, &mut newest);
            // The last append before the end of the process may be there in part, and nobody was told of it.
            if has_more(&bytes[end..], number) {
                log::warn(&format_args!(
                    "{}: damaged behind byte {end}: the values that changed last before the end of the process or of the \
                     power are lost, and those before them are used",
                    path.display()
                ));
            }
        }
        Ok((Self { file, end: 0, number: None, is_long, bytes: Vec::new() }, newest))
    }

    /// Whether an append with these entries goes to the file.
    pub(super) fn takes(&self, entries: &[Entry]) -> bool {
        let len = len(entries);
        self.number.is_some()
            && !entries.is_empty()
            && entries.iter().all(|entry| entry.table == Table::States)
            && len <= LARGEST
            && self.end + len <= LEN
    }

    /// Appends these entries. After an error it is not known what the file has.
    pub(super) fn append(&mut self, entries: &[Entry]) -> io::Result<()> {
        let number = self.number.unwrap_or_default();
        self.bytes.clear();
        write(&mut self.bytes, entries, number);
        self.file.seek(SeekFrom::Start(self.end as u64))?;
        self.file.write_all(&self.bytes)?;
        self.end += self.bytes.len();
        Ok(())
    }

    /// All that a batch for fjall must have if these entries are appended: what is only in the file comes before them. With the
    /// number of the beginning behind it, if there is one.
    pub(super) fn batch<'a>(&mut self, newest: &Newest, entries: &'a [Entry]) -> (Cow<'a, [Entry]>, Option<u64>) {
        let has_states = entries.iter().any(|entry| entry.table == Table::States);
        let is_used = self.end > 0 || !newest.is_empty();
        if !is_used && (self.number.is_some() || !has_states || !self.has_room()) {
            return (Cow::Borrowed(entries), None);
        }
        let Some(number) = random() else {
            // Without a number the file is not used from now on; what is in it must not be read again either.
            return (Cow::Owned(whole(newest, entries, Vec::new())), Some(0));
        };
        (Cow::Owned(whole(newest, entries, number.to_le_bytes().into())), Some(number))
    }

    /// The batch with this number is in fjall.
    pub(super) fn begin(&mut self, number: u64) {
        self.end = 0;
        self.number = (number != 0).then_some(number);
    }

    /// Gives the file its full length, so that what is written to it changes nothing else on the disk and has room.
    fn has_room(&mut self) -> bool {
        if self.is_long == Some(false) {
            let grow = |file: &mut File| {
                file.seek(SeekFrom::Start(0))?;
                file.write_all(&vec![0; LEN])?;
                file.sync_data()
            };
            self.is_long = grow(&mut self.file).is_ok().then_some(true);
        }
        self.is_long.is_some()
    }
}

/// A number of a beginning. Never 0.
fn random() -> Option<u64> {
    let mut bytes = [0; 8];
    getrandom::fill(&mut bytes).ok()?;
    Some(u64::from_le_bytes(bytes)).filter(|number| *number != 0)
}

/// What is only in the file, then the entries, then the mark.
fn whole(newest: &Newest, entries: &[Entry], mark: Vec<u8>) -> Vec<Entry> {
    let state = |key: Vec<u8>, value| Entry { table: Table::States, key, value };
    let replaced: BTreeSet<&[u8]> =
        entries.iter().filter(|entry| entry.table == Table::States).map(|entry| entry.key.as_slice()).collect();
    let kept = newest.iter().filter(|(key, _)| !replaced.contains(key.as_slice()));
    let mut whole: Vec<Entry> = kept.map(|(key, value)| state(key.clone(), value.clone())).collect();
    whole.extend_from_slice(entries);
    whole.push(state(MARK.to_vec(), Some(mark)));
    whole
}

fn len(entries: &[Entry]) -> usize {
    let entry = |entry: &Entry| ENTRY + entry.key.len() + entry.value.as_ref().map_or(0, Vec::len);
    HEAD + entries.iter().map(entry).sum::<usize>()
}

fn write(bytes: &mut Vec<u8>, entries: &[Entry], number: u64) {
    // The lengths fit: an append has at most `LARGEST` bytes, and a key 1 024.
    let u32 = |len: usize| u32::try_from(len).unwrap_or(REMOVED).to_le_bytes();
    bytes.extend([0; 4]);
    bytes.extend(number.to_le_bytes());
    bytes.extend(u32(len(entries) - HEAD));
    for Entry { key, value, .. } in entries {
        bytes.extend(u16::try_from(key.len()).unwrap_or(u16::MAX).to_le_bytes());
        bytes.extend(value.as_ref().map_or(REMOVED.to_le_bytes(), |value| u32(value.len())));
        bytes.extend(key);
        bytes.extend(value.iter().flatten());
    }
    let sum = crc32fast::hash(&bytes[4..]);
    bytes[..4].copy_from_slice(&sum.to_le_bytes());
}

/// Reads the appends with this number from the first on. Returns where they end.
fn read(bytes: &[u8], number: u64, newest: &mut Newest) -> usize {
    let mut end = 0;
    while let Some(body) = append_at(&bytes[end..], number) {
        let mut rest = body;
        while !rest.is_empty() {
            // Its checksum is right, so its form is too.
            let Some(((key, value), behind)) = entry(rest) else { break };
            newest.insert(key.to_vec(), value.map(<[u8]>::to_vec));
            rest = behind;
        }
        end += HEAD + body.len();
    }
    end
}

/// The entries of the append at the beginning of these bytes, if it is whole and has this number.
fn append_at(bytes: &[u8], number: u64) -> Option<&[u8]> {
    let (sum, rest) = bytes.split_first_chunk()?;
    let (own, behind) = rest.split_first_chunk()?;
    if u64::from_le_bytes(*own) != number {
        return None;
    }
    let (len, behind) = behind.split_first_chunk()?;
    let body = behind.get(..u32::from_le_bytes(*len) as usize)?;
    let sum_of = crc32fast::hash(&rest[..HEAD - 4 + body.len()]);
    (!body.is_empty() && sum_of == u32::from_le_bytes(*sum)).then_some(body)
}

/// A key with its value.
type Own<'a> = (&'a [u8], Option<&'a [u8]>);

/// The first entry, and what is behind it.
fn entry(bytes: &[u8]) -> Option<(Own<'_>, &[u8])> {
    let (key, rest) = bytes.split_first_chunk()?;
    let (value, rest) = rest.split_first_chunk()?;
    let (key, rest) = rest.split_at_checked(u16::from_le_bytes(*key).into())?;
    match u32::from_le_bytes(*value) {
        REMOVED => Some(((key, None), rest)),
        len => rest.split_at_checked(len as usize).map(|(value, rest)| ((key, Some(value)), rest)),
    }
}

/// Whether there is a whole append with this number anywhere in these bytes.
fn has_more(bytes: &[u8], number: u64) -> bool {
    let own = number.to_le_bytes();
    let mut found = bytes.windows(own.len()).enumerate().filter(|(_, window)| **window == own);
    found.any(|(at, _)| at.checked_sub(4).is_some_and(|at| append_at(&bytes[at..], number).is_some()))
}

/// Visits the pairs that `stored` gives in this order, with the newest ones in their places.
pub(super) fn merged<K: AsRef<[u8]>, V: AsRef<[u8]>, E>(
    mut stored: impl FnMut() -> Result<Option<(K, V)>, E>,
    mut newest: Newest,
    order: Order,
    visit: &mut Visit<'_>,
) -> Result<(), E> {
    let mut held = stored()?;
    loop {
        let newer = match order {
            Order::Ascending => newest.first_entry(),
            Order::Descending => newest.last_entry(),
        };
        let newer = newer.filter(|newer| {
            held.as_ref().is_none_or(|(key, _)| match order {
                Order::Ascending => newer.key().as_slice() <= key.as_ref(),
                Order::Descending => newer.key().as_slice() >= key.as_ref(),
            })
        });
        let goes_on = if let Some(newer) = newer {
            let (key, value) = newer.remove_entry();
            if held.as_ref().is_some_and(|(old, _)| old.as_ref() == key) {
                held = stored()?;
            }
            value.is_none_or(|value| visit(&key, &value).is_continue())
        } else {
            let Some((key, value)) = held.take() else { return Ok(()) };
            // The mark is not for others.
            let goes_on = key.as_ref().len() > Entry::LONGEST_KEY || visit(key.as_ref(), value.as_ref()).is_continue();
            if goes_on {
                held = stored()?;
            }
            goes_on
        };
        if !goes_on {
            return Ok(());
        }
    }
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::{
        super::{
            super::{Level, Store},
            DiskStore, journal,
            tests::{Folder, files, write_files},
        },
        *,
    };

    fn state(key: &str, value: &[u8]) -> Entry {
        Entry { table: Table::States, key: key.into(), value: Some(value.to_vec()) }
    }

    /// The appends of one value, the first of which goes to the journal, and where each of the others ends in the file.
    fn appended(folder: &Folder, count: u8) -> Vec<usize> {
        let store = DiskStore::open(folder.path()).unwrap();
        (0..count).for_each(|number| store.append(&[state("a", &[number; 20])], Level::Crash).unwrap());
        (0..usize::from(count)).map(|number| number * (HEAD + ENTRY + 21)).collect()
    }

    fn value_of_a(folder: &Folder) -> Option<u8> {
        let store = DiskStore::open(folder.path()).unwrap();
        let found = store.load(Table::States, b"").unwrap();
        let (key, value) = found.first()?;
        assert!(found.len() == 1 && key == b"a" && *value == [value[0]; 20], "{found:?}");
        Some(value[0])
    }

    #[test]
    fn a_value_that_changes_all_the_time_comes_to_the_journal_once_between_two_flushes() {
        let folder = Folder::fast();
        let store = DiskStore::open(folder.path()).unwrap();
        store.append(&[state("first", b"")], Level::Power).unwrap();
        let newest = journal::list(&folder.path().join("db")).unwrap().pop().unwrap().1;
        let journal = || files(&folder.path())[newest.strip_prefix(folder.path()).unwrap()].len();
        let before = journal();
        (0..1_000_u32).for_each(|number| store.append(&[state("a", &number.to_be_bytes())], Level::Crash).unwrap());
        assert_eq!(journal(), before);
        store.append(&[], Level::Power).unwrap();
        assert!((1..1_500).contains(&(journal() - before)), "{} bytes", journal() - before);
    }

    #[test]
    fn a_changed_bit_or_a_cut_leaves_the_appends_before_it_and_is_told_if_there_are_some_behind() {
        let (folder, damaged) = (Folder::fast(), Folder::fast());
        let ends = appended(&folder, 5);
        let good = files(&folder.path());
        for at in (0..ends[4]).step_by(7) {
            for is_cut in [false, true] {
                let mut files = good.clone();
                let bytes = files.get_mut(Path::new("recent")).unwrap();
                if is_cut {
                    bytes.truncate(at);
                } else {
                    bytes[at] ^= 1 << (at % 8);
                }
                write_files(&damaged.path(), &files);
                let whole = ends.iter().rposition(|end| *end <= at).unwrap();
                let mut found = None;
                let told = log::heard(|| found = value_of_a(&damaged));
                assert_eq!(found, Some(whole as u8), "byte {at}, cut: {is_cut}");
                let is_told = told.contains(&format!("recent: damaged behind byte {}", ends[whole]));
                assert_eq!(is_told, !is_cut && whole < 3, "byte {at}, cut: {is_cut}: {told}");
                assert_eq!(value_of_a(&damaged), Some(whole as u8), "opened again");
            }
        }
    }

    /// A power failure may leave any page of the file as it was before.
    #[test]
    fn what_was_written_before_another_beginning_is_never_read() {
        let folder = Folder::fast();
        let path = folder.path().join("recent");
        appended(&folder, 9);
        let old = fs::read(&path).unwrap();
        let store = DiskStore::open(folder.path()).unwrap();
        for number in 10..13 {
            store.append(&[state("a", &[number; 20])], Level::Crash).unwrap();
        }
        drop(store);
        let new = fs::read(&path).unwrap();
        let at = HEAD + ENTRY + 21;
        // The first append of the new beginning is there, and what is behind it is from the old one, or the other way round.
        for (bytes, found) in [
            ([&new[..at], &old[at..]].concat(), 11),
            ([&old[..at], &new[at..]].concat(), 10),
            (old.clone(), 10),
            (new.clone(), 12),
        ] {
            let (copied, mut files) = (Folder::fast(), files(&folder.path()));
            files.insert("recent".into(), bytes);
            write_files(&copied.path(), &files);
            assert_eq!(value_of_a(&copied), Some(found));
        }
    }

    #[test]
    fn a_full_file_is_begun_anew() {
        let folder = Folder::fast();
        let store = DiskStore::open(folder.path()).unwrap();
        for number in 0..100_u8 {
            store.append(&[state("a", &[number; 20]), state("b", &[number; 20_000])], Level::Crash).unwrap();
        }
        assert_eq!(fs::metadata(folder.path().join("recent")).unwrap().len(), LEN as u64);
        drop(store);
        let store = DiskStore::open(folder.path()).unwrap();
        let found = store.load(Table::States, b"").unwrap();
        assert_eq!(found, [(b"a".into(), vec![99; 20]), (b"b".into(), vec![99; 20_000])]);
    }

    #[test]
    fn a_disk_without_room_for_the_file_has_all_in_the_journal() {
        let folder = Folder::fast();
        let store = DiskStore::open(folder.path()).unwrap();
        super::super::lock(&store.writer).recent.is_long = None;
        (0..5).for_each(|number| store.append(&[state("a", &[number; 20])], Level::Crash).unwrap());
        assert_eq!(fs::metadata(folder.path().join("recent")).unwrap().len(), 0);
        drop(store);
        assert_eq!(value_of_a(&folder), Some(4));
    }
}
