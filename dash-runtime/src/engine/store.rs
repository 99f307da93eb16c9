//! The store: the current value of every property, with the revision of its last change.
//!
//! A client always asks for the same thing: every change newer than the revision it has. This is so for a client that
//! is behind, that reconnects, or that is new.

use std::{
    collections::{BTreeSet, VecDeque},
    ops::{Index, IndexMut},
    sync::Arc,
};

use super::{
    gathering::{self, Owner},
    journal::Journal,
    plan::Plan,
    recording::Content,
    rights::{Gets, View},
    rows::Lists,
};
use crate::{
    callback::call::Write,
    element::Element,
    numbers::{Numbering, PropNo},
    protocol::server::{Update, quoted},
    reading::Quality,
    value::Value,
    words::log,
};

/// The shared values.
pub(crate) struct Store {
    numbering: Numbering,
    rev: u64,
    slots: Vec<Slot>,
    /// The values in rows.
    pub(super) lists: Lists,
    /// For each property, the other properties that `bind` made aliases of it. They change together.
    aliases: Vec<Vec<PropNo>>,
    /// Every slot by the revision of its last change, so that new changes are found without a scan of all slots.
    recent: BTreeSet<(u64, PropNo)>,
}

impl Store {
    /// Starts at revision 1 with these values. `aliases` has for each property the others that change with it.
    pub(crate) fn new(slots: Vec<Slot>, aliases: Vec<Vec<PropNo>>) -> Self {
        let numbering = Numbering::new(slots.len());
        let mut store = Self { numbering, rev: 1, slots, lists: Lists::default(), aliases, recent: BTreeSet::new() };
        for (prop, slot) in numbering.table().zip(&mut store.slots) {
            slot.rev = 1;
            store.recent.insert((1, prop));
        }
        store
    }

    pub(crate) const fn rev(&self) -> u64 {
        self.rev
    }

    /// Takes the next revision for a change outside the store. Private values use the same count of revisions.
    pub(crate) const fn next_rev(&mut self) -> u64 {
        self.rev += 1;
        self.rev
    }

    /// The slot of a property. For a cell of a row that does not exist, the slot of the cell in the table, which is
    /// never written.
    pub(crate) fn slot(&self, prop: PropNo) -> &Slot {
        let cell = &self.slots[self.numbering.place(prop)];
        if self.numbering.is_in_table(prop) { cell } else { self.lists.slot(prop, self.numbering).unwrap_or(cell) }
    }

    pub(crate) fn value(&self, prop: PropNo) -> Option<&Value> {
        self.slot(prop).value()
    }

    fn slot_mut(&mut self, prop: PropNo) -> Option<&mut Slot> {
        match self.numbering.is_in_table(prop) {
            true => Some(&mut self.slots[prop]),
            false => self.lists.slot_mut(prop, self.numbering),
        }
    }

    /// Sets how many items the stream `prop` keeps.
    pub(super) fn keep_items(&mut self, prop: PropNo, items: usize) {
        if let Some(slot) = self.slot_mut(prop) {
            slot.keep(items);
        }
    }

    /// Adds a cell of a new row. Every client gets its value.
    pub(super) fn add_cell(&mut self, prop: PropNo, rev: u64) {
        if let Some(slot) = self.slot_mut(prop) {
            slot.set_added(rev);
            self.recent.insert((rev, prop));
        }
    }

    /// Removes a cell, because its row is removed.
    pub(super) fn remove_cell(&mut self, prop: PropNo) {
        let rev = self.slot(prop).rev;
        self.recent.remove(&(rev, prop));
    }

    /// Makes all of these changes at one new revision.
    pub(crate) fn commit(&mut self, changes: impl IntoIterator<Item = (PropNo, Change)>) -> u64 {
        let rev = self.next_rev();
        self.commit_at(changes, rev);
        rev
    }

    /// Makes all of these changes at `rev`, which must be the newest revision. Ignores changes in rows that are
    /// removed.
    pub(super) fn commit_at(&mut self, changes: impl IntoIterator<Item = (PropNo, Change)>, rev: u64) {
        for (prop, change) in changes {
            // Cells of rows have no aliases.
            let aliases = self.aliases.get(prop.place()).map_or(0, Vec::len);
            for at in 0..aliases {
                self.change(self.aliases[prop.place()][at], change.clone(), rev);
            }
            self.change(prop, change, rev);
        }
    }

