//! Rights and users from the outside: what each role gets of a dashboard, by which way it gets in, and how it is put out.

use std::{
    fs,
    path::PathBuf,
    sync::LazyLock,
    time::{Duration, Instant},
};

use argon2::{Algorithm, Argon2, Params, Version, password_hash::PasswordHasher as _};
use axum::{extract, middleware};
use blake2::{Blake2b, Digest as _, digest::consts::U32};
use dash_devices::{App, User, prelude::*};
use serde_json::json;
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::TcpStream,
};

use crate::support::{
    Browser, Heard, Outcome, Page, Served, Socket, eventually,
    http::{self, Request, Response},
    limits, log,
    proxy::Proxy,
    within,
};

#[derive(Debug, Clone, Copy, PartialEq, Role)]
enum Lab {
    Guest,
    Operator,
    Admin,
}

#[components(role = Lab)]
struct Unit {
    #[needs(Lab::Operator)]
    on: Switch,
    #[sees(Lab::Admin)]
    serial: Text,
}

#[components(role = Lab, needs = Lab::Operator)]
struct Ui {
    speed: Slider,
    #[needs(Lab::Guest)]
    remark: Input,
    #[sees(Lab::Admin)]
    #[secret]
    key: Input,
    #[sees(Lab::Admin)]
    picture: Image,
    #[sees(Lab::Admin)]
    crane: Joystick,
    status: Text,
    sender: Text,
    frame: Container,
    units: Many<u32, Unit>,
}

/// What only an admin may see.
const SECRETS: [&str; 4] = ["secret-key", "secret-label", "secret-serial", "key"];

#[callback_shared(output = Ui::status.text)]
fn show(client: Option<Client>, #[input(Ui::speed.value)] speed: f64) -> String {
    let who = client.map_or_else(|| "nobody".to_owned(), |client| client.user().to_string());
    format!("{who} set {speed}")
}

#[callback_shared(output = Ui::sender.text)]
fn tell(user: Option<User>, client: Option<Client>, #[input(Ui::speed.value)] _speed: f64) -> String {
    let who = user.map_or_else(
        || "nobody".to_owned(),
        |user| {
            let role = if user.may(Lab::Admin) { "admin" } else { "operator" };
            format!("{user} ({role})")
        },
    );
    format!("{who} by {}", if client.is_some() { "a page" } else { "a program" })
}

impl Dashboard for Ui {
    type Device = ();
    type Session = ();
    const CALLBACKS: Callbacks<Self> = callbacks![show, tell];

    fn layout(self) -> Element {
        let units = self.units.rows([1]).each(|_, unit| row((unit.on, unit.serial.text("secret-serial"))));
        let frame = self.frame.children(column((text("inside"), self.key.value("secret-key").label("secret-label"))));
        page("Lab", (self.speed, self.remark, self.picture, self.crane, self.status, self.sender, frame, units))
    }
}

pub(crate) fn app() -> App {
    App::new::<Ui>(()).unwrap().limits(limits(|_| {}))
}

/// A folder that is removed at the end of the test.
struct Folder(PathBuf);

impl Folder {
    fn new(name: &str) -> Self {
        let path = std::env::temp_dir().join(format!("dash-rights-{name}-{}", std::process::id()));
        let _ = fs::remove_dir_all(&path);
        fs::create_dir_all(&path).unwrap();
        Self(path)
    }

