//! Edits: the server sends only what changed, and every page ends with the same value, whenever it joined.

use std::collections::BTreeMap;

use dash_macros::{Component, callback, callback_shared, callbacks, changes, components};
use proptest::prelude::*;
use serde_json::json;

use super::{
    parts::{Button, Dial, Label, place},
    sim::{At, Sim},
};
use crate::{
    callback::{Callbacks, call::Write},
    component::prelude::*,
    dashboard::Dashboard,
    edit::Edit,
    element::Element,
    engine::store::Change,
    value::Value,
};

/// Values large enough that edits are worthwhile.
#[derive(Component)]
#[component(tag = "t-sheet", script = "parts.rs")]
pub struct Sheet {
    id: ComponentId,
    rows: Vec<String>,
    levels: BTreeMap<String, f64>,
    figure: Vec<Vec<u32>>,
    total: f64,
}

impl Render for Sheet {
    fn render(&self, _: &mut Html) {}
}

#[components]
struct Desk {
    seed: Dial,
    sheet: Sheet,
    seen: Label,
    level: Dial,
    mine: Dial,
    own: Sheet,
    add: Button,
    shared: Sheet,
    count: Label,
    reset: Button,
}

/// An edit chosen by number. One in nine does not fit, and one in nine replaces the whole value.
fn rows(seed: f64) -> Edit<Vec<String>> {
    let row = || format!("row {seed} with some text");
    let place = seed as usize % 4;
    match seed as u32 % 9 {
        0 => Edit::list().remove(1000),
        1 => Edit::whole(vec![row(); place]),
        2 => Edit::list().insert(0, row()).push(row()),
        3 => Edit::list().extend([row(), row()]).set(place % 2, row()),
        4 => Edit::list().keep_last(5),
        5 => Edit::with(move |rows: &mut Vec<String>| rows.iter_mut().skip(place).for_each(|row| row.push('!'))),
        6 => Edit::list().push(row()).remove(0),
        _ => Edit::list().push(row()),
    }
}

fn levels(seed: f64) -> Edit<BTreeMap<String, f64>> {
    let key = |number: f64| format!("k{}", number % 5.0);
    match seed as u32 % 4 {
        0 => Edit::map().remove(key(seed)),
        1 => Edit::map().insert(key(seed), seed).remove(key(seed + 1.0)),
        2 if seed > 95.0 => Edit::map().clear(),
        _ => Edit::map().insert(key(seed / 4.0), seed),
    }
}

fn figure(seed: f64) -> Edit<Vec<Vec<u32>>> {
    let seed = seed as u32;
    Edit::with(move |traces: &mut Vec<Vec<u32>>| match traces.len() {
        0..3 => traces.push(vec![seed; 20]),
        _ if seed.is_multiple_of(7) => _ = traces.remove(1),
        len => traces[seed as usize % len].push(seed),
    })
}

type Edits = (Edit<Vec<String>>, Option<Edit<BTreeMap<String, f64>>>, Edit<Vec<Vec<u32>>>, Edit<f64>);

fn edits(seed: f64) -> Edits {
    (rows(seed), (seed > 3.0).then(|| levels(seed)), figure(seed), Edit::with(|total| *total += 1.0))
}

#[callback_shared(
    queue = all, initial = false,
    output = (Desk::sheet.rows, Desk::sheet.levels, Desk::sheet.figure, Desk::sheet.total)
)]
fn change(done: &mut u32, #[input(Desk::seed.value)] seed: f64) -> Edits {
    *done += 1;
    edits(seed)
}

/// Reads the result of the edits in the same turn.
#[callback_shared(output = Desk::seen.text)]
fn seen(#[input(Desk::sheet.rows)] rows: &[String], #[input(Desk::sheet.total)] total: f64) -> String {
    format!("{} {total}", rows.len())
}

/// The same for one client.
#[callback(
    queue = all, initial = false,
    output = (Desk::own.rows, Desk::own.levels, Desk::own.figure, Desk::own.total)
)]
fn change_own(#[input(Desk::mine.value)] seed: f64) -> Edits {
    edits(seed)
}

