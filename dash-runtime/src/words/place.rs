//! Groups of components: where on a page a group is, and the ids of its components.
//!
//! A `#[components]` struct whose fields are on a page defines that page. As the type of a field, it is a group, which
//! a page may have several times. The ids of a group's components begin with the id of the group's field:
//!
//! | in Rust | id in the page |
//! | --- | --- |
//! | `Ui::speed` | `speed` |
//! | `Ui::left.speed` | `left-speed` |
//! | `Ui::lamps[3]` | `lamps-3` |
//!
//! A name in Rust has no hyphen, so these ids cannot collide.

use std::{any::type_name, fmt, marker::PhantomData};

use crate::{
    prop::{ComponentId, Port, PropKey},
    rights::Rights,
};

/// The longest id, in bytes. Constants have no heap, so ids are built in an array of this size.
const LONGEST: usize = 240;

/// In the id of a cell, this stands for the row: `lamps-*-on`.
pub(crate) const ANY_ROW: &str = "*";

/// An id that is built in a constant.
#[derive(Debug, Clone, Copy)]
pub struct Id {
    text: [u8; LONGEST],
    len: usize,
}

impl Id {
    /// `group` alone.
    pub(crate) const fn new(group: &str) -> Self {
        Self { text: [0; LONGEST], len: 0 }.put(group)
    }

    /// `group-name`, or `name` where there is no group.
    pub(crate) const fn and(self, name: &str) -> Self {
        if self.len == 0 { self.put(name) } else { self.put("-").put(name) }
    }

    /// `group-3`
    pub(crate) const fn and_number(self, number: usize) -> Self {
        self.put("-").digits(number)
    }

    const fn digits(mut self, number: usize) -> Self {
        if number >= 10 {
            self = self.digits(number / 10);
        }
        self.put(["0", "1", "2", "3", "4", "5", "6", "7", "8", "9"][number % 10])
    }

    const fn put(mut self, part: &str) -> Self {
        let part = part.as_bytes();
        assert!(self.len + part.len() <= LONGEST, "the names of nested groups make an id of more than 240 bytes");
        let mut i = 0;
        while i < part.len() {
            self.text[self.len] = part[i];
            self.len += 1;
            i += 1;
        }
        self
    }

    pub(crate) const fn as_str(&self) -> &str {
        match std::str::from_utf8(self.text.split_at(self.len).0) {
            Ok(text) => text,
            // Unreachable: the bytes come from whole `str`s.
            Err(_) => "",
        }
    }
}

/// An id as it is written in Rust: `left.speed`, `lamps[3].dimmer`.
pub(crate) fn path(id: &str) -> String {
    let mut parts = id.split('-');
    let mut path = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        if part == ANY_ROW {
            path.push_str("[key]");
        } else if part.starts_with(|c: char| c.is_ascii_digit()) {
            path.extend(["[", part, "]"]);
        } else {
            path.extend([".", part]);
        }
    }
    path
}

/// A group in a page, with its type: the meaning of `Ui::left` in `callbacks![set_speed for Ui::left]`.
pub struct At<G> {
    base: Base,
    group: PhantomData<fn() -> G>,
}

impl<G> Clone for At<G> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<G> Copy for At<G> {}

impl<G> fmt::Debug for At<G> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} at {}", type_name::<G>(), self.base.place)
    }
}

impl<G> At<G> {
    /// For a component, which is not a group. No callback fits it.
    pub const NOWHERE: Self = Self::new(Base::new(0, 0, 0, "", Rights::NONE));

    /// For expansions: the group `G` at `base`.
    pub const fn new(base: Base) -> Self {
        Self { base, group: PhantomData }
    }

    pub(crate) const fn base(&self) -> Base {
        self.base
    }
}

/// Translates the properties of a group into those of the page.
#[derive(Debug, Clone, Copy)]
pub struct Base {
    /// The key of the group.
    group: u64,
    /// The key of the page.
    owner: u64,
    /// How many components of the page come before the group.
    index: u16,
    /// The id of the group's field.
    pub(crate) place: &'static str,
    /// The rights of the group's field.
    rights: Rights,
}

impl Base {
    /// The group behind the first `index` components of the page `owner`, in the field with the id `place`.
    pub(crate) const fn new(group: u64, owner: u64, index: u16, place: &'static str, rights: Rights) -> Self {
        Self { group, owner, index, place, rights }
    }

    /// The property of the page for a property that the group's callback names.
    pub(crate) const fn key(&self, key: &PropKey) -> PropKey {
        if key.id.owner() != self.group {
            return *key;
        }
        let id = ComponentId::new(self.owner, key.id.template(), self.index + key.id.index().0);
        let id = id.in_row(key.id.row()).with(key.id.rights().and(self.rights));
        PropKey { id, index: key.index }
    }

    /// Like [`key`](Self::key), for a property in the wiring.
    pub(crate) const fn port(&self, port: &Port) -> Port {
        if port.key.id.owner() != self.group {
            return *port;
        }
        Port { key: self.key(&port.key), place: self.place, ..*port }
    }
}

/// The group that a callback runs for, as a parameter.
///
/// A callback can be written once for a group and listed for several places of it (`callbacks![set_speed for Ui::left,
/// set_speed for Ui::right]`). This parameter says which one the run is for.
///
/// ```text
/// #[callback_shared(output = MotorPanel::readout.text)]
/// fn set_speed(robot: &mut Robot, place: Place, #[input(MotorPanel::speed.value)] percent: f64) -> String {
///     robot.motor(place.name()).set_speed(percent);
///     format!("{percent:.0} %")
/// }
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub struct Place {
    id: &'static str,
}

impl Place {
    pub(crate) const fn new(id: &'static str) -> Self {
        Self { id }
    }

    /// The name of the group's field, which is the beginning of the ids of its components: `left`. For a group within a
    /// group it is `arm-left`, in an array `motors-3`. Empty if the callback is not listed for a group.
    pub const fn name(&self) -> &'static str {
        self.id
    }

    /// The index in the array, counted from 0, if the group is an element of an array.
    pub fn index(&self) -> Option<usize> {
        self.id.rsplit_once('-')?.1.parse().ok()
    }
}

impl fmt::Display for Place {
    /// The place as it is written in Rust: `left`, `arm.left`, `motors[3]`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&path(self.id))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_id_is_put_together_from_its_parts() {
        const DEEP: Id = Id::new("arm").and("motors").and_number(120).and("speed");
        assert_eq!(DEEP.as_str(), "arm-motors-120-speed");
        assert_eq!(Id::new("").and("speed").as_str(), "speed");
        assert_eq!(path(DEEP.as_str()), "arm.motors[120].speed");
    }

    #[test]
    fn what_a_group_numbers_is_found_in_the_page() {
        let base = Base::new(2, 1, 7, "arm-left", Rights::NONE);
        let stop = base.key(&PropKey { id: ComponentId::new(2, "stop", 1), index: 3 });
        assert_eq!(stop.identity(), PropKey { id: ComponentId::new(1, "", 8), index: 3 }.identity());
        let other = PropKey { id: ComponentId::new(1, "gauge", 1), index: 0 };
        assert_eq!(base.key(&other).identity(), other.identity(), "what the page itself has stays");
    }

    #[test]
    fn a_place_knows_its_number_in_an_array_only() {
        assert_eq!(Place::new("motors-3").index(), Some(3));
        assert_eq!(Place::new("left").index(), None);
        assert_eq!(Place::new("lamps-3-left").index(), None);
    }
}
