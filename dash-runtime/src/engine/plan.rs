//! The plan: the wiring as the engine uses it, with numbers for properties, callbacks and islands.
//!
//! It is made once ([`planning`]), from the constants that the compiler has checked. Faults that only the layout shows are checked
//! then, such as a component that was never placed or a required property without a value. All faults are in one
//! report.

mod planning;

use std::{
    collections::{BTreeMap, BTreeSet},
    ops::{Index, IndexMut},
    time::Duration,
};

pub(crate) use self::planning::Planned;
use super::{
    computed::ComputedPlan,
    gates::{Act, GateNo, GatePlan},
    holds::HoldPlan,
    item::Hook,
    kept::{HistoryPlan, KeepPlan},
    places::PagePlan,
    rights::{Levels, RightsPlan},
    router::RouterPlan,
    rows::ListPlan,
    table::Table,
};
use crate::{
    callback::{
        callbacks::CallbackDef,
        lend::Part,
        spec::{Rate, Scope},
    },
    component::{ComponentInfo, PropInfo},
    failure::Failure,
    numbers::{CallbackNo, ComponentNo, IslandNo, ListNo, Numbering, PartNo, PropNo, PropRange},
    place::path,
    prop::{ComponentId, Identity, Kind, PropKey, Which},
    rights::Rights,
    sessions::LoginSessions,
    value::Value,
};

impl Index<CallbackNo> for [CallbackPlan] {
    type Output = CallbackPlan;

    fn index(&self, no: CallbackNo) -> &CallbackPlan {
        &self[no.place()]
    }
}

impl Index<CallbackNo> for Vec<CallbackPlan> {
    type Output = CallbackPlan;

    fn index(&self, no: CallbackNo) -> &CallbackPlan {
        &self[no.place()]
    }
}

impl IndexMut<CallbackNo> for Vec<CallbackPlan> {
    fn index_mut(&mut self, no: CallbackNo) -> &mut CallbackPlan {
        &mut self[no.place()]
    }
}

impl Index<IslandNo> for Vec<IslandPlan> {
    type Output = IslandPlan;

    fn index(&self, no: IslandNo) -> &IslandPlan {
        &self[no.place()]
    }
}

impl Index<ListNo> for Vec<ListPlan> {
    type Output = ListPlan;

    fn index(&self, no: ListNo) -> &ListPlan {
        &self[no.place()]
    }
}

/// The whole wiring.
pub(crate) struct Plan {
    /// The name of the `#[components]` struct.
    pub(crate) name: &'static str,
    /// The owner number in the ids of its components.
    pub(super) owner: u64,
    /// How properties in rows are numbered.
    pub(crate) numbering: Numbering,
    /// Properties by their place in the table: see [`prop`](Self::prop).
    pub(crate) props: Vec<PropPlan>,
    pub(crate) callbacks: Vec<CallbackPlan>,
    pub(crate) islands: Vec<IslandPlan>,
    pub(crate) components: Vec<(&'static str, &'static ComponentInfo)>,
    pub(crate) page: PagePlan,
    pub(crate) lists: Vec<ListPlan>,
    pub(crate) router: Option<RouterPlan>,
    /// Whether a page that is reloaded is the same client.
    pub(crate) same_after_reload: bool,
    /// For each component, the number of its first property.
    bases: Vec<PropNo>,
    /// For each property its canonical one: itself, or, if `bind` made it an alias, the one that was named first. The
    /// rest of the plan, commands that were taken, and changes have only canonical numbers.
    canonical: Vec<PropNo>,
    /// The properties that browsers compute. Each comes after those that it is computed from.
    pub(crate) computed: Vec<ComputedPlan>,
    /// What is needed to see and to change properties.
    pub(crate) rights: RightsPlan,
    /// The components that decide whether others may be changed now.
    pub(crate) gates: Vec<GatePlan>,
    /// Whether the history of a stream is kept.
    pub(crate) has_histories: bool,
    /// What is in the list of a relay.
    #[cfg(feature = "nats")]
    pub(super) fleet: Vec<super::fleet::FleetPlan>,
    /// Whether it is the plan of a replay.
    pub(crate) replays: bool,
    /// What is required of a component, for the pieces of the page in a record. Only in a replay.
    pub(super) component_rights: Vec<Rights>,
    /// Copies a session, if its type is `Clone` and a callback borrows it. A session that no callback borrows never
    /// changes.
    pub(crate) copy_session: Option<fn(&Part) -> Option<Part>>,
    /// How the sessions of logins are kept, if a login has a session.
    pub(crate) login_sessions: Option<LoginSessions>,
    /// The island whose callbacks borrow the session, if sessions belong to logins and each page has its own queue.
    pub(super) island_of_logins: Option<IslandNo>,
    /// Splits the device, if callbacks borrow only fields of it.
    split: Option<fn(Part) -> Vec<Part>>,
    /// The table that pages rely on. It differs between versions of the dashboard.
    pub(crate) table: Table,
}

