//! Writes the record of a run, on a thread of its own.
//!
//! Nobody waits for it. If the disk is slower than the dashboard, the queue becomes full and changes are lost. Then the
//! record has a gap: it says so, the log says so, and the record goes on with a keyframe. The same after a write that has
//! failed.

use std::{
    fs::{File, OpenOptions},
    io::{self, Seek as _, SeekFrom},
    path::{Path, PathBuf},
    sync::{
        Arc, Mutex,
        atomic::{AtomicBool, AtomicU64, AtomicUsize, Ordering},
        mpsc::{Receiver, RecvTimeoutError, SyncSender, TrySendError, sync_channel},
    },
    thread::{self, JoinHandle},
    time::{Duration, Instant},
};

use serde_json::json;

use super::{
    Header, Kind, RecordError, Recording, body,
    frame::{Frame, MAGIC, VERSION},
    parts::{keep_parts, push_away},
};
use crate::{
    engine::{
        Engine, audit,
        recording::{ClientEvent, Recorded},
    },
    server::lock,
    words::log,
};

/// The number of events that wait for the disk. More are lost. At 1 000 changes a second it is a disk that stands still for
/// 8 seconds.
pub(super) const QUEUE: usize = 8192;

/// A record that goes on after a gap needs a keyframe, for which there must be room.
const HALF: usize = QUEUE / 2;

/// After so many bytes of changes the record has a keyframe, or after four times the size of the last one, if that is more.
/// So keyframes are at most a fifth of a large record, and a seek reads at most so much.
const BETWEEN: u64 = 256 * 1024;
const PER_KEYFRAME: u64 = 4;

/// How long a power failure may take back.
const SYNC: Duration = Duration::from_secs(5);

/// The time until a write that has failed is tried again.
const AGAIN: Duration = Duration::from_millis(if cfg!(test) { 20 } else { 1000 });

/// How long the end of the program waits for the last write.
const END: Duration = Duration::from_secs(2);

/// The way of one dashboard to its record.
#[derive(Debug, Clone)]
pub(crate) struct Recorder(Arc<Shared>);

#[derive(Debug)]
struct Shared {
    /// `None` after the end.
    sender: Mutex<Option<SyncSender<Event>>>,
    state: Arc<State>,
    path: PathBuf,
}

/// What the thread and the dashboard know of each other.
#[derive(Debug, Default)]
struct State {
    /// The number of events that are not in the file yet.
    waiting: AtomicUsize,
    /// How many keyframes the thread has asked for, and how many of these requests were met. A number, because the thread
    /// may ask again while one is on its way.
    wanted: AtomicU64,
    granted: AtomicU64,
    /// The events that are not in the record since its last keyframe, and since the start.
    missed: AtomicU64,
    lost: AtomicU64,
    /// Whether the last write has failed.
    has_failed: AtomicBool,
    bytes: AtomicU64,
}

/// What is to be written.
#[derive(Debug)]
struct Event {
    /// The time since the start of the run.
    at: Duration,
    /// How many events before it are lost.
    missed: u64,
    recorded: Option<Recorded>,
    audit: Vec<audit::Record>,
}

/// The threads of all records of a program.
#[derive(Debug)]
pub(crate) struct Writer {
    recorder: Recorder,
    thread: Mutex<Option<JoinHandle<()>>>,
}

impl Writer {
    /// Begins a record. What is at this path becomes an older part of it.
    ///
    /// # Errors
    /// If the file cannot be written. A dashboard that shall be recorded does not start without its record.
    pub(crate) fn start(recording: &Recording, header: &Header) -> Result<Self, RecordError> {
        Self::start_with(recording, header, Box::new(open))
    }

