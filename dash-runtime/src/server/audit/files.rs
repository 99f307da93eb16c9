//! The files of the record: their names, their lines, and what they say about records that they did not take.

use std::{
    fmt::Write as _,
    fs::{self, File, OpenOptions},
    io::{self, Read as _, Seek as _, SeekFrom, Write as _},
    path::{Path, PathBuf},
    time::{SystemTime, UNIX_EPOCH},
};

use serde_json::{Value, json};

use super::{Written, place_of};
use crate::{engine::audit::Record, words::log};

/// A file that is larger is renamed, and a new one begins.
const LARGEST: u64 = 16 * 1024 * 1024;

/// So many older files are kept: `audit.jsonl.1` is the newest of them.
pub(super) const KEPT: u32 = 4;

/// How many records are in no file, for each file.
#[derive(Debug, Default)]
pub(super) struct Lost {
    pub(super) of: [u64; 2],
}

impl Lost {
    pub(super) fn count(&mut self, record: &Record) {
        self.of[place_of(record)] += 1;
    }

    pub(super) fn sum(&self) -> u64 {
        self.of.iter().sum()
    }
}

/// One of the files, which are `path` and the older ones beside it.
pub(super) struct Kept {
    path: PathBuf,
    file: File,
    /// How many records it did not take, since it has last said so.
    lost: u64,
    /// Whether it ends in the middle of a line: the disk was full, or the power failed.
    is_torn: bool,
}

impl Kept {
    pub(super) fn open(path: PathBuf) -> Result<Self, String> {
        let file = open(&path).map_err(|error| format!("{}: cannot be written: {error}", path.display()))?;
        let is_torn = is_torn(&path);
        Ok(Self { path, file, lost: 0, is_torn })
    }

    /// Writes a record, and before it how many are missing. Returns whether the file has taken it.
    pub(super) fn write(&mut self, record: &Written) -> bool {
        if !self.tell_lost() || !self.append(&line(record)) {
            self.lost += 1;
            return false;
        }
        true
    }

    /// Further records are missing. The file says so now, or before the next one that it takes.
    pub(super) fn lose(&mut self, records: u64) {
        self.lost += records;
        self.tell_lost();
    }

    /// Whether it has not yet taken the line about those that are missing.
    pub(super) fn is_losing(&self) -> bool {
        self.lost > 0
    }

    /// Returns whether the file says how many records are missing.
    fn tell_lost(&mut self) -> bool {
        let lost = self.lost;
        if lost == 0 {
            return true;
        }
        if !self.append(&line_of_lost(lost, SystemTime::now())) {
            return false;
        }
        self.lost = 0;
        log::warn(&format_args!("{}: {}", self.path.display(), words_of_lost(lost)));
        true
    }

    fn append(&mut self, line: &str) -> bool {
        let Self { path, file, is_torn, .. } = self;
        let length = |file: &File| file.metadata().map_or(0, |about| about.len());
        let written = rotated(path, file).and_then(|has_begun| {
            *is_torn &= !has_begun;
            let (end, before) = (if *is_torn { "\n" } else { "" }, length(file));
            let written = file.write_all(format!("{end}{line}").as_bytes());
            // A part of it may be in the file.
            *is_torn = written.is_err() && (*is_torn || length(file) > before);
            written
        });
        if let Err(error) = &written
            && log::is_rare("audit", 1, || error.kind().to_string())
        {
            log::warn(&format_args!("{}: a command is not in the record: {error}", path.display()));
        }
        written.is_ok()
    }
}

