use dash_macros::Component;
use dash_runtime::component::prelude::*;

use crate::icon::{self, Icon};

/// A button that copies a text, such as a serial number or an address, to the clipboard of the person's computer. It says
/// whether that worked.
///
/// ```
/// # use dash_components::Clipboard;
/// # fn of(serial: Clipboard) -> Clipboard {
/// serial.text("SN-1234-56").label("Copy the serial number")
/// # }
/// ```
#[derive(Component)]
#[component(tag = "dd-clipboard", script = "clipboard.js", style = "button.css", bundled)]
pub struct Clipboard {
    id: ComponentId,
    /// The text that is copied. Default: empty.
    text: String,
    /// The text on the button. Default: `Copy`.
    #[prop(default = "Copy".to_owned())]
    label: String,
}

impl View for Clipboard {
    fn view(p: ClipboardBound, look: &mut Look) {
        let button = look.tag("button").attr("type", "button").attr("class", "dd-button").attr("data-tone", "normal");
        button.flag("disabled", p.text.is_known().not()).inner(|look| {
            icon::draw(look, Icon::Copy.path());
            look.tag("span").text(p.label);
        });
        // The script says what came of it.
        look.tag("span").attr("class", "dd-copied").attr("role", "status").empty();
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::core::testing::{assert_has, component};

    #[test]
    fn without_a_text_there_is_nothing_to_copy() {
        assert_has(&component::<Clipboard>(), &["data-tone=\"normal\" disabled>", ">Copy<", "role=\"status\"></span>"]);
        assert_has(&component::<Clipboard>().text("<1>"), &["data-tone=\"normal\"><svg"]);
    }
}
