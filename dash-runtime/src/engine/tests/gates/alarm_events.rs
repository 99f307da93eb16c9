//! The history of alarms, and alarms that somebody has shelved: in virtual time, with restarts.

use std::collections::BTreeMap;

use dash_macros::{bindings, callbacks, changes, components};
use proptest::prelude::*;

use super::{
    super::{
        parts::{Alarms, Knob, Lamp, place},
        sim::{At, Sim},
    },
    Crew, Duration, Limits, User, json,
};
use crate::{
    alarms::{Alarm, AlarmChange, AlarmEvent, AlarmState, Severity, Shelved},
    binding::Bindings,
    callback::Callbacks,
    dashboard::Dashboard,
    element::Element,
    engine::kept::{KeptValue, Measured},
};

#[components(role = Crew)]
pub struct Boiler {
    #[needs(Crew::Driver)]
    #[keep(for = "30d", size = "10MB")]
    pub alarms: Alarms,
    pub door: Lamp,
    pub speed: Knob,
}

impl Dashboard for Boiler {
    type Device = ();
    type Session = ();
    const CALLBACKS: Callbacks<Self> = callbacks![];
    const BINDINGS: Bindings<Self> = bindings![
        alarm(Boiler::door.on, Boiler::alarms, "The door is open", equals = true),
        alarm(Boiler::speed.value, Boiler::alarms, "Too fast", above = 50.0, latched, severity = Severity::Low),
        alarm(Boiler::speed.value, Boiler::alarms, "Fast", above = 20.0, after = "2s", severity = Severity::Medium),
    ];

    fn layout(self) -> Element {
        place((self.alarms, self.door, self.speed))
    }
}

const DOOR: &str = "door.on: The door is open";
const HOUR: u64 = 3_600_000;

/// What a store has: the kept values, and the events of alarms, as they were written together.
#[derive(Debug, Default)]
struct Disk {
    values: BTreeMap<Vec<u8>, String>,
    events: Vec<AlarmEvent>,
}

/// A dashboard with its store. It begins at this time since the Unix epoch.
struct Plant {
    sim: Sim,
    at: At,
    began: Duration,
    disk: Disk,
}

impl Plant {
    fn new() -> Self {
        Self::start(Duration::from_secs(1_800_000_000), Disk::default())
    }

    fn start(began: Duration, disk: Disk) -> Self {
        let mut sim = Sim::unstarted::<Boiler>((), Limits::default());
        sim.engine.began_at(began);
        let kept = disk.values.iter().map(|(key, json)| KeptValue { key: key.clone(), json: json.clone(), age: None });
        assert_eq!(sim.engine.restore(kept.collect()), Vec::<String>::new());
        sim.engine.keep();
        sim.begin();
        sim.rest();
        let at = sim.join_as(User::new("ada", Crew::Driver));
        let mut plant = Self { sim, at, began, disk };
        plant.write();
        plant
    }

    /// The process ends, and the program starts again after a pause.
    fn restart(self, pause: Duration) -> Self {
        Self::start(self.began + self.sim.now + pause, self.disk)
    }

    /// Writes what has changed, in one piece.
    fn write(&mut self) {
        for change in self.sim.engine.take_kept() {
            self.disk.values.insert(change.key, change.value.unwrap().json().to_owned());
        }
        for Measured { key, items, .. } in self.sim.engine.take_events() {
            assert_eq!(key, b"alarms.events");
            self.disk.events.extend(items.iter().map(|item| item.get::<AlarmEvent>().unwrap().clone()));
        }
        assert!(self.sim.engine.take_measured().is_empty(), "events are written once");
    }

    fn alarms(&self) -> Vec<Alarm> {
        self.sim
            .engine
            .slot(self.sim.prop_no(Boiler::alarms.items))
            .value()
            .unwrap()
            .get::<Vec<Alarm>>()
            .unwrap()
            .clone()
    }

    fn shelved(&self) -> Vec<Shelved> {
        let slot = self.sim.engine.slot(self.sim.prop_no(Boiler::alarms.shelved));
        slot.value().unwrap().get::<Vec<Shelved>>().unwrap().clone()
    }

    fn ids(&self) -> [Vec<String>; 2] {
        let shelved = self.shelved().into_iter().map(|shelved| shelved.id).collect();
        [self.alarms().into_iter().map(|alarm| alarm.id).collect(), shelved]
    }

    fn open(&mut self, on: bool) {
        self.sim.push::<Boiler>(changes![Boiler::door.on = on]).unwrap();
        self.write();
    }

