//! A start that does not succeed: what the person is told, and the exit code for scripts. The page that tells it is
//! [`crate::problem`].

use std::{
    path::{Path, PathBuf},
    time::{SystemTime, UNIX_EPOCH},
};

use tauri::{AppHandle, Manager, Runtime};
use tauri_plugin_dialog::{DialogExt, MessageDialogButtons, MessageDialogKind};

use crate::{
    backend::{Code, Engine, Failure, Lock, store},
    language::Spoken,
    words::{Words, fill},
};

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

/// What is wrong and what can be done, in a few sentences, with the failure's own words below.
pub fn explain(failure: &Failure, data_folder: &Path, words: &Words) -> String {
    let says = &words.start;
    let advice = match failure.code {
        Code::AlreadyRunning => &says.already_running,
        Code::ListenFailed => &says.listen_failed,
        Code::Database => &says.database,
        Code::DatabaseNewer => &says.database_newer,
        Code::DatabaseDamaged => &says.database_damaged,
        Code::KeyUnavailable => &says.key_unavailable,
        _ => &says.other,
    };
    let folder = data_folder.display().to_string();
    let detail = failure
        .detail
        .as_ref()
        .map(|detail| format!(" ({detail})"))
        .unwrap_or_default();
    let reason = format!("{}{detail}", failure.message);
    format!(
        "{}\n\n{}\n\n{}",
        advice.title,
        fill(&advice.text, &[("folder", &folder)]),
        fill(&says.reason, &[("reason", &reason)]),
    )
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

/// Tells the person by the system's own dialog, where no page can be shown, and ends the process once it is closed.
pub fn give_up<R: Runtime>(app: &AppHandle<R>, failure: &Failure, data_folder: &Path) {
    let words = app.state::<Spoken>().words();
    let code = exit_code(failure.code);
    let ending = app.clone();
    app.dialog()
        .message(explain(failure, data_folder, words))
        .title(&words.start.title)
        .kind(MessageDialogKind::Error)
        .buttons(MessageDialogButtons::OkCustom(words.start.quit.clone()))
        .show(move |_| ending.exit(code));
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{language::Language, words::words};

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
        let text = explain(&failure, &folder, words(Language::En));
        assert!(text.contains("set aside"), "{text}");
        let moved = set_aside(&folder).expect("moved").expect("there was one");
        assert_eq!(std::fs::read(moved).expect("kept"), b"no database");
        assert_eq!(start().expect("an empty database"), before);
    }

    #[test]
    fn an_explanation_says_what_to_do_and_keeps_the_failures_own_words() {
        let failure =
            Failure::new(Code::ListenFailed, "the address is in use").about("127.0.0.1:7000");
        let text = explain(&failure, Path::new("/data"), words(Language::En));
        assert!(text.contains("--listen"), "{text}");
        assert!(
            text.ends_with("Reason: the address is in use (127.0.0.1:7000)"),
            "{text}"
        );
        let text = explain(
            &Failure::new(Code::AlreadyRunning, "it is locked"),
            Path::new("/data"),
            words(Language::En),
        );
        assert!(text.contains("/data") && text.contains("--data"), "{text}");
    }
}
