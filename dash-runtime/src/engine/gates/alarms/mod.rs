//! `Alarms`: a list of what needs a person. Its state machine is [`book`]; this module feeds it with the values of the
//! properties that conditions watch, and with the causes that callbacks write.
//!
//! What is not known neither raises nor ends an alarm: a value that is NaN, `None` or marked as bad, one whose source has
//! not measured since the start, and causes whose callback has failed. A condition with `missing` is about exactly that.

mod book;
mod plan;
mod shelves;

use std::{collections::HashMap, sync::Arc, time::Duration};

pub(in crate::engine) use book::Book;
use book::{Signal, Signals, Words};
pub(crate) use plan::RulePlan;

use super::{Consequences, GateNo, GatePlan, State};
use crate::{
    alarms::{Alarm, Cause, Occurrence, Shelve, Shelved},
    binding::alarm::{Limit, When},
    engine::{
        Engine,
        effects::Effects,
        gates::Act,
        kept::{KeptValue, apart},
    },
    gates::Gate,
    numbers::PropNo,
    protocol::client::Refusal,
    value::Value,
};

/// The longest delay of a cause: a day.
const LONGEST: f64 = 86_400.0;

/// How late an alarm that is shelved comes back: a date has less digits than the engine's time, and at the timeout it must
/// be over.
const LATE: Duration = Duration::from_millis(1);

/// What the name in the store begins with that has the number of the last alarm of a list. No property has a name with spaces.
///
/// The number is kept apart from the list, because alarms leave the list: an acknowledgement that was meant for one that is
/// gone must not reach the next one with its cause.
const LAST: &str = "last alarm of ";

/// The numbers of the last alarms, by the names of their lists.
pub(in crate::engine) type LastAlarms = HashMap<String, u32>;

impl Engine {
    /// The value of a property, if it is known.
    fn known(&self, prop: PropNo) -> Option<&Value> {
        let (slot, wiring) = (self.truth.store.slot(prop), self.plan.prop(prop));
        // What people set has its value from the layout. What is measured has none before the first measurement.
        let is_set = slot.is_written() || (wiring.info.writable && !wiring.written);
        slot.value().filter(|_| is_set && slot.bad().is_none())
    }

    /// The value of a property as a number. NaN if it is not known.
    fn number_of(&self, prop: PropNo, read: Option<fn(&Value) -> f64>) -> f64 {
        let value = self.known(prop).zip(read);
        value.map_or(f64::NAN, |(value, read)| read(value))
    }

    /// Whether the cause of a declared alarm is there, with the value and the limit.
    fn sense(&self, rule: &RulePlan, book: &Book) -> (Option<bool>, f64, f64) {
        let value = self.number_of(rule.watched, rule.rule.watched.number);
        let limit = |limit: Limit| match (limit, rule.limit) {
            (Limit::Prop(watched), Some(prop)) => self.number_of(prop, watched.number),
            (Limit::Fixed(limit), _) => limit,
            (Limit::Prop(_), None) => f64::NAN,
        };
        // The hysteresis counts only while the alarm has its cause, so that the delay needs the whole limit.
        let has_cause = book.find(&rule.id).is_some_and(|alarm| alarm.state.has_cause());
        let within = |hysteresis: f64| if has_cause { hysteresis } else { 0.0 };
        let compared = |value: f64, limit: f64, is: bool| (!value.is_nan() && !limit.is_nan()).then_some(is);
        match rule.rule.when {
            When::Above(at, hysteresis) => {
                let limit = limit(at);
                (compared(value, limit, value > limit - within(hysteresis)), value, limit)
            }
            When::Below(at, hysteresis) => {
                let limit = limit(at);
                (compared(value, limit, value < limit + within(hysteresis)), value, limit)
            }
            When::Equals(_) => {
                let value = self.known(rule.watched).filter(|value| value.json() != "null");
                let wanted = rule.wanted.as_ref();
                (value.zip(wanted).map(|(value, wanted)| value.json() == wanted.json()), f64::NAN, f64::NAN)
            }
            When::Missing => {
                let is_missing = self.known(rule.watched).is_none_or(|value| value.json() == "null");
                (Some(is_missing), f64::NAN, f64::NAN)
            }
        }
    }

