//! The player of a replay: where in the run it is, and how fast it goes.

use std::{
    collections::VecDeque,
    sync::{Arc, Condvar, Mutex, PoisonError},
    thread,
    time::{Duration, Instant},
};

use serde::{Deserialize, Serialize};
use tokio::sync::watch;

use super::Shower;
use crate::{
    server::{
        driver::WeakDriver,
        lock,
        record::{RecordError, Run, Touched},
    },
    words::log,
};

/// The slowest and the fastest play, as a multiple of the time of the run.
pub(super) const SLOWEST: f64 = 0.25;
pub(super) const FASTEST: f64 = 64.0;

/// The shortest time between two states that are shown while it plays. Pages draw no faster.
const FRAME: Duration = Duration::from_millis(33);

/// While nothing changes, the place is told so often.
const BEAT: Duration = Duration::from_millis(500);

/// The most commands that wait. A person presses no faster.
const QUEUE: usize = 64;

/// What a viewer wants.
#[derive(Debug, Clone, Copy, PartialEq, Deserialize)]
#[serde(tag = "do", rename_all = "snake_case", deny_unknown_fields)]
pub(super) enum Wish {
    Play,
    Pause,
    /// A multiple of the time of the run.
    Speed {
        to: f64,
    },
    /// To the next change.
    Forward,
    /// To the change before.
    Back,
    /// To this time, in microseconds since the start of the run.
    Seek {
        to: f64,
    },
}

/// Where the replay is. Times are in microseconds since the start of the run.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub(super) struct State {
    pub(super) at: u64,
    /// The revision of the state that is shown.
    pub(super) rev: u64,
    pub(super) playing: bool,
    pub(super) speed: f64,
    pub(super) from: u64,
    pub(super) to: u64,
    /// The start of the run, in microseconds since 1970.
    pub(super) began: i64,
    /// At how many places changes are missing.
    pub(super) gaps: usize,
    /// Why it cannot go on.
    pub(super) fault: Option<String>,
}

impl State {
    /// What was wanted is done, or the record cannot be read there.
    fn done(&mut self, done: Result<(), &RecordError>) {
        // One that is over must not hide the gaps.
        self.fault = done.err().map(ToString::to_string);
        self.playing &= self.fault.is_none();
    }
}

/// The way to the thread that plays.
#[derive(Debug, Clone)]
pub(crate) struct Player(Arc<Shared>);

#[derive(Debug)]
struct Shared {
    control: Mutex<Control>,
    wake: Condvar,
    state: watch::Sender<State>,
}

#[derive(Debug, Default)]
struct Control {
    wishes: VecDeque<Wish>,
    has_ended: bool,
}

impl Player {
    /// Starts the thread. The first state is shown when this returns, and it is paused.
    ///
    /// # Errors
    /// If the system gives no thread.
    pub(crate) fn start(driver: WeakDriver, run: Run, shower: Shower) -> Result<Self, RecordError> {
        let (from, to) = run.span();
        let state = State {
            at: run.moment().at,
            rev: run.moment().rev,
            playing: false,
            speed: 1.0,
            from,
            to,
            began: run.header().began,
            gaps: run.gaps().len(),
            fault: None,
        };
        let shared = Arc::new(Shared {
            control: Mutex::default(),
            wake: Condvar::new(),
            state: watch::Sender::new(state.clone()),
        });
        let path = run.path().to_owned();
        let mut played = Played { driver, run, shower, of_thread: Arc::clone(&shared), state, begun: None };
        played.show(&Touched { all: true, ..Touched::default() });
        let thread = thread::Builder::new().name("dash-replay".to_owned()).spawn(move || played.play());
        thread.map_err(|error| RecordError::new(&path, format!("there is no thread for the replay: {error}")))?;
        Ok(Self(shared))
    }

    /// # Errors
    /// Why it cannot be done.
    pub(super) fn wish(&self, wish: Wish) -> Result<(), String> {
        match wish {
            Wish::Speed { to } if !(SLOWEST..=FASTEST).contains(&to) => {
                return Err(format!("the speed is from {SLOWEST} to {FASTEST}"));
            }
            Wish::Seek { to } if !to.is_finite() => return Err("a time is a number".to_owned()),
            _ => {}
        }
        let mut control = lock(&self.0.control);
        // Of several seeks only the last one counts. A slider is dragged faster than a state is found.
        if matches!(wish, Wish::Seek { .. }) && matches!(control.wishes.back(), Some(Wish::Seek { .. })) {
            control.wishes.pop_back();
        }
        if control.wishes.len() >= QUEUE {
            return Err("too much was asked of the replay at once".to_owned());
        }
        control.wishes.push_back(wish);
        drop(control);
        self.0.wake.notify_one();
        Ok(())
    }

    pub(super) fn state(&self) -> watch::Receiver<State> {
        self.0.state.subscribe()
    }

    /// Ends the thread.
    pub(crate) fn end(&self) {
        lock(&self.0.control).has_ended = true;
        self.0.wake.notify_one();
    }
}

/// The replay, on the thread.
struct Played {
    driver: WeakDriver,
    run: Run,
    shower: Shower,
    of_thread: Arc<Shared>,
    /// Is told when what it says is shown.
    state: State,
    /// While it plays: when it began to, and the place then.
    begun: Option<(Instant, u64)>,
}

