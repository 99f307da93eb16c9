//! Properties that are one: what `bind` makes of two, and several `bind`s of more.

use crate::prop::Port;

/// The most properties that can be bound in one dashboard. `const` code has no heap.
pub(crate) const MOST: usize = 128;

/// Which properties are one. Used while the user's crate compiles, and for the plan.
pub(crate) struct Twins {
    ports: [Option<Port>; MOST],
    /// For each of `ports`, the place of the one that was named first of those that it is one with.
    first: [usize; MOST],
    len: usize,
}

impl Twins {
    /// Every property is itself alone.
    pub(crate) const NONE: Self = Self { ports: [None; MOST], first: [0; MOST], len: 0 };

    /// Makes `a` and `b`, and all that are one with either, one. `None` when there is no more room.
    pub(crate) const fn join(mut self, a: &Port, b: &Port) -> Option<Self> {
        let (mut at_a, mut at_b) = (self.len, self.len);
        let mut i = 0;
        while i < self.len {
            if let Some(port) = &self.ports[i] {
                if port.same(a) {
                    at_a = i;
                }
                if port.same(b) {
                    at_b = i;
                }
            }
            i += 1;
        }
        // Not there yet: `a` comes before `b`.
        if at_a == self.len {
            if self.len == MOST {
                return None;
            }
            if at_b == self.len {
                at_b += 1;
            }
            self.ports[self.len] = Some(*a);
            self.first[self.len] = self.len;
            self.len += 1;
        }
        if at_b == self.len {
            if self.len == MOST {
                return None;
            }
            self.ports[self.len] = Some(*b);
            self.first[self.len] = self.len;
            self.len += 1;
        }
        let (one, other) = (self.first[at_a], self.first[at_b]);
        let (earlier, later) = if one < other { (one, other) } else { (other, one) };
        let mut i = 0;
        while i < self.len {
            if self.first[i] == later {
                self.first[i] = earlier;
            }
            i += 1;
        }
        Some(self)
    }

    /// The property that stands for all that are one with `port`: the one that was named first.
    pub(crate) const fn first(&self, port: &Port) -> Port {
        let mut i = 0;
        while i < self.len {
            if let (Some(one), Some(first)) = (&self.ports[i], self.ports[self.first[i]])
                && one.same(port)
            {
                return first;
            }
            i += 1;
        }
        *port
    }

    /// Whether the two are one.
    pub(crate) const fn same(&self, a: &Port, b: &Port) -> bool {
        a.same(b) || (self.len > 0 && self.first(a).same(&self.first(b)))
    }

    /// Each property that is one with another, and the one that stands for it.
    pub(crate) fn pairs(&self) -> impl Iterator<Item = (Port, Port)> {
        let ports = self.ports[..self.len].iter().flatten();
        ports.map(|port| (*port, self.first(port)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::prop::{ComponentId, Kind, Prop};

    fn port(index: u16) -> Port {
        Prop::<f64>::new(ComponentId::new(1, "a", 0), "value", index).port(Kind::State)
    }

    fn index(port: &Port) -> u16 {
        port.key.index
    }

    #[test]
    fn what_is_bound_in_two_steps_is_one_whatever_the_order() {
        let twins = Twins::NONE.join(&port(1), &port(2)).unwrap();
        let twins = twins.join(&port(4), &port(3)).unwrap();
        assert!(!twins.same(&port(1), &port(3)));
        let twins = twins.join(&port(3), &port(2)).unwrap();
        for (a, b) in [(1, 2), (1, 3), (1, 4), (4, 2)] {
            assert!(twins.same(&port(a), &port(b)), "{a} {b}");
        }
        assert!(!twins.same(&port(1), &port(5)));
        let firsts: Vec<_> = twins.pairs().map(|(one, first)| (index(&one), index(&first))).collect();
        assert_eq!(firsts, [(1, 1), (2, 1), (4, 1), (3, 1)]);
    }

    #[test]
    fn there_is_room_for_so_many_and_no_more() {
        let mut twins = Twins::NONE;
        for at in 1..MOST as u16 {
            twins = twins.join(&port(0), &port(at)).unwrap();
        }
        assert!(twins.same(&port(0), &port(MOST as u16 - 1)));
        assert!(twins.join(&port(0), &port(MOST as u16)).is_none());
    }
}
