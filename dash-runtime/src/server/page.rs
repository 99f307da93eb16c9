//! The HTML document: the layout with the current values, and the same values as data for the script.

use std::{collections::BTreeSet, fmt::Write as _, sync::Arc};

use super::{
    assets::{Assets, FOLDER, json_in_html},
    devices::DeviceEntry,
    replay::Transport,
};
use crate::{
    bar,
    callback::{call::Write, spec::Rate},
    element::{Element, Shown},
    engine::{
        Engine,
        plan::{Plan, PropPlan},
        rights::View,
        rows::ShownLists,
        store::Slot,
    },
    html::{Current, HERE, Html, LOOKS_ON, ShownRow},
    numbers::{PropNo, json},
    prop::{ComponentId, InRow, Kind, PropKey},
    protocol::{VERSION, server::quoted},
    rights::User,
    route::Path,
    value::Value,
};

/// The values of a page. They are taken from the engine in one step, so they belong to one revision.
pub(crate) struct Snapshot {
    plan: Arc<Plan>,
    rev: u64,
    epoch: String,
    slots: Vec<Slot>,
    lists: ShownLists,
    /// Components that a binding hides now.
    hidden: BTreeSet<&'static str>,
    /// What the user sees.
    view: View,
}

impl Snapshot {
    pub(crate) fn of(engine: &Engine, user: &User) -> Self {
        let mut slots: Vec<Slot> = engine.slots().cloned().collect();
        let hidden = engine.plan().compute(&mut slots);
        let (plan, lists) = (Arc::clone(engine.plan()), engine.shown_rows());
        Self {
            plan,
            rev: engine.rev(),
            epoch: engine.epoch().to_owned(),
            slots,
            lists,
            hidden,
            view: engine.view_for(user),
        }
    }
}

impl Snapshot {
    /// The values of a page at `path`, after the run of the callbacks for its first paint.
    pub(crate) fn at(engine: &Engine, user: &User, path: &Path, writes: Vec<(PropKey, Write)>) -> Self {
        let mut snapshot = Self::of(engine, user);
        engine.look_at(path, writes, &mut snapshot.slots);
        snapshot
    }

    /// A value as JSON, as far as the user gets it.
    fn json(&self, prop: PropNo, slot: &Slot) -> Option<String> {
        self.plan.value_json(self.view, prop, slot)
    }

    fn hides(&self, prop: PropNo) -> bool {
        self.plan.hides(self.view, prop)
    }

    /// The element that the router shows.
    fn routed(&self) -> Option<&Element> {
        self.plan.routed(&self.slots)
    }

    /// The properties in the rows of lists.
    fn cells(&self) -> impl Iterator<Item = (PropNo, &Slot)> {
        let rows = self.lists.lists.iter().flat_map(|list| list.rows.iter().map(|shown| (list.first, shown)));
        rows.flat_map(|(first, shown)| {
            let first = self.plan.in_row(first, shown.row.number);
            shown.slots.iter().enumerate().map(move |(at, slot)| (first + at, slot))
        })
    }

    /// Whether the shown page is the one for unknown paths.
    pub(crate) fn is_nowhere(&self) -> bool {
        self.routed().is_some_and(|element| element.attribute("data-nowhere").is_some())
    }
}

impl Current for Snapshot {
    fn of(&self, id: ComponentId) -> Shown {
        let numbers = self.plan.of_component(id.index());
        let slots = match id.row() {
            InRow::Numbered(row) => self.lists.slots(row, numbers),
            InRow::Any | InRow::Keyed(_) => &self.slots[numbers.start.place()..numbers.end.place()],
        };
        let mut values: Vec<Option<Value>> = slots.iter().map(|slot| slot.value().cloned()).collect();
        let locked = self.plan.locked(self.view, id.index().place());
        let disabled = self.plan.components[id.index().place()].1.disabled();
        if let (Some(_), Some(disabled), Ok(on)) = (&locked, disabled, Value::new(true)) {
            values[disabled] = Some(on);
        }
        // What the device has refused is said first, as in the script.
        let refused = slots.iter().find(|slot| slot.is_refused());
        let bad = refused.or_else(|| slots.iter().find(|slot| slot.bad().is_some()));
        Shown {
            locked,
            values,
            bad: bad.and_then(Slot::bad).map(Arc::from),
            refused: refused.is_some(),
            hidden: self.hidden.contains(id.template()),
        }
    }

