//! Lists of rows: which rows there are, and the properties in them.
//!
//! What a row has is planned once, as any component is, and has numbers below the number of all properties: these are
//! the cells of the list. In row `r` (1, 2, 3 and so on, never used twice) a cell has its own number plus `r` times the
//! number of all properties. So the plan is the same for all rows, and neither plan nor page need a table of what comes
//! and goes.

mod lists;
mod plan;

#[cfg(test)]
pub(crate) use lists::ShownList;
use lists::{List, Row};
pub(crate) use lists::{Lists, ShownLists};
pub(super) use plan::NewRow;
pub(crate) use plan::{ListPlan, is_cell};
use std::{
    collections::{BTreeMap, BTreeSet, HashMap},
    sync::OnceLock,
    time::Duration,
};

use super::{
    Engine,
    effects::Effects,
    lane::LaneId,
    needs::Changeset,
    plan::{CallbackPlan, Plan},
    route::Props,
    store::{Change, Store},
};
use crate::{
    client::ClientId,
    handle::Whom,
    numbers::{ListNo, PropNo, RowNo, each},
    place::{ANY_ROW, Base, path},
    prop::{InRow, Port, PropKey, Which},
    rows::hash,
    value::Value,
};

impl Store {
    /// All properties that this one stands for: itself, or, for a cell, those in all rows.
    pub(super) fn each(&self, plan: &Plan, prop: PropNo) -> Vec<PropNo> {
        match plan.list_of(prop) {
            Some(list) => self.lists.order(list).iter().map(|row| plan.in_row(prop, *row)).collect(),
            None => vec![prop],
        }
    }
}

impl Engine {
    /// The rows that the lists start with.
    pub(super) fn set_out_rows(&mut self) {
        let lists = (0..).map(ListNo::new).zip(&self.plan.lists);
        let start: Vec<_> = lists.flat_map(|(no, list)| list.start.iter().map(move |row| (no, row.clone()))).collect();
        for list in &self.plan.lists {
            let (keys, first) = (list.keys, list.cells.start);
            self.truth.store.lists.lists.push(List { keys, first, order: Vec::new(), by_key: HashMap::new() });
        }
        for (no, row) in start {
            let number = self.truth.store.lists.next();
            self.add_row(no, number, row, 1);
            self.truth.store.lists.list_mut(no).order.push(number);
        }
    }

    /// Whether there is such a property (still): not all rows are there.
    pub(crate) fn has(&self, prop: PropNo) -> bool {
        self.plan.numbering.is_in_table(prop) || self.truth.store.lists.slot(prop, self.plan.numbering).is_some()
    }

    /// The number of the property with this name, as programs name it: `level.value`, `left.speed.value`, and in a row of a
    /// list `lamps[7].on.value`, with the key; or with the component's id, `left-speed.value`, `lamps-7-on.value`.
    pub(crate) fn find_named(&self, name: &str) -> Option<PropNo> {
        let plan = &self.plan;
        if let Some(found) = plan.find_named(name).filter(|found| plan.list_of(*found).is_none()) {
            return Some(found);
        }
        let (component, property) = name.rsplit_once('.')?;
        let lists = (0..).map(ListNo::new).zip(&plan.lists);
        let mut cells = lists.flat_map(|(no, list)| each(list.cells.clone()).map(move |cell| (no, cell)));
        cells.find_map(|(no, cell)| {
            let wiring = plan.prop(cell);
            let is_id = |row: &Row| wiring.component.replacen(ANY_ROW, &row.text(), 1) == component;
            let is_path = |row: &Row| path_in_row(wiring.component, &row.text()) == component;
            let mut rows =
                self.truth.store.lists.order(no).iter().map(|number| (number, &self.truth.store.lists.rows[number]));
            let row = rows.find(|(_, row)| wiring.info.name == property && (is_id(row) || is_path(row)))?.0;
            Some(plan.in_row(cell, *row))
        })
    }

