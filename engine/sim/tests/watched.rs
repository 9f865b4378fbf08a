//! Watched folders: what is put into one goes to its device once it has settled, once. Whole engines on a simulated
//! network and disk, in virtual time; the simulated disk tells nothing of changes, so they are found by looking.

use std::{path::Path, time::Duration};

use chunkstream_engine::{
    AcceptPolicy,
    api::{
        Code, DeviceRequest, Failure, Nothing, WatchChange, WatchRequest, WatchedRequest,
        WatchedView,
    },
    core::{session::State, watched::Ignore},
    disk::Disk as _,
};
use chunkstream_sim::{
    links,
    world::{Device, Kill, World},
};
use tokio::time::{sleep, timeout};

const FOLDER: &str = "/home/out";
/// More than two looks and the time to settle.
const LONG: Duration = Duration::from_secs(30);

/// Two devices that have met, and a folder.
async fn met(seed: u64) -> (World, Device, Device) {
    let world = World::new(seed, links::lan());
    let ada = world.durable_device("ada", |_| {}).await;
    let accepts = |config: &mut chunkstream_engine::EngineConfig| config.accept = AcceptPolicy::All;
    let bob = world.device_with("bob", accepts).await;
    ada.disk
        .write_file("/home/hello", b"hello")
        .expect("written");
    let id = ada.send(&["/home/hello"], &bob).await;
    ada.finished(&id).await;
    ada.disk.make_folder(FOLDER).expect("a folder");
    (world, ada, bob)
}

async fn id_of(device: &Device) -> String {
    let identity = device.engine.identity(Nothing {}).await;
    identity.expect("an identity").device_id
}

async fn watch(ada: &Device, bob: &Device, existing: bool) -> Result<WatchedView, Failure> {
    let request = WatchRequest {
        path: FOLDER.to_owned(),
        device: id_of(bob).await,
        ignore: None,
        existing,
    };
    ada.engine.watch_folder(request).await
}

async fn watched(ada: &Device) -> WatchedView {
    let views = ada.engine.watched_folders(Nothing {}).await;
    let views = views.expect("a list");
    views.into_iter().next().expect("one folder")
}

/// Waits until the folder looks like that.
async fn until(ada: &Device, condition: impl Fn(&WatchedView) -> bool) -> WatchedView {
    let looks = async {
        loop {
            let view = watched(ada).await;
            if condition(&view) {
                return view;
            }
            sleep(Duration::from_millis(100)).await;
        }
    };
    let found = timeout(Duration::from_secs(600), looks).await;
    if let Ok(view) = found {
        return view;
    }
    panic!("it never came to that: {:?}", watched(ada).await)
}

fn put(ada: &Device, name: &str, bytes: &[u8]) {
    let path = format!("{FOLDER}/{name}");
    ada.disk.write_file(path, bytes).expect("written");
}

/// Transfers that ada has begun.
async fn sent(ada: &Device) -> usize {
    let transfers = ada.engine.transfers(Nothing {}).await;
    transfers.expect("a list").len()
}

/// Waits until bob has it.
async fn arrived(bob: &Device, name: &str, bytes: &[u8]) {
    let path = format!("/inbox/{name}");
    let looks = async {
        while bob.disk.read_file(&path).ok().as_deref() != Some(bytes) {
            sleep(Duration::from_millis(100)).await;
        }
    };
    let found = timeout(Duration::from_secs(600), looks).await;
    assert!(found.is_ok(), "{name} is not in {:?}", bob.disk.paths());
}

#[tokio::test(start_paused = true)]
async fn what_is_put_in_goes_once_it_has_settled_and_once_only() {
    let (world, mut ada, bob) = met(1).await;
    put(&ada, "old", b"was here before");
    watch(&ada, &bob, false).await.expect("it is watched");
    // It is written in pieces, for longer than a look and the time to settle together.
    let mut text = Vec::new();
    for _ in 0..20 {
        text.extend_from_slice(b"more ");
        put(&ada, "new", &text);
        sleep(Duration::from_secs(1)).await;
        assert_eq!(sent(&ada).await, 1, "only what made them meet");
    }
    arrived(&bob, "new", &text).await;
    ada.disk
        .make_folder(format!("{FOLDER}/holiday"))
        .expect("a folder");
    put(&ada, "holiday/one", b"1");
    put(&ada, "holiday/two", b"2");
    arrived(&bob, "holiday/two", b"2").await;
    sleep(LONG).await;
    assert_eq!(sent(&ada).await, 3);
    // A restart sends nothing twice, and what has come meanwhile.
    world.kill(&mut ada, Kill::Process).await;
    put(&ada, "meanwhile", b"while nobody looked");
    world.start(&mut ada).await;
    arrived(&bob, "meanwhile", b"while nobody looked").await;
    sleep(LONG).await;
    let before = sent(&ada).await;
    // Another version is another transfer.
    put(&ada, "new", b"another version");
    let view = until(&ada, |view| view.sent == 2).await;
    assert!(view.last_ms.is_some() && view.failure.is_none(), "{view:?}");
    sleep(LONG).await;
    assert_eq!(sent(&ada).await, before + 1);
    assert!(
        bob.disk.read_file("/inbox/old").is_err(),
        "it was there before"
    );
}

