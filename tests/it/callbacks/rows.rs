//! Lists whose rows come and go: callbacks that are written once for all rows, and callbacks that read or write all
//! rows.

use std::{
    collections::BTreeMap,
    time::{Duration, UNIX_EPOCH},
};

use dash_devices::{EventProp, Handle, prelude::*};
use dash_runtime::testing::{ClientHandle, InMemory};
use serde_json::{Value, json};

use crate::support::Page;

#[components]
struct Lamp {
    on: Switch,
    level: Slider,
    runs: Text,
    work: Button,
    bar: Progress,
    report: Text,
    remove: Button,
    note: Input,
    own: Input,
    mine: Text,
    parts: [Text; 2],
    trend: Trend,
}

/// A list in a group, with a component as the row.
#[components]
struct Notes {
    notes: Many<String, Text>,
    pin: Button,
}

#[components]
struct Ui {
    add: Button,
    off: Button,
    lamps: Many<u32, Lamp>,
    total: Text,
    worked: Text,
    left: Notes,
    right: Notes,
}

/// The number of runs of `switch`, by row.
#[derive(Default)]
struct House {
    runs: BTreeMap<u32, u32>,
}

/// Two outputs; the key by value.
#[callback_shared(output = (Ui::lamps[key].level.value, Ui::lamps[key].runs.text))]
fn switch(house: &mut House, #[key] key: u32, #[input(Ui::lamps[key].on.on)] on: bool) -> (f64, String) {
    let runs = house.runs.entry(key).or_default();
    *runs += 1;
    (if on { 100.0 } else { 0.0 }, runs.to_string())
}

/// It is started by properties outside the row.
#[callback_shared(on = (Ui::off.click, Ui::lamps[..].on.on), output = Ui::lamps[key].level.label)]
fn label(#[key] key: u32, #[state(Ui::lamps[key].level.label)] label: &str) -> String {
    format!("{label}{key}")
}

/// All rows, of a state.
#[callback_shared(output = Ui::total.text)]
fn total(#[input(Ui::lamps[..].level.value)] levels: Rows<u32, f64>) -> String {
    levels.iter().map(|(key, level)| format!("{key}={level} ")).collect()
}

/// An event of all rows, by reference. It writes some rows, and one that does not exist.
#[callback_shared(output = (Ui::worked.text, Ui::lamps[..].bar.value), initial = false)]
fn worked(
    #[input(Ui::lamps[..].work.click)] worked: &Rows<u32, ()>,
    #[state(Ui::lamps[..].bar.value)] bars: Rows<u32, Option<f64>>,
) -> (String, Option<Rows<u32, Option<f64>>>) {
    let keys: Vec<String> = worked.keys().map(u32::to_string).collect();
    let done =
        bars.into_iter().filter(|(key, _)| worked.get(key).is_some()).map(|(key, bar)| (key, bar.map(|bar| bar + 1.0)));
    (keys.join(","), Some(done.chain([(4711, Some(1.0))]).collect()))
}

/// `Result` with an alternate in the row, without a key parameter, and with a `running` value.
#[callback_shared(
    output = Ui::lamps[lamp].report.text,
    alternate = Ui::lamps[lamp].report.label,
    running(Ui::lamps[lamp].work.disabled = true),
    initial = false
)]
async fn report(
    #[input(Ui::lamps[lamp].note.value)] note: &str,
    #[progress(Ui::lamps[lamp].runs.label)] live: ProgressSink<String>,
    handle: Handle<Ui>,
) -> Result<Option<String>, String> {
    live.set(note);
    tokio::task::yield_now().await;
    let rows = handle.get(Ui::lamps.rows);
    let busy: Vec<u32> = rows.into_iter().filter(|row| handle.get(Ui::lamps.row(*row).work.disabled)).collect();
    match note {
        "" => Ok(None),
        "bad" => Err(format!("{busy:?}")),
        note => Ok(Some(format!("{note} {busy:?}"))),
    }
}

