//! Names that are taken in the inbox: each rule for them does what it says, also over kills.

use chunkstream_engine::{
    AcceptPolicy,
    api::{Code, Conflict, SettingsRequest},
    core::session::{Reason, State},
};
use chunkstream_sim::{
    content::noise,
    disk::Survivors,
    links,
    world::{Kill, World},
};

use crate::offer::{MIB, accept, assert_same, both, conflicting, files, inbox, pair, try_accept};

#[tokio::test(start_paused = true)]
async fn overwriting_replaces_files_and_merges_folders() {
    let (_world, ada, bob) = pair(30, links::lan()).await;
    conflicting(&ada, &bob);
    let id = ada.send(&["/home/set", "/home/top"], &bob).await;
    accept(&bob, &id, Conflict::Overwrite).await;
    both(&ada, &bob, &id, 7, 2 * MIB + 3 + 5 + 4 + 6 + 8).await;
    for (path, content) in [
        ("/inbox/set/mine", &b"mine"[..]),
        ("/inbox/set/new", b"new"),
        ("/inbox/set/other", b"yours"),
        ("/inbox/set/sub/deep/x", b"deep"),
        ("/inbox/set/sub/y", b"your y"),
        ("/inbox/top", b"your top"),
    ] {
        assert_same(&bob.disk, path, content);
    }
    assert_same(&bob.disk, "/inbox/set/same", &noise(7, 2 * MIB));
    assert_eq!(inbox(&bob.disk).len(), 11, "{:?}", inbox(&bob.disk));
    let roots = bob.view(&id).await.roots;
    assert_eq!(roots[0].path.as_deref(), Some("/inbox/set"));
}

#[tokio::test(start_paused = true)]
async fn skipping_leaves_what_is_there_and_sends_none_of_it() {
    let (_world, ada, bob) = pair(31, links::lan()).await;
    conflicting(&ada, &bob);
    let id = ada.send(&["/home/set", "/home/top"], &bob).await;
    accept(&bob, &id, Conflict::Skip).await;
    both(&ada, &bob, &id, 2, 3 + 4).await;
    assert_same(&bob.disk, "/inbox/set/new", b"new");
    assert_same(&bob.disk, "/inbox/set/other", b"theirs");
    assert_same(&bob.disk, "/inbox/set/sub/deep/x", b"deep");
    assert_same(&bob.disk, "/inbox/top", b"my top");
    let sent = ada.view(&id).await;
    assert!(
        sent.stats.wire_bytes_sent < MIB as u64,
        "what was skipped was sent: {:?}",
        sent.stats
    );
    let read = ada.disk.counters("/home/set/same");
    assert_eq!(read.bytes_read, 0);
}

#[tokio::test(start_paused = true)]
async fn a_transfer_of_which_everything_is_there_completes_with_nothing() {
    let (_world, ada, bob) = pair(32, links::lan()).await;
    files(&ada.disk, &[("/home/a", b"yours")]);
    files(&bob.disk, &[("/inbox/a", b"mine")]);
    let id = ada.send(&["/home/a"], &bob).await;
    accept(&bob, &id, Conflict::Skip).await;
    both(&ada, &bob, &id, 0, 0).await;
    assert_same(&bob.disk, "/inbox/a", b"mine");
    assert_eq!(inbox(&bob.disk), ["a"]);
}

#[tokio::test(start_paused = true)]
async fn what_is_identical_is_compared_and_not_sent_and_what_differs_is_numbered() {
    let (_world, ada, bob) = pair(33, links::lan()).await;
    conflicting(&ada, &bob);
    // The same length, another content.
    files(&bob.disk, &[("/inbox/set/other", b"THEIR")]);
    let id = ada.send(&["/home/set", "/home/top"], &bob).await;
    accept(&bob, &id, Conflict::SkipIdentical).await;
    both(&ada, &bob, &id, 5, 3 + 5 + 4 + 6 + 8).await;
    for (path, content) in [
        ("/inbox/set/new", &b"new"[..]),
        ("/inbox/set/other", b"THEIR"),
        ("/inbox/set/other (1)", b"yours"),
        ("/inbox/set/sub/deep/x", b"deep"),
        ("/inbox/set/sub/y", b"my longer y"),
        ("/inbox/set/sub/y (1)", b"your y"),
        ("/inbox/top", b"my top"),
        ("/inbox/top (1)", b"your top"),
    ] {
        assert_same(&bob.disk, path, content);
    }
    let sent = ada.view(&id).await;
    assert!(sent.stats.wire_bytes_sent < MIB as u64, "{:?}", sent.stats);
    assert_eq!(
        ada.disk.counters("/home/set/same").bytes_read,
        2 * MIB as u64
    );
}

