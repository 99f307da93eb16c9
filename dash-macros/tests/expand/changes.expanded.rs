fn changes() -> Changes<Ui> {
    let mut __dd_changes = ::dash_devices::__private::Changes::<Ui>::new();
    ::dash_devices::__private::put_change(
        &mut __dd_changes,
        ::dash_devices::__private::push_port(
            ::dash_devices::__private::prop(
                ::dash_devices::__private::step(<Ui>::level).value,
            ),
        ),
        1.0,
    );
    ::dash_devices::__private::put_change(
        &mut __dd_changes,
        ::dash_devices::__private::push_port_of::<
            Ui,
            crate::ui::Ui,
            _,
        >(
            ::dash_devices::__private::prop(
                ::dash_devices::__private::step(<crate::ui::Ui>::log).lines,
            ),
        ),
        format!("{} %", 40),
    );
    __dd_changes
}
