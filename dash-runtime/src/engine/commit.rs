//! Commits: changes for everybody, changes for one client, and changes that take effect in their turn.

use std::time::Duration;

use litemap::LiteMap;

use super::{
    Engine,
    effects::Effects,
    item::{Changed, Content, TakesEffect, Ticket},
    lane::LaneId,
    store::Change,
};
use crate::{callback::call::Write, client::ClientId, numbers::PropNo};

impl Engine {
    /// Commits the shared changes and those for one client at one revision. Returns it, or the newest revision if there
    /// are no changes.
    pub(super) fn commit_both(
        &mut self,
        for_all: Vec<(PropNo, Change)>,
        one: Option<ClientId>,
        own: Vec<(PropNo, Change)>,
    ) -> u64 {
        let own = one.filter(|_| !own.is_empty()).map(|one| (one, own));
        match (for_all.is_empty(), own) {
            (true, None) => self.truth.store.rev(),
            (true, Some((one, own))) => self.commit_own(one, own),
            (false, own) => {
                let rev = self.commit_for_all(for_all);
                if let Some((one, own)) = own {
                    self.commit_own_at(one, own, rev);
                }
                rev
            }
        }
    }

    /// Whether clients may have values of their own.
    pub(super) fn has_own(&self, prop: PropNo) -> bool {
        self.plan.prop(prop).private || self.truth.overridden.contains(&prop)
    }

    /// Changes have reached their turn. Those that waited for it take effect now. Those that took effect on arrival do
    /// so again if a callback has written the property since, so that the final value follows the order of the queue.
    /// An edit is repeated only if nothing is left of it, so that later edits of others stay.
    pub(super) fn take_effect(
        &mut self,
        now: Duration,
        lane: LaneId,
        client: Option<ClientId>,
        ticket: Option<Ticket>,
        values: LiteMap<PropNo, Changed>,
        fx: &mut Effects,
    ) {
        let waits = |(prop, changed): (&PropNo, &Changed)| {
            changed.effect == TakesEffect::AtTurn || self.plan.prop(*prop).written
        };
        if !values.iter().any(waits) {
            return;
        }
        let mut edited = Vec::new();
        let (mut for_all, mut own) = (Vec::new(), Vec::new());
        let mut waited = false;
        for (prop, Changed { content, effect }) in values {
            let wiring = self.plan.prop(prop);
            let slot = client
                .filter(|_| wiring.private)
                .map_or_else(|| self.truth.store.slot(prop), |id| self.seen_by(id, prop));
            let is_due = match (effect, &content) {
                (TakesEffect::ViewOnly, _) => false,
                (TakesEffect::AtTurn, _) => true,
                (TakesEffect::At(rev), Content::Value(_)) => wiring.written && slot.rev() != rev,
                (TakesEffect::At(rev), Content::Edit(_)) => wiring.written && !slot.contains_edit(rev),
            };
            waited |= effect == TakesEffect::AtTurn;
            let write = match content {
                Content::Value(value) => Write::Set(value),
                Content::Edit(patch) => {
                    edited.push(prop);
                    Write::Edit(patch)
                }
            };
            if is_due {
                if wiring.private { &mut own } else { &mut for_all }.push((prop, Change::Write(write)));
            }
        }
        if !for_all.is_empty() || !own.is_empty() {
            let changed = for_all.iter().map(|(prop, _)| (*prop, ())).collect();
            self.unmark_written(None, false, &mut for_all);
            self.unmark_written(client, false, &mut own);
            let rev = self.commit_both(for_all, client, own);
            if let Some(ticket) = ticket.filter(|_| waited) {
                self.in_effect(ticket, rev);
            }
            self.update_private_views(now, &changed, fx);
        }
        let one_queue = client.is_some() && !self.plan.islands[lane.island].per_client;
        for prop in edited {
            if (!one_queue || self.has_own(prop))
                && let Some(value) = self.current(client, prop).cloned()
            {
                self.update_view(lane, client, prop, &value);
            }
        }
    }

    /// Commits changes for everybody. They also replace the values that clients have of their own.
    pub(super) fn commit_for_all(&mut self, changes: Vec<(PropNo, Change)>) -> u64 {
        let own: Vec<(PropNo, Change)> = changes.iter().filter(|(prop, _)| self.has_own(*prop)).cloned().collect();
        let rev = self.commit(changes);
        if own.is_empty() {
            return rev;
        }
        for session in self.roster.all_mut() {
            for (prop, change) in &own {
                session.own_times.remove(prop);
                for one in self.plan.prop(*prop).aliases.iter().chain([prop]) {
                    if let Some(slot) = session.own.get_mut(one) {
                        slot.apply(change.clone(), rev);
                    }
                }
            }
        }
        rev
    }

    /// Commits changes that one client sees, at one new revision.
    pub(super) fn commit_own(&mut self, id: ClientId, changes: impl IntoIterator<Item = (PropNo, Change)>) -> u64 {
        let rev = self.truth.store.next_rev();
        self.commit_own_at(id, changes, rev);
        rev
    }

    /// The same, at a revision that exists already.
    pub(super) fn commit_own_at(
        &mut self,
        id: ClientId,
        changes: impl IntoIterator<Item = (PropNo, Change)>,
        rev: u64,
    ) {
        let changes: Vec<_> = changes.into_iter().filter(|(prop, _)| self.has(*prop)).collect();
        self.date_own_writes(id, &changes);
        let Some(session) = self.roster.get_mut(id) else { return };
        for (prop, change) in changes {
            for &alias in &self.plan.prop(prop).aliases {
                session.apply(alias, change.clone(), rev, self.truth.store.slot(alias));
            }
            session.apply(prop, change, rev, self.truth.store.slot(prop));
        }
    }
}
