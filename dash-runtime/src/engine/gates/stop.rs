//! `Stop`: a button that stops the device, past all queues, and then refuses what is under it until it is reset.
//!
//! The function that stops the device runs on a thread of its own, at once, also while a callback hangs that has the
//! device. A press needs no control and no role, is never too old, and is never refused.

use std::{
    fmt,
    panic::{AssertUnwindSafe, catch_unwind},
    sync::Arc,
    time::Duration,
};

use super::{Act, Consequences, GateNo, State};
use crate::{
    client::ClientId,
    engine::{
        Engine,
        effects::Effects,
        entry::{Action, Entry, Order, Sender},
        ingress,
        plan::Plan,
    },
    gates::{Gate, StopState},
    numbers::PropNo,
    prop::{ComponentId, PropKey},
    protocol::client::{Command, Incoming},
    stops::StopFn,
    words::panic::text_of,
};

/// So many runs of the function may be owed: one that runs, and one for all presses meanwhile.
const OWED: u8 = 2;

/// A stop: its state, and the function that stops the device.
#[derive(Default)]
pub(super) struct Stop {
    pub(super) state: StopState,
    /// `None` only until the engine is configured.
    function: Option<StopFn>,
    /// Runs of the function that have not ended.
    owed: u8,
    /// When it was last reset.
    since: Duration,
}

impl Stop {
    /// Whether what is under it may be changed, as a person has wanted at this time. `name` is that of the gate.
    ///
    /// # Errors
    /// Why not.
    pub(super) fn pass(&self, name: &str, made: Duration) -> Result<(), String> {
        match self.state {
            StopState::Ready if made >= self.since => Ok(()),
            StopState::Ready => Err(format!("it was sent before {name} was reset")),
            _ => Err(format!("{name} was pressed: reset it first")),
        }
    }

    pub(super) fn may_reset(&self) -> Result<(), String> {
        // A function that runs once more could fail after the reset.
        let is_stopping = self.state == StopState::Stopping || self.owed > 0;
        if is_stopping { Err("it is still stopping".to_owned()) } else { Ok(()) }
    }
}

/// The function of a stop, to run now.
#[derive(Clone)]
pub(crate) struct StopJob {
    pub(crate) gate: GateNo,
    function: StopFn,
}

impl StopJob {
    /// Runs the function. Returns why it has failed, if it has.
    pub(crate) fn run(&self) -> Option<String> {
        let ran = catch_unwind(AssertUnwindSafe(|| (self.function)()));
        ran.unwrap_or_else(|payload| Err(text_of(&*payload))).err()
    }
}

impl fmt::Debug for StopJob {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("StopJob").field("gate", &self.gate).finish_non_exhaustive()
    }
}

impl Plan {
    /// The functions of stops, by the numbers of their gates.
    ///
    /// # Errors
    /// Stops without a function, and stops with two.
    pub(crate) fn functions_of_stops(&self, given: Vec<(ComponentId, StopFn)>) -> Result<Vec<StopJob>, Vec<String>> {
        let mut faults = Vec::new();
        let mut jobs: Vec<StopJob> = Vec::new();
        for (id, function) in given {
            let number = || self.own_number(&PropKey { id, index: 0 });
            let Some(gate) = self.has_component(id).then(|| self.gate_of(number())).flatten() else {
                faults.push(format!("`stops` names a stop that is not in `{}`", self.name));
                continue;
            };
            if jobs.iter().any(|job| job.gate == gate) {
                faults.push(format!(
                    "`stops` gives two functions for the stop `{}`: one is enough",
                    self.gates[gate].name
                ));
            }
            jobs.push(StopJob { gate, function });
        }
        let stops = self.all_gates().filter(|no| self.gates[*no].kind == Gate::Stop);
        for no in stops.filter(|no| jobs.iter().all(|job| job.gate != *no)) {
            let name = &self.gates[no].name;
            faults.push(format!(
                "the stop `{name}` stops nothing: give its function in `impl Dashboard for {}`, as in `fn stops(device: &Self::Device) -> Stops<Self> {{ Stops::new().on({}::{name}, ..) }}`",
                self.name, self.name
            ));
        }
        if faults.is_empty() { Ok(jobs) } else { Err(faults) }
    }
}

impl Engine {
    /// Sets the functions of the stops.
    pub(crate) fn set_stops(&mut self, jobs: Vec<StopJob>) {
        for StopJob { gate, function } in jobs {
            if let Some(State::Stop(stop)) = self.gates.states.get_mut(gate.place()) {
                stop.function = Some(function);
            }
        }
    }

    /// The stops of the dashboard, with their names.
    pub(crate) fn stops(&self) -> impl Iterator<Item = (GateNo, &str)> {
        let stops = self.plan.all_gates().filter(|no| self.plan.gates[*no].kind == Gate::Stop);
        stops.map(|no| (no, self.plan.gates[no].name.as_str()))
    }

