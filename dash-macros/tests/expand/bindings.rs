bindings![bind(Ui::slider.value, Ui::number.value), bind(panel::Ui::a.on, Ui::b.on)];
