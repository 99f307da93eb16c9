//! What outlives the process: the values that `#[keep]` names, and how they come back at the start.
//!
//! The engine only says which values have changed ([`Engine::take_kept`]). The server writes them, and gives them back
//! before the start ([`Engine::restore`]). A value comes back as if the layout had it: the first page shows it, and the
//! first run of its callbacks reads it, so that the device gets it too. These do not come back by themselves:
//!
//! - A value that does not have the type or the range of the property any more. The log says so.
//! - A value that the program has pushed before the start. It is newer.
//! - A value that is under a gate, or has `#[keep(ask)]`. Nobody is in control after a restart, so nothing moves. The
//!   value is shown as a mark, until a person sets one.
//!
//! The value of a cell is kept by the key of its row. If the list is kept too, the value goes with its row. Otherwise
//! the rows are found again by the program, one after the other, and each takes its values when it comes.

use std::{
    collections::{BTreeSet, HashMap},
    ops::Range,
    sync::Arc,
    time::Duration,
};

use super::{
    Engine,
    effects::Effects,
    entry::Action,
    ingress,
    plan::{CallbackPlan, Plan, PropPlan},
    refused::{shortened, shown},
    request_keys,
    rows::NewRow,
    store::{Change, Slot},
};
use crate::{
    callback::call::Write,
    element::Element,
    fields::{Keep, KeptWhat},
    gates::Gate,
    history::{HistoryType, Items, Retention},
    numbers::{ListNo, PropNo, RowNo, each},
    place::path,
    prop::Kind,
    rows::hash,
    seconds::Age,
    value::Value,
    words::log,
};

/// Separates the name of a cell from the key of its row.
const SEPARATOR: u8 = 0;

/// The number of values in rows that are not there. More are not remembered while the program runs, so that keys that
/// never come again do not fill the memory.
const ABSENT: usize = 10_000;

/// How the history of a stream is kept.
#[derive(Debug)]
pub(crate) struct HistoryPlan {
    /// Its name in the store.
    pub(crate) key: Box<[u8]>,
    pub(crate) retention: Retention,
    pub(crate) ty: HistoryType,
    /// Whether its items are written in one piece with the kept values that they have changed: the events of alarms.
    pub(crate) with_values: bool,
}

/// New measurements of a stream whose history is kept.
#[derive(Debug)]
pub(crate) struct Measured {
    pub(crate) prop: PropNo,
    /// The name in the store, without the device.
    pub(crate) key: Vec<u8>,
    pub(crate) items: Vec<Value>,
}

/// How a property is kept.
#[derive(Debug)]
pub(crate) struct KeepPlan {
    /// Its name in the store.
    key: Box<[u8]>,
    /// Whether a person must set the value again.
    ask: bool,
    /// Whether a source measures it. Then the value from before the restart is marked until the source has a new one.
    measured: bool,
}

impl KeepPlan {
    /// The changes with which a value comes back.
    fn changes(&self, value: &Value, age: Option<Duration>) -> Vec<Change> {
        if self.ask {
            let why = format!("was {} before the restart: set it again if it still holds", shown(value));
            return vec![Change::Refused(why.into())];
        }
        let mut changes = vec![Change::Write(Write::Set(value.clone()))];
        if let Some(age) = age.filter(|_| self.measured) {
            let why = format!("from before the restart, {} old then", Age(age));
            changes.push(Change::Quality(Some(why.into())));
        }
        changes
    }
}

/// A value that has changed and is kept.
#[derive(Debug)]
pub(crate) struct KeptChange {
    /// The name in the store, without the device.
    pub(crate) key: Vec<u8>,
    /// The new value. `None`: it is kept no longer.
    pub(crate) value: Option<Value>,
    pub(crate) rev: u64,
}

/// A value that was kept.
#[derive(Debug, Clone)]
pub(crate) struct KeptValue {
    /// The name in the store, without the device.
    pub(crate) key: Vec<u8>,
    pub(crate) json: String,
    /// How long before the start it was written. `None` if it is from this run of the program.
    pub(crate) age: Option<Duration>,
}

