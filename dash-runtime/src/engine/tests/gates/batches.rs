//! Faults of gates with requests and batches of programs.

use super::*;

#[test]
fn fault_a_batch_with_an_event_of_a_gate_cannot_be_stopped_any_more() {
    let mut sim = rover();
    sim.ask((1, None, None), Rover::drive.ask, json!(null)).unwrap();
    // The device is busy.
    sim.ask((1, None, None), Rover::speed.value, 10.0).unwrap();
    let request = sim.ask_all(at(1), &[("armed.arm", json!(null)), ("speed.value", json!(50.0))]).unwrap();
    let bob = sim.join_as(driver("bob"));
    sim.click(bob, Rover::stop.press);
    sim.finish_all();
    sim.finish_stops();
    assert_eq!(moves(&sim), [1010.0], "{}", outcome(&sim, request));
}

#[test]
fn fault_an_event_of_a_gate_takes_a_batch_past_a_full_queue() {
    let limits = Limits { queue: 1, ..Limits::default() };
    let mut sim = Sim::with_limits::<Rover>(Motors::default(), limits);
    sim.ask((1, None, None), Rover::drive.ask, json!(null)).unwrap();
    sim.ask((1, None, None), Rover::speed.value, 10.0).unwrap();
    sim.ask_all(at(1), &[("speed.value", json!(20.0))]).unwrap();
    let asked = sim.ask_all(at(1), &[("armed.arm", json!(null)), ("speed.value", json!(50.0))]);
    assert!(matches!(asked, Err(NotTaken::Items(_))), "{asked:?}");
    assert_eq!(armed_state(&sim), ArmedState::Disarmed, "nothing of it happens");
    sim.finish_all();
    assert_eq!(moves(&sim), [1010.0, 1020.0]);
}

#[test]
fn fault_a_gate_that_closes_drops_the_safe_value_of_a_batch() {
    let mut sim = rover();
    sim.ask((1, None, None), Rover::drive.ask, json!(null)).unwrap();
    sim.ask((1, None, None), Rover::armed.arm, json!(null)).unwrap();
    sim.ask((1, None, None), Rover::stick.value, 40.0).unwrap();
    // The run with 40 goes on. The stick is let go together with something else.
    sim.ask_all(at(1), &[("stick.value", json!(0.0)), ("speed.value", json!(5.0))]).unwrap();
    sim.fire(Whom::All, Rover::armed.disarm).unwrap();
    sim.finish_all();
    let last = moves(&sim).into_iter().rfind(|moved| *moved < 1000.0);
    assert_eq!(last, Some(0.0), "{:?}", moves(&sim));
}

#[test]
fn fault_a_batch_that_is_refused_does_not_let_go_and_does_not_stop() {
    let mut sim = rover();
    sim.ask((1, None, None), Rover::drive.ask, json!(null)).unwrap();
    sim.ask((1, None, None), Rover::armed.arm, json!(null)).unwrap();
    sim.ask((1, None, None), Rover::stick.value, 40.0).unwrap();
    sim.finish_all();
    let wanted = [("stick.value", json!(0.0)), ("speed.value", json!("fast"))];
    assert!(sim.ask_all(at(1), &wanted).is_err());
    sim.finish_all();
    assert_eq!(moves(&sim), [40.0, 0.0]);
    // Another program is not in control, and may stop the device all the same.
    let asked = sim.ask_all(at(2), &[("stop.press", json!(null)), ("speed.value", json!(0.0))]);
    assert!(matches!(&asked, Err(NotTaken::Items(items)) if items.len() == 1), "{asked:?}");
    sim.finish_stops();
    assert_eq!(halts(&sim), 1);
}

#[test]
fn fault_what_a_batch_drops_counts_as_held() {
    let mut sim = rover();
    sim.ask((1, None, None), Rover::drive.ask, json!(null)).unwrap();
    sim.ask((1, None, None), Rover::armed.arm, json!(null)).unwrap();
    assert!(sim.ask_all(at(1), &[("armed.disarm", json!(null)), ("stick.value", json!(40.0))]).is_err());
    sim.finish_all();
    assert_eq!((stick(&sim), sim.engine.all_held().len()), (0.0, 0));
}

#[test]
fn fault_a_batch_that_moves_and_disarms_or_stops_was_a_failure_of_the_server() {
    for (event, speaks, closed) in [("armed.disarm", "disarms it", 1), ("stop.press", "stops it", 2)] {
        let mut sim = rover();
        sim.ask_all(at(1), &[("drive.ask", json!(null)), ("armed.arm", json!(null))]).unwrap();
        let both = [("light.value", json!(5.0)), ("stick.value", json!(40.0)), (event, json!(null))];
        let NotTaken::Items(refused) = sim.ask_all(at(1), &both).unwrap_err() else { panic!("refused as a whole") };
        let [(1, refusal)] = &refused[..] else { panic!("{refused:?}") };
        assert!(refusal.to_string().contains(&format!("the same batch {speaks}: send that after it")), "{refusal}");
        sim.finish_stops();
        sim.finish_all();
        // What makes something safe has happened, and nothing else.
        assert_eq!((moves(&sim), stick(&sim), sim.engine.all_held().len()), (vec![], 0.0, 0));
        assert_ne!(armed_state(&sim), ArmedState::Armed);
        assert_eq!(stop_state(&sim) == StopState::Stopped, closed == 2);
        let light = sim.engine.slot(sim.prop_no(Rover::light.value)).value().unwrap().json().to_owned();
        assert_ne!(light, "5.0");
    }
}

