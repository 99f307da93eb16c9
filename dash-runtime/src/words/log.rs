//! Lines of the log. They are escaped, they reach the standard error if the program has no log of its own, and lines
//! that repeat are counted instead of written.

use std::{
    collections::BTreeMap,
    env,
    fmt::{self, Display, Write as _},
    sync::{
        Mutex, OnceLock, PoisonError,
        atomic::{AtomicU64, Ordering},
    },
    time::{Duration, Instant},
};

use tracing::{
    Dispatch, Level,
    dispatcher::{get_default, with_default},
    subscriber::NoSubscriber,
};
use tracing_subscriber::{Layer as _, filter::Targets, fmt as lines, layer::SubscriberExt as _};

/// Writes a warning. `text` may have parts that a client has sent.
pub(crate) fn warn(text: &dyn Display) {
    written(|| tracing::warn!("{}", Escaped(text)));
}

/// Writes an error. `text` may have parts that a client has sent.
pub(crate) fn error(text: &dyn Display) {
    written(|| tracing::error!("{}", Escaped(text)));
}

/// Runs `write`, which writes lines. A program that has not set up [`tracing`] gets them on the standard error, because
/// a dashboard must not hide a failed callback, however it is served.
pub(crate) fn written(write: impl FnOnce()) {
    static STDERR: OnceLock<Dispatch> = OnceLock::new();
    if get_default(|log| log.is::<NoSubscriber>()) {
        with_default(STDERR.get_or_init(to_stderr), write);
    } else {
        write();
    }
}

/// A log on the standard error, from the level that `RUST_LOG` names, or INFO.
pub(crate) fn to_stderr() -> Dispatch {
    let wanted = env::var("RUST_LOG").ok().and_then(|wanted| wanted.parse().ok());
    let filter: Targets = wanted.unwrap_or_else(|| Targets::new().with_default(Level::INFO));
    let lines = lines::layer().with_writer(std::io::stderr).with_ansi(false).with_filter(filter);
    Dispatch::new(tracing_subscriber::registry().with(lines))
}

/// A text in one line: without line breaks, and without characters that change how a terminal shows the rest of the
/// line. Otherwise a client could forge lines of the log.
pub(crate) struct Escaped<'a>(pub(crate) &'a dyn Display);

impl Display for Escaped<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(Escaping(f), "{}", self.0)
    }
}

struct Escaping<'a, 'b>(&'a mut fmt::Formatter<'b>);

impl fmt::Write for Escaping<'_, '_> {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        text.chars().try_for_each(|letter| match letter {
            // Readable as they are. `escape_debug` would escape them, because it is for literals.
            '"' | '\'' | '\\' => self.0.write_char(letter),
            _ => write!(self.0, "{}", letter.escape_debug()),
        })
    }
}

/// The time after which lines about a subject are written again.
const PERIOD: Duration = Duration::from_secs(60);

/// Counts the lines about each subject. A subject is a name in the program, so there are few.
#[derive(Debug)]
pub(crate) struct Repeats {
    subjects: Mutex<BTreeMap<&'static str, Subject>>,
    /// How many lines were counted instead of written.
    unwritten: AtomicU64,
}

#[derive(Debug)]
struct Subject {
    /// When the first line of the period was written.
    since: Instant,
    written: u32,
    unwritten: u64,
    /// The newest line that was not written.
    newest: String,
}

impl Repeats {
    pub(crate) const fn new() -> Self {
        Self { subjects: Mutex::new(BTreeMap::new()), unwritten: AtomicU64::new(0) }
    }

    /// Whether to write this line, because fewer than `most` lines about the subject were written in this period.
    /// Otherwise it is counted.
    fn take(&self, subject: &'static str, most: u32, now: Instant, line: impl FnOnce() -> String) -> bool {
        let mut subjects = self.subjects.lock().unwrap_or_else(PoisonError::into_inner);
        let subject = subjects.entry(subject).or_insert_with(|| Subject::new(now));
        if subject.unwritten == 0 && now.duration_since(subject.since) >= PERIOD {
            *subject = Subject::new(now);
        }
        if subject.written < most {
            subject.written += 1;
            return true;
        }
        self.unwritten.fetch_add(1, Ordering::Relaxed);
        subject.unwritten += 1;
        subject.newest = line();
        false
    }

    /// One line about each subject whose period is over, with the number of lines that were not written in it.
    fn summaries(&self, now: Instant) -> Vec<String> {
        let mut subjects = self.subjects.lock().unwrap_or_else(PoisonError::into_inner);
        let over = subjects
            .iter_mut()
            .filter(|(_, subject)| subject.unwritten > 0 && now.duration_since(subject.since) >= PERIOD);
        over.map(|(_, subject)| {
            let line = format!("{} more lines like this one: {}", subject.unwritten, subject.newest);
            // The summary is the only line of the next period, as long as it goes on.
            *subject = Subject { written: u32::MAX, ..Subject::new(now) };
            line
        })
        .collect()
    }
}

impl Subject {
    const fn new(since: Instant) -> Self {
        Self { since, written: 0, unwritten: 0, newest: String::new() }
    }
}

static REPEATS: Repeats = Repeats::new();

/// Whether to write this line about a subject of which there may be thousands per second: at most `most` lines per
/// minute are written. Others are counted, and [`write_summaries`] tells how many there were.
pub(crate) fn is_rare(subject: &'static str, most: u32, line: impl FnOnce() -> String) -> bool {
    REPEATS.take(subject, most, Instant::now(), line)
}

/// How many lines were counted instead of written, since the start of the process.
pub(crate) fn unwritten() -> u64 {
    REPEATS.unwritten.load(Ordering::Relaxed)
}

/// Writes how often the lines came that were not written. Called from time to time.
pub(crate) fn write_summaries() {
    REPEATS.summaries(Instant::now()).iter().for_each(|line| warn(line));
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_of_the_log_could_be_forged_by_a_clients_text() {
        let text = "no film\r\n2026-01-01 ERROR all is lost\0\u{85}\u{2028}\u{2029}\u{202e}\u{2066}\u{1b}[2J\u{feff}";
        let line = Escaped(&text).to_string();
        assert_eq!(
            line,
            "no film\\r\\n2026-01-01 ERROR all is lost\\0\\u{85}\\u{2028}\\u{2029}\\u{202e}\\u{2066}\\u{1b}[2J\\u{feff}"
        );
        assert_eq!(
            Escaped(&"`shoot` failed: 20 °C, \"größe\" 日本 C:\\film").to_string(),
            "`shoot` failed: 20 °C, \"größe\" 日本 C:\\film"
        );
    }

    #[test]
    fn a_source_that_fails_each_millisecond_wrote_609_lines_a_second() {
        let (repeats, start) = (Repeats::new(), Instant::now());
        let at = |ms| start + Duration::from_millis(ms);
        let mut written = 0;
        for ms in 0..180_000 {
            written += usize::from(repeats.take("measure", 10, at(ms), || format!("line {ms}")));
            written += repeats.summaries(at(ms)).len();
        }
        // Ten lines at once, and then one per minute.
        assert_eq!((written, repeats.unwritten.load(Ordering::Relaxed)), (12, 179_990));
        assert_eq!(repeats.summaries(at(180_000)), ["59999 more lines like this one: line 179999"]);
        assert!(repeats.take("another", 10, at(1), || "line".to_owned()), "each subject for itself");
        assert_eq!(repeats.summaries(at(300_000)).len(), 0);
        assert!(repeats.take("measure", 10, at(300_000), || "line".to_owned()), "after a quiet minute");
    }
}
