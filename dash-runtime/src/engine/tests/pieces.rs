//! Components in the pieces of the page that callbacks write.

use dash_macros::{callback, callback_shared, callbacks, changes, components};
use serde_json::json;

use super::{
    parts::{Button, Dial, DialProps, Field, Frame, Label, Log, place},
    sim::Sim,
};
use crate::{callback::Callbacks, dashboard::Dashboard, element::Element, engine::plan::Plan};

/// Everybody sees the same scene, chosen by number.
#[components]
pub struct Stage {
    pub scene: Dial,
    pub content: Frame,
    pub side: Frame,
    pub level: Dial,
    pub greeting: Label,
    #[dynamic]
    pub name: Field,
    #[dynamic]
    pub hello: Label,
    #[dynamic]
    pub inner: Frame,
    #[dynamic]
    pub log: Log,
    #[dynamic]
    pub speed: Dial,
    #[dynamic]
    pub late: Dial,
}

/// In a function of its own, because the compiler finds it in a callback.
fn placed_by_layout() -> DialProps {
    Stage::level
}

#[callback_shared(output = (Stage::content.children, Stage::side.children))]
fn show(#[input(Stage::scene.value)] scene: f64) -> (Element, Option<Element>) {
    let title = format!("scene {scene}");
    match scene as i32 {
        1 => (Element::of((Stage::name.place(), Stage::hello.place())), None),
        2 => (Element::of(Stage::inner.place().title(title).children(Stage::name.place())), None),
        3 => (Element::of((Stage::hello.place(), Stage::hello.place())), None),
        4 => (Element::of(placed_by_layout().place()), None),
        5 => (Element::default(), Some(Element::of(Stage::name.place()))),
        6 => (Element::of(Stage::name.place()), None),
        7 => (Element::of(Stage::name.place()), Some(Element::default())),
        8 => (Element::of(Stage::speed.place().value(40.0)), None),
        9 => (Element::of(Stage::speed.place().value(60.0)), None),
        10 => (Element::of((Stage::log.place(), Stage::inner.place().children(Stage::inner.place()))), None),
        _ => (Element::default(), None),
    }
}

/// Reads dynamic components, in an island of its own.
#[callback_shared(output = (Stage::hello.text, Stage::greeting.text))]
fn greet(#[input(Stage::name.value)] name: &str, #[input(Stage::speed.value)] speed: f64) -> (String, String) {
    (format!("Hello {name}"), format!("{name} at {speed}"))
}

impl Dashboard for Stage {
    type Device = ();
    type Session = ();
    const CALLBACKS: Callbacks<Self> = callbacks![show, greet];

    fn layout(self) -> Element {
        // It is placed at the start, so it must be dynamic to be placed again.
        let late = Stage::late.place().value(7.0);
        place((self.scene, self.content, self.side.children(late), self.level, self.greeting))
    }
}

fn stage() -> (Sim, usize) {
    let mut sim = Sim::new::<Stage>(());
    let at = sim.join();
    sim.rest();
    (sim, at)
}

impl Sim {
    fn scene(&mut self, at: usize, scene: f64) {
        self.send(at, Stage::scene.value, scene);
        self.rest();
    }

    /// Whether a command for this component is refused because it is not on the page.
    #[track_caller]
    fn refuses(&mut self, at: usize, name: &str) -> bool {
        let number = self.send(at, Stage::name.value, name);
        self.rest();
        match self.pages[at].refusal(number) {
            Some(kind) => {
                assert_eq!(kind, "not_shown");
                true
            }
            None => false,
        }
    }
}

#[test]
fn p8_a_browser_writes_only_what_is_on_its_page() {
    let (mut sim, a) = stage();
    assert!(sim.refuses(a, "ann"), "not placed yet");
    sim.scene(a, 1.0);
    assert!(!sim.refuses(a, "bob"));
    assert_eq!(sim.shown(a, Stage::greeting.text), "bob at 0");
    sim.scene(a, 2.0);
    assert!(!sim.refuses(a, "cid"), "in a piece of the page inside of another");
    sim.scene(a, 0.0);
    assert!(sim.refuses(a, "dan"), "gone with the frame around it");
    assert_eq!(sim.shown(a, Stage::greeting.text), "cid at 0");
}

