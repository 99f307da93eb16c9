//! The rover: two drivers, a chief and a guest. The rover stands whatever happens to who drives it: `examples/rover`.

use std::time::{Duration, Instant};

use serde_json::{Value, json};
use tokio::time::sleep;

use crate::support::{Browser, Guarded, Tab, browser_test, eventually, get, is_firefox, post};

/// The deadline of the joystick, and the time that the machine under test may need beyond it.
const DEADLINE: Duration = Duration::from_millis(300);
const TOLERANCE: Duration = Duration::from_millis(100);

/// How long a process stands still.
const STALL: Duration = Duration::from_secs(2);

/// A running rover.
struct Rover(Guarded);

impl Rover {
    fn start(browser: &Browser, test: &str) -> Self {
        let users = [("ada", "driver"), ("bob", "driver"), ("eve", "chief")];
        Self(Guarded::start(browser, "rover", test, &users))
    }

    /// A value, as everybody sees it.
    async fn value(&self, prop: &str) -> Value {
        let answer = get(self.0.example.address, &format!("/api/props/{prop}")).await;
        let (_, body) = answer.split_once("\r\n\r\n").unwrap();
        serde_json::from_str::<Value>(body).unwrap_or_else(|_| panic!("{answer}"))["value"].clone()
    }

    async fn is_pushed(&self) -> bool {
        let stick = self.value("drive/value").await;
        stick.as_array().unwrap().iter().any(|axis| axis.as_f64().unwrap() != 0.0)
    }

    /// Waits until the stick is at its centre. Returns the time since then.
    async fn let_go_since(&self, begun: Instant) -> Duration {
        while self.is_pushed().await {
            assert!(begun.elapsed() < Duration::from_secs(10), "it goes on");
        }
        begun.elapsed()
    }

    /// Waits until it stands.
    async fn stands(&self) {
        let begun = Instant::now();
        while self.value("speed/value").await.as_f64().unwrap().abs() > 0.001 {
            assert!(begun.elapsed() < Duration::from_secs(10), "it moves");
            sleep(Duration::from_millis(20)).await;
        }
    }

    async fn runs(&self) {
        let begun = Instant::now();
        while self.value("speed/value").await.as_f64().unwrap().abs() < 0.1 {
            assert!(begun.elapsed() < Duration::from_secs(10), "it stands");
            sleep(Duration::from_millis(20)).await;
        }
    }
}

async fn has(tab: &Tab<'_>, selector: &str, words: &str) {
    tab.until(&format!("document.querySelector('{selector}').textContent === '{words}'")).await;
}

/// Asks for control, which nobody has, and arms the motors.
async fn take_control(tab: &Tab<'_>) {
    tab.click("#control [data-act=ask]").await;
    has(tab, ".dd-control-who", "You are in control").await;
    arm(tab).await;
}

async fn arm(tab: &Tab<'_>) {
    tab.until("document.querySelector('#motors button').dataset.act === 'arm'").await;
    tab.until("!document.querySelector('#motors button').disabled").await;
    // A press on what has just moved is dropped, because nobody reacts so quickly.
    sleep(Duration::from_millis(500)).await;
    tab.click("#motors button").await;
    has(tab, ".dd-armed-word", "Armed").await;
    tab.until("document.querySelector('#drive').dataset.gated === ''").await;
}

/// Holds the keys for forwards and left down, or lets them go. The rover drives in a circle: a straight way would end at
/// the fence on a slow machine, where the interlock stops it.
async fn hold(tab: &Tab<'_>, down: bool) {
    if down {
        tab.focus("#drive .dd-joystick-pad").await;
    }
    let kind = if down { "keyDown" } else { "keyUp" };
    for (letter, number) in [("w", 87), ("a", 65)] {
        let code = format!("Key{}", letter.to_uppercase());
        let key = json!({ "type": kind, "key": letter, "code": code, "windowsVirtualKeyCode": number });
        tab.cdp("Input.dispatchKeyEvent", key).await;
    }
}

/// Drives, on a machine that may be slow: a page that does not answer a beat in time is rightly stopped.
async fn drive(rover: &Rover, tab: &Tab<'_>) {
    for _ in 0..5 {
        hold(tab, true).await;
        sleep(DEADLINE).await;
        if rover.is_pushed().await {
            return rover.runs().await;
        }
        hold(tab, false).await;
    }
    let motors = tab.text("#motors").await;
    panic!("it does not drive: {motors}");
}

