//! Logins and rights are those of the owner, also over a relay.

use std::{fs, path::PathBuf};

use argon2::{Algorithm, Argon2, Params, Version, password_hash::PasswordHasher as _};

use super::*;

#[derive(Debug, Clone, Copy, PartialEq, Role)]
enum Lab {
    Guest,
    Operator,
}

#[components(role = Lab)]
struct Rover {
    #[needs(Lab::Operator)]
    speed: Slider,
    #[sees(Lab::Operator)]
    place: Text,
}

impl Dashboard for Rover {
    type Device = ();
    type Session = ();
    const CALLBACKS: Callbacks<Self> = callbacks![];

    fn layout(self) -> Element {
        page("Rover", (self.speed, self.place.text("secret-place")))
    }
}

/// A folder that is removed at the end of the test.
pub(crate) struct Folder(pub(crate) PathBuf);

impl Folder {
    pub(crate) fn new(name: &str) -> Self {
        let path = std::env::temp_dir().join(format!("dash-fabric-{name}-{}", std::process::id()));
        let _ = fs::remove_dir_all(&path);
        fs::create_dir_all(&path).unwrap();
        Self(path)
    }

    /// A rover with a users file: `ada` is an operator, and `gil` a guest. The password of both is `correct horse`. It takes
    /// passwords over plain HTTP.
    async fn rover(&self, nats: &nats::Nats, name: &str) -> Served {
        Served::app(self.app(name).plain_login().fabric(nats.url(), name)).await
    }

