//! Starting with the system: into the tray, without a window.
//!
//! The system keeps one entry for each device, that is for each data folder; what is written there must bring back the
//! same device. Whether it starts is the system's to know: it is asked, not remembered.

use std::path::Path;

use tauri::{AppHandle, Manager, Runtime, plugin::TauriPlugin};
use tauri_plugin_autostart::{AutoLaunchManager, Builder};

use crate::backend::{Code, Failure};

/// The name of the entry of the platform's own data folder.
const NAME: &str = "chunkstream-desktop";

/// The plugin, for a process on that data folder.
pub(crate) fn plugin<R: Runtime>(data_folder: &Path, is_default: bool) -> TauriPlugin<R> {
    Builder::new()
        .app_name(name(data_folder, is_default))
        .args(words(data_folder, is_default))
        .build()
}

/// Whether this device starts with the system.
pub fn is_on<R: Runtime>(app: &AppHandle<R>) -> Result<bool, Failure> {
    manager(app)?.is_enabled().map_err(|error| refused(&error))
}

/// Has it start with the system, or not any more; how it is afterwards.
pub fn set<R: Runtime>(app: &AppHandle<R>, on: bool) -> Result<bool, Failure> {
    let manager = manager(app)?;
    let done = if on {
        manager.enable()
    } else {
        manager.disable()
    };
    done.map_err(|error| refused(&error))?;
    is_on(app)
}

fn manager<R: Runtime>(app: &AppHandle<R>) -> Result<tauri::State<'_, AutoLaunchManager>, Failure> {
    app.try_state()
        .ok_or_else(|| Failure::new(Code::Internal, "nothing is known of the system's start"))
}

fn refused(error: &tauri_plugin_autostart::Error) -> Failure {
    let said = format!("the entry for the system's start cannot be changed: {error}");
    Failure::new(Code::DiskUnwritable, said)
}

fn name(data_folder: &Path, is_default: bool) -> String {
    if is_default {
        return NAME.to_owned();
    }
    let digest = blake3::hash(data_folder.as_os_str().as_encoded_bytes()).to_hex();
    format!("{NAME}-{}", &digest[..16])
}

/// The command line behind the program's name.
fn words(data_folder: &Path, is_default: bool) -> Vec<String> {
    let mut words = vec!["--hidden".to_owned()];
    if !is_default {
        let folder = data_folder.to_string_lossy();
        words.extend(["--data".to_owned(), quoted(&folder)]);
    }
    words
}

/// One word of the command line in a desktop entry: in quotes, with the specification's three layers of escapes
/// (Desktop Entry Specification 1.5, "The Exec key": quoting, field codes; and those of any string value).
#[cfg(target_os = "linux")]
fn quoted(word: &str) -> String {
    let mut text = String::from("\"");
    for char in word.chars() {
        match char {
            '"' | '`' | '$' => text.extend(['\\', '\\', char]),
            '\\' => text.push_str("\\\\\\\\"),
            '%' => text.push_str("%%"),
            '\n' => text.push_str("\\n"),
            other => text.push(other),
        }
    }
    text.push('"');
    text
}

/// One word of the command line in the registry. No path holds a quote, and a backslash at the end would escape ours.
#[cfg(windows)]
fn quoted(word: &str) -> String {
    format!("\"{}\"", word.trim_end_matches('\\'))
}

/// macOS keeps the words of a command line apart.
#[cfg(not(any(target_os = "linux", windows)))]
fn quoted(word: &str) -> String {
    word.to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_default_device_starts_hidden_and_another_one_with_its_folder() {
        let folder = Path::new("/d");
        assert_eq!(words(folder, true), ["--hidden"]);
        assert_eq!(words(folder, false)[..2], ["--hidden", "--data"]);
    }

    #[test]
    fn every_device_has_its_own_entry() {
        let name = |folder: &str| name(Path::new(folder), false);
        assert_ne!(name("/a"), name("/b"));
        assert_ne!(name("/a"), super::name(Path::new("/a"), true));
    }

    #[cfg(target_os = "linux")]
    #[test]
    fn a_folder_with_any_name_is_one_word_of_the_entry() {
        assert_eq!(quoted("/my folder"), "\"/my folder\"");
        assert_eq!(quoted("/50%"), "\"/50%%\"");
        assert_eq!(quoted("/$HOME`\""), "\"/\\\\$HOME\\\\`\\\\\"\"");
        assert_eq!(quoted("/a\\b"), "\"/a\\\\\\\\b\"");
    }
}
