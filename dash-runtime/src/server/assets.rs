//! The files that a page loads: one script, one stylesheet, and one module for each component and each `script` of the
//! user. They are made and compressed once, at the start.
//!
//! A large library that a component declares is a file of its own ([`libraries`](super::libraries)).
//!
//! The modules of the library are joined into one script (see [`script`](super::script)), because each import of a
//! separate module would cost a round trip. The user's modules are served unchanged, one by one. If one is faulty, the
//! browser finds that when it loads this module, and everything else works. They are in the same folder as the script,
//! and the folder has the script's hash in its name. So `./dash.js` in a module is the script that the page runs.

#[cfg(feature = "nats")]
use std::io::Read as _;
use std::{borrow::Cow, io::Write as _, sync::OnceLock};

use axum::{
    http::{HeaderMap, HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};
use bytes::Bytes;
#[cfg(feature = "nats")]
use flate2::read::GzDecoder;
use flate2::{Compression, write::GzEncoder};

use super::{
    libraries::Libraries,
    script::{self, Source},
};
use crate::{
    component::{ComponentInfo, Library},
    element::Element,
    engine::plan::Plan,
    hash,
    prop::Kind,
    rights::Role,
};

/// The files of the client script.
macro_rules! client {
    ($($name:literal)*) => {
        [$(Source {
            file: concat!("dash-runtime/client/", $name, ".js"),
            text: include_str!(concat!("../../client/", $name, ".js")),
        }),*]
    };
}

/// The client script.
const CLIENT: &[Source<'static>] = &client![
    "ahead"
    "aim"
    "alarm_past"
    "ansi"
    "backoff"
    "beside"
    "bindings"
    "chart_axis"
    "chart_canvas"
    "chart_cells"
    "chart_colours"
    "chart_draw"
    "chart_element"
    "chart_events"
    "chart_export"
    "chart_figure"
    "chart_keys"
    "chart_limits"
    "chart_line"
    "chart_past"
    "chart_plane"
    "chart_ring"
    "chart_scale"
    "chart_sweep"
    "chart_time"
    "choose"
    "clock"
    "combo"
    "commands"
    "composition"
    "computed"
    "connection"
    "cut"
    "day_time"
    "decimal"
    "drag"
    "edits"
    "element"
    "event_stream"
    "extras"
    "field"
    "format"
    "gamepad"
    "gates"
    "grip"
    "heartbeat"
    "holding"
    "http_commands"
    "link"
    "link_state"
    "look"
    "look_parts"
    "main"
    "marks"
    "missing_streams"
    "modules"
    "number_field"
    "numbers"
    "page"
    "parts"
    "picker"
    "pictures"
    "properties"
    "protocol"
    "question"
    "record_past"
    "reload"
    "routing"
    "rows"
    "rows_element"
    "scale"
    "server_clock"
    "session"
    "sight"
    "status"
    "text"
    "ticks"
    "translation"
    "transport"
    "tree"
    "tree_view"
    "unseen"
    "words"
];
/// The module that starts the page. The user's modules can import what it exports.
const ENTRY: &str = "main";
/// For dashboards with modules of the user.
const OWN_MODULES: Source<'static> = Source { file: "own.js", text: "import \"./modules.js\";" };
/// For dashboards with properties that browsers send as HTTP requests.
const BY_REQUEST: Source<'static> = Source { file: "by_request.js", text: "import \"./http_commands.js\";" };
/// For dashboards whose clients survive a reload.
const RELOAD: Source<'static> = Source { file: "keep.js", text: "import \"./reload.js\";" };
/// For dashboards with controls that act while they are held.
const HOLDING: Source<'static> = Source { file: "held.js", text: "import \"./holding.js\";" };
/// For dashboards that keep a history.
const PAST: Source<'static> = Source { file: "past.js", text: "import \"./chart_past.js\";" };
/// For dashboards that keep the history of records.
const PAST_RECORDS: Source<'static> = Source { file: "records.js", text: "import \"./record_past.js\";" };
/// For dashboards that keep what happens to alarms.
const PAST_ALARMS: Source<'static> = Source { file: "alarms_past.js", text: "import \"./alarm_past.js\";" };
const PAST_ALARMS_CSS: &str = include_str!("../../client/alarm_past.css");
/// For dashboards with bindings that browsers compute.
const BINDINGS: Source<'static> = Source { file: "computes.js", text: "import \"./bindings.js\";" };
/// For dashboards with many components.
const UNSEEN: Source<'static> = Source { file: "later.js", text: "import \"./unseen.js\";" };
/// From so many components on, the script leaves what is off the screen for later. Fewer cost less than a millisecond a change.
const MANY: usize = 50;
/// For dashboards with streams.
const STREAMS: Source<'static> = Source { file: "streams.js", text: "import \"./missing_streams.js\";" };
/// For dashboards with roles or gates.
const WITHHELD_CSS: &str = include_str!("../../client/withheld.css");
/// What a page loads with its first bad value.
const QUALITY: Library = Library::new("dd-quality.js", || Ok(include_str!("../../client/lazy/quality.js")));
const BASE_CSS: &str = include_str!("../../client/base.css");
/// For several devices behind one address.
const DEVICES_CSS: &str = include_str!("../../client/devices.css");

pub(crate) use crate::protocol::FOLDER;

/// A file whose content never changes under its name.
pub(crate) struct Asset {
    /// The path below [`FOLDER`].
    pub(crate) name: String,
    mime: &'static str,
    plain: Bytes,
    gzip: OnceLock<Bytes>,
}

impl Asset {
    fn new(name: String, mime: &'static str, text: String) -> Self {
        let asset = Self { name, mime, gzip: OnceLock::new(), plain: text.into() };
        asset.compressed();
        asset
    }

    /// A script that is compressed when it is first asked for.
    pub(super) const fn large(name: String, text: &'static str) -> Self {
        Self { name, mime: SCRIPT_TYPE, gzip: OnceLock::new(), plain: Bytes::from_static(text.as_bytes()) }
    }

    /// Whether a response takes no time.
    pub(crate) fn is_compressed(&self) -> bool {
        self.gzip.get().is_some()
    }

    fn compressed(&self) -> &Bytes {
        self.gzip.get_or_init(|| gzip(&self.plain, Compression::best()))
    }

    /// The response with this file, compressed if the browser accepts that.
    pub(crate) fn respond(&self, request: &HeaderMap) -> Response {
        let (body, encoding) = match accepts_gzip(request) {
            true => (self.compressed().clone(), Some("gzip")),
            false => (self.plain.clone(), None),
        };
        let mut response = (StatusCode::OK, body).into_response();
        let headers = response.headers_mut();
        headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(self.mime));
        headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("public, max-age=31536000, immutable"));
        headers.insert(header::VARY, HeaderValue::from_static("Accept-Encoding"));
        // What a script or a stylesheet may do is said by the page that asks for it. Opened by itself it is a text, which
        // needs nothing.
        headers.insert(header::CONTENT_SECURITY_POLICY, HeaderValue::from_static("default-src 'none'"));
        if let Some(encoding) = encoding {
            headers.insert(header::CONTENT_ENCODING, HeaderValue::from_static(encoding));
        }
        response
    }
}

