//! Commands over HTTP from programs, which have no page, no session and no command numbers.
//!
//! A request goes through the same checks and queues as a command of a page, so that both have one order. It acts for
//! the sender that it came from ([`Caller`]), or for the page whose session it names. Its outcome is the response.

use std::{borrow::Cow, collections::BTreeMap, net::IpAddr, sync::Arc, time::Duration};

use super::{
    Engine,
    callers::{Caller, Callers, From, Keyed},
    commands::{Done, Open},
    effects::Effects,
    ingress::{self, Checked},
    item::{Number, Ticket},
    store::Slot,
};
use crate::{
    client::{ClientId, Peer},
    numbers::PropNo,
    protocol::{
        client::{Command, Refusal},
        server::Outcome,
    },
    rights::User,
};

/// The number of a request, unique in this process.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct RequestNo(u64);

/// The sender of a request, and the key by which a repeated request is recognised.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Asking<'a> {
    /// The address of the peer.
    pub(crate) address: Option<IpAddr>,
    /// The session token of the page for which it acts.
    pub(crate) session: Option<&'a str>,
    /// The idempotency key of the sender, with a hash of the request.
    pub(crate) key: Option<(&'a str, u64)>,
    /// How long the request may have waited before it was read.
    pub(crate) age: Duration,
    /// Who sends it. `None` for a user who may do everything.
    pub(crate) user: Option<&'a User>,
    /// What is known of the sender, if the program gives roles at run time.
    pub(crate) peer: Option<&'a Arc<Peer>>,
}

impl<'a> Asking<'a> {
    /// Without the key. Whoever presses a stop wants it pressed now, also if somebody has reset it since the same key.
    pub(super) fn unkeyed(&self) -> Self {
        Self { key: None, ..*self }
    }

    pub(super) fn from(&self) -> From {
        (self.address, self.user.map(|user| (user.identity(), user.role_name())))
    }
}

/// All requests without an outcome, and the keys of the latest others.
#[derive(Default)]
pub(crate) struct Requests {
    last: u64,
    open: BTreeMap<RequestNo, Waiting>,
    pub(super) callers: Callers,
    /// Commands of pages, with the request that waits for the outcome.
    watched: BTreeMap<(ClientId, u64), RequestNo>,
    /// Requests with an outcome, for the tasks that wait for them.
    answered: Vec<(RequestNo, Outcome)>,
}

/// A request without an outcome.
struct Waiting {
    client: ClientId,
    from: From,
    /// `None` until the engine knows which islands work on it.
    open: Option<Open>,
}

impl Requests {
    /// Takes the requests that got their outcome since the last call.
    pub(crate) fn take_answered(&mut self) -> Vec<(RequestNo, Outcome)> {
        std::mem::take(&mut self.answered)
    }

    fn begin(&mut self, client: ClientId, from: From) -> RequestNo {
        self.last += 1;
        let request = RequestNo(self.last);
        if let Some(caller) = self.callers.get_mut(&from) {
            caller.open += 1;
        }
        self.open.insert(request, Waiting { client, from, open: None });
        request
    }

    /// The request that waits for the outcome of a page's command. Creates one if there is none.
    pub(super) fn watch(&mut self, client: ClientId, number: u64) -> RequestNo {
        *self.watched.entry((client, number)).or_insert_with(|| {
            self.last += 1;
            RequestNo(self.last)
        })
    }

    /// A page's command has its outcome.
    pub(super) fn answer_watched(&mut self, client: ClientId, number: u64, outcome: &Outcome) {
        if let Some(request) = self.watched.remove(&(client, number)) {
            self.answered.push((request, outcome.clone()));
        }
    }

    /// A request of an earlier run is sent again. Its outcome is reported at once.
    fn again(&mut self, outcome: Outcome) -> RequestNo {
        self.last += 1;
        self.answered.push((RequestNo(self.last), outcome));
        RequestNo(self.last)
    }

