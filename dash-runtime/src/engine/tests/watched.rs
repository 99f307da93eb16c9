//! Sources that run only while there is a viewer.

use dash_macros::{callback_shared, callbacks, components};

use super::{
    parts::{Dial, Log, place},
    sim::{At, Sim},
};
use crate::{callback::Callbacks, dashboard::Dashboard, element::Element};

#[components]
struct Window {
    view: Log,
    zoom: Dial,
    always: Log,
}

#[derive(Default)]
struct Runs {
    watched: u32,
    always: u32,
}

#[callback_shared(every = "100ms", when = watched, output = Window::view.items)]
fn look(runs: &mut Runs) -> u32 {
    runs.watched += 1;
    runs.watched
}

#[callback_shared(every = "100ms", output = Window::always.items)]
fn keep(runs: &mut Runs) -> u32 {
    runs.always += 1;
    runs.always
}

impl Dashboard for Window {
    type Device = Runs;
    type Session = ();
    const CALLBACKS: Callbacks<Self> = callbacks![look, keep];

    fn layout(self) -> Element {
        place((self.view, self.zoom, self.always))
    }
}

/// The number of runs of the source in this time. Each run ends at the moment it starts.
fn runs(sim: &mut Sim, millis: u64, event: impl FnOnce(&mut Sim)) -> u32 {
    sim.finish_all();
    let before = sim.device::<Runs>().watched;
    event(sim);
    sim.finish_all();
    for _ in 0..millis {
        sim.pass(1);
        sim.finish_all();
    }
    sim.rest();
    sim.device::<Runs>().watched - before
}

fn hide(sim: &mut Sim, at: At, hidden: bool) {
    sim.deliver(at, &format!(r#"{{"t":"view","hidden":{hidden}}}"#));
}

#[test]
fn a_watched_source_waits_for_the_first_viewer_and_then_runs_at_once() {
    let mut sim = Sim::new::<Window>(Runs::default());
    assert_eq!(runs(&mut sim, 10_000, |_| ()), 0);
    assert_eq!(sim.device::<Runs>().always, 101, "another source does not wait");
    assert_eq!(runs(&mut sim, 0, |sim| _ = sim.join()), 1);
    assert_eq!(sim.items(0, Window::view.items), [1], "shown to the new client");
    assert_eq!(runs(&mut sim, 1_000, |_| ()), 10);
    assert_eq!(runs(&mut sim, 1_000, |sim| _ = sim.join()), 10, "a second viewer does not make it run more often");
}

#[test]
fn it_stops_with_the_last_page_that_is_hidden_cut_off_or_closed() {
    let mut sim = Sim::new::<Window>(Runs::default());
    let (ada, bob, eve) = (sim.join(), sim.join(), sim.join());
    sim.rest();
    assert_eq!(runs(&mut sim, 1_000, |sim| hide(sim, ada, true)), 10);
    assert_eq!(runs(&mut sim, 1_000, |sim| sim.cut(bob)), 10);
    assert_eq!(runs(&mut sim, 10_000, |sim| sim.close(eve)), 0);
    assert_eq!(runs(&mut sim, 10_000, |sim| hide(sim, ada, true)), 0, "said twice");
    let back: [fn(&mut Sim); 3] = [|sim| hide(sim, 0, false), |sim| sim.connect(1), |sim| sim.connect(2)];
    for back in back {
        hide(&mut sim, ada, true);
        sim.cut(bob);
        sim.cut(eve);
        assert_eq!(runs(&mut sim, 10_000, |_| ()), 0);
        assert_eq!(runs(&mut sim, 1_000, back), 11, "one run at once, and then on time");
    }
}

#[test]
fn without_a_viewer_no_timeout_wakes_the_server_for_it() {
    let mut sim = Sim::new::<Window>(Runs::default());
    let page = sim.join();
    sim.rest();
    sim.close(page);
    let (always, now) = (sim.engine.next_timeout().unwrap(), sim.now);
    assert_eq!(always, now + std::time::Duration::from_millis(100), "only the timer of the other source");
    assert_eq!(runs(&mut sim, 1_000, |_| ()), 0);
}

#[test]
fn hiding_and_showing_a_page_repeatedly_does_not_run_it_more_often() {
    let mut sim = Sim::new::<Window>(Runs::default());
    let page = sim.join();
    sim.rest();
    let flicker = |sim: &mut Sim| {
        for times in 0..500 {
            hide(sim, page, times % 2 == 0);
            sim.pass(2);
            sim.finish_all();
        }
    };
    let often = runs(&mut sim, 0, flicker);
    assert!((8..=10).contains(&often), "{often} runs in a second");
}

#[test]
fn a_forgotten_client_is_no_viewer() {
    let limits = crate::protocol::limits::Limits { detached_clients: 0, ..Default::default() };
    let mut sim = Sim::with_limits::<Window>(Runs::default(), limits);
    let page = sim.join();
    sim.rest();
    sim.cut(page);
    assert_eq!(runs(&mut sim, 10_000, |_| ()), 0);
    sim.connect(page);
    assert_eq!(runs(&mut sim, 1_000, |_| ()), 10);
}
