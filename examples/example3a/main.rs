//! As `example3`, and a page for the administrator: a live list of all clients, and a word to one of them.
//!
//! ```text
//! cargo run --example example3a
//! ```
//!
//! Open the address that it prints in three windows. Enter as `admin`, password `root`, in the first, and as `ada`,
//! password `engine`, in the second. The first one sees who comes, enters, leaves and closes the window; it can write to
//! a client, and show it out.
//!
//! **This is no real login.** It shows data of each client, and pushes to one client. Over plain HTTP everybody on the
//! way reads the password. Where it matters who uses a device, put the dashboard behind a proxy that checks it.

#![allow(clippy::needless_pass_by_value, reason = "callbacks take their parameters as they are given")]

use std::{
    collections::BTreeMap,
    net::IpAddr,
    time::{Duration, SystemTime, UNIX_EPOCH},
};

use dash_devices::{ClientId, Handle, PushError, prelude::*};

/// Names and passwords. A real program would have neither in its source.
const USERS: [(&str, &str); 3] = [("admin", "root"), ("ada", "engine"), ("grace", "compiler")];

/// The client's own: who it is. It outlives a cut of the link, and no other client has a way to it.
#[derive(Default)]
struct Login {
    user: Option<&'static str>,
}

/// The device: the list of those who are there.
#[derive(Default)]
struct Register {
    visitors: BTreeMap<ClientId, Visitor>,
}

struct Visitor {
    user: Option<&'static str>,
    address: Option<IpAddr>,
    since: SystemTime,
}

impl Visitor {
    fn name(&self) -> &'static str {
        self.user.unwrap_or("nobody yet")
    }
}

impl Register {
    fn rows(&self) -> Vec<Vec<Cell>> {
        let row = |(id, visitor): (&ClientId, &Visitor)| {
            let address = visitor.address.map(|address| address.to_string());
            vec![visitor.name().into(), id.to_string().into(), address.into(), clock(visitor.since).into()]
        };
        self.visitors.iter().map(row).collect()
    }

    fn choices(&self) -> Choices {
        self.visitors.iter().map(|(id, visitor)| (id.to_string(), format!("{id}: {}", visitor.name()))).collect()
    }

    /// Shows the list to the administrators, each on a page of its own, and to nobody else.
    fn show(&self, dashboard: &Handle<Ui>) -> Result<(), PushError> {
        for (id, _) in self.visitors.iter().filter(|(_, visitor)| visitor.user == Some("admin")) {
            dashboard.client(*id)?.push(mods![Ui::visitors.rows = self.rows(), Ui::whom.options = self.choices()])?;
        }
        Ok(())
    }
}

/// The time of day, in UTC.
fn clock(time: SystemTime) -> String {
    let seconds = time.duration_since(UNIX_EPOCH).unwrap_or(Duration::ZERO).as_secs();
    format!("{:02}:{:02}:{:02}", seconds / 3_600 % 24, seconds / 60 % 60, seconds % 60)
}

#[components]
struct Ui {
    user: Input,
    password: Input,
    log_in: Button,
    log_out: Button,
    message: Text,
    content: Container,
    notice: Text,

    // For the administrator.
    visitors: Table,
    whom: Dropdown,
    words: Input,
    send: Button,
    show_out: Button,
}

/// Who the page says that somebody is.
fn content(user: Option<&str>) -> Element {
    match user {
        None => text("Enter to see more."),
        Some("admin") => heading("Welcome, administrator"),
        Some(user) => {
            Element::of((heading(format!("Welcome, {user}")), text("The administrator sees that you are here.")))
        }
    }
}

/// Runs before anything else of the client, and again when it comes back after it was away for long.
#[on_connect]
fn come(
    register: &mut Register,
    #[session] login: &mut Login,
    client: Client,
    dashboard: Handle<Ui>,
) -> Result<(), PushError> {
    let visitor = Visitor { user: login.user, address: client.address(), since: SystemTime::now() };
    register.visitors.insert(client.id(), visitor);
    register.show(&dashboard)
}

#[on_disconnect]
fn go(register: &mut Register, client: Client, dashboard: Handle<Ui>) -> Result<(), PushError> {
    register.visitors.remove(&client.id());
    register.show(&dashboard)
}

