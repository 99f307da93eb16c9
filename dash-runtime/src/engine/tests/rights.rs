//! Rights: who sees and who changes what. One test per sentence of the design's section 11.1 that concerns the engine.

use std::time::Duration;

use dash_macros::{Role, callback_shared, callbacks, changes, components};
use serde_json::json;

use super::{
    parts::{Button, Dial, Field, Frame, Knob, Label, Log, place},
    sim::{At, Sim},
};
use crate::{
    callback::Callbacks,
    client::Peer,
    dashboard::Dashboard,
    element::Element,
    engine::{Greeting, batch::NotTaken, requests::Asking},
    protocol::client::{Command, Refusal},
    rights::User,
    rows::Many,
};

#[derive(Debug, Clone, Copy, PartialEq, Role)]
pub enum Lab {
    Guest,
    Operator,
    Admin,
}

/// In each row: a knob, and a label that only an admin sees.
#[components(role = Lab)]
pub struct Cell {
    #[needs(Lab::Operator)]
    pub knob: Knob,
    #[sees(Lab::Admin)]
    pub serial: Label,
}

#[components(role = Lab, needs = Lab::Operator)]
pub struct Plant {
    pub speed: Knob,
    /// Everybody may write here.
    #[needs(Lab::Guest)]
    pub remark: Field,
    /// Its callback needs an admin.
    #[needs(Lab::Guest)]
    pub open: Button,
    /// It starts a callback, whose output starts the callback that needs an admin.
    #[needs(Lab::Guest)]
    pub ask: Button,
    pub asked: Label,
    pub opened: Label,
    #[sees(Lab::Admin)]
    pub key: Dial,
    #[sees(Lab::Admin)]
    pub log: Log,
    pub status: Label,
    pub cells: Many<u32, Cell>,
    #[sees(Lab::Admin)]
    pub vault: Many<u32, Label>,
    pub frame: Frame,
    #[dynamic]
    #[sees(Lab::Admin)]
    pub hint: Label,
    #[dynamic]
    pub plain: Label,
    #[private]
    #[needs(Lab::Guest)]
    pub own: Field,
}

#[callback_shared(on = Plant::open.click, output = Plant::opened.text, needs = Lab::Admin)]
fn open() -> String {
    "opened".to_owned()
}

#[callback_shared(on = Plant::ask.click, output = Plant::asked.text)]
fn ask() -> String {
    "asked".to_owned()
}

#[callback_shared(needs = Lab::Admin)]
fn answer(#[input(Plant::asked.text)] asked: &str) {
    let _ = asked;
}

#[callback_shared(output = Plant::status.text, reveals = Plant::key.value)]
fn reveal(#[input(Plant::key.value)] key: f64) -> String {
    if key > 0.0 { "a key is set".to_owned() } else { String::new() }
}

#[callback_shared(output = Plant::frame.children)]
fn fill(#[input(Plant::speed.value)] speed: f64) -> Element {
    Element::new("section").children((
        format!("{speed}"),
        Plant::hint.place().text("secret-hint"),
        Plant::plain.place().text("plain-text"),
    ))
}

impl Dashboard for Plant {
    type Device = ();
    type Session = ();
    const CALLBACKS: Callbacks<Self> = callbacks![open, ask, answer, reveal, fill];

    fn layout(self) -> Element {
        let cells = self
            .cells
            .rows([1])
            .each(|key, cell| Element::of((cell.knob, cell.serial.text(format!("secret-serial-{key}")))));
        let vault = self.vault.rows([5]).each(|_, label| label.text("secret-vault"));
        place((
            Element::of((self.speed, self.remark, self.open, self.ask, self.asked, self.opened)),
            Element::of((self.key.value(1.0), self.log, self.status, cells, vault, self.frame, self.own)),
        ))
    }
}

fn guest() -> User {
    User::new("gus", Lab::Guest)
}

fn operator() -> User {
    User::new("ada", Lab::Operator)
}

fn admin() -> User {
    User::new("eve", Lab::Admin)
}

fn plant() -> Sim {
    Sim::new::<Plant>(())
}

/// The refusal of a command that has been answered.
fn refusal(sim: &mut Sim, at: At, number: u64) -> Option<String> {
    sim.rest();
    sim.poll(at);
    sim.pages[at].refusal(number).map(str::to_owned)
}

