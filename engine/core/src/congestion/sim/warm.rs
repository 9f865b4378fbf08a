//! Starts on paths that are known, and on paths that have become others since. Figures with `--nocapture`.

use super::{Duration, Link, World};
use crate::congestion::{Config, Controller, Start};

/// What was learnt of 200 Mbit/s and 100 ms.
fn remembered(loss: f64) -> Start {
    Start {
        window: 1_250_000,
        rtt: Duration::from_millis(100),
        variation: Duration::from_millis(2),
        rate: 25_000_000,
        loss_ppm: (loss * 1e6) as u32,
    }
}

fn begin(link: Link, start: Option<Start>) -> (World, usize) {
    let mut world = World::new(7, link);
    let config = Config {
        start,
        ..Config::default()
    };
    let flow = world.add(0, Controller::new(config, Duration::ZERO, 1200));
    (world, flow)
}

#[test]
fn a_path_that_is_as_it_was_is_full_two_round_trips_after_the_first() {
    for loss in [0.0, 0.01, 0.05] {
        let link = Link::new(200.0, 100, 1.0).with_loss(loss);
        let (mut known, flow) = begin(link.clone(), Some(remembered(loss)));
        let (mut unknown, other) = begin(link, None);
        // What arrives is seen half a round trip after it is sent.
        let (first, cold) = (known.run_to(350)[flow], unknown.run_to(350)[other]);
        let (rest, cold_rest) = (known.run_to(1_350)[flow], unknown.run_to(1_350)[other]);
        println!(
            "loss {loss}: known {first:.0}, {rest:.0} Mbit/s, unknown {cold:.0}, {cold_rest:.0}"
        );
        assert!(rest >= 180.0 * (1.0 - loss), "{rest:.0} Mbit/s at {loss}");
        assert!(
            first > cold * 4.0,
            "{first:.0} and {cold:.0} Mbit/s at {loss}"
        );
        let later = known.run_to(5_000)[flow];
        assert!(later >= 185.0 * (1.0 - loss), "{later:.0} Mbit/s at {loss}");
        assert!(known.median_queue(1_350) <= 25.0);
    }
}

#[test]
fn a_path_that_is_ten_times_slower_now_is_flooded_for_no_more_than_a_round_trip() {
    for buffer in [0.1, 0.5, 1.0, 4.0, 20.0] {
        let link = Link::new(20.0, 100, buffer);
        let (mut world, flow) = begin(link.clone(), Some(remembered(0.0)));
        let begun = world.run_to(1_000)[flow];
        let (sent, arrived) = world.counts(flow);
        let rest = world.run_to(6_000)[flow];
        let queue = world.median_queue(1_500);
        println!(
            "buffer {buffer}: {begun:.1} then {rest:.1} of 20 Mbit/s, {sent} sent, {arrived} arrived in 1 s, queue {queue:.0} ms"
        );
        // The jump and what came before it; nothing of it is sent twice by the controller's doing.
        assert!(
            sent - arrived <= 1_250_000 / 1200 + 300,
            "{sent} and {arrived}"
        );
        assert!(rest >= 17.0, "{rest:.1} Mbit/s with {buffer}");
        assert!(queue <= 30.0, "{queue:.0} ms with {buffer}");
    }
}

#[test]
fn a_path_that_loses_more_now_is_full_all_the_same() {
    let link = Link::new(200.0, 100, 1.0).with_loss(0.05);
    let (mut world, flow) = begin(link, Some(remembered(0.0)));
    world.run_to(2_000);
    let rest = world.run_to(6_000)[flow];
    assert!(rest >= 175.0, "{rest:.0} Mbit/s");
}

#[test]
fn a_path_that_is_shorter_or_longer_now_begins_like_any_other() {
    for round_trip in [20, 300] {
        let link = Link::new(200.0, round_trip, 1.0);
        let (mut known, flow) = begin(link.clone(), Some(remembered(0.0)));
        let (mut unknown, other) = begin(link, None);
        let until = 3 * round_trip;
        let (ours, theirs) = (known.run_to(until)[flow], unknown.run_to(until)[other]);
        assert!((ours - theirs).abs() < 1e-6, "{ours} and {theirs} Mbit/s");
    }
}

#[test]
fn a_path_that_is_faster_now_is_found_to_be() {
    let link = Link::new(1000.0, 100, 1.0);
    let (mut world, flow) = begin(link, Some(remembered(0.0)));
    world.run_to(2_000);
    let rest = world.run_to(4_000)[flow];
    assert!(rest >= 900.0, "{rest:.0} Mbit/s");
}