    pub(super) fn start_with(recording: &Recording, header: &Header, open: Open) -> Result<Self, RecordError> {
        let state = Arc::new(State::default());
        let output = Output::create(recording, header, Arc::clone(&state), open)?;
        let (sender, events) = sync_channel(QUEUE);
        let run = move || output.run(&events);
        let thread = thread::Builder::new().name("dash-record".to_owned()).spawn(run);
        let thread =
            thread.map_err(|error| RecordError::io(&recording.path, "there is no thread for the record", error))?;
        let path = recording.path.clone();
        let recorder = Recorder(Arc::new(Shared { sender: Mutex::new(Some(sender)), state, path }));
        Ok(Self { recorder, thread: Mutex::new(Some(thread)) })
    }

    pub(crate) fn recorder(&self) -> Recorder {
        self.recorder.clone()
    }

    /// The same, and waits for it as long as it takes.
    #[cfg(feature = "testing")]
    pub(crate) fn finish(&self) {
        drop(lock(&self.recorder.0.sender).take());
        if let Some(thread) = lock(&self.thread).take() {
            // A panic of the thread was reported.
            let _ = thread.join();
        }
    }

    /// Writes what waits, and closes the file.
    pub(crate) async fn end(&self) {
        drop(lock(&self.recorder.0.sender).take());
        let Some(thread) = lock(&self.thread).take() else { return };
        let joined = tokio::task::spawn_blocking(move || thread.join());
        if tokio::time::timeout(END, joined).await.is_err() {
            log::warn(&"the record of the run is not complete: the program ends without waiting for the disk");
        }
    }
}

impl Recorder {
    /// Puts what has happened into the queue. Called under the engine's lock, and never waits.
    pub(crate) fn put(&self, engine: &mut Engine, now: Duration, audit: &[audit::Record]) {
        let state = &self.0.state;
        let missed = state.missed.load(Ordering::Acquire);
        let wanted = state.wanted.load(Ordering::Acquire);
        let whole = missed > 0 || wanted > state.granted.load(Ordering::Acquire);
        if missed > 0 && state.waiting.load(Ordering::Acquire) > HALF {
            // The keyframe comes when the disk has caught up.
            if engine.take_run(false).is_some() || !audit.is_empty() {
                self.lose();
            }
            return;
        }
        let recorded = engine.take_run(whole);
        if recorded.is_none() && audit.is_empty() {
            return;
        }
        let event = Event { at: now, missed, recorded, audit: audit.to_vec() };
        let Some(sender) = lock(&self.0.sender).clone() else { return };
        // Before the thread can take it.
        state.waiting.fetch_add(1, Ordering::AcqRel);
        match sender.try_send(event) {
            Ok(()) if whole => {
                state.granted.store(wanted, Ordering::Release);
                state.missed.fetch_sub(missed, Ordering::AcqRel);
            }
            Ok(()) => {}
            Err(TrySendError::Full(_) | TrySendError::Disconnected(_)) => {
                state.waiting.fetch_sub(1, Ordering::AcqRel);
                self.lose();
            }
        }
    }

    fn lose(&self) {
        let state = &self.0.state;
        state.lost.fetch_add(1, Ordering::AcqRel);
        if state.missed.fetch_add(1, Ordering::AcqRel) == 0 {
            log::warn(&format_args!(
                "{}: the disk is too slow for the record of the run, which has a gap here",
                self.0.path.display()
            ));
        }
    }

    /// Whether the record is written at present.
    pub(crate) fn is_written(&self) -> bool {
        !self.0.state.has_failed.load(Ordering::Acquire)
    }

    /// For `/health`.
    pub(crate) fn report(&self) -> serde_json::Value {
        let state = &self.0.state;
        json!({
            "status": if self.is_written() { "ok" } else { "failing" },
            "waiting": state.waiting.load(Ordering::Acquire),
            "lost": state.lost.load(Ordering::Acquire),
            "bytes": state.bytes.load(Ordering::Acquire),
        })
    }
}

/// A file that is written. In tests, one that fails.
pub(super) trait Medium: io::Write + Send {
    /// Cuts the file to this length. The next write is behind it.
    fn cut(&mut self, len: u64) -> io::Result<()>;

    /// Writes to the disk.
    fn sync(&mut self) -> io::Result<()>;
}

impl Medium for File {
    fn cut(&mut self, len: u64) -> io::Result<()> {
        self.set_len(len)?;
        self.seek(SeekFrom::Start(len)).map(drop)
    }

