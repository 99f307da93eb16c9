//! Held controls: a value that is in effect only while a person holds the control (dead man's control).
//!
//! While a control is held, the server sends numbered beats to its page, and the page echoes each one at once if the
//! control is really held and the page is visible. An echo proves that the page was there when the beat was sent, however
//! long the echo was on its way. If the newest proof is older than the deadline, the server sets the safe value, which
//! is the default of the property. So it does when the page is hidden, closed, cut off or taken over.
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
    ingress::Checked,
    item::{Cause, Ticket},
    plan::Plan,
};
use crate::{
    callback::call::Write, client::ClientId, numbers::PropNo, prop::Kind, protocol::client::Refusal, value::Value,
};

/// So many beats are sent within the shortest deadline.
const BEATS: u32 = 5;

/// Deadlines outside of these bounds are moved to the nearer one.
const SHORTEST: Duration = Duration::from_millis(50);
const LONGEST: Duration = Duration::from_secs(10);

/// Beats whose echo still proves something.
const KEPT: usize = 256;

/// What the plan knows about a property that is held.
#[derive(Debug, Clone)]
pub(crate) struct HoldPlan {
    /// The value that is set when nobody holds it.
    pub(crate) safe: Value,
    /// The property with the deadline, in seconds.
    pub(crate) deadline: PropNo,
}

/// A control that somebody holds.
struct Hold {
    client: ClientId,
    /// When its page was last known to hold it.
    proven: Duration,
    deadline: Duration,
}

/// All controls that are held.
#[derive(Default)]
pub(super) struct Holds {
    held: BTreeMap<PropNo, Hold>,
    /// Who must let go before holding again.
    released: BTreeSet<(ClientId, PropNo)>,
    /// The latest beats, by number, with the times at which they were sent.
    beats: VecDeque<(u64, Duration)>,
    /// When the next beat is sent.
    next: Duration,
}

impl Holds {
    /// The time of the next beat or deadline.
    pub(super) fn next_timeout(&self) -> Option<Duration> {
        let deadlines = self.held.values().map(|hold| hold.proven + hold.deadline);
        deadlines.min().map(|deadline| deadline.min(self.next))
    }
}

impl Plan {
    /// Whether this is the value that a held property has when nobody holds it.
    fn is_safe(&self, prop: PropNo, value: &Value) -> bool {
        self.prop(prop).hold.as_ref().is_none_or(|hold| hold.safe.json() == value.json())
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
    /// The value is older than the deadline, another client holds the control, or this one must let go first.
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
        match self.holds.held.get(&prop) {
            Some(hold) if hold.client != client => {
                let holder = self.roster.get(hold.client).map(|session| session.client.user().to_string());
                return Err(Refusal::Held { prop: name(), by: holder.unwrap_or_else(|| "a program".to_owned()) });
            }
            _ => {}
        }
        if self.holds.released.contains(&(client, prop)) { Err(Refusal::Released(name())) } else { Ok(()) }
    }

    /// A client has set a held property, as its page was `age` ago.
    pub(super) fn held_now(&mut self, now: Duration, age: Duration, client: ClientId, prop: PropNo, value: &Value) {
        let Some(deadline) = self.hold_deadline(prop) else { return };
        self.holds.released.remove(&(client, prop));
        if self.plan.is_safe(prop, value) {
            self.holds.held.remove(&prop);
            return;
        }
        if self.holds.held.is_empty() {
            self.holds.next = now;
        }
        let proven = now.saturating_sub(age);
        let hold = self.holds.held.entry(prop).or_insert(Hold { client, proven, deadline });
        (hold.proven, hold.deadline) = (hold.proven.max(proven), deadline);
    }

    /// The page echoes a beat: it holds these controls.
    pub(super) fn echo(&mut self, client: ClientId, beat: u64, props: &[u64]) {
        let Some(&(_, sent)) = self.holds.beats.iter().find(|(number, _)| *number == beat) else { return };
        for (prop, hold) in &mut self.holds.held {
            if hold.client == client && props.contains(&prop.wire()) {
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
        let late: Vec<PropNo> = late.map(|(prop, _)| *prop).collect();
        late.into_iter().for_each(|prop| self.release(now, prop, fx));
        if now < self.holds.next {
            return;
        }
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
        let held: Vec<PropNo> = held.map(|(prop, _)| *prop).collect();
        held.into_iter().for_each(|prop| self.release(now, prop, fx));
    }

    #[cfg(test)]
    pub(super) fn beat_sent(&self, beat: u64) -> Option<Duration> {
        self.holds.beats.iter().find(|(number, _)| *number == beat).map(|(_, sent)| *sent)
    }

    /// The client is forgotten.
    pub(super) fn forget_holds(&mut self, client: ClientId) {
        self.holds.released.retain(|(other, _)| *other != client);
    }

    /// Sets the safe value for the person who held the control. What this person has sent before and still waits does
    /// not move anything any more.
    fn release(&mut self, now: Duration, prop: PropNo, fx: &mut Effects) {
        let Some(hold) = self.holds.held.remove(&prop) else { return };
        let Some(plan) = &self.plan.prop(prop).hold else { return };
        let (client, safe) = (hold.client, plan.safe.clone());
        self.holds.released.insert((client, prop));
        self.supersede(client, prop, fx);
        let entry = Entry {
            sender: Sender::Client(client),
            ticket: None,
            changes: vec![(prop, Action::Write(Write::Set(safe)))],
            order: if self.plan.prop(prop).written { Order::AtTurn } else { Order::AtArrival },
            may_merge: true,
            expires: None,
            placing: None,
            refused_by: None,
            must: true,
        };
        // It is never refused.
        let _ = self.enter(now, entry, fx);
    }

    /// Drops what this client has set before and still waits.
    fn supersede(&mut self, client: ClientId, prop: PropNo, fx: &mut Effects) {
        debug_assert!(self.plan.prop(prop).info.kind == Kind::State, "only a value is held");
        let rev = self.truth.store.rev();
        let mut replaced: Vec<Ticket> = Vec::new();
        for (_, lane) in self.scheduler.lanes_mut() {
            lane.drop_events(|item| {
                let (of, ticket) = (item.client, item.ticket);
                let Cause::Changes(changes) = &mut item.cause else { return false };
                if of != Some(client) || changes.values.remove(&prop).is_none() || !changes.values.is_empty() {
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
