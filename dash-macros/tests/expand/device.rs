#[derive(Device)]
struct Robot {
    arm: Arm,
    camera: cameras::Camera,
}
