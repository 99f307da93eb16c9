//! What the program itself does, in the record: set-points that a callback or a thread changes, and long runs that the end of
//! the program has cut off.
//!
//! A set-point is a state that people can change too. Of all other properties the program is the only writer, so its
//! measurements do not fill the record.

use std::time::Duration;

use super::{Ended, Record, RecordOutcome, cut};
use crate::{
    callback::call::Write,
    client::ClientId,
    engine::{Engine, under_way::Left},
    numbers::PropNo,
    prop::Kind,
    rights::PROGRAM,
};

impl Record {
    /// Whether the program itself has done it. No user has such a name.
    pub(super) fn is_of_program(&self) -> bool {
        self.user.split(':').next() == Some(PROGRAM)
    }
}

impl Engine {
    /// What is pushed from now on, a callback pushes. `None`: a thread of the program.
    pub(in crate::engine) const fn record_pushes_of(&mut self, callback: Option<&'static str>) {
        self.audit.pushing = callback;
    }

    /// The records of set-points that are about to be pushed, for everybody or for one client.
    pub(in crate::engine) fn records_of_push(
        &mut self,
        now: Duration,
        client: Option<ClientId>,
        writes: &[(PropNo, Write)],
    ) -> Vec<Record> {
        let by = self.audit.pushing;
        self.records_of_program(now, by, client, writes)
    }

    /// The records of set-points that the callback `by`, or a thread without one, is about to change.
    pub(in crate::engine) fn records_of_program(
        &mut self,
        now: Duration,
        by: Option<&str>,
        client: Option<ClientId>,
        writes: &[(PropNo, Write)],
    ) -> Vec<Record> {
        if !self.audit.on {
            return Vec::new();
        }
        writes.iter().filter_map(|(prop, write)| self.record_of_program(now, by, client, *prop, write)).collect()
    }

    fn record_of_program(
        &mut self,
        now: Duration,
        by: Option<&str>,
        client: Option<ClientId>,
        prop: PropNo,
        write: &Write,
    ) -> Option<Record> {
        let wiring = self.plan.prop(prop);
        let is_set_point = wiring.info.kind == Kind::State && wiring.info.writable && !wiring.set_by_gate;
        let new = write.state().filter(|_| is_set_point)?.clone();
        let is_secret = wiring.secret;
        let old = self.current(client.filter(|_| self.has_own(prop)), prop).cloned();
        if old.as_ref().is_some_and(|old| old.json() == new.json()) {
            return None;
        }
        let mut record = self.unowned_record(now, by, self.name_of(prop));
        record.audience = self.audience_of(prop);
        record.is_secret = is_secret;
        if !is_secret {
            record.old = old.map(|old| cut(old.json()));
            record.new = Some(cut(new.json()));
        }
        Some(record)
    }

    /// A callback writes these properties. Records those of them that are set-points.
    pub(in crate::engine) fn record_written(
        &mut self,
        by: &'static str,
        client: Option<ClientId>,
        writes: &[(PropNo, Write)],
    ) {
        let records = self.records_of_program(self.dated.now, Some(by), client, writes);
        self.finish_records_of_program(records);
    }

    /// The changes of these records have taken effect.
    pub(in crate::engine) fn finish_records_of_program(&mut self, records: Vec<Record>) {
        if !records.is_empty() {
            self.finish_records(records, &Ended::with_effect(RecordOutcome::Applied));
        }
    }

    /// The last run of the program has ended before a run of a callback.
    pub(in crate::engine) fn record_cut_off(&mut self, now: Duration, Left { user, prop, began, why }: Left) {
        if !self.audit.on {
            return;
        }
        let mut record = self.unowned_record(now, None, prop);
        record.began = Some(began);
        if let Some(user) = user {
            record.user = user;
        }
        if let Some(named) = self.find_named(&record.prop) {
            record.audience = self.audience_of(named);
        }
        self.finish_records(
            vec![record],
            &Ended { why: Some(why.into()), ..Ended::with_effect(RecordOutcome::Unknown) },
        );
    }

    fn unowned_record(&mut self, now: Duration, by: Option<&str>, prop: String) -> Record {
        let user = by.map_or_else(|| PROGRAM.to_owned(), |by| format!("{PROGRAM}: {by}"));
        self.audit.last += 1;
        Record { user, ..Record::new(self.audit.last, now, self.truth.store.rev(), prop) }
    }
}
