//! Sources that change, are gone, or lie on a disk that is pulled: never mixed content, never a whole transfer
//! that fails, and one question to a person.

use std::{path::PathBuf, time::Duration};

use chunkstream_engine::{
    AcceptPolicy,
    api::{ChangedChoice, ChangedRequest, Code, TransferView},
    core::{
        chunk::{Geometry, ParityMode},
        session::{Reason, State},
    },
    disk::Disk,
};
use chunkstream_sim::{
    content::noise,
    disk::Survivors,
    network::Link,
    world::{Device, Kill, World, request},
};

const MIB: usize = 1024 * 1024;
const BIG: &str = "/home/trip/big";

/// Two durable devices on a line of 40 Mbit/s and 20 ms, and a folder of 10 MiB and more on its way.
struct Trip {
    world: World,
    ada: Device,
    bob: Device,
    id: String,
    /// What the other files are, which nobody touches.
    small: Vec<(String, Vec<u8>)>,
}

impl Trip {
    async fn begin(seed: u64, parity: ParityMode) -> Self {
        let link = Link {
            rate_bits: Some(40_000_000),
            delay: Duration::from_millis(10),
            queue_bytes: Some(256 * 1024),
            ..Link::default()
        };
        let world = World::new(seed, link);
        let ada = world.durable_device("ada", |_| {}).await;
        let bob = world
            .durable_device("bob", |config| config.accept = AcceptPolicy::All)
            .await;
        write(&ada, BIG, &noise(seed, 10 * MIB));
        // Behind it in the manifest, so that something is left when it changes.
        let small: Vec<_> = (0..20)
            .map(|number| {
                (
                    format!("small/{number:02}"),
                    noise(seed + 1 + number, 40_000),
                )
            })
            .chain([("tail".to_owned(), noise(seed + 99, 3 * MIB))])
            .collect();
        for (name, content) in &small {
            write(&ada, &format!("/home/trip/{name}"), content);
        }
        let mut request = ada.request(&["/home/trip"], &bob);
        request.parity = Some(parity);
        let id = ada.begin(request).await;
        ada.until(&id, |view| view.durable_bytes > 3 * MIB as u64)
            .await;
        Self {
            world,
            ada,
            bob,
            id,
            small,
        }
    }

    async fn decide(&self, choice: ChangedChoice) {
        let request = ChangedRequest {
            id: self.id.clone(),
            choice,
        };
        self.ada
            .engine
            .decide_changed(request)
            .await
            .expect("decided");
    }

    async fn asked(&self) -> TransferView {
        asked(&self.ada, &self.id).await
    }

    async fn finished(&self) -> TransferView {
        let sent = self.ada.finished(&self.id).await;
        let received = self.bob.finished(&self.id).await;
        assert_eq!(
            (sent.files, sent.bytes, sent.durable_bytes),
            (received.files, received.bytes, received.durable_bytes)
        );
        assert_eq!(sent.changed, None);
        sent
    }

    /// The other files arrived, and of the big one exactly this.
    fn arrived(&self, big: Option<&[u8]>) {
        for (name, content) in &self.small {
            let found = self.bob.disk.read_file(format!("/inbox/trip/{name}"));
            assert!(found.expect("it arrived") == *content, "{name} differs");
        }
        let found = self.bob.disk.read_file("/inbox/trip/big");
        match big {
            Some(big) => {
                let found = found.expect("it arrived");
                assert!(
                    found == big,
                    "{} bytes, {} expected",
                    found.len(),
                    big.len()
                );
            }
            None => assert!(found.is_err(), "it was to be left out"),
        }
        nothing_left_behind(&self.bob);
    }
}

fn nothing_left_behind(device: &Device) {
    let left = device.staged();
    assert!(left.is_empty(), "left behind: {left:?}");
}

fn write(device: &Device, path: &str, content: &[u8]) {
    device.disk.write_file(path, content).expect("written");
}

/// Waits until a person is asked.
async fn asked(device: &Device, id: &str) -> TransferView {
    let view = device
        .until(id, |view| {
            assert!(
                !view.state.is_final(),
                "{:?} {:?}",
                view.state,
                view.failure
            );
            (view.state, view.reason) == (State::Paused, Some(Reason::SourceChanged))
        })
        .await;
    let code = view.failure.as_ref().map(|failure| failure.code);
    assert_eq!(code, Some(Code::SourceChanged));
    view
}

/// What can happen to a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Change {
    Grown,
    Shrunk,
    SameSize,
    Replaced,
    Gone,
    FolderInItsPlace,
}

