//! Pictures of pages that somebody has looked at and approved. A page that looks different fails its test.
//!
//! A picture is a quarter as wide and high as the page, so a dot is the mean of 16: the edge of a letter does not count, a
//! missing icon, a wrong colour or a card in another place do. All pages are drawn with one font, so that the fonts of the
//! machine do not count either.

use std::{
    fs,
    path::PathBuf,
    time::{Duration, Instant},
};

use serde::Deserialize;
use serde_json::json;

use super::Tab;

/// The size of a picture, as a share of the page.
const SCALE: f64 = 0.25;
/// How much a channel of a dot may differ, of 255. The smooth edge of a letter differs less from one version of a browser to the
/// next. So does a thin border line that is gone: that alone is not seen.
const TOLERANCE: u8 = 24;
/// How many dots of a square of 7 x 7 may differ more than that. An icon of 20 x 20 px that is missing has 8 to 20.
const NEAR: u32 = 7;

/// How long a page may take until it looks as approved.
const WAIT: Duration = Duration::from_secs(20);
/// How long a page gets before a new picture is taken of it, and after one that looked different.
const SHORT_WAIT: Duration = Duration::from_secs(3);

/// The font comes with the browser on Debian, in the package fonts-dejavu-core. A font that is missing is drawn as the one
/// behind it.
const HAS_FONT: &str = "(() => { const draw = new OffscreenCanvas(1, 1).getContext('2d'); \
                        const [a, b] = ['serif', 'monospace'].map((other) => { \
                            draw.font = `16px 'DejaVu Sans', ${other}`; return draw.measureText('illwim').width; \
                        }); return a === b; })()";

/// One font, no caret, and what is off the screen is drawn too.
const STYLE: &str = ":root { --dd-font: 'DejaVu Sans'; --dd-mono: 'DejaVu Sans' } \
                     * { caret-color: transparent !important; content-visibility: visible !important }";

/// The differences that were found so far.
#[derive(Default)]
pub(crate) struct Approved {
    found: Vec<String>,
}

#[derive(Deserialize)]
struct Comparison {
    /// How many dots differ in the square where most do, and where it is, in pixels of the page.
    most: u32,
    place: Option<[f64; 2]>,
    seen: Vec<u8>,
}

impl Approved {
    /// Compares the whole page with the picture of this name in `tests/browser/approved`. What `moving` selects differs
    /// from run to run, and is left out.
    pub(crate) async fn look(&mut self, tab: &Tab<'_>, name: &str, moving: &str) {
        let file = file(name);
        let is_new = std::env::var_os("APPROVE").is_some();
        let approved = if is_new { Vec::new() } else { fs::read(&file).unwrap_or_default() };
        let has_font: bool = tab.js(HAS_FONT).await;
        assert!(
            has_font,
            "install the font DejaVu Sans (Debian: fonts-dejavu-core): approved pictures are drawn with it"
        );
        if is_new {
            tokio::time::sleep(SHORT_WAIT).await;
        }
        // Values come one after the other after a press: what differs now may be as approved in a moment.
        let begin = Instant::now();
        let patience = if self.found.is_empty() { WAIT } else { SHORT_WAIT };
        let comparison = loop {
            let seen = picture(tab, moving).await;
            let comparison = compare(tab, &seen, &approved).await;
            if is_new || comparison.most <= NEAR || begin.elapsed() > patience {
                break comparison;
            }
            tokio::time::sleep(Duration::from_millis(200)).await;
        };
        if is_new {
            fs::create_dir_all(file.parent().unwrap()).unwrap();
            fs::write(&file, &comparison.seen).unwrap();
        } else if comparison.most > NEAR {
            let folder = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).with_file_name("browser-failures");
            fs::create_dir_all(&folder).unwrap();
            fs::write(folder.join(format!("seen-{name}.png")), &comparison.seen).unwrap();
            self.found.push(match comparison.place {
                Some([left, top]) => format!("{name}: most at {left:.0} px from the left, {top:.0} px from the top"),
                None => format!("{name}: the size of the page"),
            });
        }
    }

    /// Whether the page that is open is not as approved, at the first look.
    pub(crate) async fn differs(tab: &Tab<'_>, name: &str, moving: &str) -> bool {
        let approved = fs::read(file(name)).unwrap();
        compare(tab, &picture(tab, moving).await, &approved).await.most > NEAR
    }

    /// Fails with all differences.
    #[track_caller]
    pub(crate) fn end(self) {
        let found = self.found.join("\n");
        assert!(
            found.is_empty(),
            "pages look different from tests/browser/approved. What was seen is in target/browser-failures, as seen-*.png. \
             If they look as they should, approve them: APPROVE=1 cargo test -p browser-tests -- accessible\n{found}"
        );
    }
}