    /// The same rover, which takes passwords only over an encrypted connection or on its own machine.
    pub(crate) fn app(&self, name: &str) -> App {
        let small = Argon2::new(Algorithm::Argon2id, Version::V0x13, Params::new(64, 1, 1, None).unwrap());
        let hash = small.hash_password(b"correct horse").unwrap();
        let user = |name: &str, role: &str| format!("\n[users.{name}]\nrole = \"{role}\"\npassword = \"{hash}\"\n");
        let file = self.0.join(format!("{name}.toml"));
        fs::write(&file, format!("# Users\n{}{}", user("ada", "operator"), user("gil", "guest"))).unwrap();
        App::new::<Rover>(()).unwrap().limits(quick()).users(file)
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}

/// Logs in over the relay, and returns the cookie.
async fn log_in(relay: &Served, device: &str, name: &str) -> String {
    let form = format!("name={name}&password=correct+horse");
    let request = Request::new("POST", &format!("/d/{device}/_dash/login"));
    let request = request.header("Content-Type", "application/x-www-form-urlencoded").body(form);
    let response = http::send(relay.address, &request).await;
    assert_eq!((response.status, response.header("location")), (303, Some("../")), "{}", response.text());
    response.cookie("dash-login").unwrap().split(';').next().unwrap().to_owned()
}

async fn get(relay: &Served, path: &str, cookie: &str) -> Response {
    http::send(relay.address, &Request::get(path).header("Cookie", cookie)).await
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn s09_over_a_relay_the_owner_decides_who_somebody_is_and_what_he_may() {
    let (nats, folder) = (nats::Nats::start().await, Folder::new("login"));
    let owner = folder.rover(&nats, "lab.one").await;
    assert_eq!(owner.get("/health").await.status, 401);
    let relay = Served::relay(&nats.url()).await;
    let page = Request::get("/d/lab.one/").header("Accept", "text/html");
    let led = eventually("the rover", async || {
        let response = http::send(relay.address, &page).await;
        (response.status != 503 && response.status != 404).then_some(response)
    })
    .await;
    assert_eq!((led.status, led.header("location")), (303, Some("./_dash/login?next=")), "to the owner's login page");
    assert_eq!(relay.get("/d/lab.one/api/props").await.status, 401);
    let (ada, gil) = (log_in(&relay, "lab.one", "ada").await, log_in(&relay, "lab.one", "gil").await);
    assert!(ada.starts_with("d.lab.one!"), "{ada}");
    let join = async |cookie: &str| {
        let page = Page::at("/d/lab.one/", get(&relay, "/d/lab.one/", cookie).await.text());
        let stream = TcpStream::connect(relay.address).await.unwrap();
        Browser::join_over_with(stream, page, &[("cookie", cookie)]).await
    };
    let (mut ada_page, mut gil_page) = (join(&ada).await, join(&gil).await);
    ada_page.apply("speed.value", 30.0).await;
    gil_page.sees("speed.value", 30.0).await;
    assert_eq!(gil_page.outcome_of("speed.value", 99.0).await.kind(), "role");
    assert!(ada_page.page.html.contains("secret-place") && !gil_page.page.html.contains("secret-place"));
    assert!(!get(&relay, "/d/lab.one/schema.json", &gil).await.text().contains("\"place"));
    // Who logs out at the relay is put out by the owner.
    let out = Request::new("POST", "/d/lab.one/_dash/logout").header("Cookie", &ada);
    let out = out.header("Content-Type", "application/x-www-form-urlencoded").body("");
    assert_eq!(http::send(relay.address, &out).await.status, 303);
    ada_page.end().await;
    assert_eq!(get(&relay, "/d/lab.one/api/props", &ada).await.status, 401);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn s09_the_login_at_one_device_of_a_relay_says_nothing_to_another_device() {
    let (nats, folder) = (nats::Nats::start().await, Folder::new("two"));
    let one = folder.rover(&nats, "lab.one").await;
    let two = folder.rover(&nats, "lab.two").await;
    let relay = Served::relay(&nats.url()).await;
    for name in ["lab.one", "lab.two"] {
        let there = async || (relay.get(&format!("/d/{name}/api/props")).await.status == 401).then_some(());
        eventually(name, there).await;
    }
    let cookie = log_in(&relay, "lab.one", "ada").await;
    assert_eq!(get(&relay, "/d/lab.one/api/props", &cookie).await.status, 200);
    assert_eq!(get(&relay, "/d/lab.two/api/props", &cookie).await.status, 401);
    // Not even under its own name.
    let bare = cookie.strip_prefix("d.lab.one!").unwrap();
    assert_eq!(get(&relay, "/d/lab.two/api/props", bare).await.status, 401);
    assert_eq!(get(&relay, "/d/lab.one/api/props", bare).await.status, 401);
    drop((one, two));
}

/// Fault: the owner believed a header of the browser, because there is a proxy in front of the relay, which does not know
/// that this header names users at the owner.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn s09_over_a_relay_no_header_names_the_user() {
    let nats = nats::Nats::start().await;
    let app = App::new::<Rover>(()).unwrap().limits(quick()).trust_proxy("127.0.0.1");
    let owner = Served::app(app.proxy_users("Remote-User", Lab::Operator).fabric(nats.url(), "lab.one")).await;
    let relay = Served::relay_with(Relay::new(nats.url()).trust_proxy("127.0.0.1")).await;
    let forged = async |at: &Served, path: &str| {
        let request = Request::get(path).header("Remote-User", "ada").header("X-Forwarded-For", "192.0.2.7");
        http::send(at.address, &request).await.status
    };
    eventually("the rover", async || (relay.get("/d/lab.one/api/props").await.status == 401).then_some(())).await;
    assert_eq!(forged(&relay, "/d/lab.one/api/props").await, 401);
    assert_eq!(forged(&owner, "/api/props").await, 200, "its own proxy may");
}

/// Fault: a client on the machine of the relay was taken for one on the machine of the owner.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn s09_over_a_relay_no_client_is_on_the_machine_of_the_owner() {
    let (nats, folder) = (nats::Nats::start().await, Folder::new("plain"));
    let owner = Served::app(folder.app("lab.one").fabric(nats.url(), "lab.one")).await;
    let relay = Served::relay_with(Relay::new(nats.url()).trust_proxy("127.0.0.1")).await;
    eventually("the rover", async || (relay.get("/d/lab.one/api/props").await.status == 401).then_some(())).await;
    let log_in = async |at: &Served, path: &str, scheme: Option<&str>| {
        let request = Request::new("POST", path).header("Content-Type", "application/x-www-form-urlencoded");
        let request = match scheme {
            Some(scheme) => request.header("X-Forwarded-Proto", scheme).header("X-Forwarded-For", "192.0.2.7"),
            None => request,
        };
        http::send(at.address, &request.body("name=ada&password=correct+horse")).await.status
    };
    assert_eq!(log_in(&owner, "/_dash/login", None).await, 303, "from its own machine");
    assert_eq!(log_in(&relay, "/d/lab.one/_dash/login", None).await, 403);
    assert_eq!(log_in(&relay, "/d/lab.one/_dash/login", Some("http")).await, 403);
    assert_eq!(log_in(&relay, "/d/lab.one/_dash/login", Some("https")).await, 303);
}

/// The permissions in the guide are enough, and an owner cannot do what a relay may.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn s09_the_users_of_the_broker_in_the_guide_are_enough_for_owners_and_relays() {
    let guide = include_str!("../../docs/guide/fabric.md");
    let users = guide.split("```text\n").find(|block| block.starts_with("authorization {")).unwrap();
    let nats = nats::Nats::with(users.split("```").next().unwrap()).await;
    let at = |user: &str| format!("nats://{user}@{}", nats.address);
    let lamp = Lamp::default();
    let owner = Served::owner(&lamp, &at("owner:change-me-1")).await;
    owner.becomes("ok").await;
    let relay = Served::relay(&at("relay:change-me-2")).await;
    relay.join().await.apply("level.value", 30.0).await;
    // With the user of an owner, a relay reaches nobody.
    let forged = Served::relay(&at("owner:change-me-1")).await;
    let known = async || forged.health().await["devices"]["lab.lamp"].is_object().then_some(());
    eventually("what the broker has kept", known).await;
    assert_eq!(forged.get(PATH).await.status, 503);
}