    fn change(&mut self, prop: PropNo, change: Change, rev: u64) {
        let Some(slot) = self.slot_mut(prop) else { return };
        let before = slot.rev;
        slot.apply(change, rev);
        let after = slot.rev;
        self.recent.remove(&(before, prop));
        self.recent.insert((after, prop));
    }

    /// The changes newer than revision `from`. `gets` tells what the client gets of a property.
    pub(crate) fn update_for(&self, from: u64, plan: &Plan, gets: impl Fn(PropNo) -> Gets) -> Update {
        let mut update = Update::default();
        for &(_, prop) in self.recent.range((from + 1, PropNo::default())..) {
            let gets = gets(prop);
            self.slot(prop).write_for(prop, from, plan, gets, &mut update);
            if let Gets::Value(view) = gets {
                self.lists.write_since(prop, from, plan, view, &mut update);
            }
        }
        update
    }

    /// Every property that changed after revision `from`.
    pub(crate) fn changed_since(&self, from: u64) -> impl Iterator<Item = PropNo> {
        self.recent.range((from.saturating_add(1), PropNo::default())..).map(|&(_, prop)| prop)
    }
}

impl Index<PropNo> for [Slot] {
    type Output = Slot;

    fn index(&self, prop: PropNo) -> &Slot {
        &self[prop.place()]
    }
}

impl IndexMut<PropNo> for [Slot] {
    fn index_mut(&mut self, prop: PropNo) -> &mut Slot {
        &mut self[prop.place()]
    }
}

impl Index<PropNo> for Vec<Slot> {
    type Output = Slot;

    fn index(&self, prop: PropNo) -> &Slot {
        &self[prop.place()]
    }
}

impl IndexMut<PropNo> for Vec<Slot> {
    fn index_mut(&mut self, prop: PropNo) -> &mut Slot {
        &mut self[prop.place()]
    }
}

/// One change of one property.
#[derive(Debug, Clone)]
pub(crate) enum Change {
    Write(Write),
    /// The value from the builder of a component that was placed. It has no effect if the property was written before.
    Placed(Value),
    /// The quality of the value, which itself stays.
    Quality(Quality),
    /// All items of a stream, before the start.
    Refill(Vec<Value>),
    /// New records of a stream that shows who wanted what.
    Records(Vec<NewRecord>),
    /// These are all items of a stream from now on, in place of those that clients have. In a replay.
    Replace(Vec<NewRecord>),
}

impl Change {
    /// The quality that it gives the value, if it changes it.
    pub(super) const fn quality(&self) -> Option<&Quality> {
        if let Self::Quality(quality) = self { Some(quality) } else { None }
    }
}

/// A record for a stream that shows who wanted what.
#[derive(Debug, Clone)]
pub(crate) struct NewRecord {
    /// The level that is needed to see it.
    pub(super) sees: u8,
    /// Whose it is: each user has a share of what is kept.
    pub(super) owner: Owner,
    pub(super) value: Value,
}

/// A replay has the newest records that a stream has room for, whatever they say.
impl From<(u8, Value)> for NewRecord {
    fn from((sees, value): (u8, Value)) -> Self {
        Self { sees, owner: Owner::default(), value }
    }
}

/// The value of one property, and the revisions of its changes.
#[derive(Debug, Clone)]
pub(crate) struct Slot {
    rev: u64,
    /// Whether a browser, a callback or the program has changed it.
    written: bool,
    body: Body,
    quality: Quality,
    quality_rev: u64,
}

#[derive(Debug, Clone)]
enum Body {
    State(Value, Journal),
    /// Each browser computes the value. This is the starting value from the layout. It is never sent.
    Computed(Value),
    Event,
    Stream(Ring),
}

/// The last items of a stream.
#[derive(Debug, Clone)]
struct Ring {
    items: VecDeque<Entry>,
    limit: usize,
    /// The revision of the newest item that was dropped.
    dropped: u64,
}

/// One item of a stream.
#[derive(Debug, Clone)]
struct Entry {
    rev: u64,
    /// The level that is needed to see it.
    sees: u8,
    /// Whose record it is.
    owner: Owner,
    value: Value,
}

