//! People who log in at an example.

use std::{fs, path::PathBuf};

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
        let file = folder.join("users.toml");
        fs::write(&file, users.iter().map(user).collect::<String>()).unwrap();
        let environment = [("DASH_USERS", file.to_str().unwrap()), ("DASH_HOSTS", "*.localhost")];
        Self { example: Example::start_with(browser, name, &environment), folder }
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
