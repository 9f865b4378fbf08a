//! What is sent: trees with all that lies in them, holes, what is left out, and the name that it gets.

use chunkstream_engine::api::Code;
use chunkstream_sim::{content::noise, links};

use crate::{MIB, assert_same, pair};

#[tokio::test(start_paused = true)]
async fn a_tree_arrives_with_empty_files_folders_links_and_attributes() {
    use chunkstream_engine::disk::{Disk, Kind};
    let (_world, ada, bob) = pair(4, links::fibre()).await;
    let disk = &ada.disk;
    for folder in ["/home/trip", "/home/trip/empty", "/home/trip/Ünïcode ☃"] {
        disk.make_folder(folder).expect("made");
    }
    disk.write_file("/home/trip/nothing", b"").expect("written");
    disk.write_file("/home/trip/Ünïcode ☃/a b.txt", b"snow")
        .expect("written");
    disk.write_file("/home/trip/run.sh", b"#!/bin/sh\n")
        .expect("written");
    disk.set_attributes(
        "/home/trip/run.sh".as_ref(),
        Some(0o755),
        Some(1_000_000_000_123_456_789),
    )
    .expect("set");
    disk.create_symlink("run.sh", "/home/trip/link".as_ref())
        .expect("made");
    for number in 0..300 {
        disk.write_file(
            format!("/home/trip/{number:03}.dat"),
            &noise(number, 100 + number as usize),
        )
        .expect("written");
    }
    let id = ada.send(&["/home/trip"], &bob).await;
    bob.accept(&id).await;
    let sent = ada.finished(&id).await;
    assert_eq!(sent.files, 303);
    assert_same(&bob.disk, "/inbox/trip/nothing", b"");
    assert_same(&bob.disk, "/inbox/trip/Ünïcode ☃/a b.txt", b"snow");
    for number in 0..300 {
        assert_same(
            &bob.disk,
            &format!("/inbox/trip/{number:03}.dat"),
            &noise(number, 100 + number as usize),
        );
    }
    let script = bob
        .disk
        .metadata("/inbox/trip/run.sh".as_ref())
        .expect("there");
    assert_eq!(script.mode.map(|mode| mode & 0o777), Some(0o755));
    assert_eq!(script.fingerprint.modified_ns, 1_000_000_000_123_456_789);
    assert_eq!(
        bob.disk
            .read_link("/inbox/trip/link".as_ref())
            .expect("a link")
            .to_string_lossy(),
        "run.sh"
    );
    assert_eq!(
        bob.disk
            .metadata("/inbox/trip/empty".as_ref())
            .expect("there")
            .kind,
        Kind::Folder
    );
    assert!(
        sent.stats.chunks_sent == 302,
        "one chunk for each file with content: {}",
        sent.stats.chunks_sent
    );
}

#[tokio::test(start_paused = true)]
async fn a_name_that_is_taken_is_numbered_and_what_was_there_stays() {
    let (_world, ada, bob) = pair(5, links::lan()).await;
    bob.disk.make_folder("/inbox").expect("made");
    bob.disk
        .write_file("/inbox/a.txt", b"mine")
        .expect("written");
    ada.disk
        .write_file("/home/a.txt", b"yours")
        .expect("written");
    let id = ada.send(&["/home/a.txt"], &bob).await;
    bob.accept(&id).await;
    ada.finished(&id).await;
    assert_same(&bob.disk, "/inbox/a.txt", b"mine");
    assert_same(&bob.disk, "/inbox/a (1).txt", b"yours");
}

#[tokio::test(start_paused = true)]
async fn a_sparse_file_over_four_gigabytes_arrives_and_stays_sparse() {
    use chunkstream_engine::disk::Disk;
    let (_world, ada, bob) = pair(22, links::lan()).await;
    let len = (4 << 30) + 5 * MIB as u64 + 7;
    ada.disk.write_sparse("/home/image", len).expect("sparse");
    let islands = [
        (0, noise(22, 1000)),
        (3 << 30, noise(23, 3 * MIB)),
        (len - 100, noise(24, 100)),
    ];
    let file = ada
        .disk
        .open_partial("/home/image".as_ref(), len, false)
        .expect("opened");
    for (offset, bytes) in &islands {
        file.write_at(bytes, *offset).expect("written");
    }
    drop(file);
    let id = ada.send(&["/home/image"], &bob).await;
    bob.accept(&id).await;
    let sent = ada.finished(&id).await;
    let arrived = bob.disk.open("/inbox/image".as_ref()).expect("there");
    assert_eq!(arrived.fingerprint().expect("known").len, len);
    for (offset, bytes) in &islands {
        let mut found = vec![0; bytes.len()];
        arrived.read_at(&mut found, *offset).expect("read");
        assert!(found == *bytes, "at {offset}");
    }
    assert_eq!(sent.root, bob.view(&id).await.root);
    assert!(
        bob.disk.used() < 16 * MIB as u64,
        "the holes were filled: {} bytes",
        bob.disk.used()
    );
    assert!(
        sent.stats.wire_bytes_sent < 16 * MIB as u64,
        "the holes were sent"
    );
}

#[tokio::test(start_paused = true)]
async fn a_socket_in_a_folder_is_left_out_and_an_unreadable_folder_is_not() {
    let (_world, ada, bob) = pair(25, links::lan()).await;
    for folder in ["/home/mix", "/home/mix/secret"] {
        ada.disk.make_folder(folder).expect("made");
    }
    ada.disk.write_file("/home/mix/a", b"a").expect("written");
    ada.disk.make_special("/home/mix/socket").expect("made");
    let id = ada.send(&["/home/mix"], &bob).await;
    bob.accept(&id).await;
    assert_eq!(ada.finished(&id).await.files, 1);
    ada.disk
        .faults(|faults| faults.forbidden.insert("/home/mix/secret".into()));
    let id = ada.send(&["/home/mix"], &bob).await;
    let view = ada.until(&id, |view| view.state.is_final()).await;
    let failure = view.failure.expect("a reason");
    assert_eq!(
        (failure.code, failure.detail.as_deref()),
        (Code::SourceUnreadable, Some("/home/mix/secret"))
    );
}
