//! A gesture that was not meant for a control does not act on it.

use std::time::Duration;

use dash_devices::prelude::*;
use serde_json::json;

use crate::{
    panel::Seen,
    support::{Server, Tab, browser_test, eventually, phone, put},
};

#[components]
struct Machine {
    speed: Slider,
    go: Button,
    halt: Button,
    shift: Button,
    mode: Dropdown,
    count: NumberInput,
}

#[callback_shared]
fn drive(seen: &mut Seen, #[input(Machine::speed.value)] speed: f64) {
    seen.note(format!("speed {speed}"));
}

#[callback_shared(on = Machine::go.click)]
fn go(seen: &mut Seen) {
    seen.note("go".to_owned());
}

#[callback_shared(on = Machine::halt.click)]
fn halt(seen: &mut Seen) {
    seen.note("halt".to_owned());
}

#[callback_shared]
fn choose(seen: &mut Seen, #[input(Machine::mode.value)] mode: &str) {
    seen.note(format!("mode {mode}"));
}

#[callback_shared]
fn count(seen: &mut Seen, #[input(Machine::count.value)] count: f64) {
    seen.note(format!("count {count}"));
}

impl Dashboard for Machine {
    type Device = Seen;
    type Session = ();
    const CALLBACKS: Callbacks<Self> = callbacks![drive, go, halt, choose, count];

    fn layout(self) -> Element {
        let filler = |n: u32| card(format!("Card {n}"), (0..12).map(|i| text(format!("line {i}"))).collect::<Vec<_>>());
        page(
            "Machine",
            (
                filler(1),
                card("Motor", (self.speed.label("Speed"), self.mode.options(["a", "b", "c"]).value("a"), self.count)),
                card("Go", (self.go.label("Go"), self.halt.label("Halt"), self.shift.label("Shift"))),
                filler(2),
                filler(3),
            ),
        )
    }
}

impl Tab<'_> {
    async fn shown_speed(&self) -> f64 {
        self.js("document.querySelector('#speed input').valueAsNumber").await
    }
}

fn received(seen: &Seen, kind: &str) -> Vec<String> {
    seen.all().into_iter().filter(|line| line.starts_with(kind)).skip(1).collect()
}

/// Long enough for a command to reach the device, if one was sent.
async fn a_moment() {
    tokio::time::sleep(Duration::from_millis(300)).await;
}

#[test]
fn fault_a_finger_just_above_or_below_a_slider_missed_it() {
    browser_test(async |browser| {
        let seen = Seen::default();
        let server = Server::start::<Machine>(seen.clone()).await;
        let tab = phone(browser, &server, 700).await;
        let (left, middle) = tab.point("#speed .dd-slider-body", 0.0, 0.5).await;
        let width: f64 = tab.js("document.querySelector('#speed .dd-slider-body').clientWidth").await;
        // A finger needs 44 px.
        for (share, beside) in [(0.3, -21.0), (0.7, 21.0)] {
            let at = (left + share * width, middle + beside);
            tab.touch("touchStart", &[at]).await;
            tab.touch("touchEnd", &[]).await;
            let near =
                format!("Math.abs(document.querySelector('#speed input').valueAsNumber - {}) < 4", 100.0 * share);
            tab.until(&near).await;
        }
        eventually("the speed", async || (received(&seen, "speed").len() == 2).then_some(())).await;
    });
}

#[test]
fn scrolling_past_a_slider_with_a_finger_does_not_set_it() {
    browser_test(async |browser| {
        let seen = Seen::default();
        let server = Server::start::<Machine>(seen.clone()).await;
        let tab = phone(browser, &server, 700).await;
        for (round, down) in [-15.0, 15.0, -15.0, 15.0, -15.0, 15.0].into_iter().enumerate() {
            let share = 0.3 + 0.1 * round as f64;
            let at = tab.point("#speed input", share, 0.5).await;
            let before: f64 = tab.js("scrollY").await;
            tab.swipe(at, 12, (0.0, down)).await;
            let scrolled = tab.js::<f64>("scrollY").await - before;
            assert!(scrolled.abs() > 20.0, "the page scrolls: {scrolled}");
            a_moment().await;
            assert_eq!(tab.shown_speed().await, 0.0);
        }
        assert_eq!(received(&seen, "speed"), [""; 0]);
    });
}

#[test]
fn a_finger_moves_a_slider_along_it_and_by_a_tap() {
    browser_test(async |browser| {
        let seen = Seen::default();
        let server = Server::start::<Machine>(seen.clone()).await;
        let tab = phone(browser, &server, 700).await;
        let at = tab.point("#speed input", 0.5, 0.5).await;
        tab.swipe(at, 0, (0.0, 0.0)).await;
        tab.until("Math.abs(document.querySelector('#speed input').valueAsNumber - 50) <= 2").await;
        a_moment().await;
        assert_eq!(received(&seen, "speed").len(), 1, "one tap is one value: {:?}", seen.all());
        let at = tab.point("#speed input", 0.5, 0.5).await;
        tab.swipe(at, 8, (10.0, 1.0)).await;
        tab.until("document.querySelector('#speed input').valueAsNumber > 65").await;
        a_moment().await;
        let last = received(&seen, "speed").last().cloned();
        assert_eq!(last, Some(format!("speed {}", tab.shown_speed().await)));
    });
}

