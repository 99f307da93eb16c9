//! Elements side by side.

use dash_runtime::element::{Children, Element};

use super::boxed;

/// Elements side by side. They wrap at the end of the line.
///
/// They are centred on one line. In a row with a field, whose caption is above it, all stand on the lower edge instead, so
/// that a button is beside the field and not beside its caption. [`align`](AlignExt::align) sets another alignment, and a
/// [`spacer`] moves what follows to the end of the line.
pub fn row(children: impl Children) -> Element {
    let row = boxed("div", "dd-row").children(children);
    let is_button = |child: &Element| child.tag() == Some("dd-button");
    // Four buttons that need two lines are two and two, and not three and one.
    if row.inside().len() > 2 && row.inside().iter().all(is_button) { row.attr("data-buttons", "") } else { row }
}

/// The free space of a [`row`]: what follows it stands at the end of the line.
///
/// ```
/// # use dash_components::{card, row, spacer};
/// card("Run", row(("Run 7 of today", spacer(), "12 min")))
/// # ;
/// ```
pub fn spacer() -> Element {
    boxed("div", "dd-spacer").attr("aria-hidden", "true")
}

/// How the elements of a [`row`] are aligned across it. See [`AlignExt::align`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum RowAlign {
    /// The upper edges are on one line.
    Top,
    /// The middles are on one line.
    Center,
    /// The lower edges are on one line.
    Bottom,
    /// The first lines of text are on one line, also if their sizes differ.
    Baseline,
}

/// Sets how the elements of a [`row`] are aligned.
pub trait AlignExt {
    /// Sets the alignment across the row. It has no effect on elements other than a row.
    ///
    /// ```
    /// # use dash_components::{AlignExt, RowAlign, Stat, Text, row};
    /// # let _ = |power: Stat, note: Text| {
    /// row((power.unit("W"), note)).align(RowAlign::Baseline)
    /// # };
    /// ```
    #[must_use]
    fn align(self, align: RowAlign) -> Self;
}

impl AlignExt for Element {
    fn align(self, align: RowAlign) -> Self {
        let align = match align {
            RowAlign::Top => "top",
            RowAlign::Center => "center",
            RowAlign::Bottom => "bottom",
            RowAlign::Baseline => "baseline",
        };
        self.attr("data-align", align)
    }
}

#[cfg(test)]
mod tests {
    use super::{super::LAYOUT_CSS, *};
    use crate::core::testing::html;

    #[test]
    fn a_row_says_how_it_is_aligned_and_where_its_free_space_is() {
        let row = row(("left", spacer(), "right")).align(RowAlign::Baseline);
        assert_eq!(
            html(&row),
            "<div class=\"dd-row\" data-align=\"baseline\">left<div class=\"dd-spacer\" \
             aria-hidden=\"true\"></div>right</div>"
        );
    }

    #[test]
    fn the_stylesheet_knows_each_alignment() {
        for align in [RowAlign::Top, RowAlign::Center, RowAlign::Bottom, RowAlign::Baseline] {
            let html = html(&row("").align(align));
            let (_, value) = html.split_once("data-align=").unwrap();
            let value = value.split('>').next().unwrap();
            assert!(LAYOUT_CSS.contains(&format!(".dd-row[data-align={value}]")), "{value}");
        }
    }
}
