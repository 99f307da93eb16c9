//! Gates: components that decide whether others may be changed now. A `Control` lets one client at a time change what is
//! under it, a `Stop` nobody after it was pressed, and an `Armed` nobody until it is armed. An `Alarms` decides nothing, but
//! its state is set in the same way.
//!
//! The events of a gate are commands like all others. [`Engine::enter`] asks what follows from them ([`Engine::act`]), and
//! commits the new state of the gate together with the event, at one revision. When a gate closes, what was sent before
//! and still waits is dropped ([`Engine::secure`]): controls under it are released, their values that wait do not reach
//! the device, and callbacks that they have started are cancelled.
//!
//! What the program itself changes is not under a gate.

mod alarms;
mod control;
mod interlock;
mod plan;
mod stop;

use std::{sync::Arc, time::Duration};

use alarms::Book;
pub(crate) use alarms::RulePlan;
use control::Lease;
use interlock::Interlock;
pub(crate) use plan::{Act, GateNo, GatePlan};
use stop::Stop;
pub(crate) use stop::StopJob;

use super::{
    Engine,
    commands::Done,
    effects::Effects,
    entry::{Action, Entry, Order, Sender},
    item::{Cause, Changed, Content, Merge, TakesEffect, Ticket},
    lane::LaneId,
    plan::Plan,
    refused::Refused,
    store::Change,
};
use crate::{
    callback::call::Write,
    client::ClientId,
    gates::{ControlPart, Gate},
    handle::Whom,
    numbers::PropNo,
    prop::{Kind, PropValue},
    protocol::client::Refusal,
    reading::Quality,
    value::Value,
};

/// The states of all gates. The properties of a gate show its state, but do not decide.
pub(super) struct Gates {
    states: Vec<State>,
    /// Whether the conditions of an interlock, or what alarms watch, may have changed.
    pub(super) conditions_changed: bool,
}

enum State {
    Control(Lease),
    Stop(Stop),
    Armed(Interlock),
    Alarms(Book),
}

impl Gates {
    pub(super) fn new(plan: &Plan) -> Self {
        let state = |gate: &GatePlan| match gate.kind {
            Gate::Control => State::Control(Lease::default()),
            Gate::Stop => State::Stop(Stop::default()),
            Gate::Armed => State::Armed(Interlock::default()),
            Gate::Alarms => State::Alarms(Book::default()),
        };
        Self { states: plan.gates.iter().map(state).collect(), conditions_changed: false }
    }
}

/// What follows from the events of an entry.
#[derive(Default)]
pub(super) struct Consequences {
    /// The new states of the gates, which take effect with the entry.
    pub(super) changes: Vec<(PropNo, Action)>,
    /// Gates that close, for one client or for all, with the reason.
    closed: Vec<(GateNo, Option<ClientId>, Arc<str>)>,
    /// What clients have to do with a control from now on.
    parts: Vec<(ClientId, PropNo, ControlPart)>,
    /// Stops whose functions run now.
    stops: Vec<StopJob>,
}

impl Consequences {
    /// Whether something follows, so that the entry must not be refused any more.
    pub(super) const fn any(&self) -> bool {
        !self.changes.is_empty() || !self.closed.is_empty() || !self.parts.is_empty() || !self.stops.is_empty()
    }

    /// The gate shows this value.
    fn shows<T: PropValue>(&mut self, prop: PropNo, value: T) {
        // The states of gates can always be encoded.
        if let Ok(value) = Value::new(value) {
            self.changes.push((prop, Action::Write(Write::Set(value))));
        }
    }

    /// The gate appends this to a stream.
    fn appends(&mut self, prop: PropNo, items: Vec<Value>) {
        self.changes.push((prop, Action::Write(Write::Append(items))));
    }
}

