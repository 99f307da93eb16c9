//! Components with random values: Rust and the page's script draw them alike (see `tests/support/looks.rs`).

#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test says what is wrong by failing")]

use std::time::Duration;

use dash_components::{
    Alarm, AlarmState, Alarms, Armed, ArmedState, AttitudeIndicator, AudioLevel, AuditLog, Axes, Badge, Banner, Bar,
    Bars, Battery, Button, ButtonTone, Camera, Cell, Checklist, Clipboard, Code, Color, ColorPicker, Column, Combobox,
    Compass, Condition, Control, ControlPart, Curve, Date, DatePicker, DateRange, DateRangePicker, Download, Dropdown,
    Gauge, Geolocation, HoldButton, Icon, Indicator, Input, Joystick, Json, JsonTree, KeyboardShortcut, Keypad, Knob,
    LedDisplay, Log, MachineState, Map, Meter, MultiSelect, NumberInput, Pad, PadPoint, Pose, PowerButton,
    PrecisionInput, Progress, QrCode, RadioItems, RangeSlider, SegmentedControl, Series, Severity, Shelved, Slider,
    Span, Sparkline, Stat, StateMachine, Status, StatusList, Stop, StopState, Switch, Table, Tank, Terminal, Text,
    Textarea, Thermometer, TimeOfDay, TimePicker, Tone, Tooltip, Track, Tree, TreeNode, Trend, Upload, Video, XY,
};
use dash_runtime::{
    component::{Component, ComponentInfo, Render},
    html::Html,
    picture::{Picture, PictureFormat},
    prop::ComponentId,
    value::Value,
};

#[path = "../../tests/support/looks.rs"]
mod looks;

use looks::{Comparison, Random, id};

/// Compares `count` components that `make` gives random values.
fn compare<C: Component>(count: usize, make: impl Fn(C, &mut Random) -> C) {
    let (mut comparison, mut random) = (Comparison::default(), Random::new(7));
    for _ in 0..count {
        let component = make(C::new(id()), &mut random);
        comparison.add(C::INFO, &component, &component.values().unwrap());
    }
    comparison.run();
}

#[test]
fn texts_are_drawn_alike() {
    compare::<Text>(100, |text, random| text.text(random.text()).label(random.text()));
}

#[test]
fn indicators_are_drawn_alike() {
    compare::<Indicator>(100, |lamp, random| {
        let tone = random.pick(&[Tone::Ok, Tone::Warn, Tone::Bad, Tone::Accent]);
        lamp.on(random.flag()).tone(tone).label(random.text()).words(random.text(), random.text())
    });
}

#[test]
fn gates_are_drawn_alike() {
    compare::<Control>(300, |control, random| {
        let part = random.pick(&[ControlPart::None, ControlPart::Asks, ControlPart::Holds]);
        let asking: Vec<String> = (0..random.below(3)).map(|_| random.text().to_owned()).collect();
        let control = control.held(random.flag()).holder(random.text()).asking(asking).mine(part);
        control.may_take(random.flag()).label(random.text()).disabled(random.flag())
    });
    compare::<Stop>(300, |stop, random| {
        let states = [StopState::Ready, StopState::Stopping, StopState::Stopped, StopState::Failed];
        let stop = stop.state(random.pick(&states)).by(random.text()).error(random.text());
        stop.may_reset(random.flag()).label(random.text()).hint(random.text())
    });
    compare::<Armed>(300, |armed, random| {
        let state = random.pick(&[ArmedState::Disarmed, ArmedState::Armed, ArmedState::Tripped]);
        let conditions: Vec<Condition> =
            (0..random.below(4)).map(|_| Condition::new(random.text(), random.flag())).collect();
        armed.state(state).conditions(conditions).reason(random.text()).label(random.text()).disabled(random.flag())
    });
}

#[test]
fn sliders_are_drawn_alike() {
    compare::<Slider>(400, |slider, random| {
        let slider = match random.below(3) {
            0 => slider.range(random.number()..=random.number()),
            1 => slider.range(1.0..=10_000.0),
            _ => slider,
        };
        let slider = if random.flag() { slider.step(random.number()) } else { slider };
        let slider = slider.value(random.number()).logarithmic(random.flag()).vertical(random.flag());
        let slider = if random.flag() { slider.reported(random.number()) } else { slider };
        slider.label(random.text()).unit(random.text()).disabled(random.flag())
    });
    compare::<Knob>(200, |knob, random| {
        let knob = if random.flag() { knob.range(random.number()..=random.number()) } else { knob };
        let knob = if random.flag() { knob.reported(random.number()) } else { knob };
        knob.value(random.number()).label(random.text()).unit(random.text()).disabled(random.flag())
    });
    compare::<RangeSlider>(200, |slider, random| {
        let slider = if random.flag() { slider.range(random.number()..=random.number()) } else { slider };
        let slider = slider.value(Span::new(random.number(), random.number())).step(random.number());
        slider.label(random.text()).unit(random.text()).disabled(random.flag())
    });
}

