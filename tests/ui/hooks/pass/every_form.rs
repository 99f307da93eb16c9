use dash_devices::prelude::*;

#[components]
struct Ui {
    level: Slider,
    readout: Text,
    go: Button,
    begun: Text,
    hello: Text,
    others: Text,
}

#[derive(Default)]
struct Visit {
    times: u32,
}

#[callback_shared(on = (start, Ui::go.click), output = Ui::begun.text)]
async fn begin(handle: Handle<Ui>) -> String {
    handle.get(Ui::begun.text)
}

#[callback_shared(on = (connect, disconnect))]
fn count(client: Option<Client>) {
    let _ = client;
}

#[callback(on = connect, output = Ui::hello.text, queue = all)]
fn welcome(#[session] visit: &mut Visit, #[input(Ui::level.value)] level: f64) -> String {
    visit.times += 1;
    format!("{level}")
}

/// What is kept is no `Clone`: only a copy of it would need that.
#[callback_shared(on = (clients, start))]
fn count_all(clients: Clients<Ui>, trigger: Trigger) {
    let visible = clients.iter().filter(|client| client.is_visible()).count();
    let _ = (visible, clients.len(), trigger.is_clients());
}

#[callback(on = clients, output = Ui::others.text)]
async fn others(#[session] visit: &mut Visit, clients: Clients<Ui>, client: Client) -> String {
    visit.times += 1;
    for other in &clients {
        std::future::ready(other.address()).await;
    }
    format!("{} beside {}", clients.len() - 1, client.id())
}

#[callback(on = disconnect)]
async fn farewell(#[session] visit: &mut Visit, client: Client) {
    let _ = (visit.times, client.id());
}

/// What is seen when the client comes back.
#[callback(on = (disconnect, Ui::go.click), output = Ui::readout.text)]
fn last() -> &'static str {
    "seen"
}

impl Dashboard for Ui {
    type Device = ();
    type Session = Visit;
    const CALLBACKS: Callbacks<Self> = callbacks![begin, count, count_all, welcome, farewell, last, others];

    fn layout(self) -> Element {
        page("Hooks", (self.level, self.readout, self.go, self.begun, self.hello, self.others))
    }
}

#[test]
fn it_starts() {
    assert!(dash_devices::App::new::<Ui>(()).is_ok());
}
