//! Changing and reading a dashboard from anywhere in the program.
//!
//! A [`Handle`] is for the program what a page is for a person: it sets values, makes events happen, and sees what
//! everybody sees. What it sets takes effect at once and all together, and starts callbacks in their queues like
//! anything else that happens.

pub(crate) mod backend;
mod mods;

use std::{fmt, marker::PhantomData, sync::Arc};

use backend::Backend;
pub(crate) use backend::Whom;
pub use mods::Changes;

use crate::{
    client::ClientId,
    clients::Clients,
    dashboard::Dashboard,
    prop::{EventProp, Prop, PropValue},
    value::Value,
};

/// A running dashboard `D`, as the program sees it: pushes values to it and reads them, from any thread or task and from
/// inside of callbacks.
///
/// A clone is the same handle; it costs a counted reference. No method waits for a callback, a client or the network.
/// A handle does not keep the dashboard running.
///
/// It is given to whoever makes the device ([`serve_with`](crate::server::Serve::serve_with),
/// [`App::with`](crate::server::App::with)), and to every callback that has a parameter `handle: Handle<Ui>`.
pub struct Handle<D> {
    backend: Arc<dyn Backend>,
    dashboard: PhantomData<fn() -> D>,
}

impl<D> Clone for Handle<D> {
    fn clone(&self) -> Self {
        Self { backend: Arc::clone(&self.backend), dashboard: PhantomData }
    }
}

impl<D> fmt::Debug for Handle<D> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Handle").field(&self.backend).finish()
    }
}

impl<D> Handle<D> {
    pub(crate) const fn new(backend: Arc<dyn Backend>) -> Self {
        Self { backend, dashboard: PhantomData }
    }

    /// Changes properties for everybody, those included who join later: `handle.push(changes![Ui::readout.text = "ready"])`.
    ///
    /// All of it takes effect at one revision, so that no page ever shows a part of it. The values go to outputs and to
    /// inputs alike; an input starts its callbacks as a person's command does, in their queue, once for all inputs that
    /// change together. Items for a stream are appended. Of a property that each client has for itself, all clients get
    /// the value.
    ///
    /// Before the dashboard runs, what is pushed is kept, and carried out after its first callbacks have run. While the
    /// callbacks behind an input are busy, the newest value of each property waits, unless one of them has `queue = all`.
    ///
    /// An [`Edit`](crate::edit::Edit) changes a part of what the property holds then:
    /// `handle.push(changes![Ui::alarms.rows = Edit::list().push(row)])`. Of a property that a callback edits too, nothing is
    /// lost; each edit waits for its turn there.
    ///
    /// # Errors
    /// Then nothing has changed. [`Full`](PushError::Full) if too much waits for a callback already,
    /// [`Value`](PushError::Value) if a value cannot be written as JSON or an edit does not fit, [`Ended`](PushError::Ended) after the end.
    pub fn push(&self, changes: Changes<D>) -> Result<(), PushError> {
        self.push_to(Whom::All, changes)
    }

    /// Makes an event happen as if a person had done it: `handle.fire(Ui::go.click, ())`. Callbacks that all clients share
    /// run once, those that each client has for itself run for every client that is there.
    ///
    /// # Errors
    /// As [`push`](Self::push), [`AtWork`](PushError::AtWork) while a callback with `queue = skip` is, and
    /// [`Foreign`](PushError::Foreign) if the event is of another dashboard.
    pub fn fire<T: PropValue>(&self, event: EventProp<T>, payload: T) -> Result<(), PushError> {
        self.fire_for(Whom::All, event, payload)
    }

    /// The value that everybody sees now; after the end, the last one. Of a property that each client has for itself, what
    /// a new client starts with. Of a row that is not there ([`ManyProps::row`](crate::rows::ManyProps::row)), and of all
    /// rows after the end, the component's default. What browsers compute by `bindings!` is computed; but of what a `script`
    /// computes, which only they can, it is the value in the layout.
    ///
    /// # Panics
    /// If the property is of another dashboard.
    #[track_caller]
    pub fn get<T: PropValue>(&self, prop: Prop<T>) -> T {
        let key = prop.key();
        let value = self.backend.has(&key).then(|| self.backend.value(&key)).flatten();
        typed(value.as_ref()).unwrap_or_else(|| panic!("{}", self.foreign(&prop)))
    }

    /// One client, by its number.
    ///
    /// # Errors
    /// [`Gone`](PushError::Gone) if there is no such client, or not any more.
    pub fn client(&self, id: ClientId) -> Result<ClientHandle<D>, PushError> {
        match self.backend.knows(id)? {
            true => Ok(ClientHandle { handle: self.clone(), id }),
            false => Err(PushError::Gone),
        }
    }

    /// All clients that are there now. Nobody is after the end.
    pub fn clients(&self) -> Clients<D>
    where
        D: Dashboard,
    {
        Clients::new(self.backend.clients())
    }

    fn push_to(&self, whom: Whom, changes: Changes<D>) -> Result<(), PushError> {
        let writes = changes.writes.map_err(PushError::Value)?;
        self.backend.push(whom, writes.0)
    }

