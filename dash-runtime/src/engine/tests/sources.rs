//! Callbacks that a timer starts.

use dash_macros::{callback_shared, callbacks, components};

use super::{
    parts::{Button, Dial, Label, Log, place},
    sim::Sim,
};
use crate::{callback::Callbacks, dashboard::Dashboard, element::Element};

#[components]
struct Probe {
    level: Log,
    period: Dial,
    other: Label,
    stop: Button,
}

#[callback_shared(every = "100ms", output = Probe::level.items)]
fn sample(count: &mut u32) -> Result<u32, &'static str> {
    *count += 1;
    if *count == 3 { Err("no answer") } else { Ok(*count) }
}

#[callback_shared(every = Probe::period.value, output = Probe::other.text)]
fn slow() -> String {
    "x".to_owned()
}

#[callback_shared(on = Probe::stop.click)]
fn stop(count: &mut u32) {
    *count = 100;
}

impl Dashboard for Probe {
    type Device = u32;
    type Session = ();
    const CALLBACKS: Callbacks<Self> = callbacks![sample, slow, stop];

    fn layout(self) -> Element {
        place((self.level, self.period.value(10.0), self.other, self.stop))
    }
}

/// Lets time pass. Each run ends at the moment it starts.
fn pass(sim: &mut Sim, millis: u64) {
    for _ in 0..millis {
        sim.pass(1);
        sim.finish_all();
    }
}

#[test]
fn a_source_runs_at_the_start_and_then_on_time() {
    let mut sim = Sim::new::<Probe>(0);
    assert_eq!(*sim.device::<u32>(), 1);
    pass(&mut sim, 99);
    assert_eq!(*sim.device::<u32>(), 1);
    pass(&mut sim, 1);
    assert_eq!(*sim.device::<u32>(), 2);
    pass(&mut sim, 500);
    assert_eq!((*sim.device::<u32>(), sim.engine.counts().late), (7, 0));
}

#[test]
fn p6_a_source_that_fails_is_bad_until_it_is_well_again() {
    let mut sim = Sim::new::<Probe>(0);
    let page = sim.join();
    pass(&mut sim, 200);
    sim.poll_woken();
    assert_eq!(sim.bad(page, Probe::level.items), Some("no answer"));
    pass(&mut sim, 100);
    sim.rest();
    assert_eq!(
        (sim.bad(page, Probe::level.items), sim.items(page, Probe::level.items)),
        (None, vec![1.into(), 2.into(), 4.into()])
    );
}

#[test]
fn at_most_one_tick_waits_and_a_command_comes_in_between() {
    let mut sim = Sim::new::<Probe>(0);
    let page = sim.join();
    sim.rest();
    sim.pass(100);
    assert_eq!(sim.running(), ["sample"]);
    sim.pass(150);
    sim.click(page, Probe::stop.click);
    sim.pass(1_000);
    assert_eq!(sim.engine.counts().late, 10);
    sim.finish(0);
    assert_eq!(sim.running(), ["stop"], "the person does not wait for the tick that waits");
    sim.finish(0);
    assert_eq!(sim.running(), ["sample"]);
    sim.finish(0);
    assert_eq!(sim.running(), [""; 0], "no other tick waits");
    sim.rest();
}

/// After a sleep of the machine, missed ticks do not run.
#[test]
fn missed_ticks_are_skipped() {
    let mut sim = Sim::new::<Probe>(0);
    sim.now += std::time::Duration::from_secs(3_600);
    sim.pass(0);
    sim.finish_all();
    assert_eq!(*sim.device::<u32>(), 2);
    pass(&mut sim, 99);
    assert_eq!(*sim.device::<u32>(), 2);
    pass(&mut sim, 1);
    assert_eq!(*sim.device::<u32>(), 3);
}

