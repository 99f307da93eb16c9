//! What has `#[keep]` is there again after a restart, before the first page and the first callback.

use std::{collections::BTreeMap, time::Duration};

use dash_macros::{callback, callback_shared, callbacks, changes, components};
use proptest::prelude::*;
use serde_json::json;

use super::{
    parts::{Button, Dial, Field, Grip, Halt, Label, Lease, Log, place},
    sim::Sim,
};
use crate::{
    callback::Callbacks,
    dashboard::Dashboard,
    element::Element,
    engine::{kept::KeptValue, plan::Plan},
    protocol::limits::Limits,
    reading::Reading,
    rows::{Many, Rows},
    stops::Stops,
};

#[components]
pub struct Bed {
    pub water: Dial,
    pub shown: Label,
}

#[components]
pub struct Lamp {
    #[keep]
    pub level: Dial,
}

#[components]
pub struct Garden {
    #[keep(value, max)]
    pub heat: Dial,
    #[keep]
    pub name: Field,
    pub draft: Field,
    #[keep(text)]
    pub count: Label,
    #[keep(text)]
    pub measured: Label,
    #[keep(ask)]
    pub pump: Dial,
    pub add: Button,
    #[keep]
    pub beds: Many<String, Bed>,
    pub lamps: Many<u32, Lamp>,
    pub drive: Lease,
    #[keep]
    #[under(drive)]
    pub speed: Dial,
    pub log: Log,
}

/// What the device was told, in its order.
#[derive(Debug, Default)]
pub struct Heater(Vec<f64>);

#[callback_shared(output = Garden::log.items)]
fn set_heat(heater: &mut Heater, #[input(Garden::heat.value)] heat: f64) -> u32 {
    heater.0.push(heat);
    heat as u32
}

#[callback_shared(on = Garden::add.click, output = Garden::count.text)]
fn count(#[state(Garden::count.text)] before: &str) -> String {
    (before.parse::<u32>().unwrap_or(0) + 1).to_string()
}

#[callback_shared(every = "1s", output = Garden::measured.text)]
fn measure(heater: &mut Heater) -> Result<Option<String>, String> {
    if heater.0.len() < 3 { Ok(None) } else { Ok(Some(heater.0.len().to_string())) }
}

#[callback_shared(output = Garden::beds[key].shown.text)]
fn show_water(#[key] key: &String, #[input(Garden::beds[key].water.value)] water: f64) -> String {
    format!("{key} {water}")
}

impl Dashboard for Garden {
    type Device = Heater;
    type Session = ();
    const CALLBACKS: Callbacks<Self> = callbacks![set_heat, count, measure, show_water];

    fn layout(self) -> Element {
        place((
            self.heat.value(20.0),
            self.name,
            self.draft,
            self.count,
            self.measured,
            self.pump,
            self.add,
            self.beds.rows(["rose".to_owned()]).each(|_, bed| place((bed.water.value(5.0), bed.shown))),
            self.lamps.each(|_, lamp| lamp.level),
            self.drive,
            self.speed,
            self.log,
        ))
    }
}

/// What a store has at a moment.
pub(super) type Disk = BTreeMap<Vec<u8>, String>;

pub(super) fn write(sim: &mut Sim, disk: &mut Disk) {
    for change in sim.engine.take_kept() {
        match change.value {
            Some(value) => _ = disk.insert(change.key, value.json().to_owned()),
            None => _ = disk.remove(&change.key),
        }
    }
}

/// The dashboard as it starts with what is on the disk, before a callback has run.
pub(super) fn unstarted<D: Dashboard>(device: D::Device, disk: &Disk) -> (Sim, Vec<String>) {
    unstarted_with::<D>(device, disk, Limits::default())
}

pub(super) fn unstarted_with<D: Dashboard>(device: D::Device, disk: &Disk, limits: Limits) -> (Sim, Vec<String>) {
    let mut sim = Sim::unstarted::<D>(device, limits);
    sim.engine.began_at(Duration::from_secs(1_800_000_000));
    let age = Some(Duration::from_secs(7_200));
    let kept = disk.iter().map(|(key, json)| KeptValue { key: key.clone(), json: json.clone(), age });
    let told = sim.engine.restore(kept.collect());
    sim.engine.keep();
    (sim, told)
}