/// Holds the reset of the stop for its time.
async fn reset(tab: &Tab<'_>) {
    has(tab, ".dd-stop-word", "STOPPED").await;
    let at = tab.point(".dd-stop-reset", 0.5, 0.5).await;
    tab.mouse("mousePressed", at, true).await;
    has(tab, ".dd-stop-word", "STOP").await;
    tab.mouse("mouseReleased", at, false).await;
}

#[test]
fn one_drives_another_asks_a_chief_takes_over_and_everybody_stops() {
    browser_test(async |browser| {
        let rover = Rover::start(browser, "crew");
        let guest = rover.0.visit(browser, "guest").await;
        let (ada, bob) = (rover.0.open(browser, "ada").await, rover.0.open(browser, "bob").await);
        // The guest sees everything and operates nothing, except the stop.
        for locked in ["#control [data-act=ask]", "#control [data-act=take]", "#motors button"] {
            assert!(guest.js::<bool>(&format!("document.querySelector('{locked}').disabled")).await, "{locked}");
        }
        assert!(guest.js::<bool>("document.querySelector('.dd-stop-reset').disabled").await);
        let forged = post(rover.0.example.address, "/api/props/control/ask", "null").await;
        assert!(forged.starts_with("HTTP/1.1 403"), "{forged}");

        take_control(&ada).await;
        drive(&rover, &ada).await;
        has(&guest, ".dd-control-who", "ada is in control").await;
        guest.until("document.querySelector('#drive').dataset.gated === 'ada is in control'").await;
        let let_go = Instant::now();
        hold(&ada, false).await;
        rover.let_go_since(let_go).await;
        rover.stands().await;

        // The guest stops what ada drives.
        drive(&rover, &ada).await;
        let at = guest.point(".dd-stop-press", 0.5, 0.5).await;
        guest.mouse("mousePressed", at, true).await;
        guest.mouse("mouseReleased", at, false).await;
        has(&ada, ".dd-stop-word", "STOPPED").await;
        rover.stands().await;
        assert!(!rover.is_pushed().await);
        has(&ada, ".dd-armed-word", "Tripped").await;
        hold(&ada, false).await;
        reset(&ada).await;
        has(&ada, "#motors button", "Acknowledge").await;
        ada.click("#motors button").await;
        arm(&ada).await;

        // A hand-over.
        bob.click("#control [data-act=ask]").await;
        has(&ada, ".dd-control-asks", "bob asks for control").await;
        ada.click("#control [data-act=give]").await;
        has(&bob, ".dd-control-who", "You are in control").await;
        ada.until("document.querySelector('#drive').dataset.gated === 'bob is in control'").await;
        drive(&rover, &bob).await;

        // Taking over asks first, because somebody drives.
        let eve = rover.0.open(browser, "eve").await;
        let height = "document.querySelector('#control').getBoundingClientRect().height";
        let before: f64 = eve.js(height).await;
        eve.click("#control [data-act=take]").await;
        has(&eve, "#control [role=alertdialog] p", "Take control over from bob?").await;
        assert_eq!(eve.js::<f64>(height).await, before, "the question moves nothing");
        eve.press("Escape").await;
        eve.until("!document.querySelector('#control [role=alertdialog]')").await;
        assert_eq!(rover.value("control/holder").await, "bob");
        eve.click("#control [data-act=take]").await;
        eve.click("#control [role=alertdialog] button:last-of-type").await;
        has(&eve, ".dd-control-who", "You are in control").await;
        rover.stands().await;
        has(&bob, ".dd-control-who", "eve is in control").await;
        hold(&bob, false).await;
        drive(&rover, &eve).await;
        hold(&eve, false).await;
    });
}

