//! The client whose command caused a run, also at the end of a chain.

use dash_devices::prelude::*;
use dash_runtime::testing::{ClientHandle, InMemory};
use serde_json::{Value, json};

#[components]
struct Ui {
    level: Slider,
    doubled: Text,
    last: Text,
    who: Text,
}

#[callback_shared(output = Ui::doubled.text)]
fn double(#[input(Ui::level.value)] level: f64) -> String {
    (level * 2.0).to_string()
}

/// Started by the first callback, not by the client.
#[callback_shared(output = Ui::last.text)]
fn last(#[input(Ui::doubled.text)] _doubled: &str, client: Option<Client>) -> String {
    client.map_or_else(|| "nobody".to_owned(), |client| client.id().to_string())
}

/// Each client sees its own number.
#[callback(output = Ui::who.text)]
fn who(#[input(Ui::level.value)] _level: f64, client: Client) -> String {
    client.id().to_string()
}

impl Dashboard for Ui {
    type Device = ();
    type Session = ();
    const CALLBACKS: Callbacks<Self> = callbacks![double, last, who];

    fn layout(self) -> Element {
        page("Causes", (self.level, self.doubled, self.last, self.who))
    }
}

/// The newest value of a property that this page was sent.
fn newest(app: &mut InMemory, page: &ClientHandle, props: [usize; 2]) -> [Option<String>; 2] {
    let frames = app.frames(page);
    let frames = frames.iter().map(|frame| serde_json::from_str::<Value>(frame).unwrap());
    let values: Vec<Value> = frames.flat_map(|frame| frame["p"].as_array().unwrap().clone()).collect();
    props.map(|prop| {
        let value = values.iter().rev().find(|value| value[0] == prop)?;
        Some(value[1].as_str().unwrap().to_owned())
    })
}

#[test]
fn a_callback_at_the_end_of_a_chain_knows_whose_command_began_it() {
    let mut app = InMemory::new::<Ui>(()).unwrap();
    assert!(app.page().contains(">nobody<"), "the server itself");
    let [level, last, who] =
        [("level", "value"), ("last", "text"), ("who", "text")].map(|(id, prop)| app.number(id, prop).unwrap());
    let pages = [app.join(), app.join()];
    let own = pages.each_ref().map(|page| newest(&mut app, page, [last, who])[1].clone().unwrap());
    assert_ne!(own[0], own[1]);
    for (sender, page) in pages.iter().enumerate() {
        app.send(page, &json!({"n": 1, "p": level, "v": sender + 4}).to_string());
        for page in &pages {
            assert_eq!(newest(&mut app, page, [last, who])[0].as_ref(), Some(&own[sender]));
        }
    }
}
