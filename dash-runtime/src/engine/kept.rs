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

mod plan;
mod restore;

use std::{
    collections::{BTreeMap, BTreeSet, HashMap},
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
    reading::Quality,
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

/// The most measurements that wait for the start. Of more, the history gets those that pages show.
const EARLY: usize = 100_000;

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
            return vec![Change::Quality(Quality::refused(why))];
        }
        let mut changes = vec![Change::Write(Write::Set(value.clone()))];
        if let Some(age) = age.filter(|_| self.measured) {
            let why = format!("from before the restart, {} old then", Age(age));
            changes.push(Change::Quality(Quality::stale(why)));
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
    restored: BTreeMap<PropNo, u64>,
    /// Values in rows that are not there, by the cell and the JSON of the row's key.
    absent: HashMap<(PropNo, String), KeptValue>,
    /// What a source had measured before the restart and has not measured since.
    unmeasured: BTreeSet<PropNo>,
    /// The last changes in rows that were removed since.
    of_removed: Vec<KeptChange>,
    /// Measurements that were not taken for the store yet.
    measured: Vec<Measured>,
    /// How many measurements were pushed before the start.
    early: usize,
    /// Events of alarms that were not taken for the store yet, the lists after them, and the numbers of the last alarms.
    events: Vec<Measured>,
    of_events: Vec<KeptChange>,
    /// Whether somebody will be told what has become of a command.
    pub(super) is_told: bool,
    /// Why nothing can be written at present.
    fault: Option<Arc<str>>,
}

impl Keeping {
    /// Forgets properties whose row is removed.
    pub(super) fn forget(&mut self, is_gone: impl Fn(PropNo) -> bool) {
        self.restored.retain(|prop, _| !is_gone(*prop));
        self.unmeasured.retain(|prop| !is_gone(*prop));
    }

    /// Whether there is a store.
    pub(super) const fn is_on(&self) -> bool {
        self.is_on
    }
}

impl Engine {
    /// From now on, [`take_kept`](Self::take_kept) has the changes, and [`take_measured`](Self::take_measured) the
    /// measurements, also those that were pushed before.
    pub(crate) fn keep(&mut self) {
        self.kept.is_on = self.plan.keeps() > 0 || self.plan.has_histories || self.plan.login_sessions.is_some();
        self.kept.upto = 1;
        self.keep_outcomes();
        // A page may not show all of it any more.
        let pushed = std::mem::take(&mut self.kept.measured);
        for (prop, key) in self.histories() {
            let of_prop = pushed.iter().filter(|measured| measured.prop == prop);
            let count: usize = of_prop.map(|measured| measured.items.len()).sum();
            // What the layout has begun with is before it.
            let slot = self.truth.store.slot(prop);
            let items: Vec<Value> = slot.items().take(slot.items().count().saturating_sub(count)).cloned().collect();
            if !items.is_empty() {
                self.kept.measured.push(Measured { prop, key, items });
            }
        }
        self.kept.measured.extend(pushed);
    }

    /// The dashboard starts. Without a store, nobody takes the measurements.
    pub(super) fn keep_or_drop(&mut self) {
        if !self.kept.is_on {
            self.kept.measured = Vec::new();
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
        changes.append(&mut self.under_way.take_changes());
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
            let (key, value, rev) = (self.kept_key(prop), slot.value(), slot.value_rev());
            // A change of the quality would give the value a new time in the store.
            let is_new = slot.is_written() && rev > from && self.kept.restored.get(&prop) != Some(&rev);
            if let (true, Some(key), Some(value)) = (is_new, key, value) {
                changes.push(KeptChange { key, value: Some(value.clone()), rev });
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
        // Before the start, nobody knows whether there will be a store.
        if !self.plan.has_histories || (!self.kept.is_on && self.scheduler.is_started()) {
            return;
        }
        for (prop, change) in changes {
            if let Change::Write(Write::Append(items)) = change
                && let Some(history) = &self.plan.prop(*prop).history
                && !history.with_values
                && let Some(key) = self.history_key(*prop)
            {
                if !self.kept.is_on {
                    self.kept.early += items.len();
                    if self.kept.early > EARLY {
                        self.kept.measured.clear();
                        continue;
                    }
                }
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

fn not_kept(why: &str) -> String {
    format!("Changes are not kept after a restart at present: {why}")
}
