callbacks![set_brightness, camera::shoot,];
