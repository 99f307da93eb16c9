//! Controls that act only while they are held: whatever happens to the page or the link, the device stands in time.

use std::{
    sync::{Arc, Mutex},
    time::{Duration, Instant, SystemTime, UNIX_EPOCH},
};

use dash_devices::prelude::*;
use tokio::time::sleep;

use crate::support::{Cable, Server, Tab, browser_test};

/// A motor that notes when it was set to which speed.
#[derive(Clone, Default)]
struct Motor(Arc<Mutex<Vec<(Instant, f64)>>>);

impl Motor {
    fn speed(&self) -> f64 {
        self.0.lock().unwrap().last().map_or(0.0, |(_, speed)| *speed)
    }

    /// Waits until the motor runs or stands. Returns the time at which it was first set so after `since`.
    async fn until(&self, runs: bool, since: Instant, what: &str) -> Instant {
        let begun = Instant::now();
        loop {
            let found =
                self.0.lock().unwrap().iter().find(|(at, speed)| *at >= since && (*speed != 0.0) == runs).copied();
            if let Some((at, _)) = found {
                return at;
            }
            assert!(
                begun.elapsed() < Duration::from_secs(10),
                "{what}: the motor {}",
                if runs { "stands" } else { "runs" }
            );
            sleep(Duration::from_millis(2)).await;
        }
    }
}

#[components]
struct Crane {
    drive: Joystick,
    jog: HoldButton,
    lifted: Indicator,
}

#[callback_shared]
fn drive(motor: &mut Motor, #[input(Crane::drive.value)] stick: Axes) {
    motor.0.lock().unwrap().push((Instant::now(), stick.y));
}

#[callback_shared(output = Crane::lifted.on)]
fn jog(#[input(Crane::jog.held)] held: bool) -> bool {
    held
}

impl Dashboard for Crane {
    type Device = Motor;
    type Session = ();
    const CALLBACKS: Callbacks<Self> = callbacks![drive, jog];

    fn layout(self) -> Element {
        page("Crane", (card("Drive", self.drive.label("Drive")), card("Lift", (self.jog.label("Lift"), self.lifted))))
    }
}

/// The deadline of the joystick, and the time that the machine under test may need beyond it.
const DEADLINE: Duration = Duration::from_millis(300);
const TOLERANCE: Duration = Duration::from_millis(100);

/// How often each loss is tried. `DASH_ROUNDS` sets it for a longer run.
fn rounds() -> u32 {
    std::env::var("DASH_ROUNDS").ok().and_then(|rounds| rounds.parse().ok()).unwrap_or(4)
}

const PAD: &str = "#drive .dd-joystick-pad";

/// Pushes the joystick forwards, and waits until the motor runs and goes on running. On a machine that is too busy to
/// answer a beat within the deadline the motor is rightly stopped, and the joystick is pushed again.
async fn push(tab: &Tab<'_>, motor: &Motor) {
    for _ in 0..5 {
        let pressed = Instant::now();
        tab.mouse("mousePressed", tab.point(PAD, 0.5, 0.2).await, true).await;
        motor.until(true, pressed, "pushed").await;
        sleep(2 * DEADLINE).await;
        if motor.speed() > 0.5 {
            return;
        }
        let_go(tab).await;
    }
    panic!("it does not run while it is held");
}

async fn let_go(tab: &Tab<'_>) {
    tab.mouse("mouseReleased", tab.point(PAD, 0.5, 0.2).await, false).await;
}

#[test]
fn the_motor_runs_while_the_joystick_is_held_and_stands_when_it_is_let_go() {
    browser_test(async |browser| {
        let motor = Motor::default();
        let server = Server::start::<Crane>(motor.clone()).await;
        let tab = browser.open(&server.url()).await;
        for _ in 0..rounds() {
            push(&tab, &motor).await;
            let released = Instant::now();
            let_go(&tab).await;
            let took = motor.until(false, released, "let go").await - released;
            assert!(took < DEADLINE + TOLERANCE, "{took:?}");
        }
    });
}

#[test]
fn keys_hold_it_too() {
    browser_test(async |browser| {
        let motor = Motor::default();
        let server = Server::start::<Crane>(motor.clone()).await;
        let tab = browser.open(&server.url()).await;
        tab.focus(PAD).await;
        let key = |kind: &str| serde_json::json!({ "type": kind, "code": "KeyW", "key": "w" });
        let since = Instant::now();
        tab.cdp("Input.dispatchKeyEvent", key("keyDown")).await;
        let since = motor.until(true, since, "W").await;
        sleep(2 * DEADLINE).await;
        assert_eq!(motor.speed(), 1.0);
        tab.cdp("Input.dispatchKeyEvent", key("keyUp")).await;
        let since = motor.until(false, since, "W up").await;
        // A control that loses the focus is not held any more.
        tab.cdp("Input.dispatchKeyEvent", key("keyDown")).await;
        let since = motor.until(true, since, "W again").await;
        tab.blur().await;
        motor.until(false, since, "no focus").await;
    });
}

