//! The table of clients, and the callbacks that run when it changes.

#![allow(clippy::needless_pass_by_value, reason = "callbacks take their parameters as they are given")]

use std::time::{Duration, SystemTime};

use dash_macros::{callback, callback_shared, callbacks, components};

use super::{
    parts::{Button, Field, Label, place},
    sim::{At, Sim},
};
use crate::{
    callback::Callbacks,
    client::{Client, Peer},
    clients::Clients,
    dashboard::Dashboard,
    element::Element,
    engine::Greeting,
};

#[derive(Debug, Default, Clone, PartialEq)]
pub struct Login {
    name: String,
}

#[components]
pub struct Club {
    pub name: Field,
    pub enter: Button,
    pub wait: Button,
    pub seen: Label,
    pub mine: Label,
}

/// Runs before the client's other callbacks.
#[callback(on = connect)]
fn come(#[session] login: &mut Login, client: Client) {
    login.name = format!("guest {}", client.id());
}

#[callback(on = Club::enter.click)]
fn enter(#[session] login: &mut Login, #[state(Club::name.value)] name: &str) {
    login.name = name.to_owned();
}

/// Counts its runs.
#[callback_shared(on = clients, output = Club::seen.text)]
fn see(looks: &mut u32) -> String {
    *looks += 1;
    looks.to_string()
}

/// It borrows the session that the table shows, but does not start itself.
#[callback(on = (clients, Club::wait.click), output = Club::mine.text)]
fn mine(#[session] login: &mut Login) -> String {
    format!("{}!", login.name)
}

impl Dashboard for Club {
    type Device = u32;
    type Session = Login;
    const CALLBACKS: Callbacks<Self> = callbacks![come, enter, see, mine];

    fn layout(self) -> Element {
        place((self.name, self.enter, self.wait, self.seen, self.mine))
    }
}

fn looks(sim: &Sim) -> u32 {
    *sim.device::<u32>()
}

/// The number of runs of the shared callback on the table that this event causes.
fn looks_at(sim: &mut Sim, event: impl FnOnce(&mut Sim)) -> u32 {
    let before = looks(sim);
    event(sim);
    sim.rest();
    looks(sim) - before
}

