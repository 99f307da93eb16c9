//! The checks of the bindings, together with the callbacks, while the user's crate compiles.
//!
//! `bindings![..]` calls [`check`] once per entry, in an anonymous constant with the span of the entry, as
//! `callbacks![..]` does.

use super::{Binding, Computed, How, Target, alarm::Alarm, aliases::Joined};
use crate::{
    callback::{
        check::{Graph, same_text},
        message::Message,
        spec::Spec,
        uses::Role,
    },
    prop::Port,
};

/// `B` bindings, and `N` callbacks with `U` uses of properties.
#[derive(Debug)]
pub struct BoundGraph<const N: usize, const U: usize, const B: usize> {
    bindings: &'static [Binding; B],
    joined: Joined<B>,
    /// The callbacks, with all bound properties treated as one.
    callbacks: Graph<N, U>,
    /// Whether the callbacks have a fault. If they have none, they also have none with fewer bindings, because joining
    /// properties never removes a fault.
    has_fault: bool,
}

impl<const N: usize, const U: usize, const B: usize> BoundGraph<N, U, B> {
    /// For `bindings!`. `U` is the [`count`](crate::callback::uses::count) of the callbacks.
    pub const fn new(specs: &[&'static Spec; N], bindings: &'static [Binding; B]) -> Self {
        let joined = Joined::new(bindings, B);
        let callbacks = Graph::with(specs, joined.aliases());
        let has_fault = callbacks.has_fault();
        Self { bindings, joined, callbacks, has_fault }
    }

    const fn fault(&self, at: usize) -> Option<Message> {
        let bindings = self.bindings;
        match &bindings[at].how {
            How::Same(a, b) => {
                if let Some(message) = is_computed(bindings, at, a) {
                    return Some(message);
                }
                if let Some(message) = is_computed(bindings, at, b) {
                    return Some(message);
                }
                self.one(at, a, b)
            }
            How::Computed(computed) => match &computed.target {
                Target::Prop(target) => {
                    if let Some(message) = is_computed(bindings, at, target) {
                        return Some(message);
                    }
                    if let Some(message) = is_held(bindings, at, target) {
                        return Some(message);
                    }
                    if let Some(message) = self.server_has_it(computed, target) {
                        return Some(message);
                    }
                    circle(bindings, at, target)
                }
                Target::Shown(_) => shown_twice(bindings, at, computed),
            },
            How::Alarm(alarm) => {
                if let Some(message) = is_only_shown(bindings, &alarm.watched.port) {
                    return Some(message);
                }
                if let Some(limit) = alarm.limit_port()
                    && let Some(message) = is_only_shown(bindings, limit)
                {
                    return Some(message);
                }
                raised_twice(bindings, at, alarm)
            }
        }
    }

    /// `bind`: the fault of joining two properties.
    const fn one(&self, at: usize, a: &Port, b: &Port) -> Option<Message> {
        if a.same(b) {
            let message = Message::new().port(a).put(" is bound to itself");
            return Some(message.put(": name another property, or leave it out"));
        }
        if self.joined.is_again(at) {
            let message = Message::new().port(a).put(" and ").port(b);
            return Some(message.put(" are one already, by the bindings above: leave this one out"));
        }
        if !self.has_fault {
            return None;
        }
        let now = self.with_first(at + 1);
        let before = self.with_first(at);
        let mut i = 0;
        while i < N {
            // A fault that exists without the binding is reported where the callbacks are listed.
            if before.first_fault(i).is_none()
                && let Some(fault) = now.first_fault(i)
            {
                let message = Message::new().put("this makes ").port(a).put(" and ").port(b).put(" one, and then ");
                return Some(message.put(fault.as_str()));
            }
            i += 1;
        }
        None
    }

    /// The callbacks with the bindings before `until`.
    const fn with_first(&self, until: usize) -> Graph<N, U> {
        Graph::with(self.callbacks.specs(), Joined::new(self.bindings, until).aliases())
    }

    /// A property that each browser computes cannot be written or read by a callback. It has no aliases, so this need
    /// not look at the bindings.
    const fn server_has_it(&self, computed: &Computed, target: &Port) -> Option<Message> {
        let written = self.callbacks.first_with(target.key.identity(), Role::WRITTEN);
        let read = self.callbacks.first_with(target.key.identity(), Role::READ);
        let (spec, is_written) = match (written, read) {
            (Some(writer), Some(reader)) if reader < writer => (self.callbacks.specs()[reader], false),
            (Some(writer), _) => (self.callbacks.specs()[writer], true),
            (None, Some(reader)) => (self.callbacks.specs()[reader], false),
            (None, None) => return None,
        };
        let message = Message::new().put("`").put(computed.word).put("` computes ").port(target);
        let message = message.put(" in each browser, but ").place(spec);
        if is_written {
            return Some(message.put(" writes it: leave one of the two out"));
        }
        let message = message.put(" reads it, and the server does not have it");
        Some(match computed.input(0) {
            Some(input) => message.put(": read ").port(input).put(" instead"),
            None => message,
        })
    }
}

/// For `bindings!`: panics, at the caller's place, if the binding at `at` conflicts with the callbacks or with the
/// bindings before it.
#[track_caller]
pub const fn check<const N: usize, const U: usize, const B: usize>(graph: &BoundGraph<N, U, B>, at: usize) {
    if let Some(message) = graph.fault(at) {
        panic!("{}", message.as_str());
    }
}

/// For `bindings!`: panics, at the caller's place, if the text of `format` or the file of `script` has a fault.
#[track_caller]
pub const fn check_text(binding: &Binding) {
    if let How::Computed(Computed { fault: Some(fault), .. }) | How::Alarm(Alarm { fault: Some(fault), .. }) =
        &binding.how
    {
        panic!("{}", fault.message().as_str());
    }
}

/// For `bindings!`: panics, at the caller's place, if the detail of an alarm has a fault.
#[track_caller]
pub const fn check_detail(binding: &Binding) {
    if let How::Alarm(Alarm { detail_fault: Some(fault), .. }) = &binding.how {
        panic!("{}", fault.message().as_str());
    }
}

/// Only one binding may compute a property.
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

/// A property of a `bind` above has its value on the server.
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

/// No property may be computed from itself. The search starts at the binding at `at` and goes from each binding to
/// those that compute its inputs. It visits only bindings that are listed before `at`.
const fn circle<const B: usize>(bindings: &[Binding; B], at: usize, target: &Port) -> Option<Message> {
    let (mut reached, mut found, mut len) = ([at; B], [false; B], 1);
    found[at] = true;
    let mut i = 0;
    while i < len {
        let from = &bindings[reached[i]];
        if uses(from, target) {
            let message = Message::new().port(target).put(" would be computed from itself");
            return Some(message.put(": leave out one of the bindings that go round in a circle"));
        }
        let mut to = 0;
        while to < at {
            if !found[to]
                && let How::Computed(Computed { target: Target::Prop(other), .. }) = &bindings[to].how
                && uses(from, other)
            {
                found[to] = true;
                reached[len] = to;
                len += 1;
            }
            to += 1;
        }
        i += 1;
    }
    None
}

/// Whether the binding computes something from `port`.
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

/// Only one binding may show and hide a component.
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

/// The server does not have what each browser computes, so no alarm can watch it.
const fn is_only_shown(bindings: &[Binding], port: &Port) -> Option<Message> {
    let mut i = 0;
    while i < bindings.len() {
        if let How::Computed(Computed { word, target: Target::Prop(target), .. }) = &bindings[i].how
            && target.same(port)
        {
            let message = Message::new().put("`").put(word).put("` computes ").port(port);
            return Some(
                message.put(" in each browser, and the server does not have it: watch what it is computed from"),
            );
        }
        i += 1;
    }
    None
}

/// An alarm is known by its list, its property and its text.
const fn raised_twice(bindings: &[Binding], at: usize, alarm: &Alarm) -> Option<Message> {
    let mut i = 0;
    while i < at {
        if let How::Alarm(other) = &bindings[i].how
            && same_text(other.list.template(), alarm.list.template())
            && other.watched.port.same(&alarm.watched.port)
            && same_text(other.text, alarm.text)
        {
            let message = Message::new().put("an alarm above has this text for ").port(&alarm.watched.port);
            return Some(message.put(" already, so nobody could tell them apart: write another text"));
        }
        i += 1;
    }
    None
}
