//! Writes the record of commands to files, one JSON object per line.
//!
//! Records come in under the engine's lock, so nothing here waits for a file there. They wait in a queue with a bound. What
//! the files do not take in time is counted, and the files say so as soon as they take something again.

mod files;
mod holes;
mod past;
mod search;

use std::{
    collections::VecDeque,
    mem::take,
    path::{Path, PathBuf},
    sync::{
        Arc, Condvar, Mutex,
        atomic::{AtomicBool, Ordering},
    },
    thread,
    time::{Duration, SystemTime},
};

use serde_json::{Value, json};
use tokio::{sync::oneshot, time::timeout};

use self::files::{Kept, Lost, of_refusals};
pub(crate) use self::holes::Hole;
use super::lock;
use crate::{
    engine::audit::{PastRecord, Record},
    words::log,
};

/// How long the end of the program waits for the records that are not written yet.
const END_TIME: Duration = Duration::from_millis(200);

/// The size of the records that wait, in bytes of their lines, about. As much again may be with the thread that writes.
const WAITING: usize = 4 * 1024 * 1024;

/// A record, with the time of its arrival and the device it is about.
#[derive(Debug)]
struct Written {
    record: Record,
    time: SystemTime,
    device: Arc<str>,
}

/// The place of a record in the order of all: its time in milliseconds since the Unix epoch, and its number.
pub(crate) type Place = (u64, u64);

/// What a search in the files is for.
pub(crate) struct Search {
    /// The key of the device.
    pub(crate) device: String,
    /// In milliseconds since the Unix epoch.
    pub(crate) times: std::ops::Range<u64>,
    /// Only records before this one.
    pub(crate) before: Option<Place>,
    /// So many of the newest.
    pub(crate) most: usize,
    /// Whether records of the property with this name are wanted.
    pub(crate) wants: Box<dyn Fn(&str) -> bool + Send>,
}

/// What a search has found.
#[derive(Debug, Default)]
pub(crate) struct Found {
    /// The newest that are wanted, oldest first.
    pub(crate) records: Vec<PastRecord>,
    /// What is missing among them, oldest first.
    pub(crate) lost: Vec<(Place, Hole)>,
    /// It has ended before all files were read that can have what is wanted: it goes on before this place.
    pub(crate) next: Option<Place>,
    /// So many bytes were read, beside those for the index.
    #[cfg_attr(not(test), expect(dead_code, reason = "tests look at it"))]
    read: u64,
}

/// Nobody waits for a search any more when this is dropped.
struct Gone(Arc<AtomicBool>);

impl Drop for Gone {
    fn drop(&mut self) {
        self.0.store(true, Ordering::Relaxed);
    }
}

/// The way to the thread that writes.
#[derive(Debug, Clone)]
pub(crate) struct AuditLog(Arc<Queue>);

/// Nobody holds its lock while a file is written.
#[derive(Debug, Default)]
struct Queue {
    /// The file of what had an effect.
    path: PathBuf,
    /// One search reads the files at a time, and has this until it has ended, whether somebody waits for it or not.
    index: Arc<tokio::sync::Mutex<search::Index>>,
    waiting: Mutex<Waiting>,
    work: Condvar,
    /// The newest records of former runs, until the dashboards take them.
    past: Mutex<past::Past>,
}

/// What the thread that writes takes next: all of it at once.
#[derive(Debug, Default)]
struct Waiting {
    records: VecDeque<Written>,
    /// Their size in bytes, about.
    size: usize,
    /// Records for which there was no room since the thread has taken the others. They came after them, because from the
    /// first one that is lost until the thread takes all, each one is lost.
    lost: Lost,
    /// Who waits until all before is written.
    flushes: Vec<oneshot::Sender<()>>,
    /// Records that are in no file, since the start, also those that a file has refused.
    lost_ever: u64,
    /// Whether the newest record is in no file.
    is_losing: bool,
}

impl AuditLog {
    /// Opens the file, and the one for refusals beside it. Who is refused a million times pushes out only other refusals.
    /// `shown` is how many records a page keeps: so many of former runs are read back.
    ///
    /// # Errors
    /// If a file cannot be written. A dashboard that shall keep a record does not start without one.
    pub(crate) fn open(path: &Path, shown: usize) -> Result<Self, String> {
        let files = [Kept::open(path.to_owned())?, Kept::open(of_refusals(path))?];
        // Twice as many, since the records of moves are not shown, and one user may have most.
        let past = Mutex::new(past::read(path, shown.saturating_mul(2)));
        let queue = Arc::new(Queue { path: path.to_owned(), past, ..Queue::default() });
        let log = Self(Arc::clone(&queue));
        let write = move || queue.write_to(files);
        let writes = thread::Builder::new().name("dash-audit".to_owned()).spawn(write);
        writes.map(|_| log).map_err(|error| format!("no thread for the record: {error}"))
    }

