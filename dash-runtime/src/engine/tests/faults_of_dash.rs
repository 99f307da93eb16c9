//! Faults that users of Dash have reported, or that were measured in Dash, if they concern the engine. `dash_3_4` is
//! number 4 in the list of reports. `dash_5` is the measurement of order. [`faults`](super::faults) has the table of
//! all.

use std::time::{Duration, Instant};

use dash_macros::{Component, callback, callback_shared, callbacks, components};

use super::{
    bench::{Bench, Rig},
    parts::{Label, place},
    sim::{At, Sim},
};
use crate::{
    callback::Callbacks,
    component::prelude::*,
    dashboard::Dashboard,
    element::{Element, IntoElement},
    prop::Prop,
};

/// Lets `millis` pass. A run of `slow` takes the time that `delay` returns at its start. All other runs take no time.
fn pass(sim: &mut Sim, slow: &str, until: &mut Option<Duration>, millis: u64, mut delay: impl FnMut() -> u64) {
    for _ in 0..millis {
        while let Some(at) = sim.jobs.iter().position(|job| job.name != slow || until.is_some_and(|end| end <= sim.now))
        {
            if sim.jobs[at].name == slow {
                *until = None;
            }
            sim.finish(at);
        }
        if until.is_none() && sim.running().contains(&slow) {
            *until = Some(sim.now + Duration::from_millis(delay()));
        }
        sim.poll_woken();
        sim.pass(1);
    }
}

/// The distinct values that a page shows during 1000 steps.
fn shown_while<T>(sim: &mut Sim, page: At, prop: Prop<T>, mut step: impl FnMut(&mut Sim, u64)) -> Vec<f64> {
    let mut shown = Vec::new();
    for at in 0..1000 {
        step(sim, at);
        let text = sim.shown(page, prop);
        shown.push(text.as_str().unwrap().parse().unwrap_or_default());
    }
    shown.dedup();
    shown
}

/// Forty values within 400 ms, for a device that takes 0 to 120 ms for each. In Dash, 7 to 17 writes were out of order,
/// and in half of the rounds the last one was not the final position of the drag.
#[test]
fn dash_5_forty_values_onto_a_slow_device_are_in_order_and_end_right_in_100_of_100_rounds() {
    let mut sim = Sim::new::<Bench>(Rig::default());
    let pages = [sim.join(), sim.join()];
    sim.rest();
    let mut seed = 1_u64;
    let mut delay = || {
        seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
        (seed >> 33) % 121
    };
    for round in 0..100 {
        let (before, mut until) = (sim.device::<Rig>().moves().len(), None);
        for value in 61..=100 {
            sim.send(pages[0], Bench::x.value, f64::from(value));
            pass(&mut sim, "drive", &mut until, 10, &mut delay);
        }
        pass(&mut sim, "drive", &mut until, 300, &mut delay);
        let moves = sim.device::<Rig>().moves().split_off(before);
        assert!(moves.windows(2).all(|two| two[0] < two[1]), "round {round}: {moves:?}");
        assert!(moves.len() >= 4 && moves.last() == Some(&100.0), "round {round}: {moves:?}");
        for page in pages {
            assert_eq!(
                (sim.shown(page, Bench::x.value), sim.shown(page, Bench::sum.text)),
                (100.0.into(), "100".into())
            );
        }
    }
}

/// plotly/dash#941: an interval shorter than its callback never showed a result.
#[test]
fn dash_3_4_values_that_come_faster_than_their_callback_are_still_shown() {
    let mut sim = Sim::new::<Bench>(Rig::default());
    let (hand, other) = (sim.join(), sim.join());
    sim.rest();
    let mut until = None;
    let shown = shown_while(&mut sim, other, Bench::pos.text, |sim, at| {
        if at % 10 == 0 {
            sim.send(hand, Bench::x.value, at as f64 / 10.0);
        }
        pass(sim, "drive", &mut until, 1, || 100);
    });
    assert!(shown.len() >= 9 && shown.is_sorted(), "a result of each run, and never an older one: {shown:?}");
    pass(&mut sim, "drive", &mut until, 250, || 100);
    assert_eq!(sim.shown(other, Bench::pos.text), "99", "the last one always");
}

