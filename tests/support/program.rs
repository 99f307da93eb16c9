//! A dashboard in a separate process: a test that is ignored otherwise, which this starts as a program.

use std::{
    fs,
    io::{BufRead as _, BufReader, Read},
    net::SocketAddr,
    process::{Child, Command, ExitStatus, Stdio},
    sync::{Arc, Mutex, mpsc},
    thread,
    time::{Duration, Instant},
};

use super::PATIENCE;

/// A program, which is always killed in the end.
pub(crate) struct Program {
    child: Child,
    lines: mpsc::Receiver<String>,
    log: Arc<Mutex<Vec<String>>>,
}

impl Program {
    /// The ignored test with this path, such as `shutdown::as_a_program`, with this value of `DASH_BIND`.
    pub(crate) fn start(test: &str, bind: &str) -> Self {
        Self::start_with(test, bind, |_| {})
    }

    /// The same, after `change` has changed the command.
    pub(crate) fn start_with(test: &str, bind: &str, change: impl FnOnce(&mut Command)) -> Self {
        let program = std::env::current_exe().unwrap();
        Self::spawn(Command::new(program), test, bind, change)
    }

    /// The same in a process that may have at most so many open files.
    pub(crate) fn start_with_files(test: &str, bind: &str, files: u32) -> Self {
        let mut command = Command::new("sh");
        command.args(["-c", &format!("ulimit -n {files}; exec \"$0\" \"$@\"")]).arg(std::env::current_exe().unwrap());
        Self::spawn(command, test, bind, |_| {})
    }

    fn spawn(mut command: Command, test: &str, bind: &str, change: impl FnOnce(&mut Command)) -> Self {
        command
            .args(["--exact", test, "--ignored", "--nocapture", "--quiet"])
            .env("DASH_BIND", bind)
            .env_remove("DASH_HOSTS")
            .stdout(Stdio::piped())
            .stderr(Stdio::piped());
        change(&mut command);
        let mut child = command.spawn().unwrap();
        let (line, lines) = mpsc::channel();
        let log = Arc::new(Mutex::new(Vec::new()));
        let written = Arc::clone(&log);
        read_lines(child.stdout.take().unwrap(), move |text| {
            let _ = line.send(text);
        });
        read_lines(child.stderr.take().unwrap(), move |text| written.lock().unwrap().push(text));
        Self { child, lines, log }
    }

    /// Waits for a line with this beginning, and returns the rest of it.
    pub(crate) fn says(&self, beginning: &str) -> String {
        loop {
            let line = self.lines.recv_timeout(PATIENCE).unwrap_or_else(|_| panic!("no line {beginning:?}…"));
            if let Some(rest) = line.strip_prefix(beginning) {
                return rest.to_owned();
            }
        }
    }

    /// Waits for a line with this part.
    pub(crate) fn says_anywhere(&self, part: &str) {
        loop {
            let line = self.lines.recv_timeout(PATIENCE).unwrap_or_else(|_| panic!("no line with {part:?}"));
            if line.contains(part) {
                return;
            }
        }
    }

    /// The next line, if there is one now.
    pub(crate) fn next_line(&self) -> Option<String> {
        self.lines.try_recv().ok()
    }

    /// The lines of the log so far that have this part.
    pub(crate) fn logged(&self, part: &str) -> Vec<String> {
        self.log.lock().unwrap().iter().filter(|line| line.contains(part)).cloned().collect()
    }

    /// Waits until the server is ready, and returns its address.
    pub(crate) fn address(&self) -> SocketAddr {
        let address = self.says("Dashboard on http://");
        address.strip_suffix('/').unwrap().parse().unwrap()
    }

    /// The most memory that it has had so far, in bytes. Only Linux tells it.
    pub(crate) fn peak_memory(&self) -> u64 {
        let status = fs::read_to_string(format!("/proc/{}/status", self.child.id())).unwrap();
        let peak = status.lines().find_map(|line| line.strip_prefix("VmHWM:")).unwrap();
        peak.trim().trim_end_matches(" kB").parse::<u64>().unwrap() * 1024
    }

    /// The number of the process.
    #[allow(dead_code, reason = "only a measurement of relays reads it")]
    pub(crate) fn id(&self) -> u32 {
        self.child.id()
    }

    pub(crate) fn signal(&self, name: &str) {
        let done = Command::new("kill").args([&format!("-{name}"), &self.child.id().to_string()]).status().unwrap();
        assert!(done.success());
    }

    /// Stops the process with SIGSTOP. On a busy machine its threads run on for some time after the signal.
    pub(crate) fn stand_still(&self) {
        self.signal("STOP");
        let threads = format!("/proc/{}/task", self.child.id());
        let stands = |thread: fs::DirEntry| {
            let stat = fs::read_to_string(thread.path().join("stat")).unwrap_or_default();
            stat.rsplit_once(") ").is_none_or(|(_, state)| state.starts_with('T'))
        };
        let begun = Instant::now();
        while !fs::read_dir(&threads).unwrap().map(Result::unwrap).all(stands) {
            assert!(begun.elapsed() < PATIENCE, "does not stop");
            thread::sleep(Duration::from_millis(1));
        }
    }

    /// The exit status, and the time until the exit.
    pub(crate) fn end(&mut self) -> (ExitStatus, Duration) {
        let begun = Instant::now();
        while begun.elapsed() < PATIENCE {
            if let Some(status) = self.child.try_wait().unwrap() {
                return (status, begun.elapsed());
            }
            thread::sleep(Duration::from_millis(5));
        }
        panic!("does not end");
    }
}

impl Drop for Program {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn read_lines(output: impl Read + Send + 'static, mut take: impl FnMut(String) + Send + 'static) {
    thread::spawn(move || {
        // A line of a program may be no UTF-8.
        let mut lines = BufReader::new(output).split(b'\n');
        while let Some(Ok(line)) = lines.next() {
            take(String::from_utf8_lossy(&line).into_owned());
        }
    });
}
