//! The attributes and macros of dash-devices, which re-exports them.
//!
//! Each macro is a small compiler: `syntax` parses what the user wrote, with its spans; `lower` makes the `model` of what
//! is meant; `check` finds what the compiler would say worse or not at all; `expand` writes the expansion. All faults are
//! collected (`diag`) and reported at once, and the user's own item is emitted even when its attribute is wrong, so that
//! editors keep working and one fault does not look like ten.

mod check;
mod diag;
mod docs;
mod entry;
mod expand;
mod hygiene;
mod lower;
mod model;
mod suggest;
mod syntax;
#[cfg(test)]
mod tests;

use proc_macro::TokenStream;

use model::Scope;

/// Makes a struct whose fields are components the vocabulary of a page.
///
/// A field's name is the component's id: its DOM `id`, and, as `Ui::brightness`, a constant whose fields are the
/// component's properties. `Ui::brightness.value` is how a property is named everywhere: in callbacks, pushes and tests.
///
/// ```text
/// #[components]
/// struct Ui {
///     brightness: Slider,
///     readout: Text,
/// }
/// ```
///
/// `layout(self)` receives one value per field and moves each to its place. A component that is placed twice is used
/// after it was moved; one that is never placed is a field that is never read, which this attribute makes an error.
///
/// A field may also be a group, which is another struct with this attribute, or an array of components or groups whose
/// length is written as a number. `Ui::left.speed.value` and `Ui::lamps[3].on` name what is in them; the ids are
/// `left-speed` and `lamps-3`.
///
/// A field of type `Many<K, C>` is a list of components or groups `C` whose rows come and go while the dashboard runs, each
/// known by a key of type `K`. `Ui::lamps.rows` are the keys, in the order of the page; `Ui::lamps.row(7).on.value` is the
/// property of one row. What callbacks write instead is in [`callback_shared`](macro@callback_shared). A list is neither
/// marked `#[dynamic]` nor in the rows of another one.
///
/// A field that is marked `#[dynamic]` is left alone by `layout`: callbacks place it, with `Ui::name.place()`, in the pieces
/// of the page that they return.
///
/// The struct has named fields and no generics. Doc comments of the fields become those of the constants; the constants
/// are as visible as the struct.
#[proc_macro_attribute]
pub fn components(args: TokenStream, item: TokenStream) -> TokenStream {
    entry::components(&args.into(), item.into()).into()
}