fn started(disk: &Disk) -> Sim {
    let (mut sim, told) = unstarted::<Garden>(Heater::default(), disk);
    assert_eq!(told, Vec::<String>::new());
    sim.begin();
    sim.rest();
    sim
}

fn disk(values: &[(&str, serde_json::Value)]) -> Disk {
    values.iter().map(|(key, value)| (key.replace('|', "\0").into_bytes(), value.to_string())).collect()
}

#[test]
fn a_kept_value_is_there_before_the_first_page_and_the_device_gets_it_once() {
    let mut on_disk = Disk::new();
    let mut sim = started(&on_disk);
    let ada = sim.join();
    sim.rest();
    sim.send(ada, Garden::heat.value, 42.0);
    sim.send(ada, Garden::draft.value, "gone");
    sim.send(ada, Garden::name.value, "rosa");
    sim.rest();
    write(&mut sim, &mut on_disk);

    let (mut sim, told) = unstarted::<Garden>(Heater::default(), &on_disk);
    assert_eq!(told, Vec::<String>::new());
    let first = sim.load();
    assert_eq!(first.values[sim.no(Garden::heat.value)], 42.0, "the first page, before anything has run");
    sim.begin();
    sim.rest();
    assert_eq!(
        sim.device::<Heater>().0,
        [42.0],
        "the first run reads it, and the layout's value never reached the device"
    );
    let bob = sim.join();
    sim.rest();
    assert_eq!(sim.shown(bob, Garden::name.value), "rosa");
    assert_eq!(sim.shown(bob, Garden::draft.value), "", "only what has the attribute is kept");
}

#[test]
fn a_change_by_a_command_is_told_to_somebody_and_one_by_the_program_is_not() {
    let mut sim = started(&Disk::new());
    let ada = sim.join();
    sim.rest();
    let _ = (sim.engine.take_kept(), sim.engine.take_told());
    // The callback still runs, and the value is in effect.
    sim.send(ada, Garden::heat.value, 43.0);
    assert_eq!((sim.engine.take_kept().len(), sim.engine.take_told()), (1, true));
    sim.rest();
    assert!(sim.engine.take_told(), "the outcome");
    sim.push::<Garden>(changes![Garden::name.value = "rosa"]).unwrap();
    sim.rest();
    assert_eq!((sim.engine.take_kept().len(), sim.engine.take_told()), (1, false));
}

#[test]
fn what_came_back_is_not_written_again_and_what_the_layout_says_never_is() {
    let on_disk = disk(&[("heat.value", json!(42.0))]);
    let mut sim = started(&on_disk);
    let mut written = Disk::new();
    write(&mut sim, &mut written);
    assert_eq!(written, Disk::new());
    let ada = sim.join();
    sim.rest();
    sim.send(ada, Garden::heat.value, 43.0);
    sim.rest();
    write(&mut sim, &mut written);
    assert_eq!(written, disk(&[("heat.value", json!(43.0))]));
    write(&mut sim, &mut written);
    assert!(sim.engine.take_kept().is_empty(), "each change is taken once");
}

#[test]
fn a_kept_limit_comes_back_before_the_value_inside_of_it() {
    let on_disk = disk(&[("heat.max", json!(300.0)), ("heat.value", json!(250.0))]);
    let sim = started(&on_disk);
    assert_eq!(sim.device::<Heater>().0, [250.0]);
}

#[test]
fn a_value_outside_of_the_range_or_of_another_type_is_dropped_with_a_line() {
    let on_disk = disk(&[("heat.value", json!(250.0)), ("name.value", json!(7))]);
    let (mut sim, told) = unstarted::<Garden>(Heater::default(), &on_disk);
    assert_eq!(told.len(), 2, "{told:?}");
    assert!(
        told.iter().any(|line| line.contains("`heat.value` was 250.0 before the restart, which is not used: ")),
        "{told:?}"
    );
    assert!(
        told.iter().any(|line| line.contains("`name.value` was 7 before the restart") && line.contains("String")),
        "{told:?}"
    );
    sim.begin();
    sim.rest();
    assert_eq!(sim.device::<Heater>().0, [20.0], "the value of the layout");
}

