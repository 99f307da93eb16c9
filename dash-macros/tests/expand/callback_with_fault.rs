// The expansion has the function and a stub, so that listing the callback is not a second fault.
#[callback_shared(outptu = Ui::readout.text)]
fn set_brightness(#[input(Ui::brightness.value)] percent: f64) -> String {
    format!("{percent:.0} %")
}
