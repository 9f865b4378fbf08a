//! Reaching a device that may have several addresses: all are tried at once, the first that answers wins.

use std::{net::SocketAddr, sync::Arc, time::Duration};

use chunkstream_core::device::DeviceId;
use tokio::task::JoinSet;

use super::{Endpoint, NetworkError};

/// How long one attempt may take.
pub(crate) const ATTEMPT: Duration = Duration::from_secs(10);

/// A connection to `device` at any of `addresses`.
///
/// # Errors
/// [`NetworkError::WrongDevice`] or [`NetworkError::Refused`] if that is the most that any address said, else
/// [`NetworkError::Unreachable`].
pub(crate) async fn dial(
    endpoint: &Arc<Endpoint>,
    device: DeviceId,
    addresses: &[SocketAddr],
) -> Result<quinn::Connection, NetworkError> {
    let mut attempts = JoinSet::new();
    for &address in addresses {
        let endpoint = endpoint.clone();
        attempts.spawn(async move {
            tokio::time::timeout(ATTEMPT, endpoint.connect(device, address))
                .await
                .unwrap_or_else(|_| {
                    Err(NetworkError::Unreachable {
                        device,
                        tried: address.to_string(),
                    })
                })
        });
    }
    let mut worst = None;
    while let Some(result) = attempts.join_next().await {
        match result {
            Ok(Ok(connection)) => return Ok(connection),
            Ok(Err(error)) if !error.is_transient() => worst = Some(error),
            Ok(Err(_)) | Err(_) => {}
        }
    }
    let tried = list(addresses);
    Err(worst.unwrap_or(NetworkError::Unreachable { device, tried }))
}

/// A connection to whoever is at any of `addresses`, and who that is.
///
/// # Errors
/// [`NetworkError::Nobody`].
pub(crate) async fn meet(
    endpoint: &Arc<Endpoint>,
    addresses: &[SocketAddr],
) -> Result<(quinn::Connection, DeviceId), NetworkError> {
    let mut attempts = JoinSet::new();
    for &address in addresses {
        let endpoint = endpoint.clone();
        attempts.spawn(async move {
            let met = tokio::time::timeout(ATTEMPT, endpoint.meet(address)).await;
            met.ok().and_then(Result::ok)
        });
    }
    while let Some(met) = attempts.join_next().await {
        if let Ok(Some(met)) = met {
            return Ok(met);
        }
    }
    let tried = list(addresses);
    Err(NetworkError::Nobody { tried })
}

/// Addresses for a message.
fn list(addresses: &[SocketAddr]) -> String {
    if addresses.is_empty() {
        return "no known address".to_owned();
    }
    let texts: Vec<String> = addresses.iter().map(ToString::to_string).collect();
    texts.join(", ")
}
