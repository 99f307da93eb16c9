//! The lines of the log: whatever fails has one, nothing fills the disk, and no client can forge one.

use axum::Router;
use dash_devices::{App, prelude::*};
use tokio::net::TcpListener;

use crate::support::{
    Browser, Outcome, Page, Program, eventually,
    http::{self, Request},
};

#[components]
struct Ui {
    name: Input,
    readout: Text,
    measured: Text,
}

/// The message has what the client sent.
#[callback_shared(initial = false, output = Ui::readout.text)]
fn greet(#[input(Ui::name.value)] name: &str) -> Result<String, String> {
    Err(format!("nobody is called {name}"))
}

#[callback_shared(every = "1ms", output = Ui::measured.text)]
fn measure(count: &mut u64) -> Result<String, String> {
    *count += 1;
    Err(format!("no answer to request {count}"))
}

impl Dashboard for Ui {
    type Device = u64;
    type Session = ();
    const CALLBACKS: Callbacks<Self> = callbacks![greet, measure];

    fn layout(self) -> Element {
        page("Log", (self.name, self.readout, self.measured))
    }
}

#[test]
#[ignore = "run by other tests as a program of its own"]
fn as_a_program() {
    tokio::runtime::Runtime::new().unwrap().block_on(Ui::serve(0)).unwrap();
}

/// A larger axum application, which has not set up a log.
#[test]
#[ignore = "run by other tests as a program of its own"]
fn as_a_part_of_an_application() {
    tokio::runtime::Runtime::new().unwrap().block_on(async {
        let router = Router::new().nest_service("/panel", App::new::<Ui>(0).unwrap().into_router().unwrap());
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        println!("Dashboard on http://{}/", listener.local_addr().unwrap());
        axum::serve(listener, router).await.unwrap();
    });
}

async fn health(program: &Program, path: &str) -> (std::net::SocketAddr, serde_json::Value) {
    let address = program.address();
    let text = http::send(address, &Request::get(path)).await.text();
    (address, serde_json::from_str(&text).unwrap())
}

#[tokio::test]
async fn fault_a_source_that_fails_each_millisecond_writes_609_lines_a_second() {
    let program = Program::start("logs::as_a_program", "127.0.0.1:0");
    let (address, _) = health(&program, "/health").await;
    // Enough for thousands of lines.
    let failed = eventually("failures", async || {
        let text = http::send(address, &Request::get("/health")).await.text();
        let health: serde_json::Value = serde_json::from_str(&text).unwrap();
        (health["counts"]["failures"].as_u64()? >= 1_000).then_some(health)
    })
    .await;
    let lines = program.logged("`measure` failed: no answer to request");
    assert_eq!(lines.len(), 10, "{} lines", lines.len());
    // What was not written is counted.
    assert!(failed["server"]["log"]["repeats"].as_u64().unwrap() >= 900, "{failed}");
}

#[tokio::test]
async fn fault_a_clients_text_in_a_failure_forges_a_line_of_the_log() {
    let program = Program::start("logs::as_a_program", "127.0.0.1:0");
    let address = program.address();
    let mut browser = Browser::join(address, Page::of(http::send(address, &Request::get("/")).await.text())).await;
    let forged = "x\r\n2026-01-01T00:00:00Z ERROR the motor burns\0\u{2028}\u{202e}\u{1b}[31m";
    let Outcome::Failed(_) = browser.outcome_of("name.value", forged).await else { panic!("it fails") };
    let lines =
        eventually("a line", async || Some(program.logged("nobody is called")).filter(|lines| !lines.is_empty())).await;
    assert!(
        lines[0].contains("x\\r\\n2026-01-01T00:00:00Z ERROR the motor burns\\0\\u{2028}\\u{202e}\\u{1b}[31m"),
        "{lines:?}"
    );
    assert!(lines[0].contains("WARN"), "{lines:?}");
}

#[tokio::test]
async fn fault_failed_callbacks_of_a_router_are_not_logged() {
    let program = Program::start("logs::as_a_part_of_an_application", "127.0.0.1:0");
    health(&program, "/panel/health").await;
    let lines = eventually("a line", async || {
        Some(program.logged("`measure` failed: no answer to request")).filter(|lines| !lines.is_empty())
    })
    .await;
    assert!(lines[0].contains("WARN"), "{lines:?}");
}
