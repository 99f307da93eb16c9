//! The older parts of a record: `run.ddlog.1` is the newest of them.

use std::{
    fs,
    path::{Path, PathBuf},
};

use super::run;

/// The most older parts.
const PARTS: u32 = 20;

/// Makes room for a new file: what is there becomes an older part, and the oldest parts are deleted, so that all together
/// have `left` bytes at most.
///
/// A file that ends before its first state is removed: a program that ends again and again while it starts would push out all
/// parts that show something.
pub(super) fn push_away(path: &Path, left: u64) {
    // A directory at this path is a mistake, which the caller reports.
    if !path.is_file() {
        return;
    }
    if run::is_begin_only(path) {
        let _ = fs::remove_file(path);
        return;
    }
    // One that is missing is no fault.
    let _ = fs::remove_file(numbered(path, PARTS));
    keep_parts(path, left.saturating_sub(len_of(path)));
    for number in (1..PARTS).rev() {
        let _ = fs::rename(numbered(path, number), numbered(path, number + 1));
    }
    let _ = fs::rename(path, numbered(path, 1));
}

/// Deletes the oldest parts, so that those that are left have `left` bytes at most.
pub(super) fn keep_parts(path: &Path, mut left: u64) {
    for number in 1..=PARTS {
        let part = numbered(path, number);
        if let Some(rest) = left.checked_sub(len_of(&part)) {
            left = rest;
        } else {
            left = 0;
            let _ = fs::remove_file(&part);
        }
    }
}

/// The older parts that are there, the newest first. A crash may have left out a number.
pub(super) fn older(path: &Path) -> impl Iterator<Item = PathBuf> + '_ {
    (1..=PARTS).map(|number| numbered(path, number)).filter(|part| part.is_file())
}

fn len_of(path: &Path) -> u64 {
    fs::metadata(path).map_or(0, |metadata| metadata.len())
}

fn numbered(path: &Path, number: u32) -> PathBuf {
    let mut name = path.file_name().unwrap_or_default().to_owned();
    name.push(format!(".{number}"));
    path.with_file_name(name)
}
