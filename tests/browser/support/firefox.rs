//! Firefox and its driver, for runs with `DASH_BROWSER=firefox`. A browser serves several tests, one after the other.
//!
//! Of the windows of one Firefox only one has the focus. The tests have several people, each at a computer of their own, so
//! each window is in a Firefox of its own. Windows of one test share no cookies.
//!
//! The tests say what a person does as commands of Chromium's protocol. What WebDriver BiDi can do as well is translated here:
//! mouse, fingers, keys and the size of the page. What only Chromium can do is left out (`left_out.rs`).

use std::{collections::BTreeSet, rc::Rc, sync::Mutex};

use serde_json::{Value, json};
use thirtyfour::{
    CapabilitiesHelper as _, DesiredCapabilities, WebDriver, common::capabilities::firefox::FirefoxPreferences,
};

use super::{Group, folders, installed, wire::Wire};

/// A running browser with its driver.
struct Firefox {
    driver: WebDriver,
    /// Where the browser listens for WebDriver BiDi.
    address: String,
    path: String,
    group: Group,
}

/// The browsers that no test uses at the moment.
static UNUSED: Mutex<Vec<Firefox>> = Mutex::new(Vec::new());

/// What a page does wrong that the browser does not report: it has no message for a violation of the content security policy.
const REPORT: &str = "() => addEventListener('securitypolicyviolation', (event) => console.error(\
     `Content Security Policy: ${event.effectiveDirective} forbids ${event.blockedURI} ${event.sample}`))";

impl Firefox {
    /// A browser that no other test uses.
    async fn take() -> Self {
        let unused = UNUSED.lock().unwrap().pop();
        match unused {
            Some(firefox) => firefox,
            None => Self::start().await,
        }
    }

    /// Keeps the browser for the next test.
    fn give_back(self) {
        UNUSED.lock().unwrap().push(self);
    }

    async fn start() -> Self {
        let firefox = installed(&["firefox-esr", "firefox"]);
        let folder = folders::new_folder();
        let folder = folder.to_str().unwrap();
        let arguments = ["--port=0", "--websocket-port=0", "--profile-root", folder];
        // The size of the screen that a browser without one has.
        let environment = [("TMPDIR", folder), ("MOZ_HEADLESS_WIDTH", "1400"), ("MOZ_HEADLESS_HEIGHT", "1400")];
        let group = Group::start(&installed(&["geckodriver"]), &arguments, &environment);
        let listens = |line: &str| line.split_once("Listening on ").map(|(_, address)| address.trim().to_owned());
        let driver = group.expect("geckodriver's port", listens);
        let mut wanted = DesiredCapabilities::firefox();
        wanted.set_firefox_binary(firefox.to_str().unwrap()).unwrap();
        for argument in ["-headless", "--width=1280", "--height=1000"] {
            wanted.add_arg(argument).unwrap();
        }
        let mut preferences = FirefoxPreferences::new();
        // A computer without a touch screen has fingers in these tests.
        preferences.set("dom.w3c_touch_events.enabled", 1).unwrap();
        preferences.set("layout.css.devPixelsPerPx", "1.0").unwrap();
        // Firefox changes some pixels of what a page reads from a canvas, in each run others. Tests compare pixels.
        preferences.set("privacy.baselineFingerprintingProtection", false).unwrap();
        // A name that is not trusted as the loopback address is.
        preferences.set("network.dns.localDomains", "rover.test").unwrap();
        wanted.set_preferences(preferences).unwrap();
        wanted.set("acceptInsecureCerts", true).unwrap();
        wanted.set("webSocketUrl", true).unwrap();
        let driver = WebDriver::new(format!("http://{driver}"), wanted).await.unwrap();
        let url = driver.handle().capabilities().get("webSocketUrl").and_then(Value::as_str).unwrap().to_owned();
        let (address, path) = url.strip_prefix("ws://").and_then(|rest| rest.split_once('/')).unwrap();
        Self { address: address.to_owned(), path: format!("/{path}"), driver, group }
    }

