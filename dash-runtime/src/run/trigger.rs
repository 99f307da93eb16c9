//! What started a run.

use std::fmt;

use crate::callback::{call::Call, extract::Extract};
use crate::{
    prop::{Port, Prop, PropKind},
    run::ports::InputPort,
};

/// Why a callback runs, as a plain parameter: which of its inputs changed or happened, or what else it was.
///
/// ```text
/// #[callback_shared(on = (Ui::up.click, Ui::down.click), output = Ui::floor.text)]
/// fn go(lift: &mut Lift, trigger: Trigger) -> String {
///     if trigger.is(Ui::up.click) { lift.up() } else { lift.down() }
/// }
/// ```
///
/// Inputs that change together, such as those of one `changes![..]` or those that one turn of a chain leads to, start the
/// callback once, and each of them is among its triggers. A callback that is listed for a group asks with the names that it
/// is written with.
#[derive(Debug, Clone, Default)]
pub struct Trigger {
    pub(crate) fired: Vec<Port>,
    pub(crate) occasion: Occasion,
}

/// What a turn is about, if not about inputs.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) enum Occasion {
    #[default]
    Change,
    Start,
    Clock,
    Connect,
    Disconnect,
    Clients,
}

impl Trigger {
    /// Whether this input is one of those that changed (a state) or happened (an event). Never for a property that does
    /// not start the callback.
    pub fn is<T, K: PropKind>(&self, prop: Prop<T, K>) -> bool
    where
        // As a whole property, so that what is wrong is said in the words of the wiring.
        Prop<T, K>: InputPort,
    {
        self.fired.iter().any(|port| port.same(&prop.port(K::KIND)))
    }

    /// Whether it runs because the dashboard starts, or, in a `#[callback]`, because its client is new. A callback
    /// with `every` runs then for the first time.
    pub fn is_start(&self) -> bool {
        self.occasion == Occasion::Start
    }

    /// Whether it is time again, of a callback with `every`.
    pub fn is_tick(&self) -> bool {
        self.occasion == Occasion::Clock
    }

    /// Whether a client has come, of a callback with `on = connect`.
    pub fn is_connect(&self) -> bool {
        self.occasion == Occasion::Connect
    }

    /// Whether a client has gone, of a callback with `on = disconnect`.
    pub fn is_disconnect(&self) -> bool {
        self.occasion == Occasion::Disconnect
    }

    /// Whether something in the table of clients has changed, of a callback with `on = clients`.
    pub fn is_clients(&self) -> bool {
        self.occasion == Occasion::Clients
    }
}

impl fmt::Display for Trigger {
    /// For logs: `level.value, go.click`, or `start`, `clock`, `connect`, `disconnect`, `clients`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (self.occasion, self.fired.as_slice()) {
            (Occasion::Start, []) => f.write_str("start"),
            (Occasion::Clock, []) => f.write_str("clock"),
            (Occasion::Connect, []) => f.write_str("connect"),
            (Occasion::Disconnect, []) => f.write_str("disconnect"),
            (Occasion::Clients, []) => f.write_str("clients"),
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