/// Only adds items, or writes the value from the start.
#[callback_shared(on = Desk::reset.click, output = Desk::shared.rows)]
fn add(done: &mut u32, #[input(Desk::add.click)] add: Option<()>) -> Edit<Vec<String>> {
    *done += 1;
    match add {
        Some(()) => Edit::list().push(format!("row {done}, and all that belongs to it")),
        None => Edit::whole(first_rows()),
    }
}

/// In the same queue.
#[callback_shared(output = Desk::count.text)]
fn count(#[input(Desk::shared.rows)] rows: &[String]) -> String {
    rows.len().to_string()
}

fn first_rows() -> Vec<String> {
    (0..20).map(|row| format!("row {row} from the start")).collect()
}

impl Dashboard for Desk {
    type Device = u32;
    type Session = ();
    const CALLBACKS: Callbacks<Self> = callbacks![change, seen, change_own, add, count];

    fn layout(self) -> Element {
        let rows = first_rows();
        place((
            place((self.seed, self.sheet.rows(rows.clone()), self.seen, self.level)),
            place((self.mine, self.own.rows(rows.clone()), self.add, self.shared.rows(rows), self.count, self.reset)),
        ))
    }
}

fn frame(sim: &mut Sim, page: At) -> String {
    let frame = sim.poll_lost(page).unwrap();
    sim.pages[page].apply(&frame);
    sim.check(page);
    frame
}

#[test]
fn an_edit_is_sent_without_the_rest_of_the_value() {
    let mut sim = Sim::new::<Desk>(0);
    let (a, b) = (sim.join(), sim.join());
    sim.rest();
    sim.click(a, Desk::add.click);
    sim.finish_all();
    let first = frame(&mut sim, b);
    let (rows, count) = (sim.no(Desk::shared.rows), sim.no(Desk::count.text));
    assert_eq!(
        first,
        format!(
            r#"{{"r":{},"p":[[{count},"21"]],"d":[[{rows},[[[],20,0,["row 1, and all that belongs to it"]]]]]}}"#,
            sim.engine.rev()
        )
    );
    sim.click(a, Desk::add.click);
    sim.click(a, Desk::add.click);
    sim.finish_all();
    assert!(frame(&mut sim, b).len() < 180, "two edits at once");
    sim.rest();
}

#[test]
fn a_late_or_long_absent_page_gets_the_whole_value() {
    let mut sim = Sim::new::<Desk>(0);
    let (a, b) = (sim.join(), sim.join());
    sim.rest();
    sim.cut(b);
    sim.click(a, Desk::add.click);
    sim.rest();
    assert_eq!(sim.load().values[sim.no(Desk::shared.rows)].as_array().unwrap().len(), 21, "a page that is loaded now");
    sim.connect(b);
    assert!(frame(&mut sim, b).contains("\"d\":"), "a short cut");
    sim.cut(b);
    for _ in 0..100 {
        sim.click(a, Desk::add.click);
        sim.finish_all();
        sim.poll(a);
    }
    sim.connect(b);
    let all = frame(&mut sim, b);
    assert!(!all.contains("\"d\":") && all.contains("\"p\":"), "more edits than are kept: {all}");
    let late = sim.join();
    sim.rest();
    for page in [a, b, late] {
        assert_eq!(sim.shown(page, Desk::shared.rows).as_array().unwrap().len(), 121);
    }
}

/// plotly/dash#3001: of two patches at nearly the same time, one was lost.
#[test]
fn two_edits_at_once_are_both_kept() {
    let mut sim = Sim::new::<Desk>(0);
    let page = sim.join();
    sim.rest();
    let rows = sim.prop_no(Desk::shared.rows);
    sim.click(page, Desk::add.click);
    // Another edit is committed while the callback runs.
    let other = Edit::list().insert(0, "other".to_owned()).patch().unwrap();
    sim.engine.truth.store.commit([(rows, Change::Write(Write::Edit(other)))]);
    sim.rest();
    let shown = sim.shown(page, Desk::shared.rows);
    assert_eq!((&shown[0], &shown[21]), (&json!("other"), &json!("row 1, and all that belongs to it")));
}

