//! Power failures, a full disk and a read-only one, on file systems of their own. Linux, as root, with `mkfs.ext4` and
//! `mkfs.xfs`:
//!
//! ```text
//! cargo test -p dash-devices-runtime --all-features --lib store::disk::power -- --ignored --test-threads=1
//! ```

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::print_stdout,
    reason = "a test ends with the first thing that is not as it should be, and its figures are read by a person"
)]

use std::{
    collections::BTreeMap,
    fs,
    path::{Path, PathBuf},
    process::Command,
    thread,
    time::{Duration, Instant},
};

use super::{
    super::{Entry, Level, Store, StoreFault, Table},
    DiskStore,
    crash::{Mode, Writing, random_millis, read_whole, rounds},
    crash_states::read_states,
    tests::Folder,
};

fn run(program: &str, arguments: &[&dyn AsRef<std::ffi::OsStr>]) {
    let mut command = Command::new(program);
    command.args(arguments.iter().map(|argument| argument.as_ref()));
    let output = command.output().unwrap_or_else(|error| panic!("{program}: {error}"));
    assert!(output.status.success(), "{command:?}: {}", String::from_utf8_lossy(&output.stderr));
}

/// A mounted file system, which is unmounted at the end.
struct Mounted(PathBuf);

impl Mounted {
    fn image(image: &Path, at: PathBuf) -> Self {
        fs::create_dir_all(&at).unwrap();
        run("mount", &[&"-o", &"loop", &image, &at]);
        Self(at)
    }

    fn memory(at: PathBuf, size: &str) -> Self {
        fs::create_dir_all(&at).unwrap();
        run("mount", &[&"-t", &"tmpfs", &"-o", &format!("size={size}"), &"none", &at]);
        Self(at)
    }

    fn path(&self) -> &Path {
        &self.0
    }
}

impl Drop for Mounted {
    fn drop(&mut self) {
        let mut left = 50;
        // A process that was killed may have it open for a moment.
        while !Command::new("umount").arg(&self.0).status().is_ok_and(|status| status.success()) && left > 0 {
            left -= 1;
            thread::sleep(Duration::from_millis(100));
        }
    }
}

fn image(path: &Path, megabytes: u64) {
    fs::File::create(path).unwrap().set_len(megabytes * 1024 * 1024).unwrap();
}

/// The process that writes, by its test, and what reads what it has left.
#[derive(Clone, Copy)]
struct Written {
    by: &'static str,
    read: fn(&DiskStore) -> BTreeMap<u64, u64>,
}

/// States with blocks of histories, and states alone.
const ALL: Written = Written { by: "crash::the_writer", read: read_whole };
const STATES: Written = Written { by: "crash_states::the_writer", read: read_states };

/// What one power failure has lost: for each writer what was accepted before, and what is there.
fn cut_power(folder: &Path, card: &Path, written: Written, mode: Mode, small: bool) -> Vec<(u64, Option<u64>)> {
    let mounted = Mounted::image(card, folder.join("mnt"));
    let mut writing = Writing::start_test(written.by, &mounted.path().join("data"), mode, small);
    writing.until(3);
    thread::sleep(Duration::from_millis(random_millis(300)));
    let acked = writing.acked();
    // The copy is made at one moment. It has what the disk has been given, and not what the operating system still keeps.
    let copy = folder.join("copy.img");
    let _ = fs::remove_file(&copy);
    run("cp", &[&"--reflink=always", &card, &copy]);
    writing.kill();
    drop(mounted);
    // The next round goes on with the copy, as a computer does after a power failure.
    fs::rename(&copy, card).unwrap();
    let mounted = Mounted::image(card, folder.join("mnt"));
    let found = match DiskStore::open(mounted.path().join("data")) {
        Ok(store) => (written.read)(&store),
        // The power has failed before the store was created.
        Err(error) => panic!("after a power failure the store does not open: {error:?}"),
    };
    acked.into_iter().map(|(writer, acked)| (acked, found.get(&writer).copied())).collect()
}

fn cut_power_again_and_again(written: Written, mode: Mode, small: bool, rounds: u32) -> usize {
    let folder = Folder::new();
    fs::create_dir(folder.path()).unwrap();
    let below = folder.path().join("below.img");
    image(&below, 3000);
    run("mkfs.xfs", &[&"-q", &"-m", &"reflink=1", &below]);
    let below = Mounted::image(&below, folder.path().join("below"));
    let card = below.path().join("card.img");
    image(&card, 400);
    run("mkfs.ext4", &[&"-q", &card]);
    // The creation of the store is not what is cut here.
    {
        let mounted = Mounted::image(&card, below.path().join("mnt"));
        drop(DiskStore::open(mounted.path().join("data")).unwrap());
    }
    let mut lost = 0;
    let mut accepted = BTreeMap::new();
    for round in 0..rounds {
        for (writer, (acked, found)) in cut_power(below.path(), &card, written, mode, small).into_iter().enumerate() {
            if found.is_none_or(|found| found < acked) {
                lost += 1;
                println!("round {round}: writer {writer} had {acked} accepted, {found:?} is there");
            }
            accepted.insert(writer, acked);
        }
    }
    println!(
        "{}, {mode:?}, small tables: {small}, {rounds} rounds: the last accepted {accepted:?}, {lost} lost",
        written.by
    );
    lost
}

