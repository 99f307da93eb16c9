//! Writes the record of commands to a file, one JSON object per line.

use std::{
    fmt::Write as _,
    fs::{self, File, OpenOptions},
    io::{self, Write as _},
    path::{Path, PathBuf},
    sync::mpsc::{Sender, channel},
    thread,
    time::{Duration, SystemTime, UNIX_EPOCH},
};

use serde_json::{Value, json};
use tokio::{sync::oneshot, time::timeout};

use crate::{engine::audit::Record, words::log};

/// A file that is larger is renamed, and a new one begins.
const LARGEST: u64 = 16 * 1024 * 1024;

/// So many older files are kept: `audit.jsonl.1` is the newest of them.
const KEPT: u32 = 4;

/// How long the end of the program waits for the records that are not written yet.
const END_TIME: Duration = Duration::from_millis(200);

/// The way to the thread that writes.
#[derive(Debug, Clone)]
pub(crate) struct AuditLog(Sender<Message>);

#[derive(Debug)]
enum Message {
    Put(Vec<Written>),
    /// All before it is written.
    Flushed(oneshot::Sender<()>),
}

/// A record, with the time of its arrival and the device it is about.
#[derive(Debug)]
struct Written {
    record: Record,
    time: SystemTime,
    device: String,
}

/// One of the files, which are `path` and the older ones beside it.
struct Kept {
    path: PathBuf,
    file: File,
}

impl AuditLog {
    /// Opens the file, and the one for refusals beside it. Who is refused a million times pushes out only other refusals.
    ///
    /// # Errors
    /// If a file cannot be written. A dashboard that shall keep a record does not start without one.
    pub(crate) fn open(path: &Path) -> Result<Self, String> {
        let (mut effects, mut refusals) = (Kept::open(path.to_owned())?, Kept::open(of_refusals(path))?);
        let (sender, messages) = channel();
        let write = move || {
            for message in messages {
                match message {
                    Message::Put(records) => {
                        for record in records {
                            let file = if record.record.is_refusal() { &mut refusals } else { &mut effects };
                            file.write(&record);
                        }
                    }
                    // Nobody may wait any more.
                    Message::Flushed(written) => _ = written.send(()),
                }
            }
        };
        let writes = thread::Builder::new().name("dash-audit".to_owned()).spawn(write);
        writes.map(|_| Self(sender)).map_err(|error| format!("no thread for the record: {error}"))
    }

    /// Writes these records. `now` is the engine's time.
    pub(crate) fn put(&self, records: Vec<Record>, now: Duration, device: &str) {
        if records.is_empty() {
            return;
        }
        let time = SystemTime::now();
        let written = |record: Record| {
            let time = time.checked_sub(now.saturating_sub(record.at)).unwrap_or(time);
            Written { record, time, device: device.to_owned() }
        };
        // The thread ends only with the program.
        let _ = self.0.send(Message::Put(records.into_iter().map(written).collect()));
    }

    /// Waits until what was put is written, for a short time: a disk that hangs does not keep the program from its end.
    pub(crate) async fn end(&self) {
        let (written, is_written) = oneshot::channel();
        if self.0.send(Message::Flushed(written)).is_ok() && timeout(END_TIME, is_written).await.is_err() {
            log::warn(&"the last commands may be missing in the record: the file could not be written in time");
        }
    }
}

/// The file for refusals beside a file: `audit.refused.jsonl` beside `audit.jsonl`.
fn of_refusals(path: &Path) -> PathBuf {
    let mut name = path.file_stem().unwrap_or_default().to_owned();
    name.push(".refused");
    if let Some(extension) = path.extension() {
        name.push(".");
        name.push(extension);
    }
    path.with_file_name(name)
}

