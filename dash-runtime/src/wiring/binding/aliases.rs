//! Aliases: properties that one or more `bind`s make one.

use super::{Binding, How};
use crate::{
    callback::sorted::{Entry, find, sort},
    prop::Identity,
};

/// Which properties are one, by their [`Identity`].
#[derive(Debug, Clone, Copy)]
pub(crate) struct Aliases<'a> {
    /// Every property that a `bind` names, sorted, without duplicates.
    named: &'a [Entry],
    /// For each property in `named`, the index of the one that stands for it. This is the property of its set that a
    /// `bind` names first.
    first: &'a [usize],
}

impl Aliases<'_> {
    /// No aliases: every property stands for itself.
    pub(crate) const NONE: Self = Self { named: &[], first: &[] };

    /// The property that stands for all aliases of `prop`.
    pub(crate) const fn first(&self, prop: Identity) -> Identity {
        let at = find(self.named, prop.0);
        let is_named = at < self.named.len() && self.named[at].rank == prop.0;
        if is_named { Identity(self.named[self.first[at]].rank) } else { prop }
    }

    /// Each named property, with the one that stands for it.
    pub(crate) fn pairs(&self) -> impl Iterator<Item = (Identity, Identity)> {
        self.named.iter().map(|entry| (Identity(entry.rank), self.first(Identity(entry.rank))))
    }
}

/// Memory for the [`Aliases`] of some bindings: on the heap at the start of the server, in arrays in a constant.
struct Room<'a> {
    /// Both have room for two properties of each `bind`.
    named: &'a mut [Entry],
    first: &'a mut [usize],
    /// Whether the binding joins properties that earlier bindings have joined.
    again: &'a mut [bool],
}

impl Room<'_> {
    /// Fills it from the bindings before `until`, and returns the number of named properties.
    const fn fill(&mut self, bindings: &[Binding], until: usize, scratch: &mut [Entry]) -> usize {
        let mut len = 0;
        let mut i = 0;
        while i < until {
            if let How::Same(a, b) = &bindings[i].how {
                self.named[len] = Entry { rank: a.key.identity().0, at: len };
                self.named[len + 1] = Entry { rank: b.key.identity().0, at: len + 1 };
                len += 2;
            }
            i += 1;
        }
        let (named, _) = self.named.split_at_mut(len);
        sort(named, scratch.split_at_mut(len).0);
        let len = distinct(named);
        let mut i = 0;
        while i < len {
            self.first[i] = i;
            i += 1;
        }
        let mut i = 0;
        while i < until {
            if let How::Same(a, b) = &bindings[i].how {
                let (named, _) = self.named.split_at(len);
                let a = leader(self.first, find(named, a.key.identity().0));
                let b = leader(self.first, find(named, b.key.identity().0));
                self.again[i] = a == b;
                // `at` counts the properties in the order in which the bindings name them.
                let (earlier, later) = if named[a].at <= named[b].at { (a, b) } else { (b, a) };
                self.first[later] = earlier;
            }
            i += 1;
        }
        let mut i = 0;
        while i < len {
            self.first[i] = leader(self.first, i);
            i += 1;
        }
        len
    }
}

/// Keeps the first of the entries with the same rank, and returns the number of entries that are left.
const fn distinct(sorted: &mut [Entry]) -> usize {
    let mut len = 0;
    let mut i = 0;
    while i < sorted.len() {
        if len == 0 || sorted[len - 1].rank != sorted[i].rank {
            sorted[len] = sorted[i];
            len += 1;
        }
        i += 1;
    }
    len
}

/// The property at the end of the chain from `at`. Shortens the chain: all properties on it point to the end
/// afterwards.
const fn leader(first: &mut [usize], at: usize) -> usize {
    let mut top = at;
    while first[top] != top {
        top = first[top];
    }
    let mut step = at;
    while first[step] != top {
        (step, first[step]) = (first[step], top);
    }
    top
}

