use dash_devices::prelude::*;

struct Motor;

#[components]
struct Ui {
    speed: Slider,
}

impl Dashboard for Ui {
    type Device = Motor;
    type Session = ();
    const CALLBACKS: Callbacks<Self> = callbacks![];

    fn layout(self) -> Element {
        page("Test", self.speed)
    }
}

#[tokio::main]
async fn main() -> dash_devices::Result<()> {
    Ui::serve_with(Motor).await
}
