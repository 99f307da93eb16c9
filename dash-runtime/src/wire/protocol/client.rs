//! Parsing of frames from a client.

use std::{borrow::Cow, fmt, time::Duration};

use serde::Deserialize;
use serde_json::value::RawValue;

use crate::seconds::Seconds;

/// A frame from a client.
#[derive(Debug)]
pub(crate) enum Incoming<'a> {
    Hello(Hello<'a>),
    Command(Command<'a>),
    Ping,
    /// The page got this beat, and its user holds these properties.
    Held {
        beat: u64,
        props: Vec<u64>,
    },
    /// The page is closed or the person has left it. A later hello with the same session is a new visit.
    Bye,
    /// The page has become hidden or visible.
    View {
        hidden: bool,
    },
    /// The page shows a stream now whose items were not in its document.
    Stream {
        prop: u64,
    },
    /// The page shows the picture `has` of the property, or none yet, and can take another one. The last one that it has
    /// got over this connection is `got`.
    Picture {
        prop: u64,
        has: Option<Cow<'a, str>>,
        got: Option<Cow<'a, str>>,
    },
    /// A relay wants all values, beside what is new: see `engine/watchers.rs`.
    #[cfg(feature = "nats")]
    Whole,
}

/// The first frame: which values the page has.
#[derive(Debug)]
pub(crate) struct Hello<'a> {
    pub(crate) protocol: u32,
    pub(crate) schema: Cow<'a, str>,
    pub(crate) epoch: Cow<'a, str>,
    pub(crate) rev: u64,
    pub(crate) session: Option<Cow<'a, str>>,
    /// The path of the page, for a dashboard with several pages.
    pub(crate) path: Option<Cow<'a, str>>,
    /// Whether the page is hidden: behind another tab, or in a minimized window.
    pub(crate) hidden: bool,
    /// Counts the connections of the page. 0 for a page that does not count them.
    pub(crate) turn: u64,
    /// Whether the page takes large frames in parts, and wants a frame after the welcome in any case.
    pub(crate) parts: bool,
}

/// Sets a property, or reports an event.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Command<'a> {
    pub(crate) number: u64,
    pub(crate) prop: u64,
    /// JSON.
    pub(crate) value: &'a str,
    /// How long ago the person made the change, by the sender's clock. It does not include the time on the wire.
    pub(crate) age: Duration,
    /// When the person made the change, by the server's clock as the page has measured it. `None` if the sender has not
    /// measured it.
    pub(crate) at: Option<Duration>,
}

/// How much later than now the time of a command may be. The server's clock may have stood still while its machine slept.
const LEAP: Duration = Duration::from_secs(1);

impl Command<'_> {
    /// How long ago the person made the change: the greater of the two ages. A page measures the server's clock too
    /// early rather than too late, so the age is never too small by the time on the wire.
    pub(crate) fn age(&self, now: Duration) -> Duration {
        self.age.max(self.at.map_or(Duration::ZERO, |at| now.saturating_sub(at)))
    }

    /// Whether its time is one of another clock, such as that of the process before a restart. Then nobody knows how old it
    /// is. A page measures the server's clock too early rather than too late.
    pub(crate) fn is_of_another_clock(&self, now: Duration) -> bool {
        self.at.is_some_and(|at| at > now + LEAP)
    }
}

/// All fields of all frames. The fields that are present say which frame it is. An unknown field comes from a newer
/// page that works without its effect, so it is ignored.
#[derive(Deserialize)]
struct Raw<'a> {
    #[serde(borrow)]
    t: Option<Cow<'a, str>>,
    n: Option<u64>,
    p: Option<u64>,
    #[serde(borrow)]
    v: Option<&'a RawValue>,
    a: Option<u64>,
    at: Option<u64>,
    protocol: Option<u32>,
    #[serde(borrow)]
    schema: Option<Cow<'a, str>>,
    #[serde(borrow)]
    epoch: Option<Cow<'a, str>>,
    rev: Option<u64>,
    #[serde(borrow)]
    session: Option<Cow<'a, str>>,
    #[serde(borrow)]
    path: Option<Cow<'a, str>>,
    hidden: Option<bool>,
    turn: Option<u64>,
    parts: Option<bool>,
    beat: Option<u64>,
    held: Option<Vec<u64>>,
    #[serde(borrow)]
    has: Option<Cow<'a, str>>,
    #[serde(borrow)]
    got: Option<Cow<'a, str>>,
}

