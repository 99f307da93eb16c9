//! A page at a relay is that of the owner. Only its bar says which device it is, and leads to the others.

use super::*;
use crate::support::{Heard, Outcome};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn documents_scripts_pictures_and_the_interface_are_the_same_at_a_relay() {
    let (nats, lamp) = (nats::Nats::start().await, Lamp::default());
    let owner = Served::owner(&lamp, &nats.url()).await;
    let relay = Served::relay(&nats.url()).await;
    let page = relay.page().await;
    let own = Page::of(owner.get("/").await.text());
    let home = "<a class=\"dd-header-home\" href=\"./../../\" aria-label=\"All devices\" title=\"All devices\"><svg";
    let name = "<div class=\"dd-header-names\"><span class=\"dd-header-device\">lab.lamp</span><h1";
    let named = [
        ("<title>", "<title>lab.lamp · "),
        ("<svg", home),
        ("</svg>", "</svg></a>"),
        ("<h1", name),
        ("</h1>", "</h1></div>"),
    ];
    let named = named.iter().fold(own.html.clone(), |html, (own, named)| html.replacen(own, named, 1));
    assert_eq!(page.html, named, "all addresses in it are relative");
    for (attribute, path) in [("src", "_dash/dash-"), ("href", "_dash/dash-")] {
        let at_relay = page.link(attribute, &format!("{PATH}{path}"));
        let at_owner = own.link(attribute, &format!("/{path}"));
        let (there, here) = (relay.get(&at_relay).await, owner.get(&at_owner).await);
        assert_eq!((there.status, there.body.len()), (200, here.body.len()), "{path}");
        assert!(there.body == here.body && there.header("cache-control") == here.header("cache-control"));
    }
    let mut ada = Browser::join(relay.address, page).await;
    ada.apply("shoot.click", Value::Null).await;
    let picture = ada.value("photo.source")["id"].as_str().unwrap().to_owned();
    let picture = relay.get(&format!("{PATH}_dash/picture/{picture}")).await;
    assert_eq!(
        (picture.status, picture.body.len(), picture.header("content-type")),
        (200, 300_000, Some("image/jpeg"))
    );
    for path in ["schema.json", "api/props", "api/props/log/lines"] {
        let (there, here) = (relay.get(&format!("{PATH}{path}")).await, owner.get(&format!("/{path}")).await);
        assert_eq!((there.status, there.text()), (here.status, here.text()), "{path}");
        assert_eq!(there.header("content-security-policy"), here.header("content-security-policy"));
    }
    let put = Request::new("PUT", &format!("{PATH}api/props/level/value")).json(30);
    let put = http::send(relay.address, &put).await;
    assert_eq!(
        (put.status, serde_json::from_str::<Value>(&put.text()).unwrap()["outcome"].clone()),
        (200, json!("applied"))
    );
    ada.sees("shown.text", "30 %").await;
    let bare = relay.get("/d/lab.lamp").await;
    assert_eq!((bare.status, bare.header("location")), (307, Some("lab.lamp/")));
    // Files that never change were asked for once. Values were not kept.
    let script = ada.page.link("src", &format!("{PATH}_dash/dash-"));
    owner.stop().await;
    assert_eq!((relay.get(&script).await.status, relay.get(&format!("{PATH}api/props")).await.status), (200, 503));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn pages_at_two_relays_and_at_the_owner_are_pages_of_one_dashboard() {
    let (nats, lamp) = (nats::Nats::start().await, Lamp::default());
    let owner = Served::owner(&lamp, &nats.url()).await;
    let (one, two) = (Served::relay(&nats.url()).await, Served::relay(&nats.url()).await);
    let (mut ada, mut bob) = (one.join().await, two.join().await);
    let mut eve = Browser::join(owner.address, Page::of(owner.get("/").await.text())).await;
    // A page without a WebSocket.
    let mut dan = Browser::join_by_request(one.address, one.page().await).await;
    ada.apply("level.value", 30.0).await;
    for page in [&mut ada, &mut bob, &mut eve, &mut dan] {
        page.sees("shown.text", "30 %").await;
    }
    dan.apply("level.value", 40.0).await;
    bob.sees("shown.text", "40 %").await;
    // What is private stays private.
    bob.apply("mine.value", "four").await;
    bob.sees("letters.text", "4 letters").await;
    ada.settle().await;
    assert_eq!((ada.value("letters.text"), ada.value("mine.value")), (&json!("0 letters"), &json!("")));
    // A refusal comes from the owner.
    assert_eq!(bob.outcome_of("level.value", 900.0).await.kind(), "out_of_range");
    assert_eq!(owner.health().await["clients"], 4);
    assert!(one.health().await["streams"].as_u64().unwrap() >= 2);
}

/// P3 and P5: what the relay knew was nothing that lasts.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn g24_a_page_goes_on_at_another_relay_with_its_session_and_its_commands() {
    let (nats, lamp) = (nats::Nats::start().await, Lamp::default());
    let owner = Served::owner(&lamp, &nats.url()).await;
    let (one, two) = (Served::relay(&nats.url()).await, Served::relay(&nats.url()).await);
    let mut ada = one.join().await;
    ada.apply("mine.value", "four").await;
    ada.apply("shoot.click", Value::Null).await;
    let (session, rev) = (ada.session.clone(), ada.rev);
    let unanswered = ada.set("shoot.click", Value::Null).await;
    eventually("the second shot", async || (lamp.did().len() > 3).then_some(())).await;
    one.stop().await;
    let welcome = resume(&mut ada, two.address).await;
    assert_eq!((&welcome["session"], &welcome["last"]), (&json!(session), &json!(unanswered)));
    again(&mut ada, unanswered, "shoot.click", Value::Null).await;
    assert_eq!(ada.outcome(unanswered).await, Outcome::Applied);
    ada.settle().await;
    let shots: Vec<_> = lamp.did().into_iter().filter(|what| what.starts_with("shot")).collect();
    assert_eq!(shots, ["shot 1", "shot 2"], "it acts once");
    assert_eq!(ada.value("log.lines").as_array().unwrap().len(), 2, "each line once");
    assert_eq!(ada.value("letters.text"), "4 letters", "private values are still there");
    assert!(ada.rev > rev);
    drop(owner);
}

