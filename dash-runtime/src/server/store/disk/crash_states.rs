//! Ends the process that writes states alone at any moment, as `kill -9` does: appends that go to the small file, and now and
//! then one that goes to the journal.

use std::{collections::BTreeMap, env, io::Write as _, path::Path, sync::Mutex, thread, time::Duration};

use super::{
    super::{Entry, Level, Store, Table, record::Record},
    DiskStore,
    crash::{Mode, WRITERS, Writing, assert_there, random_millis, rounds},
    tests::Folder,
};
use crate::server::lock;

/// Each append has two values of its writer, so that one that is there in part is seen.
fn keys(writer: u64) -> [Vec<u8>; 2] {
    ["first", "second"].map(|name| format!("{name} {writer}").into())
}

fn put(key: Vec<u8>, number: u64) -> Entry {
    // Now and then one that is too large for the small file.
    let len = if number.is_multiple_of(97) { 40_000 } else { number as usize % 300 };
    let body: Vec<u8> = (0..len).map(|at| (at as u64 * 31 + number) as u8).collect();
    let value = Record { epoch: 1, rev: number, time: 0, body: &body }.to_bytes(&key);
    Entry { table: Table::States, key, value: Some(value) }
}

/// The number of the last append of each writer. Panics at one that is there in part, and at a value that is another one.
pub(super) fn read_states(store: &DiskStore) -> BTreeMap<u64, u64> {
    let all: BTreeMap<Vec<u8>, Vec<u8>> = store.load(Table::States, b"").unwrap().into_iter().collect();
    let number = |writer: u64| {
        let found = keys(writer).map(|key| {
            let value = all.get(&key)?;
            let number = Record::read(&key, value).expect("a state is torn").rev;
            assert_eq!(put(key, number).value.as_ref(), Some(value));
            Some(number)
        });
        assert_eq!(found[0], found[1], "writer {writer}: an append is there in part");
        found[0]
    };
    (0..WRITERS).filter_map(|writer| Some((writer, number(writer)?))).collect()
}

/// Who appends states.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Way {
    /// Always the thread of the store.
    Thread,
    /// The task of a socket, if that is quick at that moment, and otherwise the thread.
    Socket,
    /// Half of the writers each.
    Both,
}

fn write_for_ever(folder: &Path, mode: Mode, way: Way) {
    let store = DiskStore::open(folder).unwrap();
    let last = read_states(&store);
    let said = Mutex::new(std::io::stdout());
    thread::scope(|scope| {
        for writer in 0..WRITERS {
            let (store, said) = (&store, &said);
            let next = last.get(&writer).map_or(0, |last| last + 1);
            let is_here = way == Way::Socket || way == Way::Both && writer % 2 == 0;
            scope.spawn(move || {
                let mut here = 0;
                for number in next.. {
                    let level = if mode == Mode::Mixed && number % 50 == 0 { Level::Power } else { Level::Crash };
                    let states = keys(writer).map(|key| put(key, number));
                    let now = if is_here && level == Level::Crash { store.append_now(&states) } else { None };
                    here += u64::from(now.is_some());
                    now.unwrap_or_else(|| store.append(&states, level)).unwrap();
                    if mode != Mode::Mixed || level == Level::Power {
                        writeln!(lock(said), "\nack {writer} {number}\nhere {writer} {here}").unwrap();
                    }
                    if number % 40 == writer {
                        let key = format!("block {writer}").into();
                        let block = Entry { table: Table::Histories, key, value: Some(vec![1; 100]) };
                        store.append(&[block], Level::Crash).unwrap();
                    }
                }
            });
        }
    });
}

/// Writes as the process that is ended, if this is that process.
fn write_as_child(way: Way) {
    if let Ok(folder) = env::var("DASH_STORE_WRITER") {
        let is_mixed = env::var("DASH_STORE_MODE").is_ok_and(|mode| mode == "mixed");
        write_for_ever(Path::new(&folder), if is_mixed { Mode::Mixed } else { Mode::Each(Level::Crash) }, way);
    }
}

/// Not a test by itself: the process that is ended.
#[test]
fn the_writer() {
    write_as_child(Way::Both);
}

/// Not a test by itself.
#[test]
fn the_writer_on_sockets() {
    write_as_child(Way::Socket);
}

/// Not a test by itself.
#[test]
fn the_writer_on_the_thread() {
    write_as_child(Way::Thread);
}

/// Ends the process of this test, again and again. Returns how many accepted appends are there, and how many appends were
/// made by sockets.
fn ended(by: &str) -> (u64, u64) {
    let folder = Folder::fast();
    let (mut before, mut here) = (BTreeMap::new(), 0);
    for round in 0..rounds(10) {
        let by = format!("crash_states::{by}");
        let mut writing = Writing::start_test(&by, &folder.path(), Mode::Each(Level::Crash), false);
        writing.until(0);
        let wait = random_millis(100);
        thread::sleep(Duration::from_millis(wait));
        let (acked, own) = writing.kill_and_count();
        let store = DiskStore::open(folder.path()).unwrap();
        let found = read_states(&store);
        assert_there(&acked, &found, &format!("round {round}, killed after {wait} ms"));
        assert!(acked.iter().all(|(writer, number)| before.get(writer).is_none_or(|before| number > before)));
        (before, here) = (found, here + own);
    }
    // They are numbered from 0.
    let there = before.values().map(|last| last + 1).sum();
    println!("{by}: {there} appends in {} rounds, {here} of them by sockets", rounds(10));
    (there, here)
}

#[test]
fn after_kill_9_every_state_that_a_socket_has_written_is_there_and_whole() {
    let (there, here) = ended("the_writer_on_sockets");
    assert!(here > 0 && here <= there, "{here} of {there} appends were made by sockets");
}

#[test]
fn after_kill_9_every_state_that_the_thread_has_written_is_there_and_whole() {
    let (there, here) = ended("the_writer_on_the_thread");
    assert!(there > 0 && here == 0, "{here} of {there} appends were made by sockets");
}
