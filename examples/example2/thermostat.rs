//! A thermostat: a room with a heater, and a thread that regulates it. This would be the driver of a real one; it knows
//! nothing of dashboards.

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

/// How often it regulates, measures and reports.
const PERIOD: Duration = Duration::from_millis(500);

/// The temperature of the room without the heater, in °C.
const OUTSIDE: f64 = 10.0;

/// How much warmer the heater can make it, in °C.
const RISE: f64 = 25.0;

/// How long the room takes for most of the way to another temperature.
const INERTIA: Duration = Duration::from_secs(15);

/// The way to the thread that has the room. The thread ends when this is dropped.
#[derive(Debug)]
pub(crate) struct Thermostat {
    orders: Sender<Order>,
    /// What the thread has measured last.
    measured: Arc<Mutex<Reading>>,
    /// When somebody read that last.
    read: Option<Instant>,
}

#[derive(Debug)]
enum Order {
    Set(f64),
    Watch(bool),
}

/// What is measured.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Reading {
    /// In °C.
    pub(crate) wanted: f64,
    /// In °C.
    pub(crate) celsius: f64,
    /// How much of the heater is on, from 0 to 1.
    pub(crate) power: f64,
    /// Nobody watched, or read, before this one.
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
    /// Starts to regulate towards `wanted`, in °C. While it is watched, `report` is called twice a second; it says whether it
    /// wants more.
    pub(crate) fn start(wanted: f64, report: impl FnMut(Reading) -> bool + Send + 'static) -> Self {
        let (orders, inbox) = mpsc::channel();
        let measured = Arc::new(Mutex::new(Reading { wanted, celsius: 18.0, power: 0.0, first: true }));
        let room = Arc::clone(&measured);
        thread::spawn(move || regulate(&inbox, &room, report));
        Self { orders, measured, read: None }
    }

    /// What was measured last.
    pub(crate) fn read(&mut self) -> Reading {
        let before = self.read.replace(Instant::now());
        let first = before.is_none_or(|before| before.elapsed() > 2 * PERIOD);
        Reading { first, ..*self.measured.lock().unwrap_or_else(PoisonError::into_inner) }
    }

    /// In °C.
    pub(crate) fn set(&mut self, celsius: f64) -> Result<(), Ended> {
        self.orders.send(Order::Set(celsius)).map_err(|_| Ended)
    }

    /// Somebody begins to watch, or ends it.
    pub(crate) fn watch(&mut self, begins: bool) -> Result<(), Ended> {
        self.orders.send(Order::Watch(begins)).map_err(|_| Ended)
    }
}

/// The life of the thread.
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
                // A machine that slept does not make up for what it missed.
                next = (next + PERIOD).max(Instant::now());
                // What keeps a temperature, and a correction for what is missing of it.
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
