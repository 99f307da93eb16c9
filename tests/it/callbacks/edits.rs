//! `Edit`: a part of a value changes, and only that part is sent.

use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex},
    thread,
};

use dash_devices::{App, PushError, prelude::*};
use serde_json::{Value, json};

use crate::support::{Browser, Outcome, Served};

#[components]
struct Ui {
    measure: Button,
    forget: Button,
    table: Table,
    count: Text,
    note: Input,
    notes: Table,
    tidy: Button,
    gauge: Gauge,
    raise: Button,
}

const ROWS: usize = 500;

fn measured(number: usize) -> Vec<Cell> {
    vec![Cell::from(number as u32), format!("measurement {number}").into(), Cell::from(0.5)]
}

/// Appends a row of a large table.
#[callback_shared(on = Ui::measure.click, output = Ui::table.rows)]
fn measure(rows: &mut usize) -> Edit<Vec<Vec<Cell>>> {
    *rows += 1;
    Edit::list().push(measured(*rows))
}

/// Reads the result in the same turn.
#[callback_shared(output = Ui::count.text)]
fn count(#[input(Ui::table.rows)] rows: &[Vec<Cell>]) -> String {
    format!("{} rows", rows.len())
}

/// Each client has its own list. `None` changes nothing.
#[callback(initial = false, output = Ui::notes.rows)]
fn note(#[input(Ui::note.value)] note: &str) -> Option<Edit<Vec<Vec<Cell>>>> {
    (!note.is_empty()).then(|| Edit::list().push(vec![note.into()]).keep_last(3))
}

/// Fails if the value is missing. Then the other output is not written either.
#[callback_shared(on = Ui::raise.click, output = (Ui::tidy.label, Ui::gauge.value))]
fn forget(#[input(Ui::forget.click)] forget: Option<()>) -> (Edit<String>, Edit<Option<f64>>) {
    let cut = move |label: &mut String| {
        if forget.is_some() {
            label.remove(0);
        }
    };
    (Edit::with(cut), Edit::with(|level: &mut Option<f64>| *level = Some(level.unwrap_or(0.0) + 1.0)))
}

impl Dashboard for Ui {
    type Device = usize;
    type Session = ();
    const CALLBACKS: Callbacks<Self> = callbacks![measure, count, note, forget];

    fn layout(self) -> Element {
        let table = self.table.columns([Column::number("No"), Column::text("Name"), Column::number("Value")]);
        page(
            "Edits",
            (
                self.measure,
                table.rows((1..=ROWS).map(measured).collect::<Vec<_>>()),
                self.count,
                row((self.note, self.notes.columns([Column::text("Note")]))),
                row((self.forget, self.raise, self.tidy.label("ab"), self.gauge)),
            ),
        )
    }
}

fn length(browser: &Browser, prop: &str) -> usize {
    browser.value(prop).as_array().unwrap().len()
}

#[tokio::test]
async fn a_row_is_appended_without_the_table_being_sent_again() {
    let app = Served::new::<Ui>(ROWS).await;
    let (mut ada, mut bob) = (app.join().await, app.join().await);
    for more in 1..=3 {
        ada.apply("measure.click", Value::Null).await;
        bob.sees("count.text", format!("{} rows", ROWS + more)).await;
        assert_eq!(
            bob.value("table.rows")[ROWS + more - 1],
            json!([(ROWS + more) as f64, format!("measurement {}", ROWS + more), 0.5])
        );
        let frame = bob.updates.last().unwrap().to_string();
        assert!(frame.len() < 150, "{} bytes: {frame}", frame.len());
    }
    assert_eq!(ada.value("table.rows"), bob.value("table.rows"));
}

#[tokio::test]
async fn whoever_comes_late_gets_the_result() {
    let app = Served::new::<Ui>(ROWS).await;
    let (mut ada, mut bob) = (app.join().await, app.join().await);
    ada.apply("measure.click", Value::Null).await;
    bob.sees("count.text", format!("{} rows", ROWS + 1)).await;
    drop(std::mem::replace(&mut bob.socket, app.join().await.socket));
    for _ in 0..200 {
        ada.apply("measure.click", Value::Null).await;
    }
    let mut late = app.join().await;
    late.settle().await;
    assert_eq!(length(&late, "table.rows"), ROWS + 201, "in the page itself");
    let html = app.page().await;
    assert_eq!(html.value("table.rows"), ada.value("table.rows"));
    bob.come_back().await;
    bob.sees("count.text", format!("{} rows", ROWS + 201)).await;
    assert_eq!(bob.value("table.rows"), ada.value("table.rows"), "from further back than edits are kept");
}

