changes![
    Ui::level.value = 1.0,
    crate::ui::Ui::log.lines = format!("{} %", 40),
];
