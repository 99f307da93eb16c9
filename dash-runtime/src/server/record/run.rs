//! Reads a record.

use std::{
    error, fmt,
    fs::File,
    io::{self, BufReader, Read as _, Seek as _, SeekFrom},
    path::{Path, PathBuf},
};

use super::{
    Header, Kind, Moment, Touched,
    frame::{Frame, HEAD, MAGIC, NoFrame, OLDEST, VERSION, fill},
    parts::older,
};
use crate::words::log;

/// The bytes of a file before its frames.
const BEGIN: usize = MAGIC.len() + 4;

/// Why a record cannot be written or read.
#[derive(Debug)]
pub struct RecordError {
    path: PathBuf,
    why: String,
    source: Option<io::Error>,
}

impl RecordError {
    pub(super) fn io(path: &Path, why: &str, source: io::Error) -> Self {
        Self { path: path.to_owned(), why: why.to_owned(), source: Some(source) }
    }

    pub(crate) fn new(path: &Path, why: impl Into<String>) -> Self {
        Self { path: path.to_owned(), why: why.into(), source: None }
    }
}

impl fmt::Display for RecordError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.path.display(), self.why)?;
        self.source.as_ref().map_or(Ok(()), |source| write!(f, ": {source}"))
    }
}

impl error::Error for RecordError {
    fn source(&self) -> Option<&(dyn error::Error + 'static)> {
        self.source.as_ref().map(|source| source as _)
    }
}

/// Why a file is not open.
struct NotOpen {
    error: RecordError,
    /// What is the matter, if an older part may be shown in its place.
    has_no_state: Option<&'static str>,
}

impl From<RecordError> for NotOpen {
    fn from(error: RecordError) -> Self {
        Self { error, has_no_state: None }
    }
}

/// What each file of this version begins with.
fn begin_of_file() -> [u8; BEGIN] {
    let mut begin = [0; BEGIN];
    begin[..MAGIC.len()].copy_from_slice(&MAGIC);
    begin[MAGIC.len()..].copy_from_slice(&VERSION.to_le_bytes());
    begin
}

/// Whether the file is a record that ends before its first state. What is torn or damaged does not count: a person may want
/// to look at it.
pub(super) fn is_begin_only(path: &Path) -> bool {
    let is_begin_only = || -> io::Result<bool> {
        let mut file = BufReader::new(File::open(path)?);
        let mut begin = [0; BEGIN];
        let read = fill(&mut file, &mut begin)?;
        if begin[..read] != begin_of_file()[..read] {
            return Ok(false);
        }
        loop {
            match Frame::read(&mut file)? {
                Ok(frame) if frame.kind == Kind::Keyframe => return Ok(false),
                Ok(_) => {}
                Err(no_frame) => return Ok(no_frame == NoFrame::End),
            }
        }
    };
    is_begin_only().unwrap_or(false)
}

/// A keyframe of the file.
#[derive(Debug, Clone, Copy)]
struct Mark {
    offset: u64,
    at: u64,
}