#[test]
fn fields_are_drawn_alike() {
    compare::<NumberInput>(300, |field, random| {
        let field = if random.flag() { field.range(random.number()..=random.number()) } else { field };
        field.value(random.number()).label(random.text()).unit(random.text()).disabled(random.flag())
    });
    compare::<Dropdown>(200, |field, random| {
        let values = ["a", "b", "c", "", "<d>"];
        let mut options = Vec::new();
        for value in values {
            if random.flag() {
                options.push((value, random.text().to_owned()));
            }
        }
        let field = field.options(options).value(random.pick(&values)).placeholder(random.text());
        field.label(random.text()).disabled(random.flag())
    });
    compare::<DatePicker>(100, |field, random| {
        let day = Date::new(1 + random.below(9999) as u16, 1 + random.below(12) as u8, 1 + random.below(31) as u8);
        let field = if let Some(day) = day { field.value(day) } else { field };
        field.label(random.text()).disabled(random.flag())
    });
    compare::<TimePicker>(100, |field, random| {
        let time = TimeOfDay::new(random.below(24) as u8, random.below(60) as u8, random.below(60) as u8);
        let field = if random.flag() { field.value(time) } else { field };
        field.seconds(random.flag()).label(random.text()).disabled(random.flag())
    });
    compare::<Textarea>(200, |field, random| {
        let break_before = if random.flag() { "\n" } else { "" };
        let field = field.value(format!("{break_before}{}", random.text())).lines(random.below(9) as u8);
        field.label(random.text()).placeholder(random.text()).disabled(random.flag())
    });
}

#[test]
fn fields_for_numbers_of_any_size_are_drawn_alike() {
    compare::<PrecisionInput>(300, |field, random| {
        let field = if random.flag() { field.range(random.number()..=random.number()) } else { field };
        let field = field.value(random.number()).digits(random.pick(&[0, 1, 2, 4, 9, 15, 99]));
        field.scientific(random.flag()).label(random.text()).unit(random.text()).disabled(random.flag())
    });
    compare::<Keypad>(200, |keys, random| {
        let keys = if random.flag() { keys.range(random.number()..=random.number()) } else { keys };
        let keys = keys.value(random.number()).decimals(random.pick(&[0, 1, 3]));
        keys.label(random.text()).unit(random.text()).disabled(random.flag())
    });
}

#[test]
fn pads_are_drawn_alike() {
    compare::<Pad>(200, |pad, random| {
        let point = |random: &mut Random| PadPoint { x: random.number(), y: random.number() };
        let pad = if random.flag() { pad.x_range(random.number()..=random.number()) } else { pad };
        let pad = if random.flag() { pad.y_range(-5.0..=5.0).step(random.number()) } else { pad };
        let pad = if random.flag() { pad.reported(point(random)) } else { pad };
        let pad = pad.value(point(random)).label(random.text()).x_label(random.text());
        pad.y_label(random.text()).unit(random.text()).disabled(random.flag())
    });
}

#[test]
fn power_buttons_are_drawn_alike() {
    compare::<PowerButton>(200, |button, random| {
        let button = if random.flag() { button.reported(random.flag()) } else { button };
        button.on(random.flag()).label(random.text()).note(random.text()).disabled(random.flag())
    });
}

#[test]
fn logs_are_drawn_alike() {
    compare::<Log>(50, |log, random| log.label(random.text()));
    compare::<AuditLog>(50, |log, random| log.label(random.text()));
}

#[test]
fn audio_levels_are_drawn_alike() {
    compare::<AudioLevel>(100, |level, random| {
        let names: Vec<_> = (0..random.below(4)).map(|_| random.text()).collect();
        let level = level.channels(names).label(random.text()).warn_above(random.number());
        let level = if random.flag() { level.range(random.number()..=random.number()) } else { level };
        level.bad_above(random.number())
    });
}

