//! Controls with several options, two thumbs, a dial, or a picker: only what a person meant reaches the device.

use std::time::Duration;

use dash_devices::{
    Checklist, Color, ColorPicker, Date, DatePicker, Knob, RadioItems, RangeSlider, SegmentedControl, Span, Textarea,
    TimeOfDay, TimePicker, prelude::*,
};
use serde_json::{Value, json};

use crate::{
    panel::Seen,
    support::{Server, Tab, browser_test, put},
};

#[components]
struct Inputs {
    mode: SegmentedControl,
    units: RadioItems,
    record: Checklist,
    script: Textarea,
    day: DatePicker,
    time: TimePicker,
    colour: ColorPicker,
    gain: Knob,
    band: RangeSlider,
    more: Button,
    delete: Button,
    frequency: Slider,
    level: Slider,
    tabs: Tabs,
    inside: Text,
    many: Many<u32, Row>,
}

#[components]
struct Row {
    side: RadioItems,
}

#[callback_shared]
fn set_mode(seen: &mut Seen, #[input(Inputs::mode.value)] mode: &str) {
    seen.note(format!("mode {mode}"));
}

#[callback_shared]
fn set_units(seen: &mut Seen, #[input(Inputs::units.value)] units: &str) {
    seen.note(format!("units {units}"));
}

#[callback_shared]
fn set_record(seen: &mut Seen, #[input(Inputs::record.value)] record: &[String]) {
    seen.note(format!("record {}", record.join(",")));
}

#[callback_shared]
fn set_script(seen: &mut Seen, #[input(Inputs::script.value)] script: &str) {
    seen.note(format!("script {script:?}"));
}

#[callback_shared]
fn set_day(seen: &mut Seen, #[input(Inputs::day.value)] day: Option<Date>) {
    seen.note(format!("day {}", day.map(|day| day.to_string()).unwrap_or_default()));
}

#[callback_shared]
fn set_time(seen: &mut Seen, #[input(Inputs::time.value)] time: Option<TimeOfDay>) {
    seen.note(format!("time {}", time.map(|time| time.to_string()).unwrap_or_default()));
}

#[callback_shared]
fn set_colour(seen: &mut Seen, #[input(Inputs::colour.value)] colour: Color) {
    seen.note(format!("colour {colour}"));
}

#[callback_shared]
fn set_gain(seen: &mut Seen, #[input(Inputs::gain.value)] gain: f64) {
    seen.note(format!("gain {gain}"));
}

#[callback_shared]
fn set_band(seen: &mut Seen, #[input(Inputs::band.value)] band: Span) {
    seen.note(format!("band {} {}", band.low, band.high));
}

#[callback_shared(on = Inputs::delete.click)]
fn delete(seen: &mut Seen) {
    seen.note("delete".to_owned());
}

#[callback_shared]
fn set_frequency(seen: &mut Seen, #[input(Inputs::frequency.value)] frequency: f64) {
    seen.note(format!("frequency {frequency}"));
}

#[callback_shared]
fn set_level(seen: &mut Seen, #[input(Inputs::level.value)] level: f64) {
    seen.note(format!("level {level}"));
}

/// The option that was chosen goes away.
#[callback_shared(on = Inputs::more.click, output = Inputs::mode.options)]
fn change_options() -> dash_devices::Choices {
    ["Heat", "Cool", "Dry"].into_iter().collect()
}

impl Dashboard for Inputs {
    type Device = Seen;
    type Session = ();
    const CALLBACKS: Callbacks<Self> = callbacks![
        set_mode,
        set_units,
        set_record,
        set_script,
        set_day,
        set_time,
        set_colour,
        set_gain,
        set_band,
        change_options,
        delete,
        set_frequency,
        set_level
    ];

