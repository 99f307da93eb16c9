//! Searches the files of the record for the newest records, and reads only the parts of them that can have such records.
//!
//! Lines are in the order in which commands have ended, and records in that in which they have arrived, by a clock that people
//! set back. So neither the place of a line nor the date of a file says which times are before it. An index says that: of
//! each block of about a MiB it has the oldest and the newest record. It is made of the lines themselves. What is in a file
//! stays as it is, so each line is read once for the index.

use std::{
    cmp::Reverse,
    collections::{BTreeMap, HashMap},
    fs::File,
    io::{self, BufRead as _, BufReader, Read as _, Seek as _, SeekFrom},
    path::{Path, PathBuf},
    sync::atomic::{AtomicBool, Ordering},
};

use serde::Deserialize;

use super::{
    Found, Place, Search,
    files::{KEPT, numbered, of_refusals},
    holes::{Hole, Holes},
    past::{LARGEST, LATEST, record},
};
use crate::engine::audit::PastRecord;

/// The size of a block in bytes, about.
const BLOCK: u64 = 1024 * 1024;

/// After so many bytes a search ends as soon as it can say where to go on.
const MOST_READ: u64 = 32 * 1024 * 1024;

/// So many bytes at its begin tell a file from the others.
const HEAD: u64 = 256;

/// What is known of the files. It outlives a search, also one that nobody waits for any more.
#[derive(Debug, Default)]
pub(super) struct Index {
    files: Vec<Indexed>,
}

/// What is known of a file, whatever its name is now.
#[derive(Debug, Default)]
struct Indexed {
    /// Its first bytes. They have the number and the time of its first record, so no other file has them.
    head: Vec<u8>,
    /// So many bytes are in the blocks: whole lines.
    len: u64,
    blocks: Vec<Block>,
    holes: Holes,
}

/// Some lines of a file.
#[derive(Debug, Clone, Copy)]
struct Block {
    begin: u64,
    end: u64,
    /// The oldest and the newest record. `None` without a record.
    places: Option<(Place, Place)>,
}

/// The place of a record in the order of all, which each line has.
#[derive(Deserialize)]
struct Stamp {
    n: u64,
    time: u64,
}

fn place_of(line: &[u8]) -> Option<Place> {
    // The parts that are not looked at must be texts too.
    let line = std::str::from_utf8(line).ok()?;
    let Stamp { n, time } = serde_json::from_str(line).ok()?;
    (n <= LARGEST && time <= LATEST).then_some((time, n))
}

/// Finds the newest records that are wanted, oldest first. `None` if nobody waits for them any more.
pub(super) fn search(path: &Path, index: &mut Index, search: &Search, is_gone: &AtomicBool) -> Option<Found> {
    let mut files = index.take_open(path);
    let found = extended(&mut files, is_gone).and_then(|()| newest(&files, search, is_gone));
    let found = found.map(|found| with_holes(found, &files, search));
    index.files = files.into_iter().map(|(_, indexed)| indexed).collect();
    found
}

/// The name of each file, the newest first.
fn names(path: &Path) -> impl Iterator<Item = PathBuf> {
    [path.to_owned(), of_refusals(path)]
        .into_iter()
        .flat_map(|path| (0..=KEPT).map(move |number| if number == 0 { path.clone() } else { numbered(&path, number) }))
}

impl Index {
    /// Opens the files, and takes out what is known of them. A file that is gone is forgotten.
    fn take_open(&mut self, path: &Path) -> Vec<(File, Indexed)> {
        let mut open: Vec<(File, Indexed)> = Vec::new();
        for (file, head, len) in names(path).filter_map(|path| with_head(&path).ok()) {
            // One that was renamed meanwhile would be there twice.
            if head.is_empty() || open.iter().any(|(_, other)| other.head == head) {
                continue;
            }
            // It may have grown from less than a whole head.
            let is_this = |known: &Indexed| head.starts_with(&known.head) && known.len <= len;
            let known = self.files.iter().position(is_this).map(|at| self.files.swap_remove(at));
            open.push((file, Indexed { head, ..known.unwrap_or_default() }));
        }
        open
    }
}

/// A file with its first bytes and its length.
fn with_head(path: &Path) -> io::Result<(File, Vec<u8>, u64)> {
    // Nobody can read what is no file, and opening it may wait for ever.
    if !std::fs::metadata(path)?.is_file() {
        return Err(io::ErrorKind::Unsupported.into());
    }
    let (mut file, mut head) = (File::open(path)?, Vec::new());
    io::Read::by_ref(&mut file).take(HEAD).read_to_end(&mut head)?;
    let len = file.metadata()?.len();
    Ok((file, head, len))
}

/// Reads the lines that are not in the index yet. `None` if nobody waits any more; what was read until then stays known.
fn extended(files: &mut [(File, Indexed)], is_gone: &AtomicBool) -> Option<()> {
    for (file, indexed) in files {
        // What cannot be read is left out.
        let Ok(lines) = part(file, indexed.len, u64::MAX) else { continue };
        for line in lines {
            if is_gone.load(Ordering::Relaxed) {
                return None;
            }
            indexed.add(&line);
        }
    }
    Some(())
}

