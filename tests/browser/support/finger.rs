//! A finger on a touch screen.

use std::time::Duration;

use serde_json::{Value, json};

use super::{Browser, Server, Tab};

/// A page on a phone that is held upright, with fingers. It is a phone from the start: a press on something that has just
/// moved is dropped.
pub(crate) async fn phone<'b>(browser: &'b Browser, server: &Server, height: u32) -> Tab<'b> {
    let tab = browser.tab().await;
    tab.becomes_a_phone(height).await;
    tab.go(&server.url()).await;
    tab.until_live().await;
    tab
}

impl Tab<'_> {
    /// A phone that is held upright, so many CSS pixels high, with fingers.
    pub(crate) async fn becomes_a_phone(&self, height: u32) {
        let metrics = json!({ "width": 390, "height": height, "deviceScaleFactor": 2, "mobile": true });
        self.cdp("Emulation.setDeviceMetricsOverride", metrics).await;
        self.cdp("Emulation.setTouchEmulationEnabled", json!({ "enabled": true, "maxTouchPoints": 3 })).await;
    }

    /// `touchStart`, `touchMove` or `touchEnd` with these points.
    pub(crate) async fn touch(&self, kind: &str, points: &[(f64, f64)]) {
        let points: Vec<Value> =
            points.iter().enumerate().map(|(id, (x, y))| json!({ "x": x, "y": y, "id": id })).collect();
        self.cdp("Input.dispatchTouchEvent", json!({ "type": kind, "touchPoints": points })).await;
    }

    /// One finger from a point by these steps, each of them so many pixels across and down.
    pub(crate) async fn swipe(&self, (mut x, mut y): (f64, f64), steps: u32, (across, down): (f64, f64)) {
        self.touch("touchStart", &[(x, y)]).await;
        for _ in 0..steps {
            (x, y) = (x + across, y + down);
            self.touch("touchMove", &[(x, y)]).await;
            tokio::time::sleep(Duration::from_millis(16)).await;
        }
        self.touch("touchEnd", &[]).await;
    }

    /// A tap of somebody who has seen where the element is.
    pub(crate) async fn tap(&self, selector: &str) {
        self.point(selector, 0.5, 0.5).await;
        self.rests().await;
        let point = self.point(selector, 0.5, 0.5).await;
        self.touch("touchStart", &[point]).await;
        self.touch("touchEnd", &[]).await;
    }

    /// Waits until nothing has moved for longer than the 400 ms in which the page drops a press (`client/aim.js`). A page
    /// that is still being loaded moves: on a busy machine for some seconds.
    async fn rests(&self) {
        let rests = "new Promise((done) => {
            let moved = performance.now();
            const observer = new PerformanceObserver((list) => {
                moved = Math.max(moved, ...list.getEntries().map(({ startTime }) => startTime));
            });
            // Firefox does not tell moves, and warns about a type that it does not know.
            const tells = PerformanceObserver.supportedEntryTypes.includes('layout-shift');
            if (tells) observer.observe({ type: 'layout-shift', buffered: true });
            const look = () => {
                if (performance.now() - moved < 450) return setTimeout(look, 50);
                observer.disconnect();
                done(null);
            };
            look();
        })";
        let () = self.js(rests).await;
    }
}
