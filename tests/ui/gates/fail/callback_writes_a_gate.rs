use dash_devices::prelude::*;

#[components]
struct Ui {
    stop: Stop,
    ready: Button,
}

#[callback_shared(on = Ui::ready.click, output = Ui::stop.state)]
fn ready() -> dash_devices::StopState {
    dash_devices::StopState::Ready
}

impl Dashboard for Ui {
    type Device = ();
    type Session = ();
    const CALLBACKS: Callbacks<Self> = callbacks![ready];

    fn layout(self) -> Element {
        page("Test", (self.stop, self.ready))
    }
}

fn main() {}
