#[callback(on = Ui::shoot.click)]
async fn shoot(
    camera: &mut Camera,
    client: Client,
    #[session] login: &mut Login,
    #[state(ui::Other::label.text)] label: &str,
) -> Result<(), CameraError> {
    camera.capture(login, label).await
}

#[callback(on = Ui::login.click, output = Ui::secret.text, alternate = (Ui::refusal.text, Ui::secret.text))]
fn login(#[state(Ui::password.value)] password: &str) -> Result<String, (String, String)> {
    open(password)
}

#[callback(on = Ui::login.click, running(Ui::login.disabled = true, Ui::secret.text = "…"))]
fn slow() {}

#[callback_shared(on = Ui::scan.click, cancel = Ui::stop.click)]
async fn scan(task: Cancellation, #[progress(Ui::bar.value)] bar: ProgressSink<f64>) {
    bar.set(0.5);
    task.cancelled().await;
}
