//! The memory of a dashboard that runs, without a store and with one on disk.
//!
//! ```text
//! cargo bench --bench kept                     five minutes each
//! DASH_MINUTES=60 cargo bench --bench kept
//! DASH_ONLY=with cargo bench --bench kept      or `without`: one of the two
//! DASH_RATE=2000 cargo bench --bench kept      so many commands in a second instead of 200
//! ```
//!
//! `DASH_BENCH_FOLDER` is where the stores are made, by default the folder for temporary files. Commands are requests of one
//! program over one connection, each sent when the one before is answered. The round trip of a command has a test of its
//! own: `tests/it/kept.rs`.

#![allow(clippy::unwrap_used, clippy::print_stdout, reason = "a benchmark that cannot be set up shall stop")]

use std::{
    env, fs,
    io::{BufRead as _, BufReader, Read as _, Write as _},
    net::{SocketAddr, TcpStream},
    path::PathBuf,
    thread,
    time::{Duration, Instant},
};

use dash_devices::{App, Limits, prelude::*};
use tokio::sync::oneshot;

#[components]
struct Ui {
    #[keep]
    speed: Slider,
    #[keep(for = "30d", size = "100MB")]
    journal: Log,
    shown: Text,
}

#[callback_shared(output = (Ui::shown.text, Ui::journal.lines))]
fn run(#[input(Ui::speed.value)] speed: f64) -> (String, LogLine) {
    (speed.to_string(), LogLine::info(format!("{speed} rpm")))
}

impl Dashboard for Ui {
    type Device = ();
    type Session = ();
    const CALLBACKS: Callbacks<Self> = callbacks![run];

    fn layout(self) -> Element {
        page("Motor", (self.speed.max(1e9), self.journal, self.shown))
    }
}

/// A dashboard that is served, and a connection to it.
struct Served {
    connection: BufReader<TcpStream>,
    stop: Option<oneshot::Sender<()>>,
    thread: Option<thread::JoinHandle<()>>,
    folder: Option<PathBuf>,
}

impl Served {
    fn start(name: &str, has_store: bool) -> Self {
        let parent = env::var_os("DASH_BENCH_FOLDER").map_or_else(env::temp_dir, PathBuf::from);
        let folder = has_store.then(|| parent.join(format!("dash-bench-{name}-{}", std::process::id())));
        let mut limits = Limits::default();
        limits.commands_per_second = u32::MAX;
        let app = App::new::<Ui>(()).unwrap().limits(limits);
        let app = match &folder {
            Some(folder) => app.store(folder),
            None => app,
        };
        let (stop, stopped) = oneshot::channel::<()>();
        let (tell, told) = std::sync::mpsc::channel::<SocketAddr>();
        let serve = async move {
            let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
            tell.send(listener.local_addr().unwrap()).unwrap();
            app.serve_on(listener, async { _ = stopped.await }).await.unwrap();
        };
        let thread = thread::spawn(move || tokio::runtime::Runtime::new().unwrap().block_on(serve));
        let connection = TcpStream::connect(told.recv().unwrap()).unwrap();
        connection.set_nodelay(true).unwrap();
        Self { connection: BufReader::new(connection), stop: Some(stop), thread: Some(thread), folder }
    }

    /// Sets the speed, and waits until that is carried out and told.
    fn set(&mut self, speed: u32) {
        let body = speed.to_string();
        let request = format!(
            "PUT /api/props/speed/value HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\nContent-Length: {}\r\n\r\n{body}",
            body.len()
        );
        self.connection.get_mut().write_all(request.as_bytes()).unwrap();
        let (mut line, mut len) = (String::new(), 0);
        self.connection.read_line(&mut line).unwrap();
        assert!(line.contains(" 200 "), "{line}");
        while line != "\r\n" {
            line.clear();
            self.connection.read_line(&mut line).unwrap();
            if let Some(text) = line.to_ascii_lowercase().strip_prefix("content-length:") {
                len = text.trim().parse().unwrap();
            }
        }
        self.connection.read_exact(&mut vec![0; len]).unwrap();
    }
}

impl Drop for Served {
    fn drop(&mut self) {
        drop(self.stop.take());
        let _ = self.thread.take().unwrap().join();
        if let Some(folder) = &self.folder {
            let _ = fs::remove_dir_all(folder);
        }
    }
}

/// The load of the machine in the last minute.
fn load() -> String {
    fs::read_to_string("/proc/loadavg").unwrap_or_default().split(' ').next().unwrap_or_default().to_owned()
}

/// In KiB.
fn resident() -> f64 {
    let status = fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find(|line| line.starts_with("VmRSS")).unwrap_or_default();
    line.split_whitespace().nth(1).and_then(|kib| kib.parse().ok()).unwrap_or(0.0)
}

/// Some hundred commands in a second, each with a line of a log. The slope is that of the second half, by least squares.
fn memory() {
    let minutes = env::var("DASH_MINUTES").ok().and_then(|text| text.parse().ok()).unwrap_or(5_u32);
    let rate = env::var("DASH_RATE").ok().and_then(|text| text.parse().ok()).unwrap_or(200_u32);
    let only = env::var("DASH_ONLY").unwrap_or_default();
    for (name, has_store) in [("without", false), ("with", true)] {
        if !only.is_empty() && only != name {
            continue;
        }
        let mut served = Served::start(name, has_store);
        let begun = Instant::now();
        let (mut seen, mut speed) = (Vec::new(), 0);
        for second in 0..minutes * 60 {
            while begun.elapsed() < Duration::from_secs(second.into()) {
                thread::sleep(Duration::from_millis(5));
            }
            for _ in 0..rate {
                speed += 1;
                served.set(speed);
            }
            seen.push((f64::from(second) / 3600.0, resident() / 1024.0));
            if (second + 1) % 60 == 0 {
                println!("{name} a store, after {} min: {:.1} MB", (second + 1) / 60, seen.last().unwrap().1);
            }
        }
        let half = &seen[seen.len() / 2..];
        let count = half.len() as f64;
        let mean = |of: fn(&(f64, f64)) -> f64| half.iter().map(of).sum::<f64>() / count;
        let (hours, megabytes) = (mean(|one| one.0), mean(|one| one.1));
        let (mut above, mut below) = (0.0, 0.0);
        for (hour, size) in half {
            above += (hour - hours) * (size - megabytes);
            below += (hour - hours) * (hour - hours);
        }
        println!(
            "{name} a store: {:.1} MB after a minute, {:.1} MB after {minutes}, {:+.1} MB an hour in the second half; {rate} \
             commands and lines in a second, load {}",
            seen[seen.len().min(60) - 1].1,
            seen.last().unwrap().1,
            above / below,
            load()
        );
    }
}

fn main() {
    // `cargo test --benches` only checks that it starts.
    if env::args().any(|argument| argument == "--test") {
        return;
    }
    memory();
}
