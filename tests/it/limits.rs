//! Limits that protect: what one client, or one address, can take from the others. Each is counted in `/health`.

use std::{net::SocketAddr, time::Duration};

use dash_devices::{App, Limits, prelude::*};
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::{TcpSocket, TcpStream},
};

use crate::support::{
    Browser, Heard, Outcome, Page, Program, Served, Socket, eventually,
    http::{self, Request, connect_from},
    limits,
    stream::Stream,
    within,
};

/// More than the buffers of both ends of a connection.
const LARGE: usize = 7 * 1024 * 1024;

#[components]
struct Ui {
    level: Slider,
    readout: Text,
    large: Text,
}

#[callback_shared(output = Ui::readout.text)]
fn show(#[input(Ui::level.value)] level: f64) -> String {
    level.to_string()
}

impl Dashboard for Ui {
    type Device = ();
    type Session = ();
    const CALLBACKS: Callbacks<Self> = callbacks![show];

    fn layout(self) -> Element {
        page("Limits", (self.level, self.readout, self.large.text("x".repeat(LARGE))))
    }
}

#[components]
struct Plain {
    level: Slider,
    name: Input,
}

impl Dashboard for Plain {
    type Device = ();
    type Session = ();
    const CALLBACKS: Callbacks<Self> = callbacks![];

    fn layout(self) -> Element {
        page("Plain", (self.level, self.name))
    }
}

async fn plain(change: impl FnOnce(&mut Limits)) -> Served {
    Served::app(App::new::<Plain>(()).unwrap().limits(limits(change))).await
}

impl Served {
    /// A counter of the server in `/health`, such as `connections` and `refused`.
    async fn server(&self, part: &str, count: &str) -> u64 {
        let health = self.health().await;
        health["server"][part][count].as_u64().unwrap_or_else(|| panic!("no {part}.{count} in {health}"))
    }

    /// Waits until the counter is as wanted.
    async fn server_has(&self, part: &str, count: &str, wanted: impl Fn(u64) -> bool) {
        eventually(&format!("{part}.{count}"), async || wanted(self.server(part, count).await).then_some(())).await;
    }
}

/// The page of another client, from this address.
async fn join_from(app: &Served, from: &str) -> Browser {
    let page = app.page().await;
    Browser::join_over(connect_from(from, app.address).await, page).await
}

/// Whether a socket is opened for a client at this address.
async fn opens_from(app: &Served, from: &str) -> Result<Socket, u16> {
    let page = app.page().await;
    Socket::over(connect_from(from, app.address).await, page.socket(), None).await
}

#[tokio::test]
async fn fault_a_keep_alive_connection_that_says_nothing_more_stays_open() {
    let app = plain(|limits| limits.header_time = Duration::from_millis(200)).await;
    let page = app.page().await;
    let kept = |request: Request| request.header("Connection", "keep-alive");
    let put = Request::new("PUT", "/api/props/level/value").json("5");
    let requests = [
        Request::get("/"),
        Request::get("/").header("Accept-Encoding", "gzip"),
        Request::get(&page.link("src", "/_dash/")),
        Request::get("/nothing"),
        Request::new("HEAD", "/health"),
        Request::new("POST", "/health").body("ignored"),
        put.clone(),
        put.header("Expect", "100-continue"),
    ];
    for request in requests.map(kept) {
        let mut stream = TcpStream::connect(app.address).await.unwrap();
        stream.write_all(request.bytes(app.address).as_bytes()).await.unwrap();
        let mut answer = Vec::new();
        within(&format!("the end after {request:?}"), stream.read_to_end(&mut answer)).await.unwrap();
        assert!(answer.starts_with(b"HTTP/1.1 "), "{request:?}");
    }
    app.server_has("connections", "silent", |silent| silent >= 8).await;
}

#[tokio::test]
async fn fault_a_socket_without_a_hello_stays_open_beside_others() {
    let app = plain(|limits| limits.hello_time = Duration::from_millis(200)).await;
    let _other = app.join().await;
    let page = app.page().await;
    let mut mute = Vec::new();
    for _ in 0..50 {
        mute.push(Socket::open(app.address, page.socket()).await);
    }
    for socket in &mut mute {
        assert_eq!(socket.hear().await, Heard::Closed(4002));
    }
    app.server_has("sockets", "open", |open| open == 1).await;
}

