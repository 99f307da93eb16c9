//! The fields of components and of `#[components]` structs.
//!
//! For the type of a field, expansions name only these traits: `<f64 as Field<..>>::Props`. So a missing trait is
//! reported with the same text for each use in the expansion, and rustc prints equal errors at one place only once.

use std::{fmt, marker::PhantomData, time::Duration};

use crate::{
    component::{ComponentInfo, Event, PropType, Stream, Values},
    fleet::Fleet,
    gates::Gate,
    hash,
    history::{HistoryItem, Retention},
    place::{ANY_ROW, Base, Id},
    prop::{ComponentId, InRow, Prop, PropValue, StreamProp},
    rights::{Rights, Role, RoleIs},
    rows::RowsInfo,
    value::Value,
};

/// Something that has components: a `#[components]` struct as a page or as a group in a page, or an array.
pub trait Page {
    /// The [`owner`](owner) key of the page.
    const OWNER: u64;
    /// The beginning of the ids in it. Empty for a page.
    const PREFIX: &'static str;
    /// How many components of the page come before those in it.
    const BASE: usize;
    /// Its fields.
    const FIELDS: Fields;
    /// What is required to see and to write what is in it.
    const RIGHTS: Rights = Rights::NONE;
    /// The roles that rights name. `()` for none.
    type Role: Role;
    /// Whether callbacks place what is in it, instead of `layout`.
    const DYNAMIC: bool = false;
}

/// The page `P` for a field that is marked `#[dynamic]`.
#[derive(Debug)]
pub struct Dynamic<P>(PhantomData<fn() -> P>);

impl<P: Page> Page for Dynamic<P> {
    const OWNER: u64 = P::OWNER;
    const PREFIX: &'static str = P::PREFIX;
    const BASE: usize = P::BASE;
    const FIELDS: Fields = P::FIELDS;
    const DYNAMIC: bool = true;
    const RIGHTS: Rights = P::RIGHTS;
    type Role = P::Role;
}

/// In a `#[components]` struct, in place of a component or group that is marked `#[dynamic]`. `layout` cannot place it.
pub struct PlacedByCallbacks<C>(PhantomData<fn() -> C>);

impl<C> PlacedByCallbacks<C> {
    /// The only value.
    pub const NEW: Self = Self(PhantomData);
}

impl<C> fmt::Debug for PlacedByCallbacks<C> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("PlacedByCallbacks")
    }
}

/// The constants of a component or group.
pub trait AtRow: Copy {
    /// The constants for one row of a list.
    #[must_use]
    fn at_row(self, row: InRow) -> Self;
}

impl<T: AtRow, const N: usize> AtRow for [T; N] {
    fn at_row(self, row: InRow) -> Self {
        self.map(|one| one.at_row(row))
    }
}

/// The fields of a [`Page`].
#[derive(Debug, Clone, Copy)]
pub enum Fields {
    /// One component or group without a name: the content of each row of a list.
    Row,
    /// Named fields, each with its number of components.
    Named(&'static [(&'static str, usize)]),
    /// The elements of an array, with the number of components of each.
    Numbered(usize),
}

/// The group `G` as the `N`-th field of `P`.
#[derive(Debug)]
pub struct In<P, const N: usize, G>(PhantomData<fn() -> (P, G)>);

impl<P: Page, const N: usize, G: Page> Page for In<P, N, G> {
    const OWNER: u64 = P::OWNER;
    const PREFIX: &'static str = Spot::<P, N>::NAME;
    const BASE: usize = Spot::<P, N>::BASE;
    const FIELDS: Fields = G::FIELDS;
    const RIGHTS: Rights = P::RIGHTS;
    type Role = P::Role;
    const DYNAMIC: bool = P::DYNAMIC;
}

/// An array of `LEN` elements as the `N`-th field of `P`.
#[derive(Debug)]
pub struct Each<P, const N: usize, const LEN: usize>(PhantomData<fn() -> P>);

