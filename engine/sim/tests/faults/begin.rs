//! What a run begins with: two devices, a line between them, and files of all kinds on their way.

use std::{collections::BTreeMap, time::Duration};

use chunkstream_engine::{
    AcceptPolicy,
    core::chunk::{Geometry, ParityMode},
};
use chunkstream_sim::{content::noise, network::Link, world::World};
use rand::{RngExt, SeedableRng, rngs::Xoshiro256PlusPlus};

use crate::{CHUNK, KIB, RATE, Run, fault::Fault};

impl Run {
    pub(crate) async fn begin(seed: u64) -> Self {
        let mut random = Xoshiro256PlusPlus::seed_from_u64(seed);
        let link = Link {
            rate_bits: Some(RATE),
            delay: Duration::from_millis(random.random_range(1..60)),
            loss: if random.random_bool(0.3) { 0.002 } else { 0.0 },
            queue_bytes: Some(256 * KIB),
            ..Link::default()
        };
        let world = World::new(seed, link.clone());
        let ada = world.durable_device("ada", |_| {}).await;
        let bob = world
            .durable_device("bob", |config| config.accept = AcceptPolicy::All)
            .await;
        let files = files(&mut random, seed);
        for (path, content) in &files {
            ada.disk
                .write_file(format!("/home/{path}"), content)
                .expect("written");
        }
        let mut sources = vec!["/home/trip", "/home/single"];
        if files.contains_key("empty") {
            sources.push("/home/empty");
        }
        let parity = random.random_bool(0.33);
        let mut request = ada.request(&sources, &bob);
        request.chunk_size = Some(CHUNK as u32);
        request.parity = Some(if parity {
            ParityMode::Always(Geometry::new(10, 3).expect("a geometry"))
        } else {
            ParityMode::Off
        });
        let id = ada.begin(request).await;
        let mover = if random.random_bool(0.5) {
            Fault::MoveSender
        } else {
            Fault::MoveReceiver
        };
        let chunks = files
            .values()
            .map(|content| content.len().div_ceil(CHUNK) as u64)
            .sum();
        Self {
            world,
            random,
            ada,
            bob,
            ada_runs: true,
            bob_runs: true,
            id,
            files,
            chunks,
            log: Vec::new(),
            next_ip: 50,
            sender_may_lead: false,
            sent_before: 0,
            costly: 0,
            forgotten: 0,
            source_was_unreadable: false,
            mover,
            link,
            met: false,
            begun: tokio::time::Instant::now(),
        }
    }
}

/// A few files of all kinds of sizes: several chunks, less than one, none, and one with a hole.
fn files(random: &mut Xoshiro256PlusPlus, seed: u64) -> BTreeMap<String, Vec<u8>> {
    let mut files = BTreeMap::new();
    let big = random.random_range(2048 * KIB..6144 * KIB);
    files.insert("trip/big".to_owned(), noise(seed, big));
    let mut holed = noise(seed + 1, random.random_range(300 * KIB..900 * KIB));
    holed[100 * KIB..260 * KIB].fill(0);
    files.insert("trip/deep/holed".to_owned(), holed);
    files.insert("trip/deep/nothing".to_owned(), Vec::new());
    for number in 0..random.random_range(1..20) {
        let len = random.random_range(1..40 * KIB);
        files.insert(format!("trip/small/{number}"), noise(seed + number, len));
    }
    files.insert(
        "single".to_owned(),
        noise(seed + 99, random.random_range(1..200 * KIB)),
    );
    if random.random_bool(0.5) {
        files.insert("empty".to_owned(), Vec::new());
    }
    files
}
