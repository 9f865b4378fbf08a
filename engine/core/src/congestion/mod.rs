//! How much may be on its way: a congestion controller that takes random loss for what it is and keeps the
//! queue short.
//!
//! The window is the path's bandwidth-delay product as measured: the largest delivery rate of the last
//! rounds times the smallest round trip of the last seconds. It is a *window* and not a pacing rate,
//! because that is what a QUIC library lets a controller set. Loss alone is no reason to slow down. After
//! startup the controller sends a little more for one round (*up*: is there more?), a little less for one
//! (*down*: our queue is gone), then some rounds at the known rate (*cruise*). What is lost while sending
//! *less* than the path carries is the path's own loss, the floor; it is compensated. Loss above the floor
//! while sending more is congestion; the controller backs off and remembers how far it could go. Delay that
//! remains while our queue is drained is jitter or somebody else's queue; our share is held within bounds.
//!
//! Sources: the model, the phases and the bounds follow BBR (Cardwell et al. 2016; draft-ietf-ccwg-bbr,
//! "BBRv3"); the rate samples draft-cheng-iccrg-delivery-rate-estimation; leaving startup by delay HyStart++
//! (RFC 9406); a queue held by a constant share of delay Copa (Arun and Balakrishnan, NSDI 2018) and LEDBAT
//! (RFC 6817); persistent congestion RFC 9002; the answer to ECN RFC 8511. The tests' competitor is CUBIC
//! (RFC 9438). Parameters, figures and what it gives up: docs/CONGESTION.md.
//!
//! Pure: times are `Duration`s since any fixed moment. Non-goals: loss detection, pacing, retransmission:
//! the QUIC library's.

mod controller;
pub mod credit;
mod filter;
mod ledger;
mod lumps;
mod memory;
mod phase;
mod sampler;
#[cfg(test)]
mod sim;
mod startup;
mod warm;
mod window;

pub use controller::{Config, Controller, State};
pub use memory::{Advice, MAX_PATHS, Network, Observation, PathMemory, Remembered, Start};
pub use phase::Phase;