impl<P: Page, const N: usize, const LEN: usize> Page for Each<P, N, LEN> {
    const OWNER: u64 = P::OWNER;
    const PREFIX: &'static str = Spot::<P, N>::NAME;
    const BASE: usize = Spot::<P, N>::BASE;
    const FIELDS: Fields = Fields::Numbered((before(P::FIELDS, N + 1) - before(P::FIELDS, N)) / LEN);
    const RIGHTS: Rights = P::RIGHTS;
    type Role = P::Role;
    const DYNAMIC: bool = P::DYNAMIC;
}

/// `P` for a field with rights of its own, which are [`packed`](Rights::packed).
#[derive(Debug)]
pub struct With<P, const RIGHTS: u32>(PhantomData<fn() -> P>);

impl<P: Page, const RIGHTS: u32> Page for With<P, RIGHTS> {
    const OWNER: u64 = P::OWNER;
    const PREFIX: &'static str = P::PREFIX;
    const BASE: usize = P::BASE;
    const FIELDS: Fields = P::FIELDS;
    const RIGHTS: Rights = P::RIGHTS.and(Rights::unpack(RIGHTS));
    type Role = P::Role;
    const DYNAMIC: bool = P::DYNAMIC;
}

/// The name and number of the `N`-th field of `P`.
pub(crate) struct Spot<P, const N: usize>(PhantomData<fn() -> P>);

impl<P: Page, const N: usize> Spot<P, N> {
    const ID: Id = match P::FIELDS {
        Fields::Named(fields) => Id::new(P::PREFIX).and(fields[N].0),
        Fields::Numbered(_) => Id::new(P::PREFIX).and_number(N),
        Fields::Row => Id::new(P::PREFIX),
    };
    const TEXT: &'static Id = &Self::ID;
    const NAME: &'static str = Self::TEXT.as_str();
    pub(crate) const BASE: usize = P::BASE + before(P::FIELDS, N);
    const ROW: &'static Id = &Id::new(Self::NAME).and(ANY_ROW);
    /// If the field is a list: the id of the content of its rows.
    pub(crate) const ANY_ROW: &'static str = Self::ROW.as_str();
    /// Whether the field is in a row of a list.
    pub(crate) const IS_IN_ROW: bool = {
        let (id, mut i, mut found) = (Self::NAME.as_bytes(), 0, false);
        while i < id.len() {
            found |= id[i] == ANY_ROW.as_bytes()[0];
            i += 1;
        }
        found
    };
    const INDEX: u16 = {
        assert!(Self::BASE < u16::MAX as usize, "a page has at most 65535 components");
        Self::BASE as u16
    };
}

/// The number of components in the fields before the `n`-th one.
const fn before(fields: Fields, n: usize) -> usize {
    match fields {
        Fields::Row => 0,
        Fields::Numbered(size) => n * size,
        Fields::Named(fields) => {
            let (mut sum, mut i) = (0, 0);
            while i < n {
                sum += fields[i].1;
                i += 1;
            }
            sum
        }
    }
}

/// The number of components in the group `G`.
pub const fn count<G: Page>() -> usize {
    match G::FIELDS {
        Fields::Named(named) => before(G::FIELDS, named.len()),
        Fields::Numbered(size) => size,
        Fields::Row => 0,
    }
}

/// The id of the `N`-th field of `P`, which is a component.
pub const fn id<P: Page, const N: usize>() -> ComponentId {
    let id = ComponentId::new(P::OWNER, Spot::<P, N>::NAME, Spot::<P, N>::INDEX).with(P::RIGHTS);
    id.placed_by_callbacks(P::DYNAMIC)
}

/// Panics, at the caller's place, if the component is not marked `#[dynamic]`, and a callback places it.
#[track_caller]
pub const fn is_dynamic(id: ComponentId) {
    assert!(
        id.is_dynamic(),
        "`layout` places this component: to place it in a callback, mark its field `#[dynamic]` and leave it out of `layout`; to change it, write its properties"
    );
}

/// For groups that only callbacks place: their fields are not read anywhere else. A group has a function of this name,
/// which comes before this one.
pub trait NoGroup {
    /// Does nothing.
    fn __dd_placed_by_callbacks(&self) {}
}
impl<T> NoGroup for T {}

