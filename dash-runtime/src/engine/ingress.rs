//! Checks of a command from a browser before any callback of the user runs: its property, its age, its type and its
//! range.

use std::time::Duration;

use super::{Engine, item::Expiry, plan::PropPlan, store::Slot};
use crate::{
    client::ClientId,
    component::Check,
    numbers::PropNo,
    prop::Kind,
    protocol::client::{Command, Refusal},
    value::Value,
};

/// A command that has passed all checks.
#[derive(Debug, Clone)]
pub(crate) struct Checked {
    /// The canonical property.
    pub(crate) prop: PropNo,
    pub(crate) value: Value,
    /// Until when it may be carried out, for an event.
    pub(crate) expires: Option<Expiry>,
    /// How long ago the person made the change.
    pub(crate) age: Duration,
}

/// Decodes and checks a command of a client, whose user's role has this `level`. The value must satisfy the checks of its
/// own component and those of each alias. Returns the number of the canonical property, the value, and, for an event,
/// the time at which it expires.
pub(crate) fn check(
    engine: &Engine,
    now: Duration,
    client: ClientId,
    level: u8,
    command: &Command<'_>,
) -> Result<Checked, Refusal> {
    let (plan, limits) = (&*engine.plan, &engine.limits);
    let is_cell = |number: PropNo| plan.list_of(plan.cell(number)).is_some();
    let number = plan.read_number(command.prop).ok_or(Refusal::UnknownProperty(command.prop))?;
    let prop = plan.prop(number);
    plan.may_change(level, number)?;
    if !prop.info.writable {
        return Err(Refusal::NotWritable(prop.name()));
    }
    // A stop is pressed in any case, also if a callback has taken it off the page meanwhile.
    let canonical = plan.canonical(number);
    let is_press = plan.presses(canonical);
    // The cells in the table are templates for rows. They are not on the page themselves.
    let is_here = engine.has(number)
        && engine.is_shown(client, prop.component_no)
        && (!plan.row_of(number).is_none() || !is_cell(number));
    if !is_here && !is_press {
        return Err(Refusal::NotShown(prop.name()));
    }
    // Who holds a control that is disabled or locked meanwhile may let go.
    let is_safe = is_press || engine.lets_go(canonical, command.value);
    if engine.is_disabled(client, number) && !is_safe && !plan.ends(canonical) {
        return Err(Refusal::Disabled(prop.name()));
    }
    let is_event = prop.info.kind == Kind::Event;
    let usual = if is_event { limits.event_lifespan } else { limits.state_lifespan };
    // The time of its checks is known to the server alone.
    let age = command.age(now).max(command.age + engine.judged.took);
    let lifespan = prop.lifespan.unwrap_or(usual);
    if !is_safe {
        // What belongs to the grant of a former process is older than everything in this one.
        let made = if command.is_of_another_clock(now) { Duration::MAX } else { age };
        engine.pass_gates(now, client, level, canonical, made)?;
    }
    if age > lifespan && !is_press {
        return Err(Refusal::Expired { age, lifespan });
    }
    let expires =
        (is_event && !is_press).then(|| Expiry { at: now.saturating_add(lifespan.saturating_sub(age)), lifespan });
    let value = value(engine, Some(client), number, command.value)?;
    if !is_safe {
        engine.pass_alarms(canonical, &value)?;
        engine.pass_checks(client, canonical, &value)?;
    }
    Ok(Checked { prop: canonical, value, expires, age })
}

/// Reads a value, and checks that it has the type and satisfies the limits of its property and of each alias.
pub(super) fn value(engine: &Engine, client: Option<ClientId>, number: PropNo, json: &str) -> Result<Value, Refusal> {
    let plan = &*engine.plan;
    let (prop, canonical) = (plan.prop(number), plan.canonical(number));
    let session = client.and_then(|client| engine.roster.get(client));
    let slot = |prop| engine.seen_in(session, prop);
    let value = (prop.info.ty.decode)(json).map_err(|error| {
        let why = format!("{} is expected: {error}", (prop.info.ty.name)());
        Refusal::WrongType { prop: prop.name(), why }
    })?;
    let row = plan.row_of(number);
    fits(prop, &value, |sibling| slot(plan.in_row(sibling, row)))?;
    let others = plan.prop(canonical).aliases.iter().chain([&canonical]).filter(|other| **other != number);
    for &other in others {
        fits(plan.prop(other), &value, slot)?;
    }
    Ok(value)
}

/// Whether a value satisfies all checks of the property's component.
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