    fn layout(self) -> Element {
        let rows = self.many.rows([1, 2]).each(|_, row| card("Row", row.side.options(["left", "right"]).value("left")));
        page(
            "Inputs",
            (
                card(
                    "Choices",
                    (self.mode.options(["Off", "Heat", "Cool"]).value("Off"), self.units.options(["si", "us"])),
                ),
                card("Record", (self.record.options(["U", "I", "P"]).value(["I"]), self.more.label("More"))),
                card("Fields", (self.script.label("Script"), self.day, self.time, self.colour)),
                card(
                    "Numbers",
                    (self.gain.range(0.0..=60.0), self.band.range(0.0..=50.0).value(Span::new(10.0, 20.0))),
                ),
                card(
                    "More",
                    (
                        self.delete.label("Delete").confirm("Delete everything?"),
                        self.frequency.range(10.0..=1000.0).logarithmic(true).value(10.0),
                        self.level.vertical(true),
                    ),
                ),
                self.tabs
                    .tab("One", card("First", self.inside.text("1")))
                    .tab("Two", accordion("More", "2"))
                    .tab("Three", "3"),
                rows,
            ),
        )
    }
}

/// What the device received after the start.
fn received(seen: &Seen, kind: &str) -> Vec<String> {
    seen.all().into_iter().filter(|line| line.starts_with(kind)).skip(1).collect()
}

async fn until_received(seen: &Seen, kind: &str, what: &[&str]) {
    crate::support::eventually(&format!("{kind}: {what:?}"), async || (received(seen, kind) == what).then_some(()))
        .await;
}

/// Long enough for a command to reach the device, if one was sent.
async fn a_moment() {
    tokio::time::sleep(Duration::from_millis(300)).await;
}

/// Sets a property by HTTP. Whether the server accepts it.
async fn set(server: &Server, property: &str, json: &str) -> bool {
    put(server.address, &format!("/api/props/{property}"), json).await.starts_with("HTTP/1.1 2")
}

async fn start(browser: &crate::support::Browser) -> (Seen, Server, Tab<'_>) {
    let seen = Seen::default();
    let server = Server::start::<Inputs>(seen.clone()).await;
    let tab = browser.open(&server.url()).await;
    tab.until_live().await;
    (seen, server, tab)
}

fn option(id: &str, value: &str) -> String {
    format!("#{id} input[value='{value}']")
}

#[test]
fn arrow_keys_pass_options_without_choosing_them() {
    browser_test(async |browser| {
        let (seen, _server, tab) = start(browser).await;
        tab.focus(&option("mode", "Off")).await;
        tab.press("ArrowRight").await;
        tab.press("ArrowRight").await;
        a_moment().await;
        assert_eq!(received(&seen, "mode"), [""; 0]);
        assert_eq!(tab.js::<String>("document.activeElement.value").await, "Cool");
        tab.press(" ").await;
        until_received(&seen, "mode", &["mode Cool"]).await;
        tab.press("ArrowRight").await;
        tab.press("Enter").await;
        until_received(&seen, "mode", &["mode Cool", "mode Off"]).await;
        let units = option("units", "us");
        tab.click(&units).await;
        until_received(&seen, "units", &["units us"]).await;
        // The same option again is no change.
        tab.click(&units).await;
        a_moment().await;
        assert_eq!(received(&seen, "units"), ["units us"]);
    });
}

#[test]
fn a_choice_that_somebody_else_makes_is_shown_and_a_bad_one_is_refused() {
    browser_test(async |browser| {
        let (seen, server, tab) = start(browser).await;
        assert!(set(&server, "mode/value", "\"Heat\"").await);
        tab.until("document.querySelector(\"#mode input[value='Heat']\").checked").await;
        assert!(!set(&server, "mode/value", "\"Melt\"").await);
        assert!(!set(&server, "record/value", "[\"U\",\"U\"]").await);
        assert!(!set(&server, "day/value", "\"2026-02-30\"").await);
        assert!(!set(&server, "colour/value", "\"red\"").await);
        assert!(!set(&server, "band/value", "{\"low\":30,\"high\":20}").await);
        assert_eq!(received(&seen, "band"), [""; 0]);
        // The focus stays on an option that is still there.
        tab.focus(&option("mode", "Cool")).await;
        tab.run("document.querySelector('#more button').click()").await;
        tab.until("document.querySelectorAll('#mode input').length === 3").await;
        tab.until("document.querySelector(\"#mode input[value='Dry']\") !== null").await;
        assert_eq!(tab.js::<String>("document.activeElement.value").await, "Cool");
        assert!(tab.js::<bool>("document.querySelector(\"#mode input[value='Heat']\").checked").await);
        let words: Vec<String> =
            tab.js("[...document.querySelectorAll('#mode .dd-option')].map((option) => option.textContent)").await;
        assert_eq!(words, ["Heat", "Cool", "Dry"]);
    });
}

