//! Shows a complete dashboard with real sensors and a real actuator: those of the computer that it runs on.
//!
//! ```text
//! cargo run --release --example host
//! ```
//!
//! Then open the printed address in several browsers. Try this:
//!
//! - Drag the load: worker threads keep the processors busy for that share of the time, and the measured load follows.
//! - Press stop: it acts at once, even during a sample, because sensors and load are two parts of the device and each
//!   has its own queue.
//! - Open the page later: the trends show the earlier values.
//!
//! With `DASH_BIND=0.0.0.0:8050` other computers in the network can open it.

mod load;
mod sensors;

use std::{io, thread, time::Duration};

use dash_devices::prelude::*;
use load::{Load, LoadError};
use sensors::Sensors;

/// The device. Its two parts are lent separately, so a slow sample never delays a stop.
#[derive(Device)]
struct Host {
    monitor: Monitor,
    load: Load,
}

/// The sensors, and their latest sample.
struct Monitor {
    sensors: Sensors,
    last: sensors::Sample,
}

impl Host {
    fn open() -> io::Result<Self> {
        let mut sensors = Sensors::open()?;
        let last = sensors.sample();
        Ok(Self { monitor: Monitor { sensors, last }, load: Load::start()? })
    }
}

#[components]
struct Ui {
    theme: ThemeSwitch,
    cpu: Gauge,
    memory: Gauge,
    memory_used: Progress,

    load: Slider,
    stop: Button,
    working: Indicator,
    effort: Trend,

    period: Slider,
    uptime: Text,
    waiting: Text,

    history: Trend,
    traffic: Trend,
    temperatures: Table,
    processes: Table,
}

/// Reads all sensors, with the period of the slider. The callbacks that follow run right after it, and every browser
/// gets all results in one frame.
#[callback_shared(every = Ui::period.value, output = Ui::uptime.text)]
fn sample(monitor: &mut Monitor) -> String {
    monitor.last = monitor.sensors.sample();
    monitor.last.uptime.map_or_else(|| "unknown".to_owned(), in_words)
}

#[callback_shared(on = Ui::uptime.text, output = (Ui::cpu.value, Ui::load.reported, Ui::history.points, Ui::waiting.text))]
fn processors(monitor: &mut Monitor) -> (f64, f64, Sample, Option<String>) {
    let Monitor { last, .. } = monitor;
    let waiting = last.load_average.map(|load| format!("{:.2}", load.one));
    (last.cpu_percent, last.cpu_percent, Sample::now(last.core_percent.iter().copied()), waiting)
}

/// Memory in percent, used gigabytes and total gigabytes.
#[callback_shared(on = Ui::uptime.text, output = (Ui::memory.value, Ui::memory_used.value, Ui::memory_used.max))]
fn memory(monitor: &mut Monitor) -> (f64, f64, f64) {
    let memory = monitor.last.memory;
    (memory.percent(), memory.used as f64 / 1e9, memory.total as f64 / 1e9)
}

/// Traffic in kilobytes per second, in both directions.
#[callback_shared(on = Ui::uptime.text, output = Ui::traffic.points)]
fn network(monitor: &mut Monitor) -> Sample {
    let traffic = monitor.last.network;
    Sample::now([traffic.received / 1e3, traffic.sent / 1e3])
}

#[callback_shared(on = Ui::uptime.text, output = Ui::temperatures.rows)]
fn temperatures(monitor: &mut Monitor) -> Vec<Vec<Cell>> {
    monitor.last.temperatures.iter().map(|one| vec![one.label.as_str().into(), one.celsius.into()]).collect()
}

#[callback_shared(on = Ui::uptime.text, output = Ui::processes.rows)]
fn processes(monitor: &mut Monitor) -> Vec<Vec<Cell>> {
    let processes = monitor.last.processes.iter();
    processes
        .map(|one| {
            let megabytes = one.memory as f64 / 1e6;
            vec![one.pid.into(), one.name.as_str().into(), one.cpu_percent.into(), megabytes.into()]
        })
        .collect()
}

