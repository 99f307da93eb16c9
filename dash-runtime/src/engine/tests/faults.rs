//! Faults of dash_devices that concern the engine. Each has a test with its name. They must not return.
//!
//! | | fault of dash_devices | its tests, here or in the file named |
//! | --- | --- | --- |
//! | 1 | order is not kept | `fault_01…`, `tests/it/faults.rs::fault_01…` |
//! | 2 | clients diverge | `fault_02…`, `tests/it/faults.rs::fault_02…`, `tests/browser/faults.rs::fault_02…` |
//! | 3 | stale echo | `fault_03…`, `tests/browser/faults.rs::fault_03…` |
//! | 4 | diamonds glitch | `fault_04…`, `order.rs::g07_a_diamond…` |
//! | 5 | a "serialized" callback runs twice at once | `fault_05…`, `tests/it/callbacks/islands.rs::one_device…` |
//! | 6 | late joiners get the defaults | `fault_06…` |
//! | 8 | a push inside of a coroutine callback stops the server | `tests/it/push.rs::fault_08…` |
//! | 9 | a failure, or a push, at the start blocks it | `fault_09…`, `tests/it/faults.rs::start::fault_09…`, `tests/it/push.rs::fault_09…` |
//! | 10 | a push that triggers its own callback blocks it for all | `tests/it/push.rs::fault_10…`, `push.rs::a_push_that_leads_back…` |
//! | 11 | one slow callback starves the others | `fault_11…`, `tests/it/faults.rs::fault_11…` |
//! | 12 | no reconnect | `fault_12…`, `tests/browser/link.rs` |
//! | 13 | commands in transit at a disconnect are dropped silently | `fault_13…`, `tests/browser/faults.rs::dash_5…` |
//! | 14 | no backpressure | `fault_14…`, `tests/it/slow_client.rs` |
//! | 15 | every push is encoded for each client | `fault_15…` |
//! | 16 | Nagle | `tests/it/edge.rs::a_second_small_frame_is_not_held_back` |
//! | 17, 18 | a client can set any property and any method | `tests/it/faults.rs::fault_17_18…`, `limits.rs::p8…` |
//! | 19 | no range or type check; refused values were shown already | `fault_19…`, `limits.rs::p8…` |
//! | 20 | no limits of size and rate | `tests/it/frames.rs::s18…`, `s20…`, `limits.rs::s_…` |
//! | 21 | no base path, ids that are dicts | `tests/it/callbacks/rows.rs`, `tests/it/edge.rs::below_a_path`, `tests/browser/first_paint.rs` |
//!
//! | | report about Dash, or measurement | its tests |
//! | --- | --- | --- |
//! | 2 | events are coalesced | `tests/it/faults.rs::dash_3_2…`, `once.rs::g08…` |
//! | 4 | values faster than their callback are never shown | `faults_of_dash.rs::dash_3_4…` |
//! | 6 | of two patches at the same time, one is lost | `edits.rs::two_edits_at_once_are_both_kept`, `tests/it/callbacks/edits.rs::edits_of_callbacks_and_of_threads…` |
//! | 7 | a drag sends nothing while it moves | `tests/browser/in_step.rs::two_tabs_are_in_step_while_one_drags` |
//! | 11 | a failure at the start hangs page and server | `tests/it/faults.rs::start::fault_09…`, `tests/it/shutdown.rs` |
//! | 14 | hundreds of callbacks freeze the page | `faults_of_dash.rs::dash_3_14…` |
//! | | writes out of order, wrong end value of a drag | `faults_of_dash.rs::dash_5…`, `tests/it/faults.rs::dash_5…` |
//! | | a value set while the server is down is lost silently | `tests/browser/faults.rs::dash_5…` |

use std::time::Duration;

use serde_json::json;

use super::{
    bench::{Bench, Did, Rig},
    sim::Sim,
};

/// Sixty values in a row on one socket, with runs of different length: the device ended with a wrong value.
#[test]
fn fault_01_order_is_not_kept() {
    let mut sim = Sim::new::<Bench>(Rig::default());
    let page = sim.join();
    sim.rest();
    for i in 0..60 {
        sim.send(page, Bench::x.value, f64::from(i));
        if i % 7 == 0 {
            sim.pass(3);
            sim.finish(sim.jobs.len() - 1);
        }
    }
    sim.rest();
    let moves = sim.device::<Rig>().moves();
    assert!(moves.is_sorted(), "{moves:?}");
    assert_eq!(moves.last(), Some(&59.0));
}

