//! What the program is started with, and which instance answers for it.
//!
//! One data folder is one device: one process works on it, and a second start with the same folder
//! hands its paths to the first. Two data folders are two devices and run side by side, which is why
//! the single-instance name is made from the folder and not from the application's identifier alone.
//!
//! Not here: whether another *kind* of process (the terminal client) holds the folder. The engine's
//! own lock answers that, see [`crate::startup`].

use std::{
    env,
    ffi::OsString,
    io,
    net::SocketAddr,
    path::{Path, PathBuf},
};

use clap::Parser;

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
    /// Files and folders to send: they wait in the window until a device is chosen
    #[arg(value_name = "PATH")]
    pub paths: Vec<PathBuf>,
}

impl Arguments {
    /// Reads the command line of this process, or the one that a second start has sent.
    pub fn read(
        words: impl IntoIterator<Item = impl Into<OsString> + Clone>,
    ) -> Result<Self, clap::Error> {
        Self::try_parse_from(words)
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

    /// The paths, absolute, seen from the folder `start` in which the program was started.
    pub fn paths_from(&self, start: &Path) -> Vec<String> {
        self.paths
            .iter()
            .map(|path| start.join(path).to_string_lossy().into_owned())
            .collect()
    }
}

/// The paths of this start, seen from the current folder.
pub(crate) fn own_paths(arguments: &Arguments) -> Vec<String> {
    arguments.paths_from(&env::current_dir().unwrap_or_default())
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
