//! Pages of another version of the dashboard that can continue: each component has a hash of what pages use of it.

use std::collections::BTreeMap;

use dash_macros::{Component, bindings, callbacks, components};
use serde_json::Value as Json;

use super::sim::Sim;
use crate::{
    binding::Bindings,
    callback::Callbacks,
    component::prelude::*,
    dashboard::Dashboard,
    element::Element,
    engine::{Greeting, plan::Plan},
    protocol::VERSION,
};

/// A version of a dashboard: its components in their order, the fields of `Part`, and the bindings.
macro_rules! version {
    (
        $version:ident: [$($id:ident)*] [$($bound:tt)*]
        #[component($($component:tt)*)] { $($part:tt)* }
    ) => {
        mod $version {
            use super::*;
            #[allow(unused_imports, reason = "not every version has all of them")]
            use crate::engine::tests::parts::{Dial, Label, place};

            #[derive(Component)]
            #[component($($component)*)]
            pub struct Part {
                id: ComponentId,
                $($part)*
            }

            impl Render for Part {
                fn render(&self, _: &mut Html) {}
            }

            version!(@components [$($id)*] []);

            impl Dashboard for Ui {
                type Device = ();
                type Session = ();
                const CALLBACKS: Callbacks<Self> = callbacks![];
                const BINDINGS: Bindings<Self> = bindings![$($bound)*];

                fn layout(self) -> Element {
                    place(($(self.$id),*,))
                }
            }
        }
    };
    (@components [] [$($id:ident $ty:ident)*]) => {
        #[components]
        pub struct Ui {
            $($id: $ty,)*
        }
    };
    (@components [part $($left:ident)*] [$($done:tt)*]) => { version!(@components [$($left)*] [$($done)* part Part]); };
    (@components [label $($left:ident)*] [$($done:tt)*]) => { version!(@components [$($left)*] [$($done)* label Label]); };
    (@components [extra $($left:ident)*] [$($done:tt)*]) => { version!(@components [$($left)*] [$($done)* extra Label]); };
    (@components [dial $($left:ident)*] [$($done:tt)*]) => { version!(@components [$($left)*] [$($done)* dial Dial]); };
}

/// Two types with the same form in JSON, and one with another form.
mod shapes {
    use crate::component::prelude::*;

    macro_rules! shape {
        ($name:ident { $($field:ident: $ty:ty),* }) => {
            #[derive(Debug, Clone, Default, Serialize, Deserialize, JsonSchema)]
            #[schemars(crate = "schemars")]
            pub struct $name { $($field: $ty),* }
        };
    }

    shape!(First { x: f64 });
    shape!(Same { x: f64 });
    shape!(Other { x: String });
}

