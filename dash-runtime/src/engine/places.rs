//! What is on the page: the components that `layout` placed, and those in the pieces of the page that callbacks write.
//!
//! A component is in one place at a time. A browser can write only to components that are on its page.

use std::collections::{BTreeMap, BTreeSet};

use super::{
    Engine,
    plan::Plan,
    starting::{foreign, lacks},
    store::{Change, Slot},
};
use crate::{
    callback::{call::Write, spec::Scope},
    client::ClientId,
    element::{Element, Placed},
    numbers::{ComponentNo, PropNo, each},
    place::path,
    prop::Kind,
    value::Value,
    words::log,
};

/// What `layout` defines about the page.
#[derive(Default)]
pub(crate) struct PagePlan {
    /// For each component, whether callbacks place it.
    pub(crate) dynamic: Vec<bool>,
    /// The components that `layout` placed on the page itself.
    fixed: Vec<ComponentNo>,
    /// The properties whose values are pieces of the page.
    elements: BTreeSet<PropNo>,
}

/// For each property with a piece of the page, the components directly in it.
#[derive(Default)]
pub(crate) struct Contents(BTreeMap<PropNo, Vec<ComponentNo>>);

/// The placements that follow from the pieces of the page that a run wrote.
#[derive(Default)]
pub(crate) struct Placing {
    contents: BTreeMap<PropNo, Vec<ComponentNo>>,
    /// The values from the builders of the placed components, in the order of the page.
    values: Vec<(PropNo, Value)>,
    /// The placed components.
    components: BTreeSet<ComponentNo>,
}

impl Contents {
    /// The piece of the page in this property has these components.
    pub(super) fn set(&mut self, prop: PropNo, components: Vec<ComponentNo>) {
        self.0.insert(prop, components);
    }
}

/// The components directly in a piece of the page.
pub(super) fn contents_of(element: &Element) -> Vec<ComponentNo> {
    numbers(&element.here())
}

impl Placing {
    /// Whether the writes contain no piece of the page.
    pub(super) fn is_empty(&self) -> bool {
        self.contents.is_empty() && self.values.is_empty() && self.components.is_empty()
    }

    pub(super) fn into_values(self) -> impl Iterator<Item = (PropNo, Value)> {
        self.values.into_iter()
    }
}

impl PagePlan {
    pub(crate) fn of(dynamic: Vec<bool>, layout: &Element, slots: &[Slot]) -> Self {
        let is_element = |slot: &Slot| slot.value().is_some_and(|value| value.get::<Element>().is_some());
        Self {
            dynamic,
            fixed: numbers(&layout.here()),
            elements: slots
                .iter()
                .enumerate()
                .filter(|(_, slot)| is_element(slot))
                .map(|(prop, _)| PropNo::new(prop))
                .collect(),
        }
    }

    /// The components in each piece of the page at the start.
    pub(crate) fn contents(&self, slots: &[Slot]) -> Contents {
        Contents(self.elements.iter().map(|&prop| (prop, inside(slots[prop].value()))).collect())
    }

    /// The components that are on a page with these values. `None` if one is on it twice.
    pub(crate) fn shown(&self, plan: &Plan, slots: &[Slot]) -> Option<BTreeSet<ComponentNo>> {
        let contents = self.contents(slots);
        self.walk(plan, |prop| contents.0.get(&prop).map(Vec::as_slice)).ok()
    }

    /// The components on the page, found from those that `layout` placed on it.
    ///
    /// # Errors
    /// The first component that is on the page twice.
    fn walk<'a>(
        &self,
        plan: &Plan,
        inside: impl Fn(PropNo) -> Option<&'a [ComponentNo]>,
    ) -> Result<BTreeSet<ComponentNo>, ComponentNo> {
        let mut found = BTreeSet::new();
        let mut next = self.fixed.clone();
        while let Some(component) = next.pop() {
            if !found.insert(component) {
                return Err(component);
            }
            for &prop in self.elements.range(plan.of_component(component)) {
                next.extend(inside(prop).unwrap_or_default());
            }
        }
        Ok(found)
    }
}

fn numbers(placed: &[std::sync::Arc<dyn Placed>]) -> Vec<ComponentNo> {
    placed.iter().map(|component| component.id().index()).collect()
}

fn twice(name: &str) -> String {
    let name = path(name);
    format!("`{name}` would be on the page twice: a component is in one place at a time")
}

fn inside(value: Option<&Value>) -> Vec<ComponentNo> {
    value.and_then(Value::get::<Element>).map(|element| numbers(&element.here())).unwrap_or_default()
}

impl Plan {
    /// The first component of this kind with this name in a group on the page.
    fn in_group(&self, name: &str, kind: &str) -> Option<&'static str> {
        let is_in = |id: &str| id.strip_suffix(name).is_some_and(|group| group.ends_with('-'));
        self.components.iter().find(|(id, info)| info.name == kind && is_in(id)).map(|(id, _)| *id)
    }
}

impl Engine {
    /// Whether the component is on this client's page.
    pub(crate) fn is_shown(&self, id: ClientId, component: ComponentNo) -> bool {
        let page = &self.plan.page;
        if !page.dynamic[component.place()] {
            return true;
        }
        let own = self.roster.get(id).map(|session| &session.contents);
        let shown = page.walk(&self.plan, |prop| {
            own.and_then(|own| own.0.get(&prop)).or_else(|| self.truth.contents.0.get(&prop)).map(Vec::as_slice)
        });
        // A component that is on the page twice is on it.
        shown.map_or_else(|twice| twice == component, |shown| shown.contains(&component))
    }

