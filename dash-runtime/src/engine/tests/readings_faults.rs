//! Faults of values that are read with their quality, and of values that are refused (found by probes).

use std::{
    sync::{Arc, Mutex},
    time::SystemTime,
};

use dash_macros::{callback, callback_shared, callbacks, changes, components};

use super::{
    kept::unstarted,
    parts::{Button, Dial, Label, Log, place},
    sim::Sim,
};
use crate::{callback::Callbacks, dashboard::Dashboard, element::Element, reading::Reading, rows::Many};

/// The runs of callbacks, with what they have read.
type Runs = Arc<Mutex<Vec<String>>>;

fn taken(runs: &Runs) -> Vec<String> {
    std::mem::take(&mut *runs.lock().unwrap())
}

/// No fewer runs than a chain has, and far fewer than a chain that goes round.
const MANY: usize = 100;

#[components]
struct Oven {
    heat: Dial,
    heated: Label,
    twice: Label,
    least: Label,
}

#[callback_shared(refused = revert, output = Oven::heated.text)]
fn at_most_50(#[input(Oven::heat.value)] heat: f64) -> Result<String, String> {
    if heat > 50.0 { Err("too hot".to_owned()) } else { Ok(heat.to_string()) }
}

#[callback_shared(output = Oven::twice.text)]
fn twice(#[input(Oven::heat.value)] heat: f64) -> String {
    (2.0 * heat).to_string()
}

/// In another queue, at the same place in it.
#[callback_shared(refused = revert, initial = false, output = Oven::least.text)]
fn at_least_10(runs: &mut Runs, #[input(Oven::heat.value)] heat: f64) -> Result<String, String> {
    runs.lock().unwrap().push(heat.to_string());
    assert!(runs.lock().unwrap().len() < MANY, "goes round for ever");
    if heat < 10.0 { Err("too cold".to_owned()) } else { Ok(heat.to_string()) }
}

impl Dashboard for Oven {
    type Device = Runs;
    type Session = ();
    const CALLBACKS: Callbacks<Self> = callbacks![at_most_50, twice, at_least_10];

    fn layout(self) -> Element {
        place((self.heat.value(5.0), self.heated, self.twice, self.least))
    }
}

#[test]
fn probe_fault_a_value_that_came_back_did_not_reach_callbacks_in_other_queues() {
    let runs = Runs::default();
    let mut sim = Sim::new::<Oven>(Arc::clone(&runs));
    let page = sim.join();
    sim.send(page, Oven::heat.value, 20.0);
    sim.rest();
    taken(&runs);
    sim.send(page, Oven::heat.value, 80.0);
    sim.rest();
    assert_eq!(sim.shown(page, Oven::heat.value), 20.0);
    assert_eq!(sim.shown(page, Oven::twice.text), "40");
    assert_eq!(taken(&runs), ["80", "20"]);
}

#[test]
fn callbacks_that_disagree_about_a_value_do_not_give_it_back_to_each_other_for_ever() {
    let runs = Runs::default();
    let mut sim = Sim::new::<Oven>(Arc::clone(&runs));
    let page = sim.join();
    // The one goes back to the starting value, which the other does not take.
    sim.send(page, Oven::heat.value, 80.0);
    sim.rest();
    assert!(taken(&runs).len() < 10);
    assert_eq!(sim.shown(page, Oven::heat.value), 5.0);
    assert!(sim.bad(page, Oven::heat.value).is_some(), "nobody has taken it");
    // What a person sets then is refused and taken as ever.
    sim.send(page, Oven::heat.value, 30.0);
    sim.rest();
    assert_eq!((sim.shown(page, Oven::least.text), sim.bad(page, Oven::heat.value)), ("30".into(), None));
    sim.send(page, Oven::heat.value, 3.0);
    sim.rest();
    assert_eq!(sim.shown(page, Oven::heat.value), 30.0);
}

#[components]
struct Heater {
    set: Dial,
    /// What the mark of `set` is answered with.
    fallback: Dial,
    effective: Dial,
    applied: Label,
}

#[expect(clippy::needless_pass_by_value, reason = "what is made for a run is passed by value")]
#[callback_shared(output = Heater::effective.value)]
fn effective(#[input(Heater::set.value)] set: Reading<f64>, #[state(Heater::fallback.value)] fallback: f64) -> f64 {
    if set.is_good() { set.value } else { fallback }
}

