//! One file triple per component: `<name>.rs` draws it with the values that the server has, `<name>.js` keeps it up to
//! date in the browser and `<name>.css` is how it looks.

pub(crate) mod button;
pub(crate) mod container;
pub(crate) mod dropdown;
pub(crate) mod gauge;
pub(crate) mod image;
pub(crate) mod indicator;
pub(crate) mod input;
pub(crate) mod number_input;
pub(crate) mod progress;
pub(crate) mod router;
pub(crate) mod slider;
pub(crate) mod switch;
pub(crate) mod table;
pub(crate) mod text;
pub(crate) mod trend;

/// The words of an id: what a screen reader calls a control without a label. `motor_left` is "motor left", and so is
/// `motor-left`, the `left` of the group `motor`.
pub(crate) fn words(id: dash_runtime::prop::ComponentId) -> String {
    id.name().trim_start_matches("r#").replace(['_', '-'], " ")
}

/// The id of the native control inside of a component, for its label. No component has it: a hyphen stands behind the name
/// of a group, and this is a component.
pub(crate) fn control_id(id: dash_runtime::prop::ComponentId) -> String {
    format!("{}-control", id.name())
}

/// Where `value` lies between `min` and `max`, from 0 to 1. What is missing, or no number, lies at 0.
pub(crate) fn share(value: f64, min: f64, max: f64) -> f64 {
    let share = (value - min) / (max - min);
    if share.is_finite() { share.clamp(0.0, 1.0) } else { 0.0 }
}

/// What the script is told: a number that JSON cannot write is no value.
pub(crate) fn known(value: Option<f64>) -> Option<f64> {
    value.filter(|value| value.is_finite())
}

/// A share as an SVG length, with two decimals: `40.00%`.
pub(crate) fn percent(share: f64) -> String {
    format!("{}%", crate::format::fixed(share * 100.0, 2))
}

#[cfg(test)]
pub(crate) mod testing {
    use dash_runtime::{
        component::{Component, Render},
        html::Html,
        prop::ComponentId,
    };

    /// One with the id `left_motor`.
    pub(crate) fn component<C: Component>() -> C {
        C::new(ComponentId::new(1, "left_motor", 0))
    }

    /// What it draws.
    pub(crate) fn drawn(component: &impl Render) -> String {
        let mut html = Html::new();
        component.render(&mut html);
        html.into_string()
    }

    /// Whether each of `parts` is in it, in this order.
    #[track_caller]
    pub(crate) fn assert_has(component: &impl Render, parts: &[&str]) {
        let drawn = drawn(component);
        let mut rest = &*drawn;
        for part in parts {
            let Some((_, behind)) = rest.split_once(part) else {
                panic!("{part} is not there, or not in its place: {drawn}")
            };
            rest = behind;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_value_is_somewhere_on_its_scale() {
        let cases = [
            (25.0, 0.0, 100.0, 0.25),
            (-1.0, 0.0, 100.0, 0.0),
            (1e9, 0.0, 100.0, 1.0),
            (f64::NAN, 0.0, 100.0, 0.0),
            (f64::INFINITY, 0.0, 100.0, 0.0),
            (5.0, 5.0, 5.0, 0.0),
            (0.0, -1.0, 1.0, 0.5),
        ];
        for (value, min, max, at) in cases {
            assert_eq!(share(value, min, max), at, "{value} in {min} to {max}");
        }
        assert_eq!(percent(1.0 / 3.0), "33.33%");
    }

    #[test]
    fn an_id_can_be_said_as_the_script_says_it() -> serde_json::Result<()> {
        let cases: Vec<(String, String)> =
            serde_json::from_str(include_str!("../../../tests/client/words-cases.json"))?;
        for (name, said) in cases {
            assert_eq!(words(dash_runtime::prop::ComponentId::new(1, name.clone().leak(), 0)), said, "{name}");
        }
        Ok(())
    }
}