#[tokio::test]
async fn a_clients_own_value_is_edited_for_it_alone() {
    let app = Served::new::<Ui>(ROWS).await;
    let (mut ada, mut bob) = (app.join().await, app.join().await);
    for note in ["one", "two", "three", "four", ""] {
        ada.apply("note.value", note).await;
    }
    bob.apply("note.value", "mine").await;
    assert_eq!(*ada.value("notes.rows"), json!([["two"], ["three"], ["four"]]));
    assert_eq!(*bob.value("notes.rows"), json!([["mine"]]));
}

#[tokio::test]
async fn an_edit_that_panics_is_a_failure_and_the_dashboard_goes_on() {
    let app = Served::new::<Ui>(ROWS).await;
    let mut ada = app.join().await;
    ada.apply("forget.click", Value::Null).await;
    ada.apply("forget.click", Value::Null).await;
    assert_eq!((ada.value("tidy.label"), ada.value("gauge.value")), (&json!(""), &json!(2.0)));
    let Outcome::Failed(why) = ada.outcome_of("forget.click", Value::Null).await else { panic!("not failed") };
    assert!(why.starts_with("tidy.label: the edit panicked: "), "{why}");
    assert_eq!(*ada.value("gauge.value"), json!(2.0), "nothing is written");
    ada.apply("raise.click", Value::Null).await;
    assert_eq!(*ada.value("gauge.value"), json!(3.0));
}

/// plotly/dash#3001, with threads: a callback and four threads add rows to one table at the same time.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn edits_of_callbacks_and_of_threads_at_the_same_time_are_all_kept() {
    let kept = Arc::new(Mutex::new(None));
    let given = Arc::clone(&kept);
    let app = App::with::<Ui>(move |handle| {
        *given.lock().unwrap() = Some(handle);
        ROWS
    });
    let app = Served::app(app.unwrap()).await;
    let (mut ada, mut bob) = (app.join().await, app.join().await);
    let handle = kept.lock().unwrap().take().unwrap();
    let threads: Vec<_> = (0..4)
        .map(|thread| {
            let handle = handle.clone();
            thread::spawn(move || {
                (0..50).try_for_each(|at| {
                    let row = vec![Cell::from(thread * 50 + at), "pushed".into()];
                    handle.push(changes![Ui::table.rows = Edit::list().push(row)])
                })
            })
        })
        .collect();
    for _ in 0..50 {
        ada.set("measure.click", Value::Null).await;
    }
    let joined = || threads.into_iter().try_for_each(|thread| thread.join().unwrap());
    assert_eq!(tokio::task::spawn_blocking(joined).await.unwrap(), Ok::<(), PushError>(()));
    let all = ROWS + 250;
    for browser in [&mut ada, &mut bob] {
        browser.sees("count.text", format!("{all} rows")).await;
        let rows = browser.value("table.rows").as_array().unwrap();
        let mut pushed: Vec<f64> =
            rows.iter().filter(|row| row[1] == "pushed").map(|row| row[0].as_f64().unwrap()).collect();
        pushed.sort_by(f64::total_cmp);
        assert_eq!(pushed, (0..200).map(f64::from).collect::<Vec<_>>());
        assert_eq!(rows.len(), all);
    }
}

/// A unit test of such a callback, as a user would write it.
#[test]
fn an_edit_can_be_tried_without_a_dashboard() {
    let mut rows = 0;
    assert_eq!(measure(&mut rows).of(Vec::new()), Ok(vec![measured(1)]));
    assert!(note("").is_none());
    let levels = BTreeMap::from([("a".to_owned(), 1.0)]);
    assert_eq!(Edit::map().remove("a").of(levels), Ok(BTreeMap::new()));
    assert_eq!(Edit::<Vec<u8>>::list().remove(0).of(vec![]), Err("there is no item 0 in an empty list".to_owned()));
}
