//! What a callback writes while it runs, and what is seen of it at once.

use std::{collections::BTreeSet, sync::Arc, time::Duration};

use super::{
    Engine,
    effects::Effects,
    lane::LaneId,
    plan::{CallbackNo, CallbackPlan, PropNo},
    store::Change,
};
use crate::{callback::call::Write, client::ClientId, value::Value};

impl Engine {
    /// The value of a property as `client` sees it, or as everybody does.
    pub(super) fn now(&self, client: Option<ClientId>, prop: PropNo) -> Option<&Value> {
        match client {
            Some(client) => self.seen_by(client, prop).value(),
            None => self.store.value(prop),
        }
    }

    /// A callback is about to run: what it guards has the other value from now on.
    pub(super) fn hold(&mut self, now: Duration, id: LaneId, callback: CallbackNo, fx: &mut Effects) {
        let plan = Arc::clone(&self.plan);
        let wiring = &plan.callbacks[callback];
        if wiring.guards.is_empty() {
            return;
        }
        let client = self.whose(id, wiring);
        let before = wiring.guards.iter().filter_map(|(prop, _)| Some((*prop, self.now(client, *prop)?.clone())));
        let before: Vec<_> = before.collect();
        if let Some(turn) = &mut self.lane(id).turn {
            turn.held = before;
        }
        self.write_live(now, id, wiring, wiring.guards.iter().cloned(), fx);
    }

    /// It ran: what it guarded is what it was, together with what it wrote. What somebody else has set meanwhile stays.
    pub(super) fn let_go(&mut self, id: LaneId, wiring: &CallbackPlan) {
        let client = self.whose(id, wiring);
        let Some(turn) = &mut self.lane(id).turn else { return };
        let held = std::mem::take(&mut turn.held);
        for ((prop, before), (_, value)) in held.into_iter().zip(&wiring.guards) {
            if self.now(client, prop).is_some_and(|now| now.json() == value.json())
                && let Some(turn) = &mut self.lane(id).turn
            {
                turn.stage(wiring.shared(), [(prop, Change::Write(Write::Set(before)))]);
            }
        }
    }

    /// Writes of a run that goes on: seen at once, at a revision of their own.
    fn write_live(
        &mut self,
        now: Duration,
        id: LaneId,
        wiring: &CallbackPlan,
        values: impl Iterator<Item = (PropNo, Value)>,
        fx: &mut Effects,
    ) {
        let changes: Vec<_> = values.map(|(prop, value)| (prop, Change::Write(Write::Set(value)))).collect();
        match self.whose(id, wiring) {
            Some(client) => {
                self.commit_own(client, changes);
                fx.wake_client(client);
            }
            None => {
                let changed: BTreeSet<PropNo> = changes.iter().map(|(prop, _)| *prop).collect();
                self.store.commit(changes);
                self.show_all(now, &changed, fx);
                fx.wake_all();
            }
        }
    }

    /// The client that alone sees what the running callback writes; `None` for a shared one.
    fn whose(&mut self, id: LaneId, wiring: &CallbackPlan) -> Option<ClientId> {
        self.lane(id).turn.as_ref().and_then(|turn| turn.client).filter(|_| !wiring.shared())
    }
}
