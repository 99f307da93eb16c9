//! A replay shows what the record has, and adds nothing of its own.

use dash_macros::{bindings, callbacks, components};

use super::{
    parts::{Alarms, Field, Halt, Knob, Lamp, Records, place},
    sim::Sim,
};
use crate::{
    alarms::{Alarm, AlarmState, Severity},
    binding::Bindings,
    callback::Callbacks,
    dashboard::Dashboard,
    element::Element,
    engine::{replaying::ShownContent, requests::Asking},
    record::AuditRecord,
    stops::Stops,
    value::Value,
};

#[components]
pub struct Boiler {
    pub alarms: Alarms,
    pub pressure: Lamp,
    pub speed: Knob,
    pub halt: Halt,
    pub name: Field,
    pub log: Records,
}

impl Dashboard for Boiler {
    type Device = ();
    type Session = ();
    const CALLBACKS: Callbacks<Self> = callbacks![];
    const BINDINGS: Bindings<Self> = bindings![
        alarm(Boiler::pressure.level, Boiler::alarms, "Over-pressure", above = 0.8),
        alarm(Boiler::speed.value, Boiler::alarms, "Too fast", above = 50.0, after = "2s"),
    ];

    fn stops((): &()) -> Stops<Self> {
        Stops::new().on(Self::halt, || ())
    }

    fn layout(self) -> Element {
        place((self.alarms, self.pressure, self.speed, self.halt, self.name, self.log))
    }
}

/// What comes and goes while people look at a replay.
fn viewers_come_and_go(sim: &mut Sim) {
    let at = sim.join();
    sim.pass(3_000);
    sim.close(at);
    // A tab whose connection is lost counts as gone after a time.
    let lost = sim.join();
    sim.cut(lost);
    sim.pass(120_000);
    sim.with(|engine, now, fx| engine.timeout(now, fx));
}

#[test]
fn fault_a_replay_raises_alarms_of_its_own() {
    let mut sim = Sim::replay::<Boiler>();
    let items = sim.prop_no(Boiler::alarms.items);
    let shown = vec![Alarm {
        id: "pressure.level: Over-pressure".to_owned(),
        number: 1,
        severity: Severity::High,
        text: "Over-pressure".to_owned(),
        detail: String::new(),
        state: AlarmState::Acknowledged,
        latched: false,
        since: 1_000.0,
        cleared: 0.0,
        acknowledged: 1_001.0,
        by: "Anna".to_owned(),
        source: "pressure.level".to_owned(),
    }];
    sim.show(Boiler::alarms.items, shown.clone());
    sim.show(Boiler::pressure.level, Some(0.9));
    sim.show(Boiler::speed.value, 60.0);
    viewers_come_and_go(&mut sim);
    assert_eq!(sim.engine.slot(items).value().and_then(Value::get::<Vec<Alarm>>), Some(&shown));
    // Nor does a cause that is over end one.
    sim.show(Boiler::pressure.level, Some(0.1));
    viewers_come_and_go(&mut sim);
    assert_eq!(sim.engine.slot(items).value().and_then(Value::get::<Vec<Alarm>>), Some(&shown));
}

#[test]
fn fault_the_audit_log_of_a_replay_gets_what_its_viewers_do() {
    let mut sim = Sim::replay::<Boiler>();
    let records = sim.prop_no(Boiler::log.records);
    let recorded = Value::new(AuditRecord::new(7, 1_000.0, "applied".to_owned())).unwrap();
    sim.show_content(records, ShownContent::Items(vec![(0, recorded.clone())]));
    let at = sim.join();
    sim.send(at, Boiler::name.value, "x");
    sim.send(at, Boiler::halt.press, serde_json::Value::Null);
    let refused = sim.ask_all(Asking::default(), &[("name.value", serde_json::json!("y"))]);
    assert!(refused.is_err(), "a replay takes no command");
    viewers_come_and_go(&mut sim);
    let items: Vec<_> = sim.engine.slot(records).items().map(Value::json).collect();
    assert_eq!(items, [recorded.json()]);
}
