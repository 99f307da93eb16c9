//! Figures of `Camera` beside an MJPEG `<img>`, and of `Trend` beside plotly.js. Measurements, on a computer that does nothing
//! else:
//!
//! ```text
//! cargo test --release -p browser-tests --test browser -- --ignored beside_others --nocapture --test-threads 1
//! ```

use std::{
    net::SocketAddr,
    sync::{
        Arc,
        atomic::{AtomicBool, AtomicU32, AtomicUsize, Ordering::Relaxed},
    },
    thread,
    time::{Duration, Instant, SystemTime, UNIX_EPOCH},
};

use axum::{
    Router,
    body::{Body, Bytes},
    http::header,
    routing::get,
};
use dash_devices::{App, Handle, Limits, PictureFormat, prelude::*, store::MemoryStore};
use futures_util::{SinkExt as _, StreamExt as _, stream};
use serde_json::{Value, json};
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::TcpStream,
    sync::watch,
};
use tokio_tungstenite::{connect_async, tungstenite::Message};

use crate::support::{Browser, Server, Tab, browser_test, get as load};

#[allow(dead_code, clippy::expect_used, reason = "a file of the other tests, of which these viewers need a part")]
#[path = "../support/page.rs"]
mod page;

/// One of them is a page that draws, the others only receive.
const CLIENTS: usize = 10;
const RATE: u32 = 30;
/// How long each way is watched.
const WATCHED: Duration = Duration::from_secs(10);

#[components]
struct Room {
    camera: Camera,
    level: Slider,
    seen: Text,
}

#[callback_shared(output = Room::seen.text)]
fn show(#[input(Room::level.value)] level: f64) -> String {
    level.to_string()
}

impl Dashboard for Room {
    type Device = ();
    type Session = ();
    const CALLBACKS: Callbacks<Self> = callbacks![show];

    fn layout(self) -> Element {
        page("Room", (row((self.level.label("Level"), self.seen)), self.camera.label("Front").size(640.0, 480.0)))
    }
}

/// Pictures of 640 x 480 pixels as JPEG. Five blocks at the top left are the bits of the picture's number. Noise gives them the
/// size of a camera's pictures.
const SHOTS: &str = "(async () => {
    const canvas = new OffscreenCanvas(640, 480);
    const draw = canvas.getContext('2d', { willReadFrequently: true });
    const shots = [];
    for (let number = 0; number < 32; number++) {
        const pixels = draw.createImageData(640, 480);
        for (let at = 0; at < 640 * 480; at++) {
            const [x, y] = [at % 640, Math.floor(at / 640)];
            const light = 128 + 80 * Math.sin((x + 20 * number) / 40) * Math.cos(y / 50) + 22 * Math.random();
            pixels.data.set([light, 0.8 * light, 255 - light, 255], 4 * at);
        }
        draw.putImageData(pixels, 0, 0);
        for (let bit = 0; bit < 5; bit++) {
            draw.fillStyle = (number >> bit) & 1 ? 'white' : 'black';
            draw.fillRect(32 * bit, 0, 32, 32);
        }
        const blob = await canvas.convertToBlob({ type: 'image/jpeg', quality: 0.8 });
        shots.push([...new Uint8Array(await blob.arrayBuffer())]);
    }
    return shots;
})()";

/// Records which picture an element shows in each drawn frame, with the time, until `watching` is another.
const WATCH: &str = "(selector) => {
    const mine = globalThis.watching = {};
    globalThis.shown = [];
    const draw = new OffscreenCanvas(5, 1).getContext('2d', { willReadFrequently: true });
    let last = -1;
    const look = () => {
        if (globalThis.watching !== mine) return;
        const element = document.querySelector(selector);
        draw.drawImage(element, 0, 0, 160, 32, 0, 0, 5, 1);
        const { data } = draw.getImageData(0, 0, 5, 1);
        const number = [0, 1, 2, 3, 4].reduce((sum, bit) => sum + (data[4 * bit] > 127 ? 1 << bit : 0), 0);
        if (data[3] === 255 && number !== last) shown.push([number, performance.timeOrigin + performance.now()]);
        if (data[3] === 255) last = number;
        requestAnimationFrame(look);
    };
    look();
}";

