//! How bytes are cut and protected: the size of chunks, the plan of chunks and stripes, parity.
//!
//! A file is cut into chunks of one size (only the last may be shorter). Consecutive chunks form
//! stripes; a stripe's parity rebuilds as many of its chunks as it has parity shards.
//!
//! The last bytes of a transfer over a path that loses packets have parity of their own kind: [`tail`], and how much of
//! it in [`protection`].
//!
//! Not here: when parity of whole chunks is sent (the session's decision) and what proves a chunk ([`crate::integrity`]).

pub mod adaptive;
pub mod erasure;
mod geometry;
pub mod loss;
mod map;
pub(crate) mod plan;
pub mod protection;
mod size;
pub mod tail;

pub use erasure::ErasureError;
pub use geometry::{
    Geometry, GeometryError, MAX_DATA_SHARDS, MAX_PARITY_SHARDS, MAX_STRIPE_PARITY, ParityMode,
};
pub use map::{ChunkMap, ChunkSums, MAX_CELLS, Part};
pub use plan::{FilePlan, Stripe, TooManyChunks};
pub use size::{ChunkSize, ChunkSizeError};
