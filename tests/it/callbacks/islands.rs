//! Which callbacks wait for each other: each field of a device has its own queue, and a device without fields has one.

use std::sync::mpsc;

use dash_devices::prelude::*;
use serde_json::Value;

use crate::support::{PATIENCE, Served};

#[components]
struct Ui {
    meet_here: Button,
    here: Text,
    meet_there: Button,
    there: Text,
}

/// One side of a meeting: it signals its arrival and waits for the other side.
struct Meeting {
    says: mpsc::Sender<()>,
    hears: mpsc::Receiver<()>,
}

impl Meeting {
    fn meet(&mut self) -> Result<&'static str, mpsc::RecvTimeoutError> {
        let _ = self.says.send(());
        self.hears.recv_timeout(PATIENCE).map(|()| "met")
    }
}

struct Arm(Meeting);
struct Camera(Meeting);

#[derive(Device)]
struct Robot {
    arm: Arm,
    camera: Camera,
}

#[callback_shared(on = Ui::meet_here.click, output = Ui::here.text)]
fn here(arm: &mut Arm) -> Result<&'static str, mpsc::RecvTimeoutError> {
    arm.0.meet()
}

/// On a thread of the runtime. The other side runs on a separate thread.
#[callback_shared(on = Ui::meet_there.click, output = Ui::there.text)]
fn there(camera: &mut Camera) -> Result<&'static str, mpsc::RecvTimeoutError> {
    camera.0.meet()
}

impl Dashboard for Ui {
    type Device = Robot;
    type Session = ();
    const CALLBACKS: Callbacks<Self> = callbacks![here, there];

    fn layout(self) -> Element {
        page("Islands", (self.meet_here, self.here, self.meet_there, self.there))
    }
}

/// Proved by a meeting: each callback waits for the arrival of the other. That is impossible if one runs only after the
/// other ends.
#[tokio::test]
async fn fields_of_a_device_are_used_at_the_same_time() {
    let ((says, hears_too), (says_too, hears)) = (mpsc::channel(), mpsc::channel());
    let robot =
        Robot { arm: Arm(Meeting { says, hears }), camera: Camera(Meeting { says: says_too, hears: hears_too }) };
    let app = Served::new::<Ui>(robot).await;
    let mut browser = app.join().await;
    for _ in 0..20 {
        let (one, two) =
            (browser.set("meet_here.click", Value::Null).await, browser.set("meet_there.click", Value::Null).await);
        browser.outcome(one).await;
        browser.outcome(two).await;
    }
    assert_eq!((browser.value("here.text"), browser.value("there.text")), (&"met".into(), &"met".into()));
    assert_eq!((browser.bad("here.text"), browser.bad("there.text")), (None, None));
}

mod one_device {
    use super::*;

    #[components]
    struct Ui {
        first: Button,
        second: Button,
        third: Button,
        most: Text,
        seen: Text,
    }

    /// `&mut` already ensures exclusive use. The test checks that each callback gets the device.
    #[derive(Default)]
    struct Port {
        uses: usize,
    }

    impl Port {
        fn r#use(&mut self) -> String {
            self.uses += 1;
            format!("{} uses", self.uses)
        }
    }

    #[callback_shared(on = Ui::first.click, output = Ui::most.text)]
    fn first(port: &mut Port) -> String {
        std::thread::yield_now();
        port.r#use()
    }

    #[callback_shared(on = Ui::second.click, output = Ui::seen.text)]
    async fn second(port: &mut Port) -> String {
        tokio::task::yield_now().await;
        port.r#use()
    }

    /// Private, but in the same queue.
    #[callback(on = Ui::third.click)]
    async fn third(port: &mut Port) {
        tokio::task::yield_now().await;
        port.r#use();
    }

    impl Dashboard for Ui {
        type Device = Port;
        type Session = ();
        const CALLBACKS: Callbacks<Self> = callbacks![first, second, third];

        fn layout(self) -> Element {
            page("One device", (self.first, self.second, self.third, self.most, self.seen))
        }
    }

    #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
    async fn one_device_is_lent_to_one_callback_at_a_time() {
        let app = Served::new::<Ui>(Port::default()).await;
        let mut browsers = Vec::new();
        for _ in 0..4 {
            browsers.push(app.join().await);
        }
        for _ in 0..25 {
            for browser in &mut browsers {
                for button in ["first.click", "second.click", "third.click"] {
                    browser.set(button, Value::Null).await;
                }
            }
        }
        for browser in &mut browsers {
            for number in 1..=75 {
                browser.outcome(number).await;
            }
        }
        let mut browser = app.join().await;
        browser.apply("first.click", Value::Null).await;
        assert_eq!(browser.value("most.text"), "301 uses");
    }
}