/// The values whose names begin with this, which no property has, and the rest.
pub(super) fn apart(kept: Vec<KeptValue>, prefix: &str) -> (Vec<KeptValue>, Vec<KeptValue>) {
    kept.into_iter().partition(|value| value.key.starts_with(prefix.as_bytes()))
}

/// What the engine knows about kept values.
#[derive(Default)]
pub(super) struct Keeping {
    /// Whether there is a store.
    is_on: bool,
    /// Changes up to this revision are in the store, or were taken for it.
    upto: u64,
    /// The revisions at which values came back. The store has these.
    restored: Range<u64>,
    /// Values in rows that are not there, by the cell and the JSON of the row's key.
    absent: HashMap<(PropNo, String), KeptValue>,
    /// What a source had measured before the restart and has not measured since.
    unmeasured: BTreeSet<PropNo>,
    /// The last changes in rows that were removed since.
    of_removed: Vec<KeptChange>,
    /// Measurements that were not taken for the store yet.
    measured: Vec<Measured>,
    /// Events of alarms that were not taken for the store yet, the lists after them, and the numbers of the last alarms.
    events: Vec<Measured>,
    of_events: Vec<KeptChange>,
    /// Whether somebody will be told what has become of a command.
    pub(super) is_told: bool,
    /// Why nothing can be written at present.
    fault: Option<Arc<str>>,
}

impl Keeping {
    /// Whether there is a store.
    pub(super) const fn is_on(&self) -> bool {
        self.is_on
    }
}

impl Plan {
    /// Finds the properties that are kept.
    ///
    /// # Errors
    /// Those that cannot be kept, with the reason.
    pub(super) fn plan_keep(&mut self, keep: &[(usize, Keep)]) -> Result<(), Vec<String>> {
        let mut faults = Vec::new();
        for &(at, Keep { names, what }) in keep {
            let ask = match what {
                KeptWhat::States { ask } => ask,
                KeptWhat::History(retention) => {
                    faults.extend(self.plan_history(at, names, retention));
                    continue;
                }
            };
            let (id, info) = self.components[at];
            let first = self.first_of(at);
            let (mut kept, mut why_none) = (false, None);
            for (index, prop) in info.props.iter().enumerate() {
                let number = first + index;
                let is_named = names.contains(&prop.name);
                let is_set_by_people = prop.kind == Kind::State && prop.writable || self.has_alarms(number);
                if !is_named && (!names.is_empty() || !is_set_by_people && self.list_with(number).is_none()) {
                    continue;
                }
                match self.why_not_kept(number) {
                    None => kept = true,
                    Some(why) if is_named => {
                        faults.push(format!("`{}.{}` cannot be kept: {why}", path(id), prop.name));
                        continue;
                    }
                    Some(why) => {
                        why_none.get_or_insert(why);
                        continue;
                    }
                }
                let is_alarms = self.has_alarms(number);
                let canonical = self.canonical(number);
                let place = self.numbering.place(canonical);
                let is_output =
                    |callback: &CallbackPlan| callback.every.is_some() && callback.outputs.contains(&canonical);
                let measured = self.callbacks.iter().any(is_output);
                let prop = &mut self.props[place];
                let ask = ask || !prop.under.is_empty();
                if ask && is_alarms {
                    let name = path(id);
                    faults.push(format!(
                        "the alarms of `{name}` do not wait for a person: write `#[keep]`, without `ask`"
                    ));
                }
                prop.keep = Some(KeepPlan { key: prop.name().into_bytes().into(), ask, measured });
            }
            if let (false, Some(why)) = (kept, why_none) {
                faults.push(format!("nothing of `{}` can be kept: {why}", path(id)));
            }
        }
        if faults.is_empty() { Ok(()) } else { Err(faults) }
    }

