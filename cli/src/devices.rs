//! `devices`: who is known here, and what they may do.

use std::path::Path;

use chunkstream_engine::api::{
    DeviceLimitRequest, DeviceRequest, DeviceView, Failure, Nothing, TrustRequest,
};
use serde_json::json;

use crate::{access::Access, args::Devices, exit::Exit, output::Output};

/// Lists devices, or decides about one and shows it.
pub(crate) async fn run(
    data: &Path,
    action: Option<Devices>,
    output: &Output,
) -> Result<Exit, Failure> {
    let mut access = Access::to(data, "chunkstream devices").await?;
    let result = act(&mut access, action.unwrap_or(Devices::List), output).await;
    access.close().await;
    result.map(|()| Exit::Done)
}

async fn act(access: &mut Access, action: Devices, output: &Output) -> Result<(), Failure> {
    let view: DeviceView = match action {
        Devices::List => {
            let views: Vec<DeviceView> = access.call("devices", &Nothing {}).await?;
            return output.devices(&views);
        }
        Devices::Forget { id } => {
            access
                .order("forget", &DeviceRequest { device: id.clone() })
                .await?;
            return output.value(&json!({ "forgotten": id }), || {
                format!("{id} is a stranger again")
            });
        }
        Devices::Trust { id, role, name } => {
            let request = TrustRequest {
                device: id,
                role: role.into(),
                name,
            };
            access.call("trust", &request).await?
        }
        Devices::Limit { id, send, receive } => {
            let request = DeviceLimitRequest {
                device: id,
                send,
                receive,
            };
            access.call("limit_device", &request).await?
        }
        Devices::Block { id } => access.call("block", &DeviceRequest { device: id }).await?,
    };
    output.devices(std::slice::from_ref(&view))
}