/// The `N`-th field of `P`. `#[derive(Component)]` implements it for a component, `#[components]` for a group.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a component",
    label = "not a component",
    note = "the fields of a `#[components]` struct are components such as `Slider` or `Text`, your own with `#[derive(Component)]`; other `#[components]` structs; arrays of both; and `Many` of them"
)]
pub trait Field<P, const N: usize>: Sized {
    /// The type of the constant.
    type Props: AtRow;
    /// The constant.
    const PROPS: Self::Props;
    /// How many components it has.
    const COUNT: usize;
    /// Whether it is a list of rows or contains one.
    const HAS_LIST: bool = false;
    /// Whether it is a list whose rows have a list in them.
    const ROWS_HAVE_LIST: bool = false;
    /// The enum of roles that rights in it name. 0 if there are none.
    const ROLE: u64 = 0;
    /// Whether a browser can write something in it, as far as it is known.
    const WRITABLE: bool = true;
    /// Whether browsers set a state in it that can be kept, as far as it is known.
    const KEEPABLE: bool = true;
    /// Whether it has a stream whose history can be kept.
    const HAS_HISTORY: bool = false;
    /// What kind of gate it is, if it decides whether other components may be changed.
    const GATE: Option<Gate> = None;
    /// The same field in another place. The bounds have no requirements of their own, because what is wrong with `Self`
    /// is reported where `Self` is used.
    type At<Q: Page, const M: usize>: Placed<Props = Self::Props, Itself = Self>;

    /// Appends its components.
    fn list(list: &mut List);

    /// The same with default values.
    fn build() -> Self;
}

/// A component or group in a place: see [`Put`].
pub trait Placed {
    /// The component or group.
    type Itself;
    /// The type of the constant.
    type Props: AtRow;
    /// The constant.
    const PROPS: Self::Props;

    /// Appends its components.
    fn list(list: &mut List);

    /// The component or group with default values.
    fn build() -> Self::Itself;
}

/// `F` as the `N`-th field of `P`.
#[derive(Debug)]
pub struct Put<F, P, const N: usize>(PhantomData<fn() -> (F, P)>);

impl<F: Field<P, N>, P: Page, const N: usize> Placed for Put<F, P, N> {
    type Itself = F;
    type Props = F::Props;
    const PROPS: F::Props = F::PROPS;

    fn list(list: &mut List) {
        F::list(list);
    }

    fn build() -> F {
        F::build()
    }
}

/// A `#[components]` struct whose fields are those of `P`: the page itself, or a group in another page.
pub trait Group<P>: Sized {
    /// The type of the constant.
    type Props: AtRow;
    /// The constants.
    const PROPS: Self::Props;

    /// Appends its components.
    fn list(list: &mut List);

    /// The struct with default values.
    fn build() -> Self;
}

/// The components of the page `P`, which `add` appends.
pub fn list<P: Page>(add: impl FnOnce(&mut List)) -> List {
    let mut list = List { owner: P::OWNER, ..List::default() };
    add(&mut list);
    list
}

/// Appends the component that is the `N`-th field of `P`.
pub fn put<P: Page, const N: usize>(list: &mut List, info: &'static ComponentInfo) {
    list.components.push((Spot::<P, N>::NAME, info));
    list.dynamic.push(false);
    list.rights.push(P::RIGHTS);
}

/// Appends components with `add` and marks them as placed by callbacks.
pub fn dynamic(list: &mut List, add: impl FnOnce(&mut List)) {
    let from = list.dynamic.len();
    add(list);
    list.dynamic[from..].fill(true);
}

/// Panics, at the caller's place, if a field that is marked `#[dynamic]` has a list of rows in it.
#[track_caller]
pub const fn dynamic_without_list(has_list: bool) {
    assert!(!has_list, "`layout` places a list, and its rows come and go by themselves: leave `#[dynamic]` out");
}

/// Panics, at the caller's place, if a field is a list whose rows have a list in them.
#[track_caller]
pub const fn rows_without_list(rows_have_list: bool) {
    assert!(
        !rows_have_list,
        "the rows of this list have a list in them, and rows of rows are not possible: write one list whose keys say both, such as `Many<(u32, u32), Lamp>`, or give each list a field of the page"
    );
}

