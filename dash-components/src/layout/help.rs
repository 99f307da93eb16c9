//! A line of help below a component.

use std::borrow::Cow;

use dash_runtime::{
    IntoValue,
    element::{Element, IntoElement},
};

/// Only pages with help in their layout have it.
const HELP_CSS: &str = include_str!("help.css");

/// Adds help to any component or element.
pub trait HelpExt: IntoElement + Sized {
    /// Writes a text below the component, such as what to enter, or in which state of the machine it counts. It is always
    /// visible, and a screen reader says it with the component. For what need not be on the page all the time there is the
    /// [`Tooltip`](crate::Tooltip).
    ///
    /// ```
    /// use dash_components::HelpExt;
    /// # use dash_components::{Slider, card};
    /// # let _ = |gain: Slider| {
    /// card("Camera", gain.label("Gain").unit("dB").help("More than 20 dB adds noise."))
    /// # };
    /// ```
    #[must_use]
    fn help(self, text: impl IntoValue<Cow<'static, str>>) -> Element {
        let text = text.into_value();
        Element::new("div")
            .stylesheet(HELP_CSS)
            .attr("class", "dd-helped")
            .attr("role", "group")
            // Not by an id: a component in a row of a list has another one in each row.
            .attr("aria-description", text.clone())
            // Small and muted also where only a callback places it, so that the page has not got the stylesheet.
            .children((self, Element::new("small").attr("class", "dd-paragraph").children(Element::text(text))))
    }
}

impl<E: IntoElement> HelpExt for E {}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        Slider,
        core::testing::{component, html},
    };

    #[test]
    fn a_help_is_visible_and_is_the_description_of_what_it_is_about() {
        let html = html(&component::<Slider>().label("Gain").help("More than <20> dB adds \"noise\"."));
        let text = "More than &lt;20&gt; dB adds &quot;noise&quot;.";
        let before = format!("<div class=\"dd-helped\" role=\"group\" aria-description=\"{text}\"><dd-slider");
        assert!(html.starts_with(&before), "{html}");
        assert!(html.ends_with(&format!("</dd-slider><small class=\"dd-paragraph\">{text}</small></div>")), "{html}");
    }
}
