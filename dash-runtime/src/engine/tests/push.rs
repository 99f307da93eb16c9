//! Pushes of the program: they take effect at once and together, in the order of each queue, and no callback blocks
//! them.

use dash_macros::{callback, callback_shared, callbacks, changes, components};
use proptest::prelude::*;

use super::{
    parts::{Button, Choice, Dial, Field, Label, Log, place},
    sim::Sim,
};
use crate::{
    callback::Callbacks,
    dashboard::Dashboard,
    edit::Edit,
    element::Element,
    handle::{PushError, Whom},
    protocol::limits::Limits,
};

/// The actions of the callbacks, in their order.
#[derive(Debug, Default)]
pub struct Diary(Vec<String>);

#[components]
pub struct Desk {
    pub a: Dial,
    pub b: Dial,
    pub sum: Label,
    pub level: Dial,
    pub reset: Button,
    pub shown: Label,
    pub step: Dial,
    pub log: Log,
    pub note: Label,
    pub other: Label,
    pub echo: Label,
    pub name: Field,
    pub hello: Label,
    pub go: Button,
    pub gone: Label,
    pub mine: Label,
    pub pick: Choice,
}

/// Two inputs.
#[callback_shared(output = Desk::sum.text)]
fn add(diary: &mut Diary, #[input(Desk::a.value)] a: f64, #[input(Desk::b.value)] b: f64) -> String {
    diary.0.push(format!("{a}+{b}"));
    (a + b).to_string()
}

/// Writes a property that `follow` reads. Pages write it too.
#[callback_shared(on = Desk::reset.click, output = Desk::level.value)]
fn reset() -> f64 {
    0.0
}

#[callback_shared(output = Desk::shown.text)]
fn follow(#[input(Desk::level.value)] level: f64) -> String {
    level.to_string()
}

#[callback_shared(initial = false, queue = all)]
fn step(diary: &mut Diary, #[input(Desk::step.value)] to: f64) {
    diary.0.push(format!("step {to}"));
}

/// Private. Reads a private and a shared property.
#[callback(output = Desk::hello.text)]
fn greet(#[input(Desk::name.value)] name: &str, #[input(Desk::sum.text)] sum: &str) -> String {
    format!("{name}@{sum}")
}

/// Private. Reads a shared property that no other callback uses.
#[callback(output = Desk::echo.text)]
fn echo(#[input(Desk::other.text)] other: &str) -> String {
    format!("\"{other}\"")
}

#[callback_shared(on = Desk::go.click, output = Desk::gone.text)]
fn go(diary: &mut Diary) -> String {
    diary.0.push("go".to_owned());
    diary.0.iter().filter(|did| *did == "go").count().to_string()
}

/// In the device's queue, like `go`, but once per client.
#[callback(on = Desk::go.click, output = Desk::mine.text)]
fn went(diary: &mut Diary, #[state(Desk::name.value)] name: &str) -> String {
    diary.0.push(format!("{name} went"));
    format!("{name} went")
}

impl Dashboard for Desk {
    type Device = Diary;
    type Session = ();
    const CALLBACKS: Callbacks<Self> = callbacks![add, reset, follow, step, greet, echo, go, went];

    fn layout(self) -> Element {
        place((
            place((self.a, self.b, self.sum, self.level, self.reset, self.shown, self.step, self.log)),
            place((self.note, self.other, self.echo, self.name, self.hello, self.go, self.gone, self.mine)),
            self.pick.options(vec!["one".to_owned()]),
        ))
    }
}

fn desk() -> (Sim, usize, usize) {
    let mut sim = Sim::new::<Desk>(Diary::default());
    let (a, b) = (sim.join(), sim.join());
    sim.rest();
    (sim, a, b)
}

fn did(sim: &Sim) -> Vec<&str> {
    sim.device::<Diary>().0.iter().map(String::as_str).collect()
}

#[test]
fn everything_of_a_push_is_one_frame_with_what_the_callbacks_made_of_it() {
    let (mut sim, a, b) = desk();
    let frames = sim.pages[b].frames;
    sim.push(changes![Desk::a.value = 1.0, Desk::b.value = 2.0, Desk::note.text = "new", Desk::log.items = vec![7, 8]])
        .unwrap();
    sim.finish_all();
    for page in [a, b] {
        let frame = sim.poll_lost(page).expect("a frame");
        for part in ["1.0", "2.0", "\"new\"", "[7,8]", "\"3\""] {
            assert!(frame.contains(part), "{part} in {frame}");
        }
        assert_eq!(sim.poll_lost(page), None);
    }
    assert_eq!(sim.pages[b].frames, frames);
}

