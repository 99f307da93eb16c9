//! The alarms of one list: the states of ISA-18.2, and delays.
//!
//! ```text
//!                   ┌────────── the cause comes (after its delay) ──────────┐
//!                   ▼                                                       │
//!               Active ── the cause goes ──► Cleared ── acknowledged ──► normal ◄── reset ── Latched
//!                   │                                                       ▲                   ▲
//!             acknowledged                                                  │                   │
//!                   ▼                                                       │                   │
//!             Acknowledged ── the cause goes ───────────────────────────────┴── if latched ─────┘
//! ```
//!
//! A latched alarm goes from `Cleared` to `Latched` when it is acknowledged. In each state without its cause, the cause
//! may come again. That is a new occurrence, which nobody has acknowledged.

use std::{
    collections::{BTreeMap, BTreeSet},
    time::Duration,
};

use super::shelves::Shelf;
use crate::alarms::{Alarm, AlarmChange, AlarmEvent, AlarmState, Cause, Occurrence, Severity, Shelve, Shelved};

/// The number of alarms in a list. If there are more, those whose cause is gone go first, the oldest of them. So a callback
/// that makes an id of each value does not fill the memory.
pub(super) const MOST: usize = 500;

/// The largest number that a date gives, in 2096: a clock that is wrong by a century leaves numbers for later alarms.
const LAST_OF_DATES: u32 = 4_000_000_000;

/// The first number of a list of which nothing is kept. It is most probably larger than those of earlier runs of the program.
fn of_date(time: f64) -> u32 {
    (time as u32).clamp(1, LAST_OF_DATES)
}

/// What is known about one cause at a moment.
pub(super) struct Signal<'a> {
    pub(super) id: &'a str,
    /// Whether the cause is there. `None`: nobody knows.
    pub(super) present: Option<bool>,
    /// It must be there for so long.
    pub(super) after: Duration,
    pub(super) severity: Severity,
    pub(super) latched: bool,
    pub(super) words: Words<'a>,
}

/// The texts of an alarm.
pub(super) enum Words<'a> {
    /// Those of the moment at which it is raised: the property, and what writes text and detail.
    OfRule(&'a str, &'a dyn Fn() -> (String, String)),
    /// Those that the callback has written last.
    OfCause(&'a Cause),
}

impl Words<'_> {
    fn source(&self) -> &str {
        match self {
            Self::OfRule(source, _) => source,
            Self::OfCause(_) => "",
        }
    }

    fn written(&self) -> (String, String) {
        match self {
            Self::OfRule(_, write) => write(),
            Self::OfCause(cause) => (cause.text.clone(), cause.detail.clone()),
        }
    }
}

/// All that is known at a moment.
pub(super) struct Signals<'a> {
    pub(super) all: Vec<Signal<'a>>,
    /// Whether the causes that callbacks write are known. Then what is not among them is gone.
    pub(super) causes_known: bool,
}

/// The alarms of one list.
#[derive(Debug, Default)]
pub(in crate::engine) struct Book {
    alarms: Vec<Alarm>,
    /// When an alarm is raised if its cause is there until then.
    waiting: BTreeMap<String, Duration>,
    /// The largest number of an alarm. 0: there was none.
    last: u32,
    /// The one that [`take_last`](Self::take_last) has returned.
    taken: u32,
    shelves: Vec<Shelf>,
    /// What has happened since the last call of [`take_events`](Self::take_events).
    events: Vec<AlarmEvent>,
}

impl Book {
    /// The alarms from before a restart, those of them that are shelved, and the largest number of an alarm until then, also
    /// of those that are not in the list any more. `None`: a version that did not keep it has written the list.
    pub(super) fn of(mut alarms: Vec<Alarm>, shelved: &[Shelved], last: Option<u32>, time: f64) -> Self {
        alarms.extend(shelved.iter().filter_map(|shelved| shelved.alarm.clone()));
        let listed = alarms.iter().map(|alarm| alarm.number).max().unwrap_or(0);
        let last = last.unwrap_or_else(|| of_date(time)).max(listed);
        let shelves = shelved.iter().map(|shelved| Shelf::again(shelved, time)).collect();
        Self { alarms, waiting: BTreeMap::new(), last, taken: last, shelves, events: Vec::new() }
    }

