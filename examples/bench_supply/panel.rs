//! The panel: its components and callbacks.

use dash_devices::{App, StopState, prelude::*};
use tokio_serial::SerialStream;

use super::{
    instrument::LARGEST,
    scpi::{BusError, Supply},
};

#[components]
pub(crate) struct Ui {
    theme: ThemeSwitch,
    alarms: Alarms,
    stop: Stop,
    voltage: Gauge,
    current: Gauge,
    power: Gauge,
    regulated: Badge,
    volts: NumberInput,
    amperes: NumberInput,
    presets: [Button; 4],
    #[under(stop)]
    output: PowerButton,
    is_on: Indicator,
    limit: NumberInput,
    instrument: StatusList,
    volts_history: Trend,
    amperes_history: Trend,
    command: Input,
    log: Log,
}

// One source for each query, so that what a person does waits for one query at most.

#[callback_shared(every = "500ms", output = Ui::voltage.value)]
async fn voltage(supply: &mut Supply) -> Result<f64, BusError> {
    supply.number("MEAS:VOLT?").await
}

#[callback_shared(every = "500ms", output = Ui::current.value)]
async fn current(supply: &mut Supply) -> Result<f64, BusError> {
    supply.number("MEAS:CURR?").await
}

#[callback_shared(every = "1s", output = (Ui::is_on.on, Ui::output.reported))]
async fn is_on(supply: &mut Supply) -> Result<(bool, Option<bool>), BusError> {
    let on = supply.ask("OUTP?").await? == "1";
    Ok((on, Some(on)))
}

#[callback_shared(every = "2s", output = Ui::instrument.items)]
async fn heat(supply: &mut Supply) -> Result<Vec<Status>, BusError> {
    let name = supply.ask("*IDN?").await?;
    let degrees = supply.number("MEAS:TEMP?").await?;
    let tone = if degrees > 45.0 { Tone::Warn } else { Tone::Ok };
    let name = name.split(',').skip(1).take(2).collect::<Vec<_>>().join(" · ");
    Ok(vec![
        Status::new("Supply", Tone::Ok, name),
        Status::new("Heat sink", tone, format!("{degrees:.1} °C")),
        Status::new("Line", Tone::Ok, "9600 baud"),
    ])
}

/// Everything that follows from the measured values. It has no part of the device.
#[callback_shared(
    output = (Ui::power.value, Ui::regulated.text, Ui::volts_history.points, Ui::amperes_history.points)
)]
fn show(
    #[input(Ui::voltage.value)] volts: Option<f64>,
    #[input(Ui::current.value)] amperes: Option<f64>,
    #[state(Ui::volts.value)] wanted: f64,
) -> (Option<f64>, &'static str, Sample, Sample) {
    let watts = volts.zip(amperes).map(|(volts, amperes)| volts * amperes);
    let regulated = match (volts, amperes) {
        (_, Some(0.0)) | (None, _) | (_, None) => "off",
        (Some(volts), _) if (volts - wanted).abs() < 0.05 => "voltage regulated",
        _ => "current limited",
    };
    (watts, regulated, Sample::now([volts, Some(wanted)]), Sample::now([amperes]))
}

#[callback_shared(output = Ui::voltage.wanted)]
async fn set_volts(supply: &mut Supply, #[input(Ui::volts.value)] volts: f64) -> Result<Option<f64>, BusError> {
    supply.set(&format!("VOLT {volts:.3}")).await?;
    supply.number("VOLT?").await.map(Some)
}

#[callback_shared(output = Ui::current.wanted)]
async fn set_amperes(supply: &mut Supply, #[input(Ui::amperes.value)] amperes: f64) -> Result<Option<f64>, BusError> {
    supply.set(&format!("CURR {amperes:.3}")).await?;
    supply.number("CURR?").await.map(Some)
}

/// The voltages of the presets.
const PRESETS: [f64; 4] = [3.3, 5.0, 12.0, 24.0];

/// A preset moves the set-point, which is sent as if somebody had typed it.
#[callback_shared(output = Ui::volts.value)]
fn preset(#[input(Ui::presets[0..4].click)] clicks: [Option<()>; 4]) -> Option<f64> {
    clicks.into_iter().zip(PRESETS).find_map(|(click, volts)| click.map(|()| volts))
}

/// The gauge and the chart show the limit of the alarm.
#[callback_shared(output = (Ui::current.bad_above, Ui::amperes_history.bad_above))]
fn mark(#[input(Ui::limit.value)] limit: f64) -> (Option<f64>, Option<f64>) {
    (Some(limit), Some(limit))
}

