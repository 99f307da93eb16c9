//! The router of a dashboard with several pages: which page each client shows.
//!
//! The router's `path` is private and comes with the client's hello. A private callback makes `children` from it, like
//! from any other input. A page that is being loaded has no client yet. So its first paint runs that callback outside
//! the engine, with the shared values.

use std::time::Duration;

use super::{
    Engine,
    effects::Effects,
    entry::{Action, Entry, Order, Sender},
    plan::Plan,
    store::{Change, Slot},
};
use crate::{
    callback::{
        call::{Call, Write},
        callbacks::Body,
        params::Source,
        spec::Scope,
    },
    client::ClientId,
    element::Element,
    numbers::{CallbackNo, IslandNo, PropNo, each},
    place::path as path_of,
    prop::PropKey,
    route::Path,
    value::Value,
};

/// The router of a dashboard.
#[derive(Clone, Copy)]
pub(crate) struct RouterPlan {
    path: PropNo,
    children: PropNo,
    callback: CallbackNo,
}

impl RouterPlan {
    /// Whether this property has the path.
    pub(super) fn is_path(&self, prop: PropNo) -> bool {
        self.path == prop
    }

    /// Whether its callback runs in this island.
    pub(super) fn is_in(&self, plan: &Plan, island: IslandNo) -> bool {
        plan.callbacks[self.callback].island == island
    }

    /// Whether this callback makes the pages.
    pub(super) fn is_made_by(&self, callback: CallbackNo) -> bool {
        self.callback == callback
    }

    /// The router among these properties, if there is one.
    ///
    /// # Errors
    /// What a dashboard with a router requires and this one lacks.
    pub(super) fn of(plan: &Plan, slots: &[Slot]) -> Result<Option<Self>, String> {
        let holds_path = |slot: &Slot| slot.value().is_some_and(|value| value.get::<Path>().is_some());
        let Some(path) = slots.iter().position(holds_path).map(PropNo::new) else { return Ok(None) };
        let wiring = &plan.prop(path);
        let name = path_of(wiring.component);
        let siblings = each(plan.of_component(wiring.component_no));
        let mut pieces = siblings.filter(|prop| slots[*prop].value().and_then(Value::get::<Element>).is_some());
        let Some(children) = pieces.next() else { return Ok(None) };
        let makes = |callback: &CallbackNo| {
            let callback = &plan.callbacks[*callback];
            callback.def.spec.scope == Scope::Private && callback.outputs.contains(&children)
        };
        match wiring.starts.iter().copied().find(makes) {
            Some(callback) if wiring.private => Ok(Some(Self { path, children, callback })),
            Some(_) => Err(format!(
                "`{name}.path` is private, but a shared callback uses it: make that callback a `#[callback]`"
            )),
            None => Err(format!(
                "`{name}` has no pages: write a `#[callback(output = Ui::{name}.children)]` with the parameter \
                 `#[input(Ui::{name}.path)] path: Path`"
            )),
        }
    }
}

impl Engine {
    /// Sets the path of a client that joins.
    pub(super) fn set_path(&mut self, id: ClientId, path: &str) {
        let (Some(router), Some(path)) = (self.plan.router, Path::parse(path)) else { return };
        // A text can always be encoded as JSON.
        let Ok(value) = Value::new(path) else { return };
        for &island in &self.plan.prop(router.path).private_islands {
            if let Some(session) = self.roster.get_mut(id) {
                session.views.insert((island, router.path), value.clone());
            }
        }
        self.await_view(id);
        self.commit_own(id, vec![(router.path, Change::Write(Write::Set(value)))]);
    }

    /// A known client is on another page, without a command. Its callbacks run as after a command.
    pub(super) fn move_to(&mut self, now: Duration, id: ClientId, path: &str, fx: &mut Effects) {
        let (Some(router), Some(path)) = (self.plan.router, Path::parse(path)) else { return };
        if self.seen_by(id, router.path).value().and_then(Value::get::<Path>) == Some(&path) {
            return;
        }
        let Ok(value) = Value::new(path) else { return };
        let changes = vec![(router.path, Action::Write(Write::Set(value)))];
        let entry = Entry { is_wanted: false, ..Entry::new(Sender::Client(id), changes, Order::AtArrival) };
        self.await_view(id);
        // If the queue is full, the page gets the path that the client had.
        if self.enter(now, entry, fx).is_err() {
            self.let_in(now, id, fx);
        }
    }

    /// The run for the first paint of the page at `path`. `None` if the callback needs the device, a session, a client
    /// or a row.
    pub(crate) fn first_look(&self, path: &Path) -> Option<(Body, Call)> {
        let router = self.plan.router?;
        let callback = &self.plan.callbacks[router.callback];
        let spec = &callback.def.spec;
        if callback.part.is_some()
            || callback.list.is_some()
            || spec.session.is_some()
            || spec.params.iter().any(|param| matches!(param, Source::Client))
        {
            return None;
        }
        let path = Value::new(path.clone()).ok()?;
        let read = |prop: &PropNo| {
            if *prop == router.path { Some(path.clone()) } else { self.slot(*prop).value().cloned() }
        };
        let reads = callback.reads.iter().map(read).collect();
        let ports = spec.reads.iter().zip(&callback.reads).enumerate();
        let rows = ports.filter_map(|(at, (port, prop))| Some((at, self.rows_now(port, *prop)?))).collect();
        Some((callback.def.body, Call { reads, rows, ..Call::default() }))
    }

    /// Applies the writes of that run to `slots`, which have the shared values.
    pub(crate) fn look_at(&self, path: &Path, writes: Vec<(PropKey, Write)>, slots: &mut [Slot]) {
        let Some(router) = self.plan.router else { return };
        let spec = &self.plan.callbacks[router.callback].def.spec;
        // Writes to rows are made when the client has joined.
        let numbered = writes.into_iter().filter_map(|(key, write)| Some((self.find_number(&spec.key(&key))?, write)));
        let writes: Vec<(PropNo, Write)> =
            numbered.filter(|(prop, _)| self.plan.numbering.is_in_table(*prop)).collect();
        // A fault of the placement is reported when the client has joined.
        let Ok(placing) = self.placing(Scope::Private, None, &writes) else { return };
        if let Ok(value) = Value::new(path.clone()) {
            slots[router.path] = Slot::state(value);
        }
        let values = writes.into_iter().filter_map(|(prop, write)| Some((prop, write.state()?.clone())));
        for (prop, value) in placing.into_values().chain(values) {
            slots[prop] = Slot::state(value);
        }
    }
}

impl Plan {
    /// The piece of the page that the router shows.
    pub(crate) fn routed<'a>(&self, slots: &'a [Slot]) -> Option<&'a Element> {
        slots[self.router?.children].value()?.get()
    }
}
