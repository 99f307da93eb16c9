//! P6: callbacks that do not end and sources that fall silent are marked, for everybody and for newcomers.

use dash_macros::{callback, callback_shared, callbacks, components};

use super::{
    parts::{Button, Dial, Label, place},
    sim::{At, Sim},
};
use crate::{
    callback::{Callbacks, task::ProgressSink},
    dashboard::Dashboard,
    element::Element,
    prop::Prop,
};

#[components]
struct Plant {
    level: Label,
    watched: Label,
    set: Dial,
    moved: Label,
    after: Label,
    scan: Button,
    scanned: Label,
    stop: Button,
    bar: Dial,
    long: Button,
    ask: Button,
    answer: Label,
}

#[callback_shared(every = "100ms", output = Plant::level.text)]
fn sample(samples: &mut u32) -> Result<String, &'static str> {
    *samples += 1;
    if *samples == 3 { Err("no answer") } else { Ok(samples.to_string()) }
}

#[callback_shared(every = "100ms", when = watched, output = Plant::watched.text)]
fn look() -> String {
    "seen".to_owned()
}

/// On the same device as the source.
#[callback_shared(initial = false, output = Plant::moved.text)]
fn drive(samples: &mut u32, #[input(Plant::set.value)] to: f64) -> String {
    *samples += 100;
    to.to_string()
}

#[callback_shared(output = Plant::after.text)]
fn follow(#[input(Plant::moved.text)] moved: &str) -> String {
    moved.to_owned()
}

#[callback_shared(on = Plant::scan.click, output = Plant::scanned.text)]
async fn scan() -> String {
    "scanned".to_owned()
}

/// It is declared as long.
#[callback_shared(on = Plant::long.click, cancel = Plant::stop.click)]
async fn work(#[progress(Plant::bar.value)] bar: ProgressSink<f64>) {
    bar.set(1.0);
}

#[callback(on = Plant::ask.click, output = Plant::answer.text)]
async fn answer() -> String {
    "yes".to_owned()
}

impl Dashboard for Plant {
    type Device = u32;
    type Session = ();
    const CALLBACKS: Callbacks<Self> = callbacks![sample, look, drive, follow, scan, work, answer];

    fn layout(self) -> Element {
        place((
            place((self.level, self.watched, self.set, self.moved, self.after, self.scan, self.scanned)),
            place((self.stop, self.bar, self.long, self.ask, self.answer)),
        ))
    }
}

/// Time passes, and the runs of these callbacks end at once.
fn pass(sim: &mut Sim, millis: u64, ending: &[&str]) {
    for _ in 0..millis / 50 {
        sim.pass(50);
        while let Some(at) = sim.jobs.iter().position(|job| ending.contains(&job.name)) {
            sim.finish(at);
        }
    }
    sim.poll_woken();
}

/// What a page that is loaded now shows as bad.
fn newcomer<T>(sim: &mut Sim, prop: Prop<T>) -> Option<String> {
    let at = sim.no(prop);
    sim.load().bad[at].clone()
}

fn joined() -> (Sim, At, At) {
    let mut sim = Sim::new::<Plant>(10);
    let (a, b) = (sim.join(), sim.join());
    sim.rest();
    (sim, a, b)
}

#[test]
fn p6_fault_a_source_that_hangs_is_marked_for_everybody_until_it_answers() {
    let (mut sim, a, _) = joined();
    pass(&mut sim, 200, &["sample", "look"]);
    let last = sim.shown(a, Plant::level.text);
    pass(&mut sim, 5_000, &["look"]);
    assert_eq!((sim.running(), sim.bad(a, Plant::level.text)), (vec!["sample"], None));
    pass(&mut sim, 200, &["look"]);
    let why = Some("`sample` has given no value for 5.1 s");
    assert_eq!((sim.bad(a, Plant::level.text), sim.shown(a, Plant::level.text)), (why, last));
    assert_eq!(newcomer(&mut sim, Plant::level.text).as_deref(), why);
    assert_eq!(sim.engine.stuck(), ["sample"]);
    pass(&mut sim, 60_000, &["look"]);
    assert_eq!(sim.notices, ["`sample` has given no value for 5.1 s"], "once");
    sim.finish_one("sample");
    sim.poll_woken();
    assert_eq!((sim.bad(a, Plant::level.text), sim.engine.stuck().len()), (None, 0));
    // The next time counts anew.
    pass(&mut sim, 10_000, &["look"]);
    assert_eq!(sim.notices.len(), 2);
}

