//! The checks of the wiring while the user's crate compiles.
//!
//! `callbacks![a, b, c]` makes a [`Graph`] of all callbacks. It calls [`check`] once per callback, in an anonymous
//! constant with the span of the callback's name, so rustc underlines `b` for an error in `b`. A message names two
//! places, because each fault is between two callbacks.
//!
//! rustc rejects a constant that takes more than about two million steps. The graph is sorted once, so each check looks
//! only at the properties that its callback names.

use crate::callback::{
    message::Message,
    params::{Owner, Source},
    sorted::{Entry, sort},
    spec::{Rate, Scope, Spec},
    uses::{self, Role, Use, Uses},
};
use crate::{
    binding::aliases::Aliases,
    components::Components,
    fields::Page,
    hash::fnv1a,
    prop::{Identity, Port},
};

/// `N` callbacks with `U` uses of properties.
#[derive(Debug)]
pub struct Graph<const N: usize, const U: usize> {
    specs: [&'static Spec; N],
    uses: [Use; U],
    by_prop: [Entry; U],
    /// Whether a callback starts itself, directly or through other callbacks.
    has_circle: bool,
    /// False if there is no fault, which is the usual case. The faulty callback is searched for only if it is true.
    has_fault: bool,
}

impl<const N: usize, const U: usize> Graph<N, U> {
    /// For `callbacks!`: the callbacks without bindings. `U` is their [`count`](uses::count).
    pub const fn new(specs: &[&'static Spec; N]) -> Self {
        Self::with(specs, Aliases::NONE)
    }

    /// The callbacks, with the properties in `aliases` treated as one.
    pub(crate) const fn with(specs: &[&'static Spec; N], aliases: Aliases<'_>) -> Self {
        let (mut all, mut by_prop) = ([Use::EMPTY; U], [Entry::EMPTY; U]);
        uses::read(specs, aliases, &mut all, &mut by_prop, &mut [Entry::EMPTY; U]);
        let uses = Uses { all: &all, by_prop: &by_prop };
        let has_circle = has_circle::<N>(&uses);
        let has_fault = has_circle || do_not_mix(specs, &uses) || is_listed_twice(specs);
        Self { specs: *specs, uses: all, by_prop, has_circle, has_fault }
    }

    const fn uses(&self) -> Uses<'_> {
        Uses { all: &self.uses, by_prop: &self.by_prop }
    }

    pub(crate) const fn specs(&self) -> &[&'static Spec; N] {
        &self.specs
    }

    /// The first callback that uses the property in one of these roles.
    pub(crate) const fn first_with(&self, prop: Identity, roles: (Role, Role)) -> Option<usize> {
        let (mut i, end) = self.uses().of_prop(prop, roles);
        let mut found: Option<usize> = None;
        while i < end {
            let callback = self.uses().sorted(i).callback;
            found = match found {
                Some(first) if first <= callback => found,
                _ => Some(callback),
            };
            i += 1;
        }
        found
    }

    /// The first fault between the callback at `at` and those before it.
    pub(crate) const fn first_fault(&self, at: usize) -> Option<Message> {
        if !self.has_fault {
            return None;
        }
        if let Some(message) = self.listed_twice(at) {
            return Some(message);
        }
        if let Some(message) = self.one_writer(at) {
            return Some(message);
        }
        if let Some(message) = self.scopes(at) {
            return Some(message);
        }
        if let Some(message) = self.one_rate(at) {
            return Some(message);
        }
        if let Some(message) = self.live_starts_nothing(at) {
            return Some(message);
        }
        if self.has_circle { self.circle(at) } else { None }
    }

    /// Whether any callback has a fault.
    pub(crate) const fn has_fault(&self) -> bool {
        self.has_fault
    }
}

/// For `callbacks!`: panics, at the caller's place, if the callback at `at` conflicts with those before it.
#[track_caller]
pub const fn check<const N: usize, const U: usize>(graph: &Graph<N, U>, at: usize) {
    if let Some(message) = graph.first_fault(at) {
        panic!("{}", message.as_str());
    }
}

/// For `callbacks!`: panics, at the caller's place, if a parameter such as `Handle<Other>` is for another dashboard
/// than `D`, which lists the callback.
#[track_caller]
pub(crate) const fn params<D: Components + Page>(spec: &Spec) {
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

/// For `callbacks!`: panics, at the caller's place, if a shared callback uses a `#[private]` property, or if a callback
/// shows to more clients what only some may see.
#[track_caller]
pub(crate) const fn rights(spec: &Spec) {
    let mut read = 0;
    while read < spec.reads.len() {
        let port = spec.port(&spec.reads[read]);
        not_private(spec, &port, " reads ");
        let sees = port.key.id.rights().sees;
        if sees > 0 && !is_revealed(spec, &port) {
            let mut write = 0;
            while write < spec.writes() {
                let shown = spec.write(write);
                // The value of a guard is a constant.
                if shown.key.id.rights().sees < sees && !spec.is_guard(write) {
                    let message = Message::new().name(spec).put(" shows in ").port(&shown);
                    let message =
                        message.put(" what it reads from ").port(&port).put(", which fewer roles may see: write ");
                    let message =
                        message.put("the same `#[sees(..)]` on both, or `reveals = ..` with the property it reads");
                    panic!("{}", message.as_str());
                }
                write += 1;
            }
        }
        read += 1;
    }
    let mut trigger = 0;
    while trigger < spec.triggers.len() {
        not_private(spec, &spec.port(&spec.triggers[trigger]), " is started by ");
        trigger += 1;
    }
    let mut write = 0;
    while write < spec.writes() {
        not_private(spec, &spec.write(write), " writes ");
        write += 1;
    }
}

#[track_caller]
const fn not_private(spec: &Spec, port: &Port, does: &'static str) {
    if port.key.id.rights().private && matches!(spec.scope, Scope::Shared) {
        let message = Message::new().name(spec).put(" is shared by all clients but").put(does).port(port);
        let message = message.put(", which is `#[private]`: make it a `#[callback]`, which runs for one client");
        panic!("{}", message.as_str());
    }
}

/// Whether the callback says that it may show this property.
const fn is_revealed(spec: &Spec, port: &Port) -> bool {
    let mut at = 0;
    while at < spec.reveals.len() {
        if spec.port(&spec.reveals[at]).same(port) {
            return true;
        }
        at += 1;
    }
    false
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

/// The result of a search among the callbacks of a property: the first callback in the list, with the first of its
/// properties.
#[derive(Clone, Copy)]
struct Found {
    callback: usize,
    /// The index of the written property, for [`Spec::write`].
    write: usize,
}

const fn first(found: Option<Found>, callback: usize, write: usize) -> Option<Found> {
    match found {
        Some(before) if before.callback < callback || (before.callback == callback && before.write <= write) => found,
        _ => Some(Found { callback, write }),
    }
}

impl<const N: usize, const U: usize> Graph<N, U> {
    /// A callback may be listed only once.
    const fn listed_twice(&self, at: usize) -> Option<Message> {
        let me = self.specs[at];
        let mut i = 0;
        while i < at {
            if same_callback(self.specs[i], me) {
                return Some(Message::new().name(me).put(" is listed twice: leave one of them out"));
            }
            i += 1;
        }
        None
    }

    /// Only one callback may write a property, and only once.
    const fn one_writer(&self, at: usize) -> Option<Message> {
        let (me, uses) = (self.specs[at], self.uses());
        let mut mine = uses.begin(at);
        while mine < U && self.uses[mine].callback == at && self.uses[mine].is(Role::WRITTEN) {
            let Use { prop, at: output, .. } = self.uses[mine];
            let mut other: Option<Found> = None;
            let (mut i, end) = uses.of_prop(prop, Role::WRITTEN);
            while i < end {
                let Use { callback, at: write, .. } = *uses.sorted(i);
                if callback == at && write < output {
                    let message = Message::new().name(me).put(" writes ").port(&me.write(output));
                    return Some(message.put(" twice: leave one of them out"));
                }
                if callback < at {
                    other = first(other, callback, write);
                }
                i += 1;
            }
            if let Some(Found { callback, .. }) = other {
                let message = Message::new().name(me).put(" writes ").port(&me.write(output)).put(", which ");
                let message = message.place(self.specs[callback]);
                return Some(message.put(" already writes: let one callback write it, with the inputs of both"));
            }
            mine += 1;
        }
        None
    }

    /// Private and shared values must not mix: a shared callback cannot read a property that is written for one client.
    /// The callback that is listed later gets the error.
    const fn scopes(&self, at: usize) -> Option<Message> {
        let me = self.specs[at];
        match me.scope {
            Scope::Shared => match self.first_beside(at, Role::READ, Role::WRITTEN, Scope::Private) {
                Some(Found { callback, write }) => {
                    let other = self.specs[callback];
                    let message = Message::new().name(me).put(" is shared by all clients but reads ");
                    let message = message.port(&other.write(write)).put(", which ").place(other);
                    Some(
                        message
                            .put(" writes for one client only: make both `#[callback]`, or both `#[callback_shared]`"),
                    )
                }
                None => None,
            },
            Scope::Private => match self.first_beside(at, Role::WRITTEN, Role::READ, Scope::Shared) {
                Some(Found { callback, write }) => {
                    let message = Message::new().name(me).put(" writes ").port(&me.write(write));
                    let message = message.put(" for one client only, but ").place(self.specs[callback]);
                    Some(message.put(
                        " reads it for all clients, which makes it shared: make both `#[callback]`, or both `#[callback_shared]`",
                    ))
                }
                None => None,
            },
        }
    }

    /// The first callback before `at` with this scope that uses a property in the roles `theirs` which `at` uses in the
    /// roles `mine`.
    const fn first_beside(&self, at: usize, mine: (Role, Role), theirs: (Role, Role), scope: Scope) -> Option<Found> {
        let uses = self.uses();
        let mut found = None;
        let mut own = uses.begin(at);
        while own < U && self.uses[own].callback == at {
            let me = self.uses[own];
            if me.is(mine) {
                let (mut i, end) = uses.of_prop(me.prop, theirs);
                while i < end {
                    let other = uses.sorted(i);
                    if other.callback < at && self.specs[other.callback].scope as u8 == scope as u8 {
                        let write = if me.is(Role::WRITTEN) { me.at } else { other.at };
                        found = first(found, other.callback, write);
                    }
                    i += 1;
                }
            }
            own += 1;
        }
        found
    }

    /// A browser sends the values of a property at one rate for all callbacks.
    const fn one_rate(&self, at: usize) -> Option<Message> {
        let (me, uses) = (self.specs[at], self.uses());
        let mut own = uses.begin(at);
        while own < U && self.uses[own].callback == at {
            if let Use { role: Role::Rate, prop, at: rate, .. } = self.uses[own] {
                let mine = &me.rates[rate];
                // The entries are sorted by callback, so the first one is the first in the list.
                let (mut i, end) = uses.of_prop(prop, (Role::Rate, Role::Rate));
                while i < end {
                    let Use { callback, at: theirs, .. } = *uses.sorted(i);
                    let other = self.specs[callback];
                    if callback < at && !same_rate(mine.rate, other.rates[theirs].rate) {
                        let message = Message::new().name(me).put(" asks for another rate of ");
                        let message = message.port(&me.port(&mine.port)).put(" than ").place(other);
                        return Some(
                            message.put(": a browser sends it once for all; write the same rate, or only one"),
                        );
                    }
                    i += 1;
                }
            }
            own += 1;
        }
        None
    }

    /// A property that is written while a callback runs (`running`, `#[progress]`) is only for display and must not
    /// start a callback: that one would have to wait for the run, and would then read another value. The callback that
    /// is listed later gets the error.
    const fn live_starts_nothing(&self, at: usize) -> Option<Message> {
        let uses = self.uses();
        let mut starts_me: Option<Found> = None;
        let mut started: Option<Found> = None;
        let mut own = uses.begin(at);
        while own < U && self.uses[own].callback == at {
            let Use { prop, role, at: write, .. } = self.uses[own];
            let others = match role {
                Role::Start => uses.of_prop(prop, (Role::Live, Role::Live)),
                Role::Live => uses.of_prop(prop, (Role::Start, Role::Start)),
                _ => (0, 0),
            };
            let (mut i, end) = others;
            while i < end {
                let other = *uses.sorted(i);
                if other.callback <= at {
                    match role {
                        Role::Start => starts_me = first(starts_me, other.callback, other.at),
                        _ => started = first(started, other.callback, write),
                    }
                }
                i += 1;
            }
            own += 1;
        }
        match (starts_me, started) {
            (Some(one), Some(other)) if other.callback < one.callback => {
                Some(self.started_live(at, other.callback, other))
            }
            (Some(one), _) => Some(self.started_live(one.callback, at, one)),
            (None, Some(other)) => Some(self.started_live(at, other.callback, other)),
            (None, None) => None,
        }
    }

    const fn started_live(&self, from: usize, to: usize, Found { write, .. }: Found) -> Message {
        let (from, to) = (self.specs[from], self.specs[to]);
        let message = Message::new().port(&from.write(write)).put(" would start ").name(to).put(", but ").place(from);
        message.put(" writes it while it runs, which starts nothing: read it with `#[state(..)]`")
    }

    /// No callback may start itself. The search starts at the callback at `at` and goes from each callback to those
    /// that its outputs start. It visits only callbacks that are listed before `at`, so each circle is reported once,
    /// at its last member.
    const fn circle(&self, at: usize) -> Option<Message> {
        let uses = self.uses();
        // A path from `at`: the callbacks on it, and for each the first successor that has not been searched.
        let (mut path, mut next, mut seen) = ([0; N], [0; N], [false; N]);
        path[0] = at;
        let mut len = 1;
        while len > 0 {
            match uses.next_fed(path[len - 1], Role::Start, next[len - 1]) {
                Some((to, _)) if to == at => return Some(self.describe_circle(&path, len)),
                Some((to, _)) if to < at => {
                    next[len - 1] = to + 1;
                    if !seen[to] {
                        seen[to] = true;
                        path[len] = to;
                        next[len] = 0;
                        len += 1;
                    }
                }
                _ => len -= 1,
            }
        }
        None
    }

    /// `a` → `x.value` → `b` → `y.value` → `a`
    const fn describe_circle(&self, path: &[usize], len: usize) -> Message {
        let mut message = Message::new();
        let mut i = 0;
        while i < len {
            if i == MOST_NAMED / 2 && len > MOST_NAMED {
                message = message.put("… ").number((len - MOST_NAMED) as u32).put(" more … → ");
                i += len - MOST_NAMED;
            }
            let (from, to) = (path[i], path[(i + 1) % len]);
            message = message.name(self.specs[from]).put(" → ");
            if let Some((_, output)) = self.uses().next_fed(from, Role::Start, to) {
                message = message.port(&self.specs[from].write(output)).put(" → ");
            }
            i += 1;
        }
        message
            .name(self.specs[path[0]])
            .put(" goes round in a circle: read one of these with `#[state(..)]`, which does not start the callback")
    }
}

/// Whether the callbacks use any property in conflicting ways. See the single checks of [`Graph`].
const fn do_not_mix<const N: usize>(specs: &[&'static Spec; N], uses: &Uses<'_>) -> bool {
    let mut at = 0;
    while at < uses.all.len() {
        let prop = uses.sorted(at).prop;
        let (mut writers, mut for_one, mut for_all, mut live, mut starts) = (0, false, false, false, false);
        let mut rate: Option<Rate> = None;
        while at < uses.all.len() && uses.sorted(at).prop.0 == prop.0 {
            let one = uses.sorted(at);
            let spec = specs[one.callback];
            let is_shared = matches!(spec.scope, Scope::Shared);
            match one.role {
                Role::Output | Role::Live => {
                    writers += 1;
                    for_one |= !is_shared;
                    live |= matches!(one.role, Role::Live);
                }
                Role::Start | Role::Read | Role::Rows | Role::Period => {
                    for_all |= is_shared;
                    starts |= matches!(one.role, Role::Start);
                }
                Role::Rate => {
                    let this = spec.rates[one.at].rate;
                    match rate {
                        Some(other) if !same_rate(this, other) => return true,
                        _ => rate = Some(this),
                    }
                }
                Role::Cancel => {}
            }
            at += 1;
        }
        if writers > 1 || (for_one && for_all) || (live && starts) {
            return true;
        }
    }
    false
}

/// Whether a callback is listed twice. In rare cases also true for two callbacks with the same hash.
const fn is_listed_twice<const N: usize>(specs: &[&'static Spec; N]) -> bool {
    let mut hashed = [Entry::EMPTY; N];
    let mut at = 0;
    while at < N {
        let Spec { name, file, line, .. } = specs[at];
        let hash = fnv1a(fnv1a(*line as u64, file.as_bytes()), name.as_bytes());
        hashed[at] = Entry { rank: fnv1a(hash, specs[at].place().as_bytes()) as u128, at };
        at += 1;
    }
    sort(&mut hashed, &mut [Entry::EMPTY; N]);
    let mut at = 1;
    while at < N {
        // Equal callbacks have equal hashes. Different callbacks almost never do, and the single checks compare the
        // callbacks themselves.
        if hashed[at - 1].rank == hashed[at].rank {
            return true;
        }
        at += 1;
    }
    false
}

/// The largest number of callbacks in a circle that the message names.
const MOST_NAMED: usize = 16;

/// Whether a callback starts itself. Removes, step by step, the callbacks that no remaining callback starts. If some
/// are left, there is a circle.
const fn has_circle<const N: usize>(uses: &Uses<'_>) -> bool {
    // For each callback, how many of the remaining callbacks start it.
    let mut starters = [0; N];
    let mut from = 0;
    while from < N {
        let mut least = 0;
        while let Some((to, _)) = uses.next_fed(from, Role::Start, least) {
            starters[to] += 1;
            least = to + 1;
        }
        from += 1;
    }
    let (mut free, mut len) = ([0; N], 0);
    let mut at = 0;
    while at < N {
        if starters[at] == 0 {
            free[len] = at;
            len += 1;
        }
        at += 1;
    }
    let mut taken = 0;
    while taken < len {
        let mut least = 0;
        while let Some((to, _)) = uses.next_fed(free[taken], Role::Start, least) {
            starters[to] -= 1;
            if starters[to] == 0 {
                free[len] = to;
                len += 1;
            }
            least = to + 1;
        }
        taken += 1;
    }
    len < N
}

const fn same_rate(a: Rate, b: Rate) -> bool {
    match (a, b) {
        (Rate::Throttle(a), Rate::Throttle(b)) | (Rate::Debounce(a), Rate::Debounce(b)) => a == b,
        _ => false,
    }
}
