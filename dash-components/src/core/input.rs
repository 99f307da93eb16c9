use dash_macros::{Component, value};
use dash_runtime::component::prelude::*;

/// A field for one line of text.
///
/// ```
/// # use dash_components::{Input, SendOn};
/// # fn of(name: Input) -> Input {
/// name.label("File name").placeholder("picture.jpg").send_on(SendOn::Change)
/// # }
/// ```
///
/// A form is sent with Enter by a callback that is started by [`submit`](InputProps::submit), or by it and by a button's click.
#[derive(Component)]
#[component(tag = "dd-input", script = "input.js", style = "input.css", bundled)]
pub struct Input {
    id: ComponentId,
    /// The text, of at most 10 000 characters. Written by the browser.
    #[prop(writable, max_len = 10_000)]
    value: String,
    /// Enter was pressed: the text of this moment, after `value` has been sent. Each press counts, and brings its own text,
    /// whatever somebody else types into the same field.
    #[prop(event, max_len = 10_000)]
    submit: Event<String>,
    /// What is asked for, above the field. Empty: no visible name.
    label: String,
    /// What an empty field shows as an example.
    placeholder: String,
    /// When the text is sent.
    send_on: SendOn,
    /// Whether what is typed is shown as dots, for a password. It hides the text from who looks at the screen, not from who
    /// listens on the network: pages without encryption send it as they send any other text.
    secret: bool,
    /// Whether nobody can type in it. A callback can still set it.
    disabled: bool,
}

/// When an [`Input`] sends its text.
#[value]
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum SendOn {
    /// With every key: for a filter or a live preview.
    #[default]
    Input,
    /// With Enter, or when the field is left: for what should not be acted upon half typed.
    Change,
}

impl Render for Input {
    fn render(&self, html: &mut Html) {
        html.tag("label")
            .attr("class", "dd-label dd-field-label")
            .attr("for", super::control_id(self.id))
            .text(&self.label);
        html.tag("input")
            .attr("type", if self.secret { "password" } else { "text" })
            .attr("id", super::control_id(self.id))
            .attr("class", "dd-field")
            .attr("value", &self.value)
            .attr("placeholder", &self.placeholder)
            .attr("maxlength", 10_000)
            .attr("autocomplete", "off")
            .attr("spellcheck", "false")
            .opt("aria-label", self.label.is_empty().then(|| super::words(self.id)))
            .flag("disabled", self.disabled)
            .void();
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::core::testing::{assert_has, component};

    #[test]
    fn its_text_stays_text() {
        let input = component::<Input>().value("\"><script>").placeholder("a 'b'").label("Name");
        assert_has(
            &input,
            &[
                "for=\"left_motor-control\">Name</label>",
                "id=\"left_motor-control\"",
                "value=\"&quot;&gt;&lt;script&gt;\"",
                "placeholder=\"a &#39;b&#39;\"",
                "maxlength=\"10000\"",
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