    /// A new window, which shares nothing with other windows.
    async fn window(self) -> Window {
        let mut wire = Wire::connect(&self.address, &self.path).await;
        let created = wire.command("browser.createUserContext", json!({})).await;
        let id = created["userContext"].as_str().unwrap().to_owned();
        let events = ["log.entryAdded", "network.beforeRequestSent", "network.responseCompleted", "network.fetchError"];
        wire.command("session.subscribe", json!({ "events": events, "userContexts": [id] })).await;
        let report = json!({ "functionDeclaration": REPORT, "userContexts": [id] });
        wire.command("script.addPreloadScript", report).await;
        let window = json!({ "type": "window", "userContext": id });
        let name = wire.command("browsingContext.create", window).await["context"].as_str().unwrap().to_owned();
        // Windows differ by some pixels otherwise, and so do the charts in them.
        let viewport = json!({ "context": name, "viewport": { "width": 1280, "height": 900 } });
        wire.command("browsingContext.setViewport", viewport).await;
        self.driver.switch_to_window(name.clone().into()).await.unwrap();
        let context = Context { wire, id, window: name.clone(), fingers: BTreeSet::new() };
        Window { firefox: self, name, context: tokio::sync::Mutex::new(context) }
    }
}

impl Drop for Firefox {
    fn drop(&mut self) {
        // A regular end takes longer, and may not happen after a failure.
        _ = self.driver.clone().leak();
    }
}

/// The windows of one test.
#[derive(Default)]
pub(super) struct Windows {
    all: Mutex<Vec<Rc<Window>>>,
    downloads: Mutex<Option<String>>,
}

impl Windows {
    pub(super) fn named(&self, name: &str) -> Rc<Window> {
        let all = self.all.lock().unwrap();
        Rc::clone(all.iter().find(|window| window.name == name).unwrap())
    }

    fn all(&self) -> Vec<Rc<Window>> {
        self.all.lock().unwrap().clone()
    }

    /// Opens an empty window, and returns its name.
    pub(super) async fn open(&self) -> String {
        let window = Firefox::take().await.window().await;
        let downloads = self.downloads.lock().unwrap().clone();
        if let Some(folder) = downloads {
            window.context.lock().await.save_downloads(&folder).await;
        }
        let name = window.name.clone();
        self.all.lock().unwrap().push(Rc::new(window));
        name
    }

    /// Closes all windows, and keeps their browsers for the next test if they are as new.
    pub(super) async fn end(self, is_as_new: bool) {
        for window in self.all.into_inner().unwrap() {
            let Some(Window { firefox, context, .. }) = Rc::into_inner(window) else { continue };
            context.into_inner().close().await;
            if is_as_new {
                firefox.give_back();
            }
        }
    }

    /// The numbers of their process groups.
    pub(super) fn groups(&self) -> Vec<u32> {
        self.all().iter().map(|window| window.firefox.group.number()).collect()
    }

    /// Saves what pages download in this folder.
    pub(super) async fn save_downloads(&self, folder: &str) {
        *self.downloads.lock().unwrap() = Some(folder.to_owned());
        for window in self.all() {
            window.context.lock().await.save_downloads(folder).await;
        }
    }

    /// What happened since the last call, in the form of Chromium's events, and what the console says.
    pub(super) async fn events(&self) -> (Vec<String>, Vec<Value>) {
        let mut all = (Vec::new(), Vec::new());
        for window in self.all() {
            let (console, network) = window.context.lock().await.events().await;
            all.0.extend(console);
            all.1.extend(network);
        }
        all
    }
}

/// A window with its browser.
pub(super) struct Window {
    firefox: Firefox,
    name: String,
    context: tokio::sync::Mutex<Context>,
}

