//! Values that a device refuses: a shared callback that such a value started has failed.
//!
//! Everybody sees the value, so everybody must see that the device does not have it. The value is marked on every page:
//! `wanted 80, device has 20, refused: too hot`. The mark goes when the callback succeeds, or when somebody sets another
//! value.
//!
//! By default the value is kept. It is what people want, not what the device does, and the engine cannot know what a
//! failed run has done to the device: it may have failed before the device was told, or after. With `refused = revert`
//! the callback promises that an `Err` leaves the device as it was. Then the value that the device has takes effect
//! again. The callback that has refused the other one does not run for it, but all other callbacks that read the value
//! do. A panic promises nothing, so it keeps the value.
//!
//! What runs because a value is marked as refused does not change that mark. A callback that reads the quality may give
//! another one a safe value instead. If that one succeeds, the device has the safe value, and not the refused one. Without
//! this rule the mark would go, the refused value would be tried again, and so on for ever.

use std::{
    collections::{BTreeMap, btree_map::Entry as Place},
    sync::Arc,
    time::Duration,
};

use super::{
    Engine,
    effects::Effects,
    entry::{Action, Entry, Order, Sender},
    lane::LaneId,
    plan::Plan,
    store::{Change, Slot},
};
use crate::{
    callback::{call::Write, trigger::Occasion},
    format,
    handle::Whom,
    numbers::{CallbackNo, PropNo, RowNo},
    prop::{Kind, Which},
    reading::Quality,
    value::Value,
};

/// The longest value in a message, in characters. A longer one is cut.
const SHOWN: usize = 40;

/// What the devices have of the values that people set.
#[derive(Debug, Default)]
pub(super) struct Taken {
    /// The newest value with which this callback has succeeded.
    values: BTreeMap<(CallbackNo, PropNo), Value>,
    /// The starting values, for callbacks with `refused = revert` that have not succeeded yet.
    starting: BTreeMap<PropNo, Value>,
    /// The values that are marked, with the callback that has refused each.
    refused: BTreeMap<PropNo, CallbackNo>,
}

impl Taken {
    pub(super) fn new(plan: &Plan, slots: &[Slot]) -> Self {
        let reverting = plan.callbacks.iter().filter(|callback| callback.def.spec.revert);
        let starting = reverting.flat_map(|callback| &callback.triggers);
        let starting = starting.filter_map(|prop| Some((*prop, slots.get(prop.place())?.value()?.clone())));
        Self { starting: starting.collect(), ..Self::default() }
    }

    /// Forgets what is stored for these properties, because their row is removed.
    pub(super) fn forget(&mut self, is_gone: impl Fn(PropNo) -> bool) {
        self.values.retain(|(_, prop), _| !is_gone(*prop));
        self.refused.retain(|prop, _| !is_gone(*prop));
    }
}

/// A value that the device has and that takes effect again, because it has refused another one.
#[derive(Debug)]
pub(crate) struct Revert {
    prop: PropNo,
    refused: Value,
    to: Value,
    by: CallbackNo,
}

impl Engine {
    /// The callback has succeeded: the device has the values that it has read.
    pub(super) fn take_values(&mut self, lane: LaneId, callback: CallbackNo, row: RowNo) {
        for prop in self.set_points(lane, callback, row) {
            let Some(value) = self.read(lane, None, prop).filter(|_| !self.follows_refusal(lane, prop)) else {
                continue;
            };
            self.taken.values.insert((callback, prop), value);
            let Place::Occupied(refused) = self.taken.refused.entry(prop) else { continue };
            if *refused.get() != callback {
                continue;
            }
            refused.remove();
            let is_marked = self.truth.store.slot(prop).is_refused();
            if let (true, Some(turn)) = (is_marked, self.scheduler.turn_mut(lane)) {
                // It knows, because it has read the value.
                turn.rated.insert((callback, prop));
                turn.stage(true, (prop, Change::Quality(Quality::Good)));
            }
        }
    }

    /// The callback has failed. Marks the values that have started it, unless newer ones wait for it.
    pub(super) fn refuse_values(&mut self, lane: LaneId, callback: CallbackNo, row: RowNo, why: &str, panicked: bool) {
        let Some(turn) = self.scheduler.turn(lane) else { return };
        let is_wanted = |prop: &PropNo| turn.changed.contains(prop) || turn.occasion == Occasion::Start;
        let wanted: Vec<PropNo> = self.set_points(lane, callback, row).into_iter().filter(is_wanted).collect();
        for prop in wanted {
            let Some(value) = self.read(lane, None, prop) else { continue };
            if !self.is_newest(lane, prop, &value) || self.follows_refusal(lane, prop) {
                continue;
            }
            let had = self.taken.values.get(&(callback, prop)).cloned();
            let by = self.taken.refused.get(&prop).filter(|_| self.truth.store.slot(prop).is_refused());
            if by.is_some_and(|by| *by != callback) {
                // The first callback that has refused it is enough.
                continue;
            }
            self.taken.refused.insert(prop, callback);
            let why: Arc<str> = Refused { value: &value, had: had.as_ref(), panicked }.told(why).into();
            // If the device has taken nothing yet, people have seen the starting value before.
            let before = had.or_else(|| self.taken.starting.get(&prop).cloned());
            let reverts = self.plan.callbacks[callback].def.spec.revert && !panicked;
            let revert = before.filter(|before| reverts && before.json() != value.json());
            let Some(turn) = self.scheduler.turn_mut(lane) else { return };
            // It would run, and refuse the value, for ever.
            turn.rated.insert((callback, prop));
            turn.stage(true, (prop, Change::Quality(Quality::Refused(why))));
            turn.reverts.extend(revert.map(|to| Revert { prop, refused: value, to, by: callback }));
        }
    }