/// The key by reference. It writes the list of rows.
#[callback_shared(output = Ui::lamps.rows)]
fn remove(
    #[key] key: &u32,
    #[input(Ui::lamps[key].remove.click)] _: Option<()>,
    #[state(Ui::lamps.rows)] mut rows: Vec<u32>,
) -> Vec<u32> {
    rows.retain(|row| row != key);
    rows
}

/// A private value of each client, in each row.
#[callback(output = Ui::lamps[key].mine.text)]
fn mine(#[key] key: u32, #[input(Ui::lamps[key].own.value)] own: &str) -> String {
    format!("{key} {own}")
}

/// For each row and each client that connects. It writes several elements of an array in the row.
#[callback(on = connect, output = Ui::lamps[key].parts[0..2].label)]
fn greet(#[key] key: u32, client: Client) -> [String; 2] {
    ["first", "second"].map(|part| format!("{part} part of {key} for {}", client.id()))
}

/// Once for each row. It also writes another row.
#[callback_shared(on = start, output = (Ui::lamps[key].parts[0].text, Ui::lamps[..].trend.points))]
fn begin(#[key] key: u32) -> (String, Rows<u32, Sample>) {
    (format!("began {key}"), [(3 ^ key, Sample::at(UNIX_EPOCH, [f64::from(key)]))].into_iter().collect())
}

/// A list in a group: text keys, by reference.
#[callback_shared(output = Notes::notes[note].label)]
fn name(#[key] note: &str, #[input(Notes::notes[note].text)] text: &str, place: Place) -> String {
    format!("{place} {note} {text}")
}

#[callback_shared(on = Notes::pin.click, output = Notes::notes.rows)]
fn pin(
    #[state(Notes::notes.rows)] rows: Vec<String>,
    #[state(Notes::notes[..].text)] texts: Rows<String, String>,
) -> Vec<String> {
    let new = texts.values().cloned().collect::<String>();
    rows.into_iter().chain([new]).collect()
}

impl Dashboard for Ui {
    type Device = House;
    type Session = ();
    const CALLBACKS: Callbacks<Self> = callbacks![
        switch,
        label,
        total,
        worked,
        report,
        remove,
        mine,
        greet,
        begin,
        name for Ui::left,
        name for Ui::right,
        pin for Ui::left,
        pin for Ui::right,
    ];

    fn layout(self) -> Element {
        let lamps = self.lamps.rows([1, 2]).each(|key, lamp| {
            let controls = (lamp.on.label(format!("Lamp {key}")), lamp.level, lamp.work, lamp.remove, lamp.note);
            let shown = (
                lamp.runs,
                lamp.bar.value(f64::from(*key)),
                lamp.report,
                lamp.own,
                lamp.mine,
                row(lamp.parts),
                lamp.trend.series([Series::new("Level")]),
            );
            row((row(controls), row(shown)))
        });
        let notes = |notes: Notes| {
            row((notes.notes.rows(["a".to_owned()]).each(|key, note| note.text(key.clone())), notes.pin))
        };
        let buttons = row((self.add, self.off, self.total, self.worked));
        page("Rows", (buttons, lamps, notes(self.left), notes(self.right)))
    }
}

fn app() -> (InMemory, Handle<Ui>) {
    let app = InMemory::new::<Ui>(House::default()).unwrap();
    let handle = app.handle::<Ui>();
    (app, handle)
}

/// A press of a button by the program.
fn fire(app: &mut InMemory, event: EventProp<()>) {
    app.handle::<Ui>().fire(event, ()).unwrap();
    app.advance(Duration::ZERO);
}

/// The number of a property in the row with this key.
fn number(app: &InMemory, key: u32, component: &str, prop: &str) -> usize {
    app.number(&format!("lamps-{key}-{component}"), prop).unwrap()
}

fn frames(app: &mut InMemory, client: &ClientHandle) -> Vec<Value> {
    app.frames(client).iter().map(|frame| serde_json::from_str(frame).unwrap()).collect()
}

