//! `Trigger`: which input started a run.

use std::time::Duration;

use dash_devices::{changes, prelude::*};
use dash_runtime::testing::InMemory;

#[components]
struct Panel {
    speed: Slider,
    stop: Button,
    said: Text,
}

#[components]
struct Ui {
    low: Slider,
    high: Slider,
    go: Button,
    sum: Text,
    said: Text,
    after: Text,
    mine: Text,
    every: Text,
    left: Panel,
}

#[callback_shared(on = (Ui::go.click, connect), output = Ui::said.text)]
fn say(trigger: Trigger, #[input(Ui::low.value)] _low: f64, #[input(Ui::high.value)] _high: f64) -> String {
    assert_eq!(trigger.is(Ui::go.click), trigger.to_string().contains("go.click"));
    assert_eq!(trigger.is_connect(), trigger.to_string() == "connect");
    // It does not start this callback.
    assert!(!trigger.is(Ui::said.text));
    trigger.to_string()
}

#[callback_shared(output = Ui::sum.text)]
fn add(#[input(Ui::low.value)] low: f64, #[state(Ui::high.value)] high: f64) -> String {
    (low + high).to_string()
}

/// At the end of a chain, and with its own input.
#[callback_shared(output = Ui::after.text)]
fn follow(trigger: Trigger, #[input(Ui::sum.text)] _sum: &str, #[input(Ui::low.value)] _low: f64) -> String {
    format!("{} {} {trigger}", trigger.is(Ui::sum.text), trigger.is(Ui::low.value))
}

/// Sees changes of shared state, like each client.
#[callback(output = Ui::mine.text)]
fn look(trigger: Trigger, #[input(Ui::sum.text)] _sum: &str) -> String {
    trigger.to_string()
}

#[callback_shared(every = "1s", output = Ui::every.text)]
fn tick(trigger: Trigger) -> String {
    format!("{trigger} {} {}", trigger.is_start(), trigger.is_tick())
}

/// Asks with the names in its own group.
#[callback_shared(on = Panel::stop.click, output = Panel::said.text)]
fn drive(trigger: Trigger, #[input(Panel::speed.value)] _speed: f64) -> String {
    format!("{} {}", trigger.is(Panel::stop.click), trigger.is(Panel::speed.value))
}

impl Dashboard for Ui {
    type Device = ();
    type Session = ();
    const CALLBACKS: Callbacks<Self> = callbacks![say, add, follow, look, tick, drive for Ui::left];

    fn layout(self) -> Element {
        let shared = column((self.low, self.high, self.go, self.sum, self.said, self.after, self.mine, self.every));
        page("Triggers", (shared, column((self.left.speed, self.left.stop, self.left.said))))
    }
}

#[test]
fn a_callback_knows_which_of_its_inputs_started_it() {
    let mut app = InMemory::new::<Ui>(()).unwrap();
    let handle = app.handle::<Ui>();
    assert_eq!(handle.get(Ui::every.text), "start true false");
    let ada = app.join();
    assert_eq!(handle.get(Ui::said.text), "connect");
    let number = |app: &InMemory, component: &str, prop: &str| app.number(component, prop).unwrap();
    let send = |app: &mut InMemory, n: u32, p: usize, v: &str| {
        app.send(&ada, &format!("{{\"n\":{n},\"p\":{p},\"v\":{v}}}"));
    };
    let (low, go) = (number(&app, "low", "value"), number(&app, "go", "click"));
    send(&mut app, 1, low, "5");
    assert_eq!(handle.get(Ui::said.text), "low.value");
    // The changes of the chain and of the command, at once.
    assert_eq!(handle.get(Ui::after.text), "true true sum.text, low.value");
    send(&mut app, 2, go, "null");
    assert_eq!(handle.get(Ui::said.text), "go.click");
    app.advance(Duration::from_secs(1));
    assert_eq!(handle.get(Ui::every.text), "clock false true");
    handle.fire(Ui::left.stop.click, ()).unwrap();
    app.advance(Duration::ZERO);
    assert_eq!(handle.get(Ui::left.said.text), "true false");
}

#[test]
fn inputs_that_change_together_start_a_callback_once_and_are_all_told() {
    let mut app = InMemory::new::<Ui>(()).unwrap();
    let handle = app.handle::<Ui>();
    app.push(changes![Ui::low.value = 3.0, Ui::high.value = 4.0]).unwrap();
    assert_eq!(handle.get(Ui::said.text), "low.value, high.value");
}

#[test]
fn a_private_callback_knows_what_its_client_was_shown() {
    let mut app = InMemory::new::<Ui>(()).unwrap();
    let ada = app.join();
    let mine = app.number("mine", "text").unwrap();
    assert!(app.frames(&ada).concat().contains(&format!("[{mine},\"start\"]")));
    app.push(changes![Ui::low.value = 3.0]).unwrap();
    assert!(app.frames(&ada).concat().contains(&format!("[{mine},\"sum.text\"]")));
}
