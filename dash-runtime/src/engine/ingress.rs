//! What comes from a browser, before any user code sees it: known, writable, shown, young enough, of the type, in range.

use super::{
    plan::{Plan, PropPlan},
    store::Slot,
};
use crate::{
    component::Check,
    numbers::{ComponentNo, Numbering, PropNo},
    prop::Kind,
    protocol::{
        client::{Command, Refusal},
        limits::Limits,
    },
    value::Value,
};
/// Decodes and checks a command: against what its own component asks of a value, and against what those do whose property
/// is one with it. `slot` gives the current value of a property as this client sees it, and `is_shown` tells
/// whether a component is on its page. What comes back is the number of the property that stands for all of them.
pub(crate) fn check<'a>(
    plan: &Plan,
    limits: &Limits,
    command: &Command<'_>,
    slot: impl Fn(PropNo) -> &'a Slot,
    has: impl Fn(PropNo) -> bool,
    is_shown: impl Fn(ComponentNo) -> bool,
) -> Result<(PropNo, Value), Refusal> {
    let is_cell = |number: PropNo| plan.list_of(plan.cell(number)).is_some();
    let number = Numbering::read(command.prop);
    let number = number.filter(|number| plan.numbering.is_in_table(*number) || is_cell(*number));
    let Some(number) = number else { return Err(Refusal::UnknownProperty(command.prop)) };
    let prop = plan.prop(number);
    if !prop.info.writable {
        return Err(Refusal::NotWritable(prop.name()));
    }
    // Of a row nothing stands on the page but what is in it.
    if !has(number) || !is_shown(prop.component_no) || (plan.row_of(number).is_none() && is_cell(number)) {
        return Err(Refusal::NotShown(prop.name()));
    }
    let lifespan = if prop.info.kind == Kind::Event { limits.event_lifespan } else { limits.state_lifespan };
    if command.age > lifespan {
        return Err(Refusal::Expired { age: command.age, lifespan });
    }
    let value = (prop.info.ty.decode)(command.value).map_err(|error| {
        let why = format!("{} is expected: {error}", (prop.info.ty.name)());
        Refusal::WrongType { prop: prop.name(), why }
    })?;
    let row = plan.row_of(number);
    fits(prop, &value, |sibling| slot(plan.in_row(sibling, row)))?;
    let canonical = plan.canonical(number);
    let others = plan.prop(canonical).twins.iter().chain([&canonical]).filter(|other| **other != number);
    for &other in others {
        fits(plan.prop(other), &value, &slot)?;
    }
    Ok((canonical, value))
}

/// Whether a value satisfies all that the property's component asks of it.
pub(super) fn fits<'a>(prop: &PropPlan, value: &Value, slot: impl Fn(PropNo) -> &'a Slot) -> Result<(), Refusal> {
    let mut checks = prop.info.checks.iter();
    checks.try_for_each(|check| pass(check, value, |sibling| slot(prop.base + sibling).value(), || prop.name()))
}

fn pass<'a>(
    check: &Check,
    value: &Value,
    sibling: impl Fn(usize) -> Option<&'a Value>,
    prop: impl Fn() -> String,
) -> Result<(), Refusal> {
    match *check {
        Check::Within { min, max, test } => match (sibling(min), sibling(max)) {
            (Some(min), Some(max)) => test(value, min, max).map_err(|why| Refusal::OutOfRange { prop: prop(), why }),
            _ => Ok(()),
        },
        Check::OneOf { options, test } => match sibling(options) {
            Some(options) => test(value, options).map_err(|why| Refusal::NotAnOption { prop: prop(), why }),
            None => Ok(()),
        },
        Check::MaxLen { limit } => match value.get::<String>() {
            Some(text) if text.chars().count() > limit => {
                let why = format!("takes at most {limit} characters");
                Err(Refusal::OutOfRange { prop: prop(), why })
            }
            _ => Ok(()),
        },
    }
}
