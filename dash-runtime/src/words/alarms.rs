//! Alarms: what needs a person, since when, and who has acknowledged it. The states follow ISA-18.2 (IEC 62682).

use crate::into_value::IntoValue;
use std::time::Duration;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

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
    /// Which occurrence it is. An alarm that comes again has a larger number.
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
    message = "`{Self}` are not the properties of an `Alarms`",
    label = "not an `Alarms`",
    note = "name the field of the list that shows the alarm: `alarm(Ui::pressure.value, Ui::alarms, \"Over-pressure\", above = 0.8)`"
)]
pub trait IsAlarms {}