/// The stylesheet of the pages of a relay.
#[cfg(feature = "nats")]
pub(crate) fn relay_style() -> Asset {
    let parts = [BASE_CSS, DEVICES_CSS, crate::bar::BAR_CSS, include_str!("../../client/relay/fleet.css")];
    let style: String = parts.into_iter().flat_map(|css| [without_comments(css), "\n".to_owned()]).collect();
    Asset::new(format!("dash-{:016x}.css", hash_of(&style)), STYLE_TYPE, style)
}

/// The script of the list of a relay.
#[cfg(feature = "nats")]
pub(crate) fn relay_script() -> Asset {
    let script = include_str!("../../client/relay/fleet.js");
    Asset::new(format!("fleet-{:016x}.js", hash_of(script)), SCRIPT_TYPE, script.to_owned())
}

const SCRIPT_TYPE: &str = "text/javascript; charset=utf-8";
const STYLE_TYPE: &str = "text/css; charset=utf-8";

/// The script, the stylesheet and the modules of one dashboard.
pub(crate) struct Assets {
    pub(crate) script: Asset,
    pub(crate) style: Asset,
    /// The modules that the browser loads one by one. The index of a module here is its number in the page.
    pub(crate) modules: Vec<OwnModule>,
    pub(crate) libraries: Libraries,
}

