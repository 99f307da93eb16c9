use std::fmt::Write as _;

use dash_macros::{Component, value};
use dash_runtime::component::prelude::*;
use qrcode::{Color, EcLevel};

/// A text as a QR code, for example the address under which a phone opens the dashboard, or a serial number.
///
/// The server draws it, so it is there without a script. It is dark on light in each theme, because many readers do not
/// find a light code. The text itself stands below it.
///
/// ```
/// # use dash_components::QrCode;
/// # fn of(open: QrCode) -> QrCode {
/// open.label("On a phone").text("http://rover.local:8050/")
/// # }
/// ```
#[derive(Component)]
#[component(tag = "dd-qr-code", style = "qr_code.css")]
pub struct QrCode {
    id: ComponentId,
    /// The text, at most 2331 bytes. Default: empty, shown as "No code". A longer one is shown as "The text is too long for
    /// a code". Callbacks write it.
    #[prop(no_setter)]
    text: QrText,
    /// The visible name. Empty (the default): no visible name.
    label: String,
}

/// The text of a [`QrCode`], with its squares.
///
/// ```
/// # use dash_components::QrText;
/// // A callback with `output = Ui::open.text`:
/// fn address(host: &str) -> QrText {
///     QrText::new(format!("http://{host}/"))
/// }
/// # assert_eq!(address("rover.local").text(), "http://rover.local/");
/// ```
#[value]
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct QrText {
    text: String,
    /// The dark squares. Empty: the text is too long, or there is none.
    path: String,
    view_box: String,
}

/// The width of the light border, in squares, as ISO/IEC 18004 asks for it.
const BORDER: usize = 4;

impl QrText {
    /// The text, with a code that can be read if up to 15 % of it are damaged.
    pub fn new(text: impl IntoValue<String>) -> Self {
        let text = text.into_value();
        // Only a text that is too long is an error.
        let code = qrcode::QrCode::with_error_correction_level(&text, EcLevel::M).ok().filter(|_| !text.is_empty());
        let Some(code) = code else { return Self { text, path: String::new(), view_box: "0 0 1 1".to_owned() } };
        let (width, squares) = (code.width(), code.to_colors());
        let mut path = String::new();
        for (row, line) in squares.chunks(width).enumerate() {
            let mut at = 0;
            // Squares side by side are one rectangle.
            for run in line.chunk_by(|one, next| one == next) {
                if run[0] == Color::Dark {
                    // Writing to a string cannot fail.
                    let _ = write!(path, "M{} {}h{}v1h-{}z", at + BORDER, row + BORDER, run.len(), run.len());
                }
                at += run.len();
            }
        }
        let size = width + 2 * BORDER;
        Self { text, path, view_box: format!("0 0 {size} {size}") }
    }

    /// The text.
    pub fn text(&self) -> &str {
        &self.text
    }
}

impl From<String> for QrText {
    fn from(text: String) -> Self {
        Self::new(text)
    }
}

impl From<&str> for QrText {
    fn from(text: &str) -> Self {
        Self::new(text)
    }
}

impl QrCode {
    /// Sets the text.
    #[must_use]
    pub fn text(mut self, text: impl IntoValue<QrText>) -> Self {
        self.text = text.into_value();
        self
    }
}

impl View for QrCode {
    fn view(p: QrCodeBound, look: &mut Look) {
        let text = p.text.field("text", |code: &QrText| &code.text);
        let path = p.text.field("path", |code: &QrText| &code.path);
        let missing = text.is_known().choose("The text is too long for a code", "No code");
        look.tag("div").attr("class", "dd-label dd-field-label").attr("aria-hidden", "true").text(p.label);
        look.when(path.is_known(), |look| {
            let code = look.tag("svg").attr("class", "dd-qr").attr("shape-rendering", "crispEdges");
            let code = code.attr("viewBox", p.text.field("view_box", |code: &QrText| &code.view_box));
            let name = p.label.or(words_of_id()).then(": QR code");
            code.attr("role", "img").attr("aria-label", name).inner(|look| {
                look.tag("path").attr("d", path).empty();
            });
        });
        look.tag("div").attr("class", "dd-note dd-qr-text").text(path.is_known().choose(text, missing));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::core::testing::{assert_has, component, drawn};

    #[test]
    fn the_code_has_its_border_its_three_corners_and_its_text() {
        let code = component::<QrCode>().text("http://rover.local:8050/?a=1&b").label("On a phone");
        // A text of 30 bytes has 29 squares on each side.
        let corner = |x: usize, y: usize| format!("M{x} {y}h7v1h-7z");
        let parts = [
            "viewBox=\"0 0 37 37\"",
            "role=\"img\" aria-label=\"On a phone: QR code\"",
            &corner(4, 4),
            &corner(26, 4),
            &corner(4, 26),
            ">http://rover.local:8050/?a=1&amp;b<",
        ];
        assert_has(&code, &parts);
    }

    #[test]
    fn a_text_that_is_empty_or_too_long_is_told() {
        let none = component::<QrCode>();
        assert_has(&none, &["dd-qr-text\">No code<"]);
        assert!(!drawn(&none).contains("<svg"));
        assert_has(&component::<QrCode>().text("x".repeat(3000)), &[">The text is too long for a code<"]);
        assert!(drawn(&component::<QrCode>().text("é".repeat(1165))).contains("<svg"), "2330 bytes are not too many");
    }
}
