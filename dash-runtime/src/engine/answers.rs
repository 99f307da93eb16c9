//! What is told of commands and requests of earlier runs of the program: kept under names in the store that no property has, and
//! forgotten a while after the start.

use std::{collections::BTreeMap, time::Duration};

use super::kept::{KeptChange, KeptValue, apart};
use crate::value::Value;

/// How long answers of earlier runs are kept. A page that was cut off comes back within seconds, and one whose computer slept
/// shows what was true before it slept. A program that sends a request again does it soon. So nobody asks later.
pub(super) const TIME: Duration = Duration::from_secs(3600);

/// The number of answers of earlier runs. Of more, the newest are taken.
pub(super) const MOST: usize = 10_000;

/// Answers that are written down, and those of earlier runs.
pub(super) struct Answers<T> {
    /// What their names in the store begin with.
    prefix: &'static str,
    /// Whether there is a store.
    is_on: bool,
    changes: Vec<KeptChange>,
    /// Those of earlier runs, by their names in the store.
    before: BTreeMap<String, T>,
}

impl<T> Answers<T> {
    /// There is no store yet. The prefix has a space: no property has a name with spaces.
    pub(super) const fn new(prefix: &'static str) -> Self {
        Self { prefix, is_on: false, changes: Vec::new(), before: BTreeMap::new() }
    }

    /// There is a store.
    pub(super) const fn turn_on(&mut self) {
        self.is_on = true;
    }

    pub(super) const fn is_on(&self) -> bool {
        self.is_on
    }

    /// When those of earlier runs are removed.
    pub(super) fn next_timeout(&self) -> Option<Duration> {
        (!self.before.is_empty()).then_some(TIME)
    }

    /// What to write since the last call.
    pub(super) fn take_changes(&mut self) -> Vec<KeptChange> {
        std::mem::take(&mut self.changes)
    }

    /// What is kept under this name from now on, as JSON, since this revision.
    pub(super) fn put(&mut self, name: &str, json: String, rev: u64) {
        self.change(name, Some(Value::of_json(json)), rev);
    }

    /// Nothing is kept under this name any more.
    pub(super) fn remove(&mut self, name: &str) {
        self.change(name, None, 0);
    }

    fn change(&mut self, name: &str, value: Option<Value>, rev: u64) {
        if self.is_on {
            let key = [self.prefix, name].concat().into_bytes();
            self.changes.push(KeptChange { key, value, rev });
        }
    }

    /// What an earlier run has kept under this name.
    pub(super) fn before(&self, name: &str) -> Option<&T> {
        self.before.get(name)
    }

    /// Takes those of earlier runs out of what was kept. Returns the rest.
    pub(super) fn restore(&mut self, kept: Vec<KeptValue>, read: impl Fn(&str) -> Option<T>) -> Vec<KeptValue> {
        self.turn_on();
        let (mut own, rest) = apart(kept, self.prefix);
        own.sort_by_key(|value| value.age);
        for (at, KeptValue { key, json, age }) in own.into_iter().enumerate() {
            let name = String::from_utf8_lossy(&key[self.prefix.len()..]).into_owned();
            match read(&json) {
                Some(read) if at < MOST && age.is_some_and(|age| age < TIME) => _ = self.before.insert(name, read),
                // One that cannot be read is of no use to anybody.
                _ => self.remove(&name),
            }
        }
        rest
    }

    /// Removes those of earlier runs when their time is over.
    pub(super) fn watch(&mut self, now: Duration) {
        if now >= TIME {
            for name in std::mem::take(&mut self.before).into_keys() {
                self.remove(&name);
            }
        }
    }
}