#[test]
fn inputs_that_are_pushed_together_start_a_callback_once() {
    let (mut sim, _, _) = desk();
    sim.push(changes![Desk::a.value = 1.0, Desk::b.value = 2.0]).unwrap();
    sim.rest();
    assert_eq!(did(&sim), ["0+0", "1+2"]);
    sim.push(changes![Desk::b.value = 5.0]).unwrap();
    sim.rest();
    assert_eq!(did(&sim), ["0+0", "1+2", "1+5"]);
}

#[test]
fn a_push_is_seen_at_once_while_a_callback_is_busy_and_its_turn_comes_in_order() {
    let (mut sim, a, b) = desk();
    sim.send(a, Desk::a.value, 1.0);
    sim.push(changes![Desk::b.value = 2.0]).unwrap();
    sim.send(b, Desk::a.value, 3.0);
    assert_eq!(sim.running(), ["add"]);
    sim.poll(b);
    assert_eq!((sim.shown(b, Desk::b.value), sim.shown(b, Desk::sum.text)), (2.0.into(), "0".into()));
    sim.rest();
    assert_eq!(did(&sim), ["0+0", "1+0", "1+2", "3+2"]);
}

#[test]
fn what_is_pushed_while_a_callback_is_busy_merges_property_by_property() {
    let (mut sim, a, _) = desk();
    sim.send(a, Desk::a.value, 1.0);
    for value in 1..=5_u8 {
        sim.push(changes![Desk::a.value = 10 * value, Desk::b.value = value]).unwrap();
    }
    sim.push(changes![Desk::b.value = 9.0]).unwrap();
    sim.rest();
    assert_eq!(did(&sim), ["0+0", "1+0", "50+9"]);
}

#[test]
fn a_push_that_is_joined_by_a_later_one_does_not_undo_what_a_person_did_in_between() {
    let (mut sim, a, b) = desk();
    sim.send(a, Desk::a.value, 1.0);
    sim.push(changes![Desk::a.value = 5.0, Desk::b.value = 5.0]).unwrap();
    sim.send(b, Desk::a.value, 7.0);
    sim.push(changes![Desk::b.value = 6.0]).unwrap();
    sim.rest();
    assert_eq!(did(&sim).last(), Some(&"7+6"));
    assert_eq!(sim.shown(a, Desk::sum.text), "13");
}

#[test]
fn nothing_is_pushed_past_a_click() {
    let (mut sim, a, _) = desk();
    sim.send(a, Desk::a.value, 1.0);
    sim.push(changes![Desk::b.value = 1.0]).unwrap();
    sim.click(a, Desk::go.click);
    sim.push(changes![Desk::b.value = 2.0]).unwrap();
    sim.rest();
    assert_eq!(did(&sim), ["0+0", "1+0", "1+1", "go", " went", "1+2"]);
}

#[test]
fn with_two_writers_the_order_of_the_queue_decides_the_final_value() {
    let (mut sim, a, b) = desk();
    // `reset` runs, and will write 0 after the push has taken effect.
    sim.click(a, Desk::reset.click);
    sim.push(changes![Desk::level.value = 40.0]).unwrap();
    sim.poll(b);
    assert_eq!(sim.shown(b, Desk::level.value), 40.0, "at once");
    sim.rest();
    for page in [a, b] {
        assert_eq!((sim.shown(page, Desk::level.value), sim.shown(page, Desk::shown.text)), (40.0.into(), "40".into()));
    }
    // In the other order, the click has the last write.
    sim.send(a, Desk::level.value, 10.0);
    sim.push(changes![Desk::level.value = 50.0]).unwrap();
    sim.click(b, Desk::reset.click);
    sim.rest();
    assert_eq!((sim.shown(a, Desk::level.value), sim.shown(a, Desk::shown.text)), (0.0.into(), "0".into()));
}

