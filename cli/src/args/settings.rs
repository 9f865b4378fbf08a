//! `settings`: what stays set for this device.

use chunkstream_engine::api::{OutboxOrder, Visibility};
use clap::{Args, ValueEnum};

use super::{
    quantities::{limit, size},
    taken::Taken,
};

/// What to set; without any, what is set is shown.
#[derive(Debug, Args)]
pub(crate) struct Settings {
    /// What to do with names that are taken
    #[arg(long, value_enum, value_name = "RULE")]
    pub(crate) conflict: Option<Taken>,
    /// Most that the inbox folder may hold, such as 50GB; 0 for no limit
    #[arg(long, value_name = "SIZE", value_parser = size)]
    pub(crate) quota: Option<u64>,
    /// Hours for which a transfer waits for a device that is away; 0 for ever
    #[arg(long, value_name = "HOURS")]
    pub(crate) outbox_hours: Option<u32>,
    /// Which of several waiting transfers goes first when their device is back
    #[arg(long, value_enum, value_name = "ORDER")]
    pub(crate) outbox_order: Option<Order>,
    /// Send at most so much to all devices together, such as 40MB/s or 200Mbit/s; none for no limit
    #[arg(long, value_name = "RATE", value_parser = limit)]
    pub(crate) send_limit: Option<u64>,
    /// Receive at most so much from all devices together; none for no limit
    #[arg(long, value_name = "RATE", value_parser = limit)]
    pub(crate) receive_limit: Option<u64>,
    /// Who may find this device in the local network
    #[arg(long, value_enum, value_name = "WHO")]
    pub(crate) visibility: Option<VisibleTo>,
}

/// Who may find this device in the local network.
#[derive(Clone, Copy, Debug, ValueEnum)]
pub(crate) enum VisibleTo {
    /// Nobody
    Nobody,
    /// Devices that know this one
    MyDevices,
    /// Everyone, for ten minutes
    Everyone,
}

impl From<VisibleTo> for Visibility {
    fn from(who: VisibleTo) -> Self {
        match who {
            VisibleTo::Nobody => Self::Nobody,
            VisibleTo::MyDevices => Self::MyDevices,
            VisibleTo::Everyone => Self::Everyone,
        }
    }
}

/// Which of several waiting transfers goes first.
#[derive(Clone, Copy, Debug, ValueEnum)]
pub(crate) enum Order {
    /// All at once
    Together,
    /// The one that was made first
    Oldest,
    /// The one with the fewest bytes
    Smallest,
}

impl From<Order> for OutboxOrder {
    fn from(order: Order) -> Self {
        match order {
            Order::Together => Self::Together,
            Order::Oldest => Self::Oldest,
            Order::Smallest => Self::Smallest,
        }
    }
}
