//! The plan: islands, order, which properties are private, and the faults that only the layout shows.

use dash_macros::{callback, callback_shared, callbacks, components};

use super::{
    bench::Bench,
    islands::Robot,
    parts::{Choice, Dial, Label, place},
};
use crate::{
    callback::Callbacks,
    component::Component,
    dashboard::Dashboard,
    element::Element,
    engine::plan::Plan,
    numbers::{CallbackNo, PartNo},
    prop::ComponentId,
};

fn plan<D: Dashboard>() -> Plan {
    Plan::of::<D>().unwrap().plan
}

/// The islands, as the names of their callbacks in the order in which they run.
fn islands(plan: &Plan) -> Vec<Vec<&'static str>> {
    let name = |callback: &CallbackNo| plan.callbacks[*callback].def.spec.name;
    plan.islands.iter().map(|island| island.callbacks.iter().map(name).collect()).collect()
}

#[test]
fn islands_are_what_is_wired_or_borrows_the_same() {
    let plan = plan::<Bench>();
    assert_eq!(
        islands(&plan),
        [vec!["drive", "left", "right", "sum", "go", "look"], vec!["double"], vec!["greet"], vec!["answer"]],
        "a private callback that reads what a shared one writes is not joined to it"
    );
    let per_client: Vec<_> = plan.islands.iter().map(|island| island.per_client).collect();
    assert_eq!(per_client, [false, false, true, true]);
}

#[test]
fn a_device_of_fields_has_a_queue_per_field_unless_they_are_wired() {
    let plan = plan::<Robot>();
    assert_eq!(islands(&plan), [vec!["turn", "follow", "snap"], vec!["lamp_speed"]]);
    let parts: Vec<_> = plan.callbacks.iter().map(|callback| callback.part).collect();
    assert_eq!(parts, [0, 1, 2, 1].map(|part| Some(PartNo::new(part))));
    assert_eq!(plan.parts(Box::new(Robot::device())).len(), 3);
}

#[test]
fn who_sees_a_property_follows_from_who_reads_and_writes_it() {
    let plan = plan::<Bench>();
    let private = |key| plan.prop(plan.number(&key)).private;
    let shared = [
        private(Bench::x.value.key()),
        private(Bench::y.value.key()),
        private(Bench::go.click.key()),
        private(Bench::sum.text.key()),
        private(Bench::z.min.key()),
    ];
    assert_eq!(shared, [false; 5]);
    let own = [
        private(Bench::name.value.key()),
        private(Bench::hello.text.key()),
        private(Bench::ask.click.key()),
        private(Bench::answer.text.key()),
    ];
    assert_eq!(own, [true; 4]);
}

#[test]
fn a_queue_keeps_only_the_state_whose_every_change_comes_through_it() {
    let plan = plan::<Bench>();
    let names = |island: usize| -> Vec<String> {
        plan.islands[island].view.iter().map(|prop| plan.prop(*prop).name()).collect()
    };
    assert_eq!(
        names(0),
        ["x.value", "y.value", "pos.text", "left.text", "right.text"],
        "`look` reads z, but z comes from elsewhere"
    );
    assert_eq!(names(2), ["sum.text", "name.value"]);
}

/// The list has the reverse order of the wiring, and a cycle through a state.
#[components]
struct Backwards {
    a: Dial,
    b: Label,
    c: Label,
    d: Label,
}

#[callback_shared(output = Backwards::d.text)]
fn last(#[input(Backwards::c.text)] c: &str, #[input(Backwards::b.text)] b: &str) -> String {
    format!("{b}{c}")
}

#[callback_shared(output = Backwards::c.text)]
fn second(#[input(Backwards::b.text)] b: String) -> String {
    b
}

#[callback_shared(output = Backwards::b.text)]
fn first(#[input(Backwards::a.value)] a: f64, #[state(Backwards::d.text)] d: &str) -> String {
    format!("{a}{}", d.len())
}

impl Dashboard for Backwards {
    type Device = ();
    type Session = ();
    const CALLBACKS: Callbacks<Self> = callbacks![last, second, first];

    fn layout(self) -> Element {
        place((self.a, self.b, self.c, self.d))
    }
}

#[test]
fn who_writes_runs_before_who_is_started_by_it() {
    assert_eq!(islands(&plan::<Backwards>()), [["first", "second", "last"]]);
}

/// Has every fault that only the layout shows.
#[components]
struct Wrong {
    twice: Label,
    nowhere: Label,
    choice: Choice,
    other: Choice,
}

impl Dashboard for Wrong {
    type Device = ();
    type Session = ();
    const CALLBACKS: Callbacks<Self> = callbacks![];

    fn layout(self) -> Element {
        // The macro reports these faults at compile time, but code can avoid it: it can make a component by hand, or
        // drop one.
        let again = Label::new(Wrong::twice.text.component());
        drop(self.nowhere);
        place((self.twice, again, self.choice, self.other.options(vec!["a".to_owned()])))
    }
}

#[test]
fn all_faults_of_a_layout_are_in_one_report() {
    let Err(faults) = Plan::of::<Wrong>() else { panic!("no fault found") };
    assert_eq!(
        faults,
        [
            "`twice` is placed twice",
            "`choice` is a Choice without `options`, which it needs: call `.options(..)` on it in `layout`",
            "`nowhere` is a Label that `layout` does not place on the page",
        ]
    );
}

#[test]
fn a_component_of_another_dashboard_is_a_fault_and_no_panic() {
    #[components]
    struct Small {
        only: Label,
    }
    impl Dashboard for Small {
        type Device = ();
        type Session = ();
        const CALLBACKS: Callbacks<Self> = callbacks![];

        fn layout(self) -> Element {
            place((self.only, Label::new(ComponentId::new(1, "stray", 7))))
        }
    }
    let Err(faults) = Plan::of::<Small>() else { panic!("no fault found") };
    assert_eq!(faults, ["`stray` is a Label of another dashboard"]);
}

/// The period of a shared source cannot be private.
#[components]
struct Clock {
    period: Dial,
    mine: Dial,
    now: Label,
}

#[callback_shared(every = Clock::period.value, output = Clock::now.text)]
fn tick() -> String {
    String::new()
}

#[callback(output = Clock::period.value)]
fn set(#[input(Clock::mine.value)] mine: f64) -> f64 {
    mine
}

impl Dashboard for Clock {
    type Device = ();
    type Session = ();
    /// Without these two callbacks, which conflict.
    const CALLBACKS: Callbacks<Self> = callbacks![];

    fn layout(self) -> Element {
        place((self.period, self.mine, self.now))
    }
}

#[test]
fn the_period_of_a_source_is_read_by_all() {
    use crate::{
        callback::{
            check::{Graph, check},
            spec::Wired,
            uses::count,
        },
        private::Spec,
    };
    const SPECS: [&Spec; 2] = [&<tick as Wired>::SPEC, &<set as Wired>::SPEC];
    let graph = Graph::<2, { count(&SPECS) }>::new(&SPECS);
    check(&graph, 0);
    let panic = std::panic::catch_unwind(|| check(&graph, 1)).unwrap_err();
    let text = panic.downcast_ref::<String>().unwrap();
    assert!(text.starts_with("`set` writes `period.value` for one client only, but `tick`"), "{text}");
}
