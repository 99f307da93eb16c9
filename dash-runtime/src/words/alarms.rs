//! Alarms: what needs a person, since when, and who has acknowledged it. The states follow ISA-18.2 (IEC 62682).

use std::time::Duration;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::{history::HistoryItem, into_value::IntoValue};

/// How urgently somebody must do something. ISA-18.2 calls it the priority of an alarm.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Severity {
    /// When there is time: a filter is nearly full.
    Low,
    /// Soon: a warning before something happens.
    Medium,
    /// At once.
    #[default]
    High,
}

/// The state of an [`Alarm`]. One in the normal state is not in the list.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum AlarmState {
    /// Its cause is there, and nobody has acknowledged it.
    #[default]
    Active,
    /// Its cause is there, and somebody has acknowledged it.
    Acknowledged,
    /// Its cause is gone, and nobody has acknowledged it.
    Cleared,
    /// Its cause is gone, and somebody has acknowledged it, but it is latched: it stays until somebody resets it.
    Latched,
}

impl AlarmState {
    /// Whether the cause is there.
    pub const fn has_cause(self) -> bool {
        matches!(self, Self::Active | Self::Acknowledged)
    }

    /// Whether nobody has acknowledged it.
    pub const fn is_unacknowledged(self) -> bool {
        matches!(self, Self::Active | Self::Cleared)
    }
}

/// An alarm that is not in the normal state. Only the server makes and changes it.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[non_exhaustive]
pub struct Alarm {
    /// What distinguishes it from the other alarms of its list: that of the [`Cause`], or, for a declared condition, its
    /// property and its text.
    pub id: String,
    /// Which occurrence it is. An alarm that comes again has a larger number, also after a restart if the list is kept. If it
    /// is not, the numbers of a run begin with the second in which its first alarm is raised.
    pub number: u32,
    /// How urgent it is.
    pub severity: Severity,
    /// What is the matter: `Over-current: 1.921 A`.
    pub text: String,
    /// The limit, or what to do. Empty: nothing.
    pub detail: String,
    /// What has become of it.
    pub state: AlarmState,
    /// Whether it stays until somebody resets it.
    pub latched: bool,
    /// When it was raised, in seconds since the Unix epoch.
    pub since: f64,
    /// When its cause has gone, likewise. 0: it is there.
    pub cleared: f64,
    /// When somebody has acknowledged it, likewise. 0: nobody has.
    pub acknowledged: f64,
    /// The name of the user who has acknowledged it. Empty: nobody has.
    pub by: String,
    /// The property that a declared condition watches, such as `pressure.value`. Empty: a callback has written the cause.
    pub source: String,
}

/// The alarm that an acknowledgement or a reset is meant for: this occurrence, and no later one that nobody has seen.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Occurrence {
    /// The [`id`](Alarm::id) of the alarm.
    pub id: String,
    /// Its [`number`](Alarm::number).
    pub number: u32,
}

impl From<&Alarm> for Occurrence {
    fn from(alarm: &Alarm) -> Self {
        Self { id: alarm.id.clone(), number: alarm.number }
    }
}

/// Somebody shelves an alarm: until a time it is not in the list, and makes no sound. ISA-18.2 has this word.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Shelve {
    /// The [`id`](Alarm::id) of the alarm.
    pub id: String,
    /// Its [`number`](Alarm::number).
    pub number: u32,
    /// For how long, in seconds: more than 0, and at most what the list allows.
    pub seconds: f64,
}

/// An alarm that somebody has shelved. It is listed apart until its time is over or somebody unshelves it, also while it is
/// in the normal state.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[non_exhaustive]
pub struct Shelved {
    /// The [`id`](Alarm::id) of the alarm.
    pub id: String,
    /// How urgent it was when it was shelved. If it becomes more urgent, it is back in the list at once.
    pub severity: Severity,
    /// What was the matter when it was shelved.
    pub text: String,
    /// The name of the user who has shelved it.
    pub by: String,
    /// When it was shelved, in seconds since the Unix epoch.
    pub at: f64,
    /// When that ends by itself, likewise.
    pub until: f64,
    /// The alarm as it is now. `None`: it is in the normal state.
    pub alarm: Option<Alarm>,
}