#[test]
fn radio_buttons_of_two_rows_do_not_exclude_each_other() {
    browser_test(async |browser| {
        let (_seen, _server, tab) = start(browser).await;
        tab.click("dd-row[data-key='2'] input[value='right']").await;
        a_moment().await;
        let chosen: Vec<String> =
            tab.js("[...document.querySelectorAll('dd-row input:checked')].map((input) => input.value)").await;
        assert_eq!(chosen, ["left", "right"]);
    });
}

#[test]
fn a_checklist_sends_what_the_person_sees() {
    browser_test(async |browser| {
        let (seen, server, tab) = start(browser).await;
        tab.click(&option("record", "P")).await;
        until_received(&seen, "record", &["record I,P"]).await;
        assert!(set(&server, "record/value", "[\"P\"]").await);
        tab.until("!document.querySelector(\"#record input[value='I']\").checked").await;
        tab.click(&option("record", "U")).await;
        until_received(&seen, "record", &["record I,P", "record P", "record U,P"]).await;
    });
}

#[test]
fn a_text_of_several_lines_is_sent_when_the_person_leaves_it() {
    browser_test(async |browser| {
        let (seen, _server, tab) = start(browser).await;
        tab.focus("#script textarea").await;
        tab.keys("a").await;
        tab.press("Enter").await;
        tab.keys("b").await;
        a_moment().await;
        assert_eq!(received(&seen, "script"), [""; 0]);
        tab.blur().await;
        until_received(&seen, "script", &["script \"a\\nb\""]).await;
        assert_eq!(tab.value("#script textarea").await, "a\nb");
    });
}

#[test]
fn a_half_typed_day_and_time_are_not_sent() {
    browser_test(async |browser| {
        let (seen, _server, tab) = start(browser).await;
        // The order of the parts depends on the language of the browser, which is English here.
        tab.focus("#day input").await;
        tab.keys("11262").await;
        a_moment().await;
        assert_eq!(received(&seen, "day"), [""; 0], "the year 2 was sent");
        tab.keys("026").await;
        a_moment().await;
        assert_eq!(received(&seen, "day"), [""; 0]);
        tab.press("Enter").await;
        until_received(&seen, "day", &["day 2026-11-26"]).await;
        tab.focus("#time input").await;
        tab.keys("07").await;
        tab.blur().await;
        a_moment().await;
        assert_eq!(received(&seen, "time"), [""; 0], "a time without minutes was sent");
        tab.focus("#time input").await;
        tab.keys("0745PM").await;
        tab.blur().await;
        until_received(&seen, "time", &["time 19:45"]).await;
    });
}

#[test]
fn a_colour_is_sent_as_it_is_picked() {
    browser_test(async |browser| {
        let (seen, server, tab) = start(browser).await;
        // The picker of the system is outside of the page.
        let pick = |colour: &str, kind: &str| {
            format!(
                "{{ const input = document.querySelector('#colour input'); input.value = '{colour}'; input.dispatchEvent(new Event('{kind}', {{ bubbles: true }})); }}"
            )
        };
        tab.run(&pick("#102030", "input")).await;
        until_received(&seen, "colour", &["colour #102030"]).await;
        // While the picker is open, nobody else moves it.
        assert!(set(&server, "colour/value", "\"#ffffff\"").await);
        a_moment().await;
        assert_eq!(tab.value("#colour input").await, "#102030");
        tab.run(&pick("#102030", "change")).await;
        tab.until("document.querySelector('#colour input').value === '#ffffff'").await;
    });
}

#[test]
fn a_knob_turns_by_a_drag_upwards_and_by_keys_and_not_by_a_press() {
    browser_test(async |browser| {
        let (seen, _server, tab) = start(browser).await;
        let (x, y) = tab.point("#gain svg", 0.8, 0.5).await;
        tab.mouse("mousePressed", (x, y), true).await;
        tab.mouse("mouseReleased", (x, y), false).await;
        a_moment().await;
        assert_eq!(received(&seen, "gain"), [""; 0], "a press is no value");
        tab.mouse("mousePressed", (x, y), true).await;
        for step in 1..=10 {
            tab.mouse("mouseMoved", (x, y - 10.0 * f64::from(step)), true).await;
        }
        tab.mouse("mouseReleased", (x, y - 100.0), false).await;
        // Half of the travel is half of the scale.
        crate::support::eventually("30", async || (received(&seen, "gain").last()? == "gain 30").then_some(())).await;
        tab.until("document.querySelector('#gain .dd-knob-value').textContent === '30'").await;
        tab.press("ArrowUp").await;
        crate::support::eventually("31", async || (received(&seen, "gain").last()? == "gain 31").then_some(())).await;
        // Moves without a pressed button are nothing.
        tab.mouse("mouseMoved", (x, y - 30.0), false).await;
        a_moment().await;
        assert_eq!(received(&seen, "gain").last().map(String::as_str), Some("gain 31"));
    });
}

