//! A dashboard in memory: frames in, frames out, and time passes when it is told to. No socket, no thread, no clock, so a
//! test of a dashboard takes microseconds and always runs the same way. Needs the feature `testing`.
//!
//! ```text
//! let mut app = InMemory::new::<Ui>(Camera::simulated())?;
//! let (ada, bob) = (app.join(), app.join());
//! app.send(&ada, r#"{"n":1,"p":0,"v":40.5}"#);
//! assert_eq!(app.frames(&bob), [r#"{"r":3,"p":[[0,40.5],[7,"40 %"]]}"#]);
//! app.advance(Duration::from_secs(1));
//! ```
//!
//! Everything behind the socket is what a server runs: the checks, the queues, the callbacks, the frames. A callback runs
//! to its end before the call that led to it returns, and takes no virtual time; an `async fn` runs on a small runtime of
//! its own, so an [`InMemory`] is used in a plain `#[test]`, not inside of another runtime.

use std::{
    any::TypeId,
    collections::BTreeMap,
    fmt, mem,
    panic::{AssertUnwindSafe, catch_unwind},
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use bytes::Bytes;

use crate::{
    callback::{
        call::{Call, text_of},
        spec::Body,
        task::{self, Outlet, Task},
    },
    client::{ClientId, Peer},
    dashboard::Dashboard,
    element::Element,
    engine::{
        Engine, Greeting,
        effects::{Effects, Job, Wake},
        session::SocketNo,
        turns::Finished,
    },
    error::Result,
    failure::Report,
    handle::{
        Handle, Mods, PushError,
        link::{Backend, Link},
    },
    html::Address,
    protocol::{VERSION, server::quoted},
    route::Path,
    server::{
        App,
        assets::Assets,
        page::{self, Snapshot},
    },
};

/// A dashboard in memory.
pub struct InMemory {
    core: Arc<Core>,
    layout: Element,
    assets: Assets,
    clients: BTreeMap<ClientId, Inbox>,
    dashboard: TypeId,
    runtime: Option<tokio::runtime::Runtime>,
}

/// What handles reach, from whatever thread.
struct Core {
    link: Arc<Link>,
    state: Mutex<State>,
}

struct State {
    engine: Engine,
    now: Duration,
    /// What is to be done, when the test next does something with the dashboard.
    fx: Effects,
}

impl Core {
    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Where a run brings what it shows while it goes on.
    fn outlet(self: &Arc<Self>, job: &Job) -> Outlet {
        let (core, lane, run) = (Arc::downgrade(self), job.lane, job.number);
        Outlet(Arc::new(move |key, value| {
            if let Some(core) = core.upgrade() {
                let State { engine, now, fx } = &mut *core.state();
                engine.progress(*now, lane, run, &key, value, fx);
            }
        }))
    }
}

impl Drop for Core {
    fn drop(&mut self) {
        self.link.end(&self.state().engine);
    }
}

impl Backend for Core {
    fn event(self: Arc<Self>, event: &mut dyn FnMut(&mut Engine, Duration, &mut Effects)) {
        let State { engine, now, fx } = &mut *self.state();
        event(engine, *now, fx);
    }

    fn look(&self, read: &mut dyn FnMut(&Engine)) {
        read(&self.state().engine);
    }
}

/// One open page of an [`InMemory`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ClientHandle {
    id: ClientId,
    socket: SocketNo,
}

/// What one client has been sent and not looked at.
struct Inbox {
    socket: SocketNo,
    answers: Vec<Bytes>,
    /// There is something to be made into a frame.
    news: bool,
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
    /// The dashboard `D` on `device`, started: what runs before anybody comes has run.
    ///
    /// # Errors
    /// When the layout is not complete.
    pub fn new<D: Dashboard>(device: D::Device) -> Result<Self> {
        Ok(Self::of(App::new::<D>(device)?))
    }

    /// The same for an app with limits of its own. Of several devices it is the first.
    ///
    /// # Panics
    /// Never: an app has a device.
    pub fn of(app: App) -> Self {
        let dashboard = app.dashboard();
        let build = |engine, link| Core {
            link,
            state: Mutex::new(State { engine, now: Duration::ZERO, fx: Effects::default() }),
        };
        let Some((core, layout)) = app.launch("0".repeat(16), build) else { panic!("an app without a device") };
        let assets = Assets::of(&layout, core.state().engine.plan());
        let mut memory = Self { core, layout, assets, clients: BTreeMap::new(), dashboard, runtime: None };
        memory.with(|engine, now, fx| engine.start(now, fx));
        memory
    }

    /// A handle, as the program has one. What it pushes is carried out when the test next does something else with the
    /// dashboard; [`push`](Self::push) does so at once.
    ///
    /// # Panics
    /// If this is another dashboard than `D`.
    #[track_caller]
    pub fn handle<D: Dashboard>(&self) -> Handle<D> {
        assert!(self.dashboard == TypeId::of::<D>(), "this is not the dashboard `{}`", D::NAME);
        Handle::new(Arc::clone(&self.core.link))
    }

    /// Changes properties as the program does, for everybody.
    ///
    /// # Errors
    /// As [`Handle::push`].
    ///
    /// # Panics
    /// If this is another dashboard than `D`.
    #[track_caller]
    pub fn push<D: Dashboard>(&mut self, mods: Mods<D>) -> std::result::Result<(), PushError> {
        let pushed = self.handle::<D>().push(mods);
        self.settle();
        pushed
    }

    /// A page is loaded and says hello.
    ///
    /// # Panics
    /// Never: the hello is made here, and right.
    pub fn join(&mut self) -> ClientHandle {
        self.join_at("/")
    }

