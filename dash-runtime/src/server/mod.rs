//! The edge: the only place that knows axum and tokio.

mod accept;
pub(crate) mod assets;
pub(crate) mod driver;
mod guard;
mod linger;
pub(crate) mod page;
mod pool;
mod socket;

use std::{env, fmt::Write as _, net::SocketAddr, sync::Arc, time::Duration};

use axum::{
    Json, Router,
    body::Body,
    extract::{ConnectInfo, OriginalUri, Request, State, WebSocketUpgrade, ws::rejection::WebSocketUpgradeRejection},
    http::{HeaderMap, HeaderName, HeaderValue, StatusCode, Uri, header},
    middleware::{self, Next},
    response::{IntoResponse, Response},
    routing::get,
};
use flate2::Compression;
use tokio::{
    net::TcpListener,
    sync::{Semaphore, watch},
};

use crate::{
    callback::lend::Part,
    dashboard::Dashboard,
    element::Element,
    engine::{
        Engine,
        plan::{Plan, Planned},
    },
    error::{Error, Result},
    protocol::limits::Limits,
};
use assets::{Assets, FOLDER};
use driver::Driver;
use guard::Hosts;
use page::Snapshot;

/// Where [`Dashboard::serve`] listens unless `DASH_BIND` says otherwise.
const BIND: &str = "127.0.0.1:8050";

/// What a page may load and do: its own script, stylesheet and socket, pictures that the script makes, nothing else.
const CONTENT_SECURITY_POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; \
    img-src 'self' data: blob:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'; \
    require-trusted-types-for 'script'";

/// Sent with everything.
const HEADERS: [(HeaderName, &str); 5] = [
    (header::CONTENT_SECURITY_POLICY, CONTENT_SECURITY_POLICY),
    (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
    (header::REFERRER_POLICY, "no-referrer"),
    (HeaderName::from_static("cross-origin-opener-policy"), "same-origin"),
    (HeaderName::from_static("cross-origin-resource-policy"), "same-origin"),
];

/// A dashboard with its device, ready to be served: alone with [`serve`](App::serve), or inside of a bigger axum
/// application with [`into_router`](App::into_router).
pub struct App {
    planned: Planned,
    device: Part,
    new_data: fn() -> Part,
    limits: Limits,
    hosts: Hosts,
    bind: Option<String>,
}

impl std::fmt::Debug for App {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("App").field("limits", &self.limits).field("hosts", &self.hosts).finish_non_exhaustive()
    }
}

impl App {
    /// The dashboard `D` on `device`.
    ///
    /// # Errors
    /// When the layout leaves a component out or does not give what one needs: all faults in one message.
    pub fn new<D: Dashboard>(device: D::Device) -> Result<Self> {
        Ok(Self {
            planned: Plan::of::<D>().map_err(Error::layout)?,
            device: Box::new(device),
            new_data: || Box::new(D::Session::default()),
            limits: Limits::default(),
            hosts: Hosts::default(),
            bind: None,
        })
    }

    /// Other bounds than the default ones.
    #[must_use]
    pub fn limits(mut self, limits: Limits) -> Self {
        self.limits = limits;
        self
    }

    /// Answers requests for this host name too, such as `robot.local`. IP addresses and `localhost` are always
    /// answered, other names refused: a page from elsewhere could have a name point here.
    #[must_use]
    pub fn allow_host(mut self, name: &str) -> Self {
        self.hosts.allow_host(name);
        self
    }

    /// Lets pages of this origin open the socket, such as `https://lab.example.org` when a proxy serves the page there.
    #[must_use]
    pub fn allow_origin(mut self, origin: &str) -> Self {
        self.hosts.allow_origin(origin);
        self
    }

    /// Listens on this address, such as `0.0.0.0:8050`. `DASH_BIND` overrides it.
    #[must_use]
    pub fn bind(mut self, address: &str) -> Self {
        self.bind = Some(address.to_owned());
        self
    }

