//! One client as the engine knows it: whether it is there, its commands, its data, and what it alone sees.

use std::{collections::BTreeMap, sync::Arc, time::Duration};

use super::{
    commands::Commands,
    notes::Notes,
    places::Contents,
    presence::Presence,
    store::{Change, Slot, Store},
};
use crate::{
    callback::lend::Part,
    client::Client,
    numbers::{IslandNo, PropNo, PropRange},
    protocol::{limits::Limits, server::Update},
    value::Value,
};

/// Which socket of a client: a later one takes over.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct SocketNo(pub(crate) u64);

/// One client.
pub(crate) struct Session {
    pub(crate) client: Client,
    pub(crate) token: String,
    pub(crate) presence: Presence,
    pub(crate) hooks: Hooks,
    /// What a page has of before this revision is of another session, and counts for nothing. 0 for a new page.
    pub(crate) since: u64,
    /// Everything up to here was handed to the socket.
    pub(crate) sent: u64,
    /// What the program has to say to the person.
    pub(crate) notes: Notes,
    /// The socket that the program has closed last, and why; `None` for a client that had none, and is to hear of it when
    /// it comes back.
    pub(crate) parted: Option<(Option<SocketNo>, Arc<str>)>,
    /// Whether nobody can see the page, as it says.
    pub(crate) hidden: bool,
    /// Whether it is one of those who look: [`is_looked_at`](Self::is_looked_at), as it was counted last.
    pub(crate) looks: bool,
    pub(crate) data: Data,
    pub(crate) commands: Commands,
    /// Private values. A property that is not here has the shared starting value.
    pub(crate) own: BTreeMap<PropNo, Slot>,
    /// The same values as of each island's place in the order of events, as `Lane::view` is for shared state. What is
    /// not here was never changed.
    pub(crate) views: BTreeMap<(IslandNo, PropNo), Value>,
    /// What is in the pieces of the page of which this client has a view of its own.
    pub(crate) contents: Contents,
}

/// How far the callbacks are that run because a client comes or goes.
#[derive(Debug, Default)]
pub(crate) struct Hooks {
    /// How many queues still have its private connect hooks before them.
    pub(crate) greetings: usize,
    /// How many queues still have its disconnect hooks before them.
    pub(crate) farewells: usize,
    /// Whether its other private callbacks were started.
    pub(crate) started: bool,
}

/// The typed data of a client.
pub(crate) struct Data {
    /// `None` while a callback has it.
    here: Option<Part>,
    /// What it was when a callback got it, for others to look at; only if it can be copied.
    copy: Option<Part>,
}

impl Data {
    /// For a callback; `copy` is left behind.
    pub(crate) fn lend(&mut self, copy: Option<fn(&Part) -> Option<Part>>) -> Option<Part> {
        self.copy = copy.zip(self.here.as_ref()).and_then(|(copy, data)| copy(data));
        self.here.take()
    }

    /// It is back.
    pub(crate) fn give_back(&mut self, data: Part) {
        *self = Self { here: Some(data), copy: None };
    }

    /// What others may look at just now.
    pub(crate) fn seen(&self) -> Option<&Part> {
        self.copy.as_ref().or(self.here.as_ref())
    }
}

impl Session {
    pub(crate) fn new(client: Client, token: String, data: Part, now: Duration, limits: &Limits) -> Self {
        Self {
            client,
            token,
            presence: Presence::New,
            hooks: Hooks::default(),
            since: 0,
            sent: 0,
            notes: Notes::default(),
            parted: None,
            hidden: false,
            looks: false,
            data: Data { here: Some(data), copy: None },
            commands: Commands::new(now, limits),
            own: BTreeMap::new(),
            views: BTreeMap::new(),
            contents: Contents::default(),
        }
    }

    /// Whether somebody can see the page, and what is new reaches it.
    pub(crate) const fn is_looked_at(&self) -> bool {
        matches!(self.presence, Presence::Here { .. }) && !self.hidden
    }

    /// Forgets what is in these cells, which are gone with their row.
    pub(crate) fn remove_cells(&mut self, cells: &PropRange, islands: impl Iterator<Item = IslandNo>) {
        self.own.extract_if(cells.clone(), |_, _| true).for_each(drop);
        // By range: however many other rows there are, nobody looks at them.
        for island in islands {
            let views = (island, cells.start)..(island, cells.end);
            self.views.extract_if(views, |_, _| true).for_each(drop);
        }
    }

    /// Changes a value that this client has for itself; what it is before that is `common`.
    pub(crate) fn apply(&mut self, prop: PropNo, change: Change, rev: u64, common: &Slot) {
        self.own.entry(prop).or_insert_with(|| common.clone()).apply(change, rev);
    }

    /// Whether something in the store is newer than `from` that this client has another value of. A page that knows
    /// nothing (`from` is 0) gets both, its own last.
    pub(crate) fn hides_news(&self, from: u64, store: &Store) -> bool {
        from > 0 && self.own.keys().any(|prop| store.slot(*prop).rev() > from)
    }

    /// Private values newer than `from`.
    pub(crate) fn write_own(&self, from: u64, update: &mut Update) {
        for (prop, slot) in self.own.iter().filter(|(_, slot)| slot.rev() > from) {
            slot.write_since(*prop, from, update);
        }
    }
}
