//! All limits of the server and the engine, with the reason for each.

use std::time::Duration;

/// The fields with their defaults, and a setter for each.
macro_rules! limits {
    ($($(#[$doc:meta])* $name:ident: $type:ty = $default:expr;)*) => {
        /// Limits for one client, one queue and one server. Start from the defaults and change single values:
        ///
        /// ```
        /// # use dash_runtime::protocol::limits::Limits;
        /// let limits = Limits::default().queue(64).message_size(16 * 1024);
        /// assert_eq!(limits.queue, 64);
        /// ```
        ///
        /// Pass them to [`App::limits`](crate::server::App::limits).
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
    /// The largest frame from a client, in bytes. A command has about 30 bytes. A text field of 10 000 characters fits
    /// even if every character is escaped. OWASP's WebSocket sheet recommends the same number. Default 64 KiB.
    message_size: usize = 64 * 1024;
    /// How many commands of one client may be without an outcome. This is more than a person can cause, and enough for
    /// a script that does not wait. Default 256.
    outstanding: usize = 256;
    /// How many commands per second one client may send on average. Dragging a slider makes about 120. Default 5 000,
    /// which limits the cost of one client to a few percent of a core.
    commands_per_second: u32 = 5_000;
    /// How many turns may wait in the queue of one island. Each takes a few hundred bytes. Default 1 024.
    queue: usize = 1_024;
    /// How many outcomes the server keeps per client, to send them again after a lost connection. Default 256, like
    /// `outstanding`.
    outcomes: usize = 256;
    /// How many records of what had an effect an `AuditLog` keeps. A quarter as many refusals are kept in addition. Of
    /// more, the oldest one goes of the user who has most. Each takes up to a kilobyte. Default 500.
    audit_records: usize = 500;
    /// How much of what had an effect each user may add to the record from one network, in bytes per second; from all
    /// networks four times as much. Eight seconds of it may come at once. What is beyond is counted: commands that are alike become one record in 10 s, with
    /// their number. A command takes about 250 bytes. Default 8 192.
    audit_rate: u32 = 8_192;
    /// How many clients without a socket the server remembers, so that they can come back as the same client. Default 1
    /// 024.
    detached_clients: usize = 1_024;
    /// How many logins have a session that is kept, if sessions belong to logins. Of more, the one is forgotten that was
    /// unused for the longest time. With `session_size` it bounds the memory. Default 1 000.
    logins: usize = 1_000;
    /// The largest session of a login that is kept, in bytes of its JSON. Default 64 KiB, like `message_size`.
    session_size: usize = 64 * 1024;
    /// How many addresses that send requests over HTTP the server remembers. For each it keeps the request rate and at
    /// most `outcomes` `Idempotency-Key`s. It forgets the address first that has been silent for the longest time.
    /// Default 256.
    callers: usize = 256;
    /// How long a request over HTTP waits for the callbacks that it started. After that it is answered as accepted.
    /// This is shorter than the usual timeouts of proxies and libraries. Default 30 s.
    request_time: Duration = Duration::from_secs(30);
    /// How long a client may be without a socket before it counts as gone, if its page did not report that it was closed. Most lost
    /// connections come back sooner. Default 5 s.
    away: Duration = Duration::from_secs(5);
    /// How many sockets, event streams (for pages without a socket) and HTTP subscriptions may be open in total. An
    /// eighth of them, also of those of one address, is kept free for pages that come back after a lost connection.
    /// Default 4 096: at about 20 KiB each, less than 100 MiB. If the operating system allows fewer open files, the
    /// server lowers this limit and the three limits below in proportion.
    sockets: usize = 4_096;
    /// How many of them one address may have. For IPv6, the addresses with the same first 64 bits are one. Behind a
    /// proxy that is not trusted (`App::trust_proxy`), all clients have one address. Default 1 024.
    sockets_per_address: usize = 1_024;
    /// How many connections of any kind may be open. A new one closes the connection that has been without a request
    /// for the longest time. Default 8 192.
    connections: usize = 8_192;
    /// How many of them one address may have. Does not apply to trusted proxies. Default 2 048.
    connections_per_address: usize = 2_048;
    /// The largest value of a property, in bytes of its JSON text or of the file of a picture. A callback that returns a larger one fails, and a
    /// push is refused. The server holds each value about three times, and each slow client may hold an older one.
    /// Default 16 MiB, which takes 16 s on a link of a megabyte per second.
    value_size: usize = 16 * 1024 * 1024;
    /// The largest age of a click or another event when its callbacks begin. The person does not expect an older one to
    /// act any more. Default 5 s.
    event_lifespan: Duration = Duration::from_secs(5);
    /// The largest age of a set value when it arrives. Default 60 s.
    state_lifespan: Duration = Duration::from_secs(60);
    /// How long a chain of callbacks that waits for its device may delay the values that are ready. Default 16 ms, one
    /// frame of a 60 Hz display.
    frame: Duration = Duration::from_millis(16);
    /// The shortest time between two runs of a callback with `every = ..`. It prevents a busy loop when a slider that
    /// sets the period is at 0. Default 1 ms.
    shortest_period: Duration = Duration::from_millis(1);
    /// How long a source (`every = ..`) may give no value, beyond its period. After that its outputs are marked for
    /// everybody, and it is named in the log. `deadline = ".."` of the source replaces it. Default 5 s.
    source_silence: Duration = Duration::from_secs(5);
    /// How long a run of another callback may take. After that its outputs, and the values that wait for it, are marked
    /// for everybody, and it is named in the log. It goes on all the same. Callbacks with `cancel` or `#[progress]` are
    /// declared as long and are not marked. `deadline = ".."` of the callback replaces all this. Default 10 s.
    unfinished: Duration = Duration::from_secs(10);
    /// How long an `async fn` may keep its thread without an `await`. Such a callback holds up others, so it is marked
    /// and named in the same way. Default 1 s.
    thread_time: Duration = Duration::from_secs(1);
    /// How long the head of an HTTP request may take, and how long a connection may wait for its next request. Plain
    /// `axum::serve` has no limit. Default 10 s.
    header_time: Duration = Duration::from_secs(10);
    /// How long a new socket may take to send its hello. Default 5 s.
    hello_time: Duration = Duration::from_secs(5);
    /// How long a client may take to accept one frame before the server closes its socket, and how long any client may
    /// accept nothing of a response, or less than 1 KiB a second, before the server closes the connection (a quarter
    /// later). Default 10 s.
    write_time: Duration = Duration::from_secs(10);
    /// How long a socket may be silent. Default 15 s, three times the 5 s between the pings of the client script.
    silence: Duration = Duration::from_secs(15);
    /// How long an owner may say nothing to the broker (`App::fabric`). Then relays mark its values as cut off, and another
    /// program may take its name. It says that it is there three times in this time. From 100 ms to 1 h. Default 6 s.
    lease: Duration = Duration::from_secs(6);
    /// How long a shutdown waits for running callbacks. Default 700 ms, so that the whole shutdown ends within a
    /// second.
    shutdown: Duration = Duration::from_millis(700);
}

/// How many notes from the program are kept for a client without a connection. A page shows fewer at once.
pub(crate) const NOTES: usize = 8;

/// How many edits of a value are kept for clients that are behind: one second of edits at 60 per second. A client that
/// is further behind gets the whole value.
pub(crate) const EDITS: usize = 64;

/// How many bytes these edits may have together: what a link of half a megabit per second carries in a second.
pub(crate) const EDIT_BYTES: usize = 64 * 1024;
