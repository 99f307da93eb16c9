//! The bindings, checked together with the callbacks while the user's crate compiles.
//!
//! `bindings![..]` calls [`check`] once per entry, in an anonymous constant with the entry's span, as `callbacks![..]`
//! does for the callbacks.

pub(crate) use crate::callback::check::same_text;

use super::{
    Binding, Computed, How, Target,
    twins::{MOST, Twins},
};
use crate::{
    callback::{
        check::{Message, first_fault, reads, writes},
        spec::Spec,
    },
    prop::Port,
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
        if let How::Same(a, b) = &bindings[i].how {
            twins = match twins.join(a, b) {
                Some(twins) => twins,
                None => return None,
            };
        }
        i += 1;
    }
    Some(twins)
}

const fn fault(specs: &[&Spec], bindings: &[Binding], at: usize) -> Option<Message> {
    match &bindings[at].how {
        How::Same(a, b) => {
            if let Some(message) = is_computed(bindings, at, a) {
                return Some(message);
            }
            if let Some(message) = is_computed(bindings, at, b) {
                return Some(message);
            }
            one(specs, bindings, at, a, b)
        }
        How::Computed(Computed { fault: Some(fault), .. }) => Some(Message::new().put(fault)),
        How::Computed(computed) => match &computed.target {
            Target::Prop(target) => {
                if let Some(message) = is_computed(bindings, at, target) {
                    return Some(message);
                }
                if let Some(message) = is_held(bindings, at, target) {
                    return Some(message);
                }
                if let Some(message) = server_has_it(specs, computed, target) {
                    return Some(message);
                }
                circle(bindings, at, target)
            }
            Target::Shown(_) => shown_twice(bindings, at, computed),
        },
    }
}

/// `bind`: what is wrong with two properties as one.
const fn one(specs: &[&Spec], bindings: &[Binding], at: usize, a: &Port, b: &Port) -> Option<Message> {
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

/// A property that a binding above computes has nothing else to say what it is.
const fn is_computed(bindings: &[Binding], at: usize, port: &Port) -> Option<Message> {
    let mut i = 0;
    while i < at {
        if let How::Computed(Computed { word, target: Target::Prop(target), .. }) = &bindings[i].how
            && target.same(port)
        {
            let message = Message::new().put("`").put(word).put("` above computes ").port(port);
            return Some(message.put(" in each browser: leave one of the two out"));
        }
        i += 1;
    }
    None
}

/// A property that is bound by a binding above is the server's.
const fn is_held(bindings: &[Binding], at: usize, port: &Port) -> Option<Message> {
    let mut i = 0;
    while i < at {
        if let How::Same(a, b) = &bindings[i].how
            && (a.same(port) || b.same(port))
        {
            let other = if a.same(port) { b } else { a };
            let message = Message::new().port(port).put(" is one with ").port(other);
            return Some(message.put(" by `bind` above, and so cannot be computed: leave one of the two out"));
        }
        i += 1;
    }
    None
}

/// What each browser computes, no callback writes or reads.
const fn server_has_it(specs: &[&Spec], computed: &Computed, target: &Port) -> Option<Message> {
    let mut i = 0;
    while i < specs.len() {
        let message = Message::new().put("`").put(computed.word).put("` computes ").port(target);
        let message = message.put(" in each browser, but ").place(specs[i]);
        if writes(specs[i], target, &Twins::NONE) {
            return Some(message.put(" writes it: leave one of the two out"));
        }
        if reads(specs[i], target, &Twins::NONE) {
            let message = message.put(" reads it, and the server does not have it");
            return Some(match computed.input(0) {
                Some(input) => message.put(": read ").port(input).put(" instead"),
                None => message,
            });
        }
        i += 1;
    }
    None
}

/// Nothing is computed from itself. The search goes along "is computed from", from the binding at `at`, through those
/// listed before it.
const fn circle(bindings: &[Binding], at: usize, target: &Port) -> Option<Message> {
    if bindings.len() > MOST {
        return Some(
            Message::new().put("this is too much: a dashboard has at most ").number(MOST as u32).put(" bindings"),
        );
    }
    let mut reached = [false; MOST];
    reached[at] = true;
    let mut grows = true;
    while grows {
        grows = false;
        let mut from = 0;
        while from <= at {
            if reached[from] {
                if uses(&bindings[from], target) {
                    let message = Message::new().port(target).put(" would be computed from itself");
                    return Some(message.put(": leave out one of the bindings that go round in a circle"));
                }
                let mut to = 0;
                while to <= at {
                    if !reached[to]
                        && let How::Computed(Computed { target: Target::Prop(other), .. }) = &bindings[to].how
                        && uses(&bindings[from], other)
                    {
                        reached[to] = true;
                        grows = true;
                    }
                    to += 1;
                }
            }
            from += 1;
        }
    }
    None
}

/// Whether something is computed from `port`.
const fn uses(binding: &Binding, port: &Port) -> bool {
    let How::Computed(computed) = &binding.how else { return false };
    let mut i = 0;
    while let Some(input) = computed.input(i) {
        if input.same(port) {
            return true;
        }
        i += 1;
    }
    false
}

/// One property says whether a component is shown.
const fn shown_twice(bindings: &[Binding], at: usize, computed: &Computed) -> Option<Message> {
    let Target::Shown(id) = &computed.target else { return None };
    let mut i = 0;
    while i < at {
        if let How::Computed(Computed { target: Target::Shown(other), .. }) = &bindings[i].how
            && same_text(other.template(), id.template())
        {
            let message = Message::new().put("a binding above says already when `").path(id.template());
            return Some(message.put("` is shown: leave one of the two out"));
        }
        i += 1;
    }
    None
}