    /// Finds the streams of the `at`-th component whose history is kept. Returns those that cannot be kept.
    fn plan_history(&mut self, at: usize, names: &[&str], retention: Retention) -> Vec<String> {
        let (id, info) = self.components[at];
        let mut faults = Vec::new();
        for (index, prop) in info.props.iter().enumerate() {
            let number = self.first_of(at) + index;
            let Some(ty) = prop.history.filter(|_| names.is_empty() || names.contains(&prop.name)) else { continue };
            if let Some(why) = self.why_not_kept(number) {
                faults.push(format!("the history of `{}.{}` cannot be kept: {why}", path(id), prop.name));
                continue;
            }
            let with_values = info.gate == Some(Gate::Alarms);
            let key = self.prop(number).name().into_bytes().into();
            self.props[number.place()].history = Some(HistoryPlan { key, retention, ty, with_values });
            self.has_histories = true;
        }
        // What is in the list now is not only in the past.
        let first = self.first_of(at);
        for number in (0..info.props.len()).map(|index| first + index) {
            if self.has_alarms(number) {
                let prop = &mut self.props[number.place()];
                prop.keep = Some(KeepPlan { key: prop.name().into_bytes().into(), ask: false, measured: false });
            }
        }
        faults
    }

    /// Whether it has the alarms of an `Alarms`.
    fn has_alarms(&self, number: PropNo) -> bool {
        self.is_of_alarms(number, &["items", "shelved"])
    }

    fn is_of_alarms(&self, number: PropNo, names: &[&str]) -> bool {
        let prop = self.prop(number);
        names.contains(&prop.info.name) && self.components[prop.component_no.place()].1.gate == Some(Gate::Alarms)
    }

    fn why_not_kept(&self, number: PropNo) -> Option<&'static str> {
        let prop = self.prop(self.canonical(number));
        if self.is_computed(number) {
            Some("browsers compute it from other values, so keep those")
        } else if prop.private {
            Some("each client has a value of its own")
        } else if prop.hold.is_some() {
            Some("it acts only while somebody holds it, and after a restart nobody does")
        } else if self.is_of_alarms(number, &["items", "shelved", "events"]) {
            None
        } else if let Some(gate) = self.components[self.prop(number).component_no.place()].1.gate {
            Some(match gate.decides() {
                true => "the server sets it, and after a restart nobody is in control",
                false => "of alarms, only `items`, `shelved` and the history of `events` outlive the process",
            })
        } else if prop.info.ty.is::<Element>() {
            Some("it has a piece of the page, which the program makes again")
        } else if prop.secret {
            Some("`#[secret]` values are never written down")
        } else {
            None
        }
    }

    /// Whether the history of records is kept.
    pub(crate) fn keeps_records(&self) -> bool {
        let is_of_records = |history: &HistoryPlan| matches!(history.ty.0, Items::Records { .. });
        self.numbered().any(|(_, prop)| prop.history.as_ref().is_some_and(is_of_records))
    }

    /// Whether the history of what happens to alarms is kept.
    pub(crate) fn keeps_events(&self) -> bool {
        self.numbered().any(|(_, prop)| prop.history.as_ref().is_some_and(|history| history.with_values))
    }

    /// The properties that are kept.
    fn kept(&self) -> impl Iterator<Item = (PropNo, &KeepPlan)> {
        self.numbered().filter_map(|(no, prop)| Some((no, prop.keep.as_ref()?)))
    }

    /// The number of properties that are kept. In rows, each counts once.
    pub(crate) fn keeps(&self) -> usize {
        self.kept().count()
    }
}

impl Engine {
    /// From now on, [`take_kept`](Self::take_kept) has the changes, and [`take_measured`](Self::take_measured) the
    /// measurements, also those that were pushed before.
    pub(crate) fn keep(&mut self) {
        self.kept.is_on = self.plan.keeps() > 0 || self.plan.has_histories || self.plan.login_sessions.is_some();
        self.kept.upto = 1;
        self.keep_outcomes();
        for (prop, key) in self.histories() {
            let items: Vec<Value> = self.truth.store.slot(prop).items().cloned().collect();
            if !items.is_empty() {
                self.kept.measured.push(Measured { prop, key, items });
            }
        }
    }

    /// The streams whose history is kept, also those in rows, each with its name in the store.
    pub(crate) fn histories(&self) -> Vec<(PropNo, Vec<u8>)> {
        if !self.plan.has_histories {
            return Vec::new();
        }
        let of_plan = self.plan.numbered().filter(|(_, prop)| prop.history.is_some());
        let all = of_plan.flat_map(|(no, _)| self.truth.store.each(&self.plan, no));
        all.filter_map(|prop| Some((prop, self.history_key(prop)?))).collect()
    }

