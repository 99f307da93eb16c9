//! User code that must run before the engine can take changes: functions that build rows, and edits.
//!
//! This code may be slow, and may use a handle, so it must not run under the engine's lock. The engine returns the
//! changes together with what they need. The caller meets the needs without the lock, and passes the changes in again.
//! The state may have changed meanwhile, so there may be new needs.

use std::collections::{BTreeMap, HashMap};

use super::{Engine, plan::Plan, rows::NewRow};
use crate::{
    callback::call::Write,
    numbers::{ListNo, PropNo},
    prop::PropKey,
    rows::hash,
    value::Value,
};

/// Why an edit fails for a property without a value.
pub(super) const NOTHING_TO_EDIT: &str = "there is nothing to edit";

/// Changes for the engine, with the results of the user code that they needed.
#[derive(Default)]
pub(crate) struct Changeset {
    pub(crate) writes: Vec<(PropKey, Write)>,
    pub(super) rows: Rows,
}

/// Rows that were built for changes and are not in the store yet.
#[derive(Default)]
pub(super) struct Rows {
    built: HashMap<(ListNo, u64), NewRow>,
    /// Why a row cannot be built.
    fault: Option<String>,
}

/// What a changeset needs before the engine can take it.
#[must_use = "the changes have not been taken"]
#[derive(Default)]
pub(crate) struct Needs {
    /// Edits, by their index among the writes, with the value that each applies to.
    edits: Vec<(usize, Value)>,
    /// Rows, by list and key.
    rows: Vec<(ListNo, Value)>,
}

/// A changeset that the engine returned, because it has needs.
pub(crate) struct Untaken {
    pub(super) changes: Changeset,
    pub(super) needs: Needs,
}

impl Untaken {
    /// Meets the needs, so that the changes can be passed in again. The engine must not be locked.
    pub(crate) fn meet(self, plan: &Plan) -> Changeset {
        let Self { mut changes, needs } = self;
        changes.meet(needs, plan);
        changes
    }
}

impl Changeset {
    pub(crate) fn new(writes: Vec<(PropKey, Write)>) -> Self {
        Self { writes, rows: Rows::default() }
    }

    /// Meets the needs. The engine must not be locked.
    pub(crate) fn meet(&mut self, needs: Needs, plan: &Plan) {
        for (at, value) in needs.edits {
            if let Some((_, Write::Edit(patch))) = self.writes.get_mut(at) {
                // The patch keeps the error. It is reported when the changes are taken.
                let _ = patch.try_on(&value);
            }
        }
        for (list, key) in needs.rows {
            match plan.lists[list].make(plan, &key) {
                Ok(row) => _ = self.rows.built.insert((list, hash(&key)), row),
                Err(why) => _ = self.rows.fault.get_or_insert(why),
            }
        }
    }
}

impl Rows {
    /// Takes the rows that were built.
    ///
    /// # Errors
    /// Why one of them cannot be built.
    pub(super) fn take(&mut self) -> Result<HashMap<(ListNo, u64), NewRow>, String> {
        match self.fault.take() {
            Some(why) => Err(why),
            None => Ok(std::mem::take(&mut self.built)),
        }
    }
}

impl Engine {
    /// The needs of these changes. `None` if they are met. `number` returns the property of a key, and `current`
    /// returns its present value.
    pub(super) fn needs(
        &self,
        changes: &Changeset,
        number: impl Fn(&PropKey) -> Option<PropNo>,
        current: impl Fn(PropNo) -> Option<Value>,
    ) -> Option<Needs> {
        let mut needs = Needs::default();
        // The values of properties after the writes so far.
        let mut after = BTreeMap::<PropNo, Value>::new();
        for (at, (key, write)) in changes.writes.iter().enumerate() {
            if self.plan.lists.is_empty() && !matches!(write, Write::Edit(_)) {
                continue;
            }
            let Some(prop) = number(key) else { continue };
            let list = self.plan.list_with(prop);
            match write {
                Write::Set(value) => _ = after.insert(prop, value.clone()),
                Write::Append(_) => {}
                Write::Edit(patch) => {
                    let Some(before) = after.get(&prop).cloned().or_else(|| current(prop)) else { continue };
                    match patch.tried_on(&before) {
                        Some(Ok(edited)) => _ = after.insert(prop, edited.clone()),
                        // The changes will be refused later.
                        Some(Err(_)) => {}
                        None => {
                            needs.edits.push((at, before));
                            // Later writes to the same property depend on the result of this edit.
                            break;
                        }
                    }
                }
            }
            if let (Some(list), Some(keys)) = (list, after.get(&prop)) {
                let missing = (self.plan.lists[list].keys_of)(keys).into_iter().filter(|key| {
                    let hash = hash(key);
                    !self.truth.store.lists.has_row(list, hash) && !changes.rows.built.contains_key(&(list, hash))
                });
                needs.rows.extend(missing.map(|key| (list, key)));
            }
        }
        let is_met = needs.edits.is_empty() && (needs.rows.is_empty() || changes.rows.fault.is_some());
        (!is_met).then_some(needs)
    }
}
