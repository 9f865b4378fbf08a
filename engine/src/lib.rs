//! ChunkStream Pro's engine: moves files from one computer to another, verified, durable, in the order that
//! matters.
//!
//! The engine takes its socket, clock, disk and folders from outside ([`EngineConfig`]), so that tests run
//! whole engines on a simulated network in virtual time. What it decides lies in `chunkstream-core`; here
//! lies what it does:
//!
//! `api -> coordinator -> { network, store, disk }`

pub mod api;
mod clock;
mod config;
mod coordinator;
pub mod discovery;
pub mod disk;
#[cfg(feature = "fuzzing")]
#[doc(hidden)]
pub mod fuzzing;
pub mod keys;
pub mod local;
mod network;
pub mod store;

pub use clock::{Clock, SystemClock};
pub use config::{AcceptPolicy, DEFAULT_PORT, EngineConfig};
pub use coordinator::{Batch, Engine, Footprint, Updates};
pub use network::{Congestion, DeviceKey, IdentityError, NetworkError, Sockets};

/// What the engine is built on, for callers that speak of its ids and words.
pub use chunkstream_core as core;