#[test]
fn places_are_asked_for_alike() {
    compare::<Geolocation>(50, |button, random| {
        let icon = random.pick(&[Icon::None, Icon::Compass]);
        button.label(random.text()).icon(icon).tone(random.pick(&[ButtonTone::Normal, ButtonTone::Quiet]))
    });
}

#[test]
fn ranges_of_days_are_drawn_alike() {
    compare::<DateRangePicker>(200, |field, random| {
        let day = |random: &mut Random| Date::new(2026, 1 + random.below(12) as u8, 1 + random.below(31) as u8);
        let days = day(random).zip(day(random)).and_then(|(from, to)| DateRange::new(from, to));
        let field = field.value(days).earliest(day(random)).latest(day(random));
        let field = if random.flag() { field.from_label(random.text()) } else { field };
        field.label(random.text()).disabled(random.flag())
    });
}

#[test]
fn tooltips_and_uploads_are_drawn_alike() {
    compare::<Tooltip>(50, |tip, random| tip.text(random.text()).label(random.text()));
    compare::<Upload>(50, |field, random| field.accept(random.text()).label(random.text()).disabled(random.flag()));
}

#[test]
fn joysticks_are_drawn_alike() {
    compare::<Joystick>(100, |joystick, random| {
        let axis = |random: &mut Random| random.below(2001) as f64 / 1000.0 - 1.0;
        let value = Axes { x: axis(random), y: axis(random) };
        joystick.value(value).label(random.text()).disabled(random.flag())
    });
}

#[test]
fn buttons_are_drawn_alike() {
    compare::<Button>(200, |button, random| {
        let tone = random.pick(&[ButtonTone::Normal, ButtonTone::Primary, ButtonTone::Danger, ButtonTone::Quiet]);
        let icon = random.pick(&[Icon::None, Icon::Stop, Icon::Check]);
        button.label(random.text()).tone(tone).icon(icon).disabled(random.flag())
    });
}

#[test]
fn downloads_are_drawn_alike() {
    compare::<Download>(100, |button, random| {
        let tone = random.pick(&[ButtonTone::Normal, ButtonTone::Primary, ButtonTone::Quiet]);
        let icon = random.pick(&[Icon::None, Icon::Download]);
        button.label(random.text()).tone(tone).icon(icon).disabled(random.flag())
    });
}

#[test]
fn texts_and_curves_are_drawn_alike() {
    compare::<Code>(100, |code, random| code.text(random.text()).label(random.text()));
    compare::<Clipboard>(100, |button, random| button.text(random.text()).label(random.text()));
    compare::<Terminal>(100, |console, random| {
        let console = console.label(random.text()).placeholder(random.text());
        console.read_only(random.flag()).disabled(random.flag())
    });
    compare::<Sparkline>(50, |curve, random| curve.label(random.text()));
    compare::<KeyboardShortcut>(100, |shortcut, random| {
        shortcut.keys(random.text()).label(random.text()).disabled(random.flag())
    });
}

#[test]
fn controls_are_drawn_alike() {
    compare::<Switch>(100, |switch, random| switch.on(random.flag()).label(random.text()).disabled(random.flag()));
    compare::<HoldButton>(100, |button, random| {
        button.held(random.flag()).label(random.text()).disabled(random.flag())
    });
    compare::<Input>(200, |input, random| {
        let input = input.value(random.text()).label(random.text()).placeholder(random.text());
        input.secret(random.flag()).disabled(random.flag())
    });
    compare::<ColorPicker>(100, |picker, random| {
        let part = |random: &mut Random| random.below(256) as u8;
        let colour = Color::new(part(random), part(random), part(random));
        picker.value(colour).label(random.text()).disabled(random.flag())
    });
}

/// A few options, so that options are found again when they change, and sometimes the same twice.
fn options(random: &mut Random) -> Vec<(&'static str, &'static str)> {
    let count = random.below(6);
    (0..count).map(|_| (random.pick(&["a", "b", "c", "d", ""]), random.text())).collect()
}

#[test]
fn groups_of_options_are_drawn_alike() {
    compare::<SegmentedControl>(200, |control, random| {
        let control = control.options(options(random)).value(random.pick(&["a", "b", "c", ""]));
        control.label(random.text()).disabled(random.flag())
    });
    compare::<RadioItems>(200, |control, random| {
        let control = control.options(options(random)).value(random.pick(&["a", "b", "c", ""]));
        control.label(random.text()).inline(random.flag()).disabled(random.flag())
    });
    compare::<Checklist>(200, |control, random| {
        let count = random.below(4);
        let chosen: Vec<&str> = (0..count).map(|_| random.pick(&["a", "b", "c", ""])).collect();
        let control = control.options(options(random)).value(chosen).label(random.text());
        control.inline(random.flag()).disabled(random.flag())
    });
}

