//! A separate browser for each test, and the errors of its pages.

use std::{
    collections::HashSet,
    fs,
    path::{Path, PathBuf},
    sync::{
        Mutex,
        atomic::{AtomicU32, Ordering::Relaxed},
    },
};

use serde_json::{Value, json};
use thirtyfour::{ChromiumLikeCapabilities as _, DesiredCapabilities, LoggingPrefsLogLevel, WebDriver, WindowHandle};

use super::{Group, Tab, installed};

/// Turns off everything that the browser does by itself, so that all network traffic is the page's.
const FLAGS: [&str; 12] = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--window-size=1280,1000",
    "--force-device-scale-factor=1",
    // A name that is not trusted as the loopback address is, and the certificate that a server makes for it.
    "--host-resolver-rules=MAP rover.test 127.0.0.1",
    "--ignore-certificate-errors",
];

/// Chromium, started for one test.
pub(crate) struct Browser {
    pub(super) driver: WebDriver,
    /// The window that commands go to, and the windows without a page.
    pub(super) current: Mutex<Option<WindowHandle>>,
    unused: Mutex<Vec<WindowHandle>>,
    windows: Mutex<Vec<WindowHandle>>,
    allowed: Mutex<Vec<&'static str>>,
    events: Mutex<Vec<Value>>,
    profile: PathBuf,
    temporary: PathBuf,
    /// The driver, and the programs whose pages are open.
    groups: Mutex<Vec<Group>>,
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

impl Browser {
    pub(crate) async fn start() -> Self {
        static NUMBER: AtomicU32 = AtomicU32::new(0);
        let chromium = installed(&["chromium", "chromium-browser", "google-chrome"]);
        let name = format!("browser-{}-{}", std::process::id(), NUMBER.fetch_add(1, Relaxed));
        // A browser that is killed leaves its temporary files. Their folder is not that of the profile, because the path
        // of a socket may only have about a hundred bytes.
        let temporary = std::env::temp_dir().join(format!("dash-{name}"));
        fs::create_dir_all(&temporary).unwrap();
        let (group, port) = start_driver(&temporary);
        let profile = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
        let mut wanted = DesiredCapabilities::chrome();
        let user_data = format!("--user-data-dir={}", profile.display());
        for flag in FLAGS.into_iter().chain([user_data.as_str()]) {
            wanted.add_arg(flag).unwrap();
        }
        wanted.set_binary(chromium.to_str().unwrap()).unwrap();
        for log in ["browser", "performance"] {
            wanted.set_logging_prefs(log, LoggingPrefsLogLevel::All).unwrap();
        }
        let options = json!({ "enableNetwork": true, "enablePage": false });
        wanted.add_experimental_option("perfLoggingPrefs", options).unwrap();
        let driver = WebDriver::new(format!("http://127.0.0.1:{port}"), wanted).await.unwrap();
        let first = driver.window().await.unwrap();
        Self {
            driver,
            current: Mutex::new(Some(first.clone())),
            unused: Mutex::new(vec![first.clone()]),
            windows: Mutex::new(vec![first]),
            allowed: Mutex::default(),
            events: Mutex::default(),
            profile,
            temporary,
            groups: Mutex::new(vec![group]),
        }
    }

    /// Opens another, empty window. A window and not a tab, because background tabs are not drawn and their timers are
    /// slow.
    pub(crate) async fn tab(&self) -> Tab<'_> {
        let unused = self.unused.lock().unwrap().pop();
        let window = match unused {
            Some(window) => window,
            None => {
                let window = self.driver.new_window().await.unwrap();
                self.windows.lock().unwrap().push(window.clone());
                window
            }
        };
        let tab = Tab { browser: self, window };
        // Each page must believe that it has the focus.
        tab.cdp("Emulation.setFocusEmulationEnabled", json!({ "enabled": true })).await;
        tab
    }

