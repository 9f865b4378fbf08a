//! Where what arrives is put on a desktop, until a person chooses otherwise.
//!
//! The engine's own choice is a folder inside of its data, which suits servers. On a desktop a person looks
//! among the downloads. A data folder that was named at the start keeps the engine's choice.

use std::path::Path;

use crate::backend::{Engine, Nothing, SettingsRequest};

/// The folder's name among the downloads.
const NAME: &str = "ChunkStream";

/// Moves the inbox folder from the engine's own choice to the downloads. A folder that somebody has chosen
/// stays; so does the engine's choice if the new folder cannot be made.
pub async fn settle(engine: &Engine, data_folder: &Path, downloads: &Path) {
    let Ok(identity) = engine.identity(Nothing {}).await else {
        return;
    };
    if Path::new(&identity.inbox_folder) != data_folder.join("inbox") {
        return;
    }
    let folder = downloads.join(NAME);
    if let Err(error) = std::fs::create_dir_all(&folder) {
        tracing::warn!(%error, folder = %folder.display(), "the inbox folder cannot be made");
        return;
    }
    let request = SettingsRequest {
        inbox_folder: Some(folder.to_string_lossy().into_owned()),
        ..SettingsRequest::default()
    };
    if let Err(failure) = engine.change_settings(request).await {
        tracing::warn!(%failure, "the inbox folder cannot be set");
    }
}
