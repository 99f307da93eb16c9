//! Streams: no client loses an item within the ring, and none gets an item twice.

use dash_macros::{callback, callback_shared, callbacks, components};
use proptest::prelude::*;

use super::{
    parts::{Dial, Log, place},
    sim::Sim,
};
use crate::{callback::Callbacks, dashboard::Dashboard, element::Element};

#[components]
struct Tape {
    add: Dial,
    log: Log,
    mine: Dial,
    own: Log,
}

/// Appends this many items: 1, 2, 3 and so on.
#[callback_shared(queue = all, output = Tape::log.items)]
fn append(last: &mut u32, #[input(Tape::add.value)] count: f64) -> Vec<u32> {
    let first = *last;
    *last += count as u32;
    (first + 1..=*last).collect()
}

/// The same for one client.
#[callback(queue = all, output = Tape::own.items)]
fn append_own(#[session] last: &mut u32, #[input(Tape::mine.value)] count: f64) -> Vec<u32> {
    let first = *last;
    *last += count as u32;
    (first + 1..=*last).collect()
}

impl Dashboard for Tape {
    type Device = u32;
    type Session = u32;
    const CALLBACKS: Callbacks<Self> = callbacks![append, append_own];

    fn layout(self) -> Element {
        place((self.add, self.log, self.mine, self.own))
    }
}

fn numbers(sim: &Sim, page: usize, own: bool) -> Vec<u64> {
    let items = if own { sim.items(page, Tape::own.items) } else { sim.items(page, Tape::log.items) };
    items.iter().map(|item| item.as_u64().unwrap()).collect()
}

#[test]
fn g03_a_short_cut_costs_nothing_and_a_long_one_what_the_ring_forgot() {
    let mut sim = Sim::new::<Tape>(0);
    let (a, b) = (sim.join(), sim.join());
    sim.send(a, Tape::add.value, 2);
    sim.rest();
    sim.cut(b);
    sim.send(a, Tape::add.value, 5);
    sim.rest();
    sim.connect(b);
    sim.rest();
    assert_eq!((numbers(&sim, a, false), numbers(&sim, b, false)), ((1..=7).collect(), (1..=7).collect()));
    sim.cut(b);
    sim.send(a, Tape::add.value, 7);
    sim.rest();
    sim.connect(b);
    sim.rest();
    assert_eq!(
        numbers(&sim, b, false),
        (9..=14).collect::<Vec<_>>(),
        "dropped items are missing on every page, and the page replaces its items"
    );
    let late = sim.join();
    sim.rest();
    assert_eq!(numbers(&sim, late, false), (9..=14).collect::<Vec<_>>());
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]

    #[test]
    fn g02_items_are_never_lost_or_doubled(ops in prop::collection::vec((0..3_usize, 0..7_u8, 0..9_u8), 1..60)) {
        let mut sim = Sim::new::<Tape>(0);
        (0..3).for_each(|_| _ = sim.join());
        sim.rest();
        for (page, what, count) in ops {
            match what {
                0 => _ = sim.send(page, Tape::add.value, count),
                1 => _ = sim.send(page, Tape::mine.value, count),
                2 | 3 if !sim.jobs.is_empty() => sim.finish(usize::from(count) % sim.jobs.len()),
                4 if sim.pages[page].socket.is_some() => _ = sim.poll(page),
                5 => {
                    let _ = sim.poll_lost(page);
                    sim.cut(page);
                }
                6 => sim.connect(page),
                _ => {}
            }
            for own in [false, true] {
                let seen = numbers(&sim, page, own);
                prop_assert!(seen.windows(2).all(|two| two[1] == two[0] + 1), "{:?}", seen);
            }
        }
        for page in 0..3 {
            sim.connect(page);
        }
        sim.rest();
        let last = u64::from(*sim.device::<u32>());
        let asked: u64 = sim.taken.iter().filter(|(_, prop, _)| *prop == sim.no(Tape::add.value)).map(|(.., count)| count.as_u64().unwrap()).sum();
        prop_assert_eq!(last, asked, "with `queue = all` every value counts");
        for page in 0..3 {
            prop_assert_eq!(numbers(&sim, page, false).last().copied().unwrap_or(0), last);
        }
    }
}

#[test]
fn a_page_gets_a_whole_stream_when_it_asks_for_it() {
    let mut sim = Sim::new::<Tape>(0);
    let (a, b) = (sim.join(), sim.join());
    sim.send(a, Tape::add.value, 3);
    sim.send(b, Tape::mine.value, 2);
    sim.rest();
    // As on a page whose document did not have the items: it has some of those that came afterwards.
    for (prop, own, whole) in [(sim.no(Tape::log.items), false, 4), (sim.no(Tape::own.items), true, 2)] {
        sim.pages[b].items[prop] = vec![99.into()];
        sim.deliver(b, &format!(r#"{{"t":"stream","p":{prop}}}"#));
        // One more comes before the answer. It is there once.
        if !own {
            sim.send(a, Tape::add.value, 1);
        }
        sim.rest();
        assert_eq!(numbers(&sim, b, own), (1..=whole).collect::<Vec<u64>>());
    }
    // What is no stream is nothing, and a number that does not exist is refused.
    sim.deliver(b, &format!(r#"{{"t":"stream","p":{}}}"#, sim.no(Tape::add.value)));
    assert!(sim.answers.is_empty(), "{:?}", sim.answers);
    sim.deliver(b, r#"{"t":"stream","p":12345}"#);
    assert_eq!(sim.answer()["kind"], "unknown_property");
}
