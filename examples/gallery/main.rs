//! All components live, each with the code that places it. The switch at the top puts the readouts into another state:
//! without a value, in a warning or an alarm, with a source that fails.
//!
//! ```text
//! cargo run --example gallery
//! ```

use std::{f64::consts::TAU, time::Duration};

use dash_devices::prelude::*;

/// The device: a clock that values follow, and what people have set.
struct Plant {
    seconds: f64,
    mode: Mode,
}

#[derive(Clone, Copy, PartialEq)]
enum Mode {
    Live,
    Missing,
    Warning,
    Alarm,
    Error,
}

#[components]
struct Ui {
    theme: ThemeSwitch,
    tabs: Tabs,
    state: SegmentedControl,
    disabled: Switch,

    stat: Stat,
    gauge: Gauge,
    balance: Gauge,
    meter: Meter,
    tank: Tank,
    thermometer: Thermometer,
    battery: Battery,
    compass: Compass,
    led: LedDisplay,
    badge: Badge,
    indicator: Indicator,
    progress: Progress,
    health: StatusList,
    text: Text,
    trend: Trend,
    table: Table,

    button: Button,
    delete: Button,
    switch: Switch,
    slider: Slider,
    band: RangeSlider,
    knob: Knob,
    number: NumberInput,
    name: Input,
    script: Textarea,
    dropdown: Dropdown,
    segments: SegmentedControl,
    radio: RadioItems,
    channels: Checklist,
    day: DatePicker,
    time: TimePicker,
    colour: ColorPicker,
    hold: HoldButton,
    stick: Joystick,
    pressed: Text,
}

#[callback_shared]
fn choose_state(plant: &mut Plant, #[input(Ui::state.value)] state: &str) {
    plant.mode = match state {
        "missing" => Mode::Missing,
        "warning" => Mode::Warning,
        "alarm" => Mode::Alarm,
        "error" => Mode::Error,
        _ => Mode::Live,
    };
}

/// A measured value: a wave between two levels, or the level of the chosen state.
impl Plant {
    fn value(&self, low: f64, high: f64, warning: f64, alarm: f64, period: f64) -> Option<f64> {
        match self.mode {
            Mode::Missing => None,
            Mode::Warning => Some(warning),
            Mode::Alarm => Some(alarm),
            Mode::Live | Mode::Error => Some(low + (high - low) * (0.5 + 0.5 * (TAU * self.seconds / period).sin())),
        }
    }

    fn check(&mut self) -> Result<(), &'static str> {
        self.seconds += 0.5;
        if self.mode == Mode::Error { Err("the sensor does not answer") } else { Ok(()) }
    }
}

#[callback_shared(
    every = "500ms",
    output = (
        Ui::stat.value, Ui::stat.change, Ui::gauge.value, Ui::balance.value, Ui::meter.value, Ui::tank.value,
        Ui::thermometer.value, Ui::battery.value, Ui::compass.value, Ui::led.value,
    ),
)]
#[allow(clippy::type_complexity, reason = "one callback reads all sensors")]
fn measure(
    plant: &mut Plant,
) -> Result<
    (
        Option<f64>,
        Option<f64>,
        Option<f64>,
        Option<f64>,
        Option<f64>,
        Option<f64>,
        Option<f64>,
        Option<f64>,
        Option<f64>,
        Option<f64>,
    ),
    &'static str,
> {
    plant.check()?;
    let power = plant.value(900.0, 1300.0, 1420.0, 1580.0, 60.0);
    Ok((
        power,
        power.map(|power| power - 1100.0),
        plant.value(9.0, 14.0, 25.0, 29.0, 20.0),
        plant.value(-40.0, 40.0, -60.0, -85.0, 30.0),
        plant.value(2.0, 5.0, 6.5, 9.0, 25.0),
        plant.value(80.0, 170.0, 30.0, 8.0, 90.0),
        plant.value(18.0, 24.0, 33.0, 42.0, 70.0),
        plant.value(60.0, 80.0, 18.0, 7.0, 200.0),
        plant.value(0.0, 360.0, 120.0, 120.0, 100.0),
        plant.value(11.48, 11.52, 12.9, 14.2, 10.0),
    ))
}

