use dash_macros::Component;
use dash_runtime::component::prelude::*;

use super::{CONTROL, input::SendOn};

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

impl View for Textarea {
    fn view(p: TextareaBound, look: &mut Look) {
        look.tag("label").attr("class", "dd-label dd-field-label").attr("for", own_id(CONTROL)).text(p.label);
        look.tag("textarea")
            .own_id(CONTROL)
            .attr("class", "dd-textarea")
            .attr("rows", p.lines)
            .attr("placeholder", p.placeholder)
            // The script cuts what is too long, and says so.
            .attr("data-max-length", MAX_LEN as i32)
            .attr("autocomplete", "off")
            .attr("spellcheck", "false")
            .attr("aria-label", p.label.is_missing().gives(words_of_id()))
            .flag("disabled", p.disabled)
            .text(p.value);
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
            &["for=\"left_motor-control\">Commands<", "rows=\"6\"", ">\n&lt;/textarea&gt;\n&lt;b&gt;</textarea>"],
        );
        assert_has(&component::<Textarea>().value("\nx"), &["aria-label=\"left motor\"", ">\n\nx</textarea>"]);
    }
}
