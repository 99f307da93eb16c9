use dash_macros::Component;
use dash_runtime::component::prelude::*;

/// A small curve of the newest values, without axes: how something has gone lately. Its place is below a
/// [`Stat`](crate::Stat).
///
/// ```
/// # use dash_components::{Sparkline, Stat, card};
/// # let _ = |air: Stat, lately: Sparkline| {
/// card("", (air.label("Air").unit("°C"), lately.label("Air in the last hour")))
/// # };
/// ```
///
/// A callback with `output = Ui::lately.values` appends what it returns: a number, or several. `None` is a gap.
#[derive(Component)]
#[component(tag = "dd-sparkline", script = "sparkline.js", style = "sparkline.css", bundled)]
pub struct Sparkline {
    id: ComponentId,
    /// The values, oldest first. Callbacks append to them. `None`: a gap.
    #[prop(stream, ring = 240)]
    values: Stream<Option<f64>>,
    /// The number of values in the curve, from 2 to 240. Default: 60.
    #[prop(default = 60, no_setter)]
    count: u32,
    /// The value at the lower edge. `None` (the default): the least of the values.
    #[prop(no_setter)]
    min: Option<f64>,
    /// The value at the upper edge. `None` (the default): the greatest of the values.
    #[prop(no_setter)]
    max: Option<f64>,
    /// What it shows, for a screen reader. Empty (the default): the words of the id.
    label: String,
}

impl Sparkline {
    /// Sets the number of values in the curve, from 2 to 240.
    #[must_use]
    pub fn count(mut self, values: u32) -> Self {
        self.count = values.clamp(2, 240);
        self
    }

    /// Sets the values at the lower and the upper edge.
    #[must_use]
    pub fn range(mut self, range: std::ops::RangeInclusive<f64>) -> Self {
        let (min, max) = range.into_inner();
        (self.min, self.max) = (Some(min), Some(max));
        self
    }
}

impl View for Sparkline {
    fn view(p: SparklineBound, look: &mut Look) {
        let name = p.label.or(words_of_id());
        // The script draws the curve. It is as wide as its place, and its lines keep their width.
        let svg = look.tag("svg").attr("class", "dd-sparkline").attr("viewBox", "0 0 100 32");
        svg.attr("preserveAspectRatio", "none").attr("role", "img").attr("aria-label", name).inner(|look| {
            look.tag("path").attr("class", "dd-sparkline-area").empty();
            look.tag("path").attr("class", "dd-sparkline-line").empty();
        });
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::core::testing::{assert_has, component};

    #[test]
    fn it_keeps_its_room_before_the_script_runs() {
        let curve = component::<Sparkline>().label("Air <1>");
        assert_has(
            &curve,
            &["viewBox=\"0 0 100 32\"", "role=\"img\" aria-label=\"Air &lt;1&gt;\"", "dd-sparkline-line\">"],
        );
        assert_eq!([0, 1000].map(|count| component::<Sparkline>().count(count).count), [2, 240]);
    }
}