#[test]
fn what_this_dashboard_does_not_know_stays_in_the_store_and_is_told_once() {
    let on_disk = disk(&[("old.value", json!(1)), ("gone[key].on|7", json!(true)), ("gone[key].on|8", json!(true))]);
    let (_, told) = unstarted::<Garden>(Heater::default(), &on_disk);
    assert_eq!(
        told,
        ["the store has values that this dashboard does not keep, and leaves them there: gone[key].on, old.value"]
    );
}

#[test]
fn what_the_program_has_pushed_before_the_start_is_newer() {
    let mut sim = Sim::unstarted::<Garden>(Heater::default(), Limits::default());
    sim.push::<Garden>(changes![Garden::heat.value = 30.0]).unwrap();
    let kept = disk(&[("heat.value", json!(42.0))]).into_iter();
    let told = sim.engine.restore(kept.map(|(key, json)| KeptValue { key, json, age: None }).collect());
    assert!(told.is_empty());
    sim.engine.keep();
    sim.begin();
    sim.rest();
    assert_eq!(sim.device::<Heater>().0.last(), Some(&30.0));
    let mut written = Disk::new();
    write(&mut sim, &mut written);
    assert_eq!(written, disk(&[("heat.value", json!(30.0))]), "and it is kept");
}

#[test]
fn a_value_of_a_callback_is_kept_and_it_counts_on() {
    let mut on_disk = Disk::new();
    for expected in ["1", "2", "3"] {
        let mut sim = started(&on_disk);
        let ada = sim.join();
        sim.rest();
        sim.click(ada, Garden::add.click);
        sim.rest();
        assert_eq!(sim.shown(ada, Garden::count.text), expected);
        write(&mut sim, &mut on_disk);
    }
}

#[test]
fn what_a_source_has_measured_is_marked_until_it_measures_again() {
    let on_disk = disk(&[("measured.text", json!("21.5"))]);
    let mut sim = started(&on_disk);
    let ada = sim.join();
    sim.rest();
    assert_eq!(sim.shown(ada, Garden::measured.text), "21.5");
    assert_eq!(sim.bad(ada, Garden::measured.text), Some("from before the restart, 2 h old then"));
    for heat in [1.0, 2.0, 3.0] {
        sim.send(ada, Garden::heat.value, heat);
        sim.rest();
    }
    sim.pass(2_000);
    sim.rest();
    assert_eq!(sim.bad(ada, Garden::measured.text), None);
}

#[test]
fn nothing_under_a_gate_and_nothing_with_ask_moves_by_itself_after_a_restart() {
    let on_disk = disk(&[("pump.value", json!(70.0)), ("speed.value", json!(80.0))]);
    let mut sim = started(&on_disk);
    let ada = sim.join();
    sim.rest();
    for (prop, was) in [(Garden::pump.value, "70"), (Garden::speed.value, "80")] {
        assert_eq!(sim.shown(ada, prop), 0.0, "the value of the layout is in effect");
        let why = format!("was {was} before the restart: set it again if it still holds");
        assert_eq!(sim.bad(ada, prop), Some(&*why));
    }
    let mut written = on_disk.clone();
    write(&mut sim, &mut written);
    assert_eq!(written, on_disk, "it stays in the store until a person has decided");
    sim.send(ada, Garden::pump.value, 60.0);
    sim.rest();
    assert_eq!(sim.bad(ada, Garden::pump.value), None, "a person has decided");
    write(&mut sim, &mut written);
    assert_eq!(written[&b"pump.value"[..]], "60.0");
}

