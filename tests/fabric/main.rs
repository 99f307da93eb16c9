//! Pages of devices that are elsewhere: owners and relays with a real broker between them, which is killed and cut.
//!
//! A binary of its own, because its tests start processes of the broker.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    reason = "a test ends with the first thing that is not as it should be"
)]
#![allow(clippy::print_stdout, reason = "a program under test talks to the test")]
#![allow(clippy::needless_pass_by_value, reason = "callbacks take their parameters as they are given")]

#[allow(dead_code, unused_imports, reason = "the other tests use the rest")]
#[path = "../support/mod.rs"]
mod support;

mod access;
mod cuts;
mod first;
mod fresh;
mod kills;
mod last;
mod leaf;
mod list;
mod nats;
mod owners;
mod pages;
mod programs;
mod rights;
mod rounds;
mod shared;
mod slow;
mod speed;
mod stops;
mod versions;
mod wire;

use std::{
    fs::OpenOptions,
    io::Write as _,
    net::SocketAddr,
    sync::{Arc, Mutex},
    time::Duration,
};

use dash_devices::{App, Error, Limits, Relay, prelude::*};
use serde_json::{Value, json};
use tokio::{
    net::{TcpListener, TcpStream},
    sync::oneshot,
    task::JoinHandle,
};
use tokio_tungstenite::client_async;

use crate::support::{
    Browser, Page, Socket, eventually,
    http::{self, Request, Response},
    limits, within,
};

#[components]
struct Ui {
    level: Slider,
    shown: Text,
    shoot: Button,
    photo: Image,
    log: Log,
    grip: HoldButton,
    moving: Text,
    mine: Input,
    letters: Text,
    time: Text,
}

/// What the device did, in order.
#[derive(Debug, Clone, Default)]
struct Lamp(Arc<Mutex<Vec<String>>>);

impl Lamp {
    fn does(&self, what: String) {
        // What is in a file outlives a process that is killed.
        if let Some(file) = std::env::var_os("LAMP_FILE") {
            let mut file = OpenOptions::new().append(true).create(true).open(file).unwrap();
            file.write_all(format!("{} {what}\n", std::process::id()).as_bytes()).unwrap();
        }
        self.0.lock().unwrap().push(what);
    }

    fn did(&self) -> Vec<String> {
        self.0.lock().unwrap().clone()
    }
}

#[callback_shared(output = Ui::shown.text)]
fn set(lamp: &mut Lamp, #[input(Ui::level.value)] level: f64) -> String {
    lamp.does(format!("set {level}"));
    format!("{level:.0} %")
}

/// Each shot counts.
#[callback_shared(on = Ui::shoot.click, output = (Ui::photo.source, Ui::log.lines))]
fn shoot(lamp: &mut Lamp) -> (Jpeg, LogLine) {
    let number = lamp.did().iter().filter(|what| what.starts_with("shot")).count() + 1;
    lamp.does(format!("shot {number}"));
    (Jpeg(vec![number as u8; 300_000]), LogLine::info(format!("shot {number}")))
}

#[callback_shared(output = Ui::moving.text)]
fn grip(lamp: &mut Lamp, #[input(Ui::grip.held)] held: bool) -> String {
    lamp.does(format!("held {held}"));
    held.to_string()
}

/// Private: each client has its own.
#[callback(output = Ui::letters.text)]
fn count(#[input(Ui::mine.value)] mine: &str) -> String {
    format!("{} letters", mine.len())
}

impl Dashboard for Ui {
    type Device = Lamp;
    type Session = ();
    const CALLBACKS: Callbacks<Self> = callbacks![set, shoot, grip, count];

    fn layout(self) -> Element {
        let Self { level, shown, shoot, photo, log, grip, moving, mine, letters, time } = self;
        page("Lamp", (level, shown, shoot, photo, log, grip.deadline(10.0), moving, mine, letters, time))
    }
}

