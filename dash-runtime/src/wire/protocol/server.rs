//! Frames to a client. Values are already JSON text, so a frame is built by joining strings.

use std::{fmt::Write as _, time::Duration};

use super::client::Refusal;

/// The outcome of a command.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Outcome {
    /// The value is in effect, and the callbacks that it started have ended.
    Applied { rev: u64 },
    /// The value is in effect. The callbacks that it started wait or run, and a final outcome follows.
    Accepted { rev: u64 },
    /// A newer command from the same client replaced this one: its value came before the callbacks ran, or it cancelled
    /// a callback that this one has started.
    Merged { rev: u64 },
    /// The value is in effect, but a callback that it started failed.
    Failed(String),
    /// The value is not in effect.
    Refused(Refusal),
    /// The server no longer has the outcome.
    Unknown,
}

impl Outcome {
    /// Appends `[n,code,…]`.
    pub(crate) fn write(&self, number: u64, out: &mut String) {
        let mut taken = |code, rev| {
            push_number(out, "[", number);
            out.push_str(code);
            push_number(out, ",", rev);
            out.push(']');
            Ok(())
        };
        // Writing to a string cannot fail.
        let _ = match self {
            Self::Applied { rev } => taken(",0", *rev),
            Self::Accepted { rev } => taken(",1", *rev),
            Self::Merged { rev } => taken(",2", *rev),
            Self::Failed(text) => write!(out, "[{number},3,{}]", quoted(text)),
            Self::Refused(refusal @ Refusal::Expired { .. }) => {
                write!(out, "[{number},5,{}]", quoted(&refusal.to_string()))
            }
            Self::Refused(refusal) => {
                write!(out, "[{number},4,\"{}\",{}]", refusal.kind(), quoted(&refusal.to_string()))
            }
            Self::Unknown => {
                Self::write_unknown(number, "too long ago", out);
                Ok(())
            }
        };
    }

    /// Appends [`Unknown`](Self::Unknown) with its reason.
    pub(crate) fn write_unknown(number: u64, why: &str, out: &mut String) {
        // Writing to a string cannot fail.
        let _ = write!(out, "[{number},6,{}]", quoted(why));
    }
}

/// Appends a number after `before`. `write!` takes several times as long, and each frame has some numbers.
fn push_number(out: &mut String, before: &str, number: u64) {
    out.push_str(before);
    out.push_str(itoa::Buffer::new().format(number));
}

/// The parts of an update: lists without their brackets, with a comma after each entry.
#[derive(Debug, Default, Clone, PartialEq, Eq)]
pub(crate) struct Update {
    pub(crate) rows: String,
    pub(crate) props: String,
    pub(crate) edits: String,
    pub(crate) streams: String,
    pub(crate) quality: String,
    pub(crate) outcomes: String,
    pub(crate) notes: String,
    /// The number of a beat, for a page that holds a control.
    pub(crate) beat: String,
}

impl Update {
    /// Joins the parts into one frame.
    pub(crate) fn frame(parts: &[&Self], rev: u64) -> String {
        let len = parts.iter().map(|part| part.len()).sum::<usize>();
        let mut out = String::with_capacity(len + 48);
        push_number(&mut out, "{\"r\":", rev);
        for (key, list) in [
            ("w", (|part| &part.rows) as fn(&Self) -> &String),
            ("p", |part| &part.props),
            ("d", |part| &part.edits),
            ("s", |part| &part.streams),
            ("q", |part| &part.quality),
            ("a", |part| &part.outcomes),
            ("m", |part| &part.notes),
            ("b", |part| &part.beat),
        ] {
            if parts.iter().all(|part| list(part).is_empty()) {
                continue;
            }
            for text in [",\"", key, "\":["] {
                out.push_str(text);
            }
            parts.iter().for_each(|part| out.push_str(list(part)));
            // Removes the comma after the last entry.
            out.pop();
            out.push(']');
        }
        out.push('}');
        out
    }

    /// Appends the value of the property with this number. `json` is JSON.
    pub(crate) fn push_value(&mut self, prop: u64, json: &str) {
        push_number(&mut self.props, "[", prop);
        self.props.push(',');
        self.props.push_str(json);
        self.props.push_str("],");
    }

    fn len(&self) -> usize {
        self.rows.len()
            + self.props.len()
            + self.edits.len()
            + self.streams.len()
            + self.quality.len()
            + self.outcomes.len()
            + self.notes.len()
            + self.beat.len()
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.len() == 0
    }
}

pub(crate) const RELOAD: &str = r#"{"t":"reload"}"#;

/// `now` is the time by the server's clock. With `rev`, an update to that revision follows in any case. `told` has the
/// outcomes of the page's commands from before a restart, with commas between them.
pub(crate) fn welcome(epoch: &str, session: &str, last: u64, now: Duration, rev: Option<u64>, told: &str) -> String {
    let now = now.as_millis();
    let rev = rev.map(|rev| format!(",\"rev\":{rev}")).unwrap_or_default();
    let told = if told.is_empty() { String::new() } else { format!(",\"a\":[{told}]") };
    format!(r#"{{"t":"welcome","epoch":"{epoch}","session":"{session}","last":{last},"now":{now}{rev}{told}}}"#)
}

/// `now` is the time by the server's clock.
pub(crate) fn pong(now: Duration) -> String {
    format!(r#"{{"t":"pong","now":{}}}"#, now.as_millis())
}

/// For a page of another version. `components` is a list of `[id, hash, number of the first property]`.
pub(crate) fn table(schema: &str, size: usize, components: &serde_json::Value) -> String {
    format!("{{\"t\":\"table\",\"schema\":\"{schema}\",\"size\":{size},\"components\":{components}}}")
}

/// For a relay that has asked for a session.
#[cfg(feature = "nats")]
pub(crate) fn nobody(unused: bool) -> String {
    format!("{{\"t\":\"nobody\",\"unused\":{unused}}}")
}

pub(crate) fn disconnected(why: &str) -> String {
    format!("{{\"t\":\"disconnected\",\"why\":{}}}", quoted(why))
}

pub(crate) fn refused(refusal: &Refusal) -> String {
    let why = quoted(&refusal.to_string());
    format!("{{\"t\":\"refused\",\"kind\":\"{}\",\"why\":{why}}}", refusal.kind())
}

/// A JSON string.
pub(crate) fn quoted(text: &str) -> String {
    serde_json::Value::from(text).to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_number_costs_about_forty_bytes_on_the_wire() {
        let update = Update { props: "[12,40.5],".to_owned(), ..Update::default() };
        let frame = Update::frame(&[&update], 123_456);
        assert_eq!(frame, r#"{"r":123456,"p":[[12,40.5]]}"#);
        // Two bytes are the header of a WebSocket frame from the server.
        assert!(frame.len() + 2 <= 40);
    }

    #[test]
    fn parts_are_joined_into_one_frame() {
        let shared = Update { props: "[1,2],[3,4],".to_owned(), ..Update::default() };
        let mut own = Update { props: "[5,6],".to_owned(), ..Update::default() };
        Outcome::Failed("\"no\"\nlight".to_owned()).write(9, &mut own.outcomes);
        own.outcomes.push(',');
        let frame = Update::frame(&[&shared, &own], 7);
        assert_eq!(frame, r#"{"r":7,"p":[[1,2],[3,4],[5,6]],"a":[[9,3,"\"no\"\nlight"]]}"#);
        serde_json::from_str::<serde_json::Value>(&frame).unwrap();
    }
}