impl Change {
    const ALL: [Self; 6] = [
        Self::Grown,
        Self::Shrunk,
        Self::SameSize,
        Self::Replaced,
        Self::Gone,
        Self::FolderInItsPlace,
    ];

    /// Makes it; returns what the file is then.
    fn make(self, device: &Device) -> Option<Vec<u8>> {
        let disk = &device.disk;
        let before = disk.read_file(BIG).expect("it is there");
        match self {
            Self::Grown => {
                let grown = [before, noise(7, 2 * MIB)].concat();
                write(device, BIG, &grown);
                Some(grown)
            }
            Self::Shrunk => {
                let shrunk = noise(8, 6 * MIB + 5);
                write(device, BIG, &shrunk);
                Some(shrunk)
            }
            Self::SameSize => {
                let other = noise(9, before.len());
                write(device, BIG, &other);
                Some(other)
            }
            Self::Replaced => {
                // The same size and even the same time: only the file's number tells.
                let other = noise(10, before.len());
                let time = disk.metadata(BIG.as_ref()).expect("it is there");
                let time = time.fingerprint.modified_ns;
                write(device, "/home/other", &other);
                disk.remove(BIG.as_ref()).expect("removed");
                disk.rename_new("/home/other".as_ref(), BIG.as_ref())
                    .expect("moved");
                disk.set_attributes(BIG.as_ref(), None, Some(time))
                    .expect("set");
                Some(other)
            }
            Self::Gone => {
                disk.remove(BIG.as_ref()).expect("removed");
                None
            }
            Self::FolderInItsPlace => {
                disk.remove(BIG.as_ref()).expect("removed");
                write(device, "/home/trip/big/inner", b"new");
                None
            }
        }
    }
}

#[tokio::test(start_paused = true)]
async fn whatever_happens_to_a_file_the_others_go_on_and_its_new_version_can_be_had() {
    for (seed, change) in (100..).zip(Change::ALL) {
        println!("{change:?}");
        let trip = Trip::begin(seed, ParityMode::Off).await;
        let now = change.make(&trip.ada);
        let view = trip.asked().await;
        let changed = view.changed.expect("what changed");
        assert_eq!((changed.paths, changed.count), (vec![BIG.to_owned()], 1));
        assert_eq!(changed.gone, u32::from(now.is_none()));
        // Everything else has arrived by then.
        assert_eq!(view.files_done, trip.small.len() as u64);
        trip.bob
            .until(&trip.id, |view| view.reason == Some(Reason::SourceChanged))
            .await;
        trip.decide(ChangedChoice::NewVersion).await;
        let sent = trip.finished().await;
        assert_eq!(
            sent.files,
            trip.small.len() as u64 + u64::from(now.is_some())
        );
        trip.arrived(now.as_deref());
    }
}

#[tokio::test(start_paused = true)]
async fn whatever_happens_to_a_file_it_can_be_left_out() {
    for (seed, change) in (120..).zip(Change::ALL) {
        println!("{change:?}");
        let trip = Trip::begin(seed, ParityMode::Always(Geometry::DEFAULT)).await;
        change.make(&trip.ada);
        trip.asked().await;
        trip.decide(ChangedChoice::Skip).await;
        trip.finished().await;
        trip.arrived(None);
    }
}

#[tokio::test(start_paused = true)]
async fn a_decision_need_not_wait_for_the_question() {
    let trip = Trip::begin(140, ParityMode::Off).await;
    let now = Change::Grown.make(&trip.ada);
    let view = trip
        .ada
        .until(&trip.id, |view| view.changed.is_some())
        .await;
    assert_eq!(view.state, State::Active, "the others go on");
    trip.decide(ChangedChoice::NewVersion).await;
    trip.finished().await;
    trip.arrived(now.as_deref());
}

#[tokio::test(start_paused = true)]
async fn what_is_put_back_as_it_was_goes_on_with_resume() {
    let trip = Trip::begin(141, ParityMode::Off).await;
    let disk = &trip.ada.disk;
    let before = disk.read_file(BIG).expect("it is there");
    disk.rename_new(BIG.as_ref(), "/home/elsewhere".as_ref())
        .expect("moved away");
    let changed = trip.asked().await.changed.expect("what changed");
    assert_eq!((changed.count, changed.gone), (1, 1));
    let resume = || trip.ada.engine.resume(request(&trip.id));
    resume().await.expect("tried again");
    trip.asked().await;
    disk.rename_new("/home/elsewhere".as_ref(), BIG.as_ref())
        .expect("moved back");
    resume().await.expect("resumed");
    trip.finished().await;
    trip.arrived(Some(&before));
}