/// A function that runs when something changes, and whose outputs **everyone** sees.
///
/// ```text
/// #[callback_shared(output = Ui::readout.text)]
/// fn set_brightness(camera: &mut Camera, #[input(Ui::brightness.value)] percent: f64) -> String {
///     camera.set_brightness(percent);
///     format!("{percent:.0} %")
/// }
/// ```
///
/// The function stays a plain function, which tests can call. It is a `fn`, which may block, or an `async fn`.
///
/// # Keys
///
/// | key | meaning |
/// | --- | --- |
/// | `output = Ui::a.text` | what is returned goes to this property |
/// | `output = (Ui::a.text, Ui::b.value)` | several: the function returns a tuple, in this order |
/// | `alternate = Ui::message.text`, or several in a tuple | the function returns `Result<Normal, Alternate>`: an `Err` is written here, and `output` is left alone |
/// | `running(Ui::go.disabled = true)`, several with commas | while it runs, these properties have these values; then they are what they were |
/// | `cancel = Ui::stop.click`, or several in a tuple | ends a run, at once: an `async fn` at its next `await`, a `fn` if it asks its `Cancellation` |
/// | `on = Ui::shoot.click`, or several in a tuple | starts the callback without being a parameter |
/// | `on = start` | runs once, when the dashboard starts (only `#[callback_shared]`) |
/// | `on = connect`, `on = disconnect` | runs when a client has come, or has gone; in a tuple together with properties |
/// | `on = clients` | runs when something in the table of clients has changed; a `#[callback]` for each client that is there |
/// | `every = "100ms"` | runs by itself; units `ns`, `us`, `ms`, `s`, `min` (only `#[callback_shared]`) |
/// | `every = Ui::period.value` | the same, with a `Prop<f64>` that holds the seconds |
/// | `every = "500ms", when = watched` | only while somebody looks, and at once when somebody begins to |
/// | `queue = latest` | of a state input that changes while the callback is busy, the newest value counts (the default) |
/// | `queue = all` | every value counts; when the queue is full, commands are refused |
/// | `queue = skip` | what is asked for while the callback is at work is refused: a second press counts for nothing |
/// | `initial = false` | does not run at the start: waits for the first change |
/// | `transport = http` | browsers send what starts it by a request for each command instead of through the page's socket (`socket`, the default) |
/// | `on_error = report` | a `fn(&Failure)` that is told of runs that fail, instead of the dashboard's `on_error` |
///
/// Something must start a callback: an `#[input]`, `on` or `every`.
///
/// # Parameters, in any order
///
/// | parameter | is |
/// | --- | --- |
/// | `#[input(Ui::a.value)] x: f64` | the property's value; its change starts the callback |
/// | `#[input(Ui::a.value, throttle = "50ms")] x: f64` | browsers send the first value at once, then at most one in 50 ms, and always the last |
/// | `#[input(Ui::a.value, debounce = "300ms")] x: f64` | browsers send a value when it was not changed for 300 ms, or the control is let go |
/// | `#[input(Ui::b.click)] clicked: Option<()>` | an event: `Some` with its payload if this is what happened |
/// | `#[state(Ui::a.value)] x: f64` | the property's value at the time of the run; its change starts nothing |
/// | `#[input(..)] x: &str`, `#[state(..)] x: &T` | the same without a copy |
/// | `#[input(Ui::lamps[0..8].on)] on: [bool; 8]` | the property of several elements of an array; so also `#[state]` and `output` |
/// | `#[progress(Ui::bar.value)] bar: ProgressSink<f64>` | a property that is set while the callback runs, `bar.set(0.4)`, and seen at once |
/// | `task: Cancellation` | whether this run was cancelled |
/// | `camera: &mut Camera` | the device, or the field of that type if the device has `#[derive(Device)]`: lent to one callback at a time |
/// | `#[session] login: &mut Login` | what is kept for the client that asked: the dashboard's `type Session` (only `#[callback]`) |
/// | `client: Client` | the client that asked (only `#[callback]`) |
/// | `client: Option<Client>` | the client whose command led here, if one did |
/// | `trigger: Trigger` | which of the inputs changed, or whether it is the start, the clock, a client |
/// | `#[key] key: u32`, `&u32`, `&str` | the key of the row that it runs for |
/// | `place: Place` | which group it runs for, if it is listed for one |
/// | `clients: Clients<Ui>` | all clients that are there: since when, from where, whether they look, their sessions |
/// | `handle: Handle<Ui>` | the dashboard, to push to and to read from, now or later and from anywhere |
///
/// # Rows of a list
///
/// For a field `lamps: Many<u32, Lamp>`, wherever a callback names a property:
///
/// | property | is |
/// | --- | --- |
/// | `Ui::lamps.rows` | the keys of the rows, a `Vec<u32>` in the order of the page: to read which there are, and to write it |
/// | `Ui::lamps[key].on.value` | that of one row: the callback runs for one row at a time, as if it were written once for each |
/// | `Ui::lamps[..].on.value` | those of all rows, as `Rows<u32, bool>`; of an event, the rows in which it happened |
///
/// ```text
/// #[callback_shared(output = Ui::lamps[key].level.value)]
/// fn switch(#[key] key: u32, #[input(Ui::lamps[key].on.value)] on: bool) -> f64 {
///     if on { 100.0 } else { 0.0 }
/// }
///
/// #[callback_shared(output = Ui::total.text)]
/// fn total(#[input(Ui::lamps[..].on.value)] on: Rows<u32, bool>) -> String {
///     format!("{} of {} are on", on.values().filter(|on| **on).count(), on.len())
/// }
/// ```
///
/// A callback with `[key]` runs for a row when something changes in that row, and when the row comes (unless `initial = false`
/// or an event is among what starts it); what starts it and is not of a row, `[..]` included, starts it for each row that
/// there is. `on = start` is, for a row, when it comes. All its `[key]` are of one list and one word, which is also the name
/// of its `#[key]` parameter, if it takes one. It has neither `every` nor `cancel`.
///
/// With `output = Ui::lamps[..].level.value` the function returns `Rows<u32, f64>`, and the rows that it names are changed. `[..]`
/// is not for `alternate`, `running`, `#[progress]` and `cancel`.
///
/// # Returned
///
/// What the output holds, or an `Edit` that changes a part of it; `Option` of it, where `None` means "no change"; a tuple of
/// these for several outputs; and `Result` around it all if the callback can fail. An error is shown to the client that
/// asked and written to the log.
///
/// With `alternate` the function returns a `Result` whose `Ok` is all that, and whose `Err` is the same for the alternates;
/// it is not a failure. Without `output` it is a `Result<(), Alternate>`.
#[proc_macro_attribute]
pub fn callback_shared(args: TokenStream, item: TokenStream) -> TokenStream {
    entry::callback(Scope::Shared, args.into(), item.into()).into()
}