    /// Gives the refused values back, at the end of the turn in which they were refused.
    pub(super) fn revert(&mut self, now: Duration, lane: LaneId, reverts: Vec<Revert>, fx: &mut Effects) {
        for Revert { prop, refused, to, by } in reverts {
            if !self.has(prop) || !self.is_newest(lane, prop, &refused) || !self.may_give_back(prop, &to) {
                continue;
            }
            let name = self.plan.callbacks[by].def.spec.name;
            let write = Write::Set(to);
            let records = self.records_of_program(now, Some(name), None, &[(prop, write.clone())]);
            let changes = vec![(prop, Action::Write(write))];
            let entry = Entry {
                // The callback must run for other values that wait.
                may_merge: false,
                refused_by: Some(by),
                ..Entry::new(Sender::Program(Whom::All), changes, Order::AtArrival)
            };
            // If a queue has no room, the refused value stays, with its mark.
            if self.enter(now, entry, fx).is_ok() {
                self.finish_records_of_program(records);
            }
        }
    }

    /// Another value replaces one that is marked as refused.
    pub(super) fn is_replaced(&mut self, prop: PropNo) {
        self.taken.refused.remove(&prop);
    }

    /// Whether this turn runs because the value is marked as refused.
    fn follows_refusal(&self, lane: LaneId, prop: PropNo) -> bool {
        let follows = self.scheduler.turn(lane).is_some_and(|turn| turn.follows.contains(&prop));
        follows && self.truth.store.slot(prop).is_refused()
    }

    /// Whether everybody sees this value and no other one waits.
    fn is_newest(&self, lane: LaneId, prop: PropNo, value: &Value) -> bool {
        let waits = self.scheduler.lane(lane).is_some_and(|lane| lane.queued_props().any(|queued| queued == prop));
        !waits && self.truth.store.value(prop).is_some_and(|now| now.json() == value.json())
    }

    /// The values that people set and that start this callback, for this row. Of a callback for all rows, only those that
    /// have changed: there may be thousands.
    fn set_points(&self, lane: LaneId, callback: CallbackNo, row: RowNo) -> Vec<PropNo> {
        let wiring = &self.plan.callbacks[callback];
        let Some(turn) = self.scheduler.turn(lane).filter(|_| wiring.shared()) else { return Vec::new() };
        let ports = wiring.def.spec.triggers.iter().zip(&wiring.triggers);
        let props = ports.flat_map(|(port, prop)| match port.rows {
            Which::One => vec![*prop],
            Which::Own => vec![self.plan.in_row(*prop, row)],
            Which::All => turn.changed.iter().copied().filter(|changed| self.plan.cell(*changed) == *prop).collect(),
        });
        let is_set = |prop: &PropNo| {
            let plan = self.plan.prop(*prop);
            let is_writable = || plan.aliases.iter().chain([prop]).any(|one| self.plan.prop(*one).info.writable);
            plan.info.kind == Kind::State && !plan.private && is_writable() && self.has(*prop)
        };
        props.filter(is_set).collect()
    }
}

/// A value that was refused, and the one that the device had before, if it has taken any.
pub(super) struct Refused<'a> {
    pub(super) value: &'a Value,
    pub(super) had: Option<&'a Value>,
    pub(super) panicked: bool,
}

impl Refused<'_> {
    /// What people read.
    pub(super) fn told(&self, why: &str) -> String {
        let wanted = shown(self.value);
        // After a panic nobody knows what the device has.
        let (has, how) = if self.panicked { ("had", "failed") } else { ("has", "refused") };
        let had = self.had.map(|had| format!(", device {has} {}", shown(had))).unwrap_or_default();
        format!("wanted {wanted}{had}, {how}: {why}")
    }
}

/// A value for a message.
pub(super) fn shown(value: &Value) -> String {
    let number = value.get::<f64>().map(|number| format::plain(*number));
    let switch = value.get::<bool>().map(|on| if *on { "on" } else { "off" }.to_owned());
    shortened(&number.or(switch).unwrap_or_else(|| value.json().to_owned()))
}

/// A text for a message.
pub(super) fn shortened(text: &str) -> String {
    match text.char_indices().nth(SHOWN) {
        Some((end, _)) => format!("{}…", &text[..end]),
        None => text.to_owned(),
    }
}
