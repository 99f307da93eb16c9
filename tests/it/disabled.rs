//! A control that is disabled is refused by the server on every way in. One that is not is taken on each of them.

use std::sync::{Arc, Mutex};

use dash_devices::prelude::*;
use serde_json::{Value, json};

use crate::support::{
    Served,
    http::{self, Request},
};

#[components]
struct Ui {
    speed: Slider,
    jog: Button,
    lift: HoldButton,
    locked: Switch,
}

#[components]
struct Cell {
    knob: Slider,
}

/// A list, of which the first row can be locked.
#[components]
struct Cells {
    cells: Many<u32, Cell>,
    locked: Switch,
}

/// What the device has got.
type Journal = Arc<Mutex<Vec<String>>>;

#[callback_shared(initial = false)]
fn set(journal: &mut Journal, #[input(Ui::speed.value)] speed: f64) {
    journal.lock().unwrap().push(format!("speed {speed}"));
}

#[callback_shared(on = Ui::jog.click)]
fn jog(journal: &mut Journal) {
    journal.lock().unwrap().push("jog".to_owned());
}

#[callback_shared(initial = false)]
fn raise(journal: &mut Journal, #[input(Ui::lift.held)] held: bool) {
    journal.lock().unwrap().push(format!("lift {held}"));
}

#[callback_shared(output = (Ui::speed.disabled, Ui::jog.disabled, Ui::lift.disabled))]
fn lock(#[input(Ui::locked.on)] locked: bool) -> (bool, bool, bool) {
    (locked, locked, locked)
}

impl Dashboard for Ui {
    type Device = Journal;
    type Session = ();
    const CALLBACKS: Callbacks<Self> = callbacks![set, jog, raise, lock];

    fn layout(self) -> Element {
        page("Locks", (self.speed, self.jog, self.lift.label("Lift"), self.locked))
    }
}

#[callback_shared(initial = false)]
fn turn(journal: &mut Journal, #[key] key: u32, #[input(Cells::cells[key].knob.value)] angle: f64) {
    journal.lock().unwrap().push(format!("knob {key} {angle}"));
}

#[callback_shared(output = Cells::cells[key].knob.disabled)]
fn lock_each(#[key] key: u32, #[input(Cells::locked.on)] locked: bool) -> bool {
    locked && key == 1
}

impl Dashboard for Cells {
    type Device = Journal;
    type Session = ();
    const CALLBACKS: Callbacks<Self> = callbacks![turn, lock_each];

    fn layout(self) -> Element {
        let cells = self.cells.rows([1, 2]).each(|_, cell| cell.knob.label("Knob"));
        page("Locks", (cells, self.locked))
    }
}

async fn told(served: &Served, request: &Request) -> (u16, Value) {
    let answer = http::send(served.address, request).await;
    (answer.status, serde_json::from_slice(&answer.body).unwrap())
}

#[tokio::test]
async fn fault_a_disabled_control_was_set_by_a_way_that_passes_the_browser() {
    let journal = Journal::default();
    let served = Served::new::<Ui>(Arc::clone(&journal)).await;
    let (mut ada, mut bob) = (served.join().await, served.join_by_request().await);
    ada.apply("locked.on", true).await;
    ada.sees("lift.disabled", true).await;
    bob.sees("lift.disabled", true).await;

    let changes = [("speed.value", json!(9.0)), ("jog.click", Value::Null), ("lift.held", json!(true))];
    // Over a socket, and by the requests of a page without one.
    for (prop, value) in &changes {
        assert_eq!(ada.outcome_of(prop, value.clone()).await.kind(), "disabled", "{prop} over a socket");
        assert_eq!(bob.outcome_of(prop, value.clone()).await.kind(), "disabled", "{prop} by request");
    }
    // By the requests of programs, also for a page.
    let mut sent = Vec::new();
    for (prop, value) in &changes {
        let method = if value.is_null() { "POST" } else { "PUT" };
        let request = Request::new(method, &format!("/api/props/{}", prop.replace('.', "/"))).json(value);
        sent.extend([request.clone().header("Dash-Session", &ada.session), request]);
    }
    for request in &sent {
        let (status, answer) = told(&served, request).await;
        assert_eq!((status, &answer["kind"]), (409, &json!("disabled")), "{request:?}: {answer}");
    }
    // In a batch, in which each is told.
    let item = |(prop, value): &(&str, Value)| json!({ "prop": prop, "value": value });
    let batch = Request::new("POST", "/api/batch").json(changes.iter().map(item).collect::<Value>());
    let (status, answer) = told(&served, &batch).await;
    let kinds: Vec<&str> =
        answer["refused"].as_array().unwrap().iter().map(|one| one["kind"].as_str().unwrap()).collect();
    assert_eq!((status, kinds), (422, vec!["disabled"; 3]), "{answer}");
    assert_eq!(*journal.lock().unwrap(), [""; 0], "the device got something");

    // All of them are taken as soon as the controls are enabled.
    ada.apply("locked.on", false).await;
    ada.sees("lift.disabled", false).await;
    // Two senders cannot hold one control, so the page alone holds it.
    let batch = Request::new("POST", "/api/batch").json(changes[..2].iter().map(item).collect::<Value>());
    for request in sent[..5].iter().chain([&batch]) {
        let (status, answer) = told(&served, request).await;
        assert_eq!(status, 200, "{request:?}: {answer}");
    }
    for (prop, value) in [("speed.value", json!(5.0)), ("jog.click", Value::Null)] {
        ada.apply(prop, value.clone()).await;
        bob.apply(prop, value).await;
    }
    served.stop().await;
}

#[tokio::test]
async fn fault_a_disabled_control_in_a_row_was_set_by_a_request() {
    let journal = Journal::default();
    let served = Served::new::<Cells>(Arc::clone(&journal)).await;
    let knob = |key: u32| Request::new("PUT", &format!("/api/props/cells%5B{key}%5D.knob/value")).json(9.0);
    let batch = |keys: &[u32]| {
        let items = keys.iter().map(|key| json!({ "prop": format!("cells[{key}].knob.value"), "value": 7.0 }));
        Request::new("POST", "/api/batch").json(items.collect::<Value>())
    };
    let lock = |on: bool| Request::new("PUT", "/api/props/locked/on").json(on);
    assert_eq!(told(&served, &lock(true)).await.0, 200);
    let (status, answer) = told(&served, &knob(1)).await;
    assert_eq!((status, &answer["kind"]), (409, &json!("disabled")), "{answer}");
    let (status, answer) = told(&served, &batch(&[2, 1])).await;
    assert_eq!((status, &answer["refused"][0]["kind"]), (422, &json!("disabled")), "{answer}");
    assert_eq!((&answer["refused"][0]["item"], answer["refused"].as_array().unwrap().len()), (&json!(1), 1));
    assert_eq!(*journal.lock().unwrap(), [""; 0]);
    assert_eq!(told(&served, &knob(2)).await.0, 200, "another row");
    assert_eq!(told(&served, &lock(false)).await.0, 200);
    assert_eq!(told(&served, &knob(1)).await.0, 200);
    assert_eq!(told(&served, &batch(&[2, 1])).await.0, 200);
    let mut got = journal.lock().unwrap().clone();
    got[2..].sort();
    assert_eq!(got, ["knob 2 9", "knob 1 9", "knob 1 7", "knob 2 7"]);
    served.stop().await;
}
