//! From a handle to the engine, wherever that is: not started yet, running, or gone.

use std::{
    fmt,
    sync::{Arc, Mutex, MutexGuard, PoisonError, Weak},
    time::Duration,
};

use super::PushError;
use crate::{
    engine::{Engine, effects::Effects, plan::Plan, store::Slot},
    numbers::PropNo,
    prop::PropKey,
    value::Value,
};
/// Who has a running engine, and carries out what it wants done.
pub(crate) trait Backend: Send + Sync {
    /// Lets the engine handle an event.
    fn event(self: Arc<Self>, event: &mut dyn FnMut(&mut Engine, Duration, &mut Effects));

    /// Looks at the engine.
    fn look(&self, read: &mut dyn FnMut(&Engine));
}

/// Shared by all handles of one dashboard.
pub(crate) struct Link {
    plan: Arc<Plan>,
    stage: Mutex<Stage>,
}

enum Stage {
    /// Not started: the engine is here, and what is pushed waits in its queues.
    Early(Box<Engine>),
    /// A handle does not keep the dashboard alive, which has the device, which may have handles.
    Running(Weak<dyn Backend>),
    /// With the last values.
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
        // Nothing of the user's runs under this lock once the dashboard has started, and before that no callback does.
        self.stage.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(crate) fn plan(&self) -> &Arc<Plan> {
        &self.plan
    }

    /// Hands the engine over to `build`, once. From then on events go to what that gives.
    pub(crate) fn launch<B: Backend + 'static>(&self, build: impl FnOnce(Engine) -> Arc<B>) -> Option<Arc<B>> {
        let mut stage = self.stage();
        let Stage::Early(engine) = std::mem::replace(&mut *stage, Stage::Ended(Vec::new())) else { return None };
        let backend = build(*engine);
        let weak = Arc::downgrade(&backend);
        *stage = Stage::Running(weak);
        Some(backend)
    }

    /// Nothing is taken any more.
    pub(crate) fn end(&self, last: &Engine) {
        let mut stage = self.stage();
        if !matches!(*stage, Stage::Ended(_)) {
            *stage = Stage::Ended(last.all_shown());
        }
    }

    /// The same for what never started.
    pub(crate) fn give_up(&self) {
        let mut stage = self.stage();
        if let Stage::Early(engine) = &*stage {
            *stage = Stage::Ended(engine.all_shown());
        }
    }

    fn backend(&self) -> Option<Arc<dyn Backend>> {
        match &*self.stage() {
            Stage::Running(backend) => backend.upgrade(),
            Stage::Early(_) | Stage::Ended(_) => None,
        }
    }

    /// Lets the engine handle an event.
    pub(crate) fn event<R>(
        &self,
        event: impl FnOnce(&mut Engine, Duration, &mut Effects) -> R,
    ) -> Result<R, PushError> {
        if let Stage::Early(engine) = &mut *self.stage() {
            // Nothing runs yet, so there is nothing to be carried out.
            return Ok(event(engine, Duration::ZERO, &mut Effects::default()));
        }
        let (mut event, mut result) = (Some(event), None);
        self.backend().ok_or(PushError::Ended)?.event(&mut |engine, now, fx| {
            result = event.take().map(|event| event(engine, now, fx));
        });
        result.ok_or(PushError::Ended)
    }

    /// Looks at the engine; `None` when it is gone.
    pub(crate) fn look<R>(&self, read: impl FnOnce(&Engine) -> R) -> Option<R> {
        if let Stage::Early(engine) = &*self.stage() {
            return Some(read(engine));
        }
        let (mut read, mut result) = (Some(read), None);
        self.backend()?.look(&mut |engine| result = read.take().map(|read| read(engine)));
        result
    }

    /// The value that everybody sees, also after the end.
    pub(crate) fn value(&self, key: &PropKey, prop: PropNo) -> Option<Value> {
        loop {
            if let Stage::Ended(slots) = &*self.stage() {
                return slots.get(prop.place())?.value().cloned();
            }
            let now =
                |engine: &Engine| engine.shown_or_start(None, engine.find_number(key).unwrap_or(prop)).value().cloned();
            if let Some(value) = self.look(now) {
                return value;
            }
            // The last owner of the engine drops it just now, and says so next.
            std::thread::yield_now();
        }
    }
}
