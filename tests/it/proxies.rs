//! Behind nginx and Caddy, with the configurations of the guide and those that manuals print.

use std::net::SocketAddr;

use dash_devices::{App, Path, PictureFormat, prelude::*};

use crate::support::{
    Browser, Page as Document, Served,
    http::{self, Request, connect_from, send_over},
    limits, log,
    page::links,
    proxy::{Proxy, guide},
};

#[derive(Route, Debug, PartialEq, Clone)]
enum Place {
    #[route("/")]
    Home,
    #[route("/light/{id}")]
    Lamp { id: u32 },
    #[route(not_found)]
    Nowhere,
}

#[components]
struct Ui {
    router: Router,
    level: Slider,
    photo: Image,
    who: Text,
}

#[callback(output = Ui::router.children)]
fn show(#[input(Ui::router.path)] path: &Path) -> Element {
    let title = match path.route() {
        Place::Home => "Home".to_owned(),
        Place::Lamp { id } => format!("Lamp {id}"),
        Place::Nowhere => return not_found_view("Nothing here", "nothing"),
    };
    view(title, link(Place::Lamp { id: 3 }, "Lamp 3"))
}

#[callback(on = connect, output = Ui::who.text)]
fn who(client: Client) -> String {
    let address = client.address().map(|address| address.to_string());
    format!("{} as {}", address.unwrap_or_default(), client.host().unwrap_or_default())
}

impl Dashboard for Ui {
    type Device = ();
    type Session = ();
    const CALLBACKS: Callbacks<Self> = callbacks![show, who];

    fn layout(self) -> Element {
        let photo = self.photo.source(Picture::new(PictureFormat::Jpeg, vec![1; 100]));
        page("Proxies", (self.router, self.level, photo, self.who))
    }
}

/// As the guide says: the proxy is trusted.
fn app() -> App {
    App::new::<Ui>(()).unwrap().limits(limits(|_| {})).trust_proxy("127.0.0.1")
}

async fn get(address: SocketAddr, path: &str) -> http::Response {
    // Not from the address of the proxy.
    let from = connect_from("127.0.0.9", address).await;
    let host = address.to_string();
    send_over(from, &Request::get(path).host(&host).header("X-Forwarded-For", "9.9.9.9")).await
}

/// Whether everything works that a page needs, if a browser opens the dashboard at `base` of this address.
async fn works_at(address: SocketAddr, base: &str) {
    for (path, status) in [("", 200), ("light/3", 200), ("elsewhere/and/deeper", 404)] {
        let path = format!("{base}{path}");
        let response = get(address, &path).await;
        assert_eq!(response.status, status, "{path}");
        let page = Document::at(&path, response.text());
        assert_eq!(page.root, base, "{path}");
        for attribute in ["src", "href"] {
            let link = page.link(attribute, &format!("{base}_dash/dash-"));
            assert_eq!(get(address, &link).await.status, 200, "{link}");
        }
        let picture = page.link("src", &format!("{base}_dash/picture/"));
        assert_eq!(get(address, &picture).await.body, vec![1; 100], "{picture}");
        if status == 200 {
            assert!(links(&path, &page.html).contains(&format!("{base}light/3")), "{path}: {}", page.html);
        }
    }
    let response = get(address, base).await;
    let page = Document::at(base, response.text());
    // The browser's own origin, over a socket and without one.
    let (origin, foreign) = (format!("http://{address}"), "http://evil.com".to_owned());
    for (origin, socket, stream) in [(&origin, 101, 200), (&foreign, 403, 403)] {
        let upgrade = Request::upgrade(page.socket()).header("Origin", origin);
        assert_eq!(http::send(address, &upgrade).await.status, socket, "{origin}");
        let api = Request::get(&format!("{base}api/props/level/value")).header("Origin", origin);
        assert_eq!(http::send(address, &api).await.status, stream, "{origin}");
    }
    let stream = connect_from("127.0.0.9", address).await;
    let mut browser = Browser::join_over(stream, page.clone()).await;
    browser.apply("level.value", 7).await;
    browser.sees("who.text", format!("127.0.0.9 as {address}")).await;
    let mut other = Browser::join_by_request(address, page).await;
    other.apply("level.value", 8).await;
    browser.sees("level.value", 8.0).await;
}