    fn pass(&mut self, millis: u64) {
        self.sim.pass(millis);
        self.write();
    }

    /// Why it is refused.
    fn shelve(&mut self, id: &str, seconds: f64) -> Option<String> {
        let all = self.alarms().into_iter().chain(self.shelved().into_iter().filter_map(|shelved| shelved.alarm));
        let number = all.into_iter().find(|alarm| alarm.id == id).map_or(0, |alarm| alarm.number);
        let command = json!({ "id": id, "number": number, "seconds": seconds });
        let number = self.sim.send(self.at, Boiler::alarms.shelve, command);
        self.refusal(number)
    }

    fn unshelve(&mut self, id: &str) -> Option<String> {
        let number = self.sim.send(self.at, Boiler::alarms.unshelve, json!(id));
        self.refusal(number)
    }

    fn refusal(&mut self, number: u64) -> Option<String> {
        self.sim.finish_all();
        self.sim.poll(self.at);
        self.write();
        self.sim.pages[self.at].reason(number).map(str::to_owned)
    }

    fn changes(&self) -> Vec<AlarmChange> {
        self.disk.events.iter().map(|event| event.change).collect()
    }
}

// ---- the history ----

#[test]
fn each_event_is_in_the_history_with_its_time_and_who_did_it() {
    let mut plant = Plant::new();
    plant.open(true);
    plant.pass(1_500);
    let alarm = plant.alarms().remove(0);
    let meant = json!({ "id": alarm.id, "number": alarm.number });
    let number = plant.sim.send(plant.at, Boiler::alarms.acknowledge, meant);
    assert_eq!(plant.refusal(number), None);
    plant.open(false);
    let events = &plant.disk.events;
    let told: Vec<_> =
        events.iter().map(|event| (event.time - 1_800_000_000.0, event.change, event.state, &*event.by)).collect();
    assert_eq!(
        told,
        [
            (0.0, AlarmChange::Raised, Some(AlarmState::Active), ""),
            (1.5, AlarmChange::Acknowledged, Some(AlarmState::Acknowledged), "ada"),
            (1.5, AlarmChange::Cleared, None, ""),
        ]
    );
    assert_eq!(
        (&*events[0].text, events[0].number, events[0].severity),
        ("The door is open", alarm.number, Severity::High)
    );
    // A page has the newest ones too.
    assert_eq!(plant.sim.engine.slot(plant.sim.prop_no(Boiler::alarms.events)).items().count(), 3);
}

#[test]
fn without_a_history_no_events_are_collected() {
    #[components]
    pub struct Plain {
        #[keep]
        pub alarms: Alarms,
        pub door: Lamp,
    }
    impl Dashboard for Plain {
        type Device = ();
        type Session = ();
        const CALLBACKS: Callbacks<Self> = callbacks![];
        const BINDINGS: Bindings<Self> = bindings![alarm(Plain::door.on, Plain::alarms, "Open", equals = true)];

        fn layout(self) -> Element {
            place((self.alarms, self.door))
        }
    }
    let mut sim = Sim::unstarted::<Plain>((), Limits::default());
    sim.engine.keep();
    sim.begin();
    sim.push::<Plain>(changes![Plain::door.on = true]).unwrap();
    assert_eq!(sim.engine.slot(sim.prop_no(Plain::alarms.events)).items().count(), 0);
    // The list, and the number of its last alarm.
    assert_eq!((sim.engine.take_events().len(), sim.engine.take_kept().len()), (0, 2));
}

#[test]
fn fault_an_acknowledgement_for_an_alarm_of_before_a_restart_reached_a_later_one() {
    let mut plant = Plant::new();
    plant.open(true);
    let old = plant.alarms().remove(0);
    plant.open(false);
    let meant = json!({ "id": old.id, "number": old.number });
    let acknowledge = |plant: &mut Plant| {
        let number = plant.sim.send(plant.at, Boiler::alarms.acknowledge, meant.clone());
        plant.refusal(number)
    };
    assert_eq!(acknowledge(&mut plant), None);
    assert_eq!(plant.ids()[0], Vec::<String>::new());
    // The clock of a machine without a battery begins at the same second each time, or earlier.
    for began in [1_800_000_000, 1_700_000_000, 0, u64::from(u32::MAX) * 2] {
        let before = plant.disk.events.last().unwrap().number;
        let mut again = Plant::start(Duration::from_secs(began), plant.disk);
        again.open(true);
        let new = again.alarms().remove(0);
        assert!(new.number > before, "{} after {before}", new.number);
        assert_ne!(acknowledge(&mut again), None, "it is not the one that was meant");
        assert_eq!(again.alarms(), [new], "nobody has seen it");
        again.open(false);
        let last = json!({ "id": DOOR, "number": again.alarms()[0].number });
        let number = again.sim.send(again.at, Boiler::alarms.acknowledge, last);
        assert_eq!(again.refusal(number), None);
        plant = again;
    }
}

