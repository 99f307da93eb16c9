//! Shows content that differs per client, and a callback whose `Err` is an answer instead of a failure. People log in, and
//! each of them has a panel of their own.
//!
//! ```text
//! cargo run --features users --example example3
//! ```
//!
//! First add users: the same command with `-- user add ada --role member` at its end asks for a password and makes
//! `users.toml`. Then open the printed address in two windows, one of them private, and log in as two users. Each window
//! has its own content, and a lamp that all members share. Who has not logged in sees a page without the lamp.

use dash_devices::{App, User, prelude::*, users_command};

/// The lowest role first.
#[derive(Role)]
enum Role {
    /// Who has not logged in.
    Guest,
    Member,
}

#[components(role = Role, needs = Role::Member)]
struct Ui {
    nickname: Input,
    message: Text,

    content: Container,
    // Only on the pages of members. The server refuses values for it from all other pages, and from all other roles.
    #[dynamic]
    brightness: Slider,
    #[dynamic]
    readout: Text,
}

/// The content for a client: `None` for a guest.
fn content(name: Option<&str>) -> Element {
    match name {
        None => text("The lamp is for those who have logged in."),
        Some(name) => Element::of((
            heading(format!("Welcome, {name}")),
            Ui::brightness.place().label("Lamp").unit("%").range(0.0..=100.0),
            Ui::readout.place(),
        )),
    }
}

/// Private: it sets the content for this client, when it connects and when its user has another nickname. `Ok` goes to
/// the outputs and `Err` to the alternate, and neither is a failure.
#[callback(on = connect, output = (Ui::content.children, Ui::message.text), alternate = Ui::message.text)]
fn welcome(
    user: Option<User>,
    #[input(Ui::nickname.submit)] nickname: Option<String>,
) -> Result<(Element, &'static str), &'static str> {
    let Some(user) = user.filter(|user| user.may(Role::Member)) else { return Ok((content(None), "")) };
    let name = nickname.map_or_else(|| user.name().to_owned(), |name| name.trim().to_owned());
    if name.is_empty() || name.chars().count() > 12 {
        return Err("A nickname has 1 to 12 letters.");
    }
    Ok((content(Some(&name)), ""))
}

/// Shared by all members: each page has its own slider, and all sliders have one value.
#[callback_shared(output = Ui::readout.text)]
fn set_brightness(#[input(Ui::brightness.value)] percent: f64) -> String {
    format!("The lamp is at {percent:.0} %")
}

impl Dashboard for Ui {
    type Device = ();
    type Session = ();
    const CALLBACKS: Callbacks<Self> = callbacks![welcome, set_brightness];

    fn layout(self) -> Element {
        page(
            "Login",
            (
                card("Who are you?", (self.nickname.label("Nickname").placeholder("ada"), self.message)),
                card("Inside", self.content.children(content(None))),
            ),
        )
    }
}

/// The users, unless `DASH_USERS` names another file.
const USERS: &str = "users.toml";

#[tokio::main]
async fn main() -> dash_devices::Result<()> {
    if users_command::<Ui>(USERS)? {
        return Ok(());
    }
    App::new::<Ui>(())?.users(USERS).guest(Role::Guest).serve().await
}
