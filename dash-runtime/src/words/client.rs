//! Who is looking: one open page, from the moment it joined until it is forgotten.

use std::{fmt, net::IpAddr, sync::Arc, time::SystemTime};

/// The number of a client, unique while the process lives.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ClientId(pub(crate) u64);

impl fmt::Display for ClientId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.0)
    }
}

/// One open page. It outlives its socket: after a cut the page comes back as the same client.
#[derive(Debug, Clone)]
pub struct Client {
    pub(crate) id: ClientId,
    pub(crate) peer: Arc<Peer>,
}

/// Where a client came from when it joined. Texts are shortened to 256 characters.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Peer {
    /// When it was. The engine has no clock, so whoever accepts the client says it.
    pub connected_at: SystemTime,
    /// The address of the other end of the socket; a proxy's, if there is one.
    pub address: Option<IpAddr>,
    /// The `Host` header.
    pub host: Option<String>,
    /// The `Origin` header.
    pub origin: Option<String>,
    /// The `User-Agent` header.
    pub user_agent: Option<String>,
}

impl Default for Peer {
    fn default() -> Self {
        Self { connected_at: SystemTime::UNIX_EPOCH, address: None, host: None, origin: None, user_agent: None }
    }
}

impl Client {
    /// Its number.
    pub fn id(&self) -> ClientId {
        self.id
    }

    /// When it joined, by the clock of the server. That it was cut off and came back does not change it. In an `InMemory`
    /// dashboard, whose time is made by the test, as much after 1970 as has passed.
    pub fn connected_at(&self) -> SystemTime {
        self.peer.connected_at
    }

    /// The address that its first socket came from: a proxy's, if there is one.
    pub fn address(&self) -> Option<IpAddr> {
        self.peer.address
    }

    /// The host that its browser asked for, with the port if it named one: the `Host` header.
    pub fn host(&self) -> Option<&str> {
        self.peer.host.as_deref()
    }

    /// Where the page is from that opened its first socket, such as `http://robot.local:8050`: the `Origin` header. Every
    /// browser sends it; a program may not.
    pub fn origin(&self) -> Option<&str> {
        self.peer.origin.as_deref()
    }

    /// What its browser says it is.
    pub fn user_agent(&self) -> Option<&str> {
        self.peer.user_agent.as_deref()
    }
}
