//! What is asked for: a state shall have a value, or an event has happened.

use std::{sync::Arc, time::Duration};

use axum::{
    extract::State,
    http::HeaderValue,
    response::{IntoResponse, Response},
};

use tokio::sync::oneshot;

use super::{
    answer::{self, Denied},
    asking::{JsonText, Sender, Target},
};
use crate::{
    engine::{Engine, requests::RequestNo},
    numbers::PropNo,
    prop::Kind,
    protocol::{client::Command, server::Outcome},
    server::{ended, routes::Running},
};
/// `PUT`: sets a state.
pub(super) async fn set(
    State(running): State<Arc<Running>>,
    Target(no): Target,
    sender: Sender,
    JsonText(value): JsonText,
) -> Result<Response, Denied> {
    takes(&running, no, Kind::State)?;
    if value.trim().is_empty() {
        return Err(Denied::malformed("the body is the value, as JSON"));
    }
    command(&running, no, &sender, &value).await
}

/// `POST`: makes an event happen.
pub(super) async fn fire(
    State(running): State<Arc<Running>>,
    Target(no): Target,
    sender: Sender,
    JsonText(payload): JsonText,
) -> Result<Response, Denied> {
    takes(&running, no, Kind::Event)?;
    let payload = if payload.trim().is_empty() { "null" } else { &payload };
    command(&running, no, &sender, payload).await
}

/// Whether a property is written in the way that belongs to `kind`.
fn takes(running: &Running, no: PropNo, kind: Kind) -> Result<(), Denied> {
    let prop = &running.plan.prop(no);
    match (prop.info.writable, prop.info.kind) {
        (true, own) if own == kind => Ok(()),
        (true, Kind::Event) => Err(Denied::method("GET,HEAD,POST", format!("{} is an event: use POST", prop.name()))),
        (true, _) => Err(Denied::method("GET,HEAD,PUT", format!("{} is a state: use PUT", prop.name()))),
        (false, _) => {
            Err(Denied::method("GET,HEAD", format!("{} is written by the dashboard and by nobody else", prop.name())))
        }
    }
}

async fn command(running: &Running, no: PropNo, sender: &Sender, value: &str) -> Result<Response, Denied> {
    let command = Command { number: 0, prop: no.wire(), value, age: Duration::ZERO };
    let asking = sender.asking((no, value));
    let ask = |engine: &mut Engine, now, fx: &mut _| engine.request(now, &asking, &command, fx);
    let (request, outcome) = running.driver.request(ask, |request| *request)?;
    answer(running, sender, request, outcome).await
}

/// What became of a request that was taken, when it is known, or as much as is known when its sender wants the answer.
pub(super) async fn answer(
    running: &Running,
    sender: &Sender,
    request: RequestNo,
    outcome: oneshot::Receiver<Outcome>,
) -> Result<Response, Denied> {
    let in_effect = || running.driver.with_engine(|engine| engine.in_effect_since(request));
    if !sender.waits {
        let mut response = answer::accepted(in_effect());
        response.headers_mut().insert("preference-applied", HeaderValue::from_static("respond-async"));
        return Ok(response);
    }
    let patience = running.driver.with_engine(|engine| engine.limits().request_time);
    let mut ending = running.ending.subscribe();
    tokio::select! {
        biased;
        outcome = outcome => match outcome {
            Ok(outcome) => Ok(answer::outcome(outcome)),
            Err(_) => Err(Denied::ending()),
        },
        () = ended(&mut ending) => Ok(Denied::ending().into_response()),
        () = tokio::time::sleep(patience) => Ok(answer::accepted(in_effect())),
    }
}
