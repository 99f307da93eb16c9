//! The driver connects the engine to the clock, to threads and to the tasks of sockets.

mod in_place;
mod judging;
mod notifier;
mod stops;
mod timer;
mod watchdog;

use std::{
    collections::HashMap,
    future::poll_fn,
    panic::{AssertUnwindSafe, catch_unwind},
    pin::pin,
    sync::{Arc, Mutex, PoisonError, atomic::AtomicU64},
    time::{Duration, Instant},
};

use in_place::HandOff;

use bytes::Bytes;
pub(crate) use in_place::Resume;
pub(crate) use judging::Rounds;
pub(crate) use notifier::Notifier;
use timer::keep_time;
use tokio::{
    runtime::RuntimeFlavor,
    sync::{Notify, oneshot, watch},
};
use tracing::Instrument;
use watchdog::Watchdog;

use super::{
    audit::AuditLog,
    futures::Futures,
    link::{Host, Link},
    lock,
    pool::Pool,
    record::Recorder,
    store::{Here, Keeper},
};
use crate::{
    callback::{
        call::{Call, Write},
        callbacks::Body,
        task::{self, Outlet},
    },
    client::ClientId,
    engine::{
        Engine,
        effects::{Effects, Job, Wake},
        finish::Finished,
        needs::Changeset,
        pictures::Due,
        requests::RequestNo,
        session::SocketNo,
    },
    failure::Report,
    handle::backend::Backend,
    protocol::server::Outcome,
    words::{log, panic::text_of},
};

/// A running engine.
#[derive(Clone)]
pub(crate) struct Driver {
    shared: Arc<Shared>,
}

/// A driver that does not keep the engine running.
#[derive(Clone)]
pub(crate) struct WeakDriver(std::sync::Weak<Shared>);

impl std::fmt::Debug for WeakDriver {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("WeakDriver")
    }
}

impl WeakDriver {
    /// The driver, unless the engine has ended.
    pub(crate) fn upgrade(&self) -> Option<Driver> {
        Some(Driver { shared: self.0.upgrade()? })
    }
}

impl Driver {
    pub(crate) fn downgrade(&self) -> WeakDriver {
        WeakDriver(Arc::downgrade(&self.shared))
    }
}

/// What is new for a client.
pub(crate) struct News {
    /// `None` if the client is up to date.
    pub(crate) frame: Option<Bytes>,
    pub(crate) picture: Option<Due>,
    /// The frame tells an outcome: it may be sent when what was kept by it is written ([`Driver::kept`]).
    pub(crate) is_awaited: bool,
}

struct Shared {
    link: Arc<Link>,
    engine: Mutex<Engine>,
    started: Instant,
    pool: Pool,
    /// Where `async fn` callbacks run.
    futures: Futures,
    runtime: tokio::runtime::Handle,
    /// Increased when there is something new for all clients.
    published: watch::Sender<u64>,
    /// Wakes the task of one client, for changes that only this client gets.
    sockets: Mutex<HashMap<ClientId, Arc<Notifier>>>,
    /// The receivers of the outcomes of requests.
    requests: Mutex<HashMap<RequestNo, Vec<oneshot::Sender<Outcome>>>>,
    /// The time of the next timeout of the engine, or an earlier time. `timer` is notified when it becomes earlier.
    armed: Mutex<Option<Duration>>,
    timer: Arc<Notify>,
    /// The number of running callbacks.
    running: watch::Sender<usize>,
    /// The threads of the runtime that run callbacks in place.
    in_place: Mutex<Vec<Arc<dyn HandOff>>>,
    watchdog: Arc<Watchdog>,
    /// Whether commands must be checked by functions of the user.
    has_checks: bool,
    late_checks: Mutex<judging::LateChecks>,
    /// Where the functions of stops run.
    stops: stops::StopThreads,
    /// For each callback, the time of its recent runs in nanoseconds, or `u64::MAX` before the first run.
    pace: Vec<AtomicU64>,
    /// The record of commands, with the key of the device.
    audit: Option<(AuditLog, String)>,
    /// Where kept values are written.
    keeper: Option<Keeper>,
    /// The record of the run.
    recorder: Option<Recorder>,
}

