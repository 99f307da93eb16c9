//! One client: its presence, its commands, its session data, and its private values.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
    time::Duration,
};

use super::{
    commands::Commands,
    early::Early,
    notes::Notes,
    outcomes,
    pictures::Pictures,
    places::Contents,
    plan::Plan,
    presence::Presence,
    rights::View,
    store::{Change, Slot, Store},
};
use crate::{
    callback::lend::Part,
    client::Client,
    numbers::{IslandNo, PropNo, PropRange},
    protocol::{limits::Limits, server::Update},
    value::Value,
};

/// The number of a socket. A newer socket of a client replaces the older one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct SocketNo(pub(crate) u64);

/// One client.
pub(crate) struct Session {
    pub(crate) client: Client,
    pub(crate) token: String,
    /// The level of the user's role.
    pub(crate) level: u8,
    /// When it said hello for the first time.
    pub(crate) joined: Duration,
    pub(crate) presence: Presence,
    pub(crate) hooks: Hooks,
    /// The first revision that is valid for this client. Values from before it belong to another session. 0 for a new
    /// page.
    pub(crate) since: u64,
    /// The revision of the last frame that was given to the socket.
    pub(crate) sent: u64,
    /// The number of the page's connection. A hello with a lower number was given up by the page, and has come late.
    pub(crate) turn: u64,
    /// Whether the page waits for the first frame after the welcome, even if nothing has changed.
    pub(crate) awaits_frame: bool,
    /// The numbers of presses of a stop that have acted already, because the frames before them are still checked.
    pub(crate) pressed: BTreeSet<u64>,
    /// The beat to send, if its page holds a control.
    pub(crate) beat: Option<u64>,
    /// The streams of which the page wants all items: it shows them now, and its document did not have them.
    pub(crate) asked_streams: BTreeSet<PropNo>,
    /// Whether it is a relay, for all pages that only watch there.
    #[cfg(feature = "nats")]
    pub(super) is_relay: bool,
    /// Whether the relay wants all values beside the next frame.
    #[cfg(feature = "nats")]
    pub(super) asks_whole: bool,
    /// The pictures that its page wants over the socket.
    pub(crate) pictures: Pictures,
    /// Messages of the program to the person.
    pub(crate) notes: Notes,
    /// The last disconnect by the program: the socket that was closed, and the reason. The socket is `None` if the
    /// client had none. Then the page gets the reason when it reconnects.
    pub(crate) disconnected: Option<(Option<SocketNo>, Arc<str>)>,
    /// Whether the page is hidden, as the page reports it.
    pub(crate) hidden: bool,
    /// Whether nothing has come from the page for a while, although its stream is open. Then it is in control only as long
    /// as a page whose link is lost.
    pub(super) silent: bool,
    /// Whether the roster counts it as a viewer: the last known value of [`is_visible`](Self::is_visible).
    pub(crate) is_viewer: bool,
    /// Its session data. Not used while the session belongs to a login: see [`Logins`](super::logins::Logins).
    pub(crate) data: Data,
    pub(crate) commands: Commands,
    /// Its outcomes that the store has: see [`outcomes`](super::outcomes).
    pub(super) last_outcomes: outcomes::Last,
    /// Private values. A property that is missing here has the shared starting value.
    pub(crate) own: BTreeMap<PropNo, Slot>,
    /// When they were written, like [`Dated`](super::quality::Dated) for shared values.
    pub(super) own_times: BTreeMap<PropNo, Duration>,
    /// Private values as of the current item of each island's queue, like `Lane::view` for shared state. A property
    /// that is missing here has not changed.
    pub(crate) views: BTreeMap<(IslandNo, PropNo), Value>,
    /// The components in each piece of the page that this client sees differently from the others.
    pub(crate) contents: Contents,
    /// Its frames that wait for its view.
    pub(super) early: Early,
}

/// The progress of the connect and disconnect hooks.
#[derive(Debug, Default)]
pub(crate) struct Hooks {
    /// The number of queues that still have to run its private connect hooks.
    pub(crate) connect_pending: usize,
    /// The number of queues that still have to run its disconnect hooks.
    pub(crate) disconnect_pending: usize,
    /// Whether its other private callbacks were started.
    pub(crate) started: bool,
}

