//! Refusals in the record. Everybody can cause as many as the server can answer, so they must not push out what had an
//! effect: repeats become one record with their number, and where records are kept, refusals have a bound of their own.

use std::{
    collections::{BTreeMap, VecDeque},
    time::Duration,
};

use super::audit::{Audience, Record};
use crate::words::network::Network;

/// Refusals that are alike become one record in this time. The first one is recorded at once.
pub(super) const GATHERED: Duration = Duration::from_secs(10);

/// How many kinds of refusals one sender may have in this time. Further ones are counted together.
const OF_SENDER: usize = 32;

/// How many kinds all senders may have in this time. Further ones are counted together, whoever sends them.
const OF_ALL: usize = 512;

/// For so many records of what had an effect, one refusal is kept in memory.
const SHARE: usize = 4;

/// What the record says instead of a name, if it stands for more than one.
const SEVERAL: &str = "(several)";

/// The user and the network. Addresses of one network are easily changed.
type Sender = (String, Option<Network>);

/// The sender, or `None` for more senders than are told apart; the property and the reason, or `None` for more of them.
type Kind = (Option<Sender>, Option<(String, &'static str)>);

/// Kinds of refusals, with the record that stands for those since the last record of this kind.
#[derive(Default)]
pub(super) struct Refusals {
    of: BTreeMap<Kind, Option<Record>>,
    /// How many kinds each sender has.
    senders: BTreeMap<Sender, usize>,
    /// When the next records are due.
    due: Option<Duration>,
}

impl Refusals {
    /// Takes a refusal with its reason. `known` tells whether the property exists: names that do not are all of one kind.
    /// Returns the record if it is the first of its kind. Others are counted.
    pub(super) fn take(&mut self, now: Duration, record: Record, reason: &'static str, known: bool) -> Option<Record> {
        let sender = (record.user.clone(), record.address.map(Network::from));
        let prop = if known { record.prop.clone() } else { String::new() };
        let mut kind = (Some(sender), Some((prop, reason)));
        if !self.of.contains_key(&kind) {
            let mine = kind.0.as_ref().and_then(|sender| self.senders.get(sender)).copied().unwrap_or(0);
            if self.of.len() < OF_ALL && mine < OF_SENDER {
                self.due.get_or_insert(now + GATHERED);
                self.senders.extend(kind.0.clone().map(|sender| (sender, mine + 1)));
                self.of.insert(kind, None);
                return Some(record);
            }
            // A sender that has a kind already may also have this one. So there are at most twice as many kinds.
            kind = (kind.0.filter(|_| mine > 0), None);
        }
        let gathered = self.of.entry(kind.clone()).or_default();
        let times = gathered.as_ref().map_or(0, |gathered| gathered.times) + record.times;
        *gathered = Some(Record { times, ..of_kind(record, &kind) });
        None
    }

    /// When the next records are due.
    pub(super) const fn next_timeout(&self) -> Option<Duration> {
        self.due
    }

    /// Takes the records that stand for what was counted, if they are due. A kind that goes on is still counted.
    pub(super) fn take_due(&mut self, now: Duration) -> Vec<Record> {
        if self.due.is_none_or(|due| now < due) {
            return Vec::new();
        }
        let gathered = self.take_all();
        self.due = (!self.of.is_empty()).then(|| now + GATHERED);
        gathered
    }

    /// Takes all records that stand for what was counted.
    pub(super) fn take_all(&mut self) -> Vec<Record> {
        self.of.retain(|_, gathered| gathered.is_some());
        self.senders.clear();
        for sender in self.of.keys().filter_map(|(sender, _)| sender.clone()) {
            *self.senders.entry(sender).or_default() += 1;
        }
        let mut gathered: Vec<Record> = self.of.values_mut().filter_map(Option::take).collect();
        gathered.sort_by_key(|record| record.number);
        gathered
    }
}

/// The newest refusal, as the record of its kind says it: without what is not of all of them.
fn of_kind(record: Record, (sender, what): &Kind) -> Record {
    let record = match what {
        Some(_) => record,
        None => Record {
            prop: SEVERAL.to_owned(),
            old: None,
            new: None,
            why: None,
            control: None,
            audience: Audience::HIGHEST,
            ..record
        },
    };
    match sender {
        Some(_) => record,
        None => Record { user: SEVERAL.to_owned(), client: None, address: None, ..record },
    }
}

/// How many refusals are kept beside `most` records of what had an effect. Each kind has its own bound, so that neither
/// pushes the other out.
const fn refusals_beside(most: usize) -> usize {
    if most < SHARE { 1 } else { most / SHARE }
}

/// Drops the oldest records until at most `most` of what had an effect are left, and refusals beside them. Calls `dropped`
/// with each that is dropped.
pub(super) fn bound<T>(
    items: &mut VecDeque<T>,
    most: usize,
    is_refusal: impl Fn(&T) -> bool,
    mut dropped: impl FnMut(T),
) {
    for (kind, most) in [(false, most), (true, refusals_beside(most))] {
        let count = items.iter().filter(|item| is_refusal(item) == kind).count();
        for _ in most..count {
            let oldest = items.iter().position(|item| is_refusal(item) == kind);
            oldest.and_then(|oldest| items.remove(oldest)).into_iter().for_each(&mut dropped);
        }
    }
}
