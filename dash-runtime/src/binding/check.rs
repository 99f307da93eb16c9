//! The bindings, checked together with the callbacks while the user's crate compiles.
//!
//! `bindings![..]` calls [`check`] once per entry, in an anonymous constant with the entry's span, as `callbacks![..]`
//! does for the callbacks.

use super::{
    Binding, How,
    twins::{MOST, Twins},
};
use crate::callback::{
    check::{Message, first_fault},
    spec::Spec,
};

/// For `bindings!`: panics, at the caller's place, if the binding at `at` does not go together with the callbacks or with
/// the bindings before it.
#[track_caller]
pub const fn check(specs: &[&Spec], bindings: &[Binding], at: usize) {
    if let Some(message) = fault(specs, bindings, at) {
        panic!("{}", message.as_str());
    }
}

/// What the bindings before `until` make one.
pub(crate) const fn twins(bindings: &[Binding], until: usize) -> Option<Twins> {
    let mut twins = Twins::NONE;
    let mut i = 0;
    while i < until {
        let How::Same(a, b) = &bindings[i].how;
        twins = match twins.join(a, b) {
            Some(twins) => twins,
            None => return None,
        };
        i += 1;
    }
    Some(twins)
}

const fn fault(specs: &[&Spec], bindings: &[Binding], at: usize) -> Option<Message> {
    let How::Same(a, b) = &bindings[at].how;
    let (Some(before), Some(now)) = (twins(bindings, at), twins(bindings, at + 1)) else {
        let message = Message::new().put("this is too much: bindings can make at most ");
        return Some(message.number(MOST as u32).put(" properties one with others"));
    };
    if a.same(b) {
        return Some(Message::new().port(a).put(" is bound to itself: name another property, or leave it out"));
    }
    if before.same(a, b) {
        let message = Message::new().port(a).put(" and ").port(b);
        return Some(message.put(" are one already, by the bindings above: leave this one out"));
    }
    let mut i = 0;
    while i < specs.len() {
        // What is wrong without the binding, too, is said where the callbacks are listed.
        if first_fault(specs, i, &before).is_none()
            && let Some(fault) = first_fault(specs, i, &now)
        {
            let message = Message::new().put("this makes ").port(a).put(" and ").port(b).put(" one, and then ");
            return Some(message.put(fault.as_str()));
        }
        i += 1;
    }
    None
}