#[test]
fn a_kept_list_comes_back_with_its_rows_their_order_and_their_values() {
    let mut on_disk = Disk::new();
    let mut sim = started(&on_disk);
    let ada = sim.join();
    sim.rest();
    sim.push::<Garden>(changes![Garden::beds.rows = ["lily", "rose", "mint"].map(str::to_owned).to_vec()]).unwrap();
    sim.rest();
    sim.send(ada, Garden::beds.row("mint".to_owned()).water.value, 9.0);
    sim.rest();
    write(&mut sim, &mut on_disk);

    let mut sim = started(&on_disk);
    let bob = sim.join();
    sim.rest();
    assert_eq!(sim.shown(bob, Garden::beds.rows), json!(["lily", "rose", "mint"]));
    assert_eq!(sim.shown(bob, Garden::beds.row("mint".to_owned()).water.value), 9.0);
    assert_eq!(sim.shown(bob, Garden::beds.row("mint".to_owned()).shown.text), "mint 9", "its callback has read it");
    assert_eq!(sim.shown(bob, Garden::beds.row("lily".to_owned()).water.value), 5.0, "as the function of the row says");

    // A row that is removed is forgotten with its values.
    sim.push::<Garden>(changes![Garden::beds.rows = vec!["rose".to_owned()]]).unwrap();
    sim.rest();
    write(&mut sim, &mut on_disk);
    sim.push::<Garden>(changes![Garden::beds.rows = vec!["rose".to_owned(), "mint".to_owned()]]).unwrap();
    sim.rest();
    write(&mut sim, &mut on_disk);
    let mut sim = started(&on_disk);
    let eve = sim.join();
    sim.rest();
    assert_eq!(sim.shown(eve, Garden::beds.rows), json!(["rose", "mint"]));
    assert_eq!(sim.shown(eve, Garden::beds.row("mint".to_owned()).water.value), 5.0, "another mint");
}

#[test]
fn a_row_that_the_program_finds_again_takes_its_kept_values() {
    let mut on_disk = Disk::new();
    let mut sim = started(&on_disk);
    let ada = sim.join();
    sim.push::<Garden>(changes![Garden::lamps.rows = vec![1, 2]]).unwrap();
    sim.rest();
    sim.send(ada, Garden::lamps.row(2).level.value, 55.0);
    sim.rest();
    write(&mut sim, &mut on_disk);

    let mut sim = started(&on_disk);
    let bob = sim.join();
    sim.rest();
    assert_eq!(sim.shown(bob, Garden::lamps.rows), json!([]), "the list is not kept");
    for round in 0..2 {
        sim.push::<Garden>(changes![Garden::lamps.rows = vec![2, 3]]).unwrap();
        sim.rest();
        assert_eq!(sim.shown(bob, Garden::lamps.row(2).level.value), 55.0, "round {round}");
        assert_eq!(sim.shown(bob, Garden::lamps.row(3).level.value), 0.0, "round {round}");
        sim.push::<Garden>(changes![Garden::lamps.rows = vec![]]).unwrap();
        sim.rest();
    }
    write(&mut sim, &mut on_disk);
    assert_eq!(on_disk[&b"lamps[key].level.value\x002"[..]], "55.0", "it is not forgotten with its row");
}

#[test]
fn rows_that_cannot_be_built_any_more_are_dropped_with_a_line() {
    let on_disk = disk(&[("beds.rows", json!(["lily", "lily"]))]);
    let (mut sim, told) = unstarted::<Garden>(Heater::default(), &on_disk);
    assert_eq!(told.len(), 1);
    assert!(
        told[0].contains("`beds.rows` was [\"lily\",\"lily\"] before the restart, which is not used: "),
        "{told:?}"
    );
    sim.begin();
    let ada = sim.join();
    sim.rest();
    assert_eq!(sim.shown(ada, Garden::beds.rows), json!(["rose"]));
}

#[test]
fn every_page_learns_that_nothing_can_be_kept_and_that_it_can_again() {
    let mut sim = started(&Disk::new());
    let ada = sim.join();
    sim.rest();
    for _ in 0..2 {
        sim.with(|engine, _, fx| engine.store_says(Some("the disk is full".into()), fx));
    }
    let bob = sim.join();
    sim.rest();
    let full = "Changes are not kept after a restart at present: the disk is full";
    assert_eq!(sim.pages[ada].notes, [full], "told once");
    assert_eq!(sim.pages[bob].notes, [full], "who comes later is told too");
    sim.with(|engine, _, fx| engine.store_says(None, fx));
    sim.rest();
    assert_eq!(sim.pages[ada].notes, [full, "Values are kept again."]);
}

// ---- what cannot be kept ----

#[components]
pub struct Wrong {
    #[keep]
    pub mine: Field,
    pub echo: Label,
    #[keep(value)]
    pub grip: Grip,
    #[keep(by)]
    pub halt: Halt,
    pub pair: Pair,
}

#[components]
pub struct Pair {
    #[keep]
    pub left: Field,
}

#[callback(output = Wrong::echo.text)]
fn echo(#[input(Wrong::mine.value)] mine: String) -> String {
    mine
}

