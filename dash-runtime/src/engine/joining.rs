//! Hello, as a new or a known client, and the loss of a socket.

use std::{sync::Arc, time::Duration};

use super::{
    Engine,
    effects::{Close, Effects},
    item::Item,
    pictures::Pictures,
    route::Props,
    session::{Session, SocketNo},
};
use crate::{
    client::{Client, ClientId, Peer},
    protocol::{
        VERSION,
        client::{Hello, Incoming, Refusal, parse},
        server,
    },
    rights::User,
};

/// What a page reads if the server no longer knows its session.
const FORGOTTEN: &str = "The server has forgotten this page, because too many others came while it had no connection. \
                         What only this page had set is at its start values again.";

/// The result of a hello.
pub(crate) enum Greeting {
    Welcome {
        client: ClientId,
        socket: SocketNo,
        frame: String,
        /// Whether the page takes large frames in parts.
        parts: bool,
    },
    /// The page has given up this connection, and has a newer one.
    GivenUp,
    /// The page speaks another version of the protocol.
    Reload,
    /// The page is of another version of the dashboard. It checks with this frame whether it can continue, and then
    /// says hello again with the schema in the frame.
    Table(String),
    /// The program has disconnected the client while it had no socket. This is the reason.
    Disconnected(Arc<str>),
    /// A relay has asked for a session that the engine does not know. Whether no page can have used it yet.
    #[cfg(feature = "nats")]
    Nobody {
        unused: bool,
    },
    Refused(Refusal),
}

/// # Errors
/// If the first frame of a socket is not a hello.
pub(super) fn read_hello(text: &str) -> Result<Hello<'_>, Refusal> {
    match parse(text)? {
        Incoming::Hello(hello) => Ok(hello),
        _ => Err(Refusal::Malformed("the first frame must be a hello".to_owned())),
    }
}

impl Engine {
    /// Handles the first frame of a socket.
    pub(crate) fn hello(
        &mut self,
        now: Duration,
        text: &str,
        peer: Peer,
        new_token: impl FnOnce() -> String,
        fx: &mut Effects,
    ) -> Greeting {
        match read_hello(text) {
            #[cfg(feature = "nats")]
            Ok(mut hello) => {
                let adopted = self.adopted(now, &mut hello);
                self.greet(now, &hello, peer, || adopted.unwrap_or_else(new_token), fx)
            }
            #[cfg(not(feature = "nats"))]
            Ok(hello) => self.greet(now, &hello, peer, new_token, fx),
            Err(refusal) => Greeting::Refused(refusal),
        }
    }

