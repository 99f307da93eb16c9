//! The starting values of properties, from the layout, with checks.

use std::collections::BTreeSet;

use super::{ingress, plan::Plan, rows::is_cell, store::Slot};
use crate::{
    element::{Element, Placed},
    numbers::{ComponentNo, PropNo, each},
    place::path,
    prop::{ComponentId, Kind},
    rows::RowsInfo,
    value::Value,
};

/// The fault of a component that was placed without a required property. `here` says where the property would be given.
pub(super) fn lacks(component: &dyn Placed, missing: &str, here: &str) -> String {
    let (name, kind) = (path(component.id().template()), component.info().name);
    format!("`{name}` is a {kind} without `{missing}`, which it needs: call `.{missing}(..)` {here}")
}

/// The fault of a component that belongs to another dashboard.
pub(super) fn foreign(component: &dyn Placed) -> String {
    format!("`{}` is a {} of another dashboard", path(component.id().template()), component.info().name)
}

/// The fault of a component that `layout`, or the function of a row, places twice.
pub(super) fn placed_twice(component: &dyn Placed) -> String {
    format!("`{}` is placed twice", path(component.id().template()))
}

/// The starting values from the layout and from the pieces that callbacks place, or all faults in them.
pub(super) fn starting_values(
    plan: &Plan,
    [layout, pieces]: [&Element; 2],
    dynamic: &[bool],
    rows: &[RowsInfo],
) -> Result<Vec<Slot>, Vec<String>> {
    let mut faults = Vec::new();
    let mut slots: Vec<Option<Slot>> = plan.props.iter().map(|_| None).collect();
    let mut placed = BTreeSet::new();
    let both = layout.placed().into_iter().map(|component| (component, "layout"));
    let both = both.chain(pieces.placed().into_iter().map(|component| (component, "dynamic")));
    for (component, here) in both {
        let id = component.id();
        if !plan.has_component(id) {
            faults.push(foreign(&*component));
            continue;
        }
        if here == "dynamic" && !dynamic[id.index().place()] {
            faults.push(format!(
                "`{}` is a fixed part of the page, which `layout` places: leave it out of `dynamic`, or write `#[dynamic]` \
                 above its field",
                path(id.template())
            ));
            continue;
        }
        if !placed.insert(id.index()) {
            faults.push(placed_twice(&*component));
            continue;
        }
        for missing in component.missing() {
            faults.push(lacks(&*component, missing, &format!("on it in `{here}`")));
        }
        let values = component.values().unwrap_or_else(|why| {
            faults.push(format!("`{}`: {why}", path(id.template())));
            Vec::new()
        });
        for (number, value) in each(plan.of_component(id.index())).zip(values) {
            let wiring = plan.prop(number);
            let element = value.as_ref().and_then(Value::get::<Element>).filter(|_| wiring.written);
            for lost in element.iter().flat_map(|element| element.placed()) {
                if !dynamic.get(lost.id().index().place()).is_some_and(|dynamic| *dynamic) {
                    faults.push(format!(
                        "`{}` is in `{}`, which a callback writes: write `#[dynamic]` above its field, so that callbacks can place it again",
                        path(lost.id().template()),
                        wiring.name()
                    ));
                }
            }
            slots[number.place()] = starting_slot(plan, number, value);
        }
    }
    for (index, ((name, info), no)) in plan.components.iter().zip((0..=u16::MAX).map(ComponentNo)).enumerate() {
        if placed.contains(&no) {
            continue;
        }
        if !dynamic[index] && !is_cell(rows, no) {
            faults.push(format!("`{}` is a {} that `layout` does not place on the page", path(name), info.name));
            continue;
        }
        let id = ComponentId::new(0, name, no.0);
        let values = (info.fresh)(id).unwrap_or_else(|why| {
            faults.push(format!("`{}`: {why}", path(name)));
            Vec::new()
        });
        for (number, value) in each(plan.of_component(no)).zip(values) {
            slots[number.place()] = starting_slot(plan, number, value);
        }
    }
    if !faults.is_empty() {
        return Err(faults);
    }
    // Every component has values. A slot is missing only if its component skipped the property.
    let missing = |number: PropNo| vec![format!("`{}` has no starting value", plan.prop(number).name())];
    let mut slots = slots
        .into_iter()
        .enumerate()
        .map(|(number, slot)| slot.ok_or_else(|| missing(PropNo::new(number))))
        .collect::<Result<Vec<_>, _>>()?;
    share_starting_values(plan, &mut slots)?;
    Ok(slots)
}

/// Aliases start with the value of the first of them. All of them must accept it.
fn share_starting_values(plan: &Plan, slots: &mut [Slot]) -> Result<(), Vec<String>> {
    let mut faults = Vec::new();
    for bound in plan.bound() {
        let (first, aliases) = (bound[0], &bound[1..]);
        let Some(value) = slots[first].value().cloned() else { continue };
        for &alias in aliases {
            if let Err(refusal) = ingress::fits(plan.prop(alias), &value, |prop| &slots[prop]) {
                let first = plan.prop(first).name();
                faults.push(format!(
                    "`{}` is bound to `{first}`, which starts as {}, but {refusal}: give `{first}` a value in `layout` \
                     that both take",
                    plan.prop(alias).name(),
                    value.json(),
                ));
            }
            slots[alias] = slots[first].clone();
        }
    }
    if faults.is_empty() { Ok(()) } else { Err(faults) }
}

pub(super) fn starting_slot(plan: &Plan, number: PropNo, value: Option<Value>) -> Option<Slot> {
    let info = plan.prop(number).info;
    match info.kind {
        Kind::State if plan.is_computed(number) => value.map(Slot::computed),
        Kind::State => value.map(Slot::state),
        Kind::Event => Some(Slot::event()),
        Kind::Stream => Some(Slot::stream(info.ring)),
    }
}
