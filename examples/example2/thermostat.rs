//! A thermostat: a heated room and a thread that controls its temperature. With real hardware this would be the driver.
//! It is independent of dashboards.

#![allow(
    dead_code,
    reason = "written like the driver crate it would be elsewhere: it offers more than one dashboard uses"
)]

use std::{
    sync::{
        Arc, Mutex, PoisonError,
        mpsc::{self, Receiver, RecvTimeoutError, Sender},
    },
    thread,
    time::{Duration, Instant},
};

/// The period of control, measurement and report.
const PERIOD: Duration = Duration::from_millis(500);

/// The temperature of the room without the heater, in °C.
const OUTSIDE: f64 = 10.0;

/// The largest temperature rise by the heater, in °C.
const RISE: f64 = 25.0;

/// The time in which the room makes about two thirds of a change of temperature.
const INERTIA: Duration = Duration::from_secs(15);

/// The connection to the thread that owns the room. The thread ends when this is dropped.
#[derive(Debug)]
pub(crate) struct Thermostat {
    orders: Sender<Order>,
    /// The latest measurement of the thread.
    measured: Arc<Mutex<Reading>>,
    /// The time of the last read.
    read: Option<Instant>,
}

#[derive(Debug)]
enum Order {
    Set(f64),
    Watch(bool),
}

/// One measurement.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Reading {
    /// The set-point in °C.
    pub(crate) wanted: f64,
    /// The temperature in °C.
    pub(crate) celsius: f64,
    /// The power of the heater, from 0 to 1.
    pub(crate) power: f64,
    /// Whether this is the first measurement after a time without a reader or watcher.
    pub(crate) first: bool,
}

/// The thread has ended.
#[derive(Debug)]
pub(crate) struct Ended;

impl std::fmt::Display for Ended {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("the thermostat has ended")
    }
}

impl Thermostat {
    /// Starts to control the temperature to `wanted`, in °C. While the thermostat is watched, it calls `report` twice a
    /// second. `report` returns whether to continue.
    pub(crate) fn start(wanted: f64, report: impl FnMut(Reading) -> bool + Send + 'static) -> Self {
        let (orders, inbox) = mpsc::channel();
        let measured = Arc::new(Mutex::new(Reading { wanted, celsius: 18.0, power: 0.0, first: true }));
        let room = Arc::clone(&measured);
        thread::spawn(move || regulate(&inbox, &room, report));
        Self { orders, measured, read: None }
    }

    /// Returns the latest measurement.
    pub(crate) fn read(&mut self) -> Reading {
        let before = self.read.replace(Instant::now());
        let first = before.is_none_or(|before| before.elapsed() > 2 * PERIOD);
        Reading { first, ..*self.measured.lock().unwrap_or_else(PoisonError::into_inner) }
    }

    /// Sets the set-point, in °C.
    pub(crate) fn set(&mut self, celsius: f64) -> Result<(), Ended> {
        self.orders.send(Order::Set(celsius)).map_err(|_| Ended)
    }

    /// Starts (`true`) or ends (`false`) the reports.
    pub(crate) fn watch(&mut self, begins: bool) -> Result<(), Ended> {
        self.orders.send(Order::Watch(begins)).map_err(|_| Ended)
    }
}

/// The loop of the thread.
fn regulate(inbox: &Receiver<Order>, room: &Mutex<Reading>, mut report: impl FnMut(Reading) -> bool) {
    let room = || room.lock().unwrap_or_else(PoisonError::into_inner);
    let Reading { mut wanted, mut celsius, .. } = *room();
    let (mut watchers, mut first) = (0_u32, true);
    let mut next = Instant::now();
    loop {
        match inbox.recv_timeout(next.saturating_duration_since(Instant::now())) {
            Ok(Order::Set(celsius)) => wanted = celsius,
            Ok(Order::Watch(true)) => watchers += 1,
            Ok(Order::Watch(false)) => watchers -= 1,
            Err(RecvTimeoutError::Disconnected) => return,
            Err(RecvTimeoutError::Timeout) => {
                // After a sleep of the machine, missed periods are skipped.
                next = (next + PERIOD).max(Instant::now());
                // The power that holds the temperature, plus a correction proportional to the difference.
                let power = ((wanted - OUTSIDE) / RISE + 0.3 * (wanted - celsius)).clamp(0.0, 1.0);
                celsius += (OUTSIDE + RISE * power - celsius) * (PERIOD.as_secs_f64() / INERTIA.as_secs_f64());
                let reading = Reading { wanted, celsius, power, first };
                *room() = reading;
                if watchers > 0 && !report(reading) {
                    return;
                }
                first = watchers == 0;
            }
        }
    }
}
