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
    collections::BTreeMap,
    fmt, mem,
    panic::{AssertUnwindSafe, catch_unwind},
    time::Duration,
};

use bytes::Bytes;
use futures_util::FutureExt as _;

use crate::{
    callback::{call::text_of, spec::Body},
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
    protocol::VERSION,
    server::{
        App,
        assets::Assets,
        page::{self, Snapshot},
    },
};

/// A dashboard in memory.
pub struct InMemory {
    engine: Engine,
    layout: Element,
    assets: Assets,
    now: Duration,
    clients: BTreeMap<ClientId, Inbox>,
    runtime: Option<tokio::runtime::Runtime>,
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
            .field("rev", &self.engine.rev())
            .field("now", &self.now)
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
        let Some((engine, layout)) = app.into_engine("0".repeat(16)) else { panic!("an app without a device") };
        let assets = Assets::of(&layout);
        let mut memory = Self { engine, layout, assets, now: Duration::ZERO, clients: BTreeMap::new(), runtime: None };
        memory.with(|engine, now, fx| engine.start(now, fx));
        memory
    }

    /// A page is loaded and says hello.
    ///
    /// # Panics
    /// Never: the hello is made here, and right.
    pub fn join(&mut self) -> ClientHandle {
        let hello = format!(
            "{{\"t\":\"hello\",\"protocol\":{VERSION},\"schema\":\"{}\",\"epoch\":\"{}\",\"rev\":{},\"session\":null}}",
            self.engine.plan().schema,
            self.engine.epoch(),
            self.engine.rev(),
        );
        let token = format!("{:032x}", self.clients.len() + 1);
        let greeting = self.with(|engine, now, fx| engine.hello(now, &hello, Peer::default(), || token, fx));
        let Greeting::Welcome { client, socket, .. } = greeting else {
            panic!("the hello of this very page is refused")
        };
        // What its private callbacks made of the start.
        self.clients.insert(client, Inbox { socket, answers: Vec::new(), news: true });
        ClientHandle { id: client, socket }
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
        let inbox = self.clients.get_mut(&client.id).filter(|inbox| inbox.socket == client.socket)?;
        if !inbox.answers.is_empty() {
            return Some(inbox.answers.remove(0));
        }
        mem::take(&mut inbox.news).then(|| self.engine.poll_frame(client.id, client.socket)).flatten()
    }

    /// Every frame for the client since the last time, as a browser that reads now gets them: what changed several times
    /// is there once.
    pub fn frames(&mut self, client: &ClientHandle) -> Vec<String> {
        let frames = std::iter::from_fn(|| self.frame(client));
        frames.map(|frame| String::from_utf8_lossy(&frame).into_owned()).collect()
    }

    /// The HTML document as of now.
    pub fn page(&self) -> String {
        page::document(&self.layout, &self.assets, Snapshot::of(&self.engine), "/", None)
    }

    /// The number of a property on the wire, by component and property: `slider`, `value`.
    pub fn number(&self, component: &str, prop: &str) -> Option<usize> {
        let props = &self.engine.plan().props;
        props.iter().position(|plan| plan.component == component && plan.info.name == prop)
    }

    /// Lets time pass. Sources run as often as they would.
    pub fn advance(&mut self, time: Duration) {
        let until = self.now + time;
        while let Some(timeout) = self.engine.next_timeout().filter(|timeout| *timeout <= until) {
            self.now = self.now.max(timeout);
            self.with(|engine, now, fx| engine.timeout(now, fx));
        }
        self.now = until;
    }

    /// Lets the engine handle an event and everything that comes of it.
    fn with<R>(&mut self, event: impl FnOnce(&mut Engine, Duration, &mut Effects) -> R) -> R {
        let mut fx = Effects::default();
        let result = event(&mut self.engine, self.now, &mut fx);
        while let Some(job) = fx.run.pop() {
            let done = self.run(job);
            self.engine.finished(self.now, done, &mut fx);
        }
        fx.failed.drain(..).for_each(Report::tell);
        let wake = fx.take_wake();
        match wake {
            Wake::Nobody => {}
            Wake::Some(ids) => {
                ids.iter().for_each(|id| self.clients.get_mut(id).into_iter().for_each(|inbox| inbox.news = true));
            }
            Wake::All => self.clients.values_mut().for_each(|inbox| inbox.news = true),
        }
        result
    }

    fn run(&mut self, job: Job) -> Finished {
        let Job { lane, callback, body, mut call, .. } = job;
        let result = match body {
            Body::Sync(body) => catch_unwind(AssertUnwindSafe(|| body(&mut call))),
            Body::Async(body) => {
                let runtime = self.runtime.get_or_insert_with(runtime);
                runtime.block_on(AssertUnwindSafe(async { body(&mut call).await }).catch_unwind())
            }
        };
        let panic = result.err().map(|payload| text_of(&*payload));
        Finished { lane, callback, call, panic }
    }
}

fn runtime() -> tokio::runtime::Runtime {
    match tokio::runtime::Builder::new_current_thread().enable_all().build() {
        Ok(runtime) => runtime,
        Err(error) => panic!("no runtime for asynchronous callbacks: {error}"),
    }
}
