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

pub(crate) mod batch;
pub(crate) mod clients;
mod commit;
pub(crate) mod computed;
pub(crate) mod effects;
pub(crate) mod entry;
mod hooks;
mod ingress;
mod islands;
pub(crate) mod joining;
mod journal;
pub(crate) mod lane;
mod live;
mod notes;
pub(crate) mod page_requests;
pub(crate) mod places;
pub(crate) mod plan;
pub(crate) mod push;
pub(crate) mod requests;
pub(crate) mod router;
pub(crate) mod rows;
pub(crate) mod session;
mod sources;
mod starting;
pub(crate) mod store;
#[cfg(test)]
mod tests;
pub(crate) mod turns;

use std::{
    collections::{BTreeMap, BTreeSet, HashMap},
    sync::Arc,
    time::Duration,
};

use bytes::Bytes;
use effects::{Counts, Effects};
use entry::{Action, Blocked, By, Entry, Order};
pub(crate) use joining::Greeting;
use lane::{Cause, Item, Lane, LaneId, Number, Ticket};
use places::{Contents, Placing};
use plan::Plan;
use requests::Requests;
use session::{Done, Numbered, Session, SocketNo};
use store::{Slot, Store};

use crate::{
    callback::{call::Write, lend::Part, spec::Scope},
    client::ClientId,
    handle::link::Link,
    numbers::{CallbackNo, ComponentNo, IslandNo, ListNo, PropNo, RowNo},
    prop::Kind,
    protocol::{
        client::{Command, Incoming, Refusal, parse},
        limits::Limits,
        server::{self, Outcome, Update},
    },
    value::Value,
};

/// The state of one running dashboard.
pub(crate) struct Engine {
    plan: Arc<Plan>,
    limits: Limits,
    epoch: String,
    /// What everybody sees, and what a private property is for a client to whom nothing happened yet.
    store: Store,
    /// Whether anything runs; before, what comes waits in its queue.
    started: bool,
    /// The way back, for handles that callbacks ask for.
    link: Option<Arc<Link>>,
    /// The device, in as many parts as the callbacks allow; `None` while lent.
    parts: Vec<Option<Part>>,
    /// What is in the pieces of the page, as everybody sees them.
    contents: Contents,
    /// For whom components were placed: for everybody, or for clients.
    placed_for: BTreeMap<ComponentNo, Scope>,
    /// One lane per island; unused for islands that have one per client.
    lanes: Vec<Lane>,
    sessions: BTreeMap<ClientId, Session>,
    tokens: HashMap<String, ClientId>,
    /// Clients without a socket, the longest gone first.
    away: Vec<ClientId>,
    requests: Requests,
    next_client: u64,
    next_socket: u64,
    next_run: u64,
    new_data: fn() -> Part,
    /// How many look: pages that can be seen, and programs that listen.
    viewers: usize,
    /// For each source, when it ran last.
    sources: BTreeMap<CallbackNo, Option<Duration>>,
    /// Turns with something to send, and when they are to send it even if they go on.
    deadlines: BTreeMap<LaneId, Duration>,
    /// Clients without a socket by the time at which they count as gone.
    leaving: BTreeSet<(Duration, ClientId)>,
    /// Rows that have come, and whose callbacks have not heard of it.
    newborn: Vec<(ListNo, RowNo)>,
    /// Shared properties of which some client was given a value of its own.
    overridden: BTreeSet<PropNo>,
    /// The last update that was made, by the revisions it leads from and to: clients in step share it.
    shared: Option<(u64, u64, Arc<Shared>)>,
    counts: Counts,
}

/// An update for everybody who has the same revision.
struct Shared {
    update: Update,
    frame: Bytes,
}

impl Engine {
    /// Without a device yet: nothing runs, but values can be pushed and read.
    pub(crate) fn new(plan: Arc<Plan>, slots: Vec<Slot>, new_data: fn() -> Part) -> Self {
        let lanes = plan.islands.iter().map(|island| {
            let mut lane = Lane::new(view(&island.view, &plan, &slots));
            if !island.per_client {
                // Before anything that is pushed.
                lane.offer(Item { client: None, ticket: None, cause: Cause::Start });
            }
            lane
        });
        let lanes = lanes.collect();
        let sources = plan
            .numbered_callbacks()
            .filter(|(_, callback)| callback.every.is_some())
            .map(|(no, _)| (no, None))
            .collect();
        let mut engine = Self {
            epoch: String::new(),
            contents: plan.page.contents(&slots),
            placed_for: BTreeMap::new(),
            store: Store::new(slots, plan.props.iter().map(|prop| prop.twins.clone()).collect()),
            started: false,
            link: None,
            parts: Vec::new(),
            lanes,
            sessions: BTreeMap::new(),
            tokens: HashMap::new(),
            away: Vec::new(),
            requests: Requests::default(),
            next_client: 1,
            next_socket: 1,
            next_run: 1,
            new_data,
            sources,
            deadlines: BTreeMap::new(),
            leaving: BTreeSet::new(),
            newborn: Vec::new(),
            viewers: 0,
            overridden: BTreeSet::new(),
            shared: None,
            counts: Counts::default(),
            plan,
            limits: Limits::default(),
        };
        engine.set_out_rows();
        engine
    }

    /// What is known only when it is about to start. `epoch` tells this run of the program from every other one.
    pub(crate) fn equip(&mut self, device: Part, epoch: String, limits: Limits, link: Option<Arc<Link>>) {
        self.parts = self.plan.parts(device).into_iter().map(Some).collect();
        self.epoch = epoch;
        self.limits = limits;
        self.link = link;
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
        self.store.rev()
    }

