//! P1 and P3 on a large scale: many people on one slider, with a device that keeps a journal and knows nothing of the
//! engine.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::{Arc, Mutex},
    time::{Duration, Instant},
};

use dash_devices::prelude::*;
use serde::Deserialize;
use serde_json::Value;

use crate::support::{Browser, Served};

#[components]
struct Ui {
    level: Slider,
}

/// Each value that the device was told, in order.
#[derive(Clone, Default)]
struct Journal(Arc<Mutex<Vec<f64>>>);

#[callback_shared(initial = false)]
fn set(journal: &mut Journal, #[input(Ui::level.value)] level: f64) {
    journal.0.lock().unwrap().push(level);
}

impl Dashboard for Ui {
    type Device = Journal;
    type Session = ();
    const CALLBACKS: Callbacks<Self> = callbacks![set];

    fn layout(self) -> Element {
        page("Writers", self.level.range(0.0..=1e9))
    }
}

const WRITERS: u32 = 22;
/// Larger than the number of commands of one writer.
const SPAN: u32 = 100_000;
/// The writers stop then, however many commands they have sent: the machine may be busy.
const TIME: Duration = Duration::from_secs(15);
const APPLIED: u64 = 0;
const ACCEPTED: u64 = 1;
const MERGED: u64 = 2;
/// A page may have 256 commands without an outcome.
const OUTSTANDING: usize = 200;

/// The parts of a frame that count here. To read all of it takes longer than the server takes to make it.
#[derive(Deserialize)]
struct Frame {
    t: Option<String>,
    #[serde(default)]
    r: u64,
    #[serde(default)]
    p: Vec<(u64, f64)>,
    #[serde(default)]
    a: Vec<Vec<Value>>,
}

/// A page, and what became of its commands.
struct Writer {
    browser: Browser,
    number: u32,
    /// The number of its commands.
    count: u32,
    /// The commands without a final outcome, by number, as they were sent.
    open: BTreeMap<u64, String>,
    /// The values with the outcome "applied".
    applied: BTreeSet<u32>,
    merged: usize,
    /// The value that it shows.
    level: f64,
    random: u64,
}

impl Writer {
    async fn join(app: &Served, number: u32) -> Self {
        let browser = app.join().await;
        let (open, applied, random) = (BTreeMap::new(), BTreeSet::new(), u64::from(number) + 1);
        Self { browser, number, count: 0, open, applied, merged: 0, level: 0.0, random }
    }

