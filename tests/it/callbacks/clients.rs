//! The private part of a client: private callbacks, its session, and its identity.

use dash_devices::prelude::*;
use serde_json::Value;

use crate::support::Served;

#[components]
struct Ui {
    name: Input,
    enter: Button,
    greeting: Text,
    level: Slider,
    mine: Text,
    who: Text,
    ask: Button,
    last: Text,
    claim: Button,
}

/// The session of each client.
#[derive(Default)]
struct Visit {
    entered: u32,
}

#[callback(on = Ui::enter.click, output = Ui::greeting.text)]
fn enter(#[session] visit: &mut Visit, #[state(Ui::name.value)] name: &str) -> String {
    visit.entered += 1;
    format!("{name} {}", visit.entered)
}

/// A private callback that reads a shared value.
#[callback(output = Ui::mine.text)]
async fn look(#[session] visit: &mut Visit, #[input(Ui::level.value)] level: f64) -> String {
    format!("{level} after {} visits", visit.entered)
}

#[callback(on = Ui::ask.click, output = Ui::who.text)]
fn who(client: Client) -> String {
    format!("{} from {:?}", client.id(), client.address().map(|address| address.is_loopback()))
}

#[callback_shared(initial = false, output = Ui::last.text)]
fn last(#[input(Ui::claim.click)] _claimed: Option<()>, client: Option<Client>) -> String {
    client.map_or_else(|| "nobody".to_owned(), |client| client.id().to_string())
}

#[callback_shared(on = Ui::level.value)]
fn shared() {}

impl Dashboard for Ui {
    type Device = ();
    type Session = Visit;
    const CALLBACKS: Callbacks<Self> = callbacks![enter, look, who, last, shared];

    fn layout(self) -> Element {
        page(
            "Clients",
            (
                self.name,
                self.enter,
                self.greeting,
                self.level,
                self.mine,
                row((self.who, self.ask)),
                self.last,
                self.claim,
            ),
        )
    }
}

#[tokio::test]
async fn a_private_callback_has_its_clients_own_session_and_inputs() {
    let app = Served::new::<Ui>(()).await;
    let (mut ada, mut bob) = (app.join().await, app.join().await);
    ada.apply("name.value", "Ada").await;
    bob.apply("name.value", "Bob").await;
    ada.apply("enter.click", Value::Null).await;
    ada.apply("enter.click", Value::Null).await;
    bob.apply("enter.click", Value::Null).await;
    for browser in [&mut ada, &mut bob] {
        browser.settle().await;
    }
    assert_eq!((ada.value("name.value"), ada.value("greeting.text")), (&"Ada".into(), &"Ada 2".into()));
    assert_eq!((bob.value("name.value"), bob.value("greeting.text")), (&"Bob".into(), &"Bob 1".into()));
    // The page of a new client contains none of it.
    let page = app.page().await;
    assert!(!page.html.contains("Ada") && !page.html.contains("Bob"));
}

#[tokio::test]
async fn what_is_shared_starts_the_private_callbacks_of_everybody() {
    let app = Served::new::<Ui>(()).await;
    let (mut ada, mut bob) = (app.join().await, app.join().await);
    ada.sees("mine.text", "0 after 0 visits").await;
    ada.apply("enter.click", Value::Null).await;
    bob.apply("level.value", 5).await;
    ada.sees("mine.text", "5 after 1 visits").await;
    bob.sees("mine.text", "5 after 0 visits").await;
}

#[tokio::test]
async fn a_session_outlives_its_socket_with_all_that_is_private() {
    let app = Served::new::<Ui>(()).await;
    let mut ada = app.join().await;
    ada.apply("name.value", "Ada").await;
    ada.apply("enter.click", Value::Null).await;
    let session = ada.session.clone();
    ada.come_back().await;
    assert_eq!(ada.session, session);
    ada.apply("enter.click", Value::Null).await;
    assert_eq!(ada.value("greeting.text"), "Ada 2");
    // While the client was away, the shared value changed, and its private callback has run.
    let mut bob = app.join().await;
    ada.socket = crate::support::Socket::open(app.address, ada.page.socket()).await;
    app.has_clients(1).await;
    bob.apply("level.value", 9).await;
    ada.come_back().await;
    ada.sees("mine.text", "9 after 2 visits").await;
}

#[tokio::test]
async fn a_callback_can_ask_who_asks() {
    let app = Served::new::<Ui>(()).await;
    let (mut ada, mut bob) = (app.join().await, app.join().await);
    for browser in [&mut ada, &mut bob] {
        browser.apply("ask.click", Value::Null).await;
    }
    let who = |browser: &crate::support::Browser| browser.value("who.text").as_str().unwrap().to_owned();
    assert!(who(&ada).ends_with(" from Some(true)") && who(&bob).ends_with(" from Some(true)"));
    assert_ne!(who(&ada), who(&bob));
    // The same client on a new socket.
    let before = who(&ada);
    ada.come_back().await;
    ada.apply("ask.click", Value::Null).await;
    assert_eq!(who(&ada), before);
    // In a shared callback it is the client whose command caused the run.
    bob.apply("claim.click", Value::Null).await;
    let id = who(&bob).split(' ').next().unwrap().to_owned();
    ada.sees("last.text", id).await;
}
