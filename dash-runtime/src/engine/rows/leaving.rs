//! Rows that are removed while somebody holds a control in them. Nobody sees them any more, and no command can change
//! them, but their callbacks still run once with the safe value. Otherwise the device would go on.

use std::time::Duration;

use crate::{
    callback::call::Write,
    client::ClientId,
    engine::{
        Engine,
        effects::Effects,
        entry::Sender,
        item::{Cause, Content, Item, TakesEffect},
        lane::Lane,
        route::{Props, TurnInput},
        store::Change,
    },
    numbers::{PropNo, RowNo},
    value::Value,
};

impl Engine {
    /// Whether the property is in a row that is leaving.
    pub(in crate::engine) fn is_leaving(&self, prop: PropNo) -> bool {
        !self.truth.leaving.is_empty() && self.truth.leaving.contains(&self.plan.row_of(prop))
    }

    /// Whether this change must still reach the device, although its row is leaving.
    pub(in crate::engine) fn still_counts(&self, prop: PropNo, content: &Content) -> bool {
        let lets_go = matches!(content, Content::Value(value) if self.plan.is_release(prop, value));
        lets_go && self.is_leaving(prop)
    }

    /// Whether somebody holds a control in this row, or a safe value for it waits.
    pub(super) fn must_be_made_safe(&self, row: RowNo) -> bool {
        let is_held = self.all_held().iter().any(|(prop, _)| self.plan.row_of(*prop) == row);
        is_held || self.scheduler.all_lanes().any(|lane| self.waits_for(lane, row))
    }

    /// Whether a safe value for this row waits in a queue.
    fn waits_for(&self, lane: &Lane, row: RowNo) -> bool {
        let lets_go = |item: &Item| match &item.cause {
            Cause::Changes(changes) => changes.values.iter().any(|(prop, changed)| {
                let is_of = self.plan.row_of(*prop) == row;
                is_of && matches!(&changed.content, Content::Value(value) if self.plan.is_release(*prop, value))
            }),
            _ => false,
        };
        lane.waiting().any(lets_go)
    }

    /// Releases what is held in rows that are leaving.
    pub(in crate::engine) fn release_leaving(&mut self, now: Duration, fx: &mut Effects) {
        if self.truth.leaving.is_empty() {
            return;
        }
        let held = self.all_held().into_iter().filter(|(prop, _)| self.is_leaving(*prop)).collect::<Vec<_>>();
        held.into_iter().for_each(|held| self.release(now, held, fx));
        self.remove_left();
    }

    /// Queues the turn in which the callbacks of a leaving row get the safe value. Pages get nothing of it.
    pub(in crate::engine) fn make_safe(
        &mut self,
        now: Duration,
        client: ClientId,
        prop: PropNo,
        safe: Value,
        fx: &mut Effects,
    ) {
        let rev = self.truth.store.rev();
        if let Some(slot) = self.truth.store.lists.slot_mut(prop, self.plan.numbering) {
            slot.apply(Change::Write(Write::Set(safe.clone())), rev);
        }
        let sender = Sender::Client(client);
        let turns = self.route(sender, std::iter::once(prop));
        let input = TurnInput {
            sender,
            ticket: None,
            effect: TakesEffect::ViewOnly,
            may_merge: false,
            expires: None,
            refused_by: None,
            releases: true,
            dropped: None,
            values: &[(prop, safe)].into_iter().collect(),
            edits: &Default::default(),
        };
        let queued = self.prepare(turns, &Props::new(), &input);
        self.queue(now, queued, fx);
    }

    /// Removes the rows whose callbacks have had the safe value.
    pub(in crate::engine) fn remove_left(&mut self) {
        let is_busy = |row: RowNo| {
            let runs = |lane: &Lane| lane.turn.as_ref().is_some_and(|turn| turn.concerns(row));
            self.scheduler.all_lanes().any(|lane| self.waits_for(lane, row) || runs(lane))
        };
        let left: Vec<RowNo> = self.truth.leaving.iter().copied().filter(|row| !is_busy(*row)).collect();
        for row in left {
            self.truth.leaving.remove(&row);
            self.remove_row(row);
        }
    }
}