#[test]
fn a_held_button_is_pressed_for_everybody_while_it_is_held() {
    browser_test(async |browser| {
        let server = Server::start::<Crane>(Motor::default()).await;
        let (hand, watcher) = (browser.open(&server.url()).await, browser.open(&server.url()).await);
        let at = hand.point("#jog button", 0.5, 0.5).await;
        hand.mouse("mousePressed", at, true).await;
        let pressed = "document.querySelector('#jog button').ariaPressed";
        watcher.until(&format!("{pressed} === 'true'")).await;
        sleep(3 * DEADLINE).await;
        assert_eq!(watcher.js::<String>(pressed).await, "true");
        hand.mouse("mouseReleased", at, false).await;
        watcher.until(&format!("{pressed} === 'false'")).await;
    });
}

#[test]
fn the_motor_stands_within_the_deadline_when_the_link_is_cut_or_stuck() {
    browser_test(async |browser| {
        let motor = Motor::default();
        let server = Server::start::<Crane>(motor.clone()).await;
        let mut cable = Cable::to(server.address).await;
        let tab = browser.open(&cable.url()).await;
        for stuck in [false, true] {
            for round in 0..rounds() {
                tab.until_live().await;
                push(&tab, &motor).await;
                let lost = Instant::now();
                if stuck {
                    cable.hold(true);
                } else {
                    cable.cut().await;
                }
                let took = motor.until(false, lost, "the link").await - lost;
                assert!(took < DEADLINE + TOLERANCE, "stuck {stuck}, round {round}: {took:?}");
                // The link comes back while the finger is still there, and moves.
                if stuck {
                    cable.hold(false);
                } else {
                    cable.mend().await;
                }
                tab.until_live().await;
                for down in [0.3, 0.25, 0.2] {
                    tab.mouse("mouseMoved", tab.point(PAD, 0.5, down).await, true).await;
                    sleep(Duration::from_millis(60)).await;
                }
                assert_eq!(motor.speed(), 0.0, "a late burst moves it");
                let_go(&tab).await;
            }
        }
        browser.allow("WebSocket connection to");
    });
}

#[test]
fn fault_a_button_looked_held_for_seconds_after_the_link_was_stuck() {
    browser_test(async |browser| {
        let motor = Motor::default();
        let server = Server::start::<Crane>(motor.clone()).await;
        let cable = Cable::to(server.address).await;
        let tab = browser.open(&cable.url()).await;
        tab.until_live().await;
        let pressed = "document.querySelector('#jog button').ariaPressed";
        let button = tab.point("#jog button", 0.5, 0.5).await;
        tab.mouse("mousePressed", button, true).await;
        // It stays held as long as the server asks.
        sleep(5 * DEADLINE).await;
        assert_eq!(tab.js::<String>(pressed).await, "true");
        cable.hold(true);
        let stuck = Instant::now();
        tab.until(&format!("{pressed} === 'false'")).await;
        let took = stuck.elapsed();
        // The deadline, the time between two looks, and a busy machine.
        assert!(took < Duration::from_secs(2), "{took:?}");
        assert_eq!(tab.js::<String>("document.documentElement.dataset.link").await, "live", "nobody knows that yet");
        cable.hold(false);
        tab.until_live().await;
        sleep(2 * DEADLINE).await;
        assert_eq!(tab.js::<String>(pressed).await, "false", "it must be let go first");
        tab.mouse("mouseReleased", button, false).await;
        tab.mouse("mousePressed", button, true).await;
        tab.until(&format!("{pressed} === 'true'")).await;
        tab.mouse("mouseReleased", button, false).await;
    });
}

#[test]
fn fault_a_button_looked_held_as_long_as_the_link_was_cut() {
    browser_test(async |browser| {
        browser.allow("WebSocket connection to");
        browser.allow("ERR_CONNECTION_REFUSED");
        let motor = Motor::default();
        let server = Server::start::<Crane>(motor.clone()).await;
        let mut cable = Cable::to(server.address).await;
        let tab = browser.open(&cable.url()).await;
        tab.until_live().await;
        let pressed = "document.querySelector('#jog button').ariaPressed";
        let button = tab.point("#jog button", 0.5, 0.5).await;
        tab.mouse("mousePressed", button, true).await;
        tab.until(&format!("{pressed} === 'true'")).await;
        cable.cut().await;
        tab.until("document.documentElement.dataset.link === 'lost'").await;
        tab.until(&format!("{pressed} === 'false'")).await;
        tab.mouse("mouseReleased", button, false).await;
    });
}

#[test]
fn the_motor_stands_at_once_when_the_page_is_hidden_or_closed() {
    browser_test(async |browser| {
        let motor = Motor::default();
        let server = Server::start::<Crane>(motor.clone()).await;
        for round in 0..rounds() {
            let tab = browser.open(&server.url()).await;
            push(&tab, &motor).await;
            let lost = Instant::now();
            if round % 2 == 0 {
                tab.minimize(true).await;
            } else {
                tab.go("about:blank").await;
            }
            let took = motor.until(false, lost, "hidden or closed").await - lost;
            assert!(took < DEADLINE + TOLERANCE, "round {round}: {took:?}");
            if round % 2 == 0 {
                tab.minimize(false).await;
            }
        }
    });
}

