//! The link at its edges: a large frame on a slow link, a process that stood still, and the age of commands.

use std::{
    sync::{Arc, Mutex},
    time::Duration,
};

use dash_devices::{App, Limits, prelude::*};
use serde_json::{Value, json};
use tokio::net::TcpSocket;

use crate::support::{Heard, Outcome, Page, Served, Socket, limits, within};

/// Larger than the buffers of a connection with a small receive buffer.
const SIZE: usize = 8 * 1024 * 1024;

#[components]
struct Ui {
    picture: Text,
    make: Button,
    lamp: Switch,
    shoot: Button,
    shots: Text,
}

/// Counts how often it was used, and says when.
#[derive(Clone, Default)]
struct Camera(Arc<Mutex<u32>>);

#[callback_shared(on = Ui::make.click, output = Ui::picture.text)]
fn make() -> String {
    "ä".repeat(SIZE / 2)
}

#[callback_shared(on = Ui::shoot.click, output = Ui::shots.text)]
fn shoot(camera: &mut Camera) -> String {
    let mut shots = camera.0.lock().unwrap();
    *shots += 1;
    shots.to_string()
}

impl Dashboard for Ui {
    type Device = Camera;
    type Session = ();
    const CALLBACKS: Callbacks<Self> = callbacks![make, shoot];

    fn layout(self) -> Element {
        page("Link", (self.picture, self.make, self.lamp, self.shoot, self.shots))
    }
}

/// No limit of time decides anything here.
fn patient() -> Limits {
    limits(|limits| {
        limits.write_time = Duration::from_secs(3600);
        limits.silence = Duration::from_secs(3600);
    })
}

async fn served() -> (Served, Camera) {
    let camera = Camera::default();
    (Served::app(App::new::<Ui>(camera.clone()).unwrap().limits(patient())).await, camera)
}

/// The hello of a page that takes large frames in parts.
fn hello(page: &Page) -> String {
    let mut hello = page.hello();
    hello["parts"] = json!(true);
    hello["turn"] = json!(1);
    hello.to_string()
}

/// Reads messages until a frame is complete. Returns it, and how many messages it was.
async fn whole(socket: &mut Socket) -> (usize, Value) {
    let (mut frame, mut count) = (String::new(), 0);
    loop {
        let text = socket.text().await;
        count += 1;
        match text.strip_prefix('+') {
            Some(part) => frame.push_str(part),
            None => {
                frame.push_str(text.strip_prefix('=').unwrap_or(&text));
                return (count, serde_json::from_str(&frame).unwrap());
            }
        }
    }
}

/// The server also reads while it sends: a stop button must not wait behind a picture.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn fault_a_client_that_takes_a_large_frame_slowly_is_heard_meanwhile() {
    let (app, camera) = served().await;
    let page = app.page().await;
    let narrow = TcpSocket::new_v4().unwrap();
    narrow.set_recv_buffer_size(4096).unwrap();
    let stream = narrow.connect(app.address).await.unwrap();
    let mut slow = Socket::over(stream, page.socket(), None).await.unwrap();
    slow.say(hello(&page)).await;
    let welcome = slow.frame().await;
    assert_eq!((&welcome["t"], &welcome["rev"]), (&json!("welcome"), &page.state["rev"]));
    assert!(welcome["now"].is_u64(), "{welcome}");
    let mut other = app.join().await;
    other.apply("make.click", Value::Null).await;
    // The frame is on its way, and nobody reads it.
    let first = slow.text().await;
    assert_eq!(first, format!("{{\"r\":{}}}", welcome["rev"]), "in any case, so that the page knows that it is live");
    let begun = slow.text().await;
    assert!(begun.starts_with("+{") && begun.len() <= 8 * 1024 + 1, "{} bytes", begun.len());
    for number in 1..=3 {
        let shoot = page.number("shoot.click");
        slow.say(json!({ "n": number, "p": shoot, "v": null }).to_string()).await;
        other.sees("shots.text", number.to_string()).await;
    }
    assert_eq!(*camera.0.lock().unwrap(), 3);
    let mut rest = 0;
    while slow.text().await.starts_with('+') {
        rest += 1;
    }
    assert!(rest > SIZE / (8 * 1024) - 2, "{rest} messages");
    // What has happened meanwhile is in the next frame.
    let (count, update) = whole(&mut slow).await;
    assert_eq!((count, update["a"].as_array().unwrap().len()), (1, 3), "{update}");
}

