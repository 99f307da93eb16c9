//! `on = start`, `on = connect`, `on = disconnect`: over a real socket, with the timer of a real server.

use std::time::Duration;

use dash_devices::prelude::*;

use crate::support::Served;

#[components]
struct Ui {
    begun: Text,
    greeting: Text,
    visitors: Text,
}

#[derive(Default)]
struct Visit {
    times: u32,
}

#[derive(Default)]
struct House {
    inside: u32,
}

#[callback_shared(on = start, output = Ui::begun.text)]
async fn begin() -> &'static str {
    tokio::task::yield_now().await;
    "begun"
}

#[callback(on = connect, output = Ui::greeting.text)]
async fn welcome(#[session] visit: &mut Visit, client: Client) -> String {
    tokio::task::yield_now().await;
    visit.times += 1;
    format!("client {} for the {}. time", client.id(), visit.times)
}

#[callback_shared(on = connect, output = Ui::visitors.text)]
fn enter(house: &mut House) -> String {
    house.inside += 1;
    house.inside.to_string()
}

/// The session has its own queue. The handle changes the device.
#[callback(on = disconnect)]
fn leave(house: &mut House, handle: Handle<Ui>) {
    house.inside -= 1;
    let _ = handle.push(changes![Ui::visitors.text = house.inside.to_string()]);
}

impl Dashboard for Ui {
    type Device = House;
    type Session = Visit;
    const CALLBACKS: Callbacks<Self> = callbacks![begin, welcome, enter, leave];

    fn layout(self) -> Element {
        page("House", (self.begun, self.greeting, self.visitors))
    }
}

#[tokio::test]
async fn pages_are_counted_as_they_come_and_say_goodbye() {
    let app = Served::new::<Ui>(House::default()).await;
    let mut ada = app.join().await;
    ada.sees("begun.text", "begun").await;
    ada.sees("visitors.text", "1").await;
    let mut bob = app.join().await;
    bob.sees("greeting.text", "client 2 for the 1. time").await;
    ada.sees("visitors.text", "2").await;
    bob.socket.say(r#"{"t":"bye"}"#).await;
    ada.sees("visitors.text", "1").await;
    bob.come_back().await;
    bob.sees("greeting.text", "client 2 for the 2. time").await;
    ada.sees("visitors.text", "2").await;
}

#[tokio::test]
async fn a_page_that_is_cut_off_counts_as_gone_after_a_while() {
    let app = Served::with_limits::<Ui>(House::default(), |limits| limits.away = Duration::from_millis(200)).await;
    let (mut ada, mut bob) = (app.join().await, app.join().await);
    bob.sees("visitors.text", "2").await;
    drop(bob);
    ada.sees("visitors.text", "1").await;
}

#[tokio::test]
async fn a_page_that_is_at_once_there_again_has_neither_gone_nor_come() {
    let app = Served::with_limits::<Ui>(House::default(), |limits| limits.away = Duration::from_secs(3600)).await;
    let (mut ada, mut bob) = (app.join().await, app.join().await);
    ada.sees("visitors.text", "2").await;
    bob.come_back().await;
    bob.sees("greeting.text", "client 2 for the 1. time").await;
    ada.settle().await;
    assert_eq!(ada.value("visitors.text"), "2");
}