    /// The same, after the frame has been read.
    pub(super) fn greet(
        &mut self,
        now: Duration,
        hello: &Hello<'_>,
        peer: Peer,
        new_token: impl FnOnce() -> String,
        fx: &mut Effects,
    ) -> Greeting {
        if hello.protocol != VERSION {
            return Greeting::Reload;
        }
        let view = self.view_for(&peer.user);
        if hello.schema != self.plan.schema_for(view) {
            // The table names all components. A page of another view must get a document of its own in any case.
            let is_same = hello.schema.split('.').next() == Some(&self.plan.table.schema);
            let may_go_on = view.is_none() && !is_same && !hello.schema.contains('.');
            return if may_go_on { Greeting::Table(self.plan.table.frame.clone()) } else { Greeting::Reload };
        }
        let known = hello.session.as_ref().and_then(|token| self.client_of_user(token, Some(&peer.user)));
        if known.and_then(|id| self.roster.get(id)).is_some_and(|session| hello.turn < session.turn) {
            return Greeting::GivenUp;
        }
        // A page of the run before gets what the store knows about its commands.
        let told =
            if known.is_none() { self.outcomes_before(hello, &peer.user.identity()).join(",") } else { String::new() };
        let id = known.unwrap_or_else(|| {
            // A page with a forgotten session still shows the private values of it. It gets all values, as after a
            // restart.
            let since = if hello.session.is_some() { self.truth.store.next_rev() } else { 0 };
            self.join(now, peer, new_token(), since)
        });
        if let Some(why) = self.take_unreported_disconnect(id) {
            return Greeting::Disconnected(why);
        }
        let socket = self.roster.new_socket();
        let known_rev = self.known_rev(hello);
        // The session was created or found just above.
        let Some(session) = self.roster.get_mut(id) else { return Greeting::Reload };
        session.sent = if known_rev < session.since { 0 } else { known_rev };
        (session.hidden, session.turn, session.awaits_frame) = (hello.hidden, hello.turn, hello.parts);
        session.silent = false;
        // What was on its way over the last connection may be lost.
        session.pictures = Pictures::default();
        let (last, rev) = (session.commands.last_number(), self.truth.store.rev());
        let frame = server::welcome(&self.epoch, &session.token, last, now, hello.parts.then_some(rev), &told);
        if let Some(leaves) = session.presence.leaves() {
            self.clock.cancel_leaving(leaves, id);
        }
        let connected = session.presence.hello(socket);
        if let Some(old) = connected.replaced {
            fx.close.push((id, old, Close::TakenOver));
        }
        if let (None, Some(path)) = (known, &hello.path) {
            self.set_path(id, path);
        }
        if connected.came {
            self.client_connected(now, id, fx);
        }
        if let (Some(_), Some(path), 0) = (known, &hello.path, hello.rev) {
            // The page was reloaded, perhaps at another address.
            self.move_to(now, id, path, fx);
        }
        if known.is_some() {
            // Nothing on the new connection shows that the control was held all the time.
            self.release_all_of(now, id, fx);
            self.link_of_holder(id, None);
            self.come_back(now, id, connected.missed_since, fx);
        }
        self.visibility_changed(now, id, fx);
        if known.is_none() && hello.session.is_some() && hello.epoch == self.epoch {
            // The client is present, so this is not refused.
            let _ = self.message(id, FORGOTTEN.to_owned(), fx);
        }
        if known.is_none() {
            let faults = [self.fault_of_store(), self.fault_of_record().map(str::to_owned)];
            for text in faults.into_iter().flatten() {
                let _ = self.message(id, text, fx);
            }
        }
        fx.wake_client(id);
        Greeting::Welcome { client: id, socket, frame, parts: hello.parts }
    }

    /// Whether this is the hello of a page that the server still knows.
    pub(crate) fn resumes(&self, text: &str, user: &User) -> bool {
        match parse(text) {
            Ok(Incoming::Hello(hello)) => {
                hello.session.is_some_and(|token| self.client_of_user(&token, Some(user)).is_some())
            }
            _ => false,
        }
    }

    /// The revision that the page is up to date with. 0 if the page is from another run.
    pub(super) fn known_rev(&self, hello: &Hello<'_>) -> u64 {
        if hello.epoch == self.epoch && hello.rev <= self.truth.store.rev() { hello.rev } else { 0 }
    }

    pub(super) fn join(&mut self, now: Duration, peer: Peer, token: String, since: u64) -> ClientId {
        let id = self.roster.new_client();
        let level = self.level_of(Some(&peer.user));
        let client = Client { id, peer: Arc::new(peer) };
        let mut session = Session::new(client, level, token, self.roster.new_data(), now, &self.limits);
        session.since = since;
        self.roster.add(session);
        id
    }

    /// Runs the private callbacks of a new client once.
    pub(super) fn start_client(&mut self, now: Duration, id: ClientId, fx: &mut Effects) {
        for island in self.islands_with_private_callbacks() {
            let lane = self.lane_of(island, id);
            let item = Item::start(Some(id));
            self.offer(now, lane, item, fx);
        }
    }

