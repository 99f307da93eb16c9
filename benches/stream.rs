//! The processor time of a dashboard whose chart gets 1 000 samples of 10 series in a second, without a store and with one.
//!
//! ```text
//! cargo bench --bench stream                   two minutes each
//! DASH_MINUTES=10 cargo bench --bench stream
//! ```
//!
//! The whole process is measured: the callback that makes the samples, the engine, the history and what sorts its tables.

#![allow(clippy::unwrap_used, clippy::print_stdout, reason = "a benchmark that cannot be set up shall stop")]

use std::{
    env, fs, thread,
    time::{Duration, Instant, SystemTime},
};

use dash_devices::{App, prelude::*};
use tokio::sync::oneshot;

const SERIES: usize = 10;
/// In one run of the callback, each 100 ms.
const SAMPLES: u32 = 100;

#[components]
struct Ui {
    #[keep(for = "30d", size = "1GB")]
    chart: Trend,
}

/// Values that wander, so that a history cannot compress them to nothing.
struct Device {
    state: u64,
    values: [f64; SERIES],
}

impl Device {
    /// From -0.5 to 0.5, by a linear congruential generator (Knuth's MMIX).
    fn random(&mut self) -> f64 {
        self.state = self.state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.state >> 40) as f64 / f64::from(1 << 24) - 0.5
    }
}

#[callback_shared(every = "100ms", output = Ui::chart.points)]
fn measure(device: &mut Device) -> Vec<Sample> {
    let now = SystemTime::now();
    (0..SAMPLES)
        .map(|at| {
            for series in 0..SERIES {
                device.values[series] += (device.random() * 100.0).round() / 100.0;
            }
            Sample::at(now - Duration::from_millis((SAMPLES - at).into()), device.values)
        })
        .collect()
}

impl Dashboard for Ui {
    type Device = Device;
    type Session = ();
    const CALLBACKS: Callbacks<Self> = callbacks![measure];

    fn layout(self) -> Element {
        page("Stream", self.chart.series((0..SERIES).map(|at| Series::new(at.to_string()))))
    }
}

/// The processor time of this process so far, in seconds.
fn processor() -> f64 {
    let text = fs::read_to_string("/proc/self/stat").unwrap();
    // The name of the program, in parentheses, may have spaces. Times are in 1/100 s.
    let fields: Vec<&str> = text.rsplit(')').next().unwrap().split_whitespace().collect();
    let ticks = |at: usize| fields[at].parse::<f64>().unwrap();
    (ticks(11) + ticks(12)) / 100.0
}

/// The share of a processor in percent, over `minutes`.
fn share(name: &str, folder: Option<&std::path::Path>, minutes: u32) -> f64 {
    let app = App::new::<Ui>(Device { state: 9, values: [20.0; SERIES] }).unwrap();
    let app = match folder {
        Some(folder) => app.store(folder),
        None => app,
    };
    let (stop, stopped) = oneshot::channel::<()>();
    let serve = async move {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        app.serve_on(listener, async { _ = stopped.await }).await.unwrap();
    };
    let served = thread::spawn(move || tokio::runtime::Runtime::new().unwrap().block_on(serve));
    // The start is not what is measured.
    thread::sleep(Duration::from_secs(5));
    let (before, begun) = (processor(), Instant::now());
    thread::sleep(Duration::from_secs(60) * minutes);
    let share = (processor() - before) / begun.elapsed().as_secs_f64() * 100.0;
    println!("{name} a store: {share:.2} % of a processor");
    drop(stop);
    served.join().unwrap();
    share
}

fn main() {
    // `cargo test --benches` only checks that it starts.
    if env::args().any(|argument| argument == "--test") {
        return;
    }
    let minutes = env::var("DASH_MINUTES").ok().and_then(|text| text.parse().ok()).unwrap_or(2);
    let parent = env::var_os("DASH_BENCH_FOLDER").map_or_else(env::temp_dir, std::path::PathBuf::from);
    let folder = parent.join(format!("dash-bench-stream-{}", std::process::id()));
    let without = share("without", None, minutes);
    let with = share("with", Some(&folder), minutes);
    println!("The store takes {:.2} % of a processor.", with - without);
    // What was written says that the samples came to the disk.
    let bytes: u64 = walk(&folder);
    println!("{:.1} MB in the store", bytes as f64 / 1e6);
    let _ = fs::remove_dir_all(folder);
}

/// The sizes of all files in `folder` together, in bytes.
fn walk(folder: &std::path::Path) -> u64 {
    let entries = fs::read_dir(folder).unwrap().flatten();
    entries
        .map(|entry| match entry.metadata() {
            Ok(meta) if meta.is_dir() => walk(&entry.path()),
            Ok(meta) => meta.len(),
            // The store has removed it meanwhile.
            Err(_) => 0,
        })
        .sum()
}
