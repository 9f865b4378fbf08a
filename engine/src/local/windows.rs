//! A named pipe whose name is made of the data folder's path.
//!
//! By default only its maker and the system's administrators may write to a pipe; clients from other
//! computers are refused. A client cannot be asked for its user here, so the system's rule is the only one.

use std::{
    io,
    path::Path,
    pin::Pin,
    task::{Context, Poll},
};

use tokio::{
    io::{AsyncRead, AsyncWrite, ReadBuf},
    net::windows::named_pipe::{ClientOptions, NamedPipeClient, NamedPipeServer, ServerOptions},
};

/// ERROR_PIPE_BUSY: every instance has a client; the next one is being made.
const PIPE_BUSY: i32 = 231;
/// Attempts to get past [`PIPE_BUSY`], and the time between them.
const BUSY_TRIES: u32 = 40;
const BUSY_WAIT: std::time::Duration = std::time::Duration::from_millis(50);

/// Either end of the pipe.
#[derive(Debug)]
pub(super) enum Stream {
    /// The engine's.
    Server(NamedPipeServer),
    /// A client's.
    Client(NamedPipeClient),
}

/// The pipe, with an instance that waits for the next client.
#[derive(Debug)]
pub(super) struct Listener {
    name: String,
    next: NamedPipeServer,
}

impl Listener {
    /// Makes the pipe of a data folder. The caller holds the folder's lock.
    pub(super) fn bind(data_folder: &Path) -> io::Result<Self> {
        let name = name(data_folder);
        // Being first proves that nobody else has made the pipe to listen in.
        let next = options().first_pipe_instance(true).create(&name)?;
        Ok(Self { name, next })
    }

    /// The next client.
    pub(super) async fn accept(&mut self) -> io::Result<Stream> {
        self.next.connect().await?;
        let next = options().create(&self.name)?;
        Ok(Stream::Server(std::mem::replace(&mut self.next, next)))
    }
}

/// Connects to the engine of a data folder.
///
/// # Errors
/// `NotFound` if there is none.
pub(super) async fn connect(data_folder: &Path) -> io::Result<Stream> {
    let name = name(data_folder);
    for _ in 0..BUSY_TRIES {
        match ClientOptions::new().open(&name) {
            Err(error) if error.raw_os_error() == Some(PIPE_BUSY) => {
                tokio::time::sleep(BUSY_WAIT).await
            }
            result => return result.map(Stream::Client),
        }
    }
    Err(io::Error::from_raw_os_error(PIPE_BUSY))
}

fn options() -> ServerOptions {
    let mut options = ServerOptions::new();
    options.reject_remote_clients(true);
    options
}

fn name(data_folder: &Path) -> String {
    // The same folder by another path is the same folder.
    let folder = data_folder
        .canonicalize()
        .unwrap_or_else(|_| data_folder.to_owned());
    let hash = blake3::hash(folder.as_os_str().as_encoded_bytes()).to_hex();
    format!(r"\\.\pipe\chunkstream-{}", &hash[..32])
}

impl AsyncRead for Stream {
    fn poll_read(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        match self.get_mut() {
            Self::Server(pipe) => Pin::new(pipe).poll_read(cx, buffer),
            Self::Client(pipe) => Pin::new(pipe).poll_read(cx, buffer),
        }
    }
}

impl AsyncWrite for Stream {
    fn poll_write(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        match self.get_mut() {
            Self::Server(pipe) => Pin::new(pipe).poll_write(cx, bytes),
            Self::Client(pipe) => Pin::new(pipe).poll_write(cx, bytes),
        }
    }

    fn poll_flush(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        match self.get_mut() {
            Self::Server(pipe) => Pin::new(pipe).poll_flush(cx),
            Self::Client(pipe) => Pin::new(pipe).poll_flush(cx),
        }
    }

    fn poll_shutdown(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        match self.get_mut() {
            Self::Server(pipe) => Pin::new(pipe).poll_shutdown(cx),
            Self::Client(pipe) => Pin::new(pipe).poll_shutdown(cx),
        }
    }
}