/// P7: a page that reads nothing costs a window of bytes.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn p7_a_page_that_does_not_read_holds_up_no_other_page_of_its_relay() {
    let (nats, lamp) = (nats::Nats::start().await, Lamp::default());
    let _owner = Served::owner(&lamp, &nats.url()).await;
    let relay = Served::relay(&nats.url()).await;
    let page = relay.page().await;
    let mut slow = Socket::open(relay.address, page.socket()).await;
    slow.say(page.hello().to_string()).await;
    let mut quick = Browser::join(relay.address, page).await;
    for level in 1..=60 {
        // Each makes a frame of a line that only grows the log.
        quick.apply("level.value", f64::from(level)).await;
        quick.apply("shoot.click", Value::Null).await;
    }
    // It gets what is current, and not sixty frames of the past: nothing was queued for it beyond the buffers.
    let mut last = Value::Null;
    while last != json!("60 %") {
        let Heard::Frame(frame) = slow.hear().await else { panic!("it ended") };
        for part in frame["p"].as_array().into_iter().flatten() {
            if part[0] == json!(quick.page.number("shown.text")) {
                last = part[1].clone();
            }
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_relay_answers_for_its_own_host_names_and_refuses_foreign_pages() {
    let (nats, lamp) = (nats::Nats::start().await, Lamp::default());
    let _owner = Served::owner(&lamp, &nats.url()).await;
    let relay = Served::relay_with(Relay::new(nats.url()).allow_host("fleet.example.org")).await;
    let page = relay.page().await;
    let get = async |host: &str| http::send(relay.address, &Request::get(PATH).host(host)).await.status;
    assert_eq!(get("fleet.example.org").await, 200, "the owner does not know this name");
    assert_eq!(get("evil.com").await, 403);
    for (origin, result) in [("https://evil.com", Some(403)), ("http://evil.com", Some(403))] {
        let stream = TcpStream::connect(relay.address).await.unwrap();
        assert_eq!(Socket::over(stream, page.socket(), Some(origin)).await.err(), result, "{origin}");
    }
    let stream = TcpStream::connect(relay.address).await.unwrap();
    let own = format!("http://{}", relay.address);
    assert!(Socket::over(stream, page.socket(), Some(&own)).await.is_ok());
    // A client cannot say that a relay has checked it.
    let forged = Request::get(PATH).host("evil.com").header("X-Forwarded-Host", "localhost");
    assert_eq!(http::send(relay.address, &forged).await.status, 403);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_list_of_a_relay_says_which_devices_are_there_and_since_when_others_are_not() {
    let nats = nats::Nats::start().await;
    let lamp = Lamp::default();
    let one = Served::app(app(&lamp).fabric(nats.url(), "lab.one")).await;
    let two = Served::app(app(&lamp).fabric(nats.url(), "lab.two")).await;
    let relay = Served::relay(&nats.url()).await;
    let there = async |name: &str| relay.health().await["devices"][name]["there"].as_bool();
    for name in ["lab.one", "lab.two"] {
        eventually(name, async || (there(name).await == Some(true)).then_some(())).await;
    }
    two.stop().await;
    eventually("the end of lab.two", async || (there("lab.two").await == Some(false)).then_some(())).await;
    let html = relay.get("/").await.text();
    assert!(html.contains("href=\"./d/lab.one/\"") && html.contains("cut off for "), "{html}");
    assert_eq!(html.matches("cut off for").count(), 1, "{html}");
    // A relay that starts later learns it from the broker.
    let later = Served::relay(&nats.url()).await;
    let known = async || later.health().await["devices"]["lab.two"]["there"].as_bool();
    eventually("what the broker has kept", async || (known().await == Some(false)).then_some(())).await;
    let style = html.split("href=\"./_dash/").nth(1).unwrap().split('"').next().unwrap();
    assert_eq!(relay.get(&format!("/_dash/{style}")).await.header("content-type"), Some("text/css; charset=utf-8"));
    let nobody = relay.get("/d/lab.three/").await;
    assert_eq!(nobody.status, 404);
    assert!(nobody.text().contains("no device with the name lab.three is known here"), "{}", nobody.text());
    drop(one);
}
