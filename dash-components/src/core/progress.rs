use dash_macros::Component;
use dash_runtime::component::prelude::*;

use super::{percent, share, words};
use crate::format::{number, quantity, suffix};

/// How far something has come, or how full it is.
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
#[component(tag = "dd-progress", script = "progress.js", style = "progress.css")]
pub struct Progress {
    id: ComponentId,
    /// From 0 to `max`, in `unit`. None: under way, and nobody knows how far; the bar moves to and fro.
    value: Option<f64>,
    /// The value of a full bar. Without a `unit` what is shown is the share of it, in percent.
    #[prop(default = 100.0)]
    max: f64,
    /// What it is about. Empty: no visible name.
    label: String,
    /// The unit of `value` and `max`: with one, both are shown, as in `12.4 / 31.2 GiB`. Empty: percent.
    unit: String,
    /// How many decimals are shown, at most 20. None: as many as are needed, for percent none.
    #[prop(no_setter)]
    digits: Option<u8>,
}

impl Progress {
    /// How many decimals are shown.
    #[must_use]
    pub fn digits(mut self, digits: u8) -> Self {
        self.digits = Some(digits);
        self
    }

    fn words(&self) -> String {
        match self.value {
            None => String::new(),
            Some(value) if self.unit.is_empty() => {
                quantity(Some(100.0 * value / self.max), self.digits.or(Some(0)), "%")
            }
            value => {
                let [value, max] = [value, Some(self.max)].map(|value| number(value, self.digits));
                format!("{value} / {max}{}", suffix(&self.unit))
            }
        }
    }
}

impl Render for Progress {
    fn render(&self, html: &mut Html) {
        let value = self.value.filter(|value| value.is_finite());
        html.tag("div").attr("class", "dd-progress-head").inner(|html| {
            html.tag("span").attr("class", "dd-label").text(&self.label);
            html.tag("span").attr("class", "dd-progress-value").text(self.words());
        });
        html.tag("svg")
            .attr("class", "dd-progress-bar")
            .attr("role", "progressbar")
            .attr("aria-label", if self.label.is_empty() { words(self.id) } else { self.label.clone() })
            .attr("aria-valuemin", 0)
            .attr("aria-valuemax", self.max)
            .opt("aria-valuenow", value)
            .opt("aria-valuetext", value.map(|_| self.words()))
            .inner(|html| {
                html.tag("rect").attr("class", "dd-progress-rail").attr("width", "100%").attr("height", "100%").empty();
                html.tag("rect")
                    .attr("class", "dd-progress-fill")
                    .attr("width", value.map_or_else(|| "30%".to_owned(), |value| percent(share(value, 0.0, self.max))))
                    .attr("height", "100%")
                    .empty();
            });
    }
}