#[test]
fn a_callback_of_a_row_runs_for_that_row_alone() {
    let (mut app, handle) = app();
    app.push::<Ui>(changes![Ui::lamps.row(2).on.on = true]).unwrap();
    let row = |key| (handle.get(Ui::lamps.row(key).level.value), handle.get(Ui::lamps.row(key).runs.text));
    assert_eq!(row(1), (0.0, "1".to_owned()), "once, at the start");
    assert_eq!(row(2), (100.0, "2".to_owned()));
}

#[test]
fn what_is_not_of_a_row_starts_each_row() {
    let (mut app, handle) = app();
    let labels = || [1, 2].map(|key| handle.get(Ui::lamps.row(key).level.label));
    assert_eq!(labels(), ["", ""], "an event is among what starts it");
    fire(&mut app, Ui::off.click);
    assert_eq!(labels(), ["1", "2"]);
    app.push::<Ui>(changes![Ui::lamps.row(2).on.on = true]).unwrap();
    assert_eq!(labels(), ["11", "22"]);
}

#[test]
fn all_rows_are_read_in_the_order_of_the_page() {
    let (mut app, handle) = app();
    assert_eq!(handle.get(Ui::total.text), "1=0 2=0 ");
    app.push::<Ui>(changes![Ui::lamps.row(1).on.on = true]).unwrap();
    assert_eq!(handle.get(Ui::total.text), "1=100 2=0 ");
    app.push::<Ui>(changes![Ui::lamps.rows = vec![2, 1], Ui::lamps.row(2).on.on = true]).unwrap();
    assert_eq!(handle.get(Ui::total.text), "2=100 1=100 ");
}

#[test]
fn a_row_that_comes_starts_as_each_made_it_and_its_callbacks_run() {
    let (mut app, handle) = app();
    app.push::<Ui>(changes![Ui::lamps.rows = vec![1, 7, 2]]).unwrap();
    let lamp = Ui::lamps.row(7);
    assert_eq!(handle.get(lamp.on.label), "Lamp 7");
    assert_eq!(handle.get(lamp.bar.value), Some(7.0));
    assert_eq!(handle.get(lamp.runs.text), "1");
    assert_eq!(handle.get(Ui::lamps.row(1).runs.text), "1", "nothing is new there");
    assert_eq!(handle.get(Ui::total.text), "1=0 7=0 2=0 ");
}

#[test]
fn a_row_that_went_and_comes_again_is_a_new_one() {
    let (mut app, handle) = app();
    app.push::<Ui>(changes![Ui::lamps.row(1).on.on = true]).unwrap();
    fire(&mut app, Ui::lamps.row(1).remove.click);
    app.push::<Ui>(changes![Ui::lamps.row(2).on.on = true]).unwrap();
    assert_eq!(handle.get(Ui::lamps.rows), [2]);
    assert_eq!(handle.get(Ui::total.text), "2=100 ");
    app.push::<Ui>(changes![Ui::lamps.rows = vec![1, 2]]).unwrap();
    assert_eq!(handle.get(Ui::total.text), "1=0 2=100 ");
    assert!(!handle.get(Ui::lamps.row(1).on.on));
}

#[test]
fn events_come_with_the_keys_of_their_rows_and_only_rows_that_are_named_and_there_are_written() {
    let (mut app, handle) = app();
    fire(&mut app, Ui::lamps.row(2).work.click);
    assert_eq!(handle.get(Ui::worked.text), "2");
    assert_eq!(handle.get(Ui::lamps.row(2).bar.value), Some(3.0));
    assert_eq!(handle.get(Ui::lamps.row(1).bar.value), Some(1.0), "as it was");
}

