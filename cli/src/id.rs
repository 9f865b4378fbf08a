//! `id`: who this device is.

use std::path::Path;

use chunkstream_engine::api::{Failure, Identity, Nothing};
use serde::Serialize;

use crate::{access::Access, exit::Exit, output::Output};

#[derive(Serialize)]
struct Id<'a> {
    name: &'a str,
    device_id: &'a str,
    ticket: &'a str,
}

/// Shows this device.
pub(crate) async fn run(data: &Path, output: &Output) -> Result<Exit, Failure> {
    let mut access = Access::to(data, "chunkstream id").await?;
    let identity = access.call::<_, Identity>("identity", &Nothing {}).await;
    access.close().await;
    let Identity { name, device_id, ticket, .. } = &identity?;
    output.value(&Id { name, device_id, ticket }, || {
        format!("name       {name}\ndevice id  {device_id}\nticket     {ticket}")
    })?;
    Ok(Exit::Done)
}
