//! Changing and reading a dashboard from any place in the program.
//!
//! With a [`Handle`], the program can do what a person can do on a page: set values, trigger events, and read the
//! values that all clients share. All values of one call take effect at once and together. They start callbacks through
//! the same queues as commands of pages.

pub(crate) mod backend;
mod changes;
mod ports;
mod watchdog;

use std::{fmt, marker::PhantomData, sync::Arc, time::Duration};

use backend::Backend;

pub(crate) use backend::Whom;
pub use changes::Changes;
use ports::{FirePort, ReadPort};
pub use watchdog::Watchdog;

use crate::{
    client::ClientId,
    clients::Clients,
    dashboard::Dashboard,
    into_value::IntoValue,
    prop::{Prop, PropValue},
    protocol::client::write_at_work,
    value::Value,
};

/// A watchdog that waits for longer protects nobody.
const LONGEST_SILENCE: Duration = Duration::from_secs(60);

/// A handle to a dashboard `D`. The program uses it to push values and to read them, from any thread or task and inside
/// callbacks.
///
/// A clone is the same handle, and only counts a reference. No method waits for a callback, a client or the network. A
/// handle does not keep the dashboard running.
///
/// The function that makes the device gets one ([`serve_with`](crate::server::Serve::serve_with),
/// [`App::with`](crate::server::App::with)), and so does every callback with a parameter `handle: Handle<Ui>`.
pub struct Handle<D> {
    backend: Arc<dyn Backend>,
    /// The callback that has it as a parameter, for the record.
    by: Option<&'static str>,
    dashboard: PhantomData<fn() -> D>,
}

impl<D> Clone for Handle<D> {
    fn clone(&self) -> Self {
        Self { backend: Arc::clone(&self.backend), by: self.by, dashboard: PhantomData }
    }
}

impl<D> fmt::Debug for Handle<D> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Handle").field(&self.backend).finish()
    }
}

impl<D> Handle<D> {
    pub(crate) const fn new(backend: Arc<dyn Backend>) -> Self {
        Self { backend, by: None, dashboard: PhantomData }
    }

    /// The same handle, for this callback.
    pub(crate) fn of_callback(self, name: &'static str) -> Self {
        Self { by: Some(name), ..self }
    }

    /// Changes properties for all clients, also those that join later: `handle.push(changes![Ui::readout.text =
    /// "ready"])`.
    ///
    /// All changes take effect at one revision, so no page ever shows only a part of them. Outputs and inputs can both
    /// be pushed. An input starts its callbacks as a command of a page does: through their queue, and once for all
    /// inputs that change together. Items for a stream are appended. If each client has its own value of a property,
    /// all of them get the new value.
    ///
    /// Before the dashboard runs, pushes are stored. They take effect after the first callbacks have run. While the
    /// callbacks of an input are busy, the newest value of each property waits. If one of them has `queue = all`, every
    /// value waits.
    ///
    /// An [`Edit`](crate::edit::Edit) changes a part of the property's current value:
    /// `handle.push(changes![Ui::alarms.rows = Edit::list().push(row)])`. If a callback edits the same property, no
    /// edit is lost: each edit waits for its turn in the queue.
    ///
    /// # Errors
    /// After an error, nothing has changed. [`Full`](PushError::Full) if the queue of a callback is full,
    /// [`Value`](PushError::Value) if a value cannot be written as JSON or an edit does not fit,
    /// [`Gate`](PushError::Gate) for the state of a gate, [`Held`](PushError::Held) for a value that acts only while a
    /// person holds the control and is not the safe one, [`Ended`](PushError::Ended) after the end.
    pub fn push(&self, changes: Changes<D>) -> Result<(), PushError> {
        self.push_to(Whom::All, changes)
    }

    /// Triggers an event as if a person had done it: `handle.fire(Ui::go.click, ())`. Shared callbacks run once.
    /// Private callbacks run for every connected client.
    ///
    /// # Errors
    /// The same as [`push`](Self::push), [`AtWork`](PushError::AtWork) while a callback with `queue = skip` runs, and
    /// [`Foreign`](PushError::Foreign) if the event belongs to another dashboard.
    pub fn fire<E: FirePort>(&self, event: E, payload: E::Payload) -> Result<(), PushError> {
        self.fire_for(Whom::All, event, payload)
    }

    /// The current value that all clients share. After the end, the last value.
    ///
    /// - If each client has its own value: the value that a new client starts with.
    /// - For a row that does not exist ([`ListProps::row`](crate::rows::ListProps::row)), and for all rows after the
    ///   end: the component's default.
    /// - For a property that browsers compute by `bindings!`: the computed value. A `script` runs only in browsers, so
    ///   for its property this is the value from the layout.
    ///
    /// # Panics
    /// If the property belongs to another dashboard.
    #[track_caller]
    pub fn get<T: PropValue, K>(&self, prop: Prop<T, K>) -> T
    where
        Prop<T, K>: ReadPort,
    {
        let key = prop.key();
        let value = self.backend.has(&key).then(|| self.backend.value(&key)).flatten();
        typed(value.as_ref()).unwrap_or_else(|| panic!("{}", self.foreign(&prop)))
    }

