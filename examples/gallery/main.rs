//! All components live, each with the code that places it. The switch at the top puts the readouts into another state:
//! without a value, in a warning or an alarm, with a source that fails.
//!
//! ```text
//! cargo run --example gallery
//! ```

mod charts;
mod controls;
#[path = "../cameras/png.rs"]
mod png;
mod test_card;
mod views;

use std::f64::consts::TAU;

use dash_devices::{Path, PictureFormat, prelude::*};

/// The device: a clock that values follow, and what people have set.
struct Plant {
    seconds: f64,
    frames: u32,
    beats: u32,
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
    router: Router,
    alarms: Alarms,
    state: SegmentedControl,
    disabled: Switch,
    /// Each person has a dialog and a drawer of their own.
    #[private]
    question: Dialog,
    #[private]
    settings: Drawer,
    #[dynamic]
    log: Log,
    #[dynamic]
    console: Terminal,
    /// Each person opens and selects on the own page.
    #[dynamic]
    #[private]
    machine: Tree,
    #[dynamic]
    settings_of: Json,
    #[dynamic]
    notes: Markdown,
    #[dynamic]
    answer_of: Code,
    #[dynamic]
    lately: Sparkline,
    #[dynamic]
    values: Download,
    #[dynamic]
    file: Upload,
    #[dynamic]
    uploaded: Text,
    #[dynamic]
    serial: Clipboard,
    #[dynamic]
    next: KeyboardShortcut,
    #[dynamic]
    tabs: Tabs,
    #[dynamic]
    split: Split,
    #[dynamic]
    ask: Button,
    #[dynamic]
    details: Button,
    #[dynamic]
    help: Tooltip,
    #[dynamic]
    answer: Text,
    #[dynamic]
    stat: Stat,
    #[dynamic]
    gauge: Gauge,
    #[dynamic]
    balance: Gauge,
    #[dynamic]
    meter: Meter,
    #[dynamic]
    tank: Tank,
    #[dynamic]
    thermometer: Thermometer,
    #[dynamic]
    battery: Battery,
    #[dynamic]
    compass: Compass,
    #[dynamic]
    attitude: AttitudeIndicator,
    #[dynamic]
    phase: StateMachine,
    #[dynamic]
    open: QrCode,
    #[dynamic]
    led: LedDisplay,
    #[dynamic]
    badge: Badge,
    #[dynamic]
    banner: Banner,
    #[dynamic]
    indicator: Indicator,
    #[dynamic]
    progress: Progress,
    #[dynamic]
    health: StatusList,
    #[dynamic]
    text: Text,
    #[dynamic]
    trend: Trend,
    #[dynamic]
    cores: Bars,
    #[dynamic]
    figure: XY,
    #[dynamic]
    yard: Map,
    #[dynamic]
    jitter: Histogram,
    #[dynamic]
    spectrum: Spectrum,
    #[dynamic]
    waterfall: Waterfall,
    #[dynamic]
    plate: Heatmap,
    #[dynamic]
    camera: Camera,
    #[dynamic]
    table: Table,
    #[dynamic]
    button: Button,
    #[dynamic]
    delete: Button,
    #[dynamic]
    switch: Switch,
    #[dynamic]
    slider: Slider,
    #[dynamic]
    band: RangeSlider,
    #[dynamic]
    knob: Knob,
    #[dynamic]
    number: NumberInput,
    #[dynamic]
    name: Input,
    #[dynamic]
    script: Textarea,
    #[dynamic]
    dropdown: Dropdown,
    #[dynamic]
    signal: Combobox,
    #[dynamic]
    recorded: MultiSelect,
    #[dynamic]
    segments: SegmentedControl,
    #[dynamic]
    radio: RadioItems,
    #[dynamic]
    channels: Checklist,
    #[dynamic]
    day: DatePicker,
    #[dynamic]
    time: TimePicker,
    #[dynamic]
    colour: ColorPicker,
    #[dynamic]
    hold: HoldButton,
    #[dynamic]
    stick: Joystick,
    #[dynamic]
    pressed: Text,
    #[dynamic]
    power: PowerButton,
    #[dynamic]
    exact: PrecisionInput,
    #[dynamic]
    keys: Keypad,
    #[dynamic]
    head: Pad,
    #[dynamic]
    days: DateRangePicker,
    #[dynamic]
    loudness: AudioLevel,
    /// The gallery has no film.
    #[dynamic]
    #[private]
    film: Video,
    #[dynamic]
    here: Geolocation,
    #[dynamic]
    place: Text,
    #[dynamic]
    kept: BrowserStore,
    #[dynamic]
    again: Button,
    #[dynamic]
    counted: Text,
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

impl Plant {
    /// The same plant at another time.
    fn at(&self, seconds: f64) -> Self {
        Self { seconds, frames: 0, beats: 0, mode: self.mode }
    }

