//! Lists whose rows are added and removed: callbacks for one row and for all rows, and what pages get of them.

use std::time::Duration;

use dash_macros::{callback, callback_shared, callbacks, changes, components};
use proptest::prelude::*;
use serde_json::{Value as Json, json};

use super::{
    parts::{Button, Dial, Field, FieldProps, Frame, Label, Log, place},
    sim::Sim,
};
use crate::{
    callback::Callbacks,
    client::Client,
    dashboard::Dashboard,
    edit::Edit,
    element::Element,
    engine::plan::Plan,
    handle::PushError,
    protocol::limits::Limits,
    rows::{Many, Rows},
};

#[components]
pub struct Lamp {
    pub level: Dial,
    pub shown: Label,
    pub mine: Label,
    pub seen: Label,
    pub look: Button,
    pub remove: Button,
    pub log: Log,
}

#[components]
pub struct House {
    pub lamps: Many<u32, Lamp>,
    pub names: Many<String, Field>,
    pub off: Button,
    pub total: Label,
    pub greeting: Label,
}

/// The commands that it got, in their order.
#[derive(Debug, Default)]
pub struct Wires(Vec<(u32, f64)>);

#[callback_shared(output = (House::lamps[key].shown.text, House::lamps[key].log.items))]
fn switch(
    wires: &mut Wires,
    #[key] key: u32,
    #[input(House::lamps[key].level.value)] level: f64,
) -> Result<(String, u32), String> {
    if level == 66.0 {
        return Err(format!("lamp {key} is broken"));
    }
    wires.0.push((key, level));
    Ok((format!("{key}: {level}"), key))
}

#[callback_shared(output = House::total.text)]
fn total(#[input(House::lamps[..].shown.text)] shown: &Rows<u32, String>) -> String {
    shown.values().cloned().collect::<Vec<_>>().join(", ")
}

/// Writes all rows that exist, and one that does not.
#[callback_shared(on = House::off.click, output = House::lamps[..].level.value)]
fn off(#[state(House::lamps[..].level.value)] levels: Rows<u32, f64>) -> Rows<u32, f64> {
    levels.map(|_, _| 0.0).into_iter().chain([(4711, 1.0)]).collect()
}

#[callback_shared(output = House::lamps.rows)]
fn remove(
    #[input(House::lamps[..].remove.click)] removed: &Rows<u32, ()>,
    #[state(House::lamps.rows)] mut rows: Vec<u32>,
) -> Vec<u32> {
    rows.retain(|row| removed.get(row).is_none());
    rows
}

#[callback(output = House::lamps[key].mine.text)]
fn mine(#[key] key: u32, #[input(House::lamps[key].shown.text)] shown: &str) -> String {
    format!("{key} {shown}")
}

#[callback(on = House::lamps[key].look.click, output = House::lamps[key].seen.text)]
fn look(#[key] key: &u32, client: Option<Client>) -> String {
    format!("{key} by {}", client.map_or_else(String::new, |client| client.id().to_string()))
}

#[callback_shared(output = House::greeting.text)]
fn greet(#[input(House::names[..].value)] names: &Rows<String, String>) -> String {
    format!("{names:?}")
}

impl Dashboard for House {
    type Device = Wires;
    type Session = ();
    const CALLBACKS: Callbacks<Self> = callbacks![switch, total, off, remove, mine, look, greet];

    fn layout(self) -> Element {
        let lamps = self.lamps.rows([1, 2]).each(|key, lamp| {
            assert!(*key != 13, "no lamp 13");
            let level = lamp.level.value(f64::from(*key));
            place((level, lamp.shown, lamp.mine, lamp.seen, lamp.look, lamp.remove, lamp.log))
        });
        place((lamps, self.names.each(|_, name| name), self.off, self.total, self.greeting))
    }
}

fn house() -> Sim {
    Sim::new::<House>(Wires::default())
}

fn total_of(sim: &Sim, at: usize) -> String {
    sim.shown(at, House::total.text).as_str().unwrap().to_owned()
}

