//! `POST _dash/fault`: a page says that a module of the user's own does not work in its browser. One line in the log.
//!
//! Anybody who may open the page can send this. So the module is named by its number, the reason is cut and escaped, and each
//! module has one line in [`PAUSE`] at most: a thousand pages that fail alike fill no disk.

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

use super::answer::Denied;
use crate::server::routes::Running;

/// The shortest time between two lines about the same module.
const PAUSE: Duration = Duration::from_secs(60);
/// As much of a reason, in characters, is written.
const REASON: usize = 300;
/// As much of a body, in bytes, is read: a reason in characters of up to four bytes, each of them escaped.
pub(super) const BODY: usize = 8 * 1024;

#[derive(Deserialize)]
pub(super) struct Fault {
    module: usize,
    why: String,
}

/// What was written of each module.
#[derive(Debug, Default)]
pub(crate) struct ModuleFaults(Mutex<Vec<Option<Written>>>);

#[derive(Debug, Clone, Copy)]
struct Written {
    at: Instant,
    /// How many pages have told of it since then.
    untold: u64,
}

impl ModuleFaults {
    /// Whether a line is to be written now; and how many pages had told the same since the last one.
    fn take(&self, module: usize, now: Instant) -> Option<u64> {
        let mut all = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if all.len() <= module {
            all.resize(module + 1, None);
        }
        match &mut all[module] {
            Some(written) if now.duration_since(written.at) < PAUSE => {
                written.untold += 1;
                None
            }
            written => {
                let untold = written.map_or(0, |written| written.untold);
                *written = Some(Written { at: now, untold: 0 });
                Some(untold)
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
    if let Some(untold) = running.faults.take(module, Instant::now()) {
        let why: String = why.chars().take(REASON).collect();
        let more = if untold == 0 { String::new() } else { format!(" (and {untold} more reports before this one)") };
        tracing::warn!(module = own.file, "a browser cannot use this JavaScript module: {why:?}{more}");
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