    /// Starts the dashboard and returns its routes, to be mounted with `nest_service` or `merge`. (`nest` works, too, but
    /// does not answer with a slash at the end of the path.) Callbacks and sources run as long as the routes, or a clone
    /// of them, exist.
    ///
    /// The connection's address is known to callbacks if the application is served with
    /// `into_make_service_with_connect_info::<SocketAddr>()`.
    ///
    /// # Errors
    /// When the system has no random numbers.
    ///
    /// # Panics
    /// Outside of a tokio runtime.
    pub fn into_router(self) -> Result<Router> {
        Ok(self.start()?.router())
    }

    /// Serves the dashboard alone, until Ctrl-C or SIGTERM. Prints its address.
    ///
    /// `DASH_BIND` overrides the address; `DASH_HOSTS` adds host names, separated by commas. Unless the program has set
    /// up [`tracing`] itself, callbacks that fail and other things worth knowing are written to the standard error;
    /// `RUST_LOG` says how much, such as `dash_runtime=debug`.
    ///
    /// The program ends within a second after the signal, even if a callback hangs: then by force, should the end of
    /// `main` wait for it.
    ///
    /// # Errors
    /// When the address cannot be listened on.
    pub async fn serve(mut self) -> Result<()> {
        let bind = env::var("DASH_BIND").ok().or_else(|| self.bind.take()).unwrap_or_else(|| BIND.to_owned());
        if let Ok(names) = env::var("DASH_HOSTS") {
            names.split(',').filter(|name| !name.trim().is_empty()).for_each(|name| self.hosts.allow_host(name));
        }
        log_to_stderr();
        let listener = TcpListener::bind(&bind).await.map_err(|source| Error::bind(bind, source))?;
        let address = listener.local_addr()?;
        announce(address);
        if !self.run(listener, stop_signal()).await? {
            end_by_force();
        }
        Ok(())
    }

    /// Serves the dashboard on `listener` until `stop` completes; then closes the sockets, waits a moment for running
    /// callbacks (see [`Limits::shutdown`]), and drops the device.
    ///
    /// # Errors
    /// When the system has no random numbers.
    pub async fn serve_on(self, listener: TcpListener, stop: impl Future<Output = ()>) -> Result<()> {
        self.run(listener, stop).await.map(|_| ())
    }

    /// Serves, and tells whether all callbacks came to their end.
    async fn run(self, listener: TcpListener, stop: impl Future<Output = ()>) -> Result<bool> {
        let limits = self.limits.clone();
        let running = self.start()?;
        let (driver, ending) = (running.driver.clone(), running.ending.clone());
        let served = accept::serve(listener, running.router(), &limits, ending.subscribe());
        tokio::select! {
            () = served => {}
            () = stop => {}
        }
        ending.send_replace(true);
        let quiet = tokio::time::timeout(limits.shutdown, driver.quiet()).await.is_ok();
        if !quiet {
            tracing::warn!("a callback is still running: the program ends without it");
        }
        // The sockets' tasks say goodbye.
        tokio::time::sleep(Duration::from_millis(50)).await;
        Ok(quiet)
    }

    /// The engine that would be served, and the layout.
    #[cfg(feature = "testing")]
    pub(crate) fn into_engine(self, epoch: String) -> (Engine, Element) {
        let Planned { plan, slots, layout } = self.planned;
        (Engine::new(Arc::new(plan), slots, self.device, self.new_data, epoch, self.limits), layout)
    }

    fn start(self) -> Result<Running> {
        let Planned { plan, slots, layout } = self.planned;
        let plan = Arc::new(plan);
        let epoch = random_hex().map_err(Error::random)?;
        let sockets = Semaphore::new(self.limits.sockets);
        let engine = Engine::new(Arc::clone(&plan), slots, self.device, self.new_data, epoch, self.limits);
        Ok(Running {
            assets: Assets::of(&layout),
            driver: Driver::start(engine),
            hosts: self.hosts,
            ending: watch::Sender::new(false),
            sockets: Arc::new(sockets),
            plan,
            layout,
        })
    }
}

