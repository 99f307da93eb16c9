//! No text of a component is smaller than a person can read at the distance of a screen.

use serde_json::json;

use crate::support::{Example, browser_test};

/// The least size of a text, in CSS pixels.
const LEAST: f64 = 11.0;

/// The texts that are smaller, each with its size as it is on the screen: a drawing has a scale. Texts that only a screen
/// reader says count as well, for their size does not matter but nothing makes them small either.
const SMALL: &str = r#"((least) => {
    const scale = (element) => {
        if (!(element instanceof SVGElement)) return 1;
        const { a, b, c, d } = element.getScreenCTM() ?? { a: 1, b: 0, c: 0, d: 1 };
        return Math.sqrt(Math.abs(a * d - b * c));
    };
    const small = new Set();
    const see = (element, text, style) => {
        if (!element.checkVisibility({ opacityProperty: true, visibilityProperty: true })) return;
        const size = parseFloat(style.fontSize) * scale(element);
        if (size > least - 0.05) return;
        const part = element.getAttribute('class') ?? element.parentElement.getAttribute('class') ?? element.localName;
        small.add(`${element.closest('[id]')?.id} .${part}: ${JSON.stringify(text.slice(0, 20))} has ${size.toFixed(1)} px`);
    };
    let texts = 0;
    for (const element of document.body.querySelectorAll('*')) {
        if (element.closest('script, style, template, title, desc')) continue;
        for (const node of element.childNodes) {
            if (node.nodeType !== Node.TEXT_NODE || node.data.trim() === '') continue;
            texts++;
            see(element, node.data.trim(), getComputedStyle(element));
        }
        for (const pseudo of ['::before', '::after', '::placeholder']) {
            const style = getComputedStyle(element, pseudo);
            const [, text = ''] = /^"(.*)"$/.exec(pseudo === '::placeholder' ? `"${element.placeholder ?? ''}"` : style.content) ?? [];
            if (/[\p{L}\p{N}]/u.test(text)) see(element, text, style);
        }
    }
    return [...small, ...(texts > 20 ? [] : [`there are only ${texts} texts`])];
})"#;

#[test]
fn fault_names_in_a_drawing_had_nine_pixels() {
    browser_test(async |browser| {
        let example = Example::start(browser, "gallery");
        let tab = browser.tab().await;
        let mut small = Vec::new();
        for width in [1280, 390] {
            let metrics = json!({ "width": width, "height": 900, "deviceScaleFactor": 1, "mobile": width < 500 });
            tab.cdp("Emulation.setDeviceMetricsOverride", metrics).await;
            for path in ["", "charts", "controls", "texts", "layout", "icons"] {
                tab.go(&format!("http://{}/{path}", example.address)).await;
                tab.until_live().await;
                tab.until("document.querySelector('.dd-view-title + .dd-flow .dd-card')").await;
                let mut states = vec![""];
                if path.is_empty() {
                    states.push("alarm");
                }
                for state in states {
                    if state == "alarm" {
                        tab.run("document.querySelector('input[value=alarm]').click()").await;
                        tab.until("document.querySelector('.dd-alarm[data-state=active]')").await;
                    }
                    let here: Vec<String> = tab.js(&format!("{SMALL}({LEAST})")).await;
                    small.extend(here.into_iter().map(|text| format!("/{path} {state} {width}: {text}")));
                }
            }
            tab.go(&format!("http://{}/", example.address)).await;
            tab.until_live().await;
            tab.run("document.querySelector('input[value=live]')?.click()").await;
        }
        // What is smaller on purpose would be seen.
        tab.run(
            "document.querySelector('.dd-view-title').append(Object.assign(document.createElement('small'), \
            { textContent: 'small', id: 'small' })); \
            const sheet = new CSSStyleSheet(); sheet.replaceSync('#small { font-size: 10px }'); \
            document.adoptedStyleSheets.push(sheet)",
        )
        .await;
        let seen: Vec<String> = tab.js(&format!("{SMALL}({LEAST})")).await;
        assert!(seen.iter().any(|text| text.starts_with("small ")), "{seen:?}");
        assert!(small.is_empty(), "{small:#?}");
    });
}
