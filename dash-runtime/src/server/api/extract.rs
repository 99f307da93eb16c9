//! The parts of a request besides its path: the sender, the wait, and the body.

use std::{
    net::IpAddr,
    sync::Arc,
    time::{Duration, Instant, SystemTime},
};

use axum::{
    extract::{FromRequest, FromRequestParts, RawPathParams, Request},
    http::{HeaderMap, HeaderName, StatusCode, header, request::Parts},
};

use super::response::Denied;
use crate::{
    client::Peer,
    engine::requests::Asking,
    hash::{OFFSET, fnv1a},
    numbers::PropNo,
    rights::User,
    server::{
        body::{self, Unread},
        hosts::{Asked, only},
        identity::{granted::Granted, user_of},
        state::Running,
    },
};

/// The longest `Idempotency-Key`, because keys are stored for a while. It is longer than all common kinds of keys.
const KEY_LENGTH: usize = 255;

/// Names the page that the request is for.
const SESSION: HeaderName = HeaderName::from_static("dash-session");

/// Recognises a request that comes again.
const KEY: HeaderName = HeaderName::from_static("idempotency-key");

/// When the sender has decided on it, in seconds since the Unix epoch.
const SENT: HeaderName = HeaderName::from_static("dash-sent");

/// The property that the path names.
pub(super) struct Target(pub(super) PropNo);

impl FromRequestParts<Arc<Running>> for Target {
    type Rejection = Denied;

    async fn from_request_parts(parts: &mut Parts, running: &Arc<Running>) -> Result<Self, Denied> {
        let Wanted { name, found } = Wanted::find(parts, running).await?;
        found.map(Self).ok_or_else(|| Denied::unknown(&name))
    }
}

/// What the path of a change names. For a request with an `Idempotency-Key` it need not be there any more: the request may
/// have removed its own row, and be sent again because its answer was lost.
pub(super) struct Wanted {
    /// As in the path.
    pub(super) name: String,
    pub(super) found: Option<PropNo>,
}

impl Wanted {
    async fn find(parts: &mut Parts, running: &Arc<Running>) -> Result<Self, Denied> {
        let params = RawPathParams::from_request_parts(parts, running);
        let params = params.await.map_err(|error| Denied::malformed(error.to_string()))?;
        // The dashboard may be mounted below a path with its own parameters.
        let named = |wanted| params.iter().find(|(name, _)| *name == wanted).map_or("", |(_, value)| value);
        let (component, property) = (named("dash_component"), named("dash_property"));
        let name = format!("{component}.{property}");
        let user = user_of(&parts.extensions);
        let found = running.driver.with_engine(|engine| engine.find_for(Some(&user), &name));
        Ok(Self { name, found })
    }
}

impl FromRequestParts<Arc<Running>> for Wanted {
    type Rejection = Denied;

    async fn from_request_parts(parts: &mut Parts, running: &Arc<Running>) -> Result<Self, Denied> {
        let wanted = Self::find(parts, running).await?;
        if wanted.found.is_none() && !parts.headers.contains_key(KEY) {
            return Err(Denied::unknown(&wanted.name));
        }
        Ok(wanted)
    }
}

/// The sender of a request, and its options.
pub(super) struct Sender {
    address: Option<IpAddr>,
    session: Option<String>,
    key: Option<String>,
    /// Whether the response waits for the callbacks.
    pub(super) waits: bool,
    /// Whether the request asks for that wait explicitly.
    insists: bool,
    /// How long it may have waited before it was read: because the process stood still, or on its way.
    age: Duration,
    user: User,
    /// What is known of it, if the program gives roles at run time.
    peer: Option<Arc<Peer>>,
}

/// A hash that does not depend on the compiler or the run, because the store has it. It only tells two requests of one sender
/// apart, so it need not resist somebody who looks for two with the same hash.
fn hash_of<'a>(texts: impl IntoIterator<Item = &'a str>) -> u64 {
    texts.into_iter().fold(OFFSET, |hash, text| {
        // With the length, so that the end of one text is not the begin of the next.
        fnv1a(fnv1a(hash, &(text.len() as u64).to_le_bytes()), text.as_bytes())
    })
}

impl Sender {
    /// The sender for the engine. `what` is the content of the request, in texts that are the same in the next run of the
    /// program: names and values, and no numbers.
    pub(super) fn asking<'a>(&self, what: impl IntoIterator<Item = &'a str>) -> Asking<'_> {
        let hash = || hash_of(what);
        Asking {
            address: self.address,
            session: self.session.as_deref(),
            key: self.key.as_deref().map(|key| (key, hash())),
            age: self.age,
            user: Some(&self.user),
            peer: self.peer.as_ref(),
        }
    }

    /// How long the request may have waited before it was read.
    pub(super) const fn age(&self) -> Duration {
        self.age
    }

    /// Whether the response waits for the callbacks even if they are slow.
    pub(super) const fn insists(&self) -> bool {
        self.insists
    }

    /// Who sends it.
    pub(super) const fn user(&self) -> &User {
        &self.user
    }

    pub(super) fn session(&self) -> Option<&str> {
        self.session.as_deref()
    }
}

impl FromRequestParts<Arc<Running>> for Sender {
    type Rejection = Denied;

