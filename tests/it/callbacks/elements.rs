//! Elements as values, which a callback writes to a `Container`.

use dash_devices::prelude::*;
use dash_runtime::testing::{ClientHandle, InMemory};
use serde_json::{Value, json};

#[components]
struct Ui {
    rows: Slider,
    list: Container,
    frame: Container,
    level: Slider,
    inner: Container,
    readout: Text,
    own: Container,
    pick: Input,
    lines: Container,
}

/// A list with this number of rows, or the reason why there is none.
#[callback_shared(output = Ui::list.children)]
fn list(#[input(Ui::rows.value)] rows: f64) -> Result<Element, String> {
    if rows > 10.0 {
        return Err("too long".to_owned());
    }
    let rows = (0..rows as u32).map(|row| Element::new("li").children(format!("row <{row}>")));
    Ok(Element::new("ul").children(rows.collect::<Vec<_>>()))
}

#[callback_shared(output = Ui::readout.text)]
fn read(#[input(Ui::level.value)] level: f64) -> String {
    format!("{level:.0} %")
}

/// Several nodes without an element around them.
#[callback(output = Ui::own.children)]
fn own(#[input(Ui::pick.value)] picked: &str) -> (Element, String) {
    (heading("You picked"), picked.to_owned())
}

/// One text, several, or no change.
#[callback(output = Ui::lines.children, initial = false)]
fn lines(#[input(Ui::pick.value)] picked: String) -> Option<Vec<String>> {
    (!picked.is_empty()).then(|| picked.split(' ').map(str::to_owned).collect())
}

impl Dashboard for Ui {
    type Device = ();
    type Session = ();
    const CALLBACKS: Callbacks<Self> = callbacks![list, read, own, lines];

    fn layout(self) -> Element {
        let Self { rows, list, frame, level, inner, readout, own, pick, lines } = self;
        page(
            "Elements",
            (
                card("List", (rows.value(2.0), list)),
                // Constant content may hold components, and they work as usual.
                frame.children((card("Level", level.value(30.0)), inner.children(readout))),
                card("Own", (pick, own, lines)),
            ),
        )
    }
}

fn app() -> InMemory {
    InMemory::new::<Ui>(()).unwrap()
}

fn send(app: &mut InMemory, client: &ClientHandle, n: u64, prop: (&str, &str), value: impl Into<Value>) {
    let p = app.number(prop.0, prop.1).unwrap();
    app.send(client, &json!({ "n": n, "p": p, "v": value.into() }).to_string());
}

/// The values of a property in all frames for the client.
fn told(app: &mut InMemory, client: &ClientHandle, prop: (&str, &str)) -> Vec<Value> {
    let number = app.number(prop.0, prop.1).unwrap();
    let frames = app.frames(client);
    let frames = frames.iter().map(|frame| serde_json::from_str::<Value>(frame).unwrap());
    let parts: Vec<Value> =
        frames.filter_map(|mut frame| frame["p"].as_array_mut().map(std::mem::take)).flatten().collect();
    parts.into_iter().filter(|part| part[0] == number).map(|mut part| part[1].take()).collect()
}

const LIST: (&str, &str) = ("list", "children");

#[test]
fn what_a_callback_returns_is_in_the_page_and_in_frames() {
    let mut app = app();
    assert!(
        app.page()
            .contains("<dd-container id=\"list\"><ul><li>row &lt;0&gt;</li><li>row &lt;1&gt;</li></ul></dd-container>")
    );
    let (ada, bob) = (app.join(), app.join());
    told(&mut app, &bob, LIST);
    send(&mut app, &ada, 1, ("rows", "value"), 1.0);
    assert_eq!(told(&mut app, &bob, LIST), [json!([["ul", {}, [["li", {}, ["row <0>"]]]]])]);
    assert!(
        app.page().contains("<dd-container id=\"list\"><ul><li>row &lt;0&gt;</li></ul></dd-container>"),
        "a late joiner"
    );
}

#[test]
fn a_callback_that_fails_leaves_what_is_there() {
    let mut app = app();
    let ada = app.join();
    send(&mut app, &ada, 1, ("rows", "value"), 50.0);
    let page = app.page();
    assert!(page.contains("<dd-container id=\"list\" role=\"group\" aria-label=\"list, no value: too long\" data-bad=\"too long\"><ul>"), "{page}");
}

#[test]
fn components_inside_of_a_container_show_current_values_in_the_first_paint() {
    let mut app = app();
    assert!(app.page().contains("<span class=\"dd-text-value\">30 %</span>"));
    let ada = app.join();
    send(&mut app, &ada, 1, ("level", "value"), 70.0);
    let page = app.page();
    assert!(page.contains("<span class=\"dd-text-value\">70 %</span>"), "{page}");
    assert!(page.contains("value=\"70\""), "{page}");
}

#[test]
fn one_client_has_a_view_of_its_own() {
    let mut app = app();
    let (ada, bob) = (app.join(), app.join());
    let own = ("own", "children");
    for client in [&ada, &bob] {
        assert_eq!(told(&mut app, client, own), [json!([["h3", { "class": "dd-heading" }, ["You picked"]], ""])]);
    }
    send(&mut app, &ada, 1, ("pick", "value"), "red");
    assert_eq!(told(&mut app, &ada, own), [json!([["h3", { "class": "dd-heading" }, ["You picked"]], "red"])]);
    assert_eq!(told(&mut app, &bob, own), Vec::<Value>::new());
    send(&mut app, &ada, 2, ("pick", "value"), "dark red");
    assert_eq!(told(&mut app, &ada, ("lines", "children")), [json!(["dark", "red"])]);
    send(&mut app, &ada, 3, ("pick", "value"), "");
    assert_eq!(told(&mut app, &ada, ("lines", "children")), Vec::<Value>::new(), "no change");
}

#[test]
fn a_browser_cannot_write_children() {
    let mut app = app();
    let ada = app.join();
    send(&mut app, &ada, 1, LIST, json!([["iframe", { "src": "/" }, []]]));
    let frames = app.frames(&ada).concat();
    assert!(frames.contains("not_writable"), "{frames}");
}
