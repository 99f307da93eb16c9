const CALLBACKS: Callbacks<Ui> = {
    const __DD_SPECS: [&::dash_devices::__private::Spec; 2usize] = [
        &<set_brightness as ::dash_devices::__private::Wired>::SPEC,
        &<camera::shoot as ::dash_devices::__private::Wired>::SPEC,
    ];
    const _: () = ::dash_devices::__private::check(&__DD_SPECS, 0usize);
    const _: () = ::dash_devices::__private::check(&__DD_SPECS, 1usize);
    ::dash_devices::__private::Callbacks::new(const {
        &[
            {
                type __DdEntry = set_brightness;
                ::dash_devices::__private::listed::<_, __DdEntry>()
            },
            {
                type __DdEntry = camera::shoot;
                ::dash_devices::__private::listed::<_, __DdEntry>()
            },
        ]
    })
};