pub(crate) fn parse(text: &str) -> Result<Incoming<'_>, Refusal> {
    let raw: Raw<'_> = serde_json::from_str(text).map_err(|error| Refusal::Malformed(error.to_string()))?;
    match (raw.t.as_deref(), raw.n, raw.p) {
        (None, Some(number), Some(prop)) => Ok(Incoming::Command(Command {
            number,
            prop,
            value: raw.v.map_or("null", RawValue::get),
            age: Duration::from_millis(raw.a.unwrap_or(0)),
            at: raw.at.map(Duration::from_millis),
        })),
        (Some("ping"), None, None) => Ok(Incoming::Ping),
        (Some("bye"), None, None) => Ok(Incoming::Bye),
        #[cfg(feature = "nats")]
        (Some("whole"), None, None) => Ok(Incoming::Whole),
        (Some("held"), None, None) => match (raw.beat, raw.held) {
            (Some(beat), Some(props)) => Ok(Incoming::Held { beat, props }),
            _ => Err(Refusal::Malformed("an echo has a `beat` and what is `held`".to_owned())),
        },
        (Some("view"), None, None) => match raw.hidden {
            Some(hidden) => Ok(Incoming::View { hidden }),
            None => Err(Refusal::Malformed("a view says whether the page is `hidden`".to_owned())),
        },
        (Some("stream"), None, Some(prop)) => Ok(Incoming::Stream { prop }),
        (Some("picture"), None, Some(prop)) => {
            let got = raw.got.or_else(|| raw.has.clone());
            Ok(Incoming::Picture { prop, has: raw.has, got })
        }
        (Some("hello"), None, None) => match (raw.protocol, raw.schema, raw.epoch, raw.rev) {
            (Some(protocol), Some(schema), Some(epoch), Some(rev)) => Ok(Incoming::Hello(Hello {
                protocol,
                schema,
                epoch,
                rev,
                session: raw.session,
                path: raw.path,
                hidden: raw.hidden.unwrap_or(false),
                turn: raw.turn.unwrap_or(0),
                parts: raw.parts.unwrap_or(false),
            })),
            _ => Err(Refusal::Malformed("a hello has `protocol`, `schema`, `epoch` and `rev`".to_owned())),
        },
        _ => Err(Refusal::Malformed("a frame is a hello, a ping, or a command with `n`, `p` and `v`".to_owned())),
    }
}

