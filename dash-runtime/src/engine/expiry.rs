//! Events that wait in a queue and are not carried out any more: they are too old, or their page is closed.
//!
//! Only events are dropped. A value has been in effect since its arrival, so everybody sees it, and the device must get
//! it however long that takes.

use std::time::Duration;

use super::{
    Engine,
    commands::Done,
    effects::Effects,
    item::{Cause, Expiry, Item, Merge, Number, TakesEffect, Ticket},
    lane::LaneId,
    plan::Plan,
};
use crate::{client::ClientId, protocol::client::Refusal};

/// The commands whose events were dropped, with the reasons.
type Dropped = Vec<(Ticket, Refusal)>;

impl Engine {
    /// The item of a turn that begins, without the events that have expired. `None` if nothing is left of it. The timer
    /// is not enough: it may be late, because the process stood still.
    pub(super) fn in_time(&mut self, now: Duration, id: LaneId, mut item: Item, fx: &mut Effects) -> Option<Item> {
        if let Some(Expiry { at, .. }) = item.expires()
            && self.scheduler.lane(id).is_none_or(|lane| !lane.has_event_until(at))
        {
            self.clock.expires_no_more(at, id);
        }
        let Some(why) = expired(&item, now) else { return Some(item) };
        let mut dropped = Dropped::new();
        let is_void = drop_events(&self.plan, &mut item, why, &mut dropped);
        self.report_dropped(dropped, fx);
        (!is_void).then_some(item)
    }

    /// Drops the events in this lane that have expired, so that their senders learn it while they still wait.
    pub(super) fn expire(&mut self, now: Duration, lane: LaneId, fx: &mut Effects) {
        let Self { plan, scheduler, .. } = self;
        let mut dropped = Dropped::new();
        if let Some(lane) = scheduler.lane_mut(lane) {
            lane.drop_events(|item| {
                let why = expired(item, now);
                why.is_some_and(|why| drop_events(plan, item, why, &mut dropped))
            });
        }
        self.report_dropped(dropped, fx);
    }

    /// The page is closed, so nobody wants its clicks any more. Its waiting events are dropped.
    pub(super) fn withdraw(&mut self, id: ClientId, fx: &mut Effects) {
        let is_of = |item: &Item| {
            item.ticket.is_some_and(|ticket| ticket.client == id && matches!(ticket.number, Number::Frame(_)))
        };
        let Self { plan, scheduler, .. } = self;
        let mut dropped = Dropped::new();
        for (_, lane) in scheduler.lanes_mut() {
            lane.drop_events(|item| is_of(item) && drop_events(plan, item, Refusal::Left, &mut dropped));
        }
        self.report_dropped(dropped, fx);
    }

    fn report_dropped(&mut self, dropped: Dropped, fx: &mut Effects) {
        for (ticket, why) in dropped {
            self.counts.refused(&why);
            self.island_done(ticket, Done::Dropped(why));
            fx.wake_client(ticket.client);
        }
    }
}

/// Why the events of this item must not be carried out any more.
fn expired(item: &Item, now: Duration) -> Option<Refusal> {
    let Expiry { at, lifespan } = item.expires().filter(|expiry| expiry.at < now)?;
    Some(Refusal::Expired { age: lifespan.saturating_add(now - at), lifespan })
}

/// Drops the events of an item. Returns whether nothing is left of it. If only values for the view of a client are
/// left, the command is done. If values with callbacks are left, their turn reports the outcome.
fn drop_events(plan: &Plan, item: &mut Item, why: Refusal, dropped: &mut Dropped) -> bool {
    let Cause::Changes(changes) = &mut item.cause else { return false };
    changes.expires = None;
    let events = changes.values.keys().filter(|prop| plan.is_event(**prop));
    let names: Vec<String> = events.map(|prop| plan.prop(*prop).name()).collect();
    if names.is_empty() {
        return false;
    }
    changes.values.retain(|prop, _| !plan.is_event(*prop));
    let acts = changes.values.values().any(|changed| changed.effect != TakesEffect::ViewOnly);
    if acts || !changes.new_rows.is_empty() {
        changes.dropped = Some(format!("{}: {why}", names.join(", ")));
        return false;
    }
    changes.merge = Merge::View;
    dropped.extend(item.ticket.take().map(|ticket| (ticket, why)));
    changes.values.is_empty()
}