/// The same without a WebSocket. The parts are events.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_large_frame_comes_in_parts_without_a_socket_too_and_whole_to_whom_did_not_ask_for_parts() {
    let (app, _) = served().await;
    let page = app.page().await;
    let mut stream = Socket::Stream(crate::support::stream::Stream::new(app.address, page.stream()));
    stream.say(hello(&page)).await;
    assert_eq!(stream.frame().await["t"], "welcome");
    let mut other = app.join().await;
    other.apply("make.click", Value::Null).await;
    other.until("the picture", |other| other.value("picture.text").as_str().unwrap().len() == SIZE).await;
    let mut count = 0;
    let picture = loop {
        let (messages, frame) = whole(&mut stream).await;
        count += messages;
        if let Some(text) = frame["p"][0][1].as_str() {
            break text.to_owned();
        }
    };
    assert_eq!(picture.len(), SIZE);
    assert!(count > SIZE / (8 * 1024), "{count} messages");
}

/// P4: the wire between a page and the server stalls. The click arrives when it mends.
#[tokio::test]
async fn p4_fault_a_click_that_was_on_the_wire_for_too_long_is_not_carried_out() {
    let camera = Camera::default();
    let short = limits(|limits| limits.event_lifespan = Duration::from_secs(1));
    let app = Served::app(App::new::<Ui>(camera.clone()).unwrap().limits(short)).await;
    let page = app.page().await;
    let mut socket = Socket::open(app.address, page.socket()).await;
    socket.say(hello(&page)).await;
    let now = socket.frame().await["now"].as_u64().unwrap();
    let mut clicker = Clicker { socket, shoot: page.number("shoot.click"), last: 0 };
    // A moment that has not come yet is not old, however slow the machine is.
    assert_eq!(clicker.click(now + 3_600_000).await, 0);
    within("the limit", async { while clicker.now().await <= now + 1_000 {} }).await;
    assert_eq!(clicker.click(now).await, 5);
    assert_eq!(*camera.0.lock().unwrap(), 1);
}

struct Clicker {
    socket: Socket,
    shoot: usize,
    last: u64,
}

impl Clicker {
    /// Clicks at this time by the server's clock. Returns the code of the final outcome.
    async fn click(&mut self, at: u64) -> u64 {
        self.last += 1;
        self.socket.say(json!({ "n": self.last, "p": self.shoot, "v": null, "at": at }).to_string()).await;
        loop {
            let frame = self.socket.frame().await;
            let outcomes = frame["a"].as_array().cloned().unwrap_or_default();
            let code = outcomes.iter().find(|outcome| outcome[0] == self.last).and_then(|outcome| outcome[1].as_u64());
            if let Some(code) = code.filter(|code| *code != 1) {
                return code;
            }
        }
    }

    /// The server's clock.
    async fn now(&mut self) -> u64 {
        self.socket.say(r#"{"t":"ping"}"#).await;
        loop {
            let frame = self.socket.frame().await;
            if let Some(now) = frame["now"].as_u64() {
                return now;
            }
        }
    }
}

/// Frames that have waited for longer than a page may be silent are not read: the process or the wire stood still, and
/// nobody knows how old they are.
#[tokio::test]
async fn p4_fault_silence_is_checked_before_what_waits_is_read() {
    let camera = Camera::default();
    let short = limits(|limits| limits.silence = Duration::from_secs(2));
    let app = Served::app(App::new::<Ui>(camera.clone()).unwrap().limits(short)).await;
    let mut browser = app.join().await;
    browser.apply("shoot.click", Value::Null).await;
    // This thread runs the server too. While it sleeps, the whole process stands still.
    let shoot = browser.page.number("shoot.click");
    let click = json!({ "n": 2, "p": shoot, "v": null }).to_string();
    browser.socket.say_at_once([click]).await;
    std::thread::sleep(Duration::from_secs(3));
    assert_eq!(browser.end().await, Heard::Closed(4003));
    assert_eq!(*camera.0.lock().unwrap(), 1);
    // The page comes back as the same client, and sends it again with its age.
    assert_eq!(browser.come_back().await["last"], 1);
    browser.last = 1;
    let number = browser.set_aged("shoot.click", Value::Null, 5_001).await;
    assert_eq!(browser.outcome(number).await, Outcome::Expired);
}
