//! A start that does not succeed: what the person is told, and the exit code for scripts.

use std::path::Path;

use tauri::{AppHandle, Runtime};
use tauri_plugin_dialog::{DialogExt, MessageDialogKind};

use crate::backend::{Code, Failure};

/// The arguments cannot be understood.
pub const EXIT_USAGE: i32 = 2;
/// Any other failure.
pub const EXIT_OTHER: i32 = 1;
/// Another process works on the data folder.
pub const EXIT_ALREADY_RUNNING: i32 = 3;
/// The address to listen on cannot be had.
pub const EXIT_LISTEN: i32 = 4;
/// The database cannot be used.
pub const EXIT_DATABASE: i32 = 5;

/// The title of the message; a test finds it by this.
pub const TITLE: &str = "ChunkStream Pro cannot start";

/// The exit code of a start that failed with `code`.
pub fn exit_code(code: Code) -> i32 {
    match code {
        Code::Usage => EXIT_USAGE,
        Code::AlreadyRunning => EXIT_ALREADY_RUNNING,
        Code::ListenFailed => EXIT_LISTEN,
        Code::Database => EXIT_DATABASE,
        _ => EXIT_OTHER,
    }
}

/// What is wrong and what can be done, in one or two sentences, with the failure's own words below.
pub fn explain(failure: &Failure, data_folder: &Path) -> String {
    let folder = data_folder.display();
    let advice = match failure.code {
        Code::AlreadyRunning => format!(
            "Another program is already working on the data folder {folder}, perhaps the terminal client. \
             End it and start again, or choose another data folder with --data."
        ),
        Code::ListenFailed => {
            "The network address to listen on is taken or not one of this computer. \
             Choose another with --listen."
                .to_owned()
        }
        Code::Database => format!(
            "The database in {folder} cannot be used. If it was last used by a newer version of this program, \
             install that version again; otherwise check that the folder can be written. Nothing in it was changed."
        ),
        _ => format!("The data folder is {folder}."),
    };
    let detail = failure
        .detail
        .as_ref()
        .map(|detail| format!(" ({detail})"))
        .unwrap_or_default();
    format!("{advice}\n\nReason: {}{detail}.", failure.message)
}

/// Tells the person and ends the process once the message is closed.
pub fn give_up<R: Runtime>(app: &AppHandle<R>, failure: &Failure, data_folder: &Path) {
    let message = explain(failure, data_folder);
    let code = exit_code(failure.code);
    let ending = app.clone();
    app.dialog()
        .message(message)
        .title(TITLE)
        .kind(MessageDialogKind::Error)
        .show(move |_| ending.exit(code));
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn scripts_can_tell_the_failures_of_a_start_apart() {
        let codes = [
            Code::Internal,
            Code::Usage,
            Code::AlreadyRunning,
            Code::ListenFailed,
            Code::Database,
        ];
        assert_eq!(codes.map(exit_code), [1, 2, 3, 4, 5]);
    }

    #[test]
    fn an_explanation_says_what_to_do_and_keeps_the_failures_own_words() {
        let failure =
            Failure::new(Code::ListenFailed, "the address is in use").about("127.0.0.1:7000");
        let text = explain(&failure, Path::new("/data"));
        assert!(text.contains("--listen"), "{text}");
        assert!(
            text.ends_with("Reason: the address is in use (127.0.0.1:7000)."),
            "{text}"
        );
        let text = explain(
            &Failure::new(Code::AlreadyRunning, "it is locked"),
            Path::new("/data"),
        );
        assert!(text.contains("/data") && text.contains("--data"), "{text}");
    }
}
