//! Between the engine and the world: the clock, the threads, the wake-ups.

use std::{
    collections::{HashMap, VecDeque},
    future, mem,
    panic::{AssertUnwindSafe, catch_unwind},
    sync::{
        Arc, Mutex, MutexGuard, OnceLock, PoisonError, Weak,
        atomic::{AtomicU64, Ordering},
    },
    time::{Duration, Instant},
};

use tokio::{
    runtime::RuntimeFlavor,
    sync::{Notify, oneshot, watch},
};
use tracing::Instrument;

use super::pool::Pool;
use crate::{
    callback::{
        call::text_of,
        spec::Body,
        task::{self, Outlet},
    },
    client::ClientId,
    engine::{
        Engine,
        effects::{Close, Effects, Job, Wake},
        requests::RequestNo,
        session::SocketNo,
        turns::Finished,
    },
    failure::Report,
    handle::link::{Backend, Link},
    numbers::CallbackNo,
    protocol::server::Outcome,
};
/// A running engine.
#[derive(Clone)]
pub(crate) struct Driver {
    shared: Arc<Shared>,
}

struct Shared {
    link: Arc<Link>,
    engine: Mutex<Engine>,
    started: Instant,
    pool: Pool,
    runtime: tokio::runtime::Handle,
    /// Counted up when there is something new for everybody.
    published: watch::Sender<u64>,
    /// For what only one client is to know.
    sockets: Mutex<HashMap<ClientId, Arc<Mailbox>>>,
    /// Who waits for the outcomes of requests.
    requests: Mutex<HashMap<RequestNo, Vec<oneshot::Sender<Outcome>>>>,
    /// When the engine is to be told the time, or earlier; and said when it becomes earlier.
    armed: Mutex<Option<Duration>>,
    timer: Arc<Notify>,
    /// How many callbacks run.
    running: watch::Sender<usize>,
    /// Threads of the runtime that run callbacks in place.
    in_place: Mutex<Vec<Arc<dyn Relieve>>>,
    /// For each callback, how long its runs took of late, in nanoseconds; `u64::MAX` before the first.
    pace: Vec<AtomicU64>,
}

/// A `fn` callback that takes less than this is run where the command came in. A change of thread costs about as much,
/// twice; much more when the processor was asleep.
const QUICK: Duration = Duration::from_micros(200);

/// A callback that is run in place and takes longer than this was not quick, and what waits for it is freed. As long as
/// a display frame: the same time after which a turn shows what it has so far.
const PATIENCE: Duration = Duration::from_millis(16);

/// A task that can go on by itself, on another thread.
pub(crate) trait GoOn: Send + 'static {
    fn go_on(self);
}

/// A thread of the runtime that runs callbacks in place, and what waits for it.
struct Seat<T> {
    since: Instant,
    /// Callbacks that come after the one that runs.
    jobs: Mutex<VecDeque<Job>>,
    task: Mutex<Option<T>>,
}

impl<T> Seat<T> {
    fn next(&self) -> Option<Job> {
        lock(&self.jobs).pop_front()
    }
}

/// A [`Seat`], whatever task waits for it.
trait Relieve: Send + Sync {
    fn since(&self) -> Instant;
    /// Sends the task on its way, and gives the callbacks that wait.
    fn relieve(&self) -> VecDeque<Job>;
}

impl<T: GoOn> Relieve for Seat<T> {
    fn since(&self) -> Instant {
        self.since
    }

    fn relieve(&self) -> VecDeque<Job> {
        let task = lock(&self.task).take();
        if let Some(task) = task {
            task.go_on();
        }
        mem::take(&mut *lock(&self.jobs))
    }
}

/// What the task of a socket is told.
#[derive(Debug)]
pub(crate) struct Mailbox {
    pub(crate) socket: SocketNo,
    pub(crate) news: Notify,
    pub(crate) close: Notify,
    /// For a page whose frames come by request, while its task only sends.
    letters: Mutex<Letters>,
    why: OnceLock<Close>,
}

