use dash_macros::Component;
use dash_runtime::component::prelude::*;

/// A key, or a combination of keys, that starts a callback wherever the focus is on the page. The page shows which key it
/// is, and what it does.
///
/// A key without `Ctrl`, `Alt` or `Meta` does nothing while a person types into a field. A key that is held acts once.
///
/// ```
/// # use dash_components::KeyboardShortcut;
/// # fn of(next: KeyboardShortcut) -> KeyboardShortcut {
/// next.keys("Ctrl+ArrowRight").label("Next picture")
/// # }
/// ```
#[derive(Component)]
#[component(tag = "dd-keyboard-shortcut", script = "shortcut.js", style = "shortcut.css", bundled)]
pub struct KeyboardShortcut {
    id: ComponentId,
    /// The key was pressed. The browser sends it.
    #[prop(event)]
    press: Event<()>,
    /// The key as browsers name it, behind `Ctrl+`, `Alt+`, `Shift+` or `Meta+`: `n`, `Ctrl+s`, `F2`, `Shift+ArrowUp`.
    /// Empty (the default): none.
    keys: String,
    /// What it does. Empty (the default): the words of its id.
    label: String,
    /// Whether it does nothing. Default: `false`.
    disabled: bool,
}

impl View for KeyboardShortcut {
    fn view(p: KeyboardShortcutBound, look: &mut Look) {
        let line = look.tag("span").attr("class", "dd-shortcut").flag("data-disabled", p.disabled);
        line.inner(|look| {
            look.tag("kbd").text(p.keys);
            look.tag("span").text(p.label.or(words_of_id()));
        });
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::core::testing::{assert_has, component};

    #[test]
    fn it_says_which_key_does_what() {
        assert_has(&component::<KeyboardShortcut>().keys("Ctrl+<"), &["<kbd>Ctrl+&lt;</kbd><span>left motor</span>"]);
        assert_has(&component::<KeyboardShortcut>().disabled(true).label("Next"), &["data-disabled>", ">Next<"]);
    }
}
