//! The server's own TLS from the outside: what works over it, what plain HTTP gets, and which certificates are taken.

use std::{
    fs,
    net::SocketAddr,
    path::PathBuf,
    time::{Duration, Instant},
};

use axum::{Router, routing::get};
use dash_devices::{App, prelude::*};
use serde_json::json;
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::{TcpListener, TcpSocket, TcpStream},
    time::sleep,
};
use tokio_rustls::TlsConnector;

use crate::support::{
    Browser, PATIENCE, Page, Program, Served, eventually,
    http::{self, Request, Response},
    limits, log,
    tls::{self, Pair},
    within,
};

#[components]
struct Ui {
    level: Slider,
    readout: Text,
    photo: Image,
}

#[callback_shared(output = (Ui::readout.text, Ui::photo.source))]
fn show(#[input(Ui::level.value)] level: f64) -> (String, Jpeg) {
    (level.to_string(), Jpeg(vec![7; 1000]))
}

impl Dashboard for Ui {
    type Device = ();
    type Session = ();
    const CALLBACKS: Callbacks<Self> = callbacks![show];

    fn layout(self) -> Element {
        page("TLS", (self.level, self.readout, self.photo))
    }
}

fn app() -> App {
    App::new::<Ui>(()).unwrap().limits(limits(|_| {}))
}

/// A folder that is removed at the end of the test.
struct Folder(PathBuf);

impl Folder {
    fn new(name: &str) -> Self {
        let path = std::env::temp_dir().join(format!("dash-tls-{name}-{}", std::process::id()));
        let _ = fs::remove_dir_all(&path);
        fs::create_dir_all(&path).unwrap();
        Self(path)
    }

    fn file(&self, name: &str) -> PathBuf {
        self.0.join(name)
    }

