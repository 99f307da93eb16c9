//! The keys of requests over HTTP outlive the process: a program that sends a request again after a restart, because it got no
//! answer, gets the outcome, and the request is not carried out a second time.
//!
//! With a store, each request with an `Idempotency-Key` is written down in one piece with the values that it has changed, and
//! its outcome when it has one. If the process ended before that, a repeated request gets the outcome `unknown`. One that was
//! refused has changed nothing, so it is carried out if it is sent again after a restart.
//!
//! The store has as many keys as are remembered ([`Limits::outcomes`](crate::protocol::limits::Limits::outcomes) of each
//! sender), and those of earlier runs for an hour after the start.

use serde_json::json;

use super::{
    Engine,
    answers::Answers,
    callers::{From, Keyed},
    outcomes::owner,
    requests::RequestNo,
};
use crate::protocol::{client::Refusal, server::Outcome, server::quoted};

/// Keys that are written down, and those of earlier runs, each with the hash of its request and the outcome.
pub(super) type RequestKeys = Answers<(u64, Outcome)>;

/// What the names in the store begin with.
pub(super) const PREFIX: &str = "request of ";

impl RequestKeys {
    /// These keys of a sender are not remembered any more.
    pub(super) fn forget<'a>(&mut self, from: &From, keyed: impl IntoIterator<Item = &'a Keyed>) {
        keyed.into_iter().for_each(|keyed| self.remove(&name(from, &keyed.key)));
    }

    /// The outcome of a request of an earlier run.
    ///
    /// # Errors
    /// The key was used for another request.
    pub(super) fn outcome_before(&self, from: &From, key: &str, hash: u64) -> Result<Option<Outcome>, Refusal> {
        match self.before(&name(from, key)) {
            Some((known, _)) if *known != hash => Err(Refusal::KeyReused),
            found => Ok(found.map(|(_, outcome)| outcome.clone())),
        }
    }
}

impl Engine {
    /// A request with a key was taken, or has its outcome.
    pub(super) fn keep_key(&mut self, from: &From, request: RequestNo) {
        if !self.request_keys.is_on() {
            return;
        }
        let caller = self.requests.callers.get_mut(from);
        let Some(keyed) = caller.and_then(|caller| caller.keyed.iter().find(|keyed| keyed.request == request)) else {
            return;
        };
        let name = name(from, &keyed.key);
        let outcome = match &keyed.outcome {
            Some(Outcome::Applied { rev }) => json!(["applied", rev]),
            Some(Outcome::Merged { rev }) => json!(["merged", rev]),
            Some(Outcome::Failed(why)) => json!(["failed", why]),
            Some(Outcome::Refused(_)) => return self.request_keys.remove(&name),
            Some(Outcome::Accepted { .. } | Outcome::Unknown) | None => json!(["unknown", null]),
        };
        // A hash has more digits than a number of JSON has everywhere.
        let text = json!([keyed.hash.to_string(), outcome]).to_string();
        self.request_keys.put(&name, text, self.truth.store.rev());
    }
}

/// Reads what was kept of a request.
pub(super) fn read(json: &str) -> Option<(u64, Outcome)> {
    let (hash, (what, content)) = serde_json::from_str::<(String, (String, serde_json::Value))>(json).ok()?;
    let outcome = match &*what {
        "applied" => Outcome::Applied { rev: content.as_u64()? },
        "merged" => Outcome::Merged { rev: content.as_u64()? },
        "failed" => Outcome::Failed(content.as_str()?.to_owned()),
        "unknown" => Outcome::Unknown,
        _ => return None,
    };
    Some((hash.parse().ok()?, outcome))
}

/// The name in the store behind the prefix: the address, the user with the role, and the key, which is the last.
fn name((address, user): &From, key: &str) -> String {
    let address = address.map_or_else(|| "-".to_owned(), |address| address.to_string());
    let user = user.as_ref().map_or_else(String::new, |(login, role)| format!("{} as {role}", owner(login)));
    format!("{address} {} {key}", quoted(&user))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rights::LoginName;

    #[test]
    fn fault_a_user_of_a_proxy_had_the_keys_of_one_of_the_users_file() {
        let here = LoginName { entry: Some(0xada), name: "ada".into() };
        let elsewhere = LoginName { entry: None, name: here.to_string().into() };
        assert_eq!(here.to_string(), elsewhere.to_string(), "they look alike");
        let of = |user| name(&(None, Some((user, "driver"))), "k");
        assert_ne!(of(here), of(elsewhere));
    }
}
