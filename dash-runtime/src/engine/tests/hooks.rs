//! Clients that connect and disconnect, and the hooks that run.

#![allow(clippy::needless_pass_by_value, reason = "callbacks take their parameters as they are given")]

use dash_macros::{callback, callback_shared, callbacks, components};

use super::{
    parts::{Button, Field, Label, place},
    sim::Sim,
};
use crate::{callback::Callbacks, client::Client, dashboard::Dashboard, element::Element, protocol::limits::Limits};

#[derive(Debug, Default)]
pub struct Book(Vec<String>);

#[derive(Debug, Default)]
pub struct Visit {
    times: u32,
}

#[components]
pub struct Door {
    pub name: Field,
    pub hello: Label,
    pub echo: Label,
    pub begun: Label,
    pub here: Label,
    pub ring: Button,
    pub rung: Label,
}

/// Runs once at the start, although it also has an event.
#[callback_shared(on = (start, Door::ring.click), output = Door::begun.text)]
fn begin(book: &mut Book) -> String {
    book.0.push("begin".to_owned());
    "begun".to_owned()
}

#[callback(on = connect, output = Door::hello.text)]
async fn welcome(#[session] visit: &mut Visit, #[state(Door::name.value)] name: String) -> String {
    visit.times += 1;
    format!("{name} {}", visit.times)
}

/// Runs after `welcome`, although it is in another queue.
#[callback(output = Door::echo.text)]
fn echo(#[input(Door::name.value)] name: &str) -> String {
    format!("<{name}>")
}

#[callback(on = disconnect)]
fn farewell(book: &mut Book, #[session] visit: &mut Visit, client: Client) {
    book.0.push(format!("{} went after {}", client.id(), visit.times));
}

/// Shared, and on both hooks.
#[callback_shared(on = (connect, disconnect), output = Door::here.text)]
fn count(book: &mut Book, client: Option<Client>) -> Option<String> {
    let id = client?.id();
    book.0.push(format!("{id} moved"));
    Some(id.to_string())
}

impl Dashboard for Door {
    type Device = Book;
    type Session = Visit;
    const CALLBACKS: Callbacks<Self> = callbacks![begin, welcome, echo, farewell, count];

    fn layout(self) -> Element {
        place((self.name, self.hello, self.echo, self.begun, self.here, self.ring, self.rung))
    }
}

fn book(sim: &Sim) -> Vec<&str> {
    sim.device::<Book>().0.iter().map(String::as_str).collect()
}

#[test]
fn on_start_runs_once_and_before_anybody_comes() {
    let mut sim = Sim::new::<Door>(Book::default());
    assert_eq!(book(&sim), ["begin"]);
    let page = sim.join();
    sim.rest();
    assert_eq!(sim.shown(page, Door::begun.text), "begun");
    assert_eq!(book(&sim), ["begin", "1 moved"]);
    sim.click(page, Door::ring.click);
    sim.rest();
    assert_eq!(book(&sim), ["begin", "1 moved", "begin"]);
}

#[test]
fn on_connect_runs_before_the_clients_other_private_callbacks() {
    let mut sim = Sim::new::<Door>(Book::default());
    let page = sim.join();
    assert_eq!(sim.running(), ["welcome"], "and not `echo`");
    sim.finish_one("welcome");
    // In the same queue and in the same turn.
    assert_eq!(sim.running(), ["count"]);
    sim.finish_one("count");
    assert_eq!(sim.running(), ["echo"]);
    sim.rest();
    assert_eq!((sim.shown(page, Door::hello.text), sim.shown(page, Door::echo.text)), (" 1".into(), "<>".into()));
}

#[test]
fn a_page_that_says_goodbye_has_gone_at_once_and_comes_back_as_who_it_was() {
    let mut sim = Sim::new::<Door>(Book::default());
    let (ada, _) = (sim.join(), sim.join());
    sim.send(ada, Door::name.value, "Ada");
    sim.rest();
    sim.close(ada);
    sim.rest();
    assert_eq!(book(&sim)[3..], ["1 went after 1", "1 moved"]);
    sim.connect(ada);
    sim.rest();
    assert_eq!(sim.shown(ada, Door::hello.text), "Ada 2");
    assert_eq!(book(&sim)[5..], ["1 moved"]);
}

#[test]
fn a_reconnect_in_time_runs_no_hooks() {
    let mut sim = Sim::new::<Door>(Book::default());
    let page = sim.join();
    sim.rest();
    sim.cut(page);
    sim.pass(4_900);
    sim.connect(page);
    sim.pass(60_000);
    sim.rest();
    assert_eq!(book(&sim), ["begin", "1 moved"]);
    assert_eq!(sim.shown(page, Door::hello.text), " 1");
}

#[test]
fn who_has_no_socket_for_a_while_has_gone() {
    let mut sim = Sim::new::<Door>(Book::default());
    let page = sim.join();
    sim.rest();
    sim.cut(page);
    sim.pass(4_999);
    assert_eq!(book(&sim), ["begin", "1 moved"]);
    sim.pass(1);
    sim.rest();
    assert_eq!(book(&sim), ["begin", "1 moved", "1 went after 1", "1 moved"]);
    sim.pass(60_000);
    sim.connect(page);
    sim.rest();
    assert_eq!(sim.shown(page, Door::hello.text), " 2");
    sim.pass(60_000);
    sim.rest();
    assert_eq!(book(&sim)[4..], ["1 moved"], "the hook ran once");
}

#[test]
fn a_forgotten_client_gets_its_disconnect_hooks_with_its_session() {
    let limits = Limits { detached_clients: 0, ..Limits::default() };
    let mut sim = Sim::with_limits::<Door>(Book::default(), limits);
    let page = sim.join();
    sim.rest();
    sim.cut(page);
    assert!(!sim.engine.knows(sim.pages[page].id), "it cannot reconnect");
    sim.rest();
    assert_eq!(book(&sim), ["begin", "1 moved", "1 went after 1", "1 moved"]);
    sim.connect(page);
    sim.rest();
    assert_eq!(sim.shown(page, Door::hello.text), " 1", "somebody new");
}

#[test]
fn a_reconnect_before_the_disconnect_hooks_runs_no_hooks() {
    let mut sim = Sim::new::<Door>(Book::default());
    let (page, other) = (sim.join(), sim.join());
    sim.rest();
    let before = book(&sim).len();
    // The device is busy.
    sim.click(other, Door::ring.click);
    for _ in 0..100 {
        sim.close(page);
        sim.connect(page);
    }
    sim.rest();
    assert_eq!(book(&sim)[before..], ["begin"]);
    sim.close(page);
    sim.rest();
    assert_eq!(book(&sim)[before + 1..], ["1 went after 1", "1 moved"]);
}
