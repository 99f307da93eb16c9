//! Held controls: a value that is in effect only while a person holds the control (dead man's control).
//!
//! While a control is held, the server sends numbered beats to its page, and the page echoes each one at once if the
//! control is really held and the page is visible. An echo proves that the page was there when the beat was sent, however
//! long the echo was on its way. If the newest proof is older than the deadline, the server sets the safe value, which
//! is the default of the property. So it does when the page is hidden, closed, cut off or taken over, and when the program
//! disables the control.
//!
//! Afterwards the control must be let go before it can be held again. Otherwise a finger that still lies on it would
//! move the device as soon as the link works again.

use std::{
    collections::{BTreeMap, BTreeSet, VecDeque},
    time::Duration,
};

use super::{
    Engine,
    commands::Done,
    effects::Effects,
    entry::{Action, Entry, Order, Sender},
    gates::GateNo,
    ingress::Checked,
    item::{Cause, Merge, Ticket},
    plan::Plan,
};
use crate::{
    callback::call::Write, client::ClientId, numbers::PropNo, prop::Kind, protocol::client::Refusal, value::Value,
};

/// So many beats are sent within the shortest deadline.
const BEATS: u32 = 5;

/// Deadlines outside of these bounds are moved to the nearer one.
pub(super) const SHORTEST: Duration = Duration::from_millis(50);
pub(super) const LONGEST: Duration = Duration::from_secs(10);

/// Beats whose echo still proves something: those of the longest deadline, if they are sent for the shortest one.
const KEPT: usize = 1000;

/// What the plan knows about a property that is held.
#[derive(Debug, Clone)]
pub(crate) struct HoldPlan {
    /// The value that is set when nobody holds it.
    pub(crate) safe: Value,
    /// The property with the deadline, in seconds.
    pub(crate) deadline: PropNo,
}

impl HoldPlan {
    /// Whether this is the value that is set when nobody holds it.
    pub(super) fn is_safe(&self, value: &Value) -> bool {
        self.is_safe_json(value.json())
    }

    pub(super) fn is_safe_json(&self, json: &str) -> bool {
        let safe = self.safe.json();
        let read = |json| serde_json::from_str::<serde_json::Value>(json).ok();
        // A program that computes a value may get -0, which is 0 but has another text.
        safe == json || (json.contains("-0") && read(json).is_some_and(|value| read(safe) == Some(value)))
    }
}

/// A control that somebody holds.
struct Hold {
    client: ClientId,
    /// When its page was last known to hold it.
    proven: Duration,
    deadline: Duration,
}

/// What is held: a property, and, if each client has a value of its own, whose value.
pub(super) type Held = (PropNo, Option<ClientId>);

/// All controls that are held.
#[derive(Default)]
pub(super) struct Holds {
    held: BTreeMap<Held, Hold>,
    /// Who must let go before holding again.
    released: BTreeSet<(ClientId, PropNo)>,
    /// The latest beats, by number, with the times at which they were sent.
    beats: VecDeque<(u64, Duration)>,
    /// When the next beat is sent.
    next: Duration,
}

impl Holds {
    /// Whether a client holds something.
    pub(super) fn has_holder(&self, client: ClientId) -> bool {
        self.held.values().any(|hold| hold.client == client)
    }

    /// The time of the next beat or deadline.
    pub(super) fn next_timeout(&self) -> Option<Duration> {
        let deadlines = self.held.values().map(|hold| hold.proven + hold.deadline);
        deadlines.min().map(|deadline| deadline.min(self.next))
    }
}

impl Plan {
    /// Whether a client that sets this value lets go of a control.
    pub(super) fn is_release(&self, prop: PropNo, value: &Value) -> bool {
        self.prop(prop).hold.is_some() && self.is_safe(prop, value)
    }

    /// Whether this is the value that a held property has when nobody holds it.
    fn is_safe(&self, prop: PropNo, value: &Value) -> bool {
        self.prop(prop).hold.as_ref().is_none_or(|hold| hold.is_safe(value))
    }
}