    /// Takes the newest records of former runs of a device, oldest first.
    pub(crate) fn take_past(&self, device: &str) -> Vec<PastRecord> {
        lock(&self.0.past).remove(device).unwrap_or_default()
    }

    /// Writes these records, and waits for nothing. `now` is the engine's time.
    pub(crate) fn put(&self, records: Vec<Record>, now: Duration, device: &str) {
        if records.is_empty() {
            return;
        }
        let time = SystemTime::now();
        let device: Arc<str> = device.into();
        let lost = {
            let mut waiting = lock(&self.0.waiting);
            let before = waiting.lost.sum();
            for record in records {
                let arrived = match record.began {
                    Some(began) => SystemTime::UNIX_EPOCH.checked_add(began),
                    None => time.checked_sub(now.saturating_sub(record.at)),
                };
                let time = arrived.unwrap_or(time);
                waiting.put(Written { record, time, device: Arc::clone(&device) });
            }
            before == 0 && waiting.lost.sum() > 0
        };
        self.0.work.notify_one();
        if lost {
            log::warn(&"commands are missing in the record: its file does not take them in time");
        }
    }

    /// Waits until what was put is written, for a short time: a disk that hangs does not keep the program from its end.
    pub(crate) async fn end(&self) {
        if !self.flushed().await {
            log::warn(&"the last commands may be missing in the record: the file could not be written in time");
        }
    }

    /// Waits for a short time until what was put is written. Returns whether it is.
    async fn flushed(&self) -> bool {
        let (written, is_written) = oneshot::channel();
        // However much waits, there is room for this.
        lock(&self.0.waiting).flushes.push(written);
        self.0.work.notify_one();
        timeout(END_TIME, is_written).await.is_ok()
    }

    /// Searches the files for the newest records. `None` if the program ends. The search ends soon if this is dropped.
    pub(crate) async fn search(&self, search: Search) -> Option<Found> {
        let mut index = Arc::clone(&self.0.index).lock_owned().await;
        // What a file that hangs does not take in time is missing in the answer.
        self.flushed().await;
        let (path, is_gone) = (self.0.path.clone(), Arc::new(AtomicBool::new(false)));
        let _gone = Gone(Arc::clone(&is_gone));
        tokio::task::spawn_blocking(move || search::search(&path, &mut index, &search, &is_gone)).await.ok()?
    }

    /// Whether the files take what is put.
    pub(crate) fn is_written(&self) -> bool {
        !lock(&self.0.waiting).is_losing
    }

    /// For `/health`: how many records wait, and how many are in no file.
    pub(crate) fn report(&self) -> Value {
        let waiting = lock(&self.0.waiting);
        let status = if waiting.is_losing { "losing" } else { "ok" };
        json!({ "status": status, "waiting": waiting.records.len(), "lost": waiting.lost_ever })
    }
}

impl Waiting {
    fn put(&mut self, written: Written) {
        let size = written.record.size() + size_of::<Written>();
        if self.lost.sum() > 0 || self.size + size > WAITING {
            self.lost.count(&written.record);
            self.lost_ever += 1;
            self.is_losing = true;
        } else {
            self.size += size;
            self.records.push_back(written);
        }
    }
}

impl Queue {
    /// Writes until the program ends.
    fn write_to(&self, mut files: [Kept; 2]) {
        loop {
            let (records, lost, flushes) = {
                let idle = |waiting: &mut Waiting| {
                    waiting.records.is_empty() && waiting.flushes.is_empty() && waiting.lost.sum() == 0
                };
                let waiting = lock(&self.waiting);
                let mut waiting =
                    self.work.wait_while(waiting, idle).unwrap_or_else(std::sync::PoisonError::into_inner);
                waiting.size = 0;
                (take(&mut waiting.records), take(&mut waiting.lost), take(&mut waiting.flushes))
            };
            let refused: u64 =
                records.iter().map(|record| u64::from(!files[place_of(&record.record)].write(record))).sum();
            for (file, lost) in files.iter_mut().zip(lost.of) {
                file.lose(lost);
            }
            let is_behind = files.iter().any(Kept::is_losing);
            let mut waiting = lock(&self.waiting);
            waiting.lost_ever += refused;
            waiting.is_losing = is_behind || waiting.lost.sum() > 0;
            drop(waiting);
            // Nobody may wait any more.
            flushes.into_iter().for_each(|written| _ = written.send(()));
        }
    }
}

