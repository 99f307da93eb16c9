//! A swipe that begins on a control, with a finger or a pen, sets nothing, whatever the control is. Nor does a finger that
//! rests on a scale.

use std::time::Duration;

use dash_devices::{
    Checklist, ColorPicker, DatePicker, RadioItems, RangeSlider, SegmentedControl, Span, Textarea, prelude::*,
};
use serde_json::{Value, json};

use crate::support::{Server, Tab, browser_test, phone};

/// All controls that a finger can meet while it scrolls. A knob, a pad, a joystick and what is held take a finger in their
/// face at once and do not scroll; STOP acts at the first touch.
#[components]
struct Controls {
    slider: Slider,
    upright: Slider,
    range: RangeSlider,
    switch: Switch,
    button: Button,
    power: PowerButton,
    list: Checklist,
    radio: RadioItems,
    parts: SegmentedControl,
    choice: Dropdown,
    searched: Combobox,
    number: NumberInput,
    line: Input,
    lines: Textarea,
    colour: ColorPicker,
    day: DatePicker,
    tabs: Tabs,
    inside: Text,
}

impl Dashboard for Controls {
    type Device = ();
    type Session = ();
    const CALLBACKS: Callbacks<Self> = callbacks![];

    fn layout(self) -> Element {
        let filler = || card("Lines", (0..14).map(|line| text(format!("line {line}"))).collect::<Vec<_>>());
        let options = || ["a", "b", "c"];
        page(
            "Controls",
            (
                filler(),
                card("One", (self.slider.label("Slider"), self.upright.label("Upright").vertical(true))),
                card("Two", (self.range.value(Span::new(10.0, 50.0)).label("Range"), self.switch.label("Switch"))),
                card("Three", (self.button.label("Button"), self.power.label("Power"))),
                card("Four", (self.list.options(options()), self.radio.options(options()).value("a"))),
                card("Five", (self.parts.options(options()).value("a"), self.choice.options(options()).value("a"))),
                card("Six", (self.searched.options(options()).value("a"), self.number.label("Number"))),
                card("Seven", (self.line.label("Line"), self.lines.label("Lines"))),
                card("Eight", (self.colour.label("Colour"), self.day.label("Day"))),
                self.tabs.tab("First", text("one")).tab("Second", self.inside),
                filler(),
                filler(),
            ),
        )
    }
}

/// What each component sends.
const RECORD: &str = "
    globalThis.sent = [];
    let base = document.querySelector('#slider');
    while (!Object.hasOwn(base, 'send')) base = Object.getPrototypeOf(base);
    const { send } = base;
    base.send = function (name, value) {
        globalThis.sent.push(`${this.id}.${name} ${JSON.stringify(value)}`);
        return send.call(this, name, value);
    };";

/// Where fingers meet the controls.
const PLACES: [(&str, f64); 19] = [
    ("#slider input", 0.6),
    ("#upright input", 0.5),
    // Only the thumbs of a range take a finger.
    ("#range input", 0.12),
    ("#range input:last-of-type", 0.5),
    ("#switch input", 0.5),
    ("#button button", 0.5),
    ("#power button", 0.5),
    ("#list label", 0.5),
    ("#radio label:last-of-type", 0.5),
    ("#parts label:last-of-type", 0.5),
    ("#choice select", 0.5),
    ("#searched .dd-combo-field", 0.5),
    ("#number .dd-number-more", 0.5),
    ("#number input", 0.5),
    ("#line input", 0.5),
    ("#lines textarea", 0.5),
    ("#colour input", 0.5),
    ("#tabs [role=tab]:last-of-type", 0.5),
    ("#day input", 0.3),
];

impl Tab<'_> {
    /// A point in the middle of the window. The page rests: after a swipe it may scroll on, and would move with a pen.
    async fn middle(&self, place: &str, share: f64) -> (f64, f64) {
        self.run(
            "(() => {
                globalThis.rests = 0;
                let last = Number.NaN;
                const look = () => {
                    globalThis.rests = scrollY === last ? globalThis.rests + 1 : 0;
                    last = scrollY;
                    if (globalThis.rests < 4) requestAnimationFrame(look);
                };
                look();
            })()",
        )
        .await;
        self.until("globalThis.rests >= 4").await;
        self.run(&format!("document.querySelector({place:?}).scrollIntoView({{ block: 'center' }})")).await;
        self.point(place, share, 0.5).await
    }

    async fn pen(&self, kind: &str, (x, y): (f64, f64)) {
        let buttons = u8::from(kind != "mouseReleased");
        let event = json!({
            "type": kind, "x": x, "y": y, "pointerType": "pen", "button": "left", "buttons": buttons, "clickCount": 1,
        });
        self.cdp("Input.dispatchMouseEvent", event).await;
    }

    async fn sent(&self) -> Vec<String> {
        self.js("globalThis.sent").await
    }
}

#[test]
fn fault_a_swipe_on_a_control_or_a_finger_that_rested_on_it_set_it() {
    browser_test(async |browser| {
        let server = Server::start::<Controls>(()).await;
        let tab = phone(browser, &server, 700).await;
        tab.run(RECORD).await;
        for (number, (place, share)) in PLACES.into_iter().enumerate() {
            let down = if number % 2 == 0 { -25.0 } else { 25.0 };
            let at = tab.middle(place, share).await;
            tab.swipe(at, 4, (1.0, down)).await;
            let (x, mut y) = tab.middle(place, share).await;
            tab.pen("mousePressed", (x, y)).await;
            for _ in 0..4 {
                y += down;
                tab.pen("mouseMoved", (x, y)).await;
            }
            tab.pen("mouseReleased", (x, y)).await;
            assert_eq!(tab.sent().await, [""; 0], "after swipes on {place}");
            tab.blur().await;
        }
        // A finger that rests on a scale, perhaps to scroll, does not set it. A slow press on a button is a press.
        for (place, share) in &PLACES[..4] {
            let at = tab.middle(place, *share).await;
            tab.touch("touchStart", &[at]).await;
            tokio::time::sleep(Duration::from_millis(700)).await;
            tab.touch("touchEnd", &[]).await;
            assert_eq!(tab.sent().await, [""; 0], "after a long press on {place}");
        }
        // Long enough for what was sent late.
        tokio::time::sleep(Duration::from_millis(300)).await;
        assert_eq!(tab.sent().await, [""; 0]);
        // Each of them works with a tap.
        for (place, share) in [PLACES[0], PLACES[4], PLACES[5], PLACES[7]] {
            let before = tab.sent().await.len();
            let at = tab.middle(place, share).await;
            tab.swipe(at, 0, (0.0, 0.0)).await;
            tab.until(&format!("globalThis.sent.length > {before}")).await;
        }
        let values: Value = tab.js("globalThis.sent.at(-1)").await;
        assert!(values.as_str().is_some_and(|last| last.starts_with("list.value")), "{values}");
    });
}
