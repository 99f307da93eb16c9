//! What a dashboard holds does not grow with what happens in it. A device is operated for months, so a hundred bytes that each
//! command leaves behind are a gigabyte one day.
//!
//! The dashboard is in memory, in virtual time. The bytes that are allocated are counted, at the same point of each round.

#![allow(clippy::unwrap_used, reason = "a test says what is wrong by failing")]

use std::time::Duration;

use dash_devices::{App, Limits, User, prelude::*};
use dash_runtime::testing::{ClientHandle, InMemory};
use peak_alloc::PeakAlloc;
use serde_json::{Value, json};

#[global_allocator]
static ALLOCATED: PeakAlloc = PeakAlloc;

/// The rounds until everything has its full size: outcomes, records, clients that are remembered.
const FILL: usize = 250;

/// The rounds in which nothing may grow any more.
const ROUNDS: usize = 400;

/// What may be more in the end than before, in bytes: 60 for each round. Queues with a bound double when they are full, and the
/// longest one has a thousand entries (the beats of held controls).
const SLACK: isize = 24_000;

/// What [`InMemory`] itself remembers of each page that was opened, so that it can come back: its session, its path, its user.
const OF_A_PAGE: isize = 700;

#[derive(Debug, Clone, Copy, PartialEq, Role)]
enum Role {
    Guest,
    Driver,
}

#[components]
struct Lamp {
    on: Switch,
    level: Slider,
    power: Progress,
}

#[components(role = Role)]
struct Ui {
    stop: Stop,
    #[takes(Role::Driver)]
    control: Control,
    #[under(stop)]
    motors: Armed,
    #[under(control, motors, stop)]
    drive: Joystick,
    #[needs(Role::Driver)]
    level: Slider,
    doubled: Text,
    own: Slider,
    shown: Text,
    name: Input,
    add: Button,
    fail: Button,
    refused: Slider,
    alarms: Alarms,
    pressure: Gauge,
    log: Log,
    history: Trend,
    table: Table,
    lamps: Many<u32, Lamp>,
    record: AuditLog,
}

#[derive(Default)]
struct Device {
    newest: u32,
    axes: Axes,
}

#[callback_shared(output = (Ui::doubled.text, Ui::log.lines, Ui::history.points, Ui::pressure.value))]
fn double(#[input(Ui::level.value)] level: f64) -> (String, Vec<LogLine>, Vec<Sample>, f64) {
    (format!("{:.1}", level * 2.0), vec![LogLine::info("a line of text")], vec![Sample::now([level])], level)
}

#[callback(output = Ui::shown.text)]
fn show(#[input(Ui::own.value)] own: f64) -> String {
    format!("{own:.1}")
}

#[callback_shared]
fn drive(device: &mut Device, #[input(Ui::drive.value)] axes: Axes) {
    device.axes = axes;
}

#[callback_shared(on = Ui::fail.click)]
fn fail() -> Result<(), &'static str> {
    Err("no water")
}

#[callback_shared(refused = revert)]
fn refuse(#[input(Ui::refused.value)] value: f64) -> Result<(), &'static str> {
    if value > 0.0 { Err("too hot") } else { Ok(()) }
}

/// One lamp more, and the oldest goes.
#[callback_shared(on = Ui::add.click, output = (Ui::lamps.rows, Ui::table.rows))]
fn arrange(device: &mut Device, #[state(Ui::lamps.rows)] mut lamps: Vec<u32>) -> (Vec<u32>, Vec<Vec<Cell>>) {
    device.newest += 1;
    lamps.push(device.newest);
    if lamps.len() > 4 {
        lamps.remove(0);
    }
    let rows = lamps.iter().map(|lamp| vec![Cell::from(*lamp)]).collect();
    (lamps, rows)
}

#[callback_shared(output = Ui::lamps[key].power.value)]
fn dim(#[input(Ui::lamps[key].level.value)] percent: f64, #[input(Ui::lamps[key].on.on)] on: bool) -> f64 {
    if on { percent } else { 0.0 }
}

impl Dashboard for Ui {
    type Device = Device;
    type Session = ();
    const CALLBACKS: Callbacks<Self> = callbacks![double, show, drive, fail, refuse, arrange, dim];
    const BINDINGS: Bindings<Self> =
        bindings![alarm(Ui::pressure.value, Ui::alarms, "Over-pressure: {:.2} bar", above = 80.0, hysteresis = 10.0)];

    fn stops(_: &Device) -> Stops<Self> {
        Stops::new().on(Self::stop, || Ok::<_, &str>(()))
    }

    fn layout(self) -> Element {
        let lamps = self.lamps.rows([0]).each(|_, Lamp { on, level, power }| row((on, level, power)));
        let gates = (self.stop, self.control, self.motors, self.drive);
        let values = (self.level, self.doubled, self.own, self.shown, self.name, self.add, self.fail, self.refused);
        let table = self.table.columns([Column::number("Lamp")]);
        let readouts = (
            self.alarms,
            self.pressure,
            self.log,
            self.history.series([Series::new("Level")]),
            table,
            lamps,
            self.record,
        );
        page("Everything", (column(gates), column(values), column(readouts)))
    }
}

/// The dashboard with a driver and a guest.
struct Rig {
    app: InMemory,
    driver: ClientHandle,
    guest: ClientHandle,
    /// The number of the driver's last command.
    last: u64,
    /// The commands that were applied.
    applied: usize,
    pages: isize,
}

