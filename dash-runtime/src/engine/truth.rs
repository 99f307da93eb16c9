//! The state that pages show: the values, the pieces of the page, the rows, and the last update that was encoded.

use std::collections::{BTreeMap, BTreeSet};

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
    /// Rows that were removed, and whose callbacks have not had the safe value yet.
    pub(super) leaving: BTreeSet<RowNo>,
    /// New rows whose callbacks have not run yet.
    pub(super) new_rows: Vec<(ListNo, RowNo)>,
    /// The last update that was made for each view: first for the clients that see everything, then for those of each
    /// level. Clients with the same view at the same revision share it.
    last: Vec<Last>,
}

/// An update, with the revisions it leads from and to. No real one leads to revision 0.
#[derive(Default)]
struct Last {
    from: u64,
    to: u64,
    shared: Shared,
}

/// An update for all clients at the same revision.
#[derive(Default)]
pub(super) struct Shared {
    pub(super) update: Update,
    pub(super) frame: Bytes,
}

impl Shared {
    /// The frame for a client at revision `from` that has nothing of its own. `None` if there is nothing to send to it: a
    /// private change of another client advances the revision.
    pub(super) fn frame_for(&self, from: u64, awaited: bool) -> Option<Bytes> {
        (!self.update.is_empty() || from == 0 || awaited).then(|| self.frame.clone())
    }
}

impl Truth {
    pub(super) fn new(plan: &Plan, slots: Vec<Slot>) -> Self {
        Self {
            contents: plan.page.contents(&slots),
            placed_for: BTreeMap::new(),
            store: Store::new(slots, plan.props.iter().map(|prop| prop.aliases.clone()).collect()),
            overridden: BTreeSet::new(),
            leaving: BTreeSet::new(),
            new_rows: Vec::new(),
            last: vec![Last::default()],
        }
    }

    /// The shared changes newer than revision `from`, as far as a client with this view gets them.
    pub(super) fn shared_since(&mut self, from: u64, plan: &Plan, view: View) -> &Shared {
        let to = self.store.rev();
        let at = view.map_or(0, |level| usize::from(level) + 1);
        if at >= self.last.len() {
            self.last.resize_with(at + 1, Last::default);
        }
        let last = &mut self.last[at];
        if (last.from, last.to) != (from, to) {
            let update = self.store.update_for(from, plan, |prop| plan.gets(view, prop));
            let frame = Bytes::from(Update::frame(&[&update], to));
            *last = Last { from, to, shared: Shared { update, frame } };
        }
        &last.shared
    }
}
