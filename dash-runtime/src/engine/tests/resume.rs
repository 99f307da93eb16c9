//! P5: after any disconnect the page resumes where it was.

use serde_json::json;

use super::{
    bench::{Bench, Rig},
    page::Page,
    sim::{Sim, json_of},
};
use crate::{client::Peer, engine::Greeting, protocol::limits::Limits};

#[test]
fn p5_a_lost_frame_is_made_up_for() {
    let mut sim = Sim::new::<Bench>(Rig::default());
    let (a, b) = (sim.join(), sim.join());
    sim.rest();
    let number = sim.send(a, Bench::x.value, 5.0);
    sim.finish_all();
    assert!(sim.poll_lost(a).is_some());
    sim.cut(a);
    sim.click(b, Bench::go.click);
    sim.connect(a);
    sim.rest();
    assert_eq!(sim.pages[a].outcome(number), Some(0));
    assert_eq!(sim.items(a, Bench::trace.items), [1]);
}

#[test]
fn p5_what_was_typed_while_away_is_sent_on_return() {
    let mut sim = Sim::new::<Bench>(Rig::default());
    let a = sim.join();
    sim.rest();
    sim.cut(a);
    sim.send(a, Bench::x.value, 5.0);
    sim.click(a, Bench::go.click);
    sim.connect(a);
    sim.rest();
    assert_eq!(sim.device::<Rig>().gos(), [(5.0, 0.0)]);
}

#[test]
fn p5_a_page_that_comes_back_gets_nothing_twice() {
    let mut sim = Sim::new::<Bench>(Rig::default());
    let (a, b) = (sim.join(), sim.join());
    sim.rest();
    sim.cut(a);
    sim.send(b, Bench::z.value, 5.0);
    sim.rest();
    sim.connect(a);
    let frame = json_of(&sim.poll_lost(a).unwrap());
    let changed: Vec<_> = frame["p"].as_array().unwrap().iter().map(|part| part[0].clone()).collect();
    assert_eq!(changed, [sim.no(Bench::z.value), sim.no(Bench::zz.text)]);
}

#[test]
fn g04_a_page_of_another_run_gets_a_snapshot() {
    let mut sim = Sim::new::<Bench>(Rig::default());
    let mut page: Page = sim.load();
    page.epoch = "e0".to_owned();
    page.session = "of another run".to_owned();
    page.rev = 1_000_000;
    let (trace, pos) = (sim.no(Bench::trace.items), sim.no(Bench::pos.text));
    page.items[trace] = vec![json!(90), json!(91)];
    page.bad[pos] = Some("was unplugged then".to_owned());
    for value in &mut page.values {
        *value = json!("stale");
    }
    sim.pages.push(page);
    sim.connect(0);
    let page = &sim.pages[0];
    assert_eq!((&*page.epoch, page.rev), ("e1", 0));
    sim.poll(0);
    assert_eq!(sim.items(0, Bench::trace.items), Vec::<serde_json::Value>::new());
    let page = &sim.pages[0];
    for (prop, value) in
        page.values.iter().enumerate().filter(|(prop, _)| page.kinds[*prop] == crate::prop::Kind::State)
    {
        assert_ne!(value, "stale", "{}", sim.engine.plan().props[prop].name());
    }
    sim.rest();
}

#[test]
fn a_second_socket_takes_over_and_the_first_gets_nothing_more() {
    let mut sim = Sim::new::<Bench>(Rig::default());
    let a = sim.join();
    sim.rest();
    let first = sim.pages[a].socket.unwrap();
    sim.connect(a);
    assert_eq!(sim.closed, [a]);
    sim.send(a, Bench::x.value, 5.0);
    sim.finish_all();
    let id = sim.pages[a].id;
    assert_eq!(sim.engine.poll_frame(id, first), None);
    sim.gone(id, first);
    assert_eq!(sim.engine.clients(), 1, "the client stays when its first socket closes");
    sim.rest();
    assert_eq!(sim.shown(a, Bench::pos.text), "5");
}

/// Taken over, gone, back, and taken over again, in any order and any number of times.
#[test]
fn a_session_can_be_taken_over_again_and_again() {
    let mut sim = Sim::new::<Bench>(Rig::default());
    let a = sim.join();
    sim.rest();
    let runs = sim.runs();
    for _ in 0..3 {
        sim.connect(a);
        sim.connect(a);
        sim.cut(a);
        sim.connect(a);
        sim.connect(a);
    }
    sim.rest();
    assert_eq!(sim.runs(), runs, "nothing changed, so nothing runs");
}

#[test]
fn the_client_that_is_gone_the_longest_is_forgotten() {
    let limits = Limits { detached_clients: 2, ..Limits::default() };
    let mut sim = Sim::with_limits::<Bench>(Rig::default(), limits);
    let pages: Vec<_> = (0..4).map(|_| sim.join()).collect();
    sim.rest();
    let sessions: Vec<_> = sim.pages.iter().map(|page| page.session.clone()).collect();
    for at in [1, 0, 2] {
        sim.cut(pages[at]);
    }
    for page in pages {
        sim.connect(page);
    }
    let kept: Vec<_> = sim.pages.iter().zip(sessions).map(|(page, session)| page.session == session).collect();
    assert_eq!(kept, [true, false, true, true]);
    sim.rest();
}

/// The page shows values of a session that does not exist any more.
#[test]
fn p2_a_forgotten_client_shows_the_truth_of_its_new_session() {
    let limits = Limits { detached_clients: 0, ..Limits::default() };
    let mut sim = Sim::with_limits::<Bench>(Rig::default(), limits);
    let a = sim.join();
    sim.send(a, Bench::name.value, "ann");
    sim.click(a, Bench::ask.click);
    sim.rest();
    sim.cut(a);
    sim.connect(a);
    sim.rest();
    assert_eq!(sim.shown(a, Bench::name.value), "");
    assert_eq!(sim.shown(a, Bench::answer.text), "");
}

