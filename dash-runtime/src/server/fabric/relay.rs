//! The side of the relay: a server without a device. It finds the owner of a device, and forwards requests to it.

use std::{
    env,
    net::SocketAddr,
    pin::Pin,
    sync::{Arc, Mutex},
    time::{Duration, Instant, SystemTime},
};

use async_nats::client::RequestErrorKind;
use axum::{
    Extension, Json, Router,
    extract::{Request, State},
    http::{HeaderMap, HeaderValue, StatusCode, Uri, header, uri::PathAndQuery},
    middleware,
    response::{IntoResponse, Redirect, Response},
    routing::get,
};
use bytes::Bytes;
use futures_util::StreamExt as _;
use serde_json::json;
use tokio::{
    net::TcpListener,
    sync::watch,
    time::{interval, sleep},
};

use super::{
    broker::{self, Broker, Link},
    cache::{self, Cache, Key},
    directory::Directory,
    forward::forward,
    list,
    stream::{Stream, Streams},
    words::{Beat, Name, Open, Opened, THERE, Way, here, number_in},
};
use crate::{
    error::{Error, Result},
    protocol::limits::Limits,
    server::{
        accept::{self, Door},
        assets::{self, Asset},
        descriptors,
        hosts::{Asked, Hosts},
        lock,
        meter::Meter,
        process::{Encryption, announce, log_to_stderr, stop_signal},
        random_hex,
        routes::{self, NOTHING_HERE},
        serving::{self, BIND},
    },
    words::log,
};

/// How often a relay looks for owners that are silent.
const LOOK: Duration = Duration::from_millis(200);
/// How often a relay says that it is there.
pub(super) const HERE_EACH: Duration = Duration::from_secs(1);

/// A server that has no device. It serves the pages of devices that are elsewhere, over a broker.
///
/// `/` lists the devices. The page of a device is at `/d/<name>/`. Logins and rights are those of the device.
///
/// ```text
/// Relay::new("nats://127.0.0.1:4222").allow_host("fleet.example.org").serve().await
/// ```
pub struct Relay {
    servers: String,
    domain: Option<String>,
    bind: Option<String>,
    hosts: Hosts,
    limits: Limits,
    told: Option<Box<dyn FnOnce(SocketAddr) + Send>>,
    stop: Option<Pin<Box<dyn Future<Output = ()> + Send>>>,
}

impl std::fmt::Debug for Relay {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        // The addresses may have passwords.
        f.debug_struct("Relay").field("limits", &self.limits).field("hosts", &self.hosts).finish_non_exhaustive()
    }
}

impl Relay {
    /// A relay that uses this broker: `nats://host:4222`, `tls://user:password@host`, or several servers of it with commas
    /// between them.
    pub fn new(servers: impl Into<String>) -> Self {
        Self {
            servers: servers.into(),
            domain: None,
            bind: None,
            hosts: Hosts::default(),
            limits: Limits::default(),
            told: None,
            stop: None,
        }
    }

    /// The JetStream domain of the broker, as [`App::fabric_domain`](crate::server::App::fabric_domain).
    /// `DASH_FABRIC_DOMAIN` overrides it.
    #[must_use]
    pub fn domain(mut self, domain: &str) -> Self {
        self.domain = Some(domain.to_owned());
        self
    }

    /// Listens on this address, such as `0.0.0.0:8050`. `DASH_BIND` overrides it.
    #[must_use]
    pub fn bind(mut self, address: &str) -> Self {
        self.bind = Some(address.to_owned());
        self
    }

    /// Also answers requests for this host name, as [`App::allow_host`](crate::server::App::allow_host). The devices
    /// need not know it.
    #[must_use]
    pub fn allow_host(mut self, name: &str) -> Self {
        self.hosts.allow_host(name);
        self
    }

    /// Trusts a proxy in front of the relay, as [`App::trust_proxy`](crate::server::App::trust_proxy).
    #[must_use]
    pub fn trust_proxy(mut self, address: &str) -> Self {
        self.hosts.trust_proxy(address);
        self
    }

