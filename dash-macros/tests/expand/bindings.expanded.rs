const BINDINGS: Bindings<Ui> = {
    const __DD_BINDINGS: [::dash_devices::__private::Binding; 2usize] = [
        ::dash_devices::__private::bind(<Ui>::slider.value, <Ui>::number.value),
        ::dash_devices::__private::bind(<panel::Ui>::a.on, <Ui>::b.on),
    ];
    const __DD_CALLBACKS: ::core::primitive::usize = <Ui as ::dash_devices::__private::Dashboard>::CALLBACKS
        .len();
    const __DD_SPECS: [&::dash_devices::__private::Spec; __DD_CALLBACKS] = <Ui as ::dash_devices::__private::Dashboard>::CALLBACKS
        .specs();
    const _: () = ::dash_devices::__private::check_binding(
        &__DD_SPECS,
        &__DD_BINDINGS,
        0usize,
    );
    const _: () = ::dash_devices::__private::check_binding(
        &__DD_SPECS,
        &__DD_BINDINGS,
        1usize,
    );
    ::dash_devices::__private::Bindings::new(&__DD_BINDINGS).of::<Ui>().of::<panel::Ui>()
};
