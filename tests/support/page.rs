//! The document: the first paint, and the data block for the script.

use serde_json::Value;

/// A page.
#[derive(Debug, Clone)]
pub(crate) struct Page {
    pub(crate) html: String,
    /// The data block.
    pub(crate) state: Value,
    /// The path of the dashboard, with a slash at the end. All addresses in the document are relative to it.
    pub(crate) root: String,
    socket: String,
    stream: String,
}

impl Page {
    /// The page at `/`.
    pub(crate) fn of(html: String) -> Self {
        Self::at("/", html)
    }

    /// The page at this path of the browser.
    pub(crate) fn at(path: &str, html: String) -> Self {
        let start = r#"<script type="application/json" id="dd-state">"#;
        let (_, rest) = html.split_once(start).expect("a data block");
        let (json, _) = rest.split_once("</script>").unwrap();
        let state: Value = serde_json::from_str(json).unwrap();
        let (_, base) = html.split_once("<base href=\"").expect("a base");
        let root = resolved(path, base.split('"').next().unwrap());
        let [socket, stream] = ["socket", "stream"].map(|name| resolved(&root, state[name].as_str().unwrap()));
        Self { html, state, root, socket, stream }
    }

    /// The number of a property such as `slider.value`.
    pub(crate) fn number(&self, prop: &str) -> usize {
        let names = self.state["props"].as_array().unwrap();
        let found = names
            .iter()
            .position(|name| format!("{}.{}", name[0].as_str().unwrap(), name[1].as_str().unwrap()) == prop);
        found.unwrap_or_else(|| panic!("no property {prop} in {names:?}"))
    }

    /// The value in the data block.
    pub(crate) fn value(&self, prop: &str) -> &Value {
        &self.state["values"][self.number(prop)]
    }

    /// The text content of the component's element.
    pub(crate) fn shown(&self, id: &str) -> String {
        let at = self.html.find(&format!(" id=\"{id}\"")).unwrap_or_else(|| panic!("no element {id}"));
        let tag = self.html[..at].rsplit('<').next().unwrap();
        let inside = self.html[at..].split_once('>').unwrap().1;
        let inside = inside.split_once(&format!("</{tag}>")).unwrap().0;
        let text: String = inside
            .split('<')
            .enumerate()
            .map(|(at, part)| if at == 0 { part } else { part.split_once('>').unwrap().1 })
            .collect();
        text.replace("&lt;", "<")
            .replace("&gt;", ">")
            .replace("&quot;", "\"")
            .replace("&#39;", "'")
            .replace("&amp;", "&")
    }

    /// The only address in such an attribute that begins with the path `beginning`, as a path.
    pub(crate) fn link(&self, attribute: &str, beginning: &str) -> String {
        let below = beginning.strip_prefix(&self.root).unwrap_or_else(|| panic!("{beginning} is not in {}", self.root));
        let begins = format!(" {attribute}=\"./{below}");
        let mut parts = self.html.split(&begins);
        parts.next();
        let found: Vec<&str> = parts.map(|part| part.split('"').next().unwrap()).collect();
        assert_eq!(found.len(), 1, "{attribute}=\"{beginning}…\" in {}", self.html);
        format!("{beginning}{}", found[0])
    }

    /// The address of the socket.
    pub(crate) fn socket(&self) -> &str {
        &self.socket
    }

    /// The address of the stream, for a page without a WebSocket.
    pub(crate) fn stream(&self) -> &str {
        &self.stream
    }

    /// The address for commands by request.
    pub(crate) fn command(&self) -> String {
        resolved(&self.root, self.state["command"].as_str().unwrap())
    }

    /// The hello of this page.
    pub(crate) fn hello(&self) -> Value {
        serde_json::json!({
            "t": "hello",
            "protocol": self.state["protocol"],
            "schema": self.state["schema"],
            "epoch": self.state["epoch"],
            "rev": self.state["rev"],
            "session": null,
        })
    }
}

/// A relative address as a path, as a browser resolves it in a document at `path`.
pub(crate) fn resolved(path: &str, address: &str) -> String {
    let mut folders: Vec<&str> = path.split('/').collect();
    folders.pop();
    for name in address.split('/') {
        match name {
            "." => {}
            ".." if folders.len() > 1 => drop(folders.pop()),
            ".." => {}
            name => folders.push(name),
        }
    }
    // `.` and `..` at the end are folders.
    folders.join("/")
}

/// The paths of all links in a document at `path`.
pub(crate) fn links(path: &str, html: &str) -> Vec<String> {
    let (_, base) = html.split_once("<base href=\"").expect("a base");
    let root = resolved(path, base.split('"').next().unwrap());
    let mut parts = html.split("<a href=\"");
    parts.next();
    parts.map(|part| resolved(&root, part.split('"').next().unwrap())).collect()
}
