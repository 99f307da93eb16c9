//! The attributes and macros of dash-devices, which re-exports them.
//!
//! Each macro is a small compiler. `syntax` parses the user's input and keeps its spans. `lower` turns it into the
//! `model`. `check` finds the faults that the compiler would report badly or not at all. `expand` writes the expansion.
//! `diag` collects all faults, and they are reported together. If an attribute is wrong, the user's own item is emitted
//! anyway, so that editors keep working and one fault does not cause ten errors.

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

/// Declares the components of a page: each field of the struct is a component with its id.
///
/// The field's name is the component's id, which is also its DOM `id`. `Ui::brightness` is a constant whose fields are
/// the component's properties. `Ui::brightness.value` names a property everywhere: in callbacks, pushes and tests.
///
/// ```text
/// #[components]
/// struct Ui {
///     brightness: Slider,
///     readout: Text,
/// }
/// ```
///
/// `layout(self)` receives one value per field and moves each to its place on the page. Placing a component twice is a
/// use after a move. A component that is never placed is a field that is never read, which this attribute makes an
/// error.
///
/// A field may also be a group, which is another struct with this attribute. Or it may be an array of components or
/// groups, whose length is a literal number, at most 256. `Ui::left.speed.value` and `Ui::lamps[3].on` name properties
/// in them. The ids are `left-speed` and `lamps-3`.
///
/// A field of type `Many<K, C>` is a list. Its rows are components or groups `C`, each with a key of type `K`, and they
/// come and go while the dashboard runs. `Ui::lamps.rows` is the property with the keys, in the order of the page.
/// `Ui::lamps.row(7).on.on` is a property of one row. Callbacks write `Ui::lamps[key].on.on` instead, see
/// [`callback_shared`](macro@callback_shared). A list cannot be marked `#[dynamic]`, and it cannot be in the rows of
/// another list.
///
/// # Rights
///
/// `#[components(role = Role)]` names the enum of roles, see [`Role`](derive@Role). Then a field can have these
/// attributes. On a group, an array or a list they apply to everything in it, in addition to what is inside.
///
/// | attribute | meaning |
/// | --- | --- |
/// | `#[needs(Role::Operator)]` | a browser or program needs this role or a higher one to set the component's properties; others see it read-only, with the reason |
/// | `#[sees(Role::Admin)]` | who has no such role does not get the component, its values, or its name |
/// | `#[private]` | each client has its own value; a shared callback that uses it is an error. It needs no roles |
/// | `#[secret]` | the audit record has that the value was changed, and not the value. It needs no roles |
///
/// `#[components(role = Role, needs = Role::Operator)]` is for each field without a `#[needs]` of its own.
///
/// # Values that are kept
///
/// With a store (`App::store`), these are there again after a restart.
///
/// | attribute | keeps |
/// | --- | --- |
/// | `#[keep]` | all states that people set in the component, and in everything inside of a group, an array or a list |
/// | `#[keep(value, max)]` | these properties |
/// | `#[keep(ask)]`, `#[keep(ask, value)]` | the same, but they are only shown until a person sets a value |
/// | `#[keep(for = "30d", size = "1GB")]` | the history of a stream, such as the points of a `Trend` or the lines of a `Log`, for at most this time and size |
///
/// # Values in the list of a relay
///
/// With relays (`App::fabric`), everybody who reaches a relay sees a list of all devices, without a login.
///
/// | attribute | the list has |
/// | --- | --- |
/// | `#[fleet]` | the value that the component shows: its property `value`, `text` or `on` |
/// | `#[fleet(value, max)]` | these properties: numbers, texts and `bool`s |
/// | `#[fleet(label = "Battery", unit = "%")]` | the value with another label or unit than those of the component |
///
/// One dashboard has at most 8 of them. They cannot be in a list of rows, nor be private, secret or withheld from a role.
///
/// # Dynamic components
///
/// `layout` does not place a field that is marked `#[dynamic]`, nor anything in a group that is marked so. Callbacks place it with `Ui::name.place()` in the
/// elements that they return.
///
/// The struct has named fields and no generics. The constants take the doc comments of the fields and the visibility of
/// the struct.
#[proc_macro_attribute]
pub fn components(args: TokenStream, item: TokenStream) -> TokenStream {
    entry::components(args.into(), item.into()).into()
}