    /// What programs call a property.
    pub(crate) fn name_of(&self, prop: PropNo) -> String {
        let wiring = self.plan.prop(prop);
        match self.truth.store.lists.rows.get(&self.plan.row_of(prop)) {
            Some(row) => format!("{}.{}", path_in_row(wiring.component, &row.text()), wiring.info.name),
            None => wiring.name(),
        }
    }

    /// All properties that there are now, those in rows included.
    pub(crate) fn all_props(&self) -> Vec<PropNo> {
        self.plan.numbering.table().flat_map(|prop| self.truth.store.each(&self.plan, prop)).collect()
    }

    /// The property that is meant where no callback says which row. `None` if there is no such row.
    pub(crate) fn find_number(&self, key: &PropKey) -> Option<PropNo> {
        let number = self.plan.number(key);
        match key.id.row() {
            InRow::Any => Some(number),
            InRow::Numbered(row) => Some(self.plan.in_row(number, row)).filter(|number| self.has(*number)),
            InRow::Keyed(hash) => {
                let list = self.plan.list_of(number)?;
                let lists = &self.truth.store.lists;
                let row = lists.list(list).by_key.get(&hash).or_else(|| Some(&lists.prepared.get(&(list, hash))?.0))?;
                Some(self.plan.in_row(number, *row))
            }
        }
    }

    /// The property that a run of a callback means, if it is for a row: for this one. `None` if there is no such row.
    pub(super) fn number_for(&self, wiring: &CallbackPlan, key: &PropKey, row: RowNo) -> Option<PropNo> {
        let key = wiring.def.spec.key(key);
        if key.id.row() != InRow::Any {
            return self.find_number(&key);
        }
        let number = self.plan.own(wiring, self.plan.number(&key), row);
        self.has(number).then_some(number)
    }

    /// Makes room for the rows that are to come with these changes, so that nothing can fail when they do. Gives the keys of
    /// those. The changes are of a callback that is listed for the group at `base`, if for one.
    ///
    /// # Errors
    /// Why a row cannot come.
    pub(super) fn prepare_rows(
        &mut self,
        changes: &mut Changeset,
        base: Option<Base>,
    ) -> Result<Vec<(ListNo, u64)>, String> {
        let Self { plan, truth, .. } = self;
        if plan.lists.is_empty() {
            return Ok(Vec::new());
        }
        for (key, write) in &changes.writes {
            let key = base.as_ref().map_or(*key, |base| base.key(key));
            let Some(no) = plan.list_with(plan.number(&key)) else { continue };
            let list = &plan.lists[no];
            list.check(plan, &write.state().map(list.keys_of).unwrap_or_default())?;
        }
        let mut new = Vec::new();
        for (row, built) in changes.rows.take()? {
            let lists = &mut truth.store.lists;
            if !lists.has_row(row.0, row.1) {
                let number = lists.next();
                lists.prepared.insert(row, (number, built));
                new.push(row);
            }
        }
        Ok(new)
    }

    /// Rows that do not come after all.
    pub(super) fn forget_prepared(&mut self, rows: &[(ListNo, u64)]) {
        for row in rows {
            self.truth.store.lists.prepared.remove(row);
        }
    }

    /// Makes changes that everybody sees, all at one revision. Rows come before what is written into them.
    pub(super) fn commit(&mut self, changes: Vec<(PropNo, Change)>) -> u64 {
        let plan = &self.plan;
        let lists: BTreeSet<ListNo> = changes.iter().filter_map(|(prop, _)| plan.list_with(*prop)).collect();
        if lists.is_empty() {
            return self.truth.store.commit(changes);
        }
        let (keys, cells): (Vec<_>, Vec<_>) =
            changes.into_iter().partition(|(prop, _)| plan.list_with(*prop).is_some());
        let rev = self.truth.store.commit(keys);
        for list in lists {
            self.arrange(list, rev);
        }
        self.truth.store.commit_at(cells, rev);
        rev
    }

