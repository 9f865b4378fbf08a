//! What goes next: classes and their weights, rates, and pauses before another attempt.
//!
//! Everything takes `now` (the time since some fixed origin) where time matters and returns what to do.
//! Not here: which chunk of a transfer goes next; that is the session's.

pub mod backoff;
pub mod bucket;
mod class;
pub mod limits;
pub mod queue;

pub use backoff::Backoff;
pub use bucket::TokenBucket;
pub use class::{Priority, UnknownPriority};
pub use limits::{Held, LimitOf, Limits};
pub use queue::PriorityQueue;
