//! Random interleavings of everything that opens and closes gates.

use super::*;

#[derive(Debug, Clone)]
enum Step {
    Ask(usize),
    Give(usize),
    Take,
    Stick(usize, f64, u64),
    Speed(usize, u64),
    Cut(usize),
    Back(usize),
    Bye(usize),
    Hide(usize),
    Press(usize),
    Reset(usize),
    Arm(usize),
    Disarm(usize),
    Acknowledge(usize),
    Charge(f64),
    /// A batch of a program, with these of its parts.
    Batch(u16),
    Pass(u64),
    Finish,
    FinishStops,
}

fn steps() -> impl Strategy<Value = Vec<Step>> {
    let page = 0..3_usize;
    let of = |step: fn(usize) -> Step| page.clone().prop_map(step);
    prop::collection::vec(
        prop_oneof![
            4 => of(Step::Ask),
            2 => of(Step::Give),
            1 => Just(Step::Take),
            6 => (page.clone(), prop_oneof![Just(0.0), Just(10.0)], 0..400_u64).prop_map(|(page, to, age)| Step::Stick(page, to, age)),
            4 => (page.clone(), 0..6000_u64).prop_map(|(page, age)| Step::Speed(page, age)),
            1 => of(Step::Cut),
            2 => of(Step::Back),
            1 => of(Step::Bye),
            1 => of(Step::Hide),
            1 => of(Step::Press),
            2 => of(Step::Reset),
            3 => of(Step::Arm),
            1 => of(Step::Disarm),
            2 => of(Step::Acknowledge),
            1 => prop_oneof![Just(10.0), Just(90.0)].prop_map(Step::Charge),
            6 => (0..512_u16).prop_map(Step::Batch),
            4 => (1..400_u64).prop_map(Step::Pass),
            1 => (4000..130_000_u64).prop_map(Step::Pass),
            4 => Just(Step::Finish),
            2 => Just(Step::FinishStops),
        ],
        1..100,
    )
}

/// Sends a command that is `age` milliseconds old. Returns its number, if the page has a socket.
fn send<T, K>(
    sim: &mut Sim,
    at: At,
    prop: crate::prop::Prop<T, K>,
    value: impl Into<serde_json::Value>,
    age: u64,
) -> Option<u64> {
    let prop = sim.no(prop);
    sim.pages[at].socket?;
    let number = sim.pages[at].sent.keys().next_back().map_or(1, |last| last + 1);
    let text = json!({ "n": number, "p": prop, "v": value.into(), "a": age }).to_string();
    sim.pages[at].sent.insert(number, text.clone());
    sim.deliver(at, &text);
    Some(number)
}

/// The parts of a batch. Both of the last cannot be in one.
const PARTS: [(&str, Option<f64>); 9] = [
    ("drive.ask", None),
    ("drive.give", None),
    ("armed.arm", None),
    ("armed.disarm", None),
    ("stop.press", None),
    ("stop.reset", None),
    ("speed.value", Some(50.0)),
    ("stick.value", Some(10.0)),
    ("stick.value", Some(0.0)),
];

fn send_batch(sim: &mut Sim, parts: u16) {
    let parts = PARTS.iter().enumerate().filter(|(at, _)| parts & (1 << at) != 0 && (*at != 8 || parts & 128 == 0));
    let wanted: Vec<_> = parts.map(|(_, (name, value))| (*name, json!(value))).collect();
    if !wanted.is_empty() {
        let asking = Asking { address: Some([127, 0, 0, 1].into()), ..Asking::default() };
        let _ = sim.ask_all(asking, &wanted);
    }
}

/// What may still move although a gate is closed: the runs that were in progress when it closed.
#[derive(Default)]
struct Left {
    steers: usize,
    limits: usize,
    seen: usize,
    was_open: [bool; 2],
}

impl Left {
    /// Whether the device has done only what it may.
    fn is_right(&mut self, sim: &Sim) -> bool {
        let open = [stop_state(sim) == StopState::Ready, armed_state(sim) == ArmedState::Armed];
        let runs = |name: &str| sim.running().iter().filter(|running| **running == name).count();
        if !open[0] && self.was_open[0] {
            (self.steers, self.limits) = (runs("steer"), runs("limit"));
        } else if !open[1] && self.was_open[1] {
            self.steers = runs("steer");
        }
        self.was_open = open;
        let Some(motors) = sim.lent_or_device::<Motors>() else { return true };
        let new = &motors.moves[self.seen..];
        self.seen = motors.moves.len();
        let steers = new.iter().filter(|moved| **moved != 0.0 && **moved < 1000.0).count();
        let limits = new.iter().filter(|moved| **moved >= 1000.0).count();
        let is_right = (open[0] || limits <= self.limits) && ((open[0] && open[1]) || steers <= self.steers);
        self.limits -= limits.min(self.limits);
        self.steers -= steers.min(self.steers);
        is_right
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]

