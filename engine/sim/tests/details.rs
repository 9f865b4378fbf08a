//! What is behind a row: the map of chunks, the paths, the time line and the files, at both ends and over restarts.

use chunkstream_engine::{
    AcceptPolicy,
    api::{
        AcceptRequest, Code, Details, DetailsRequest, EntriesPage, EntriesRequest, EntryFilter,
        EntryStanding, LimitRequest, SendRequest, TransferView,
    },
    core::session::{Reason, State},
};
use chunkstream_sim::{
    content::noise,
    links,
    world::{Device, Kill, World, request},
};

const MIB: usize = 1024 * 1024;

async fn details(device: &Device, id: &str, cells: u32) -> Details {
    let request = DetailsRequest {
        id: id.to_owned(),
        cells: Some(cells),
    };
    device.engine.details(request).await.expect("details")
}

async fn entries(device: &Device, id: &str, only: EntryFilter) -> EntriesPage {
    let request = EntriesRequest {
        id: id.to_owned(),
        limit: Some(1000),
        only,
        ..EntriesRequest::default()
    };
    device.engine.entries(request).await.expect("a page")
}

fn standings(page: &EntriesPage) -> Vec<(&str, EntryStanding)> {
    let entries = page.entries.iter();
    entries
        .map(|entry| (entry.path.as_str(), entry.standing))
        .collect()
}

fn stands(details: &Details) -> Vec<(State, Option<Reason>)> {
    let turns = details.turns.iter();
    turns.map(|turn| (turn.state, turn.reason)).collect()
}

/// A folder with a large file behind small ones.
fn write_set(ada: &Device) {
    for name in ["a", "b", "c"] {
        let path = format!("/home/set/{name}");
        ada.disk.write_file(path, &noise(7, 1000)).expect("written");
    }
    ada.disk
        .write_file("/home/set/z", &noise(9, 4 * MIB))
        .expect("written");
}

#[tokio::test(start_paused = true)]
async fn both_ends_tell_how_far_a_transfer_is_and_what_has_happened_to_it() {
    let world = World::new(1, links::mobile());
    let ada = world.device("ada").await;
    let bob = world.device("bob").await;
    write_set(&ada);
    let id = ada.send(&["/home/set"], &bob).await;
    bob.offered(&id).await;
    let before = details(&bob, &id, 64).await;
    assert_eq!(before.chunks.durable, 0);
    assert!(before.chunks.map.chars().all(|cell| cell == '.'));
    let limit = LimitRequest {
        id: id.clone(),
        limit: 400_000,
    };
    ada.engine.set_limit(limit).await.expect("set");
    bob.accept(&id).await;
    let half = |view: &TransferView| view.durable_bytes > MIB as u64 && view.files_done == 3;
    bob.until(&id, half).await;
    ada.until(&id, half).await;

    let (at_ada, at_bob) = (
        details(&ada, &id, 4096).await,
        details(&bob, &id, 4096).await,
    );
    for (name, seen) in [("ada", &at_ada), ("bob", &at_bob)] {
        let chunks = &seen.chunks;
        assert!(
            chunks.durable > 3 && chunks.durable < chunks.count,
            "{name}"
        );
        assert_eq!(chunks.map.len() as u64, chunks.count, "{name}");
        assert!(chunks.map.starts_with("rrr"), "{name}: {}", chunks.map);
        assert!(!chunks.map.ends_with('r'), "{name}: {}", chunks.map);
        assert_eq!(seen.turns[0].state, State::Created, "{name}");
        let last = seen.turns.last().expect("turns");
        assert_eq!(last.state, State::Active, "{name}");
        let path = &seen.paths[0];
        assert!(
            path.in_use && path.rtt_ms.is_some_and(|rtt| rtt > 1.0),
            "{name}"
        );
    }
    assert_eq!(at_ada.paths[0].address, bob.address.to_string());
    let page = entries(&bob, &id, EntryFilter::All).await;
    assert_eq!((page.count, page.next), (5, None));
    assert_eq!(
        standings(&page)[1..],
        [
            ("set/a", EntryStanding::Done),
            ("set/b", EntryStanding::Done),
            ("set/c", EntryStanding::Done),
            ("set/z", EntryStanding::Partial),
        ]
    );
    let open = entries(&ada, &id, EntryFilter::Unfinished).await;
    assert_eq!(standings(&open), [("set/z", EntryStanding::Partial)]);

    let limit = LimitRequest {
        id: id.clone(),
        limit: 0,
    };
    ada.engine.set_limit(limit).await.expect("lifted");
    ada.finished(&id).await;
    bob.finished(&id).await;
    for device in [&ada, &bob] {
        let after = details(device, &id, 4).await;
        assert_eq!(after.chunks.map, "rrrr");
        assert_eq!(after.chunks.durable, after.chunks.count);
        assert_eq!(after.paths, []);
        assert_eq!(after.turns.last().expect("turns").state, State::Completed);
        let page = entries(device, &id, EntryFilter::All).await;
        assert!(page.entries[1..].iter().all(
            |entry| entry.standing == EntryStanding::Done && entry.durable_bytes == entry.bytes
        ));
    }
}

