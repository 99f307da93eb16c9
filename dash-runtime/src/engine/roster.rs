//! Who is known: every client by its number and by its session's token, and how many look.

use std::collections::{BTreeMap, HashMap, VecDeque};

use super::session::{Session, SocketNo};
use crate::{callback::lend::Part, client::ClientId};

/// A token is valid as long as somebody can come back with it: of a client that is
/// [`Forgotten`](super::presence::Presence::Forgotten) there is none. `away` has the clients without a socket that can come
/// back, and no others.
pub(super) struct Roster {
    sessions: BTreeMap<ClientId, Session>,
    tokens: HashMap<String, ClientId>,
    /// Clients without a socket, the longest gone first.
    away: VecDeque<ClientId>,
    next_client: u64,
    next_socket: u64,
    /// How many look: pages that can be seen, and programs that listen.
    viewers: usize,
    new_data: fn() -> Part,
}

impl Roster {
    /// Nobody is known. `new_data` makes the typed data of a new session.
    pub(super) fn new(new_data: fn() -> Part) -> Self {
        Self {
            sessions: BTreeMap::new(),
            tokens: HashMap::new(),
            away: VecDeque::new(),
            next_client: 1,
            next_socket: 1,
            viewers: 0,
            new_data,
        }
    }

    /// A number that no client, and no address that asks, has had.
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

    /// A new client.
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

    /// The client with this session.
    pub(super) fn client_of(&self, token: &str) -> Option<ClientId> {
        self.tokens.get(token).copied()
    }

    /// All clients, also those who are away, in the order in which they joined.
    pub(super) fn all(&self) -> impl Iterator<Item = &Session> {
        self.sessions.values()
    }

    pub(super) fn all_mut(&mut self) -> impl Iterator<Item = &mut Session> {
        self.sessions.values_mut()
    }

    pub(super) fn ids(&self) -> impl Iterator<Item = ClientId> {
        self.sessions.keys().copied()
    }

    /// Clients with a socket.
    pub(super) fn connected(&self) -> impl Iterator<Item = ClientId> {
        self.all().filter(|session| session.presence.socket().is_some()).map(|session| session.client.id)
    }

    /// The client has no socket from now on.
    pub(super) fn is_away(&mut self, id: ClientId) {
        self.away.push_back(id);
    }

    /// The client has a socket again.
    pub(super) fn is_back(&mut self, id: ClientId) {
        self.away.retain(|other| *other != id);
    }

    /// Of more than `limit` clients without a socket the one that is longest gone; nobody is to come back as this client.
    pub(super) fn one_too_many(&mut self, limit: usize) -> Option<ClientId> {
        if self.away.len() > limit { self.away.pop_front() } else { None }
    }

    /// Nobody comes back with the client's token. Its data stays until [`remove`](Self::remove).
    pub(super) fn forget(&mut self, id: ClientId) {
        if let Some(session) = self.sessions.get_mut(&id) {
            session.presence.forget();
            self.tokens.remove(&session.token);
        }
    }

    pub(super) fn remove(&mut self, id: ClientId) {
        self.sessions.remove(&id);
    }

    /// Whether anybody looks.
    pub(super) const fn is_watched(&self) -> bool {
        self.viewers > 0
    }

    /// One more looks. Whether it is the first.
    pub(super) const fn begins_to_look(&mut self) -> bool {
        self.viewers += 1;
        self.viewers == 1
    }

    /// One less looks.
    pub(super) const fn ends_to_look(&mut self) {
        self.viewers -= 1;
    }
}