#[test]
fn searched_options_are_drawn_alike() {
    compare::<Combobox>(200, |field, random| {
        let field = field.options(options(random)).value(random.pick(&["a", "b", "e", ""]));
        field.label(random.text()).placeholder(random.text()).disabled(random.flag())
    });
    compare::<MultiSelect>(200, |field, random| {
        let count = random.below(5);
        let chosen: Vec<&str> = (0..count).map(|_| random.pick(&["a", "b", "c", "e", ""])).collect();
        let field = field.options(options(random)).value(chosen).label(random.text());
        field.placeholder(random.text()).disabled(random.flag())
    });
}

/// A node with up to three nodes in it, and so on.
fn node(random: &mut Random, level: u8) -> TreeNode {
    let count = if level < 3 { random.below(4) } else { 0 };
    let children: Vec<_> = (0..count).map(|_| node(random, level + 1)).collect();
    // Few ids, so that nodes are found again, and some have the same one.
    let node = TreeNode::new(random.pick(&["a", "b", "c", "d", "e"]), random.text());
    node.note(random.text()).tone(tone(random)).children(children)
}

fn json(random: &mut Random, level: u8) -> serde_json::Value {
    match random.below(if level < 3 { 7 } else { 4 }) {
        0 => random.number().into(),
        1 => random.flag().into(),
        2 => random.text().into(),
        3 => serde_json::Value::Null,
        4 => (0..random.below(4)).map(|_| json(random, level + 1)).collect(),
        _ => {
            (0..random.below(4)).map(|_| (random.pick(&["a", "b/", ""]).to_owned(), json(random, level + 1))).collect()
        }
    }
}

#[test]
fn trees_are_drawn_alike() {
    compare::<Tree>(150, |tree, random| {
        let count = random.below(4);
        let nodes: Vec<_> = (0..count).map(|_| node(random, 0)).collect();
        let open: Vec<&str> = ["a", "b", "c", "d"].into_iter().filter(|_| random.flag()).collect();
        tree.nodes(nodes).expanded(open).selected(random.pick(&["a", "e", ""])).label(random.text())
    });
    compare::<Json>(150, |value, random| {
        let open: Vec<&str> = ["/a", "/b~1", "/a/0", "/0"].into_iter().filter(|_| random.flag()).collect();
        value.value(JsonTree::from(json(random, 0))).expanded(open).label(random.text())
    });
}

#[test]
fn cameras_are_drawn_alike() {
    compare::<Camera>(100, |camera, random| {
        let camera = camera.label(random.text()).size(random.number(), random.number());
        if random.flag() { camera.source(Picture::new(PictureFormat::Jpeg, vec![])) } else { camera }
    });
}

#[test]
fn films_are_drawn_alike() {
    compare::<Video>(100, |film, random| {
        let film = film.source(random.text()).label(random.text()).size(random.number(), random.number());
        film.muted(random.flag()).repeat(random.flag()).disabled(random.flag())
    });
}

#[test]
fn trends_are_drawn_alike() {
    compare::<Trend>(100, |chart, random| {
        let one = |random: &mut Random| {
            let mut series = Series::new(random.text()).unit(random.text());
            series.colour = random.flag().then(|| random.pick(&[0, 1, 7, 10, 11, 255]));
            series.right = random.flag();
            series
        };
        let count = random.below(13);
        let series: Vec<_> = (0..count).map(|_| one(random)).collect();
        chart.series(series).label(random.text()).export(random.flag())
    });
}

#[test]
fn curves_are_drawn_alike() {
    compare::<XY>(100, |chart, random| {
        let count = random.below(13);
        let curve = |random: &mut Random| {
            let mut curve = Curve::new(random.text());
            curve.colour = random.flag().then(|| random.pick(&[0, 1, 7, 10, 11, 255]));
            curve.dots = random.flag();
            curve
        };
        let curves: Vec<_> = (0..count).map(|_| curve(random)).collect();
        chart.curves(curves).label(random.text()).x_label(random.text()).y_label(random.text())
    });
}