/// A module of the user: of a component, or of a `script` in `bindings!`.
pub(crate) struct OwnModule {
    pub(crate) asset: Asset,
    /// The file name in the user's code.
    pub(crate) file: String,
    source: &'static str,
    /// The custom elements that it defines.
    pub(crate) tags: Vec<&'static str>,
}

impl OwnModule {
    /// Its address relative to the page's script.
    pub(crate) fn address(&self) -> &str {
        self.asset.name.rsplit('/').next().unwrap_or_default()
    }
}

impl Assets {
    /// The assets for all components, also those that only callbacks place, and for the scripts that compute
    /// properties. `has_others` is for a dashboard with the links to those of other devices.
    ///
    /// # Errors
    /// The faults of the modules, each with file and line.
    pub(crate) fn of([layout, pieces]: [&Element; 2], plan: &Plan, has_others: bool) -> Result<Self, Vec<String>> {
        let mut used: Vec<&'static ComponentInfo> = Vec::new();
        for (_, info) in &plan.components {
            if !used.iter().any(|other| other.tag == info.tag) {
                used.push(info);
            }
        }
        let looks = looks(&used)?;
        let bundled = used.iter().filter_map(|info| info.script).filter(|script| script.bundled);
        let mut parts: Vec<Source<'_>> = Vec::new();
        for script in bundled {
            // Several components may have one script.
            if !parts.iter().any(|part| part.file == script.file) {
                parts.push(Source { file: script.file, text: script.source });
            }
        }
        parts.extend(looks.as_deref().map(|text| Source { file: "looks.js", text }));
        let own_modules = || used.iter().filter_map(|info| Some((info.script.filter(|script| !script.bundled)?, info)));
        let has_own = own_modules().next().is_some() || !plan.scripts().is_empty();
        parts.extend(has_own.then_some(OWN_MODULES));
        let is_large = plan.components.len() >= MANY || !plan.lists.is_empty();
        parts.extend((looks.is_some() && is_large).then_some(UNSEEN));
        parts.extend(plan.by_http().next().is_some().then_some(BY_REQUEST));
        parts.extend(plan.same_after_reload.then_some(RELOAD));
        parts.extend((!plan.computed.is_empty()).then_some(BINDINGS));
        parts.extend(plan.props.iter().any(|prop| prop.hold.is_some()).then_some(HOLDING));
        parts.extend(plan.has_histories.then_some(PAST));
        parts.extend(plan.keeps_records().then_some(PAST_RECORDS));
        parts.extend(plan.keeps_events().then_some(PAST_ALARMS));
        parts.extend(plan.props.iter().any(|prop| prop.info.kind == Kind::Stream).then_some(STREAMS));
        let script = script::join(CLIENT, &parts, ENTRY)?;
        let libraries = Libraries::of(used.iter().filter_map(|info| info.library.as_ref()).chain([&QUALITY]))?;
        let folder = format!("dash-{:016x}", libraries.add_to(hash_of(&script.text)));
        let mut modules = Modules { folder: &folder, list: Vec::new() };
        for (module, info) in own_modules() {
            modules.add(module.file, module.source, Some(info.tag));
        }
        for script in plan.scripts() {
            modules.add(&format!("{}.js", script.name), script.source, None);
        }
        let modules = modules.list;
        let own = modules.iter().map(|module| Source { file: &module.file, text: module.source });
        let names: Vec<_> = libraries.names().collect();
        let faults: Vec<_> = own.flat_map(|source| script::faults_of_own(&source, &script.exports, &names)).collect();
        if !faults.is_empty() {
            return Err(faults);
        }
        let mut styles: Vec<&str> = Vec::new();
        let of_components = used.iter().flat_map(|info| info.styles.iter().copied());
        let withholds = !plan.gates.is_empty() || !plan.rights.roles.has_id(<() as Role>::ID);
        let base =
            [BASE_CSS].into_iter().chain(has_others.then_some(DEVICES_CSS)).chain(withholds.then_some(WITHHELD_CSS));
        let base = base.chain(plan.keeps_events().then_some(PAST_ALARMS_CSS));
        for css in base.chain(layout.stylesheets()).chain(pieces.stylesheets()).chain(of_components) {
            // Several components may name one stylesheet.
            if !styles.contains(&css) {
                styles.push(css);
            }
        }
        let style: String = styles.into_iter().flat_map(|css| [without_comments(css), "\n".to_owned()]).collect();
        Ok(Self {
            script: Asset::new(format!("{folder}/dash.js"), SCRIPT_TYPE, script.text),
            style: Asset::new(format!("dash-{:016x}.css", hash_of(&style)), STYLE_TYPE, style),
            modules,
            libraries,
        })
    }

