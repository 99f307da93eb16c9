//! People who log in at an example.

use std::{
    fs,
    path::{Path, PathBuf},
};

use super::{Browser, Example, Tab};

/// The hash of "correct horse".
const HASH: &str = "$argon2id$v=19$m=19456,t=2,p=1$PpSO8E2n6WYqN+re2zm2gA$lQ8V8aLk0xD7tmmdyFFAPjgM6yu7AVkHhSK4sJviPzY";

/// An example with users. Their file is removed at the end of the test.
pub(crate) struct Guarded {
    pub(crate) example: Example,
    folder: PathBuf,
}

impl Drop for Guarded {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.folder);
    }
}

impl Guarded {
    /// Starts the example with these users and their roles. `test` is different in each test.
    pub(crate) fn start(browser: &Browser, name: &str, test: &str, users: &[(&str, &str)]) -> Self {
        let folder = std::env::temp_dir().join(format!("dash-{name}-{test}-{}", std::process::id()));
        fs::create_dir_all(&folder).unwrap();
        let user = |(name, role): &(&str, &str)| format!("[users.{name}]\nrole = \"{role}\"\npassword = \"{HASH}\"\n");
        fs::write(folder.join("users.toml"), users.iter().map(user).collect::<String>()).unwrap();
        Self { example: run(browser, name, &folder), folder }
    }

    /// Ends the example with this signal, and starts it again with the same users and the same store, at another port.
    pub(crate) fn restart(&mut self, browser: &Browser, name: &str, signal: &str) {
        self.example.signal(signal);
        // The store belongs to one process at a time.
        let mut tries = 0;
        while std::net::TcpStream::connect(self.example.address).is_ok() {
            tries += 1;
            assert!(tries < 1_000, "it does not end");
            std::thread::sleep(std::time::Duration::from_millis(10));
        }
        self.example = run(browser, name, &self.folder);
    }

    /// Opens the page as somebody who has not logged in. Each person has a host name, because the windows of one browser
    /// share the cookies of a host.
    pub(crate) async fn visit<'a>(&self, browser: &'a Browser, name: &str) -> Tab<'a> {
        browser.open(&format!("http://{}/", self.host(name))).await
    }

    /// Opens the page, and logs in.
    pub(crate) async fn open<'a>(&self, browser: &'a Browser, name: &str) -> Tab<'a> {
        let tab = self.visit(browser, name).await;
        log_in(&tab, name).await;
        tab
    }

    /// The host of this person's pages.
    pub(crate) fn host(&self, name: &str) -> String {
        format!("{name}.localhost:{}", self.example.address.port())
    }
}

/// Starts the example with the users and the store in this folder.
fn run(browser: &Browser, name: &str, folder: &Path) -> Example {
    let (users, data) = (folder.join("users.toml"), folder.join("data"));
    let environment =
        [("DASH_USERS", users.to_str().unwrap()), ("DASH_DATA", data.to_str().unwrap()), ("DASH_HOSTS", "*.localhost")];
    Example::start_with(browser, name, &environment)
}

/// Follows the link to the login page, fills in the form, and waits for the page.
pub(crate) async fn log_in(tab: &Tab<'_>, name: &str) {
    tab.until("document.querySelector('a[href$=login]')").await;
    tab.run("document.querySelector('a[href$=login]').click()").await;
    for (field, text) in [("input[name=name]", name), ("input[name=password]", "correct horse")] {
        tab.until(&format!("document.querySelector('{field}')")).await;
        tab.focus(field).await;
        tab.keys(text).await;
    }
    tab.press("Enter").await;
    tab.until("document.querySelector('form[action$=logout]')").await;
    tab.until_live().await;
}

/// Presses the button that logs out, and waits for the page of a guest.
pub(crate) async fn log_out(tab: &Tab<'_>) {
    tab.run("document.querySelector('form[action$=logout]').requestSubmit()").await;
    tab.until("document.querySelector('input[name=password], a[href$=login]')").await;
}
