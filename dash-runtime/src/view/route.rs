//! Routes: the pages of a dashboard and their paths.

use std::{
    borrow::Cow,
    fmt::{Display, Write as _},
    str::FromStr,
};

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::{Deserialize, Deserializer, Serialize, de::Error as _};

/// The pages of a dashboard. `#[derive(Route)]` implements it.
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
#[diagnostic::on_unimplemented(
    message = "`{Self}` has no paths",
    label = "not a route",
    note = "a route is an enum with `#[derive(Route)]`, each variant with its path: `#[route(\"/lamp/{{id}}\")] Lamp {{ id: u32 }}`"
)]
pub trait Route: Sized {
    /// The page at `path`, which begins with a slash. If no variant has this path, the variant with
    /// `#[route(not_found)]`.
    fn from_path(path: &str) -> Self;

    /// The path, percent-encoded. For the variant with `#[route(not_found)]` it is `/nowhere`.
    fn path(&self) -> String;
}

/// The path of the variant with `#[route(not_found)]`.
pub const NOWHERE: &str = "/nowhere";

/// The longest accepted path, in bytes.
const LONGEST: usize = 2_048;

/// The path of the page that a client shows: the value of `path` of a `Router`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Path(String);

impl Path {
    /// The page at this path.
    pub fn route<R: Route>(&self) -> R {
        R::from_path(&self.0)
    }

    /// The path as it is in the address, without the path that the dashboard is mounted at: `/lamp/3`.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Reads a path from an address. `None` unless it is a slash followed by printable ASCII, of at most 2048 bytes,
    /// and does not begin with two slashes.
    pub(crate) fn parse(text: &str) -> Option<Self> {
        let plain = text.starts_with('/')
            && !text.starts_with("//")
            && text.len() <= LONGEST
            && text.bytes().all(|byte| byte.is_ascii_graphic());
        plain.then(|| Self(text.to_owned()))
    }
}

impl Default for Path {
    fn default() -> Self {
        Self("/".to_owned())
    }
}

/// For callbacks that open a page: `output = Ui::router.path`.
impl<R: Route> From<R> for Path {
    fn from(route: R) -> Self {
        Self(route.path())
    }
}

impl<'de> Deserialize<'de> for Path {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = Cow::<'de, str>::deserialize(deserializer)?;
        Self::parse(&text)
            .ok_or_else(|| D::Error::custom("a path begins with a slash, and is at most 2048 bytes of ASCII"))
    }
}

impl JsonSchema for Path {
    fn schema_name() -> Cow<'static, str> {
        "Path".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({ "type": "string", "pattern": "^/[!-~]*$", "maxLength": LONGEST })
    }
}

/// A field of a route.
#[diagnostic::on_unimplemented(
    message = "a `{Self}` cannot be a part of a path",
    label = "not a part of a path",
    note = "a field of a route implements `Display` and `FromStr`, as numbers, `String` and `bool` do"
)]
pub trait PathPart: Sized {
    #[doc(hidden)]
    fn read(text: &str) -> Option<Self>;

    #[doc(hidden)]
    fn text(&self) -> String;
}

#[diagnostic::do_not_recommend]
impl<T: Display + FromStr> PathPart for T {
    fn read(text: &str) -> Option<Self> {
        text.parse().ok()
    }

    fn text(&self) -> String {
        let mut text = String::new();
        // Writing fails only if the field's own `Display` fails. The text that it wrote before that stays.
        let _ = write!(text, "{self}");
        text
    }
}

/// For expansions: the decoded texts for the `None`s in `pattern`, if `path` matches it.
pub fn match_path(path: &str, pattern: &[Option<&str>]) -> Option<Vec<String>> {
    let inner = path.strip_prefix('/')?;
    let mut parts = inner.split('/').filter(|_| !inner.is_empty());
    let mut texts = Vec::new();
    for expected in pattern {
        let part = decoded(parts.next()?)?;
        match expected {
            Some(fixed) if part == **fixed => {}
            Some(_) => return None,
            None if part.is_empty() => return None,
            None => texts.push(part),
        }
    }
    parts.next().is_none().then_some(texts)
}

/// For expansions: a path of these parts.
pub fn write_path(parts: &[&str]) -> String {
    let mut path = String::new();
    for part in parts {
        path.push('/');
        for byte in part.bytes() {
            if byte.is_ascii_alphanumeric() || b"-._~".contains(&byte) {
                path.push(char::from(byte));
            } else {
                let _ = write!(path, "%{byte:02X}");
            }
        }
    }
    if path.is_empty() { "/".to_owned() } else { path }
}

/// Decodes percent-encoding. `None` if it is not valid.
fn decoded(part: &str) -> Option<String> {
    let mut bytes = Vec::with_capacity(part.len());
    let mut rest = part.as_bytes();
    while let Some((&byte, behind)) = rest.split_first() {
        rest = behind;
        if byte != b'%' {
            bytes.push(byte);
            continue;
        }
        let (digits, behind) = rest.split_at_checked(2)?;
        let digits = std::str::from_utf8(digits).ok().filter(|digits| !digits.starts_with('+'))?;
        bytes.push(u8::from_str_radix(digits, 16).ok()?);
        rest = behind;
    }
    String::from_utf8(bytes).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_written_is_read_again() {
        for text in ["3", "a b", "ä/ö", "100%", "?#&", "..x", "%2F"] {
            let path = write_path(&["lamp", text]);
            assert!(Path::parse(&path).is_some(), "{path}");
            assert_eq!(match_path(&path, &[Some("lamp"), None]).as_deref(), Some(&[text.to_owned()][..]), "{path}");
        }
        assert_eq!(write_path(&[]), "/");
        assert_eq!(match_path("/", &[]), Some(Vec::new()));
    }

    #[test]
    fn what_does_not_fit_is_nowhere() {
        let pattern = [Some("lamp"), None];
        for path in [
            "",
            "/",
            "/lamp",
            "/lamp/",
            "/lamp/3/",
            "/lamp/3/4",
            "lamp/3",
            "/Lamp/3",
            "/lamp/%",
            "/lamp/%+1",
            "/lamp/%ff",
        ] {
            assert_eq!(match_path(path, &pattern), None, "{path}");
        }
    }

    #[test]
    fn a_path_from_a_browser_is_checked() {
        let parse = |json: &str| serde_json::from_str::<Path>(json).map(|path| path.0).ok();
        assert_eq!(parse(r#""/lamp/3""#).as_deref(), Some("/lamp/3"));
        for json in [r#""lamp""#, r#""""#, "7", r#""/a b""#, r#""/ä""#, r#""//elsewhere""#] {
            assert_eq!(parse(json), None, "{json}");
        }
        assert_eq!(parse(&format!("\"/{}\"", "x".repeat(LONGEST))), None);
    }
}