    /// All scripts, the page's script first.
    pub(crate) fn scripts(&self) -> impl Iterator<Item = &Asset> {
        [&self.script].into_iter().chain(self.modules.iter().map(|module| &module.asset))
    }

    /// The number of the module with this source.
    pub(crate) fn number_of(&self, source: &str) -> Option<usize> {
        self.modules.iter().position(|module| module.source == source)
    }

    /// The asset with this name.
    pub(crate) fn find(&self, name: &str) -> Option<&Asset> {
        self.scripts().chain([&self.style]).chain(self.libraries.assets()).find(|asset| asset.name == name)
    }

    /// The address of the library that a module imports with this name, relative to it.
    pub(crate) fn library(&self, name: &str) -> Option<String> {
        let (folder, name) = name.rsplit_once('/')?;
        let (own, _) = self.script.name.rsplit_once('/')?;
        (folder == own).then(|| self.libraries.address(name))?
    }
}

/// The module that gives the looks of these components to the script. `None` if no component has one.
///
/// # Errors
/// The faults of the views.
fn looks(used: &[&'static ComponentInfo]) -> Result<Option<String>, Vec<String>> {
    let looks: Vec<_> = used.iter().filter_map(|info| info.look()).collect();
    let faults: Vec<_> = looks.iter().flat_map(|look| look.faults().iter().cloned()).collect();
    if !faults.is_empty() {
        return Err(faults);
    }
    let calls: String = looks.iter().flat_map(|look| [look.call(), "\n".to_owned()]).collect();
    let parts = if looks.iter().any(|look| look.has_parts()) { "import \"./look_parts.js\";\n" } else { "" };
    Ok((!looks.is_empty()).then(|| format!("import {{ defineLook }} from \"./look.js\";\n{parts}{calls}")))
}

/// The user's modules, without duplicates.
struct Modules<'a> {
    folder: &'a str,
    list: Vec<OwnModule>,
}

impl Modules<'_> {
    fn add(&mut self, file: &str, source: &'static str, tag: Option<&'static str>) {
        if let Some(known) = self.list.iter_mut().find(|module| module.source == source) {
            known.tags.extend(tag);
            return;
        }
        // A file may have any name, so other characters are replaced for the address.
        let stem = file.rsplit(['/', '\\']).next().unwrap_or(file).trim_end_matches(".js");
        let stem: String =
            stem.chars().map(|letter| if letter.is_ascii_alphanumeric() { letter } else { '_' }).collect();
        let name = format!("{}/{stem}-{:016x}.js", self.folder, hash_of(source));
        let asset = Asset::new(name, SCRIPT_TYPE, source.to_owned());
        self.list.push(OwnModule { asset, file: file.to_owned(), source, tags: tag.into_iter().collect() });
    }
}