/// A client that sends requests and reads no response.
async fn deaf(address: SocketAddr, requests: &str) -> TcpStream {
    let socket = TcpSocket::new_v4().unwrap();
    socket.set_recv_buffer_size(4096).unwrap();
    let mut stream = socket.connect(address).await.unwrap();
    stream.write_all(requests.as_bytes()).await.unwrap();
    stream
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn fault_responses_that_are_not_read_keep_their_connection_open() {
    let app = Served::with_limits::<Ui>((), |limits| limits.write_time = Duration::from_millis(300)).await;
    let script = app.page().await.link("src", "/_dash/");
    // Pipelined, so that the next request is there when a response has been written.
    let get = |path: &str| Request::get(path).header("Connection", "keep-alive").bytes(app.address);
    let (pages, scripts) = (get("/").repeat(3), get(&script).repeat(400));
    let _deaf = [deaf(app.address, &pages).await, deaf(app.address, &scripts).await];
    app.server_has("connections", "not_read", |count| count >= 2).await;
    app.server_has("connections", "open", |open| open <= 1).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn fault_event_streams_that_are_not_read_stay_open() {
    // A machine with much to do takes the page itself slowly.
    let app = Served::with_limits::<Ui>((), |limits| limits.write_time = Duration::from_secs(1)).await;
    let page = app.page().await;
    let subscription = Request::get("/api/subscribe?prop=large.text").bytes(app.address);
    let mut hello = page.hello();
    // So that it gets all values.
    hello["epoch"] = "another".into();
    let stream = Request::new("POST", page.stream()).json(hello).bytes(app.address);
    let _deaf = [deaf(app.address, &subscription).await, deaf(app.address, &stream).await];
    app.server_has("connections", "not_read", |count| count >= 2).await;
    app.server_has("sockets", "open", |open| open == 0).await;
    app.server_has("connections", "open", |open| open <= 1).await;
}

#[tokio::test]
async fn fault_one_address_takes_all_sockets() {
    let app = plain(|limits| (limits.sockets, limits.sockets_per_address) = (8, 4)).await;
    let mut taken = Vec::new();
    for _ in 0..4 {
        taken.push(join_from(&app, "127.0.0.2").await);
    }
    assert_eq!(opens_from(&app, "127.0.0.2").await.err(), Some(503));
    let stream = Request::get("/api/subscribe?prop=level.value");
    assert_eq!(http::send_over(connect_from("127.0.0.2", app.address).await, &stream).await.status, 503);
    // Others have the rest.
    join_from(&app, "127.0.0.3").await.apply("level.value", 5).await;
    assert_eq!((app.server("sockets", "refused").await, app.server("sockets", "limit_per_address").await), (2, 4));
    taken.pop();
    app.has_clients(3).await;
    join_from(&app, "127.0.0.2").await.apply("level.value", 6).await;
}

#[tokio::test]
async fn fault_one_address_takes_all_connections() {
    let app = plain(|limits| {
        limits.connections_per_address = 4;
        limits.header_time = Duration::from_secs(3600);
    })
    .await;
    let page = app.page().await;
    // Sockets are never idle.
    let mut taken = Vec::new();
    for _ in 0..4 {
        taken.push(join_from(&app, "127.0.0.2").await);
    }
    let mut refused = connect_from("127.0.0.2", app.address).await;
    let mut answer = String::new();
    within("a refusal", refused.read_to_string(&mut answer)).await.unwrap();
    assert!(answer.starts_with("HTTP/1.1 503 ") && answer.ends_with("from this address: wait"), "{answer}");
    assert_eq!(http::send_over(connect_from("127.0.0.3", app.address).await, &Request::get("/")).await.status, 200);
    // A connection without a request gives way to the next one of its address.
    taken.pop();
    app.has_clients(3).await;
    let mut half = connect_from("127.0.0.2", app.address).await;
    half.write_all(b"GET / HT").await.unwrap();
    eventually("room for another one", async || {
        Socket::over(connect_from("127.0.0.2", app.address).await, page.socket(), None).await.ok()
    })
    .await;
    within("the end of half a request", half.read_to_end(&mut Vec::new())).await.unwrap();
    assert!(app.server("connections", "gave_way").await >= 1);
}

#[tokio::test]
async fn fault_idle_connections_keep_new_ones_out() {
    let app = plain(|limits| {
        limits.connections = 8;
        limits.header_time = Duration::from_secs(3600);
    })
    .await;
    let mut idle = Vec::new();
    for at in 0..30 {
        let mut stream = connect_from(&format!("127.0.1.{}", at + 1), app.address).await;
        if at % 2 == 0 {
            stream.write_all(b"GET / HT").await.unwrap();
        } else {
            stream.write_all(b"GET /health HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n").await.unwrap();
        }
        idle.push(stream);
    }
    let mut browser = app.join().await;
    browser.apply("level.value", 5).await;
    assert!(app.server("connections", "gave_way").await >= 20);
}

#[tokio::test]
async fn fault_a_page_that_comes_back_is_refused_because_others_took_all_sockets() {
    let app = plain(|limits| (limits.sockets, limits.sockets_per_address) = (16, 16)).await;
    let (mut known, mut by_request) = (app.join().await, app.join_by_request().await);
    known.apply("level.value", 3).await;
    let (session, other) = (known.session.clone(), by_request.session.clone());
    for browser in [&mut known, &mut by_request] {
        // Not opened before it is used.
        browser.socket = Socket::Stream(Stream::new(app.address, browser.page.stream()));
    }
    app.has_clients(0).await;
    // Newcomers get seven eighths.
    let mut others = Vec::new();
    for _ in 0..14 {
        others.push(app.join().await);
    }
    let page = app.page().await;
    let mut newcomer = Socket::open(app.address, page.socket()).await;
    newcomer.say(page.hello().to_string()).await;
    assert_eq!(newcomer.hear().await, Heard::Closed(1013));
    let stream = Request::new("POST", page.stream()).json(page.hello());
    let refused = http::send(app.address, &stream).await;
    assert_eq!((refused.status, refused.text().contains("too many pages")), (503, true));
    // Who was there comes back, over a socket and without one.
    known.come_back().await;
    by_request.come_back_by_request().await;
    assert_eq!((known.session, by_request.session), (session, other));
    assert_eq!(app.server("sockets", "refused").await, 2);
}

/// A user's `main`, which the test below runs in a separate process.
#[test]
#[ignore = "run by other tests as a program of its own"]
fn as_a_program() {
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let limits = Limits::default().header_time(Duration::from_secs(3600));
    runtime.block_on(App::new::<Plain>(()).unwrap().limits(limits).serve()).unwrap();
}

/// The limits follow from the number of files that the process may open.
#[tokio::test]
async fn fault_with_256_descriptors_and_400_connections_nobody_gets_an_answer() {
    let program = Program::start_with_files("limits::as_a_program", "127.0.0.1:0", 256);
    let address = program.address();
    let mut idle = Vec::new();
    for at in 0..400 {
        idle.push(connect_from(&format!("127.0.1.{}", at % 250 + 1), address).await);
    }
    let mut browser = Browser::join(address, Page::of(http::send(address, &Request::get("/")).await.text())).await;
    browser.apply("level.value", 5).await;
    let health = http::send(address, &Request::get("/health")).await.text();
    let health: serde_json::Value = serde_json::from_str(&health).unwrap();
    let connections = &health["server"]["connections"];
    assert_eq!((&connections["limit"], &connections["failed_accepts"]), (&224.into(), &0.into()), "{health}");
    assert_eq!(program.logged("WARN"), [""; 0]);
}

/// The program has opened other files, so that a connection cannot be accepted within its limits.
#[test]
#[ignore = "run by other tests as a program of its own"]
fn as_a_program_with_many_files() {
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let limits = Limits::default().header_time(Duration::from_secs(3600));
    let files: Vec<_> = (0..60).map(|_| std::fs::File::open("/dev/null").unwrap()).collect();
    runtime.block_on(App::new::<Plain>(()).unwrap().limits(limits).serve()).unwrap();
    drop(files);
}

#[tokio::test]
async fn fault_without_descriptors_the_log_gets_20_lines_a_second() {
    let program = Program::start_with_files("limits::as_a_program_with_many_files", "127.0.0.1:0", 128);
    let address = program.address();
    let mut idle = Vec::new();
    for at in 0..200 {
        idle.push(connect_from(&format!("127.0.1.{}", at + 1), address).await);
    }
    // Idle connections give way, so that a page gets its answers.
    let mut browser = Browser::join(address, Page::of(http::send(address, &Request::get("/")).await.text())).await;
    browser.apply("level.value", 5).await;
    let health = http::send(address, &Request::get("/health")).await.text();
    let health: serde_json::Value = serde_json::from_str(&health).unwrap();
    assert!(health["server"]["connections"]["failed_accepts"].as_u64().unwrap() >= 1, "{health}");
    let lines = program.logged("could not be accepted");
    assert_eq!(lines.len(), 1, "{lines:?}");
}

mod size {
    use super::*;

    #[components]
    struct Large {
        make: Button,
        text: Text,
    }

    /// Not 50 MB: a build for tests takes seconds for them.
    #[callback_shared(on = Large::make.click, output = Large::text.text)]
    fn make() -> String {
        "x".repeat(20_000_000)
    }

    impl Dashboard for Large {
        type Device = ();
        type Session = ();
        const CALLBACKS: Callbacks<Self> = callbacks![make];

        fn layout(self) -> Element {
            page("Large", (self.make, self.text))
        }
    }

    #[test]
    #[ignore = "run by other tests as a program of its own"]
    fn as_a_program() {
        tokio::runtime::Runtime::new().unwrap().block_on(Large::serve(())).unwrap();
    }

    #[tokio::test]
    async fn fault_a_text_of_50_mb_for_five_clients_takes_528_mb() {
        let program = Program::start("limits::size::as_a_program", "127.0.0.1:0");
        let address = program.address();
        let mut clients = Vec::new();
        for _ in 0..5 {
            let page = Page::of(http::send(address, &Request::get("/")).await.text());
            clients.push(Browser::join(address, page).await);
        }
        for _ in 0..3 {
            let Outcome::Failed(why) = clients[0].outcome_of("make.click", serde_json::Value::Null).await else {
                panic!("it is too large")
            };
            assert!(why.contains("has 20000002 bytes, and the limit is 16777216"), "{why}");
        }
        let health = http::send(address, &Request::get("/health")).await.text();
        assert!(health.contains("\"too_large\":3"), "{health}");
        // The text itself, its JSON and a copy while it is made, and the program. All clients together had ten times the text.
        let peak = program.peak_memory();
        assert!(peak < 170_000_000, "{peak} bytes");
    }
}
