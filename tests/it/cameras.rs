//! Pictures over the page's own connection: one at a time, the newest, behind everything that people wait for.

use std::{
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
        mpsc,
    },
    thread,
    time::{Duration, Instant},
};

use dash_devices::{App, Handle, PictureFormat, changes, prelude::*};
use serde_json::{Value, json};
use tokio::net::{TcpSocket, TcpStream};

use crate::support::{Browser, Heard, Served, limits, takes_less_than};

#[components]
struct Ui {
    camera: Camera,
    rear: Camera,
    level: Slider,
    readout: Text,
    look: Button,
    mine: Camera,
}

#[callback_shared(output = Ui::readout.text)]
fn show(#[input(Ui::level.value)] level: f64) -> String {
    level.to_string()
}

/// Each client has a picture of its own.
#[callback(on = Ui::look.click, output = Ui::mine.source)]
fn look() -> Picture {
    Picture::new(PictureFormat::WebP, vec![9; 9])
}

impl Dashboard for Ui {
    type Device = Handle<Ui>;
    type Session = ();
    const CALLBACKS: Callbacks<Self> = callbacks![show, look];

    fn layout(self) -> Element {
        page("Cameras", (self.camera, self.rear, self.level, self.readout, self.look, self.mine))
    }
}

async fn served() -> (Served, Handle<Ui>) {
    let (app, handle) = app();
    (Served::app(app).await, handle)
}

fn app() -> (App, Handle<Ui>) {
    let (sender, receiver) = mpsc::channel();
    let app = App::with::<Ui>(move |handle| {
        sender.send(handle.clone()).unwrap();
        handle
    });
    (app.unwrap().limits(limits(|_| {})), receiver.recv().unwrap())
}

/// A picture whose bytes are all the same.
fn picture(byte: u8, size: usize) -> Picture {
    Picture::new(PictureFormat::Jpeg, vec![byte; size])
}

#[tokio::test]
async fn a_page_gets_the_next_picture_when_it_has_drawn_the_last_and_skips_those_between() {
    let (served, handle) = served().await;
    let mut ada = served.join().await;
    ada.ask_for_picture("camera.source").await;
    ada.settle().await;
    assert_eq!(ada.pictures, [], "there is none");
    handle.push(changes![Ui::camera.source = picture(1, 20_000)]).unwrap();
    let number = ada.page.number("camera.source");
    let first = ada.picture().await;
    assert_eq!(first.file, [1; 20_000]);
    assert_eq!((&first.head["p"], &first.head["type"]), (&json!(number), &json!("image/jpeg")));
    assert!(first.head["made"].is_u64(), "{:?}", first.head);
    let id = first.head["id"].clone();
    // The value has the same name, for pages that fetch it.
    ada.until("the name", |ada| ada.value("camera.source")["id"] == id).await;
    for byte in 2..=5 {
        handle.push(changes![Ui::camera.source = picture(byte, 10)]).unwrap();
    }
    ada.settle().await;
    assert_eq!(ada.pictures.len(), 1, "it has not asked");
    ada.ask_for_picture("camera.source").await;
    assert_eq!(ada.picture().await.file, [5; 10]);
    // It has the newest one, and gets the next as soon as there is one.
    ada.ask_for_picture("camera.source").await;
    ada.settle().await;
    assert_eq!(ada.pictures.len(), 2);
    handle.push(changes![Ui::camera.source = picture(6, 10)]).unwrap();
    assert_eq!(ada.picture().await.file, [6; 10]);
}

#[tokio::test]
async fn who_asks_again_before_the_picture_has_come_gets_no_second_one() {
    let (served, handle) = served().await;
    let mut ada = served.join().await;
    handle.push(changes![Ui::camera.source = picture(1, 10)]).unwrap();
    for _ in 0..5 {
        ada.ask_for_picture("camera.source").await;
    }
    ada.picture().await;
    handle.push(changes![Ui::camera.source = picture(2, 10)]).unwrap();
    ada.settle().await;
    assert_eq!(ada.pictures.len(), 1);
    ada.ask_for_picture("camera.source").await;
    assert_eq!(ada.picture().await.file, [2; 10]);
}

#[tokio::test]
async fn fault_a_camera_that_was_placed_anew_got_no_picture() {
    let (served, handle) = served().await;
    let mut ada = served.join().await;
    handle.push(changes![Ui::camera.source = picture(1, 10)]).unwrap();
    ada.ask_for_picture("camera.source").await;
    let got = ada.picture().await.head["id"].clone();
    // The new element shows nothing, and there is no newer picture.
    let number = ada.page.number("camera.source");
    ada.socket.say(json!({ "t": "picture", "p": number, "got": got }).to_string()).await;
    assert_eq!(ada.picture().await.file, [1; 10]);
}