impl Engine {
    /// Whether the gates let a client change this property, as its person wanted it `age` ago.
    ///
    /// # Errors
    /// The first gate that is closed, with the reason.
    pub(super) fn pass_gates(
        &self,
        now: Duration,
        client: ClientId,
        level: u8,
        prop: PropNo,
        age: Duration,
    ) -> Result<(), Refusal> {
        let wiring = self.plan.prop(prop);
        let gated = |kind: &'static str, why: String| Refusal::Gated { kind, prop: wiring.name(), why };
        let made = now.saturating_sub(age);
        for &no in &wiring.under {
            let (gate, Some(state)) = (&self.plan.gates[no], self.gates.states.get(no.place())) else { continue };
            let (kind, passed) = match state {
                State::Control(lease) => ("control", self.is_in_control(gate, lease, client, made)),
                State::Stop(stop) => ("stopped", stop.pass(&self.name_of_gate(gate), made)),
                State::Armed(interlock) => ("disarmed", interlock.pass(&self.name_of_gate(gate), made)),
                // Nothing can be under it.
                State::Alarms(_) => continue,
            };
            passed.map_err(|why| gated(kind, why))?;
        }
        let Some((no, act)) = wiring.acts else { return Ok(()) };
        let gate = &self.plan.gates[no];
        let possible = match (act, self.gates.states.get(no.place())) {
            (Act::Give, Some(State::Control(lease))) => lease.may_give(client),
            (Act::Keep, Some(State::Control(lease))) => lease.may_keep(client),
            (Act::Take, Some(State::Control(_))) if level < gate.takes => {
                return Err(Refusal::Role { prop: wiring.name(), role: self.plan.rights.roles.name(gate.takes) });
            }
            (Act::Reset, Some(State::Stop(stop))) => stop.may_reset(),
            (Act::Arm, Some(State::Armed(interlock))) => self.may_arm(gate, interlock.state),
            _ => Ok(()),
        };
        possible.map_err(|why| gated("state", why))
    }

    /// Whether the entry has an event of a gate.
    pub(super) fn acts(&self, entry: &Entry) -> bool {
        !self.plan.gates.is_empty() && entry.changes.iter().any(|change| self.is_act(change))
    }

    /// Whether nothing happens but events that make something safe.
    pub(super) fn only_closes(&self, entry: &Entry) -> bool {
        entry
            .changes
            .iter()
            .all(|change| self.is_act(change) && self.plan.prop(change.0).acts.is_some_and(|(_, act)| act.closes()))
    }

    /// Whether this is an event of a gate.
    pub(super) fn is_act(&self, (prop, action): &(PropNo, Action)) -> bool {
        matches!(action, Action::Event(_)) && self.plan.prop(*prop).acts.is_some()
    }

    /// What follows from the events of this entry. The states of the gates change at once, so the entry must not be
    /// refused afterwards.
    pub(super) fn act(&mut self, now: Duration, entry: &Entry) -> Consequences {
        let mut follows = Consequences::default();
        if self.plan.gates.is_empty() {
            return follows;
        }
        if let Sender::Client(client) = entry.sender {
            self.used(now, client, entry.changes.iter().map(|(prop, _)| *prop));
        }
        let acts = entry.changes.iter().filter_map(|(prop, action)| match action {
            Action::Event(value) => Some((self.plan.prop(*prop).acts?, value)),
            Action::Write(_) => None,
        });
        for ((no, act), value) in acts.collect::<Vec<_>>() {
            let by = self.name_of_sender(entry.sender);
            match act {
                Act::Ask | Act::Give | Act::Keep | Act::Take => {
                    if let Sender::Client(client) = entry.sender {
                        self.act_on_control(now, no, act, client, &mut follows);
                    }
                }
                Act::Press => self.press(now, no, &by, &mut follows),
                Act::Reset => self.reset(now, no, &mut follows),
                Act::Arm => self.arm(now, no, &by, &mut follows),
                Act::Disarm => self.disarm(no, &by, &mut follows),
                Act::Acknowledge => self.acknowledge(no, &mut follows),
                Act::AcknowledgeAlarm | Act::ResetAlarm | Act::Shelve | Act::Unshelve => {
                    self.act_on_alarm(now, no, act, value, &by, &mut follows);
                }
            }
        }
        follows
    }