    /// Opens a window with this page, and waits until it is connected.
    pub(crate) async fn open(&self, url: &str) -> Tab<'_> {
        let tab = self.tab().await;
        tab.go(url).await;
        tab.until_live().await;
        tab
    }

    pub(crate) async fn two_tabs(&self, url: &str) -> (Tab<'_>, Tab<'_>) {
        (self.open(url).await, self.open(url).await)
    }

    /// Ends this program together with the browser.
    pub(super) fn keep_running(&self, group: Group) {
        self.groups.lock().unwrap().push(group);
    }

    /// Sends a signal to the browser, such as `STOP`. Until it continues, its tabs do not answer.
    pub(crate) fn signal(&self, signal: &str) {
        // The browser was started first.
        let groups = self.groups.lock().unwrap();
        super::group::signal(groups[0].number(), signal);
    }

    /// Accepts complaints that contain `text` in this test.
    pub(crate) fn allow(&self, text: &'static str) {
        self.allowed.lock().unwrap().push(text);
    }

    /// The browser's complaints about all its pages: errors and warnings on the console, violations of the content
    /// security policy, and failed requests.
    pub(crate) async fn complaints(&self) -> Vec<String> {
        let console = self.driver.browser_log().await.unwrap();
        let loud = console.into_iter().filter(|entry| matches!(entry.level.as_str(), "SEVERE" | "WARNING"));
        let mut complaints: Vec<String> = loud.map(|entry| format!("console: {}", entry.message)).collect();
        self.read_events().await;
        let events = self.events.lock().unwrap();
        // A new window first shows the browser's own page, which loads something from the internet.
        let ours: HashSet<&str> = events
            .iter()
            .filter(|event| {
                let ours = |url: &str| url.starts_with("http://127.0.0.1") || url.starts_with("https://rover.test");
                event["params"]["documentURL"].as_str().is_some_and(ours)
            })
            .filter_map(|event| event["params"]["requestId"].as_str())
            .collect();
        complaints.extend(events.iter().filter_map(|event| failure(event, &ours)));
        let allowed = self.allowed.lock().unwrap();
        complaints.retain(|complaint| !allowed.iter().any(|text| complaint.contains(text)));
        complaints
    }

    /// The addresses of all requests so far, including sockets.
    pub(crate) async fn requests(&self) -> Vec<String> {
        self.read_events().await;
        let events = self.events.lock().unwrap();
        let urls = events.iter().filter_map(|event| match event["method"].as_str()? {
            "Network.requestWillBeSent" => event["params"]["request"]["url"].as_str(),
            "Network.webSocketCreated" => event["params"]["url"].as_str(),
            _ => None,
        });
        urls.filter(|url| url.starts_with("http") || url.starts_with("ws")).map(str::to_owned).collect()
    }

    /// Reads the network events since the last call.
    async fn read_events(&self) {
        let log = self.driver.get_log("performance").await.unwrap();
        let events = log.iter().map(|entry| {
            let mut entry: Value = serde_json::from_str(&entry.message).unwrap();
            entry["message"].take()
        });
        self.events.lock().unwrap().extend(events);
    }

    /// Saves screenshots and texts of a failed test.
    pub(super) async fn keep(&self, folder: &Path, test: &str) {
        fs::create_dir_all(folder).unwrap();
        let windows = self.windows.lock().unwrap().clone();
        for (number, window) in windows.into_iter().enumerate() {
            _ = self.driver.switch_to_window(window).await;
            _ = self.driver.screenshot(&folder.join(format!("{test}-{number}.png"))).await;
            _ = fs::write(folder.join(format!("{test}-{number}.html")), self.driver.source().await.unwrap_or_default());
        }
        let complaints = self.complaints().await;
        eprintln!("screenshots and documents are in {}; complaints: {complaints:#?}", folder.display());
    }
}

impl Drop for Browser {
    fn drop(&mut self) {
        // A regular end takes longer, and may not happen after a failure.
        _ = self.driver.clone().leak();
        self.groups.get_mut().unwrap().clear();
        _ = fs::remove_dir_all(&self.profile);
        _ = fs::remove_dir_all(&self.temporary);
    }
}

/// The fault of a request, if it has one. `ours` are the requests of the pages under test.
fn failure(event: &Value, ours: &HashSet<&str>) -> Option<String> {
    let params = &event["params"];
    let own = params["requestId"].as_str().is_some_and(|id| ours.contains(id));
    match event["method"].as_str()? {
        // The page was left before everything was loaded.
        "Network.loadingFailed" if params["canceled"] == true || !own => None,
        "Network.loadingFailed" => Some(format!("request failed: {params}")),
        "Network.responseReceived" => {
            let response = &params["response"];
            let status = response["status"].as_u64()?;
            (status >= 400).then(|| format!("request answered with {status}: {}", response["url"]))
        }
        "Network.webSocketFrameError" => Some(format!("socket: {params}")),
        _ => None,
    }
}
