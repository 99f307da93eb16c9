//! JavaScript modules: one script for the library, and each module of the user separately.

use std::process::Command;

use dash_devices::{App, Component, component::prelude::*, prelude::*};
use serde_json::json;

use crate::support::{
    Served,
    http::{self, Request},
    log,
};

#[derive(Component)]
#[component(tag = "my-knob", script = "../ui/components/knob.js")]
struct Knob {
    id: ComponentId,
    value: f64,
}

impl Render for Knob {
    fn render(&self, html: &mut Html) {
        html.tag("output").text(self.value.to_string());
    }
}

#[components]
struct Ui {
    knob: Knob,
    second: Knob,
    button: Button,
    container: Container,
    dropdown: Dropdown,
    gauge: Gauge,
    image: Image,
    indicator: Indicator,
    input: Input,
    number: NumberInput,
    progress: Progress,
    slider: Slider,
    switch: Switch,
    table: Table,
    text: Text,
    trend: Trend,
}

impl Dashboard for Ui {
    type Device = ();
    type Session = ();
    const CALLBACKS: Callbacks<Self> = callbacks![];

    fn layout(self) -> Element {
        let Self { knob, second, button, container, dropdown, gauge, image, indicator, input, number, .. } = self;
        let Self { progress, slider, switch, table, text, trend, .. } = self;
        let (dropdown, table, trend) =
            (dropdown.options(["a"]), table.columns([Column::text("A")]), trend.series(["a"]));
        let first = (knob, second, button.label("Go"), container, dropdown, gauge, image, indicator);
        page("Modules", (row(first), row((input, number, progress, slider, switch, table, text, trend))))
    }
}

#[tokio::test]
async fn the_script_of_all_components_is_javascript() {
    let app = Served::new::<Ui>(()).await;
    let script = app.get(&app.page().await.link("src", "/_dash/")).await.text();
    let file = std::env::temp_dir().join(format!("dash-script-{}.mjs", std::process::id()));
    std::fs::write(&file, script).unwrap();
    let checked = Command::new("node").arg("--check").arg(&file).output().expect("Node.js");
    std::fs::remove_file(&file).unwrap();
    assert!(checked.status.success(), "{}", String::from_utf8_lossy(&checked.stderr));
}

#[tokio::test]
async fn a_module_of_the_users_own_is_served_once_as_it_is_beside_the_script() {
    let app = Served::new::<Ui>(()).await;
    let page = app.page().await;
    let modules = &page.state["modules"];
    let [address, tag] = [0, 1].map(|at| modules[0][at].as_str().unwrap());
    assert_eq!((modules.as_array().unwrap().len(), tag), (1, "my-knob"));
    let script = page.link("src", "/_dash/");
    let folder = script.strip_suffix("dash.js").expect("what `./dash.js` is to a module beside it");
    let module = app.get(&format!("{folder}{address}")).await;
    assert_eq!(module.status, 200);
    assert_eq!(module.text(), include_str!("../ui/components/knob.js"));
    assert_eq!(module.header("content-type"), Some("text/javascript; charset=utf-8"));
    assert_eq!(module.header("cache-control"), Some("public, max-age=31536000, immutable"));
    assert!(!app.get(&script).await.text().contains("my-knob"));
}

#[tokio::test]
async fn a_page_tells_of_a_broken_module_in_one_line_of_the_log() {
    log::keep();
    let app = Served::new::<Ui>(()).await;
    let tell = async |body: serde_json::Value, origin: &str| {
        let request = Request::new("POST", "/_dash/fault").header("Origin", origin).json(body.to_string());
        http::send(app.address, &request).await.status
    };
    let own = format!("http://{}", app.address);
    let why = format!("SyntaxError:\n\u{1b}[31m unknown_{}", "x".repeat(2_000));
    assert_eq!(tell(json!({ "module": 0, "why": why }), &own).await, 204);
    log::says(&["knob.js", "a browser cannot use", r"SyntaxError:\n\u{1b}[31m unknown_xxx"]).await;
    assert_eq!(tell(json!({ "module": 0, "why": "said_no_more" }), &own).await, 204);
    assert!(!log::has(&["said_no_more"]) && !log::has(&[&"x".repeat(301)]));
    for (body, origin, status) in [
        (json!({ "module": 1, "why": "" }), &*own, 404),
        (json!({ "module": "my-knob", "why": "" }), &*own, 422),
        (json!({ "module": 0, "why": "x".repeat(10_000) }), &*own, 413),
        (json!({ "module": 0, "why": "" }), "http://evil.com", 403),
    ] {
        assert_eq!(tell(body, origin).await, status);
    }
}

#[derive(Component)]
#[component(tag = "my-lost", script = "modules/lost.js")]
struct Lost {
    id: ComponentId,
    value: f64,
}

impl Render for Lost {
    fn render(&self, html: &mut Html) {
        html.tag("output").text(self.value.to_string());
    }
}

#[components]
struct Wrong {
    lost: Lost,
}

impl Dashboard for Wrong {
    type Device = ();
    type Session = ();
    const CALLBACKS: Callbacks<Self> = callbacks![];

    fn layout(self) -> Element {
        page("Wrong", self.lost)
    }
}

#[test]
fn an_import_that_cannot_work_is_an_error_at_the_start_with_file_and_line() {
    let Err(error) = App::new::<Wrong>(()) else { panic!("it imports what is not there") };
    assert!(error.is_modules());
    assert_eq!(
        error.to_string(),
        "JavaScript modules cannot be served:\n  - modules/lost.js:2: `../../dash-runtime/client/element.js` is not served \
         with this module: it can import only from \"./dash.js\", which exports `Component`, `define`, `formatNumber`, `nameControl`, \
         `wordsOf`"
    );
}
