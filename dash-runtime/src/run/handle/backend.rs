//! The interface between handles and their dashboard.

use std::{fmt, sync::Arc, time::Duration};

use super::PushError;
use crate::{callback::call::Write, client::ClientId, clients::Row, prop::PropKey, value::Value};

/// The clients that a change is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Whom {
    /// All clients, also those that join later.
    All,
    One(ClientId),
}

/// The dashboard of a handle: not started yet, running, or ended. The server implements it, so handles and callbacks do
/// not depend on the server.
pub(crate) trait Backend: fmt::Debug + Send + Sync {
    /// The name of the dashboard's `#[components]` struct.
    fn name(&self) -> &'static str;

    /// Whether the property belongs to this dashboard.
    fn has(&self, prop: &PropKey) -> bool;

    /// Changes properties, in the name of the callback `by`, if it is one. After an error, nothing has changed.
    fn push(&self, by: Option<&'static str>, whom: Whom, writes: Vec<(PropKey, Write)>) -> Result<(), PushError>;

    /// Triggers an event.
    fn fire(&self, whom: Whom, event: &PropKey, payload: Value) -> Result<(), PushError>;

    /// The value that all clients share. After the end, the last value. `None` if the property has no value.
    fn value(&self, prop: &PropKey) -> Option<Value>;

    /// The value for one client.
    fn value_for(&self, client: ClientId, prop: &PropKey) -> Result<Option<Value>, PushError>;

    /// Whether the client is connected, or away and not forgotten.
    fn knows(&self, client: ClientId) -> Result<bool, PushError>;

    /// All connected clients. Empty after the end.
    fn clients(&self) -> Vec<Row>;

    /// Shows a note on the client's page.
    fn message(&self, client: ClientId, text: String) -> Result<(), PushError>;

    /// Watches a loop of the program. Returns its number.
    fn watch_loop(&self, name: String, within: Duration) -> Result<u64, PushError>;

    /// The loop with this number runs.
    fn feed_loop(&self, number: u64) -> Result<(), PushError>;

    /// The loop with this number ends.
    fn end_loop(&self, number: u64) -> Result<(), PushError>;

    /// Disconnects the client. Its page shows the reason.
    fn disconnect(&self, client: ClientId, why: Arc<str>) -> Result<(), PushError>;
}
