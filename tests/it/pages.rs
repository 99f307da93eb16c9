//! Several pages in one dashboard: their addresses, and the first paint of a loaded page.

use dash_devices::{App, Path, prelude::*};
use dash_runtime::testing::{ClientHandle, InMemory};
use serde_json::json;

use crate::support::{
    Page as Document, Served,
    http::{self, Request},
    page::links,
};

#[derive(Route, Debug, PartialEq, Clone)]
enum Page {
    #[route("/")]
    Home,
    #[route("/lamp/{id}")]
    Lamp { id: u32 },
    #[route("/lamp/new")]
    NewLamp,
    #[route("/by/{name}/{sort}")]
    Sorted { sort: bool, name: String },
    #[route(not_found)]
    NotFound,
}

#[components]
struct Ui {
    router: Router,
    level: Slider,
    readout: Text,
    #[dynamic]
    of_lamp: Text,
    #[dynamic]
    note: Input,
}

#[callback(output = Ui::router.children)]
fn pages(#[input(Ui::router.path)] path: &Path) -> Element {
    match path.route() {
        Page::Home => view("Home", (link(Page::Lamp { id: 3 }, "Lamp 3"), link(Page::Home, "Home"))),
        Page::Lamp { id } => view(format!("Lamp {id}"), (Ui::of_lamp.place().label("Level"), Ui::note.place())),
        Page::NewLamp => view("New lamp", ()),
        Page::Sorted { sort, name } => view(format!("{name} {sort}"), ()),
        Page::NotFound => not_found_view("Nothing here", link(Page::Home, "Home")),
    }
}

#[callback_shared(output = (Ui::readout.text, Ui::of_lamp.text))]
fn read(#[input(Ui::level.value)] level: f64) -> (String, String) {
    (format!("{level} %"), format!("{level} %"))
}

impl Dashboard for Ui {
    type Device = ();
    type Session = ();
    const CALLBACKS: Callbacks<Self> = callbacks![pages, read];

    fn layout(self) -> Element {
        page("Workshop", (self.level.value(30.0), self.readout, self.router))
    }
}

#[test]
fn a_path_is_a_page_and_back() {
    let pages = [
        (Page::Home, "/"),
        (Page::Lamp { id: 3 }, "/lamp/3"),
        (Page::NewLamp, "/lamp/new"),
        (Page::Sorted { sort: true, name: "a/b ä".to_owned() }, "/by/a%2Fb%20%C3%A4/true"),
    ];
    for (page, path) in pages {
        assert_eq!(page.path(), path);
        assert_eq!(Page::from_path(path), page);
    }
    for path in ["/lamp", "/lamp/-1", "/lamp/3/", "/by/x/yes", "/elsewhere", "", "lamp/3"] {
        assert_eq!(Page::from_path(path), Page::NotFound, "{path}");
    }
}

#[tokio::test]
async fn a_deep_link_shows_its_page_before_any_script_runs() {
    let app = Served::new::<Ui>(()).await;
    let deep = app.get("/lamp/3").await;
    assert_eq!(deep.status, 200);
    let html = deep.text();
    assert!(html.contains("<title>Lamp 3 · Workshop</title>"), "{html}");
    // Current values, and the starting values of the builder.
    assert!(
        html.contains("data-label=\"Level\"") && html.contains("<span class=\"dd-text-value\">30 %</span>"),
        "{html}"
    );
    let home = app.get("/").await.text();
    assert!(home.contains("<title>Home · Workshop</title>"), "{home}");
    assert!(home.contains("<a href=\"./lamp/3\" class=\"dd-link\" data-route=\"/lamp/3\">"), "{home}");
    assert!(home.contains("<a href=\"./\" aria-current=\"page\" "), "{home}");
    assert!(!home.contains("<dd-text id=\"of_lamp\">"), "{home}");
}

#[tokio::test]
async fn what_is_nowhere_is_404_with_a_page_of_its_own() {
    let app = Served::new::<Ui>(()).await;
    for path in ["/elsewhere", "/lamp/many", "/lamp/3/4", "//lamp"] {
        let missing = app.get(path).await;
        assert_eq!(missing.status, 404, "{path}");
    }
    assert!(app.get("/elsewhere").await.text().contains("Nothing here"));
    // The dashboard's own addresses still work.
    assert_eq!(app.get("/health").await.status, 200);
    for path in ["/_dash/nothing", "/_dash/no/thing", "/api/nothing"] {
        let missing = app.get(path).await;
        assert_eq!(missing.status, 404);
        assert!(!missing.text().contains("Workshop"), "{path}");
    }
}

