//! Commands from pages of this dashboard that come as HTTP requests: for properties with `transport = http`.

use std::{sync::Arc, time::Duration};

use axum::{
    extract::State,
    http::{HeaderMap, HeaderName, header},
    response::{IntoResponse, Response},
};
use tokio::time::sleep;

use super::{
    extract::{JsonText, Sender},
    response::Denied,
};
use crate::{
    engine::{Engine, judging::Judged},
    protocol::client::{Refusal, parse},
    server::{driver::Rounds, ended, hosts::only, state::Running},
};

/// A page sends its next command after the answer to this one. So the answer waits only for quick callbacks. A page
/// that gets later outcomes in no other way asks again, with `?wait=applied`.
const PATIENCE: Duration = Duration::from_millis(100);

/// The revision that the page shows: `<epoch>-<revision>`.
const PLACE: HeaderName = HeaderName::from_static("dash-place");

/// `PUT`: a frame with a command. The response is a frame too.
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
    let client = running.driver.with_engine(|engine| engine.client_of_user(session, Some(sender.user())));
    let parsed = parse(&text);
    let frame = parsed.inspect_err(|refusal| _ = running.driver.with_engine(|engine| engine.refuse(refusal)))?;
    let mut rounds = Rounds::new();
    let (asked, outcome) = loop {
        let judged = match client {
            Some(client) => running.driver.judge_frame(client, &frame, &mut rounds).await,
            None => Judged::default(),
        };
        let asked = running.driver.request(
            |engine, now, fx| {
                if engine.is_stale(&judged) {
                    return Err(None);
                }
                let ask = |engine: &mut Engine| engine.page_request(now, session, Some(sender.user()), &frame, fx);
                engine.judged(judged, ask).map_err(Some)
            },
            |asked| asked.request,
        );
        match asked {
            Ok(asked) => break asked,
            Err(Some(refusal)) => return Err(refusal.into()),
            // The checks run again.
            Err(None) => {}
        }
    };
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
    running.driver.kept().await;
    Ok(([(header::CONTENT_TYPE, "application/json")], frame).into_response())
}