/// After two edits at nearly the same time, each page showed the other's value.
#[test]
fn fault_02_clients_diverge() {
    for first in 0..2 {
        let mut sim = Sim::new::<Bench>(Rig::default());
        let pages = [sim.join(), sim.join()];
        sim.rest();
        sim.send(pages[first], Bench::x.value, 10.0);
        sim.send(pages[1 - first], Bench::x.value, 20.0);
        sim.poll(pages[0]);
        sim.rest();
        assert_eq!(sim.shown(pages[0], Bench::x.value), 20.0);
        assert_eq!(sim.shown(pages[1], Bench::x.value), 20.0);
        assert_eq!(sim.device::<Rig>().moves().last(), Some(&20.0));
    }
}

/// Fast key presses: the page itself fired later links of the chain with older values.
#[test]
fn fault_03_stale_echo() {
    let mut sim = Sim::new::<Bench>(Rig::default());
    let pages = [sim.join(), sim.join()];
    sim.rest();
    let mut newest = 0.0;
    for i in 1..=8 {
        sim.send(pages[0], Bench::x.value, f64::from(i));
        sim.finish(0);
        sim.pass(5);
        sim.poll_woken();
        let pos: f64 = sim.shown(pages[1], Bench::pos.text).as_str().unwrap().parse().unwrap();
        assert!(pos >= newest, "back from {newest} to {pos}");
        newest = pos;
    }
    sim.rest();
    for page in pages {
        assert_eq!(sim.shown(page, Bench::x.value), 8.0);
        assert_eq!(sim.shown(page, Bench::sum.text), "8");
    }
}

#[test]
fn fault_04_diamonds_glitch() {
    let mut sim = Sim::new::<Bench>(Rig::default());
    let page = sim.join();
    sim.rest();
    for i in 1..=5 {
        let runs = sim.runs();
        sim.send(page, Bench::x.value, f64::from(i));
        // The two sides end at different times.
        sim.finish_one("drive");
        sim.pass(20);
        sim.finish_one("left");
        sim.pass(20);
        sim.poll_woken();
        sim.rest();
        assert_eq!(sim.shown(page, Bench::sum.text), i.to_string());
        // drive, left, right, sum, and this client's greeting.
        assert_eq!(sim.runs() - runs, 5, "each once");
    }
}

/// Two callbacks of one device never run at the same time, for whichever client they run.
#[test]
fn fault_05_the_device_is_lent_twice() {
    let mut sim = Sim::new::<Bench>(Rig::default());
    let (a, b) = (sim.join(), sim.join());
    sim.rest();
    sim.send(a, Bench::x.value, 1.0);
    sim.click(b, Bench::go.click);
    sim.click(a, Bench::look.click);
    sim.click(b, Bench::look.click);
    while !sim.jobs.is_empty() {
        let with_device = sim.running().iter().filter(|name| ["drive", "go", "look"].contains(name)).count();
        assert!(with_device <= 1, "{:?}", sim.running());
        sim.finish(sim.jobs.len() - 1);
    }
    sim.rest();
    assert_eq!(sim.device::<Rig>().did.len(), 5);
}

#[test]
fn fault_06_late_joiners_get_the_defaults() {
    let mut sim = Sim::new::<Bench>(Rig::default());
    let page = sim.join();
    sim.send(page, Bench::x.value, 3.0);
    sim.click(page, Bench::go.click);
    sim.rest();
    let late = sim.load();
    assert_eq!(late.values[sim.no(Bench::x.value)], 3.0);
    assert_eq!(late.values[sim.no(Bench::sum.text)], "3");
    assert_eq!(late.items[sim.no(Bench::trace.items)], [json!(1)]);
}

/// State was frozen at the value of the last call.
#[test]
fn fault_state_is_frozen() {
    let mut sim = Sim::new::<Bench>(Rig::default());
    let (a, b) = (sim.join(), sim.join());
    sim.rest();
    sim.click(a, Bench::go.click);
    sim.send(b, Bench::y.value, 5.0);
    sim.click(a, Bench::go.click);
    sim.rest();
    assert_eq!(sim.device::<Rig>().gos(), [(0.0, 0.0), (0.0, 5.0)]);
}

/// A regular callback that read a shared output made the chain raise.
#[test]
fn fault_private_callbacks_cannot_read_what_is_shared() {
    let mut sim = Sim::new::<Bench>(Rig::default());
    let page = sim.join();
    sim.send(page, Bench::x.value, 3.0);
    sim.rest();
    assert_eq!(sim.shown(page, Bench::hello.text), "@3");
}

