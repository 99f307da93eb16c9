//! A dashboard in memory: a test sends frames, reads frames and advances a virtual clock. There is no socket, thread or
//! real clock, so a test takes microseconds and always runs in the same way. Needs the feature `testing`.
//!
//! A sample that is made with `Sample::now` has the time of the computer. In a test, make it with `Sample::at`.
//!
//! ```text
//! let mut app = InMemory::new::<Ui>(Camera::simulated())?;
//! let (ada, bob) = (app.join(), app.join());
//! app.set(&ada, Ui::level.value, 40.5);
//! assert_eq!(app.frames(&bob), [r#"{"r":3,"p":[[0,40.5],[7,"40 %"]]}"#]);
//! app.advance(Duration::from_secs(1));
//! app.cut(&ada);
//! assert_eq!(app.come_back(&ada), ada);
//! ```
//!
//! Everything behind the socket is the code that a server runs: checks, queues, callbacks, frames. A call that starts a
//! callback returns after the callback has ended. A callback takes no virtual time. An `async fn` runs on a small tokio
//! runtime of the [`InMemory`], so use it in a plain `#[test]`, not inside another runtime.

mod replay;

use std::{
    any::TypeId,
    collections::BTreeMap,
    fmt, mem,
    panic::{AssertUnwindSafe, catch_unwind},
    sync::{
        Arc, Mutex, MutexGuard, PoisonError,
        atomic::{AtomicU64, Ordering},
    },
    time::{Duration, SystemTime},
};

use bytes::Bytes;
use serde::Deserialize;

pub use self::replay::Replayed;
use crate::{
    callback::{
        call::{Call, Write},
        callbacks::Body,
        returns::IntoProp,
        task::{self, Cancellation, Outlet},
    },
    client::{ClientId, Peer},
    dashboard::Dashboard,
    element::Element,
    engine::{
        Engine, Greeting,
        audit::Record,
        effects::{Effects, Job, Wake},
        finish::Finished,
        judging::{CheckJob, Judged},
        needs::Changeset,
        session::SocketNo,
    },
    error::{Error, Result},
    failure::Report,
    handle::{Changes, Handle, PushError, backend::Backend},
    html::HERE,
    numbers::PropNo,
    prop::{EventProp, Prop, PropKey, PropValue},
    protocol::{
        VERSION,
        client::{Incoming, parse},
        server::quoted,
    },
    rights::User,
    route::Path,
    server::{
        App,
        assets::Assets,
        link::{Host, Link},
        page::{self, Snapshot},
        record::{Header, Recorder, Recording, Writer},
        store::Keeper,
    },
    value::Value,
    words::{log, panic::text_of},
};

/// A dashboard in memory.
pub struct InMemory {
    core: Arc<Core>,
    layout: Element,
    assets: Assets,
    clients: BTreeMap<ClientId, Inbox>,
    dashboard: TypeId,
    runtime: Option<tokio::runtime::Runtime>,
    record: Option<Writer>,
}

/// Shared with handles, which call it from any thread.
struct Core {
    link: Arc<Link>,
    state: Mutex<State>,
}

struct State {
    engine: Engine,
    now: Duration,
    /// Effects to carry out at the test's next call.
    fx: Effects,
    /// The record of the run.
    recorder: Option<Recorder>,
    /// The way to the store, if the app has one.
    keeper: Option<Keeper>,
    /// In a replay: the commands that are over.
    done: Option<Vec<Record>>,
}

impl State {
    /// Puts what has happened into the store and the record.
    fn write_down(&mut self) {
        let Self { engine, now, recorder, keeper, done, .. } = self;
        if let Some(keeper) = keeper {
            keeper.take_from(engine);
        }
        if recorder.is_none() && done.is_none() {
            return;
        }
        let records = engine.take_records();
        if let Some(recorder) = recorder {
            recorder.put(engine, *now, &records);
        }
        if let Some(done) = done {
            done.extend(records);
        }
    }
}

impl Core {
    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Takes the values that a run sets before it ends.
    fn outlet(self: &Arc<Self>, job: &Job) -> Outlet {
        let (core, lane, run) = (Arc::downgrade(self), job.lane, job.number);
        Outlet(Arc::new(move |key, value| {
            let Some(core) = core.upgrade() else { return };
            let mut changes = Changeset::new(vec![(key, Write::Set(value))]);
            let take = |changes| {
                let State { engine, now, fx, .. } = &mut *core.state();
                engine.progress(*now, lane, run, changes, fx)
            };
            while let Err(untaken) = take(changes) {
                changes = untaken.meet(core.link.plan());
            }
        }))
    }
}

