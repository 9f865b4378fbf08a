//! The user interface's types are what the engine declares: `ui/src/host/api.ts` is written by this test and
//! fails it when it is stale.
//!
//! To write it anew: `UPDATE_TYPES=1 cargo test -p chunkstream-engine --features ts --test typescript`.

use std::path::Path;

use chunkstream_engine::{
    api::*,
    core::{
        access::AcceptRule,
        limited::LimitedBy,
        priority::Priority,
        session::{Direction, Reason, Role, State},
    },
};
use ts_rs::{Config, TS};

macro_rules! declarations {
    ($config:expr, $($name:ty),* $(,)?) => {
        [$(<$name>::decl($config)),*]
    };
}

fn generated() -> String {
    let config = &Config::default();
    let declarations = declarations!(
        config,
        Direction,
        Role,
        Priority,
        State,
        Reason,
        Code,
        Failure,
        Nothing,
        Identity,
        DeviceView,
        PeerView,
        TransferView,
        LimitedBy,
        RootView,
        EntryView,
        EntryViewKind,
        Stats,
        Totals,
        Update,
        SettingsView,
        Preflight,
        NameProblem,
        NameProblemKind,
        ChangedSources,
        Verification,
        Leftover,
        SendRequest,
        Again,
        Sent,
        TransferRequest,
        AcceptRequest,
        Conflict,
        OutboxOrder,
        ChangedRequest,
        ChangedChoice,
        LeftoverRequest,
        PriorityRequest,
        LimitRequest,
        DeviceLimitRequest,
        DeviceRequest,
        TrustRequest,
        SettingsRequest,
        PairWay,
        PairSide,
        PairState,
        InviteRequest,
        JoinRequest,
        WordsRequest,
        PairingRequest,
        PairingStatus,
        PairingView,
        Visibility,
        NearbyRequest,
        NearbyView,
        NearbyDevice,
        AcceptRule,
        RuleRequest,
        RenameRequest,
        AlarmKind,
        AlarmView,
        WatchChange,
        WatchRequest,
        WatchedRequest,
        WatchedView,
        AlarmRequest,
        AuditKind,
        AuditFilter,
        AuditRequest,
        AuditEntry,
        AuditPage,
        AuditFormat,
        AuditExportRequest,
        AuditExported,
        ReceiptRequest,
        Receipt,
        ReceiptFile,
        ReceiptFormat,
        ReceiptExportRequest,
        ReceiptExported,
        MeasureRequest,
        Measured,
        SelfTestRequest,
        SelfCheck,
        SelfCheckResult,
        DetailsRequest,
        Details,
        ChunkMapView,
        TurnView,
        PathView,
        EntriesRequest,
        EntryFilter,
        EntriesPage,
        EntryDetail,
        EntryStanding,
        KeyPlace,
        KeyView,
        Passphrase,
        KeyExportRequest,
        KeyImportRequest,
        KeyMoveRequest,
    );
    let mut text = String::from(
        "// Written by engine/tests/typescript.rs from the engine's declarations. Do not edit.\n\n",
    );
    for declaration in declarations {
        text.push_str("export ");
        // An empty object type would allow anything.
        text.push_str(&declaration.replace("= Record<symbol, never>", "= Record<string, never>"));
        text.push('\n');
    }
    text.push('\n');
    text.push_str(&typescript_commands());
    text
}

#[test]
fn the_user_interfaces_types_are_the_engines() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../ui/src/host/api.ts");
    let generated = generated();
    if std::env::var_os("UPDATE_TYPES").is_some() {
        std::fs::write(&path, &generated).expect("the file can be written");
    }
    let committed = std::fs::read_to_string(&path).unwrap_or_default();
    assert!(
        committed == generated,
        "ui/src/host/api.ts is stale; run: UPDATE_TYPES=1 cargo test -p chunkstream-engine --features ts --test typescript"
    );
}
