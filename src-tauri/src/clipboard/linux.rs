//! The clipboard on Linux, by GTK, on X11 and Wayland. Asked without waiting: who has put something there may answer
//! late or never, and the windows go on meanwhile (GTK gives up after half a minute).

use std::path::{Path, PathBuf};

use gtk::{Clipboard, SelectionData, gdk};

use crate::arguments::file_address;

/// What some file managers offer besides a list of URIs, and older ones instead of it: "copy" or "cut", then a URI a line.
const COPIED_FILES: &str = "x-special/gnome-copied-files";

/// Tells the files on the clipboard, on the main thread.
pub(super) fn read(tell: impl FnOnce(Vec<PathBuf>) + 'static) {
    Clipboard::get(&gdk::SELECTION_CLIPBOARD).request_uris(move |clipboard, uris| {
        let files = paths(uris.iter().map(gtk::glib::GString::as_str));
        if !files.is_empty() {
            return tell(files);
        }
        let copied = gdk::Atom::intern(COPIED_FILES);
        clipboard.request_contents(&copied, move |_, data| tell(copied_files(data)));
    });
}

fn copied_files(data: &SelectionData) -> Vec<PathBuf> {
    // Below zero: nobody has such a thing.
    if data.length() <= 0 {
        return Vec::new();
    }
    paths(String::from_utf8_lossy(&data.data()).lines())
}

/// What is no file of this computer is left out.
fn paths<'a>(lines: impl Iterator<Item = &'a str>) -> Vec<PathBuf> {
    lines
        .filter_map(|line| file_address(Path::new(line.trim())))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn of_what_was_copied_the_files_are_taken() {
        let lines = "copy\nfile:///home/me/two%20words.txt\r\nhttps://example.org/\n/home/me/plain\n\nfile:///b/%C3%BC";
        assert_eq!(
            paths(lines.lines()),
            [Path::new("/home/me/two words.txt"), Path::new("/b/ü")]
        );
        assert!(paths("copy".lines()).is_empty());
    }

    #[test]
    fn a_file_of_another_computer_is_none() {
        assert!(paths(["file://elsewhere/a"].into_iter()).is_empty());
        assert_eq!(paths(["file://localhost/a"].into_iter()), [Path::new("/a")]);
    }
}