/// A function that runs when something changes for one client, and whose outputs only **this client** sees.
///
/// Keys and parameters are those of [`callback_shared`](macro@callback_shared), with two differences: there is no
/// `every`, because a clock is nobody's client; and a `#[session] login: &mut Login` parameter borrows what the
/// dashboard keeps for the client.
///
/// ```text
/// #[callback(on = Ui::login.click, output = Ui::greeting.text)]
/// fn login(#[session] login: &mut Login, #[state(Ui::name.value)] name: &str) -> String {
///     login.name = name.to_owned();
///     format!("Hello {name}")
/// }
/// ```
#[proc_macro_attribute]
pub fn callback(args: TokenStream, item: TokenStream) -> TokenStream {
    entry::callback(Scope::Private, args.into(), item.into()).into()
}

/// The callbacks of a dashboard: `const CALLBACKS: Callbacks<Self> = callbacks![set_brightness, camera::shoot];`
///
/// A callback that names the properties of a group is listed for each place where the group is, and runs for each:
/// `callbacks![drive for Ui::left, drive for Ui::right, stop for Ui::arms[0..4]]`.
///
/// The compiler checks here how they go together, and reports what is wrong at the name of the callback: two that write
/// one property, a circle, a shared callback that reads what only one client has, a device that the dashboard does not
/// hold.
#[proc_macro]
pub fn callbacks(list: TokenStream) -> TokenStream {
    entry::callbacks(list.into()).into()
}

/// Properties that go together without a callback: `const BINDINGS: Bindings<Self> = bindings![bind(Ui::slider.value,
/// Ui::number.value)];` in the `impl Dashboard`.
///
/// | entry | meaning |
/// | --- | --- |
/// | `bind(Ui::a.value, Ui::b.value)` | both are one: whoever sets either (a person, a callback) sets both, at one revision |
/// | `mirror(Ui::a.value, Ui::b.value)` | the second shows the value of the first, of the same type or of `Option` of it |
/// | `format(Ui::a.value, Ui::b.text, "{:.1} °C")` | the second is a text with the first, an `f64`, `Option<f64>` or `String` |
/// | `show_when(Ui::expert.on, Ui::details)` | the component is there while the `bool` is true; in a group or an array `Ui::left.details`, `Ui::lamps[3]` |
/// | `script("watts.js", (Ui::volts.value, Ui::amperes.value), Ui::power.text)` | the last is what a JavaScript function makes of the others |
///
/// # `bind`
///
/// Both are state properties of one type. They have one value, which starts as the first one's. In the browser in which a
/// person moves one of the controls, the other one follows at once. A value from a browser must satisfy what both components
/// ask of it, such as their ranges. For callbacks the two are one property: one callback may write it, under either name,
/// and one that reads it under both names runs once. More than two are bound by several entries.
///
/// # `mirror`, `format`, `show_when`, `script`
///
/// Each browser computes them for itself, as soon as what they are computed from is shown there: with every movement of a
/// control under the hand, before the server has heard of it, and with everything that the server sends. The server computes
/// all but scripts too, once, so that a page is right from the first paint on. Beyond that it does not have the values: no
/// callback reads or writes them, and no browser sends them. What is computed from a bad value is marked as bad.
///
/// In a text of `format`, `{}` writes a number with at most six significant digits, `{:.2}` with two decimals, and a missing
/// one as a dash; `{{` and `}}` are braces.
///
/// # `script`
///
/// The file, beside the Rust file, is an ES module with a function of the file's name, without imports:
///
/// ```text
/// /**
///  * @param {number} volts
///  * @param {number} amperes
///  */
/// export function watts(volts, amperes) {
///   return `${(volts * amperes).toFixed(1)} W`;
/// }
/// ```
///
/// It has up to eight inputs, which it gets as JSON has them: an `f64` as a number, a `String` as a string, an `Option` as the
/// value or `null`, a struct as an object. It returns at once, and what the property holds. What it throws, and a value of
/// another JSON type than the property's, marks the property as bad, with the reason, and leaves it as it was. Each page
/// loads it as a module of its own: if that fails, only this property is bad. Until then the property is what `layout` starts
/// it with.
///
/// What is in the rows of a list is not bound: rows come and go.
///
/// The compiler checks the bindings together with the callbacks, and reports what is wrong at the entry.
#[proc_macro]
pub fn bindings(list: TokenStream) -> TokenStream {
    entry::bindings(list.into()).into()
}

/// Changes of properties, to be pushed: `handle.push(changes![Ui::speed.value = 1.0, Ui::log.lines = "off we go"])?`
///
/// Each entry is a property and the value it gets: what a callback would return for it, so a `&str` for a text, one item or
/// a `Vec` of them for a stream, and an `Option`, where `None` means "no change". The properties are of one dashboard `Ui`,
/// each is there once, and the result is a `Changes<Ui>`. `Ui::lamps.row(7).on.value = true` changes the row with this key. The values are expressions and may contain `?` and `.await`.
#[proc_macro]
pub fn changes(list: TokenStream) -> TokenStream {
    entry::changes(list.into()).into()
}

