//! The cost from a frame that comes in to the frames that go out, without sockets and threads.
//!
//! ```text
//! cargo bench --bench engine
//! ```
//!
//! The page is that of `examples/roundtrip`: a slider, its value through a shared callback, and a chain of five.

#![allow(clippy::unwrap_used, reason = "a benchmark that cannot be set up shall stop")]

use std::{fmt::Write as _, time::Duration};

use dash_devices::{App, Limits, prelude::*};
use dash_runtime::testing::{ClientHandle, InMemory};
use divan::{Bencher, black_box, counter::ItemsCount};

#[components]
struct Ui {
    slider: Slider,
    slider_output: Text,
    free: Slider,
    text: Input,
    c1: Text,
    c2: Text,
    c3: Text,
    c4: Text,
    c5: Text,
}

#[callback_shared(output = Ui::slider_output.text)]
fn show_slider(#[input(Ui::slider.value)] value: f64) -> String {
    value.to_string()
}

#[callback_shared(output = Ui::c1.text)]
fn first(#[input(Ui::slider.value)] value: f64) -> String {
    value.to_string()
}

#[callback_shared(output = Ui::c2.text)]
fn second(#[input(Ui::c1.text)] before: String) -> String {
    before
}

#[callback_shared(output = Ui::c3.text)]
fn third(#[input(Ui::c2.text)] before: String) -> String {
    before
}

#[callback_shared(output = Ui::c4.text)]
fn fourth(#[input(Ui::c3.text)] before: String) -> String {
    before
}

#[callback_shared(output = Ui::c5.text)]
fn fifth(#[input(Ui::c4.text)] before: String) -> String {
    before
}

impl Dashboard for Ui {
    type Device = ();
    type Session = ();
    const CALLBACKS: Callbacks<Self> = callbacks![show_slider, first, second, third, fourth, fifth];

    fn layout(self) -> Element {
        page(
            "Round trip",
            (
                card("Slider", (self.slider, self.slider_output, self.free)),
                card("Text", self.text),
                card("Chain", row((self.c1, self.c2, self.c3, self.c4, self.c5))),
            ),
        )
    }
}

/// An app with this many clients. The first one sends the commands.
struct Rig {
    app: InMemory,
    clients: Vec<ClientHandle>,
    number: u64,
    text: String,
}

impl Rig {
    fn new(clients: usize) -> Self {
        let mut limits = Limits::default();
        limits.commands_per_second = u32::MAX;
        let mut app = InMemory::of(App::new::<Ui>(()).unwrap().limits(limits));
        let clients = (0..clients).map(|_| app.join()).collect();
        let mut rig = Self { app, clients, number: 0, text: String::new() };
        rig.poll_all();
        rig
    }

    fn number(&self, component: &str) -> usize {
        self.app.number(component, "value").unwrap()
    }

    /// A command of the first client.
    fn command(&mut self, prop: usize) {
        self.number += 1;
        // A different value each time, as in a drag.
        let value = self.number % 1000;
        self.text.clear();
        let _ = write!(self.text, "{{\"n\":{},\"p\":{prop},\"v\":{}.{}}}", self.number, value / 10, value % 10);
        self.app.send(&self.clients[0], &self.text);
    }

    fn refused(&mut self, text: &str) {
        self.app.send(&self.clients[0], text);
    }

    /// Polls the frames of all clients. Returns their total size in bytes.
    fn poll_all(&mut self) -> usize {
        let Self { app, clients, .. } = self;
        clients.iter().filter_map(|client| app.frame(client)).map(|frame| black_box(frame).len()).sum()
    }
}

fn main() {
    divan::main();
}

/// The slider moves: six callbacks, seven values, a frame for every client. Targets: under 10 µs with one client, under
/// 0.5 µs for each further one.
#[divan::bench(args = [1, 100, 1000])]
fn chain_of_five(bencher: Bencher<'_, '_>, clients: usize) {
    let mut rig = Rig::new(clients);
    let slider = rig.number("slider");
    bencher.counter(ItemsCount::new(clients)).bench_local(|| {
        rig.command(slider);
        rig.poll_all()
    });
}

/// A value that no callback reads: the cost of the engine alone.
#[divan::bench(args = [1, 100, 1000])]
fn plain_value(bencher: Bencher<'_, '_>, clients: usize) {
    let mut rig = Rig::new(clients);
    let free = rig.number("free");
    bencher.counter(ItemsCount::new(clients)).bench_local(|| {
        rig.command(free);
        rig.poll_all()
    });
}

mod ingress {
    use super::*;

