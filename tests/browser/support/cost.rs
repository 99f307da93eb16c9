//! What a page costs the browser.

use serde_json::json;

use super::Tab;

impl Tab<'_> {
    /// What the page has spent since it was loaded, in seconds: these metrics of the domain `Performance` of Chromium's protocol,
    /// such as `ScriptDuration`.
    pub(crate) async fn spent<const N: usize>(&self, metrics: [&str; N]) -> [f64; N] {
        self.cdp("Performance.enable", json!({})).await;
        let answer = self.cdp("Performance.getMetrics", json!({})).await;
        let all = answer["metrics"].as_array().unwrap();
        metrics.map(|name| all.iter().find(|metric| metric["name"] == name).unwrap()["value"].as_f64().unwrap())
    }
}
