//! Alarms that somebody has shelved for a time. They go through their states as others do, but are listed apart.

use crate::alarms::{Alarm, Severity, Shelved};

/// One alarm that is shelved.
#[derive(Debug)]
pub(super) struct Shelf {
    pub(super) id: String,
    severity: Severity,
    pub(super) text: String,
    by: String,
    at: f64,
    pub(super) until: f64,
}

impl Shelf {
    pub(super) fn new(alarm: &Alarm, by: &str, at: f64, until: f64) -> Self {
        let (id, text) = (alarm.id.clone(), alarm.text.clone());
        Self { id, severity: alarm.severity, text, by: by.to_owned(), at, until }
    }

    /// One from before a restart, at `time`. If the clock was set back meanwhile, it does not last longer than it was meant to.
    pub(super) fn again(shelved: &Shelved, time: f64) -> Self {
        let Shelved { id, severity, text, by, at, until, .. } = shelved.clone();
        let until = until.min(time + (until - at).max(0.0));
        Self { id, severity, text, by, at, until }
    }

    pub(super) fn severity(&self) -> Severity {
        self.severity
    }

    /// Whether it is over: because of the time, or because the alarm is more urgent than the one that was shelved.
    pub(super) fn is_over(&self, time: f64, alarm: Option<&Alarm>) -> bool {
        self.until <= time || alarm.is_some_and(|alarm| alarm.severity > self.severity)
    }

    pub(super) fn shown(&self, alarm: Option<&Alarm>) -> Shelved {
        Shelved {
            id: self.id.clone(),
            severity: self.severity,
            text: self.text.clone(),
            by: self.by.clone(),
            at: self.at,
            until: self.until,
            alarm: alarm.cloned(),
        }
    }
}
