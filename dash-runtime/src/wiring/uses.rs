//! The uses of a dashboard's properties by its callbacks: the graph, read from their wiring in one place.
//!
//! The checks at compile time ([`check`](super::check)) and the plan at the start of the server (`crate::engine::plan`)
//! both ask [`Uses`] which callback writes, reads or starts what. So the plan follows the same graph that was checked.
//!
//! The functions here run in constants, which have no heap, so the caller provides the arrays. They take time n log n
//! for n uses, because rustc rejects constants that take too long.

use super::{
    sorted::{Entry, find, sort},
    spec::{Every, Spec},
};
use crate::{
    binding::aliases::Aliases,
    numbers::CallbackNo,
    prop::{Identity, PropKey},
};

/// How a callback uses a property. Roles that are searched together are neighbours in this order.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Role {
    /// It is written when the callback returns: an output or an alternate.
    Output,
    /// It is written while the callback runs: by `running` or `#[progress]`.
    Live,
    /// It starts the callback. For a callback that takes all rows of a list, this includes the property with the rows'
    /// keys.
    Start,
    /// It is a parameter: an input or a state.
    Read,
    /// It holds the keys of the rows, all of which the callback takes.
    Rows,
    /// It holds the seconds of `every`.
    Period,
    /// Browsers send it at a rate.
    Rate,
    /// It cancels the callback.
    Cancel,
}

impl Role {
    /// All written properties, as a range of roles.
    pub(crate) const WRITTEN: (Self, Self) = (Self::Output, Self::Live);
    /// All read properties, as a range of roles.
    pub(crate) const READ: (Self, Self) = (Self::Start, Self::Period);
}

/// One use of a property by a callback.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Use {
    /// The property, or the one that stands for it: see [`Aliases`].
    pub(crate) prop: Identity,
    pub(crate) role: Role,
    /// The index of the callback in the list.
    pub(crate) callback: usize,
    /// For a written property: the index for [`Spec::write`]. For the others: the index within its role.
    pub(crate) at: usize,
}

impl Use {
    /// The initial value of array elements.
    pub(crate) const EMPTY: Self = Self { prop: Identity(0), role: Role::Cancel, callback: 0, at: 0 };

    const fn rank(prop: Identity, role: Role) -> u128 {
        prop.0 << 8 | role as u128
    }

    pub(crate) const fn callback(&self) -> CallbackNo {
        CallbackNo::new(self.callback)
    }

    pub(crate) const fn is(&self, (first, last): (Role, Role)) -> bool {
        first as u8 <= self.role as u8 && self.role as u8 <= last as u8
    }
}

/// Stores the uses as far as there is room, and counts all of them.
struct Collector<'a> {
    uses: &'a mut [Use],
    aliases: Aliases<'a>,
    callback: usize,
    len: usize,
}

impl Collector<'_> {
    const fn add(&mut self, key: &PropKey, role: Role, at: usize) {
        if self.len < self.uses.len() {
            let prop = self.aliases.first(key.identity());
            self.uses[self.len] = Use { prop, role, callback: self.callback, at };
        }
        self.len += 1;
    }

    const fn add_all(&mut self, spec: &Spec) {
        let mut at = 0;
        while at < spec.writes() {
            self.add(&spec.write(at).key, if spec.is_live(at) { Role::Live } else { Role::Output }, at);
            at += 1;
        }
        let mut at = 0;
        while at < spec.triggers.len() {
            self.add(&spec.port(&spec.triggers[at]).key, Role::Start, at);
            if let Some(rows) = spec.rows(&spec.triggers[at]) {
                self.add(&rows, Role::Start, at);
            }
            at += 1;
        }
        let mut at = 0;
        while at < spec.reads.len() {
            self.add(&spec.port(&spec.reads[at]).key, Role::Read, at);
            if let Some(rows) = spec.rows(&spec.reads[at]) {
                self.add(&rows, Role::Rows, at);
            }
            at += 1;
        }
        if let Some(Every::Prop(period)) = &spec.every {
            self.add(&spec.port(period).key, Role::Period, 0);
        }
        let mut at = 0;
        while at < spec.rates.len() {
            self.add(&spec.port(&spec.rates[at].port).key, Role::Rate, at);
            at += 1;
        }
        let mut at = 0;
        while at < spec.cancels.len() {
            self.add(&spec.port(&spec.cancels[at]).key, Role::Cancel, at);
            at += 1;
        }
    }
}

/// The number of uses.
pub const fn count(specs: &[&Spec]) -> usize {
    collect(specs, Aliases::NONE, &mut [])
}

