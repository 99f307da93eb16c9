//! Random events in random order, compared with a sequential model.
//!
//! The model has no queues, revisions or sockets. It applies the commands that were taken at once, in the order in
//! which they arrived. When the engine is at rest, it must show the same values, whatever the interleaving was.

use proptest::prelude::*;

use super::{
    bench::{Bench, Did, Rig},
    sim::Sim,
};

const PAGES: usize = 3;

#[derive(Debug, Clone, Copy)]
enum Op {
    X(usize, u8),
    /// The same by request.
    XByRequest(usize, u8),
    Y(usize, u8),
    Z(usize, u8),
    Name(usize, u8),
    Go(usize),
    Ask(usize),
    Look(usize),
    /// A command and its socket are lost.
    Lost(usize, u8),
    /// A command arrives once more.
    Again(usize, u8),
    /// One of the runs in progress ends.
    Finish(usize),
    Poll(usize),
    /// A frame is lost, and the socket with it.
    PollLost(usize),
    Cut(usize),
    /// Reconnects, or replaces its own socket.
    Connect(usize),
    Pass(u8),
}

fn op(time: bool) -> impl Strategy<Value = Op> {
    let page = 0..PAGES;
    prop_oneof![
        6 => (page.clone(), 0..50_u8).prop_map(|(page, to)| Op::X(page, to)),
        2 => (page.clone(), 0..50_u8).prop_map(|(page, to)| Op::XByRequest(page, to)),
        2 => (page.clone(), 0..50_u8).prop_map(|(page, to)| Op::Y(page, to)),
        2 => (page.clone(), 0..50_u8).prop_map(|(page, to)| Op::Z(page, to)),
        2 => (page.clone(), 0..50_u8).prop_map(|(page, to)| Op::Name(page, to)),
        4 => page.clone().prop_map(Op::Go),
        2 => page.clone().prop_map(Op::Ask),
        1 => page.clone().prop_map(Op::Look),
        1 => (page.clone(), 0..50_u8).prop_map(|(page, to)| Op::Lost(page, to)),
        2 => (page.clone(), any::<u8>()).prop_map(|(page, number)| Op::Again(page, number)),
        12 => (0..8_usize).prop_map(Op::Finish),
        6 => page.clone().prop_map(Op::Poll),
        1 => page.clone().prop_map(Op::PollLost),
        1 => page.clone().prop_map(Op::Cut),
        2 => page.prop_map(Op::Connect),
        4 => (0..if time { 40_u8 } else { 1 }).prop_map(Op::Pass),
    ]
}

fn apply(sim: &mut Sim, op: Op) {
    match op {
        Op::X(page, to) => _ = sim.send(page, Bench::x.value, f64::from(to)),
        // Commands from while the page was away come first.
        Op::XByRequest(page, to) if sim.pages[page].socket.is_some() => {
            sim.ask_page(page, Bench::x.value, f64::from(to));
        }
        Op::XByRequest(..) => {}
        Op::Y(page, to) => _ = sim.send(page, Bench::y.value, f64::from(to)),
        Op::Z(page, to) => _ = sim.send(page, Bench::z.value, f64::from(to)),
        Op::Name(page, to) => _ = sim.send(page, Bench::name.value, format!("n{to}")),
        Op::Go(page) => _ = sim.click(page, Bench::go.click),
        Op::Ask(page) => _ = sim.click(page, Bench::ask.click),
        Op::Look(page) => _ = sim.click(page, Bench::look.click),
        Op::Lost(page, to) => {
            if to % 2 == 0 {
                sim.send_lost(page, Bench::go.click, ());
            } else {
                sim.send_lost(page, Bench::x.value, f64::from(to));
            }
        }
        Op::Again(page, number) => {
            // Any command that has arrived. The page sends the others when it reconnects.
            let number = u64::from(number) % (sim.pages[page].sent.len() as u64 + 1);
            sim.send_again(page, number);
        }
        Op::Finish(at) => {
            if let Some(at) = at.checked_rem(sim.jobs.len()) {
                sim.finish(at);
            }
        }
        Op::Poll(page) => {
            if sim.pages[page].socket.is_some() {
                sim.poll(page);
            }
        }
        Op::PollLost(page) => {
            let _ = sim.poll_lost(page);
            sim.cut(page);
        }
        Op::Cut(page) => sim.cut(page),
        Op::Connect(page) => sim.connect(page),
        Op::Pass(millis) => sim.pass(u64::from(millis)),
    }
}

