//! Several devices behind one address: each has its own queue, state and clients.

use std::{sync::mpsc, time::Duration};

use dash_devices::{App, prelude::*};
use serde_json::Value;

use crate::support::{
    Browser, Outcome, PATIENCE, Page, Served,
    http::{self, Request},
    limits,
    page::{links, resolved},
    takes_less_than, within,
};

#[components]
struct Ui {
    exposure: Slider,
    readout: Text,
    shoot: Button,
    pictures: Text,
}

/// A camera whose shutter may wait for the test, or fail.
#[derive(Default)]
struct Camera {
    pictures: u32,
    waits_for: Option<mpsc::Receiver<()>>,
    is_broken: bool,
}

impl Camera {
    /// A camera whose every picture waits for the test.
    fn slow() -> (mpsc::Sender<()>, Self) {
        let (word, waits_for) = mpsc::channel();
        (word, Self { waits_for: Some(waits_for), ..Self::default() })
    }
}

#[callback_shared(output = Ui::readout.text)]
fn expose(_camera: &mut Camera, #[input(Ui::exposure.value)] exposure: f64) -> String {
    exposure.to_string()
}

#[callback_shared(on = Ui::shoot.click, output = Ui::pictures.text)]
fn shoot(camera: &mut Camera) -> String {
    if let Some(word) = &camera.waits_for {
        word.recv_timeout(PATIENCE).unwrap();
    }
    assert!(!camera.is_broken, "the shutter is broken");
    camera.pictures += 1;
    camera.pictures.to_string()
}

impl Dashboard for Ui {
    type Device = Camera;
    type Session = ();
    const CALLBACKS: Callbacks<Self> = callbacks![expose, shoot];

    fn layout(self) -> Element {
        page("Camera", (self.exposure.range(0.0..=100.0), self.readout, self.shoot, self.pictures))
    }
}

fn app<const N: usize>(cameras: [(&str, Camera); N]) -> App {
    // A click waits as long as the test lets it wait. On a busy machine that may be longer than the usual 5 s.
    App::each::<Ui>(cameras).unwrap().limits(limits(|limits| limits.event_lifespan = PATIENCE))
}

#[tokio::test]
async fn each_device_has_its_own_state_and_its_own_clients() {
    let served = Served::app(app([("door", Camera::default()), ("garden", Camera::default())])).await;
    let (mut ada, mut bob) = (served.join_device("door").await, served.join_device("door").await);
    let mut eve = served.join_device("garden").await;
    ada.apply("exposure.value", 40).await;
    bob.sees("readout.text", "40").await;
    eve.apply("shoot.click", Value::Null).await;
    assert_eq!((eve.value("readout.text"), eve.value("pictures.text")), (&"0".into(), &"1".into()));
    ada.apply("exposure.value", 41).await;
    assert_eq!(ada.value("pictures.text"), &"");
    // A page that is opened later shows each device's state.
    let late = async |key: &str| Page::at(&format!("/{key}/"), served.get(&format!("/{key}/")).await.text());
    assert_eq!(late("door").await.shown("readout"), "41");
    assert_eq!(late("garden").await.shown("readout"), "0");
    let health = served.health().await;
    assert_eq!(
        (&health["devices"]["door"]["clients"], &health["devices"]["garden"]["clients"]),
        (&2.into(), &1.into())
    );
}

/// P6: the report of the program says that one of its devices hangs, and which.
#[tokio::test]
async fn p6_a_device_that_hangs_is_in_the_health_of_the_program() {
    let (word, slow) = Camera::slow();
    let cameras = [("door", Camera::default()), ("garden", slow)];
    let limits = limits(|limits| limits.unfinished = Duration::from_millis(100));
    let served = Served::app(App::each::<Ui>(cameras).unwrap().limits(limits)).await;
    assert_eq!(served.health().await["status"], "ok");
    let mut page = served.join_device("garden").await;
    page.set("shoot.click", Value::Null).await;
    page.until("the mark", |page| page.bad("pictures.text").is_some()).await;
    let health = served.health().await;
    assert_eq!((&health["status"], &health["devices"]["door"]["status"]), (&"stuck".into(), &"ok".into()));
    assert_eq!(health["devices"]["garden"]["stuck"], serde_json::json!(["shoot"]));
    word.send(()).unwrap();
    page.sees("pictures.text", "1").await;
    assert_eq!(served.health().await["status"], "ok");
}