    fn users(&self) -> PathBuf {
        self.0.join("users.toml")
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}

/// An argon2id hash of `correct horse`, with small parameters, so that tests are quick. It is always the same, because
/// another one would end the logins.
fn hash() -> String {
    static HASH: LazyLock<String> = LazyLock::new(|| {
        let small = Argon2::new(Algorithm::Argon2id, Version::V0x13, Params::new(64, 1, 1, None).unwrap());
        small.hash_password(b"correct horse").unwrap().to_string()
    });
    HASH.clone()
}

/// A users file with these names and roles.
pub(crate) fn user_file(users: &[(&str, &str)]) -> String {
    let mut text = String::from("# Who may use the lab.\n");
    for (name, role) in users {
        text += &format!("\n[users.{name}]\nrole = \"{role}\"\npassword = \"{}\"\n", hash());
    }
    text
}

fn write_users(folder: &Folder, users: &[(&str, &str)]) {
    fs::write(folder.users(), user_file(users)).unwrap();
}

/// A dashboard with ada, who is an operator, and eve, who is an admin.
async fn lab(folder: &Folder) -> Served {
    write_users(folder, &[("ada", "operator"), ("eve", "admin")]);
    Served::app(app().users(folder.users())).await
}

async fn post(app: &Served, path: &str, form: &str, headers: &[(&str, &str)]) -> Response {
    let request = Request::new("POST", path).header("Content-Type", "application/x-www-form-urlencoded").body(form);
    let request = headers.iter().fold(request, |request, (name, value)| request.header(name, value));
    http::send(app.address, &request).await
}

/// Logs in, and returns the cookie.
async fn log_in(app: &Served, name: &str) -> String {
    let response = post(app, "/_dash/login", &format!("name={name}&password=correct+horse"), &[]).await;
    assert_eq!(response.status, 303, "{}", response.text());
    let cookie = response.header("set-cookie").unwrap();
    assert!(cookie.contains("; HttpOnly; SameSite=Lax"), "{cookie}");
    cookie.split(';').next().unwrap().to_owned()
}

async fn get(app: &Served, path: &str, cookie: &str) -> Response {
    http::send(app.address, &Request::get(path).header("Cookie", cookie)).await
}

/// Loads the page with this cookie and says hello.
async fn join(app: &Served, cookie: &str) -> Browser {
    let page = Page::of(get(app, "/", cookie).await.text());
    let stream = TcpStream::connect(app.address).await.unwrap();
    Browser::join_over_with(stream, page, &[("cookie", cookie)]).await
}

/// The page is told to load again.
async fn is_put_out(mut page: Browser) {
    loop {
        match page.socket.hear().await {
            Heard::Frame(frame) if frame["t"] == "reload" => return,
            Heard::Frame(_) => {}
            other => panic!("{other:?} instead of a reload"),
        }
    }
}

#[tokio::test]
async fn who_has_not_logged_in_gets_the_login_page_and_nothing_else() {
    let folder = Folder::new("nobody");
    let app = lab(&folder).await;
    let page = http::send(app.address, &Request::get("/").header("Accept", "text/html")).await;
    assert_eq!((page.status, page.header("location")), (303, Some("./_dash/login?next=")));
    let login = app.get("/_dash/login?next=units").await;
    assert_eq!(login.status, 200);
    assert!(login.text().contains("autocomplete=\"current-password\"") && !login.text().contains("<script"));
    for path in
        ["/", "/health", "/schema.json", "/api/props", "/api/props/speed/value", "/api/subscribe?prop=status.text"]
    {
        assert_eq!(app.get(path).await.status, 401, "{path}");
    }
    for request in
        [Request::new("PUT", "/api/props/speed/value").json(1), Request::new("POST", "/api/batch").json("[]")]
    {
        assert_eq!(http::send(app.address, &request).await.status, 401);
    }
    let stream = TcpStream::connect(app.address).await.unwrap();
    assert_eq!(Socket::over(stream, "/_dash/socket", None).await.err(), Some(401));
}

#[tokio::test]
async fn a_login_gives_the_rights_of_the_role_and_callbacks_know_who_it_is() {
    let folder = Folder::new("login");
    let app = lab(&folder).await;
    let cookie = log_in(&app, "ada").await;
    let mut ada = join(&app, &cookie).await;
    ada.apply("speed.value", 30.0).await;
    ada.sees("status.text", "ada set 30").await;
    let html = get(&app, "/", &cookie).await.text();
    let account = "<span class=\"dd-account-user\">ada</span><span class=\"dd-account-role\">operator</span>";
    let (before, behind) = html.split_once(account).expect("the account");
    assert!(before.contains("<header class=\"dd-header\">") && behind.contains("</header>"), "it is in the bar");
}

#[tokio::test]
async fn a_wrong_password_and_an_unknown_name_are_told_alike() {
    let folder = Folder::new("wrong");
    let app = lab(&folder).await;
    let wrong = post(&app, "/_dash/login", "name=ada&password=wrong", &[]).await;
    let unknown = post(&app, "/_dash/login", "name=bob&password=wrong", &[]).await;
    assert_eq!((wrong.status, unknown.status), (403, 403));
    assert_eq!(wrong.text().replace("ada", "?"), unknown.text().replace("bob", "?"));
    assert!(wrong.header("set-cookie").is_none());
}

#[tokio::test]
async fn passwords_cannot_be_tried_more_often_than_five_times_a_minute() {
    let folder = Folder::new("tries");
    let app = lab(&folder).await;
    for _ in 0..5 {
        assert_eq!(post(&app, "/_dash/login", "name=ada&password=wrong", &[]).await.status, 403);
    }
    let response = post(&app, "/_dash/login", "name=ada&password=correct+horse", &[]).await;
    assert_eq!(response.status, 429);
    assert!(
        response.header("retry-after").is_some_and(|seconds| seconds.parse::<u64>().is_ok_and(|after| after <= 61))
    );
}

#[tokio::test]
async fn a_foreign_page_can_log_nobody_in_or_out() {
    let folder = Folder::new("csrf");
    let app = lab(&folder).await;
    let cookie = log_in(&app, "ada").await;
    let foreign = [("Origin", "http://evil.com"), ("Cookie", cookie.as_str())];
    assert_eq!(post(&app, "/_dash/logout", "", &foreign).await.status, 403);
    assert_eq!(post(&app, "/_dash/login", "name=eve&password=correct+horse", &foreign).await.status, 403);
    assert_eq!(get(&app, "/health", &cookie).await.status, 200, "ada is still logged in");
}

#[tokio::test]
async fn a_login_has_a_new_secret_each_time_and_the_old_one_ends() {
    let folder = Folder::new("fixation");
    let app = lab(&folder).await;
    let first = log_in(&app, "ada").await;
    let form = "name=ada&password=correct+horse";
    let again = post(&app, "/_dash/login", form, &[("Cookie", first.as_str())]).await;
    let second = again.header("set-cookie").unwrap().split(';').next().unwrap().to_owned();
    assert_ne!(first, second);
    assert_eq!((get(&app, "/health", &first).await.status, get(&app, "/health", &second).await.status), (401, 200));
}

#[tokio::test]
async fn a_login_survives_a_restart_of_the_server() {
    let folder = Folder::new("restart");
    let app = lab(&folder).await;
    let cookie = log_in(&app, "ada").await;
    app.stop().await;
    let app = Served::app(self::app().users(folder.users())).await;
    assert_eq!(get(&app, "/health", &cookie).await.status, 200);
}

#[tokio::test]
async fn a_login_ends_at_its_time_and_the_page_loads_again() {
    let folder = Folder::new("expiry");
    write_users(&folder, &[("ada", "operator")]);
    let app = Served::app(app().users(folder.users()).login_time(Duration::from_secs(2))).await;
    let cookie = log_in(&app, "ada").await;
    is_put_out(join(&app, &cookie).await).await;
    assert_eq!(get(&app, "/health", &cookie).await.status, 401);
}

/// Runs `change`, and asserts that the page of ada is loaded again within a second.
async fn ends_within_a_second(app: &Served, cookie: &str, change: impl AsyncFnOnce()) {
    let ada = join(app, cookie).await;
    change().await;
    let begun = Instant::now();
    is_put_out(ada).await;
    assert!(begun.elapsed() < Duration::from_secs(1), "{:?}", begun.elapsed());
}

#[tokio::test]
async fn a_logout_closes_the_sockets_of_that_login_and_no_other() {
    let folder = Folder::new("logout");
    let app = lab(&folder).await;
    let (here, there) = (log_in(&app, "ada").await, log_in(&app, "ada").await);
    let mut other = join(&app, &there).await;
    ends_within_a_second(&app, &here, async || {
        let response = post(&app, "/_dash/logout", "", &[("Cookie", here.as_str())]).await;
        assert_eq!(response.status, 303);
        assert!(response.header("set-cookie").unwrap().contains("Max-Age=0"));
    })
    .await;
    assert_eq!(get(&app, "/health", &here).await.status, 401);
    other.apply("speed.value", 5.0).await;
}

#[tokio::test]
async fn another_role_closes_the_sockets_and_gives_the_new_rights() {
    let folder = Folder::new("role");
    let app = lab(&folder).await;
    let cookie = log_in(&app, "ada").await;
    ends_within_a_second(&app, &cookie, async || write_users(&folder, &[("ada", "guest"), ("eve", "admin")])).await;
    let mut ada = join(&app, &cookie).await;
    assert_eq!(ada.outcome_of("speed.value", 5.0).await.kind(), "role");
}

#[tokio::test]
async fn a_user_who_is_removed_is_put_out() {
    let folder = Folder::new("removed");
    let app = lab(&folder).await;
    let cookie = log_in(&app, "ada").await;
    ends_within_a_second(&app, &cookie, async || write_users(&folder, &[("eve", "admin")])).await;
    assert_eq!(get(&app, "/health", &cookie).await.status, 401);
}

#[tokio::test]
async fn fault_the_last_user_who_was_removed_kept_the_page() {
    let folder = Folder::new("last");
    write_users(&folder, &[("ada", "operator")]);
    let app = Served::app(app().users(folder.users())).await;
    let cookie = log_in(&app, "ada").await;
    ends_within_a_second(&app, &cookie, async || fs::write(folder.users(), "# Nobody.\n").unwrap()).await;
    assert_eq!(get(&app, "/health", &cookie).await.status, 401);
    // It was started with users, so it never lets everybody in.
    let page = http::send(app.address, &Request::get("/").header("Accept", "text/html")).await;
    assert_eq!((page.status, page.header("location")), (303, Some("./_dash/login?next=")));
}

#[tokio::test]
async fn fault_two_servers_used_one_users_file() {
    let folder = Folder::new("two-servers");
    let first = lab(&folder).await;
    log_in(&first, "ada").await;
    let Err(error) = app().users(folder.users()).into_router() else { panic!("two servers use it") };
    assert!(error.is_users() && error.to_string().contains("another server uses this users file"), "{error}");
    log_in(&first, "ada").await;
    first.stop().await;
    assert!(app().users(folder.users()).into_router().is_ok());
}

#[tokio::test]
async fn a_subscription_ends_with_the_login() {
    let folder = Folder::new("subscription");
    let app = lab(&folder).await;
    let cookie = log_in(&app, "ada").await;
    let mut stream = TcpStream::connect(app.address).await.unwrap();
    let request = Request::get("/api/subscribe?prop=status.text").header("Cookie", &cookie);
    stream.write_all(request.bytes(app.address).as_bytes()).await.unwrap();
    let mut first = [0; 512];
    within("the first event", stream.read(&mut first)).await.unwrap();
    post(&app, "/_dash/logout", "", &[("Cookie", cookie.as_str())]).await;
    let mut rest = Vec::new();
    within("the end of the subscription", stream.read_to_end(&mut rest)).await.unwrap();
}

#[tokio::test]
async fn a_file_that_becomes_malformed_keeps_the_last_good_users_and_says_so() {
    let folder = Folder::new("malformed");
    let app = lab(&folder).await;
    let cookie = log_in(&app, "ada").await;
    log::keep();
    fs::write(folder.users(), "[users.ada]\nrole = \"boss\"\n").unwrap();
    log::says(&["malformed", "users.toml:1", "the users stay as they were"]).await;
    assert_eq!(get(&app, "/health", &cookie).await.status, 200);
}

#[tokio::test]
async fn there_is_no_start_with_a_bad_users_file() {
    let folder = Folder::new("bad");
    let entry = |role: &str, password: &str| format!("[users.ada]\nrole = \"{role}\"\npassword = \"{password}\"\n");
    let hash = hash();
    for (text, why) in [
        (String::new(), "there is no user: add one with the command `user add"),
        (entry("boss", &hash), "users.toml:2: there is no role \"boss\": the roles are guest, operator, admin"),
        (entry("operator", "correct horse"), "users.toml:3: a password is stored as an argon2id hash"),
        ("[users.ada]\nrole = \"guest\"\n".to_owned(), "`ada` has no `password`"),
        ("[users.ada\n".to_owned(), "users.toml:1"),
        (format!("{}admin = true\n", entry("guest", &hash)), "users.toml:4: there is no `admin` here"),
        ("[people.ada]\n".to_owned(), "there is no part `people` here"),
        ("[users.\"a b\"]\n".to_owned(), "is not a name"),
        ("[tokens.x]\nrole = \"guest\"\ntoken = \"plain\"\n".to_owned(), "users.toml:3: a token is stored as a hash"),
    ] {
        fs::write(folder.users(), &text).unwrap();
        let error = app().users(folder.users()).into_router().unwrap_err();
        assert!(error.is_users() && error.to_string().contains(why), "{text}: {error}");
    }
}

#[tokio::test]
async fn a_guest_may_do_what_the_role_allows() {
    let folder = Folder::new("guest");
    write_users(&folder, &[("eve", "admin")]);
    let app = Served::app(app().users(folder.users()).guest(Lab::Guest)).await;
    let mut guest = app.join().await;
    assert_eq!(guest.outcome_of("speed.value", 5.0).await.kind(), "role");
    guest.apply("remark.value", "hi").await;
    let html = app.get("/").await.text();
    assert!(html.contains("needs the role operator"), "{html}");
    assert!(html.contains("/login\">Log in</a>"), "{html}");
}

#[tokio::test]
async fn a_display_that_nobody_can_operate_is_one_line() {
    let app = Served::app(app().guest(Lab::Guest)).await;
    let mut guest = app.join().await;
    assert_eq!(guest.outcome_of("speed.value", 5.0).await.kind(), "role");
    assert!(!app.get("/").await.text().contains("Log in"), "there is nothing to log in to");
}

#[tokio::test]
async fn what_a_role_may_not_see_is_in_no_answer_of_the_server() {
    let folder = Folder::new("secrets");
    let app = lab(&folder).await;
    let (ada, eve) = (log_in(&app, "ada").await, log_in(&app, "eve").await);
    let mut operator = join(&app, &ada).await;
    let mut admin = join(&app, &eve).await;
    let paths = ["/", "/schema.json", "/api/props", "/health"];
    for path in paths {
        let (seen, withheld) = (get(&app, path, &eve).await.text(), get(&app, path, &ada).await.text());
        for secret in
            ["secret-key", "secret-label", "secret-serial", "\"key\"", "key.value", "id=\"picture\"", "\"picture\""]
        {
            assert!(!withheld.contains(secret), "{path} has {secret}: {withheld}");
        }
        if path == "/" {
            assert!(seen.contains("\"holds\":[[") && !withheld.contains("\"holds\""), "{withheld}");
            assert!(seen.contains("secret-key") && seen.contains("secret-serial"), "{seen}");
        }
    }
    for path in ["/api/props/key/value", "/api/subscribe?prop=key.value", "/api/props/units-1-serial/text"] {
        let response = get(&app, path, &ada).await;
        assert_eq!(response.status, 404, "{path}: {}", response.text());
    }
    admin.apply("key.value", "secret-key-2").await;
    operator.apply("speed.value", 7.0).await;
    operator.sees("status.text", "ada set 7").await;
    let frames = json!(operator.updates).to_string();
    for secret in SECRETS {
        assert!(!frames.contains(secret), "a frame has {secret}: {frames}");
    }
}

/// Each way to change a property, as each role.
#[tokio::test]
async fn every_way_in_is_guarded_for_every_role() {
    let folder = Folder::new("ways");
    write_users(&folder, &[("gus", "guest"), ("ada", "operator"), ("eve", "admin")]);
    let app = Served::app(app().users(folder.users())).await;
    for (name, may) in [("gus", [false, true, false, false]), ("ada", [true, true, false, true]), ("eve", [true; 4])] {
        let cookie = log_in(&app, name).await;
        let props = [
            ("speed/value", json!(3.0)),
            ("remark/value", json!("hi")),
            ("key/value", json!("k")),
            ("units-1-on/on", json!(true)),
        ];
        for ((path, value), may) in props.iter().zip(may) {
            let request = Request::new("PUT", &format!("/api/props/{path}")).json(value).header("Cookie", &cookie);
            let status = http::send(app.address, &request).await.status;
            let sees = name == "eve" || !path.starts_with("key");
            let denied = if sees { 403 } else { 404 };
            assert_eq!(status, if may { 200 } else { denied }, "{name}: PUT {path}");
            let prop = path.replace('/', ".");
            let batch = json!([{ "prop": prop, "value": value }]);
            let request = Request::new("POST", "/api/batch").json(batch).header("Cookie", &cookie);
            let status = http::send(app.address, &request).await.status;
            assert_eq!(status, if may { 200 } else { 422 }, "{name}: batch of {path}");
        }
        // Forged commands for every property, over the socket.
        let mut page = join(&app, &cookie).await;
        let count = page.page.state["props"].as_array().unwrap().len();
        for number in 0..count {
            page.last += 1;
            page.socket.say(format!("{{\"n\":{},\"p\":{number},\"v\":null}}", page.last)).await;
            let outcome = page.outcome(page.last).await;
            assert!(matches!(outcome, Outcome::Refused { .. }), "{name}: property {number}: {outcome:?}");
        }
    }
}

#[tokio::test]
async fn fault_a_callback_did_not_know_who_had_sent_an_http_request() {
    let folder = Folder::new("sender");
    let app = lab(&folder).await;
    let (ada, eve) = (log_in(&app, "ada").await, log_in(&app, "eve").await);
    let mut page = join(&app, &eve).await;
    page.sees("sender.text", "nobody by a program").await;
    let put = Request::new("PUT", "/api/props/speed/value").json(3.0).header("Cookie", &ada);
    assert_eq!(http::send(app.address, &put).await.status, 200);
    page.sees("sender.text", "ada (operator) by a program").await;
    page.apply("speed.value", 4.0).await;
    page.sees("sender.text", "eve (admin) by a page").await;
    let batch = json!([{ "prop": "speed.value", "value": 5.0 }]);
    let batch = Request::new("POST", "/api/batch").json(batch).header("Cookie", &ada);
    assert_eq!(http::send(app.address, &batch).await.status, 200);
    page.sees("sender.text", "ada (operator) by a program").await;
    // Without users everybody is the local user.
    let open = Served::app(self::app()).await;
    let put = Request::new("PUT", "/api/props/speed/value").json(3.0);
    assert_eq!(http::send(open.address, &put).await.status, 200);
    open.join().await.sees("sender.text", "local (admin) by a program").await;
}

#[tokio::test]
async fn who_wanted_what_is_in_a_file_and_secrets_are_not() {
    let folder = Folder::new("audit");
    write_users(&folder, &[("gus", "guest"), ("ada", "operator"), ("eve", "admin")]);
    let path = folder.0.join("audit.jsonl");
    let app = Served::app(app().users(folder.users()).audit(&path)).await;
    for (name, prop, value) in
        [("ada", "speed/value", json!(3.0)), ("gus", "speed/value", json!(4.0)), ("eve", "key/value", json!("hunter2"))]
    {
        let cookie = log_in(&app, name).await;
        let request = Request::new("PUT", &format!("/api/props/{prop}")).json(value).header("Cookie", &cookie);
        http::send(app.address, &request).await;
    }
    let mut page = join(&app, &log_in(&app, "ada").await).await;
    page.set("speed.value", 5.0).await;
    let lines = eventually("four records", async || {
        let text = fs::read_to_string(&path).unwrap();
        let lines: Vec<serde_json::Value> = text.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
        (lines.len() == 4).then_some(lines)
    })
    .await;
    let facts = |line: &serde_json::Value| {
        json!([line["n"], line["user"], line["property"], line["old"], line["new"], line["outcome"], line["why"]])
    };
    assert_eq!(
        lines.iter().map(facts).collect::<Vec<_>>(),
        [
            json!([1, "ada", "speed.value", 0.0, 3.0, "applied", null]),
            json!([2, "gus", "speed.value", null, 4.0, "refused", "speed.value needs the role operator"]),
            json!([3, "eve", "key.value", null, null, "applied", null]),
            json!([4, "ada", "speed.value", 3.0, 5.0, "applied", null]),
        ]
    );
    assert!(lines.iter().all(|line| line["address"] == "127.0.0.1"), "{lines:?}");
    assert!(lines[0]["client"].is_null() && lines[3]["client"].is_string(), "{lines:?}");
}

#[tokio::test]
async fn there_is_no_start_without_the_record_that_was_asked_for() {
    // Otherwise `serve` writes the log of all tests to the standard error.
    log::keep();
    let folder = Folder::new("no-audit");
    let error = app().audit(folder.0.join("missing").join("audit.jsonl")).serve().await.unwrap_err();
    assert!(error.to_string().contains("audit.jsonl: cannot be written"), "{error}");
}

#[tokio::test]
async fn a_program_has_a_token_of_its_own() {
    let folder = Folder::new("token");
    write_users(&folder, &[("ada", "operator")]);
    let token = "0123456789abcdef".repeat(4);
    let digest: [u8; 32] = Blake2b::<U32>::digest(token.as_bytes()).into();
    let digest: String = digest.iter().map(|byte| format!("{byte:02x}")).collect();
    let people = fs::read_to_string(folder.users()).unwrap();
    let program = format!("\n[tokens.logger]\nrole = \"operator\"\ntoken = \"blake2:{digest}\"\n");
    fs::write(folder.users(), people.clone() + &program).unwrap();
    let app = Served::app(app().users(folder.users())).await;
    let put = |token: &str| {
        Request::new("PUT", "/api/props/speed/value").json(4.0).header("Authorization", &format!("Bearer {token}"))
    };
    assert_eq!(http::send(app.address, &put(&token)).await.status, 200);
    assert_eq!(http::send(app.address, &put(&"0".repeat(64))).await.status, 401);
    assert_eq!(http::send(app.address, &put("")).await.status, 401);
    fs::write(folder.users(), people).unwrap();
    eventually("the end of the token", async || {
        (http::send(app.address, &put(&token)).await.status == 401).then_some(())
    })
    .await;
}

#[tokio::test]
async fn a_layer_of_the_program_tells_the_user() {
    let app = app().wrap(|router| {
        router.layer(middleware::from_fn(|mut request: extract::Request, next: middleware::Next| {
            let name = request.headers().get("x-name").and_then(|name| name.to_str().ok()).map(str::to_owned);
            if let Some(name) = name {
                request.extensions_mut().insert(User::new(name, Lab::Guest));
            }
            next.run(request)
        }))
    });
    let app = Served::app(app).await;
    let put = Request::new("PUT", "/api/props/speed/value").json(4.0);
    assert_eq!(http::send(app.address, &put.clone().header("x-name", "gus")).await.status, 403);
    assert_eq!(http::send(app.address, &put).await.status, 200);
}

#[tokio::test]
async fn fault_the_address_is_told_although_there_is_no_start() {
    // Otherwise `serve` writes the log of all tests to the standard error.
    log::keep();
    let folder = Folder::new("told");
    let app = app().users(folder.users()).bind("127.0.0.1:0").on_listen(|address| panic!("nobody serves {address}"));
    assert!(app.serve().await.unwrap_err().to_string().contains("there is no user"));
}

/// A dashboard whose users a proxy names.
fn proxied() -> App {
    app()
        .trust_proxy("127.0.0.1")
        .proxy_users("Remote-User", Lab::Guest)
        .proxy_groups("Remote-Groups", [("lab", Lab::Operator), ("admins", Lab::Admin)])
}

/// The status of a request to set this property to a text or number, with these headers, from this address.
async fn set_from(app: &Served, from: &str, path: &str, value: serde_json::Value, headers: &[(&str, &str)]) -> u16 {
    let request = Request::new("PUT", &format!("/api/props/{path}")).host(&app.address.to_string()).json(value);
    let request = headers.iter().fold(request, |request, (name, value)| request.header(name, value));
    http::send_over(http::connect_from(from, app.address).await, &request).await.status
}

#[tokio::test]
async fn a_trusted_proxy_names_the_user_and_groups_give_roles() {
    let app = Served::app(proxied()).await;
    for (groups, speed, key) in [
        (None, 403, 404),
        (Some("users"), 403, 404),
        (Some("users, lab"), 200, 404),
        (Some("lab|admins"), 200, 200),
        (Some("no-admins,adminsx"), 403, 404),
    ] {
        let mut headers = vec![("Remote-User", "zoë")];
        headers.extend(groups.map(|groups| ("Remote-Groups", groups)));
        assert_eq!(set_from(&app, "127.0.0.1", "speed/value", json!(3.0), &headers).await, speed, "{groups:?}");
        assert_eq!(set_from(&app, "127.0.0.1", "key/value", json!("k"), &headers).await, key, "{groups:?}");
    }
}

#[tokio::test]
async fn s27_who_is_no_trusted_proxy_names_no_user() {
    let app = Served::app(proxied()).await;
    let (ada, eve) = (("Remote-User", "ada"), ("Remote-User", "eve"));
    let admins = ("Remote-Groups", "admins");
    for (from, headers, why) in [
        ("127.0.0.9", &[ada, admins][..], "it is no proxy"),
        ("127.0.0.9", &[ada, ("X-Forwarded-For", "127.0.0.1"), admins], "it says that it comes from the proxy"),
        ("127.0.0.1", &[admins], "there is no name"),
        ("127.0.0.1", &[("Remote-User", " "), admins], "the name is empty"),
        ("127.0.0.1", &[eve, ada, admins], "the proxy has kept the client's own header"),
    ] {
        assert_eq!(set_from(&app, from, "remark/value", json!("x"), headers).await, 401, "{why}");
    }
    // Two lists of groups give none of them.
    let headers = [ada, admins, ("Remote-Groups", "users")];
    assert_eq!(set_from(&app, "127.0.0.1", "speed/value", json!(1.0), &headers).await, 403);
}

#[tokio::test]
async fn users_of_a_proxy_need_a_trusted_proxy_and_roles_of_the_dashboard() {
    // Otherwise `serve` writes the log of all tests to the standard error.
    log::keep();
    #[derive(Debug, Clone, Copy, PartialEq, Role)]
    enum Other {
        Root,
    }
    for (app, why) in [
        (app().proxy_users("Remote-User", Lab::Guest), "App::trust_proxy or DASH_PROXIES"),
        (app().trust_proxy("127.0.0.1").proxy_users("Remote User", Lab::Guest), "not the name of a header"),
        (app().trust_proxy("127.0.0.1").proxy_groups("Groups", [("a", Lab::Guest)]), "proxy_users before it"),
        (app().trust_proxy("127.0.0.1").proxy_users("Remote-User", Other::Root), "is not one of"),
    ] {
        let error = app.serve().await.unwrap_err().to_string();
        assert!(error.contains(why), "{error}");
    }
}

#[tokio::test]
async fn nginx_has_people_log_in_as_the_guide_has_it() {
    let folder = Folder::new("nginx");
    let passwords = folder.0.join("passwords");
    fs::write(&passwords, "ada:{PLAIN}correct horse\n").unwrap();
    let guide = include_str!("../../docs/guide/rights.md").split("```nginx\n").nth(1).unwrap();
    let server = guide.split("```").next().unwrap().replace("/etc/nginx/passwords", passwords.to_str().unwrap());
    let record = folder.0.join("audit.jsonl");
    let app = app().trust_proxy("127.0.0.1").proxy_users("Remote-User", Lab::Operator).audit(&record);
    let app = Served::app(app).await;
    let nginx = Proxy::nginx(&server, app.address).await;
    // "ada:" and the password in base64.
    let set = async |login: &str| {
        let request = Request::new("PUT", "/api/props/speed/value").json(5.0).host(&nginx.address.to_string());
        // The name that the client sends is replaced.
        let request = request.header("Authorization", &format!("Basic {login}")).header("Remote-User", "eve");
        http::send(nginx.address, &request).await.status
    };
    assert_eq!(set("YWRhOndyb25n").await, 401);
    assert_eq!(set("YWRhOmNvcnJlY3QgaG9yc2U=").await, 200);
    let text =
        eventually("the record", async || fs::read_to_string(&record).ok().filter(|text| text.ends_with('\n'))).await;
    assert!(text.contains("\"user\":\"ada\"") && !text.contains("eve"), "{text}");
}

#[tokio::test]
async fn a_login_over_tls_has_a_cookie_that_no_other_host_can_set() {
    let folder = Folder::new("prefix");
    write_users(&folder, &[("ada", "operator")]);
    let app = Served::app(app().users(folder.users()).trust_proxy("127.0.0.1")).await;
    let tls = ("X-Forwarded-Proto", "https");
    let response = post(&app, "/_dash/login", "name=ada&password=correct+horse", &[tls]).await;
    let cookie = response.header("set-cookie").unwrap();
    assert!(cookie.starts_with("__Host-dash-login-") && cookie.contains("; Path=/; ") && cookie.ends_with("; Secure"));
    assert!(!cookie.contains("Domain"), "{cookie}");
    let pair = cookie.split(';').next().unwrap();
    let status = async |pair: &str| {
        let request = Request::get("/api/props/speed/value").header(tls.0, tls.1).header("Cookie", pair);
        http::send(app.address, &request).await.status
    };
    assert_eq!(status(pair).await, 200);
    // Another host of the domain can set a cookie without the prefix.
    assert_eq!(status(pair.trim_start_matches("__Host-")).await, 401);
}

#[tokio::test]
async fn a_password_is_not_taken_over_plain_http_from_another_machine() {
    let folder = Folder::new("plain");
    write_users(&folder, &[("ada", "operator")]);
    // A trusted proxy says that the client is elsewhere.
    let app = Served::app(app().users(folder.users()).trust_proxy("127.0.0.1")).await;
    let form = "name=ada&password=correct+horse";
    let from = |proto: &'static str| [("X-Forwarded-For", "10.1.2.3"), ("X-Forwarded-Proto", proto)];
    let plain = post(&app, "/_dash/login", form, &from("http")).await;
    assert_eq!(plain.status, 403);
    assert!(plain.text().contains("plain HTTP") && plain.header("set-cookie").is_none());
    let encrypted = post(&app, "/_dash/login", form, &from("https")).await;
    assert_eq!(encrypted.status, 303);
    assert!(encrypted.header("set-cookie").unwrap().ends_with("; Secure"));
    app.stop().await;
    let allowed = Served::app(self::app().users(folder.users()).trust_proxy("127.0.0.1").plain_login()).await;
    assert_eq!(post(&allowed, "/_dash/login", form, &from("http")).await.status, 303);
}

/// A wall display: one group whose struct says nothing of roles, and one control for everybody.
mod wall {
    use super::*;