/// Sets the actuator to the value of the slider, which any client may move.
#[callback_shared(output = Ui::working.on)]
fn set_load(load: &mut Load, #[input(Ui::load.value)] percent: f64) -> Result<bool, LoadError> {
    Ok(load.set(percent)? > 0.0)
}

/// Stops the load at once, and moves the slider to zero.
#[callback_shared(on = Ui::stop.click, output = Ui::load.value)]
fn stop(load: &mut Load) -> f64 {
    load.stop();
    load.setpoint()
}

/// The set-point, and the load that this process really makes.
#[callback_shared(every = "500ms", output = Ui::effort.points)]
fn effort(load: &mut Load) -> Sample {
    Sample::now([Some(load.setpoint()), load.measured()])
}

impl Dashboard for Ui {
    type Device = Host;
    type Session = ();
    const CALLBACKS: Callbacks<Self> =
        callbacks![sample, processors, memory, network, temperatures, processes, set_load, stop, effort];

    fn layout(self) -> Element {
        let cores = thread::available_parallelism().map_or(1, usize::from);
        let percent = |name: String| Series::new(name).unit("%").digits(0);
        page(
            "This machine",
            (
                header(self.theme),
                card(
                    (Icon::Gauge, "Now"),
                    (
                        grid((
                            self.cpu.label("Processor").unit("%").digits(0).warn_above(75.0).bad_above(90.0),
                            self.memory.label("Memory").unit("%").digits(0).warn_above(80.0).bad_above(95.0),
                        ))
                        .width(Width::Narrow),
                        self.memory_used.label("Memory in use").unit("GB").digits(1),
                    ),
                ),
                card(
                    (Icon::Chip, "Processors"),
                    self.history
                        .series((1..=cores.min(10)).map(|core| percent(format!("core {core}"))))
                        .window(120.0)
                        .min(0.0)
                        .max(100.0),
                )
                .width(Width::Wide),
                card(
                    (Icon::Clock, "Sampling"),
                    (
                        self.period.label("Every").unit("s").range(0.2..=5.0).step(0.1).value(0.5),
                        row((self.uptime.label("Up for"), self.waiting.label("Load average"))),
                    ),
                ),
                card(
                    (Icon::Settings, "Load generator"),
                    (
                        self.load.label("Load").unit("%").range(0.0..=100.0).step(1.0),
                        row((
                            self.stop.label("Stop").tone(ButtonTone::Danger).icon(Icon::Stop),
                            self.working.label("Working"),
                        )),
                    ),
                ),
                card(
                    (Icon::Chart, "Load asked for and used"),
                    self.effort
                        .series([percent("asked for".to_owned()).colour(2).wanted(), percent("used".to_owned())])
                        .window(120.0)
                        .min(0.0)
                        .max(100.0),
                )
                .width(Width::Wide),
                card(
                    (Icon::Temperature, "Temperatures"),
                    self.temperatures
                        .label("Temperatures")
                        .empty("No sensors")
                        .columns([Column::text("Sensor"), Column::number("Now").unit("°C").digits(0)]),
                ),
                card(
                    (Icon::Network, "Network"),
                    self.traffic
                        .series([Series::new("in").unit("kB/s"), Series::new("out").unit("kB/s")])
                        .window(120.0)
                        .min(0.0),
                )
                .width(Width::Wide),
                card(
                    (Icon::List, "Busiest processes"),
                    self.processes
                        .label("Busiest processes")
                        .columns([
                            Column::number("PID").digits(0),
                            Column::text("Name"),
                            Column::number("CPU").unit("%").digits(1),
                            Column::number("Memory").unit("MB").digits(1),
                        ])
                        .key(0),
                )
                .width(Width::Wide),
            ),
        )
    }
}

/// `3 d 4 h`, `2 h 5 min`, `12 min`
fn in_words(time: Duration) -> String {
    let minutes = time.as_secs() / 60;
    match (minutes / 1440, minutes / 60 % 24, minutes % 60) {
        (0, 0, minutes) => format!("{minutes} min"),
        (0, hours, minutes) => format!("{hours} h {minutes} min"),
        (days, hours, _) => format!("{days} d {hours} h"),
    }
}

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    Ui::serve(Host::open()?).await?;
    Ok(())
}
