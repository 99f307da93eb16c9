//! Commands of our own pages that come by request: of properties with `transport = http`.

use std::{sync::Arc, time::Duration};

use axum::{
    extract::State,
    http::{HeaderMap, HeaderName, header},
    response::{IntoResponse, Response},
};
use tokio::time::sleep;

use super::{
    answer::Denied,
    asking::{JsonText, Sender},
};
use crate::{
    protocol::client::Refusal,
    server::{ended, guard::only, routes::Running},
};

/// A page sends its next command when this one is answered. So the answer waits for quick callbacks only; a page that is
/// told the rest in no other way asks again, with `?wait=applied`.
const PATIENCE: Duration = Duration::from_millis(100);

/// What the page shows: `<epoch>-<revision>`.
const PLACE: HeaderName = HeaderName::from_static("dash-place");

/// `PUT`: a frame with a command. The answer is a frame, too.
pub(super) async fn command(
    State(running): State<Arc<Running>>,
    headers: HeaderMap,
    sender: Sender,
    JsonText(text): JsonText,
) -> Result<Response, Denied> {
    let session = sender.session().ok_or(Refusal::NoSession)?;
    let place = only(&headers, &PLACE).map_err(|(_, why)| Denied::malformed(why))?;
    let place = place.and_then(|place| place.rsplit_once('-'));
    let place = place.and_then(|(epoch, rev)| Some((epoch, rev.parse().ok()?)));
    let (asked, outcome) = running
        .driver
        .request(|engine, now, fx| engine.page_request(now, session, &text, fx), |asked| asked.request)?;
    let patience = match sender.insists() {
        true => running.driver.with_engine(|engine| engine.limits().request_time),
        false => PATIENCE,
    };
    let mut ending = running.ending.subscribe();
    tokio::select! {
        biased;
        _ = outcome => {}
        () = ended(&mut ending) => return Err(Denied::ending()),
        () = sleep(patience) => {}
    }
    let frame = running.driver.with_engine(|engine| engine.peek(&asked, place));
    Ok(([(header::CONTENT_TYPE, "application/json")], frame).into_response())
}
