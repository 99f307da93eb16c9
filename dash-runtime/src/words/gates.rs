//! Gates: components whose state the server alone sets. All but `Alarms` decide whether others may be changed now:
//! `#[under(drive)]` puts a field under one.

use crate::into_value::IntoValue;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::prop::ComponentId;

/// What the server alone sets.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Gate {
    /// One client at a time is in control.
    Control,
    /// Nothing may be changed after it was pressed, until it is reset.
    Stop,
    /// Nothing may be changed until it is armed.
    Armed,
    /// Alarms. They decide nothing about others.
    Alarms,
}

impl Gate {
    /// Whether it decides whether other components may be changed now.
    pub const fn decides(self) -> bool {
        !matches!(self, Self::Alarms)
    }
}

/// For expansions: the properties of a gate.
#[diagnostic::on_unimplemented(
    message = "this is no gate, and so it cannot decide whether others may be changed",
    label = "not a `Control`, a `Stop` or an `Armed`",
    note = "only a `Control`, a `Stop` or an `Armed` decides whether others may be changed now: `under = Ui::drive`"
)]
pub trait IsGate {
    /// The id of its component.
    fn id(&self) -> ComponentId;
}

/// For expansions: the properties of a stop.
#[diagnostic::on_unimplemented(
    message = "a function is given for a `Stop`, and this is another component",
    label = "not a `Stop`",
    note = "name the field of the `Stop`: `Stops::new().on(Ui::stop, ..)`"
)]
pub trait IsStop: IsGate {}

/// For expansions: the id of a gate.
pub fn gate_id<G: IsGate>(gate: &G) -> ComponentId {
    gate.id()
}

/// What a client has to do with a `Control`.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum ControlPart {
    /// Nothing.
    #[default]
    None,
    /// It asks for control.
    Asks,
    /// It is in control.
    Holds,
}

/// The state of a `Stop`.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum StopState {
    /// It was not pressed since the start or since the last reset.
    #[default]
    Ready,
    /// It was pressed, and its function runs.
    Stopping,
    /// Its function has ended. It stays so until it is reset.
    Stopped,
    /// Its function has failed, so nobody knows whether the device has stopped. It stays so until it is reset.
    Failed,
}

/// The state of an `Armed`.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum ArmedState {
    /// What is under it may not be changed.
    #[default]
    Disarmed,
    /// What is under it may be changed.
    Armed,
    /// A condition has failed while it was armed. Somebody must acknowledge that before it can be armed again.
    Tripped,
}

/// A condition that must be met while an `Armed` is armed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[non_exhaustive]
pub struct Condition {
    /// What must be so, in words: `Battery above 20 %`.
    pub name: String,
    /// Whether it is so.
    pub met: bool,
}

impl Condition {
    /// The condition with this name, and whether it is met.
    pub fn new(name: impl IntoValue<String>, met: bool) -> Self {
        Self { name: name.into_value(), met }
    }
}
