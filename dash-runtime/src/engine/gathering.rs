//! What bounds the record of who wanted what. Repeats become one record with their number.
//!
//! Everybody can cause as many refusals as the server can answer, so they must not push out what had an effect: they are
//! always gathered, and where records are kept, they have a bound of their own. What had an effect is gathered only of a
//! sender who causes more of it than a person does: it must not push out what others did.

use std::{
    cmp::Reverse,
    collections::{BTreeMap, VecDeque},
    time::Duration,
};

use super::{
    audit::{Audience, Record},
    commands::Allowance,
};
use crate::{rows::hash_of, words::network::Network};

/// Records that are alike become one in this time. The first one is recorded at once.
pub(super) const GATHERED: Duration = Duration::from_secs(10);

/// How many kinds of records are told apart in this time. Commands for safety, such as the press of a stop, have the same
/// bounds for themselves, so nobody hides them among other commands.
mod most {
    /// Of one sender.
    pub(super) const OF_SENDER: usize = 32;
    /// Of one user, from all networks. So one user with many networks takes only a part of all kinds. Twice as many, if
    /// the networks are not told apart any more.
    pub(super) const OF_USER: usize = 64;
    /// Of all. Twice as many, if the networks are not told apart any more.
    pub(super) const OF_ALL: usize = 512;
    /// So many users have a record of their own in any case, which counts what is beyond the other bounds.
    pub(super) const USERS: usize = 512;
}

/// For so many records of what had an effect, one refusal is kept in memory.
const SHARE: usize = 4;

/// What the record says instead of a name, if it stands for more than one.
const SEVERAL: &str = "(several)";

/// The user and the network. Addresses of one network are easily changed.
type Sender = (String, Option<Network>);

/// Whose records are counted together.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
enum Who {
    Sender(Sender),
    /// From all networks.
    User(String),
    /// More users than are told apart.
    Several,
}

