//! Limits of a measured value: beyond them it is a warning or an alarm.

use dash_runtime::look::{Bound, LookTag, NumberTerm, constant, words_of_id};

/// Writes the builder methods of a readout with `digits` and the four limits.
macro_rules! readout {
    ($component:ident) => {
        impl $component {
            /// Sets the number of decimals, at most 20.
            #[must_use]
            pub fn digits(mut self, digits: u8) -> Self {
                self.digits = Some(digits);
                self
            }
        }

        $crate::core::limits::limits!($component);
    };
}

/// Writes the builder methods for the four limits.
macro_rules! limits {
    ($component:ident) => {
        impl $component {
            /// Sets the limit above which a value is a warning.
            #[must_use]
            pub fn warn_above(mut self, limit: impl ::dash_runtime::IntoValue<f64>) -> Self {
                self.warn_above = Some(limit.into_value());
                self
            }

            /// Sets the limit above which a value is an alarm.
            #[must_use]
            pub fn bad_above(mut self, limit: impl ::dash_runtime::IntoValue<f64>) -> Self {
                self.bad_above = Some(limit.into_value());
                self
            }

            /// Sets the limit below which a value is a warning.
            #[must_use]
            pub fn warn_below(mut self, limit: impl ::dash_runtime::IntoValue<f64>) -> Self {
                self.warn_below = Some(limit.into_value());
                self
            }

            /// Sets the limit below which a value is an alarm.
            #[must_use]
            pub fn bad_below(mut self, limit: impl ::dash_runtime::IntoValue<f64>) -> Self {
                self.bad_below = Some(limit.into_value());
                self
            }
        }
    };
}

/// Writes the builder method for the ends of a scale.
macro_rules! scale {
    ($component:ident) => {
        impl $component {
            /// Sets the values at both ends of the scale.
            #[must_use]
            pub fn range(mut self, range: std::ops::RangeInclusive<f64>) -> Self {
                (self.min, self.max) = range.into_inner();
                self
            }
        }
    };
}

pub(super) use {limits, readout, scale};

/// The decimals of a number that is set in steps from `min`: as many as these have, so that its digits stay in their places.
pub(super) fn decimals(min: Bound<f64>, step: Bound<f64>) -> Bound<f64> {
    min.decimals().at_least(step.decimals())
}

/// Tells a screen reader what a drawing of a number shows. `spoken` is the value in words, or that there is none. A meter
/// must have a value, so a drawing without one is a picture.
pub(super) fn told<'a>(
    drawing: LookTag<'a>,
    label: Bound<String>,
    value: Bound<Option<f64>>,
    (min, max): (impl NumberTerm, impl NumberTerm),
    spoken: Bound<String>,
) -> LookTag<'a> {
    let (known, name) = (value.is_known(), label.or(words_of_id()));
    drawing
        .attr("role", known.choose("meter", "img"))
        .attr("aria-label", known.choose(name, name.then(": ").then(spoken)))
        .attr("aria-valuemin", known.gives(min))
        .attr("aria-valuemax", known.gives(max))
        .attr("aria-valuenow", value)
        .attr("aria-valuetext", known.gives(spoken))
}

/// Where a value is in relation to its limits.
#[derive(Clone, Copy)]
pub(super) struct Zone {
    value: Bound<Option<f64>>,
    warn_above: Bound<Option<f64>>,
    bad_above: Bound<Option<f64>>,
    warn_below: Bound<Option<f64>>,
    bad_below: Bound<Option<f64>>,
}

impl Zone {
    /// `limits` are `warn_above`, `bad_above`, `warn_below` and `bad_below`.
    pub(super) fn new(value: Bound<Option<f64>>, limits: [Bound<Option<f64>>; 4]) -> Self {
        let [warn_above, bad_above, warn_below, bad_below] = limits;
        Self { value, warn_above, bad_above, warn_below, bad_below }
    }

    /// Whether it is an alarm.
    pub(super) fn is_bad(self) -> Bound<bool> {
        self.value.is_above(self.bad_above).choose(true, self.bad_below.is_above(self.value))
    }

    /// Whether it is beyond a limit for warnings.
    pub(super) fn is_warning(self) -> Bound<bool> {
        self.value.is_above(self.warn_above).choose(true, self.warn_below.is_above(self.value))
    }

    /// Whether somebody must look at it.
    pub(super) fn is_alarm(self) -> Bound<bool> {
        self.is_bad().choose(true, self.is_warning())
    }

    /// `bad`, `warn` or `ok`, for the stylesheet.
    pub(super) fn name(self) -> Bound<String> {
        self.is_bad().choose("bad", self.is_warning().choose("warn", "ok"))
    }

    /// The broken limit in words, as in `above 80 °C`. Empty while all limits are kept.
    pub(super) fn words(self, unit: Bound<String>) -> Bound<String> {
        let beyond =
            |word: &'static str, limit: Bound<Option<f64>>| constant(word).then(limit.short()).then(unit.suffix());
        let above = |limit: Bound<Option<f64>>| beyond("above ", limit);
        let below = |limit: Bound<Option<f64>>| beyond("below ", limit);
        let warning = self
            .value
            .is_above(self.warn_above)
            .choose(above(self.warn_above), self.warn_below.is_above(self.value).choose(below(self.warn_below), ""));
        self.value
            .is_above(self.bad_above)
            .choose(above(self.bad_above), self.bad_below.is_above(self.value).choose(below(self.bad_below), warning))
    }

    /// The line under the number: the broken limit, or else the note.
    pub(super) fn note(self, unit: Bound<String>, note: Bound<String>) -> Bound<String> {
        self.is_alarm().choose(self.words(unit), note)
    }

    /// What a screen reader says for the value: `12.5 °C, alarm: above 10 °C`.
    pub(super) fn spoken(self, number: Bound<String>, unit: Bound<String>) -> Bound<String> {
        let reason = constant(self.is_bad().choose(", alarm: ", ", warning: ")).then(self.words(unit));
        let zone = self.is_alarm().choose(reason, "");
        self.value.is_known().choose(number.then(unit.suffix()).then(zone), "no value")
    }
}
