//! A part of an offer that a person chose: no more of it comes, and no more of it counts.

use chunkstream_engine::api::Code;
use chunkstream_sim::{
    content::noise,
    links,
    world::{Kill, World},
};

use crate::offer::{
    ENOUGH, MIB, assert_same, both, choose, conflicting, files, inbox, many, pair, try_accept,
    whole_offer,
};

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
