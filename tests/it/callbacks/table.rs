//! The table of clients: who is connected, from where, and whether the page is visible.

use std::time::{Duration, SystemTime};

use dash_devices::prelude::*;
use dash_runtime::testing::InMemory;
use serde_json::Value;

use crate::support::Served;

#[components]
struct Ui {
    name: Input,
    enter: Button,
    names: Text,
    looking: Text,
    other: Text,
    ask: Button,
    from: Text,
    why: Text,
}

#[derive(Default, Clone)]
struct Login {
    name: String,
}

#[callback(on = Ui::enter.click)]
fn enter(#[session] login: &mut Login, #[state(Ui::name.value)] name: &str) {
    login.name = name.to_owned();
}

/// Shared, and updated by the table itself.
#[callback_shared(on = clients, output = (Ui::names.text, Ui::looking.text))]
fn see(clients: Clients<Ui>) -> (String, String) {
    let names: Vec<_> = clients.iter().map(|client| client.session().name).collect();
    (names.join(" "), clients.iter().filter(|client| client.is_visible()).count().to_string())
}

/// Each client sees the others.
#[callback(on = clients, output = Ui::other.text)]
async fn others(clients: Clients<Ui>, client: Client) -> String {
    let mut others = Vec::new();
    for other in clients.iter().filter(|other| other.id() != client.id()) {
        tokio::task::yield_now().await;
        others.push(other.id().to_string());
    }
    others.join(" ")
}

#[callback(on = Ui::ask.click, output = Ui::from.text)]
fn from(clients: Clients<Ui>, client: Client) -> Option<String> {
    let me = clients.get(client.id())?;
    let since = SystemTime::now().duration_since(me.connected_at()).unwrap_or_default();
    Some(format!(
        "{:?} {:?} {:?} {:?} {}",
        me.address().map(|address| address.is_loopback()),
        me.host(),
        me.origin(),
        me.user_agent(),
        since < Duration::from_secs(60)
    ))
}

#[callback_shared(on = (clients, Ui::ask.click), output = Ui::why.text)]
fn why(trigger: Trigger) -> String {
    format!("{trigger}: {}", trigger.is_clients())
}

impl Dashboard for Ui {
    type Device = ();
    type Session = Login;
    const CALLBACKS: Callbacks<Self> = callbacks![enter, see, others, from, why];

    fn layout(self) -> Element {
        page(
            "Clients",
            (self.name, self.enter, self.names, self.looking, self.other, row((self.ask, self.from, self.why))),
        )
    }
}

#[tokio::test]
async fn the_table_follows_who_comes_looks_away_enters_and_goes() {
    let app = Served::new::<Ui>(()).await;
    let mut ada = app.join().await;
    ada.sees("looking.text", "1").await;
    ada.sees("why.text", "clients: true").await;
    ada.apply("ask.click", Value::Null).await;
    ada.sees("why.text", "ask.click: false").await;
    ada.sees("other.text", "").await;
    let mut bob = app.join().await;
    ada.sees("looking.text", "2").await;
    ada.sees("other.text", "2").await;
    bob.sees("other.text", "1").await;
    bob.socket.say(r#"{"t":"view","hidden":true}"#).await;
    ada.sees("looking.text", "1").await;
    bob.socket.say(r#"{"t":"view","hidden":false}"#).await;
    ada.sees("looking.text", "2").await;
    bob.apply("name.value", "Bob").await;
    bob.apply("enter.click", Value::Null).await;
    ada.sees("names.text", " Bob").await;
    bob.socket.say(r#"{"t":"bye"}"#).await;
    ada.sees("looking.text", "1").await;
    ada.sees("names.text", "").await;
    ada.sees("other.text", "").await;
}

#[tokio::test]
async fn a_client_is_known_by_where_it_came_from() {
    let app = Served::new::<Ui>(()).await;
    let mut ada = app.join().await;
    ada.apply("ask.click", Value::Null).await;
    // This client is a program: it sends no origin and no user agent.
    ada.sees("from.text", format!("Some(true) Some({:?}) None None true", app.address.to_string())).await;
}

#[test]
fn a_handle_gives_the_table_to_any_thread() {
    let mut app = InMemory::new::<Ui>(()).unwrap();
    let handle: Handle<Ui> = app.handle();
    assert!(handle.clients().is_empty());
    app.advance(Duration::from_secs(90));
    let (ada, _) = (app.join(), app.join());
    let name = app.number("name", "value").unwrap();
    let enter = app.number("enter", "click").unwrap();
    app.send(&ada, &format!(r#"{{"n":1,"p":{name},"v":"Ada"}}"#));
    app.send(&ada, &format!(r#"{{"n":2,"p":{enter},"v":null}}"#));
    app.hide(&ada, true);
    let clients = std::thread::spawn(move || handle.clients()).join().unwrap();
    let seen: Vec<_> = clients
        .iter()
        .map(|client| (client.session().name, client.is_connected(), client.is_visible(), client.connected_at()))
        .collect();
    let joined = SystemTime::UNIX_EPOCH + Duration::from_secs(90);
    assert_eq!(seen, [("Ada".to_owned(), true, false, joined), (String::new(), true, true, joined)]);
    drop(app);
    assert_eq!(clients.len(), 2, "it is a copy");
}

#[test]
fn after_the_end_nobody_is_there() {
    let mut app = InMemory::new::<Ui>(()).unwrap();
    let handle: Handle<Ui> = app.handle();
    app.join();
    assert_eq!(handle.clients().len(), 1);
    drop(app);
    assert!(handle.clients().is_empty());
}