    /// Sets other limits on connections than the defaults. The limits on clients and values are those of the devices.
    #[must_use]
    pub fn limits(mut self, limits: Limits) -> Self {
        self.limits = limits;
        self
    }

    /// Calls `told` with the address when the relay listens, instead of printing it.
    #[must_use]
    pub fn on_listen(mut self, told: impl FnOnce(SocketAddr) + Send + 'static) -> Self {
        self.told = Some(Box::new(told));
        self
    }

    /// [`serve`](Relay::serve) ends when `stop` completes, instead of on Ctrl-C and SIGTERM.
    #[must_use]
    pub fn stop_when(mut self, stop: impl Future<Output = ()> + Send + 'static) -> Self {
        self.stop = Some(Box::pin(stop));
        self
    }

    /// Serves until Ctrl-C or SIGTERM, or until [`stop_when`](Relay::stop_when). `DASH_BIND`, `DASH_HOSTS` and
    /// `DASH_PROXIES` are read as by [`App::serve`](crate::server::App::serve).
    ///
    /// # Errors
    /// If the relay cannot listen on the address, or a setting is not what it should be. A broker that is not there is no
    /// error: the relay tries again.
    pub async fn serve(mut self) -> Result<()> {
        serving::listed("DASH_HOSTS").iter().for_each(|name| self.hosts.allow_host(name));
        serving::listed("DASH_PROXIES").iter().for_each(|proxy| self.hosts.trust_proxy(proxy));
        if let Ok(domain) = env::var("DASH_FABRIC_DOMAIN") {
            self.domain = Some(domain);
        }
        let bind = env::var("DASH_BIND").ok().or_else(|| self.bind.take()).unwrap_or_else(|| BIND.to_owned());
        let told = self.told.take();
        let stop = self.stop.take().unwrap_or_else(|| Box::pin(stop_signal()));
        log_to_stderr();
        let listener = TcpListener::bind(&bind).await.map_err(|source| Error::bind("DASH_BIND", bind, source))?;
        let address = listener.local_addr()?;
        self.run(listener, stop, || match told {
            Some(told) => told(address),
            None => announce(address, true, &Encryption::default()),
        })
        .await
    }

    /// Serves on `listener` until `stop` completes.
    ///
    /// # Errors
    /// If a setting is not what it should be.
    pub async fn serve_on(self, listener: TcpListener, stop: impl Future<Output = ()>) -> Result<()> {
        self.run(listener, stop, || ()).await
    }

    async fn run(self, listener: TcpListener, stop: impl Future<Output = ()>, started: impl FnOnce()) -> Result<()> {
        let Self { servers, domain, hosts, limits, .. } = self;
        if !hosts.faults().is_empty() {
            return Err(Error::hosts(hosts.faults().to_vec()));
        }
        let servers = broker::servers(&servers).map_err(Error::fabric)?;
        broker::warn_of(&servers);
        let run = random_hex().map_err(Error::random)?;
        let domain = domain.as_deref().map(broker::domain).transpose().map_err(Error::fabric)?;
        let broker = Broker::connect(servers, domain, "dash-relay").await.map_err(Error::fabric)?;
        let limits = descriptors::fitted(limits);
        let (meter, ending) = (Arc::new(Meter::of(&limits)), watch::Sender::new(false));
        let (streams, outgoing) = Streams::new();
        broker.send(outgoing);
        let relaying = Arc::new(Relaying {
            broker,
            streams,
            link: Mutex::new(None),
            directory: Mutex::default(),
            cache: Mutex::default(),
            meter: Arc::clone(&meter),
            style: assets::plain_style(),
        });
        let task = tokio::spawn(Arc::clone(&relaying).keep(run));
        let hosts = Arc::new(hosts);
        let door = Door {
            router: router(relaying, Arc::clone(&hosts)),
            limits,
            connections: Arc::clone(&meter.connections),
            meter,
            hosts,
            shutdown: ending.subscribe(),
            #[cfg(feature = "tls")]
            tls: None,
        };
        started();
        tokio::select! {
            () = accept::serve(listener, door) => {}
            () = stop => {}
        }
        ending.send_replace(true);
        task.abort();
        Ok(())
    }
}

