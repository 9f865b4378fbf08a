//! The end of the local socket that asks.

use std::{io, path::Path};

use serde::{Serialize, de::DeserializeOwned};
use tokio::io::BufReader;

use super::{
    Reply, Request,
    lines::{MAX_REPLY, read_line, write_line},
    platform::{self, Stream},
};
use crate::api::{Code, Failure};

/// A connection to the engine that runs on a data folder.
#[derive(Debug)]
pub struct Client {
    stream: BufReader<Stream>,
}

impl Client {
    /// Connects to the engine of a data folder; None if none runs there (or it is just starting).
    ///
    /// # Errors
    /// `Internal` if there is a socket that cannot be used, for one because it is another user's.
    pub async fn connect(data_folder: &Path) -> Result<Option<Self>, Failure> {
        match platform::connect(data_folder).await {
            Ok(stream) => Ok(Some(Self {
                stream: BufReader::new(stream),
            })),
            Err(error)
                if matches!(
                    error.kind(),
                    io::ErrorKind::NotFound | io::ErrorKind::ConnectionRefused
                ) =>
            {
                Ok(None)
            }
            Err(error) => Err(lost(&error).about(data_folder.display().to_string())),
        }
    }

    /// Calls a command of the engine.
    ///
    /// # Errors
    /// The command's own; `Internal` if the connection is lost.
    pub async fn call<A: Serialize, R: DeserializeOwned>(
        &mut self,
        command: &str,
        args: &A,
    ) -> Result<R, Failure> {
        let args =
            serde_json::to_value(args).map_err(|e| Failure::new(Code::Usage, e.to_string()))?;
        let request = Request {
            command: command.to_owned(),
            args,
        };
        // A server that has no place says so and closes before it has read anything: its word counts more
        // than the failure to write.
        let written = write_line(&mut self.stream, &request).await;
        let line = match read_line(&mut self.stream, MAX_REPLY).await {
            Ok(Some(line)) => line,
            Ok(None) => {
                return Err(lost(
                    &written.err().unwrap_or(io::ErrorKind::UnexpectedEof.into()),
                ));
            }
            Err(error) => return Err(lost(&error)),
        };
        let strange = |e: serde_json::Error| {
            Failure::new(
                Code::Internal,
                format!("the engine's answer makes no sense: {e}"),
            )
        };
        match serde_json::from_slice::<Reply>(&line).map_err(strange)? {
            Reply::Ok(value) => serde_json::from_value(value).map_err(strange),
            Reply::Error(failure) => Err(failure),
        }
    }
}

fn lost(error: &io::Error) -> Failure {
    Failure::new(
        Code::Internal,
        format!("the running engine cannot be asked: {error}"),
    )
}
