//! The browser that the tests run in: Chromium, or Firefox with `DASH_BROWSER=firefox`.

use std::{path::Path, rc::Rc};

use serde_json::Value;
use thirtyfour::{WebDriver, WindowHandle};
use tokio::sync::Mutex;

use super::{chromium, firefox};

/// A browser that one test uses, with a set of windows for it alone.
pub(super) enum Engine {
    Chromium(chromium::Chromium, Box<Mutex<chromium::Context>>),
    Firefox(firefox::Windows),
}

/// Whether the tests run in Firefox.
pub(crate) fn is_firefox() -> bool {
    match std::env::var("DASH_BROWSER").as_deref() {
        Err(_) | Ok("" | "chromium") => false,
        Ok("firefox") => true,
        Ok(other) => panic!("DASH_BROWSER is {other:?}: it can be chromium or firefox"),
    }
}

/// What drives a window: a command to it goes to the current window.
pub(super) enum Driven<'e> {
    Chromium(&'e WebDriver),
    Firefox(Rc<firefox::Window>),
}

impl Driven<'_> {
    pub(super) fn driver(&self) -> &WebDriver {
        match self {
            Self::Chromium(driver) => driver,
            Self::Firefox(window) => window.driver(),
        }
    }
}

impl Engine {
    pub(super) async fn start() -> Self {
        if is_firefox() {
            return Self::Firefox(firefox::Windows::default());
        }
        let chromium = chromium::Chromium::take().await;
        let context = chromium.context().await;
        Self::Chromium(chromium, Box::new(Mutex::new(context)))
    }

    /// Closes all windows, and keeps the browser for the next test if it is as new.
    pub(super) async fn end(self, is_as_new: bool) {
        match self {
            Self::Chromium(chromium, context) => {
                context.into_inner().close().await;
                if is_as_new {
                    chromium.give_back();
                }
            }
            Self::Firefox(windows) => windows.end(is_as_new).await,
        }
    }

    pub(super) fn driven(&self, window: &WindowHandle) -> Driven<'_> {
        match self {
            Self::Chromium(chromium, _) => Driven::Chromium(&chromium.driver),
            Self::Firefox(windows) => Driven::Firefox(windows.named(&window.to_string())),
        }
    }

    /// The numbers of its process groups.
    pub(super) fn groups(&self) -> Vec<u32> {
        match self {
            Self::Chromium(chromium, _) => vec![chromium.number()],
            Self::Firefox(windows) => windows.groups(),
        }
    }

    /// Opens an empty window, and returns its name.
    pub(super) async fn open(&self) -> String {
        match self {
            Self::Chromium(_, context) => context.lock().await.open().await,
            Self::Firefox(windows) => windows.open().await,
        }
    }

    /// A command of Chromium's protocol about all windows of this test.
    pub(super) async fn configure(&self, method: &str, params: Value) {
        match self {
            Self::Chromium(_, context) => context.lock().await.configure(method, params).await,
            Self::Firefox(_) => {
                panic!("{method} needs Chromium: name this test in `support/left_out.rs`, with the reason")
            }
        }
    }

    /// Saves what pages download in this folder.
    pub(super) async fn save_downloads(&self, folder: &Path) {
        match self {
            Self::Chromium(_, context) => {
                let behaviour = serde_json::json!({ "behavior": "allow", "downloadPath": folder });
                context.lock().await.configure("Browser.setDownloadBehavior", behaviour).await;
            }
            Self::Firefox(windows) => windows.save_downloads(folder.to_str().unwrap()).await,
        }
    }

    /// A command of Chromium's protocol to the window, which is the current one.
    pub(super) async fn cdp(&self, window: &WindowHandle, method: &str, params: Value) -> Value {
        match self.driven(window) {
            Driven::Chromium(driver) => driver.cdp().send_raw(method, params).await.unwrap(),
            Driven::Firefox(window) => window.cdp(method, &params).await,
        }
    }

    /// The value of a JavaScript expression, or of the promise that it is, in this window, which is the current one.
    pub(super) async fn evaluate(&self, window: &WindowHandle, expression: &str) -> Result<Value, String> {
        match self.driven(window) {
            Driven::Chromium(driver) => {
                let result = driver.execute(format!("return ({expression});"), []).await;
                result.map(|value| value.json().clone()).map_err(|error| error.to_string())
            }
            // WebDriver's own command runs scripts beside the page in Firefox, so that they do not see each other's variables.
            Driven::Firefox(window) => window.evaluate(expression).await,
        }
    }

    /// What the console and the network said since the last call, the network in the form of Chromium's events.
    pub(super) async fn events(&self) -> (Vec<String>, Vec<Value>) {
        match self {
            Self::Chromium(chromium, _) => chromium.events().await,
            Self::Firefox(windows) => windows.events().await,
        }
    }
}