/// What a walk through a record comes to.
#[cfg(any(feature = "mcap", feature = "testing"))]
pub(crate) enum Walked<'a> {
    /// A state, with what may differ from the one before.
    #[cfg_attr(not(feature = "mcap"), allow(dead_code, reason = "only the export reads it"))]
    State(&'a Touched),
    /// What is not part of the state.
    Other(&'a Entry),
}

/// What a frame says that is not part of the state.
#[cfg(any(feature = "mcap", feature = "testing"))]
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Entry {
    pub(crate) kind: Kind,
    /// Microseconds since the start of the run.
    pub(crate) at: u64,
    /// JSON.
    pub(crate) body: Vec<u8>,
}

/// A record that is open, and the state at one place in it.
#[derive(Debug)]
pub(crate) struct Run {
    path: PathBuf,
    header: Header,
    keyframes: Vec<Mark>,
    /// The time of the last frame, in microseconds since the start of the run.
    end: u64,
    /// Changes are missing before these times.
    gaps: Vec<u64>,
    /// How many bytes at the end of the file cannot be read.
    lost: u64,
    /// The file, with the place of the next frame, and the end of what can be read.
    file: BufReader<File>,
    next: u64,
    limit: u64,
    ahead: Option<Frame>,
    /// The place of the frame that made the state.
    last: u64,
    moment: Moment,
}

impl Run {
    /// Opens the record, and walks through it once: a frame counts if its checksum is right. What was torn off at the end
    /// by a crash is left out. The state is the first one.
    ///
    /// If the program has ended while this file began, the file is missing or has no state. Then the record is the newest
    /// older part that has one, and the log says so.
    ///
    /// # Errors
    /// If the file cannot be read, is no record, is of a newer version, or has no state.
    pub(crate) fn open(path: &Path) -> Result<Self, RecordError> {
        let (why, error) = match Self::open_file(path) {
            Ok(run) => return Ok(run),
            Err(NotOpen { error, has_no_state: Some(why) }) => (why, error),
            Err(NotOpen { error, .. }) => return Err(error),
        };
        let Some(run) = older(path).find_map(|part| Self::open_file(&part).ok()) else { return Err(error) };
        let (path, part) = (path.display(), run.path.display());
        log::warn(&format_args!(
            "{path}: {why}, as if the program had ended while it began; the part before it is shown, {part}"
        ));
        Ok(run)
    }

    fn open_file(path: &Path) -> Result<Self, NotOpen> {
        let failed = |error| RecordError::io(path, "the record cannot be read", error);
        let file = File::open(path).map_err(|error| NotOpen {
            has_no_state: (error.kind() == io::ErrorKind::NotFound).then_some("the file is not there"),
            error: failed(error),
        })?;
        let size = file.metadata().map_err(failed)?.len();
        let mut file = BufReader::with_capacity(1 << 16, file);
        let mut begin = [0; BEGIN];
        let read = fill(&mut file, &mut begin).map_err(failed)?;
        // After a power failure, some file systems have zeros in place of what was not written yet.
        if begin_of_file().starts_with(&begin[..read]) && read < begin.len() || begin == [0; BEGIN] {
            let why = "this is not the record of a run, which `App::record` writes: the file is empty";
            return Err(NotOpen { error: RecordError::new(path, why), has_no_state: Some("the file is empty") });
        }
        let (magic, version) = begin.split_at(MAGIC.len());
        if read < begin.len() || magic != MAGIC {
            return Err(RecordError::new(path, "this is not the record of a run, which `App::record` writes").into());
        }
        let version = version.iter().rev().fold(0, |all, byte| all << 8 | u32::from(*byte));
        if version > VERSION {
            let why = format!(
                "the record was written by a newer version of dash-devices: its form is {version}, and this program reads forms up to {VERSION}"
            );
            return Err(RecordError::new(path, why).into());
        }
        if version < OLDEST {
            let why = format!(
                "the record was written by an older version of dash-devices: its form is {version}, and this program reads forms from {OLDEST} on; replay it with the program that has written it"
            );
            return Err(RecordError::new(path, why).into());
        }
        let first = Frame::read(&mut file).map_err(failed)?;
        let first = first.ok().filter(|frame| frame.kind == Kind::Header);
        let header = first.as_ref().and_then(|frame| serde_json::from_slice(&frame.body).ok());
        let (Some(header), Some(first)) = (header, first) else {
            let error = RecordError::new(path, "the begin of the record is damaged, so nothing of it can be read");
            return Err(NotOpen { error, has_no_state: Some("the begin of the file is damaged") });
        };
        let after = |offset: u64, frame: &Frame| offset + (HEAD + frame.body.len()) as u64;
        let mut run = Self {
            path: path.to_owned(),
            header,
            keyframes: Vec::new(),
            end: 0,
            gaps: Vec::new(),
            lost: 0,
            file,
            next: 0,
            limit: after(begin.len() as u64, &first),
            ahead: None,
            last: 0,
            moment: Moment::default(),
        };
        loop {
            match Frame::read(&mut run.file).map_err(failed)? {
                Ok(frame) => {
                    match frame.kind {
                        Kind::Keyframe => run.keyframes.push(Mark { offset: run.limit, at: frame.at }),
                        Kind::Gap => run.gaps.push(frame.at),
                        _ => {}
                    }
                    run.end = run.end.max(frame.at);
                    run.limit = after(run.limit, &frame);
                }
                Err(NoFrame::End) => break,
                Err(NoFrame::Torn) => {
                    run.lost = size.saturating_sub(run.limit);
                    break;
                }
            }
        }
        if run.keyframes.is_empty() {
            let error =
                RecordError::new(path, "the record has no state of the dashboard: the program ended before one");
            return Err(NotOpen { error, has_no_state: Some("the file has no state of the dashboard") });
        }
        run.go_to(0, &mut Touched::default())?;
        Ok(run)
    }

    pub(crate) const fn header(&self) -> &Header {
        &self.header
    }

    pub(crate) fn path(&self) -> &Path {
        &self.path
    }

    /// The time of the first state and that of the end, in microseconds since the start of the run.
    pub(crate) fn span(&self) -> (u64, u64) {
        (self.keyframes.first().map_or(0, |first| first.at), self.end)
    }

    /// Changes are missing before these times.
    pub(crate) fn gaps(&self) -> &[u64] {
        &self.gaps
    }

    /// How many bytes at the end were torn off by a crash.
    pub(crate) const fn lost(&self) -> u64 {
        self.lost
    }

    /// The state.
    pub(crate) const fn moment(&self) -> &Moment {
        &self.moment
    }

    /// Goes to the last state at `at` or before. Says in `touched` what may differ.
    ///
    /// # Errors
    /// If the file cannot be read.
    pub(crate) fn seek(&mut self, at: u64, touched: &mut Touched) -> Result<(), RecordError> {
        let after = self.keyframes.partition_point(|mark| mark.at <= at);
        let mark = after.saturating_sub(1);
        let is_ahead = self.keyframes[mark].offset >= self.next;
        if at < self.moment.at || is_ahead {
            self.go_to(mark, touched)?;
        }
        while self.next_at()?.is_some_and(|next| next <= at) {
            self.apply_next(touched)?;
        }
        Ok(())
    }

    /// Goes to the next state. Returns whether there is one.
    ///
    /// # Errors
    /// If the file cannot be read.
    pub(crate) fn step(&mut self, touched: &mut Touched) -> Result<bool, RecordError> {
        let is_some = self.next_at()?.is_some();
        if is_some {
            self.apply_next(touched)?;
        }
        Ok(is_some)
    }

    /// Goes to the state before this one. Returns whether there is one.
    ///
    /// # Errors
    /// If the file cannot be read.
    pub(crate) fn step_back(&mut self, touched: &mut Touched) -> Result<bool, RecordError> {
        let here = self.last;
        let Some(mark) = self.keyframes.partition_point(|mark| mark.offset < here).checked_sub(1) else {
            return Ok(false);
        };
        self.go_to(mark, touched)?;
        while self.next_at()?.is_some() && self.next < here {
            self.apply_next(touched)?;
        }
        Ok(true)
    }

    /// The time of the next state.
    ///
    /// # Errors
    /// If the file cannot be read.
    pub(crate) fn next_at(&mut self) -> Result<Option<u64>, RecordError> {
        loop {
            if self.ahead.is_none() {
                self.ahead = self.read()?;
            }
            match &self.ahead {
                None => return Ok(None),
                Some(frame) if matches!(frame.kind, Kind::Commit | Kind::Keyframe) => return Ok(Some(frame.at)),
                Some(_) => self.skip(),
            }
        }
    }

    /// Walks through the whole record, from the first state on. Afterwards the state is the first one again.
    ///
    /// # Errors
    /// If the file cannot be read, and the error of `visit`.
    #[cfg(any(feature = "mcap", feature = "testing"))]
    pub(crate) fn walk(
        &mut self,
        mut visit: impl FnMut(&Moment, Walked<'_>) -> Result<(), RecordError>,
    ) -> Result<(), RecordError> {
        self.place(self.keyframes[0].offset)?;
        while let Some(frame) = self.read()? {
            if matches!(frame.kind, Kind::Commit | Kind::Keyframe) {
                self.ahead = Some(frame);
                let mut touched = Touched::default();
                self.apply_next(&mut touched)?;
                visit(&self.moment, Walked::State(&touched))?;
            } else {
                self.next += (HEAD + frame.body.len()) as u64;
                let Frame { kind, at, body, .. } = frame;
                visit(&self.moment, Walked::Other(&Entry { kind, at, body }))?;
            }
        }
        self.go_to(0, &mut Touched::default())
    }

    fn skip(&mut self) {
        if let Some(frame) = self.ahead.take() {
            self.next += (HEAD + frame.body.len()) as u64;
        }
    }

    fn apply_next(&mut self, touched: &mut Touched) -> Result<(), RecordError> {
        let Some(frame) = self.ahead.as_ref() else { return Ok(()) };
        self.last = self.next;
        (self.moment.at, self.moment.rev) = (frame.at, frame.rev);
        let applied = self.moment.apply(&self.header, &frame.body, frame.kind == Kind::Keyframe, touched);
        self.skip();
        applied.map_err(|why| RecordError::new(&self.path, format!("a change cannot be read: {why}")))
    }

    /// Goes to the keyframe at this index.
    fn go_to(&mut self, mark: usize, touched: &mut Touched) -> Result<(), RecordError> {
        self.place(self.keyframes[mark].offset)?;
        touched.all = true;
        self.next_at()?;
        self.apply_next(touched)
    }

    fn place(&mut self, offset: u64) -> Result<(), RecordError> {
        self.ahead = None;
        self.next = offset;
        let moved = self.file.seek(SeekFrom::Start(offset));
        moved.map(drop).map_err(|error| RecordError::io(&self.path, "the record cannot be read", error))
    }

    fn read(&mut self) -> Result<Option<Frame>, RecordError> {
        if self.next >= self.limit {
            return Ok(None);
        }
        let read = Frame::read(&mut self.file.by_ref().take(self.limit - self.next));
        match read.map_err(|error| RecordError::io(&self.path, "the record cannot be read", error))? {
            Ok(frame) => Ok(Some(frame)),
            Err(_) => Err(RecordError::new(&self.path, "the record has changed while it was read")),
        }
    }
}