    /// The sender of a request without an outcome.
    fn sender_of(&self, request: RequestNo) -> Option<From> {
        self.open.get(&request).map(|waiting| waiting.from.clone())
    }

    fn settle(&mut self, request: RequestNo, outcome: Outcome) {
        let Some(caller) = self.end(request) else { return };
        if let Some(keyed) = caller.and_then(|caller| caller.keyed.iter_mut().find(|keyed| keyed.request == request)) {
            keyed.outcome = Some(outcome.clone());
        }
        self.answered.push((request, outcome));
    }

    /// The request no longer waits. `None` if it did not wait. The caller is `None` if it was dropped.
    fn end(&mut self, request: RequestNo) -> Option<Option<&mut Caller>> {
        let waiting = self.open.remove(&request)?;
        let mut caller = self.callers.get_mut(&waiting.from);
        if let Some(caller) = &mut caller {
            caller.open = caller.open.saturating_sub(1);
        }
        Some(caller)
    }

    /// The client and its queues are removed. Requests that wait for them get the outcome `unknown`.
    pub(super) fn forget(&mut self, client: ClientId) {
        let lost: Vec<RequestNo> =
            self.open.iter().filter(|(_, waiting)| waiting.client == client).map(|(request, _)| *request).collect();
        for request in lost {
            self.settle(request, Outcome::Unknown);
        }
        let watched = self.watched.extract_if(.., |(other, _), _| *other == client);
        self.answered.extend(watched.map(|(_, request)| (request, Outcome::Unknown)));
    }
}

/// A request that may be made.
pub(super) enum Admitted {
    /// It was made before, with the same key. Its outcome is reported again.
    Again(RequestNo),
    /// It acts for this client.
    For(ClientId),
}

impl Engine {
    /// Takes one command. Its outcome will be in [`answered`](Self::answered), possibly at once.
    ///
    /// # Errors
    /// Why it changed nothing.
    pub(crate) fn request(
        &mut self,
        now: Duration,
        asking: &Asking<'_>,
        command: &Command<'_>,
        fx: &mut Effects,
    ) -> Result<RequestNo, Refusal> {
        self.record_asking(Some(asking));
        let asked = self.try_request(now, asking, command, fx);
        if let Err(refusal) = &asked {
            self.counts.refused(refusal);
            self.record_command(now, ClientId(0), command, refusal);
        }
        self.record_asking(None);
        asked
    }

    /// Takes a request for what is not there. If it was made before, with the same key, it has its outcome: the row that it
    /// named may have gone with it.
    ///
    /// # Errors
    /// There is no such property, or why the sender may ask for nothing now.
    pub(crate) fn request_of_before(
        &mut self,
        now: Duration,
        asking: &Asking<'_>,
        name: &str,
        fx: &mut Effects,
    ) -> Result<RequestNo, Refusal> {
        self.end_what_is_over(now, fx);
        let asked = match self.admit(now, asking, 1, fx) {
            Ok(Admitted::Again(request)) => Ok(request),
            Ok(Admitted::For(_)) => Err(Refusal::UnknownName(name.to_owned())),
            Err(refusal) => Err(refusal),
        };
        if let Err(refusal) = &asked {
            self.counts.refused(refusal);
        }
        asked
    }

    fn try_request(
        &mut self,
        now: Duration,
        asking: &Asking<'_>,
        command: &Command<'_>,
        fx: &mut Effects,
    ) -> Result<RequestNo, Refusal> {
        self.end_what_is_over(now, fx);
        // A stop is not delayed, however many requests come.
        let presses = self.is_first_press(command);
        let cost = usize::from(!presses);
        let asking = &if presses { asking.unkeyed() } else { *asking };
        let client = match self.admit(now, asking, cost, fx)? {
            Admitted::Again(request) => return Ok(request),
            Admitted::For(client) => client,
        };
        let checked = self.check_request(now, client, asking, command)?;
        let request = self.begin_request(asking, client, |engine, ticket| engine.take(now, ticket, checked, fx))?;
        self.counts.commands += 1;
        Ok(request)
    }