#[test]
fn a_page_that_is_closed_while_it_drives_lets_go_within_the_deadline() {
    browser_test(async |browser| {
        let rover = Rover::start(browser, "closed");
        let ada = rover.0.open(browser, "ada").await;
        take_control(&ada).await;
        drive(&rover, &ada).await;
        let closed = Instant::now();
        // What the browser does afterwards takes its time on a busy machine.
        let ((), took) = tokio::join!(ada.go("about:blank"), rover.let_go_since(closed));
        assert!(took < DEADLINE + TOLERANCE, "{took:?}");
        rover.stands().await;
        if is_firefox() {
            // It keeps the page, which could be shown again. So control ends as after a lost link.
            eventually("control ends", async || (rover.value("control/holder").await == "").then_some(())).await;
        } else {
            assert_eq!(rover.value("control/holder").await, "", "control ends with the page");
        }
    });
}

#[test]
fn a_browser_that_stands_still_lets_go_and_finds_the_stop_that_was_pressed_meanwhile() {
    browser_test(async |browser| {
        let rover = Rover::start(browser, "browser");
        let ada = rover.0.open(browser, "ada").await;
        take_control(&ada).await;
        drive(&rover, &ada).await;
        let begun = Instant::now();
        browser.signal("STOP");
        let took = rover.let_go_since(begun).await;
        rover.stands().await;
        let pressed = post(rover.0.example.address, "/api/props/stop/press", "null").await;
        sleep(STALL.saturating_sub(begun.elapsed())).await;
        browser.signal("CONT");
        assert!(took < DEADLINE + TOLERANCE, "{took:?}");
        assert!(pressed.starts_with("HTTP/1.1 200"), "{pressed}");
        // What it has kept comes in one burst. The key is still down.
        has(&ada, ".dd-stop-word", "STOPPED").await;
        has(&ada, ".dd-armed-word", "Tripped").await;
        sleep(3 * DEADLINE).await;
        assert!(!rover.is_pushed().await, "a late burst moves it");
        hold(&ada, false).await;
        assert_eq!(rover.value("control/holder").await, "ada", "its link was not lost");
    });
}

#[test]
fn a_server_that_stands_still_does_not_go_on_afterwards() {
    browser_test(async |browser| {
        let rover = Rover::start(browser, "server");
        let (ada, guest) = (rover.0.open(browser, "ada").await, rover.0.visit(browser, "guest").await);
        take_control(&ada).await;
        drive(&rover, &ada).await;
        rover.0.example.signal("STOP");
        // Both press and let go while nobody listens.
        guest.click(".dd-stop-press").await;
        sleep(STALL).await;
        rover.0.example.signal("CONT");
        let begun = Instant::now();
        let took = rover.let_go_since(begun).await;
        assert!(took < DEADLINE + TOLERANCE, "{took:?}");
        has(&ada, ".dd-stop-word", "STOPPED").await;
        rover.stands().await;
        sleep(3 * DEADLINE).await;
        assert!(!rover.is_pushed().await);
        has(&ada, ".dd-armed-word", "Tripped").await;
        hold(&ada, false).await;
    });
}

#[test]
fn fault_the_login_page_did_not_say_of_what_it_is_and_was_in_another_theme() {
    browser_test(async |browser| {
        let rover = Rover::start(browser, "login-page");
        let tab = browser.open(&rover.0.example.url()).await;
        tab.until_live().await;
        let ground = "getComputedStyle(document.body).backgroundColor";
        let mut grounds = Vec::new();
        for theme in ["light", "dark"] {
            tab.run(&format!("document.cookie = 'dash-theme={theme}; path=/'")).await;
            tab.go(&format!("{}_dash/login", rover.0.example.url())).await;
            tab.wait_for_text(".dd-login h1", "Rover").await;
            grounds.push(tab.js::<String>(ground).await);
            let [mark, title, name]: [[f64; 4]; 3] = tab
                .js("['.dd-login svg', '.dd-login h1 > span', '[name=name]'].map((part) => {
                    const { left, right, top, bottom } = document.querySelector(part).getBoundingClientRect();
                    return [left, right, top, bottom];
                })")
                .await;
            let middle = |[_, _, top, bottom]: [f64; 4]| f64::midpoint(top, bottom);
            assert!(
                mark[0] == name[0] && mark[1] < title[0] && mark[1] - mark[0] < 30.0,
                "{mark:?} {title:?} {name:?}"
            );
            assert!((middle(mark) - middle(title)).abs() < 1.0 && title[3] < name[2], "{mark:?} {title:?} {name:?}");
        }
        assert_ne!(grounds[0], grounds[1]);
    });
}
