//! The known clients, by number and by session token, and the number of viewers.

use std::{
    collections::{BTreeMap, HashMap},
    time::Duration,
};

use super::{
    away::{Away, Worth},
    presence::Presence,
    session::{Session, SocketNo},
};
use crate::{callback::lend::Part, client::ClientId, words::network::Network};

/// A client that was there for a shorter time, and has sent no command, was a visit.
const VISIT: Duration = Duration::from_secs(60);

/// A token is valid as long as a client can reconnect with it. A [`Forgotten`](super::presence::Presence::Forgotten)
/// client has no token. `away` has exactly the clients that have no socket and can reconnect.
pub(super) struct Roster {
    sessions: BTreeMap<ClientId, Session>,
    tokens: HashMap<String, ClientId>,
    away: Away,
    next_client: u64,
    next_socket: u64,
    /// The number of viewers: visible pages, and programs that subscribe.
    viewers: usize,
    /// When a relay has made the newest token that was forgotten.
    #[cfg(feature = "nats")]
    pub(super) forgotten: Option<Duration>,
    new_data: fn() -> Part,
}

impl Roster {
    /// A roster without clients. `new_data` makes the session data of a new client.
    pub(super) fn new(new_data: fn() -> Part) -> Self {
        Self {
            sessions: BTreeMap::new(),
            tokens: HashMap::new(),
            away: Away::default(),
            next_client: 1,
            next_socket: 1,
            viewers: 0,
            #[cfg(feature = "nats")]
            forgotten: None,
            new_data,
        }
    }

    /// A number that no client and no HTTP caller has had.
    pub(super) const fn new_client(&mut self) -> ClientId {
        let id = ClientId(self.next_client);
        self.next_client += 1;
        id
    }

    pub(super) const fn new_socket(&mut self) -> SocketNo {
        let socket = SocketNo(self.next_socket);
        self.next_socket += 1;
        socket
    }

    /// The data of a new session.
    pub(super) fn new_data(&self) -> Part {
        (self.new_data)()
    }

    /// Adds a new client.
    pub(super) fn add(&mut self, session: Session) {
        let id = session.client.id;
        self.tokens.insert(session.token.clone(), id);
        self.sessions.insert(id, session);
    }

    pub(super) fn get(&self, id: ClientId) -> Option<&Session> {
        self.sessions.get(&id)
    }

    pub(super) fn get_mut(&mut self, id: ClientId) -> Option<&mut Session> {
        self.sessions.get_mut(&id)
    }

    pub(super) fn has(&self, id: ClientId) -> bool {
        self.sessions.contains_key(&id)
    }

    /// The client with this session token.
    pub(super) fn client_of(&self, token: &str) -> Option<ClientId> {
        self.tokens.get(token).copied()
    }

    /// All clients, also those without a socket, in the order in which they joined.
    pub(super) fn all(&self) -> impl Iterator<Item = &Session> {
        self.sessions.values()
    }

    pub(super) fn all_mut(&mut self) -> impl Iterator<Item = &mut Session> {
        self.sessions.values_mut()
    }

    pub(super) fn ids(&self) -> impl Iterator<Item = ClientId> {
        self.sessions.keys().copied()
    }

    /// Clients that have a socket.
    pub(super) fn connected(&self) -> impl Iterator<Item = ClientId> {
        self.all().filter(|session| session.presence.socket().is_some()).map(|session| session.client.id)
    }

    /// The client has lost its socket.
    pub(super) fn add_away(&mut self, id: ClientId, now: Duration) {
        let Some(session) = self.sessions.get(&id) else { return };
        let was_short = now.saturating_sub(session.joined) < VISIT && session.commands.last_number() == 0;
        let worth = match session.presence {
            Presence::Gone { .. } => Worth::Closed,
            _ if was_short => Worth::Visit,
            _ => Worth::Cut,
        };
        self.away.add(id, session.client.address().map(Network::from), worth);
    }

    /// The client has a socket again.
    pub(super) fn remove_away(&mut self, id: ClientId) {
        self.away.remove(id);
    }

    /// If more than `limit` clients have no socket, removes the one from `away` that is forgotten, and returns it.
    pub(super) fn take_excess(&mut self, limit: usize) -> Option<ClientId> {
        self.away.take_excess(limit)
    }

    /// Makes the client's token invalid. Its data stays until [`remove`](Self::remove).
    pub(super) fn forget(&mut self, id: ClientId) {
        if let Some(session) = self.sessions.get_mut(&id) {
            session.presence.forget();
            self.tokens.remove(&session.token);
            #[cfg(feature = "nats")]
            {
                self.forgotten = self.forgotten.max(super::watchers::made_at(&session.token));
            }
        }
    }

    pub(super) fn remove(&mut self, id: ClientId) {
        self.sessions.remove(&id);
    }

    /// Whether there is a viewer.
    pub(super) const fn is_watched(&self) -> bool {
        self.viewers > 0
    }

    /// Counts one more viewer. Returns whether it is the first.
    pub(super) const fn add_viewer(&mut self) -> bool {
        self.viewers += 1;
        self.viewers == 1
    }

    /// Counts one viewer less.
    pub(super) const fn remove_viewer(&mut self) {
        self.viewers -= 1;
    }
}
