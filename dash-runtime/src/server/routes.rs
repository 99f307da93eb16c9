//! The routes of a running dashboard.

use std::{
    net::{IpAddr, SocketAddr},
    sync::Arc,
};

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

use super::{
    api,
    assets::{self, FOLDER},
    body, devices, files,
    hosts::{Asked, Encrypted, Hosts},
    identity::{self, Visitor},
    kept,
    page::{self, Around, Snapshot, Theme},
    replay, socket,
    state::{Running, Site},
};
use crate::{html::HERE, picture::Picture, rights::User, route::Path};

/// A page may use only its own script, stylesheet and socket, films of its own server, and pictures that the script makes.
const CONTENT_SECURITY_POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; \
    img-src 'self' data: blob:; media-src 'self'; base-uri 'self'; require-trusted-types-for 'script'";

/// What every request is checked with, and the content security policy.
pub(super) type Checks = (Arc<Hosts>, HeaderValue);

/// The headers of every response.
const HEADERS: [(HeaderName, &str); 4] = [
    (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
    // With `no-referrer`, browsers send `Origin: null` with a form, so nobody could log in.
    (header::REFERRER_POLICY, "same-origin"),
    (HeaderName::from_static("cross-origin-opener-policy"), "same-origin"),
    (HeaderName::from_static("cross-origin-resource-policy"), "same-origin"),
];

/// The response for a path without a route.
pub(super) const NOTHING_HERE: (StatusCode, &str) = (StatusCode::NOT_FOUND, "there is nothing here");

type Shared = State<Arc<Running>>;

impl Site {
    /// All routes, with the checks of hosts.
    pub(super) fn router(self) -> Router {
        let title = self.title();
        let brand = self.dashboards.iter().find_map(|one| one.layout.brand()).unwrap_or_default();
        let Self { mut dashboards, hosts, identity, routes: own, wraps, base, .. } = self;
        let (forms, frames) = (if identity.has_login() { "'self'" } else { "'none'" }, hosts.frame_ancestors());
        let policy = format!("{CONTENT_SECURITY_POLICY}; form-action {forms}; frame-ancestors {frames}");
        // The origins have been checked, so the fallback is never used.
        let policy = HeaderValue::try_from(policy).unwrap_or(HeaderValue::from_static("default-src 'none'"));
        let limits = |running: &Running| running.driver.with_engine(|engine| engine.limits().clone());
        let body_time = dashboards.first().map(limits).unwrap_or_default().header_time;
        let mut routes = match dashboards.pop_if(|running| running.device.is_none()) {
            Some(only) => Arc::new(only).routes(),
            None => devices::routes(dashboards),
        };
        routes = routes.fallback(|| async { NOTHING_HERE });
        for own in own {
            // What is not there is the dashboard's. The same path in both is no conflict then.
            let checked = own.layer(middleware::from_fn_with_state(Arc::clone(&hosts), changed_by_own_pages));
            routes = checked.fallback_service(routes);
        }
        // Inside of the layers of the program, which may tell the user of a request.
        routes = identity::guard(routes, &identity, (&hosts, title, brand), body_time);
        // A supervisor cannot log in, and learns no more than that the server answers.
        routes = routes.route("/health/live", get(async || "ok"));
        for wrap in wraps {
            routes = wrap(routes);
        }
        if !base.is_empty() {
            routes = Router::new().nest_service(&base, routes.clone()).fallback_service(routes);
        }
        // Around the routes and layers of the program, which need not think of half bodies.
        let patience = body_time.saturating_mul(PATIENCE);
        let routes = routes.layer(middleware::from_fn_with_state(patience, body::steady));
        routes.layer(middleware::from_fn_with_state((hosts, policy), check_host))
    }
}

/// How many times the time for the head of a request nothing may arrive of its body. A link that is lost for a moment must
/// not end an upload.
const PATIENCE: u32 = 3;

impl Running {
    pub(super) fn routes(self: Arc<Self>) -> Router {
        Router::new()
            .route("/", get(page))
            .merge(pages(&self))
            .route("/health", get(health))
            .route("/schema.json", get(schema))
            .route(&format!("/{FOLDER}/socket"), get(open_socket))
            .route(&format!("/{FOLDER}/{{name}}"), get(asset))
            // The parameters have these names because axum rejects equal names in the path that the dashboard may be
            // mounted below.
            .route(&format!("/{FOLDER}/{{dash_folder}}/{{name}}"), get(asset))
            .merge(api::routes(&self))
            .merge(if self.player.is_some() { replay::routes() } else { Router::new() })
            .route(&format!("/{FOLDER}/picture/{{name}}"), get(picture))
            .route(&format!("/{FOLDER}/file/{{name}}"), get(files::attachment))
            .with_state(self)
    }
}

/// What a request asked for. A relay has checked it already.
///
/// # Errors
/// If the request is not for this server.
#[cfg_attr(
    not(feature = "nats"),
    allow(clippy::needless_pass_by_ref_mut, reason = "only requests of relays are changed")
)]
fn asked_for(
    hosts: &Hosts,
    peer: Option<IpAddr>,
    encrypted: bool,
    request: &mut Request,
) -> Result<Asked, (StatusCode, String)> {
    #[cfg(feature = "nats")]
    if let Some(super::fabric::Relayed(asked)) = request.extensions_mut().remove() {
        return Ok(asked);
    }
    hosts.check_host(peer, encrypted, request.headers(), request.uri())
}

