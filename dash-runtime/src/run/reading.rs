//! A value with its quality, for callbacks that must know whether what they read is bad.
//!
//! It says what OPC UA says with a `DataValue` (value, status, time of the source) and EPICS with the alarm fields of a
//! record. OPC UA's classes are Good, Uncertain and Bad. A value of this library stays the last good one when its source
//! fails, so a bad one is always "the last usable value" there. What a control loop decides by is why it is not newer:
//! nobody has said anything ([`Stale`](Quality::Stale)), or somebody has said that it does not work
//! ([`Failed`](Quality::Failed)). So these are the classes here.

use std::{fmt, sync::Arc, time::SystemTime};

use crate::callback::call::Call;

/// The value of a property with its quality and its time: `#[input(Ui::temperature.value)] t: Reading<f64>`.
///
/// As an `#[input]`, it also starts the callback when only the quality has changed. See
/// [whether a value is good](crate#whether-a-value-is-good).
#[derive(Debug, Clone, PartialEq)]
pub struct Reading<T> {
    /// The value. If it is not good, the last one that was.
    pub value: T,
    /// Whether it is good, and if not, why.
    pub quality: Quality,
    /// When the value was written, by the clock of the server: when the run ended that has written it, or when the
    /// command or the push arrived. A value that was kept over a restart has the time from before. `None` for the
    /// starting value.
    pub time: Option<SystemTime>,
}

impl<T> Reading<T> {
    /// A value of this quality without a time. For tests of a callback.
    pub const fn new(value: T, quality: Quality) -> Self {
        Self { value, quality, time: None }
    }

    /// The value, if it is good.
    pub fn good(self) -> Option<T> {
        self.quality.is_good().then_some(self.value)
    }

    /// Whether the value is good.
    pub const fn is_good(&self) -> bool {
        self.quality.is_good()
    }
}

/// Whether a value is good. The texts are the reasons that pages show.
#[derive(Debug, Clone, Default, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Quality {
    /// Nothing is known against it.
    #[default]
    Good,
    /// Nothing newer has come: its source is silent, a callback does not end, or it is from before a restart. OPC UA:
    /// Uncertain, last usable value.
    Stale(Arc<str>),
    /// The callback that writes it has returned an `Err` or has panicked, and nobody has written it since. OPC UA: Bad.
    /// EPICS: INVALID.
    Failed(Arc<str>),
    /// A set-point that the device has refused, or that a person must set again after a restart.
    Refused(Arc<str>),
}

impl Quality {
    /// [`Stale`](Self::Stale), for this reason.
    pub fn stale(why: impl Into<Arc<str>>) -> Self {
        Self::Stale(why.into())
    }

    /// [`Failed`](Self::Failed), for this reason.
    pub fn failed(why: impl Into<Arc<str>>) -> Self {
        Self::Failed(why.into())
    }

    /// [`Refused`](Self::Refused), for this reason.
    pub fn refused(why: impl Into<Arc<str>>) -> Self {
        Self::Refused(why.into())
    }

    /// Whether nothing is known against the value.
    pub const fn is_good(&self) -> bool {
        matches!(self, Self::Good)
    }

    /// Why the value is not good, in the words that pages show. `None` if it is good.
    pub fn why(&self) -> Option<&str> {
        match self {
            Self::Good => None,
            Self::Stale(why) | Self::Failed(why) | Self::Refused(why) => Some(why),
        }
    }
}

/// `good`, `stale: ..`, `failed: ..` or `refused: ..`.
impl fmt::Display for Quality {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Good => f.write_str("good"),
            Self::Stale(why) => write!(f, "stale: {why}"),
            Self::Failed(why) => write!(f, "failed: {why}"),
            Self::Refused(why) => write!(f, "refused: {why}"),
        }
    }
}

/// What a run knows about the value of one of its parameters besides the value.
#[derive(Debug, Clone, Default)]
pub(crate) struct Rating {
    /// The index among the reads.
    pub(crate) at: usize,
    pub(crate) quality: Quality,
    pub(crate) time: Option<SystemTime>,
}

/// For expansions: `TakenAs::<Reading<f64>>::QUALITY`. A type of the user that is called `Reading` too has that of
/// [`TakenPlain`].
#[derive(Debug)]
pub struct TakenAs<T>(std::marker::PhantomData<T>);

impl<T> TakenAs<Reading<T>> {
    /// Its quality is taken.
    pub const QUALITY: bool = true;
}

/// For expansions: see [`TakenAs`].
pub trait TakenPlain {
    /// Only the value is taken.
    const QUALITY: bool = false;
}

impl<T> TakenPlain for TakenAs<T> {}

/// The value of a property for a parameter that is written as `Reading<..>`: with its quality, or, if that is a type of
/// the user, the value alone. The compiler infers `M`.
#[diagnostic::on_unimplemented(
    message = "the property gives a `{Self}`, but this parameter is a `{T}`",
    label = "write `Reading<{Self}>`, or `{Self}` without its quality"
)]
pub trait GivesReading<T, M> {
    #[doc(hidden)]
    fn give(self, call: &Call, at: usize) -> T;
}

/// The `M` of a value with its quality.
#[derive(Debug)]
pub enum WithQuality {}

impl<T> GivesReading<Reading<T>, WithQuality> for T {
    fn give(self, call: &Call, at: usize) -> Reading<T> {
        let Rating { quality, time, .. } = call.rating(at);
        Reading { value: self, quality, time }
    }
}

impl<T> GivesReading<T, super::ports::Same> for T {
    fn give(self, _call: &Call, _at: usize) -> T {
        self
    }
}

/// The argument for a parameter that is written as `Reading<..>`.
pub fn given_reading<T, M, G: GivesReading<T, M>>(value: G, call: &Call, at: usize) -> T {
    value.give(call, at)
}
