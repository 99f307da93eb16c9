//! Texts and files: a log that is read while it grows, Markdown, downloads, uploads, the clipboard and keys.

use std::{fs, path::PathBuf, time::Duration};

use dash_devices::prelude::*;
use serde_json::json;

use crate::support::{Server, Tab, browser_test, eventually};

#[components]
struct Texts {
    log: Log,
    few: Button,
    many: Button,
    notes: Markdown,
    table: Download,
    data: Upload,
    got: Text,
    serial: Clipboard,
    next: KeyboardShortcut,
    pressed: Text,
    name: Input,
    lately: Sparkline,
    answer: Code,
}

/// The number of lines so far.
#[derive(Default)]
struct Instrument {
    lines: u32,
}

impl Instrument {
    fn write(&mut self, count: u32) -> Vec<LogLine> {
        let from = self.lines;
        self.lines += count;
        (from..self.lines)
            .map(|n| match n % 10 {
                9 => LogLine::error(format!("line {n} failed")),
                _ => LogLine::info(format!("line {n}")),
            })
            .collect()
    }
}

#[callback_shared(output = Texts::log.lines)]
fn write(
    instrument: &mut Instrument,
    #[input(Texts::few.click)] few: Option<()>,
    #[input(Texts::many.click)] many: Option<()>,
) -> Vec<LogLine> {
    instrument.write(if many.is_some() {
        1000
    } else if few.is_some() {
        10
    } else {
        0
    })
}

#[callback_shared(on = Texts::few.click, output = (Texts::notes.text, Texts::lately.values))]
fn note(#[state(Texts::got.text)] _got: &str) -> (Marked, Vec<Option<f64>>) {
    (Marked::new("**Done**, see [the web](https://example.org) <script>alert(1)</script>"), vec![Some(1.0), Some(3.0)])
}

#[callback(on = Texts::table.click, output = Texts::table.file)]
fn table() -> Attachment {
    Attachment::new("measured.csv", "text/csv", "volts\n11.5\n")
}

#[callback_shared(output = Texts::got.text)]
fn receive(#[input(Texts::data.received)] file: Option<Received>) -> Result<String, std::io::Error> {
    let Some(file) = file else { return Ok(String::new()) };
    let sum: u64 = file.bytes()?.into_iter().map(u64::from).sum();
    Ok(format!("{} {} {sum}", file.name(), file.size()))
}

#[callback_shared(on = Texts::next.press, output = Texts::pressed.text)]
fn press(#[state(Texts::pressed.text)] before: &str) -> String {
    format!("{before}x")
}

impl Dashboard for Texts {
    type Device = Instrument;
    type Session = ();
    const CALLBACKS: Callbacks<Self> = callbacks![write, note, table, receive, press];

    fn layout(self) -> Element {
        page(
            "Texts",
            (
                // Wide enough for lines of one row.
                card("Log", (self.log.limit(3000), row((self.few.label("Few"), self.many.label("Many")))))
                    .width(Width::Wide),
                card("Notes", (self.notes.text("# Before\n\n- *one*\n"), self.answer.text("a < b\n  c"))),
                card(
                    "Files",
                    (self.table.label("Table"), self.data.label("Data").accept(".bin").max_bytes(200_000), self.got),
                ),
                card(
                    "Keys",
                    (
                        self.next.keys("n").label("Next"),
                        self.pressed,
                        self.name.label("Name"),
                        self.serial.text("SN-1234").label("Copy"),
                        self.lately,
                    ),
                ),
            ),
        )
    }
}

/// What of the log is visible: the texts of the first and of the last line.
const VISIBLE: &str = "(() => { const box = document.querySelector('.dd-log-scroll').getBoundingClientRect(); \
    const seen = [...document.querySelectorAll('.dd-log-line')].filter((line) => { \
    const { top, bottom } = line.getBoundingClientRect(); return top >= box.top - 1 && bottom <= box.bottom + 1; }); \
    const text = (line) => line?.querySelector('.dd-log-text').textContent; return [text(seen[0]), text(seen.at(-1))]; })()";

async fn last_is(tab: &Tab<'_>, text: &str) {
    tab.until(&format!("{VISIBLE}[1] === {text:?}")).await;
}

