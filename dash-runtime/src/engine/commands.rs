//! The commands of one client: the next number, the open commands, and the outcomes of the others.

use std::{
    collections::{BTreeMap, VecDeque, btree_map::Entry as Place},
    mem,
    time::Duration,
};

use crate::protocol::{
    client::Refusal,
    limits::Limits,
    server::{Outcome, Update},
};

/// The commands of one client.
pub(crate) struct Commands {
    /// The highest number that was taken.
    last: u64,
    /// The latest final outcomes by number: all that were not reported yet, and at most `Limits::outcomes` others.
    outcomes: BTreeMap<u64, Settled>,
    /// The same numbers in the order in which they were settled. The oldest is dropped first.
    settled: VecDeque<u64>,
    /// Commands without a final outcome.
    open: BTreeMap<u64, Open>,
    /// Numbers with an outcome that was not reported to the client yet.
    unreported: VecDeque<u64>,
    /// The highest number that was ever among them. A command with a higher one is not.
    reported: u64,
    allowance: Allowance,
}

/// The final outcome of a command.
struct Settled {
    outcome: Outcome,
    /// Whether it waits for the next frame.
    unreported: bool,
}

/// A command without a final outcome.
pub(crate) struct Open {
    left: usize,
    /// The revision at which it took effect. 0 while it waits for its turn.
    pub(crate) rev: u64,
    merged: bool,
    /// It has acted on a gate: it is done, and the callbacks that follow only hear of it.
    has_acted: bool,
    /// Whether the callbacks of at least one island ran for it.
    ran: bool,
    failure: Option<String>,
    /// Why at least one island does not carry it out.
    dropped: Option<Refusal>,
}

impl Open {
    /// `islands` islands work on it. `rev` is the revision at which it took effect, if it did. `has_acted`: whether all of it
    /// were events of gates.
    pub(crate) fn new(islands: usize, rev: Option<u64>, has_acted: bool) -> Self {
        let rev = rev.unwrap_or(0);
        Self { left: islands, rev, merged: false, has_acted, ran: has_acted, failure: None, dropped: None }
    }

    /// One island is done with it. Returns whether all islands are.
    pub(crate) fn done(&mut self, done: Done) -> bool {
        self.left = self.left.saturating_sub(1);
        match done {
            Done::Ran { rev, failure } => {
                self.rev = self.rev.max(rev);
                self.failure = self.failure.take().or(failure);
                self.ran = true;
            }
            Done::Merged { rev } => {
                self.merged = true;
                self.rev = self.rev.max(rev);
            }
            Done::Dropped(why) => self.dropped = Some(why),
        }
        self.left == 0
    }

    /// The outcome, when all islands are done.
    pub(crate) fn outcome(self) -> Outcome {
        match self {
            Self { failure: Some(why), .. } => Outcome::Failed(why),
            // What has happened in part must not look as if it had not happened.
            Self { dropped: Some(why), ran: true, .. } => Outcome::Failed(format!("not all of it was done: {why}")),
            Self { dropped: Some(why), .. } => Outcome::Refused(why),
            Self { merged: true, has_acted: false, rev, .. } => Outcome::Merged { rev },
            Self { rev, .. } => Outcome::Applied { rev },
        }
    }
}

/// A token bucket, filled at a rate per second.
pub(crate) struct Allowance {
    tokens: f64,
    at: Duration,
    per_second: f64,
    /// How many tokens it holds at most.
    most: f64,
}

impl Allowance {
    /// A full bucket that holds the tokens of one second.
    pub(crate) fn full(now: Duration, per_second: u32) -> Self {
        Self::full_of(now, per_second, 1)
    }

    /// A full bucket that holds the tokens of so many seconds.
    pub(crate) fn full_of(now: Duration, per_second: u32, seconds: u32) -> Self {
        let most = f64::from(per_second) * f64::from(seconds);
        Self { tokens: most, at: now, per_second: per_second.into(), most }
    }

    /// Whether it is full.
    pub(crate) fn is_full(&self, now: Duration) -> bool {
        self.tokens_at(now) >= self.most
    }

    fn tokens_at(&self, now: Duration) -> f64 {
        let gained = now.saturating_sub(self.at).as_secs_f64() * self.per_second;
        (self.tokens + gained).min(self.most)
    }

    /// Takes `count` tokens, or none if there are not enough.
    pub(crate) fn take(&mut self, now: Duration, count: usize) -> bool {
        (self.tokens, self.at) = (self.tokens_at(now), self.at.max(now));
        // The bucket never has more tokens than fit into it, so rounding does not matter.
        let count = count as f64;
        if self.tokens < count {
            return false;
        }
        self.tokens -= count;
        true
    }
}

/// What a command's number means.
pub(crate) enum Numbered {
    /// It is the next number.
    Next,
    /// It was used before. The command is not done again, but its outcome is reported again.
    Again,
    /// It is too high: numbers are missing before it.
    Gap(Refusal),
}

impl Commands {
    pub(crate) fn new(now: Duration, limits: &Limits) -> Self {
        Self {
            last: 0,
            outcomes: BTreeMap::new(),
            settled: VecDeque::new(),
            open: BTreeMap::new(),
            unreported: VecDeque::new(),
            reported: 0,
            allowance: Allowance::full(now, limits.commands_per_second),
        }
    }