#[derive(Debug)]
struct Letters {
    /// When a frame of the page came last.
    heard: Instant,
    /// What is to be said to its frames, beside all that is new.
    answers: VecDeque<String>,
}

impl Mailbox {
    fn new(socket: SocketNo) -> Self {
        let letters = Mutex::new(Letters { heard: Instant::now(), answers: VecDeque::new() });
        Self { socket, news: Notify::new(), close: Notify::new(), letters, why: OnceLock::new() }
    }

    /// Frames of the page have come, and this is to be answered.
    pub(crate) fn hear(&self, answers: Vec<String>) {
        let mut letters = lock(&self.letters);
        letters.heard = Instant::now();
        letters.answers.extend(answers);
        self.news.notify_one();
    }

    /// The next answer, to be sent.
    pub(crate) fn answer(&self) -> Option<String> {
        lock(&self.letters).answers.pop_front()
    }

    /// Whether all answers are sent.
    pub(crate) fn is_read(&self) -> bool {
        lock(&self.letters).answers.is_empty()
    }

    /// How long no frame of the page has come.
    pub(crate) fn silent_for(&self) -> Duration {
        lock(&self.letters).heard.elapsed()
    }

    fn close(&self, why: Close) {
        // The first reason counts: the task may be on its way out already.
        let _ = self.why.set(why);
        self.close.notify_one();
    }