/// The place of a record's file: refusals have one of their own.
fn place_of(record: &Record) -> usize {
    usize::from(record.is_refusal())
}

#[cfg(test)]
mod tests {
    use std::{
        fs::{self, OpenOptions},
        path::PathBuf,
    };

    use super::*;
    use crate::{
        client::ClientId,
        engine::audit::{Audience, RecordOutcome},
    };

    pub(super) fn record() -> Record {
        Record {
            number: 1,
            at: Duration::ZERO,
            began: None,
            rev: 7,
            user: "ada\nforged".to_owned(),
            role: Some("operator"),
            client: Some(ClientId(3)),
            address: None,
            prop: "speed.value".to_owned(),
            old: Some("1.0".to_owned()),
            new: Some("\"long…".to_owned()),
            outcome: RecordOutcome::Refused,
            why: Some("no".to_owned()),
            control: Some("drive#3".to_owned()),
            is_secret: false,
            audience: Audience::HIGHEST,
            times: 1,
            is_safety: false,
            moves: false,
        }
    }

    pub(super) fn folder(name: &str) -> PathBuf {
        let folder = std::env::temp_dir().join(format!("dash-{name}-{}", std::process::id()));
        fs::create_dir_all(&folder).unwrap();
        folder
    }

    #[tokio::test]
    async fn fault_refusals_pushed_what_had_an_effect_out_of_the_files() {
        let folder = std::env::temp_dir().join(format!("dash-refusals-{}", std::process::id()));
        fs::create_dir_all(&folder).unwrap();
        let path = folder.join("audit.jsonl");
        let log = AuditLog::open(&path, 500).unwrap();
        let records = (0..50).map(|number| Record {
            number,
            outcome: if number == 7 { RecordOutcome::Applied } else { RecordOutcome::Refused },
            ..record()
        });
        log.put(records.collect(), Duration::ZERO, "");
        log.end().await;
        let lines = |path: &Path| fs::read_to_string(path).unwrap().lines().count();
        assert_eq!((lines(&path), lines(&folder.join("audit.refused.jsonl"))), (1, 49));
        assert_eq!(of_refusals(Path::new("/var/log/record")), Path::new("/var/log/record.refused"));
        fs::remove_dir_all(&folder).unwrap();
    }

    #[cfg(unix)]
    #[tokio::test]
    async fn fault_records_that_a_hanging_file_did_not_take_filled_the_memory() {
        use std::io::{BufRead as _, BufReader};
        const ALL: u64 = 100_000;
        let folder = folder("audit-hangs");
        let path = folder.join("audit.jsonl");
        assert!(std::process::Command::new("mkfifo").arg(&path).status().unwrap().success());
        // Somebody has it open and reads nothing.
        let pipe = OpenOptions::new().read(true).write(true).open(&path).unwrap();
        let log = AuditLog::open(&path, 500).unwrap();
        for number in 0..ALL {
            log.put(vec![Record { number, outcome: RecordOutcome::Applied, ..record() }], Duration::ZERO, "");
        }
        // It does not keep the program from its end.
        timeout(Duration::from_secs(30), log.end()).await.unwrap();
        let reads = thread::spawn(move || {
            let (mut taken, mut lost, mut last) = (0, 0, 0);
            for line in BufReader::new(pipe).lines() {
                let line: Value = serde_json::from_str(&line.unwrap()).unwrap();
                match line["outcome"].as_str().unwrap() {
                    "lost" => lost += line["times"].as_u64().unwrap(),
                    _ => (taken, last) = (taken + 1, line["n"].as_u64().unwrap()),
                }
                if taken + lost >= ALL {
                    break;
                }
            }
            (taken, lost, last)
        });
        let (taken, lost, last) = reads.join().unwrap();
        assert_eq!((taken + lost, last), (ALL, taken - 1), "all are written or counted, in their order");
        assert!(taken < 50_000, "{taken} records waited");
        fs::remove_dir_all(&folder).unwrap();
    }
}
