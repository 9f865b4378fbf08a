//! Short transfers over a long path, in virtual time: how many round trips they take from the request to the receipt,
//! and how long on a path that loses packets.

use std::time::Duration;

use chunkstream_engine::AcceptPolicy;
use chunkstream_sim::{
    links,
    network::Link,
    world::{Device, Kill, World},
};
use tokio::time::Instant;

/// What the two ends know of each other when the transfer begins.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Known {
    /// Nothing.
    Nothing,
    /// They have had a connection before; there is none now.
    Path,
    /// They have a connection.
    Connection,
}

/// The path of the row in issue 4: 100 ms, and so much loss both ways.
fn path(loss: f64) -> Link {
    Link {
        loss,
        ..links::wan_0()
    }
}

fn content(seed: u64, bytes: usize) -> Vec<u8> {
    let mut content = vec![0; bytes];
    blake3::Hasher::new()
        .update(&seed.to_le_bytes())
        .finalize_xof()
        .fill(&mut content);
    content
}

/// The time from the request to Completed at the sender, in which it has heard the receipt.
async fn timed(ada: &Device, bob: &Device, path: &str) -> Duration {
    let began = Instant::now();
    let id = ada.send(&[path], bob).await;
    ada.finished(&id).await;
    began.elapsed()
}

/// The time of one transfer of `bytes` on a clock of its own.
fn run(seed: u64, link: &Link, known: Known, bytes: usize) -> Duration {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_time()
        .start_paused(true)
        .build()
        .expect("a runtime");
    runtime.block_on(async {
        let world = World::new(seed, link.clone());
        let mut ada = world.durable_device("ada", |_| {}).await;
        let bob = world
            .device_with("bob", |config| config.accept = AcceptPolicy::All)
            .await;
        let small = content(seed, bytes);
        ada.disk
            .write_file("/home/small.bin", &small)
            .expect("written");
        if known != Known::Nothing {
            let before = content(seed + 1, 2 << 20);
            ada.disk
                .write_file("/home/before.bin", &before)
                .expect("written");
            timed(&ada, &bob, "/home/before.bin").await;
        }
        if known == Known::Path {
            ada.engine.shutdown().await;
            world.kill(&mut ada, Kill::Process).await;
            world.start(&mut ada).await;
        }
        // What is still on its way of the transfer before is no part of this one.
        tokio::time::sleep(Duration::from_secs(3)).await;
        let took = timed(&ada, &bob, "/home/small.bin").await;
        assert_eq!(
            bob.disk.read_file("/inbox/small.bin").expect("it is there"),
            small
        );
        took
    })
}

/// How often the path's delay one way passed.
fn delays(took: Duration) -> f64 {
    took.as_secs_f64() / 0.05
}

#[test]
fn without_loss_a_short_transfer_takes_the_handshake_and_one_round_trip() {
    // Handshake, chunks with the offer, receipt: four delays on a new connection, two on one that is there.
    for (known, most) in [(Known::Path, 5.2), (Known::Connection, 2.6)] {
        let took = delays(run(1, &path(0.0), known, 20_000));
        println!("{known:?}: {took:.2} delays");
        assert!(took < most, "{known:?}: {took:.2} delays");
    }
}

#[test]
fn on_a_known_path_a_hundred_kilobytes_take_no_round_trip_more() {
    let took = delays(run(1, &path(0.0), Known::Path, 100_000));
    println!("{took:.2} delays");
    assert!(took < 4.6, "{took:.2} delays");
}

#[test]
fn a_stranger_is_asked_first_and_nothing_goes_early() {
    // One round trip more for the answer, and the window of a path that is not known.
    let took = delays(run(1, &path(0.0), Known::Nothing, 30_000));
    println!("{took:.2} delays");
    assert!((6.0..7.2).contains(&took), "{took:.2} delays");
}

/// Not a test: the row of issue 4, and what it is made of. `SEEDS=200`; `ONLY=7` runs one, for a log of it.
#[test]
#[ignore = "prints figures of hundreds of transfers"]
fn figures() {
    let number = |name| {
        std::env::var(name)
            .ok()
            .and_then(|text| text.parse::<u64>().ok())
    };
    if let Some(seed) = number("ONLY") {
        println!("{:?}", run(seed, &path(0.05), Known::Path, 100_000));
        return;
    }
    for loss in [0.0, 0.05] {
        for known in [Known::Nothing, Known::Path, Known::Connection] {
            let seeds = if loss > 0.0 {
                number("SEEDS").unwrap_or(200)
            } else {
                1
            };
            let mut times: Vec<(Duration, u64)> = (1..=seeds)
                .map(|seed| (run(seed, &path(loss), known, 100_000), seed))
                .collect();
            times.sort_unstable();
            let at = |share: f64| {
                times[((times.len() - 1) as f64 * share) as usize]
                    .0
                    .as_secs_f64()
            };
            println!(
                "| {loss} | {known:?} | {:.3} | {:.3} | {:.3} |",
                at(0.5),
                at(0.9),
                at(1.0)
            );
            let slow: Vec<_> = times.iter().rev().take(seeds as usize / 10).collect();
            println!("slow: {slow:?}");
        }
    }
}
