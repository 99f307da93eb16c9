//! Files from and to the computers of people: only who may gets them, and only what is accepted arrives.

use std::io::Write as _;

use axum::{extract, middleware};
use dash_devices::{App, User, prelude::*};
use serde_json::{Value, json};
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::TcpStream,
};

use crate::support::{
    Served,
    http::{self, Request, Response},
    limits, within,
};

#[derive(Debug, Clone, Copy, PartialEq, Role)]
enum Lab {
    Guest,
    Operator,
}

#[components(role = Lab)]
struct Ui {
    make: Download,
    disk: Download,
    mine: Download,
    #[needs(Lab::Operator)]
    firmware: Upload,
    state: Text,
    off: Switch,
    locked: Upload,
}

#[callback_shared(on = Ui::make.click, output = Ui::make.file)]
fn make(count: &mut u32) -> Attachment {
    *count += 1;
    Attachment::new(format!("../run {count}ä.csv"), "text/csv", format!("run,{count}\n"))
}

#[callback_shared(on = Ui::disk.click, output = Ui::disk.file)]
fn disk() -> Result<Attachment, std::io::Error> {
    let path = std::env::temp_dir().join(format!("dash-files-{}", std::process::id()));
    std::fs::File::create(&path)?.write_all(&vec![7; 300_000])?;
    Ok(Attachment::file("raw.bin", "application/octet-stream", path))
}

#[callback(on = Ui::mine.click, output = Ui::mine.file)]
fn mine(client: Client) -> Attachment {
    Attachment::new("mine.txt", "text/plain", client.id().to_string())
}

#[callback_shared(output = Ui::state.text)]
fn install(#[input(Ui::firmware.received)] file: Option<Received>) -> Result<String, std::io::Error> {
    let Some(file) = file else { return Ok(String::new()) };
    let sum: u64 = file.bytes()?.into_iter().map(u64::from).sum();
    Ok(format!("{} {} {sum}", file.name(), file.size()))
}

#[callback_shared(output = Ui::locked.disabled)]
fn lock(#[input(Ui::off.on)] off: bool) -> bool {
    off
}

impl Dashboard for Ui {
    type Device = u32;
    type Session = ();
    const CALLBACKS: Callbacks<Self> = callbacks![make, disk, mine, install, lock];

    fn layout(self) -> Element {
        let firmware = self.firmware.accept(".bin, .hex").max_bytes(100_000);
        page("Files", (self.make, self.disk, self.mine, firmware, self.state, self.off, self.locked))
    }
}

/// Who has the header `x-name` is a guest.
async fn served() -> Served {
    let app = App::new::<Ui>(0).unwrap().limits(limits(|_| {})).wrap(|router| {
        router.layer(middleware::from_fn(|mut request: extract::Request, next: middleware::Next| {
            if let Some(name) = request.headers().get("x-name").and_then(|name| name.to_str().ok()).map(str::to_owned) {
                request.extensions_mut().insert(User::new(name, Lab::Guest));
            }
            next.run(request)
        }))
    });
    Served::app(app).await
}

fn file_of(reference: &Value) -> String {
    format!("/_dash/file/{}", reference["id"].as_str().expect("a reference"))
}

fn upload(name: &str, bytes: &str) -> Request {
    Request::new("POST", &format!("/_dash/upload/firmware/received?name={name}")).body(bytes)
}

fn why(response: &Response) -> String {
    serde_json::from_str::<Value>(&response.text()).unwrap()["why"].as_str().unwrap_or_default().to_owned()
}

#[tokio::test]
async fn a_file_is_made_when_somebody_asks_for_it_and_the_program_names_it() {
    let served = served().await;
    let (mut ada, mut bob) = (served.join().await, served.join().await);
    ada.apply("make.click", Value::Null).await;
    bob.until("the file", |bob| bob.value("make.file").is_object()).await;
    let first = ada.value("make.file").clone();
    assert_eq!((&first["name"], &first), (&json!("run 1ä.csv"), bob.value("make.file")));
    let response = served.get(&file_of(&first)).await;
    assert_eq!((response.status, &*response.text()), (200, "run,1\n"));
    assert_eq!(response.header("content-type"), Some("text/csv"));
    // A browser that opens the address saves it. Nothing in it can act as a page of this server.
    assert_eq!(response.header("content-disposition"), Some("attachment; filename*=UTF-8''run%201%C3%A4.csv"));
    assert_eq!(response.header("cache-control"), Some("no-store"));
    // Who knows the one before can still fetch it.
    ada.apply("make.click", Value::Null).await;
    assert_eq!(served.get(&file_of(&first)).await.status, 200);
    // A file on the disk, in several pieces.
    ada.apply("disk.click", Value::Null).await;
    let response = served.get(&file_of(ada.value("disk.file"))).await;
    assert_eq!((response.status, response.body), (200, vec![7; 300_000]));
    // What each person has for themselves is in nobody else's page.
    bob.apply("mine.click", Value::Null).await;
    assert!(bob.value("mine.file").is_object());
    assert_eq!(ada.value("mine.file"), &Value::Null);
}

