//! The receiver's side of an offer: what it says before Accept, what is there already, what is chosen, and
//! what becomes of names and space. Whole engines on a simulated network and disk.

use chunkstream_engine::{
    AcceptPolicy,
    api::{
        AcceptRequest, Code, Conflict, Failure, LeftoverRequest, NameProblemKind, Nothing,
        SettingsRequest, TransferRequest, TransferView,
    },
    core::{
        path::{Folding, System},
        session::{Reason, State},
    },
};
use chunkstream_sim::{
    content::noise,
    disk::{MemoryDisk, Survivors},
    links,
    network::Link,
    world::{Device, Kill, World},
};

const MIB: usize = 1024 * 1024;

async fn pair(seed: u64, link: Link) -> (World, Device, Device) {
    let world = World::new(seed, link);
    let (ada, bob) = (world.device("ada").await, world.device("bob").await);
    (world, ada, bob)
}

#[track_caller]
fn assert_same(disk: &MemoryDisk, path: &str, expected: &[u8]) {
    let found = disk
        .read_file(path)
        .unwrap_or_else(|e| panic!("{path}: {e}; there is: {:?}", disk.paths()));
    assert!(
        found == expected,
        "{path} differs: {} bytes, {} expected",
        found.len(),
        expected.len()
    );
}

/// What stands in the inbox, without what leads to it.
fn inbox(disk: &MemoryDisk) -> Vec<String> {
    let paths = disk.paths().into_iter();
    paths
        .filter_map(|path| Some(path.strip_prefix("/inbox").ok()?.to_str()?.to_owned()))
        .filter(|path| !path.is_empty())
        .collect()
}

fn files(disk: &MemoryDisk, files: &[(&str, &[u8])]) {
    for (path, bytes) in files {
        disk.write_file(path, bytes).expect("written");
    }
}

/// 12,000 files of one byte: more than are read of an offer without an answer.
fn many(disk: &MemoryDisk) {
    use chunkstream_engine::disk::Disk;
    disk.make_folder("/home/many").expect("made");
    for number in 0..12_000 {
        let path = format!("/home/many/{number:05}");
        let file = disk.open_partial(path.as_ref(), 1, false).expect("made");
        file.write_at(b"x", 0).expect("written");
    }
}

async fn whole_offer(device: &Device, id: &str) -> TransferView {
    device
        .until(id, |view| {
            view.scan_complete
                && view
                    .preflight
                    .as_ref()
                    .is_some_and(|preflight| preflight.needed_bytes == view.bytes)
        })
        .await
}

async fn accept(device: &Device, id: &str, conflict: Conflict) {
    whole_offer(device, id).await;
    try_accept(device, id, Some(conflict))
        .await
        .expect("accepted");
}

async fn try_accept(
    device: &Device,
    id: &str,
    conflict: Option<Conflict>,
) -> Result<Nothing, Failure> {
    let request = AcceptRequest {
        id: id.to_owned(),
        conflict,
        ..AcceptRequest::default()
    };
    device.engine.accept(request).await
}

async fn choose(device: &Device, id: &str, only: &[&str]) -> Result<Nothing, Failure> {
    device.offered(id).await;
    let request = AcceptRequest {
        id: id.to_owned(),
        only: Some(only.iter().map(ToString::to_string).collect()),
        ..AcceptRequest::default()
    };
    device.engine.accept(request).await
}

/// Both ends completed, and count the same.
async fn both(ada: &Device, bob: &Device, id: &str, files: u64, bytes: usize) {
    for device in [ada, bob] {
        let view = device.finished(id).await;
        assert_eq!(
            (view.files, view.files_done, view.bytes, view.durable_bytes),
            (files, files, bytes as u64, bytes as u64)
        );
    }
}

// ---- names ----

/// Files of an offer that a person sees of a device that nobody here has dealt with: some of all.
const ENOUGH: u64 = 200;

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

// ---- space ----

