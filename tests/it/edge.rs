//! Access to the server and its HTTP responses: hosts, origins, headers, assets, limits, mounting.

use std::{
    net::SocketAddr,
    time::{Duration, Instant},
};

use axum::Router;
use dash_devices::{App, prelude::*};
use serde_json::json;
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::{TcpListener, TcpStream},
};

use crate::support::{
    Browser, Heard, Page, Served, Socket,
    http::{self, Request, Response},
    limits, log, takes_less_than, within,
};

#[components]
struct Ui {
    level: Slider,
    readout: Text,
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
        page("Edge", (self.level, self.readout))
    }
}

fn app() -> App {
    App::new::<Ui>(()).unwrap().limits(limits(|_| {}))
}

async fn served() -> Served {
    let app = Served::app(app()).await;
    app.counted("runs", 1).await;
    app
}

const SOCKET: &str = "/_dash/socket";

/// All addresses of the server.
async fn routes(app: &Served) -> Vec<String> {
    let page = app.page().await;
    vec![
        "/".to_owned(),
        "/health".to_owned(),
        "/schema.json".to_owned(),
        SOCKET.to_owned(),
        page.link("src", "/_dash/"),
        page.link("href", "/_dash/"),
        "/_dash/nothing.js".to_owned(),
        "/_dash/".to_owned(),
        "/nothing".to_owned(),
    ]
}

#[tokio::test]
async fn s02_only_known_hosts_are_answered_on_every_route() {
    let app = Served::app(app().allow_host("Robot.local")).await;
    let port = app.address.port();
    for route in routes(&app).await {
        for host in [
            "evil.com".to_owned(),
            format!("evil.com:{port}"),
            "localhost.evil.com".to_owned(),
            "127.0.0.1.nip.io".to_owned(),
            "127.0.0.1.evil.com".to_owned(),
            "robot.local.evil.com".to_owned(),
            "evilrobot.local".to_owned(),
            "localhost.".to_owned(),
            "user@localhost".to_owned(),
            "0x7f.1".to_owned(),
        ] {
            let plain = http::send(app.address, &Request::get(&route).host(&host)).await;
            assert_eq!(plain.status, 403, "{host} {route}");
            // An attacker's page would send a matching origin.
            let upgrade = Request::upgrade(&route).host(&host).header("Origin", &format!("http://{host}"));
            assert_eq!(http::send(app.address, &upgrade).await.status, 403, "upgrade of {host} {route}");
        }
        for malformed in [
            Request::get(&route).without_host(),
            Request::get(&route).host("127.0.0.1").host("127.0.0.1"),
            Request::get(&route).host("127.0.0.1").host("evil.com"),
            Request::get(&route).host(""),
            Request::get(&route).host("a b"),
            Request::get(&route).host("[::1"),
            Request::get(&route).host("\u{e9}vil"),
        ] {
            assert_eq!(http::send(app.address, &malformed).await.status, 400, "{malformed:?}");
        }
    }
    for host in [
        "127.0.0.1",
        "127.0.0.1:1",
        "localhost",
        "LocalHost:99",
        "[::1]:8050",
        "192.168.1.7",
        "robot.local",
        "ROBOT.LOCAL:80",
    ] {
        assert_eq!(http::send(app.address, &Request::get("/").host(host)).await.status, 200, "{host}");
        assert_eq!(http::send(app.address, &Request::upgrade(SOCKET).host(host)).await.status, 101, "{host}");
    }
}

#[tokio::test]
async fn what_is_no_host_or_origin_is_refused_at_the_start() {
    for app in [app().allow_host("*"), app().allow_origin("lab.example.org")] {
        let error = app.into_router().expect_err("it is not a name");
        assert!(error.is_hosts(), "{error}");
    }
    let error = app().allow_host("*").allow_host("robot local").into_router().expect_err("they are not names");
    assert_eq!(
        error.to_string(),
        "settings of the server cannot be used:\n  \
         - `*` would allow every name, also those of foreign pages: name the hosts\n  \
         - `robot local` is not a host name such as `robot.local` or `*.local`"
    );
}

#[tokio::test]
async fn a_refused_origin_and_a_refused_host_have_a_line_in_the_log() {
    let app = served().await;
    log::keep();
    let origin = Request::upgrade(SOCKET).header("Origin", "http://proxy.example.org");
    assert_eq!(http::send(app.address, &origin).await.status, 403);
    log::says(&["WARN", "http://proxy.example.org", "DASH_ORIGINS"]).await;
    assert_eq!(http::send(app.address, &Request::get("/").host("other.example.org")).await.status, 403);
    log::says(&["WARN", "other.example.org", "DASH_HOSTS"]).await;
}

