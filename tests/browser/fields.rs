//! What a device gets from a field is exactly what a person saw in it when it was sent.

use std::time::{Duration, Instant};

use dash_devices::{SendOn, prelude::*};
use serde_json::json;

use crate::{
    panel::Seen,
    support::{Server, Tab, browser_test, put},
};

#[components]
struct Fields {
    voltage: NumberInput,
    name: Input,
    filter: Input,
    set: Button,
    show: Switch,
    #[dynamic]
    late: NumberInput,
    place: Container,
}

#[callback_shared]
fn set_voltage(seen: &mut Seen, #[input(Fields::voltage.value)] voltage: f64) {
    seen.note(format!("voltage {voltage}"));
}

#[callback_shared]
fn set_name(seen: &mut Seen, #[input(Fields::name.value)] name: &str) {
    seen.note(format!("name {name}"));
}

#[callback_shared]
fn set_filter(seen: &mut Seen, #[input(Fields::filter.value)] filter: &str) {
    seen.note(format!("filter {filter}"));
}

#[callback_shared]
fn set_late(seen: &mut Seen, #[input(Fields::late.value)] late: f64) {
    seen.note(format!("late {late}"));
}

#[callback_shared(output = Fields::place.children)]
fn place(#[input(Fields::show.on)] on: bool) -> Element {
    if on { Fields::late.place().into() } else { text("nothing") }
}

impl Dashboard for Fields {
    type Device = Seen;
    type Session = ();
    const CALLBACKS: Callbacks<Self> = callbacks![set_voltage, set_name, set_filter, set_late, place];

    fn layout(self) -> Element {
        page(
            "Fields",
            card(
                "Supply",
                (
                    self.voltage.label("Voltage").unit("V").range(0.0..=5000.0).value(10.0),
                    self.name.label("Name").send_on(SendOn::Change),
                    self.filter.label("Filter"),
                    self.set.label("Set"),
                    self.show.label("Show"),
                    self.place,
                ),
            ),
        )
    }
}

const VOLTAGE: &str = "#voltage input";
const NAME: &str = "#name input";
const FILTER: &str = "#filter input";

/// A server, and what its device has received since the start.
async fn bench() -> (Server, Seen) {
    let seen = Seen::default();
    let server = Server::start::<Fields>(seen.clone()).await;
    (server, seen)
}

/// What the device has received of this kind after its starting value.
fn received(seen: &Seen, kind: &str) -> Vec<String> {
    let all = seen.all();
    all.iter().filter_map(|line| line.strip_prefix(kind)).skip(1).map(|value| value.trim_start().to_owned()).collect()
}

impl Tab<'_> {
    /// Puts the caret into the field and selects all of it.
    async fn select_all(&self, field: &str) {
        self.focus(field).await;
        self.run(&format!("document.querySelector({field:?}).select()")).await;
    }

    /// Waits for these words beside the field.
    async fn wait_for_beside(&self, component: &str, words: &str) {
        self.until(&format!(
            "document.querySelector('{component} > .dd-beside:not([hidden])')?.textContent === {words:?}"
        ))
        .await;
    }

    /// Replaces what is in the field, as a paste does.
    async fn paste(&self, field: &str, text: &str) {
        self.select_all(field).await;
        self.cdp("Input.insertText", json!({ "text": text })).await;
    }

    async fn wait_for_value(&self, field: &str, value: &str) {
        self.until(&format!("document.querySelector({field:?}).value === {value:?}")).await;
    }
}

#[test]
fn a_digit_typed_over_a_selected_number_does_not_mix_with_the_number_of_somebody_else() {
    browser_test(async |browser| {
        let (server, seen) = bench().await;
        let (left, right) = browser.two_tabs(&server.url()).await;
        left.select_all(VOLTAGE).await;
        right.select_all(VOLTAGE).await;
        right.keys("30").await;
        right.press("Enter").await;
        left.wait_for_beside("#voltage", "now 30").await;
        assert_eq!(left.value(VOLTAGE).await, "10", "the field is this person's");
        left.keys("7").await;
        left.press("Enter").await;
        // After Enter the other person is done, so the field shows what is in effect.
        right.wait_for_value(VOLTAGE, "7").await;
        assert_eq!(received(&seen, "voltage"), ["30", "7"], "and not 307");
        left.wait_for_value(VOLTAGE, "7").await;
        assert!(left.js::<bool>("document.querySelector('#voltage > .dd-beside:not([hidden])') === null").await);
    });
}