#[callback_shared]
async fn output(supply: &mut Supply, #[input(Ui::output.on)] on: bool) -> Result<(), BusError> {
    supply.set(if on { "OUTP ON" } else { "OUTP OFF" }).await
}

/// STOP has switched the output off already, past all queues. The switch follows, so that a reset does not switch it on.
#[callback_shared(output = Ui::output.on)]
fn stopped(#[input(Ui::stop.state)] stop: StopState, #[state(Ui::output.on)] on: bool) -> bool {
    on && stop == StopState::Ready
}

/// A line that somebody types for the instrument.
#[callback_shared]
async fn command(supply: &mut Supply, #[input(Ui::command.submit)] text: Option<String>) -> Result<(), BusError> {
    match text.as_deref().map(str::trim) {
        None | Some("") => Ok(()),
        Some(query) if query.ends_with('?') => supply.ask(query).await.map(drop),
        Some(command) => supply.set(command).await,
    }
}

impl Dashboard for Ui {
    type Device = Supply;
    type Session = ();
    const CALLBACKS: Callbacks<Self> = callbacks![
        voltage,
        current,
        is_on,
        heat,
        show,
        set_volts,
        set_amperes,
        preset,
        mark,
        output,
        stopped,
        command,
    ];
    /// The server watches the values itself, so an alarm is acknowledged at once, however long a query takes.
    const BINDINGS: Bindings<Self> = bindings![
        alarm(
            Ui::current.value,
            Ui::alarms,
            "Over-current: {:.3} A",
            above = Ui::limit.value,
            hysteresis = 0.01,
            detail = "limit {:.3} A"
        ),
        alarm(
            Ui::voltage.value,
            Ui::alarms,
            "No answer from the supply",
            missing,
            after = "10s",
            severity = Severity::Medium,
            detail = "check the cable and the power"
        ),
    ];

    fn stops(supply: &Supply) -> Stops<Self> {
        Stops::new().on(Self::stop, supply.sender().sending("OUTP OFF"))
    }

    fn layout(self) -> Element {
        let presets = self.presets.into_iter().zip(PRESETS);
        let presets: Vec<Element> = presets.map(|(preset, volts)| preset.label(format!("{volts} V")).into()).collect();
        page(
            "Bench supply",
            (
                header(self.theme),
                self.alarms,
                dock((self.is_on.label("Output"), self.stop.label("Output off").hint("Past all queues"))),
                card(
                    (Icon::Gauge, "Output"),
                    (
                        grid((
                            self.voltage.label("Voltage").range(0.0..=LARGEST.0).unit("V").digits(3),
                            self.current.label("Current").range(0.0..=LARGEST.1).unit("A").digits(3),
                            self.power.label("Power").range(0.0..=150.0).unit("W").digits(2).warn_above(100),
                        ))
                        .width(Width::Narrow),
                        self.regulated.label("Mode"),
                    ),
                )
                .width(Width::Wide),
                card(
                    (Icon::Settings, "Set-points"),
                    (
                        grid((
                            self.volts.label("Voltage").range(0.0..=LARGEST.0).unit("V").step(0.1).value(5.0),
                            self.amperes.label("Current limit").range(0.0..=LARGEST.1).unit("A").step(0.1).value(1.0),
                        )),
                        row(presets),
                    ),
                ),
                card((Icon::Power, "Switch"), self.output.label("Output")),
                card(
                    (Icon::Bell, "Alarm"),
                    self.limit.label("Over-current above").range(0.0..=LARGEST.1).unit("A").step(0.1).value(1.5),
                ),
                card((Icon::Chip, "Instrument"), self.instrument),
                card(
                    (Icon::Chart, "Voltage"),
                    self.volts_history
                        .series([Series::new("Measured").unit("V"), Series::new("Wanted").unit("V").colour(1).wanted()])
                        .min(0)
                        .gap(4),
                )
                .width(Width::Wide),
                card(
                    (Icon::Chart, "Current"),
                    self.amperes_history.series([Series::new("Measured").unit("A")]).min(0).gap(4),
                )
                .width(Width::Wide),
                card(
                    (Icon::Terminal, "Line"),
                    (self.command.label("Command").placeholder("*IDN?"), self.log.label("What went over the line")),
                )
                .width(Width::Full),
            ),
        )
    }
}

/// The dashboard of the supply on this line. What goes over the line stands in its log.
///
/// # Errors
/// If the dashboard cannot start.
pub(crate) fn app(line: SerialStream) -> dash_devices::Result<App> {
    App::with::<Ui>(|handle: Handle<Ui>| {
        // Nobody reads the log of a dashboard that ends.
        let trace = move |line| drop(handle.push(changes![Ui::log.lines = LogLine::debug(line)]));
        Supply::new(line, trace)
    })
}
