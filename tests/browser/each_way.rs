//! Each control that is chosen or pressed: what the device receives from the mouse, from a finger and from the keyboard, and
//! what the page shows when somebody else has set it.

use dash_devices::{
    Checklist, Date, DatePicker, Download, PowerButton, RadioItems, RangeSlider, SegmentedControl, Span, TimeOfDay,
    TimePicker, prelude::*,
};

use crate::{
    panel::Seen,
    support::{Server, Tab, browser_test, eventually, phone, put},
};

#[components]
struct Ways {
    mode: SegmentedControl,
    units: RadioItems,
    record: Checklist,
    source: Dropdown,
    light: Switch,
    power: PowerButton,
    day: DatePicker,
    time: TimePicker,
    band: RangeSlider,
    table: Download,
}

#[callback_shared]
fn mode(seen: &mut Seen, #[input(Ways::mode.value)] value: &str) {
    seen.note(format!("mode {value}"));
}

#[callback_shared]
fn units(seen: &mut Seen, #[input(Ways::units.value)] value: &str) {
    seen.note(format!("units {value}"));
}

#[callback_shared]
fn record(seen: &mut Seen, #[input(Ways::record.value)] value: &[String]) {
    seen.note(format!("record {}", value.join(",")));
}

#[callback_shared]
fn source(seen: &mut Seen, #[input(Ways::source.value)] value: &str) {
    seen.note(format!("source {value}"));
}

#[callback_shared]
fn light(seen: &mut Seen, #[input(Ways::light.on)] on: bool) {
    seen.note(format!("light {on}"));
}

#[callback_shared]
fn power(seen: &mut Seen, #[input(Ways::power.on)] on: bool) {
    seen.note(format!("power {on}"));
}

#[callback_shared]
fn day(seen: &mut Seen, #[input(Ways::day.value)] day: Option<Date>) {
    seen.note(format!("day {}", day.map(|day| day.to_string()).unwrap_or_default()));
}

#[callback_shared]
fn time(seen: &mut Seen, #[input(Ways::time.value)] time: Option<TimeOfDay>) {
    seen.note(format!("time {}", time.map(|time| time.to_string()).unwrap_or_default()));
}

#[callback_shared]
fn band(seen: &mut Seen, #[input(Ways::band.value)] band: Span) {
    seen.note(format!("band {} {}", band.low, band.high));
}

/// The note of the press is after the one of the start, as of the others.
#[callback_shared(on = Ways::table.click, output = Ways::table.file)]
fn table(seen: &mut Seen) -> Attachment {
    seen.note("table pressed".to_owned());
    Attachment::new("measured.csv", "text/csv", "volts\n")
}

impl Dashboard for Ways {
    type Device = Seen;
    type Session = ();
    const CALLBACKS: Callbacks<Self> = callbacks![mode, units, record, source, light, power, day, time, band, table];

    fn layout(self) -> Element {
        page(
            "Ways",
            (
                card(
                    "One",
                    (self.mode.options(["a", "b", "c"]).value("a"), self.source.options(["a", "b", "c"]).value("a")),
                ),
                card(
                    "Some",
                    (self.units.options(["a", "b", "c"]).value("a"), self.record.options(["a", "b", "c"]).value(["a"])),
                ),
                card("Power", (self.light, self.power)),
                card("When", (self.day, self.time)),
                card("Band", (self.band.range(0.0..=50.0).value(Span::new(10.0, 20.0)), self.table)),
            ),
        )
    }
}

