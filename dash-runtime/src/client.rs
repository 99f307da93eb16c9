//! Who is looking: one open page, from the moment it joined until it is forgotten.

use std::{fmt, net::IpAddr, sync::Arc};

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
    pub(crate) origin: Arc<Peer>,
}

/// Where a client came from when it joined.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Peer {
    /// The address of the other end of the socket; a proxy's, if there is one.
    pub address: Option<IpAddr>,
    /// What the browser says it is, shortened to 256 characters.
    pub user_agent: Option<String>,
}

impl Client {
    /// Its number.
    pub fn id(&self) -> ClientId {
        self.id
    }

    /// The address that its first socket came from.
    pub fn address(&self) -> Option<IpAddr> {
        self.origin.address
    }

    /// What its browser says it is.
    pub fn user_agent(&self) -> Option<&str> {
        self.origin.user_agent.as_deref()
    }
}
