//! Reads the newest lines of the files back at the start.

use std::{
    collections::HashMap,
    fs::{self, File},
    io::{self, Read as _, Seek as _, SeekFrom},
    path::Path,
    time::Duration,
};

use serde::Deserialize;
use serde_json::Value;

use super::files::{KEPT, numbered, of_refusals};
use crate::engine::audit::{PastRecord, RecordOutcome};

/// So much is read of the records of what had an effect, and as much of the refusals, in bytes. The start waits for it.
const READ: u64 = 2 * 1024 * 1024;

/// The largest number and the latest time (the end of the year 9999) that a line may have. A damaged line must not stop new
/// records from being numbered, and pages could not show a later time.
pub(super) const LARGEST: u64 = 1 << 53;
pub(super) const LATEST: u64 = 253_402_300_799_999;

/// The newest records of each device.
pub(super) type Past = HashMap<String, Vec<PastRecord>>;

/// Reads the newest records, oldest first: for each device at most `most` of what had an effect, and as many refusals.
/// What cannot be read is left out, since all new records are written without it.
pub(super) fn read(path: &Path, most: usize) -> Past {
    let mut past = Past::new();
    for file in [path.to_owned(), of_refusals(path)] {
        let mut of_file = Past::new();
        for (device, record) in end_of_all(&file).iter().flat_map(|text| text.lines()).filter_map(record) {
            of_file.entry(device).or_default().push(record);
        }
        for (device, mut records) in of_file {
            let first = records.len().saturating_sub(most);
            past.entry(device).or_default().extend(records.drain(first..));
        }
    }
    // Stable, so records of one moment stay in the order of their file.
    past.values_mut().for_each(|records| records.sort_by_key(|record| record.time));
    past
}

/// The ends of the file and of the older ones beside it, the oldest first.
fn end_of_all(path: &Path) -> Vec<String> {
    let mut left = READ;
    let mut ends = Vec::new();
    for number in 0..=KEPT {
        let file = if number == 0 { path.to_owned() } else { numbered(path, number) };
        let Ok(end) = end_of(&file, left) else { break };
        left = left.saturating_sub(end.len() as u64);
        ends.push(end);
        if left == 0 {
            break;
        }
    }
    ends.reverse();
    ends
}

/// The whole lines in the last `most` bytes of a file, about.
fn end_of(path: &Path, most: u64) -> io::Result<String> {
    // Nobody can read the end of a pipe.
    if !fs::metadata(path)?.is_file() {
        return Err(io::ErrorKind::Unsupported.into());
    }
    let mut file = File::open(path)?;
    let begin = file.metadata()?.len().saturating_sub(most);
    file.seek(SeekFrom::Start(begin))?;
    let mut bytes = Vec::new();
    file.take(most).read_to_end(&mut bytes)?;
    let text = String::from_utf8_lossy(&bytes);
    // The first line may be half of one.
    let begin = if begin == 0 { 0 } else { text.find('\n').map_or(text.len(), |end| end + 1) };
    Ok(text[begin..].to_owned())
}

/// A line of a file.
#[derive(Deserialize)]
struct Line {
    n: u64,
    /// In milliseconds since the Unix epoch.
    time: u64,
    user: String,
    property: String,
    #[serde(default)]
    old: Value,
    #[serde(default)]
    new: Value,
    outcome: RecordOutcome,
    why: Option<String>,
    times: Option<u64>,
    #[serde(default)]
    device: String,
}

/// The record of a line, with the key of its device. `None` for a line that has none, and for one that was cut.
pub(super) fn record(line: &str) -> Option<(String, PastRecord)> {
    let line: Line = serde_json::from_str(line).ok().filter(|line: &Line| line.n <= LARGEST && line.time <= LATEST)?;
    let json = |value: Value| (!value.is_null()).then(|| value.to_string());
    let record = PastRecord {
        number: line.n,
        time: Duration::from_millis(line.time),
        user: line.user,
        prop: line.property,
        old: json(line.old),
        new: json(line.new),
        outcome: line.outcome,
        why: line.why,
        times: line.times.unwrap_or(1),
    };
    Some((line.device, record))
}

