//! What functions of the layout and builder methods take. Each is a trait of its own, because a compile error can only then
//! say what is meant at this place.

use std::borrow::Cow;

use dash_runtime::IntoValue;

use crate::{core::dropdown::Choice, icon::Title};

/// A text, as the title of a page and the text of a heading: a `&'static str`, a `String` or a `Cow`.
#[diagnostic::on_unimplemented(
    message = "a text is expected here, and a `{Self}` is none",
    label = "not a text",
    note = "a title comes first, as in `page(\"Pump\", ..)`; a number becomes a text with `format!`"
)]
pub trait IntoText {
    #[doc(hidden)]
    fn into_text(self) -> Cow<'static, str>;
}

#[diagnostic::do_not_recommend]
impl<T: IntoValue<Cow<'static, str>>> IntoText for T {
    fn into_text(self) -> Cow<'static, str> {
        self.into_value()
    }
}

/// The title of a card: what becomes a [`Title`].
#[diagnostic::on_unimplemented(
    message = "the title of a card is expected here, and a `{Self}` is none",
    label = "not a title",
    note = "the title comes first, as in `card(\"Exposure\", ..)` or `card((Icon::Camera, \"Exposure\"), ..)`; a card without one is `card(\"\", ..)`"
)]
pub trait IntoTitle {
    #[doc(hidden)]
    fn into_title(self) -> Title;
}

#[diagnostic::do_not_recommend]
impl<T: IntoValue<Title>> IntoTitle for T {
    fn into_title(self) -> Title {
        self.into_value()
    }
}

/// An option that a person can choose: a text, or a [`Choice`].
#[diagnostic::on_unimplemented(
    message = "an option is a text or a `Choice`, and a `{Self}` is neither",
    label = "not options",
    note = "write the options as texts, `.options([\"1\", \"2\"])`; `Choice::new(\"1\", \"One\")` shows another text than its value"
)]
pub trait IntoChoice {
    #[doc(hidden)]
    fn into_choice(self) -> Choice;
}

#[diagnostic::do_not_recommend]
impl<T: IntoValue<Choice>> IntoChoice for T {
    fn into_choice(self) -> Choice {
        self.into_value()
    }
}
