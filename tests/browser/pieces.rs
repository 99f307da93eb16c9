//! Components that come and go, with their typed text and while a user holds them.

use dash_devices::prelude::*;

use crate::{
    support::{Server, browser_test},
    trend::DRAWN,
};

#[components]
struct Ui {
    view: Dropdown,
    content: Container,
    typed: Text,
    sample: Button,
    own: Switch,
    mine: Container,
    #[dynamic]
    name: Input,
    #[dynamic]
    level: Slider,
    #[dynamic]
    history: Trend,
    #[dynamic]
    secret: Input,
}

#[callback_shared(output = Ui::content.children)]
fn show(#[input(Ui::view.value)] view: &str) -> Element {
    let form = || (Ui::name.place().label("Name"), Ui::level.place().label("Level").unit("%"));
    match view {
        "Form" => card("Form", form()),
        "Form with a note" => Element::of((text("A note"), card("Form", form()))),
        "History" => {
            card("History", Ui::history.place().series(["wave"]).window(30.0).min(0.0).max(100.0)).width(Width::Wide)
        }
        _ => text("Nothing to see"),
    }
}

#[callback_shared(output = Ui::typed.text)]
fn typed(#[input(Ui::name.value)] name: &str, #[input(Ui::level.value)] level: f64) -> String {
    format!("{name} at {level}")
}

/// Half a minute of a wave.
#[callback_shared(on = Ui::sample.click, output = Ui::history.points)]
fn sample() -> Vec<Sample> {
    let sample =
        |at: u32| Sample { t: 0.1 * f64::from(at), values: vec![Some(50.0 + 40.0 * (f64::from(at) / 9.0).sin())] };
    (0..=300).map(sample).collect()
}

#[callback(output = Ui::mine.children)]
fn mine(#[input(Ui::own.on)] on: bool) -> Element {
    if on { Ui::secret.place().label("Only mine").into_element() } else { Element::default() }
}

impl Dashboard for Ui {
    type Device = ();
    type Session = ();
    const CALLBACKS: Callbacks<Self> = callbacks![show, typed, sample, mine];

    fn layout(self) -> Element {
        let views = ["Nothing", "Form", "Form with a note", "History"];
        page(
            "Pieces",
            (
                card("View", (self.view.label("View").options(views).value("Nothing"), self.typed, self.sample)),
                self.content,
                card("Own", (self.own.label("Mine"), self.mine)),
            ),
        )
    }
}

const NAME: &str = "#name input";

#[test]
fn who_types_in_a_form_is_not_disturbed_by_what_comes_around_it() {
    browser_test(async |browser| {
        let server = Server::start::<Ui>(()).await;
        let (left, right) = browser.two_tabs(&server.url()).await;
        right.focus("#view select").await;
        right.press("ArrowDown").await;
        for tab in [&left, &right] {
            tab.until("document.querySelector('#name input') !== null").await;
        }
        left.focus(NAME).await;
        left.keys("An").await;
        right.focus("#view select").await;
        right.press("ArrowDown").await;
        left.until("document.querySelector('#content').textContent.includes('A note')").await;
        left.keys("na").await;
        left.wait_for_text("#typed", "Anna at 0").await;
        assert_eq!(left.value(NAME).await, "Anna");
        right.until(&format!("document.querySelector('{NAME}').value === 'Anna'")).await;
        // Removed, and placed again with the typed text, on existing and new pages.
        for (key, shown) in [("ArrowDown", "#history"), ("ArrowUp", "#name")] {
            right.focus("#view select").await;
            right.press(key).await;
            left.until(&format!("document.querySelector('{shown}') !== null")).await;
        }
        let late = browser.open(&server.url()).await;
        for tab in [&left, &right, &late] {
            tab.until(&format!("document.querySelector('{NAME}')?.value === 'Anna'")).await;
            assert_eq!(tab.text("#name label").await, "Name");
        }
        late.focus(NAME).await;
        late.press("End").await;
        late.keys("!").await;
        left.wait_for_text("#typed", "Anna! at 0").await;
    });
}

#[test]
fn a_stream_is_whole_when_its_component_comes_back() {
    browser_test(async |browser| {
        let server = Server::start::<Ui>(()).await;
        let (left, right) = browser.two_tabs(&server.url()).await;
        left.click("#sample button").await;
        right.focus("#view select").await;
        for visit in ["the first time", "when it comes back"] {
            right.press("End").await;
            for tab in [&left, &right] {
                tab.until("document.querySelector('#history canvas') !== null").await;
                tab.until(&format!("{DRAWN} > 0.9")).await;
            }
            right.press("Home").await;
            left.until("document.querySelector('#history') === null").await;
            assert!(
                left.js::<bool>("document.querySelector('#content').textContent === 'Nothing to see'").await,
                "{visit}"
            );
        }
    });
}

#[test]
fn a_private_piece_is_in_one_tab_and_writable_only_there() {
    browser_test(async |browser| {
        let server = Server::start::<Ui>(()).await;
        let (left, right) = browser.two_tabs(&server.url()).await;
        left.click("#own input").await;
        left.until("document.querySelector('#secret input') !== null").await;
        assert!(right.js::<bool>("document.querySelector('#secret') === null").await);
        left.focus("#secret input").await;
        left.keys("mine").await;
        left.until("!document.querySelector('#secret').hasAttribute('data-failed')").await;
        assert_eq!(left.value("#secret input").await, "mine");
    });
}