/// Each side killed at each step: before the question, before the answer, after it.
#[tokio::test(start_paused = true)]
async fn kills_of_either_side_at_any_step_change_nothing() {
    let mut seed = 200;
    for choice in [ChangedChoice::NewVersion, ChangedChoice::Skip] {
        for step in 0..4 {
            for victims in [&[true, false] as &[bool], &[true], &[false]] {
                seed += 1;
                println!("{choice:?}, step {step}, kill sender: {victims:?}");
                let mut trip = Trip::begin(seed, ParityMode::Off).await;
                let now = Change::SameSize.make(&trip.ada);
                if step == 0 {
                    kill(&mut trip, victims).await;
                }
                let view = trip.asked().await;
                assert_eq!(view.changed.map(|changed| changed.count), Some(1));
                if step == 1 {
                    kill(&mut trip, victims).await;
                    let restored = trip
                        .ada
                        .until(&trip.id, |view| view.changed.is_some())
                        .await;
                    assert_eq!(restored.reason, Some(Reason::SourceChanged));
                }
                trip.decide(choice).await;
                if step == 2 {
                    kill(&mut trip, victims).await;
                }
                if step == 3 && choice == ChangedChoice::NewVersion {
                    let kept = trip.ada.view(&trip.id).await.durable_bytes;
                    trip.ada
                        .until(&trip.id, |view| view.durable_bytes > kept + MIB as u64)
                        .await;
                    kill(&mut trip, victims).await;
                }
                trip.finished().await;
                let expected = now.filter(|_| choice == ChangedChoice::NewVersion);
                trip.arrived(expected.as_deref());
            }
        }
    }
}

async fn kill(trip: &mut Trip, victims: &[bool]) {
    for &sender in victims {
        let device = if sender { &mut trip.ada } else { &mut trip.bob };
        trip.world.kill(device, Kill::Process).await;
    }
    for &sender in victims {
        let device = if sender { &mut trip.ada } else { &mut trip.bob };
        trip.world.start(device).await;
    }
}

#[tokio::test(start_paused = true)]
async fn a_receiver_that_loses_its_power_after_a_withdrawal_does_not_mix_the_versions() {
    for (seed, survivors) in [
        (301, Survivors::Synced),
        (302, Survivors::Names),
        (303, Survivors::NamesAndSomePages { seed: 5 }),
    ] {
        for pages in [0, 9, 40] {
            println!("{survivors:?}, {pages} pages");
            let mut trip = Trip::begin(seed, ParityMode::Off).await;
            // Holes where the old version has none: they must not show what was there.
            let mut now = noise(11, 10 * MIB);
            now[MIB..5 * MIB].fill(0);
            write(&trip.ada, BIG, &now);
            trip.asked().await;
            trip.decide(ChangedChoice::NewVersion).await;
            let more = trip.ada.view(&trip.id).await.durable_bytes + MIB as u64;
            trip.ada
                .until(&trip.id, |view| view.durable_bytes > more)
                .await;
            let kill = Kill::Power { survivors, pages };
            trip.world.kill(&mut trip.bob, kill).await;
            trip.world.start(&mut trip.bob).await;
            trip.finished().await;
            trip.arrived(Some(&now));
        }
    }
}

#[tokio::test(start_paused = true)]
async fn a_source_that_changes_while_its_sender_is_away_is_asked_about() {
    for change in [Change::Shrunk, Change::Gone] {
        let mut trip = Trip::begin(310, ParityMode::Off).await;
        trip.world.kill(&mut trip.ada, Kill::Process).await;
        let now = change.make(&trip.ada);
        trip.world.start(&mut trip.ada).await;
        trip.asked().await;
        trip.decide(ChangedChoice::NewVersion).await;
        trip.finished().await;
        trip.arrived(now.as_deref());
    }
}

#[tokio::test(start_paused = true)]
async fn a_file_that_has_arrived_may_change_or_go() {
    let mut trip = Trip::begin(320, ParityMode::Off).await;
    let big = trip.ada.disk.read_file(BIG).expect("it is there");
    trip.ada
        .until(&trip.id, |view| view.durable_bytes > 11 * MIB as u64)
        .await;
    Change::Grown.make(&trip.ada);
    kill(&mut trip, &[true]).await;
    let sent = trip.finished().await;
    assert_eq!(sent.changed, None);
    trip.arrived(Some(&big));
}