    /// Whether a request with this number of commands may be made now, and for which client.
    pub(super) fn admit(
        &mut self,
        now: Duration,
        asking: &Asking<'_>,
        commands: usize,
        fx: &mut Effects,
    ) -> Result<Admitted, Refusal> {
        let from = asking.from();
        if self.requests.callers.is_full_for(&from, &self.limits) {
            let keeps = |client| self.is_in_charge(client);
            if let Some(dropped) = self.requests.callers.least(keeps) {
                self.drop_caller(now, &dropped, fx);
            }
        }
        let caller = self.requests.callers.enter(asking, now, &self.limits, || self.roster.new_client());
        // The rate limit comes first, so that a repeated request costs as much as a new one.
        caller.may_ask(now, &self.limits, commands)?;
        if let Some((key, hash)) = asking.key
            && let Some(known) = caller.keyed.iter().find(|keyed| keyed.key == key)
        {
            if known.hash != hash {
                return Err(Refusal::KeyReused);
            }
            let (request, outcome) = (known.request, known.outcome.clone());
            self.counts.repeated += 1;
            self.requests.answered.extend(outcome.map(|outcome| (request, outcome)));
            return Ok(Admitted::Again(request));
        }
        let id = caller.id;
        if let Some((key, hash)) = asking.key
            && let Some(outcome) = self.request_keys.outcome_before(&from, key, hash)?
        {
            self.counts.repeated += 1;
            return Ok(Admitted::Again(self.requests.again(outcome)));
        }
        Ok(Admitted::For(match asking.session {
            Some(token) => self.client_of_user(token, asking.user).ok_or(Refusal::NoSession)?,
            None => id,
        }))
    }

    /// The client that a request acts for, if it is the client of a page.
    pub(crate) fn client_asking(&self, asking: &Asking<'_>) -> Option<ClientId> {
        self.client_of_user(asking.session?, asking.user)
    }

    /// Checks the command for the client. Returns its property and value.
    pub(super) fn check_request(
        &self,
        now: Duration,
        client: ClientId,
        asking: &Asking<'_>,
        command: &Command<'_>,
    ) -> Result<Checked, Refusal> {
        let checked = ingress::check(self, now, client, self.level_of(asking.user), command)?;
        self.may_write(client, checked.prop)?;
        Ok(checked)
    }

    /// Registers a request, takes it with `take`, and remembers its key. If it is refused, nothing has changed, and the
    /// same key can be used again.
    pub(super) fn begin_request<E>(
        &mut self,
        asking: &Asking<'_>,
        client: ClientId,
        take: impl FnOnce(&mut Self, Ticket) -> Result<(), E>,
    ) -> Result<RequestNo, E> {
        let request = self.requests.begin(client, asking.from());
        if let Err(refused) = take(self, Ticket { client, number: Number::Request(request) }) {
            self.requests.end(request);
            return Err(refused);
        }
        self.remember(asking, request);
        Ok(request)
    }

