//! The cost of a page's document: a thousand components of one type with different values, without sockets.
//!
//! ```text
//! cargo bench --bench page
//! ```

#![allow(clippy::unwrap_used, reason = "a benchmark that cannot be set up shall stop")]

use dash_devices::prelude::*;
use dash_runtime::testing::InMemory;
use divan::{Bencher, counter::BytesCount};

macro_rules! wall {
    ($wall:ident of $component:ident, $set:expr) => {
        #[components]
        struct $wall {
            a: [$component; 250],
            b: [$component; 250],
            c: [$component; 250],
            d: [$component; 250],
        }

        impl Dashboard for $wall {
            type Device = ();
            type Session = ();
            const CALLBACKS: Callbacks<Self> = callbacks![];

            fn layout(self) -> Element {
                let all = [self.a, self.b, self.c, self.d].into_iter().flatten().enumerate();
                let set: fn($component, usize) -> $component = $set;
                page("Wall", grid(all.map(|(at, one)| set(one, at)).collect::<Vec<_>>()))
            }
        }
    };
}

wall!(Gauges of Gauge, |gauge, at| {
    gauge.value(at as f64 / 7.0).unit("°C").label("CPU").digits(1).warn_above(80).bad_above(95)
});
wall!(Bars of Progress, |bar, at| bar.value(at as f64 / 7.0).unit("GiB").label("Memory"));
wall!(Lamps of Indicator, |lamp, at| lamp.on(at % 2 == 0).label("Pump"));
wall!(Texts of Text, |text, at| text.text(format!("{at} %")).label("Level"));
wall!(Tables of Table, |table, at| {
    table.columns([Column::text("Name"), Column::number("CPU").unit("%").digits(1)]).rows(vec![
        vec![Cell::from("init"), Cell::from(at as f64 / 7.0)],
        vec![Cell::from("shell"), Cell::Empty],
    ])
});

fn main() {
    divan::main();
}

fn render<D: Dashboard<Device = ()>>(bencher: Bencher<'_, '_>) {
    let mut app = InMemory::new::<D>(()).unwrap();
    let bytes = app.page().len();
    bencher.counter(BytesCount::new(bytes)).bench_local(|| app.page());
}

#[divan::bench]
fn gauges(bencher: Bencher<'_, '_>) {
    render::<Gauges>(bencher);
}

#[divan::bench]
fn bars(bencher: Bencher<'_, '_>) {
    render::<Bars>(bencher);
}

#[divan::bench]
fn lamps(bencher: Bencher<'_, '_>) {
    render::<Lamps>(bencher);
}

#[divan::bench]
fn texts(bencher: Bencher<'_, '_>) {
    render::<Texts>(bencher);
}

#[divan::bench]
fn tables(bencher: Bencher<'_, '_>) {
    render::<Tables>(bencher);
}