    fn rows(&self, list: ComponentId) -> Vec<ShownRow> {
        self.lists.rows(self.plan.first_of(list.index().place()))
    }
}

/// For a page whose script does not run: it is blocked, missing, switched off or faulty, or the browser is too old.
const NOT_LIVE: &str = "This page is not live: its script is switched off, blocked or not found, or the browser is too old. \
                        Its values are old, and its controls do nothing.";

/// Who has logged in, for a dashboard with a login.
pub(crate) struct Account<'a> {
    pub(crate) user: &'a User,
    /// Whether nobody has logged in.
    pub(crate) is_guest: bool,
}

impl Account<'_> {
    /// A link to the login page, or the user's name with a menu to log out. The menu needs no script: the browser opens
    /// and closes it.
    fn element(&self) -> Element {
        let Self { user, is_guest } = self;
        if *is_guest {
            let link = Element::new("a").attr("class", "dd-account-go").attr("href", format!("{HERE}{FOLDER}/login"));
            return Element::new("nav")
                .attr("class", "dd-account")
                .attr("aria-label", "Account")
                .children(link.children("Log in"));
        }
        let name = |class| Element::new("span").attr("class", class).children(user.name().to_owned());
        let button = Element::new("button").attr("type", "button").attr("class", "dd-account-go");
        let button =
            button.attr("popovertarget", ACCOUNT_MENU).attr("aria-label", format!("Account of {}", user.name()));
        let icon = Element::new("svg").attr("viewBox", "0 0 24 24").attr("aria-hidden", "true");
        let icon =
            icon.children(Element::new("path").attr("d", "M12 4a4 4 0 1 1 0 8 4 4 0 0 1 0-8ZM4.5 20a8 8 0 0 1 15 0"));
        let form = Element::new("form").attr("class", "dd-account-menu").attr("id", ACCOUNT_MENU).attr("popover", "");
        let form = form.attr("method", "post").attr("action", format!("{HERE}{FOLDER}/logout"));
        let role = Element::new("span").attr("class", "dd-account-role").children(user.role_name());
        let out = Element::new("button").attr("class", "dd-account-out").children("Log out");
        Element::new("div").attr("class", "dd-account").children((
            button.children((icon, name("dd-account-name"))),
            form.children((name("dd-account-user"), role, out)),
        ))
    }
}

/// The id of the menu of the account, and the attribute of the place for the account in the layout.
const ACCOUNT_MENU: &str = "dd-account-menu";
pub(super) const ACCOUNT_PLACE: &str = "data-account";

/// What is around the layout of a page.
#[derive(Default)]
pub(crate) struct Around<'a> {
    /// The device, if there are several.
    pub(crate) device: Option<&'a DeviceEntry>,
    pub(crate) account: Option<&'a Account<'a>>,
    pub(crate) theme: Option<Theme>,
    /// Whether it is a page of a replay.
    pub(crate) replays: bool,
    /// The name of the device at a relay, which has a list of all devices.
    pub(crate) relayed: Option<&'a str>,
}

/// The document of the page at `path`. `root` is the dashboard's address, relative to the document's.
pub(crate) fn document(
    layout: &Element,
    assets: &Assets,
    snapshot: Snapshot,
    root: &str,
    path: Path,
    around: &Around<'_>,
) -> String {
    let Around { device, account, theme, replays, relayed } = *around;
    let own = title(layout);
    let title = match snapshot.routed().and_then(|element| element.attribute("data-title")) {
        Some(routed) => format!("{routed} · {own}"),
        None => own.to_owned(),
    };
    let title = device.map_or(title.clone(), |device| format!("{} · {title}", device.key()));
    let title = relayed.map_or(title.clone(), |name| format!("{name} · {title}"));
    let snapshot = Arc::new(snapshot);
    let viewer = snapshot.plan.viewer(snapshot.view);
    let mut html = Html::showing(Arc::clone(&snapshot) as Arc<dyn Current>, path, viewer);
    let asset = |name: &str| format!("{HERE}{FOLDER}/{name}");
    let edges = layout.attribute("data-edges");
    let scripts: Vec<_> = assets.scripts().map(|script| asset(&script.name)).collect();
    let style = asset(&assets.style.name);
    let head = Head { title: &title, root, style: &style, scripts: &scripts, refresh: None, theme, replays, edges };
    whole(&mut html, &head, |html| {
        if replays {
            Transport::bar().render(html);
        }
        // The script removes it when it starts. The stylesheet shows it after some seconds. Without the stylesheet it is
        // visible at once.
        html.tag("div").attr("id", "dd-status").attr("role", "status").inner(|html| {
            html.tag("span").attr("class", "dd-not-live").text(NOT_LIVE);
        });
        if let Some(said) = snapshot.plan.looks_on(snapshot.view) {
            html.tag("p").attr("id", LOOKS_ON).attr("role", "note").text(said);
            html.looks_on = true;
        }
        if let Some(device) = device {
            device.links(html);
        }
        // A relay has this dashboard at `d/<name>/`, and each of several at a folder below.
        let above = if device.is_some() { "../../../" } else { "../../" };
        let named = relayed.map(|name| bar::at_relay(layout, name, &format!("{HERE}{above}")));
        let layout = named.as_ref().unwrap_or(layout);
        let account = account.map(Account::element);
        match account.as_ref().map(|account| layout.filled(ACCOUNT_PLACE, account)) {
            Some(Some(layout)) => layout.render(html),
            // A layout without a bar.
            Some(None) => {
                account.into_iter().for_each(|account| account.render(html));
                layout.render(html);
            }
            None => layout.render(html),
        }
        html.tag("script").attr("type", "application/json").attr("id", "dd-state").inner(|html| {
            html.raw(&json_in_html(&state(&snapshot, assets)));
        });
    });
    html.into_string()
}

