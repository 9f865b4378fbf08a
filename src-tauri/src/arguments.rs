//! What the program is started with, and which instance answers for it.
//!
//! One data folder is one device: one process works on it, and a second start with the same folder
//! hands its paths to the first. Two data folders are two devices and run side by side, which is why
//! the single-instance name is made from the folder and not from the application's identifier alone.
//!
//! Files come as paths or, from "Open with" and file managers, as `file:` addresses. A `chunkstream:` link comes from
//! outside, see [`crate::links`]: it must be the last word, so that nothing in it can pass for an option, and whoever
//! opens a link names no files.
//!
//! Not here: whether another *kind* of process (the terminal client) holds the folder. The engine's
//! own lock answers that, see [`crate::startup`].

use std::{
    ffi::OsString,
    io,
    net::SocketAddr,
    path::{Path, PathBuf},
};

use clap::{CommandFactory, Parser, error::ErrorKind};
use tauri::Url;

use crate::links::{self, Link};

/// The application's identifier, as in `tauri.conf.json`.
pub const IDENTIFIER: &str = "pro.chunkstream.desktop";

/// The arguments of one start.
#[derive(Parser, Clone, PartialEq, Eq, Debug)]
#[command(
    name = "chunkstream-desktop",
    version,
    about = "Sends files straight from one computer to another"
)]
pub struct Arguments {
    /// The folder of this device's key, database and settings
    #[arg(long, value_name = "DIR", env = "CHUNKSTREAM_DATA")]
    pub data: Option<PathBuf>,
    /// The UDP address to listen on
    #[arg(long, value_name = "IP:PORT")]
    pub listen: Option<SocketAddr>,
    /// Start in the tray, without a window
    #[arg(long)]
    pub hidden: bool,
    /// Files and folders to send: they wait in the window until a device is chosen. Or one link, chunkstream://TICKET
    #[arg(value_name = "PATH")]
    pub paths: Vec<PathBuf>,
}

impl Arguments {
    /// Reads the command line of this process, or the one that a second start has sent.
    pub fn read(
        words: impl IntoIterator<Item = impl Into<OsString> + Clone>,
    ) -> Result<Self, clap::Error> {
        let words: Vec<OsString> = words.into_iter().map(Into::into).collect();
        let is_link = |word: &OsString| word.to_str().is_some_and(links::is_link);
        if words.iter().rev().skip(1).any(is_link) {
            let error = "a link must be the last word of the command line";
            return Err(Self::command().error(ErrorKind::TooManyValues, error));
        }
        Self::try_parse_from(words)
    }

    /// The link that this start is for, if it is for one.
    pub fn link(&self) -> Option<Link> {
        self.paths
            .last()
            .and_then(|word| word.to_str())
            .and_then(Link::read)
    }

    /// The data folder, absolute: `--data`, the environment, or the platform's folder for data.
    /// None if the platform names no such folder (no home).
    pub fn data_folder(&self) -> io::Result<Option<PathBuf>> {
        let Some(folder) = self
            .data
            .clone()
            .or_else(|| Some(dirs::data_local_dir()?.join("chunkstream")))
        else {
            return Ok(None);
        };
        std::path::absolute(folder).map(Some)
    }

    /// The paths, absolute, seen from the folder `start` in which the program was started; none beside a link.
    pub fn paths_from(&self, start: &Path) -> Vec<String> {
        if self.link().is_some() {
            return Vec::new();
        }
        self.paths
            .iter()
            .map(|path| match file_address(path) {
                Some(path) => path,
                None => start.join(path),
            })
            .map(|path| path.to_string_lossy().into_owned())
            .collect()
    }
}

/// The path of a `file:` address.
pub(crate) fn file_address(word: &Path) -> Option<PathBuf> {
    let url = Url::parse(word.to_str()?).ok()?;
    (url.scheme() == "file").then(|| url.to_file_path().ok())?
}