impl Engine {
    /// The time after which a value of this property is too old to be carried out, if the property is held.
    pub(super) fn hold_deadline(&self, prop: PropNo) -> Option<Duration> {
        let hold = self.plan.prop(prop).hold.as_ref()?;
        let deadline = self.plan.in_row(hold.deadline, self.plan.row_of(prop));
        let seconds = self.truth.store.value(deadline).and_then(Value::get::<f64>).copied().unwrap_or_default();
        // What is not a time counts as the shortest one.
        Some(Duration::try_from_secs_f64(seconds).unwrap_or_default().clamp(SHORTEST, LONGEST))
    }

    /// Whether a client may set a held property.
    ///
    /// # Errors
    /// The value is older than the deadline, a loop of the program is silent, another client holds the control, the page is
    /// hidden, or it must let go first.
    pub(super) fn may_hold(&self, client: ClientId, checked: &Checked) -> Result<(), Refusal> {
        let Checked { prop, value, age, .. } = checked;
        let (prop, age) = (*prop, *age);
        // Everybody may let go at any time.
        let Some(lifespan) = self.hold_deadline(prop).filter(|_| !self.plan.is_safe(prop, value)) else {
            return Ok(());
        };
        if age >= lifespan {
            return Err(Refusal::Expired { age, lifespan });
        }
        let name = || self.plan.prop(prop).name();
        if let Some(stalled) = self.loops.stalled() {
            return Err(Refusal::Stalled { prop: name(), by: stalled.to_owned() });
        }
        match self.holds.held.get(&self.whose(client, prop)) {
            Some(hold) if hold.client != client => {
                let holder = self.roster.get(hold.client).map(|session| session.client.user().to_string());
                return Err(Refusal::Held { prop: name(), by: holder.unwrap_or_else(|| "a program".to_owned()) });
            }
            _ => {}
        }
        // The page's script lets go before it says so. A script that goes on holds what nobody sees.
        let is_hidden = self.roster.get(client).is_some_and(|session| session.hidden);
        if is_hidden || self.holds.released.contains(&(client, prop)) { Err(Refusal::Released(name())) } else { Ok(()) }
    }

    /// A client has set a held property, as its page was `age` ago.
    pub(super) fn held_now(&mut self, now: Duration, age: Duration, client: ClientId, prop: PropNo, value: &Value) {
        let Some(deadline) = self.hold_deadline(prop) else { return };
        let whose = self.whose(client, prop);
        self.holds.released.remove(&(client, prop));
        if self.plan.is_safe(prop, value) {
            if let Some(hold) = self.holds.held.remove(&whose)
                && hold.client != client
            {
                // Somebody has stopped it. What its holder does next must not undo that.
                self.must_let_go(hold.client, prop);
            }
            return;
        }
        let proven = now.saturating_sub(age);
        let hold = self.holds.held.entry(whose).or_insert_with(|| {
            // The next beat may be planned for a longer deadline.
            self.holds.next = now;
            Hold { client, proven, deadline }
        });
        (hold.proven, hold.deadline) = (hold.proven.max(proven), deadline);
    }

    /// Whose value a client sets.
    fn whose(&self, client: ClientId, prop: PropNo) -> Held {
        (prop, Some(client).filter(|_| self.plan.prop(prop).private))
    }

    /// The client must let go before it holds the control again.
    fn must_let_go(&mut self, client: ClientId, prop: PropNo) {
        // Who is not known any more never comes again.
        if self.roster.has(client) || self.requests.callers.has(client) {
            self.holds.released.insert((client, prop));
        }
    }

    /// Whether this value, as JSON, lets go of the control.
    pub(super) fn lets_go(&self, prop: PropNo, json: &str) -> bool {
        let wiring = self.plan.prop(prop);
        wiring.hold.is_some() && (wiring.info.ty.decode)(json).is_ok_and(|value| self.plan.is_release(prop, &value))
    }

    /// Whether a command lets go of the control. Then what waits does not move it any more.
    pub(super) fn begin_release(&mut self, client: ClientId, prop: PropNo, value: &Value, fx: &mut Effects) -> bool {
        let releases = self.plan.is_release(prop, value);
        if releases {
            self.supersede(self.whose(client, prop), fx);
        }
        releases
    }

