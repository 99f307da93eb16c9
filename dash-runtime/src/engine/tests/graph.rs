//! The wiring is interpreted twice: by the compile-time checks, which refuse faults, and by the plan, which orders the
//! callbacks. These tests compare both with a third, simple interpretation, on random wirings with and without faults.

use std::{
    collections::{BTreeMap, BTreeSet},
    time::{Duration, Instant},
};

use proptest::prelude::*;

use super::parts::Dial;
use crate::{
    binding::{Binding, How, aliases::Bound, bind},
    callback::{
        callbacks::{Body, CallbackDef},
        check::Graph,
        spec::{Every, Guard, Rate, Rated, Scope, Spec},
        uses::count,
    },
    component::Component,
    engine::plan::Plan,
    numbers::{CallbackNo, PropNo},
    prop::{ComponentId, Kind, Port, Prop},
    value::Value,
};

const OWNER: u64 = 7;
/// The number of properties of a dial.
const EACH: usize = 3;
const DIALS: usize = 3;
const PROPS: usize = DIALS * EACH;
const CALLBACKS: usize = 6;
/// The number of uses of properties per callback. Identical rates fill it up and have no effect.
const USES: usize = 12;

fn prop(no: usize) -> Prop<f64> {
    Prop::new(ComponentId::new(OWNER, "dial", (no / EACH) as u16), "value", (no % EACH) as u16)
}

fn ports(of: &[usize]) -> &'static [Port] {
    of.iter().map(|no| prop(*no).port(Kind::State)).collect::<Vec<_>>().leak()
}

/// A callback, by the numbers of its properties.
#[derive(Debug, Clone)]
struct Wired {
    shared: bool,
    outputs: Vec<usize>,
    live: Vec<usize>,
    inputs: Vec<usize>,
    states: Vec<usize>,
    period: Option<usize>,
}

fn wired() -> impl Strategy<Value = Wired> {
    let some = |most| prop::collection::vec(0..PROPS, 0..=most);
    let rarely = prop_oneof![5 => Just(Vec::new()), 1 => some(1)];
    let period = prop_oneof![9 => Just(None), 1 => (0..PROPS).prop_map(Some)];
    (prop::bool::weighted(0.7), some(2), rarely, some(2), some(2), period).prop_map(
        |(shared, outputs, live, inputs, states, period)| Wired { shared, outputs, live, inputs, states, period },
    )
}

impl Wired {
    fn spec(&self, line: u32) -> &'static Spec {
        let scope = if self.shared { Scope::Shared } else { Scope::Private };
        let guard = |port: &Port| Guard { port: *port, value: || Value::new(1.0).map_err(|error| error.to_string()) };
        let guards = ports(&self.live).iter().map(guard).collect::<Vec<_>>().leak();
        let mut spec = Spec {
            outputs: ports(&self.outputs),
            guards,
            triggers: ports(&self.inputs),
            reads: ports(&[self.inputs.as_slice(), &self.states].concat()),
            every: self.period.map(|no| Every::Prop(prop(no).port(Kind::State))),
            ..Spec::new("callback", "file.rs", line, scope)
        };
        let rate = Rated { port: prop(0).port(Kind::State), rate: Rate::Throttle(50) };
        spec.rates = vec![rate; USES - count(&[&spec])].leak();
        Box::leak(Box::new(spec))
    }

    fn writes(&self) -> impl Iterator<Item = &usize> {
        self.outputs.iter().chain(&self.live)
    }

    fn reads(&self) -> impl Iterator<Item = &usize> {
        self.inputs.iter().chain(&self.states).chain(&self.period)
    }
}

/// For each property its canonical one: the alias that was named first.
fn ones(bound: &[(usize, usize)]) -> Vec<usize> {
    let named: Vec<_> = bound.iter().flat_map(|(a, b)| [*a, *b]).collect();
    let when = |no: &usize| named.iter().position(|other| other == no);
    let mut one: Vec<usize> = (0..PROPS).collect();
    for (a, b) in bound {
        let (mut a, mut b) = (one[*a], one[*b]);
        if when(&b) < when(&a) {
            (a, b) = (b, a);
        }
        one.iter_mut().filter(|no| **no == b).for_each(|no| *no = a);
    }
    one
}

/// The third interpretation.
struct Plain {
    callbacks: Vec<Wired>,
    one: Vec<usize>,
}