#[tokio::test]
async fn nginx_as_the_guide_has_it() {
    let app = Served::app(app()).await;
    let [top, below] = guide("nginx")[..] else { panic!("two configurations") };
    works_at(Proxy::nginx(top, app.address).await.address, "/").await;
    works_at(Proxy::nginx(below, app.address).await.address, "/lamp/").await;
}

#[tokio::test]
async fn nginx_that_passes_the_path_on() {
    let app = Served::app(app().base_path("/lamp")).await;
    let below = guide("nginx")[1].replace("127.0.0.1:8050/;", "127.0.0.1:8050;");
    let nginx = Proxy::nginx(&below, app.address).await;
    works_at(nginx.address, "/lamp/").await;
    // Without the proxy it is at the top.
    let page = Document::at("/light/3", http::send(app.address, &Request::get("/light/3")).await.text());
    assert_eq!(page.root, "/");
}

#[tokio::test]
async fn caddy_as_the_guide_has_it() {
    let app = Served::app(app()).await;
    let [top, below] = guide("caddyfile")[..] else { panic!("two configurations") };
    works_at(Proxy::caddy(top, app.address).await.address, "/").await;
    let caddy = Proxy::caddy(below, app.address).await;
    works_at(caddy.address, "/lamp/").await;
    let moved = get(caddy.address, "/lamp").await;
    assert_eq!((moved.status, moved.header("location")), (302, Some("/lamp/")));
}

#[tokio::test]
async fn caddy_that_passes_the_path_on() {
    let app = Served::app(app().base_path("lamp")).await;
    let below = guide("caddyfile")[1].replace("handle_path", "handle");
    works_at(Proxy::caddy(&below, app.address).await.address, "/lamp/").await;
}

/// Several devices, each below its key, below a path of the proxy.
#[tokio::test]
async fn several_devices_below_a_path() {
    let devices = App::each::<Ui>([("door", ()), ("garden", ())]).unwrap();
    let app = Served::app(devices.limits(limits(|_| {})).trust_proxy("127.0.0.1")).await;
    let nginx = Proxy::nginx(guide("nginx")[1], app.address).await;
    let list = get(nginx.address, "/lamp/").await.text();
    assert_eq!(links("/lamp/", &list), ["/lamp/door/", "/lamp/garden/"]);
    works_at(nginx.address, "/lamp/garden/").await;
    let garden = get(nginx.address, "/lamp/garden").await.text();
    assert_eq!(links("/lamp/garden", &garden)[..3], ["/lamp/", "/lamp/door/", "/lamp/garden/"]);
}

const UPGRADE: &str =
    "proxy_http_version 1.1; proxy_set_header Upgrade $http_upgrade; proxy_set_header Connection upgrade;";

fn nginx(headers: &str) -> String {
    format!("server {{ listen 80; location / {{ proxy_pass http://127.0.0.1:8050; {headers} }} }}\n")
}

/// The three configurations of the report: a host without its port, no host at all, and the host in another header.
#[tokio::test]
async fn fault_a_proxy_without_the_host_header_is_refused_and_nobody_is_told_why() {
    let app = Served::app(app()).await;
    log::keep();
    let other_header = nginx(&format!("{UPGRADE} proxy_set_header X-Forwarded-Host $http_host; {FOR}"));
    works_at(Proxy::nginx(&other_header, app.address).await.address, "/").await;
    for headers in ["", &format!("{UPGRADE} proxy_set_header Host $host;")] {
        let proxy = Proxy::nginx(&nginx(headers), app.address).await;
        let page = Document::at("/", http::send(proxy.address, &Request::get("/")).await.text());
        let origin = format!("http://{}", proxy.address);
        let hello = Request::new("POST", page.stream()).json(page.hello()).header("Origin", &origin);
        let refused = http::send(proxy.address, &hello).await;
        assert_eq!(refused.status, 403);
        assert!(refused.text().contains("let the proxy pass on the Host header"), "{}", refused.text());
        log::says(&[&origin, "may not use this server"]).await;
    }
}

