//! An engine at A that runs on, and is told what to send over its local socket.

use std::path::Path;

use anyhow::{Context as _, bail};
use chunkstream_core::{chunk::ParityMode, priority::Priority};
use chunkstream_engine::{
    api::{Failure, SendRequest, Sent},
    local::Client,
};
use serde_json::{Value, json};

use super::ground::{Ground, PORT, patiently, ready};
use crate::{
    child::Running,
    link::{A, End},
};

/// The engine and the socket.
#[derive(Debug)]
pub(crate) struct Resident {
    process: Running,
    client: Client,
}

impl Resident {
    pub(crate) async fn start(
        ground: &Ground,
        data: &Path,
        port: u16,
        log: &Path,
    ) -> anyhow::Result<Self> {
        let mut command = ground.device(data);
        command
            .args(["receive", "--listen"])
            .arg(format!("{A}:{port}"));
        let mut process = ground.start(End::A, command, "the sending engine", log)?;
        patiently("the sending engine", async {
            ready(&mut process, "ticket").await
        })
        .await?;
        let client = Client::connect(data).await.map_err(told)?;
        let client = client.context("the sending engine has no socket")?;
        Ok(Self { process, client })
    }

    /// Sends a file; tells the transfer's id.
    pub(crate) async fn send(
        &mut self,
        path: &Path,
        to: &str,
        priority: Priority,
        parity: ParityMode,
    ) -> anyhow::Result<String> {
        let path = path.to_str().context("a path that is no text")?;
        let request = SendRequest {
            paths: vec![path.to_owned()],
            targets: vec![to.to_owned()],
            priority,
            parity: Some(parity),
            ..SendRequest::default()
        };
        let sent: Sent = self.client.call("send", &request).await.map_err(told)?;
        let id = sent.transfers.into_iter().next();
        id.context("a send without a transfer")
    }

    /// Waits until the receiver has confirmed a transfer; what is said of others is not kept.
    pub(crate) async fn completed(&mut self, id: &str) -> anyhow::Result<Value> {
        loop {
            let event = self.process.event("completed").await?;
            if event["transfer"] == id {
                return Ok(event);
            }
        }
    }

    /// Waits until the receiver holds so many bytes.
    pub(crate) async fn under_way(&mut self, id: &str, bytes: u64) -> anyhow::Result<()> {
        loop {
            let event = self.process.event("progress").await?;
            let durable = event["durable_bytes"].as_u64().unwrap_or(0);
            if event["transfer"] == id && durable >= bytes {
                return Ok(());
            }
        }
    }

    /// Whether a transfer still moves.
    pub(crate) async fn moves(&mut self, id: &str) -> anyhow::Result<bool> {
        let request = json!({ "id": id });
        let view: Value = self.client.call("transfer", &request).await.map_err(told)?;
        match view["state"].as_str() {
            Some("active") => Ok(true),
            Some(_) => Ok(false),
            None => bail!("a transfer without a state: {view}"),
        }
    }
}

fn told(failure: Failure) -> anyhow::Error {
    anyhow::anyhow!("{failure:?}")
}

/// Where the engine at A listens, unless several do.
pub(crate) const LISTEN: u16 = PORT;
