//! Links that break: between a relay and the broker, between the owner and the broker, and between a leaf and its hub.

use std::time::Instant;

use super::*;
use crate::support::{Heard, free_address, takes_less_than};

/// A request to the device that must be refused at once, with this in its reason.
async fn is_refused(relay: &Served, why: &str) {
    let put = Request::new("PUT", &format!("{PATH}api/props/level/value")).json(99);
    takes_less_than(Duration::from_millis(300), async || {
        let begun = Instant::now();
        let refused = http::send(relay.address, &put).await;
        assert_eq!(refused.status, 503, "{}", refused.text());
        let refused: Value = serde_json::from_str(&refused.text()).unwrap();
        assert_eq!(refused["kind"], "cut_off");
        assert!(refused["why"].as_str().unwrap().contains(why), "{refused}");
        begun.elapsed()
    })
    .await;
    let html = http::send(relay.address, &Request::get(PATH).header("Accept", "text/html")).await;
    assert_eq!(html.status, 503);
    assert!(html.text().contains(why), "{}", html.text());
}

/// The page's socket is closed, so that the page does not show old values as live.
async fn is_cut(page: &mut Browser) {
    assert!(matches!(page.end().await, Heard::Gone | Heard::Closed(_)));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn p6_a_relay_that_loses_its_broker_cuts_its_pages_and_refuses_at_once() {
    let (nats, lamp) = (nats::Nats::start().await, Lamp::default());
    let _owner = Served::owner(&lamp, &nats.url()).await;
    let wire = wire::Wire::to(nats.address).await;
    let relay = Served::relay(&format!("nats://{}", wire.address)).await;
    let mut ada = relay.join().await;
    ada.apply("level.value", 30.0).await;
    let did = lamp.did();
    wire.cut();
    is_cut(&mut ada).await;
    is_refused(&relay, "this relay has had no connection to the broker").await;
    assert_eq!(relay.health().await["status"], "no broker");
    wire.mend();
    resume(&mut ada, relay.address).await;
    ada.settle().await;
    assert_eq!(lamp.did(), did, "nothing was kept for later");
    ada.apply("level.value", 40.0).await;
}

#[components]
struct Slow {
    go: Button,
    state: Text,
}

#[callback_shared(on = Slow::go.click, output = Slow::state.text)]
fn go(lamp: &mut Lamp) -> String {
    lamp.does("go".to_owned());
    std::thread::sleep(Duration::from_secs(2));
    "gone".to_owned()
}

impl Dashboard for Slow {
    type Device = Lamp;
    type Session = ();
    const CALLBACKS: Callbacks<Self> = callbacks![go];

    fn layout(self) -> Element {
        page("Slow", (self.go, self.state))
    }
}

/// Fault: the relay said that it had refused what the device was already doing, and when to send it again.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn fault_a_request_that_the_device_had_was_told_as_refused_after_a_cut() {
    let (nats, lamp) = (nats::Nats::start().await, Lamp::default());
    let app = App::new::<Slow>(lamp.clone()).unwrap().limits(quick());
    let _owner = Served::app(app.fabric(nats.url(), NAME)).await;
    let wire = wire::Wire::to(nats.address).await;
    let relay = Served::relay(&format!("nats://{}", wire.address)).await;
    relay.page().await;
    let click = Request::new("POST", &format!("{PATH}api/props/go/click")).json(Value::Null);
    let address = relay.address;
    let answer = tokio::spawn(async move { http::send(address, &click).await });
    eventually("the device goes", async || (lamp.did() == ["go"]).then_some(())).await;
    wire.cut();
    let answer = within("the answer", answer).await.unwrap();
    assert_eq!((answer.status, answer.header("retry-after")), (502, None), "{}", answer.text());
    let answer: Value = serde_json::from_str(&answer.text()).unwrap();
    assert_eq!(answer["kind"], "unknown", "{answer}");
    assert!(answer["why"].as_str().unwrap().contains("it may have done what was asked"), "{answer}");
    is_refused(&relay, "this relay has had no connection to the broker").await;
}

/// A held control is released by the owner, whatever breaks.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_owner_that_loses_its_broker_releases_what_is_held_over_a_relay() {
    let (nats, lamp) = (nats::Nats::start().await, Lamp::default());
    let wire = wire::Wire::to(nats.address).await;
    let owner = Served::owner(&lamp, &format!("nats://{}", wire.address)).await;
    let relay = Served::relay(&nats.url()).await;
    let mut ada = relay.join().await;
    let mut eve = Browser::join(owner.address, Page::of(owner.get("/").await.text())).await;
    // The deadline of the button is longer than this test.
    ada.set("grip.held", true).await;
    eve.sees("moving.text", "true").await;
    wire.cut();
    eve.sees("moving.text", "false").await;
    is_cut(&mut ada).await;
    is_refused(&relay, "lab.lamp has been cut off from this relay for").await;
    owner.becomes("relays cut off").await;
    wire.mend();
    owner.becomes("ok").await;
    let session = ada.session.clone();
    assert_eq!(resume(&mut ada, relay.address).await["session"], session);
    ada.apply("level.value", 40.0).await;
}