    /// Leaves out of an entry what is under a gate that its own events close, except safe values, and what was checked
    /// together with that. Returns why, if there was something.
    pub(super) fn drop_under_closed(&self, entry: &mut Entry, follows: &Consequences) -> Option<String> {
        let (Sender::Client(client), Some((_, _, why))) = (entry.sender, follows.closed.first()) else { return None };
        let is_closed = |gate: &GateNo| {
            follows.closed.iter().any(|(closed, only, _)| closed == gate && only.is_none_or(|only| only == client))
        };
        let lets_go = |(prop, action): &(PropNo, Action)| matches!(action, Action::Write(Write::Set(value)) if self.plan.is_release(*prop, value));
        let is_under =
            |change: &&(PropNo, Action)| !lets_go(change) && self.plan.prop(change.0).under.iter().any(is_closed);
        let under: Vec<PropNo> = entry.changes.iter().filter(is_under).map(|(prop, _)| *prop).collect();
        let checkers: Vec<_> = under.iter().flat_map(|prop| self.plan.checkers(*prop)).collect();
        let mut dropped = Vec::new();
        entry.changes.retain(|change| {
            let (prop, _) = *change;
            let is_checked_alone = || self.plan.checkers(prop).all(|no| !checkers.contains(&no));
            let keeps = lets_go(change) || (!under.contains(&prop) && is_checked_alone());
            if !keeps {
                dropped.push(self.plan.prop(prop).name());
            }
            keeps
        });
        (!dropped.is_empty()).then(|| format!("{}: {why}", dropped.join(", ")))
    }

    /// Before the entry takes effect: makes safe what is under the gates that close.
    pub(super) fn close_gates(&mut self, now: Duration, follows: &mut Consequences, fx: &mut Effects) {
        for (gate, only, why) in std::mem::take(&mut follows.closed) {
            self.secure(now, gate, only, &why, fx);
        }
        fx.stops.extend(std::mem::take(&mut follows.stops));
    }

    /// Callbacks get the newest states of the gates, and not an older one after it: what closes a gate overtakes what waits.
    pub(super) fn supersede_states(&mut self, follows: &Consequences, fx: &mut Effects) {
        for (prop, action) in &follows.changes {
            if !matches!(action, Action::Write(Write::Set(_))) {
                continue;
            }
            self.supersede((self.plan.canonical(*prop), None), fx);
        }
    }

    /// After the entry has taken effect: tells each client what it has to do with a control.
    pub(super) fn tell_parts(&mut self, follows: Consequences, fx: &mut Effects) {
        for (client, prop, part) in follows.parts {
            if let Ok(part) = Value::new(part) {
                self.commit_own(client, [(prop, Change::Write(Write::Set(part)))]);
                fx.wake_client(client);
            }
        }
    }

    /// Shows what follows from something that nobody has sent, such as a timer.
    fn follow(&mut self, now: Duration, follows: Consequences, fx: &mut Effects) {
        if follows.any() {
            let entry = Entry::new(Sender::Program(Whom::All), Vec::new(), Order::AtArrival).safe();
            // It is never refused.
            let _ = self.enter_with(now, entry, follows, fx);
        }
    }

    /// The gate is closed, for one client or for all: what was sent before and still waits must not move anything.
    fn secure(&mut self, now: Duration, gate: GateNo, only: Option<ClientId>, why: &Arc<str>, fx: &mut Effects) {
        let plan = Arc::clone(&self.plan);
        let guarded = |prop: PropNo| plan.prop(plan.canonical(prop)).under.contains(&gate);
        self.drop_waiting(&guarded, only, why, fx);
        if only.is_none() {
            let gate = &plan.gates[gate];
            for &callback in &gate.starts {
                self.cancel(callback, None, None, fx);
            }
            for (island, lane) in self.scheduler.lanes_mut() {
                let no_of = |place: usize| plan.islands[island].callbacks.get(place).copied();
                if let Some(turn) = lane.turn.as_mut().filter(|turn| !turn.releases) {
                    turn.closed = Some(Arc::clone(why));
                    turn.close(|place| no_of(place).filter(|no| gate.starts.contains(no)), &gate.moves);
                }
            }
        }
        self.release_where(now, |_, prop, client| guarded(prop) && only.is_none_or(|only| only == client), fx);
    }

