//! Lists of rows: which rows there are, and the properties in them.
//!
//! The properties of a row are planned once, like those of any component. Their numbers in the plan's table are the
//! cells of the list. In row `r` (1, 2, 3 and so on, never used twice) a cell has its own number plus `r` times the
//! number of all properties. So the plan is the same for all rows, and neither the plan nor the page needs a table of
//! the rows that come and go.

mod leaving;
mod lists;
mod plan;

#[cfg(test)]
pub(crate) use lists::ShownList;
use lists::{List, Row};

pub(crate) use lists::{Lists, ShownLists};
pub(crate) use plan::NewRow;
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
    words::log,
};

impl Store {
    /// The properties that this number stands for: itself, or, for a cell, that cell in each row.
    pub(super) fn each(&self, plan: &Plan, prop: PropNo) -> Vec<PropNo> {
        match plan.list_of(prop) {
            Some(list) => self.lists.order(list).iter().map(|row| plan.in_row(prop, *row)).collect(),
            None => vec![prop],
        }
    }
}

impl Engine {
    /// Creates the rows that the lists start with.
    pub(super) fn create_starting_rows(&mut self) {
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

    /// Whether the property exists now. A cell exists only if its row does.
    pub(crate) fn has(&self, prop: PropNo) -> bool {
        let is_in_row = || self.truth.store.lists.slot(prop, self.plan.numbering).is_some() && !self.is_leaving(prop);
        self.plan.numbering.is_in_table(prop) || is_in_row()
    }

    /// The number of the property with this name, as programs write it: `level.value`, `left.speed.value`, and, in a
    /// row of a list, `lamps[7].on.on`, with the key. The component's id works too: `left-speed.value`,
    /// `lamps-7-on.on`.
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

    /// The name of a property, as programs write it.
    pub(crate) fn name_of(&self, prop: PropNo) -> String {
        let wiring = self.plan.prop(prop);
        match self.truth.store.lists.rows.get(&self.plan.row_of(prop)) {
            Some(row) => format!("{}.{}", path_in_row(wiring.component, &row.text()), wiring.info.name),
            None => wiring.name(),
        }
    }

    /// All properties that exist now, including those in rows.
    pub(crate) fn all_props(&self) -> Vec<PropNo> {
        self.plan.numbering.table().flat_map(|prop| self.truth.store.each(&self.plan, prop)).collect()
    }

    /// The keys of the rows of the list that has this property, in readable form. `None` if it is in no list.
    #[cfg(feature = "testing")]
    pub(crate) fn keys_beside(&self, key: &PropKey) -> Option<Vec<String>> {
        let lists = &self.truth.store.lists;
        let list = lists.list(self.plan.list_of(self.plan.number(key))?);
        Some(list.order.iter().filter_map(|row| lists.rows.get(row)).map(Row::text).collect())
    }

    /// The number of a property, for a key outside of a callback's row. `None` if its row does not exist.
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

    /// The number of a property for a run of a callback for `row`. `None` if the row does not exist.
    pub(super) fn number_for(&self, wiring: &CallbackPlan, key: &PropKey, row: RowNo) -> Option<PropNo> {
        let key = wiring.def.spec.key(key);
        if key.id.row() != InRow::Any {
            return self.find_number(&key);
        }
        let number = self.plan.own(wiring, self.plan.number(&key), row);
        self.has(number).then_some(number)
    }

    /// Reserves the rows that these changes will add, so that adding them cannot fail later. Returns the hashes of their
    /// keys. `base` is the group that the callback is listed for, if it is one.
    ///
    /// # Errors
    /// Why a row cannot be added.
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

    /// Drops prepared rows that will not be added.
    pub(super) fn forget_prepared(&mut self, rows: &[(ListNo, u64)]) {
        for row in rows {
            self.truth.store.lists.prepared.remove(row);
        }
    }

    /// Commits shared changes at one revision. Rows are added before their cells are written.
    pub(super) fn commit(&mut self, mut changes: Vec<(PropNo, Change)>) -> u64 {
        self.unmark_measured(&mut changes);
        self.keep_measured(&changes);
        self.date_writes(&changes);
        let plan = &self.plan;
        if !plan.gates.is_empty() {
            self.gates.conditions_changed |= changes.iter().any(|(prop, _)| plan.prop(*prop).is_condition);
        }
        let lists: BTreeSet<ListNo> = changes.iter().filter_map(|(prop, _)| plan.list_with(*prop)).collect();
        if lists.is_empty() {
            return self.truth.store.commit(changes);
        }
        let (keys, mut cells): (Vec<_>, Vec<_>) =
            changes.into_iter().partition(|(prop, _)| plan.list_with(*prop).is_some());
        let rev = self.truth.store.commit(keys);
        for list in lists {
            self.update_rows(list, rev);
        }
        self.replace_restored(&mut cells, rev);
        self.truth.store.commit_at(cells, rev);
        rev
    }

    /// The keys of a list have changed. Adds, removes and orders its rows.
    fn update_rows(&mut self, no: ListNo, rev: u64) {
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
                // The row was removed after these keys were checked, so it is built again here.
                None => self.plan.lists[no].make(&self.plan, &key).map(|row| (lists.next(), row)),
            };
            match made {
                Ok((number, row)) => {
                    self.add_row(no, number, row, rev);
                    order.push(number);
                }
                // The same row was built without a fault before.
                Err(why) => log::error(&why),
            }
        }
        let before = std::mem::replace(&mut self.truth.store.lists.list_mut(no).order, order.clone());
        let left: BTreeSet<RowNo> = order.into_iter().collect();
        for row in before.into_iter().filter(|row| !left.contains(row)) {
            if self.must_be_made_safe(row) {
                self.hide_row(row);
            } else {
                self.remove_row(row);
            }
        }
    }

    fn add_row(&mut self, list: ListNo, number: RowNo, mut row: NewRow, rev: u64) {
        self.with_kept(list, number, &mut row, rev);
        let NewRow { key, element, slots } = row;
        let lists = &mut self.truth.store.lists;
        lists.list_mut(list).by_key.insert(hash(&key), number);
        lists.rows.insert(number, Row { list, key, element, slots, added: rev, tree: OnceLock::new() });
        let cells = self.plan.lists[list].cells.clone();
        each(cells).for_each(|cell| self.truth.store.add_cell(self.plan.in_row(cell, number), rev));
        // The views that contain the cell get its starting value.
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
            self.truth.new_rows.push((list, number));
        }
    }

    /// Nobody sees the row any more. It is removed when its callbacks have had the safe value.
    fn hide_row(&mut self, number: RowNo) {
        let Some(row) = self.truth.store.lists.rows.get(&number) else { return };
        let (hash, list) = (hash(&row.key), row.list);
        let cells = self.plan.lists[list].cells.clone();
        each(cells).for_each(|cell| self.truth.store.remove_cell(self.plan.in_row(cell, number)));
        self.truth.store.lists.list_mut(list).by_key.remove(&hash);
        self.truth.new_rows.retain(|(_, row)| *row != number);
        self.truth.leaving.insert(number);
    }

    /// Removes the row and everything that is stored for it.
    fn remove_row(&mut self, number: RowNo) {
        let Some(list) = self.truth.store.lists.rows.get(&number).map(|row| row.list) else { return };
        self.keep_of_removed(list, number);
        let Some(row) = self.truth.store.lists.rows.get(&number) else { return };
        let hash = hash(&row.key);
        let cells = self.plan.lists[list].cells.clone();
        let cells = self.plan.in_row(cells.start, number)..self.plan.in_row(cells.end, number);
        each(cells.clone()).for_each(|cell| self.truth.store.remove_cell(cell));
        self.taken.forget(|prop| cells.contains(&prop));
        self.dated.forget(|prop| cells.contains(&prop));
        self.kept.forget(|prop| cells.contains(&prop));
        self.forget_released(|prop| cells.contains(&prop));
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
        self.truth.new_rows.retain(|(_, row)| *row != number);
    }

    /// Queues the turns in which the callbacks of new rows run.
    pub(super) fn start_new_rows(&mut self, now: Duration, fx: &mut Effects) {
        if !self.truth.new_rows.is_empty() {
            self.start_readers(now, Whom::All, &Props::new(), self.truth.store.rev(), fx);
        }
    }

    /// The turns in which the callbacks of new rows run.
    pub(super) fn take_turns_of_new_rows(&mut self) -> BTreeMap<(LaneId, Option<ClientId>), Vec<RowNo>> {
        let mut turns: BTreeMap<_, Vec<RowNo>> = BTreeMap::new();
        let new = std::mem::take(&mut self.truth.new_rows);
        // Before the start no callback runs, and at the start all rows get a turn.
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

    /// The runs of `callback` that a change of `prop` starts: for the row of `prop`, for each row, or one run for a
    /// callback without rows.
    pub(super) fn runs(&self, callback: &CallbackPlan, prop: PropNo) -> impl Iterator<Item = (usize, RowNo)> + use<'_> {
        let row = self.plan.row_of(prop);
        let one = !row.is_none() && callback.list.is_some() && callback.starts_own(self.plan.cell(prop));
        self.runs_for(callback, one.then_some(row))
    }

    /// All runs of `callback`.
    pub(super) fn all_runs(&self, callback: &CallbackPlan) -> impl Iterator<Item = (usize, RowNo)> + use<'_> {
        self.runs_for(callback, None)
    }

    /// Makes no allocation, because each command uses it and few commands concern rows.
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

    /// The rows with these keys, as far as they exist.
    pub(super) fn rows_of(&self, list: ListNo, keys: &Value) -> Vec<(Value, RowNo)> {
        let by_key = &self.truth.store.lists.list(list).by_key;
        let keys = (self.plan.lists[list].keys_of)(keys).into_iter();
        keys.filter_map(|key| by_key.get(&hash(&key)).map(|row| (key, *row))).collect()
    }

    /// The shared values of a cell in all rows of its list. `None` for a port that is not for all rows.
    pub(super) fn rows_now(&self, port: &Port, cell: PropNo) -> Option<Vec<(Value, Value)>> {
        let list = self.plan.list_of(cell).filter(|_| port.rows == Which::All)?;
        let keys = self.truth.store.value(self.plan.lists[list].keys);
        let rows = keys.map(|keys| self.rows_of(list, keys)).unwrap_or_default().into_iter();
        // An event has no value.
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

/// Such as `lamps[7].on`.
fn path_in_row(component: &str, key: &str) -> String {
    path(component).replacen("[key]", &format!("[{key}]"), 1)
}