#[test]
fn what_was_written_is_kept_when_a_component_is_placed_again() {
    let (mut sim, a) = stage();
    sim.scene(a, 1.0);
    sim.send(a, Stage::name.value, "ann");
    sim.rest();
    sim.scene(a, 0.0);
    sim.scene(a, 6.0);
    let late = sim.join();
    sim.rest();
    for page in [a, late] {
        assert_eq!(sim.shown(page, Stage::name.value), "ann");
        assert_eq!(sim.shown(page, Stage::hello.text), "Hello ann", "written while it was not on the page");
    }
}

#[test]
fn builder_values_of_unwritten_properties_apply_at_each_placement() {
    let (mut sim, a) = stage();
    sim.scene(a, 2.0);
    let frames = sim.pages[a].frames;
    assert_eq!(sim.shown(a, Stage::inner.title), "scene 2");
    assert_eq!(sim.shown(a, Stage::inner.children), json!([["t-field", { "id": "name" }, []]]));
    assert_eq!(sim.pages[a].frames, frames, "in the frame that shows it");
    sim.scene(a, 10.0);
    assert!(sim.bad(a, Stage::content.children).is_some());
    assert_eq!(sim.shown(a, Stage::inner.title), "scene 2", "the builder of a refused piece has no effect");
}

#[test]
fn a_starting_value_is_seen_by_what_reads_it_until_somebody_writes_another() {
    let (mut sim, a) = stage();
    sim.scene(a, 8.0);
    assert_eq!(sim.shown(a, Stage::greeting.text), " at 40");
    sim.scene(a, 9.0);
    assert_eq!(sim.shown(a, Stage::greeting.text), " at 60");
    sim.send(a, Stage::speed.value, 5.0);
    sim.rest();
    sim.scene(a, 8.0);
    assert_eq!(sim.shown(a, Stage::speed.value), 5.0);
    assert_eq!(sim.shown(a, Stage::greeting.text), " at 5");
}

#[test]
fn an_invalid_page_is_a_failure_of_the_callback_and_changes_nothing_else() {
    let (mut sim, a) = stage();
    sim.scene(a, 1.0);
    for (scene, why) in [
        (
            3.0,
            "the page cannot show what it returned: `hello` would be on the page twice: a component is in one place at a time",
        ),
        (4.0, "`level` is a fixed part of the page: write `#[dynamic]` above its field"),
        (10.0, "`inner` would be on the page twice"),
    ] {
        sim.scene(a, scene);
        let bad = sim.bad(a, Stage::content.children).unwrap_or_default();
        assert!(bad.contains(why), "{scene}: {bad}");
        assert_eq!(sim.shown(a, Stage::content.children).as_array().unwrap().len(), 2, "the piece has not changed");
        assert!(!sim.refuses(a, "eve"), "the components on the page still work");
    }
    sim.scene(a, 6.0);
    assert_eq!(sim.bad(a, Stage::content.children), None);
}

#[test]
fn a_component_moves_in_one_run_but_not_in_two() {
    let (mut sim, a) = stage();
    sim.scene(a, 5.0);
    assert!(!sim.refuses(a, "ann"));
    sim.scene(a, 6.0);
    assert!(sim.bad(a, Stage::content.children).unwrap().contains("`name` would be on the page twice"));
    sim.scene(a, 7.0);
    assert_eq!(sim.bad(a, Stage::content.children), None, "one run has moved it");
    assert_eq!(sim.shown(a, Stage::side.children), json!([]));
}

#[test]
fn the_starting_piece_is_shown_until_it_is_replaced() {
    let (mut sim, a) = stage();
    let late = |sim: &mut Sim| {
        let number = sim.send(a, Stage::late.value, 9.0);
        sim.rest();
        sim.pages[a].refusal(number).map(str::to_owned)
    };
    assert_eq!(sim.shown(a, Stage::late.value), 7.0);
    assert_eq!(late(&mut sim), None);
    sim.scene(a, 7.0);
    assert_eq!(late(&mut sim).as_deref(), Some("not_shown"));
}

/// The value is pushed while the component is not on the page, before it is placed again. The value must not belong to
/// an object that is replaced.
#[test]
fn fault_06_a_late_joiner_sees_a_pushed_value_inside_of_replaced_children() {
    let (mut sim, a) = stage();
    sim.scene(a, 2.0);
    sim.scene(a, 0.0);
    sim.push(changes![Stage::inner.title = "pushed", Stage::name.value = "ann"]).unwrap();
    sim.rest();
    sim.scene(a, 2.0);
    let late = sim.join();
    sim.rest();
    for page in [a, late] {
        assert_eq!(sim.shown(page, Stage::inner.title), "pushed", "not the value of the builder");
        assert_eq!(sim.shown(page, Stage::name.value), "ann");
        assert_eq!(sim.shown(page, Stage::greeting.text), "ann at 0");
    }
    let refused = sim.push(changes![Stage::content.children = (Stage::level.place(), "x")]).unwrap_err();
    assert!(refused.to_string().contains("`level` is a fixed part of the page"), "{refused}");
    assert_eq!(sim.shown(late, Stage::content.children).as_array().unwrap().len(), 1, "nothing changed");
}