#[test]
fn maps_are_drawn_alike() {
    compare::<Map>(100, |map, random| {
        let count = random.below(4);
        let track = |random: &mut Random| {
            let mut track = Track::new(random.text());
            track.colour = random.flag().then(|| random.pick(&[0, 1, 7, 10, 11, 255]));
            track.planned = random.flag();
            track
        };
        let tracks: Vec<_> = (0..count).map(|_| track(random)).collect();
        let poses: Vec<_> = (0..random.below(12)).map(|_| Pose::new(random.text(), 0.0, 0.0)).collect();
        map.tracks(tracks).poses(poses).label(random.text()).clickable(random.flag())
    });
}

#[test]
fn bars_are_drawn_alike() {
    compare::<Bars>(200, |bars, random| {
        let count = random.below(6);
        let all: Vec<_> = (0..count).map(|_| Bar::new(random.text(), random.maybe_number())).collect();
        let mut bars = bars.bars(all).label(random.text()).unit(random.text());
        if random.flag() {
            bars = bars.digits(random.pick(&[0, 1, 3, 20]));
        }
        bars.range(random.number()..=random.number())
    });
}

#[test]
fn alarms_are_drawn_alike() {
    compare::<Alarms>(300, |alarms, random| {
        let states = [AlarmState::Active, AlarmState::Acknowledged, AlarmState::Cleared, AlarmState::Latched];
        let severities = [Severity::Low, Severity::Medium, Severity::High];
        let mut items: Vec<Alarm> = (0..random.below(7)).map(|_| Alarm::default()).collect();
        for (number, alarm) in (0..).zip(&mut items) {
            alarm.number = number;
            (alarm.state, alarm.severity) = (random.pick(&states), random.pick(&severities));
            (alarm.id, alarm.text) = (random.text().to_owned(), random.text().to_owned());
            (alarm.detail, alarm.by) = (random.text().to_owned(), random.text().to_owned());
            (alarm.since, alarm.cleared, alarm.acknowledged) = (random.number(), random.number(), random.number());
        }
        let mut apart = vec![Shelved::default(); random.below(3) as usize];
        for (number, shelved) in (0..).zip(&mut apart) {
            (shelved.id, shelved.until) = (format!("{number}"), random.number());
            (shelved.text, shelved.by) = (random.text().to_owned(), random.text().to_owned());
        }
        let alarms = alarms.shelve_at_most(Duration::from_secs(random.below(30_000)));
        alarms.disabled(random.flag()).label(random.text()).items(items).shelved(apart)
    });
}

#[test]
fn progress_bars_are_drawn_alike() {
    compare::<Progress>(500, |bar, random| {
        let bar = bar.value(random.maybe_number()).label(random.text()).unit(random.text());
        let bar = if random.flag() { bar.max(random.number()) } else { bar };
        if random.flag() { bar.digits(random.pick(&[0, 1, 3, 20, 99])) } else { bar }
    });
}

#[test]
fn gauges_are_drawn_alike() {
    compare::<Gauge>(1000, |gauge, random| {
        let mut gauge = gauge.value(random.maybe_number()).label(random.text()).unit(random.text());
        if random.flag() {
            gauge = gauge.range(random.number()..=random.number());
        } else if random.flag() {
            gauge = gauge.range(random.below(50) as f64..=random.below(500) as f64);
        }
        if random.flag() {
            gauge = gauge.warn_above(random.number());
        }
        if random.flag() {
            gauge = gauge.bad_above(random.number());
        }
        if random.flag() {
            gauge = gauge.wanted(random.maybe_number()).warn_below(random.number());
        }
        if random.flag() {
            gauge = gauge.bad_below(random.number());
        }
        if random.flag() { gauge.digits(random.pick(&[0, 1, 3, 20, 99])) } else { gauge }
    });
}

/// Random limits and digits for a readout.
macro_rules! limited {
    ($readout:ident, $random:ident) => {{
        let mut readout = $readout.label($random.text()).unit($random.text()).note($random.text());
        for set in 0..5 {
            let limit = $random.number();
            match (set, $random.flag()) {
                (0, true) => readout = readout.warn_above(limit),
                (1, true) => readout = readout.bad_above(limit),
                (2, true) => readout = readout.warn_below(limit),
                (3, true) => readout = readout.bad_below(limit),
                (4, true) => readout = readout.digits($random.pick(&[0, 1, 3, 20, 99])),
                _ => {}
            }
        }
        readout.value($random.maybe_number())
    }};
}

#[test]
fn stats_are_drawn_alike() {
    compare::<Stat>(300, |stat, random| limited!(stat, random).change(random.maybe_number()));
}

