use dash_macros::{Component, value};
use dash_runtime::component::prelude::*;

/// A lamp that is on or off, with its state also in words.
///
/// ```
/// # use dash_components::{Indicator, Tone};
/// # fn of(overheated: Indicator) -> Indicator {
/// overheated.label("Overheated").tone(Tone::Bad).words("yes", "no")
/// # }
/// ```
#[derive(Component)]
#[component(tag = "dd-indicator", style = "indicator.css")]
pub struct Indicator {
    id: ComponentId,
    /// Whether the lamp is on. Default: `false`.
    on: bool,
    /// The meaning of "on", which gives the colour. Default: `Ok`.
    tone: Tone,
    /// The visible name. Empty (the default): no visible name.
    label: String,
    /// The word for the state on. Default: `on`.
    #[prop(default = "on".to_owned())]
    on_word: String,
    /// The word for the state off. Default: `off`.
    #[prop(default = "off".to_owned())]
    off_word: String,
}

/// A meaning that has a colour. What is on and has the meaning `Warn` or `Bad` is an alarm: it keeps its colour when the
/// connection is lost, and says how old it is.
#[value]
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Tone {
    /// Everything is in order.
    #[default]
    Ok,
    /// Something needs attention.
    Warn,
    /// Something is wrong.
    Bad,
    /// Active, neither good nor bad.
    Accent,
    /// No meaning.
    Neutral,
}

impl Indicator {
    /// Sets the words for the states on and off.
    #[must_use]
    pub fn words(self, on: impl IntoValue<String>, off: impl IntoValue<String>) -> Self {
        self.on_word(on).off_word(off)
    }
}

impl View for Indicator {
    fn view(p: IndicatorBound, look: &mut Look) {
        let needs_somebody = p.tone.is("bad").choose(true, p.tone.is("warn"));
        let lamp = look.tag("div").attr("class", "dd-indicator").attr("data-state", p.on.choose("on", "off"));
        lamp.attr("data-tone", p.tone).flag("data-alarm", p.on.choose(needs_somebody, false)).inner(|look| {
            look.tag("svg")
                .attr("class", "dd-indicator-lamp")
                .attr("viewBox", "0 0 16 16")
                .attr("aria-hidden", "true")
                .inner(|look| {
                    let mut disc = |class: &'static str, radius: f64| {
                        look.tag("circle").attr("class", class).attr("cx", 8).attr("cy", 8).attr("r", radius).empty();
                    };
                    disc("dd-indicator-glow", 8.0);
                    disc("dd-indicator-disc", 4.5);
                });
            look.tag("span").attr("class", "dd-label").text(p.label);
            look.tag("span").attr("class", "dd-indicator-word").text(p.on.choose(p.on_word, p.off_word));
        });
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::core::testing::{assert_has, component, drawn};

    #[test]
    fn its_state_is_shown_by_colour_and_by_word() {
        let lamp = component::<Indicator>().label("Hot <1>").tone(Tone::Bad).words("yes", "no");
        assert_has(&lamp, &["data-state=\"off\" data-tone=\"bad\"", "Hot &lt;1&gt;", ">no</span>"]);
        assert_has(&lamp.on(true), &["data-state=\"on\"", ">yes</span>"]);
    }

    #[test]
    fn what_needs_somebody_is_an_alarm() {
        for (tone, on, alarm) in [
            (Tone::Bad, true, true),
            (Tone::Warn, true, true),
            (Tone::Bad, false, false),
            (Tone::Ok, true, false),
            (Tone::Accent, true, false),
        ] {
            let lamp = component::<Indicator>().tone(tone).on(on);
            assert_eq!(drawn(&lamp).contains("data-alarm"), alarm, "{tone:?} {on}");
        }
    }

    #[test]
    fn without_words_it_says_on_or_off() {
        assert_has(&component::<Indicator>().on(true), &["data-tone=\"ok\"", ">on</span>"]);
    }
}
