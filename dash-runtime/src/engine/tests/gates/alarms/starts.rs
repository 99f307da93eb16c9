//! Alarms that a store has kept, and what is refused at the start.

use super::*;

// ---- restart ----

/// The program starts again with what was kept.
fn restarted(mut sim: Sim, found: Found) -> Sim {
    let kept = sim.engine.take_kept().into_iter().filter_map(|change| {
        Some(KeptValue { key: change.key, json: change.value?.json().to_owned(), age: Some(Duration::from_secs(60)) })
    });
    let kept: BTreeMap<Vec<u8>, KeptValue> = kept.map(|kept| (kept.key.clone(), kept)).collect();
    let mut sim = Sim::unstarted::<Boiler>(found, Limits::default());
    let told = sim.engine.restore(kept.into_values().collect());
    assert_eq!(told, Vec::<String>::new());
    sim.engine.keep();
    sim.begin();
    sim.rest();
    sim
}

#[test]
fn a_restart_with_a_kept_alarm_does_not_raise_it_twice() {
    let mut sim = Sim::unstarted::<Boiler>(Ok(vec![Cause::new("fan", "slow")]), Limits::default());
    sim.engine.keep();
    sim.begin();
    sim.rest();
    let at = sim.join_as(operator("ada"));
    pressure(&mut sim, 0.9);
    sim.click(at, Boiler::sense.click);
    sim.finish_all();
    sim.pass(2_000);
    acknowledge(&mut sim, at, PRESSURE);
    acknowledge(&mut sim, at, "fan");
    let before = alarms(&sim);

    let mut sim = restarted(sim, Ok(vec![Cause::new("fan", "slow")]));
    assert_eq!(alarms(&sim), before, "who has acknowledged it, and when");
    // Nothing is measured yet, so nothing has changed.
    sim.pass(1_000);
    assert_eq!(alarms(&sim), before);
    // The first measurements say that the causes are still there. Within the hysteresis that holds too.
    pressure(&mut sim, 0.78);
    let at = sim.join_as(operator("ada"));
    sim.click(at, Boiler::sense.click);
    sim.finish_all();
    assert_eq!(alarms(&sim), before);
    pressure(&mut sim, 0.2);
    assert_eq!(states(&sim), of([("fan", Acknowledged)]));
}

#[test]
fn an_alarm_that_the_new_program_does_not_declare_has_no_cause_and_a_number_is_never_used_again() {
    let old =
        Alarm { id: "gone.value: Old".to_owned(), number: 7, source: "gone.value".to_owned(), ..Alarm::default() };
    let number = 1_000_000;
    let fan = Alarm { id: "fan".to_owned(), number, state: Acknowledged, by: "ada".to_owned(), ..Alarm::default() };
    let mut sim = Sim::unstarted::<Boiler>(Ok(Vec::new()), Limits::default());
    let json = serde_json::to_string(&[old, fan]).unwrap();
    let told = sim.engine.restore(vec![KeptValue { key: b"alarms.items".to_vec(), json, age: None }]);
    assert_eq!(told, Vec::<String>::new());
    // What is pushed before the start does not overwrite what was kept.
    sim.push::<Boiler>(changes![Boiler::door.on = true]).unwrap();
    sim.begin();
    sim.rest();
    assert_eq!(states(&sim), of([("gone.value: Old", Cleared), ("fan", Acknowledged), (DOOR, Active)]));
    assert_eq!(alarm(&sim, DOOR).number, number + 1);
    let meant: Occurrence = (&alarm(&sim, DOOR)).into();
    assert_eq!(serde_json::to_value(meant).unwrap(), seen(&sim, DOOR));
}

// ---- what is refused at the start ----

fn faults_of<D: Dashboard>() -> String {
    Plan::of::<D>().err().unwrap_or_default().join("\n")
}

#[test]
fn a_list_that_layout_fills_is_a_fault() {
    #[components]
    pub struct Filled {
        pub alarms: Alarms,
    }
    impl Dashboard for Filled {
        type Device = ();
        type Session = ();
        const CALLBACKS: Callbacks<Self> = callbacks![];

        fn layout(self) -> Element {
            place(self.alarms.items(vec![Alarm::default()]))
        }
    }
    assert!(faults_of::<Filled>().contains("`layout` sets `alarms.items`"));
}

#[test]
fn an_alarm_that_causes_itself_is_a_fault() {
    #[components]
    pub struct Circle {
        pub alarms: Alarms,
        pub level: Lamp,
    }
    #[callback_shared(output = Circle::level.level)]
    fn level(#[input(Circle::alarms.items)] items: &[Alarm]) -> Option<f64> {
        Some(if items.is_empty() { 1.0 } else { 0.0 })
    }
    impl Dashboard for Circle {
        type Device = ();
        type Session = ();
        const CALLBACKS: Callbacks<Self> = callbacks![level];
        const BINDINGS: Bindings<Self> = bindings![alarm(Circle::level.level, Circle::alarms, "High", above = 0.5)];

        fn layout(self) -> Element {
            place((self.alarms, self.level))
        }
    }
    assert!(
        faults_of::<Circle>().contains("`level` is started by `alarms.items`, and its result reaches `level.level`")
    );
}

#[test]
fn an_alarm_that_shows_more_people_what_few_may_see_or_that_waits_for_a_person_is_a_fault() {
    #[components(role = Crew)]
    pub struct Told {
        #[keep(ask)]
        pub alarms: Alarms,
        #[sees(Crew::Operator)]
        pub level: Lamp,
    }
    impl Dashboard for Told {
        type Device = ();
        type Session = ();
        const CALLBACKS: Callbacks<Self> = callbacks![];
        const BINDINGS: Bindings<Self> = bindings![alarm(Told::level.level, Told::alarms, "High", above = 0.5)];

        fn layout(self) -> Element {
            place((self.alarms, self.level))
        }
    }
    assert!(faults_of::<Told>().contains("shows in `alarms` what fewer roles see in `level.level`"));
    #[components]
    pub struct Waits {
        #[keep(ask)]
        pub alarms: Alarms,
    }
    impl Dashboard for Waits {
        type Device = ();
        type Session = ();
        const CALLBACKS: Callbacks<Self> = callbacks![];

        fn layout(self) -> Element {
            place(self.alarms)
        }
    }
    assert!(faults_of::<Waits>().contains("write `#[keep]`, without `ask`"));
}
