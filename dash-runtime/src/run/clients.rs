//! The table of clients at one moment.

use std::{fmt, net::IpAddr, time::SystemTime};

use crate::{
    callback::lend::Part,
    client::{Client, ClientId},
    dashboard::{Dashboard, NewSession},
    rights::User,
};

/// One client at the moment when the table was made.
pub(crate) struct Row {
    pub(crate) client: Client,
    pub(crate) connected: bool,
    pub(crate) visible: bool,
    /// A copy of its session, if the session can be copied and a callback borrows it.
    pub(crate) session: Option<Part>,
}

/// The table of all connected clients at one moment. [`Handle::clients`](crate::handle::Handle::clients) returns it,
/// and a callback can take it as a parameter `clients: Clients<Ui>`.
///
/// A client is in the table from when it joins until it counts as gone, also while its connection is interrupted. The
/// clients are in the order in which they joined. The table is a copy: reading it blocks nothing, and it does not
/// change. A callback with `on = clients` runs whenever the table changes.
///
/// ```text
/// #[callback_shared(on = clients, output = Ui::visitors.text)]
/// fn visitors(clients: Clients<Ui>) -> String {
///     let looking = clients.iter().filter(|client| client.is_visible()).count();
///     format!("{} here, {looking} of them look", clients.len())
/// }
/// ```
pub struct Clients<D: Dashboard> {
    list: Vec<ClientEntry<D>>,
}

impl<D: Dashboard> fmt::Debug for Clients<D> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(&self.list).finish()
    }
}

impl<D: Dashboard> Clients<D> {
    pub(crate) fn new(rows: Vec<Row>) -> Self {
        Self { list: rows.into_iter().map(ClientEntry::new).collect() }
    }

    /// The clients, in the order in which they joined.
    pub fn iter(&self) -> std::slice::Iter<'_, ClientEntry<D>> {
        self.list.iter()
    }

    /// The client with this number, if it is in the table.
    pub fn get(&self, id: ClientId) -> Option<&ClientEntry<D>> {
        self.list.iter().find(|client| client.id() == id)
    }

    /// The number of clients.
    pub const fn len(&self) -> usize {
        self.list.len()
    }

    /// Whether there are no clients.
    pub const fn is_empty(&self) -> bool {
        self.list.is_empty()
    }
}

impl<'a, D: Dashboard> IntoIterator for &'a Clients<D> {
    type Item = &'a ClientEntry<D>;
    type IntoIter = std::slice::Iter<'a, ClientEntry<D>>;

    fn into_iter(self) -> Self::IntoIter {
        self.iter()
    }
}

/// One client in a table of [`Clients`].
pub struct ClientEntry<D: Dashboard> {
    client: Client,
    connected: bool,
    visible: bool,
    session: Option<D::Session>,
}

impl<D: Dashboard> fmt::Debug for ClientEntry<D> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ClientEntry")
            .field("client", &self.client)
            .field("connected", &self.connected)
            .field("visible", &self.visible)
            .finish_non_exhaustive()
    }
}

impl<D: Dashboard> ClientEntry<D> {
    fn new(row: Row) -> Self {
        let Row { client, connected, visible, session } = row;
        Self { client, connected, visible, session: session.and_then(|data| data.downcast().ok()).map(|data| *data) }
    }

    /// Its number. [`Handle::client`](crate::handle::Handle::client) takes it.
    pub const fn id(&self) -> ClientId {
        self.client.id
    }

    /// Who operates it: see [`Client::user`].
    pub fn user(&self) -> &User {
        self.client.user()
    }

    /// When it joined: see [`Client::connected_at`].
    pub fn connected_at(&self) -> SystemTime {
        self.client.connected_at()
    }

    /// The address of its first socket: see [`Client::address`].
    pub fn address(&self) -> Option<IpAddr> {
        self.client.address()
    }

    /// The `Host` header: see [`Client::host`].
    pub fn host(&self) -> Option<&str> {
        self.client.host()
    }

    /// The `Origin` header: see [`Client::origin`].
    pub fn origin(&self) -> Option<&str> {
        self.client.origin()
    }

    /// The `User-Agent` header: see [`Client::user_agent`].
    pub fn user_agent(&self) -> Option<&str> {
        self.client.user_agent()
    }

    /// Whether it has a connection. A client without one for [`Limits::away`](crate::protocol::limits::Limits::away)
    /// counts as gone and is not in the table any more.
    pub const fn is_connected(&self) -> bool {
        self.connected
    }

    /// Whether it has a connection and its page is visible: not behind another tab, and not in a minimized window.
    pub const fn is_visible(&self) -> bool {
        self.visible
    }

    /// A copy of the client's [`Dashboard::Session`]. While a callback of the client borrows the session, this is the
    /// value from before that run.
    pub fn session(&self) -> D::Session
    where
        D::Session: Clone,
    {
        // A session that no callback borrows has its default value.
        self.session.clone().unwrap_or_else(NewSession::new_session)
    }
}
