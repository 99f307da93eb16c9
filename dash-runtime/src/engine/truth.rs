//! The state that pages show: the values, the pieces of the page, the rows, and the last update that was encoded.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
};

use bytes::Bytes;

use super::{
    places::Contents,
    plan::Plan,
    rights::View,
    store::{Slot, Store},
};
use crate::{
    callback::spec::Scope,
    numbers::{ComponentNo, ListNo, PropNo, RowNo},
    protocol::server::Update,
};

/// The shared state. What only one client sees is in its session.
pub(super) struct Truth {
    /// The shared values. For a private property, the value of a client that has none of its own yet.
    pub(super) store: Store,
    /// The components in each piece of the page, in the shared view.
    pub(super) contents: Contents,
    /// Whether a component was placed for everybody or for single clients. A component never changes from one to the
    /// other.
    pub(super) placed_for: BTreeMap<ComponentNo, Scope>,
    /// Shared properties for which some client has a value of its own.
    pub(super) overridden: BTreeSet<PropNo>,
    /// New rows whose callbacks have not run yet.
    pub(super) new_rows: Vec<(ListNo, RowNo)>,
    /// The last update that was made for each view, with the revisions it leads from and to. Clients with the same view
    /// at the same revision share it.
    last: BTreeMap<View, (u64, u64, Arc<Shared>)>,
}

/// An update for all clients at the same revision.
pub(super) struct Shared {
    pub(super) update: Update,
    pub(super) frame: Bytes,
}

impl Truth {
    pub(super) fn new(plan: &Plan, slots: Vec<Slot>) -> Self {
        Self {
            contents: plan.page.contents(&slots),
            placed_for: BTreeMap::new(),
            store: Store::new(slots, plan.props.iter().map(|prop| prop.aliases.clone()).collect()),
            overridden: BTreeSet::new(),
            new_rows: Vec::new(),
            last: BTreeMap::new(),
        }
    }

    /// The shared changes newer than revision `from`, as far as a client with this view gets them.
    pub(super) fn shared_since(&mut self, from: u64, plan: &Plan, view: View) -> Arc<Shared> {
        let rev = self.store.rev();
        match self.last.get(&view) {
            Some((a, b, shared)) if (*a, *b) == (from, rev) => Arc::clone(shared),
            _ => {
                let update = self.store.update_for(from, plan, |prop| plan.gets(view, prop));
                let frame = Bytes::from(Update::frame(&[&update], rev));
                let shared = Arc::new(Shared { update, frame });
                self.last.insert(view, (from, rev, Arc::clone(&shared)));
                shared
            }
        }
    }
}