    /// The keys of a list have changed: its rows follow.
    fn arrange(&mut self, no: ListNo, rev: u64) {
        let list = &self.plan.lists[no];
        let keys = self.truth.store.value(list.keys).map(list.keys_of).unwrap_or_default();
        let mut order = Vec::with_capacity(keys.len());
        for key in keys {
            let hash = hash(&key);
            let lists = &mut self.truth.store.lists;
            if let Some(known) = lists.list(no).by_key.get(&hash) {
                order.push(*known);
                continue;
            }
            let made = match lists.prepared.remove(&(no, hash)) {
                Some(prepared) => Ok(prepared),
                // One that has gone after it was asked for, and is wanted nevertheless.
                None => self.plan.lists[no].make(&self.plan, &key).map(|row| (lists.next(), row)),
            };
            match made {
                Ok((number, row)) => {
                    self.add_row(no, number, row, rev);
                    order.push(number);
                }
                // It was made without a fault before.
                Err(why) => tracing::error!("{why}"),
            }
        }
        let before = std::mem::replace(&mut self.truth.store.lists.list_mut(no).order, order.clone());
        let left: BTreeSet<RowNo> = order.into_iter().collect();
        for row in before.into_iter().filter(|row| !left.contains(row)) {
            self.remove_row(row);
        }
    }

    fn add_row(&mut self, list: ListNo, number: RowNo, row: NewRow, rev: u64) {
        let NewRow { key, element, slots } = row;
        let lists = &mut self.truth.store.lists;
        lists.list_mut(list).by_key.insert(hash(&key), number);
        lists.rows.insert(number, Row { list, key, element, slots, born: rev, tree: OnceLock::new() });
        let cells = self.plan.lists[list].cells.clone();
        each(cells).for_each(|cell| self.truth.store.begin(self.plan.in_row(cell, number), rev));
        // What is read as of a queue's place in the order of events begins with the row.
        let Self { plan, truth, scheduler, .. } = self;
        for (island, lane) in scheduler.lanes_mut() {
            for cell in &plan.islands[island].view {
                let prop = plan.in_row(*cell, number);
                if plan.lists[list].cells.contains(cell)
                    && !plan.prop(*cell).private
                    && let Some(value) = truth.store.value(prop)
                {
                    lane.view.insert(prop, value.clone());
                }
            }
        }
        if rev > 1 {
            self.truth.newborn.push((list, number));
        }
    }

    /// The row is gone, and all that is known of it.
    fn remove_row(&mut self, number: RowNo) {
        let Some(row) = self.truth.store.lists.rows.get(&number) else { return };
        let hash = hash(&row.key);
        let list = row.list;
        let cells = self.plan.lists[list].cells.clone();
        let cells = self.plan.in_row(cells.start, number)..self.plan.in_row(cells.end, number);
        each(cells.clone()).for_each(|cell| self.truth.store.end(cell));
        let lists = &mut self.truth.store.lists;
        lists.rows.remove(&number);
        if lists.list(list).by_key.get(&hash) == Some(&number) {
            lists.list_mut(list).by_key.remove(&hash);
        }
        for session in self.roster.all_mut() {
            session.remove_cells(&cells, self.scheduler.islands());
        }
        for (_, lane) in self.scheduler.lanes_mut() {
            lane.view.extract_if(cells.clone(), |_, _| true).for_each(drop);
        }
        self.truth.overridden.extract_if(cells, |_| true).for_each(drop);
        self.truth.newborn.retain(|(_, row)| *row != number);
    }

    /// The callbacks of rows that have come run for them.
    pub(super) fn greet_rows(&mut self, now: Duration, fx: &mut Effects) {
        if !self.truth.newborn.is_empty() {
            self.follow(now, Whom::All, &Props::new(), self.truth.store.rev(), fx);
        }
    }