#[test]
fn rows_start_with_what_the_layout_says() {
    let mut sim = house();
    let ada = sim.join();
    sim.rest();
    assert_eq!(sim.shown(ada, House::lamps.row(2).level.value), 2.0);
    assert_eq!(sim.shown(ada, House::lamps.row(2).shown.text), "2: 2");
    assert_eq!(sim.shown(ada, House::lamps.row(2).mine.text), "2 2: 2");
    assert_eq!(total_of(&sim, ada), "1: 1, 2: 2");
    assert_eq!(sim.device::<Wires>().0, [(1, 1.0), (2, 2.0)]);
}

#[test]
fn a_callback_of_a_row_runs_for_that_row_alone() {
    let mut sim = house();
    let (ada, bob) = (sim.join(), sim.join());
    sim.rest();
    sim.send(ada, House::lamps.row(2).level.value, 50.0);
    sim.rest();
    assert_eq!(sim.device::<Wires>().0, [(1, 1.0), (2, 2.0), (2, 50.0)]);
    assert_eq!(sim.shown(bob, House::lamps.row(2).shown.text), "2: 50");
    assert_eq!(sim.shown(bob, House::lamps.row(1).shown.text), "1: 1");
    assert_eq!(total_of(&sim, bob), "1: 1, 2: 50");
    assert_eq!(sim.items(bob, House::lamps.row(2).log.items), [2, 2]);
    assert_eq!(sim.items(bob, House::lamps.row(1).log.items), [1]);
}

#[test]
fn a_row_that_comes_is_there_at_once_with_all_its_values() {
    let mut sim = house();
    let ada = sim.join();
    sim.rest();
    let before = sim.pages[ada].frames;
    sim.push::<House>(changes![House::lamps.rows = vec![1, 2, 7], House::lamps.row(7).level.value = 70.0]).unwrap();
    sim.poll(ada);
    assert_eq!(sim.pages[ada].frames, before + 1, "in one frame");
    assert_eq!(sim.shown(ada, House::lamps.row(7).level.value), 70.0, "the value of the same push");
    sim.rest();
    assert_eq!(sim.shown(ada, House::lamps.row(7).shown.text), "7: 70", "its callback has run");
    assert_eq!(sim.shown(ada, House::lamps.row(7).mine.text), "7 7: 70", "the private one too");
    assert_eq!(total_of(&sim, ada), "1: 1, 2: 2, 7: 70");
    assert_eq!(sim.device::<Wires>().0.iter().filter(|(key, _)| *key == 7).count(), 1, "once");
    let late = sim.join();
    sim.rest();
    assert_eq!(sim.shown(late, House::lamps.row(7).mine.text), "7 7: 70");
}

#[test]
fn a_row_that_goes_takes_everything_along_and_a_command_for_it_is_refused() {
    let mut sim = house();
    let (ada, bob) = (sim.join(), sim.join());
    sim.rest();
    let old = sim.no(House::lamps.row(2).level.value);
    sim.click(ada, House::lamps.row(2).remove.click);
    sim.rest();
    assert_eq!(sim.shown(bob, House::lamps.rows), json!([1]));
    assert_eq!(total_of(&sim, bob), "1: 1");
    let (number, text) = sim.pages[bob].command(old, &json!(5.0));
    sim.deliver(bob, &text);
    sim.rest();
    assert_eq!(sim.pages[bob].refusal(number), Some("not_shown"));
    assert_eq!(sim.device::<Wires>().0.last(), Some(&(2, 2.0)), "nothing reached the device");

    sim.push::<House>(changes![House::lamps.rows = vec![2, 1]]).unwrap();
    sim.rest();
    assert_ne!(sim.no(House::lamps.row(2).level.value), old, "the same key, but another row");
    assert_eq!(sim.shown(ada, House::lamps.row(2).level.value), 2.0, "as new");
    assert_eq!(sim.items(ada, House::lamps.row(2).log.items), [2]);
}

