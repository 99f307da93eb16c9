//! Clients: one client is one open page, from the moment it joined until the server forgets it.

use std::{fmt, net::IpAddr, sync::Arc, time::SystemTime};

use crate::rights::User;

/// The number of a client, unique while the process runs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ClientId(pub(crate) u64);

impl fmt::Display for ClientId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.0)
    }
}

/// One open page. It outlives its socket: after a lost connection, the page comes back as the same client.
#[derive(Debug, Clone)]
pub struct Client {
    pub(crate) id: ClientId,
    pub(crate) peer: Arc<Peer>,
}

/// Where a client came from when it joined. Texts are cut to 256 characters, except those in `sent`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Peer {
    /// When the client joined. The server sets it, because the engine has no clock.
    pub connected_at: SystemTime,
    /// The remote address of the socket. Behind a proxy, this is the address of the proxy, unless the proxy is trusted
    /// (`App::trust_proxy`).
    pub address: Option<IpAddr>,
    /// The `Host` header.
    pub host: Option<String>,
    /// The `Origin` header.
    pub origin: Option<String>,
    /// The `User-Agent` header.
    pub user_agent: Option<String>,
    /// Who operates it.
    pub user: User,
    /// The headers and cookies of its first socket that the app keeps.
    pub sent: Sent,
}

/// The headers and cookies of a client that an app keeps (`App::keep_header`, `App::keep_cookie`). Its `Debug` text has
/// only their names, because a cookie may be a secret.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct Sent {
    headers: Vec<(String, String)>,
    cookies: Vec<(String, String)>,
}

impl Sent {
    /// The headers and cookies with these values. The names of headers are in lower case.
    pub fn new(headers: Vec<(String, String)>, cookies: Vec<(String, String)>) -> Self {
        Self { headers, cookies }
    }
}

impl fmt::Debug for Sent {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let names = |all: &[(String, String)]| all.iter().map(|(name, _)| name.clone()).collect::<Vec<_>>();
        f.debug_struct("Sent").field("headers", &names(&self.headers)).field("cookies", &names(&self.cookies)).finish()
    }
}

impl Default for Peer {
    fn default() -> Self {
        Self {
            connected_at: SystemTime::UNIX_EPOCH,
            address: None,
            host: None,
            origin: None,
            user_agent: None,
            user: User::local(),
            sent: Sent::default(),
        }
    }
}

impl Client {
    /// The number of this client.
    pub fn id(&self) -> ClientId {
        self.id
    }

    /// Who operates this client. Without users it is `local`, who may do everything.
    pub fn user(&self) -> &User {
        &self.peer.user
    }

    /// When the client joined, by the clock of the server. A reconnect does not change it. In an `InMemory` dashboard,
    /// whose clock is virtual, it is the time since the start of the dashboard, added to 1970-01-01.
    pub fn connected_at(&self) -> SystemTime {
        self.peer.connected_at
    }

    /// The remote address of the client's first socket. Behind a proxy, this is the address of the proxy, unless the
    /// proxy is trusted (`App::trust_proxy`).
    pub fn address(&self) -> Option<IpAddr> {
        self.peer.address
    }

    /// The `Host` header: the host that the browser asked for, with the port if the URL has one.
    pub fn host(&self) -> Option<&str> {
        self.peer.host.as_deref()
    }

    /// The `Origin` header: the origin of the page that opened the first socket, such as `http://robot.local:8050`.
    /// Every browser sends it. Other programs may leave it out.
    pub fn origin(&self) -> Option<&str> {
        self.peer.origin.as_deref()
    }

    /// The `User-Agent` header.
    pub fn user_agent(&self) -> Option<&str> {
        self.peer.user_agent.as_deref()
    }

    /// A header of the client's first socket, if the app keeps it (`App::keep_header`). Any client can send any header.
    /// So it says who the client is only if a proxy in front of the server always sets it.
    pub fn header(&self, name: &str) -> Option<&str> {
        let found = self.peer.sent.headers.iter().find(|(other, _)| other.eq_ignore_ascii_case(name));
        found.map(|(_, value)| value.as_str())
    }

    /// A cookie of the client's first socket, if the app keeps it (`App::keep_cookie`), such as the session of a login.
    pub fn cookie(&self, name: &str) -> Option<&str> {
        let found = self.peer.sent.cookies.iter().find(|(other, _)| other == name);
        found.map(|(_, value)| value.as_str())
    }
}
