//! A dashboard in memory: frames in, frames out, and time passes when it is told to. No socket, no thread, no clock, so a
//! test of a dashboard takes microseconds and always runs the same way. Needs the feature `testing`.
//!
//! ```text
//! let mut app = InMemory::new::<Ui>(Camera::simulated())?;
//! let (ada, bob) = (app.join(), app.join());
//! app.send(&ada, r#"{"n":1,"p":0,"v":40.5}"#);
//! assert_eq!(app.frames(&bob), [r#"{"r":3,"p":[[0,40.5],[7,"40 %"]]}"#]);
//! app.advance(Duration::from_secs(1));
//! app.cut(&ada);
//! assert_eq!(app.come_back(&ada), ada);
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
    time::{Duration, SystemTime},
};

use bytes::Bytes;
use serde::Deserialize;

use crate::{
    callback::{
        call::{Call, Write},
        callbacks::Body,
        task::{self, Cancellation, Outlet},
    },
    client::{ClientId, Peer},
    dashboard::Dashboard,
    element::Element,
    engine::{
        Engine, Greeting,
        effects::{Effects, Job, Wake},
        finish::Finished,
        needs::Changeset,
        session::SocketNo,
    },
    error::Result,
    failure::Report,
    handle::{Changes, Handle, PushError, backend::Backend},
    html::Address,
    numbers::PropNo,
    protocol::{VERSION, server::quoted},
    route::Path,
    server::{
        App,
        assets::Assets,
        link::{Host, Link},
        page::{self, Snapshot},
    },
    words::panic::text_of,
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
            let Some(core) = core.upgrade() else { return };
            let mut changes = Changeset::new(vec![(key, Write::Set(value))]);
            let take = |changes| {
                let State { engine, now, fx } = &mut *core.state();
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
        let State { engine, now, fx } = &mut *self.state();
        event(engine, *now, fx);
    }

    fn look(&self, read: &mut dyn FnMut(&Engine)) {
        read(&self.state().engine);
    }
}

const BYE: &str = r#"{"t":"bye"}"#;

/// One open page of an [`InMemory`], also while it is cut off.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ClientHandle {
    id: ClientId,
}

/// What one page knows, and what it has been sent and not looked at.
struct Inbox {
    /// Without one it is cut off.
    socket: Option<SocketNo>,
    answers: Vec<Bytes>,
    /// There is something to be made into a frame.
    news: bool,
    place: Place,
}

/// Where a page is in what the server tells: with it, it comes back.
#[derive(Clone)]
struct Place {
    session: Option<String>,
    path: String,
    rev: u64,
    /// Whether nobody can see the page.
    hidden: bool,
}

