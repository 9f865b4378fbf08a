//! Ctrl-C and termination: the engine is shut down, transfers are kept.

use std::{future::Future, io};

use chunkstream_engine::api::{Code, Failure};

use crate::exit::Exit;

/// The signals that end the program. From its making on they no longer end it by themselves.
#[derive(Debug)]
pub(crate) struct Interrupt {
    #[cfg(unix)]
    interrupt: tokio::signal::unix::Signal,
    #[cfg(unix)]
    terminate: tokio::signal::unix::Signal,
}

impl Interrupt {
    /// Begins to listen.
    pub(crate) fn listen() -> Result<Self, Failure> {
        Self::new()
            .map_err(|e| Failure::new(Code::Internal, format!("signals cannot be heard: {e}")))
    }

    #[cfg(unix)]
    fn new() -> io::Result<Self> {
        use tokio::signal::unix::{SignalKind, signal};
        Ok(Self {
            interrupt: signal(SignalKind::interrupt())?,
            terminate: signal(SignalKind::terminate())?,
        })
    }

    #[cfg(not(unix))]
    #[allow(clippy::unnecessary_wraps)]
    fn new() -> io::Result<Self> {
        Ok(Self {})
    }

    /// Returns at the next signal.
    pub(crate) async fn hear(&mut self) {
        #[cfg(unix)]
        tokio::select! {
            Some(()) = self.interrupt.recv() => {}
            Some(()) = self.terminate.recv() => {}
            else => std::future::pending().await,
        }
        #[cfg(not(unix))]
        if tokio::signal::ctrl_c().await.is_err() {
            std::future::pending::<()>().await;
        }
    }

    /// Does some work, unless a signal comes first.
    pub(crate) async fn or(
        &mut self,
        work: impl Future<Output = Result<Exit, Failure>>,
    ) -> Result<Exit, Failure> {
        tokio::select! {
            result = work => result,
            () = self.hear() => Ok(Exit::Interrupted),
        }
    }
}