/// Sets the slider a hundred times, and measures the time until the page shows what the callback returned, in milliseconds.
const COMMANDS: &str = "(async () => {
    const [control, text] = ['#level input', '#seen .dd-text-value'].map((part) => document.querySelector(part));
    const times = [];
    for (let level = 1; level <= 100; level++) {
        await new Promise((done) => setTimeout(done, 40 + 40 * Math.random()));
        const begun = performance.now();
        const answer = new Promise((done) => {
            const observer = new MutationObserver(() => {
                if (text.textContent !== String(level)) return;
                observer.disconnect();
                done();
            });
            observer.observe(text, { childList: true, characterData: true, subtree: true });
        });
        control.value = String(level);
        for (const kind of ['input', 'change']) control.dispatchEvent(new Event(kind, { bubbles: true }));
        await answer;
        times.push(performance.now() - begun);
    }
    control.value = '0';
    for (const kind of ['input', 'change']) control.dispatchEvent(new Event(kind, { bubbles: true }));
    return times;
})()";

/// Milliseconds since the Unix epoch, as pages count them.
fn now() -> f64 {
    SystemTime::now().duration_since(UNIX_EPOCH).unwrap().as_secs_f64() * 1000.0
}

/// The middle, the 99th percentile and the largest.
fn percentiles(values: &[f64]) -> [f64; 3] {
    let mut values = values.to_vec();
    values.sort_by(f64::total_cmp);
    [values.len() / 2, (values.len() * 99).div_ceil(100) - 1, values.len() - 1].map(|at| values[at])
}

/// A source of pictures, until it is told to end. Returns when it took which number.
fn film(
    shots: Arc<Vec<Bytes>>,
    ended: Arc<AtomicBool>,
    mut take: impl FnMut(usize, &Bytes) + Send + 'static,
) -> thread::JoinHandle<Vec<(usize, f64)>> {
    thread::spawn(move || {
        let (begun, mut taken) = (Instant::now(), Vec::new());
        while !ended.load(Relaxed) {
            let number = taken.len() % shots.len();
            taken.push((number, now()));
            take(number, &shots[number]);
            let next = begun + Duration::from_secs(1) * u32::try_from(taken.len()).unwrap() / RATE;
            thread::sleep(next.saturating_duration_since(Instant::now()));
        }
        taken
    })
}

/// The newest picture again and again, as `multipart/x-mixed-replace`. The boundary follows each picture at once, because
/// browsers show a picture when they see its end.
fn mjpeg(newest: watch::Receiver<Bytes>) -> Body {
    let begin = stream::iter([Ok::<_, std::io::Error>(Bytes::from_static(b"--shot\r\n"))]);
    let parts = stream::unfold(newest, async |mut newest| {
        newest.changed().await.ok()?;
        let shot = newest.borrow_and_update().clone();
        let head = format!("Content-Type: image/jpeg\r\nContent-Length: {}\r\n\r\n", shot.len());
        Some((Ok(Bytes::from([head.as_bytes(), &shot, b"\r\n--shot\r\n"].concat())), newest))
    });
    Body::from_stream(begin.chain(parts))
}

