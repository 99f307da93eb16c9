//! Stops, interlocks and control over relays.

use std::sync::mpsc::{Receiver, channel};

use super::*;

#[components]
struct Crane {
    drive: Control,
    stop: Stop,
    #[under(stop)]
    armed: Armed,
    #[under(drive, armed, stop)]
    speed: Slider,
    hang: Button,
}

/// A crane whose callback hangs when it is asked to.
struct Machine {
    hangs: Mutex<Receiver<()>>,
    did: Lamp,
}

#[callback_shared]
fn turn(machine: &mut Machine, #[input(Crane::speed.value)] speed: f64) {
    machine.did.does(format!("turn {speed}"));
}

#[callback_shared(on = Crane::hang.click)]
fn hang(machine: &mut Machine) {
    machine.did.does("hang".to_owned());
    let _ = machine.hangs.lock().unwrap().recv();
}

impl Dashboard for Crane {
    type Device = Machine;
    type Session = ();
    const CALLBACKS: Callbacks<Self> = callbacks![turn, hang];

    fn stops(machine: &Machine) -> Stops<Self> {
        let did = machine.did.clone();
        Stops::new().on(Self::stop, move || did.does("stop".to_owned()))
    }

    fn layout(self) -> Element {
        page("Crane", (self.drive, self.stop, self.armed, self.speed, self.hang))
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_stop_at_another_relay_acts_while_a_callback_hangs_and_trips_what_is_under_it() {
    let (nats, did) = (nats::Nats::start().await, Lamp::default());
    let (free, hangs) = channel();
    let machine = Machine { hangs: Mutex::new(hangs), did: did.clone() };
    let owner = Served::app(App::new::<Crane>(machine).unwrap().limits(quick()).fabric(nats.url(), NAME)).await;
    let (one, two) = (Served::relay(&nats.url()).await, Served::relay(&nats.url()).await);
    let (mut ada, mut bob) = (one.join().await, two.join().await);
    // Control belongs to the page at the one relay, and is refused to the page at the other.
    ada.apply("drive.ask", Value::Null).await;
    ada.apply("armed.arm", Value::Null).await;
    assert_eq!(bob.outcome_of("speed.value", 9.0).await.kind(), "control");
    ada.apply("speed.value", 5.0).await;
    ada.set("hang.click", Value::Null).await;
    eventually("the callback that hangs", async || did.did().contains(&"hang".to_owned()).then_some(())).await;
    bob.set("stop.press", Value::Null).await;
    eventually("the stop", async || did.did().contains(&"stop".to_owned()).then_some(())).await;
    assert_eq!(ada.outcome_of("speed.value", 7.0).await.kind(), "stopped");
    ada.sees("armed.state", "tripped").await;
    // A program at a relay is refused too.
    let put = Request::new("PUT", &format!("{PATH}api/props/speed/value")).json(8.0);
    assert_eq!(http::send(one.address, &put).await.status, 409);
    drop(free);
    assert!(!did.did().iter().any(|what| ["turn 7", "turn 8", "turn 9"].contains(&what.as_str())), "{:?}", did.did());
    drop(owner);
}