#[test]
fn a_client_that_is_forgotten_while_its_run_is_under_way_leaves_nothing_behind() {
    let limits = Limits { detached_clients: 0, ..Limits::default() };
    let mut sim = Sim::with_limits::<Bench>(Rig::default(), limits);
    let (a, b) = (sim.join(), sim.join());
    sim.rest();
    sim.click(a, Bench::ask.click);
    sim.click(a, Bench::look.click);
    sim.click(a, Bench::look.click);
    sim.click(a, Bench::go.click);
    assert_eq!(sim.running(), ["answer", "look"]);
    sim.cut(a);
    sim.pass(1_000);
    sim.send(b, Bench::x.value, 5.0);
    sim.rest();
    assert_eq!(sim.shown(b, Bench::pos.text), "5", "the device came back");
    assert_eq!(sim.device::<Rig>().gos().len(), 1, "an accepted command is carried out");
    assert_eq!(sim.engine.next_timeout(), None);
}

#[test]
fn p5_an_answer_to_a_gap_does_not_move_the_page_on() {
    let mut sim = Sim::new::<Bench>(Rig::default());
    let (a, b) = (sim.join(), sim.join());
    sim.rest();
    let rev = sim.pages[a].rev;
    sim.send(b, Bench::x.value, 5.0);
    sim.finish_all();
    sim.deliver(a, r#"{"n":9,"p":0,"v":1}"#);
    // The answer overtakes the newer values, so it must not advance the page's revision.
    assert_eq!(sim.answer()["r"], rev);
    let answer = sim.answers.pop().unwrap();
    sim.pages[a].apply(&answer);
    sim.cut(a);
    sim.connect(a);
    sim.rest();
    assert_eq!(sim.shown(a, Bench::pos.text), "5");
}

#[test]
fn p2_a_forgotten_client_is_told_everything_even_if_the_first_frame_is_lost() {
    let limits = Limits { detached_clients: 1, ..Limits::default() };
    let mut sim = Sim::with_limits::<Bench>(Rig::default(), limits);
    let (a, b) = (sim.join(), sim.join());
    sim.send(a, Bench::name.value, "ann");
    sim.send(b, Bench::name.value, "bob");
    sim.rest();
    sim.cut(a);
    sim.cut(b);
    sim.connect(a);
    assert!(sim.poll_lost(a).is_some());
    sim.cut(a);
    sim.connect(a);
    sim.rest();
    assert_eq!(sim.shown(a, Bench::name.value), "");
}

/// A page gives up a connection that hangs, and opens another. The hello of the first may still be on the wire.
#[test]
fn fault_a_hello_that_was_given_up_and_arrives_late_does_not_take_the_session_over() {
    let mut sim = Sim::new::<Bench>(Rig::default());
    let page = sim.join();
    sim.rest();
    let schema = sim.engine.plan().table.schema.clone();
    let hello = |sim: &mut Sim, turn: u64| {
        let hello = sim.pages[page].hello(&schema, Some(&sim.pages[page].session));
        let hello = hello.replacen('{', &format!("{{\"turn\":{turn},"), 1);
        sim.with(|engine, now, fx| engine.hello(now, &hello, Peer::default(), || "t9".to_owned(), fx))
    };
    let Greeting::Welcome { client, socket, .. } = hello(&mut sim, 3) else { panic!("not welcome") };
    assert!(matches!(hello(&mut sim, 2), Greeting::GivenUp));
    assert!(sim.engine.is_current(client, socket));
    // The page repeats a number only if the answer was lost.
    assert!(matches!(hello(&mut sim, 3), Greeting::Welcome { .. }));
}

#[test]
fn fault_1100_visits_push_out_the_session_of_who_was_just_cut_off() {
    let limits = Limits { detached_clients: 4, ..Limits::default() };
    let mut sim = Sim::with_limits::<Bench>(Rig::default(), limits);
    let (busy, idle) = (sim.join(), sim.join());
    sim.send(busy, Bench::name.value, "ann");
    sim.rest();
    // Longer than a visit. It only looks.
    sim.pass(120_000);
    sim.cut(busy);
    sim.cut(idle);
    for number in 0..1_100 {
        let visitor = sim.join();
        if number % 2 == 0 {
            sim.close(visitor);
        } else {
            sim.cut(visitor);
        }
    }
    for page in [busy, idle] {
        let session = sim.pages[page].session.clone();
        sim.connect(page);
        assert_eq!(sim.pages[page].session, session);
    }
    sim.rest();
    assert_eq!(sim.shown(busy, Bench::name.value), "ann");
    assert_eq!(sim.engine.counts().forgotten, 1_098);
}

#[test]
fn fault_who_is_pushed_out_is_not_told() {
    let limits = Limits { detached_clients: 0, ..Limits::default() };
    let mut sim = Sim::with_limits::<Bench>(Rig::default(), limits);
    let (a, b) = (sim.join(), sim.join());
    sim.send(a, Bench::name.value, "ann");
    sim.rest();
    sim.cut(a);
    sim.connect(a);
    sim.rest();
    assert_eq!(sim.shown(a, Bench::name.value), "");
    assert!(sim.pages[a].notes[0].starts_with("The server has forgotten this page"), "{:?}", sim.pages[a].notes);
    assert!(sim.pages[b].notes.is_empty());
}