/// What writes down what happens.
#[derive(Default)]
pub(crate) struct Writers {
    /// The record of commands, with the key of the device.
    pub(crate) audit: Option<(AuditLog, String)>,
    /// Writes what is kept.
    pub(crate) keeper: Option<Keeper>,
    pub(crate) recorder: Option<Recorder>,
}

impl Driver {
    /// Starts the engine behind `link` after `configure` has set it up. Initial callbacks and callbacks with `every`
    /// start to run. `None` if it was started before. Must be called in a tokio runtime.
    pub(crate) fn start(link: &Arc<Link>, writers: Writers, configure: impl FnOnce(&mut Engine)) -> Option<Self> {
        let Writers { audit, keeper, recorder } = writers;
        let runtime = tokio::runtime::Handle::current();
        let mut threads = Vec::new();
        let shared = link.launch(|mut engine| {
            configure(&mut engine);
            if audit.is_some() || recorder.is_some() {
                engine.keep_record();
            }
            if let Some((audit, device)) = &audit {
                engine.restore_records(audit.take_past(device));
            }
            if recorder.is_some() {
                engine.record_run();
            }
            let pool = Pool::default();
            let (stops, waiting) = stops::prepare(&engine);
            threads = waiting;
            let pace = engine.plan().callbacks.iter().map(|_| AtomicU64::new(u64::MAX)).collect();
            Arc::new(Shared {
                link: Arc::clone(link),
                engine: Mutex::new(engine),
                started: Instant::now(),
                futures: Futures::new(pool.clone(), runtime.clone()),
                pool,
                runtime,
                published: watch::Sender::new(0),
                sockets: Mutex::default(),
                requests: Mutex::default(),
                timer: Arc::default(),
                armed: Mutex::default(),
                running: watch::Sender::new(0),
                in_place: Mutex::default(),
                watchdog: Arc::new(Watchdog::new()),
                has_checks: link.plan().has_checks(),
                late_checks: Mutex::default(),
                stops,
                pace,
                audit,
                keeper,
                recorder,
            })
        })?;
        stops::start(&shared, threads);
        let driver = Self { shared };
        if let Some(keeper) = &driver.shared.keeper {
            keeper.writer().tell(driver.downgrade());
        }
        driver.event(|engine, now, fx| engine.start(now, fx));
        let (shared, timer) = (Arc::downgrade(&driver.shared), Arc::clone(&driver.shared.timer));
        driver.shared.runtime.spawn(keep_time(shared, timer));
        watchdog::start(&driver.shared);
        Some(driver)
    }

    /// Closes the link: from now on handles cannot change anything.
    pub(crate) fn close(&self) {
        self.shared.watchdog.end();
        self.shared.futures.end();
        self.with_engine(|engine| self.shared.link.end(engine));
    }

    /// Lets the engine handle an event, and carries out the effects.
    pub(crate) fn event<R>(&self, event: impl FnOnce(&mut Engine, Duration, &mut Effects) -> R) -> R {
        let (result, fx, timeout) = self.handle(event);
        self.carry_out(fx, timeout, |_| false);
        result
    }

    /// Like [`event`](Self::event), for the task of a socket. Also returns the quick callbacks, for
    /// [`run_in_place`](Self::run_in_place).
    pub(crate) fn event_keeping_quick<R>(
        &self,
        event: impl FnOnce(&mut Engine, Duration, &mut Effects) -> R,
    ) -> (R, Vec<Job>) {
        let (result, fx, timeout) = self.handle(event);
        let multi = self.may_block();
        let quick = self.carry_out(fx, timeout, |job| multi && self.is_quick(job));
        (result, quick)
    }

    /// A runtime with a single thread has no thread that could be blocked.
    fn may_block(&self) -> bool {
        self.shared.runtime.runtime_flavor() == RuntimeFlavor::MultiThread
    }

    /// From now on, what is kept of commands is written by the caller, with [`run_in_place`](Self::run_in_place). `None`: there
    /// is no store, or it cannot be done by the caller.
    pub(crate) fn keeps_here(&self) -> Option<Here> {
        self.shared.keeper.as_ref().filter(|_| self.may_block()).map(|keeper| keeper.writer().here())
    }

