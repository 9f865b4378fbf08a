//! ChunkStream Pro engine: moves files over QUIC, verified, durable and in the order that matters.

pub mod api;
pub mod disk;
pub mod store;
