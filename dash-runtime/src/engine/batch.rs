//! Several commands in one HTTP request. All of them take effect at one revision, or none does.
//!
//! Each command is checked as if it came alone. Taken commands act like a push: they are in the store on arrival, and
//! each queue that they concern takes one turn for all of them. In that turn a callback runs once, however many of its
//! inputs changed. A batch differs from a push in one point: a sender waits for the outcome of its turns, so its turns
//! do not merge with others.

use std::{
    collections::{BTreeMap, btree_map},
    time::Duration,
};

use super::{
    Engine,
    effects::Effects,
    entry::{Action, Entry, Order, Sender},
    gates::{Act, GateNo},
    ingress::Checked,
    item::Ticket,
    requests::{Admitted, Asking, RequestNo},
};
use crate::{
    callback::call::Write,
    client::ClientId,
    numbers::PropNo,
    prop::Kind,
    protocol::client::{Command, Refusal},
    rights::HIGHEST,
    value::Value,
};

/// One item of a batch.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Wanted<'a> {
    /// The name of the property, such as `level.value`.
    pub(crate) name: &'a str,
    /// JSON. `null` for an event without a payload.
    pub(crate) value: &'a str,
}

/// Why a batch changed nothing.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum NotTaken {
    /// The sender may not send it now.
    Whole(Refusal),
    /// These items are refused, by their place in the list.
    Items(Vec<(usize, Refusal)>),
}

/// The changes of a batch, with the place of each in the list.
type Changes = BTreeMap<PropNo, (usize, Checked)>;