/// The whole lines of a part of a file, with their ends.
fn part(mut file: &File, begin: u64, end: u64) -> io::Result<impl Iterator<Item = Vec<u8>>> {
    let end = end.min(file.metadata()?.len());
    file.seek(SeekFrom::Start(begin))?;
    let mut lines = BufReader::with_capacity(64 * 1024, file.take(end.saturating_sub(begin)));
    Ok(std::iter::from_fn(move || {
        let mut line = Vec::new();
        lines.read_until(b'\n', &mut line).ok()?;
        line.ends_with(b"\n").then_some(line)
    }))
}

impl Indexed {
    fn add(&mut self, line: &[u8]) {
        let begin = self.len;
        self.len += line.len() as u64;
        let block = match self.blocks.last_mut() {
            Some(block) if block.end - block.begin < BLOCK => block,
            _ => self.blocks.push_mut(Block { begin, end: begin, places: None }),
        };
        block.end = self.len;
        match place_of(line) {
            Some(place) => {
                let (oldest, newest) = block.places.unwrap_or((place, place));
                block.places = Some((oldest.min(place), newest.max(place)));
                self.holes.record(place.0);
            }
            None => self.holes.other(line),
        }
    }
}

/// Reads the blocks that can have what is wanted, those with the newest records first.
fn newest(files: &[(File, Indexed)], search: &Search, is_gone: &AtomicBool) -> Option<Found> {
    let begin = (search.times.start, 0);
    let end = search.before.unwrap_or((u64::MAX, u64::MAX)).min((search.times.end, 0));
    let mut blocks: Vec<(&File, Block, Place)> = files
        .iter()
        .flat_map(|(file, indexed)| indexed.blocks.iter().map(move |block| (file, *block)))
        .filter_map(|(file, block)| {
            let (oldest, newest) = block.places?;
            (newest >= begin && oldest < end).then_some((file, block, newest))
        })
        .collect();
    blocks.sort_by_key(|(.., newest)| Reverse(*newest));
    let mut found = Newest { of: BTreeMap::new(), wanted: HashMap::new(), lines: 0, search, span: begin..end };
    let mut read = 0;
    for (file, block, newest) in blocks {
        // This block has nothing newer, and those after it neither.
        if found.is_full_after(newest) {
            break;
        }
        let next = (newest.0, newest.1 + 1);
        if read >= MOST_READ && next < end {
            return Some(Found { next: Some(next), read, ..found.since(next) });
        }
        read += block.end - block.begin;
        // What cannot be read is missing.
        let Ok(lines) = part(file, block.begin, block.end) else { continue };
        for line in lines {
            if is_gone.load(Ordering::Relaxed) {
                return None;
            }
            found.take(&line);
        }
    }
    Some(Found { read, ..found.since(begin) })
}

/// Adds what is missing in the part of the time that was searched.
fn with_holes(mut found: Found, files: &[(File, Indexed)], search: &Search) -> Found {
    let begin = match found.records.first() {
        // Of what is before them, the next answer has the holes.
        Some(oldest) if found.records.len() >= search.most => {
            (oldest.time.as_millis().try_into().unwrap_or(u64::MAX), oldest.number)
        }
        _ => found.next.unwrap_or((search.times.start, 0)),
    };
    let end = search.before.unwrap_or((u64::MAX, u64::MAX)).min((search.times.end, 0));
    let mut lost = BTreeMap::<Place, Hole>::new();
    for hole in files.iter().flat_map(|(_, indexed)| indexed.holes.all()).filter(|hole| hole.is_in(&search.times)) {
        let place = hole.place(&search.times);
        if place >= begin && place < end {
            // Two of one place would be one answer apart from each other.
            lost.entry(place).and_modify(|other| *other = other.with(hole)).or_insert(hole);
        }
    }
    found.lost = lost.into_iter().collect();
    found
}

/// The newest records so far that are wanted.
struct Newest<'s> {
    /// By their places, and by the order in which they were read.
    of: BTreeMap<(Place, usize), PastRecord>,
    /// Which properties are wanted.
    wanted: HashMap<String, bool>,
    lines: usize,
    search: &'s Search,
    span: std::ops::Range<Place>,
}

impl Newest<'_> {
    /// Whether nothing at this place or before it is wanted any more.
    fn is_full_after(&self, place: Place) -> bool {
        self.of.len() >= self.search.most && self.of.first_key_value().is_some_and(|((oldest, _), _)| *oldest > place)
    }

    fn take(&mut self, line: &[u8]) {
        self.lines += 1;
        let Some(place) = place_of(line).filter(|place| self.span.contains(place)) else { return };
        if self.is_full_after(place) {
            return;
        }
        let Some((device, record)) = std::str::from_utf8(line).ok().and_then(record) else { return };
        if device == self.search.device && self.wants(&record.prop) {
            self.of.insert((place, self.lines), record);
            if self.of.len() > self.search.most {
                self.of.pop_first();
            }
        }
    }

    fn wants(&mut self, prop: &str) -> bool {
        if let Some(is_wanted) = self.wanted.get(prop) {
            return *is_wanted;
        }
        let is_wanted = (self.search.wants)(prop);
        // Names that senders have invented are in the record too.
        if self.wanted.len() < 10_000 {
            self.wanted.insert(prop.to_owned(), is_wanted);
        }
        is_wanted
    }

    /// Those at this place and after it.
    fn since(mut self, place: Place) -> Found {
        Found { records: self.of.split_off(&(place, 0)).into_values().collect(), ..Found::default() }
    }
}

#[cfg(test)]
mod tests;
