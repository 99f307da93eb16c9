//! A store in a directory, in the files of the library fjall.
//!
//! fjall appends each batch to a journal, and moves it into sorted tables later, on a thread of its own. What is here
//! around it: the directory and its lock ([`place`]), the checks before it opens ([`check`], [`journal`], [`secured`]),
//! what is not written to the journal because it is replaced soon ([`recent`]), and its errors in our words.

mod ahead;
mod check;
#[cfg(test)]
mod crash;
#[cfg(test)]
mod crash_records;
#[cfg(test)]
mod crash_states;
mod files;
mod fresh;
mod journal;
mod place;
#[cfg(all(test, target_os = "linux"))]
mod power;
mod recent;
mod secured;
#[cfg(test)]
pub(super) mod tests;

use std::{
    any::Any,
    fmt, fs, io,
    ops::{Bound, Range},
    panic::{AssertUnwindSafe, catch_unwind},
    path::Path,
    sync::{Arc, Mutex, PoisonError, RwLock},
    time::{Duration, Instant},
};

use fjall::{AbstractTree as _, Guard, PersistMode, Readable as _};

use self::{
    ahead::Ahead,
    files::{Files, open_db},
    place::Place,
    recent::{MARK, Newest, Recent},
    secured::{Secured, SecuredFile},
};
use super::{Entry, Level, Order, Store, StoreError, StoreFault, Table, Visit, check_entries};
use crate::{server::lock, words::log};

const LIMITS: Limits = Limits {
    states: 4 * 1024 * 1024,
    histories: 16 * 1024 * 1024,
    table: 8 * 1024 * 1024,
    patience: Duration::from_secs(10),
};

/// With less room, in bytes, a failed write has failed because of it.
const FULL: u64 = 1024 * 1024;

/// The room that a full store needs to be opened again, besides what is not in a table, in bytes.
const MARGIN: u64 = 4 * 1024 * 1024;

/// The time between two tries to open a full store again.
const AGAIN: Duration = Duration::from_secs(10);

/// A store in a directory.
///
/// Memory: what is not in a table yet, 20 MB with an overhead of about a half, 4 MB of the tables, and what sorting takes:
/// about 50 MB at most, and 100 MB while more comes than the disk can take. Disk: the entries, and at most about
/// 200 MB of journals. A thread of its own sorts what was written.
///
/// A panic within the library behind it is an error of the store, unless the program is built with `panic = "abort"`.
///
/// After a full disk it takes entries again when there is room.
pub struct DiskStore {
    /// `None` if it could not be opened again after a full disk.
    files: Mutex<Option<Arc<Files>>>,
    writer: Mutex<Writer>,
    /// The states that are not in fjall yet. Taken to write while a batch is committed, and to read while a snapshot begins.
    newest: RwLock<Newest>,
    limits: Limits,
    /// The last field: its lock ends when all files are closed.
    place: Place,
}

/// What the files of a store may need. Sizes are in bytes.
#[derive(Debug, Clone, Copy)]
struct Limits {
    /// The most of the states that is not yet in a sorted table, but in memory. With more, less is written: what is replaced
    /// before is never written to a table, and each table that comes is sorted into those that are there.
    states: u64,
    /// The same of the histories.
    histories: u64,
    /// Of a sorted table of histories: see [`open_db`]. It is settled when a store is made.
    table: u64,
    /// How long a write waits until it is sorted what was written before.
    patience: Duration,
}

impl Limits {
    #[cfg(test)]
    const fn both(bytes: u64) -> Self {
        Self { states: bytes, histories: bytes, ..LIMITS }
    }
}

/// What only one append at a time may use.
struct Writer {
    recent: Recent,
    secured: SecuredFile,
    ahead: Ahead,
    /// At most the sequence number of the last batch since it was opened.
    last: Option<u64>,
    state: State,
}

/// Whether something can be written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum State {
    Open,
    /// The disk was full. The store must be opened again, because it is not known what is on the disk. `tried`: when that
    /// has failed.
    Full {
        tried: Option<Instant>,
    },
    Broken,
}

