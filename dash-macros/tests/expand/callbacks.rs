callbacks![set_brightness, camera::shoot, set_speed for Ui::left, set_speed for Ui::arms[1].left,];
