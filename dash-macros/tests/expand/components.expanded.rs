#[deny(
    dead_code,
    reason = "`layout` places each component, as in `self.slider`; callbacks place those marked `#[dynamic]`"
)]
/// The page.
pub(crate) struct Ui {
    /// The set-point.
    brightness: Slider,
    r#type: parts::Text,
    left: Panel,
    lamps: [Lamp; 2],
}
#[allow(
    non_upper_case_globals,
    dead_code,
    missing_docs,
    private_interfaces,
    unreachable_pub
)]
impl Ui {
    /// The set-point.
    pub(crate) const brightness: <Slider as ::dash_devices::__private::Field<
        Ui,
        0usize,
    >>::Props = <<Slider as ::dash_devices::__private::Field<
        Ui,
        0usize,
    >>::At<Ui, 0usize> as ::dash_devices::__private::Placed>::PROPS;
    pub(crate) const r#type: <parts::Text as ::dash_devices::__private::Field<
        Ui,
        1usize,
    >>::Props = <<parts::Text as ::dash_devices::__private::Field<
        Ui,
        1usize,
    >>::At<Ui, 1usize> as ::dash_devices::__private::Placed>::PROPS;
    pub(crate) const left: <Panel as ::dash_devices::__private::Field<
        Ui,
        2usize,
    >>::Props = <<Panel as ::dash_devices::__private::Field<
        Ui,
        2usize,
    >>::At<Ui, 2usize> as ::dash_devices::__private::Placed>::PROPS;
    pub(crate) const lamps: [<Lamp as ::dash_devices::__private::Field<
        Ui,
        3usize,
    >>::Props; 2usize] = [
        <<Lamp as ::dash_devices::__private::Field<
            Ui,
            3usize,
        >>::At<
            ::dash_devices::__private::Each<Ui, 3usize, 2usize>,
            0usize,
        > as ::dash_devices::__private::Placed>::PROPS,
        <<Lamp as ::dash_devices::__private::Field<
            Ui,
            3usize,
        >>::At<
            ::dash_devices::__private::Each<Ui, 3usize, 2usize>,
            1usize,
        > as ::dash_devices::__private::Placed>::PROPS,
    ];
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
            (
                "brightness",
                <Slider as ::dash_devices::__private::Field<Ui, 0usize>>::COUNT,
            ),
            (
                "type",
                <parts::Text as ::dash_devices::__private::Field<Ui, 1usize>>::COUNT,
            ),
            ("left", <Panel as ::dash_devices::__private::Field<Ui, 2usize>>::COUNT),
            (
                "lamps",
                <Lamp as ::dash_devices::__private::Field<Ui, 3usize>>::COUNT * 2usize,
            ),
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
            let _ = <<Slider as ::dash_devices::__private::Field<
                Ui,
                0usize,
            >>::At<Ui, 0usize> as ::dash_devices::__private::Placed>::list(__dd_list);
            let _ = <<parts::Text as ::dash_devices::__private::Field<
                Ui,
                1usize,
            >>::At<Ui, 1usize> as ::dash_devices::__private::Placed>::list(__dd_list);
            let _ = <<Panel as ::dash_devices::__private::Field<
                Ui,
                2usize,
            >>::At<Ui, 2usize> as ::dash_devices::__private::Placed>::list(__dd_list);
            let _ = [
                <<Lamp as ::dash_devices::__private::Field<
                    Ui,
                    3usize,
                >>::At<
                    ::dash_devices::__private::Each<Ui, 3usize, 2usize>,
                    0usize,
                > as ::dash_devices::__private::Placed>::list(__dd_list),
                <<Lamp as ::dash_devices::__private::Field<
                    Ui,
                    3usize,
                >>::At<
                    ::dash_devices::__private::Each<Ui, 3usize, 2usize>,
                    1usize,
                > as ::dash_devices::__private::Placed>::list(__dd_list),
            ];
            let _ = __dd_list;
        })
    }
    fn build() -> Self {
        Self {
            brightness: <<Slider as ::dash_devices::__private::Field<
                Ui,
                0usize,
            >>::At<Ui, 0usize> as ::dash_devices::__private::Placed>::build(),
            r#type: <<parts::Text as ::dash_devices::__private::Field<
                Ui,
                1usize,
            >>::At<Ui, 1usize> as ::dash_devices::__private::Placed>::build(),
            left: <<Panel as ::dash_devices::__private::Field<
                Ui,
                2usize,
            >>::At<Ui, 2usize> as ::dash_devices::__private::Placed>::build(),
            lamps: [
                <<Lamp as ::dash_devices::__private::Field<
                    Ui,
                    3usize,
                >>::At<
                    ::dash_devices::__private::Each<Ui, 3usize, 2usize>,
                    0usize,
                > as ::dash_devices::__private::Placed>::build(),
                <<Lamp as ::dash_devices::__private::Field<
                    Ui,
                    3usize,
                >>::At<
                    ::dash_devices::__private::Each<Ui, 3usize, 2usize>,
                    1usize,
                > as ::dash_devices::__private::Placed>::build(),
            ],
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
            <parts::Text as ::dash_devices::__private::Field<Ui, 1usize>>::ROWS_HAVE_LIST,
        );
        ::dash_devices::__private::rows_without_list(
            <Panel as ::dash_devices::__private::Field<Ui, 2usize>>::ROWS_HAVE_LIST,
        );
        ::dash_devices::__private::rows_without_list(
            <Lamp as ::dash_devices::__private::Field<Ui, 3usize>>::ROWS_HAVE_LIST,
        );
    };
    impl Ui {
        #[deny(dead_code)]
        #[doc(hidden)]
        #[allow(unreachable_pub)]
        pub(crate) fn __dd_placed_by_callbacks(&self) {
            let Self { brightness, r#type, left, lamps } = self;
            let _ = brightness;
            let _ = r#type;
            let _ = left;
            let _ = lamps;
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
        for<'__dd> parts::Text: ::dash_devices::__private::Field<Ui, 1usize>,
        for<'__dd> Panel: ::dash_devices::__private::Field<Ui, 2usize>,
        for<'__dd> Lamp: ::dash_devices::__private::Field<Ui, 3usize>,
    {
        /// The set-point.
        pub brightness: <Slider as ::dash_devices::__private::Field<Ui, 0usize>>::Props,
        pub r#type: <parts::Text as ::dash_devices::__private::Field<Ui, 1usize>>::Props,
        pub left: <Panel as ::dash_devices::__private::Field<Ui, 2usize>>::Props,
        pub lamps: [<Lamp as ::dash_devices::__private::Field<
            Ui,
            3usize,
        >>::Props; 2usize],
        __dd_base: ::dash_devices::__private::Base,
    }
    #[automatically_derived]
    impl ::core::clone::Clone for UiProps
    where
        for<'__dd> Slider: ::dash_devices::__private::Field<Ui, 0usize>,
        for<'__dd> parts::Text: ::dash_devices::__private::Field<Ui, 1usize>,
        for<'__dd> Panel: ::dash_devices::__private::Field<Ui, 2usize>,
        for<'__dd> Lamp: ::dash_devices::__private::Field<Ui, 3usize>,
    {
        #[allow(clippy::expl_impl_clone_on_copy, clippy::non_canonical_clone_impl)]
        fn clone(&self) -> Self {
            Self {
                brightness: self.brightness,
                r#type: self.r#type,
                left: self.left,
                lamps: self.lamps,
                __dd_base: self.__dd_base,
            }
        }
    }
    #[automatically_derived]
    impl ::core::marker::Copy for UiProps
    where
        for<'__dd> Slider: ::dash_devices::__private::Field<Ui, 0usize>,
        for<'__dd> parts::Text: ::dash_devices::__private::Field<Ui, 1usize>,
        for<'__dd> Panel: ::dash_devices::__private::Field<Ui, 2usize>,
        for<'__dd> Lamp: ::dash_devices::__private::Field<Ui, 3usize>,
    {}
    #[allow(dead_code, unreachable_pub)]
    impl UiProps
    where
        for<'__dd> Slider: ::dash_devices::__private::Field<Ui, 0usize>,
        for<'__dd> parts::Text: ::dash_devices::__private::Field<Ui, 1usize>,
        for<'__dd> Panel: ::dash_devices::__private::Field<Ui, 2usize>,
        for<'__dd> Lamp: ::dash_devices::__private::Field<Ui, 3usize>,
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
        for<'__dd> parts::Text: ::dash_devices::__private::Field<Ui, 1usize>,
        for<'__dd> Panel: ::dash_devices::__private::Field<Ui, 2usize>,
        for<'__dd> Lamp: ::dash_devices::__private::Field<Ui, 3usize>,
    {
        type Itself = Self;
    }
    #[automatically_derived]
    impl ::dash_devices::__private::AtRow for UiProps
    where
        for<'__dd> Slider: ::dash_devices::__private::Field<Ui, 0usize>,
        for<'__dd> parts::Text: ::dash_devices::__private::Field<Ui, 1usize>,
        for<'__dd> Panel: ::dash_devices::__private::Field<Ui, 2usize>,
        for<'__dd> Lamp: ::dash_devices::__private::Field<Ui, 3usize>,
    {
        fn at_row(self, __dd_row: ::dash_devices::__private::InRow) -> Self {
            let _ = __dd_row;
            Self {
                brightness: ::dash_devices::__private::AtRow::at_row(
                    self.brightness,
                    __dd_row,
                ),
                r#type: ::dash_devices::__private::AtRow::at_row(self.r#type, __dd_row),
                left: ::dash_devices::__private::AtRow::at_row(self.left, __dd_row),
                lamps: ::dash_devices::__private::AtRow::at_row(self.lamps, __dd_row),
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
        for<'__dd> parts::Text: ::dash_devices::__private::Field<Ui, 1usize>,
        for<'__dd> Panel: ::dash_devices::__private::Field<Ui, 2usize>,
        for<'__dd> Lamp: ::dash_devices::__private::Field<Ui, 3usize>,
    {
        type Props = UiProps;
        const PROPS: Self::Props = UiProps {
            brightness: <<Slider as ::dash_devices::__private::Field<
                Ui,
                0usize,
            >>::At<__Page, 0usize> as ::dash_devices::__private::Placed>::PROPS,
            r#type: <<parts::Text as ::dash_devices::__private::Field<
                Ui,
                1usize,
            >>::At<__Page, 1usize> as ::dash_devices::__private::Placed>::PROPS,
            left: <<Panel as ::dash_devices::__private::Field<
                Ui,
                2usize,
            >>::At<__Page, 2usize> as ::dash_devices::__private::Placed>::PROPS,
            lamps: [
                <<Lamp as ::dash_devices::__private::Field<
                    Ui,
                    3usize,
                >>::At<
                    ::dash_devices::__private::Each<__Page, 3usize, 2usize>,
                    0usize,
                > as ::dash_devices::__private::Placed>::PROPS,
                <<Lamp as ::dash_devices::__private::Field<
                    Ui,
                    3usize,
                >>::At<
                    ::dash_devices::__private::Each<__Page, 3usize, 2usize>,
                    1usize,
                > as ::dash_devices::__private::Placed>::PROPS,
            ],
            __dd_base: ::dash_devices::__private::base::<__Page, Ui>(),
        };
        fn list(__dd_list: &mut ::dash_devices::__private::List) {
            let _ = <<Slider as ::dash_devices::__private::Field<
                Ui,
                0usize,
            >>::At<
                __Page,
                0usize,
            > as ::dash_devices::__private::Placed>::list(__dd_list);
            let _ = <<parts::Text as ::dash_devices::__private::Field<
                Ui,
                1usize,
            >>::At<
                __Page,
                1usize,
            > as ::dash_devices::__private::Placed>::list(__dd_list);
            let _ = <<Panel as ::dash_devices::__private::Field<
                Ui,
                2usize,
            >>::At<
                __Page,
                2usize,
            > as ::dash_devices::__private::Placed>::list(__dd_list);
            let _ = [
                <<Lamp as ::dash_devices::__private::Field<
                    Ui,
                    3usize,
                >>::At<
                    ::dash_devices::__private::Each<__Page, 3usize, 2usize>,
                    0usize,
                > as ::dash_devices::__private::Placed>::list(__dd_list),
                <<Lamp as ::dash_devices::__private::Field<
                    Ui,
                    3usize,
                >>::At<
                    ::dash_devices::__private::Each<__Page, 3usize, 2usize>,
                    1usize,
                > as ::dash_devices::__private::Placed>::list(__dd_list),
            ];
            let _ = __dd_list;
        }
        fn build() -> Self {
            Self {
                brightness: <<Slider as ::dash_devices::__private::Field<
                    Ui,
                    0usize,
                >>::At<__Page, 0usize> as ::dash_devices::__private::Placed>::build(),
                r#type: <<parts::Text as ::dash_devices::__private::Field<
                    Ui,
                    1usize,
                >>::At<__Page, 1usize> as ::dash_devices::__private::Placed>::build(),
                left: <<Panel as ::dash_devices::__private::Field<
                    Ui,
                    2usize,
                >>::At<__Page, 2usize> as ::dash_devices::__private::Placed>::build(),
                lamps: [
                    <<Lamp as ::dash_devices::__private::Field<
                        Ui,
                        3usize,
                    >>::At<
                        ::dash_devices::__private::Each<__Page, 3usize, 2usize>,
                        0usize,
                    > as ::dash_devices::__private::Placed>::build(),
                    <<Lamp as ::dash_devices::__private::Field<
                        Ui,
                        3usize,
                    >>::At<
                        ::dash_devices::__private::Each<__Page, 3usize, 2usize>,
                        1usize,
                    > as ::dash_devices::__private::Placed>::build(),
                ],
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
        for<'__dd> parts::Text: ::dash_devices::__private::Field<Ui, 1usize>,
        for<'__dd> Panel: ::dash_devices::__private::Field<Ui, 2usize>,
        for<'__dd> Lamp: ::dash_devices::__private::Field<Ui, 3usize>,
    {
        type Props = UiProps;
        const PROPS: Self::Props = <Ui as ::dash_devices::__private::Group<
            ::dash_devices::__private::In<__Page, __N, Ui>,
        >>::PROPS;
        const COUNT: ::core::primitive::usize = ::dash_devices::__private::count::<Ui>();
        const HAS_LIST: ::core::primitive::bool = false
            || <Slider as ::dash_devices::__private::Field<Ui, 0usize>>::HAS_LIST
            || <parts::Text as ::dash_devices::__private::Field<Ui, 1usize>>::HAS_LIST
            || <Panel as ::dash_devices::__private::Field<Ui, 2usize>>::HAS_LIST
            || <Lamp as ::dash_devices::__private::Field<Ui, 3usize>>::HAS_LIST;
        const HAS_HISTORY: ::core::primitive::bool = false
            || <Slider as ::dash_devices::__private::Field<Ui, 0usize>>::HAS_HISTORY
            || <parts::Text as ::dash_devices::__private::Field<Ui, 1usize>>::HAS_HISTORY
            || <Panel as ::dash_devices::__private::Field<Ui, 2usize>>::HAS_HISTORY
            || <Lamp as ::dash_devices::__private::Field<Ui, 3usize>>::HAS_HISTORY;
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