#[tokio::test(start_paused = true)]
async fn a_folder_that_is_gone_is_one_question_about_all_its_files() {
    let trip = Trip::begin(330, ParityMode::Off).await;
    trip.ada
        .disk
        .remove("/home/trip".as_ref())
        .expect("removed");
    // Something else lies beside it: its disk is there.
    write(&trip.ada, "/home/else", b"else");
    let view = trip.asked().await;
    let changed = view.changed.expect("what changed");
    assert_eq!(changed.count, changed.gone);
    assert_eq!(changed.count, 22 - view.files_done as u32);
    assert_eq!(changed.paths.len(), 20.min(changed.count as usize));
    trip.decide(ChangedChoice::Skip).await;
    trip.finished().await;
    assert!(trip.bob.disk.read_file("/inbox/trip/big").is_err());
    assert!(trip.bob.disk.metadata("/inbox/trip".as_ref()).is_ok());
    nothing_left_behind(&trip.bob);
}

/// Nothing but an empty mount point is left of a disk that was pulled.
#[tokio::test(start_paused = true)]
async fn a_disk_that_was_pulled_is_waited_for_and_nothing_is_left_out() {
    for mount_point_stays in [true, false] {
        let trip = Trip::begin(340, ParityMode::Off).await;
        let disk = &trip.ada.disk;
        let big = disk.read_file(BIG).expect("it is there");
        disk.rename_new("/home".as_ref(), "/pulled".as_ref())
            .expect("away");
        if mount_point_stays {
            disk.make_folder("/home").expect("made");
        }
        let held = trip
            .ada
            .until(&trip.id, |view| view.state == State::Paused)
            .await;
        assert_eq!(held.reason, Some(Reason::SourceUnreadable));
        disk.remove("/home".as_ref()).expect("removed");
        disk.rename_new("/pulled".as_ref(), "/home".as_ref())
            .expect("plugged in");
        trip.ada
            .engine
            .resume(request(&trip.id))
            .await
            .expect("resumed");
        trip.finished().await;
        trip.arrived(Some(&big));
    }
}

#[tokio::test(start_paused = true)]
async fn unreadable_files_can_be_left_out() {
    let trip = Trip::begin(350, ParityMode::Off).await;
    trip.ada
        .disk
        .faults(|faults| faults.forbidden.insert(PathBuf::from(BIG)));
    trip.ada
        .until(&trip.id, |view| {
            view.reason == Some(Reason::SourceUnreadable)
        })
        .await;
    trip.decide(ChangedChoice::Skip).await;
    trip.finished().await;
    trip.arrived(None);
}

#[tokio::test(start_paused = true)]
async fn a_single_file_with_a_new_version_arrives_under_its_own_name_with_its_root() {
    let trip = Trip::begin(360, ParityMode::Off).await;
    write(&trip.ada, "/home/single", &noise(1, 24 * MIB));
    let id = trip.ada.send(&["/home/single"], &trip.bob).await;
    trip.bob.until(&id, |view| view.durable_bytes > 0).await;
    let now = noise(2, 4 * MIB);
    write(&trip.ada, "/home/single", &now);
    let choice = ChangedChoice::NewVersion;
    asked(&trip.ada, &id).await;
    let decision = ChangedRequest {
        id: id.clone(),
        choice,
    };
    trip.ada
        .engine
        .decide_changed(decision)
        .await
        .expect("decided");
    let root = blake3::hash(&now).to_hex().to_string();
    for device in [&trip.ada, &trip.bob] {
        let view = device.finished(&id).await;
        assert_eq!((view.files, view.root_count), (1, 1));
        assert_eq!(view.root.as_ref(), Some(&root));
        assert_eq!(view.preview.len(), 1);
    }
    let placed = trip.bob.view(&id).await.roots;
    assert_eq!(placed[0].path.as_deref(), Some("/inbox/single"));
    let found = trip.bob.disk.read_file("/inbox/single");
    assert!(found.expect("it arrived") == now);
}

