#[callback_shared(on = (start, Ui::reset.click), output = Ui::log.lines)]
fn begin() -> String {
    "begun".to_owned()
}

#[on_connect(output = Ui::greeting.text)]
async fn welcome(#[session] visit: &mut Visit, client: Client) -> String {
    format!("{}", client.id())
}

#[on_disconnect]
fn farewell(#[session] visit: &mut Visit) {
    visit.ended = true;
}