#[tokio::test]
async fn links_know_where_the_dashboard_is_mounted() {
    let router = axum::Router::new().nest_service("/lab", App::new::<Ui>(()).unwrap().into_router().unwrap());
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    tokio::spawn(async { axum::serve(listener, router).await });
    let get = async |path: &str| crate::support::http::send(address, &crate::support::http::Request::get(path)).await;
    for (path, status) in
        [("/lab", 200), ("/lab/", 200), ("/lab/lamp/3", 200), ("/lab/by/x/true", 200), ("/lab/elsewhere", 404)]
    {
        let response = get(path).await;
        assert_eq!(response.status, status, "{path}");
        let page = Document::at(path, response.text());
        assert_eq!(page.root, "/lab/", "{path}");
        if status == 404 {
            assert!(links(path, &page.html).contains(&"/lab/".to_owned()), "{path}");
        }
        assert_eq!((page.socket(), page.stream()), ("/lab/_dash/socket", "/lab/_dash/stream"));
        assert_eq!(get(&page.link("src", "/lab/_dash/dash-")).await.status, 200, "{path}");
        assert_eq!(page.state["base"], "./");
    }
}

/// The content that the client sees now.
fn shown(app: &mut InMemory, client: &ClientHandle) -> String {
    let children = app.number("router", "children").unwrap();
    let frames = app.frames(client);
    let frames = frames.iter().map(|frame| serde_json::from_str::<serde_json::Value>(frame).unwrap());
    let mut parts = frames.flat_map(|frame| frame["p"].as_array().cloned().unwrap_or_default());
    parts
        .rfind(|part| part[0] == children)
        .map(|part| part[1][0][1]["data-title"].as_str().unwrap().to_owned())
        .unwrap_or_default()
}

fn send(
    app: &mut InMemory,
    client: &ClientHandle,
    n: u64,
    prop: (&str, &str),
    value: impl Into<serde_json::Value>,
) -> String {
    let p = app.number(prop.0, prop.1).unwrap();
    app.send(client, &json!({ "n": n, "p": p, "v": value.into() }).to_string());
    app.frames(client).concat()
}

#[test]
fn each_client_is_on_a_page_of_its_own_and_what_was_written_is_there_when_it_comes_back() {
    let mut app = InMemory::new::<Ui>(()).unwrap();
    let (ada, bob) = (app.join_at("/lamp/3"), app.join());
    assert_eq!((shown(&mut app, &ada), shown(&mut app, &bob)), ("Lamp 3".to_owned(), "Home".to_owned()));
    assert!(send(&mut app, &bob, 1, ("note", "value"), "x").contains("not_shown"));
    assert!(!send(&mut app, &ada, 1, ("note", "value"), "mine").contains("not_shown"));
    let p = app.number("router", "path").unwrap();
    for (n, path, title) in [(2, "/elsewhere", "Nothing here"), (3, "/lamp/4", "Lamp 4")] {
        app.send(&ada, &json!({ "n": n, "p": p, "v": path }).to_string());
        assert_eq!(shown(&mut app, &ada), title);
    }
    assert_eq!(shown(&mut app, &bob), "", "nothing new");
    assert!(app.page_at("/lamp/4").contains("value=\"mine\""));
    assert!(send(&mut app, &ada, 4, ("router", "path"), "elsewhere").contains("wrong_type"));
}

#[test]
fn a_router_without_pages_is_a_fault_of_the_layout() {
    #[components]
    struct Empty {
        router: Router,
    }
    impl Dashboard for Empty {
        type Device = ();
        type Session = ();
        const CALLBACKS: Callbacks<Self> = callbacks![];
        fn layout(self) -> Element {
            page("Empty", self.router)
        }
    }
    let fault = App::new::<Empty>(()).unwrap_err().to_string();
    assert!(fault.contains("`router` has no pages: write a `#[callback(output = Ui::router.children)]`"), "{fault}");
}

#[tokio::test]
async fn the_first_paint_has_the_theme_that_the_browser_has_chosen() {
    let served = Served::new::<Ui>(()).await;
    for (cookie, begin) in [
        ("a=b", "<html lang=\"en\" data-link=\"connecting\">"),
        ("dash-theme=light", "<html lang=\"en\" data-link=\"connecting\" data-theme=\"light\">"),
        ("dash-theme=dark", "<html lang=\"en\" data-link=\"connecting\" data-theme=\"dark\">"),
        // A page that does not know the theme for a dark room is dark.
        ("dash-theme=night", "<html lang=\"en\" data-link=\"connecting\" data-theme=\"dark\" data-night=\"\">"),
        ("dash-theme=\"><script>", "<html lang=\"en\" data-link=\"connecting\">"),
    ] {
        let page = http::send(served.address, &Request::get("/").header("Cookie", cookie)).await;
        assert!(page.text().contains(begin), "{cookie}: {}", page.text());
    }
}