impl DiskStore {
    /// Opens the store in this directory. A missing directory is created, for this user alone.
    ///
    /// What was written without [`Level::Power`] in the last seconds before a power failure may be missing.
    ///
    /// # Errors
    /// If another process has it open, if it cannot be written, if a newer version has written it, or if some of it is
    /// damaged. Nothing is removed from a damaged store.
    pub fn open(path: impl AsRef<Path>) -> Result<Self, StoreError> {
        Self::open_sized(path.as_ref(), LIMITS)
    }

    /// Opens a store that writes a table when this many bytes are not in one.
    fn open_sized(root: &Path, limits: Limits) -> Result<Self, StoreError> {
        let place = Place::take(root)?;
        place.check_format()?;
        if let Some(weakness) = place::weakness(root) {
            log::warn(&format_args!("{}: {weakness}; name another directory for the store", root.display()));
        }
        let is_new = !place.db().try_exists().map_err(|error| StoreError::io(&place.db(), error))?;
        if is_new {
            create(&place, limits)?;
        }
        let (files, writer) = open_files(&place, is_new, limits)?;
        let (files, writer) = (Mutex::new(Some(Arc::new(files))), Mutex::new(writer));
        Ok(Self { files, writer, newest: RwLock::default(), limits, place })
    }

    /// The files to use now.
    fn files(&self) -> Result<Arc<Files>, StoreError> {
        lock(&self.files).clone().ok_or_else(|| full(self.place.root()))
    }

    /// The pairs in this range in fjall, as they are now, and the newest ones that are not in it. No batch is seen in part.
    ///
    /// In a snapshot of fjall alone one may be: a table that is written on fjall's thread during a commit makes all visible
    /// that the commit has inserted so far. So no snapshot begins during a commit.
    fn pairs(&self, files: &Files, table: Table, keys: Range<&[u8]>) -> (fjall::Iter, Newest) {
        let newest = self.newest.read().unwrap_or_else(PoisonError::into_inner);
        let own = match table {
            Table::States => newest.range::<[u8], _>((Bound::Included(keys.start), Bound::Excluded(keys.end))),
            Table::Histories => Default::default(),
        };
        let own = own.map(|(key, value)| (key.clone(), value.clone())).collect();
        (files.db.snapshot().range(files.keyspace(table), keys), own)
    }

    /// Appends to the small file if that is possible, and otherwise to fjall.
    fn write(&self, files: &Files, writer: &mut Writer, entries: &[Entry], level: Level) -> Result<(), Fault> {
        if level == Level::Power || !writer.recent.takes(entries) {
            return self.commit(files, writer, entries, level);
        }
        writer.recent.append(entries).map_err(fjall::Error::Io)?;
        let mut newest = self.newest.write().unwrap_or_else(PoisonError::into_inner);
        newest.extend(entries.iter().map(|entry| (entry.key.clone(), entry.value.clone())));
        Ok(())
    }