    fn sync(&mut self) -> io::Result<()> {
        self.sync_data()
    }
}

/// Opens a new file.
pub(super) type Open = Box<dyn Fn(&Path) -> io::Result<Box<dyn Medium>> + Send>;

/// The file, on the thread.
struct Output {
    path: PathBuf,
    size: u64,
    header: Header,
    state: Arc<State>,
    open: Open,
    file: Box<dyn Medium>,
    /// The length of the file without a frame that was written in part.
    len: u64,
    /// What is not in the file yet.
    buffer: Vec<u8>,
    /// The bytes of changes since the last keyframe, and the size of that one.
    since: u64,
    keyframe: u64,
    /// Whether changes are missing here, so that only a keyframe can go on.
    needs_whole: bool,
    /// Whether a keyframe is on its way.
    has_asked: bool,
    /// Whether the next keyframe begins a new file, because this one is large.
    wants_part: bool,
    /// Whether the file is at its path. Otherwise it is an older part already, and the new file could not be opened.
    is_in_place: bool,
    /// The end of a gap, if the file ends with one.
    gap_end: Option<u64>,
    /// Whether the log has told that the size is too small.
    has_told_size: bool,
    synced: Instant,
    is_synced: bool,
    /// When a write that has failed is tried again.
    again: Option<Instant>,
    /// The time of the last event.
    at: u64,
}

impl Output {
    fn create(recording: &Recording, header: &Header, state: Arc<State>, open: Open) -> Result<Self, RecordError> {
        let path = &recording.path;
        let failed = |error| RecordError::io(path, "the record of the run cannot be written", error);
        push_away(path, recording.size - recording.size / 4);
        let file = open(path).map_err(failed)?;
        let mut output = Self {
            path: path.clone(),
            size: recording.size,
            header: header.clone(),
            state,
            open,
            file,
            len: 0,
            buffer: Vec::new(),
            since: 0,
            keyframe: 0,
            needs_whole: true,
            has_asked: false,
            wants_part: false,
            is_in_place: true,
            gap_end: None,
            has_told_size: false,
            synced: Instant::now(),
            is_synced: true,
            again: None,
            at: 0,
        };
        output.begin();
        output.ask();
        output.flush().map_err(failed)?;
        Ok(output)
    }

    /// Asks for a keyframe with the next event.
    fn ask(&mut self) {
        if !std::mem::replace(&mut self.has_asked, true) {
            self.state.wanted.fetch_add(1, Ordering::AcqRel);
        }
    }

    /// The first bytes of a file.
    fn begin(&mut self) {
        self.buffer.extend(MAGIC);
        self.buffer.extend(VERSION.to_le_bytes());
        // A list of texts and numbers can always be encoded as JSON.
        let body = serde_json::to_vec(&self.header).unwrap_or_default();
        self.frame(Kind::Header, 0, body);
    }

    fn frame(&mut self, kind: Kind, rev: u64, body: Vec<u8>) {
        Frame { kind, at: self.at, rev, body }.write(&mut self.buffer);
    }

    fn run(mut self, events: &Receiver<Event>) {
        loop {
            match events.recv_timeout(SYNC) {
                Ok(event) => {
                    self.take(event);
                    let mut taken = 1;
                    // What waits is written at once.
                    while let Ok(event) = events.try_recv() {
                        self.take(event);
                        taken += 1;
                        if self.buffer.len() as u64 > BETWEEN {
                            self.write_taken(std::mem::take(&mut taken));
                        }
                    }
                    self.write_taken(taken);
                }
                Err(RecvTimeoutError::Timeout) => self.write(),
                Err(RecvTimeoutError::Disconnected) => break,
            }
        }
        if self.again.is_none() {
            self.frame(Kind::End, 0, Vec::new());
        }
        self.synced = self.synced.checked_sub(SYNC).unwrap_or(self.synced);
        self.write();
    }

