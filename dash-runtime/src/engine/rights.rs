//! What a client may see and change.
//!
//! Each property has two levels, both known at the start: who has a lower level than `sees` gets nothing of the
//! property, and who has a lower level than `needs` cannot change it. A frame is made once for all clients with the
//! same level, and a client whose level is not below any of these gets the frames that are made for everybody.

use std::{collections::BTreeMap, fmt::Write as _, sync::Arc, time::Duration};

use super::{
    Engine,
    computed::TargetPlan,
    effects::{Close, Effects},
    plan::{Plan, PropPlan},
    replaying::WHY,
    store::Slot,
};
use crate::{
    client::{Client, ClientId, Peer},
    element::Element,
    numbers::PropNo,
    place::path,
    prop::Kind,
    protocol::client::Refusal,
    rights::{HIGHEST, Rights, Roles, User, Viewer, higher, needs_role},
};

/// Why a page that is put out is not told what becomes of a command that is under way.
const PUT_OUT: &str = "the login has ended, or its role has changed, before this was known";

/// The level of a client that does not see or may not change everything. `None` for all others.
pub(crate) type View = Option<u8>;

/// What a view gets of a property.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Gets {
    /// Its value, without the components in it that are withheld from clients of this view.
    Value(View),
    /// It is a `bool`, and says what the client may do: `disabled` is true, `may_take` is false.
    Is(bool),
    Nothing,
}

/// The levels of one property.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Levels {
    /// To see it.
    pub(crate) sees: u8,
    /// To change it.
    pub(crate) needs: u8,
    /// If it is the `disabled` of a component: the level that all changes of the component are open to.
    pub(super) locks: u8,
    /// If it says whether a client may do something: the level from which on it may.
    pub(super) opens: u8,
}

/// What the plan knows about rights.
#[derive(Debug, Clone, Copy)]
pub(crate) struct RightsPlan {
    pub(crate) roles: Roles,
    /// The level at which nothing is withheld.
    full: u8,
}

impl RightsPlan {
    pub(super) const fn new(roles: Roles) -> Self {
        Self { roles, full: 0 }
    }

    /// The view of a client with this level.
    pub(crate) const fn view(&self, level: u8) -> View {
        if level >= self.full { None } else { Some(level) }
    }
}

/// Whether clients change it.
fn changes(prop: &PropPlan) -> bool {
    prop.info.writable || prop.info.kind == Kind::Event
}

impl Plan {
    /// Faults: groups whose rights name other roles than those of the dashboard.
    pub(super) fn one_enum_of_roles(&self, roles: &[u64]) -> Result<(), Vec<String>> {
        if roles.iter().all(|id| self.rights.roles.has_id(*id)) {
            return Ok(());
        }
        Err(vec![format!(
            "a group of `{}` has rights with other roles than the dashboard: write the same `#[components(role = ..)]` on both",
            self.name
        )])
    }

    /// Sets what is needed for the components that clients change and that say nothing about it.
    pub(super) fn default_needs(&self, level: u8, rights: &mut [Rights]) {
        for ((_, info), rights) in self.components.iter().zip(rights) {
            let is_changed = info.props.iter().any(|prop| prop.writable || prop.kind == Kind::Event);
            if is_changed && !rights.says_needs {
                rights.needs = level;
            }
        }
    }