#[test]
fn a_text_typed_over_a_selected_one_does_not_mix_with_the_text_of_somebody_else() {
    browser_test(async |browser| {
        let (server, seen) = bench().await;
        let (left, right) = browser.two_tabs(&server.url()).await;
        for (field, kind) in [(NAME, "name"), (FILTER, "filter")] {
            left.select_all(field).await;
            right.select_all(field).await;
            right.keys("thirty").await;
            right.blur().await;
            left.wait_for_beside(&format!("#{kind}"), "now thirty").await;
            left.keys("seven").await;
            left.press("Enter").await;
            right.wait_for_value(field, "seven").await;
            let got = received(&seen, kind);
            assert_eq!(got.last().unwrap(), "seven");
            let strange = got.iter().find(|text| !"thirty".starts_with(*text) && !"seven".starts_with(*text));
            assert_eq!(strange, None, "nobody typed it");
        }
    });
}

#[test]
fn a_paste_that_is_too_long_was_cut_in_silence() {
    browser_test(async |browser| {
        let (server, seen) = bench().await;
        let (left, right) = browser.two_tabs(&server.url()).await;
        // As long as a text may be, counted as the server counts: an emoji is one character.
        let most = "\u{1f600}".repeat(10_000);
        left.paste(NAME, &most).await;
        left.press("Enter").await;
        right.wait_for_value(NAME, &most).await;
        // Put in before what is there. The characters behind the caret stay.
        left.run("document.querySelector('#name input').setSelectionRange(0, 0)").await;
        left.cdp("Input.insertText", json!({ "text": "abc" })).await;
        left.wait_for_beside("#name", "10\u{a0}000 characters fit, 3 left off").await;
        assert_eq!(left.value(NAME).await, most);
        left.paste(NAME, &"x".repeat(1_000_000)).await;
        left.wait_for_beside("#name", "10\u{a0}000 characters fit, 990\u{a0}000 left off").await;
        left.press("Enter").await;
        let cut = "x".repeat(10_000);
        right.wait_for_value(NAME, &cut).await;
        assert_eq!(received(&seen, "name"), [most, cut]);
        left.wait_for_beside("#name", "10\u{a0}000 characters fit, 990\u{a0}000 left off").await;
        left.press("End").await;
        left.keys("a").await;
        left.wait_for_beside("#name", "10\u{a0}000 characters fit, 1 left off").await;
        left.press("Backspace").await;
        left.until("document.querySelector('#name > .dd-beside:not([hidden])') === null").await;
    });
}

#[test]
fn after_enter_a_field_follows_the_others_and_the_next_key_replaces_the_whole_text() {
    browser_test(async |browser| {
        let (server, seen) = bench().await;
        let (left, right) = browser.two_tabs(&server.url()).await;
        left.select_all(VOLTAGE).await;
        left.keys("12").await;
        left.press("Enter").await;
        right.wait_for_value(VOLTAGE, "12").await;
        right.select_all(VOLTAGE).await;
        right.keys("30").await;
        right.press("Enter").await;
        left.wait_for_value(VOLTAGE, "30").await;
        left.keys("7").await;
        assert_eq!(left.value(VOLTAGE).await, "7");
        left.press("Enter").await;
        right.wait_for_value(VOLTAGE, "7").await;
        assert_eq!(received(&seen, "voltage"), ["12", "30", "7"]);
        // An arrow key is a new beginning in the field, so what others set stays beside it. A press takes it.
        left.press("ArrowLeft").await;
        right.keys("50").await;
        right.press("Enter").await;
        left.wait_for_beside("#voltage", "now 50").await;
        assert_eq!(left.value(VOLTAGE).await, "7");
        left.click("#voltage > .dd-beside").await;
        left.wait_for_value(VOLTAGE, "50").await;
    });
}

/// A field in which nobody has typed follows its attribute by itself, so the script did not see that its text is new.
#[test]
fn fault_a_key_after_enter_in_a_field_without_typed_text_was_added_to_the_text_of_somebody_else() {
    browser_test(async |browser| {
        let (server, _) = bench().await;
        let tab = browser.open(&server.url()).await;
        for (field, other, key) in [(VOLTAGE, "33", "6"), (NAME, "thirty", "s"), (FILTER, "thirty", "s")] {
            tab.focus(field).await;
            tab.press("Enter").await;
            foreign(&server, field, other).await;
            tab.wait_for_value(field, other).await;
            tab.keys(key).await;
            assert_eq!(tab.value(field).await, key, "{field}: the other's text was selected");
        }
    });
}