/// What the head of a document without a dashboard says.
#[derive(Debug, Default)]
pub(super) struct Plain<'a> {
    pub(super) title: &'a str,
    pub(super) root: &'a str,
    pub(super) style: &'a str,
    pub(super) script: Option<&'a str>,
    /// After how many seconds a browser without a script loads it again.
    pub(super) refresh: Option<u32>,
    pub(super) theme: Option<Theme>,
}

/// A document without a dashboard.
pub(super) fn plain(html: &mut Html, plain: &Plain<'_>, body: impl FnOnce(&mut Html)) {
    let Plain { title, root, style, script, refresh, theme } = *plain;
    let scripts: Vec<String> = script.map(str::to_owned).into_iter().collect();
    let head = Head { title, root, style, scripts: &scripts, refresh, theme, replays: false, edges: None };
    whole(html, &head, body);
}

/// The theme that a browser has chosen with a `ThemeSwitch`. Without one, the page has the theme of the system.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Theme {
    Light,
    Dark,
    /// For a dark room. A page that does not know it shows the dark theme.
    Night,
}

impl Theme {
    /// The cookie with the choice. The script of the switch sets it.
    pub(super) const COOKIE: &'static str = "dash-theme";

    pub(super) const ALL: [Self; 3] = [Self::Light, Self::Dark, Self::Night];

    pub(super) fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|theme| theme.word() == name)
    }

    /// In the cookie.
    pub(super) const fn word(self) -> &'static str {
        match self {
            Self::Light => "light",
            Self::Dark => "dark",
            Self::Night => "night",
        }
    }

    fn name(self) -> &'static str {
        match self {
            Self::Light => "light",
            Self::Dark | Self::Night => "dark",
        }
    }
}

/// What a document's head says.
struct Head<'a> {
    title: &'a str,
    root: &'a str,
    style: &'a str,
    /// The page's script, and then the modules that it will load.
    scripts: &'a [String],
    /// After how many seconds a browser without a script loads it again.
    refresh: Option<u32>,
    theme: Option<Theme>,
    replays: bool,
    /// What stands at the edges of the page.
    edges: Option<&'a str>,
}