#[test]
fn a_finger_turns_a_knob_and_scrolls_beside_it() {
    browser_test(async |browser| {
        let (seen, server, tab) = start(browser).await;
        tab.becomes_a_phone(700).await;
        tab.go(&server.url()).await;
        tab.until_live().await;
        tab.run("document.querySelector('#gain').scrollIntoView({ block: 'center' })").await;
        let (x, y) = tab.point("#gain svg", 0.5, 0.5).await;
        let touch = async |kind: &str, points: &[(f64, f64)]| {
            let points: Vec<Value> = points.iter().map(|(x, y)| json!({ "x": x, "y": y })).collect();
            tab.cdp("Input.dispatchTouchEvent", json!({ "type": kind, "touchPoints": points })).await;
        };
        let before: f64 = tab.js("scrollY").await;
        touch("touchStart", &[(x, y)]).await;
        for step in 1..=10 {
            touch("touchMove", &[(x, y - 5.0 * f64::from(step))]).await;
        }
        touch("touchEnd", &[]).await;
        crate::support::eventually("15", async || (received(&seen, "gain").last()? == "gain 15").then_some(())).await;
        assert_eq!(tab.js::<f64>("scrollY").await, before, "the page has scrolled");
        // Beside its face, also close to it.
        let (x, y) = tab.point("#gain .dd-knob-label", 0.5, 0.5).await;
        touch("touchStart", &[(x, y)]).await;
        for step in 1..=10 {
            touch("touchMove", &[(x, y - 10.0 * f64::from(step))]).await;
        }
        touch("touchEnd", &[]).await;
        tab.until(&format!("scrollY > {before} + 20")).await;
        assert_eq!(received(&seen, "gain").last().unwrap(), "gain 15");
    });
}

#[test]
fn no_thumb_of_a_range_passes_the_other() {
    browser_test(async |browser| {
        let (seen, _server, tab) = start(browser).await;
        tab.focus("#band input").await;
        for _ in 0..12 {
            tab.press("ArrowRight").await;
        }
        crate::support::eventually("20 20", async || (received(&seen, "band").last()? == "band 20 20").then_some(()))
            .await;
        let values: Vec<f64> =
            tab.js("[...document.querySelectorAll('#band input')].map((input) => input.valueAsNumber)").await;
        assert_eq!(values, [20.0, 20.0]);
        // Both thumbs are in one place: the upper one can be taken and moved.
        let (x, y) = tab.point("#band .dd-range-body", 0.5, 0.5).await;
        let width: f64 = tab.js("document.querySelector('#band .dd-range-body').clientWidth - 20").await;
        let at = |value: f64| (x + (value - 25.0) / 50.0 * width, y);
        tab.mouse("mousePressed", at(20.0), true).await;
        tab.mouse("mouseMoved", at(25.0), true).await;
        tab.mouse("mouseMoved", at(35.0), true).await;
        tab.mouse("mouseReleased", at(35.0), false).await;
        crate::support::eventually("20 35", async || (received(&seen, "band").last()? == "band 20 35").then_some(()))
            .await;
        // A press on the track beside the thumbs does nothing.
        tab.mouse("mousePressed", at(5.0), true).await;
        tab.mouse("mouseReleased", at(5.0), false).await;
        a_moment().await;
        assert_eq!(received(&seen, "band").last().map(String::as_str), Some("band 20 35"));
    });
}

/// What the device received of a button.
fn deleted(seen: &Seen) -> usize {
    seen.all().iter().filter(|line| *line == "delete").count()
}

