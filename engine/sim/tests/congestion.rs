//! Whole transfers under the engine's own congestion controller, in virtual time: how much of the link they
//! use, how long the queue is, and against CUBIC. Run with `--nocapture` for the figures.

use std::time::Duration;

use chunkstream_engine::Congestion;
use chunkstream_sim::{links, network::Link, world::World};
use tokio::time::Instant;

const MIB: usize = 1024 * 1024;

/// What a transfer was like.
struct Run {
    /// File bytes over the time from the offer's acceptance to completion, as a share of the link's rate.
    share: f64,
    /// Datagram bytes given to the link for each byte of the file.
    overhead: f64,
}

/// Sends a file over `link` on a clock of its own.
fn send(seed: u64, link: &Link, congestion: Congestion, mib: usize) -> Run {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_time()
        .start_paused(true)
        .build()
        .expect("a runtime");
    let rate = link.rate_bits.expect("a link with a rate") as f64;
    runtime.block_on(async {
        let world = World::new(seed, link.clone());
        let ada = world
            .device_with("ada", move |config| config.congestion = congestion)
            .await;
        let bob = world
            .device_with("bob", move |config| config.congestion = congestion)
            .await;
        let mut content = vec![0; mib * MIB];
        blake3::Hasher::new()
            .update(&seed.to_le_bytes())
            .finalize_xof()
            .fill(&mut content);
        ada.disk
            .write_file("/home/raw.bin", &content)
            .expect("written");
        let id = ada.send(&["/home/raw.bin"], &bob).await;
        bob.accept(&id).await;
        let began = Instant::now();
        ada.finished(&id).await;
        let took: Duration = began.elapsed();
        let bytes = content.len() as f64;
        Run {
            share: bytes * 8.0 / took.as_secs_f64() / rate,
            overhead: world.network.counters(ada.ip(), bob.ip()).sent_bytes as f64 / bytes,
        }
    })
}

#[test]
fn a_file_gets_the_link_whatever_the_link_loses() {
    // 64 MiB take 2.7 s at 200 Mbit/s; doubling up to that, the offer's end and the receipt take another.
    for (name, link, least) in [
        ("wan-0", links::wan_0(), 0.68),
        ("wan-1", links::wan_1(), 0.62),
        ("wan-5", links::wan_5(), 0.55),
    ] {
        let run = send(1, &link, Congestion::Auto, 64);
        println!(
            "{name}, auto: {:.3} of the link, {:.3} bytes per byte",
            run.share, run.overhead
        );
        assert!(run.share > least, "{name}: {:.3}", run.share);
        assert!(run.overhead < 1.2, "{name}: {:.3}", run.overhead);
    }
}

#[test]
fn where_cubic_gets_a_hundredth_of_the_link_auto_gets_most_of_it() {
    for (name, link) in [("wan-1", links::wan_1()), ("wan-5", links::wan_5())] {
        let auto = send(2, &link, Congestion::Auto, 8);
        let cubic = send(2, &link, Congestion::Cubic, 8);
        println!(
            "{name}, 8 MiB: auto {:.3}, cubic {:.3}",
            auto.share, cubic.share
        );
        assert!(
            auto.share > cubic.share * 8.0,
            "{name}: {:.3} and {:.3}",
            auto.share,
            cubic.share
        );
    }
}

#[test]
fn on_a_clean_link_auto_is_not_behind_cubic() {
    let auto = send(3, &links::wan_0(), Congestion::Auto, 32);
    let cubic = send(3, &links::wan_0(), Congestion::Cubic, 32);
    println!(
        "wan-0, 32 MiB: auto {:.3}, cubic {:.3}",
        auto.share, cubic.share
    );
    assert!(
        auto.share > cubic.share * 0.95,
        "{:.3} and {:.3}",
        auto.share,
        cubic.share
    );
}

/// Not a test: figures for docs/CONGESTION.md over the whole ladder.
#[test]
#[ignore = "prints figures of 256 MiB over every link"]
fn figures() {
    for (name, link) in links::all() {
        let run = send(1, &link, Congestion::Auto, 256);
        println!("| {name} | {:.3} | {:.3} |", run.share, run.overhead);
    }
}
