//! The wiring of a callback, as a constant.

use std::time::Duration;

use crate::{
    callback::{params::Source, session::SessionSpec},
    failure::Failure,
    place::{At, Base},
    prop::{ComponentId, Kind, Port, PropKey},
    value::Value,
};

/// Who gets what a callback writes, as types.
pub mod scope {
    /// `#[callback_shared]`: all clients.
    #[derive(Debug, Clone, Copy)]
    pub enum Shared {}
    /// `#[callback]`: the client that the callback runs for.
    #[derive(Debug, Clone, Copy)]
    pub enum Private {}
}

/// Who gets what a callback writes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Scope {
    /// `#[callback_shared]`: all clients.
    Shared,
    /// `#[callback]`: the client that the callback runs for.
    Private,
}

/// What happens to a command that arrives before the callback has finished with the last one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Queue {
    /// The newest value of a state replaces the waiting one of the same client. Events are all kept. This is the
    /// default.
    Latest,
    /// All values are kept, up to the limit of the queue.
    All,
    /// The command is refused, from the time when the last one was accepted until its run has ended.
    Skip,
}

/// When a callback runs by the clock.
#[derive(Debug, Clone, Copy)]
pub enum Every {
    /// With this time between two runs.
    Fixed(Duration),
    /// With as many seconds between two runs as this property holds. It is read again before each run.
    Prop(Port),
}

/// The causes of a run that are not properties.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Hooks {
    /// The dashboard starts.
    pub start: bool,
    /// A client has connected.
    pub connect: bool,
    /// A client has gone.
    pub disconnect: bool,
    /// The table of clients has changed.
    pub clients: bool,
    /// The session of the client has changed.
    pub session: bool,
}

impl Hooks {
    /// None of them.
    pub const NONE: Self = Self { start: false, connect: false, disconnect: false, clients: false, session: false };
}

/// The wiring of one callback.
#[derive(Debug, Clone, Copy)]
pub struct Spec {
    /// The function's name.
    pub name: &'static str,
    /// The source file.
    pub file: &'static str,
    /// The line of the function's name.
    pub line: u32,
    /// Who gets the outputs.
    pub scope: Scope,
    /// The properties that are parameters, in the order of the parameters.
    pub reads: &'static [Port],
    /// The properties that start it.
    pub triggers: &'static [Port],
    /// Which of the parameters are readings, which have the quality of the value too.
    pub readings: &'static [TakesQuality],
    /// The other causes that start it.
    pub hooks: Hooks,
    /// The rates at which browsers send inputs.
    pub rates: &'static [Rated],
    /// The sources of its plain parameters.
    pub params: &'static [Source],
    /// The properties that it writes when it returns: outputs and alternates.
    pub outputs: &'static [Port],
    /// The properties with another value while it runs: `running(..)`.
    pub guards: &'static [Guard],
    /// The properties that it sets while it runs: `#[progress(..)]`.
    pub progress: &'static [Port],
    /// The events that cancel it.
    pub cancels: &'static [Port],
    /// When it runs by the clock.
    pub every: Option<Every>,
    /// Whether it runs by the clock only while a client shows the page (`when = watched`).
    pub watched: bool,
    /// What happens to waiting values.
    pub queue: Queue,
    /// Whether it also runs at the start (shared) or when a client joins (private), if all its triggers are state.
    pub initial: bool,
    /// The client's session, if it borrows the session.
    pub session: Option<SessionSpec>,
    /// Whether browsers send the commands that start it as HTTP requests instead of over their socket.
    pub by_http: bool,
    /// The time after which a run, or a source that is silent, is marked, instead of the one in the limits.
    pub deadline: Option<Duration>,
    /// The largest age of a command that starts it, instead of the one in the limits.
    pub lifespan: Option<Duration>,
    /// `refused = revert`: a failed run leaves the device as it was, so the values that started it are taken back.
    pub revert: bool,
    /// The function that a failed run is reported to, instead of the dashboard's `on_error`.
    pub on_error: Option<fn(&Failure)>,
    /// The level of the role that a command that starts it needs.
    pub needs: u8,
    /// Properties that it may show to all who see its outputs.
    pub reveals: &'static [Port],
    /// The gates that decide whether what starts it may be changed now.
    pub under: &'static [fn() -> ComponentId],
    /// If it runs for one row of a list at a time: the property with the keys of that list.
    pub key: Option<Port>,
    /// For a callback of a group: the group of the page that it is listed for.
    pub base: Option<Base>,
}

