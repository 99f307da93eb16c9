//! Which callbacks must not overlap, and in which order they run.

use std::collections::{BTreeMap, BTreeSet};

use super::plan::CallbackPlan;
use crate::{
    numbers::{CallbackNo, PropNo},
    prop::Kind,
};
/// The connected groups of callbacks.
///
/// Joined are: those that borrow the same part of the device; those that borrow the client's session; and those of the
/// same scope of which one writes what the other reads; of tasks, only those of which one starts the other. A private
/// callback that reads what a shared one writes is not joined: it looks on, and must not hold the device up.
pub(super) fn group(callbacks: &[CallbackPlan]) -> Vec<Vec<CallbackNo>> {
    let mut leader: Vec<CallbackNo> = (0..callbacks.len()).map(CallbackNo::new).collect();
    fn find(leader: &[CallbackNo], mut no: CallbackNo) -> CallbackNo {
        while leader[no.place()] != no {
            no = leader[no.place()];
        }
        no
    }
    let all = || (0..callbacks.len()).map(CallbackNo::new);
    for a in all() {
        for b in all().take(a.place()) {
            if joined(&callbacks[a], &callbacks[b]) {
                let (a, b) = (find(&leader, a), find(&leader, b));
                // The smaller leads, so that islands come in the order of their first callbacks.
                leader[a.max(b).place()] = a.min(b);
            }
        }
    }
    let mut groups = BTreeMap::<CallbackNo, Vec<CallbackNo>>::new();
    for no in all() {
        groups.entry(find(&leader, no)).or_default().push(no);
    }
    groups.into_values().collect()
}

/// What each callback reads as it is when it begins: a task all its states, and everybody what a task writes, because
/// neither waits for the other.
pub(super) fn looked_at(callbacks: &[CallbackPlan]) -> Vec<BTreeSet<PropNo>> {
    let of_task = |me: &CallbackPlan, prop: &PropNo| {
        let mut tasks = callbacks.iter().filter(|other| other.is_task() && other.shared() == me.shared());
        tasks.any(|task| task.outputs.contains(prop))
    };
    let looked_at = |me: &CallbackPlan| {
        let reads = me.def.spec.reads.iter().zip(&me.reads);
        let states =
            reads.filter(|(port, no)| port.kind == Kind::State && !me.triggers.contains(no)).map(|(_, no)| *no);
        states.filter(|no| me.is_task() || of_task(me, no)).collect()
    };
    callbacks.iter().map(looked_at).collect()
}

fn joined(a: &CallbackPlan, b: &CallbackPlan) -> bool {
    let same_part = a.part.is_some() && a.part == b.part;
    let same_session = a.def.spec.session.is_some() && b.def.spec.session.is_some();
    let writes_for = |from: &CallbackPlan, to: &CallbackPlan| {
        let looks_on = |output: &PropNo| to.reads_now.contains(output);
        let is_read = |output: &PropNo| to.keys.contains(output) || (to.reads.contains(output) && !looks_on(output));
        from.outputs.iter().any(|output| is_read(output) || to.triggers.contains(output))
    };
    same_part || same_session || (a.shared() == b.shared() && (writes_for(a, b) || writes_for(b, a)))
}

/// Who writes before who is started by it, and, where that leaves a choice, before who reads it as a state; beyond that
/// in the order of the list. The compiler has refused circles of starts; circles through states are broken by the list.
pub(super) fn topological(members: &[CallbackNo], callbacks: &[CallbackPlan]) -> Vec<CallbackNo> {
    let feeds = |from: CallbackNo, to: &[PropNo]| callbacks[from].outputs.iter().any(|output| to.contains(output));
    let mut left: Vec<CallbackNo> = members.to_vec();
    let mut order = Vec::with_capacity(left.len());
    while !left.is_empty() {
        let ready = |no: &CallbackNo, by_state: bool| {
            let CallbackPlan { triggers, reads, .. } = &callbacks[*no];
            !left.iter().any(|&other| other != *no && (feeds(other, triggers) || (by_state && feeds(other, reads))))
        };
        let at = left
            .iter()
            .position(|no| ready(no, true))
            .or_else(|| left.iter().position(|no| ready(no, false)))
            .unwrap_or(0);
        order.push(left.remove(at));
    }
    order
}
