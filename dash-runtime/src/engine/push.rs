//! What the program itself changes, from any of its threads: through a [`Handle`](crate::handle::Handle).
//!
//! A push takes effect when it arrives, all of it at one revision. What reads it gets a turn in its queue, one turn per
//! island however many of its inputs changed.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
    time::Duration,
};

use super::{
    Engine,
    effects::Effects,
    lane::{Cause, Item, LaneId, Pushed, What},
    plan::{Period, PropNo},
    store::Change,
};
use crate::{
    callback::{call::Write, spec::Scope},
    client::ClientId,
    edit::Patch,
    handle::PushError,
    prop::{Kind, PropKey},
    value::Value,
};

/// Whom a push is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Whom {
    /// Everybody, also those who join later.
    All,
    One(ClientId),
}

/// The turns that a push starts: in which lane, for which client if for one, and what it changes there.
pub(super) type Turns = BTreeMap<(LaneId, Option<ClientId>), BTreeSet<PropNo>>;

pub(super) type Edits = BTreeMap<PropNo, Patch>;

impl Engine {
    /// Changes properties. All of it or, if there is an error, nothing.
    pub(crate) fn push(
        &mut self,
        now: Duration,
        whom: Whom,
        writes: Vec<(PropKey, Write)>,
        fx: &mut Effects,
    ) -> Result<(), PushError> {
        let plan = Arc::clone(&self.plan);
        // Rows that come with these writes are written to by them, too.
        let new = self.prepare_rows(writes.iter().map(|(key, write)| (plan.number(key), write)));
        let new = new.map_err(PushError::Page)?;
        let numbered = writes.into_iter().map(|(key, write)| match self.find_number(&key) {
            Some(number) => Ok((number, write)),
            None => Err(PushError::NoRow { prop: self.plan.prop(self.plan.number(&key)).name() }),
        });
        let numbered = numbered.collect::<Result<Vec<_>, _>>();
        let pushed = numbered.and_then(|writes| self.push_numbered(now, whom, writes, fx));
        if pushed.is_err() {
            self.forget_prepared(&new);
        }
        pushed
    }

    fn push_numbered(
        &mut self,
        now: Duration,
        whom: Whom,
        mut writes: Vec<(PropNo, Write)>,
        fx: &mut Effects,
    ) -> Result<(), PushError> {
        if let Whom::One(id) = whom {
            self.knows(id).then_some(()).ok_or(PushError::Gone)?;
            writes.iter().try_for_each(|(prop, _)| self.may_differ(*prop))?;
        }
        if let Some((prop, _)) = writes.iter().find(|(prop, _)| self.plan.is_computed(*prop)) {
            return Err(PushError::Computed { prop: self.plan.prop(*prop).name() });
        }
        writes.iter_mut().try_for_each(|(prop, write)| self.try_edit(whom, *prop, write))?;
        let client = if let Whom::One(id) = whom { Some(id) } else { None };
        let scope = if client.is_some() { Scope::Private } else { Scope::Shared };
        let placing = self.placing(scope, client, &writes).map_err(PushError::Page)?;
        let props: BTreeSet<PropNo> = writes.iter().map(|(prop, _)| *prop).collect();
        let turns = self.turns_of(whom, &props);
        let edits: Edits = writes.iter().filter_map(|(prop, write)| self.edit_in_queue(*prop, write)).collect();
        self.check_room(&turns, &edits)?;
        self.counts.pushes += 1;
        let changes = writes.into_iter().map(|(prop, write)| (prop, Change::Write(write)));
        let [for_all, for_one] = self.placed(client, placing);
        let placed = [&for_all, &for_one].map(|changes| changes.iter().map(|(prop, _)| *prop).collect());
        let (rev, rev_for_all) = match whom {
            Whom::All => {
                let rev = self.commit_for_all(changes.chain(for_all).collect());
                (rev, rev)
            }
            Whom::One(id) => {
                self.overridden.extend(props.iter().filter(|prop| !self.plan.prop(**prop).private));
                // What builders say of properties that have one value for all.
                let rev = if for_all.is_empty() { 0 } else { self.commit_for_all(for_all) };
                (self.commit_own(id, changes.chain(for_one)), rev)
            }
        };
        // If nothing is in the way, the values are seen together with what the callbacks make of them, as with a command.
        let (all, one) = (self.begin_at_once(&turns, None), client.is_some() && self.begin_at_once(&turns, client));
        self.take_turns(now, turns, &edits, rev, fx);
        let [placed_for_all, placed_for_one]: [BTreeSet<PropNo>; 2] = placed;
        if client.is_some() && !placed_for_all.is_empty() {
            fx.wake_all();
        }
        self.announce(now, Whom::All, placed_for_all, rev_for_all, fx);
        self.announce(now, whom, placed_for_one, rev, fx);
        match whom {
            Whom::All if !all => fx.wake_all(),
            Whom::One(id) if !one => fx.wake_client(id),
            _ => {}
        }
        Ok(())
    }

