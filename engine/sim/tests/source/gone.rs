//! Files that are gone, cannot be read, or lie on a disk that is pulled.

use std::path::PathBuf;

use chunkstream_engine::{
    api::{ChangedChoice, ChangedRequest, Code},
    core::{
        chunk::ParityMode,
        session::{Reason, State},
    },
    disk::Disk,
};
use chunkstream_sim::{content::noise, world::request};

use crate::trip::{BIG, MIB, Trip, asked, nothing_left_behind, write};

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