impl Drop for Core {
    fn drop(&mut self) {
        self.link.end(&self.state().engine);
    }
}

impl Host for Core {
    fn event(self: Arc<Self>, event: &mut dyn FnMut(&mut Engine, Duration, &mut Effects)) {
        let state = &mut *self.state();
        event(&mut state.engine, state.now, &mut state.fx);
        state.write_down();
    }

    fn with_engine(&self, read: &mut dyn FnMut(&Engine)) {
        read(&self.state().engine);
    }
}

const BYE: &str = r#"{"t":"bye"}"#;

/// One open page of an [`InMemory`], connected or not.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ClientHandle {
    id: ClientId,
}

/// The state of one page, and the frames that the test has not read yet.
struct Inbox {
    /// `None` while the page is disconnected.
    socket: Option<SocketNo>,
    answers: Vec<Bytes>,
    /// The engine has something to send to this page.
    news: bool,
    resume: ResumePoint,
    /// The number of the last command that the page has sent.
    sent: u64,
}

/// What a page says in its hello, so that the server resumes where the page stopped.
#[derive(Clone)]
struct ResumePoint {
    session: Option<String>,
    path: String,
    rev: u64,
    /// Whether the page is hidden (in another tab, or minimized).
    hidden: bool,
    user: User,
}

/// The part of the welcome frame that a page keeps.
#[derive(Deserialize)]
struct Welcome {
    session: Option<String>,
}

impl Drop for InMemory {
    fn drop(&mut self) {
        let keeper = {
            let state = &mut *self.core.state();
            state.recorder = None;
            state.keeper.take()
        };
        if let Some(keeper) = keeper {
            keeper.writer().finish();
        }
        self.record.iter().for_each(Writer::finish);
    }
}

impl fmt::Debug for InMemory {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("InMemory")
            .field("rev", &self.core.state().engine.rev())
            .field("now", &self.core.state().now)
            .field("clients", &self.clients.len())
            .finish_non_exhaustive()
    }
}

impl InMemory {
    /// Starts the dashboard `D` on `device`. The callbacks that run at the start have ended when this returns.
    ///
    /// # Errors
    /// If the layout is incomplete.
    pub fn new<D: Dashboard>(device: D::Device) -> Result<Self> {
        Ok(Self::of(App::new::<D>(device)?))
    }

    /// Like [`new`](Self::new), for an app with its own limits. If the app has several devices, this starts the first.
    ///
    /// With a store, [`App::store_in`] or [`App::store`], what is kept is there after a restart: drop the [`InMemory`], which
    /// writes everything, and make the next one with a clone of the [`MemoryStore`](crate::server::store::MemoryStore) or the same
    /// directory. Only the thread of the store runs in real time.
    ///
    /// # Panics
    /// If the store cannot be opened.
    #[track_caller]
    pub fn of(app: App) -> Self {
        /// Each run with a store is another one.
        static RUNS: AtomicU64 = AtomicU64::new(1);
        let dashboard = app.dashboard();
        let run = if app.has_store() { RUNS.fetch_add(1, Ordering::Relaxed) } else { 0 };
        let build = |engine, link, keeper| Core {
            link,
            state: Mutex::new(State {
                engine,
                now: Duration::ZERO,
                fx: Effects::default(),
                recorder: None,
                keeper,
                done: None,
            }),
        };
        let (core, layout, assets) = match app.launch(format!("{run:016x}"), build) {
            Ok(Some(launched)) => launched,
            Ok(None) => panic!("an app without a device"),
            Err(error) => panic!("{error}"),
        };
        let mut memory =
            Self { core, layout, assets, clients: BTreeMap::new(), dashboard, runtime: None, record: None };
        memory.with(|engine, now, fx| engine.start(now, fx));
        memory
    }

    /// Records the run from now on, as [`App::record`] does, with the virtual time. The record is complete when the
    /// dashboard is dropped.
    ///
    /// # Errors
    /// If the file cannot be written.
    pub fn record(&mut self, recording: impl Into<Recording>) -> Result<()> {
        self.record_with(|header| Writer::start(&recording.into(), header).map_err(Error::record))
    }

