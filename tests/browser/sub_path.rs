//! A dashboard below a path of a proxy, and in a frame of another page.

use std::net::SocketAddr;

use axum::{response::Html, routing::get};
use dash_devices::{App, Path, PictureFormat, prelude::*};
use tokio::net::TcpListener;

use crate::support::{
    self, Browser, Server, browser_test, eventually,
    proxy::{Proxy, guide},
};

#[derive(Route)]
enum Place {
    #[route("/")]
    Home,
    #[route("/light/{id}")]
    Light { id: u32 },
    #[route(not_found)]
    NotFound,
}

#[components]
struct Ui {
    router: Router,
    level: Slider,
    readout: Text,
    photo: Image,
    #[dynamic]
    of_light: Text,
}

#[callback(output = Ui::router.children)]
fn pages(#[input(Ui::router.path)] path: &Path) -> Element {
    match path.route() {
        Place::Home => view("Home", link(Place::Light { id: 3 }, "Light 3")),
        Place::Light { id } => view(format!("Light {id}"), (link(Place::Home, "Home"), Ui::of_light.place())),
        Place::NotFound => not_found_view("Nothing here", link(Place::Home, "Home")),
    }
}

#[callback_shared(output = (Ui::readout.text, Ui::of_light.text))]
fn read(#[input(Ui::level.value)] level: f64) -> (String, String) {
    (format!("{level:.0} %"), format!("{level:.0} %"))
}

/// A new picture for each level.
#[callback_shared(output = Ui::photo.source)]
fn shoot(#[input(Ui::level.value)] level: f64) -> Option<Picture> {
    Some(Picture::new(
        PictureFormat::Svg,
        format!("<svg xmlns='http://www.w3.org/2000/svg' width='{}' height='9'/>", 10.0 + level).into_bytes(),
    ))
}

impl Dashboard for Ui {
    type Device = ();
    type Session = ();
    const CALLBACKS: Callbacks<Self> = callbacks![pages, read, shoot];

    fn layout(self) -> Element {
        page("Workshop", (self.level, self.readout, self.photo, self.router))
    }
}

#[test]
fn fault_behind_nginx_that_serves_it_below_a_path_the_page_is_dead() {
    browser_test(async |browser| {
        let server = Server::start_app(App::new::<Ui>(()).unwrap().trust_proxy("127.0.0.1")).await;
        let nginx = Proxy::nginx(guide("nginx")[1], server.address).await;
        works_below_a_path(browser, nginx.address).await;
    });
}

#[test]
fn fault_behind_caddy_that_passes_the_path_on_the_page_is_missing() {
    browser_test(async |browser| {
        let app = App::new::<Ui>(()).unwrap().trust_proxy("127.0.0.1").base_path("/lamp");
        let server = Server::start_app(app).await;
        let caddy = Proxy::caddy(&guide("caddyfile")[1].replace("handle_path", "handle"), server.address).await;
        works_below_a_path(browser, caddy.address).await;
    });
}

/// Links, back, reload, commands, pieces and pictures of a page at `/lamp/` of this address.
async fn works_below_a_path(browser: &Browser, proxy: SocketAddr) {
    let url = |path: &str| format!("http://{proxy}/lamp/{path}");
    // Opened at a page that is a folder down.
    let tab = browser.open(&url("light/3")).await;
    let is_at = async |path: &str, title: &str| {
        tab.until(&format!("document.querySelector('.dd-view-title')?.textContent === {title:?}")).await;
        assert_eq!(tab.js::<String>("location.pathname").await, format!("/lamp/{path}"));
    };
    is_at("light/3", "Light 3").await;
    tab.click("a[data-route='/']").await;
    is_at("", "Home").await;
    tab.click("a[data-route='/light/3']").await;
    is_at("light/3", "Light 3").await;
    // The address has changed since the page was loaded.
    tab.focus("#level input").await;
    tab.press("ArrowRight").await;
    tab.wait_for_text("#of_light .dd-text-value", "1 %").await;
    tab.until("document.querySelector('#photo img').naturalWidth === 11").await;
    tab.back().await;
    is_at("", "Home").await;
    tab.reload().await;
    tab.until_live().await;
    is_at("", "Home").await;
    let link: String = tab.js("document.querySelector(\"a[data-route='/light/3']\").href").await;
    assert_eq!(link, url("light/3"));
    tab.until("document.querySelector('#photo img').naturalWidth === 11").await;
    let requests = browser.requests().await;
    let outside: Vec<_> = requests.iter().filter(|request| !request.contains("/lamp/")).collect();
    assert!(outside.is_empty() && requests.iter().any(|request| request.starts_with("ws:")), "{requests:?}");
    // The proxy ends before the browser.
    tab.go("about:blank").await;
}

/// Serves a page that has the dashboard at `framed` in a frame.
fn serve_outer(listener: TcpListener, framed: &str) {
    let page =
        format!("<!doctype html><title>Home</title><link rel=icon href='data:,'><iframe src='{framed}'></iframe>");
    let router = axum::Router::new().route("/", get(move || async move { Html(page) }));
    tokio::spawn(async move { axum::serve(listener, router).await });
}

/// A listener of another origin, and the origin.
async fn other_origin() -> (TcpListener, String) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let origin = format!("http://{}", listener.local_addr().unwrap());
    (listener, origin)
}

async fn clients(server: &Server) -> u64 {
    let health = support::get(server.address, "/health").await;
    let (_, json) = health.split_once("\r\n\r\n").unwrap();
    serde_json::from_str::<serde_json::Value>(json).unwrap()["clients"].as_u64().unwrap()
}

#[test]
fn fault_it_cannot_be_shown_inside_of_another_page_that_is_named() {
    browser_test(async |browser| {
        browser.allow("frame-ancestors");
        browser.allow("blockedReason");
        browser.allow("ERR_BLOCKED_BY_RESPONSE");
        let tab = browser.tab().await;
        let refusing = Server::start_app(App::new::<Ui>(()).unwrap()).await;
        let (listener, origin) = other_origin().await;
        serve_outer(listener, &refusing.url());
        tab.go(&origin).await;
        tab.until("document.querySelector('iframe') !== null && document.readyState === 'complete'").await;
        assert_eq!(clients(&refusing).await, 0, "refused by default");

        let (listener, origin) = other_origin().await;
        let allowing = Server::start_app(App::new::<Ui>(()).unwrap().allow_frame(&origin)).await;
        serve_outer(listener, &allowing.url());
        tab.go(&origin).await;
        eventually("a live page in the frame", async || (clients(&allowing).await == 1).then_some(())).await;
    });
}