#[test]
fn a_log_follows_until_a_person_scrolls_and_draws_only_what_is_visible() {
    browser_test(async |browser| {
        let server = Server::start::<Texts>(Instrument::default()).await;
        let tab = browser.open(&server.url()).await;
        tab.click("#many button").await;
        tab.click("#many button").await;
        last_is(&tab, "line 1999 failed").await;
        assert!(tab.js::<u32>("document.querySelectorAll('.dd-log-line').length").await < 100);
        // Who reads older lines is not moved away from them.
        tab.run("document.querySelector('.dd-log-scroll').scrollTop = 12000").await;
        tab.until("document.querySelector('.dd-log-follow').ariaPressed === 'false'").await;
        tab.until(&format!("{VISIBLE}[0] === 'line 500'")).await;
        tab.click("#few button").await;
        tab.until("document.querySelector('.dd-log-note').textContent === '2010 lines'").await;
        assert_eq!(tab.js::<String>(&format!("{VISIBLE}[0]")).await, "line 500");
        // Also when the oldest lines go.
        tab.click("#many button").await;
        tab.until("document.querySelector('.dd-log-note').textContent === '3000 lines'").await;
        assert_eq!(tab.js::<String>(&format!("{VISIBLE}[0]")).await, "line 500");
        tab.click(".dd-log-follow").await;
        last_is(&tab, "line 3009 failed").await;
        // The keyboard scrolls it, too.
        tab.focus(".dd-log-scroll").await;
        tab.press("Home").await;
        tab.until(&format!("{VISIBLE}[0] === 'line 10'")).await;
        // A browser that still scrolls for one key can ignore the next one.
        tab.until("document.querySelector('.dd-log-scroll').scrollTop === 0").await;
        tab.run("requestAnimationFrame(() => requestAnimationFrame(() => { globalThis.rests = true; }))").await;
        tab.until("globalThis.rests").await;
        tab.press("End").await;
        last_is(&tab, "line 3009 failed").await;
        tab.until("document.querySelector('.dd-log-follow').ariaPressed === 'true'").await;
    });
}

#[test]
fn a_log_shows_the_chosen_levels_and_texts_and_a_late_page_the_newest_lines() {
    browser_test(async |browser| {
        let server = Server::start::<Texts>(Instrument::default()).await;
        let tab = browser.open(&server.url()).await;
        assert_eq!(tab.text(".dd-log-note").await, "No lines yet");
        tab.click("#many button").await;
        tab.click("#many button").await;
        last_is(&tab, "line 1999 failed").await;
        tab.run("const level = document.querySelector('.dd-log-level'); level.value = 'error'; level.dispatchEvent(new Event('change'))").await;
        tab.until("document.querySelector('.dd-log-note').textContent === '2000 lines, 1800 hidden'").await;
        tab.focus(".dd-log-filter").await;
        tab.keys("line 19").await;
        tab.until("document.querySelector('.dd-log-note').textContent === '2000 lines, 1988 hidden'").await;
        last_is(&tab, "line 1999 failed").await;
        let late = browser.open(&server.url()).await;
        last_is(&late, "line 1999 failed").await;
        assert_eq!(late.text(".dd-log-note").await, "1000 lines");
    });
}

#[test]
fn markdown_is_there_at_once_and_no_part_of_it_is_markup() {
    browser_test(async |browser| {
        let server = Server::start::<Texts>(Instrument::default()).await;
        let html = crate::support::get(server.address, "/").await;
        assert!(html.contains("<h3>Before</h3><ul><li><em>one</em></li></ul>"), "{html}");
        let tab = browser.open(&server.url()).await;
        assert_eq!(tab.text("#answer code").await, "a < b\n  c");
        tab.click("#few button").await;
        tab.until("document.querySelector('#notes strong')?.textContent === 'Done'").await;
        assert!(tab.text("#notes").await.contains("<script>alert(1)</script>"));
        assert_eq!(tab.attribute("#notes a", "rel").await.as_deref(), Some("noopener noreferrer"));
        tab.until("document.querySelector('.dd-sparkline-line').getAttribute('d').includes('L')").await;
    });
}

/// A folder that is removed at the end of the test.
pub(crate) struct Folder(pub(crate) PathBuf);