/// A link that has gone away without a word: nobody is told, so the beats must say it.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn p6_an_owner_that_falls_silent_is_cut_off_within_its_lease() {
    let (nats, lamp) = (nats::Nats::start().await, Lamp::default());
    let wire = wire::Wire::to(nats.address).await;
    let owner = Served::owner(&lamp, &format!("nats://{}", wire.address)).await;
    let relay = Served::relay(&nats.url()).await;
    let mut ada = relay.join().await;
    let begun = Instant::now();
    wire.silence();
    is_cut(&mut ada).await;
    assert!(begun.elapsed() < LEASE + Duration::from_secs(2), "{:?}", begun.elapsed());
    is_refused(&relay, "lab.lamp has been cut off from this relay for").await;
    // The owner has noticed too, although its connection is open: it would not answer another relay.
    owner.becomes("relays cut off").await;
    assert_eq!(owner.get("/").await.status, 200);
    wire.mend();
    resume(&mut ada, relay.address).await;
    ada.apply("level.value", 40.0).await;
}

/// The relay found the owner by asking, before it had heard any beat of it. It did not know to which link the socket belonged.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn fault_a_page_that_was_opened_before_the_first_beat_was_never_cut_off() {
    let (nats, lamp) = (nats::Nats::start().await, Lamp::default());
    let wire = wire::Wire::to(nats.address).await;
    let lease = Duration::from_millis(2_400);
    let app = App::new::<Ui>(lamp).unwrap().limits(limits(|limits| limits.lease = lease));
    let owner = Served::app(app.fabric(format!("nats://{}", wire.address), NAME)).await;
    owner.becomes("ok").await;
    // The next beat comes after a third of the lease.
    let relay = Served::relay(&nats.url()).await;
    let mut ada = relay.join().await;
    wire.silence();
    is_cut(&mut ada).await;
}

/// Fault: the owner kept the streams of a relay that had died without a word, for as long as nothing was sent on them.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn fault_the_streams_of_a_relay_that_fell_silent_stayed_open_at_the_owner() {
    let (nats, lamp) = (nats::Nats::start().await, Lamp::default());
    let owner = Served::owner(&lamp, &nats.url()).await;
    let wire = wire::Wire::to(nats.address).await;
    let relay = Served::relay(&format!("nats://{}", wire.address)).await;
    let other = Served::relay(&nats.url()).await;
    let (_ada, mut bob) = (relay.join().await, other.join().await);
    let open = async || owner.health().await["server"]["sockets"]["open"].as_u64().unwrap();
    assert_eq!(open().await, 2);
    wire.silence();
    eventually("the end of the silent relay", async || (open().await == 1).then_some(())).await;
    // Its own stream goes on all the time.
    bob.apply("level.value", 40.0).await;
}

/// Leaf node beside the owner, hub in the world.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn pages_behind_the_hub_are_cut_off_while_the_link_of_a_leaf_is_cut_and_go_on_after_it() {
    let leaf::Bridge { hub, leaf, link } = leaf::Bridge::start().await;
    let lamp = Lamp::default();
    let owner = Served::app(app(&lamp).fabric(leaf.url(), NAME).fabric_domain(nats::DOMAIN)).await;
    let near = Served::relay_with(Relay::new(leaf.url()).domain(nats::DOMAIN)).await;
    let far = Served::relay(&hub.url()).await;
    owner.becomes("ok").await;
    let (mut ann, mut bob) = (near.join().await, far.join().await);
    ann.apply("level.value", 30.0).await;
    bob.sees("shown.text", "30 %").await;
    link.cut();
    is_cut(&mut bob).await;
    is_refused(&far, "lab.lamp has been cut off from this relay for").await;
    // At the owner everything goes on.
    let mut eve = Browser::join(owner.address, Page::of(owner.get("/").await.text())).await;
    for level in 1..=20 {
        eve.apply("level.value", f64::from(level)).await;
    }
    eve.apply("shoot.click", Value::Null).await;
    owner.becomes("relays cut off").await;
    link.mend();
    owner.becomes("ok").await;
    let session = bob.session.clone();
    assert_eq!(resume(&mut bob, far.address).await["session"], session, "the same client");
    bob.sees("shown.text", "20 %").await;
    assert_eq!(bob.value("log.lines").as_array().unwrap().len(), 1, "what was missed comes once");
    resume(&mut ann, near.address).await;
    ann.sees("shown.text", "20 %").await;
}

/// A broker that keeps nothing is told so in the log, and costs only the relays.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_broker_without_jetstream_is_named_with_what_to_do() {
    // A leaf keeps nothing.
    let nowhere = free_address();
    let nats = nats::Nats::with(&format!("leafnodes {{ remotes = [{{ url: \"nats://{nowhere}\" }}] }}")).await;
    let owner = Served::owner(&Lamp::default(), &nats.url()).await;
    let why = async || {
        let health = owner.health().await;
        health["server"]["fabric"]["why"].as_str().filter(|why| why.contains("nats-server -js")).map(str::to_owned)
    };
    eventually("the reason", why).await;
    assert_eq!(owner.get("/").await.status, 200);
}
