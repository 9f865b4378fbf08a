//! Not tests: what the chunk size does to a whole transfer in virtual time, for the table of docs/CONGESTION.md.

use chunkstream_sim::{content::noise, links, network::Link, world::World};
use tokio::time::Instant;

const MIB: usize = 1024 * 1024;
const FILE: usize = 64 * MIB;
/// 64 KiB, 256 KiB, 512 KiB, 1 MiB, and what the path is found to ask for.
const SIZES: [Option<u32>; 5] = [
    Some(64 * 1024),
    Some(256 * 1024),
    Some(512 * 1024),
    Some(1024 * 1024),
    None,
];

/// File bytes as a share of the link's rate, from the offer's acceptance to completion, on a connection that has
/// sent something before, so that its round trip and loss are known when the transfer begins.
fn share(link: &Link, size: Option<u32>, content: &[u8]) -> f64 {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_time()
        .start_paused(true)
        .build()
        .expect("a runtime");
    let rate = link.rate_bits.expect("a link with a rate") as f64;
    runtime.block_on(async {
        let world = World::new(1, link.clone());
        let (ada, bob) = (world.device("ada").await, world.device("bob").await);
        for (name, bytes) in [("first", 4 * MIB), ("second", FILE)] {
            let path = format!("/home/{name}");
            ada.disk
                .write_file(&path, &content[..bytes])
                .expect("written");
        }
        let first = ada.send(&["/home/first"], &bob).await;
        bob.accept(&first).await;
        ada.finished(&first).await;
        let mut request = ada.request(&["/home/second"], &bob);
        request.chunk_size = size;
        let second = ada.begin(request).await;
        bob.accept(&second).await;
        let began = Instant::now();
        ada.finished(&second).await;
        FILE as f64 * 8.0 / began.elapsed().as_secs_f64() / rate
    })
}

#[test]
#[ignore = "prints figures: 64 MiB in five chunk sizes over three links"]
fn figures() {
    let content = noise(1, FILE);
    println!("| link | 64 KiB | 256 KiB | 512 KiB | 1 MiB | adaptive |");
    for (name, link) in [
        ("fibre", links::fibre()),
        ("wan-1", links::wan_1()),
        ("wan-5", links::wan_5()),
    ] {
        let shares = SIZES.map(|size| format!("{:.3}", share(&link, size, &content)));
        println!("| {name} | {} |", shares.join(" | "));
    }
}