#[callback_shared(on = Ui::stat.value, output = (Ui::badge.text, Ui::badge.tone, Ui::indicator.on, Ui::indicator.tone, Ui::health.items, Ui::text.text))]
#[allow(clippy::type_complexity, reason = "one callback writes all states")]
fn judge(plant: &mut Plant) -> (String, Tone, bool, Tone, Vec<Status>, String) {
    let (word, tone) = match plant.mode {
        Mode::Alarm => ("over-temperature", Tone::Bad),
        Mode::Warning => ("calibrating", Tone::Warn),
        Mode::Missing => ("off", Tone::Neutral),
        Mode::Live | Mode::Error => ("ready", Tone::Ok),
    };
    let pump = Status::new("Pump", Tone::Ok, "1 480 rpm");
    let filter = Status::new("Filter", tone, word);
    let door = Status::new("Door", Tone::Neutral, "closed");
    (word.to_owned(), tone, true, tone, vec![pump, filter, door], format!("{:.1} s", plant.seconds))
}

#[callback_shared(every = "500ms", output = Ui::trend.points)]
fn record(plant: &mut Plant) -> Vec<Sample> {
    let now = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap_or(Duration::ZERO);
    let wave = |period: f64| 20.0 + 4.0 * (TAU * plant.seconds / period).sin();
    vec![Sample { t: now.as_secs_f64(), values: vec![Some(wave(30.0)), Some(wave(47.0))] }]
}

#[callback_shared(on = (Ui::button.click, Ui::delete.click), output = Ui::pressed.text)]
fn press(#[state(Ui::pressed.text)] before: &str) -> String {
    (before.parse().unwrap_or(0) + 1).to_string()
}

#[callback_shared(output = (
    Ui::button.disabled, Ui::switch.disabled, Ui::slider.disabled, Ui::band.disabled, Ui::knob.disabled, Ui::number.disabled,
    Ui::name.disabled, Ui::script.disabled, Ui::dropdown.disabled, Ui::segments.disabled, Ui::radio.disabled,
    Ui::channels.disabled,
))]
#[allow(clippy::type_complexity, reason = "one switch disables all controls")]
fn disable(
    #[input(Ui::disabled.on)] on: bool,
) -> (bool, bool, bool, bool, bool, bool, bool, bool, bool, bool, bool, bool) {
    (on, on, on, on, on, on, on, on, on, on, on, on)
}

/// A card with a component and the code that made it.
macro_rules! shown {
    ($name:literal, $($code:tt)+) => {
        card($name, ($($code)+, code(stringify!($($code)+))))
    };
}

fn code(text: &'static str) -> Element {
    Element::new("pre").attr("class", "gallery-code").stylesheet(include_str!("gallery.css")).children(text)
}

fn rows() -> Vec<Vec<Cell>> {
    [("Boiler", 61.2), ("Flow", 48.0), ("Return", 39.4)].map(|(name, value)| vec![name.into(), value.into()]).into()
}

impl Dashboard for Ui {
    type Device = Plant;
    type Session = ();
    const CALLBACKS: Callbacks<Self> = callbacks![choose_state, measure, judge, record, press, disable];