impl Slot {
    pub(crate) const fn state(value: Value) -> Self {
        Self::of(Body::State(value, Journal::new()))
    }

    pub(crate) const fn computed(value: Value) -> Self {
        Self::of(Body::Computed(value))
    }

    pub(crate) const fn event() -> Self {
        Self::of(Body::Event)
    }

    pub(crate) const fn stream(limit: usize) -> Self {
        Self::of(Body::Stream(Ring { items: VecDeque::new(), limit, dropped: 0 }))
    }

    /// Sets the revision at which the row was added. A client with an older revision gets the whole value.
    fn set_added(&mut self, rev: u64) {
        self.rev = rev;
        if let Body::State(_, journal) = &mut self.body {
            journal.write(rev);
        }
    }

    const fn of(body: Body) -> Self {
        Self { rev: 0, written: false, body, quality: Quality::Good, quality_rev: 0 }
    }

    pub(crate) const fn rev(&self) -> u64 {
        self.rev
    }

    /// The revision of the last change of the value of a state. Its quality may have changed since.
    pub(crate) fn value_rev(&self) -> u64 {
        if let Body::State(_, journal) = &self.body { journal.newest() } else { self.rev }
    }

    pub(crate) const fn value(&self) -> Option<&Value> {
        match &self.body {
            Body::State(value, _) | Body::Computed(value) => Some(value),
            Body::Event | Body::Stream(_) => None,
        }
    }

    /// The items of a stream that are kept for pages that come later, the oldest first. None for other properties.
    pub(crate) fn items(&self) -> impl Iterator<Item = &Value> {
        let ring = if let Body::Stream(ring) = &self.body { Some(ring) } else { None };
        ring.into_iter().flat_map(|ring| ring.items.iter().map(|item| &item.value))
    }

    /// Whether the value still contains the edit that was made at `rev`.
    pub(crate) const fn contains_edit(&self, rev: u64) -> bool {
        match &self.body {
            Body::State(_, journal) => journal.contains_edit(rev),
            Body::Computed(_) | Body::Event | Body::Stream(_) => true,
        }
    }

    /// Whether a browser, a callback or the program has changed it since the start.
    pub(crate) const fn is_written(&self) -> bool {
        self.written
    }

    pub(crate) fn bad(&self) -> Option<&str> {
        self.quality.why()
    }

    /// Whether it is bad because the device has refused it.
    pub(crate) const fn is_refused(&self) -> bool {
        matches!(self.quality, Quality::Refused(_))
    }

    /// A value that browsers compute from these inputs, at the revision of the newest of them.
    pub(crate) fn computed_from(value: Value, inputs: &[&Self]) -> Self {
        Self {
            rev: inputs.iter().map(|input| input.rev).max().unwrap_or(0),
            quality: inputs.iter().find_map(|input| input.bad()).map_or(Quality::Good, Quality::failed),
            quality_rev: inputs.iter().map(|input| input.quality_rev).max().unwrap_or(0),
            ..Self::computed(value)
        }
    }

    /// Sets what a new page shows for a computed property: the value, if the server can compute it, and the quality of
    /// its inputs.
    pub(crate) fn show(&mut self, computed: Option<Value>, bad: Option<&str>) {
        if let Some(value) = computed {
            self.body = Body::Computed(value);
        }
        self.quality = bad.map_or(Quality::Good, Quality::failed);
    }

    pub(crate) fn apply(&mut self, change: Change, rev: u64) {
        if let Change::Placed(new) = &change
            && (self.written || self.value().is_none_or(|value| value.json() == new.json()))
        {
            return;
        }
        self.rev = rev;
        self.written |= matches!(change, Change::Write(_));
        match (change, &mut self.body) {
            (Change::Quality(quality), _) => {
                self.quality = quality;
                self.quality_rev = rev;
            }
            (Change::Placed(new) | Change::Write(Write::Set(new)), Body::State(value, journal)) => {
                *value = new;
                journal.write(rev);
            }
            (Change::Write(Write::Edit(patch)), Body::State(value, journal)) => match patch.apply(value) {
                Ok(edited) => {
                    *value = edited.value;
                    journal.edit(edited.ops, rev);
                }
                // The turn has tried its edits on this same value before.
                Err(why) => log::warn(&format_args!("an edit was skipped: {why}")),
            },
            (Change::Write(Write::Append(new)), Body::Stream(ring)) => {
                ring.append(new, rev);
            }
            (Change::Refill(items), Body::Stream(ring)) => {
                ring.items.clear();
                ring.append(items, rev);
            }
            (Change::Records(new), Body::Stream(ring)) => ring.append_records(new, rev),
            (Change::Replace(items), Body::Stream(ring)) => {
                ring.items.clear();
                ring.append_records(items, rev);
                // Each client has older items, which these replace.
                ring.dropped = rev;
            }
            // The types of `Prop` rule out a set of a stream and an append to a state.
            (Change::Placed(_) | Change::Write(_) | Change::Records(_) | Change::Refill(_) | Change::Replace(_), _) => {
            }
        }
    }

