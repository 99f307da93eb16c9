use dash_devices::prelude::*;

#[components]
struct Ui {
    slider: Slider,
    readout: Text,
    button: Button,
}

#[callback_shared(on = Ui::readout.label, cancel = Ui::button.click)]
async fn cancelled_at_an_await(#[progress(Ui::slider.min)] bar: ProgressSink<f64>) -> Result<(), String> {
    bar.set(0.5_f32);
    tokio::task::yield_now().await;
    bar.set(1);
    Ok(())
}

#[callback(on = Ui::slider.value, cancel = (Ui::button.click), output = Ui::slider.label)]
fn asks(#[progress(Ui::readout.text)] text: ProgressSink<String>, task: Cancellation) -> Option<&'static str> {
    let mut left = 3;
    while left > 0 && !task.is_cancelled() {
        left -= 1;
        text.set("on the way");
    }
    (left == 0).then_some("there")
}

#[callback_shared(on = Ui::slider.max, cancel = Ui::button.click)]
async fn another_task_asks(task: Cancellation) {
    tokio::select! {
        () = task.cancelled() => {}
        () = async {} => {}
    }
}

impl Dashboard for Ui {
    type Device = ();
    type Session = ();
    const CALLBACKS: Callbacks<Self> = callbacks![cancelled_at_an_await, asks, another_task_asks];

    fn layout(self) -> Element {
        page("Test", (self.slider, self.readout, self.button))
    }
}
