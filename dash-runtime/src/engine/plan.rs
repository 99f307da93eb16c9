//! The plan: the wiring as the engine uses it, with numbers for properties, callbacks and islands.
//!
//! It is made once, from the constants that the compiler has checked. Faults that only the layout shows are checked
//! here, such as a component that was never placed or a required property without a value. All faults are in one
//! report.

use std::{
    collections::{BTreeMap, BTreeSet},
    ops::{Index, IndexMut},
    time::Duration,
};

use super::{
    computed::{self, ComputedPlan},
    gates::{Act, GateNo, GatePlan},
    holds::HoldPlan,
    islands::{group, topological, untracked_reads},
    item::Hook,
    kept::{HistoryPlan, KeepPlan},
    places::PagePlan,
    rights::{Levels, RightsPlan},
    router::RouterPlan,
    rows::ListPlan,
    starting::starting_values,
    store::Slot,
    table::Table,
};
use crate::{
    binding::{Binding, aliases::Bound},
    callback::{
        callbacks::CallbackDef,
        lend::Part,
        spec::{Every, Queue, Rate, Scope, Spec},
        uses::{Role, Use, Uses, Wiring},
    },
    component::{ComponentInfo, PropInfo},
    components::Components,
    dashboard::Dashboard,
    element::Element,
    failure::Failure,
    fields::List,
    numbers::{CallbackNo, ComponentNo, IslandNo, ListNo, Numbering, PartNo, PropNo, PropRange},
    place::path,
    prop::{ComponentId, Identity, Kind, Port, PropKey, Which},
    rights::{Rights, Role as _, Roles},
    rows::RowsInfo,
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

/// The plan and the starting values of a dashboard.
pub(crate) struct Planned {
    pub(crate) plan: Plan,
    pub(crate) slots: Vec<Slot>,
    pub(crate) layout: Element,
    /// What callbacks place, as it starts.
    pub(crate) pieces: Element,
}

impl Plan {
    /// Plans the dashboard `D`.
    ///
    /// # Errors
    /// Every fault that only the layout shows, one per line.
    pub(crate) fn of<D: Dashboard>() -> Result<Planned, Vec<String>> {
        Self::planned::<D>(false)
    }

    /// Plans the replay of the dashboard `D`.
    ///
    /// # Errors
    /// The same as [`of`](Self::of).
    pub(crate) fn of_replay<D: Dashboard>() -> Result<Planned, Vec<String>> {
        Self::planned::<D>(true)
    }

    fn planned<D: Dashboard>(replays: bool) -> Result<Planned, Vec<String>> {
        let (layout, pieces) = (D::layout(<D as Components>::build()), D::dynamic());
        let defs: Vec<_> = D::CALLBACKS.defs().collect();
        let list = D::components();
        #[cfg(feature = "nats")]
        let fleet = list.fleet.clone();
        let List { owner, components, dynamic, rows, mut rights, roles, under, keep, .. } = list;
        let mut plan = Self::new(D::NAME, owner, components, &rows, &defs, D::BINDINGS.list(), D::on_error);
        plan.same_after_reload = D::SAME_CLIENT_AFTER_RELOAD;
        plan.plan_logins(D::SESSION_OF.login)?;
        plan.rights = RightsPlan::new(Roles::of::<D::Role>());
        plan.plan_gates(&under, &rights)?;
        plan.default_needs(D::DEFAULT_NEEDS.map_or(0, |role| role.level()), &mut rights);
        plan.plan_rights(&rights);
        plan.plan_alarms(D::BINDINGS.list(), &rights)?;
        plan.plan_keep(&keep)?;
        #[cfg(feature = "nats")]
        plan.plan_fleet(&fleet)?;
        plan.one_enum_of_roles(&roles)?;
        let mut faults = plan.revealing_bindings(&rights);
        faults.extend(plan.faults_of_gates());
        if !faults.is_empty() {
            return Err(faults);
        }
        let slots = starting_values(&plan, [&layout, &pieces], &dynamic, &rows)?;
        plan.gates_start_closed(&slots)?;
        let faults = plan.faults_of_values(PropNo::default(), &slots);
        if !faults.is_empty() {
            return Err(faults);
        }
        plan.plan_rows(&layout, &slots)?;
        plan.page = PagePlan::of(dynamic, &layout, &slots);
        plan.router = RouterPlan::of(&plan, &slots).map_err(|fault| vec![fault])?;
        plan.guard()?;
        let faults = plan.faults_of_holds();
        if !faults.is_empty() {
            return Err(faults);
        }
        if replays {
            plan.replay(&rights);
        }
        Ok(Planned { plan, slots, layout, pieces })
    }

    /// Lets the sessions belong to logins.
    ///
    /// # Errors
    /// They would be kept for no time.
    fn plan_logins(&mut self, login: Option<LoginSessions>) -> Result<(), Vec<String>> {
        if login.is_some_and(|login| login.days == 0) {
            return Err(vec![
                "`SESSION_OF` keeps the sessions of logins for 0 days: write at least `SessionOf::login().days(1)`"
                    .to_owned(),
            ]);
        }
        self.login_sessions = login;
        let borrowing = self.callbacks.iter().find(|callback| callback.def.spec.session.is_some());
        let island = borrowing.map(|callback| callback.island).filter(|island| self.islands[*island].per_client);
        self.island_of_logins = island.filter(|_| login.is_some());
        Ok(())
    }

    pub(super) fn new(
        name: &'static str,
        owner: u64,
        components: Vec<(&'static str, &'static ComponentInfo)>,
        rows: &[RowsInfo],
        defs: &[CallbackDef],
        bindings: &[Binding],
        on_error: fn(&Failure),
    ) -> Self {
        let bound = Bound::new(bindings);
        let bases: Vec<PropNo> = components
            .iter()
            .scan(PropNo::default(), |next, (_, info)| {
                let base = *next;
                *next = *next + info.props.len();
                Some(base)
            })
            .collect();
        let numbering = Numbering::new(components.iter().map(|(_, info)| info.props.len()).sum());
        let mut plan = Self {
            name,
            owner,
            numbering,
            props: Vec::new(),
            callbacks: Vec::new(),
            islands: Vec::new(),
            page: PagePlan::default(),
            lists: Vec::new(),
            router: None,
            same_after_reload: false,
            copy_session: defs.iter().find_map(|def| def.spec.session?.copy),
            login_sessions: None,
            island_of_logins: None,
            split: split_of(defs),
            table: Table::default(),
            computed: Vec::new(),
            canonical: numbering.table().collect(),
            rights: RightsPlan::new(Roles::of::<()>()),
            gates: Vec::new(),
            has_histories: false,
            #[cfg(feature = "nats")]
            fleet: Vec::new(),
            replays: false,
            component_rights: Vec::new(),
            components,
            bases,
        };
        plan.lists = rows.iter().map(|info| ListPlan::new(&plan, info)).collect();
        for (one, first) in bound.aliases().pairs() {
            let (one, first) = (plan.number_itself(one), plan.number_itself(first));
            plan.canonical[numbering.place(one)] = first;
        }
        let specs: Vec<_> = defs.iter().map(|def| &def.spec).collect();
        let wiring = Wiring::new(&specs, bound.aliases());
        let uses = wiring.uses();
        plan.callbacks = defs.iter().map(|def| plan.callback(*def, on_error)).collect();
        let untracked_reads = untracked_reads(&plan.callbacks, uses);
        plan.callbacks.iter_mut().zip(untracked_reads).for_each(|(callback, props)| callback.untracked = props);
        plan.islands = group(&plan.callbacks, uses).iter().map(|members| plan.island(members, uses)).collect();
        for (no, island) in plan.islands.iter().enumerate() {
            for (place, &callback) in island.callbacks.iter().enumerate() {
                plan.callbacks[callback].island = IslandNo::new(no);
                plan.callbacks[callback].place = place;
            }
        }
        plan.props = plan.property_plans(uses);
        plan.plan_holds();
        plan.computed = computed::plan(&plan, bindings);
        plan.table = Table::of(&plan);
        plan
    }

    /// Finds the safe values and deadlines of held controls.
    fn plan_holds(&mut self) {
        for at in 0..self.components.len() {
            let (name, info) = self.components[at];
            if info.props.iter().all(|prop| prop.held.is_none()) {
                continue;
            }
            // A component whose values cannot be made is a fault, which is reported with its starting values.
            let fresh = (info.fresh)(ComponentId::new(0, name, 0)).unwrap_or_default();
            let base = self.bases[at];
            for (index, prop) in info.props.iter().enumerate() {
                if let (Some(deadline), Some(Some(safe))) = (prop.held, fresh.get(index)) {
                    let hold = HoldPlan { safe: safe.clone(), deadline: base + deadline };
                    let own = base + index;
                    // What `bind` makes one property is held under each of its names.
                    for number in [own, self.canonical(own)] {
                        let place = self.numbering.place(number);
                        self.props[place].hold = Some(hold.clone());
                    }
                }
            }
        }
    }

    /// Evaluates the values of guards.
    fn guard(&mut self) -> Result<(), Vec<String>> {
        let mut faults = Vec::new();
        for no in (0..self.callbacks.len()).map(CallbackNo::new) {
            for guard in self.callbacks[no].def.spec.guards {
                let prop = self.number(&self.callbacks[no].def.spec.port(&guard.port).key);
                match (guard.value)() {
                    Ok(value) => self.callbacks[no].guards.push((prop, value)),
                    Err(why) => faults.push(why),
                }
            }
        }
        if faults.is_empty() { Ok(()) } else { Err(faults) }
    }

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

    fn numbers(&self, spec: &Spec, ports: &[Port]) -> Vec<PropNo> {
        ports.iter().map(|port| self.number(&spec.port(port).key)).collect()
    }

    /// Splits the device into the parts that callbacks borrow.
    pub(crate) fn parts(&self, device: Part) -> Vec<Part> {
        match self.split {
            Some(split) => split(device),
            None => vec![device],
        }
    }

    fn callback(&self, def: CallbackDef, on_error: fn(&Failure)) -> CallbackPlan {
        let spec = def.spec;
        // A private connect hook runs when the client joins, so it needs no initial run.
        let greets = spec.hooks.connect && spec.scope == Scope::Private;
        let state_triggers = spec.triggers.iter().all(|port| port.kind == Kind::State);
        let keys = |ports: &[Port]| -> Vec<PropNo> {
            ports.iter().filter_map(|port| spec.rows(port)).map(|rows| self.number(&rows)).collect()
        };
        let mut triggers = self.numbers(&spec, spec.triggers);
        triggers.extend(keys(spec.triggers));
        CallbackPlan {
            def,
            reads: self.numbers(&spec, spec.reads),
            untracked: BTreeSet::new(),
            triggers,
            list: spec.key.and_then(|key| self.list_with(self.number(&spec.port(&key).key))),
            keys: keys(spec.reads),
            outputs: self.numbers(&spec, spec.outputs),
            live: spec.live().map(|port| self.number(&port.key)).collect(),
            guards: Vec::new(),
            island: IslandNo::default(),
            place: 0,
            part: part_of(&def, self.split.is_some()),
            // A source always runs at the start. That run is its first tick.
            initial: spec.hooks.start || (spec.initial && state_triggers && !spec.triggers.is_empty() && !greets),
            on_error: spec.on_error.unwrap_or(on_error),
            every: spec.every.map(|every| match every {
                Every::Fixed(period) => Period::Fixed(period),
                Every::Prop(port) => Period::Prop(self.number(&spec.port(&port).key)),
            }),
        }
    }

    fn island(&self, members: &[CallbackNo], uses: Uses<'_>) -> IslandPlan {
        let callbacks = || members.iter().map(|&no| &self.callbacks[no]);
        let per_client = callbacks().all(|callback| callback.def.borrow.is_none() && !callback.shared());
        let mut view = BTreeSet::new();
        let mut keep_all = BTreeSet::new();
        let is_live = |prop: Identity| uses.with(prop, (Role::Live, Role::Live)).next().is_some();
        for (&no, callback) in members.iter().zip(callbacks()) {
            let spec = &callback.def.spec;
            if per_client || callback.shared() {
                let reads = uses.of(no).iter().filter(|one| one.role == Role::Read && !is_live(one.prop));
                let states =
                    reads.filter(|read| spec.reads[read.at].kind == Kind::State).map(|read| callback.reads[read.at]);
                view.extend(states.filter(|number| !callback.untracked.contains(number)));
                view.extend(&callback.keys);
            }
            if spec.queue == Queue::All {
                keep_all.extend(callback.triggers.iter().copied());
            }
        }
        let callbacks = topological(members, uses);
        IslandPlan { callbacks, per_client, view: view.into_iter().collect(), keep_all }
    }

    fn property_plans(&self, uses: Uses<'_>) -> Vec<PropPlan> {
        let mut props = Vec::new();
        // For each canonical property, all its aliases and itself.
        let mut same = vec![Vec::new(); self.canonical.len()];
        self.numbering.table().for_each(|no| same[self.canonical(no).place()].push(no));
        // A `#[components]` struct cannot have more components than `u16` can number.
        for (((component, info), &base), no) in
            self.components.iter().zip(&self.bases).zip((0..=u16::MAX).map(ComponentNo))
        {
            let disabled = info.disabled().map(|at| base + at);
            for (index, info) in info.props.iter().enumerate() {
                let number = base + index;
                let canonical = self.canonical(number);
                let plan = self.property(component, info, base, canonical, &same[canonical.place()], uses);
                let aliases = if canonical == number { same[number.place()].clone() } else { Vec::new() };
                let aliases = aliases.into_iter().filter(|alias| *alias != number).collect();
                let disabled = if info.writable { disabled } else { None };
                props.push(PropPlan { component_no: no, aliases, disabled, ..plan });
            }
        }
        props
    }

    fn property(
        &self,
        component: &'static str,
        info: &'static PropInfo,
        base: PropNo,
        canonical: PropNo,
        same: &[PropNo],
        uses: Uses<'_>,
    ) -> PropPlan {
        let prop = self.identity(canonical);
        let writable = same.iter().any(|same| self.info(*same).writable);
        let callbacks =
            |role: Role| -> BTreeSet<CallbackNo> { uses.with(prop, (role, role)).map(Use::callback).collect() };
        let starts = callbacks(Role::Start);
        let (mut shared_islands, mut private_islands) = (BTreeSet::new(), BTreeSet::new());
        let (mut shared_read, mut private_read) = (false, false);
        for one in uses.with(prop, (Role::Start, Role::Rows)) {
            let callback = &self.callbacks[one.callback()];
            *if callback.shared() { &mut shared_read } else { &mut private_read } = true;
            // An untracked read needs no turn in the reader's queue.
            if one.role == Role::Start || !callback.untracked.contains(&canonical) {
                if callback.shared() { &mut shared_islands } else { &mut private_islands }.insert(callback.island);
            }
        }
        let (mut shared_write, mut private_write) = (false, false);
        for one in uses.with(prop, Role::WRITTEN) {
            *if self.callbacks[one.callback()].shared() { &mut shared_write } else { &mut private_write } = true;
        }
        // The server reads the period of a source, so it must be shared.
        let shared = shared_write || shared_read || !callbacks(Role::Period).is_empty();
        PropPlan {
            component,
            component_no: ComponentNo(0),
            info,
            base,
            // A property that no callback uses is shared. Shared is the rule, private the exception.
            private: !shared && (private_write || (writable && private_read)),
            cancels: callbacks(Role::Cancel).into_iter().collect(),
            shared_islands: shared_islands.into_iter().collect(),
            private_islands: private_islands.into_iter().collect(),
            live: !callbacks(Role::Live).is_empty(),
            by_http: info.writable && starts.iter().any(|no| self.callbacks[*no].def.spec.by_http),
            lifespan: starts.iter().filter_map(|no| self.callbacks[*no].def.spec.lifespan).min(),
            starts: starts.into_iter().collect(),
            written: shared_write || private_write,
            aliases: Vec::new(),
            disabled: None,
            levels: Levels::default(),
            secret: false,
            hold: None,
            set_by_gate: false,
            under: Vec::new(),
            acts: None,
            is_condition: false,
            keep: None,
            history: None,
        }
    }

    /// The identity of the property with this number.
    fn identity(&self, prop: PropNo) -> Identity {
        let component = self.component_of(prop);
        let id = ComponentId::new(self.owner, "", component as u16);
        PropKey { id, index: (prop.place() - self.bases[component].place()) as u16 }.identity()
    }

    fn component_of(&self, prop: PropNo) -> usize {
        self.bases.partition_point(|base| *base <= prop) - 1
    }

    fn info(&self, prop: PropNo) -> &'static PropInfo {
        let component = self.component_of(prop);
        &self.components[component].1.props[prop.place() - self.bases[component].place()]
    }
}

/// The part of the device that a callback borrows.
fn part_of(def: &CallbackDef, split: bool) -> Option<PartNo> {
    let borrow = def.borrow?;
    Some(PartNo::new(if split { borrow.field.unwrap_or(0) } else { 0 }))
}

/// The function that splits the device, if every callback that borrows it borrows only a field.
fn split_of(defs: &[CallbackDef]) -> Option<fn(Part) -> Vec<Part>> {
    let borrows: Vec<_> = defs.iter().filter_map(|def| def.borrow).collect();
    let first = borrows.first()?;
    borrows.iter().all(|borrow| borrow.field.is_some()).then_some(first.split)
}
