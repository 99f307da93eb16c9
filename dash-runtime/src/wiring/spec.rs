//! A callback's wiring, as a constant.

use std::time::Duration;

use crate::{
    callback::{kept::Kept, params::Source},
    failure::Failure,
    place::{At, Base},
    prop::{Kind, Port, PropKey},
    value::Value,
};

/// Who sees what a callback writes, as types.
pub mod scope {
    /// `#[callback_shared]`: everyone.
    #[derive(Debug, Clone, Copy)]
    pub enum Shared {}
    /// `#[callback]`: the client that asked.
    #[derive(Debug, Clone, Copy)]
    pub enum Private {}
}

/// Who sees what a callback writes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Scope {
    /// `#[callback_shared]`: everyone.
    Shared,
    /// `#[callback]`: the client that asked.
    Private,
}

/// What becomes of a command that comes before the callback is done with the last one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Queue {
    /// The newest value of a state replaces the waiting one of the same client; events are kept. The default.
    Latest,
    /// Every value is kept, up to the bound of the queue.
    All,
    /// It is refused, from when the last one was taken until its run is over.
    Skip,
}

/// When a callback runs by itself.
#[derive(Debug, Clone, Copy)]
pub enum Every {
    /// Always after the same time.
    Fixed(Duration),
    /// After as many seconds as this property holds, read anew each time.
    Prop(Port),
}

/// What starts a callback and is no property.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Hooks {
    /// The dashboard starts.
    pub start: bool,
    /// A client comes.
    pub connect: bool,
    /// A client has gone.
    pub disconnect: bool,
    /// The table of clients is another one.
    pub clients: bool,
}

impl Hooks {
    /// Nothing of it.
    pub const NONE: Self = Self { start: false, connect: false, disconnect: false, clients: false };
}

/// The wiring of one callback.
#[derive(Debug, Clone, Copy)]
pub struct Spec {
    /// The function's name.
    pub name: &'static str,
    /// The file that it is in.
    pub file: &'static str,
    /// The line of its name.
    pub line: u32,
    /// Who sees the outputs.
    pub scope: Scope,
    /// The properties that are parameters, in the order of the parameters.
    pub reads: &'static [Port],
    /// The properties whose change starts it.
    pub triggers: &'static [Port],
    /// What starts it and is no property.
    pub hooks: Hooks,
    /// How often browsers send inputs.
    pub rates: &'static [Rated],
    /// What its plain parameters are made of.
    pub params: &'static [Source],
    /// The properties that it writes: its outputs and its alternates.
    pub outputs: &'static [Port],
    /// What has another value while it runs: `running(..)`.
    pub guards: &'static [Guard],
    /// What it sets while it runs: `#[progress(..)]`.
    pub progress: &'static [Port],
    /// The events that cancel it.
    pub cancels: &'static [Port],
    /// When it runs by itself.
    pub every: Option<Every>,
    /// Whether it does so only while somebody looks.
    pub watched: bool,
    /// What becomes of values that wait.
    pub queue: Queue,
    /// Whether it also runs once at the start (shared) or when a client joins (private), if all its triggers are state.
    pub initial: bool,
    /// The client's session, if it borrows that.
    pub session: Option<Kept>,
    /// Whether browsers send what starts it by a request for each command, not through their socket.
    pub by_http: bool,
    /// What is told of a run that fails, instead of the dashboard's `on_error`.
    pub on_error: Option<fn(&Failure)>,
    /// If it runs for one row of a list at a time: the keys of that list.
    pub key: Option<Port>,
    /// For a callback of a group: which group of the page it is listed for.
    pub base: Option<Base>,
}

/// `running(Ui::go.disabled = true)`: a property that has another value while a callback runs.
#[derive(Debug, Clone, Copy)]
pub struct Guard {
    /// The property.
    pub port: Port,
    /// The value, worked out once, when the dashboard is set up; or why it cannot be encoded.
    pub value: fn() -> Result<Value, String>,
}

/// How often browsers send the values of a property. The last one is always sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Rate {
    /// The first at once, and then at most one in so many milliseconds.
    Throttle(u32),
    /// Each only when no newer one came for so many milliseconds.
    Debounce(u32),
}

/// An input that is sent at a rate.
#[derive(Debug, Clone, Copy)]
pub struct Rated {
    /// The property.
    pub port: Port,
    /// How often.
    pub rate: Rate,
}

impl Spec {
    /// How many properties it writes in any way.
    pub(crate) const fn writes(&self) -> usize {
        self.outputs.len() + self.guards.len() + self.progress.len()
    }

    /// The `at`-th of them, as a property of the page: the outputs come first.
    pub(crate) const fn write(&self, at: usize) -> Port {
        let (outputs, guards) = (self.outputs.len(), self.guards.len());
        self.port(if at < outputs {
            &self.outputs[at]
        } else if at < outputs + guards {
            &self.guards[at - outputs].port
        } else {
            &self.progress[at - outputs - guards]
        })
    }

    /// Whether the `at`-th of them is written while it runs, and not when it is done.
    pub(crate) const fn is_live(&self, at: usize) -> bool {
        at >= self.outputs.len()
    }

    /// The properties that are written while it runs.
    pub(crate) fn live(&self) -> impl Iterator<Item = Port> {
        self.guards.iter().map(|guard| &guard.port).chain(self.progress).map(|port| self.port(port))
    }

    /// The least: shared, nothing read, nothing written, never started.
    pub const fn new(name: &'static str, file: &'static str, line: u32, scope: Scope) -> Self {
        Self {
            name,
            file,
            line,
            scope,
            reads: &[],
            triggers: &[],
            hooks: Hooks::NONE,
            rates: &[],
            params: &[],
            outputs: &[],
            guards: &[],
            progress: &[],
            cancels: &[],
            every: None,
            watched: false,
            queue: Queue::Latest,
            initial: true,
            session: None,
            by_http: false,
            on_error: None,
            key: None,
            base: None,
        }
    }

    /// For `callbacks!`: the callback of the group `G`, for this one.
    #[must_use]
    pub const fn at<G>(mut self, place: At<G>) -> Self {
        self.base = Some(place.base());
        self
    }

    /// The property of the page that is meant by one of the callback's ports.
    pub(crate) const fn port(&self, port: &Port) -> Port {
        match &self.base {
            Some(base) => base.port(port),
            None => *port,
        }
    }

    /// If one of the callback's ports stands for a state in all rows of a list: the property that says which rows there are.
    /// Whoever takes a value from each row has something new when rows come or go.
    pub(crate) const fn rows(&self, port: &Port) -> Option<PropKey> {
        match (&port.list, port.kind) {
            (Some(list), Kind::State) => Some(self.key(list)),
            _ => None,
        }
    }

    /// The same for a property that the callback wrote.
    pub(crate) const fn key(&self, key: &PropKey) -> PropKey {
        match &self.base {
            Some(base) => base.key(key),
            None => *key,
        }
    }

    /// The id of the group that it is listed for; empty without one.
    pub(crate) const fn place(&self) -> &'static str {
        match &self.base {
            Some(base) => base.place,
            None => "",
        }
    }
}

/// An annotated function, whatever dashboard it is used in.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a callback",
    label = "not a callback",
    note = "write `#[callback_shared(..)]` or `#[callback(..)]` above the function"
)]
pub trait Wired {
    /// The wiring.
    const SPEC: Spec;
}

/// For expansions: `on_error = report`, a function that is told of failures.
pub const fn hook(report: fn(&Failure)) -> Option<fn(&Failure)> {
    Some(report)
}
