use dash_macros::Component;
use dash_runtime::{
    component::prelude::*,
    element::{Children, Element},
};

use super::{button::ButtonTone, control_id, words};

/// A question or a form over the page. The page below it waits, but the bar, the alarms and what is docked at the bottom
/// stay visible and in action: STOP can be pressed at any time.
///
/// A callback or a binding opens it. It closes with its buttons and with Escape, which never confirms. The focus goes to
/// the button that changes nothing, and returns to where it was. On a phone it is a sheet at the bottom. Place it among
/// the children of a [`page`](crate::page). A dialog that only the person who asked shall see is `#[private]`, or is
/// opened by a `#[callback]`.
///
/// ```
/// # use dash_components::{ButtonTone, Dialog, text};
/// # fn of(dialog: Dialog) -> Dialog {
/// dialog
///     .title("Set 24 V with the output on?")
///     .children(text("The load gets it at once."))
///     .confirm_label("Set 24 V")
///     .tone(ButtonTone::Danger)
/// # }
/// ```
#[derive(Component)]
#[component(tag = "dd-dialog", script = "dialog.js", style = "dialog.css", bundled)]
pub struct Dialog {
    id: ComponentId,
    /// Whether it is open. Default: `false`. Callbacks open it, and the browser writes `false` when the person closes it.
    #[prop(writable)]
    open: bool,
    /// The question, or what it is about. Empty (the default): the words of the id.
    title: String,
    /// What will happen, the values in question, or the fields of a form. Default: nothing. Callbacks may write it.
    #[prop(no_setter)]
    children: Element,
    /// The person confirms. The dialog is then closed. The browser sends it.
    #[prop(event)]
    confirm: Event<()>,
    /// The act, on the button that confirms: `Set 24 V`. Empty (the default): there is only a button to close.
    confirm_label: String,
    /// The tone of that button. Default: `Normal`.
    tone: ButtonTone,
    /// The button that changes nothing. Empty (the default): `Cancel` if there is an act, otherwise `Close`.
    cancel_label: String,
}

/// A panel over one side of the page, for settings and details. It behaves as a [`Dialog`].
///
/// ```
/// # use dash_components::{Drawer, NumberInput};
/// # fn of(settings: Drawer, limit: NumberInput) -> Drawer {
/// settings.title("Settings").children(limit.label("Limit").unit("A"))
/// # }
/// ```
#[derive(Component)]
#[component(tag = "dd-drawer", script = "dialog.js", style = "dialog.css", bundled)]
pub struct Drawer {
    id: ComponentId,
    /// Whether it is open. Default: `false`. Callbacks open it, and the browser writes `false` when the person closes it.
    #[prop(writable)]
    open: bool,
    /// What it is about. Empty (the default): the words of the id.
    title: String,
    /// The content. Default: nothing. Callbacks may write it.
    #[prop(no_setter)]
    children: Element,
    /// The person confirms. The drawer is then closed. The browser sends it.
    #[prop(event)]
    confirm: Event<()>,
    /// The act, on the button that confirms: `Apply`. Empty (the default): there is only a button to close.
    confirm_label: String,
    /// The tone of that button. Default: `Normal`.
    tone: ButtonTone,
    /// The button that changes nothing. Empty (the default): `Cancel` if there is an act, otherwise `Close`.
    cancel_label: String,
}

macro_rules! floating {
    ($floating:ident, $place:literal) => {
        impl $floating {
            /// Sets the content.
            #[must_use]
            pub fn children(mut self, children: impl Children) -> Self {
                self.children = Element::of(children);
                self
            }
        }

        // Not a view: its content is a tree of elements, for which a view has no word. The script fills the same parts, and has
        // the modality, the focus and the order of the buttons beside them.
        impl Render for $floating {
            fn render(&self, html: &mut Html) {
                let Self { id, open, title, children, confirm_label, tone, cancel_label, .. } = self;
                let title = if title.is_empty() { words(*id) } else { title.clone() };
                let heading = control_id(*id);
                // Without a script the browser shows it if it is open, because of the stylesheet.
                let panel = html.tag("div").attr("class", "dd-floating").attr("data-place", $place);
                let panel = panel.attr("popover", "manual").attr("role", "dialog").attr("aria-labelledby", &heading);
                panel.attr("tabindex", -1).flag("data-open", *open).inner(|html| {
                    html.tag("h2").attr("id", &heading).attr("class", "dd-floating-title").text(title);
                    html.tag("div").attr("class", "dd-floating-body").inner(|html| html.element(children));
                    html.tag("div").attr("class", "dd-floating-acts").inner(|html| {
                        let cancel = html.tag("button").attr("type", "button").attr("class", "dd-button");
                        let word = if confirm_label.is_empty() { "Close" } else { "Cancel" };
                        cancel.attr("data-tone", "normal").text(if cancel_label.is_empty() {
                            word
                        } else {
                            cancel_label
                        });
                        let confirm = html.tag("button").attr("type", "button").attr("class", "dd-button");
                        let confirm = confirm.attr("data-tone", tone.name());
                        confirm.flag("hidden", confirm_label.is_empty()).text(confirm_label);
                    });
                });
            }
        }
    };
}

floating!(Dialog, "center");
floating!(Drawer, "side");

#[cfg(test)]
mod tests {
    use super::*;
    use crate::core::testing::{assert_has, component};

    #[test]
    fn it_is_a_dialog_with_its_title_and_the_harmless_button_first() {
        let dialog = component::<Dialog>().title("Delete <all>?").children("Nobody can bring it back.");
        assert_has(
            &dialog,
            &[
                "popover=\"manual\" role=\"dialog\" aria-labelledby=\"left_motor-control\" tabindex=\"-1\">",
                "<h2 id=\"left_motor-control\" class=\"dd-floating-title\">Delete &lt;all&gt;?</h2>",
                "Nobody can bring it back.",
                ">Close</button>",
                "hidden></button>",
            ],
        );
        let dialog = dialog.confirm_label("Delete").tone(ButtonTone::Danger).open(true);
        assert_has(&dialog, &[" data-open>", ">Cancel</button>", "data-tone=\"danger\">Delete</button>"]);
        assert_has(&component::<Drawer>().cancel_label("Back"), &["data-place=\"side\"", ">left motor<", ">Back<"]);
    }
}
