//! A record of who wanted what, as pages show it.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// What somebody wanted, and what became of it. A component with a stream of these gets them from the server: one for each
/// property of each command, also of those that were refused, and one for each held control that was released.
///
/// A page gets the records of the properties that its user sees.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[non_exhaustive]
pub struct AuditRecord {
    /// Counts the records in the order in which the commands arrived.
    pub n: u64,
    /// When the command arrived, in seconds since the Unix epoch.
    pub time: f64,
    /// The name of the user. `program: recipe` is the callback `recipe`, and `program` a thread of the program.
    pub user: String,
    /// The name of the property, such as `speed.value`.
    pub property: String,
    /// The value before, as JSON text of at most 200 bytes. `None` for an event, and if the value is not shown.
    pub old: Option<String>,
    /// The value that was wanted, likewise.
    pub new: Option<String>,
    /// Whether the values are not shown, because they are secret or each client has its own.
    pub hidden: bool,
    /// `applied`, `merged`, `failed`, `cancelled`, `refused`, `expired`, `released` or `unknown`.
    pub outcome: String,
    /// Why it was refused or has failed, or who has cancelled it.
    pub why: Option<String>,
    /// How many commands this record stands for. The first refusal of a user for a property and a reason has a record of
    /// its own. Repeats in the next 10 s have one together, with the values of the newest. The same holds for what had an
    /// effect, of a user who is beyond `Limits::audit_rate`.
    pub times: u64,
}

impl AuditRecord {
    /// A record without a user, a property and values.
    pub(crate) const fn new(n: u64, time: f64, outcome: String) -> Self {
        Self {
            n,
            time,
            user: String::new(),
            property: String::new(),
            old: None,
            new: None,
            hidden: false,
            outcome,
            why: None,
            times: 1,
        }
    }
}