#[test]
fn fault_06_a_late_joiner_sees_what_happened_to_a_component_before_it_was_placed_again() {
    let (mut sim, a) = stage();
    sim.scene(a, 1.0);
    sim.send(a, Stage::name.value, "ann");
    sim.rest();
    // A new object with the same id. The values do not belong to the object.
    sim.scene(a, 2.0);
    sim.scene(a, 1.0);
    let late = sim.join();
    sim.rest();
    assert_eq!(sim.shown(late, Stage::name.value), "ann");
    assert_eq!(sim.shown(late, Stage::hello.text), "Hello ann");
    assert_eq!(sim.shown(late, Stage::content.children), sim.shown(a, Stage::content.children));
}

// ---- the view of one client ----

/// A form that a client sees when it asks for it.
#[components]
pub struct Forms {
    pub open: Button,
    pub close: Button,
    pub all: Button,
    pub content: Frame,
    pub common: Frame,
    pub noted: Label,
    pub doubled: Label,
    #[dynamic]
    pub name: Field,
    #[dynamic]
    pub password: Field,
    #[dynamic]
    pub hint: Label,
}

#[allow(clippy::needless_pass_by_value, reason = "that is how a client is taken")]
#[callback(on = Forms::close.click, output = Forms::content.children)]
fn form(#[input(Forms::open.click)] open: Option<()>, client: crate::client::Client) -> Option<Element> {
    let hint = format!("for {:?}", client.id());
    Some(match open {
        Some(()) => {
            Element::of((Forms::name.place(), Forms::password.place().value("none"), Forms::hint.place().text(hint)))
        }
        None => Element::default(),
    })
}

/// Shared. Reads the text of any client.
#[callback_shared(output = Forms::noted.text)]
fn note(#[input(Forms::name.value)] name: String) -> String {
    name
}

#[callback_shared(output = Forms::doubled.text)]
fn double(#[input(Forms::noted.text)] noted: &str) -> String {
    format!("{noted}{noted}")
}

#[callback_shared(on = Forms::all.click, output = Forms::common.children)]
fn all() -> Element {
    Element::of(Forms::hint.place())
}

impl Dashboard for Forms {
    type Device = ();
    type Session = ();
    const CALLBACKS: Callbacks<Self> = callbacks![form, note, double, all];

    fn layout(self) -> Element {
        place((self.open, self.close, self.all, self.content, self.common, self.noted, self.doubled))
    }
}

#[test]
fn fault_07_components_inside_of_a_private_callbacks_output_take_part_in_chains() {
    let mut sim = Sim::new::<Forms>(());
    let (a, b) = (sim.join(), sim.join());
    sim.rest();
    sim.click(a, Forms::open.click);
    sim.rest();
    sim.send(a, Forms::name.value, "ann");
    sim.rest();
    for page in [a, b] {
        assert_eq!(sim.shown(page, Forms::noted.text), "ann");
        assert_eq!(sim.shown(page, Forms::doubled.text), "annann");
    }
}

#[test]
fn p8_what_one_client_is_shown_another_cannot_write() {
    let mut sim = Sim::new::<Forms>(());
    let (a, b) = (sim.join(), sim.join());
    sim.rest();
    sim.click(a, Forms::open.click);
    sim.rest();
    let number = sim.send(b, Forms::name.value, "bob");
    sim.rest();
    assert_eq!(sim.pages[b].refusal(number), Some("not_shown"));
    sim.click(a, Forms::close.click);
    sim.rest();
    let number = sim.send(a, Forms::name.value, "ann");
    sim.rest();
    assert_eq!(sim.pages[a].refusal(number), Some("not_shown"));
}

