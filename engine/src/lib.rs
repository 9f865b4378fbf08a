//! ChunkStream Pro's engine: moves files over QUIC, verified, durable and in the order that matters.

pub mod disk;
