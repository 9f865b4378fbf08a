//! A drag out of a window on Windows and macOS, by CrabNebula's `drag`. Written after its documentation and not tried.

use std::{path::PathBuf, sync::Mutex};

use tauri::{Runtime, WebviewWindow};

use super::cannot;
use crate::backend::Failure;

/// What hangs on the pointer.
const PICTURE: &[u8] = include_bytes!("../../../icons/32x32.png");

/// Begins the drag, on the main thread; `ended` is called once.
pub(super) fn begin<R: Runtime>(
    window: &WebviewWindow<R>,
    files: Vec<PathBuf>,
    ended: impl FnOnce() + Send + 'static,
) -> Result<(), Failure> {
    let ended = Mutex::new(Some(ended));
    let end = move |_, _| {
        if let Ok(mut ended) = ended.lock()
            && let Some(ended) = ended.take()
        {
            ended();
        }
    };
    let picture = drag::Image::Raw(PICTURE.to_vec());
    let files = drag::DragItem::Files(files);
    drag::start_drag(window, files, picture, end, drag::Options::default())
        .map_err(|error| cannot(&error))
}
