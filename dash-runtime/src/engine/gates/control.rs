//! `Control`: one client at a time may change what is under it (a lease).
//!
//! A client asks, and gets control at once if nobody has it. Otherwise it waits until the holder gives control back, or,
//! if the component says so, until the holder has not answered for some time. Who has the right takes control over. It
//! ends when the page is closed, when its link is lost for longer than a grace period, and when it was not used for some
//! time.
//!
//! Each grant is newer than the one before, and a command counts only if its person has made it under the grant that is
//! valid now.

use std::{mem, sync::Arc, time::Duration};

use super::{Act, Consequences, GateNo, GatePlan, State};
use crate::{
    client::ClientId,
    engine::{Engine, effects::Effects},
    gates::{ControlPart, Gate},
    numbers::PropNo,
    value::Value,
};

/// The longest time in seconds that a property of a control is read as: a day.
const LONGEST: f64 = 86_400.0;

/// Programs without a page have no link that could be lost. So their control ends when it was not used for so long.
const PROGRAM: Duration = Duration::from_secs(60);

/// Who is in control, and who asks for it.
#[derive(Debug, Default)]
pub(super) struct Lease {
    /// Counts the grants.
    pub(super) grants: u64,
    pub(super) holder: Option<Holder>,
    /// Who asks, since when. The first one is next.
    asking: Vec<(ClientId, Duration)>,
}

#[derive(Debug)]
pub(super) struct Holder {
    pub(super) client: ClientId,
    /// When it got control.
    since: Duration,
    /// When it has last changed something under the control.
    used: Duration,
    /// Since when its page has no link.
    lost: Option<Duration>,
}

impl Lease {
    fn is_held_by(&self, client: ClientId) -> bool {
        self.holder.as_ref().is_some_and(|holder| holder.client == client)
    }

    fn asks(&self, client: ClientId) -> bool {
        self.asking.iter().any(|(other, _)| *other == client)
    }

    pub(super) fn may_give(&self, client: ClientId) -> Result<(), String> {
        let may = self.is_held_by(client) || self.asks(client);
        may.then_some(()).ok_or_else(|| "you are not in control".to_owned())
    }

    pub(super) fn may_keep(&self, client: ClientId) -> Result<(), String> {
        self.is_held_by(client).then_some(()).ok_or_else(|| "you are not in control".to_owned())
    }
}

impl Engine {
    /// Whether a client was in control when its person made a change.
    ///
    /// # Errors
    /// Who is in control instead.
    pub(super) fn is_in_control(
        &self,
        gate: &GatePlan,
        lease: &Lease,
        client: ClientId,
        made: Duration,
    ) -> Result<(), String> {
        match &lease.holder {
            None => Err(format!("nobody is in control: ask for {} first", self.name_of_gate(gate))),
            Some(holder) if holder.client != client => {
                let name = self.name_of_client(holder.client);
                Err(format!("{name} is in control: ask for {} first", self.name_of_gate(gate)))
            }
            Some(holder) if made < holder.since => Err("it was sent before this page got control".to_owned()),
            Some(_) => Ok(()),
        }
    }

    /// Somebody asks for control, gives it back, keeps it, or takes it over.
    pub(super) fn act_on_control(
        &mut self,
        now: Duration,
        no: GateNo,
        act: Act,
        client: ClientId,
        follows: &mut Consequences,
    ) {
        let Some(State::Control(lease)) = self.gates.states.get_mut(no.place()) else { return };
        let is_holder = lease.is_held_by(client);
        match act {
            Act::Ask if is_holder || lease.asks(client) => {}
            Act::Ask if lease.holder.is_none() => self.grant(now, no, Some(client), follows),
            Act::Ask => {
                lease.asking.push((client, now));
                self.show_lease(no, follows);
            }
            Act::Give if is_holder => {
                let next = lease.asking.first().map(|(client, _)| *client);
                self.grant(now, no, next, follows);
            }
            Act::Give => {
                lease.asking.retain(|(other, _)| *other != client);
                self.show_part(no, client, ControlPart::None, follows);
                self.show_lease(no, follows);
            }
            Act::Keep if is_holder => {
                let refused = mem::take(&mut lease.asking);
                for (other, _) in refused {
                    self.show_part(no, other, ControlPart::None, follows);
                }
                self.show_lease(no, follows);
            }
            Act::Take if !is_holder => self.grant(now, no, Some(client), follows),
            _ => {}
        }
    }

    /// Gives control to a client, or to nobody.
    fn grant(&mut self, now: Duration, no: GateNo, to: Option<ClientId>, follows: &mut Consequences) {
        let Some(State::Control(lease)) = self.gates.states.get_mut(no.place()) else { return };
        lease.grants += 1;
        // Who has asked may have lost its link since, or be silent. A program has none.
        let is_lost = |client| {
            self.roster.get(client).is_some_and(|session| session.silent || session.presence.socket().is_none())
        };
        let holder = to.map(|client| Holder { client, since: now, used: now, lost: is_lost(client).then_some(now) });
        let before = mem::replace(&mut lease.holder, holder);
        lease.asking.retain(|(other, _)| Some(*other) != to);
        if let Some(before) = before {
            let why: Arc<str> = "control has passed to somebody else".into();
            follows.closed.push((no, Some(before.client), why));
            self.show_part(no, before.client, ControlPart::None, follows);
        }
        if let Some(client) = to {
            self.show_part(no, client, ControlPart::Holds, follows);
        }
        self.show_lease(no, follows);
    }