    /// Whether this command presses a stop that has not stopped the device yet. Then it is not counted against any rate.
    pub(in crate::engine) fn is_first_press(&self, command: &Command<'_>) -> bool {
        !self.plan.gates.is_empty() && self.plan.read_number(command.prop).is_some_and(|prop| self.presses_first(prop))
    }

    /// Whether an event of this property presses a stop that has not stopped the device yet.
    pub(in crate::engine) fn presses_first(&self, prop: PropNo) -> bool {
        let Some((no, Act::Press)) = self.plan.prop(self.plan.canonical(prop)).acts else { return false };
        let stop = self.gates.states.get(no.place());
        matches!(stop, Some(State::Stop(Stop { state: StopState::Ready | StopState::Failed, .. })))
    }

    /// A page has sent this frame, but frames before it are still checked. If it presses a stop, it acts at once.
    pub(crate) fn press_early(&mut self, now: Duration, client: ClientId, frame: &Incoming<'_>, fx: &mut Effects) {
        let Incoming::Command(command) = frame else { return };
        let Some(prop) = self.plan.read_number(command.prop).map(|prop| self.plan.canonical(prop)) else { return };
        let Some(session) = self.roster.get(client).filter(|_| self.plan.presses(prop)) else { return };
        let (level, is_new) = (session.level, command.number > session.commands.last_number());
        if !is_new || session.pressed.len() >= self.limits.outstanding {
            return;
        }
        // Who does not see it may not press it.
        let Ok(checked) = ingress::check(self, now, client, level, command) else { return };
        let press = vec![(prop, Action::Event(checked.value))];
        let _ = self.enter(now, Entry::new(Sender::Client(client), press, Order::AtArrival).safe(), fx);
        if let Some(session) = self.roster.get_mut(client) {
            session.pressed.insert(command.number);
        }
    }

    /// Somebody presses a stop.
    pub(super) fn press(&mut self, now: Duration, no: GateNo, by: &str, follows: &mut Consequences) {
        let Some(State::Stop(stop)) = self.gates.states.get_mut(no.place()) else { return };
        let was_ready = stop.state == StopState::Ready;
        stop.state = StopState::Stopping;
        if stop.owed < OWED
            && let Some(function) = &stop.function
        {
            stop.owed += 1;
            follows.stops.push(StopJob { gate: no, function: Arc::clone(function) });
        }
        let gate = &self.plan.gates[no];
        follows.shows(gate.prop("state"), StopState::Stopping);
        follows.shows(gate.prop("error"), String::new());
        if was_ready {
            // Who has pressed it first has stopped the device.
            follows.shows(gate.prop("by"), by.to_owned());
            follows.shows(gate.prop("since"), (self.began + now).as_secs_f64());
        }
        let why: Arc<str> = format!("{} was pressed by {by}", self.name_of_gate(gate)).into();
        follows.closed.push((no, None, Arc::clone(&why)));
        self.trip_under(no, &why, follows);
    }

    /// Somebody resets a stop.
    pub(super) fn reset(&mut self, now: Duration, no: GateNo, follows: &mut Consequences) {
        let Some(State::Stop(stop)) = self.gates.states.get_mut(no.place()) else { return };
        if stop.state != StopState::Ready && stop.may_reset().is_ok() {
            (stop.state, stop.since) = (StopState::Ready, now);
            let gate = &self.plan.gates[no];
            follows.shows(gate.prop("state"), StopState::Ready);
            follows.shows(gate.prop("by"), String::new());
            follows.shows(gate.prop("since"), 0.0_f64);
            follows.shows(gate.prop("error"), String::new());
        }
    }

    /// The function of a stop has ended. `failed` is why it has not stopped the device.
    pub(crate) fn stop_has_run(&mut self, now: Duration, no: GateNo, failed: Option<String>, fx: &mut Effects) {
        let Some(State::Stop(stop)) = self.gates.states.get_mut(no.place()) else { return };
        stop.owed = stop.owed.saturating_sub(1);
        if failed.is_none() && stop.owed > 0 {
            // It was pressed again meanwhile, so the function runs once more.
            return;
        }
        stop.state = if failed.is_some() { StopState::Failed } else { StopState::Stopped };
        let (gate, state) = (&self.plan.gates[no], stop.state);
        let mut follows = Consequences::default();
        follows.shows(gate.prop("state"), state);
        if let Some(why) = failed {
            fx.notices.push(format!("the function of `{}` in `stops` has failed: {why}", gate.name));
            follows.shows(gate.prop("error"), why);
        }
        self.follow(now, follows, fx);
    }
}
