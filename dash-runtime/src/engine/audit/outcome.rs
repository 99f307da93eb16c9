//! How the command of a record ended.

use serde::{Deserialize, Serialize};

/// The names are those in files, on pages and for programs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum RecordOutcome {
    /// The value took effect, and the callbacks that it started have ended.
    Applied,
    /// A newer value has replaced it before a callback saw it.
    Merged,
    /// A callback has failed.
    Failed,
    /// It had no effect.
    Refused,
    /// It came too late, and had no effect.
    Expired,
    /// A control that was held was let go.
    Released,
    /// A run that it had started was cancelled.
    Cancelled,
    /// Nobody learned what became of it: the client is gone, or the program has ended before it.
    Unknown,
}

impl RecordOutcome {
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::Applied => "applied",
            Self::Merged => "merged",
            Self::Failed => "failed",
            Self::Refused => "refused",
            Self::Expired => "expired",
            Self::Released => "released",
            Self::Cancelled => "cancelled",
            Self::Unknown => "unknown",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_the_same_in_a_file() {
        use RecordOutcome::{Applied, Cancelled, Expired, Failed, Merged, Refused, Released, Unknown};
        for outcome in [Applied, Merged, Failed, Refused, Expired, Released, Cancelled, Unknown] {
            let written = serde_json::to_string(&outcome).unwrap();
            assert_eq!(written, format!("\"{}\"", outcome.name()));
            assert_eq!(serde_json::from_str::<RecordOutcome>(&written).unwrap(), outcome);
        }
    }
}