impl Rig {
    fn new() -> Self {
        let mut limits = Limits::default().detached_clients(4).audit_records(40).outcomes(32);
        // The time of the test stands still within a round.
        limits.commands_per_second = u32::MAX;
        let mut app = InMemory::of(App::new::<Ui>(Device::default()).unwrap().limits(limits));
        let driver = app.join_as(User::new("ada", Role::Driver));
        let guest = app.join_as(User::new("bob", Role::Guest));
        // The rings of both streams are full.
        let samples: Vec<Sample> = (0..2_000).map(|_| Sample::now([1.0])).collect();
        let lines: Vec<LogLine> = (0..1_000).map(|_| LogLine::info("a line of text")).collect();
        app.push::<Ui>(changes![Ui::history.points = samples, Ui::log.lines = lines]).unwrap();
        let mut rig = Self { app, driver, guest, last: 0, applied: 0, pages: 0 };
        rig.command("control", "ask", Value::Null);
        rig.command("motors", "arm", Value::Null);
        rig.rest();
        rig
    }

    fn command(&mut self, component: &str, prop: &str, value: impl Into<Value>) {
        self.last += 1;
        let prop = self.app.number(component, prop).unwrap();
        let text = json!({ "n": self.last, "p": prop, "v": value.into() }).to_string();
        self.app.send(&self.driver, &text);
    }

    /// The pages read their frames.
    fn rest(&mut self) {
        let of_guest = self.app.frames(&self.guest);
        drop(of_guest);
        for frame in self.app.frames(&self.driver) {
            let frame: Value = serde_json::from_str(&frame).unwrap();
            let outcomes = frame["a"].as_array().into_iter().flatten();
            self.applied += outcomes.filter(|outcome| outcome[1] == 0).count();
        }
    }

    /// How many bytes one round leaves behind, from the time when everything has its full size.
    fn grown(&mut self, mut round: impl FnMut(&mut Self, usize)) -> (isize, isize) {
        let mut allocated = [0, 0];
        for at in 0..FILL + ROUNDS {
            if at == FILL {
                allocated[0] = ALLOCATED.current_usage();
                self.pages = 0;
            }
            round(self, at);
            self.app.advance(Duration::from_millis(1_000));
            self.rest();
        }
        allocated[1] = ALLOCATED.current_usage();
        (allocated[1].cast_signed() - allocated[0].cast_signed(), self.pages)
    }
}

/// What happens again and again, by its name.
type Scenario = (&'static str, fn(&mut Rig, usize));

const SCENARIOS: [Scenario; 9] = [
    ("values", |rig, at| {
        rig.command("level", "value", at % 70);
        rig.command("name", "value", format!("name {at}"));
    }),
    ("a value of one page", |rig, at| rig.command("own", "value", at % 100)),
    ("commands that are refused", |rig, _| {
        rig.command("level", "value", 1_000);
        rig.command("pressure", "value", 1);
        rig.last += 1;
        let text = json!({ "n": rig.last, "p": 100_000, "v": 1 }).to_string();
        rig.app.send(&rig.driver.clone(), &text);
        rig.app.send(&rig.guest.clone(), "not JSON");
    }),
    ("callbacks that fail", |rig, at| {
        rig.command("fail", "click", Value::Null);
        rig.command("refused", "value", at % 100 + 1);
    }),
    ("rows that come and go", |rig, _| rig.command("add", "click", Value::Null)),
    ("alarms", |rig, at| rig.command("level", "value", if at % 2 == 0 { 95 } else { 5 })),
    ("control, stop and interlock", |rig, at| {
        rig.command("drive", "value", json!([0.5, (at % 10) as f64 / 10.0]));
        rig.command("drive", "value", json!([0, 0]));
        rig.command("stop", "press", Value::Null);
        rig.command("stop", "reset", Value::Null);
        rig.command("control", "give", Value::Null);
        rig.command("control", "ask", Value::Null);
        rig.command("motors", "acknowledge", Value::Null);
        rig.command("motors", "arm", Value::Null);
    }),
    ("links that break", |rig, at| {
        rig.app.cut(&rig.guest.clone());
        rig.command("level", "value", at % 70);
        rig.guest = rig.app.come_back(&rig.guest.clone());
    }),
    ("pages that are opened and closed", |rig, at| {
        let page = rig.app.join_as(User::new(format!("visitor {}", at % 100), Role::Guest));
        let html = rig.app.page();
        assert!(html.contains("Everything"));
        rig.app.frames(&page);
        if at % 2 == 0 {
            rig.app.leave(&page);
        } else {
            rig.app.cut(&page);
        }
        rig.pages += 1;
    }),
];

#[test]
fn nothing_that_happens_again_and_again_makes_a_dashboard_grow() {
    let mut faults = Vec::new();
    for (name, round) in SCENARIOS {
        let mut rig = Rig::new();
        let (grown, pages) = rig.grown(round);
        println!("{name}: {grown} bytes in {ROUNDS} rounds, {} commands applied", rig.applied);
        if grown > SLACK + pages * OF_A_PAGE {
            faults.push(format!("{name}: {grown} bytes in {ROUNDS} rounds"));
        }
    }
    assert!(faults.is_empty(), "what a dashboard holds has grown: {faults:#?}");
}