/// What is counted together.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
struct Kind {
    is_safety: bool,
    who: Who,
    /// The property and the reason, or `None` for more of them than are told apart.
    what: Option<(String, &'static str)>,
}

/// Kinds of records, with the one that stands for those since the last record of this kind.
#[derive(Default)]
pub(super) struct Gathering {
    of: BTreeMap<Kind, Option<Record>>,
    /// How many kinds there are, of commands for safety and of the others.
    counts: [Counts; 2],
    /// When the next records are due.
    due: Option<Duration>,
}

/// How many kinds say what was wanted.
#[derive(Default)]
struct Counts {
    senders: BTreeMap<Sender, usize>,
    users: BTreeMap<String, usize>,
    all: usize,
    /// The users who have a kind for what is beyond the bounds.
    beyond: usize,
}

impl Counts {
    fn add(&mut self, kind: &Kind) {
        match (&kind.who, &kind.what) {
            (Who::Sender((user, _)) | Who::User(user), Some(_)) => {
                self.all += 1;
                *self.users.entry(user.clone()).or_default() += 1;
                if let Who::Sender(sender) = &kind.who {
                    *self.senders.entry(sender.clone()).or_default() += 1;
                }
            }
            (Who::User(_), None) => self.beyond += 1,
            _ => {}
        }
    }
}

impl Gathering {
    /// Takes a record. `reason` tells records of one property apart: why it was refused, or the outcome. `known` tells
    /// whether the property exists: names that do not are all of one kind.
    /// Returns the record if it is the first of its kind. Others are counted.
    pub(super) fn take(&mut self, now: Duration, record: Record, reason: &'static str, known: bool) -> Option<Record> {
        self.due.get_or_insert(now + GATHERED);
        let sender = (record.user.clone(), record.address.map(Network::from));
        let prop = if known { record.prop.clone() } else { String::new() };
        let mut kind = Kind { is_safety: record.is_safety, who: Who::Sender(sender), what: Some((prop, reason)) };
        if !self.of.contains_key(&kind) {
            if self.may_tell_apart(&kind) {
                self.add(kind, None);
                return Some(record);
            }
            kind = self.beyond(kind);
            if !self.of.contains_key(&kind) {
                self.add(kind.clone(), None);
            }
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

    fn add(&mut self, kind: Kind, gathered: Option<Record>) {
        self.counts[usize::from(kind.is_safety)].add(&kind);
        self.of.insert(kind, gathered);
    }

    /// Whether there is room for one more kind of this sender.
    fn may_tell_apart(&self, Kind { is_safety, who, .. }: &Kind) -> bool {
        let Who::Sender(sender) = who else { return false };
        let Counts { senders, users, all, .. } = &self.counts[usize::from(*is_safety)];
        let of = |count: Option<&usize>| count.copied().unwrap_or(0);
        of(senders.get(sender)) < most::OF_SENDER && of(users.get(&sender.0)) < most::OF_USER && *all < most::OF_ALL
    }

    /// The kind with which it is counted instead: it says as much as there is room for. Nobody is counted among others as
    /// long as there are few users.
    fn beyond(&self, Kind { is_safety, who, what }: Kind) -> Kind {
        let Counts { senders, users, all, beyond } = &self.counts[usize::from(is_safety)];
        let Who::Sender(sender) = who else { return Kind { is_safety, who, what } };
        if senders.get(&sender).is_some_and(|count| *count >= most::OF_SENDER) {
            return Kind { is_safety, who: Who::Sender(sender), what: None };
        }
        let kind = Kind { is_safety, who: Who::User(sender.0), what };
        let Who::User(user) = &kind.who else { return kind };
        let of_user = users.get(user).copied().unwrap_or(0);
        if self.of.contains_key(&kind) || (of_user < 2 * most::OF_USER && *all < 2 * most::OF_ALL) {
            return kind;
        }
        let kind = Kind { what: None, ..kind };
        if self.of.contains_key(&kind) || *beyond < most::USERS {
            return kind;
        }
        Kind { who: Who::Several, ..kind }
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
        self.counts = <[Counts; 2]>::default();
        for kind in self.of.keys() {
            self.counts[usize::from(kind.is_safety)].add(kind);
        }
        let mut gathered: Vec<Record> = self.of.values_mut().filter_map(Option::take).collect();
        gathered.sort_by_key(|record| record.number);
        gathered
    }
}

/// The newest record, as the record of its kind says it: without what is not of all of them.
fn of_kind(record: Record, Kind { who, what, .. }: &Kind) -> Record {
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
    match who {
        Who::Sender(_) => record,
        Who::User(_) => Record { client: None, address: None, ..record },
        Who::Several => Record { user: SEVERAL.to_owned(), client: None, address: None, ..record },
    }
}

/// How many seconds of their rate senders may use at once: so long is a slider dragged, and each step recorded.
const BURST: u32 = 8;

/// How many senders, and how many users, are told apart. Further ones share one bucket.
const BUCKETS: usize = 1024;

/// A user may record so many times as much as from one network.
const NETWORKS: u32 = 4;

/// What each sender, and each user from all networks, may still record of what had an effect, in bytes.
#[derive(Default)]
pub(super) struct Rates {
    senders: Buckets<Sender>,
    users: Buckets<String>,
}

struct Buckets<K>(BTreeMap<Option<K>, Allowance>);

impl<K> Default for Buckets<K> {
    fn default() -> Self {
        Self(BTreeMap::new())
    }
}

impl<K: Ord> Buckets<K> {
    fn allow(&mut self, now: Duration, of: K, bytes: usize, per_second: u32) -> bool {
        let mut of = Some(of);
        if self.0.len() >= BUCKETS && !self.0.contains_key(&of) {
            // A full bucket is like none.
            self.0.retain(|_, allowance| !allowance.is_full(now));
            if self.0.len() >= BUCKETS {
                of = None;
            }
        }
        let allowance = self.0.entry(of).or_insert_with(|| Allowance::full_of(now, per_second, BURST));
        allowance.take(now, bytes)
    }
}

impl Rates {
    /// Whether this record is within the rates of its sender and its user. `per_second`: the rate from one network, in
    /// bytes.
    pub(super) fn allow(&mut self, now: Duration, record: &Record, per_second: u32) -> bool {
        let (user, bytes) = (record.user.clone(), record.size());
        self.users.allow(now, user.clone(), bytes, per_second.saturating_mul(NETWORKS))
            && self.senders.allow(now, (user, record.address.map(Network::from)), bytes, per_second)
    }
}

/// How many refusals are kept beside `most` records of what had an effect. Each kind has its own bound, so that neither
/// pushes the other out.
const fn refusals_beside(most: usize) -> usize {
    if most < SHARE { 1 } else { most / SHARE }
}

/// Whose a record is that pages show, and whether it had no effect.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) struct Owner {
    /// The hash of the user's name.
    pub(super) user: u64,
    pub(super) is_refusal: bool,
}

impl Owner {
    pub(super) fn of(record: &Record) -> Self {
        Self { user: hash_of(&record.user), is_refusal: record.is_refusal() }
    }
}

/// Drops records until at most `most` of what had an effect are left, and refusals beside them. Each time it drops the
/// oldest one of the user who has most of them, so that nobody pushes out what few others did. Calls `dropped` with it.
pub(super) fn bound<T>(items: &mut VecDeque<T>, most: usize, owner: impl Fn(&T) -> Owner, mut dropped: impl FnMut(T)) {
    for (is_refusal, most) in [(false, most), (true, refusals_beside(most))] {
        let count = items.iter().filter(|item| owner(item).is_refusal == is_refusal).count();
        for _ in most..count {
            let all = || items.iter().map(&owner).enumerate().filter(|(_, owner)| owner.is_refusal == is_refusal);
            // How many each user has, with the place of the oldest.
            let mut users: BTreeMap<u64, (usize, Reverse<usize>)> = BTreeMap::new();
            for (at, owner) in all() {
                users.entry(owner.user).or_insert((0, Reverse(at))).0 += 1;
            }
            let oldest = users.into_values().max().map(|(_, Reverse(at))| at);
            oldest.and_then(|at| items.remove(at)).into_iter().for_each(&mut dropped);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::engine::audit::RecordOutcome;

    fn of_ada(prop: &str, is_safety: bool) -> Record {
        Record {
            number: 1,
            at: Duration::ZERO,
            began: None,
            rev: 0,
            user: "ada".to_owned(),
            role: None,
            client: None,
            address: None,
            prop: prop.to_owned(),
            old: None,
            new: None,
            outcome: RecordOutcome::Applied,
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

    #[test]
    fn fault_commands_for_safety_had_no_bound_in_the_record() {
        let mut gathering = Gathering::default();
        let mut told = 0;
        let mut press = |user: &str, network: u16| {
            let address = Some(std::net::IpAddr::from([0x2001, 0xdb8, 1, network, 0, 0, 0, 1]));
            let press = Record { user: user.to_owned(), address, ..of_ada("stop.press", true) };
            told += u64::from(gathering.take(Duration::ZERO, press, "applied", true).is_some());
        };
        for network in 0..20_000 {
            press("ada", network);
        }
        for user in 0..3_000 {
            press(&format!("gus{user}"), 0);
        }
        let counted = gathering.take_all();
        assert_eq!(told + counted.iter().map(|record| record.times).sum::<u64>(), 23_000, "each is counted once");
        assert!(told < 700 && counted.len() < 2_000, "{told} at once, {} later", counted.len());
        let of_ada = counted.iter().filter(|record| record.user == "ada").map(|record| record.times).sum::<u64>();
        assert!(of_ada > 19_900, "{of_ada} under the name of ada");
    }
}
