//! Which paths the pages may have opened: what has arrived here, and nothing else.
//!
//! A page asks the shell to open a file or to show it in its folder. What lies in the inbox folder, what a
//! received transfer has put in its place, and a received transfer's target folder itself can be opened. The
//! sources of this device's own transfers can be shown besides. Links are followed before the comparison,
//! so that a link that arrived cannot lead outside.
//!
//! Non-goal: judging what a file would do when it is opened. The person decides that.

use std::path::{Path, PathBuf};

use crate::backend::{Code, Direction, Failure, TransferView};

/// What is to be done with a path.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Purpose {
    /// The system's program for it is started.
    Open,
    /// The file manager shows it in its folder.
    Show,
}

/// The real place of `path`, if it may be opened or shown.
pub fn permitted(
    purpose: Purpose,
    path: &str,
    inbox_folder: &str,
    transfers: &[TransferView],
) -> Result<PathBuf, Failure> {
    let (asked, place) = there(path)?;
    // The disk is asked about each that is looked at, and there may be ten thousand: first those that name the path.
    let (naming, others): (Vec<_>, Vec<_>) = transfers
        .iter()
        .rev()
        .partition(|transfer| names(transfer, asked));
    let belongs = |transfer: &&TransferView| belongs(purpose, &place, transfer);
    if lies_in(&place, inbox_folder) || naming.iter().any(belongs) || others.iter().any(belongs) {
        Ok(place)
    } else {
        Err(not_here(path))
    }
}

/// The real place of what the engine says `transfer` has brought, if it still lies where that was put.
pub fn brought(
    path: &str,
    inbox_folder: &str,
    transfer: &TransferView,
) -> Result<PathBuf, Failure> {
    let (_, place) = there(path)?;
    let folder = transfer.folder.as_deref();
    if lies_in(&place, inbox_folder)
        || folder.is_some_and(|folder| lies_in(&place, folder))
        || belongs(Purpose::Open, &place, transfer)
    {
        Ok(place)
    } else {
        Err(not_here(path))
    }
}

/// The path, and where it really is.
fn there(path: &str) -> Result<(&Path, PathBuf), Failure> {
    let asked = Path::new(path);
    if !asked.is_absolute() {
        return Err(Failure::new(Code::BadPath, "the path is not absolute").about(path));
    }
    let place = asked
        .canonicalize()
        .map_err(|_| Failure::new(Code::NotFound, "the file is not there any more").about(path))?;
    Ok((asked, place))
}

fn not_here(path: &str) -> Failure {
    Failure::new(Code::BadPath, "only what has arrived here can be opened").about(path)
}

fn lies_in(place: &Path, folder: &str) -> bool {
    real(folder).is_some_and(|folder| place.starts_with(folder))
}

/// Whether the path is written as something of that transfer: it need not be there.
fn names(transfer: &TransferView, asked: &Path) -> bool {
    let mut roots = transfer
        .roots
        .iter()
        .filter_map(|root| root.path.as_deref());
    transfer
        .folder
        .as_deref()
        .is_some_and(|folder| asked == Path::new(folder))
        || roots.any(|root| asked.starts_with(root))
}

fn belongs(purpose: Purpose, place: &Path, transfer: &TransferView) -> bool {
    let mut roots = transfer
        .roots
        .iter()
        .filter_map(|root| root.path.as_deref());
    match transfer.direction {
        Direction::Receiving => {
            // The folder itself, not what else lies in it.
            transfer
                .folder
                .as_deref()
                .and_then(real)
                .is_some_and(|folder| place == folder)
                || roots
                    .filter_map(own_place)
                    .any(|root| place.starts_with(root))
        }
        Direction::Sending => {
            purpose == Purpose::Show
                && roots.any(|root| real(root).is_some_and(|root| place == root))
        }
    }
}

fn real(path: &str) -> Option<PathBuf> {
    Path::new(path).canonicalize().ok()
}

/// Where a root stands. The root itself is not followed: if it is a link, what it points to has not arrived.
fn own_place(root: &str) -> Option<PathBuf> {
    let root = Path::new(root);
    Some(root.parent()?.canonicalize().ok()?.join(root.file_name()?))
}

#[cfg(all(test, unix))]
mod tests {
    use std::{fs, os::unix::fs::symlink};

    use super::*;

    struct Disk(tempfile::TempDir);

    impl Disk {
        fn new() -> Self {
            let disk = Self(tempfile::tempdir().expect("a temporary folder"));
            for folder in ["inbox/photos", "elsewhere/album", "private"] {
                fs::create_dir_all(disk.0.path().join(folder)).expect("a folder");
            }
            for file in [
                "inbox/photos/1.jpg",
                "elsewhere/album/2.jpg",
                "elsewhere/other.txt",
                "private/key",
            ] {
                fs::write(disk.0.path().join(file), "x").expect("a file");
            }
            disk
        }

        fn at(&self, path: &str) -> String {
            self.0.path().join(path).to_string_lossy().into_owned()
        }

        fn ask(&self, path: &str, transfers: &[TransferView]) -> Result<PathBuf, Code> {
            self.ask_to(Purpose::Open, path, transfers)
        }