/// The file for refusals beside a file: `audit.refused.jsonl` beside `audit.jsonl`.
pub(super) fn of_refusals(path: &Path) -> PathBuf {
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

/// Whether the last line of this file has no end.
fn is_torn(path: &Path) -> bool {
    // Nobody can read the end of a pipe.
    let ends = || -> io::Result<bool> {
        if !fs::metadata(path)?.is_file() {
            return Ok(true);
        }
        let mut file = File::open(path)?;
        if file.seek(SeekFrom::End(0))? == 0 {
            return Ok(true);
        }
        let mut last = [0];
        file.seek(SeekFrom::End(-1))?;
        file.read_exact(&mut last)?;
        Ok(last == *b"\n")
    };
    !ends().unwrap_or(true)
}

/// Begins a new file if this one is large. Returns whether it has.
fn rotated(path: &Path, file: &mut File) -> io::Result<bool> {
    if file.metadata()?.len() < LARGEST {
        return Ok(false);
    }
    for number in (1..KEPT).rev() {
        // One that is missing is no fault.
        let _ = fs::rename(numbered(path, number), numbered(path, number + 1));
    }
    fs::rename(path, numbered(path, 1))?;
    *file = open(path)?;
    Ok(true)
}

pub(super) fn numbered(path: &Path, number: u32) -> PathBuf {
    let mut name = path.file_name().unwrap_or_default().to_owned();
    name.push(format!(".{number}"));
    path.with_file_name(name)
}

fn words_of_lost(records: u64) -> String {
    let records = if records == 1 { "1 record".to_owned() } else { format!("{records} records") };
    format!("{records} lost: the file did not take them")
}

/// The line that stands for records which are in no file.
fn line_of_lost(records: u64, now: SystemTime) -> String {
    let line = json!({ "time": millis(now), "outcome": "lost", "times": records, "why": words_of_lost(records) });
    format!("{line}\n")
}

/// Since the Unix epoch.
fn millis(time: SystemTime) -> u64 {
    u64::try_from(time.duration_since(UNIX_EPOCH).unwrap_or_default().as_millis()).unwrap_or(u64::MAX)
}

fn line(Written { record, time, device }: &Written) -> String {
    let value = |json: &Option<String>| -> Value {
        // A value that was cut is no JSON. It is recorded as a text.
        json.as_ref().map_or(Value::Null, |json| serde_json::from_str(json).unwrap_or_else(|_| json.clone().into()))
    };
    let mut entry = json!({
        "n": record.number,
        "time": millis(*time),
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
        entry["device"] = (**device).into();
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
    use std::time::Duration;

    use super::{
        super::tests::{folder, record},
        *,
    };

    #[test]
    fn a_record_is_one_line_whatever_is_in_it() {
        let line = line(&Written { record: record(), time: UNIX_EPOCH + Duration::from_millis(5), device: "".into() });
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
        let line = line(&Written { record, time: UNIX_EPOCH, device: hostile.into() });
        let hidden: Vec<_> = line.trim_end().chars().filter(|letter| log::is_hidden(*letter)).collect();
        assert!(hidden.is_empty(), "{hidden:?} in {line}");
        let read: Value = serde_json::from_str(&line).unwrap();
        for field in ["user", "property", "new", "why", "device"] {
            assert_eq!(read[field], json!(hostile), "{field} is read as it was");
        }
        assert_eq!(read["times"], json!(3));
        assert_eq!(visible("\"größe 日本 °C 🙂\""), "\"größe 日本 °C 🙂\"", "what people see stays as it is");
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

    #[cfg(target_os = "linux")]
    #[test]
    fn fault_records_that_a_full_disk_did_not_take_were_not_counted() {
        let folder = folder("audit-full");
        let path = folder.join("audit.jsonl");
        let mut kept = Kept::open(path.clone()).unwrap();
        let disk = std::mem::replace(&mut kept.file, OpenOptions::new().append(true).open("/dev/full").unwrap());
        let write = |kept: &mut Kept| {
            kept.write(&Written { record: record(), time: UNIX_EPOCH, device: "".into() });
        };
        (0..3).for_each(|_| write(&mut kept));
        kept.file = disk;
        (0..2).for_each(|_| write(&mut kept));
        let text = fs::read_to_string(&path).unwrap();
        let lines: Vec<Value> = text.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
        assert_eq!((lines.len(), &lines[0]["outcome"], &lines[0]["times"]), (3, &json!("lost"), &json!(3)), "{text}");
        assert!(lines[0]["why"].as_str().unwrap().contains("3 records lost"), "{text}");
        fs::remove_dir_all(&folder).unwrap();
    }

    #[test]
    fn fault_a_record_after_half_a_line_was_lost_with_it() {
        let folder = folder("audit-torn");
        let path = folder.join("audit.jsonl");
        fs::write(&path, "{}\n{\"n\":1,\"ti").unwrap();
        let mut kept = Kept::open(path.clone()).unwrap();
        for _ in 0..2 {
            kept.write(&Written { record: record(), time: UNIX_EPOCH, device: "".into() });
        }
        let text = fs::read_to_string(&path).unwrap();
        let whole = text.lines().filter(|line| serde_json::from_str::<Value>(line).is_ok()).count();
        assert_eq!((text.lines().count(), whole), (4, 3), "{text}");
        fs::remove_dir_all(&folder).unwrap();
    }
}
