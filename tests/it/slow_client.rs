//! A client that does not read must not affect others: a frame is made when it can be sent, with the newest values.

use std::{
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
    time::Duration,
};

use dash_devices::{App, prelude::*};
use tokio::net::{TcpSocket, TcpStream};

use crate::support::{Browser, Heard, Served, eventually, limits, within};

/// The size of one frame. Some dozens of them exceed the buffers of the loopback interface.
const SIZE: usize = 128 * 1024;

#[components]
struct Ui {
    picture: Text,
    level: Slider,
    readout: Text,
}

/// Makes a new large value at each tick.
#[derive(Clone, Default)]
struct Camera {
    pictures: Arc<AtomicU64>,
}

#[callback_shared(every = "4ms", output = Ui::picture.text)]
fn shoot(camera: &mut Camera) -> String {
    let number = camera.pictures.fetch_add(1, Ordering::SeqCst) + 1;
    let number = number.to_string();
    "0".repeat(SIZE - number.len()) + &number
}

#[callback_shared(output = Ui::readout.text)]
fn show(#[input(Ui::level.value)] level: f64) -> String {
    level.to_string()
}

impl Dashboard for Ui {
    type Device = Camera;
    type Session = ();
    const CALLBACKS: Callbacks<Self> = callbacks![shoot, show];

    fn layout(self) -> Element {
        page("Slow", (self.picture, self.level, self.readout))
    }
}

/// Over a connection with a small receive buffer.
async fn join_narrowly(app: &Served) -> Browser {
    let socket = TcpSocket::new_v4().unwrap();
    socket.set_recv_buffer_size(4096).unwrap();
    let stream: TcpStream = socket.connect(app.address).await.unwrap();
    Browser::join_over(stream, app.page().await).await
}

fn number(browser: &Browser) -> u64 {
    browser.value("picture.text").as_str().unwrap().parse().unwrap_or(0)
}

async fn served(write_time: Duration) -> (Served, Arc<AtomicU64>) {
    let camera = Camera::default();
    let pictures = Arc::clone(&camera.pictures);
    let limits = limits(|limits| {
        limits.write_time = write_time;
        limits.silence = Duration::from_secs(60);
    });
    (Served::app(App::new::<Ui>(camera).unwrap().limits(limits)).await, pictures)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn who_does_not_read_misses_what_is_old_and_holds_up_nobody() {
    let (app, pictures) = served(Duration::from_secs(3600)).await;
    let mut slow = join_narrowly(&app).await;
    // Both get the first picture. Then one client stops reading.
    slow.until("a picture", |slow| number(slow) > 0).await;
    let mut quick = app.join().await;
    let (from, first) = (number(&slow), number(&quick));
    for level in 1..=60 {
        // Not a question of speed: if the other socket blocked it, it would wait for the write timeout of an hour.
        quick.apply("level.value", level).await;
        let seen = number(&quick);
        quick.until("the next pictures", |quick| number(quick) > seen + 1).await;
    }
    assert!(number(&quick) >= first + 120);

    // Now it reads: the buffered frames of the connection, and then at once the newest value.
    let newest = pictures.load(Ordering::SeqCst);
    slow.updates.clear();
    slow.until("the newest", |slow| number(slow) >= newest).await;
    let (frames, missed) = (slow.updates.len() as u64, newest - from);
    assert!(frames * 2 < missed, "{frames} frames for {missed} pictures: it was not queued for");
    assert_eq!(slow.value("readout.text"), "60");
    // Afterwards it is an ordinary client.
    slow.apply("level.value", 7).await;
    quick.sees("readout.text", "7").await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn who_does_not_read_for_too_long_is_cut_off_and_may_come_back() {
    let (app, pictures) = served(Duration::from_millis(300)).await;
    let mut slow = join_narrowly(&app).await;
    let session = slow.session.clone();
    slow.apply("level.value", 3).await;
    app.has_clients(0).await;
    // It gets the frame that was on its way, and then the end.
    assert!(matches!(slow.end().await, Heard::Closed(4000) | Heard::Gone));
    let newest = pictures.load(Ordering::SeqCst);
    slow.come_back().await;
    assert_eq!(slow.session, session);
    within("the newest", async {
        slow.until("the newest", |slow| number(slow) >= newest).await;
    })
    .await;
    assert!(slow.updates.len() < 20, "{}", slow.updates.len());
    slow.last = 1;
    slow.apply("level.value", 4).await;
    assert_eq!(slow.value("readout.text"), "4");
    // On a busy machine the deadline of the connection may come before that of the socket.
    let health = app.health().await;
    let closed = [&health["counts"]["slow"], &health["server"]["connections"]["not_read"]];
    assert!(closed.iter().any(|count| count.as_u64().unwrap() > 0), "{health}");
}

/// The same without a WebSocket: events are made when they are read.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn who_does_not_read_a_stream_misses_what_is_old_is_cut_off_and_may_come_back() {
    let (app, pictures) = served(Duration::from_millis(300)).await;
    let mut slow = app.join_by_request().await;
    let session = slow.session.clone();
    app.has_clients(0).await;
    let taken = pictures.load(Ordering::SeqCst);
    assert_eq!(slow.end().await, Heard::Gone);
    assert!((slow.updates.len() as u64) < taken, "{} frames for {taken} pictures", slow.updates.len());
    let newest = pictures.load(Ordering::SeqCst);
    slow.come_back_by_request().await;
    assert_eq!(slow.session, session);
    slow.until("the newest", |slow| number(slow) >= newest).await;
    slow.apply("level.value", 4).await;
    assert_eq!(slow.value("readout.text"), "4");
}

/// A requested page that is not read does not keep the server from ending.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn who_does_not_read_does_not_keep_the_server_from_ending() {
    let (app, pictures) = served(Duration::from_secs(3600)).await;
    let _slow = join_narrowly(&app).await;
    let enough = pictures.load(Ordering::SeqCst) + 100;
    eventually("pictures", async || (pictures.load(Ordering::SeqCst) > enough).then_some(())).await;
    // Otherwise it would take the write timeout of an hour.
    app.stop().await;
}
