//! The first paint of a page at a path, before its client has joined.

use dash_macros::{callback, callbacks, components};

use super::{
    parts::{Pages, place},
    sim::Sim,
};
use crate::{callback::Callbacks, client::Client, dashboard::Dashboard, element::Element, route::Path};

macro_rules! dashboard {
    ($name:ident, $client:ident: $taken:ty) => {
        #[components]
        pub struct $name {
            pub pages: Pages,
        }

        #[allow(clippy::needless_pass_by_value, reason = "that is how a client is taken")]
        #[callback(output = $name::pages.children)]
        fn show(#[input($name::pages.path)] path: &Path, $client: $taken) -> String {
            format!("{} for {}", path.as_str(), NAME($client))
        }

        impl Dashboard for $name {
            type Device = ();
            type Session = ();
            const CALLBACKS: Callbacks<Self> = callbacks![show];

            fn layout(self) -> Element {
                place(self.pages)
            }
        }
    };
}

mod certain {
    use super::*;
    const NAME: fn(Client) -> String = |client| client.id().to_string();
    dashboard!(Certain, client: Client);
}

mod perhaps {
    use super::*;
    const NAME: fn(Option<Client>) -> String =
        |client| client.map_or_else(|| "nobody yet".to_owned(), |client| client.id().to_string());
    dashboard!(Perhaps, client: Option<Client>);
}

#[test]
fn a_page_that_needs_its_client_has_no_first_look_and_comes_with_the_client() {
    let mut sim = Sim::new::<certain::Certain>(());
    assert!(sim.engine.first_look(&Path::default()).is_none(), "the callback cannot run without a client");
    let a = sim.join();
    sim.rest();
    assert_eq!(sim.shown(a, certain::Certain::pages.children), serde_json::json!(["/ for 1"]));
}

#[test]
fn a_page_that_asks_for_its_client_is_first_made_without_one() {
    let mut sim = Sim::new::<perhaps::Perhaps>(());
    let (body, mut call) = sim.engine.first_look(&Path::default()).unwrap();
    let crate::callback::callbacks::Body::Sync(body) = body else { panic!("a `fn`") };
    body(&mut call);
    let crate::callback::call::Write::Set(first) = &call.writes[0].1 else { panic!("it was set") };
    assert_eq!(first.json(), r#"["/ for nobody yet"]"#);
    let a = sim.join();
    sim.rest();
    assert_eq!(sim.shown(a, perhaps::Perhaps::pages.children), serde_json::json!(["/ for 1"]));
}
