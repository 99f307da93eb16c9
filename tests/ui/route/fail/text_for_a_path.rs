use dash_devices::prelude::*;

#[components]
struct Ui {
    router: Router,
    readout: Text,
    go: Button,
}

#[callback(on = Ui::go.click, output = Ui::router.path)]
fn f() -> String {
    todo!()
}
impl Dashboard for Ui {
    type Device = ();
    type Session = ();
    const CALLBACKS: Callbacks<Self> = callbacks![f];

    fn layout(self) -> Element {
        page("Test", (self.router, self.readout, self.go))
    }
}
fn main() {}
