//! `Armed`: conditions, and what happens when one fails.

use super::*;

#[test]
fn what_is_under_an_interlock_is_refused_until_it_is_armed() {
    let (mut sim, ada, _) = two();
    sim.click(ada, Rover::drive.ask);
    let number = sim.send(ada, Rover::stick.value, 10.0);
    assert!(refusal(&mut sim, ada, number).unwrap().contains("armed is not armed"));
    sim.click(ada, Rover::armed.arm);
    let number = sim.send(ada, Rover::stick.value, 10.0);
    assert!(takes(&mut sim, ada, number));
    sim.rest();
    assert_eq!((sim.shown(ada, Rover::armed.state), sim.shown(ada, Rover::armed.by)), (json!("armed"), json!("ada")));
}

#[test]
fn it_can_not_be_armed_while_a_condition_is_not_met() {
    let (mut sim, ada, _) = two();
    sim.send(ada, Rover::charge.value, 10.0);
    sim.finish_all();
    let number = sim.click(ada, Rover::armed.arm);
    assert!(refusal(&mut sim, ada, number).unwrap().contains("not met: battery above 20 %"));
    sim.fire(Whom::All, Rover::armed.arm).unwrap();
    assert_eq!(armed_state(&sim), ArmedState::Disarmed, "not by the program either");
}

#[test]
fn a_condition_that_fails_trips_it_and_releases_what_is_held() {
    let (mut sim, ada, bob) = driving();
    sim.send(ada, Rover::stick.value, 40.0);
    sim.finish_all();
    sim.send(bob, Rover::charge.value, 10.0);
    sim.finish_all();
    assert_eq!((armed_state(&sim), moves(&sim)), (ArmedState::Tripped, vec![40.0, 0.0]));
    sim.rest();
    assert_eq!(sim.shown(bob, Rover::armed.reason), "not met: battery above 20 %");
    assert_eq!(sim.shown(bob, Rover::armed.by), "ada", "fault: nobody could tell who had armed it");
    // The condition is met again, and it stays tripped until somebody acknowledges.
    sim.send(bob, Rover::charge.value, 90.0);
    sim.finish_all();
    let number = sim.click(ada, Rover::armed.arm);
    assert!(refusal(&mut sim, ada, number).unwrap().contains("acknowledge that first"));
    sim.click(ada, Rover::armed.acknowledge);
    let number = sim.click(ada, Rover::armed.arm);
    assert!(takes(&mut sim, ada, number));
    assert_eq!(armed_state(&sim), ArmedState::Armed);
}

#[test]
fn fault_a_gate_that_closes_cancels_the_safe_value_that_waits() {
    let (mut sim, ada, bob) = driving();
    sim.send(ada, Rover::stick.value, 40.0);
    // The run with 40 goes on, and so does the one that finds out about the condition.
    sim.send(bob, Rover::charge.value, 10.0);
    sim.pass(300);
    sim.finish_all();
    assert_eq!((armed_state(&sim), moves(&sim)), (ArmedState::Tripped, vec![40.0, 0.0]));
}

/// An interlock whose conditions come from a device that can be slow or fail.
#[components]
pub struct Sensed {
    pub armed: Interlock,
    #[under(armed)]
    pub speed: Dial,
}

#[callback_shared(every = "1s", deadline = "2s", output = Sensed::armed.conditions)]
fn sense(fails: &mut bool) -> Result<Vec<Condition>, String> {
    if std::mem::take(fails) { Err("no answer".to_owned()) } else { Ok(vec![Condition::new("lid closed", true)]) }
}

impl Dashboard for Sensed {
    type Device = bool;
    type Session = ();
    const CALLBACKS: Callbacks<Self> = callbacks![sense];

    fn layout(self) -> Element {
        place((self.armed, self.speed))
    }
}

fn sensed_state(sim: &Sim) -> ArmedState {
    *sim.engine.slot(sim.prop_no(Sensed::armed.state)).value().unwrap().get::<ArmedState>().unwrap()
}

#[test]
fn conditions_that_are_not_known_yet_are_not_met() {
    let mut sim = Sim::unstarted::<Sensed>(false, Limits::default());
    sim.begin();
    let at = sim.join();
    // The first run of the source has not ended.
    let number = sim.click(at, Sensed::armed.arm);
    sim.poll(at);
    assert!(sim.pages[at].reason(number).unwrap().contains("not known yet"));
    sim.finish_all();
    sim.click(at, Sensed::armed.arm);
    assert_eq!(sensed_state(&sim), ArmedState::Armed);
}

#[test]
fn conditions_whose_source_fails_or_hangs_trip_it() {
    let mut sim = Sim::new::<Sensed>(false);
    let at = sim.join();
    sim.click(at, Sensed::armed.arm);
    sim.pass(1000);
    // The run hangs.
    assert_eq!(sim.running(), ["sense"]);
    sim.pass(1999);
    assert_eq!(sensed_state(&sim), ArmedState::Armed);
    sim.pass(10);
    assert_eq!(sensed_state(&sim), ArmedState::Tripped);
    sim.rest();
    let reason = sim.shown(at, Sensed::armed.reason);
    assert!(reason.as_str().unwrap().contains("not known"), "{reason}");

    let mut sim = Sim::new::<Sensed>(true);
    let at = sim.join();
    let number = sim.click(at, Sensed::armed.arm);
    assert!(refusal(&mut sim, at, number).unwrap().contains("not known: no answer"));
}

#[test]
fn who_disarms_it_releases_what_is_held() {
    let (mut sim, ada, bob) = driving();
    sim.send(ada, Rover::stick.value, 40.0);
    sim.finish_all();
    sim.click(bob, Rover::armed.disarm);
    sim.finish_all();
    assert_eq!((armed_state(&sim), moves(&sim)), (ArmedState::Disarmed, vec![40.0, 0.0]));
}

#[test]
fn a_callback_that_writes_the_state_of_a_gate_is_a_fault() {
    #[components]
    pub struct Forged {
        pub armed: Interlock,
        pub go: Button,
    }
    #[callback_shared(on = Forged::go.click, output = Forged::armed.state)]
    fn forge() -> ArmedState {
        ArmedState::Armed
    }
    impl Dashboard for Forged {
        type Device = ();
        type Session = ();
        const CALLBACKS: Callbacks<Self> = callbacks![forge];

        fn layout(self) -> Element {
            place((self.armed, self.go))
        }
    }
    let faults = Plan::of::<Forged>().err().unwrap();
    assert!(faults[0].contains("a callback writes `armed.state`"), "{faults:?}");
}

#[test]
fn a_layout_that_opens_a_gate_is_a_fault() {
    #[components]
    pub struct Open {
        pub armed: Interlock,
    }
    impl Dashboard for Open {
        type Device = ();
        type Session = ();
        const CALLBACKS: Callbacks<Self> = callbacks![];

        fn layout(self) -> Element {
            place(self.armed.state(ArmedState::Armed))
        }
    }
    let faults = Plan::of::<Open>().err().unwrap();
    assert!(faults[0].contains("`layout` sets `armed.state`"), "{faults:?}");
}

#[test]
fn a_value_that_the_program_pushes_on_a_gate_opens_nothing() {
    let (mut sim, ada, _) = two();
    sim.click(ada, Rover::drive.ask);
    let _ = sim.push(changes![Rover::armed.state = ArmedState::Armed]);
    sim.finish_all();
    let number = sim.send(ada, Rover::stick.value, 10.0);
    assert!(!takes(&mut sim, ada, number));
}
