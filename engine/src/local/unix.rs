//! Unix domain sockets: `engine.sock` in the data folder, mode 0600.
//!
//! The mode of a socket is set after it has been bound, so it is bound in a folder that only its owner can
//! enter, closed to others there, and then renamed to its place; renaming also replaces a dead engine's.
//! Where the path is too long for a socket (`sun_path`), the socket lies in a private folder of the runtime
//! directory or of the temporary directory, and `engine.socket` in the data folder says where.

use std::{
    env, fs, io,
    os::unix::fs::{DirBuilderExt as _, PermissionsExt as _},
    path::{Path, PathBuf},
};

use tokio::net::{UnixListener, UnixStream};

use super::lock::write_private;

const SOCKET: &str = "engine.sock";
/// Where the socket is bound before it is renamed to its place.
const MAKING: &str = ".sock";
/// Holds the socket's path if it is not in the data folder.
const ELSEWHERE: &str = "engine.socket";
/// The longest path of a socket, without its NUL: 108 bytes on Linux, 104 on the others.
const MAX_PATH: usize = if cfg!(target_os = "linux") { 107 } else { 103 };
/// Names tried for the private folder.
const MAX_TRIES: u32 = 16;

pub(super) type Stream = UnixStream;

/// A bound socket; its file goes with it.
#[derive(Debug)]
pub(super) struct Listener {
    socket: UnixListener,
    path: PathBuf,
    /// The private folder around it and the file that names it, if it lies elsewhere.
    elsewhere: Option<(PathBuf, PathBuf)>,
}

impl Listener {
    /// Binds the socket of a data folder. The caller holds the folder's lock.
    pub(super) fn bind(data_folder: &Path) -> io::Result<Self> {
        let path = data_folder.join(SOCKET);
        let note = data_folder.join(ELSEWHERE);
        // A dead engine's: nobody answers there any more.
        remove(&note)?;
        if fits(&path) {
            let making = data_folder.join(MAKING);
            clear(&making)?;
            private(&making)?;
            let socket = bind_in(&making, &path);
            let cleared = clear(&making);
            let socket = socket?;
            cleared?;
            return Ok(Self {
                socket,
                path,
                elsewhere: None,
            });
        }
        let folder = private_place()?;
        let path = folder.join(SOCKET);
        let bound = bind_in(&folder, &path).and_then(|socket| {
            write_private(&note, path.as_os_str().as_encoded_bytes()).map(|()| socket)
        });
        match bound {
            Ok(socket) => Ok(Self {
                socket,
                path,
                elsewhere: Some((folder, note)),
            }),
            Err(error) => {
                let _ = fs::remove_dir_all(&folder);
                Err(error)
            }
        }
    }

    /// The next client of the same user; others are turned away.
    pub(super) async fn accept(&mut self) -> io::Result<Stream> {
        loop {
            let (stream, _) = self.socket.accept().await?;
            match check(&stream) {
                Ok(()) => return Ok(stream),
                Err(error) => tracing::warn!(%error, "a local client was turned away"),
            }
        }
    }
}

impl Drop for Listener {
    fn drop(&mut self) {
        // What cannot be removed is replaced by the next engine.
        let _ = fs::remove_file(&self.path);
        if let Some((folder, note)) = &self.elsewhere {
            let _ = fs::remove_dir(folder);
            let _ = fs::remove_file(note);
        }
    }
}

/// Connects to the engine of a data folder.
///
/// # Errors
/// `NotFound` or `ConnectionRefused` if there is none.
pub(super) async fn connect(data_folder: &Path) -> io::Result<Stream> {
    let path = data_folder.join(SOCKET);
    let path = if fits(&path) {
        path
    } else {
        use std::os::unix::ffi::OsStringExt as _;
        let noted = fs::read(data_folder.join(ELSEWHERE))?;
        PathBuf::from(std::ffi::OsString::from_vec(noted))
    };
    let stream = UnixStream::connect(path).await?;
    // Also the other way round: the temporary directory is everybody's.
    check(&stream)?;
    Ok(stream)
}

/// The other end must be the same user's, or the system's administrator's.
fn check(stream: &UnixStream) -> io::Result<()> {
    let peer = stream.peer_cred()?.uid();
    let own = rustix::process::geteuid().as_raw();
    if peer == own || peer == 0 {
        Ok(())
    } else {
        Err(io::Error::new(
            io::ErrorKind::PermissionDenied,
            format!("the other end is user {peer}"),
        ))
    }
}

fn fits(path: &Path) -> bool {
    path.as_os_str().len() <= MAX_PATH
}