impl Folder {
    pub(crate) fn new(name: &str) -> Self {
        let path = std::env::temp_dir().join(format!("dash-{name}-{}", std::process::id()));
        fs::create_dir_all(&path).unwrap();
        Self(path)
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}

#[test]
fn a_press_downloads_the_file_that_the_callback_makes() {
    browser_test(async |browser| {
        let server = Server::start::<Texts>(Instrument::default()).await;
        let folder = Folder::new("downloads");
        let (tab, other) = browser.two_tabs(&server.url()).await;
        browser.save_downloads(&folder.0).await;
        tab.click("#table button").await;
        let file = folder.0.join("measured.csv");
        let text =
            eventually("the file", async || fs::read_to_string(&file).ok().filter(|text| !text.is_empty())).await;
        assert_eq!(text, "volts\n11.5\n");
        // The page is still there, and live.
        tab.until_live().await;
        fs::remove_file(&file).unwrap();
        tab.focus("#table button").await;
        tab.press("Enter").await;
        eventually("the file", async || file.exists().then_some(())).await;
        drop(other);
    });
}

async fn choose(tab: &Tab<'_>, path: &std::path::Path) {
    let root = tab.cdp("DOM.getDocument", json!({})).await["root"]["nodeId"].take();
    let node =
        tab.cdp("DOM.querySelector", json!({ "nodeId": root, "selector": "#data input" })).await["nodeId"].take();
    tab.cdp("DOM.setFileInputFiles", json!({ "nodeId": node, "files": [path.to_str()] })).await;
}

#[test]
fn an_upload_reaches_the_callback_and_what_is_not_accepted_does_not() {
    browser_test(async |browser| {
        let server = Server::start::<Texts>(Instrument::default()).await;
        let folder = Folder::new("uploads");
        let (tab, other) = browser.two_tabs(&server.url()).await;
        let [good, large, other_kind] = ["good.bin", "large.bin", "a.txt"].map(|name| folder.0.join(name));
        fs::write(&good, vec![3; 150_000]).unwrap();
        fs::write(&large, vec![3; 200_001]).unwrap();
        fs::write(&other_kind, "x").unwrap();
        choose(&tab, &good).await;
        other.wait_for_text("#got .dd-text-value", "good.bin 150000 450000").await;
        tab.wait_for_text(".dd-upload-note", "good.bin, 150 kB: sent.").await;
        choose(&tab, &large).await;
        tab.wait_for_text(".dd-upload-note", "large.bin is not sent: larger than 200 kB.").await;
        choose(&tab, &other_kind).await;
        tab.wait_for_text(".dd-upload-note", "a.txt is not sent: only .bin.").await;
        assert_eq!(other.text("#got .dd-text-value").await, "good.bin 150000 450000");
        assert!(!tab.js::<bool>("document.querySelector('.dd-upload-progress').checkVisibility()").await);
    });
}

#[test]
fn a_text_is_copied_and_a_key_acts_except_while_somebody_types() {
    browser_test(async |browser| {
        let server = Server::start::<Texts>(Instrument::default()).await;
        let tab = browser.open(&server.url()).await;
        let permissions = json!({ "permissions": ["clipboardReadWrite", "clipboardSanitizedWrite"] });
        browser.configure("Browser.grantPermissions", permissions).await;
        tab.click("#serial button").await;
        tab.wait_for_text(".dd-copied", "Copied").await;
        tab.run(
            "globalThis.pasted = null; navigator.clipboard.readText().then((text) => { globalThis.pasted = text })",
        )
        .await;
        tab.until("globalThis.pasted === 'SN-1234'").await;
        tab.blur().await;
        tab.keys("n").await;
        tab.wait_for_text("#pressed .dd-text-value", "x").await;
        tab.focus("#name input").await;
        tab.keys("n").await;
        tokio::time::sleep(Duration::from_millis(200)).await;
        assert_eq!(tab.text("#pressed .dd-text-value").await, "x");
        assert_eq!(tab.value("#name input").await, "n");
        tab.blur().await;
        tab.keys("n").await;
        tab.wait_for_text("#pressed .dd-text-value", "xx").await;
    });
}
