//! The cost of the store on disk: time, written bytes, memory, and the start.
//!
//! ```text
//! cargo bench --bench store
//! ```
//!
//! `DASH_BENCH_FOLDER` is where the stores are made, by default the folder for temporary files. The written bytes are
//! those that the disk below it was given, so nothing else should write to it. An image of its own, as root:
//!
//! ```sh
//! truncate -s 2G card.img && mkfs.ext4 -q card.img && mount -o loop card.img /mnt
//! DASH_BENCH_FOLDER=/mnt cargo bench --bench store
//! ```

#![allow(clippy::unwrap_used, clippy::print_stdout, reason = "a benchmark that cannot be set up shall stop")]

use std::{
    env, fs,
    path::{Path, PathBuf},
    time::{Duration, Instant},
};

use dash_runtime::server::store::{DiskStore, Entry, Level, Store, Table};

/// The load: so many properties change so often in a second.
const PROPERTIES: u64 = 20;
const HERTZ: u64 = 10;
/// The time between two appends that are power-safe.
const STATES_POWER: u64 = 200;

const DAY: f64 = 86_400.0;

fn folder(name: &str) -> PathBuf {
    let parent = env::var_os("DASH_BENCH_FOLDER").map_or_else(env::temp_dir, PathBuf::from);
    let folder = parent.join(format!("dash-bench-{name}"));
    let _ = fs::remove_dir_all(&folder);
    folder
}

/// A state of 60 bytes under a key of usual length.
fn state(property: u64, number: u64) -> Entry {
    let mut value = vec![7; 60];
    value[..8].copy_from_slice(&number.to_be_bytes());
    Entry { table: Table::States, key: format!("s/pump_{property:02}.speed/value").into(), value: Some(value) }
}

/// The bytes that the disk of this folder was given since the start of the computer.
fn written(folder: &Path) -> u64 {
    // The mount whose path is the longest one that the folder begins with.
    let mounts = fs::read_to_string("/proc/self/mountinfo").unwrap_or_default();
    let folder = fs::canonicalize(folder).unwrap();
    let of = |line: &str| {
        let mut words = line.split(' ').skip(2);
        let (number, path) = (words.next()?.to_owned(), words.nth(1)?.to_owned());
        folder.starts_with(&path).then_some((path.len(), number))
    };
    let Some((_, number)) = mounts.lines().filter_map(of).max() else { return 0 };
    let stat = fs::read_to_string(format!("/sys/dev/block/{number}/stat")).unwrap_or_default();
    let sectors: u64 = stat.split_whitespace().nth(6).and_then(|sectors| sectors.parse().ok()).unwrap_or(0);
    sectors * 512
}

fn sync(folder: &Path) {
    let _ = std::process::Command::new("sync").arg("-f").arg(folder).status();
}

fn memory() -> f64 {
    let status = fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find(|line| line.starts_with("VmRSS")).unwrap_or_default();
    line.split_whitespace().nth(1).and_then(|kib| kib.parse::<f64>().ok()).unwrap_or(0.0) / 1024.0
}

fn megabytes(folder: &Path) -> f64 {
    let output = std::process::Command::new("du").args(["-sk"]).arg(folder).output();
    let text = output.map(|output| String::from_utf8_lossy(&output.stdout).into_owned()).unwrap_or_default();
    text.split_whitespace().next().and_then(|kib| kib.parse::<f64>().ok()).unwrap_or(0.0) / 1024.0
}

fn time_of_appends() {
    let path = folder("time");
    for opened in ["a new store", "a reopened store"] {
        let store = DiskStore::open(&path).unwrap();
        for (level, times) in [(Level::Crash, 50_000), (Level::Power, 300)] {
            sync(&path);
            let (begin, before) = (Instant::now(), written(&path));
            for number in 0..times {
                store.append(&[state(number % PROPERTIES, number)], level).unwrap();
            }
            let each = begin.elapsed().as_secs_f64() * 1e6 / times as f64;
            sync(&path);
            let bytes = (written(&path) - before) as f64 / times as f64;
            println!("{opened}: an append of one state at {level:?}: {each:.1} µs, {bytes:.0} bytes to the disk");
        }
    }
    fs::remove_dir_all(&path).unwrap();
}

/// How the changes are handed to the store.
#[derive(Debug, Clone, Copy)]
struct Plan {
    what: &'static str,
    /// The time between two appends at [`Level::Crash`], in milliseconds, each with the last value of each property that
    /// has changed. 0: each change alone.
    every: u64,
    /// The time between two appends at [`Level::Power`], in milliseconds.
    power: u64,
}

/// Ten minutes of changes as fast as they can be written.
fn load(plan: Plan, minutes: u64) {
    let path = folder("load");
    drop(DiskStore::open(&path).unwrap());
    let store = DiskStore::open(&path).unwrap();
    sync(&path);
    let (begin, before, memory_before) = (Instant::now(), written(&path), memory());
    let mut most = memory_before;
    let mut changed = Vec::new();
    for millis in (0..minutes * 60_000).step_by(1000 / HERTZ as usize) {
        for property in 0..PROPERTIES {
            let state = state(property, millis);
            if plan.every == 0 {
                store.append(&[state], Level::Crash).unwrap();
            } else {
                changed.retain(|before: &Entry| before.key != state.key);
                changed.push(state);
            }
        }
        let level = if millis % plan.power == 0 { Level::Power } else { Level::Crash };
        if level == Level::Power || plan.every > 0 && millis % plan.every == 0 {
            store.append(&changed, level).unwrap();
            changed.clear();
        }
        most = most.max(if millis % 1000 == 0 { memory() } else { 0.0 });
    }
    let seconds = begin.elapsed().as_secs_f64();
    sync(&path);
    let bytes = (written(&path) - before) as f64;
    let day = bytes / (minutes as f64 * 60.0) * DAY / 1e9;
    println!(
        "{}: {day:.2} GB a day to the disk ({minutes} minutes in {seconds:.1} s); memory from {memory_before:.1} to at \
         most {most:.1} MB; on the disk {:.0} MB",
        plan.what,
        megabytes(&path)
    );
    drop(store);
    time_of_open(&path);
    fs::remove_dir_all(&path).unwrap();
}

