//! The frames as the client script writes and reads them: `tests/client/frame-cases.json`.
//! `tests/client/frames.test.js` reads the same file.

use std::time::Duration;

use serde::Deserialize;
use serde_json::{Value as Json, json};

use super::{
    client::{Incoming, Refusal, parse},
    close,
    server::{Outcome, RELOAD, Update, disconnected, pong, refused, table, welcome},
};

#[derive(Deserialize)]
struct Cases {
    client: Vec<Json>,
    server: Vec<Json>,
    outcomes: Vec<OutcomeCase>,
    closes: Json,
}

#[derive(Deserialize)]
struct OutcomeCase {
    name: String,
    entry: Json,
}

fn cases() -> Cases {
    serde_json::from_str(include_str!("../../../../tests/client/frame-cases.json")).unwrap()
}

/// The frame of a case, its name, and its content.
fn of(case: &Json) -> (&str, &str, &Json) {
    let entries = case.as_object().unwrap();
    let (name, given) = entries.iter().find(|(name, _)| *name != "frame").unwrap();
    (entries["frame"].as_str().unwrap(), name, given)
}

fn millis(json: &Json) -> Duration {
    Duration::from_millis(json.as_u64().unwrap())
}

fn json(text: &str) -> Json {
    serde_json::from_str(text).unwrap()
}

/// The content of a frame that the server has parsed, in the form of the cases.
fn read(frame: &str) -> (&'static str, Json) {
    match parse(frame).unwrap() {
        Incoming::Hello(hello) => {
            assert_eq!(hello.protocol, super::VERSION);
            let mut given = json!({
                "schema": hello.schema,
                "epoch": hello.epoch,
                "rev": hello.rev,
                "session": hello.session,
                "hidden": hello.hidden,
                "turn": hello.turn,
                "parts": hello.parts,
            });
            if let Some(path) = hello.path {
                given["path"] = json!(path);
            }
            ("hello", given)
        }
        Incoming::Command(command) => {
            let age = u64::try_from(command.age.as_millis()).unwrap();
            let value = json(command.value);
            let at = command.at.map(|at| u64::try_from(at.as_millis()).unwrap());
            ("command", json!({ "n": command.number, "p": command.prop, "value": value, "age": age, "at": at }))
        }
        #[cfg(feature = "nats")]
        Incoming::Whole => ("whole", json!({})),
        Incoming::View { hidden } => ("view", json!({ "hidden": hidden })),
        Incoming::Held { beat, props } => ("held", json!({ "beat": beat, "held": props })),
        Incoming::Stream { prop } => ("stream", json!({ "p": prop })),
        Incoming::Picture { prop, has, got } => ("picture", json!({ "p": prop, "has": has, "got": got })),
        Incoming::Ping => ("ping", json!({})),
        Incoming::Bye => ("bye", json!({})),
    }
}

#[test]
fn the_server_reads_the_frames_that_the_page_writes() {
    for case in &cases().client {
        let (frame, name, given) = of(case);
        let (found, read) = read(frame);
        assert_eq!((found, &read), (name, given), "{frame}");
    }
}

#[test]
fn unknown_fields_of_a_newer_page_are_ignored() {
    for case in &cases().client {
        let (frame, name, given) = of(case);
        let more = frame.replacen('{', r#"{"later":{"a":[1]},"x":null,"#, 1);
        assert_eq!(read(&more), (read(frame).0, given.clone()), "{name}");
    }
}

#[test]
fn the_server_writes_the_frames_that_the_page_reads() {
    for case in &cases().server {
        let (frame, name, given) = of(case);
        let text = |key: &str| given[key].as_str().unwrap();
        let written = match name {
            "welcome" => welcome(
                text("epoch"),
                text("session"),
                given["last"].as_u64().unwrap(),
                millis(&given["now"]),
                given["rev"].as_u64(),
                update(frame).outcomes.trim_end_matches(','),
            ),
            "reload" => RELOAD.to_owned(),
            "table" => {
                let components = given["components"].as_array().unwrap().iter();
                let entries = components.map(|entry| json!([entry["id"], entry["hash"], entry["first"]]));
                let size = usize::try_from(given["size"].as_u64().unwrap()).unwrap();
                table(text("schema"), size, &Json::from_iter(entries))
            }
            "pong" => pong(millis(&given["now"])),
            "disconnected" => disconnected(text("why")),
            "refused" => refused(&Refusal::Greeted),
            "update" => update(frame).frame_at(given["rev"].as_u64().unwrap()),
            other => panic!("a case of {other}"),
        };
        assert_eq!(written, frame);
    }
}

/// The parts of an update frame. The engine writes their entries together with the values, so the test copies the
/// entries.
fn update(frame: &str) -> Update {
    let frame: std::collections::BTreeMap<String, Json> = serde_json::from_str(frame).unwrap();
    let part = |key: &str| {
        let entries = frame.get(key).and_then(Json::as_array).into_iter().flatten();
        entries.map(|entry| format!("{entry},")).collect::<String>()
    };
    Update {
        rows: part("w"),
        props: part("p"),
        edits: part("d"),
        streams: part("s"),
        quality: part("q"),
        outcomes: part("a"),
        notes: part("m"),
        beat: part("b"),
    }
}

impl Update {
    fn frame_at(&self, rev: u64) -> String {
        Self::frame(&[self], rev)
    }
}

#[test]
fn outcomes_and_closes_have_the_pages_numbers() {
    let Cases { outcomes, closes, .. } = cases();
    assert_eq!(outcomes.len(), 7);
    for OutcomeCase { name, entry } in outcomes {
        let outcome = match &*name {
            "applied" => Outcome::Applied { rev: 42 },
            "working" => Outcome::Accepted { rev: 42 },
            "merged" => Outcome::Merged { rev: 42 },
            "failed" => Outcome::Failed("no light".to_owned()),
            "refused" => Outcome::Refused(Refusal::Greeted),
            "expired" => {
                Outcome::Refused(Refusal::Expired { age: Duration::from_secs(9), lifespan: Duration::from_secs(5) })
            }
            "unknown" => Outcome::Unknown,
            other => panic!("a case of {other}"),
        };
        let mut written = String::new();
        outcome.write(5, &mut written);
        assert_eq!(json(&written), entry, "{name}");
    }
    let ours =
        json!({ "tooLarge": close::TOO_LARGE, "takenOver": close::TAKEN_OVER, "disconnected": close::DISCONNECTED });
    assert_eq!(ours, closes);
}
