//! An MCAP file has everything that the record has.

use mcap::{Message, MessageStream};
use serde_json::Value as Json;

use super::*;
use crate::server::record::mcap::export;

fn plan() -> Plan {
    Plan::of_replay::<Desk>().unwrap().plan
}

/// The messages of these topics, with the numbers of their schemas.
fn messages(path: &Path, topic: &str) -> Vec<(u16, Json)> {
    let bytes = fs::read(path).unwrap();
    let all = MessageStream::new(&bytes).unwrap().map(Result::unwrap);
    let schema = |message: &Message<'_>| message.channel.schema.as_ref().unwrap().id;
    all.filter(|message| message.channel.topic == topic)
        .map(|message| (schema(&message), serde_json::from_slice(&message.data).unwrap()))
        .collect()
}

fn exported(folder: &Folder, ops: Vec<Op>) -> PathBuf {
    recorded(&folder.file(), ops);
    let to = folder.0.join("run.mcap");
    export(&plan(), &folder.file(), &to).unwrap();
    to
}

#[test]
fn fault_items_that_are_equal_are_lost_in_an_export() {
    let folder = Folder::new();
    // The ring has room for 6.
    let ops = [Op::Scene(5)].into_iter().chain(std::iter::repeat_n(Op::Click, 20)).collect();
    let items = messages(&exported(&folder, ops), "/log/items");
    let fives = items.iter().filter(|(_, item)| item["value"] == 5).count();
    assert_eq!(fives, 21, "{items:?}");
}

#[test]
fn fault_each_row_has_a_schema_of_its_own() {
    let folder = Folder::new();
    let to = exported(&folder, vec![Op::Rows(vec![0, 1]), Op::Level(0, 5), Op::Level(1, 6)]);
    let schema = |topic: &str| messages(&to, topic)[0].0;
    assert_eq!(schema("/lamps/a/shown/text"), schema("/lamps/b/shown/text"));
    assert_ne!(schema("/lamps/a/shown/text"), schema("/lamps/a/level/value"));
}

#[test]
fn fault_a_stream_that_becomes_bad_is_not_told() {
    let folder = Folder::new();
    let to = exported(&folder, vec![Op::Level(0, 5), Op::Level(0, 13), Op::Level(0, 6)]);
    let items = messages(&to, "/lamps/a/log/items");
    let bad: Vec<_> = items.iter().filter(|(_, item)| !item["bad"].is_null()).collect();
    assert_eq!(bad.len(), 1, "{items:?}");
    assert!(bad[0].1["bad"].as_str().unwrap().contains("broken") && bad[0].1["value"].is_null(), "{bad:?}");
}

#[test]
fn fault_an_export_that_fails_leaves_a_file_that_blocks_the_next_one() {
    let folder = Folder::new();
    recorded(&folder.file(), some_run());
    let mut bytes = fs::read(folder.file()).unwrap();
    frame::Frame { kind: Kind::Commit, at: 99_000_000, rev: 99, body: b"no JSON".to_vec() }.write(&mut bytes);
    fs::write(folder.file(), bytes).unwrap();
    let to = folder.0.join("run.mcap");
    for _ in 0..2 {
        let error = export(&plan(), &folder.file(), &to).unwrap_err().to_string();
        assert!(error.contains("a change cannot be read"), "{error}");
        assert!(!to.exists());
    }
}

#[test]
fn a_record_is_exported_as_mcap_with_schemas_and_times() {
    let folder = Folder::new();
    recorded(&folder.file(), some_run());
    let to = folder.0.join("run.mcap");
    let plan = Plan::of_replay::<Desk>().unwrap().plan;
    let said = export(&plan, &folder.file(), &to).unwrap();
    assert!(said.contains("messages in"), "{said}");
    let bytes = fs::read(&to).unwrap();
    let mut scenes = Vec::new();
    let mut lines = 0;
    for message in mcap::MessageStream::new(&bytes).unwrap() {
        let message = message.unwrap();
        let schema = message.channel.schema.as_ref().unwrap();
        assert_eq!((schema.encoding.as_str(), message.channel.message_encoding.as_str()), ("jsonschema", "json"));
        let schema: serde_json::Value = serde_json::from_slice(&schema.data).unwrap();
        let data: serde_json::Value = serde_json::from_slice(&message.data).unwrap();
        match message.channel.topic.as_str() {
            "/scene/value" => {
                assert_eq!(schema["properties"]["value"]["type"], "number");
                scenes.push((message.log_time, data["value"].as_f64().unwrap()));
            }
            "/log/items" => lines += 1,
            "/lamps/a/shown/text" => assert!(data["value"].is_string()),
            "/code/value" => panic!("a secret"),
            _ => {}
        }
    }
    assert_eq!(scenes.iter().map(|(_, scene)| *scene).collect::<Vec<_>>(), (0..12).map(f64::from).collect::<Vec<_>>());
    assert!(scenes.is_sorted() && scenes[1].0 >= 1_000_000, "{scenes:?}");
    assert!(lines > 3, "{lines}");
    assert!(export(&plan, &folder.file(), &to).is_err(), "a file that is there stays");
}
