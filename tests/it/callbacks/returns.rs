//! Return types of callbacks: which outputs are written, and which do not change.

use std::num::ParseFloatError;

use dash_devices::prelude::*;
use serde_json::Value;

use crate::support::{Browser, Outcome, Served};

#[components]
struct Ui {
    text: Input,
    number: Gauge,
    maybe: Text,
    left: Text,
    right: Text,
    lines: Trend,
    both: Button,
    pair: Button,
    times: Slider,
}

/// `Result`, and a number where the property is an `Option`.
#[callback_shared(initial = false, output = Ui::number.value)]
fn parse(#[input(Ui::text.value)] text: &str) -> Result<f64, ParseFloatError> {
    text.parse()
}

/// `Option`: `None` does not change the output.
#[callback_shared(initial = false, output = Ui::maybe.text)]
fn maybe(#[input(Ui::text.value)] text: String) -> Option<String> {
    (text.len() > 1).then_some(text)
}

/// A tuple with a part that does not change.
#[callback_shared(initial = false, output = (Ui::left.text, Ui::right.text))]
fn halves(#[input(Ui::text.value)] text: &str) -> Result<(String, Option<&'static str>), String> {
    match text.split_once(' ') {
        Some((left, "x")) => Ok((left.to_owned(), Some("an x"))),
        Some((left, _)) => Ok((left.to_owned(), None)),
        None => Err("no space".to_owned()),
    }
}

/// Several items of a stream.
#[callback_shared(initial = false, output = Ui::lines.points)]
fn several(#[input(Ui::times.value)] times: f64) -> Vec<Sample> {
    (0..times as u32).map(|at| Sample { t: f64::from(at), values: vec![Some(times)] }).collect()
}

/// Two events, one of which happened, and a state that is not an input.
#[callback_shared(output = Ui::times.label)]
fn which(
    #[input(Ui::both.click)] both: Option<()>,
    #[input(Ui::pair.click)] pair: Option<()>,
    #[state(Ui::text.value)] text: &str,
) -> String {
    format!("{}{} {text}", if both.is_some() { "both" } else { "" }, if pair.is_some() { "pair" } else { "" })
}

impl Dashboard for Ui {
    type Device = ();
    type Session = ();
    const CALLBACKS: Callbacks<Self> = callbacks![parse, maybe, halves, several, which];

    fn layout(self) -> Element {
        page(
            "Returns",
            (
                self.text,
                self.number,
                self.maybe,
                row((self.left, self.right)),
                self.lines.series(["x"]),
                self.both,
                self.pair,
                self.times,
            ),
        )
    }
}

fn shown(browser: &Browser) -> [&Value; 4] {
    ["number.value", "maybe.text", "left.text", "right.text"].map(|prop| browser.value(prop))
}

#[tokio::test]
async fn results_options_and_tuples_write_what_they_hold() {
    let app = Served::new::<Ui>(()).await;
    let mut browser = app.join().await;
    let failed = |callbacks: &str| Outcome::Failed(callbacks.to_owned());
    let space = failed("no space");

    assert_eq!(browser.outcome_of("text.value", "7").await, space);
    assert_eq!(shown(&browser), [&Value::from(7.0), &"".into(), &"".into(), &"".into()]);

    assert_eq!(browser.outcome_of("text.value", "8.5").await, space);
    assert_eq!(shown(&browser), [&Value::from(8.5), &"8.5".into(), &"".into(), &"".into()]);

    let no_number = failed("invalid float literal");
    assert_eq!(browser.outcome_of("text.value", "a x").await, no_number);
    assert_eq!(shown(&browser), [&Value::from(8.5), &"a x".into(), &"a".into(), &"an x".into()]);
    assert!(browser.bad("number.value").is_some() && browser.bad("left.text").is_none());

    assert_eq!(browser.outcome_of("text.value", "b y").await, no_number);
    assert_eq!(shown(&browser), [&Value::from(8.5), &"b y".into(), &"b".into(), &"an x".into()]);
}

#[tokio::test]
async fn a_list_appends_its_items_to_a_stream() {
    let app = Served::new::<Ui>(()).await;
    let mut browser = app.join().await;
    for (times, all) in [(3, 3), (0, 3), (2, 5)] {
        browser.apply("times.value", times).await;
        assert_eq!(browser.value("lines.points").as_array().map(Vec::len), Some(all));
    }
    assert_eq!(app.page().await.value("lines.points"), browser.value("lines.points"));
}

#[tokio::test]
async fn an_event_is_some_only_in_the_run_that_it_started() {
    let app = Served::new::<Ui>(()).await;
    let mut browser = app.join().await;
    let _ = browser.outcome_of("text.value", "now").await;
    assert_eq!(browser.value("times.label"), "", "a state does not start it");
    browser.apply("both.click", Value::Null).await;
    assert_eq!(browser.value("times.label"), "both now");
    let _ = browser.outcome_of("text.value", "then").await;
    browser.apply("pair.click", Value::Null).await;
    assert_eq!(browser.value("times.label"), "pair then");
}
