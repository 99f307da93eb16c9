//! A login over the server's own TLS, by a name that browsers do not trust without it.

use std::{fs, path::PathBuf};

use dash_devices::{App, prelude::*};
use serde_json::{Value, json};

use crate::support::{Server, Tab, browser_test};

#[derive(Debug, Clone, Copy, Role)]
enum Role {
    Operator,
}

#[components(role = Role, needs = Role::Operator)]
struct Ui {
    level: Slider,
    readout: Text,
}

#[callback_shared(output = Ui::readout.text)]
fn show(#[input(Ui::level.value)] level: f64) -> String {
    format!("{level:.0} %")
}

impl Dashboard for Ui {
    type Device = ();
    type Session = ();
    const CALLBACKS: Callbacks<Self> = callbacks![show];

    fn layout(self) -> Element {
        page("Own TLS", (self.level, self.readout))
    }
}

/// Ada, with the password "correct horse".
const USERS: &str = "[users.ada]\nrole = \"operator\"\npassword = \"$argon2id$v=19$m=19456,t=2,p=1$PpSO8E2n6WYqN+re2zm2gA$lQ8V8aLk0xD7tmmdyFFAPjgM6yu7AVkHhSK4sJviPzY\"\n";

/// A folder that is removed at the end of the test.
struct Folder(PathBuf);

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}

/// Fills in the form, and waits for the page.
async fn log_in(tab: &Tab<'_>) {
    for (field, text) in [("input[name=name]", "ada"), ("input[name=password]", "correct horse")] {
        tab.focus(field).await;
        tab.keys(text).await;
    }
    tab.press("Enter").await;
    tab.until("document.querySelector('#level input')").await;
    tab.until_live().await;
}

fn app(folder: &Folder) -> App {
    fs::create_dir_all(&folder.0).unwrap();
    fs::write(folder.0.join("users.toml"), USERS).unwrap();
    App::new::<Ui>(()).unwrap().users(folder.0.join("users.toml"))
}

#[test]
fn fault_browsers_could_not_send_the_login_form() {
    browser_test(async |browser| {
        let folder = Folder(std::env::temp_dir().join(format!("dash-login-form-{}", std::process::id())));
        let server = Server::start_app(app(&folder)).await;
        let tab = browser.tab().await;
        tab.go(&server.url()).await;
        tab.until("document.querySelector('input[name=password]')").await;
        log_in(&tab).await;
        // The account is in the bar of the page. Its menu opens with a press and closes with Escape.
        assert!(tab.js::<bool>("document.querySelector('.dd-header .dd-account-go').innerText === 'ada'").await);
        let menu = "document.querySelector('.dd-account-menu').matches(':popover-open')";
        tab.click(".dd-account-go").await;
        tab.until(menu).await;
        assert!(tab.js::<bool>("document.querySelector('.dd-account-menu').innerText.includes('operator')").await);
        tab.press("Escape").await;
        tab.until(&format!("!{menu}")).await;
        tab.press("Enter").await;
        tab.until(menu).await;
        // The login ends before the browser leaves the page, which may try to connect again in between.
        browser.allow("HTTP Authentication failed");
        tab.click(".dd-account-out").await;
        tab.until("document.querySelector('input[name=password]')").await;
    });
}

#[test]
fn a_login_over_own_tls_gives_a_live_page_and_what_browsers_keep_from_plain_http() {
    browser_test(async |browser| {
        let folder = Folder(std::env::temp_dir().join(format!("dash-own-tls-{}", std::process::id())));
        let server = Server::start_app(app(&folder).tls_self_signed(["rover.test"])).await;
        let port = server.address.port();

        // A person types the name without `https`.
        let tab = browser.tab().await;
        tab.go(&format!("http://rover.test:{port}/")).await;
        tab.until("document.querySelector('input[name=password]')").await;
        let address = format!("https://rover.test:{port}/");
        assert!(tab.js::<String>("location.href").await.starts_with(&address));
        log_in(&tab).await;
        assert_eq!(tab.js::<String>("location.href").await, address);
        tab.focus("#level input").await;
        tab.press("End").await;
        tab.wait_for_text("#readout", "100 %").await;

        let cookies = tab.cdp("Network.getCookies", json!({ "urls": [address] })).await;
        // The login, and by which the server knows this browser again when a password is tried.
        let mut names = Vec::new();
        for cookie in cookies["cookies"].as_array().unwrap() {
            names.push(
                cookie["name"].as_str().unwrap().trim_end_matches(|end: char| end.is_ascii_hexdigit()).to_owned(),
            );
            assert_eq!(["secure", "httpOnly"].map(|key| &cookie[key]), [&Value::Bool(true); 2], "{cookie}");
        }
        names.sort();
        assert_eq!(names, ["__Host-dash-device-", "__Host-dash-login-"]);
        let sockets = browser.requests().await;
        assert!(sockets.iter().any(|url| url.starts_with(&format!("wss://rover.test:{port}/"))), "{sockets:?}");
        assert!(tab.js::<bool>("isSecureContext && typeof navigator.clipboard?.writeText === 'function'").await);
    });
}
