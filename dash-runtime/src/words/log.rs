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
        text.chars().try_for_each(|letter| match is_hidden(letter) {
            true => write!(self.0, "{}", letter.escape_debug()),
            false => self.0.write_char(letter),
        })
    }
}

/// Whether people do not see this letter as it is, or it changes how they see those around it. The letters that
/// `escape_debug` escapes only because it is for literals are visible.
pub(crate) fn is_hidden(letter: char) -> bool {
    !matches!(letter, '"' | '\'' | '\\') && letter.escape_debug().nth(1).is_some()
}

/// The time after which lines about a subject are written again.
const PERIOD: Duration = Duration::from_secs(60);

/// How many things of one subject have lines of their own. Further ones share the lines of the subject.
const APART: usize = 64;

/// Counts the lines about each subject, and about single things of it, such as the logins of one user. A subject is a name
/// in the program, so there are few.
#[derive(Debug)]
pub(crate) struct Repeats {
    subjects: Mutex<BTreeMap<(&'static str, String), Subject>>,
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
    fn take(&self, subject: &'static str, of: &str, most: u32, now: Instant, line: impl FnOnce() -> String) -> bool {
        let mut subjects = self.subjects.lock().unwrap_or_else(PoisonError::into_inner);
        let mut key = (subject, of.to_owned());
        if !subjects.contains_key(&key) && subjects.keys().filter(|(other, _)| *other == subject).count() > APART {
            key.1.clear();
        }
        let subject = subjects.entry(key).or_insert_with(|| Subject::new(now));
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
        // What was quiet for a period gives its place to others.
        subjects.retain(|(_, of), subject| {
            of.is_empty() || subject.unwritten > 0 || now.duration_since(subject.since) < PERIOD
        });
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
    is_rare_for(subject, "", most, line)
}

/// Like [`is_rare`], with a bound of its own for one thing of the subject, such as a user. There may be only few of them.
pub(crate) fn is_rare_for(subject: &'static str, of: &str, most: u32, line: impl FnOnce() -> String) -> bool {
    REPEATS.take(subject, of, most, Instant::now(), line)
}

/// How many lines were counted instead of written, since the start of the process.
pub(crate) fn unwritten() -> u64 {
    REPEATS.unwritten.load(Ordering::Relaxed)
}

/// Writes how often the lines came that were not written. Called from time to time.
pub(crate) fn write_summaries() {
    REPEATS.summaries(Instant::now()).iter().for_each(|line| warn(line));
}

/// Runs `run`, and returns the lines that it has written on this thread.
#[cfg(test)]
pub(crate) fn heard(run: impl FnOnce()) -> String {
    #[derive(Clone, Default)]
    struct Heard(std::sync::Arc<Mutex<Vec<u8>>>);

    impl std::io::Write for Heard {
        fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
            self.0.lock().unwrap_or_else(PoisonError::into_inner).extend(bytes);
            Ok(bytes.len())
        }

        fn flush(&mut self) -> std::io::Result<()> {
            Ok(())
        }
    }

    let heard = Heard::default();
    let writer = heard.clone();
    let lines = lines::layer().with_writer(move || writer.clone()).with_ansi(false);
    with_default(&Dispatch::new(tracing_subscriber::registry().with(lines)), run);
    let bytes = heard.0.lock().unwrap_or_else(PoisonError::into_inner);
    String::from_utf8_lossy(&bytes).into_owned()
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
            written += usize::from(repeats.take("measure", "", 10, at(ms), || format!("line {ms}")));
            written += repeats.summaries(at(ms)).len();
        }
        // Ten lines at once, and then one per minute.
        assert_eq!((written, repeats.unwritten.load(Ordering::Relaxed)), (12, 179_990));
        assert_eq!(repeats.summaries(at(180_000)), ["59999 more lines like this one: line 179999"]);
        assert!(repeats.take("another", "", 10, at(1), || "line".to_owned()), "each subject for itself");
        assert_eq!(repeats.summaries(at(300_000)).len(), 0);
        assert!(repeats.take("measure", "", 10, at(300_000), || "line".to_owned()), "after a quiet minute");
    }

    #[test]
    fn each_thing_of_a_subject_has_lines_of_its_own_within_a_bound() {
        let (repeats, start) = (Repeats::new(), Instant::now());
        let take = |of: &str, now| repeats.take("login", of, 1, now, || format!("of {of}"));
        assert!(take("", start) && take("ada", start) && take("bob", start));
        assert!(!take("ada", start) && !take("ada", start));
        for other in 0..1_000 {
            take(&format!("user{other}"), start);
        }
        assert!(repeats.subjects.lock().unwrap().len() <= APART + 1, "a bounded number");
        let later = start + PERIOD;
        let summaries = repeats.summaries(later);
        assert_eq!(summaries.len(), 2);
        assert!(summaries.iter().any(|line| line == "2 more lines like this one: of ada"), "{summaries:?}");
        assert!(take("carl", later), "who was quiet has given his place to others");
    }
}