/// The constant of the `N`-th field of `P`, which has `#[dynamic]`. Panics, at the caller's place, if the field is in a
/// row.
#[track_caller]
pub const fn dynamic_outside_rows<P: Page, const N: usize, V: Copy>(props: V) -> V {
    assert!(!Spot::<P, N>::IS_IN_ROW, "what is in a row comes and goes with the row: leave `#[dynamic]` out");
    props
}

/// For expansions: panics, at the caller's place, if a field of a `#[components]` struct is a group whose rights name
/// other roles than those of the struct.
#[track_caller]
pub const fn one_role(own: u64, field: u64) {
    assert!(
        own == field || field == 0,
        "the rights in this group name other roles: write the same `#[components(role = ..)]` here and there"
    );
}

/// For expansions: panics, at the caller's place, if no browser can write the component with this table.
#[track_caller]
pub const fn needs_writable(can_write: bool) {
    assert!(
        can_write,
        "no browser can write this, so there is nothing that a role could be needed for: leave `#[needs(..)]` out"
    );
}

/// For expansions: panics, at the caller's place, if there is nothing to change in what is under a gate.
#[track_caller]
pub const fn under_writable(can_write: bool) {
    assert!(
        can_write,
        "no browser can change this, so there is nothing for a gate to refuse: leave `#[under(..)]` out"
    );
}

/// For expansions: panics, at the caller's place, if `#[under(..)]` names something that decides nothing.
#[track_caller]
pub const fn is_gate(gate: Option<Gate>) {
    assert!(
        matches!(gate, Some(gate) if gate.decides()),
        "`#[under(..)]` names a `Control`, a `Stop` or an `Armed`: only these decide whether others may be changed now"
    );
}

/// For expansions: panics, at the caller's place, if `#[takes(..)]` is on something that nobody can take over.
#[track_caller]
pub const fn can_be_taken(gate: Option<Gate>) {
    assert!(
        matches!(gate, Some(Gate::Control)),
        "only a `Control` can be taken over: leave `#[takes(..)]` out, or write `#[needs(..)]`"
    );
}

/// Appends components with `add`. The `N`-th field of `P` decides whether they may be changed.
pub fn under<P: Page, const N: usize>(list: &mut List, add: impl FnOnce(&mut List)) {
    let from = list.components.len();
    add(list);
    list.under.extend((from..list.components.len()).map(|component| (component, Spot::<P, N>::BASE)));
}

/// For expansions: panics, at the caller's place, if `#[keep]` is on something in which nobody sets a state.
#[track_caller]
pub const fn keeps_something(keepable: bool, has_history: bool) {
    assert!(
        keepable || !has_history,
        "people set nothing here that could be kept; to keep its history, write for how long: `#[keep(for = \"30d\")]`"
    );
    assert!(
        keepable,
        "people set nothing here that could be kept (a gate, and a control that is held, always start as new): name the property to keep, as in `#[keep(text)]`"
    );
}

/// A property that can be kept.
#[diagnostic::on_unimplemented(
    message = "`#[keep(..)]` names properties that have a value",
    label = "this has no value",
    note = "an event and a stream have no current value, and a group has several: write `#[keep]` on the fields of the group"
)]
pub trait KeptProp {}

#[diagnostic::do_not_recommend]
impl<T: PropValue> KeptProp for Prop<T> {}

/// For expansions: checks a name in `#[keep(..)]`.
pub const fn kept<P: KeptProp>(_: &P) {}

/// For expansions: panics, at the caller's place, if `#[keep(for = ..)]` is on something without a history.
#[track_caller]
pub const fn keeps_history(has_history: bool) {
    assert!(
        has_history,
        "this has no history: only a stream that is declared with `history` has one, such as the points of a `Trend` or the lines of a `Log`"
    );
}

/// A property whose history can be kept.
#[diagnostic::on_unimplemented(
    message = "`#[keep(.., for = ..)]` names streams that have a history",
    label = "this has no history",
    note = "a value is kept without a time, with `#[keep(value)]`; the points of a `Trend` and the lines of a `Log` have a history"
)]
pub trait HistoryProp {}

#[diagnostic::do_not_recommend]
impl<T: HistoryItem> HistoryProp for StreamProp<T> {}

/// For expansions: checks a name in `#[keep(.., for = ..)]`.
pub const fn kept_history<P: HistoryProp>(_: &P) {}

