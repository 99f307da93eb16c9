//! An actuator that every computer has: its processors. [`Load`] keeps them busy for a configurable part of the time.
//!
//! This is an ordinary device driver. It is independent of dashboards.

#![allow(
    dead_code,
    unreachable_pub,
    reason = "written like the driver crate it would be elsewhere: it offers more than one dashboard uses"
)]

use std::error::Error;
use std::fmt;
use std::hint::black_box;
use std::io;
use std::sync::mpsc::{self, Receiver, RecvTimeoutError, Sender};
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};

use sysinfo::{Pid, ProcessRefreshKind, ProcessesToUpdate, System};

/// One period of work and rest. It is short compared with the half second between two samples of the load, and long
/// compared with the 0.1 ms that a thread needs to wake up.
const PERIOD: Duration = Duration::from_millis(50);

/// The longest work between two checks of the set-point, and so the longest time until a stop takes effect.
const SLICE: Duration = Duration::from_micros(500);

/// The shortest time over which the load is measured. Operating systems count processor time in steps of about 10 ms.
const SHORTEST_MEASUREMENT: Duration = Duration::from_millis(250);

/// A load generator with one worker thread for each core that this process may use.
///
/// It starts at 0 %, where it uses no processor time. Dropping it stops the load and waits for the threads, which takes
/// about one slice of work (half a millisecond).
#[derive(Debug)]
pub struct Load {
    /// One channel per worker, which sends the part of the time to be busy, 0 to 1. Closing it ends the worker.
    inboxes: Vec<Sender<f64>>,
    workers: Vec<JoinHandle<()>>,
    setpoint: f64,
    meter: Meter,
}

/// Why a set-point was refused. The load does not change, except for [`LoadError::WorkerLost`].
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum LoadError {
    /// Not a number, or infinite.
    NotFinite,
    /// The requested percentage is below 0 or above 100.
    OutOfRange(f64),
    /// A worker thread has ended, so no set-point can be held. The load has been stopped.
    WorkerLost,
}

impl fmt::Display for LoadError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NotFinite => write!(f, "the load must be a number"),
            Self::OutOfRange(percent) => {
                write!(f, "the load must be within 0 to 100 %, not {percent} %")
            }
            Self::WorkerLost => write!(f, "a worker thread of the load has ended; load stopped"),
        }
    }
}

impl Error for LoadError {}

impl Load {
    /// Starts the worker threads, at 0 %.
    ///
    /// # Errors
    ///
    /// If the operating system does not report the number of cores or refuses a thread.
    pub fn start() -> io::Result<Self> {
        let mut load = Self {
            inboxes: Vec::new(),
            workers: Vec::new(),
            setpoint: 0.0,
            meter: Meter::new(Instant::now(), process_cpu_time()),
        };
        for core in 0..thread::available_parallelism()?.get() {
            let (sender, receiver) = mpsc::channel();
            // On an error the threads that are already running end with `load`.
            let worker = thread::Builder::new().name(format!("load-{core}")).spawn(move || work(&receiver))?;
            load.inboxes.push(sender);
            load.workers.push(worker);
        }
        Ok(load)
    }

    /// Sets the load in percent of all the cores that this process may use, and returns it. It takes effect at once.
    ///
    /// This load adds to the other load of the machine, as far as processor time is available.
    ///
    /// # Errors
    ///
    /// If `percent` is not within 0 to 100. The load then does not change.
    pub fn set(&mut self, percent: f64) -> Result<f64, LoadError> {
        if !percent.is_finite() {
            return Err(LoadError::NotFinite);
        }
        if !(0.0..=100.0).contains(&percent) {
            return Err(LoadError::OutOfRange(percent));
        }
        if !self.tell_all(percent / 100.0) {
            self.stop();
            return Err(LoadError::WorkerLost);
        }
        self.setpoint = percent;
        Ok(percent)
    }

    /// Stops the load at once: each worker rests after at most one slice of work (half a millisecond). Always possible.
    pub fn stop(&mut self) {
        // A worker that has ended does no work, so its error is ignored.
        self.tell_all(0.0);
        self.setpoint = 0.0;
    }

    /// The set-point, in percent.
    #[must_use]
    pub fn setpoint(&self) -> f64 {
        self.setpoint
    }