#[test]
fn a_role_that_is_too_low_cannot_write_and_gets_the_reason() {
    let mut sim = plant();
    let (low, high) = (sim.join_as(guest()), sim.join_as(operator()));
    let refused = sim.send(low, Plant::speed.value, 30.0);
    let taken = sim.send(high, Plant::speed.value, 40.0);
    assert_eq!(refusal(&mut sim, low, refused).as_deref(), Some("role"));
    assert_eq!(sim.pages[low].told[&refused][0][2], json!("speed.value needs the role operator"));
    assert_eq!(refusal(&mut sim, high, taken), None);
    assert_eq!(sim.shown(high, Plant::speed.value), json!(40.0));
}

#[test]
fn a_field_can_ask_for_less_than_the_dashboard() {
    let mut sim = plant();
    let low = sim.join_as(guest());
    let taken = sim.send(low, Plant::remark.value, "hi");
    assert_eq!(refusal(&mut sim, low, taken), None);
}

#[test]
fn without_users_everybody_may_do_everything() {
    let mut sim = plant();
    let local = sim.join();
    for number in [sim.send(local, Plant::speed.value, 1.0), sim.send(local, Plant::key.value, 2.0)] {
        assert_eq!(refusal(&mut sim, local, number), None);
    }
    assert!(sim.engine.view_of(sim.pages[local].id).is_none(), "it shares the frames of everybody");
}

#[test]
fn a_callback_that_needs_a_role_guards_what_starts_it() {
    let mut sim = plant();
    let (low, high) = (sim.join_as(operator()), sim.join_as(admin()));
    let refused = sim.click(low, Plant::open.click);
    assert_eq!(refusal(&mut sim, low, refused).as_deref(), Some("role"));
    assert_eq!(sim.shown(low, Plant::opened.text), json!(""));
    sim.click(high, Plant::open.click);
    sim.rest();
    sim.poll(high);
    assert_eq!(sim.shown(high, Plant::opened.text), json!("opened"));
}

#[test]
fn a_callback_that_needs_a_role_guards_also_what_starts_it_through_another_callback() {
    let mut sim = plant();
    let low = sim.join_as(operator());
    let refused = sim.click(low, Plant::ask.click);
    assert_eq!(refusal(&mut sim, low, refused).as_deref(), Some("role"));
}

#[test]
fn http_and_batches_are_checked_like_pages() {
    let mut sim = plant();
    let user = guest();
    let asking = Asking { user: Some(&user), ..Asking::default() };
    let value = "5.0";
    let prop = sim.prop_no(Plant::speed.value).wire();
    let command = Command { number: 0, prop, value, age: Duration::ZERO, at: None };
    let refused = sim.with(|engine, now, fx| engine.request(now, &asking, &command, fx)).unwrap_err();
    assert_eq!(refused.kind(), "role");
    let batch = sim.ask_all(asking, &[("remark.value", json!("a")), ("speed.value", json!(5.0))]);
    let Err(NotTaken::Items(items)) = batch else { panic!("the batch was taken") };
    assert_eq!(items.iter().map(|(at, refusal)| (*at, refusal.kind())).collect::<Vec<_>>(), [(1, "role")]);
    let low = sim.join();
    assert_eq!(sim.shown(low, Plant::remark.value), json!(""), "nothing of a refused batch happens");
}

#[test]
fn who_does_not_see_a_property_does_not_learn_that_it_exists() {
    let mut sim = plant();
    let low = sim.join_as(operator());
    let refused = sim.send(low, Plant::key.value, 3.0);
    assert_eq!(refusal(&mut sim, low, refused).as_deref(), Some("unknown_property"));
    let user = operator();
    let asking = Asking { user: Some(&user), ..Asking::default() };
    let Err(NotTaken::Items(items)) = sim.ask_all(asking, &[("key.value", json!(5.0))]) else { panic!("taken") };
    assert!(matches!(&items[0].1, Refusal::UnknownName(name) if name == "key.value"));
}

/// All frames of a page since the last call, as one text.
fn frames(sim: &mut Sim, at: At) -> String {
    while sim.poll(at) {}
    std::mem::take(&mut sim.pages[at].texts)
}