    /// Without the frames: the cost of a hundred commands before any client is sent an update.
    #[divan::bench]
    fn good(bencher: Bencher<'_, '_>) {
        let mut rig = Rig::new(1);
        let free = rig.number("free");
        bencher.counter(ItemsCount::new(100u32)).bench_local(|| {
            for _ in 0..100 {
                rig.command(free);
            }
            rig.poll_all()
        });
    }

    #[divan::bench]
    fn out_of_range(bencher: Bencher<'_, '_>) {
        let mut rig = Rig::new(1);
        let free = rig.number("free");
        bencher.counter(ItemsCount::new(100u32)).bench_local(|| {
            for _ in 0..100 {
                rig.number += 1;
                let text = format!("{{\"n\":{},\"p\":{free},\"v\":1000}}", rig.number);
                rig.refused(&text);
            }
            rig.poll_all()
        });
    }

    #[divan::bench(args = ["[]", r#"{"n":1}"#, r#"{"t":"hello"}"#, "not JSON at all"])]
    fn malformed(bencher: Bencher<'_, '_>, text: &str) {
        let mut rig = Rig::new(1);
        bencher.bench_local(|| {
            rig.refused(text);
            rig.poll_all()
        });
    }

    #[divan::bench]
    fn ping(bencher: Bencher<'_, '_>) {
        let mut rig = Rig::new(1);
        bencher.bench_local(|| {
            rig.refused(r#"{"t":"ping"}"#);
            rig.poll_all()
        });
    }
}

/// What is under gates: a slider under all of them, a stop above sixteen interlocks, and a slider that is under none.
mod gates {
    use super::*;

    #[components]
    struct Yard {
        control: Control,
        stop: Stop,
        #[under(stop)]
        motors: [Armed; 16],
        #[under(control, stop)]
        guarded: Slider,
        free: Slider,
    }

    impl Dashboard for Yard {
        type Device = ();
        type Session = ();
        const CALLBACKS: Callbacks<Self> = callbacks![];

        fn stops((): &()) -> Stops<Self> {
            Stops::new().on(Self::stop, || Ok::<_, &str>(()))
        }

        fn layout(self) -> Element {
            page("Yard", (self.control, self.stop, column(Vec::from(self.motors)), self.guarded, self.free))
        }
    }

    /// A yard whose first client is in control.
    fn yard() -> Rig {
        let mut limits = Limits::default();
        limits.commands_per_second = u32::MAX;
        let mut app = InMemory::of(App::new::<Yard>(()).unwrap().limits(limits));
        let clients = vec![app.join()];
        let mut rig = Rig { app, clients, number: 0, text: String::new() };
        rig.poll_all();
        rig.event("control", "ask");
        rig.poll_all();
        rig
    }

    impl Rig {
        fn event(&mut self, component: &str, event: &str) {
            self.number += 1;
            let prop = self.app.number(component, event).unwrap();
            let text = format!("{{\"n\":{},\"p\":{prop},\"v\":null}}", self.number);
            self.app.send(&self.clients[0], &text);
        }
    }

    /// A value under a control and a stop, and one under nothing in the same dashboard.
    #[divan::bench(args = ["guarded", "free"])]
    fn value(bencher: Bencher<'_, '_>, component: &str) {
        let mut rig = yard();
        let prop = rig.number(component);
        bencher.bench_local(|| {
            rig.command(prop);
            rig.poll_all()
        });
    }

    /// A press of the stop above sixteen interlocks.
    #[divan::bench]
    fn press(bencher: Bencher<'_, '_>) {
        let mut rig = yard();
        bencher.bench_local(|| {
            rig.event("stop", "press");
            rig.poll_all()
        });
    }
}

/// A long text to a hundred clients. It is encoded once.
#[divan::bench(args = [10, 1_000, 10_000])]
fn long_text(bencher: Bencher<'_, '_>, length: usize) {
    let mut rig = Rig::new(100);
    let prop = rig.number("text");
    let texts = ["x".repeat(length), "y".repeat(length)];
    bencher.bench_local(|| {
        rig.number += 1;
        let text = format!("{{\"n\":{},\"p\":{prop},\"v\":\"{}\"}}", rig.number, texts[rig.number as usize % 2]);
        rig.refused(&text);
        rig.poll_all()
    });
}

/// The HTML document of a visitor.
#[divan::bench]
fn first_page(bencher: Bencher<'_, '_>) {
    let mut rig = Rig::new(1);
    bencher.bench_local(|| rig.app.page());
}

/// A dashboard without clients and without events.
#[divan::bench]
fn an_idle_hour(bencher: Bencher<'_, '_>) {
    let mut rig = Rig::new(1000);
    bencher.bench_local(|| {
        rig.app.advance(Duration::from_secs(3600));
        rig.poll_all()
    });
}
