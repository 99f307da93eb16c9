//! Each component has up to three files. `<name>.rs` says what it looks like, `<name>.css` styles it, and `<name>.js` has
//! its behaviour in the browser. A component with `impl Render` instead of `impl View` is also updated by `<name>.js`.

pub(crate) mod alarms;
pub(crate) mod armed;
pub(crate) mod audio_level;
pub(crate) mod audit_log;
pub(crate) mod browser_store;
pub(crate) mod button;
pub(crate) mod camera;
pub(crate) mod chart;
pub(crate) mod clipboard;
pub(crate) mod code;
pub(crate) mod container;
pub(crate) mod control;
pub(crate) mod dialog;
pub(crate) mod download;
pub(crate) mod dropdown;
pub(crate) mod gauge;
pub(crate) mod geolocation;
#[cfg(feature = "plotly")]
pub(crate) mod graph;
pub(crate) mod heatmap;
pub(crate) mod histogram;
pub(crate) mod hold_button;
pub(crate) mod image;
pub(crate) mod indicator;
pub(crate) mod input;
pub(crate) mod joystick;
pub(crate) mod json;
pub(crate) mod keypad;
pub(crate) mod log;
pub(crate) mod map;
pub(crate) mod markdown;
pub(crate) mod number_field;
pub(crate) mod number_input;
pub(crate) mod pad;
pub(crate) mod power_button;
pub(crate) mod precision_input;
pub(crate) mod progress;
pub(crate) mod router;
pub(crate) mod shortcut;
pub(crate) mod slider;
pub(crate) mod sparkline;
pub(crate) mod spectrum;
pub(crate) mod split;
pub(crate) mod stop;
pub(crate) mod switch;
pub(crate) mod table;
pub(crate) mod terminal;
pub(crate) mod text;
pub(crate) mod tooltip;
pub(crate) mod tree;
pub(crate) mod trend;
pub(crate) mod upload;
pub(crate) mod video;
pub(crate) mod waterfall;
pub(crate) mod xy;

pub(crate) mod attitude_indicator;
pub(crate) mod badge;
pub(crate) mod banner;
pub(crate) mod bars;
pub(crate) mod battery;
pub(crate) mod compass;
pub(crate) mod led_display;
pub(crate) mod limits;
pub(crate) mod meter;
pub(crate) mod qr_code;
pub(crate) mod stat;
pub(crate) mod state_machine;
pub(crate) mod status_list;
pub(crate) mod tank;
pub(crate) mod thermometer;

pub(crate) mod checklist;
pub(crate) mod combobox;
pub(crate) mod multi_select;
pub(crate) mod options;
pub(crate) mod radio_items;
pub(crate) mod segmented_control;

pub(crate) mod color_picker;
pub(crate) mod date;
pub(crate) mod date_picker;
pub(crate) mod date_range_picker;
pub(crate) mod knob;
pub(crate) mod range_slider;
pub(crate) mod tabs;
pub(crate) mod textarea;
pub(crate) mod theme_switch;
pub(crate) mod time_picker;

/// A field of a value of this type, in a view.
macro_rules! field {
    ($of:expr, $type:ident . $name:ident) => {
        $of.field(stringify!($name), |value: &$type| &value.$name)
    };
}
use field;

/// The words of an id, which a screen reader reads for a control without a label.
pub(crate) fn words(id: dash_runtime::prop::ComponentId) -> String {
    id.words()
}

/// The id of the native control inside a component, which its label refers to. It equals no component's id: a hyphen
/// occurs only after the name of a group, and this name is a component's.
pub(crate) fn control_id(id: dash_runtime::prop::ComponentId) -> String {
    format!("{}{CONTROL}", id.name())
}

/// What the id of the control has behind the component's, in a view.
pub(crate) const CONTROL: &str = "-control";

#[cfg(test)]
pub(crate) mod testing {
    use dash_runtime::{
        component::{Component, Render},
        element::Element,
        html::Html,
        prop::ComponentId,
    };

    /// A component with the id `left_motor`.
    pub(crate) fn component<C: Component>() -> C {
        C::new(ComponentId::new(1, "left_motor", 0))
    }

    /// The HTML that the component renders.
    pub(crate) fn drawn(component: &impl Render) -> String {
        let mut html = Html::new();
        component.render(&mut html);
        html.into_string()
    }

    /// The HTML of an element of the layout.
    pub(crate) fn html(element: &Element) -> String {
        let mut html = Html::new();
        html.element(element);
        html.into_string()
    }

    /// Asserts that the HTML contains all `parts`, in this order.
    #[track_caller]
    pub(crate) fn assert_has(component: &impl Render, parts: &[&str]) {
        let drawn = drawn(component);
        let mut rest = &*drawn;
        for part in parts {
            let Some((_, behind)) = rest.split_once(part) else {
                panic!("{part} is missing or in the wrong place: {drawn}")
            };
            rest = behind;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_words_of_an_id_are_the_same_as_in_the_script() -> serde_json::Result<()> {
        let cases: Vec<(String, String)> =
            serde_json::from_str(include_str!("../../../tests/client/words-cases.json"))?;
        for (name, said) in cases {
            assert_eq!(words(dash_runtime::prop::ComponentId::new(1, name.clone().leak(), 0)), said, "{name}");
        }
        Ok(())
    }
}
