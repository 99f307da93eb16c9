//! How a plan is made.

use std::collections::{BTreeMap, BTreeSet};

use super::{CallbackPlan, IslandPlan, Period, Plan, PropPlan};
use crate::{
    binding::{Binding, aliases::Bound},
    callback::{
        callbacks::CallbackDef,
        lend::Part,
        spec::{Every, Queue, Scope, Spec},
        uses::{Role, Use, Uses, Wiring},
    },
    component::{ComponentInfo, PropInfo},
    components::Components,
    dashboard::Dashboard,
    element::Element,
    engine::{
        computed,
        holds::HoldPlan,
        islands::{group, topological, untracked_reads},
        places::PagePlan,
        rights::{Levels, RightsPlan},
        router::RouterPlan,
        rows::ListPlan,
        starting::starting_values,
        store::Slot,
        table::Table,
    },
    failure::Failure,
    fields::List,
    numbers::{CallbackNo, ComponentNo, IslandNo, Numbering, PartNo, PropNo},
    prop::{ComponentId, Identity, Kind, Port, PropKey},
    rights::{Role as _, Roles},
    rows::RowsInfo,
    sessions::LoginSessions,
};

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

    pub(in crate::engine) fn new(
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

    fn numbers(&self, spec: &Spec, ports: &[Port]) -> Vec<PropNo> {
        ports.iter().map(|port| self.number(&spec.port(port).key)).collect()
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
        let rated = self.rated();
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
                let (is_read_with_quality, rated) = (rated.contains_key(&canonical), rated.get(&canonical));
                let rated = rated.cloned().unwrap_or_default();
                props.push(PropPlan { component_no: no, aliases, disabled, rated, is_read_with_quality, ..plan });
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
            rated: Vec::new(),
            is_read_with_quality: false,
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

    /// The properties that callbacks read with their quality, each with the callbacks that a change of it starts.
    fn rated(&self) -> BTreeMap<PropNo, Vec<CallbackNo>> {
        let mut rated = BTreeMap::<PropNo, Vec<CallbackNo>>::new();
        for (no, callback) in self.numbered_callbacks() {
            for reading in callback.def.spec.readings.iter().filter(|reading| reading.taken) {
                let started = rated.entry(callback.reads[reading.at]).or_default();
                if reading.starts && !started.contains(&no) {
                    started.push(no);
                }
            }
        }
        rated
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
