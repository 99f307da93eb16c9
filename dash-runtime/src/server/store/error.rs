//! What a store can fail with.

use std::{error, fmt, io, path::Path};

/// Why a store cannot be opened, read or written.
pub struct StoreError {
    fault: StoreFault,
    text: String,
    source: Option<Box<dyn error::Error + Send + Sync>>,
}

/// The kinds of [`StoreError`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum StoreFault {
    /// Another process has the directory open.
    InUse,
    /// A newer version has written it.
    NewerVersion,
    /// It may not be written.
    ReadOnly,
    /// There is no room on the disk.
    Full,
    /// Some of it cannot be read, because it is damaged.
    Damaged,
    /// A write or its flush has failed. It is not known what is on the disk, so the store takes nothing any more.
    Broken,
    /// A key or a value is too long, or a key is empty.
    Invalid,
    /// Anything else that the operating system reports.
    Io,
}

impl StoreError {
    /// An error with a text that says what is wrong and what to do.
    pub fn new(fault: StoreFault, text: impl Into<String>) -> Self {
        Self { fault, text: text.into(), source: None }
    }

    /// The same error, with its cause.
    #[must_use]
    pub fn because(self, source: impl Into<Box<dyn error::Error + Send + Sync>>) -> Self {
        Self { source: Some(source.into()), ..self }
    }

    /// An error of the operating system about `path`.
    pub fn io(path: &Path, source: io::Error) -> Self {
        let path = path.display();
        let (fault, text) = match source.kind() {
            io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded | io::ErrorKind::FileTooLarge => {
                (StoreFault::Full, format!("{path}: the disk is full; free some room on it"))
            }
            io::ErrorKind::PermissionDenied | io::ErrorKind::ReadOnlyFilesystem => {
                (StoreFault::ReadOnly, format!("{path}: cannot be written; the program needs the right to write there"))
            }
            io::ErrorKind::NotADirectory | io::ErrorKind::AlreadyExists => {
                (StoreFault::Io, format!("{path}: is not a directory; name a directory for the store"))
            }
            _ => (StoreFault::Io, format!("{path}: the store cannot use it: {source}")),
        };
        Self::new(fault, text).because(source)
    }

    /// What kind of error it is.
    pub const fn fault(&self) -> StoreFault {
        self.fault
    }
}

impl fmt::Debug for StoreError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("StoreError").field("fault", &self.fault).field("text", &self.text).finish_non_exhaustive()
    }
}

impl fmt::Display for StoreError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

impl error::Error for StoreError {
    fn source(&self) -> Option<&(dyn error::Error + 'static)> {
        self.source.as_deref().map(|source| source as &(dyn error::Error + 'static))
    }
}
