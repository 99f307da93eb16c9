use std::f64::consts::TAU;

use dash_macros::{Component, value};
use dash_runtime::{component::prelude::*, look::Bound};

use super::{field, indicator::Tone};

/// The states of a machine, how it gets from one to another, and the one in which it is now.
///
/// The box of the current state is solid, and what leads out of it is drawn out. The states stand on a ring, clockwise
/// from the top in their order, or where the program puts them.
///
/// ```
/// # use dash_components::{MachineState, StateMachine, Tone};
/// # fn of(mode: StateMachine) -> StateMachine {
/// mode.label("Mode")
///     .states([
///         MachineState::new("off", "Off").to(["standby"]),
///         MachineState::new("standby", "Standby").to(["off", "run"]),
///         MachineState::new("run", "Running").to(["standby", "fault"]),
///         MachineState::new("fault", "Fault").to(["off"]).tone(Tone::Bad),
///     ])
///     .current("standby")
/// # }
/// ```
#[derive(Component)]
#[component(tag = "dd-state-machine", style = "state_machine.css")]
pub struct StateMachine {
    id: ComponentId,
    /// The states. Default: none, shown as "No states". Callbacks write a [`StateGraph`].
    #[prop(no_setter)]
    states: StateGraph,
    /// The id of the current state. Default: the empty string, none. What is not the id of a state is shown as unknown.
    current: String,
    /// The visible name. Empty (the default): no visible name.
    label: String,
}

/// A state of a [`StateMachine`].
#[derive(Debug, Clone, PartialEq)]
pub struct MachineState {
    id: String,
    label: String,
    tone: Tone,
    next: Vec<String>,
    at: Option<(u8, u8)>,
}

impl MachineState {
    /// A state. `id` is the value of the property `current`, and `label` is shown.
    pub fn new(id: impl IntoValue<String>, label: impl IntoValue<String>) -> Self {
        Self { id: id.into_value(), label: label.into_value(), tone: Tone::Neutral, next: Vec::new(), at: None }
    }

    /// Sets the states to which it can change, by their ids. An id of no state is left out.
    #[must_use]
    pub fn to(mut self, next: impl IntoIterator<Item = impl IntoValue<String>>) -> Self {
        self.next = next.into_iter().map(IntoValue::into_value).collect();
        self
    }

    /// Sets what it means to be in this state. [`Tone::Warn`] and [`Tone::Bad`] give the box their colour while the state
    /// is the current one.
    #[must_use]
    pub fn tone(mut self, tone: Tone) -> Self {
        self.tone = tone;
        self
    }

    /// Puts it into this column and row of a grid, from 0. States without a place then stand in column 0 and row 0.
    #[must_use]
    pub fn at(mut self, column: u8, row: u8) -> Self {
        self.at = Some((column, row));
        self
    }
}

/// The states of a [`StateMachine`], as a property has them.
#[value]
#[derive(Debug, Clone, Default, PartialEq)]
pub struct StateGraph {
    boxes: Vec<StateBox>,
    arrows: Vec<StateArrow>,
    view_box: String,
    /// The width of the picture in CSS pixels, if there is room for it.
    width: f64,
}

/// A state with its place in the picture.
#[value]
#[derive(Debug, Clone, PartialEq)]
#[doc(hidden)]
pub(crate) struct StateBox {
    id: String,
    label: String,
    /// The label as far as the box has room for it.
    short: String,
    tone: Tone,
    /// The labels of the states to which it can change.
    next: String,
    x: f64,
    y: f64,
    /// The middle of the box, as shares of the picture's width and height.
    across: f64,
    down: f64,
}

/// A change from one state to another in the picture.
#[value]
#[derive(Debug, Clone, PartialEq)]
#[doc(hidden)]
pub(crate) struct StateArrow {
    from: String,
    line: String,
    head: String,
}

/// The size of a box.
const BOX: Point = Point { x: 104.0, y: 34.0 };
/// The distance from one column and row of the grid to the next.
const GRID: Point = Point { x: 148.0, y: 78.0 };
/// The largest height of the picture in CSS pixels, and how much larger than drawn it becomes.
const HIGHEST: f64 = 384.0;
const LARGEST: f64 = 1.25;
/// Half of the width of a ring with few states.
const RING: f64 = 116.0;
/// How far an arrow bends to its right, so that two arrows between two states do not lie on each other.
const BEND: f64 = 16.0;
/// The largest number of characters that a box has room for.
const LONGEST: usize = 14;

