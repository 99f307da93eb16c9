//! A dashboard without a store and without users: nothing of them is in its process, on the disk, or in the page.

use std::{env, fs, path::PathBuf, process};

use dash_devices::prelude::*;

use crate::support::{
    Browser, Page, Program,
    http::{self, Request},
};

/// The same dashboard twice, with an attribute and without it.
macro_rules! dashboard {
    ($name:ident $(, #[$keep:meta])?) => {
        #[components]
        pub(super) struct $name {
            $(#[$keep])?
            speed: Slider,
            $(#[$keep])?
            lamps: [Switch; 3],
            shown: Text,
        }

        impl Dashboard for $name {
            type Device = ();
            type Session = ();
            const CALLBACKS: Callbacks<Self> = callbacks![];

            fn layout(self) -> Element {
                page("Motor", (self.speed.label("Speed"), row(self.lamps), self.shown))
            }
        }
    };
}

mod with_keep {
    use super::*;
    dashboard!(Ui, #[keep]);
}

mod without_keep {
    use super::*;
    dashboard!(Ui);
}

fn serve<D: Dashboard<Device = ()>>() {
    tokio::runtime::Runtime::new().unwrap().block_on(D::serve(())).unwrap();
}

#[test]
#[ignore = "run by other tests as a program of its own"]
fn as_a_program_with_keep() {
    serve::<with_keep::Ui>();
}

#[test]
#[ignore = "run by other tests as a program of its own"]
fn as_a_program_without_keep() {
    serve::<without_keep::Ui>();
}

/// The text with the names of this run and of this page left out: longer numbers than those of the files that it names.
fn without_names(text: &str) -> String {
    let mut out = String::new();
    let mut rest = text;
    while !rest.is_empty() {
        let len = rest.bytes().take_while(u8::is_ascii_hexdigit).count();
        let own = len.max(rest.chars().next().map_or(0, char::len_utf8));
        out.push_str(if len >= 24 { "…" } else { &rest[..own] });
        rest = &rest[own..];
    }
    out
}

#[tokio::test(flavor = "multi_thread")]
async fn a_dashboard_without_a_store_and_users_has_no_thread_for_them_no_file_and_no_byte_in_the_page() {
    let mut pages = Vec::new();
    for name in ["with_keep", "without_keep"] {
        let folder = Folder::new(name);
        let program = Program::start_with(&format!("without_store::as_a_program_{name}"), "127.0.0.1:0", |command| {
            command.env_remove("DASH_DATA").current_dir(&folder.0);
        });
        let address = program.address();
        let page = http::send(address, &Request::get("/")).await.text();
        let request = Request::new("PUT", "/api/props/speed/value").json("5");
        assert_eq!(http::send(address, &request).await.status, 200);
        assert_eq!(fs::read_dir(&folder.0).unwrap().count(), 0, "{name}: a file");
        if cfg!(target_os = "linux") {
            let tasks = fs::read_dir(format!("/proc/{}/task", program.id())).unwrap().flatten();
            let names: Vec<String> =
                tasks.map(|task| fs::read_to_string(task.path().join("comm")).unwrap_or_default()).collect();
            assert!(names.len() > 1 && names.iter().all(|name| name.trim() != "dash-store"), "{name}: {names:?}");
        }
        pages.push(without_names(&page));
    }
    // The addresses of the script and of the style have sums of what is in them.
    assert!(pages[0].contains("/_dash/dash-"), "{}", pages[0]);
    assert_eq!(pages[0], pages[1]);
    // Nor has it a place for somebody who logs in.
    assert!(!pages[0].contains("account"), "{}", pages[0]);
}

/// The outcome of each command of a page was collected for a store that was not there.
#[cfg(target_os = "linux")]
#[tokio::test(flavor = "multi_thread")]
async fn fault_without_a_store_memory_grew_with_each_command() {
    let program = Program::start("without_store::as_a_program_without_keep", "127.0.0.1:0");
    let address = program.address();
    let html = http::send(address, &Request::get("/")).await.text();
    let mut page = Browser::join(address, Page::of(html)).await;
    let mut after = Vec::new();
    for _ in 0..2 {
        for value in 0..6_000 {
            page.apply("speed.value", value % 100).await;
        }
        after.push(program.peak_memory());
    }
    let grown = after[1] - after[0];
    assert!(grown < 1 << 20, "{grown} bytes for 6 000 commands: {after:?}");
}

/// An empty folder in the temporary directory, removed in the end.
struct Folder(PathBuf);

impl Folder {
    fn new(name: &str) -> Self {
        let path = env::temp_dir().join(format!("dash-{name}-{}", process::id()));
        let _ = fs::remove_dir_all(&path);
        fs::create_dir(&path).unwrap();
        Self(path)
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}