#[test]
fn what_a_client_may_not_see_is_in_none_of_its_frames() {
    let mut sim = plant();
    let all = sim.join_as(admin());
    let some = sim.join_as(operator());
    sim.send(all, Plant::key.value, 77.25);
    sim.send(all, Plant::speed.value, 12.0);
    sim.push(changes![Plant::log.items = 4711, Plant::cells.rows = vec![1, 2], Plant::vault.rows = vec![5, 6]])
        .unwrap();
    sim.push(changes![Plant::cells.row(2).serial.text = "secret-text".to_owned()]).unwrap();
    sim.rest();
    sim.push(changes![Plant::cells.rows = vec![2, 1, 3]]).unwrap();
    sim.rest();
    let (seen, withheld) = (frames(&mut sim, all), frames(&mut sim, some));
    for secret in ["77.25", "4711", "secret-vault", "secret-serial-3", "secret-text", "-serial\"", "\"hint\""] {
        assert!(seen.contains(secret), "the admin does not get {secret}: {seen}");
        assert!(!withheld.contains(secret), "the operator gets {secret}: {withheld}");
    }
    assert!(withheld.contains("\"plain\"") && withheld.contains("a key is set"), "{withheld}");
    // The whole stream is not given to a page that asks for it.
    let question = format!(r#"{{"t":"stream","p":{}}}"#, sim.prop_no(Plant::log.items).wire());
    sim.deliver(all, &question);
    sim.deliver(some, &question);
    assert_eq!(sim.answer()["kind"], "unknown_property");
    let (seen, withheld) = (frames(&mut sim, all), frames(&mut sim, some));
    assert!(seen.contains("4711") && !withheld.contains("4711"), "{seen} {withheld}");
    // A page that comes back from the beginning gets everything as a snapshot.
    sim.cut(some);
    sim.pages[some].rev = 0;
    sim.pages[some].epoch = "other".to_owned();
    sim.connect(some);
    let snapshot = frames(&mut sim, some);
    assert!(!snapshot.contains("secret") && !snapshot.contains("77.25") && !snapshot.contains("4711"), "{snapshot}");
}

#[test]
fn clients_of_one_role_share_their_frames() {
    let mut sim = plant();
    let pages = [sim.join_as(operator()), sim.join_as(operator())];
    for at in pages {
        frames(&mut sim, at);
    }
    sim.push(changes![Plant::status.text = "new".to_owned()]).unwrap();
    let [one, other] = pages.map(|at| {
        let page = &sim.pages[at];
        sim.engine.poll_frame(page.id, page.socket.unwrap()).unwrap()
    });
    assert_eq!(one.as_ptr(), other.as_ptr(), "each has its own copy");
}

#[test]
fn a_control_that_a_client_may_not_use_is_disabled_for_it_alone() {
    let mut sim = plant();
    let (low, high) = (sim.join_as(guest()), sim.join_as(admin()));
    sim.push(changes![Plant::speed.disabled = true]).unwrap();
    sim.push(changes![Plant::speed.disabled = false]).unwrap();
    let disabled = sim.no(Plant::speed.disabled);
    assert!(frames(&mut sim, low).contains(&format!("[{disabled},true]")));
    assert!(frames(&mut sim, high).contains(&format!("[{disabled},false]")));
}

#[test]
fn fault_a_disabled_control_is_refused_by_the_server() {
    let mut sim = plant();
    let at = sim.join_as(admin());
    sim.push(changes![Plant::speed.disabled = true]).unwrap();
    let refused = sim.send(at, Plant::speed.value, 9.0);
    assert_eq!(refusal(&mut sim, at, refused).as_deref(), Some("disabled"));
    let user = admin();
    let asking = Asking { user: Some(&user), ..Asking::default() };
    let Err(NotTaken::Items(items)) = sim.ask_all(asking, &[("speed.value", json!(9.0))]) else { panic!("taken") };
    assert_eq!(items[0].1.kind(), "disabled");
    // In a row too, and only there.
    sim.push(changes![Plant::cells.rows = vec![1, 2]]).unwrap();
    sim.push(changes![Plant::cells.row(1).knob.disabled = true]).unwrap();
    let (refused, taken) =
        (sim.send(at, Plant::cells.row(1).knob.value, 9.0), sim.send(at, Plant::cells.row(2).knob.value, 9.0));
    assert_eq!(refusal(&mut sim, at, refused).as_deref(), Some("disabled"));
    assert_eq!(refusal(&mut sim, at, taken), None);
    sim.push(changes![Plant::speed.disabled = false]).unwrap();
    let taken = sim.send(at, Plant::speed.value, 9.0);
    assert_eq!(refusal(&mut sim, at, taken), None);
}

#[test]
fn fault_f2_a_private_field_has_a_value_for_each_client() {
    let mut sim = plant();
    let (one, other) = (sim.join(), sim.join());
    sim.send(one, Plant::own.value, "mine");
    sim.rest();
    sim.poll(one);
    sim.poll(other);
    assert_eq!((sim.shown(one, Plant::own.value), sim.shown(other, Plant::own.value)), (json!("mine"), json!("")));
}

#[test]
fn a_session_belongs_to_its_user() {
    let mut sim = plant();
    let high = sim.join_as(admin());
    let session = sim.pages[high].session.clone();
    let user = guest();
    let asking = Asking { user: Some(&user), session: Some(&session), ..Asking::default() };
    let number = sim.prop_no(Plant::remark.value);
    assert!(matches!(sim.engine.slot_for(&asking, number), Err(Refusal::NoSession)));
    let Err(NotTaken::Whole(refusal)) = sim.ask_all(asking, &[("remark.value", json!("x"))]) else { panic!("taken") };
    assert_eq!(refusal, Refusal::NoSession);
    // A page that says hello with it is another client.
    let thief = sim.join_as(guest());
    sim.cut(thief);
    sim.pages[thief].session = session;
    sim.connect(thief);
    assert_ne!(sim.pages[thief].id, sim.pages[high].id);
}

#[test]
fn a_page_that_was_made_for_another_role_is_loaded_again() {
    let mut sim = plant();
    let schema = |sim: &Sim, user: &User| sim.engine.plan().schema_for(sim.engine.view_for(user));
    let users = [guest(), operator(), admin(), User::local()];
    for page in &users {
        for user in &users {
            let hello = sim.load().hello(&schema(&sim, page), None);
            let peer = Peer { user: user.clone(), ..Peer::default() };
            let greeting = sim.with(|engine, now, fx| engine.hello(now, &hello, peer, || "token".to_owned(), fx));
            let fits = sim.engine.view_for(page) == sim.engine.view_for(user);
            match greeting {
                Greeting::Welcome { .. } => assert!(fits, "{page:?} as {user:?}"),
                Greeting::Reload => assert!(!fits, "{page:?} as {user:?}"),
                _ => panic!("{page:?} as {user:?}"),
            }
        }
    }
}

#[test]
fn a_client_knows_its_user() {
    let mut sim = plant();
    let at = sim.join_as(operator());
    let table = sim.engine.table();
    let user = table.iter().find(|row| row.client.id() == sim.pages[at].id).unwrap().client.user().clone();
    assert_eq!((user.name(), user.role()), ("ada", Some(Lab::Operator)));
}

/// A binding that would show a secret to everybody.
mod revealing {
    use super::*;
    use crate::{binding::Bindings, engine::plan::Plan};

    #[components(role = Lab)]
    pub struct Leak {
        #[sees(Lab::Admin)]
        pub key: Dial,
        pub copy: Dial,
        pub knob: Knob,
    }

    impl Dashboard for Leak {
        type Device = ();
        type Session = ();
        const CALLBACKS: Callbacks<Self> = callbacks![];
        const BINDINGS: Bindings<Self> = dash_macros::bindings![bind(Leak::key.value, Leak::copy.value)];

        fn layout(self) -> Element {
            place((self.key, self.copy, self.knob))
        }
    }

    #[test]
    fn a_binding_that_shows_a_secret_to_everybody_is_refused_at_the_start() {
        let faults = Plan::of::<Leak>().err().unwrap();
        assert_eq!(
            faults,
            [
                "a binding shows in `copy.value` what fewer roles see in `key.value`: write the same `#[sees(..)]` on both"
            ]
        );
    }
}
