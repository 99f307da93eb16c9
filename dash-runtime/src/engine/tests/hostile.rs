//! Many faults at once: small limits, panics, failures, clients that are forgotten, sources, a value with two writers,
//! and private callbacks that need the device.
//!
//! There is no model of the expected values. These promises are checked: each command has one final outcome, each
//! accepted command runs once, every page that is woken ends with the server's values, and no fault remains after its
//! cause is removed.

use std::collections::BTreeMap;

use dash_macros::{callback, callback_shared, callbacks, components};
use proptest::prelude::*;

use super::{
    parts::{Button, Dial, Label, Log, place},
    sim::Sim,
};
use crate::{callback::Callbacks, dashboard::Dashboard, element::Element, protocol::limits::Limits};

const PAGES: usize = 4;

#[derive(Debug, Default)]
struct Machine {
    clicks: u32,
    ticks: u32,
}

#[components]
struct Mix {
    x: Dial,
    home: Button,
    pos: Label,
    seen: Label,
    go: Button,
    count: Label,
    ticks: Log,
    period: Dial,
    own: Dial,
    twice: Label,
    /// Read by the device's private callback and written by another island.
    z: Dial,
    zz: Label,
    peek: Button,
    peeked: Label,
}

#[callback_shared(on = Mix::home.click, output = Mix::x.value)]
fn home(machine: &mut Machine) -> f64 {
    let _ = machine;
    0.0
}

#[callback_shared(output = Mix::pos.text)]
fn drive(machine: &mut Machine, #[input(Mix::x.value)] x: f64) -> Result<String, String> {
    let _ = machine;
    if x < 0.0 { Err(format!("{x} is below zero")) } else { Ok(x.to_string()) }
}

#[callback(output = Mix::seen.text)]
fn see(machine: &mut Machine, #[input(Mix::pos.text)] pos: &str, #[input(Mix::zz.text)] zz: &str) -> String {
    let _ = machine;
    format!("{pos} {zz}")
}

#[callback_shared(on = Mix::go.click, output = Mix::count.text)]
fn go(machine: &mut Machine) -> String {
    machine.clicks += 1;
    machine.clicks.to_string()
}

#[callback_shared(every = Mix::period.value, output = Mix::ticks.items)]
fn tick(machine: &mut Machine) -> u32 {
    machine.ticks += 1;
    machine.ticks
}

#[callback(output = Mix::twice.text)]
async fn twice(#[input(Mix::own.value)] own: f64) -> Result<String, &'static str> {
    if own < 0.0 { Err("below zero") } else { Ok((2.0 * own).to_string()) }
}

#[callback_shared(queue = all, output = Mix::zz.text)]
fn double(#[input(Mix::z.value)] z: f64) -> String {
    (2.0 * z).to_string()
}

#[callback(on = Mix::peek.click, output = Mix::peeked.text)]
fn peek(machine: &mut Machine, #[session] peeks: &mut u32, #[state(Mix::zz.text)] zz: &str) -> String {
    let _ = machine;
    *peeks += 1;
    format!("{peeks} {zz}")
}

impl Dashboard for Mix {
    type Device = Machine;
    type Session = u32;
    const CALLBACKS: Callbacks<Self> = callbacks![home, drive, see, go, tick, twice, double, peek];

    fn layout(self) -> Element {
        place((
            place((self.x, self.home, self.pos, self.seen, self.go, self.count, self.ticks, self.period.value(0.05))),
            place((self.own, self.twice, self.z, self.zz, self.peek, self.peeked)),
        ))
    }
}

fn limits() -> Limits {
    Limits { queue: 4, outstanding: 6, detached_clients: 1, commands_per_second: 200, ..Limits::default() }
}

