//! The table of clients: who is there, whether somebody looks at the page, and what is kept for each. And what follows from
//! somebody looking: sources with `when = watched` run.

use std::{sync::Arc, time::Duration};

use super::{
    Engine,
    effects::{Close, Effects},
    item::{Cause, Hook, Item},
    lane::LaneId,
    presence::Presence,
};
use crate::{
    callback::lend::Part, client::ClientId, clients::Row, handle::PushError, numbers::IslandNo,
    protocol::client::Refusal,
};

impl Engine {
    /// All who have come and have not gone, in the order in which they joined.
    pub(crate) fn table(&self) -> Vec<Row> {
        let copy = self.plan.copy_session;
        let present = self.roster.all().filter(|session| session.presence.is_present());
        let row = present.map(|session| Row {
            client: session.client.clone(),
            connected: session.presence.socket().is_some(),
            visible: session.is_looked_at(),
            session: copy.zip(session.data.seen()).and_then(|(copy, data)| copy(data)),
        });
        row.collect()
    }

    /// Whether the client is there, connected or seen may have changed: for those who count on it.
    pub(super) fn seen_anew(&mut self, now: Duration, id: ClientId, fx: &mut Effects) {
        if let Some(session) = self.roster.get_mut(id) {
            let looks = session.is_looked_at();
            match (std::mem::replace(&mut session.looks, looks), looks) {
                (false, true) => self.begins_to_look(now, fx),
                (true, false) => self.ends_to_look(),
                _ => {}
            }
        }
        self.table_changed(now, fx);
    }

    /// One more looks. Sources that waited for the first one run at once, though never sooner than their period after the
    /// last run: a page that is hidden and shown again and again must not drive a device faster than one that stays.
    pub(crate) fn begins_to_look(&mut self, now: Duration, fx: &mut Effects) {
        if self.roster.begins_to_look() && self.scheduler.is_started() {
            self.tick(now, fx);
        }
    }

    /// One less looks.
    pub(crate) const fn ends_to_look(&mut self) {
        self.roster.ends_to_look();
    }

    /// Something in the table has changed: who is to look at it gets a turn, once for all, and once for each client.
    pub(super) fn table_changed(&mut self, now: Duration, fx: &mut Effects) {
        let (shared, private) = self.table_lanes();
        for island in shared {
            self.offer_table(now, LaneId { island, client: None }, None, fx);
        }
        if private.is_empty() {
            return;
        }
        let here = self.roster.all().filter(|session| matches!(session.presence, Presence::Here { .. }));
        // A new client sees the table after its connect hooks have run.
        let here: Vec<ClientId> =
            here.filter(|session| session.hooks.started).map(|session| session.client.id).collect();
        for id in here {
            self.show_table_to(now, id, fx);
        }
    }

    /// The client's own callbacks look at the table.
    pub(super) fn show_table_to(&mut self, now: Duration, id: ClientId, fx: &mut Effects) {
        for island in self.table_lanes().1 {
            self.offer_table(now, self.lane_of(island, id), Some(id), fx);
        }
    }

    fn offer_table(&mut self, now: Duration, lane: LaneId, client: Option<ClientId>, fx: &mut Effects) {
        self.offer(now, lane, Item { client, ticket: None, cause: Cause::Hook(Hook::Clients) }, fx);
    }

    /// The islands with callbacks that look at the table: shared ones, and private ones.
    fn table_lanes(&self) -> (Vec<IslandNo>, Vec<IslandNo>) {
        let mut islands = (Vec::new(), Vec::new());
        for callback in self.plan.callbacks.iter().filter(|callback| callback.has(Hook::Clients)) {
            let islands = if callback.shared() { &mut islands.0 } else { &mut islands.1 };
            if !islands.contains(&callback.island) {
                islands.push(callback.island);
            }
        }
        islands
    }

    /// The page says whether anybody can see it.
    ///
    /// # Errors
    /// When it says something too often.
    pub(super) fn view(&mut self, now: Duration, id: ClientId, hidden: bool, fx: &mut Effects) -> Result<(), Refusal> {
        let Some(session) = self.roster.get_mut(id).filter(|session| session.hidden != hidden) else {
            return Ok(());
        };
        session.commands.may_command(now, &self.limits)?;
        session.hidden = hidden;
        self.seen_anew(now, id, fx);
        Ok(())
    }

    /// The program wants the client to go: its socket is closed, and its page says why. It comes back when its person wants
    /// that.
    ///
    /// # Errors
    /// When it is not there.
    pub(crate) fn disconnect(
        &mut self,
        now: Duration,
        id: ClientId,
        why: Arc<str>,
        fx: &mut Effects,
    ) -> Result<(), PushError> {
        let session = self.roster.get_mut(id).filter(|session| session.presence.is_present()).ok_or(PushError::Gone)?;
        let socket = session.presence.socket();
        session.parted = Some((socket, Arc::clone(&why)));
        if let Some(socket) = socket {
            fx.close.push((id, socket, Close::Disconnected(why)));
            self.detach(now, id);
        }
        self.has_gone(now, id, fx);
        self.forget_longest_gone(now, fx);
        Ok(())
    }

    /// Why the client was disconnected, if it had no socket to hear it through: once, when it comes back by itself.
    pub(super) fn unheard_parting(&mut self, id: ClientId) -> Option<Arc<str>> {
        let (_, why) = self.roster.get_mut(id)?.parted.take_if(|(socket, _)| socket.is_none())?;
        Some(why)
    }

    /// The client's session, for a callback; the table goes on with a copy.
    pub(super) fn lend_session(&mut self, id: ClientId) -> Option<Part> {
        self.roster.get_mut(id)?.data.lend(self.plan.copy_session)
    }

    /// The callback is done with it. Whether the table shows what is in it.
    pub(super) fn session_is_back(&mut self, id: ClientId, data: Part) -> bool {
        let Some(session) = self.roster.get_mut(id) else { return false };
        session.data.give_back(data);
        self.plan.copy_session.is_some()
    }
}
