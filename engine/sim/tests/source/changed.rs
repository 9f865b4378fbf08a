//! What can happen to a file while it is sent: the others go on, and a person says what becomes of it.

use chunkstream_engine::{
    api::{ChangedChoice, ChangedRequest, Code},
    core::{
        chunk::{Geometry, ParityMode},
        session::{Reason, State},
    },
    disk::Disk,
};
use chunkstream_sim::{content::noise, world::Device};

use crate::trip::{BIG, MIB, Trip, asked, kill, write};

/// What can happen to a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Change {
    Grown,
    Shrunk,
    SameSize,
    Replaced,
    Gone,
    FolderInItsPlace,
}

impl Change {
    pub(crate) const ALL: [Self; 6] = [
        Self::Grown,
        Self::Shrunk,
        Self::SameSize,
        Self::Replaced,
        Self::Gone,
        Self::FolderInItsPlace,
    ];

    /// Makes it; returns what the file is then.
    pub(crate) fn make(self, device: &Device) -> Option<Vec<u8>> {
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
        assert_eq!(device.view(&id).await.preview.len(), 1);
    }
    let placed = trip.bob.view(&id).await.roots;
    assert_eq!(placed[0].path.as_deref(), Some("/inbox/single"));
    let found = trip.bob.disk.read_file("/inbox/single");
    assert!(found.expect("it arrived") == now);
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