    /// The same, with a writer of the test's own.
    pub(crate) fn record_with(&mut self, start: impl FnOnce(&Header) -> Result<Writer>) -> Result<()> {
        self.settle();
        let state = &mut *self.core.state();
        let engine = &mut state.engine;
        let header = Header::of(engine.plan(), engine.limits(), engine.epoch(), "", Duration::ZERO);
        let record = start(&header)?;
        engine.keep_record();
        engine.record_run();
        state.recorder = Some(record.recorder());
        state.write_down();
        self.record = Some(record);
        Ok(())
    }

    #[cfg(test)]
    pub(crate) fn recorder(&self) -> Recorder {
        self.core.state().recorder.clone().unwrap()
    }

    /// The revision, and the shared state as a record has it.
    #[cfg(test)]
    pub(crate) fn seen(&mut self) -> (u64, BTreeMap<String, String>) {
        self.settle();
        let engine = &self.core.state().engine;
        (engine.rev(), engine.recorded_state())
    }

    /// A handle, as the program has one. Its pushes take effect at the test's next call on this dashboard.
    /// [`push`](Self::push) takes effect at once.
    ///
    /// # Panics
    /// If the dashboard is not a `D`.
    #[track_caller]
    pub fn handle<D: Dashboard>(&self) -> Handle<D> {
        assert!(self.dashboard == TypeId::of::<D>(), "this is not the dashboard `{}`", D::NAME);
        Handle::new(Arc::clone(&self.core.link) as Arc<dyn Backend>)
    }

    /// Changes properties for all clients, as the program does.
    ///
    /// # Errors
    /// The same as [`Handle::push`].
    ///
    /// # Panics
    /// If the dashboard is not a `D`.
    #[track_caller]
    pub fn push<D: Dashboard>(&mut self, changes: Changes<D>) -> std::result::Result<(), PushError> {
        let pushed = self.handle::<D>().push(changes);
        self.settle();
        pushed
    }

    /// Opens a page, which sends its hello.
    ///
    /// # Panics
    /// Never: this function builds a valid hello.
    pub fn join(&mut self) -> ClientHandle {
        self.join_at("/")
    }

    /// Like [`join`](Self::join), with the path of a page, for a dashboard with several pages.
    ///
    /// # Panics
    /// Never: this function builds a valid hello.
    pub fn join_at(&mut self, path: &str) -> ClientHandle {
        self.open(path, User::local())
    }

    /// Like [`join`](Self::join), as this user.
    ///
    /// # Panics
    /// Never: this function builds a valid hello.
    pub fn join_as(&mut self, user: User) -> ClientHandle {
        self.open("/", user)
    }

    fn open(&mut self, path: &str, user: User) -> ClientHandle {
        self.settle();
        let rev = self.core.state().engine.rev();
        self.greet(ResumePoint { session: None, path: path.to_owned(), rev, hidden: false, user })
    }

    /// Breaks the connection of this page without a goodbye. Nothing is sent or received until the page
    /// [reconnects](Self::come_back). If it stays away for [`Limits::away`](crate::protocol::limits::Limits::away),
    /// counted in time that [`advance`](Self::advance) adds, it counts as gone (`on = disconnect`).
    pub fn cut(&mut self, client: &ClientHandle) {
        self.settle();
        let Some(inbox) = self.clients.get_mut(&client.id) else { return };
        inbox.answers.clear();
        if let Some(socket) = inbox.socket.take() {
            self.with(|engine, now, fx| engine.gone(now, client.id, socket, fx));
        }
    }

    /// With `true`, makes the page hidden (behind another tab, or in a minimized window). With `false`, makes it
    /// visible. New pages are visible.
    pub fn hide(&mut self, client: &ClientHandle, hidden: bool) {
        if let Some(inbox) = self.clients.get_mut(&client.id) {
            inbox.resume.hidden = hidden;
        }
        self.send(client, &format!("{{\"t\":\"view\",\"hidden\":{hidden}}}"));
    }

    /// Closes this page: it sends its goodbye and counts as gone at once.
    pub fn leave(&mut self, client: &ClientHandle) {
        self.send(client, BYE);
        self.cut(client);
    }

