//! The cause of a run.

use std::fmt;

use crate::callback::{call::Call, extract::Extract};
use crate::{
    prop::{Port, Prop, PropKind},
    run::ports::InputPort,
};

/// The cause of a run, as a plain parameter: the inputs that changed or happened, or another cause.
///
/// ```text
/// #[callback_shared(on = (Ui::up.click, Ui::down.click), output = Ui::floor.text)]
/// fn go(lift: &mut Lift, trigger: Trigger) -> String {
///     if trigger.is(Ui::up.click) { lift.up() } else { lift.down() }
/// }
/// ```
///
/// Inputs that change together start the callback once, and all of them are among its triggers. Examples are the inputs
/// of one `changes![..]`, or the inputs that one turn of a chain changes. In a callback that is listed for a group, use
/// the names in the source of the callback.
#[derive(Debug, Clone, Default)]
pub struct Trigger {
    pub(crate) fired: Vec<Port>,
    pub(crate) occasion: Occasion,
}

/// The cause of a turn that has no inputs.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) enum Occasion {
    #[default]
    Change,
    Start,
    Clock,
    Connect,
    Disconnect,
    Clients,
    Session,
}

impl Trigger {
    /// Whether this input has changed (a state) or happened (an event). Always false for a property that does not start
    /// the callback.
    pub fn is<T, K: PropKind>(&self, prop: Prop<T, K>) -> bool
    where
        // A bound on the whole property, so that the error message is the same as in the wiring.
        Prop<T, K>: InputPort,
    {
        self.fired.iter().any(|port| port.same(&prop.port(K::KIND)))
    }

    /// Whether it runs because the dashboard starts, or, in a `#[callback]`, because its client is new. This is also
    /// the first run of a callback with `every`.
    pub fn is_start(&self) -> bool {
        self.occasion == Occasion::Start
    }

    /// Whether the time of `every = ..` has passed.
    pub fn is_tick(&self) -> bool {
        self.occasion == Occasion::Clock
    }

    /// Whether a client has connected, for `on = connect`.
    pub fn is_connect(&self) -> bool {
        self.occasion == Occasion::Connect
    }

    /// Whether a client has gone, for `on = disconnect`.
    pub fn is_disconnect(&self) -> bool {
        self.occasion == Occasion::Disconnect
    }

    /// Whether the table of clients has changed, for `on = clients`.
    pub fn is_clients(&self) -> bool {
        self.occasion == Occasion::Clients
    }

    /// Whether the session has changed, for `on = session`.
    pub fn is_session(&self) -> bool {
        self.occasion == Occasion::Session
    }
}

impl fmt::Display for Trigger {
    /// For logs: `level.value, go.click`, or `start`, `clock`, `connect`, `disconnect`, `clients`,
    /// `session`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (self.occasion, self.fired.as_slice()) {
            (Occasion::Start, []) => f.write_str("start"),
            (Occasion::Clock, []) => f.write_str("clock"),
            (Occasion::Connect, []) => f.write_str("connect"),
            (Occasion::Disconnect, []) => f.write_str("disconnect"),
            (Occasion::Clients, []) => f.write_str("clients"),
            (Occasion::Session, []) => f.write_str("session"),
            (_, fired) => fired
                .iter()
                .enumerate()
                .try_for_each(|(at, port)| write!(f, "{}{port}", if at == 0 { "" } else { ", " })),
        }
    }
}

impl<S> Extract<S> for Trigger {
    fn extract(call: &Call) -> Self {
        call.trigger.clone()
    }
}
