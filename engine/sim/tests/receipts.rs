//! Receipts at both ends, what a selection holds, the self-test and what the first run remembers, with whole engines.

use std::{fmt::Write as _, fs};

use chunkstream_engine::{
    AcceptPolicy,
    api::{
        Code, MeasureRequest, Nothing, Receipt, ReceiptExportRequest, ReceiptFormat,
        ReceiptRequest, SelfCheck, SelfTestRequest, SettingsRequest,
    },
};
use chunkstream_sim::{
    content::noise,
    links,
    world::{Device, Kill, World},
};

async fn receipt(device: &Device, id: &str, from: u32, limit: Option<u32>) -> Receipt {
    let request = ReceiptRequest {
        id: id.to_owned(),
        from,
        limit,
    };
    device.engine.receipt(request).await.expect("a receipt")
}

/// A completed transfer of two files, and the lines that `b3sum` would print for them.
async fn completed(seed: u64) -> (World, Device, Device, String, String) {
    let world = World::new(seed, links::lan());
    let ada = world.device("ada").await;
    let bob = world
        .device_with("bob", |config| config.accept = AcceptPolicy::All)
        .await;
    let mut lines = String::new();
    for (name, content) in [("set/a", noise(1, 700_000)), ("set/b", noise(2, 3))] {
        let path = format!("/home/{name}");
        ada.disk.write_file(path, &content).expect("written");
        let _ = writeln!(lines, "{}  {name}", blake3::hash(&content));
    }
    let id = ada.send(&["/home/set"], &bob).await;
    ada.finished(&id).await;
    bob.finished(&id).await;
    (world, ada, bob, id, lines)
}

#[tokio::test(start_paused = true)]
async fn a_receipt_has_every_file_with_its_root_at_both_ends() {
    let (_world, ada, bob, id, lines) = completed(1).await;
    for device in [&ada, &bob] {
        let whole = receipt(device, &id, 0, None).await;
        let mut told = String::new();
        for file in &whole.files {
            let root = file.root.as_deref().unwrap_or("?");
            let _ = writeln!(told, "{root}  {}", file.path);
        }
        assert_eq!(told, lines);
        assert_eq!(
            (whole.transfer.id.as_str(), whole.next),
            (id.as_str(), None)
        );
        // By pages: the folder counts as an entry and is no file.
        let first = receipt(device, &id, 0, Some(2)).await;
        assert_eq!((first.files.len(), first.next), (1, Some(2)));
        let last = receipt(device, &id, 2, Some(2)).await;
        assert_eq!((last.files.len(), last.next), (1, None));
    }
}

#[tokio::test(start_paused = true)]
async fn a_receipt_is_written_for_b3sum_and_never_over_what_is_there() {
    let (_world, _ada, bob, id, lines) = completed(2).await;
    let place = tempfile::tempdir().expect("a folder");
    let path = place.path().join("receipt.txt");
    let export = |replace, format| {
        bob.engine.export_receipt(ReceiptExportRequest {
            id: id.clone(),
            path: path.display().to_string(),
            replace,
            format,
        })
    };
    let written = export(false, ReceiptFormat::Text).await.expect("written");
    assert_eq!(written.files, 2);
    let text = fs::read_to_string(&path).expect("there");
    let files = text.lines().filter(|line| !line.starts_with('#'));
    assert!(files.eq(lines.lines()), "{text}");
    assert!(
        text.contains(&id) && text.contains("received from ada"),
        "{text}"
    );
    let refused = export(false, ReceiptFormat::Text).await.expect_err("there");
    assert_eq!(refused.code, Code::DiskUnwritable);
    export(true, ReceiptFormat::JsonLines)
        .await
        .expect("replaced");
    let json = fs::read_to_string(&path).expect("there");
    assert_eq!(json.lines().count(), 3);
}