    /// Reconnects a page that was cut off, or that was closed and kept by its browser. It resumes from the last frame
    /// that it read. It is the same client, with its session and its command numbers. If the server has forgotten it
    /// ([`Limits::detached_clients`](crate::protocol::limits::Limits::detached_clients)), it is a new client.
    ///
    /// # Panics
    /// Never: this function builds a valid hello.
    pub fn come_back(&mut self, client: &ClientHandle) -> ClientHandle {
        self.settle();
        let Some(inbox) = self.clients.get(&client.id) else { return *client };
        let resume = inbox.resume.clone();
        self.greet(resume)
    }

    /// Connects a page, which sends its hello.
    fn greet(&mut self, resume: ResumePoint) -> ClientHandle {
        let hello = self.hello(&resume);
        let token = format!("{:032x}", self.clients.len() + 1);
        let greeting = self.with(|engine, now, fx| {
            let peer =
                Peer { connected_at: SystemTime::UNIX_EPOCH + now, user: resume.user.clone(), ..Peer::default() };
            engine.hello(now, &hello, peer, || token, fx)
        });
        let (client, socket, frame) = match greeting {
            Greeting::Welcome { client, socket, frame, .. } => (client, socket, frame),
            // The program disconnected this page while it was away. This answer reports that once. The next hello is
            // a person pressing "reconnect".
            Greeting::Disconnected(_) => return self.greet(resume),
            Greeting::GivenUp | Greeting::Reload | Greeting::Table(_) | Greeting::Refused(_) => {
                panic!("the engine refused the hello of a page in memory")
            }
            #[cfg(feature = "nats")]
            Greeting::Nobody { .. } => panic!("only relays are told that there is no such session"),
        };
        let session = serde_json::from_str(&frame).ok().and_then(|Welcome { session }| session);
        // It goes on counting if it is the same client.
        let sent = self.clients.get(&client).map_or(0, |before| before.sent);
        // `news` is true because private callbacks may have run at the connect.
        let inbox = Inbox {
            socket: Some(socket),
            answers: Vec::new(),
            news: true,
            resume: ResumePoint { session, ..resume },
            sent,
        };
        self.clients.insert(client, inbox);
        ClientHandle { id: client }
    }

    /// The hello frame of a page.
    fn hello(&self, ResumePoint { session, path, rev, hidden, user }: &ResumePoint) -> String {
        let engine = &self.core.state().engine;
        let schema = engine.plan().schema_for(engine.view_for(user));
        let (epoch, path) = (engine.epoch(), quoted(path));
        let session = session.as_deref().map_or_else(|| "null".to_owned(), quoted);
        format!(
            "{{\"t\":\"hello\",\"protocol\":{VERSION},\"schema\":\"{schema}\",\"epoch\":\"{epoch}\",\"rev\":{rev},\"session\":{session},\"path\":{path},\"hidden\":{hidden}}}"
        )
    }

    /// The person in front of this page sets a control: `app.set(&ada, Ui::level.value, 40.0)`. Returns the number of the
    /// command, which the outcome in a frame has. Does nothing if the page is disconnected.
    ///
    /// The server checks the command like one of a browser: it may be refused.
    ///
    /// # Panics
    /// If the property belongs to another dashboard, or to a row that does not exist, or if the value cannot be written as
    /// JSON.
    #[track_caller]
    pub fn set<T: PropValue>(&mut self, client: &ClientHandle, prop: Prop<T>, value: impl IntoProp<T>) -> u64 {
        self.command(client, &prop.key(), &prop, value.into_prop())
    }

    /// The person in front of this page presses a button, or makes another event happen: `app.press(&ada, Ui::go.click, ())`.
    /// Like [`set`](Self::set).
    ///
    /// # Panics
    /// The same as [`set`](Self::set).
    #[track_caller]
    pub fn press<T: PropValue>(&mut self, client: &ClientHandle, event: EventProp<T>, payload: T) -> u64 {
        self.command(client, &event.key(), &event, payload)
    }

