//! `running(..)`: guards, which give properties another value while a callback runs.

use dash_macros::{callback, callback_shared, callbacks, components};
use serde_json::json;

use super::{
    parts::{Button, Dial, Label, place},
    sim::Sim,
};
use crate::{callback::Callbacks, dashboard::Dashboard, element::Element};

#[components]
struct Lab {
    go: Button,
    status: Label,
    dial: Dial,
    done: Label,
    after: Label,
    own: Button,
    own_status: Label,
    own_done: Label,
    look: Button,
    seen: Label,
    alone: Button,
    alone_status: Label,
}

#[callback_shared(
    on = Lab::go.click,
    output = Lab::done.text,
    running(Lab::status.text = format!("{} go", "let us"), Lab::dial.value = 7),
)]
fn go(runs: &mut u32) -> String {
    *runs += 1;
    runs.to_string()
}

/// Runs after it in the same turn, and reads the guarded property.
#[callback_shared(initial = false, output = Lab::after.text)]
fn after(#[input(Lab::done.text)] done: &str, #[state(Lab::status.text)] status: &str) -> String {
    format!("{done}{status}")
}

/// Private, with the device.
#[callback(on = Lab::own.click, output = Lab::own_done.text, running(Lab::own_status.text = "busy"))]
fn own(runs: &mut u32) -> String {
    *runs += 1;
    runs.to_string()
}

/// Reads properties as states while other callbacks guard them.
#[callback(on = Lab::look.click, output = Lab::seen.text)]
fn look(#[state(Lab::status.text)] status: &str, #[state(Lab::own_status.text)] own: &str) -> String {
    format!("{status}, {own}")
}

/// Private, with one queue per client.
#[callback(on = Lab::alone.click, running(Lab::alone_status.text = 'x'))]
async fn alone() {}

impl Dashboard for Lab {
    type Device = u32;
    type Session = ();
    const CALLBACKS: Callbacks<Self> = callbacks![go, after, own, look, alone];

    fn layout(self) -> Element {
        place((
            place((self.go, self.status, self.dial, self.done, self.after, self.own, self.own_status, self.own_done)),
            place((self.look, self.seen, self.alone, self.alone_status)),
        ))
    }
}

#[test]
fn a_property_is_different_for_everybody_while_the_callback_runs() {
    let mut sim = Sim::new::<Lab>(0);
    let (a, b) = (sim.join(), sim.join());
    sim.rest();
    sim.click(a, Lab::go.click);
    // The guard value is visible before the end of the turn, and before its 16 ms have passed.
    sim.poll_woken();
    for page in [a, b] {
        assert_eq!(
            (sim.shown(page, Lab::status.text), sim.shown(page, Lab::dial.value)),
            (json!("let us go"), json!(7.0))
        );
    }
    // A new page sees it, and so does one that reconnects.
    let late = sim.join();
    assert_eq!(sim.shown(late, Lab::status.text), "let us go");
    sim.cut(b);
    sim.finish_one("go");
    sim.finish_all();
    sim.connect(b);
    sim.rest();
    for page in [a, b, late] {
        assert_eq!((sim.shown(page, Lab::status.text), sim.shown(page, Lab::dial.value)), (json!(""), json!(0.0)));
        assert_eq!(sim.shown(page, Lab::after.text), "1", "the guard had ended for the callback that runs after it");
    }
}

#[test]
fn it_ends_in_the_frame_that_has_the_result() {
    let mut sim = Sim::new::<Lab>(0);
    let page = sim.join();
    sim.rest();
    sim.click(page, Lab::go.click);
    sim.poll_woken();
    sim.finish_one("go");
    sim.finish_one("after");
    let frames = sim.pages[page].frames;
    sim.poll_woken();
    assert_eq!(sim.pages[page].frames, frames + 1);
    assert_eq!((sim.shown(page, Lab::status.text), sim.shown(page, Lab::done.text)), (json!(""), json!("1")));
}

#[test]
fn it_ends_after_a_panic_too_and_is_not_marked_as_bad() {
    let mut sim = Sim::new::<Lab>(0);
    let page = sim.join();
    sim.rest();
    sim.click(page, Lab::go.click);
    sim.panic(0, "no");
    sim.rest();
    assert_eq!((sim.shown(page, Lab::status.text), sim.bad(page, Lab::status.text)), (json!(""), None));
    assert!(sim.bad(page, Lab::done.text).is_some());
}

#[test]
fn of_two_runs_in_a_row_the_second_goes_back_to_where_the_first_began() {
    let mut sim = Sim::new::<Lab>(0);
    let page = sim.join();
    sim.rest();
    sim.click(page, Lab::go.click);
    sim.click(page, Lab::go.click);
    sim.finish_one("go");
    sim.finish_one("after");
    sim.poll_woken();
    assert_eq!(sim.shown(page, Lab::status.text), "let us go");
    sim.rest();
    assert_eq!(sim.shown(page, Lab::status.text), "");
}

/// A person moves the dial during the run. The new value is not replaced by the old one.
#[test]
fn a_value_that_a_person_sets_during_the_run_stays() {
    let mut sim = Sim::new::<Lab>(0);
    let page = sim.join();
    sim.rest();
    sim.click(page, Lab::go.click);
    sim.send(page, Lab::dial.value, 30.0);
    sim.rest();
    assert_eq!((sim.shown(page, Lab::dial.value), sim.shown(page, Lab::status.text)), (json!(30.0), json!("")));
}

#[test]
fn only_the_client_of_a_private_callback_sees_it() {
    for (button, status, name) in
        [(Lab::own.click, Lab::own_status.text, "own"), (Lab::alone.click, Lab::alone_status.text, "alone")]
    {
        let mut sim = Sim::new::<Lab>(0);
        let (a, b) = (sim.join(), sim.join());
        sim.rest();
        sim.click(a, button);
        sim.poll_woken();
        assert_ne!(sim.shown(a, status), "", "{name}");
        assert_eq!(sim.shown(b, status), "", "{name}");
        // After a reconnect the guard value is still there, and then it ends.
        sim.cut(a);
        sim.connect(a);
        sim.poll(a);
        assert_ne!(sim.shown(a, status), "", "{name}");
        sim.finish_one(name);
        sim.rest();
        assert_eq!(sim.shown(a, status), "", "{name}");
    }
}

#[test]
fn other_callbacks_read_the_guard_value() {
    let mut sim = Sim::new::<Lab>(0);
    let page = sim.join();
    sim.rest();
    sim.click(page, Lab::go.click);
    sim.click(page, Lab::look.click);
    sim.finish_one("look");
    sim.poll_woken();
    assert_eq!(sim.shown(page, Lab::seen.text), "let us go, ");
    sim.finish_one("go");
    sim.finish_all();
    sim.click(page, Lab::own.click);
    sim.click(page, Lab::look.click);
    sim.finish_one("look");
    sim.poll_woken();
    assert_eq!(sim.shown(page, Lab::seen.text), ", busy");
    sim.rest();
}