#[tokio::test(start_paused = true)]
async fn what_has_not_ended_has_no_receipt() {
    let world = World::new(3, links::lan());
    let (ada, bob) = (world.device("ada").await, world.device("bob").await);
    ada.disk.write_file("/home/a", b"x").expect("written");
    let id = ada.send(&["/home/a"], &bob).await;
    bob.offered(&id).await;
    let request = |limit| ReceiptRequest {
        id: id.clone(),
        from: 0,
        limit,
    };
    let refused = bob.engine.receipt(request(None)).await;
    assert_eq!(refused.expect_err("it waits").code, Code::IllegalState);
    for limit in [0, 1001] {
        let refused = bob.engine.receipt(request(Some(limit))).await;
        assert_eq!(refused.expect_err("no such page").code, Code::Usage);
    }
}

#[tokio::test]
async fn a_selection_is_measured_and_what_cannot_be_read_is_named() {
    let world = World::new(4, links::lan());
    let ada = world.device("ada").await;
    ada.disk
        .write_file("/home/set/a", &[0; 700])
        .expect("written");
    ada.disk
        .write_file("/home/set/b/c", &[0; 300])
        .expect("written");
    ada.disk.write_file("/home/one", &[0; 5]).expect("written");
    let measure = |paths: &[&str]| {
        let paths = paths.iter().map(ToString::to_string).collect();
        ada.engine.measure(MeasureRequest { paths })
    };
    let whole = loop {
        let paths = ["/home/set", "/home/one", "/home/one", "/home/gone"];
        let measured = measure(&paths).await.expect("measured");
        if measured.complete {
            break measured;
        }
    };
    assert_eq!((whole.files, whole.folders, whole.bytes), (3, 2, 1005));
    assert_eq!(whole.unreadable, ["/home/gone"]);
    for paths in [&[][..], &["home/one"]] {
        let refused = measure(paths).await.expect_err("refused");
        assert_eq!(refused.code, Code::Usage);
    }
}

#[tokio::test]
async fn a_self_test_tells_each_fault_by_its_code() {
    let world = World::new(5, links::lan());
    let ada = world.device("ada").await;
    let test = |folder: Option<&str>| {
        ada.engine.self_test(SelfTestRequest {
            inbox_folder: folder.map(str::to_owned),
        })
    };
    let found = test(None).await.expect("tested");
    let checks: Vec<SelfCheck> = found.iter().map(|result| result.check).collect();
    let expected = [
        SelfCheck::Port,
        SelfCheck::Udp,
        SelfCheck::Discovery,
        SelfCheck::Disk,
    ];
    assert_eq!(checks, expected);
    let codes: Vec<Option<Code>> = found
        .iter()
        .map(|result| result.failure.as_ref().map(|failure| failure.code))
        .collect();
    // This engine has no local network to search.
    assert_eq!(codes, [None, None, Some(Code::DiscoveryFailed), None]);
    ada.disk.write_file("/file", b"x").expect("written");
    let found = test(Some("/file/inbox")).await.expect("tested");
    let failure = found[3].failure.as_ref().expect("it is no folder");
    assert_eq!(failure.code, Code::DiskUnwritable);
    let refused = test(Some("inbox")).await.expect_err("not absolute");
    assert_eq!(refused.code, Code::Usage);
}

#[tokio::test(start_paused = true)]
async fn that_the_first_run_is_over_is_remembered() {
    let world = World::new(6, links::lan());
    let mut ada = world.durable_device("ada", |_| {}).await;
    let introduced = async |device: &Device| {
        let settings = device.engine.settings(Nothing {}).await;
        settings.expect("settings").introduced
    };
    assert!(!introduced(&ada).await);
    let over = SettingsRequest {
        introduced: Some(true),
        ..SettingsRequest::default()
    };
    ada.engine.change_settings(over).await.expect("set");
    assert!(introduced(&ada).await);
    world.kill(&mut ada, Kill::Process).await;
    world.start(&mut ada).await;
    assert!(introduced(&ada).await);
}
