#[callback(on = Ui::shoot.click)]
async fn shoot(
    camera: &mut Camera,
    client: Client,
    #[session] login: &mut Login,
    #[state(ui::Other::label.text)] label: &str,
) -> Result<(), CameraError> {
    camera.capture(login, label).await
}
