//! The rover: a simulated vehicle with a motor controller that stops by itself.

use std::{
    sync::{
        Arc, Mutex, MutexGuard, PoisonError,
        atomic::{AtomicBool, Ordering},
    },
    thread,
    time::{Duration, Instant},
};

/// The fastest speed in m/s.
const FASTEST: f64 = 2.0;
/// The fastest turn in rad/s.
const TURN: f64 = 1.5;
/// How quickly it changes its speed, in m/s².
const ACCELERATION: f64 = 4.0;
/// How quickly the brake stops it, in m/s².
const BRAKE: f64 = 12.0;
/// The distance of the fence from the start, in metres.
pub(crate) const FENCE: f64 = 8.0;
/// The longest track, in positions.
const TRACK: usize = 600;
/// The controller stops the motors if it gets no command for this time: also when the program stands still.
const WATCHDOG: Duration = Duration::from_millis(500);
/// The time between two steps of the simulation.
const STEP: Duration = Duration::from_millis(20);

/// What the rover measures.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub(crate) struct State {
    /// The position in metres, from the start.
    pub(crate) x: f64,
    pub(crate) y: f64,
    /// The heading in radians: 0 is along x, and counterclockwise is positive.
    pub(crate) heading: f64,
    /// The speed in m/s.
    pub(crate) speed: f64,
    /// The charge of the battery in percent.
    pub(crate) charge: f64,
}

/// What the motors shall do: shares from -1 to 1.
#[derive(Debug, Clone, Copy, Default)]
struct Wanted {
    forward: f64,
    turn: f64,
}

/// The brake of the controller. It holds until it is released, whatever the motors are told meanwhile.
#[derive(Debug, Clone, Default)]
pub(crate) struct Brake(Arc<AtomicBool>);

impl Brake {
    /// Sets the brake. It needs no lock, so it never waits.
    pub(crate) fn set(&self) {
        self.0.store(true, Ordering::SeqCst);
    }

    fn is_set(&self) -> bool {
        self.0.load(Ordering::SeqCst)
    }
}

struct Inner {
    state: State,
    /// Where it was, the oldest position first.
    track: Vec<(f64, f64)>,
    brake: Brake,
    wanted: Wanted,
    commanded: Instant,
}

/// The device. The simulation runs in a thread of its own until this is dropped.
pub(crate) struct Rover {
    inner: Arc<Mutex<Inner>>,
    brake: Brake,
    /// The largest part of the fastest speed, from 0 to 1.
    limit: f64,
    wanted: Wanted,
}

fn lock(inner: &Mutex<Inner>) -> MutexGuard<'_, Inner> {
    inner.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Rover {
    pub(crate) fn start() -> Self {
        let state = State { charge: 100.0, ..State::default() };
        let brake = Brake::default();
        let inner = Inner {
            state,
            track: vec![(0.0, 0.0)],
            brake: brake.clone(),
            wanted: Wanted::default(),
            commanded: Instant::now(),
        };
        let inner = Arc::new(Mutex::new(inner));
        let simulated = Arc::downgrade(&inner);
        thread::spawn(move || {
            while let Some(inner) = simulated.upgrade() {
                lock(&inner).step(Instant::now());
                drop(inner);
                thread::sleep(STEP);
            }
        });
        Self { inner, brake, limit: 0.5, wanted: Wanted::default() }
    }

    /// Sets the largest speed, in percent of the fastest.
    pub(crate) fn limit(&mut self, percent: f64) {
        self.limit = percent.clamp(0.0, 100.0) / 100.0;
    }

    /// Drives: shares from -1 to 1, for forwards and for a turn to the left.
    pub(crate) fn drive(&mut self, forward: f64, turn: f64) {
        self.wanted = Wanted { forward, turn };
        self.command();
    }

    /// Tells the controller again what the motors shall do, so that it goes on.
    pub(crate) fn command(&mut self) {
        let mut inner = lock(&self.inner);
        inner.wanted = Wanted { forward: self.wanted.forward * self.limit, turn: self.wanted.turn };
        inner.commanded = Instant::now();
    }

    pub(crate) fn state(&self) -> State {
        lock(&self.inner).state
    }

    /// Where it was, the oldest position first.
    pub(crate) fn track(&self) -> Vec<(f64, f64)> {
        lock(&self.inner).track.clone()
    }

    /// The brake, for the stop.
    pub(crate) fn brake(&self) -> Brake {
        self.brake.clone()
    }

    /// Releases the brake. What the motors were told before does not count any more.
    pub(crate) fn release_brake(&mut self) {
        self.wanted = Wanted::default();
        self.command();
        self.brake.0.store(false, Ordering::SeqCst);
    }
}