impl Plain {
    fn meet<'a>(&self, mut a: impl Iterator<Item = &'a usize>, b: impl Iterator<Item = &'a usize>) -> bool {
        let b: Vec<usize> = b.map(|b| self.one[*b]).collect();
        a.any(|a| b.contains(&self.one[*a]))
    }

    fn starts(&self, from: usize, to: usize) -> bool {
        self.meet(self.callbacks[from].outputs.iter(), self.callbacks[to].inputs.iter())
    }

    /// Whether the callback at `at` is faulty together with those before it.
    fn is_fault(&self, at: usize) -> bool {
        let me = &self.callbacks[at];
        let mut written: Vec<_> = me.writes().map(|no| self.one[*no]).collect();
        written.sort_unstable();
        let twice = written.windows(2).any(|two| two[0] == two[1]);
        let pair = |from: &Wired, to: &Wired| {
            (!from.shared && to.shared && self.meet(from.writes(), to.reads().collect::<Vec<_>>().into_iter()))
                || self.meet(from.live.iter(), to.inputs.iter())
        };
        let between = self.callbacks[..=at].iter().any(|other| pair(me, other) || pair(other, me));
        let writer = self.callbacks[..at].iter().any(|other| {
            let theirs: Vec<_> = other.writes().collect();
            self.meet(me.writes(), theirs.into_iter())
        });
        twice || between || writer || self.is_on_circle(at)
    }

    fn is_on_circle(&self, at: usize) -> bool {
        let mut reached = BTreeSet::new();
        let mut left = vec![at];
        while let Some(from) = left.pop() {
            for to in (0..=at).filter(|to| self.starts(from, *to)) {
                if reached.insert(to) {
                    left.push(to);
                }
            }
        }
        reached.contains(&at)
    }

    /// Whether the two are in one island because of their properties.
    fn is_joined(&self, from: usize, to: usize) -> bool {
        let (from, to) = (&self.callbacks[from], &self.callbacks[to]);
        from.shared == to.shared && self.meet(from.outputs.iter(), to.inputs.iter().chain(&to.states))
    }

    fn islands(&self) -> BTreeSet<BTreeSet<usize>> {
        let mut island: Vec<usize> = (0..self.callbacks.len()).collect();
        for a in 0..island.len() {
            for b in 0..island.len() {
                if self.is_joined(a, b) {
                    let (from, to) = (island[a], island[b]);
                    island.iter_mut().filter(|no| **no == from).for_each(|no| *no = to);
                }
            }
        }
        let mut members = BTreeMap::<usize, BTreeSet<usize>>::new();
        island.iter().enumerate().for_each(|(no, island)| _ = members.entry(*island).or_default().insert(no));
        members.into_values().collect()
    }

    /// The order of an island. The next callback is the first that no remaining callback starts, preferably one that
    /// reads no output of a remaining callback.
    fn order(&self, members: &[usize]) -> Vec<usize> {
        let mut left = members.to_vec();
        let mut order = Vec::new();
        while !left.is_empty() {
            let others = |no: usize| left.iter().copied().filter(move |other| *other != no);
            let is_started = |no: usize| others(no).any(|other| self.starts(other, no));
            let reads = |no: usize| {
                others(no)
                    .any(|other| self.meet(self.callbacks[other].outputs.iter(), self.callbacks[no].states.iter()))
            };
            let free = left.iter().position(|no| !is_started(*no) && !reads(*no));
            let at = free.or_else(|| left.iter().position(|no| !is_started(*no))).unwrap_or(0);
            order.push(left.remove(at));
        }
        order
    }
}

fn plan(specs: &[&Spec], bindings: &[Binding]) -> Plan {
    let defs: Vec<_> = specs
        .iter()
        .map(|spec| CallbackDef { spec: **spec, borrow: None, body: Body::Sync(|_| ()), check: None })
        .collect();
    let bound = bindings.iter().flat_map(|binding| match &binding.how {
        How::Same(a, b) => [*a, *b],
        How::Computed(_) | How::Alarm(_) => unreachable!("all are `bind`"),
    });
    let ports = specs.iter().flat_map(|spec| spec.outputs).copied().chain(bound);
    let dials = ports.map(|port| port.key.id.index().place() + 1).chain([DIALS]).max().unwrap_or(0);
    let components = vec![("dial", Dial::INFO); dials];
    Plan::new("Random", OWNER, components, &[], &defs, bindings, |_| ())
}