/// What a page keeps of its welcome.
#[derive(Deserialize)]
struct Welcome {
    session: Option<String>,
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
        let Some((core, layout, assets)) = app.launch("0".repeat(16), build) else { panic!("an app without a device") };
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
        Handle::new(Arc::clone(&self.core.link) as Arc<dyn Backend>)
    }

    /// Changes properties as the program does, for everybody.
    ///
    /// # Errors
    /// As [`Handle::push`].
    ///
    /// # Panics
    /// If this is another dashboard than `D`.
    #[track_caller]
    pub fn push<D: Dashboard>(&mut self, changes: Changes<D>) -> std::result::Result<(), PushError> {
        let pushed = self.handle::<D>().push(changes);
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
        let rev = self.core.state().engine.rev();
        self.greet(Place { session: None, path: path.to_owned(), rev, hidden: false })
    }

    /// The link of this page breaks without a word: nothing is sent or heard until it [comes back](Self::come_back). It has
    /// gone (`on = disconnect`) when it stays away for [`Limits::away`](crate::protocol::limits::Limits::away),
    /// which passes when [`advance`](Self::advance) says so.
    pub fn cut(&mut self, client: &ClientHandle) {
        self.settle();
        let Some(inbox) = self.clients.get_mut(&client.id) else { return };
        inbox.answers.clear();
        if let Some(socket) = inbox.socket.take() {
            self.with(|engine, now, fx| engine.gone(now, client.id, socket, fx));
        }
    }

    /// From now on nobody can see this page (it is behind another tab, or its window is minimized), or, with `false`,
    /// somebody can. Pages that join can be seen.
    pub fn hide(&mut self, client: &ClientHandle, hidden: bool) {
        if let Some(inbox) = self.clients.get_mut(&client.id) {
            inbox.place.hidden = hidden;
        }
        self.send(client, &format!("{{\"t\":\"view\",\"hidden\":{hidden}}}"));
    }

    /// This page is closed: it says goodbye, and has gone at once.
    pub fn leave(&mut self, client: &ClientHandle) {
        self.send(client, BYE);
        self.cut(client);
    }

    /// A page that was cut off, or closed and kept by its browser, connects again, from what it has seen so far. It is the
    /// same client, with its session and its place in the numbers of its commands, unless it was forgotten
    /// ([`Limits::detached_clients`](crate::protocol::limits::Limits::detached_clients)): then it is a new one.
    ///
    /// # Panics
    /// Never: the hello is made here, and right.
    pub fn come_back(&mut self, client: &ClientHandle) -> ClientHandle {
        self.settle();
        let Some(inbox) = self.clients.get(&client.id) else { return *client };
        let place = inbox.place.clone();
        self.greet(place)
    }

    /// A page says hello.
    fn greet(&mut self, place: Place) -> ClientHandle {
        let hello = self.hello(&place);
        let token = format!("{:032x}", self.clients.len() + 1);
        let greeting = self.with(|engine, now, fx| {
            let peer = Peer { connected_at: SystemTime::UNIX_EPOCH + now, ..Peer::default() };
            engine.hello(now, &hello, peer, || token, fx)
        });
        let (client, socket, frame) = match greeting {
            Greeting::Welcome { client, socket, frame } => (client, socket, frame),
            // Disconnected while it was cut off, and told so now: its person presses the button.
            Greeting::Disconnected(_) => return self.greet(place),
            Greeting::Reload | Greeting::Table(_) | Greeting::Refused(_) => {
                panic!("the hello of this very page is refused")
            }
        };
        let session = serde_json::from_str(&frame).ok().and_then(|Welcome { session }| session);
        // What its private callbacks made of the start.
        let inbox = Inbox { socket: Some(socket), answers: Vec::new(), news: true, place: Place { session, ..place } };
        self.clients.insert(client, inbox);
        ClientHandle { id: client }
    }

    /// What a page says first.
    fn hello(&self, Place { session, path, rev, hidden }: &Place) -> String {
        let engine = &self.core.state().engine;
        let (schema, epoch, path) = (&engine.plan().table.schema, engine.epoch(), quoted(path));
        let session = session.as_deref().map_or_else(|| "null".to_owned(), quoted);
        format!(
            "{{\"t\":\"hello\",\"protocol\":{VERSION},\"schema\":\"{schema}\",\"epoch\":\"{epoch}\",\"rev\":{rev},\"session\":{session},\"path\":{path},\"hidden\":{hidden}}}"
        )
    }

    /// A text frame from the client, such as `{"n":1,"p":0,"v":40.5}`. From a page that is cut off none arrives.
    pub fn send(&mut self, client: &ClientHandle, text: &str) {
        self.settle();
        let id = client.id;
        if self.clients.get(&id).is_none_or(|inbox| inbox.socket.is_none()) {
            return;
        }
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
        // It says everything up to here; reading that in the frame would cost more than making it did.
        inbox.place.rev = engine.rev();
        Some(frame)
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

    /// The number of a property on the wire, by component and property: `slider`, `value`; in a row of a list with the row's
    /// key: `lamps-7-on`.
    pub fn number(&self, component: &str, prop: &str) -> Option<usize> {
        self.core.state().engine.find_named(&format!("{component}.{prop}")).map(PropNo::place)
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
            self.close();
            mem::take(&mut self.core.state().fx.cancel).iter().for_each(Cancellation::cancel);
            // Not locked while it runs: a callback may push.
            let job = self.core.state().fx.run.pop();
            let Some(mut job) = job else { break };
            job.call.outlet = job.brings.then(|| self.core.outlet(&job));
            job.call.backend = Some(Arc::clone(&self.core.link) as Arc<dyn Backend>);
            let done = self.run(job);
            done.bring(self.core.link.plan(), |done| {
                let State { engine, now, fx } = &mut *self.core.state();
                engine.finished(*now, done, fx)
            });
        }
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

    /// Closes the sockets that the server wants closed.
    fn close(&mut self) {
        let State { engine, now, fx } = &mut *self.core.state();
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