fn open(path: &Path) -> io::Result<File> {
    let mut options = OpenOptions::new();
    options.create(true).append(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options.open(path)
}

impl Kept {
    fn open(path: PathBuf) -> Result<Self, String> {
        let file = open(&path).map_err(|error| format!("{}: cannot be written: {error}", path.display()))?;
        Ok(Self { path, file })
    }

    fn write(&mut self, record: &Written) {
        let Self { path, file } = self;
        let written = rotated(path, file).and_then(|()| file.write_all(line(record).as_bytes()));
        if let Err(error) = written
            && log::is_rare("audit", 1, || error.kind().to_string())
        {
            log::warn(&format_args!("{}: a command is not in the record: {error}", path.display()));
        }
    }
}

/// Begins a new file if this one is large.
fn rotated(path: &Path, file: &mut File) -> io::Result<()> {
    if file.metadata()?.len() < LARGEST {
        return Ok(());
    }
    for number in (1..KEPT).rev() {
        // One that is missing is no fault.
        let _ = fs::rename(numbered(path, number), numbered(path, number + 1));
    }
    fs::rename(path, numbered(path, 1))?;
    *file = open(path)?;
    Ok(())
}

fn numbered(path: &Path, number: u32) -> PathBuf {
    let mut name = path.file_name().unwrap_or_default().to_owned();
    name.push(format!(".{number}"));
    path.with_file_name(name)
}

fn line(Written { record, time, device }: &Written) -> String {
    let value = |json: &Option<String>| -> Value {
        // A value that was cut is no JSON. It is recorded as a text.
        json.as_ref().map_or(Value::Null, |json| serde_json::from_str(json).unwrap_or_else(|_| json.clone().into()))
    };
    let millis = time.duration_since(UNIX_EPOCH).unwrap_or_default().as_millis();
    let mut entry = json!({
        "n": record.number,
        "time": u64::try_from(millis).unwrap_or(u64::MAX),
        "rev": record.rev,
        "user": record.user,
        "client": record.client.map(|client| client.to_string()),
        "address": record.address.map(|address| address.to_string()),
        "property": record.prop,
        "old": value(&record.old),
        "new": value(&record.new),
        "outcome": record.outcome,
    });
    if let Some(control) = &record.control {
        entry["control"] = control.clone().into();
    }
    if let Some(why) = &record.why {
        entry["why"] = why.clone().into();
    }
    if record.times > 1 {
        entry["times"] = record.times.into();
    }
    if !device.is_empty() {
        entry["device"] = device.clone().into();
    }
    format!("{}\n", visible(&entry.to_string()))
}

/// The JSON text with escapes for all letters that a terminal or an editor does not show as they are. JSON itself escapes
/// only the ASCII ones, and a foreign text must not make a line of its own or turn the rest of a line around.
fn visible(json: &str) -> String {
    let mut out = String::with_capacity(json.len());
    for letter in json.chars() {
        match log::is_hidden(letter) {
            // A pair of escapes for a letter beyond 16 bits.
            true => letter.encode_utf16(&mut [0; 2]).iter().for_each(|unit| _ = write!(out, "\\u{unit:04x}")),
            false => out.push(letter),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{client::ClientId, engine::audit::Audience};

    fn record() -> Record {
        Record {
            number: 1,
            at: Duration::ZERO,
            rev: 7,
            user: "ada\nforged".to_owned(),
            role: Some("operator"),
            client: Some(ClientId(3)),
            address: None,
            prop: "speed.value".to_owned(),
            old: Some("1.0".to_owned()),
            new: Some("\"long…".to_owned()),
            outcome: "refused",
            why: Some("no".to_owned()),
            control: Some("drive#3".to_owned()),
            is_secret: false,
            audience: Audience::HIGHEST,
            times: 1,
            is_safety: false,
            moves: false,
        }
    }

    #[test]
    fn a_record_is_one_line_whatever_is_in_it() {
        let line =
            line(&Written { record: record(), time: UNIX_EPOCH + Duration::from_millis(5), device: String::new() });
        assert_eq!(line.lines().count(), 1);
        let read: Value = serde_json::from_str(&line).unwrap();
        assert_eq!(
            (&read["user"], &read["old"], &read["new"]),
            (&json!("ada\nforged"), &json!(1.0), &json!("\"long…"))
        );
        assert_eq!(read["control"], json!("drive#3"));
        assert_eq!((&read["time"], &read["client"], &read["why"]), (&json!(5), &json!("3"), &json!("no")));
        assert_eq!(read.get("times"), None);
    }

    #[test]
    fn fault_letters_that_turn_a_line_around_or_end_it_were_in_the_record_as_they_are() {
        let hostile = "a\u{202e}b\u{2028}c\u{85}d\u{feff}e\u{2066}f\u{7f}g\u{e0001}h\u{200b}i\u{ad}";
        let texts = || hostile.to_owned();
        let record = Record {
            user: texts(),
            prop: texts(),
            new: Some(json!(hostile).to_string()),
            why: Some(texts()),
            times: 3,
            ..record()
        };
        let line = line(&Written { record, time: UNIX_EPOCH, device: texts() });
        let hidden: Vec<_> = line.trim_end().chars().filter(|letter| log::is_hidden(*letter)).collect();
        assert!(hidden.is_empty(), "{hidden:?} in {line}");
        let read: Value = serde_json::from_str(&line).unwrap();
        for field in ["user", "property", "new", "why", "device"] {
            assert_eq!(read[field], json!(hostile), "{field} is read as it was");
        }
        assert_eq!(read["times"], json!(3));
        assert_eq!(visible("\"größe 日本 °C 🙂\""), "\"größe 日本 °C 🙂\"", "what people see stays as it is");
    }

    #[tokio::test]
    async fn fault_refusals_pushed_what_had_an_effect_out_of_the_files() {
        let folder = std::env::temp_dir().join(format!("dash-refusals-{}", std::process::id()));
        fs::create_dir_all(&folder).unwrap();
        let path = folder.join("audit.jsonl");
        let log = AuditLog::open(&path).unwrap();
        let records = (0..50).map(|number| Record {
            number,
            outcome: if number == 7 { "applied" } else { "refused" },
            ..record()
        });
        log.put(records.collect(), Duration::ZERO, "");
        log.end().await;
        let lines = |path: &Path| fs::read_to_string(path).unwrap().lines().count();
        assert_eq!((lines(&path), lines(&folder.join("audit.refused.jsonl"))), (1, 49));
        assert_eq!(of_refusals(Path::new("/var/log/record")), Path::new("/var/log/record.refused"));
        fs::remove_dir_all(&folder).unwrap();
    }

    #[test]
    fn a_large_file_is_kept_under_another_name() {
        let folder = std::env::temp_dir().join(format!("dash-audit-{}", std::process::id()));
        fs::create_dir_all(&folder).unwrap();
        let path = folder.join("audit.jsonl");
        let mut file = open(&path).unwrap();
        for round in 0..6 {
            file.set_len(LARGEST).unwrap();
            rotated(&path, &mut file).unwrap();
            writeln!(file, "{round}").unwrap();
        }
        let names = |number| numbered(&path, number).exists();
        assert!(names(1) && names(KEPT) && !names(KEPT + 1));
        assert_eq!(fs::read_to_string(&path).unwrap(), "5\n");
        fs::remove_dir_all(&folder).unwrap();
    }
}
