//! Chromium and its driver. They serve several tests, one after the other, because their start takes more processor time than
//! most tests.

use std::{
    fs,
    os::unix::process::CommandExt as _,
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    sync::{
        LazyLock, Mutex,
        atomic::{AtomicU32, Ordering::Relaxed},
    },
};

use futures_util::{SinkExt as _, StreamExt as _};
use serde_json::{Value, json};
use thirtyfour::{ChromiumLikeCapabilities as _, DesiredCapabilities, LoggingPrefsLogLevel, WebDriver};
use tokio::net::TcpStream;
use tokio_tungstenite::{WebSocketStream, tungstenite::Message};

use super::{Group, installed};

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
        static NUMBER: AtomicU32 = AtomicU32::new(0);
        let chromium = installed(&["chromium", "chromium-browser", "google-chrome"]);
        let folder = FOLDERS.path.join(NUMBER.fetch_add(1, Relaxed).to_string());
        fs::create_dir_all(&folder).unwrap();
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

    /// A new context: its windows share cookies, storage and cache with each other, and with no other window.
    pub(super) async fn context(&self) -> Context {
        let stream = TcpStream::connect(&self.address).await.unwrap();
        let url = format!("ws://{}{}", self.address, self.path);
        let (socket, _) = tokio_tungstenite::client_async(url, stream).await.unwrap();
        let mut context = Context { socket, id: String::new(), commands: 0 };
        // The browser closes the windows of the context when this connection ends.
        let created = context.command("Target.createBrowserContext", json!({ "disposeOnDetach": true })).await;
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
    socket: WebSocketStream<TcpStream>,
    id: String,
    commands: u64,
}

impl Context {
    /// A command to the browser, and its result.
    async fn command(&mut self, method: &str, params: Value) -> Value {
        self.commands += 1;
        let command = json!({ "id": self.commands, "method": method, "params": params });
        self.socket.send(Message::text(command.to_string())).await.unwrap();
        loop {
            let message = self.socket.next().await.unwrap().unwrap();
            let Message::Text(text) = message else { continue };
            let mut answer: Value = serde_json::from_str(&text).unwrap();
            if answer["id"] == self.commands {
                assert!(answer["error"].is_null(), "{method}: {answer}");
                return answer["result"].take();
            }
        }
    }

    /// Opens an empty window, and returns its name. A window and not a tab, because background tabs are not drawn and
    /// their timers are slow.
    pub(super) async fn open(&mut self) -> String {
        let target = json!({ "url": "about:blank", "browserContextId": self.id, "newWindow": true });
        self.command("Target.createTarget", target).await["targetId"].as_str().unwrap().to_owned()
    }

    /// A command of the browser's own protocol that has the context as a parameter.
    pub(super) async fn configure(&mut self, method: &str, mut params: Value) {
        params["browserContextId"] = json!(self.id);
        self.command(method, params).await;
    }

    /// Closes all windows.
    pub(super) async fn close(mut self) {
        let context = json!({ "browserContextId": self.id });
        self.command("Target.disposeBrowserContext", context).await;
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
