//! A start that does not succeed: what the person is told, and the exit code for scripts.

use std::{
    path::{Path, PathBuf},
    time::{SystemTime, UNIX_EPOCH},
};

use tauri::{AppHandle, Runtime};
use tauri_plugin_dialog::{DialogExt, MessageDialogButtons, MessageDialogKind};

use crate::backend::{Code, Engine, Failure, Lock, store};

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
/// The device's key cannot be had.
pub const EXIT_KEY: i32 = 6;

/// The title of the message; a test finds it by this.
pub const TITLE: &str = "ChunkStream Pro cannot start";
/// The button that sets a damaged database aside.
const SET_ASIDE: &str = "Set it aside and start";
const QUIT: &str = "Quit";

/// The exit code of a start that failed with `code`.
pub fn exit_code(code: Code) -> i32 {
    match code {
        Code::Usage => EXIT_USAGE,
        Code::AlreadyRunning => EXIT_ALREADY_RUNNING,
        Code::ListenFailed => EXIT_LISTEN,
        Code::Database | Code::DatabaseNewer | Code::DatabaseDamaged => EXIT_DATABASE,
        Code::KeyUnavailable => EXIT_KEY,
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
            "The database in {folder} cannot be used. Check that the folder can be written and that its disk has \
             space. Nothing in it was changed."
        ),
        Code::DatabaseNewer => format!(
            "The database in {folder} was last used by a newer version of ChunkStream Pro. \
             Update this program and start it again. Nothing was changed."
        ),
        Code::DatabaseDamaged => format!(
            "The database in {folder} is damaged. Nothing was changed.\n\nIt can be set aside under another name: \
             the list of transfers and the known devices will be empty. The identity of this device and all \
             received files stay, and an unfinished transfer that is offered again goes on where it was."
        ),
        Code::KeyUnavailable => format!(
            "The key that makes this computer the device that others know cannot be had. No other was made, and nothing in \
             {folder} was changed."
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

/// Tells the person that the database is damaged, and asks what to do: `again` starts once more after it has been
/// set aside.
pub fn offer_to_set_aside<R: Runtime>(
    app: &AppHandle<R>,
    failure: &Failure,
    data_folder: &Path,
    again: impl FnOnce(&AppHandle<R>) + Send + 'static,
) {
    let (asked, folder, code) = (app.clone(), data_folder.to_owned(), exit_code(failure.code));
    app.dialog()
        .message(explain(failure, data_folder))
        .title(TITLE)
        .kind(MessageDialogKind::Error)
        .buttons(MessageDialogButtons::OkCancelCustom(
            SET_ASIDE.to_owned(),
            QUIT.to_owned(),
        ))
        .show(move |yes| {
            if !yes {
                return asked.exit(code);
            }
            let app = asked.clone();
            // Windows are made where the event loop runs.
            let begun = asked.run_on_main_thread(move || match set_aside(&folder) {
                Ok(_) => again(&app),
                Err(failure) => give_up(&app, &failure, &folder),
            });
            if begun.is_err() {
                asked.exit(code);
            }
        });
}

/// Moves the database of a data folder to another name; returns that.
///
/// # Errors
/// If another program works on the folder, or the file cannot be moved.
pub fn set_aside(data_folder: &Path) -> Result<Option<PathBuf>, Failure> {
    let _lock = Lock::take(data_folder, "ChunkStream Pro")?;
    let now = SystemTime::now()
        .duration_since(UNIX_EPOCH)
        .unwrap_or_default();
    let path = Engine::database(data_folder);
    store::set_aside(&path, now.as_millis() as u64).map_err(|error| {
        Failure::new(
            Code::Database,
            format!("the database cannot be moved: {error}"),
        )
        .about(path.display().to_string())
    })
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
            Code::DatabaseNewer,
            Code::DatabaseDamaged,
            Code::KeyUnavailable,
        ];
        assert_eq!(codes.map(exit_code), [1, 2, 3, 4, 5, 5, 5, 6]);
    }

    /// What the dialog's two answers rest on: the start fails with the code, and succeeds once it is set aside.
    #[test]
    fn a_damaged_database_can_be_set_aside_and_the_next_start_succeeds_as_the_same_device() {
        use crate::backend::EngineConfig;
        let place = tempfile::tempdir().expect("a temporary folder");
        let config =
            EngineConfig::new(place.path().join("data")).listen(([127, 0, 0, 1], 0).into());
        let start = || {
            tauri::async_runtime::block_on(async {
                let engine = Engine::start(config.clone()).await?;
                let id = engine.identity(crate::backend::Nothing {}).await?.device_id;
                engine.shutdown().await;
                Ok::<_, Failure>(id)
            })
        };
        let before = start().expect("an empty folder");
        let folder = place.path().join("data");
        std::fs::write(Engine::database(&folder), b"no database").expect("written");
        let failure = start().expect_err("it is damaged");
        assert_eq!(failure.code, Code::DatabaseDamaged);
        let text = explain(&failure, &folder);
        assert!(text.contains("set aside"), "{text}");
        let moved = set_aside(&folder).expect("moved").expect("there was one");
        assert_eq!(std::fs::read(moved).expect("kept"), b"no database");
        assert_eq!(start().expect("an empty database"), before);
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
