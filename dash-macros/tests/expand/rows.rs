#[callback_shared(
    output = (Ui::lamps[key].level.value, Ui::lamps[key].dimmers[0..2].value),
    running(Ui::lamps[key].on.disabled = true),
)]
fn switch(
    #[key] key: u32,
    #[input(Ui::lamps[key].on.value, throttle = "50ms")] on: bool,
    #[state(Ui::lamps[key].name.text)] name: &str,
    #[progress(Ui::lamps[key].bar.value)] bar: ProgressSink<f64>,
) -> (f64, [f64; 2]) {
    work(key, on, name, bar)
}

#[callback(on = Ui::off.click, output = Ui::left.lamps[..].level.value)]
fn all_off(
    #[input(Ui::left.lamps[..].stop.click)] stopped: Rows<String, ()>,
    #[state(Ui::left.lamps[..].level.value)] levels: &Rows<String, f64>,
) -> Rows<String, f64> {
    down(stopped, levels)
}

#[callback_shared(output = Ui::lamps.rows)]
async fn remove(#[key] k: &str, #[input(Ui::lamps[k].remove.click)] _: Option<()>, #[state(Ui::lamps.rows)] rows: Vec<String>) -> Vec<String> {
    rows.into_iter().filter(|row| row != k).collect()
}

changes![
    Ui::lamps.row(3 + 4).on.value = true,
    Ui::left.lamps.row("door".to_owned()).level.value = 0.5,
];
