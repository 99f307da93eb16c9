//! What comes from a browser, before any user code sees it: known, writable, young enough, of the type, in range.

use super::{
    plan::{Plan, PropNo},
    store::Slot,
};
use crate::{
    component::Check,
    prop::Kind,
    protocol::{
        client::{Command, Refusal},
        limits::Limits,
    },
    value::Value,
};

/// Decodes and checks a command. `slot` gives the current value of a property as this client sees it.
pub(crate) fn check<'a>(
    plan: &Plan,
    limits: &Limits,
    command: &Command<'_>,
    slot: impl Fn(PropNo) -> &'a Slot,
) -> Result<(PropNo, Value), Refusal> {
    let number = usize::try_from(command.prop).ok().filter(|number| *number < plan.props.len());
    let Some(number) = number else { return Err(Refusal::UnknownProperty(command.prop)) };
    let prop = &plan.props[number];
    if !prop.info.writable {
        return Err(Refusal::NotWritable(prop.name()));
    }
    let lifespan = if prop.info.kind == Kind::Event { limits.event_lifespan } else { limits.state_lifespan };
    if command.age > lifespan {
        return Err(Refusal::Expired { age: command.age, lifespan });
    }
    let value = (prop.info.ty.decode)(command.value).map_err(|error| {
        let why = format!("{} is expected: {error}", (prop.info.ty.name)());
        Refusal::WrongType { prop: prop.name(), why }
    })?;
    for check in prop.info.checks {
        pass(check, &value, |sibling| slot(prop.base + sibling).value(), || prop.name())?;
    }
    Ok((number, value))
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
