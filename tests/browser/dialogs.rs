//! Dialogs, drawers and tooltips: they wait for a person, and never stand before STOP.

use std::sync::{
    Arc,
    atomic::{AtomicU32, Ordering::SeqCst},
};

use dash_devices::{Stops, prelude::*};

use crate::support::{Cable, Server, browser_test, phone};

/// How often it was stopped.
#[derive(Clone, Default)]
struct Machine(Arc<AtomicU32>);

#[components]
struct Asking {
    ask: Button,
    more: Button,
    #[private]
    question: Dialog,
    #[private]
    settings: Drawer,
    limit: NumberInput,
    about: Tooltip,
    answers: Text,
    stop: Stop,
}

#[callback(on = Asking::ask.click, output = Asking::question.open)]
fn ask() -> bool {
    true
}

#[callback(on = Asking::more.click, output = Asking::settings.open)]
fn more() -> bool {
    true
}

#[callback(on = Asking::question.confirm, output = Asking::answers.text)]
fn answer(#[state(Asking::answers.text)] before: &str) -> String {
    format!("{before}yes ")
}

impl Dashboard for Asking {
    type Device = Machine;
    type Session = ();
    const CALLBACKS: Callbacks<Self> = callbacks![ask, more, answer];

    fn stops(machine: &Machine) -> Stops<Self> {
        let stopped = machine.clone();
        Stops::new().on(Self::stop, move || {
            stopped.0.fetch_add(1, SeqCst);
        })
    }

    fn layout(self) -> Element {
        page(
            "Asking",
            (
                card("", (self.ask.label("Set 24 V"), self.more.label("Settings"), self.answers)),
                card("", self.about.text("More than 20 dB adds noise.").label("About the gain")),
                self.question
                    .title("Set 24 V with the output on?")
                    .children(text("The load gets it at once."))
                    .confirm_label("Set 24 V")
                    .tone(ButtonTone::Danger),
                self.settings.title("Settings").children(self.limit.label("Limit")),
                dock(self.stop),
            ),
        )
    }
}

const OPEN: &str = "document.querySelector('#question > div').matches(':popover-open')";
const SIDE: &str = "document.querySelector('#settings > div').matches(':popover-open')";
const FOCUS: &str = "document.activeElement.innerText";

#[test]
fn a_dialog_asks_before_it_acts_and_escape_never_confirms() {
    browser_test(async |browser| {
        let server = Server::start::<Asking>(Machine::default()).await;
        let (tab, other) = browser.two_tabs(&server.url()).await;
        tab.focus("#ask button").await;
        tab.press("Enter").await;
        tab.until(OPEN).await;
        assert_eq!(tab.js::<String>(FOCUS).await, "Cancel", "what changes nothing has the focus");
        assert!(!other.js::<bool>(OPEN).await, "each person has a dialog of their own");
        // The page below it waits.
        assert!(tab.js::<bool>("document.querySelector('#ask').closest('[inert]') !== null").await);
        tab.press("Escape").await;
        tab.until(&format!("!{OPEN}")).await;
        assert_eq!(tab.js::<String>(FOCUS).await, "Set 24 V", "the focus is where it was");
        assert!(tab.js::<bool>("document.querySelector('[inert]') === null").await);
        // With the mouse, and once more: the server knows that it was closed.
        tab.click("#ask button").await;
        tab.until(OPEN).await;
        tab.click("#question .dd-floating-acts button:first-child").await;
        tab.until(&format!("!{OPEN}")).await;
        tab.click("#ask button").await;
        tab.until(OPEN).await;
        tab.click("#question .dd-floating-acts button:last-child").await;
        tab.wait_for_text("#answers .dd-text-value", "yes ").await;
        tab.until(&format!("!{OPEN}")).await;
    });
}

#[test]
fn stop_acts_while_a_dialog_is_open() {
    browser_test(async |browser| {
        let machine = Machine::default();
        let server = Server::start::<Asking>(machine.clone()).await;
        let tab = phone(browser, &server, 700).await;
        tab.tap("#ask button").await;
        tab.until(OPEN).await;
        // It is a sheet between the bar and the dock, and covers neither.
        let sheet: [f64; 4] = tab
            .js("(() => { const box = (of) => document.querySelector(of).getBoundingClientRect(); \
                 return [box('#question > div').top, box('.dd-header').bottom, box('#question > div').bottom, box('.dd-dock').top]; })()")
            .await;
        assert!(sheet[0] >= sheet[1] && sheet[2] <= sheet[3], "{sheet:?}");
        tab.tap(".dd-stop-press").await;
        tab.until("document.querySelector('.dd-stop').dataset.state === 'stopped'").await;
        assert_eq!(machine.0.load(SeqCst), 1);
        tab.tap("#question .dd-floating-acts button:last-child").await;
        tab.wait_for_text("#answers .dd-text-value", "yes ").await;
    });
}

#[test]
fn a_dialog_can_be_closed_without_a_link() {
    browser_test(async |browser| {
        browser.allow("ERR_CONNECTION_REFUSED");
        let server = Server::start::<Asking>(Machine::default()).await;
        let mut cable = Cable::to(server.address).await;
        let tab = browser.open(&cable.url()).await;
        tab.click("#ask button").await;
        tab.until(OPEN).await;
        cable.cut().await;
        tab.until("document.documentElement.dataset.link === 'lost'").await;
        tab.press("Escape").await;
        tab.until(&format!("!{OPEN}")).await;
        assert_eq!(tab.js::<String>(FOCUS).await, "Set 24 V");
    });
}

#[test]
fn a_drawer_is_at_the_side_and_its_fields_work() {
    browser_test(async |browser| {
        let server = Server::start::<Asking>(Machine::default()).await;
        let tab = browser.open(&server.url()).await;
        tab.click("#more button").await;
        tab.until(SIDE).await;
        assert!(
            tab.js::<bool>("document.querySelector('#settings > div').getBoundingClientRect().right === innerWidth")
                .await
        );
        tab.focus("#limit input").await;
        tab.run("document.activeElement.select()").await;
        tab.keys("7").await;
        tab.press("Enter").await;
        let other = browser.open(&server.url()).await;
        other.until("document.querySelector('#limit input').value === '7'").await;
        tab.press("Escape").await;
        tab.until(&format!("!{SIDE}")).await;
    });
}

#[test]
fn a_tooltip_opens_by_press_key_and_rest_and_closes_with_escape() {
    browser_test(async |browser| {
        let server = Server::start::<Asking>(Machine::default()).await;
        let tab = browser.open(&server.url()).await;
        let words = "document.querySelector('#about > div').matches(':popover-open')";
        tab.focus("#about button").await;
        tab.press("Enter").await;
        tab.until(words).await;
        tab.press("Escape").await;
        tab.until(&format!("!{words}")).await;
        let point = tab.point("#about button", 0.5, 0.5).await;
        tab.blur().await;
        tab.mouse("mouseMoved", point, false).await;
        tab.until(words).await;
        // It is beside the button, and in the window.
        let gap: f64 = tab
            .js("document.querySelector('#about > div').getBoundingClientRect().top - document.querySelector('#about button').getBoundingClientRect().bottom")
            .await;
        assert!((0.0..20.0).contains(&gap), "{gap}");
        tab.mouse("mouseMoved", (5.0, 500.0), false).await;
        tab.until(&format!("!{words}")).await;
        let tab = phone(browser, &server, 700).await;
        tab.tap("#about button").await;
        tab.until(words).await;
    });
}