/// A page that asks for pictures, and only counts them.
async fn view_camera(address: SocketAddr, count: Arc<AtomicUsize>) {
    let answer = load(address, "/").await;
    let page = page::Page::of(answer);
    let number = page.number("camera.source");
    let (mut socket, _) = connect_async(format!("ws://{address}{}", page.socket())).await.unwrap();
    socket.send(Message::text(page.hello().to_string())).await.unwrap();
    socket.send(Message::text(json!({ "t": "picture", "p": number }).to_string())).await.unwrap();
    let mut whole = Vec::new();
    while let Some(Ok(message)) = socket.next().await {
        let Message::Binary(part) = message else { continue };
        whole.extend_from_slice(&part[1..]);
        if part[0] != b'=' {
            continue;
        }
        let head = whole.split(|byte| *byte == b'\n').next().unwrap();
        let head: Value = serde_json::from_slice(head).unwrap();
        whole.clear();
        count.fetch_add(1, Relaxed);
        let next = json!({ "t": "picture", "p": number, "has": head["id"] });
        socket.send(Message::text(next.to_string())).await.unwrap();
    }
}

/// The same with MJPEG.
async fn view_mjpeg(address: SocketAddr, count: Arc<AtomicUsize>) {
    let mut stream = TcpStream::connect(address).await.unwrap();
    let head = format!("GET /film HTTP/1.1\r\nHost: {address}\r\n\r\n");
    stream.write_all(head.as_bytes()).await.unwrap();
    let (mut read, mut rest) = (vec![0; 1 << 16], Vec::new());
    let boundary = b"\r\n--shot\r\n";
    while let Ok(size @ 1..) = stream.read(&mut read).await {
        rest.extend_from_slice(&read[..size]);
        count.fetch_add(rest.windows(boundary.len()).filter(|bytes| bytes == boundary).count(), Relaxed);
        // A boundary may be in two reads, and is not counted twice.
        rest.drain(..rest.len().saturating_sub(boundary.len() - 1));
    }
}

struct Seen {
    /// Pictures per second: taken, drawn by the page, received by each other client.
    rates: [f64; 3],
    /// From the camera to the drawn frame, in milliseconds.
    delays: [f64; 3],
    /// The round trip of commands, in milliseconds.
    commands: [f64; 3],
}

impl Seen {
    fn print(&self, way: &str) {
        let [taken, drawn, received] = self.rates;
        println!(
            "{way}: {taken:.1} pictures/s taken, {drawn:.1}/s drawn by the page, {received:.1}/s at each other client; delay p50, \
             p99, longest {:.0?} ms; command p50, p99, slowest {:.1?} ms",
            self.delays, self.commands
        );
    }
}

/// Watches the element in the page, and sends commands meanwhile.
async fn watched(tab: &Tab<'_>, selector: &str, count: &AtomicUsize) -> (f64, Vec<(usize, f64)>, usize, Vec<f64>) {
    tab.run(&format!("({WATCH})({selector:?})")).await;
    tab.until("shown.length > 30").await;
    tab.run("shown.length = 0").await;
    let (begun, before) = (Instant::now(), count.load(Relaxed));
    let mut commands = tab.js::<Vec<f64>>(COMMANDS).await;
    while begun.elapsed() < WATCHED {
        tab.wait_for_text("#seen .dd-text-value", "0").await;
        commands.extend(tab.js::<Vec<f64>>(COMMANDS).await);
    }
    let shown = tab.js("shown").await;
    let (seconds, received) = (begun.elapsed().as_secs_f64(), count.load(Relaxed) - before);
    tab.run("globalThis.watching = null").await;
    (seconds, shown, received, commands)
}