    /// What builders gave to components that were placed, as far as it changed something at `rev`: what reads it gets a
    /// turn, as after a push.
    pub(super) fn announce(
        &mut self,
        now: Duration,
        whom: Whom,
        mut props: BTreeSet<PropNo>,
        rev: u64,
        fx: &mut Effects,
    ) {
        props.retain(|prop| match whom {
            Whom::All => self.store.slot(*prop).rev() == rev,
            Whom::One(id) => self.seen_by(id, *prop).rev() == rev,
        });
        let turns = self.turns_of(whom, &props);
        self.take_turns(now, turns, &Edits::new(), rev, fx);
    }

    /// Queues the turns for what is new since `rev`.
    pub(super) fn take_turns(&mut self, now: Duration, mut turns: Turns, edits: &Edits, rev: u64, fx: &mut Effects) {
        let mut newborn = self.take_newborn();
        newborn.keys().for_each(|lane| _ = turns.entry(*lane).or_default());
        for ((lane, client), props) in turns {
            let born = newborn.remove(&(lane, client)).unwrap_or_default();
            let may_merge = self.may_merge_push(&lane, &props, edits);
            let values = props.into_iter().filter_map(|prop| {
                let slot = client.map_or_else(|| self.store.slot(prop), |id| self.seen_by(id, prop));
                let what = match edits.get(&prop) {
                    Some(edit) => What::Edit(edit.clone()),
                    None => What::Value(slot.value()?.clone()),
                };
                Some((prop, Pushed { what, rev }))
            });
            let values: BTreeMap<_, _> = values.collect();
            let cause = Cause::Push { values, born, may_merge, cancelled: BTreeSet::new() };
            self.offer(now, lane, Item { client, ticket: None, cause }, fx);
        }
    }

    /// Makes an event happen: once for the callbacks that all share, and once for each client, or this one, for those
    /// that it has for itself.
    pub(crate) fn fire(
        &mut self,
        now: Duration,
        whom: Whom,
        prop: PropNo,
        payload: &Value,
        fx: &mut Effects,
    ) -> Result<(), PushError> {
        if let Whom::One(id) = whom
            && !self.knows(id)
        {
            return Err(PushError::Gone);
        }
        let plan = Arc::clone(&self.plan);
        let wiring = &plan.prop(prop);
        for callback in &wiring.cancels {
            let client = if let Whom::One(id) = whom { Some(id) } else { None };
            self.cancel(*callback, client, fx);
        }
        let mut turns: Turns = BTreeMap::new();
        for &island in &wiring.shared_islands {
            let client = if let Whom::One(id) = whom { Some(id) } else { None };
            turns.insert((LaneId { island, client: None }, client), BTreeSet::from([prop]));
        }
        for &island in &wiring.private_islands {
            for id in self.clients_of(whom) {
                turns.insert((self.lane_of(island, id), Some(id)), BTreeSet::from([prop]));
            }
        }
        self.check_room(&turns, &Edits::new())?;
        for (lane, client) in turns.keys() {
            if let Some(callback) = self.skips(*lane, prop, *client) {
                return Err(PushError::AtWork { callback: callback.to_owned() });
            }
        }
        self.counts.pushes += 1;
        for (lane, client) in turns.into_keys() {
            let value = payload.clone();
            let cause = match whom {
                // As if it were this client's click.
                Whom::One(_) => {
                    Cause::Command { prop, value, commit: false, may_merge: false, cancelled: BTreeSet::new() }
                }
                Whom::All => {
                    let pushed = Pushed { what: What::Value(value), rev: self.store.rev() };
                    let values = BTreeMap::from([(prop, pushed)]);
                    Cause::Push { values, born: Vec::new(), may_merge: false, cancelled: BTreeSet::new() }
                }
            };
            self.offer(now, lane, Item { client, ticket: None, cause }, fx);
        }
        Ok(())
    }