/// An edit is pushed while the callback that adds is running, and the other way round.
#[test]
fn an_edit_of_a_callback_and_one_that_is_pushed_meanwhile_are_both_kept_and_both_read() {
    let mut sim = Sim::new::<Desk>(0);
    let page = sim.join();
    sim.rest();
    sim.click(page, Desk::add.click);
    sim.push(changes![Desk::shared.rows = Edit::list().push("pushed".to_owned())]).unwrap();
    sim.push(changes![Desk::shared.rows = Edit::list().insert(0, "pushed too".to_owned())]).unwrap();
    sim.click(page, Desk::add.click);
    sim.rest();
    let rows = sim.shown(page, Desk::shared.rows);
    assert_eq!((rows.as_array().unwrap().len(), sim.shown(page, Desk::count.text)), (24, "24".into()));
    assert_eq!((&rows[0], &rows[21]), (&json!("pushed too"), &json!("pushed")));
}

/// A click comes before an edit that is pushed later, even if the callback of the click is slow.
#[test]
fn a_pushed_edit_is_not_lost_to_a_value_that_was_on_its_way() {
    let mut sim = Sim::new::<Desk>(0);
    let page = sim.join();
    sim.rest();
    sim.click(page, Desk::reset.click);
    sim.push(changes![Desk::shared.rows = Edit::list().push("pushed".to_owned())]).unwrap();
    sim.rest();
    let rows = sim.shown(page, Desk::shared.rows);
    assert_eq!((&rows[20], sim.shown(page, Desk::count.text)), (&json!("pushed"), "21".into()));
}

#[test]
fn the_rest_of_the_turn_reads_the_edited_value() {
    let mut sim = Sim::new::<Desk>(0);
    let page = sim.join();
    sim.rest();
    sim.send(page, Desk::seed.value, 7);
    sim.rest();
    assert_eq!(sim.shown(page, Desk::seen.text), "21 1");
    sim.send(page, Desk::seed.value, 2);
    sim.finish_one("change");
    assert_eq!(sim.shown(page, Desk::seen.text), "21 1", "the edit and the callbacks that it starts are one change");
    sim.rest();
    assert_eq!(sim.shown(page, Desk::seen.text), "23 2");
}

#[test]
fn an_edit_that_does_not_fit_is_the_callbacks_failure_and_nothing_is_written() {
    let mut sim = Sim::new::<Desk>(0);
    let page = sim.join();
    sim.rest();
    let number = sim.send(page, Desk::seed.value, 9);
    sim.rest();
    let why = "sheet.rows: there is no item 1000 in a list of 20, whose last is 19";
    assert_eq!(sim.pages[page].told[&number].last().unwrap()[..], [json!(3), json!(why)]);
    assert_eq!(sim.bad(page, Desk::sheet.rows), Some(why));
    assert_eq!(sim.shown(page, Desk::sheet.total), 0.0, "its other outputs are not written either");
    sim.send(page, Desk::seed.value, 7);
    sim.rest();
    assert_eq!((sim.bad(page, Desk::sheet.rows), sim.shown(page, Desk::sheet.total)), (None, json!(1.0)));
}

/// The callback has ended, but its turn goes on.
#[test]
fn a_write_of_another_before_the_turn_ends_is_not_lost() {
    let mut sim = Sim::new::<Shrink>(());
    let page = sim.join();
    sim.rest();
    let rows = sim.prop_no(Shrink::sheet.rows);
    sim.click(page, Shrink::take.click);
    sim.finish_one("take");
    let other = Edit::list().push("other".to_owned()).patch().unwrap();
    sim.engine.truth.store.commit([(rows, Change::Write(Write::Edit(other)))]);
    sim.rest();
    assert_eq!(sim.shown(page, Shrink::sheet.rows), json!(["other"]));
}

