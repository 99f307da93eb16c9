//! The link from handles to the engine: before the start, while it runs, and after the end.

use std::{
    fmt,
    sync::{Arc, Mutex, MutexGuard, PoisonError, Weak},
    time::Duration,
};

use crate::{
    callback::call::Write,
    client::ClientId,
    clients::Row,
    engine::{Engine, effects::Effects, needs::Changeset, plan::Plan, push::NotPushed, store::Slot},
    handle::{PushError, Whom, backend::Backend},
    prop::PropKey,
    value::Value,
};

/// Owns a running engine and carries out its effects.
pub(crate) trait Host: Send + Sync {
    /// Lets the engine handle an event.
    fn event(self: Arc<Self>, event: &mut dyn FnMut(&mut Engine, Duration, &mut Effects));

    /// Reads from the engine.
    fn with_engine(&self, read: &mut dyn FnMut(&Engine));
}

/// Shared by all handles of one dashboard.
pub(crate) struct Link {
    plan: Arc<Plan>,
    stage: Mutex<Stage>,
}

enum Stage {
    /// Not started: the link has the engine, and pushes wait in its queues.
    Early(Box<Engine>),
    /// A weak reference, because the dashboard has the device, and the device may have handles. A handle must not keep
    /// the dashboard alive.
    Running(Weak<dyn Host>),
    /// Has the last values.
    Ended(Vec<Slot>),
}

impl fmt::Debug for Link {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let stage = match &*self.stage() {
            Stage::Early(_) => "early",
            Stage::Running(_) => "running",
            Stage::Ended(_) => "ended",
        };
        f.debug_struct("Link").field("dashboard", &self.plan.name).field("stage", &stage).finish()
    }
}

impl Link {
    pub(crate) fn new(engine: Engine) -> Self {
        Self { plan: Arc::clone(engine.plan()), stage: Mutex::new(Stage::Early(Box::new(engine))) }
    }

    fn stage(&self) -> MutexGuard<'_, Stage> {
        // No function of the user runs under this lock after the start, and before the start no callback runs.
        self.stage.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(crate) fn plan(&self) -> &Arc<Plan> {
        &self.plan
    }

    /// Passes the engine to `build`, once. From then on, events go to the returned host.
    pub(crate) fn launch<H: Host + 'static>(&self, build: impl FnOnce(Engine) -> Arc<H>) -> Option<Arc<H>> {
        let mut stage = self.stage();
        let Stage::Early(engine) = std::mem::replace(&mut *stage, Stage::Ended(Vec::new())) else { return None };
        let host = build(*engine);
        let weak = Arc::downgrade(&host);
        *stage = Stage::Running(weak);
        Some(host)
    }

    /// Ends the link: later pushes return an error.
    pub(crate) fn end(&self, last: &Engine) {
        let mut stage = self.stage();
        if !matches!(*stage, Stage::Ended(_)) {
            *stage = Stage::Ended(last.all_shown());
        }
    }

    /// Like [`end`](Self::end), for an engine that was never started.
    pub(crate) fn give_up(&self) {
        let mut stage = self.stage();
        if let Stage::Early(engine) = &*stage {
            *stage = Stage::Ended(engine.all_shown());
        }
    }

    fn host(&self) -> Option<Arc<dyn Host>> {
        match &*self.stage() {
            Stage::Running(host) => host.upgrade(),
            Stage::Early(_) | Stage::Ended(_) => None,
        }
    }

    /// Lets the engine handle an event.
    pub(crate) fn event<R>(
        &self,
        event: impl FnOnce(&mut Engine, Duration, &mut Effects) -> R,
    ) -> Result<R, PushError> {
        if let Stage::Early(engine) = &mut *self.stage() {
            // Nothing runs before the start, so there are no effects to carry out.
            return Ok(event(engine, Duration::ZERO, &mut Effects::default()));
        }
        let (mut event, mut result) = (Some(event), None);
        self.host().ok_or(PushError::Ended)?.event(&mut |engine, now, fx| {
            result = event.take().map(|event| event(engine, now, fx));
        });
        result.ok_or(PushError::Ended)
    }

    /// Reads from the engine. `None` after the end.
    pub(crate) fn with_engine<R>(&self, read: impl FnOnce(&Engine) -> R) -> Option<R> {
        if let Stage::Early(engine) = &*self.stage() {
            return Some(read(engine));
        }
        let (mut read, mut result) = (Some(read), None);
        self.host()?.with_engine(&mut |engine| result = read.take().map(|read| read(engine)));
        result
    }
}

