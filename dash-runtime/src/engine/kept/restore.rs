//! How kept values come back: before the start, and with the rows that come later.

use std::ops::Range;

use super::*;

impl Engine {
    /// Gives the kept values back, before the start. Returns what has to be told about values that do not come back.
    pub(crate) fn restore(&mut self, kept: Vec<KeptValue>) -> Vec<String> {
        let plan = Arc::clone(&self.plan);
        let by_key: HashMap<&[u8], PropNo> = plan.kept().map(|(prop, keep)| (&*keep.key, prop)).collect();
        let kept = self.restore_outcomes(kept);
        let kept = self.request_keys.restore(kept, request_keys::read);
        let (kept, cut_off) = self.under_way.restore(kept);
        let (last_alarms, kept) = Self::last_alarms(kept);
        let (kept, mut told) = self.restore_logins(kept);
        told.extend(cut_off);
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
        let changes = keep.changes(&value, kept.age).into_iter().map(|change| (prop, change)).collect();
        let rev = self.commit(changes);
        self.came_back(prop, kept.age, rev);
        if is_set {
            self.view_starts_with(prop, &value);
        }
        Ok(())
    }

    /// A value has come back at this revision.
    fn came_back(&mut self, prop: PropNo, age: Option<Duration>, rev: u64) {
        let Some(keep) = &self.plan.prop(prop).keep else { return };
        if keep.measured {
            self.kept.unmeasured.insert(prop);
        }
        if !keep.ask {
            self.date_restored(prop, age);
        }
        self.kept.restored.insert(prop, rev);
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
        let rev = self.commit(vec![(prop, Change::Write(Write::Set(value.clone())))]);
        self.kept.restored.insert(prop, rev);
        self.view_starts_with(prop, &value);
        Vec::new()
    }

    /// Changes are about to be committed. What is written in them is not from before the restart any more.
    pub(in crate::engine) fn unmark_measured(&mut self, changes: &mut Vec<(PropNo, Change)>) {
        if self.kept.unmeasured.is_empty() || !self.scheduler.is_started() {
            return;
        }
        let is_write = |(prop, change): &(PropNo, Change)| matches!(change, Change::Write(_)).then_some(*prop);
        let written: Vec<PropNo> = changes.iter().filter_map(is_write).collect();
        changes.extend(
            written
                .into_iter()
                .filter(|prop| self.kept.unmeasured.remove(prop))
                .map(|prop| (prop, Change::Quality(Quality::Good))),
        );
    }

    /// Whether the value is one that a source had measured before the restart. A run that writes nothing does not make it
    /// a new one.
    pub(in crate::engine) fn is_unmeasured(&self, prop: PropNo) -> bool {
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
    pub(in crate::engine) fn with_kept(&mut self, list: ListNo, number: RowNo, row: &mut NewRow, rev: u64) {
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
                    self.came_back(plan.in_row(cell, number), kept.age, rev);
                }
                (Ok(_), None) => {}
                (Err(why), _) => log::warn(&not_restored(&plan.prop(cell).name(), &kept, &why)),
            }
        }
    }

    /// Rows were added at this revision, and these changes are the next ones at it. What they write in a row replaces the
    /// value that has just come back there.
    pub(in crate::engine) fn replace_restored(&mut self, changes: &mut Vec<(PropNo, Change)>, rev: u64) {
        let is_new = |prop: PropNo| self.kept.restored.get(&prop) == Some(&rev);
        let written = changes.iter().filter(|(_, change)| matches!(change, Change::Write(_))).map(|(prop, _)| *prop);
        let replaced: Vec<PropNo> = written.filter(|prop| is_new(*prop)).collect();
        if replaced.is_empty() {
            return;
        }
        self.date_writes(changes);
        for prop in replaced {
            self.kept.restored.remove(&prop);
            self.kept.unmeasured.remove(&prop);
            if self.truth.store.slot(prop).bad().is_some() {
                changes.push((prop, Change::Quality(Quality::Good)));
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
    pub(in crate::engine) fn keep_of_removed(&mut self, list: ListNo, row: RowNo) {
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
