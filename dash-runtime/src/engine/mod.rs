//! The engine is the core of a running dashboard. Events go in, effects come out. It has no socket, no clock and no
//! thread.
//!
//! ```text
//! command ────► ingress ─┐
//! batch ──────► ingress ─┼─► enter(Entry): route and check ─► cancel ─► commit ─► queue ─► wake
//! push, fire ─► needs ───┘                                                │         │
//!                                                                         ▼         │
//! poll_frame ◄─ changes newer than the client's revision ◄───────────── truth       │
//!                                                                         ▲         ▼
//! hello, view, bye, gone ─► roster ─ hook turns ──────────────────────────│───► scheduler
//! timeout ────────────────► clock ── ticks, publish deadlines ────────────│───►     │
//!                                                                         │         ▼
//! the turn ends or its deadline passes ─► publish at one revision ────────┘       turn ◄── finish ◄── needs
//!                                                                                   │                   ▲
//!                                                                                   └─ Job ─► driver ─ Finished
//! ```
//!
//! [`Engine`] has four parts, and each part keeps its own invariants:
//!
//! - [`truth`]: the values with their revisions ([`store`]), what is on the page ([`places`]) and the rows ([`rows`]).
//! - [`roster`]: the clients by number and by session token ([`session`]), and their [`presence`].
//! - [`scheduler`]: the queue of each island ([`lane`]), the turn that runs in it ([`turn`]), and the parts of the
//!   device, each lent to one run at a time.
//! - [`clock`]: the timers of sources, of turns that must publish, and of clients without a socket.
//!
//! There is one entrance for changes, [`enter`](Engine::enter) in [`entry`]. A command, a batch, a push and a fired
//! event each become one [`Entry`]. The engine checks the entry as a whole. A blocked entry changes nothing. Otherwise
//! the engine cancels callbacks, commits the values at one revision, queues one turn per queue, and wakes the clients.
//!
//! - [`route`] decides which turns an entry starts, and what private callbacks see of it.
//! - [`lane`] is the queue. It has the one rule for merging items that wait.
//! - [`reserved`] says what the program itself must not set: states of gates, and what acts only while a person holds it.
//! - [`kept`] says which values outlive the process, and takes them back at the start.
//! - [`recording`] says what the record of a run gets. [`replaying`] shows it again.
//! - [`gates`] decides which components may be changed now: who is in control, what is stopped, what is armed.
//! - [`expiry`] drops events that have waited for too long, or whose page is closed.
//! - [`turns`] begins a turn and hands out its runs one after the other. [`reading`] collects the inputs of a run.
//! - [`watchers`] makes one client of all pages that only watch at a relay (feature `nats`).
//! - [`pictures`] gives a page the next picture when it has drawn the last one.
//! - [`overdue`] marks what a run or a source that hangs keeps from its value.
//! - [`early`] keeps what a page sends about a view that is not placed yet.
//! - [`finish`] takes a run that has ended. [`publish`] commits the writes of a turn at one revision.
//! - [`needs`] finds the user code that changes require, such as edits and row functions. That code runs outside the
//!   engine's lock, before the engine takes the changes.
//!
//! The caller passes in the time, as a `Duration` since the start, and the random tokens. So a test can repeat a run
//! exactly, and can simulate years at once.