#[tokio::test(start_paused = true)]
async fn a_transfer_of_which_nothing_is_left_is_cancelled_and_says_why() {
    let trip = Trip::begin(370, ParityMode::Off).await;
    write(&trip.ada, "/home/single", &noise(1, 24 * MIB));
    let id = trip.ada.send(&["/home/single"], &trip.bob).await;
    trip.bob.until(&id, |view| view.durable_bytes > 0).await;
    trip.ada
        .disk
        .remove("/home/single".as_ref())
        .expect("removed");
    asked(&trip.ada, &id).await;
    let decision = ChangedRequest {
        id: id.clone(),
        choice: ChangedChoice::Skip,
    };
    trip.ada
        .engine
        .decide_changed(decision)
        .await
        .expect("decided");
    let sent = trip.ada.until(&id, |view| view.state.is_final()).await;
    let received = trip.bob.until(&id, |view| view.state.is_final()).await;
    assert_eq!(
        (sent.state, received.state),
        (State::Cancelled, State::Cancelled)
    );
    let failure = sent.failure.expect("why");
    assert_eq!(failure.code, Code::SourceChanged);
    assert!(trip.bob.disk.read_file("/inbox/single").is_err());
}

#[tokio::test(start_paused = true)]
async fn there_is_nothing_to_decide_about_sources_that_did_not_change() {
    let trip = Trip::begin(380, ParityMode::Off).await;
    let decision = |choice| ChangedRequest {
        id: trip.id.clone(),
        choice,
    };
    for device in [&trip.ada, &trip.bob] {
        let refused = device
            .engine
            .decide_changed(decision(ChangedChoice::Skip))
            .await;
        assert_eq!(refused.expect_err("refused").code, Code::IllegalState);
    }
    trip.finished().await;
}

/// The receiver hears of two withdrawals of one path, one after the other.
#[tokio::test(start_paused = true)]
async fn a_new_version_may_change_as_well() {
    let trip = Trip::begin(390, ParityMode::Off).await;
    Change::Grown.make(&trip.ada);
    trip.asked().await;
    trip.decide(ChangedChoice::NewVersion).await;
    let kept = trip.ada.view(&trip.id).await.durable_bytes;
    trip.ada
        .until(&trip.id, |view| view.durable_bytes > kept + MIB as u64)
        .await;
    let now = Change::Shrunk.make(&trip.ada);
    trip.asked().await;
    trip.decide(ChangedChoice::NewVersion).await;
    trip.finished().await;
    trip.arrived(now.as_deref());
}

/// A scan that a kill interrupted goes on over a tree that has changed since.
#[tokio::test(start_paused = true)]
async fn a_tree_that_changed_while_its_scan_was_away_is_sent_as_far_as_it_is_there() {
    const FILES: u64 = 3000;
    let link = Link {
        delay: Duration::from_millis(10),
        ..Link::default()
    };
    let world = World::new(400, link);
    let mut ada = world.durable_device("ada", |_| {}).await;
    let bob = world
        .durable_device("bob", |config| config.accept = AcceptPolicy::All)
        .await;
    for number in 0..FILES {
        write(&ada, &format!("/home/tree/{number:05}"), b"a file");
    }
    let id = ada.send(&["/home/tree"], &bob).await;
    // At most 1,024 entries are recorded at once.
    while ada.view(&id).await.files == 0 {
        tokio::task::yield_now().await;
    }
    assert!(ada.view(&id).await.files < FILES);
    world.kill(&mut ada, Kill::Process).await;
    write(&ada, "/home/tree/00000-new", b"before what is known");
    write(&ada, "/home/tree/99999", b"behind it");
    ada.disk
        .remove("/home/tree/00001".as_ref())
        .expect("removed");
    ada.disk
        .remove("/home/tree/02500".as_ref())
        .expect("removed");
    write(&ada, "/home/tree/00002", b"another");
    world.start(&mut ada).await;
    let view = ada
        .until(&id, |view| {
            view.state.is_final() || view.reason == Some(Reason::SourceChanged)
        })
        .await;
    if !view.state.is_final() {
        let decision = ChangedRequest {
            id: id.clone(),
            choice: ChangedChoice::NewVersion,
        };
        ada.engine.decide_changed(decision).await.expect("decided");
    }
    ada.finished(&id).await;
    bob.finished(&id).await;
    for (name, content) in [
        ("00000", b"a file" as &[u8]),
        ("02999", b"a file"),
        ("99999", b"behind it"),
    ] {
        let found = bob.disk.read_file(format!("/inbox/tree/{name}"));
        assert_eq!(found.expect("it arrived"), content, "{name}");
    }
    // Sent before the kill, or not any more.
    let found = bob.disk.read_file("/inbox/tree/00002").expect("it arrived");
    assert!([b"a file" as &[u8], b"another"].contains(&&found[..]));
}