#[derive(Debug, Clone, Copy, PartialEq)]
struct Point {
    x: f64,
    y: f64,
}

impl Point {
    fn plus(self, other: Self, times: f64) -> Self {
        Self { x: self.x + other.x * times, y: self.y + other.y * times }
    }

    /// The direction to another point, and the distance.
    fn way_to(self, other: Self) -> (Self, f64) {
        let (x, y) = (other.x - self.x, other.y - self.y);
        let length = x.hypot(y);
        (Self { x: x / length, y: y / length }, length)
    }

    /// The direction to the right of this one, on a screen.
    fn right(self) -> Self {
        Self { x: -self.y, y: self.x }
    }

    fn text(self) -> String {
        format!("{} {}", self.x.round(), self.y.round())
    }
}

/// Where the states of a ring stand. It is so high and so wide that neighbours do not touch.
fn on_a_ring(count: usize) -> Vec<Point> {
    // Of an odd number, two would stand side by side at the bottom, where the ring is narrow.
    let step = TAU / (count + usize::from(count % 2 == 1 && count > 5)) as f64;
    let height = match count {
        0 | 1 => 0.0,
        2 => GRID.y / 2.0,
        _ => ((BOX.y + 14.0) / (1.0 - step.cos())).max(GRID.y),
    };
    let width = if count > 6 { RING.max((BOX.x / 2.0 + 8.0) / step.sin()) } else { RING };
    (0..count)
        .map(|at| {
            let angle = step * at as f64;
            Point { x: width * angle.sin(), y: -height * angle.cos() }
        })
        .collect()
}

/// The point of a box's edge on the way from its centre to a point, with a gap.
fn edge(centre: Point, to: Point) -> Point {
    let (way, _) = centre.way_to(to);
    let reach = |half: f64, part: f64| if part == 0.0 { f64::INFINITY } else { half / part.abs() };
    centre.plus(way, reach(BOX.x / 2.0 + 3.0, way.x).min(reach(BOX.y / 2.0 + 3.0, way.y)))
}

/// The line of an arrow and its head.
fn arrow(from: Point, to: Point) -> (String, String) {
    let (way, length) = from.way_to(to);
    if length < 1.0 {
        // Back to itself, or to one at the same place.
        let side = |x: f64| Point { x: from.x + x, y: from.y - BOX.y / 2.0 - 3.0 };
        let (start, end, width) = (side(-BOX.x / 4.0), side(BOX.x / 4.0), BOX.x / 2.0);
        let line = format!("M{}c0 -22 {width} -22 {width} 0", start.text());
        return (line, head(end, Point { x: 0.0, y: 1.0 }));
    }
    let bend = from.plus(way, length / 2.0).plus(way.right(), BEND);
    let (start, end) = (edge(from, bend), edge(to, bend));
    let (last, _) = bend.way_to(end);
    (format!("M{}Q{} {}", start.text(), bend.text(), end.text()), head(end, last))
}

fn head(end: Point, way: Point) -> String {
    let base = end.plus(way, -9.0);
    format!("M{}L{}L{}Z", end.text(), base.plus(way.right(), 4.5).text(), base.plus(way.right(), -4.5).text())
}

impl FromIterator<MachineState> for StateGraph {
    fn from_iter<I: IntoIterator<Item = MachineState>>(states: I) -> Self {
        let states: Vec<MachineState> = states.into_iter().collect();
        let places = if states.iter().any(|state| state.at.is_some()) {
            let grid = |(column, row): (u8, u8)| Point { x: GRID.x * f64::from(column), y: GRID.y * f64::from(row) };
            states.iter().map(|state| grid(state.at.unwrap_or_default())).collect()
        } else {
            on_a_ring(states.len())
        };
        let (start, size) = bounds(&places);
        let of = |id: &String| states.iter().position(|state| state.id == *id);
        let mut arrows = Vec::new();
        let mut boxes = Vec::new();
        for (state, place) in states.iter().zip(&places) {
            let next: Vec<usize> = state.next.iter().filter_map(of).collect();
            for &to in &next {
                let (line, head) = arrow(*place, places[to]);
                arrows.push(StateArrow { from: state.id.clone(), line, head });
            }
            let names: Vec<&str> = next.iter().map(|&to| &*states[to].label).collect();
            boxes.push(StateBox {
                id: state.id.clone(),
                label: state.label.clone(),
                short: shortened(&state.label),
                tone: state.tone,
                next: names.join(", "),
                x: place.x.round(),
                y: place.y.round(),
                across: (place.x.round() - start.x) / size.x,
                down: (place.y.round() - start.y) / size.y,
            });
        }
        let view_box = format!("{} {}", start.text(), size.text());
        Self { boxes, arrows, view_box, width: (size.x * (HIGHEST / size.y).min(LARGEST)).round() }
    }
}