mod answers;
mod arrivals;
pub(crate) mod audit;
mod away;
pub(crate) mod batch;
mod callers;
pub(crate) mod clients;
mod clock;
mod commands;
mod commit;
pub(crate) mod computed;
mod early;
pub(crate) mod effects;
pub(crate) mod entry;
mod expiry;
pub(crate) mod finish;
#[cfg(feature = "nats")]
pub(crate) mod fleet;
pub(crate) mod gates;
mod gathering;
pub(crate) mod holds;
mod ingress;
mod islands;
pub(crate) mod item;
pub(crate) mod joining;
mod journal;
pub(crate) mod judging;
pub(crate) mod kept;
pub(crate) mod lane;
mod live;
mod logins;
mod loops;
pub(crate) mod needs;
mod notes;
mod outcomes;
mod overdue;
pub(crate) mod page_requests;
pub(crate) mod pictures;
pub(crate) mod places;
pub(crate) mod plan;
pub(crate) mod presence;
mod publish;
pub(crate) mod push;
mod quality;
mod reading;
pub(crate) mod recording;
pub(crate) mod refused;
pub(crate) mod replaying;
mod request_keys;
pub(crate) mod requests;
mod reserved;
pub(crate) mod rights;
mod roster;
mod route;
pub(crate) mod router;
pub(crate) mod rows;
mod scheduler;
pub(crate) mod session;
mod size;
mod starting;
pub(crate) mod store;
mod table;
#[cfg(test)]
pub(crate) mod tests;
mod truth;
pub(crate) mod turn;
mod turns;
mod under_way;
#[cfg(feature = "nats")]
pub(crate) mod watchers;

use std::{sync::Arc, time::Duration};

use audit::Audit;
use bytes::Bytes;
use clock::Clock;
use commands::{Done, Numbered};
use effects::{Counts, Effects};
use entry::{Action, Blocked, Entry, Order, Sender};
use gates::Gates;
use holds::Holds;
use ingress::Checked;
use item::{Item, Number, Ticket};

pub(crate) use joining::Greeting;
use judging::Judged;
use kept::Keeping;
use lane::{Lane, LaneId};
use logins::Logins;
use loops::Loops;
use outcomes::Outcomes;
use plan::Plan;
use quality::Dated;
use recording::Recording;
use refused::Taken;
use request_keys::RequestKeys;
use requests::Requests;
use rights::Gets;
use roster::Roster;
use scheduler::Scheduler;
use session::{Session, SocketNo};
use store::Slot;
use truth::Truth;
use under_way::UnderWay;

use crate::{
    callback::{call::Write, lend::Part},
    client::ClientId,
    numbers::{IslandNo, PropNo},
    prop::Kind,
    protocol::{
        client::{Command, Incoming, Refusal},
        limits::Limits,
        server::{self, Outcome, Update},
    },
};

/// One running dashboard.
pub(crate) struct Engine {
    /// The wiring. It never changes.
    plan: Arc<Plan>,
    limits: Limits,
    /// Distinguishes this run of the program from every other run.
    epoch: String,
    truth: Truth,
    roster: Roster,
    scheduler: Scheduler,
    clock: Clock,
    taken: Taken,
    /// Commands that came over HTTP, without a page.
    requests: Requests,
    /// Controls that somebody holds.
    holds: Holds,
    /// The components that decide whether others may be changed now.
    gates: Gates,
    /// The time of the start, since the Unix epoch.
    began: Duration,
    /// Loops of the program that say regularly that they run.
    loops: Loops,
    audit: Audit,
    /// What outlives the process.
    kept: Keeping,
    /// The sessions of logins.
    logins: Logins,
    /// The outcomes that outlive the process.
    outcomes: Outcomes,
    request_keys: RequestKeys,
    under_way: UnderWay,
    /// What the record of the run gets.
    recording: Recording,
    /// What the checks of the command that is handled have said.
    judged: Judged,
    dated: Dated,
    counts: Counts,
}

impl Engine {
    /// Creates the engine without a device. No callback runs yet, but values can be pushed and read.
    pub(crate) fn new(plan: Arc<Plan>, slots: Vec<Slot>, new_data: fn() -> Part) -> Self {
        let mut engine = Self {
            limits: Limits::default(),
            epoch: String::new(),
            roster: Roster::new(new_data),
            scheduler: Scheduler::new(&plan, &slots),
            clock: Clock::new(&plan),
            taken: Taken::new(&plan, &slots),
            truth: Truth::new(&plan, slots),
            requests: Requests::default(),
            holds: Holds::default(),
            gates: Gates::new(&plan),
            began: Duration::ZERO,
            judged: Judged::default(),
            dated: Dated::default(),
            loops: Loops::default(),
            audit: Audit::new(&plan),
            kept: Keeping::default(),
            logins: Logins::default(),
            outcomes: Outcomes::new(outcomes::PREFIX),
            request_keys: RequestKeys::new(request_keys::PREFIX),
            under_way: UnderWay::new(),
            recording: Recording::default(),
            counts: Counts::default(),
            plan,
        };
        engine.create_starting_rows();
        engine
    }

