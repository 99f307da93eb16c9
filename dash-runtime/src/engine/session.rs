//! One client as the engine knows it: its numbers, its outcomes, its private values.

use std::{
    collections::{BTreeMap, VecDeque},
    mem,
    sync::Arc,
    time::Duration,
};

use super::{
    lane::Lane,
    notes::Notes,
    places::Contents,
    store::{Change, Slot, Store},
};
use crate::{
    callback::lend::Part,
    client::Client,
    numbers::{IslandNo, PropNo},
    protocol::{
        client::Refusal,
        limits::Limits,
        server::{Outcome, Update},
    },
    value::Value,
};
/// Which socket of a client: a later one takes over.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct SocketNo(pub(crate) u64);

/// One client.
pub(crate) struct Session {
    pub(crate) client: Client,
    pub(crate) token: String,
    pub(crate) socket: Option<SocketNo>,
    /// What a page has of before this revision is of another session, and counts for nothing. 0 for a new page.
    pub(crate) since: u64,
    /// Everything up to here was handed to the socket.
    pub(crate) sent: u64,
    /// For a client without a socket: since when, by the store's revision.
    pub(crate) away_since: Option<u64>,
    /// Whether it counts as there: its connect hooks have been started, and it has not gone since.
    pub(crate) present: bool,
    /// When it counts as gone, if it does not come back before.
    pub(crate) leaves: Option<Duration>,
    /// How many queues still have its private connect hooks before them.
    pub(crate) greetings: usize,
    /// How many queues still have its disconnect hooks before them.
    pub(crate) farewells: usize,
    /// Whether its private callbacks were started.
    pub(crate) started: bool,
    /// Nobody can come back as this client; it is here for its disconnect hooks only.
    pub(crate) forgotten: bool,
    /// What the program has to say to the person.
    pub(crate) notes: Notes,
    /// The socket that the program has closed last, and why; `None` for a client that had none, and is to hear of it when
    /// it comes back.
    pub(crate) parted: Option<(Option<SocketNo>, Arc<str>)>,
    /// Whether nobody can see the page, as it says.
    pub(crate) hidden: bool,
    /// Whether it is one of those who look: [`is_looked_at`](Self::is_looked_at), as it was counted last.
    pub(crate) looks: bool,
    /// The typed data, while no callback has it.
    pub(crate) data: Option<Part>,
    /// What it was when a callback got it, for others to look at; only if it can be copied.
    pub(crate) lent: Option<Part>,
    /// Private values. A property that is not here has the shared starting value.
    pub(crate) own: BTreeMap<PropNo, Slot>,
    /// The same values as of each island's place in the order of events, as `Lane::view` is for shared state. What is
    /// not here was never changed.
    pub(crate) views: BTreeMap<(IslandNo, PropNo), Value>,
    /// The queues of islands that this client has for itself.
    pub(crate) lanes: BTreeMap<IslandNo, Lane>,
    /// What is in the pieces of the page of which this client has a view of its own.
    pub(crate) contents: Contents,
    commands: Commands,
}

/// The commands of one client.
struct Commands {
    /// The highest number that was taken.
    last: u64,
    /// The latest final outcomes by number: those that were not told, and beyond them at most `Limits::outcomes`.
    outcomes: BTreeMap<u64, Outcome>,
    /// The same numbers in the order in which they got their outcome: the oldest is forgotten first.
    settled: VecDeque<u64>,
    /// Commands without a final outcome: how many islands still work on each, and what is known of it.
    open: BTreeMap<u64, Open>,
    /// Numbers whose outcome the client was not told.
    untold: VecDeque<u64>,
    allowance: Allowance,
}

/// A command without a final outcome.
pub(crate) struct Open {
    left: usize,
    /// Since when it is in effect; 0 while it waits for its turn.
    pub(crate) rev: u64,
    merged: bool,
    failure: Option<String>,
}

impl Open {
    /// `islands` islands work on it; it is in effect since `rev`, if it is.
    pub(crate) fn new(islands: usize, rev: Option<u64>) -> Self {
        Self { left: islands, rev: rev.unwrap_or(0), merged: false, failure: None }
    }

