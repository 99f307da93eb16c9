//! `POST _dash/fault`: a page reports that a module of the user does not work in its browser. This writes one line to
//! the log.
//!
//! Everybody who can open the page can send this request. So a module is named by its number, the reason is cut and
//! escaped, and each module has at most one line per [`PAUSE`]. Even a thousand pages with the same fault cannot fill
//! the disk.

use std::{
    sync::{Arc, Mutex, PoisonError},
    time::{Duration, Instant},
};

use axum::{
    Json,
    extract::{State, rejection::JsonRejection},
    http::StatusCode,
    response::{IntoResponse, Response},
};
use serde::Deserialize;

use super::response::Denied;
use crate::{server::state::Running, words::log};

/// The shortest time between two lines about the same module.
const PAUSE: Duration = Duration::from_secs(60);
/// The largest length of a reason in the log, in characters.
const REASON: usize = 300;
/// The largest body, in bytes. It has room for a reason of [`REASON`] characters with up to four bytes each, all of
/// them escaped.
pub(super) const BODY: usize = 8 * 1024;

#[derive(Deserialize)]
pub(super) struct Fault {
    module: usize,
    why: String,
}

/// The reports about each module.
#[derive(Debug, Default)]
pub(crate) struct ModuleFaults(Mutex<Vec<Option<Written>>>);

#[derive(Debug, Clone, Copy)]
struct Written {
    at: Instant,
    /// The number of reports since that line.
    unlogged: u64,
}

impl ModuleFaults {
    /// Whether to write a line now. Returns the number of reports since the last line.
    fn take(&self, module: usize, now: Instant) -> Option<u64> {
        let mut all = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if all.len() <= module {
            all.resize(module + 1, None);
        }
        match &mut all[module] {
            Some(written) if now.duration_since(written.at) < PAUSE => {
                written.unlogged += 1;
                None
            }
            written => {
                let unlogged = written.map_or(0, |written| written.unlogged);
                *written = Some(Written { at: now, unlogged: 0 });
                Some(unlogged)
            }
        }
    }
}

pub(super) async fn fault(State(running): State<Arc<Running>>, fault: Result<Json<Fault>, JsonRejection>) -> Response {
    let Json(Fault { module, why }) = match fault {
        Ok(fault) => fault,
        Err(error) => return Denied::new(error.status(), "malformed", error.body_text()).into_response(),
    };
    let Some(own) = running.assets.modules.get(module) else {
        return Denied::new(StatusCode::NOT_FOUND, "unknown_module", "there is no such module".to_owned())
            .into_response();
    };
    if let Some(unlogged) = running.faults.take(module, Instant::now()) {
        let why: String = why.chars().take(REASON).collect();
        let more =
            if unlogged == 0 { String::new() } else { format!(" (and {unlogged} more reports before this one)") };
        log::warn(&format_args!("a browser cannot use the JavaScript module {}: {why:?}{more}", own.file));
    }
    StatusCode::NO_CONTENT.into_response()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_module_has_one_line_in_a_minute() {
        let faults = ModuleFaults::default();
        let now = Instant::now();
        let at = |module, seconds| faults.take(module, now + Duration::from_secs(seconds));
        assert_eq!([at(1, 0), at(1, 1), at(0, 1), at(1, 59)], [Some(0), None, Some(0), None]);
        assert_eq!([at(1, 60), at(1, 61), at(0, 200)], [Some(2), None, Some(0)]);
    }
}