impl Dashboard for Wrong {
    type Device = ();
    type Session = ();
    const CALLBACKS: Callbacks<Self> = callbacks![echo];

    fn stops(_: &()) -> Stops<Self> {
        Stops::new().on(Self::halt, || ())
    }

    fn layout(self) -> Element {
        place((self.mine, self.echo, self.grip, self.halt, place(self.pair.left)))
    }
}

#[test]
fn what_cannot_be_kept_is_a_fault_at_the_start_with_its_reason() {
    let faults = Plan::of::<Wrong>().err().unwrap();
    assert_eq!(
        faults,
        [
            "nothing of `mine` can be kept: each client has a value of its own",
            "`grip.value` cannot be kept: it acts only while somebody holds it, and after a restart nobody does",
            "`halt.by` cannot be kept: the server sets it, and after a restart nobody is in control",
        ]
    );
}

// ---- any interleaving ----

#[derive(Debug, Clone)]
enum Step {
    Heat(u8),
    Name(String),
    Count,
    Beds(Vec<String>),
    Water(String, u8),
    Lamps(Vec<u32>),
    Level(u32, u8),
    Write,
    Restart,
}

fn steps() -> impl Strategy<Value = Vec<Step>> {
    let bed = || prop::sample::select(vec!["rose", "lily", "mint"]).prop_map(str::to_owned);
    let step = prop_oneof![
        (0..100_u8).prop_map(Step::Heat),
        "[a-z]{0,8}".prop_map(Step::Name),
        Just(Step::Count),
        prop::sample::subsequence(vec!["rose", "lily", "mint"], 0..=3)
            .prop_map(|beds| Step::Beds(beds.into_iter().map(str::to_owned).collect())),
        (bed(), 0..100_u8).prop_map(|(bed, water)| Step::Water(bed, water)),
        prop::sample::subsequence(vec![1, 2, 3_u32], 0..=3).prop_map(Step::Lamps),
        (1..4_u32, 0..100_u8).prop_map(|(lamp, level)| Step::Level(lamp, level)),
        Just(Step::Write),
        Just(Step::Restart),
    ];
    prop::collection::vec(step, 1..40)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]

    /// After each restart, the dashboard shows what it showed at the last write.
    #[test]
    fn any_run_comes_back_as_it_was_written(steps in steps()) {
        let mut on_disk = Disk::new();
        let mut sim = started(&on_disk);
        let mut page = sim.join();
        sim.rest();
        let shown = |sim: &Sim, page: usize| {
            let beds: Vec<String> = serde_json::from_value(sim.shown(page, Garden::beds.rows)).unwrap();
            let waters: Vec<_> = beds.iter().map(|bed| sim.shown(page, Garden::beds.row(bed.clone()).water.value)).collect();
            (sim.shown(page, Garden::heat.value), sim.shown(page, Garden::name.value), sim.shown(page, Garden::count.text), beds, waters)
        };
        let mut last = shown(&sim, page);
        let mut lamps = BTreeMap::<u32, f64>::new();
        let mut written_lamps = lamps.clone();
        for step in steps {
            match step {
                Step::Heat(heat) => _ = sim.send(page, Garden::heat.value, f64::from(heat)),
                Step::Name(name) => _ = sim.send(page, Garden::name.value, name),
                Step::Count => _ = sim.click(page, Garden::add.click),
                Step::Beds(beds) => sim.push::<Garden>(changes![Garden::beds.rows = beds]).unwrap(),
                Step::Lamps(rows) => sim.push::<Garden>(changes![Garden::lamps.rows = rows]).unwrap(),
                Step::Water(bed, water) => {
                    let beds: Vec<String> = serde_json::from_value(sim.shown(page, Garden::beds.rows)).unwrap();
                    if beds.contains(&bed) {
                        sim.send(page, Garden::beds.row(bed).water.value, f64::from(water));
                    }
                }
                Step::Level(lamp, level) => {
                    let rows: Vec<u32> = serde_json::from_value(sim.shown(page, Garden::lamps.rows)).unwrap();
                    if rows.contains(&lamp) {
                        sim.send(page, Garden::lamps.row(lamp).level.value, f64::from(level));
                        lamps.insert(lamp, f64::from(level));
                    }
                }
                Step::Write => {
                    write(&mut sim, &mut on_disk);
                    last = shown(&sim, page);
                    written_lamps.clone_from(&lamps);
                }
                Step::Restart => {
                    sim = started(&on_disk);
                    page = sim.join();
                    sim.rest();
                    prop_assert_eq!(&shown(&sim, page), &last);
                    lamps.clone_from(&written_lamps);
                }
            }
            sim.rest();
            let rows: Vec<u32> = serde_json::from_value(sim.shown(page, Garden::lamps.rows)).unwrap();
            for row in rows {
                let expected = lamps.get(&row).copied().unwrap_or(0.0);
                prop_assert_eq!(sim.shown(page, Garden::lamps.row(row).level.value), expected, "lamp {}", row);
            }
        }
    }
}