    /// One island is done with it. Whether all are.
    pub(crate) fn done(&mut self, done: Done) -> bool {
        self.left = self.left.saturating_sub(1);
        match done {
            Done::Ran { rev, failure } => {
                self.rev = self.rev.max(rev);
                self.failure = self.failure.take().or(failure);
            }
            Done::Merged { rev } => {
                self.merged = true;
                self.rev = self.rev.max(rev);
            }
        }
        self.left == 0
    }

    /// What became of it, when all islands are done.
    pub(crate) fn outcome(self) -> Outcome {
        match self {
            Self { failure: Some(why), .. } => Outcome::Failed(why),
            Self { merged: true, rev, .. } => Outcome::Merged { rev },
            Self { rev, .. } => Outcome::Applied { rev },
        }
    }
}

/// A token bucket: so many per second, at most a second's worth at once.
pub(crate) struct Allowance {
    tokens: f64,
    at: Duration,
}

impl Allowance {
    pub(crate) fn full(now: Duration, per_second: u32) -> Self {
        Self { tokens: f64::from(per_second), at: now }
    }

    /// Takes so many at once, or none.
    pub(crate) fn take(&mut self, now: Duration, per_second: u32, count: usize) -> bool {
        let full = f64::from(per_second);
        let gained = now.saturating_sub(self.at).as_secs_f64() * full;
        self.at = now;
        self.tokens = (self.tokens + gained).min(full);
        // More than fit into the bucket are never there, whatever the rounding.
        let count = count as f64;
        if self.tokens < count {
            return false;
        }
        self.tokens -= count;
        true
    }
}

/// What a command number says.
pub(crate) enum Numbered {
    /// The next one.
    Next,
    /// One that was seen: nothing is done again, the outcome is told again.
    Again,
    /// One that must not come yet.
    Gap(Refusal),
}

impl Session {
    pub(crate) fn new(client: Client, token: String, data: Part, now: Duration, limits: &Limits) -> Self {
        Self {
            client,
            token,
            socket: None,
            since: 0,
            sent: 0,
            away_since: None,
            present: false,
            leaves: None,
            greetings: 0,
            farewells: 0,
            started: false,
            forgotten: false,
            notes: Notes::default(),
            parted: None,
            hidden: false,
            looks: false,
            views: BTreeMap::new(),
            data: Some(data),
            lent: None,
            own: BTreeMap::new(),
            lanes: BTreeMap::new(),
            contents: Contents::default(),
            commands: Commands {
                last: 0,
                outcomes: BTreeMap::new(),
                settled: VecDeque::new(),
                open: BTreeMap::new(),
                untold: VecDeque::new(),
                allowance: Allowance::full(now, limits.commands_per_second),
            },
        }
    }

    /// Whether somebody can see the page, and what is new reaches it.
    pub(crate) const fn is_looked_at(&self) -> bool {
        self.present && self.socket.is_some() && !self.hidden
    }

    /// The highest command number that was taken.
    pub(crate) const fn last_number(&self) -> u64 {
        self.commands.last
    }

    /// Takes `number` if it is the next one.
    pub(crate) fn number(&mut self, number: u64) -> Numbered {
        let commands = &mut self.commands;
        if number == commands.last + 1 {
            commands.last = number;
            return Numbered::Next;
        }
        if number > commands.last {
            return Numbered::Gap(Refusal::Gap { expected: commands.last + 1 });
        }
        // Of a command that waits for its turn there is nothing to tell yet.
        if commands.open.get(&number).is_none_or(|open| open.rev > 0) {
            commands.tell(number);
        }
        Numbered::Again
    }

    /// Whether one more command may be taken now.
    pub(crate) fn may_command(&mut self, now: Duration, limits: &Limits) -> Result<(), Refusal> {
        if !self.commands.allowance.take(now, limits.commands_per_second, 1) {
            return Err(Refusal::Rate(limits.commands_per_second));
        }
        if self.commands.open.len() >= limits.outstanding {
            return Err(Refusal::Outstanding(limits.outstanding));
        }
        Ok(())
    }