/// Makes a function a callback that runs when something changes, and whose outputs **all clients** see.
///
/// ```text
/// #[callback_shared(output = Ui::readout.text)]
/// fn set_brightness(camera: &mut Camera, #[input(Ui::brightness.value)] percent: f64) -> String {
///     camera.set_brightness(percent);
///     format!("{percent:.0} %")
/// }
/// ```
///
/// The function stays an ordinary function, which tests can call. It is a `fn`, which may block, or an `async fn`.
///
/// # Keys
///
/// | key | meaning |
/// | --- | --- |
/// | `output = Ui::a.text` | the property that the returned value is written to |
/// | `output = (Ui::a.text, Ui::b.value)` | several properties: the function returns a tuple, in this order |
/// | `alternate = Ui::message.text`, or several in a tuple | the function returns `Result<Normal, Alternate>`: an `Err` is written to these properties, and `output` does not change |
/// | `running(Ui::go.disabled = true)`, several with commas | the properties have these values while the callback runs, and their previous values afterwards |
/// | `cancel = Ui::stop.click`, or several in a tuple | a change of these cancels the run at once: an `async fn` stops at its next `await`, a `fn` has to ask its `Cancellation` |
/// | `on = Ui::shoot.click`, or several in a tuple | a change of these starts the callback, without a parameter for it |
/// | `on = start` | runs once when the dashboard starts (only `#[callback_shared]`) |
/// | `on = connect`, `on = disconnect` | runs after a client has connected or has gone; may be in a tuple with properties |
/// | `on = clients` | runs when the table of clients has changed; a `#[callback]` runs for each connected client |
/// | `on = session` | runs when another run has changed the session of the client; only `#[callback]` |
/// | `every = "100ms"` | runs periodically; units `ns`, `us`, `ms`, `s`, `min`, `h`, `d` (only `#[callback_shared]`) |
/// | `every = Ui::period.value` | runs periodically; the property is a `Prop<f64>` with the period in seconds |
/// | `every = "500ms", when = watched` | runs periodically only while a connected page is visible or a program subscribes, and at once when the first of them begins |
/// | `queue = latest` | if a state input changes several times while the callback is busy, it gets only the newest value (the default) |
/// | `queue = all` | the callback gets every value; when the queue is full, commands are refused |
/// | `queue = skip` | commands that arrive while the callback runs are refused, for example a second press |
/// | `initial = false` | does not run at the start; waits for the first change |
/// | `transport = http` | browsers send each command that starts it as an HTTP request; `socket` (the default) uses the page's socket |
/// | `deadline = "30s"` | a run that has not ended by then, or a source that is silent for so long beyond its period, is marked on every page and named in the log; it goes on |
/// | `lifespan = "2s"` | a command that starts it is not carried out when it is older; an event also expires in the queue |
/// | `needs = Role::Operator` | a command that starts it, directly or through other callbacks, needs this role or a higher one |
/// | `reveals = Ui::key.text`, or several in a tuple | the outputs may show what is computed from this property, although fewer roles see it |
/// | `under = Ui::drive`, or several in a tuple | a command that starts it is refused while this `Control`, `Stop` or `Armed` does not let it pass |
/// | `check = is_allowed` | a function that gets the inputs and states, in their order, before they take effect; its `Err` refuses them with the reason |
/// | `refused = revert` | an `Err` leaves the device as it was: the values that started the run go back to the ones that the device has, for everybody; `keep` (the default) leaves them, with a mark (only `#[callback_shared]`) |
/// | `on_error = report` | a `fn(&Failure)` that is called for failed runs, instead of the dashboard's `on_error` |
/// Something must start a callback: an `#[input]`, `on` or `every`.
///
/// # Parameters, in any order
///
/// | parameter | meaning |
/// | --- | --- |
/// | `#[input(Ui::a.value)] x: f64` | the value of the property; a change of it starts the callback |
/// | `#[input(Ui::a.value, throttle = "50ms")] x: f64` | the same; browsers send the first value at once, then at most one per 50 ms, and always the last |
/// | `#[input(Ui::a.value, debounce = "300ms")] x: f64` | the same; browsers send a value when it has not changed for 300 ms, or when the user releases the control |
/// | `#[input(Ui::b.click)] clicked: Option<()>` | an event: `Some` with its payload if this event started the run |
/// | `#[state(Ui::a.value)] x: f64` | the value of the property at the time of the run; a change of it does not start the callback |
/// | `#[input(..)] x: &str`, `#[state(..)] x: &T` | the same, by reference and without a copy |
/// | `#[input(Ui::lamps[0..8].on)] on: [bool; 8]` | the property of several elements of an array; also in `#[state]` and `output` |
/// | `#[progress(Ui::bar.value)] bar: ProgressSink<f64>` | sets the property while the callback runs, with `bar.set(0.4)`; clients see it at once |
/// | `task: Cancellation` | tells whether this run was cancelled |
/// | `camera: &mut Camera` | the device, or the field of that type if the device has `#[derive(Device)]`; one callback borrows it at a time |
/// | `#[session] login: &mut Login` | the session of the client that caused the run, of the dashboard's `type Session` (only `#[callback]`) |
/// | `client: Client` | the client that caused the run (only `#[callback]`) |
/// | `client: Option<Client>` | the client whose command caused the run, if there is one |
/// | `trigger: Trigger` | what started the run: which inputs, or the start, the clock, or a client |
/// | `#[key] key: u32`, `&u32`, `&str` | the key of the row that the callback runs for |
/// | `place: Place` | the group that the callback runs for, if it is listed for one |
/// | `clients: Clients<Ui>` | all connected clients: connection time, address, whether their page is visible, their sessions |
/// | `handle: Handle<Ui>` | a handle to push to and read from the dashboard, now or later, from any thread |
///
/// # Rows of a list
///
/// For a field `lamps: Many<u32, Lamp>`, a callback can name these properties:
///
/// | property | meaning |
/// | --- | --- |
/// | `Ui::lamps.rows` | the keys of the rows, a `Vec<u32>` in the order of the page; readable and writable |
/// | `Ui::lamps[key].on.on` | the property of one row: the callback runs for one row at a time, as if it were written once per row |
/// | `Ui::lamps[..].on.on` | the property of all rows, as `Rows<u32, bool>`; for an event, the rows in which it happened |
///
/// ```text
/// #[callback_shared(output = Ui::lamps[key].level.value)]
/// fn switch(#[key] key: u32, #[input(Ui::lamps[key].on.on)] on: bool) -> f64 {
///     if on { 100.0 } else { 0.0 }
/// }
///
/// #[callback_shared(output = Ui::total.text)]
/// fn total(#[input(Ui::lamps[..].on.on)] on: Rows<u32, bool>) -> String {
///     format!("{} of {} are on", on.values().filter(|on| **on).count(), on.len())
/// }
/// ```
///
/// A callback with `[key]` runs for a row when an input in that row changes. It also runs when the row is added, unless
/// `initial = false` is set or one of its inputs is an event. An input outside the row, `[..]` included, starts it for
/// each existing row. `on = start` starts it for a row when the row is added.
///
/// All `[key]` in a callback name the same list and use the same word. A `#[key]` parameter has that word as its name.
/// `every` and `cancel` are not allowed.
///
/// With `output = Ui::lamps[..].level.value` the function returns `Rows<u32, f64>`, which changes only the rows that it
/// contains. `[..]` is not allowed in `alternate`, `running`, `#[progress]` and `cancel`.
///
/// # Returned value
///
/// The function returns the value of the output, or an `Edit` that changes a part of it. An `Option` of that may be
/// `None` for "no change". For several outputs it returns a tuple. If the callback can fail, it returns a `Result`
/// around all of this. An error is shown to the client that caused the run, and logged.
///
/// With `alternate` the function returns a `Result`. Its `Ok` is as above, and its `Err` is the same for the
/// alternates. Such an `Err` is not a failure. Without `output` the type is `Result<(), Alternate>`.
#[proc_macro_attribute]
pub fn callback_shared(args: TokenStream, item: TokenStream) -> TokenStream {
    entry::callback(Scope::Shared, args.into(), item.into()).into()
}