impl Window {
    pub(super) fn driver(&self) -> &WebDriver {
        &self.firefox.driver
    }

    /// Does in this window what the command of Chromium's protocol does there.
    pub(super) async fn cdp(&self, method: &str, params: &Value) -> Value {
        self.context.lock().await.cdp(&self.name, method, params).await
    }

    /// The value of a JavaScript expression, or of the promise that it is.
    pub(super) async fn evaluate(&self, expression: &str) -> Result<Value, String> {
        self.context.lock().await.evaluate(&self.name, expression).await
    }
}

/// A connection to a browser, about one of its windows.
struct Context {
    wire: Wire,
    /// The set of cookies, storage and cache.
    id: String,
    window: String,
    /// The fingers that are down.
    fingers: BTreeSet<usize>,
}

impl Context {
    /// Closes the window.
    async fn close(mut self) {
        // Its name is not used any more: a page that is closing asks nothing.
        _ = self
            .wire
            .try_command("browsingContext.close", &json!({ "context": self.window, "promptUnload": false }))
            .await;
        self.wire.command("browser.removeUserContext", json!({ "userContext": self.id })).await;
    }

    /// Saves what pages download in this folder.
    async fn save_downloads(&mut self, folder: &str) {
        let behaviour = json!({ "type": "allowed", "destinationFolder": folder });
        let all = json!({ "downloadBehavior": behaviour, "userContexts": [self.id] });
        self.wire.command("browser.setDownloadBehavior", all).await;
    }

    /// Does in this window what the command of Chromium's protocol does there.
    async fn cdp(&mut self, window: &str, method: &str, params: &Value) -> Value {
        let actions = match method {
            // Each window believes that it has the focus, because geckodriver wants it so.
            "Emulation.setFocusEmulationEnabled" | "Emulation.setTouchEmulationEnabled" => return Value::Null,
            "Emulation.setDeviceMetricsOverride" => {
                let size = json!({ "width": params["width"], "height": params["height"] });
                let viewport = json!({
                    "context": window, "viewport": size, "devicePixelRatio": params["deviceScaleFactor"],
                });
                return self.wire.command("browsingContext.setViewport", viewport).await;
            }
            "Emulation.setScriptExecutionDisabled" => {
                let enabled = if params["value"] == true { json!(false) } else { Value::Null };
                let scripting = json!({ "enabled": enabled, "contexts": [window] });
                return self.wire.command("emulation.setScriptingEnabled", scripting).await;
            }
            "Page.addScriptToEvaluateOnNewDocument" => {
                let script = format!("() => {{ {} }}", params["source"].as_str().unwrap());
                let script = json!({ "functionDeclaration": script, "contexts": [window] });
                return self.wire.command("script.addPreloadScript", script).await;
            }
            "Input.insertText" => {
                let insert = format!("document.execCommand('insertText', false, {})", params["text"]);
                return self.evaluate(window, &insert).await.unwrap();
            }
            "Input.dispatchMouseEvent" if params["type"] == "mouseWheel" => vec![json!({
                "type": "wheel", "id": "wheel", "actions": [{
                    "type": "scroll", "x": whole(&params["x"]), "y": whole(&params["y"]),
                    "deltaX": whole(&params["deltaX"]), "deltaY": whole(&params["deltaY"]),
                }],
            })],
            "Input.dispatchMouseEvent" => vec![pointer(params)],
            "Input.dispatchKeyEvent" => vec![key(params)],
            "Input.dispatchTouchEvent" => self.touches(params),
            _ => panic!("{method} needs Chromium: name this test in `support/left_out.rs`, with the reason"),
        };
        let actions = json!({ "context": window, "actions": actions });
        self.wire.command("input.performActions", actions).await
    }

