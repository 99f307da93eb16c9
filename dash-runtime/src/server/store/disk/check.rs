//! Checks fjall's files before fjall opens them.
//!
//! fjall removes what its lists do not name, and some of its lists have a checksum that it does not check. Some damage
//! ends the process, because it panics while it cleans up after a panic. So the lists and the small tables are checked
//! here first. The blocks of the large tables have checksums that fjall checks when it reads them.

use std::{
    fs::{self, File},
    io::{self, Read as _},
    path::{Path, PathBuf},
};

use xxhash_rust::xxh3::Xxh3Default;

use super::{
    super::StoreError,
    place::{damaged, newer_version, options},
};

/// The version of fjall's files.
const FJALL: u8 = 3;

/// fjall's own table of tables, then ours, in the order in which they were created.
const META: u64 = 0;
pub(super) const STATES: u64 = 1;
pub(super) const HISTORIES: u64 = 2;

/// Checks everything that does not grow with the histories.
pub(super) fn check(db: &Path) -> Result<(), StoreError> {
    check_version(&db.join("version"))?;
    // Nothing is in it. The store has its own lock by now.
    let lock = db.join("lock");
    options().open(&lock).map_err(|error| StoreError::io(&lock, error))?;
    let keyspaces = db.join("keyspaces");
    for name in names(&keyspaces)? {
        if ![META, STATES, HISTORIES].iter().any(|known| known.to_string() == name) {
            return Err(damaged(&keyspaces.join(name), "it is none of the store's files"));
        }
    }
    for keyspace in [META, STATES, HISTORIES] {
        let listed = listed(db, keyspace)?;
        let tables = tables(db, keyspace);
        for name in names(&tables)? {
            let path = tables.join(&name);
            if name.parse::<u64>().is_err() || !path.is_file() {
                return Err(damaged(&path, "it is none of the store's files"));
            }
        }
        for (table, sum) in listed {
            let path = tables.join(table.to_string());
            if !path.try_exists().map_err(|error| StoreError::io(&path, error))? {
                return Err(damaged(&path, "it is missing"));
            }
            if keyspace != HISTORIES && checksum(&path)? != sum {
                return Err(damaged(&path, "its checksum is wrong"));
            }
        }
    }
    Ok(())
}

/// The error about the table that is damaged. Reads all of them.
pub(super) fn find(db: &Path) -> Option<StoreError> {
    [META, STATES, HISTORIES].into_iter().find_map(|keyspace| {
        let listed = match listed(db, keyspace) {
            Ok(listed) => listed,
            Err(error) => return Some(error),
        };
        listed.into_iter().find_map(|(table, sum)| {
            let path = tables(db, keyspace).join(table.to_string());
            match checksum(&path) {
                // A compaction may have replaced it meanwhile.
                Ok(found) if found == sum => None,
                Ok(_) => Some(damaged(&path, "its checksum is wrong")),
                Err(_) => None,
            }
        })
    })
}

fn check_version(path: &Path) -> Result<(), StoreError> {
    match read(path)?.as_slice() {
        [b'F', b'J', b'L', FJALL] => Ok(()),
        [b'F', b'J', b'L', version] if *version > FJALL => {
            Err(newer_version(path, u32::from(*version), u32::from(FJALL)))
        }
        _ => Err(damaged(path, "it does not name a version")),
    }
}

fn tables(db: &Path, keyspace: u64) -> PathBuf {
    db.join("keyspaces").join(keyspace.to_string()).join("tables")
}

/// The tables that the list of this keyspace names, with their checksums.
fn listed(db: &Path, keyspace: u64) -> Result<Vec<(u64, u128)>, StoreError> {
    let folder = db.join("keyspaces").join(keyspace.to_string());
    let current = folder.join("current");
    let bytes = read(&current)?;
    let (version, sum) = current_version(&bytes).ok_or_else(|| damaged(&current, "it does not name a list"))?;
    let path = folder.join(format!("v{version}"));
    if !path.is_file() {
        return Err(damaged(&current, &format!("it names the list v{version}, which is missing")));
    }
    if checksum(&path)? != sum {
        return Err(damaged(&path, "its checksum, which `current` has, is wrong"));
    }
    parse(&path).map_err(|error| damaged(&path, "it is no list").because(error))
}

fn current_version(bytes: &[u8]) -> Option<(u64, u128)> {
    let (version, rest) = bytes.split_first_chunk()?;
    let (sum, [0]) = rest.split_first_chunk()? else { return None };
    Some((u64::from_le_bytes(*version), u128::from_le_bytes(*sum)))
}

fn parse(path: &Path) -> io::Result<Vec<(u64, u128)>> {
    let invalid = || io::Error::from(io::ErrorKind::InvalidData);
    let archive = sfa::Reader::new(path).map_err(|error| io::Error::other(format!("{error:?}")))?;
    let mut section = Vec::new();
    archive.toc().section(b"tables").ok_or_else(invalid)?.reader(path)?.read_to_end(&mut section)?;
    let mut rest = section.as_slice();
    let mut tables = Vec::new();
    let [levels] = *take(&mut rest).ok_or_else(invalid)?;
    for _ in 0..levels {
        let [runs] = *take(&mut rest).ok_or_else(invalid)?;
        for _ in 0..runs {
            let count = u32::from_le_bytes(*take(&mut rest).ok_or_else(invalid)?);
            for _ in 0..count {
                let table = u64::from_le_bytes(*take(&mut rest).ok_or_else(invalid)?);
                let [0] = take(&mut rest).ok_or_else(invalid)? else { return Err(invalid()) };
                let sum = u128::from_le_bytes(*take(&mut rest).ok_or_else(invalid)?);
                let _sequence_number: &[u8; 8] = take(&mut rest).ok_or_else(invalid)?;
                tables.push((table, sum));
            }
        }
    }
    Ok(tables)
}

fn take<'a, const N: usize>(rest: &mut &'a [u8]) -> Option<&'a [u8; N]> {
    let (taken, left) = rest.split_first_chunk()?;
    *rest = left;
    Some(taken)
}

fn checksum(path: &Path) -> Result<u128, StoreError> {
    let sum = || {
        let (mut file, mut sum, mut bytes) = (File::open(path)?, Xxh3Default::new(), vec![0; 1 << 16]);
        loop {
            match file.read(&mut bytes)? {
                0 => return Ok(sum.digest128()),
                len => sum.update(&bytes[..len]),
            }
        }
    };
    sum().map_err(|error| StoreError::io(path, error))
}

fn read(path: &Path) -> Result<Vec<u8>, StoreError> {
    fs::read(path).map_err(|error| {
        if error.kind() == io::ErrorKind::NotFound {
            damaged(path, "it is missing")
        } else {
            StoreError::io(path, error)
        }
    })
}

fn names(folder: &Path) -> Result<Vec<String>, StoreError> {
    let names = || {
        fs::read_dir(folder)?
            .map(|entry| Ok(entry?.file_name().to_string_lossy().into_owned()))
            .collect::<io::Result<_>>()
    };
    names().map_err(|error| {
        if error.kind() == io::ErrorKind::NotFound {
            damaged(folder, "it is missing")
        } else {
            StoreError::io(folder, error)
        }
    })
}