    #[track_caller]
    fn command<T: PropValue>(&mut self, client: &ClientHandle, key: &PropKey, prop: &dyn fmt::Debug, value: T) -> u64 {
        let is_own = self.core.link.plan().number_of(key).is_some();
        let number = is_own.then(|| self.core.state().engine.find_number(key)).flatten();
        let Some(number) = number else {
            let keys = is_own.then(|| self.core.state().engine.keys_beside(key)).flatten();
            match keys {
                Some(keys) => panic!("no row has this key: `{prop:?}`, and the keys are {}", keys.join(", ")),
                None => panic!("this dashboard has no property {prop:?}"),
            }
        };
        let value = match Value::new(value) {
            Ok(value) => value,
            Err(error) => panic!("{prop:?}: {error}"),
        };
        let sent = self.clients.get(&client.id).map_or(0, |inbox| inbox.sent) + 1;
        let text = format!("{{\"n\":{sent},\"p\":{},\"v\":{}}}", number.wire(), value.json());
        self.send(client, &text);
        sent
    }

    /// Sends a text frame from the client, such as `{"n":1,"p":0,"v":40.5}`. Does nothing if the page is disconnected.
    pub fn send(&mut self, client: &ClientHandle, text: &str) {
        self.settle();
        let id = client.id;
        if self.clients.get(&id).is_none_or(|inbox| inbox.socket.is_none()) {
            return;
        }
        if let (Ok(Incoming::Command(command)), Some(inbox)) = (parse(text), self.clients.get_mut(&id)) {
            inbox.sent = inbox.sent.max(command.number);
        }
        let answer = self.with(|engine, now, fx| {
            let frame = parse(text);
            let jobs = match &frame {
                Ok(Incoming::Command(command)) => engine.checks_of_command(Some(id), command),
                _ => Vec::new(),
            };
            let verdicts = jobs.into_iter().map(CheckJob::run).collect();
            let judged = Judged { verdicts, last: true, ..Judged::default() };
            let answer = engine.judged(judged, |engine| engine.incoming(now, id, frame, fx));
            answer.or_else(|| fx.answer.take())
        });
        if let (Some(answer), Some(inbox)) = (answer, self.clients.get_mut(&id)) {
            inbox.answers.push(answer.into());
        }
    }

    /// The next frame for the client, if there is one. Clients with the same revision share its memory.
    pub fn frame(&mut self, client: &ClientHandle) -> Option<Bytes> {
        self.settle();
        let inbox = self.clients.get_mut(&client.id)?;
        let socket = inbox.socket?;
        if !inbox.answers.is_empty() {
            return Some(inbox.answers.remove(0));
        }
        if !mem::take(&mut inbox.news) {
            return None;
        }
        let State { engine, .. } = &mut *self.core.state();
        let frame = engine.poll_frame(client.id, socket)?;
        // The frame covers everything up to this revision. Parsing the frame to find that out would cost more than
        // making it.
        inbox.resume.rev = engine.rev();
        Some(frame)
    }

    /// All frames for the client since the last call, as a browser that reads now gets them. A property that has
    /// changed several times is in them once, with its last value.
    pub fn frames(&mut self, client: &ClientHandle) -> Vec<String> {
        let frames = std::iter::from_fn(|| self.frame(client));
        frames.map(|frame| String::from_utf8_lossy(&frame).into_owned()).collect()
    }

    /// The HTML document with the current values.
    pub fn page(&mut self) -> String {
        self.page_at("/")
    }

    /// Like [`page`](Self::page), with the path of a page, for a dashboard with several pages. The path is a slash
    /// followed by printable ASCII. An invalid path is read as `/`.
    pub fn page_at(&mut self, path: &str) -> String {
        self.document(path, &User::local())
    }

    /// The document of [`page`](Self::page) as this user gets it.
    pub fn page_as(&mut self, user: &User) -> String {
        self.document("/", user)
    }

    fn document(&mut self, path: &str, user: &User) -> String {
        let path = Path::parse(path).unwrap_or_default();
        let first_paint = self.core.state().engine.first_look(&path);
        let mut writes = Vec::new();
        if let Some((body, mut call)) = first_paint
            && self.call(body, &mut call).is_none()
        {
            writes = call.writes;
        }
        let snapshot = Snapshot::at(&self.core.state().engine, user, &path, writes);
        page::document(&self.layout, &self.assets, snapshot, HERE, path, &page::Around::default())
    }

    /// The number of a property on the wire, by component and property, such as `slider` and `value`. For a component
    /// in a row of a list, the component is the name with the row's key: `lamps-7-on`.
    pub fn number(&self, component: &str, prop: &str) -> Option<usize> {
        self.core.state().engine.find_named(&format!("{component}.{prop}")).map(PropNo::place)
    }