    async fn from_request_parts(parts: &mut Parts, running: &Arc<Running>) -> Result<Self, Denied> {
        let query = form_urlencoded::parse(parts.uri.query().unwrap_or_default().as_bytes());
        let wait = query.filter(|(name, _)| name == "wait").last();
        let waits = match wait.as_ref().map(|(_, wait)| &**wait) {
            None => None,
            Some("applied") => Some(true),
            Some("accepted") => Some(false),
            Some(other) => {
                return Err(Denied::malformed(format!("`wait` is `applied` or `accepted`, not {other:?}")));
            }
        };
        let header = |name: &HeaderName| {
            let value = only(&parts.headers, name).map_err(|(_, why)| Denied::malformed(why))?;
            Ok::<_, Denied>(value.map(str::to_owned))
        };
        let (session, key) = (header(&SESSION)?, header(&KEY)?);
        if key.as_ref().is_some_and(|key| key.is_empty() || key.len() > KEY_LENGTH) {
            return Err(Denied::malformed(format!("an Idempotency-Key has 1 to {KEY_LENGTH} characters")));
        }
        let address = parts.extensions.get::<Asked>().and_then(|asked| asked.client);
        let insists = waits == Some(true);
        let on_the_way = header(&SENT)?.map_or(Ok(Duration::ZERO), |sent| age_of(&sent, SystemTime::now()))?;
        let age = running.driver.held_up().max(on_the_way);
        let waits = waits.unwrap_or(!prefers_no_wait(&parts.headers));
        let user = user_of(&parts.extensions);
        let peer = parts.extensions.get().map(|Granted(peer)| Arc::clone(peer));
        Ok(Self { address, session, key, waits, insists, age, user, peer })
    }
}

/// How long ago the sender has decided on a request. A time to come, by a clock that is ahead, counts as now.
fn age_of(sent: &str, now: SystemTime) -> Result<Duration, Denied> {
    let sent = sent.parse().ok().and_then(|seconds| Duration::try_from_secs_f64(seconds).ok());
    let sent = sent
        .and_then(|sent| SystemTime::UNIX_EPOCH.checked_add(sent))
        .ok_or_else(|| Denied::malformed("Dash-Sent is a time in seconds since 1970, such as 1795600000.250"))?;
    Ok(now.duration_since(sent).unwrap_or_default())
}

/// `Prefer: respond-async` (RFC 7240).
fn prefers_no_wait(headers: &HeaderMap) -> bool {
    let preferences = headers.get_all("prefer").iter().filter_map(|value| value.to_str().ok());
    preferences.flat_map(|value| value.split([',', ';'])).any(|one| one.trim().eq_ignore_ascii_case("respond-async"))
}

/// A JSON body as text. It is parsed later, with the type of the property. The sender is still who it was when the head of
/// the request came.
pub(super) struct JsonText(pub(super) String);

impl FromRequest<Arc<Running>> for JsonText {
    type Rejection = Denied;

    async fn from_request(request: Request, running: &Arc<Running>) -> Result<Self, Denied> {
        let kind = only(request.headers(), &header::CONTENT_TYPE).map_err(|(_, why)| Denied::malformed(why))?;
        let essence = kind.and_then(|kind| kind.split(';').next()).unwrap_or_default().trim();
        if !essence.eq_ignore_ascii_case("application/json") {
            let why = "the header Content-Type: application/json is needed";
            return Err(Denied::new(StatusCode::UNSUPPORTED_MEDIA_TYPE, "content_type", why));
        }
        let limits = running.driver.with_engine(|engine| engine.limits().clone());
        let (user, granted) = (user_of(request.extensions()), request.extensions().get::<Granted>().cloned());
        let begun = Instant::now();
        let body = body::whole(request.into_body(), (limits.header_time, limits.message_size)).await;
        let body = body.map_err(|unread| {
            let kind = match unread {
                Unread::Slow => "slow",
                Unread::TooLarge(_) => "too_large",
                Unread::Broken(_) => "malformed",
            };
            Denied::new(unread.status(), kind, unread.to_string())
        })?;
        let granted = granted.as_ref().map(|Granted(peer)| &**peer);
        if !running.identity.is_still(&user, granted, begun.elapsed()).await {
            let why = "the login has ended, or its role has changed, while the request was on its way: send it again";
            return Err(Denied::new(StatusCode::UNAUTHORIZED, "login", why));
        }
        let text = String::from_utf8(body.into()).map_err(|_| Denied::malformed("the body is not UTF-8"))?;
        Ok(Self(text))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fault_the_kept_hash_of_a_request_could_be_another_one_in_the_next_version_of_the_program() {
        assert_eq!(hash_of(["speed.value", "5"]), 0x3342_b25f_160c_2472, "the store has it");
        assert_ne!(hash_of(["ab", "c"]), hash_of(["a", "bc"]));
        assert_ne!(hash_of(["a"]), hash_of(["a", ""]));
    }

    #[test]
    fn the_age_of_a_request_is_what_its_sender_says() {
        let now = SystemTime::UNIX_EPOCH + Duration::from_secs(1_795_600_000);
        let age = |sent| age_of(sent, now).ok();
        assert_eq!(age("1795599998.5"), Some(Duration::from_millis(1_500)));
        assert_eq!(age("1795600007"), Some(Duration::ZERO), "its clock is ahead");
        for wrong in ["", "now", "-1", "NaN", "inf", "1e300", "1795600000,5", "2026-11-27T01:00:00Z"] {
            assert_eq!(age(wrong), None, "{wrong}");
        }
    }
}