#[test]
fn who_loses_in_a_field_learns_it_and_can_have_the_text_back() {
    browser_test(async |browser| {
        let (server, seen) = bench().await;
        let (left, right) = browser.two_tabs(&server.url()).await;
        left.focus(FILTER).await;
        right.focus(FILTER).await;
        left.keys("alpha").await;
        right.wait_for_beside("#filter", "now alpha").await;
        right.keys("beta").await;
        left.wait_for_beside("#filter", "now beta").await;
        assert_eq!(left.value(FILTER).await, "alpha");
        left.blur().await;
        left.wait_for_value(FILTER, "beta").await;
        left.wait_for_beside("#filter", "yours: alpha").await;
        left.click("#filter > .dd-beside").await;
        left.wait_for_value(FILTER, "alpha").await;
        left.press("Enter").await;
        right.wait_for_beside("#filter", "now alpha").await;
        assert_eq!(right.value(FILTER).await, "beta", "this person is still in the field");
        assert_eq!(received(&seen, "filter").last().unwrap(), "alpha");
        // A number that cannot be sent is kept, too.
        left.select_all(VOLTAGE).await;
        left.keys("12x").await;
        left.blur().await;
        left.wait_for_value(VOLTAGE, "10").await;
        left.wait_for_beside("#voltage", "yours: 12x").await;
        assert_eq!(received(&seen, "voltage"), [""; 0]);
    });
}

#[test]
fn a_half_typed_number_is_not_sent_when_the_window_loses_the_focus() {
    browser_test(async |browser| {
        let (server, seen) = bench().await;
        let tab = browser.open(&server.url()).await;
        tab.select_all(VOLTAGE).await;
        tab.keys("7").await;
        // What a browser does when another window comes to the front: the field stays the active element.
        tab.run("document.activeElement.dispatchEvent(new FocusEvent('blur'))").await;
        tab.keys("5").await;
        tab.press("Enter").await;
        tab.wait_for_value(VOLTAGE, "75").await;
        wait_for(|| received(&seen, "voltage").len() == 1).await;
        assert_eq!(received(&seen, "voltage"), ["75"]);
    });
}

#[test]
fn a_half_typed_number_is_not_sent_when_its_field_is_taken_from_the_page() {
    browser_test(async |browser| {
        let (server, seen) = bench().await;
        let (left, right) = browser.two_tabs(&server.url()).await;
        right.click("#show input").await;
        left.until("document.querySelector('#late input') !== null").await;
        left.select_all("#late input").await;
        left.keys("4").await;
        right.click("#show input").await;
        left.until("document.querySelector('#late') === null").await;
        right.click("#show input").await;
        left.until("document.querySelector('#late input') !== null").await;
        left.wait_for_value("#late input", "0").await;
        left.select_all("#late input").await;
        left.keys("45").await;
        left.press("Enter").await;
        wait_for(|| seen.all().iter().any(|line| line == "late 45")).await;
        let strange = seen.all().into_iter().find(|line| line == "late 4");
        assert_eq!(strange, None);
    });
}

#[test]
fn a_text_that_the_browser_fills_in_is_sent_whole_and_the_field_follows_the_others_again() {
    browser_test(async |browser| {
        let (server, seen) = bench().await;
        let (left, right) = browser.two_tabs(&server.url()).await;
        for (field, kind) in [(NAME, "name"), (FILTER, "filter")] {
            left.run(&format!(
                "const field = document.querySelector({field:?}); field.value = 'from the browser'; \
                 field.dispatchEvent(new Event('input', {{ bubbles: true }})); \
                 field.dispatchEvent(new Event('change', {{ bubbles: true }}))"
            ))
            .await;
            right.wait_for_value(field, "from the browser").await;
            assert_eq!(received(&seen, kind), ["from the browser"]);
            right.select_all(field).await;
            right.keys("x").await;
            right.press("Enter").await;
            left.wait_for_value(field, "x").await;
        }
    });
}

#[test]
fn a_text_that_is_composed_is_sent_when_it_is_finished() {
    browser_test(async |browser| {
        let (server, seen) = bench().await;
        let (left, right) = browser.two_tabs(&server.url()).await;
        left.focus(FILTER).await;
        for (text, other) in [("n", "a"), ("ni", "ab"), ("nih", "abc")] {
            let params = json!({ "text": text, "selectionStart": text.len(), "selectionEnd": text.len() });
            left.cdp("Input.imeSetComposition", params).await;
            // Others cannot change what is being composed.
            right.select_all(FILTER).await;
            right.keys(other).await;
            left.wait_for_beside("#filter", &format!("now {other}")).await;
        }
        left.cdp("Input.insertText", json!({ "text": "日本" })).await;
        right.wait_for_beside("#filter", "now 日本").await;
        assert_eq!(left.value(FILTER).await, "日本");
        assert_eq!(received(&seen, "filter"), ["a", "a", "ab", "a", "ab", "abc", "日本"]);
    });
}

