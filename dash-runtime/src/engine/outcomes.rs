//! Outcomes of commands that outlive the process, for pages that the end of the process has left without an answer.
//!
//! With a store, the final outcome of each command of a page is written down under the session and the number of the
//! command. After a restart a page says hello with its session of the run before, and gets the outcomes with the welcome.
//! What the store does not have stays unknown.
//!
//! An outcome is written together with what the command has changed, or later. So a command that is told to be applied
//! has its kept values. Nobody waits for an outcome to be written: a page that has got it does not need it any more.
//!
//! The outcomes of a session are in one record, at most [`MOST`] of them. So many commands cost one short write. It is removed
//! when the session is forgotten, and those of earlier runs a while after the start ([`answers`](super::answers)).

use std::{collections::VecDeque, time::Duration};

use serde_json::value::RawValue;

use super::{Engine, answers::Answers, kept::KeptChange, kept::KeptValue};
use crate::{
    client::ClientId,
    protocol::{
        client::Hello,
        server::{Outcome, quoted},
    },
    rights::LoginName,
};

/// The number of outcomes of each session, more than a page has commands under way. The oldest goes first.
const MOST: usize = 32;

/// The most bytes of them, unless one outcome has more: the record is written again with each outcome, and reasons of failures may
/// be long.
const BYTES: usize = 4096;

/// Outcomes that are written down, and those of earlier runs, each by half of the session's token.
pub(super) type Outcomes = Answers<Before>;

/// What the names in the store begin with.
pub(super) const PREFIX: &str = "outcome of ";

/// The last outcomes of a session, each as it is in a frame: `[n,code,…]`.
#[derive(Debug, Default)]
pub(super) struct Last {
    outcomes: VecDeque<String>,
    bytes: usize,
}

impl Last {
    fn add(&mut self, outcome: String) {
        self.bytes += outcome.len();
        self.outcomes.push_back(outcome);
        while self.outcomes.len() > MOST || self.bytes > BYTES && self.outcomes.len() > 1 {
            self.bytes -= self.outcomes.pop_front().map_or(0, |oldest| oldest.len());
        }
    }

    /// The record: whose they are, and the outcomes.
    fn json(&self, user: &str) -> String {
        let user = quoted(user);
        // The brackets, and a comma for each.
        let mut text = String::with_capacity(user.len() + self.bytes + self.outcomes.len() + 2);
        text.push('[');
        text.push_str(&user);
        for outcome in &self.outcomes {
            text.push(',');
            text.push_str(outcome);
        }
        text.push(']');
        text
    }
}

/// The outcomes of a session of an earlier run.
pub(super) struct Before {
    /// Whose they are, as [`owner`] writes it.
    user: String,
    /// Each as it is in a frame.
    outcomes: Vec<Box<RawValue>>,
}

impl Before {
    fn read(json: &str) -> Option<Self> {
        let mut parts: VecDeque<Box<RawValue>> = serde_json::from_str(json).ok()?;
        let user = serde_json::from_str(parts.pop_front()?.get()).ok()?;
        // They are in the order in which they came, so that the oldest goes first. A page is told them by their numbers.
        let number = |outcome: Box<RawValue>| {
            let text = outcome.get().strip_prefix('[')?;
            Some((text.split(',').next()?.trim().parse::<u64>().ok()?, outcome))
        };
        let mut outcomes: Vec<_> = parts.into_iter().map(number).collect::<Option<_>>()?;
        outcomes.sort_unstable_by_key(|(number, _)| *number);
        Some(Self { user, outcomes: outcomes.into_iter().map(|(_, outcome)| outcome).collect() })
    }
}

impl Engine {
    /// There is a store.
    pub(super) const fn keep_outcomes(&mut self) {
        self.outcomes.turn_on();
        self.request_keys.turn_on();
        self.under_way.turn_on();
    }

    /// The outcomes to write since the last call. Nobody waits for them.
    pub(crate) fn take_outcomes(&mut self) -> Vec<KeptChange> {
        self.outcomes.take_changes()
    }

    /// A command of a page has its final outcome.
    pub(super) fn keep_outcome(&mut self, client: ClientId, number: u64, outcome: &Outcome) {
        if !self.outcomes.is_on() {
            return;
        }
        let Some(session) = self.roster.get_mut(client).filter(|session| !session.presence.is_forgotten()) else {
            return;
        };
        let mut text = String::new();
        outcome.write(number, &mut text);
        session.last_outcomes.add(text);
        let json = session.last_outcomes.json(&owner(&session.client.user().identity()));
        self.outcomes.put(half(&session.token), json, self.truth.store.rev());
    }

    /// The client can no longer reconnect, so nobody will ask for its outcomes.
    pub(super) fn forget_outcomes(&mut self, client: ClientId) {
        let Some(session) = self.roster.get_mut(client) else { return };
        if !std::mem::take(&mut session.last_outcomes).outcomes.is_empty() {
            self.outcomes.remove(half(&session.token));
        }
    }

    /// The outcomes that the store has of a page of an earlier run, each as it is in a frame. A session belongs to one user.
    pub(super) fn outcomes_before(&self, hello: &Hello<'_>, user: &LoginName) -> Vec<&str> {
        let token = hello.session.as_deref().filter(|_| hello.epoch != self.epoch);
        let before = token.and_then(|token| self.outcomes.before(half(token)));
        let own = before.filter(|before| before.user == owner(user));
        own.into_iter().flat_map(|before| &before.outcomes).map(|outcome| outcome.get()).collect()
    }

    /// Takes the outcomes of earlier runs out of what was kept. Returns the rest.
    pub(super) fn restore_outcomes(&mut self, kept: Vec<KeptValue>) -> Vec<KeptValue> {
        self.outcomes.restore(kept, Before::read)
    }

    /// Removes the outcomes of earlier runs when their time is over.
    pub(super) fn watch_outcomes(&mut self, now: Duration) {
        self.outcomes.watch(now);
        self.request_keys.watch(now);
    }
}

/// A text that is different for each user. A proxy may name somebody as the entry of another one is written.
pub(super) fn owner(user: &LoginName) -> String {
    match user.entry {
        Some(entry) => format!("{entry:016x} {}", user.name),
        None => format!(" {}", user.name),
    }
}

/// The half of a session's token by which its outcomes are found. So who reads the store cannot act for a page. The other half
/// is as hard to guess as before.
fn half(token: &str) -> &str {
    token.get(..token.len() / 2).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fault_a_user_of_a_proxy_could_be_taken_for_one_of_the_users_file() {
        let here = LoginName { entry: Some(0xada), name: "ada".into() };
        let elsewhere = LoginName { entry: None, name: here.to_string().into() };
        assert_eq!(here.to_string(), elsewhere.to_string(), "they look alike");
        assert_ne!(owner(&here), owner(&elsewhere));
    }
}