/// The request line of a proxy also names the host. Both must be allowed.
#[tokio::test]
async fn s02_the_host_in_the_request_line_counts() {
    let app = served().await;
    let status = async |path: &str, host: &str| http::send(app.address, &Request::get(path).host(host)).await.status;
    assert_eq!(status("http://127.0.0.1/", "127.0.0.1").await, 200);
    assert_ne!(status("http://evil.com/", "127.0.0.1").await, 200);
    assert_ne!(status("http://127.0.0.1/", "evil.com").await, 200);
    assert_ne!(status("http://evil.com/", "evil.com").await, 200);
}

#[tokio::test]
async fn s03_the_socket_opens_for_pages_of_this_very_host() {
    let app = Served::app(app().allow_origin("https://lab.example.org")).await;
    let own = app.address;
    let status = async |request: Request| http::send(app.address, &request).await.status;
    for good in [
        format!("http://{own}"),
        format!("https://{own}"),
        format!("HTTP://{own}"),
        "https://lab.example.org".to_owned(),
    ] {
        assert_eq!(status(Request::upgrade(SOCKET).header("Origin", &good)).await, 101, "{good}");
    }
    for bad in [
        "null".to_owned(),
        String::new(),
        "*".to_owned(),
        "http://evil.com".to_owned(),
        "http://localhost".to_owned(),
        "http://127.0.0.1".to_owned(),
        format!("http://127.0.0.1:{}", own.port().wrapping_add(1)),
        format!("http://localhost:{}", own.port()),
        format!("http://{own}0"),
        format!("http://{own}.evil.com"),
        format!("http://evil.com@{own}"),
        format!("http://{own}@evil.com"),
        format!("http://{own}/"),
        format!("http://{own} http://evil.com"),
        format!("ws://{own}"),
        format!("file://{own}"),
        "http://lab.example.org".to_owned(),
        "https://lab.example.org:444".to_owned(),
        "https://lab.example.org.evil.com".to_owned(),
        "https://evil-lab.example.org".to_owned(),
    ] {
        assert_eq!(status(Request::upgrade(SOCKET).header("Origin", &bad)).await, 403, "{bad}");
    }
    let twice = Request::upgrade(SOCKET).header("Origin", &format!("http://{own}")).header("Origin", "http://evil.com");
    assert_eq!(status(twice).await, 400);
    // Not a browser.
    assert_eq!(status(Request::upgrade(SOCKET)).await, 101);
    assert_eq!(app.health().await["counts"]["refused"], json!({}), "the engine has seen none of it");
}

/// The 403 is sent before any other check.
#[tokio::test]
async fn s03_the_origin_is_checked_before_the_upgrade() {
    let app = served().await;
    let malformed = Request::get(SOCKET).header("Origin", "http://evil.com");
    assert_eq!(http::send(app.address, &malformed).await.status, 403);
    let not_an_upgrade = Request::get(SOCKET);
    let answer = http::send(app.address, &not_an_upgrade).await;
    assert!((400..500).contains(&answer.status) && answer.status != 403, "{answer:?}");
    let stream = TcpStream::connect(app.address).await.unwrap();
    assert_eq!(Socket::over(stream, SOCKET, Some("http://evil.com")).await.err(), Some(403));
}

/// Any client can write forwarding headers.
#[tokio::test]
async fn s27_forwarding_headers_mean_nothing() {
    let app = served().await;
    for (name, value) in
        [("X-Forwarded-Host", "127.0.0.1"), ("Forwarded", "host=127.0.0.1"), ("X-Original-Host", "127.0.0.1")]
    {
        let request = Request::get("/").host("evil.com").header(name, value);
        assert_eq!(http::send(app.address, &request).await.status, 403, "{name}");
    }
    let request = Request::get("/").header("X-Forwarded-Prefix", "/lab").header("X-Forwarded-Proto", "https");
    assert_eq!(Page::of(http::send(app.address, &request).await.text()).socket(), SOCKET);
}

fn is_protected(response: &Response, what: &str) {
    let of_page = "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src 'self' data: blob:; \
        media-src 'self'; base-uri 'self'; require-trusted-types-for 'script'; form-action 'none'; frame-ancestors 'none'";
    // A script and a stylesheet need nothing when they are opened by themselves.
    let is_asset =
        matches!(response.header("content-type"), Some("text/javascript; charset=utf-8" | "text/css; charset=utf-8"));
    let policy = if is_asset { "default-src 'none'" } else { of_page };
    for (name, value) in [
        ("content-security-policy", policy),
        ("x-content-type-options", "nosniff"),
        ("referrer-policy", "same-origin"),
        ("cross-origin-opener-policy", "same-origin"),
        ("cross-origin-resource-policy", "same-origin"),
    ] {
        assert_eq!(response.header(name), Some(value), "{what}");
    }
    assert!(!response.has_headers_like("access-control-"), "{what}: no other origin is invited");
    assert!(response.header("server").is_none() && response.header("set-cookie").is_none(), "{what}");
}