fn hide(sim: &mut Sim, at: At, hidden: bool) {
    sim.deliver(at, &format!(r#"{{"t":"view","hidden":{hidden}}}"#));
}

/// For each client: whether it is connected, whether its page is visible, and its name.
fn table(sim: &Sim) -> Vec<(bool, bool, String)> {
    let clients = Clients::<Club>::new(sim.engine.table());
    clients.iter().map(|client| (client.is_connected(), client.is_visible(), client.session().name)).collect()
}

fn row(connected: bool, visible: bool, name: &str) -> (bool, bool, String) {
    (connected, visible, name.to_owned())
}

#[test]
fn a_client_is_in_the_table_from_its_coming_to_its_going() {
    let mut sim = Sim::new::<Club>(0);
    assert_eq!(table(&sim), []);
    let (ada, bob) = (sim.join(), sim.join());
    sim.rest();
    assert_eq!(table(&sim), [row(true, true, "guest 1"), row(true, true, "guest 2")]);
    sim.cut(ada);
    sim.rest();
    assert_eq!(table(&sim)[0], row(false, false, "guest 1"), "it counts as present until `away` has passed");
    sim.connect(ada);
    sim.rest();
    assert_eq!(table(&sim)[0], row(true, true, "guest 1"));
    sim.cut(ada);
    sim.pass(5_000);
    sim.rest();
    assert_eq!(table(&sim), [row(true, true, "guest 2")]);
    sim.close(bob);
    assert_eq!(table(&sim), []);
}

#[test]
fn a_page_says_whether_somebody_can_see_it() {
    let mut sim = Sim::new::<Club>(0);
    let page = sim.join();
    sim.rest();
    assert_eq!(looks_at(&mut sim, |sim| hide(sim, page, true)), 1);
    assert_eq!(table(&sim), [row(true, false, "guest 1")]);
    assert_eq!(looks_at(&mut sim, |sim| hide(sim, page, true)), 0, "nothing new");
    assert_eq!(looks_at(&mut sim, |sim| hide(sim, page, false)), 1);
    assert_eq!(table(&sim), [row(true, true, "guest 1")]);
}

#[test]
fn a_page_that_opens_behind_another_tab_says_so_in_its_hello() {
    let mut sim = Sim::new::<Club>(0);
    let schema = sim.engine.plan().table.schema.clone();
    let hello = sim.load().hello(&schema, None).replacen('{', r#"{"hidden":true,"#, 1);
    let peer = Peer {
        connected_at: SystemTime::UNIX_EPOCH + Duration::from_secs(60),
        host: Some("robot.local".to_owned()),
        origin: Some("http://robot.local".to_owned()),
        ..Peer::default()
    };
    let greeting = sim.with(|engine, now, fx| engine.hello(now, &hello, peer, || "t".to_owned(), fx));
    assert!(matches!(greeting, Greeting::Welcome { .. }));
    let clients = Clients::<Club>::new(sim.engine.table());
    let [client] = [clients.iter().next().unwrap()];
    assert!(client.is_connected() && !client.is_visible());
    assert_eq!((client.host(), client.origin()), (Some("robot.local"), Some("http://robot.local")));
    assert_eq!(client.connected_at(), SystemTime::UNIX_EPOCH + Duration::from_secs(60));
}

#[test]
fn while_a_callback_has_a_session_the_table_shows_what_it_was_before() {
    let mut sim = Sim::new::<Club>(0);
    let page = sim.join();
    sim.rest();
    sim.send(page, Club::name.value, "Ada");
    sim.click(page, Club::enter.click);
    assert_eq!(sim.running(), ["enter"]);
    assert_eq!(table(&sim), [row(true, true, "guest 1")]);
    sim.finish_one("enter");
    assert_eq!(table(&sim), [row(true, true, "Ada")]);
}

#[test]
fn whatever_changes_in_the_table_is_looked_at_once() {
    let mut sim = Sim::new::<Club>(0);
    assert_eq!(looks(&sim), 0, "there is no client");
    // One run for the new client, and one for the session that the connect hook has changed.
    assert_eq!(looks_at(&mut sim, |sim| _ = sim.join()), 2);
    let ada = 0;
    assert_eq!(looks_at(&mut sim, |sim| _ = sim.click(ada, Club::enter.click)), 1);
    assert_eq!(looks_at(&mut sim, |sim| sim.cut(ada)), 1);
    assert_eq!(looks_at(&mut sim, |sim| sim.connect(ada)), 1);
    assert_eq!(looks_at(&mut sim, |sim| _ = sim.send(ada, Club::name.value, "x")), 0, "the value is not in the table");
    // One run when the client is gone. The later loss of the socket changes nothing.
    assert_eq!(looks_at(&mut sim, |sim| sim.deliver(ada, r#"{"t":"bye"}"#)), 1);
}

#[test]
fn many_changes_during_a_run_start_one_run() {
    let mut sim = Sim::new::<Club>(0);
    let page = sim.join();
    sim.rest();
    let before = looks(&sim);
    hide(&mut sim, page, true);
    assert!(sim.running().contains(&"see"));
    for times in 0..100 {
        hide(&mut sim, page, times % 2 == 1);
    }
    sim.rest();
    assert_eq!(looks(&sim) - before, 2, "the run in progress, and one for all other changes");
}

#[test]
fn private_callbacks_on_the_table_run_once_per_client_and_after_its_connect_hooks() {
    let mut sim = Sim::new::<Club>(0);
    let ada = sim.join();
    assert_eq!(sim.running(), ["come", "see"], "and not `mine`");
    sim.rest();
    assert_eq!(sim.shown(ada, Club::mine.text), "guest 1!");
    let bob = sim.join();
    sim.rest();
    sim.cut(ada);
    sim.rest();
    let runs = |sim: &mut Sim| {
        hide(sim, bob, true);
        let runs = sim.running().into_iter().filter(|name| *name == "mine").count();
        sim.rest();
        hide(sim, bob, false);
        sim.rest();
        runs
    };
    assert_eq!(runs(&mut sim), 1, "no run for a client without a socket");
    sim.connect(ada);
    sim.rest();
    assert_eq!(runs(&mut sim), 2);
}

#[test]
fn too_many_visibility_reports_are_refused() {
    let limits = crate::protocol::limits::Limits { commands_per_second: 10, ..Default::default() };
    let mut sim = Sim::with_limits::<Club>(0, limits);
    let page = sim.join();
    for times in 0..10 {
        hide(&mut sim, page, times % 2 == 0);
    }
    assert_eq!(sim.answers.len(), 0);
    hide(&mut sim, page, true);
    assert_eq!(sim.answer()["kind"], "rate");
    sim.rest();
}