// ---- shelved ----

#[test]
fn a_shelved_alarm_is_listed_apart_and_comes_back_by_itself() {
    let mut plant = Plant::new();
    plant.open(true);
    assert_eq!(plant.shelve(DOOR, 3_600.0), None);
    assert_eq!(plant.ids(), [vec![], vec![DOOR.to_owned()]]);
    let shelved = plant.shelved().remove(0);
    assert_eq!((&*shelved.by, shelved.until - shelved.at, &*shelved.text), ("ada", 3_600.0, "The door is open"));
    // It goes through its states meanwhile, and is not in the list.
    plant.open(false);
    plant.open(true);
    assert_eq!(plant.ids(), [vec![], vec![DOOR.to_owned()]]);
    plant.pass(HOUR - 1);
    assert_eq!(plant.ids(), [vec![], vec![DOOR.to_owned()]]);
    plant.pass(2);
    assert_eq!(plant.ids(), [vec![DOOR.to_owned()], vec![]]);
    assert_eq!(plant.alarms()[0].state, AlarmState::Active);
    assert_eq!(plant.changes().last(), Some(&AlarmChange::ShelfEnded));
    // Somebody ends it before its time.
    assert_eq!(plant.shelve(DOOR, 60.0), None);
    assert_eq!(plant.unshelve(DOOR), None);
    assert_eq!(plant.ids(), [vec![DOOR.to_owned()], vec![]]);
    let last = plant.disk.events.last().unwrap();
    assert_eq!((last.change, &*last.by, last.until), (AlarmChange::Unshelved, "ada", None));
    assert_eq!(plant.unshelve(DOOR), None, "somebody else was faster");
}

#[test]
fn it_is_shelved_for_a_stated_time_with_a_bound() {
    let mut plant = Plant::new();
    plant.open(true);
    for seconds in [0.0, -1.0, 28_801.0, 1e300] {
        assert!(plant.shelve(DOOR, seconds).unwrap().contains("more than 0 and at most 28800 seconds"), "{seconds}");
    }
    assert!(plant.shelve("fan", 60.0).unwrap().contains("there is no alarm \"fan\" any more"));
    assert_eq!(plant.shelve(DOOR, 28_800.0), None);
    // What comes back in time is still shelved from now on.
    plant.pass(HOUR);
    assert_eq!(plant.shelve(DOOR, 28_800.0), None);
    plant.pass(8 * HOUR - 1);
    assert_eq!(plant.ids()[1], [DOOR]);
    plant.pass(2);
    assert_eq!(plant.ids()[0], [DOOR]);
}

#[test]
fn a_shelf_survives_a_restart_and_ends_in_its_time() {
    let mut plant = Plant::new();
    plant.open(true);
    plant.shelve(DOOR, 3_600.0);
    let before = plant.shelved();
    let mut plant = plant.restart(Duration::from_secs(600));
    assert_eq!(plant.shelved(), before);
    assert_eq!(plant.ids()[0], Vec::<String>::new());
    plant.pass(HOUR - 600_000 + 1);
    assert_eq!(plant.ids(), [vec![DOOR.to_owned()], vec![]]);
    // It ends while the program does not run.
    plant.shelve(DOOR, 3_600.0);
    let plant = plant.restart(Duration::from_secs(7_200));
    assert_eq!(plant.ids(), [vec![DOOR.to_owned()], vec![]]);
    // A clock that was set back a year does not make it longer.
    let mut plant = plant;
    plant.shelve(DOOR, 3_600.0);
    let disk = std::mem::take(&mut plant.disk);
    let mut plant = Plant::start(Duration::from_secs(1_700_000_000), disk);
    plant.pass(HOUR + 1);
    assert_eq!(plant.ids(), [vec![DOOR.to_owned()], vec![]]);
}

// ---- any order ----

#[derive(Debug, Clone, Copy)]
enum Step {
    Door(bool),
    Speed(f64),
    Acknowledge(usize),
    Reset(usize),
    Shelve(usize, f64),
    Unshelve(usize),
    Pass(u64),
    Restart(u64),
}