/// The stylesheet without what is there for its readers: comments, empty lines and indentation. They are a third of its
/// compressed size.
fn without_comments(css: &str) -> String {
    let (mut out, mut rest, mut quote) = (String::with_capacity(css.len()), css, None);
    while let Some(letter) = rest.chars().next() {
        if quote.is_none() && rest.starts_with("/*") {
            rest = rest.find("*/").map_or("", |end| &rest[end + 2..]);
            continue;
        }
        let is_blank = letter.is_ascii_whitespace();
        let skips = quote.is_none() && is_blank && (out.is_empty() || out.ends_with('\n'));
        // A backslash in a text stands before a quote that does not end it.
        let length = if quote.is_some() && letter == '\\' {
            rest.chars().take(2).map(char::len_utf8).sum()
        } else {
            letter.len_utf8()
        };
        quote = match quote {
            Some(open) if open == letter => None,
            None if letter == '"' || letter == '\'' => Some(letter),
            open => open,
        };
        if !skips {
            out.push_str(&rest[..length]);
        }
        rest = &rest[length..];
    }
    out
}

pub(super) fn hash_of(text: &str) -> u64 {
    hash::fnv1a(hash::OFFSET, text.as_bytes())
}

pub(crate) fn gzip(text: &[u8], level: Compression) -> Bytes {
    let mut encoder = GzEncoder::new(Vec::with_capacity(text.len() / 3), level);
    // Writing to memory does not fail.
    let _ = encoder.write_all(text);
    encoder.finish().unwrap_or_default().into()
}

/// The text that [`gzip`] has made this of. `None` if it is another one, or longer than `most`.
#[cfg(feature = "nats")]
pub(crate) fn gunzip(packed: &[u8], most: u64) -> Option<String> {
    let mut text = String::new();
    // One more, to tell what is too long from what fits.
    let length = GzDecoder::new(packed).take(most + 1).read_to_string(&mut text).ok()?;
    (length as u64 <= most).then_some(text)
}

/// Whether `gzip` is an accepted encoding. A weight of zero means that it is not.
pub(crate) fn accepts_gzip(headers: &HeaderMap) -> bool {
    let lists = headers.get_all(header::ACCEPT_ENCODING).iter();
    lists.filter_map(|list| list.to_str().ok()).flat_map(|list| list.split(',')).any(|one| {
        let mut parts = one.split(';').map(str::trim);
        let name = parts.next().unwrap_or_default();
        let refused = parts.any(|weight| weight.strip_prefix("q=").is_some_and(|q| q.parse() == Ok(0.0)));
        name.eq_ignore_ascii_case("gzip") && !refused
    })
}