fn shortened(label: &str) -> String {
    if label.chars().count() <= LONGEST {
        return label.to_owned();
    }
    label.chars().take(LONGEST - 1).chain(['…']).collect()
}

/// The start and the size of the picture. It has room for the boxes, and for the arrows that bend around them.
fn bounds(places: &[Point]) -> (Point, Point) {
    let ends = |of: fn(&Point) -> f64| {
        let all = || places.iter().map(of);
        (all().fold(f64::INFINITY, f64::min), all().fold(f64::NEG_INFINITY, f64::max))
    };
    let ((left, right), (top, bottom)) = (ends(|place| place.x), ends(|place| place.y));
    if places.is_empty() {
        return (Point { x: 0.0, y: 0.0 }, Point { x: 1.0, y: 1.0 });
    }
    let (wide, high) = (BOX.x / 2.0 + 8.0, BOX.y / 2.0 + 22.0);
    let round = |x: f64, y: f64| Point { x: x.round(), y: y.round() };
    (round(left - wide, top - high), round(right - left + 2.0 * wide, bottom - top + 2.0 * high))
}

impl StateMachine {
    /// Sets the states.
    #[must_use]
    pub fn states(mut self, states: impl IntoIterator<Item = MachineState>) -> Self {
        self.states = states.into_iter().collect();
        self
    }
}

