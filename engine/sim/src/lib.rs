//! A simulated network and disk, so that whole engines run in one test: in virtual time, over bad links,
//! on disks that are full, short, lying or lose their power. The same seed gives the same run.
//!
//! ```
//! # use std::time::Duration;
//! use chunkstream_sim::{links, network::SimNetwork};
//! # tokio::runtime::Builder::new_current_thread().enable_time().start_paused(true).build().unwrap().block_on(async {
//! let network = SimNetwork::new(1);
//! let (alice, bob) = ("10.0.0.1".parse().unwrap(), "10.0.0.2".parse().unwrap());
//! network.set_link(alice, bob, &links::wan_5());
//! let socket = network.socket((alice, 4433).into());
//! # drop(socket);
//! # });
//! ```
//!
//! # Virtual time, and its trap
//!
//! A test runs with `#[tokio::test(start_paused = true)]`: when every task waits, the clock jumps to the
//! next timer. The runtime knows nothing of other threads: a task that waits for one (a database worker,
//! rayon, a channel from `std::thread`) counts as idle, and the clock jumps, seconds at a time, while the
//! thread is still at work: connections time out that never were idle. The only work on another thread
//! that stops the clock is tokio's own `spawn_blocking`: the clock stands still until it returns. So in a
//! test in virtual time every call that leaves the runtime's thread is made inside `spawn_blocking` (or has
//! such a task waiting for it alongside).
//!
//! tokio's timers count whole milliseconds; see [`network`] for what that means for links.
//!
//! Non-goals: speed (use `bench`), real sockets (network namespaces are for that), more than one process.

pub mod anybody;
pub mod content;
pub mod disk;
pub mod hostile;
pub mod lan;
pub mod links;
pub mod network;
pub mod relay;
pub mod world;