/// Escapes JSON for a `script` element. `<` could end the element. In JSON it occurs only in strings, where it can be
/// escaped.
pub(crate) fn json_in_html(json: &str) -> Cow<'_, str> {
    if json.contains('<') { json.replace('<', "\\u003c").into() } else { json.into() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_stylesheet_is_sent_without_its_comments() {
        let css = "/* why */\n\n.a {\n  color: red; /* not green */\n\n  content: \"/* text */  \\\" '\";\n}\n";
        assert_eq!(without_comments(css), ".a {\ncolor: red; \ncontent: \"/* text */  \\\" '\";\n}\n");
        assert_eq!(without_comments("a{}/* not closed"), "a{}");
        assert_eq!(without_comments(":is(p, \n b) > é { }"), ":is(p, \nb) > é { }");
        for css in [BASE_CSS, DEVICES_CSS] {
            let short = without_comments(css);
            assert!(!short.contains("/*") && short.matches(['{', '}']).count() > 20);
        }
    }

    #[test]
    fn every_file_of_the_client_is_in_the_script() {
        let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/client");
        let files = std::fs::read_dir(folder).unwrap().map(|file| file.unwrap().file_name().into_string().unwrap());
        let mut there: Vec<_> = files.filter(|name| name.ends_with(".js")).collect();
        there.sort();
        let listed: Vec<_> = CLIENT.iter().map(|source| source.file.rsplit('/').next().unwrap()).collect();
        assert_eq!(listed, there);
    }

    fn joined(parts: &[Source<'_>]) -> script::Script {
        script::join(CLIENT, parts, ENTRY).unwrap_or_else(|faults| panic!("{}", faults.join("\n")))
    }

    #[test]
    fn the_clients_script_stays_small() {
        let size = |script: &script::Script| gzip(script.text.as_bytes(), Compression::best()).len();
        let script = joined(&[]);
        assert!(size(&script) <= 20_300, "{} bytes", size(&script));
        // What draws looks is as large as the scripts of the five readouts that it replaces: 3 030 bytes. A table is about two
        // thirds of the script that it replaces. The limit is that of both together, because they share parts.
        let with_looks = joined(&[Source { file: "looks.js", text: "import \"./look.js\";" }]);
        assert!(size(&with_looks) <= 20_300 + 3_030, "{} bytes", size(&with_looks));
        assert_eq!(script.exports, ["Component", "define", "formatNumber", "nameControl", "wordsOf"]);
        // Includes everything that only some dashboards need: looks, rows, pieces of the page, modules of the user,
        // commands by request, fields, fields for numbers, searched options, trees, a terminal, drags, held controls,
        // gamepads, questions, bindings, streams, the past of records and of alarms, and pictures. No page has all. 60 bytes
        // keep the choice of an open list in Firefox, which tells of the pointer in it, and 150 more watch what is near the
        // screen on a page of many components, and the field that an undo goes back to. The last 170 tell who holds a control that
        // the link is stuck.
        let with = |wanted: &dyn Fn(&str) -> bool| {
            let names = CLIENT.iter().map(|source| source.file).filter(|file| !file.contains("main.js"));
            let imports: String = names.filter(|file| wanted(file)).map(|file| format!("import \"{file}\";")).collect();
            size(&joined(&[Source { file: "all.js", text: &imports }]))
        };
        let all = with(&|file| !file.contains("chart_"));
        assert!(all <= 43_380, "{all} bytes");
        // What all kinds of charts draw with, with labels in the hour that is there twice. A page has what its charts import. Only
        // figures of plotly, which is a hundred times as large, have `chart_figure.js`. The keys that read points are in a file of
        // their own for them, which takes 140 bytes. The limit includes the core.
        let charts = with(&|file| file.contains("chart_") && !file.contains("chart_figure"));
        assert!(charts <= 20_300 + 13_800, "{charts} bytes");
    }

    #[test]
    fn a_module_that_is_named_twice_is_served_once() {
        let mut modules = Modules { folder: "f", list: Vec::new() };
        modules.add("src/my dial.js", "define()", Some("my-dial"));
        modules.add("dial.js", "define()", Some("my-other-dial"));
        modules.add("../watts.js", "export", None);
        let found: Vec<_> =
            modules.list.iter().map(|module| (&*module.file, module.address(), &module.tags[..])).collect();
        let first = ("src/my dial.js", "my_dial-b5aba6431ef6ab45.js", &["my-dial", "my-other-dial"][..]);
        assert_eq!(found[0], first);
        assert_eq!((found.len(), found[1].2.len()), (2, 0));
    }

    #[test]
    fn gzip_is_sent_if_the_browser_accepts_it() {
        let accepts = |value: &'static str| {
            let mut headers = HeaderMap::new();
            headers.insert(header::ACCEPT_ENCODING, HeaderValue::from_static(value));
            accepts_gzip(&headers)
        };
        assert!(accepts("gzip, deflate, br"));
        assert!(accepts("br;q=1.0, GZIP;q=0.5"));
        assert!(!accepts("gzip;q=0"));
        assert!(!accepts("br"));
        assert!(!accepts_gzip(&HeaderMap::new()));
    }

    #[test]
    fn a_value_cannot_end_the_script_element_it_stands_in() {
        let json = json_in_html(r#"{"a":"</script><b>"}"#);
        assert!(!json.contains('<'));
        let back: serde_json::Value = serde_json::from_str(&json).unwrap();
        assert_eq!(back["a"], "</script><b>");
    }
}
