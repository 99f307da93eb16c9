use dash_macros::{Component, value};
use dash_runtime::component::prelude::*;

/// A lamp: lit or not, with its state also in words.
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
    /// Whether it is lit.
    on: bool,
    /// What being lit means: the colour.
    tone: Tone,
    /// What it tells about. Empty: no visible name.
    label: String,
    /// The word for lit.
    #[prop(default = "on".to_owned())]
    on_word: String,
    /// The word for not lit.
    #[prop(default = "off".to_owned())]
    off_word: String,
}

/// A meaning that has a colour.
#[value]
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Tone {
    /// All is well.
    #[default]
    Ok,
    /// Worth a look.
    Warn,
    /// Something is wrong.
    Bad,
    /// Neither good nor bad: active.
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
    /// The words for lit and not lit.
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
    fn its_state_is_there_for_the_eye_and_in_words() {
        let lamp = component::<Indicator>().label("Hot <1>").tone(Tone::Bad).words("yes", "no");
        assert_has(&lamp, &["data-state=\"off\" data-tone=\"bad\"", "Hot &lt;1&gt;", ">no</span>"]);
        assert_has(&lamp.on(true), &["data-state=\"on\"", ">yes</span>"]);
        assert_has(&component::<Indicator>().on(true), &["data-tone=\"ok\"", ">on</span>"]);
    }
}
