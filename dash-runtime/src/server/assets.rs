//! The one script and the one stylesheet of a page: put together and compressed once, at the start.
//!
//! The files are what is in the repository. Browsers could load them one by one, each import a round trip; so they are
//! served as one module: import lines and the word `export` go, everything else stays. A test of the client script
//! makes sure that the files share no top-level names.

use std::{borrow::Cow, io::Write as _};

use axum::{
    http::{HeaderMap, HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};
use bytes::Bytes;
use flate2::{Compression, write::GzEncoder};

use crate::{binding::Script, component::ComponentInfo, element::Element, engine::plan::Plan, hash};

/// The client script, in an order in which nothing is used before it is there.
const CLIENT: [&str; 15] = [
    include_str!("../../client/protocol.js"),
    include_str!("../../client/format.js"),
    include_str!("../../client/computed.js"),
    include_str!("../../client/edits.js"),
    include_str!("../../client/commands.js"),
    include_str!("../../client/courier.js"),
    include_str!("../../client/stream.js"),
    include_str!("../../client/ways.js"),
    include_str!("../../client/link.js"),
    include_str!("../../client/element.js"),
    include_str!("../../client/tree.js"),
    include_str!("../../client/rows.js"),
    include_str!("../../client/rows_element.js"),
    include_str!("../../client/page.js"),
    include_str!("../../client/status.js"),
];
/// Starts the page, when everything is defined.
const MAIN: &str = include_str!("../../client/main.js");
const BASE_CSS: [&str; 2] = [include_str!("../../client/base.css"), include_str!("../../client/devices.css")];

pub(crate) use crate::protocol::FOLDER;

/// A file that never changes under its name.
pub(crate) struct Asset {
    pub(crate) name: String,
    mime: &'static str,
    plain: Bytes,
    gzip: Bytes,
}

impl Asset {
    fn new(stem: &str, extension: &str, mime: &'static str, text: String) -> Self {
        let hash = hash::fnv1a(hash::OFFSET, text.as_bytes());
        Self {
            name: format!("{stem}-{hash:016x}.{extension}"),
            mime,
            gzip: gzip(text.as_bytes(), Compression::best()),
            plain: text.into(),
        }
    }

    /// The file, as the browser likes it.
    pub(crate) fn respond(&self, request: &HeaderMap) -> Response {
        let (body, encoding) = match accepts_gzip(request) {
            true => (self.gzip.clone(), Some("gzip")),
            false => (self.plain.clone(), None),
        };
        let mut response = (StatusCode::OK, body).into_response();
        let headers = response.headers_mut();
        headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(self.mime));
        headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("public, max-age=31536000, immutable"));
        headers.insert(header::VARY, HeaderValue::from_static("Accept-Encoding"));
        if let Some(encoding) = encoding {
            headers.insert(header::CONTENT_ENCODING, HeaderValue::from_static(encoding));
        }
        response
    }
}

/// Script and stylesheet for one dashboard.
pub(crate) struct Assets {
    pub(crate) script: Asset,
    pub(crate) style: Asset,
}

impl Assets {
    /// For all components, also those that only callbacks place, and for scripts that compute properties.
    pub(crate) fn of(layout: &Element, plan: &Plan) -> Self {
        let mut used: Vec<&'static ComponentInfo> = Vec::new();
        for (_, info) in &plan.components {
            if !used.iter().any(|other| other.tag == info.tag) {
                used.push(info);
            }
        }
        let modules = CLIENT.into_iter().chain(used.iter().map(|info| info.script)).map(unmodule);
        let computing = plan.scripts().into_iter().enumerate().map(|(at, script)| closed(at, &script));
        let script: String = modules.chain(computing).chain([unmodule(MAIN)]).collect();
        let styles = BASE_CSS.into_iter().chain(layout.stylesheets()).chain(used.iter().map(|info| info.style));
        Self {
            script: Asset::new("dash", "js", "text/javascript; charset=utf-8", script),
            style: Asset::new("dash", "css", "text/css; charset=utf-8", styles.flat_map(|css| [css, "\n"]).collect()),
        }
    }

    /// The asset of this name.
    pub(crate) fn find(&self, name: &str) -> Option<&Asset> {
        [&self.script, &self.style].into_iter().find(|asset| asset.name == name)
    }
}

/// A module without its imports and exports, and without what only its readers need: comments that have a line of their
/// own, and indentation. That halves the script; a test of the client script makes sure that no text runs over lines.
fn unmodule(script: &str) -> String {
    let is_comment = |line: &str| ["//", "/*", "*"].iter().any(|start| line.trim_start().starts_with(start));
    let lines =
        script.lines().filter(|line| !line.starts_with("import ") && !line.trim().is_empty() && !is_comment(line));
    lines.flat_map(|line| [line.strip_prefix("export ").unwrap_or(line).trim(), "\n"]).collect()
}

/// A module whose names are its own, and whose function is given to the page: what goes wrong when it is loaded, goes wrong
/// for the properties that it computes.
fn closed(at: usize, script: &Script) -> String {
    format!("loadScript({at}, () => {{\n{}return {};\n}});\n", unmodule(script.source), script.name)
}

pub(crate) fn gzip(text: &[u8], level: Compression) -> Bytes {
    let mut encoder = GzEncoder::new(Vec::with_capacity(text.len() / 3), level);
    // Writing to memory does not fail.
    let _ = encoder.write_all(text);
    encoder.finish().unwrap_or_default().into()
}

/// Whether `gzip` is among the encodings, and not with a weight of zero.
pub(crate) fn accepts_gzip(headers: &HeaderMap) -> bool {
    let lists = headers.get_all(header::ACCEPT_ENCODING).iter();
    lists.filter_map(|list| list.to_str().ok()).flat_map(|list| list.split(',')).any(|one| {
        let mut parts = one.split(';').map(str::trim);
        let name = parts.next().unwrap_or_default();
        let refused = parts.any(|weight| weight.strip_prefix("q=").is_some_and(|q| q.parse() == Ok(0.0)));
        name.eq_ignore_ascii_case("gzip") && !refused
    })
}

/// JSON that may stand inside of a `script` element: `<` could end it, and never occurs outside of strings.
pub(crate) fn json_in_html(json: &str) -> Cow<'_, str> {
    if json.contains('<') { json.replace('<', "\\u003c").into() } else { json.into() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn modules_become_one_script() {
        let script = "import { a } from \"./a.js\";\n/**\n * A B.\n */\nexport class B extends a {}\n\nexport const c = 1;\n  // two\n  const important = 2;\n";
        assert_eq!(unmodule(script), "class B extends a {}\nconst c = 1;\nconst important = 2;\n");
    }

    #[test]
    fn gzip_is_sent_to_those_who_take_it() {
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