#[test]
fn the_motor_stands_within_the_deadline_when_the_page_is_stuck() {
    browser_test(async |browser| {
        let motor = Motor::default();
        let server = Server::start::<Crane>(motor.clone()).await;
        let tab = browser.open(&server.url()).await;
        for round in 0..rounds() {
            push(&tab, &motor).await;
            let (asked, asked_at) = (Instant::now(), SystemTime::now());
            tab.run(
                "setTimeout(() => { stuckAt = Date.now(); const end = performance.now() + 2000; \
                 while (performance.now() < end); })",
            )
            .await;
            let stood = motor.until(false, asked, "the page").await;
            // Everything that it has kept comes in one burst. The page says when it was stuck: a computer with much to do
            // needs a while to tell it.
            let stuck_at = UNIX_EPOCH + Duration::from_millis(tab.js("stuckAt").await);
            let took = (stood - asked).saturating_sub(stuck_at.duration_since(asked_at).unwrap_or_default());
            assert!(took < DEADLINE + TOLERANCE, "round {round}: {took:?}");
            sleep(Duration::from_millis(200)).await;
            assert_eq!(motor.speed(), 0.0, "a late burst moves it");
            let_go(&tab).await;
        }
    });
}

/// A pad with the standard mapping, which the test holds in `pad`.
const PAD_OF_TEST: &str = "window.pad = { index: 0, connected: true, mapping: 'standard', axes: [0, 0, 0, 0], \
    buttons: Array.from({ length: 17 }, () => ({ pressed: false, touched: false, value: 0 })) }; \
    window.pads = [window.pad]; navigator.getGamepads = () => window.pads; \
    dispatchEvent(new Event('gamepadconnected'));";

/// Sets the enabling button and the left stick of the pad. Up is negative.
async fn hold_pad(tab: &Tab<'_>, down: bool, y: f64) {
    tab.run(&format!("pad.buttons[5].pressed = {down}; pad.axes[1] = {y};")).await;
}

#[test]
fn a_gamepad_drives_only_while_its_button_is_held_down() {
    browser_test(async |browser| {
        let motor = Motor::default();
        let server = Server::start::<Crane>(motor.clone()).await;
        let tab = browser.open(&server.url()).await;
        tab.until_live().await;
        tab.run(PAD_OF_TEST).await;
        // The stick alone moves nothing.
        hold_pad(&tab, false, -1.0).await;
        sleep(2 * DEADLINE).await;
        assert_eq!(motor.0.lock().unwrap().len(), 1, "only the run at the start");
        let since = Instant::now();
        hold_pad(&tab, true, -1.0).await;
        let since = motor.until(true, since, "the button").await;
        sleep(3 * DEADLINE).await;
        assert_eq!(motor.speed(), 1.0, "it goes on while the button is held down");
        // Through the centre, without a new press.
        hold_pad(&tab, true, -0.02).await;
        let since = motor.until(false, since, "the dead zone").await;
        sleep(DEADLINE).await;
        hold_pad(&tab, true, 0.7).await;
        let since = motor.until(true, since, "backwards").await;
        assert!(motor.speed() < 0.0);
        let released = Instant::now();
        hold_pad(&tab, false, 0.7).await;
        let stood = motor.until(false, since, "the button is let go").await;
        assert!(stood.saturating_duration_since(released) < DEADLINE + TOLERANCE);
    });
}

#[test]
fn a_gamepad_that_is_unplugged_or_whose_page_has_no_focus_lets_go() {
    browser_test(async |browser| {
        let motor = Motor::default();
        let server = Server::start::<Crane>(motor.clone()).await;
        let tab = browser.open(&server.url()).await;
        tab.until_live().await;
        tab.run(PAD_OF_TEST).await;
        for (lost, back) in [
            ("pads = [null]", "pads = [pad]"),
            ("document.hasFocus = () => false", "document.hasFocus = () => true"),
            (
                "Object.defineProperty(document, 'hidden', { value: true, configurable: true }); \
                 document.dispatchEvent(new Event('visibilitychange'))",
                "delete document.hidden; document.dispatchEvent(new Event('visibilitychange'))",
            ),
        ] {
            hold_pad(&tab, false, -1.0).await;
            sleep(DEADLINE).await;
            let pressed = Instant::now();
            hold_pad(&tab, true, -1.0).await;
            let runs = motor.until(true, pressed, lost).await;
            let at = Instant::now();
            tab.run(&format!("{lost};")).await;
            let took = motor.until(false, runs, lost).await.saturating_duration_since(at);
            assert!(took < DEADLINE + TOLERANCE, "{lost}: {took:?}");
            tab.run(&format!("{back};")).await;
            sleep(2 * DEADLINE).await;
            assert_eq!(motor.speed(), 0.0, "{lost}: the button must be let go first");
        }
    });
}