/// Without a clock: the slow device continues only after the others have finished everything.
#[tokio::test]
async fn a_slow_and_flooded_device_never_delays_another() {
    let (word, slow) = Camera::slow();
    let served = Served::app(app([
        ("slow", slow),
        ("one", Camera::default()),
        ("two", Camera::default()),
        ("three", Camera::default()),
    ]))
    .await;
    let mut flood = served.join_device("slow").await;
    let mut waiting = Vec::new();
    for _ in 0..50 {
        waiting.push(flood.set("shoot.click", Value::Null).await);
    }
    for round in 1..=50 {
        for key in ["one", "two", "three"] {
            let mut other = served.join_device(key).await;
            other.apply("exposure.value", round).await;
            assert_eq!(other.value("readout.text"), &round.to_string());
        }
    }
    (0..50).for_each(|_| word.send(()).unwrap());
    for number in waiting {
        assert_eq!(flood.outcome(number).await, Outcome::Applied);
    }
    flood.sees("pictures.text", "50").await;
}

#[tokio::test]
async fn a_broken_device_is_noticed_by_its_own_clients_and_on_the_list_only() {
    let broken = Camera { is_broken: true, ..Camera::default() };
    let served = Served::app(app([("good", Camera::default()), ("broken", broken)])).await;
    let (mut good, mut bad) = (served.join_device("good").await, served.join_device("broken").await);
    assert!(matches!(bad.outcome_of("shoot.click", Value::Null).await, Outcome::Failed(_)));
    good.apply("shoot.click", Value::Null).await;
    assert_eq!(good.bad("pictures.text"), None);
    let list = served.get("/").await.text();
    let bad_at = list.find("data-bad").expect("the broken one is marked");
    assert!(list[bad_at..].contains("the shutter is broken"), "{list}");
    assert_eq!(list.matches("data-bad").count(), 1, "{list}");
    // The device still works.
    bad.apply("exposure.value", 7).await;
}

#[tokio::test]
async fn a_hanging_device_does_not_keep_the_program_from_ending() {
    takes_less_than(Duration::from_secs(1), async || {
        let (word, hanging) = Camera::slow();
        let served = Served::app(app([("hanging", hanging), ("good", Camera::default())])).await;
        let mut browser = served.join_device("hanging").await;
        browser.set("shoot.click", Value::Null).await;
        let begun = std::time::Instant::now();
        served.stop().await;
        let took = begun.elapsed();
        drop(word);
        took
    })
    .await;
}

#[tokio::test]
async fn the_list_leads_to_every_device_and_each_page_to_the_others() {
    let served = Served::app(app([("door", Camera::default()), ("garden", Camera::default())])).await;
    let list = served.get("/").await;
    assert_eq!(list.status, 200);
    assert!(list.header("content-security-policy").is_some());
    let list = list.text();
    for key in ["door", "garden"] {
        assert!(links("/", &list).contains(&format!("/{key}/")), "{list}");
        for path in [format!("/{key}"), format!("/{key}/")] {
            let html = served.get(&path).await.text();
            assert!(html.contains(&format!("<title>{key} · Camera</title>")), "{html}");
            assert_eq!(links(&path, &html)[..2], ["/", "/door/"], "{html}");
            assert_eq!(html.matches("aria-current=\"page\"").count(), 1);
        }
    }
    let style = list.split('"').find(|part| part.ends_with(".css")).expect("a stylesheet");
    let style = &resolved("/", style);
    assert_eq!(served.get(style).await.status, 200);
    for (path, status) in [("/cellar/", 404), ("/door/nothing", 404), ("/_dash/socket", 404), ("/door/health", 200)] {
        assert_eq!(served.get(path).await.status, status, "{path}");
    }
}

#[tokio::test]
async fn s02_the_list_and_every_device_are_for_known_hosts_only() {
    let served = Served::app(app([("door", Camera::default())])).await;
    for path in ["/", "/health", "/door/", "/door/schema.json", "/door/_dash/socket", "/nothing"] {
        let response = http::send(served.address, &Request::get(path).host("evil.com")).await;
        assert_eq!(response.status, 403, "{path}");
    }
}

