//! What the record of a run gets: after each event, what has changed in the state that everybody shares.
//!
//! [`Engine::take_run`] only collects: values are shared and not copied, and their JSON is made on the thread that writes
//! the record. It is called under the engine's lock, after each event. So the record has exactly the states that a page
//! could have seen: no page gets a frame between two changes of one event.
//!
//! The record has no private values: each belongs to one client, and a page of a replay belongs to everybody. A value
//! that browsers compute is not in it either, because a page computes it again.

use std::{mem, sync::Arc};

use super::{Engine, plan::Plan};
use crate::{client::ClientId, numbers::PropNo, prop::Kind, value::Value};

/// Why a secret value is bad, as the record says it.
pub(crate) const SECRET_WHY: &str = "the value is secret, so the record does not have the reason";

/// What has changed at one revision.
#[derive(Debug)]
pub(crate) struct Recorded {
    pub(crate) rev: u64,
    /// Whether it is the whole state, and not only what has changed.
    pub(crate) whole: bool,
    /// In the order of their revisions.
    pub(crate) changes: Vec<RecordedChange>,
    /// Clients that came or went, in that order. Not part of the state.
    pub(crate) clients: Vec<ClientEvent>,
    /// All clients that are there, if it is the whole state.
    pub(crate) present: Vec<ClientEvent>,
}

/// A client that came, or that is gone.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct ClientEvent {
    pub(crate) client: ClientId,
    pub(crate) user: String,
    /// The name of the user's role: see [`Roles::recorded`](crate::rights::Roles::recorded).
    pub(crate) role: Option<&'static str>,
    pub(crate) came: bool,
}

/// What has changed in one property.
#[derive(Debug)]
pub(crate) struct RecordedChange {
    /// The property in the table. For a property in a row, its cell.
    pub(crate) prop: PropNo,
    /// The key of its row.
    pub(crate) key: Option<Value>,
    pub(crate) content: Content,
    /// The quality, if it has changed: why the value is bad, and whether the device has refused it.
    pub(crate) quality: Option<Option<(Arc<str>, bool)>>,
}

/// The new content of a property.
#[derive(Debug)]
pub(crate) enum Content {
    /// Only the quality has changed.
    Same,
    Value(Value),
    /// Operations of edits, as pages get them: JSON, with commas between them.
    Edits(String),
    /// Items of a stream, each with the level that is needed to see it.
    Items {
        /// Whether they are all that the stream has now.
        replace: bool,
        items: Vec<(u8, Value)>,
        /// How many of them, the last ones, the record did not have.
        new: usize,
    },
    /// It has changed, and its value is `#[secret]`.
    Secret,
}

/// What the engine knows about the record of the run.
#[derive(Debug, Default)]
pub(super) struct Recording {
    is_on: bool,
    /// Changes up to this revision were taken.
    upto: u64,
    clients: Vec<ClientEvent>,
}

impl Plan {
    /// Whether a property is in the record. An alias changes with its canonical property.
    pub(crate) fn is_recorded(&self, prop: PropNo) -> bool {
        let cell = self.cell(prop);
        let is_content = self.prop(cell).info.kind != Kind::Event && !self.prop(cell).private;
        is_content && self.canonical(cell) == cell && !self.is_computed(cell)
    }
}

impl Engine {
    /// From now on, [`take_run`](Self::take_run) has what happens.
    pub(crate) const fn record_run(&mut self) {
        self.recording.is_on = true;
    }

    /// What has changed since the last call. With `whole`, everything. `None` if there is nothing.
    pub(crate) fn take_run(&mut self, whole: bool) -> Option<Recorded> {
        let rev = self.truth.store.rev();
        if !self.recording.is_on || !whole && rev == self.recording.upto && self.recording.clients.is_empty() {
            return None;
        }
        let clients = mem::take(&mut self.recording.clients);
        let known = mem::replace(&mut self.recording.upto, rev);
        let from = if whole { 0 } else { known };
        let store = &self.truth.store;
        // The cells in the table are templates for rows, and no page shows them.
        let is_shown = |prop: &PropNo| self.plan.list_of(*prop).is_none() || !self.plan.numbering.is_in_table(*prop);
        let changed = store.changed_since(from).filter(|prop| self.plan.is_recorded(*prop)).filter(is_shown);
        let changes: Vec<_> = changed.filter_map(|prop| self.recorded_change(prop, from, known)).collect();
        let there = self.roster.all().filter(|session| whole && session.presence.is_present());
        let present = there.filter_map(|session| self.client_event(session.client.id, true)).collect();
        let is_some = whole || !changes.is_empty() || !clients.is_empty();
        is_some.then_some(Recorded { rev, whole, changes, clients, present })
    }

    /// What has changed after revision `from`. The record has what has changed up to revision `known`.
    fn recorded_change(&self, prop: PropNo, from: u64, known: u64) -> Option<RecordedChange> {
        let slot = self.truth.store.slot(prop);
        let row = self.plan.row_of(prop);
        let key = if row.is_none() { None } else { Some(self.key_of(row)?.clone()) };
        // A row before it may have had the same key. Nothing of that row must stay.
        let is_new = self.truth.store.lists.added(row).is_some_and(|added| added > from);
        let (from, known) = if is_new { (0, 0) } else { (from, known) };
        let is_secret = self.plan.prop(prop).secret;
        let content = match slot.recorded_since(from, known) {
            Content::Same => Content::Same,
            _ if is_secret => Content::Secret,
            content => content,
        };
        let mut quality = slot.recorded_quality(from).or(is_new.then_some(None));
        if let Some(Some((why, _))) = quality.as_mut().filter(|_| is_secret) {
            // The device's words may quote the value.
            *why = Arc::from(SECRET_WHY);
        }
        Some(RecordedChange { prop: self.plan.cell(prop), key, content, quality })
    }

    /// A client has come or gone.
    pub(super) fn record_client(&mut self, id: ClientId, came: bool) {
        if !self.recording.is_on {
            return;
        }
        let event = self.client_event(id, came);
        self.recording.clients.extend(event);
    }

    fn client_event(&self, client: ClientId, came: bool) -> Option<ClientEvent> {
        let user = self.roster.get(client)?.client.user();
        let role = self.plan.rights.roles.recorded(user);
        Some(ClientEvent { client, user: user.name().to_owned(), role, came })
    }
}
