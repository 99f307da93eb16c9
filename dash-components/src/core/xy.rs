use dash_macros::{Component, value};
use dash_runtime::{component::prelude::*, look::Item};

use super::chart;

/// A chart of x against y: a characteristic, a trajectory, a Lissajous figure.
///
/// A callback replaces the curves, or adds points with an edit (`Edit::with`), of which only the difference is sent. The
/// pointer reads the nearest point. With the keyboard, the
/// left and right arrow keys go along a curve, and up and down choose another one. A page draws some ten thousand points
/// without effort. For values over time use a [`Trend`](crate::Trend).
///
/// ```
/// # use dash_components::{Curve, XY};
/// # fn of(characteristic: XY) -> XY {
/// characteristic.label("Diode").x_label("Voltage").x_unit("V").y_label("Current").y_unit("mA")
/// # }
/// // What a callback returns for `curves`:
/// let curves = vec![Curve::new("1N4148").points([(0.0, 0.0), (0.6, 1.0), (0.7, 10.0)])];
/// # let _ = curves;
/// ```
#[derive(Component)]
#[component(tag = "dd-xy", script = "xy.js", style = ["chart.css", "xy.css"], bundled)]
pub struct XY {
    id: ComponentId,
    /// The curves. Default: none.
    #[prop(no_setter)]
    curves: Vec<Curve>,
    /// The visible name. Empty (the default): no visible name.
    label: String,
    /// What the horizontal axis has, for example `Voltage`. Empty (the default): nothing is written.
    x_label: String,
    /// The unit of x. Empty (the default): no unit.
    x_unit: String,
    /// What the vertical axis has. Empty (the default): nothing is written.
    y_label: String,
    /// The unit of y. Empty (the default): no unit.
    y_unit: String,
    /// The left end of the horizontal axis, in `x_unit`. `None` (the default): follows from the points.
    #[prop(no_setter)]
    x_min: Option<f64>,
    /// The right end of the horizontal axis. `None` (the default): follows from the points.
    #[prop(no_setter)]
    x_max: Option<f64>,
    /// The lower end of the vertical axis, in `y_unit`. `None` (the default): follows from the points.
    #[prop(no_setter)]
    y_min: Option<f64>,
    /// The upper end of the vertical axis. `None` (the default): follows from the points.
    #[prop(no_setter)]
    y_max: Option<f64>,
    /// Whether a step has the same length on both axes, as on a map. The axes then reach beyond their ends. Default:
    /// false.
    square: bool,
}

/// One curve of an [`XY`]. A string converts into a curve with that name and without points.
#[value]
#[derive(Debug, Clone, Default, PartialEq)]
#[non_exhaustive]
pub struct Curve {
    /// The name in the legend.
    pub name: String,
    /// The points, each with x and y, in the order in which a line connects them. Where a number is missing, the line is
    /// interrupted.
    pub points: Vec<[Option<f64>; 2]>,
    /// Whether the points are drawn, and not a line through them.
    pub dots: bool,
    /// The colour: one of the theme's series colours 1 to 10. `None`: the colour follows from the position of the curve.
    pub colour: Option<u8>,
}

impl Curve {
    /// Creates a curve with this name and without points.
    pub fn new(name: impl IntoValue<String>) -> Self {
        Self { name: name.into_value(), ..Self::default() }
    }

    /// Sets the points, in the order in which a line connects them: x and y, as numbers or `Option`s of numbers.
    #[must_use]
    pub fn points<X: IntoValue<Option<f64>>, Y: IntoValue<Option<f64>>>(
        mut self,
        points: impl IntoIterator<Item = (X, Y)>,
    ) -> Self {
        self.points = chart::pairs(points);
        self
    }

    /// Draws the points, and not a line through them.
    #[must_use]
    pub fn dots(mut self) -> Self {
        self.dots = true;
        self
    }

    /// Sets the colour: one of the theme's series colours 1 to 10.
    #[must_use]
    pub fn colour(mut self, colour: u8) -> Self {
        self.colour = Some(colour);
        self
    }
}

impl From<&str> for Curve {
    fn from(name: &str) -> Self {
        Self::new(name)
    }
}

impl XY {
    /// Sets the curves: names or [`Curve`]s.
    #[must_use]
    pub fn curves(mut self, curves: impl IntoIterator<Item = impl IntoValue<Curve>>) -> Self {
        self.curves = curves.into_iter().map(IntoValue::into_value).collect();
        self
    }

    /// Sets the ends of the horizontal axis.
    #[must_use]
    pub fn x_range(mut self, range: std::ops::RangeInclusive<f64>) -> Self {
        (self.x_min, self.x_max) = chart::ends(range);
        self
    }

    /// Sets the ends of the vertical axis.
    #[must_use]
    pub fn y_range(mut self, range: std::ops::RangeInclusive<f64>) -> Self {
        (self.y_min, self.y_max) = chart::ends(range);
        self
    }
}

impl View for XY {
    fn view(p: XYBound, look: &mut Look) {
        // The script paints the curves. All parts that take space are here, so that the layout does not move.
        chart::caption(look, p.label);
        chart::side(look, p.y_label);
        let spoken = chart::spoken(p.label, ": chart. Arrow keys read values.");
        chart::plot(look, "dd-chart-plot dd-xy-plot", spoken);
        chart::side_across(look, p.x_label);
        look.tag("ul").attr("class", "dd-chart-legend dd-xy-legend").inner(|look| {
            look.each(p.curves, |curve: Item<Curve>, look| {
                let given = curve.value.field("colour", |curve| &curve.colour);
                look.tag("li")
                    .attr("data-colour", chart::colour(curve, given))
                    .flag("data-dots", curve.value.field("dots", |curve| &curve.dots))
                    .inner(|look| {
                        let name = curve.value.field("name", |curve| &curve.name);
                        look.tag("span").attr("class", "dd-chart-name").text(name);
                        look.tag("span").attr("class", "dd-chart-value").empty();
                    });
            });
        });
        chart::status(look);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::core::testing::{assert_has, component};

    #[test]
    fn all_parts_that_take_space_are_rendered_before_the_script() {
        let chart = component::<XY>().label("Diode <1>").x_label("Voltage").y_label("Current").curves([
            Curve::new("a <b>"),
            Curve::new("b").colour(7).dots(),
            Curve::new("c").colour(200),
        ]);
        let parts = [
            ">Diode &lt;1&gt;<",
            "dd-chart-side\">Current<",
            "aria-label=\"Diode &lt;1&gt;: chart. Arrow keys read values.\"><canvas",
            "dd-chart-across\">Voltage<",
            "<li data-colour=\"1\"><span class=\"dd-chart-name\">a &lt;b&gt;</span>",
            "<li data-colour=\"7\" data-dots>",
            "<li data-colour=\"10\">",
        ];
        assert_has(&chart, &parts);
    }

    #[test]
    fn colours_repeat_after_ten() {
        let many = component::<XY>().curves((0..12).map(|number| Curve::new(format!("c{number}"))));
        assert_has(&many, &["data-colour=\"10\"", "c9", "data-colour=\"1\"", "c10", "data-colour=\"2\"", "c11"]);
    }

    #[test]
    fn a_point_without_a_number_is_an_interruption() -> serde_json::Result<()> {
        let curve = Curve::new("a").points([(Some(1.0), Some(2.0)), (None, Some(3.0)), (Some(f64::NAN), Some(4.0))]);
        let json = r#"{"name":"a","points":[[1.0,2.0],[null,3.0],[null,4.0]],"dots":false,"colour":null}"#;
        assert_eq!(serde_json::to_string(&curve)?, json);
        Ok(())
    }
}
