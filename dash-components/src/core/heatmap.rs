use std::ops::RangeInclusive;

use dash_macros::Component;
use dash_runtime::{component::prelude::*, picture::Picture};

use super::chart;

/// A grid of numbers as colours: a thermal image, a scan, a map of a field.
///
/// A callback returns a [`Matrix`](dash_runtime::matrix::Matrix). It travels as bytes, as the pictures of a
/// [`Camera`](crate::Camera) do: a page gets the next one when it has drawn the last one, and only while somebody sees it.
/// Equal steps of a number look equally large, and the lightness alone says which number is larger, so that it can be read
/// without seeing colours. Absent numbers are hatched. If there are more cells than pixels, a pixel shows the largest
/// number of its cells. The pointer and the arrow keys read cells.
///
/// ```
/// # use dash_components::Heatmap;
/// # use dash_runtime::matrix::Matrix;
/// # fn of(plate: Heatmap) -> Heatmap {
/// plate.label("Plate").unit("°C").range(20.0..=80.0).x_range(0.0..=200.0).x_unit("mm").y_range(0.0..=150.0).y_unit("mm")
/// # }
/// // What a callback returns for `cells`:
/// let cells = Matrix::new(64, 48, |column, row| 20.0 + (column + row) as f32 / 2.0);
/// # let _ = cells;
/// ```
#[derive(Component)]
#[component(tag = "dd-heatmap", script = "heatmap.js", style = ["chart.css", "heatmap.css"], bundled)]
pub struct Heatmap {
    id: ComponentId,
    // The script finds the pictures by the first property.
    /// The numbers, in `unit`: a picture that was made of a `Matrix`. `None` (the default): there are none.
    cells: Option<Picture>,
    /// The visible name. Empty (the default): no visible name.
    label: String,
    /// The unit of the numbers. Empty (the default): no unit.
    unit: String,
    /// The number of decimals of a number that is read, at most 20. `None` (the default): as many as six significant digits
    /// need.
    #[prop(no_setter)]
    digits: Option<u8>,
    /// The number with the darkest colour. Smaller ones have it, too. `None` (the default): the smallest one.
    #[prop(no_setter)]
    min: Option<f64>,
    /// The number with the lightest colour. Larger ones have it, too. `None` (the default): the largest one.
    #[prop(no_setter)]
    max: Option<f64>,
    /// What the horizontal axis has, for example `Width`. Empty (the default): nothing is written.
    x_label: String,
    /// The unit of the horizontal axis. Empty (the default): no unit.
    x_unit: String,
    /// The left end of the first column, in `x_unit`. Default: 0.
    x_min: f64,
    /// The right end of the last column, in `x_unit`. `None` (the default): one more for each column.
    #[prop(no_setter)]
    x_max: Option<f64>,
    /// What the vertical axis has. Empty (the default): nothing is written.
    y_label: String,
    /// The unit of the vertical axis. Empty (the default): no unit.
    y_unit: String,
    /// The lower end of the last row, in `y_unit`. Default: 0.
    y_min: f64,
    /// The upper end of the first row, in `y_unit`. `None` (the default): one more for each row.
    #[prop(no_setter)]
    y_max: Option<f64>,
}

impl Heatmap {
    /// Sets the numbers with the darkest and with the lightest colour.
    #[must_use]
    pub fn range(mut self, range: RangeInclusive<f64>) -> Self {
        (self.min, self.max) = chart::ends(range);
        self
    }

    /// Sets the number of decimals of a number that is read, at most 20.
    #[must_use]
    pub fn digits(mut self, digits: u8) -> Self {
        self.digits = Some(digits);
        self
    }

    /// Sets the ends of the horizontal axis: the left end of the first column, and the right end of the last one.
    #[must_use]
    pub fn x_range(mut self, range: RangeInclusive<f64>) -> Self {
        (self.x_min, self.x_max) = (*range.start(), Some(*range.end()));
        self
    }

    /// Sets the ends of the vertical axis: the lower end of the last row, and the upper end of the first one.
    #[must_use]
    pub fn y_range(mut self, range: RangeInclusive<f64>) -> Self {
        (self.y_min, self.y_max) = (*range.start(), Some(*range.end()));
        self
    }
}

impl View for Heatmap {
    fn view(p: HeatmapBound, look: &mut Look) {
        chart::caption(look, p.label);
        chart::side(look, p.y_label);
        let spoken = chart::spoken(p.label, ": heat map. Arrow keys read cells.");
        chart::plot(look, "dd-chart-plot dd-heatmap-plot", spoken);
        chart::side_across(look, p.x_label);
        chart::scale(look);
        chart::reading(look);
        chart::status(look);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::core::testing::{assert_has, component, drawn};

    #[test]
    fn all_parts_that_take_space_are_rendered_before_the_script() {
        let map = component::<Heatmap>().label("Plate <1>").x_label("Width").y_label("Height");
        let parts = [
            ">Plate &lt;1&gt;<",
            ">Height<",
            "aria-label=\"Plate &lt;1&gt;: heat map. Arrow keys read cells.\"><canvas",
            ">Width<",
            "dd-chart-scale",
            "dd-chart-reading",
        ];
        assert_has(&map, &parts);
        assert!(!drawn(&map).contains("<img"));
    }

    /// The script takes the number of the first property.
    #[test]
    fn the_numbers_are_the_first_property() {
        assert_eq!(Heatmap::INFO.props[0].name, "cells");
    }
}
