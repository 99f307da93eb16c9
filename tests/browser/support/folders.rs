//! Where browsers keep their files while the tests run.

use std::{
    fs,
    os::unix::process::CommandExt as _,
    path::PathBuf,
    process::{Child, Command, Stdio},
    sync::{
        LazyLock,
        atomic::{AtomicU32, Ordering::Relaxed},
    },
};

/// The folder of all browsers, which is removed when this program ends.
static FOLDERS: LazyLock<Folders> = LazyLock::new(Folders::new);

struct Folders {
    path: PathBuf,
    /// A program that waits for the end of its input, which is the end of this one. A static variable is never dropped,
    /// and browsers that are killed leave their files.
    _cleaner: Child,
}

impl Folders {
    fn new() -> Self {
        // Not in `target`, because the path of a socket may only have about a hundred bytes.
        let path = std::env::temp_dir().join(format!("dash-browsers-{}", std::process::id()));
        let script = r#"cat >/dev/null; sleep 1; rm -rf -- "$0""#;
        // In a group of its own, so that it outlives this program if somebody ends the whole group.
        let mut cleaner = Command::new("/bin/sh");
        let cleaner = cleaner.args(["-c", script]).arg(&path).stdin(Stdio::piped()).process_group(0).spawn().unwrap();
        Self { path, _cleaner: cleaner }
    }
}

/// A new folder for a browser.
pub(super) fn new_folder() -> PathBuf {
    static NUMBER: AtomicU32 = AtomicU32::new(0);
    let folder = FOLDERS.path.join(NUMBER.fetch_add(1, Relaxed).to_string());
    fs::create_dir_all(&folder).unwrap();
    folder
}
