//! The windows of one test, and the errors of their pages.

use std::{
    collections::HashSet,
    fs,
    path::Path,
    sync::{
        Mutex,
        atomic::{AtomicBool, Ordering::Relaxed},
    },
};

use serde_json::{Value, json};
use thirtyfour::WindowHandle;

use super::{
    Group, Tab,
    engine::{Driven, Engine},
    is_firefox,
};

/// A browser of one test: its windows know nothing of other tests.
pub(crate) struct Browser {
    engine: Engine,
    /// The window that commands go to.
    current: Mutex<Option<WindowHandle>>,
    windows: Mutex<Vec<WindowHandle>>,
    allowed: Mutex<Vec<&'static str>>,
    console: Mutex<Vec<String>>,
    events: Mutex<Vec<Value>>,
    /// Whether the next test may use this browser.
    is_as_new: AtomicBool,
    /// The programs whose pages are open.
    groups: Mutex<Vec<Group>>,
}

impl Browser {
    pub(crate) async fn start() -> Self {
        let browser = Self {
            engine: Engine::start().await,
            current: Mutex::default(),
            windows: Mutex::default(),
            allowed: Mutex::default(),
            console: Mutex::default(),
            events: Mutex::default(),
            is_as_new: AtomicBool::new(true),
            groups: Mutex::default(),
        };
        // What the browser says of the test before.
        browser.engine.events().await;
        browser
    }

    /// Closes all windows, and keeps the browser for the next test.
    pub(super) async fn end(self) {
        let Self { engine, is_as_new, groups, .. } = self;
        drop(groups);
        engine.end(is_as_new.into_inner()).await;
    }

    /// What drives this window. Commands go to it from now on.
    pub(super) async fn driven(&self, window: &WindowHandle) -> Driven<'_> {
        let driven = self.engine.driven(window);
        // Firefox has one window for each driver.
        let known = is_firefox() || self.current.lock().unwrap().as_ref() == Some(window);
        if !known {
            driven.driver().switch_to_window(window.clone()).await.unwrap();
            *self.current.lock().unwrap() = Some(window.clone());
        }
        driven
    }

    /// Opens another, empty window.
    pub(crate) async fn tab(&self) -> Tab<'_> {
        let window = WindowHandle::from(self.engine.open().await);
        self.windows.lock().unwrap().push(window.clone());
        let tab = Tab { browser: self, window };
        // Each page must believe that it has the focus.
        tab.cdp("Emulation.setFocusEmulationEnabled", json!({ "enabled": true })).await;
        tab
    }

    /// A command of the browser's own protocol to this window, which is the current one.
    pub(super) async fn cdp(&self, window: &WindowHandle, method: &str, params: Value) -> Value {
        self.engine.cdp(window, method, params).await
    }

    /// The value of a JavaScript expression, or of the promise that it is, in this window, which is the current one.
    pub(super) async fn evaluate(&self, window: &WindowHandle, expression: &str) -> Result<Value, String> {
        self.engine.evaluate(window, expression).await
    }

    /// A command of the browser's own protocol about all windows of this test, such as the permissions of their pages.
    pub(crate) async fn configure(&self, method: &str, params: Value) {
        self.engine.configure(method, params).await;
    }

    /// Saves what pages download in this folder.
    pub(crate) async fn save_downloads(&self, folder: &Path) {
        self.engine.save_downloads(folder).await;
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
        self.is_as_new.store(false, Relaxed);
        for group in self.engine.groups() {
            super::group::signal(group, signal);
        }
    }

    /// Accepts complaints that contain `text` in this test.
    pub(crate) fn allow(&self, text: &'static str) {
        self.allowed.lock().unwrap().push(text);
    }

    /// The browser's complaints about all its pages: errors and warnings on the console, violations of the content
    /// security policy, and failed requests.
    pub(crate) async fn complaints(&self) -> Vec<String> {
        self.read_events().await;
        let mut complaints = std::mem::take(&mut *self.console.lock().unwrap());
        let events = self.events.lock().unwrap();
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

    /// Reads what the console and the network said since the last call.
    async fn read_events(&self) {
        let (console, network) = self.engine.events().await;
        self.console.lock().unwrap().extend(console);
        self.events.lock().unwrap().extend(network);
    }

    /// Saves screenshots and texts of a failed test.
    pub(super) async fn keep(&self, folder: &Path, test: &str) {
        fs::create_dir_all(folder).unwrap();
        let windows = self.windows.lock().unwrap().clone();
        for (number, window) in windows.into_iter().enumerate() {
            let driven = self.driven(&window).await;
            _ = driven.driver().screenshot(&folder.join(format!("{test}-{number}.png"))).await;
            let source = driven.driver().source().await.unwrap_or_default();
            _ = fs::write(folder.join(format!("{test}-{number}.html")), source);
        }
        let complaints = self.complaints().await;
        eprintln!("screenshots and documents are in {}; complaints: {complaints:#?}", folder.display());
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