version! { base: [part label dial] [] #[component(tag = "t-part", script = "parts.rs")] { value: f64, list: Vec<u32> } }
version! { moved: [extra dial part label] [] #[component(tag = "t-part", script = "parts.rs")] { value: f64, list: Vec<u32> } }
version! { removed: [part dial] [] #[component(tag = "t-part", script = "parts.rs")] { value: f64, list: Vec<u32> } }
version! { retyped: [part label dial] [] #[component(tag = "t-part", script = "parts.rs")] { value: f64, list: Vec<String> } }
version! { renamed: [part label dial] [] #[component(tag = "t-part", script = "parts.rs")] { worth: f64, list: Vec<u32> } }
version! { grown: [part label dial] [] #[component(tag = "t-part", script = "parts.rs")] { value: f64, list: Vec<u32>, more: u32 } }
version! { writable: [part label dial] [] #[component(tag = "t-part", script = "parts.rs")] { #[prop(writable)] value: f64, list: Vec<u32> } }
version! { event: [part label dial] [] #[component(tag = "t-part", script = "parts.rs")] { #[prop(event)] value: Event<f64>, list: Vec<u32> } }
version! { tagged: [part label dial] [] #[component(tag = "t-other", script = "parts.rs")] { value: f64, list: Vec<u32> } }
version! { scripted: [part label dial] [] #[component(tag = "t-part", script = "sum.js")] { value: f64, list: Vec<u32> } }
version! { bound: [part label dial] [mirror(Ui::dial.value, Ui::part.value)] #[component(tag = "t-part", script = "parts.rs")] { value: f64, list: Vec<u32> } }
version! { documented: [part label dial] [] #[component(tag = "t-part", script = "parts.rs", style = "parts.rs")] { value: f64, list: Vec<u32> } }
version! { first: [part label dial] [] #[component(tag = "t-part", script = "parts.rs")] { shape: shapes::First } }
version! { same: [part label dial] [] #[component(tag = "t-part", script = "parts.rs")] { shape: shapes::Same } }
version! { other: [part label dial] [] #[component(tag = "t-part", script = "parts.rs")] { shape: shapes::Other } }

/// The schema, and for each component its hash and the number of its first property.
fn table<D: Dashboard>() -> (String, BTreeMap<String, (String, u64)>) {
    let Ok(planned) = Plan::of::<D>() else { panic!("the layout is complete") };
    let frame: Json = serde_json::from_str(&planned.plan.table.frame).unwrap();
    let entries = frame["components"].as_array().unwrap().iter().map(|entry| {
        let [id, hash] = [0, 1].map(|at| entry[at].as_str().unwrap().to_owned());
        (id, (hash, entry[2].as_u64().unwrap()))
    });
    (frame["schema"].as_str().unwrap().to_owned(), entries.collect())
}

/// The components of `Old` that are not in `New` with the same hash.
fn changed<Old: Dashboard, New: Dashboard>() -> Vec<String> {
    let ((_, old), (_, new)) = (table::<Old>(), table::<New>());
    let is_other = |id: &String| new.get(id).map(|(hash, _)| hash) != old.get(id).map(|(hash, _)| hash);
    old.keys().filter(|id| is_other(id)).cloned().collect()
}

#[test]
fn a_component_stays_the_same_wherever_its_number_is_now() {
    assert_eq!(changed::<base::Ui, moved::Ui>(), [""; 0]);
    let ((old_schema, old), (new_schema, new)) = (table::<base::Ui>(), table::<moved::Ui>());
    assert_ne!(old_schema, new_schema);
    assert_eq!(["part", "label", "dial"].map(|id| old[id].1), [0, 2, 3]);
    assert_eq!(["extra", "dial", "part", "label"].map(|id| new[id].1), [0, 1, 4, 6]);
    assert_eq!(changed::<moved::Ui, base::Ui>(), ["extra"]);
}

#[test]
fn whatever_a_page_uses_of_a_component_changes_its_hash_and_no_other() {
    assert_eq!(changed::<base::Ui, base::Ui>(), [""; 0]);
    assert_eq!(changed::<base::Ui, removed::Ui>(), ["label"]);
    assert_eq!(changed::<base::Ui, retyped::Ui>(), ["part"]);
    assert_eq!(changed::<base::Ui, renamed::Ui>(), ["part"]);
    assert_eq!(changed::<base::Ui, grown::Ui>(), ["part"]);
    assert_eq!(changed::<base::Ui, writable::Ui>(), ["part"]);
    assert_eq!(changed::<base::Ui, event::Ui>(), ["part"]);
    assert_eq!(changed::<base::Ui, tagged::Ui>(), ["part"]);
    assert_eq!(changed::<base::Ui, scripted::Ui>(), ["part"]);
    assert_eq!(changed::<base::Ui, bound::Ui>(), ["part"]);
    assert_eq!(changed::<first::Ui, other::Ui>(), ["part"], "a field of a type has another type");
}

#[test]
fn what_pages_do_not_see_changes_nothing() {
    assert_eq!(changed::<base::Ui, documented::Ui>(), [""; 0]);
    assert_eq!(changed::<first::Ui, same::Ui>(), [""; 0], "a type has another name in Rust");
}

#[test]
fn an_older_page_goes_on_with_the_table_of_the_newer_server() {
    let (mut older, mut newer) = (Sim::new::<base::Ui>(()), Sim::new::<moved::Ui>(()));
    let page = older.load();
    let schema = &older.engine.plan().table.schema;
    let mut greet = |hello: &str| {
        newer.engine.hello(newer.now, hello, Default::default(), || "t".to_owned(), &mut Default::default())
    };
    let Greeting::Table(frame) = greet(&page.hello(schema, None)) else { panic!("its schema is another one") };
    let frame: Json = serde_json::from_str(&frame).unwrap();
    let hello = page.hello(frame["schema"].as_str().unwrap(), None);
    assert!(matches!(greet(&hello), Greeting::Welcome { .. }));
    let older = hello.replace(&format!("\"protocol\":{VERSION}"), "\"protocol\":1");
    assert!(matches!(greet(&older), Greeting::Reload));
    assert_eq!(newer.engine.clients(), 1);
}

#[test]
fn the_page_has_each_hash_once() {
    let Ok(planned) = Plan::of::<moved::Ui>() else { panic!("the layout is complete") };
    let hashes: Json = serde_json::from_str(&planned.plan.table.hashes).unwrap();
    let (_, table) = table::<moved::Ui>();
    assert_eq!(hashes[1], serde_json::json!([0, 1, 2, 0]), "extra and label are of a kind");
    assert_eq!(hashes[0][2], table["part"].0);
    assert_eq!(hashes[0].as_array().unwrap().len(), 3);
}