    /// Appends what a client gets of the changes newer than revision `from`.
    pub(crate) fn write_for(&self, prop: PropNo, from: u64, plan: &Plan, gets: Gets, update: &mut Update) {
        match gets {
            Gets::Nothing => {}
            Gets::Is(said) => update.push_value(prop.wire(), if said { "true" } else { "false" }),
            Gets::Value(None) => self.write_since(prop, from, update),
            Gets::Value(view) => match self.value().and_then(|value| value.get::<Element>()) {
                None if let Body::Stream(ring) = &self.body => {
                    self.write_quality_since(prop, from, update);
                    ring.write_since(prop, from, view, &mut update.streams);
                }
                // Edits of an element count its components, also those that are withheld. So the whole is sent.
                Some(element) => {
                    self.write_quality_since(prop, from, update);
                    update.push_value(prop.wire(), &plan.json_for(view, element));
                }
                None => self.write_since(prop, from, update),
            },
        }
    }

    fn write_quality_since(&self, prop: PropNo, from: u64, update: &mut Update) {
        use std::fmt::Write as _;
        // A page from another run of the program (`from` is 0) may show any property as bad, so it gets every quality.
        if self.quality_rev > from || from == 0 {
            let _ = write!(update.quality, "{},", self.quality_entry(prop));
        }
    }

    /// Appends the changes newer than revision `from`.
    pub(crate) fn write_since(&self, prop: PropNo, from: u64, update: &mut Update) {
        use std::fmt::Write as _;
        if matches!(self.body, Body::Computed(_)) {
            return;
        }
        self.write_quality_since(prop, from, update);
        match &self.body {
            Body::State(value, journal) => match journal.since(from, value) {
                Some(ops) if ops.is_empty() => {}
                Some(ops) => _ = write!(update.edits, "[{prop},[{ops}]],"),
                None => update.push_value(prop.wire(), value.json()),
            },
            Body::Computed(_) | Body::Event => {}
            Body::Stream(ring) => ring.write_since(prop, from, None, &mut update.streams),
        }
    }

    /// Appends a state as a whole, and its quality. Appends nothing for a stream or an event.
    pub(crate) fn write_whole(&self, prop: PropNo, from: u64, plan: &Plan, view: View, update: &mut Update) {
        use std::fmt::Write as _;
        if self.value().is_none() {
            return;
        }
        let Some(value) = plan.value_json(view, prop, self) else { return };
        if self.quality_since(from).is_some() {
            let _ = write!(update.quality, "{},", self.quality_entry(prop));
        }
        update.push_value(prop.wire(), &value);
    }

    /// The quality as a callback reads it.
    pub(super) const fn quality(&self) -> &Quality {
        &self.quality
    }

    /// The quality as a page reads it: `[prop,why]`, `[prop,why,1]` for a refused value, `[prop,null]` for a good one.
    pub(crate) fn quality_entry(&self, prop: PropNo) -> String {
        match self.bad() {
            Some(why) if self.is_refused() => format!("[{prop},{},1]", quoted(why)),
            Some(why) => format!("[{prop},{}]", quoted(why)),
            None => format!("[{prop},null]"),
        }
    }

    /// The quality, if it changed after revision `from`: the reason why the property is bad, or `None` if it is good.
    pub(crate) fn quality_since(&self, from: u64) -> Option<Option<&str>> {
        (self.quality_rev > from).then(|| self.bad())
    }

