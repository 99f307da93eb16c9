//! Outcomes of commands that outlive the process, for pages that the end of the process has left without an answer.
//!
//! With a store, the final outcome of each command of a page is written down under the session and the number of the
//! command. After a restart a page says hello with its session of the run before, and gets the outcomes with the welcome.
//! What the store does not have stays unknown.
//!
//! An outcome is written together with what the command has changed, or later. So a command that is told to be applied
//! has its kept values. Nobody waits for an outcome to be written: a page that has got it does not need it any more.
//!
//! Of each session the store has at most [`SLOTS`] outcomes. They are removed when the session is forgotten, and those of
//! earlier runs [`TIME`] after the start.

use std::{collections::BTreeMap, time::Duration};

use serde_json::value::RawValue;

use super::{
    Engine,
    kept::{KeptChange, KeptValue},
};
use crate::{
    client::ClientId,
    protocol::{
        client::Hello,
        server::{Outcome, quoted},
    },
    rights::LoginName,
    value::Value,
};

/// The number of outcomes of each session, more than a page has commands under way. A newer one takes the place of an older
/// one.
const SLOTS: u64 = 32;

/// How long the outcomes of earlier runs are kept. A page that was cut off comes back within seconds, and one whose
/// computer slept shows what was true before it slept, so nobody asks later.
pub(super) const TIME: Duration = Duration::from_secs(3600);

/// The number of outcomes of earlier runs. Of more, the newest are taken.
pub(super) const MOST: usize = 10_000;

/// What its name in the store begins with. No property has a name with spaces.
const NAME: &str = "outcome of ";

/// Outcomes that are written down, and those of earlier runs.
#[derive(Default)]
pub(super) struct Outcomes {
    /// Whether there is a store.
    is_on: bool,
    changes: Vec<KeptChange>,
    /// Those of earlier runs, by their names in the store: the session and the slot.
    before: BTreeMap<String, Before>,
}

/// The outcome of a command of an earlier run.
struct Before {
    /// Whose it is, as [`owner`] writes it.
    user: String,
    /// As it is in a frame: `[n,code,…]`.
    outcome: String,
}

impl Outcomes {
    /// When those of earlier runs are removed.
    pub(super) fn next_timeout(&self) -> Option<Duration> {
        (!self.before.is_empty()).then_some(TIME)
    }

    fn remove(&mut self, name: String) {
        self.changes.push(KeptChange { key: name.into_bytes(), value: None, rev: 0 });
    }
}

impl Engine {
    /// There is a store.
    pub(super) const fn keep_outcomes(&mut self) {
        self.outcomes.is_on = true;
        self.request_keys.is_on = true;
    }

    /// The outcomes to write since the last call. Nobody waits for them.
    pub(crate) fn take_outcomes(&mut self) -> Vec<KeptChange> {
        std::mem::take(&mut self.outcomes.changes)
    }

    /// A command of a page has its final outcome.
    pub(super) fn keep_outcome(&mut self, client: ClientId, number: u64, outcome: &Outcome) {
        if !self.outcomes.is_on {
            return;
        }
        let Some(session) = self.roster.get_mut(client).filter(|session| !session.presence.is_forgotten()) else {
            return;
        };
        let slot = number % SLOTS;
        session.outcome_slots |= 1 << slot;
        let mut text = format!("[{},", quoted(&owner(&session.client.user().identity())));
        outcome.write(number, &mut text);
        text.push(']');
        let key = name(&session.token, slot).into_bytes();
        let rev = self.truth.store.rev();
        self.outcomes.changes.push(KeptChange { key, value: Some(Value::of_json(text)), rev });
    }

    /// The client can no longer reconnect, so nobody will ask for its outcomes.
    pub(super) fn forget_outcomes(&mut self, client: ClientId) {
        let Some(session) = self.roster.get_mut(client) else { return };
        let slots = std::mem::take(&mut session.outcome_slots);
        for slot in (0..SLOTS).filter(|slot| slots >> slot & 1 == 1) {
            self.outcomes.remove(name(&session.token, slot));
        }
    }

    /// The outcomes that the store has of a page of an earlier run, each as it is in a frame. A session belongs to one user.
    pub(super) fn outcomes_before(&self, hello: &Hello<'_>, user: &LoginName) -> Vec<&str> {
        let Some(token) = hello.session.as_deref().filter(|_| hello.epoch != self.epoch) else { return Vec::new() };
        let first = name(token, 0);
        let Some(prefix) = first.strip_suffix('0') else { return Vec::new() };
        let of_session = self.outcomes.before.range(prefix.to_owned()..);
        let of_session = of_session.take_while(|(name, _)| name.starts_with(prefix));
        let user = owner(user);
        of_session.filter(|(_, before)| before.user == user).map(|(_, before)| &*before.outcome).collect()
    }

    /// Takes the outcomes of earlier runs out of what was kept. Returns the rest.
    pub(super) fn restore_outcomes(&mut self, kept: Vec<KeptValue>) -> Vec<KeptValue> {
        let (mut outcomes, rest): (Vec<_>, Vec<_>) =
            kept.into_iter().partition(|value| value.key.starts_with(NAME.as_bytes()));
        outcomes.sort_by_key(|value| value.age);
        for (at, KeptValue { key, json, age }) in outcomes.into_iter().enumerate() {
            let name = String::from_utf8_lossy(&key).into_owned();
            let read = serde_json::from_str::<(String, Box<RawValue>)>(&json);
            match read {
                Ok((user, outcome)) if at < MOST && age.is_some_and(|age| age < TIME) => {
                    self.outcomes.before.insert(name, Before { user, outcome: outcome.get().to_owned() });
                }
                // One that cannot be read is of no use to anybody.
                _ => self.outcomes.remove(name),
            }
        }
        rest
    }

    /// Removes the outcomes of earlier runs when their time is over.
    pub(super) fn watch_outcomes(&mut self, now: Duration) {
        if now < TIME {
            return;
        }
        for name in std::mem::take(&mut self.outcomes.before).into_keys() {
            self.outcomes.remove(name);
        }
        self.request_keys.end_before();
    }
}

/// A text that is different for each user. A proxy may name somebody as the entry of another one is written.
pub(super) fn owner(user: &LoginName) -> String {
    match user.entry {
        Some(entry) => format!("{entry:016x} {}", user.name),
        None => format!(" {}", user.name),
    }
}

/// The name in the store. It has only a half of the session's token, so that who reads the store cannot act for a page. The
/// other half is as hard to guess as before.
fn name(token: &str, slot: u64) -> String {
    let half = token.get(..token.len() / 2).unwrap_or_default();
    format!("{NAME}{half} {slot}")
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