#[tokio::test]
async fn the_limit_on_sockets_is_for_all_devices_together() {
    let app =
        app([("door", Camera::default()), ("garden", Camera::default())]).limits(limits(|limits| limits.sockets = 2));
    let served = Served::app(app).await;
    let (_one, two) = (served.join_device("door").await, served.join_device("garden").await);
    let refused = crate::support::Socket::over(
        tokio::net::TcpStream::connect(served.address).await.unwrap(),
        "/door/_dash/socket",
        None,
    )
    .await;
    assert_eq!(refused.err(), Some(503));
    drop(two);
}

#[tokio::test]
async fn several_devices_are_mounted_in_a_bigger_application() {
    let router = app([("door", Camera::default()), ("garden", Camera::default())]).into_router().unwrap();
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    tokio::spawn(async move { axum::serve(listener, axum::Router::new().nest_service("/lab", router)).await });
    for path in ["/lab", "/lab/"] {
        let list = http::send(address, &Request::get(path)).await.text();
        assert!(links(path, &list).contains(&"/lab/door/".to_owned()), "{path}: {list}");
    }
    let html = http::send(address, &Request::get("/lab/door/")).await.text();
    let all = links("/lab/door/", &html);
    assert!(all.contains(&"/lab/garden/".to_owned()) && all.contains(&"/lab/".to_owned()), "{html}");
    let mut browser = Browser::join(address, Page::at("/lab/door/", html)).await;
    browser.apply("exposure.value", 8).await;
    browser.sees("readout.text", "8").await;
}

#[test]
fn what_is_wrong_with_the_keys_is_told_at_once_before_anything_is_served() {
    let wrong = App::each::<Ui>([("a b", Camera::default()), ("door", Camera::default()), ("door", Camera::default())]);
    let error = wrong.expect_err("keys that cannot be");
    assert!(error.is_devices());
    assert_eq!(
        error.to_string(),
        "the devices cannot be served:\n  - the key \"a b\" has a ' ': a key has letters from a to z, digits, `-`, `_` \
         and `.`\n  - the key \"door\" is used twice: each device needs its own"
    );
    let none = App::each::<Ui>([] as [(&str, Camera); 0]).expect_err("no device");
    assert!(none.to_string().contains("at least one"), "{none}");
}

/// After a cut, the client is connected to its own device again.
#[tokio::test]
async fn each_device_is_made_with_its_key_and_a_handle_to_its_own_dashboard() {
    let mut made = Vec::new();
    let app = App::each_with::<Ui>(["door", "garden"], |key, handle| {
        made.push((key.to_owned(), handle));
        Camera::default()
    });
    let served = Served::app(app.unwrap()).await;
    let mut pages = [served.join_device("door").await, served.join_device("garden").await];
    for (key, handle) in &made {
        handle.push(changes![Ui::pictures.text = format!("of the {key}")]).unwrap();
    }
    for (page, key) in pages.iter_mut().zip(["door", "garden"]) {
        page.sees("pictures.text", format!("of the {key}")).await;
    }
    pages[1].apply("exposure.value", 7).await;
    let exposures: Vec<f64> = made.iter().map(|(_, handle)| handle.get(Ui::exposure.value)).collect();
    assert_eq!(exposures, [0.0, 7.0]);
    // With an invalid key, no device is made.
    let wrong = App::each_with::<Ui>(["door", "Door"], |key, _| panic!("{key} was made"));
    assert!(wrong.expect_err("a key that is there twice").to_string().contains("twice"));
}

#[tokio::test]
async fn a_session_of_one_device_is_nobody_at_another() {
    let served = Served::app(app([("door", Camera::default()), ("garden", Camera::default())])).await;
    let door = served.join_device("door").await;
    let mut garden = served.join_device("garden").await;
    garden.session.clone_from(&door.session);
    garden.socket = crate::support::Socket::open(served.address, garden.page.socket()).await;
    let mut hello = garden.page.hello();
    hello["session"] = Value::from(door.session.clone());
    garden.socket.say(hello.to_string()).await;
    let welcome = within("a welcome", garden.socket.frame()).await;
    assert_eq!(welcome["t"], "welcome");
    assert_ne!(welcome["session"], door.session);
}
