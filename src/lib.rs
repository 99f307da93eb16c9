//! Live dashboards for devices: write Rust functions, annotate them, and every browser in the house sees and moves the
//! same controls.
//!
//! A device is anything that a Rust value stands for: a lamp, a camera, a robot, an instrument, the machine itself. Its
//! functions stay plain functions. What they are wired to is checked by the compiler. The program that comes out is one
//! binary with its web page inside.
//!
//! - [A complete dashboard](#a-complete-dashboard)
//! - [The words](#the-words): component, property, callback, device, session, island, turn, revision
//! - [Pushing from anywhere](#pushing-from-anywhere)
//! - [Reference](#reference): attribute keys, parameters, return types
//! - [When something goes wrong](#when-something-goes-wrong)
//! - [Serving](#serving) and [testing](#testing)
//! - [Features](#features)
//!
//! # A complete dashboard
//!
//! A lamp with a slider, a reading and a button. This is `examples/brightness`, whole:
//!
//! ```no_run
#![doc = include_str!("../examples/brightness/main.rs")]
//! ```
//!
//! It needs `dash-devices`, and `tokio` with the features `macros` and `rt-multi-thread`. `cargo run` prints an address.
//! Open it twice: both pages move together.
//!
//! # The words
//!
//! ## Component
//!
//! A **component** is a part of the page with an id: a [`Slider`], a [`Text`], a [`Trend`]. The fields of the struct under
//! [`#[components]`](macro@components) are the components of a page, and a field's name is the id, also in the DOM. The
//! struct implements [`Dashboard`]; its [`layout`](Dashboard::layout) receives each component as a value and moves it to its
//! place. A component that is placed twice, or not at all, does not compile.
//!
//! Around the components are [`page`], [`card`], [`row`], [`column()`], [`grid`], [`heading`] and [`text()`], which have no id.
//! All components are listed in [`components`](mod@components). Your own is a struct with
//! [`#[derive(Component)]`](derive@Component) and a small JavaScript file beside it.
//!
//! ## Property
//!
//! A **property** is one value of a component, with a type. `Ui::brightness.value` names one: a constant of type
//! [`Prop<f64>`](Prop). There is no other way to name it, so a wrong id, property or type is a compile error where it was
//! written. There are three kinds.
//!
//! | kind | example | type | meaning |
//! | --- | --- | --- | --- |
//! | state | `Ui::brightness.value` | [`Prop<f64>`](Prop) | One current value. The latest wins. |
//! | event | `Ui::flash.click` | [`EventProp<()>`](EventProp) | Something that happened in a browser. Each occurrence counts; none is merged. |
//! | stream | `Ui::history.points` | [`StreamProp<Sample>`](StreamProp) | Values that a callback appends. The last ones are kept for those who join later. |
//!
//! A property holds any [`PropValue`]: a type with `Clone`, `Serialize`, `Deserialize` and `JsonSchema`. A browser can
//! write a state property only if its component declares it writable; the value is checked for type, range and options
//! before any callback sees it.
//!
//! ## Callback
//!
//! A **callback** is a function with [`#[callback_shared]`](macro@callback_shared) or [`#[callback]`](macro@callback) above
//! it. It runs when one of its inputs changes, when an event in `on` happens, or by the clock with `every`. What it returns
//! goes to its outputs, which may start other callbacks. A `fn` may block; nobody else waits for its thread. An `async fn`
//! runs on the tokio runtime.
//!
//! All callbacks of a dashboard are listed in [`callbacks!`]. There the compiler checks how they go together: one writer
//! for each property, no circles, nothing shared that depends on what only one client has.
//!
//! ## Shared and private
//!
//! What a `#[callback_shared]` writes, **everyone** sees. What a `#[callback]` writes, only the **client that asked** sees.
//!
//! The properties follow from that. A property is private, with a value for each client, if only `#[callback]`s use it and
//! one of them writes it or the browser may. Every other property is shared.
//!
//! ```
//! use dash_devices::prelude::*;
//!
//! #[components]
//! struct Ui {
//!     name: Input,
//!     hello: Button,
//!     greeting: Text,
//! }
//!
//! /// Kept for each client.
//! #[derive(Default)]
//! struct Visitor {
//!     greeted: u32,
//! }
//!
//! #[callback(on = Ui::hello.click, output = Ui::greeting.text)]
//! fn greet(#[session] visitor: &mut Visitor, #[state(Ui::name.value)] name: &str) -> String {
//!     visitor.greeted += 1;
//!     format!("Hello {name} ({})", visitor.greeted)
//! }
//!
//! impl Dashboard for Ui {
//!     type Device = ();
//!     type Session = Visitor;
//!     const CALLBACKS: Callbacks<Self> = callbacks![greet];
//!
//!     fn layout(self) -> Element {
//!         page("Door", card("", (self.name.label("Name"), self.hello.label("Ring"), self.greeting)))
//!     }
//! }
//! ```
//!
//! ## Group
//!
//! A **group** is a `#[components]` struct that is a field of another one: the same panel, several times on a page. Its
//! properties are named through the field, `Ui::left.speed.value`, and the ids in the page begin with it, `left-speed`. An
//! array `[Panel; 4]` or `[Switch; 8]` has its elements as `Ui::lamps[3].on`, with ids such as `lamps-3`. The number is a
//! literal, so one that is too large is a compile error. A range names several at once: `#[input(Ui::lamps[0..8].on)]` is a
//! `[bool; 8]`, `output = Ui::lamps[0..8].on` takes one, and a callback is listed `for Ui::panels[0..4]`.
//!
//! A callback that names the properties of the group itself is written once, and listed for each place with `for`. A
//! parameter `place: `[`Place`] tells which one it is.
//!
//! ```
//! # use dash_devices::prelude::*;
//! #[components]
//! struct Panel {
//!     speed: Slider,
//!     readout: Text,
//! }
//!
//! #[components]
//! struct Ui {
//!     left: Panel,
//!     right: Panel,
//! }
//!
//! #[callback_shared(output = Panel::readout.text)]
//! fn drive(place: Place, #[input(Panel::speed.value)] speed: f64) -> String {
//!     format!("{place}: {speed}")
//! }
//!
//! impl Panel {
//!     fn view(self) -> Element {
//!         row((self.speed, self.readout)).into_element()
//!     }
//! }
//!
//! impl Dashboard for Ui {
//!     # type Device = ();
//!     # type Session = ();
//!     const CALLBACKS: Callbacks<Self> = callbacks![drive for Ui::left, drive for Ui::right];
//!     // ..
//!     fn layout(self) -> Element {
//!         page("Robot", (self.left.view(), self.right.view()))
//!     }
//! }
//! ```
//!
//! ## List
//!
//! A **list**, [`Many<K, C>`](Many), is any number of rows, each a component or group `C` that is known by a key of type `K`.
//! Rows come and go while the dashboard runs, for everybody. Which there are is a property like any other,
//! `Ui::lamps.rows`: a `Vec<K>` in the order of the page, which callbacks read and write. How a row looks, and what it
//! starts with, is said once in `layout`, with [`each`](Many::each).
//!
//! ```
//! use dash_devices::prelude::*;
//!
//! #[components]
//! struct Lamp {
//!     on: Switch,
//!     level: Slider,
//!     remove: Button,
//! }
//!
//! #[components]
//! struct Ui {
//!     add: Button,
//!     lamps: Many<u32, Lamp>,
//!     total: Text,
//! }
//!
//! /// Of one row.
//! #[callback_shared(output = Ui::lamps[key].level.value)]
//! fn switch(#[input(Ui::lamps[key].on.on)] on: bool) -> f64 {
//!     if on { 100.0 } else { 0.0 }
//! }
//!
//! /// Of all rows.
//! #[callback_shared(output = Ui::total.text)]
//! fn total(#[input(Ui::lamps[..].on.on)] on: Rows<u32, bool>) -> String {
//!     format!("{} of {}", on.values().filter(|on| **on).count(), on.len())
//! }
//!
//! #[callback_shared(output = Ui::lamps.rows)]
//! fn change(
//!     #[input(Ui::add.click)] add: Option<()>,
//!     #[input(Ui::lamps[..].remove.click)] removed: Rows<u32, ()>,
//!     #[state(Ui::lamps.rows)] mut rows: Vec<u32>,
//! ) -> Vec<u32> {
//!     rows.retain(|row| removed.get(row).is_none());
//!     let next = rows.iter().max().map_or(1, |last| last + 1);
//!     rows.extend(add.map(|()| next));
//!     rows
//! }
//!
//! impl Dashboard for Ui {
//!     # type Device = ();
//!     # type Session = ();
//!     const CALLBACKS: Callbacks<Self> = callbacks![switch, total, change];
//!     // ..
//!     fn layout(self) -> Element {
//!         let lamps = self.lamps.rows([1, 2]).each(|key, lamp: Lamp| {
//!             card(format!("Lamp {key}"), row((lamp.on, lamp.level, lamp.remove.label("Remove"))))
//!         });
//!         page("Lamps", (self.add.label("Add"), lamps, self.total))
//!     }
//! }
//! ```
//!
//! - A callback with `[key]` is as if it were written once for each row: it runs when something of its row changes, and when
//!   the row comes, unless it says `initial = false` or an event is among its triggers. All its `[key]` are of one list.
//!   `#[key] key: u32` is the key.
//! - What starts it and is not of its row (another property, `[..]`) starts it for each row that there is.
//!   `on = start` is, for a row, when it comes; `on = connect` starts each row that there is.
//! - `[..]` as a parameter has all rows, as [`Rows<K, T>`](Rows); of an event, those in which it happened. As an output it
//!   takes a `Rows<K, T>`, and the rows that it names change.
//! - A row that goes takes its values along. What is written to it after that is left out, and a command for it is refused.
//! - `Ui::lamps.row(7).on.on` is the property of one row, for [pushing](#pushing-from-anywhere) and reading at run time.
//! - Rows have no lists in them; a list is not `#[dynamic]`; and a callback with `[key]` has neither `every` nor `cancel`.
//!
//! ## Binding
//!
//! A **binding** says what goes together without a callback. All of a dashboard are in [`bindings!`], checked by the compiler
//! together with the callbacks. `bind` makes two properties one: whoever sets either sets both, at one revision, and in the
//! browser of the person who moves one control the other one goes along at once. `mirror`, `format`, `show_when` and
//! `script` compute in each browser what follows from a property: a text, another component, whether something is shown.
//!
//! ```
//! # use dash_devices::prelude::*;
//! # #[components]
//! # struct Ui { coarse: Slider, fine: Slider, readout: Text, exact: Text, expert: Switch }
//! #[callback_shared(output = Ui::readout.text)]
//! fn show(#[input(Ui::coarse.value)] percent: f64) -> String {
//!     format!("{percent:.1} %")
//! }
//!
//! impl Dashboard for Ui {
//!     # type Device = ();
//!     # type Session = ();
//!     const CALLBACKS: Callbacks<Self> = callbacks![show];
//!     const BINDINGS: Bindings<Self> = bindings![
//!         bind(Ui::coarse.value, Ui::fine.value),
//!         format(Ui::fine.value, Ui::exact.text, "{:.3} V"),
//!         show_when(Ui::expert.on, Ui::exact),
//!     ];
//!     // ..
//!     # fn layout(self) -> Element { page("Two hands", (self.coarse.step(10.0), self.fine.step(0.1), self.readout, self.exact, self.expert)) }
//! }
//! ```
//!
//! ## Content that comes and goes
//!
//! A [`Container`] is a place whose content callbacks decide: its property `children` is an [`Element`]. A component that is
//! in such content at times is marked `#[dynamic]` in the `#[components]` struct. `layout` leaves it alone; a callback places
//! it with `.place()`, and says what else there is to say with the same builder methods as in `layout`.
//!
//! ```
//! use dash_devices::prelude::*;
//!
//! #[components]
//! struct Ui {
//!     open: Switch,
//!     content: Container,
//!     greeting: Text,
//!     #[dynamic]
//!     name: Input,
//! }
//!
//! #[callback(output = Ui::content.children)]
//! fn form(#[input(Ui::open.on)] open: bool) -> Element {
//!     if open { card("Who are you?", Ui::name.place().label("Name")) } else { Element::default() }
//! }
//!
//! #[callback(output = Ui::greeting.text)]
//! fn greet(#[input(Ui::name.value)] name: &str) -> String {
//!     format!("Hello {name}")
//! }
//!
//! impl Dashboard for Ui {
//!     type Device = ();
//!     type Session = ();
//!     const CALLBACKS: Callbacks<Self> = callbacks![form, greet];
//!
//!     fn layout(self) -> Element {
//!         page("Door", (self.open.label("Bell"), self.content, self.greeting))
//!     }
//! }
//! ```
//!
//! - It is a component like every other one: callbacks read and write it also while it is not there, and who joins late sees
//!   what is true now.
//! - What browsers, callbacks or the program have written is kept. When it is placed again, what the builder says counts for
//!   all other properties.
//! - A browser can write it only while it is on that browser's page.
//! - One of a group is named by its place on the page, also by the group's own callbacks: `Ui::left.note.place()`.
//! - It is in one place at a time. A callback whose result would have it on the page twice fails; what was there stays.
//! - A layout that differs from client to client is a `#[callback]` with such an output.
//!
//! ## Pages
//!
//! A dashboard may have several pages, each with a path. `#[derive(Route)]` makes paths of the variants of an enum, and back.
//! A [`Router`] shows what a private callback makes of the client's path: a [`view`], with `#[dynamic]` components in it.
//!
//! ```
//! use dash_devices::prelude::*;
//!
//! #[derive(Route)]
//! enum Page {
//!     #[route("/")]
//!     Home,
//!     #[route("/lamp/{id}")]
//!     Lamp { id: u32 },
//!     #[route(not_found)]
//!     NotFound,
//! }
//!
//! #[components]
//! struct Ui {
//!     router: Router,
//!     #[dynamic]
//!     level: Slider,
//! }
//!
//! #[callback(output = Ui::router.children)]
//! fn pages(#[input(Ui::router.path)] path: &Path) -> Element {
//!     match path.route() {
//!         Page::Home => view("All lamps", link(Page::Lamp { id: 3 }, "Lamp 3")),
//!         Page::Lamp { id } => view(format!("Lamp {id}"), Ui::level.place().label("Level")),
//!         Page::NotFound => missing_view("Nothing here", link(Page::Home, "All lamps")),
//!     }
//! }
//!
//! impl Dashboard for Ui {
//!     type Device = ();
//!     type Session = ();
//!     const CALLBACKS: Callbacks<Self> = callbacks![pages];
//!
//!     fn layout(self) -> Element {
//!         page("Workshop", self.router)
//!     }
//! }
//! ```
//!
//! A [`link`] leads there without loading anything anew, back and forward do what they always do, and the values stay, because
//! the server has them. An address that is opened or reloaded shows its page before any script runs: the callback is run for
//! it with what everybody sees, unless it needs the device or the session, or takes the [`Client`]; what is nowhere is answered
//! with status 404. A private callback that writes `Ui::router.path` leads its client to another page.
//!
//! ## Device and lending
//!
//! The **device** is what the dashboard was started with: the [`Dashboard::Device`] that [`serve`](Dashboard::serve) takes.
//! A callback with a parameter `lamp: &mut Lamp` is **lent** it for one run. Only one callback has it at a time, so there
//! is no `Mutex` and no `Arc`. It comes back when the callback returns, fails or panics.
//!
//! A device with [`#[derive(Device)]`](derive@Device) lends its fields, each from a queue of its own: a slow camera does not
//! delay a stop.
//!
//! ```
//! # use dash_devices::prelude::*;
//! # #[components]
//! # struct Ui { speed: Slider, stop: Button, shoot: Button, size: Text }
//! struct Motor {
//!     speed: f64,
//! }
//!
//! struct Camera;
//!
//! #[derive(Device)]
//! struct Robot {
//!     motor: Motor,
//!     camera: Camera,
//! }
//!
//! #[callback_shared]
//! fn drive(motor: &mut Motor, #[input(Ui::speed.value)] speed: f64) {
//!     motor.speed = speed;
//! }
//!
//! #[callback_shared(on = Ui::stop.click, output = Ui::speed.value)]
//! fn stop(motor: &mut Motor) -> f64 {
//!     motor.speed = 0.0;
//!     motor.speed
//! }
//!
//! /// May take seconds. `stop` does not wait for it.
//! #[callback_shared(on = Ui::shoot.click, output = Ui::size.text)]
//! fn shoot(camera: &mut Camera) -> String {
//!     # let _ = camera;
//!     "12 MB".to_owned()
//! }
//! # impl Dashboard for Ui {
//! #     type Device = Robot;
//! #     type Session = ();
//! #     const CALLBACKS: Callbacks<Self> = callbacks![drive, stop, shoot];
//! #     fn layout(self) -> Element { page("Robot", (self.speed.range(-1.0..=1.0), self.stop, self.shoot, self.size)) }
//! # }
//! # let _ = Robot { motor: Motor { speed: 0.0 }, camera: Camera };
//! ```
//!
//! ## Client and session
//!
//! A **client** is one open page, from the moment it joined until it is forgotten. It outlives its socket: after a cut it
//! comes back as the same [`Client`], with its private values and the outcomes of its commands. A page that is loaded again
//! is a new client. The server remembers a bounded number of clients that are away
//! ([`Limits::detached_clients`]).
//!
//! The **session** is what the dashboard keeps for a client: a value of [`Dashboard::Session`], made with `Default` when the
//! client joins. A `#[callback]` borrows it with `#[session] visitor: &mut Visitor`.
//!
//! A client **comes** when its page is opened. It **goes** when its page says that it is closed or left, or has had no
//! connection for [`Limits::away`] (5 s). It may come again, as who it was. `on = connect` and `on = disconnect` start callbacks
//! then; [`#[on_connect]`](macro@on_connect) and [`#[on_disconnect]`](macro@on_disconnect) say the same of a `#[callback]`. A
//! client's other private callbacks start after what is `on_connect`.
//!
//! [`Clients`] is the table of all clients that are there: since when and from where, whether there is a connection, whether
//! somebody can see the page, and a copy of the session if that is `Clone`. `handle.clients()` gives it at any time, a
//! parameter `clients: Clients<Ui>` at the beginning of a run. `on = clients` starts a callback when something in it has changed: a
//! client comes or goes, is cut off or comes back, its page is hidden or shown, or a callback has had its session. (A callback
//! that runs because of that may borrow the session, too; this counts as no change.)
//!
//! ```
//! # use dash_devices::{ClientEntry, prelude::*};
//! # #[components]
//! # struct Ui { visitors: Table }
//! # #[derive(Default, Clone)]
//! # struct Login { user: Option<String> }
//! /// For the administrator's eyes only: everybody else has an empty list.
//! #[callback(on = clients, output = Ui::visitors.rows)]
//! fn visitors(clients: Clients<Ui>, #[session] login: &mut Login) -> Vec<Vec<Cell>> {
//!     if login.user.as_deref() != Some("admin") {
//!         return Vec::new();
//!     }
//!     let address = |client: &ClientEntry<Ui>| client.address().map(|address| address.to_string());
//!     clients.iter().map(|client| vec![client.session().user.into(), address(client).into()]).collect()
//! }
//! # impl Dashboard for Ui {
//! #     type Device = ();
//! #     type Session = Login;
//! #     const CALLBACKS: Callbacks<Self> = callbacks![visitors];
//! #     fn layout(self) -> Element { page("Visitors", self.visitors) }
//! # }
//! ```
//!
//! ```
//! # use dash_devices::prelude::*;
//! # #[components]
//! # struct Ui { greeting: Text }
//! # #[derive(Default)]
//! # struct Visit { times: u32 }
//! #[on_connect(output = Ui::greeting.text)]
//! fn welcome(#[session] visit: &mut Visit) -> &'static str {
//!     visit.times += 1;
//!     if visit.times == 1 { "Hello" } else { "Hello again" }
//! }
//!
//! #[on_disconnect]
//! async fn farewell(client: Client) {
//!     println!("client {} is gone", client.id());
//! }
//! # impl Dashboard for Ui {
//! #     type Device = ();
//! #     type Session = Visit;
//! #     const CALLBACKS: Callbacks<Self> = callbacks![welcome, farewell];
//! #     fn layout(self) -> Element { self.greeting.into_element() }
//! # }
//! ```
//!
//! ## Island
//!
//! An **island** is a set of callbacks that must not overlap. Two callbacks are on one island if they borrow the same part
//! of the device, if both borrow the session, or if they have the same scope and one reads what the other writes. Two
//! that merely listen to the same button are not joined by it.
//!
//! An island has one queue. In it callbacks run one at a time, in the order in which things happened. Islands do not wait
//! for each other. An island of private callbacks that borrow no device has a queue for each client.
//!
//! While an island is busy, of a state input that one client sets several times the newest value waits and the older ones
//! are merged into it. `queue = all` keeps every value. Events are always kept. A full queue refuses, and says so.
//!
//! ## Turn
//!
//! A **turn** is everything that one cause starts on an island: a command, a tick of the clock, a start. Callbacks run in
//! the order of their wiring, each at most once, with all inputs new. What they write becomes visible at the end of the
//! turn as one change, so that no browser sees half of a chain. A turn that takes longer than a display frame
//! ([`Limits::frame`], 16 ms) shows what is ready.
//!
//! ## Revision
//!
//! The server holds the truth. Each change has a **revision**, a number that goes up by one. A browser that has revision 41
//! is sent everything newer than 41, in one frame: that is how a late, slow or returning client catches up, all by the
//! same way. A restarted server starts a new **epoch**; pages notice, and take all values anew without being loaded again.
//!
//! # Pushing from anywhere
//!
//! Not everything begins with a click or a clock: a driver has a thread of its own, a message arrives. A [`Handle`] is the
//! way in, from any thread, any task, and from inside of callbacks. It is given to whoever makes the device.
//!
//! ```no_run
//! use std::{thread, time::Duration};
//!
//! use dash_devices::prelude::*;
//!
//! #[components]
//! struct Ui {
//!     wish: Slider,
//!     reading: Gauge,
//!     note: Text,
//! }
//!
//! struct Thermostat;
//!
//! impl Thermostat {
//!     fn start(handle: Handle<Ui>) -> Self {
//!         thread::spawn(move || {
//!             loop {
//!                 let reading = Self::regulate(handle.get(Ui::wish.value));
//!                 let note = if reading > 25.0 { "hot" } else { "fine" };
//!                 // All pages get both in one frame. An error: the dashboard has ended, and so does this.
//!                 if handle.push(mods![Ui::reading.value = reading, Ui::note.text = note]).is_err() {
//!                     return;
//!                 }
//!                 thread::sleep(Duration::from_millis(500));
//!             }
//!         });
//!         Self
//!     }
//!
//!     fn regulate(wish: f64) -> f64 {
//!         wish
//!     }
//! }
//! # impl Dashboard for Ui {
//! #     type Device = Thermostat;
//! #     type Session = ();
//! #     const CALLBACKS: Callbacks<Self> = callbacks![];
//! #     fn layout(self) -> Element { page("Thermostat", (self.wish, self.reading, self.note)) }
//! # }
//!
//! #[tokio::main]
//! async fn main() -> dash_devices::Result<()> {
//!     Ui::serve_with(Thermostat::start).await
//! }
//! ```
//!
//! | | |
//! | --- | --- |
//! | `handle.push(mods![Ui::a.value = 1.0, Ui::log.lines = "x"])?` | Sets for everybody; appends to a stream. All of it at one revision. |
//! | `handle.push(mods![Ui::table.rows = Edit::list().push(row)])?` | Changes a part of a value, by an [`Edit`]. |
//! | `handle.get(Ui::a.value)` | What everybody sees now. |
//! | `handle.fire(Ui::go.click, ())?` | Makes an event happen. |
//! | `handle.clients()` | Who is there: a table of [`Clients`]. |
//! | `handle.client(id)?.push(mods![..])?` | The same for one client, by its [`ClientId`]; `get` and `fire` too. |
//! | `handle.client(id)?.message("Tea is ready")?` | A note on that client's page, until its person puts it away. |
//! | `handle.client(id)?.disconnect("maintenance")?` | Closes that client's connection. Its page says why, and comes back when its person presses a button. |
//!
//! A value that is pushed into an input starts its callbacks in their queue, as a command does; several inputs in one
//! [`mods!`] start a callback once. A callback gets a handle by asking for it: `handle: Handle<Ui>`. Nothing that a handle does
//! waits for a callback, a client or the network, so it can be used where it would otherwise come back to itself; a
//! callback that pushes to its own input runs again when it is done.
//!
//! What is pushed before the dashboard runs is kept for the start. What cannot be done is a [`PushError`]: nothing is lost
//! in silence. One client can be given a value of its own of what is private anyway, and of what no `#[callback_shared]`
//! uses.
//!
//! # Reference
//!
//! ## Attribute keys
//!
//! For [`#[callback_shared]`](macro@callback_shared) and [`#[callback]`](macro@callback):
//!
//! | key | meaning | without it |
//! | --- | --- | --- |
//! | `output = Ui::a.text`<br>`output = (Ui::a.text, Ui::b.value)` | Where the returned value goes, or the values of the returned tuple. At most twelve. | nothing is written |
//! | `alternate = Ui::c.text`, or several in a tuple | Where an `Err` goes, instead of being a failure; the output is left alone then. Counts as an output everywhere else. | an `Err` is a failure |
//! | `running(Ui::go.disabled = true)` | What has another value while the callback runs, for everybody or for the client it runs for. Seen at once, and set back when it is over, however it ends. Starts no callbacks. The values are worked out once, at the start. | |
//! | `cancel = Ui::stop.click`, or several in a tuple | Ends the run at once, and what waits to be run: an `async fn` at its next `await`, a `fn` if it asks its [`Task`]. In a `#[callback]` it ends what the same client started. The commands that started it fail as cancelled; nothing is marked as bad. | a run goes on to its end |
//! | `on = Ui::a.click`<br>`on = (Ui::a.click, Ui::b.value)` | Starts the callback without being a parameter. | |
//! | `on = start` | Runs once, when the dashboard starts. Only `#[callback_shared]`. | |
//! | `on = connect`<br>`on = disconnect` | Runs when a client has come, or has gone: see [below](#client-and-session). In a tuple also together with properties. | |
//! | `on = clients` | Runs when something in the table of [`Clients`] has changed: see [below](#client-and-session). What changes while it waits is one run. A `#[callback]` runs for each client that is there. | |
//! | `every = "100ms"` | Runs at the start and then by the clock. Units: `ns`, `us`, `ms`, `s`, `min`. What cannot keep up is skipped, not piled up. Only `#[callback_shared]`. | |
//! | `every = Ui::period.value` | The same; the property holds the seconds. | |
//! | `every = "500ms", when = watched` | The clock goes only while somebody looks: a page that is connected and can be seen, or a program that [subscribed](#the-http-service). It ticks at once when the first one begins to look, though not sooner than the period after the last time; it does not at the start. | it goes always |
//! | `queue = latest` or `all` | Of values that wait, the newest counts, or every one. | `latest` |
//! | `queue = skip` | What comes from a browser before the callback is done with the last is refused, as busy. A private callback refuses only the client that it works for. | `latest` |
//! | `transport = http` | A page sends what starts the callback by a request of its own (`fetch`) for each command, and takes the new values from the answer: so it goes on while the socket is cut. Same checks, order and outcomes. | `socket` |
//! | `initial = false` | Does not run at the start, but waits for the first change. | runs once at the start of the server (shared) or when a client joins (private), unless an event is among its triggers |
//! | `on_error = report` | A `fn(&Failure)` that is told when a run returns an error or panics. | [`Dashboard::on_error`], which logs it |
//!
//! Something must start a callback: an `#[input]`, `on` or `every`.
//!
//! ## What a callback takes
//!
//! In any order:
//!
//! | parameter | is |
//! | --- | --- |
//! | `#[input(Ui::a.value)] x: f64` | The value. Its change starts the callback. |
//! | `#[input(Ui::a.value, throttle = "50ms")] x: f64` | The same; browsers send the first value at once, then at most one in 50 ms, and always the last. From `1ms` to `10s`. |
//! | `#[input(Ui::a.value, debounce = "300ms")] x: f64` | The same; browsers send a value when it was not changed for 300 ms, or the control is let go. Before an event, and when the page is left, what waits is sent at once. |
//! | `#[input(Ui::b.click)] clicked: Option<()>` | An event: `Some` with its payload if it is what happened. |
//! | `#[state(Ui::a.value)] x: f64` | The value, as of this turn. Its change starts nothing. |
//! | `#[input(..)] x: &str`, `#[state(..)] x: &T` | A state without a copy. |
//! | `#[input(Ui::lamps[0..8].on)] on: [bool; 8]` | The same property of several elements of an array, also for events. |
//! | `#[input(Ui::lamps[key].on.on)] on: bool` | The property of one row of a [list](#list): the callback runs for one row at a time. Also `#[state]`, `#[progress]` and the keys above, but `cancel` and `every`. |
//! | `#[input(Ui::lamps[..].on.on)] on: Rows<u32, bool>` | The property of all rows of a list: [`Rows`]. Of an event, of the rows in which it happened. Also `#[state]`, `on` and `output`. |
//! | `#[key] key: u32`, `&u32`, `&str` | The key of the row that the callback runs for; it is called like the word in the brackets. |
//! | `#[progress(Ui::bar.value)] bar: Live<f64>` | Sets the property while the callback runs, seen at once: [`Live`]. Starts no callbacks. |
//! | `task: Task` | Whether this run was cancelled: [`Task`]. |
//! | `lamp: &mut Lamp` | The device, or the field of this type of a device with `#[derive(Device)]`. One per callback. |
//! | `#[session] visitor: &mut Visitor` | What is kept for the client. Only `#[callback]`. |
//! | `client: Client` | The client that asked. Only `#[callback]`. |
//! | `client: Option<Client>` | The client whose command led here, if one did. |
//! | `trigger: Trigger` | Which of the inputs changed or happened, `trigger.is(Ui::up.click)`; or the start, the clock, a client: [`Trigger`]. |
//! | `place: Place` | Which group it runs for, if it is listed for one: `drive for Ui::left`. |
//! | `clients: Clients<Ui>` | All clients that are there: [`Clients`]. |
//! | `handle: Handle<Ui>` | The dashboard, to [push](#pushing-from-anywhere) to and to read from. |
//!
//! ## What a callback returns
//!
//! | outputs | returned |
//! | --- | --- |
//! | none | `()` |
//! | one state property of `T` | `T`, or an [`Edit<T>`](Edit) that changes a part of it |
//! | one state property of `Element` | an `Element`, a component, a text, or a tuple or list of them |
//! | one stream of `T` | `T` for one item, `Vec<T>` for several |
//! | a property `[..]` of all rows of a list, of a state or stream of `T` | `Rows<K, T>`, or with `Edit<T>` or a `Vec<T>` for each row |
//! | several | a tuple with one value for each, in their order |
//! | `Ui::lamps[0..8].on` | an array with one value for each element |
//!
//! Instead of a `String` it may be a `&str`, `char` or `Cow<str>`; instead of an `f64` an `f32` or an integer of up to 32
//! bits. `Option` around a value, or around a tuple, means "no change" for `None`. `Result` around it all means that the
//! callback can fail; the error implements `Display`.
//!
//! An [`Edit`] changes a part of what the server has: a row more, a member less, a field of a large value. It is done on the
//! value as it is then, so that nothing that somebody else wrote meanwhile is lost. Browsers in step are sent that part, and
//! those that come later the whole result.
//!
//! ```
//! # use dash_devices::prelude::*;
//! # #[components]
//! # struct Ui { ring: Button, visits: Table }
//! #[callback_shared(on = Ui::ring.click, output = Ui::visits.rows)]
//! fn ring(client: Option<Client>) -> Edit<Vec<Vec<Cell>>> {
//!     let who = client.map_or_else(String::new, |client| client.id().to_string());
//!     Edit::list().push(vec![who.into()]).keep_last(1000)
//! }
//! # impl Dashboard for Ui {
//! #     type Device = ();
//! #     type Session = ();
//! #     const CALLBACKS: Callbacks<Self> = callbacks![ring];
//! #     fn layout(self) -> Element { page("Door", (self.ring, self.visits.columns([Column::text("Who")]))) }
//! # }
//! ```
//!
//! With `alternate` it is `Result<Normal, Alternate>` instead: `Ok` goes to the outputs, `Err` to the alternates, each as in the
//! table, and neither is a failure. A callback that can fail besides returns `Result<Result<Normal, Error>, Alternate>`.
//!
//! ```
//! # use dash_devices::prelude::*;
//! # #[components]
//! # struct Ui { password: Input, login: Button, content: Text, message: Text }
//! #[callback(on = Ui::login.click, output = Ui::content.text, alternate = Ui::message.text)]
//! fn login(#[state(Ui::password.value)] password: &str) -> Result<&'static str, String> {
//!     if password == "open" { Ok("Welcome.") } else { Err(format!("It is not {password:?}.")) }
//! }
//! # impl Dashboard for Ui {
//! #     type Device = ();
//! #     type Session = ();
//! #     const CALLBACKS: Callbacks<Self> = callbacks![login];
//! #     fn layout(self) -> Element { page("Door", (self.password, self.login, self.content, self.message)) }
//! # }
//! ```
//!
//! A property that may be missing, such as `Ui::cpu.value` of a [`Gauge`], is itself an `Option<f64>`. For it `None` is the
//! value, a plain `f64` is taken too, and "no change" is the `None` of an `Option<Option<f64>>`.
//!
//! ## Long runs
//!
//! A callback that can be cancelled and borrows neither the device nor the session is a task: it holds up nobody but those that
//! it starts. It reads states as they are when it begins, and others read what it writes as it is when they begin.
//!
//! ```
//! # use std::time::Duration;
//! # use dash_devices::prelude::*;
//! # #[components]
//! # struct Ui { scan: Button, stop: Button, bar: Progress, steps: Slider, result: Text }
//! #[callback_shared(
//!     on = Ui::scan.click,
//!     cancel = Ui::stop.click,
//!     queue = skip,
//!     running(Ui::scan.disabled = true),
//!     output = Ui::result.text,
//! )]
//! async fn scan(#[state(Ui::steps.value)] steps: f64, #[progress(Ui::bar.value)] bar: Live<Option<f64>>) -> &'static str {
//!     for step in 0..steps as u32 {
//!         bar.set(Some(100.0 * f64::from(step) / steps));
//!         tokio::time::sleep(Duration::from_millis(20)).await;
//!     }
//!     bar.set(Some(100.0));
//!     "Done."
//! }
//! # impl Dashboard for Ui {
//! #     type Device = ();
//! #     type Session = ();
//! #     const CALLBACKS: Callbacks<Self> = callbacks![scan];
//! #     fn layout(self) -> Element { page("Scan", (self.scan, self.stop, self.bar, self.steps, self.result)) }
//! # }
//! ```
//!
//! When the program ends, runs that can be cancelled are.
//!
//! # When something goes wrong
//!
//! | what | what happens |
//! | --- | --- |
//! | The wiring is wrong. | It does not compile. |
//! | The layout leaves out what a component requires. | [`serve`](Dashboard::serve) returns an [`Error`] with all faults before it listens. |
//! | A browser sends what is not allowed. | The command is refused with a reason, shown to the person who sent it. Nothing else changes. |
//! | A callback returns `Err` or an [`Edit`] that does not fit, or panics. | Its outputs keep their values and are marked as not good until it succeeds. The person whose command it was reads the message. The device comes back, and the island goes on. [`Dashboard::on_error`], or the callback's own `on_error`, is told; without them it is logged. |
//! | The link is cut. | The page says so within a second of noticing, and notices silence within 12 s. Values are shown as old. Clicks are refused; the newest setting of each control is kept and sent with its age. |
//! | A command is too old when it arrives. | It expires: after 5 s for an event, 60 s for a state ([`Limits`]). |
//! | A client does not read. | It is sent less, later only the newest values, and after 10 s it is cut off. Nobody waits for it. |
//!
//! Every command has an outcome, which its sender learns: applied, merged into a newer one, failed, refused, expired, or
//! unknown (the server was restarted before it answered, or the outcome was too long ago).
//!
//! # Serving
//!
//! [`Dashboard::serve`] listens on `127.0.0.1:8050`. Environment variables change that without a new build:
//!
//! | variable | example | |
//! | --- | --- | --- |
//! | `DASH_BIND` | `0.0.0.0:8050` | Listens on all addresses: the whole house sees and uses the dashboard. There is no login and no encryption. |
//! | | `127.0.0.1:0` | Any free port; the address is printed. |
//! | `DASH_HOSTS` | `robot.local,lab-pc` | Names under which the server is reached. IP addresses and `localhost` always work; other names are refused, so that a foreign web page cannot use them. |
//!
//! [`App`] has the rest: [limits](App::limits), [allowed origins](App::allow_origin) behind a proxy, and
//! [`into_router`](App::into_router), which gives an `axum` router to mount in a bigger application.
//!
//! Where something on the way lets no WebSocket through, a page works without one: by server-sent events and requests, with
//! the same promises, as the same client. It tries a socket again now and then, and changes to one that opens;
//! `data-way` on the page's root says `socket` or `stream`. A proxy must not collect the events before it passes them on. Over
//! HTTP/1.1 browsers open six connections to a server, and each such page keeps one of them.
//!
//! # Several devices
//!
//! Four cameras, two robots: [`Dashboard::serve_each`] serves the dashboard once for each, below its key.
//!
//! ```no_run
//! # use dash_devices::prelude::*;
//! # #[components] struct Ui { exposure: Slider }
//! # impl Dashboard for Ui {
//! #     type Device = Camera;
//! #     type Session = ();
//! #     const CALLBACKS: Callbacks<Self> = callbacks![];
//! #     fn layout(self) -> Element { self.exposure.into_element() }
//! # }
//! # struct Camera;
//! # impl Camera { fn open(_: u8) -> Self { Self } }
//! # async fn run() -> dash_devices::Result<()> {
//! Ui::serve_each([("door", Camera::open(0)), ("garden", Camera::open(1))]).await
//! # }
//! ```
//!
//! The page of a device is at `/door/`, a list of all at `/`, and each page links to the others. Each device has queues,
//! shared state and clients of its own: what one does, or what is broken about it, no other notices. Devices that are to know
//! their key, or to push values by themselves, are made by [`Dashboard::serve_each_with`], with both.
//!
//! # The HTTP service
//!
//! Programs that have no page, such as a script or a home automation, read and write the same properties by name:
//!
//! ```text
//! curl http://127.0.0.1:8050/api/props/readout/text
//! curl -X PUT -H 'Content-Type: application/json' -d 40 http://127.0.0.1:8050/api/props/brightness/value
//! curl -X POST -H 'Content-Type: application/json' http://127.0.0.1:8050/api/props/flash/click
//! ```
//!
//! | request | answer |
//! | --- | --- |
//! | `GET /api/props` | All properties: name, kind, value, revision, and where the JSON Schema is. |
//! | `GET /api/props/brightness/value` | `{"value":40.0,"rev":12,"quality":null}` with an `ETag`; 304 for `If-None-Match` while it is the same. |
//! | `PUT` of the same | Sets a state. `{"outcome":"applied","rev":13}` when the callbacks are done. |
//! | `POST /api/props/flash/click` | Makes an event happen. Answered as `PUT`. |
//! | `POST /api/batch` | Several at once: `[{"prop":"brightness.value","value":40},{"prop":"flash.click"}]`. Answered as `PUT`. |
//! | `GET /api/subscribe?prop=readout.text` | Server-sent events with what changes of these properties, `prop` as often as wanted. The first has everything. After a cut `Last-Event-ID` goes on from there; who reads slowly gets fewer events, with the newest. |
//!
//! With `?wait=accepted` or `Prefer: respond-async` the answer comes at once, as 202; so it does after
//! [`Limits::request_time`]. A refusal is `{"kind":"out_of_range","why":".."}`: 400 for what is no such value, 403 for a
//! private property, 404 unknown, 405 not writable, 409 for what only browsers can compute (a `script` in `bindings!`), 422
//! out of range, 429 too often, 500 for a callback that failed (with its message), 503 busy.
//!
//! All items of a batch take effect at one revision: every page sees them in one frame, and a callback that several of them
//! start runs once. If one is refused nothing happens: `{"kind":"batch","why":"..","refused":[..]}` has the place in the list,
//! the name, the kind and the reason of each that was. Each property comes once. Where the order counts there are several
//! requests.
//!
//! A request goes through the same checks and the same queues as a command of a page, so both have one order. All requests
//! of an address count as one client: its waiting values merge, and its rate is bounded. A request that is sent again with
//! the same `Idempotency-Key` acts once, and is answered alike, as long as the key is remembered ([`Limits::callers`]). With
//! a page's session in `Dash-Session` it acts for that page, and sees the page's private values.
//!
//! Pages of other origins are refused, and what changes something has to say `Content-Type: application/json`, which no
//! form can.
//!
//! # Log and end
//!
//! The log is `tracing`, with a span for each client and each callback. `serve` writes it to the standard error, unless the
//! program has set up `tracing` itself; `RUST_LOG=dash_runtime=debug` shows more. `GET /health` tells whether the server works
//! and counts; `GET /schema.json` is the interface of the dashboard as JSON Schema.
//!
//! Ctrl-C and SIGTERM end the program within a second, also while a callback runs or hangs.
//!
//! # Testing
//!
//! A callback is still a function. A test calls it:
//!
//! ```
//! # use dash_devices::prelude::*;
//! # #[components]
//! # struct Ui { brightness: Slider, readout: Text }
//! # struct Lamp { percent: f64 }
//! #[callback_shared(output = Ui::readout.text)]
//! fn set_brightness(lamp: &mut Lamp, #[input(Ui::brightness.value)] percent: f64) -> String {
//!     lamp.percent = percent;
//!     format!("{percent:.0} %")
//! }
//!
//! let mut lamp = Lamp { percent: 0.0 };
//! assert_eq!(set_brightness(&mut lamp, 40.0), "40 %");
//! assert_eq!(lamp.percent, 40.0);
//! # impl Dashboard for Ui {
//! #     type Device = Lamp;
//! #     type Session = ();
//! #     const CALLBACKS: Callbacks<Self> = callbacks![set_brightness];
//! #     fn layout(self) -> Element { page("Lamp", (self.brightness, self.readout)) }
//! # }
//! ```
//!
//! A test of the whole dashboard, with pages that join and frames that come and go, needs no socket: with the feature `testing`
//! there is `testing::InMemory`, in which time passes when it is told to, and a page is hidden, cut off, leaves and comes back
//! when it is told to.
//!
//! # Features
//!
//! | feature | by default | adds |
//! | --- | --- | --- |
//! | `testing` | no | The module `testing`: a dashboard in memory, for tests and benchmarks. |
//!
//! # Where to read on
//!
//! `examples/host` is a dashboard of the machine that it runs on. `ARCHITECTURE.md` follows one event through the code.
//! The compiler that everything is tested with is Rust 1.95; older ones are not supported.