    /// The items of a stream newer than revision `from` that this view gets, as a JSON list, and whether they replace the
    /// older items. `None` if there are no new items.
    pub(crate) fn items_since(&self, from: u64, view: View) -> Option<(String, bool)> {
        let Body::Stream(ring) = &self.body else { return None };
        let (from, replace) = ring.missing(from, view)?;
        let mut list = String::from("[");
        ring.write_items(from, view, &mut list);
        list.push(']');
        Some((list, replace))
    }

    /// What the record of a run gets of the changes newer than revision `from`. 0: everything. The record has those up to
    /// revision `known`.
    pub(super) fn recorded_since(&self, from: u64, known: u64) -> Content {
        match &self.body {
            _ if self.rev <= from => Content::Same,
            Body::State(value, journal) => match journal.since(from, value) {
                Some(ops) if ops.is_empty() => Content::Same,
                Some(ops) => Content::Edits(ops),
                None => Content::Value(value.clone()),
            },
            Body::Stream(ring) => match ring.missing(from, None) {
                Some((from, replace)) => Content::Items {
                    replace,
                    items: ring.newer(from, None).map(|item| (item.sees, item.value.clone())).collect(),
                    new: ring.newer(known, None).count(),
                },
                None => Content::Same,
            },
            Body::Computed(_) | Body::Event => Content::Same,
        }
    }

    /// The quality, if it has changed after revision `from`: why the value is bad, and whether the device has refused it.
    pub(super) fn recorded_quality(&self, from: u64) -> Option<Option<(Arc<str>, bool)>> {
        (self.quality_rev > from).then(|| self.bad().map(|why| (why.into(), self.is_refused())))
    }

    /// Sets how many items a stream keeps.
    pub(super) const fn keep(&mut self, items: usize) {
        if let Body::Stream(ring) = &mut self.body {
            ring.limit = items;
        }
    }

    /// The value as a page with this view carries it: JSON, `null` for an event, a list for a stream.
    pub(crate) fn json(&self, view: View) -> String {
        match &self.body {
            Body::State(value, _) | Body::Computed(value) => value.json().to_owned(),
            Body::Event => "null".to_owned(),
            Body::Stream(ring) => {
                let mut out = String::from("[");
                ring.write_items(0, view, &mut out);
                out.push(']');
                out
            }
        }
    }
}

impl Ring {
    fn append_records(&mut self, new: Vec<NewRecord>, rev: u64) {
        let entry = |NewRecord { sees, owner, value }| Entry { rev, sees, owner, value };
        self.items.extend(new.into_iter().map(entry));
        let dropped = &mut self.dropped;
        gathering::bound(&mut self.items, self.limit, |item| item.owner, |item| *dropped = item.rev.max(*dropped));
    }

    fn append(&mut self, new: Vec<Value>, rev: u64) {
        self.items.extend(new.into_iter().map(|value| Entry { rev, sees: 0, owner: Owner::default(), value }));
        while self.items.len() > self.limit {
            if let Some(oldest) = self.items.pop_front() {
                self.dropped = oldest.rev;
            }
        }
    }

    /// The items newer than revision `from` that a client with this view gets.
    fn newer(&self, from: u64, view: View) -> impl DoubleEndedIterator<Item = &Entry> {
        let first = self.items.partition_point(|item| item.rev <= from);
        self.items.range(first..).filter(move |item| view.is_none_or(|level| item.sees <= level))
    }

    /// Writes `[prop,[items]]`. Writes `[prop,[items],1]` if items in between were dropped, so that the page replaces
    /// its items.
    fn write_since(&self, prop: PropNo, from: u64, view: View, out: &mut String) {
        use std::fmt::Write as _;
        let Some((from, replace)) = self.missing(from, view) else { return };
        let _ = write!(out, "[{prop},[");
        self.write_items(from, view, out);
        out.push_str(if replace { "],1]," } else { "]]," });
    }

    /// The revision after which a client at revision `from` needs items, and whether they replace its items.
    fn missing(&self, from: u64, view: View) -> Option<(u64, bool)> {
        if from == 0 || self.dropped > from {
            return Some((0, true));
        }
        self.newer(from, view).next_back().map(|_| (from, false))
    }

