//! Writes the record of commands to a file, one JSON object per line.

use std::{
    fs::{self, File, OpenOptions},
    io::{self, Write as _},
    path::{Path, PathBuf},
    sync::mpsc::{Receiver, Sender, channel},
    thread,
    time::{Duration, SystemTime, UNIX_EPOCH},
};

use serde_json::{Value, json};

use crate::{engine::audit::Record, words::log};

/// A file that is larger is renamed, and a new one begins.
const LARGEST: u64 = 16 * 1024 * 1024;

/// So many older files are kept: `audit.jsonl.1` is the newest of them.
const KEPT: u32 = 4;

/// The way to the thread that writes.
#[derive(Debug, Clone)]
pub(crate) struct AuditLog(Sender<Written>);

/// A record, with the time of its arrival and the device it is about.
struct Written {
    record: Record,
    time: SystemTime,
    device: String,
}

impl AuditLog {
    /// Opens the file.
    ///
    /// # Errors
    /// If the file cannot be written. A dashboard that shall keep a record does not start without one.
    pub(crate) fn open(path: &Path) -> Result<Self, String> {
        let file = open(path).map_err(|error| format!("{}: cannot be written: {error}", path.display()))?;
        let (sender, records) = channel();
        let path = path.to_owned();
        let writes = thread::Builder::new().name("dash-audit".to_owned()).spawn(move || write(&path, file, &records));
        writes.map(|_| Self(sender)).map_err(|error| format!("no thread for the record: {error}"))
    }

    /// Writes these records. `now` is the engine's time.
    pub(crate) fn put(&self, records: Vec<Record>, now: Duration, device: &str) {
        if records.is_empty() {
            return;
        }
        let time = SystemTime::now();
        for record in records {
            let time = time.checked_sub(now.saturating_sub(record.at)).unwrap_or(time);
            // The thread ends only with the program.
            let _ = self.0.send(Written { record, time, device: device.to_owned() });
        }
    }
}

fn open(path: &Path) -> io::Result<File> {
    let mut options = OpenOptions::new();
    options.create(true).append(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options.open(path)
}

fn write(path: &Path, mut file: File, records: &Receiver<Written>) {
    for record in records {
        let written = rotated(path, &mut file).and_then(|()| file.write_all(line(&record).as_bytes()));
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
    if !device.is_empty() {
        entry["device"] = device.clone().into();
    }
    // JSON escapes line breaks, so a foreign text cannot make a line of its own.
    format!("{entry}\n")
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
