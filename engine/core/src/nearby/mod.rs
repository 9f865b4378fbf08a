//! Devices in the local network: what one says of itself there, what is made of what others say, and for how long this
//! one may be found.
//!
//! Everything that comes from the network is a hint of addresses and nothing else: anybody there can announce anything.
//! Who a device is shows when it is dialled and proves its key. So there is nothing to verify here, but much to bound.
//!
//! Non-goals: how announcements travel (the engine's `Discovery`), and who may do what.

mod announcement;
mod sights;
mod veil;
mod visible;

pub use announcement::{
    Announcement, MAX_TXT_BYTES, MAX_TXT_ENTRIES, PROTOCOL, Txt, Unusable, Who,
};
pub use sights::{MAX_ADDRESSES, MAX_SIGHTS, Seen, Sights};
pub use veil::{NONCE_BYTES, Veil};
pub use visible::{EVERYONE_FOR, Visibility, Visible};
