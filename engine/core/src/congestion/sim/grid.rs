//! What the controller must do, over a grid of links. Figures with `--nocapture`.

use super::{Burst, Cubic, Duration, Link, Policer, World};
use crate::congestion::{Config, Controller};

/// Bytes per second of a Mbit/s.
const MBIT: f64 = 125_000.0;

fn auto(seed: u64) -> Controller {
    let config = Config {
        seed,
        ..Config::default()
    };
    Controller::new(config, Duration::ZERO, 1200)
}

/// What a flow alone on a link reaches.
struct Alone {
    /// Of the link's rate, after the beginning.
    share: f64,
    /// Median, in ms.
    queue: f64,
    /// Packets sent for each that arrived, from the beginning.
    overhead: f64,
}

fn alone(name: &str, link: Link, from_ms: u64, until_ms: u64) -> Alone {
    let rate = link.bytes_per_second / MBIT;
    let mut world = World::new(7, link);
    let flow = world.add(0, auto(1));
    world.run_to(from_ms);
    let got = Alone {
        share: world.run_to(until_ms)[flow] / rate,
        queue: world.median_queue(from_ms),
        overhead: world.overhead(flow),
    };
    println!(
        "{name}: {:.3} of the link, queue {:.1} ms, {:.3} sent per packet",
        got.share, got.queue, got.overhead
    );
    got
}

/// A flow of ours and a competitor; returns their Mbit/s after the beginning.
fn beside_cubic(link: Link, cubic_at: u64, ours_at: u64) -> (f64, f64) {
    let mut world = World::new(7, link);
    world.add(cubic_at, Cubic::new());
    world.add(ours_at, auto(1));
    world.run_to(15_000);
    let got = world.run_to(60_000);
    println!(
        "CUBIC {:.1}, ours {:.1} Mbit/s, queue {:.0} ms",
        got[0],
        got[1],
        world.median_queue(15_000)
    );
    (got[0], got[1])
}

#[test]
fn a_long_fast_link_is_full_and_its_queue_short_whatever_it_loses() {
    for loss in [0.0, 0.01, 0.02, 0.05, 0.1] {
        let link = Link::new(200.0, 100, 1.0).with_loss(loss);
        let got = alone(&format!("200 Mbit/s, 100 ms, {loss}"), link, 2_000, 14_000);
        assert!(
            got.share >= 0.95 * (1.0 - loss),
            "{:.3} at {loss}",
            got.share
        );
        assert!(got.queue <= 25.0, "{:.1} ms at {loss}", got.queue);
        assert!(
            got.overhead <= 1.02 / (1.0 - loss),
            "{:.3} at {loss}",
            got.overhead
        );
    }
}

#[test]
fn so_is_every_link_from_the_next_room_to_a_satellite() {
    for (rate, round_trip, from) in [
        (1000.0, 10, 1_000),
        (300.0, 20, 1_000),
        (100.0, 10, 1_000),
        (100.0, 50, 2_000),
        (10.0, 20, 2_000),
        (10.0, 200, 6_000),
        (2.0, 50, 5_000),
        (50.0, 600, 10_000),
    ] {
        for loss in [0.0, 0.01, 0.05] {
            let link = Link::new(rate, round_trip, 1.0).with_loss(loss);
            let until = from + if rate > 500.0 { 3_000 } else { 12_000 };
            let got = alone(
                &format!("{rate} Mbit/s, {round_trip} ms, {loss}"),
                link,
                from,
                until,
            );
            assert!(
                got.share >= 0.92 * (1.0 - loss),
                "{:.3} of {rate} Mbit/s at {round_trip} ms, {loss}",
                got.share
            );
            assert!(got.queue <= 25.0, "{:.1} ms", got.queue);
        }
    }
}

#[test]
fn the_first_seconds_are_near_what_doubling_allows() {
    // From 32 packets to 2.5 MB takes six doublings of 100 ms, and one round trip until the first arrives.
    let got = alone("the first 2 s", Link::new(200.0, 100, 1.0), 0, 2_000);
    assert!(got.share > 0.6, "{:.3}", got.share);
}