    /// Lets the engine handle a request, and returns a receiver for its outcome. `number` takes the number of the
    /// request from the result.
    pub(crate) fn request<R, E>(
        &self,
        event: impl FnOnce(&mut Engine, Duration, &mut Effects) -> Result<R, E>,
        number: impl FnOnce(&R) -> RequestNo,
    ) -> Result<(R, oneshot::Receiver<Outcome>), E> {
        self.event(|engine, now, fx| {
            let asked = event(engine, now, fx)?;
            let (sender, outcome) = oneshot::channel();
            // Before the engine is unlocked, because the outcome may be there right after that.
            lock(&self.shared.requests).entry(number(&asked)).or_default().push(sender);
            Ok((asked, outcome))
        })
    }

    /// Sends outcomes to the requests that wait for them.
    fn answer(&self, answered: Vec<(RequestNo, Outcome)>) {
        let mut requests = lock(&self.shared.requests);
        for (request, outcome) in answered {
            for sender in requests.remove(&request).into_iter().flatten() {
                // An error means that the receiver no longer waits.
                let _ = sender.send(outcome.clone());
            }
        }
    }

    fn handle<R>(
        &self,
        event: impl FnOnce(&mut Engine, Duration, &mut Effects) -> R,
    ) -> (R, Effects, Option<Duration>) {
        let mut fx = Effects::default();
        let mut engine = lock(&self.shared.engine);
        let result = event(&mut engine, self.shared.started.elapsed(), &mut fx);
        let (timeout, answered) = (engine.next_timeout(), engine.answered());
        self.write_down(&mut engine, &mut fx);
        drop(engine);
        if !answered.is_empty() {
            self.answer(answered);
        }
        (result, fx, timeout)
    }

    /// Puts what has happened into the queues of those that write it down. Under the lock, so that it keeps its order.
    fn write_down(&self, engine: &mut Engine, fx: &mut Effects) {
        let Shared { audit, keeper, recorder, started, .. } = &*self.shared;
        if audit.is_some() || recorder.is_some() {
            let (records, now) = (engine.take_records(), started.elapsed());
            if let Some(recorder) = recorder {
                recorder.put(engine, now, &records);
            }
            if let Some((audit, device)) = audit {
                audit.put(records, now, device);
                engine.record_says(now, audit.is_written(), fx);
            }
        }
        if let Some(keeper) = keeper {
            keeper.take_from(engine);
        }
    }

    /// The time of the dashboard's clock at this moment. Zero for one before its start.
    pub(crate) fn time_of(&self, moment: Instant) -> Duration {
        moment.saturating_duration_since(self.shared.started)
    }

    /// How long a request that is read now may have waited because the process stood still.
    pub(crate) fn held_up(&self) -> Duration {
        self.shared.watchdog.held_up()
    }

    /// Waits until what is kept of all changes so far is written, so that a client that is told about them can rely on it.
    /// The disk gets little time for it.
    pub(crate) async fn kept(&self) {
        if let Some(keeper) = &self.shared.keeper {
            keeper.writer().written().await;
        }
    }

    /// Everything that is new for this client, and the next picture if it takes one now.
    pub(crate) fn news(&self, client: ClientId, socket: SocketNo, takes_picture: bool) -> News {
        self.with_engine(|engine| {
            let tells = engine.has_outcome_for(client);
            let frame = engine.poll_frame(client, socket);
            let is_awaited = frame.is_some() && tells && self.shared.keeper.is_some();
            let picture = if takes_picture { engine.poll_picture(client, socket) } else { None };
            News { frame, picture, is_awaited }
        })
    }

    /// What is new for a client that gets no pictures on this way, when it may be sent.
    pub(crate) async fn next_frame(&self, client: ClientId, socket: SocketNo) -> Option<Bytes> {
        let news = self.news(client, socket, false);
        if news.is_awaited {
            self.kept().await;
        }
        news.frame
    }

    /// Where the histories of streams are, if they are kept.
    pub(crate) fn keeper(&self) -> Option<&Keeper> {
        self.shared.keeper.as_ref()
    }

    /// The state of the store, if there is one, for `/health`.
    pub(crate) fn store_report(&self) -> Option<serde_json::Value> {
        let writer = self.shared.keeper.as_ref()?.writer();
        Some(serde_json::json!({ "status": writer.status(), "waiting": writer.waiting() }))
    }

    /// The record of who wanted what, if the program keeps it.
    pub(crate) fn audit(&self) -> Option<&AuditLog> {
        self.shared.audit.as_ref().map(|(audit, _)| audit)
    }