#[test]
fn alternates_and_what_is_different_while_it_runs_are_those_of_the_row() {
    let (mut app, handle) = app();
    let report = |key| (handle.get(Ui::lamps.row(key).report.text), handle.get(Ui::lamps.row(key).report.label));
    let texts = |text: &str, label: &str| (text.to_owned(), label.to_owned());
    app.push::<Ui>(changes![Ui::lamps.row(2).note.value = "good"]).unwrap();
    assert_eq!(report(2), texts("good [2]", ""));
    assert_eq!(handle.get(Ui::lamps.row(2).runs.label), "good", "said while it ran");
    app.push::<Ui>(changes![Ui::lamps.row(1).note.value = "bad"]).unwrap();
    assert_eq!(report(1), texts("", "[1]"));
    app.push::<Ui>(changes![Ui::lamps.row(2).note.value = ""]).unwrap();
    assert_eq!(report(2), texts("good [2]", ""), "`None` is no change");
    assert!([1, 2].into_iter().all(|key| !handle.get(Ui::lamps.row(key).work.disabled)));
}

#[test]
fn a_list_in_a_group_is_another_one_in_each_place() {
    let (mut app, handle) = app();
    let label = |key: &str| [Ui::left, Ui::right].map(|notes| handle.get(notes.notes.row(key.to_owned()).label));
    assert_eq!(label("a"), ["left a a", "right a a"]);
    app.push::<Ui>(changes![Ui::right.notes.row("a".to_owned()).text = "b"]).unwrap();
    assert_eq!(label("a"), ["left a a", "right a b"]);
    fire(&mut app, Ui::right.pin.click);
    assert_eq!(handle.get(Ui::right.notes.rows), ["a", "b"]);
    assert_eq!(handle.get(Ui::right.notes.row("b".to_owned()).label), "right b b");
    assert_eq!(handle.get(Ui::left.notes.rows), ["a"]);
}

#[test]
fn fault_21_a_key_of_any_text_makes_a_page_that_can_be_served() {
    let (mut app, handle) = app();
    let keys = ["<b>\"it's\"</b>", "a b&c", "", "ä-*-\u{1F4A1}", "</script>"].map(str::to_owned);
    app.push::<Ui>(changes![Ui::left.notes.rows = keys.to_vec()]).unwrap();
    let page = app.page();
    assert!(page.contains("data-key=\"&lt;b&gt;&quot;it&#39;s&quot;&lt;/b&gt;\""), "{page}");
    // The ids are made of the rows' serials.
    let ids = page.split(" id=\"").skip(1).filter_map(|rest| rest.split('"').next());
    let ids: Vec<&str> = ids.filter(|id| id.starts_with("left-notes-")).collect();
    assert_eq!(ids.len(), keys.len(), "{ids:?}");
    assert!(ids.iter().all(|id| id.chars().all(|c| c.is_ascii_alphanumeric() || c == '-')), "{ids:?}");
    // The data block of the script is valid JSON, and each row is found by its key.
    assert!(Page::of(page).state["rows"].is_array());
    for key in keys {
        assert!(app.number(&format!("left-notes-{key}"), "text").is_some(), "{key:?}");
        assert_eq!(handle.get(Ui::left.notes.row(key.clone()).label), format!("left {key} {key}"));
    }
}

#[test]
fn what_a_client_has_for_itself_it_has_in_each_row() {
    let (mut app, _) = app();
    let (ada, bob) = (app.join(), app.join());
    let own = [1, 2].map(|key| number(&app, key, "mine", "text"));
    let values = |frames: Vec<Value>| frames.iter().map(|frame| frame["p"].to_string()).collect::<String>();
    for client in [&ada, &bob] {
        let values = values(frames(&mut app, client));
        for (key, prop) in [1, 2].into_iter().zip(own) {
            assert!(values.contains(&format!("[{prop},\"{key} \"]")), "{values}");
        }
    }
    let own_input = number(&app, 2, "own", "value");
    app.send(&ada, &json!({"n": 1, "p": own_input, "v": "x"}).to_string());
    let (to_ada, to_bob) = (values(frames(&mut app, &ada)), values(frames(&mut app, &bob)));
    assert!(to_ada.contains(&format!("[{},\"2 x\"]", own[1])), "{to_ada}");
    assert!(own.iter().all(|prop| !to_bob.contains(&format!("[{prop},"))), "{to_bob}");
}

