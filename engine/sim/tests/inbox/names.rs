//! Names that the receiver's volume or system does not hold as they are, and names that stay what they were.

use chunkstream_engine::{
    AcceptPolicy,
    api::{NameProblemKind, TransferRequest},
    core::{
        path::{Folding, System},
        session::Reason,
    },
};
use chunkstream_sim::{
    content::noise,
    disk::Survivors,
    links,
    world::{Kill, World},
};

use crate::offer::{MIB, assert_same, files, inbox, pair, whole_offer};

const FOLDS: Folding = Folding {
    case: true,
    normalisation: true,
};

#[tokio::test(start_paused = true)]
async fn names_that_the_volume_holds_as_one_become_two_files() {
    let (_world, ada, bob) = pair(1, links::lan()).await;
    bob.disk.faults(|faults| faults.folding = FOLDS);
    files(
        &ada.disk,
        &[
            ("/home/set/Read.me", b"one"),
            ("/home/set/read.ME", b"two"),
            ("/home/set/Sub/caf\u{e9}", b"three"),
            ("/home/set/Sub/cafe\u{301}", b"four"),
            ("/home/set/sub/caf\u{e9}", b"five"),
        ],
    );
    let id = ada.send(&["/home/set"], &bob).await;
    let offer = whole_offer(&bob, &id).await.preflight.expect("looked at");
    let problems: Vec<_> = offer
        .problems
        .iter()
        .map(|problem| (problem.path.as_str(), problem.kind))
        .collect();
    let collision = NameProblemKind::Collision;
    assert_eq!(
        problems,
        [
            ("set/Sub/caf\u{e9}", collision),
            ("set/read.ME", collision),
            ("set/sub", collision)
        ]
    );
    bob.accept(&id).await;
    ada.finished(&id).await;
    let mut found: Vec<Vec<u8>> = inbox(&bob.disk)
        .iter()
        .filter_map(|path| bob.disk.read_file(format!("/inbox/{path}")).ok())
        .collect();
    found.sort();
    let mut sent: Vec<&[u8]> = vec![b"one", b"two", b"three", b"four", b"five"];
    sent.sort_unstable();
    assert_eq!(found, sent, "{:?}", inbox(&bob.disk));
    assert_same(&bob.disk, "/inbox/set/Read.me", b"one");
    assert_same(&bob.disk, "/inbox/set/read (1).ME", b"two");
    assert_same(&bob.disk, "/inbox/set/sub (1)/caf\u{e9}", b"five");
}

#[tokio::test(start_paused = true)]
async fn names_that_differ_in_case_stay_as_they_are_where_the_volume_tells_them_apart() {
    let (_world, ada, bob) = pair(2, links::lan()).await;
    files(
        &ada.disk,
        &[("/home/set/A", b"one"), ("/home/set/a", b"two")],
    );
    let id = ada.send(&["/home/set"], &bob).await;
    let offer = whole_offer(&bob, &id).await.preflight.expect("looked at");
    assert_eq!(offer.problem_count, 0);
    bob.accept(&id).await;
    ada.finished(&id).await;
    assert_same(&bob.disk, "/inbox/set/A", b"one");
    assert_same(&bob.disk, "/inbox/set/a", b"two");
}

#[tokio::test(start_paused = true)]
async fn names_that_the_system_cannot_hold_are_changed_and_told_before() {
    let (_world, ada, bob) = pair(3, links::lan()).await;
    bob.disk.faults(|faults| {
        faults.system = Some(System::Windows);
        faults.folding = FOLDS;
    });
    files(
        &ada.disk,
        &[
            ("/home/a:b/NUL", b"one"),
            ("/home/a:b/end.", b"two"),
            ("/home/a:b/fine.txt", b"three"),
        ],
    );
    let id = ada.send(&["/home/a:b"], &bob).await;
    let offer = whole_offer(&bob, &id).await.preflight.expect("looked at");
    assert_eq!(offer.problem_count, 3);
    assert_eq!(offer.problems[0].stored_as.as_deref(), Some("a_b"));
    assert_eq!(offer.problems[0].kind, NameProblemKind::Unholdable);
    bob.accept(&id).await;
    ada.finished(&id).await;
    assert_same(&bob.disk, "/inbox/a_b/_NUL", b"one");
    assert_same(&bob.disk, "/inbox/a_b/end_", b"two");
    assert_same(&bob.disk, "/inbox/a_b/fine.txt", b"three");
    let view = bob.view(&id).await;
    assert_eq!(view.roots[0].path.as_deref(), Some("/inbox/a_b"));
}

#[tokio::test(start_paused = true)]
async fn a_restart_finds_the_names_that_were_given() {
    for power in [false, true] {
        let world = World::new(4, links::wan_0());
        let ada = world.device("ada").await;
        let mut bob = world.durable_device("bob", |_| {}).await;
        bob.disk.faults(|faults| faults.folding = FOLDS);
        let (upper, lower) = (noise(4, 6 * MIB), noise(5, 6 * MIB));
        files(
            &ada.disk,
            &[("/home/set/RAW.bin", &upper), ("/home/set/raw.bin", &lower)],
        );
        let id = ada.send(&["/home/set"], &bob).await;
        bob.accept(&id).await;
        bob.until(&id, |view| view.durable_bytes > 7 * MIB as u64)
            .await;
        let kill = if power {
            Kill::Power {
                survivors: Survivors::Synced,
                pages: 3,
            }
        } else {
            Kill::Process
        };
        world.kill(&mut bob, kill).await;
        world.start(&mut bob).await;
        ada.finished(&id).await;
        bob.finished(&id).await;
        assert_same(&bob.disk, "/inbox/set/RAW.bin", &upper);
        assert_same(&bob.disk, "/inbox/set/raw (1).bin", &lower);
        assert_eq!(inbox(&bob.disk).len(), 3);
    }
}

#[tokio::test(start_paused = true)]
async fn a_folder_that_could_not_be_made_at_first_keeps_its_name() {
    let world = World::new(31, links::lan());
    let ada = world.device("ada").await;
    let bob = world
        .device_with("bob", |config| config.accept = AcceptPolicy::All)
        .await;
    files(&ada.disk, &[("/home/trip/a", b"x")]);
    let id = ada.send(&["/home/trip"], &bob).await;
    let folder = format!("/inbox/.chunkstream-{id}/trip");
    bob.disk
        .faults(|faults| faults.forbidden.insert(folder.into()));
    bob.until(&id, |view| view.reason == Some(Reason::DiskUnwritable))
        .await;
    bob.disk.faults(|faults| faults.forbidden.clear());
    let request = TransferRequest { id: id.clone() };
    bob.engine.resume(request).await.expect("resumed");
    ada.finished(&id).await;
    bob.finished(&id).await;
    assert_eq!(inbox(&bob.disk), ["trip", "trip/a"]);
}
