//! What handles need of the dashboard that they are for.

use std::{fmt, sync::Arc};

use super::PushError;
use crate::{callback::call::Write, client::ClientId, clients::Row, prop::PropKey, value::Value};

/// Who sees a change.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Whom {
    /// Everybody, also those who join later.
    All,
    One(ClientId),
}

/// The dashboard of a handle, wherever it is: not started yet, running, or gone. The server implements it, so that neither
/// handles nor callbacks know what runs them.
pub(crate) trait Backend: fmt::Debug + Send + Sync {
    /// The name of the dashboard's `#[components]` struct.
    fn name(&self) -> &'static str;

    /// Whether the property is one of this dashboard.
    fn has(&self, prop: &PropKey) -> bool;

    /// Changes properties: all of it or, if there is an error, nothing.
    fn push(&self, whom: Whom, writes: Vec<(PropKey, Write)>) -> Result<(), PushError>;

    /// Makes an event happen.
    fn fire(&self, whom: Whom, event: &PropKey, payload: Value) -> Result<(), PushError>;

    /// The value that everybody sees; after the end, the last one. `None` if the property has no value.
    fn value(&self, prop: &PropKey) -> Option<Value>;

    /// The value that a client sees.
    fn value_for(&self, client: ClientId, prop: &PropKey) -> Result<Option<Value>, PushError>;

    /// Whether the client is here, or away and not forgotten.
    fn knows(&self, client: ClientId) -> Result<bool, PushError>;

    /// All clients that are there. Nobody is after the end.
    fn clients(&self) -> Vec<Row>;

    /// The client's page is to show a note.
    fn message(&self, client: ClientId, text: String) -> Result<(), PushError>;

    /// The client is to go, and its page says why.
    fn disconnect(&self, client: ClientId, why: Arc<str>) -> Result<(), PushError>;
}
