//! `Stop`: it acts past all queues, and stays closed until it is reset.

use super::*;

#[test]
fn a_stop_acts_while_a_callback_hangs() {
    let (mut sim, ada, bob) = driving();
    sim.send(ada, Rover::speed.value, 10.0);
    assert_eq!(sim.running(), ["limit"]);
    // The device is lent, and its queue waits. Nobody has to be in control to press it.
    sim.click(bob, Rover::stop.press);
    assert_eq!((sim.stops.len(), stop_state(&sim)), (1, StopState::Stopping));
    sim.finish_stops();
    assert_eq!(stop_state(&sim), StopState::Stopped);
    sim.rest();
    assert_eq!(halts(&sim), 1);
    for at in [ada, bob] {
        assert_eq!((sim.shown(at, Rover::stop.by), sim.shown(at, Rover::stop.state)), (json!("bob"), json!("stopped")));
    }
}

#[test]
fn who_may_not_do_anything_else_may_stop() {
    let mut sim = rover();
    let gus = sim.join_as(User::new("gus", Crew::Guest));
    let number = sim.click(gus, Rover::stop.press);
    assert!(takes(&mut sim, gus, number));
    sim.finish_stops();
    assert_eq!(halts(&sim), 1);
    let number = sim.click(gus, Rover::stop.reset);
    assert!(refusal(&mut sim, gus, number).unwrap().contains("needs the role driver"));
    let view = sim.engine.view_for(&User::new("gus", Crew::Guest));
    let may = sim.prop_no(Rover::stop.may_reset);
    assert_eq!(sim.engine.plan().value_json(view, may, sim.engine.slot(may)).as_deref(), Some("false"));
    let component = sim.engine.plan().prop(sim.prop_no(Rover::stop.press)).component_no.place();
    assert_eq!(sim.engine.plan().locked(view, component), None, "it is not drawn as locked");
}

#[test]
fn a_stop_latches_until_it_is_reset() {
    let (mut sim, ada, _) = driving();
    sim.click(ada, Rover::stop.press);
    let number = sim.click(ada, Rover::stop.reset);
    assert!(refusal(&mut sim, ada, number).unwrap().contains("still stopping"));
    sim.finish_stops();
    let number = sim.send(ada, Rover::speed.value, 10.0);
    assert!(refusal(&mut sim, ada, number).unwrap().contains("stop was pressed"));
    sim.click(ada, Rover::stop.reset);
    let number = sim.send(ada, Rover::speed.value, 10.0);
    assert!(takes(&mut sim, ada, number));
    assert_eq!((moves(&sim), stop_state(&sim)), (vec![1010.0], StopState::Ready));
}

#[test]
fn a_stop_empties_the_queues_that_it_guards() {
    let (mut sim, ada, bob) = driving();
    sim.send(ada, Rover::speed.value, 10.0);
    let waits = sim.send(ada, Rover::speed.value, 20.0);
    let other = sim.send(bob, Rover::light.value, 5.0);
    sim.click(bob, Rover::stop.press);
    sim.finish_stops();
    assert!(refusal(&mut sim, ada, waits).unwrap().contains("stop was pressed by bob"));
    assert_eq!(moves(&sim), [1010.0]);
    assert!(takes(&mut sim, bob, other));
    let shown = sim.bad(ada, Rover::speed.value).unwrap();
    assert!(shown.contains("wanted 20") && shown.contains("stop was pressed"), "{shown}");
}

#[test]
fn a_stop_releases_what_somebody_holds() {
    let (mut sim, ada, bob) = driving();
    sim.send(ada, Rover::stick.value, 40.0);
    sim.finish_all();
    sim.click(bob, Rover::stop.press);
    sim.finish_all();
    sim.finish_stops();
    assert_eq!(moves(&sim), [40.0, 0.0]);
    let number = sim.send(ada, Rover::stick.value, 0.0);
    assert!(takes(&mut sim, ada, number), "to let go is always possible");
}

#[test]
fn a_stop_cancels_what_its_queues_have_started() {
    let (mut sim, ada, bob) = driving();
    sim.click(ada, Rover::go.click);
    assert_eq!(sim.running(), ["go"]);
    sim.click(bob, Rover::stop.press);
    sim.finish_stops();
    // The future was cancelled, so it ends.
    sim.rest();
    assert_eq!(sim.shown(ada, Rover::gone.text), "cancelled");
}

#[test]
fn a_press_is_never_too_old_too_many_or_too_late() {
    let limits = Limits { commands_per_second: 1, queue: 1, ..Limits::default() };
    let mut sim = Sim::with_limits::<Rover>(Motors::default(), limits);
    let ada = sim.join_as(driver("ada"));
    for _ in 0..20 {
        sim.send(ada, Rover::light.value, 5.0);
    }
    let prop = sim.no(Rover::stop.press);
    let number = sim.pages[ada].sent.keys().next_back().unwrap() + 1;
    sim.deliver(ada, &json!({ "n": number, "p": prop, "v": null, "a": 3_600_000 }).to_string());
    sim.finish_stops();
    assert_eq!(halts(&sim), 1);
    assert_eq!(refusal(&mut sim, ada, number), None);
    // Once it has stopped, presses count like all commands: nobody can flood the server with them.
    sim.deliver(ada, &json!({ "n": number + 1, "p": prop, "v": null }).to_string());
    assert_eq!(refusal(&mut sim, ada, number + 1).as_deref(), Some("more than 1 commands per second"));
}