/// Why a frame changed nothing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Refusal {
    /// The text is not a frame of this protocol.
    Malformed(String),
    /// A binary frame instead of a text frame.
    Binary,
    /// A second hello.
    Greeted,
    /// A command number that does not follow the last one.
    Gap { expected: u64 },
    /// No property has this number.
    UnknownProperty(u64),
    /// No property has this name.
    UnknownName(String),
    /// Two items of one request are for the same property, or for two properties that `bind` makes one.
    Twice(String),
    /// Browsers may not write the property.
    NotWritable(String),
    /// The user has not the role that is needed.
    Role { prop: String, role: &'static str },
    /// The component is disabled.
    Disabled(String),
    /// A gate does not let it pass: somebody else is in control, the machine is stopped, or it is not armed.
    Gated { kind: &'static str, prop: String, why: String },
    /// A function of the dashboard does not let the value take effect.
    Checked { prop: String, why: String },
    /// Somebody else holds the control.
    Held { prop: String, by: String },
    /// The control was released because the page was not heard. It must be let go first.
    Released(String),
    /// A loop of the program is silent, so that nobody may hold the control.
    Stalled { prop: String, by: String },
    /// The component is not on the page that this client shows.
    NotShown(String),
    /// The value does not have the property's type.
    WrongType { prop: String, why: String },
    /// The value is out of range, too long, or not finite.
    OutOfRange { prop: String, why: String },
    /// The value is not one of the options.
    NotAnOption { prop: String, why: String },
    /// Too many commands without an outcome.
    Outstanding(usize),
    /// Too many commands per second.
    Rate(u32),
    /// The queue of the callbacks that this property starts is full.
    Busy(usize),
    /// A callback that this property starts is still running, and skips commands until it ends.
    AtWork(&'static str),
    /// The command is older than its lifespan.
    Expired { age: Duration, lifespan: Duration },
    /// The page was closed, or the program disconnected it, before the turn of its event.
    Left,
    /// Each page has its own value of the property, and the request names no page.
    Private(String),
    /// Each browser computes the property with a function in JavaScript.
    Computed(String),
    /// No page has this session.
    NoSession,
    /// The `Idempotency-Key` belongs to a different request.
    KeyReused,
}

impl Refusal {
    /// The name on the wire and in the counters.
    pub(crate) const fn kind(&self) -> &'static str {
        match self {
            Self::Malformed(_) => "malformed",
            Self::Binary => "binary",
            Self::Greeted => "greeted",
            Self::Gap { .. } => "gap",
            Self::UnknownProperty(_) | Self::UnknownName(_) => "unknown_property",
            Self::Twice(_) => "twice",
            Self::NotWritable(_) => "not_writable",
            Self::Role { .. } => "role",
            Self::Disabled(_) => "disabled",
            Self::Gated { kind, .. } => kind,
            Self::Checked { .. } => "checked",
            Self::Held { .. } => "held",
            Self::Released(_) => "released",
            Self::Stalled { .. } => "stalled",
            Self::NotShown(_) => "not_shown",
            Self::WrongType { .. } => "wrong_type",
            Self::OutOfRange { .. } => "out_of_range",
            Self::NotAnOption { .. } => "not_an_option",
            Self::Outstanding(_) => "outstanding",
            Self::Rate(_) => "rate",
            Self::Busy(_) | Self::AtWork(_) => "busy",
            Self::Expired { .. } => "expired",
            Self::Left => "left",
            Self::Private(_) => "private",
            Self::Computed(_) => "computed",
            Self::NoSession => "no_session",
            Self::KeyReused => "key_reused",
        }
    }
}

/// The message for a callback with `queue = skip` that is still running.
pub(crate) fn write_at_work(f: &mut fmt::Formatter<'_>, callback: &str) -> fmt::Result {
    write!(f, "`{callback}` is still at work: ask again when it is done")
}

impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Malformed(why) => write!(f, "not a frame of this protocol: {why}"),
            Self::Binary => f.write_str("frames are text, not binary"),
            Self::Greeted => f.write_str("hello was said already"),
            Self::Gap { expected } => write!(f, "command numbers go up by one: {expected} comes next"),
            Self::UnknownProperty(number) => write!(f, "there is no property number {number}"),
            Self::UnknownName(name) => write!(f, "there is no property {name:?}"),
            Self::Twice(prop) => write!(f, "an earlier item is also for {prop}: name each property once"),
            Self::NotWritable(prop) => write!(f, "{prop} cannot be written from a browser"),
            Self::Role { prop, role } => write!(f, "{prop} needs the role {role}"),
            Self::Disabled(prop) => write!(f, "{prop} cannot be changed now: it is disabled"),
            Self::Gated { prop, why, .. } => write!(f, "{prop} cannot be changed now: {why}"),
            Self::Checked { prop, why } => write!(f, "{prop} was not changed: {why}"),
            Self::Held { prop, by } => write!(f, "{prop} is held by {by}"),
            Self::Stalled { prop, by } => {
                write!(f, "{prop} cannot be held: the loop `{by}` of the program does not answer")
            }
            Self::Released(prop) => {
                write!(
                    f,
                    "{prop} was released, because the page was not heard in time, or because somebody else has released \
                     it: let it go, and hold it again"
                )
            }
            Self::NotShown(prop) => write!(f, "{prop} is not on this page now"),
            Self::WrongType { prop, why } => write!(f, "{prop} does not take this value: {why}"),
            Self::OutOfRange { prop, why } | Self::NotAnOption { prop, why } => write!(f, "{prop} {why}"),
            Self::Outstanding(limit) => write!(f, "more than {limit} commands are waiting for their outcome"),
            Self::Rate(limit) => write!(f, "more than {limit} commands per second"),
            Self::Busy(limit) => write!(f, "the device is busy, and {limit} commands already wait for it"),
            Self::AtWork(callback) => write_at_work(f, callback),
            Self::Expired { age, lifespan } => {
                write!(f, "asked for {} ago, which is more than {}", Seconds(*age), Seconds(*lifespan))
            }
            Self::Left => f.write_str("the page was closed before the turn of this came"),
            Self::Private(prop) => {
                write!(f, "each page has its own value of {prop}: name the page with the header Dash-Session")
            }
            Self::Computed(prop) => write!(
                f,
                "each browser computes {prop} with a JavaScript function: read the properties that it is computed from"
            ),
            Self::NoSession => f.write_str("no page has this session: it was forgotten, or the server was restarted"),
            Self::KeyReused => f.write_str("a different request has used this Idempotency-Key"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_command_keeps_its_value_as_text() {
        let Ok(Incoming::Command(command)) = parse(r#"{"n":7,"p":3,"v":{"a":[1, 2]},"a":1500}"#) else {
            panic!("not a command")
        };
        assert_eq!((command.number, command.prop), (7, 3));
        assert_eq!(command.value, r#"{"a":[1, 2]}"#);
        assert_eq!(command.age, Duration::from_millis(1500));
    }

    #[test]
    fn null_and_no_value_are_the_same() {
        for text in [r#"{"n":1,"p":0,"v":null}"#, r#"{"n":1,"p":0}"#] {
            assert!(matches!(parse(text), Ok(Incoming::Command(Command { value: "null", .. }))), "{text}");
        }
    }

    #[test]
    fn what_is_no_frame_is_malformed() {
        for text in [
            "",
            "hello",
            "[]",
            "[1,2]",
            "7",
            "null",
            "{}",
            r#"{"t":"farewell"}"#,
            r#"{"n":1}"#,
            r#"{"p":1,"v":2}"#,
            r#"{"n":-1,"p":1}"#,
            r#"{"n":1.5,"p":1}"#,
            r#"{"n":1,"p":"slider"}"#,
            r#"{"n":1,"p":1,"v":2"#,
            r#"{"t":"hello"}"#,
            r#"{"t":"view"}"#,
            r#"{"t":"stream"}"#,
            r#"{"t":"stream","p":-1}"#,
            r#"{"t":"view","hidden":"yes"}"#,
            r#"{"t":"hello","n":1,"p":1}"#,
        ] {
            assert!(matches!(parse(text), Err(Refusal::Malformed(_))), "{text}");
        }
    }
}