#[tokio::test(start_paused = true)]
async fn an_offer_says_what_it_needs_and_what_is_there() {
    let (_world, ada, bob) = pair(10, links::lan()).await;
    files(
        &ada.disk,
        &[("/home/a", &noise(1, 3 * MIB)), ("/home/b", b"x")],
    );
    files(&bob.disk, &[("/inbox/b", b"mine")]);
    bob.disk
        .faults(|faults| faults.capacity = Some(MIB as u64 + 4));
    let id = ada.send(&["/home/a", "/home/b"], &bob).await;
    let offer = whole_offer(&bob, &id).await.preflight.expect("looked at");
    assert_eq!(offer.needed_bytes, 3 * MIB as u64 + 1);
    assert_eq!(offer.free_bytes, Some(MIB as u64));
    assert_eq!(offer.short_by, 2 * MIB as u64 + 1);
    assert_eq!(offer.quota_left, None);
    assert_eq!(
        (offer.existing_count, &offer.existing[..]),
        (1, &["b".to_owned()][..])
    );
}

#[tokio::test(start_paused = true)]
async fn what_does_not_fit_is_refused_by_how_much_and_the_offer_stands() {
    let (_world, ada, bob) = pair(11, links::lan()).await;
    let content = noise(11, 3 * MIB);
    files(&ada.disk, &[("/home/a", &content)]);
    bob.disk.faults(|faults| faults.capacity = Some(MIB as u64));
    let id = ada.send(&["/home/a"], &bob).await;
    whole_offer(&bob, &id).await;
    let refused = try_accept(&bob, &id, None).await.expect_err("no room");
    assert_eq!(refused.code, Code::DiskFull);
    assert!(
        refused.message.contains("2.1 MB more are needed"),
        "{refused}"
    );
    assert!(refused.message.contains("another folder"), "{refused}");
    let view = bob.view(&id).await;
    assert_eq!(view.state, State::Created);
    assert!(inbox(&bob.disk).is_empty());
    bob.disk.faults(|faults| faults.capacity = None);
    bob.accept(&id).await;
    ada.finished(&id).await;
    assert_same(&bob.disk, "/inbox/a", &content);
}

#[tokio::test(start_paused = true)]
async fn what_was_promised_to_one_transfer_is_not_free_for_another() {
    let (_world, ada, bob) = pair(12, links::wan_0()).await;
    files(
        &ada.disk,
        &[
            ("/home/a", &noise(1, 12 * MIB)),
            ("/home/b", &noise(2, 12 * MIB)),
        ],
    );
    bob.disk
        .faults(|faults| faults.capacity = Some(20 * MIB as u64));
    let first = ada.send(&["/home/a"], &bob).await;
    bob.accept(&first).await;
    let second = ada.send(&["/home/b"], &bob).await;
    let offer = whole_offer(&bob, &second)
        .await
        .preflight
        .expect("looked at");
    assert_eq!(offer.short_by, 4 * MIB as u64, "{offer:?}");
    let refused = try_accept(&bob, &second, None).await.expect_err("no room");
    assert_eq!(refused.code, Code::DiskFull);
    ada.finished(&first).await;
}

#[tokio::test(start_paused = true)]
async fn an_offer_that_does_not_fit_waits_for_a_person_even_from_a_trusted_device() {
    let world = World::new(13, links::lan());
    let ada = world.device("ada").await;
    let bob = world
        .device_with("bob", |config| config.accept = AcceptPolicy::All)
        .await;
    files(&ada.disk, &[("/home/a", &noise(13, 3 * MIB))]);
    bob.disk.faults(|faults| faults.capacity = Some(MIB as u64));
    let id = ada.send(&["/home/a"], &bob).await;
    let view = bob
        .until(&id, |view| view.reason == Some(Reason::WaitingForAnswer))
        .await;
    assert_eq!(view.state, State::Created);
    assert_eq!(
        view.failure.map(|failure| failure.code),
        Some(Code::DiskFull)
    );
    assert_eq!(view.preflight.expect("looked at").short_by, 2 * MIB as u64);
    ada.until(&id, |view| view.reason == Some(Reason::WaitingForAnswer))
        .await;
    bob.disk.faults(|faults| faults.capacity = None);
    try_accept(&bob, &id, None).await.expect("room");
    assert_eq!(ada.finished(&id).await.files, 1);
}