/// Binds in `folder`, which is private, and moves the socket to `path`.
fn bind_in(folder: &Path, path: &Path) -> io::Result<UnixListener> {
    // Short: it must fit where `path` does.
    let first = folder.join("s");
    let socket = UnixListener::bind(&first)?;
    fs::set_permissions(&first, fs::Permissions::from_mode(0o600))?;
    fs::rename(&first, path)?;
    Ok(socket)
}

fn private(folder: &Path) -> io::Result<()> {
    fs::DirBuilder::new().mode(0o700).create(folder)
}

/// A new private folder with a short path.
fn private_place() -> io::Result<PathBuf> {
    let runtime = env::var_os("XDG_RUNTIME_DIR")
        .map(PathBuf::from)
        .filter(|folder| folder.is_absolute());
    let mut last = io::Error::from(io::ErrorKind::NotFound);
    for base in runtime
        .into_iter()
        .chain([env::temp_dir(), PathBuf::from("/tmp")])
    {
        for _ in 0..MAX_TRIES {
            let mut random = [0; 6];
            getrandom::fill(&mut random).map_err(io::Error::other)?;
            let name = data_encoding::HEXLOWER.encode(&random);
            let folder = base.join(format!("chunkstream-{name}"));
            if !fits(&folder.join(SOCKET)) {
                last = io::Error::new(
                    io::ErrorKind::InvalidFilename,
                    "the path of every place for a socket is too long",
                );
                break;
            }
            match private(&folder) {
                Ok(()) => return Ok(folder),
                Err(error) if error.kind() == io::ErrorKind::AlreadyExists => last = error,
                Err(error) => {
                    last = error;
                    break;
                }
            }
        }
    }
    Err(last)
}

fn remove(file: &Path) -> io::Result<()> {
    match fs::remove_file(file) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => Err(error),
        _ => Ok(()),
    }
}

fn clear(folder: &Path) -> io::Result<()> {
    match fs::remove_dir_all(folder) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => Err(error),
        _ => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn the_socket_is_for_its_owner_alone_even_in_an_open_folder() {
        let folder = tempfile::tempdir().expect("a folder");
        fs::set_permissions(folder.path(), fs::Permissions::from_mode(0o755))
            .expect("an open folder");
        let listener = Listener::bind(folder.path()).expect("a socket");
        let mode = fs::metadata(folder.path().join(SOCKET))
            .expect("the socket")
            .permissions()
            .mode();
        assert_eq!(mode & 0o777, 0o600);
        assert!(
            !folder.path().join(MAKING).exists(),
            "nothing is left of its making"
        );
        drop(listener);
        assert!(
            !folder.path().join(SOCKET).exists(),
            "the file goes with the socket"
        );
    }

    #[tokio::test]
    async fn a_dead_engines_socket_is_replaced() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join(SOCKET);
        // Dropped without removing the file, as by a crash.
        drop(std::os::unix::net::UnixListener::bind(&path).expect("a socket"));
        fs::create_dir(folder.path().join(MAKING)).expect("a crash in between");
        let refused = connect(folder.path()).await.expect_err("nobody is there");
        assert_eq!(refused.kind(), io::ErrorKind::ConnectionRefused);
        let mut listener = Listener::bind(folder.path()).expect("replaced");
        let (accepted, connected) = tokio::join!(listener.accept(), connect(folder.path()));
        accepted.expect("a client");
        connected.expect("a server");
    }

    #[tokio::test]
    async fn a_socket_elsewhere_is_found_by_its_note_and_leaves_nothing() {
        let folder = tempfile::tempdir().expect("a folder");
        let data = folder
            .path()
            .join("d".repeat(MAX_PATH - folder.path().as_os_str().len() - SOCKET.len() - 1));
        fs::create_dir(&data).expect("a folder with a path one byte too long");
        assert_eq!(data.join(SOCKET).as_os_str().len(), MAX_PATH + 1);
        let mut listener = Listener::bind(&data).expect("a socket");
        let place = listener.path.parent().expect("a folder").to_owned();
        assert_eq!(
            fs::metadata(&place).expect("it").permissions().mode() & 0o777,
            0o700
        );
        let (accepted, connected) = tokio::join!(listener.accept(), connect(&data));
        accepted.expect("a client");
        connected.expect("a server");
        drop(listener);
        assert!(!place.exists());
        assert_eq!(
            connect(&data).await.expect_err("gone").kind(),
            io::ErrorKind::NotFound
        );
    }

    #[test]
    fn a_path_of_the_greatest_length_fits_the_system() {
        let folder = tempfile::tempdir().expect("a folder");
        let name = "s".repeat(MAX_PATH - folder.path().as_os_str().len() - 1);
        let path = folder.path().join(name);
        assert!(fits(&path));
        std::os::unix::net::UnixListener::bind(path).expect("the system agrees");
    }
}
