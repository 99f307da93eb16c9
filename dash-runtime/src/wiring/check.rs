//! The wiring, checked while the user's crate compiles.
//!
//! `callbacks![a, b, c]` calls [`check`] once per callback, in an anonymous constant that carries the span of the
//! callback's name: what is wrong with `b` is underlined at `b`. A message names both places, because the fault is
//! always between two.

use crate::callback::{
    extract::{Owner, Source},
    spec::{Every, Rate, Scope, Spec},
};
use crate::{
    binding::twins::Twins,
    dashboard::Components,
    fields::Page,
    place::ANY_ROW,
    prop::{Kind, Port},
};

/// The longest message; longer ones are cut. Room for a circle of a few dozen callbacks.
const MESSAGE: usize = 2048;

/// A text built in a constant.
pub(crate) struct Message {
    text: [u8; MESSAGE],
    len: usize,
}

impl Message {
    pub(crate) const fn new() -> Self {
        Self { text: [0; MESSAGE], len: 0 }
    }

    /// Appends `part`, whole or not at all, so that the text stays UTF-8.
    pub(crate) const fn put(mut self, part: &str) -> Self {
        let part = part.as_bytes();
        if self.len + part.len() <= MESSAGE {
            let mut i = 0;
            while i < part.len() {
                self.text[self.len] = part[i];
                self.len += 1;
                i += 1;
            }
        }
        self
    }

    /// `` `slider.value` ``, `` `left.speed.value` ``
    pub(crate) const fn port(self, port: &Port) -> Self {
        let group = self.put("`").path(port.place);
        let group = if port.place.is_empty() { group } else { group.put(".") };
        group.path(port.component()).put(".").put(port.name).put("`")
    }

    /// `` `shoot` ``, `` `set_speed` for `left` ``
    pub(crate) const fn name(self, spec: &Spec) -> Self {
        let named = self.put("`").put(spec.name).put("`");
        if spec.place().is_empty() { named } else { named.put(" for `").path(spec.place()).put("`") }
    }

    /// An id as it is written in Rust: `left.speed`, `lamps[3]`, `lamps[key].on`.
    pub(crate) const fn path(mut self, id: &str) -> Self {
        let bytes = id.as_bytes();
        let (mut i, mut from, mut number) = (0, 0, false);
        while i <= bytes.len() {
            if i == bytes.len() || bytes[i] == b'-' {
                let part = id.split_at(i).0.split_at(from).1;
                self = self.put(if is_any_row(part) { "key" } else { part });
                self = if number { self.put("]") } else { self };
                if i < bytes.len() {
                    let rest = bytes.split_at(i + 1).1;
                    number = !rest.is_empty() && (rest[0].is_ascii_digit() || rest[0] == ANY_ROW.as_bytes()[0]);
                    self = self.put(if number { "[" } else { "." });
                }
                from = i + 1;
            }
            i += 1;
        }
        self
    }

    /// `` `shoot` (src/main.rs:12) ``
    pub(crate) const fn place(self, spec: &Spec) -> Self {
        self.name(spec).put(" (").put(spec.file).put(":").number(spec.line).put(")")
    }

    pub(crate) const fn number(mut self, number: u32) -> Self {
        if number >= 10 {
            self = self.number(number / 10);
        }
        let digit = (number % 10) as usize;
        self.put(["0", "1", "2", "3", "4", "5", "6", "7", "8", "9"][digit])
    }

    pub(crate) const fn as_str(&self) -> &str {
        match std::str::from_utf8(self.text.split_at(self.len).0) {
            Ok(text) => text,
            Err(_) => "the wiring is wrong",
        }
    }
}

/// Whether this part of an id stands for the number of a row.
const fn is_any_row(part: &str) -> bool {
    part.len() == ANY_ROW.len() && part.as_bytes()[0] == ANY_ROW.as_bytes()[0]
}

/// For `callbacks!`: panics, at the caller's place, if the callback at `at` does not go together with those before it.
#[track_caller]
pub const fn check(specs: &[&Spec], at: usize) {
    if let Some(message) = first_fault(specs, at, &Twins::NONE) {
        panic!("{}", message.as_str());
    }
}

/// For `callbacks!`: panics, at the caller's place, if a parameter such as `Handle<Other>` is for another dashboard than
/// `D`, in which the callback is listed.
#[track_caller]
pub(super) const fn params<D: Components + Page>(spec: &Spec) {
    let here = Owner::of::<D>();
    let mut i = 0;
    while i < spec.params.len() {
        if let Source::Dashboard(there) = spec.params[i]
            && there.key != here.key
        {
            let message = Message::new()
                .name(spec)
                .put(" is listed in the dashboard `")
                .put(here.name)
                .put("` but has a parameter for `")
                .put(there.name)
                .put("`: name the dashboard that the callback is listed in");
            panic!("{}", message.as_str());
        }
        i += 1;
    }
}