#[components]
struct Fast {
    n: Label,
    slow: Label,
    own: Label,
}

#[callback_shared(every = "10ms", output = Fast::n.text)]
fn source(count: &mut u32) -> String {
    *count += 1;
    count.to_string()
}

#[callback(output = Fast::own.text)]
fn slow_for_one(#[input(Fast::n.text)] n: String) -> String {
    n
}

#[callback_shared(output = Fast::slow.text)]
fn slow_for_all(#[input(Fast::n.text)] n: String) -> String {
    n
}

impl Dashboard for Fast {
    type Device = u32;
    type Session = ();
    const CALLBACKS: Callbacks<Self> = callbacks![source, slow_for_one, slow_for_all];

    fn layout(self) -> Element {
        place((self.n, self.slow, self.own))
    }
}

#[test]
fn dash_3_4_a_source_that_is_faster_than_what_reads_it_is_still_shown() {
    for (slow, of_one) in [("slow_for_all", false), ("slow_for_one", true)] {
        let mut sim = Sim::unstarted::<Fast>(0, Default::default());
        sim.begin();
        let page = sim.join();
        let (mut until, prop) = (None, if of_one { Fast::own.text } else { Fast::slow.text });
        let shown = shown_while(&mut sim, page, prop, |sim, _| pass(sim, slow, &mut until, 1, || 45));
        assert!(shown.len() >= 18 && shown.is_sorted(), "{slow}: {shown:?}");
        let newest: f64 = sim.shown(page, Fast::n.text).as_str().unwrap().parse().unwrap();
        let lag = newest - shown.last().unwrap();
        assert!(lag <= 10.0, "{slow} is {lag} behind");
        if of_one {
            assert_eq!(newest, 100.0, "a private callback does not delay the source");
        }
    }
}

/// A control and a value that is computed from it.
#[derive(Component)]
#[component(tag = "t-row", script = "parts.rs")]
pub struct Row {
    id: ComponentId,
    #[prop(writable)]
    value: f64,
    text: String,
}

impl Render for Row {
    fn render(&self, _: &mut Html) {}
}

macro_rules! rows {
    ($name:ident: $($row:ident)*) => {
        mod $name {
            use super::*;

            #[components]
            pub struct Rows {
                $(pub $row: Row,)*
            }

            $(
                #[callback_shared(output = Rows::$row.text)]
                fn $row(#[input(Rows::$row.value)] value: f64) -> String {
                    value.to_string()
                }
            )*

            impl Dashboard for Rows {
                type Device = ();
                type Session = ();
                const CALLBACKS: Callbacks<Self> = callbacks![$($row),*];

                fn layout(self) -> Element {
                    place(vec![$(self.$row.into_element()),*])
                }
            }
        }
    };
}

