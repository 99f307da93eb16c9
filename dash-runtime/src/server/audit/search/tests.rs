use std::{
    fs,
    io::Write as _,
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    time::Duration,
};

use tokio::time::timeout;

use super::{
    super::{AuditLog, tests::folder},
    *,
};

/// A line of about 2 kB, so that a file has few of them.
fn line(number: u64, time: u64, prop: &str) -> String {
    format!(
        "{{\"n\":{number},\"time\":{time},\"rev\":1,\"user\":\"ada\",\"property\":\"{prop}\",\"old\":null,\"new\":\"{}\",\"outcome\":\"applied\"}}\n",
        "x".repeat(2_000)
    )
}

fn wanting(times: std::ops::Range<u64>, before: Option<Place>, most: usize) -> Search {
    Search { device: String::new(), times, before, most, wants: Box::new(|_| true) }
}

fn ask(path: &Path, index: &mut Index, wanted: &Search) -> Found {
    search(path, index, wanted, &AtomicBool::new(false)).unwrap()
}

fn numbers(found: &Found) -> Vec<u64> {
    found.records.iter().map(|record| record.number).collect()
}

/// Writes five files with so many lines each, the newest without a number. Returns the number of all lines.
fn five_files(path: &Path, each: u64) -> u64 {
    for (file, number) in (0..=KEPT).rev().zip(0..) {
        let name = if file == 0 { path.to_owned() } else { numbered(path, file) };
        let lines = number * each + 1..=(number + 1) * each;
        fs::write(name, lines.map(|n| line(n, 1_000 + n, "speed.value")).collect::<String>()).unwrap();
    }
    5 * each
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn fault_searches_that_were_given_up_went_on_all_at_once_and_others_starved() {
    const EACH: u64 = 400;
    let folder = folder("audit-given-up");
    let path = folder.join("audit.jsonl");
    // Each line has a property of its own, so a search asks for each whether it is wanted.
    fs::write(&path, (1..=EACH).map(|n| line(n, n, &format!("p{n}.value"))).collect::<String>()).unwrap();
    let log = AuditLog::open(&path, 10).unwrap();
    let (at_once, most, asked) = <(Arc<AtomicUsize>, Arc<AtomicUsize>, Arc<AtomicUsize>)>::default();
    let slow = || {
        let (at_once, most, asked) = (Arc::clone(&at_once), Arc::clone(&most), Arc::clone(&asked));
        let wants = move |_: &str| {
            most.fetch_max(at_once.fetch_add(1, Ordering::SeqCst) + 1, Ordering::SeqCst);
            asked.fetch_add(1, Ordering::SeqCst);
            std::thread::sleep(Duration::from_millis(5));
            at_once.fetch_sub(1, Ordering::SeqCst);
            true
        };
        Search { wants: Box::new(wants), ..wanting(0..u64::MAX, None, 2) }
    };
    for _ in 0..10 {
        let given_up = timeout(Duration::from_millis(40), log.search(slow())).await;
        assert!(given_up.is_err(), "it has ended before it was given up");
    }
    let found = timeout(Duration::from_secs(20), log.search(wanting(0..u64::MAX, None, 2))).await.unwrap().unwrap();
    assert_eq!((numbers(&found), most.load(Ordering::SeqCst)), (vec![EACH - 1, EACH], 1), "one at a time");
    let asked = asked.load(Ordering::SeqCst);
    assert!(
        (1..EACH as usize).contains(&asked),
        "all ten together were asked for {asked} lines: they have ended early"
    );
    fs::remove_dir_all(&folder).unwrap();
}

#[test]
fn fault_each_page_of_the_record_read_all_files() {
    let folder = folder("audit-pages");
    let path = folder.join("audit.jsonl");
    let all = five_files(&path, 2_000);
    let mut index = Index::default();
    let (mut before, mut seen, mut pages) = (None, Vec::new(), 0);
    while seen.len() < all as usize {
        let found = ask(&path, &mut index, &wanting(0..u64::MAX, before, 500));
        assert_eq!(found.next, None);
        assert!(found.read <= 3 * BLOCK + BLOCK / 2, "a page of 1 MB has read {} bytes of 20 MB", found.read);
        before = found.records.first().map(|one| (u64::try_from(one.time.as_millis()).unwrap(), one.number));
        seen.splice(0..0, numbers(&found));
        pages += 1;
        assert!(pages <= all / 500, "a page has no records");
    }
    assert_eq!(seen, (1..=all).collect::<Vec<_>>(), "none is missing, and none is there twice");
    // A time in the middle is found without the rest, too.
    let found = ask(&path, &mut index, &wanting(5_001..5_004, None, 500));
    assert_eq!((numbers(&found), found.read <= 2 * BLOCK + BLOCK / 2), (vec![4_001, 4_002, 4_003], true));
    fs::remove_dir_all(&folder).unwrap();
}

#[test]
fn a_search_that_has_read_enough_says_where_to_go_on() {
    let folder = folder("audit-enough");
    let path = folder.join("audit.jsonl");
    let all = five_files(&path, 8_000);
    let mut index = Index::default();
    let (mut before, mut seen, mut rounds) = (None, Vec::new(), 0);
    loop {
        // Nobody may see most of them, so a page is never full.
        let mut wanted = wanting(0..u64::MAX, before, 500);
        wanted.device = "other".to_owned();
        let found = ask(&path, &mut index, &wanted);
        assert!(found.read <= MOST_READ + BLOCK + BLOCK / 2, "{}", found.read);
        seen.push(found.records.len());
        rounds += 1;
        let Some(next) = found.next else { break };
        assert!(before.is_none_or(|before| next < before), "it goes on");
        before = Some(next);
    }
    assert_eq!((seen.iter().sum::<usize>(), (2..=4).contains(&rounds)), (0, true), "{rounds} requests, {all} lines");
    // What was found until then is there, and the rest follows.
    let first = ask(&path, &mut index, &wanting(0..u64::MAX, None, usize::MAX));
    let second = ask(&path, &mut index, &wanting(0..u64::MAX, first.next, usize::MAX));
    let third = ask(&path, &mut index, &wanting(0..u64::MAX, second.next, usize::MAX));
    let together: Vec<u64> = [third, second, first].iter().flat_map(numbers).collect();
    assert_eq!(together, (1..=all).collect::<Vec<_>>());
    fs::remove_dir_all(&folder).unwrap();
}

#[test]
fn fault_records_were_missing_because_the_clock_of_the_file_was_behind() {
    let folder = folder("audit-dates");
    let path = folder.join("audit.jsonl");
    fs::write(&path, line(1, 1_795_600_000_768, "speed.value")).unwrap();
    let file = fs::OpenOptions::new().append(true).open(&path).unwrap();
    // The clock of a file system is coarse, and somebody may have set it back by a day.
    for behind in [5, 86_400_000] {
        file.set_modified(std::time::UNIX_EPOCH + Duration::from_millis(1_795_600_000_768 - behind)).unwrap();
        let found = ask(&path, &mut Index::default(), &wanting(1_795_600_000_768..u64::MAX, None, 5));
        assert_eq!(numbers(&found), [1], "{behind} ms behind");
    }
    fs::remove_dir_all(&folder).unwrap();
}

#[test]
fn a_clock_that_was_set_back_and_a_command_that_took_long_hide_nothing() {
    let folder = folder("audit-back");
    let path = folder.join("audit.jsonl");
    // The second file was written with an earlier clock, and its last command had begun long before.
    fs::write(numbered(&path, 1), (1..=3).map(|n| line(n, 9_000 + n, "a.b")).collect::<String>()).unwrap();
    fs::write(&path, line(5, 5_000, "a.b") + &line(6, 6_000, "a.b") + &line(4, 4, "a.b")).unwrap();
    let mut index = Index::default();
    assert_eq!(numbers(&ask(&path, &mut index, &wanting(0..u64::MAX, None, 2))), [2, 3]);
    assert_eq!(numbers(&ask(&path, &mut index, &wanting(0..u64::MAX, Some((9_002, 2)), 3))), [5, 6, 1]);
    assert_eq!(numbers(&ask(&path, &mut index, &wanting(0..5_000, None, 3))), [4]);
    fs::remove_dir_all(&folder).unwrap();
}

#[test]
fn what_is_written_and_renamed_after_a_search_is_found_by_the_next_one() {
    let folder = folder("audit-grows");
    let path = folder.join("audit.jsonl");
    fs::write(&path, "").unwrap();
    let mut index = Index::default();
    let all = |index: &mut Index| numbers(&ask(&path, index, &wanting(0..u64::MAX, None, 100)));
    assert!(all(&mut index).is_empty());
    let mut file = fs::OpenOptions::new().append(true).open(&path).unwrap();
    write!(file, "{}{}", line(1, 1, "a.b"), &line(2, 2, "a.b")[..50]).unwrap();
    assert_eq!(all(&mut index), [1], "half a line is none");
    write!(file, "{}", &line(2, 2, "a.b")[50..]).unwrap();
    fs::write(of_refusals(&path), line(3, 3, "a.b")).unwrap();
    assert_eq!(all(&mut index), [1, 2, 3]);
    fs::rename(&path, numbered(&path, 1)).unwrap();
    fs::write(&path, line(4, 4, "a.b")).unwrap();
    assert_eq!(all(&mut index), [1, 2, 3, 4]);
    // Somebody replaces a file.
    fs::write(numbered(&path, 1), line(9, 2, "c.d")).unwrap();
    assert_eq!(all(&mut index), [9, 3, 4]);
    // Who asks is gone.
    assert!(search(&path, &mut index, &wanting(0..u64::MAX, None, 100), &AtomicBool::new(true)).is_none());
    fs::remove_dir_all(&folder).unwrap();
}

#[test]
fn fault_what_is_missing_in_the_files_was_not_told() {
    let folder = folder("audit-holes");
    let path = folder.join("audit.jsonl");
    let lost =
        |time: u64, times: u64| format!("{{\"time\":{time},\"outcome\":\"lost\",\"times\":{times},\"why\":\"\"}}\n");
    let of =
        |numbers: std::ops::RangeInclusive<u64>| numbers.map(|n| line(n, 100 * n, "speed.value")).collect::<String>();
    let torn = format!("{}\n", &line(4, 400, "speed.value")[..50]);
    let mut rotten = line(8, 800, "speed.value").into_bytes();
    rotten[60] = 0xff;
    let before = [of(1..=3), torn, of(5..=6), lost(650, 57), of(7..=7)].concat();
    fs::write(&path, [before.as_bytes(), &rotten, of(9..=10).as_bytes()].concat()).unwrap();
    fs::write(of_refusals(&path), [of(11..=11), lost(1_150, 3)].concat()).unwrap();
    let holes = |times, before, most| {
        let found = ask(&path, &mut Index::default(), &wanting(times, before, most));
        found.lost.iter().map(|(_, hole)| (hole.since, hole.until, hole.records, hole.is_damaged)).collect::<Vec<_>>()
    };
    let all = [
        (Some(300), 500, 1, true),
        (Some(600), 650, 57, false),
        (Some(700), 900, 1, true),
        (Some(1_100), 1_150, 3, false),
    ];
    assert_eq!(holes(0..u64::MAX, None, 100), all);
    assert_eq!(holes(610..620, None, 100), all[1..2], "one that began before the span and ended after it");
    assert_eq!(holes(651..700, None, 100), [], "beside it");
    assert_eq!(holes(0..u64::MAX, None, 2), all[3..], "an answer has those after its oldest record");
    assert_eq!(holes(0..u64::MAX, Some((650, 0)), 100), all[..1], "the next one has those before");
    fs::remove_dir_all(&folder).unwrap();
}
