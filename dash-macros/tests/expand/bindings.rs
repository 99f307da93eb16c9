bindings![
    bind(Ui::slider.value, Ui::number.value),
    mirror(panel::Ui::a.on, Ui::b.on),
    format(Ui::slider.value, Ui::readout.text, "{:.1} V"),
    show_when(Ui::expert.on, Ui::details),
    script("scripts/power.js", (Ui::slider.value, Ui::current.value), Ui::power.text),
];