    fn take(&mut self, event: Event) {
        let Event { at, missed, recorded, audit } = event;
        self.at = u64::try_from(at.as_micros()).unwrap_or(u64::MAX);
        if self.again.is_some() {
            self.state.lost.fetch_add(1, Ordering::AcqRel);
            return;
        }
        if missed > 0 {
            self.frame(Kind::Gap, 0, json!({ "lost": missed }).to_string().into_bytes());
        }
        let is_whole = recorded.as_ref().is_some_and(|recorded| recorded.whole);
        // Until the keyframe is there, everything goes to the file before, so that nothing is lost.
        if is_whole
            && self.wants_part
            && let Err(error) = self.next_part()
        {
            self.state.lost.fetch_add(1, Ordering::AcqRel);
            return self.failed(&error);
        }
        if let Some(recorded) = recorded {
            self.take_recorded(&recorded);
        }
        for record in &audit {
            let body = audited(record);
            self.frame(Kind::Audit, record.rev, body);
        }
    }

    fn take_recorded(&mut self, recorded: &Recorded) {
        if self.needs_whole && !recorded.whole {
            // The state that these changes are of is missing.
            self.ask();
            if !recorded.changes.is_empty() {
                self.state.lost.fetch_add(1, Ordering::AcqRel);
            }
        } else if recorded.whole || !recorded.changes.is_empty() {
            self.take_state(recorded);
        }
        // Behind the state, because a file begins with one.
        for ClientEvent { client, user, role, came } in &recorded.clients {
            let body = json!({ "client": client.to_string(), "user": user, "role": role, "came": came });
            self.frame(Kind::Client, recorded.rev, body.to_string().into_bytes());
        }
        if recorded.whole {
            let client = |ClientEvent { client, user, role, .. }: &ClientEvent| json!({ "client": client.to_string(), "user": user, "role": role });
            let body: Vec<_> = recorded.present.iter().map(client).collect();
            self.frame(Kind::Present, recorded.rev, json!(body).to_string().into_bytes());
        }
    }

    fn take_state(&mut self, recorded: &Recorded) {
        let body = body::written(recorded);
        let size = body.len() as u64;
        if recorded.whole {
            (self.since, self.keyframe, self.needs_whole, self.has_asked) = (0, size, false, false);
            self.tell_size();
            return self.frame(Kind::Keyframe, recorded.rev, body);
        }
        self.frame(Kind::Commit, recorded.rev, body);
        self.since += size;
        if self.since > BETWEEN.max(self.keyframe * PER_KEYFRAME) {
            self.since = 0;
            self.ask();
        }
    }

    /// Writes what waits, and says that so many events do not wait any more.
    fn write_taken(&mut self, count: usize) {
        self.write();
        self.state.waiting.fetch_sub(count, Ordering::AcqRel);
    }

    /// Writes what waits. After a failure, tries again from time to time.
    fn write(&mut self) {
        if self.again.is_some_and(|again| Instant::now() < again) {
            return;
        }
        let written = match self.again {
            // A frame that was written in part must not stay, because nothing can be read behind it.
            Some(_) => self.cut().and_then(|()| self.flush()),
            None => self.flush(),
        };
        match written.and_then(|()| self.sync()) {
            Ok(()) => {
                self.bound();
                if self.again.take().is_some() {
                    // One that came meanwhile was not written.
                    self.has_asked = false;
                    self.ask();
                    self.state.has_failed.store(false, Ordering::Release);
                    log::warn(&format_args!("{}: the record of the run goes on, after a gap", self.path.display()));
                }
            }
            Err(error) => self.failed(&error),
        }
    }

    fn failed(&mut self, error: &io::Error) {
        self.buffer.clear();
        // The file may have a part of a frame now. What follows begins with a gap and a keyframe.
        self.needs_whole = true;
        if self.again.is_none() {
            self.state.has_failed.store(true, Ordering::Release);
            log::error(&format_args!(
                "{}: the record of the run cannot be written: {error}; it is tried again every second",
                self.path.display()
            ));
        }
        self.again = Some(Instant::now() + AGAIN);
    }