proptest! {
    #[test]
    fn what_the_compiler_proves_and_what_the_plan_does_come_from_one_graph(
        callbacks in prop::collection::vec(wired(), CALLBACKS),
        bound in prop::collection::vec((0..PROPS, 0..PROPS), 0..3),
    ) {
        let specs: Vec<_> = callbacks.iter().zip(1..).map(|(callback, line)| callback.spec(line)).collect();
        let specs: [&Spec; CALLBACKS] = specs.try_into().unwrap();
        let bindings: Vec<_> = bound.iter().map(|(a, b)| bind(prop(*a), prop(*b))).collect();
        let joined = Bound::new(&bindings);
        let graph = Graph::<CALLBACKS, { CALLBACKS * USES }>::with(&specs, joined.aliases());
        let plain = Plain { one: ones(&bound), callbacks };
        for at in 0..CALLBACKS {
            let fault = graph.first_fault(at);
            prop_assert_eq!(fault.is_some(), plain.is_fault(at), "{} {:?}", at, fault.as_ref().map(|fault| fault.as_str()));
        }
        prop_assert_eq!(graph.has_fault(), (0..CALLBACKS).any(|at| plain.is_fault(at)));

        let plan = plan(&specs, &bindings);
        for no in 0..PROPS {
            let one = plain.one[no];
            prop_assert_eq!(plan.canonical(PropNo::new(no)).place(), one);
            let is = |list: &[usize]| list.iter().any(|other| plain.one[*other] == one);
            let who = |wanted: &dyn Fn(&Wired) -> bool| -> Vec<CallbackNo> {
                (0..CALLBACKS).filter(|no| wanted(&plain.callbacks[*no])).map(CallbackNo::new).collect()
            };
            prop_assert_eq!(&plan.props[no].starts, &who(&|callback| is(&callback.inputs)));
            prop_assert_eq!(plan.props[no].live, !who(&|callback| is(&callback.live)).is_empty());
            let written = who(&|callback| is(&callback.outputs) || is(&callback.live));
            prop_assert_eq!(plan.props[no].written, !written.is_empty());
        }
        let islands = plan.islands.iter().map(|island| island.callbacks.iter().map(|no| no.place()).collect());
        let islands: Vec<Vec<_>> = islands.collect();
        let members: BTreeSet<BTreeSet<_>> = islands.iter().map(|island| island.iter().copied().collect()).collect();
        prop_assert_eq!(members, plain.islands());
        for island in &islands {
            let mut members = island.clone();
            members.sort_unstable();
            prop_assert_eq!(island, &plain.order(&members));
            if !graph.has_fault() {
                for (place, from) in island.iter().enumerate() {
                    for to in &island[..place] {
                        prop_assert!(!plain.starts(*from, *to), "{} runs before {}, which starts it", to, from);
                    }
                }
            }
        }
    }
}

/// Chains of ten callbacks, listed in reverse order. All are in one island, because the first callback of each chain
/// reads the same property.
fn chains(callbacks: usize) -> (Vec<&'static Spec>, Vec<Binding>) {
    let spec = |no: usize| -> &'static Spec {
        let inputs = if no.is_multiple_of(10) { ports(&[0]) } else { ports(&[no, no + 1]) };
        Box::leak(Box::new(Spec {
            outputs: ports(&[no + 2]),
            triggers: inputs,
            reads: inputs,
            ..Spec::new("callback", "file.rs", no as u32, Scope::Shared)
        }))
    };
    let bindings = (0..callbacks / 3).map(|no| bind(prop(callbacks + 10 + 2 * no), prop(callbacks + 11 + 2 * no)));
    ((0..callbacks).rev().map(spec).collect(), bindings.collect())
}

/// The CPU time of this thread since `begin`, where the system reports it. Otherwise the elapsed time.
fn computed(begin: Instant) -> Duration {
    let stat = std::fs::read_to_string("/proc/thread-self/schedstat").ok();
    let nanoseconds = stat.and_then(|stat| stat.split(' ').next()?.parse().ok());
    nanoseconds.map_or_else(|| begin.elapsed(), Duration::from_nanos)
}

#[test]
fn eight_times_the_dashboard_is_not_sixty_four_times_the_time_to_plan_it() {
    let begin = Instant::now();
    let least = |callbacks: usize| -> Duration {
        let (specs, bindings) = chains(callbacks);
        let once = || {
            let before = computed(begin);
            let plan = plan(&specs, &bindings);
            assert_eq!(plan.islands.len(), 1);
            computed(begin) - before
        };
        // The shortest of several runs, because other processes only make a run longer.
        (0..5).map(|_| once()).min().unwrap_or_default()
    };
    let (small, large) = (least(500), least(4000));
    assert!(large < small * 25, "{small:?} for 500 callbacks, {large:?} for 4000");
}
