use dash_macros::Component;
use dash_runtime::{component::prelude::*, look::Bound};

use super::indicator::Tone;

/// A short word with a meaning: a mode, a state, a count.
///
/// ```
/// # use dash_components::{Badge, Tone};
/// # fn of(state: Badge) -> Badge {
/// state.label("State").text("calibrating").tone(Tone::Warn)
/// # }
/// ```
#[derive(Component)]
#[component(tag = "dd-badge", style = ["mark.css", "readout.css"])]
pub struct Badge {
    id: ComponentId,
    /// The word. Empty (the default): the badge is not drawn.
    text: String,
    /// The meaning, which gives the colour and the mark. Default: `Neutral`.
    #[prop(default = Tone::Neutral)]
    tone: Tone,
    /// The name before the badge. Empty (the default): no visible name.
    label: String,
}

/// The mark of a tone, so that colour is not the only difference: a tick, a triangle, an octagon, a disc.
pub(super) fn mark(tone: Bound<Tone>, look: &mut Look) {
    let path = tone.is("bad").choose(
        "M5.2 1h5.6L15 5.2v5.6L10.8 15H5.2L1 10.8V5.2ZM8 4.5v4.2M8 11v.6",
        tone.is("warn").choose(
            "M8 1.8 15 14H1ZM8 6v3.6M8 11.6v.6",
            tone.is("ok").choose(
                "M8 1a7 7 0 1 1 0 14A7 7 0 0 1 8 1ZM4.8 8.2 7 10.4l4.2-4.6",
                "M8 5a3 3 0 1 1 0 6 3 3 0 0 1 0-6Z",
            ),
        ),
    );
    look.tag("svg").attr("class", "dd-mark").attr("viewBox", "0 0 16 16").attr("aria-hidden", "true").inner(|look| {
        look.tag("path").attr("d", path).empty();
    });
}

/// What a screen reader says of a tone.
pub(super) fn spoken(tone: Bound<Tone>) -> Bound<String> {
    tone.is("bad").choose(", alarm", tone.is("warn").choose(", warning", ""))
}

impl View for Badge {
    fn view(p: BadgeBound, look: &mut Look) {
        let needs_somebody = p.tone.is("bad").choose(true, p.tone.is("warn"));
        // The line keeps its colours without a link, and says how old it is beside the badge and not in it.
        let line = look.tag("div").attr("class", "dd-badge-line");
        line.flag("data-alarm", needs_somebody).inner(|look| {
            look.tag("span").attr("class", "dd-label").text(p.label);
            look.when(p.text.is_known(), |look| {
                let badge = look.tag("span").attr("class", "dd-badge").attr("data-tone", p.tone);
                badge.inner(|look| {
                    mark(p.tone, look);
                    look.tag("span").text(p.text);
                    look.tag("span").attr("class", "dd-spoken").text(spoken(p.tone));
                });
            });
        });
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::core::testing::{assert_has, component, drawn};

    #[test]
    fn a_tone_is_a_form_and_a_word() {
        let badge = component::<Badge>().text("too <hot>").tone(Tone::Bad).label("Motor");
        assert_has(
            &badge,
            &[
                "dd-badge-line\" data-alarm>",
                ">Motor<",
                "data-tone=\"bad\"",
                "M5.2 1h",
                ">too &lt;hot&gt;<",
                ">, alarm<",
            ],
        );
        let forms = [Tone::Ok, Tone::Warn, Tone::Bad, Tone::Neutral].map(|tone| {
            let html = drawn(&component::<Badge>().text("x").tone(tone));
            html.split(" d=\"").nth(1).and_then(|rest| rest.split('"').next()).map(str::to_owned)
        });
        for (at, form) in forms.iter().enumerate() {
            assert!(form.is_some() && !forms[..at].contains(form), "{forms:?}");
        }
    }

    #[test]
    fn an_empty_badge_is_not_drawn() {
        assert!(!drawn(&component::<Badge>()).contains("dd-badge\""));
    }

    /// On a page with a tree and without a badge, the marks were black.
    #[test]
    fn fault_a_mark_had_no_style_on_a_page_without_a_readout() {
        let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("src/core");
        let mut draws = Vec::new();
        for file in std::fs::read_dir(folder).unwrap() {
            let path = file.unwrap().path();
            if path.extension().is_none_or(|ending| ending != "rs") {
                continue;
            }
            let code = std::fs::read_to_string(&path).unwrap();
            if code.contains(" mark(") {
                assert!(code.contains("[\"mark.css\", "), "{} needs the style of its marks", path.display());
                draws.push(path);
            }
        }
        assert!(draws.len() >= 4, "{draws:?}");
    }
}
