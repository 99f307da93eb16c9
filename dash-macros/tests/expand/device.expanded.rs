#[derive(Device)]
struct Robot {
    arm: Arm,
    camera: cameras::Camera,
}
const _: () = {
    fn __dd_split(
        __dd_device: Robot,
    ) -> ::std::vec::Vec<::dash_devices::__private::Part> {
        ::std::vec![
            ::dash_devices::__private::part:: < Arm > (__dd_device.arm),
            ::dash_devices::__private::part:: < cameras::Camera > (__dd_device.camera)
        ]
    }
    #[automatically_derived]
    impl ::dash_devices::__private::Lend<Arm> for Robot {
        const FIELD: ::core::option::Option<::core::primitive::usize> = ::core::option::Option::Some(
            0usize,
        );
        fn lend(&mut self) -> &mut Arm {
            &mut self.arm
        }
        fn split(self) -> ::std::vec::Vec<::dash_devices::__private::Part> {
            __dd_split(self)
        }
    }
    #[automatically_derived]
    impl ::dash_devices::__private::Lend<cameras::Camera> for Robot {
        const FIELD: ::core::option::Option<::core::primitive::usize> = ::core::option::Option::Some(
            1usize,
        );
        fn lend(&mut self) -> &mut cameras::Camera {
            &mut self.camera
        }
        fn split(self) -> ::std::vec::Vec<::dash_devices::__private::Part> {
            __dd_split(self)
        }
    }
};
