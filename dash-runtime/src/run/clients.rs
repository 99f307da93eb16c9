//! The table of clients, as it is at one moment.

use std::{fmt, net::IpAddr, time::SystemTime};

use crate::{
    callback::lend::Part,
    client::{Client, ClientId},
    dashboard::Dashboard,
};

/// One client, as of the moment at which the table was made.
pub(crate) struct Row {
    pub(crate) client: Client,
    pub(crate) connected: bool,
    pub(crate) visible: bool,
    /// A copy of its session, if that can be copied and a callback ever borrows it.
    pub(crate) session: Option<Part>,
}

/// All clients that are there, as of the moment at which it was made: from [`Handle::clients`](crate::handle::Handle::clients),
/// or in a callback with a parameter `clients: Clients<Ui>`.
///
/// A client is in it from its coming to its going, also while its link is cut for a moment. They stand in the order in
/// which they joined. The table is a copy: to go through it holds up nothing, and it does not change. To be told of the
/// next one, a callback is started `on = clients`.
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

    /// Each of them, in the order in which they joined.
    pub fn iter(&self) -> std::slice::Iter<'_, ClientEntry<D>> {
        self.list.iter()
    }

    /// The one with this number, if it is there.
    pub fn get(&self, id: ClientId) -> Option<&ClientEntry<D>> {
        self.list.iter().find(|client| client.id() == id)
    }

    /// How many there are.
    pub const fn len(&self) -> usize {
        self.list.len()
    }

    /// Whether nobody is there.
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

/// One client of a table of [`Clients`].
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

    /// Its number: with that, [`Handle::client`](crate::handle::Handle::client) is the way to it.
    pub const fn id(&self) -> ClientId {
        self.client.id
    }

    /// When it joined: see [`Client::connected_at`].
    pub fn connected_at(&self) -> SystemTime {
        self.client.connected_at()
    }

    /// The address that its first socket came from: a proxy's, if there is one.
    pub fn address(&self) -> Option<IpAddr> {
        self.client.address()
    }

    /// The host that its browser asked for: see [`Client::host`].
    pub fn host(&self) -> Option<&str> {
        self.client.host()
    }

    /// Where the page is from that opened its first socket: see [`Client::origin`].
    pub fn origin(&self) -> Option<&str> {
        self.client.origin()
    }

    /// What its browser says it is.
    pub fn user_agent(&self) -> Option<&str> {
        self.client.user_agent()
    }

    /// Whether there is a connection to it. Without one for [`Limits::away`](crate::protocol::limits::Limits::away) it
    /// counts as gone, and is not in the table any more.
    pub const fn is_connected(&self) -> bool {
        self.connected
    }

    /// Whether there is a connection, and its page can be seen, as the page says: it is not behind another tab, and its
    /// window is not minimized.
    pub const fn is_visible(&self) -> bool {
        self.visible
    }

    /// A copy of what the dashboard keeps for it, its [`Dashboard::Session`]. While one of its callbacks has that, it is
    /// what it was before.
    pub fn session(&self) -> D::Session
    where
        D::Session: Clone,
    {
        // What no callback ever borrows is as it began.
        self.session.clone().unwrap_or_default()
    }
}
