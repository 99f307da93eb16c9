use dash_macros::{Component, value};
use dash_runtime::component::prelude::*;

use super::CONTROL;

/// A field for one line of text.
///
/// ```
/// # use dash_components::{Input, SendOn};
/// # fn of(name: Input) -> Input {
/// name.label("File name").placeholder("picture.jpg").send_on(SendOn::Change)
/// # }
/// ```
///
/// A callback that [`submit`](InputProps::submit) triggers runs when the user presses Enter. A form usually also
/// triggers it by the click of a button.
#[derive(Component)]
#[component(tag = "dd-input", script = "input.js", style = "input.css", bundled)]
pub struct Input {
    id: ComponentId,
    /// The text, at most 10 000 characters. Default: empty. The browser writes it.
    #[prop(writable, max_len(MAX_LEN))]
    value: String,
    /// The user pressed Enter. The event carries the text of that moment, at most 10 000 characters. It arrives after
    /// that text has been sent as `value`. Each press is one event with its own text, even if another client writes to
    /// the same field. The browser sends it.
    #[prop(event, max_len(MAX_LEN))]
    submit: Event<String>,
    /// The visible name above the field. Empty (the default): no visible name.
    label: String,
    /// The example text that an empty field shows. Default: none.
    placeholder: String,
    /// When the browser sends the text. Default: `Input`, with every key.
    send_on: SendOn,
    /// Whether the field shows dots instead of the text, for a password. Default: `false`. This hides the text on the
    /// screen only. A page without encryption sends it over the network like any other text.
    secret: bool,
    /// Whether the field is disabled, for pages and for programs. Default: `false`. A callback can still set `value`.
    disabled: bool,
}

/// The largest number of characters of a text.
const MAX_LEN: usize = 10_000;

/// When an [`Input`] or a [`NumberInput`](crate::NumberInput) sends what the user types.
#[value]
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum SendOn {
    /// With every key, for a filter or a live preview.
    #[default]
    Input,
    /// With Enter, or when the field loses the focus. For values that must not take effect half typed.
    Change,
}

impl View for Input {
    fn view(p: InputBound, look: &mut Look) {
        look.tag("label").attr("class", "dd-label dd-field-label").attr("for", own_id(CONTROL)).text(p.label);
        look.tag("input")
            .attr("type", p.secret.choose("password", "text"))
            .own_id(CONTROL)
            .attr("class", "dd-field")
            .attr("value", p.value)
            .attr("placeholder", p.placeholder)
            // Not `maxlength`, which counts UTF-16 units and cuts what is pasted in silence. The script cuts, and says so.
            .attr("data-max-length", MAX_LEN as i32)
            .attr("autocomplete", "off")
            .attr("spellcheck", "false")
            .attr("aria-label", p.label.is_missing().gives(words_of_id()))
            .flag("disabled", p.disabled)
            .void();
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::core::testing::{assert_has, component};

    #[test]
    fn its_text_is_escaped() {
        let input = component::<Input>().value("\"><script>").placeholder("a 'b'").label("Name");
        assert_has(
            &input,
            &[
                "for=\"left_motor-control\">Name</label>",
                "id=\"left_motor-control\"",
                "value=\"&quot;&gt;&lt;script&gt;\"",
                "placeholder=\"a &#39;b&#39;\"",
                "data-max-length=\"10000\"",
            ],
        );
    }

    #[test]
    fn a_secret_is_shown_as_dots() {
        assert_has(&component::<Input>(), &["type=\"text\""]);
        assert_has(&component::<Input>().secret(true), &["type=\"password\"", "autocomplete=\"off\""]);
    }

    #[test]
    fn without_a_label_a_screen_reader_says_its_id() {
        assert_has(&component::<Input>().disabled(true), &["aria-label=\"left motor\" disabled>"]);
    }

    #[test]
    fn the_script_knows_when_to_send() -> serde_json::Result<()> {
        assert_eq!(serde_json::to_string(&[SendOn::Input, SendOn::Change])?, r#"["input","change"]"#);
        Ok(())
    }
}