/// Everything of the page that depends on who is there: content, password, message, what is out of action, the list.
type View = (Element, &'static str, &'static str, bool, bool, Vec<Vec<Cell>>, Choices, bool, bool);

/// Private: it decides what this client sees. `Ok` goes to the outputs and `Err` to the alternate.
#[callback(
    on = (Ui::log_in.click, Ui::password.submit, Ui::log_out.click),
    output = (
        Ui::content.children,
        Ui::password.value,
        Ui::message.text,
        Ui::log_in.disabled,
        Ui::log_out.disabled,
        Ui::visitors.rows,
        Ui::whom.options,
        Ui::send.disabled,
        Ui::show_out.disabled
    ),
    alternate = Ui::message.text
)]
fn door(
    register: &mut Register,
    #[session] login: &mut Login,
    client: Client,
    dashboard: Handle<Ui>,
    trigger: Trigger,
    #[state(Ui::user.value)] user: &str,
    #[state(Ui::password.value)] password: &str,
) -> Result<View, String> {
    let enters = trigger.is(Ui::log_in.click) || trigger.is(Ui::password.submit);
    let known = USERS.into_iter().find(|known| *known == (user, password)).map(|(name, _)| name);
    if enters && known.is_none() {
        return Err("Name or password is wrong.".to_owned());
    }
    login.user = known.filter(|_| enters);
    if let Some(visitor) = register.visitors.get_mut(&client.id()) {
        visitor.user = login.user;
    }
    register.show(&dashboard).map_err(|error| error.to_string())?;
    let (rows, choices) = match login.user {
        Some("admin") => (register.rows(), register.choices()),
        _ => (Vec::new(), Choices::default()),
    };
    let (inside, powerless) = (login.user.is_some(), login.user != Some("admin"));
    Ok((content(login.user), "", "", inside, !inside, rows, choices, powerless, powerless))
}

/// The message is on one page only.
#[callback(on = Ui::send.click, output = Ui::words.value)]
fn send(
    register: &mut Register,
    #[session] login: &mut Login,
    dashboard: Handle<Ui>,
    #[state(Ui::whom.value)] whom: &str,
    #[state(Ui::words.value)] words: &str,
) -> Result<&'static str, String> {
    let id = chosen(register, login, whom)?;
    let client = dashboard.client(id).map_err(|error| error.to_string())?;
    client.push(mods![Ui::notice.text = words]).map_err(|error| error.to_string())?;
    Ok("")
}

/// As if that client had pressed the button.
#[callback(on = Ui::show_out.click)]
fn show_out(
    register: &mut Register,
    #[session] login: &mut Login,
    dashboard: Handle<Ui>,
    #[state(Ui::whom.value)] whom: &str,
) -> Result<(), String> {
    let id = chosen(register, login, whom)?;
    dashboard.client(id).and_then(|client| client.fire(Ui::log_out.click, ())).map_err(|error| error.to_string())
}

/// A browser may send anything at any time: what only administrators may do asks who it is.
fn chosen(register: &Register, login: &Login, whom: &str) -> Result<ClientId, &'static str> {
    if login.user != Some("admin") {
        return Err("only the administrator may do this");
    }
    register.visitors.keys().find(|id| id.to_string() == whom).copied().ok_or("choose a client that is there")
}

impl Dashboard for Ui {
    type Device = Register;
    type Session = Login;
    const CALLBACKS: Callbacks<Self> = callbacks![come, go, door, send, show_out];

    fn layout(self) -> Element {
        let columns = ["Name", "Client", "Address", "Since (UTC)"].map(Column::text);
        page(
            "Who is there",
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
                card(
                    "Inside",
                    (
                        self.content.children(content(None)),
                        self.notice.label("The administrator says").text("–"),
                        text("Enter as admin, password root; in another window as ada, password engine."),
                        text("This is no real login: without encryption everybody on the way reads the password."),
                    ),
                ),
                card(
                    "To one client",
                    (
                        self.whom.label("Client").options([("", "for the administrator")]),
                        self.words.label("Message"),
                        row((self.send.label("Send").disabled(true), self.show_out.label("Show out").disabled(true))),
                    ),
                ),
                full_card(
                    "Clients, as the administrator sees them",
                    self.visitors.label("Clients").columns(columns).key(1),
                ),
            ),
        )
    }
}

#[tokio::main]
async fn main() -> dash_devices::Result<()> {
    Ui::serve(Register::default()).await
}