#[callback_shared(output = Heater::applied.text)]
fn apply(
    runs: &mut Runs,
    #[input(Heater::set.value)] set: f64,
    #[input(Heater::effective.value)] effective: f64,
) -> Result<String, String> {
    runs.lock().unwrap().push(format!("{set} {effective}"));
    assert!(runs.lock().unwrap().len() < MANY, "goes round for ever");
    if effective > 50.0 { Err(format!("{effective} is too hot")) } else { Ok(effective.to_string()) }
}

impl Dashboard for Heater {
    type Device = Runs;
    type Session = ();
    const CALLBACKS: Callbacks<Self> = callbacks![effective, apply];

    fn layout(self) -> Element {
        place((self.set, self.fallback.value(20.0), self.effective, self.applied))
    }
}

#[test]
fn probe_fault_the_mark_of_a_refusal_took_itself_back_and_came_again_for_ever() {
    let runs = Runs::default();
    let mut sim = Sim::new::<Heater>(Arc::clone(&runs));
    let page = sim.join();
    sim.rest();
    taken(&runs);
    sim.send(page, Heater::set.value, 80.0);
    sim.rest();
    // It has taken 20 because 80 is refused. So 80 is still refused.
    assert_eq!(taken(&runs), ["80 80", "80 20"]);
    assert_eq!(sim.shown(page, Heater::applied.text), "20");
    assert_eq!(sim.bad(page, Heater::set.value).unwrap(), "wanted 80, device has 0, refused: 80 is too hot");
    sim.send(page, Heater::set.value, 30.0);
    sim.rest();
    assert_eq!((sim.shown(page, Heater::applied.text), sim.bad(page, Heater::set.value)), ("30".into(), None));
}

#[test]
fn a_refusal_of_what_a_mark_has_led_to_ends_too() {
    let runs = Runs::default();
    let mut sim = Sim::new::<Heater>(Arc::clone(&runs));
    let page = sim.join();
    sim.send(page, Heater::fallback.value, 90.0);
    sim.send(page, Heater::set.value, 80.0);
    sim.rest();
    assert_eq!(sim.bad(page, Heater::set.value).unwrap(), "wanted 80, device has 0, refused: 80 is too hot");
}

#[components]
struct Garden {
    #[keep]
    water: Dial,
    #[keep(value)]
    wet: Dial,
    /// What the probe says.
    #[keep]
    probe: Dial,
    told: Label,
    poured: Label,
    own: Label,
    plain: Label,
}

#[callback_shared(every = "1h", output = Garden::wet.value)]
fn measure(#[state(Garden::probe.value)] probe: f64) -> Result<f64, String> {
    if probe < 0.0 { Err("no probe".to_owned()) } else { Ok(probe) }
}

#[expect(clippy::needless_pass_by_value, reason = "what is made for a run is passed by value")]
#[callback_shared(output = Garden::told.text)]
fn tell(#[input(Garden::wet.value)] wet: Reading<f64>) -> String {
    format!("{} {}", wet.value, wet.quality)
}

#[callback_shared(output = Garden::poured.text)]
fn pour(#[input(Garden::water.value)] water: f64) -> Result<String, String> {
    if water > 50.0 { Err("too much".to_owned()) } else { Ok(water.to_string()) }
}

#[expect(clippy::needless_pass_by_value, reason = "what is made for a run is passed by value")]
#[callback(output = Garden::own.text)]
fn own_reading(runs: &mut Runs, #[input(Garden::wet.value)] wet: Reading<f64>) -> String {
    runs.lock().unwrap().push(format!("reading {} {}", wet.value, wet.quality));
    wet.quality.to_string()
}

#[callback(output = Garden::plain.text)]
fn own_value(runs: &mut Runs, #[input(Garden::wet.value)] wet: f64) -> String {
    runs.lock().unwrap().push(format!("value {wet}"));
    wet.to_string()
}

impl Dashboard for Garden {
    type Device = Runs;
    type Session = ();
    const CALLBACKS: Callbacks<Self> = callbacks![measure, tell, pour, own_reading, own_value];

