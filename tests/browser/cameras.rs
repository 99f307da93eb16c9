//! The example `cameras`: four devices behind one address.

use std::time::Duration;

use crate::support::{Example, Tab, browser_test};

/// Waits until the live picture is drawn with the size that the camera gives.
async fn until_live_picture(tab: &Tab<'_>) {
    tab.until(
        "document.querySelector('#live [data-state=live]') && document.querySelector('#live canvas').width === 320",
    )
    .await;
}

/// Waits until the still picture is drawn with that size.
async fn until_picture(tab: &Tab<'_>, id: &str) {
    tab.until(&format!(
        "(() => {{ const picture = document.querySelector('#{id} img'); \
         return !picture.hidden && picture.complete && picture.naturalWidth === 320; }})()"
    ))
    .await;
}

/// Counts the pictures that are drawn from now on.
async fn count_pictures(tab: &Tab<'_>) {
    tab.run(
        "globalThis.pictures = 0; \
         const { drawImage } = CanvasRenderingContext2D.prototype; \
         CanvasRenderingContext2D.prototype.drawImage = function (...given) { \
           globalThis.pictures += 1; return drawImage.apply(this, given); };",
    )
    .await;
}

#[test]
fn a_slow_camera_never_delays_the_others() {
    browser_test(async |browser| {
        let example = Example::start(browser, "cameras");
        let page = |key: &str| format!("{}{key}/", example.url());
        let (hand, other) = browser.two_tabs(&page("garden")).await;
        let (door, attic) = (browser.open(&page("door")).await, browser.open(&page("attic")).await);
        for tab in [&hand, &other, &door, &attic] {
            until_live_picture(tab).await;
        }
        count_pictures(&other).await;
        count_pictures(&attic).await;
        // The slow camera has work for four seconds.
        for _ in 0..10 {
            attic.click("#shoot button").await;
        }
        let grip = hand.grab("#exposure input", 0.4).await;
        grip.slide(0.4, 1.0, 20).await;
        grip.release(1.0).await;
        other.until("document.querySelector('#exposure input').valueAsNumber === 100").await;
        other.until("Number.parseFloat(document.querySelector('#brightness .dd-gauge-value').textContent) > 80").await;
        // Nothing has changed at another camera.
        assert_eq!(door.value("#exposure input").await, "40");
        door.click("#shoot button").await;
        until_picture(&door, "still").await;
        assert!(door.text("#taken").await.starts_with("Picture "));
        tokio::time::sleep(Duration::from_secs(1)).await;
        let (quick, slow): (u32, u32) = (other.js("globalThis.pictures").await, attic.js("globalThis.pictures").await);
        assert!(quick > 2 * slow, "{quick} pictures of the quick camera, {slow} of the slow one");
        // In the end the slow camera has executed all commands.
        until_picture(&attic, "still").await;
        attic.until("document.querySelector('#shoot').dataset.pending === undefined").await;
    });
}

#[test]
fn the_list_leads_to_each_camera_and_back() {
    browser_test(async |browser| {
        let example = Example::start(browser, "cameras");
        let (list, cellar) = (browser.tab().await, browser.tab().await);
        cellar.go(&format!("{}cellar/", example.url())).await;
        cellar.until_live().await;
        list.go(&example.url()).await;
        list.until("document.querySelector('.dd-device-list').innerText.includes('cellar\\n1 page open')").await;
        list.click("a[href='./door/']").await;
        list.until("document.title === 'door · Cameras'").await;
        until_live_picture(&list).await;
        assert_eq!(list.text("[aria-current]").await, "door");
        list.click("a[href='../']").await;
        list.until("document.querySelectorAll('.dd-device-list li').length === 4").await;
    });
}