#[tokio::test]
async fn s24_s25_every_answer_is_protected_and_only_assets_are_kept() {
    let app = served().await;
    for route in routes(&app).await {
        for method in ["GET", "HEAD", "OPTIONS", "POST", "PUT", "DELETE", "PATCH", "TRACE", "NONSENSE"] {
            let request = Request::new(method, &route)
                .header("Origin", "http://evil.com")
                .header("Access-Control-Request-Method", "POST")
                .header("Content-Length", "0");
            let what = format!("{method} {route}");
            let response = http::send(app.address, &request).await;
            is_protected(&response, &what);
            let is_asset = response.status == 200 && route.starts_with("/_dash/");
            let caching = if is_asset { "public, max-age=31536000, immutable" } else { "no-store" };
            assert_eq!(response.header("cache-control"), Some(caching), "{what}");
        }
        is_protected(&http::send(app.address, &Request::get(&route).host("evil.com")).await, "a wrong host");
    }
}

#[tokio::test]
async fn s26_nothing_but_get_and_head() {
    let app = served().await;
    for route in &routes(&app).await[..6] {
        for method in ["POST", "PUT", "DELETE", "PATCH", "OPTIONS", "TRACE", "NONSENSE"] {
            let response = http::send(app.address, &Request::new(method, route).header("Content-Length", "0")).await;
            assert_eq!(response.status, 405, "{method} {route}");
            assert_eq!(response.header("allow"), Some("GET,HEAD"), "{method} {route}");
        }
        if route == SOCKET {
            continue;
        }
        let (get, head) = (
            http::send(app.address, &Request::get(route)).await,
            http::send(app.address, &Request::new("HEAD", route)).await,
        );
        assert_eq!((head.status, head.header("content-type")), (get.status, get.header("content-type")), "{route}");
        assert_eq!(head.header("content-length"), get.header("content-length"), "{route}");
        assert!(head.body.is_empty(), "{route}");
    }
}

#[tokio::test]
async fn what_is_not_there_is_404() {
    let app = served().await;
    for path in [
        "/nothing",
        "/index.html",
        "/favicon.ico",
        "/_dash",
        "/_dash/",
        "/_dash/socket/",
        "/_dash/dash.js",
        "/_dash/dash-0000000000000000.js",
        "/_dash/../health",
        "/_dash/..%2fhealth",
        "/_dash/%2e%2e/%2e%2e/etc/passwd",
        "/_dash/..\\..\\etc\\passwd",
        "/_dash/%00",
        "/_dash/%ff",
        "//",
        "/health/",
        "/%2fhealth",
    ] {
        let response = http::send(app.address, &Request::get(path)).await;
        assert!(matches!(response.status, 400 | 404), "{path}: {}", response.status);
        assert!(response.body.len() < 100, "{path}");
    }
}

#[tokio::test]
async fn assets_are_named_by_their_content_and_compressed_once() {
    let app = served().await;
    let page = app.page().await;
    for (path, mime, part) in [
        (page.link("src", "/_dash/"), "text/javascript; charset=utf-8", "define("),
        (page.link("href", "/_dash/"), "text/css; charset=utf-8", "--dd-bg"),
    ] {
        let plain = app.get(&path).await;
        assert_eq!((plain.status, plain.header("content-type")), (200, Some(mime)));
        assert_eq!(plain.header("cache-control"), Some("public, max-age=31536000, immutable"));
        assert_eq!((plain.header("vary"), plain.header("etag")), (Some("Accept-Encoding"), None));
        assert!(plain.text().contains(part), "{path}");
        let small = http::send(app.address, &Request::get(&path).header("Accept-Encoding", "br, gzip")).await;
        assert_eq!(small.header("content-encoding"), Some("gzip"));
        assert_eq!(small.header("content-length"), Some(&*small.body.len().to_string()));
        assert_eq!(small.gunzipped(), plain.text());
        assert!(small.body.len() * 2 < plain.body.len());
        let refused = http::send(app.address, &Request::get(&path).header("Accept-Encoding", "gzip;q=0")).await;
        assert_eq!(refused.header("content-encoding"), None);
    }
    // The same program has the same names, so a browser's cache survives a restart.
    let again = served().await.page().await;
    assert_eq!(page.link("src", "/_dash/"), again.link("src", "/_dash/"));
}