fn apply(sim: &mut Sim, (page, what, value): (usize, u8, i8)) {
    match what {
        0 | 1 => _ = sim.send(page, Mix::x.value, value),
        2 => _ = sim.send(page, Mix::z.value, value),
        3 => _ = sim.send(page, Mix::own.value, value),
        4 => _ = sim.click(page, Mix::home.click),
        5 | 6 => _ = sim.click(page, Mix::go.click),
        7 => _ = sim.click(page, Mix::peek.click),
        8 => _ = sim.send(page, Mix::period.value, f64::from(value) / 1_000.0),
        9..=14 if !sim.jobs.is_empty() => sim.finish(usize::from(value.unsigned_abs()) % sim.jobs.len()),
        15 if !sim.jobs.is_empty() => {
            let at = usize::from(value.unsigned_abs()) % sim.jobs.len();
            // The device counts the clicks.
            if !["go", "tick"].contains(&sim.jobs[at].name) {
                sim.panic(at, "no");
            }
        }
        16..=18 if sim.pages[page].socket.is_some() => _ = sim.poll(page),
        19 => {
            let _ = sim.poll_lost(page);
            sim.cut(page);
        }
        20 => sim.cut(page),
        21 | 22 => sim.connect(page),
        23 => sim.send_lost(page, Mix::go.click, ()),
        24 => sim.pass(u64::from(value.unsigned_abs())),
        25 => sim.send_again(page, u64::from(value.unsigned_abs())),
        _ => {}
    }
}

/// The number of clicks that were accepted, by the final outcomes that their senders got.
fn accepted_clicks(sim: &Sim) -> usize {
    sim.taken.iter().filter(|(_, prop, _)| *prop == sim.no(Mix::go.click)).count()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(250))]

    #[test]
    fn p7_whatever_happens_it_is_told_and_put_right(
        ops in prop::collection::vec((0..PAGES, 0..26_u8, -50..50_i8), 1..120)
    ) {
        let mut sim = Sim::with_limits::<Mix>(Machine::default(), limits());
        (0..PAGES).for_each(|_| _ = sim.join());
        for op in ops {
            apply(&mut sim, op);
        }
        // All pages are connected. `rest` checks that every command has its outcome and every page shows the server's
        // values.
        for page in 0..PAGES {
            if sim.pages[page].socket.is_none() {
                sim.connect(page);
            }
        }
        sim.rest();
        prop_assert_eq!(sim.device::<Machine>().clicks as usize, accepted_clicks(&sim));
        for page in &sim.pages {
            let finals: BTreeMap<_, _> = page.told.iter().map(|(n, told)| (*n, told.last().unwrap()[0].clone())).collect();
            prop_assert!(finals.values().all(|code| *code != 6), "nothing is unknown here: {:?}", finals);
        }
        // The cause of the fault is removed.
        sim.pass(2_000);
        sim.rest();
        for (page, prop) in [(0, Mix::x.value), (1, Mix::z.value)] {
            let number = sim.send(page, prop, 7);
            sim.rest();
            prop_assert_eq!(sim.pages[page].outcome(number), Some(0));
        }
        for page in 0..PAGES {
            let number = sim.send(page, Mix::own.value, page as f64);
            sim.click(page, Mix::peek.click);
            sim.rest();
            prop_assert_eq!(sim.pages[page].outcome(number), Some(0));
        }
        for page in 0..PAGES {
            prop_assert_eq!(sim.shown(page, Mix::pos.text), "7");
            prop_assert_eq!(sim.shown(page, Mix::zz.text), "14");
            prop_assert_eq!(sim.shown(page, Mix::twice.text), (2 * page).to_string());
            let peeked = sim.shown(page, Mix::peeked.text);
            prop_assert!(peeked.as_str().unwrap().ends_with(" 14"), "{}", peeked);
            if sim.bad(page, Mix::seen.text).is_none() {
                prop_assert_eq!(sim.shown(page, Mix::seen.text), "7 14");
            }
            prop_assert_eq!(sim.bad(page, Mix::pos.text), None);
            prop_assert_eq!(sim.bad(page, Mix::twice.text), None);
        }
    }
}
