use dash_devices::prelude::*;

#[components]
struct Ui {
    router: Router,
    next: Button,
}

#[derive(Route, Debug, PartialEq)]
enum Page {
    #[route("/")]
    Home,
    #[route("/lamp/{id}")]
    Lamp { id: u32 },
    #[route(not_found)]
    Nowhere,
}

#[callback(on = Ui::next.click, output = Ui::router.path)]
fn lead(#[state(Ui::router.path)] path: &dash_devices::Path) -> Page {
    match path.route() {
        Page::Lamp { id } => Page::Lamp { id: id + 1 },
        Page::Home | Page::Nowhere => Page::Lamp { id: 1 },
    }
}

impl Dashboard for Ui {
    type Device = ();
    type Session = ();
    const CALLBACKS: Callbacks<Self> = callbacks![lead];

    fn layout(self) -> Element {
        page("Lamps", (self.router, self.next))
    }
}

fn push(handle: &Handle<Ui>) -> Result<(), dash_devices::PushError> {
    handle.push(changes![Ui::router.path = Page::Home])
}

#[test]
fn it_starts() {
    let _ = push;
    let _ = Page::Nowhere.path();
}
