#[callback_shared(on = (start, Ui::reset.click), output = Ui::log.lines)]
fn begin() -> String {
    "begun".to_owned()
}

#[callback(on = connect, output = Ui::greeting.text)]
async fn welcome(#[session] visit: &mut Visit, client: Client) -> String {
    format!("{}", client.id())
}

#[callback(on = disconnect)]
fn farewell(#[session] visit: &mut Visit) {
    visit.ended = true;
}