#[test]
fn a_command_that_waits_for_a_removed_row_gets_an_outcome_and_does_not_run() {
    let mut sim = house();
    let ada = sim.join();
    sim.rest();
    // The device is busy with the first row.
    sim.send(ada, House::lamps.row(1).level.value, 10.0);
    let waits = sim.send(ada, House::lamps.row(2).level.value, 20.0);
    sim.push::<House>(changes![House::lamps.rows = vec![1]]).unwrap();
    sim.rest();
    assert_eq!(sim.pages[ada].outcome(waits), Some(3), "{:?}", sim.pages[ada].told);
    assert!(!sim.device::<Wires>().0.contains(&(2, 20.0)));
}

#[test]
fn a_row_that_goes_while_its_callback_runs_is_not_written() {
    let mut sim = house();
    let ada = sim.join();
    sim.rest();
    sim.send(ada, House::lamps.row(2).level.value, 20.0);
    assert_eq!(sim.jobs.len(), 1);
    sim.push::<House>(changes![House::lamps.rows = vec![1]]).unwrap();
    sim.rest();
    assert_eq!(total_of(&sim, ada), "1: 1");
}

#[test]
fn another_order_is_no_new_row() {
    let mut sim = house();
    let ada = sim.join();
    sim.rest();
    let runs = sim.device::<Wires>().0.len();
    let numbers = [1, 2].map(|key| sim.no(House::lamps.row(key).level.value));
    sim.push::<House>(changes![House::lamps.rows = vec![2, 1]]).unwrap();
    sim.rest();
    assert_eq!(total_of(&sim, ada), "2: 2, 1: 1", "in the order of the page");
    assert_eq!(sim.device::<Wires>().0.len(), runs);
    assert_eq!([1, 2].map(|key| sim.no(House::lamps.row(key).level.value)), numbers);
}

#[test]
fn all_rows_are_written_but_those_that_are_not_there() {
    let mut sim = house();
    let ada = sim.join();
    sim.rest();
    sim.click(ada, House::off.click);
    sim.rest();
    assert_eq!(total_of(&sim, ada), "1: 0, 2: 0");
    assert_eq!(sim.shown(ada, House::lamps.rows), json!([1, 2]));
}

#[test]
fn one_row_fails_and_the_others_are_well() {
    let mut sim = house();
    let ada = sim.join();
    sim.rest();
    sim.send(ada, House::lamps.row(2).level.value, 66.0);
    sim.rest();
    assert_eq!(sim.bad(ada, House::lamps.row(2).shown.text), Some("lamp 2 is broken"));
    assert_eq!(sim.bad(ada, House::lamps.row(1).shown.text), None);
    sim.send(ada, House::lamps.row(2).level.value, 6.0);
    sim.rest();
    assert_eq!(sim.bad(ada, House::lamps.row(2).shown.text), None);
}

#[test]
fn private_values_of_a_row_are_each_clients_own() {
    let mut sim = house();
    let (ada, bob) = (sim.join(), sim.join());
    sim.rest();
    sim.click(ada, House::lamps.row(1).look.click);
    sim.rest();
    assert_eq!(sim.shown(ada, House::lamps.row(1).seen.text), format!("1 by {}", sim.pages[ada].id));
    assert_eq!(sim.shown(bob, House::lamps.row(1).seen.text), "");
    assert_eq!(sim.shown(ada, House::lamps.row(2).seen.text), "");
}

#[test]
fn a_page_that_was_away_gets_the_rows_of_now() {
    let mut sim = house();
    let ada = sim.join();
    sim.rest();
    sim.cut(ada);
    sim.push::<House>(changes![House::lamps.rows = vec![3, 1]]).unwrap();
    sim.finish_all();
    sim.connect(ada);
    sim.rest();
    assert_eq!(total_of(&sim, ada), "3: 3, 1: 1");
    // Another run of the server: none of the page's values is valid.
    sim.cut(ada);
    sim.pages[ada].epoch = "another".to_owned();
    sim.connect(ada);
    sim.rest();
    assert_eq!(total_of(&sim, ada), "3: 3, 1: 1");
}

