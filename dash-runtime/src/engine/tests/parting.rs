//! Messages of the program to one client, and how the program disconnects it.

use dash_macros::{callback, callback_shared, callbacks, components};

use super::{
    parts::{Field, Label, place},
    sim::{At, Sim},
};
use crate::{callback::Callbacks, dashboard::Dashboard, element::Element, handle::PushError, protocol::limits::Limits};

#[components]
pub struct Hall {
    pub name: Field,
    pub echo: Label,
    pub gone: Label,
}

#[callback(output = Hall::echo.text)]
fn echo(#[input(Hall::name.value)] name: &str) -> String {
    name.to_owned()
}

#[callback_shared(on = disconnect, output = Hall::gone.text)]
fn count(gone: &mut u32) -> String {
    *gone += 1;
    gone.to_string()
}

impl Dashboard for Hall {
    type Device = u32;
    type Session = ();
    const CALLBACKS: Callbacks<Self> = callbacks![echo, count];

    fn layout(self) -> Element {
        place((self.name, self.echo, self.gone))
    }
}

fn message(sim: &mut Sim, at: At, text: &str) -> Result<(), PushError> {
    let id = sim.pages[at].id;
    sim.with(|engine, _, fx| engine.message(id, text.to_owned(), fx))
}

fn disconnect(sim: &mut Sim, at: At, why: &str) -> Result<(), PushError> {
    let id = sim.pages[at].id;
    sim.with(|engine, now, fx| engine.disconnect(now, id, why.into(), fx))
}

fn joined() -> (Sim, At, At) {
    let mut sim = Sim::new::<Hall>(0);
    let (ada, bob) = (sim.join(), sim.join());
    sim.rest();
    (sim, ada, bob)
}

#[test]
fn a_message_is_on_one_page_and_there_once() {
    let (mut sim, ada, bob) = joined();
    message(&mut sim, ada, "Tea is ready").unwrap();
    message(&mut sim, ada, "\"really\"").unwrap();
    sim.rest();
    sim.send(bob, Hall::name.value, "Bob");
    sim.send(ada, Hall::name.value, "Ada");
    sim.rest();
    assert_eq!(sim.pages[ada].notes, ["Tea is ready", "\"really\""]);
    assert_eq!(sim.pages[bob].notes, [""; 0]);
}

#[test]
fn a_message_in_a_cut_is_told_afterwards_and_one_that_was_lost_with_its_frame_again() {
    let (mut sim, ada, _) = joined();
    message(&mut sim, ada, "first").unwrap();
    sim.rest();
    // Given to the socket, and lost in transit.
    message(&mut sim, ada, "lost").unwrap();
    let (id, socket) = (sim.pages[ada].id, sim.pages[ada].socket.unwrap());
    assert!(sim.engine.poll_frame(id, socket).is_some());
    sim.cut(ada);
    message(&mut sim, ada, "in the cut").unwrap();
    sim.pass(1_000);
    sim.connect(ada);
    sim.rest();
    assert_eq!(sim.pages[ada].notes, ["first", "lost", "in the cut"]);
    sim.cut(ada);
    sim.connect(ada);
    sim.rest();
    assert_eq!(sim.pages[ada].notes.len(), 3, "each once");
}

#[test]
fn a_page_that_asks_for_everything_is_not_told_old_messages() {
    let (mut sim, ada, _) = joined();
    message(&mut sim, ada, "old").unwrap();
    sim.rest();
    sim.cut(ada);
    sim.pages[ada].rev = 0;
    message(&mut sim, ada, "new").unwrap();
    sim.connect(ada);
    sim.rest();
    assert_eq!(sim.pages[ada].notes, ["old", "new"]);
}

/// P7: the messages kept for a client that does not return are bounded.
#[test]
fn p7_of_many_messages_in_a_cut_the_newest_are_kept() {
    let (mut sim, ada, _) = joined();
    sim.cut(ada);
    for number in 0..1_000 {
        message(&mut sim, ada, &number.to_string()).unwrap();
    }
    sim.connect(ada);
    sim.rest();
    assert_eq!(sim.pages[ada].notes, (992..1_000).map(|number| number.to_string()).collect::<Vec<_>>());
}

#[test]
fn who_is_disconnected_has_gone_at_once_and_knows_why() {
    let (mut sim, ada, bob) = joined();
    disconnect(&mut sim, ada, "maintenance").unwrap();
    sim.rest();
    assert_eq!(sim.disconnected, [(ada, "maintenance".to_owned())]);
    assert_eq!((sim.shown(bob, Hall::gone.text), sim.engine.table().len()), ("1".into(), 1));
    sim.pass(60_000);
    sim.rest();
    assert_eq!(sim.shown(bob, Hall::gone.text), "1", "the hook ran once");
}

#[test]
fn who_presses_the_button_comes_back_as_who_it_was() {
    let (mut sim, ada, _) = joined();
    sim.send(ada, Hall::name.value, "Ada");
    sim.rest();
    let id = sim.pages[ada].id;
    disconnect(&mut sim, ada, "").unwrap();
    sim.rest();
    sim.connect(ada);
    sim.rest();
    assert_eq!((sim.pages[ada].id, sim.shown(ada, Hall::echo.text)), (id, "Ada".into()));
    assert_eq!(sim.engine.table().len(), 2);
    disconnect(&mut sim, ada, "again").unwrap();
    assert_eq!(sim.disconnected.len(), 2);
}

#[test]
fn who_was_cut_off_when_it_was_disconnected_hears_of_it_when_it_comes_back_by_itself() {
    let (mut sim, ada, bob) = joined();
    sim.cut(ada);
    disconnect(&mut sim, ada, "maintenance").unwrap();
    sim.rest();
    assert_eq!((sim.shown(bob, Hall::gone.text), sim.disconnected.len()), ("1".into(), 0));
    sim.connect(ada);
    assert_eq!(sim.disconnected, [(ada, "maintenance".to_owned())]);
    assert_eq!((sim.pages[ada].socket, sim.engine.table().len()), (None, 1));
    // The user presses the button.
    sim.connect(ada);
    sim.rest();
    assert_eq!((sim.pages[ada].socket.is_some(), sim.engine.table().len()), (true, 2));
}

#[test]
fn a_client_that_is_gone_gets_no_message_and_no_disconnect() {
    let (mut sim, ada, bob) = joined();
    sim.close(ada);
    assert_eq!(message(&mut sim, ada, "hello"), Err(PushError::Gone));
    assert_eq!(disconnect(&mut sim, ada, "go"), Err(PushError::Gone));
    disconnect(&mut sim, bob, "go").unwrap();
    assert_eq!(disconnect(&mut sim, bob, "go"), Err(PushError::Gone), "twice");
    let limits = Limits { detached_clients: 0, ..Limits::default() };
    let mut sim = Sim::with_limits::<Hall>(0, limits);
    let page = sim.join();
    sim.rest();
    disconnect(&mut sim, page, "go").unwrap();
    sim.rest();
    assert!(!sim.engine.knows(sim.pages[page].id), "the number of remembered clients is limited");
}