/// The session data of a client.
pub(crate) struct Data {
    /// `None` while a callback borrows it.
    here: Option<Part>,
    /// A copy from when a callback borrowed it, for other readers. `None` if the type cannot be copied.
    copy: Option<Part>,
}

impl Data {
    pub(super) const fn new(data: Part) -> Self {
        Self { here: Some(data), copy: None }
    }

    /// Takes the data for a callback, and keeps a copy.
    pub(crate) fn lend(&mut self, copy: Option<fn(&Part) -> Option<Part>>) -> Option<Part> {
        self.copy = copy.zip(self.here.as_ref()).and_then(|(copy, data)| copy(data));
        self.here.take()
    }

    /// The callback has returned the data.
    pub(crate) fn give_back(&mut self, data: Part) {
        *self = Self::new(data);
    }

    /// What other readers see now.
    pub(crate) fn seen(&self) -> Option<&Part> {
        self.copy.as_ref().or(self.here.as_ref())
    }
}

impl Session {
    pub(crate) fn new(client: Client, level: u8, token: String, data: Part, now: Duration, limits: &Limits) -> Self {
        Self {
            client,
            token,
            level,
            joined: now,
            presence: Presence::New,
            hooks: Hooks::default(),
            since: 0,
            sent: 0,
            turn: 0,
            awaits_frame: false,
            pressed: BTreeSet::new(),
            beat: None,
            asked_streams: BTreeSet::new(),
            #[cfg(feature = "nats")]
            is_relay: false,
            #[cfg(feature = "nats")]
            asks_whole: false,
            pictures: Pictures::default(),
            notes: Notes::default(),
            disconnected: None,
            hidden: false,
            silent: false,
            is_viewer: false,
            data: Data::new(data),
            commands: Commands::new(now, limits),
            last_outcomes: outcomes::Last::default(),
            own: BTreeMap::new(),
            own_times: BTreeMap::new(),
            views: BTreeMap::new(),
            contents: Contents::default(),
            early: Early::default(),
        }
    }

    /// The last frame of a client that is put out: the outcomes of its commands, and nothing newer than it has.
    pub(super) fn last_outcomes(&mut self, why: &str) -> Option<String> {
        let mut update = Update::default();
        self.commands.write_last_outcomes(why, &mut update);
        (!update.is_empty()).then(|| Update::frame(&[&update], self.sent))
    }

    /// The number of the next command of its page, behind those that wait for its view.
    pub(super) fn next_number(&self) -> u64 {
        self.commands.last_number() + 1 + self.early.commands() as u64
    }

    /// Whether the page is visible and has a socket.
    pub(crate) const fn is_visible(&self) -> bool {
        matches!(self.presence, Presence::Here { .. }) && !self.hidden
    }

    /// Removes the values in these cells, because their row is removed.
    pub(crate) fn remove_cells(&mut self, cells: &PropRange, islands: impl Iterator<Item = IslandNo>) {
        self.own.extract_if(cells.clone(), |_, _| true).for_each(drop);
        self.own_times.extract_if(cells.clone(), |_, _| true).for_each(drop);
        self.pictures.remove_cells(cells);
        // By range, so that the cost does not depend on the number of other rows.
        for island in islands {
            let views = (island, cells.start)..(island, cells.end);
            self.views.extract_if(views, |_, _| true).for_each(drop);
        }
    }

    /// Changes a private value. `common` is the shared value that it starts from.
    pub(crate) fn apply(&mut self, prop: PropNo, change: Change, rev: u64, common: &Slot) {
        self.own.entry(prop).or_insert_with(|| common.clone()).apply(change, rev);
    }

    /// Whether the store has a change newer than `from` of a property that this client has its own value of. For a new
    /// page (`from` is 0) the answer is no: it gets both values, its own one last.
    pub(crate) fn overrides_newer(&self, from: u64, store: &Store) -> bool {
        from > 0 && self.own.keys().any(|prop| store.slot(*prop).rev() > from)
    }

    /// Appends the private values newer than revision `from`.
    pub(crate) fn write_own(&self, from: u64, plan: &Plan, view: View, update: &mut Update) {
        for (prop, slot) in self.own.iter().filter(|(_, slot)| slot.rev() > from) {
            slot.write_for(*prop, from, plan, plan.gets(view, *prop), update);
        }
    }
}
