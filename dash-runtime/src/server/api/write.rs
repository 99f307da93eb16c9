//! Setting states and triggering events.

use std::sync::Arc;

use axum::{
    extract::State,
    http::HeaderValue,
    response::{IntoResponse, Response},
};

use tokio::sync::oneshot;

use super::{
    extract::{JsonText, Sender, Wanted},
    response::{self, Denied},
};
use crate::{
    engine::{Engine, requests::RequestNo},
    prop::Kind,
    protocol::{client::Command, server::Outcome},
    server::{ended, state::Running},
};

/// `PUT`: sets a state.
pub(super) async fn set(
    State(running): State<Arc<Running>>,
    wanted: Wanted,
    sender: Sender,
    JsonText(value): JsonText,
) -> Result<Response, Denied> {
    takes(&running, &wanted, Kind::State)?;
    if value.trim().is_empty() {
        return Err(Denied::malformed("the body is the value, as JSON"));
    }
    command(&running, &wanted, &sender, &value).await
}

/// `POST`: triggers an event.
pub(super) async fn fire(
    State(running): State<Arc<Running>>,
    wanted: Wanted,
    sender: Sender,
    JsonText(payload): JsonText,
) -> Result<Response, Denied> {
    takes(&running, &wanted, Kind::Event)?;
    let payload = if payload.trim().is_empty() { "null" } else { &payload };
    command(&running, &wanted, &sender, payload).await
}

/// Checks that a property is written with the method for `kind`. What is not there takes everything here.
fn takes(running: &Running, wanted: &Wanted, kind: Kind) -> Result<(), Denied> {
    let Some(no) = wanted.found else { return Ok(()) };
    let prop = &running.plan.prop(no);
    match (prop.info.writable, prop.info.kind) {
        (true, own) if own == kind => Ok(()),
        (true, Kind::Event) => Err(Denied::method("GET,HEAD,POST", format!("{} is an event: use POST", prop.name()))),
        (true, _) => Err(Denied::method("GET,HEAD,PUT", format!("{} is a state: use PUT", prop.name()))),
        (false, _) => Err(Denied::method("GET,HEAD", format!("{} is written only by the dashboard", prop.name()))),
    }
}

async fn command(running: &Running, wanted: &Wanted, sender: &Sender, value: &str) -> Result<Response, Denied> {
    // The name, because the number of a cell may be another one after a restart.
    let asking = sender.asking([&*wanted.name, value]);
    let Some(no) = wanted.found else {
        let ask = |engine: &mut Engine, now, fx: &mut _| engine.request_of_before(now, &asking, &wanted.name, fx);
        let (request, outcome) = running.driver.judged_request((None, sender.user(), &[]), ask, |no| *no).await?;
        return answer(running, sender, request, outcome).await;
    };
    let command = Command { number: 0, prop: no.wire(), value, age: sender.age(), at: None };
    let client = running.driver.with_engine(|engine| engine.client_asking(&asking));
    let ask = |engine: &mut Engine, now, fx: &mut _| engine.request(now, &asking, &command, fx);
    let judge = (client, sender.user(), &[(no.wire(), value)][..]);
    let (request, outcome) = running.driver.judged_request(judge, ask, |request| *request).await?;
    answer(running, sender, request, outcome).await
}

/// Waits for the outcome of an accepted request, as long as its sender wants. After that, the response has what is
/// known by then.
pub(super) async fn answer(
    running: &Running,
    sender: &Sender,
    request: RequestNo,
    outcome: oneshot::Receiver<Outcome>,
) -> Result<Response, Denied> {
    // Who is told a revision may rely on what was kept by it.
    let in_effect = async || {
        let since = running.driver.with_engine(|engine| engine.in_effect_since(request));
        if since.is_some() {
            running.driver.kept().await;
        }
        since
    };
    if !sender.waits {
        let mut response = response::accepted(in_effect().await);
        response.headers_mut().insert("preference-applied", HeaderValue::from_static("respond-async"));
        return Ok(response);
    }
    let patience = running.driver.with_engine(|engine| engine.limits().request_time);
    let mut ending = running.ending.subscribe();
    tokio::select! {
        biased;
        outcome = outcome => match outcome {
            Ok(outcome) => {
                running.driver.kept().await;
                Ok(response::outcome(outcome))
            }
            Err(_) => Err(Denied::ending()),
        },
        () = ended(&mut ending) => Ok(Denied::ending().into_response()),
        () = tokio::time::sleep(patience) => Ok(response::accepted(in_effect().await)),
    }
}
