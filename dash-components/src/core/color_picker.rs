use std::{fmt, str::FromStr};

use dash_macros::{Component, value};
use dash_runtime::component::prelude::*;

use super::{
    CONTROL,
    date::{NotWritten, as_text},
};

/// A field for a colour, with the picker of the browser. Each colour that the person points at is sent.
///
/// ```
/// # use dash_components::{Color, ColorPicker};
/// # fn of(ring: ColorPicker) -> ColorPicker {
/// ring.label("Ring light").value(Color::new(255, 180, 40))
/// # }
/// ```
#[derive(Component)]
#[component(tag = "dd-color-picker", script = "color_picker.js", style = "picker.css", bundled)]
pub struct ColorPicker {
    id: ComponentId,
    /// The colour. Default: black. The browser writes it.
    #[prop(writable)]
    value: Color,
    /// The visible name above the field. Empty (the default): no visible name.
    label: String,
    /// Whether the field is disabled, for pages and for programs. Default: `false`. A callback can still set `value`.
    disabled: bool,
}

/// A colour of red, green and blue, each from 0 to 255. As text and as JSON it is `#ffb428`.
///
/// ```
/// use dash_components::Color;
///
/// let amber = Color::new(255, 180, 40);
/// assert_eq!(amber.to_string(), "#ffb428");
/// assert_eq!("#FFB428".parse(), Ok(amber));
/// ```
#[value]
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash)]
#[serde(try_from = "String", into = "String")]
#[schemars(with = "String")]
pub struct Color {
    /// The part of red, from 0 to 255.
    pub red: u8,
    /// The part of green, from 0 to 255.
    pub green: u8,
    /// The part of blue, from 0 to 255.
    pub blue: u8,
}

impl Color {
    /// A colour of red, green and blue, each from 0 to 255.
    pub const fn new(red: u8, green: u8, blue: u8) -> Self {
        Self { red, green, blue }
    }
}

impl fmt::Display for Color {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "#{:02x}{:02x}{:02x}", self.red, self.green, self.blue)
    }
}

impl FromStr for Color {
    type Err = NotWritten;

    fn from_str(text: &str) -> Result<Self, NotWritten> {
        let parse = || {
            let digits = text.strip_prefix('#').filter(|digits| digits.len() == 6)?;
            let is_hexadecimal = digits.bytes().all(|byte| byte.is_ascii_hexdigit());
            let [_, red, green, blue] = u32::from_str_radix(digits, 16).ok().filter(|_| is_hexadecimal)?.to_be_bytes();
            Some(Self { red, green, blue })
        };
        parse().ok_or_else(|| NotWritten(format!("`{text}` is not a colour: write it as `#ffb428`")))
    }
}

as_text!(Color);

impl View for ColorPicker {
    fn view(p: ColorPickerBound, look: &mut Look) {
        look.tag("label").attr("class", "dd-label dd-field-label").attr("for", own_id(CONTROL)).text(p.label);
        look.tag("div").attr("class", "dd-color").inner(|look| {
            look.tag("input")
                .attr("type", "color")
                .own_id(CONTROL)
                .attr("value", p.value)
                .attr("autocomplete", "off")
                .attr("aria-label", p.label.is_missing().gives(words_of_id()))
                .flag("disabled", p.disabled)
                .void();
            look.tag("span").attr("class", "dd-color-text").attr("aria-hidden", "true").text(p.value);
        });
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::core::testing::{assert_has, component};

    #[test]
    fn it_is_a_native_field() {
        let ring = component::<ColorPicker>().label("Ring").value(Color::new(1, 2, 255));
        assert_has(&ring, &[">Ring</label>", "type=\"color\"", "value=\"#0102ff\"", ">#0102ff<"]);
        assert_has(&component::<ColorPicker>(), &["value=\"#000000\"", "aria-label=\"left motor\""]);
    }

    #[test]
    fn a_text_that_is_no_colour_is_refused() {
        for text in ["", "#fff", "red", "#12345g", "1234567", "#+12345", "#äbcd"] {
            assert!(serde_json::from_value::<Color>(text.into()).is_err(), "{text}");
        }
    }
}