    /// The same, of a dashboard with several pages, at the page with this path.
    ///
    /// # Panics
    /// Never: the hello is made here, and right.
    pub fn join_at(&mut self, path: &str) -> ClientHandle {
        self.settle();
        let hello = self.hello(path);
        let token = format!("{:032x}", self.clients.len() + 1);
        let greeting = self.with(|engine, now, fx| engine.hello(now, &hello, Peer::default(), || token, fx));
        let Greeting::Welcome { client, socket, .. } = greeting else {
            panic!("the hello of this very page is refused")
        };
        // What its private callbacks made of the start.
        self.clients.insert(client, Inbox { socket, answers: Vec::new(), news: true });
        ClientHandle { id: client, socket }
    }

    /// What a page that was loaded just now says first.
    fn hello(&self, path: &str) -> String {
        let engine = &self.core.state().engine;
        let (schema, epoch, rev) = (&engine.plan().schema, engine.epoch(), engine.rev());
        format!(
            "{{\"t\":\"hello\",\"protocol\":{VERSION},\"schema\":\"{schema}\",\"epoch\":\"{epoch}\",\"rev\":{rev},\"session\":null,\"path\":{}}}",
            quoted(path)
        )
    }

    /// A text frame from the client, such as `{"n":1,"p":0,"v":40.5}`.
    pub fn send(&mut self, client: &ClientHandle, text: &str) {
        let id = client.id;
        let answer = self.with(|engine, now, fx| {
            let answer = engine.frame(now, id, text, fx);
            answer.or_else(|| fx.answer.take())
        });
        if let (Some(answer), Some(inbox)) = (answer, self.clients.get_mut(&id)) {
            inbox.answers.push(answer.into());
        }
    }

    /// The next frame for the client, if there is one. Clients in step share its memory.
    pub fn frame(&mut self, client: &ClientHandle) -> Option<Bytes> {
        self.settle();
        let inbox = self.clients.get_mut(&client.id).filter(|inbox| inbox.socket == client.socket)?;
        if !inbox.answers.is_empty() {
            return Some(inbox.answers.remove(0));
        }
        mem::take(&mut inbox.news).then(|| self.core.state().engine.poll_frame(client.id, client.socket)).flatten()
    }

    /// Every frame for the client since the last time, as a browser that reads now gets them: what changed several times
    /// is there once.
    pub fn frames(&mut self, client: &ClientHandle) -> Vec<String> {
        let frames = std::iter::from_fn(|| self.frame(client));
        frames.map(|frame| String::from_utf8_lossy(&frame).into_owned()).collect()
    }

    /// The HTML document as of now.
    pub fn page(&mut self) -> String {
        self.page_at("/")
    }

    /// The same, of a dashboard with several pages, at the page with this path: first a slash, then printable ASCII.
    pub fn page_at(&mut self, path: &str) -> String {
        let address = Address { base: "/".to_owned(), path: Path::parse(path).unwrap_or_default() };
        let look = self.core.state().engine.first_look(&address.path);
        let mut writes = Vec::new();
        if let Some((body, mut call)) = look
            && self.call(body, &mut call).is_none()
        {
            writes = call.writes;
        }
        let snapshot = Snapshot::at(&self.core.state().engine, &address.path, writes);
        page::document(&self.layout, &self.assets, snapshot, &address, None)
    }

    /// The number of a property on the wire, by component and property: `slider`, `value`.
    pub fn number(&self, component: &str, prop: &str) -> Option<usize> {
        let props = &self.core.link.plan().props;
        props.iter().position(|plan| plan.component == component && plan.info.name == prop)
    }

    /// Lets time pass. Sources run as often as they would.
    pub fn advance(&mut self, time: Duration) {
        self.settle();
        let until = self.core.state().now + time;
        while self.pass_until(until) {
            self.with(|engine, now, fx| engine.timeout(now, fx));
        }
    }

    /// Goes on to the next timeout, or, if there is none before, to `until`.
    fn pass_until(&self, until: Duration) -> bool {
        let State { engine, now, .. } = &mut *self.core.state();
        let timeout = engine.next_timeout().filter(|timeout| *timeout <= until);
        *now = timeout.map_or(until, |timeout| timeout.max(*now));
        timeout.is_some()
    }

    /// Lets the engine handle an event and everything that comes of it.
    fn with<R>(&mut self, event: impl FnOnce(&mut Engine, Duration, &mut Effects) -> R) -> R {
        self.settle();
        let result = {
            let State { engine, now, fx } = &mut *self.core.state();
            event(engine, *now, fx)
        };
        self.settle();
        result
    }

    /// Runs what is to run, and wakes who is to be woken.
    fn settle(&mut self) {
        loop {
            std::mem::take(&mut self.core.state().fx.cancel).iter().for_each(Task::cancel);
            // Not locked while it runs: a callback may push.
            let job = self.core.state().fx.run.pop();
            let Some(mut job) = job else { break };
            job.call.outlet = job.brings.then(|| self.core.outlet(&job));
            let done = self.run(job);
            let State { engine, now, fx } = &mut *self.core.state();
            engine.finished(*now, done, fx);
        }
        let failed = std::mem::take(&mut self.core.state().fx.failed);
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

    fn run(&mut self, job: Job) -> Finished {
        let Job { lane, callback, body, mut call, .. } = job;
        let panic = self.call(body, &mut call);
        Finished { lane, callback, call, panic }
    }

    /// Runs a callback. Returns what its panic said, if there was one.
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
        Err(error) => panic!("no runtime for asynchronous callbacks: {error}"),
    }
}
