//! What the controller is about at the moment.

/// The phases. After startup they take turns: up, down, some rounds of cruise.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Phase {
    /// Doubling each round until the path is full.
    Startup,
    /// Above the known rate for a round: is there more?
    Up,
    /// Below the known rate for a round: drains our own queue, so that what remains of delay and loss is
    /// the path's or somebody else's.
    Down,
    /// At the known rate.
    Cruise,
    /// Far below for a round: the shortest round trip has not been seen for long.
    Drain,
}