#[test]
fn probe_fault_the_callbacks_of_kept_rows_ran_twice_at_a_restart_when_another_callback_wrote_something() {
    let (mut sim, _) =
        unstarted::<Lamps>(Vec::new(), &disk(&[("lamps.rows", json!([1, 2])), ("lamps[key].lit.value|1", json!(3.0))]));
    sim.begin();
    sim.rest();
    let mut runs = sim.device::<Vec<String>>().clone();
    runs.sort_unstable();
    assert_eq!(runs, ["1 lit 3", "2 lit 0"], "each once, with the kept value");
}

/// A program that finds its lamp again, and has measured it already.
fn found_again(sim: &mut Sim) {
    sim.push::<Lamps>(changes![Lamps::found.rows = vec![7], Lamps::found.row(7).lit.value = 5.0]).unwrap();
    sim.rest();
}

#[test]
fn probe_fault_a_value_that_came_with_its_row_was_marked_and_dated_as_the_kept_one_and_not_kept() {
    let mut on_disk = disk(&[("found[key].lit.value|7", json!(3.0))]);
    let (mut sim, _) = unstarted::<Lamps>(Vec::new(), &on_disk);
    sim.begin();
    sim.rest();
    sim.pass(5000);
    found_again(&mut sim);
    let page = sim.join();
    sim.rest();
    let lit = Lamps::found.row(7).lit.value;
    assert_eq!((sim.shown(page, lit), sim.bad(page, lit)), (5.0.into(), None));
    assert_eq!(sim.shown(page, Lamps::found.row(7).told.text), "7: 5 good at 1800000005");
    write(&mut sim, &mut on_disk);
    assert_eq!(on_disk, disk(&[("found[key].lit.value|7", json!(5.0))]));
}

#[components]
pub struct LitLamp {
    #[keep]
    pub lit: Dial,
    pub told: Label,
}

#[components]
pub struct Lamps {
    #[keep]
    pub lamps: Many<u32, LitLamp>,
    /// The program finds these again.
    pub found: Many<u32, LitLamp>,
    pub ticks: Label,
}

/// In a queue of its own, so that it ends before the callbacks of the rows do.
#[callback_shared(every = "1h", output = (Lamps::ticks.text, Lamps::found[..].lit.value))]
fn tick() -> (String, Rows<u32, f64>) {
    ("tick".to_owned(), Rows::default())
}

#[callback_shared(output = Lamps::lamps[key].told.text)]
fn light(runs: &mut Vec<String>, #[key] key: u32, #[input(Lamps::lamps[key].lit.value)] lit: f64) -> String {
    runs.push(format!("{key} lit {lit}"));
    String::new()
}

#[expect(clippy::needless_pass_by_value, reason = "what is made for a run is passed by value")]
#[callback_shared(output = Lamps::found[key].told.text)]
fn tell_found(#[key] key: u32, #[input(Lamps::found[key].lit.value)] lit: Reading<f64>) -> String {
    let time = lit.time.map_or(0, |time| time.duration_since(std::time::SystemTime::UNIX_EPOCH).unwrap().as_secs());
    format!("{key}: {} {} at {time}", lit.value, lit.quality)
}

impl Dashboard for Lamps {
    type Device = Vec<String>;
    type Session = ();
    const CALLBACKS: Callbacks<Self> = callbacks![tick, light, tell_found];

    fn layout(self) -> Element {
        place((
            self.lamps.each(|_, lamp| place((lamp.lit, lamp.told))),
            self.found.each(|_, lamp| place((lamp.lit, lamp.told))),
            self.ticks,
        ))
    }
}