#[test]
fn fault_a_batch_that_moves_what_is_under_an_interlock_and_stops_what_is_above_was_a_failure_of_the_server() {
    let mut sim = sled();
    sim.ask_all(at(1), &[("armed.arm", json!(null))]).unwrap();
    let both = [("force.value", json!(4.0)), ("stop.press", json!(null))];
    let NotTaken::Items(refused) = sim.ask_all(at(1), &both).unwrap_err() else { panic!("refused as a whole") };
    let [(0, refusal)] = &refused[..] else { panic!("{refused:?}") };
    assert!(refusal.to_string().contains("the same batch stops it"), "{refusal}");
}

/// What is under an interlock alone, which is under a stop.
#[components]
pub struct Sled {
    pub stop: Halt,
    #[under(stop)]
    pub armed: Interlock,
    #[under(armed)]
    pub force: Dial,
}

impl Dashboard for Sled {
    type Device = ();
    type Session = ();
    const CALLBACKS: Callbacks<Self> = callbacks![];

    fn stops((): &()) -> Stops<Self> {
        Stops::new().on(Self::stop, || Ok::<_, &str>(()))
    }

    fn layout(self) -> Element {
        place((self.stop, self.armed, self.force))
    }
}

fn sled() -> Sim {
    Sim::new::<Sled>(())
}

#[test]
fn fault_a_program_with_many_open_requests_cannot_stop() {
    let limits = Limits { outstanding: 2, commands_per_second: 4, ..Limits::default() };
    let mut sim = Sim::with_limits::<Rover>(Motors::default(), limits);
    sim.ask((1, None, None), Rover::drive.ask, json!(null)).unwrap();
    sim.ask((1, None, None), Rover::speed.value, 10.0).unwrap();
    sim.ask_all(at(1), &[("speed.value", json!(20.0))]).unwrap();
    assert!(sim.ask((1, None, None), Rover::light.value, 1.0).is_err());
    sim.ask((1, None, None), Rover::stop.press, json!(null)).unwrap();
    sim.finish_stops();
    sim.finish_all();
    assert_eq!(halts(&sim), 1);
}

#[test]
fn fault_a_batch_with_a_press_counts_against_the_rate() {
    let limits = Limits { commands_per_second: 2, ..Limits::default() };
    let mut sim = Sim::with_limits::<Rover>(Motors::default(), limits);
    for _ in 0..2 {
        sim.ask((1, None, None), Rover::light.value, 1.0).unwrap();
    }
    sim.ask_all(at(1), &[("stop.press", json!(null))]).unwrap();
    sim.finish_stops();
    assert_eq!(halts(&sim), 1);
}

#[test]
fn fault_a_press_of_stop_with_a_known_key_pressed_nothing() {
    let mut sim = rover();
    let keyed = Asking { key: Some(("panic", 7)), ..at(1) };
    let press = [("stop.press", json!(null))];
    for pressed in 1..=2 {
        sim.ask_all(keyed, &press).unwrap();
        sim.finish_stops();
        assert_eq!((halts(&sim), stop_state(&sim)), (pressed, StopState::Stopped));
        let reset = sim.ask_all(at(2), &[("stop.reset", json!(null))]);
        sim.rest();
        assert!(reset.is_ok() && stop_state(&sim) == StopState::Ready, "{reset:?}");
    }
}

#[test]
fn fault_a_stop_in_a_batch_with_a_known_key_was_not_pressed() {
    let mut sim = rover();
    let keyed = |hash| Asking { key: Some(("panic", hash)), ..at(1) };
    let mixed = [("light.value", json!(5.0)), ("stop.press", json!(null))];
    for pressed in 1..=3 {
        // The last one is another request with the key of the first one.
        let asked = sim.ask_all(keyed(pressed / 3), &mixed);
        assert_eq!(asked.is_err(), pressed == 3, "{asked:?}");
        sim.finish_stops();
        assert_eq!((halts(&sim), stop_state(&sim)), (u32::try_from(pressed).unwrap(), StopState::Stopped));
        let reset = sim.ask_all(at(2), &[("stop.reset", json!(null))]);
        sim.rest();
        assert!(reset.is_ok() && stop_state(&sim) == StopState::Ready, "{reset:?}");
    }
    let light = [("light.value", json!(9.0))];
    sim.ask_all(at(2), &light).unwrap();
    sim.ask_all(keyed(0), &mixed).unwrap();
    let light = sim.engine.slot(sim.prop_no(Rover::light.value)).value().unwrap().json().to_owned();
    assert_eq!(light, "9.0", "the rest of it acts once");
}

#[test]
fn fault_a_batch_that_drives_and_gives_control_back_was_a_failure_of_the_server() {
    let mut sim = rover();
    sim.ask_all(at(1), &[("drive.ask", json!(null))]).unwrap();
    let both = [("drive.give", json!(null)), ("speed.value", json!(10.0)), ("light.value", json!(5.0))];
    let NotTaken::Items(refused) = sim.ask_all(at(1), &both).unwrap_err() else { panic!("refused as a whole") };
    assert_eq!(refused.iter().map(|(at, refusal)| (*at, refusal.kind())).collect::<Vec<_>>(), [(1, "control")]);
    assert_eq!((holder(&sim).as_str(), moves(&sim)), ("local", vec![]), "nothing has happened");
    sim.ask_all(at(1), &[("drive.give", json!(null)), ("light.value", json!(5.0))]).unwrap();
    assert_eq!(holder(&sim), "");
}
