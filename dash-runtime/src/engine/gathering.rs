//! What bounds the record of who wanted what. Repeats become one record with their number.
//!
//! Everybody can cause as many refusals as the server can answer, so they must not push out what had an effect: they are
//! always gathered, and where records are kept, they have a bound of their own. What had an effect is gathered only of a
//! sender who causes more of it than a person does: it must not push out what others did.

use std::{
    collections::{BTreeMap, VecDeque},
    time::Duration,
};

use super::{
    audit::{Audience, Record},
    commands::Allowance,
};
use crate::words::network::Network;

/// Records that are alike become one in this time. The first one is recorded at once.
pub(super) const GATHERED: Duration = Duration::from_secs(10);

/// How many kinds of records one sender may have in this time. Further ones are counted together.
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

/// Kinds of records, with the one that stands for those since the last record of this kind.
#[derive(Default)]
pub(super) struct Gathering {
    of: BTreeMap<Kind, Option<Record>>,
    /// How many kinds each sender has.
    senders: BTreeMap<Sender, usize>,
    /// When the next records are due.
    due: Option<Duration>,
}

impl Gathering {
    /// Takes a record. `reason` tells records of one property apart: why it was refused, or the outcome. `known` tells whether the property exists: names that do not are all of one kind.
    /// Returns the record if it is the first of its kind. Others are counted.
    pub(super) fn take(&mut self, now: Duration, record: Record, reason: &'static str, known: bool) -> Option<Record> {
        let sender = (record.user.clone(), record.address.map(Network::from));
        let prop = if known { record.prop.clone() } else { String::new() };
        let mut kind = (Some(sender), Some((prop, reason)));
        if !self.of.contains_key(&kind) {
            let mine = kind.0.as_ref().and_then(|sender| self.senders.get(sender)).copied().unwrap_or(0);
            // There are few properties for safety, and nobody hides a stop among other commands.
            if record.is_safety || (self.of.len() < OF_ALL && mine < OF_SENDER) {
                self.due.get_or_insert(now + GATHERED);
                self.senders.extend(kind.0.clone().map(|sender| (sender, mine + 1)));
                self.of.insert(kind, None);
                return Some(record);
            }
            // A sender that has a kind already may also have this one. So there are at most twice as many kinds.
            kind = (kind.0.filter(|_| mine > 0), None);
        }
        let gathered = self.of.entry(kind.clone()).or_default();
        let before = gathered.take();
        let times = before.as_ref().map_or(0, |before| before.times) + record.times;
        let record = of_kind(record, &kind);
        // From the value before the first to that of the newest.
        let old = before.map_or_else(|| record.old.clone(), |before| before.old);
        *gathered = Some(Record { times, old, ..record });
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

/// The newest record, as the record of its kind says it: without what is not of all of them.
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

/// How many seconds of their rate senders may use at once: so long is a slider dragged, and each step recorded.
const BURST: u32 = 8;

/// How many senders are told apart. Further ones share one bucket.
const SENDERS: usize = 1024;

/// What each sender may still record of what had an effect, in bytes.
#[derive(Default)]
pub(super) struct Rates(BTreeMap<Option<Sender>, Allowance>);

impl Rates {
    /// Whether this record is within the rate of its sender. `per_second`: the rate of each one, in bytes.
    pub(super) fn allow(&mut self, now: Duration, record: &Record, per_second: u32) -> bool {
        let mut sender = Some((record.user.clone(), record.address.map(Network::from)));
        if self.0.len() >= SENDERS && !self.0.contains_key(&sender) {
            // A full bucket is like none.
            self.0.retain(|_, allowance| !allowance.is_full(now));
            if self.0.len() >= SENDERS {
                sender = None;
            }
        }
        let allowance = self.0.entry(sender).or_insert_with(|| Allowance::full_of(now, per_second, BURST));
        allowance.take(now, record.size())
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

#[cfg(test)]
mod tests {
    use super::*;

    fn of_ada(prop: &str, is_safety: bool) -> Record {
        Record {
            number: 1,
            at: Duration::ZERO,
            rev: 0,
            user: "ada".to_owned(),
            role: None,
            client: None,
            address: None,
            prop: prop.to_owned(),
            old: None,
            new: None,
            outcome: "applied",
            why: None,
            is_secret: false,
            control: None,
            audience: Audience::HIGHEST,
            times: 1,
            is_safety,
            moves: false,
        }
    }

    #[test]
    fn fault_a_stop_was_hidden_among_many_other_commands() {
        let mut gathering = Gathering::default();
        for number in 0..100 {
            let _ = gathering.take(Duration::ZERO, of_ada(&format!("other{number}.value"), false), "applied", true);
        }
        let stop =
            |gathering: &mut Gathering| gathering.take(Duration::ZERO, of_ada("stop.press", true), "applied", true);
        assert_eq!(stop(&mut gathering).map(|record| record.prop), Some("stop.press".to_owned()), "recorded at once");
        assert_eq!(stop(&mut gathering), None);
        let counted: Vec<_> = gathering.take_all().into_iter().map(|record| (record.prop, record.times)).collect();
        assert!(counted.contains(&("stop.press".to_owned(), 1)), "{counted:?}");
    }
}
