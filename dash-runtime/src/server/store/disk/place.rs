//! The directory of a store: who may have it, which format is in it, and what is below it.
//!
//! ```text
//! data/
//!   format     the version of this layout
//!   lock       locked as long as the store is open
//!   secured    how much of the journals is on the disk for certain
//!   recent     the newest states, which are not in the files of fjall yet
//!   db/        the files of fjall
//! ```

use std::{
    fs::{self, DirBuilder, File, OpenOptions, TryLockError},
    io::{self, ErrorKind, Write as _},
    path::{Path, PathBuf},
    thread,
    time::{Duration, Instant},
};

use super::super::{StoreError, StoreFault};

/// The version of the layout. The first one has no `recent`.
const VERSION: u32 = 2;
const FIRST: u32 = 1;

/// What is before the version in the file `format`.
const HEAD: &str = "dash-devices store ";

/// How long to wait for the lock.
const PATIENCE: Duration = Duration::from_millis(300);

/// The directory, locked for this store.
#[derive(Debug)]
pub(super) struct Place {
    root: PathBuf,
    /// Locked until it is closed.
    _lock: File,
}

impl Place {
    /// Locks the directory. It is created if it is missing.
    pub(super) fn take(root: &Path) -> Result<Self, StoreError> {
        let at = |error| StoreError::io(root, error);
        create(root).map_err(at)?;
        let path = root.join("lock");
        // Another program's directory is not changed, not even by the lock.
        let unknown = !path.try_exists().map_err(at)? && !root.join("format").try_exists().map_err(at)?;
        if unknown && fs::read_dir(root).map_err(at)?.next().is_some() {
            let text = format!(
                "{}: it is no store, but has other files; name a new or an empty directory for the store",
                root.display()
            );
            return Err(StoreError::new(StoreFault::Io, text));
        }
        let lock = options().read(true).open(&path).map_err(|error| StoreError::io(&path, error))?;
        let begin = Instant::now();
        loop {
            match lock.try_lock() {
                Ok(()) => return Ok(Self { root: root.to_owned(), _lock: lock }),
                // A program that was just started by the process before has its files for a moment.
                Err(TryLockError::WouldBlock) if begin.elapsed() < PATIENCE => thread::sleep(Duration::from_millis(10)),
                Err(TryLockError::WouldBlock) => {
                    let text = format!(
                        "{}: another process uses this directory; stop it or name another directory",
                        root.display()
                    );
                    return Err(StoreError::new(StoreFault::InUse, text));
                }
                Err(TryLockError::Error(error)) => return Err(StoreError::io(&path, error)),
            }
        }
    }

    pub(super) fn root(&self) -> &Path {
        &self.root
    }

    /// The files of fjall.
    pub(super) fn db(&self) -> PathBuf {
        self.root.join("db")
    }

    /// Where the files of fjall are made. They are moved when they are complete, so `db` is always a whole database.
    pub(super) fn new_db(&self) -> PathBuf {
        self.root.join("db.new")
    }

    pub(super) fn recent(&self) -> PathBuf {
        self.root.join("recent")
    }

    pub(super) fn secured(&self) -> PathBuf {
        self.root.join("secured")
    }

    /// Checks the format, and writes it if the directory is new.
    pub(super) fn check_format(&self) -> Result<(), StoreError> {
        let path = self.root.join("format");
        let text = match fs::read_to_string(&path) {
            Ok(text) => text,
            Err(error) if error.kind() == ErrorKind::NotFound => {
                if self.db().try_exists().map_err(|error| StoreError::io(&self.db(), error))? {
                    return Err(damaged(&path, "it is missing"));
                }
                return self.write_format(&path).map_err(|error| StoreError::io(&path, error));
            }
            Err(error) if error.kind() == ErrorKind::InvalidData => String::new(),
            Err(error) => return Err(StoreError::io(&path, error)),
        };
        let version =
            text.strip_prefix(HEAD).and_then(|rest| rest.strip_suffix('\n')).and_then(|rest| rest.parse().ok());
        match version {
            Some(VERSION) => Ok(()),
            // A program that knows only the first one would not see the newest states.
            Some(FIRST) => self.write_format(&path).map_err(|error| StoreError::io(&path, error)),
            Some(0) | None => Err(damaged(&path, "it does not name a version")),
            Some(newer) => Err(newer_version(&path, newer, VERSION)),
        }
    }

    fn write_format(&self, path: &Path) -> io::Result<()> {
        let new = self.root.join("format.new");
        let mut file = options().truncate(true).open(&new)?;
        writeln!(file, "{HEAD}{VERSION}")?;
        file.sync_all()?;
        fs::rename(new, path)?;
        self.sync()
    }

    /// Secures the names in the directory.
    pub(super) fn sync(&self) -> io::Result<()> {
        // Only Unix opens a directory as a file.
        if cfg!(unix) { File::open(&self.root)?.sync_all() } else { Ok(()) }
    }
}

/// Files that only this user may read and write.
pub(super) fn options() -> OpenOptions {
    let mut options = OpenOptions::new();
    options.create(true).truncate(false).write(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options
}

fn create(root: &Path) -> io::Result<()> {
    if root.is_dir() {
        return Ok(());
    }
    let mut builder = DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(root)
}

/// The error about a damaged file.
pub(super) fn damaged(path: &Path, what: &str) -> StoreError {
    let text = format!(
        "{}: damaged: {what}; move the directory of the store away to start without what was kept, or put a copy of it \
         back",
        path.display()
    );
    StoreError::new(StoreFault::Damaged, text)
}

pub(super) fn newer_version(path: &Path, version: u32, known: u32) -> StoreError {
    let text = format!(
        "{}: a newer version of dash-devices has written this store (format {version}, known up to {known}); use that \
         version or name another directory",
        path.display()
    );
    StoreError::new(StoreFault::NewerVersion, text)
}

/// Why this directory does not keep what is written to it, as far as it can be seen.
#[cfg(target_os = "linux")]
pub(super) fn weakness(root: &Path) -> Option<&'static str> {
    // From linux/magic.h.
    const MEMORY: [u32; 2] = [0x0102_1994, 0x8584_58f6];
    const NETWORK: [u32; 7] =
        [0x0000_6969, 0xff53_4d42, 0xfe53_4d42, 0x0000_517b, 0x0102_1997, 0x00c3_6400, 0x5346_414f];
    // The type of the number depends on the processor; the magic is in its lower half.
    #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss, clippy::unnecessary_cast)]
    let kind = rustix::fs::statfs(root).ok()?.f_type as u32;
    if MEMORY.contains(&kind) {
        Some("it is in memory (tmpfs), so all of it is lost when the computer restarts")
    } else if NETWORK.contains(&kind) {
        Some("it is on a network file system, which may lose what was reported as written")
    } else {
        None
    }
}

#[cfg(not(target_os = "linux"))]
pub(super) const fn weakness(_root: &Path) -> Option<&'static str> {
    None
}

/// Whether there is less room than so many bytes.
#[cfg(unix)]
pub(super) fn has_less(root: &Path, bytes: u64) -> bool {
    rustix::fs::statvfs(root).is_ok_and(|disk| disk.f_bavail.saturating_mul(disk.f_frsize) < bytes)
}

#[cfg(not(unix))]
pub(super) const fn has_less(_root: &Path, _bytes: u64) -> bool {
    false
}
