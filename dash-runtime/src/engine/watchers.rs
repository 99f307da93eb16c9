//! Pages that only watch at a relay. The relay answers them itself (`server/fabric/shared/`), and all of them are one client
//! of the engine. This file has what the engine does for that.
//!
//! **Where it is so.** Only in dashboards in which a client is nobody before it acts ([`Plan::may_share`]).
//!
//! **Everything at one revision.** A page that comes to a relay may need all values, and then goes on with the frames that the
//! relay gets. So both must meet at one revision. A relay asks for them with `{"t":"whole"}`. The next frame to it is then
//! two: what is new, and after a newline all values at the same revision.
//!
//! **What the program sees.** A relay is one client of the table. A message to it reaches all its watching pages, and so does a
//! disconnect. It has no values of its own: a page that acts would take them along to its own session, which has not got them.
//!
//! **Sessions.** The relay makes the token of such a page. When the page acts, the relay opens a stream of its own for it, and
//! the engine adopts the token with the first hello ([`Engine::adopted`]). After that it is a session like any other.
//! A page that comes back may have used its token or not, and a relay that has just started cannot know it, so it asks
//! ([`Engine::hello_asking`]). The engine must tell a token that was never used from one that it has forgotten: with the
//! first, commands are sent again, and with the second, they might act twice. It need not remember tokens for that: each says
//! when it was made, and those that are newer than the newest forgotten one were never used.

use std::{borrow::Cow, time::Duration};

use bytes::Bytes;

use super::{
    Engine,
    effects::Effects,
    item::Hook,
    joining::{Greeting, read_hello},
    plan::Plan,
    session::SocketNo,
};
use crate::{
    client::{ClientId, Peer},
    protocol::{
        client::{Hello, Refusal},
        server::Update,
    },
    rights::User,
};

/// The first letter of the token of a page that watches at a relay. Other tokens are hexadecimal numbers.
const MARK: char = 'w';

/// A token that a relay makes for a page at this time of the engine's clock, or a little later.
pub(crate) fn token_at(now: Duration, random: &str) -> String {
    format!("{MARK}{}-{random}", now.as_millis())
}

/// When a relay has made this token. `None` if it is one of the engine's own.
pub(super) fn made_at(token: &str) -> Option<Duration> {
    let (millis, _) = token.strip_prefix(MARK)?.split_once('-')?;
    Some(Duration::from_millis(millis.parse().ok()?))
}

impl Plan {
    /// Whether all clients of one level that do nothing see the same, and nothing depends on how many there are. Then
    /// relays can answer them.
    fn may_share(&self) -> bool {
        let is_nobody = |hook| self.callbacks.iter().all(|callback| !callback.has(hook));
        // Which page of several a client shows is its own. In a replay, people step through the run.
        let is_one_page = self.router.is_none() && !self.replays;
        is_one_page
            && self.callbacks.iter().all(|callback| callback.shared())
            && [Hook::Connect, Hook::Disconnect, Hook::Clients].into_iter().all(is_nobody)
            // Commands by request name a session that the engine does not know yet.
            && self.props.iter().all(|prop| !prop.private && !prop.by_http)
    }
}

impl Engine {
    /// The schema of the pages of this user, if relays can answer them as long as they only watch.
    pub(crate) fn schema_of_watchers(&self, user: &User) -> Option<String> {
        self.plan.may_share().then(|| self.plan.schema_for(self.view_for(user)))
    }

    /// The schema of the documents that everybody like this user gets. A document is made before its page says hello, so it has
    /// nothing of a client, whatever the callbacks are. In a replay, people step through the run.
    pub(crate) fn schema_of_documents(&self, user: &User) -> Option<String> {
        (!self.plan.replays).then(|| self.plan.schema_for(self.view_for(user)))
    }

    /// The hello of a relay, for all pages that only watch there.
    pub(crate) fn hello_watching(
        &mut self,
        now: Duration,
        text: &str,
        peer: Peer,
        new_token: String,
        fx: &mut Effects,
    ) -> Greeting {
        let greeting = self.hello(now, text, peer, || new_token, fx);
        if let Greeting::Welcome { client, .. } = &greeting
            && let Some(session) = self.roster.get_mut(*client)
        {
            session.is_relay = true;
        }
        greeting
    }

    /// Whether the client is one page, and not a relay.
    pub(super) fn is_one_page(&self, id: ClientId) -> bool {
        self.roster.get(id).is_none_or(|session| !session.is_relay)
    }

    /// The hello of a page that a relay would answer. It is welcomed only if the engine knows its session, or what became
    /// of its commands in an earlier run.
    pub(crate) fn hello_asking(
        &mut self,
        now: Duration,
        text: &str,
        peer: Peer,
        new_token: String,
        fx: &mut Effects,
    ) -> Greeting {
        match read_hello(text) {
            Ok(hello) => match hello.session.as_deref() {
                Some(token)
                    if self.client_of_user(token, Some(&peer.user)).is_none()
                        && self.outcomes_before(&hello, &peer.user.identity()).is_empty() =>
                {
                    Greeting::Nobody { unused: hello.epoch == self.epoch && self.is_unused(now, token) }
                }
                _ => self.greet(now, &hello, peer, || new_token, fx),
            },
            Err(refusal) => Greeting::Refused(refusal),
        }
    }

    /// Takes the token out of the hello of a page that has only watched at a relay so far. Its session begins with this hello,
    /// and has this token.
    ///
    /// Also without a relay in between that knows it: the relay of the page may have been lost, and another one may pass the
    /// hello on. Whoever makes up such a token gives his own page a bad one, and nothing else: a session that there is keeps
    /// its token.
    pub(super) fn adopted(&self, now: Duration, hello: &mut Hello<'_>) -> Option<String> {
        // A page of another run may have used its token there.
        let is_of_this_run = hello.epoch == self.epoch;
        hello.session.take_if(|token| is_of_this_run && self.is_unused(now, token)).map(Cow::into_owned)
    }

    /// Whether no page has used the token in this run. A token from the future was not made by a relay.
    fn is_unused(&self, now: Duration, token: &str) -> bool {
        self.roster.client_of(token).is_none()
            && made_at(token).is_some_and(|made| made <= now && Some(made) > self.roster.forgotten)
    }

    /// A relay wants all values.
    ///
    /// # Errors
    /// When it asks too often.
    pub(super) fn ask_for_whole(&mut self, now: Duration, id: ClientId, fx: &mut Effects) -> Result<(), Refusal> {
        let Some(session) = self.roster.get_mut(id) else { return Ok(()) };
        session.commands.may_command(now, &self.limits)?;
        session.asks_whole = true;
        fx.wake_client(id);
        Ok(())
    }

    /// Appends all values to the frame of a relay that has asked for them.
    pub(super) fn with_whole(&mut self, id: ClientId, socket: SocketNo, frame: Option<Bytes>) -> Option<Bytes> {
        let Self { plan, roster, truth, .. } = self;
        let Some(session) = roster.get_mut(id).filter(|session| session.presence.socket() == Some(socket)) else {
            return frame;
        };
        if !std::mem::take(&mut session.asks_whole) {
            return frame;
        }
        let view = plan.rights.view(session.level);
        let frame = frame.unwrap_or_else(|| Update::frame(&[], truth.store.rev()).into());
        let whole = truth.shared_since(0, plan, view).frame.clone();
        Some([&frame[..], b"\n", &whole[..]].concat().into())
    }
}
