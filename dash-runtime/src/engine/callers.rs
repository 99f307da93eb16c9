//! The senders of requests over HTTP that are remembered: programs, which have no session.
//!
//! Anybody can have many addresses. So when there are too many senders, the network that has the most of them loses one,
//! and never one that is in control or holds something: nobody can end what a program does by asking from elsewhere.

use std::{
    collections::{BTreeMap, VecDeque},
    net::IpAddr,
    sync::Arc,
    time::Duration,
};

use super::{
    Engine,
    commands::Allowance,
    effects::Effects,
    requests::{Asking, RequestNo},
};
use crate::{
    client::{ClientId, Peer},
    protocol::{client::Refusal, limits::Limits, server::Outcome},
    rights::{LoginName, User},
    words::network::Network,
};

/// Where requests come from: the address, and the user with the role. Two users of one machine, or behind one proxy, are
/// two senders.
pub(super) type From = (Option<IpAddr>, Option<(LoginName, &'static str)>);

/// A sender of requests. It counts as one client: its values merge, and it has one rate limit.
pub(super) struct Caller {
    pub(super) id: ClientId,
    user: User,
    /// What is known of it, if the program gives roles at run time.
    peer: Option<Arc<Peer>>,
    allowance: Allowance,
    asked: Duration,
    /// The number of its requests without an outcome.
    pub(super) open: usize,
    /// The latest requests with a key, the oldest first.
    pub(super) keyed: VecDeque<Keyed>,
}

pub(super) struct Keyed {
    pub(super) key: String,
    pub(super) hash: u64,
    pub(super) request: RequestNo,
    pub(super) outcome: Option<Outcome>,
}

#[derive(Default)]
pub(super) struct Callers(BTreeMap<From, Caller>);

impl Callers {
    /// Whether another one must be dropped before this sender is remembered.
    pub(super) fn is_full_for(&self, from: &From, limits: &Limits) -> bool {
        self.0.len() >= limits.callers && !self.0.contains_key(from)
    }

    /// The sender that is dropped first, except those whose clients `keeps` names. `None` if it names all of them: there are
    /// no more of these than there are things to control and to hold.
    pub(super) fn least(&self, keeps: impl Fn(ClientId) -> bool) -> Option<From> {
        let network = |(address, _): &From| address.map(Network::from);
        let mut of_network = BTreeMap::<_, usize>::new();
        for from in self.0.keys() {
            *of_network.entry(network(from)).or_default() += 1;
        }
        let may_go = self.0.iter().filter(|(_, caller)| !keeps(caller.id));
        // Of the network with the most, the one that was silent for longest.
        let most = may_go.max_by(|(one, this), (other, that)| {
            let count = |from| of_network.get(&network(from)).copied().unwrap_or(0);
            count(one).cmp(&count(other)).then(that.asked.cmp(&this.asked))
        });
        most.map(|(from, _)| from.clone())
    }

    /// The caller for a sender, which asks now. It is created if it is new.
    pub(super) fn enter(
        &mut self,
        asking: &Asking<'_>,
        now: Duration,
        limits: &Limits,
        new_client: impl FnOnce() -> ClientId,
    ) -> &mut Caller {
        let (from, user) = (asking.from(), asking.user.cloned().unwrap_or_else(User::local));
        let caller = self.0.entry(from).or_insert_with(|| Caller {
            id: new_client(),
            user: user.clone(),
            peer: None,
            allowance: Allowance::full(now, limits.commands_per_second),
            asked: now,
            open: 0,
            keyed: VecDeque::new(),
        });
        // A user may have another login or token meanwhile.
        (caller.asked, caller.user, caller.peer) = (now, user, asking.peer.cloned());
        caller
    }

    pub(super) fn get_mut(&mut self, from: &From) -> Option<&mut Caller> {
        self.0.get_mut(from)
    }

    /// Forgets a sender, and returns what it was.
    pub(super) fn remove(&mut self, from: &From) -> Option<Caller> {
        self.0.remove(from)
    }

    /// The senders that fit.
    fn those(&self, fits: impl Fn(&Caller) -> bool) -> Vec<From> {
        self.0.iter().filter(|(_, caller)| fits(caller)).map(|(from, _)| from.clone()).collect()
    }

    /// What is known of the senders, if the program gives roles at run time.
    pub(super) fn peers(&self) -> impl Iterator<Item = (ClientId, Arc<Peer>)> {
        self.0.values().filter_map(|caller| Some((caller.id, caller.peer.clone()?)))
    }

    /// The user of a caller. `None` if it is the client of none.
    pub(super) fn user_of(&self, client: ClientId) -> Option<&User> {
        self.0.values().find(|caller| caller.id == client).map(|caller| &caller.user)
    }

    /// Whether this is the client of a caller.
    pub(super) fn has(&self, client: ClientId) -> bool {
        self.user_of(client).is_some()
    }
}

impl Caller {
    /// Whether one more request, with this number of commands, may be taken now.
    pub(super) fn may_ask(&mut self, now: Duration, limits: &Limits, commands: usize) -> Result<(), Refusal> {
        if !self.allowance.take(now, commands) {
            return Err(Refusal::Rate(limits.commands_per_second));
        }
        // What counts nothing stops something.
        if commands > 0 && self.open >= limits.outstanding {
            return Err(Refusal::Outstanding(limits.outstanding));
        }
        Ok(())
    }
}

impl Engine {
    /// Whether a client is in control of something or holds something.
    pub(super) fn is_in_charge(&self, client: ClientId) -> bool {
        self.holds.has_holder(client) || self.has_control(client)
    }

    /// Ends the callers for whose users `is_valid` is false any more: the token was removed, or the login has ended. What
    /// they hold or control is free at once.
    #[cfg(any(feature = "users", test))]
    pub(crate) fn log_out_callers(&mut self, now: Duration, is_valid: impl Fn(&User) -> bool, fx: &mut Effects) {
        self.drop_callers(now, |caller| !is_valid(&caller.user), fx);
    }

    /// The same for the callers with these clients, whose role is another one now.
    pub(crate) fn regrant_callers(&mut self, now: Duration, clients: &[ClientId], fx: &mut Effects) {
        self.drop_callers(now, |caller| clients.contains(&caller.id), fx);
    }

    fn drop_callers(&mut self, now: Duration, fits: impl Fn(&Caller) -> bool, fx: &mut Effects) {
        for from in self.requests.callers.those(fits) {
            self.drop_caller(now, &from, fx);
        }
    }

    /// A caller is not remembered any more. What it holds or controls is free.
    pub(super) fn drop_caller(&mut self, now: Duration, from: &From, fx: &mut Effects) {
        let Some(Caller { id: client, keyed, .. }) = self.requests.callers.remove(from) else { return };
        self.request_keys.forget(from, &keyed);
        self.release_all_of(now, client, fx);
        self.forget_holds(client);
        self.leave_controls(now, client, fx);
    }
}