    /// The controls that somebody holds and that these changes set to their safe values.
    pub(super) fn stopped_by<'a>(
        &self,
        changes: impl Iterator<Item = (PropNo, &'a Write)>,
        whose: Option<ClientId>,
    ) -> Vec<Held> {
        let stopped = changes.filter(|(prop, write)| {
            let is_held = self.holds.held.contains_key(&(*prop, whose));
            is_held && matches!(write, Write::Set(value) if self.plan.is_safe(*prop, value))
        });
        stopped.map(|(prop, _)| (prop, whose)).collect()
    }

    /// The program or a callback has stopped these. What waits, and the next moves of who held them, must not undo that.
    pub(super) fn stop(&mut self, now: Duration, stopped: Vec<Held>, fx: &mut Effects) {
        stopped.into_iter().for_each(|held| self.release(now, held, fx));
    }

    /// Whether a value may take effect again that the device had before: not if it counts only while somebody holds the
    /// control, and nobody does.
    pub(super) fn may_give_back(&self, prop: PropNo, value: &Value) -> bool {
        self.plan.is_safe(prop, value) || self.holds.held.contains_key(&(prop, None))
    }

    /// The page echoes a beat: it holds these controls.
    pub(super) fn echo(&mut self, client: ClientId, beat: u64, props: &[u64]) {
        let Some(&(_, sent)) = self.holds.beats.iter().find(|(number, _)| *number == beat) else { return };
        for ((prop, _), hold) in &mut self.holds.held {
            // The page may know it by another name that `bind` made one property with it.
            let mut names = self.plan.prop(*prop).aliases.iter().chain([prop]);
            if hold.client == client && names.any(|name| props.contains(&name.wire())) {
                hold.proven = hold.proven.max(sent);
            }
        }
    }

    /// Sets the safe values of controls whose deadline has passed, and sends the next beat if it is time.
    pub(super) fn watch_holds(&mut self, now: Duration, fx: &mut Effects) {
        if self.holds.held.is_empty() {
            return;
        }
        let late = self.holds.held.iter().filter(|(_, hold)| now >= hold.proven + hold.deadline);
        let late: Vec<Held> = late.map(|(held, _)| *held).collect();
        late.into_iter().for_each(|held| self.release(now, held, fx));
        if now < self.holds.next {
            return;
        }
        // A script that does not know of it goes on to hold what the program has disabled.
        self.release_where(now, |engine, prop, client| engine.is_all_disabled(client, prop), fx);
        let Some(shortest) = self.holds.held.values().map(|hold| hold.deadline).min() else { return };
        self.holds.next = now + shortest / BEATS;
        let number = self.holds.beats.back().map_or(1, |(last, _)| last + 1);
        self.holds.beats.push_back((number, now));
        if self.holds.beats.len() > KEPT {
            self.holds.beats.pop_front();
        }
        let holders: BTreeSet<ClientId> = self.holds.held.values().map(|hold| hold.client).collect();
        for id in holders {
            if let Some(session) = self.roster.get_mut(id) {
                session.beat = Some(number);
                fx.wake_client(id);
            }
        }
    }

    /// The page of this client cannot hold anything any more: it is hidden, cut off, closed or taken over.
    pub(super) fn release_all_of(&mut self, now: Duration, client: ClientId, fx: &mut Effects) {
        let held = self.holds.held.iter().filter(|(_, hold)| hold.client == client);
        let held: Vec<Held> = held.map(|(held, _)| *held).collect();
        held.into_iter().for_each(|held| self.release(now, held, fx));
    }

    /// Whether each control of this property is disabled for the client, so that none is left to hold.
    fn is_all_disabled(&self, client: ClientId, prop: PropNo) -> bool {
        let mut controls = self.plan.prop(prop).aliases.iter().chain([&prop]);
        controls.all(|control| !self.plan.prop(*control).info.writable || self.is_disabled(client, *control))
    }

    /// Releases what is held and fits: the control must not move anything any more.
    pub(super) fn release_where(
        &mut self,
        now: Duration,
        fits: impl Fn(&Self, PropNo, ClientId) -> bool,
        fx: &mut Effects,
    ) {
        let held = self.holds.held.iter().filter(|((prop, _), hold)| fits(self, *prop, hold.client));
        let held: Vec<Held> = held.map(|(held, _)| *held).collect();
        held.into_iter().for_each(|held| self.release(now, held, fx));
    }

