//! Every bound of the edge and the engine, with its reason.

use std::time::Duration;

/// The fields with their defaults, and a setter for each.
macro_rules! limits {
    ($($(#[$doc:meta])* $name:ident: $type:ty = $default:expr;)*) => {
        /// What one client, one queue and one server may use: the defaults, and what differs from them.
        ///
        /// ```
        /// # use dash_runtime::protocol::limits::Limits;
        /// let limits = Limits::default().queue(64).message_size(16 * 1024);
        /// assert_eq!(limits.queue, 64);
        /// ```
        ///
        /// They are set with [`App::limits`](crate::server::App::limits).
        #[derive(Debug, Clone)]
        #[non_exhaustive]
        pub struct Limits {
            $($(#[$doc])* pub $name: $type,)*
        }

        impl Default for Limits {
            fn default() -> Self {
                Self { $($name: $default,)* }
            }
        }

        impl Limits {
            $(
                $(#[$doc])*
                #[must_use]
                pub const fn $name(mut self, $name: $type) -> Self {
                    self.$name = $name;
                    self
                }
            )*
        }
    };
}

limits! {
    /// The largest frame from a client, in bytes. A command is some 30 bytes; a text field of 10 000 characters fits
    /// even with every character escaped. OWASP's WebSocket sheet names the same figure. Default 64 KiB.
    message_size: usize = 64 * 1024;
    /// How many commands of one client may be without an outcome. More than a person can cause, and enough for a script
    /// that does not wait. Default 256.
    outstanding: usize = 256;
    /// How many commands per second one client may send on average. A drag makes about 120. Default 5 000, which bounds
    /// what one client costs to some percent of a core.
    commands_per_second: u32 = 5_000;
    /// How many turns may wait in one island's queue. Each is some hundred bytes. Default 1 024.
    queue: usize = 1_024;
    /// How many outcomes are kept per client, to answer again after a cut. Default 256, as `outstanding`.
    outcomes: usize = 256;
    /// How many clients without a socket are remembered, so that they can come back as who they were. Default 1 024.
    detached_clients: usize = 1_024;
    /// How many addresses that send requests over HTTP are remembered, with their rate and their `Idempotency-Key`s (at
    /// most as many as `outcomes` each). The longest silent is forgotten first. Default 256.
    callers: usize = 256;
    /// How long a request over HTTP waits for the callbacks that it started before it is answered as accepted. Below what
    /// proxies and libraries put up with. Default 30 s.
    request_time: Duration = Duration::from_secs(30);
    /// How long a client may be without a socket until it counts as gone, if its page did not say goodbye. A cut is mostly
    /// mended sooner. Default 5 s.
    away: Duration = Duration::from_secs(5);
    /// How many sockets, pages without one and subscriptions over HTTP may be open. Default 4 096: at some 20 KiB each, less than 100 MiB.
    sockets: usize = 4_096;
    /// How many connections of any kind may be open. Default 8 192.
    connections: usize = 8_192;
    /// How old a click or another event may be when it arrives. Later, the person has long stopped expecting it.
    /// Default 5 s.
    event_lifespan: Duration = Duration::from_secs(5);
    /// How old a set value may be when it arrives. Default 60 s.
    state_lifespan: Duration = Duration::from_secs(60);
    /// How long a chain that waits for its device may hold back what is ready. One frame of a 60 Hz display: 16 ms.
    frame: Duration = Duration::from_millis(16);
    /// The shortest time between two runs of a source. Default 1 ms; a slider at 0 must not become a busy loop.
    shortest_period: Duration = Duration::from_millis(1);
    /// How long a request's head may take. Plain `axum::serve` waits for ever. Default 10 s.
    header_time: Duration = Duration::from_secs(10);
    /// How long a socket may take until it says hello. Default 5 s.
    hello_time: Duration = Duration::from_secs(5);
    /// How long the other end may take to accept one frame before its socket is closed. Default 10 s.
    write_time: Duration = Duration::from_secs(10);
    /// How long a socket may be silent. The client script sends a ping every 5 s; a little more than two. Default 15 s.
    silence: Duration = Duration::from_secs(15);
    /// How long a shutdown waits for running callbacks. Default 700 ms: with the rest, within a second.
    shutdown: Duration = Duration::from_millis(700);
}

/// How many notes of the program are kept for a client whose link is cut: more than a page shows at once.
pub(crate) const NOTES: usize = 8;

/// How many edits of a value are kept for clients that are behind: a second of them at 60 per second. Who is further
/// behind is sent the whole value.
pub(crate) const EDITS: usize = 64;

/// How many bytes they may have together: what a link of half a megabit takes in a second.
pub(crate) const EDIT_BYTES: usize = 64 * 1024;
