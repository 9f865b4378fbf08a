//! Another key where a device is known: it is noticed, it blocks, and a person decides.

use chunkstream_engine::{
    AcceptPolicy,
    api::{
        AcceptRequest, AlarmKind, AlarmRequest, AlarmView, AuditExportRequest, AuditFilter,
        AuditFormat, AuditKind, AuditRequest, Code, DeviceRequest, Nothing, SendRequest,
        TrustRequest,
    },
    core::session::{Role, State},
};
use chunkstream_sim::{
    links,
    world::{Device, Kill, World, request},
};

async fn id_of(device: &Device) -> String {
    let identity = device.engine.identity(Nothing {}).await;
    identity.expect("an identity").device_id
}

async fn trust(at: &Device, other: &Device, name: &str) {
    let request = TrustRequest {
        device: other.ticket.clone(),
        role: Role::Trusted,
        name: Some(name.to_owned()),
    };
    at.engine.trust(request).await.expect("a decision");
}

async fn alarms(at: &Device) -> Vec<AlarmView> {
    at.engine.alarms(Nothing {}).await.expect("a list")
}

async fn kinds(at: &Device) -> Vec<(AuditKind, u32)> {
    let page = at.engine.audit(AuditRequest::default()).await;
    let entries = page.expect("the log").entries;
    entries
        .iter()
        .map(|entry| (entry.kind, entry.count))
        .collect()
}

fn to(device: &str) -> SendRequest {
    SendRequest {
        paths: vec!["/home/letter".to_owned()],
        targets: vec![device.to_owned()],
        ..SendRequest::default()
    }
}

/// Ada knows Bob, and at Bob's address another device answers.
async fn replaced(seed: u64) -> (World, Device, Device, String) {
    let world = World::new(seed, links::lan());
    let ada = world.device("ada").await;
    let bob = world.device("bob").await;
    let eve = world.device("eve").await;
    ada.disk
        .write_file("/home/letter", b"hello")
        .expect("written");
    trust(&ada, &bob, "bob").await;
    let bobs = id_of(&bob).await;
    bob.engine.shutdown().await;
    // The same name and key, but where Eve is.
    let at_eve = format!("{bobs}@{}", eve.address);
    (world, ada, eve, at_eve)
}

#[tokio::test(start_paused = true)]
async fn another_key_at_a_known_devices_address_is_an_alarm_that_blocks_until_it_is_acknowledged() {
    let (_world, ada, eve, at_eve) = replaced(1).await;
    assert!(alarms(&ada).await.is_empty());
    let id = ada.begin(to(&at_eve)).await;
    let ended = ada.until(&id, |view| view.state.is_final()).await;
    assert_eq!(ended.failure.expect("why").code, Code::IdentityRefused);
    let raised = alarms(&ada).await;
    assert_eq!(raised.len(), 1);
    let alarm = &raised[0];
    assert_eq!(
        (alarm.kind, alarm.count, alarm.acknowledged_ms),
        (AlarmKind::OtherKey, 1, None)
    );
    assert_eq!(
        (alarm.device.name.as_str(), alarm.found.clone()),
        ("bob", id_of(&eve).await)
    );
    assert_eq!(alarm.address, eve.address.to_string());
    assert!(alarm.advice.contains("compare the device ids"));
    // Nothing new begins, and nothing is tried again.
    for refused in [
        ada.engine.send(to("bob")).await.map(drop),
        ada.engine.retry(request(&id)).await.map(drop),
    ] {
        assert_eq!(refused.expect_err("it blocks").code, Code::IdentityRefused);
    }
    let acknowledge = AlarmRequest { id: alarm.id };
    ada.engine
        .acknowledge_alarm(acknowledge)
        .await
        .expect("open");
    assert!(alarms(&ada).await[0].acknowledged_ms.is_some());
    let again = ada.engine.acknowledge_alarm(acknowledge).await;
    assert_eq!(again.expect_err("only once").code, Code::NotFound);
    ada.engine
        .send(to("bob"))
        .await
        .expect("it blocks no longer");
    let kinds = kinds(&ada).await;
    assert!(
        kinds.contains(&(AuditKind::AlarmAcknowledged, 1)),
        "{kinds:?}"
    );
    assert!(
        kinds
            .iter()
            .any(|(kind, _)| *kind == AuditKind::IdentityAlarm)
    );
}

#[tokio::test(start_paused = true)]
async fn an_alarm_is_shown_to_windows_and_goes_with_its_device() {
    let (_world, ada, _eve, at_eve) = replaced(2).await;
    let mut updates = ada.engine.subscribe();
    let first = updates.next().await.expect("everything");
    assert_eq!(first.alarms, Some(Vec::new()));
    ada.begin(to(&at_eve)).await;
    let shown = loop {
        let update = updates.next().await.expect("it runs");
        if let Some(alarms) = update.alarms.filter(|alarms| !alarms.is_empty()) {
            break alarms;
        }
    };
    assert_eq!(shown[0].kind, AlarmKind::OtherKey);
    let bob = DeviceRequest {
        device: "bob".to_owned(),
    };
    ada.engine.forget(bob).await.expect("forgotten");
    assert!(alarms(&ada).await.is_empty());
    // A stranger at another address raises no alarm: nobody here knows better.
    let id = ada.begin(to(&at_eve)).await;
    ada.until(&id, |view| view.state.is_final()).await;
    assert!(alarms(&ada).await.is_empty());
}