/// Makes a function a callback that runs when something changes for one client, and whose outputs only **this client**
/// sees.
///
/// Keys and parameters are those of [`callback_shared`](macro@callback_shared), with two differences. There is no
/// `every`, because a clock belongs to no client. And a `#[session] login: &mut Login` parameter borrows the client's
/// session, which the dashboard keeps.
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
/// A callback that names the properties of a group is listed for each place of the group, and runs for each:
/// `callbacks![drive for Ui::left, drive for Ui::right, stop for Ui::arms[0..4]]`.
///
/// The compiler checks here that the callbacks fit together, and reports faults at the name of a callback: two
/// callbacks that write one property, a cycle, a shared callback that reads a private value, a device that the
/// dashboard does not have.
#[proc_macro]
pub fn callbacks(list: TokenStream) -> TokenStream {
    entry::callbacks(list.into()).into()
}

/// Connects properties without a callback: `const BINDINGS: Bindings<Self> = bindings![bind(Ui::slider.value,
/// Ui::number.value)];` in the `impl Dashboard`.
///
/// | entry | meaning |
/// | --- | --- |
/// | `bind(Ui::a.value, Ui::b.value)` | both properties have one value: a client or a callback that sets either sets both, at one revision |
/// | `mirror(Ui::a.value, Ui::b.value)` | the second property shows the value of the first; its type is the same, or `Option` of it |
/// | `format(Ui::a.value, Ui::b.text, "{:.1} °C")` | the second property is a text with the value of the first, an `f64`, `Option<f64>` or `String` |
/// | `show_when(Ui::expert.on, Ui::details)` | the component is visible while the `bool` is true; in a group or an array `Ui::left.details`, `Ui::lamps[3]` |
/// | `alarm(Ui::pressure.value, Ui::alarms, "Over-pressure", above = 0.8)` | an alarm of the list while the condition holds; see the guide |
/// | `script("watts.js", (Ui::volts.value, Ui::amperes.value), Ui::power.text)` | a JavaScript function computes the last property from the others |
///
/// # `bind`
///
/// Both are state properties of the same type. They have one value, which starts as the first property's. When a user
/// moves one of the controls, the other one in the same browser follows at once. A value from a browser must satisfy
/// the checks of both components, such as their ranges. For callbacks the two are one property: one callback may write
/// it, under either name, and a callback that reads both names runs once. Several entries bind more than two
/// properties.
///
/// # `mirror`, `format`, `show_when`, `script`
///
/// Each browser computes these values itself, from the values that it shows. So they follow each movement of a control
/// before the server has received it, and each value that the server sends. The server also computes them once, except
/// `script`, so that the first paint is right. After that the server does not have these values: callbacks cannot read
/// or write them, and browsers do not send them. A value that is computed from a bad value is marked as bad.
///
/// In the text of `format`, `{}` writes a number with as many decimals as six significant digits need, and `{:.2}` writes
/// it with two decimals. A missing number is written as a dash. `{{` and `}}` are braces.
///
/// # `script`
///
/// The file lies beside the Rust file. It is an ES module without imports, with a function that has the name of the
/// file:
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
/// The function has up to eight parameters. It gets them as JSON values: an `f64` as a number, a `String` as a string,
/// an `Option` as the value or `null`, a struct as an object. It returns the property's value, and it is not
/// asynchronous. If it throws, or returns a value of another JSON type, the property is marked as bad with the reason
/// and keeps its value. Each page loads the file as a separate module. If that fails, only this property is bad. Until
/// the module is loaded, the property has its starting value from `layout`.
///
/// Properties in the rows of a list cannot be bound, because rows come and go.
///
/// The compiler checks the bindings together with the callbacks, and reports faults at the entry.
#[proc_macro]
pub fn bindings(list: TokenStream) -> TokenStream {
    entry::bindings(list.into()).into()
}

