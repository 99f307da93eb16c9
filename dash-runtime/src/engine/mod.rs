//! The core: events in, effects out. No sockets, no clock, no threads.
//!
//! ```text
//! push ──────────────────────────────────────────────────────► store (one revision) ──► lanes
//! hello, frame ──► session (numbers) ──► ingress (checks) ──► store (revision) ──► lanes (queues) ──► Job
//! timeout ───────► sources ─────────────────────────────────────────────────────►    │
//! Done job ──────► staged writes ──► store (one revision per turn) ◄──────────────────┘
//! poll_frame ◄──── "everything newer than what this client has"
//! ```
//!
//! Time comes in as a `Duration` since the start, randomness as tokens made by the caller; so a run can be repeated
//! exactly, and tests let years pass in a moment.

mod arrivals;
pub(crate) mod batch;
pub(crate) mod clients;
mod clock;
mod commands;
mod commit;
pub(crate) mod computed;
pub(crate) mod effects;
pub(crate) mod entry;
pub(crate) mod finish;
mod ingress;
mod islands;
pub(crate) mod item;
pub(crate) mod joining;
mod journal;
pub(crate) mod lane;
mod live;
pub(crate) mod needs;
mod notes;
pub(crate) mod page_requests;
pub(crate) mod places;
pub(crate) mod plan;
pub(crate) mod presence;
mod publish;
pub(crate) mod push;
mod reading;
pub(crate) mod requests;
mod roster;
mod route;
pub(crate) mod router;
pub(crate) mod rows;
mod scheduler;
pub(crate) mod session;
mod starting;
pub(crate) mod store;
mod table;
#[cfg(test)]
mod tests;
mod truth;
pub(crate) mod turn;
mod turns;

use std::{sync::Arc, time::Duration};

use bytes::Bytes;
use clock::Clock;
use commands::{Done, Numbered};
use effects::{Counts, Effects};
use entry::{Action, Blocked, By, Entry, Order};
use item::{Item, Number, Ticket};
pub(crate) use joining::Greeting;
use lane::{Lane, LaneId};
use places::Placing;
use plan::Plan;
use requests::Requests;
use roster::Roster;
use scheduler::Scheduler;
use session::SocketNo;
use store::Slot;
use truth::Truth;

use crate::{
    callback::{call::Write, lend::Part},
    client::ClientId,
    numbers::{IslandNo, PropNo},
    prop::Kind,
    protocol::{
        client::{Command, Incoming, Refusal, parse},
        limits::Limits,
        server::{self, Outcome, Update},
    },
    value::Value,
};

/// One running dashboard, in parts: each has its own rules, and the engine brings them together.
pub(crate) struct Engine {
    /// The wiring, which never changes.
    plan: Arc<Plan>,
    limits: Limits,
    /// Tells this run of the program from every other one.
    epoch: String,
    /// What is shown.
    truth: Truth,
    /// Who is there.
    roster: Roster,
    /// What runs.
    scheduler: Scheduler,
    /// When something happens by itself.
    clock: Clock,
    /// What came by itself, over HTTP.
    requests: Requests,
    counts: Counts,
}

impl Engine {
    /// Without a device yet: nothing runs, but values can be pushed and read.
    pub(crate) fn new(plan: Arc<Plan>, slots: Vec<Slot>, new_data: fn() -> Part) -> Self {
        let mut engine = Self {
            limits: Limits::default(),
            epoch: String::new(),
            roster: Roster::new(new_data),
            scheduler: Scheduler::new(&plan, &slots),
            clock: Clock::new(&plan),
            truth: Truth::new(&plan, slots),
            requests: Requests::default(),
            counts: Counts::default(),
            plan,
        };
        engine.set_out_rows();
        engine
    }

    /// What is known only when it is about to start. `epoch` tells this run of the program from every other one.
    pub(crate) fn configure(&mut self, device: Part, epoch: String, limits: Limits) {
        self.scheduler.take_device(self.plan.parts(device));
        self.epoch = epoch;
        self.limits = limits;
    }