    /// An edit is tried before anything changes.
    fn try_edit(&self, whom: Whom, prop: PropNo, write: &mut Write) -> Result<(), PushError> {
        let Write::Edit(patch) = write else { return Ok(()) };
        let slot = if let Whom::One(id) = whom { self.seen_by(id, prop) } else { self.store.slot(prop) };
        let why = match slot.value() {
            Some(value) => patch.try_on(value).err(),
            None => Some("there is nothing to edit".to_owned()),
        };
        why.map_or(Ok(()), |why| Err(PushError::Value(format!("{}: {why}", self.plan.prop(prop).name()))))
    }

    /// An edit whose order among what callbacks write counts: each has a place of its own in their queue.
    fn edit_in_queue(&self, prop: PropNo, write: &Write) -> Option<(PropNo, Patch)> {
        match write {
            Write::Edit(patch) if self.plan.prop(prop).written => Some((prop, patch.untried())),
            _ => None,
        }
    }

    fn may_merge_push(&self, lane: &LaneId, props: &BTreeSet<PropNo>, edits: &Edits) -> bool {
        props.iter().all(|prop| self.may_merge(lane, *prop) && !edits.contains_key(prop))
    }

    /// Whether a client can have a value of its own: not if that would be two truths for a callback that all share.
    pub(super) fn may_differ(&self, prop: PropNo) -> Result<(), PushError> {
        let wiring = &self.plan.prop(prop);
        let prop = self.plan.cell(prop);
        if self.plan.list_with(prop).is_some() {
            let name = wiring.name();
            return Err(PushError::Page(format!("`{name}` is the same for everybody, because rows are")));
        }
        if wiring.private {
            return Ok(());
        }
        let mut shared = self.plan.callbacks.iter().enumerate().filter(|(_, callback)| callback.shared());
        let user = shared.find(|(no, callback)| {
            let is_period = matches!(callback.every, Some(Period::Prop(period)) if period == prop);
            let is_input = wiring.starts.contains(no) || callback.reads.contains(&prop);
            is_period || is_input || callback.outputs.contains(&prop) || callback.live.contains(&prop)
        });
        user.map_or(Ok(()), |(_, callback)| {
            Err(PushError::Shared { prop: wiring.name(), callback: callback.def.spec.name.to_owned() })
        })
    }

    /// The clients whose private callbacks have a turn: those who are there, or the one. Those who are away have theirs
    /// when they come back.
    pub(super) fn clients_of(&self, whom: Whom) -> Vec<ClientId> {
        match whom {
            Whom::One(id) => vec![id],
            Whom::All => {
                self.sessions.iter().filter(|(_, session)| session.socket.is_some()).map(|(id, _)| *id).collect()
            }
        }
    }

    fn turns_of(&self, whom: Whom, props: &BTreeSet<PropNo>) -> Turns {
        let plan = &self.plan;
        let mut turns = Turns::new();
        for &prop in props.iter().filter(|prop| plan.prop(**prop).info.kind == Kind::State) {
            let wiring = &plan.prop(prop);
            if whom == Whom::All && !wiring.private {
                for &island in &wiring.shared_islands {
                    turns.entry((LaneId { island, client: None }, None)).or_default().insert(prop);
                }
            }
            for &island in &wiring.private_islands {
                if !self.shows(prop, island, whom != Whom::All) {
                    continue;
                }
                for id in self.clients_of(whom) {
                    turns.entry((self.lane_of(island, id), Some(id))).or_default().insert(prop);
                }
            }
        }
        turns
    }

    /// Whether a change of `prop` means something to the private callbacks of `island`: it starts one, or it is part of
    /// what they see as of their own place in the order of events.
    pub(super) fn shows(&self, prop: PropNo, island: usize, one: bool) -> bool {
        let plan = &self.plan;
        one || plan.islands[island].per_client || self.has_own(prop) || plan.starts_private(prop, island)
    }

    /// Whether clients may have values of their own.
    pub(super) fn has_own(&self, prop: PropNo) -> bool {
        self.plan.prop(prop).private || self.overridden.contains(&prop)
    }

    fn check_room(&mut self, turns: &Turns, edits: &Edits) -> Result<(), PushError> {
        let mut places = BTreeMap::<LaneId, usize>::new();
        let limit = self.limits.queue;
        for ((lane, client), props) in turns {
            let may_merge = self.may_merge_push(lane, props, edits);
            let target = self.lane(*lane);
            if !target.takes_place(*client, may_merge) {
                continue;
            }
            let places = places.entry(*lane).or_insert_with(|| target.bounded());
            *places += 1;
            if *places > limit {
                let prop = props.first().map(|prop| self.plan.prop(*prop).name()).unwrap_or_default();
                return Err(PushError::Full { prop, limit });
            }
        }
        Ok(())
    }