#[tokio::test(start_paused = true)]
async fn the_time_line_and_the_map_outlast_a_crash_and_an_end() {
    let world = World::new(2, links::mobile());
    let ada = world.device("ada").await;
    let mut bob = world
        .durable_device("bob", |config| config.accept = AcceptPolicy::All)
        .await;
    write_set(&ada);
    let limit = 400_000;
    let id = ada
        .begin(SendRequest {
            limit: Some(limit),
            ..ada.request(&["/home/set"], &bob)
        })
        .await;
    bob.until(&id, |view| view.durable_bytes > MIB as u64).await;
    let before = details(&bob, &id, 4096).await;
    world.kill(&mut bob, Kill::Process).await;
    world.start(&mut bob).await;
    let after = details(&bob, &id, 4096).await;
    assert!(after.chunks.durable >= before.chunks.durable);
    assert_eq!(stands(&after)[..stands(&before).len()], stands(&before));

    bob.engine.cancel(request(&id)).await.expect("cancelled");
    bob.until(&id, |view| view.state == State::Cancelled).await;
    let ended = details(&bob, &id, 4096).await;
    assert!(ended.chunks.durable >= after.chunks.durable);
    assert!(ended.chunks.map.starts_with("rrr"), "{}", ended.chunks.map);
    assert_eq!(stands(&ended).last(), Some(&(State::Cancelled, None)));
    let open = entries(&bob, &id, EntryFilter::Unfinished).await;
    assert_eq!(standings(&open), [("set/z", EntryStanding::Partial)]);
    // The same after another start, from the database alone.
    world.kill(&mut bob, Kill::Process).await;
    world.start(&mut bob).await;
    let recalled = details(&bob, &id, 4096).await;
    assert_eq!(recalled.chunks.count, ended.chunks.count);
    assert!(recalled.chunks.durable >= ended.chunks.durable);
    assert_eq!(recalled.turns, ended.turns);
}

#[tokio::test(start_paused = true)]
async fn what_was_not_chosen_is_told_apart_and_a_lost_connection_stands_on_the_time_line() {
    let world = World::new(3, links::mobile());
    let ada = world.device("ada").await;
    let bob = world.device("bob").await;
    write_set(&ada);
    let id = ada.send(&["/home/set"], &bob).await;
    bob.offered(&id).await;
    let limit = LimitRequest {
        id: id.clone(),
        limit: 400_000,
    };
    ada.engine.set_limit(limit).await.expect("set");
    let accept = AcceptRequest {
        id: id.clone(),
        only: Some(vec!["set/b".to_owned(), "set/z".to_owned()]),
        ..AcceptRequest::default()
    };
    bob.until(&id, |view| view.scan_complete).await;
    bob.engine.accept(accept).await.expect("accepted");
    bob.until(&id, |view| view.durable_bytes > MIB as u64).await;
    for device in [&ada, &bob] {
        let left_out = entries(device, &id, EntryFilter::LeftOut).await;
        assert_eq!(
            standings(&left_out),
            [
                ("set/a", EntryStanding::Skipped),
                ("set/c", EntryStanding::Skipped)
            ]
        );
        assert!(
            details(device, &id, 4096)
                .await
                .chunks
                .map
                .starts_with("-r-")
        );
    }
    let before = details(&ada, &id, 1).await.turns.len();
    world.network.link_down(ada.ip(), bob.ip());
    ada.until(&id, |view| view.reason == Some(Reason::Reconnecting))
        .await;
    let after = details(&ada, &id, 1).await;
    assert_eq!(after.turns[before].reason, Some(Reason::Reconnecting));
    assert!(after.paths.iter().all(|path| !path.in_use));
}

#[tokio::test(start_paused = true)]
async fn pages_and_maps_have_bounds_and_pages_follow_each_other() {
    let world = World::new(4, links::mobile());
    let ada = world.device("ada").await;
    let bob = world.device("bob").await;
    for number in 0..250 {
        let path = format!("/home/many/{number:03}");
        ada.disk.write_file(path, b"x").expect("written");
    }
    let id = ada.send(&["/home/many"], &bob).await;
    ada.until(&id, |view| view.scan_complete).await;
    let page = |from, limit| {
        ada.engine.entries(EntriesRequest {
            id: id.clone(),
            from,
            limit,
            only: EntryFilter::All,
        })
    };
    let first = page(0, None).await.expect("a page");
    assert_eq!((first.entries.len(), first.next), (100, Some(100)));
    let last = page(200, Some(1000)).await.expect("a page");
    assert_eq!((last.entries.len(), last.next), (51, None));
    assert_eq!(last.entries[0].file_id, 200);
    for limit in [0, 1001] {
        let refused = page(0, Some(limit)).await.expect_err("no such page");
        assert_eq!(refused.code, Code::Usage);
    }
    for cells in [0, 4097] {
        let request = DetailsRequest {
            id: id.clone(),
            cells: Some(cells),
        };
        let refused = ada.engine.details(request).await.expect_err("no such map");
        assert_eq!(refused.code, Code::Usage);
    }
}
