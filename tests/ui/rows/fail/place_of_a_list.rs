use dash_devices::prelude::*;

#[components]
struct Ui {
    router: Router,
    lamps: Many<u32, Lamp>,
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

#[components]
struct Lamp {
    on: Switch,
    level: Slider,
    note: Text,
    remove: Button,
}
impl Lamp {
    fn view(self) -> Element {
        row((self.on, self.level, self.note, self.remove)).into_element()
    }
}

#[callback(output = Ui::router.children)]
fn pages(#[input(Ui::router.path)] path: dash_devices::Path) -> Element {
    path.route::<Page>().all();
    Ui::lamps.place().each(|_, l: Lamp| l.view()).into_element()
}

impl Dashboard for Ui {
    type Device = ();
    type Session = ();
    const CALLBACKS: Callbacks<Self> = callbacks![pages];

    fn layout(self) -> Element {
        page("T", (self.router, self.lamps.each(|_, l| l.view())))
    }
}
fn main() {}