#[tokio::test]
async fn the_page_is_small_and_never_kept() {
    let app = served().await;
    let plain = app.get("/").await;
    assert_eq!(plain.header("content-type"), Some("text/html; charset=utf-8"));
    assert_eq!(plain.header("cache-control"), Some("no-store"));
    let small = http::send(app.address, &Request::get("/").header("Accept-Encoding", "gzip")).await;
    assert_eq!((small.header("content-encoding"), small.header("vary")), (Some("gzip"), Some("Accept-Encoding")));
    assert_eq!(Page::of(small.gunzipped()).state["props"], Page::of(plain.text()).state["props"]);
    // The policy allows neither.
    assert!(!plain.text().contains(" style=") && !plain.text().contains(" on"));
}

#[tokio::test]
async fn s19_compression_of_frames_is_not_agreed_to() {
    let app = served().await;
    let offer =
        Request::upgrade(SOCKET).header("Sec-WebSocket-Extensions", "permessage-deflate; client_max_window_bits");
    let answer = http::send(app.address, &offer).await;
    assert_eq!(answer.status, 101);
    assert!(!answer.has_headers_like("sec-websocket-extensions"));
}

#[tokio::test]
async fn health_tells_what_is_going_on() {
    let app = served().await;
    let mut browser = app.join().await;
    browser.apply("level.value", 5).await;
    let health = app.health().await;
    assert_eq!(health["status"], "ok");
    assert_eq!(health["clients"], 1);
    assert_eq!(health["epoch"], browser.epoch);
    assert_eq!(health["rev"], browser.rev);
    assert_eq!(health["counts"]["commands"], 1);
    assert_eq!(health["counts"]["runs"], 2);
    assert_eq!(app.get("/health").await.header("content-type"), Some("application/json"));
}

#[tokio::test]
async fn s21_half_a_request_is_not_waited_for() {
    let app = Served::app(app().limits(limits(|limits| limits.header_time = Duration::from_millis(200)))).await;
    for half in ["", "GET", "GET / HTTP/1.1\r\nHost: 127.0.0.1\r\nX-Slow: "] {
        let mut stream = TcpStream::connect(app.address).await.unwrap();
        stream.write_all(half.as_bytes()).await.unwrap();
        let mut rest = Vec::new();
        within("the end of a half request", stream.read_to_end(&mut rest)).await.unwrap();
        assert!(!rest.starts_with(b"HTTP/1.1 2"), "{half:?}");
    }
    // A connection that has been used is closed after some time, too.
    let mut stream = TcpStream::connect(app.address).await.unwrap();
    stream.write_all(b"GET /health HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n").await.unwrap();
    let mut answer = Vec::new();
    within("the end of an idle connection", stream.read_to_end(&mut answer)).await.unwrap();
    assert!(answer.starts_with(b"HTTP/1.1 200 "));
}

#[tokio::test]
async fn s21_many_half_open_connections_keep_nobody_out() {
    // So long that a request behind them would time out.
    let app = Served::app(app().limits(limits(|limits| limits.header_time = Duration::from_secs(3600)))).await;
    let mut half_open = Vec::new();
    for _ in 0..500 {
        let mut stream = TcpStream::connect(app.address).await.unwrap();
        stream.write_all(b"GET / HT").await.unwrap();
        half_open.push(stream);
    }
    let mut browser = app.join().await;
    browser.apply("level.value", 5).await;
}

#[tokio::test]
async fn sockets_are_limited_and_given_back() {
    let app = Served::app(app().limits(limits(|limits| limits.sockets = 2))).await;
    let page = app.page().await;
    let (one, _two) = (app.join().await, app.join().await);
    let refused = TcpStream::connect(app.address).await.unwrap();
    assert_eq!(Socket::over(refused, page.socket(), None).await.err(), Some(503));
    // Pages are still served.
    app.page().await;
    drop(one);
    app.has_clients(1).await;
    let mut three = app.join().await;
    three.apply("level.value", 5).await;
}