#[test]
fn with_queue_all_each_value_counts_and_a_full_queue_takes_nothing_of_a_push() {
    let limits = Limits { queue: 2, ..Limits::default() };
    let mut sim = Sim::with_limits::<Desk>(Diary::default(), limits);
    for to in 1..=3_u8 {
        sim.push(changes![Desk::step.value = to]).unwrap();
    }
    let refused = sim.push(changes![Desk::note.text = "lost?", Desk::step.value = 4.0]);
    assert_eq!(refused, Err(PushError::Full { prop: "step.value".to_owned(), limit: 2 }));
    let page = sim.join();
    assert_eq!((sim.shown(page, Desk::note.text), sim.shown(page, Desk::step.value)), ("".into(), 3.0.into()));
    sim.rest();
    assert_eq!(did(&sim), ["0+0", "step 1", "step 2", "step 3"]);
    sim.push(changes![Desk::step.value = 4.0]).unwrap();
    sim.rest();
    assert_eq!(did(&sim).last(), Some(&"step 4"));
}

#[test]
fn a_flood_of_pushes_neither_grows_nor_refuses_while_the_newest_counts() {
    let limits = Limits { queue: 2, ..Limits::default() };
    let mut sim = Sim::with_limits::<Desk>(Diary::default(), limits);
    let page = sim.join();
    sim.rest();
    sim.send(page, Desk::a.value, 1.0);
    for value in 0..100_u8 {
        if value % 2 == 0 {
            sim.push(changes![Desk::a.value = value]).unwrap();
        } else {
            sim.push(changes![Desk::b.value = value]).unwrap();
        }
        sim.send(page, Desk::a.value, f64::from(value));
    }
    sim.rest();
    assert!(did(&sim).len() < 6, "{:?}", did(&sim));
    assert_eq!(did(&sim).last(), Some(&"99+99"));
    assert!(sim.engine.counts().refused.is_empty());
}

#[test]
fn a_push_that_leads_back_to_the_same_callback_runs_it_again_and_lets_others_in_between() {
    let (mut sim, a, _) = desk();
    sim.push(changes![Desk::a.value = 1.0]).unwrap();
    for round in 2..6_u8 {
        // As if `add` pushed its own input while it runs.
        let add = sim.run_of("add");
        sim.push(changes![Desk::a.value = round]).unwrap();
        if round == 3 {
            sim.click(a, Desk::go.click);
        }
        sim.finish(add);
        if round == 4 {
            // The click does not wait until the loop ends.
            sim.finish_one("go");
            sim.finish_one("went");
        }
    }
    sim.rest();
    assert_eq!(did(&sim), ["0+0", "1+0", "2+0", "3+0", "go", " went", "4+0", "5+0"]);
}

#[test]
fn a_push_before_the_first_client_is_kept() {
    let mut sim = Sim::new::<Desk>(Diary::default());
    sim.push(changes![Desk::a.value = 4.0, Desk::log.items = 1_u32]).unwrap();
    sim.rest();
    let page = sim.join();
    assert_eq!((sim.shown(page, Desk::sum.text), sim.items(page, Desk::log.items)), ("4".into(), vec![1.into()]));
}

#[test]
fn before_the_start_a_push_waits_for_the_first_runs() {
    let mut sim = Sim::unstarted::<Desk>(Diary::default(), Limits::default());
    sim.push(changes![Desk::a.value = 4.0]).unwrap();
    sim.push(changes![Desk::step.value = 1.0]).unwrap();
    sim.fire(Whom::All, Desk::go.click).unwrap();
    assert!(sim.running().is_empty());
    sim.begin();
    sim.rest();
    assert_eq!(did(&sim), ["0+0", "4+0", "step 1", "go"]);
}

#[test]
fn to_one_client_goes_what_each_has_for_itself_and_starts_its_callbacks_alone() {
    let (mut sim, a, b) = desk();
    sim.push_one(a, changes![Desk::name.value = "Ada"]).unwrap();
    assert_eq!(sim.running(), ["greet"]);
    sim.rest();
    assert_eq!((sim.shown(a, Desk::name.value), sim.shown(a, Desk::hello.text)), ("Ada".into(), "Ada@0".into()));
    assert_eq!((sim.shown(b, Desk::name.value), sim.shown(b, Desk::hello.text)), ("".into(), "@0".into()));
}