    fn write_items(&self, from: u64, view: View, out: &mut String) {
        for (at, item) in self.newer(from, view).enumerate() {
            if at > 0 {
                out.push(',');
            }
            out.push_str(item.value.json());
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn since(store: &Store, from: u64) -> Update {
        let plan = Plan::new("", 0, Vec::new(), &[], &[], &[], |_| ());
        store.update_for(from, &plan, |_| Gets::Value(None))
    }

    const fn no(place: usize) -> PropNo {
        PropNo::new(place)
    }

    fn set(value: f64) -> Change {
        Change::Write(Write::Set(Value::new(value).unwrap()))
    }

    fn append(items: &[i32]) -> Change {
        Change::Write(Write::Append(items.iter().map(|item| Value::new(*item).unwrap()).collect()))
    }

    fn store() -> Store {
        Store::new(vec![Slot::state(Value::new(0.5).unwrap()), Slot::stream(4), Slot::event()], vec![vec![]; 3])
    }

    #[test]
    fn a_new_client_gets_everything_and_one_in_step_gets_nothing() {
        let mut store = store();
        let rev = store.commit([(no(0), set(7.0)), (no(1), append(&[1, 2]))]);
        let all = since(&store, 0);
        assert_eq!((&*all.props, &*all.streams), ("[0,7.0],", "[1,[1,2],1],"));
        assert!(since(&store, rev).is_empty());
    }

    #[test]
    fn a_client_from_before_a_row_was_added_gets_the_value_of_its_state() {
        let mut slot = Slot::state(Value::new(0.5).unwrap());
        slot.set_added(7);
        let sent = |from| {
            let mut update = Update::default();
            slot.write_since(no(3), from, &mut update);
            update.props
        };
        assert_eq!([sent(0), sent(6), sent(7)], ["[3,0.5],", "[3,0.5],", ""]);
    }

    #[test]
    fn a_client_behind_gets_the_newest_state_and_every_item_of_a_stream() {
        let mut store = store();
        let seen = store.commit([(no(0), set(1.0)), (no(1), append(&[1]))]);
        store.commit([(no(0), set(2.0)), (no(1), append(&[2]))]);
        store.commit([(no(0), set(3.0)), (no(1), append(&[3]))]);
        let update = since(&store, seen);
        assert_eq!((&*update.props, &*update.streams), ("[0,3.0],", "[1,[2,3]],"));
    }

    #[test]
    fn a_client_that_missed_items_which_are_gone_replaces_what_it_has() {
        let mut store = store();
        let seen = store.commit([(no(1), append(&[1]))]);
        store.commit([(no(1), append(&[2, 3, 4]))]);
        assert_eq!(since(&store, seen).streams, "[1,[2,3,4]],");
        store.commit([(no(1), append(&[5, 6]))]);
        assert_eq!(since(&store, seen).streams, "[1,[3,4,5,6],1],");
    }

    #[test]
    fn items_that_are_replaced_come_in_the_place_of_all_that_a_client_has() {
        let mut store = store();
        let seen = store.commit([(no(1), append(&[1, 2, 3]))]);
        let items = |items: &[i32]| items.iter().map(|item| NewRecord::from((0, Value::new(*item).unwrap()))).collect();
        let replaced = store.commit([(no(1), Change::Replace(items(&[1])))]);
        assert_eq!(since(&store, seen).streams, "[1,[1],1],");
        store.commit([(no(1), append(&[7]))]);
        assert_eq!([seen, replaced].map(|from| since(&store, from).streams), ["[1,[1,7],1],", "[1,[7]],"]);
        let emptied = store.commit([(no(1), Change::Replace(Vec::new()))]);
        assert_eq!([seen, emptied].map(|from| since(&store, from).streams), ["[1,[],1],", ""]);
    }

    #[test]
    fn bad_quality_is_sent_once_and_its_end_is_sent_too() {
        let mut store = store();
        let before = store.rev();
        let bad = store.commit([(no(0), Change::Quality(Quality::failed("no probe")))]);
        assert_eq!(since(&store, before).quality, "[0,\"no probe\"],");
        store.commit([(no(0), Change::Quality(Quality::Good)), (no(0), set(1.0))]);
        assert_eq!(since(&store, bad).quality, "[0,null],");
        assert_eq!(since(&store, 0).quality, "[1,null],[2,null],[0,null],", "a snapshot has every quality");
    }
}