    /// A measured value: a wave between two levels, or the level of the chosen state.
    fn value(&self, low: f64, high: f64, warning: f64, alarm: f64, period: f64) -> Option<f64> {
        match self.mode {
            Mode::Missing => None,
            Mode::Warning => Some(warning),
            Mode::Alarm => Some(alarm),
            Mode::Live | Mode::Error => {
                let value = low + (high - low) * (0.5 + 0.5 * (TAU * self.seconds / period).sin());
                // As a sensor with a resolution measures it. Zero would be 2.8e-14 otherwise.
                Some((value * 1e6).round() / 1e6)
            }
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

#[callback_shared(on = Ui::stat.value, output = (Ui::banner.text, Ui::banner.tone))]
fn announce(plant: &mut Plant) -> (&'static str, Tone) {
    match plant.mode {
        Mode::Alarm => ("The cooling has failed.", Tone::Bad),
        Mode::Warning => ("The door switch is bridged.", Tone::Warn),
        Mode::Missing => ("", Tone::Neutral),
        Mode::Live | Mode::Error => ("Run 7 is recorded until 18:00.", Tone::Accent),
    }
}

/// The states of a boiler, one after the other.
#[callback_shared(every = "500ms", output = Ui::phase.current)]
fn phase(plant: &mut Plant) -> Result<String, &'static str> {
    let phase = match plant.mode {
        Mode::Error => return Err("the controller does not answer"),
        Mode::Missing => "",
        Mode::Alarm => "fault",
        Mode::Warning => "drain",
        Mode::Live => ["idle", "fill", "heat"][plant.seconds as usize / 4 % 3],
    };
    Ok(phase.to_owned())
}

#[callback_shared(every = "500ms", output = (Ui::attitude.roll, Ui::attitude.pitch))]
fn tilt(plant: &mut Plant) -> Result<(Option<f64>, Option<f64>), &'static str> {
    if plant.mode == Mode::Error {
        return Err("the gyroscope does not answer");
    }
    Ok((plant.value(-25.0, 25.0, 45.0, 170.0, 24.0), plant.value(-8.0, 12.0, 30.0, -60.0, 37.0)))
}

/// A test card whose hand turns, while somebody looks.
#[callback_shared(every = "100ms", when = watched, output = Ui::camera.source)]
fn film(plant: &mut Plant) -> Result<Option<Picture>, &'static str> {
    match plant.mode {
        Mode::Error => Err("the camera does not answer"),
        Mode::Missing => Ok(None),
        Mode::Live | Mode::Warning | Mode::Alarm => {
            plant.frames += 1;
            Ok(Some(Picture::new(PictureFormat::Png, test_card::draw(plant.frames))))
        }
    }
}

#[callback_shared(on = (Ui::button.click, Ui::delete.click, Ui::next.press), output = Ui::pressed.text)]
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

/// A callback has at most twelve outputs.
#[callback_shared(output = (Ui::signal.disabled, Ui::recorded.disabled))]
fn disable_searched(#[input(Ui::disabled.on)] on: bool) -> (bool, bool) {
    (on, on)
}

/// The pages of the gallery.
#[derive(Route)]
enum Page {
    #[route("/")]
    Readouts,
    #[route("/charts")]
    Charts,
    #[route("/controls")]
    Controls,
    #[route("/texts")]
    Texts,
    #[route("/layout")]
    Layout,
    #[route("/icons")]
    Icons,
    #[route(not_found)]
    NotFound,
}

#[callback(output = Ui::router.children)]
fn pages(#[input(Ui::router.path)] path: &Path) -> Element {
    match path.route() {
        Page::Readouts => view("Readouts", views::readouts()),
        Page::Charts => view("Charts", views::charts()),
        Page::Controls => view("Controls", views::controls()),
        Page::Texts => view("Texts and files", views::texts()),
        Page::Layout => view("Layout", views::layout(link(Page::Icons, "All icons"))),
        Page::Icons => view("Icons", views::icons()),
        Page::NotFound => not_found_view("Nothing here", link(Page::Readouts, "Readouts")),
    }
}

/// What is the matter in the chosen state.
#[callback_shared(on = Ui::stat.value, output = Ui::alarms.causes)]
fn watch(plant: &mut Plant) -> Vec<Cause> {
    match plant.mode {
        Mode::Alarm => vec![Cause::new("power", "Power: 1 580 W").detail("limit 1 500 W")],
        Mode::Warning => {
            let filter = Cause::new("filter", "The filter is nearly full").detail("change it this week");
            vec![filter.severity(Severity::Medium)]
        }
        Mode::Live | Mode::Missing | Mode::Error => Vec::new(),
    }
}

#[callback_shared(every = "500ms", output = (Ui::log.lines, Ui::lately.values))]
fn write(plant: &mut Plant) -> (LogLine, Option<f64>) {
    let watts = plant.value(900.0, 1300.0, 1420.0, 1580.0, 60.0);
    let line = match (plant.mode, watts) {
        (Mode::Error, _) => LogLine::error("the sensor does not answer"),
        (Mode::Alarm, Some(watts)) => LogLine::error(format!("power {watts:.0} W is above 1500 W")),
        (Mode::Warning, Some(watts)) => LogLine::warn(format!("power {watts:.0} W is above 1400 W")),
        (_, Some(watts)) => LogLine::info(format!("power {watts:.0} W")),
        (_, None) => LogLine::debug("no value"),
    };
    (line, watts)
}

/// The console of an instrument. It starts with a conversation, so that its colours are seen.
#[callback_shared(on = start, output = Ui::console.output)]
fn command(#[input(Ui::console.line)] line: Option<String>) -> Vec<String> {
    let commands =
        line.map_or_else(|| ["*IDN?", "VOLT 42", "SYST:TEST"].map(str::to_owned).to_vec(), |line| vec![line]);
    commands.into_iter().flat_map(|command| [Terminal::echo(&command), answer_to(&command)]).collect()
}

fn answer_to(command: &str) -> String {
    match command.trim().to_uppercase().as_str() {
        "*IDN?" => "ACME,PS3005,SN1234,1.02\n".to_owned(),
        "VOLT?" => "1.150000E+01\n".to_owned(),
        "VOLT 42" => Terminal::error("-222,\"Data out of range\""),
        "SYST:TEST" => {
            "memory \x1b[32mpassed\x1b[0m, fan \x1b[33;1mslow\x1b[0m, 2 of 3 tests \x1b[7m done \x1b[0m\n".to_owned()
        }
        "" => String::new(),
        _ => Terminal::error("-113,\"Undefined header\""),
    }
}

/// A table of the wave, made when somebody asks for it.
#[callback(on = Ui::values.click, output = Ui::values.file)]
fn values() -> Attachment {
    let rows: String =
        (0..60).map(|second| format!("{second},{:.1}\n", (TAU * f64::from(second) / 60.0).sin())).collect();
    Attachment::new("wave.csv", "text/csv", format!("second,value\n{rows}"))
}

#[callback_shared(output = Ui::uploaded.text)]
fn receive(#[input(Ui::file.received)] file: Option<Received>) -> String {
    file.map(|file| format!("{}, {} bytes", file.name(), file.size())).unwrap_or_default()
}

#[callback(on = Ui::ask.click, output = Ui::question.open)]
fn ask() -> bool {
    true
}

#[callback(on = Ui::details.click, output = Ui::settings.open)]
fn show_details() -> bool {
    true
}

#[callback(on = Ui::question.confirm, output = Ui::answer.text)]
fn answer() -> &'static str {
    "confirmed"
}