#[test]
fn the_start_and_a_client_that_comes_start_each_row() {
    let (mut app, handle) = app();
    let began = [1, 2].map(|key| handle.get(Ui::lamps.row(key).parts[0].text));
    assert_eq!(began, ["began 1", "began 2"]);
    app.push::<Ui>(changes![Ui::lamps.rows = vec![1, 2, 7]]).unwrap();
    assert_eq!(handle.get(Ui::lamps.row(7).parts[0].text), "began 7", "the start of this row");
    let ada = app.join();
    let labels = number(&app, 2, "parts-1", "label");
    let frames = app.frames(&ada).concat();
    assert!(frames.contains(&format!("[{labels},\"second part of 2 for 1\"]")), "{frames}");
    let points = Page::of(app.page()).state["cells"].to_string();
    for (key, value) in [(1, 2.0), (2, 1.0)] {
        let trend = number(&app, key, "trend", "points");
        assert!(points.contains(&format!("[{trend},[{{\"t\":0.0,\"values\":[{value:?}]}}]]")), "{points}");
    }
}

#[test]
fn a_person_in_one_row_is_seen_by_everybody_in_that_row() {
    let (mut app, _) = app();
    let (ada, bob) = (app.join(), app.join());
    frames(&mut app, &bob);
    let [on, level] = [("on", "on"), ("level", "value")].map(|(component, prop)| number(&app, 2, component, prop));
    app.send(&ada, &json!({"n": 1, "p": on, "v": true}).to_string());
    let seen = frames(&mut app, &bob);
    let values: BTreeMap<u64, &Value> =
        seen[0]["p"].as_array().unwrap().iter().map(|value| (value[0].as_u64().unwrap(), &value[1])).collect();
    assert_eq!(values[&(on as u64)], &json!(true));
    assert_eq!(values[&(level as u64)], &json!(100.0));
}

#[test]
fn a_command_for_a_row_that_is_gone_does_nothing_and_is_answered() {
    let (mut app, handle) = app();
    let ada = app.join();
    let on = number(&app, 1, "on", "on");
    app.push::<Ui>(changes![Ui::lamps.rows = vec![2]]).unwrap();
    frames(&mut app, &ada);
    app.send(&ada, &json!({"n": 1, "p": on, "v": true}).to_string());
    let answers = frames(&mut app, &ada);
    assert_eq!(answers[0]["a"][0][0], 1, "{answers:?}");
    assert!(answers[0]["a"][0][1].as_u64().unwrap() >= 2, "it was not taken: {answers:?}");
    assert_eq!(handle.get(Ui::total.text), "2=0 ");
}

/// Pages that are made from the rows of a list.
mod shelf {
    use super::*;

    #[components]
    pub(super) struct Shelf {
        router: Router,
        books: Many<u32, Input>,
        seen: Text,
    }

    #[callback(output = (Shelf::router.children, Shelf::books[..].label))]
    fn pages(
        #[input(Shelf::router.path)] path: &dash_devices::Path,
        #[state(Shelf::books[..].value)] titles: &Rows<u32, String>,
    ) -> (Element, Rows<u32, String>) {
        let titles: Vec<String> = titles.values().cloned().collect();
        (Element::text(format!("{}: {}", path.as_str(), titles.join(", "))), Rows::new())
    }

    impl Dashboard for Shelf {
        type Device = ();
        type Session = ();
        const CALLBACKS: Callbacks<Self> = callbacks![pages];

        fn layout(self) -> Element {
            let books = self.books.rows([1, 2]).each(|key, book| book.value(format!("Volume {key}")));
            page("Shelf", (self.router, books, self.seen))
        }
    }
}

#[test]
fn a_page_that_is_made_of_all_rows_is_there_in_the_first_paint() {
    let mut app = InMemory::new::<shelf::Shelf>(()).unwrap();
    let page = app.page_at("/all");
    assert!(page.contains("/all: Volume 1, Volume 2"), "{page}");
}
