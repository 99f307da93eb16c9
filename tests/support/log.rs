//! The log of the program under test.

use std::{
    io,
    sync::{Mutex, MutexGuard, Once, PoisonError},
};

static LINES: Mutex<String> = Mutex::new(String::new());

fn lines() -> MutexGuard<'static, String> {
    LINES.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Starts to record the log of all tests of this program.
pub(crate) fn keep() {
    static ONCE: Once = Once::new();
    ONCE.call_once(|| {
        tracing_subscriber::fmt().with_max_level(tracing::Level::WARN).with_ansi(false).with_writer(|| Writer).init();
    });
}

/// Whether a log line contains all of these parts.
pub(crate) fn has(parts: &[&str]) -> bool {
    lines().lines().any(|line| parts.iter().all(|part| line.contains(part)))
}

/// Waits for such a line.
pub(crate) async fn says(parts: &[&str]) {
    super::eventually(&format!("{parts:?} in the log"), async || has(parts).then_some(())).await;
}

struct Writer;

impl io::Write for Writer {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        lines().push_str(&String::from_utf8_lossy(bytes));
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}