#[cfg(test)]
mod tests {
    use super::{super::tests::folder, *};

    fn line(number: u64, more: &str) -> String {
        format!(
            "{{\"n\":{number},\"time\":{},\"rev\":1,\"user\":\"ada\",\"client\":null,\"address\":null,\"property\":\"speed.value\",\"old\":1.5,\"new\":\"a\"{more}}}\n",
            1_000 + number
        )
    }

    fn applied(number: u64) -> String {
        line(number, ",\"outcome\":\"applied\"")
    }

    fn numbers(past: &Past, device: &str) -> Vec<u64> {
        past.get(device).into_iter().flatten().map(|record| record.number).collect()
    }

    #[test]
    fn the_newest_lines_are_read_also_of_older_files_and_each_device_has_its_own() {
        let folder = folder("audit-past");
        let path = folder.join("audit.jsonl");
        fs::write(numbered(&path, 2), (1..=2).map(applied).collect::<String>()).unwrap();
        fs::write(numbered(&path, 1), (3..=4).map(applied).collect::<String>()).unwrap();
        let of_b = line(6, ",\"outcome\":\"failed\",\"why\":\"no\",\"times\":3,\"device\":\"b\"");
        let what_is_no_record =
            "{\"time\":5,\"outcome\":\"lost\",\"times\":7,\"why\":\"7 records lost\"}\n{\n\n\u{fffd}\n";
        fs::write(&path, format!("{}{what_is_no_record}{of_b}{}", applied(5), &applied(9)[..20])).unwrap();
        fs::write(of_refusals(&path), line(4, ",\"outcome\":\"refused\"") + &line(8, ",\"outcome\":\"other\""))
            .unwrap();
        let past = read(&path, 4);
        assert_eq!(numbers(&past, ""), [2, 3, 4, 4, 5], "by their times, and the oldest are left out");
        assert_eq!(past[""].iter().filter(|record| record.outcome == RecordOutcome::Refused).count(), 1);
        let failed = &past["b"][0];
        assert_eq!((failed.old.as_deref(), failed.new.as_deref(), failed.times), (Some("1.5"), Some("\"a\""), 3));
        assert_eq!((failed.why.as_deref(), failed.time), (Some("no"), Duration::from_millis(1_006)));
        assert_eq!(read(&folder.join("none.jsonl"), 4), Past::new());
        fs::remove_dir_all(&folder).unwrap();
    }

    #[test]
    fn a_large_file_is_not_read_as_a_whole() {
        let folder = folder("audit-past-large");
        let path = folder.join("audit.jsonl");
        let lines = READ / applied(1).len() as u64 * 2;
        fs::write(&path, (1..=lines).map(applied).collect::<String>()).unwrap();
        let past = read(&path, usize::MAX);
        let numbers = numbers(&past, "");
        assert_eq!(numbers.last(), Some(&lines));
        assert!((lines / 3..=lines * 2 / 3).contains(&(numbers.len() as u64)), "{} of {lines}", numbers.len());
        fs::remove_dir_all(&folder).unwrap();
    }

    #[test]
    fn a_line_that_was_damaged_does_not_stop_the_numbers_of_new_records() {
        let of = |more: &str| record(&line(1, ",\"outcome\":\"applied\"").replace("\"n\":1,\"time\":1001", more));
        assert!(of("\"n\":7,\"time\":5").is_some());
        for damaged in [
            "\"n\":18446744073709551615,\"time\":5",
            "\"n\":-1,\"time\":5",
            "\"n\":1e300,\"time\":5",
            "\"n\":7,\"time\":18446744073709551615",
            "\"n\":7,\"time\":\"now\"",
            "\"time\":5",
        ] {
            assert!(of(damaged).is_none(), "{damaged}");
        }
    }

    /// Reading it would wait for ever.
    #[cfg(unix)]
    #[test]
    fn what_is_no_file_is_not_read() {
        let folder = folder("audit-past-pipe");
        let path = folder.join("audit.jsonl");
        assert!(std::process::Command::new("mkfifo").arg(&path).status().unwrap().success());
        assert_eq!(read(&path, 4), Past::new());
        fs::remove_dir_all(&folder).unwrap();
    }
}