#[test]
fn a_property_of_a_shared_callback_cannot_be_pushed_to_one_client() {
    let (mut sim, a, _) = desk();
    let refused =
        |prop: &str, callback: &str| Err(PushError::Shared { prop: prop.to_owned(), callback: callback.to_owned() });
    assert_eq!(sim.push_one(a, changes![Desk::note.text = "x", Desk::a.value = 1.0]), refused("a.value", "add"));
    assert_eq!(sim.push_one(a, changes![Desk::sum.text = "x"]), refused("sum.text", "add"));
    sim.rest();
    assert_eq!(sim.shown(a, Desk::note.text), "", "nothing has changed");
    assert_eq!(did(&sim), ["0+0"]);
}

#[test]
fn one_clients_own_value_lasts_until_all_get_one() {
    let (mut sim, a, b) = desk();
    sim.push_one(a, changes![Desk::other.text = "psst", Desk::note.text = "you"]).unwrap();
    sim.rest();
    assert_eq!((sim.shown(a, Desk::echo.text), sim.shown(b, Desk::echo.text)), ("\"psst\"".into(), "\"\"".into()));
    assert_eq!((sim.shown(a, Desk::note.text), sim.shown(b, Desk::note.text)), ("you".into(), "".into()));
    // Also for a page that needs all values.
    sim.cut(a);
    sim.pages[a].rev = 0;
    sim.connect(a);
    sim.rest();
    assert_eq!((sim.shown(a, Desk::note.text), sim.shown(a, Desk::echo.text)), ("you".into(), "\"psst\"".into()));
    sim.push(changes![Desk::other.text = "all", Desk::note.text = "everybody"]).unwrap();
    sim.rest();
    for page in [a, b] {
        let shown = (sim.shown(page, Desk::note.text), sim.shown(page, Desk::echo.text));
        assert_eq!(shown, ("everybody".into(), "\"all\"".into()));
    }
}

#[test]
fn what_each_client_has_for_itself_can_be_pushed_to_all_those_who_are_away_and_those_to_come() {
    let (mut sim, a, b) = desk();
    sim.send(a, Desk::name.value, "Ada");
    sim.send(b, Desk::name.value, "Bob");
    sim.rest();
    sim.cut(b);
    sim.push(changes![Desk::name.value = "Eve", Desk::a.value = 1.0]).unwrap();
    sim.rest();
    assert_eq!((sim.shown(a, Desk::name.value), sim.shown(a, Desk::hello.text)), ("Eve".into(), "Eve@1".into()));
    sim.connect(b);
    sim.rest();
    assert_eq!((sim.shown(b, Desk::name.value), sim.shown(b, Desk::hello.text)), ("Eve".into(), "Eve@1".into()));
    let c = sim.join();
    sim.rest();
    assert_eq!((sim.shown(c, Desk::name.value), sim.shown(c, Desk::hello.text)), ("Eve".into(), "Eve@1".into()));
    // After that, each client's value is its own again.
    sim.send(a, Desk::name.value, "Ada");
    sim.rest();
    assert_eq!((sim.shown(a, Desk::hello.text), sim.shown(b, Desk::hello.text)), ("Ada@1".into(), "Eve@1".into()));
}

#[test]
fn an_event_is_fired_once_for_what_is_shared_and_once_for_each_client() {
    let (mut sim, a, b) = desk();
    sim.push_one(a, changes![Desk::name.value = "Ada"]).unwrap();
    sim.push_one(b, changes![Desk::name.value = "Bob"]).unwrap();
    sim.rest();
    sim.fire(Whom::All, Desk::go.click).unwrap();
    sim.rest();
    assert_eq!(did(&sim), ["0+0", "go", "Ada went", "Bob went"]);
    sim.fire(Whom::One(sim.pages[b].id), Desk::go.click).unwrap();
    sim.rest();
    assert_eq!(did(&sim)[4..], ["go", "Bob went"], "as if Bob had clicked");
    assert_eq!((sim.shown(a, Desk::gone.text), sim.shown(a, Desk::mine.text)), ("2".into(), "Ada went".into()));
}