/// Waits until the server is told to end.
async fn ended(shutdown: &mut watch::Receiver<bool>) {
    // An error means that nobody is left to tell it, which comes to the same.
    let _ = shutdown.wait_for(|ending| *ending).await;
}

/// 64 random bits twice, as text.
fn random_hex() -> Result<String, getrandom::Error> {
    let mut text = String::with_capacity(32);
    for half in [getrandom::u64()?, getrandom::u64()?] {
        // Writing to a string cannot fail.
        let _ = write!(text, "{half:016x}");
    }
    Ok(text)
}

/// Without this, a callback that fails at night leaves no trace for those who did not ask for a log.
fn log_to_stderr() {
    use tracing_subscriber::{Layer, filter::Targets, fmt, layer::SubscriberExt, util::SubscriberInitExt};
    let wanted = env::var("RUST_LOG").ok().and_then(|wanted| wanted.parse().ok());
    let filter: Targets = wanted.unwrap_or_else(|| Targets::new().with_default(tracing::Level::INFO));
    let lines = fmt::layer().with_writer(std::io::stderr).with_ansi(false).with_filter(filter);
    // An error means that the program has a subscriber of its own, which then has the say.
    let _ = tracing_subscriber::registry().with(lines).try_init();
}

#[allow(clippy::print_stdout, reason = "whoever starts the program is to see where to look")]
fn announce(address: SocketAddr) {
    println!("Dashboard on http://{address}/");
    if !address.ip().is_loopback() {
        println!("Everybody in this network can see and use it: there is no login, and no encryption.");
    }
}

/// Ends the program if it has not ended in a moment: a tokio runtime that is dropped waits for its threads, so a callback
/// that blocks one of them (an `async fn` that never awaits, or a `fn` that was run in place) would keep it for ever.
fn end_by_force() {
    /// With [`Limits::shutdown`], less than a second.
    const MOMENT: Duration = Duration::from_millis(200);
    let end = || {
        std::thread::sleep(MOMENT);
        std::process::exit(0);
    };
    if let Err(error) = std::thread::Builder::new().name("dash-end".to_owned()).spawn(end) {
        tracing::error!(%error, "no thread to end the program");
    }
}

/// Ctrl-C, or what `kill` and service managers send.
async fn stop_signal() {
    #[cfg(unix)]
    {
        use tokio::signal::unix::{SignalKind, signal};
        if let Ok(mut terminate) = signal(SignalKind::terminate()) {
            tokio::select! {
                _ = tokio::signal::ctrl_c() => {}
                _ = terminate.recv() => {}
            }
            return;
        }
    }
    let _ = tokio::signal::ctrl_c().await;
}

/// A dashboard that runs.
struct Running {
    driver: Driver,
    plan: Arc<Plan>,
    layout: Element,
    assets: Assets,
    hosts: Hosts,
    ending: watch::Sender<bool>,
    sockets: Arc<Semaphore>,
}

type Shared = State<Arc<Running>>;

impl Running {
    fn router(self) -> Router {
        let shared = Arc::new(self);
        Router::new()
            .route("/", get(page))
            .route("/health", get(health))
            .route("/schema.json", get(schema))
            .route(&format!("/{FOLDER}/socket"), get(open_socket))
            .route(&format!("/{FOLDER}/{{name}}"), get(asset))
            .fallback(|| async { (StatusCode::NOT_FOUND, "there is nothing here") })
            .layer(middleware::from_fn_with_state(Arc::clone(&shared), guarded))
            .with_state(shared)
    }
}

/// The name that a request was sent to, after [`guarded`] has let it pass.
#[derive(Clone)]
struct Host(String);

