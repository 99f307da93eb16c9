//! What somebody tries who knows how gates work: several events of one gate at once, and what would open a gate together
//! with what is under it.

use super::*;

/// The program at this address sends these events and values in one batch. Returns whether it was taken.
fn batch(sim: &mut Sim, address: u8, wanted: &[(&str, serde_json::Value)]) -> bool {
    let taken = sim.ask_all(at(address), wanted).is_ok();
    sim.finish_stops();
    sim.finish_all();
    taken
}

fn event(name: &str) -> (&str, serde_json::Value) {
    (name, json!(null))
}

#[test]
fn a_batch_cannot_open_a_gate_and_go_through_it() {
    let (stick, speed) = (("stick.value", json!(40.0)), ("speed.value", json!(50.0)));
    for wanted in [
        vec![event("stop.reset"), speed.clone()],
        vec![speed.clone(), event("stop.reset")],
        vec![event("stop.reset"), event("armed.arm"), stick.clone()],
        vec![event("armed.acknowledge"), event("armed.arm"), stick.clone()],
    ] {
        let mut sim = rover();
        assert!(batch(&mut sim, 1, &[event("drive.ask")]));
        assert!(batch(&mut sim, 1, &[event("armed.arm")]));
        let bob = sim.join_as(driver("bob"));
        sim.click(bob, Rover::stop.press);
        sim.finish_stops();
        sim.finish_all();
        assert!(!batch(&mut sim, 1, &wanted), "{wanted:?}");
        assert_eq!((moves(&sim), stop_state(&sim)), (vec![], StopState::Stopped), "{wanted:?}");
    }
    for wanted in [
        vec![event("armed.arm"), stick.clone()],
        vec![event("drive.ask"), event("armed.arm"), stick.clone()],
        vec![event("drive.ask"), speed.clone()],
        vec![event("drive.take"), speed.clone()],
    ] {
        let mut sim = rover();
        let taken = batch(&mut sim, 1, &wanted);
        assert!(!taken && moves(&sim).is_empty(), "{wanted:?}: {:?}", moves(&sim));
    }
}

#[test]
fn a_batch_that_presses_and_resets_a_stop_leaves_it_pressed() {
    for wanted in [[event("stop.press"), event("stop.reset")], [event("stop.reset"), event("stop.press")]] {
        let mut sim = rover();
        batch(&mut sim, 1, &wanted);
        assert_eq!((stop_state(&sim), halts(&sim)), (StopState::Stopped, 1), "{wanted:?}");
        // Also if it is pressed already.
        batch(&mut sim, 1, &wanted);
        assert_eq!(stop_state(&sim), StopState::Stopped, "{wanted:?}");
    }
}

#[test]
fn a_batch_that_asks_for_control_and_gives_it_back_leaves_one_holder_at_most() {
    for wanted in [
        [event("drive.ask"), event("drive.give")],
        [event("drive.give"), event("drive.ask")],
        [event("drive.ask"), event("drive.take")],
        [event("drive.take"), event("drive.give")],
    ] {
        let mut sim = rover();
        let bob = sim.join_as(driver("bob"));
        batch(&mut sim, 1, &wanted);
        // Whatever became of it: who is shown as the holder is, and nobody else.
        let program = sim.ask_all(at(1), &[("speed.value", json!(10.0))]).is_ok();
        sim.finish_all();
        assert_eq!(program, !holder(&sim).is_empty(), "{wanted:?}");
        let number = sim.send(bob, Rover::speed.value, 20.0);
        assert!(!(program && takes(&mut sim, bob, number)), "{wanted:?}: two are in control");
        // And while another one is in control, it changes nothing for the device.
        let (mut sim, ada, _) = driving();
        let carl = driver("carl");
        let _ = sim.ask_all(Asking { user: Some(&carl), ..at(1) }, &wanted);
        sim.finish_all();
        assert_eq!(holder(&sim), "ada", "{wanted:?}");
        let number = sim.send(ada, Rover::speed.value, 30.0);
        assert!(takes(&mut sim, ada, number), "{wanted:?}");
    }
}

#[test]
fn a_role_that_is_too_low_for_one_event_of_a_batch_gets_none_of_it() {
    for wanted in [
        [event("drive.ask"), event("drive.take")],
        [event("armed.arm"), event("stop.reset")],
        [event("stop.reset"), event("drive.ask")],
    ] {
        let mut sim = rover();
        let guest = User::new("gus", Crew::Guest);
        let asking = Asking { user: Some(&guest), ..at(1) };
        assert!(sim.ask_all(asking, &wanted).is_err(), "{wanted:?}");
        assert_eq!((holder(&sim), armed_state(&sim)), (String::new(), ArmedState::Disarmed), "{wanted:?}");
    }
}
