//! Several properties in one request: all of them or none.

use std::{borrow::Cow, sync::Arc};

use axum::{extract::State, http::StatusCode, response::Response};
use serde::Deserialize;
use serde_json::value::RawValue;

use super::{
    extract::{JsonText, Sender},
    response::Denied,
    write,
};
use crate::{
    engine::{
        Engine,
        batch::{NotTaken, Wanted},
    },
    server::state::Running,
};

/// One property: a state to set, or an event to trigger.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Item<'a> {
    #[serde(borrow)]
    prop: Cow<'a, str>,
    /// A missing value is `null`, as in all requests.
    #[serde(borrow, default)]
    value: Option<&'a RawValue>,
}

/// `POST`: `[{"prop":"level.value","value":40},{"prop":"add.click"}]`.
pub(super) async fn batch(
    State(running): State<Arc<Running>>,
    sender: Sender,
    JsonText(text): JsonText,
) -> Result<Response, Denied> {
    let items: Vec<Item<'_>> = serde_json::from_str(&text)
        .map_err(|error| Denied::malformed(format!("the body is a list of {{\"prop\":..,\"value\":..}}: {error}")))?;
    if items.is_empty() {
        return Err(Denied::malformed("the list names no property"));
    }
    let most = running.driver.with_engine(|engine| engine.limits().commands_per_second as usize);
    if items.len() > most {
        // The rate limit would refuse a larger batch every time.
        let why = format!("a batch has at most {most} items");
        return Err(Denied::new(StatusCode::PAYLOAD_TOO_LARGE, "too_large", why));
    }
    let wanted: Vec<Wanted<'_>> =
        items.iter().map(|item| Wanted { name: &item.prop, value: item.value.map_or("null", RawValue::get) }).collect();
    let asking = sender.asking(wanted.iter().flat_map(|one| [one.name, one.value]));
    let (client, named) = running.driver.with_engine(|engine| {
        let named = |one: &Wanted<'_>| Some((engine.find_for(asking.user, one.name)?.wire(), one.value.to_owned()));
        (engine.client_asking(&asking), wanted.iter().filter_map(named).collect::<Vec<_>>())
    });
    let named: Vec<(u64, &str)> = named.iter().map(|(number, value)| (*number, value.as_str())).collect();
    let ask = |engine: &mut Engine, now, fx: &mut _| engine.batch(now, &asking, &wanted, fx);
    let judge = (client, sender.user(), &*named);
    let asked = running.driver.judged_request(judge, ask, |request| *request).await;
    let (request, outcome) = asked.map_err(|refused| match refused {
        NotTaken::Whole(refusal) => Denied::from(refusal),
        NotTaken::Items(refused) => Denied::items(wanted.len(), refused, |at| wanted[at].name),
    })?;
    write::answer(&running, &sender, request, outcome).await
}
