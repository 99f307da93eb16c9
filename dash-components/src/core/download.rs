use dash_macros::Component;
use dash_runtime::{component::prelude::*, file::Attachment};

use super::button::ButtonTone;
use crate::icon::{self, Icon};

/// A button that downloads a file, which a callback makes or finds when somebody presses it.
///
/// The program gives the name of the file, and the rights of the button are those of the download: who may not press it
/// gets no address. A file that each person shall have for themselves is returned by a `#[callback]`.
///
/// ```
/// # use dash_components::Download;
/// # use dash_runtime::file::Attachment;
/// // A callback with `on = Ui::table.click, output = Ui::table.file`:
/// fn make_table(volts: &[f64]) -> Attachment {
///     let rows: String = volts.iter().map(|volts| format!("{volts}\n")).collect();
///     Attachment::new("measured.csv", "text/csv", rows)
/// }
/// # assert_eq!(make_table(&[1.5]).name(), "measured.csv");
/// # fn of(table: Download) -> Download {
/// table.label("Measured values (CSV)")
/// # }
/// ```
#[derive(Component)]
#[component(tag = "dd-download", script = "download.js", style = "button.css", bundled)]
pub struct Download {
    id: ComponentId,
    /// Somebody wants the file. The browser sends it.
    #[prop(event)]
    click: Event<()>,
    /// The file. `None` (the default): there is none. A callback writes it, and the browser that has asked fetches it.
    file: Option<Attachment>,
    /// The text on the button. Empty (the default): the words of its id.
    label: String,
    /// The icon before the text. Default: an arrow into a tray.
    #[prop(default = Icon::Download)]
    icon: Icon,
    /// The visual style. Default: `Normal`.
    tone: ButtonTone,
    /// Whether the button is disabled in the browser. Default: `false`.
    disabled: bool,
}

impl View for Download {
    fn view(p: DownloadBound, look: &mut Look) {
        let button = look.tag("button").attr("type", "button").attr("class", "dd-button").attr("data-tone", p.tone);
        button.flag("disabled", p.disabled).inner(|look| {
            icon::optional(look, p.icon);
            look.tag("span").text(p.label.or(words_of_id()));
        });
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::core::testing::{assert_has, component, drawn};

    #[test]
    fn it_is_a_button_and_has_no_address() {
        let mut download = component::<Download>().label("Table <1>");
        download.file = Some(Attachment::new("a.csv", "text/csv", "1"));
        assert_has(
            &download,
            &["<button type=\"button\" class=\"dd-button\"", "<path d=\"M12 4v11", ">Table &lt;1&gt;<"],
        );
        assert!(!drawn(&download).contains("href"));
    }
}
