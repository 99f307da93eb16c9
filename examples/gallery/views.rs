//! The pages of the gallery: each component in a card with the code that places it.

use dash_devices::{SplitAt, prelude::*};

use crate::{Ui, charts::tracks};

/// A card with a component and the code that made it, as it stands in this file.
macro_rules! shown {
    ($name:literal, $($code:tt)+) => {
        card($name, ($($code)+, listing(code(line!()))))
    };
}

/// Code whose long lines go on below their beginning. The spaces in front of a line take no room there, but who copies
/// the code gets them.
fn listing(code: impl Into<String>) -> Element {
    let code = code.into();
    let lines = code.lines().map(|line| {
        let text = line.trim_start();
        let spaces = &line[..line.len() - text.len()];
        let indent = Element::new("span").attr("class", "gallery-indent").children(spaces.to_owned());
        let depth = spaces.len() / 4;
        Element::new("span").attr("class", format!("gallery-line depth-{depth}")).children((indent, breakable(text)))
    });
    Element::new("pre").attr("class", "gallery-code").children(lines.collect::<Vec<_>>())
}

/// Code that is broken at its signs, and not inside of a word.
fn breakable(code: &str) -> Element {
    let signs = ['(', '[', ','];
    let parts = code.split_inclusive(signs).flat_map(|part| {
        // A method goes on with its dot.
        let dot = part.find('.').filter(|at| *at > 0 && part[*at + 1..].starts_with(char::is_alphabetic));
        let (before, after) = part.split_at(dot.unwrap_or(part.len()));
        [before.to_owned(), after.to_owned()]
    });
    let parts = parts.filter(|part| !part.is_empty());
    Element::of(parts.flat_map(|part| [Element::text(part), Element::new("wbr")]).collect::<Vec<_>>())
}

/// What stands behind the name in the `shown!` of this line.
fn code(line: u32) -> String {
    let lines = include_str!("views.rs").lines().skip(line as usize - 1).collect::<Vec<_>>().join("\n");
    let (mut depth, mut in_text, mut from) = (0, false, None);
    for (at, letter) in lines.char_indices() {
        match letter {
            '"' => in_text = !in_text,
            '(' | '[' | '{' if !in_text => depth += 1,
            ')' | ']' | '}' if !in_text => depth -= 1,
            // The comma behind the name.
            ',' if !in_text && depth == 1 && from.is_none() => from = Some(at + 1),
            _ => {}
        }
        if let (Some(from), 0) = (from, depth) {
            return laid_out(&lines[from..at]);
        }
    }
    lines
}

/// The code without its margin. In a line that is too long for a card, each method gets a line of its own.
fn laid_out(code: &str) -> String {
    let lines: Vec<&str> = code.lines().filter(|line| !line.trim().is_empty()).collect();
    let indent = |line: &str| line.len() - line.trim_start().len();
    let margin = lines.iter().map(|line| indent(line)).min().unwrap_or(0);
    let is_short = lines.len() > 1;
    let lines = lines.iter().map(|line| match line.trim() {
        text if is_short && text.len() < LONG => line[margin..].to_owned(),
        text => chain(text, indent(line) - margin),
    });
    lines.collect::<Vec<_>>().join("\n")
}

/// The longest line of a card, in letters.
const LONG: usize = 44;

/// A line with each of its outer methods in a line of its own.
fn chain(line: &str, indent: usize) -> String {
    let (mut text, mut depth) = (" ".repeat(indent), 0);
    for letter in line.chars() {
        match letter {
            '(' => depth += 1,
            ')' => depth -= 1,
            '.' if depth == 0 && text.ends_with(')') => text += &format!("\n{}", " ".repeat(indent + 4)),
            _ => {}
        }
        text.push(letter);
    }
    text
}

/// What can be recorded.
#[value]
enum Channel {
    Voltage,
    Current,
    Power,
    Temperature,
    FanSpeed,
}

fn week() -> Option<DateRange> {
    DateRange::new(Date::new(2026, 11, 2)?, Date::new(2026, 11, 8)?)
}

fn boiler() -> [MachineState; 5] {
    [
        MachineState::new("idle", "Idle").to(["fill"]),
        MachineState::new("fill", "Filling").to(["heat", "fault"]),
        MachineState::new("heat", "Heating").to(["drain", "fault", "idle"]),
        MachineState::new("drain", "Draining").to(["idle"]).tone(Tone::Warn),
        MachineState::new("fault", "Fault").to(["idle"]).tone(Tone::Bad),
    ]
}