    /// A known client has reconnected. It gets all outcomes that it may have missed. Its private callbacks see what has
    /// changed while it had no socket.
    pub(super) fn come_back(&mut self, now: Duration, id: ClientId, missed_since: Option<u64>, fx: &mut Effects) {
        self.roster.remove_away(id);
        if let Some(session) = self.roster.get_mut(id) {
            session.commands.report_all_again();
        }
        // A socket that replaces another one has missed nothing.
        let Some(since) = missed_since else { return };
        let changed: Props = self.truth.store.changed_since(since).map(|prop| (prop, ())).collect();
        self.update_views_of(now, id, &changed, fx);
    }

    /// The socket is closed. The client can reconnect. If there are too many clients without a socket, the oldest are
    /// forgotten.
    pub(crate) fn gone(&mut self, now: Duration, id: ClientId, socket: SocketNo, fx: &mut Effects) {
        if !self.is_current(id, socket) {
            return;
        }
        self.detach(now, id, fx);
        self.visibility_changed(now, id, fx);
        self.forget_longest_gone(now, fx);
    }

    /// Nothing has come from the page for a while. Its stream stays, because browsers run the scripts of hidden pages rarely,
    /// but it holds nothing, and is in control only as long as a page whose link is lost.
    pub(crate) fn fell_silent(&mut self, now: Duration, id: ClientId, socket: SocketNo, fx: &mut Effects) {
        if !self.is_current(id, socket) {
            return;
        }
        self.release_all_of(now, id, fx);
        self.link_of_holder(id, Some(now));
        if let Some(session) = self.roster.get_mut(id) {
            session.silent = true;
        }
    }

    /// The page that was silent is heard again.
    pub(crate) fn heard_again(&mut self, now: Duration, id: ClientId, socket: SocketNo, fx: &mut Effects) {
        // What was over before it was heard stays over.
        self.end_what_is_over(now, fx);
        if self.is_current(id, socket) {
            self.link_of_holder(id, None);
        }
        if let Some(session) = self.roster.get_mut(id) {
            session.silent = false;
        }
    }

    /// The client has lost its socket. It still counts as present for the time `Limits::away`.
    pub(super) fn detach(&mut self, now: Duration, id: ClientId, fx: &mut Effects) {
        self.release_all_of(now, id, fx);
        self.link_of_holder(id, Some(now));
        self.forget_early(id);
        let (rev, leaves) = (self.rev(), now + self.limits.away);
        let Some(session) = self.roster.get_mut(id) else { return };
        if session.presence.socket_lost(rev, leaves) {
            self.clock.schedule_leaving(leaves, id);
        }
        self.roster.add_away(id, now);
    }

    pub(super) fn forget_longest_gone(&mut self, now: Duration, fx: &mut Effects) {
        while let Some(forgotten) = self.roster.take_excess(self.limits.detached_clients) {
            self.counts.forgotten += 1;
            self.forget(now, forgotten, fx);
        }
    }

    /// Whether the client is known and not forgotten.
    pub(crate) fn knows(&self, id: ClientId) -> bool {
        self.roster.get(id).is_some_and(|session| !session.presence.is_forgotten())
    }

    /// Whether this is the current socket of the client.
    pub(crate) fn is_current(&self, id: ClientId, socket: SocketNo) -> bool {
        self.roster.get(id).is_some_and(|session| session.presence.socket() == Some(socket))
    }

    /// The reason why this is no longer the client's socket, if that is so.
    pub(crate) fn closing(&self, id: ClientId, socket: SocketNo) -> Option<Close> {
        if self.roster.get(id).is_some_and(|session| session.presence.is_forgotten()) {
            return Some(Close::OtherUser(None));
        }
        let disconnected = self.roster.get(id).and_then(|session| session.disconnected.as_ref());
        match disconnected.filter(|(disconnected, _)| *disconnected == Some(socket)) {
            Some((_, why)) => Some(Close::Disconnected(Arc::clone(why))),
            None => (!self.is_current(id, socket)).then_some(Close::TakenOver),
        }
    }
}
