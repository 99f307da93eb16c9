use dash_devices::prelude::*;

#[components]
struct Ui {
    expert: Switch,
    left: Panel,
}

#[components]
struct Panel {
    speed: Slider,
    shown: Text,
}
impl Panel {
    fn view(self) -> Element {
        row((self.speed, self.shown)).into_element()
    }
}

impl Dashboard for Ui {
    type Device = ();
    type Session = ();
    const CALLBACKS: Callbacks<Self> = callbacks![];
    const BINDINGS: Bindings<Self> = bindings![show_when(Ui::expert.on, Ui::left)];

    fn layout(self) -> Element {
        page("Test", (self.expert, self.left.view()))
    }
}
fn main() {}