    /// The name of a stream's history in the store. `None` if it is not kept.
    pub(crate) fn history_key(&self, prop: PropNo) -> Option<Vec<u8>> {
        self.key_in_store(&self.plan.prop(prop).history.as_ref()?.key, prop)
    }

    /// The kept values that have changed since the last call.
    pub(crate) fn take_kept(&mut self) -> Vec<KeptChange> {
        let rev = self.truth.store.rev();
        let mut changes = self.logins.take_changes();
        changes.append(&mut self.kept.of_events);
        changes.append(&mut self.request_keys.take_changes());
        if !self.kept.is_on || self.kept.upto == rev {
            return changes;
        }
        let from = std::mem::replace(&mut self.kept.upto, rev);
        changes.append(&mut self.kept.of_removed);
        for prop in self.truth.store.changed_since(from) {
            if self.plan.prop(prop).keep.is_none() || self.comes_with_events(prop) {
                continue;
            }
            let slot = self.truth.store.slot(prop);
            let (key, value) = (self.kept_key(prop), slot.value());
            let is_new = slot.is_written() && !self.kept.restored.contains(&slot.rev());
            if let (true, Some(key), Some(value)) = (is_new, key, value) {
                changes.push(KeptChange { key, value: Some(value.clone()), rev: slot.rev() });
            }
        }
        changes
    }

    /// Whether a command has taken effect or has its outcome since the last call. Then somebody waits for what was kept.
    pub(crate) const fn take_told(&mut self) -> bool {
        std::mem::replace(&mut self.kept.is_told, false)
    }

    /// Whether the store gets the changes of this value together with the events of alarms.
    fn comes_with_events(&self, prop: PropNo) -> bool {
        let component = self.plan.prop(self.plan.cell(prop)).component_no;
        self.plan.has_histories
            && each(self.plan.of_component(component))
                .any(|sibling| self.plan.prop(sibling).history.as_ref().is_some_and(|history| history.with_values))
    }

    /// Something has happened to alarms. The lists after that are among these changes, which may take effect later: the
    /// store gets both now, so that neither of them is there without the other.
    pub(super) fn keep_events(&mut self, prop: PropNo, events: &[Value], changes: &[(PropNo, Action)]) {
        let Some(key) = self.history_key(prop).filter(|_| self.kept.is_on) else { return };
        let rev = self.truth.store.rev() + 1;
        for (prop, action) in changes {
            if let (Action::Write(Write::Set(value)), Some(key)) = (action, self.kept_key(*prop)) {
                self.kept.of_events.push(KeptChange { key, value: Some(value.clone()), rev });
            }
        }
        self.kept.events.push(Measured { prop, key, items: events.to_vec() });
    }

    /// Something that is no property is kept, under a name that no property has. It is written with the next changes.
    pub(super) fn keep_apart(&mut self, name: String, value: Value) {
        if self.kept.is_on {
            let rev = self.truth.store.rev();
            self.kept.of_events.push(KeptChange { key: name.into_bytes(), value: Some(value), rev });
        }
    }

    /// The events of alarms since the last call. They belong to the changes of [`take_kept`](Self::take_kept), and are
    /// written together with them.
    pub(crate) fn take_events(&mut self) -> Vec<Measured> {
        std::mem::take(&mut self.kept.events)
    }

    /// Changes are about to be committed. New measurements among them are for the store.
    pub(super) fn keep_measured(&mut self, changes: &[(PropNo, Change)]) {
        if !self.kept.is_on || !self.plan.has_histories {
            return;
        }
        for (prop, change) in changes {
            if let Change::Write(Write::Append(items)) = change
                && let Some(history) = &self.plan.prop(*prop).history
                && !history.with_values
                && let Some(key) = self.history_key(*prop)
            {
                self.kept.measured.push(Measured { prop: *prop, key, items: items.clone() });
            }
        }
    }

    /// The new measurements since the last call.
    pub(crate) fn take_measured(&mut self) -> Vec<Measured> {
        std::mem::take(&mut self.kept.measured)
    }