#[test]
fn a_period_is_read_anew_each_time() {
    let mut sim = Sim::new::<Probe>(0);
    let page = sim.join();
    sim.rest();
    let slow = |sim: &mut Sim, millis| {
        let mut runs = 0;
        for _ in 0..millis {
            sim.pass(1);
            runs += sim.running().iter().filter(|name| **name == "slow").count();
            sim.finish_all();
        }
        runs
    };
    assert_eq!(slow(&mut sim, 9_999), 0);
    assert_eq!(slow(&mut sim, 1), 1);
    sim.send(page, Probe::period.value, 0.5);
    assert_eq!(slow(&mut sim, 2_000), 4);
    // An invalid period, which must not cause a busy loop.
    sim.send(page, Probe::period.value, -1.0);
    assert_eq!(slow(&mut sim, 5_000), 0);
    sim.send(page, Probe::period.value, 0.0);
    assert_eq!(slow(&mut sim, 10), 10);
    sim.rest();
}

#[components]
struct Supply {
    volts: Label,
    amperes: Label,
    watts: Label,
    celsius: Label,
    off: Button,
    level: Dial,
}

/// One query on the slow bus for each value. The device counts them.
#[callback_shared(every = "1s", output = Supply::volts.text)]
fn volts(queries: &mut u32) -> String {
    *queries += 1;
    queries.to_string()
}

#[callback_shared(every = "1s", output = Supply::amperes.text)]
fn amperes(queries: &mut u32) -> String {
    volts(queries)
}

#[callback_shared(every = "1s", output = Supply::watts.text)]
fn watts(queries: &mut u32) -> String {
    volts(queries)
}

#[callback_shared(every = "1s", output = Supply::celsius.text)]
fn celsius(queries: &mut u32) -> String {
    volts(queries)
}

#[callback_shared(on = Supply::off.click)]
fn off(_queries: &mut u32) {}

#[callback_shared(initial = false)]
fn set_level(_queries: &mut u32, #[input(Supply::level.value)] _level: f64) {}

impl Dashboard for Supply {
    type Device = u32;
    type Session = ();
    const CALLBACKS: Callbacks<Self> = callbacks![volts, amperes, watts, celsius, off, set_level];

    fn layout(self) -> Element {
        place((self.volts, self.amperes, self.watts, self.celsius, self.off, self.level))
    }
}

/// A supply on a bus that takes a second for each query. All four ticks always wait.
fn busy_bus() -> (Sim, usize) {
    let mut sim = Sim::new::<Supply>(0);
    let page = sim.join();
    sim.rest();
    for _ in 0..12 {
        second(&mut sim);
    }
    (sim, page)
}

/// A second passes, and the query on the bus ends.
fn second(sim: &mut Sim) {
    sim.pass(1_000);
    sim.finish(0);
}

/// The fault: a person pressed "off", and it was carried out after all the polling that waited, 8 s later.
#[test]
fn n5_a_command_on_a_slow_bus_waited_behind_the_polling() {
    let (mut sim, page) = busy_bus();
    sim.click(page, Supply::off.click);
    second(&mut sim);
    assert_eq!(sim.running(), ["off"], "after the query that was on the bus");
    // A second command waits for one query at most, and keeps its place behind the first.
    sim.click(page, Supply::off.click);
    sim.send(page, Supply::level.value, 5.0);
    sim.finish(0);
    let mut order = Vec::new();
    for _ in 0..5 {
        order.extend(sim.running());
        sim.finish(0);
    }
    order.retain(|name| ["off", "set_level"].contains(name));
    assert_eq!(order, ["off", "set_level"]);
}

#[test]
fn commands_without_a_pause_do_not_stop_the_sources() {
    let (mut sim, page) = busy_bus();
    let mut queries = 0;
    for level in 0..40 {
        sim.send(page, Supply::level.value, f64::from(level));
        queries += u32::from(sim.running() != ["set_level"]);
        second(&mut sim);
    }
    assert!((19..=21).contains(&queries), "half of the time is for the sources: {queries}");
}