#[tokio::test(start_paused = true)]
async fn space_is_reserved_and_zeros_give_it_back() {
    let (_world, ada, bob) = pair(14, links::wan_0()).await;
    let mut content = noise(14, 8 * MIB);
    files(&ada.disk, &[("/home/full", &content)]);
    content[2 * MIB..6 * MIB].fill(0);
    files(&ada.disk, &[("/home/sparse", &content)]);
    let full = ada.send(&["/home/full"], &bob).await;
    bob.accept(&full).await;
    let begun = bob.until(&full, |view| view.durable_bytes > 0).await;
    assert!(begun.durable_bytes < 8 * MIB as u64);
    assert_eq!(bob.disk.used(), 8 * MIB as u64);
    ada.finished(&full).await;
    let sparse = ada.send(&["/home/sparse"], &bob).await;
    bob.accept(&sparse).await;
    ada.finished(&sparse).await;
    assert_same(&bob.disk, "/inbox/sparse", &content);
    assert_eq!(bob.disk.used(), 12 * MIB as u64);
}

#[tokio::test(start_paused = true)]
async fn a_file_that_finds_no_space_when_it_begins_pauses_before_a_byte_of_it_is_written() {
    let (_world, ada, bob) = pair(15, links::lan()).await;
    let content = noise(15, 8 * MIB);
    files(&ada.disk, &[("/home/a", &content)]);
    let id = ada.send(&["/home/a"], &bob).await;
    bob.accept(&id).await;
    bob.disk
        .faults(|faults| faults.capacity = Some(7 * MIB as u64));
    bob.until(&id, |view| {
        (view.state, view.reason) == (State::Paused, Some(Reason::DiskFull))
    })
    .await;
    assert_eq!(bob.disk.used(), 0);
    bob.disk.faults(|faults| faults.capacity = None);
    bob.engine
        .resume(TransferRequest { id: id.clone() })
        .await
        .expect("resumed");
    ada.finished(&id).await;
    assert_same(&bob.disk, "/inbox/a", &content);
}

#[tokio::test(start_paused = true)]
async fn entries_that_come_after_accept_and_do_not_fit_pause() {
    let (_world, ada, bob) = pair(16, links::fibre()).await;
    many(&ada.disk);
    ada.disk
        .write_sparse("/home/many/zz", 64 * MIB as u64)
        .expect("written");
    bob.disk
        .faults(|faults| faults.capacity = Some(32 * MIB as u64));
    let id = ada.send(&["/home/many"], &bob).await;
    bob.until(&id, |view| view.files >= ENOUGH).await;
    try_accept(&bob, &id, None).await.expect("fits so far");
    let view = bob.until(&id, |view| view.state == State::Paused).await;
    assert_eq!(view.reason, Some(Reason::DiskFull));
    let failure = view.failure.expect("a reason");
    assert!(failure.message.contains("more are needed"), "{failure}");
    bob.disk.faults(|faults| faults.capacity = None);
    bob.engine
        .resume(TransferRequest { id: id.clone() })
        .await
        .expect("resumed");
    both(&ada, &bob, &id, 12_001, 64 * MIB + 12_000).await;
}

// ---- the quota ----

async fn quota(device: &Device, bytes: u64) {
    let request = SettingsRequest {
        inbox_quota: Some(bytes),
        ..SettingsRequest::default()
    };
    device.engine.change_settings(request).await.expect("set");
}