/// The name under which the first instance on a data folder is found, or None where two folders
/// cannot have two names: the plugin takes one on Linux only, elsewhere it knows the identifier, which
/// then belongs to the platform's own folder.
///
/// The folder is made, so that links to it lead to the same name.
pub(crate) fn instance_name(folder: &Path, is_default: bool) -> Option<String> {
    if cfg!(target_os = "linux") {
        let place = std::fs::create_dir_all(folder).and_then(|()| folder.canonicalize());
        let place = place.unwrap_or_else(|_| folder.to_owned());
        let digest = blake3::hash(place.as_os_str().as_encoded_bytes()).to_hex();
        // An element of a bus name must not begin with a digit.
        Some(format!("{IDENTIFIER}.d{}", &digest[..16]))
    } else {
        is_default.then(|| IDENTIFIER.to_owned())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(words: &[&str]) -> Result<Arguments, clap::Error> {
        Arguments::read([&["chunkstream-desktop"], words].concat())
    }

    #[test]
    fn options_and_paths_are_told_apart() {
        let arguments = read(&[
            "--data",
            "/d",
            "--listen",
            "127.0.0.1:7000",
            "--hidden",
            "a",
            "b c",
        ])
        .expect("all of them are known");
        assert_eq!(
            arguments,
            Arguments {
                data: Some("/d".into()),
                listen: Some(([127, 0, 0, 1], 7000).into()),
                hidden: true,
                paths: vec!["a".into(), "b c".into()],
            }
        );
    }

    #[test]
    fn what_cannot_be_understood_is_refused() {
        assert!(read(&["--listen", "here"]).is_err());
        assert!(read(&["--no-such-option"]).is_err());
    }

    #[test]
    fn a_path_that_looks_like_an_option_can_be_sent_after_two_dashes() {
        assert_eq!(
            read(&["--", "--hidden"]).expect("it is a path").paths,
            [PathBuf::from("--hidden")]
        );
    }

    #[test]
    fn paths_are_seen_from_the_folder_of_their_start() {
        let arguments = read(&["a", "/b"]).expect("two paths");
        assert_eq!(
            arguments.paths_from(Path::new("/start")),
            ["/start/a", "/b"]
        );
    }

    #[cfg(unix)]
    #[test]
    fn file_addresses_are_paths_too() {
        let arguments = read(&["file:///home/me/two%20words.txt", "file:/b", "c:d"]);
        assert_eq!(
            arguments
                .expect("three files")
                .paths_from(Path::new("/start")),
            ["/home/me/two words.txt", "/b", "/start/c:d"]
        );
    }

    #[test]
    fn a_link_is_the_last_word_and_no_path_stands_beside_it() {
        let link = "chunkstream://nothing";
        let arguments = read(&["--data", "/d", "a", link]).expect("a link at the end");
        assert_eq!(arguments.link(), Some(Link::Unreadable));
        assert!(arguments.paths_from(Path::new("/start")).is_empty());
        assert_eq!(read(&["a"]).expect("a path").link(), None);
    }

    #[test]
    fn a_link_cannot_bring_an_option_along() {
        for words in [
            ["chunkstream://nothing", "--hidden"],
            ["CHUNKSTREAM:nothing", "/etc/passwd"],
            ["chunkstream://nothing", "chunkstream://nothing"],
        ] {
            assert!(read(&words).is_err(), "{words:?}");
        }
    }

    #[test]
    fn a_relative_data_folder_becomes_absolute() {
        let folder = read(&["--data", "d"]).expect("one option").data_folder();
        assert!(
            folder
                .expect("there is a current folder")
                .expect("it was given")
                .is_absolute()
        );
    }

    #[cfg(target_os = "linux")]
    #[test]
    fn every_data_folder_has_its_own_instance_name_and_a_link_shares_it() {
        let home = tempfile::tempdir().expect("a temporary folder");
        let [a, b, link] = ["a", "b", "link"].map(|name| home.path().join(name));
        let name_a = instance_name(&a, false);
        std::os::unix::fs::symlink(&a, &link).expect("a link");
        assert_ne!(name_a, instance_name(&b, false));
        assert_eq!(name_a, instance_name(&link, false));
        let name = name_a.expect("Linux has names for all");
        assert!(name.starts_with("pro.chunkstream.desktop.d"), "{name}");
    }
}