impl Dashboard for Ui {
    type Device = Plant;
    type Session = ();
    const CALLBACKS: Callbacks<Self> = callbacks![
        choose_state,
        measure,
        judge,
        announce,
        charts::record,
        charts::load,
        charts::trace,
        charts::plan,
        charts::count,
        charts::listen,
        charts::scan,
        controls::follow,
        controls::turn,
        controls::disable_newer,
        controls::listen,
        controls::locate,
        controls::count,
        controls::tell,
        tilt,
        phase,
        film,
        press,
        write,
        values,
        receive,
        disable,
        disable_searched,
        command,
        pages,
        watch,
        ask,
        show_details,
        answer,
    ];

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
        page(
            "Gallery",
            (
                header(self.theme.night(true)),
                navigation((
                    link(Page::Readouts, (Icon::Gauge, "Readouts")),
                    link(Page::Charts, (Icon::Chart, "Charts")),
                    link(Page::Controls, (Icon::Settings, "Controls")),
                    link(Page::Texts, (Icon::List, "Texts")),
                    link(Page::Layout, (Icon::Table, "Layout")),
                )),
                self.alarms,
                // The stylesheet is made of the elements of the layout, and the pages are not among them.
                card("", settings).width(Width::Full).stylesheet(include_str!("gallery.css")),
                self.router,
                self.question
                    .title("Set 24 V with the output on?")
                    .children(text("The load gets it at once."))
                    .confirm_label("Set 24 V")
                    .tone(ButtonTone::Primary),
                self.settings.title("Details").children(text("A drawer has what is needed now and then.")),
            ),
        )
    }
}

#[tokio::main]
async fn main() -> dash_devices::Result<()> {
    Ui::serve(Plant { seconds: 0.0, frames: 0, beats: 0, mode: Mode::Live }).await
}