fn steps() -> impl Strategy<Value = Vec<Step>> {
    let step = prop_oneof![
        4 => any::<bool>().prop_map(Step::Door),
        4 => prop::sample::select(vec![0.0, 30.0, 90.0]).prop_map(Step::Speed),
        4 => (0_usize..3).prop_map(Step::Acknowledge),
        1 => (0_usize..3).prop_map(Step::Reset),
        2 => (0_usize..3, 1.0_f64..10.0).prop_map(|(at, seconds)| Step::Shelve(at, seconds)),
        1 => (0_usize..3).prop_map(Step::Unshelve),
        4 => (1_u64..6_000).prop_map(Step::Pass),
        1 => (0_u64..8_000).prop_map(Step::Restart),
    ];
    prop::collection::vec(step, 1..50)
}

/// The alarms of a list, each with its number, its state and its text, and until when each is shelved.
type Listed = (BTreeMap<String, (u32, AlarmState, String)>, BTreeMap<String, u64>);

/// What the events say about the lists: the alarms with their numbers and states, and those that are shelved.
fn fold(events: &[AlarmEvent]) -> Listed {
    let (mut alarms, mut shelved) = (BTreeMap::<String, (u32, AlarmState, String)>::new(), BTreeMap::new());
    for event in events {
        let by = match event.change {
            AlarmChange::Acknowledged => event.by.clone(),
            AlarmChange::Raised => String::new(),
            _ => alarms.get(&event.id).map_or_else(String::new, |(_, _, by)| by.clone()),
        };
        match event.state {
            Some(state) => _ = alarms.insert(event.id.clone(), (event.number, state, by)),
            None => _ = alarms.remove(&event.id),
        }
        match event.until {
            Some(until) => _ = shelved.insert(event.id.clone(), until.to_bits()),
            None => _ = shelved.remove(&event.id),
        }
    }
    (alarms, shelved)
}

fn lists(plant: &Plant) -> Listed {
    let all = plant.alarms().into_iter().chain(plant.shelved().into_iter().filter_map(|shelved| shelved.alarm));
    let alarms = all.map(|alarm| (alarm.id, (alarm.number, alarm.state, alarm.by))).collect();
    (alarms, plant.shelved().into_iter().map(|shelved| (shelved.id, shelved.until.to_bits())).collect())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(128))]

    #[test]
    fn the_lists_are_always_what_the_history_says(steps in steps()) {
        let mut plant = Plant::new();
        for step in steps {
            let all: Vec<Alarm> =
                plant.alarms().into_iter().chain(plant.shelved().into_iter().filter_map(|shelved| shelved.alarm)).collect();
            let meant = |at: usize| all.get(at).map(|alarm| json!({ "id": alarm.id, "number": alarm.number }));
            let send = |plant: &mut Plant, prop, command: Option<serde_json::Value>| {
                if let Some(command) = command {
                    let number = plant.sim.send(plant.at, prop, command);
                    plant.refusal(number);
                }
            };
            match step {
                Step::Door(on) => plant.open(on),
                Step::Speed(speed) => {
                    let number = plant.sim.send(plant.at, Boiler::speed.value, speed);
                    plant.refusal(number);
                }
                Step::Acknowledge(at) => send(&mut plant, Boiler::alarms.acknowledge, meant(at)),
                Step::Reset(at) => send(&mut plant, Boiler::alarms.reset, meant(at)),
                Step::Shelve(at, seconds) => _ = all.get(at).map(|alarm| plant.shelve(&alarm.id, seconds)),
                Step::Unshelve(at) => _ = all.get(at).map(|alarm| plant.unshelve(&alarm.id)),
                Step::Pass(millis) => plant.pass(millis),
                Step::Restart(pause) => plant = plant.restart(Duration::from_millis(pause)),
            }
            prop_assert_eq!(fold(&plant.disk.events), lists(&plant));
            prop_assert!(plant.disk.events.is_sorted_by(|a, b| a.time <= b.time));
        }
        // Nothing is there twice.
        let raised: Vec<u32> =
            plant.disk.events.iter().filter(|event| event.change == AlarmChange::Raised).map(|event| event.number).collect();
        prop_assert!(raised.is_sorted_by(|a, b| a < b), "{:?}", raised);
        for number in raised {
            let of = |change| {
                plant.disk.events.iter().filter(|event| event.number == number && event.change == change).count()
            };
            prop_assert!(of(AlarmChange::Acknowledged) <= 1 && of(AlarmChange::Cleared) <= 1 && of(AlarmChange::Reset) <= 1);
        }
    }
}