    /// Shows everybody who is in control, and who asks. A client that asks sees it.
    fn show_lease(&self, no: GateNo, follows: &mut Consequences) {
        let (gate, Some(State::Control(lease))) = (&self.plan.gates[no], self.gates.states.get(no.place())) else {
            return;
        };
        let holder = lease.holder.as_ref().map(|holder| self.name_of_client(holder.client));
        let asking: Vec<String> = lease.asking.iter().map(|(client, _)| self.name_of_client(*client)).collect();
        follows.shows(gate.prop("held"), holder.is_some());
        follows.shows(gate.prop("holder"), holder.unwrap_or_default());
        follows.shows(gate.prop("asking"), asking);
        let asks = lease.asking.iter().map(|(client, _)| (*client, gate.prop("mine"), ControlPart::Asks));
        follows.parts.extend(asks.filter(|(client, ..)| self.roster.has(*client)));
    }

    fn show_part(&self, no: GateNo, client: ClientId, part: ControlPart, follows: &mut Consequences) {
        if self.roster.has(client) {
            follows.parts.push((client, self.plan.gates[no].prop("mine"), part));
        }
    }

    /// A client changes these properties, so it uses the controls that they are under.
    pub(super) fn used(&mut self, now: Duration, client: ClientId, props: impl Iterator<Item = PropNo>) {
        for prop in props {
            for no in &self.plan.prop(prop).under {
                if let Some(State::Control(Lease { holder: Some(holder), .. })) = self.gates.states.get_mut(no.place())
                    && holder.client == client
                {
                    holder.used = now;
                }
            }
        }
    }

    /// The link of a client is lost, or it is back.
    pub(in crate::engine) fn link_of_holder(&mut self, client: ClientId, lost: Option<Duration>) {
        for state in &mut self.gates.states {
            if let State::Control(Lease { holder: Some(holder), .. }) = state
                && holder.client == client
            {
                holder.lost = lost;
            }
        }
    }

    /// The client is gone: it does not ask any more, and is not in control any more.
    pub(in crate::engine) fn leave_controls(&mut self, now: Duration, client: ClientId, fx: &mut Effects) {
        if self.gates.states.is_empty() {
            return;
        }
        for no in self.plan.all_gates() {
            let Some(State::Control(lease)) = self.gates.states.get_mut(no.place()) else { continue };
            let mut follows = Consequences::default();
            let asked = lease.asks(client);
            lease.asking.retain(|(other, _)| *other != client);
            if lease.is_held_by(client) {
                let next = lease.asking.first().map(|(client, _)| *client);
                self.grant(now, no, next, &mut follows);
            } else if asked {
                self.show_part(no, client, ControlPart::None, &mut follows);
                self.show_lease(no, &mut follows);
            }
            self.follow(now, follows, fx);
        }
    }

    /// Whether a client is in control of something.
    pub(in crate::engine) fn has_control(&self, client: ClientId) -> bool {
        self.gates.states.iter().any(|state| matches!(state, State::Control(lease) if lease.is_held_by(client)))
    }

    /// The time at which the next control ends or passes to somebody else.
    pub(in crate::engine) fn next_end_of_control(&self) -> Option<Duration> {
        let gates = self.plan.all_gates();
        gates.filter_map(|no| self.end_of_control(no)).min()
    }

    fn end_of_control(&self, no: GateNo) -> Option<Duration> {
        let State::Control(lease) = self.gates.states.get(no.place())? else { return None };
        let (gate, holder) = (&self.plan.gates[no], lease.holder.as_ref()?);
        let lost = holder.lost.map(|lost| lost + self.seconds(gate, "away").unwrap_or_default());
        let idle = match self.roster.has(holder.client) {
            true => self.seconds(gate, "idle"),
            false => Some(self.seconds(gate, "idle").unwrap_or(PROGRAM).min(PROGRAM)),
        };
        // Who holds a control down uses it all the time.
        let idle = idle.filter(|_| !self.holds_something(no, holder.client)).map(|idle| holder.used + idle);
        let asked = lease.asking.first().and_then(|(_, since)| {
            // Each holder has the whole time to answer.
            Some((*since).max(holder.since) + self.seconds(gate, "grant_after")?)
        });
        [lost, idle, asked].into_iter().flatten().min()
    }

    /// Ends the controls whose time is over.
    pub(in crate::engine) fn watch_controls(&mut self, now: Duration, fx: &mut Effects) {
        if self.gates.states.is_empty() {
            return;
        }
        for no in self.plan.all_gates() {
            if self.end_of_control(no).is_none_or(|end| end > now) {
                continue;
            }
            let Some(State::Control(lease)) = self.gates.states.get(no.place()) else { continue };
            let next = lease.asking.first().map(|(client, _)| *client);
            let mut follows = Consequences::default();
            self.grant(now, no, next, &mut follows);
            self.follow(now, follows, fx);
        }
    }

    /// The name and the number of the grant under which a client changes a property, for the record.
    pub(in crate::engine) fn grant_of(&self, client: ClientId, prop: PropNo) -> Option<String> {
        self.plan.prop(prop).under.iter().find_map(|no| match self.gates.states.get(no.place()) {
            Some(State::Control(lease)) if lease.is_held_by(client) => {
                Some(format!("{}#{}", self.plan.gates[*no].name, lease.grants))
            }
            _ => None,
        })
    }

    /// A time in seconds that a property of the gate has. `None` if it is 0 or not a time.
    fn seconds(&self, gate: &GatePlan, name: &str) -> Option<Duration> {
        debug_assert!(gate.kind == Gate::Control, "only a control has times");
        let prop = self.plan.canonical(gate.prop(name));
        let seconds = self.truth.store.value(prop).and_then(Value::get::<f64>).copied()?;
        Duration::try_from_secs_f64(seconds.min(LONGEST)).ok().filter(|time| !time.is_zero())
    }
}