    /// The alarms: first those that nobody has acknowledged and whose cause is there, then the acknowledged ones, then
    /// those whose cause is gone. Among these the most severe first, and the newest of them. Not those that are shelved.
    pub(super) fn list(&self) -> Vec<Alarm> {
        let is_shelved = |alarm: &&Alarm| self.shelves.iter().any(|shelf| shelf.id == alarm.id);
        let mut list: Vec<Alarm> = self.alarms.iter().filter(|alarm| !is_shelved(alarm)).cloned().collect();
        list.sort_by(|a, b| {
            let order = |alarm: &Alarm| (alarm.state, std::cmp::Reverse((alarm.severity, alarm.number)));
            order(a).cmp(&order(b))
        });
        list
    }

    pub(super) fn find(&self, id: &str) -> Option<&Alarm> {
        self.alarms.iter().find(|alarm| alarm.id == id)
    }

    /// Those that are shelved. The one that comes back first is the first.
    pub(super) fn shelved(&self) -> Vec<Shelved> {
        let mut list: Vec<Shelved> = self.shelves.iter().map(|shelf| shelf.shown(self.find(&shelf.id))).collect();
        list.sort_by(|a, b| a.until.total_cmp(&b.until));
        list
    }

    /// What has happened since the last call.
    pub(super) fn take_events(&mut self) -> Vec<AlarmEvent> {
        std::mem::take(&mut self.events)
    }

    /// The largest number of an alarm, if it is larger than at the last call.
    pub(super) fn take_last(&mut self) -> Option<u32> {
        let before = std::mem::replace(&mut self.taken, self.last);
        (self.last > before).then_some(self.last)
    }

    /// Writes down what has happened to an alarm. `state` is the one after that.
    fn note(&mut self, time: f64, change: AlarmChange, alarm: &Alarm, state: Option<AlarmState>, by: &str) {
        let until = self.shelves.iter().find(|shelf| shelf.id == alarm.id).map(|shelf| shelf.until);
        self.events.push(AlarmEvent {
            time,
            change,
            id: alarm.id.clone(),
            number: alarm.number,
            severity: alarm.severity,
            text: alarm.text.clone(),
            detail: alarm.detail.clone(),
            state,
            by: by.to_owned(),
            until,
        });
    }

    /// The time, in seconds since the Unix epoch, at which the next alarm comes back that is shelved.
    pub(super) fn next_shelf(&self) -> Option<f64> {
        self.shelves.iter().map(|shelf| shelf.until).min_by(f64::total_cmp)
    }

    /// When an alarm is raised if nothing changes until then.
    pub(super) fn next_timeout(&self) -> Option<Duration> {
        self.waiting.values().min().copied()
    }

    /// Takes what is known now. `time` is `now` as seconds since the Unix epoch. Returns whether the list has changed.
    pub(super) fn update(&mut self, now: Duration, time: f64, signals: &Signals<'_>) -> bool {
        let mut changed = false;
        let mut known = BTreeSet::new();
        for signal in &signals.all {
            known.insert(signal.id);
            match signal.present {
                // The delay begins again when it is known again.
                None => _ = self.waiting.remove(signal.id),
                Some(true) => changed |= self.is_there(now, time, signal),
                Some(false) => changed |= self.is_gone(time, signal.id),
            }
        }
        // What nobody declares and nobody writes any more has no cause.
        let is_over = |alarm: &&Alarm| {
            !known.contains(&*alarm.id) && (signals.causes_known || !alarm.source.is_empty()) && alarm.state.has_cause()
        };
        let over: Vec<String> = self.alarms.iter().filter(is_over).map(|alarm| alarm.id.clone()).collect();
        for id in over {
            changed |= self.is_gone(time, &id);
        }
        self.waiting.retain(|id, _| known.contains(&**id));
        changed | self.end_shelves(time)
    }

    /// What is shelved and is over comes back. Returns whether something is.
    fn end_shelves(&mut self, time: f64) -> bool {
        let over = self.shelves.iter().filter(|shelf| shelf.is_over(time, self.find(&shelf.id)));
        let over: Vec<String> = over.map(|shelf| shelf.id.clone()).collect();
        for id in &over {
            self.end_shelf(id, time, AlarmChange::ShelfEnded, "");
        }
        !over.is_empty()
    }

    fn end_shelf(&mut self, id: &str, time: f64, change: AlarmChange, by: &str) -> bool {
        let Some(at) = self.shelves.iter().position(|shelf| shelf.id == id) else { return false };
        let shelf = self.shelves.remove(at);
        let normal =
            || Alarm { id: shelf.id.clone(), severity: shelf.severity(), text: shelf.text.clone(), ..Alarm::default() };
        let alarm = self.find(id).cloned();
        let state = alarm.as_ref().map(|alarm| alarm.state);
        self.note(time, change, &alarm.unwrap_or_else(normal), state, by);
        true
    }