    fn layout(self) -> Element {
        place((self.water, self.wet, self.probe.value(7.0), self.told, self.poured, self.own, self.plain))
    }
}

/// The dashboard after a start with these values, in JSON.
fn restarted(kept: &[(&str, &str)]) -> Sim {
    let disk = kept.iter().map(|(key, json)| (key.as_bytes().to_vec(), (*json).to_owned())).collect();
    let (mut sim, _) = unstarted::<Garden>(Runs::default(), &disk);
    sim.begin();
    sim.rest();
    sim
}

#[test]
fn probe_fault_what_was_measured_at_the_start_was_old_for_its_readers_until_the_next_measurement() {
    let mut sim = restarted(&[("wet.value", "42.0")]);
    let page = sim.join();
    assert_eq!(sim.shown(page, Garden::told.text), "7 good");
}

/// The names of the values that the store gets.
fn kept(sim: &mut Sim) -> Vec<String> {
    sim.engine.take_kept().into_iter().map(|change| String::from_utf8(change.key).unwrap()).collect()
}

#[test]
fn probe_fault_a_change_of_the_quality_made_a_kept_value_new() {
    // The source fails at the start, and the value from before gets another mark. So does the refused set-point.
    let mut sim = restarted(&[("wet.value", "42.0"), ("water.value", "60.0"), ("probe.value", "-1.0")]);
    sim.pass(7_300_000);
    sim.rest();
    assert_eq!(kept(&mut sim), Vec::<String>::new(), "nobody has written them");
    // The same while it runs.
    let page = sim.join();
    sim.send(page, Garden::probe.value, 8.0);
    sim.send(page, Garden::water.value, 30.0);
    sim.rest();
    sim.pass(3_600_000);
    sim.rest();
    let mut new = kept(&mut sim);
    new.sort_unstable();
    assert_eq!(new, ["probe.value", "water.value", "wet.value"]);
    sim.send(page, Garden::probe.value, -1.0);
    sim.rest();
    sim.pass(3_600_000);
    sim.rest();
    assert!(sim.bad(page, Garden::wet.value).is_some());
    assert_eq!(kept(&mut sim), ["probe.value"], "of the other only the quality has changed");
}

#[test]
fn probe_fault_a_failure_ran_callbacks_of_each_page_twice_and_those_that_take_only_the_value() {
    let mut sim = restarted(&[]);
    let page = sim.join();
    sim.rest();
    taken(&sim.device::<Runs>().clone());
    let next = |sim: &mut Sim, probe: f64| {
        sim.send(page, Garden::probe.value, probe);
        sim.rest();
        sim.pass(3_600_000);
        sim.rest();
        sim.rest();
        taken(&sim.device::<Runs>().clone())
    };
    assert_eq!(next(&mut sim, -1.0), ["reading 7 failed: no probe"]);
    assert_eq!(next(&mut sim, -1.0), Vec::<String>::new());
    assert_eq!(next(&mut sim, 7.0), ["reading 7 good", "value 7"]);
    assert_eq!(next(&mut sim, 8.0), ["reading 8 good", "value 8"]);
}

#[components]
struct Pot {
    #[keep]
    water: Dial,
    told: Label,
}

#[components]
struct Pots {
    pots: Many<u32, Pot>,
}

#[expect(clippy::needless_pass_by_value, reason = "what is made for a run is passed by value")]
#[callback_shared(output = Pots::pots[key].told.text)]
fn since(#[key] key: u32, #[input(Pots::pots[key].water.value)] water: Reading<f64>) -> String {
    let time = water.time.map(|time| time.duration_since(SystemTime::UNIX_EPOCH).unwrap().as_secs());
    format!("{key}: {} since {time:?}", water.value)
}

impl Dashboard for Pots {
    type Device = ();
    type Session = ();
    const CALLBACKS: Callbacks<Self> = callbacks![since];

    fn layout(self) -> Element {
        place(self.pots.rows([1]).each(|_, pot| place((pot.water, pot.told))))
    }
}

