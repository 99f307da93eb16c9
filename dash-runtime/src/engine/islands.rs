//! Islands: which callbacks must not run at the same time, and in which order they run.
//!
//! Both this module and the compile-time checks get the readers, writers and triggers from [`Uses`].

use std::collections::{BTreeMap, BTreeSet};

use super::plan::CallbackPlan;
use crate::{
    callback::uses::{Role, Use, Uses},
    numbers::{CallbackNo, PropNo},
    prop::Kind,
};

/// The connected groups of callbacks.
///
/// These callbacks are joined: those that borrow the same part of the device, those that borrow the client's session,
/// and those of the same scope of which one writes a property that the other reads. A task joins another callback only
/// if one starts the other. A private callback that reads what a shared one writes is not joined to it: it only
/// observes, and must not delay the device.
pub(super) fn group(callbacks: &[CallbackPlan], uses: Uses<'_>) -> Vec<Vec<CallbackNo>> {
    let all = || (0..callbacks.len()).map(CallbackNo::new);
    let mut groups = Groups(all().collect());
    let (mut parts, mut session) = (BTreeMap::new(), None);
    for (no, me) in all().zip(callbacks) {
        if let Some(part) = me.part {
            groups.join(no, *parts.entry(part).or_insert(no));
        }
        if me.def.spec.session.is_some() {
            groups.join(no, *session.get_or_insert(no));
        }
        for output in uses.of(no).iter().filter(|one| one.role == Role::Output) {
            let reads = uses.with(output.prop, (Role::Start, Role::Rows));
            let joined = reads.filter(|read| {
                let reader = &callbacks[read.callback()];
                reader.shared() == me.shared() && !(read.role == Role::Read && reader.reads_untracked(read))
            });
            joined.for_each(|read| groups.join(no, read.callback()));
        }
    }
    let mut members = BTreeMap::<CallbackNo, Vec<CallbackNo>>::new();
    for no in all() {
        members.entry(groups.leader(no)).or_default().push(no);
    }
    members.into_values().collect()
}

/// For each callback, itself or an earlier callback of the same group.
struct Groups(Vec<CallbackNo>);

impl Groups {
    fn leader(&mut self, no: CallbackNo) -> CallbackNo {
        let mut top = no;
        while self.0[top.place()] != top {
            top = self.0[top.place()];
        }
        let mut step = no;
        while step != top {
            step = std::mem::replace(&mut self.0[step.place()], top);
        }
        top
    }

    fn join(&mut self, a: CallbackNo, b: CallbackNo) {
        let (a, b) = (self.leader(a), self.leader(b));
        // The smaller number leads, so that islands come in the order of their first callbacks.
        self.0[a.max(b).place()] = a.min(b);
    }
}

impl CallbackPlan {
    /// Whether it reads this property as it is when the run begins, and not as of its turn.
    fn reads_untracked(&self, read: &Use) -> bool {
        self.untracked.contains(&self.reads[read.at])
    }
}

/// The untracked reads of each callback: states that it reads as they are when the run begins. A task reads all its
/// states so. Any other callback reads so the states that a task of its scope writes, because neither waits for the
/// other.
pub(super) fn untracked_reads(callbacks: &[CallbackPlan], uses: Uses<'_>) -> Vec<BTreeSet<PropNo>> {
    let untracked_reads = |no: CallbackNo| {
        let me = &callbacks[no];
        let is_state = |read: &&Use| {
            let is_input = || uses.with(read.prop, (Role::Start, Role::Start)).any(|start| start.callback() == no);
            read.role == Role::Read && me.def.spec.reads[read.at].kind == Kind::State && !is_input()
        };
        let of_task = |read: &&Use| {
            uses.with(read.prop, (Role::Output, Role::Output)).any(|output| {
                let writer = &callbacks[output.callback()];
                writer.is_task() && writer.shared() == me.shared()
            })
        };
        let states = uses.of(no).iter().filter(is_state);
        states.filter(|read| me.is_task() || of_task(read)).map(|read| me.reads[read.at]).collect()
    };
    (0..callbacks.len()).map(CallbackNo::new).map(untracked_reads).collect()
}

/// The topological order of callbacks. A writer comes before the callbacks that it starts, and, where there is a
/// choice, before those that read its outputs as a state. Ties follow the order of the list. The compiler has refused
/// cycles of starts. Cycles through states are broken in the order of the list.
pub(super) fn topological(members: &[CallbackNo], uses: Uses<'_>) -> Vec<CallbackNo> {
    let fed = |from: CallbackNo, by: &[Role]| -> Vec<CallbackNo> {
        let fed = by.iter().flat_map(|role| uses.fed(from, *role));
        fed.filter(|to| *to != from && members.binary_search(to).is_ok()).collect()
    };
    let started = |from| fed(from, &[Role::Start]);
    let read = |from| fed(from, &[Role::Read, Role::Rows]);
    // For each callback that is left: the number of callbacks left that start it, and the number whose outputs it
    // reads.
    let mut waits: BTreeMap<CallbackNo, (usize, usize)> = members.iter().map(|no| (*no, (0, 0))).collect();
    for &from in members {
        started(from).iter().for_each(|to| waits.entry(*to).or_default().0 += 1);
        read(from).iter().for_each(|to| waits.entry(*to).or_default().1 += 1);
    }
    // Callbacks that nothing left starts, and those among them that wait for no other callback at all.
    let mut startable: BTreeSet<_> = members.iter().copied().filter(|no| waits[no].0 == 0).collect();
    let mut ready: BTreeSet<_> = startable.iter().copied().filter(|no| waits[no].1 == 0).collect();
    let mut order = Vec::with_capacity(members.len());
    while let Some(&no) = ready.first().or(startable.first()).or(waits.keys().next()) {
        order.push(no);
        waits.remove(&no);
        startable.remove(&no);
        ready.remove(&no);
        for to in started(no) {
            if let Some((starts, reads)) = waits.get_mut(&to) {
                *starts -= 1;
                if *starts == 0 {
                    startable.insert(to);
                    if *reads == 0 {
                        ready.insert(to);
                    }
                }
            }
        }
        for to in read(no) {
            if let Some((starts, reads)) = waits.get_mut(&to) {
                *reads -= 1;
                if (*starts, *reads) == (0, 0) {
                    ready.insert(to);
                }
            }
        }
    }
    order
}