    /// Writes a batch with all that is not in fjall yet, and remembers what is secured by it.
    fn commit(&self, files: &Files, writer: &mut Writer, entries: &[Entry], level: Level) -> Result<(), Fault> {
        let mode = match level {
            Level::Crash => PersistMode::Buffer,
            Level::Power => PersistMode::SyncData,
        };
        files.wait_for_room(self.limits.patience, || {
            // No snapshot is between its begin and its first look at the tables.
            let _newest = self.newest.write().unwrap_or_else(PoisonError::into_inner);
            files.db.visible_seqno()
        })?;
        let (entries, begins) = {
            let newest = self.newest.read().unwrap_or_else(PoisonError::into_inner);
            writer.recent.batch(&newest, entries)
        };
        // A journal may begin meanwhile, so both numbers are read before.
        let db = self.place.db();
        writer.ahead.follow(&db).map_err(fjall::Error::Io)?;
        let (journal, seqno) = (writer.ahead.journal, files.db.seqno());
        if level == Level::Power {
            writer.ahead.reserve(&db, &entries);
        }
        if entries.is_empty() {
            files.db.persist(mode)?;
        } else {
            let batch = files.batch(&entries).durability(Some(mode));
            {
                let mut newest = self.newest.write().unwrap_or_else(PoisonError::into_inner);
                batch.commit()?;
                newest.clear();
            }
            if let Some(number) = begins {
                writer.recent.begin(number);
            }
            writer.last = Some(seqno);
            writer.ahead.written(&entries);
        }
        if level == Level::Power
            && let Some(seqno) = writer.last
        {
            // If it cannot be written, what it says is true too.
            let _ = writer.secured.write(Secured { journal, seqno });
        }
        for (keyspace, most) in [(&files.states, self.limits.states), (&files.histories, self.limits.histories)] {
            // Not by fjall itself: it asks its thread at each append above the limit, and the thread stands still for ever
            // when more than a thousand of its requests wait.
            if keyspace.tree.active_memtable().size() > most {
                keyspace.rotate_memtable()?;
            }
        }
        if level == Level::Power {
            // No snapshot begins meanwhile.
            let _newest = self.newest.write().unwrap_or_else(PoisonError::into_inner);
            files.forget_sorted()?;
        }
        Ok(())
    }

    /// Runs a write. After a failure there is no other one, unless the disk was full.
    fn writing(&self, write: impl FnOnce(&Files, &mut Writer) -> Result<(), Fault>) -> Result<(), StoreError> {
        let mut writer = lock(&self.writer);
        match writer.state {
            State::Open => {}
            State::Full { tried } => self.open_again(&mut writer, tried)?,
            State::Broken => return Err(broken(self.place.root())),
        }
        self.writing_with(&mut writer, write)
    }

    /// The same, if the store is open.
    fn writing_with(
        &self,
        writer: &mut Writer,
        write: impl FnOnce(&Files, &mut Writer) -> Result<(), Fault>,
    ) -> Result<(), StoreError> {
        let files = self.files()?;
        caught(|| write(&files, writer)).map_err(|fault| {
            if matches!(fault, Fault::Behind) {
                return behind(self.place.root());
            }
            let error = write_error(self.place.root(), &self.place.db(), fault);
            let is_full = error.fault() == StoreFault::Full;
            writer.state = if is_full { State::Full { tried: None } } else { State::Broken };
            error
        })
    }

    /// Opens the files again after the disk was full, as after a restart: then it is known what is on the disk.
    ///
    /// # Errors
    /// If there is still no room, if it was tried a moment ago, or if the files are being read.
    fn open_again(&self, writer: &mut Writer, tried: Option<Instant>) -> Result<(), StoreError> {
        let root = self.place.root();
        let mut files = lock(&self.files);
        // All that is not in a table yet is written to one.
        let needed = MARGIN + files.as_ref().map_or(0, |files| files.unsorted());
        if tried.is_some_and(|tried| tried.elapsed() < AGAIN) || place::has_less(root, needed) {
            return Err(full(root));
        }
        if let Some(old) = files.take() {
            match Arc::try_unwrap(old) {
                // fjall lets go of its lock with its files.
                Ok(old) => drop(old),
                Err(used) => {
                    *files = Some(used);
                    return Err(full(root));
                }
            }
        }
        let (opened, own) = open_files(&self.place, false, self.limits).inspect_err(|error| {
            let may_be_tried = matches!(error.fault(), StoreFault::Full | StoreFault::InUse);
            let tried = Some(Instant::now());
            writer.state = if may_be_tried { State::Full { tried } } else { State::Broken };
        })?;
        // They were in the small file, and are in fjall now.
        self.newest.write().unwrap_or_else(PoisonError::into_inner).clear();
        (*files, *writer) = (Some(Arc::new(opened)), own);
        Ok(())
    }

