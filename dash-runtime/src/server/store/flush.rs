//! How soon what is kept survives a power failure.

use std::time::Duration;

/// How long a power failure may take back what is kept. A flush makes the disk write what it was given; the longer the times
/// are, the less is written.
///
/// Each flush costs some 10 kB on the disk, so a card that wears out lives longer with longer times. No flush comes earlier
/// than ten times as long as the last one took.
///
/// ```
/// # use dash_runtime::server::store::Flush;
/// # use std::time::Duration;
/// let card = Flush::new().commands(Duration::from_secs(1)).rest(Duration::from_secs(60));
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Flush {
    pub(super) commands: Duration,
    pub(super) rest: Duration,
}

impl Flush {
    /// 200 ms for commands, and 5 s for the rest.
    #[must_use]
    pub const fn new() -> Self {
        Self { commands: Duration::from_millis(200), rest: Duration::from_secs(5) }
    }

    /// The longest time for values of a command that somebody was told of. After 150 flushes in quick succession it is that of
    /// the rest, until there were pauses.
    #[must_use]
    pub const fn commands(self, commands: Duration) -> Self {
        Self { commands, ..self }
    }

    /// The longest time for all else: samples, and values that the program changes by itself.
    #[must_use]
    pub const fn rest(self, rest: Duration) -> Self {
        Self { rest, ..self }
    }
}

impl Default for Flush {
    fn default() -> Self {
        Self::new()
    }
}
