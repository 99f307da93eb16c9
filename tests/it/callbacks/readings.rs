//! Values with their quality, as a test of a user's dashboard sees them.

use std::time::{Duration, SystemTime};

use dash_devices::prelude::*;
use dash_runtime::testing::InMemory;

#[components]
struct Ui {
    temperature: Gauge,
    heater: Text,
    limit: Slider,
    seen: Text,
}

struct Probe {
    /// How often it has been asked.
    asked: u32,
}

/// The probe answers twice, does not answer twice, and then answers again.
#[callback_shared(every = "1s", output = Ui::temperature.value)]
fn measure(probe: &mut Probe) -> Result<f64, &'static str> {
    probe.asked += 1;
    if matches!(probe.asked, 3 | 4) { Err("the probe does not answer") } else { Ok(20.0) }
}

#[callback_shared(output = Ui::heater.text)]
fn regulate(
    #[input(Ui::temperature.value)] temperature: Reading<Option<f64>>,
    #[state(Ui::limit.value)] limit: Reading<f64>,
) -> String {
    match (temperature.value, &temperature.quality) {
        (Some(value), Quality::Good) => (if value < limit.value { "on" } else { "off" }).to_owned(),
        (_, quality) => format!("off, because {quality}"),
    }
}

#[callback_shared(on = Ui::heater.text, output = Ui::seen.text)]
fn seen(#[state(Ui::temperature.value)] temperature: Reading<Option<f64>>) -> String {
    // The virtual time of a test begins in 1970.
    let at = temperature.time.and_then(|time| time.duration_since(SystemTime::UNIX_EPOCH).ok());
    format!("{} {:?}", temperature.is_good(), at.map(|at| at.as_secs()))
}

impl Dashboard for Ui {
    type Device = Probe;
    type Session = ();
    const CALLBACKS: Callbacks<Self> = callbacks![measure, regulate, seen];

    fn layout(self) -> Element {
        page("Reactor", (self.temperature, self.heater, self.limit.value(50.0), self.seen))
    }
}

#[test]
fn a_control_loop_switches_off_when_its_measured_value_is_bad() {
    let mut app = InMemory::new::<Ui>(Probe { asked: 0 }).unwrap();
    let handle = app.handle::<Ui>();
    assert_eq!((&*handle.get(Ui::heater.text), &*handle.get(Ui::seen.text)), ("on", "true Some(0)"));
    app.advance(Duration::from_secs(1));
    assert_eq!(handle.get(Ui::heater.text), "on");
    app.advance(Duration::from_secs(1));
    assert_eq!(handle.get(Ui::heater.text), "off, because failed: the probe does not answer");
    assert_eq!(handle.get(Ui::seen.text), "false Some(1)");
    app.advance(Duration::from_secs(2));
    assert_eq!(handle.get(Ui::heater.text), "on");
}

#[test]
fn a_callback_with_a_reading_is_an_ordinary_function() {
    let limit = || Reading::new(50.0, Quality::Good);
    assert_eq!(regulate(Reading::new(Some(20.0), Quality::Good), limit()), "on");
    assert_eq!(regulate(Reading::new(Some(20.0), Quality::stale("no news")), limit()), "off, because stale: no news");
}