fn whole(html: &mut Html, head: &Head<'_>, body: impl FnOnce(&mut Html)) {
    let Head { title, root, style, scripts, refresh, theme, replays, edges } = *head;
    html.raw("<!doctype html>\n");
    // The script of a page updates this attribute with the state of the connection.
    let tag = html.tag("html").attr("lang", "en").opt("data-link", scripts.first().map(|_| "connecting"));
    // With the document, so that the first paint has the right theme.
    let tag = tag.opt("data-theme", theme.map(Theme::name)).opt("data-edges", edges);
    tag.opt("data-night", (theme == Some(Theme::Night)).then_some("")).inner(|html| {
        html.tag("head").inner(|html| {
            html.tag("meta").attr("charset", "utf-8").void();
            // All addresses are relative to this one, also after the script has changed the document's address.
            html.tag("base").attr("href", root).void();
            html.tag("meta").attr("name", "viewport").attr("content", "width=device-width, initial-scale=1").void();
            html.tag("meta").attr("name", "color-scheme").attr("content", "light dark").void();
            html.tag("title").text(title);
            // An empty icon, so that browsers do not request one.
            html.tag("link").attr("rel", "icon").attr("href", "data:,").void();
            html.tag("link").attr("rel", "stylesheet").attr("href", style).void();
            if let Some(seconds) = refresh {
                html.tag("noscript").inner(|html| {
                    html.tag("meta").attr("http-equiv", "refresh").attr("content", seconds).void();
                });
            }
            if replays {
                let [style, script] = Transport::files();
                html.tag("link").attr("rel", "stylesheet").attr("href", style).void();
                html.tag("script").attr("type", "module").attr("src", script).empty();
            }
            let Some((script, modules)) = scripts.split_first() else { return };
            html.tag("script").attr("type", "module").attr("src", script).empty();
            // Preloads the modules, so that they are loaded together with the script.
            for module in modules {
                html.tag("link").attr("rel", "modulepreload").attr("href", module).void();
            }
        });
        html.tag("body").inner(body);
    });
}

/// The title in the layout.
pub(crate) fn title(layout: &Element) -> &str {
    layout.attribute("data-title").unwrap_or("Dashboard")
}

/// Appends the rows of all lists, and their properties.
fn rows(snapshot: &Snapshot, out: &mut String) {
    let comma = |at: usize| if at == 0 { "" } else { "," };
    out.push_str(",\"rows\":[");
    let lists = snapshot.lists.lists.iter().filter(|list| !snapshot.hides(list.keys));
    for (at, list) in lists.enumerate() {
        let numbers = json(list.rows.iter().map(|shown| shown.row.number));
        // Writing to a string cannot fail.
        let _ = write!(out, "{}[{},{numbers}]", comma(at), list.keys);
    }
    out.push_str("],\"cells\":[");
    let cells = snapshot.cells().filter_map(|(number, slot)| Some((number, snapshot.json(number, slot)?)));
    for (at, (number, json)) in cells.enumerate() {
        let _ = write!(out, "{}[{number},{json}]", comma(at));
    }
    out.push(']');
}

/// The gates, each with the first properties of the components under it.
fn gates(snapshot: &Snapshot, out: &mut String) {
    let plan = &snapshot.plan;
    let mut lists: Vec<String> = Vec::new();
    for gate in plan.gates.iter().filter(|gate| !snapshot.hides(gate.first)) {
        let under = gate.components.iter().filter(|first| !snapshot.hides(**first));
        let id = quoted(plan.prop(gate.first).component);
        lists.push(format!("[{id}{}]", under.map(|first| format!(",{first}")).collect::<String>()));
    }
    if !lists.is_empty() {
        let _ = write!(out, ",\"gates\":[{}]", lists.join(","));
    }
}

/// The streams whose history is kept, each with the id of its component and its name.
fn histories(snapshot: &Snapshot, out: &mut String) {
    let seen = snapshot.plan.numbered().filter(|(no, prop)| prop.history.is_some() && !snapshot.hides(*no));
    let histories: Vec<_> =
        seen.map(|(_, prop)| format!("[{},{}]", quoted(prop.component), quoted(prop.info.name))).collect();
    if !histories.is_empty() {
        // Writing to a string cannot fail.
        let _ = write!(out, ",\"histories\":[{}]", histories.join(","));
    }
}

/// Appends the modules that the page loads one by one. Each entry has the address beside the script and the elements
/// that the module defines. Then it appends, for each `script`, the number of its module and the name of its function.
fn modules(plan: &Plan, assets: &Assets, out: &mut String) {
    if assets.modules.is_empty() {
        return;
    }
    let modules = assets.modules.iter().map(|module| [&[module.address()], &module.tags[..]].concat());
    let scripts = plan.scripts().into_iter().filter_map(|script| Some((assets.number_of(script.source)?, script.name)));
    let (modules, scripts): (Vec<_>, Vec<_>) = (modules.collect(), scripts.collect());
    // Writing to a string cannot fail.
    let _ = write!(out, ",\"modules\":{},\"scripts\":{}", serde_json::json!(modules), serde_json::json!(scripts));
}