/// `running(Ui::go.disabled = true)`: a property with another value while a callback runs.
#[derive(Debug, Clone, Copy)]
pub struct Guard {
    /// The property.
    pub port: Port,
    /// Makes the value once, when the dashboard is set up. Returns the reason if the value cannot be encoded.
    pub value: fn() -> Result<Value, String>,
}

/// The rate at which browsers send the values of a property. The last value is always sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Rate {
    /// The first value at once, then at most one in this many milliseconds.
    Throttle(u32),
    /// A value after this many milliseconds without a newer one.
    Debounce(u32),
}

/// For expansions: a parameter that is written as `Reading<..>`.
#[derive(Debug, Clone, Copy)]
pub struct TakesQuality {
    /// The index among the reads.
    pub at: usize,
    /// Whether its type is the library's, so that the quality is read and a change of it counts.
    pub taken: bool,
    /// Whether a change starts the callback.
    pub starts: bool,
}

/// An input that is sent at a rate.
#[derive(Debug, Clone, Copy)]
pub struct Rated {
    /// The property.
    pub port: Port,
    /// The rate.
    pub rate: Rate,
}

impl Spec {
    /// The number of properties that it writes: outputs, `running` and `#[progress]`.
    pub(crate) const fn writes(&self) -> usize {
        self.outputs.len() + self.guards.len() + self.progress.len()
    }

    /// The `at`-th of them, as a property of the page. The outputs come first.
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

    /// Whether the `at`-th of them is written while the callback runs, and not when it returns.
    pub(crate) const fn is_live(&self, at: usize) -> bool {
        at >= self.outputs.len()
    }

    /// Whether the `at`-th of them is a guard, which is written with a constant.
    pub(crate) const fn is_guard(&self, at: usize) -> bool {
        at >= self.outputs.len() && at < self.outputs.len() + self.guards.len()
    }

    /// The properties that are written while the callback runs.
    pub(crate) fn live(&self) -> impl Iterator<Item = Port> {
        self.guards.iter().map(|guard| &guard.port).chain(self.progress).map(|port| self.port(port))
    }

    /// A shared callback that reads nothing, writes nothing and is never started.
    pub const fn new(name: &'static str, file: &'static str, line: u32, scope: Scope) -> Self {
        Self {
            name,
            file,
            line,
            scope,
            reads: &[],
            triggers: &[],
            readings: &[],
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
            deadline: None,
            lifespan: None,
            revert: false,
            on_error: None,
            needs: 0,
            reveals: &[],
            under: &[],
            key: None,
            base: None,
        }
    }

    /// For `callbacks!`: the callback of the group `G`, for the group at `place`.
    #[must_use]
    pub const fn at<G>(mut self, place: At<G>) -> Self {
        self.base = Some(place.base());
        self
    }

    /// The property of the page for one of the callback's ports.
    pub(crate) const fn port(&self, port: &Port) -> Port {
        match &self.base {
            Some(base) => base.port(port),
            None => *port,
        }
    }

    /// If a port stands for a state in all rows of a list: the property with the rows' keys. A callback that reads all
    /// rows has a new input when rows are added or removed.
    pub(crate) const fn rows(&self, port: &Port) -> Option<PropKey> {
        match (&port.list, port.kind) {
            (Some(list), Kind::State) => Some(self.key(list)),
            _ => None,
        }
    }

    /// Like [`port`](Self::port), for a property that the callback has written.
    pub(crate) const fn key(&self, key: &PropKey) -> PropKey {
        match &self.base {
            Some(base) => base.key(key),
            None => *key,
        }
    }

    /// One of the properties of the gates that it is under, as properties of the page.
    pub(crate) fn gates(&self) -> impl Iterator<Item = PropKey> {
        self.under.iter().map(|gate| self.key(&PropKey { id: gate(), index: 0 }))
    }

    /// The id of the group that it is listed for, or an empty text.
    pub(crate) const fn place(&self) -> &'static str {
        match &self.base {
            Some(base) => base.place,
            None => "",
        }
    }
}

/// A function with a callback attribute, in any dashboard.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a callback",
    label = "not a callback",
    note = "write `#[callback_shared(..)]` or `#[callback(..)]` above the function"
)]
pub trait Wired {
    /// The wiring.
    const SPEC: Spec;
}

/// For expansions: `on_error = report`, a function that failures are reported to.
pub const fn hook(report: fn(&Failure)) -> Option<fn(&Failure)> {
    Some(report)
}