#[test]
fn p6_fault_a_source_whose_device_is_taken_by_another_callback_is_marked() {
    let (mut sim, a, b) = joined();
    sim.send(a, Plant::set.value, 5.0);
    pass(&mut sim, 5_200, &["sample", "look"]);
    assert_eq!(sim.running(), ["drive"]);
    assert_eq!(sim.bad(b, Plant::level.text), Some("`sample` has given no value for 5.1 s"));
    assert_eq!(sim.bad(b, Plant::moved.text), None, "not yet");
}

#[test]
fn p6_a_source_that_fails_answers() {
    let mut sim = Sim::new::<Plant>(1);
    let a = sim.join();
    sim.rest();
    pass(&mut sim, 100, &["sample", "look"]);
    assert_eq!(sim.bad(a, Plant::level.text), Some("no answer"));
    pass(&mut sim, 5_300, &["look"]);
    assert_eq!(sim.bad(a, Plant::level.text), Some("`sample` has given no value for 5.1 s"));
}

#[test]
fn p6_a_source_that_nobody_watches_is_not_silent() {
    let mut sim = Sim::new::<Plant>(10);
    pass(&mut sim, 60_000, &["sample", "look"]);
    let a = sim.join();
    pass(&mut sim, 4_900, &["sample"]);
    assert_eq!((sim.bad(a, Plant::watched.text), sim.notices.len()), (None, 0));
    pass(&mut sim, 500, &["sample"]);
    assert_eq!(sim.bad(a, Plant::watched.text), Some("`look` has given no value for 5.1 s"));
}

#[test]
fn p6_fault_a_callback_that_hangs_is_marked_for_everybody_and_with_it_what_it_has_not_taken() {
    let (mut sim, a, b) = joined();
    let number = sim.send(a, Plant::set.value, 5.0);
    pass(&mut sim, 9_900, &["look"]);
    assert_eq!((sim.running(), sim.bad(b, Plant::set.value)), (vec!["drive"], None));
    pass(&mut sim, 200, &["look"]);
    let why = Some("`drive` has not ended for 10 s");
    for page in [a, b] {
        assert_eq!((sim.bad(page, Plant::set.value), sim.bad(page, Plant::moved.text)), (why, why));
        assert_eq!(sim.bad(page, Plant::after.text), None, "it has not been asked");
    }
    assert_eq!(newcomer(&mut sim, Plant::set.value).as_deref(), why);
    assert!(sim.engine.stuck().contains(&"drive"));
    sim.finish_one("drive");
    pass(&mut sim, 500, &["sample", "look", "follow"]);
    assert_eq!((sim.bad(b, Plant::set.value), sim.bad(b, Plant::moved.text)), (None, None));
    assert_eq!((sim.shown(b, Plant::after.text), sim.pages[a].outcome(number)), ("5".into(), Some(0)));
    assert_eq!(sim.engine.stuck().len(), 0);
}

#[test]
fn p6_fault_a_value_that_is_set_behind_a_hung_callback_does_not_look_as_if_it_were_carried_out() {
    let (mut sim, a, b) = joined();
    sim.send(a, Plant::set.value, 5.0);
    pass(&mut sim, 11_000, &["look"]);
    sim.finish_one("drive");
    pass(&mut sim, 500, &["sample", "look", "follow"]);
    // Now the source hangs, on the same device.
    sim.pass(200);
    pass(&mut sim, 11_000, &["look"]);
    assert_eq!(sim.bad(b, Plant::set.value), None);
    sim.send(a, Plant::set.value, 6.0);
    sim.poll_woken();
    assert_eq!((sim.shown(b, Plant::set.value), sim.bad(b, Plant::set.value).is_some()), (6.0.into(), true));
    sim.finish_one("sample");
    pass(&mut sim, 500, &["sample", "look", "drive", "follow"]);
    assert_eq!((sim.bad(b, Plant::set.value), sim.shown(b, Plant::moved.text)), (None, "6".into()));
}