/// Wraps every route: refuses requests for other hosts, and adds the security headers.
pub(super) async fn check_host(State((hosts, policy)): State<Checks>, mut request: Request, next: Next) -> Response {
    let peer = request.extensions().get().map(|ConnectInfo::<SocketAddr>(peer)| peer.ip());
    let encrypted = request.extensions().get().is_some_and(|Encrypted(encrypted)| *encrypted);
    let mut response = match asked_for(&hosts, peer, encrypted, &mut request) {
        Ok(asked) => {
            if let Some(client) = asked.client.filter(|client| Some(*client) != peer) {
                // From here on, the client of a trusted proxy is the peer. Its port is not known.
                request.extensions_mut().insert(ConnectInfo(SocketAddr::new(client, 0)));
            }
            request.extensions_mut().insert(asked);
            next.run(request).await
        }
        Err(refused) => refused.into_response(),
    };
    let headers = response.headers_mut();
    // Routes of the program may have others.
    headers.entry(header::CONTENT_SECURITY_POLICY).or_insert(policy);
    for (name, value) in HEADERS {
        headers.entry(name).or_insert(HeaderValue::from_static(value));
    }
    response.headers_mut().entry(header::CACHE_CONTROL).or_insert(HeaderValue::from_static("no-store"));
    response
}

/// Refuses requests of foreign pages for routes of the program, if they may change something.
async fn changed_by_own_pages(
    State(hosts): State<Arc<Hosts>>,
    axum::Extension(asked): axum::Extension<Asked>,
    request: Request,
    next: Next,
) -> Response {
    if !request.method().is_safe()
        && let Err(refused) = hosts.check_origin(request.headers(), &asked)
    {
        return refused.into_response();
    }
    next.run(request).await
}

/// For a dashboard with several pages: all paths without another route.
fn pages(running: &Running) -> Router<Arc<Running>> {
    match running.plan.router {
        Some(_) => Router::new().route("/{*path}", get(page)),
        None => Router::new(),
    }
}

/// `uri` has the path without the prefix that the dashboard is mounted at. `whole` has the whole path.
async fn page(
    State(running): Shared,
    Visitor(user): Visitor,
    OriginalUri(whole): OriginalUri,
    axum::Extension(asked): axum::Extension<Asked>,
    uri: Uri,
    headers: HeaderMap,
) -> Response {
    let inner = Some(uri.path()).filter(|path| *path != "/");
    let own = [FOLDER, "api"].map(|folder| format!("/{folder}/"));
    if inner.is_some_and(|path| own.iter().any(|own| path.starts_with(own.as_str()))) {
        return NOTHING_HERE.into_response();
    }
    let path = match inner.map(Path::parse) {
        None => Path::default(),
        Some(Some(path)) => path,
        Some(None) => return NOTHING_HERE.into_response(),
    };
    let snapshot = first_snapshot(&running, &user, &path).await;
    let status = if snapshot.is_nowhere() { StatusCode::NOT_FOUND } else { StatusCode::OK };
    let root = root(&whole, inner);
    let (device, account) = (running.device.as_ref(), running.identity.account(&user));
    let theme = kept::cookie(&headers, Theme::COOKIE).and_then(Theme::named);
    let replays = running.player.is_some();
    let around = Around { device, account: account.as_ref(), theme, replays, relayed: asked.relayed.as_deref() };
    let html = page::document(&running.layout, &running.assets, snapshot, &root, path, &around);
    (status, respond(&html, &headers)).into_response()
}

/// The address of the dashboard relative to the document at `whole`. `inner` is the path below the dashboard, if it is
/// not the dashboard's own. The end of the path is all that counts: a proxy may have taken off its beginning.
pub(super) fn root(whole: &Uri, inner: Option<&str>) -> String {
    match inner {
        Some(inner) => match inner.matches('/').count() {
            0 | 1 => HERE.to_owned(),
            depth => "../".repeat(depth - 1),
        },
        // Without a slash at the end, addresses would be relative to the folder above.
        None => match whole.path().rsplit('/').next() {
            None | Some("") => HERE.to_owned(),
            Some(name) => format!("{HERE}{name}/"),
        },
    }
}

/// The values at `path` before the page has sent its hello.
async fn first_snapshot(running: &Running, user: &User, path: &Path) -> Snapshot {
    let Some((body, call)) = running.driver.with_engine(|engine| engine.first_look(path)) else {
        return running.driver.with_engine(|engine| Snapshot::of(engine, user));
    };
    // A failed run is reported for the client later, after the page has sent its hello.
    let writes = running.driver.run_apart(body, call).await.map(|call| call.writes).unwrap_or_default();
    running.driver.with_engine(|engine| Snapshot::at(engine, user, path, writes))
}