#[test]
fn rows_that_cannot_come_leave_everything_as_it_is() {
    let mut sim = house();
    let ada = sim.join();
    sim.rest();
    let twice = sim.push::<House>(changes![House::lamps.rows = vec![1, 2, 2]]);
    assert_eq!(twice, Err(PushError::Page("`lamps.rows` has the key 2 twice: each row needs its own key".to_owned())));
    let broken = sim.push::<House>(changes![House::total.text = "changed", House::lamps.rows = vec![1, 13]]);
    let Err(PushError::Page(why)) = broken else { panic!("{broken:?}") };
    assert_eq!(why, "the row 13 of `lamps` cannot be made: the function in `each` panicked: no lamp 13");
    let missing = sim.push::<House>(changes![House::lamps.row(9).level.value = 1.0]);
    assert_eq!(missing, Err(PushError::NoRow { prop: "lamps[key].level.value".to_owned() }));
    let own = sim.push_one::<House>(ada, changes![House::lamps.rows = vec![1]]);
    assert!(own.is_err(), "rows are the same for everybody");
    sim.rest();
    assert_eq!(sim.shown(ada, House::lamps.rows), json!([1, 2]));
    assert_eq!(total_of(&sim, ada), "1: 1, 2: 2");
}

#[test]
fn rows_are_edited_like_any_list() {
    let mut sim = house();
    let ada = sim.join();
    sim.rest();
    sim.push::<House>(changes![House::lamps.rows = Edit::list().push(5), House::lamps.row(5).level.value = 55.0])
        .unwrap();
    sim.rest();
    assert_eq!(total_of(&sim, ada), "1: 1, 2: 2, 5: 55");
    sim.push::<House>(changes![House::lamps.rows = Edit::list().remove(0)]).unwrap();
    sim.rest();
    assert_eq!(total_of(&sim, ada), "2: 2, 5: 55");
}

#[test]
fn keys_can_be_texts_and_a_component_can_be_the_row() {
    let mut sim = house();
    let ada = sim.join();
    sim.rest();
    let (door, wall) = ("the \"door\"", "wall");
    sim.push::<House>(changes![House::names.rows = vec![door.to_owned(), wall.to_owned()]]).unwrap();
    sim.rest();
    sim.send(ada, House::names.row(door.to_owned()).value, "oak");
    sim.rest();
    assert_eq!(
        sim.shown(ada, House::greeting.text),
        format!("{:?}", [(door, "oak"), (wall, "")].into_iter().collect::<Rows<_, _>>())
    );
}

#[test]
fn one_change_costs_the_same_among_a_thousand_rows() {
    let mut sim = house();
    let ada = sim.join();
    sim.rest();
    let frame = |sim: &mut Sim, to: f64| {
        sim.push::<House>(changes![House::lamps.row(2).level.value = to]).unwrap();
        let frame = sim.poll_lost(ada).unwrap();
        sim.pages[ada].apply(&frame);
        sim.rest();
        frame.len()
    };
    let few = frame(&mut sim, 10.0);
    sim.push::<House>(changes![House::lamps.rows = (1..=1001).filter(|key| *key != 13).collect::<Vec<u32>>()]).unwrap();
    sim.rest();
    let many = frame(&mut sim, 20.0);
    assert!(many <= few + 8, "{many} bytes, {few} with two rows");
}

#[test]
fn rows_that_come_and_go_leave_nothing_behind() {
    let mut sim = house();
    let ada = sim.join();
    sim.rest();
    let kept = |sim: &Sim| {
        let engine = &sim.engine;
        let sessions = engine.roster.all().map(|session| session.own.len() + session.views.len()).sum::<usize>();
        (sessions, engine.scheduler.kept(), engine.truth.overridden.len())
    };
    let before = kept(&sim);
    for round in 0..50_u32 {
        sim.push::<House>(changes![House::lamps.rows = vec![1, 2, 100 + round]]).unwrap();
        sim.rest();
        sim.click(ada, House::lamps.row(100 + round).look.click);
        sim.rest();
        sim.push::<House>(changes![House::lamps.rows = vec![1, 2]]).unwrap();
        sim.rest();
    }
    assert_eq!(kept(&sim), before);
}