    fn layout(self) -> Element {
        let states = [
            ("live", "Live"),
            ("missing", "No value"),
            ("warning", "Warning"),
            ("alarm", "Alarm"),
            ("error", "Source error"),
        ];
        let settings = row((
            self.state.label("State of the readouts").options(states).value("live"),
            self.disabled.label("Controls disabled"),
        ));
        let readouts = section(
            "Readouts",
            vec![
                shown!(
                    "Stat",
                    self.stat
                        .label("Power")
                        .unit("W")
                        .digits(0)
                        .note("against yesterday")
                        .warn_above(1400)
                        .bad_above(1500)
                ),
                shown!(
                    "Gauge",
                    self.gauge
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
                    self.balance
                        .range(-100.0..=100.0)
                        .unit("A")
                        .digits(1)
                        .label("Current")
                        .warn_above(70)
                        .bad_above(90)
                ),
                shown!(
                    "Meter",
                    self.meter
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
                    self.tank.range(0.0..=200.0).unit("l").digits(0).label("Water").warn_below(40).bad_below(10)
                ),
                shown!(
                    "Thermometer",
                    self.thermometer
                        .range(-20.0..=50.0)
                        .unit("°C")
                        .digits(1)
                        .label("Room")
                        .warn_above(30)
                        .bad_above(40)
                ),
                shown!("Battery", self.battery.label("Robot").note("about 3 h")),
                shown!("Compass", self.compass.label("Heading").wanted(90.0)),
                shown!("LedDisplay", self.led.label("Output").unit("V").places(5).digits(3)),
                shown!("StatusList", self.health.label("Health")),
                shown!("Badge", self.badge.label("State")),
                shown!("Indicator", self.indicator.label("Running").words("yes", "no")),
                shown!("Progress", self.progress.label("Upload").value(63.0)),
                shown!("Text", self.text.label("Running for")),
                shown!("Trend", self.trend.series(["Inside", "Outside"]).window(120.0)).width(Width::Wide),
                shown!(
                    "Table",
                    self.table
                        .columns([Column::text("Sensor"), Column::number("Value").unit("°C").digits(1)])
                        .rows(rows())
                ),
            ],
        );
        let layout = section(
            "Layout",
            vec![
                shown!(
                    "Tabs",
                    self.tabs
                        .tab("Motor", text("1 480 rpm"))
                        .tab("Network", text("Connected"))
                        .tab("About", text("Version 1.4"))
                ),
                shown!(
                    "accordion",
                    accordion("Details", text("Serial number 1234")),
                    accordion("Licences", text("MIT"))
                ),
            ],
        );
        let controls = section(
            "Controls",
            vec![
                shown!(
                    "Button",
                    row((
                        self.button.label("Start").tone(ButtonTone::Primary),
                        self.delete.label("Delete log").tone(ButtonTone::Danger).confirm("Delete the log of today?"),
                        self.pressed.label("Pressed").text("0")
                    ))
                ),
                shown!("Switch", self.switch.label("Fan")),
                shown!("Slider", self.slider.label("Speed").unit("%").reported(38.0).value(50.0)),
                shown!(
                    "RangeSlider",
                    self.band.range(0.0..=50.0).label("Comfort").unit("°C").value(Span::new(18.0, 24.0))
                ),
                shown!("Knob", self.knob.range(0.0..=60.0).label("Gain").unit("dB").value(24.0).reported(20.0)),
                shown!("NumberInput", self.number.range(0.0..=30.0).step(0.5).label("Voltage").unit("V").value(11.5)),
                shown!("SegmentedControl", self.segments.label("Mode").options(["Off", "Heat", "Cool"]).value("Heat")),
                shown!(
                    "RadioItems",
                    self.radio.label("Units").options([("si", "Metric"), ("us", "US customary")]).value("si")
                ),
                shown!(
                    "Checklist",
                    self.channels.label("Record").options(["Voltage", "Current", "Power"]).value(["Voltage"])
                ),
                shown!("Dropdown", self.dropdown.label("Port").options(["/dev/ttyUSB0", "/dev/ttyUSB1"])),
                shown!("Input", self.name.label("Name").placeholder("picture.jpg").send_on(SendOn::Change)),
                shown!("Textarea", self.script.label("Commands").placeholder("one per line")),
                shown!(
                    "DatePicker, TimePicker",
                    row((
                        self.day.label("Day").value(Date::new(2026, 11, 26)),
                        self.time.label("Time").value(TimeOfDay::new(7, 30, 0))
                    ))
                ),
                shown!("ColorPicker", self.colour.label("Ring light").value(Color::new(255, 180, 40))),
                shown!("HoldButton", self.hold.label("Hold to jog")),
                shown!("Joystick", self.stick.label("Drive")),
            ],
        );
        page("Gallery", (header(self.theme), card("", settings).width(Width::Full), readouts, controls, layout))
    }
}

#[tokio::main]
async fn main() -> dash_devices::Result<()> {
    Ui::serve(Plant { seconds: 0.0, mode: Mode::Live }).await
}