    /// The keys in this range that are in fjall, at most as many as are removed by one batch.
    fn keys(&self, table: Table, keys: Range<&[u8]>) -> Result<Vec<Entry>, StoreError> {
        const MOST: usize = 1024;
        let files = self.files()?;
        let (range, _) = self.pairs(&files, table, keys);
        let keys = || range.take(MOST).map(Guard::key).collect::<fjall::Result<Vec<_>>>().map_err(Fault::from);
        let mut found = caught(keys).map_err(|fault| fault.about(&self.place.db()))?;
        found.retain(|key| key.len() <= Entry::LONGEST_KEY);
        Ok(found.into_iter().map(|key| Entry { table, key: key.to_vec(), value: None }).collect())
    }
}

impl Store for DiskStore {
    fn append(&self, entries: &[Entry], level: Level) -> Result<(), StoreError> {
        check_entries(entries)?;
        self.writing(|files, writer| self.write(files, writer, entries, level))
    }

    fn append_now(&self, entries: &[Entry]) -> Option<Result<(), StoreError>> {
        if let Err(error) = check_entries(entries) {
            return Some(Err(error));
        }
        // During a flush it is locked.
        let mut writer = self.writer.try_lock().ok()?;
        let is_quick = writer.state == State::Open && writer.recent.takes(entries);
        is_quick
            .then(|| self.writing_with(&mut writer, |files, writer| self.write(files, writer, entries, Level::Crash)))
    }

    fn range(&self, table: Table, keys: Range<&[u8]>, order: Order, visit: &mut Visit<'_>) -> Result<(), StoreError> {
        if keys.is_empty() {
            return Ok(());
        }
        let files = self.files()?;
        let (mut pairs, newest) = self.pairs(&files, table, keys);
        let stored = || {
            caught(|| {
                let next = match order {
                    Order::Ascending => pairs.next(),
                    Order::Descending => pairs.next_back(),
                };
                next.map(Guard::into_inner).transpose().map_err(Fault::from)
            })
        };
        recent::merged(stored, newest, order, visit).map_err(|fault| fault.about(&self.place.db()))
    }

    fn trim(&self, table: Table, keys: Range<&[u8]>) -> Result<(), StoreError> {
        if keys.is_empty() {
            return Ok(());
        }
        if table == Table::States {
            self.writing(|files, writer| self.commit(files, writer, &[], Level::Crash))?;
        }
        // The keys that were removed are passed over in each further search, so it begins behind them.
        let mut start = keys.start.to_vec();
        loop {
            let removed = self.keys(table, &start..keys.end)?;
            let Some(last) = removed.last() else { return Ok(()) };
            start.clone_from(&last.key);
            start.push(0);
            self.writing(|files, writer| self.write(files, writer, &removed, Level::Crash))?;
        }
    }
}

impl fmt::Debug for DiskStore {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("DiskStore").field("path", &self.place.root()).finish_non_exhaustive()
    }
}

fn full(root: &Path) -> StoreError {
    StoreError::io(root, io::ErrorKind::StorageFull.into())
}

fn broken(root: &Path) -> StoreError {
    let text = format!(
        "{}: a write to the store has failed, so nothing is kept any more; correct its cause and restart the program",
        root.display()
    );
    StoreError::new(StoreFault::Broken, text)
}

/// Nothing was written, and a later write may succeed.
fn behind(root: &Path) -> StoreError {
    let text = format!("{}: the disk is too slow: what was written before is not sorted yet", root.display());
    StoreError::new(StoreFault::Io, text)
}

/// The error of the write that has failed.
fn write_error(root: &Path, db: &Path, fault: Fault) -> StoreError {
    if let Fault::Fjall(fjall::Error::Io(error)) = fault {
        let error = StoreError::io(root, error);
        return if error.fault() == StoreFault::Full { error } else { broken(root).because(error) };
    }
    // A write of fjall's thread has failed. It does not say why.
    if place::has_less(root, FULL) {
        return full(root);
    }
    check::find(db).unwrap_or_else(|| broken(root)).because(fault)
}

