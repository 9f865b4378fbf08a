//! How datagrams and identities move: the device's key, TLS with pinned peers, the QUIC endpoint, dialling,
//! framed messages on streams.
//!
//! Invariant: there is no code path that accepts an unverified certificate. Both ends present a device
//! certificate; the dialling end pins the device that it means, the accepting end learns which device it
//! is (TLS proves the key) and the coordinator decides what it may do. Who dials to pair learns it too: it
//! names an address, and the pairing says whose the key is.
//!
//! Non-goals: what is said on the streams is the coordinator's.

mod acks;
pub(crate) mod address;
mod buffers;
mod congestion;
pub(crate) mod control;
pub(crate) mod dial;
mod endpoint;
mod entrance;
mod identity;
mod paths;
mod reset;
mod tls;
mod twice;
pub(crate) mod urgency;

pub(crate) use congestion::{Acks, acks_of};
pub use endpoint::{Congestion, Sockets};
pub(crate) use endpoint::{Endpoint, MAX_CHUNK_STREAMS, close, exporter, peer_device};
pub(crate) use entrance::StrangerPlace;
pub use identity::{DeviceKey, IdentityError};
pub(crate) use paths::{Paths, network_of, seen_by};

use chunkstream_core::device::DeviceId;

/// What can go wrong between here and a peer.
#[derive(Debug, thiserror::Error)]
pub enum NetworkError {
    /// The address to listen on cannot be had.
    #[error("cannot listen on {address}: {source}")]
    Listen {
        /// The address asked for.
        address: std::net::SocketAddr,
        /// Why.
        source: std::io::Error,
    },
    /// The endpoint could not be made.
    #[error("cannot set up QUIC: {0}")]
    Setup(String),
    /// No address of the device answered.
    #[error("{device} does not answer at {tried}")]
    Unreachable {
        /// The device.
        device: DeviceId,
        /// The addresses tried.
        tried: String,
    },
    /// Nobody answered at an address.
    #[error("nobody answers at {tried}")]
    Nobody {
        /// The addresses tried.
        tried: String,
    },
    /// Somebody else answered.
    #[error("the device at {address} is {found}, not {expected}")]
    WrongDevice {
        /// Where.
        address: std::net::SocketAddr,
        /// Who was meant.
        expected: DeviceId,
        /// Who is there.
        found: DeviceId,
    },
    /// The device does not let us in.
    #[error("the device refuses this device")]
    Refused,
    /// The connection was lost.
    #[error("the connection was lost: {0}")]
    Lost(String),
    /// The peer does not follow the protocol.
    #[error("the peer does not follow the protocol: {0}")]
    Protocol(String),
}

impl NetworkError {
    /// Whether trying again may help.
    pub fn is_transient(&self) -> bool {
        matches!(
            self,
            Self::Unreachable { .. } | Self::Nobody { .. } | Self::Lost(_)
        )
    }
}

impl From<quinn::ConnectionError> for NetworkError {
    fn from(error: quinn::ConnectionError) -> Self {
        if let quinn::ConnectionError::ApplicationClosed(closed) = &error
            && closed.error_code == close::REFUSED
        {
            return Self::Refused;
        }
        Self::Lost(error.to_string())
    }
}

impl From<chunkstream_core::wire::WireError> for NetworkError {
    fn from(error: chunkstream_core::wire::WireError) -> Self {
        Self::Protocol(error.to_string())
    }
}