#[tokio::test(start_paused = true)]
async fn names_on_the_list_stay_and_what_is_there_goes_if_it_is_asked_for() {
    let (_world, ada, bob) = met(2).await;
    put(&ada, "letter.txt", b"a letter");
    put(&ada, "film.part", b"half a film");
    put(&ada, ".hidden", b"hidden");
    let view = watch(&ada, &bob, true).await.expect("it is watched");
    arrived(&bob, "letter.txt", b"a letter").await;
    sleep(LONG).await;
    assert_eq!(watched(&ada).await.sent, 1);
    let change = WatchChange {
        id: view.id,
        paused: None,
        ignore: Some(Ignore::try_from(vec![".*".to_owned()]).expect("a pattern")),
    };
    ada.engine.change_watched(change).await.expect("changed");
    arrived(&bob, "film.part", b"half a film").await;
    sleep(LONG).await;
    assert_eq!(watched(&ada).await.sent, 2);
}

#[tokio::test(start_paused = true)]
async fn a_paused_folder_waits_and_one_that_is_removed_sends_nothing_more() {
    let (_world, ada, bob) = met(3).await;
    let id = watch(&ada, &bob, false).await.expect("it is watched").id;
    let paused = |paused| WatchChange {
        id,
        paused: Some(paused),
        ignore: None,
    };
    ada.engine
        .change_watched(paused(true))
        .await
        .expect("paused");
    put(&ada, "a", b"a");
    sleep(LONG * 4).await;
    assert_eq!((sent(&ada).await, watched(&ada).await.paused), (1, true));
    ada.engine
        .change_watched(paused(false))
        .await
        .expect("goes on");
    arrived(&bob, "a", b"a").await;
    let request = WatchedRequest { id };
    ada.engine
        .unwatch_folder(request.clone())
        .await
        .expect("removed");
    put(&ada, "b", b"b");
    sleep(LONG * 4).await;
    assert_eq!(sent(&ada).await, 2);
    let again = ada.engine.unwatch_folder(request).await;
    assert_eq!(again.expect_err("it is gone").code, Code::NotFound);
}

#[tokio::test(start_paused = true)]
async fn a_folder_that_is_away_is_told_and_nothing_of_it_is_sent_again_when_it_is_back() {
    let (_world, ada, bob) = met(4).await;
    watch(&ada, &bob, false).await.expect("it is watched");
    put(&ada, "a", b"a");
    arrived(&bob, "a", b"a").await;
    let away = Path::new("/home/away");
    ada.disk.rename_new(Path::new(FOLDER), away).expect("moved");
    let view = until(&ada, |view| view.failure.is_some()).await;
    let failure = view.failure.expect("it is told");
    assert_eq!(failure.code, Code::SourceUnreadable);
    ada.disk.make_folder(FOLDER).expect("an empty mount point");
    until(&ada, |view| view.failure.is_none()).await;
    sleep(LONG).await;
    ada.disk.remove(Path::new(FOLDER)).expect("removed");
    ada.disk.rename_new(away, Path::new(FOLDER)).expect("moved");
    put(&ada, "b", b"b");
    arrived(&bob, "b", b"b").await;
    sleep(LONG).await;
    assert_eq!(sent(&ada).await, 3, "hello, a, b");
}

#[tokio::test(start_paused = true)]
async fn what_waits_for_a_device_that_is_away_is_not_begun_twice() {
    let (_world, ada, bob) = met(5).await;
    watch(&ada, &bob, false).await.expect("it is watched");
    bob.engine.shutdown().await;
    put(&ada, "a", b"first");
    until(&ada, |view| view.sent == 1).await;
    put(&ada, "a", b"second");
    until(&ada, |view| view.sent == 2).await;
    let transfers = ada.engine.transfers(Nothing {}).await.expect("a list");
    let waiting = transfers
        .iter()
        .filter(|view| view.state != State::Completed);
    assert_eq!(waiting.count(), 1);
}

#[tokio::test(start_paused = true)]
async fn what_cannot_be_watched_is_refused_with_its_reason() {
    let (_world, ada, bob) = met(6).await;
    let bob_id = id_of(&bob).await;
    let refused = async |path: &str, device: &str| {
        let request = WatchRequest {
            path: path.to_owned(),
            device: device.to_owned(),
            ignore: None,
            existing: false,
        };
        let refused = ada.engine.watch_folder(request).await;
        refused.expect_err("it is refused").code
    };
    assert_eq!(refused("out", &bob_id).await, Code::Usage);
    assert_eq!(refused("/home/none", &bob_id).await, Code::SourceUnreadable);
    assert_eq!(
        refused("/home/hello", &bob_id).await,
        Code::SourceUnreadable
    );
    assert_eq!(refused(FOLDER, "nobody").await, Code::BadTarget);
    ada.disk.make_folder("/inbox/in").expect("a folder");
    for circle in ["/", "/inbox", "/inbox/in"] {
        assert_eq!(refused(circle, &bob_id).await, Code::Usage, "{circle}");
    }
    watch(&ada, &bob, false).await.expect("it is watched");
    assert_eq!(refused(FOLDER, &bob_id).await, Code::Usage, "twice");
    // A device that is forgotten gets nothing more.
    let forget = DeviceRequest { device: bob_id };
    ada.engine.forget(forget).await.expect("forgotten");
    assert!(
        ada.engine
            .watched_folders(Nothing {})
            .await
            .expect("a list")
            .is_empty()
    );
}