    /// One client, by its number.
    ///
    /// # Errors
    /// [`Gone`](PushError::Gone) if there is no such client, or if it was forgotten.
    pub fn client(&self, id: ClientId) -> Result<ClientHandle<D>, PushError> {
        match self.backend.knows(id)? {
            true => Ok(ClientHandle { handle: self.clone(), id }),
            false => Err(PushError::Gone),
        }
    }

    /// The table of all connected clients. Empty after the end.
    pub fn clients(&self) -> Clients<D>
    where
        D: Dashboard,
    {
        Clients::new(self.backend.clients())
    }

    /// Watches a loop of the program, for example a control loop on a thread of its own: if nothing
    /// [feeds](Watchdog::feed) the watchdog for the time `within`, all held controls are released, as if their holders had
    /// let go, and nobody can hold one until it is fed again. `name` names the loop in the log and to people.
    ///
    /// The time counts from now on, also before the dashboard runs. It cannot be longer than a minute.
    ///
    /// # Errors
    /// [`Ended`](PushError::Ended) after the end.
    pub fn watchdog(&self, name: impl IntoValue<String>, within: Duration) -> Result<Watchdog, PushError> {
        let number = self.backend.watch_loop(name.into_value(), within.min(LONGEST_SILENCE))?;
        Ok(Watchdog::new(Arc::clone(&self.backend), number))
    }

    fn push_to(&self, whom: Whom, changes: Changes<D>) -> Result<(), PushError> {
        let writes = changes.writes.map_err(PushError::Value)?;
        self.backend.push(self.by, whom, writes.0)
    }

    fn fire_for<E: FirePort>(&self, whom: Whom, event: E, payload: E::Payload) -> Result<(), PushError> {
        let event = event.event();
        if !self.backend.has(&event.key()) {
            return Err(self.foreign(&event));
        }
        let payload = Value::new(payload).map_err(|error| PushError::Value(format!("{event:?}: {error}")))?;
        self.backend.fire(whom, &event.key(), payload)
    }

    fn foreign(&self, prop: &dyn fmt::Debug) -> PushError {
        PushError::Foreign { prop: format!("{prop:?}"), dashboard: self.backend.name().to_owned() }
    }
}

/// `None` for a property of another dashboard, where a component with the same name exists by chance.
fn typed<T: PropValue>(value: Option<&Value>) -> Option<T> {
    value.and_then(Value::get::<T>).cloned()
}

/// One client of a dashboard. See [`Handle::client`].
pub struct ClientHandle<D> {
    handle: Handle<D>,
    id: ClientId,
}

impl<D> Clone for ClientHandle<D> {
    fn clone(&self) -> Self {
        Self { handle: self.handle.clone(), id: self.id }
    }
}

impl<D> fmt::Debug for ClientHandle<D> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ClientHandle").field("id", &self.id).finish_non_exhaustive()
    }
}

impl<D> ClientHandle<D> {
    /// Its number.
    pub const fn id(&self) -> ClientId {
        self.id
    }

    /// Changes properties for this client only, all at once. If the client is away, it gets the values when it comes
    /// back.
    ///
    /// Each property must have its own value for each client, or must not be read or written by any
    /// `#[callback_shared]`. In the second case, the client keeps its own value until the same property is pushed to
    /// all clients, or set by any client. The last change counts.
    ///
    /// # Errors
    /// After an error, nothing has changed. [`Shared`](PushError::Shared) for any other property,
    /// [`Gone`](PushError::Gone) if the client was forgotten, and the same as [`Handle::push`].
    pub fn push(&self, changes: Changes<D>) -> Result<(), PushError> {
        self.handle.push_to(Whom::One(self.id), changes)
    }

    /// Triggers an event as if the person at this client had done it.
    ///
    /// # Errors
    /// [`Gone`](PushError::Gone) if the client was forgotten, and the same as [`Handle::fire`].
    pub fn fire<E: FirePort>(&self, event: E, payload: E::Payload) -> Result<(), PushError> {
        self.handle.fire_for(Whom::One(self.id), event, payload)
    }

    /// Shows a note on the client's page until the person closes it: `client.message("Tea is ready")?`. If the client's
    /// connection is interrupted, the page shows the note when it is back. A page shows only a few notes at once, and
    /// keeps the newest.
    ///
    /// # Errors
    /// [`Gone`](PushError::Gone) if the client has gone, [`Ended`](PushError::Ended) after the end.
    pub fn message(&self, text: impl IntoValue<String>) -> Result<(), PushError> {
        self.handle.backend.message(self.id, text.into_value())
    }

