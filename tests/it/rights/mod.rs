//! Rights and users from the outside: what each role gets of a dashboard, by which way it gets in, and how it is put out.

mod attacks;
mod cards;
mod control;
mod forged;
mod granted;
mod logins;
mod others;
mod record;
mod roles;
mod routes;
mod searched;
mod sessions;
mod tricks;
mod under_way;

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

/// A token, and the entry of its program in the users file.
fn program(name: &str, role: &str) -> (String, String) {
    let token = "0123456789abcdef".repeat(4);
    let digest: [u8; 32] = Blake2b::<U32>::digest(token.as_bytes()).into();
    let digest: String = digest.iter().map(|byte| format!("{byte:02x}")).collect();
    let entry = format!("\n[tokens.{name}]\nrole = \"{role}\"\ntoken = \"blake2:{digest}\"\n");
    (token, entry)
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
    let cookie = response.cookie("dash-login").unwrap();
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

/// Runs `change`, and asserts that the page of ada is loaded again within a second.
async fn ends_within_a_second(app: &Served, cookie: &str, change: impl AsyncFnOnce()) {
    let ada = join(app, cookie).await;
    change().await;
    let begun = Instant::now();
    is_put_out(ada).await;
    assert!(begun.elapsed() < Duration::from_secs(1), "{:?}", begun.elapsed());
}