    /// The property as the page with this session sees it, or, without a session, the shared value.
    ///
    /// # Errors
    /// When no page has the session, or when only browsers can compute the value.
    pub(crate) fn slot_for(&self, asking: &Asking<'_>, prop: PropNo) -> Result<Cow<'_, Slot>, Refusal> {
        let client = |token| self.client_of_user(token, asking.user).ok_or(Refusal::NoSession);
        let id = asking.session.map(client).transpose()?;
        self.shown(id, prop).ok_or_else(|| Refusal::Computed(self.name_of(prop)))
    }

    /// A private property can be written only for a page.
    fn may_write(&self, client: ClientId, prop: PropNo) -> Result<(), Refusal> {
        let prop = &self.plan.prop(prop);
        if prop.private && !self.roster.has(client) { Err(Refusal::Private(prop.name())) } else { Ok(()) }
    }

    /// Remembers the key of a request that was taken.
    fn remember(&mut self, asking: &Asking<'_>, request: RequestNo) {
        let Some((key, hash)) = asking.key else { return };
        // It usually has no outcome yet.
        let done = self.requests.answered.iter().find(|(other, _)| *other == request);
        let outcome = done.map(|(_, outcome)| outcome.clone());
        let from = asking.from();
        let Some(caller) = self.requests.callers.get_mut(&from) else { return };
        let oldest = if caller.keyed.len() >= self.limits.outcomes { caller.keyed.pop_front() } else { None };
        caller.keyed.push_back(Keyed { key: key.to_owned(), hash, request, outcome });
        self.request_keys.forget(&from, &oldest);
        self.keep_key(&from, request);
    }

    /// Takes the requests that got their outcome since the last call.
    pub(crate) fn answered(&mut self) -> Vec<(RequestNo, Outcome)> {
        self.requests.take_answered()
    }

    /// The revision at which a request without an outcome took effect. `None` if it did not yet.
    pub(crate) fn in_effect_since(&self, request: RequestNo) -> Option<u64> {
        let rev = self.requests.open.get(&request)?.open.as_ref()?.rev;
        (rev > 0).then_some(rev)
    }

    // ---- outcomes: the ticket's number decides where they are reported ----

    /// The command has its final outcome.
    pub(super) fn settle(&mut self, ticket: Ticket, outcome: Outcome) {
        self.kept.is_told = true;
        self.record_outcome(ticket, &outcome);
        match ticket.number {
            Number::Frame(number) => {
                self.requests.answer_watched(ticket.client, number, &outcome);
                self.keep_outcome(ticket.client, number, &outcome);
                if let Some(session) = self.roster.get_mut(ticket.client) {
                    session.commands.settle(number, outcome, &self.limits);
                }
            }
            Number::Request(request) => {
                let from = self.requests.sender_of(request);
                self.requests.settle(request, outcome);
                if let Some(from) = from {
                    self.keep_key(&from, request);
                }
            }
        }
    }

    /// `islands` islands work on the command. `in_effect` is the revision at which it took effect, if it did. `has_acted`:
    /// whether all of it were events of gates, which have acted.
    pub(super) fn open(&mut self, ticket: Ticket, islands: usize, in_effect: Option<u64>, has_acted: bool) {
        self.kept.is_told |= in_effect.is_some();
        let open = Open::new(islands, in_effect, has_acted);
        match ticket.number {
            Number::Frame(number) => {
                if let Some(session) = self.roster.get_mut(ticket.client) {
                    session.commands.open(number, open, in_effect);
                }
            }
            Number::Request(request) => {
                if let Some(waiting) = self.requests.open.get_mut(&request) {
                    waiting.open = Some(open);
                }
            }
        }
    }

    /// The command took effect in its turn. Its callbacks are still running.
    pub(super) fn in_effect(&mut self, ticket: Ticket, rev: u64) {
        self.kept.is_told = true;
        match ticket.number {
            Number::Frame(number) => {
                if let Some(session) = self.roster.get_mut(ticket.client) {
                    session.commands.in_effect(number, rev);
                }
            }
            Number::Request(request) => {
                if let Some(open) = self.requests.open.get_mut(&request).and_then(|waiting| waiting.open.as_mut()) {
                    open.rev = rev;
                }
            }
        }
    }

    /// One island is done with the command.
    pub(super) fn island_done(&mut self, ticket: Ticket, done: Done) {
        match ticket.number {
            Number::Frame(number) => {
                let session = self.roster.get_mut(ticket.client);
                if let Some(outcome) = session.and_then(|session| session.commands.island_done(number, done)) {
                    self.settle(ticket, outcome);
                }
            }
            Number::Request(request) => {
                let waiting = self.requests.open.get_mut(&request);
                let Some(open) = waiting.and_then(|waiting| waiting.open.as_mut()) else { return };
                if open.done(done)
                    && let Some(open) = self.requests.open.get_mut(&request).and_then(|waiting| waiting.open.take())
                {
                    self.settle(ticket, open.outcome());
                }
            }
        }
    }
}