    /// The same, with the key of the device in it.
    pub(crate) fn audit_of_device(&self) -> Option<(&AuditLog, &str)> {
        self.shared.audit.as_ref().map(|(audit, device)| (audit, &**device))
    }

    /// The record of the run, if there is one.
    pub(crate) fn recorder(&self) -> Option<&Recorder> {
        self.shared.recorder.as_ref()
    }

    /// The runtime of all tasks.
    pub(crate) fn runtime(&self) -> &tokio::runtime::Handle {
        &self.shared.runtime
    }

    /// Reads from the engine, without an event.
    pub(crate) fn with_engine<R>(&self, read: impl FnOnce(&mut Engine) -> R) -> R {
        read(&mut lock(&self.shared.engine))
    }

    /// Increased whenever there is something new for all clients.
    pub(crate) fn published(&self) -> watch::Receiver<u64> {
        self.shared.published.subscribe()
    }

    /// The backend for handles of this dashboard.
    fn backend(&self) -> Arc<dyn Backend> {
        Arc::clone(&self.shared.link) as Arc<dyn Backend>
    }

    /// Runs a callback without the engine: its writes take no effect. Returns the finished call, or `None` if the
    /// callback panicked.
    ///
    /// It counts as running until it ends, even if the caller no longer waits for it.
    pub(crate) async fn run_apart(&self, body: Body, mut call: Call) -> Option<Call> {
        call.backend = Some(self.backend());
        let running = Apart::new(Arc::clone(&self.shared));
        match body {
            Body::Sync(body) => {
                let (sender, over) = oneshot::channel();
                self.shared.pool.run(move || {
                    let ran = catch_unwind(AssertUnwindSafe(|| body(&mut call)));
                    drop(running);
                    // An error means that the caller no longer waits.
                    let _ = sender.send(ran.ok().map(|()| call));
                });
                over.await.ok().flatten()
            }
            Body::Async(body) => {
                let (sender, over) = oneshot::channel();
                self.shared.futures.spawn(async move {
                    let ran = task::run(body, &mut call).await;
                    drop(running);
                    let _ = sender.send(ran.ok().map(|()| call));
                });
                over.await.ok().flatten()
            }
        }
    }

    /// Waits until no callback runs.
    pub(crate) async fn quiet(&self) {
        // An error would mean that the sender was dropped, but `self` has it.
        let _ = self.shared.running.subscribe().wait_for(|running| *running == 0).await;
    }

    /// Carries out all effects. Returns the `fn` callbacks that `keep` selects, to run on this thread.
    ///
    /// Returns none if a failure has to be reported, because the user's `on_error` may take time and nothing should
    /// wait for it.
    fn carry_out(&self, mut fx: Effects, timeout: Option<Duration>, keep: impl Fn(&Job) -> bool) -> Vec<Job> {
        let mut kept = Vec::new();
        // Nothing comes before a stop.
        fx.stops.drain(..).for_each(|stop| self.stop(stop));
        fx.cancel.drain(..).for_each(|task| task.cancel());
        for mut job in fx.run.drain(..) {
            job.call.outlet = job.brings.then(|| self.outlet(&job));
            job.call.backend = Some(self.backend());
            self.shared.running.send_modify(|running| *running += 1);
            if matches!(job.body, Body::Sync(_)) && fx.failed.is_empty() && keep(&job) {
                kept.push(job);
            } else {
                self.run(job);
            }
        }
        match fx.take_wake() {
            Wake::Nobody => {}
            Wake::Some(clients) => {
                let sockets = lock(&self.shared.sockets);
                clients.iter().filter_map(|client| sockets.get(client)).for_each(|notifier| notifier.news.notify_one());
            }
            Wake::All => {
                self.shared.published.send_modify(|count| *count += 1);
            }
        }
        for (client, socket, why) in fx.close.drain(..) {
            let sockets = lock(&self.shared.sockets);
            if let Some(notifier) = sockets.get(&client).filter(|notifier| notifier.socket == socket) {
                notifier.close(why);
            }
        }
        if let Some(timeout) = timeout {
            self.arm(timeout);
        }
        fx.notices.iter().for_each(|notice| log::warn(notice));
        fx.failed.into_iter().for_each(Report::tell);
        kept
    }

