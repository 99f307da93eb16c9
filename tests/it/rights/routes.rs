//! Every route, for everybody who may ask: one table of statuses, and a test that compares its routes with the router's.

use std::{collections::BTreeSet, fmt::Write as _};

use dash_devices::{Path, store::MemoryStore};
use tokio::io::AsyncReadExt as _;

use super::*;
use crate::support::events::Events;

#[components(role = Lab)]
struct Rig {
    router: Router,
    #[needs(Lab::Operator)]
    speed: Slider,
    #[needs(Lab::Operator)]
    go: Button,
    photo: Image,
    make: Download,
    #[needs(Lab::Operator)]
    firmware: Upload,
    #[keep(for = "1d")]
    air: Trend,
}

#[callback(output = Rig::router.children)]
fn show(#[input(Rig::router.path)] path: &Path) -> Element {
    view(format!("page {}", path.as_str()), ())
}

#[callback_shared(output = Rig::photo.source)]
fn shoot(#[input(Rig::speed.value)] _: f64) -> Jpeg {
    Jpeg(vec![7; 100])
}

#[callback_shared(on = Rig::make.click, output = Rig::make.file)]
fn make() -> Attachment {
    Attachment::new("run.csv", "text/csv", "run,1\n")
}

impl Dashboard for Rig {
    type Device = ();
    type Session = ();
    const CALLBACKS: Callbacks<Self> = callbacks![show, shoot, make];

    fn layout(self) -> Element {
        let firmware = self.firmware.accept(".bin").max_bytes(1_000);
        page("Rig", (self.speed, self.go, self.photo, self.make, firmware, self.air.series(["in"]), self.router))
    }
}

/// The status of each route for each of these:
///
/// - `nobody`: without a login, with the cookie of a login that is over, and with an invented one
/// - `guest`: the same where there is a guest
/// - `gus`, `eve`: a login with the lowest and with the highest role
/// - `program`: the token of an operator
/// - `forged`: an invented token, with or without a guest
///
/// `200/403` is 200 for a request of a page of this server and for one that names no origin, and 403 for one of a page of
/// another origin. A request for another host gets 403 on each of them, whoever sends it.
const TABLE: &str = "
    route                                               nobody   guest    gus      program  eve      forged
    GET  /                                              401      200      200      200      200      401
    GET  /{*path}                                       401      200      200      200      200      401
    GET  /health                                        401      200      200      200      200      401
    GET  /health/live                                   200      200      200      200      200      200
    GET  /schema.json                                   401      200      200      200      200      401
    GET  /_dash/{name}                                  401      200      200      200      200      401
    GET  /_dash/{dash_folder}/{name}                    401      404      404      404      404      401
    GET  /_dash/picture/{name}                          401      200      200      200      200      401
    GET  /_dash/file/{name}                             401      200      200      200      200      401
    GET  /_dash/socket                                  401      101/403  101/403  101/403  101/403  401
    POST /_dash/stream                                  401      200/403  200/403  200/403  200/403  401
    PUT  /_dash/stream                                  401      409/403  409/403  409/403  204/403  401
    PUT  /_dash/command                                 401      409/403  409/403  409/403  200/403  401
    POST /_dash/fault                                   401      404/403  404/403  404/403  404/403  401
    POST /_dash/upload/{dash_component}/{dash_property} 401      403/403  403/403  200/403  200/403  401
    GET  /api/props                                     401      200/403  200/403  200/403  200/403  401
    GET  /api/props/{dash_component}/{dash_property}    401      200/403  200/403  200/403  200/403  401
    PUT  /api/props/{dash_component}/{dash_property}    401      403/403  403/403  200/403  200/403  401
    POST /api/props/{dash_component}/{dash_property}    401      403/403  403/403  200/403  200/403  401
    POST /api/batch                                     401      422/403  422/403  200/403  200/403  401
    GET  /api/subscribe                                 401      200/403  200/403  200/403  200/403  401
    GET  /api/audit                                     401      403/403  403/403  403/403  404/403  401
    GET  /api/history/{dash_component}/{dash_property}  401      200/403  200/403  200/403  200/403  401
    GET  /_dash/login                                   200      200      200      200      200      200
    POST /_dash/login                                   303/403  303/403  303/403  303/403  303/403  303/403
    POST /_dash/logout                                  303/403  303/403  303/403  303/403  303/403  303/403
    GET  /_dash/login.css                               200      200      200      200      200      200