#[tokio::test]
async fn s_no_name_of_a_client_leads_to_a_file() {
    let served = served().await;
    for name in ["", "0", &"0".repeat(32), "../socket", "%2e%2e%2fetc%2fpasswd", "etc/passwd"] {
        assert_eq!(served.get(&format!("/_dash/file/{name}")).await.status, 404, "{name}");
    }
    let mut eve = served.join().await;
    let outcome = eve.outcome_of("make.file", json!({ "id": "0".repeat(32), "name": "/etc/passwd" })).await;
    assert_eq!(outcome.kind(), "not_writable");
}

#[tokio::test]
async fn an_uploaded_file_reaches_the_callback_by_its_id() {
    let served = served().await;
    let mut ada = served.join().await;
    let response = http::send(served.address, &upload("..%2F..%2Frun.bin", &"a".repeat(90_000))).await;
    assert_eq!(response.status, 200);
    let reference: Value = serde_json::from_str(&response.text()).unwrap();
    ada.apply("firmware.received", reference).await;
    ada.sees("state.text", format!("run.bin 90000 {}", 97 * 90_000)).await;
}

#[tokio::test]
async fn s_only_what_is_accepted_from_who_may_is_kept() {
    let served = served().await;
    let send = async |request: &Request| http::send(served.address, request).await;
    let small = upload("a.bin", "x");
    assert_eq!(send(&small).await.status, 200);
    // A role that is too low, and a page of another site.
    let refused = send(&small.clone().header("x-name", "gus")).await;
    assert_eq!((refused.status, why(&refused).contains("role")), (403, true));
    assert_eq!(send(&small.clone().header("Origin", "https://evil.example")).await.status, 403);
    // Too large, and told so at once; and one whose size nobody has told.
    let large = send(&upload("a.bin", &"x".repeat(100_001))).await;
    assert_eq!((large.status, &*why(&large)), (413, "the file is larger than 100000 bytes"));
    let mut stream = TcpStream::connect(served.address).await.unwrap();
    let head = format!(
        "POST /_dash/upload/firmware/received?name=a.bin HTTP/1.1\r\nHost: {}\r\nTransfer-Encoding: chunked\r\n\r\n",
        served.address
    );
    stream.write_all(head.as_bytes()).await.unwrap();
    let chunk = format!("{:x}\r\n{}\r\n", 60_000, "y".repeat(60_000));
    // The server may have ended the connection by the second one.
    let _ = stream.write_all(chunk.as_bytes()).await;
    let _ = stream.write_all(chunk.as_bytes()).await;
    let mut answer = vec![0; 12];
    within("an answer", stream.read_exact(&mut answer)).await.unwrap();
    assert_eq!(String::from_utf8_lossy(&answer), "HTTP/1.1 413");
    // Another kind of file, no name, and components that take none.
    for (name, status) in [("a.exe", 415), ("a.bin.exe", 415), ("", 415), ("A.HEX", 200)] {
        assert_eq!(send(&upload(name, "x")).await.status, status, "{name}");
    }
    for (path, status) in
        [("state/text", 405), ("off/on", 405), ("make/click", 405), ("nothing/received", 404), ("firmware/accept", 405)]
    {
        assert_eq!(
            send(&Request::new("POST", &format!("/_dash/upload/{path}?name=a.bin")).body("x")).await.status,
            status,
            "{path}"
        );
    }
}

#[tokio::test]
async fn s_an_id_that_no_upload_was_answered_with_starts_no_callback() {
    let served = served().await;
    let mut eve = served.join().await;
    for id in ["", "/etc/passwd", &"0".repeat(32)] {
        let outcome = eve.outcome_of("firmware.received", json!({ "id": id })).await;
        assert_eq!(outcome.kind(), "wrong_type", "{id}");
    }
    // A field that was disabled when the bytes were there refuses the event.
    let file = Request::new("POST", "/_dash/upload/locked/received?name=a").body("x");
    let response = http::send(served.address, &file).await;
    let reference: Value = serde_json::from_str(&response.text()).unwrap();
    eve.apply("off.on", true).await;
    eve.sees("locked.disabled", true).await;
    let outcome = eve.outcome_of("locked.received", reference).await;
    assert_eq!(outcome.kind(), "disabled");
    assert_eq!(eve.value("state.text"), "");
    // And from then on it takes no bytes.
    let refused = http::send(served.address, &file).await;
    assert_eq!((refused.status, &*why(&refused)), (409, "locked.received cannot be changed now: it is disabled"));
}
