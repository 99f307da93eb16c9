//! `Result<Normal, Alternate>`: an `Err` is written to the alternates and is not a failure.

use std::num::ParseFloatError;

use dash_devices::prelude::*;
use serde_json::Value;

use crate::support::{Outcome, Served};

#[components]
struct Ui {
    password: Input,
    login: Button,
    secret: Text,
    refusal: Text,
    echo: Text,
    attempts: Text,
    level: Slider,
    speed: Text,
    warning: Text,
    lamp: Indicator,
    text: Input,
    number: Gauge,
}

/// The number of attempts.
#[derive(Default)]
struct Door {
    attempts: u32,
}

/// Private, with the device.
#[callback(on = Ui::login.click, output = Ui::secret.text, alternate = (Ui::refusal.text, Ui::attempts.text))]
fn login(door: &mut Door, #[state(Ui::password.value)] password: &str) -> Result<&'static str, (String, String)> {
    door.attempts += 1;
    match password {
        "open" => Ok("behind the door"),
        other => Err((format!("not {other}"), door.attempts.to_string())),
    }
}

/// An alternate is part of the graph: it starts callbacks.
#[callback(initial = false, output = Ui::echo.text)]
fn echo(#[input(Ui::refusal.text)] refusal: String) -> String {
    refusal.to_uppercase()
}

/// Shared, and `Ok` has no value.
#[callback_shared(alternate = Ui::warning.text)]
async fn warn(#[input(Ui::level.value)] level: f64) -> Result<(), Option<String>> {
    if level < 50.0 { Ok(()) } else { Err((level < 90.0).then(|| format!("{level} is much"))) }
}

/// Two values of `Err`. `None` does not change the output.
#[callback_shared(output = Ui::speed.text, alternate = Ui::lamp.on)]
fn drive(#[input(Ui::level.value)] level: f64) -> Result<Option<String>, bool> {
    match level {
        0.0..20.0 => Ok(Some(level.to_string())),
        20.0..40.0 => Ok(None),
        _ => Err(level < 80.0),
    }
}

/// The callback can also fail, and both results go to the same property.
#[callback_shared(initial = false, output = Ui::number.value, alternate = Ui::number.value)]
fn parse(#[input(Ui::text.value)] text: &str) -> Result<Result<f64, ParseFloatError>, Option<f64>> {
    if text.is_empty() { Err(None) } else { Ok(text.parse()) }
}

impl Dashboard for Ui {
    type Device = Door;
    type Session = ();
    const CALLBACKS: Callbacks<Self> = callbacks![login, echo, warn, drive, parse];

    fn layout(self) -> Element {
        page(
            "Alternates",
            (
                row((self.password, self.login, self.secret, self.refusal, self.echo, self.attempts)),
                row((self.level, self.speed, self.warning, self.lamp)),
                row((self.text, self.number)),
            ),
        )
    }
}

#[tokio::test]
async fn an_err_goes_to_the_alternates_of_the_client_that_asked_and_is_no_failure() {
    let app = Served::new::<Ui>(Door::default()).await;
    let (mut ada, mut bob) = (app.join().await, app.join().await);
    ada.apply("password.value", "please").await;
    ada.apply("login.click", Value::Null).await;
    let texts = ["secret.text", "refusal.text", "echo.text", "attempts.text"];
    assert_eq!(texts.map(|prop| ada.value(prop)), ["", "not please", "NOT PLEASE", "1"]);
    ada.apply("password.value", "open").await;
    ada.apply("login.click", Value::Null).await;
    assert_eq!(texts.map(|prop| ada.value(prop)), ["behind the door", "not please", "NOT PLEASE", "1"]);
    bob.settle().await;
    assert_eq!(texts.map(|prop| bob.value(prop)), [""; 4]);
    assert_eq!(app.health().await["counts"]["failures"], 0);
    assert!(texts.iter().all(|prop| ada.bad(prop).is_none()));
}

#[tokio::test]
async fn alternates_of_a_shared_callback_are_seen_by_everybody() {
    let app = Served::new::<Ui>(Door::default()).await;
    let (mut ada, mut bob) = (app.join().await, app.join().await);
    for (level, speed, warning, lamp) in [
        (10, "10", "", false),
        (60, "10", "60 is much", true),
        (30, "10", "60 is much", true),
        (95, "10", "60 is much", false),
        (15, "15", "60 is much", false),
    ] {
        ada.apply("level.value", level).await;
        bob.settle().await;
        for browser in [&ada, &bob] {
            assert_eq!(browser.value("speed.text"), speed, "at {level}");
            assert_eq!(browser.value("warning.text"), warning, "at {level}");
            assert_eq!(browser.value("lamp.on"), lamp, "at {level}");
        }
    }
    assert_eq!(app.page().await.value("warning.text"), "60 is much", "a late joiner, too");
}

#[tokio::test]
async fn a_callback_with_alternates_can_fail_as_well() {
    let app = Served::new::<Ui>(Door::default()).await;
    let mut browser = app.join().await;
    browser.apply("text.value", "1.5").await;
    assert_eq!(browser.value("number.value"), 1.5);
    let failed = "invalid float literal";
    assert_eq!(browser.outcome_of("text.value", "x").await, Outcome::Failed(failed.to_owned()));
    assert_eq!((browser.value("number.value"), browser.bad("number.value")), (&Value::from(1.5), Some(failed)));
    browser.apply("text.value", "").await;
    assert_eq!((browser.value("number.value"), browser.bad("number.value")), (&Value::Null, None));
}