";

/// A line of [`TABLE`].
struct Row {
    method: &'static str,
    route: &'static str,
    /// The statuses for an origin of our own and for another one, in the order of the columns.
    statuses: Vec<(u16, u16)>,
}

fn rows() -> Vec<Row> {
    let mut lines = TABLE.lines().map(str::trim).filter(|line| !line.is_empty());
    let columns = lines.next().unwrap().split_whitespace().count() - 1;
    let row = |line: &'static str| {
        let mut words = line.split_whitespace();
        let (method, route) = (words.next().unwrap(), words.next().unwrap());
        let statuses = words.map(|cell| {
            let (own, foreign) = cell.split_once('/').unwrap_or((cell, cell));
            (own.parse().unwrap(), foreign.parse().unwrap())
        });
        let row = Row { method, route, statuses: statuses.collect() };
        assert_eq!(row.statuses.len(), columns, "{line}");
        row
    };
    lines.map(row).collect()
}

/// The columns of [`TABLE`].
#[derive(Clone, Copy)]
enum Column {
    Nobody,
    Guest,
    Lowest,
    Program,
    Highest,
    Forged,
}

/// A server, and what somebody with the highest role knows of it.
struct Target {
    app: Served,
    /// The path of the dashboard, without a slash at the end.
    below: &'static str,
    asset: String,
    picture: String,
    file: String,
    hello: String,
    /// The stream of the page of who has the highest role.
    session: String,
    stream: String,
    _events: Events,
}

/// Who asks.
struct Caller {
    name: &'static str,
    column: Column,
    header: Option<(&'static str, String)>,
    /// The user, if the login is over after a login or a logout.
    spends: Option<&'static str>,
}

fn rig(folder: &Folder, devices: bool) -> App {
    let app = if devices { App::each::<Rig>([("a", ()), ("b", ())]) } else { App::new::<Rig>(()) };
    app.unwrap().limits(limits(|_| {})).users(folder.users()).store_in(MemoryStore::new())
}

impl Target {
    async fn new(app: Served, eve: &str, below: &'static str) -> Self {
        let ask = async |request: Request| http::send(app.address, &request.header("Cookie", eve)).await;
        let page = Page::at(&format!("{below}/"), ask(Request::get(&format!("{below}/"))).await.text());
        let made = ask(Request::new("POST", &format!("{below}/api/props/make/click")).json("null")).await;
        assert_eq!(made.status, 200, "{}", made.text());
        let id = async |prop: &str| {
            let answer = ask(Request::get(&format!("{below}/api/props/{prop}"))).await.text();
            let answer: serde_json::Value = serde_json::from_str(&answer).unwrap();
            answer["value"]["id"].as_str().unwrap().to_owned()
        };
        let (picture, file) = (id("photo/source").await, id("make/file").await);
        let hello = page.hello().to_string();
        let open = Request::new("POST", page.stream()).json(&hello).header("Cookie", eve);
        let mut events = Events::open(app.address, &open).await.unwrap();
        let welcome = events.event().await.unwrap();
        let welcome: serde_json::Value = serde_json::from_str(welcome.strip_prefix("data: ").unwrap()).unwrap();
        Self {
            asset: page.link("href", &format!("{below}/_dash/")),
            session: welcome["session"].as_str().unwrap().to_owned(),
            stream: events.header("dash-stream").unwrap().to_owned(),
            _events: events,
            picture,
            file,
            hello,
            app,
            below,
        }
    }