    /// The last items from before the restart, before the start. The program may have pushed newer ones.
    pub(crate) fn restore_measured(&mut self, prop: PropNo, mut items: Vec<Value>) {
        if items.is_empty() {
            return;
        }
        items.extend(self.truth.store.slot(prop).items().cloned());
        self.truth.store.commit([(prop, Change::Refill(items))]);
    }

    /// The name of a kept property in the store.
    fn kept_key(&self, prop: PropNo) -> Option<Vec<u8>> {
        self.key_in_store(&self.plan.prop(prop).keep.as_ref()?.key, prop)
    }

    /// The name of a property in the store. `None` if its row does not exist.
    fn key_in_store(&self, name: &[u8], prop: PropNo) -> Option<Vec<u8>> {
        let mut key = name.to_vec();
        let row = self.plan.row_of(prop);
        if !row.is_none() {
            key.push(SEPARATOR);
            key.extend(self.key_of(row)?.json().as_bytes());
        }
        Some(key)
    }

    /// Gives the kept values back, before the start. Returns what has to be told about values that do not come back.
    pub(crate) fn restore(&mut self, kept: Vec<KeptValue>) -> Vec<String> {
        let plan = Arc::clone(&self.plan);
        let by_key: HashMap<&[u8], PropNo> = plan.kept().map(|(prop, keep)| (&*keep.key, prop)).collect();
        let kept = self.restore_outcomes(kept);
        let kept = self.request_keys.restore(kept, request_keys::read);
        let (last_alarms, kept) = Self::last_alarms(kept);
        let (kept, mut told) = self.restore_logins(kept);
        let mut unknown = BTreeSet::new();
        let (mut values, mut lists) = (Vec::new(), Vec::new());
        for value in kept {
            let mut parts = value.key.splitn(2, |byte| *byte == SEPARATOR);
            let (name, row) = (parts.next().unwrap_or_default(), parts.next());
            match (by_key.get(name), row) {
                (None, _) => _ = unknown.insert(String::from_utf8_lossy(name).into_owned()),
                (Some(prop), Some(row)) => {
                    let row = String::from_utf8_lossy(row).into_owned();
                    self.kept.absent.insert((*prop, row), value);
                }
                (Some(prop), None) if plan.list_with(*prop).is_some() => lists.push((*prop, value)),
                (Some(prop), None) => values.push((*prop, value)),
            }
        }
        if !unknown.is_empty() {
            let names: Vec<String> = unknown.into_iter().collect();
            told.push(format!(
                "the store has values that this dashboard does not keep, and leaves them there: {}",
                names.join(", ")
            ));
        }
        self.kept.restored.start = self.truth.store.rev() + 1;
        // A range may be kept too, and it comes before the value in it.
        values.sort_by_key(|(prop, _)| !plan.prop(*prop).info.checks.is_empty());
        for (prop, value) in values {
            told.extend(self.restore_value(prop, &value).err());
        }
        for (prop, value) in lists {
            told.extend(self.restore_rows(prop, &value));
        }
        // The rows of the layout, and those that were pushed before the start.
        for (no, list) in (0..).map(ListNo::new).zip(&plan.lists) {
            for row in self.truth.store.lists.order(no).to_vec() {
                for cell in self.kept_cells(list.cells.clone()) {
                    if let Some(value) = self.claim(cell, row) {
                        told.extend(self.restore_value(plan.in_row(cell, row), &value).err());
                    }
                }
            }
        }
        self.kept.restored.end = self.truth.store.rev() + 1;
        self.restore_alarms(&last_alarms);
        told
    }