/// A running relay.
pub(super) struct Relaying {
    broker: Broker,
    streams: Arc<Streams>,
    /// The name of the connection to the broker, while there is one.
    link: Mutex<Option<Arc<str>>>,
    pub(super) directory: Mutex<Directory>,
    /// Scripts and stylesheets.
    cache: Mutex<Cache>,
    meter: Arc<Meter>,
    pub(super) style: Asset,
}

/// Why a device has not answered a request.
struct Unreachable {
    status: StatusCode,
    why: String,
    /// Whether the device has nothing of the request, so that it can be sent again.
    is_refused: bool,
}

impl Unreachable {
    /// There is no stream, so the device has nothing of the request.
    const fn refused(status: StatusCode, why: String) -> Self {
        Self { status, why, is_refused: true }
    }

    /// The stream was lost before the answer came. The device may have carried the request out.
    fn unknown(name: &Name) -> Self {
        let why =
            format!("the connection to {name} was lost before it answered: it may have done what was asked, or not");
        Self { status: StatusCode::BAD_GATEWAY, why, is_refused: false }
    }
}

impl IntoResponse for Unreachable {
    fn into_response(self) -> Response {
        // A page that is open shows this reason, and tries again.
        let kind = if self.is_refused { "cut_off" } else { "unknown" };
        let mut response = (self.status, Json(json!({ "kind": kind, "why": self.why }))).into_response();
        if self.is_refused {
            response.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from_static("1"));
        }
        response
    }
}

impl Relaying {
    /// Keeps the directory, and the streams of each connection to the broker.
    async fn keep(self: Arc<Self>, run: String) {
        let mut broker_link = self.broker.link.clone();
        loop {
            let number = loop {
                match *broker_link.borrow_and_update() {
                    Link::Up(number) => break number,
                    Link::Down => lock(&self.directory).lose_broker(SystemTime::now()),
                }
                if broker_link.changed().await.is_err() {
                    return;
                }
            };
            let link: Arc<str> = format!("{run}-{number}").into();
            tokio::select! {
                // It has lost its subscriptions, and makes new ones.
                () = self.listen(&link) => sleep(LOOK).await,
                // Down, or down and up again.
                changed = broker_link.changed() => if changed.is_err() { return },
            }
            *lock(&self.link) = None;
            self.streams.cut(None, "the relay has lost its broker");
        }
    }

    /// Hears beats and packets, as long as there is this connection.
    async fn listen(&self, link: &Arc<str>) {
        let Broker { data, control, .. } = &self.broker;
        let subscribed = tokio::try_join!(data.subscribe(Way::Down.all(link)), control.subscribe(THERE));
        let Ok((mut packets, mut beats)) = subscribed else { return };
        // The broker knows it before an owner is asked, over the other connection, to send packets.
        if data.flush().await.is_err() {
            return;
        }
        *lock(&self.link) = Some(Arc::clone(link));
        lock(&self.directory).find_broker();
        let hear = async {
            let mut look = interval(LOOK);
            loop {
                tokio::select! {
                    packet = packets.next() => {
                        let Some(packet) = packet else { return };
                        if let Some(number) = number_in(&packet.subject) {
                            self.streams.receive(number, &packet.payload);
                        }
                    }
                    beat = beats.next() => {
                        let Some(beat) = beat else { return };
                        self.hear(&beat.subject, &beat.payload);
                    }
                    _ = look.tick() => {
                        let silent = lock(&self.directory).tick(Instant::now(), SystemTime::now());
                        for (name, link) in silent {
                            self.streams.cut(Some(&peer(&name, &link)), "the device is silent");
                        }
                    }
                }
            }
        };
        let remember = async {
            match self.broker.all_last().await {
                Ok(all) => {
                    let mut directory = lock(&self.directory);
                    all.into_iter().for_each(|(name, beat, time)| directory.kept(time, name, beat));
                }
                // Devices that are there are heard in any case.
                Err(why) => tracing::debug!(why, "the broker does not tell which devices there were"),
            }
            std::future::pending::<()>().await;
        };
        let be_here = async {
            let mut each = interval(HERE_EACH);
            loop {
                each.tick().await;
                if let Err(error) = control.publish(here(link), Bytes::new()).await {
                    tracing::debug!(%error, "not sent");
                }
            }
        };
        tokio::select! {
            () = hear => {}
            () = remember => {}
            () = be_here => {}
        }
    }