#[tokio::test(start_paused = true)]
async fn the_inbox_folder_holds_no_more_than_its_quota() {
    let (_world, ada, bob) = pair(20, links::lan()).await;
    files(&bob.disk, &[("/inbox/old/x", &noise(1, 2 * MIB))]);
    files(
        &ada.disk,
        &[
            ("/home/a", &noise(2, 3 * MIB)),
            ("/home/b", &noise(3, 4 * MIB)),
        ],
    );
    quota(&bob, 8 * MIB as u64).await;
    let first = ada.send(&["/home/a"], &bob).await;
    let offer = whole_offer(&bob, &first)
        .await
        .preflight
        .expect("looked at");
    assert_eq!(
        (offer.quota_left, offer.short_by),
        (Some(6 * MIB as u64), 0)
    );
    bob.accept(&first).await;
    ada.finished(&first).await;
    bob.finished(&first).await;
    let second = ada.send(&["/home/b"], &bob).await;
    let offer = whole_offer(&bob, &second)
        .await
        .preflight
        .expect("looked at");
    assert_eq!(
        (offer.quota_left, offer.short_by),
        (Some(3 * MIB as u64), MIB as u64)
    );
    let refused = try_accept(&bob, &second, None).await.expect_err("over it");
    assert_eq!(
        (refused.code, refused.detail.as_deref()),
        (Code::DiskFull, Some("quota"))
    );
    assert!(refused.message.contains("quota"), "{refused}");
    // Elsewhere there is none.
    let request = AcceptRequest {
        id: second.clone(),
        into: Some("/elsewhere".into()),
        ..AcceptRequest::default()
    };
    bob.engine.accept(request).await.expect("no quota there");
    ada.finished(&second).await;
    assert_same(&bob.disk, "/elsewhere/b", &noise(3, 4 * MIB));
}

#[tokio::test(start_paused = true)]
async fn a_transfer_that_the_quota_has_paused_goes_on_when_it_is_raised() {
    let (_world, ada, bob) = pair(21, links::fibre()).await;
    many(&ada.disk);
    files(&ada.disk, &[("/home/many/zz", &noise(1, 2 * MIB))]);
    quota(&bob, MIB as u64).await;
    let id = ada.send(&["/home/many"], &bob).await;
    bob.until(&id, |view| view.files >= ENOUGH).await;
    try_accept(&bob, &id, None).await.expect("fits so far");
    let view = bob.until(&id, |view| view.state == State::Paused).await;
    assert_eq!(
        view.failure.and_then(|failure| failure.detail).as_deref(),
        Some("quota")
    );
    let resume = || bob.engine.resume(TransferRequest { id: id.clone() });
    assert_eq!(resume().await.expect_err("still over").code, Code::DiskFull);
    quota(&bob, 0).await;
    resume().await.expect("no quota");
    both(&ada, &bob, &id, 12_001, 2 * MIB + 12_000).await;
}

// ---- conflicts ----

fn conflicting(ada: &Device, bob: &Device) {
    files(
        &ada.disk,
        &[
            ("/home/set/empty", b""),
            ("/home/set/new", b"new"),
            ("/home/set/other", b"yours"),
            ("/home/set/same", &noise(7, 2 * MIB)),
            ("/home/set/sub/deep/x", b"deep"),
            ("/home/set/sub/y", b"your y"),
            ("/home/top", b"your top"),
        ],
    );
    files(
        &bob.disk,
        &[
            ("/inbox/set/empty", b""),
            ("/inbox/set/mine", b"mine"),
            ("/inbox/set/other", b"theirs"),
            ("/inbox/set/same", &noise(7, 2 * MIB)),
            ("/inbox/set/sub/y", b"my longer y"),
            ("/inbox/top", b"my top"),
        ],
    );
}

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

// ---- choosing ----

#[tokio::test(start_paused = true)]
async fn only_what_was_chosen_arrives_with_the_folders_above_it() {
    let (_world, ada, bob) = pair(40, links::lan()).await;
    conflicting(&ada, &World::new(1, links::lan()).device("nobody").await);
    let id = ada.send(&["/home/set", "/home/top"], &bob).await;
    whole_offer(&bob, &id).await;
    for (only, code) in [
        (&[][..], Code::Usage),
        (&["set/none"][..], Code::Usage),
        (&["../x"][..], Code::Usage),
    ] {
        assert_eq!(
            choose(&bob, &id, only).await.expect_err("refused").code,
            code
        );
    }
    choose(&bob, &id, &["set/sub", "set/new"])
        .await
        .expect("accepted");
    both(&ada, &bob, &id, 3, 3 + 4 + 6).await;
    assert_eq!(
        inbox(&bob.disk),
        [
            "set",
            "set/new",
            "set/sub",
            "set/sub/deep",
            "set/sub/deep/x",
            "set/sub/y"
        ]
    );
    assert_eq!(ada.disk.counters("/home/set/same").bytes_read, 0);
}

