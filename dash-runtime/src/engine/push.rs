//! Changes by the program itself, from any thread, through a [`Handle`](crate::handle::Handle).
//!
//! All values of a push take effect on arrival, at one revision. Each island that reads some of them takes one turn,
//! however many of its inputs changed.

use std::time::Duration;

use super::{
    Engine,
    effects::Effects,
    entry::{Action, Blocked, Entry, Order, Sender},
    needs::{Changeset, NOTHING_TO_EDIT, Untaken},
    plan::Period,
};
use crate::{
    callback::{call::Write, spec::Scope},
    handle::{PushError, Whom},
    numbers::PropNo,
    value::Value,
};

/// Why a push changed nothing.
pub(crate) enum NotPushed {
    /// User code must run first. Then the push can be passed in again.
    TooEarly(Box<Untaken>),
    Refused(PushError),
}

impl From<PushError> for NotPushed {
    fn from(error: PushError) -> Self {
        Self::Refused(error)
    }
}

impl Engine {
    /// Changes properties in the name of the callback `by`, or of the program without one: see [`push`](Self::push).
    pub(crate) fn push_by(
        &mut self,
        now: Duration,
        by: Option<&'static str>,
        whom: Whom,
        changes: Changeset,
        fx: &mut Effects,
    ) -> Result<(), NotPushed> {
        self.record_pushes_of(by);
        let pushed = self.push(now, whom, changes, fx);
        self.record_pushes_of(None);
        pushed
    }

    /// Changes properties: all of them, or none if there is an error.
    pub(crate) fn push(
        &mut self,
        now: Duration,
        whom: Whom,
        mut changes: Changeset,
        fx: &mut Effects,
    ) -> Result<(), NotPushed> {
        let client = if let Whom::One(id) = whom { Some(id) } else { None };
        let needs = self.needs(&changes, |key| self.find_number(key), |prop| self.current(client, prop).cloned());
        if let Some(needs) = needs {
            return Err(NotPushed::TooEarly(Box::new(Untaken { changes, needs })));
        }
        // The same writes may contain values for the rows that they add.
        let new = self.prepare_rows(&mut changes, None).map_err(PushError::Page)?;
        let numbered = changes.writes.into_iter().map(|(key, write)| match self.find_number(&key) {
            Some(number) => Ok((number, write)),
            None => Err(PushError::NoRow { prop: self.plan.prop(self.plan.number(&key)).name() }),
        });
        let numbered = numbered.collect::<Result<Vec<_>, _>>();
        let pushed = numbered.and_then(|writes| self.push_numbered(now, whom, writes, fx));
        if pushed.is_err() {
            self.forget_prepared(&new);
        }
        Ok(pushed?)
    }

    fn push_numbered(
        &mut self,
        now: Duration,
        whom: Whom,
        mut writes: Vec<(PropNo, Write)>,
        fx: &mut Effects,
    ) -> Result<(), PushError> {
        if let Whom::One(id) = whom {
            self.knows(id).then_some(()).ok_or(PushError::Gone)?;
            #[cfg(feature = "nats")]
            self.is_one_page(id).then_some(()).ok_or(PushError::Gone)?;
            writes.iter().try_for_each(|(prop, _)| self.may_differ(*prop))?;
        }
        if let Some((prop, _)) = writes.iter().find(|(prop, _)| self.plan.is_computed(*prop)) {
            return Err(PushError::Computed { prop: self.plan.prop(*prop).name() });
        }
        self.may_be_written(&writes)?;
        self.check_sizes(&writes).map_err(PushError::Value)?;
        writes.iter_mut().try_for_each(|(prop, write)| self.try_edit(whom, *prop, write))?;
        let client = if let Whom::One(id) = whom { Some(id) } else { None };
        let scope = if client.is_some() { Scope::Private } else { Scope::Shared };
        let placing = Some(self.placing(scope, client, &writes).map_err(PushError::Page)?);
        let stopped = self.stopped_by(writes.iter().map(|(prop, write)| (*prop, write)), client);
        let records = self.records_of_push(now, client, &writes);
        let changes = writes.into_iter().map(|(prop, write)| (prop, Action::Write(write))).collect();
        let sender = Sender::Program(whom);
        let entry = Entry { placing, ..Entry::new(sender, changes, Order::AtArrival) };
        self.enter_pushed(now, entry, fx)?;
        self.finish_records_of_program(records);
        self.stop(now, stopped, fx);
        Ok(())
    }

    /// Fires an event. Shared callbacks run once. Private callbacks run for each client, or for the one in `whom`.
    pub(crate) fn fire(
        &mut self,
        now: Duration,
        whom: Whom,
        prop: PropNo,
        payload: &Value,
        fx: &mut Effects,
    ) -> Result<(), PushError> {
        let sender = match whom {
            Whom::One(id) if !self.knows(id) => return Err(PushError::Gone),
            // It acts like a command of this client.
            Whom::One(id) => Sender::Client(id),
            Whom::All => Sender::Program(whom),
        };
        let changes = vec![(prop, Action::Event(payload.clone()))];
        let entry = Entry { may_merge: false, is_wanted: false, ..Entry::new(sender, changes, Order::AtArrival) };
        self.enter_pushed(now, entry, fx)
    }

    fn enter_pushed(&mut self, now: Duration, entry: Entry, fx: &mut Effects) -> Result<(), PushError> {
        let entered = self.enter(now, entry, fx);
        entered.map_err(|blocked| match Blocked::first(blocked) {
            (prop, Blocked::Full(limit)) => PushError::Full { prop: self.plan.prop(prop).name(), limit },
            (_, Blocked::AtWork(callback)) => PushError::AtWork { callback: callback.to_owned() },
        })?;
        self.counts.pushes += 1;
        Ok(())
    }

    /// Tries an edit before anything changes.
    fn try_edit(&self, whom: Whom, prop: PropNo, write: &mut Write) -> Result<(), PushError> {
        let Write::Edit(patch) = write else { return Ok(()) };
        let slot = if let Whom::One(id) = whom { self.seen_by(id, prop) } else { self.truth.store.slot(prop) };
        let why = match slot.value() {
            Some(value) => patch.try_on(value).err(),
            None => Some(NOTHING_TO_EDIT.to_owned()),
        };
        why.map_or(Ok(()), |why| Err(PushError::Value(format!("{}: {why}", self.plan.prop(prop).name()))))
    }

    /// Whether a client may have a value of its own. It may not if a shared callback uses the property, because that
    /// callback needs one value.
    pub(super) fn may_differ(&self, prop: PropNo) -> Result<(), PushError> {
        let wiring = &self.plan.prop(prop);
        let prop = self.plan.cell(prop);
        if self.plan.list_with(prop).is_some() {
            let name = wiring.name();
            return Err(PushError::Page(format!("`{name}` cannot differ between clients, because rows are shared")));
        }
        if wiring.private {
            return Ok(());
        }
        let mut shared = self.plan.numbered_callbacks().filter(|(_, callback)| callback.shared());
        let user = shared.find(|(no, callback)| {
            let is_period = matches!(callback.every, Some(Period::Prop(period)) if period == prop);
            let is_input = wiring.starts.contains(no) || callback.reads.contains(&prop);
            is_period || is_input || callback.outputs.contains(&prop) || callback.live.contains(&prop)
        });
        user.map_or(Ok(()), |(_, callback)| {
            Err(PushError::Shared { prop: wiring.name(), callback: callback.def.spec.name.to_owned() })
        })
    }
}