    /// Finds the levels of all properties. `rights` has those of the components, from their fields.
    pub(super) fn plan_rights(&mut self, rights: &[Rights]) {
        // Without `#[private]`, a property is private only if a private callback uses it.
        let own: Vec<Rights> = self.numbering.table().map(|no| self.own_rights(rights, no)).collect();
        for (prop, own) in self.props.iter_mut().zip(own) {
            prop.private |= own.private;
            prop.secret = own.secret;
        }
        let most = |rights: &Rights| rights.sees.max(rights.needs).max(rights.takes.unwrap_or(0));
        let Some(most) = rights.iter().map(most).max() else { return };
        let needs_of_callbacks = self.needs_of_callbacks();
        if most == 0 && needs_of_callbacks.iter().all(|needs| *needs == 0) && self.everybody_takes_control() {
            return;
        }
        let levels: Vec<Levels> = self
            .numbering
            .table()
            .map(|no| {
                let canonical = self.canonical(no);
                // What `bind` makes one property has one level.
                let same = self.prop(canonical).aliases.iter().chain([&canonical]);
                let rights = same.map(|prop| self.own_rights(rights, *prop)).fold(Rights::NONE, Rights::and);
                let wiring = self.prop(canonical);
                // Who may not start a callback may not cancel it either.
                let affected = wiring.starts.iter().chain(&wiring.cancels).map(|no| needs_of_callbacks[no.place()]);
                Levels { sees: rights.sees, needs: affected.fold(rights.needs, higher), locks: 0, opens: 0 }
            })
            .collect();
        self.props.iter_mut().zip(levels).for_each(|(prop, levels)| prop.levels = levels);
        // Each comes after those that it is computed from.
        for at in 0..self.computed.len() {
            let computed = &self.computed[at];
            let sees = computed.inputs.iter().map(|input| self.prop(*input).levels.sees).fold(0, higher);
            if let TargetPlan::Prop(target) = computed.target {
                let levels = &mut self.props[self.numbering.place(target)].levels;
                levels.sees = levels.sees.max(sees);
            }
        }
        self.levels_of_gates(rights);
        // What only some may do with a gate does not lock the rest of it.
        let is_own = |(_, prop): &(PropNo, &PropPlan)| prop.acts.is_none_or(|(_, act)| !act.has_own_right());
        let locks: Vec<(PropNo, u8)> =
            self.numbered().filter(is_own).filter_map(|(_, prop)| Some((prop.disabled?, prop.levels.needs))).collect();
        for (disabled, needs) in locks {
            let levels = &mut self.props[self.numbering.place(disabled)].levels;
            levels.locks = levels.locks.max(needs);
        }
        let all = self.props.iter().map(|prop| prop.levels);
        self.rights.full = all.map(|levels| levels.sees.max(levels.needs).max(levels.opens)).fold(0, higher);
    }

    /// For each callback the level that a command needs which starts it: its own, and those of the callbacks that its
    /// outputs start.
    pub(super) fn needs_of_callbacks(&self) -> Vec<u8> {
        let own = self.callbacks.iter().map(|callback| callback.def.spec.needs).collect();
        self.with_started(own, |needs: &mut u8, started| *needs = higher(*needs, *started))
    }

    fn is_withheld(&self, view: View, prop: PropNo) -> bool {
        view.is_some_and(|level| self.prop(prop).levels.sees > level)
    }

    /// What a view gets of a property.
    pub(crate) fn gets(&self, view: View, prop: PropNo) -> Gets {
        if self.replays && self.prop(prop).levels.locks == HIGHEST && !self.is_withheld(view, prop) {
            return Gets::Is(true);
        }
        let Some(level) = view else { return Gets::Value(None) };
        let Levels { sees, locks, opens, .. } = self.prop(prop).levels;
        if sees > level {
            Gets::Nothing
        } else if locks > level {
            Gets::Is(true)
        } else if opens > level {
            Gets::Is(false)
        } else {
            Gets::Value(view)
        }
    }

    /// For whom components are drawn.
    pub(crate) fn viewer(&self, view: View) -> Option<Viewer> {
        view.map(|level| Viewer { level, roles: self.rights.roles })
    }

    /// An element as JSON, without the components that are withheld from this view.
    pub(crate) fn json_for(&self, view: View, element: &Element) -> String {
        // A list of texts and elements can always be encoded as JSON.
        serde_json::to_string(&element.tree_for(self.viewer(view), None)).unwrap_or_else(|_| "[]".to_owned())
    }

    /// The value of a property as JSON, as this view gets it. `None` if it gets nothing of it.
    pub(crate) fn value_json(&self, view: View, prop: PropNo, slot: &Slot) -> Option<String> {
        match self.gets(view, prop) {
            Gets::Nothing => None,
            Gets::Is(said) => Some(said.to_string()),
            Gets::Value(None) => Some(slot.json(None)),
            Gets::Value(view) => Some(match slot.value().and_then(|value| value.get::<Element>()) {
                Some(element) => self.json_for(view, element),
                None => slot.json(view),
            }),
        }
    }

    /// The schema that pages of this view have. Pages of two views do not fit, although the components are the same.
    pub(crate) fn schema_for(&self, view: View) -> String {
        let schema = &self.table.schema;
        view.map_or_else(|| schema.clone(), |level| format!("{schema}.{level}"))
    }