impl Played {
    fn play(mut self) {
        let shared = Arc::clone(&self.of_thread);
        let mut until = None;
        loop {
            let mut control = lock(&shared.control);
            while control.wishes.is_empty() && !control.has_ended {
                let left = until.map(|until: Instant| until.saturating_duration_since(Instant::now()));
                control = match left {
                    None => shared.wake.wait(control).unwrap_or_else(PoisonError::into_inner),
                    Some(Duration::ZERO) => break,
                    Some(left) => shared.wake.wait_timeout(control, left).unwrap_or_else(PoisonError::into_inner).0,
                };
            }
            if control.has_ended {
                return;
            }
            let wishes = std::mem::take(&mut control.wishes);
            drop(control);
            let mut touched = Touched::default();
            let done = wishes.into_iter().try_for_each(|wish| self.grant(wish, &mut touched));
            let done = done.and_then(|()| self.go_on(&mut touched));
            if !self.show(&touched) {
                return;
            }
            let next = done.and_then(|()| self.next());
            self.state.done(next.as_ref().map(|_| ()));
            until = match next {
                Ok(next) => next,
                Err(error) => {
                    log::error(&error);
                    self.begun = None;
                    None
                }
            };
            self.tell();
        }
    }

    /// Tells where the replay is, if that has changed.
    fn tell(&mut self) {
        self.state.rev = self.run.moment().rev;
        let state = &self.state;
        self.of_thread.state.send_if_modified(|told| {
            let has_changed = told != state;
            if has_changed {
                told.clone_from(state);
            }
            has_changed
        });
    }

    fn grant(&mut self, wish: Wish, touched: &mut Touched) -> Result<(), RecordError> {
        self.go_on(touched)?;
        let State { from, to, at, playing, .. } = self.state;
        match wish {
            Wish::Play => {
                // At the end it begins again.
                if at >= to {
                    self.seek(from, touched)?;
                }
                self.begun = Some((Instant::now(), self.state.at));
                self.state.playing = true;
            }
            Wish::Pause => self.pause(),
            Wish::Speed { to } => {
                self.begun = playing.then(|| (Instant::now(), at));
                self.state.speed = to;
            }
            Wish::Forward | Wish::Back => {
                self.pause();
                let moved = match wish {
                    Wish::Forward => self.run.step(touched)?,
                    _ if at > self.run.moment().at => true,
                    _ => self.run.step_back(touched)?,
                };
                if moved {
                    self.state.at = self.run.moment().at;
                }
            }
            // Rounded to a whole microsecond, and never outside of the run.
            Wish::Seek { to: wanted } => {
                let wanted = Duration::try_from_secs_f64(wanted.max(0.0) / 1e6).unwrap_or(Duration::MAX);
                let wanted = u64::try_from(wanted.as_micros()).unwrap_or(u64::MAX).clamp(from, to);
                self.seek(wanted, touched)?;
                self.begun = playing.then(|| (Instant::now(), wanted));
            }
        }
        Ok(())
    }

    fn pause(&mut self) {
        self.begun = None;
        self.state.playing = false;
    }

    fn seek(&mut self, at: u64, touched: &mut Touched) -> Result<(), RecordError> {
        self.run.seek(at, touched)?;
        self.state.at = at;
        Ok(())
    }

    /// While it plays, goes to where it must be now.
    fn go_on(&mut self, touched: &mut Touched) -> Result<(), RecordError> {
        let Some((begun, place)) = self.begun else { return Ok(()) };
        let State { speed, to, .. } = self.state;
        let passed = begun.elapsed().mul_f64(speed);
        let at = place.saturating_add(u64::try_from(passed.as_micros()).unwrap_or(u64::MAX)).min(to);
        self.seek(at, touched)?;
        if at == to {
            self.pause();
        }
        Ok(())
    }

    /// When something is to be shown next. `None` while it is paused.
    fn next(&mut self) -> Result<Option<Instant>, RecordError> {
        let Some((begun, place)) = self.begun else { return Ok(None) };
        let State { speed, to, .. } = self.state;
        let next = self.run.next_at()?.unwrap_or(to);
        let due = begun + Duration::from_micros(next.saturating_sub(place)).div_f64(speed);
        let now = Instant::now();
        Ok(Some(due.clamp(now + FRAME, now + BEAT)))
    }

    /// Shows what has changed. Returns whether the dashboard is still there.
    fn show(&mut self, touched: &Touched) -> bool {
        let Some(driver) = self.driver.upgrade() else { return false };
        let (changes, told) = self.shower.changes(self.run.moment(), touched);
        told.iter().for_each(|line| log::warn(line));
        if !changes.is_empty() {
            let plan = driver.with_engine(|engine| Arc::clone(engine.plan()));
            let wanted = driver.with_engine(|engine| engine.rows_to_make(&changes));
            // A function of the user makes rows, so no lock is held here.
            let (rows, faults) = plan.make_rows(wanted);
            faults.iter().for_each(|line| log::warn(line));
            driver.event(|engine, _, fx| engine.show(rows, changes, fx));
        }
        true
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fault_a_change_that_cannot_be_read_stays_on_the_bar_for_ever() {
        let mut state =
            State { at: 0, rev: 1, playing: true, speed: 1.0, from: 0, to: 9, began: 0, gaps: 2, fault: None };
        state.done(Err(&RecordError::new("run.ddlog".as_ref(), "a change cannot be read")));
        assert!(state.fault.as_ref().is_some_and(|why| why.contains("cannot be read")) && !state.playing);
        state.done(Ok(()));
        assert_eq!(state.fault, None);
    }

    #[test]
    fn fault_each_message_to_the_bar_has_all_gaps() {
        let state =
            State { at: 0, rev: 1, playing: false, speed: 1.0, from: 0, to: 9, began: 0, gaps: 1_000_000, fault: None };
        assert!(serde_json::to_string(&state).unwrap().len() < 200);
    }
}