    fn fire_for<T: PropValue>(&self, whom: Whom, event: EventProp<T>, payload: T) -> Result<(), PushError> {
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

/// `None` if the property is of another dashboard, where by chance the same component has its name.
fn typed<T: PropValue>(value: Option<&Value>) -> Option<T> {
    value.and_then(Value::get::<T>).cloned()
}

/// One client of a running dashboard, as the program sees it. See [`Handle::client`].
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

    /// Changes properties for this client only, all at once. A client that is away sees them when it comes back.
    ///
    /// Each may be one that every client has for itself, or one that no `#[callback_shared]` reads or writes. The latter
    /// differs for this client until the same property is pushed to all, or set by anybody: the last one counts.
    ///
    /// # Errors
    /// Then nothing has changed. [`Shared`](PushError::Shared) for any other property, [`Gone`](PushError::Gone) when
    /// the client is forgotten, and as [`Handle::push`].
    pub fn push(&self, changes: Changes<D>) -> Result<(), PushError> {
        self.handle.push_to(Whom::One(self.id), changes)
    }

    /// Makes an event happen as if this client's person had done it.
    ///
    /// # Errors
    /// [`Gone`](PushError::Gone) when the client is forgotten, and as [`Handle::fire`].
    pub fn fire<T: PropValue>(&self, event: EventProp<T>, payload: T) -> Result<(), PushError> {
        self.handle.fire_for(Whom::One(self.id), event, payload)
    }

    /// Shows a note on the client's page, which stays until the person puts it away: `client.message("Tea is ready")?`. A
    /// page whose link is cut just now shows it when it is back. A page shows a few at once; the newest are kept.
    ///
    /// # Errors
    /// [`Gone`](PushError::Gone) when the client has gone, [`Ended`](PushError::Ended) after the end.
    pub fn message(&self, text: impl Into<String>) -> Result<(), PushError> {
        self.handle.backend.message(self.id, text.into())
    }

    /// Closes the client's connection. Its page says why, and comes back only when the person presses a button there; then
    /// it goes on as who it was. The client has gone at once: callbacks with `on = disconnect` run.
    ///
    /// This asks a page to leave. It is no lock: who can reach the server can open the page anew.
    ///
    /// # Errors
    /// [`Gone`](PushError::Gone) when the client has gone, [`Ended`](PushError::Ended) after the end.
    pub fn disconnect(&self, why: impl Into<Arc<str>>) -> Result<(), PushError> {
        self.handle.backend.disconnect(self.id, why.into())
    }

    /// The value as this client sees it.
    ///
    /// # Errors
    /// [`Gone`](PushError::Gone) when the client is forgotten, [`Ended`](PushError::Ended) after the end,
    /// [`Foreign`](PushError::Foreign) if the property is of another dashboard.
    pub fn get<T: PropValue>(&self, prop: Prop<T>) -> Result<T, PushError> {
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
    /// The client has gone, or is not known any more.
    Gone,
    /// The property is of another dashboard than the handle.
    Foreign {
        /// The property, such as `speed.value`.
        prop: String,
        /// The dashboard that the handle is for.
        dashboard: String,
    },
    /// There is no such row in the list.
    NoRow {
        /// The property, such as `lamps[key].on.value`.
        prop: String,
    },
    /// So many values wait already for the callbacks behind a property.
    Full {
        /// The property, such as `go.click`.
        prop: String,
        /// How many may wait: [`Limits::queue`](crate::protocol::limits::Limits::queue).
        limit: usize,
    },
    /// A callback with `queue = skip` is not done with what came before.
    AtWork {
        /// The callback's name.
        callback: String,
    },
    /// One client cannot have a value of its own, because a callback that all share uses the property.
    Shared {
        /// The property, such as `speed.value`.
        prop: String,
        /// The callback's name.
        callback: String,
    },
    /// Each browser computes the property for itself, by `bindings!`: what it is computed from is pushed.
    Computed {
        /// The property, such as `readout.text`.
        prop: String,
    },
    /// A value that cannot be written as JSON, or an edit that does not fit the value: of which property, and why.
    Value(String),
    /// A piece of the page with components in it that cannot be there: which, and why.
    Page(String),
}

impl fmt::Display for PushError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Ended => f.write_str("the dashboard has ended: nobody is there to see this"),
            Self::Gone => f.write_str("this client has gone"),
            Self::Full { prop, limit } => write!(
                f,
                "{limit} values wait already for the callbacks of `{prop}`: push less often, or let only the newest count (`queue = latest`)"
            ),
            Self::Foreign { prop, dashboard } => {
                write!(f, "`{prop}` is not a property of the dashboard `{dashboard}`, which this handle is for")
            }
            Self::NoRow { prop } => write!(f, "`{prop}`: the list has no row with this key, or not any more"),
            Self::AtWork { callback } => write!(f, "`{callback}` is still at work: ask again when it is done"),
            Self::Shared { prop, callback } => write!(
                f,
                "`{prop}` has one value for all clients, because `{callback}` is shared and uses it: push it to all, or make `{callback}` a `#[callback]`"
            ),
            Self::Computed { prop } => {
                write!(
                    f,
                    "each browser computes `{prop}` for itself, as `bindings!` says: push what it is computed from"
                )
            }
            Self::Value(why) | Self::Page(why) => write!(f, "not pushed: {why}"),
        }
    }
}

impl std::error::Error for PushError {}
