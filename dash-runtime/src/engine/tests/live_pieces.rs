//! Pieces of the page that exist only while a callback runs. They get the same checks as all others.

use dash_macros::{callback, callback_shared, callbacks, components};

use super::{
    parts::{Button, Dial, Field, Frame, Label, place},
    sim::Sim,
};
use crate::{callback::Callbacks, callback::task::ProgressSink, dashboard::Dashboard, element::Element};

/// A form with several steps.
#[components]
pub struct Guide {
    pub go: Button,
    pub stop: Button,
    pub steps: Frame,
    pub done: Label,
    pub wait: Button,
    pub notice: Frame,
    pub waited: Label,
    pub mine: Button,
    pub own: Frame,
    pub fixed: Field,
    pub said: Label,
    #[dynamic]
    pub name: Field,
    #[dynamic]
    pub speed: Dial,
    #[dynamic]
    pub word: Field,
    #[dynamic]
    pub secret: Field,
}

#[callback_shared(on = Guide::go.click, cancel = Guide::stop.click, output = Guide::done.text)]
async fn lead(#[progress(Guide::steps.children)] _steps: ProgressSink<Element>) -> &'static str {
    "done"
}

#[callback_shared(
    on = Guide::wait.click,
    output = Guide::waited.text,
    running(Guide::notice.children = Element::of(Guide::word.place())),
)]
async fn wait() -> &'static str {
    "waited"
}

#[callback(on = Guide::mine.click, cancel = Guide::stop.click)]
async fn alone(#[progress(Guide::own.children)] _own: ProgressSink<Element>) {}

#[callback_shared(output = Guide::said.text)]
fn say(#[input(Guide::name.value)] name: &str, #[input(Guide::speed.value)] speed: f64) -> String {
    format!("{name} at {speed}")
}

impl Dashboard for Guide {
    type Device = ();
    type Session = ();
    const CALLBACKS: Callbacks<Self> = callbacks![lead, wait, alone, say];

    fn layout(self) -> Element {
        place((
            place((self.go, self.stop, self.steps, self.done, self.mine, self.own)),
            place((self.wait, self.notice, self.waited, self.fixed, self.said)),
        ))
    }
}

fn guide() -> (Sim, usize, usize) {
    let mut sim = Sim::new::<Guide>(());
    let (a, b) = (sim.join(), sim.join());
    sim.rest();
    (sim, a, b)
}

/// Finishes the runs of `say`. Other runs go on.
fn let_say(sim: &mut Sim) {
    while sim.running().contains(&"say") {
        sim.finish_one("say");
    }
}

#[test]
fn a_piece_shown_by_a_run_in_progress_can_be_used_at_once() {
    let (mut sim, a, b) = guide();
    sim.click(a, Guide::go.click);
    let number = sim.send(b, Guide::name.value, "ann");
    sim.poll(b);
    assert_eq!(sim.pages[b].refusal(number), Some("not_shown"), "not placed yet");
    sim.progress("lead", Guide::steps.children, Element::of((Guide::name.place(), Guide::speed.place().value(40.0))));
    let number = sim.send(b, Guide::name.value, "bob");
    let_say(&mut sim);
    for page in [a, b] {
        sim.poll(page);
        assert_eq!(sim.shown(page, Guide::speed.value), 40.0, "the value of its builder");
        assert_eq!(sim.shown(page, Guide::said.text), "bob at 40");
    }
    assert_eq!(sim.pages[b].refusal(number), None);
    // The next step replaces it.
    sim.progress("lead", Guide::steps.children, Element::of(Guide::speed.place().value(60.0)));
    let_say(&mut sim);
    sim.poll(a);
    assert_eq!(sim.shown(a, Guide::said.text), "bob at 60");
    let number = sim.send(a, Guide::name.value, "cid");
    sim.rest();
    assert_eq!(sim.pages[a].refusal(number), Some("not_shown"));
}

#[test]
fn a_step_that_cannot_be_shown_is_left_out_and_the_run_fails() {
    let (mut sim, a, b) = guide();
    let go = sim.click(a, Guide::go.click);
    sim.progress("lead", Guide::steps.children, Element::of(Guide::name.place()));
    let before = {
        sim.poll(b);
        sim.shown(b, Guide::steps.children)
    };
    sim.progress("lead", Guide::steps.children, Element::of(Guide::fixed.place()));
    for page in [a, b] {
        sim.poll(page);
        assert_eq!(sim.shown(page, Guide::steps.children), before);
        let bad = sim.bad(page, Guide::steps.children).unwrap();
        assert!(bad.contains("the page cannot show what it wrote: `fixed` is a fixed part of the page"), "{bad}");
    }
    // A piece that can be shown clears the mark. The failure is reported at the end of the run.
    sim.progress("lead", Guide::steps.children, Element::of(Guide::speed.place()));
    sim.poll(b);
    assert_eq!(sim.bad(b, Guide::steps.children), None);
    sim.rest();
    assert_eq!(sim.shown(b, Guide::done.text), "done");
    let outcome = sim.pages[a].told[&go].last().unwrap();
    assert_eq!(outcome[0], 3, "failed");
    assert!(outcome[1].as_str().unwrap().contains("`fixed` is a fixed part of the page"), "{outcome:?}");
}

#[test]
fn what_a_private_run_shows_is_there_for_its_client_alone() {
    let (mut sim, a, b) = guide();
    sim.click(a, Guide::mine.click);
    sim.progress("alone", Guide::own.children, Element::of(Guide::secret.place()));
    let [mine, other] = [a, b].map(|page| sim.send(page, Guide::secret.value, "x"));
    sim.rest();
    assert_eq!(sim.pages[a].refusal(mine), None);
    assert_eq!(sim.pages[b].refusal(other), Some("not_shown"));
}

#[test]
fn what_is_shown_as_long_as_a_callback_runs_is_gone_with_it() {
    let (mut sim, a, b) = guide();
    sim.click(a, Guide::wait.click);
    let number = sim.send(b, Guide::word.value, "x");
    sim.poll(b);
    assert_eq!(sim.pages[b].refusal(number), None);
    sim.finish_one("wait");
    sim.rest();
    let number = sim.send(b, Guide::word.value, "y");
    sim.rest();
    assert_eq!(sim.pages[b].refusal(number), Some("not_shown"));
}