    #[components]
    struct Lamp {
        on: Switch,
    }

    #[components(role = Lab)]
    struct Wall {
        speed: Slider,
        press: Button,
        lamp: Lamp,
        #[needs(Lab::Guest)]
        bell: Button,
        status: Text,
    }

    impl Dashboard for Wall {
        type Device = ();
        type Session = ();
        const CALLBACKS: Callbacks<Self> = callbacks![];
        const DEFAULT_NEEDS: Option<Lab> = Some(Lab::Operator);

        fn layout(self) -> Element {
            page("Wall", (self.speed, self.press, self.lamp.on, self.bell, self.status))
        }
    }

    #[tokio::test]
    async fn a_wall_display_is_one_line_and_nobody_can_operate_it() {
        let app = Served::app(App::new::<Wall>(()).unwrap().guest(Lab::Guest)).await;
        let document = app.get("/").await.text();
        assert_eq!(document.matches("needs the role operator").count(), 3, "{document}");
        for (method, path, value) in
            [("PUT", "speed/value", json!(3)), ("POST", "press/click", json!(null)), ("PUT", "lamp.on/on", json!(true))]
        {
            let request = Request::new(method, &format!("/api/props/{path}")).json(value);
            let response = http::send(app.address, &request).await;
            assert_eq!(response.status, 403, "{path}: {}", response.text());
        }
        let bell = http::send(app.address, &Request::new("POST", "/api/props/bell/click").json(json!(null))).await;
        assert_eq!(bell.status, 200, "{}", bell.text());
    }
}
