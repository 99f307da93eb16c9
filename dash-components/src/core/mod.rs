//! One file triple per component: `<name>.rs` draws it with the values that the server has, `<name>.js` keeps it up to
//! date in the browser and `<name>.css` is how it looks.

pub(crate) mod button;
pub(crate) mod dropdown;
pub(crate) mod gauge;
pub(crate) mod indicator;
pub(crate) mod input;
pub(crate) mod progress;
pub(crate) mod slider;
pub(crate) mod switch;
pub(crate) mod table;
pub(crate) mod text;
pub(crate) mod trend;

/// The words of an id: what a screen reader calls a control without a label. `motor_left` is "motor left".
pub(crate) fn words(id: dash_runtime::prop::ComponentId) -> String {
    id.name().trim_start_matches("r#").replace('_', " ")
}

/// The id of the native control inside of a component, for its label. An id is an identifier, so the hyphen makes it
/// different from every component's.
pub(crate) fn control_id(id: dash_runtime::prop::ComponentId) -> String {
    format!("{}-control", id.name())
}

/// Where `value` lies between `min` and `max`, from 0 to 1. What is missing, or no number, lies at 0.
pub(crate) fn share(value: f64, min: f64, max: f64) -> f64 {
    let share = (value - min) / (max - min);
    if share.is_finite() { share.clamp(0.0, 1.0) } else { 0.0 }
}

/// A share as an SVG length, with two decimals: `40.00%`.
pub(crate) fn percent(share: f64) -> String {
    format!("{}%", crate::format::fixed(share * 100.0, 2))
}