/// One of the ways in which pictures come: the camera takes them, a page and nine other clients get them.
async fn measured<F: Future<Output = ()> + Send + 'static>(
    tab: &Tab<'_>,
    selector: &str,
    shots: &Arc<Vec<Bytes>>,
    take: impl FnMut(usize, &Bytes) + Send + 'static,
    view: impl Fn(Arc<AtomicUsize>) -> F,
) -> Seen {
    let (ended, count) = (Arc::new(AtomicBool::new(false)), Arc::new(AtomicUsize::new(0)));
    let camera = film(Arc::clone(shots), Arc::clone(&ended), take);
    let viewers: Vec<_> = (1..CLIENTS).map(|_| tokio::spawn(view(Arc::clone(&count)))).collect();
    let (seconds, shown, received, commands) = watched(tab, selector, &count).await;
    ended.store(true, Relaxed);
    let taken = camera.join().unwrap();
    viewers.iter().for_each(tokio::task::JoinHandle::abort);
    let whole = (taken.last().unwrap().1 - taken[0].1) / 1000.0;
    // A number comes again after a second. The newest one before the moment is meant.
    let delay = |(number, at): &(usize, f64)| {
        taken.iter().rev().find(|(taken, when)| taken == number && when <= at).map(|(_, when)| at - when)
    };
    let delays: Vec<f64> = shown.iter().filter_map(delay).collect();
    Seen {
        rates: [
            (taken.len() - 1) as f64 / whole,
            shown.len() as f64 / seconds,
            received as f64 / (CLIENTS - 1) as f64 / seconds,
        ],
        delays: percentiles(&delays),
        commands: percentiles(&commands),
    }
}

#[test]
#[ignore = "a measurement that needs a quiet computer"]
fn a_camera_beside_mjpeg() {
    browser_test(async |browser| {
        let (mut handle, (shot, newest)) = (None, watch::channel(Bytes::new()));
        let film = get(async move || {
            ([(header::CONTENT_TYPE, "multipart/x-mixed-replace; boundary=shot")], mjpeg(newest.clone()))
        });
        let app = App::with::<Room>(|given| handle = Some(given)).unwrap().routes(Router::new().route("/film", film));
        let server = Server::start_app(app).await;
        let (handle, address): (Handle<Room>, _) = (handle.unwrap(), server.address);
        let tab = browser.open(&server.url()).await;
        let shots: Vec<Vec<u8>> = tab.js(SHOTS).await;
        let shots: Arc<Vec<Bytes>> = Arc::new(shots.into_iter().map(Bytes::from).collect());
        let size = shots.iter().map(Bytes::len).sum::<usize>() / shots.len();
        println!("{CLIENTS} clients, {RATE} pictures/s of 640 x 480 pixels, {size} bytes each");
        println!(
            "without pictures: command p50, p99, slowest {:.1?} ms",
            percentiles(&tab.js::<Vec<f64>>(COMMANDS).await)
        );
        // One way after the other, twice: the machine may be busier at one time than at another.
        let mut slowest = f64::INFINITY;
        for _ in 0..2 {
            let tab = browser.open(&server.url()).await;
            let handle = handle.clone();
            let push = move |_: usize, shot: &Bytes| {
                handle.push(changes![Room::camera.source = Picture::new(PictureFormat::Jpeg, shot.to_vec())]).unwrap();
            };
            let seen = measured(&tab, "#camera canvas", &shots, push, move |count| view_camera(address, count)).await;
            seen.print("Camera");
            slowest = slowest.min(seen.commands[1]);
            tab.go("about:blank").await;
            let tab = browser.open(&server.url()).await;
            tab.run(
                "document.querySelector('#camera').remove(); \
                 const film = Object.assign(new Image(640, 480), { id: 'film', src: 'film' }); \
                 document.querySelector('main').append(film)",
            )
            .await;
            let shot = shot.clone();
            let send = move |_: usize, next: &Bytes| drop(shot.send_replace(next.clone()));
            let seen = measured(&tab, "#film", &shots, send, move |count| view_mjpeg(address, count)).await;
            seen.print("MJPEG <img>");
            // An element that loads for ever would keep its connection.
            tab.run("document.querySelector('#film').src = ''").await;
            tab.go("about:blank").await;
        }
        let frame = 1000.0 / f64::from(RATE);
        assert!(cfg!(debug_assertions) || slowest <= frame, "a command takes {slowest} ms, and a frame {frame} ms");
    });
}

const SERIES: u32 = 10;
/// The time between two samples.
const STEP: Duration = Duration::from_millis(50);

#[components]
struct Lines {
    #[keep(for = "30d")]
    trend: Trend,
}

/// The number of samples, for the layout.
static SAMPLES: AtomicU32 = AtomicU32::new(0);