    /// Whether there are turns for this client, or for everybody, and nothing is in the way of any of them.
    pub(super) fn begin_at_once(&self, turns: &Turns, whom: Option<ClientId>) -> bool {
        let mut mine = turns.keys().filter(|(_, client)| *client == whom).peekable();
        mine.peek().is_some() && mine.all(|(lane, _)| self.is_idle_lane(*lane))
    }

    fn is_idle_lane(&self, id: LaneId) -> bool {
        let lane = match id.client {
            Some(client) => self.sessions.get(&client).and_then(|session| session.lanes.get(&id.island)),
            None => self.lanes.get(id.island),
        };
        lane.is_none_or(super::lane::Lane::is_idle)
    }

    /// What was pushed has its turn. A callback that writes the same property may have done so since: then the push counts
    /// again at this place, so that the order of the queue is what everybody sees. An edit does only if nothing is left of
    /// it; what others have edited since stays.
    pub(super) fn commit_again(
        &mut self,
        now: Duration,
        lane: LaneId,
        client: Option<ClientId>,
        pushed: BTreeMap<PropNo, Pushed>,
        fx: &mut Effects,
    ) {
        let plan = Arc::clone(&self.plan);
        let mut edited = Vec::new();
        let mut changes = Vec::new();
        for (prop, Pushed { what, rev }) in pushed {
            let wiring = &plan.prop(prop);
            let slot = client.map_or_else(|| self.store.slot(prop), |id| self.seen_by(id, prop));
            let counts = wiring.written && (wiring.private || client.is_none());
            match what {
                What::Value(value) if counts && slot.rev() != rev => changes.push((prop, Write::Set(value))),
                What::Value(_) => {}
                What::Edit(patch) => {
                    if counts && !slot.has(rev) {
                        changes.push((prop, Write::Edit(patch)));
                    }
                    edited.push(prop);
                }
            }
        }
        let changes: Vec<_> = changes.into_iter().map(|(prop, write)| (prop, Change::Write(write))).collect();
        if !changes.is_empty() {
            match client {
                Some(id) => _ = self.commit_own(id, changes),
                None => {
                    let changed = changes.iter().map(|(prop, _)| *prop).collect();
                    self.commit_for_all(changes);
                    self.show_all(now, &changed, fx);
                }
            }
        }
        let one_queue = client.is_some() && !plan.islands[lane.island].per_client;
        for prop in edited {
            if (!one_queue || self.has_own(prop))
                && let Some(value) = self.now(client, prop).cloned()
            {
                self.see(lane, client, prop, &value);
            }
        }
    }

    /// Everybody sees these changes, also clients that had values of their own.
    pub(super) fn commit_for_all(&mut self, changes: Vec<(PropNo, Change)>) -> u64 {
        let own: Vec<(PropNo, Change)> = changes.iter().filter(|(prop, _)| self.has_own(*prop)).cloned().collect();
        let rev = self.commit(changes);
        if own.is_empty() {
            return rev;
        }
        for session in self.sessions.values_mut() {
            for (prop, change) in &own {
                for one in self.plan.prop(*prop).twins.iter().chain([prop]) {
                    if let Some(slot) = session.own.get_mut(one) {
                        slot.apply(change.clone(), rev);
                    }
                }
            }
        }
        rev
    }

    /// One client sees these changes, all at one revision.
    pub(super) fn commit_own(&mut self, id: ClientId, changes: impl IntoIterator<Item = (PropNo, Change)>) -> u64 {
        let rev = self.store.next_rev();
        self.commit_own_at(id, changes, rev);
        rev
    }

    /// The same, at a revision that is there already.
    pub(super) fn commit_own_at(
        &mut self,
        id: ClientId,
        changes: impl IntoIterator<Item = (PropNo, Change)>,
        rev: u64,
    ) {
        let changes: Vec<_> = changes.into_iter().filter(|(prop, _)| self.has(*prop)).collect();
        let Some(session) = self.sessions.get_mut(&id) else { return };
        for (prop, change) in changes {
            for &twin in &self.plan.prop(prop).twins {
                session.apply(twin, change.clone(), rev, self.store.slot(twin));
            }
            session.apply(prop, change, rev, self.store.slot(prop));
        }
    }
}
