use dash_macros::Component;
use dash_runtime::component::prelude::*;

use super::{
    badge::{mark, spoken},
    indicator::Tone,
};

/// A message across the page: what everybody who looks must know until it is over, such as `The door switch is bridged`.
///
/// Among the children of a [`page`](crate::page) or [`section`](crate::section) it is a line of its own. While it has no
/// text, it takes no space. A screen reader reads a new text as soon as it can, and one with the tone `Bad` at once.
///
/// A callback's message for one person is `ClientHandle::message`; what must be acknowledged is an alarm
/// ([`Alarms`](crate::Alarms)).
///
/// ```
/// # use dash_components::{Banner, Tone};
/// # fn of(service: Banner) -> Banner {
/// service.title("Service").text("The door switch is bridged.").tone(Tone::Warn)
/// # }
/// ```
#[derive(Component)]
#[component(tag = "dd-banner", style = ["mark.css", "banner.css"])]
pub struct Banner {
    id: ComponentId,
    /// The message. Empty (the default): the banner is not drawn.
    text: String,
    /// Bold words before the message. Empty (the default): none.
    title: String,
    /// The meaning, which gives the colour and the mark. Default: `Accent`.
    #[prop(default = Tone::Accent)]
    tone: Tone,
}

impl View for Banner {
    fn view(p: BannerBound, look: &mut Look) {
        let is_bad = p.tone.is("bad");
        // A screen reader only reads what comes into a region that was there before.
        let region = look.tag("div").attr("class", "dd-banner-region").attr("role", is_bad.choose("alert", "status"));
        region.inner(|look| {
            look.when(p.text.is_known(), |look| {
                let banner = look.tag("div").attr("class", "dd-banner").attr("data-tone", p.tone);
                banner.flag("data-alarm", is_bad.choose(true, p.tone.is("warn"))).inner(|look| {
                    mark(p.tone, look);
                    look.tag("p").attr("class", "dd-banner-words").inner(|look| {
                        look.tag("strong").text(p.title);
                        look.text(" ");
                        look.tag("span").text(p.text);
                        look.tag("span").attr("class", "dd-spoken").text(spoken(p.tone));
                    });
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
    fn a_banner_is_a_region_with_a_message() {
        let banner = component::<Banner>().title("Service").text("a <b>").tone(Tone::Bad);
        let parts =
            ["role=\"alert\"", "data-tone=\"bad\" data-alarm", "M5.2 1h", ">Service<", ">a &lt;b&gt;<", ">, alarm<"];
        assert_has(&banner, &parts);
        assert_has(&banner.tone(Tone::Accent), &["role=\"status\"", "data-tone=\"accent\">"]);
    }

    #[test]
    fn a_banner_without_a_text_is_an_empty_region() {
        let html = drawn(&component::<Banner>().title("Service"));
        assert!(html.contains("role=\"status\"") && !html.contains("Service"), "{html}");
    }
}
