//! How a device is named: its id, the ticket that says how to reach it, and what a person enters.
//!
//! Not here: keys and certificates (the engine's), and which devices are trusted (the store's).

mod id;
mod secret;
mod target;
mod ticket;

pub use id::{DeviceId, DeviceIdError};
pub use secret::TicketSecret;
pub use target::{HostPort, Target, TargetError};
pub use ticket::{
    MAX_TICKET_ADDRESSES, MAX_TICKET_CHARS, MAX_TICKET_NAME_BYTES, Ticket, TicketError,
};
