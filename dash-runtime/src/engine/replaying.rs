//! A replay: the engine shows states that it is given, and nothing happens by itself.
//!
//! The plan of a replay ([`Plan::replay`]) is that of the dashboard, with three differences. No callback is handed out
//! ([`Plan::may_run`]), except the one that makes the pages of a router: it borrows nothing, so it can only draw. No
//! command is taken, except the one for another page of the router. And each control is disabled, for everybody.
//!
//! The player brings the differences from one state to another ([`Engine::show`]). They are committed like all other
//! changes, so pages get them as they get everything, also when the replay goes back in time.

use std::{collections::BTreeSet, sync::Arc};

use super::{
    Engine,
    effects::Effects,
    places::contents_of,
    plan::{Plan, PropPlan},
    rows::NewRow,
    store::{Change, NewRecord},
};
use crate::{
    callback::{call::Write, params::Source},
    component::ComponentInfo,
    element::{self, Element},
    numbers::{CallbackNo, ListNo, PropNo},
    place::{ANY_ROW, path},
    prop::ComponentId,
    reading::Quality,
    record::AuditRecord,
    rights::{HIGHEST, Rights, higher},
    rows::{hash, hash_of},
    value::Value,
};

/// What people read who want to change something.
pub(crate) const WHY: &str = "this is a replay";

/// What a property shows from now on.
#[derive(Debug, Clone)]
pub(crate) struct ShownChange {
    /// The property in the table. For a property in a row, its cell.
    pub(crate) prop: PropNo,
    /// The JSON of the key of its row.
    pub(crate) key: Option<Arc<str>>,
    pub(crate) content: ShownContent,
    /// Why its value is bad, and whether the device has refused it. `None`: it is good.
    pub(crate) quality: Option<(Arc<str>, bool)>,
}

/// The content of a property.
#[derive(Debug, Clone)]
pub(crate) enum ShownContent {
    /// As it is.
    Same,
    Value(Value),
    /// New items of a stream, each with the level that is needed to see it.
    Append(Vec<(u8, Value)>),
    /// All items of a stream.
    Items(Vec<(u8, Value)>),
}

/// A row that was made for a replay.
pub(crate) type MadeRow = (ListNo, NewRow);

impl Plan {
    /// Makes it the plan of a replay.
    pub(crate) fn replay(&mut self, rights: &[Rights]) {
        self.replays = true;
        self.component_rights = rights.to_vec();
        // Nothing is kept, and there is no history.
        self.has_histories = false;
        (self.login_sessions, self.island_of_logins) = (None, None);
        for prop in &mut self.props {
            (prop.keep, prop.history) = (None, None);
        }
        let locked: BTreeSet<PropNo> =
            self.numbered().filter(|(no, _)| self.is_locked(*no)).filter_map(|(_, prop)| prop.disabled).collect();
        for no in locked {
            self.props[no.place()].levels.locks = HIGHEST;
        }
    }

    /// Whether a replay locks the component of this property.
    fn is_locked(&self, prop: PropNo) -> bool {
        let wiring = self.prop(prop);
        wiring.info.writable && !self.router.is_some_and(|router| router.is_path(prop))
    }

    /// Whether a component can be changed on a dashboard that is no replay.
    pub(super) fn locks_component(&self, component: usize) -> bool {
        let (first, end) = (self.first_of(component).place(), self.first_of(component + 1).place());
        self.replays && (first..end).any(|prop| self.is_locked(PropNo::new(prop)))
    }

    /// Whether a client of a replay may change the property.
    pub(super) fn is_open_in_replay(&self, prop: PropNo) -> bool {
        self.router.is_some_and(|router| router.is_path(self.cell(prop)))
    }

    /// Whether a callback may run.
    pub(super) fn may_run(&self, no: CallbackNo) -> bool {
        if !self.replays {
            return true;
        }
        let callback = &self.callbacks[no];
        let spec = &callback.def.spec;
        let is_of_router = self.router.is_some_and(|router| router.is_made_by(no));
        let asks_client = spec.params.iter().any(|param| matches!(param, Source::Client));
        is_of_router && callback.part.is_none() && callback.list.is_none() && spec.session.is_none() && !asks_client
    }

