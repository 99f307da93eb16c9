//! A live camera on a page: what is drawn, what is said when no picture comes, and what a slow link does.

use crate::support::{Browser, Cable, Example, Server, Tab, browser_test};
use dash_devices::{PictureFormat, prelude::*};

/// What the simulated camera does.
#[derive(Default)]
struct Device {
    count: u32,
    mode: String,
}

#[components]
struct Ui {
    mode: Input,
    level: Slider,
    seen: Text,
    camera: Camera,
    still: Camera,
    below: Camera,
}

/// A picture of one colour, whose red channel counts. It has 3.6 kB, and 60 kB with the mode `large`.
fn shot(device: &Device) -> Picture {
    let (width, height): (u32, u32) = if device.mode == "large" { (160, 125) } else { (40, 30) };
    let size = 3 * width * height;
    // The two headers of a bitmap with 24 bits for each pixel.
    let mut file = b"BM".to_vec();
    for number in [54 + size, 0, 54, 40, width, height, 1 | 24 << 16, 0, size, 0, 0, 0, 0] {
        file.extend(number.to_le_bytes());
    }
    // Blue, green, red.
    file.extend([160, 80, device.count as u8].repeat((width * height) as usize));
    Picture::new(PictureFormat::Bmp, file)
}

#[callback_shared(every = "50ms", output = (Ui::camera.source, Ui::below.source))]
fn film(device: &mut Device) -> (Option<Picture>, Option<Picture>) {
    device.count += 1;
    match &*device.mode {
        "stopped" => return (None, None),
        "broken" => {
            let broken = || Some(Picture::new(PictureFormat::Jpeg, vec![1, 2, 3]));
            return (broken(), broken());
        }
        _ => {}
    }
    (Some(shot(device)), Some(shot(device)))
}

#[callback_shared]
fn choose(device: &mut Device, #[input(Ui::mode.value)] mode: &str) {
    mode.clone_into(&mut device.mode);
}

#[callback_shared(output = Ui::seen.text)]
fn show(#[input(Ui::level.value)] level: f64) -> String {
    level.to_string()
}

impl Dashboard for Ui {
    type Device = Device;
    type Session = ();
    const CALLBACKS: Callbacks<Self> = callbacks![film, choose, show];

    fn layout(self) -> Element {
        // One picture is enough for this camera.
        let still = self.still.label("Still").size(40.0, 30.0).source(shot(&Device { count: 7, ..Device::default() }));
        let room = || Element::new("div").attr("class", "room").children(text(""));
        page(
            "Camera",
            (
                self.mode.send_on(SendOn::Change),
                self.level.label("Level"),
                self.seen,
                row((self.camera.label("Front").size(40.0, 30.0), still.stale_after(0.5))),
                Element::of((0..60).map(|_| room()).collect::<Vec<_>>()),
                self.below.label("Below").size(40.0, 30.0),
            ),
        )
    }
}

const STATE: &str = "document.querySelector('#camera .dd-camera').dataset.state";

/// The colour in the middle of what is drawn: red, green, blue, opacity.
fn colour(id: &str) -> String {
    format!(
        "(() => {{ const canvas = document.querySelector('#{id} canvas'); \
         return [...canvas.getContext('2d').getImageData(canvas.width / 2, canvas.height / 2, 1, 1).data]; }})()"
    )
}

/// Waits until other pictures are drawn than now.
async fn until_next(tab: &Tab<'_>, id: &str) {
    let now = tab.js::<Vec<u8>>(&colour(id)).await;
    tab.until(&format!("{}.join() !== '{}'", colour(id), now.iter().map(u8::to_string).collect::<Vec<_>>().join(",")))
        .await;
}

/// Chooses what the camera does.
async fn choose_mode(tab: &Tab<'_>, mode: &str) {
    tab.run(&format!(
        "const field = document.querySelector('#mode input'); field.value = '{mode}'; \
         field.dispatchEvent(new Event('input', {{ bubbles: true }})); \
         field.dispatchEvent(new Event('change', {{ bubbles: true }}));"
    ))
    .await;
}

/// The tests read what is drawn, the page does not.
const READING: &str = "willReadFrequently";

