//! A person reads the same count before sending, in the row at the sender and in the offer at the receiver.

use chunkstream_engine::{
    api::{EntryViewKind, MeasureRequest},
    disk::Disk,
};
use chunkstream_sim::{links, world::World};

#[tokio::test]
async fn both_sides_count_files_and_neither_counts_folders_or_links() {
    let world = World::new(11, links::lan());
    let (ada, bob) = (world.device("ada").await, world.device("bob").await);
    for (path, content) in [
        ("/home/set/a", &[1; 700][..]),
        ("/home/set/deep/b", &[2; 300]),
    ] {
        ada.disk.write_file(path, content).expect("written");
    }
    for (target, path) in [
        ("a", "/home/set/to a"),
        ("deep", "/home/set/to deep"),
        ("../gone", "/home/set/deep/to nothing"),
    ] {
        ada.disk
            .create_symlink(target, path.as_ref())
            .expect("made");
    }

    let measured = loop {
        let paths = vec!["/home/set".to_owned()];
        let measured = ada.engine.measure(MeasureRequest { paths }).await;
        let measured = measured.expect("measured");
        if measured.complete {
            break measured;
        }
    };
    let id = ada.send(&["/home/set"], &bob).await;
    let sent = ada.until(&id, |view| view.scan_complete).await;
    let offered = bob.until(&id, |view| view.scan_complete).await;
    assert_eq!((measured.files, measured.bytes), (2, 1000));
    assert_eq!((sent.files, sent.bytes), (2, 1000));
    assert_eq!((offered.files, offered.bytes), (2, 1000));
    // Not counted, and sent all the same.
    let preview = offered.preview.iter();
    let links = preview.filter(|entry| entry.kind == EntryViewKind::Symlink);
    assert_eq!(links.count(), 3);
}