/// For expansions: what `#[keep]` says about a field.
#[derive(Debug, Clone, Copy)]
pub struct Keep {
    /// The names of the properties. Without names, all that can be kept.
    pub(crate) names: &'static [&'static str],
    pub(crate) what: KeptWhat,
}

/// What is kept of properties.
#[derive(Debug, Clone, Copy)]
pub(crate) enum KeptWhat {
    /// Their values.
    States {
        /// Whether a person must set the values again.
        ask: bool,
    },
    /// Their history.
    History(Retention),
}

impl Keep {
    /// The values of these properties, or, without names, of all that browsers set.
    pub const fn states(names: &'static [&'static str], ask: bool) -> Self {
        Self { names, what: KeptWhat::States { ask } }
    }

    /// The history of these streams, or, without names, of all that have a history. `bytes` is 0 for no bound.
    pub const fn history(names: &'static [&'static str], seconds: u64, bytes: u64) -> Self {
        Self { names, what: KeptWhat::History(Retention { span: Duration::from_secs(seconds), size: bytes }) }
    }
}

/// Appends components with `add`, of which something is kept.
pub fn keep(list: &mut List, keep: Keep, add: impl FnOnce(&mut List)) {
    let from = list.components.len();
    add(list);
    list.keep.extend((from..list.components.len()).map(|component| (component, keep)));
}

/// Appends the enum of roles of a page or group.
///
/// It asks for the page alone, and [`role_id`] too: an enum that has no roles is then reported once, where the page names
/// it.
pub fn roles<P: Page>(list: &mut List) {
    list.roles.push(role_id::<P>());
}

/// The enum of roles of a page or group.
pub const fn role_id<P: Page>() -> u64 {
    P::Role::ID
}

/// For expansions: the type of a role that rights name.
#[derive(Debug, Clone, Copy)]
pub struct GivenRole<R>(PhantomData<fn() -> R>);

/// For expansions: the type of this role.
pub const fn given_role<R>(_: &R) -> GivenRole<R> {
    GivenRole(PhantomData)
}

impl<R> GivenRole<R> {
    /// Checks that it is one of the roles of `P`.
    pub const fn check<P: Page>(self)
    where
        P::Role: RoleIs<R>,
    {
    }
}

/// The place of the group `G` whose fields are those of `P`.
pub const fn base<P: Page, G: Page>() -> Base {
    assert!(P::BASE < u16::MAX as usize, "a page has at most 65535 components");
    Base::new(G::OWNER, P::OWNER, P::BASE as u16, P::PREFIX, P::RIGHTS)
}

/// The components of a page.
#[derive(Debug, Default)]
pub struct List {
    /// The [`owner`](owner) key of the page.
    pub(crate) owner: u64,
    /// The lists of rows among the components.
    pub(crate) rows: Vec<RowsInfo>,
    /// The id and table of each component.
    pub components: Vec<(&'static str, &'static ComponentInfo)>,
    /// For each component, whether callbacks place it instead of `layout`.
    pub dynamic: Vec<bool>,
    /// For each component, what is required to see and to write it.
    pub(crate) rights: Vec<Rights>,
    /// The enums of roles of the page and of its groups.
    pub(crate) roles: Vec<u64>,
    /// Components that another one, a gate, decides about: their places, each with that of the gate.
    pub(crate) under: Vec<(usize, usize)>,
    /// Components of which something is kept after the end of the process: their places, each with what is kept.
    pub(crate) keep: Vec<(usize, Keep)>,
    /// Components of which a relay shows something in its list: their places, each with what is shown.
    #[cfg_attr(not(feature = "nats"), allow(dead_code, reason = "only relays read it"))]
    pub(crate) fleet: Vec<(usize, Fleet)>,
}

/// The table and defaults of a component: [`Component`](crate::component::Component) without its bounds, so that a
/// component with a missing implementation is reported once.
pub trait Table: Sized {
    /// The table.
    const INFO: &'static ComponentInfo;

    /// A component with default values.
    fn new(id: ComponentId) -> Self;

    /// The values, in the order of the properties.
    ///
    /// # Errors
    /// The property's name, and why its value cannot be written as JSON.
    fn values(&self) -> Result<Vec<Option<Value>>, String>;