impl Inner {
    fn step(&mut self, now: Instant) {
        if now.duration_since(self.commanded) > WATCHDOG {
            self.wanted = Wanted::default();
        }
        let braked = self.brake.is_set();
        if braked {
            self.wanted = Wanted::default();
        }
        let seconds = STEP.as_secs_f64();
        let State { x, y, heading, speed, charge } = self.state;
        let most = if braked { BRAKE } else { ACCELERATION } * seconds;
        let speed = speed + (self.wanted.forward * FASTEST - speed).clamp(-most, most);
        let heading = heading + self.wanted.turn * TURN * seconds;
        self.state = State {
            x: x + speed * heading.cos() * seconds,
            y: y + speed * heading.sin() * seconds,
            heading,
            speed,
            charge: (charge - speed.abs() * seconds * 0.05).max(0.0),
        };
        let (x, y) = (self.state.x, self.state.y);
        if self.track.last().is_none_or(|(before_x, before_y)| (x - before_x).hypot(y - before_y) > 0.1) {
            self.track.push((x, y));
            if self.track.len() > TRACK {
                self.track.remove(0);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn inner(wanted: Wanted, commanded: Instant) -> Inner {
        Inner {
            state: State { charge: 100.0, ..State::default() },
            track: Vec::new(),
            brake: Brake::default(),
            wanted,
            commanded,
        }
    }

    #[test]
    fn it_drives_where_it_is_steered() {
        let now = Instant::now();
        let mut rover = inner(Wanted { forward: 1.0, turn: 0.0 }, now);
        (0..20).for_each(|_| rover.step(now));
        assert!(rover.state.x > 0.1 && rover.state.y == 0.0 && rover.state.speed > 1.0, "{:?}", rover.state);
        rover.wanted = Wanted { forward: 0.0, turn: 1.0 };
        (0..20).for_each(|_| rover.step(now));
        assert!(rover.state.heading > 0.5 && rover.state.charge < 100.0, "{:?}", rover.state);
    }

    #[test]
    fn the_brake_stops_it_and_holds_whatever_it_is_told() {
        let now = Instant::now();
        let mut rover = inner(Wanted { forward: 1.0, turn: 0.0 }, now);
        (0..50).for_each(|_| rover.step(now));
        assert!(rover.state.speed > 1.9 && rover.track.len() > 5, "{:?}", rover.state);
        rover.brake.set();
        (0..10).for_each(|_| rover.step(now));
        assert_eq!(rover.state.speed, 0.0);
        rover.wanted = Wanted { forward: 1.0, turn: 0.0 };
        (0..10).for_each(|_| rover.step(now));
        assert_eq!(rover.state.speed, 0.0);
    }

    #[test]
    fn it_stops_by_itself_when_nobody_commands_it() {
        let now = Instant::now();
        let mut rover = inner(Wanted { forward: 1.0, turn: 0.0 }, now);
        (0..50).for_each(|_| rover.step(now));
        (0..50).for_each(|_| rover.step(now + WATCHDOG * 2));
        assert_eq!(rover.state.speed, 0.0);
    }
}