/// One property.
pub(crate) struct PropPlan {
    pub(crate) component: &'static str,
    /// The component's place in the `#[components]` struct.
    pub(crate) component_no: ComponentNo,
    pub(crate) info: &'static PropInfo,
    /// The number of the component's first property. The numbers of its siblings are relative to it.
    pub(crate) base: PropNo,
    /// Whether each client has its own value.
    pub(crate) private: bool,
    /// The callbacks that it cancels.
    pub(crate) cancels: Vec<CallbackNo>,
    /// The callbacks that it starts.
    pub(crate) starts: Vec<CallbackNo>,
    /// The callbacks that a change of its quality alone starts.
    pub(crate) rated: Vec<CallbackNo>,
    /// Whether a callback reads it with its quality.
    pub(crate) is_read_with_quality: bool,
    /// Islands with shared callbacks that read it or are started by it.
    pub(crate) shared_islands: Vec<IslandNo>,
    /// Islands with private callbacks that read it or are started by it.
    pub(crate) private_islands: Vec<IslandNo>,
    /// The largest age of a command for it, if a callback that it starts has one. The shortest counts.
    pub(crate) lifespan: Option<Duration>,
    /// Whether a callback writes it while it runs. Then callbacks read its current value, not the one as of their turn.
    pub(crate) live: bool,
    /// Whether browsers send it with an HTTP request per command, not through their socket.
    pub(crate) by_http: bool,
    /// Whether a callback writes it too. Then a browser's value takes effect in that callback's queue, so that both
    /// writers have one order. Otherwise it takes effect on arrival.
    pub(crate) written: bool,
    /// The aliases of this property, if it is the canonical one. They change together with it.
    pub(crate) aliases: Vec<PropNo>,
    /// The property that tells whether the component is disabled. `None` if it has none, or if no browser can change this
    /// property.
    pub(crate) disabled: Option<PropNo>,
    /// What is needed to see it and to change it.
    pub(crate) levels: Levels,
    /// Whether its value is not recorded.
    pub(crate) secret: bool,
    /// If a value is in effect only while somebody holds the control.
    pub(crate) hold: Option<HoldPlan>,
    /// Whether it is the state of a gate, which the server alone sets.
    pub(crate) set_by_gate: bool,
    /// The gates that decide whether it may be changed now.
    pub(crate) under: Vec<GateNo>,
    /// If it is an event of a gate: what it does.
    pub(crate) acts: Option<(GateNo, Act)>,
    /// Whether it has the conditions of an interlock, or an alarm depends on it.
    pub(crate) is_condition: bool,
    /// How it is kept after the end of the process, if it is.
    pub(crate) keep: Option<KeepPlan>,
    /// How its history is kept, if it is.
    pub(crate) history: Option<HistoryPlan>,
}

impl PropPlan {
    /// The name in messages, such as `brightness.value`.
    pub(crate) fn name(&self) -> String {
        format!("{}.{}", path(self.component), self.info.name)
    }
}

/// One callback.
pub(crate) struct CallbackPlan {
    pub(crate) def: CallbackDef,
    pub(crate) reads: Vec<PropNo>,
    /// Reads that are not tracked: the run gets the value as it is when the run begins, not as of its turn.
    pub(crate) untracked: BTreeSet<PropNo>,
    /// The properties that start it: first those of the wiring, then the keys of lists of which it takes all rows.
    pub(crate) triggers: Vec<PropNo>,
    /// The list, if it runs for one row at a time.
    pub(crate) list: Option<ListNo>,
    /// The keys of the lists of which it takes all rows.
    pub(super) keys: Vec<PropNo>,
    pub(crate) outputs: Vec<PropNo>,
    /// The outputs that it writes while it runs.
    pub(crate) live: Vec<PropNo>,
    /// The properties that have another value while it runs, with that value.
    pub(crate) guards: Vec<(PropNo, Value)>,
    pub(crate) island: IslandNo,
    /// Its place in the order of its island.
    pub(crate) place: usize,
    /// The part of the device that it borrows. All callbacks that borrow it are in one island. An island may have
    /// several parts.
    pub(crate) part: Option<PartNo>,
    /// Whether it runs at the start, or when a client joins.
    pub(crate) initial: bool,
    /// Receives the failures of its runs.
    pub(crate) on_error: fn(&Failure),
    pub(crate) every: Option<Period>,
}