#[test]
fn p6_a_callback_that_is_declared_as_long_is_not_marked() {
    let (mut sim, a, _) = joined();
    sim.click(a, Plant::long.click);
    sim.click(a, Plant::scan.click);
    pass(&mut sim, 60_000, &["sample", "look"]);
    assert_eq!(sim.bad(a, Plant::bar.value), None);
    assert_eq!(sim.bad(a, Plant::scanned.text), Some("`scan` has not ended for 10 s"));
    assert_eq!(sim.engine.stuck(), ["scan"]);
}

#[test]
fn p6_a_private_callback_that_hangs_is_marked_only_for_its_client() {
    let (mut sim, a, b) = joined();
    sim.click(a, Plant::ask.click);
    pass(&mut sim, 11_000, &["sample", "look"]);
    assert_eq!(sim.bad(a, Plant::answer.text), Some("`answer` has not ended for 10 s"));
    assert_eq!(sim.bad(b, Plant::answer.text), None);
    sim.finish_one("answer");
    sim.poll_woken();
    assert_eq!(sim.bad(a, Plant::answer.text), None);
}

#[components]
struct Kiln {
    heat: Button,
    done: Label,
    stop: Button,
    fired: Label,
    temperature: Label,
}

/// Longer than usual.
#[callback_shared(on = Kiln::heat.click, output = Kiln::done.text, deadline = "2min")]
async fn heat() -> String {
    "hot".to_owned()
}

/// As long as it likes, but not longer than this.
#[callback_shared(on = Kiln::heat.click, output = Kiln::fired.text, cancel = Kiln::stop.click, deadline = "30s")]
async fn fire() -> String {
    "fired".to_owned()
}

#[callback_shared(every = "1s", output = Kiln::temperature.text, deadline = "500ms")]
fn measure() -> String {
    "20".to_owned()
}

impl Dashboard for Kiln {
    type Device = ();
    type Session = ();
    const CALLBACKS: Callbacks<Self> = callbacks![heat, fire, measure];

    fn layout(self) -> Element {
        place((self.heat, self.done, self.stop, self.fired, self.temperature))
    }
}

#[test]
fn p6_a_callback_may_have_a_deadline_of_its_own() {
    let mut sim = Sim::new::<Kiln>(());
    let a = sim.join();
    sim.rest();
    sim.click(a, Kiln::heat.click);
    pass(&mut sim, 29_000, &["measure"]);
    assert_eq!(sim.notices, [""; 0]);
    pass(&mut sim, 2_000, &["measure"]);
    assert_eq!(sim.bad(a, Kiln::fired.text), Some("`fire` has not ended for 30 s"));
    pass(&mut sim, 88_000, &["measure"]);
    assert_eq!(sim.bad(a, Kiln::done.text), None);
    pass(&mut sim, 2_000, &["measure"]);
    assert_eq!(sim.bad(a, Kiln::done.text), Some("`heat` has not ended for 120 s"));
    pass(&mut sim, 1_450, &[]);
    assert_eq!(sim.bad(a, Kiln::temperature.text), None);
    pass(&mut sim, 100, &[]);
    assert_eq!(sim.bad(a, Kiln::temperature.text), Some("`measure` has given no value for 1.5 s"));
}

/// The driver sees that an `async fn` has not returned from a poll.
#[test]
fn p6_fault_a_callback_that_holds_its_thread_is_marked_when_the_driver_says_so() {
    let (mut sim, a, b) = joined();
    sim.click(a, Plant::scan.click);
    let job = &sim.jobs[sim.run_of("scan")];
    let (lane, number) = (job.lane, job.number);
    sim.with(|engine, now, fx| engine.holds_thread(now, lane, number, fx));
    sim.poll_woken();
    let why = Some("`scan` has not given its thread back for 1 s");
    assert_eq!(sim.bad(b, Plant::scanned.text), why);
    // It is already marked, so nothing more is said.
    pass(&mut sim, 20_000, &["sample", "look"]);
    assert_eq!((sim.bad(b, Plant::scanned.text), sim.notices.len()), (why, 1));
    sim.finish_one("scan");
    sim.poll_woken();
    assert_eq!(sim.bad(b, Plant::scanned.text), None);
    // A run that has ended meanwhile is not marked.
    sim.with(|engine, now, fx| engine.holds_thread(now, lane, number, fx));
    sim.poll_woken();
    assert_eq!(sim.bad(b, Plant::scanned.text), None);
}