    /// The values of a component with defaults.
    ///
    /// # Errors
    /// The property's name, and why its value cannot be written as JSON.
    fn fresh(id: ComponentId) -> Result<Vec<Option<Value>>, String> {
        Self::new(id).values()
    }
}

/// The first field of a component.
#[diagnostic::on_unimplemented(
    message = "the first field of a component is `id: ComponentId`, which `#[components]` fills, and not a `{Self}`",
    label = "not a `ComponentId`"
)]
pub trait IdField: Sized {
    /// The field for this id.
    fn new(id: ComponentId) -> Self;

    /// The id in it.
    fn id(&self) -> ComponentId;
}

impl IdField for ComponentId {
    fn new(id: ComponentId) -> Self {
        id
    }

    fn id(&self) -> ComponentId {
        *self
    }
}

/// The value with which a property starts.
#[diagnostic::on_unimplemented(
    message = "`{Self}` has no default, with which this property could start",
    label = "no default value",
    note = "write the value above the field, as in `#[prop(default = 0.5)]`, or `#[derive(Default)]` above the type"
)]
pub trait StartValue {
    /// The default value.
    fn start() -> Self;
}

#[diagnostic::do_not_recommend]
impl<T: Default> StartValue for T {
    fn start() -> Self {
        T::default()
    }
}

/// The field of a component that is a state property.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be the value of a property",
    label = "not the value of a property",
    note = "a type of your own has `#[value]` and `#[derive(Clone)]`, and is `Send + Sync + 'static`",
    note = "an event is written `#[prop(event)] click: Event<()>`, a stream `#[prop(stream, ring = 1000)] points: Stream<f64>`"
)]
pub trait StateField: Sized {
    /// How it is decoded and described.
    const TYPE: PropType;

    /// The value at index `at`, or `otherwise`.
    fn get(values: &Values<'_>, at: usize, otherwise: Self) -> Self;

    /// The value to send.
    ///
    /// # Errors
    /// The property's name, and why its value cannot be written as JSON.
    fn current(&self, name: &str) -> Result<Option<Value>, String>;
}

#[diagnostic::do_not_recommend]
impl<T: PropValue> StateField for T {
    const TYPE: PropType = PropType::of::<T>();

    fn get(values: &Values<'_>, at: usize, otherwise: Self) -> Self {
        values.get(at, || otherwise)
    }

    fn current(&self, name: &str) -> Result<Option<Value>, String> {
        Value::new(self.clone()).map(Some).map_err(|error| format!("`{name}`: {error}"))
    }
}

/// The field of a component that is an event.
#[diagnostic::on_unimplemented(
    message = "an `event` property is an `Event<..>`, not a `{Self}`",
    label = "not an `Event<..>`",
    note = "write what it carries in the brackets: `Event<()>` for nothing, `Event<f64>` for a number"
)]
pub trait EventField: Sized {
    /// The type of its payload.
    type Payload;
    /// How the payload is decoded and described.
    const TYPE: PropType;

    /// The field.
    fn new() -> Self;
}

impl<T: PropValue> EventField for Event<T> {
    type Payload = T;
    const TYPE: PropType = PropType::of::<T>();

    fn new() -> Self {
        Self::default()
    }
}

/// The field of a component that is a stream.
#[diagnostic::on_unimplemented(
    message = "a `stream` property is a `Stream<..>`, not a `{Self}`",
    label = "not a `Stream<..>`",
    note = "write the type of one item in the brackets: `Stream<f64>`"
)]
pub trait StreamField: Sized {
    /// The type of one item.
    type Item;
    /// How an item is decoded and described.
    const TYPE: PropType;

    /// The field.
    fn new() -> Self;
}

impl<T: PropValue> StreamField for Stream<T> {
    type Item = T;
    const TYPE: PropType = PropType::of::<T>();

    fn new() -> Self {
        Self::default()
    }
}

/// The key of a `#[components]` struct: the FNV-1a hash (64 bits, offset basis and prime from the FNV specification) of
/// the module path and the struct's name.
pub const fn owner(module: &str, name: &str) -> u64 {
    hash::fnv1a(hash::fnv1a(hash::OFFSET, module.as_bytes()), name.as_bytes())
}