#[test]
fn probe_fault_kept_values_in_rows_had_no_time() {
    let disk = [
        (b"pots[key].water.value\x001".to_vec(), "42.0".into()),
        (b"pots[key].water.value\x002".to_vec(), "43.0".into()),
    ];
    let (mut sim, told) = unstarted::<Pots>((), &disk.into());
    assert_eq!(told, Vec::<String>::new());
    sim.begin();
    sim.rest();
    // The second one comes later.
    sim.push(changes![Pots::pots.rows = vec![1, 2]]).unwrap();
    sim.rest();
    let page = sim.join();
    // Two hours before the start.
    for (key, value) in [(1, 42), (2, 43)] {
        assert_eq!(sim.shown(page, Pots::pots.row(key).told.text), format!("{key}: {value} since Some(1799992800)"));
    }
    assert_eq!(kept(&mut sim), Vec::<String>::new(), "nobody has written them");
}

#[components]
struct Cell {
    /// What the probe says. Below zero it fails.
    probe: Dial,
    /// The source writes it. A person and the program may, too.
    wet: Dial,
    told: Label,
    own: Label,
    log: Log,
}

#[callback_shared(every = "1s", output = (Cell::wet.value, Cell::log.items))]
fn sense(#[state(Cell::probe.value)] probe: f64) -> Result<(f64, Vec<u32>), String> {
    if probe < 0.0 { Err("no probe".to_owned()) } else { Ok((probe, vec![1])) }
}

#[expect(clippy::needless_pass_by_value, reason = "what is made for a run is passed by value")]
#[callback_shared(output = Cell::told.text)]
fn tell_wet(#[input(Cell::wet.value)] wet: Reading<f64>) -> String {
    format!("{} {}", wet.value, wet.quality)
}

#[callback(output = Cell::own.text)]
fn own_probe(#[input(Cell::probe.value)] probe: f64) -> Result<String, String> {
    if probe < 0.0 { Err("none of one's own".to_owned()) } else { Ok(probe.to_string()) }
}

impl Dashboard for Cell {
    type Device = ();
    type Session = ();
    const CALLBACKS: Callbacks<Self> = callbacks![sense, tell_wet, own_probe];

    fn layout(self) -> Element {
        place((self.probe.value(7.0), self.wet, self.told, self.own, self.log))
    }
}

/// The dashboard whose probe does not work since a second.
fn without_probe() -> (Sim, usize) {
    let mut sim = Sim::new::<Cell>(());
    let page = sim.join();
    sim.rest();
    sim.send(page, Cell::probe.value, -1.0);
    sim.rest();
    sim.pass(1000);
    sim.rest();
    assert_eq!(sim.shown(page, Cell::told.text), "7 failed: no probe");
    (sim, page)
}

/// The next failure of the source holds for the newer value, which is the last good one now.
fn fails_again(sim: &mut Sim, page: usize, value: f64) {
    sim.pass(1000);
    sim.rest();
    assert_eq!(sim.shown(page, Cell::told.text), format!("{value} failed: no probe"));
    assert_eq!((sim.shown(page, Cell::wet.value), sim.bad(page, Cell::wet.value)), (value.into(), Some("no probe")));
}

#[test]
fn probe_fault_a_value_that_was_pushed_while_its_source_failed_was_failed_too() {
    let (mut sim, page) = without_probe();
    sim.push(changes![Cell::wet.value = 33.0, Cell::log.items = vec![2]]).unwrap();
    sim.rest();
    assert_eq!(sim.shown(page, Cell::told.text), "33 good");
    assert_eq!((sim.bad(page, Cell::wet.value), sim.bad(page, Cell::log.items)), (None, None));
    fails_again(&mut sim, page, 33.0);
}

#[test]
fn probe_fault_a_value_that_a_person_set_while_its_source_failed_was_failed_too() {
    let (mut sim, page) = without_probe();
    sim.send(page, Cell::wet.value, 33.0);
    sim.rest();
    assert_eq!((sim.shown(page, Cell::told.text), sim.bad(page, Cell::wet.value)), ("33 good".into(), None));
    fails_again(&mut sim, page, 33.0);
}

