//! Whether a client is present: its states, and the transitions between them.

use std::time::Duration;

use super::session::SocketNo;

/// A client is present from the first hello of its page until the page says goodbye, or has had no socket for the time
/// [`Limits::away`](crate::protocol::limits::Limits::away). A reconnect before that starts neither connect nor
/// disconnect hooks.
///
/// ```text
///                    socket lost                  time is up
/// New ──hello──► Here ──────────► Away ──────────────────────► Gone ──────┐
///                │ ▲ ◄──hello──────┘    (or goodbye)           ▲ │        │
///        goodbye │ └──hello───────────────────────────────────┼─┘        │ forgotten
///                ▼                                             │          ▼
///             Leaving ──────────────socket lost────────────────┘      Forgotten
/// ```
///
/// There is no transition out of `Forgotten`: the session token is not valid any more.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Presence {
    /// Its page has just said hello for the first time.
    New,
    /// It has a socket.
    Here { socket: SocketNo },
    /// It has said goodbye, but its socket is still open.
    Leaving { socket: SocketNo },
    /// It has had no socket since the revision `since`. It counts as present until `leaves`.
    Away { since: u64, leaves: Duration },
    /// It has had no socket since the revision `since`, and does not count as present. It can reconnect with its
    /// session.
    Gone { since: u64 },
    /// It cannot reconnect.
    Forgotten,
}

/// The result of a hello.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Connected {
    /// The client was not present before.
    pub(crate) came: bool,
    /// The old socket that the new one replaces.
    pub(crate) replaced: Option<SocketNo>,
    /// The revision since which the client had no socket.
    pub(crate) missed_since: Option<u64>,
}

impl Presence {
    /// Whether the client counts as present.
    pub(crate) const fn is_present(self) -> bool {
        matches!(self, Self::Here { .. } | Self::Away { .. })
    }

    pub(crate) const fn socket(self) -> Option<SocketNo> {
        match self {
            Self::Here { socket } | Self::Leaving { socket } => Some(socket),
            Self::New | Self::Away { .. } | Self::Gone { .. } | Self::Forgotten => None,
        }
    }

    pub(crate) const fn is_forgotten(self) -> bool {
        matches!(self, Self::Forgotten)
    }

    /// The time at which the client stops to count as present, unless it reconnects before.
    pub(crate) const fn leaves(self) -> Option<Duration> {
        match self {
            Self::Away { leaves, .. } => Some(leaves),
            _ => None,
        }
    }

    /// The page has said hello through this socket.
    pub(super) const fn hello(&mut self, socket: SocketNo) -> Connected {
        let (came, replaced, missed_since) = match *self {
            Self::New => (true, None, None),
            Self::Here { socket } => (false, Some(socket), None),
            Self::Leaving { socket } => (true, Some(socket), None),
            Self::Away { since, .. } => (false, None, Some(since)),
            Self::Gone { since } => (true, None, Some(since)),
            Self::Forgotten => return Connected { came: false, replaced: None, missed_since: None },
        };
        *self = Self::Here { socket };
        Connected { came, replaced, missed_since }
    }

    /// The socket was lost at revision `rev`. Returns whether the client still counts as present, until `leaves`.
    pub(super) const fn socket_lost(&mut self, rev: u64, leaves: Duration) -> bool {
        *self = match *self {
            Self::Here { .. } => Self::Away { since: rev, leaves },
            Self::Leaving { .. } => Self::Gone { since: rev },
            other => other,
        };
        matches!(self, Self::Away { .. })
    }

    /// The page has said goodbye, or the client was away for too long. Returns whether the client was present until
    /// now.
    pub(super) const fn left(&mut self) -> bool {
        let was_present = self.is_present();
        *self = match *self {
            Self::Here { socket } => Self::Leaving { socket },
            Self::Away { since, .. } => Self::Gone { since },
            other => other,
        };
        was_present
    }

    /// The client can no longer reconnect.
    pub(super) const fn forget(&mut self) {
        *self = Self::Forgotten;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const ONE: SocketNo = SocketNo(1);
    const TWO: SocketNo = SocketNo(2);
    const LATER: Duration = Duration::from_secs(5);

    const fn connected(came: bool, replaced: Option<SocketNo>, missed_since: Option<u64>) -> Connected {
        Connected { came, replaced, missed_since }
    }

    #[test]
    fn a_reconnect_in_time_does_not_change_the_presence() {
        let mut presence = Presence::New;
        assert_eq!(presence.hello(ONE), connected(true, None, None));
        assert!(presence.socket_lost(7, LATER) && presence.is_present());
        assert_eq!((presence.leaves(), presence.socket()), (Some(LATER), None));
        assert_eq!(presence.hello(TWO), connected(false, None, Some(7)));
        assert_eq!((presence.leaves(), presence.socket()), (None, Some(TWO)));
    }

    #[test]
    fn a_client_that_is_away_for_too_long_is_gone_and_can_come_again() {
        let mut presence = Presence::Here { socket: ONE };
        presence.socket_lost(7, LATER);
        assert_eq!((presence.left(), presence.left(), presence.is_present()), (true, false, false));
        assert_eq!(presence.hello(TWO), connected(true, None, Some(7)));
    }

    #[test]
    fn a_client_that_says_goodbye_is_gone_while_its_socket_is_open() {
        let mut presence = Presence::Here { socket: ONE };
        assert!(presence.left() && !presence.is_present());
        assert_eq!(presence.socket(), Some(ONE));
        let mut again = presence;
        assert_eq!(
            again.hello(TWO),
            connected(true, Some(ONE), None),
            "a new socket opens before the old one is closed"
        );
        assert!(!presence.socket_lost(7, LATER), "a client that said goodbye is not away");
        assert_eq!(presence, Presence::Gone { since: 7 });
    }

    #[test]
    fn a_socket_that_takes_over_misses_nothing() {
        let mut presence = Presence::Here { socket: ONE };
        assert_eq!(presence.hello(TWO), connected(false, Some(ONE), None));
    }

    #[test]
    fn from_forgotten_there_is_no_way_back() {
        let mut presence = Presence::Gone { since: 7 };
        presence.forget();
        presence.hello(ONE);
        presence.socket_lost(9, LATER);
        assert!(!presence.left());
        assert_eq!(presence, Presence::Forgotten);
    }
}
