//! What a `#[components]` struct is.

use crate::fields::List;

/// A struct whose fields are the components of a page: written by `#[components]`.
#[diagnostic::on_unimplemented(
    message = "`{Self}` has no components",
    label = "not a `#[components]` struct",
    note = "write `#[components]` above the struct whose fields are the page's components"
)]
pub trait Components: Sized + 'static {
    /// The struct's name.
    const NAME: &'static str;

    /// The components, in the order of the fields, those of groups in the place of the group: id and table.
    fn components() -> List;

    /// One of each, with defaults.
    #[doc(hidden)]
    fn build() -> Self;
}

/// For expansions: `Self`, a dashboard or a group, shows the components of `C`, so that callbacks which name them can be
/// listed.
#[diagnostic::on_unimplemented(
    message = "`{Self}` has no components of `{C}`",
    label = "wired to `{C}`, but this is `{Self}`",
    note = "a callback is listed in the dashboard whose components it names; one that names those of a group, for a place of this group: `callbacks![set_speed for Ui::left]`"
)]
pub trait Shows<C> {}
