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
#[component(tag = "dd-indicator", script = "indicator.js", style = "indicator.css", bundled)]
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

/// A meaning that has a colour.
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
}

impl Tone {
    fn name(self) -> &'static str {
        match self {
            Self::Ok => "ok",
            Self::Warn => "warn",
            Self::Bad => "bad",
            Self::Accent => "accent",
        }
    }
}

impl Indicator {
    /// Sets the words for the states on and off.
    #[must_use]
    pub fn words(self, on: impl Into<String>, off: impl Into<String>) -> Self {
        self.on_word(on).off_word(off)
    }
}

impl Render for Indicator {
    fn render(&self, html: &mut Html) {
        let (state, word) = if self.on { ("on", &self.on_word) } else { ("off", &self.off_word) };
        html.tag("div")
            .attr("class", "dd-indicator")
            .attr("data-state", state)
            .attr("data-tone", self.tone.name())
            .inner(|html| {
                html.tag("svg")
                    .attr("class", "dd-indicator-lamp")
                    .attr("viewBox", "0 0 16 16")
                    .attr("aria-hidden", "true")
                    .inner(|html| {
                        html.tag("circle")
                            .attr("class", "dd-indicator-glow")
                            .attr("cx", 8)
                            .attr("cy", 8)
                            .attr("r", 8)
                            .empty();
                        html.tag("circle")
                            .attr("class", "dd-indicator-disc")
                            .attr("cx", 8)
                            .attr("cy", 8)
                            .attr("r", 4.5)
                            .empty();
                    });
                html.tag("span").attr("class", "dd-label").text(&self.label);
                html.tag("span").attr("class", "dd-indicator-word").text(word);
            });
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::core::testing::{assert_has, component};

    #[test]
    fn its_state_is_shown_by_colour_and_by_word() {
        let lamp = component::<Indicator>().label("Hot <1>").tone(Tone::Bad).words("yes", "no");
        assert_has(&lamp, &["data-state=\"off\" data-tone=\"bad\"", "Hot &lt;1&gt;", ">no</span>"]);
        assert_has(&lamp.on(true), &["data-state=\"on\"", ">yes</span>"]);
        assert_has(&component::<Indicator>().on(true), &["data-tone=\"ok\"", ">on</span>"]);
    }
}
