//! The servers of the tests: an app in this process, or an example of this package.

use std::{net::SocketAddr, path::Path, sync::Arc};

use dash_devices::{App, Dashboard};
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::{TcpListener, TcpStream},
    sync::Notify,
    task::JoinHandle,
};

use super::{Browser, Group};

/// A dashboard that runs in this process until the end of the test. Until then its pages must have no errors.
pub(crate) struct Server {
    pub(crate) address: SocketAddr,
    stop: Arc<Notify>,
    task: JoinHandle<dash_devices::Result<()>>,
}

impl Server {
    pub(crate) async fn start<D: Dashboard>(device: D::Device) -> Self {
        Self::start_at::<D>(SocketAddr::from(([127, 0, 0, 1], 0)), device).await
    }

    pub(crate) async fn start_at<D: Dashboard>(address: SocketAddr, device: D::Device) -> Self {
        Self::serve(address, App::new::<D>(device).unwrap()).await
    }

    /// An app with its own limits.
    pub(crate) async fn start_app(app: App) -> Self {
        Self::serve(SocketAddr::from(([127, 0, 0, 1], 0)), app).await
    }

    /// The same at an address, as after a restart.
    pub(crate) async fn serve(address: SocketAddr, app: App) -> Self {
        let listener = TcpListener::bind(address).await.unwrap();
        let address = listener.local_addr().unwrap();
        let stop = Arc::new(Notify::new());
        let stopped = Arc::clone(&stop);
        let task = tokio::spawn(app.serve_on(listener, async move { stopped.notified().await }));
        Self { address, stop, task }
    }

    pub(crate) fn url(&self) -> String {
        url(self.address)
    }

    /// Stops like after Ctrl-C.
    pub(crate) async fn stop(self) {
        self.stop.notify_one();
        self.task.await.unwrap().unwrap();
    }
}

/// A program in `examples/`, built by `cargo build --examples`. It runs until the end of the test.
pub(crate) struct Example {
    pub(crate) address: SocketAddr,
    /// The number of its process group.
    program: u32,
}

impl Example {
    pub(crate) fn start(browser: &Browser, name: &str) -> Self {
        Self::start_with(browser, name, &[])
    }

    /// The same with more environment variables.
    pub(crate) fn start_with(browser: &Browser, name: &str, environment: &[(&str, &str)]) -> Self {
        let tests = std::env::current_exe().unwrap();
        let program = tests.ancestors().nth(2).unwrap().join("examples").join(name);
        demand_fresh(name, &tests, &program);
        let environment = [&[("DASH_BIND", "127.0.0.1:0")], environment].concat();
        let group = Group::start(&program, &[], &environment);
        let address = group.expect("the address of the example", |line| {
            line.strip_prefix("Dashboard on http://")?.trim_end_matches('/').parse().ok()
        });
        let program = group.number();
        browser.keep_running(group);
        Self { address, program }
    }

    pub(crate) fn url(&self) -> String {
        url(self.address)
    }

    /// Sends a signal to the program, such as `STOP`.
    pub(crate) fn signal(&self, signal: &str) {
        super::group::signal(self.program, signal);
    }
}

/// Fails if the example is older than its sources, because `cargo test` does not build every example as a program.
/// Changes after the build of these tests do not count.
fn demand_fresh(name: &str, tests: &Path, program: &Path) {
    let modified = |path: &Path| path.metadata().and_then(|data| data.modified()).ok();
    let sources = std::fs::read_to_string(program.with_extension("d")).unwrap_or_default();
    let sources = sources.lines().flat_map(str::split_whitespace).skip(1).map(Path::new);
    let newest = sources.filter_map(modified).filter(|&time| Some(time) <= modified(tests)).max();
    assert!(
        modified(program).is_some_and(|built| Some(built) >= newest),
        "the example {name} is not built, or older than its sources: run `cargo build --examples` first"
    );
}

fn url(address: SocketAddr) -> String {
    format!("http://{address}/")
}

/// The response to a GET request, head and body, without a browser.
pub(crate) async fn get(address: SocketAddr, path: &str) -> String {
    request(address, &format!("GET {path}"), "").await
}

/// The same to a PUT request with this JSON.
pub(crate) async fn put(address: SocketAddr, path: &str, json: &str) -> String {
    request(address, &format!("PUT {path}"), json).await
}

/// The same to a POST request with this JSON.
pub(crate) async fn post(address: SocketAddr, path: &str, json: &str) -> String {
    request(address, &format!("POST {path}"), json).await
}

async fn request(address: SocketAddr, what: &str, body: &str) -> String {
    let mut stream = TcpStream::connect(address).await.unwrap();
    let length = body.len();
    let head = format!(
        "{what} HTTP/1.1\r\nHost: {address}\r\nConnection: close\r\nContent-Type: application/json\r\n\
         Content-Length: {length}\r\n\r\n"
    );
    stream.write_all(format!("{head}{body}").as_bytes()).await.unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).await.unwrap();
    answer
}
