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

const LARGE_TEXT: &str = "export const large = 1;\n";
const LARGE: Library = Library::new("large.js", || Ok(LARGE_TEXT));
const GONE: Library = Library::new("gone.js", || Err("its crate has no script".to_owned()));

#[derive(Component)]
#[component(tag = "my-scene", library = LARGE)]
struct Scene {
    id: ComponentId,
    label: String,
}

impl View for Scene {
    fn view(p: SceneBound, look: &mut Look) {
        look.tag("p").text(p.label);
    }
}

#[derive(Component)]
#[component(tag = "my-gone", library = GONE)]
struct Gone {
    id: ComponentId,
    label: String,
}

impl View for Gone {
    fn view(p: GoneBound, look: &mut Look) {
        look.tag("p").text(p.label);
    }
}

#[components]
struct Scenes {
    scene: Scene,
    second: Scene,
}

impl Dashboard for Scenes {
    type Device = ();
    type Session = ();
    const CALLBACKS: Callbacks<Self> = callbacks![];

    fn layout(self) -> Element {
        page("Scenes", (self.scene, self.second))
    }
}

#[components]
struct Missing {
    gone: Gone,
}

impl Dashboard for Missing {
    type Device = ();
    type Session = ();
    const CALLBACKS: Callbacks<Self> = callbacks![];

    fn layout(self) -> Element {
        page("Missing", self.gone)
    }
}

#[tokio::test]
async fn a_library_is_a_file_of_its_own_that_only_a_script_loads() {
    let app = Served::new::<Scenes>(()).await;
    let page = app.page().await;
    assert!(!page.html.contains("large"), "{}", page.html);
    let script = page.link("src", "/_dash/");
    let folder = script.strip_suffix("/dash.js").expect("the folder of the script");
    let leads = app.get(&format!("{folder}/large.js")).await;
    assert_eq!((leads.status, leads.header("cache-control")), (307, Some("public, max-age=31536000, immutable")));
    let file =
        leads.header("location").and_then(|to| to.strip_prefix("../large-")).expect("an address beside the folder");
    assert!(file.ends_with(".js") && file.len() == "0123456789abcdef.js".len(), "{file}");
    let (address, _) = folder.rsplit_once('/').expect("a path");
    let address = format!("{address}/large-{file}");
    let plain = app.get(&address).await;
    assert_eq!((plain.status, plain.text()), (200, LARGE_TEXT.to_owned()));
    assert_eq!(plain.header("content-type"), Some("text/javascript; charset=utf-8"));
    assert_eq!(plain.header("cache-control"), Some("public, max-age=31536000, immutable"));
    let packed = http::send(app.address, &Request::get(&address).header("Accept-Encoding", "gzip")).await;
    assert_eq!((packed.header("content-encoding"), packed.gunzipped()), (Some("gzip"), LARGE_TEXT.to_owned()));
    // Another script, as of a new version of the program, has other names.
    assert_eq!(app.get("/_dash/dash-0123456789abcdef/large.js").await.status, 404);
}

#[tokio::test]
async fn a_library_that_is_not_there_stops_the_start() {
    let Err(error) = App::new::<Missing>(()) else { panic!("it names a library that is not there") };
    let error = error.to_string();
    assert!(error.contains("library `gone.js`: its crate has no script"), "{error}");
}