    pub(crate) fn plan(&self) -> &Arc<Plan> {
        &self.plan
    }

    pub(crate) const fn limits(&self) -> &Limits {
        &self.limits
    }

    pub(crate) const fn counts(&self) -> &Counts {
        &self.counts
    }

    pub(crate) fn epoch(&self) -> &str {
        &self.epoch
    }

    pub(crate) const fn rev(&self) -> u64 {
        self.truth.store.rev()
    }

    /// The property as everybody sees it.
    pub(crate) fn slot(&self, prop: PropNo) -> &Slot {
        self.truth.store.slot(prop)
    }

    /// The values that a page starts with, but for those in rows: those that everybody sees.
    pub(crate) fn slots(&self) -> impl Iterator<Item = &Slot> {
        self.plan.numbering.table().map(|prop| self.truth.store.slot(prop))
    }

    /// How many clients have a socket.
    pub(crate) fn clients(&self) -> usize {
        self.roster.connected().count()
    }

    /// Whether every queue is empty and nothing runs.
    #[cfg(test)]
    pub(crate) fn is_idle(&self) -> bool {
        self.scheduler.is_at_rest()
    }

    /// Runs what is to run before anybody comes.
    pub(crate) fn start(&mut self, now: Duration, fx: &mut Effects) {
        self.clock.start(&self.plan, now);
        self.scheduler.start();
        for island in self.scheduler.islands() {
            self.run(now, LaneId { island, client: None }, fx);
        }
    }

    /// A text frame of a client that said hello. Returns what is to be answered at once.
    pub(crate) fn frame(&mut self, now: Duration, id: ClientId, text: &str, fx: &mut Effects) -> Option<String> {
        match parse(text) {
            Ok(Incoming::Ping) => Some(server::PONG.to_owned()),
            Ok(Incoming::Bye) => {
                self.has_gone(now, id, fx);
                None
            }
            Ok(Incoming::View { hidden }) => {
                let viewed = self.view(now, id, hidden, fx);
                viewed.err().map(|refusal| self.refuse(&refusal))
            }
            Ok(Incoming::Hello(_)) => Some(self.refuse(&Refusal::Greeted)),
            Ok(Incoming::Command(command)) => {
                self.command(now, id, &command, fx);
                None
            }
            Err(refusal) => Some(self.refuse(&refusal)),
        }
    }

    /// Counts a frame that was no command, and gives the answer to it.
    pub(crate) fn refuse(&mut self, refusal: &Refusal) -> String {
        self.counts.refused(refusal);
        server::refused(refusal)
    }

    fn command(&mut self, now: Duration, id: ClientId, command: &Command<'_>, fx: &mut Effects) {
        let Some(session) = self.roster.get_mut(id) else { return };
        match session.commands.number(command.number) {
            Numbered::Next => {}
            Numbered::Again => {
                self.counts.repeated += 1;
                fx.wake_client(id);
                return;
            }
            Numbered::Gap(refusal) => {
                self.counts.refused(&refusal);
                // It says nothing of what is newer, so it must not take the page's place on.
                let sent = session.sent;
                fx.answer = Some(Update::frame(&[&outcome(command.number, &Outcome::Refused(refusal))], sent));
                return;
            }
        }
        let ticket = Ticket { client: id, number: Number::Frame(command.number) };
        let allowed = session.commands.may_command(now, &self.limits);
        let done = allowed
            .and_then(|()| {
                let (seen, has) = (|prop| self.seen_by(id, prop), |prop| self.has(prop));
                let shown = |component| self.is_shown(id, component);
                ingress::check(&self.plan, &self.limits, command, seen, has, shown)
            })
            .and_then(|(prop, value)| self.take(now, ticket, prop, value, fx));
        match done {
            Ok(()) => self.counts.commands += 1,
            Err(refusal) => {
                self.counts.refused(&refusal);
                self.settle(ticket, Outcome::Refused(refusal));
                fx.wake_client(id);
            }
        }
    }

