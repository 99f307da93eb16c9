//! The inputs of a run: the values as of its turn, and the parts that it borrows.

use super::{
    Engine,
    lane::LaneId,
    plan::{CallbackPlan, Plan},
    store::Change,
    turn::Turn,
};
use crate::{
    callback::{call::Call, task::Cancellation, trigger::Trigger},
    client::ClientId,
    numbers::{CallbackNo, PropNo, RowNo},
    place::Place,
    prop::{Kind, Port, Which},
    value::Value,
};

/// The input of a port for all rows: its place among the ports, and the key and value of each row.
type OfRows = (usize, Vec<(Value, Value)>);

impl Engine {
    /// Sets the value that callbacks in this lane read from now on.
    pub(super) fn update_view(&mut self, id: LaneId, client: Option<ClientId>, prop: PropNo, value: &Value) {
        if !self.plan.prop(prop).private
            && let Some(seen) = self.scheduler.lane_mut(id).and_then(|lane| lane.view.get_mut(&prop))
        {
            *seen = value.clone();
        }
        let session = client.filter(|_| self.has_own(prop)).and_then(|client| self.roster.get_mut(client));
        if let Some(session) = session {
            session.views.insert((id.island, prop), value.clone());
        }
    }

    /// The arguments of a run. `None` if its client or row does not exist any more.
    pub(super) fn call_for(&mut self, id: LaneId, callback: CallbackNo, row: RowNo) -> Option<Call> {
        let wiring = &self.plan.callbacks[callback];
        let spec = &wiring.def.spec;
        let turn = self.scheduler.turn(id)?;
        let client = turn.client;
        let session = client.and_then(|id| self.roster.get(id));
        let user = match session {
            Some(session) => Some(session.client.user().clone()),
            None => client.and_then(|id| self.requests.callers.user_of(id)).cloned(),
        };
        let key = self.key_of(row).cloned();
        if (!wiring.shared() && session.is_none()) || (wiring.list.is_some() && key.is_none()) {
            return None;
        }
        let (reads, rows) = self.reads(id, client, wiring, row);
        let mut call = Call {
            key,
            client: session.map(|session| session.client.clone()),
            user,
            trigger: trigger(&self.plan, wiring, row, turn),
            place: Place::new(spec.place()),
            callback: spec.name,
            task: (!spec.cancels.is_empty()).then(Cancellation::default),
            reads,
            rows,
            ratings: self.ratings(id, client, wiring, row),
            ..Call::default()
        };
        if let Some(part) = wiring.part {
            call.device = self.scheduler.lend(part);
        }
        if spec.session.is_some() {
            call.session = client.and_then(|client| self.lend_session(client, id));
        }
        Some(call)
    }

    /// The values that a callback reads, in the order of its ports. The values for ports of all rows are in the second
    /// list, with their place in that order.
    fn reads(
        &self,
        id: LaneId,
        client: Option<ClientId>,
        wiring: &CallbackPlan,
        row: RowNo,
    ) -> (Vec<Option<Value>>, Vec<OfRows>) {
        let spec = &wiring.def.spec;
        let mut reads = Vec::with_capacity(spec.reads.len());
        let mut rows = Vec::new();
        for (at, (port, &prop)) in spec.reads.iter().zip(&wiring.reads).enumerate() {
            let now = wiring.untracked.contains(&prop);
            let read = |prop| if now { self.read_current(id, client, prop) } else { self.read(id, client, prop) };
            reads.push(match port.rows {
                Which::One => read(prop),
                Which::Own => read(self.plan.in_row(prop, row)),
                Which::All => {
                    let all = self.rows_in(id, client, prop).into_iter();
                    let values = all.filter_map(|(key, row)| Some((key, read(self.plan.in_row(prop, row))?)));
                    rows.push((at, values.collect()));
                    None
                }
            });
        }
        (reads, rows)
    }

    /// The rows that have this cell, as of this turn.
    fn rows_in(&self, id: LaneId, client: Option<ClientId>, cell: PropNo) -> Vec<(Value, RowNo)> {
        let Some(list) = self.plan.list_of(cell) else { return Vec::new() };
        let keys = self.read(id, client, self.plan.lists[list].keys);
        keys.map(|keys| self.rows_of(list, &keys)).unwrap_or_default()
    }

    /// The value of a property as of this turn.
    pub(super) fn read(&self, id: LaneId, client: Option<ClientId>, prop: PropNo) -> Option<Value> {
        let wiring = self.plan.prop(prop);
        let lane = self.scheduler.lane(id)?;
        let turn = lane.turn.as_ref()?;
        if wiring.info.kind == Kind::Event {
            return turn.events.get(&prop).cloned();
        }
        if wiring.live {
            return self.read_current(id, client, prop);
        }
        if !wiring.private
            && let Some(value) = lane.view.get(&prop)
        {
            return Some(value.clone());
        }
        // Writes of this turn come before the shared value in the store.
        let staged = newest(&turn.staged, prop);
        let session = client.filter(|_| self.has_own(prop)).and_then(|client| self.roster.get(client));
        let own = session.and_then(|session| session.views.get(&(id.island, prop)));
        // For a private property, the store has the starting value.
        staged.or(own).or_else(|| self.truth.store.value(prop)).cloned()
    }
}

/// The newest value of a state among staged changes.
pub(super) fn newest(changes: &[(PropNo, Change)], prop: PropNo) -> Option<&Value> {
    changes.iter().rev().find_map(|(other, change)| match change {
        Change::Write(write) if *other == prop => write.state(),
        _ => None,
    })
}

/// The ports of this callback that have changed in the turn so far, and the occasion.
fn trigger(plan: &Plan, wiring: &CallbackPlan, row: RowNo, turn: &Turn) -> Trigger {
    let ports = wiring.def.spec.triggers.iter().zip(&wiring.triggers);
    let has_changed = |port: &Port, prop: PropNo| match port.rows {
        Which::One => turn.changed.contains(&prop),
        Which::Own => turn.changed.contains(&plan.in_row(prop, row)),
        Which::All => turn.changed.iter().any(|changed| plan.cell(*changed) == prop),
    };
    let fired = ports.filter(|(port, prop)| has_changed(port, **prop)).map(|(port, _)| *port);
    Trigger { fired: fired.collect(), occasion: turn.occasion }
}