/// What has happened to an alarm.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum AlarmChange {
    /// Its cause has come, or it has become more urgent after somebody had acknowledged it.
    Raised,
    /// Somebody has acknowledged it.
    Acknowledged,
    /// Its cause has gone.
    Cleared,
    /// Somebody has reset it. It was latched.
    Reset,
    /// Somebody has shelved it.
    Shelved,
    /// Somebody has ended that before its time.
    Unshelved,
    /// The time for which it was shelved is over, or it has become more urgent.
    ShelfEnded,
    /// The list was full, so it was left out.
    Dropped,
}

/// What has happened to an alarm, and when: an item in the history of a list of alarms.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[non_exhaustive]
pub struct AlarmEvent {
    /// When it happened, in seconds since the Unix epoch.
    pub time: f64,
    /// What happened.
    pub change: AlarmChange,
    /// The [`id`](Alarm::id) of the alarm.
    pub id: String,
    /// The [`number`](Alarm::number) of the occurrence. 0: it was in the normal state.
    pub number: u32,
    /// How urgent it was.
    pub severity: Severity,
    /// What was the matter.
    pub text: String,
    /// The limit, or what to do.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub detail: String,
    /// The state after that. `None`: normal.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub state: Option<AlarmState>,
    /// The name of the user who has done it. Empty: nobody has.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub by: String,
    /// Until when it is shelved, in seconds since the Unix epoch. `None`: it is not shelved after that.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub until: Option<f64>,
}

impl HistoryItem for AlarmEvent {
    fn time(&self) -> f64 {
        self.time
    }
}

/// A cause of an alarm that is there now. A callback writes all of them, as the output `causes` of an `Alarms`. The alarm
/// is raised when its cause is in the list, and the cause is gone when it is not in the list any more.
///
/// ```
/// # use std::time::Duration;
/// # use dash_runtime::alarms::{Cause, Severity};
/// # let (rpm, temperature) = (900.0, 81.5);
/// let mut causes = Vec::new();
/// if rpm < 1_000.0 {
///     causes.push(Cause::new("fan", "The fan is slow").severity(Severity::Low).after(Duration::from_secs(10)));
/// }
/// if temperature > 80.0 {
///     causes.push(Cause::new("hot", format!("Too hot: {temperature:.1} °C")).detail("limit 80 °C").latched());
/// }
/// # assert_eq!(causes.len(), 2);
/// ```
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[non_exhaustive]
pub struct Cause {
    /// What distinguishes it from the other causes: `over-current`.
    pub id: String,
    /// How urgent it is. Default: [`High`](Severity::High).
    pub severity: Severity,
    /// What is the matter. Other words do not make a new alarm of it.
    pub text: String,
    /// The limit, or what to do. Empty (the default): nothing.
    pub detail: String,
    /// Whether the alarm stays until somebody resets it. Default: `false`.
    pub latched: bool,
    /// The alarm is raised when the cause has been there for so long, in seconds. Default: 0.
    pub after: f64,
}

impl Cause {
    /// A cause with this `id`, and what is the matter.
    pub fn new(id: impl IntoValue<String>, text: impl IntoValue<String>) -> Self {
        let (id, text) = (id.into_value(), text.into_value());
        Self { id, severity: Severity::default(), text, detail: String::new(), latched: false, after: 0.0 }
    }

    /// Sets how urgent it is.
    #[must_use]
    pub fn severity(self, severity: Severity) -> Self {
        Self { severity, ..self }
    }

    /// Sets the limit, or what to do.
    #[must_use]
    pub fn detail(self, detail: impl IntoValue<String>) -> Self {
        Self { detail: detail.into_value(), ..self }
    }

    /// The alarm stays until somebody resets it.
    #[must_use]
    pub fn latched(self) -> Self {
        Self { latched: true, ..self }
    }

    /// The alarm is raised only when the cause has been there for so long.
    #[must_use]
    pub fn after(self, delay: Duration) -> Self {
        Self { after: delay.as_secs_f64(), ..self }
    }
}

/// For expansions: the properties of a list of alarms.
#[diagnostic::on_unimplemented(
    message = "an alarm is shown in an `Alarms`, and this is another component",
    label = "not an `Alarms`",
    note = "name the field of the list that shows the alarm: `alarm(Ui::pressure.value, Ui::alarms, \"Over-pressure\", above = 0.8)`"
)]
pub trait IsAlarms {}