#[tokio::test(start_paused = true)]
async fn a_choice_holds_for_entries_that_come_after_it_and_over_restarts() {
    let world = World::new(41, links::fibre());
    let mut ada = world.durable_device("ada", |_| {}).await;
    let mut bob = world.durable_device("bob", |_| {}).await;
    many(&ada.disk);
    let big = noise(41, 8 * MIB);
    files(
        &ada.disk,
        &[("/home/many/zz/big", &big), ("/home/many/zz/no", &big)],
    );
    let id = ada.send(&["/home/many"], &bob).await;
    bob.until(&id, |view| view.files >= ENOUGH).await;
    choose(&bob, &id, &["many/00007", "many/zz/big"])
        .await
        .expect("accepted");
    bob.until(&id, |view| view.durable_bytes > MIB as u64).await;
    world.kill(&mut bob, Kill::Process).await;
    world.kill(&mut ada, Kill::Process).await;
    world.start(&mut bob).await;
    world.start(&mut ada).await;
    both(&ada, &bob, &id, 2, 8 * MIB + 1).await;
    assert_eq!(
        inbox(&bob.disk),
        ["many", "many/00007", "many/zz", "many/zz/big"]
    );
    assert_same(&bob.disk, "/inbox/many/zz/big", &big);
}

#[tokio::test(start_paused = true)]
async fn a_choice_makes_an_offer_fit() {
    let (_world, ada, bob) = pair(42, links::lan()).await;
    files(
        &ada.disk,
        &[
            ("/home/set/big", &noise(1, 4 * MIB)),
            ("/home/set/small", b"small"),
        ],
    );
    bob.disk.faults(|faults| faults.capacity = Some(MIB as u64));
    let id = ada.send(&["/home/set"], &bob).await;
    whole_offer(&bob, &id).await;
    assert_eq!(
        try_accept(&bob, &id, None).await.expect_err("no room").code,
        Code::DiskFull
    );
    choose(&bob, &id, &["set/small"]).await.expect("fits");
    both(&ada, &bob, &id, 1, 5).await;
}

// ---- leftovers ----

#[tokio::test(start_paused = true)]
async fn what_failed_transfers_left_is_listed_and_only_that_is_removed() {
    let (_world, ada, bob) = pair(50, links::wan_0()).await;
    let content = noise(50, 12 * MIB);
    files(&ada.disk, &[("/home/a", &content), ("/home/b", &content)]);
    let unknown = "/inbox/.chunkstream-0123456789abcdef0123456789abcdef";
    files(
        &bob.disk,
        &[
            (&format!("{unknown}/x"), b"12345"),
            ("/inbox/.chunkstream-notes/x", b"mine"),
            ("/inbox/mine", b"mine"),
        ],
    );
    let runs = ada.send(&["/home/b"], &bob).await;
    bob.accept(&runs).await;
    bob.until(&runs, |view| view.durable_bytes > 0).await;
    let leftovers = || async { bob.engine.leftovers(Nothing {}).await.expect("a list") };
    let found = leftovers().await;
    assert_eq!(found.len(), 1, "{found:?}");
    assert_eq!((found[0].path.as_str(), found[0].bytes), (unknown, 5));
    assert_eq!(found[0].transfer, None);
    let remove = |path: String| bob.engine.remove_leftover(LeftoverRequest { path });
    let staging = format!("/inbox/.chunkstream-{runs}");
    for other in [
        staging.as_str(),
        "/inbox/mine",
        "/inbox/.chunkstream-notes",
        "/inbox",
        "/inbox/../inbox/mine",
    ] {
        let refused = remove(other.to_owned()).await.expect_err("not listed");
        assert_eq!(refused.code, Code::NotFound, "{other}");
    }
    remove(unknown.to_owned()).await.expect("listed");
    assert!(leftovers().await.is_empty());
    ada.finished(&runs).await;
    assert_same(&bob.disk, "/inbox/b", &content);
    assert_same(&bob.disk, "/inbox/mine", b"mine");
    assert_same(&bob.disk, "/inbox/.chunkstream-notes/x", b"mine");
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
