//! Publishing: the writes of a turn are committed at one revision.

use std::{mem, time::Duration};

use super::{
    Engine, commands::Done, effects::Effects, lane::LaneId, reading::newest, route::Props, store::Change, turn::Unsent,
};
use crate::{callback::call::Write, handle::Whom, numbers::PropNo, reading::Quality, value::Value, words::log};

impl Engine {
    /// Ends the turn: publishes its writes, and reports the outcome of its command.
    pub(super) fn end(&mut self, now: Duration, id: LaneId, fx: &mut Effects) {
        self.publish(now, id, fx);
        // A value that took effect in this turn may have been the only change.
        self.watch_conditions(now, fx);
        let Some(mut turn) = self.scheduler.lane_mut(id).and_then(|lane| lane.turn.take()) else { return };
        self.turn_is_over(id);
        let viewer = self.viewer_of(id, &turn);
        let reverts = mem::take(&mut turn.reverts);
        if let Some(ticket) = turn.ticket {
            // Who cancels a run of their own has asked for it. Their newer command replaces the one that started the run.
            let by_others = turn.cancelled.iter().find(|(_, by)| **by != Some(ticket.client));
            let by_others =
                by_others.map(|(no, _)| format!("`{}` was cancelled", self.plan.callbacks[*no].def.spec.name));
            // What fails while it ends is a failure.
            if let Some((no, by)) = turn.cancelled.first_key_value().filter(|_| turn.failure.is_none()) {
                let name = self.plan.callbacks[*no].def.spec.name;
                let by = by.and_then(|by| self.roster.get(by)).map(|one| format!(" by {}", one.client.user().name()));
                let closed = turn.closed.as_ref().map(|why| format!(": {why}"));
                let why = by.or(closed).unwrap_or_default();
                self.record_cancelled(ticket, format!("`{name}` was cancelled{why}"));
            }
            let (rev, failure) = (self.truth.store.rev(), turn.failure.or(by_others));
            let is_replaced = failure.is_none() && !turn.cancelled.is_empty();
            self.island_done(ticket, if is_replaced { Done::Merged { rev } } else { Done::Ran { rev, failure } });
            fx.wake_client(ticket.client);
        }
        if let (Some(hook), Some(client)) = (turn.hook, turn.client) {
            self.hook_is_done(now, id, hook, client, fx);
        }
        if let Some(client) = viewer {
            self.let_in(now, client, fx);
        }
        self.revert(now, id, reverts, fx);
        if !self.truth.leaving.is_empty() {
            self.remove_left();
        }
        if let Some(client) = turn.client {
            // It may have waited for this turn.
            self.remove_forgotten(client);
        }
    }

    /// Commits what the lane's turn has written so far at one revision, and wakes the clients that see it.
    pub(super) fn publish(&mut self, now: Duration, id: LaneId, fx: &mut Effects) {
        self.clock.published(id);
        let Some(turn) = self.scheduler.turn_mut(id) else { return };
        let (mut staged, mut own) = (mem::take(&mut turn.staged), mem::take(&mut turn.own_staged));
        let (unsent, client) = (mem::take(&mut turn.unsent), turn.client);
        let dates = mem::take(&mut turn.dates);
        let known = mem::take(&mut turn.rated);
        let failure = settle_edits(&mut staged, |prop| self.truth.store.value(prop));
        let failure = failure.or(settle_edits(&mut own, |prop| self.seen_by(client?, prop).value()));
        if let (Some(why), Some(turn)) = (failure, self.scheduler.turn_mut(id)) {
            turn.failure.get_or_insert(why);
        }
        let [rated, own_rated] = [&staged, &own].map(|changes| self.rated_in(changes));
        if !staged.is_empty() {
            let placed = placed(&staged);
            // A change of the quality alone has its own turns.
            let changed = staged.iter().filter_map(written).map(|(prop, _)| (prop, ())).collect();
            let stopped = self.stopped_by(staged.iter().filter_map(written), None);
            let rev = self.commit(staged);
            self.date_staged(None, &dates);
            self.stop(now, stopped, fx);
            self.update_private_views(now, &changed, fx);
            self.start_rated(now, Whom::All, &rated, &known, fx);
            self.start_readers_of_placed(now, Whom::All, placed, rev, fx);
            self.start_new_rows(now, fx);
            self.release_leaving(now, fx);
            self.watch_conditions(now, fx);
        }
        if unsent == Unsent::Shared {
            fx.wake_all();
        }
        let Some(client) = client else { return };
        if !own.is_empty() {
            let placed = placed(&own);
            let stopped = self.stopped_by(own.iter().filter_map(written), Some(client));
            let rev = self.commit_own(client, own);
            self.date_staged(Some(client), &dates);
            self.stop(now, stopped, fx);
            self.start_rated(now, Whom::One(client), &own_rated, &known, fx);
            self.start_readers_of_placed(now, Whom::One(client), placed, rev, fx);
        }
        if unsent == Unsent::Own {
            fx.wake_client(client);
        }
    }
}

/// What a change writes, if it is a write.
fn written((prop, change): &(PropNo, Change)) -> Option<(PropNo, &Write)> {
    if let Change::Write(write) = change { Some((*prop, write)) } else { None }
}

/// Tries the edits on the values that they will apply to. Another writer may have changed a value since the callback
/// ran, so that its edit does not fit any more. Then the value stays, is marked as bad, and the turn has failed.
fn settle_edits<'a>(changes: &mut [(PropNo, Change)], current: impl Fn(PropNo) -> Option<&'a Value>) -> Option<String> {
    let mut failure = None;
    for at in 0..changes.len() {
        let (before, rest) = changes.split_at_mut(at);
        let Some((prop, change)) = rest.first_mut() else { continue };
        let Change::Write(Write::Edit(patch)) = change else { continue };
        let Some(value) = newest(before, *prop).or_else(|| current(*prop)) else { continue };
        if let Err(why) = patch.try_on(value) {
            let why = format!("an edit does not fit any more: {why}");
            log::warn(&why);
            *change = Change::Quality(Quality::failed(why.as_str()));
            failure.get_or_insert(why);
        }
    }
    failure
}

/// The properties that changed because a component was placed.
fn placed(changes: &[(PropNo, Change)]) -> Props {
    changes.iter().filter(|(_, change)| matches!(change, Change::Placed(_))).map(|(prop, _)| (*prop, ())).collect()
}