/// The edit fitted when the callback returned. Then another writer emptied the list.
#[test]
fn an_edit_that_does_not_fit_any_more_is_reported_too() {
    let mut sim = Sim::new::<Shrink>(());
    let page = sim.join();
    sim.rest();
    let rows = sim.prop_no(Shrink::sheet.rows);
    let number = sim.click(page, Shrink::take.click);
    sim.finish_one("take");
    let empty = Change::Write(Write::Set(Value::new(Vec::<String>::new()).unwrap()));
    sim.engine.truth.store.commit([(rows, empty)]);
    sim.rest();
    let why = "an edit does not fit any more: there is no item 0 in an empty list";
    assert_eq!(sim.pages[page].told[&number].last().unwrap()[..], [json!(3), json!(why)]);
    assert_eq!(sim.bad(page, Shrink::sheet.rows), Some(why));
    assert_eq!(sim.shown(page, Shrink::sheet.rows), json!([]));
}

#[components]
struct Shrink {
    take: Button,
    sheet: Sheet,
    taken: Label,
    noted: Label,
}

#[callback_shared(on = Shrink::take.click, output = (Shrink::sheet.rows, Shrink::taken.text))]
fn take() -> (Edit<Vec<String>>, &'static str) {
    (Edit::list().remove(0), "one")
}

/// The turn goes on after `take`.
#[callback_shared(output = Shrink::noted.text)]
fn note(#[input(Shrink::taken.text)] taken: &str) -> String {
    taken.to_owned()
}

impl Dashboard for Shrink {
    type Device = ();
    type Session = ();
    const CALLBACKS: Callbacks<Self> = callbacks![take, note];

    fn layout(self) -> Element {
        place((self.take, self.sheet.rows(vec!["only".to_owned()]), self.taken, self.noted))
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]

    /// `Sim::check` compares every value with the server's after every frame.
    #[test]
    fn p2_every_client_shows_what_came_of_all_edits(ops in prop::collection::vec((0..3_usize, 0..13_u8, 0..100_u8), 1..80)) {
        let mut sim = Sim::new::<Desk>(0);
        (0..3).for_each(|_| _ = sim.join());
        sim.rest();
        let mut pushed = 0;
        for (page, what, number) in ops {
            match what {
                0 | 1 => _ = sim.send(page, Desk::seed.value, number),
                2 => _ = sim.send(page, Desk::mine.value, number),
                3 => _ = sim.click(page, Desk::add.click),
                4 | 5 if !sim.jobs.is_empty() => sim.finish(usize::from(number) % sim.jobs.len()),
                6 => sim.pass(u64::from(number)),
                7 if sim.pages[page].socket.is_some() => _ = sim.poll(page),
                8 => {
                    let _ = sim.poll_lost(page);
                    sim.cut(page);
                }
                9 => sim.connect(page),
                // An edit that does not fit is refused and changes nothing.
                10 => {
                    let (rows, levels) = (rows(f64::from(number)), levels(f64::from(number)));
                    let _ = sim.push(changes![Desk::sheet.rows = rows, Desk::own.levels = levels]);
                }
                11 => _ = sim.push_one(page, changes![Desk::own.rows = rows(f64::from(number))]),
                12 => {
                    pushed += 1;
                    sim.push(changes![Desk::shared.rows = Edit::list().insert(1, format!("pushed {number}"))]).unwrap();
                }
                _ => {}
            }
        }
        (0..3).for_each(|page| sim.connect(page));
        let late = sim.join();
        sim.rest();
        let count = |prop| sim.shown(late, prop).as_array().unwrap().len().to_string();
        prop_assert_eq!(sim.shown(late, Desk::count.text), count(Desk::shared.rows), "the callback reads the value that pages show");
        prop_assert!(sim.shown(late, Desk::seen.text).as_str().unwrap().starts_with(&count(Desk::sheet.rows)));
        let clicks = sim.taken.iter().filter(|(_, prop, _)| *prop == sim.no(Desk::add.click)).count();
        prop_assert_eq!(count(Desk::shared.rows), (20 + clicks + pushed).to_string(), "each edit once");
        let total = sim.shown(late, Desk::sheet.total).as_f64().unwrap();
        let changed = sim.taken.iter().filter(|(_, prop, value)| *prop == sim.no(Desk::seed.value) && value.as_u64().unwrap() % 9 != 0);
        prop_assert_eq!(total, changed.count() as f64, "each edit once, and failed edits not at all");
    }
}
