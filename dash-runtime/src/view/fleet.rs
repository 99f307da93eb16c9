//! `#[fleet]`: the values of a dashboard that a relay shows in its list of devices.
//!
//! Everybody who reaches the relay sees the list, without a login. So a value that needs a role, that is private or that is
//! secret is never in it. Most of that is checked here, while the user's crate compiles. What only the wiring shows, such
//! as a binding to a withheld value, is checked at the start (`engine::fleet`).

use crate::{
    fields::{List, Page, Spot},
    prop::{Prop, PropValue},
    rights::Rights,
};

/// For expansions: what `#[fleet]` says about a field.
#[derive(Debug, Clone, Copy)]
#[cfg_attr(not(feature = "nats"), allow(dead_code, reason = "only relays read it"))]
pub struct Fleet {
    /// The names of the properties.
    pub(crate) names: &'static [&'static str],
    /// Instead of the component's own label.
    pub(crate) label: Option<&'static str>,
    /// Instead of the component's own unit.
    pub(crate) unit: Option<&'static str>,
}

impl Fleet {
    /// These properties.
    pub const fn of(names: &'static [&'static str], label: Option<&'static str>, unit: Option<&'static str>) -> Self {
        Self { names, label, unit }
    }
}

/// Appends components with `add`, of which a relay shows something.
pub fn fleet(list: &mut List, fleet: Fleet, add: impl FnOnce(&mut List)) {
    let from = list.components.len();
    add(list);
    list.fleet.extend((from..list.components.len()).map(|component| (component, fleet)));
}

/// A value that fits into a line of a list: a number, a text, or yes or no.
#[diagnostic::on_unimplemented(
    message = "the list of a relay shows numbers, texts and switches, and this is a `{Self}`",
    label = "a value of type `{Self}`",
    note = "name a property with a number, a text or a `bool`: `#[fleet(value)]`; or give the list a `Text` of its own"
)]
pub trait FleetValue {}

macro_rules! fleet_values {
    ($($ty:ty)*) => {
        $(
            #[diagnostic::do_not_recommend]
            impl FleetValue for $ty {}
            #[diagnostic::do_not_recommend]
            impl FleetValue for Option<$ty> {}
        )*
    };
}

fleet_values!(f32 f64 i8 i16 i32 i64 isize u8 u16 u32 u64 usize bool String);

/// The constants of a component that shows one value, of the type `V`: its property `value`, `text` or `on`. The type is no
/// associated type, because those of a public component must be public.
#[diagnostic::on_unimplemented(
    message = "`#[fleet]` is on a component that shows one value",
    label = "this shows no single value",
    note = "a component with a property `value`, `text` or `on` has one; of another one, name the property: `#[fleet(current)]`",
    note = "in a group, write `#[fleet]` on the fields of the group; rows of a list come and go, so they are not in the list of a relay"
)]
pub trait FleetComponent<V> {
    /// The name of the property.
    const NAME: &'static str;
}

/// For expansions: the property that a component shows.
pub const fn shown_in_fleet<V: FleetValue, P: FleetComponent<V>>(_: &P) -> &'static str {
    P::NAME
}

/// A property that can be in the list of a relay.
#[diagnostic::on_unimplemented(
    message = "`#[fleet(..)]` names properties that have a value",
    label = "this has no value",
    note = "an event and a stream have no current value; in a group, write `#[fleet]` on the fields of the group"
)]
pub trait FleetProp {
    /// The type of the value.
    type Value;
}

#[diagnostic::do_not_recommend]
impl<T: PropValue> FleetProp for Prop<T> {
    type Value = T;
}

/// For expansions: checks a name in `#[fleet(..)]`.
pub const fn in_fleet<P: FleetProp<Value: FleetValue>>(_: &P) {}

/// For expansions: panics, at the caller's place, if a field with these rights is not for everybody.
#[track_caller]
pub const fn fleet_for_everybody(packed: u32) {
    assert!(
        Rights::unpack(packed).sees == 0,
        "everybody who reaches a relay sees its list, and `#[sees(..)]` hides this from some: leave one of the two out"
    );
}

/// The constant of the `N`-th field of `P`, which has `#[fleet]`. Panics, at the caller's place, if the field is in a row.
#[track_caller]
pub const fn fleet_outside_rows<P: Page, const N: usize, V: Copy>(props: V) -> V {
    assert!(!Spot::<P, N>::IS_IN_ROW, "rows come and go, so they are not in the list of a relay: leave `#[fleet]` out");
    props
}
