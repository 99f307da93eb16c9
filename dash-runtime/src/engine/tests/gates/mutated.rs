//! Frames that no page sends: those of pages, cut, doubled, mixed and with other numbers in them, also with a role that may
//! do little.

use super::*;
use crate::protocol::client::parse;

/// What is done to a frame. Places are parts of its length in 65 536.
#[derive(Debug, Clone)]
enum Change {
    Put(u16, u8),
    Cut(u16, u16),
    Double(u16, u16),
    /// A number, a word or a text instead of the digits at this place.
    Other(u16, usize),
    /// The rest of another frame from here on.
    Rest(u16, usize),
}

const OTHERS: [&str; 14] = [
    "-1",
    "0",
    "1e999",
    "NaN",
    "18446744073709551615",
    "18446744073709551616",
    "0.1",
    "null",
    "true",
    "\"\"",
    "[]",
    "{}",
    "\"\\ud800\"",
    "[[[[[[[[[[[[[[[[",
];

fn changes() -> impl Strategy<Value = Vec<(usize, Vec<Change>)>> {
    let change = prop_oneof![
        (any::<u16>(), any::<u8>()).prop_map(|(at, byte)| Change::Put(at, byte)),
        (any::<u16>(), any::<u16>()).prop_map(|(at, to)| Change::Cut(at, to)),
        (any::<u16>(), any::<u16>()).prop_map(|(at, to)| Change::Double(at, to)),
        (any::<u16>(), 0..OTHERS.len()).prop_map(|(at, other)| Change::Other(at, other)),
        (any::<u16>(), any::<usize>()).prop_map(|(at, other)| Change::Rest(at, other)),
    ];
    prop::collection::vec((any::<usize>(), prop::collection::vec(change, 0..4)), 1..60)
}

/// The frames that pages send, for each property.
fn frames(sim: &Sim) -> Vec<String> {
    let props = sim.engine.plan().props.len();
    let commands = (0..props).flat_map(|prop| {
        let values = ["50.0", "null", "\"text\"", "[1,2]", "{\"set\":3}"];
        values.map(|value| format!("{{\"n\":{},\"p\":{prop},\"v\":{value},\"at\":{}}}", prop + 1, 10 * prop))
    });
    let others = [
        r#"{"t":"hello","protocol":3,"schema":"","epoch":"e1","rev":1,"session":null,"turn":1}"#,
        r#"{"t":"view","hidden":true}"#,
        r#"{"t":"view","hidden":false}"#,
        r#"{"t":"held","beat":1,"held":[3,4,5]}"#,
        r#"{"t":"stream","p":9}"#,
        r#"{"t":"picture","p":9,"has":"00f1","got":"00f2"}"#,
        r#"{"t":"ping"}"#,
    ];
    commands.chain(others.map(str::to_owned)).collect()
}

fn changed(frames: &[String], (which, changes): &(usize, Vec<Change>)) -> String {
    let mut bytes = frames[which % frames.len()].clone().into_bytes();
    for change in changes {
        let place = |part: u16| usize::from(part) * bytes.len() / 65_536;
        match *change {
            Change::Put(at, byte) => {
                let at = place(at);
                bytes.splice(at..(at + 1).min(bytes.len()), [byte]);
            }
            Change::Cut(one, other) => {
                let (one, other) = (place(one), place(other));
                bytes.drain(one.min(other)..one.max(other));
            }
            Change::Double(one, other) => {
                let (one, other) = (place(one), place(other));
                let part = bytes[one.min(other)..one.max(other)].to_vec();
                bytes.splice(one..one, part);
            }
            Change::Other(at, other) => {
                let at = place(at);
                let digits = bytes[at..].iter().take_while(|byte| byte.is_ascii_digit()).count();
                bytes.splice(at..at + digits, OTHERS[other].bytes());
            }
            Change::Rest(at, other) => {
                let rest = frames[other % frames.len()].as_bytes();
                let from = place(at).min(rest.len());
                bytes.splice(place(at).., rest[from..].iter().copied());
            }
        }
    }
    String::from_utf8_lossy(&bytes).into_owned()
}

/// The values of everything that a guest may not change.
fn guarded(sim: &Sim) -> Vec<String> {
    let value = |no| sim.engine.slot(no).json(None);
    let mut all: Vec<_> =
        [Rover::speed.value, Rover::light.value, Rover::charge.value].map(|prop| value(sim.prop_no(prop))).to_vec();
    all.extend([value(sim.prop_no(Rover::stick.value)), value(sim.prop_no(Rover::drive.holder))]);
    all.push(value(sim.prop_no(Rover::armed.state)));
    all
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(300))]

    /// Whatever arrives: the server goes on, each value is one of its type and range, each frame that it sends is JSON, and
    /// who may change nothing has changed nothing.
    #[test]
    fn s11_whatever_arrives_is_a_frame_of_the_protocol_or_refused(changes in changes()) {
        for (role, may) in [(Crew::Guest, false), (Crew::Chief, true)] {
            let mut sim = rover();
            let at = sim.join_as(User::new("eve", role));
            sim.rest();
            let (frames, before) = (frames(&sim), guarded(&sim));
            for change in &changes {
                let (text, id) = (changed(&frames, change), sim.pages[at].id);
                // As the task of a socket does it.
                let answer = sim.with(|engine, now, fx| engine.incoming(now, id, parse(&text), fx));
                for frame in answer.into_iter().chain(sim.poll_lost(at)) {
                    prop_assert!(serde_json::from_str::<serde_json::Value>(&frame).is_ok(), "{frame}");
                }
                sim.finish_stops();
                sim.finish_all();
            }
            for dial in [Rover::speed.value, Rover::light.value, Rover::charge.value] {
                let value = *sim.engine.slot(sim.prop_no(dial)).value().unwrap().get::<f64>().unwrap();
                prop_assert!((-100.0..=100.0).contains(&value), "{value}");
            }
            prop_assert!(may || guarded(&sim) == before, "{before:?} became {:?}", guarded(&sim));
            // Somebody else works with it as before.
            let ada = sim.join_as(driver("ada"));
            let number = sim.send(ada, Rover::light.value, 33.0);
            prop_assert!(takes(&mut sim, ada, number));
        }
    }
}

#[test]
fn s11_a_value_with_very_many_levels_and_a_very_long_one_are_refused() {
    let mut sim = rover();
    let at = sim.join_as(User::new("eve", Crew::Chief));
    for (number, value) in (1..).zip([
        "[".repeat(100_000),
        format!("{}{}", "[".repeat(100_000), "]".repeat(100_000)),
        format!("{}1{}", "{\"a\":".repeat(50_000), "}".repeat(50_000)),
        "9".repeat(100_000),
        format!("\"{}\"", "x".repeat(100_000)),
    ]) {
        let text = format!("{{\"n\":{number},\"p\":{},\"v\":{value}}}", sim.no(Rover::light.value));
        let id = sim.pages[at].id;
        sim.with(|engine, now, fx| engine.incoming(now, id, parse(&text), fx));
    }
    let light = *sim.engine.slot(sim.prop_no(Rover::light.value)).value().unwrap().get::<f64>().unwrap();
    assert_eq!(light, 0.0);
    assert_eq!(sim.engine.counts().commands, 0);
}
