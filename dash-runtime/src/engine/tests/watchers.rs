//! Pages that only watch at a relay: which dashboards allow it, all values at one revision, and tokens that are made elsewhere.

use dash_macros::{callback, callback_shared, callbacks, changes, components};
use proptest::prelude::*;
use serde_json::json;

use super::{
    bench::{Bench, Rig},
    page::Page,
    parts::{Button, Dial, Label, Log, place},
    sim::{At, Sim},
};
use crate::{
    callback::Callbacks,
    client::Peer,
    dashboard::Dashboard,
    element::Element,
    engine::{Greeting, watchers::token_at},
    handle::PushError,
    protocol::limits::Limits,
    rights::User,
};

#[components]
struct Mast {
    height: Dial,
    shown: Label,
    go: Button,
    log: Log,
    beside: Label,
}

#[callback_shared(output = Mast::shown.text)]
fn raise(#[input(Mast::height.value)] height: f64) -> String {
    height.to_string()
}

#[callback_shared(on = Mast::go.click, output = Mast::log.items)]
fn go(steps: &mut u32) -> u32 {
    *steps += 1;
    *steps
}

impl Dashboard for Mast {
    type Device = u32;
    type Session = ();
    const CALLBACKS: Callbacks<Self> = callbacks![raise, go];

    fn layout(self) -> Element {
        place((self.height, self.shown, self.go, self.log, self.beside))
    }
}

/// The same dashboard with one more callback.
macro_rules! mast_with {
    ($name:ident, $callback:item) => {
        mod $name {
            use super::*;

            #[components]
            pub(super) struct Ui {
                height: Dial,
                shown: Label,
            }

            $callback

            impl Dashboard for Ui {
                type Device = ();
                type Session = ();
                const CALLBACKS: Callbacks<Self> = callbacks![more];

                fn layout(self) -> Element {
                    place((self.height, self.shown))
                }
            }
        }
    };
}

mast_with!(
    shared,
    #[callback_shared(output = Ui::shown.text)]
    fn more(#[input(Ui::height.value)] height: f64) -> String {
        height.to_string()
    }
);
mast_with!(
    private,
    #[callback(output = Ui::shown.text)]
    fn more(#[input(Ui::height.value)] height: f64) -> String {
        height.to_string()
    }
);
mast_with!(
    connect,
    #[callback_shared(on = connect, output = Ui::shown.text)]
    fn more() -> String {
        "somebody has come".to_owned()
    }
);

#[test]
fn only_dashboards_in_which_a_client_is_nobody_before_it_acts_are_shared() {
    fn schema<D: Dashboard>(device: D::Device) -> Option<String> {
        Sim::new::<D>(device).engine.schema_of_watchers(&User::local())
    }
    assert!(schema::<Mast>(0).is_some() && schema::<shared::Ui>(()).is_some());
    assert_eq!((schema::<private::Ui>(()), schema::<connect::Ui>(())), (None, None));
    assert_eq!(schema::<Bench>(Rig::default()), None);
}

/// The hello of a page with this session.
fn hello(sim: &Sim, page: &Page, session: &str) -> String {
    page.hello(&sim.engine.plan().schema_for(None), Some(session))
}

fn ask(sim: &mut Sim, session: &str) -> Greeting {
    let page = sim.load();
    let text = hello(sim, &page, session);
    sim.with(|engine, now, fx| engine.hello_asking(now, &text, Peer::default(), "own".to_owned(), fx))
}

/// Whether the token was never used, if the engine does not know it.
fn unused(greeting: &Greeting) -> Option<bool> {
    if let Greeting::Nobody { unused } = greeting { Some(*unused) } else { None }
}

fn come(sim: &mut Sim, session: &str) -> At {
    let page = Page { session: session.to_owned(), ..sim.load() };
    sim.pages.push(page);
    let at = sim.pages.len() - 1;
    sim.connect(at);
    at
}

