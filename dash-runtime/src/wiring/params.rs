//! The sources of a callback's plain parameters, as constants.

use crate::{components::Components, fields::Page};

/// The identity of a `#[components]` struct, as a constant.
#[derive(Debug, Clone, Copy)]
pub struct Owner {
    pub(crate) key: u64,
    pub(crate) name: &'static str,
}

impl Owner {
    /// The identity of the struct `D`.
    pub(crate) const fn of<D: Components + Page>() -> Self {
        Self { key: D::OWNER, name: D::NAME }
    }
}

/// The source of a plain parameter, as a constant.
#[derive(Debug, Clone, Copy)]
pub enum Source {
    /// The run itself.
    Run,
    /// The run, as far as it can be cancelled.
    Cancellation,
    /// The client of the run. A run without a client cannot have it.
    Client,
    /// The dashboard with this struct. Callbacks of other dashboards cannot have it.
    Dashboard(Owner),
}
