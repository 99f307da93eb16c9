//! The scheduler: the queues of all islands, the turn that runs in each, and the parts of the device.

use std::collections::BTreeMap;

use super::{
    item::Item,
    lane::{Lane, LaneId},
    plan::Plan,
    store::Slot,
    turn::{Running, Turn},
};
use crate::{
    callback::{lend::Part, task::Cancellation},
    client::ClientId,
    numbers::{IslandNo, PartNo, PropNo},
    value::Value,
};

/// A queue has at most one turn, and a turn has at most one run. A part of the device is either here or lent to one
/// run. All callbacks that borrow the same part are in one island, so they never run at the same time.
pub(super) struct Scheduler {
    /// Whether the scheduler runs turns. Before the start, items wait in their queues.
    started: bool,
    /// The parts of the device. `None` while a part is lent.
    parts: Vec<Option<Part>>,
    /// One lane per island. Unused for islands that have one lane per client.
    shared: Vec<Lane>,
    /// The lanes of single clients. Each is created when it is first needed.
    own: BTreeMap<(ClientId, IslandNo), Lane>,
    next_run: u64,
}

impl Scheduler {
    pub(super) fn new(plan: &Plan, slots: &[Slot]) -> Self {
        let lanes = plan.islands.iter().map(|island| {
            let shared = island.view.iter().filter(|prop| !plan.prop(**prop).private);
            let view = shared.filter_map(|prop| Some((*prop, slots[*prop].value()?.clone())));
            let mut lane = Lane::new(view.collect());
            if !island.per_client {
                // The start comes before anything that is pushed.
                lane.offer(Item::start(None));
            }
            lane
        });
        let shared = lanes.collect();
        Self { started: false, parts: Vec::new(), shared, own: BTreeMap::new(), next_run: 1 }
    }

    /// Takes over the device.
    pub(super) fn take_device(&mut self, parts: Vec<Part>) {
        self.parts = parts.into_iter().map(Some).collect();
    }

    pub(super) const fn start(&mut self) {
        self.started = true;
    }

    pub(super) const fn is_started(&self) -> bool {
        self.started
    }

    pub(super) fn islands(&self) -> impl Iterator<Item = IslandNo> + Clone + use<> {
        (0..self.shared.len()).map(IslandNo::new)
    }

    /// The lane with this id. A client's lane does not exist until an item is queued in it.
    pub(super) fn lane(&self, id: LaneId) -> Option<&Lane> {
        match id.client {
            Some(client) => self.own.get(&(client, id.island)),
            None => self.shared.get(id.island.place()),
        }
    }

    pub(super) fn lane_mut(&mut self, id: LaneId) -> Option<&mut Lane> {
        match id.client {
            Some(client) => self.own.get_mut(&(client, id.island)),
            None => self.shared.get_mut(id.island.place()),
        }
    }

    /// The lane with this id. Creates it with this view if the client does not have it yet.
    pub(super) fn lane_or_new(&mut self, id: LaneId, view: impl FnOnce() -> BTreeMap<PropNo, Value>) -> &mut Lane {
        match id.client {
            Some(client) => self.own.entry((client, id.island)).or_insert_with(|| Lane::new(view())),
            None => &mut self.shared[id.island.place()],
        }
    }

    /// The turn that runs in a lane.
    pub(super) fn turn(&self, id: LaneId) -> Option<&Turn> {
        self.lane(id)?.turn.as_ref()
    }

    pub(super) fn turn_mut(&mut self, id: LaneId) -> Option<&mut Turn> {
        self.lane_mut(id)?.turn.as_mut()
    }

    /// The run that is in progress in a lane.
    pub(super) fn running(&self, id: LaneId) -> Option<&Running> {
        self.turn(id)?.running.as_ref()
    }

    /// Whether nothing runs or waits in a lane.
    pub(super) fn is_idle(&self, id: LaneId) -> bool {
        self.lane(id).is_none_or(Lane::is_idle)
    }

    /// Takes the next item of a lane, if the lane can begin a turn.
    pub(super) fn next(&mut self, id: LaneId) -> Option<Item> {
        if !self.started {
            return None;
        }
        self.lane_mut(id).filter(|lane| lane.turn.is_none())?.next()
    }

    pub(super) const fn next_run(&mut self) -> u64 {
        let number = self.next_run;
        self.next_run += 1;
        number
    }

    /// Lends a part of the device to a run.
    pub(super) fn lend(&mut self, part: PartNo) -> Option<Part> {
        self.parts[part.place()].take()
    }

    /// Takes back a part that was lent.
    pub(super) fn give_back(&mut self, part: PartNo, device: Part) {
        self.parts[part.place()] = Some(device);
    }

    /// The parts of the device that are not lent.
    #[cfg(test)]
    pub(super) fn parts_mut(&mut self) -> impl Iterator<Item = &mut Part> {
        self.parts.iter_mut().flatten()
    }

    #[cfg(test)]
    pub(super) fn parts(&self) -> impl Iterator<Item = &Part> {
        self.parts.iter().flatten()
    }

    pub(super) fn all_lanes(&self) -> impl Iterator<Item = &Lane> {
        self.shared.iter().chain(self.own.values())
    }

    /// Every lane with its island.
    pub(super) fn lanes_mut(&mut self) -> impl Iterator<Item = (IslandNo, &mut Lane)> {
        let shared = (0..).map(IslandNo::new).zip(&mut self.shared);
        shared.chain(self.own.iter_mut().map(|((_, island), lane)| (*island, lane)))
    }

    /// Every lane with its id.
    pub(super) fn all_lanes_mut(&mut self) -> impl Iterator<Item = (LaneId, &mut Lane)> {
        let shared = (0..).map(|island| LaneId { island: IslandNo::new(island), client: None }).zip(&mut self.shared);
        let own = self.own.iter_mut();
        shared.chain(own.map(|((client, island), lane)| (LaneId { island: *island, client: Some(*client) }, lane)))
    }

    /// All runs that are in progress.
    pub(super) fn running_runs(&self) -> impl Iterator<Item = &Running> {
        self.all_lanes().filter_map(|lane| lane.turn.as_ref()?.running.as_ref())
    }

    /// The cancellation handles of all runs that can be cancelled.
    pub(super) fn running_tasks(&self) -> impl Iterator<Item = Cancellation> {
        self.all_lanes().filter_map(|lane| lane.turn.as_ref()?.running.as_ref()?.task.clone())
    }

    /// Whether a command or a push waits that sets this property.
    pub(super) fn waits(&self, prop: PropNo) -> bool {
        self.all_lanes().any(|lane| lane.queued_props().any(|queued| queued == prop))
    }

    /// Whether something waits that makes something safe for this client.
    pub(super) fn has_release(&self, client: ClientId) -> bool {
        self.all_lanes().any(|lane| lane.has_release(client))
    }

    /// Removes the queues and the waiting items of a client that cannot reconnect.
    pub(super) fn forget(&mut self, client: ClientId) {
        let first = (client, IslandNo::default());
        self.own.extract_if(first..=(client, IslandNo::new(usize::MAX)), |_, _| true).for_each(drop);
        self.shared.iter_mut().for_each(|lane| lane.forget(client));
    }

    /// Whether every queue is empty and no callback runs.
    #[cfg(test)]
    pub(super) fn is_at_rest(&self) -> bool {
        self.all_lanes().all(Lane::is_idle)
    }

    /// The number of values that the shared lanes keep.
    #[cfg(test)]
    pub(super) fn kept(&self) -> usize {
        self.shared.iter().map(|lane| lane.view.len()).sum()
    }
}
