//! The boundary: what crosses between the engine and its windows, terminals and scripts.

mod failure;
mod views;

pub use failure::{Code, Failure};
pub use views::*;