fn rows() -> Vec<Vec<Cell>> {
    [("Boiler", 61.2), ("Flow", 48.0), ("Return", 39.4)].map(|(name, value)| vec![name.into(), value.into()]).into()
}

pub(crate) fn charts() -> Vec<Element> {
    vec![
        shown!(
            "Trend",
            Ui::trend
                .place()
                .label("Greenhouse")
                .series([
                    Series::new("Inside").unit("°C"),
                    Series::new("Outside").unit("°C"),
                    Series::new("Humidity").unit("%").right().warn_above(85)
                ])
                .window(120.0)
                .min(0)
                .max(40)
                .right_range(0.0..=100.0)
                .warn_above(28)
                .bad_above(32)
                .bad_below(5)
                .export(true)
        )
        .width(Width::Wide),
        shown!(
            "XY",
            Ui::figure
                .place()
                .label("Oscilloscope")
                .x_label("Channel 1")
                .x_unit("V")
                .y_label("Channel 2")
                .y_unit("V")
                .x_range(-5.0..=5.0)
                .y_range(-4.0..=4.0)
        )
        .width(Width::Wide),
        shown!(
            "Map",
            Ui::yard
                .place()
                .label("Yard")
                .fences([
                    Fence::new("Yard").points([(-9.0, -5.0), (9.0, -5.0), (9.0, 5.0), (-9.0, 5.0)]),
                    Fence::new("Pond").points([(2.0, 1.0), (6.0, 0.5), (6.5, 3.5), (3.0, 4.0)]).tone(Tone::Bad)
                ])
                .tracks(tracks(MapPoint { x: 7.0, y: -3.0 }))
                .poses([Pose::new("Rover", -1.0, 0.0).heading(135.0), Pose::new("Dock", -8.0, -4.0).colour(3)])
                .clickable(true)
        )
        .width(Width::Wide),
        shown!(
            "Spectrum",
            Ui::spectrum
                .place()
                .label("Microphone")
                .frequencies(0.0..=24_000.0)
                .log(true)
                .range(-120.0..=0.0)
                .peak_hold(true)
        )
        .width(Width::Wide),
        shown!(
            "Waterfall",
            Ui::waterfall.place().label("Microphone").frequencies(0.0..=24_000.0).range(-110.0..=-20.0)
        )
        .width(Width::Wide),
        shown!("Histogram", Ui::jitter.place().label("How late the clock ticks").unit("ms")).width(Width::Wide),
        shown!(
            "Heatmap",
            Ui::plate
                .place()
                .label("Plate")
                .unit("°C")
                .digits(1)
                .range(20.0..=80.0)
                .x_range(0.0..=200.0)
                .x_unit("mm")
                .y_range(0.0..=150.0)
                .y_unit("mm")
        )
        .width(Width::Wide),
        shown!("Bars", Ui::cores.place().label("Processor").unit("%").digits(0)),
    ]
}

/// What an instrument answers.
fn settings() -> JsonTree {
    let limits = serde_json::json!({ "current": 5.0, "voltage": [0, 30] });
    serde_json::json!({ "limits": limits, "name": "PS3005", "output": true, "serial": 9_007_199_254_740_993_u64 })
        .into()
}

