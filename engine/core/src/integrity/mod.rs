//! How bytes are proved: the BLAKE3 value of each chunk, the root of the file, and which chunks are there.
//!
//! A chunk is a whole subtree of its file's BLAKE3 tree, so that chunks are hashed in any order and in
//! parallel, each once, and their values merge to exactly `blake3::hash(file)`, what `b3sum` prints.
//!
//! Not here: where the expected values come from, and reading the bytes.

mod checksum;
mod have;
#[cfg(test)]
mod reference;
pub mod subtree;
mod tree;

pub use checksum::{Checksum, InvalidChecksum};
pub use have::{Have, HaveError, MAX_HAVE_RANGES};
pub use subtree::{WrongLength, chunk_value, root, root_of_empty};
pub use tree::{FileTree, NoSuchChunk};
