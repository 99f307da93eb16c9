//! What the program adds to its server: routes, layers, its own announcement and its own end.

use std::{
    net::SocketAddr,
    sync::{Arc, Mutex},
    time::{Duration, Instant},
};

use axum::{
    Json, Router,
    body::Body,
    extract::Request,
    http::{HeaderValue, StatusCode},
    middleware::{Next, from_fn},
    routing::{get, post},
};
use dash_devices::{App, Path, prelude::*};
use futures_util::StreamExt as _;
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::TcpStream,
    sync::oneshot,
};

use crate::support::{
    Browser, Page as Document, Program, Served, eventually,
    http::{self, connect_from},
    limits, log, within,
};

#[components]
struct Ui {
    router: dash_devices::components::Router,
    level: Slider,
}

#[callback(output = Ui::router.children)]
fn show(#[input(Ui::router.path)] path: &Path) -> Element {
    view(path.as_str().to_owned(), ())
}

impl Dashboard for Ui {
    type Device = ();
    type Session = ();
    const CALLBACKS: Callbacks<Self> = callbacks![show];

    fn layout(self) -> Element {
        page("Routes", (self.level, self.router))
    }
}

fn app() -> App {
    let csv =
        async || ([("content-disposition", "attachment"), ("content-security-policy", "sandbox")], "time,level\n");
    let reset = async || StatusCode::NO_CONTENT;
    let routes =
        Router::new().route("/log.csv", get(csv)).route("/reset", post(reset)).route("/health", get(async || "mine"));
    App::new::<Ui>(()).unwrap().limits(limits(|_| {})).routes(routes)
}

/// N7 of the first users: a download needed a router of its own, which lost bind, print, shutdown and `DASH_BIND`.
#[tokio::test]
async fn fault_serve_takes_no_routes() {
    let app = Served::app(app().routes(Router::new().route("/more", get(async || Json(7))))).await;
    let csv = app.get("/log.csv").await;
    assert_eq!((csv.status, &*csv.text()), (200, "time,level\n"));
    // Its own headers stay, and the others are those of the dashboard.
    assert_eq!(csv.header("content-security-policy"), Some("sandbox"));
    assert_eq!(
        (csv.header("x-content-type-options"), csv.header("cache-control")),
        (Some("nosniff"), Some("no-store"))
    );
    assert_eq!((app.get("/more").await.text(), app.get("/health").await.text()), ("7".to_owned(), "mine".to_owned()));
    // What is not there is the dashboard's: also a page at any path, and the socket.
    for path in ["/", "/any/page"] {
        assert!(app.get(path).await.text().contains("<title>"), "{path}");
    }
    app.join().await.apply("level.value", 5).await;
    // The checks of the dashboard hold for them.
    assert_eq!(http::send(app.address, &http::Request::get("/log.csv").host("evil.com")).await.status, 403);
    let reset = || http::Request::new("POST", "/reset").header("Content-Length", "0");
    for (origin, status) in [("http://evil.com".to_owned(), 403), (format!("http://{}", app.address), 204)] {
        assert_eq!(http::send(app.address, &reset().header("Origin", &origin)).await.status, status, "{origin}");
    }
    assert_eq!(http::send(app.address, &reset()).await.status, 204, "not a browser");
}

#[tokio::test]
async fn a_layer_is_around_all_routes_and_sees_the_client_of_a_proxy() {
    let seen = Arc::new(Mutex::new(Vec::new()));
    let log = Arc::clone(&seen);
    let wrapped = app().trust_proxy("127.0.0.9").wrap(move |router| {
        router.layer(from_fn(move |request: Request, next: Next| {
            let client =
                request.extensions().get().map(|axum::extract::ConnectInfo::<SocketAddr>(address)| address.ip());
            log.lock().unwrap().push(format!("{} {}", client.unwrap(), request.uri().path()));
            async move {
                let mut response = next.run(request).await;
                response.headers_mut().insert("x-seen", HeaderValue::from_static("yes"));
                response
            }
        }))
    });
    let app = Served::app(wrapped).await;
    for path in ["/", "/log.csv", "/_dash/nothing"] {
        assert_eq!(app.get(path).await.header("x-seen"), Some("yes"), "{path}");
    }
    // A refused host does not come so far.
    assert_eq!(http::send(app.address, &http::Request::get("/").host("evil.com")).await.header("x-seen"), None);
    let forwarded = http::Request::get("/more").header("X-Forwarded-For", "192.168.1.7");
    http::send_over(connect_from("127.0.0.9", app.address).await, &forwarded).await;
    http::send(app.address, &forwarded).await;
    let seen = seen.lock().unwrap();
    assert_eq!(
        seen[..],
        ["127.0.0.1 /", "127.0.0.1 /log.csv", "127.0.0.1 /_dash/nothing", "192.168.1.7 /more", "127.0.0.1 /more"]
    );
}