    /// The value of a JavaScript expression, or of the promise that it is.
    async fn evaluate(&mut self, window: &str, expression: &str) -> Result<Value, String> {
        let expression = format!("(async () => JSON.stringify((await ({expression})) ?? null))()");
        let script = json!({ "expression": expression, "target": { "context": window }, "awaitPromise": true });
        let answer = self.wire.try_command("script.evaluate", &script).await.map_err(|answer| answer.to_string())?;
        match answer["result"]["value"].as_str() {
            Some(json) => serde_json::from_str(json).map_err(|error| error.to_string()),
            None => Err(answer["exceptionDetails"]["text"].to_string()),
        }
    }

    /// One source for each finger that is down, goes down or goes up.
    fn touches(&mut self, params: &Value) -> Vec<Value> {
        let points = params["touchPoints"].as_array().unwrap();
        let place = |at: usize, point: &Value| (point["id"].as_u64().map_or(at, |id| id as usize), point.clone());
        let now: Vec<(usize, Value)> = points.iter().enumerate().map(|(at, point)| place(at, point)).collect();
        let mut sources = Vec::new();
        for (number, point) in &now {
            let to = json!({ "type": "pointerMove", "x": whole(&point["x"]), "y": whole(&point["y"]), "duration": 0 });
            let is_new = self.fingers.insert(*number);
            let down = is_new.then(|| json!({ "type": "pointerDown", "button": 0 }));
            sources.push((*number, [Some(to), down].into_iter().flatten().collect::<Vec<_>>()));
        }
        let lifted = self.fingers.iter().filter(|number| !now.iter().any(|(still, _)| still == *number));
        for finger in lifted.copied().collect::<Vec<_>>() {
            self.fingers.remove(&finger);
            sources.push((finger, vec![json!({ "type": "pointerUp", "button": 0 })]));
        }
        let source = |(number, actions)| {
            let parameters = json!({ "pointerType": "touch" });
            json!({ "type": "pointer", "id": format!("finger {number}"), "parameters": parameters, "actions": actions })
        };
        sources.into_iter().map(source).collect()
    }

    /// What happened since the last call, in the form of Chromium's events, and what the console says.
    async fn events(&mut self) -> (Vec<String>, Vec<Value>) {
        // Events that happened before are there before this is answered.
        self.wire.command("session.status", json!({})).await;
        let (mut console, mut network) = (Vec::new(), Vec::new());
        for event in self.wire.take_events() {
            let params = &event["params"];
            let request = &params["request"];
            let id = &request["request"];
            network.push(match event["method"].as_str() {
                Some("log.entryAdded") => {
                    let text = params["text"].as_str().unwrap_or_default();
                    // What it says of sockets has no reason. Their requests have one.
                    let is_of_socket = text.contains(" ws://") || text.contains(" wss://");
                    if !is_of_socket && ["error", "warn"].contains(&params["level"].as_str().unwrap_or_default()) {
                        console.push(format!("console: {text}"));
                    }
                    continue;
                }
                Some("network.fetchError") if is_socket(request) => {
                    console.push(format!("WebSocket connection to {} failed: {}", request["url"], failure(params)));
                    continue;
                }
                Some("network.beforeRequestSent") => json!({
                    "method": "Network.requestWillBeSent",
                    "params": { "requestId": id, "documentURL": request["url"], "request": { "url": request["url"] } },
                }),
                Some("network.responseCompleted") if is_socket(request) && params["response"]["status"].as_u64() >= Some(400) => {
                    let status = &params["response"]["status"];
                    console.push(format!("WebSocket connection to {} failed: answered with {status}", request["url"]));
                    continue;
                }
                Some("network.responseCompleted") => json!({
                    "method": "Network.responseReceived",
                    "params": { "requestId": id, "response": { "status": params["response"]["status"], "url": request["url"] } },
                }),
                Some("network.fetchError") => json!({
                    "method": "Network.loadingFailed",
                    "params": {
                        "requestId": id, "canceled": params["errorText"] == "NS_BINDING_ABORTED",
                        "errorText": failure(params), "url": request["url"],
                    },
                }),
                _ => continue,
            });
        }
        (console, network)
    }
}

