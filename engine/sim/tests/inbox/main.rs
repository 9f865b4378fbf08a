//! The receiver's side of an offer: what it says before Accept, what is there already, what is chosen, and
//! what becomes of names and space. Whole engines on a simulated network and disk.

mod choosing;
mod conflicts;
mod leftovers;
mod names;
mod offer;
mod quota;
mod space;