#[test]
fn the_token_of_a_relay_becomes_a_session_with_the_first_hello_and_is_known_from_then_on() {
    let mut sim = Sim::new::<Mast>(0);
    sim.pass(500);
    let token = token_at(sim.now, "a1");
    assert_eq!(unused(&ask(&mut sim, &token)), Some(true));
    assert_eq!(sim.engine.clients(), 0, "who asks leaves nothing");
    let page = come(&mut sim, &token);
    assert_eq!(sim.pages[page].session, token);
    sim.click(page, Mast::go.click);
    sim.rest();
    assert!(sim.pages[page].notes.is_empty(), "it was not forgotten");
    sim.cut(page);
    let Greeting::Welcome { client, frame, .. } = ask(&mut sim, &token) else { panic!("not welcome") };
    assert_eq!(client, sim.pages[page].id);
    assert_eq!(serde_json::from_str::<serde_json::Value>(&frame).unwrap()["last"], json!(1));
}

/// Otherwise its commands might act twice.
#[test]
fn a_token_that_was_forgotten_is_never_taken_for_one_that_was_not_used() {
    let mut sim = Sim::with_limits::<Mast>(0, Limits { detached_clients: 0, ..Limits::default() });
    sim.pass(500);
    let (older, used) = (token_at(sim.now - std::time::Duration::from_millis(100), "a1"), token_at(sim.now, "a2"));
    let page = come(&mut sim, &used);
    sim.click(page, Mast::go.click);
    sim.rest();
    sim.cut(page);
    assert_eq!(sim.engine.counts().forgotten, 1);
    sim.pass(100);
    let newer = token_at(sim.now, "a3");
    // Of the older one nobody knows it.
    for (token, is_unused) in [(&used, false), (&older, false), (&newer, true)] {
        assert_eq!(unused(&ask(&mut sim, token)), Some(is_unused), "{token}");
    }
    let again = come(&mut sim, &used);
    assert_ne!(sim.pages[again].session, used);
    sim.rest();
    assert!(sim.pages[again].notes[0].starts_with("The server has forgotten this page"));
}

#[test]
fn a_token_that_no_relay_has_made_is_not_taken() {
    let mut sim = Sim::new::<Mast>(0);
    sim.pass(500);
    let later = token_at(sim.now + std::time::Duration::from_millis(1), "a1");
    for token in ["t99", "w-a1", "wx-a1", "w1", &*later] {
        assert_eq!(unused(&ask(&mut sim, token)), Some(false), "{token}");
        let page = come(&mut sim, token);
        assert_ne!(sim.pages[page].session, token);
    }
}

/// The page of another user keeps its session.
#[test]
fn s09_a_token_that_somebody_has_is_not_given_to_somebody_else() {
    let mut sim = Sim::new::<Mast>(0);
    sim.pass(500);
    let token = token_at(sim.now, "a1");
    let own = come(&mut sim, &token);
    let other = Peer { user: User::nobody(), ..Peer::default() };
    let page = sim.load();
    let text = hello(&sim, &page, &token);
    let greeting = sim.with(|engine, now, fx| engine.hello(now, &text, other, || "new".to_owned(), fx));
    let Greeting::Welcome { client, frame, .. } = greeting else { panic!("not welcome") };
    assert!(client != sim.pages[own].id && frame.contains("\"session\":\"new\""), "{frame}");
}

/// A relay is one client, to which the program can say something, but which has no values of its own.
#[test]
fn a_relay_has_no_values_of_its_own() {
    let mut sim = Sim::new::<Mast>(0);
    let (page, relay) = (sim.join(), sim.load());
    let text = relay.hello(&sim.engine.plan().schema_for(None), None);
    let greeting =
        sim.with(|engine, now, fx| engine.hello_watching(now, &text, Peer::default(), "relay".to_owned(), fx));
    let Greeting::Welcome { client, socket, .. } = greeting else { panic!("not welcome") };
    sim.pages.push(Page { id: client, socket: Some(socket), session: "relay".to_owned(), ..relay });
    let value = || changes![Mast::beside.text = "own"];
    assert_eq!(sim.push_one(page, value()), Ok(()));
    assert_eq!(sim.push_one(1, value()), Err(PushError::Gone));
    sim.with(|engine, _, fx| engine.message(client, "storm".to_owned(), fx)).unwrap();
    sim.rest();
    assert_eq!(sim.pages[1].notes, ["storm"]);
}

