//! The certificate that is in use, and its renewal while the server runs.

use std::{
    fs,
    path::{Path, PathBuf},
    sync::{Arc, Mutex, PoisonError, RwLock},
    time::{Duration, SystemTime},
};

use rustls::{ServerConfig, pki_types::UnixTime};
use tokio::{sync::watch, time::sleep};

use super::{
    files::{self, Loaded},
    own::Own,
    validity::fingerprint,
};
use crate::{
    server::{detached::detached, lock},
    words::log,
};

/// How often the files are looked at.
const TICK: Duration = Duration::from_millis(500);

/// Where a certificate comes from.
#[derive(Debug, Clone)]
pub(super) enum Source {
    Files { certificate: PathBuf, key: PathBuf },
    Own(Own),
}

impl Source {
    pub(super) fn load(&self, now: UnixTime) -> Result<Loaded, String> {
        match self {
            Self::Files { certificate, key } => files::load(certificate, key, now),
            Self::Own(own) => own.open(now),
        }
    }

    fn stamps(&self) -> Stamps {
        let (certificate, key) = match self {
            Self::Files { certificate, key } => (certificate, key),
            Self::Own(own) => (&own.certificate, &own.key),
        };
        [stamp(certificate), stamp(key)]
    }
}

/// Tells whether the two files have changed: their times and sizes.
type Stamps = [Option<(SystemTime, u64)>; 2];

fn stamp(path: &Path) -> Option<(SystemTime, u64)> {
    let about = fs::metadata(path).ok()?;
    Some((about.modified().ok()?, about.len()))
}

/// The certificate in use.
pub(crate) struct Live {
    source: Source,
    used: RwLock<Arc<Loaded>>,
    seen: Mutex<Seen>,
}

/// What the files were like.
struct Seen {
    /// When they were read.
    read: Stamps,
    /// When they were last looked at.
    last: Stamps,
    /// When they were found to be unusable.
    failed: Option<Stamps>,
}

impl Live {
    /// # Errors
    /// What is wrong with the certificate. There is never a start without encryption.
    pub(super) fn open(source: Source) -> Result<Self, String> {
        // Before the files are read: a change in the meantime is seen later.
        let before = source.stamps();
        let loaded = source.load(UnixTime::now())?;
        let read = match source {
            Source::Files { .. } => before,
            Source::Own(_) => source.stamps(),
        };
        Ok(Self {
            source,
            used: RwLock::new(Arc::new(loaded)),
            seen: Mutex::new(Seen { read, last: read, failed: None }),
        })
    }

    fn used(&self) -> Arc<Loaded> {
        Arc::clone(&self.used.read().unwrap_or_else(PoisonError::into_inner))
    }

    /// What the next connection is encrypted with.
    pub(super) fn config(&self) -> Arc<ServerConfig> {
        Arc::clone(&self.used().config)
    }

    /// The fingerprint that a person compares. A certificate of an authority needs none.
    pub(crate) fn fingerprint(&self) -> Option<String> {
        matches!(self.source, Source::Own(_)).then(|| fingerprint(&self.used().certificate))
    }

    /// Reads the files again if they have changed, and makes a new certificate if the own one ends soon.
    fn look(&self, now: UnixTime) {
        let stamps = self.source.stamps();
        let mut seen = lock(&self.seen);
        // The two files are written one after the other. They are read when both have been left alone for a moment.
        let has_changed = seen.read != stamps && seen.last == stamps;
        seen.last = stamps;
        let is_due = matches!(self.source, Source::Own(_)) && Own::is_due(&self.used(), now);
        if !has_changed && !is_due {
            return;
        }
        let failed = match self.source.load(now) {
            Ok(loaded) => {
                let fingerprint = fingerprint(&loaded.certificate);
                *self.used.write().unwrap_or_else(PoisonError::into_inner) = Arc::new(loaded);
                tracing::info!("new connections use the certificate with the SHA-256 fingerprint {fingerprint}");
                false
            }
            // It is tried again and again: the fault may be that of a moment, or of a file's mode.
            Err(why) => {
                if (has_changed && seen.failed != Some(stamps)) || log::is_rare("certificate", 1, || why.clone()) {
                    log::warn(&format_args!("{why}: the server goes on with the certificate from before"));
                }
                true
            }
        };
        if failed && matches!(self.source, Source::Files { .. }) {
            seen.failed = Some(stamps);
            return;
        }
        seen.failed = None;
        // Making one writes the files.
        seen.read =
            if has_changed && matches!(self.source, Source::Files { .. }) { stamps } else { self.source.stamps() };
        seen.last = seen.read;
    }
}

/// Looks at the files until the server ends.
pub(crate) async fn watch(live: Arc<Live>, mut ending: watch::Receiver<bool>) {
    loop {
        tokio::select! {
            () = crate::server::ended(&mut ending) => return,
            () = sleep(TICK) => {
                let live = Arc::clone(&live);
                detached("dash-certificate", move || live.look(UnixTime::now())).await;
            }
        }
    }
}
