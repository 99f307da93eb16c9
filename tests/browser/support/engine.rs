//! The browser that the tests run in: Chromium, or Firefox with `DASH_BROWSER=firefox`.

use serde_json::Value;
use thirtyfour::WebDriver;
use tokio::sync::Mutex;

use super::{chromium, firefox};

/// A browser that one test uses, with a set of windows for it alone.
pub(super) enum Engine {
    Chromium(chromium::Chromium, Mutex<chromium::Context>),
    Firefox(firefox::Firefox, Mutex<firefox::Context>),
}

/// Whether the tests run in Firefox.
pub(crate) fn is_firefox() -> bool {
    match std::env::var("DASH_BROWSER").as_deref() {
        Err(_) | Ok("" | "chromium") => false,
        Ok("firefox") => true,
        Ok(other) => panic!("DASH_BROWSER is {other:?}: it can be chromium or firefox"),
    }
}

impl Engine {
    pub(super) async fn start() -> Self {
        if is_firefox() {
            let firefox = firefox::Firefox::take().await;
            let context = firefox.context().await;
            return Self::Firefox(firefox, Mutex::new(context));
        }
        let chromium = chromium::Chromium::take().await;
        let context = chromium.context().await;
        Self::Chromium(chromium, Mutex::new(context))
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
            Self::Firefox(firefox, context) => {
                context.into_inner().close().await;
                if is_as_new {
                    firefox.give_back();
                }
            }
        }
    }

    pub(super) fn driver(&self) -> &WebDriver {
        match self {
            Self::Chromium(chromium, _) => &chromium.driver,
            Self::Firefox(firefox, _) => &firefox.driver,
        }
    }

    /// The number of its process group.
    pub(super) fn number(&self) -> u32 {
        match self {
            Self::Chromium(chromium, _) => chromium.number(),
            Self::Firefox(firefox, _) => firefox.number(),
        }
    }

    /// Opens an empty window, and returns its name.
    pub(super) async fn open(&self) -> String {
        match self {
            Self::Chromium(_, context) => context.lock().await.open().await,
            Self::Firefox(_, context) => context.lock().await.open().await,
        }
    }

    /// A command of Chromium's protocol about all windows of this test.
    pub(super) async fn configure(&self, method: &str, params: Value) {
        match self {
            Self::Chromium(_, context) => context.lock().await.configure(method, params).await,
            Self::Firefox(..) => {
                panic!("{method} needs Chromium: name this test in `support/left_out.rs`, with the reason")
            }
        }
    }

    /// A command of Chromium's protocol to the window, which is the current one.
    pub(super) async fn cdp(&self, window: &str, method: &str, params: Value) -> Value {
        match self {
            Self::Chromium(chromium, _) => chromium.driver.cdp().send_raw(method, params).await.unwrap(),
            Self::Firefox(_, context) => context.lock().await.cdp(window, method, &params).await,
        }
    }

    /// The value of a JavaScript expression, or of the promise that it is, in this window, which is the current one.
    pub(super) async fn evaluate(&self, window: &str, expression: &str) -> Result<Value, String> {
        match self {
            Self::Chromium(chromium, _) => {
                let result = chromium.driver.execute(format!("return ({expression});"), []).await;
                result.map(|value| value.json().clone()).map_err(|error| error.to_string())
            }
            // WebDriver's own command runs scripts beside the page in Firefox, so that they do not see each other's variables.
            Self::Firefox(_, context) => context.lock().await.evaluate(window, expression).await,
        }
    }

    /// What the console and the network said since the last call, the network in the form of Chromium's events.
    pub(super) async fn events(&self) -> (Vec<String>, Vec<Value>) {
        match self {
            Self::Chromium(chromium, _) => chromium.events().await,
            Self::Firefox(_, context) => context.lock().await.events().await,
        }
    }
}