    fn is_there(&mut self, now: Duration, time: f64, signal: &Signal<'_>) -> bool {
        if let Some(alarm) = self.alarms.iter_mut().find(|alarm| alarm.id == signal.id && alarm.state.has_cause()) {
            let before = alarm.clone();
            alarm.latched = signal.latched;
            if let Words::OfCause(_) = &signal.words {
                (alarm.text, alarm.detail) = signal.words.written();
            }
            let is_worse = signal.severity > alarm.severity;
            alarm.severity = signal.severity;
            if !is_worse || alarm.state == AlarmState::Active {
                return *alarm != before;
            }
            // Who has acknowledged it has not seen this.
        } else {
            let due = *self.waiting.entry(signal.id.to_owned()).or_insert(now.saturating_add(signal.after));
            if due > now {
                return false;
            }
        }
        self.waiting.remove(signal.id);
        self.raise(time, signal);
        true
    }

    fn raise(&mut self, time: f64, signal: &Signal<'_>) {
        self.alarms.retain(|alarm| alarm.id != signal.id);
        self.last = match self.last {
            0 => of_date(time),
            last => last.saturating_add(1),
        };
        let (text, detail) = signal.words.written();
        let alarm = Alarm {
            id: signal.id.to_owned(),
            number: self.last,
            severity: signal.severity,
            text,
            detail,
            state: AlarmState::Active,
            latched: signal.latched,
            since: time,
            source: signal.words.source().to_owned(),
            ..Alarm::default()
        };
        self.note(time, AlarmChange::Raised, &alarm, Some(alarm.state), "");
        self.alarms.push(alarm);
        if self.alarms.len() > MOST {
            let oldest =
                self.alarms.iter().enumerate().min_by_key(|(_, alarm)| (alarm.state.has_cause(), alarm.number));
            if let Some(at) = oldest.map(|(at, _)| at) {
                let dropped = self.alarms.remove(at);
                self.note(time, AlarmChange::Dropped, &dropped, None, "");
            }
        }
    }

    fn is_gone(&mut self, time: f64, id: &str) -> bool {
        self.waiting.remove(id);
        let Some(at) = self.alarms.iter().position(|alarm| alarm.id == id && alarm.state.has_cause()) else {
            return false;
        };
        self.alarms[at].cleared = time;
        let state = match &self.alarms[at] {
            Alarm { state: AlarmState::Acknowledged, latched: true, .. } => Some(AlarmState::Latched),
            Alarm { state: AlarmState::Acknowledged, .. } => None,
            _ => Some(AlarmState::Cleared),
        };
        self.becomes(at, state, time, AlarmChange::Cleared, "");
        true
    }

    /// The alarm at this place gets another state. `None`: normal, so it is not in the list any more.
    fn becomes(&mut self, at: usize, state: Option<AlarmState>, time: f64, change: AlarmChange, by: &str) {
        let alarm = match state {
            Some(state) => {
                self.alarms[at].state = state;
                self.alarms[at].clone()
            }
            None => self.alarms.remove(at),
        };
        self.note(time, change, &alarm, state, by);
    }

    /// Whether somebody may acknowledge this occurrence. One that is acknowledged already, or is normal, may be
    /// acknowledged again, and nothing happens: somebody else was faster, or the cause.
    ///
    /// # Errors
    /// It has come again since.
    pub(super) fn may_acknowledge(&self, meant: &Occurrence) -> Result<(), String> {
        match self.find(&meant.id) {
            Some(alarm) if alarm.number > meant.number => {
                Err(format!("\"{}\" has come again since: acknowledge that one", alarm.text))
            }
            _ => Ok(()),
        }
    }

    /// Somebody acknowledges this occurrence. Returns whether the list has changed.
    pub(super) fn acknowledge(&mut self, meant: &Occurrence, by: &str, time: f64) -> bool {
        let is_meant = |alarm: &Alarm| alarm.id == meant.id && alarm.number == meant.number;
        let Some(at) = self.alarms.iter().position(|alarm| is_meant(alarm) && alarm.state.is_unacknowledged()) else {
            return false;
        };
        let alarm = &mut self.alarms[at];
        (alarm.by, alarm.acknowledged) = (by.to_owned(), time);
        let state = match alarm.state {
            AlarmState::Cleared if alarm.latched => Some(AlarmState::Latched),
            AlarmState::Cleared => None,
            _ => Some(AlarmState::Acknowledged),
        };
        self.becomes(at, state, time, AlarmChange::Acknowledged, by);
        true
    }

