//! Where what has arrived stands, for what drags it out of a window: asked by numbers, and only of what has come whole.

use std::path::{Path, PathBuf};

use chunkstream_engine::{
    api::{AcceptRequest, Code, EntriesRequest, Failure},
    core::session::State,
};
use chunkstream_sim::{
    content::noise,
    links,
    world::{Device, World},
};

/// A folder with two files and a file beside it, offered to bob, whose inbox has a file of that name already.
async fn offered(seed: u64) -> (World, Device, Device, String) {
    let world = World::new(seed, links::lan());
    let (ada, bob) = (world.device("ada").await, world.device("bob").await);
    for (path, content) in [
        ("/home/set/a", noise(1, 700_000)),
        ("/home/set/b", noise(2, 3)),
        ("/home/one", noise(3, 5)),
    ] {
        ada.disk.write_file(path, &content).expect("written");
    }
    bob.disk
        .write_file("/inbox/one", b"mine")
        .expect("a name that is taken");
    let id = ada.send(&["/home/set", "/home/one"], &bob).await;
    bob.until(&id, |offer| offer.scan_complete).await;
    (world, ada, bob, id)
}

async fn take(bob: &Device, id: &str, only: Option<&[&str]>) {
    let request = AcceptRequest {
        id: id.to_owned(),
        only: only.map(|paths| paths.iter().map(ToString::to_string).collect()),
        ..AcceptRequest::default()
    };
    bob.engine.accept(request).await.expect("accepted");
    bob.finished(id).await;
}

/// The number of the entry that was sent with this path.
async fn number(device: &Device, id: &str, path: &str) -> u32 {
    let request = EntriesRequest {
        id: id.to_owned(),
        ..EntriesRequest::default()
    };
    let page = device.engine.entries(request).await.expect("a page");
    let entry = page.entries.iter().find(|entry| entry.path == path);
    entry.expect("it was sent").file_id
}

fn refusal(answer: Result<Vec<PathBuf>, Failure>) -> Code {
    answer.expect_err("it must be refused").code
}

#[tokio::test(start_paused = true)]
async fn what_has_arrived_is_found_where_it_was_put() {
    let (_world, _ada, bob, id) = offered(1).await;
    take(&bob, &id, None).await;
    let all = bob.engine.placed(&id, None).await.expect("all of it");
    let view = bob.view(&id).await;
    let shown: Vec<_> = view
        .roots
        .iter()
        .filter_map(|root| root.path.as_deref().map(PathBuf::from))
        .collect();
    assert_eq!(all, shown);
    assert_eq!(all.len(), 2);
    assert!(all.contains(&PathBuf::from("/inbox/set")), "{all:?}");

    for (path, content) in [("set/a", noise(1, 700_000)), ("one", noise(3, 5))] {
        let file = number(&bob, &id, path).await;
        let places = bob.engine.placed(&id, Some(file)).await.expect("one file");
        let [place] = &places[..] else {
            panic!("one place: {places:?}")
        };
        assert_ne!(place, Path::new("/inbox/one"), "that is another one");
        assert_eq!(bob.disk.read_file(place).expect("it is there"), content);
    }
}

#[tokio::test(start_paused = true)]
async fn what_has_not_come_whole_has_no_place() {
    let (_world, ada, bob, id) = offered(2).await;
    let refused = async |device: &Device| refusal(device.engine.placed(&id, None).await);
    assert_eq!(refused(&bob).await, Code::IllegalState, "an offer");
    assert_eq!(refused(&ada).await, Code::IllegalState, "what goes out");
    take(&bob, &id, None).await;
    ada.finished(&id).await;
    assert_eq!(bob.view(&id).await.state, State::Completed);
    assert_eq!(refused(&ada).await, Code::IllegalState, "what went out");
}

#[tokio::test(start_paused = true)]
async fn what_was_left_out_or_never_was_has_no_place() {
    let (_world, _ada, bob, id) = offered(3).await;
    take(&bob, &id, Some(&["set/a"])).await;
    let all = bob.engine.placed(&id, None).await.expect("a part of it");
    assert_eq!(all, [PathBuf::from("/inbox/set")]);
    let left_out = number(&bob, &id, "set/b").await;
    let refused = async |file| refusal(bob.engine.placed(&id, Some(file)).await);
    assert_eq!(refused(left_out).await, Code::IllegalState);
    assert_eq!(refused(999).await, Code::NotFound);
    assert_eq!(refused(u32::MAX).await, Code::NotFound);
    assert_eq!(
        refusal(bob.engine.placed("no such transfer", None).await),
        Code::NotFound
    );
}
