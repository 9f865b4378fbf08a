//! The engine of a data folder, wherever it runs: in another program, or here.

use std::{path::Path, sync::Arc, time::Duration};

use chunkstream_engine::{
    DEFAULT_PORT, Engine, EngineConfig, Sockets,
    api::{self, Code, Failure, Nothing},
    local::{Client, Lock},
};
use chunkstream_keyring::SystemKeyring;
use serde::{Serialize, de::DeserializeOwned};
use tokio::time::{Instant, sleep};

/// How long an engine may take between its lock and its socket, or from the end of its socket to its end.
const PATIENCE: Duration = Duration::from_secs(10);
/// Time between two looks; the system tells nobody when a lock becomes free.
const LOOK: Duration = Duration::from_millis(50);

/// A way to give commands to the engine of a data folder.
pub(crate) enum Access {
    /// It runs in another program.
    Running(Client),
    /// It was not running: the database is worked on here.
    Here(Engine, Lock),
}

impl Access {
    /// Reaches the engine that runs on the folder, or starts one without a network.
    pub(crate) async fn to(data: &Path, holder: &str) -> Result<Self, Failure> {
        let mut config = config(data);
        config.sockets = Sockets::None;
        Self::with(data, holder, config).await
    }

    /// Reaches the engine that runs on the folder, or starts one of this kind.
    pub(crate) async fn with(
        data: &Path,
        holder: &str,
        config: EngineConfig,
    ) -> Result<Self, Failure> {
        let until = Instant::now() + PATIENCE;
        loop {
            let taken = match Lock::take(data, holder) {
                Ok(lock) => {
                    let engine = Engine::start(config).await.map_err(elsewhere)?;
                    return Ok(Self::Here(engine, lock));
                }
                Err(failure) if failure.code == Code::AlreadyRunning => failure,
                Err(failure) => return Err(failure),
            };
            if let Some(client) = Client::connect(data).await? {
                return Ok(Self::Running(client));
            }
            if Instant::now() > until {
                return Err(taken);
            }
            sleep(LOOK).await;
        }
    }

    /// Gives a command.
    pub(crate) async fn call<A: Serialize, R: DeserializeOwned>(
        &mut self,
        command: &str,
        args: &A,
    ) -> Result<R, Failure> {
        match self {
            Self::Running(client) => client.call(command, args).await,
            Self::Here(engine, _) => {
                let strange = |e: serde_json::Error| Failure::new(Code::Internal, e.to_string());
                let args = serde_json::to_value(args).map_err(strange)?;
                let reply = api::dispatch(engine, command, args).await?;
                serde_json::from_value(reply).map_err(strange)
            }
        }
    }

    /// Gives a command that answers with nothing.
    pub(crate) async fn order<A: Serialize>(
        &mut self,
        command: &str,
        args: &A,
    ) -> Result<(), Failure> {
        self.call(command, args).await.map(|Nothing {}| ())
    }

    /// Lets go of the folder.
    pub(crate) async fn close(self) {
        if let Self::Here(engine, lock) = self {
            engine.shutdown().await;
            drop(lock);
        }
    }
}

/// The usual engine of a data folder, with the system's keyring. A new key goes into a file: what is started from a terminal
/// may have to run where nobody unlocks anything.
pub(crate) fn config(data: &Path) -> EngineConfig {
    let mut config = EngineConfig::new(data);
    config.keyring = Arc::new(SystemKeyring);
    config
}

/// A port that is taken is a reason to name another.
pub(crate) fn elsewhere(mut failure: Failure) -> Failure {
    if failure.code == Code::ListenFailed {
        failure.message = format!(
            "{}; name another address with --listen IP:PORT (the default port is {DEFAULT_PORT}, 0 is any free one)",
            failure.message
        );
    }
    failure
}
