//! What people do with alarms.

use super::*;

#[test]
fn it_goes_through_the_states_of_isa_18_2() {
    let (mut sim, at) = boiler();
    let open = |sim: &mut Sim, on: bool| sim.push::<Boiler>(changes![Boiler::door.on = on]).unwrap();
    // normal, unacknowledged, acknowledged, normal
    open(&mut sim, true);
    assert_eq!(states(&sim), of([(DOOR, Active)]));
    sim.pass(1_000);
    assert_eq!(acknowledge(&mut sim, at, DOOR), None);
    let acknowledged = alarm(&sim, DOOR);
    assert_eq!((acknowledged.state, &*acknowledged.by, acknowledged.acknowledged), (Acknowledged, "ada", 1.0));
    open(&mut sim, false);
    assert_eq!(states(&sim), of([]));
    // normal, unacknowledged, returned to normal unacknowledged, normal
    open(&mut sim, true);
    sim.pass(1_000);
    open(&mut sim, false);
    assert_eq!((alarm(&sim, DOOR).state, alarm(&sim, DOOR).cleared), (Cleared, 2.0));
    assert_eq!(acknowledge(&mut sim, at, DOOR), None);
    assert_eq!(states(&sim), of([]));
}

#[test]
fn a_latched_alarm_stays_until_somebody_resets_it() {
    let (mut sim, at) = boiler();
    let reset = |sim: &mut Sim| {
        let meant = seen(sim, SPEED);
        let number = sim.send(at, Boiler::alarms.reset, meant);
        refusal(sim, at, number)
    };
    sim.send(at, Boiler::speed.value, 200.0);
    assert!(reset(&mut sim).unwrap().contains("the cause of \"Too fast\" is still there"));
    sim.send(at, Boiler::speed.value, 20.0);
    assert_eq!(states(&sim), of([(SPEED, Cleared)]));
    assert!(reset(&mut sim).unwrap().contains("acknowledge it first"));
    acknowledge(&mut sim, at, SPEED);
    assert_eq!(states(&sim), of([(SPEED, Latched)]));
    // It comes again: nobody has seen that.
    sim.send(at, Boiler::speed.value, 200.0);
    assert_eq!(states(&sim), of([(SPEED, Active)]));
    acknowledge(&mut sim, at, SPEED);
    sim.send(at, Boiler::speed.value, 20.0);
    assert_eq!(states(&sim), of([(SPEED, Latched)]));
    assert_eq!(reset(&mut sim), None);
    assert_eq!(states(&sim), of([]));
}

#[test]
fn who_acknowledges_one_that_has_come_again_is_told_so() {
    let (mut sim, at) = boiler();
    let open = |sim: &mut Sim, on: bool| sim.push::<Boiler>(changes![Boiler::door.on = on]).unwrap();
    open(&mut sim, true);
    // What the person saw goes and comes again before the command arrives.
    let meant = seen(&sim, DOOR);
    open(&mut sim, false);
    open(&mut sim, true);
    let number = sim.send(at, Boiler::alarms.acknowledge, meant);
    assert!(refusal(&mut sim, at, number).unwrap().contains("has come again since"));
    assert_eq!((alarm(&sim, DOOR).state, &*alarm(&sim, DOOR).by), (Active, ""));
}

#[test]
fn who_acknowledges_one_that_is_over_meanwhile_or_that_somebody_else_has_acknowledged_is_not_refused() {
    let (mut sim, ada) = boiler();
    let bob = sim.join_as(operator("bob"));
    sim.push::<Boiler>(changes![Boiler::door.on = true]).unwrap();
    let meant = seen(&sim, DOOR);
    assert_eq!(acknowledge(&mut sim, ada, DOOR), None);
    assert_eq!(acknowledge(&mut sim, bob, DOOR), None);
    assert_eq!(alarm(&sim, DOOR).by, "ada", "the first one has acknowledged it");
    sim.push::<Boiler>(changes![Boiler::door.on = false]).unwrap();
    let number = sim.send(bob, Boiler::alarms.acknowledge, meant);
    assert_eq!(refusal(&mut sim, bob, number), None);
    assert_eq!(states(&sim), of([]));
}

#[test]
fn only_who_has_the_role_acknowledges_and_the_program_does_not_write_the_list() {
    let (mut sim, _) = boiler();
    let guest = sim.join_as(User::new("gast", Crew::Guest));
    sim.push::<Boiler>(changes![Boiler::door.on = true]).unwrap();
    assert!(acknowledge(&mut sim, guest, DOOR).is_some());
    assert_eq!(states(&sim), of([(DOOR, Active)]));
    let pushed = sim.push::<Boiler>(changes![Boiler::alarms.items = Vec::<Alarm>::new()]);
    assert!(pushed.is_err());
    let items = sim.send(guest, Boiler::alarms.items, json!([]));
    assert!(refusal(&mut sim, guest, items).is_some());
    assert_eq!(states(&sim), of([(DOOR, Active)]));
    let _ = sim.fire(Whom::All, Boiler::sense.click);
}

#[test]
fn an_acknowledgement_is_in_the_record() {
    let (mut sim, at) = boiler();
    sim.engine.keep_record();
    sim.push::<Boiler>(changes![Boiler::door.on = true]).unwrap();
    acknowledge(&mut sim, at, DOOR);
    let records = sim.engine.take_records();
    let record = records.iter().find(|record| record.prop == "alarms.acknowledge").unwrap();
    assert_eq!((&*record.user, record.outcome.name()), ("ada", "applied"));
    assert!(record.new.as_deref().unwrap().contains(DOOR), "{record:?}");
}