        fn ask_to(
            &self,
            purpose: Purpose,
            path: &str,
            transfers: &[TransferView],
        ) -> Result<PathBuf, Code> {
            permitted(purpose, &self.at(path), &self.at("inbox"), transfers)
                .map_err(|failure| failure.code)
        }

        fn transfer(&self, direction: &str, root: &str) -> TransferView {
            let mut transfer = crate::notices::example(
                "1",
                Direction::Receiving,
                crate::backend::State::Completed,
            );
            transfer.direction = if direction == "sending" {
                Direction::Sending
            } else {
                Direction::Receiving
            };
            transfer.roots = serde_json::from_value(
                serde_json::json!([{ "name": "root", "path": self.at(root), "kind": "folder" }]),
            )
            .expect("a root as the engine shows it");
            transfer
        }
    }

    fn places(
        path: &str,
        disk: &Disk,
        ask: impl Fn(&str) -> Result<PathBuf, Failure>,
    ) -> Result<(), Code> {
        let place = ask(&disk.at(path)).map_err(|failure| failure.code)?;
        assert_eq!(
            Ok(place),
            disk.0.path().join(path).canonicalize().map_err(|_| ())
        );
        Ok(())
    }

    #[test]
    fn the_inbox_folder_and_what_lies_in_it_can_be_opened() {
        let disk = Disk::new();
        assert!(disk.ask("inbox", &[]).is_ok());
        assert!(disk.ask("inbox/photos/1.jpg", &[]).is_ok());
    }

    #[test]
    fn a_root_that_arrived_elsewhere_can_be_opened_and_its_neighbours_cannot() {
        let disk = Disk::new();
        let transfers = [disk.transfer("receiving", "elsewhere/album")];
        assert!(disk.ask("elsewhere/album/2.jpg", &transfers).is_ok());
        assert_eq!(
            disk.ask("elsewhere/other.txt", &transfers),
            Err(Code::BadPath)
        );
    }

    #[test]
    fn the_target_folder_itself_can_be_opened_and_what_else_lies_in_it_cannot() {
        let disk = Disk::new();
        let mut transfer = disk.transfer("receiving", "elsewhere/album");
        transfer.folder = Some(disk.at("elsewhere"));
        assert!(disk.ask("elsewhere", &[transfer.clone()]).is_ok());
        assert_eq!(
            disk.ask("elsewhere/other.txt", &[transfer]),
            Err(Code::BadPath)
        );
    }

    #[test]
    fn what_was_brought_lies_in_its_folder_and_a_link_leads_nowhere_else() {
        let disk = Disk::new();
        symlink(disk.at("private"), disk.at("elsewhere/link")).expect("a link");
        let mut transfer = disk.transfer("receiving", "elsewhere/album");
        let brought = |path: &str, transfer: &TransferView| {
            places(path, &disk, |path| {
                super::brought(path, &disk.at("inbox"), transfer)
            })
        };
        assert_eq!(brought("elsewhere/album/2.jpg", &transfer), Ok(()));
        assert_eq!(
            brought("elsewhere/other.txt", &transfer),
            Err(Code::BadPath)
        );
        // Of many roots a view shows some: the folder is what says.
        transfer.folder = Some(disk.at("elsewhere"));
        assert_eq!(brought("elsewhere/other.txt", &transfer), Ok(()));
        assert_eq!(brought("elsewhere/link/key", &transfer), Err(Code::BadPath));
        assert_eq!(brought("private/key", &transfer), Err(Code::BadPath));
    }

    #[test]
    fn what_was_sent_from_here_can_be_shown_and_not_opened() {
        let disk = Disk::new();
        let transfers = [disk.transfer("sending", "private")];
        assert!(disk.ask_to(Purpose::Show, "private", &transfers).is_ok());
        assert_eq!(
            disk.ask_to(Purpose::Show, "private/key", &transfers),
            Err(Code::BadPath)
        );
        assert_eq!(
            disk.ask_to(Purpose::Open, "private", &transfers),
            Err(Code::BadPath)
        );
    }

    #[test]
    fn everything_else_is_refused() {
        let disk = Disk::new();
        assert_eq!(disk.ask("private/key", &[]), Err(Code::BadPath));
        assert_eq!(disk.ask("inbox/../private/key", &[]), Err(Code::BadPath));
        assert_eq!(disk.ask("inbox/photos/gone.jpg", &[]), Err(Code::NotFound));
        assert_eq!(
            disk.ask("private/key", &[disk.transfer("sending", "private/key")]),
            Err(Code::BadPath)
        );
        assert_eq!(
            permitted(Purpose::Open, "inbox", "/", &[]).map_err(|failure| failure.code),
            Err(Code::BadPath)
        );
    }

    #[test]
    fn a_link_that_arrived_does_not_lead_outside() {
        let disk = Disk::new();
        symlink(disk.at("private"), disk.at("inbox/link")).expect("a link");
        symlink(disk.at("private"), disk.at("elsewhere/link")).expect("a link");
        let transfers = [
            disk.transfer("receiving", "inbox/link"),
            disk.transfer("receiving", "elsewhere/link"),
        ];
        for path in [
            "inbox/link",
            "inbox/link/key",
            "elsewhere/link",
            "elsewhere/link/key",
            "private/key",
        ] {
            assert_eq!(disk.ask(path, &transfers), Err(Code::BadPath), "{path}");
        }
    }
}
