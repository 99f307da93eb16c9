use dash_devices::prelude::*;

#[components]
struct Ui {
    slider: Slider,
    readout: Text,
    button: Button,
}

#[derive(Default)]
struct Login {
    count: u32,
}

pub struct Camera;

/// Parameters of every kind, in an unusual order.
#[callback(output = Ui::readout.text)]
pub(crate) async fn show(
    client: Client,
    #[state(Ui::readout.label)] label: &str,
    #[session] login: &mut Login,
    #[input(Ui::button.click)] clicked: Option<()>,
    _: &mut Camera,
    #[allow(unused_mut)]
    #[input(Ui::slider.value)]
    mut percent: f64,
    _maybe: Option<Client>,
) -> Result<Option<String>, std::num::ParseIntError> {
    login.count += 1;
    percent += label.parse::<i32>().map(f64::from)?;
    std::future::ready(()).await;
    Ok(clicked.map(|()| format!("{percent} {}", client.id())))
}

#[callback_shared(on = Ui::button.click)]
fn r#move() {}

impl Dashboard for Ui {
    type Device = Camera;
    type Session = Login;
    const CALLBACKS: Callbacks<Self> = callbacks![show, r#move];

    fn layout(self) -> Element {
        page("Test", (self.slider, self.readout, self.button))
    }
}