impl Backend for Link {
    fn name(&self) -> &'static str {
        self.plan.name
    }

    fn has(&self, prop: &PropKey) -> bool {
        self.plan.number_of(prop).is_some()
    }

    fn push(&self, by: Option<&'static str>, whom: Whom, writes: Vec<(PropKey, Write)>) -> Result<(), PushError> {
        let mut changes = Changeset::new(writes);
        loop {
            match self.event(|engine, now, fx| engine.push_by(now, by, whom, changes, fx))? {
                Ok(()) => return Ok(()),
                Err(NotPushed::Refused(error)) => return Err(error),
                // This calls code of the user, so no lock is held here.
                Err(NotPushed::TooEarly(untaken)) => changes = untaken.meet(&self.plan),
            }
        }
    }

    fn fire(&self, whom: Whom, event: &PropKey, payload: Value) -> Result<(), PushError> {
        self.event(|engine, now, fx| match engine.find_number(event) {
            Some(number) => engine.fire(now, whom, number, &payload, fx),
            None => Err(PushError::NoRow { prop: engine.plan().prop(engine.plan().number(event)).name() }),
        })?
    }

    fn value(&self, prop: &PropKey) -> Option<Value> {
        let number = self.plan.number_of(prop)?;
        loop {
            if let Stage::Ended(slots) = &*self.stage() {
                return slots.get(number.place())?.value().cloned();
            }
            let now = |engine: &Engine| {
                engine.shown_or_start(None, engine.find_number(prop).unwrap_or(number)).value().cloned()
            };
            if let Some(value) = self.with_engine(now) {
                return value;
            }
            // The last owner of the engine is dropping it, and will set the stage to `Ended`.
            std::thread::yield_now();
        }
    }

    fn value_for(&self, client: ClientId, prop: &PropKey) -> Result<Option<Value>, PushError> {
        let seen = self.with_engine(|engine| {
            let number = engine.find_number(prop).or_else(|| self.plan.number_of(prop));
            let value = |number| engine.shown_or_start(Some(client), number).value().cloned();
            engine.knows(client).then(|| number.and_then(value)).ok_or(PushError::Gone)
        });
        seen.ok_or(PushError::Ended)?
    }

    fn knows(&self, client: ClientId) -> Result<bool, PushError> {
        self.with_engine(|engine| engine.knows(client)).ok_or(PushError::Ended)
    }

    fn clients(&self) -> Vec<Row> {
        self.with_engine(Engine::table).unwrap_or_default()
    }

    fn message(&self, client: ClientId, text: String) -> Result<(), PushError> {
        self.event(|engine, _, fx| engine.message(client, text, fx))?
    }

    fn watch_loop(&self, name: String, within: Duration) -> Result<u64, PushError> {
        self.event(|engine, now, _| engine.watch_loop(now, name, within))
    }

    fn feed_loop(&self, number: u64) -> Result<(), PushError> {
        self.event(|engine, now, fx| engine.feed_loop(now, number, fx))
    }

    fn end_loop(&self, number: u64) -> Result<(), PushError> {
        self.event(|engine, _, _| engine.end_loop(number))
    }

    fn disconnect(&self, client: ClientId, why: Arc<str>) -> Result<(), PushError> {
        self.event(|engine, now, fx| engine.disconnect(now, client, why, fx))?
    }
}
