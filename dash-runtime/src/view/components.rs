//! The traits of a `#[components]` struct.

use crate::fields::{List, Page};

/// A struct whose fields are the components of a page. `#[components]` implements it.
#[diagnostic::on_unimplemented(
    message = "`{Self}` has no components",
    label = "not a `#[components]` struct",
    note = "write `#[components]` above the struct whose fields are the page's components"
)]
pub trait Components: Page + Sized + 'static {
    /// The struct's name.
    const NAME: &'static str;

    /// The id and table of each component, in the order of the fields. The components of a group are in the position of
    /// the group.
    fn components() -> List;

    /// A struct with default components.
    #[doc(hidden)]
    fn build() -> Self;
}

/// For expansions: `Self` is a dashboard or a group that has the components of `C`, so callbacks that name these can be
/// listed in it.
#[diagnostic::on_unimplemented(
    message = "`{Self}` has no components of `{C}`",
    label = "wired to `{C}`, but this is `{Self}`",
    note = "a callback is listed in the dashboard whose components it names; one that names those of a group, for a place of this group: `callbacks![set_speed for Ui::left]`",
    note = "a callback for the rows of a list names them through the list, as in `Ui::lamps[key].on.on`"
)]
pub trait Shows<C> {}