impl Dashboard for Lines {
    type Device = ();
    type Session = ();
    const CALLBACKS: Callbacks<Self> = callbacks![];

    fn layout(self) -> Element {
        // The half of the samples: what is further back than a page has comes with a wider span.
        let window = f64::from(SAMPLES.load(Relaxed)) * STEP.as_secs_f64() / 2.0;
        page("Lines", self.trend.label("Lines").series((0..SERIES).map(|at| format!("s{at}"))).window(window))
    }
}

#[components]
struct Plotted {
    graph: Graph,
}

impl Dashboard for Plotted {
    type Device = ();
    type Session = ();
    const CALLBACKS: Callbacks<Self> = callbacks![];

    fn layout(self) -> Element {
        let samples = SAMPLES.load(Relaxed);
        let x: Vec<f64> = (0..samples).map(|at| f64::from(at) * STEP.as_secs_f64()).collect();
        let trace = |series| {
            let y: Vec<f64> = (0..samples).map(|at| sample(at, series)).collect();
            json!({ "type": "scatter", "mode": "lines", "name": format!("s{series}"), "x": x, "y": y })
        };
        let figure = json!({ "data": (0..SERIES).map(trace).collect::<Vec<_>>() });
        page("Plotted", self.graph.label("Lines").figure(Figure::try_from(figure).unwrap()).keep(samples))
    }
}

/// A wave with noise, with three decimals.
fn sample(at: u32, series: u32) -> f64 {
    let noise = f64::from(at.wrapping_mul(2_654_435_761).wrapping_add(series * 40_503) % 1_000) / 1_000.0;
    let wave = (f64::from(at) / f64::from(100 + 37 * series)).sin();
    ((f64::from(series) + wave + 0.3 * noise) * 1000.0).round() / 1000.0
}

/// For five seconds: frames per second, the longest time between two, and how often the chart was drawn.
const FRAMES: &str = "new Promise((done) => {
    const begun = performance.now();
    let [frames, last, longest] = [0, begun, 0];
    drawn = 0;
    const look = () => {
        const now = performance.now();
        [frames, longest, last] = [frames + 1, Math.max(longest, now - last), now];
        if (now - begun < 5000) requestAnimationFrame(look);
        else done([1000 * frames / (now - begun), longest, 1000 * drawn / (now - begun), now - begun]);
    };
    requestAnimationFrame(look);
})";

/// The number of samples that the server's last answer to the page is made of.
const REDUCED: &str = "(async () => {
    const asked = performance.getEntriesByType('resource').filter(({ name }) => name.includes('/api/history/'));
    const { samples = [], cells = [] } = await (await fetch(asked.at(-1).name)).json();
    return cells.reduce((sum, [, , count]) => sum + count, samples.length);
})()";

/// The time of scripts, and of everything.
const METRICS: [&str; 2] = ["ScriptDuration", "TaskDuration"];

/// Adds a sample 20 times a second, and prints what this costs the page.
async fn followed(tab: &Tab<'_>, what: &str, mut push: impl FnMut(u32) + Send + 'static) {
    let ended = Arc::new(AtomicBool::new(false));
    let until = Arc::clone(&ended);
    let first = SAMPLES.load(Relaxed);
    let source = thread::spawn(move || {
        let begun = Instant::now();
        let mut count = 0;
        while !until.load(Relaxed) {
            push(first + count);
            count += 1;
            thread::sleep((begun + STEP * count).saturating_duration_since(Instant::now()));
        }
    });
    tab.until("drawn > 1").await;
    let before = tab.spent(METRICS).await;
    let [rate, longest, drawn, took]: [f64; 4] = tab.js(FRAMES).await;
    let after = tab.spent(METRICS).await;
    ended.store(true, Relaxed);
    source.join().unwrap();
    let samples = took / 1000.0 / STEP.as_secs_f64();
    let each = |at: usize| (after[at] - before[at]) * 1000.0 / samples;
    println!(
        "{what}, {SERIES} x {first} points and a sample at 20 Hz: {rate:.1} frames/s, longest {longest:.0} ms, drawn {drawn:.1}/s; \
         for each sample {:.1} ms of scripts, {:.1} ms of the page's thread",
        each(0),
        each(1)
    );
}