#[tokio::test(start_paused = true)]
async fn a_large_file_of_the_same_length_that_differs_in_one_byte_is_sent_whole() {
    let (_world, ada, bob) = pair(34, links::wan_1()).await;
    let content = noise(34, 5 * MIB + 3);
    let mut other = content.clone();
    other[4 * MIB] ^= 1;
    files(&ada.disk, &[("/home/a", &content), ("/home/b", &content)]);
    files(&bob.disk, &[("/inbox/a", &other), ("/inbox/b", &content)]);
    let id = ada.send(&["/home/a", "/home/b"], &bob).await;
    accept(&bob, &id, Conflict::SkipIdentical).await;
    both(&ada, &bob, &id, 1, 5 * MIB + 3).await;
    assert_same(&bob.disk, "/inbox/a", &other);
    assert_same(&bob.disk, "/inbox/a (1)", &content);
    assert_eq!(inbox(&bob.disk), ["a", "a (1)", "b"]);
}

#[tokio::test(start_paused = true)]
async fn whoever_wants_to_be_asked_is_asked() {
    let world = World::new(35, links::lan());
    let ada = world.device("ada").await;
    let bob = world
        .device_with("bob", |config| config.accept = AcceptPolicy::All)
        .await;
    let request = SettingsRequest {
        conflict: Some(Conflict::Ask),
        ..SettingsRequest::default()
    };
    bob.engine.change_settings(request).await.expect("set");
    files(&ada.disk, &[("/home/a", b"yours"), ("/home/free", b"free")]);
    files(&bob.disk, &[("/inbox/a", b"mine")]);
    let free = ada.send(&["/home/free"], &bob).await;
    ada.finished(&free).await;
    let id = ada.send(&["/home/a", "/home/free"], &bob).await;
    let view = bob
        .until(&id, |view| view.reason == Some(Reason::WaitingForAnswer))
        .await;
    assert_eq!(view.preflight.expect("looked at").existing, ["a", "free"]);
    let refused = try_accept(&bob, &id, None).await.expect_err("unclear");
    assert_eq!(refused.code, Code::Usage);
    assert!(refused.message.contains("overwrite"), "{refused}");
    assert_eq!(bob.view(&id).await.state, State::Created);
    try_accept(&bob, &id, Some(Conflict::Overwrite))
        .await
        .expect("clear");
    ada.finished(&id).await;
    assert_same(&bob.disk, "/inbox/a", b"yours");
}

#[tokio::test(start_paused = true)]
async fn nothing_is_overwritten_through_a_link() {
    use chunkstream_engine::disk::Disk;
    let (_world, ada, bob) = pair(36, links::lan()).await;
    files(
        &ada.disk,
        &[("/home/set/a", b"yours"), ("/home/top", b"your top")],
    );
    files(&bob.disk, &[("/private/a", b"secret")]);
    bob.disk.make_folder("/inbox").expect("made");
    bob.disk
        .create_symlink("/private", "/inbox/set".as_ref())
        .expect("made");
    bob.disk
        .create_symlink("/private/a", "/inbox/top".as_ref())
        .expect("made");
    let id = ada.send(&["/home/set", "/home/top"], &bob).await;
    accept(&bob, &id, Conflict::Overwrite).await;
    ada.finished(&id).await;
    assert_same(&bob.disk, "/private/a", b"secret");
    assert_same(&bob.disk, "/inbox/set (1)/a", b"yours");
    assert_same(&bob.disk, "/inbox/top", b"your top");
}

#[tokio::test(start_paused = true)]
async fn every_rule_survives_kills_and_power_losses_at_both_ends() {
    for (number, conflict) in [Conflict::Overwrite, Conflict::Skip, Conflict::SkipIdentical]
        .into_iter()
        .enumerate()
    {
        for power in [false, true] {
            let world = World::new(37 + number as u64, links::wan_0());
            let mut ada = world.durable_device("ada", |_| {}).await;
            let mut bob = world.durable_device("bob", |_| {}).await;
            conflicting(&ada, &bob);
            let big = noise(8, 6 * MIB);
            files(&ada.disk, &[("/home/set/zbig", &big)]);
            let id = ada.send(&["/home/set", "/home/top"], &bob).await;
            accept(&bob, &id, conflict).await;
            for round in 1..4 {
                let so_far = round * MIB as u64;
                bob.until(&id, |view| {
                    view.durable_bytes > so_far || view.state.is_final()
                })
                .await;
                let kill = if power {
                    Kill::Power {
                        survivors: Survivors::Synced,
                        pages: 5 * round as usize,
                    }
                } else {
                    Kill::Process
                };
                world.kill(&mut bob, kill).await;
                if round == 2 {
                    world.kill(&mut ada, Kill::Process).await;
                    world.start(&mut ada).await;
                }
                world.start(&mut bob).await;
            }
            let (files, bytes) = match conflict {
                Conflict::Overwrite => (8, 8 * MIB + 26),
                Conflict::Skip => (3, 6 * MIB + 7),
                _ => (6, 6 * MIB + 26),
            };
            both(&ada, &bob, &id, files, bytes).await;
            assert_same(&bob.disk, "/inbox/set/zbig", &big);
            assert_same(&bob.disk, "/inbox/set/mine", b"mine");
            let y: &[u8] = if conflict == Conflict::Overwrite {
                b"your y"
            } else {
                b"my longer y"
            };
            assert_same(&bob.disk, "/inbox/set/sub/y", y);
            let hidden = inbox(&bob.disk)
                .into_iter()
                .find(|path| path.starts_with(".chunkstream"));
            assert_eq!(hidden, None);
        }
    }
}
