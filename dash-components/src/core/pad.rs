use dash_macros::{Component, value};
use dash_runtime::{component::prelude::*, look::Bound};

use super::{field, range_slider::Span};

/// A plane on which a person sets two numbers at once, for example pan and tilt of a camera, or a place on a table.
///
/// The ring is the set-point, and the dot is the place that the device reports. The ring moves as far as the pointer, so a
/// press alone moves nothing. The arrow keys move it by a step, with the Shift key or the page keys by ten. A double click
/// and the key Home put it into the centre. It keeps its place when it is let go: a control that returns to its centre is a
/// [`Joystick`](crate::Joystick).
///
/// ```
/// # use dash_components::{Pad, PadPoint};
/// # fn of(head: Pad) -> Pad {
/// head.label("Camera").x_range(-90.0..=90.0).y_range(-30.0..=45.0).x_label("Pan").y_label("Tilt").unit("°")
/// # }
/// ```
#[derive(Component)]
#[component(tag = "dd-pad", script = "pad.js", style = "pad.css", bundled)]
pub struct Pad {
    id: ComponentId,
    /// The set-point, in `unit`, within `area`. Default: (0, 0). The browser writes it and sends every movement.
    #[prop(writable, one_of(area), no_setter)]
    value: PadPoint,
    /// What can be set, in `unit`. Default: from -1 to 1 on each axis.
    #[prop(no_setter)]
    area: PadArea,
    /// The place that the device reports, in `unit`. `None` (the default): it is unknown.
    #[prop(no_setter)]
    reported: Option<PadPoint>,
    /// The distance between two set-points on each axis, in `unit`, counted from its lower end. `None` (the default): a
    /// hundredth of the axis.
    step: Option<f64>,
    /// The visible name. Empty (the default): no visible name.
    label: String,
    /// The name of the axis to the right. Default: `X`.
    #[prop(default = "X".to_owned())]
    x_label: String,
    /// The name of the axis upwards. Default: `Y`.
    #[prop(default = "Y".to_owned())]
    y_label: String,
    /// The unit of both axes, for example `°` or `mm`. Empty (the default): no unit.
    unit: String,
    /// Whether the pad is disabled, for pages and for programs. Default: `false`. A callback can still set `value`.
    disabled: bool,
}

/// A place on a [`Pad`], in the unit of the pad.
#[value]
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct PadPoint {
    /// To the right.
    pub x: f64,
    /// Upwards.
    pub y: f64,
}

impl From<(f64, f64)> for PadPoint {
    fn from((x, y): (f64, f64)) -> Self {
        Self { x, y }
    }
}

/// What can be set on a [`Pad`], in the unit of the pad.
#[value]
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct PadArea {
    /// From the left to the right end.
    pub x: Span,
    /// From the lower to the upper end.
    pub y: Span,
}

impl Default for PadArea {
    fn default() -> Self {
        Self { x: Span::new(-1.0, 1.0), y: Span::new(-1.0, 1.0) }
    }
}

impl Options<PadPoint> for PadArea {
    fn has(&self, at: &PadPoint) -> bool {
        let within = |at: f64, Span { low, high }: Span| at.is_finite() && at >= low && at <= high;
        within(at.x, self.x) && within(at.y, self.y)
    }

    fn refusal(&self, value: &str) -> String {
        let Self { x, y } = self;
        format!("{value} is outside of x {} to {}, y {} to {}", x.low, x.high, y.low, y.high)
    }
}

impl Pad {
    /// Sets the set-point at the start.
    #[must_use]
    pub fn value(mut self, at: impl IntoValue<PadPoint>) -> Self {
        self.value = at.into_value();
        self
    }

    /// Sets the ends of the axis to the right. A starting value outside of them is moved to the nearer end.
    #[must_use]
    pub fn x_range(mut self, range: std::ops::RangeInclusive<f64>) -> Self {
        (self.area.x, self.value.x) = ends(range, self.value.x);
        self
    }