/// Fills `uses` callback by callback, and returns the number of uses.
const fn collect(specs: &[&Spec], aliases: Aliases<'_>, uses: &mut [Use]) -> usize {
    let mut collector = Collector { uses, aliases, callback: 0, len: 0 };
    while collector.callback < specs.len() {
        collector.add_all(specs[collector.callback]);
        collector.callback += 1;
    }
    collector.len
}

/// Fills `uses` in the order of the callbacks, and `by_prop` with their indices in the order of properties and roles.
/// All three arrays have room for [`count`] of the specs.
pub(crate) const fn read(
    specs: &[&Spec],
    aliases: Aliases<'_>,
    uses: &mut [Use],
    by_prop: &mut [Entry],
    scratch: &mut [Entry],
) {
    collect(specs, aliases, uses);
    let mut at = 0;
    while at < uses.len() {
        by_prop[at] = Entry { rank: Use::rank(uses[at].prop, uses[at].role), at };
        at += 1;
    }
    sort(by_prop, scratch);
}

/// The uses of all callbacks, searchable by callback and by property.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Uses<'a> {
    /// In the order of the callbacks.
    pub(crate) all: &'a [Use],
    /// Their indices, in the order of properties, roles and callbacks.
    pub(crate) by_prop: &'a [Entry],
}

impl Uses<'_> {
    /// The index in `all` of the first use of the callback, or of the next callback if it has none.
    pub(crate) const fn begin(&self, callback: usize) -> usize {
        let (mut from, mut to) = (0, self.all.len());
        while from < to {
            let middle = from + (to - from) / 2;
            if self.all[middle].callback < callback {
                from = middle + 1;
            } else {
                to = middle;
            }
        }
        from
    }

    /// The range in `by_prop` with the uses of a property in a range of roles.
    pub(crate) const fn of_prop(&self, prop: Identity, (first, last): (Role, Role)) -> (usize, usize) {
        (find(self.by_prop, Use::rank(prop, first)), find(self.by_prop, Use::rank(prop, last) + 1))
    }

    /// The use at this index of `by_prop`.
    pub(crate) const fn sorted(&self, at: usize) -> &Use {
        &self.all[self.by_prop[at].at]
    }

    /// The first callback from `least` on that uses an output of `from` in the role `by`, and the index of that output
    /// for [`Spec::write`].
    pub(crate) const fn next_fed(&self, from: usize, by: Role, least: usize) -> Option<(usize, usize)> {
        let mut found: Option<(usize, usize)> = None;
        let mut at = self.begin(from);
        while at < self.all.len() && self.all[at].callback == from {
            if let Use { role: Role::Output, prop, at: output, .. } = self.all[at] {
                let (mut low, end) = self.of_prop(prop, (by, by));
                let mut high = end;
                while low < high {
                    let middle = low + (high - low) / 2;
                    if self.sorted(middle).callback < least {
                        low = middle + 1;
                    } else {
                        high = middle;
                    }
                }
                if low < end {
                    let callback = self.sorted(low).callback;
                    let is_first = match found {
                        Some((first, _)) => callback < first,
                        None => true,
                    };
                    if is_first {
                        found = Some((callback, output));
                    }
                }
            }
            at += 1;
        }
        found
    }
}

impl<'a> Uses<'a> {
    /// The uses of one callback, in the order of its wiring.
    pub(crate) fn of(&self, callback: CallbackNo) -> &'a [Use] {
        &self.all[self.begin(callback.place())..self.begin(callback.place() + 1)]
    }

    /// The uses of a property in these roles.
    pub(crate) fn with(self, prop: Identity, roles: (Role, Role)) -> impl Iterator<Item = &'a Use> {
        let (from, to) = self.of_prop(prop, roles);
        self.by_prop[from..to].iter().map(move |entry| &self.all[entry.at])
    }

    /// The callbacks that use an output of `from` in the role `by`.
    pub(crate) fn fed(self, from: CallbackNo, by: Role) -> impl Iterator<Item = CallbackNo> {
        let next = move |least| self.next_fed(from.place(), by, least).map(|(to, _)| CallbackNo::new(to));
        std::iter::successors(next(0), move |to| next(to.place() + 1))
    }
}

/// The uses at the start of the server, on the heap.
pub(crate) struct Wiring {
    all: Vec<Use>,
    by_prop: Vec<Entry>,
}

impl Wiring {
    pub(crate) fn new(specs: &[&Spec], aliases: Aliases<'_>) -> Self {
        let count = count(specs);
        let (mut all, mut by_prop) = (vec![Use::EMPTY; count], vec![Entry::EMPTY; count]);
        read(specs, aliases, &mut all, &mut by_prop, &mut vec![Entry::EMPTY; count]);
        Self { all, by_prop }
    }

    pub(crate) fn uses(&self) -> Uses<'_> {
        Uses { all: &self.all, by_prop: &self.by_prop }
    }
}