    /// Faults: bindings that show a value to more clients than may see it.
    pub(super) fn revealing_bindings(&self, rights: &[Rights]) -> Vec<String> {
        let declared = |prop: PropNo| self.own_rights(rights, prop).sees;
        let bound = self.bound().flat_map(|same| {
            let most = same.iter().copied().max_by_key(|prop| declared(*prop));
            same.into_iter().filter_map(move |prop| most.map(|most| (most, prop))).collect::<Vec<_>>()
        });
        let computed = self.computed.iter().filter_map(|computed| Some((computed.target.prop()?, &computed.inputs)));
        let computed = computed.flat_map(|(target, inputs)| inputs.iter().map(move |input| (*input, target)));
        let revealing = bound.chain(computed).filter(|(from, to)| declared(*to) < declared(*from));
        let fault = |to: String, from: PropNo| {
            let from = self.prop(from).name();
            format!("a binding shows in `{to}` what fewer roles see in `{from}`: write the same `#[sees(..)]` on both")
        };
        let values = revealing.map(|(from, to)| fault(self.prop(to).name(), from));
        // Whether a component is shown tells the value too.
        let shown = self.computed.iter().filter_map(|computed| match computed.target {
            TargetPlan::Shown(id) => Some((id, computed.inputs.first().copied()?)),
            TargetPlan::Prop(_) => None,
        });
        let shown = shown.filter(|(id, from)| {
            let own = rights.get(id.index().place()).copied().unwrap_or(Rights::NONE);
            own.sees < declared(*from)
        });
        values.chain(shown.map(|(id, from)| fault(path(id.template()), from))).collect()
    }

    /// The rights of a property's component.
    pub(super) fn own_rights(&self, rights: &[Rights], prop: PropNo) -> Rights {
        rights.get(self.prop(prop).component_no.place()).copied().unwrap_or(Rights::NONE)
    }

    /// Whether the view gets nothing of the property.
    pub(crate) fn hides(&self, view: View, prop: PropNo) -> bool {
        self.gets(view, prop) == Gets::Nothing
    }

    /// Whether something in the component at this place is withheld from the view.
    pub(crate) fn hides_component(&self, view: View, component: usize) -> bool {
        let first = self.first_of(component);
        first != self.first_of(component + 1) && self.hides(view, first)
    }

    /// Why clients of this view cannot change the component, if that is so.
    pub(crate) fn locked(&self, view: View, component: usize) -> Option<String> {
        if self.locks_component(component) {
            return Some(WHY.to_owned());
        }
        Some(needs_role(self.rights.roles.name(self.lacks(view, component)?)))
    }

    /// The level that clients of this view lack to change the component.
    fn lacks(&self, view: View, component: usize) -> Option<u8> {
        let level = view?;
        let props = &self.props[self.first_of(component).place()..self.first_of(component + 1).place()];
        // What only some may do with a gate does not lock the rest of it.
        let is_own = |prop: &&PropPlan| prop.acts.is_none_or(|(_, act)| !act.has_own_right());
        let changed = props.iter().filter(|prop| changes(prop)).filter(is_own);
        changed.map(|prop| prop.levels.needs).max().filter(|needs| *needs > level)
    }

    /// What a client of this view looks at and cannot change, said once for all, if it is more than one control.
    pub(crate) fn looks_on(&self, view: View) -> Option<String> {
        view?;
        // The number of controls by the level that they need.
        let (mut lacks, mut can_change) = (BTreeMap::<u8, usize>::new(), false);
        for component in (0..self.components.len()).filter(|component| !self.hides_component(view, *component)) {
            if self.locks_component(component) {
                return None;
            }
            let props = &self.props[self.first_of(component).place()..self.first_of(component + 1).place()];
            match self.lacks(view, component) {
                Some(needs) => *lacks.entry(needs).or_default() += 1,
                // Which page is shown is no change.
                None if self.components[component].1.tag == "dd-router" => {}
                None => can_change |= props.iter().any(changes),
            }
        }
        if lacks.values().sum::<usize>() < 2 {
            return None;
        }
        let usual = lacks.iter().max_by_key(|(_, count)| **count).map(|(needs, _)| *needs)?;
        let mut said = if can_change { "Some changes need".to_owned() } else { "You look on: changes need".to_owned() };
        let _ = write!(said, " the role {}", self.rights.roles.name(usual));
        for needs in lacks.keys().filter(|needs| **needs != usual) {
            let _ = write!(said, ", some the role {}", self.rights.roles.name(*needs));
        }
        Some(said + ".")
    }

    /// The property in which the component of `prop` says whether it is disabled.
    pub(super) fn disabled_of(&self, prop: PropNo) -> Option<PropNo> {
        Some(self.in_row(self.prop(prop).disabled?, self.row_of(prop)))
    }