#[test]
fn meters_are_drawn_alike() {
    compare::<Meter>(300, |meter, random| {
        let meter = limited!(meter, random).wanted(random.maybe_number());
        if random.flag() { meter.range(random.number()..=random.number()) } else { meter }
    });
}

#[test]
fn tanks_and_thermometers_are_drawn_alike() {
    compare::<Tank>(200, |tank, random| limited!(tank, random).range(random.number()..=random.number()));
    compare::<Thermometer>(200, |tube, random| limited!(tube, random).range(random.number()..=random.number()));
}

#[test]
fn batteries_are_drawn_alike() {
    compare::<Battery>(200, |battery, random| {
        let battery = battery.charging(random.flag()).label(random.text()).note(random.text());
        battery.value(random.maybe_number()).warn_below(random.number()).bad_below(random.number())
    });
}

#[test]
fn codes_are_drawn_alike() {
    compare::<QrCode>(40, |code, random| code.text(random.text()).label(random.text()));
}

#[test]
fn state_machines_are_drawn_alike() {
    compare::<StateMachine>(200, |machine, random| {
        let ids = ["a", "b", "c", "d", ""];
        let state = |random: &mut Random| {
            let next: Vec<_> = (0..random.below(3)).map(|_| random.pick(&ids)).collect();
            let state = MachineState::new(random.pick(&ids), random.text()).to(next).tone(tone(random));
            if random.below(4) == 0 { state.at(random.below(3) as u8, random.below(9) as u8) } else { state }
        };
        let states: Vec<_> = (0..random.below(6)).map(|_| state(random)).collect();
        machine.states(states).current(random.pick(&ids)).label(random.text())
    });
}

#[test]
fn attitudes_are_drawn_alike() {
    compare::<AttitudeIndicator>(200, |attitude, random| {
        attitude.roll(random.maybe_number()).pitch(random.maybe_number()).label(random.text())
    });
}

#[test]
fn compasses_are_drawn_alike() {
    compare::<Compass>(300, |compass, random| {
        compass.value(random.maybe_number()).wanted(random.maybe_number()).label(random.text())
    });
}

#[test]
fn led_displays_are_drawn_alike() {
    compare::<LedDisplay>(300, |display, random| {
        let display = display.places(random.pick(&[0, 1, 4, 10, 99])).digits(random.pick(&[0, 1, 2, 6, 30]));
        display.value(random.maybe_number()).label(random.text()).unit(random.text())
    });
}

fn tone(random: &mut Random) -> Tone {
    random.pick(&[Tone::Ok, Tone::Warn, Tone::Bad, Tone::Accent, Tone::Neutral])
}

#[test]
fn badges_and_lists_of_states_are_drawn_alike() {
    compare::<Badge>(100, |badge, random| badge.text(random.text()).label(random.text()).tone(tone(random)));
    compare::<Banner>(100, |banner, random| banner.text(random.text()).title(random.text()).tone(tone(random)));
    compare::<StatusList>(200, |list, random| {
        let count = random.below(5);
        let items: Vec<Status> = (0..count).map(|_| Status::new(random.text(), tone(random), random.text())).collect();
        list.items(items).label(random.text())
    });
}

#[test]
fn tables_are_drawn_alike() {
    compare::<Table>(500, |table, random| {
        let columns = (0..random.below(4)).map(|_| {
            let column = if random.flag() { Column::text(random.text()) } else { Column::number(random.text()) };
            let column = if random.flag() { column.unit(random.text()) } else { column };
            if random.flag() { column.digits(random.pick(&[0, 1, 3, 20, 99])) } else { column }
        });
        let columns: Vec<_> = columns.collect();
        let cell = |random: &mut Random| match random.below(5) {
            0 => Cell::from(random.number()),
            1 => Cell::from(random.text()),
            2 => Cell::Empty,
            // Few values, so that rows are found again, and some have the same key.
            _ => Cell::from(random.below(6) as u32),
        };
        let row = |random: &mut Random| (0..random.below(5)).map(|_| cell(random)).collect::<Vec<_>>();
        let rows: Vec<_> = (0..random.below(7)).map(|_| row(random)).collect();
        let table = table.columns(columns).rows(rows).label(random.text());
        let table = if random.flag() { table.key(random.pick(&[0, 0, 1, 9])) } else { table };
        if random.flag() { table.limit(random.pick(&[0, 1, 3, 6, 100])) } else { table }
    });
}