    /// Brings back one value.
    fn restore_value(&mut self, prop: PropNo, kept: &KeptValue) -> Result<(), String> {
        let slot = self.truth.store.slot(prop);
        let Some(keep) = self.plan.prop(prop).keep.as_ref().filter(|_| !slot.is_written()) else { return Ok(()) };
        let name = || self.name_of(prop);
        let value = self.plan.fitting(prop, &kept.json, |sibling| {
            let row = self.plan.row_of(prop);
            self.truth.store.slot(if row.is_none() { sibling } else { self.plan.in_row(sibling, row) })
        });
        let value = value.map_err(|why| not_restored(&name(), kept, &why))?;
        if slot.value().is_some_and(|now| now.json() == value.json()) {
            return Ok(());
        }
        let is_set = !keep.ask;
        if keep.measured {
            self.kept.unmeasured.insert(prop);
        }
        let changes = keep.changes(&value, kept.age).into_iter().map(|change| (prop, change)).collect();
        self.commit(changes);
        if is_set {
            self.view_starts_with(prop, &value);
        }
        Ok(())
    }

    /// Brings back the rows of a list. Each takes its values.
    fn restore_rows(&mut self, prop: PropNo, kept: &KeptValue) -> Vec<String> {
        let plan = Arc::clone(&self.plan);
        let Some(no) = plan.list_with(prop).filter(|_| !self.truth.store.slot(prop).is_written()) else {
            return Vec::new();
        };
        let list = &plan.lists[no];
        let name = self.name_of(prop);
        let decoded = (plan.prop(prop).info.ty.decode)(&kept.json).map_err(|error| error.to_string());
        let checked = decoded.and_then(|value| {
            let keys = (list.keys_of)(&value);
            list.check(&plan, &keys)?;
            let rows: Result<Vec<(u64, NewRow)>, String> =
                keys.iter().map(|key| Ok((hash(key), list.make(&plan, key)?))).collect();
            Ok((value, rows?))
        });
        let (value, rows) = match checked {
            Ok(checked) => checked,
            Err(why) => return vec![not_restored(&name, kept, &why)],
        };
        for (hash, row) in rows {
            let lists = &mut self.truth.store.lists;
            if !lists.has_row(no, hash) {
                let number = lists.next();
                lists.prepare((no, hash), number, row);
            }
        }
        self.commit(vec![(prop, Change::Write(Write::Set(value.clone())))]);
        self.view_starts_with(prop, &value);
        Vec::new()
    }

    /// Changes are about to be committed. What is written in them is not from before the restart any more.
    pub(super) fn unmark_measured(&mut self, changes: &mut Vec<(PropNo, Change)>) {
        if self.kept.unmeasured.is_empty() || !self.scheduler.is_started() {
            return;
        }
        let is_write = |(prop, change): &(PropNo, Change)| matches!(change, Change::Write(_)).then_some(*prop);
        let written: Vec<PropNo> = changes.iter().filter_map(is_write).collect();
        changes.extend(
            written
                .into_iter()
                .filter(|prop| self.kept.unmeasured.remove(prop))
                .map(|prop| (prop, Change::Quality(None))),
        );
    }

    /// Whether the value is one that a source had measured before the restart. A run that writes nothing does not make it
    /// a new one.
    pub(super) fn is_unmeasured(&self, prop: PropNo) -> bool {
        self.kept.unmeasured.contains(&prop)
    }

    /// The queues read this value from their first turn on.
    fn view_starts_with(&mut self, prop: PropNo, value: &Value) {
        for (_, lane) in self.scheduler.lanes_mut() {
            if let Some(viewed) = lane.view.get_mut(&prop) {
                *viewed = value.clone();
            }
        }
    }

    /// A row is about to be added. Its cells take the values that were kept for its key.
    pub(super) fn with_kept(&mut self, list: ListNo, row: &mut NewRow, rev: u64) {
        if self.kept.absent.is_empty() {
            return;
        }
        let plan = Arc::clone(&self.plan);
        let first = plan.lists[list].cells.start;
        for cell in self.kept_cells(plan.lists[list].cells.clone()) {
            let Some(kept) = self.kept.absent.remove(&(cell, row.key.json().to_owned())) else { continue };
            let value = plan.fitting(cell, &kept.json, |sibling| match sibling.after(first) {
                Some(at) if at < row.slots.len() => &row.slots[at],
                _ => self.truth.store.slot(sibling),
            });
            let slot = cell.after(first).and_then(|at| row.slots.get_mut(at));
            match (value, plan.prop(cell).keep.as_ref().zip(slot)) {
                (Ok(value), Some((keep, slot))) => {
                    keep.changes(&value, kept.age).into_iter().for_each(|change| slot.apply(change, rev));
                }
                (Ok(_), None) => {}
                (Err(why), _) => log::warn(&not_restored(&plan.prop(cell).name(), &kept, &why)),
            }
        }
    }