#[test]
fn fault_a_tap_after_a_swipe_that_began_beside_the_thumb_of_a_slider_was_lost() {
    browser_test(async |browser| {
        let seen = Seen::default();
        let server = Server::start::<Machine>(seen.clone()).await;
        let tab = phone(browser, &server, 700).await;
        tab.run("document.querySelector('#speed').scrollIntoView({ block: 'center', behavior: 'instant' })").await;
        for round in 0..6 {
            // The thumb is at one end, and the finger goes from the middle to the other one, and back.
            let at = tab.point("#speed .dd-slider-body", 0.5, 0.5).await;
            let go: [f64; 2] = tab
                .js("(({ left, top }) => [left + 20, top + 20])(document.querySelector('#go button').getBoundingClientRect())")
                .await;
            let across = if round % 2 == 0 { 10.0 } else { -10.0 };
            tab.swipe(at, 12, (across, 0.0)).await;
            // At once, where the button was before. `Tab::tap` would wait.
            tab.touch("touchStart", &[(go[0], go[1])]).await;
            tab.touch("touchEnd", &[]).await;
            let pressed = format!("the press after swipe {round}");
            let count = || seen.all().iter().filter(|line| *line == "go").count();
            eventually(&pressed, async || (count() == round + 1).then_some(())).await;
            let speed = tab.shown_speed().await;
            let is_below_the_finger =
                if round % 2 == 0 { (80.0..=95.0).contains(&speed) } else { (5.0..=20.0).contains(&speed) };
            assert!(is_below_the_finger, "{speed} after swipe {round}");
        }
        let last = received(&seen, "speed").last().cloned();
        assert_eq!(last, Some(format!("speed {}", tab.shown_speed().await)));
        // The page still scrolls from there.
        let before: f64 = tab.js("scrollY").await;
        tab.swipe(tab.point("#speed .dd-slider-body", 0.6, 0.5).await, 12, (0.0, -12.0)).await;
        assert!(tab.js::<f64>("scrollY").await > before + 20.0);
    });
}

#[test]
fn two_fingers_and_a_cancelled_touch_leave_a_slider_as_it_was() {
    browser_test(async |browser| {
        let seen = Seen::default();
        let server = Server::start::<Machine>(seen.clone()).await;
        let tab = phone(browser, &server, 700).await;
        let (x, y) = tab.point("#speed input", 0.4, 0.5).await;
        // A pinch that begins on the slider.
        tab.touch("touchStart", &[(x, y)]).await;
        tab.touch("touchStart", &[(x, y), (x + 60.0, y + 80.0)]).await;
        for step in 1..8 {
            let by = 6.0 * f64::from(step);
            tab.touch("touchMove", &[(x - by, y), (x + 60.0 + by, y + 80.0)]).await;
        }
        tab.touch("touchEnd", &[]).await;
        // The system takes the touch away.
        tab.touch("touchStart", &[(x, y)]).await;
        tab.touch("touchCancel", &[]).await;
        a_moment().await;
        assert_eq!(received(&seen, "speed"), [""; 0]);
        assert_eq!(tab.shown_speed().await, 0.0);
        // It works again afterwards.
        let at = tab.point("#speed input", 0.5, 0.5).await;
        tab.swipe(at, 0, (0.0, 0.0)).await;
        tab.until("Math.abs(document.querySelector('#speed input').valueAsNumber - 50) <= 2").await;
    });
}

#[test]
fn a_drag_with_the_mouse_that_ends_outside_of_the_window_ends_there() {
    browser_test(async |browser| {
        let seen = Seen::default();
        let server = Server::start::<Machine>(seen.clone()).await;
        let (hand, other) = browser.two_tabs(&server.url()).await;
        let grip = hand.grab("#speed input", 0.2).await;
        grip.to(0.6).await;
        grip.release(3.0).await;
        hand.until("document.querySelector('#speed').touched === false").await;
        put(server.address, "/api/props/speed/value", "5").await;
        for tab in [&hand, &other] {
            tab.until("document.querySelector('#speed input').valueAsNumber === 5").await;
        }
    });
}

#[test]
fn keys_move_a_slider_from_where_the_person_saw_it() {
    browser_test(async |browser| {
        let seen = Seen::default();
        let server = Server::start::<Machine>(seen.clone()).await;
        let (hand, other) = browser.two_tabs(&server.url()).await;
        hand.focus("#speed input").await;
        hand.press("ArrowRight").await;
        hand.press("ArrowRight").await;
        put(server.address, "/api/props/speed/value", "80").await;
        other.until("document.querySelector('#speed input').valueAsNumber === 80").await;
        hand.press("ArrowRight").await;
        other.until("document.querySelector('#speed input').valueAsNumber === 3").await;
        assert_eq!(received(&seen, "speed"), ["speed 1", "speed 2", "speed 80", "speed 3"]);
        // A second later the movement is over, and the slider follows the others.
        put(server.address, "/api/props/speed/value", "70").await;
        hand.until("document.querySelector('#speed input').valueAsNumber === 70").await;
    });
}

