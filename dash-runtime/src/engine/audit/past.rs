//! The newest records of former runs, which pages show again after a restart.
//!
//! A line of the file does not say who may see it. The dashboard as it is now decides: a property that only some see today
//! is shown to them alone, and the values of one that does not exist any more are shown to nobody.

use std::time::Duration;

use super::{Audience, LONGEST, Owner, Record, RecordOutcome, shown, shown_up_to};
use crate::{
    engine::Engine,
    record::AuditRecord,
    rights::{HIGHEST, User},
};

/// A record of a former run.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct PastRecord {
    pub(crate) number: u64,
    /// When it arrived, since the Unix epoch.
    pub(crate) time: Duration,
    pub(crate) user: String,
    pub(crate) prop: String,
    /// As JSON. `None` for an event, and for a value that was secret.
    pub(crate) old: Option<String>,
    pub(crate) new: Option<String>,
    pub(crate) outcome: RecordOutcome,
    pub(crate) why: Option<String>,
    pub(crate) times: u64,
}

impl Engine {
    /// Takes the newest records of former runs, oldest first, before the start. The numbers of new ones go on after them.
    pub(crate) fn restore_records(&mut self, past: Vec<PastRecord>) {
        let last = past.iter().map(|record| record.number).max().unwrap_or(0);
        self.audit.last = self.audit.last.max(last);
        if self.audit.streams.is_empty() || past.is_empty() {
            return;
        }
        let past: Vec<_> = past.into_iter().map(|past| (past.time, self.of_past(past))).collect();
        let shown = past.iter().filter(|(_, record)| !record.is_move());
        self.commit_records(&shown.map(|(time, record)| (Owner::of(record), record, *time)));
    }

    /// Whether a user may read the record of this dashboard at all: who sees an `AuditLog` on one of its pages, or, without
    /// one, who has the highest role.
    pub(crate) fn may_read_record(&self, user: &User) -> bool {
        let level = self.level_of(Some(user));
        match self.audit.streams.as_slice() {
            [] => level >= self.plan.rights.roles.highest(),
            streams => streams.iter().any(|stream| self.plan.prop(*stream).levels.sees <= level),
        }
    }

    /// Whether a user gets the records of the property with this name.
    pub(crate) fn may_read_record_of(&self, user: &User, prop: &str) -> bool {
        let sees = self.find_named(prop).map_or(HIGHEST, |prop| self.audience_of(prop).sees);
        self.view_for(user).is_none_or(|level| sees <= level)
    }

    /// The record as a program of this user reads it.
    pub(crate) fn read_record(&self, user: &User, past: PastRecord) -> AuditRecord {
        let (level, time) = (self.view_for(user).unwrap_or(HIGHEST), past.time);
        shown_up_to(LONGEST, &self.of_past(past), level, time)
    }

    /// The newest records that pages show, oldest first, as a program of this user reads them. `None` if no page shows any.
    pub(crate) fn shown_records(&self, user: &User) -> Option<Vec<AuditRecord>> {
        let level = self.view_for(user).unwrap_or(HIGHEST);
        let stream = self.audit.streams.iter().find(|stream| self.plan.prop(**stream).levels.sees <= level)?;
        let (items, _) = self.truth.store.slot(*stream).items_since(0, self.view_for(user))?;
        let mut records: Vec<AuditRecord> = serde_json::from_str(&items).ok()?;
        // Pages get those that wait a moment later. A program that has an answer reads its command.
        let least = self.plan.prop(*stream).levels.sees;
        let waiting = self.audit.news.iter().map(|(_, record)| (record.audience.sees.max(least), record));
        let waiting = waiting.filter(|(sees, _)| *sees <= level);
        records.extend(waiting.map(|(sees, record)| shown(record, sees, record.time(self.began))));
        Some(records)
    }

    /// The record, with what the dashboard says of its property now.
    fn of_past(&self, past: PastRecord) -> Record {
        let named = self.find_named(&past.prop);
        let hold = named.and_then(|prop| self.plan.prop(prop).hold.as_ref());
        let moves =
            |json: &Option<String>| hold.is_some_and(|hold| json.as_ref().is_some_and(|json| !hold.is_safe_json(json)));
        Record {
            number: past.number,
            at: Duration::ZERO,
            began: None,
            rev: 0,
            role: None,
            client: None,
            address: None,
            control: None,
            is_secret: match named {
                Some(prop) => self.plan.prop(prop).secret,
                None => past.old.is_some() || past.new.is_some(),
            },
            audience: named.map_or(Audience::HIGHEST, |prop| self.audience_of(prop)),
            is_safety: false,
            moves: moves(&past.old) && moves(&past.new),
            user: past.user,
            prop: past.prop,
            old: past.old,
            new: past.new,
            outcome: past.outcome,
            why: past.why,
            times: past.times,
        }
    }
}