    /// Reads a recorded value. `None` if it is not in the record.
    ///
    /// # Errors
    /// Why the property cannot have it.
    pub(crate) fn read_recorded(self: &Arc<Self>, prop: PropNo, json: &str) -> Result<Value, String> {
        let (plan, decode) = (Arc::clone(self), self.prop(prop).info.ty.decode);
        element::reading(move |id, tag| plan.component_named(id, tag), || decode(json))
            .map_err(|error| error.to_string())
    }

    /// The level that is needed now to see an item of a record, which was `level` in the run. `roles` are those of the run.
    pub(crate) fn level_of_recorded(&self, level: u8, roles: &[String], item: &Value) -> u8 {
        // Only what people did is not for all who see the stream.
        let Some(record) = item.get::<AuditRecord>() else { return level };
        let level = match roles.get(usize::from(level)) {
            Some(name) => self.rights.roles.names().iter().position(|known| known == name),
            // Without roles, everybody has the lowest level.
            None if level == 0 => Some(0),
            None => None,
        };
        let level = level.and_then(|level| u8::try_from(level).ok()).unwrap_or(HIGHEST);
        // The dashboard may show less of the property than it did then.
        let Some(prop) = self.find_recorded(&record.property).map(|prop| self.prop(prop)) else { return HIGHEST };
        let is_open = !record.hidden && (prop.secret || prop.private);
        if is_open { HIGHEST } else { higher(level, prop.levels.sees) }
    }

    /// The property with this name, also in a row that does not exist.
    fn find_recorded(&self, name: &str) -> Option<PropNo> {
        let (component, property) = name.rsplit_once('.')?;
        let is_between = |(before, after): (&str, &str), open: &str, close: &str| {
            let rest = component.strip_prefix(before).and_then(|rest| rest.strip_suffix(after));
            rest.is_some_and(|key| key.starts_with(open) && key.ends_with(close))
        };
        let is_it = |prop: &PropPlan| {
            let path = path(prop.component);
            let is_in_row = || {
                path.split_once("[key]").is_some_and(|row| is_between(row, "[", "]"))
                    || prop.component.split_once(ANY_ROW).is_some_and(|row| is_between(row, "", ""))
            };
            prop.info.name == property && is_in_row()
        };
        // A name without a row is exact.
        self.find_named(name).or_else(|| self.numbered().find(|(_, prop)| is_it(prop)).map(|(no, _)| no))
    }

    fn component_named(&self, id: &str, tag: &str) -> Option<(ComponentId, &'static ComponentInfo)> {
        let at = self.components.iter().position(|(name, info)| *name == id && info.tag == tag)?;
        let (name, info) = self.components[at];
        // A `#[components]` struct cannot have more components than `u16` can number.
        let id = ComponentId::new(self.owner, name, u16::try_from(at).ok()?);
        let rights = self.component_rights.get(at).copied().unwrap_or(Rights::NONE);
        Some((id.with(rights), info))
    }

    /// Makes rows. Runs a function of the user, so it is called without the engine's lock.
    pub(crate) fn make_rows(&self, wanted: Vec<(ListNo, Value)>) -> (Vec<MadeRow>, Vec<String>) {
        let (mut made, mut faults) = (Vec::new(), Vec::new());
        for (list, key) in wanted {
            match self.lists[list].make(self, &key) {
                Ok(row) => made.push((list, row)),
                Err(why) => faults.push(why),
            }
        }
        (made, faults)
    }
}

impl Engine {
    /// The rows that these changes will add.
    pub(crate) fn rows_to_make(&self, changes: &[ShownChange]) -> Vec<(ListNo, Value)> {
        let mut wanted = Vec::new();
        for change in changes {
            let (Some(list), ShownContent::Value(value)) = (self.plan.list_with(change.prop), &change.content) else {
                continue;
            };
            let keys = (self.plan.lists[list].keys_of)(value).into_iter();
            let is_new = |key: &Value| !self.truth.store.lists.has_row(list, hash(key));
            wanted.extend(keys.filter(is_new).map(|key| (list, key)));
        }
        wanted
    }