#[test]
fn a_pushed_edit_changes_the_value_of_this_moment_or_nothing_at_all() {
    let (mut sim, a, _) = desk();
    let add = |text: &'static str| Edit::with(move |note: &mut String| note.push_str(text));
    sim.push(changes![Desk::note.text = add("one")]).unwrap();
    sim.push(changes![Desk::note.text = add(" two"), Desk::a.value = 3.0]).unwrap();
    sim.rest();
    assert_eq!((sim.shown(a, Desk::note.text), sim.shown(a, Desk::sum.text)), ("one two".into(), "3".into()));
    let refused = sim.push(changes![Desk::a.value = 4.0, Desk::pick.options = Edit::list().remove(7)]);
    let Err(PushError::Value(why)) = refused else { panic!("{refused:?}") };
    assert!(why.starts_with("pick.options: "), "{why}");
    sim.rest();
    assert_eq!(sim.shown(a, Desk::a.value), 3.0);
}

#[test]
fn a_push_to_a_forgotten_client_is_an_error() {
    let limits = Limits { detached_clients: 0, ..Limits::default() };
    let mut sim = Sim::with_limits::<Desk>(Diary::default(), limits);
    let page = sim.join();
    sim.rest();
    sim.cut(page);
    assert_eq!(sim.push_one(page, changes![Desk::name.value = "Ada"]), Err(PushError::Gone));
    let id = sim.pages[page].id;
    assert_eq!(sim.fire(Whom::One(id), Desk::go.click), Err(PushError::Gone));
}

const PAGES: usize = 3;

#[derive(Debug, Clone, Copy)]
enum Op {
    /// Both always get the same value.
    Pair(u8),
    A(u8),
    Level(u8),
    Step(u8),
    Item,
    Name(u8),
    NameOf(usize, u8),
    Other(u8),
    OtherOf(usize, u8),
    Go,
    SendA(usize, u8),
    SendLevel(usize, u8),
    SendName(usize, u8),
    Reset(usize),
    Finish(usize),
    Poll(usize),
    Cut(usize),
    Connect(usize),
    Pass(u8),
}

fn op() -> impl Strategy<Value = Op> {
    let (page, to) = (0..PAGES, 0..50_u8);
    prop_oneof![
        4 => to.clone().prop_map(Op::Pair),
        3 => to.clone().prop_map(Op::A),
        4 => to.clone().prop_map(Op::Level),
        2 => to.clone().prop_map(Op::Step),
        2 => Just(Op::Item),
        2 => to.clone().prop_map(Op::Name),
        2 => (page.clone(), to.clone()).prop_map(|(page, to)| Op::NameOf(page, to)),
        2 => to.clone().prop_map(Op::Other),
        2 => (page.clone(), to.clone()).prop_map(|(page, to)| Op::OtherOf(page, to)),
        2 => Just(Op::Go),
        3 => (page.clone(), to.clone()).prop_map(|(page, to)| Op::SendA(page, to)),
        3 => (page.clone(), to.clone()).prop_map(|(page, to)| Op::SendLevel(page, to)),
        2 => (page.clone(), to).prop_map(|(page, to)| Op::SendName(page, to)),
        3 => page.clone().prop_map(Op::Reset),
        14 => (0..8_usize).prop_map(Op::Finish),
        5 => page.clone().prop_map(Op::Poll),
        2 => page.clone().prop_map(Op::Cut),
        2 => page.prop_map(Op::Connect),
        3 => (0..40_u8).prop_map(Op::Pass),
    ]
}

/// What must have happened in every interleaving.
#[derive(Default)]
struct Model {
    a: f64,
    pair: u8,
    steps: Vec<String>,
    items: u32,
    gos: usize,
    /// For each page, the last name that was set for it.
    names: [String; PAGES],
    others: [u8; PAGES],
}