    /// The turns that are to be taken for rows that have come.
    pub(super) fn take_newborn(&mut self) -> BTreeMap<(LaneId, Option<ClientId>), Vec<RowNo>> {
        let mut turns: BTreeMap<_, Vec<RowNo>> = BTreeMap::new();
        let new = std::mem::take(&mut self.truth.newborn);
        // Before the start there is nobody to run, and at the start all rows have their turn.
        if new.is_empty() || !self.scheduler.is_started() {
            return turns;
        }
        for (list, row) in new {
            let of_rows = self.plan.callbacks.iter().filter(|callback| callback.list == Some(list) && callback.initial);
            let mut lanes = BTreeSet::new();
            for callback in of_rows {
                if callback.shared() {
                    lanes.insert((LaneId { island: callback.island, client: None }, None));
                    continue;
                }
                let started = self.roster.all().filter(|session| session.hooks.started);
                let started = started.filter(|session| !session.presence.is_forgotten());
                let ids = started.map(|session| session.client.id);
                lanes.extend(ids.map(|id| (self.lane_of(callback.island, id), Some(id))));
            }
            for lane in lanes {
                turns.entry(lane).or_default().push(row);
            }
        }
        turns
    }

    /// Which runs of `callback` a change of `prop` starts: for the row that it is in, or for each row there is, or, of a
    /// callback that is not of rows, the one.
    pub(super) fn runs(&self, callback: &CallbackPlan, prop: PropNo) -> impl Iterator<Item = (usize, RowNo)> + use<'_> {
        let row = self.plan.row_of(prop);
        let one = !row.is_none() && callback.list.is_some() && callback.starts_own(self.plan.cell(prop));
        self.runs_for(callback, one.then_some(row))
    }

    /// All runs of `callback`.
    pub(super) fn all_runs(&self, callback: &CallbackPlan) -> impl Iterator<Item = (usize, RowNo)> + use<'_> {
        self.runs_for(callback, None)
    }

    /// Without a list on the heap: each command comes through here, and hardly any is about rows.
    fn runs_for(&self, callback: &CallbackPlan, row: Option<RowNo>) -> impl Iterator<Item = (usize, RowNo)> + use<'_> {
        let (one, all): (Option<RowNo>, &[RowNo]) = match (callback.list, row) {
            (None, _) => (Some(RowNo::NONE), &[]),
            (Some(_), Some(row)) => (Some(row), &[]),
            (Some(list), None) => (None, self.truth.store.lists.order(list)),
        };
        let place = callback.place;
        one.into_iter().chain(all.iter().copied()).map(move |row| (place, row))
    }

    /// The key of a row.
    pub(super) fn key_of(&self, row: RowNo) -> Option<&Value> {
        self.truth.store.lists.rows.get(&row).map(|row| &row.key)
    }

    /// The rows that these keys are of, as far as they are there.
    pub(super) fn rows_of(&self, list: ListNo, keys: &Value) -> Vec<(Value, RowNo)> {
        let by_key = &self.truth.store.lists.list(list).by_key;
        let keys = (self.plan.lists[list].keys_of)(keys).into_iter();
        keys.filter_map(|key| by_key.get(&hash(&key)).map(|row| (key, *row))).collect()
    }

    /// What everybody sees in all rows of the port's list; nothing for a port that is not of all rows.
    pub(super) fn rows_now(&self, port: &Port, cell: PropNo) -> Option<Vec<(Value, Value)>> {
        let list = self.plan.list_of(cell).filter(|_| port.rows == Which::All)?;
        let keys = self.truth.store.value(self.plan.lists[list].keys);
        let rows = keys.map(|keys| self.rows_of(list, keys)).unwrap_or_default().into_iter();
        // Of an event there is nothing.
        Some(
            rows.filter_map(|(key, row)| Some((key, self.truth.store.value(self.plan.in_row(cell, row))?.clone())))
                .collect(),
        )
    }

    /// All rows, for a page.
    pub(crate) fn shown_rows(&self) -> ShownLists {
        self.truth.store.lists.shown()
    }
}

/// `lamps[7].on`
fn path_in_row(component: &str, key: &str) -> String {
    path(component).replacen("[key]", &format!("[{key}]"), 1)
}
