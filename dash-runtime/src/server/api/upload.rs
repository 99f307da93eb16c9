//! `POST _dash/upload/<component>/<event>?name=<name>`: the bytes of a file, which go to the disk as they arrive. The
//! answer has an id, and the event with this id tells a callback of the file. So the event is judged as every other one:
//! by roles, gates, `disabled` and the queue.
//!
//! The event is one of a component that also has the properties `max_bytes` and `accept`.

use std::{
    io::Write as _,
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
    time::Duration,
};

use axum::{
    Json,
    body::Body,
    extract::{RawPathParams, State},
    http::{HeaderMap, StatusCode, Uri, header},
    response::{IntoResponse, Response},
};
use futures_util::StreamExt as _;
use tempfile::NamedTempFile;
use tokio::{
    sync::Semaphore,
    task::spawn_blocking,
    time::{sleep, timeout},
};

use super::response::Denied;
use crate::{
    file::{CLAIM, Received},
    prop::Kind,
    server::{identity::Visitor, state::Running},
};

/// The number of uploads at a time, and the number of bytes on the disk of those that run or wait for their event.
const AT_A_TIME: usize = 8;
const ON_DISK: u64 = 2 << 30;
/// An upload whose bytes do not arrive for this time is ended.
const PATIENCE: Duration = Duration::from_secs(30);

static FREE: Semaphore = Semaphore::const_new(AT_A_TIME);
static RUNNING: AtomicU64 = AtomicU64::new(0);

/// Bytes on the disk of an upload that runs.
struct OnDisk(u64);

impl OnDisk {
    /// # Errors
    /// If there are too many bytes on the disk.
    fn add(&mut self, bytes: u64) -> Result<(), Denied> {
        self.0 += bytes;
        let all = RUNNING.fetch_add(bytes, Ordering::Relaxed) + bytes;
        if all + Received::waiting_bytes() > ON_DISK {
            return Err(Denied::new(
                StatusCode::SERVICE_UNAVAILABLE,
                "busy",
                "too many uploads are on the way: try again later",
            ));
        }
        Ok(())
    }
}

impl Drop for OnDisk {
    fn drop(&mut self) {
        RUNNING.fetch_sub(self.0, Ordering::Relaxed);
    }
}

/// What the component accepts.
struct Bounds {
    bytes: u64,
    /// Endings such as `.csv`, separated by commas. Empty: every file.
    accept: String,
}

