//! One entry of the record, and how a page shows it.

use std::{net::IpAddr, time::Duration};

use super::RecordOutcome;
use crate::{client::ClientId, record::AuditRecord, rights::HIGHEST};

/// The longest recorded value or reason, in bytes. A longer one is cut.
pub(super) const LONGEST: usize = 1024;

/// The longest value, reason or name on a page, in bytes. A longer one is cut.
pub(super) const LONGEST_SHOWN: usize = 200;

/// What somebody wanted, and what became of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Record {
    /// Counts the records in the order in which the commands arrived.
    pub(crate) number: u64,
    /// When it arrived, by the engine's clock.
    pub(crate) at: Duration,
    /// When it arrived, since the Unix epoch, if an earlier run of the program has taken it.
    pub(crate) began: Option<Duration>,
    /// The revision before it.
    pub(crate) rev: u64,
    pub(crate) user: String,
    /// The name of the user's role: see [`Roles::recorded`](crate::rights::Roles::recorded).
    pub(crate) role: Option<&'static str>,
    /// `None` for a request of a program.
    pub(crate) client: Option<ClientId>,
    pub(crate) address: Option<IpAddr>,
    pub(crate) prop: String,
    /// As JSON. `None` for an event, and for a value that is secret.
    pub(crate) old: Option<String>,
    pub(crate) new: Option<String>,
    pub(crate) outcome: RecordOutcome,
    /// Why it was refused or has failed. `None` if the value is secret, since a reason may quote it.
    pub(crate) why: Option<String>,
    pub(crate) is_secret: bool,
    /// The control under which it was sent, and the number of its grant: `drive#3`.
    pub(crate) control: Option<String>,
    pub(crate) audience: Audience,
    /// How many commands it stands for: those of one sender that had the same property, and the same outcome or reason.
    pub(crate) times: u64,
    /// Whether it stops, arms, gives control or moves what is held. Records of it are told apart from all others.
    pub(crate) is_safety: bool,
    /// Whether it only moves a control that somebody held already. Pages show the begin and the end of a hold, because its
    /// moves would push out everything else.
    pub(crate) moves: bool,
}

impl Record {
    /// A record of nobody, without values and an outcome.
    pub(super) const fn new(number: u64, at: Duration, rev: u64, prop: String) -> Self {
        Self {
            number,
            at,
            began: None,
            rev,
            user: String::new(),
            role: None,
            client: None,
            address: None,
            prop,
            old: None,
            new: None,
            outcome: RecordOutcome::Unknown,
            why: None,
            is_secret: false,
            control: None,
            audience: Audience::HIGHEST,
            times: 1,
            is_safety: false,
            moves: false,
        }
    }

    /// When it arrived, since the Unix epoch. This run of the program has begun at `began`.
    pub(super) fn time(&self, began: Duration) -> Duration {
        self.began.unwrap_or(began + self.at)
    }

    /// Whether nobody else may see its values: they are secret, or each client has its own.
    pub(crate) const fn is_hidden(&self) -> bool {
        self.is_secret || self.audience.private
    }

    /// About the size of its line in a file, in bytes.
    pub(crate) fn size(&self) -> usize {
        /// The keys, the numbers and the address.
        const REST: usize = 160;
        let texts = [&self.old, &self.new, &self.why, &self.control];
        let texts = texts.into_iter().flatten().map(String::len).sum::<usize>();
        REST + self.user.len() + self.prop.len() + texts
    }

    /// Whether it only moves a control that somebody holds, and did so.
    pub(super) fn is_move(&self) -> bool {
        self.moves && matches!(self.outcome, RecordOutcome::Applied | RecordOutcome::Merged)
    }

    /// Whether it had no effect.
    pub(crate) fn is_refusal(&self) -> bool {
        matches!(self.outcome, RecordOutcome::Refused | RecordOutcome::Expired)
    }
}

/// Who may see the record of a property on a page.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Audience {
    /// The level that is needed to see the property.
    pub(in crate::engine) sees: u8,
    /// The level that is needed to change it.
    pub(in crate::engine) needs: u8,
    /// Whether each client has a value of its own, which the others do not see.
    pub(in crate::engine) private: bool,
}

impl Audience {
    /// For a property that the sender has invented, or that the server does not know: who sees everything.
    pub(crate) const HIGHEST: Self = Self { sees: HIGHEST, needs: HIGHEST, private: false };
}

pub(super) fn cut(text: &str) -> String {
    cut_at(text, LONGEST)
}

pub(super) fn cut_at(text: &str, longest: usize) -> String {
    if text.len() > longest { format!("{}…", &text[..text.floor_char_boundary(longest)]) } else { text.to_owned() }
}

/// The record as a page shows it whose user has at least this level. `time` is that of its arrival, since the Unix epoch.
pub(super) fn shown(record: &Record, level: u8, time: Duration) -> AuditRecord {
    shown_up_to(LONGEST_SHOWN, record, level, time)
}

/// The same, with texts of at most so many bytes.
pub(super) fn shown_up_to(longest: usize, record: &Record, level: u8, time: Duration) -> AuditRecord {
    let cut = |text: &String| cut_at(text, longest);
    let Record { audience, .. } = record;
    let hidden = record.is_hidden();
    let value = |value: &Option<String>| value.as_ref().filter(|_| !hidden).map(cut);
    // The text of a callback's failure is for those who can start it. The other reasons are the server's own.
    let may_know = record.outcome != RecordOutcome::Failed || audience.needs <= level;
    AuditRecord {
        user: cut(&record.user),
        property: cut(&record.prop),
        old: value(&record.old),
        new: value(&record.new),
        hidden,
        why: record.why.as_ref().filter(|_| may_know && !hidden).map(cut),
        times: record.times,
        ..AuditRecord::new(record.number, time.as_secs_f64(), record.outcome.name().to_owned())
    }
}
