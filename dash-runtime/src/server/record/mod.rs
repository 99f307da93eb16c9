//! The record of a run: a file with everything that the pages of a dashboard have shown, and who did what.
//!
//! ```text
//! engine ─ take_run, under the lock ─► Recorder ─ bounded queue ─► thread "dash-record" ─► run.ddlog
//!                                                                                            │
//! pages of a replay ◄─ engine without callbacks ◄─ server/replay ◄─ Moment ◄─ Run ◄──────────┘
//! ```
//!
//! `frame` has the form of the file, `body` that of a change. `writer` writes the file on a thread of its own, so
//! that no callback and no page waits for a disk. `parts` has the files before it. `run` reads one, and `moment` is the
//! state at one revision.

mod body;
mod edits;
mod frame;
#[cfg(feature = "mcap")]
pub(super) mod mcap;
mod moment;
mod parts;
mod run;
#[cfg(test)]
#[cfg(feature = "testing")]
mod tests;
mod writer;

use std::path::{Path, PathBuf};

pub(crate) use body::{Place, Present};
pub(crate) use frame::{Header, Kind, ListInfo};
pub(crate) use moment::{Held, Moment, Touched};
pub use run::RecordError;
pub(crate) use run::Run;
#[cfg(any(feature = "mcap", feature = "testing"))]
pub(crate) use run::Walked;
pub(crate) use writer::{Recorder, Writer};

/// The size of all files of a record together, unless the program says another one.
const SIZE: u64 = 1024 * 1024 * 1024;

/// The smallest size: two keyframes of a usual dashboard.
const SMALLEST: u64 = 1024 * 1024;

/// Where a run is recorded, and how large the record may become. A path is one with the default size.
#[derive(Debug, Clone)]
pub struct Recording {
    path: PathBuf,
    size: u64,
}

impl Recording {
    /// A record in this file, of at most 1 GiB.
    pub fn new(path: impl Into<PathBuf>) -> Self {
        Self { path: path.into(), size: SIZE }
    }

    /// How many bytes the record takes at most, with the older parts of it. At least 1 MiB.
    ///
    /// When the file has a quarter of this size, it becomes `run.ddlog.1`, the one before `run.ddlog.2`, and so on, and a
    /// new file begins. The oldest parts are deleted. Each part can be replayed by itself.
    #[must_use]
    pub fn size(mut self, bytes: u64) -> Self {
        self.size = bytes.max(SMALLEST);
        self
    }

    /// The same for one of several devices: `run-door.ddlog` for the device `door`.
    pub(super) fn of_device(&self, key: &str) -> Self {
        if key.is_empty() {
            return self.clone();
        }
        let part = |part: Option<&std::ffi::OsStr>| part.unwrap_or_default().to_string_lossy().into_owned();
        let (stem, extension) = (part(self.path.file_stem()), part(self.path.extension()));
        let dot = if extension.is_empty() { "" } else { "." };
        Self { path: self.path.with_file_name(format!("{stem}-{key}{dot}{extension}")), ..self.clone() }
    }
}

impl From<&str> for Recording {
    fn from(path: &str) -> Self {
        Self::new(path)
    }
}

impl From<String> for Recording {
    fn from(path: String) -> Self {
        Self::new(path)
    }
}

impl From<&Path> for Recording {
    fn from(path: &Path) -> Self {
        Self::new(path)
    }
}

impl From<PathBuf> for Recording {
    fn from(path: PathBuf) -> Self {
        Self::new(path)
    }
}