/// Checks the promises that hold at any time.
fn look(sim: &Sim, time: bool) {
    for page in 0..PAGES {
        let shown = |prop| sim.shown(page, prop).as_str().unwrap().to_owned();
        let (pos, left, right, sum) =
            (shown(Bench::pos.text), shown(Bench::left.text), shown(Bench::right.text), shown(Bench::sum.text));
        assert!(!sum.starts_with("torn"), "only one side of the diamond is new: {sum}");
        if !time {
            let whole = (format!("l{pos}"), format!("r{pos}"), pos);
            assert_eq!((left, right, sum), whole, "the page shows a part of a chain");
        }
        let trace: Vec<u64> = sim.items(page, Bench::trace.items).iter().map(|item| item.as_u64().unwrap()).collect();
        assert!(trace.windows(2).all(|two| two[1] == two[0] + 1), "lost or doubled: {trace:?}");
    }
}

/// The sequential model.
#[derive(Default)]
struct Model {
    x: f64,
    y: f64,
    z: f64,
    xs: Vec<f64>,
    gos: Vec<(f64, f64)>,
    looks: usize,
    names: [String; PAGES],
    asks: [u32; PAGES],
    answers: [String; PAGES],
}

fn model(sim: &Sim) -> Model {
    let mut model = Model::default();
    for (page, prop, value) in &sim.taken {
        let (page, number) = (*page, value.as_f64().unwrap_or_default());
        match *prop {
            prop if prop == sim.no(Bench::x.value) => {
                model.x = number;
                model.xs.push(number);
            }
            prop if prop == sim.no(Bench::y.value) => model.y = number,
            prop if prop == sim.no(Bench::z.value) => model.z = number,
            prop if prop == sim.no(Bench::name.value) => model.names[page] = value.as_str().unwrap().to_owned(),
            prop if prop == sim.no(Bench::go.click) => model.gos.push((model.x, model.y)),
            prop if prop == sim.no(Bench::look.click) => model.looks += 1,
            prop if prop == sim.no(Bench::ask.click) => {
                model.asks[page] += 1;
                model.answers[page] = format!("{}#{}", model.names[page], model.asks[page]);
            }
            _ => panic!("a command for property {prop}"),
        }
    }
    model
}

fn compare(sim: &Sim) {
    let model = model(sim);
    let rig: &Rig = sim.device();
    assert_eq!(rig.gos(), model.gos, "each click once, in order, with the values set before it");
    assert_eq!(rig.did.iter().filter(|did| matches!(did, Did::Look(_))).count(), model.looks);
    let moves = rig.moves();
    assert_eq!(moves.last(), Some(&model.x), "the device ends at the last position");
    let mut xs = model.xs.iter();
    assert!(moves[1..].iter().all(|to| xs.any(|x| x == to)), "no move out of order: {moves:?} of {:?}", model.xs);
    for page in 0..PAGES {
        assert_eq!(sim.shown(page, Bench::x.value), model.x);
        assert_eq!(sim.shown(page, Bench::y.value), model.y);
        assert_eq!(sim.shown(page, Bench::sum.text), model.x.to_string());
        assert_eq!(sim.shown(page, Bench::zz.text), (2.0 * model.z).to_string());
        assert_eq!(sim.shown(page, Bench::name.value), *model.names[page]);
        assert_eq!(sim.shown(page, Bench::hello.text), format!("{}@{}", model.names[page], model.x));
        assert_eq!(sim.shown(page, Bench::answer.text), *model.answers[page]);
        // Nothing was refused, so each command has one final outcome, and it is that it took effect.
        for number in sim.pages[page].sent.keys() {
            assert!(matches!(sim.pages[page].outcome(*number), Some(0 | 2)), "{number}: {:?}", sim.pages[page].told);
        }
    }
}

fn run(ops: Vec<Op>, time: bool) {
    let mut sim = Sim::new::<Bench>(Rig::default());
    for _ in 0..PAGES {
        sim.join();
    }
    sim.rest();
    for op in ops {
        apply(&mut sim, op);
        look(&sim, time);
    }
    for page in 0..PAGES {
        if sim.pages[page].socket.is_none() {
            sim.connect(page);
        }
    }
    sim.rest();
    look(&sim, time);
    compare(&sim);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(250))]

    /// P1, P2, P3, P5, G1, G5, G6, G8, G9, G10, G13.
    #[test]
    fn p2_at_rest_everything_is_as_if_done_one_after_the_other(ops in prop::collection::vec(op(true), 1..80)) {
        run(ops, true);
    }

    /// The same without time passing. Then no page ever shows a part of a chain.
    #[test]
    fn g07_no_page_ever_shows_half_of_a_chain_that_does_not_wait(ops in prop::collection::vec(op(false), 1..80)) {
        run(ops, false);
    }
}
