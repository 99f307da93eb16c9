//! Records what a view computes, as steps that the server and the browser evaluate later.
//!
//! The recorder is a thread local, so that a [`Bound`](super::Bound) is `Copy` and an expression reads like arithmetic.
//! Outside of a view there is no recorder. Steps that are made there are missing values, which no look can show.

use std::{
    cell::RefCell,
    collections::{BTreeMap, HashMap},
};

use super::words::{Val, Word};
use crate::value::Value;

/// The number of a step.
pub(crate) type StepNo = u32;

/// Reads a property's value for a look.
pub(crate) type Read = for<'a> fn(&'a Value) -> Val<'a>;

/// One step of a computation.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(crate) enum Step {
    Missing,
    Truth(bool),
    /// A finite number, as its bits.
    Number(u64),
    Text(String),
    /// A property by its index.
    Prop(u16),
    /// The component's id.
    Id,
    /// The item of a list that is being drawn. The outermost list has level 0.
    Item(u16),
    /// The place of this item in its list, from 0.
    Place(u16),
    Word(Word, Vec<StepNo>),
}

impl Step {
    pub(crate) fn number(number: f64) -> Self {
        if number.is_finite() { Self::Number(number.to_bits()) } else { Self::Missing }
    }

    /// The value of a constant.
    pub(crate) fn constant(&self) -> Option<Val<'_>> {
        match self {
            Self::Missing => Some(Val::Missing),
            Self::Truth(truth) => Some(Val::Truth(*truth)),
            Self::Number(bits) => Some(Val::Number(f64::from_bits(*bits))),
            Self::Text(text) => Some(Val::Text(text.into())),
            Self::Prop(_) | Self::Id | Self::Item(_) | Self::Place(_) | Self::Word(..) => None,
        }
    }

    fn of_constant(value: Val<'_>) -> Option<Self> {
        match value {
            Val::Missing => Some(Self::Missing),
            Val::Truth(truth) => Some(Self::Truth(truth)),
            Val::Number(number) => Some(Self::number(number)),
            Val::Text(text) => Some(Self::Text(text.into_owned())),
            Val::List(_) | Val::Fields(_) => None,
        }
    }

    /// The steps that it needs.
    pub(crate) fn needs(&self) -> &[StepNo] {
        match self {
            Self::Word(_, args) => args,
            _ => &[],
        }
    }
}

/// The steps of one look. Each comes after those that it needs.
#[derive(Debug, Default)]
pub(crate) struct Steps {
    pub(crate) list: Vec<Step>,
    /// How the properties in it are read. A property without an entry is read from its JSON.
    pub(crate) reads: BTreeMap<u16, Read>,
    known: HashMap<Step, StepNo>,
}

impl Steps {
    /// The same step is recorded once, and a step whose values are constants is a constant.
    fn add(&mut self, step: Step) -> StepNo {
        let step = self.folded(&step).unwrap_or(step);
        if let Some(known) = self.known.get(&step) {
            return *known;
        }
        let number = StepNo::try_from(self.list.len()).unwrap_or(StepNo::MAX);
        self.list.push(step.clone());
        self.known.insert(step, number);
        number
    }

    fn folded(&self, step: &Step) -> Option<Step> {
        let Step::Word(word, args) = step else { return None };
        let args: Option<Vec<_>> = args.iter().map(|arg| self.list.get(*arg as usize)?.constant()).collect();
        Step::of_constant(word.apply(&args?))
    }
}

thread_local! {
    static RECORDING: RefCell<Option<Steps>> = const { RefCell::new(None) };
}

/// The step of an expression that was made outside of a view.
const NOWHERE: StepNo = StepNo::MAX;

/// Records a step.
pub(crate) fn step(step: Step) -> StepNo {
    RECORDING.with_borrow_mut(|steps| steps.as_mut().map_or(NOWHERE, |steps| steps.add(step)))
}

/// Records a word.
pub(crate) fn word(word: Word, args: &[StepNo]) -> StepNo {
    step(Step::Word(word, args.to_vec()))
}

/// Records a property, and how it is read.
pub(crate) fn prop(index: u16, read: Option<Read>) -> StepNo {
    RECORDING.with_borrow_mut(|steps| {
        let Some(steps) = steps else { return NOWHERE };
        if let Some(read) = read {
            steps.reads.insert(index, read);
        }
        steps.add(Step::Prop(index))
    })
}

/// Runs `view` and returns its result and the steps that it recorded.
pub(crate) fn record<T>(view: impl FnOnce() -> T) -> (T, Steps) {
    /// Restores the recorder of an outer view, also after a panic.
    struct Outer(Option<Steps>);
    impl Drop for Outer {
        fn drop(&mut self) {
            RECORDING.set(self.0.take());
        }
    }
    let outer = Outer(RECORDING.replace(Some(Steps::default())));
    let result = view();
    let steps = RECORDING.take().unwrap_or_default();
    drop(outer);
    (result, steps)
}

/// The values of this step if it is `word`, otherwise the step itself.
pub(crate) fn parts_of(word: Word, step: StepNo) -> Vec<StepNo> {
    RECORDING.with_borrow(|steps| match steps.as_ref().and_then(|steps| steps.list.get(step as usize)) {
        Some(Step::Word(of, args)) if *of == word => args.clone(),
        _ => vec![step],
    })
}