#[test]
fn builder_values_in_one_clients_view_are_for_that_client() {
    let mut sim = Sim::new::<Forms>(());
    let (a, b) = (sim.join(), sim.join());
    sim.rest();
    for page in [a, b] {
        sim.click(page, Forms::open.click);
        sim.rest();
    }
    let hint = |sim: &Sim, page: usize| sim.shown(page, Forms::hint.text);
    assert_ne!(hint(&sim, a), hint(&sim, b));
    assert_eq!(hint(&sim, a), format!("for {:?}", sim.pages[a].id));
    // The form is still there after a reconnect.
    sim.cut(a);
    sim.pages[a].rev = 0;
    sim.connect(a);
    sim.rest();
    assert_eq!(hint(&sim, a), format!("for {:?}", sim.pages[a].id));
}

#[test]
fn a_component_is_placed_for_everybody_or_for_clients() {
    let mut sim = Sim::new::<Forms>(());
    let a = sim.join();
    sim.rest();
    sim.click(a, Forms::open.click);
    sim.rest();
    sim.click(a, Forms::all.click);
    sim.rest();
    let bad = sim.bad(a, Forms::common.children).unwrap();
    assert!(bad.contains("`hint` was placed for one client, and so cannot be placed for everybody"), "{bad}");
}

// ---- plans ----

#[components]
struct Lost {
    content: Frame,
    scene: Dial,
    name: Field,
    other: Field,
}

#[callback_shared(output = Lost::content.children)]
fn replace(#[input(Lost::scene.value)] scene: f64) -> String {
    scene.to_string()
}

impl Dashboard for Lost {
    type Device = ();
    type Session = ();
    const CALLBACKS: Callbacks<Self> = callbacks![replace];

    fn layout(self) -> Element {
        drop(self.other);
        place((self.content.children(self.name), self.scene))
    }
}

#[test]
fn a_component_that_a_callback_could_lose_is_a_fault_of_the_layout() {
    let faults = Plan::of::<Lost>().err().unwrap();
    assert_eq!(
        faults,
        [
            "`name` is in `content.children`, which a callback writes: write `#[dynamic]` above its field, so that callbacks can place it again",
            "`other` is a Field that `layout` does not place on the page",
        ]
    );
}

#[components]
pub struct Pump {
    pub content: Frame,
    pub open: Dial,
    #[dynamic]
    pub wanted: Dial,
}

/// The same piece of the page at the start and later.
fn settings() -> Element {
    Element::of(Pump::wanted.place().value(40.0))
}

#[callback_shared]
fn drive(device: &mut Vec<f64>, #[input(Pump::wanted.value)] wanted: f64) {
    device.push(wanted);
}

#[callback(output = Pump::content.children)]
fn look(#[input(Pump::open.value)] open: f64) -> Element {
    if open > 0.0 { settings() } else { Element::default() }
}

impl Dashboard for Pump {
    type Device = Vec<f64>;
    type Session = ();
    const CALLBACKS: Callbacks<Self> = callbacks![drive, look];

    fn layout(self) -> Element {
        place((self.content, self.open))
    }

    fn dynamic() -> Element {
        settings()
    }
}

/// Fault: a set-point on a page of a router was 0 until somebody opened that page, and then the device got another one.
#[test]
fn fault_who_opened_a_page_changed_what_the_device_did() {
    let mut sim = Sim::new::<Pump>(Vec::new());
    let at = sim.join();
    sim.rest();
    assert_eq!(sim.device::<Vec<f64>>(), &[40.0], "from the start");
    sim.send(at, Pump::open.value, 1.0);
    sim.rest();
    assert_eq!(sim.device::<Vec<f64>>(), &[40.0], "nobody has set anything");
    sim.send(at, Pump::wanted.value, 50.0);
    sim.rest();
    assert_eq!(sim.device::<Vec<f64>>(), &[40.0, 50.0]);
}

#[components]
pub struct Fixed {
    pub level: Dial,
    #[dynamic]
    pub other: Dial,
}

impl Dashboard for Fixed {
    type Device = ();
    type Session = ();
    const CALLBACKS: Callbacks<Self> = callbacks![];

    fn layout(self) -> Element {
        place(self.level)
    }

    fn dynamic() -> Element {
        Element::of((Fixed::other.place(), Fixed::other.place(), fixed().place()))
    }
}

/// In a function of its own, because the compiler finds it where a callback places it.
fn fixed() -> DialProps {
    Fixed::level
}

#[test]
fn what_starts_twice_or_is_fixed_is_a_fault_of_the_dashboard() {
    let faults = Plan::of::<Fixed>().err().unwrap();
    let fixed = "`level` is a fixed part of the page, which `layout` places: leave it out of `dynamic`, or write `#[dynamic]` \
                 above its field";
    assert_eq!(faults, ["`other` is placed twice", fixed]);
}