/// The name of the device in these tests.
const NAME: &str = "lab.lamp";
/// Its path at a relay.
const PATH: &str = "/d/lab.lamp/";
/// Short, so that tests need not wait long for it to end.
const LEASE: Duration = Duration::from_millis(900);

fn quick() -> Limits {
    limits(|limits| limits.lease = LEASE)
}

fn app(lamp: &Lamp) -> App {
    App::new::<Ui>(lamp.clone()).unwrap().limits(quick())
}

/// The same, and the lamp says the time.
fn app_with_time(lamp: &Lamp) -> App {
    let start = |handle| {
        fresh::tell_the_time::<Ui>(handle, |time| changes![Ui::time.text = time]);
        lamp.clone()
    };
    App::with::<Ui>(start).unwrap().limits(quick())
}

/// A server that runs until it is dropped or stopped.
struct Served {
    address: SocketAddr,
    stop: oneshot::Sender<()>,
    task: JoinHandle<Result<(), Error>>,
}

impl Served {
    /// The lamp, which relays find at this broker.
    async fn owner(lamp: &Lamp, broker: &str) -> Self {
        Self::app(app(lamp).fabric(broker, NAME)).await
    }

    async fn app(app: App) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let (stop, stopped) = oneshot::channel::<()>();
        let task = tokio::spawn(app.serve_on(listener, async { _ = stopped.await }));
        Self { address, stop, task }
    }

    async fn relay(broker: &str) -> Self {
        Self::relay_with(Relay::new(broker)).await
    }

    async fn relay_with(relay: Relay) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let (stop, stopped) = oneshot::channel::<()>();
        let task = tokio::spawn(relay.serve_on(listener, async { _ = stopped.await }));
        Self { address, stop, task }
    }

    async fn stop(self) {
        drop(self.stop);
        within("the end of the server", self.task).await.unwrap().unwrap();
    }

    async fn get(&self, path: &str) -> Response {
        http::send(self.address, &Request::get(path)).await
    }

    async fn health(&self) -> Value {
        serde_json::from_str(&self.get("/health").await.text()).unwrap()
    }

    /// What the owner says about its relays.
    async fn tenure(&self) -> String {
        self.health().await["server"]["fabric"]["status"].as_str().unwrap().to_owned()
    }

    async fn becomes(&self, status: &str) {
        eventually(&format!("the owner says {status:?}"), async || (self.tenure().await == status).then_some(())).await;
    }

    /// Waits until this relay reaches the lamp, and loads its page.
    async fn page(&self) -> Page {
        page_at(self.address).await
    }

    async fn join(&self) -> Browser {
        Browser::join(self.address, self.page().await).await
    }
}

async fn page_at(relay: SocketAddr) -> Page {
    eventually("the relay", async || TcpStream::connect(relay).await.ok()).await;
    eventually("the page over the relay", async || {
        let response = http::send(relay, &Request::get(PATH)).await;
        (response.status == 200).then(|| Page::at(PATH, response.text()))
    })
    .await
}

/// Connects again as the page's script does, until it succeeds.
async fn resume(page: &mut Browser, address: SocketAddr) -> Value {
    within("a relay that reaches the owner", async {
        loop {
            if let Some(socket) = open(address, page.page.socket()).await
                && let Some(welcome) = page.resume_over(socket).await
            {
                return welcome;
            }
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    })
    .await
}

/// A socket, if one opens.
async fn open(address: SocketAddr, path: &str) -> Option<Socket> {
    let stream = TcpStream::connect(address).await.ok()?;
    let (socket, _) = client_async(format!("ws://{address}{path}"), stream).await.ok()?;
    Some(Socket::Web(socket))
}

/// A command that was sent before a cut, as the script sends it again: with its number.
async fn again(page: &mut Browser, number: u64, prop: &str, value: Value) {
    let prop = page.page.number(prop);
    page.socket.say(json!({ "n": number, "p": prop, "v": value }).to_string()).await;
}