    /// The property as this client sees it.
    pub(crate) fn seen_by(&self, id: ClientId, prop: PropNo) -> &Slot {
        let own = self.roster.get(id).and_then(|session| session.own.get(&prop));
        own.unwrap_or_else(|| self.truth.store.slot(prop))
    }

    /// A checked command: its value takes effect at once, or in the queue of the callback that also writes the property.
    fn take(
        &mut self,
        now: Duration,
        ticket: Ticket,
        prop: PropNo,
        value: Value,
        fx: &mut Effects,
    ) -> Result<(), Refusal> {
        let wiring = self.plan.prop(prop);
        let wanted = match wiring.info.kind {
            Kind::Event => Action::Event(value),
            Kind::State | Kind::Stream => Action::Write(Write::Set(value)),
        };
        let entry = Entry {
            by: By::Client(ticket.client),
            ticket: Some(ticket),
            changes: vec![(prop, wanted)],
            order: if wiring.written { Order::AtTurn } else { Order::AtArrival },
            may_merge: true,
            placing: Placing::default(),
        };
        let entered = self.enter(now, entry, fx);
        entered.map_err(|blocked| Blocked::first(blocked).1.into())
    }

    fn private_islands(&self) -> Vec<IslandNo> {
        let is_private = |island: &IslandNo| {
            self.plan.islands[*island].callbacks.iter().any(|callback| !self.plan.callbacks[*callback].shared())
        };
        self.scheduler.islands().filter(is_private).collect()
    }

    fn lane_of(&self, island: IslandNo, id: ClientId) -> LaneId {
        LaneId { island, client: self.plan.islands[island].per_client.then_some(id) }
    }

    /// The lane, made if the client does not have it yet.
    fn lane(&mut self, id: LaneId) -> &mut Lane {
        let Self { plan, truth, scheduler, .. } = self;
        scheduler.lane_or_new(id, || {
            let shared = plan.islands[id.island].view.iter().filter(|prop| !plan.prop(**prop).private);
            let values = shared.flat_map(|prop| truth.store.each(plan, *prop));
            values.filter_map(|prop| Some((prop, truth.store.value(prop)?.clone()))).collect()
        })
    }

    /// Queues an item and, if nothing runs, starts it.
    fn offer(&mut self, now: Duration, lane: LaneId, item: Item, fx: &mut Effects) {
        let rev = self.truth.store.rev();
        if let Some(ticket) = self.lane(lane).offer(item) {
            self.counts.merged += 1;
            self.island_done(ticket, Done::Merged { rev });
            fx.wake_client(ticket.client);
        }
        self.run(now, lane, fx);
    }

    /// Everything that is new for this client, as one frame; `None` if it is in step.
    pub(crate) fn poll_frame(&mut self, id: ClientId, socket: SocketNo) -> Option<Bytes> {
        let rev = self.truth.store.rev();
        let Self { roster, truth, .. } = self;
        let session = roster.get_mut(id).filter(|session| session.presence.socket() == Some(socket))?;
        let from = std::mem::replace(&mut session.sent, rev);
        let untold = session.commands.has_untold();
        if from == rev && !untold {
            return None;
        }
        let mut own = Update::default();
        session.write_own(from, &mut own);
        session.commands.write_outcomes(&mut own);
        session.notes.write_since(from, &mut own);
        if session.hides_news(from, &truth.store) {
            let hidden = |prop: PropNo| session.own.contains_key(&prop);
            return Some(Bytes::from(Update::frame(&[&truth.store.update_without(from, hidden), &own], rev)));
        }
        let shared = truth.news_since(from);
        if own.is_empty() {
            // Somebody else's private change moves the revision on, and is nothing to tell.
            return (!shared.update.is_empty() || from == 0).then(|| shared.frame.clone());
        }
        Some(Bytes::from(Update::frame(&[&shared.update, &own], rev)))
    }
}

fn outcome(number: u64, outcome: &Outcome) -> Update {
    let mut update = Update::default();
    outcome.write(number, &mut update.outcomes);
    update.outcomes.push(',');
    update
}