/// Around every route: refuses requests for other hosts, and adds the headers that keep the page to itself.
async fn guarded(State(running): Shared, mut request: Request, next: Next) -> Response {
    let mut response = match running.hosts.check_host(request.headers(), request.uri()) {
        Ok(host) => {
            request.extensions_mut().insert(Host(host));
            next.run(request).await
        }
        Err(refused) => refused.into_response(),
    };
    for (name, value) in HEADERS {
        response.headers_mut().insert(name, HeaderValue::from_static(value));
    }
    response.headers_mut().entry(header::CACHE_CONTROL).or_insert(HeaderValue::from_static("no-store"));
    response
}

async fn page(State(running): Shared, OriginalUri(uri): OriginalUri, headers: HeaderMap) -> Response {
    let snapshot = running.driver.look(|engine| Snapshot::of(engine));
    let base = format!("{}/", uri.path().trim_end_matches('/'));
    let html = page::document(&running.plan, &running.layout, &running.assets, &snapshot, &base);
    let mut response = if assets::accepts_gzip(&headers) {
        // The fastest level: a page is made anew for each visitor.
        let body = Body::from(assets::gzip(html.as_bytes(), Compression::fast()));
        ([(header::CONTENT_ENCODING, "gzip")], body).into_response()
    } else {
        html.into_response()
    };
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("text/html; charset=utf-8"));
    headers.insert(header::VARY, HeaderValue::from_static("Accept-Encoding"));
    response
}

/// By the end of the path: as a parameter it would be one of several, if the dashboard is mounted below a path with some.
async fn asset(State(running): Shared, uri: Uri, headers: HeaderMap) -> Response {
    match uri.path().rsplit('/').next().and_then(|name| running.assets.find(name)) {
        Some(asset) => asset.respond(&headers),
        None => (StatusCode::NOT_FOUND, "there is no such file").into_response(),
    }
}

/// The typed interface.
async fn schema(State(running): Shared) -> Response {
    Json(crate::schema::of_dashboard(running.plan.name, &running.plan.schema, running.plan.components)).into_response()
}

/// Whether the dashboard works, and what it has done since it was started.
async fn health(State(running): Shared) -> Response {
    let report = running.driver.look(|engine| {
        serde_json::json!({
            "status": "ok",
            "epoch": engine.epoch(),
            "rev": engine.rev(),
            "clients": engine.clients(),
            "counts": engine.counts(),
        })
    });
    Json(report).into_response()
}

async fn open_socket(
    State(running): Shared,
    axum::Extension(Host(host)): axum::Extension<Host>,
    address: Option<axum::Extension<ConnectInfo<SocketAddr>>>,
    headers: HeaderMap,
    upgrade: Result<WebSocketUpgrade, WebSocketUpgradeRejection>,
) -> Response {
    if let Err(refused) = running.hosts.check_origin(&headers, &host) {
        return refused.into_response();
    }
    let upgrade = match upgrade {
        Ok(upgrade) => upgrade,
        Err(refused) => return refused.into_response(),
    };
    let Ok(permit) = Arc::clone(&running.sockets).try_acquire_owned() else {
        return (StatusCode::SERVICE_UNAVAILABLE, "too many sockets are open").into_response();
    };
    let limits = running.driver.look(|engine| engine.limits().clone());
    let address = address.map(|axum::Extension(ConnectInfo(address))| address.ip());
    let peer = socket::peer(&headers, address);
    upgrade
        // The buffer is the size of one read, and is zeroed before each; axum's default of 128 KiB costs every client
        // that much memory and every small frame 20 µs (facts measured for this project).
        .read_buffer_size(4096)
        .max_message_size(limits.message_size)
        .max_frame_size(limits.message_size)
        .on_upgrade(move |socket| async move {
            let ending = running.ending.subscribe();
            socket::serve(socket, running.driver.clone(), peer, ending, permit).await;
        })
}