    /// The highest command number that was taken.
    pub(crate) const fn last_number(&self) -> u64 {
        self.last
    }

    /// Takes `number` if it is the next one.
    pub(crate) fn number(&mut self, number: u64) -> Numbered {
        if number == self.last + 1 {
            self.last = number;
            return Numbered::Next;
        }
        if number > self.last {
            return Numbered::Gap(Refusal::Gap { expected: self.last + 1 });
        }
        // A command that waits for its turn has nothing to report yet.
        if self.open.get(&number).is_none_or(|open| open.rev > 0) {
            self.report(number);
            if let Some(settled) = self.outcomes.get_mut(&number) {
                settled.unreported = true;
            }
        }
        Numbered::Again
    }

    /// Whether one more command may be taken now.
    pub(crate) fn may_command(&mut self, now: Duration, limits: &Limits) -> Result<(), Refusal> {
        if !self.allowance.take(now, 1) {
            return Err(Refusal::Rate(limits.commands_per_second));
        }
        if self.open.len() >= limits.outstanding {
            return Err(Refusal::Outstanding(limits.outstanding));
        }
        Ok(())
    }

    /// The command has its final outcome.
    pub(crate) fn settle(&mut self, number: u64, outcome: Outcome, limits: &Limits) {
        self.outcomes.insert(number, Settled { outcome, unreported: true });
        self.settled.push_back(number);
        self.report(number);
        while self.settled.len() > limits.outcomes
            && let Some(&oldest) = self.settled.front()
        {
            match self.outcomes.entry(oldest) {
                Place::Occupied(settled) if settled.get().unreported => break,
                Place::Occupied(settled) => _ = settled.remove(),
                Place::Vacant(_) => {}
            }
            self.settled.pop_front();
        }
    }

    /// Islands work on the command. If it took effect at a revision, that is reported now.
    pub(crate) fn open(&mut self, number: u64, open: Open, in_effect: Option<u64>) {
        self.open.insert(number, open);
        if in_effect.is_some() {
            self.report(number);
        }
    }

    /// The command took effect at `rev`. Its callbacks are still running.
    pub(crate) fn in_effect(&mut self, number: u64, rev: u64) {
        if let Some(open) = self.open.get_mut(&number) {
            open.rev = rev;
            self.report(number);
        }
    }

    /// One island is done with the command. Returns the final outcome if all islands are.
    pub(crate) fn island_done(&mut self, number: u64, done: Done) -> Option<Outcome> {
        let all = self.open.get_mut(&number).is_some_and(|open| open.done(done));
        if all { self.open.remove(&number).map(Open::outcome) } else { None }
    }

    /// Reports all outcomes again, because the client may have missed those that were in transit.
    pub(crate) fn report_all_again(&mut self) {
        let open = self.open.iter().filter(|(_, open)| open.rev > 0).map(|(number, _)| *number);
        self.unreported = self.outcomes.keys().copied().chain(open).collect();
        self.outcomes.values_mut().for_each(|settled| settled.unreported = true);
    }

    /// Whether there is an outcome to report.
    pub(crate) fn has_unreported(&self) -> bool {
        !self.unreported.is_empty()
    }

    /// Writes the outcomes that were not reported yet.
    pub(crate) fn write_outcomes(&mut self, update: &mut Update) {
        for number in mem::take(&mut self.unreported) {
            if let Some(settled) = self.outcomes.get_mut(&number) {
                settled.unreported = false;
                settled.outcome.write(number, &mut update.outcomes);
            } else if let Some(outcome) = self.known(number) {
                outcome.write(number, &mut update.outcomes);
            } else {
                continue;
            }
            update.outcomes.push(',');
        }
    }

    /// Writes the outcomes that were not reported yet, for a client that is told nothing more. `why` says why that is so:
    /// nobody knows yet what becomes of a command that is under way.
    pub(crate) fn write_last_outcomes(&mut self, why: &str, update: &mut Update) {
        let open = &self.open;
        self.unreported.retain(|number| !open.contains_key(number));
        self.write_outcomes(update);
        for number in self.open.keys() {
            Outcome::write_unknown(*number, why, &mut update.outcomes);
            update.outcomes.push(',');
        }
    }

    /// The known outcome of a command. `None` while it waits for its turn.
    pub(crate) fn known(&self, number: u64) -> Option<Outcome> {
        match (self.outcomes.get(&number), self.open.get(&number)) {
            (Some(settled), _) => Some(settled.outcome.clone()),
            (None, Some(open)) => (open.rev > 0).then_some(Outcome::Accepted { rev: open.rev }),
            (None, None) => Some(Outcome::Unknown),
        }
    }

    /// Marks the command for the next frame. The frame reports the outcome that is known when it is made.
    fn report(&mut self, number: u64) {
        if number > self.reported || !self.unreported.contains(&number) {
            self.unreported.push_back(number);
            self.reported = self.reported.max(number);
        }
    }
}

/// How an island is done with a command.
pub(crate) enum Done {
    Ran {
        rev: u64,
        failure: Option<String>,
    },
    Merged {
        rev: u64,
    },
    /// It waited, and is not carried out any more.
    Dropped(Refusal),
}