pub(super) async fn upload(
    State(running): State<Arc<Running>>,
    Visitor(user): Visitor,
    params: RawPathParams,
    uri: Uri,
    headers: HeaderMap,
    body: Body,
) -> Result<Response, Denied> {
    let named = |wanted| params.iter().find(|(name, _)| *name == wanted).map_or("", |(_, value)| value);
    let (component, event) = (named("dash_component"), named("dash_property"));
    let target = format!("{component}.{event}");
    let bounds = running.driver.with_engine(|engine| {
        let no = engine.find_for(Some(&user), &target).ok_or_else(|| Denied::unknown(&target))?;
        let sibling = |name: &str| {
            let no = engine.find_for(Some(&user), &format!("{component}.{name}"))?;
            engine.slot(no).value().cloned()
        };
        let (bytes, accept) = (sibling("max_bytes"), sibling("accept"));
        let bytes = bytes.as_ref().and_then(|bytes| bytes.get::<f64>());
        let accept = accept.as_ref().and_then(|accept| accept.get::<String>());
        let (true, Some(bytes), Some(accept)) = (engine.plan().prop(no).info.kind == Kind::Event, bytes, accept) else {
            return Err(Denied::new(
                StatusCode::METHOD_NOT_ALLOWED,
                "not_writable",
                format!("{target} takes no files"),
            ));
        };
        if !engine.may_change(&user, no) {
            return Err(Denied::new(StatusCode::FORBIDDEN, "role", format!("your role may not change {target}")));
        }
        // The event would be refused. Nobody should wait for the bytes before that.
        engine.is_enabled(no)?;
        Ok(Bounds { bytes: bytes.max(0.0) as u64, accept: accept.clone() })
    })?;
    let query = uri.query().unwrap_or_default();
    let name =
        form_urlencoded::parse(query.as_bytes()).find(|(key, _)| key == "name").map(|(_, name)| name.into_owned());
    let name = name.unwrap_or_default();
    if !accepts(&bounds.accept, &name) {
        let why = format!("{name:?} is not one of the accepted files ({})", bounds.accept);
        return Err(Denied::new(StatusCode::UNSUPPORTED_MEDIA_TYPE, "type", why));
    }
    let told = headers.get(header::CONTENT_LENGTH).and_then(|length| length.to_str().ok()?.parse::<u64>().ok());
    if told.is_some_and(|length| length > bounds.bytes) {
        return Err(too_large(bounds.bytes));
    }
    let Ok(_place) = FREE.try_acquire() else {
        return Err(Denied::new(
            StatusCode::SERVICE_UNAVAILABLE,
            "busy",
            "too many uploads are on the way: try again later",
        ));
    };
    let mut on_disk = OnDisk(0);
    let (file, size) = spool(body, bounds.bytes, &mut on_disk).await?;
    // From now on it counts among those that wait.
    let id = Received::complete(&name, size, file);
    tokio::spawn(async {
        sleep(CLAIM + Duration::from_secs(1)).await;
        Received::forget_old();
    });
    Ok(Json(serde_json::json!({ "id": id })).into_response())
}

/// Whether the name has one of the endings.
fn accepts(accept: &str, name: &str) -> bool {
    let mut endings = accept.split(',').map(str::trim).filter(|ending| !ending.is_empty()).peekable();
    let name = name.to_lowercase();
    endings.peek().is_none() || endings.any(|ending| name.ends_with(&ending.to_lowercase()))
}

fn too_large(most: u64) -> Denied {
    Denied::new(StatusCode::PAYLOAD_TOO_LARGE, "too_large", format!("the file is larger than {most} bytes"))
}

/// Writes the bytes to a file as they arrive.
async fn spool(body: Body, most: u64, on_disk: &mut OnDisk) -> Result<(NamedTempFile, u64), Denied> {
    let failed = |error: std::io::Error| {
        Denied::new(StatusCode::INTERNAL_SERVER_ERROR, "failed", format!("the file cannot be kept: {error}"))
    };
    let join = |_| Denied::new(StatusCode::INTERNAL_SERVER_ERROR, "failed", "the file cannot be kept");
    let mut file = spawn_blocking(NamedTempFile::new).await.map_err(join)?.map_err(failed)?;
    let mut body = body.into_data_stream();
    let mut size = 0;
    loop {
        let piece = match timeout(PATIENCE, body.next()).await {
            Ok(Some(Ok(piece))) => piece,
            Ok(None) => return Ok((file, size)),
            Ok(Some(Err(_))) => return Err(Denied::malformed("the upload was cut off")),
            Err(_) => return Err(Denied::new(StatusCode::REQUEST_TIMEOUT, "timeout", "the bytes did not arrive")),
        };
        size += piece.len() as u64;
        if size > most {
            return Err(too_large(most));
        }
        on_disk.add(piece.len() as u64)?;
        // A disk may be slow.
        let write = move || file.write_all(&piece).map(|()| file);
        file = spawn_blocking(write).await.map_err(join)?.map_err(failed)?;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_must_have_one_of_the_endings() {
        assert!(accepts("", "a.exe") && accepts(" .csv, .PNG ", "b.png") && accepts(".csv", "A.CSV"));
        assert!(!accepts(".csv", "a.csv.exe") && !accepts(".csv,.png", "") && !accepts(".csv", "csv"));
    }
}