    /// The load that this process makes, in percent of the cores that it may use, as counted by the operating system.
    /// It is the mean since the last measurement, or since the start. Within 250 ms the last result is repeated. `None`
    /// if the operating system does not report it. It includes the rest of the process, so it is a little more than the
    /// set-point.
    pub fn measured(&mut self) -> Option<f64> {
        let cores = self.workers.len();
        self.meter.measure(Instant::now(), cores, process_cpu_time)
    }

    /// Sends the duty to all workers. Returns whether every worker received it.
    fn tell_all(&self, duty: f64) -> bool {
        let mut all = true;
        for inbox in &self.inboxes {
            all &= inbox.send(duty).is_ok();
        }
        all
    }
}

impl Drop for Load {
    fn drop(&mut self) {
        // Close all inboxes first, so that the workers end together.
        self.inboxes.clear();
        for worker in self.workers.drain(..) {
            // A worker that panicked has ended too. `drop` cannot report that.
            let _ = worker.join();
        }
    }
}

/// The loop of a worker: it works and rests alternately until the channel is closed.
fn work(inbox: &Receiver<f64>) {
    let mut duty = 0.0;
    let mut turn = Turn::begin(Instant::now());
    loop {
        let heard = match turn.next(duty, Instant::now()) {
            Step::Work(time) => {
                burn(time);
                inbox.recv_timeout(Duration::ZERO)
            }
            Step::Rest(time) => inbox.recv_timeout(time),
            Step::Park => inbox.recv().map_err(RecvTimeoutError::from),
        };
        match heard {
            // If several set-points are waiting, only the last one counts.
            Ok(new) => duty = inbox.try_iter().last().unwrap_or(new),
            Err(RecvTimeoutError::Timeout) => {}
            Err(RecvTimeoutError::Disconnected) => return,
        }
    }
}

/// The next action of a worker.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Step {
    /// Keep the core busy for this time, then ask again.
    Work(Duration),
    /// Sleep for this time or until there is a new set-point.
    Rest(Duration),
    /// Sleep until there is a new set-point.
    Park,
}

/// One turn of work and rest.
///
/// Turns start at fixed times, one [`PERIOD`] apart, so that late wake-ups do not add up. The work within a turn is
/// counted. So a late wake-up shortens the rest and not the work, and after a change of the set-point the work already
/// done counts.
#[derive(Clone, Copy, Debug)]
struct Turn {
    begin: Instant,
    worked: Duration,
}

impl Turn {
    fn begin(begin: Instant) -> Self {
        Self { begin, worked: Duration::ZERO }
    }

    fn next(&mut self, duty: f64, now: Instant) -> Step {
        if duty <= 0.0 {
            return Step::Park;
        }
        if now >= self.begin + PERIOD {
            let on_time = now < self.begin + 2 * PERIOD;
            // After a pause (parked, machine asleep) missed turns are not repeated.
            *self = Self::begin(if on_time { self.begin + PERIOD } else { now });
        }
        let left = PERIOD.mul_f64(duty.min(1.0)).saturating_sub(self.worked);
        if left.is_zero() {
            let end = self.begin + PERIOD;
            return Step::Rest(end.saturating_duration_since(now));
        }
        // A slice counts with its nominal length. If the operating system runs another program meanwhile, that time is
        // not work of this thread.
        let slice = left.min(SLICE);
        self.worked += slice;
        Step::Work(slice)
    }
}

/// Keeps a core busy. `black_box` prevents the optimizer from removing the work.
fn burn(time: Duration) {
    let begin = Instant::now();
    let mut number = 1_u64;
    while begin.elapsed() < time {
        for step in 0..50 {
            number = black_box(number.rotate_left(5) ^ step);
        }
    }
}

/// Computes a load from the processor time of this process.
#[derive(Debug)]
struct Meter {
    /// The last reading and its time. `None` if the operating system does not report it.
    last: Option<(Instant, Duration)>,
    /// The latest measurement.
    percent: Option<f64>,
}

impl Meter {
    fn new(now: Instant, cpu_time: Option<Duration>) -> Self {
        Self { last: cpu_time.map(|cpu_time| (now, cpu_time)), percent: None }
    }