    /// Advances the virtual clock. Callbacks with `every = ..` run as often as they would in this time.
    pub fn advance(&mut self, time: Duration) {
        self.settle();
        let until = self.core.state().now + time;
        while self.pass_until(until) {
            self.with(|engine, now, fx| engine.timeout(now, fx));
        }
    }

    /// Advances to the next timeout, or to `until` if there is none before it. Returns whether there was a timeout.
    fn pass_until(&self, until: Duration) -> bool {
        let State { engine, now, .. } = &mut *self.core.state();
        let timeout = engine.next_timeout().filter(|timeout| *timeout <= until);
        *now = timeout.map_or(until, |timeout| timeout.max(*now));
        timeout.is_some()
    }

    /// Lets the engine handle an event, and then everything that follows from it.
    fn with<R>(&mut self, event: impl FnOnce(&mut Engine, Duration, &mut Effects) -> R) -> R {
        self.settle();
        let result = {
            let state = &mut *self.core.state();
            let result = event(&mut state.engine, state.now, &mut state.fx);
            state.write_down();
            result
        };
        self.settle();
        result
    }

    /// Runs the callbacks that the engine has started, and marks the pages that have something to read.
    fn settle(&mut self) {
        if self.core.state().fx.is_empty() {
            return;
        }
        loop {
            self.close();
            mem::take(&mut self.core.state().fx.cancel).iter().for_each(Cancellation::cancel);
            self.stop();
            // The lock is free while the callback runs, because a callback may push.
            let job = self.core.state().fx.run.pop();
            let Some(mut job) = job else { break };
            job.call.outlet = job.brings.then(|| self.core.outlet(&job));
            job.call.backend = Some(Arc::clone(&self.core.link) as Arc<dyn Backend>);
            let done = self.run(job);
            done.bring(self.core.link.plan(), |done| {
                let state = &mut *self.core.state();
                let taken = state.engine.finished(state.now, done, &mut state.fx);
                state.write_down();
                taken
            });
        }
        let notices = mem::take(&mut self.core.state().fx.notices);
        notices.iter().for_each(|notice| log::warn(notice));
        let failed = mem::take(&mut self.core.state().fx.failed);
        failed.into_iter().for_each(Report::tell);
        let wake = self.core.state().fx.take_wake();
        match wake {
            Wake::Nobody => {}
            Wake::Some(ids) => {
                ids.iter().for_each(|id| self.clients.get_mut(id).into_iter().for_each(|inbox| inbox.news = true));
            }
            Wake::All => self.clients.values_mut().for_each(|inbox| inbox.news = true),
        }
    }

    /// Runs the functions of stops that were pressed.
    fn stop(&mut self) {
        let stops = mem::take(&mut self.core.state().fx.stops);
        for job in stops {
            let (gate, failed) = (job.gate, job.run());
            let State { engine, now, fx, .. } = &mut *self.core.state();
            engine.stop_has_run(*now, gate, failed, fx);
        }
    }

    /// Closes the sockets that the engine wants closed.
    fn close(&mut self) {
        let State { engine, now, fx, .. } = &mut *self.core.state();
        for (client, socket, _) in mem::take(&mut fx.close) {
            let inbox = self.clients.get_mut(&client).filter(|inbox| inbox.socket == Some(socket));
            if let Some(inbox) = inbox {
                inbox.socket = None;
                engine.gone(*now, client, socket, fx);
            }
        }
    }

    fn run(&mut self, job: Job) -> Finished {
        let Job { lane, callback, body, mut call, .. } = job;
        let panic = self.call(body, &mut call);
        Finished::new(lane, callback, call, panic)
    }

    /// Runs a callback. Returns the message of its panic, if it panicked.
    fn call(&mut self, body: Body, call: &mut Call) -> Option<String> {
        let result = match body {
            Body::Sync(body) => catch_unwind(AssertUnwindSafe(|| body(call))),
            Body::Async(body) => {
                let runtime = self.runtime.get_or_insert_with(runtime);
                runtime.block_on(task::run(body, call))
            }
        };
        result.err().map(|payload| text_of(&*payload))
    }
}

fn runtime() -> tokio::runtime::Runtime {
    match tokio::runtime::Builder::new_current_thread().enable_all().build() {
        Ok(runtime) => runtime,
        Err(error) => panic!("cannot make a tokio runtime for asynchronous callbacks: {error}"),
    }
}