/// The first run failed, and no client ever got a page.
#[test]
fn fault_09_raise_at_init_blocks_start() {
    let mut sim = Sim::unstarted::<Bench>(Rig::default(), Default::default());
    sim.begin();
    let page = sim.join();
    assert!(sim.poll(page) || sim.pages[page].rev > 0, "a page before the first run is over");
    let run = sim.run_of("drive");
    sim.panic(run, "no device");
    sim.rest();
    assert_eq!(sim.bad(page, Bench::pos.text), Some("`drive` panicked: no device"));
    let late = sim.join();
    sim.send(late, Bench::x.value, 2.0);
    sim.rest();
    assert_eq!((sim.shown(page, Bench::sum.text), sim.bad(page, Bench::pos.text)), (json!("2"), None));
}

/// Thirty queued runs of one callback delayed an unrelated one for seconds.
#[test]
fn fault_11_slow_callback_starves_others() {
    let mut sim = Sim::new::<Bench>(Rig::default());
    let page = sim.join();
    sim.rest();
    for _ in 0..30 {
        sim.click(page, Bench::go.click);
    }
    let number = sim.send(page, Bench::z.value, 4.0);
    sim.finish_one("double");
    sim.poll_woken();
    assert_eq!(sim.pages[page].outcome(number), Some(0));
    sim.rest();
}

/// Idle tabs sent commands to the device and showed old values.
#[test]
fn fault_12_no_reconnect() {
    let mut sim = Sim::new::<Bench>(Rig::default());
    let (a, b) = (sim.join(), sim.join());
    sim.rest();
    sim.cut(a);
    sim.send(b, Bench::x.value, 9.0);
    sim.rest();
    sim.connect(a);
    sim.rest();
    assert_eq!(sim.shown(a, Bench::sum.text), "9");
}

#[test]
fn fault_13_commands_at_a_disconnect_are_dropped_without_a_sign() {
    let mut sim = Sim::new::<Bench>(Rig::default());
    let page = sim.join();
    sim.rest();
    let done = sim.click(page, Bench::go.click);
    sim.send_lost(page, Bench::x.value, 6.0);
    sim.finish_all();
    sim.connect(page);
    sim.rest();
    assert_eq!((sim.pages[page].outcome(done), sim.pages[page].outcome(done + 1)), (Some(0), Some(0)));
    assert_eq!(sim.device::<Rig>().did[1..], [Did::Go(0.0, 0.0), Did::Move(6.0)]);
}

/// A client that does not read made the server's memory grow with every update.
#[test]
fn fault_14_a_client_that_does_not_read_costs_memory() {
    let mut sim = Sim::new::<Bench>(Rig::default());
    let (reads, sleeps) = (sim.join(), sim.join());
    sim.rest();
    for i in 0..1_000 {
        sim.send(reads, Bench::z.value, f64::from(i % 100));
        sim.finish_all();
        sim.poll(reads);
        sim.pass(10);
    }
    let frame = sim.poll_lost(sleeps).unwrap();
    assert!(frame.len() < 200, "one value per property: {frame}");
}

/// Every push was encoded again for every client, and every link of a chain was a message.
#[test]
fn fault_15_each_client_costs_an_encoding() {
    let mut sim = Sim::new::<Bench>(Rig::default());
    let pages: Vec<_> = (0..5).map(|_| sim.join()).collect();
    sim.rest();
    sim.send(pages[0], Bench::z.value, 4.0);
    sim.finish_all();
    let frames: Vec<_> = pages[1..]
        .iter()
        .map(|page| {
            let page = &sim.pages[*page];
            sim.engine.poll_frame(page.id, page.socket.unwrap()).unwrap()
        })
        .collect();
    assert!(frames.iter().all(|frame| frame.as_ptr() == frames[0].as_ptr()), "one text, counted by reference");
}

/// A refused command of one client has no effect on the others.
#[test]
fn fault_19_what_is_refused_was_already_shown_to_all() {
    let mut sim = Sim::new::<Bench>(Rig::default());
    let (a, b) = (sim.join(), sim.join());
    sim.rest();
    let frames = sim.pages[b].frames;
    sim.send(a, Bench::x.value, 9010);
    sim.rest();
    sim.pass(Duration::from_secs(1).as_millis() as u64);
    sim.rest();
    assert_eq!((sim.pages[b].frames, sim.device::<Rig>().did.len()), (frames, 1));
}