/// Whether it is the request of a page's socket, of which the console of Chromium tells.
fn is_socket(request: &Value) -> bool {
    request["url"].as_str().is_some_and(|url| url.ends_with("/_dash/socket"))
}

/// Why a request failed, by the name that Chromium has for it.
fn failure(params: &Value) -> String {
    let name = params["errorText"].as_str().unwrap_or_default();
    match name {
        "NS_ERROR_NET_RESET" | "NS_ERROR_NET_INTERRUPT" => "net::ERR_CONNECTION_RESET".to_owned(),
        "NS_ERROR_NET_EMPTY_RESPONSE" => "net::ERR_EMPTY_RESPONSE".to_owned(),
        "NS_ERROR_NET_PARTIAL_TRANSFER" => "net::ERR_INCOMPLETE_CHUNKED_ENCODING".to_owned(),
        _ => name.replace("NS_ERROR_", "net::ERR_"),
    }
}

/// A place or a distance in whole CSS pixels.
fn whole(number: &Value) -> i64 {
    number.as_f64().unwrap_or_default().round() as i64
}

fn pointer(params: &Value) -> Value {
    let kind = params["pointerType"].as_str().unwrap_or("mouse");
    let to = json!({ "type": "pointerMove", "x": whole(&params["x"]), "y": whole(&params["y"]), "duration": 0 });
    let button = match params["type"].as_str() {
        Some("mousePressed") => Some("pointerDown"),
        Some("mouseReleased") => Some("pointerUp"),
        _ => None,
    };
    let button = button.map(|kind| json!({ "type": kind, "button": 0 }));
    let actions: Vec<_> = [Some(to), button].into_iter().flatten().collect();
    json!({ "type": "pointer", "id": kind, "parameters": { "pointerType": kind }, "actions": actions })
}

/// Keys that have a name instead of a text, and the characters that WebDriver gives them.
const NAMED: [(&str, char); 15] = [
    ("Backspace", '\u{e003}'),
    ("Tab", '\u{e004}'),
    ("Enter", '\u{e006}'),
    ("Shift", '\u{e008}'),
    ("Escape", '\u{e00c}'),
    ("PageUp", '\u{e00e}'),
    ("PageDown", '\u{e00f}'),
    ("End", '\u{e010}'),
    ("Home", '\u{e011}'),
    ("ArrowLeft", '\u{e012}'),
    ("ArrowUp", '\u{e013}'),
    ("ArrowRight", '\u{e014}'),
    ("ArrowDown", '\u{e015}'),
    ("Insert", '\u{e016}'),
    ("Delete", '\u{e017}'),
];

/// The keys that are held beside a key, with their bits in Chromium's protocol.
const BESIDE: [(u64, char); 4] = [(1, '\u{e00a}'), (2, '\u{e009}'), (4, '\u{e03d}'), (8, '\u{e008}')];

fn key(params: &Value) -> Value {
    let name = params["key"].as_str().unwrap();
    let name =
        NAMED.iter().find(|(named, _)| *named == name).map_or_else(|| name.to_owned(), |(_, key)| key.to_string());
    let bits = params["modifiers"].as_u64().unwrap_or_default();
    let beside = BESIDE.iter().filter(|(bit, _)| bits & bit != 0).map(|(_, key)| key.to_string());
    let mut actions = Vec::new();
    if params["type"] == "keyUp" {
        actions.push(json!({ "type": "keyUp", "value": name }));
        actions.extend(beside.map(|key| json!({ "type": "keyUp", "value": key })));
    } else {
        actions.extend(beside.map(|key| json!({ "type": "keyDown", "value": key })));
        actions.push(json!({ "type": "keyDown", "value": name }));
    }
    json!({ "type": "key", "id": "keyboard", "actions": actions })
}