    /// An app with the two files of this folder.
    fn app(&self) -> App {
        app().tls(self.file("cert.pem"), self.file("key.pem"))
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}

/// A server with a good certificate, and a client that trusts it.
async fn served_with(name: &str, change: impl FnOnce(App) -> App) -> (Folder, Served, TlsConnector) {
    let (folder, pair) = (Folder::new(name), Pair::good());
    pair.write(&folder.0);
    let app = Served::app(change(folder.app())).await;
    (folder, app, tls::client(&pair.certificate, &["http/1.1"]))
}

async fn served(name: &str) -> (Folder, Served, TlsConnector) {
    served_with(name, |app| app).await
}

/// Waits until the server has closed the connection.
async fn ends(stream: &mut TcpStream) -> Vec<u8> {
    let mut rest = Vec::new();
    // A reset is an end too.
    let _ = within("the end of the connection", stream.read_to_end(&mut rest)).await;
    rest
}

#[tokio::test]
async fn the_page_its_socket_its_events_pictures_and_requests_work_over_tls() {
    let (_folder, app, client) = served("works").await;
    let address = tls::tunnel(client, app.address).await;
    let page = http::send(address, &Request::get("/")).await;
    assert_eq!(page.status, 200);
    let mut web = Browser::join(address, Page::of(page.text())).await;
    let mut stream = Browser::join_by_request(address, Page::of(page.text())).await;
    web.apply("level.value", 5).await;
    stream.sees("readout.text", "5").await;
    stream.apply("level.value", 6).await;
    web.sees("readout.text", "6").await;
    let picture = format!("/_dash/picture/{}", web.value("photo.source")["id"].as_str().unwrap());
    assert_eq!(http::send(address, &Request::get(&picture)).await.body, [7; 1000]);
    let put = Request::new("PUT", "/api/props/level/value").json(7.0);
    assert_eq!(http::send(address, &put).await.status, 200);
    web.sees("readout.text", "7").await;
}

#[tokio::test]
async fn only_http_1_1_is_agreed_on_and_tls_1_2_is_enough() {
    let (folder, app, _) = served("protocols").await;
    let certificate = fs::read_to_string(folder.file("cert.pem")).unwrap();
    let both = tls::connect(&tls::client(&certificate, &["h2", "http/1.1"]), app.address).await.unwrap();
    assert_eq!(both.get_ref().1.alpn_protocol(), Some(&b"http/1.1"[..]));
    assert!(tls::connect(&tls::client(&certificate, &[]), app.address).await.is_ok());
    assert!(tls::connect(&tls::client(&certificate, &["h2"]), app.address).await.is_err());
    let old = tls::client_of_tls_1_2(&certificate);
    assert_eq!(tls::send(&old, app.address, &Request::get("/health")).await.status, 200);
}

#[tokio::test]
async fn plain_http_at_the_same_port_is_led_to_https() {
    let (_folder, app, _) = served("redirect").await;
    for (request, to) in [
        (Request::get("/"), "/"),
        (Request::get("/lamp/7?x=1&y=%2F"), "/lamp/7?x=1&y=%2F"),
        (Request::new("PUT", "/api/props/level/value").json(1), "/api/props/level/value"),
        (Request::upgrade("/_dash/socket"), "/_dash/socket"),
        (Request::get("//evil.com/"), "//evil.com/"),
        (Request::new("OPTIONS", "*"), "/"),
    ] {
        let response = http::send(app.address, &request).await;
        assert_eq!(response.status, 308, "{request:?}");
        assert_eq!(response.header("location"), Some(&*format!("https://{}{to}", app.address)), "{request:?}");
        assert_eq!(response.header("cache-control"), Some("no-store"));
        assert!(response.header("set-cookie").is_none() && !response.text().contains("<"), "{response:?}");
    }
}

#[tokio::test]
async fn a_redirect_leads_only_to_names_of_this_server() {
    let (_folder, app, _) = served_with("foreign", |app| app.allow_host("rover.local")).await;
    for (request, status) in [
        (Request::get("/").host("rover.local:8050"), 308),
        (Request::get("/").host("evil.com"), 403),
        (Request::get("/").host("rover.local@evil.com"), 403),
        (Request::get("/").host("127.0.0.1.evil.com"), 403),
        (Request::get("http://evil.com/").host("evil.com"), 403),
        (Request::get("http://evil.com/"), 400),
        (Request::get("/").host("rover.local").host("evil.com"), 400),
        (Request::get("/").without_host(), 400),
        // Only a trusted proxy may say what the client asked for.
        (Request::get("/").host("evil.com").header("X-Forwarded-Host", "rover.local"), 403),
    ] {
        let response = http::send(app.address, &request).await;
        assert_eq!(response.status, status, "{request:?}");
        assert_eq!(response.header("location").is_some(), status == 308, "{response:?}");
    }
    let spoofed = Request::get("/").host("rover.local").header("X-Forwarded-Host", "evil.com");
    assert_eq!(http::send(app.address, &spoofed).await.header("location"), Some("https://rover.local/"));
}

#[tokio::test]
async fn a_trusted_proxy_may_speak_plain_http_for_clients_with_encrypted_connections() {
    let (_folder, app, _) = served_with("proxy", |app| app.trust_proxy("127.0.0.1")).await;
    let status = async |proto: &str| {
        http::send(app.address, &Request::get("/health").header("X-Forwarded-Proto", proto)).await.status
    };
    assert_eq!((status("https").await, status("http").await), (200, 308));
    let stranger = http::connect_from("127.0.0.9", app.address).await;
    let request = Request::get("/health").host(&app.address.to_string()).header("X-Forwarded-Proto", "https");
    assert_eq!(http::send_over(stranger, &request).await.status, 308, "not from a proxy");
}

#[tokio::test]
async fn no_page_tells_the_browser_to_use_https_for_the_whole_host_from_now_on() {
    let (_folder, app, client) = served("hsts").await;
    let response = tls::send(&client, app.address, &Request::get("/")).await;
    assert_eq!((response.status, response.header("strict-transport-security")), (200, None));
}

#[tokio::test]
async fn origins_are_those_of_https() {
    let (_folder, app, client) = served("origin").await;
    let put = async |scheme: &str| {
        let origin = format!("{scheme}://{}", app.address);
        let put = Request::new("PUT", "/api/props/level/value").json(1).header("Origin", &origin);
        tls::send(&client, app.address, &put).await.status
    };
    assert_eq!((put("https").await, put("http").await), (200, 403));
}

#[tokio::test]
async fn a_login_over_own_tls_has_a_cookie_that_no_other_host_can_set() {
    let folder = Folder::new("login");
    fs::write(folder.file("users.toml"), crate::rights::user_file(&[("ada", "operator")])).unwrap();
    let pair = Pair::good();
    pair.write(&folder.0);
    let app =
        crate::rights::app().users(folder.file("users.toml")).tls(folder.file("cert.pem"), folder.file("key.pem"));
    let app = Served::app(app).await;
    let client = tls::client(&pair.certificate, &[]);
    let log_in = Request::new("POST", "/_dash/login")
        .header("Content-Type", "application/x-www-form-urlencoded")
        .body("name=ada&password=correct+horse");
    let response = tls::send(&client, app.address, &log_in).await;
    let cookie = response.cookie("dash-login").unwrap();
    assert!(cookie.starts_with("__Host-dash-login-") && cookie.ends_with("; Secure"), "{cookie}");
    let pair = cookie.split(';').next().unwrap();
    let health = async |cookie: &str| {
        tls::send(&client, app.address, &Request::get("/health").header("Cookie", cookie)).await.status
    };
    assert_eq!((health(pair).await, health(pair.trim_start_matches("__Host-")).await), (200, 401));
    // A password that was sent over plain HTTP is not even looked at.
    let plain = http::send(app.address, &log_in).await;
    assert_eq!((plain.status, plain.header("set-cookie")), (308, None));
}

/// The beginning of a handshake: a record with a client's hello that has 512 bytes, of which some follow.
const HELLO: [u8; 9] = [0x16, 3, 1, 2, 0, 1, 0, 1, 0xfc];

#[tokio::test]
async fn s21_a_handshake_that_never_ends_is_not_waited_for() {
    let short = |app: App| app.limits(limits(|limits| limits.header_time = Duration::from_millis(300)));
    let (_folder, app, client) = served_with("endless", short).await;
    for beginning in [&[][..], &HELLO[..1], &HELLO] {
        let mut stream = TcpStream::connect(app.address).await.unwrap();
        stream.write_all(beginning).await.unwrap();
        ends(&mut stream).await;
    }
    // Who sends a byte from time to time gets no more time.
    let mut slow = TcpStream::connect(app.address).await.unwrap();
    let begun = Instant::now();
    slow.write_all(&HELLO).await.unwrap();
    while begun.elapsed() < PATIENCE && slow.write_all(&[0]).await.is_ok() {
        sleep(Duration::from_millis(20)).await;
    }
    assert!(begun.elapsed() < PATIENCE, "still open");
    // Not a single answer was a page.
    let health = tls::send(&client, app.address, &Request::get("/health")).await.text();
    let health: serde_json::Value = serde_json::from_str(&health).unwrap();
    assert!(health["server"]["connections"]["silent"].as_u64().unwrap() >= 4, "{health}");
}

#[tokio::test]
async fn s21_many_handshakes_that_never_end_keep_nobody_out() {
    let few = |app: App| {
        app.limits(limits(|limits| {
            limits.header_time = Duration::from_secs(3600);
            (limits.connections, limits.connections_per_address) = (8, 8);
        }))
    };
    let (_folder, app, client) = served_with("many", few).await;
    let mut open = Vec::new();
    for _ in 0..40 {
        let mut stream = TcpStream::connect(app.address).await.unwrap();
        stream.write_all(&HELLO).await.unwrap();
        open.push(stream);
        assert_eq!(tls::send(&client, app.address, &Request::get("/health")).await.status, 200);
    }
}

#[tokio::test]
async fn fault_who_speaks_tls_was_told_in_plain_text_that_there_are_too_many_connections() {
    let one = |app: App| {
        app.limits(limits(|limits| {
            limits.header_time = Duration::from_secs(3600);
            limits.connections_per_address = 1;
        }))
    };
    let (_folder, app, client) = served_with("too-many", one).await;
    // A connection with a request never gives way.
    let name = tokio_rustls::rustls::pki_types::ServerName::from(app.address.ip());
    let stream = TcpStream::connect(app.address).await.unwrap();
    let mut busy = within("the handshake", client.connect(name, stream)).await.unwrap();
    let half = Request::new("PUT", "/api/props/level/value").header("Content-Type", "application/json");
    let half = half.header("Content-Length", "9").header("Expect", "100-continue");
    busy.write_all(half.bytes(app.address).as_bytes()).await.unwrap();
    busy.flush().await.unwrap();
    let mut goes_on = [0; 12];
    within("the server waits for the body", busy.read_exact(&mut goes_on)).await.unwrap();
    assert_eq!(&goes_on, b"HTTP/1.1 100");
    let mut refused = TcpStream::connect(app.address).await.unwrap();
    assert_eq!(String::from_utf8_lossy(&ends(&mut refused).await), "");
}

#[tokio::test]
async fn s21_who_does_not_read_over_tls_is_given_up() {
    let quick = |app: App| {
        let large = Router::new().route("/large", get(|| async { vec![0_u8; 64 << 20] }));
        app.routes(large).limits(limits(|limits| limits.write_time = Duration::from_millis(300)))
    };
    let (_folder, app, client) = served_with("unread", quick).await;
    let socket = TcpSocket::new_v4().unwrap();
    socket.set_recv_buffer_size(4096).unwrap();
    let stream = socket.connect(app.address).await.unwrap();
    let name = tokio_rustls::rustls::pki_types::ServerName::from(app.address.ip());
    let mut deaf = within("the handshake", client.connect(name, stream)).await.unwrap();
    deaf.write_all(Request::get("/large").bytes(app.address).as_bytes()).await.unwrap();
    deaf.flush().await.unwrap();
    eventually("the end of it", async || {
        let health = tls::send(&client, app.address, &Request::get("/health")).await.text();
        let health: serde_json::Value = serde_json::from_str(&health).unwrap();
        (health["server"]["connections"]["not_read"] == json!(1)).then_some(())
    })
    .await;
}

#[tokio::test]
async fn s21_what_is_no_handshake_of_today_is_refused_and_the_server_goes_on() {
    let (_folder, app, client) = served("attacks").await;
    let attack = async |bytes: &[u8]| {
        let mut stream = TcpStream::connect(app.address).await.unwrap();
        // The server may close before it has read all.
        let _ = stream.write_all(bytes).await;
        ends(&mut stream).await
    };
    // A hello of TLS 1.0: version, 32 random bytes, no session, one cipher, no compression.
    let hello = [&[3, 1][..], &[7; 32], &[0, 0, 2, 0, 0x2f, 1, 0]].concat();
    let length = u8::try_from(hello.len()).unwrap();
    let old = [&[0x16, 3, 1, 0, length + 4, 1, 0, 0, length][..], &hello].concat();
    let answer = attack(&old).await;
    assert_eq!((answer.first(), answer.get(5)), (Some(&0x15), Some(&2)), "a fatal alert: {answer:?}");
    // A hello of 16 MiB, in records of 16 KiB.
    let record = [&[0x16, 3, 1, 0x40, 0][..], &[0; 0x4000]].concat();
    let mut giant = [&[0x16, 3, 1, 0x40, 0, 1, 0xff, 0xff, 0xff][..], &[0; 0x3ffc]].concat();
    (0..1024).for_each(|_| giant.extend_from_slice(&record));
    let answer = attack(&giant).await;
    assert!(answer.len() < 100, "{answer:?}");
    // No record, an answer of a server, and a hello of SSL 2.
    for bytes in
        [&[0x16, 3, 1, 0xff, 0xff, 1][..], &[0x16; 600], &[0x80, 0x2e, 1, 0, 2], &[0; 600], b"SSH-2.0-x\r\n\r\n"]
    {
        let answer = attack(bytes).await;
        assert!(!answer.starts_with(b"HTTP/1.1 2") && !answer.starts_with(b"HTTP/1.1 3"), "{answer:?}");
    }
    assert_eq!(tls::send(&client, app.address, &Request::get("/health")).await.status, 200);
}

#[tokio::test]
async fn a_certificate_that_cannot_be_used_is_an_error_at_the_start() {
    // Otherwise `serve` writes the log of all tests to the standard error.
    log::keep();
    let folder = Folder::new("faults");
    let (good, other) = (Pair::good(), Pair::good());
    let expired = Pair::new(&["127.0.0.1"], (-20, -10));
    let encrypted = "-----BEGIN ENCRYPTED PRIVATE KEY-----\nAAAA\n-----END ENCRYPTED PRIVATE KEY-----\n";
    let half = &good.certificate[..good.certificate.len() / 2];
    let broken = good.certificate.replacen("MII", "!!!", 1);
    let not_one = "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n";
    let after = |text: &str| format!("a comment\n{text}");
    let (no_certificate, no_key) = ("there is no certificate in this file", "there is no private key in this file");
    for (certificate, key, why) in [
        (
            None,
            Some(&*good.key),
            "cert.pem: there is no such file: give the path of the certificate with DASH_TLS_CERT",
        ),
        (
            Some(&*good.certificate),
            None,
            "key.pem: there is no such file: give the path of the private key with DASH_TLS_KEY",
        ),
        (Some(""), Some(&*good.key), no_certificate),
        (Some(&*good.key), Some(&*good.certificate), "were the two files exchanged?"),
        (Some(&*good.certificate), Some(""), no_key),
        (Some(&*good.certificate), Some(&*other.key), "key.pem: the key does not belong to the certificate in"),
        (Some(&*expired.certificate), Some(&*expired.key), "cert.pem:1: the certificate has expired on 20"),
        (Some(&*after(half)), Some(&*good.key), "cert.pem:2: the section `CERTIFICATE` has no end"),
        (Some(&*after(&broken)), Some(&*good.key), "cert.pem:2: this is not PEM"),
        (Some(&*after(not_one)), Some(&*good.key), "cert.pem:2: the certificate cannot be read"),
        (Some(&*good.certificate), Some(&*after(encrypted)), "key.pem:2: the key is encrypted with a password"),
        (
            Some(&*good.certificate),
            Some("-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n"),
            "key.pem: this kind of key is not supported",
        ),
    ] {
        for (name, text) in [("cert.pem", certificate), ("key.pem", key)] {
            match text {
                Some(text) => fs::write(folder.file(name), text).unwrap(),
                None => _ = fs::remove_file(folder.file(name)),
            }
        }
        let error = folder.app().bind("127.0.0.1:0").serve().await.unwrap_err();
        assert!(error.is_tls() && error.to_string().contains(why), "{why}: {error}");
    }
    // Other things than text files.
    let error = async |app: App| app.bind("127.0.0.1:0").serve().await.unwrap_err().to_string();
    good.write(&folder.0);
    assert!(error(app().tls(&folder.0, folder.file("key.pem"))).await.contains("this is a folder"));
    fs::write(folder.file("cert.pem"), [0x30, 0x82, 0xff, 0xff]).unwrap();
    assert!(error(folder.app()).await.contains("is in the DER form"));
    fs::write(folder.file("cert.pem"), vec![b'a'; (1 << 20) + 1]).unwrap();
    assert!(error(folder.app()).await.contains("larger than"));
}

#[cfg(unix)]
#[tokio::test]
async fn a_key_that_the_user_of_the_server_may_not_read_is_an_error_at_the_start() {
    use std::os::unix::{fs::PermissionsExt as _, process::CommandExt as _};
    let folder = Folder::new("owner");
    Pair::good().write(&folder.0);
    fs::set_permissions(folder.file("key.pem"), fs::Permissions::from_mode(0o600)).unwrap();
    fs::set_permissions(&folder.0, fs::Permissions::from_mode(0o755)).unwrap();
    let is_root =
        fs::metadata(folder.file("key.pem")).is_ok_and(|about| std::os::unix::fs::MetadataExt::uid(&about) == 0);
    if !is_root {
        fs::set_permissions(folder.file("key.pem"), fs::Permissions::from_mode(0o000)).unwrap();
    }
    // The program must be somewhere where another user may run it.
    let program = folder.file("program");
    fs::copy(std::env::current_exe().unwrap(), &program).unwrap();
    let mut command = std::process::Command::new(program);
    if is_root {
        command.uid(65534).gid(65534);
    }
    command.current_dir("/").env("DASH_TLS_CERT", folder.file("cert.pem")).env("DASH_TLS_KEY", folder.file("key.pem"));
    command
        .args(["--exact", "tls::as_a_program", "--ignored", "--nocapture", "--quiet"])
        .env("DASH_BIND", "127.0.0.1:0");
    let output = command.output().unwrap();
    let said = String::from_utf8_lossy(&output.stdout).into_owned();
    assert!(said.contains("key.pem: the user who runs the server may not read the private key"), "{said}");
}

#[tokio::test]
async fn a_new_certificate_is_used_without_a_restart_and_a_bad_one_changes_nothing() {
    let (folder, app, client) = served("reload").await;
    log::keep();
    let speaks = async |pair: &Pair| tls::connect(&tls::client(&pair.certificate, &[]), app.address).await.is_ok();
    let mut before = tls::connect(&client, app.address).await.unwrap();
    let (new, newest) = (Pair::good(), Pair::good());
    // Half of a file, as a slow copy leaves it.
    fs::write(folder.file("cert.pem"), &new.certificate[..new.certificate.len() / 2]).unwrap();
    let name = folder.file("cert.pem").display().to_string();
    log::says(&[&name, "has no end", "the server goes on with the certificate from before"]).await;
    assert!(tls::connect(&client, app.address).await.is_ok());
    // The whole file, but the key is still the old one.
    fs::write(folder.file("cert.pem"), &new.certificate).unwrap();
    let key = folder.file("key.pem").display().to_string();
    log::says(&[&key, "does not belong", "the server goes on with the certificate from before"]).await;
    assert!(tls::connect(&client, app.address).await.is_ok());
    fs::write(folder.file("key.pem"), &new.key).unwrap();
    eventually("the new certificate", async || speaks(&new).await.then_some(())).await;
    assert!(tls::connect(&client, app.address).await.is_err(), "the old one is not used any more");
    // Files that are gone, and then others, by renaming as ACME clients do.
    ["cert.pem", "key.pem"].iter().for_each(|name| fs::remove_file(folder.file(name)).unwrap());
    log::says(&[&name, "there is no such file", "from before"]).await;
    assert!(speaks(&new).await);
    let elsewhere = Folder::new("reload-new");
    newest.write(&elsewhere.0);
    ["cert.pem", "key.pem"].iter().for_each(|name| fs::rename(elsewhere.file(name), folder.file(name)).unwrap());
    eventually("the newest certificate", async || speaks(&newest).await.then_some(())).await;
    // Open connections go on.
    before.write_all(Request::get("/health").bytes(app.address).as_bytes()).await.unwrap();
    let mut answer = Vec::new();
    let _ = within("an answer", before.read_to_end(&mut answer)).await;
    assert_eq!(Response::parse(&answer).status, 200);
}

/// A user's `main`, which tests run in a separate process.
#[test]
#[ignore = "run by other tests as a program of its own"]
fn as_a_program() {
    let runtime = tokio::runtime::Runtime::new().unwrap();
    if let Err(error) = runtime.block_on(Ui::serve(())) {
        println!("error: {error}");
    }
}

/// Starts the program with these variables.
fn start(bind: &str, variables: &[(&str, &str)]) -> Program {
    Program::start_with("tls::as_a_program", bind, |command| {
        command.envs(variables.iter().copied());
    })
}

fn address(program: &Program) -> SocketAddr {
    let address = program.says("Dashboard on https://");
    address.strip_suffix('/').unwrap().parse().unwrap()
}

#[tokio::test]
async fn a_self_signed_certificate_is_kept_and_its_fingerprint_is_printed() {
    let folder = Folder::new("own");
    let kept = folder.0.to_str().unwrap();
    let print = |names: &str| {
        let mut program = start("127.0.0.1:0", &[("DASH_TLS_NAMES", names), ("DASH_TLS_FOLDER", kept)]);
        let fingerprint = program.says("The SHA-256 fingerprint of its certificate is ");
        program.signal("TERM");
        program.end();
        fingerprint
    };
    let first = print("127.0.0.1,rover.local");
    assert_eq!(first.split(':').filter(|byte| u8::from_str_radix(byte, 16).is_ok()).count(), 32, "{first}");
    assert_eq!(print("127.0.0.1,rover.local"), first, "the same after a restart");
    let second = print("127.0.0.1,rover.lan");
    assert_ne!(second, first, "other names");
    let program = start("127.0.0.1:0", &[("DASH_TLS_NAMES", "127.0.0.1,rover.lan"), ("DASH_TLS_FOLDER", kept)]);
    let address = address(&program);
    let client = tls::client(&fs::read_to_string(folder.file("tls.cert.pem")).unwrap(), &[]);
    let get = async |host: &str| tls::send(&client, address, &Request::get("/health").host(host)).await.status;
    assert_eq!((get("rover.lan").await, get("rover.local").await), (200, 403), "its names are names of the server");
}

#[tokio::test]
async fn a_self_signed_certificate_is_kept_beside_the_users_file() {
    let folder = Folder::new("beside");
    fs::write(folder.file("users.toml"), crate::rights::user_file(&[("ada", "operator")])).unwrap();
    let app = crate::rights::app().users(folder.file("users.toml")).tls_self_signed(["127.0.0.1"]);
    let app = Served::app(app).await;
    let certificate = eventually("the file", async || fs::read_to_string(folder.file("users.cert.pem")).ok()).await;
    let login = tls::send(&tls::client(&certificate, &[]), app.address, &Request::get("/_dash/login")).await;
    assert!(login.text().contains("current-password"), "{}", login.text());
}

#[tokio::test]
async fn the_start_says_https_and_who_is_let_in() {
    let folder = Folder::new("start");
    let kept = folder.0.to_str().unwrap();
    let program = start("0.0.0.0:0", &[("DASH_TLS_NAMES", "127.0.0.1"), ("DASH_TLS_FOLDER", kept)]);
    address(&program);
    assert_eq!(program.says("Everybody in this network can see and use it: "), "there is no login.");
}

#[tokio::test]
async fn plain_http_at_a_port_of_its_own_is_led_to_https() {
    let folder = Folder::new("apart");
    let kept = folder.0.to_str().unwrap();
    let names = [("DASH_TLS_NAMES", "127.0.0.1,rover.local"), ("DASH_TLS_FOLDER", kept)];
    let program = start("127.0.0.1:0", &[names[0], names[1], ("DASH_HTTP_REDIRECT", "127.0.0.1:0")]);
    let encrypted = address(&program);
    let plain = program.says("http://");
    let plain: SocketAddr = plain.strip_suffix("/ leads there").unwrap().parse().unwrap();
    for (host, to) in [
        ("rover.local", Some(format!("https://rover.local:{}/a?b", encrypted.port()))),
        ("127.0.0.1:80", Some(format!("https://{encrypted}/a?b"))),
        ("evil.com", None),
    ] {
        let response = http::send(plain, &Request::get("/a?b").host(host)).await;
        assert_eq!(
            (response.status, response.header("location")),
            (if to.is_some() { 308 } else { 403 }, to.as_deref())
        );
    }
}

#[tokio::test]
async fn settings_that_do_not_fit_are_told_at_the_start() {
    // Otherwise `serve` writes the log of all tests to the standard error.
    log::keep();
    let folder = Folder::new("settings");
    let kept = folder.0.to_str().unwrap();
    let taken = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let taken = taken.local_addr().unwrap().to_string();
    for (variables, why) in [
        (&[("DASH_TLS_CERT", "c.pem")][..], "DASH_TLS_CERT needs the private key: give its file with DASH_TLS_KEY"),
        (&[("DASH_TLS_KEY", "k.pem")], "DASH_TLS_KEY needs the certificate"),
        (&[("DASH_TLS_CERT", "c.pem"), ("DASH_TLS_KEY", "k.pem"), ("DASH_TLS_NAMES", "a.b")], "set one of them"),
        (&[("DASH_TLS_NAMES", "rover.local")], "needs a folder where it is kept: set DASH_TLS_FOLDER"),
        (&[("DASH_TLS_NAMES", "https://rover.local"), ("DASH_TLS_FOLDER", kept)], "is not a name for a certificate"),
        (&[("DASH_TLS_NAMES", "rover.local"), ("DASH_TLS_FOLDER", "/nowhere/at/all")], "cannot be written"),
        (
            &[("DASH_HTTP_REDIRECT", "127.0.0.1:0")],
            "a redirect to HTTPS (DASH_HTTP_REDIRECT, App::redirect_http) needs",
        ),
        (
            &[("DASH_TLS_NAMES", "a.b"), ("DASH_TLS_FOLDER", kept), ("DASH_HTTP_REDIRECT", &taken)],
            "is in use: another program listens there; choose an address with DASH_HTTP_REDIRECT",
        ),
    ] {
        let mut program = start("127.0.0.1:0", variables);
        program.says_anywhere(why);
        program.end();
    }
    let error = app().tls_self_signed(["rover.local"]).into_router().unwrap_err();
    assert!(error.is_tls() && error.to_string().contains("are for `serve` and `serve_on`"), "{error}");
    let none: [&str; 0] = [];
    let error = app().tls_self_signed(none).bind("127.0.0.1:0").serve().await.unwrap_err();
    assert!(error.to_string().contains("at least one host name"), "{error}");
}
