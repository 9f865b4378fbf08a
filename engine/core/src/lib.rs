//! The deciding half of the engine.
//!
//! Everything here takes inputs (and `now`, where time matters) and returns outputs: no clock, no
//! socket, no file, no async runtime, so that a property test or a fuzzer can drive all of it.
//!
//! Dependencies go one way: `session -> { chunk, integrity, priority, wire } -> { units, path, id }`; `wire -> pairing`; `nearby -> { device, wire }`.

pub mod access;
pub mod admission;
pub mod chunk;
pub mod congestion;
pub mod device;
pub mod id;
pub mod integrity;
pub mod limited;
pub mod manifest;
pub mod nearby;
pub mod pairing;
pub mod path;
pub mod priority;
pub mod rotation;
pub mod session;
pub mod units;
pub mod watched;
pub mod wire;
