//! Folders that are watched: what is put into one is sent to a device once it has settled.
//!
//! Pure: looks at folders and clocks are the engine's. What lies directly in the folder is an item: a file, or a folder
//! with all below it. An item is sent when two looks, [`SETTLE`] apart, find it the same, and again when it is another
//! one later.
//!
//! Invariants: an item that was sent and has not changed is never ready again; a folder that is suddenly empty has
//! forgotten nothing, because a volume that was taken away looks like that.

mod ignore;
mod settle;

pub use ignore::{DEFAULT_IGNORED, Ignore, IgnoreError, MAX_PATTERN, MAX_PATTERNS};
pub use settle::{Look, Print, SETTLE, Settling};
