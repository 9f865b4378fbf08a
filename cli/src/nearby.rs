//! The local network: whether it is searched, and `devices --nearby`.

use std::{path::Path, sync::Arc};

use chunkstream_engine::{
    Sockets,
    api::{Failure, NearbyRequest, NearbyView},
    discovery::{Discovery, Mdns},
};

use crate::{access, access::Access, exit::Exit, output::Output};

/// How long the first search takes, milliseconds: who is there answers within a fraction of it.
const SEARCH: u32 = 3000;

/// The local network, unless it is not to be touched.
pub(crate) fn network() -> Option<Arc<dyn Discovery>> {
    let off = std::env::var_os("CHUNKSTREAM_DISCOVERY").is_some_and(|set| set == "off");
    (!off).then(|| Arc::new(Mdns) as Arc<dyn Discovery>)
}

/// Lists the devices in the local network: at once if an engine runs that knows them.
pub(crate) async fn run(data: &Path, output: &Output) -> Result<Exit, Failure> {
    let mut config = access::config(data);
    config.sockets = Sockets::None;
    config.announce = false;
    config.discovery = network();
    let mut access = Access::with(data, "chunkstream devices", config).await?;
    let found = search(&mut access).await;
    access.close().await;
    output.nearby(&found?)?;
    Ok(Exit::Done)
}

async fn search(access: &mut Access) -> Result<NearbyView, Failure> {
    let at_once = NearbyRequest::default();
    let view: NearbyView = access.call("nearby", &at_once).await?;
    let is_new = matches!(access, Access::Here(..)) || view.devices.is_empty();
    if !is_new || view.problem.is_some() {
        return Ok(view);
    }
    let wait_ms = Some(SEARCH);
    access.call("nearby", &NearbyRequest { wait_ms }).await
}