    /// The kept cells of a list. Those without checks come first, because a range may be kept too.
    fn kept_cells(&self, cells: Range<PropNo>) -> Vec<PropNo> {
        let is_kept = |cell: &PropNo| self.plan.prop(*cell).keep.is_some();
        let mut kept: Vec<PropNo> = each(cells).filter(is_kept).collect();
        kept.sort_by_key(|cell| !self.plan.prop(*cell).info.checks.is_empty());
        kept
    }

    fn claim(&mut self, cell: PropNo, row: RowNo) -> Option<KeptValue> {
        let key = self.key_of(row)?.json().to_owned();
        self.kept.absent.remove(&(cell, key))
    }

    /// A row is about to be removed.
    pub(super) fn keep_of_removed(&mut self, list: ListNo, row: RowNo) {
        if !self.kept.is_on {
            return;
        }
        let goes_with_row = self.plan.prop(self.plan.lists[list].keys).keep.is_some();
        for cell in self.kept_cells(self.plan.lists[list].cells.clone()) {
            let prop = self.plan.in_row(cell, row);
            let Some(key) = self.kept_key(prop) else { continue };
            let slot = self.truth.store.slot(prop);
            if goes_with_row {
                self.kept.of_removed.push(KeptChange { key, value: None, rev: slot.rev() });
                continue;
            }
            let (true, Some(value), Some(row)) = (slot.is_written(), slot.value().cloned(), self.key_of(row)) else {
                continue;
            };
            let (row, rev) = (row.json().to_owned(), slot.rev());
            if self.kept.absent.len() < ABSENT {
                let kept = KeptValue { key: key.clone(), json: value.json().to_owned(), age: None };
                self.kept.absent.insert((cell, row), kept);
            }
            if rev > self.kept.upto {
                self.kept.of_removed.push(KeptChange { key, value: Some(value), rev });
            }
        }
    }

    /// The store cannot write at present, for this reason, or it can again. Every page says so.
    pub(crate) fn store_says(&mut self, fault: Option<Arc<str>>, fx: &mut Effects) {
        if self.kept.fault == fault {
            return;
        }
        let text = match &fault {
            Some(why) => not_kept(why),
            None => "Values are kept again.".to_owned(),
        };
        self.kept.fault = fault;
        self.tell_all(&text, fx);
    }

    /// A message for each page.
    pub(super) fn tell_all(&mut self, text: &str, fx: &mut Effects) {
        let all: Vec<_> = self.roster.connected().collect();
        for id in all {
            // One that has just left needs no message.
            let _ = self.message(id, text.to_owned(), fx);
        }
    }

    /// What a page that opens must be told about the store.
    pub(super) fn fault_of_store(&self) -> Option<String> {
        self.kept.fault.as_deref().map(not_kept)
    }
}

impl Plan {
    /// Reads a kept value as a client's value is read: it must have the type of the property, and satisfy the checks of its
    /// component and of those that it is bound to.
    fn fitting<'a>(&self, prop: PropNo, json: &str, slot: impl Fn(PropNo) -> &'a Slot) -> Result<Value, String> {
        let wiring = self.prop(prop);
        let value = (wiring.info.ty.decode)(json)
            .map_err(|error| format!("{} is expected now: {error}", (wiring.info.ty.name)()))?;
        let fits = |one: &PropPlan| ingress::fits(one, &value, &slot).map_err(|refusal| refusal.to_string());
        fits(wiring)?;
        wiring.aliases.iter().try_for_each(|alias| fits(self.prop(*alias)))?;
        Ok(value)
    }
}

fn not_restored(name: &str, kept: &KeptValue, why: &str) -> String {
    let value = shortened(&kept.json);
    format!("`{name}` was {value} before the restart, which is not used: {why}")
}

fn not_kept(why: &str) -> String {
    format!("Changes are not kept after a restart at present: {why}")
}