fn allow_cuts(browser: &Browser) {
    for text in [
        READING,
        "WebSocket connection to",
        "Unexpected response code: 403",
        "ERR_CONNECTION_REFUSED",
        "ERR_CONNECTION_RESET",
        "ERR_EMPTY_RESPONSE",
        "ERR_INCOMPLETE_CHUNKED_ENCODING",
    ] {
        browser.allow(text);
    }
}

#[test]
fn pictures_come_over_the_socket_and_no_request_is_made_for_them() {
    browser_test(async |browser| {
        browser.allow(READING);
        let server = Server::start::<Ui>(Device::default()).await;
        let tab = browser.open(&server.url()).await;
        tab.until(&format!("{STATE} === 'live'")).await;
        until_next(&tab, "camera").await;
        until_next(&tab, "camera").await;
        let drawn = tab.js::<Vec<u8>>(&colour("camera")).await;
        assert_eq!(drawn[1..], [80, 160, 255], "the picture is drawn as it is");
        let requests = browser.requests().await;
        assert!(requests.iter().all(|request| !request.contains("picture")), "{requests:?}");
        // The rate and the delay are shown, and a screen reader knows what it is.
        tab.until(r"/^\d+(\.\d)?\/s · \d+ ms$/.test(document.querySelector('#camera .dd-camera-rate').textContent)")
            .await;
        assert_eq!(tab.attribute("#camera canvas", "aria-label").await.as_deref(), Some("Front"));
        assert_eq!(tab.text("#camera .dd-camera-old").await, "");
    });
}

#[test]
fn when_the_link_goes_the_last_picture_stays_and_tells_its_age() {
    browser_test(async |browser| {
        allow_cuts(browser);
        let server = Server::start::<Ui>(Device::default()).await;
        let mut cable = Cable::to(server.address).await;
        let tab = browser.open(&cable.url()).await;
        tab.until(&format!("{STATE} === 'live'")).await;
        // It counts each moment at which there is no picture.
        tab.run(&format!(
            "globalThis.gone = 0; setInterval(() => {{ gone += {}[3] !== 255 || !{STATE}; }}, 20);",
            colour("camera")
        ))
        .await;
        cable.cut().await;
        tab.until(&format!("{STATE} === 'old'")).await;
        tab.until("document.querySelector('#camera .dd-camera-old').textContent.startsWith('Picture of ')").await;
        tab.until(r"/^[2-9] s old$/.test(document.querySelector('#camera .dd-camera-age').textContent)").await;
        let veil = "getComputedStyle(document.querySelector('#camera .dd-camera-veil'))";
        assert!(tab.js::<bool>(&format!("{veil}.backgroundImage.includes('gradient')")).await, "it is dimmed");
        cable.mend().await;
        tab.until_live().await;
        tab.until(&format!("{STATE} === 'live'")).await;
        until_next(&tab, "camera").await;
        assert_eq!(tab.text("#camera .dd-camera-age").await, "");
        assert_eq!(tab.js::<u32>("gone").await, 0);
    });
}

#[test]
fn a_camera_without_new_pictures_is_old_and_one_without_a_picture_says_so() {
    browser_test(async |browser| {
        browser.allow(READING);
        let server = Server::start::<Ui>(Device::default()).await;
        let tab = browser.open(&server.url()).await;
        // This one never gets a second picture.
        tab.until("document.querySelector('#still .dd-camera').dataset.state === 'old'").await;
        assert_eq!(tab.js::<Vec<u8>>(&colour("still")).await, [7, 80, 160, 255]);
        tab.until(&format!("{STATE} === 'live'")).await;
        choose_mode(&tab, "stopped").await;
        tab.until(&format!("{STATE} === undefined")).await;
        let none = "getComputedStyle(document.querySelector('#camera .dd-camera-none')).display";
        assert_ne!(tab.js::<String>(none).await, "none");
        assert_eq!(tab.text("#camera .dd-camera-none").await, "No picture.");
        choose_mode(&tab, "broken").await;
        tab.wait_for_text("#camera .dd-camera-old", "The newest picture cannot be shown.").await;
        choose_mode(&tab, "").await;
        tab.until(&format!("{STATE} === 'live'")).await;
    });
}

