//! Chromium and its driver. They serve several tests, one after the other, because their start takes more processor time than
//! most tests.

use std::{fs, path::Path, sync::Mutex};

use serde_json::{Value, json};
use thirtyfour::{ChromiumLikeCapabilities as _, DesiredCapabilities, LoggingPrefsLogLevel, WebDriver};

use super::{Group, folders, installed, wire::Wire};

/// Turns off everything that the browser does by itself, so that all network traffic is the page's.
const FLAGS: [&str; 13] = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    // Otherwise each browser loads two hidden pages for its address bar, which cost as much as the rest of its start, and
    // starts a process for a page that may come.
    "--disable-features=WebUIOmniboxPopup,WebUIOmniboxAimPopup,SpareRendererForSitePerProcess",
    "--window-size=1280,1000",
    "--force-device-scale-factor=1",
    // A name that is not trusted as the loopback address is, and the certificate that a server makes for it.
    "--host-resolver-rules=MAP rover.test 127.0.0.1",
    "--ignore-certificate-errors",
];

/// A running browser with its driver.
pub(super) struct Chromium {
    pub(super) driver: WebDriver,
    /// Where the browser listens for its own protocol.
    address: String,
    path: String,
    group: Group,
}

/// The browsers that no test uses at the moment.
static UNUSED: Mutex<Vec<Chromium>> = Mutex::new(Vec::new());

impl Chromium {
    /// A browser that no other test uses.
    pub(super) async fn take() -> Self {
        let unused = UNUSED.lock().unwrap().pop();
        match unused {
            Some(chromium) => chromium,
            None => Self::start().await,
        }
    }

    /// Keeps the browser for the next test.
    pub(super) fn give_back(self) {
        UNUSED.lock().unwrap().push(self);
    }

    async fn start() -> Self {
        let chromium = installed(&["chromium", "chromium-browser", "google-chrome"]);
        let folder = folders::new_folder();
        let (group, port) = start_driver(&folder);
        let mut wanted = DesiredCapabilities::chrome();
        let profile = format!("--user-data-dir={}", folder.join("profile").display());
        for flag in FLAGS.into_iter().chain([profile.as_str()]) {
            wanted.add_arg(flag).unwrap();
        }
        wanted.set_binary(chromium.to_str().unwrap()).unwrap();
        for log in ["browser", "performance"] {
            wanted.set_logging_prefs(log, LoggingPrefsLogLevel::All).unwrap();
        }
        let options = json!({ "enableNetwork": true, "enablePage": false });
        wanted.add_experimental_option("perfLoggingPrefs", options).unwrap();
        let driver = WebDriver::new(format!("http://127.0.0.1:{port}"), wanted).await.unwrap();
        let port_and_path = fs::read_to_string(folder.join("profile/DevToolsActivePort")).unwrap();
        let (port, path) = port_and_path.split_once('\n').unwrap();
        Self { address: format!("127.0.0.1:{port}"), path: path.to_owned(), driver, group }
    }

    /// The number of its process group.
    pub(super) fn number(&self) -> u32 {
        self.group.number()
    }

    /// The errors and warnings on the console, and the events of the network, since the last call.
    pub(super) async fn events(&self) -> (Vec<String>, Vec<Value>) {
        let console = self.driver.browser_log().await.unwrap().into_iter();
        let loud = console.filter(|entry| matches!(entry.level.as_str(), "SEVERE" | "WARNING"));
        let console = loud.map(|entry| format!("console: {}", entry.message)).collect();
        let network = self.driver.get_log("performance").await.unwrap();
        let event = |text: &str| serde_json::from_str::<Value>(text).unwrap()["message"].take();
        (console, network.iter().map(|entry| event(&entry.message)).collect())
    }

    /// A new context: its windows share cookies, storage and cache with each other, and with no other window.
    pub(super) async fn context(&self) -> Context {
        let wire = Wire::connect(&self.address, &self.path).await;
        let mut context = Context { wire, id: String::new() };
        // The browser closes the windows of the context when this connection ends.
        let created = context.wire.command("Target.createBrowserContext", json!({ "disposeOnDetach": true })).await;
        context.id = created["browserContextId"].as_str().unwrap().to_owned();
        context
    }
}

impl Drop for Chromium {
    fn drop(&mut self) {
        // A regular end takes longer, and may not happen after a failure.
        _ = self.driver.clone().leak();
    }
}

/// A separate set of windows, with a connection to the browser itself.
pub(super) struct Context {
    wire: Wire,
    id: String,
}

impl Context {
    /// Opens an empty window, and returns its name. A window and not a tab, because background tabs are not drawn and
    /// their timers are slow.
    pub(super) async fn open(&mut self) -> String {
        let target = json!({ "url": "about:blank", "browserContextId": self.id, "newWindow": true });
        self.wire.command("Target.createTarget", target).await["targetId"].as_str().unwrap().to_owned()
    }

    /// A command of the browser's own protocol that has the context as a parameter.
    pub(super) async fn configure(&mut self, method: &str, mut params: Value) {
        params["browserContextId"] = json!(self.id);
        self.wire.command(method, params).await;
    }

    /// Closes all windows.
    pub(super) async fn close(mut self) {
        let context = json!({ "browserContextId": self.id });
        self.wire.command("Target.disposeBrowserContext", context).await;
    }
}

/// Starts the driver, and returns it with its port.
///
/// The driver picks any free IPv6 port, and gives up if the same IPv4 port is in use. That happens now and then while
/// other tests open sockets. Then it is started again.
fn start_driver(temporary: &Path) -> (Group, u16) {
    for _ in 0..5 {
        let environment = [("TMPDIR", temporary.to_str().unwrap())];
        let group = Group::start(&installed(&["chromedriver"]), &["--port=0"], &environment);
        let port = group.expect("chromedriver's port", |line| match line.split_once("started successfully on port ") {
            Some((_, port)) => port.trim_end_matches('.').parse().ok().map(Some),
            None => line.contains("port not available").then_some(None),
        });
        if let Some(port) = port {
            return (group, port);
        }
    }
    panic!("chromedriver found no port in five attempts");
}
