use dash_macros::Component;
use dash_runtime::component::prelude::*;

/// A bar that shows progress or a fill level.
///
/// ```
/// # use dash_components::Progress;
/// # fn of(upload: Progress, memory: Progress) -> (Progress, Progress) {
/// (
///     upload.label("Upload"),
///     memory.label("Memory").max(31.2).unit("GiB").digits(1),
/// )
/// # }
/// ```
#[derive(Component)]
#[component(tag = "dd-progress", style = "progress.css")]
pub struct Progress {
    id: ComponentId,
    /// The progress, from 0 to `max`, in `unit`. `None` (the default): the work is running and its progress is unknown.
    /// The bar then moves back and forth.
    value: Option<f64>,
    /// The value of a full bar, in `unit`. Default: 100. Without a `unit` the text shows `value` in percent of `max`.
    #[prop(default = 100.0)]
    max: f64,
    /// The visible name. Empty (the default): no visible name.
    label: String,
    /// The unit of `value` and `max`. With a unit, the text shows both, as in `12.4 / 31.2 GiB`. Empty (the default):
    /// the text shows percent.
    unit: String,
    /// The number of decimals, at most 20. `None` (the default): as many as needed, and none for percent.
    #[prop(no_setter)]
    digits: Option<u8>,
}

impl Progress {
    /// Sets the number of decimals, at most 20.
    #[must_use]
    pub fn digits(mut self, digits: u8) -> Self {
        self.digits = Some(digits);
        self
    }
}

impl View for Progress {
    fn view(p: ProgressBound, look: &mut Look) {
        let known = p.value.is_known();
        let percent = (p.value * 100 / p.max).number(p.digits.or(0)).then("\u{a0}%");
        let amount = p.value.number(p.digits).then(" / ").then(p.max.number(p.digits)).then(p.unit.suffix());
        let words = known.gives(p.unit.is_known().choose(amount, percent));
        look.tag("div").attr("class", "dd-progress-head").inner(|look| {
            look.tag("span").attr("class", "dd-label").text(p.label);
            look.tag("span").attr("class", "dd-progress-value").text(words);
        });
        look.tag("svg")
            .attr("class", "dd-progress-bar")
            .attr("role", "progressbar")
            .attr("aria-label", p.label.or(words_of_id()))
            .attr("aria-valuemin", 0)
            .attr("aria-valuemax", p.max)
            .attr("aria-valuenow", p.value)
            .attr("aria-valuetext", words)
            .inner(|look| {
                look.tag("rect").attr("class", "dd-progress-rail").attr("width", "100%").attr("height", "100%").empty();
                look.tag("rect")
                    .attr("class", "dd-progress-fill")
                    .attr("width", known.choose(p.value.share(0, p.max).percent(), "30%"))
                    .attr("height", "100%")
                    .empty();
            });
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::core::testing::{assert_has, component, drawn};

    #[test]
    fn without_a_unit_the_text_is_in_percent() {
        let bar = component::<Progress>().max(3.0).value(1.0).label("Upload");
        assert_has(&bar, &[">33\u{a0}%<", "aria-valuenow=\"1\"", "aria-valuetext=\"33\u{a0}%\"", "width=\"33.33%\""]);
        assert_has(&bar.digits(1), &[">33.3\u{a0}%<"]);
    }

    #[test]
    fn with_a_unit_the_text_has_value_and_maximum() {
        let bar = component::<Progress>().max(31.2).value(12.42).unit("GiB").digits(1);
        assert_has(&bar, &[">12.4 / 31.2\u{a0}GiB<", "aria-label=\"left motor\""]);
    }

    #[test]
    fn the_bar_is_clamped_to_its_range() {
        assert_has(&component::<Progress>().value(250.0), &[">250\u{a0}%<", "width=\"100.00%\""]);
        assert_has(&component::<Progress>().value(-5.0), &["width=\"0.00%\""]);
    }

    #[test]
    fn without_a_value_there_is_no_number() {
        for bar in [component::<Progress>(), component::<Progress>().value(f64::NAN)] {
            assert!(!drawn(&bar).contains("aria-valuenow"));
            assert_has(&bar, &["<span class=\"dd-progress-value\"></span>"]);
        }
    }
}