#[tokio::test(start_paused = true)]
async fn a_strangers_offer_under_a_known_devices_name_cannot_be_accepted_by_mistake() {
    let world = World::new(3, links::lan());
    // Even where everybody's offers are accepted.
    let bob = world
        .device_with("bob", |config| config.accept = AcceptPolicy::All)
        .await;
    let ada = world.device("ada").await;
    let eve = world.device("Ada ").await;
    trust(&bob, &ada, "ada").await;
    for device in [&ada, &eve] {
        device
            .disk
            .write_file("/home/letter", b"hello")
            .expect("written");
    }
    let honest = ada.send(&["/home/letter"], &bob).await;
    ada.finished(&honest).await;
    assert!(alarms(&bob).await.is_empty());
    let id = eve.send(&["/home/letter"], &bob).await;
    bob.until(&id, |view| {
        view.state == State::Created && view.scan_complete
    })
    .await;
    let alarm = alarms(&bob).await.remove(0);
    assert_eq!(
        (alarm.kind, alarm.found.clone()),
        (AlarmKind::SameName, id_of(&eve).await)
    );
    assert_eq!(alarm.device.device_id, id_of(&ada).await);
    let accept = AcceptRequest {
        id: id.clone(),
        ..AcceptRequest::default()
    };
    let refused = bob.engine.accept(accept.clone()).await;
    assert_eq!(refused.expect_err("it blocks").code, Code::IdentityRefused);
    bob.engine
        .acknowledge_alarm(AlarmRequest { id: alarm.id })
        .await
        .expect("open");
    bob.engine
        .accept(accept)
        .await
        .expect("a person has decided");
    eve.finished(&id).await;
}

#[tokio::test(start_paused = true)]
async fn refusals_of_a_blocked_device_are_counted_not_listed() {
    let world = World::new(4, links::lan());
    let (ada, bob) = (world.device("ada").await, world.device("bob").await);
    ada.disk
        .write_file("/home/letter", b"hello")
        .expect("written");
    let request = TrustRequest {
        device: ada.ticket.clone(),
        role: Role::Ask,
        name: None,
    };
    bob.engine.trust(request).await.expect("a decision");
    let request = DeviceRequest {
        device: id_of(&ada).await,
    };
    bob.engine.block(request).await.expect("blocked");
    for _ in 0..20 {
        let id = ada.send(&["/home/letter"], &bob).await;
        ada.until(&id, |view| view.state.is_final()).await;
        ada.engine
            .remove(chunkstream_sim::world::request(&id))
            .await
            .expect("ended");
    }
    let counted = kinds(&bob).await;
    let refusals: Vec<u32> = counted
        .iter()
        .filter(|(kind, _)| *kind == AuditKind::Refused)
        .map(|(_, count)| *count)
        .collect();
    assert_eq!(refusals.len(), 1, "{counted:?}");
    assert!(refusals[0] >= 20, "{counted:?}");
}

#[tokio::test(start_paused = true)]
async fn the_log_is_there_after_a_restart_and_can_be_exported() {
    let world = World::new(5, links::lan());
    let mut bob = world.durable_device("bob", |_| {}).await;
    let ada = world.device("ada").await;
    trust(&bob, &ada, "=ada").await;
    bob.engine.shutdown().await;
    world.kill(&mut bob, Kill::Process).await;
    world.start(&mut bob).await;
    assert_eq!(
        kinds(&bob)
            .await
            .iter()
            .filter(|(kind, _)| *kind == AuditKind::RoleChanged)
            .count(),
        1
    );
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("log.csv");
    let export = AuditExportRequest {
        path: path.display().to_string(),
        replace: false,
        format: AuditFormat::Csv,
        only: AuditFilter {
            kinds: vec![AuditKind::RoleChanged],
            ..AuditFilter::default()
        },
    };
    let done = bob
        .engine
        .export_audit(export.clone())
        .await
        .expect("written");
    assert_eq!(done.entries, 1);
    let text = std::fs::read_to_string(&path).expect("there");
    assert!(text.starts_with("id,first,"), "{text}");
    assert!(text.contains(",\"'=ada\","), "{text}");
    let again = bob.engine.export_audit(export).await;
    assert_eq!(again.expect_err("it is there").code, Code::DiskUnwritable);
}

#[tokio::test(start_paused = true)]
async fn pages_of_the_log_follow_each_other_without_a_gap() {
    let world = World::new(6, links::lan());
    let (ada, bob) = (world.device("ada").await, world.device("bob").await);
    for n in 0..25 {
        trust(&bob, &ada, &format!("ada {n}")).await;
        let role = TrustRequest {
            device: ada.ticket.clone(),
            role: if n % 2 == 0 { Role::Mine } else { Role::Ask },
            name: None,
        };
        bob.engine.trust(role).await.expect("a decision");
        // Of one moment, the same is one.
        tokio::time::advance(std::time::Duration::from_secs(601)).await;
    }
    let whole = AuditRequest {
        limit: Some(1000),
        ..AuditRequest::default()
    };
    let all = bob.engine.audit(whole).await.expect("the log").entries;
    let (mut ids, mut before) = (Vec::new(), None);
    loop {
        let request = AuditRequest {
            before,
            limit: Some(7),
            ..AuditRequest::default()
        };
        let page = bob.engine.audit(request).await.expect("a page");
        assert!(page.entries.len() <= 7);
        ids.extend(page.entries.iter().map(|entry| entry.id));
        before = page.next;
        if before.is_none() {
            break;
        }
    }
    assert!(all.len() > 25, "{}", all.len());
    assert_eq!(ids, all.iter().map(|entry| entry.id).collect::<Vec<_>>());
    for limit in [0, 1001] {
        let request = AuditRequest {
            limit: Some(limit),
            ..AuditRequest::default()
        };
        assert_eq!(
            bob.engine.audit(request).await.expect_err("no page").code,
            Code::Usage
        );
    }
}