impl View for StateMachine {
    fn view(p: StateMachineBound, look: &mut Look) {
        let boxes = field!(p.states, StateGraph.boxes);
        let current = boxes.find("id", |state: &StateBox| &state.id, p.current);
        let (label, next) = (field!(current, StateBox.label), field!(current, StateBox.next));
        let unknown = p.current.is_known().choose(constant("Unknown state: ").then(p.current), "No state yet");
        let said = label.is_known().choose(label, unknown);
        let after = next.is_known().choose(constant("Next: ").then(next), "No state follows");
        let note = label.is_known().choose(after, unknown);
        look.tag("div").attr("class", "dd-label dd-field-label").attr("aria-hidden", "true").text(p.label);
        let needs_somebody = |tone: Bound<Tone>| tone.is("bad").choose(true, tone.is("warn"));
        let machine = look.tag("div").attr("class", "dd-machine").flag("hidden", boxes.count().reaches(1).not());
        machine.flag("data-alarm", needs_somebody(field!(current, StateBox.tone))).inner(|look| {
            look.tag("div").attr("class", "dd-machine-picture").inner(|look| {
                look.tag("svg")
                    .attr("class", "dd-machine-drawing")
                    .attr("viewBox", field!(p.states, StateGraph.view_box))
                    .attr("width", field!(p.states, StateGraph.width))
                    .attr("role", "img")
                    .attr("aria-label", p.label.or(words_of_id()).then(": ").then(said))
                    .inner(|look| {
                        look.each(field!(p.states, StateGraph.arrows), |item, look| {
                            let leads_on = field!(item.value, StateArrow.from).is(p.current);
                            look.tag("g").attr("class", "dd-machine-arrow").flag("data-next", leads_on).inner(|look| {
                                let line = look.tag("path").attr("class", "dd-machine-line");
                                line.attr("d", field!(item.value, StateArrow.line)).empty();
                                look.tag("path").attr("d", field!(item.value, StateArrow.head)).empty();
                            });
                        });
                        look.each(boxes, |item, look| {
                            let is_current = field!(item.value, StateBox.id).is(p.current);
                            let tone = field!(item.value, StateBox.tone);
                            let (x, y) = (field!(item.value, StateBox.x), field!(item.value, StateBox.y));
                            let frame = look.tag("rect").attr("class", "dd-machine-state").attr("data-tone", tone);
                            frame
                                .flag("data-current", is_current)
                                .flag("data-alarm", is_current.and(needs_somebody(tone)))
                                .attr("x", x - BOX.x / 2.0)
                                .attr("y", y - BOX.y / 2.0)
                                .attr("width", BOX.x)
                                .attr("height", BOX.y)
                                .attr("rx", 8)
                                .empty();
                        });
                    });
                // A drawing of its own: what is in the other one becomes smaller with it, and then nobody can read it.
                look.tag("svg").attr("class", "dd-machine-names").attr("aria-hidden", "true").inner(|look| {
                    look.each(boxes, |item, look| {
                        let is_current = field!(item.value, StateBox.id).is(p.current);
                        let tone = field!(item.value, StateBox.tone);
                        look.tag("text")
                            .attr("class", "dd-machine-name")
                            .attr("data-tone", tone)
                            .flag("data-current", is_current)
                            .flag("data-alarm", is_current.and(needs_somebody(tone)))
                            .attr("x", field!(item.value, StateBox.across).percent())
                            .attr("y", field!(item.value, StateBox.down).percent())
                            .attr("dy", "0.35em")
                            .text(field!(item.value, StateBox.short));
                    });
                });
            });
        });
        look.tag("div").attr("class", "dd-note").text(boxes.count().reaches(1).choose(note, "No states"));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::core::testing::{assert_has, component, drawn};

    fn machine() -> StateMachine {
        component::<StateMachine>().states([
            MachineState::new("off", "Off <1>").to(["run", "gone"]),
            MachineState::new("run", "Running").to(["off", "fault", "run"]),
            MachineState::new("fault", "Fault of the sensor").tone(Tone::Bad),
        ])
    }

    #[test]
    fn the_current_state_is_marked_and_what_leads_out_of_it() {
        let parts =
            ["aria-label=\"left motor: Running\"", "data-current x=", ">Running<", "Next: Off &lt;1&gt;, Fault of"];
        assert_has(&machine().current("run"), &parts);
        let html = drawn(&machine().current("run"));
        assert_eq!((html.matches("data-next").count(), html.matches("data-current").count()), (3, 2));
        assert_has(
            &machine().current("fault"),
            &["dd-machine\" data-alarm>", "data-current data-alarm x=", ">Fault of the …<", ">No state follows<"],
        );
    }

    #[test]
    fn a_state_that_is_none_of_them_is_told() {
        assert_has(&machine().current("x"), &["left motor: Unknown state: x", "dd-note\">Unknown state: x<"]);
        assert!(!drawn(&machine().current("x")).contains("data-current"));
        assert_has(&machine(), &["dd-note\">No state yet<"]);
        assert_has(&component::<StateMachine>(), &["dd-machine\" hidden>", ">No states<"]);
    }

    #[test]
    fn no_two_boxes_of_a_ring_overlap_and_all_are_in_the_picture() {
        for count in 1..=24 {
            let graph: StateGraph = (0..count).map(|at| MachineState::new(at.to_string(), "x")).collect();
            let bounds: Vec<f64> = graph.view_box.split(' ').map(|part| part.parse().unwrap()).collect();
            for (at, one) in graph.boxes.iter().enumerate() {
                assert!(one.x - BOX.x / 2.0 >= bounds[0] && one.x + BOX.x / 2.0 <= bounds[0] + bounds[2]);
                assert!(one.y - BOX.y / 2.0 >= bounds[1] && one.y + BOX.y / 2.0 <= bounds[1] + bounds[3]);
                for other in &graph.boxes[..at] {
                    let apart = (one.x - other.x).abs() >= BOX.x || (one.y - other.y).abs() >= BOX.y;
                    assert!(apart, "{count}: {one:?} {other:?}");
                }
            }
        }
    }

    #[test]
    fn the_program_can_place_the_states_and_every_arrow_has_finite_numbers() {
        let graph: StateGraph = [
            MachineState::new("a", "A").at(0, 0).to(["a", "b", "c"]),
            MachineState::new("b", "B").at(1, 0).to(["a"]),
            // At the place of the first one.
            MachineState::new("c", "C").to(["a"]),
        ]
        .into_iter()
        .collect();
        assert_eq!(graph.boxes[1].x, GRID.x);
        assert_eq!(graph.arrows.len(), 5);
        for arrow in &graph.arrows {
            assert!(
                !arrow.line.contains("NaN") && !arrow.head.contains("NaN") && !arrow.line.contains("inf"),
                "{arrow:?}"
            );
        }
    }
}
