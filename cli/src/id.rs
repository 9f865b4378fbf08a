//! `id`: who this device is.

use std::path::Path;

use chunkstream_engine::api::{Failure, Identity, Nothing};
use serde_json::json;

use crate::{access::Access, exit::Exit, output::Output};

/// Shows this device.
pub(crate) async fn run(data: &Path, output: &Output) -> Result<Exit, Failure> {
    let mut access = Access::to(data, "chunkstream id").await?;
    let identity = access.call::<_, Identity>("identity", &Nothing {}).await;
    access.close().await;
    let Identity {
        name,
        device_id,
        ticket,
        hint,
        ..
    } = &identity?;
    output.value(
        &json!({ "name": name, "device_id": device_id, "ticket": ticket, "hint": hint }),
        || {
            let hint = hint.as_ref().map(|hint| format!("\nhint       {hint}"));
            format!(
                "name       {name}\ndevice id  {device_id}\nticket     {ticket}{}",
                hint.unwrap_or_default()
            )
        },
    )?;
    Ok(Exit::Done)
}
