//! Checks of one callback by itself, while the user's crate compiles. They need the constants of its properties, and
//! are reported at the property or parameter.

use crate::{
    callback::{message::Message, params::Source},
    prop::{Kind, Nature, Prop, PropKind},
};

/// For expansions: panics, at the caller's place, if a shared callback names a property of which each client has its
/// own value.
#[track_caller]
pub const fn of_all<T, K: PropKind>(prop: Prop<T, K>) {
    if matches!(prop.nature(), Nature::Own) {
        let message = Message::new().port(&prop.port(K::KIND));
        let message = message.put(
            " has a value of its own for each client, and a shared callback runs for all: make it a `#[callback]`",
        );
        panic!("{}", message.as_str());
    }
}

/// For expansions: panics, at the caller's place, if a private callback writes a property that all clients have.
#[track_caller]
pub const fn written_for_one<T, K: PropKind>(prop: Prop<T, K>) {
    if matches!(prop.nature(), Nature::Keys) {
        let message = Message::new().port(&prop.port(K::KIND));
        let message =
            message.put(" is shared, because all clients have the same rows: write it from a `#[callback_shared]`");
        panic!("{}", message.as_str());
    }
}

/// For expansions: panics, at the caller's place, if a callback writes the state of a gate.
#[track_caller]
pub const fn not_of_a_gate<T, K: PropKind>(prop: Prop<T, K>) {
    if matches!(prop.nature(), Nature::Gate) {
        let message = Message::new().put("the server alone sets ").port(&prop.port(K::KIND));
        let message = message.put(", so a callback cannot write it: fire an event of the gate with a `Handle` instead, as in `handle.fire(Ui::drive.take, ())`");
        panic!("{}", message.as_str());
    }
}

/// For expansions: panics, at the caller's place, if an input has a rate and browsers do not send it.
#[track_caller]
pub const fn at_a_rate<T, K: PropKind>(prop: Prop<T, K>) {
    // Another kind has no rate either, and its type says so.
    if matches!(prop.nature(), Nature::Shown | Nature::Keys | Nature::Gate) && matches!(K::KIND, Kind::State) {
        let message = Message::new().put("browsers do not send ").port(&prop.port(K::KIND));
        panic!("{}", message.put(", so it has no rate: leave `throttle` or `debounce` out").as_str());
    }
}

/// For `bindings!`: panics, at the caller's place, if browsers compute a property that a page can also set.
#[track_caller]
pub const fn computed<T, K: PropKind>(prop: Prop<T, K>) {
    if matches!(prop.nature(), Nature::Sent | Nature::Own) {
        let message = Message::new().put("a page can also set ").port(&prop.port(K::KIND));
        panic!(
            "{}",
            message.put(", so it cannot be computed: write `bind` instead, or compute another property").as_str()
        );
    }
}

/// For expansions: panics, at the caller's place, if a callback that nothing cancels takes a `Cancellation`.
#[track_caller]
pub const fn can_be_cancelled(source: Source) {
    if matches!(source, Source::Cancellation) {
        panic!(
            "nothing cancels this callback: write `cancel = Ui::stop.click` in its attribute, or leave this parameter out"
        );
    }
}