/// What is wrong between the callback at `at` and those before it, when the properties in `twins` are one.
pub(crate) const fn first_fault(specs: &[&Spec], at: usize, twins: &Twins) -> Option<Message> {
    if let Some(message) = listed_twice(specs, at) {
        return Some(message);
    }
    if let Some(message) = one_writer(specs, at, twins) {
        return Some(message);
    }
    if let Some(message) = scopes(specs, at, twins) {
        return Some(message);
    }
    if let Some(message) = one_rate(specs, at, twins) {
        return Some(message);
    }
    if let Some(message) = live_starts_nothing(specs, at, twins) {
        return Some(message);
    }
    circle(specs, at, twins)
}

pub(crate) const fn same_text(a: &str, b: &str) -> bool {
    let (a, b) = (a.as_bytes(), b.as_bytes());
    if a.len() != b.len() {
        return false;
    }
    let mut i = 0;
    while i < a.len() {
        if a[i] != b[i] {
            return false;
        }
        i += 1;
    }
    true
}

const fn same_callback(a: &Spec, b: &Spec) -> bool {
    a.line == b.line && same_text(a.name, b.name) && same_text(a.file, b.file) && same_text(a.place(), b.place())
}

/// A callback is listed once.
const fn listed_twice(specs: &[&Spec], at: usize) -> Option<Message> {
    let mut i = 0;
    while i < at {
        if same_callback(specs[i], specs[at]) {
            return Some(Message::new().name(specs[at]).put(" is listed twice: leave one of them out"));
        }
        i += 1;
    }
    None
}

/// Whether `spec` writes `port`, a property of the page, when it is done or while it runs.
pub(crate) const fn writes(spec: &Spec, port: &Port, twins: &Twins) -> bool {
    let mut i = 0;
    while i < spec.writes() {
        if twins.same(&spec.write(i), port) {
            return true;
        }
        i += 1;
    }
    false
}

/// Whether `spec` has `port` as an input, a state or the period that it runs in.
pub(crate) const fn reads(spec: &Spec, port: &Port, twins: &Twins) -> bool {
    let is_period = match &spec.every {
        Some(Every::Prop(period)) => twins.same(&spec.port(period), port),
        _ => false,
    };
    is_period || contains(spec, spec.reads, port, twins) || contains(spec, spec.triggers, port, twins)
}

/// Whether `port`, a property of the page, is among these `ports` of `spec`.
const fn contains(spec: &Spec, ports: &[Port], port: &Port, twins: &Twins) -> bool {
    let mut i = 0;
    while i < ports.len() {
        if twins.same(&spec.port(&ports[i]), port) {
            return true;
        }
        i += 1;
    }
    false
}

/// A property is written by one callback, and by it once.
const fn one_writer(specs: &[&Spec], at: usize, twins: &Twins) -> Option<Message> {
    let me = specs[at];
    let mut o = 0;
    while o < me.writes() {
        let output = &me.write(o);
        let mut before = 0;
        while before < o {
            if twins.same(&me.write(before), output) {
                return Some(Message::new().name(me).put(" writes ").port(output).put(" twice: leave one of them out"));
            }
            before += 1;
        }
        let mut i = 0;
        while i < at {
            if writes(specs[i], output, twins) {
                return Some(
                    Message::new()
                        .name(me)
                        .put(" writes ")
                        .port(output)
                        .put(", which ")
                        .place(specs[i])
                        .put(" already writes: let one callback write it, with the inputs of both"),
                );
            }
            i += 1;
        }
        o += 1;
    }
    None
}

/// What one client sees alone and what all see do not mix: a property written for one client cannot be read by a
/// callback that everybody shares. Said at whichever of the two is listed later.
const fn scopes(specs: &[&Spec], at: usize, twins: &Twins) -> Option<Message> {
    let me = specs[at];
    let mut i = 0;
    while i <= at {
        let other = specs[i];
        match (me.scope, other.scope) {
            (Scope::Shared, Scope::Private) => {
                let mut o = 0;
                while o < other.writes() {
                    let output = &other.write(o);
                    if reads(me, output, twins) {
                        return Some(
                            Message::new()
                                .name(me)
                                .put(" is shared by all clients but reads ")
                                .port(output)
                                .put(", which ")
                                .place(other)
                                .put(" writes for one client only: make both `#[callback]`, or both `#[callback_shared]`"),
                        );
                    }
                    o += 1;
                }
            }
            (Scope::Private, Scope::Shared) => {
                let mut o = 0;
                while o < me.writes() {
                    let output = &me.write(o);
                    if reads(other, output, twins) {
                        return Some(
                            Message::new()
                                .name(me)
                                .put(" writes ")
                                .port(output)
                                .put(" for one client only, but ")
                                .place(other)
                                .put(" reads it for all clients, which makes it shared: make both `#[callback]`, or both `#[callback_shared]`"),
                        );
                    }
                    o += 1;
                }
            }
            _ => {}
        }
        i += 1;
    }
    None
}