const FOR: &str = "proxy_set_header X-Forwarded-For $proxy_add_x_forwarded_for;";

/// With the port in the name, as some manuals print it.
#[tokio::test]
async fn nginx_that_writes_the_port() {
    let app = Served::app(app()).await;
    let config = nginx(&format!("{UPGRADE} {FOR} proxy_set_header Host $host:$server_port;"));
    works_at(Proxy::nginx(&config, app.address).await.address, "/").await;
}

/// Without an upgrade the page uses events and requests.
#[tokio::test]
async fn nginx_without_an_upgrade() {
    let app = Served::app(app()).await;
    let nginx = Proxy::nginx(&nginx("proxy_set_header Host $http_host;"), app.address).await;
    let page = Document::at("/", get(nginx.address, "/").await.text());
    let upgrade = http::send(nginx.address, &Request::upgrade(page.socket())).await;
    assert_ne!(upgrade.status, 101);
    Browser::join_by_request(nginx.address, page).await.apply("level.value", 5).await;
}

/// A proxy that is not trusted: what it says does not count, and all its clients have one address.
#[tokio::test]
async fn fault_clients_of_an_unnamed_proxy_choose_their_address() {
    let limited = limits(|limits| limits.sockets_per_address = 2);
    let app = Served::app(App::new::<Ui>(()).unwrap().limits(limited.clone())).await;
    let proxy = Proxy::nginx(guide("nginx")[0], app.address).await;
    let page = Document::at("/", get(proxy.address, "/").await.text());
    let mut clients = Vec::new();
    for from in ["127.0.0.2", "127.0.0.3"] {
        let mut browser = Browser::join_over(connect_from(from, proxy.address).await, page.clone()).await;
        browser.sees("who.text", format!("127.0.0.1 as {}", proxy.address)).await;
        clients.push(browser);
    }
    let third = Request::upgrade(page.socket());
    assert_eq!(send_over(connect_from("127.0.0.4", proxy.address).await, &third).await.status, 503);
    // Trusted, each client has its own limit.
    let app = Served::app(App::new::<Ui>(()).unwrap().limits(limited).trust_proxy("127.0.0.0/30")).await;
    let proxy = Proxy::nginx(guide("nginx")[0], app.address).await;
    let page = Document::at("/", get(proxy.address, "/").await.text());
    let mut clients = Vec::new();
    for from in ["127.0.0.4", "127.0.0.4", "127.0.0.5", "127.0.0.5"] {
        clients.push(Browser::join_over(connect_from(from, proxy.address).await, page.clone()).await);
    }
    assert_eq!(send_over(connect_from("127.0.0.4", proxy.address).await, &third).await.status, 503);
}

#[tokio::test]
async fn fault_it_cannot_be_shown_inside_of_another_page() {
    let app = Served::app(app().allow_frame("http://homeassistant.local:8123/")).await;
    let page = app.get("/").await;
    let policy = page.header("content-security-policy").unwrap();
    assert!(policy.ends_with("; frame-ancestors http://homeassistant.local:8123"), "{policy}");
    for app in [App::new::<Ui>(()).unwrap().allow_frame("homeassistant.local"), app_with_proxy("*"), app_at("/a b")] {
        assert!(app.into_router().unwrap_err().is_hosts());
    }
}

fn app_with_proxy(proxy: &str) -> App {
    App::new::<Ui>(()).unwrap().trust_proxy(proxy)
}

fn app_at(base: &str) -> App {
    App::new::<Ui>(()).unwrap().base_path(base)
}