impl CallbackPlan {
    pub(crate) fn shared(&self) -> bool {
        self.def.spec.scope == Scope::Shared
    }

    /// Whether a change of this cell starts it for the same row only.
    pub(crate) fn starts_own(&self, cell: PropNo) -> bool {
        let mut ports = self.def.spec.triggers.iter().zip(&self.triggers);
        ports.any(|(port, trigger)| port.rows == Which::Own && *trigger == cell)
    }

    /// Whether its timer runs only while there is a viewer.
    pub(crate) const fn watched(&self) -> bool {
        self.def.spec.watched
    }

    /// Whether it is a task: it can be cancelled and borrows nothing. Only callbacks that it starts wait for it.
    pub(super) fn is_task(&self) -> bool {
        !self.def.spec.cancels.is_empty() && self.part.is_none() && self.def.spec.session.is_none()
    }
}

impl CallbackPlan {
    /// Whether this hook starts it.
    pub(crate) fn has(&self, hook: Hook) -> bool {
        let hooks = self.def.spec.hooks;
        match hook {
            Hook::Connect => hooks.connect,
            Hook::Disconnect => hooks.disconnect,
            Hook::Clients => hooks.clients,
            Hook::Session => hooks.session,
        }
    }
}

/// When a source runs.
#[derive(Clone, Copy)]
pub(crate) enum Period {
    Fixed(Duration),
    /// In seconds, the value of this property.
    Prop(PropNo),
}

/// Callbacks that must not run at the same time: one writes what the other reads, or both borrow the same part.
pub(crate) struct IslandPlan {
    /// In topological order: writers come before readers.
    pub(crate) callbacks: Vec<CallbackNo>,
    /// Whether each client has its own queue: the island has only private callbacks and no device.
    pub(crate) per_client: bool,
    /// The shared state that the queue keeps as of its current item, because every change of it passes through the
    /// queue. With one queue, it is what the shared callbacks read. With one queue per client, it is all that the
    /// callbacks read. Other reads of private callbacks are from the store.
    pub(crate) view: Vec<PropNo>,
    /// State whose waiting values must not merge, because a callback has `queue = all`.
    pub(crate) keep_all: BTreeSet<PropNo>,
}

impl Plan {
    /// The number of a property, or of its canonical one.
    pub(crate) fn number(&self, key: &PropKey) -> PropNo {
        self.canonical(self.own_number(key))
    }

    /// The number of the property itself: its place in the dashboard.
    pub(crate) fn own_number(&self, key: &PropKey) -> PropNo {
        self.number_itself(key.identity())
    }

    fn number_itself(&self, prop: Identity) -> PropNo {
        self.bases[prop.component().place()] + usize::from(prop.index())
    }

    /// The number of the first property of the `at`-th component. Behind the last one, the number of all properties.
    pub(crate) fn first_of(&self, at: usize) -> PropNo {
        self.bases.get(at).copied().unwrap_or(PropNo::new(self.canonical.len()))
    }

    /// The property with this name: `level.value`. In a group it is `left.speed.value`, or `left-speed.value` with the
    /// component's id.
    pub(super) fn find_named(&self, name: &str) -> Option<PropNo> {
        let (component, property) = name.rsplit_once('.')?;
        let is_it = |prop: &PropPlan| {
            prop.info.name == property && (prop.component == component || path(prop.component) == component)
        };
        self.props.iter().position(is_it).map(PropNo::new)
    }

    /// Whether the property is an event.
    pub(crate) fn is_event(&self, prop: PropNo) -> bool {
        self.prop(prop).info.kind == Kind::Event
    }

    /// The canonical property of `prop`.
    pub(crate) fn canonical(&self, prop: PropNo) -> PropNo {
        // Cells of rows have no aliases.
        if self.numbering.is_in_table(prop) { self.canonical[self.numbering.place(prop)] } else { prop }
    }