    /// Whether somebody may reset this occurrence.
    ///
    /// # Errors
    /// Why not.
    pub(super) fn may_reset(&self, meant: &Occurrence) -> Result<(), String> {
        match self.find(&meant.id) {
            Some(alarm) if alarm.state.has_cause() => Err(format!("the cause of \"{}\" is still there", alarm.text)),
            Some(alarm) if alarm.state == AlarmState::Cleared => {
                Err(format!("nobody has acknowledged \"{}\" yet: acknowledge it first", alarm.text))
            }
            _ => Ok(()),
        }
    }

    /// Somebody resets this occurrence. Returns whether the list has changed.
    pub(super) fn reset(&mut self, meant: &Occurrence, by: &str, time: f64) -> bool {
        let is_meant = |alarm: &Alarm| alarm.id == meant.id && alarm.number == meant.number;
        let latched = |alarm: &Alarm| is_meant(alarm) && alarm.state == AlarmState::Latched;
        let Some(at) = self.alarms.iter().position(latched) else { return false };
        self.becomes(at, None, time, AlarmChange::Reset, by);
        true
    }

    /// Whether somebody may shelve this occurrence, where `longest` is the longest time in seconds.
    ///
    /// # Errors
    /// Why not.
    pub(super) fn may_shelve(&self, meant: &Shelve, longest: f64) -> Result<(), String> {
        let Shelve { id, number, seconds } = meant;
        match self.find(id) {
            _ if longest <= 0.0 => Err("no alarm of this list can be shelved".to_owned()),
            _ if !(*seconds > 0.0 && *seconds <= longest) => {
                Err(format!("an alarm is shelved for more than 0 and at most {longest} seconds, and not for {seconds}"))
            }
            None => Err(format!("there is no alarm \"{id}\" any more")),
            Some(alarm) if alarm.number > *number => {
                Err(format!("\"{}\" has come again since: look at that one first", alarm.text))
            }
            Some(_) if self.shelves.len() >= MOST => Err(format!("{MOST} alarms are shelved already")),
            Some(_) => Ok(()),
        }
    }

    /// Somebody shelves this occurrence. One that is shelved already is shelved from now on. Returns whether the lists have
    /// changed.
    pub(super) fn shelve(&mut self, meant: &Shelve, by: &str, time: f64) -> bool {
        let Some(alarm) = self.find(&meant.id).cloned() else { return false };
        self.shelves.retain(|shelf| shelf.id != meant.id);
        self.shelves.push(Shelf::new(&alarm, by, time, time + meant.seconds));
        self.note(time, AlarmChange::Shelved, &alarm, Some(alarm.state), by);
        true
    }

    /// Somebody ends that. Returns whether the lists have changed: not if its time was over.
    pub(super) fn unshelve(&mut self, id: &str, by: &str, time: f64) -> bool {
        self.end_shelf(id, time, AlarmChange::Unshelved, by)
    }
}