#[test]
fn a_wheel_over_a_control_with_the_focus_sets_nothing() {
    browser_test(async |browser| {
        let seen = Seen::default();
        let server = Server::start::<Machine>(seen.clone()).await;
        let tab = browser.open(&server.url()).await;
        for control in ["#speed input", "#count input", "#mode select"] {
            tab.focus(control).await;
            for delta in [120, -240, 120] {
                let (x, y) = tab.point(control, 0.5, 0.5).await;
                let wheel = json!({ "type": "mouseWheel", "x": x, "y": y, "deltaX": 0, "deltaY": delta });
                tab.cdp("Input.dispatchMouseEvent", wheel).await;
            }
            tab.blur().await;
        }
        a_moment().await;
        for kind in ["speed", "count", "mode"] {
            assert_eq!(received(&seen, kind), [""; 0]);
        }
    });
}

#[test]
fn a_press_on_a_control_that_has_just_moved_under_the_mouse_does_not_act() {
    browser_test(async |browser| {
        let seen = Seen::default();
        let server = Server::start::<Machine>(seen.clone()).await;
        let tab = browser.open(&server.url()).await;
        // Another control comes under the mouse, which rests on "Halt".
        let halt = tab.point("#halt button", 0.5, 0.5).await;
        tab.mouse("mouseMoved", halt, false).await;
        let swap = "const halt = document.querySelector('#halt'); const go = document.querySelector('#go'); \
                    halt.parentNode.insertBefore(halt, go)";
        tab.run(swap).await;
        tab.until("document.querySelector('#go').matches(':hover')").await;
        for kind in ["mousePressed", "mouseReleased"] {
            tab.mouse(kind, halt, kind == "mousePressed").await;
        }
        a_moment().await;
        assert_eq!(seen.all().iter().filter(|line| *line == "go" || *line == "halt").count(), 0, "{:?}", seen.all());
        let toasts = tab.toasts().await;
        assert!(toasts.iter().any(|toast| toast.contains("not pressed")), "{toasts:?}");
        // A person who has seen it may press.
        tokio::time::sleep(Duration::from_millis(500)).await;
        for kind in ["mousePressed", "mouseReleased"] {
            tab.mouse(kind, halt, kind == "mousePressed").await;
        }
        wait_for_line(&seen, "go").await;
    });
}

#[test]
fn a_tap_on_a_control_that_has_just_moved_under_the_finger_does_not_act() {
    browser_test(async |browser| {
        let seen = Seen::default();
        let server = Server::start::<Machine>(seen.clone()).await;
        let tab = phone(browser, &server, 700).await;
        // The person aims at "Halt". Lines that come above push "Go" to that place.
        let halt = tab.point("#halt button", 0.5, 0.5).await;
        let swap = "const halt = document.querySelector('#halt'); const go = document.querySelector('#go'); \
                    halt.parentNode.insertBefore(halt, go)";
        tab.run(swap).await;
        // The layout and the browser's report of it.
        tokio::time::sleep(Duration::from_millis(60)).await;
        tab.swipe(halt, 0, (0.0, 0.0)).await;
        a_moment().await;
        assert_eq!(seen.all().iter().filter(|line| *line == "go").count(), 0, "{:?}", seen.all());
        tokio::time::sleep(Duration::from_millis(500)).await;
        tab.swipe(halt, 0, (0.0, 0.0)).await;
        wait_for_line(&seen, "go").await;
    });
}

#[test]
fn the_options_of_an_open_dropdown_do_not_change_under_the_pointer() {
    browser_test(async |browser| {
        let seen = Seen::default();
        let server = Server::start::<Machine>(seen.clone()).await;
        let (hand, other) = browser.two_tabs(&server.url()).await;
        hand.click("#mode select").await;
        hand.until("document.querySelector('#mode select').matches(':open')").await;
        put(server.address, "/api/props/mode/value", "\"c\"").await;
        other.until("document.querySelector('#mode select').value === 'c'").await;
        tokio::time::sleep(Duration::from_millis(600)).await;
        assert_eq!(hand.value("#mode select").await, "a");
        // The list is closed without a choice, and no event tells it, as after a touch beside the list of a phone.
        hand.run("addEventListener('blur', (event) => event.stopImmediatePropagation(), true)").await;
        hand.run("document.querySelector('#mode select').hidden = true").await;
        hand.until("!document.querySelector('#mode select').matches(':open')").await;
        hand.run("document.querySelector('#mode select').hidden = false").await;
        hand.until("document.querySelector('#mode select').value === 'c'").await;
    });
}

async fn wait_for_line(seen: &Seen, wanted: &str) {
    for _ in 0..200 {
        if seen.all().iter().any(|line| line == wanted) {
            return;
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    panic!("the device did not get {wanted:?}: {:?}", seen.all());
}