/// Makes a struct a component: its fields are the properties, a custom element in a JavaScript file shows it.
///
/// ```text
/// /// A horizontal slider for a set-point.
/// #[derive(Component)]
/// #[component(tag = "my-slider", script = "slider.js", style = "slider.css")]
/// pub struct Slider {
///     id: ComponentId,
///     /// The set-point.
///     #[prop(writable, within(min, max))]
///     value: f64,
///     min: f64,
///     #[prop(default = 100.0)]
///     max: f64,
/// }
/// ```
///
/// `script` and `style` are files beside the Rust file; `style` may be left out. The script is a JavaScript module that imports
/// `Component` and `define` from `"./dash.js"`; it is served as it is. If it cannot be loaded, the component shows why, and
/// everything else works. The first field is `id: ComponentId`.
/// How the component looks before its script runs is `impl Render for Slider`, written by hand.
///
/// The derive writes `SliderProps`, which is what `Ui::brightness` is; a builder method per property; and the table that
/// the browser's side is checked against.
///
/// # `#[prop(..)]`
///
/// | key | meaning |
/// | --- | --- |
/// | (none) | a state property, with the type's default, that only the server writes |
/// | `writable` | the browser may write it |
/// | `event` | an event, of type `Event<T>`: the browser makes it happen, each occurrence counts |
/// | `stream, ring = 2000` | a stream, of type `Stream<T>`: the server appends, the last items are kept for late joiners |
/// | `default = 100.0` | the value to begin with |
/// | `required` | must be given in `layout`; if not, the dashboard does not start, and says so |
/// | `within(min, max)` | a number from the browser, as a value or with an event, lies within these two properties |
/// | `one_of(options)` | what comes from the browser is one of those that this property lists |
/// | `max_len = 100` | a text from the browser has at most so many characters |
/// | `no_setter` | the builder method is written by hand |
#[proc_macro_derive(Component, attributes(component, prop))]
pub fn derive_component(item: TokenStream) -> TokenStream {
    entry::component(item.into()).into()
}

/// Makes a struct or an enum of the user's crate the value of a property, the key of rows, or what an event carries.
///
/// ```text
/// #[value]
/// #[derive(Clone)]
/// struct Reading {
///     volts: f64,
///     amperes: f64,
/// }
/// ```
///
/// It derives `Serialize` and `Deserialize` of serde and `JsonSchema` of schemars, from the versions that the library uses:
/// the user's crate depends on neither. A value is also `Clone`, and a key `PartialEq`; these are derived as always. The
/// attributes of the derives, such as `#[serde(rename_all = "snake_case")]`, stand below this one. A type of your own in a
/// field of it has this attribute, too.
#[proc_macro_attribute]
pub fn value(args: TokenStream, item: TokenStream) -> TokenStream {
    entry::value(&args.into(), item.into()).into()
}

/// Lends the fields of a device, each from a queue of its own.
///
/// Without it a dashboard's device is lent as a whole: one callback at a time. With it, callbacks that borrow different
/// fields do not wait for each other.
///
/// ```text
/// #[derive(Device)]
/// struct Robot {
///     arm: Arm,
///     camera: Camera,
/// }
///
/// #[callback_shared(on = Ui::shoot.click, output = Ui::picture.source)]
/// fn shoot(camera: &mut Camera) -> Jpeg { .. }
/// ```
///
/// A field is asked for by its type, so each has a type of its own.
#[proc_macro_derive(Device)]
pub fn derive_device(item: TokenStream) -> TokenStream {
    entry::device(item.into()).into()
}

/// Gives the pages of a dashboard their paths.
///
/// ```text
/// #[derive(Route)]
/// enum Page {
///     #[route("/")]
///     Home,
///     #[route("/lamp/{id}")]
///     Lamp { id: u32 },
///     #[route(not_found)]
///     NotFound,
/// }
/// ```
///
/// Each variant has a path; a field in braces stands for what is between two slashes, and is of a type that implements
/// `Display` and `FromStr`. One variant is `not_found`: it is what every other path is. That a path could be two pages is an
/// error, unless one of the two says more where they differ: `/lamp/new` comes before `/lamp/{id}`.
///
/// What is not plain text is percent-encoded. An empty text, `.` and `..` are not found again: browsers take them out of an
/// address.
#[proc_macro_derive(Route, attributes(route))]
pub fn derive_route(item: TokenStream) -> TokenStream {
    entry::route(item.into()).into()
}