#[test]
fn presses_while_the_function_runs_run_it_once_more() {
    let (mut sim, ada, bob) = driving();
    for at in [ada, bob, ada, bob, ada] {
        sim.click(at, Rover::stop.press);
    }
    assert_eq!(sim.stops.len(), 2);
    let second = sim.stops.pop();
    sim.finish_stops();
    assert_eq!(stop_state(&sim), StopState::Stopping, "it runs once more");
    sim.stops.extend(second);
    sim.finish_stops();
    assert_eq!((stop_state(&sim), halts(&sim)), (StopState::Stopped, 2));
    sim.click(bob, Rover::stop.press);
    sim.finish_stops();
    assert_eq!(halts(&sim), 3, "each press acts");
}

#[test]
fn a_stop_whose_function_fails_says_so_and_stays_closed() {
    let mut sim = Sim::new::<Rover>(Motors { jammed: true, ..Motors::default() });
    let ada = sim.join_as(driver("ada"));
    sim.click(ada, Rover::stop.press);
    sim.finish_stops();
    sim.rest();
    assert_eq!(sim.shown(ada, Rover::stop.state), "failed");
    assert_eq!(sim.shown(ada, Rover::stop.error), "the brake is jammed");
    assert!(sim.notices.iter().any(|notice| notice.contains("the brake is jammed")));
    let number = sim.click(ada, Rover::go.click);
    assert!(!takes(&mut sim, ada, number));
}

#[test]
fn the_program_presses_a_stop_too() {
    let (mut sim, ada, _) = driving();
    sim.fire(Whom::All, Rover::stop.press).unwrap();
    sim.finish_stops();
    sim.rest();
    assert_eq!((halts(&sim), sim.shown(ada, Rover::stop.by)), (1, json!("the program")));
}

#[test]
fn a_program_stops_over_http_without_control() {
    let (mut sim, ..) = driving();
    sim.ask((9, None, None), Rover::stop.press, json!(null)).unwrap();
    sim.finish_stops();
    assert_eq!(halts(&sim), 1);
}

#[test]
fn a_stop_trips_the_interlock_under_it() {
    let (mut sim, ada, bob) = driving();
    sim.click(bob, Rover::stop.press);
    sim.finish_stops();
    sim.rest();
    assert_eq!(armed_state(&sim), ArmedState::Tripped);
    assert_eq!(sim.shown(ada, Rover::armed.reason), "stop was pressed by bob");
    let number = sim.click(ada, Rover::armed.acknowledge);
    assert!(refusal(&mut sim, ada, number).unwrap().contains("stop was pressed"), "it cannot be armed meanwhile");
}

#[test]
fn a_stop_without_a_function_is_a_fault_at_the_start() {
    #[components]
    pub struct Bare {
        pub stop: Halt,
    }
    impl Dashboard for Bare {
        type Device = ();
        type Session = ();
        const CALLBACKS: Callbacks<Self> = callbacks![];

        fn layout(self) -> Element {
            place(self.stop)
        }
    }
    let plan = Plan::of::<Bare>().unwrap().plan;
    let faults = plan.functions_of_stops(Bare::stops(&()).into_functions()).unwrap_err();
    assert!(faults[0].contains("the stop `stop` stops nothing") && faults[0].contains("Bare::stop"), "{faults:?}");
    let twice = Stops::<Bare>::new().on(Bare::stop, || ()).on(Bare::stop, || ());
    assert!(plan.functions_of_stops(twice.into_functions()).unwrap_err()[0].contains("two functions"));
}

/// A dashboard that shows the state of its stop.
#[components]
pub struct Shown {
    pub stop: Halt,
    pub word: Label,
}

#[callback_shared(output = Shown::word.text)]
fn say(#[input(Shown::stop.state)] state: StopState) -> String {
    format!("{state:?}")
}

impl Dashboard for Shown {
    type Device = ();
    type Session = ();
    const CALLBACKS: Callbacks<Self> = callbacks![say];

    fn stops(_: &()) -> Stops<Self> {
        Stops::new().on(Self::stop, || Ok::<(), String>(()))
    }

    fn layout(self) -> Element {
        place((self.stop, self.word))
    }
}

#[test]
fn fault_a_press_that_stopped_the_device_was_merged_into_a_newer_one() {
    let mut sim = Sim::new::<Shown>(());
    let ada = sim.join_as(driver("ada"));
    // The callback that shows the state runs, so that what follows waits in its queue.
    let mut numbers = Vec::new();
    for _ in 0..3 {
        numbers.push(sim.click(ada, Shown::stop.press));
        sim.finish_stops();
        numbers.push(sim.click(ada, Shown::stop.reset));
    }
    sim.finish_all();
    sim.poll(ada);
    let outcomes: Vec<_> = numbers.iter().map(|number| sim.pages[ada].outcome(*number)).collect();
    // 0: carried out. 2: replaced by a newer value.
    assert_eq!(outcomes, [Some(0); 6]);
}