/// The data that the script starts with.
fn state(snapshot: &Snapshot, assets: &Assets) -> String {
    let plan = &snapshot.plan;
    let mut out = String::new();
    // Writing to a string cannot fail.
    let _ = write!(
        out,
        "{{\"protocol\":{VERSION},\"schema\":\"{}\",\"epoch\":\"{}\",\"rev\":{},\"socket\":{},\"stream\":{},",
        plan.schema_for(snapshot.view),
        snapshot.epoch,
        snapshot.rev,
        quoted(&format!("{HERE}{FOLDER}/socket")),
        quoted(&format!("{HERE}{FOLDER}/stream")),
    );
    if plan.router.is_some() {
        // The script needs it to change from page to page.
        let _ = write!(out, "\"base\":{},", quoted(HERE));
    }
    out.push_str("\"props\":[");
    let comma = |at: usize| if at == 0 { "" } else { "," };
    for (at, (no, prop)) in plan.numbered().enumerate() {
        if snapshot.hides(no) {
            // It keeps its place, because the place is the number of the property.
            let _ = write!(out, "{}[\"?{}\",\"{at}\"]", comma(at), prop.component_no.place());
            continue;
        }
        let _ = write!(out, "{}[{},{}", comma(at), quoted(prop.component), quoted(prop.info.name));
        match prop.info.kind {
            Kind::State => {}
            Kind::Event => out.push_str(",\"event\""),
            // A callback may place the component later. The page keeps as many items for it as the server does.
            Kind::Stream if plan.page.dynamic[prop.component_no.place()] => {
                let _ = write!(out, ",\"stream\",{}", prop.info.ring);
            }
            Kind::Stream => out.push_str(",\"stream\""),
        }
        out.push(']');
    }
    let _ = write!(out, "],\"hashes\":{},\"values\":[", plan.table.hashes);
    let shown = plan.page.shown(plan, &snapshot.slots);
    // The page asks for the items of a stream when a callback places its component. Nobody looks at them before.
    let is_left_out = |prop: &PropPlan| {
        let component = prop.component_no;
        let is_shown = shown.as_ref().is_none_or(|shown| shown.contains(&component));
        prop.info.kind == Kind::Stream && plan.page.dynamic[component.place()] && !is_shown
    };
    for (at, ((no, prop), slot)) in plan.numbered().zip(&snapshot.slots).enumerate() {
        let json = snapshot.json(no, slot).filter(|_| !is_left_out(prop));
        let _ = write!(out, "{}{}", comma(at), json.as_deref().unwrap_or("null"));
    }
    out.push(']');
    if !plan.lists.is_empty() {
        rows(snapshot, &mut out);
    }
    out.push_str(",\"quality\":[");
    let all = plan.numbering.table().zip(&snapshot.slots).chain(snapshot.cells());
    let bad = all.filter(|(prop, slot)| slot.bad().is_some() && !snapshot.hides(*prop));
    for (at, (prop, slot)) in bad.enumerate() {
        let _ = write!(out, "{}{}", comma(at), slot.quality_entry(prop));
    }
    let _ = write!(out, "],{}", plan.bindings_json(snapshot.view));
    for (at, (prop, rate)) in plan.rates().into_iter().enumerate() {
        out.push_str(if at == 0 { ",\"rates\":[" } else { "," });
        let _ = match rate {
            Rate::Throttle(ms) => write!(out, "[{prop},\"throttle\",{ms}]"),
            Rate::Debounce(ms) => write!(out, "[{prop},\"debounce\",{ms}]"),
        };
    }
    if !plan.rates().is_empty() {
        out.push(']');
    }
    let seen = plan.numbered().filter(|(no, _)| !snapshot.hides(*no));
    let holds: Vec<_> = seen.filter_map(|(no, prop)| Some((no, prop.hold.as_ref()?))).collect();
    for (at, (no, hold)) in holds.iter().enumerate() {
        let _ = write!(out, "{}[{no},{}]", if at == 0 { ",\"holds\":[" } else { "," }, hold.safe.json());
    }
    if !holds.is_empty() {
        out.push(']');
    }
    gates(snapshot, &mut out);
    histories(snapshot, &mut out);
    let presses: Vec<PropNo> = plan.all_presses().filter(|no| !snapshot.hides(*no)).collect();
    if !presses.is_empty() {
        let _ = write!(out, ",\"presses\":{}", json(presses.into_iter()));
    }
    modules(plan, assets, &mut out);
    if plan.by_http().next().is_some() {
        let by_http = json(plan.by_http());
        let _ = write!(out, ",\"http\":{by_http},\"command\":{}", quoted(&format!("{HERE}{FOLDER}/command")));
    }
    out.push('}');
    out
}