#[test]
fn a_shallow_or_a_deep_buffer_makes_little_difference() {
    for (buffer, least) in [(0.1, 0.9), (0.2, 0.92), (0.5, 0.92), (3.0, 0.92)] {
        for loss in [0.0, 0.02] {
            let link = Link::new(100.0, 100, buffer).with_loss(loss);
            let got = alone(&format!("buffer of {buffer}, {loss}"), link, 3_000, 15_000);
            assert!(
                got.share >= least * (1.0 - loss),
                "{:.3} with {buffer}",
                got.share
            );
            assert!(got.queue <= 25.0, "{:.1} ms with {buffer}", got.queue);
            assert!(got.overhead <= 1.1, "{:.3} with {buffer}", got.overhead);
        }
    }
}

#[test]
fn jitter_is_no_queue_and_reordering_no_loss() {
    for (jitter, round_trip, least) in [(5, 50, 0.92), (20, 80, 0.9)] {
        for loss in [0.0, 0.02] {
            let link = Link {
                jitter: Duration::from_millis(jitter),
                ..Link::new(30.0, round_trip, 1.0)
            };
            let name = format!("jitter of {jitter} ms, {loss}");
            let got = alone(&name, link.with_loss(loss), 3_000, 15_000);
            assert!(
                got.share >= least * (1.0 - loss),
                "{name}: {:.3}",
                got.share
            );
        }
    }
    let link = Link {
        reorder: Duration::from_millis(2),
        ..Link::new(100.0, 50, 1.0)
    };
    let got = alone("reordering of 2 ms", link, 3_000, 15_000);
    assert!(got.share >= 0.93, "{:.3}", got.share);
}

#[test]
fn bursts_of_loss_cost_little_more_than_what_they_take() {
    for length in [3.0, 8.0, 30.0] {
        let link = Link {
            burst: Some(Burst {
                average: 0.03,
                length,
            }),
            ..Link::new(100.0, 30, 1.0)
        };
        let got = alone(&format!("bursts of {length}"), link, 3_000, 20_000);
        assert!(got.share >= 0.8, "{:.3} with bursts of {length}", got.share);
    }
}

#[test]
fn a_policer_is_used_to_its_rate_and_not_flooded() {
    for seconds in [0.05, 0.5, 2.0] {
        let link = Link {
            policer: Some(Policer {
                bytes_per_second: 50.0 * MBIT,
                bucket: 50.0 * MBIT * seconds,
            }),
            ..Link::new(200.0, 50, 1.0)
        };
        let got = alone(&format!("policer of {seconds} s"), link, 5_000, 20_000);
        assert!(got.share * 4.0 >= 0.95, "{:.3}", got.share * 4.0);
        assert!(got.overhead < 1.4, "{:.3}", got.overhead);
    }
}

#[test]
fn a_link_that_gets_slower_or_faster_is_followed() {
    for (before, after, recovered) in [(200.0, 50.0, 14), (50.0, 200.0, 11)] {
        let link = Link {
            bytes_per_second: before * MBIT,
            steps: vec![(Duration::from_secs(8), after * MBIT)],
            ..Link::new(200.0, 100, 1.0)
        };
        let mut world = World::new(7, link);
        world.add(0, auto(1));
        world.run_to(recovered * 1000);
        let got = world.run_to((recovered + 6) * 1000)[0];
        let queue = world.median_queue(recovered * 1000);
        println!("{before} to {after}: {got:.1} Mbit/s, queue {queue:.0} ms");
        assert!(got >= 0.93 * after, "{got:.1} of {after}");
        assert!(queue <= 25.0, "{queue:.0} ms");
    }
}