    /// A request for this route that is correct.
    fn request(&self, method: &str, route: &str) -> Request {
        let below = self.below;
        let plain = |path: &str| Request::new(method, &format!("{below}{path}"));
        let json = |path: &str, body: &str| plain(path).json(body);
        let of_page = |path: &str, body: &str| json(path, body).header("Dash-Session", &self.session);
        match (method, route) {
            ("GET", "/{*path}") => plain("/lamps/3"),
            (_, "/_dash/{name}") => Request::new(method, &self.asset),
            (_, "/_dash/{dash_folder}/{name}") => plain("/_dash/none/plotly.js"),
            (_, "/_dash/picture/{name}") => plain(&format!("/_dash/picture/{}", self.picture)),
            (_, "/_dash/file/{name}") => plain(&format!("/_dash/file/{}", self.file)),
            ("GET", "/_dash/socket") => Request::upgrade(&format!("{below}/_dash/socket")),
            ("POST", "/_dash/stream") => json("/_dash/stream", &self.hello),
            ("PUT", "/_dash/stream") => {
                of_page("/_dash/stream", r#"[{"t":"ping"}]"#).header("Dash-Stream", &self.stream)
            }
            ("PUT", "/_dash/command") => of_page("/_dash/command", r#"{"n":1,"p":0,"v":1}"#),
            ("POST", "/_dash/fault") => json("/_dash/fault", r#"{"module":99,"why":"x"}"#),
            ("POST", "/_dash/upload/{dash_component}/{dash_property}") => {
                plain("/_dash/upload/firmware/received?name=a.bin").body("bytes")
            }
            ("POST", "/api/batch") => json("/api/batch", r#"[{"prop":"speed.value","value":3}]"#),
            (_, "/api/subscribe") => plain("/api/subscribe?prop=speed.value"),
            (_, "/api/history/{dash_component}/{dash_property}") => plain("/api/history/air/points"),
            ("POST", "/api/props/{dash_component}/{dash_property}") => json("/api/props/go/click", "null"),
            ("PUT", "/api/props/{dash_component}/{dash_property}") => json("/api/props/speed/value", "3"),
            (_, "/api/props/{dash_component}/{dash_property}") => plain("/api/props/speed/value"),
            // These are of the whole server.
            ("POST", "/_dash/login") => Request::new(method, route)
                .header("Content-Type", "application/x-www-form-urlencoded")
                .body("name=ada&password=correct+horse"),
            (_, "/_dash/login" | "/_dash/login.css" | "/_dash/logout" | "/health/live") => Request::new(method, route),
            (_, route) => plain(route),
        }
    }
}

/// The status of the answer. It does not wait for the end of the answer, because some have none.
async fn status(address: std::net::SocketAddr, request: &Request) -> u16 {
    let mut stream = TcpStream::connect(address).await.unwrap();
    stream.write_all(request.bytes(address).as_bytes()).await.unwrap();
    let mut head = [0; 12];
    within(&format!("an answer to {request:?}"), stream.read_exact(&mut head)).await.unwrap();
    std::str::from_utf8(&head).unwrap().strip_prefix("HTTP/1.1 ").unwrap().parse().unwrap()
}

/// Asks for each route of the table as each caller, and returns what is not as the table says.
async fn differences(target: &Target, callers: &mut [Caller]) -> String {
    let address = target.app.address;
    let own = format!("http://{address}");
    let mut wrong = String::new();
    for row in rows() {
        for caller in &mut *callers {
            let (expected, to_foreign) = row.statuses[caller.column as usize];
            for (origin, host, expected) in [
                (None, None, expected),
                (Some(own.as_str()), None, expected),
                (Some("http://evil.com"), None, to_foreign),
                (Some("null"), None, to_foreign),
                (None, Some("evil.com"), 403),
                (Some("http://evil.com"), Some("evil.com"), 403),
                (Some(own.as_str()), Some("evil.com"), 403),
            ] {
                let mut request = target.request(row.method, row.route);
                request = caller.header.iter().fold(request, |request, (name, value)| request.header(name, value));
                request = origin.iter().fold(request, |request, origin| request.header("Origin", origin));
                request = host.iter().fold(request, |request, host| request.host(host));
                let status = status(address, &request).await;
                if status != expected {
                    let (method, route, caller) = (row.method, row.route, caller.name);
                    let _ = writeln!(
                        wrong,
                        "{method} {route}: {status} and not {expected} for {caller}, origin {origin:?}, host {host:?}"
                    );
                }
                // A login and a logout end the login that came with them.
                if let Some(name) = caller.spends.filter(|_| status == 303) {
                    caller.header = Some(("Cookie", log_in(&target.app, name).await));
                }
            }
        }
    }
    wrong
}

fn users(folder: &Folder) -> String {
    write_users(folder, &[("gus", "guest"), ("ada", "operator"), ("eve", "admin")]);
    let (token, entry) = program("logger", "operator");
    fs::write(folder.users(), fs::read_to_string(folder.users()).unwrap() + &entry).unwrap();
    token
}

/// Runs the table over a server with users, and with a guest or without one.
async fn holds(name: &str, devices: bool, guest: bool) {
    let folder = Folder::new(name);
    let token = users(&folder);
    // A login of no time is over at once, and is in the file of the logins.
    let before = Served::app(rig(&folder, devices).login_time(Duration::ZERO)).await;
    let over = log_in(&before, "eve").await;
    before.stop().await;
    let app = if guest { rig(&folder, devices).guest(Lab::Guest) } else { rig(&folder, devices) };
    let app = Served::app(app).await;
    let (gus, eve) = (log_in(&app, "gus").await, log_in(&app, "eve").await);
    let invented = format!("{}={}", eve.split('=').next().unwrap(), "0".repeat(eve.split('=').nth(1).unwrap().len()));
    let target = Target::new(app, &eve, if devices { "/b" } else { "" }).await;
    let stranger = if guest { Column::Guest } else { Column::Nobody };
    let bearer = |token: &str| Some(("Authorization", format!("Bearer {token}")));
    let cookie = |cookie: &str| Some(("Cookie", cookie.to_owned()));
    let caller = |name, column, header| Caller { name, column, header, spends: None };
    let mut callers = [
        caller("who has not logged in", stranger, None),
        caller("a login that is over", stranger, cookie(&over)),
        caller("an invented login", stranger, cookie(&invented)),
        Caller { spends: Some("gus"), ..caller("the lowest role", Column::Lowest, cookie(&gus)) },
        caller("a program", Column::Program, bearer(&token)),
        Caller { spends: Some("eve"), ..caller("the highest role", Column::Highest, cookie(&eve)) },
        caller("an invented token", Column::Forged, bearer(&"0".repeat(token.len()))),
        caller("a token that is empty", Column::Forged, bearer("")),
    ];
    let wrong = differences(&target, &mut callers).await;
    assert!(wrong.is_empty(), "\n{wrong}");
    let eve = log_in(&target.app, "eve").await;
    // No other method is answered, also for who may do everything. `HEAD` is a `GET` without its body.
    for route in rows().iter().map(|row| row.route).collect::<BTreeSet<_>>() {
        for method in ["GET", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE"] {
            if rows().iter().all(|row| (row.method, row.route) != (method, route)) {
                let request = target.request(method, route).header("Cookie", &eve);
                assert_eq!(status(target.app.address, &request).await, 405, "{method} {route}");
            }
        }
    }
}

#[tokio::test]
async fn the_table_of_all_routes_holds_for_everybody_who_must_log_in() {
    holds("routes-closed", false, false).await;
}

#[tokio::test]
async fn the_table_of_all_routes_holds_with_a_guest() {
    holds("routes-guest", false, true).await;
}

#[tokio::test]
async fn the_table_of_all_routes_holds_for_one_of_several_devices() {
    holds("routes-devices", true, false).await;
}

/// The routes of a router with their methods, which axum shows for debugging.
fn routes_of(router: &axum::Router) -> BTreeSet<(String, String)> {
    let text = format!("{router:?}");
    let own = text.split(", fallback_router:").next().unwrap();
    let (routes, paths) = own.rsplit_once("node: Node").unwrap();
    let paths: Vec<(&str, &str)> =
        paths.split("RouteId(").skip(1).map(|part| part.split_once("): \"").unwrap()).collect();
    assert!(paths.len() > 20, "axum shows its routes in another way: {text}");
    let mut found = BTreeSet::new();
    for part in routes.split("RouteId(").skip(1) {
        let (id, endpoint) = part.split_once("): ").unwrap();
        let path = paths.iter().find(|(other, _)| *other == id).unwrap().1.split('"').next().unwrap();
        let before = found.len();
        for method in ["get", "head", "delete", "options", "patch", "post", "put", "trace", "connect"] {
            let (_, handler) = endpoint.split_once(&format!("{method}: ")).unwrap_or_else(|| panic!("{part}"));
            if !handler.starts_with("None") {
                found.insert((method.to_uppercase(), path.to_owned()));
            }
        }
        assert!(found.len() > before, "{path} has no method: {part}");
    }
    found
}

/// A route that nobody has thought about is in no table of rights.
#[tokio::test]
async fn the_table_of_all_routes_has_each_route_of_the_router() {
    let folder = Folder::new("routes-all");
    users(&folder);
    let router = rig(&folder, false).into_router().unwrap();
    let in_table: BTreeSet<_> = rows().iter().map(|row| (row.method.to_owned(), row.route.to_owned())).collect();
    assert_eq!(routes_of(&router), in_table);
}