#[test]
fn a_thousand_that_can_also_be_one_is_not_sent_without_asking() {
    browser_test(async |browser| {
        let (server, seen) = bench().await;
        let tab = browser.open(&server.url()).await;
        for (text, asked, number) in
            [("1,000", true, "1"), ("1.000", true, "1"), ("1,5", false, "1.5"), ("0,250", false, "0.25")]
        {
            let before = received(&seen, "voltage").len();
            tab.select_all(VOLTAGE).await;
            tab.keys(text).await;
            tab.press("Enter").await;
            if asked {
                tab.wait_for_beside("#voltage", &format!("Enter sends {number}")).await;
                assert_eq!(tab.attribute(VOLTAGE, "aria-invalid").await.as_deref(), Some("true"));
                assert_eq!(received(&seen, "voltage").len(), before, "{text} was sent");
                tab.press("Enter").await;
            }
            tab.wait_for_value(VOLTAGE, number).await;
            wait_for(|| received(&seen, "voltage").len() == before + 1 || number == "1").await;
            assert_eq!(received(&seen, "voltage").last().unwrap(), number);
        }
        // Leaving the field does not send it, but it is not lost.
        tab.select_all(VOLTAGE).await;
        tab.keys("2,000").await;
        tab.blur().await;
        tab.wait_for_beside("#voltage", "yours: 2,000").await;
        assert_eq!(received(&seen, "voltage").last().unwrap(), "0.25");
    });
}

#[test]
fn a_text_that_the_server_did_not_take_is_kept_beside_the_field() {
    browser_test(async |browser| {
        let (server, seen) = bench().await;
        let tab = browser.open(&server.url()).await;
        // What page.js calls after a refused, failed, expired or unknown outcome: see tests/client/page.test.js.
        tab.run("document.querySelector('#name').notTaken('value', 'a long name')").await;
        tab.wait_for_beside("#name", "yours: a long name").await;
        tab.click("#name > .dd-beside").await;
        tab.wait_for_value(NAME, "a long name").await;
        tab.press("Enter").await;
        wait_for(|| received(&seen, "name") == ["a long name"]).await;
    });
}

/// A browser has one list of edits for the whole page.
#[test]
fn fault_undo_set_another_field_to_an_older_value() {
    browser_test(async |browser| {
        let (server, seen) = bench().await;
        let tab = browser.open(&server.url()).await;
        tab.select_all(NAME).await;
        tab.keys("seven").await;
        tab.focus(VOLTAGE).await;
        tab.undo().await;
        tab.blur().await;
        tab.select_all(FILTER).await;
        tab.keys("ab").await;
        // It takes back what was typed in this visit, and the device gets what the field shows.
        tab.undo().await;
        tab.wait_for_value(FILTER, "").await;
        wait_for(|| received(&seen, "filter") == ["a", "ab", ""]).await;
        tab.keys("cd").await;
        tab.focus("#set button").await;
        tab.undo().await;
        tab.wait_for_value(FILTER, "cd").await;
        tab.wait_for_value(NAME, "seven").await;
        // Somebody else has set a value since.
        tab.blur().await;
        foreign(&server, FILTER, "other").await;
        tab.wait_for_value(FILTER, "other").await;
        tab.focus(FILTER).await;
        tab.undo().await;
        tab.blur().await;
        // A later command is the proof that nothing else was on its way.
        tab.select_all(VOLTAGE).await;
        tab.keys("20").await;
        tab.press("Enter").await;
        wait_for(|| received(&seen, "voltage") == ["20"]).await;
        assert_eq!(tab.value(FILTER).await, "other");
        assert_eq!(received(&seen, "name"), ["seven"]);
        assert_eq!(received(&seen, "filter"), ["a", "ab", "", "c", "cd", "other"]);
    });
}

/// Fault: the person is in the field that an undo has gone back to, and its text was replaced under the next key.
#[test]
fn fault_a_field_that_undo_went_back_to_followed_others() {
    browser_test(async |browser| {
        let (server, seen) = bench().await;
        let tab = browser.open(&server.url()).await;
        tab.select_all(NAME).await;
        tab.keys("seven").await;
        tab.focus(VOLTAGE).await;
        wait_for(|| received(&seen, "name") == ["seven"]).await;
        tab.undo().await;
        tab.until(&format!("document.activeElement === document.querySelector('{NAME}')")).await;
        foreign(&server, NAME, "other").await;
        tab.wait_for_beside("#name", "now other").await;
        assert_eq!(tab.value(NAME).await, "seven");
        // It is a visit like any other.
        tab.keys("!").await;
        tab.press("Enter").await;
        wait_for(|| received(&seen, "name").last().is_some_and(|last| last == "seven!")).await;
    });
}

/// Sets a field's value like a program somewhere else.
async fn foreign(server: &Server, field: &str, value: &str) {
    let id = field.trim_start_matches('#').trim_end_matches(" input");
    let body = if id == "voltage" { value.to_owned() } else { format!("\"{value}\"") };
    put(server.address, &format!("/api/props/{id}/value"), &body).await;
}

async fn wait_for(condition: impl Fn() -> bool) {
    let until = Instant::now() + Duration::from_secs(20);
    while !condition() {
        assert!(Instant::now() < until, "it did not happen");
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
}
