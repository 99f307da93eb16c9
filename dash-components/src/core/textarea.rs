use dash_macros::Component;
use dash_runtime::component::prelude::*;

use super::{control_id, input::SendOn, words};

/// A field for several lines of text.
///
/// Enter starts a new line. The text is sent when the field loses the focus, or with Ctrl and Enter.
///
/// ```
/// # use dash_components::Textarea;
/// # fn of(script: Textarea) -> Textarea {
/// script.label("Commands").placeholder("one per line").lines(6)
/// # }
/// ```
#[derive(Component)]
#[component(tag = "dd-textarea", script = "textarea.js", style = "textarea.css", bundled)]
pub struct Textarea {
    id: ComponentId,
    /// The text, at most 10 000 characters. Default: empty. The browser writes it.
    #[prop(writable, max_len(MAX_LEN))]
    value: String,
    /// The visible name above the field. Empty (the default): no visible name.
    label: String,
    /// The example text that an empty field shows. Default: none.
    placeholder: String,
    /// The number of lines that are visible without scrolling. Default: 4.
    #[prop(default = 4)]
    lines: u8,
    /// When the browser sends the text. Default: `Change`, when the field loses the focus or with Ctrl and Enter.
    #[prop(default = SendOn::Change)]
    send_on: SendOn,
    /// Whether the field is disabled, for pages and for programs. Default: `false`. A callback can still set `value`.
    disabled: bool,
}

/// The largest number of characters of a text.
const MAX_LEN: usize = 10_000;

impl Render for Textarea {
    fn render(&self, html: &mut Html) {
        html.tag("label").attr("class", "dd-label dd-field-label").attr("for", control_id(self.id)).text(&self.label);
        html.tag("textarea")
            .attr("id", control_id(self.id))
            .attr("class", "dd-textarea")
            .attr("rows", self.lines)
            .attr("placeholder", &self.placeholder)
            // The script cuts what is too long, and says so.
            .attr("data-max-length", MAX_LEN)
            .attr("autocomplete", "off")
            .attr("spellcheck", "false")
            .opt("aria-label", self.label.is_empty().then(|| words(self.id)))
            .flag("disabled", self.disabled)
            // A parser drops a line break at the start.
            .text(if self.value.starts_with('\n') { format!("\n{}", self.value) } else { self.value.clone() });
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::core::testing::{assert_has, component};

    #[test]
    fn its_text_is_escaped_and_keeps_its_lines() {
        let area = component::<Textarea>().value("</textarea>\n<b>").label("Commands").lines(6);
        assert_has(
            &area,
            &["for=\"left_motor-control\">Commands<", "rows=\"6\"", ">&lt;/textarea&gt;\n&lt;b&gt;</textarea>"],
        );
        assert_has(&component::<Textarea>().value("\nx"), &["aria-label=\"left motor\"", ">\n\nx</textarea>"]);
    }
}