/// Creates changes of properties for a push: `handle.push(changes![Ui::speed.value = 1.0, Ui::log.lines = "off we
/// go"])?`
///
/// Each entry is a property and its new value, of the type that a callback would return for it. That is a `&str` for
/// text, one item or a `Vec` of items for a stream, and an `Option`, where `None` means "no change". All properties
/// belong to one dashboard `Ui`, and each occurs once. The result is a `Changes<Ui>`. `Ui::lamps.row(7).on.on =
/// true` changes the row with this key. The values are expressions and may contain `?` and `.await`.
#[proc_macro]
pub fn changes(list: TokenStream) -> TokenStream {
    entry::changes(list.into()).into()
}

/// Makes a struct a component: its fields are the properties, and a custom element displays it.
///
/// ```text
/// /// How full a tank is.
/// #[derive(Component)]
/// #[component(tag = "my-tank", style = "tank.css")]
/// pub struct Tank {
///     id: ComponentId,
///     /// The level in litres. `None`: not measured.
///     level: Option<f64>,
///     #[prop(default = 100.0)]
///     capacity: f64,
/// }
///
/// impl View for Tank {
///     fn view(p: TankBound, look: &mut Look) {
///         look.tag("meter").attr("max", p.capacity).attr("value", p.level.or(0)).empty();
///         look.tag("output").text(p.level.number(1).then(" l"));
///     }
/// }
/// ```
///
/// The first field is `id: ComponentId`. The user writes `impl View for Tank`, which says what is inside of the element,
/// for the server and for the browser. `script = "tank.js"` names a file beside the Rust file with the component's
/// behaviour, and `style` its stylesheet, or several as in `style = ["chart.css", "tank.css"]`. A page has a stylesheet
/// that several components name once. Both are optional. The script is a JavaScript module that imports `Component`
/// and `define` from `"./dash.js"`, and it is served unchanged. If it cannot be loaded, the component shows the reason,
/// and the rest of the page works. `library = THREE_JS` names a `const` of the type `Library`: a large library that the
/// script loads when it needs it. A component whose script draws it implements `Render` instead of `View`.
///
/// The derive generates `TankProps`, which is the type of `Ui::tank`, `TankBound`, which the view gets, a builder method
/// per property, and the table of properties that the browser's side is checked against.
///
/// # `#[prop(..)]`
///
/// | key | meaning |
/// | --- | --- |
/// | (none) | a state property, with the type's default, that only the server writes |
/// | `writable` | the browser may write it |
/// | `event` | an event, of type `Event<T>`: the browser sends it, and each occurrence counts |
/// | `stream, ring = 2000` | a stream, of type `Stream<T>`: the server appends items and keeps the last 2000 for clients that connect later |
/// | `default = 100.0` | the starting value |
/// | `held(deadline)` | a value is in effect only while the user holds the control; the named property has the time in seconds after which the server sets the default value, if it hears nothing from the held control |
/// | `required` | `layout` must set it; otherwise the dashboard does not start and reports it |
/// | `within(min, max)` | a number from the browser, as a value or with an event, must lie between the values of these two properties |
/// | `one_of(options)` | a value from the browser must be one that this property lists |
/// | `max_len = 100` | text from the browser has at most this many characters |
/// | `no_setter` | no builder method is generated; the user writes it |
#[proc_macro_derive(Component, attributes(component, prop))]
pub fn derive_component(item: TokenStream) -> TokenStream {
    entry::component(item.into()).into()
}