rows! { few: r000 r001 r002 r003 }
rows! { many:
    r000 r001 r002 r003 r004 r005 r006 r007 r008 r009 r010 r011 r012 r013 r014 r015 r016 r017
    r018 r019 r020 r021 r022 r023 r024 r025 r026 r027 r028 r029 r030 r031 r032 r033 r034 r035
    r036 r037 r038 r039 r040 r041 r042 r043 r044 r045 r046 r047 r048 r049 r050 r051 r052 r053
    r054 r055 r056 r057 r058 r059 r060 r061 r062 r063 r064 r065 r066 r067 r068 r069 r070 r071
    r072 r073 r074 r075 r076 r077 r078 r079 r080 r081 r082 r083 r084 r085 r086 r087 r088 r089
    r090 r091 r092 r093 r094 r095 r096 r097 r098 r099 r100 r101 r102 r103 r104 r105 r106 r107
    r108 r109 r110 r111 r112 r113 r114 r115 r116 r117 r118 r119 r120 r121 r122 r123 r124 r125
    r126 r127 r128 r129 r130 r131 r132 r133 r134 r135 r136 r137 r138 r139 r140 r141 r142 r143
    r144 r145 r146 r147 r148 r149 r150 r151 r152 r153 r154 r155 r156 r157 r158 r159 r160 r161
    r162 r163 r164 r165 r166 r167 r168 r169 r170 r171 r172 r173 r174 r175 r176 r177 r178 r179
    r180 r181 r182 r183 r184 r185 r186 r187 r188 r189 r190 r191 r192 r193 r194 r195 r196 r197
    r198 r199 r200 r201 r202 r203 r204 r205 r206 r207 r208 r209 r210 r211 r212 r213 r214 r215
    r216 r217 r218 r219 r220 r221 r222 r223 r224 r225 r226 r227 r228 r229 r230 r231 r232 r233
    r234 r235 r236 r237 r238 r239 r240 r241 r242 r243 r244 r245 r246 r247 r248 r249 r250 r251
    r252 r253 r254 r255 r256 r257 r258 r259 r260 r261 r262 r263 r264 r265 r266 r267 r268 r269
    r270 r271 r272 r273 r274 r275 r276 r277 r278 r279 r280 r281 r282 r283 r284 r285 r286 r287
    r288 r289 r290 r291 r292 r293 r294 r295 r296 r297 r298 r299 r300 r301 r302 r303 r304 r305
    r306 r307 r308 r309 r310 r311 r312 r313 r314 r315 r316 r317 r318 r319 r320 r321 r322 r323
    r324 r325 r326 r327 r328 r329 r330 r331 r332 r333 r334 r335 r336 r337 r338 r339 r340 r341
    r342 r343 r344 r345 r346 r347 r348 r349 r350 r351 r352 r353 r354 r355 r356 r357 r358 r359
    r360 r361 r362 r363 r364 r365 r366 r367 r368 r369 r370 r371 r372 r373 r374 r375 r376 r377
    r378 r379 r380 r381 r382 r383 r384 r385 r386 r387 r388 r389 r390 r391 r392 r393 r394 r395
    r396 r397 r398 r399
}

/// plotly/dash#3661, #3954: each change solved the whole graph again. 400 callbacks froze the page for 8 s.
#[test]
fn dash_3_14_a_change_costs_the_same_among_four_hundred_callbacks_as_among_four() {
    fn cost<D: Dashboard<Device = ()>>(prop: Prop<f64>) -> (u64, usize, Duration) {
        let mut sim = Sim::new::<D>(());
        let (hand, other) = (sim.join(), sim.join());
        sim.rest();
        let runs = sim.runs();
        sim.send(hand, prop, 1.0);
        sim.finish_all();
        let frame = sim.poll_lost(other).unwrap().len();
        let runs = sim.runs() - runs;
        let id = sim.pages[other].id;
        let socket = sim.pages[other].socket.unwrap();
        let once = |sim: &mut Sim, value: u32| {
            let begin = Instant::now();
            sim.send(hand, prop, f64::from(value % 10));
            sim.finish_all();
            assert!(sim.engine.poll_frame(id, socket).is_some());
            begin.elapsed()
        };
        // The shortest of many runs, because other processes only make a run longer.
        let best = (0..200).map(|value| once(&mut sim, value)).min().unwrap();
        (runs, frame, best)
    }

    let (few_runs, few_frame, few_time) = cost::<few::Rows>(few::Rows::r003.value);
    let (many_runs, many_frame, many_time) = cost::<many::Rows>(many::Rows::r399.value);
    assert_eq!((few_runs, many_runs), (1, 1), "only one callback runs");
    assert!(many_frame <= few_frame + 6, "the frame has one value: {few_frame}, {many_frame} bytes");
    assert!(many_time < few_time * 20, "a hundred times as many: {few_time:?}, {many_time:?}");
}