fn apply(sim: &mut Sim, model: &mut Model, op: Op) {
    match op {
        Op::Pair(to) => {
            model.pair = to;
            model.others = [to; PAGES];
            let (note, other) = (to.to_string(), to.to_string());
            sim.push(changes![Desk::note.text = note, Desk::other.text = other, Desk::b.value = to]).unwrap();
        }
        Op::A(to) => {
            model.a = f64::from(to);
            sim.push(changes![Desk::a.value = to]).unwrap();
        }
        Op::Level(to) => sim.push(changes![Desk::level.value = to]).unwrap(),
        Op::Step(to) => {
            model.steps.push(format!("step {to}"));
            sim.push(changes![Desk::step.value = to]).unwrap();
        }
        Op::Item => {
            sim.push(changes![Desk::log.items = model.items]).unwrap();
            model.items += 1;
        }
        Op::Name(to) => {
            model.names = [(); PAGES].map(|()| format!("n{to}"));
            sim.push(changes![Desk::name.value = format!("n{to}")]).unwrap();
        }
        Op::NameOf(page, to) => {
            model.names[page] = format!("n{to}");
            sim.push_one(page, changes![Desk::name.value = format!("n{to}")]).unwrap();
        }
        Op::Other(to) => {
            model.others = [to; PAGES];
            sim.push(changes![Desk::other.text = to.to_string()]).unwrap();
        }
        Op::OtherOf(page, to) => {
            model.others[page] = to;
            sim.push_one(page, changes![Desk::other.text = to.to_string()]).unwrap();
        }
        Op::Go => {
            model.gos += 1;
            sim.fire(Whom::All, Desk::go.click).unwrap();
        }
        // A page that is cut off sends its commands later. The model cannot know when, so it skips them.
        Op::SendA(page, to) if sim.pages[page].socket.is_some() => {
            model.a = f64::from(to);
            sim.send(page, Desk::a.value, f64::from(to));
        }
        Op::SendLevel(page, to) if sim.pages[page].socket.is_some() => {
            sim.send(page, Desk::level.value, f64::from(to));
        }
        Op::SendName(page, to) if sim.pages[page].socket.is_some() => {
            model.names[page] = format!("n{to}");
            sim.send(page, Desk::name.value, format!("n{to}"));
        }
        Op::Reset(page) if sim.pages[page].socket.is_some() => _ = sim.click(page, Desk::reset.click),
        Op::SendA(..) | Op::SendLevel(..) | Op::SendName(..) | Op::Reset(_) => {}
        Op::Finish(at) => {
            if let Some(at) = at.checked_rem(sim.jobs.len()) {
                sim.finish(at);
            }
        }
        Op::Poll(page) => _ = sim.pages[page].socket.is_some() && sim.poll(page),
        Op::Cut(page) => sim.cut(page),
        Op::Connect(page) => sim.connect(page),
        Op::Pass(millis) => sim.pass(u64::from(millis)),
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(250))]

    #[test]
    fn however_pushes_and_commands_fall_together_they_are_whole_and_converge(
        ops in prop::collection::vec(op(), 1..80)
    ) {
        let mut sim = Sim::new::<Desk>(Diary::default());
        for _ in 0..PAGES {
            sim.join();
        }
        sim.rest();
        sim.push(changes![Desk::note.text = "0", Desk::other.text = "0"]).unwrap();
        sim.rest();
        let mut model = Model::default();
        for op in ops {
            apply(&mut sim, &mut model, op);
            for page in 0..PAGES {
                let (note, b) = (sim.shown(page, Desk::note.text), sim.shown(page, Desk::b.value));
                prop_assert_eq!(note.as_str().unwrap(), b.as_f64().unwrap().to_string(), "half of a push");
            }
        }
        for page in 0..PAGES {
            if sim.pages[page].socket.is_none() {
                sim.connect(page);
            }
        }
        sim.rest();
        let did = did(&sim);
        let steps: Vec<&str> = did.iter().copied().filter(|did| did.starts_with("step")).collect();
        prop_assert_eq!(steps, model.steps, "each, in order");
        prop_assert_eq!(did.iter().filter(|did| **did == "go").count(), model.gos);
        for page in 0..PAGES {
            let (sum, level) = (model.a + f64::from(model.pair), sim.shown(page, Desk::level.value));
            prop_assert_eq!(sim.shown(page, Desk::a.value), model.a);
            prop_assert_eq!(sim.shown(page, Desk::sum.text), sum.to_string());
            prop_assert_eq!(sim.shown(page, Desk::shown.text), level.as_f64().unwrap().to_string());
            prop_assert_eq!(sim.shown(page, Desk::name.value), &*model.names[page]);
            prop_assert_eq!(sim.shown(page, Desk::hello.text), format!("{}@{sum}", model.names[page]));
            prop_assert_eq!(sim.shown(page, Desk::other.text), model.others[page].to_string());
            prop_assert_eq!(sim.shown(page, Desk::echo.text), format!("\"{}\"", model.others[page]));
            let last = model.items.checked_sub(1).map(serde_json::Value::from);
            prop_assert_eq!(sim.items(page, Desk::log.items).last().cloned(), last);
        }
    }
}
