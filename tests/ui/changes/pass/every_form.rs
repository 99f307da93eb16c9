use dash_devices::{Changes, Handle, PushError, changes};

mod page {
    use dash_devices::prelude::*;

    #[components]
    pub struct Ui {
        pub level: Slider,
        pub maybe: Gauge,
        pub readout: Text,
        pub history: Trend,
        pub go: Button,
    }

    #[callback_shared(on = Ui::go.click)]
    fn go(handle: Handle<Ui>) {
        let _ = handle.push(changes![Ui::level.value = 1.0]);
    }

    #[callback]
    async fn look(handle: Handle<Ui>, #[input(Ui::level.value)] level: f64) {
        let _ = handle.push(changes![Ui::readout.text = level.to_string()]);
    }

    impl Dashboard for Ui {
        type Device = ();
        type Session = ();
        const CALLBACKS: Callbacks<Self> = callbacks![go, look];

        fn layout(self) -> Element {
            page("Level", (self.level, self.maybe, self.readout, self.history.series(["speed"]), self.go))
        }
    }
}

use page::Ui;

async fn text() -> Result<String, PushError> {
    Ok("later".to_owned())
}

/// A list is a value; entries may name the struct by any path.
fn list(level: f64) -> Changes<Ui> {
    changes![
        Ui::level.value = level,
        page::Ui::maybe.value = 2_u8,
        self::page::Ui::readout.text = format!("{level}").as_str(),
    ]
}

async fn change(handle: Handle<Ui>) -> Result<f64, PushError> {
    handle.push(list(1.0))?;
    handle.push(changes![Ui::readout.text = text().await?])?;
    handle.push(changes![Ui::level.value = None::<f64>, Ui::maybe.value = None::<f64>])?;
    handle.fire(Ui::go.click, ())?;
    Ok(handle.get(Ui::level.value))
}

fn anywhere<T: Clone + Send + Sync + 'static>(_: &T) {}

#[test]
fn it_starts() {
    let app = dash_devices::App::with::<Ui>(|handle| {
        anywhere(&handle);
        drop(change(handle));
    });
    assert!(app.is_ok());
}