    /// Sets the ends of the axis upwards. A starting value outside of them is moved to the nearer end.
    #[must_use]
    pub fn y_range(mut self, range: std::ops::RangeInclusive<f64>) -> Self {
        (self.area.y, self.value.y) = ends(range, self.value.y);
        self
    }

    /// Sets the reported place at the start.
    #[must_use]
    pub fn reported(mut self, at: impl IntoValue<PadPoint>) -> Self {
        self.reported = Some(at.into_value());
        self
    }
}

/// The ends of an axis, and the value between them.
fn ends(range: std::ops::RangeInclusive<f64>, value: f64) -> (Span, f64) {
    let (low, high) = range.into_inner();
    // The start-up check reports a range with exchanged ends. It is not a panic here.
    (Span::new(low, high), if low <= high { value.clamp(low, high) } else { value })
}

/// For the types of what the view reads of the reported place.
fn reported_x(at: &Option<PadPoint>) -> &f64 {
    at.as_ref().map_or(&0.0, |at| &at.x)
}

fn reported_y(at: &Option<PadPoint>) -> &f64 {
    at.as_ref().map_or(&0.0, |at| &at.y)
}

/// The length of a side of the drawing.
const SIDE: i32 = 200;

impl View for Pad {
    fn view(p: PadBound, look: &mut Look) {
        let axis_x = p.area.field("x", |area| &area.x);
        let axis_y = p.area.field("y", |area| &area.y);
        let ends = |axis: Bound<Span>| (field!(axis, Span.low), field!(axis, Span.high));
        let ((left, right), (below, above)) = (ends(axis_x), ends(axis_y));
        let (x, y) = (field!(p.value, PadPoint.x), field!(p.value, PadPoint.y));
        let at_x = |x: Bound<f64>| (x.share(left, right) * SIDE).number(2);
        // Up is more.
        let at_y = |y: Bound<f64>| (y.share(below, above) * -SIDE + f64::from(SIDE)).number(2);
        let number = |value: Bound<f64>| value.short().then(p.unit.suffix());
        look.tag("div").attr("class", "dd-pad-head").attr("aria-hidden", "true").inner(|look| {
            look.tag("span").attr("class", "dd-label").text(p.label);
            let words = p.x_label.then(" ").then(number(x)).then(" · ").then(p.y_label).then(" ").then(number(y));
            look.tag("span").attr("class", "dd-pad-value").text(words);
        });
        let body = look.tag("div").attr("class", "dd-pad").attr("role", "group");
        body.attr("aria-label", p.label.or(words_of_id())).inner(|look| {
            // For the keys and the screen reader. The drawing takes the pointer.
            for (name, value, low, high) in [(p.x_label, x, left, right), (p.y_label, y, below, above)] {
                look.tag("input")
                    .attr("type", "range")
                    .attr("class", "dd-pad-control")
                    .attr("min", low)
                    .attr("max", high)
                    .attr("step", p.step.or((high - low) / 100))
                    .attr("value", value)
                    .attr("autocomplete", "off")
                    .attr("aria-label", p.label.or(words_of_id()).then(", ").then(name))
                    .attr("aria-valuetext", number(value))
                    .flag("disabled", p.disabled)
                    .void();
            }
            look.tag("svg")
                .attr("class", "dd-pad-face")
                .attr("viewBox", "-14 -14 228 228")
                .attr("aria-hidden", "true")
                .inner(|look| {
                    let face = look.tag("rect").attr("class", "dd-pad-ground").attr("width", SIDE).attr("height", SIDE);
                    face.attr("rx", 8).empty();
                    // The lines of zero, or the edges if zero is not on the pad.
                    let (zero_x, zero_y) = (at_x(constant(0.0)), at_y(constant(0.0)));
                    let line = look.tag("line").attr("class", "dd-pad-zero").attr("x1", zero_x).attr("x2", zero_x);
                    line.attr("y1", 0).attr("y2", SIDE).empty();
                    let line = look.tag("line").attr("class", "dd-pad-zero").attr("y1", zero_y).attr("y2", zero_y);
                    line.attr("x1", 0).attr("x2", SIDE).empty();
                    let [is_x, is_y] = [p.reported.field("x", reported_x), p.reported.field("y", reported_y)];
                    look.when(is_x.is_known(), |look| {
                        let (is_x, is_y) = (at_x(is_x), at_y(is_y));
                        let way = look.tag("line").attr("class", "dd-pad-way").attr("x1", is_x).attr("y1", is_y);
                        way.attr("x2", at_x(x)).attr("y2", at_y(y)).empty();
                        let dot = look.tag("circle").attr("class", "dd-pad-dot").attr("r", 6);
                        dot.attr("cx", is_x).attr("cy", is_y).empty();
                    });
                    for (class, y, end) in [("dd-pad-end", 15, above), ("dd-pad-end", 193, below)] {
                        look.tag("text").attr("class", class).attr("x", 7).attr("y", y).text(number(end));
                    }
                    let ring = look.tag("circle").attr("class", "dd-pad-ring").attr("r", 11);
                    ring.attr("cx", at_x(x)).attr("cy", at_y(y)).empty();
                });
        });
        look.tag("div").attr("class", "dd-pad-ends").attr("aria-hidden", "true").inner(|look| {
            look.tag("span").text(number(left));
            look.tag("span").text(p.x_label);
            look.tag("span").text(number(right));
        });
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::core::testing::{assert_has, component, drawn};

    #[test]
    fn it_is_two_native_ranges_with_a_drawing() {
        let head = component::<Pad>().label("Camera <1>").x_range(-90.0..=90.0).y_range(-30.0..=30.0);
        let head = head.x_label("Pan").y_label("Tilt").unit("°").value((45.0, -15.0));
        assert_has(
            &head,
            &[
                ">Pan 45° · Tilt -15°<",
                "role=\"group\" aria-label=\"Camera &lt;1&gt;\"",
                "min=\"-90\" max=\"90\" step=\"1.8\" value=\"45\"",
                "aria-label=\"Camera &lt;1&gt;, Pan\" aria-valuetext=\"45°\"",
                "min=\"-30\" max=\"30\" step=\"0.6\" value=\"-15\"",
                "x1=\"100.00\" x2=\"100.00\"",
                ">30°</text>",
                "y=\"193\">-30°</text>",
                "dd-pad-ring\" r=\"11\" cx=\"150.00\" cy=\"150.00\"",
            ],
        );
        assert!(!drawn(&head).contains("dd-pad-dot"));
    }

    #[test]
    fn the_dot_is_what_is_reported_and_the_dashed_line_the_way_to_it() {
        let pad = component::<Pad>().value((1.0, 1.0)).reported((0.0, -1.0)).step(0.5);
        assert_has(
            &pad,
            &[
                "step=\"0.5\"",
                "x1=\"100.00\" y1=\"200.00\" x2=\"200.00\" y2=\"0.00\"",
                "dd-pad-dot\" r=\"6\" cx=\"100.00\" cy=\"200.00\"",
            ],
        );
    }

    #[test]
    fn only_what_is_on_the_pad_may_be_set() {
        let area = PadArea { x: Span::new(0.0, 10.0), y: Span::new(-5.0, 5.0) };
        assert!(area.has(&PadPoint { x: 0.0, y: 5.0 }) && area.has(&PadPoint { x: 10.0, y: -5.0 }));
        for (x, y) in [(-0.1, 0.0), (0.0, 5.1), (f64::NAN, 0.0), (0.0, f64::INFINITY)] {
            assert!(!area.has(&PadPoint { x, y }), "{x} {y}");
        }
        assert_eq!(area.refusal("{..}"), "{..} is outside of x 0 to 10, y -5 to 5");
    }

    #[test]
    fn the_starting_value_is_on_the_pad() {
        let pad = component::<Pad>().value((20.0, -20.0)).x_range(0.0..=10.0).y_range(0.0..=10.0);
        assert_eq!(pad.value, PadPoint { x: 10.0, y: 0.0 });
        assert_eq!(component::<Pad>().x_range(5.0..=1.0).value, PadPoint::default());
    }
}