    /// Shows these changes. Each may also be none.
    pub(crate) fn show(&mut self, rows: Vec<MadeRow>, changes: Vec<ShownChange>, fx: &mut Effects) {
        for (list, row) in rows {
            let lists = &mut self.truth.store.lists;
            let (hash, number) = (hash(&row.key), lists.next());
            lists.prepare((list, hash), number, row);
        }
        let (lists, rest): (Vec<_>, Vec<_>) =
            changes.into_iter().partition(|change| self.plan.list_with(change.prop).is_some());
        // The rows must be there before what is in them.
        for part in [lists, rest] {
            let mut differences = Vec::new();
            for change in part {
                let Some(prop) = self.shown_in(&change) else { continue };
                differences.extend(self.differences(prop, change));
            }
            if differences.is_empty() {
                continue;
            }
            for (prop, change) in &differences {
                if let Change::Write(Write::Set(value)) = change
                    && let Some(element) = value.get::<Element>()
                {
                    self.truth.contents.set(*prop, contents_of(element));
                }
            }
            self.commit(differences);
            fx.wake_all();
        }
        self.truth.new_rows.clear();
    }

    /// The property that a change is of. `None` if its row does not exist.
    fn shown_in(&self, change: &ShownChange) -> Option<PropNo> {
        let Some(key) = &change.key else { return Some(change.prop) };
        let list = self.plan.list_of(change.prop)?;
        let row = self.truth.store.lists.row_of(list, hash_of(key))?;
        Some(self.plan.in_row(change.prop, row))
    }

    fn differences(&self, prop: PropNo, change: ShownChange) -> Vec<(PropNo, Change)> {
        let slot = self.truth.store.slot(prop);
        let mut all = Vec::new();
        match change.content {
            ShownContent::Same => {}
            ShownContent::Value(value) => {
                if slot.value().is_some_and(|now| now.json() != value.json()) {
                    all.push((prop, Change::Write(Write::Set(value))));
                }
            }
            ShownContent::Append(items) if !items.is_empty() => {
                all.push((prop, Change::Records(items.into_iter().map(NewRecord::from).collect())));
            }
            ShownContent::Append(_) => {}
            ShownContent::Items(items) => {
                let is_same = slot.items().map(Value::json).eq(items.iter().map(|(_, item)| item.json()));
                if !is_same {
                    all.push((prop, Change::Replace(items.into_iter().map(NewRecord::from).collect())));
                }
            }
        }
        let now = slot.bad().map(|why| (why, slot.is_refused()));
        if now != change.quality.as_ref().map(|(why, refused)| (&**why, *refused)) {
            let quality = match change.quality {
                Some((why, true)) => Quality::Refused(why),
                Some((why, false)) => Quality::Failed(why),
                None => Quality::Good,
            };
            all.push((prop, Change::Quality(quality)));
        }
        all
    }

    /// The shared state as a record has it, to compare it with one: the name of each property, and its content.
    #[cfg(all(test, feature = "testing"))]
    pub(crate) fn recorded_state(&self) -> std::collections::BTreeMap<String, String> {
        let text = |slot: &super::store::Slot, prop: PropNo| match self.plan.prop(prop).info.kind {
            crate::prop::Kind::Stream => slot.items().map(|item| item.json().to_owned()).collect::<Vec<_>>().join(","),
            _ => slot.value().map_or_else(String::new, |value| value.json().to_owned()),
        };
        let all = self.all_props().into_iter().filter(|prop| {
            let is_cell = self.plan.list_of(*prop).is_some() && self.plan.numbering.is_in_table(*prop);
            self.plan.is_recorded(*prop) && !self.plan.prop(*prop).secret && !is_cell
        });
        all.map(|prop| {
            let slot = self.truth.store.slot(prop);
            (self.name_of(prop), format!("{} {:?} {}", text(slot, prop), slot.bad(), slot.is_refused()))
        })
        .collect()
    }
}