    #[allow(clippy::cast_precision_loss, reason = "the number of cores is small")]
    fn measure(&mut self, now: Instant, cores: usize, cpu_time: impl FnOnce() -> Option<Duration>) -> Option<f64> {
        let (last, before) = self.last?;
        let elapsed = now.saturating_duration_since(last);
        if elapsed >= SHORTEST_MEASUREMENT {
            let cpu_time = cpu_time()?;
            let available = elapsed.as_secs_f64() * cores.max(1) as f64;
            let used = cpu_time.saturating_sub(before).as_secs_f64();
            self.percent = Some((100.0 * used / available).min(100.0));
            self.last = Some((now, cpu_time));
        }
        self.percent
    }
}

/// The processor time of this process since it was started, all threads together.
fn process_cpu_time() -> Option<Duration> {
    let pid = Pid::from_u32(std::process::id());
    let mut system = System::new().ok()?;
    system.refresh_processes_specifics(
        ProcessesToUpdate::Some(&[pid]),
        false,
        ProcessRefreshKind::nothing().with_cpu().without_tasks(),
    );
    let cpu_ms = system.process(pid)?.accumulated_cpu_time();
    Some(Duration::from_millis(cpu_ms))
}

#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::float_cmp, reason = "a panic is how a test fails, and the numbers are exact")]
mod tests {
    use super::*;
    use std::sync::atomic::{AtomicBool, Ordering};
    use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

    const MS: Duration = Duration::from_millis(1);

    /// Tests that measure processor time or latency run one at a time, because they share one process and its cores.
    fn alone() -> MutexGuard<'static, ()> {
        static ALONE: Mutex<()> = Mutex::new(());
        ALONE.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The load of this process, in percent, during `time`.
    fn load_during(time: Duration, cores: usize) -> f64 {
        let mut meter = Meter::new(Instant::now(), process_cpu_time());
        thread::sleep(time);
        meter.measure(Instant::now(), cores, process_cpu_time).unwrap()
    }

    /// The work of one worker from `begin` to `end`, if every step takes exactly its time and every rest takes `late`
    /// longer.
    fn simulate(turn: &mut Turn, duty: f64, begin: Instant, end: Instant, late: Duration) -> Duration {
        let (mut now, mut busy) = (begin, Duration::ZERO);
        while now < end {
            match turn.next(duty, now) {
                Step::Work(time) => {
                    busy += time;
                    now += time;
                }
                Step::Rest(time) => now += time + late,
                Step::Park => break,
            }
        }
        busy
    }

    #[test]
    fn the_busy_part_is_the_duty_also_when_every_wake_up_is_late() {
        let begin = Instant::now();
        let end = begin + 100 * PERIOD;
        for duty in [0.0, 0.01, 0.25, 0.5, 0.9, 1.0] {
            for late in [Duration::ZERO, MS] {
                let busy = simulate(&mut Turn::begin(begin), duty, begin, end, late);
                let part = busy.as_secs_f64() / (end - begin).as_secs_f64();
                assert!((part - duty).abs() < 0.001, "{part} instead of {duty}, {late:?} late");
            }
        }
    }

    #[test]
    fn a_new_set_point_counts_the_work_already_done() {
        let begin = Instant::now();
        let mut turn = Turn::begin(begin);
        // Half of the turn is over, and a fifth of that was work. With a set-point of a tenth, the worker rests for the
        // remaining time.
        let now = begin + PERIOD / 2;
        simulate(&mut turn, 0.2, begin, now, Duration::ZERO);
        assert_eq!(turn.next(0.1, begin + PERIOD / 2), Step::Rest(PERIOD / 2));
        assert_eq!(turn.next(0.5, begin + PERIOD / 2), Step::Work(SLICE));
        assert_eq!(turn.next(0.0, begin + PERIOD / 2), Step::Park);
    }

    #[test]
    fn turns_that_a_long_pause_missed_are_not_repeated() {
        let begin = Instant::now();
        let mut turn = Turn::begin(begin);
        let later = begin + 1000 * PERIOD + PERIOD / 2;
        let busy = simulate(&mut turn, 0.5, later, later + PERIOD, Duration::ZERO);
        assert_eq!(busy, PERIOD / 2);
    }

