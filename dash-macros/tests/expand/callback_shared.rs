/// Sets the brightness.
#[callback_shared(output = Ui::readout.text)]
pub fn set_brightness(camera: &mut Camera, #[input(Ui::brightness.value)] percent: f64) -> String {
    camera.set_brightness(percent);
    format!("{percent:.0} %")
}

#[callback_shared(every = "100ms", output = (Ui::temperature.value, Ui::history.points), queue = all, initial = false)]
fn read(probe: &mut Probe) -> (f64, Vec<Sample>) {
    probe.read()
}

#[callback_shared(every = Ui::period.value)]
fn tick(_client: Option<Client>) {}

#[callback_shared(every = "500ms", when = watched)]
fn look() {}
