//! Finding devices in the local network: what an engine is given for it from outside, as it is given socket, clock and
//! disk.
//!
//! [`Mdns`] is the real one. Whatever it is, it never holds up the engine: one that does not work says so, and goes on
//! trying. What it brings is unproven and bounded by who takes it ([`chunkstream_core::nearby`]).

mod mdns;
mod networks;

use std::{fmt, net::SocketAddr};

use chunkstream_core::nearby::Txt;

pub use mdns::Mdns;

/// A local network in which devices find each other.
pub trait Discovery: fmt::Debug + Send + Sync + 'static {
    /// Begins to search. Does not block, and cannot fail: what goes wrong comes as a [`Sign`].
    fn join(&self) -> Box<dyn Presence>;
}

/// One engine's part in it. Whoever drops it without leaving is found by others until they notice.
#[async_trait::async_trait]
pub trait Presence: fmt::Debug + Send + 'static {
    /// Announces this in the place of what was announced before; nothing if None. Does not block.
    fn announce(&mut self, what: Option<Broadcast>);

    /// What is noticed next. Nothing is lost if it is not waited for to the end.
    async fn next(&mut self) -> Sign;

    /// Takes back what was announced, as far as that is quickly done.
    async fn leave(&mut self);
}

/// What is announced.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Broadcast {
    /// Names this announcement, and no other by the same device: a label of the DNS, of letters and digits.
    pub instance: String,
    /// What it says.
    pub txt: Txt,
    /// The address that the engine listens on. Unspecified, it stands for all addresses of the host of its family, or of
    /// both if it is IPv6.
    pub listen: SocketAddr,
}

/// Something that was noticed.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Sign {
    /// An announcement is there, or has changed. Also this engine's own.
    Found {
        /// Names it.
        instance: String,
        /// What it says: anything.
        txt: Txt,
        /// Where it says that its device is. Link-local addresses have the scope of this host's interface.
        addresses: Vec<SocketAddr>,
    },
    /// An announcement is gone.
    Lost {
        /// Names it.
        instance: String,
    },
    /// The network is being searched.
    Works,
    /// It cannot be, for this reason. It is tried again without being asked.
    Fails(String),
}
