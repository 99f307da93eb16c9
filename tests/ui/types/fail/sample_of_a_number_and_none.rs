use dash_devices::prelude::*;

#[components]
struct Ui {
    chart: Trend,
}

#[callback_shared(every = "1s", output = Ui::chart.points)]
fn measure() -> Sample {
    Sample::now([1.0, None])
}

fn main() {}