/// The hello of a relay that has this much, and the first frame after it.
fn comes_back(sim: &mut Sim, relay: &Page) -> String {
    let text = relay.hello(&sim.engine.plan().schema_for(None), None);
    let greeting =
        sim.with(|engine, now, fx| engine.hello_watching(now, &text, Peer::default(), "again".to_owned(), fx));
    let Greeting::Welcome { client, socket, .. } = greeting else { panic!("not welcome") };
    let frame = sim.engine.poll_frame(client, socket).expect("what it has missed");
    sim.with(|engine, now, fx| engine.gone(now, client, socket, fx));
    String::from_utf8(frame.to_vec()).unwrap()
}

/// G6: after a cut of minutes, in which the session of the relay is forgotten, it gets what it has missed, in order and no more.
/// If the stream does not reach back so far, it gets all that there is, and is told so.
#[test]
fn a_relay_that_was_cut_off_for_minutes_gets_what_it_has_missed_or_all_if_the_stream_does_not_reach_back() {
    for (missed, reaches) in [(4_u32, true), (6, true), (7, false), (40, false)] {
        let mut sim = Sim::new::<Mast>(0);
        let page = sim.join();
        let relay = sim.join();
        for _ in 0..3 {
            sim.click(page, Mast::go.click);
            sim.finish_all();
        }
        sim.send(page, Mast::height.value, 1.0);
        sim.finish_all();
        sim.rest();
        assert_eq!(sim.items(relay, Mast::log.items), [1, 2, 3]);
        sim.cut(relay);
        sim.pass(20 * 60 * 1_000);
        for _ in 0..missed {
            sim.click(page, Mast::go.click);
            sim.finish_all();
            sim.pass(10_000);
        }
        let kept = sim.pages[relay].clone();
        let frame = comes_back(&mut sim, &kept);
        let told: serde_json::Value = serde_json::from_str(&frame).unwrap();
        assert!(told.get("p").is_none(), "values that have not changed do not come again: {frame}");
        let newest: Vec<u32> = (4..4 + missed).rev().take(6).rev().collect();
        let stream = &told["s"][0];
        assert_eq!(stream[1], json!(newest), "{frame}");
        assert_eq!(stream.get(2).is_some_and(|all| *all == 1), !reaches, "{missed} missed: {frame}");
    }
}

/// The frame, and all values beside it, if they are there.
fn parts(frame: &str) -> (&str, Option<&str>) {
    frame.split_once('\n').map_or((frame, None), |(frame, whole)| (frame, Some(whole)))
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    /// Whenever a relay asks, all values are those that a page has which follows the frames.
    #[test]
    fn all_values_meet_the_frames_at_one_revision(steps in proptest::collection::vec((0..5_u8, 0..100_u8), 1..40)) {
        let mut sim = Sim::new::<Mast>(0);
        let (other, relay) = (sim.join(), sim.join());
        sim.rest();
        for (step, value) in steps {
            match step {
                0 => _ = sim.send(other, Mast::height.value, f64::from(value)),
                1 => _ = sim.click(other, Mast::go.click),
                2 => sim.finish_all(),
                3 => sim.deliver(relay, r#"{"t":"whole"}"#),
                _ => {
                    let (id, socket) = (sim.pages[relay].id, sim.pages[relay].socket.unwrap());
                    let frame = sim.engine.poll_frame(id, socket).map(|frame| String::from_utf8(frame.to_vec()).unwrap());
                    let Some(frame) = frame else { continue };
                    let (new, whole) = parts(&frame);
                    let mut fresh = sim.load();
                    sim.pages[relay].apply(new);
                    if let Some(whole) = whole {
                        fresh.rev = 0;
                        fresh.values.iter_mut().for_each(|value| *value = serde_json::Value::Null);
                        fresh.apply(whole);
                        let kept = &sim.pages[relay];
                        prop_assert_eq!(fresh.rev, kept.rev);
                        // A page may keep more items than the engine does.
                        let mut rings = fresh.items.iter().zip(&kept.items);
                        prop_assert!(rings.all(|(new, kept)| kept.ends_with(new) && new.is_empty() == kept.is_empty()));
                        let states = fresh.values.iter().zip(&kept.values).filter(|(value, _)| !value.is_null());
                        prop_assert!(states.clone().count() >= 3 && states.clone().all(|(value, other)| value == other));
                    }
                }
            }
        }
    }
}
