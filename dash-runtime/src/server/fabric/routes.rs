//! The routes of a relay: its own pages, and everything below `/d/<name>/`, which it forwards to the device.

use std::{sync::Arc, time::SystemTime};

use axum::{
    Extension, Json, Router,
    extract::{Request, State},
    http::{HeaderMap, HeaderValue, Uri, header, uri::PathAndQuery},
    middleware,
    response::{IntoResponse, Redirect, Response},
    routing::get,
};
use serde_json::json;

use super::{
    cache::{self, Key},
    documents::{self, Document},
    forward::{forward, is_of_anybody},
    list, live,
    relaying::{Relaying, Unreachable},
    shared,
    stream::Stream,
    words::Name,
};
use crate::server::{
    assets,
    hosts::{Asked, Hosts},
    lock,
    routes::{self, NOTHING_HERE},
};

/// The routes of a relay.
pub(super) fn router(relaying: Arc<Relaying>, hosts: Arc<Hosts>) -> Router {
    let below = |name: &str| format!("/{}/{name}", assets::FOLDER);
    // Responses of devices have their own policy.
    let policy = HeaderValue::from_static(
        "default-src 'none'; script-src 'self'; connect-src 'self'; style-src 'self'; img-src data:; base-uri 'self'; \
         form-action 'self'; frame-ancestors 'none'",
    );
    Router::new()
        .route("/", get(list::list))
        .route("/health", get(health))
        .route(&below(list::LIVE), get(live::stream))
        .route(&below("{asset}"), get(asset))
        .fallback(to_device)
        .with_state(relaying)
        .layer(middleware::from_fn_with_state((hosts, policy), routes::check_host))
}

async fn asset(State(relaying): State<Arc<Relaying>>, uri: Uri, headers: HeaderMap) -> Response {
    let name = uri.path().rsplit('/').next();
    match [&relaying.style, &relaying.script].into_iter().find(|asset| name == Some(&asset.name)) {
        Some(asset) => asset.respond(&headers),
        None => NOTHING_HERE.into_response(),
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
        "watching": relaying.boards.pages(),
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
    let path = Uri::from(path);
    let document = Document::asked(&name, &path, &request);
    let headers = document.is_some().then(|| request.headers().clone());
    let request = match shared::open(&relaying, &name, &path, &asked, request).await {
        Ok(opened) => return opened,
        Err(request) => request,
    };
    let keeps = match (key, &document) {
        (Some(key), _) => Keeps::File(key, is_of_anybody(request.headers(), &name)),
        (None, Some(document)) => Keeps::Document(document),
        (None, None) => Keeps::Nothing,
    };
    let unreachable = match relaying.open(&name, &asked).await {
        Ok(stream) => match answer_of(&relaying, stream, (&name, path), &asked, keeps, request).await {
            Ok(response) => return response,
            Err(error) => {
                tracing::debug!(error, "no answer");
                Unreachable::unknown(&name)
            }
        },
        Err(unreachable) => unreachable,
    };
    if is_document {
        let last =
            document.zip(headers).and_then(|(document, headers)| document.last(&relaying, &unreachable.why, &headers));
        if let Some(last) = last {
            return last;
        }
        return list::unreachable(&relaying, uri.path(), &name, unreachable.status, &unreachable.why);
    }
    unreachable.into_response()
}

/// What is kept of an answer.
enum Keeps<'k> {
    Nothing,
    /// If it never changes, or is a picture that somebody without a login has asked for.
    File(Key, bool),
    /// If everybody gets it.
    Document(&'k Document),
}

/// The answer of a device.
async fn answer_of(
    relaying: &Arc<Relaying>,
    stream: Stream,
    (name, path): (&Name, Uri),
    asked: &Asked,
    keeps: Keeps<'_>,
    request: Request,
) -> std::result::Result<Response, Box<dyn std::error::Error + Send + Sync>> {
    let response = forward(stream, name, path, request).await?;
    match keeps {
        Keeps::Nothing => Ok(response),
        Keeps::File(key, is_of_anybody) => {
            let (response, file) = cache::read(response, &key, is_of_anybody).await?;
            if let Some(file) = file {
                lock(&relaying.cache).keep(key, file);
            }
            Ok(response)
        }
        Keeps::Document(document) => {
            let (response, is_kept) = document.keep(relaying, response).await?;
            if is_kept {
                tokio::spawn(documents::load_files(Arc::clone(relaying), document.clone(), asked.clone()));
            }
            Ok(response)
        }
    }
}

/// Whether a person waits for a document.
fn accepts_html(headers: &HeaderMap) -> bool {
    headers
        .get(header::ACCEPT)
        .and_then(|accept| accept.to_str().ok())
        .is_some_and(|accept| accept.contains("text/html"))
}