fn file(name: &str) -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("approved").join(format!("{name}.png"))
}

/// The whole page, as PNG in base64.
async fn picture(tab: &Tab<'_>, moving: &str) -> String {
    let style = format!("{STYLE} {moving} {{ visibility: hidden !important }}");
    tab.run(&format!(
        "const style = document.createElement('style'); style.className = 'approved'; style.textContent = {style:?}; \
         document.head.append(style); scrollTo(0, 0)"
    ))
    .await;
    let (width, height): (f64, f64) =
        tab.js("[document.documentElement.clientWidth, document.documentElement.scrollHeight]").await;
    let clip = json!({ "x": 0, "y": 0, "width": width, "height": height, "scale": SCALE });
    let shot = json!({ "format": "png", "clip": clip, "captureBeyondViewport": true });
    let data = tab.cdp("Page.captureScreenshot", shot).await["data"].as_str().unwrap().to_owned();
    tab.run("document.querySelector('style.approved').remove()").await;
    data
}

/// The browser that drew the picture reads both.
const COMPARE: &str = "async (seen, approved, tolerance, scale) => {
    const bytes = Uint8Array.from(atob(seen), (sign) => sign.charCodeAt(0));
    const dots = async (png) => {
        const image = await createImageBitmap(new Blob([png]));
        const canvas = new OffscreenCanvas(image.width, image.height).getContext('2d');
        canvas.drawImage(image, 0, 0);
        return canvas.getImageData(0, 0, image.width, image.height);
    };
    const result = { most: 49, place: null, seen: [...bytes] };
    if (approved.length === 0) return result;
    const [a, b] = [await dots(bytes), await dots(Uint8Array.from(approved))];
    // A dot of rounding is no difference.
    if (Math.abs(a.width - b.width) > 1 || Math.abs(a.height - b.height) > 1) return result;
    const [width, height] = [Math.min(a.width, b.width), Math.min(a.height, b.height)];
    const differs = new Set();
    for (let y = 0; y < height; y += 1) {
        for (let x = 0; x < width; x += 1) {
            const [p, q] = [(y * a.width + x) * 4, (y * b.width + x) * 4];
            if ([0, 1, 2].some((c) => Math.abs(a.data[p + c] - b.data[q + c]) > tolerance)) differs.add(y * width + x);
        }
    }
    result.most = 0;
    for (const at of differs) {
        let near = 0;
        for (let y = -3; y <= 3; y += 1) for (let x = -3; x <= 3; x += 1) near += differs.has(at + y * width + x) ? 1 : 0;
        if (near > result.most) [result.most, result.place] = [near, [(at % width) / scale, Math.floor(at / width) / scale]];
    }
    return result;
}";

async fn compare(tab: &Tab<'_>, seen: &str, approved: &[u8]) -> Comparison {
    let expression = format!("({COMPARE})({seen:?}, {approved:?}, {TOLERANCE}, {SCALE})");
    let run = json!({ "expression": expression, "awaitPromise": true, "returnByValue": true });
    let result = tab.cdp("Runtime.evaluate", run).await;
    serde_json::from_value(result["result"]["value"].clone()).unwrap_or_else(|error| panic!("{error}: {result}"))
}