/// An HTML document, which is made for each request.
pub(super) fn respond(html: &str, request: &HeaderMap) -> Response {
    let mut response = if assets::accepts_gzip(request) {
        // The fastest level, because each document is sent only once.
        let body = Body::from(assets::gzip(html.as_bytes(), Compression::fast()));
        ([(header::CONTENT_ENCODING, "gzip")], body).into_response()
    } else {
        html.to_owned().into_response()
    };
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("text/html; charset=utf-8"));
    headers.insert(header::VARY, HeaderValue::from_static("Accept-Encoding"));
    response
}

/// Takes the end of the path. A path parameter would not work, because the path that the dashboard is mounted below may
/// have parameters too.
async fn asset(State(running): Shared, uri: Uri, headers: HeaderMap) -> Response {
    let name = uri.path().rsplit_once(&format!("/{FOLDER}/")).map(|(_, name)| name);
    let missing = || (StatusCode::NOT_FOUND, "there is no such file").into_response();
    let Some(name) = name else { return missing() };
    if let Some(library) = running.assets.library(name) {
        // The address has the hash of the script and of the libraries, so it always leads there.
        let keep = (header::CACHE_CONTROL, "public, max-age=31536000, immutable".to_owned());
        return (StatusCode::TEMPORARY_REDIRECT, [(header::LOCATION, library), keep]).into_response();
    }
    match running.assets.find(name) {
        Some(asset) if asset.is_compressed() => asset.respond(&headers),
        Some(_) => {
            // To compress a large library takes a while.
            let (name, assets) = (name.to_owned(), Arc::clone(&running));
            let respond = move || assets.assets.find(&name).map(|asset| asset.respond(&headers));
            tokio::task::spawn_blocking(respond).await.ok().flatten().unwrap_or_else(missing)
        }
        None => missing(),
    }
}

/// The bytes of a picture that a property holds or has held shortly before.
async fn picture(uri: Uri) -> Response {
    let Some(picture) = uri.path().rsplit('/').next().and_then(Picture::find) else {
        return (StatusCode::NOT_FOUND, "this picture is gone").into_response();
    };
    // Without a header for caches it is not stored (`check_host`). A camera would otherwise fill the disks of its viewers
    // with pictures that nobody can request again. And the picture may be for one client only.
    ([(header::CONTENT_TYPE, picture.format().media_type())], picture.bytes().clone()).into_response()
}

/// The typed interface of the dashboard.
async fn schema(State(running): Shared, Visitor(user): Visitor) -> Response {
    let plan = &running.plan;
    let view = running.driver.with_engine(|engine| engine.view_for(&user));
    let components = plan.components.iter().enumerate().filter(|(at, _)| !plan.hides_component(view, *at));
    let components: Vec<_> = components.map(|(_, component)| *component).collect();
    let mut schema = crate::schema::of_dashboard(plan.name, &plan.schema_for(view), &components);
    schema["paths"] = api::paths();
    Json(schema).into_response()
}

async fn health(State(running): Shared, Visitor(user): Visitor) -> Response {
    let mut health = running.health(&user);
    health["server"] = running.meter.report();
    Json(health).into_response()
}

async fn open_socket(
    State(running): Shared,
    axum::Extension(asked): axum::Extension<Asked>,
    Visitor(user): Visitor,
    headers: HeaderMap,
    upgrade: Result<WebSocketUpgrade, WebSocketUpgradeRejection>,
) -> Response {
    if let Err(refused) = running.hosts.check_origin(&headers, &asked) {
        return refused.into_response();
    }
    let upgrade = match upgrade {
        Ok(upgrade) => upgrade,
        Err(refused) => return refused.into_response(),
    };
    let Ok(place) = running.seat(asked.client) else {
        return (StatusCode::SERVICE_UNAVAILABLE, "too many sockets are open").into_response();
    };
    let limits = running.driver.with_engine(|engine| engine.limits().clone());
    let ask = greeting(&asked, &headers);
    let recheck = running.identity.recheck_of(&user);
    let peer = socket::peer(&headers, &asked, user, &running.kept);
    upgrade
        // The buffer has the size of one read, and is zeroed before each read. axum's default of 128 KiB costs that
        // much memory per client, and 20 µs per small frame (measured for this project).
        .read_buffer_size(4096)
        .max_message_size(limits.message_size)
        .max_frame_size(limits.message_size)
        .on_upgrade(move |socket| async move {
            let ending = running.ending.subscribe();
            socket::serve(socket, running.driver.clone(), peer, ask, ending, (place, recheck)).await;
        })
}

/// What a hello over this socket means.
fn greeting(asked: &Asked, headers: &HeaderMap) -> socket::Greet {
    #[cfg(feature = "nats")]
    if let Some(greet) = super::fabric::greeting(asked, headers) {
        return greet;
    }
    let _ = (asked, headers);
    socket::PAGE
}
