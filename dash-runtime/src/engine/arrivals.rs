//! Clients that become present or stop to be present.
//!
//! A client becomes present when its page says hello for the first time, or again after the client was gone. It is gone
//! when its page says goodbye, or has had no socket for too long. A reconnect before that changes nothing.

use std::{collections::BTreeSet, time::Duration};

use super::{
    Engine,
    effects::Effects,
    item::{Cause, Hook, Item},
    lane::LaneId,
    session::Session,
};
use crate::{client::ClientId, numbers::IslandNo};

impl Engine {
    /// The client is present from now on. Queues its connect hooks.
    pub(super) fn client_connected(&mut self, now: Duration, id: ClientId, fx: &mut Effects) {
        self.record_client(id, true);
        self.login_is_seen(now, id);
        for lane in self.lanes_with(Hook::Connect, id) {
            if self.lane(lane).remove_hook(id, Hook::Disconnect) {
                // It is back before its disconnect hooks ran. Neither these nor the connect hooks run.
                self.count(lane, Hook::Disconnect, id, false);
                continue;
            }
            self.count(lane, Hook::Connect, id, true);
            self.offer(now, lane, Item { client: Some(id), ticket: None, cause: Cause::Hook(Hook::Connect) }, fx);
        }
        self.start_if_connected(now, id, fx);
    }

    /// The page has said goodbye, or the client was away for too long. Queues its disconnect hooks. Does nothing if the
    /// client was gone before.
    pub(super) fn client_disconnected(&mut self, now: Duration, id: ClientId, fx: &mut Effects) {
        self.release_all_of(now, id, fx);
        self.leave_controls(now, id, fx);
        let Some(session) = self.roster.get_mut(id) else { return };
        if let Some(leaves) = session.presence.leaves() {
            self.clock.cancel_leaving(leaves, id);
        }
        if !session.presence.left() {
            return;
        }
        self.record_client(id, false);
        let lanes = self.lanes_with(Hook::Disconnect, id);
        // All queues are counted before the first hook can end.
        lanes.iter().for_each(|lane| self.count(*lane, Hook::Disconnect, id, true));
        for lane in lanes {
            self.offer(now, lane, Item { client: Some(id), ticket: None, cause: Cause::Hook(Hook::Disconnect) }, fx);
        }
        self.visibility_changed(now, id, fx);
    }

    /// The client can no longer reconnect. Its data is kept until its disconnect hooks have run.
    pub(super) fn forget(&mut self, now: Duration, id: ClientId, fx: &mut Effects) {
        self.client_disconnected(now, id, fx);
        self.forget_holds(id);
        self.forget_outcomes(id);
        self.roster.forget(id);
        self.remove_forgotten(id);
    }

    pub(super) fn remove_forgotten(&mut self, id: ClientId) {
        let is_over = |session: &Session| session.presence.is_forgotten() && session.hooks.disconnect_pending == 0;
        // A private callback runs only for a known client, and what the client held must become safe.
        if self.roster.get(id).is_some_and(is_over) && !self.scheduler.has_release(id) {
            self.roster.remove(id);
            self.requests.forget(id);
            self.record_forgotten(id);
            self.scheduler.forget(id);
        }
    }

    /// A turn with connect or disconnect hooks has ended.
    pub(super) fn hook_is_done(&mut self, now: Duration, lane: LaneId, hook: Hook, id: ClientId, fx: &mut Effects) {
        self.count(lane, hook, id, false);
        match hook {
            Hook::Connect => self.start_if_connected(now, id, fx),
            Hook::Disconnect => self.remove_forgotten(id),
            Hook::Clients | Hook::Session => {}
        }
    }

    /// Starts the other private callbacks of a new client, once its connect hooks have run.
    fn start_if_connected(&mut self, now: Duration, id: ClientId, fx: &mut Effects) {
        let Some(Session { hooks, .. }) = self.roster.get_mut(id) else { return };
        if hooks.connect_pending == 0 && !std::mem::replace(&mut hooks.started, true) {
            self.start_client(now, id, fx);
            self.show_table_to(now, id, fx);
        }
    }

    /// Counts one more, or one less, queue that has to run the client's hooks.
    fn count(&mut self, lane: LaneId, hook: Hook, id: ClientId, more: bool) {
        let is_private = self.plan.islands[lane.island].callbacks.iter().any(|callback| {
            let callback = &self.plan.callbacks[*callback];
            callback.has(hook) && !callback.shared()
        });
        let Some(Session { hooks, .. }) = self.roster.get_mut(id) else { return };
        let count = match hook {
            // The start of private callbacks does not wait for shared hooks.
            Hook::Connect if !is_private => return,
            Hook::Connect => &mut hooks.connect_pending,
            Hook::Disconnect => &mut hooks.disconnect_pending,
            // No counter is needed: nothing depends on it.
            Hook::Clients | Hook::Session => return,
        };
        *count = if more { *count + 1 } else { count.saturating_sub(1) };
    }

    pub(super) fn lanes_with(&self, hook: Hook, id: ClientId) -> BTreeSet<LaneId> {
        let hooked = self.plan.callbacks.iter().filter(|callback| callback.has(hook));
        let lane =
            |island: IslandNo, shared| if shared { LaneId { island, client: None } } else { self.lane_of(island, id) };
        hooked.map(|callback| lane(callback.island, callback.shared())).collect()
    }
}
