//! One page of a browser, with a simulated user.

use std::time::{Duration, Instant};

use serde::de::DeserializeOwned;
use serde_json::{Value, json};
use thirtyfour::{By, WindowHandle};

use super::{Browser, PATIENCE, engine::Driven, is_firefox};

/// A window. Its methods act on it, independent of the window used before.
pub(crate) struct Tab<'b> {
    pub(super) browser: &'b Browser,
    pub(super) window: WindowHandle,
}

/// Keys without a text: their names, and their codes in browsers.
const KEYS: [(&str, u32); 12] = [
    ("Tab", 9),
    ("Enter", 13),
    (" ", 32),
    ("PageUp", 33),
    ("End", 35),
    ("Home", 36),
    ("ArrowLeft", 37),
    ("ArrowUp", 38),
    ("ArrowRight", 39),
    ("ArrowDown", 40),
    ("Backspace", 8),
    ("Escape", 27),
];

impl Tab<'_> {
    /// What drives this window. Commands go to it from now on.
    async fn switch(&self) -> Driven<'_> {
        self.browser.driven(&self.window).await
    }

    /// A command of the browser's own protocol.
    pub(crate) async fn cdp(&self, method: &str, params: Value) -> Value {
        self.switch().await;
        self.browser.cdp(&self.window, method, params).await
    }

    pub(crate) async fn go(&self, url: &str) {
        self.switch().await.driver().goto(url).await.unwrap();
    }

    /// Goes back in the history.
    pub(crate) async fn back(&self) {
        // ChromeDriver runs a script again if its page goes away while it runs, and would go back twice.
        self.run("setTimeout(() => history.back());").await;
    }

    pub(crate) async fn reload(&self) {
        self.switch().await.driver().refresh().await.unwrap();
    }

    /// Runs `script` before anything else on each page from now on.
    pub(crate) async fn before_the_page(&self, script: &str) {
        self.cdp("Page.addScriptToEvaluateOnNewDocument", json!({ "source": script })).await;
    }

    /// Minimizes the window, or shows it again. The page is notified.
    pub(crate) async fn minimize(&self, minimized: bool) {
        if is_firefox() {
            let driven = self.switch().await;
            let driver = driven.driver();
            if minimized { driver.minimize_window().await } else { driver.set_window_rect(0, 0, 1280, 1000).await }
                .unwrap();
            return self.until(&format!("document.hidden === {minimized}")).await;
        }
        // Otherwise focus emulation makes the page believe that it is visible.
        self.cdp("Emulation.setFocusEmulationEnabled", json!({ "enabled": !minimized })).await;
        let window = self.cdp("Browser.getWindowForTarget", json!({})).await["windowId"].take();
        let state = if minimized { "minimized" } else { "normal" };
        let bounds = json!({ "windowId": window, "bounds": { "windowState": state } });
        self.cdp("Browser.setWindowBounds", bounds).await;
        self.until(&format!("document.hidden === {minimized}")).await;
    }

    /// The value of a JavaScript expression.
    pub(crate) async fn js<T: DeserializeOwned>(&self, expression: &str) -> T {
        self.switch().await;
        let result = self.browser.evaluate(&self.window, expression).await;
        let result = result.unwrap_or_else(|error| panic!("{expression}: {error}"));
        serde_json::from_value(result).unwrap_or_else(|error| panic!("{expression}: {error}"))
    }

    /// Runs JavaScript statements.
    pub(crate) async fn run(&self, statements: &str) {
        let () = self.js(&format!("(() => {{ {statements}; return null; }})()")).await;
    }

    /// Waits until a JavaScript expression is true. The page itself looks again and again, because each question from here
    /// costs much more than the expression.
    pub(crate) async fn until(&self, condition: &str) {
        let script = format!(
            "new Promise((done, failed) => {{
                const end = performance.now() + 500;
                const look = () => {{
                    try {{
                        const is_true = Boolean({condition});
                        is_true || performance.now() > end ? done(is_true) : setTimeout(look, 8);
                    }} catch (error) {{
                        failed(error);
                    }}
                }};
                look();
            }})"
        );
        let end = Instant::now() + PATIENCE;
        loop {
            self.switch().await;
            match self.browser.evaluate(&self.window, &script).await {
                Ok(is_true) if is_true == true => return,
                Ok(_) => {}
                // Another page has come meanwhile.
                Err(error) if is_of_a_page_that_is_left(&error) => {}
                Err(error) => panic!("{condition}: {error}"),
            }
            if Instant::now() >= end {
                let text: String = self.js("document.body.innerText").await;
                panic!("waited {PATIENCE:?} in vain for: {condition}\nthe page says:\n{text}");
            }
        }
    }

    /// Waits until the page is connected.
    pub(crate) async fn until_live(&self) {
        self.until("document.documentElement.dataset.link === 'live'").await;
    }

    /// Waits until the element's text is `text`.
    pub(crate) async fn wait_for_text(&self, selector: &str, text: &str) {
        self.until(&format!("document.querySelector({selector:?})?.textContent === {text:?}")).await;
    }

    pub(crate) async fn text(&self, selector: &str) -> String {
        self.js(&format!("document.querySelector({selector:?}).textContent")).await
    }

    /// The value of the control.
    pub(crate) async fn value(&self, selector: &str) -> String {
        self.js(&format!("document.querySelector({selector:?}).value")).await
    }

    pub(crate) async fn attribute(&self, selector: &str, name: &str) -> Option<String> {
        self.js(&format!("document.querySelector({selector:?}).getAttribute({name:?})")).await
    }

    /// An image of the element, as PNG.
    pub(crate) async fn picture(&self, selector: &str) -> Vec<u8> {
        let driven = self.switch().await;
        let element = driven.driver().find(By::Css(selector)).await.unwrap();
        element.screenshot_as_png().await.unwrap()
    }

    /// The messages about failed commands.
    pub(crate) async fn toasts(&self) -> Vec<String> {
        self.js("[...document.querySelectorAll('.dd-toast')].map((toast) => toast.innerText)").await
    }

    /// The position of a point of the element, given as shares of its width and height.
    pub(crate) async fn point(&self, selector: &str, across: f64, down: f64) -> (f64, f64) {
        let [left, top, width, height]: [f64; 4] = self
            .js(&format!(
                "(() => {{ const element = document.querySelector({selector:?}); \
                 element.scrollIntoView({{ block: 'center', behavior: 'instant' }}); \
                 const box = element.getBoundingClientRect(); return [box.left, box.top, box.width, box.height]; }})()"
            ))
            .await;
        (left + across * width, top + down * height)
    }

    pub(crate) async fn mouse(&self, kind: &str, (x, y): (f64, f64), down: bool) {
        let params = json!({
            "type": kind, "x": x, "y": y, "clickCount": 1,
            "button": if kind == "mouseMoved" && !down { "none" } else { "left" }, "buttons": u8::from(down),
        });
        self.cdp("Input.dispatchMouseEvent", params).await;
    }

    /// A click with the mouse.
    pub(crate) async fn click(&self, selector: &str) {
        let point = self.point(selector, 0.5, 0.5).await;
        self.mouse("mouseMoved", point, false).await;
        self.mouse("mousePressed", point, true).await;
        self.mouse("mouseReleased", point, false).await;
    }

    /// Presses the mouse button at this share of the element's width.
    pub(crate) async fn grab(&self, selector: &str, share: f64) -> Grip<'_> {
        let (left, y) = self.point(selector, 0.0, 0.5).await;
        let (right, _) = self.point(selector, 1.0, 0.5).await;
        let grip = Grip { tab: self, left, right, y };
        self.mouse("mouseMoved", grip.at(share), false).await;
        self.mouse("mousePressed", grip.at(share), true).await;
        grip
    }

    /// Clicks into a text field, or another element that takes the focus.
    pub(crate) async fn focus(&self, selector: &str) {
        self.run(&format!("document.querySelector({selector:?}).focus()")).await;
    }

    pub(crate) async fn blur(&self) {
        self.run("document.activeElement.blur()").await;
    }

    /// Types text, key by key.
    pub(crate) async fn keys(&self, text: &str) {
        for key in text.chars() {
            let key = key.to_string();
            self.cdp("Input.dispatchKeyEvent", json!({ "type": "keyDown", "key": key, "text": key })).await;
            self.cdp("Input.dispatchKeyEvent", json!({ "type": "keyUp", "key": key })).await;
        }
    }

    /// Presses a named key.
    pub(crate) async fn press(&self, name: &str) {
        let (_, code) = KEYS.iter().find(|(known, _)| *known == name).unwrap();
        let text = match name {
            "Enter" => "\r",
            " " => " ",
            _ => "",
        };
        let code_name = if name == " " { "Space" } else { name };
        let mut down = json!({
            "type": if text.is_empty() { "rawKeyDown" } else { "keyDown" },
            "key": name, "code": code_name, "windowsVirtualKeyCode": code,
        });
        if !text.is_empty() {
            down["text"] = text.into();
        }
        self.cdp("Input.dispatchKeyEvent", down).await;
        let up = json!({ "type": "keyUp", "key": name, "code": code_name, "windowsVirtualKeyCode": code });
        self.cdp("Input.dispatchKeyEvent", up).await;
    }

    /// Presses the keys that take back the last edit.
    pub(crate) async fn undo(&self) {
        let keys = |kind: &str| json!({ "type": kind, "modifiers": 2, "key": "z", "code": "KeyZ", "windowsVirtualKeyCode": 90 });
        let mut down = keys("rawKeyDown");
        // The browser's own shortcuts do not work without a window.
        down["commands"] = json!(["undo"]);
        self.cdp("Input.dispatchKeyEvent", down).await;
        self.cdp("Input.dispatchKeyEvent", keys("keyUp")).await;
    }

    /// Records a number in each drawn frame, until [`recorded`](Self::recorded) takes them.
    pub(crate) async fn record(&self, expression: &str) {
        self.run(&format!(
            "const record = globalThis.record = []; \
             const look = () => {{ if (globalThis.record !== record) return; record.push({expression}); \
             requestAnimationFrame(look); }}; requestAnimationFrame(look)"
        ))
        .await;
    }

    pub(crate) async fn recorded(&self) -> Vec<f64> {
        let record = self.js("globalThis.record").await;
        self.run("globalThis.record = null").await;
        record
    }
}

/// A mouse button that is held on an element.
pub(crate) struct Grip<'t> {
    tab: &'t Tab<'t>,
    left: f64,
    right: f64,
    y: f64,
}

impl Grip<'_> {
    fn at(&self, share: f64) -> (f64, f64) {
        (self.left + share * (self.right - self.left), self.y)
    }

    /// Moves to another share of the element's width, in one step.
    pub(crate) async fn to(&self, share: f64) {
        self.tab.mouse("mouseMoved", self.at(share), true).await;
    }

    /// Moves there like a hand, with one step per frame.
    pub(crate) async fn slide(&self, from: f64, to: f64, steps: u32) {
        for step in 1..=steps {
            self.to(from + (to - from) * f64::from(step) / f64::from(steps)).await;
            tokio::time::sleep(Duration::from_millis(12)).await;
        }
    }

    pub(crate) async fn release(self, share: f64) {
        self.tab.mouse("mouseReleased", self.at(share), false).await;
    }
}

fn is_of_a_page_that_is_left(error: &str) -> bool {
    ["unloaded", "aborted by navigation", "context was destroyed", "AbortError", "discarded"]
        .iter()
        .any(|part| error.contains(part))
}