    fn hear(&self, subject: &str, message: &[u8]) {
        let Some(name) = Name::of_beat(subject) else { return };
        match serde_json::from_slice::<Beat>(message) {
            Ok(beat) => self.heard(&name, beat),
            Err(error) => {
                let why = || format!("what {subject} has is not from an owner: {error}");
                if log::is_rare("beat", 1, why) {
                    log::warn(&why());
                }
            }
        }
    }

    fn heard(&self, name: &Name, beat: Beat) {
        let lost = lock(&self.directory).heard(Instant::now(), SystemTime::now(), name.clone(), beat);
        if let Some(link) = lost {
            self.streams.cut(Some(&peer(name, &link)), "the device has connected again");
        }
    }

    /// Opens a stream to a device. A device that cannot be reached is told at once: nothing waits for it.
    async fn open(&self, name: &Name, asked: &Asked) -> std::result::Result<Stream, Unreachable> {
        let now = SystemTime::now();
        if let Some(why) = lock(&self.directory).why_not(name, now) {
            return Err(Unreachable::refused(StatusCode::SERVICE_UNAVAILABLE, why));
        }
        let silent = || {
            let directory = lock(&self.directory);
            let status =
                if directory.get(name).is_some() { StatusCode::SERVICE_UNAVAILABLE } else { StatusCode::NOT_FOUND };
            Unreachable::refused(status, directory.why_silent(name, now))
        };
        let Some(link) = lock(&self.link).clone() else { return Err(silent()) };
        let opening = self.streams.begin();
        let open = Open::of(Way::Down.one(&link, opening.number), asked);
        // It is made of texts and numbers, so it can always be encoded.
        let open = serde_json::to_vec(&open).unwrap_or_default();
        let answer = match self.broker.control.request(name.open(), open.into()).await {
            Ok(answer) => answer,
            Err(error) => {
                if error.kind() != RequestErrorKind::NoResponders {
                    tracing::debug!(%error, "a device does not answer");
                }
                return Err(silent());
            }
        };
        match serde_json::from_slice(&answer.payload) {
            Ok(Opened::Up { subject, beat }) => {
                if Way::Up.parse(&subject).is_none_or(|(link, _)| link != beat.link) {
                    let why = format!("{name} wants its packets at `{subject}`, which is not of its own connection");
                    return Err(Unreachable::refused(StatusCode::BAD_GATEWAY, why));
                }
                let owner = peer(name, &beat.link);
                self.heard(name, beat);
                opening.open(&owner, subject).ok_or_else(silent)
            }
            Ok(Opened::Refused(why)) => Err(Unreachable::refused(StatusCode::BAD_GATEWAY, why)),
            Err(error) => {
                let why = format!("{name} answers in an unknown way: {error}");
                Err(Unreachable::refused(StatusCode::BAD_GATEWAY, why))
            }
        }
    }
}

/// The owner of a device, as the other end of streams. With the name: another owner may claim to have the same link.
fn peer(name: &Name, link: &str) -> String {
    format!("{name} {link}")
}