pub(crate) fn readouts() -> Vec<Element> {
    vec![
        shown!(
            "Stat",
            Ui::stat
                .place()
                .label("Power")
                .unit("W")
                .digits(0)
                .note("against yesterday")
                .warn_above(1400)
                .bad_above(1500)
        ),
        shown!(
            "Gauge",
            Ui::gauge
                .place()
                .range(0.0..=30.0)
                .unit("V")
                .digits(2)
                .label("Voltage")
                .wanted(12.0)
                .warn_above(24)
                .bad_above(28)
        ),
        shown!(
            "Gauge around zero",
            Ui::balance.place().range(-100.0..=100.0).unit("A").digits(1).label("Current").warn_above(70).bad_above(90)
        ),
        shown!(
            "Meter",
            Ui::meter
                .place()
                .range(0.0..=10.0)
                .unit("bar")
                .digits(1)
                .label("Pressure")
                .wanted(4.0)
                .warn_above(6)
                .bad_above(8)
        ),
        shown!(
            "Tank",
            Ui::tank.place().range(0.0..=200.0).unit("l").digits(0).label("Water").warn_below(40).bad_below(10)
        ),
        shown!(
            "Thermometer",
            Ui::thermometer.place().range(-20.0..=50.0).unit("°C").digits(1).label("Room").warn_above(30).bad_above(40)
        ),
        shown!("Battery", Ui::battery.place().label("Robot").note("about 3 h")),
        shown!("Compass", Ui::compass.place().label("Heading").wanted(90.0)),
        shown!("StateMachine", Ui::phase.place().label("Boiler").states(boiler())),
        shown!("QrCode", Ui::open.place().label("On a phone").text("http://rover.local:8050/")),
        shown!("AttitudeIndicator", Ui::attitude.place().label("Drone")),
        shown!("LedDisplay", Ui::led.place().label("Output").unit("V").places(5).digits(3)),
        shown!("AudioLevel", Ui::loudness.place().label("Microphone").channels(["Left", "Right"])),
        shown!("StatusList", Ui::health.place().label("Health")),
        shown!("Badge", Ui::badge.place().label("State")),
        shown!("Banner", Ui::banner.place().title("Plant")),
        shown!("Indicator", Ui::indicator.place().label("Running").words("yes", "no")),
        shown!("Progress", Ui::progress.place().label("Upload").value(63.0)),
        shown!("Text", Ui::text.place().label("Running for")),
        shown!("Camera", Ui::camera.place().label("Front").size(320.0, 180.0)).width(Width::Wide),
        shown!("Video", Ui::film.place().label("Run 7").size(320.0, 180.0)).width(Width::Wide),
        shown!(
            "Table",
            Ui::table
                .place()
                .columns([Column::text("Sensor"), Column::number("Value").unit("°C").digits(1)])
                .rows(rows())
        ),
    ]
}

pub(crate) fn controls() -> Vec<Element> {
    vec![
        shown!(
            "Button",
            row((
                Ui::button.place().label("Start").tone(ButtonTone::Primary),
                Ui::delete.place().label("Delete log").tone(ButtonTone::Danger).confirm("Delete the log of today?"),
                Ui::pressed.place().label("Pressed").text("0")
            ))
        ),
        shown!("Switch", Ui::switch.place().label("Fan")),
        shown!("Slider", Ui::slider.place().label("Speed").unit("%").reported(38.0).value(50.0)),
        shown!(
            "RangeSlider",
            Ui::band.place().range(0.0..=50.0).label("Comfort").unit("°C").value(Span::new(18.0, 24.0))
        ),
        shown!(
            "NumberInput",
            Ui::number
                .place()
                .range(0.0..=30.0)
                .step(0.5)
                .label("Voltage")
                .unit("V")
                .value(11.5)
                .help("Steps of half a volt.")
        ),
        shown!(
            "PrecisionInput",
            Ui::exact.place().range(1e-9..=10.0).label("Integration time").unit("s").value(330e-9)
        ),
        shown!("PowerButton", Ui::power.place().label("Output").confirm_on("Switch the output on?")),
        shown!("HoldButton", Ui::hold.place().label("Hold to jog")),
        shown!("SegmentedControl", Ui::segments.place().label("Mode").options(["Off", "Heat", "Cool"]).value("Heat")),
        shown!(
            "RadioItems",
            Ui::radio.place().label("Units").options([("si", "Metric"), ("us", "US customary")]).value("si")
        ),
        shown!(
            "Checklist",
            Ui::channels.place().label("Record").options(["Voltage", "Current", "Power"]).value(["Voltage"])
        ),
        shown!("Dropdown", Ui::dropdown.place().label("Port").options(["/dev/ttyUSB0", "/dev/ttyUSB1"])),
        shown!("Combobox", Ui::signal.place().label("Signal").options((1..=2000).map(|n| format!("Signal {n}")))),
        shown!(
            "MultiSelect",
            Ui::recorded
                .place()
                .label("Record")
                .options(Choices::of::<Channel>())
                .value(Choices::written(&[Channel::Voltage, Channel::Power]))
        ),
        shown!("Input", Ui::name.place().label("Name").placeholder("picture.jpg").send_on(SendOn::Change)),
        shown!(
            "Textarea",
            Ui::script
                .place()
                .label("Commands")
                .placeholder("one per line")
                .help("They are sent when you leave the field.")
        ),
        shown!(
            "DatePicker, TimePicker",
            row((
                Ui::day.place().label("Day").value(Date::new(2026, 11, 26)),
                Ui::time.place().label("Time").value(TimeOfDay::new(7, 30, 0))
            ))
        ),
        shown!("DateRangePicker", Ui::days.place().label("Shown days").value(week())),
        shown!("ColorPicker", Ui::colour.place().label("Ring light").value(Color::new(255, 180, 40))),
        shown!("Knob", Ui::knob.place().range(0.0..=60.0).label("Gain").unit("dB").value(24.0).reported(20.0)),
        shown!("Keypad", Ui::keys.place().range(-10.0..=30.0).label("Voltage").unit("V").decimals(2).value(11.5)),
        shown!(
            "Pad",
            Ui::head
                .place()
                .label("Camera")
                .x_range(-90.0..=90.0)
                .y_range(-30.0..=45.0)
                .x_label("Pan")
                .y_label("Tilt")
                .unit("°")
        ),
        shown!("Joystick", Ui::stick.place().label("Drive")),
    ]
}

