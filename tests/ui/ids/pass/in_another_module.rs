mod ui {
    use dash_devices::prelude::*;

    /// The page.
    #[components]
    pub struct Ui {
        /// Documented.
        pub slider: Slider,
        r#type: Text,
    }

    impl Dashboard for Ui {
        type Device = ();
        type Session = ();
        const CALLBACKS: Callbacks<Self> =
            callbacks![crate::ids_in_another_module::calls::show, super::calls::deep::again];

        fn layout(self) -> Element {
            page("Test", (self.slider, self.r#type))
        }
    }
}

mod calls {
    use dash_devices::callback_shared;

    #[callback_shared(output = crate::ids_in_another_module::ui::Ui::r#type.text)]
    pub(crate) fn show(#[input(crate::ids_in_another_module::ui::Ui::slider.value)] percent: f64) -> String {
        percent.to_string()
    }

    pub(crate) mod deep {
        use dash_devices as dd;

        #[dd::callback_shared]
        pub(crate) fn again(#[input(super::super::ui::Ui::slider.value)] percent: f64) {
            let _ = percent;
        }
    }
}

#[test]
fn it_starts() {
    let prop = ui::Ui::slider.value;
    assert_eq!(format!("{prop:?}"), "slider.value");
    assert_eq!(format!("{:?}", ui::Ui::r#type.text), "type.text");
}
