use dash_devices::prelude::*;

#[components]
struct Ui {
    go: Button,
    history: Trend,
}

#[callback_shared(on = Ui::go.click)]
fn go(trigger: Trigger) {
    if trigger.is(Ui::history.points) {
        println!("never");
    }
}

fn main() {}