#[test]
#[ignore = "needs root, mkfs.ext4 and mkfs.xfs"]
fn after_a_power_failure_every_accepted_append_is_there_and_whole() {
    let rounds = rounds(28).div_ceil(4);
    for mode in [Mode::Each(Level::Power), Mode::Mixed] {
        for small in [true, false] {
            assert_eq!(cut_power_again_and_again(ALL, mode, small, rounds), 0);
        }
    }
}

#[test]
#[ignore = "needs root, mkfs.ext4 and mkfs.xfs"]
fn after_a_power_failure_every_secured_state_is_there_and_whole() {
    assert_eq!(cut_power_again_and_again(STATES, Mode::Mixed, false, rounds(28).div_ceil(4)), 0);
}

/// The same rounds find what is not secured, so they would find a store that does not secure.
#[test]
#[ignore = "needs root, mkfs.ext4 and mkfs.xfs"]
fn a_power_failure_loses_what_is_only_crash_safe() {
    for written in [ALL, STATES] {
        assert!(cut_power_again_and_again(written, Mode::Each(Level::Crash), false, 5) > 0);
    }
}

/// Writes until the disk is full.
fn fill(store: &DiskStore, level: Level) -> u64 {
    for number in 0.. {
        let key = u64::to_be_bytes(number).to_vec();
        let entry = Entry { table: Table::Histories, key, value: Some(vec![number as u8; 20_000]) };
        if let Err(error) = store.append(&[entry], level) {
            assert_eq!(error.fault(), StoreFault::Full, "{error:?}");
            assert!(error.to_string().contains("the disk is full; free some room on it"), "{error}");
            let later = store.append(&[], level).unwrap_err();
            assert_eq!(later.fault(), StoreFault::Full, "{later:?}");
            return number;
        }
    }
    unreachable!("a disk without an end")
}

#[test]
#[ignore = "needs root and mkfs.ext4"]
fn a_full_disk_is_reported_and_loses_nothing() {
    let cases = [(true, Level::Crash), (true, Level::Power), (false, Level::Crash)];
    // With the same store, and with one that is opened by the next process.
    for ((ext4, level), goes_on) in cases.into_iter().flat_map(|case| [(case, true), (case, false)]) {
        let folder = Folder::new();
        fs::create_dir(folder.path()).unwrap();
        let at = folder.path().join("mnt");
        let mounted = if ext4 {
            let card = folder.path().join("card.img");
            image(&card, 100);
            run("mkfs.ext4", &[&"-q", &card]);
            Mounted::image(&card, at)
        } else {
            Mounted::memory(at, "80m")
        };
        let ballast = mounted.path().join("ballast");
        fs::write(&ballast, vec![1; 50_000_000]).unwrap();
        let data = mounted.path().join("data");
        let store = DiskStore::open(&data).unwrap();
        let accepted = fill(&store, level);
        let there = |store: &DiskStore| store.load(Table::Histories, b"").unwrap().len() as u64;
        assert_eq!(there(&store), accepted, "what is read now");
        println!("ext4: {ext4}, {level:?}: {accepted} were accepted");
        // With some room again, all is there, and the store goes on.
        let store = if goes_on {
            fs::remove_file(ballast).unwrap();
            let begin = Instant::now();
            while let Err(error) = store.append(&[], level) {
                assert_eq!(error.fault(), StoreFault::Full, "{error:?}");
                assert!(begin.elapsed() < Duration::from_secs(30), "it does not go on");
                thread::sleep(Duration::from_millis(50));
            }
            println!("it goes on after {:.1?}", begin.elapsed());
            store
        } else {
            drop(store);
            fs::remove_file(ballast).unwrap();
            DiskStore::open(&data).unwrap()
        };
        let found = there(&store);
        assert!(found == accepted || found == accepted + 1, "{accepted} were accepted, {found} are there");
        let entry = Entry { table: Table::States, key: vec![1], value: Some(vec![1]) };
        store.append(&[entry], Level::Power).unwrap();
    }
}

#[test]
#[ignore = "needs root"]
fn a_full_disk_cannot_have_a_new_store() {
    let folder = Folder::new();
    fs::create_dir(folder.path()).unwrap();
    let mounted = Mounted::memory(folder.path().join("mnt"), "64k");
    fs::write(mounted.path().join("ballast"), vec![1; 1_000_000]).unwrap_err();
    let error = DiskStore::open(mounted.path().join("data")).unwrap_err();
    assert_eq!(error.fault(), StoreFault::Full, "{error:?}");
}

#[test]
#[ignore = "needs root"]
fn a_read_only_disk_is_refused() {
    let folder = Folder::new();
    fs::create_dir(folder.path()).unwrap();
    let mounted = Mounted::memory(folder.path().join("mnt"), "20m");
    let data = mounted.path().join("data");
    drop(DiskStore::open(&data).unwrap());
    run("mount", &[&"-o", &"remount,ro", &mounted.path()]);
    for path in [data, mounted.path().join("new")] {
        let error = DiskStore::open(&path).unwrap_err();
        assert_eq!(error.fault(), StoreFault::ReadOnly, "{error:?}");
        assert!(error.to_string().contains("cannot be written"), "{error}");
    }
}