    /// Whether a user with this level may change the property.
    ///
    /// # Errors
    /// The role that is needed. Who does not see the property does not learn that it exists.
    pub(super) fn may_change(&self, level: u8, prop: PropNo) -> Result<(), Refusal> {
        let wiring = self.prop(prop);
        let Levels { sees, needs, .. } = wiring.levels;
        if sees > level {
            return Err(Refusal::UnknownProperty(prop.wire()));
        }
        if needs > level {
            return Err(Refusal::Role { prop: wiring.name(), role: self.rights.roles.name(needs) });
        }
        if self.replays && !self.is_open_in_replay(prop) {
            return Err(Refusal::Gated { kind: "replay", prop: wiring.name(), why: WHY.to_owned() });
        }
        Ok(())
    }
}

impl Engine {
    /// Where the clients came from that can reconnect, and those that send requests.
    pub(crate) fn peers(&self) -> Vec<(ClientId, Arc<Peer>)> {
        let known = self.roster.all().filter(|session| !session.presence.is_forgotten());
        let pages = known.map(|session| (session.client.id, Arc::clone(&session.client.peer)));
        pages.chain(self.requests.callers.peers()).collect()
    }

    /// Ends the clients for which `is_valid` is false any more. Their pages load again.
    pub(crate) fn log_out(&mut self, now: Duration, is_valid: impl Fn(&Client) -> bool, fx: &mut Effects) {
        let left = self.roster.all().filter(|session| !session.presence.is_forgotten());
        let left: Vec<ClientId> =
            left.filter(|session| !is_valid(&session.client)).map(|session| session.client.id).collect();
        for id in left {
            if let Some(socket) = self.roster.get(id).and_then(|session| session.presence.socket()) {
                let told = self.roster.get_mut(id).and_then(|session| session.last_outcomes(PUT_OUT));
                fx.close.push((id, socket, Close::OtherUser(told.map(Arc::from))));
                self.detach(now, id, fx);
                self.visibility_changed(now, id, fx);
            }
            self.withdraw(id, fx);
            self.roster.remove_away(id);
            self.forget(now, id, fx);
        }
    }

    /// The level of a user in this dashboard.
    pub(crate) fn level_of(&self, user: Option<&User>) -> u8 {
        user.map_or(HIGHEST, |user| self.plan.rights.roles.level_of(user))
    }

    /// The client with this session token, if the session is one of this user.
    pub(crate) fn client_of_user(&self, token: &str, user: Option<&User>) -> Option<ClientId> {
        let session = self.roster.get(self.roster.client_of(token)?)?;
        (user.is_none_or(|user| session.client.user() == user)).then_some(session.client.id)
    }

    /// The property with this name, if a user sees it.
    pub(crate) fn find_for(&self, user: Option<&User>, name: &str) -> Option<PropNo> {
        let view = self.plan.rights.view(self.level_of(user));
        self.find_named(name).filter(|prop| !self.plan.hides(view, *prop))
    }

    /// Whether the component of `prop` is disabled for this client.
    pub(super) fn is_disabled(&self, client: ClientId, prop: PropNo) -> bool {
        let Some(disabled) = self.plan.disabled_of(prop) else { return false };
        let disabled = self.plan.canonical(disabled);
        let is_true = |slot: &Slot| slot.value().and_then(|value| value.get::<bool>()) == Some(&true);
        if self.plan.computed.is_empty() {
            return is_true(self.seen_by(client, disabled));
        }
        self.shown(Some(client), disabled).is_some_and(|slot| is_true(&slot))
    }

    /// Checks that the component of `prop` is not disabled for everybody. Whether it is for one page, the command says.
    ///
    /// # Errors
    /// It is disabled.
    pub(crate) fn is_enabled(&self, prop: PropNo) -> Result<(), Refusal> {
        match self.is_disabled(ClientId(0), prop) {
            true => Err(Refusal::Disabled(self.plan.prop(prop).name())),
            false => Ok(()),
        }
    }

    /// Whether a user may change the property.
    pub(crate) fn may_change(&self, user: &User, prop: PropNo) -> bool {
        self.plan.may_change(self.level_of(Some(user)), prop).is_ok()
    }

    /// What a user sees.
    pub(crate) fn view_for(&self, user: &User) -> View {
        self.plan.rights.view(self.level_of(Some(user)))
    }

    /// The view of a client.
    #[cfg(test)]
    pub(crate) fn view_of(&self, id: ClientId) -> View {
        self.plan.rights.view(self.roster.get(id).map_or(0, |session| session.level))
    }
}