    /// The rate limits of properties that browsers do not send at once.
    pub(crate) fn rates(&self) -> Vec<(PropNo, Rate)> {
        let writable = |number: &PropNo| self.prop(*number).info.writable;
        let mut rates = BTreeMap::new();
        for spec in self.callbacks.iter().map(|callback| callback.def.spec) {
            for rated in spec.rates {
                let prop = self.number(&spec.port(&rated.port).key);
                let aliases = self.prop(prop).aliases.iter().copied().chain([prop]);
                rates.extend(aliases.filter(writable).map(|number| (number, rated.rate)));
            }
        }
        rates.into_iter().collect()
    }

    /// The property with the number that a client sends, in the table or in a row. A row with this number may not exist.
    pub(super) fn read_number(&self, number: u64) -> Option<PropNo> {
        let is_cell = |number: PropNo| self.list_of(self.cell(number)).is_some();
        Numbering::read(number).filter(|number| self.numbering.is_in_table(*number) || is_cell(*number))
    }

    /// The properties that browsers send with an HTTP request per command.
    pub(crate) fn by_http(&self) -> impl Iterator<Item = PropNo> {
        self.numbered().filter(|(_, prop)| prop.by_http).map(|(no, _)| no)
    }

    /// The sets of aliases, each with its canonical property first.
    pub(crate) fn bound(&self) -> impl Iterator<Item = Vec<PropNo>> {
        let first = self.numbered().filter(|(_, prop)| !prop.aliases.is_empty());
        first.map(|(no, prop)| [&[no], prop.aliases.as_slice()].concat())
    }

    /// All properties of the table.
    pub(crate) fn numbered(&self) -> impl Iterator<Item = (PropNo, &PropPlan)> {
        self.numbering.table().zip(&self.props)
    }

    /// All gates.
    pub(super) fn all_gates(&self) -> impl Iterator<Item = GateNo> + use<> {
        (0..self.gates.len()).map(GateNo::new)
    }

    /// Gives each callback also what the callbacks have that its outputs start, directly or through others.
    pub(super) fn with_started<T: Clone + PartialEq>(&self, mut all: Vec<T>, add: impl Fn(&mut T, &T)) -> Vec<T> {
        // No callback starts itself, so this ends after as many rounds as the longest chain has callbacks.
        loop {
            let before = all.clone();
            for (no, callback) in self.numbered_callbacks() {
                let started = callback.outputs.iter().flat_map(|output| &self.prop(*output).starts).copied();
                // A new row starts the callbacks that run for it.
                let adds = |list: ListNo| callback.outputs.contains(&self.lists[list].keys);
                let of_rows =
                    self.numbered_callbacks().filter(|(_, other)| other.initial && other.list.is_some_and(adds));
                for started in started.chain(of_rows.map(|(no, _)| no)) {
                    add(&mut all[no.place()], &before[started.place()]);
                }
            }
            if all == before {
                return all;
            }
        }
    }

    /// All callbacks.
    pub(crate) fn numbered_callbacks(&self) -> impl Iterator<Item = (CallbackNo, &CallbackPlan)> {
        self.callbacks.iter().enumerate().map(|(no, callback)| (CallbackNo::new(no), callback))
    }

    /// The number of a property. `None` if it belongs to another dashboard.
    pub(crate) fn number_of(&self, key: &PropKey) -> Option<PropNo> {
        self.has_component(key.id).then(|| self.number(key))
    }

    /// Whether a component belongs to this dashboard under this id. A component in a group has another id.
    pub(crate) fn has_component(&self, id: ComponentId) -> bool {
        id.owner() == self.owner && id.index().place() < self.components.len()
    }

    /// The numbers of a component's properties.
    pub(crate) fn of_component(&self, component: ComponentNo) -> PropRange {
        let at = component.place();
        self.bases[at]..self.bases[at] + self.components[at].1.props.len()
    }

    /// Whether a change of `prop` starts a private callback of `island`.
    pub(crate) fn starts_private(&self, prop: PropNo, island: IslandNo) -> bool {
        let mut started = self.prop(prop).starts.iter().map(|callback| &self.callbacks[*callback]);
        started.any(|callback| callback.island == island && !callback.shared())
    }

    /// Splits the device into the parts that callbacks borrow.
    pub(crate) fn parts(&self, device: Part) -> Vec<Part> {
        match self.split {
            Some(split) => split(device),
            None => vec![device],
        }
    }
}