#[tokio::test]
async fn the_program_is_told_the_address_and_ends_the_server() {
    // Otherwise `serve` writes the log of all tests to the standard error.
    log::keep();
    let ((listens, address), (end, ended)) = (oneshot::channel(), oneshot::channel::<()>());
    let told = |address| listens.send(address).unwrap();
    let app = app().bind("127.0.0.1:0").on_listen(told).stop_when(async {
        let _ = ended.await;
    });
    let served = tokio::spawn(app.serve());
    let address = within("the address", address).await.unwrap();
    let page = Document::of(http::send(address, &http::Request::get("/")).await.text());
    Browser::join(address, page).await.apply("level.value", 5).await;
    end.send(()).unwrap();
    within("the end", served).await.unwrap().unwrap();
}

#[test]
#[ignore = "run by other tests as a program of its own"]
fn as_a_program() {
    let listens = |address| println!("Dashboard on http://{address}/");
    let app = app().bind("127.0.0.1:1").on_listen(listens);
    tokio::runtime::Runtime::new().unwrap().block_on(app.serve()).unwrap();
}

#[tokio::test]
async fn dash_bind_still_overrides_the_address_and_dash_base_the_path() {
    let program = Program::start_with("own_routes::as_a_program", "127.0.0.1:0", |command| {
        command.env("DASH_BASE", "/lab").env("DASH_FRAMES", "http://home.local").env("DASH_PROXIES", "127.0.0.1");
    });
    let address = program.address();
    let page = eventually("a page", async || Some(http::send(address, &http::Request::get("/lab/")).await)).await;
    assert_eq!(page.status, 200);
    assert!(page.header("content-security-policy").unwrap().ends_with("frame-ancestors http://home.local"));
    assert_eq!(Document::at("/lab/", page.text()).root, "/lab/");
    let forwarded = http::Request::get("/").header("X-Forwarded-Host", "evil.com");
    assert_eq!(http::send(address, &forwarded).await.status, 403, "the proxy is trusted, and the host is checked");
}

/// Routes that read a body: as a whole, and part by part.
fn reading(header_time: Duration) -> App {
    let parts = async |body: Body| {
        let mut parts = body.into_data_stream();
        let mut bytes = 0;
        while let Some(Ok(part)) = parts.next().await {
            bytes += part.len();
        }
        bytes.to_string()
    };
    let routes = Router::new().route("/whole", post(async |body: String| body)).route("/parts", post(parts));
    app().routes(routes).limits(limits(|limits| limits.header_time = header_time))
}

#[tokio::test]
async fn fault_half_a_body_for_a_route_of_the_program_was_waited_for_without_end() {
    let app = Served::app(reading(Duration::from_millis(50))).await;
    for path in ["/whole", "/parts"] {
        let half = http::Request::new("POST", path).header("Content-Length", "10");
        let begun = Instant::now();
        let answer = http::send(app.address, &half).await;
        assert_eq!((answer.status, &*answer.text()), (408, "the body did not arrive in time"), "{path}");
        assert!(begun.elapsed() >= Duration::from_millis(100), "a short pause is no end: {:?}", begun.elapsed());
    }
}

#[tokio::test]
async fn a_body_that_comes_slowly_reaches_a_route_of_the_program() {
    let app = Served::app(reading(Duration::from_millis(100))).await;
    let mut stream = TcpStream::connect(app.address).await.unwrap();
    let head = http::Request::new("POST", "/parts").header("Content-Length", "8192").bytes(app.address);
    stream.write_all(head.as_bytes()).await.unwrap();
    // Eight times half of what a pause may be, so longer than that together.
    for _ in 0..8 {
        tokio::time::sleep(Duration::from_millis(150)).await;
        stream.write_all(&[b'x'; 1024]).await.unwrap();
    }
    let mut answer = Vec::new();
    within("the answer", stream.read_to_end(&mut answer)).await.unwrap();
    let answer = http::Response::parse(&answer);
    assert_eq!((answer.status, &*answer.text()), (200, "8192"));
}