pub(crate) fn layout(all_icons: Element) -> Vec<Element> {
    vec![
        card(
            "Icon",
            (
                row((Icon::Gauge, Icon::Motor, Icon::Camera, Icon::Battery, all_icons)),
                listing("row((Icon::Gauge, Icon::Motor, Icon::Camera, Icon::Battery))"),
            ),
        ),
        shown!(
            "Tabs",
            Ui::tabs
                .place()
                .tab("Motor", text("1 480 rpm"))
                .tab("Network", text("Connected"))
                .tab("About", text("Version 1.4"))
        ),
        shown!(
            "Split",
            Ui::split
                .place()
                .panes(text("Move the border."), text("Double-click it to put it back."))
                .at(SplitAt::Third)
        )
        .width(Width::Wide),
        shown!("row, spacer", row(("Run 7 of today", spacer(), "12 min"))),
        shown!("accordion", accordion("Details", text("Serial number 1234")), accordion("Licences", text("MIT"))),
        shown!(
            "Dialog, Drawer",
            row((
                Ui::ask.place().label("Set 24 V"),
                Ui::details.place().label("Details").icon(Icon::Info),
                Ui::answer.place().label("Answer")
            ))
        ),
        shown!("Tooltip", row(("Gain", Ui::help.place().text("More than 20 dB adds noise.").label("About the gain")))),
    ]
}

pub(crate) fn texts() -> Vec<Element> {
    vec![
        shown!("Log", Ui::log.place().label("Plant")).width(Width::Wide),
        shown!(
            "Tree",
            Ui::machine
                .place()
                .label("Machine")
                .nodes([
                    TreeNode::new("arm", "Arm").children([
                        TreeNode::new("arm/shoulder", "Shoulder").note("31 °C").tone(Tone::Ok),
                        TreeNode::new("arm/elbow", "Elbow").note("78 °C").tone(Tone::Warn),
                        TreeNode::new("arm/hand", "Hand").children([TreeNode::new("arm/hand/grip", "Grip")]),
                    ]),
                    TreeNode::new("base", "Base").children([TreeNode::new("base/motor", "Motor").note("off")]),
                ])
                .expanded(["arm"])
        ),
        shown!("Json", Ui::settings_of.place().label("Settings").value(settings()).expanded(["/limits"])),
        shown!("Terminal", Ui::console.place().label("Power supply").placeholder("SCPI command")).width(Width::Wide),
        shown!(
            "Markdown",
            Ui::notes.place().text(
                "# Before you start\n\n1. Close the *valve*.\n2. Read the [manual](https://example.org).\n\n\
                 | Part | Torque |\n|-|-:|\n| Lid | 8 Nm |\n| Base | 12 Nm |"
            )
        ),
        shown!("Code", Ui::answer_of.place().label("Answer").text("*IDN?\nACME,PS3005,SN1234,1.7")),
        shown!("Sparkline", Ui::lately.place().label("Power")),
        shown!("Download", Ui::values.place().label("Wave (CSV)")),
        shown!(
            "Upload",
            Ui::file.place().label("Any file up to 1 MB").max_bytes(1_000_000),
            Ui::uploaded.place().label("Uploaded")
        ),
        shown!("Geolocation", Ui::here.place(), Ui::place.place().label("Where")),
        shown!(
            "BrowserStore",
            Ui::kept.place(),
            row((Ui::again.place().label("Count in this browser"), Ui::counted.place().label("Counted")))
        ),
        shown!("Clipboard", Ui::serial.place().text("SN-1234-56").label("Copy the serial number")),
        shown!("KeyboardShortcut", Ui::next.place().keys("Alt+n").label("Counts as a press")),
    ]
}

/// All icons with their names.
pub(crate) fn icons() -> Element {
    let icon = |icon: &Icon| card("", row((*icon, format!("{icon:?}")))).width(Width::Narrow);
    Element::of(Icon::ALL.iter().map(icon).collect::<Vec<_>>())
}