    /// The command has its final outcome.
    pub(crate) fn settle(&mut self, number: u64, outcome: Outcome, limits: &Limits) {
        let commands = &mut self.commands;
        commands.outcomes.insert(number, outcome);
        commands.settled.push_back(number);
        commands.tell(number);
        while commands.settled.len() > limits.outcomes
            && let Some(oldest) = commands.settled.pop_front_if(|oldest| !commands.untold.contains(oldest))
        {
            commands.outcomes.remove(&oldest);
        }
    }

    /// `islands` islands work on the command. If it is in effect since `rev`, the client learns so now.
    pub(crate) fn open(&mut self, number: u64, islands: usize, in_effect: Option<u64>) {
        self.commands.open.insert(number, Open::new(islands, in_effect));
        if in_effect.is_some() {
            self.commands.tell(number);
        }
    }

    /// The command took effect at `rev`; callbacks go on.
    pub(crate) fn in_effect(&mut self, number: u64, rev: u64) {
        if let Some(open) = self.commands.open.get_mut(&number) {
            open.rev = rev;
            self.commands.tell(number);
        }
    }

    /// One island is done with the command. Gives its final outcome if all are.
    pub(crate) fn island_done(&mut self, number: u64, done: Done) -> Option<Outcome> {
        let all = self.commands.open.get_mut(&number).is_some_and(|open| open.done(done));
        if all { self.commands.open.remove(&number).map(Open::outcome) } else { None }
    }

    /// What there is to tell of a command; nothing while it waits for its turn.
    pub(crate) fn known(&self, number: u64) -> Option<Outcome> {
        self.commands.known(number)
    }

    /// All outcomes are to be told again: the client may have missed those that were on their way.
    pub(crate) fn tell_all_again(&mut self) {
        let commands = &mut self.commands;
        let open = commands.open.iter().filter(|(_, open)| open.rev > 0).map(|(number, _)| *number);
        commands.untold = commands.outcomes.keys().copied().chain(open).collect();
    }

    /// Whether there is an outcome to tell.
    pub(crate) fn has_untold(&self) -> bool {
        !self.commands.untold.is_empty()
    }

    /// Takes the outcomes that were not told.
    pub(crate) fn write_outcomes(&mut self, update: &mut Update) {
        let commands = &mut self.commands;
        for number in mem::take(&mut commands.untold) {
            let Some(outcome) = commands.known(number) else { continue };
            outcome.write(number, &mut update.outcomes);
            update.outcomes.push(',');
        }
    }

    /// Changes a value that this client has for itself; what it is before that is `common`.
    pub(crate) fn apply(&mut self, prop: PropNo, change: Change, rev: u64, common: &Slot) {
        self.own.entry(prop).or_insert_with(|| common.clone()).apply(change, rev);
    }

    /// Whether something in the store is newer than `from` that this client has another value of. A page that knows
    /// nothing (`from` is 0) gets both, its own last.
    pub(crate) fn hides_news(&self, from: u64, store: &Store) -> bool {
        from > 0 && self.own.keys().any(|prop| store.slot(*prop).rev() > from)
    }

    /// Private values newer than `from`.
    pub(crate) fn write_own(&self, from: u64, update: &mut Update) {
        for (prop, slot) in self.own.iter().filter(|(_, slot)| slot.rev() > from) {
            slot.write_since(*prop, from, update);
        }
    }
}

impl Commands {
    fn known(&self, number: u64) -> Option<Outcome> {
        match (self.outcomes.get(&number), self.open.get(&number)) {
            (Some(outcome), _) => Some(outcome.clone()),
            (None, Some(open)) => (open.rev > 0).then_some(Outcome::Accepted { rev: open.rev }),
            (None, None) => Some(Outcome::Unknown),
        }
    }

    /// Told once, with what is known when the frame is made: an outcome that changes before that is told as it is then.
    fn tell(&mut self, number: u64) {
        if !self.untold.contains(&number) {
            self.untold.push_back(number);
        }
    }
}

/// How an island is done with a command.
pub(crate) enum Done {
    Ran { rev: u64, failure: Option<String> },
    Merged { rev: u64 },
}
