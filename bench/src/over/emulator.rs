//! Whether an emulated link does what it is told, as two programs at its ends see it.

use std::{
    io,
    net::UdpSocket,
    thread,
    time::{Duration, Instant},
};

use anyhow::Context as _;

use super::{args, probe::Probe, report::markdown};
use crate::{
    link::{A, B, End, Link, Profile, Shape},
    machine,
    median::{median, quantile},
};

const PORT: u16 = 9;
/// UDP payload of a full packet.
const PAYLOAD: usize = 1472;
/// A full packet as the link counts it.
const PACKET: u64 = 1500;
/// A receiver that has heard nothing for so long has heard all.
const SILENCE: Duration = Duration::from_secs(2);

/// Measures each link and prints what it is and what it should be.
pub(crate) async fn run(how: &args::Emulator) -> anyhow::Result<()> {
    let head = [
        "link",
        "RTT ms p50",
        "RTT ms p99",
        "set",
        "lost",
        "set",
        "Mbit/s at 1.5 times",
        "set",
        "full queue ms",
        "set",
        "late ms p99",
        "load",
    ];
    let mut rows = Vec::new();
    for profile in &how.cells {
        let Some(shape) = &profile.shape else {
            eprintln!("{}: nothing is emulated", profile.name);
            continue;
        };
        eprintln!("{}", profile.name);
        rows.push(row(profile, shape, how.time)?);
        tokio::task::yield_now().await;
    }
    println!("\n{}", markdown(&head, &rows));
    Ok(())
}

fn row(profile: &Profile, shape: &Shape, time: Duration) -> anyhow::Result<Vec<String>> {
    let link = Link::new(profile)?;
    let load = machine::load();
    let probe = Probe::start(&link)?;
    thread::sleep(time);
    let times = probe.finish();
    let ms = |share: f64| {
        let times = times.iter().map(|time| time.as_secs_f64() * 1e3);
        quantile(times, share).unwrap_or(f64::NAN)
    };
    let (half, most) = (ms(0.5), ms(0.99));
    link.restart(1)?;
    let (sent, heard, _) = blast(&link, shape.rate * 9 / 10, time)?;
    let lost = 1.0 - heard as f64 / sent.max(1) as f64;
    link.restart(2)?;
    let (_, heard, seconds) = blast(&link, shape.rate * 3 / 2, time)?;
    let seen = link.seen()?.forth;
    // What is lost on the way has used the rate.
    let arrived = heard as f64 / (1.0 - seen.lost as f64 / (seen.packets - seen.dropped) as f64);
    let rate = arrived * PACKET as f64 * 8.0 / 1e6 / seconds;
    let delay = |time: Option<Duration>| time.map_or(f64::NAN, |time| time.as_secs_f64() * 1e3);
    Ok(vec![
        profile.name.clone(),
        format!("{half:.2}"),
        format!("{most:.2}"),
        format!("{:.2}", shape.delay.as_secs_f64() * 2e3),
        format!("{:.2} %", lost * 100.0),
        format!("{:.2} %", shape.loss.share() * 100.0),
        format!("{rate:.1}"),
        format!("{:.1}", shape.rate as f64 / 1e6),
        format!("{:.1}", delay(seen.queue.quantile(0.99))),
        format!("{:.1}", shape.queue as f64 * 8e3 / shape.rate as f64),
        format!("{:.2}", delay(seen.late.quantile(0.99))),
        median(load).map_or_else(|| "-".to_owned(), |load| format!("{load:.1}")),
    ])
}

/// Sends full packets from A to B at a rate; tells how many were sent and came, and in how many seconds they came.
fn blast(link: &Link, rate: u64, time: Duration) -> anyhow::Result<(u64, u64, f64)> {
    let there = link.at(End::B, || Ok(UdpSocket::bind((B, PORT))?))?;
    there.set_read_timeout(Some(SILENCE))?;
    socket2::SockRef::from(&there).set_recv_buffer_size(4 << 20)?;
    let here = link.at(End::A, || Ok(UdpSocket::bind((A, 0))?))?;
    here.connect((B, PORT))?;
    let counter = thread::spawn(move || count(&there));
    let begin = Instant::now();
    let payload = [0; PAYLOAD];
    let mut sent = 0;
    while begin.elapsed() < time {
        let due =
            begin.elapsed().as_nanos() * u128::from(rate) / 8_000_000_000 / u128::from(PACKET);
        while u128::from(sent) < due {
            match here.send(&payload) {
                Ok(_) => sent += 1,
                Err(error) if error.kind() == io::ErrorKind::ConnectionRefused => {}
                Err(error) => return Err(error).context("a datagram cannot be sent"),
            }
        }
        thread::sleep(Duration::from_micros(500));
    }
    let (heard, seconds) = counter.join().ok().context("the counter is gone")??;
    Ok((sent, heard, seconds))
}

/// Datagrams until there are no more, and the time from the first to the last.
fn count(socket: &UdpSocket) -> anyhow::Result<(u64, f64)> {
    let mut datagram = [0; PAYLOAD];
    socket.recv(&mut datagram).context("nothing arrives")?;
    let begin = Instant::now();
    let (mut heard, mut last) = (1, begin);
    while socket.recv(&mut datagram).is_ok() {
        heard += 1;
        last = Instant::now();
    }
    Ok((heard, (last - begin).as_secs_f64()))
}