    /// Sets the time of the start, since the Unix epoch. It may change, because the system's clock may be set.
    pub(crate) const fn began_at(&mut self, began: Duration) {
        self.began = began;
    }

    /// Sets what is known only at the start. `epoch` distinguishes this run of the program from every other run.
    /// A replay has no device.
    pub(crate) fn configure(&mut self, device: Option<Part>, epoch: String, limits: Limits) {
        if let Some(device) = device {
            self.scheduler.take_device(self.plan.parts(device));
        }
        self.epoch = epoch;
        self.limits = limits;
        self.size_record();
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

    /// Counts a connection that the server closes because its client does not read.
    pub(crate) const fn count_slow(&mut self) {
        self.counts.slow += 1;
    }

    /// Counts a connection that the server closes because nothing comes from its client.
    pub(crate) const fn count_silent(&mut self) {
        self.counts.silent += 1;
    }

    pub(crate) fn epoch(&self) -> &str {
        &self.epoch
    }

    pub(crate) const fn rev(&self) -> u64 {
        self.truth.store.rev()
    }

    /// The shared value of a property.
    pub(crate) fn slot(&self, prop: PropNo) -> &Slot {
        self.truth.store.slot(prop)
    }

    /// The shared values that a page starts with, without those in rows.
    pub(crate) fn slots(&self) -> impl Iterator<Item = &Slot> {
        self.plan.numbering.table().map(|prop| self.truth.store.slot(prop))
    }

    /// The number of clients that have a socket.
    pub(crate) fn clients(&self) -> usize {
        self.roster.connected().count()
    }

    /// Whether every queue is empty and no callback runs.
    #[cfg(test)]
    pub(crate) fn is_idle(&self) -> bool {
        self.scheduler.is_at_rest()
    }

    /// Starts the scheduler and the sources, before any client connects.
    pub(crate) fn start(&mut self, now: Duration, fx: &mut Effects) {
        self.scheduler.start();
        self.keep_or_drop();
        self.record_left(now);
        // In a replay, no source runs.
        if !self.plan.replays {
            self.clock.start(&self.plan, now);
        }
        self.watch_alarms(now, fx);
        // All rows are in the first turns. Those that came back must not have another one.
        self.truth.new_rows.clear();
        for island in self.scheduler.islands() {
            self.run(now, LaneId { island, client: None }, fx);
        }
    }

    /// Handles a frame of a client that has said hello. Returns the immediate answer, if there is one.
    pub(crate) fn incoming(
        &mut self,
        now: Duration,
        id: ClientId,
        frame: Result<Incoming<'_>, Refusal>,
        fx: &mut Effects,
    ) -> Option<String> {
        self.end_what_is_over(now, fx);
        let frame = match frame {
            Ok(frame) => Ok(self.put_off(now, id, frame, fx)?),
            Err(refusal) => Err(refusal),
        };
        match frame {
            Ok(Incoming::Held { beat, props }) => {
                self.echo(id, beat, &props);
                None
            }
            Ok(Incoming::Ping) => Some(server::pong(now)),
            Ok(Incoming::Bye) => {
                self.withdraw(id, fx);
                self.client_disconnected(now, id, fx);
                None
            }
            Ok(Incoming::View { hidden }) => {
                let viewed = self.view(now, id, hidden, fx);
                viewed.err().map(|refusal| self.refuse(&refusal))
            }
            Ok(Incoming::Stream { prop }) => {
                let asked = self.ask_for_stream(now, id, prop, fx);
                asked.err().map(|refusal| self.refuse(&refusal))
            }
            #[cfg(feature = "nats")]
            Ok(Incoming::Whole) => {
                let asked = self.ask_for_whole(now, id, fx);
                asked.err().map(|refusal| self.refuse(&refusal))
            }
            Ok(Incoming::Picture { prop, has, got }) => {
                match self.ask_for_picture(now, id, prop, has.as_deref(), got.as_deref()) {
                    Ok(true) => {
                        fx.wake_client(id);
                        None
                    }
                    Ok(false) => None,
                    Err(refusal) => Some(self.refuse(&refusal)),
                }
            }
            Ok(Incoming::Hello(_)) => Some(self.refuse(&Refusal::Greeted)),
            Ok(Incoming::Command(command)) => {
                self.command(now, id, &command, fx);
                None
            }
            Err(refusal) => Some(self.refuse(&refusal)),
        }
    }

    /// Counts a frame that was refused and was not a command. Returns the answer to it.
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
                // The frame carries no values, so it must not advance the page's revision.
                let sent = session.sent;
                fx.answer = Some(Update::frame(&[&outcome(command.number, &Outcome::Refused(refusal))], sent));
                return;
            }
        }
        let ticket = Ticket { client: id, number: Number::Frame(command.number) };
        if session.pressed.remove(&command.number) {
            self.counts.commands += 1;
            self.settle(ticket, Outcome::Applied { rev: self.truth.store.rev() });
            fx.wake_client(id);
            return;
        }
        let level = session.level;
        let allowed = session.commands.may_command(now, &self.limits);
        // A stop is never delayed, however many commands come.
        let allowed = if self.is_first_press(command) { Ok(()) } else { allowed };
        let done = allowed
            .and_then(|()| ingress::check(self, now, id, level, command))
            .and_then(|checked| self.take(now, ticket, checked, fx));
        match done {
            Ok(()) => self.counts.commands += 1,
            Err(refusal) => {
                self.counts.refused(&refusal);
                self.record_command(now, id, command, &refusal);
                self.settle(ticket, Outcome::Refused(refusal));
                fx.wake_client(id);
            }
        }
    }

    /// The value of a property as this client sees it.
    pub(crate) fn seen_by(&self, id: ClientId, prop: PropNo) -> &Slot {
        self.seen_in(self.roster.get(id), prop)
    }

    /// The value of a property as the client of this session sees it.
    fn seen_in<'a>(&'a self, session: Option<&'a Session>, prop: PropNo) -> &'a Slot {
        let own = session.and_then(|session| session.own.get(&prop));
        own.unwrap_or_else(|| self.truth.store.slot(prop))
    }

    /// Takes a checked command. Its value takes effect at once, or in its turn if a callback also writes the property.
    fn take(&mut self, now: Duration, ticket: Ticket, checked: Checked, fx: &mut Effects) -> Result<(), Refusal> {
        self.may_hold(ticket.client, &checked)?;
        let Checked { prop, value, expires, age } = checked;
        let releases = self.begin_release(ticket.client, prop, &value, fx);
        let held = self.plan.prop(prop).hold.is_some().then(|| value.clone());
        let wiring = self.plan.prop(prop);
        let wanted = match wiring.info.kind {
            Kind::Event => Action::Event(value),
            Kind::State | Kind::Stream => Action::Write(Write::Set(value)),
        };
        let order = if wiring.written { Order::AtTurn } else { Order::AtArrival };
        let entry = Entry {
            ticket: Some(ticket),
            expires,
            must: releases,
            releases,
            ..Entry::new(Sender::Client(ticket.client), vec![(prop, wanted)], order)
        };
        self.enter(now, entry, fx).map_err(|blocked| Blocked::first(blocked).1)?;
        if let Some(value) = held {
            self.held_now(now, age, ticket.client, prop, &value);
        }
        Ok(())
    }

    fn islands_with_private_callbacks(&self) -> Vec<IslandNo> {
        let is_private = |island: &IslandNo| {
            self.plan.islands[*island].callbacks.iter().any(|callback| !self.plan.callbacks[*callback].shared())
        };
        self.scheduler.islands().filter(is_private).collect()
    }

    fn lane_of(&self, island: IslandNo, id: ClientId) -> LaneId {
        LaneId { island, client: self.plan.islands[island].per_client.then_some(id) }
    }

    /// The lane, which is created if the client does not have it yet.
    fn lane(&mut self, id: LaneId) -> &mut Lane {
        let Self { plan, truth, scheduler, .. } = self;
        scheduler.lane_or_new(id, || {
            let shared = plan.islands[id.island].view.iter().filter(|prop| !plan.prop(**prop).private);
            let values = shared.flat_map(|prop| truth.store.each(plan, *prop));
            values.filter_map(|prop| Some((prop, truth.store.value(prop)?.clone()))).collect()
        })
    }

    /// Queues an item, and starts it if the lane is idle.
    fn offer(&mut self, now: Duration, lane: LaneId, item: Item, fx: &mut Effects) {
        let (rev, expires) = (self.truth.store.rev(), item.expires());
        let replaced = match item.releases() {
            true => self.lane(lane).offer_first(item),
            false => self.lane(lane).offer(item),
        };
        if let Some(ticket) = replaced {
            self.counts.merged += 1;
            self.island_done(ticket, Done::Merged { rev });
            fx.wake_client(ticket.client);
        }
        self.run(now, lane, fx);
        if let Some(expires) = expires
            && self.scheduler.lane(lane).is_some_and(|lane| lane.has_event_until(expires.at))
        {
            self.clock.expire_after(expires.at, lane);
        }
        self.mark_queued(now, lane, fx);
    }

    /// Whether the next frame of this client tells the outcome of a command.
    pub(crate) fn has_outcome_for(&self, id: ClientId) -> bool {
        self.roster.get(id).is_some_and(|session| session.commands.has_unreported())
    }

    /// Everything that is new for this client, as one frame. `None` if the client is up to date.
    pub(crate) fn poll_frame(&mut self, id: ClientId, socket: SocketNo) -> Option<Bytes> {
        let frame = self.poll_changes(id, socket);
        #[cfg(feature = "nats")]
        return self.with_whole(id, socket, frame);
        #[cfg(not(feature = "nats"))]
        frame
    }

    fn poll_changes(&mut self, id: ClientId, socket: SocketNo) -> Option<Bytes> {
        let rev = self.truth.store.rev();
        let Self { plan, roster, truth, .. } = self;
        let session = roster.get_mut(id).filter(|session| session.presence.socket() == Some(socket))?;
        let from = std::mem::replace(&mut session.sent, rev);
        let unreported = session.commands.has_unreported();
        let awaited = std::mem::take(&mut session.awaits_frame);
        let asks = !session.asked_streams.is_empty() || session.beat.is_some();
        if from == rev && !unreported && !asks {
            return awaited.then(|| Bytes::from(Update::frame(&[], rev)));
        }
        let view = plan.rights.view(session.level);
        if !unreported && !asks && session.own.is_empty() && session.notes.is_empty() {
            // Most clients only watch.
            return truth.shared_since(from, plan, view).frame_for(from, awaited);
        }
        let mut own = Update::default();
        session.write_own(from, plan, view, &mut own);
        session.commands.write_outcomes(&mut own);
        session.notes.write_since(from, &mut own);
        if let Some(beat) = session.beat.take() {
            own.beat = format!("{beat},");
        }
        // Usually there is none.
        while let Some(prop) = session.asked_streams.pop_first() {
            if plan.hides(view, prop) {
                continue;
            }
            // Behind what is new in it: all of it replaces what the page has.
            let slot = session.own.get(&prop).unwrap_or_else(|| truth.store.slot(prop));
            slot.write_for(prop, 0, plan, plan.gets(view, prop), &mut own);
        }
        if session.overrides_newer(from, &truth.store) {
            let gets = |prop| if session.own.contains_key(&prop) { Gets::Nothing } else { plan.gets(view, prop) };
            return Some(Bytes::from(Update::frame(&[&truth.store.update_for(from, plan, gets), &own], rev)));
        }
        let shared = truth.shared_since(from, plan, view);
        if own.is_empty() {
            return shared.frame_for(from, awaited);
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
