//! Requests for rows that are sent again, because their answers were lost: in the same run and after a restart.

use std::sync::{Arc, Mutex};

use dash_devices::{App, prelude::*, store::MemoryStore};
use serde_json::{Value, json};

use crate::support::{
    Served,
    http::{self, Request},
};

#[components]
struct Lamp {
    level: Slider,
    add: Button,
    remove: Button,
}

#[components]
struct Ui {
    #[keep]
    lamps: Many<String, Lamp>,
}

/// What each lamp was told, in its order.
type Journal = Arc<Mutex<Vec<String>>>;

#[callback_shared(initial = false)]
fn dim(journal: &mut Journal, #[key] key: &str, #[input(Ui::lamps[key].level.value)] level: f64) {
    journal.lock().unwrap().push(format!("{key} {level}"));
}

#[callback_shared(on = Ui::lamps[key].add.click)]
fn add(journal: &mut Journal, #[key] key: &str) {
    journal.lock().unwrap().push(format!("add {key}"));
}

#[callback_shared(on = Ui::lamps[key].remove.click, output = Ui::lamps.rows)]
fn remove(#[key] key: &str, #[state(Ui::lamps.rows)] mut rows: Vec<String>) -> Vec<String> {
    rows.retain(|row| row != key);
    rows
}

impl Dashboard for Ui {
    type Device = Journal;
    type Session = ();
    const CALLBACKS: Callbacks<Self> = callbacks![dim, add, remove];

    fn layout(self) -> Element {
        let rows = ["a b", "c", "d"].map(str::to_owned);
        let lamps = self.lamps.rows(rows).each(|_, lamp| row((lamp.level, lamp.add, lamp.remove)));
        page("Lamps", lamps)
    }
}

async fn served(journal: &Journal, store: &MemoryStore) -> Served {
    Served::app(App::new::<Ui>(Arc::clone(journal)).unwrap().store_in(store.clone())).await
}

fn level(row: &str, level: u32) -> Request {
    Request::new("PUT", &format!("/api/props/lamps%5B{row}%5D.level/value")).json(level)
}

/// A press in a row.
fn press(row: &str, button: &str) -> Request {
    Request::new("POST", &format!("/api/props/lamps%5B{}%5D.{button}/click", row.replace(' ', "%20"))).json("null")
}

async fn told(served: &Served, request: &Request) -> (u16, Value) {
    let answer = http::send(served.address, request).await;
    (answer.status, serde_json::from_slice(&answer.body).unwrap())
}

async fn read(served: &Served, prop: &str) -> Value {
    let path = format!("/api/props/{}", prop.replace('[', "%5B").replace(']', "%5D").replace(' ', "%20"));
    serde_json::from_str::<Value>(&served.get(&path).await.text()).unwrap()["value"].clone()
}

#[tokio::test(flavor = "multi_thread")]
async fn p3_a_request_for_a_row_that_is_sent_again_after_a_restart_acts_once_and_in_no_other_row() {
    let (journal, store) = (Journal::default(), MemoryStore::new());
    let set = level("d", 40).header("Idempotency-Key", "set");
    let add = press("c", "add").header("Idempotency-Key", "add");
    let app = served(&journal, &store).await;
    // The rows behind the removed one have other numbers in the next runs.
    for request in [&set, &add, &level("d", 70), &press("a b", "remove")] {
        assert_eq!(told(&app, request).await.0, 200);
    }
    app.stop().await;
    for rows in [json!(["c", "d"]), json!(["d"])] {
        let app = served(&journal, &store).await;
        assert_eq!(read(&app, "lamps/rows").await, rows);
        for request in [&set, &add] {
            let (status, answer) = told(&app, request).await;
            assert_eq!(status, 200, "{rows}: {answer}");
        }
        assert_eq!(read(&app, "lamps[d].level/value").await, json!(70.0), "what somebody has set since stays");
        // Also for a row that is gone.
        let _ = told(&app, &press("c", "remove")).await;
        app.stop().await;
    }
    assert_eq!(*journal.lock().unwrap(), ["d 40", "add c", "d 70"]);
}

/// The row is not there any more, and its name leads to nothing.
#[tokio::test(flavor = "multi_thread")]
async fn p3_fault_a_request_that_has_removed_its_row_was_unknown_when_it_was_sent_again() {
    let (journal, store) = (Journal::default(), MemoryStore::new());
    let remove = press("a b", "remove").header("Idempotency-Key", "gone");
    for run in 0..3 {
        let app = served(&journal, &store).await;
        for time in 0..2 {
            let (status, answer) = told(&app, &remove).await;
            assert_eq!((status, &answer["outcome"]), (200, &json!("applied")), "run {run}, time {time}: {answer}");
        }
        // The same in a batch.
        let batch = json!([{ "prop": "lamps[c].remove.click" }]);
        let batch = Request::new("POST", "/api/batch").json(batch).header("Idempotency-Key", "batch");
        for time in 0..2 {
            assert_eq!(told(&app, &batch).await.0, 200, "a batch in run {run}, time {time}");
        }
        assert_eq!(read(&app, "lamps/rows").await, json!(["d"]), "run {run}");
        // Who has not asked for it before learns that there is no such row, and keys are those of their requests.
        assert_eq!(told(&app, &press("a b", "remove")).await.0, 404);
        assert_eq!(told(&app, &press("a b", "remove").header("Idempotency-Key", "other")).await.0, 404);
        let (status, answer) = told(&app, &press("a b", "add").header("Idempotency-Key", "gone")).await;
        assert_eq!(answer["kind"], "key_reused", "run {run}: {status}");
        app.stop().await;
    }
}