#[test]
fn probe_fault_a_value_that_was_pushed_to_one_client_stayed_failed() {
    let (mut sim, page) = without_probe();
    let other = sim.join();
    sim.rest();
    assert_eq!(sim.bad(page, Cell::own.text), Some("none of one's own"));
    sim.push_one(page, changes![Cell::own.text = "for one".to_owned()]).unwrap();
    sim.rest();
    assert_eq!((sim.shown(page, Cell::own.text), sim.bad(page, Cell::own.text)), ("for one".into(), None));
    assert_eq!(sim.bad(other, Cell::own.text), Some("none of one's own"));
    sim.push(changes![Cell::own.text = "for all".to_owned()]).unwrap();
    sim.rest();
    for page in [page, other] {
        assert_eq!((sim.shown(page, Cell::own.text), sim.bad(page, Cell::own.text)), ("for all".into(), None));
    }
}

#[test]
fn a_set_point_that_is_set_again_behind_a_callback_that_does_not_end_is_marked_again() {
    let runs = Runs::default();
    let mut sim = Sim::new::<Oven>(runs);
    let page = sim.join();
    sim.rest();
    sim.send(page, Oven::heat.value, 20.0);
    sim.pass(11_000);
    sim.send(page, Oven::heat.value, 30.0);
    sim.poll_woken();
    let why = sim.bad(page, Oven::heat.value).unwrap().to_owned();
    sim.send(page, Oven::heat.value, 40.0);
    sim.poll_woken();
    assert_eq!(sim.bad(page, Oven::heat.value), Some(&*why), "the device does not have it");
    sim.rest();
    assert_eq!(sim.bad(page, Oven::heat.value), None);
}

#[components]
struct Each {
    add: Dial,
    sum: Label,
    /// What has read the sum in the turn in which it was written.
    told: Label,
    ask: Button,
    /// The same later.
    later: Label,
}

#[callback(initial = false, output = Each::sum.text)]
fn sum(#[input(Each::add.value)] add: f64) -> String {
    add.to_string()
}

fn dated(reading: &Reading<String>) -> String {
    let time = reading.time.map(|time| time.duration_since(SystemTime::UNIX_EPOCH).unwrap().as_secs());
    format!("{} at {time:?}", reading.value)
}

#[expect(clippy::needless_pass_by_value, reason = "what is made for a run is passed by value")]
#[callback(output = Each::told.text)]
fn tell_sum(#[input(Each::sum.text)] sum: Reading<String>) -> String {
    dated(&sum)
}

#[expect(clippy::needless_pass_by_value, reason = "what is made for a run is passed by value")]
#[callback(on = Each::ask.click, output = Each::later.text)]
fn ask_later(#[state(Each::sum.text)] sum: Reading<String>) -> String {
    dated(&sum)
}

impl Dashboard for Each {
    type Device = ();
    type Session = ();
    const CALLBACKS: Callbacks<Self> = callbacks![sum, tell_sum, ask_later];

    fn layout(self) -> Element {
        place((self.add, self.sum, self.told, self.ask, self.later))
    }
}

/// What the client has been told in the turn, and later.
fn told_of(sim: &mut Sim, page: usize) -> [serde_json::Value; 2] {
    sim.pass(60_000);
    sim.click(page, Each::ask.click);
    sim.rest();
    [sim.shown(page, Each::told.text), sim.shown(page, Each::later.text)]
}

#[test]
fn probe_fault_a_value_of_one_client_had_a_time_in_its_own_turn_and_none_later() {
    let mut sim = Sim::new::<Each>(());
    let (a, b) = (sim.join(), sim.join());
    sim.rest();
    sim.pass(5000);
    // The first callback takes a second, and the second one four.
    sim.send(a, Each::add.value, 3);
    sim.pass(1000);
    sim.finish_one("sum");
    sim.pass(4000);
    sim.rest();
    assert_eq!(told_of(&mut sim, a), ["3 at Some(6)", "3 at Some(6)"], "when the run has ended that wrote it");
    assert_eq!(told_of(&mut sim, b), [" at None", " at None"], "nobody has written it");
    sim.push(changes![Each::sum.text = "all".to_owned()]).unwrap();
    sim.rest();
    assert_eq!(told_of(&mut sim, a), ["all at Some(130)", "all at Some(130)"], "everybody has it");
    sim.push_one(b, changes![Each::sum.text = "one".to_owned()]).unwrap();
    sim.rest();
    assert_eq!(told_of(&mut sim, b), ["one at Some(190)", "one at Some(190)"]);
    assert_eq!(told_of(&mut sim, a), ["all at Some(130)", "all at Some(130)"]);
}