#[test]
fn rows_pushed_before_the_start_run_once() {
    let mut sim = Sim::unstarted::<House>(Wires::default(), Limits::default());
    sim.push::<House>(changes![House::lamps.rows = vec![2, 3]]).unwrap();
    sim.begin();
    sim.rest();
    assert_eq!(sim.device::<Wires>().0, [(2, 2.0), (3, 3.0)]);
}

/// The page cannot show what a run writes besides the rows.
mod in_vain {
    use super::*;

    #[components]
    pub struct Shelf {
        pub books: Many<u32, Label>,
        pub open: Button,
        pub inside: Frame,
        pub name: Field,
    }

    /// In a function of its own, because the compiler finds it in a callback.
    fn placed_by_layout() -> FieldProps {
        Shelf::name
    }

    #[callback_shared(on = Shelf::open.click, output = (Shelf::books.rows, Shelf::inside.children))]
    fn open() -> (Vec<u32>, Element) {
        (vec![1, 2], Element::of(placed_by_layout().place()))
    }

    impl Dashboard for Shelf {
        type Device = ();
        type Session = ();
        const CALLBACKS: Callbacks<Self> = callbacks![open];

        fn layout(self) -> Element {
            place((self.books.each(|_, book| book), self.open, self.inside, self.name))
        }
    }

    #[test]
    fn rows_of_a_run_that_fails_do_not_come_and_are_not_kept() {
        let mut sim = Sim::new::<Shelf>(());
        let ada = sim.join();
        sim.rest();
        sim.click(ada, Shelf::open.click);
        sim.rest();
        assert!(sim.bad(ada, Shelf::books.rows).unwrap().contains("`name` is a fixed part of the page"));
        assert_eq!(sim.shown(ada, Shelf::books.rows), json!([]));
        assert_eq!(sim.engine.truth.store.lists.prepared(), 0);
    }
}

mod faulty {
    use super::*;

    macro_rules! house {
        ($name:ident, $rows:expr, |$key:pat_param, $lamp:ident| $row:expr) => {
            #[components]
            pub struct $name {
                pub lamps: Many<u32, Lamp>,
            }

            impl Dashboard for $name {
                type Device = ();
                type Session = ();
                const CALLBACKS: Callbacks<Self> = callbacks![];

                fn layout(self) -> Element {
                    place(self.lamps.rows($rows).each(|$key, $lamp| $row))
                }
            }
        };
    }

    house!(Twice, [3, 3], |_, lamp| place((
        lamp.level,
        lamp.shown,
        lamp.mine,
        lamp.seen,
        lamp.look,
        lamp.remove,
        lamp.log
    )));
    house!(Lost, [3], |_, lamp| {
        let _ = (lamp.look, lamp.remove, lamp.log);
        place((lamp.level, lamp.shown, lamp.mine, lamp.seen))
    });

    fn fault<D: Dashboard>() -> Vec<String> {
        Plan::of::<D>().err().unwrap_or_default()
    }

    #[test]
    fn faults_of_the_starting_rows_are_reported_at_the_start() {
        assert_eq!(fault::<Twice>(), ["`lamps.rows` has the key 3 twice: each row needs its own key"]);
        assert_eq!(
            fault::<Lost>(),
            [
                "the row 3 of `lamps` cannot be made: `lamps[key].look` is a Button that the function in `each` does not place"
            ]
        );
    }
}

// ---- random events ----

const PAGES: usize = 2;

#[derive(Debug, Clone)]
enum Op {
    Rows(Vec<u32>),
    Level(usize, u32, u8),
    Push(u32, u8),
    Remove(usize, u32),
    Look(usize, u32),
    Off(usize),
    Finish(usize),
    Poll(usize),
    Cut(usize),
    Connect(usize),
}

