//! The plan of lists: the properties of a row, and how a row is built.

use std::{collections::BTreeSet, ops::Range};

use crate::{
    element::Element,
    engine::{
        plan::{CallbackPlan, Plan, PropPlan},
        starting::{lacks, placed_twice, starting_slot},
        store::Slot,
    },
    numbers::{ComponentNo, ListNo, PropNo, PropRange, RowNo, each},
    place::path,
    rows::{RowsInfo, Template, twice},
    value::Value,
};

/// One list.
pub(crate) struct ListPlan {
    /// The property with the keys.
    pub(crate) keys: PropNo,
    /// The properties of a row.
    pub(crate) cells: PropRange,
    /// The components of a row.
    components: Range<usize>,
    pub(in crate::engine) keys_of: fn(&Value) -> Vec<Value>,
    /// How a row is built. Known once the layout is.
    template: Option<Template>,
    /// The rows that the list starts with.
    pub(super) start: Vec<NewRow>,
}

/// A row that was built and not added yet.
#[derive(Clone)]
pub(crate) struct NewRow {
    pub(in crate::engine) key: Value,
    pub(super) element: Element,
    pub(in crate::engine) slots: Vec<Slot>,
}

impl ListPlan {
    pub(crate) fn new(plan: &Plan, info: &RowsInfo) -> Self {
        Self {
            keys: plan.first_of(info.list),
            cells: plan.first_of(info.cells.start)..plan.first_of(info.cells.end),
            components: info.cells.clone(),
            keys_of: info.keys,
            template: None,
            start: Vec::new(),
        }
    }

    /// Checks that these can be the keys.
    pub(in crate::engine) fn check(&self, plan: &Plan, keys: &[Value]) -> Result<(), String> {
        match twice(keys) {
            Some(key) => Err(format!(
                "`{}` has the key {} twice: each row needs its own key",
                plan.prop(self.keys).name(),
                key.json()
            )),
            None => Ok(()),
        }
    }

    /// Builds the row with this key, with the function that the user gave to `each`.
    pub(in crate::engine) fn make(&self, plan: &Plan, key: &Value) -> Result<NewRow, String> {
        let name = path(plan.prop(self.keys).component);
        let place = |why| format!("the row {} of `{name}` cannot be made: {why}", key.json());
        let template = self.template.as_ref().ok_or_else(|| place("`layout` does not place the list".to_owned()))?;
        let element = template.make(key).map_err(place)?;
        let mut slots: Vec<Option<Slot>> = each(self.cells.clone()).map(|_| None).collect();
        let mut left: BTreeSet<usize> = self.components.clone().collect();
        for component in element.placed() {
            let id = component.id();
            let at = id.index().place();
            if !plan.has_component(id) || !self.components.contains(&at) {
                return Err(place(format!("`{}` is not of this row: place it beside the list", path(id.template()))));
            }
            if !left.remove(&at) {
                return Err(place(placed_twice(&*component)));
            }
            if let Some(missing) = component.missing().first() {
                return Err(place(lacks(&*component, missing, "on it")));
            }
            let values = component.values().map_err(|why| place(format!("`{}`: {why}", path(id.template()))))?;
            for (number, value) in each(plan.of_component(id.index())).zip(values) {
                if let Some(at) = number.after(self.cells.start) {
                    slots[at] = starting_slot(plan, number, value);
                }
            }
        }
        if let Some(at) = left.first() {
            let (name, info) = plan.components[*at];
            return Err(place(format!(
                "`{}` is a {} that the function in `each` does not place",
                path(name),
                info.name
            )));
        }
        let slots: Option<Vec<Slot>> = slots.into_iter().collect();
        let slots = slots.ok_or_else(|| place("a property has no starting value".to_owned()))?;
        if let Some(fault) = plan.faults_of_values(self.cells.start, &slots).into_iter().next() {
            return Err(place(fault));
        }
        Ok(NewRow { key: key.clone(), element, slots })
    }
}

impl Plan {
    /// Takes the functions that build rows from the layout, and builds the rows that lists start with.
    ///
    /// # Errors
    /// Every fault of a starting row, one per line.
    pub(crate) fn plan_rows(&mut self, layout: &Element, slots: &[Slot]) -> Result<(), Vec<String>> {
        let placed = layout.placed();
        let mut faults = Vec::new();
        for no in 0..self.lists.len() {
            let list = &self.lists[no];
            let wiring = self.prop(list.keys);
            let here = placed.iter().find(|placed| placed.id().index() == wiring.component_no);
            let template = here.and_then(|placed| placed.template().cloned());
            if template.is_none() {
                // A list that is not placed was reported before, unless it is dynamic.
                let name = path(wiring.component);
                faults.push(format!("`{name}` is a list of rows, which `layout` places: leave `#[dynamic]` out"));
            }
            if wiring.private {
                faults.push(format!(
                    "`{}` must be shared, because rows are shared: write it from a `#[callback_shared]`",
                    wiring.name()
                ));
            }
            self.lists[no].template = template;
            let list = &self.lists[no];
            let keys = slots[list.keys].value().map(list.keys_of).unwrap_or_default();
            let start = list.check(self, &keys).and_then(|()| keys.iter().map(|key| list.make(self, key)).collect());
            match start {
                Ok(start) => self.lists[no].start = start,
                Err(fault) => faults.push(fault),
            }
        }
        if faults.is_empty() { Ok(()) } else { Err(faults) }
    }

    /// The wiring of a property, in any row.
    pub(crate) fn prop(&self, prop: PropNo) -> &PropPlan {
        &self.props[self.numbering.place(prop)]
    }

    /// The row that a property is in.
    pub(crate) fn row_of(&self, prop: PropNo) -> RowNo {
        self.numbering.row(prop)
    }

    /// The number of a cell in the table. Any other property itself.
    pub(crate) fn cell(&self, prop: PropNo) -> PropNo {
        self.numbering.cell(prop)
    }

    /// The number of a cell in this row.
    pub(crate) fn in_row(&self, cell: PropNo, row: RowNo) -> PropNo {
        self.numbering.in_row(cell, row)
    }

    /// The list that has this cell.
    pub(crate) fn list_of(&self, cell: PropNo) -> Option<ListNo> {
        self.lists.iter().position(|list| list.cells.contains(&cell)).map(ListNo::new)
    }

    /// The list whose keys this property has.
    pub(crate) fn list_with(&self, keys: PropNo) -> Option<ListNo> {
        self.lists.iter().position(|list| list.keys == keys).map(ListNo::new)
    }

    /// The property that a run for this row means.
    pub(crate) fn own(&self, wiring: &CallbackPlan, prop: PropNo, row: RowNo) -> PropNo {
        let is_cell = wiring.list.is_some_and(|list| self.lists[list].cells.contains(&prop));
        if is_cell { self.in_row(prop, row) } else { prop }
    }
}

/// Whether a component is in rows of a list.
pub(crate) fn is_cell(infos: &[RowsInfo], component: ComponentNo) -> bool {
    infos.iter().any(|info| info.cells.contains(&component.place()))
}
