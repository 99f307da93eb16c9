use dash_macros::Component;
use dash_runtime::component::prelude::*;

/// A text with a fixed width, line for line: source code, an answer of an instrument, JSON.
///
/// ```
/// # use dash_components::Code;
/// # fn of(answer: Code) -> Code {
/// answer.label("Answer").text("*IDN?\nACME,PS3005,SN1234,1.7")
/// # }
/// ```
#[derive(Component)]
#[component(tag = "dd-code", style = "code.css")]
pub struct Code {
    id: ComponentId,
    /// The text. Default: empty.
    text: String,
    /// The visible name above it. Empty (the default): no visible name.
    label: String,
}

impl View for Code {
    fn view(p: CodeBound, look: &mut Look) {
        look.tag("span").attr("class", "dd-label dd-field-label").text(p.label);
        // Its lines may be long, and a keyboard must be able to scroll.
        let frame = look.tag("div").attr("class", "dd-code").attr("tabindex", 0).attr("role", "region");
        frame.attr("aria-label", p.label.or(words_of_id())).inner(|look| look.tag("code").text(p.text));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::core::testing::{assert_has, component};

    #[test]
    fn it_keeps_its_lines_and_its_signs() {
        let code = component::<Code>().text("if a < b {\n  \"c\"\n}").label("Program <1>");
        assert_has(&code, &["aria-label=\"Program &lt;1&gt;\"", "<code>if a &lt; b {\n  &quot;c&quot;\n}</code>"]);
        assert_has(&component::<Code>(), &["aria-label=\"left motor\""]);
    }
}