    /// Raises and ends the alarms of all lists, as of now.
    pub(in crate::engine) fn watch_alarms(&mut self, now: Duration, fx: &mut Effects) {
        // What is kept comes back before the start. A replay shows the alarms of the record, and raises none.
        if self.plan.gates.is_empty() || !self.scheduler.is_started() || self.plan.replays {
            return;
        }
        let plan = Arc::clone(&self.plan);
        let time = (self.began + now).as_secs_f64();
        for no in plan.all_gates() {
            let gate = &plan.gates[no];
            let Some(State::Alarms(book)) = self.gates.states.get_mut(no.place()) else { continue };
            let mut book = std::mem::take(book);
            let has_changed = {
                let sensed: Vec<_> = gate.rules.iter().map(|rule| (rule, self.sense(rule, &book))).collect();
                let words: Vec<_> =
                    sensed.iter().map(|(rule, (_, value, limit))| move || rule.words(*value, *limit)).collect();
                let declared = sensed.iter().zip(&words).map(|((rule, (present, ..)), words)| Signal {
                    id: &rule.id,
                    present: *present,
                    after: rule.rule.options.after,
                    severity: rule.rule.options.severity,
                    latched: rule.rule.options.latched,
                    words: Words::OfRule(&rule.source, words),
                });
                let causes = self.known(plan.canonical(gate.prop("causes"))).and_then(Value::get::<Vec<Cause>>);
                let written = causes.into_iter().flatten().map(|cause| Signal {
                    id: &cause.id,
                    present: Some(true),
                    after: Duration::try_from_secs_f64(cause.after.min(LONGEST)).unwrap_or_default(),
                    severity: cause.severity,
                    latched: cause.latched,
                    words: Words::OfCause(cause),
                });
                let mut signals = Signals { all: declared.chain(written).collect(), causes_known: causes.is_some() };
                signals.unique();
                book.update(now, time, &signals)
            };
            if let Some(state) = self.gates.states.get_mut(no.place()) {
                *state = State::Alarms(book);
            }
            let mut follows = Consequences::default();
            if has_changed {
                self.show_alarms(no, &mut follows);
            }
            self.follow(now, follows, fx);
        }
    }

    /// The list has changed. What it shows, and what has happened, takes effect with the entry.
    fn show_alarms(&mut self, no: GateNo, follows: &mut Consequences) {
        let plan = Arc::clone(&self.plan);
        let gate = &plan.gates[no];
        let Some(State::Alarms(book)) = self.gates.states.get_mut(no.place()) else { return };
        let (items, shelved, events) = (book.list(), book.shelved(), book.take_events());
        let last = book.take_last().filter(|_| plan.prop(gate.prop("items")).keep.is_some());
        if let Some(last) = last {
            self.keep_apart(format!("{LAST}{}", gate.name), Value::of_json(last.to_string()));
        }
        follows.shows(gate.prop("items"), items);
        if let Some(prop) = gate.own("shelved") {
            let has_any = self
                .truth
                .store
                .value(prop)
                .and_then(Value::get::<Vec<Shelved>>)
                .is_some_and(|shown| !shown.is_empty());
            if has_any || !shelved.is_empty() {
                follows.shows(prop, shelved);
            }
        }
        if let Some(prop) = gate.own("events").filter(|prop| plan.prop(*prop).history.is_some()) {
            // An event can always be encoded.
            let events: Vec<Value> = events.into_iter().filter_map(|event| Value::new(event).ok()).collect();
            self.keep_events(prop, &events, &follows.changes);
            follows.appends(prop, events);
        }
    }

    /// Raises the alarms whose delay is over. What ends their cause and arrives after a stall, before the timer, must find
    /// them raised.
    pub(in crate::engine) fn watch_delays(&mut self, now: Duration, fx: &mut Effects) {
        if self.next_alarm().is_some_and(|due| due <= now) {
            self.watch_alarms(now, fx);
        }
    }

    /// When the next alarm is raised, or is shelved no longer, if nothing changes until then.
    pub(in crate::engine) fn next_alarm(&self) -> Option<Duration> {
        let books = self.gates.states.iter().filter_map(|state| match state {
            State::Alarms(book) => Some(book),
            _ => None,
        });
        let shelf = |book: &Book| {
            let left = book.next_shelf()? - self.began.as_secs_f64();
            Some(Duration::try_from_secs_f64(left.max(0.0)).ok()? + LATE)
        };
        books.flat_map(|book| [book.next_timeout(), shelf(book)]).flatten().min()
    }

