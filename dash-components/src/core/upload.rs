use dash_macros::Component;
use dash_runtime::{component::prelude::*, file::Received};

use super::CONTROL;

/// A field that sends a file from the person's computer to a callback.
///
/// The bytes go to the server's disk as they arrive, and the page shows how far it is. When all of them are there, the
/// callback gets a [`Received`]: it reads the file or copies it to a place that the program chooses. The name that the file
/// had is only a text to show. The server refuses what is too large or has another ending. Rights, gates and `disabled`
/// hold as for every event.
///
/// ```
/// # use dash_components::Upload;
/// # use dash_runtime::file::Received;
/// // A callback with `#[input(Ui::firmware.received)]`:
/// fn install(file: Option<Received>) -> std::io::Result<String> {
///     let Some(file) = file else { return Ok("nothing was installed".to_owned()) };
///     file.save("/var/lib/rig/firmware.bin")?;
///     Ok(format!("{} ({} bytes) is installed", file.name(), file.size()))
/// }
/// # let _ = install;
/// # fn of(firmware: Upload) -> Upload {
/// firmware.label("Firmware").accept(".bin, .hex").max_bytes(4_000_000)
/// # }
/// ```
#[derive(Component)]
#[component(tag = "dd-upload", script = "upload.js", style = "upload.css", bundled)]
pub struct Upload {
    id: ComponentId,
    /// A file has arrived as a whole. The browser sends it.
    #[prop(event)]
    received: Event<Received>,
    /// The largest size of a file, in bytes. Default: 10 000 000.
    #[prop(default = 10_000_000.0)]
    max_bytes: f64,
    /// The endings of the accepted files, separated by commas: `.csv, .txt`. Empty (the default): every file.
    accept: String,
    /// The visible name above the field. Empty (the default): no visible name.
    label: String,
    /// Whether the field is disabled in the browser. Default: `false`.
    disabled: bool,
}

impl View for Upload {
    fn view(p: UploadBound, look: &mut Look) {
        look.tag("label").attr("class", "dd-label dd-field-label").attr("for", own_id(CONTROL)).text(p.label);
        look.tag("div").attr("class", "dd-upload").inner(|look| {
            look.tag("input")
                .own_id(CONTROL)
                .attr("type", "file")
                .attr("accept", p.accept)
                .attr("aria-label", p.label.is_missing().gives(words_of_id()))
                .flag("disabled", p.disabled)
                .void();
            // The script shows these while a file is sent.
            let progress = look.tag("progress").attr("class", "dd-upload-progress");
            progress.attr("max", 1).attr("value", 0).flag("hidden", true).empty();
            let cancel = look.tag("button").attr("type", "button").attr("class", "dd-upload-cancel");
            cancel.flag("hidden", true).text("Cancel");
            look.tag("span").attr("class", "dd-upload-note").attr("role", "status").empty();
        });
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::core::testing::{assert_has, component};

    #[test]
    fn it_is_a_native_field_with_its_name() {
        let field = component::<Upload>().label("Firmware <1>").accept(".bin, .hex").disabled(true);
        assert_has(
            &field,
            &[
                "for=\"left_motor-control\">Firmware &lt;1&gt;</label>",
                "<input id=\"left_motor-control\" type=\"file\" accept=\".bin, .hex\" disabled>",
                "hidden></progress>",
                "role=\"status\"></span>",
            ],
        );
        assert_has(&component::<Upload>(), &["aria-label=\"left motor\""]);
    }
}
