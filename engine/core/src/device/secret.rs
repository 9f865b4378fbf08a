//! The one-time secret of a pairing ticket.

use std::{fmt, hash};

use serde::{Deserialize, Serialize};

/// 128 random bits that pair their first bearer with the maker of the ticket. Never printed; compared in constant time.
#[derive(Clone, Copy, Eq, Serialize, Deserialize)]
pub struct TicketSecret([u8; Self::BYTES]);

impl TicketSecret {
    /// Its length.
    pub const BYTES: usize = 16;

    /// From fresh randomness, or from a ticket.
    pub fn new(bytes: [u8; Self::BYTES]) -> Self {
        Self(bytes)
    }

    /// For the text of a ticket, and to prove that one has it.
    pub(crate) fn bytes(&self) -> &[u8; Self::BYTES] {
        &self.0
    }
}

impl PartialEq for TicketSecret {
    fn eq(&self, other: &Self) -> bool {
        // `blake3::Hash` compares in constant time.
        blake3::hash(&self.0) == blake3::hash(&other.0)
    }
}

impl hash::Hash for TicketSecret {
    fn hash<H: hash::Hasher>(&self, state: &mut H) {
        self.0.hash(state);
    }
}

impl fmt::Debug for TicketSecret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("TicketSecret")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_secret_is_not_printed_by_accident() {
        let secret = TicketSecret::new([42; TicketSecret::BYTES]);
        assert_eq!(format!("{secret:?}"), "TicketSecret");
        assert_ne!(secret, TicketSecret::new([43; TicketSecret::BYTES]));
    }
}