fn op() -> impl Strategy<Value = Op> {
    let (page, key) = (0..PAGES, 1..7_u32);
    let keys = proptest::collection::btree_set(key.clone(), 0..5).prop_map(|keys| keys.into_iter().collect::<Vec<_>>());
    prop_oneof![
        3 => keys.prop_shuffle().prop_map(Op::Rows),
        6 => (page.clone(), key.clone(), 0..50_u8).prop_map(|(page, key, to)| Op::Level(page, key, to)),
        3 => (key.clone(), 0..50_u8).prop_map(|(key, to)| Op::Push(key, to)),
        2 => (page.clone(), key.clone()).prop_map(|(page, key)| Op::Remove(page, key)),
        2 => (page.clone(), key).prop_map(|(page, key)| Op::Look(page, key)),
        1 => page.clone().prop_map(Op::Off),
        10 => (0..6_usize).prop_map(Op::Finish),
        5 => page.clone().prop_map(Op::Poll),
        1 => page.clone().prop_map(Op::Cut),
        2 => page.prop_map(Op::Connect),
    ]
}

fn apply(sim: &mut Sim, op: Op) {
    let is_there = |sim: &Sim, page: usize, key: u32| {
        // A person acts on the rows that the page shows.
        let number = sim.engine.find_number(&House::lamps.row(key).level.value.key());
        number.is_some_and(|number| sim.pages[page].cells.contains_key(&number.place()))
    };
    match op {
        Op::Rows(rows) => sim.push::<House>(changes![House::lamps.rows = rows]).unwrap(),
        Op::Level(page, key, to) if is_there(sim, page, key) => {
            sim.send(page, House::lamps.row(key).level.value, f64::from(to));
        }
        Op::Push(key, to) => _ = sim.push::<House>(changes![House::lamps.row(key).level.value = f64::from(to)]),
        Op::Remove(page, key) if is_there(sim, page, key) => _ = sim.click(page, House::lamps.row(key).remove.click),
        Op::Look(page, key) if is_there(sim, page, key) => _ = sim.click(page, House::lamps.row(key).look.click),
        Op::Level(..) | Op::Remove(..) | Op::Look(..) => {}
        Op::Off(page) => _ = sim.click(page, House::off.click),
        Op::Finish(at) => {
            if let Some(at) = at.checked_rem(sim.jobs.len()) {
                sim.finish(at);
            }
        }
        Op::Poll(page) => {
            if sim.pages[page].socket.is_some() {
                sim.poll(page);
            }
        }
        Op::Cut(page) => sim.cut(page),
        Op::Connect(page) => sim.connect(page),
    }
}

proptest! {
    #[test]
    fn at_rest_everybody_shows_the_same_rows_and_what_their_callbacks_made_of_them(
        ops in proptest::collection::vec(op(), 1..80),
    ) {
        let mut sim = house();
        (0..PAGES).for_each(|_| _ = sim.join());
        sim.rest();
        for op in ops {
            apply(&mut sim, op);
            sim.now += Duration::from_millis(1);
        }
        for page in 0..PAGES {
            sim.connect(page);
        }
        sim.rest();
        for page in 0..PAGES {
            let rows: Vec<u32> = serde_json::from_value(sim.shown(page, House::lamps.rows)).unwrap();
            let shown = |key: u32| sim.shown(page, House::lamps.row(key).shown.text).as_str().unwrap().to_owned();
            for key in &rows {
                let level: Json = sim.shown(page, House::lamps.row(*key).level.value);
                prop_assert_eq!(shown(*key), format!("{key}: {}", level.as_f64().unwrap()));
                let mine = sim.shown(page, House::lamps.row(*key).mine.text);
                prop_assert!(mine.as_str().unwrap().starts_with(&format!("{key} {}", shown(*key))), "{mine}");
            }
            let expected: Vec<String> = rows.into_iter().map(shown).collect();
            prop_assert_eq!(total_of(&sim, page), expected.join(", "));
        }
    }
}
