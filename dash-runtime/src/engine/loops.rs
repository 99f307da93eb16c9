//! Loops of the program that say regularly that they run. While one of them is silent, nobody can hold a control: what a
//! person wants would not reach the device, and what the device does would not be seen.

use std::{collections::BTreeMap, time::Duration};

use super::{Engine, effects::Effects, holds::Held};

/// One loop that is watched.
struct Watched {
    name: String,
    /// The longest time between two signs of life.
    within: Duration,
    /// When it last gave one.
    fed: Duration,
    /// Whether it is silent for too long.
    stalled: bool,
}

/// All loops that are watched, by number.
#[derive(Default)]
pub(super) struct Loops {
    watched: BTreeMap<u64, Watched>,
    last: u64,
}

impl Loops {
    /// When the next loop counts as stalled.
    pub(super) fn next_timeout(&self) -> Option<Duration> {
        self.watched.values().filter(|one| !one.stalled).map(|one| one.fed + one.within).min()
    }

    /// The name of a loop that is stalled.
    pub(super) fn stalled(&self) -> Option<&str> {
        self.watched.values().find(|one| one.stalled).map(|one| one.name.as_str())
    }
}

impl Engine {
    /// Watches a loop from now on. Returns its number.
    pub(crate) fn watch_loop(&mut self, now: Duration, name: String, within: Duration) -> u64 {
        self.loops.last += 1;
        self.loops.watched.insert(self.loops.last, Watched { name, within, fed: now, stalled: false });
        self.loops.last
    }

    /// The loop with this number gives a sign of life. After a stall, controls can be held again.
    pub(crate) fn feed_loop(&mut self, now: Duration, number: u64, fx: &mut Effects) {
        // The silence before it counts, although nothing has noticed it.
        self.watch_loops(now, fx);
        if let Some(one) = self.loops.watched.get_mut(&number) {
            if one.stalled {
                fx.notices.push(format!("the loop `{}` of the program runs again", one.name));
            }
            (one.fed, one.stalled) = (now, false);
        }
    }

    /// The loop ends as the program wants, and is not watched any more.
    pub(crate) fn end_loop(&mut self, number: u64) {
        self.loops.watched.remove(&number);
    }

    /// Sets the safe values of all controls if a loop is silent for too long.
    pub(super) fn watch_loops(&mut self, now: Duration, fx: &mut Effects) {
        if self.loops.next_timeout().is_none_or(|due| now < due) {
            return;
        }
        for one in self.loops.watched.values_mut().filter(|one| !one.stalled && now >= one.fed + one.within) {
            one.stalled = true;
            let (name, silent) = (&one.name, one.within);
            fx.notices
                .push(format!("the loop `{name}` of the program is silent for {silent:?}: held controls are released"));
        }
        let held: Vec<Held> = self.all_held();
        held.into_iter().for_each(|held| self.release(now, held, fx));
    }
}