    /// Whatever happens: a page says that it is in control only if it is, at most one does, what was made before the
    /// grant or without control is refused, nothing moves while it is stopped or not armed, and the stick is at its safe
    /// value after the deadline.
    #[test]
    fn however_they_interleave_only_who_may_moves_it(steps in steps()) {
        let mut sim = rover();
        let names = ["ada", "bob", "eve"];
        let pages = [sim.join_as(driver("ada")), sim.join_as(driver("bob")), sim.join_as(User::new("eve", Crew::Chief))];
        // When the present holder got control.
        let (mut since, mut last) = (Duration::ZERO, String::new());
        let mut left = Left { seen: 2, ..Left::default() };
        for step in steps {
            match step {
                Step::Ask(page) => _ = send(&mut sim, pages[page], Rover::drive.ask, (), 0),
                Step::Give(page) => _ = send(&mut sim, pages[page], Rover::drive.give, (), 0),
                Step::Take => _ = send(&mut sim, pages[2], Rover::drive.take, (), 0),
                Step::Stick(page, to, age) => {
                    // Timers that are due come first.
                    sim.pass(0);
                    let before = holder(&sim);
                    let (stopped, armed) = (stop_state(&sim) != StopState::Ready, armed_state(&sim) == ArmedState::Armed);
                    let number = send(&mut sim, pages[page], Rover::stick.value, to, age);
                    if let Some(number) = number && to != 0.0 {
                        sim.poll(pages[page]);
                        let may = before == names[page] && !stopped && armed && sim.now.saturating_sub(Duration::from_millis(age)) >= since;
                        let taken = sim.pages[pages[page]].refusal(number).is_none();
                        prop_assert!(may || !taken, "taken, although {before} was in control, stopped {stopped}, armed {armed}");
                    }
                }
                Step::Speed(page, age) => {
                    sim.pass(0);
                    let before = holder(&sim);
                    let stopped = stop_state(&sim) != StopState::Ready;
                    if let Some(number) = send(&mut sim, pages[page], Rover::speed.value, 50.0, age) {
                        sim.poll(pages[page]);
                        let may = before == names[page] && !stopped && sim.now.saturating_sub(Duration::from_millis(age)) >= since;
                        let taken = sim.pages[pages[page]].refusal(number).is_none();
                        prop_assert!(may || !taken, "taken, although {before} was in control, stopped {stopped}");
                    }
                }
                Step::Cut(page) => if sim.pages[pages[page]].socket.is_some() { sim.cut(pages[page]) },
                Step::Back(page) => if sim.pages[pages[page]].socket.is_none() {
                    sim.connect(pages[page]);
                },
                Step::Bye(page) => if sim.pages[pages[page]].socket.is_some() { sim.close(pages[page]) },
                Step::Hide(page) => if sim.pages[pages[page]].socket.is_some() {
                    sim.deliver(pages[page], r#"{"t":"view","hidden":true}"#);
                    sim.deliver(pages[page], r#"{"t":"view","hidden":false}"#);
                },
                Step::Press(page) => if send(&mut sim, pages[page], Rover::stop.press, (), 0).is_some() {
                    prop_assert!(stop_state(&sim) != StopState::Ready);
                    let value = *sim.engine.slot(sim.prop_no(Rover::stick.value)).value().unwrap().get::<f64>().unwrap();
                    prop_assert_eq!(value, 0.0, "the stick is released at once");
                },
                Step::Reset(page) => _ = send(&mut sim, pages[page], Rover::stop.reset, (), 0),
                Step::Arm(page) => _ = send(&mut sim, pages[page], Rover::armed.arm, (), 0),
                Step::Disarm(page) => _ = send(&mut sim, pages[page], Rover::armed.disarm, (), 0),
                Step::Acknowledge(page) => _ = send(&mut sim, pages[page], Rover::armed.acknowledge, (), 0),
                Step::Charge(to) => _ = sim.push(changes![Rover::charge.value = to]),
                Step::Batch(parts) => send_batch(&mut sim, parts),
                Step::Pass(millis) => {
                    let until = sim.now + Duration::from_millis(millis);
                    while let Some(due) = sim.engine.next_timeout().filter(|due| *due <= until) {
                        sim.now = sim.now.max(due);
                        sim.with(|engine, now, fx| engine.timeout(now, fx));
                        if holder(&sim) != last {
                            (last, since) = (holder(&sim), sim.now);
                        }
                    }
                    sim.now = until;
                }
                Step::Finish => while !sim.jobs.is_empty() {
                    sim.finish(0);
                    prop_assert!(left.is_right(&sim), "{:?}", moves(&sim));
                },
                Step::FinishStops => sim.finish_stops(),
            }
            if holder(&sim) != last {
                (last, since) = (holder(&sim), sim.now);
            }
            prop_assert!(left.is_right(&sim), "it moves after a gate has closed");
            let claims = pages.iter().filter(|at| {
                let own = sim.engine.seen_by(sim.pages[**at].id, sim.prop_no(Rover::drive.mine)).json(None);
                own == "\"holds\""
            });
            let claims: Vec<_> = claims.collect();
            prop_assert!(claims.len() <= 1);
            prop_assert_eq!(claims.is_empty(), last.is_empty() || last == "local");
            let value = *sim.engine.slot(sim.prop_no(Rover::stick.value)).value().unwrap().get::<f64>().unwrap();
            prop_assert!(value == 0.0 || (!last.is_empty() && stop_state(&sim) == StopState::Ready && armed_state(&sim) == ArmedState::Armed));
        }
        sim.pass(300);
        sim.finish_all();
        let value = *sim.engine.slot(sim.prop_no(Rover::stick.value)).value().unwrap().get::<f64>().unwrap();
        prop_assert_eq!(value, 0.0);
        let last = sim.device::<Motors>().moves.iter().rfind(|moved| **moved < 1000.0);
        prop_assert!(last.is_none_or(|last| *last == 0.0), "the device has {last:?}");
    }
}