    /// Drops the commands that wait and concern these properties, except what lets go of a control. A value among them is
    /// in effect already, so everybody sees that the device does not have it.
    fn drop_waiting(
        &mut self,
        guarded: &impl Fn(PropNo) -> bool,
        only: Option<ClientId>,
        why: &Arc<str>,
        fx: &mut Effects,
    ) {
        let mut done: Vec<(Ticket, Refusal)> = Vec::new();
        let mut not_taken: Vec<PropNo> = Vec::new();
        let mut only_seen: Vec<(LaneId, Option<ClientId>, PropNo, Value)> = Vec::new();
        let plan = &self.plan;
        for (id, lane) in self.scheduler.all_lanes_mut() {
            lane.drop_events(|item| {
                let client = item.client;
                let Cause::Changes(changes) = &mut item.cause else { return false };
                if changes.merge == Merge::View {
                    if only.is_none() {
                        let moving = changes.values.keys().copied();
                        let moving: Vec<PropNo> =
                            moving.filter(|prop| guarded(*prop) && plan.moves_privately(*prop)).collect();
                        for prop in moving {
                            let value = changes.values.remove(&prop).and_then(Changed::value);
                            only_seen.extend(value.map(|value| (id, client, prop, value)));
                        }
                    }
                    return changes.values.is_empty() && changes.new_rows.is_empty();
                }
                let Some(ticket) = item.ticket.filter(|ticket| only.is_none_or(|only| only == ticket.client)) else {
                    return false;
                };
                let drops = |(prop, changed): (&PropNo, &Changed)| {
                    let lets_go = matches!(&changed.content, Content::Value(value) if plan.is_release(*prop, value));
                    (guarded(*prop) && !lets_go).then_some(*prop)
                };
                let dropped: Vec<PropNo> = changes.values.iter().filter_map(drops).collect();
                for prop in &dropped {
                    let changed = changes.values.remove(prop);
                    let is_shown = changed.is_some_and(|changed| matches!(changed.effect, TakesEffect::At(_)));
                    if is_shown && plan.prop(*prop).info.kind == Kind::State {
                        not_taken.push(*prop);
                    }
                }
                let Some(prop) = dropped.first() else { return false };
                let refusal = Refusal::Gated { kind: "dropped", prop: plan.prop(*prop).name(), why: why.to_string() };
                if !changes.values.is_empty() || !changes.new_rows.is_empty() {
                    changes.dropped = Some(refusal.to_string());
                    return false;
                }
                item.ticket = None;
                done.push((ticket, refusal));
                true
            });
        }
        for (lane, client, prop, value) in only_seen {
            self.update_view(lane, client, prop, &value);
        }
        for (ticket, refusal) in done {
            self.counts.refused(&refusal);
            self.island_done(ticket, Done::Dropped(refusal));
            fx.wake_client(ticket.client);
        }
        not_taken.retain(|prop| self.plan.prop(*prop).hold.is_none() && !self.plan.prop(*prop).private);
        if not_taken.is_empty() {
            return;
        }
        let marks = not_taken.into_iter().filter_map(|prop| {
            let value = self.truth.store.value(prop)?;
            // A run that goes on may give the device another value, so nobody knows what it will have.
            let told = Refused { value, had: None, panicked: false }.told(why);
            Some((prop, Change::Quality(Quality::refused(told))))
        });
        let marks: Vec<(PropNo, Change)> = marks.collect();
        self.commit_for_all(marks);
        fx.wake_all();
    }

    /// The name of a gate for people: its label, or its path if it has none.
    fn name_of_gate(&self, gate: &GatePlan) -> String {
        let label = gate.own("label").and_then(|prop| self.truth.store.value(self.plan.canonical(prop)));
        let label = label.and_then(Value::get::<String>).filter(|label| !label.is_empty());
        label.unwrap_or(&gate.name).clone()
    }

    /// The name of who sends an entry, for the page.
    fn name_of_sender(&self, sender: Sender) -> String {
        match sender {
            Sender::Client(id) => self.name_of_client(id),
            Sender::Program(_) => "the program".to_owned(),
        }
    }

    fn name_of_client(&self, id: ClientId) -> String {
        let user = self.roster.get(id).map(|session| session.client.user().name().to_owned());
        let asked = || self.requests.callers.user_of(id).map(|user| user.name().to_owned());
        user.or_else(asked).unwrap_or_else(|| "a program".to_owned())
    }
}
