const BINDINGS: Bindings<Ui> = {
    const __DD_BINDINGS: [::dash_devices::__private::Binding; 5usize] = [
        ::dash_devices::__private::bind(
            ::dash_devices::__private::bound(
                ::dash_devices::__private::prop(
                    ::dash_devices::__private::step(<Ui>::slider).value,
                ),
            ),
            ::dash_devices::__private::bound(
                ::dash_devices::__private::prop(
                    ::dash_devices::__private::step(<Ui>::number).value,
                ),
            ),
        ),
        ::dash_devices::__private::mirror(
            ::dash_devices::__private::prop(
                ::dash_devices::__private::step(<panel::Ui>::a).on,
            ),
            ::dash_devices::__private::prop(::dash_devices::__private::step(<Ui>::b).on),
        ),
        ::dash_devices::__private::format(
            ::dash_devices::__private::prop(
                ::dash_devices::__private::step(<Ui>::slider).value,
            ),
            ::dash_devices::__private::prop(
                ::dash_devices::__private::step(<Ui>::readout).text,
            ),
            "{:.1} V",
        ),
        ::dash_devices::__private::show_when(
            ::dash_devices::__private::prop(
                ::dash_devices::__private::step(<Ui>::expert).on,
            ),
            ::dash_devices::__private::component::<Ui, _>(<Ui>::details, "details"),
        ),
        ::dash_devices::__private::script(
            "power",
            ::core::include_str!("scripts/power.js"),
            [
                ::dash_devices::__private::input(
                    ::dash_devices::__private::prop(
                        ::dash_devices::__private::step(<Ui>::slider).value,
                    ),
                ),
                ::dash_devices::__private::input(
                    ::dash_devices::__private::prop(
                        ::dash_devices::__private::step(<Ui>::current).value,
                    ),
                ),
            ],
            ::dash_devices::__private::prop(
                ::dash_devices::__private::step(<Ui>::power).text,
            ),
        ),
    ];
    const __DD_CALLBACKS: ::core::primitive::usize = <Ui as ::dash_devices::__private::Dashboard>::CALLBACKS
        .len();
    const __DD_SPECS: [&::dash_devices::__private::Spec; __DD_CALLBACKS] = <Ui as ::dash_devices::__private::Dashboard>::CALLBACKS
        .specs();
    const __DD_USES: ::core::primitive::usize = ::dash_devices::__private::uses(
        &__DD_SPECS,
    );
    const __DD_GRAPH: &::dash_devices::__private::BoundGraph<
        __DD_CALLBACKS,
        __DD_USES,
        5usize,
    > = &::dash_devices::__private::BoundGraph::new(&__DD_SPECS, &__DD_BINDINGS);
    const _: () = ::dash_devices::__private::computed(
        ::dash_devices::__private::prop(::dash_devices::__private::step(<Ui>::b).on),
    );
    const _: () = ::dash_devices::__private::computed(
        ::dash_devices::__private::prop(
            ::dash_devices::__private::step(<Ui>::readout).text,
        ),
    );
    const _: () = ::dash_devices::__private::computed(
        ::dash_devices::__private::prop(
            ::dash_devices::__private::step(<Ui>::power).text,
        ),
    );
    const _: () = ::dash_devices::__private::check_text(&__DD_BINDINGS[2usize]);
    const _: () = ::dash_devices::__private::check_text(&__DD_BINDINGS[4usize]);
    const _: () = ::dash_devices::__private::check_binding(__DD_GRAPH, 0usize);
    const _: () = ::dash_devices::__private::check_binding(__DD_GRAPH, 1usize);
    const _: () = ::dash_devices::__private::check_binding(__DD_GRAPH, 2usize);
    const _: () = ::dash_devices::__private::check_binding(__DD_GRAPH, 3usize);
    const _: () = ::dash_devices::__private::check_binding(__DD_GRAPH, 4usize);
    ::dash_devices::__private::Bindings::new(&__DD_BINDINGS).of::<Ui>().of::<panel::Ui>()
};