/// The routes of a relay.
fn router(relaying: Arc<Relaying>, hosts: Arc<Hosts>) -> Router {
    let style = format!("/{}/{{style}}", assets::FOLDER);
    // Responses of devices have their own policy.
    let policy = HeaderValue::from_static(
        "default-src 'none'; style-src 'self'; img-src data:; base-uri 'self'; form-action 'none'; frame-ancestors 'none'",
    );
    Router::new()
        .route("/", get(list::list))
        .route("/health", get(health))
        .route(&style, get(stylesheet))
        .fallback(to_device)
        .with_state(relaying)
        .layer(middleware::from_fn_with_state((hosts, policy), routes::check_host))
}

async fn stylesheet(State(relaying): State<Arc<Relaying>>, uri: Uri, headers: HeaderMap) -> Response {
    match uri.path().rsplit('/').next() {
        Some(name) if name == relaying.style.name => relaying.style.respond(&headers),
        _ => NOTHING_HERE.into_response(),
    }
}

async fn health(State(relaying): State<Arc<Relaying>>) -> Response {
    let now = SystemTime::now();
    let directory = lock(&relaying.directory);
    let without = directory.without_broker();
    let status = if without.is_some() { "no broker" } else { "ok" };
    let cut = without.map(|since| now.duration_since(since).unwrap_or_default().as_secs());
    let report = json!({
        "status": status,
        "no_broker_for_s": cut,
        "streams": relaying.streams.count(),
        "server": relaying.meter.report(),
        "devices": directory.report(now),
    });
    drop(directory);
    Json(report).into_response()
}

/// A request below `/d/<name>/`.
async fn to_device(
    State(relaying): State<Arc<Relaying>>,
    Extension(asked): Extension<Asked>,
    request: Request,
) -> Response {
    let uri = request.uri().clone();
    let Some(below) = uri.path().strip_prefix("/d/") else { return NOTHING_HERE.into_response() };
    let Some((name, inner)) = below.split_once('/') else {
        return match Name::parse(below) {
            Ok(name) => Redirect::temporary(&format!("{name}/")).into_response(),
            Err(_) => NOTHING_HERE.into_response(),
        };
    };
    let Ok(name) = Name::parse(name) else { return NOTHING_HERE.into_response() };
    let query = uri.query().map(|query| format!("?{query}")).unwrap_or_default();
    // A part of a path is a path.
    let Ok(path) = PathAndQuery::try_from(format!("/{inner}{query}")) else { return NOTHING_HERE.into_response() };
    let (is_document, key) = (accepts_html(request.headers()), Key::of(&name, path.as_str(), &request));
    if let Some(kept) = key.as_ref().and_then(|key| lock(&relaying.cache).get(key)) {
        return kept;
    }
    let unreachable = match relaying.open(&name, &asked).await {
        Ok(stream) => match answer_of(&relaying, stream, &name, path.into(), key, request).await {
            Ok(response) => return response,
            Err(error) => {
                tracing::debug!(error, "no answer");
                Unreachable::unknown(&name)
            }
        },
        Err(unreachable) => unreachable,
    };
    if is_document {
        return list::unreachable(&relaying, uri.path(), &name, unreachable.status, &unreachable.why);
    }
    unreachable.into_response()
}

/// The answer of a device. With a `key`, it is kept if it never changes.
async fn answer_of(
    relaying: &Relaying,
    stream: Stream,
    name: &Name,
    path: Uri,
    key: Option<Key>,
    request: Request,
) -> std::result::Result<Response, Box<dyn std::error::Error + Send + Sync>> {
    let response = forward(stream, name, path, request).await?;
    let Some(key) = key else { return Ok(response) };
    let (response, file) = cache::read(response).await?;
    if let Some(file) = file {
        lock(&relaying.cache).put(key, file);
    }
    Ok(response)
}

/// Whether a person waits for a document.
fn accepts_html(headers: &HeaderMap) -> bool {
    headers
        .get(header::ACCEPT)
        .and_then(|accept| accept.to_str().ok())
        .is_some_and(|accept| accept.contains("text/html"))
}
