//! Shows content that differs per client, and a callback whose `Err` is an answer instead of a failure: a login form.
//!
//! ```text
//! cargo run --example example3
//! ```
//!
//! Open the printed address in two windows. Log in as `ada`, password `engine`, in one, and as `grace`, password
//! `compiler`, in the other. Each window has its own content, and a lamp that both share.
//!
//! **This is not a real login.** It only shows content that changes for one client. Over plain HTTP everyone on the
//! network path can read the password. If access must be restricted, use a proxy with authentication.

use dash_devices::prelude::*;

#[components]
struct Ui {
    user: Input,
    password: Input,
    log_in: Button,
    log_out: Button,
    message: Text,

    content: Container,
    // Only on the pages of users who have logged in. The server refuses values for it from all other pages.
    #[dynamic]
    brightness: Slider,
    #[dynamic]
    readout: Text,
}

/// Names and passwords. A real program must not have them in its source code.
const USERS: [(&str, &str); 2] = [("ada", "engine"), ("grace", "compiler")];

/// The content for a client, depending on its user.
fn content(user: Option<&str>) -> Element {
    match user {
        None => text("The lamp is for those who are inside."),
        Some(user) => Element::of((
            heading(format!("Welcome, {user}")),
            Ui::brightness.place().label("Lamp").unit("%").range(0.0..=100.0),
            Ui::readout.place(),
        )),
    }
}

/// Private: it sets the content for this client. `Ok` goes to the outputs and `Err` to the alternate, and neither is a
/// failure. One callback handles both buttons and the Enter key, because only one callback may write the content.
#[callback(
    output = (
        Ui::content.children,
        Ui::password.value,
        Ui::message.text,
        Ui::log_in.disabled,
        Ui::log_out.disabled
    ),
    alternate = Ui::message.text
)]
fn door(
    #[input(Ui::log_in.click)] enter: Option<()>,
    #[input(Ui::password.submit)] sent: Option<String>,
    #[input(Ui::log_out.click)] _leave: Option<()>,
    #[state(Ui::user.value)] user: &str,
    #[state(Ui::password.value)] password: &str,
) -> Result<(Element, &'static str, &'static str, bool, bool), &'static str> {
    let inside = enter.or(sent.map(drop)).is_some();
    if inside && !USERS.contains(&(user, password)) {
        return Err("Name or password is wrong.");
    }
    // Clears the password and an old message.
    Ok((content(inside.then_some(user)), "", "", inside, !inside))
}

/// Shared by all users who have logged in: each page has its own slider, and all sliders have one value.
#[callback_shared(output = Ui::readout.text)]
fn set_brightness(#[input(Ui::brightness.value)] percent: f64) -> String {
    format!("The lamp is at {percent:.0} %")
}

impl Dashboard for Ui {
    type Device = ();
    type Session = ();
    const CALLBACKS: Callbacks<Self> = callbacks![door, set_brightness];

    fn layout(self) -> Element {
        page(
            "Login",
            (
                card(
                    "Who are you?",
                    (
                        self.user.label("Name").placeholder("ada"),
                        self.password.label("Password").secret(true),
                        row((
                            self.log_in.label("Enter").tone(ButtonTone::Primary),
                            self.log_out.label("Leave").disabled(true),
                            self.message,
                        )),
                    ),
                ),
                card("Inside", self.content.children(content(None))),
                card(
                    "Try it",
                    (
                        text("Enter as ada, password engine; in a second window as grace, password compiler."),
                        text(
                            "This is no real login: without encryption everybody on the way reads the password. It shows \
                             content that changes for one client.",
                        ),
                    ),
                ),
            ),
        )
    }
}

#[tokio::main]
async fn main() -> dash_devices::Result<()> {
    Ui::serve(()).await
}