    fn run(&self, job: Job) {
        let driver = self.clone();
        match job.body {
            Body::Sync(_) => self.shared.pool.run(move || {
                // Callbacks of the same lane follow on this thread. Callbacks of other lanes get their own threads.
                let lane = job.lane;
                let mut next = vec![job];
                while let Some(job) = next.pop() {
                    next.extend(driver.run_here(job, |next| next.lane == lane));
                }
            }),
            Body::Async(body) => {
                let span = tracing::info_span!("callback", name = job.name);
                let watchdog = Arc::clone(&self.shared.watchdog);
                let run = async move {
                    let Job { lane, callback, number, mut call, .. } = job;
                    let ran = {
                        let mut run = pin!(task::run(body, &mut call));
                        poll_fn(|cx| {
                            let _watched = watchdog.poll((lane, number));
                            run.as_mut().poll(cx)
                        })
                        .await
                    };
                    let panic = ran.err().map(|payload| text_of(&*payload));
                    driver.finished(Finished::new(lane, callback, call, panic));
                };
                self.shared.futures.spawn(run.instrument(span));
            }
        }
    }

    /// Runs a `fn` callback on this thread. Returns the following callbacks that `keep` selects to run here, so that a
    /// chain needs at most one change of thread.
    fn run_here(&self, job: Job, keep: impl Fn(&Job) -> bool) -> Vec<Job> {
        let Job { lane, callback, name, body, mut call, .. } = job;
        // `keep` is only asked about `fn` callbacks.
        let Body::Sync(body) = body else { return Vec::new() };
        let begun = Instant::now();
        let panic = tracing::info_span!("callback", name)
            .in_scope(|| catch_unwind(AssertUnwindSafe(|| body(&mut call))).err().map(|payload| text_of(&*payload)));
        self.took(callback, begun.elapsed());
        let mut kept = Vec::new();
        Finished::new(lane, callback, call, panic).bring(self.shared.link.plan(), |done| {
            let (taken, fx, timeout) = self.handle(|engine, now, fx| engine.finished(now, done, fx));
            kept.extend(self.carry_out(fx, timeout, &keep));
            taken
        });
        self.shared.running.send_modify(|running| *running -= 1);
        kept
    }

    /// Takes the values that a run sets before it ends. Has only a weak reference to the driver.
    fn outlet(&self, job: &Job) -> Outlet {
        let (shared, lane, run) = (Arc::downgrade(&self.shared), job.lane, job.number);
        Outlet(Arc::new(move |key, value| {
            let Some(shared) = shared.upgrade() else { return };
            let driver = Self { shared };
            let mut changes = Changeset::new(vec![(key, Write::Set(value))]);
            while let Err(untaken) = driver.event(|engine, now, fx| engine.progress(now, lane, run, changes, fx)) {
                changes = untaken.meet(driver.shared.link.plan());
            }
        }))
    }

    /// The program ends: cancels all callbacks that can be cancelled.
    pub(crate) fn cancel(&self) {
        self.event(|engine, _, fx| engine.cancel_all(fx));
    }

    fn finished(&self, done: Finished) {
        done.bring(self.shared.link.plan(), |done| self.event(|engine, now, fx| engine.finished(now, done, fx)));
        self.shared.running.send_modify(|running| *running -= 1);
    }
}

impl Host for Shared {
    fn event(self: Arc<Self>, event: &mut dyn FnMut(&mut Engine, Duration, &mut Effects)) {
        Driver { shared: self }.event(event);
    }

    fn with_engine(&self, read: &mut dyn FnMut(&Engine)) {
        read(&lock(&self.engine));
    }
}

impl Drop for Shared {
    fn drop(&mut self) {
        self.link.end(self.engine.get_mut().unwrap_or_else(PoisonError::into_inner));
        // Wakes the timer task, so that it ends too.
        self.timer.notify_one();
    }
}

/// Counts a callback that runs without the engine.
struct Apart(Arc<Shared>);

impl Apart {
    fn new(shared: Arc<Shared>) -> Self {
        shared.running.send_modify(|running| *running += 1);
        Self(shared)
    }
}

impl Drop for Apart {
    fn drop(&mut self) {
        self.0.running.send_modify(|running| *running -= 1);
    }
}
