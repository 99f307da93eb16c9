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

use crate::alarms::{Alarm, AlarmState, Cause, Occurrence, Severity};

/// The number of alarms in a list. If there are more, those whose cause is gone go first, the oldest of them. So a callback
/// that makes an id of each value does not fill the memory.
pub(super) const MOST: usize = 500;

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
    /// The largest number of an alarm.
    last: u32,
}

impl Book {
    /// The alarms from before a restart.
    pub(super) fn of(alarms: Vec<Alarm>) -> Self {
        let last = alarms.iter().map(|alarm| alarm.number).max().unwrap_or(0);
        Self { alarms, waiting: BTreeMap::new(), last }
    }

    /// The alarms: first those that nobody has acknowledged and whose cause is there, then the acknowledged ones, then
    /// those whose cause is gone. Among these the most severe first, and the newest of them.
    pub(super) fn list(&self) -> Vec<Alarm> {
        let mut list = self.alarms.clone();
        list.sort_by(|a, b| {
            let order = |alarm: &Alarm| (alarm.state, std::cmp::Reverse((alarm.severity, alarm.number)));
            order(a).cmp(&order(b))
        });
        list
    }

    pub(super) fn find(&self, id: &str) -> Option<&Alarm> {
        self.alarms.iter().find(|alarm| alarm.id == id)
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
        changed
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
        // With the time in it, it is larger than the numbers of earlier runs of the program, also if nothing is left of them.
        self.last = self.last.saturating_add(1).max(time as u32);
        let (text, detail) = signal.words.written();
        self.alarms.push(Alarm {
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
        });
        if self.alarms.len() > MOST {
            let oldest =
                self.alarms.iter().enumerate().min_by_key(|(_, alarm)| (alarm.state.has_cause(), alarm.number));
            if let Some(at) = oldest.map(|(at, _)| at) {
                self.alarms.remove(at);
            }
        }
    }

    fn is_gone(&mut self, time: f64, id: &str) -> bool {
        self.waiting.remove(id);
        let Some(at) = self.alarms.iter().position(|alarm| alarm.id == id && alarm.state.has_cause()) else {
            return false;
        };
        let alarm = &mut self.alarms[at];
        alarm.cleared = time;
        alarm.state = match alarm.state {
            AlarmState::Acknowledged if alarm.latched => AlarmState::Latched,
            AlarmState::Acknowledged => {
                self.alarms.remove(at);
                return true;
            }
            _ => AlarmState::Cleared,
        };
        true
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
        alarm.state = match alarm.state {
            AlarmState::Cleared if alarm.latched => AlarmState::Latched,
            AlarmState::Cleared => {
                self.alarms.remove(at);
                return true;
            }
            _ => AlarmState::Acknowledged,
        };
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
    pub(super) fn reset(&mut self, meant: &Occurrence) -> bool {
        let before = self.alarms.len();
        self.alarms
            .retain(|alarm| alarm.id != meant.id || alarm.number != meant.number || alarm.state != AlarmState::Latched);
        self.alarms.len() < before
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
                    Step::Reset => book.reset(&meant(last)),
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
