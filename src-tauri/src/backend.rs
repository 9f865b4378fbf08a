//! The engine's names that the shell uses: one place, so that the seam can be seen at a glance.

pub use chunkstream_engine::{
    DEFAULT_PORT, Engine, EngineConfig,
    api::{
        self, AlarmKind, AlarmView, Code, Failure, Nothing, SettingsRequest, TransferView, Update,
        Visibility,
    },
    core::{
        device::{DeviceId, Ticket, TicketSecret},
        session::{Direction, Reason, State},
    },
    discovery::Mdns,
    keys::KeyPlace,
    local::{self, Lock},
    store,
};
pub use chunkstream_keyring::SystemKeyring;
