//! The folder of a rule: inside the inbox whatever the peer calls itself, and no way through a link.

use std::path::Path;

use chunkstream_core::{manifest::EntryKind, wire::FromReceiver};
use chunkstream_engine::{
    AcceptPolicy,
    api::{AuditKind, Code, RenameRequest, RuleRequest},
};
use chunkstream_sim::{
    hostile::{Hostile, entry},
    links,
    world::World,
};

use crate::peer::{EVE, answer, content, file, log, offers, rule, sends, trusted, view};

/// The folder of the day on which worlds begin.
const TODAY: &str = "2026-09-21";

#[tokio::test(start_paused = true)]
async fn what_a_rule_lets_in_goes_into_its_folder_without_a_question() {
    let rule = rule(Some(1_000), &["images"], Some("{device}/{date}"));
    let (_world, bob, peer) = trusted(1, "eve", rule).await;
    let mut talk = offers(&peer, &bob, "eve").await;
    talk.announces(
        0,
        vec![entry("trip", EntryKind::Folder), file("trip/a.JPG", 600)],
    )
    .await;
    talk.announces(2, vec![file("trip/b.png", 400)]).await;
    talk.ends(3, 1_000).await;
    assert_eq!(
        answer(&mut talk).await,
        FromReceiver::Accept { paused: None }
    );
    sends(&mut talk, 1, 600).await;
    sends(&mut talk, 2, 400).await;
    let receipt = FromReceiver::Receipt {
        files: 2,
        bytes: 1_000,
    };
    assert_eq!(answer(&mut talk).await, receipt);
    let folder = Path::new("/inbox/eve").join(TODAY).join("trip");
    assert_eq!(
        bob.disk.read_file(folder.join("a.JPG")).expect("there"),
        content(600)
    );
    let accepted = log(&bob, AuditKind::OfferAccepted).await;
    assert_eq!(accepted.len(), 1);
    assert_eq!(accepted[0].detail["by"], "rule");
    assert_eq!(accepted[0].name.as_deref(), Some("eve"));
}

#[tokio::test(start_paused = true)]
async fn a_device_that_calls_itself_a_path_stays_in_the_inbox() {
    let rule = rule(None, &[], Some("{device}/{date}"));
    let (_world, bob, peer) = trusted(8, "../../x", rule).await;
    let mut talk = offers(&peer, &bob, "../../x").await;
    talk.announces(0, vec![file("a", 5)]).await;
    talk.ends(1, 5).await;
    assert_eq!(
        answer(&mut talk).await,
        FromReceiver::Accept { paused: None }
    );
    sends(&mut talk, 0, 5).await;
    let receipt = FromReceiver::Receipt { files: 1, bytes: 5 };
    assert_eq!(answer(&mut talk).await, receipt);
    let placed = Path::new("/inbox/_.._x").join(TODAY).join("a");
    assert_eq!(bob.disk.read_file(placed).expect("there"), content(5));
    let outside = |path: &&std::path::PathBuf| path.ends_with("a") && !path.starts_with("/inbox");
    assert_eq!(bob.disk.paths().iter().find(outside), None);
}

#[tokio::test(start_paused = true)]
async fn what_a_device_calls_itself_is_no_folder_unless_somebody_here_named_it_so() {
    let rule = rule(None, &[], Some("{device}"));
    let world = World::new(9, links::lan());
    let bob = world
        .device_with("bob", |config| config.accept = AcceptPolicy::All)
        .await;
    let peer = Hostile::at(&world, EVE);
    let request = RuleRequest {
        device: peer.id().to_string(),
        rule: Some(rule),
    };
    bob.engine.set_rule(request).await.expect("a rule");
    let mut talk = offers(&peer, &bob, "Mother").await;
    talk.announces(0, vec![file("a", 5)]).await;
    talk.ends(1, 5).await;
    assert_eq!(
        answer(&mut talk).await,
        FromReceiver::Accept { paused: None }
    );
    let folder = view(&bob).await.folder.expect("accepted");
    assert_eq!(folder, format!("/inbox/{}", &peer.id().to_string()[..9]));
    // From now on it is.
    let request = RenameRequest {
        device: peer.id().to_string(),
        name: "mum".to_owned(),
    };
    let renamed = bob.engine.rename_device(request).await.expect("a name");
    assert_eq!(renamed.name, "mum");
}

#[tokio::test(start_paused = true)]
async fn a_link_in_the_way_of_a_rules_folder_is_a_question() {
    let rule = rule(None, &[], Some("{device}/{date}"));
    let (_world, bob, peer) = trusted(10, "eve", rule).await;
    bob.disk.make_folder("/inbox").expect("made");
    bob.disk.make_folder("/etc").expect("made");
    chunkstream_engine::disk::Disk::create_symlink(&bob.disk, "/etc", Path::new("/inbox/eve"))
        .expect("made");
    let mut talk = offers(&peer, &bob, "eve").await;
    talk.announces(0, vec![file("a", 5)]).await;
    talk.ends(1, 5).await;
    assert_eq!(answer(&mut talk).await, FromReceiver::Waiting);
    assert_eq!(
        view(&bob).await.failure.expect("why").code,
        Code::DiskUnwritable
    );
}