/// Makes an empty database, so that one that is there is always whole.
fn create(place: &Place, limits: Limits) -> Result<(), StoreError> {
    let new = place.new_db();
    let at = |error| StoreError::io(&new, error);
    // The creation did not end, so nothing was ever written to it.
    if new.try_exists().map_err(at)? {
        fs::remove_dir_all(&new).map_err(at)?;
    }
    caught(|| open_db(&new, limits.table).map(drop)).map_err(|fault| fault.about(&new))?;
    fs::rename(&new, place.db()).and_then(|()| place.sync()).map_err(at)
}

/// Opens the files. Unless they are new, it is checked before that they are whole.
fn open_files(place: &Place, are_new: bool, limits: Limits) -> Result<(Files, Writer), StoreError> {
    let db = place.db();
    let (secured_file, secured) =
        SecuredFile::open(&place.secured()).map_err(|error| StoreError::io(&place.secured(), error))?;
    if !are_new {
        check::check(&db)?;
        journal::check(&db, secured)?;
    }
    let (database, states, histories) = caught(|| open_db(&db, limits.table)).map_err(|error| error.about(&db))?;
    let files = Files { db: database, states, histories, table: limits.table };
    let mark = caught(|| files.states.get(MARK).map_err(Fault::from)).map_err(|error| error.about(&db))?;
    let (mut recent, newest) =
        Recent::open(&place.recent(), mark.as_deref()).map_err(|error| StoreError::io(&place.recent(), error))?;
    let begin = || {
        if !newest.is_empty() {
            let (entries, _) = recent.batch(&newest, &[]);
            files.batch(&entries).durability(Some(PersistMode::Buffer)).commit()?;
        }
        fresh::begin(&files.db, &db, &files.states, &files.histories)
    };
    caught(begin).map_err(|fault| write_error(place.root(), &db, fault))?;
    let newest = journal::list(&db).map_err(|error| StoreError::io(&db, error))?.last().map(|(number, _)| *number);
    let ahead = Ahead::new(newest.unwrap_or(0));
    Ok((files, Writer { recent, secured: secured_file, ahead, last: None, state: State::Open }))
}

/// Why something that fjall does has failed.
#[derive(Debug)]
enum Fault {
    Fjall(fjall::Error),
    /// It has panicked, with this text.
    Panic(String),
    /// It sorts more slowly than is written.
    Behind,
}

impl Fault {
    /// The error about this database.
    fn about(self, db: &Path) -> StoreError {
        let error = match self {
            Self::Fjall(fjall::Error::Io(error)) => {
                let error = StoreError::io(db, error);
                if error.fault() != StoreFault::Io {
                    return error;
                }
                error
            }
            Self::Fjall(fjall::Error::Locked) => {
                let text = format!("{}: another process uses it; stop it", db.display());
                return StoreError::new(StoreFault::InUse, text);
            }
            fault => place::damaged(db, "some of it cannot be read").because(fault),
        };
        // fjall does not say which file it is.
        match check::find(db) {
            Some(found) => found.because(error),
            None => error,
        }
    }
}

impl From<fjall::Error> for Fault {
    fn from(error: fjall::Error) -> Self {
        match error {
            fjall::Error::Storage(fjall::LsmError::Io(error)) => Self::Fjall(fjall::Error::Io(error)),
            error => Self::Fjall(error),
        }
    }
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Fjall(error) => error.fmt(f),
            Self::Panic(text) => f.write_str(text),
            Self::Behind => f.write_str("it sorts too slowly"),
        }
    }
}

impl std::error::Error for Fault {}

/// Runs something of fjall, which panics at some kinds of damage.
fn caught<T>(run: impl FnOnce() -> Result<T, Fault>) -> Result<T, Fault> {
    // After a panic while writing, the store takes nothing any more. What is only read has no state.
    catch_unwind(AssertUnwindSafe(run)).unwrap_or_else(|panic| Err(Fault::Panic(text(panic.as_ref()))))
}

fn text(panic: &(dyn Any + Send)) -> String {
    let text = panic.downcast_ref::<String>().map(String::as_str).or_else(|| panic.downcast_ref::<&str>().copied());
    text.unwrap_or("panicked").to_owned()
}