#[tokio::test]
async fn after_a_cut_the_page_asks_again_and_gets_no_picture_that_it_has() {
    let (served, handle) = served().await;
    let mut ada = served.join().await;
    handle.push(changes![Ui::camera.source = picture(1, 10)]).unwrap();
    ada.ask_for_picture("camera.source").await;
    ada.picture().await;
    ada.ask_for_picture("camera.source").await;
    ada.settle().await;
    ada.come_back().await;
    handle.push(changes![Ui::camera.source = picture(2, 10)]).unwrap();
    ada.settle().await;
    assert_eq!(ada.pictures.len(), 1, "the question was lost with the connection");
    ada.ask_for_picture("camera.source").await;
    assert_eq!(ada.picture().await.file, [2; 10]);
    ada.come_back().await;
    ada.ask_for_picture("camera.source").await;
    ada.settle().await;
    assert_eq!(ada.pictures.len(), 2, "it has this one");
}

#[tokio::test]
async fn a_picture_of_one_client_goes_to_this_client_only() {
    let (served, _handle) = served().await;
    let (mut ada, mut bob) = (served.join().await, served.join().await);
    for browser in [&mut ada, &mut bob] {
        browser.ask_for_picture("mine.source").await;
    }
    ada.apply("look.click", Value::Null).await;
    assert_eq!(ada.picture().await.head["type"], "image/webp");
    bob.settle().await;
    assert_eq!(bob.pictures, []);
}

#[tokio::test]
async fn a_property_without_pictures_has_none_and_an_unknown_one_is_refused() {
    let (served, _handle) = served().await;
    for (number, kind) in [("level.value", "malformed"), ("", "unknown_property")] {
        let mut eve = served.join().await;
        let number = if number.is_empty() { 1_000_000 } else { eve.page.number(number) };
        eve.socket.say(json!({ "t": "picture", "p": number }).to_string()).await;
        let refused = loop {
            let frame = eve.take().await;
            if frame["t"] == "refused" {
                break frame;
            }
        };
        assert_eq!(refused["kind"], kind, "{refused}");
    }
}

#[tokio::test]
async fn a_picture_that_is_too_large_is_refused_at_the_entrance() {
    let (app, handle) = app();
    let served = Served::app(app.limits(limits(|limits| limits.value_size = 1_000))).await;
    // The limits apply from the start.
    served.join().await;
    handle.push(changes![Ui::camera.source = picture(1, 1_000)]).unwrap();
    let refused = handle.push(changes![Ui::camera.source = picture(1, 1_001)]).unwrap_err();
    let why = "the value of `camera.source` has 1001 bytes, and the limit is 1000 (Limits::value_size)";
    assert!(refused.to_string().contains(why), "{refused}");
}

/// A page without a socket gets the name of the picture, and fetches it.
#[tokio::test]
async fn a_page_without_a_socket_fetches_the_picture() {
    let (served, handle) = served().await;
    let mut ada = served.join_by_request().await;
    ada.ask_for_picture("camera.source").await;
    handle.push(changes![Ui::camera.source = picture(3, 100)]).unwrap();
    ada.until("the name", |ada| !ada.value("camera.source").is_null()).await;
    let name = ada.value("camera.source")["id"].as_str().unwrap().to_owned();
    let response = served.get(&format!("/_dash/picture/{name}")).await;
    assert_eq!((response.status, &*response.body), (200, &[3; 100][..]));
    assert_eq!(response.header("cache-control"), Some("no-store"));
}

#[derive(Debug, Clone, Copy, PartialEq, Role)]
enum Site {
    Guest,
    Guard,
}

#[components(role = Site)]
struct Gate {
    #[sees(Site::Guard)]
    vault: Camera,
    yard: Camera,
}

impl Dashboard for Gate {
    type Device = ();
    type Session = ();
    const CALLBACKS: Callbacks<Self> = callbacks![];

    fn layout(self) -> Element {
        let shown = |camera: Camera, byte| camera.source(picture(byte, 10));
        page("Gate", (shown(self.vault, 1), shown(self.yard, 2)))
    }
}