pub use dash_components as components;
#[doc(inline)]
pub use dash_components::*;
#[doc(inline)]
pub use dash_macros::{
    Component, Device, Route, bindings, callback, callback_shared, callbacks, components, mods, on_connect,
    on_disconnect,
};
#[doc(inline)]
pub use dash_runtime::{
    binding::Bindings,
    callback::{
        Callbacks,
        task::{Live, Task},
        trigger::Trigger,
    },
    client::{Client, ClientId},
    clients::{ClientEntry, Clients},
    component,
    edit::Edit,
    element::{Children, Element, IntoElement},
    error::{Error, Result},
    failure::Failure,
    handle::{Handle, Mods, OneClient, PushError},
    html::Html,
    picture::{Jpeg, Picture, PictureFormat},
    place::Place,
    prop::{EventProp, Prop, PropValue, StreamProp},
    protocol::limits::Limits,
    route::{Path, Route},
    rows::{Many, Rows},
    server::App,
};

/// The contract between a page and its device. An example that is all there:
///
/// ```no_run
/// use dash_devices::prelude::*;
///
/// #[components]
/// struct Ui {
///     switch: Switch,
///     lamp: Indicator,
/// }
///
/// struct Relay;
///
/// impl Relay {
///     /// Says whether it moved.
///     fn set(&mut self, on: bool) -> bool {
///         on
///     }
/// }
///
/// #[callback_shared(output = Ui::lamp.on)]
/// fn switch(relay: &mut Relay, #[input(Ui::switch.on)] on: bool) -> bool {
///     relay.set(on)
/// }
///
/// impl Dashboard for Ui {
///     type Device = Relay;
///     type Session = ();
///     const CALLBACKS: Callbacks<Self> = callbacks![switch];
///
///     fn layout(self) -> Element {
///         page("Relay", card("Pump", row((self.switch.label("Pump"), self.lamp.label("Runs")))))
///     }
/// }
///
/// #[tokio::main]
/// async fn main() -> dash_devices::Result<()> {
///     Ui::serve(Relay).await
/// }
/// ```
#[doc(inline)]
pub use dash_runtime::dashboard::Dashboard;

#[cfg(feature = "testing")]
pub use dash_runtime::testing;

#[doc(hidden)]
pub use dash_runtime::private as __private;

/// What a dashboard needs: `use dash_devices::prelude::*;`
pub mod prelude {
    pub use dash_components::*;
    pub use dash_macros::{
        Device, Route, bindings, callback, callback_shared, callbacks, components, mods, on_connect, on_disconnect,
    };
    pub use dash_runtime::{
        binding::Bindings,
        callback::{
            Callbacks,
            task::{Live, Task},
            trigger::Trigger,
        },
        client::Client,
        clients::Clients,
        dashboard::Dashboard,
        edit::Edit,
        element::{Element, IntoElement},
        failure::Failure,
        handle::Handle,
        picture::{Jpeg, Picture, PictureFormat},
        place::Place,
        route::{Path, Route},
        rows::{Many, Rows},
    };
}