impl Signals<'_> {
    /// Of several with one id, one whose cause is there counts, so that no alarm is hidden by another.
    pub(super) fn unique(&mut self) {
        let rank = |present: Option<bool>| match present {
            Some(true) => 2,
            None => 1,
            Some(false) => 0,
        };
        self.all.sort_by(|a, b| a.id.cmp(b.id).then(rank(b.present).cmp(&rank(a.present))));
        self.all.dedup_by(|later, first| later.id == first.id);
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const AFTER: u64 = 5;

    /// What happens to the one alarm of the test.
    #[derive(Debug, Clone, Copy)]
    enum Step {
        Known(Option<bool>),
        Acknowledge,
        AcknowledgeTheOneBefore,
        Reset,
    }

    /// The standard as three facts, without states.
    #[derive(Debug, Default)]
    struct Model {
        /// Whether the cause is there, and whether somebody has acknowledged it. `None`: normal.
        alarm: Option<(bool, bool)>,
        /// Since when the cause is there without a break, if it is not an alarm yet.
        there: Option<u64>,
        raised: u32,
    }

    impl Model {
        fn step(&mut self, now: u64, step: Step, latched: bool) {
            match (step, &mut self.alarm) {
                (Step::Known(Some(true)), Some((true, _))) => self.there = None,
                (Step::Known(Some(true)), _) => {
                    let since = *self.there.get_or_insert(now);
                    if now - since >= AFTER {
                        (self.alarm, self.there, self.raised) = (Some((true, false)), None, self.raised + 1);
                    }
                }
                (Step::Known(is), alarm) => {
                    self.there = None;
                    if let (Some(false), Some((is_there, _))) = (is, alarm) {
                        *is_there = false;
                    }
                }
                (Step::Acknowledge, Some((_, acknowledged))) => *acknowledged = true,
                (Step::Reset, Some((false, true))) => self.alarm = None,
                _ => {}
            }
            if self.alarm == Some((false, true)) && !latched {
                self.alarm = None;
            }
        }

        fn state(&self) -> Option<AlarmState> {
            self.alarm.map(|alarm| match alarm {
                (true, false) => AlarmState::Active,
                (true, true) => AlarmState::Acknowledged,
                (false, false) => AlarmState::Cleared,
                (false, true) => AlarmState::Latched,
            })
        }
    }

    fn steps() -> impl Strategy<Value = Vec<(u64, Step)>> {
        let step = prop_oneof![
            4 => Just(Step::Known(Some(true))),
            3 => Just(Step::Known(Some(false))),
            1 => Just(Step::Known(None)),
            2 => Just(Step::Acknowledge),
            1 => Just(Step::AcknowledgeTheOneBefore),
            1 => Just(Step::Reset),
        ];
        prop::collection::vec((0_u64..4, step), 1..60)
    }

    fn fan(book: &mut Book, now: u64, severity: Severity) {
        let cause = Cause::new("fan", "slow").severity(severity);
        let signal = Signal {
            id: "fan",
            present: Some(true),
            after: Duration::ZERO,
            severity,
            latched: false,
            words: Words::OfCause(&cause),
        };
        book.update(Duration::from_secs(now), now as f64, &Signals { all: vec![signal], causes_known: true });
    }

    #[test]
    fn a_shelved_alarm_that_becomes_more_urgent_than_it_was_comes_back_at_once() {
        let mut book = Book::default();
        fan(&mut book, 1, Severity::Medium);
        let number = book.find("fan").map_or(0, |alarm| alarm.number);
        assert!(book.shelve(&Shelve { id: "fan".to_owned(), number, seconds: 100.0 }, "ada", 1.0));
        fan(&mut book, 2, Severity::Low);
        fan(&mut book, 3, Severity::Medium);
        assert_eq!((book.list().len(), book.shelved().len()), (0, 1));
        fan(&mut book, 4, Severity::High);
        assert_eq!((book.list().len(), book.shelved().len()), (1, 0));
        assert_eq!(book.take_events().last().map(|event| event.change), Some(AlarmChange::ShelfEnded));
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(512))]

        #[test]
        fn it_is_always_in_the_state_of_the_standard(steps in steps(), latched: bool) {
            let (mut book, mut model, mut now) = (Book::default(), Model::default(), 0);
            let cause = Cause::new("a", "A");
            let mut numbers: Vec<u32> = Vec::new();
            for (pause, step) in steps {
                now += pause;
                let (at, time) = (Duration::from_secs(now), now as f64);
                let before = book.list();
                let meant = |number: u32| Occurrence { id: "a".to_owned(), number };
                let last = numbers.last().copied().unwrap_or(0);
                let changed = match step {
                    Step::Known(present) => {
                        let signal = Signal {
                            id: "a",
                            present,
                            after: Duration::from_secs(AFTER),
                            severity: Severity::High,
                            latched,
                            words: Words::OfCause(&cause),
                        };
                        book.update(at, time, &Signals { all: vec![signal], causes_known: true })
                    }
                    Step::Acknowledge => book.acknowledge(&meant(last), "ada", time),
                    Step::AcknowledgeTheOneBefore => {
                        let older = numbers.iter().rev().nth(1).copied().unwrap_or(u32::MAX);
                        book.acknowledge(&meant(older), "ada", time)
                    }
                    Step::Reset => book.reset(&meant(last), "ada", time),
                };
                model.step(now, step, latched);
                prop_assert_eq!(book.find("a").map(|alarm| alarm.state), model.state());
                prop_assert_eq!(changed, book.list() != before, "the server commits only what has changed");
                if let Some(alarm) = book.find("a").filter(|alarm| Some(&alarm.number) != numbers.last()) {
                    prop_assert!(alarm.number > last);
                    numbers.push(alarm.number);
                }
                prop_assert_eq!(numbers.len(), model.raised as usize);
            }
        }
    }
}
