use dash_devices::prelude::*;

#[components]
struct Ui {
    router: Router,
    readout: Text,
    go: Button,
}

#[derive(Route, Debug)]
enum Page {
    #[route("/")]
    Home,
    #[route("/lamp/{id}")]
    Lamp { id: u32 },
    #[route(not_found)]
    Nowhere,
}
impl Page {
    fn all(&self) {
        let Self::Lamp { id } = self else { return };
        let _ = (id, Self::Home, Self::Nowhere);
    }
}

#[callback(output = Ui::router.children)]
fn pages(#[input(Ui::router.path)] path: dash_devices::Path) -> Element {
    path.route::<Page>().all();
    todo!()
}
#[callback_shared(output = Ui::readout.text)]
fn f(#[input(Ui::router.path)] path: dash_devices::Path) -> String {
    todo!()
}
impl Dashboard for Ui {
    type Device = ();
    type Session = ();
    const CALLBACKS: Callbacks<Self> = callbacks![pages, f];

    fn layout(self) -> Element {
        page("Test", (self.router, self.readout, self.go))
    }
}
fn main() {}
