//! The commands of a program for a record.

use super::*;
use crate::{
    error::Error,
    server::{App, replay::command::Command},
};

fn opened(command: Command) -> App {
    App::opened::<Desk, Error>(Some(command), |_| panic!("the device is opened")).unwrap()
}

#[tokio::test]
async fn fault_a_record_is_renamed_and_not_replayed_if_the_program_has_its_own_server() {
    let folder = Folder::new();
    recorded(&folder.file(), vec![Op::Scene(3)]);
    let before = fs::read(folder.file()).unwrap();
    let app = opened(Command::Replay(folder.file())).record(folder.file());
    let mut routes = app.into_router().unwrap();
    assert_eq!(fs::read(folder.file()).unwrap(), before);
    assert!(!folder.0.join("run.ddlog.1").exists(), "it is renamed");
    let asked = axum::http::Request::get("/").header("host", "localhost").body(axum::body::Body::empty()).unwrap();
    let page = tower_service::Service::call(&mut routes, asked).await.unwrap();
    let html = axum::body::to_bytes(page.into_body(), usize::MAX).await.unwrap();
    assert!(String::from_utf8_lossy(&html).contains("<dash-replay"), "it is not the replay");
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let app = opened(Command::Replay(folder.file())).record(folder.file());
    app.serve_on(listener, std::future::ready(())).await.unwrap();
    assert_eq!(fs::read(folder.file()).unwrap(), before);
}

#[tokio::test]
async fn an_export_is_an_error_if_the_program_has_its_own_server() {
    let folder = Folder::new();
    let export = || Command::Export(folder.file(), folder.0.join("run.mcap"));
    let error = opened(export()).record(folder.file()).into_router().unwrap_err().to_string();
    assert!(error.contains("`export` is a command for `App::serve`"), "{error}");
    assert!(!folder.file().exists(), "it is recorded");
}