    /// Cuts off what was written in part, and says that something is missing.
    fn cut(&mut self) -> io::Result<()> {
        if self.is_in_place {
            self.file.cut(self.len)?;
        } else {
            self.open_part()?;
        }
        if self.len == 0 {
            // Also of the header a part may be there.
            self.buffer.clear();
            self.begin();
        }
        // While it is tried again and again, one gap says all.
        if self.gap_end != Some(self.len) {
            // Whether there is room is known only after a write.
            self.frame(Kind::Gap, 0, json!({ "lost": 1 }).to_string().into_bytes());
            self.gap_end = Some(self.len + self.buffer.len() as u64);
        }
        Ok(())
    }

    fn flush(&mut self) -> io::Result<()> {
        if self.buffer.is_empty() {
            return Ok(());
        }
        self.file.write_all(&self.buffer)?;
        self.len += self.buffer.len() as u64;
        self.is_synced = false;
        self.buffer.clear();
        self.state.bytes.store(self.len, Ordering::Release);
        Ok(())
    }

    fn sync(&mut self) -> io::Result<()> {
        if !self.is_synced && self.synced.elapsed() >= SYNC {
            self.file.sync()?;
            (self.synced, self.is_synced) = (Instant::now(), true);
        }
        Ok(())
    }

    /// The length at which the file becomes an older part. It has at least as much of changes as of its keyframe: a file
    /// that is full with its keyframe would be followed by another one at once, for ever.
    fn longest(&self) -> u64 {
        (self.size / 4).max(2 * self.keyframe)
    }

    /// Asks for a keyframe that begins a new file if this one is large, and keeps the bound of all parts.
    fn bound(&mut self) {
        // A little before, because what waits until the keyframe is there goes to this file too.
        if self.len >= self.longest() - self.size / 32 {
            self.wants_part = true;
            self.ask();
        }
        if self.len > self.longest() {
            keep_parts(&self.path, self.size.saturating_sub(self.len));
        }
    }

    /// This file becomes an older part, and a new one begins.
    fn next_part(&mut self) -> io::Result<()> {
        if self.is_in_place {
            self.flush()?;
            // Nobody writes it to the disk later.
            self.file.sync()?;
            push_away(&self.path, self.size.saturating_sub(self.longest()));
            self.is_in_place = false;
        }
        self.open_part()?;
        self.begin();
        Ok(())
    }

    fn open_part(&mut self) -> io::Result<()> {
        self.file = (self.open)(&self.path)?;
        (self.is_in_place, self.wants_part, self.gap_end) = (true, false, None);
        (self.len, self.since, self.keyframe, self.is_synced) = (0, 0, 0, true);
        Ok(())
    }

    /// Tells once that the record has room for little more than the state of the dashboard.
    fn tell_size(&mut self) {
        if 2 * self.keyframe > self.size / 4 && !std::mem::replace(&mut self.has_told_size, true) {
            log::warn(&format_args!(
                "{}: the record of the run goes back only a little: each state of the dashboard has {} bytes, and all parts together may have {}; set a size of {} or more with `Recording::size`",
                self.path.display(),
                self.keyframe,
                self.size,
                self.keyframe * 32,
            ));
        }
    }
}

fn open(path: &Path) -> io::Result<Box<dyn Medium>> {
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    Ok(Box::new(options.open(path)?))
}

/// What somebody wanted, as JSON. Without what only one client sees, and without what is secret.
fn audited(record: &audit::Record) -> Vec<u8> {
    let shown = |text: &Option<String>| text.clone().filter(|_| !record.is_hidden());
    json!({
        "n": record.number,
        "at": u64::try_from(record.at.as_micros()).unwrap_or(u64::MAX),
        "user": record.user,
        "role": record.role,
        "client": record.client.map(|client| client.to_string()),
        "property": record.prop,
        "old": shown(&record.old),
        "new": shown(&record.new),
        "hidden": record.is_hidden(),
        "outcome": record.outcome,
        "why": shown(&record.why),
        "times": record.times,
    })
    .to_string()
    .into_bytes()
}
