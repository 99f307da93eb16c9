//! The estimated heights of what stands in a card. The rule for lines needs them before anything is laid out.

use dash_runtime::element::Element;

use super::lines::Size;

/// Between what is below each other in a card, in lines.
const GAP: f64 = 0.4;

/// The estimated height of an element in a card of this size, in lines of 2 rem.
pub(super) fn height(element: &Element, size: Size) -> f64 {
    let inside = || element.inside().iter().map(|child| height(child, size));
    let side_by_side = || inside().fold(0.0, f64::max);
    let stacked = || {
        let count = element.inside().len();
        inside().sum::<f64>() + GAP * count.saturating_sub(1) as f64
    };
    match (element.tag(), element.attribute("class")) {
        (Some(tag), _) if is_picture(tag) || tag == "dd-audit-log" => 7.25,
        (Some("dd-log" | "dd-terminal"), _) => 11.0,
        (Some("dd-state-machine" | "dd-attitude-indicator" | "dd-qr-code" | "dd-video" | "dd-keypad"), _) => 7.0,
        (Some("dd-armed" | "dd-gauge" | "dd-joystick" | "dd-compass" | "dd-knob"), _) => 5.5,
        (Some("dd-status-list" | "dd-bars" | "dd-textarea" | "dd-control" | "dd-stop"), _) => 4.0,
        (Some("dd-tank" | "dd-thermometer" | "dd-power-button" | "dd-radio-items" | "dd-checklist"), _) => 3.2,
        (Some("dd-stat" | "dd-battery" | "dd-led-display"), _) => 2.4,
        (Some("dd-text" | "dd-slider" | "dd-progress"), _) => 1.5,
        (Some("dd-switch" | "dd-button" | "dd-banner"), _) => 1.2,
        (Some("dd-indicator" | "dd-badge" | "span"), _) => 0.9,
        (_, Some("dd-card-title")) => 0.75,
        (_, Some("dd-row")) => side_by_side(),
        (_, Some("dd-grid")) => {
            let lines = (element.inside().len() as f64 / columns(element, size)).max(1.0);
            lines * side_by_side() + GAP * (lines - 1.0)
        }
        // Lines of small text.
        (Some("pre"), _) => 0.5 + 0.56 * element.inside().len() as f64,
        // Only its title.
        (Some("details"), _) => 1.4,
        (Some(_), Some("dd-card")) => 1.1 + stacked(),
        (None, _) if element.inside().is_empty() => 0.75,
        _ if element.inside().is_empty() => 2.0,
        _ => stacked(),
    }
}

/// Whether an element can use all the room that it is given.
pub(super) fn is_picture(tag: &str) -> bool {
    const CHARTS: [&str; 8] =
        ["dd-trend", "dd-xy", "dd-histogram", "dd-heatmap", "dd-spectrum", "dd-waterfall", "dd-map", "dd-graph"];
    CHARTS.contains(&tag) || matches!(tag, "dd-image" | "dd-camera" | "dd-table")
}

/// The columns of a grid, as a mean over the widths that a card of this size has. Two gauges of a medium card stand side
/// by side in about half of them, and below each other in the others.
fn columns(grid: &Element, size: Size) -> f64 {
    let narrow = match size {
        Size::Small => 1.0,
        Size::Medium => 1.5,
        Size::Large => 3.0,
        Size::Full => 6.0,
    };
    let columns: f64 = match grid.attribute("data-width") {
        Some("narrow") => narrow,
        Some("wide") => narrow / 3.0,
        Some("full") => 1.0,
        _ => narrow / 1.5,
    };
    columns.max(1.0).min(grid.inside().len() as f64)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        Gauge, NumberInput, Progress, Slider, Text, Width, WidthExt as _, card, core::testing::component, grid, row,
    };

    fn near(element: &Element, size: Size, pixels: f64) {
        let estimated = height(element, size) * 32.0;
        assert!((estimated / pixels - 1.0).abs() < 0.1, "{estimated} instead of {pixels}");
    }

    #[test]
    fn fault_two_gauges_in_a_narrow_card_were_as_low_as_one() {
        let gauges = |size| {
            let gauges = grid((component::<Gauge>(), component::<Gauge>())).width(Width::Narrow);
            height(&gauges, size)
        };
        let one = height(&component::<Gauge>().into(), Size::Medium);
        assert!(gauges(Size::Medium) > 1.2 * one && gauges(Size::Small) > 2.0 * one);
        assert!(gauges(Size::Large) < 1.1 * one);
    }

    /// Heights that a browser gives them.
    #[test]
    fn heights_are_near_those_of_a_browser() {
        let text = component::<Text>;
        near(&card("Sampling", (component::<Slider>(), row((text(), text())))), Size::Medium, 178.0);
        near(&card("Alarm", component::<NumberInput>()), Size::Medium, 130.0);
        let gauges = grid((component::<Gauge>(), component::<Gauge>())).width(Width::Narrow);
        near(&card("Now", (gauges, component::<Progress>())), Size::Large, 304.0);
    }
}