impl Engine {
    /// Takes several commands of one request. Their common outcome will be in [`answered`](Self::answered), possibly at
    /// once.
    ///
    /// # Errors
    /// Why nothing was changed.
    pub(crate) fn batch(
        &mut self,
        now: Duration,
        asking: &Asking<'_>,
        wanted: &[Wanted<'_>],
        fx: &mut Effects,
    ) -> Result<RequestNo, NotTaken> {
        self.record_asking(Some(asking));
        let asked = self.try_batch(now, asking, wanted, fx);
        match &asked {
            Ok(_) => {}
            Err(NotTaken::Whole(refusal)) => self.counts.refused(refusal),
            Err(NotTaken::Items(items)) => {
                for (at, refusal) in items {
                    self.counts.refused(refusal);
                    let Some(one) = wanted.get(*at) else { continue };
                    self.record_refused(now, ClientId(0), one.name.to_owned(), one.value, refusal);
                }
            }
        }
        self.record_asking(None);
        asked
    }

    fn try_batch(
        &mut self,
        now: Duration,
        asking: &Asking<'_>,
        wanted: &[Wanted<'_>],
        fx: &mut Effects,
    ) -> Result<RequestNo, NotTaken> {
        self.end_what_is_over(now, fx);
        // A stop is not delayed, however many requests come.
        let presses =
            |one: &Wanted<'_>| self.find_for(asking.user, one.name).is_some_and(|prop| self.presses_first(prop));
        let cost = if wanted.iter().any(presses) { 0 } else { wanted.len() };
        let asking = &if wanted.iter().all(presses) { asking.unkeyed() } else { *asking };
        let admitted = self.admit(now, asking, cost, fx);
        let client = match admitted {
            Ok(Admitted::For(client)) => client,
            // Whoever presses a stop wants it pressed now, whatever the key says of the rest.
            Ok(Admitted::Again(_)) | Err(Refusal::KeyReused) => {
                if let Ok(Admitted::For(client)) = self.admit(now, &asking.unkeyed(), 0, fx) {
                    let (changes, _) = self.check_all(now, client, asking, wanted);
                    self.close_in(now, client, &changes, |act| act == Act::Press, fx);
                }
                return match admitted {
                    Ok(Admitted::Again(request)) => Ok(request),
                    _ => Err(NotTaken::Whole(Refusal::KeyReused)),
                };
            }
            Err(refusal) => return Err(NotTaken::Whole(refusal)),
        };
        let changes = match self.check_all(now, client, asking, wanted) {
            (changes, refused) if refused.is_empty() => changes,
            (changes, refused) => {
                // What makes something safe happens all the same.
                self.let_go_in(now, client, &changes, fx);
                self.close_in(now, client, &changes, Act::closes, fx);
                return Err(NotTaken::Items(refused));
            }
        };
        let request = self.begin_request(asking, client, |engine, ticket| engine.take_all(now, ticket, &changes, fx));
        let request = request.map_err(NotTaken::Items)?;
        self.counts.commands += wanted.len() as u64;
        Ok(request)
    }

    /// Checks all items, also after a bad one, so that all faults are reported at once. Returns those that may be taken,
    /// and those that are refused.
    fn check_all(
        &self,
        now: Duration,
        client: ClientId,
        asking: &Asking<'_>,
        wanted: &[Wanted<'_>],
    ) -> (Changes, Vec<(usize, Refusal)>) {
        let mut changes = Changes::new();
        let mut refused = Vec::new();
        for (at, one) in wanted.iter().enumerate() {
            match self.check_one(now, client, asking, one) {
                Ok(Checked { prop, .. }) if changes.contains_key(&prop) => {
                    refused.push((at, Refusal::Twice(self.plan.prop(prop).name())));
                }
                Ok(checked) => _ = changes.insert(checked.prop, (at, checked)),
                Err(refusal) => refused.push((at, refusal)),
            }
        }
        refused.extend(self.refuse_closed(&mut changes));
        refused.sort_by_key(|(at, _)| *at);
        (changes, refused)
    }

    /// Refuses what is under a gate that the same batch closes: a control that it gives back, a stop that it presses, or an
    /// interlock that it disarms. The stop is pressed and the interlock disarmed all the same ([`Self::try_batch`]).
    ///
    /// The order of the items has no meaning, so there are three other rules. To change the value and then stop would move
    /// the device after somebody wanted it to stop. To stop and drop the value without a word would tell a program that
    /// it is in effect. To refuse the stop too would leave the device moving because of what else is in the batch. So what
    /// is unsafe is refused with its reason, and what is safe happens.
    fn refuse_closed(&self, changes: &mut Changes) -> Vec<(usize, Refusal)> {
        let ends = |prop: &PropNo| self.plan.prop(*prop).acts.filter(|(_, act)| act.ends());
        let mut closed: BTreeMap<_, _> = changes.keys().filter_map(ends).collect();
        if closed.is_empty() {
            return Vec::new();
        }
        // An interlock trips when a gate above it closes for all.
        let closes = closed.iter().filter(|(_, act)| act.closes());
        let mut new: Vec<(GateNo, Act)> = closes.map(|(gate, act)| (*gate, *act)).collect();
        while let Some((above, act)) = new.pop() {
            for gate in self.plan.gates[above].interlocks.iter().copied() {
                if let btree_map::Entry::Vacant(place) = closed.entry(gate) {
                    place.insert(act);
                    new.push((gate, act));
                }
            }
        }
        let of = |prop: PropNo| self.plan.prop(prop).under.iter().find_map(|gate| closed.get(gate));
        let lost = changes.extract_if(.., |prop, (_, checked)| {
            of(*prop).is_some() && !self.plan.is_release(*prop, &checked.value) && ends(prop).is_none()
        });
        let refusal = |prop| {
            let (kind, does) = match of(prop) {
                Some(Act::Press) => ("stop", "stops it"),
                Some(Act::Disarm) => ("armed", "disarms it"),
                _ => ("control", "gives control back"),
            };
            let why = format!("the same batch {does}: send that after it");
            Refusal::Gated { kind, prop: self.plan.prop(prop).name(), why }
        };
        lost.map(|(prop, (at, _))| (at, refusal(prop))).collect()
    }

    fn check_one(
        &self,
        now: Duration,
        client: ClientId,
        asking: &Asking<'_>,
        wanted: &Wanted<'_>,
    ) -> Result<Checked, Refusal> {
        let found = self.find_for(asking.user, wanted.name);
        let prop = found.ok_or_else(|| Refusal::UnknownName(wanted.name.to_owned()))?;
        let command = Command { number: 0, prop: prop.wire(), value: wanted.value, age: asking.age, at: None };
        let checked = self.check_request(now, client, asking, &command)?;
        self.may_hold(client, &checked)?;
        Ok(checked)
    }

    /// Lets go of the controls that the batch lets go of.
    fn let_go_in(&mut self, now: Duration, client: ClientId, changes: &Changes, fx: &mut Effects) {
        for (prop, (_, checked)) in changes {
            if self.begin_release(client, *prop, &checked.value, fx) {
                self.let_go(now, client, *prop, &checked.value, fx);
            }
        }
    }

    /// Closes the gates that the batch closes by such events.
    fn close_in(
        &mut self,
        now: Duration,
        client: ClientId,
        changes: &Changes,
        closes: impl Fn(Act) -> bool,
        fx: &mut Effects,
    ) {
        for (prop, (_, checked)) in changes {
            if !self.plan.prop(*prop).acts.is_some_and(|(_, act)| closes(act)) {
                continue;
            }
            let press = vec![(*prop, Action::Event(checked.value.clone()))];
            // It is never refused.
            let _ = self.enter(now, Entry::new(Sender::Client(client), press, Order::AtArrival).safe(), fx);
        }
    }

    /// Takes all changes, or none of them if one is blocked.
    fn take_all(
        &mut self,
        now: Duration,
        ticket: Ticket,
        changes: &Changes,
        fx: &mut Effects,
    ) -> Result<(), Vec<(usize, Refusal)>> {
        // What lets go of a control takes effect in any case, and before the rest.
        let lets_go =
            |(prop, (_, checked)): &(&PropNo, &(usize, Checked))| self.plan.is_release(**prop, &checked.value);
        let is_release = changes.iter().all(|change| lets_go(&change));
        let rest: Vec<(&PropNo, &(usize, Checked))> =
            changes.iter().filter(|change| is_release || !lets_go(change)).collect();
        if is_release {
            for (prop, (_, checked)) in changes {
                self.begin_release(ticket.client, *prop, &checked.value, fx);
            }
        } else {
            self.let_go_in(now, ticket.client, changes, fx);
        }
        let wanted = |(prop, (_, Checked { value, .. })): (&PropNo, &(usize, Checked))| {
            let wanted = match self.plan.prop(*prop).info.kind {
                Kind::Event => Action::Event(value.clone()),
                Kind::State | Kind::Stream => Action::Write(Write::Set(value.clone())),
            };
            (*prop, wanted)
        };
        let sender = Sender::Client(ticket.client);
        let entry = Entry {
            must: is_release,
            releases: is_release,
            ticket: Some(ticket),
            may_merge: false,
            expires: rest.iter().filter_map(|(_, (_, checked))| checked.expires).min(),
            ..Entry::new(sender, rest.iter().copied().map(wanted).collect(), Order::AtArrival)
        };
        let held = rest.iter().filter(|(prop, _)| self.plan.prop(**prop).hold.is_some());
        let held: Vec<(PropNo, Value, Duration)> =
            held.map(|(prop, (_, checked))| (**prop, checked.value.clone(), checked.age)).collect();
        let entered = self.enter(now, entry, fx);
        if entered.is_ok() {
            for (prop, value, age) in held {
                // Another part of the batch may have closed its gate, and then it has not taken effect.
                let is_open = self.pass_gates(now, ticket.client, HIGHEST, prop, Duration::ZERO).is_ok();
                if is_open || self.plan.is_release(prop, &value) {
                    self.held_now(now, age, ticket.client, prop, &value);
                }
            }
        } else {
            self.close_in(now, ticket.client, changes, Act::closes, fx);
        }
        entered.map_err(|blocked| {
            let mut refused: Vec<(usize, Refusal)> =
                blocked.into_iter().map(|(prop, blocked)| (changes[&prop].0, blocked.into())).collect();
            refused.sort_by_key(|(at, _)| *at);
            refused
        })
    }
}
