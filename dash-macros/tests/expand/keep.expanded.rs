#[deny(
    dead_code,
    reason = "`layout` places each component, as in `self.slider`; callbacks place those marked `#[dynamic]`"
)]
struct Ui {
    speed: Slider,
    doors: [Slider; 2],
    pump: Slider,
}
#[allow(
    non_upper_case_globals,
    dead_code,
    missing_docs,
    private_interfaces,
    unreachable_pub
)]
impl Ui {
    const speed: <Slider as ::dash_devices::__private::Field<Ui, 0usize>>::Props = <<Slider as ::dash_devices::__private::Field<
        Ui,
        0usize,
    >>::At<Ui, 0usize> as ::dash_devices::__private::Placed>::PROPS;
    const doors: [<Slider as ::dash_devices::__private::Field<
        Ui,
        1usize,
    >>::Props; 2usize] = [
        <<Slider as ::dash_devices::__private::Field<
            Ui,
            1usize,
        >>::At<
            ::dash_devices::__private::Each<Ui, 1usize, 2usize>,
            0usize,
        > as ::dash_devices::__private::Placed>::PROPS,
        <<Slider as ::dash_devices::__private::Field<
            Ui,
            1usize,
        >>::At<
            ::dash_devices::__private::Each<Ui, 1usize, 2usize>,
            1usize,
        > as ::dash_devices::__private::Placed>::PROPS,
    ];
    const pump: <Slider as ::dash_devices::__private::Field<Ui, 2usize>>::Props = <<Slider as ::dash_devices::__private::Field<
        Ui,
        2usize,
    >>::At<Ui, 2usize> as ::dash_devices::__private::Placed>::PROPS;
}
#[automatically_derived]
impl ::dash_devices::__private::Page for Ui {
    const OWNER: ::core::primitive::u64 = ::dash_devices::__private::owner(
        ::core::module_path!(),
        "Ui",
    );
    const PREFIX: &'static ::core::primitive::str = "";
    const BASE: ::core::primitive::usize = 0;
    const FIELDS: ::dash_devices::__private::Fields = ::dash_devices::__private::Fields::Named(
        &[
            ("speed", <Slider as ::dash_devices::__private::Field<Ui, 0usize>>::COUNT),
            (
                "doors",
                <Slider as ::dash_devices::__private::Field<Ui, 1usize>>::COUNT * 2usize,
            ),
            ("pump", <Slider as ::dash_devices::__private::Field<Ui, 2usize>>::COUNT),
        ],
    );
    type Role = ();
}
#[automatically_derived]
impl ::dash_devices::__private::Components for Ui {
    const NAME: &'static ::core::primitive::str = "Ui";
    fn components() -> ::dash_devices::__private::List {
        ::dash_devices::__private::list::<
            Ui,
        >(|__dd_list| {
            ::dash_devices::__private::keep(
                __dd_list,
                ::dash_devices::__private::Keep::states(&[], false),
                |__dd_list| {
                    let _ = <<Slider as ::dash_devices::__private::Field<
                        Ui,
                        0usize,
                    >>::At<
                        Ui,
                        0usize,
                    > as ::dash_devices::__private::Placed>::list(__dd_list);
                },
            );
            ::dash_devices::__private::keep(
                __dd_list,
                ::dash_devices::__private::Keep::states(&["value", "max"], false),
                |__dd_list| {
                    let _ = [
                        <<Slider as ::dash_devices::__private::Field<
                            Ui,
                            1usize,
                        >>::At<
                            ::dash_devices::__private::Each<Ui, 1usize, 2usize>,
                            0usize,
                        > as ::dash_devices::__private::Placed>::list(__dd_list),
                        <<Slider as ::dash_devices::__private::Field<
                            Ui,
                            1usize,
                        >>::At<
                            ::dash_devices::__private::Each<Ui, 1usize, 2usize>,
                            1usize,
                        > as ::dash_devices::__private::Placed>::list(__dd_list),
                    ];
                },
            );
            ::dash_devices::__private::keep(
                __dd_list,
                ::dash_devices::__private::Keep::states(&[], true),
                |__dd_list| {
                    let _ = <<Slider as ::dash_devices::__private::Field<
                        Ui,
                        2usize,
                    >>::At<
                        Ui,
                        2usize,
                    > as ::dash_devices::__private::Placed>::list(__dd_list);
                },
            );
            let _ = __dd_list;
        })
    }
    fn build() -> Self {
        Self {
            speed: <<Slider as ::dash_devices::__private::Field<
                Ui,
                0usize,
            >>::At<Ui, 0usize> as ::dash_devices::__private::Placed>::build(),
            doors: [
                <<Slider as ::dash_devices::__private::Field<
                    Ui,
                    1usize,
                >>::At<
                    ::dash_devices::__private::Each<Ui, 1usize, 2usize>,
                    0usize,
                > as ::dash_devices::__private::Placed>::build(),
                <<Slider as ::dash_devices::__private::Field<
                    Ui,
                    1usize,
                >>::At<
                    ::dash_devices::__private::Each<Ui, 1usize, 2usize>,
                    1usize,
                > as ::dash_devices::__private::Placed>::build(),
            ],
            pump: <<Slider as ::dash_devices::__private::Field<
                Ui,
                2usize,
            >>::At<Ui, 2usize> as ::dash_devices::__private::Placed>::build(),
        }
    }
}
#[automatically_derived]
impl ::dash_devices::__private::Shows<Self> for Ui {}
#[allow(unused_lifetimes)]
const _: () = {
    const _: () = {
        ::dash_devices::__private::rows_without_list(
            <Slider as ::dash_devices::__private::Field<Ui, 0usize>>::ROWS_HAVE_LIST,
        );
        ::dash_devices::__private::rows_without_list(
            <Slider as ::dash_devices::__private::Field<Ui, 1usize>>::ROWS_HAVE_LIST,
        );
        ::dash_devices::__private::rows_without_list(
            <Slider as ::dash_devices::__private::Field<Ui, 2usize>>::ROWS_HAVE_LIST,
        );
    };
    const _: () = ::dash_devices::__private::keeps_something(
        <Slider as ::dash_devices::__private::Field<Ui, 0usize>>::KEEPABLE,
        <Slider as ::dash_devices::__private::Field<Ui, 0usize>>::HAS_HISTORY,
    );
    const _: () = ::dash_devices::__private::kept(&Ui::doors[0].value);
    const _: () = ::dash_devices::__private::kept(&Ui::doors[0].max);
    const _: () = ::dash_devices::__private::keeps_something(
        <Slider as ::dash_devices::__private::Field<Ui, 2usize>>::KEEPABLE,
        <Slider as ::dash_devices::__private::Field<Ui, 2usize>>::HAS_HISTORY,
    );
    impl Ui {
        #[deny(dead_code)]
        #[doc(hidden)]
        #[allow(unreachable_pub)]
        fn __dd_placed_by_callbacks(&self) {
            let Self { speed, doors, pump } = self;
            let _ = speed;
            let _ = doors;
            let _ = pump;
        }
    }
    #[allow(
        dead_code,
        missing_debug_implementations,
        private_interfaces,
        private_bounds,
        unreachable_pub
    )]
    pub struct UiProps
    where
        for<'__dd> Slider: ::dash_devices::__private::Field<Ui, 0usize>,
        for<'__dd> Slider: ::dash_devices::__private::Field<Ui, 1usize>,
        for<'__dd> Slider: ::dash_devices::__private::Field<Ui, 2usize>,
    {
        pub speed: <Slider as ::dash_devices::__private::Field<Ui, 0usize>>::Props,
        pub doors: [<Slider as ::dash_devices::__private::Field<
            Ui,
            1usize,
        >>::Props; 2usize],
        pub pump: <Slider as ::dash_devices::__private::Field<Ui, 2usize>>::Props,
        __dd_base: ::dash_devices::__private::Base,
    }
    #[automatically_derived]
    impl ::core::clone::Clone for UiProps
    where
        for<'__dd> Slider: ::dash_devices::__private::Field<Ui, 0usize>,
        for<'__dd> Slider: ::dash_devices::__private::Field<Ui, 1usize>,
        for<'__dd> Slider: ::dash_devices::__private::Field<Ui, 2usize>,
    {
        #[allow(clippy::expl_impl_clone_on_copy, clippy::non_canonical_clone_impl)]
        fn clone(&self) -> Self {
            Self {
                speed: self.speed,
                doors: self.doors,
                pump: self.pump,
                __dd_base: self.__dd_base,
            }
        }
    }
    #[automatically_derived]
    impl ::core::marker::Copy for UiProps
    where
        for<'__dd> Slider: ::dash_devices::__private::Field<Ui, 0usize>,
        for<'__dd> Slider: ::dash_devices::__private::Field<Ui, 1usize>,
        for<'__dd> Slider: ::dash_devices::__private::Field<Ui, 2usize>,
    {}
    #[allow(dead_code, unreachable_pub)]
    impl UiProps
    where
        for<'__dd> Slider: ::dash_devices::__private::Field<Ui, 0usize>,
        for<'__dd> Slider: ::dash_devices::__private::Field<Ui, 1usize>,
        for<'__dd> Slider: ::dash_devices::__private::Field<Ui, 2usize>,
    {
        pub const fn __dd_at(&self) -> ::dash_devices::__private::At<Ui> {
            ::dash_devices::__private::At::new(self.__dd_base)
        }
        pub const fn __dd_is_dynamic(&self) {}
    }
    #[automatically_derived]
    impl ::dash_devices::__private::Step for UiProps
    where
        for<'__dd> Slider: ::dash_devices::__private::Field<Ui, 0usize>,
        for<'__dd> Slider: ::dash_devices::__private::Field<Ui, 1usize>,
        for<'__dd> Slider: ::dash_devices::__private::Field<Ui, 2usize>,
    {
        type Itself = Self;
    }
    #[automatically_derived]
    impl ::dash_devices::__private::AtRow for UiProps
    where
        for<'__dd> Slider: ::dash_devices::__private::Field<Ui, 0usize>,
        for<'__dd> Slider: ::dash_devices::__private::Field<Ui, 1usize>,
        for<'__dd> Slider: ::dash_devices::__private::Field<Ui, 2usize>,
    {
        fn at_row(self, __dd_row: ::dash_devices::__private::InRow) -> Self {
            let _ = __dd_row;
            Self {
                speed: ::dash_devices::__private::AtRow::at_row(self.speed, __dd_row),
                doors: ::dash_devices::__private::AtRow::at_row(self.doors, __dd_row),
                pump: ::dash_devices::__private::AtRow::at_row(self.pump, __dd_row),
                __dd_base: self.__dd_base,
            }
        }
    }
    #[automatically_derived]
    impl<
        __Page: ::dash_devices::__private::Page,
    > ::dash_devices::__private::Group<__Page> for Ui
    where
        for<'__dd> Slider: ::dash_devices::__private::Field<Ui, 0usize>,
        for<'__dd> Slider: ::dash_devices::__private::Field<Ui, 1usize>,
        for<'__dd> Slider: ::dash_devices::__private::Field<Ui, 2usize>,
    {
        type Props = UiProps;
        const PROPS: Self::Props = UiProps {
            speed: <<Slider as ::dash_devices::__private::Field<
                Ui,
                0usize,
            >>::At<__Page, 0usize> as ::dash_devices::__private::Placed>::PROPS,
            doors: [
                <<Slider as ::dash_devices::__private::Field<
                    Ui,
                    1usize,
                >>::At<
                    ::dash_devices::__private::Each<__Page, 1usize, 2usize>,
                    0usize,
                > as ::dash_devices::__private::Placed>::PROPS,
                <<Slider as ::dash_devices::__private::Field<
                    Ui,
                    1usize,
                >>::At<
                    ::dash_devices::__private::Each<__Page, 1usize, 2usize>,
                    1usize,
                > as ::dash_devices::__private::Placed>::PROPS,
            ],
            pump: <<Slider as ::dash_devices::__private::Field<
                Ui,
                2usize,
            >>::At<__Page, 2usize> as ::dash_devices::__private::Placed>::PROPS,
            __dd_base: ::dash_devices::__private::base::<__Page, Ui>(),
        };
        fn list(__dd_list: &mut ::dash_devices::__private::List) {
            ::dash_devices::__private::keep(
                __dd_list,
                ::dash_devices::__private::Keep::states(&[], false),
                |__dd_list| {
                    let _ = <<Slider as ::dash_devices::__private::Field<
                        Ui,
                        0usize,
                    >>::At<
                        __Page,
                        0usize,
                    > as ::dash_devices::__private::Placed>::list(__dd_list);
                },
            );
            ::dash_devices::__private::keep(
                __dd_list,
                ::dash_devices::__private::Keep::states(&["value", "max"], false),
                |__dd_list| {
                    let _ = [
                        <<Slider as ::dash_devices::__private::Field<
                            Ui,
                            1usize,
                        >>::At<
                            ::dash_devices::__private::Each<__Page, 1usize, 2usize>,
                            0usize,
                        > as ::dash_devices::__private::Placed>::list(__dd_list),
                        <<Slider as ::dash_devices::__private::Field<
                            Ui,
                            1usize,
                        >>::At<
                            ::dash_devices::__private::Each<__Page, 1usize, 2usize>,
                            1usize,
                        > as ::dash_devices::__private::Placed>::list(__dd_list),
                    ];
                },
            );
            ::dash_devices::__private::keep(
                __dd_list,
                ::dash_devices::__private::Keep::states(&[], true),
                |__dd_list| {
                    let _ = <<Slider as ::dash_devices::__private::Field<
                        Ui,
                        2usize,
                    >>::At<
                        __Page,
                        2usize,
                    > as ::dash_devices::__private::Placed>::list(__dd_list);
                },
            );
            let _ = __dd_list;
        }
        fn build() -> Self {
            Self {
                speed: <<Slider as ::dash_devices::__private::Field<
                    Ui,
                    0usize,
                >>::At<__Page, 0usize> as ::dash_devices::__private::Placed>::build(),
                doors: [
                    <<Slider as ::dash_devices::__private::Field<
                        Ui,
                        1usize,
                    >>::At<
                        ::dash_devices::__private::Each<__Page, 1usize, 2usize>,
                        0usize,
                    > as ::dash_devices::__private::Placed>::build(),
                    <<Slider as ::dash_devices::__private::Field<
                        Ui,
                        1usize,
                    >>::At<
                        ::dash_devices::__private::Each<__Page, 1usize, 2usize>,
                        1usize,
                    > as ::dash_devices::__private::Placed>::build(),
                ],
                pump: <<Slider as ::dash_devices::__private::Field<
                    Ui,
                    2usize,
                >>::At<__Page, 2usize> as ::dash_devices::__private::Placed>::build(),
            }
        }
    }
    #[automatically_derived]
    impl<
        __Page: ::dash_devices::__private::Page,
        const __N: ::core::primitive::usize,
    > ::dash_devices::__private::Field<__Page, __N> for Ui
    where
        for<'__dd> Slider: ::dash_devices::__private::Field<Ui, 0usize>,
        for<'__dd> Slider: ::dash_devices::__private::Field<Ui, 1usize>,
        for<'__dd> Slider: ::dash_devices::__private::Field<Ui, 2usize>,
    {
        type Props = UiProps;
        const PROPS: Self::Props = <Ui as ::dash_devices::__private::Group<
            ::dash_devices::__private::In<__Page, __N, Ui>,
        >>::PROPS;
        const COUNT: ::core::primitive::usize = ::dash_devices::__private::count::<Ui>();
        const HAS_LIST: ::core::primitive::bool = false
            || <Slider as ::dash_devices::__private::Field<Ui, 0usize>>::HAS_LIST
            || <Slider as ::dash_devices::__private::Field<Ui, 1usize>>::HAS_LIST
            || <Slider as ::dash_devices::__private::Field<Ui, 2usize>>::HAS_LIST;
        const HAS_HISTORY: ::core::primitive::bool = false
            || <Slider as ::dash_devices::__private::Field<Ui, 0usize>>::HAS_HISTORY
            || <Slider as ::dash_devices::__private::Field<Ui, 1usize>>::HAS_HISTORY
            || <Slider as ::dash_devices::__private::Field<Ui, 2usize>>::HAS_HISTORY;
        type At<
            __Other: ::dash_devices::__private::Page,
            const __M: ::core::primitive::usize,
        > = ::dash_devices::__private::Put<Self, __Other, __M>;
        fn list(__dd_list: &mut ::dash_devices::__private::List) {
            <Ui as ::dash_devices::__private::Group<
                ::dash_devices::__private::In<__Page, __N, Ui>,
            >>::list(__dd_list);
        }
        fn build() -> Self {
            <Ui as ::dash_devices::__private::Group<
                ::dash_devices::__private::In<__Page, __N, Ui>,
            >>::build()
        }
    }
};
