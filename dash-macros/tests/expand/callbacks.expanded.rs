const CALLBACKS: Callbacks<Ui> = {
    const __DD_SPECS: [&::dash_devices::__private::Spec; 4usize] = [
        &<set_brightness as ::dash_devices::__private::Wired>::SPEC,
        &<camera::shoot as ::dash_devices::__private::Wired>::SPEC,
        &<set_speed as ::dash_devices::__private::Wired>::SPEC
            .at({
                #[allow(unused_imports)]
                use ::dash_devices::__private::ArrayAt as _;
                <Ui>::left.__dd_at()
            }),
        &<set_speed as ::dash_devices::__private::Wired>::SPEC
            .at({
                #[allow(unused_imports)]
                use ::dash_devices::__private::ArrayAt as _;
                ::dash_devices::__private::step(<Ui>::arms[1]).left.__dd_at()
            }),
    ];
    const __DD_USES: ::core::primitive::usize = ::dash_devices::__private::uses(
        &__DD_SPECS,
    );
    const __DD_GRAPH: &::dash_devices::__private::Graph<4usize, __DD_USES> = &::dash_devices::__private::Graph::new(
        &__DD_SPECS,
    );
    const _: () = ::dash_devices::__private::check(__DD_GRAPH, 0usize);
    const _: () = ::dash_devices::__private::check(__DD_GRAPH, 1usize);
    const _: () = ::dash_devices::__private::check(__DD_GRAPH, 2usize);
    const _: () = ::dash_devices::__private::check(__DD_GRAPH, 3usize);
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
            {
                type __DdEntry = set_speed;
                ::dash_devices::__private::listed_at::<
                    _,
                    __DdEntry,
                    _,
                >({
                    #[allow(unused_imports)]
                    use ::dash_devices::__private::ArrayAt as _;
                    <Ui>::left.__dd_at()
                })
            },
            {
                type __DdEntry = set_speed;
                ::dash_devices::__private::listed_at::<
                    _,
                    __DdEntry,
                    _,
                >({
                    #[allow(unused_imports)]
                    use ::dash_devices::__private::ArrayAt as _;
                    ::dash_devices::__private::step(<Ui>::arms[1]).left.__dd_at()
                })
            },
        ]
    })
};