async fn trend(browser: &Browser, samples: u32) {
    let mut handle = None;
    let app = App::with::<Lines>(|given| handle = Some(given)).unwrap().store_in(MemoryStore::new());
    let server = Server::start_app(app).await;
    let handle: Handle<Lines> = handle.unwrap();
    let begun = SystemTime::now() - STEP * samples;
    let values = |at: u32| Sample::at(begun + STEP * at, (0..SERIES).map(|series| sample(at, series)));
    for from in (0..samples).step_by(1_000) {
        let some: Vec<Sample> = (from..samples.min(from + 1_000)).map(values).collect();
        handle.push(changes![Lines::trend.points = some]).unwrap();
        // What is pushed faster than the store takes it is not kept.
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    let tab = browser.tab().await;
    tab.before_the_page(
        "globalThis.drawn = 0; const { clearRect } = CanvasRenderingContext2D.prototype; \
         CanvasRenderingContext2D.prototype.clearRect = function (...given) { drawn++; clearRect.apply(this, given); };",
    )
    .await;
    let opened = Instant::now();
    tab.go(&server.url()).await;
    tab.until_live().await;
    tab.until("drawn > 0").await;
    tab.focus("#trend .dd-chart-plot").await;
    tab.keys("-").await;
    tab.until("document.querySelector('#trend .dd-chart-plot').hasAttribute('data-past')").await;
    tab.until(
        "performance.getEntriesByType('resource').some(({ name, responseEnd }) => name.includes('/api/history/') && responseEnd > 0)",
    )
    .await;
    // The page has the newest 2 000 samples itself, and asks for the others, reduced to what can be drawn.
    let has_all = tab.js::<u32>(REDUCED).await;
    assert!(has_all >= samples, "the answer is made of {has_all} of {samples} samples");
    println!("Trend: there after {:.1?}", opened.elapsed());
    followed(&tab, "Trend", move |at| {
        let sample = Sample::now((0..SERIES).map(|series| sample(at, series)));
        handle.push(changes![Lines::trend.points = sample]).unwrap();
    })
    .await;
    tab.go("about:blank").await;
}

async fn graph(browser: &Browser) {
    let mut handle = None;
    let app = App::with::<Plotted>(|given| handle = Some(given)).unwrap();
    let server = Server::start_app(app.limits(Limits::default().value_size(128 << 20))).await;
    let handle: Handle<Plotted> = handle.unwrap();
    let tab = browser.tab().await;
    let opened = Instant::now();
    tab.go(&server.url()).await;
    tab.until("document.querySelector('#graph .main-svg') && document.querySelector('#graph .dd-graph-note').hidden")
        .await;
    println!("plotly.js: there after {:.1?}", opened.elapsed());
    tab.run(
        "globalThis.drawn = 0; document.querySelector('.dd-graph-plot').on('plotly_afterplot', () => { drawn++; })",
    )
    .await;
    followed(&tab, "plotly.js", move |at| {
        let x = f64::from(at) * STEP.as_secs_f64();
        let points = (0..SERIES).map(|series| GraphPoints::new(series).point(x, sample(at, series)));
        handle.push(changes![Plotted::graph.extend = points.collect::<Vec<_>>()]).unwrap();
    })
    .await;
    tab.go("about:blank").await;
}

#[test]
#[ignore = "a measurement that needs a quiet computer"]
fn a_trend_beside_plotly() {
    browser_test(async |browser| {
        for samples in [2_000, 10_000, 100_000] {
            SAMPLES.store(samples, Relaxed);
            trend(browser, samples).await;
            graph(browser).await;
        }
    });
}