    /// Whether the client holds a control that is under this gate.
    pub(super) fn holds_something(&self, gate: GateNo, client: ClientId) -> bool {
        let mut held = self.holds.held.iter().filter(|(_, hold)| hold.client == client);
        held.any(|((prop, _), _)| self.plan.prop(*prop).under.contains(&gate))
    }

    /// Whether the client moves something at present: it holds a control, or is in control.
    pub(crate) fn drives(&self, client: ClientId) -> bool {
        self.has_control(client) || self.holds.held.values().any(|hold| hold.client == client)
    }

    /// What somebody holds.
    pub(super) fn all_held(&self) -> Vec<Held> {
        self.holds.held.keys().copied().collect()
    }

    /// How many are remembered who must let go.
    #[cfg(test)]
    pub(super) fn released(&self) -> usize {
        self.holds.released.len()
    }

    #[cfg(test)]
    pub(super) fn beat_sent(&self, beat: u64) -> Option<Duration> {
        self.holds.beats.iter().find(|(number, _)| *number == beat).map(|(_, sent)| *sent)
    }

    /// These properties are gone.
    pub(super) fn forget_released(&mut self, is_gone: impl Fn(PropNo) -> bool) {
        self.holds.released.retain(|(_, prop)| !is_gone(*prop));
    }

    /// How many are remembered who must let go of a control in a row.
    #[cfg(test)]
    pub(super) fn released_rows(&self) -> usize {
        self.holds.released.iter().filter(|(_, prop)| !self.plan.row_of(*prop).is_none()).count()
    }

    /// The client is forgotten.
    pub(super) fn forget_holds(&mut self, client: ClientId) {
        self.holds.released.retain(|(other, _)| *other != client);
    }

    /// Sets the safe value for the person who held the control. What was sent before and still waits does not move
    /// anything any more.
    pub(super) fn release(&mut self, now: Duration, held: Held, fx: &mut Effects) {
        let (prop, _) = held;
        let Some(hold) = self.holds.held.remove(&held) else { return };
        let Some(plan) = &self.plan.prop(prop).hold else { return };
        let (client, safe) = (hold.client, plan.safe.clone());
        self.supersede(held, fx);
        if self.is_leaving(prop) {
            // The row never comes back, so nobody has to let go of it.
            self.make_safe(now, client, prop, safe, fx);
            return;
        }
        self.must_let_go(client, prop);
        self.enter_release(now, client, prop, safe, fx);
    }

    /// Sets the safe value. It is never refused.
    fn enter_release(&mut self, now: Duration, client: ClientId, prop: PropNo, safe: Value, fx: &mut Effects) {
        let order = if self.plan.prop(prop).written { Order::AtTurn } else { Order::AtArrival };
        let changes = vec![(prop, Action::Write(Write::Set(safe)))];
        let entry = Entry::new(Sender::Client(client), changes, order).safe();
        let _ = self.enter(now, entry, fx);
    }

    /// The client lets go of a control, apart from everything else that it wants.
    pub(super) fn let_go(&mut self, now: Duration, client: ClientId, prop: PropNo, safe: &Value, fx: &mut Effects) {
        self.enter_release(now, client, prop, safe.clone(), fx);
        self.held_now(now, Duration::ZERO, client, prop, safe);
    }

    /// Drops the values that still wait, of whoever has set them: the safe value overtakes them.
    pub(super) fn supersede(&mut self, (prop, whose): Held, fx: &mut Effects) {
        debug_assert!(self.plan.prop(prop).info.kind == Kind::State, "only a value is held");
        let rev = self.truth.store.rev();
        let mut replaced: Vec<Ticket> = Vec::new();
        for (_, lane) in self.scheduler.lanes_mut() {
            lane.drop_events(|item| {
                let (of, ticket) = (item.client, item.ticket);
                let Cause::Changes(changes) = &mut item.cause else { return false };
                // The views of private callbacks get the safe value in its order.
                if changes.merge == Merge::View || whose.is_some_and(|client| of != Some(client)) {
                    return false;
                }
                if changes.values.remove(&prop).is_none() || !changes.values.is_empty() {
                    return false;
                }
                replaced.extend(ticket);
                changes.new_rows.is_empty()
            });
        }
        for ticket in replaced {
            self.counts.merged += 1;
            self.island_done(ticket, Done::Merged { rev });
            fx.wake_client(ticket.client);
        }
    }
}
