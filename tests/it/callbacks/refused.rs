//! Set-points that a device refuses: everybody is told what was wanted and what the device has.

use dash_devices::prelude::*;
use serde_json::{Value, json};

use crate::support::{Outcome, Served};

#[components]
struct Ui {
    heat: Slider,
    speed: Slider,
    spun: Text,
}

/// It takes nothing above 50.
struct Oven;

fn set(what: f64) -> Result<(), String> {
    if what > 50.0 { Err(format!("{what} is too much")) } else { Ok(()) }
}

#[callback_shared]
fn set_heat(_oven: &mut Oven, #[input(Ui::heat.value)] heat: f64) -> Result<(), String> {
    set(heat)
}

#[callback_shared(refused = revert)]
async fn set_speed(_oven: &mut Oven, #[input(Ui::speed.value)] speed: f64) -> Result<(), String> {
    tokio::task::yield_now().await;
    set(speed)
}

#[callback_shared(output = Ui::spun.text)]
fn show(#[input(Ui::speed.value)] speed: f64) -> String {
    format!("{speed} rpm")
}

impl Dashboard for Ui {
    type Device = Oven;
    type Session = ();
    const CALLBACKS: Callbacks<Self> = callbacks![set_heat, set_speed, show];

    fn layout(self) -> Element {
        page("Oven", (self.heat.value(10.0), self.speed.value(20.0), self.spun))
    }
}

async fn read(app: &Served, path: &str) -> Value {
    serde_json::from_str(&app.get(path).await.text()).unwrap()
}

#[tokio::test]
async fn p6_fault_a_refused_set_point_was_shown_as_if_it_were_in_effect() {
    let app = Served::new::<Ui>(Oven).await;
    let (mut asker, mut other) = (app.join().await, app.join().await);
    asker.sees("spun.text", "20 rpm").await;
    for (name, value, shown) in [("heat", 80.0, 80.0), ("speed", 90.0, 20.0)] {
        let prop = format!("{name}.value");
        let had = if name == "heat" { 10 } else { 20 };
        let why = format!("wanted {value}, device has {had}, refused: {value} is too much");
        let number = asker.set(&prop, value).await;
        assert_eq!(asker.outcome(number).await, Outcome::Failed(format!("{value} is too much")));
        for page in [&mut asker, &mut other] {
            page.until(&prop, |page| page.bad(&prop) == Some(&*why)).await;
            page.sees(&prop, shown).await;
        }
        // Who comes now sees it in the page, and a program reads it.
        let newcomer = app.page().await;
        let number = newcomer.number(&prop);
        assert!(newcomer.state["quality"].as_array().unwrap().contains(&json!([number, why, 1])));
        assert_eq!(newcomer.state["values"][number], json!(shown));
        let read = read(&app, &format!("/api/props/{name}/value")).await;
        assert_eq!((&read["value"], &read["quality"]), (&json!(shown), &json!(why)));
    }
    other.sees("spun.text", "20 rpm").await;
    // A newer value of anybody clears what is said about the one before.
    for prop in ["heat.value", "speed.value"] {
        other.set(prop, 30).await;
        asker.until(prop, |page| page.bad(prop).is_none()).await;
        asker.sees(prop, 30.0).await;
    }
    other.sees("spun.text", "30 rpm").await;
}
