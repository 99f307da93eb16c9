//! Requests with an `Idempotency-Key` are carried out once, also if the program has started again in between.

use std::time::Duration;

use proptest::prelude::*;
use serde_json::json;

use super::{
    outcomes::{Disk, Plant, started, write},
    sim::Sim,
};
use crate::{
    engine::answers::TIME,
    protocol::{client::Refusal, limits::Limits, server::Outcome},
};

/// A request of a program with a key and the hash of its content.
const fn keyed(key: &'static str, hash: u64) -> (u8, Option<&'static str>, Option<(&'static str, u64)>) {
    (1, None, Some((key, hash)))
}

fn add(sim: &mut Sim, key: &'static str) -> Option<Outcome> {
    let request = sim.ask(keyed(key, 7), Plant::add.click, ()).unwrap();
    sim.rest();
    sim.answered.get(&request).cloned()
}

fn count(sim: &Sim) -> String {
    sim.engine.slot(sim.prop_no(Plant::count.text)).json(None)
}

#[test]
fn p3_fault_a_request_that_was_sent_again_after_a_restart_was_carried_out_twice() {
    let mut disk = Disk::new();
    let mut sim = started(&disk, 1, 0);
    let first = add(&mut sim, "a").unwrap();
    assert!(matches!(first, Outcome::Applied { .. }));
    write(&mut sim, &mut disk);
    for run in 2..4 {
        let mut sim = started(&disk, run, 1);
        assert_eq!(add(&mut sim, "a").as_ref(), Some(&first), "the same outcome");
        assert_eq!(count(&sim), json!("1").to_string());
        // Another content, another sender and another key are other requests.
        assert_eq!(sim.ask(keyed("a", 8), Plant::add.click, ()).unwrap_err(), Refusal::KeyReused);
        let other = sim.ask((2, None, Some(("a", 7))), Plant::level.value, 1.0).unwrap();
        sim.rest();
        assert!(sim.answered.contains_key(&other));
        write(&mut sim, &mut disk);
    }
}

#[test]
fn a_request_that_failed_is_told_so_and_one_that_was_refused_may_be_sent_again() {
    let mut disk = Disk::new();
    let mut sim = started(&disk, 1, 0);
    let failed = sim.ask(keyed("f", 7), Plant::fail.click, ()).unwrap();
    sim.rest();
    let why = sim.answered[&failed].clone();
    assert!(matches!(&why, Outcome::Failed(text) if text.contains("no water")));
    assert!(sim.ask(keyed("r", 7), Plant::level.value, -1_000.0).is_err());
    write(&mut sim, &mut disk);
    let mut sim = started(&disk, 2, 1);
    let again = sim.ask(keyed("f", 7), Plant::fail.click, ()).unwrap();
    assert_eq!(sim.answered[&again], why);
    let refused = sim.ask(keyed("r", 7), Plant::level.value, 5.0).unwrap();
    sim.rest();
    assert!(matches!(sim.answered[&refused], Outcome::Applied { .. }));
}

#[test]
fn what_was_not_done_when_the_program_ended_is_unknown() {
    let mut disk = Disk::new();
    let mut sim = started(&disk, 1, 0);
    sim.ask(keyed("a", 7), Plant::add.click, ()).unwrap();
    assert_eq!(sim.running(), ["add"]);
    write(&mut sim, &mut disk);
    let mut sim = started(&disk, 2, 1);
    assert_eq!(add(&mut sim, "a"), Some(Outcome::Unknown), "nobody knows, so it is not done again");
    assert_eq!(count(&sim), json!("").to_string());
}

#[test]
fn the_keys_of_earlier_runs_end_after_their_time_and_their_number_is_bounded() {
    let mut disk = Disk::new();
    let mut sim = started(&disk, 1, 0);
    let empty = {
        write(&mut sim, &mut disk);
        disk.len()
    };
    add(&mut sim, "a");
    write(&mut sim, &mut disk);
    let with_one = disk.len();
    // Too old when the program starts.
    let mut old = disk.clone();
    let mut late = started(&old, 2, TIME.as_secs() + 1);
    write(&mut late, &mut old);
    add(&mut late, "a");
    assert_eq!(count(&late), json!("2").to_string());
    // Too old while it runs.
    let mut sim = started(&disk, 2, 1);
    sim.pass((TIME + Duration::from_secs(1)).as_millis() as u64);
    sim.rest();
    write(&mut sim, &mut disk);
    assert!(disk.len() < with_one && disk.len() >= empty);
    // No more than are remembered.
    let keys: Vec<&'static str> = (0..2 * Limits::default().outcomes).map(|at| &*format!("k{at}").leak()).collect();
    for key in keys {
        sim.ask(keyed(key, 7), Plant::level.value, 1.0).unwrap();
        sim.rest();
        sim.pass(1_000);
    }
    write(&mut sim, &mut disk);
    assert!(disk.len() <= empty + Limits::default().outcomes + 8, "{} entries", disk.len());
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    /// A program that sends each request until it has an answer has each carried out once, or knows that nobody knows.
    #[test]
    fn each_request_is_carried_out_at_most_once(steps in prop::collection::vec((0_usize..6, any::<bool>(), any::<bool>()), 1..24)) {
        const KEYS: [&str; 6] = ["a", "b", "c", "d", "e", "f"];
        let (mut disk, mut run) = (Disk::new(), 1);
        let mut sim = started(&disk, run, 0);
        let mut done = std::collections::BTreeMap::<&str, Outcome>::new();
        for (key, ends_before, ends_after) in steps {
            let request = sim.ask(keyed(KEYS[key], 7), Plant::add.click, ()).unwrap();
            if !ends_before {
                sim.rest();
            }
            write(&mut sim, &mut disk);
            if let Some(outcome) = sim.answered.get(&request) {
                let known = done.entry(KEYS[key]).or_insert_with(|| outcome.clone());
                prop_assert_eq!(known, outcome, "it has one outcome");
            }
            if ends_before || ends_after {
                run += 1;
                sim = started(&disk, run, 1);
            }
        }
        sim.rest();
        let applied = done.values().filter(|outcome| matches!(outcome, Outcome::Applied { .. })).count();
        let count: usize = count(&sim).trim_matches('"').parse().unwrap_or(0);
        prop_assert!(count >= applied && count <= KEYS.len(), "{} of {}", count, applied);
    }
}