    /// A number below `below`, the same in each run of the test.
    fn random(&mut self, below: u64) -> u64 {
        self.random = self.random.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.random >> 33) % below
    }

    /// Sends `count` commands, or fewer if the time is over, and waits for their outcomes. With `cuts`, the connection
    /// is cut about so many times.
    async fn write(mut self, count: u32, cuts: u32, until: Instant) -> Self {
        let prop = self.browser.page.number("level.value");
        let every = count.checked_div(cuts).unwrap_or(u32::MAX);
        let mut cut_at = every;
        let mut writes = true;
        while writes || !self.open.is_empty() {
            writes = self.count < count && Instant::now() < until;
            if writes {
                let room = u32::try_from(OUTSTANDING - self.open.len()).unwrap().min(count - self.count);
                let burst: Vec<String> = (0..room).map(|_| self.command(prop)).collect();
                self.browser.socket.say_at_once(burst).await;
            }
            if self.count >= cut_at {
                cut_at = self.count + every;
                // At any moment: some answers have arrived, and some commands perhaps have not.
                for _ in 0..self.random(4) {
                    self.take().await;
                }
                self.come_back().await;
            }
            let enough = if writes { OUTSTANDING / 2 } else { 1 };
            while self.open.len() >= enough {
                self.take().await;
            }
        }
        self
    }

    fn command(&mut self, prop: usize) -> String {
        let value = self.number * SPAN + self.count;
        self.count += 1;
        // The number of a command tells its value, because each writer sends each value once.
        let text = format!(r#"{{"n":{},"p":{prop},"v":{value}}}"#, self.count);
        self.open.insert(u64::from(self.count), text.clone());
        text
    }

    async fn take(&mut self) -> Frame {
        let text = self.browser.socket.text().await;
        let frame: Frame = serde_json::from_str(&text).unwrap();
        if frame.t.is_none() {
            self.browser.rev = frame.r;
        }
        self.level = frame.p.last().map_or(self.level, |(_, level)| *level);
        for outcome in &frame.a {
            let number = outcome[0].as_u64().unwrap();
            let value = self.number * SPAN + u32::try_from(number).unwrap() - 1;
            let code = outcome[1].as_u64().unwrap();
            if code == ACCEPTED {
                continue;
            }
            // After a cut the server may tell an outcome again.
            let is_new = self.open.remove(&number).is_some();
            match code {
                APPLIED if is_new => _ = self.applied.insert(value),
                MERGED if is_new => self.merged += 1,
                APPLIED | MERGED => {
                    assert_eq!(code == APPLIED, self.applied.contains(&value), "two outcomes of {value}");
                }
                other => panic!("command {number} of writer {}: {other}", self.number),
            }
        }
        frame
    }

    /// Reconnects, and sends again what the server has not received, as a page does.
    async fn come_back(&mut self) {
        let welcome = self.browser.come_back().await;
        let last = welcome["last"].as_u64().unwrap();
        let again: Vec<String> = self.open.range(last + 1..).map(|(_, text)| text.clone()).collect();
        self.browser.socket.say_at_once(again).await;
    }

    /// Receives everything that the server has for it.
    async fn settle(&mut self) {
        let pings = 65;
        self.browser.socket.say_at_once(std::iter::repeat_n(r#"{"t":"ping"}"#.to_owned(), pings)).await;
        for _ in 0..pings {
            while self.take().await.t.as_deref() != Some("pong") {}
        }
    }
}

/// At most `count` commands of all writers together, each with a value of its own.
async fn write_all(count: u32, cuts: u32) {
    let journal = Journal::default();
    let app = Served::with_limits::<Ui>(journal.clone(), |limits| {
        limits.commands_per_second = u32::MAX;
        // No limit of time decides anything here.
        limits.write_time = Duration::from_secs(3600);
        limits.silence = Duration::from_secs(3600);
    })
    .await;
    let mut writers = Vec::new();
    for number in 1..=WRITERS {
        writers.push(Writer::join(&app, number).await);
    }
    let begun = Instant::now();
    let mut writing = tokio::task::JoinSet::new();
    for (writer, number) in writers.into_iter().zip(0..) {
        let count = count / WRITERS + u32::from(number < count % WRITERS);
        writing.spawn(writer.write(count, cuts, begun + TIME));
    }
    let mut done = writing.join_all().await;
    let told: Vec<u32> = journal.0.lock().unwrap().iter().map(|level| *level as u32).collect();

    // None late: a value of a writer never comes after a newer one of the same writer. None twice.
    let mut newest = BTreeMap::new();
    for value in &told {
        let before = newest.insert(value / SPAN, value % SPAN);
        assert!(before.is_none_or(|before| before < value % SPAN), "{value} after {before:?}");
    }
    // What was called applied was done, and nothing else.
    let applied: BTreeSet<u32> = done.iter().flat_map(|writer| writer.applied.iter().copied()).collect();
    let merged: usize = done.iter().map(|writer| writer.merged).sum();
    assert_eq!(told.iter().copied().collect::<BTreeSet<u32>>(), applied);
    let sent: u32 = done.iter().map(|writer| writer.count).sum();
    assert_eq!(applied.len() + merged, sent as usize);
    // The newest value of each writer is never merged into another one.
    for writer in &done {
        assert!(writer.applied.contains(&(writer.number * SPAN + writer.count - 1)), "writer {}", writer.number);
    }
    // All agree on the last one.
    let last = f64::from(*told.last().unwrap());
    for writer in &mut done {
        writer.settle().await;
        assert_eq!(writer.level, last);
    }
    println!("{sent} of {count} commands, {} at the device, {:?}", told.len(), begun.elapsed());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn p1_p3_a_hundred_thousand_commands_of_22_writers_none_late_and_none_twice() {
    write_all(100_000, 0).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn p1_p3_commands_of_22_writers_with_cut_links_none_late_and_none_twice() {
    write_all(20_000, 15).await;
}