#[test]
fn fault_a_camera_on_a_page_that_one_comes_back_to_stayed_dark() {
    browser_test(async |browser| {
        let example = Example::start(browser, "gallery");
        let tab = browser.open(&format!("http://{}/", example.address)).await;
        let live = "document.querySelector('#camera .dd-camera')?.dataset.state === 'live'";
        for _ in 0..3 {
            tab.until("document.querySelector('#camera')").await;
            tab.run("document.querySelector('#camera').scrollIntoView()").await;
            tab.until(live).await;
            tab.run("document.querySelector('a[href$=\"controls\"]').click()").await;
            tab.until("document.querySelector('#knob') && !document.querySelector('#camera')").await;
            tab.back().await;
        }
    });
}

#[test]
fn what_nobody_sees_gets_no_pictures() {
    browser_test(async |browser| {
        let server = Server::start::<Ui>(Device::default()).await;
        let tab = browser.tab().await;
        tab.before_the_page(
            "globalThis.drawn = {}; const { drawImage } = CanvasRenderingContext2D.prototype; \
             CanvasRenderingContext2D.prototype.drawImage = function (...given) { \
               const { id } = this.canvas.closest('dd-camera'); drawn[id] = (drawn[id] ?? 0) + 1; \
               return drawImage.apply(this, given); };",
        )
        .await;
        tab.go(&server.url()).await;
        tab.run("for (const room of document.querySelectorAll('.room')) room.style.height = '60px'").await;
        tab.until("drawn.camera > 5").await;
        // It may have been seen for a moment before the page got its height.
        let before: u32 = tab.js("drawn.below ?? 0").await;
        tab.until(&format!("drawn.camera > 15 && (drawn.below ?? 0) <= {before} + 1")).await;
        tab.run("document.querySelector('#below').scrollIntoView()").await;
        tab.until(&format!("drawn.below > {before} + 5")).await;
        let above: u32 = tab.js("drawn.camera").await;
        tab.until(&format!("drawn.below > {before} + 15")).await;
        assert!(tab.js::<u32>("drawn.camera").await <= above + 1);
    });
}

#[test]
fn over_a_slow_link_the_newest_picture_is_shown_and_a_command_is_not_behind_many() {
    browser_test(async |browser| {
        browser.allow(READING);
        let server = Server::start::<Ui>(Device::default()).await;
        let cable = Cable::to(server.address).await;
        let tab = browser.open(&cable.url()).await;
        choose_mode(&tab, "large").await;
        tab.until("document.querySelector('#mode').dataset.pending === undefined").await;
        // 20 pictures of 60 kB a second, over a link that carries four.
        cable.limit(240_000);
        until_next(&tab, "camera").await;
        until_next(&tab, "camera").await;
        tab.focus("#level input").await;
        // If pictures waited for the link, a command would be behind all that its buffers take: seconds. The machine may be
        // busy, so the shortest of some times counts.
        let mut took = Vec::new();
        for level in 1..=5 {
            tab.run("globalThis.pressed = performance.now();").await;
            tab.press("ArrowRight").await;
            tab.wait_for_text("#seen .dd-text-value", &level.to_string()).await;
            took.push(tab.js::<f64>("performance.now() - pressed").await);
            if took.iter().any(|took| *took < 600.0) {
                break;
            }
        }
        assert!(took.iter().any(|took| *took < 600.0), "{took:?} ms, and a picture takes 250 ms");
        until_next(&tab, "camera").await;
        // With a queue the picture would get older and older.
        tab.until(&format!("{STATE} === 'live'")).await;
        tab.until_live().await;
    });
}

#[test]
fn a_page_without_a_socket_shows_the_camera_too() {
    browser_test(async |browser| {
        allow_cuts(browser);
        // A picture may be gone when a slow page asks for it.
        browser.allow("404");
        let server = Server::start::<Ui>(Device::default()).await;
        let cable = Cable::without_sockets(server.address).await;
        let tab = browser.open(&cable.url()).await;
        assert_eq!(tab.js::<String>("document.documentElement.dataset.way").await, "stream");
        tab.until(&format!("{STATE} === 'live'")).await;
        until_next(&tab, "camera").await;
        until_next(&tab, "camera").await;
        assert_eq!(tab.js::<Vec<u8>>(&colour("camera")).await[1..], [80, 160, 255]);
    });
}
