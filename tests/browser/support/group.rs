//! Programs that the tests start, and that never outlive them.

use std::{
    env,
    io::{BufRead, BufReader},
    os::unix::process::CommandExt,
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    sync::mpsc::{self, Receiver},
    thread,
    time::{Duration, Instant},
};

/// A program in its own process group, with everything that it starts. Killing only chromedriver would leave its
/// browser running.
///
/// A shell in the group waits for the end of its input, and then kills the group. The input ends when this is dropped,
/// and also when the test program is killed.
pub(crate) struct Group {
    shell: Child,
    lines: Receiver<String>,
}

impl Group {
    pub(crate) fn start(program: &Path, args: &[&str], environment: &[(&str, &str)]) -> Self {
        let mut shell = Command::new("/bin/sh")
            .args(["-c", r#""$@" & cat >/dev/null; kill -KILL 0"#, "sh"])
            .arg(program)
            .args(args)
            .envs(environment.iter().copied())
            .process_group(0)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let output = BufReader::new(shell.stdout.take().unwrap());
        let (sender, lines) = mpsc::channel();
        // Reads to the end, because a program whose output is not read blocks.
        thread::spawn(move || output.lines().map_while(Result::ok).for_each(|line| drop(sender.send(line))));
        Self { shell, lines }
    }

    /// The result of `find` for the first line of the output for which it has one.
    pub(crate) fn expect<T>(&self, what: &str, find: impl Fn(&str) -> Option<T>) -> T {
        let end = Instant::now() + Duration::from_secs(30);
        let mut seen = Vec::new();
        while let Ok(line) = self.lines.recv_timeout(end.saturating_duration_since(Instant::now())) {
            if let Some(found) = find(&line) {
                return found;
            }
            seen.push(line);
        }
        panic!("{what} did not come; the output was {seen:?}");
    }
}

impl Group {
    /// The number of the process group.
    pub(crate) fn number(&self) -> u32 {
        self.shell.id()
    }
}

/// Sends a signal to all processes of a group, such as `STOP`.
pub(crate) fn signal(group: u32, signal: &str) {
    let sent = Command::new("/bin/kill").args([&format!("-{signal}"), "--", &format!("-{group}")]).status();
    assert!(sent.is_ok_and(|status| status.success()), "no signal {signal} for the group {group}");
}

impl Drop for Group {
    fn drop(&mut self) {
        drop(self.shell.stdin.take());
        let _ = self.shell.wait();
    }
}

/// The first of these programs that is installed.
pub(crate) fn installed(names: &[&str]) -> PathBuf {
    let path = env::var_os("PATH").unwrap_or_default();
    let found = names.iter().flat_map(|name| env::split_paths(&path).map(move |folder| folder.join(name)));
    found.into_iter().find(|file| file.is_file()).unwrap_or_else(|| {
        panic!(
            "{} is not installed: these tests need the browser Chromium and its driver. On Debian: \
             apt-get install chromium chromium-driver. For a run with Firefox see tests/README.md",
            names[0]
        )
    })
}