/// The aliases of `B` bindings, computed in a constant.
#[derive(Debug)]
pub(crate) struct Joined<const B: usize> {
    named: [[Entry; 2]; B],
    first: [[usize; 2]; B],
    len: usize,
    again: [bool; B],
}

impl<const B: usize> Joined<B> {
    /// From the bindings before `until`.
    pub(crate) const fn new(bindings: &[Binding; B], until: usize) -> Self {
        let (mut named, mut first, mut again) = ([[Entry::EMPTY; 2]; B], [[0; 2]; B], [false; B]);
        let mut room = Room { named: named.as_flattened_mut(), first: first.as_flattened_mut(), again: &mut again };
        let len = room.fill(bindings, until, [[Entry::EMPTY; 2]; B].as_flattened_mut());
        Self { named, first, len, again }
    }

    pub(crate) const fn aliases(&self) -> Aliases<'_> {
        Aliases { named: self.named.as_flattened().split_at(self.len).0, first: self.first.as_flattened() }
    }

    /// Whether the binding at `at` joins properties that the bindings before it have joined.
    pub(crate) const fn is_again(&self, at: usize) -> bool {
        self.again[at]
    }
}

/// The aliases of the bindings, computed at the start of the server.
pub(crate) struct Bound {
    named: Vec<Entry>,
    first: Vec<usize>,
}

impl Bound {
    pub(crate) fn new(bindings: &[Binding]) -> Self {
        let most = 2 * bindings.len();
        let (mut named, mut first) = (vec![Entry::EMPTY; most], vec![0; most]);
        let mut room = Room { named: &mut named, first: &mut first, again: &mut vec![false; bindings.len()] };
        let len = room.fill(bindings, bindings.len(), &mut vec![Entry::EMPTY; most]);
        named.truncate(len);
        first.truncate(len);
        Self { named, first }
    }

    pub(crate) fn aliases(&self) -> Aliases<'_> {
        Aliases { named: &self.named, first: &self.first }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        binding::bind,
        prop::{ComponentId, Prop},
    };

    fn prop(index: u16) -> Prop<f64> {
        Prop::new(ComponentId::new(1, "a", 0), "value", index)
    }

    fn identity(index: u16) -> Identity {
        prop(index).key().identity()
    }

    fn same(bound: &Bound, a: u16, b: u16) -> bool {
        bound.aliases().first(identity(a)) == bound.aliases().first(identity(b))
    }

    #[test]
    fn what_is_bound_in_two_steps_is_one_whatever_the_order() {
        let bindings = [bind(prop(1), prop(2)), bind(prop(4), prop(3)), bind(prop(3), prop(2)), bind(prop(1), prop(4))];
        assert!(!same(&Bound::new(&bindings[..2]), 1, 3));
        let bound = Bound::new(&bindings);
        for (a, b) in [(1, 2), (1, 3), (1, 4), (4, 2)] {
            assert!(same(&bound, a, b), "{a} {b}");
        }
        assert!(!same(&bound, 1, 5));
        let firsts: Vec<_> = bound.aliases().pairs().map(|(one, first)| (one.index(), first.index())).collect();
        assert_eq!(firsts, [(1, 1), (2, 1), (3, 1), (4, 1)]);
        let again = Joined::new(&bindings, 4);
        assert_eq!([0, 1, 2, 3].map(|at| again.is_again(at)), [false, false, false, true]);
    }

    #[test]
    fn the_one_that_was_named_first_stands_for_all() {
        let bindings = [bind(prop(7), prop(9)), bind(prop(3), prop(8)), bind(prop(8), prop(9))];
        let bound = Bound::new(&bindings);
        for one in [7, 9, 3, 8] {
            assert_eq!(bound.aliases().first(identity(one)).index(), 7, "{one}");
        }
    }

    #[test]
    fn there_is_no_most() {
        let bindings: Vec<_> = (1..2000).map(|at| bind(prop(at - 1), prop(at))).collect();
        assert!(same(&Bound::new(&bindings), 0, 1999));
    }
}
