//! A drag out of a window on Linux, by GTK: a list of URIs for every program that takes files.
//!
//! Not by the crate that the other systems use: there a path becomes a URI without its blanks, per cents and letters
//! beyond ASCII being escaped, and other programs do not find such a file.

use std::{cell::RefCell, path::PathBuf, rc::Rc};

use gtk::{
    TargetList,
    gdk::{DragAction, ModifierType},
    gio,
    glib::{self, SignalHandlerId, object::ObjectExt},
    prelude::*,
};
use tauri::{Runtime, WebviewWindow};

use super::cannot;
use crate::backend::Failure;

/// The button that drags, as GTK counts them.
const LEFT: i32 = 1;

/// Begins the drag, on the main thread; `ended` is called once.
pub(super) fn begin<R: Runtime>(
    window: &WebviewWindow<R>,
    files: Vec<PathBuf>,
    ended: impl FnOnce() + 'static,
) -> Result<(), Failure> {
    let widget = window.gtk_window().map_err(|error| cannot(&error))?;
    if !is_pressed(&widget) {
        // Let go while the files were looked up: a drag would hang on a pointer that holds nothing.
        ended();
        return Ok(());
    }
    let uris = files
        .iter()
        .map(|file| glib::filename_to_uri(file, None))
        .collect::<Result<Vec<_>, _>>()
        .map_err(|error| cannot(&error))?;
    let targets = TargetList::new(&[]);
    targets.add_uri_targets(0);
    let context = widget
        .drag_begin_with_coordinates(&targets, DragAction::COPY, LEFT, None, -1, -1)
        .ok_or_else(|| cannot(&"GTK begins none"))?;
    context.drag_set_icon_gicon(&icon(&files), 0, 0);

    // Several drags never overlap, but handlers of one whose end was not told would outlast it: each looks whose
    // signal it hears.
    let handlers: Rc<RefCell<Vec<SignalHandlerId>>> = Rc::default();
    let mine = context.clone();
    let giving = widget.connect_drag_data_get(move |_, context, data, _, _| {
        if *context == mine {
            let uris: Vec<&str> = uris.iter().map(glib::GString::as_str).collect();
            data.set_uris(&uris);
        }
    });
    let (mine, all) = (context, handlers.clone());
    let ended = RefCell::new(Some(ended));
    let ending = widget.connect_drag_end(move |widget, context| {
        if *context != mine {
            return;
        }
        for handler in all.take() {
            widget.disconnect(handler);
        }
        if let Some(ended) = ended.take() {
            ended();
        }
    });
    handlers.borrow_mut().extend([giving, ending]);
    Ok(())
}

/// Whether the button is still down.
fn is_pressed(widget: &gtk::ApplicationWindow) -> bool {
    let pointer = widget
        .display()
        .default_seat()
        .and_then(|seat| seat.pointer());
    let (Some(window), Some(pointer)) = (widget.window(), pointer) else {
        return false;
    };
    let (_, _, _, state) = window.device_position(&pointer);
    state.contains(ModifierType::BUTTON1_MASK)
}

/// What hangs on the pointer: the picture of a file of that kind, as a file manager shows it.
fn icon(files: &[PathBuf]) -> gio::Icon {
    let [file] = files else {
        return gio::ThemedIcon::with_default_fallbacks("edit-copy-symbolic").upcast();
    };
    if file.is_dir() {
        return gio::ThemedIcon::new("folder").upcast();
    }
    let (kind, _) = gio::content_type_guess(Some(file), &[]);
    gio::content_type_get_icon(&kind)
}
