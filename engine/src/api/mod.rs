//! The boundary: what can be asked of an engine and what it shows, the same for windows, terminals and scripts.
//!
//! Each command is declared once, in the list below: the typed method of [`Engine`] of that name, its entry in
//! [`dispatch`] (windows and the local socket call by name with JSON), and its line in the TypeScript types.

mod access;
mod audit;
mod commands;
mod details;
mod failure;
mod keys;
mod measure;
mod nearby;
mod pairing;
mod receipt;
mod views;
mod watched;

pub use crate::keys::KeyPlace;
pub use access::{AlarmKind, AlarmRequest, AlarmView, RenameRequest, RuleRequest};
pub use audit::{
    AuditEntry, AuditExportRequest, AuditExported, AuditFilter, AuditFormat, AuditKind, AuditPage,
    AuditRequest,
};
pub use chunkstream_core::nearby::Visibility;
pub use commands::{
    AcceptRequest, Again, ChangedChoice, ChangedRequest, Conflict, DeviceLimitRequest,
    DeviceRequest, LeftoverRequest, LimitRequest, Nothing, OutboxOrder, PriorityRequest,
    SendRequest, Sent, SettingsRequest, TransferRequest, TrustRequest,
};
pub use details::{
    ChunkMapView, Details, DetailsRequest, EntriesPage, EntriesRequest, EntryDetail, EntryFilter,
    EntryStanding, PathView, TurnView,
};
pub use failure::{Code, Failure};
pub use keys::{KeyExportRequest, KeyImportRequest, KeyMoveRequest, KeyView, Passphrase};
pub use measure::{MeasureRequest, Measured, SelfCheck, SelfCheckResult, SelfTestRequest};
pub use nearby::{NearbyDevice, NearbyRequest, NearbyView};
pub use pairing::{
    InviteRequest, JoinRequest, PairSide, PairState, PairWay, PairingRequest, PairingStatus,
    PairingView, WordsRequest,
};
pub use receipt::{
    Receipt, ReceiptExportRequest, ReceiptExported, ReceiptFile, ReceiptFormat, ReceiptRequest,
};
pub use views::{
    ChangedSources, DeviceView, EntryView, EntryViewKind, Identity, Leftover, NameProblem,
    NameProblemKind, PeerView, Preflight, RootView, SettingsView, Stats, Totals, TransferView,
    Update, Verification,
};

pub use watched::{WatchChange, WatchRequest, WatchedRequest, WatchedView};

use crate::Engine;

macro_rules! commands {
    ($($(#[$doc:meta])* $name:ident($request:ty) -> $reply:ty;)*) => {
        /// The names of all commands.
        pub const COMMANDS: &[&str] = &[$(stringify!($name)),*];

        /// Calls a command by its name, arguments and answer as JSON.
        ///
        /// # Errors
        /// The command's own failure; `Usage` for an unknown name or arguments of another shape.
        pub async fn dispatch(
            engine: &Engine,
            name: &str,
            args: serde_json::Value,
        ) -> Result<serde_json::Value, Failure> {
            match name {
                $(stringify!($name) => {
                    let request: $request = serde_json::from_value(args)
                        .map_err(|e| Failure::new(Code::Usage, format!("the arguments of {name} are wrong: {e}")))?;
                    let reply: $reply = engine.$name(request).await?;
                    serde_json::to_value(reply).map_err(|e| Failure::new(Code::Internal, e.to_string()))
                })*
                _ => Err(Failure::new(Code::Usage, "there is no such command").about(name)),
            }
        }

        /// Whether a command of that name would take these arguments.
        #[cfg(feature = "fuzzing")]
        pub(crate) fn understands(name: &str, args: serde_json::Value) -> bool {
            match name {
                $(stringify!($name) => serde_json::from_value::<$request>(args).is_ok(),)*
                _ => false,
            }
        }

        /// The TypeScript interface of all commands: name to request and reply.
        #[cfg(feature = "ts")]
        pub fn typescript_commands() -> String {
            use ts_rs::TS;
            let config = ts_rs::Config::default();
            let mut text = String::from("export interface Commands {\n");
            $(text.push_str(&format!(
                "  {}: [{}, {}];\n", stringify!($name), <$request>::name(&config), <$reply>::name(&config)
            ));)*
            text.push_str("}\n");
            text
        }
    };
}

commands! {
    identity(Nothing) -> Identity;
    settings(Nothing) -> SettingsView;
    change_settings(SettingsRequest) -> Identity;
    send(SendRequest) -> Sent;
    transfers(Nothing) -> Vec<TransferView>;
    transfer(TransferRequest) -> TransferView;
    details(DetailsRequest) -> Details;
    entries(EntriesRequest) -> EntriesPage;
    receipt(ReceiptRequest) -> Receipt;
    export_receipt(ReceiptExportRequest) -> ReceiptExported;
    measure(MeasureRequest) -> Measured;
    self_test(SelfTestRequest) -> Vec<SelfCheckResult>;
    accept(AcceptRequest) -> Nothing;
    decline(TransferRequest) -> Nothing;
    pause(TransferRequest) -> Nothing;
    resume(TransferRequest) -> Nothing;
    cancel(TransferRequest) -> Nothing;
    retry(TransferRequest) -> Nothing;
    remove(TransferRequest) -> Nothing;
    decide_changed(ChangedRequest) -> Nothing;
    verify(TransferRequest) -> Nothing;
    leftovers(Nothing) -> Vec<Leftover>;
    remove_leftover(LeftoverRequest) -> Nothing;
    set_priority(PriorityRequest) -> Nothing;
    set_limit(LimitRequest) -> Nothing;
    pause_all(Nothing) -> Nothing;
    resume_all(Nothing) -> Nothing;
    devices(Nothing) -> Vec<DeviceView>;
    nearby(NearbyRequest) -> NearbyView;
    trust(TrustRequest) -> DeviceView;
    limit_device(DeviceLimitRequest) -> DeviceView;
    block(DeviceRequest) -> DeviceView;
    forget(DeviceRequest) -> Nothing;
    invite_device(InviteRequest) -> PairingView;
    join_device(JoinRequest) -> PairingView;
    confirm_words(WordsRequest) -> PairingView;
    cancel_pairing(Nothing) -> Nothing;
    pairing(PairingRequest) -> PairingStatus;
    rename_device(RenameRequest) -> DeviceView;
    set_rule(RuleRequest) -> DeviceView;
    alarms(Nothing) -> Vec<AlarmView>;
    acknowledge_alarm(AlarmRequest) -> Nothing;
    watched_folders(Nothing) -> Vec<WatchedView>;
    watch_folder(WatchRequest) -> WatchedView;
    change_watched(WatchChange) -> WatchedView;
    unwatch_folder(WatchedRequest) -> Nothing;
    audit(AuditRequest) -> AuditPage;
    export_audit(AuditExportRequest) -> AuditExported;
    key(Nothing) -> KeyView;
    export_key(KeyExportRequest) -> Nothing;
    import_key(KeyImportRequest) -> KeyView;
    move_key(KeyMoveRequest) -> KeyView;
    rotate_key(Nothing) -> KeyView;
}