/// Makes a struct or an enum usable as the value of a property, the key of a row, or the payload of an event.
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
/// It derives serde's `Serialize` and `Deserialize` and schemars' `JsonSchema`, from the versions that the library
/// uses. The user's crate needs no dependency on them. A value must also be `Clone`, and a key `PartialEq`: derive
/// these as usual. Attributes of the derives, such as `#[serde(rename_all = "snake_case")]`, are written below this
/// one. If a field has a type of the user's crate, that type needs this attribute too. A view can show an enum whose
/// variants have no fields: it is the text that serde writes.
#[proc_macro_attribute]
pub fn value(args: TokenStream, item: TokenStream) -> TokenStream {
    entry::value(&args.into(), item.into()).into()
}

/// Lends the fields of a device to callbacks separately, each with its own queue.
///
/// Without this derive, one callback at a time borrows the whole device. With it, callbacks that borrow different
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
/// A callback names a field by its type, so each field needs its own type.
#[proc_macro_derive(Device)]
pub fn derive_device(item: TokenStream) -> TokenStream {
    entry::device(item.into()).into()
}

/// Defines the roles of the users of a dashboard, the lowest first.
///
/// ```text
/// #[derive(Role)]
/// enum Role {
///     Guest,
///     Operator,
///     Admin,
/// }
///
/// #[components(role = Role)]
/// struct Ui {
///     #[needs(Role::Operator)]
///     speed: Slider,
///     #[sees(Role::Admin)]
///     key: Input,
/// }
/// ```
///
/// A role may do everything that the roles before it may. In a users file the names are `guest`, `operator` and
/// `admin`; `ReadOnly` is `read-only`. The variants have no fields and no numbers.
#[proc_macro_derive(Role)]
pub fn derive_role(item: TokenStream) -> TokenStream {
    entry::role(item.into()).into()
}

/// Defines the paths of the pages of a dashboard.
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
/// Each variant has a path. A field in braces stands for the text between two slashes, and its type implements
/// `Display` and `FromStr`. One variant is marked `not_found` and stands for all other paths. A path that matches two
/// variants is an error, unless one of them is more specific wherever they differ: `/lamp/new` comes before
/// `/lamp/{id}`.
///
/// Special characters in a field are percent-encoded. An empty text, `.` and `..` cannot be parsed back, because
/// browsers remove them from an address.
#[proc_macro_derive(Route, attributes(route))]
pub fn derive_route(item: TokenStream) -> TokenStream {
    entry::route(item.into()).into()
}