#[test]
fn a_cubic_flow_keeps_its_part() {
    for (buffer, least) in [(0.5, 0.35), (1.0, 0.4), (3.0, 0.4)] {
        for (cubic_at, ours_at) in [(0, 5_000), (5_000, 0)] {
            let link = Link::new(100.0, 50, buffer);
            let (cubic, ours) = beside_cubic(link, cubic_at, ours_at);
            let share = cubic / (cubic + ours);
            assert!(share >= least, "CUBIC has {share:.2} with {buffer}");
            assert!(ours >= 20.0, "we have {ours:.1} with {buffer}");
        }
    }
    let (cubic, ours) = beside_cubic(Link::new(200.0, 100, 1.0), 0, 0);
    assert!(cubic / (cubic + ours) >= 0.4, "{cubic:.1} : {ours:.1}");
}

#[test]
fn two_of_our_own_share_and_a_late_one_gets_its_part() {
    for (buffer, loss) in [(1.0, 0.0), (1.0, 0.02), (3.0, 0.0)] {
        let mut world = World::new(7, Link::new(100.0, 50, buffer).with_loss(loss));
        world.add(0, auto(1));
        world.add(5_000, auto(2));
        world.run_to(20_000);
        let got = world.run_to(50_000);
        let (share, queue) = (got[0] / (got[0] + got[1]), world.median_queue(20_000));
        println!("two of our own, {buffer}, {loss}: {got:.1?}, queue {queue:.0} ms");
        assert!((0.4..=0.6).contains(&share), "{share:.2}");
        assert!(got[0] + got[1] >= 92.0 * (1.0 - loss), "{got:.1?}");
        assert!(queue <= 50.0, "{queue:.0} ms");
    }
}

#[test]
fn nobody_of_eight_starves_and_their_losses_do_not_feed_each_other() {
    let mut world = World::new(7, Link::new(100.0, 50, 1.0));
    for n in 0..8 {
        world.add(n * 300, auto(n));
    }
    world.run_to(20_000);
    let got = world.run_to(40_000);
    let overhead: Vec<_> = (0..8).map(|flow| world.overhead(flow)).collect();
    println!("eight of our own: {got:.1?}, {overhead:.2?}");
    for (flow, got) in got.iter().enumerate() {
        assert!(*got >= 100.0 / 8.0 / 3.0, "flow {flow} has {got:.1}");
        assert!(
            overhead[flow] < 1.35,
            "flow {flow} sends {:.2}",
            overhead[flow]
        );
    }
}

#[test]
fn a_pause_for_want_of_data_is_no_news_of_the_path() {
    let mut world = World::new(7, Link::new(200.0, 100, 1.0));
    let flow = world.add(0, auto(1));
    world.idle(flow, 5_000, 15_000);
    world.run_to(15_500);
    let got = world.run_to(18_000)[flow];
    println!("after a pause: {got:.1} Mbit/s");
    assert!(got >= 180.0, "{got:.1}");
}

#[test]
fn what_it_does_not_do_well_is_known() {
    // In a fifth of a bandwidth-delay product of buffer CUBIC backs off long before we do.
    let (cubic, ours) = beside_cubic(Link::new(100.0, 50, 0.2), 0, 5_000);
    assert!(cubic / (cubic + ours) >= 0.05, "{cubic:.1} : {ours:.1}");
    // Jitter larger than half the round trip, with loss: what waits looks like a queue.
    let link = Link {
        jitter: Duration::from_millis(60),
        ..Link::new(30.0, 100, 1.0)
    };
    let got = alone("jitter of 60 ms, 0.02", link.with_loss(0.02), 3_000, 15_000);
    assert!(got.share >= 0.3, "{:.3}", got.share);
    // A link within the room with a buffer of a millisecond: the queue of 2 ms does not fit.
    let got = alone("1000 Mbit/s, 1 ms", Link::new(1000.0, 1, 1.0), 1_000, 4_000);
    assert!(got.share >= 0.95, "{:.3}", got.share);
    assert!(got.overhead < 1.25, "{:.3}", got.overhead);
}