/// A control, and what is done with it. What a press opens outside of the page, as a list of the system, has no press.
struct Case {
    /// Its name on the page, and the first word of what the device receives.
    id: &'static str,
    /// What is pressed, and what the device receives then.
    press: Option<(&'static str, &'static str)>,
    /// What has the focus, the keys, and what the device receives last.
    keys: (&'static str, &'static [&'static str], &'static str),
    /// What somebody else sets: the property, its JSON, and how the page shows it. Empty: nothing.
    other: (&'static str, &'static str, &'static str),
    /// The value of the start.
    start: &'static str,
}

const CASES: [Case; 9] = [
    Case {
        id: "mode",
        press: Some(("#mode input[value=b]", "mode b")),
        keys: ("#mode input[value=b]", &["ArrowRight", " "], "mode c"),
        other: ("value", "\"b\"", "document.querySelector('#mode input[value=b]').checked"),
        start: "\"a\"",
    },
    Case {
        id: "units",
        press: Some(("#units input[value=b]", "units b")),
        keys: ("#units input[value=b]", &["ArrowDown", " "], "units c"),
        other: ("value", "\"b\"", "document.querySelector('#units input[value=b]').checked"),
        start: "\"a\"",
    },
    Case {
        id: "record",
        press: Some(("#record input[value=b]", "record a,b")),
        keys: ("#record input[value=c]", &[" "], "record a,c"),
        other: ("value", "[\"c\"]", "document.querySelector('#record input[value=c]').checked"),
        start: "[\"a\"]",
    },
    Case {
        id: "source",
        press: None,
        keys: ("#source select", &["ArrowDown"], "source b"),
        other: ("value", "\"c\"", "document.querySelector('#source select').value === 'c'"),
        start: "\"a\"",
    },
    Case {
        id: "light",
        press: Some(("#light input", "light true")),
        keys: ("#light input", &[" "], "light true"),
        other: ("on", "true", "document.querySelector('#light input').checked"),
        start: "false",
    },
    Case {
        id: "power",
        press: Some(("#power button", "power true")),
        keys: ("#power button", &["Enter"], "power true"),
        other: ("on", "true", "document.querySelector('#power button').ariaChecked === 'true'"),
        start: "false",
    },
    Case {
        id: "day",
        press: None,
        keys: ("#day input", &["1", "1", "2", "6", "2", "0", "2", "6", "Enter"], "day 2026-11-26"),
        other: ("value", "\"2025-01-02\"", "document.querySelector('#day input').value === '2025-01-02'"),
        start: "null",
    },
    Case {
        id: "time",
        press: None,
        keys: ("#time input", &["0", "7", "4", "5", "P", "Enter"], "time 19:45"),
        other: ("value", "\"08:15\"", "document.querySelector('#time input').value === '08:15'"),
        start: "null",
    },
    Case {
        id: "band",
        press: None,
        keys: ("#band input", &["ArrowRight"], "band 11 20"),
        other: (
            "value",
            "{\"low\":20,\"high\":40}",
            "[...document.querySelectorAll('#band input')].map((input) => input.valueAsNumber).join() === '20,40'",
        ),
        start: "{\"low\":10,\"high\":20}",
    },
];

async fn set(server: &Server, case: &Case, json: &str) {
    let answer = put(server.address, &format!("/api/props/{}/{}", case.id, case.other.0), json).await;
    assert!(answer.starts_with("HTTP/1.1 2"), "{}: {answer}", case.id);
}

/// Waits until this is the last that the device has received of the control.
async fn until_last(seen: &Seen, id: &str, what: &str) {
    let of = |line: &String| line.split(' ').next() == Some(id);
    eventually(what, async || (seen.all().into_iter().rfind(of)? == what).then_some(())).await;
}

/// Somebody else sets it back, and the page shows what was there at the start.
async fn reset(server: &Server, tab: &Tab<'_>, case: &Case) {
    tab.blur().await;
    set(server, case, case.start).await;
    tab.until(&format!("!({})", case.other.2)).await;
}

#[test]
fn the_mouse_chooses_in_each_control() {
    browser_test(async |browser| {
        let seen = Seen::default();
        let server = Server::start::<Ways>(seen.clone()).await;
        let tab = browser.open(&server.url()).await;
        for case in &CASES {
            let Some((place, what)) = case.press else { continue };
            tab.click(place).await;
            until_last(&seen, case.id, what).await;
            reset(&server, &tab, case).await;
        }
        let grip = tab.point("#band .dd-range-body", 0.5, 0.5).await;
        let width: f64 = tab.js("document.querySelector('#band .dd-range-body').clientWidth - 20").await;
        let at = |value: f64| (grip.0 + (value - 25.0) / 50.0 * width, grip.1);
        tab.mouse("mousePressed", at(20.0), true).await;
        tab.mouse("mouseMoved", at(30.0), true).await;
        tab.mouse("mouseMoved", at(40.0), true).await;
        tab.mouse("mouseReleased", at(40.0), false).await;
        until_last(&seen, "band", "band 10 40").await;
        tab.click("#table button").await;
        until_last(&seen, "table", "table pressed").await;
    });
}

#[test]
fn a_finger_chooses_in_each_control() {
    browser_test(async |browser| {
        let seen = Seen::default();
        let server = Server::start::<Ways>(seen.clone()).await;
        let tab = phone(browser, &server, 700).await;
        for case in &CASES {
            let Some((place, what)) = case.press else { continue };
            tab.tap(place).await;
            until_last(&seen, case.id, what).await;
            reset(&server, &tab, case).await;
        }
        tab.tap("#table button").await;
        until_last(&seen, "table", "table pressed").await;
        let (x, y) = tab.point("#band .dd-range-body", 0.5, 0.5).await;
        let width: f64 = tab.js("document.querySelector('#band .dd-range-body').clientWidth - 20").await;
        let step = width / 50.0;
        // The first pixels of a finger tell whether it scrolls.
        tab.swipe((x - 5.0 * step, y), 20, (step, 0.0)).await;
        let upper = |line: &String| line.strip_prefix("band 10 ")?.parse::<f64>().ok();
        let moved =
            async || seen.all().iter().filter_map(upper).next_back().filter(|upper| (30.0..=41.0).contains(upper));
        eventually("the upper thumb", moved).await;
    });
}

/// What is pressed with a finger, and what a finger has done before.
async fn a_tap_after_a_swipe(tab: &Tab<'_>, seen: &Seen, round: usize) {
    let (x, y) = tab.point("#band .dd-range-body", 0.5, 0.5).await;
    let width: f64 = tab.js("document.querySelector('#band .dd-range-body').clientWidth - 20").await;
    let step = width / 50.0;
    let button: [f64; 2] = tab
        .js("(({ left, top }) => [left + 20, top + 20])(document.querySelector('#table button').getBoundingClientRect())")
        .await;
    // From the upper thumb at 20 to about 40, and back.
    let (from, step) = if round.is_multiple_of(2) { (x - 5.0 * step, step) } else { (x + 15.0 * step, -step) };
    tab.swipe((from, y), 20, (step, 0.0)).await;
    // At once, where the button was before. `Tab::tap` would wait.
    tab.touch("touchStart", &[(button[0], button[1])]).await;
    tab.touch("touchEnd", &[]).await;
    let pressed = format!("the press after swipe {round}");
    let count = || seen.all().iter().filter(|line| *line == "table pressed").count();
    eventually(&pressed, async || (count() == round + 1).then_some(())).await;
}

#[test]
fn fault_a_tap_right_after_a_swipe_on_a_range_was_lost() {
    browser_test(async |browser| {
        let seen = Seen::default();
        let server = Server::start::<Ways>(seen.clone()).await;
        let tab = phone(browser, &server, 700).await;
        tab.run("document.querySelector('#band').scrollIntoView({ block: 'center', behavior: 'instant' })").await;
        for round in 0..4 {
            a_tap_after_a_swipe(&tab, &seen, round).await;
        }
    });
}

#[test]
fn keys_choose_in_each_control_and_what_somebody_else_sets_is_shown() {
    browser_test(async |browser| {
        let seen = Seen::default();
        let server = Server::start::<Ways>(seen.clone()).await;
        let tab = browser.open(&server.url()).await;
        for case in &CASES {
            let (place, keys, what) = case.keys;
            tab.focus(place).await;
            for key in keys {
                if key.len() == 1 && *key != " " { tab.keys(key).await } else { tab.press(key).await }
            }
            until_last(&seen, case.id, what).await;
            tab.blur().await;
            set(&server, case, case.other.1).await;
            tab.until(case.other.2).await;
        }
        tab.focus("#table button").await;
        tab.press(" ").await;
        until_last(&seen, "table", "table pressed").await;
    });
}