/// A client that disappeared silently, behind a cut cable or in a suspended laptop.
#[tokio::test]
async fn s22_a_silent_client_is_let_go() {
    let app = Served::app(app().limits(limits(|limits| limits.silence = Duration::from_secs(1)))).await;
    // It does not even answer pings, because the test reads nothing until the end.
    let mut silent = app.join().await;
    let (mut alive, mut idle) = (app.join().await, app.join().await);
    let chatter = async {
        // Frames to the silent client prove nothing.
        for level in 0.. {
            alive.apply("level.value", level % 100).await;
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    };
    // An idle browser answers pings.
    let listening = async {
        while let Heard::Frame(_) = idle.socket.hear().await {}
        panic!("an idle client was let go");
    };
    tokio::select! {
        () = app.has_clients(2) => {}
        () = chatter => {}
        () = listening => {}
    }
    assert_eq!(silent.end().await, Heard::Closed(4003));
    app.counted("silent", 1).await;
}

/// Without `TCP_NODELAY` the second of two small frames would wait about 40 ms for an acknowledgement of the first.
#[tokio::test]
async fn a_second_small_frame_is_not_held_back() {
    let app = served().await;
    let mut browser = app.join().await;
    takes_less_than(Duration::from_millis(30), async || {
        let mut gaps = Vec::new();
        for _ in 0..25 {
            browser.socket.say_at_once([r#"{"t":"ping"}"#, r#"{"t":"ping"}"#].map(str::to_owned)).await;
            while browser.take().await["t"] != "pong" {}
            let first = Instant::now();
            while browser.take().await["t"] != "pong" {}
            gaps.push(first.elapsed());
        }
        gaps.sort_unstable();
        gaps[gaps.len() / 2]
    })
    .await;
}

mod mounted {
    use super::*;

    /// A larger application that contains the dashboard.
    async fn serve(router: Router) -> SocketAddr {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        tokio::spawn(async move { axum::serve(listener, router).await });
        address
    }

    fn bigger() -> Router {
        Router::new().route("/", axum::routing::get(async || "the bigger application"))
    }

    async fn works_at(address: SocketAddr, path: &str, base: &str) {
        let response = http::send(address, &Request::get(path)).await;
        assert_eq!(response.status, 200, "{path}");
        is_protected(&response, path);
        let page = Page::at(path, response.text());
        assert_eq!(page.socket(), format!("{base}/_dash/socket"));
        for attribute in ["src", "href"] {
            let link = page.link(attribute, &format!("{base}/_dash/dash-"));
            assert_eq!(http::send(address, &Request::get(&link)).await.status, 200, "{link}");
        }
        let mut browser = Browser::join(address, page).await;
        browser.apply("level.value", 8).await;
        browser.sees("readout.text", "8").await;
    }

    /// As a service it also answers with a trailing slash, which `nest` does not.
    #[tokio::test]
    async fn below_a_path() {
        let address = serve(bigger().nest_service("/lab", app().into_router().unwrap())).await;
        works_at(address, "/lab", "/lab").await;
        works_at(address, "/lab/", "/lab").await;
        assert_eq!(http::send(address, &Request::get("/lab/health")).await.status, 200);
        assert_eq!(http::send(address, &Request::get("/lab/nothing")).await.status, 404);
        assert_eq!(http::send(address, &Request::get("/")).await.text(), "the bigger application");
        assert_eq!(http::send(address, &Request::get("/lab").host("evil.com")).await.status, 403);
        // The dashboard's checks of hosts and headers do not apply to the rest of the application.
        let other = http::send(address, &Request::get("/").host("evil.com")).await;
        assert_eq!((other.status, other.header("content-security-policy")), (200, None));
    }

    #[tokio::test]
    async fn below_a_deep_path_and_beside_another_one() {
        let router = bigger()
            .nest("/a/b/first", app().into_router().unwrap())
            .nest_service("/a/b/second", app().into_router().unwrap());
        let address = serve(router).await;
        works_at(address, "/a/b/first", "/a/b/first").await;
        works_at(address, "/a/b/second/", "/a/b/second").await;
        // Two dashboards with separate state.
        let page =
            |path: &'static str| async move { Page::at(path, http::send(address, &Request::get(path)).await.text()) };
        let mut first = Browser::join(address, page("/a/b/first").await).await;
        first.apply("level.value", 99).await;
        assert_eq!(page("/a/b/second").await.value("level.value"), 8.0);
    }

    #[tokio::test]
    async fn below_a_path_with_a_parameter() {
        let address = serve(bigger().nest("/robots/{name}", app().into_router().unwrap())).await;
        works_at(address, "/robots/arm%20%22one%22", "/robots/arm%20%22one%22").await;
    }

    #[tokio::test]
    async fn at_the_top() {
        let address = serve(app().into_router().unwrap()).await;
        works_at(address, "/", "").await;
    }

    #[tokio::test]
    async fn merged() {
        let router =
            Router::new().route("/other", axum::routing::get(async || "other")).merge(app().into_router().unwrap());
        let address = serve(router).await;
        works_at(address, "/", "").await;
        assert_eq!(http::send(address, &Request::get("/other")).await.text(), "other");
    }
}