    /// Why it is to be closed.
    pub(crate) fn why(&self) -> Close {
        self.why.get().cloned().unwrap_or(Close::TakenOver)
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    // Little user code runs under these locks: the decoding of property values, the test of options, the default of a
    // session, and a copy of one, whose panic is caught. If one of them panics, nothing is half done.
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Driver {
    /// Starts the engine behind `link`, after `equip` has given it what it needs: initial callbacks run, sources tick.
    /// `None` if it was started before. Must be called in a tokio runtime.
    pub(crate) fn start(link: &Arc<Link>, equip: impl FnOnce(&mut Engine)) -> Option<Self> {
        let runtime = tokio::runtime::Handle::current();
        let shared = link.launch(|mut engine| {
            equip(&mut engine);
            let pace = engine.plan().callbacks.iter().map(|_| AtomicU64::new(u64::MAX)).collect();
            Arc::new(Shared {
                link: Arc::clone(link),
                engine: Mutex::new(engine),
                started: Instant::now(),
                pool: Pool::default(),
                runtime,
                published: watch::Sender::new(0),
                sockets: Mutex::default(),
                requests: Mutex::default(),
                timer: Arc::default(),
                armed: Mutex::default(),
                running: watch::Sender::new(0),
                in_place: Mutex::default(),
                pace,
            })
        })?;
        let driver = Self { shared };
        driver.with(|engine, now, fx| engine.start(now, fx));
        let (shared, timer) = (Arc::downgrade(&driver.shared), Arc::clone(&driver.shared.timer));
        driver.shared.runtime.spawn(keep_time(shared, timer));
        Some(driver)
    }

    /// From now on nothing comes from handles.
    pub(crate) fn close(&self) {
        self.look(|engine| self.shared.link.end(engine));
    }

    /// Lets the engine handle an event, and carries out what it wants done.
    pub(crate) fn with<R>(&self, event: impl FnOnce(&mut Engine, Duration, &mut Effects) -> R) -> R {
        let (result, fx, timeout) = self.handle(event);
        self.carry_out(fx, timeout, |_| false);
        result
    }

    /// The same for a socket's task: also gives the callbacks that are known to be quick, for
    /// [`run_in_place`](Self::run_in_place).
    pub(crate) fn with_quick<R>(&self, event: impl FnOnce(&mut Engine, Duration, &mut Effects) -> R) -> (R, Vec<Job>) {
        let (result, fx, timeout) = self.handle(event);
        // A runtime with a single thread has none to spare.
        let multi = self.shared.runtime.runtime_flavor() == RuntimeFlavor::MultiThread;
        let quick = self.carry_out(fx, timeout, |job| multi && self.is_quick(job));
        (result, quick)
    }

    /// Runs callbacks that are known to be quick on this thread, where their command came in, without a change of thread.
    ///
    /// If one of them is slow this time, nothing waits for it: the runtime gives the thread's tasks to another one, the
    /// other callbacks are run elsewhere, and `task`, on whose behalf they run, is told to go on by itself. Then it is not
    /// given back.
    pub(crate) fn run_in_place<T: GoOn>(&self, jobs: Vec<Job>, task: T) -> Option<T> {
        let seat =
            Arc::new(Seat { since: Instant::now(), jobs: Mutex::new(jobs.into()), task: Mutex::new(Some(task)) });
        lock(&self.shared.in_place).push(Arc::clone(&seat) as Arc<dyn Relieve>);
        self.arm(self.shared.started.elapsed() + PATIENCE);
        tokio::task::block_in_place(|| {
            while let Some(job) = seat.next() {
                let kept = self.run_here(job, |job| self.is_quick(job));
                lock(&seat.jobs).extend(kept);
            }
        });
        let seat_address = Arc::as_ptr(&seat).cast::<()>();
        lock(&self.shared.in_place).retain(|other| Arc::as_ptr(other).cast::<()>() != seat_address);
        lock(&seat.task).take()
    }

    /// Frees what waits for callbacks that are run in place and turned out slow.
    fn relieve(&self) {
        let mut slow = Vec::new();
        lock(&self.shared.in_place).retain(|seat| {
            let is_slow = seat.since().elapsed() >= PATIENCE;
            if is_slow {
                slow.push(Arc::clone(seat));
            }
            !is_slow
        });
        for seat in slow {
            seat.relieve().into_iter().for_each(|job| self.run(job));
        }
    }

    /// Lets the engine handle a request, whose outcome is heard of when it is there. The event gives its number.
    pub(crate) fn request<R, E>(
        &self,
        event: impl FnOnce(&mut Engine, Duration, &mut Effects) -> Result<R, E>,
        number: impl FnOnce(&R) -> RequestNo,
    ) -> Result<(R, oneshot::Receiver<Outcome>), E> {
        self.with(|engine, now, fx| {
            let asked = event(engine, now, fx)?;
            let (sender, outcome) = oneshot::channel();
            // Before the engine is free again: the outcome may be there already.
            lock(&self.shared.requests).entry(number(&asked)).or_default().push(sender);
            Ok((asked, outcome))
        })
    }

    /// Tells those who wait what became of their requests.
    fn answer(&self, answered: Vec<(RequestNo, Outcome)>) {
        let mut requests = lock(&self.shared.requests);
        for (request, outcome) in answered {
            for sender in requests.remove(&request).into_iter().flatten() {
                // An error means that nobody waits any more.
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
        drop(engine);
        if !answered.is_empty() {
            self.answer(answered);
        }
        (result, fx, timeout)
    }

    fn is_quick(&self, job: &Job) -> bool {
        Duration::from_nanos(self.shared.pace[job.callback.place()].load(Ordering::Relaxed)) < QUICK
    }

    fn took(&self, callback: CallbackNo, time: Duration) {
        let pace = &self.shared.pace[callback.place()];
        let time = u64::try_from(time.as_nanos()).unwrap_or(u64::MAX);
        let before = pace.load(Ordering::Relaxed);
        // Slow at once, quick again only after a while: an eighth of the way down with each run. The first run tells all
        // that is known.
        let first = before == u64::MAX;
        pace.store(if first || time >= before { time } else { before - (before - time) / 8 }, Ordering::Relaxed);
    }

    /// The runtime that everything runs on.
    pub(crate) fn runtime(&self) -> &tokio::runtime::Handle {
        &self.shared.runtime
    }

    /// Looks at the engine without an event.
    pub(crate) fn look<R>(&self, read: impl FnOnce(&mut Engine) -> R) -> R {
        read(&mut lock(&self.shared.engine))
    }

    /// Counted up whenever there is something new for everybody.
    pub(crate) fn published(&self) -> watch::Receiver<u64> {
        self.shared.published.subscribe()
    }

    /// Where the task of this socket is told things from now on.
    ///
    /// Several sockets of one client may come here at once and in any order; the newest stays, whatever the order.
    pub(crate) fn mailbox(&self, client: ClientId, socket: SocketNo) -> Arc<Mailbox> {
        let mailbox = Arc::new(Mailbox::new(socket));
        // What was new before there was a mailbox.
        mailbox.news.notify_one();
        let mut sockets = lock(&self.shared.sockets);
        if sockets.get(&client).is_none_or(|other| other.socket < socket)
            && let Some(older) = sockets.insert(client, Arc::clone(&mailbox))
        {
            older.close(Close::TakenOver);
        }
        drop(sockets);
        // Closed before there was a mailbox to say so.
        if let Some(why) = self.look(|engine| engine.closing(client, socket)) {
            mailbox.close(why);
        }
        mailbox
    }

    /// Where the task of this socket is told things, while it is the client's newest.
    pub(crate) fn mailbox_of(&self, client: ClientId, socket: SocketNo) -> Option<Arc<Mailbox>> {
        lock(&self.shared.sockets).get(&client).filter(|mailbox| mailbox.socket == socket).cloned()
    }

    /// The socket is gone.
    pub(crate) fn gone(&self, client: ClientId, socket: SocketNo) {
        let mut sockets = lock(&self.shared.sockets);
        if sockets.get(&client).is_some_and(|mailbox| mailbox.socket == socket) {
            sockets.remove(&client);
        }
        drop(sockets);
        self.with(|engine, now, fx| engine.gone(now, client, socket, fx));
    }

    /// Waits until no callback runs.
    pub(crate) async fn quiet(&self) {
        // An error would mean that the sender is gone, and it is in `self`.
        let _ = self.shared.running.subscribe().wait_for(|running| *running == 0).await;
    }

    /// Carries out all effects; but returns the `fn` callbacks that are to be kept for this very thread.
    ///
    /// None are kept if a failure is to be told of: nothing waits for what the user makes of that.
    fn carry_out(&self, mut fx: Effects, timeout: Option<Duration>, keep: impl Fn(&Job) -> bool) -> Vec<Job> {
        let mut kept = Vec::new();
        fx.cancel.drain(..).for_each(|task| task.cancel());
        for mut job in fx.run.drain(..) {
            job.call.outlet = job.brings.then(|| self.outlet(&job));
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
                clients.iter().filter_map(|client| sockets.get(client)).for_each(|mailbox| mailbox.news.notify_one());
            }
            Wake::All => {
                self.shared.published.send_modify(|count| *count += 1);
            }
        }
        for (client, socket, why) in fx.close.drain(..) {
            let sockets = lock(&self.shared.sockets);
            if let Some(mailbox) = sockets.get(&client).filter(|mailbox| mailbox.socket == socket) {
                mailbox.close(why);
            }
        }
        if let Some(timeout) = timeout {
            self.arm(timeout);
        }
        fx.failed.into_iter().for_each(Report::tell);
        kept
    }

    /// Wants to be told the time at `timeout`, or before.
    fn arm(&self, timeout: Duration) {
        let mut armed = lock(&self.shared.armed);
        if armed.is_none_or(|armed| timeout < armed) {
            *armed = Some(timeout);
            self.shared.timer.notify_one();
        }
    }

    /// When the engine is to be told the time.
    fn armed(&self) -> Option<Instant> {
        lock(&self.shared.armed).map(|timeout| self.shared.started + timeout)
    }

    /// After a timeout, for the next one.
    fn arm_anew(&self) {
        // Under both locks, so that an event in between does not see what was there before.
        let engine = lock(&self.shared.engine);
        let in_place = lock(&self.shared.in_place);
        let slow = in_place.iter().map(|seat| (seat.since() + PATIENCE).duration_since(self.shared.started));
        *lock(&self.shared.armed) = slow.chain(engine.next_timeout()).min();
    }

    fn run(&self, job: Job) {
        let driver = self.clone();
        match job.body {
            Body::Sync(_) => self.shared.pool.run(move || {
                // What follows in the same lane; what starts in another has a thread of its own.
                let lane = job.lane;
                let mut next = vec![job];
                while let Some(job) = next.pop() {
                    next.extend(driver.run_here(job, |next| next.lane == lane));
                }
            }),
            Body::Async(body) => {
                let span = tracing::info_span!("callback", name = job.name);
                let run = async move {
                    let Job { lane, callback, mut call, .. } = job;
                    let panic = task::run(body, &mut call).await.err().map(|payload| text_of(&*payload));
                    driver.finished(Finished { lane, callback, call, panic });
                };
                self.shared.runtime.spawn(run.instrument(span));
            }
        }
    }

    /// Runs a `fn` callback on this thread. Gives those that it leads to and that are to be kept here: a chain costs one
    /// change of thread, or none.
    fn run_here(&self, job: Job, keep: impl Fn(&Job) -> bool) -> Vec<Job> {
        let Job { lane, callback, name, body, mut call, .. } = job;
        // An `async fn` is never kept.
        let Body::Sync(body) = body else { return Vec::new() };
        let begun = Instant::now();
        let panic = tracing::info_span!("callback", name)
            .in_scope(|| catch_unwind(AssertUnwindSafe(|| body(&mut call))).err().map(|payload| text_of(&*payload)));
        self.took(callback, begun.elapsed());
        let ((), fx, timeout) =
            self.handle(|engine, now, fx| engine.finished(now, Finished { lane, callback, call, panic }, fx));
        let kept = self.carry_out(fx, timeout, keep);
        self.shared.running.send_modify(|running| *running -= 1);
        kept
    }

    /// Where the run brings what it shows while it goes on. Keeps nothing alive.
    fn outlet(&self, job: &Job) -> Outlet {
        let (shared, lane, run) = (Arc::downgrade(&self.shared), job.lane, job.number);
        Outlet(Arc::new(move |key, value| {
            if let Some(shared) = shared.upgrade() {
                Self { shared }.with(|engine, now, fx| engine.progress(now, lane, run, &key, value, fx));
            }
        }))
    }

    /// The program ends: what can be cancelled is.
    pub(crate) fn cancel(&self) {
        self.with(|engine, _, fx| engine.cancel_all(fx));
    }

    fn finished(&self, done: Finished) {
        self.with(|engine, now, fx| engine.finished(now, done, fx));
        self.shared.running.send_modify(|running| *running -= 1);
    }
}

impl Backend for Shared {
    fn event(self: Arc<Self>, event: &mut dyn FnMut(&mut Engine, Duration, &mut Effects)) {
        Driver { shared: self }.with(event);
    }

    fn look(&self, read: &mut dyn FnMut(&Engine)) {
        read(&lock(&self.engine));
    }
}

impl Drop for Shared {
    fn drop(&mut self) {
        self.link.end(self.engine.get_mut().unwrap_or_else(PoisonError::into_inner));
        // The task that keeps the time ends, too.
        self.timer.notify_one();
    }
}

/// Tells the engine when a timeout is over. Holds no driver while it sleeps: the last one that is dropped takes the
/// device along.
///
/// Sleeps until what it was armed for even if nothing is due by then: each command makes a timeout and mostly unmakes it
/// at once, and this task is not to wake up for every one of them.
async fn keep_time(shared: Weak<Shared>, timer: Arc<Notify>) {
    let driver = || shared.upgrade().map(|shared| Driver { shared });
    while let Some(until) = driver().map(|driver| driver.armed()) {
        let over = async {
            match until {
                Some(until) => tokio::time::sleep_until(until.into()).await,
                None => future::pending().await,
            }
        };
        tokio::select! {
            () = over => if let Some(driver) = driver() {
                driver.relieve();
                driver.with(|engine, now, fx| engine.timeout(now, fx));
                driver.arm_anew();
            },
            () = timer.notified() => {}
        }
    }
}