    /// Whether a client may do this with an alarm.
    ///
    /// # Errors
    /// The alarm has come again since, or is not in the state for it.
    pub(in crate::engine) fn pass_alarms(&self, prop: PropNo, value: &Value) -> Result<(), Refusal> {
        let wiring = self.plan.prop(prop);
        let Some((no, act)) = wiring.acts else { return Ok(()) };
        let Some(State::Alarms(book)) = self.gates.states.get(no.place()) else { return Ok(()) };
        let possible = match (act, value.get::<Occurrence>(), value.get::<Shelve>()) {
            (Act::AcknowledgeAlarm, Some(meant), _) => book.may_acknowledge(meant),
            (Act::ResetAlarm, Some(meant), _) => book.may_reset(meant),
            (Act::Shelve, _, Some(meant)) => book.may_shelve(meant, self.longest_shelf(no)),
            _ => Ok(()),
        };
        possible.map_err(|why| Refusal::Gated { kind: "state", prop: wiring.name(), why })
    }

    /// For how long an alarm of this list may be shelved, in seconds.
    fn longest_shelf(&self, no: GateNo) -> f64 {
        let prop = self.plan.gates[no].own("shelf_limit");
        let value = prop.and_then(|prop| self.truth.store.value(self.plan.canonical(prop)));
        value.and_then(Value::get::<f64>).copied().unwrap_or(0.0)
    }

    /// Somebody acknowledges, resets, shelves or unshelves an alarm.
    pub(super) fn act_on_alarm(
        &mut self,
        now: Duration,
        no: GateNo,
        act: Act,
        meant: &Value,
        by: &str,
        follows: &mut Consequences,
    ) {
        let time = (self.began + now).as_secs_f64();
        let Some(State::Alarms(book)) = self.gates.states.get_mut(no.place()) else { return };
        let (occurrence, shelve) = (meant.get::<Occurrence>(), meant.get::<Shelve>());
        let has_changed = match act {
            Act::ResetAlarm => occurrence.is_some_and(|meant| book.reset(meant, by, time)),
            Act::Shelve => shelve.is_some_and(|meant| book.shelve(meant, by, time)),
            Act::Unshelve => meant.get::<String>().is_some_and(|id| book.unshelve(id, by, time)),
            _ => occurrence.is_some_and(|meant| book.acknowledge(meant, by, time)),
        };
        if has_changed {
            self.show_alarms(no, follows);
        }
    }

    /// Takes the numbers of the last alarms, by the names of their lists, out of what was kept. Returns the rest too.
    pub(in crate::engine) fn last_alarms(kept: Vec<KeptValue>) -> (LastAlarms, Vec<KeptValue>) {
        let (numbers, rest) = apart(kept, LAST);
        let read = |value: KeptValue| {
            let list = String::from_utf8(value.key[LAST.len()..].to_vec()).ok()?;
            Some((list, value.json.parse().ok()?))
        };
        (numbers.into_iter().filter_map(read).collect(), rest)
    }

    /// The kept alarms are back in their lists. From now on they are in the state of the gates too.
    pub(in crate::engine) fn restore_alarms(&mut self, last: &LastAlarms) {
        let plan = Arc::clone(&self.plan);
        for no in plan.all_gates() {
            let gate: &GatePlan = &plan.gates[no];
            if gate.kind != Gate::Alarms {
                continue;
            }
            let items = self.truth.store.value(gate.prop("items")).and_then(Value::get::<Vec<Alarm>>);
            let shelved = gate.own("shelved").and_then(|prop| self.truth.store.value(prop));
            let shelved = shelved.and_then(Value::get::<Vec<Shelved>>).map_or(&[][..], Vec::as_slice);
            if let (Some(items), Some(state)) = (items, self.gates.states.get_mut(no.place())) {
                let last = last.get(&*gate.name).copied();
                *state = State::Alarms(Book::of(items.clone(), shelved, last, self.began.as_secs_f64()));
            }
        }
    }
}
