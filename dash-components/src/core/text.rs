use dash_macros::Component;
use dash_runtime::component::prelude::*;

/// Text that changes: a reading, a state, a message.
///
/// The text content of the element is exactly the value, so that a script or a test can read it. Line breaks in the
/// value are shown.
///
/// ```
/// # use dash_components::Text;
/// # fn of(readout: Text) -> Text {
/// readout.label("Exposure").text("1/200 s")
/// # }
/// ```
#[derive(Component)]
#[component(tag = "dd-text", style = "text.css")]
pub struct Text {
    id: ComponentId,
    /// The text. Default: empty.
    text: String,
    /// The name above the text. Empty (the default): no name, and no space for it.
    label: String,
}

impl View for Text {
    fn view(p: TextBound, look: &mut Look) {
        // The stylesheet draws the label from its attribute, so that the element's text content is the value alone.
        look.tag("span").attr("class", "dd-text-label").attr("data-label", p.label).empty();
        look.tag("span").attr("class", "dd-text-value").text(p.text);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::core::testing::{component, drawn};

    #[test]
    fn its_text_content_is_the_value_alone() {
        let text = component::<Text>().text("1 < 2 & \"3\"").label("A <b>");
        assert_eq!(
            drawn(&text),
            "<span class=\"dd-text-label\" data-label=\"A &lt;b&gt;\"></span>\
             <span class=\"dd-text-value\">1 &lt; 2 &amp; &quot;3&quot;</span>"
        );
    }
}