#[tokio::test]
async fn s_who_may_not_see_a_camera_gets_none_of_its_pictures() {
    let app = App::new::<Gate>(()).unwrap().guest(Site::Guest);
    let served = Served::app(app).await;
    let mut eve = served.join().await;
    let mut refused = 0;
    for number in 0..20 {
        eve.socket.say(json!({ "t": "picture", "p": number }).to_string()).await;
        eve.socket.say(r#"{"t":"ping"}"#).await;
        loop {
            match eve.socket.hear().await {
                Heard::Frame(frame) if frame["t"] == "pong" => break,
                Heard::Frame(frame) => refused += u32::from(frame["kind"] == "unknown_property"),
                Heard::Part(part) => assert!(part.ends_with(&[2; 10]), "a picture of the vault: {part:?}"),
                other => panic!("{other:?}"),
            }
        }
    }
    assert!(refused >= 10, "the properties of the vault do not exist for a guest: {refused}");
}

/// Over a connection with a small receive buffer.
async fn join_narrowly(served: &Served) -> Browser {
    let socket = TcpSocket::new_v4().unwrap();
    socket.set_recv_buffer_size(4096).unwrap();
    let stream: TcpStream = socket.connect(served.address).await.unwrap();
    Browser::join_over(stream, served.page().await).await
}

/// Not a question of speed: however long the client does not read, at most one picture of each camera is before the
/// outcome, because none is sent before the last one has been drawn.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_command_is_behind_at_most_one_picture_of_each_camera() {
    let (served, handle) = served().await;
    let mut slow = join_narrowly(&served).await;
    for prop in ["camera.source", "rear.source"] {
        slow.ask_for_picture(prop).await;
    }
    // Larger than what the connection buffers.
    for byte in 1..=30 {
        let shot = || picture(byte, 4_000_000);
        handle.push(changes![Ui::camera.source = shot(), Ui::rear.source = shot()]).unwrap();
    }
    let command = slow.set("level.value", 42).await;
    slow.outcome(command).await;
    let before = slow.pictures.len();
    assert!(before <= 2, "{before} pictures");
    // A picture that is on its way does not hold up the outcome: it goes out between two parts.
    slow.until("both pictures", |slow| slow.pictures.len() == 2).await;
    let newest = slow.pictures.iter().all(|picture| picture.file.len() == 4_000_000);
    assert!(newest);
    assert_eq!(slow.value("readout.text"), "42");
}

/// 640 by 480 pixels have about so many bytes as a JPEG of usual quality.
const SHOT: usize = 50_000;
const VIEWERS: usize = 10;

/// Pushes 30 pictures per second until it is told to end. Returns how many it has pushed.
fn film(handle: Handle<Ui>, ended: Arc<AtomicBool>) -> thread::JoinHandle<u32> {
    thread::spawn(move || {
        let (began, mut count) = (Instant::now(), 0);
        while !ended.load(Ordering::SeqCst) {
            count += 1;
            handle.push(changes![Ui::camera.source = picture(count as u8, SHOT)]).unwrap();
            thread::sleep((began + Duration::from_secs(1) * count / 30).saturating_duration_since(Instant::now()));
        }
        count
    })
}

/// The figures are in `docs/guide/components.md`: `cargo test --all-features --test it ten_viewers -- --nocapture`.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn ten_viewers_of_a_camera_do_not_delay_a_command_by_more_than_one_picture() {
    let (served, handle) = served().await;
    let mut viewers = Vec::new();
    for _ in 0..VIEWERS {
        viewers.push(served.join().await);
    }
    let mut driver = served.join().await;
    // The viewers end before the camera does: they wait for its next picture.
    let (left, ended) = (Arc::new(AtomicBool::new(false)), Arc::new(AtomicBool::new(false)));
    let camera = film(handle, Arc::clone(&ended));
    let began = Instant::now();
    let watching: Vec<_> = viewers
        .into_iter()
        .map(|mut viewer| {
            let left = Arc::clone(&left);
            tokio::spawn(async move {
                while !left.load(Ordering::SeqCst) {
                    viewer.ask_for_picture("camera.source").await;
                    assert_eq!(viewer.picture().await.file.len(), SHOT);
                }
                viewer.pictures.len()
            })
        })
        .collect();
    let mut times = Vec::new();
    let mut level = 0;
    takes_less_than(Duration::from_millis(33), async || {
        // The driver watches the camera, too.
        driver.ask_for_picture("camera.source").await;
        driver.picture().await;
        driver.ask_for_picture("camera.source").await;
        let at = Instant::now();
        level += 1;
        driver.apply("level.value", level).await;
        times.push(at.elapsed());
        at.elapsed()
    })
    .await;
    while began.elapsed() < Duration::from_secs(1) {
        driver.ask_for_picture("camera.source").await;
        driver.picture().await;
        let at = Instant::now();
        level = level % 100 + 1;
        driver.apply("level.value", level).await;
        times.push(at.elapsed());
    }
    let seconds = began.elapsed().as_secs_f64();
    left.store(true, Ordering::SeqCst);
    let mut shown = 0;
    for viewer in watching {
        shown += viewer.await.unwrap();
    }
    ended.store(true, Ordering::SeqCst);
    let pushed = camera.join().unwrap();
    times.sort_unstable();
    println!(
        "{:.1} pictures/s pushed, {:.1} pictures/s at each of {VIEWERS} viewers, {:.1} MB/s; a command: median {:?}, \
         longest {:?} of {}",
        f64::from(pushed) / seconds,
        shown as f64 / VIEWERS as f64 / seconds,
        (shown * SHOT) as f64 / seconds / 1e6,
        times[times.len() / 2],
        times[times.len() - 1],
        times.len(),
    );
    assert!(shown >= VIEWERS, "each viewer has seen pictures");
}