/// A browser sends the values of a property at one rate, whoever reads them.
const fn one_rate(specs: &[&Spec], at: usize, twins: &Twins) -> Option<Message> {
    let me = specs[at];
    let mut r = 0;
    while r < me.rates.len() {
        let mine = me.port(&me.rates[r].port);
        let mut i = 0;
        while i < at {
            let other = specs[i];
            let mut o = 0;
            while o < other.rates.len() {
                let theirs = other.port(&other.rates[o].port);
                if twins.same(&mine, &theirs) && !same_rate(me.rates[r].rate, other.rates[o].rate) {
                    return Some(
                        Message::new()
                            .name(me)
                            .put(" asks for another rate of ")
                            .port(&mine)
                            .put(" than ")
                            .place(other)
                            .put(": a browser sends it once for all; write the same rate, or only one"),
                    );
                }
                o += 1;
            }
            i += 1;
        }
        r += 1;
    }
    None
}

const fn same_rate(a: Rate, b: Rate) -> bool {
    match (a, b) {
        (Rate::Throttle(a), Rate::Throttle(b)) | (Rate::Debounce(a), Rate::Debounce(b)) => a == b,
        _ => false,
    }
}

/// What is written while a callback runs is there to be looked at: a callback that it started would have to wait for the
/// run, and then find another value. Said at whichever of the two is listed later.
const fn live_starts_nothing(specs: &[&Spec], at: usize, twins: &Twins) -> Option<Message> {
    let mut i = 0;
    while i <= at {
        let message = match started_live(specs[i], specs[at], twins) {
            None => started_live(specs[at], specs[i], twins),
            some => some,
        };
        if message.is_some() {
            return message;
        }
        i += 1;
    }
    None
}

/// What is wrong if `from` writes, while it runs, what starts `to`.
const fn started_live(from: &Spec, to: &Spec, twins: &Twins) -> Option<Message> {
    let mut i = 0;
    while i < from.writes() {
        let port = &from.write(i);
        if from.is_live(i) && contains(to, to.triggers, port, twins) {
            return Some(
                Message::new()
                    .port(port)
                    .put(" would start ")
                    .name(to)
                    .put(", but ")
                    .place(from)
                    .put(" writes it while it runs, which starts nothing: read it with `#[state(..)]`"),
            );
        }
        i += 1;
    }
    None
}

/// The most callbacks that the search for circles can follow. `const` code has no heap.
const CALLBACKS: usize = 512;

/// Nothing starts itself again. The search goes from the callback at `at` along "writes what the other is started by",
/// through callbacks listed before it only, so that each circle is said once, at its last member.
const fn circle(specs: &[&Spec], at: usize, twins: &Twins) -> Option<Message> {
    if at >= CALLBACKS {
        return None;
    }
    // A path from `at`: the callbacks on it, and how far the search of each one's successors is.
    let mut path = [0; CALLBACKS];
    let mut next = [0; CALLBACKS];
    let mut seen = [false; CALLBACKS];
    path[0] = at;
    let mut len = 1;
    while len > 0 {
        let here = path[len - 1];
        let candidate = next[len - 1];
        if candidate > at {
            len -= 1;
            continue;
        }
        next[len - 1] += 1;
        if link(specs[here], specs[candidate], twins).is_none() {
            continue;
        }
        if candidate == at {
            return Some(describe_circle(specs, &path, len, twins));
        }
        if !seen[candidate] {
            seen[candidate] = true;
            path[len] = candidate;
            next[len] = 0;
            len += 1;
        }
    }
    None
}

/// The property by which `from` starts `to`.
const fn link(from: &Spec, to: &Spec, twins: &Twins) -> Option<Port> {
    let mut o = 0;
    while o < from.outputs.len() {
        let output = from.port(&from.outputs[o]);
        // An event has no output, so what links is a state.
        if matches!(output.kind, Kind::State) && contains(to, to.triggers, &output, twins) {
            return Some(output);
        }
        o += 1;
    }
    None
}

/// `a` → `x.value` → `b` → `y.value` → `a`
const fn describe_circle(specs: &[&Spec], path: &[usize], len: usize, twins: &Twins) -> Message {
    let mut message = Message::new();
    let mut i = 0;
    while i < len {
        let from = specs[path[i]];
        let to = specs[path[(i + 1) % len]];
        message = message.name(from).put(" → ");
        if let Some(port) = link(from, to, twins) {
            message = message.port(&port).put(" → ");
        }
        i += 1;
    }
    message
        .name(specs[path[0]])
        .put(" goes round in a circle: read one of these with `#[state(..)]`, which does not start the callback")
}
