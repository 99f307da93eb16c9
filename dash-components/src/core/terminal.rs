use dash_macros::Component;
use dash_runtime::component::prelude::*;

use super::CONTROL;

/// What a device writes, with its ANSI colours, and a line for commands to it.
///
/// It follows the newest line until the person scrolls up, and again after `Follow` or a command. The arrow keys bring
/// back earlier commands. A page that comes later gets the newest 1000 pieces.
///
/// It is a terminal for lines, as of an instrument or a serial console: colours, the carriage return, the backspace, the
/// erasing of a line and of the screen work. Programs that draw a full screen do not. A text never becomes markup, and
/// each colour is changed until it can be read. A line of more than 2000 characters is continued on the next one.
///
/// ```
/// # use dash_components::Terminal;
/// /// With `#[input(Ui::console.line)]` and `output = Ui::console.output`.
/// fn run(line: &str) -> Vec<String> {
///     let answer = match line {
///         "*IDN?" => "ACME,PS3005,SN1234,1.02\n".to_owned(),
///         _ => Terminal::error("-113,\"Undefined header\""),
///     };
///     vec![Terminal::echo(line), answer]
/// }
/// # assert_eq!(run("*IDN?")[0], "\x1b[94m> *IDN?\x1b[0m\n");
/// # fn of(console: Terminal) -> Terminal {
/// console.label("Instrument").placeholder("SCPI command")
/// # }
/// ```
#[derive(Component)]
#[component(tag = "dd-terminal", script = "terminal.js", style = "terminal.css", bundled)]
pub struct Terminal {
    id: ComponentId,
    /// What the device writes, in pieces of any size, oldest first. A piece need not end with a line. Callbacks append
    /// to it.
    #[prop(stream, ring = 1000)]
    output: Stream<String>,
    /// The user has entered a line. The payload has no line end.
    #[prop(event)]
    line: Event<String>,
    /// The largest number of lines that a page keeps, from 1 to 10 000. Default: 2000.
    #[prop(default = 2000, no_setter)]
    limit: u32,
    /// The visible name. Empty (the default): no visible name.
    label: String,
    /// The text that the field shows while it is empty. Default: `Command`.
    #[prop(default = "Command".to_owned())]
    placeholder: String,
    /// Whether there is no field for commands. Default: `false`.
    read_only: bool,
    /// Whether the field is disabled, for pages and for programs. Default: `false`.
    disabled: bool,
}

impl Terminal {
    /// Sets the largest number of lines that a page keeps, from 1 to 10 000.
    #[must_use]
    pub fn limit(mut self, lines: u32) -> Self {
        self.limit = lines.clamp(1, 10_000);
        self
    }

    /// A command as it is shown in the output, for a device that does not write it itself: a line in blue.
    pub fn echo(command: &str) -> String {
        coloured(94, &format!("> {command}"))
    }

    /// An error message as it is shown in the output: a line in red.
    pub fn error(message: &str) -> String {
        coloured(91, message)
    }
}

/// A line in a colour. Its control characters are shown as spaces: it may be what a person has typed.
fn coloured(colour: u8, text: &str) -> String {
    let text: String = text.chars().map(|character| if character.is_control() { ' ' } else { character }).collect();
    format!("\x1b[{colour}m{text}\x1b[0m\n")
}

impl View for Terminal {
    fn view(p: TerminalBound, look: &mut Look) {
        let name = p.label.or(words_of_id());
        look.tag("div").attr("class", "dd-term-head").inner(|look| {
            look.tag("span").attr("class", "dd-label").text(p.label);
            let follow = look.tag("button").attr("type", "button").attr("class", "dd-term-follow");
            follow.attr("aria-pressed", "true").text("Follow");
        });
        // The script writes the lines.
        let output = look.tag("div").attr("class", "dd-term-box").attr("tabindex", "0").attr("role", "log");
        output.attr("aria-label", name).inner(|look| look.tag("div").attr("class", "dd-term-lines").empty());
        look.when(p.read_only.not(), |look| {
            // A form with this method sends nothing when Enter is pressed before the script runs.
            look.tag("form").attr("class", "dd-term-entry").attr("method", "dialog").inner(|look| {
                look.tag("input")
                    .own_id(CONTROL)
                    .attr("type", "text")
                    .attr("class", "dd-field dd-term-field")
                    .attr("aria-label", constant("Command for ").then(name))
                    .attr("autocomplete", "off")
                    .attr("autocapitalize", "none")
                    .attr("spellcheck", "false")
                    .attr("enterkeyhint", "send")
                    .attr("maxlength", "4096")
                    .attr("placeholder", p.placeholder)
                    .flag("disabled", p.disabled)
                    .void();
                look.tag("button").attr("type", "submit").flag("disabled", p.disabled).text("Send");
            });
        });
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::core::testing::{assert_has, component, drawn};

    #[test]
    fn it_has_its_parts_before_its_script_runs() {
        let parts = [
            ">Pump &lt;1&gt;</span>",
            "aria-pressed=\"true\">Follow<",
            "role=\"log\" aria-label=\"Pump &lt;1&gt;\"",
            "<form class=\"dd-term-entry\" method=\"dialog\">",
            "aria-label=\"Command for Pump &lt;1&gt;\"",
            ">Send<",
        ];
        assert_has(&component::<Terminal>().label("Pump <1>"), &parts);
        assert!(!drawn(&component::<Terminal>().read_only(true)).contains("<form"));
    }

    #[test]
    fn what_a_person_typed_cannot_change_the_colours_of_others() {
        assert_eq!(Terminal::echo("a\x1b[31mb\nc\u{9b}2J"), "\x1b[94m> a [31mb c 2J\x1b[0m\n");
        assert_eq!(Terminal::error("-222,\"Data out of range\""), "\x1b[91m-222,\"Data out of range\"\x1b[0m\n");
    }

    #[test]
    fn the_limit_is_in_its_range() {
        assert_eq!([0, 5, 1_000_000].map(|lines| component::<Terminal>().limit(lines).limit), [1, 5, 10_000]);
    }
}