fn time_of_open(path: &Path) {
    let mut times: Vec<Duration> = (0..3)
        .map(|_| {
            let begin = Instant::now();
            let store = DiskStore::open(path).unwrap();
            let states = store.load(Table::States, b"").unwrap();
            assert!(!states.is_empty());
            begin.elapsed()
        })
        .collect();
    times.sort();
    println!(
        "    open and load the states: {:.0} to {:.0} ms",
        times[0].as_secs_f64() * 1e3,
        times[2].as_secs_f64() * 1e3
    );
}

/// A block of 128 samples, as a sensor gives them: time, and a value with noise in its last digits.
fn block(series: u64, number: u64) -> Vec<u8> {
    let mut seed = series.wrapping_mul(0x9e37_79b9_7f4a_7c15) ^ number;
    let mut bytes = Vec::with_capacity(2048);
    for sample in 0..128 {
        seed ^= seed << 13;
        seed ^= seed >> 7;
        seed ^= seed << 17;
        let at = number * 128 + sample;
        let value = (at as f64 / 500.0).sin() * 20.0 + (seed % 100) as f64 / 100.0;
        bytes.extend((at * 100).to_be_bytes());
        bytes.extend(((value * 100.0).round() / 100.0).to_be_bytes());
    }
    bytes
}

/// Thirty days of states, and 100 MB of blocks.
fn long_use() {
    let path = folder("long");
    let store = DiskStore::open(&path).unwrap();
    let begin = Instant::now();
    // A state each 30 s and property on average: a person's set-points change more rarely, a measured one more often.
    for number in 0..30 * 2880_u64 {
        let states: Vec<_> = (0..PROPERTIES).map(|property| state(property, number)).collect();
        store.append(&states, Level::Crash).unwrap();
    }
    let blocks = 100_000_000 / 2048;
    for number in 0..blocks {
        let (series, number) = (number % PROPERTIES, number / PROPERTIES);
        let mut key = format!("h/pump_{series:02}.trend/").into_bytes();
        key.extend(number.to_be_bytes());
        let entry = Entry { table: Table::Histories, key, value: Some(block(series, number)) };
        store.append(&[entry], Level::Crash).unwrap();
    }
    store.append(&[], Level::Power).unwrap();
    println!(
        "30 days of states and 100 MB of blocks: written in {:.1} s; memory {:.1} MB; on the disk {:.0} MB",
        begin.elapsed().as_secs_f64(),
        memory(),
        megabytes(&path)
    );
    drop(store);
    println!(
        "    on the disk after the end {:.0} MB, of it tables {:.0} MB",
        megabytes(&path),
        megabytes(&path.join("db/keyspaces"))
    );
    time_of_open(&path);
    let store = DiskStore::open(&path).unwrap();
    let begin = Instant::now();
    let mut seen = 0_u64;
    store
        .range(
            Table::Histories,
            b"h/pump_07.trend/".as_slice()..b"h/pump_07.trend0",
            dash_runtime::server::store::Order::Ascending,
            &mut |_, value| {
                seen += value.len() as u64;
                std::ops::ControlFlow::Continue(())
            },
        )
        .unwrap();
    println!("    read one of the series ({:.1} MB): {:.0} ms", seen as f64 / 1e6, begin.elapsed().as_secs_f64() * 1e3);
    let begin = Instant::now();
    let mut end = b"h/pump_07.trend/".to_vec();
    end.extend(1000_u64.to_be_bytes());
    store.trim(Table::Histories, b"h/pump_07.trend/".as_slice()..end.as_slice()).unwrap();
    println!("    trim 1000 blocks: {:.0} ms; memory {:.1} MB", begin.elapsed().as_secs_f64() * 1e3, memory());
    drop(store);
    fs::remove_dir_all(&path).unwrap();
}

fn main() {
    // `cargo test --benches` only checks that it starts.
    if env::args().any(|argument| argument == "--test") {
        return;
    }
    let only = env::args().skip(1).find(|argument| !argument.starts_with("--"));
    let wanted = |name: &str| only.as_deref().is_none_or(|only| name.contains(only));
    if wanted("time") {
        time_of_appends();
    }
    let plans = [
        Plan { what: "each change alone, power-safe every 200 ms", every: 0, power: STATES_POWER },
        Plan { what: "each change alone, power-safe every 1 s", every: 0, power: 1000 },
        Plan { what: "changes of 100 ms together, power-safe every 200 ms", every: 100, power: STATES_POWER },
        Plan { what: "changes of 200 ms together, power-safe every 200 ms", every: 200, power: STATES_POWER },
        Plan { what: "changes of 200 ms together, power-safe every 1 s", every: 200, power: 1000 },
        Plan { what: "changes of 1 s together, power-safe every 1 s", every: 1000, power: 1000 },
        Plan { what: "changes of 200 ms together, power-safe every 5 s", every: 200, power: 5000 },
    ];
    if wanted("load") {
        for plan in plans {
            load(plan, 10);
        }
    }
    if wanted("long") {
        long_use();
    }
}