    #[test]
    fn a_set_point_out_of_range_is_refused_and_changes_nothing() {
        let mut load = Load::start().unwrap();
        assert_eq!(load.set(1.5), Ok(1.5));
        for percent in [f64::NAN, f64::INFINITY, f64::NEG_INFINITY] {
            assert_eq!(load.set(percent), Err(LoadError::NotFinite));
        }
        for percent in [-0.001, 100.001, f64::MAX] {
            assert_eq!(load.set(percent), Err(LoadError::OutOfRange(percent)));
        }
        assert_eq!(load.setpoint(), 1.5);
        load.stop();
        assert_eq!(load.setpoint(), 0.0);
    }

    #[test]
    fn the_measured_load_follows_the_set_point() {
        let _alone = alone();
        let mut load = Load::start().unwrap();
        load.set(40.0).unwrap();
        // Other programs may take processor time away, so only the upper limit is close. Other tests may add to it.
        let mut measured = Vec::new();
        while !measured.last().is_some_and(|percent| (8.0..50.0).contains(percent)) {
            assert!(measured.len() < 20, "{measured:?} %");
            thread::sleep(400 * MS);
            measured.push(load.measured().unwrap());
        }
    }

    #[test]
    fn at_zero_it_costs_nothing() {
        let _alone = alone();
        let mut load = Load::start().unwrap();
        load.set(100.0).unwrap();
        thread::sleep(60 * MS);
        load.set(0.0).unwrap();
        // The threads of other tests may still be ending.
        let mut measured = Vec::new();
        while measured.last().is_none_or(|percent| *percent >= 10.0) {
            assert!(measured.len() < 20, "{measured:?} %");
            measured.push(load_during(300 * MS, load.workers.len()));
        }
    }

    #[test]
    fn a_worker_ends_within_a_slice() {
        let _alone = alone();
        let median = || {
            let mut times: Vec<Duration> = (0..9)
                .map(|n| {
                    let (inbox, receiver) = mpsc::channel();
                    let worker = thread::spawn(move || work(&receiver));
                    inbox.send(1.0).unwrap();
                    thread::sleep((10 + 5 * n) * MS);
                    let begin = Instant::now();
                    drop(inbox);
                    worker.join().unwrap();
                    begin.elapsed()
                })
                .collect();
            times.sort();
            times[4]
        };
        // If the workers checked the channel only once a period, each median would be 25 ms. Other programs only make
        // it longer, so the shortest of five counts.
        let mut medians = Vec::new();
        while medians.last().is_none_or(|median| *median >= 10 * MS) {
            assert!(medians.len() < 5, "{medians:?}");
            medians.push(median());
        }
    }

    #[test]
    fn drop_waits_for_the_workers() {
        let ended = Arc::new(AtomicBool::new(false));
        let (sender, receiver) = mpsc::channel();
        let worker = thread::spawn({
            let ended = Arc::clone(&ended);
            move || {
                work(&receiver);
                thread::sleep(50 * MS);
                ended.store(true, Ordering::SeqCst);
            }
        });
        drop(Load {
            inboxes: vec![sender],
            workers: vec![worker],
            setpoint: 0.0,
            meter: Meter::new(Instant::now(), None),
        });
        assert!(ended.load(Ordering::SeqCst));
    }

    #[test]
    fn a_lost_worker_stops_the_load() {
        let mut load = Load::start().unwrap();
        load.set(1.0).unwrap();
        load.inboxes.push(mpsc::channel().0);
        assert_eq!(load.set(2.0), Err(LoadError::WorkerLost));
        assert_eq!(load.setpoint(), 0.0);
    }

    #[test]
    fn the_meter_divides_by_all_cores_and_by_real_time() {
        let begin = Instant::now();
        let mut meter = Meter::new(begin, Some(1000 * MS));
        let too_early = meter.measure(begin + 10 * MS, 4, || panic!("read too early"));
        assert_eq!(too_early, None);
        let percent = meter.measure(begin + 500 * MS, 4, || Some(2000 * MS));
        assert_eq!(percent, Some(50.0));
        let back = meter.measure(begin + 1000 * MS, 4, || Some(Duration::ZERO));
        assert_eq!(back, Some(0.0));
        let untold = Meter::new(begin, None).measure(begin + 500 * MS, 4, || Some(Duration::ZERO));
        assert_eq!(untold, None);
    }
}