    /// The placements that follow from the pieces of the page among `writes`. The writes are for everybody, or for one
    /// client, which may not have joined yet.
    ///
    /// # Errors
    /// Why the page cannot show them, for the author of the callback.
    pub(super) fn placing(
        &self,
        scope: Scope,
        client: Option<ClientId>,
        writes: &[(PropNo, Write)],
    ) -> Result<Placing, String> {
        let mut placing = Placing::default();
        let mut next: Vec<(PropNo, Element)> = Vec::new();
        for (prop, write) in writes {
            if let Write::Set(value) = write
                && let Some(element) = value.get::<Element>()
            {
                next.push((*prop, element.clone()));
            }
        }
        if next.is_empty() {
            return Ok(placing);
        }
        while let Some((prop, element)) = next.pop() {
            let here = element.here();
            if let Some(first) = here.first().filter(|_| !self.plan.row_of(prop).is_none()) {
                let name = path(first.id().template());
                return Err(format!("`{name}` is one component, which cannot be in a row of a list"));
            }
            placing.contents.insert(prop, numbers(&here));
            for component in here {
                self.place(scope, client, &*component, &mut placing, &mut next)?;
            }
        }
        let own = client.and_then(|client| self.roster.get(client)).map(|session| &session.contents);
        let page = self.plan.page.walk(&self.plan, |prop| {
            let new = placing.contents.get(&prop);
            new.or_else(|| own?.0.get(&prop)).or_else(|| self.truth.contents.0.get(&prop)).map(Vec::as_slice)
        });
        match page {
            Ok(_) => Ok(placing),
            Err(component) => Err(twice(self.plan.components[component.place()].0)),
        }
    }

    /// Places one component of a piece of the page.
    fn place(
        &self,
        scope: Scope,
        client: Option<ClientId>,
        component: &dyn Placed,
        placing: &mut Placing,
        next: &mut Vec<(PropNo, Element)>,
    ) -> Result<(), String> {
        let (id, info) = (component.id(), component.info());
        let (name, number) = (path(id.template()), id.index());
        let plan = &self.plan;
        if !plan.has_component(id) {
            return Err(match plan.in_group(id.template(), info.name) {
                Some(there) => format!(
                    "`{name}` is in a group, which may be on the page several times: say which one it is, as in \
                     `Ui::{}.place()`",
                    path(there)
                ),
                None => foreign(component),
            });
        }
        if !plan.page.dynamic[number.place()] {
            return Err(format!(
                "`{name}` is a fixed part of the page: write `#[dynamic]` above its field, and let callbacks place it instead of `layout`"
            ));
        }
        match (self.truth.placed_for.get(&number), scope) {
            (Some(Scope::Shared), Scope::Private) => {
                return Err(format!("`{name}` was placed for everybody, and so cannot be placed for one client"));
            }
            (Some(Scope::Private), Scope::Shared) => {
                return Err(format!("`{name}` was placed for one client, and so cannot be placed for everybody"));
            }
            _ => {}
        }
        if let Some(missing) = component.missing().first() {
            return Err(lacks(component, missing, "behind `.place()`"));
        }
        if !placing.components.insert(number) {
            return Err(twice(id.template()));
        }
        let values = component.values().map_err(|why| format!("`{name}`: {why}"))?;
        for (prop, value) in each(plan.of_component(number)).zip(values) {
            let Some(value) = value.filter(|_| plan.prop(prop).info.kind == Kind::State) else { continue };
            let slot = client.map_or_else(|| self.truth.store.slot(prop), |client| self.seen_by(client, prop));
            // A value that was written before stays, with the components in it. For aliases, only the canonical
            // property takes the value. A computed property takes none.
            if slot.is_written() || plan.canonical(prop) != prop || plan.is_computed(prop) {
                continue;
            }
            plan.may_start_as(prop, &value, slot.value())?;
            if let Some(element) = value.get::<Element>() {
                next.push((prop, element.clone()));
            }
            placing.values.push((prop, value));
        }
        Ok(())
    }

    /// Warns of a value that somebody sets by opening a piece of the page: callbacks that act on it had another one.
    fn tell_of_late_start(&self, prop: PropNo, value: &Value) {
        let plan = self.plan.prop(prop);
        let acts = plan.info.writable && !plan.starts.is_empty();
        let Some(before) = self.truth.store.slot(prop).value().filter(|before| acts && before.json() != value.json())
        else {
            return;
        };
        let (name, before, value) = (plan.name(), before.json(), value.json());
        let line = || format!("`{name}` starts as {before}, and becomes {value} when somebody sees it");
        if log::is_rare_for("dynamic", &name, 1, line) {
            log::warn(&format_args!(
                "`{name}` starts as {before}, and has become {value} because somebody sees the piece of the page in which a \
                 callback places it: callbacks have run with {before} until now. Give it its value in `fn dynamic()` of \
                 `impl Dashboard`, so that it holds from the start"
            ));
        }
    }

    /// Records the new placements. Returns the values of the builders: those for everybody, and those for the client.
    pub(super) fn placed(&mut self, client: Option<ClientId>, placing: Placing) -> [Vec<(PropNo, Change)>; 2] {
        let scope = if client.is_some() { Scope::Private } else { Scope::Shared };
        self.truth.placed_for.extend(placing.components.into_iter().map(|component| (component, scope)));
        let session = client.and_then(|client| self.roster.get_mut(client));
        match session {
            Some(session) => session.contents.0.extend(placing.contents),
            None => self.truth.contents.0.extend(placing.contents),
        }
        let mut changes = [Vec::new(), Vec::new()];
        for (prop, value) in placing.values {
            let for_one = client.is_some() && self.may_differ(prop).is_ok();
            self.tell_of_late_start(prop, &value);
            if for_one && !self.plan.prop(prop).private {
                self.truth.overridden.insert(prop);
            }
            changes[usize::from(for_one)].push((prop, Change::Placed(value)));
        }
        changes
    }
}
