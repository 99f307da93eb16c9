//! What is shown: the values, the pieces of the page, the rows, and the last frame that was made of it.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
};

use bytes::Bytes;

use super::{
    places::Contents,
    plan::Plan,
    store::{Slot, Store},
};
use crate::{
    callback::spec::Scope,
    numbers::{ComponentNo, ListNo, PropNo, RowNo},
    protocol::server::Update,
};

/// What everybody sees. What one client sees of its own is in its session.
pub(super) struct Truth {
    /// What everybody sees, and what a private property is for a client to whom nothing happened yet.
    pub(super) store: Store,
    /// What is in the pieces of the page, as everybody sees them.
    pub(super) contents: Contents,
    /// For whom components were placed: for everybody, or for clients. A component never changes sides.
    pub(super) placed_for: BTreeMap<ComponentNo, Scope>,
    /// Shared properties of which some client was given a value of its own.
    pub(super) overridden: BTreeSet<PropNo>,
    /// Rows that have come, and whose callbacks have not heard of it.
    pub(super) newborn: Vec<(ListNo, RowNo)>,
    /// The last update that was made, by the revisions it leads from and to: clients in step share it.
    last: Option<(u64, u64, Arc<Shared>)>,
}

/// An update for everybody who has the same revision.
pub(super) struct Shared {
    pub(super) update: Update,
    pub(super) frame: Bytes,
}

impl Truth {
    pub(super) fn new(plan: &Plan, slots: Vec<Slot>) -> Self {
        Self {
            contents: plan.page.contents(&slots),
            placed_for: BTreeMap::new(),
            store: Store::new(slots, plan.props.iter().map(|prop| prop.twins.clone()).collect()),
            overridden: BTreeSet::new(),
            newborn: Vec::new(),
            last: None,
        }
    }

    /// Everything that everybody is to be told who has this revision.
    pub(super) fn news_since(&mut self, from: u64) -> Arc<Shared> {
        let rev = self.store.rev();
        match &self.last {
            Some((a, b, shared)) if (*a, *b) == (from, rev) => Arc::clone(shared),
            _ => {
                let update = self.store.update_since(from);
                let frame = Bytes::from(Update::frame(&[&update], rev));
                let shared = Arc::new(Shared { update, frame });
                self.last = Some((from, rev, Arc::clone(&shared)));
                shared
            }
        }
    }
}
