//! What the plain parameters of a callback are made of, as constants.

use crate::{components::Components, fields::Page};

/// Which `#[components]` struct, as a constant.
#[derive(Debug, Clone, Copy)]
pub struct Owner {
    pub(crate) key: u64,
    pub(crate) name: &'static str,
}

impl Owner {
    /// The struct `D`.
    pub(crate) const fn of<D: Components + Page>() -> Self {
        Self { key: D::OWNER, name: D::NAME }
    }
}

/// What a plain parameter is made of, as a constant.
#[derive(Debug, Clone, Copy)]
pub enum Source {
    /// The run itself.
    Run,
    /// The client that it is for: without one it cannot run.
    Client,
    /// The dashboard with this struct: no other one's callbacks can take it.
    Dashboard(Owner),
}