#[test]
fn a_button_that_asks_acts_only_after_the_answer() {
    browser_test(async |browser| {
        let (seen, _server, tab) = start(browser).await;
        // Two quick presses are no answer, and Enter is not either: the focus is on "Cancel".
        tab.click("#delete > button").await;
        tab.click("#delete > button").await;
        tab.until("document.querySelector('#delete [role=alertdialog]') !== null").await;
        assert_eq!(tab.js::<String>("document.activeElement.textContent").await, "Cancel");
        tab.press("Enter").await;
        tab.until("document.querySelector('#delete [role=alertdialog]') === null").await;
        // A press beside the question, and Escape, close it.
        tab.focus("#delete > button").await;
        tab.press("Enter").await;
        tab.press("Escape").await;
        tab.until("document.querySelector('#delete [role=alertdialog]') === null").await;
        assert_eq!(tab.js::<String>("document.activeElement.textContent").await, "Delete");
        tab.click("#delete > button").await;
        tab.click("#level .dd-slider-head").await;
        tab.until("document.querySelector('#delete [role=alertdialog]') === null").await;
        a_moment().await;
        assert_eq!(deleted(&seen), 0);
        tab.click("#delete > button").await;
        tab.click("#delete [role=alertdialog] > button:last-child").await;
        crate::support::eventually("deleted", async || (deleted(&seen) == 1).then_some(())).await;
    });
}

#[test]
fn a_logarithmic_slider_moves_by_factors() {
    browser_test(async |browser| {
        let (seen, server, tab) = start(browser).await;
        let grip = tab.grab("#frequency input", 0.0).await;
        grip.slide(0.0, 0.5, 10).await;
        grip.release(0.5).await;
        let last = async || received(&seen, "frequency").last()?.strip_prefix("frequency ")?.parse::<f64>().ok();
        crate::support::eventually("about 100", async || last().await.filter(|value| (90.0..=110.0).contains(value)))
            .await;
        assert!(set(&server, "frequency/value", "316").await);
        tab.until("document.querySelector('#frequency input').value === '750'").await;
        tab.press("ArrowRight").await;
        crate::support::eventually("one step on", async || last().await.filter(|value| *value == 318.0)).await;
    });
}

#[test]
fn an_upright_slider_has_its_largest_value_at_the_top() {
    browser_test(async |browser| {
        let (seen, _server, tab) = start(browser).await;
        let top = tab.point("#level input", 0.5, 0.05).await;
        tab.mouse("mousePressed", top, true).await;
        tab.mouse("mouseReleased", top, false).await;
        let last = async || received(&seen, "level").last()?.strip_prefix("level ")?.parse::<f64>().ok();
        crate::support::eventually("above 90", async || last().await.filter(|value| *value > 90.0)).await;
        tab.press("ArrowDown").await;
        let (width, height): (f64, f64) = tab
            .js("(({ width, height }) => [width, height])(document.querySelector('#level input').getBoundingClientRect())")
            .await;
        assert!(height > 150.0 && width < 40.0, "{width} x {height}");
    });
}

#[test]
fn one_tab_is_visible_and_each_browser_has_its_own() {
    browser_test(async |browser| {
        let (_seen, server, tab) = start(browser).await;
        let other = browser.open(&server.url()).await;
        other.until_live().await;
        let visible = "[...document.querySelectorAll('#tabs [role=tabpanel]')].filter((panel) => panel.checkVisibility()).map((panel) => panel.ariaLabel)";
        tab.click("#tabs [role=tab]:nth-child(2)").await;
        assert_eq!(tab.js::<Vec<String>>(visible).await, ["Two"]);
        // An accordion needs no script.
        assert!(!tab.js::<bool>("document.querySelector('.dd-accordion-body').checkVisibility()").await);
        tab.click(".dd-accordion-title").await;
        assert!(tab.js::<bool>("document.querySelector('.dd-accordion-body').checkVisibility()").await);
        tab.focus("#tabs [role=tab]:nth-child(2)").await;
        tab.press("ArrowRight").await;
        assert_eq!(tab.js::<Vec<String>>(visible).await, ["Three"]);
        tab.press("ArrowRight").await;
        assert_eq!(tab.js::<Vec<String>>(visible).await, ["One"]);
        assert_eq!(tab.js::<String>("document.activeElement.ariaSelected").await, "true");
        assert_eq!(other.js::<Vec<String>>(visible).await, ["One"]);
    });
}