    /// The property as everybody sees it.
    pub(crate) fn slot(&self, prop: PropNo) -> &Slot {
        self.store.slot(prop)
    }

    /// The values that a page starts with, but for those in rows: those that everybody sees.
    pub(crate) fn slots(&self) -> impl Iterator<Item = &Slot> {
        self.plan.numbering.table().map(|prop| self.store.slot(prop))
    }

    /// How many clients have a socket.
    pub(crate) fn clients(&self) -> usize {
        self.sessions.values().filter(|session| session.socket.is_some()).count()
    }

    /// Whether every queue is empty and nothing runs.
    #[cfg(test)]
    pub(crate) fn is_idle(&self) -> bool {
        self.lanes.iter().chain(self.sessions.values().flat_map(|session| session.lanes.values())).all(Lane::is_idle)
    }

    /// Runs what is to run before anybody comes.
    pub(crate) fn start(&mut self, now: Duration, fx: &mut Effects) {
        for (no, ran) in &mut self.sources {
            // Nobody looks yet.
            *ran = Some(now).filter(|_| !self.plan.callbacks[*no].watched());
        }
        self.started = true;
        for island in self.islands() {
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
        let Some(session) = self.sessions.get_mut(&id) else { return };
        match session.number(command.number) {
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
        let done = session
            .may_command(now, &self.limits)
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
        let own = self.sessions.get(&id).and_then(|session| session.own.get(&prop));
        own.unwrap_or_else(|| self.store.slot(prop))
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

    fn islands(&self) -> impl Iterator<Item = IslandNo> + Clone + use<> {
        (0..self.lanes.len()).map(IslandNo::new)
    }

    fn private_islands(&self) -> Vec<IslandNo> {
        let is_private = |island: &IslandNo| {
            self.plan.islands[*island].callbacks.iter().any(|callback| !self.plan.callbacks[*callback].shared())
        };
        self.islands().filter(is_private).collect()
    }

    fn lane_of(&self, island: IslandNo, id: ClientId) -> LaneId {
        LaneId { island, client: self.plan.islands[island].per_client.then_some(id) }
    }

    /// The lane, made if the client does not have it yet.
    fn lane(&mut self, id: LaneId) -> &mut Lane {
        let session = id.client.and_then(|client| self.sessions.get_mut(&client));
        match session {
            Some(session) => session.lanes.entry(id.island).or_insert_with(|| {
                let (plan, store) = (&self.plan, &self.store);
                let shared = plan.islands[id.island].view.iter().filter(|prop| !plan.prop(**prop).private);
                let values = shared.flat_map(|prop| store.each(plan, *prop));
                Lane::new(values.filter_map(|prop| Some((prop, store.value(prop)?.clone()))).collect())
            }),
            None => &mut self.lanes[id.island.place()],
        }
    }

    /// Whether nothing runs or waits in the lane.
    fn is_idle_lane(&self, id: LaneId) -> bool {
        let lane = match id.client {
            Some(client) => self.sessions.get(&client).and_then(|session| session.lanes.get(&id.island)),
            None => self.lanes.get(id.island.place()),
        };
        lane.is_none_or(Lane::is_idle)
    }

    /// Queues an item and, if nothing runs, starts it.
    fn offer(&mut self, now: Duration, lane: LaneId, item: Item, fx: &mut Effects) {
        let rev = self.store.rev();
        if let Some(ticket) = self.lane(lane).offer(item) {
            self.counts.merged += 1;
            self.island_done(ticket, Done::Merged { rev });
            fx.wake_client(ticket.client);
        }
        self.run(now, lane, fx);
    }

    /// Everything that is new for this client, as one frame; `None` if it is in step.
    pub(crate) fn poll_frame(&mut self, id: ClientId, socket: SocketNo) -> Option<Bytes> {
        let rev = self.store.rev();
        let session = self.sessions.get_mut(&id).filter(|session| session.socket == Some(socket))?;
        let from = std::mem::replace(&mut session.sent, rev);
        let untold = session.has_untold();
        if from == rev && !untold {
            return None;
        }
        let mut own = Update::default();
        session.write_own(from, &mut own);
        session.write_outcomes(&mut own);
        session.notes.write_since(from, &mut own);
        if session.hides_news(from, &self.store) {
            let hidden = |prop: PropNo| session.own.contains_key(&prop);
            return Some(Bytes::from(Update::frame(&[&self.store.update_without(from, hidden), &own], rev)));
        }
        let shared = match &self.shared {
            Some((a, b, shared)) if (*a, *b) == (from, rev) => Arc::clone(shared),
            _ => {
                let update = self.store.update_since(from);
                let frame = Bytes::from(Update::frame(&[&update], rev));
                let shared = Arc::new(Shared { update, frame });
                self.shared = Some((from, rev, Arc::clone(&shared)));
                shared
            }
        };
        if own.is_empty() {
            // Somebody else's private change moves the revision on, and is nothing to tell.
            return (!shared.update.is_empty() || from == 0).then(|| shared.frame.clone());
        }
        Some(Bytes::from(Update::frame(&[&shared.update, &own], rev)))
    }
}

fn view(props: &[PropNo], plan: &Plan, slots: &[Slot]) -> BTreeMap<PropNo, Value> {
    let shared = props.iter().filter(|prop| !plan.prop(**prop).private);
    shared.filter_map(|prop| Some((*prop, slots[*prop].value()?.clone()))).collect()
}

fn outcome(number: u64, outcome: &Outcome) -> Update {
    let mut update = Update::default();
    outcome.write(number, &mut update.outcomes);
    update.outcomes.push(',');
    update
}
