//! Shared and private values: `examples/example1`, and also `examples/example1a`, whose page has both.

use crate::support::{Browser, Example, Tab, browser_test};

/// The state of one half of the page: the controls, and the server's outputs for them.
#[derive(Debug, Clone, PartialEq)]
struct Half {
    slider: String,
    slider_output: String,
    text: String,
    text_output: String,
}

impl Half {
    fn of(slider: &str, text: &str) -> Self {
        let (slider, text) = (slider.to_owned(), text.to_owned());
        Self { slider: slider.clone(), slider_output: slider, text: text.clone(), text_output: text }
    }

    /// `prefix` selects the half: the ids of the shared half begin with it.
    async fn on(tab: &Tab<'_>, prefix: &str) -> Self {
        Self {
            slider: tab.value(&format!("#{prefix}slider input")).await,
            slider_output: tab.text(&format!("#{prefix}slider_output")).await,
            text: tab.value(&format!("#{prefix}text input")).await,
            text_output: tab.text(&format!("#{prefix}text_output")).await,
        }
    }
}

async fn shared(tab: &Tab<'_>) -> Half {
    Half::on(tab, "shared_").await
}

async fn private(tab: &Tab<'_>) -> Half {
    Half::on(tab, "").await
}

/// Moves the slider up by `steps` and adds `text` to the field, and waits until this page shows the server's answers.
async fn change(tab: &Tab<'_>, prefix: &str, steps: usize, text: &str) -> Half {
    let before = Half::on(tab, prefix).await;
    tab.focus(&format!("#{prefix}slider input")).await;
    for _ in 0..steps {
        tab.press("ArrowRight").await;
    }
    tab.focus(&format!("#{prefix}text input")).await;
    tab.press("End").await;
    tab.keys(text).await;
    tab.blur().await;
    let slider = before.slider.parse::<usize>().unwrap() + steps;
    let after = Half::of(&slider.to_string(), &(before.text + text));
    until(tab, prefix, &after).await;
    after
}

async fn until(tab: &Tab<'_>, prefix: &str, half: &Half) {
    tab.wait_for_text(&format!("#{prefix}slider_output"), &half.slider_output).await;
    tab.wait_for_text(&format!("#{prefix}text_output"), &half.text_output).await;
    assert_eq!(&Half::on(tab, prefix).await, half);
}

async fn three_tabs<'b>(browser: &'b Browser, url: &str) -> [Tab<'b>; 3] {
    [browser.open(url).await, browser.open(url).await, browser.open(url).await]
}

#[test]
fn shared_controls_move_on_every_page_and_private_ones_only_where_they_were_moved() {
    browser_test(async |browser| {
        for name in ["example1", "example1a"] {
            let example = Example::start(browser, name);
            let tabs = three_tabs(browser, &example.url()).await;
            for tab in &tabs {
                assert_eq!(shared(tab).await, Half::of("10", "for everybody"));
                assert_eq!(private(tab).await, Half::of("10", "for me"));
            }
            let [hand, other, third] = &tabs;
            let everybody = change(hand, "shared_", 3, " here").await;
            assert_eq!(everybody, Half::of("13", "for everybody here"));
            for tab in &tabs {
                until(tab, "shared_", &everybody).await;
            }
            // Both tabs change the same private controls, and differ afterwards.
            let mine = change(hand, "", 5, " only").await;
            let yours = change(other, "", 2, ", too").await;
            assert_eq!((&mine, &yours), (&Half::of("15", "for me only"), &Half::of("12", "for me, too")));
            // The shared change is sent after it on the same link. So everything before it has arrived too.
            let everybody = change(other, "shared_", 1, "!").await;
            for tab in &tabs {
                until(tab, "shared_", &everybody).await;
            }
            assert_eq!(private(hand).await, mine);
            assert_eq!(private(other).await, yours);
            assert_eq!(private(third).await, Half::of("10", "for me"), "nobody has touched it here");
            for tab in &tabs {
                tab.go("about:blank").await;
            }
        }
    });
}

#[test]
fn who_comes_late_or_loads_the_page_again_finds_the_shared_values_and_private_ones_of_their_own() {
    browser_test(async |browser| {
        let example = Example::start(browser, "example1");
        let (early, other) = browser.two_tabs(&example.url()).await;
        let everybody = change(&early, "shared_", 4, ": hello").await;
        let mine = change(&early, "", 6, " and nobody else").await;
        let late = browser.open(&example.url()).await;
        assert_eq!(shared(&late).await, everybody);
        assert_eq!(private(&late).await, Half::of("10", "for me"));
        early.reload().await;
        early.until_live().await;
        assert_eq!(shared(&early).await, everybody);
        assert_eq!(private(&early).await, Half::of("10", "for me"), "a page that is loaded again is somebody new");
        assert_ne!(private(&early).await, mine);
        // The tab still takes part.
        let everybody = change(&early, "shared_", 1, " again").await;
        for tab in [&other, &late] {
            until(tab, "shared_", &everybody).await;
        }
    });
}
