//! Messages to one client, and disconnecting a client.

use dash_devices::{ClientEntry, Handle, PushError, prelude::*};
use dash_runtime::testing::InMemory;
use serde_json::{Value, json};

use crate::support::{Browser, Heard, Outcome, Served};

#[components]
struct Ui {
    words: Input,
    say: Button,
    send_away: Button,
    gone: Text,
}

/// All clients except this one.
fn others<'a>(clients: &'a Clients<Ui>, client: &Client) -> impl Iterator<Item = &'a ClientEntry<Ui>> {
    clients.iter().filter(move |other| other.id() != client.id())
}

#[callback(on = Ui::say.click)]
fn say(
    clients: Clients<Ui>,
    client: Client,
    handle: Handle<Ui>,
    #[state(Ui::words.value)] words: &str,
) -> Result<(), PushError> {
    others(&clients, &client).try_for_each(|other| handle.client(other.id())?.message(words))
}

#[callback(on = Ui::send_away.click)]
async fn send_away(
    clients: Clients<Ui>,
    client: Client,
    handle: Handle<Ui>,
    #[state(Ui::words.value)] words: String,
) -> Result<(), PushError> {
    others(&clients, &client).try_for_each(|other| handle.client(other.id())?.disconnect(&*words))
}

#[callback_shared(on = disconnect, output = Ui::gone.text)]
fn count(gone: &mut u32) -> String {
    *gone += 1;
    gone.to_string()
}

impl Dashboard for Ui {
    type Device = u32;
    type Session = ();
    const CALLBACKS: Callbacks<Self> = callbacks![say, send_away, count];

    fn layout(self) -> Element {
        page("Parting", (self.words, self.say, self.send_away, self.gone))
    }
}

#[tokio::test]
async fn a_message_comes_with_a_frame_of_one_client() {
    let app = Served::new::<Ui>(0).await;
    let (mut admin, mut ada) = (app.join().await, app.join().await);
    admin.apply("words.value", "Tea is \"ready\"").await;
    admin.apply("say.click", Value::Null).await;
    let frame = ada.socket.frame().await;
    assert_eq!(frame["m"], json!(["Tea is \"ready\""]));
    assert!(admin.updates.iter().all(|update| update["m"].is_null()));
}

async fn is_sent_away(app: &Served, admin: &mut Browser, mut client: Browser) {
    // Longer than a close frame allows.
    let why = "maintenance ".repeat(40);
    admin.apply("words.value", why.clone()).await;
    admin.apply("send_away.click", Value::Null).await;
    // It arrives after the earlier frames.
    while client.socket.frame().await != json!({ "t": "disconnected", "why": why }) {}
    assert_eq!(client.socket.hear().await, Heard::Closed(4005));
    app.has_clients(1).await;
    // The user asks to reconnect.
    let session = client.session.clone();
    client.come_back().await;
    assert_eq!(client.session, session);
    client.socket.say(r#"{"t":"bye"}"#).await;
}

#[tokio::test]
async fn who_is_sent_away_is_told_why_with_and_without_a_socket() {
    let app = Served::new::<Ui>(0).await;
    let mut admin = app.join().await;
    let ada = app.join().await;
    is_sent_away(&app, &mut admin, ada).await;
    admin.sees("gone.text", "2").await;
    let bob = app.join_by_request().await;
    is_sent_away(&app, &mut admin, bob).await;
    admin.sees("gone.text", "4").await;
}

#[tokio::test]
async fn nobody_is_there_to_be_sent_away_twice() {
    let app = Served::new::<Ui>(0).await;
    let mut admin = app.join().await;
    let mut ada = app.join().await;
    ada.socket.say(r#"{"t":"bye"}"#).await;
    admin.sees("gone.text", "1").await;
    // It is gone, so it is not in the table.
    assert_eq!(admin.outcome_of("send_away.click", Value::Null).await, Outcome::Applied);
}

#[test]
fn a_client_that_is_gone_says_so() {
    let mut app = InMemory::new::<Ui>(0).unwrap();
    let handle: Handle<Ui> = app.handle();
    let ada = app.join();
    let id = handle.clients().iter().next().unwrap().id();
    let client = handle.client(id).unwrap();
    client.message("hello").unwrap();
    assert!(app.frames(&ada).iter().any(|frame| frame.contains(r#""m":["hello"]"#)));
    client.disconnect("maintenance").unwrap();
    assert_eq!(client.message("hello"), Err(PushError::Gone));
    assert_eq!(client.disconnect("again"), Err(PushError::Gone));
    assert!(handle.clients().is_empty());
    let ada = app.come_back(&ada);
    client.message("welcome back").unwrap();
    assert!(app.frames(&ada).iter().any(|frame| frame.contains("welcome back")));
    // While the client is cut off: it gets the reason when it reconnects by itself. Afterwards only its user can
    // reconnect.
    app.cut(&ada);
    client.disconnect("maintenance").unwrap();
    app.come_back(&ada);
    assert_eq!(handle.clients().len(), 1);
    drop(app);
    assert_eq!(client.message("hello"), Err(PushError::Ended));
    assert_eq!(client.disconnect("go"), Err(PushError::Ended));
}

/// A dashboard that accepts only one client.
mod small {
    use dash_devices::{Handle, PushError, prelude::*};

    #[components]
    pub(super) struct House {
        pub(super) here: Text,
    }

    #[callback(on = connect, output = House::here.text)]
    fn come(clients: Clients<House>, client: Client, handle: Handle<House>) -> Result<&'static str, PushError> {
        if clients.len() > 1 {
            handle.client(client.id())?.disconnect("there is room for one")?;
        }
        Ok("welcome")
    }

    impl Dashboard for House {
        type Device = ();
        type Session = ();
        const CALLBACKS: Callbacks<Self> = callbacks![come];

        fn layout(self) -> Element {
            page("House", self.here)
        }
    }
}

#[tokio::test]
async fn who_comes_can_be_sent_away_at_once() {
    let app = Served::new::<small::House>(()).await;
    let mut ada = app.join().await;
    ada.sees("here.text", "welcome").await;
    let mut bob = app.join().await;
    while bob.socket.frame().await != json!({ "t": "disconnected", "why": "there is room for one" }) {}
    assert_eq!(bob.socket.hear().await, Heard::Closed(4005));
    app.has_clients(1).await;
    // There is room again.
    ada.socket.say(r#"{"t":"bye"}"#).await;
    drop(ada);
    app.has_clients(0).await;
    bob.come_back().await;
    bob.sees("here.text", "welcome").await;
}