    /// Closes the client's connection. Its page shows the reason, and reconnects only when the person presses a button
    /// on it. It is then the same client. The client counts as gone at once: callbacks with `on = disconnect` run.
    ///
    /// This does not lock anybody out: a person who can reach the server can open the page again.
    ///
    /// # Errors
    /// [`Gone`](PushError::Gone) if the client has gone, [`Ended`](PushError::Ended) after the end.
    pub fn disconnect(&self, why: impl IntoValue<Arc<str>>) -> Result<(), PushError> {
        self.handle.backend.disconnect(self.id, why.into_value())
    }

    /// The value for this client.
    ///
    /// # Errors
    /// [`Gone`](PushError::Gone) if the client was forgotten, [`Ended`](PushError::Ended) after the end,
    /// [`Foreign`](PushError::Foreign) if the property belongs to another dashboard.
    pub fn get<T: PropValue, K>(&self, prop: Prop<T, K>) -> Result<T, PushError>
    where
        Prop<T, K>: ReadPort,
    {
        let key = prop.key();
        if !self.handle.backend.has(&key) {
            return Err(self.handle.foreign(&prop));
        }
        let seen = self.handle.backend.value_for(self.id, &key)?;
        typed(seen.as_ref()).ok_or_else(|| self.handle.foreign(&prop))
    }
}

/// Why nothing was changed.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum PushError {
    /// The dashboard has ended.
    Ended,
    /// The client has gone or was forgotten.
    Gone,
    /// The property belongs to another dashboard than the handle.
    Foreign {
        /// The property, such as `speed.value`.
        prop: String,
        /// The dashboard that the handle is for.
        dashboard: String,
    },
    /// The list has no such row.
    NoRow {
        /// The property, such as `lamps[key].on.on`.
        prop: String,
    },
    /// The queue of the callbacks that the property starts is full.
    Full {
        /// The property, such as `go.click`.
        prop: String,
        /// The largest number of waiting values: [`Limits::queue`](crate::protocol::limits::Limits::queue).
        limit: usize,
    },
    /// A callback with `queue = skip` is still running.
    AtWork {
        /// The callback's name.
        callback: String,
    },
    /// The property cannot have a value for one client, because a shared callback uses it.
    Shared {
        /// The property, such as `speed.value`.
        prop: String,
        /// The callback's name.
        callback: String,
    },
    /// Each browser computes the property by `bindings!`. Push the properties that it is computed from.
    Computed {
        /// The property, such as `readout.text`.
        prop: String,
    },
    /// The property is the state of a `Control`, `Stop` or `Armed`, which the server alone sets. Fire an event of it.
    Gate {
        /// The property, such as `stop.state`.
        prop: String,
    },
    /// The property acts only while a person holds the control. The program can set only its safe value.
    Held {
        /// The property, such as `stick.value`.
        prop: String,
        /// The safe value, as JSON.
        safe: String,
    },
    /// A value cannot be written as JSON, or an edit does not fit the value. Has the property and the reason.
    Value(String),
    /// A piece of the page has components that cannot be placed there. Has the components and the reason.
    Page(String),
}

impl fmt::Display for PushError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Ended => f.write_str("the dashboard has ended: changes have no effect any more"),
            Self::Gone => f.write_str("this client has gone"),
            Self::Full { prop, limit } => write!(
                f,
                "{limit} values already wait for the callbacks of `{prop}`: push less often, or keep only the newest value (`queue = latest`)"
            ),
            Self::Foreign { prop, dashboard } => {
                write!(f, "`{prop}` is not a property of the dashboard `{dashboard}`, which this handle is for")
            }
            Self::NoRow { prop } => write!(f, "`{prop}`: the list has no row with this key (any more)"),
            Self::AtWork { callback } => write_at_work(f, callback),
            Self::Shared { prop, callback } => write!(
                f,
                "`{prop}` has one value for all clients, because `{callback}` is shared and uses it: push it to all, or make `{callback}` a `#[callback]`"
            ),
            Self::Computed { prop } => {
                write!(
                    f,
                    "each browser computes `{prop}`, as `bindings!` says: push the properties that it is computed from"
                )
            }
            Self::Gate { prop } => {
                write!(f, "`{prop}` is set by the server alone: fire an event of its gate instead")
            }
            Self::Held { prop, safe } => {
                write!(f, "`{prop}` acts only while a person holds it: the program can set only its safe value, {safe}")
            }
            Self::Value(why) | Self::Page(why) => write!(f, "not pushed: {why}"),
        }
    }
}

impl std::error::Error for PushError {}
