//! What was learnt of paths to devices, kept for the next connection: round trip, rate and loss by device and network.
//!
//! A memory is a guess. It gives a connection a better first round trip (so that a lost handshake packet costs little)
//! and a larger first window, and both are bounded, lose weight with age and are checked against the path at once
//! ([`Start`] says how). The bounded jump to a part of what fitted before follows "careful resume"
//! (draft-ietf-tsvwg-careful-resume); that a known round trip may stand for the first guess is RFC 9002, section 6.2.2.
//!
//! What tells networks apart is the prefix of both ends' addresses: a laptop that has moved does not trust what it
//! learnt at another place. Two places may have the same private prefixes; then the check is what is left.
//!
//! Pure: `now` is milliseconds since 1970. Non-goals: where rows are stored, what sockets are bound to.

use std::{
    collections::HashMap,
    fmt,
    hash::Hash,
    net::{IpAddr, Ipv4Addr, Ipv6Addr},
    time::Duration,
};

/// Paths that are remembered.
pub const MAX_PATHS: usize = 256;
/// Half of what was learnt is believed after so long: 2 days.
const HALF_LIFE_MS: f64 = 2.0 * 24.0 * 3600.0 * 1000.0;
/// Below this belief a memory is of no use: after nearly 9 days.
const LEAST_BELIEF: f64 = 0.05;
/// A probe of the handshake waits so much longer than the usual round trip, at least.
const PROBE_MARGIN: Duration = Duration::from_millis(20);
/// Probe time-outs of a path without samples are three times the first guess (RFC 9002, section 6.2.1).
const PROBE_ROUND_TRIPS: u32 = 3;
/// First guesses within these bounds, whatever was learnt.
const LEAST_GUESS: Duration = Duration::from_millis(8);
const MOST_GUESS: Duration = Duration::from_secs(1);
/// A window of so many bytes is taken as it was, of more only half: no more than large senders of the web begin with.
const WHOLE: f64 = 128.0 * 1024.0;
const HALF: f64 = 0.5;
/// So many times what a path carried without being full, it may carry: what doubling would have tried next.
const UNFILLED: f64 = 2.0;
/// Up to so many bytes in a round trip.
const MOST_UNFILLED: f64 = 512.0 * 1024.0;
/// No first window is larger, whatever was learnt.
const MOST_WINDOW: f64 = 16.0 * 1024.0 * 1024.0;
/// So many bytes tell something of loss.
const LOSS_BYTES: u64 = 120_000;
/// What is believed of loss at most.
const MOST_LOSS: f64 = 0.15;
/// Rates beyond this are no measurement: 100 Gbit/s.
const MOST_RATE: f64 = 12.5e9;

/// What identifies the network between two ends: a prefix of each one's address.
#[derive(Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Debug)]
pub struct Network(String);

impl Network {
    /// Between these addresses: /24 of IPv4, /64 of IPv6.
    pub fn between(local: IpAddr, peer: IpAddr) -> Self {
        Self(format!("{}-{}", Prefix(local), Prefix(peer)))
    }

    /// As it was stored.
    pub fn from_text(text: impl Into<String>) -> Self {
        Self(text.into())
    }

    /// To be stored.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

struct Prefix(IpAddr);

impl fmt::Display for Prefix {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0.to_canonical() {
            IpAddr::V4(v4) => {
                let [a, b, c, _] = v4.octets();
                write!(f, "{}/24", Ipv4Addr::new(a, b, c, 0))
            }
            IpAddr::V6(v6) => {
                let net = v6.to_bits() >> 64 << 64;
                write!(f, "{}/64", Ipv6Addr::from_bits(net))
            }
        }
    }
}

/// What one connection has seen of its path.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct Observation {
    /// The smallest round trip.
    pub rtt: Duration,
    /// How far round trips usually are from it.
    pub variation: Duration,
    /// Bytes per second that arrived, at most; 0 if too little was sent to tell.
    pub rate: f64,
    /// The share of packets that was lost, 0 to 1.
    pub loss: f64,
    /// Bytes that this was learnt from.
    pub bytes: u64,
}

/// What is remembered of one path.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct Remembered {
    /// What was learnt, smoothed over connections; `bytes` is their sum.
    pub path: Observation,
    /// When it was learnt last, milliseconds since 1970.
    pub at_ms: u64,
}

/// How a connection begins on a path that is known.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Start {
    /// Bytes that may be on their way once the first round trip has shown that the path is as it was.
    pub window: u64,
    /// The smallest round trip as it was.
    pub rtt: Duration,
    /// How far round trips were from it.
    pub variation: Duration,
    /// Bytes per second as they arrived.
    pub rate: u64,
    /// Of a million packets, those that the path lost.
    pub loss_ppm: u32,
}

/// What a memory is good for.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Advice {
    /// The first guess of the round trip.
    pub initial_rtt: Duration,
    /// The first window, if it is larger than that of an unknown path.
    pub start: Option<Start>,
}

impl Observation {
    /// Whether it can be one: what is stored or measured wrongly is not taken in.
    fn is_sound(&self) -> bool {
        let rtt = Duration::from_micros(1)..Duration::from_secs(60);
        rtt.contains(&self.rtt)
            && self.variation < Duration::from_secs(60)
            && (0.0..=MOST_RATE).contains(&self.rate)
            && (0.0..=1.0).contains(&self.loss)
    }

    /// The same of a connection that never filled its path: `rate` is only what there was to send. Somebody who sends
    /// small files would else begin with a window that is too small for them for ever.
    #[must_use]
    pub fn unfilled(self) -> Self {
        let round = MOST_UNFILLED / self.rtt.as_secs_f64().max(1e-6);
        let more = (self.rate * UNFILLED).min(round);
        Self {
            rate: self.rate.max(more),
            ..self
        }
    }

    /// Bytes that fill the path.
    fn product(&self) -> f64 {
        self.rate * self.rtt.as_secs_f64()
    }
}

impl Remembered {
    /// How far it is believed, 1 to 0.
    fn belief(&self, now_ms: u64) -> f64 {
        let age = now_ms.saturating_sub(self.at_ms) as f64;
        let belief = 0.5_f64.powf(age / HALF_LIFE_MS);
        if belief < LEAST_BELIEF { 0.0 } else { belief }
    }

    /// Takes in what another connection has seen.
    fn learn(&mut self, seen: Observation, now_ms: u64) {
        let old = self.path;
        if self.belief(now_ms) < 0.5 {
            self.path = seen;
        } else {
            let apart = seen.rtt.abs_diff(old.rtt);
            // A shorter path is one; a longer one may have been a queue.
            self.path.rtt = if seen.rtt < old.rtt {
                seen.rtt
            } else {
                old.rtt + apart / 4
            };
            self.path.variation = (old.variation * 3 + seen.variation.max(apart)) / 4;
            // Less than before counts only of one that had enough to send.
            if seen.rate >= old.rate {
                self.path.rate = seen.rate;
            } else if seen.bytes as f64 >= 8.0 * old.product() {
                self.path.rate = f64::midpoint(old.rate, seen.rate);
            }
            if seen.bytes >= LOSS_BYTES {
                self.path.loss = f64::midpoint(old.loss, seen.loss);
            }
            self.path.bytes = old.bytes.saturating_add(seen.bytes);
        }
        self.at_ms = now_ms;
    }

    /// How to begin now, where `guess` and `window` are what an unknown path begins with; None if too much time
    /// has passed.
    pub fn advice(&self, now_ms: u64, guess: Duration, window: u64) -> Option<Advice> {
        let belief = self.belief(now_ms);
        if belief <= 0.0 {
            return None;
        }
        let path = self.path;
        let margin = (path.variation * 4).max(path.rtt / 4).max(PROBE_MARGIN);
        let known = (path.rtt + margin) / PROBE_ROUND_TRIPS;
        let initial_rtt =
            (known.mul_f64(belief) + guess.mul_f64(1.0 - belief)).clamp(LEAST_GUESS, MOST_GUESS);
        let product = path.product();
        let fitted = product.min(WHOLE).max(product * HALF).min(MOST_WINDOW);
        let usual = window as f64;
        let first = usual + (fitted - usual) * belief;
        let start = (first > usual).then(|| Start {
            window: first as u64,
            rtt: path.rtt,
            variation: path.variation,
            rate: path.rate as u64,
            loss_ppm: (path.loss.min(MOST_LOSS) * 1e6) as u32,
        });
        Some(Advice { initial_rtt, start })
    }
}

/// All paths that are remembered, by whom they lead to and the network.
#[derive(Clone, Debug)]
pub struct PathMemory<K> {
    rows: HashMap<(K, Network), Remembered>,
}

impl<K> Default for PathMemory<K> {
    fn default() -> Self {
        Self {
            rows: HashMap::new(),
        }
    }
}

impl<K: Clone + Eq + Hash> PathMemory<K> {
    /// Takes in a row that was stored, if it can be one.
    pub fn restore(&mut self, device: K, network: Network, row: Remembered) {
        if row.path.is_sound() {
            self.make_room(&device, &network);
            self.rows.insert((device, network), row);
        }
    }

    /// Takes in what a connection has seen; returns what is remembered now. None if it cannot be a measurement.
    pub fn learn(
        &mut self,
        device: &K,
        network: &Network,
        seen: Observation,
        now_ms: u64,
    ) -> Option<Remembered> {
        if !seen.is_sound() {
            return None;
        }
        self.make_room(device, network);
        let row = self
            .rows
            .entry((device.clone(), network.clone()))
            .and_modify(|row| row.learn(seen, now_ms))
            .or_insert(Remembered {
                path: seen,
                at_ms: now_ms,
            });
        Some(*row)
    }

    /// What is remembered of the path to `device`; of any device there if it is not known yet who it is: the newest.
    pub fn get(&self, device: Option<&K>, network: &Network) -> Option<Remembered> {
        match device {
            Some(device) => self.rows.get(&(device.clone(), network.clone())).copied(),
            None => self
                .rows
                .iter()
                .filter(|((_, known), _)| known == network)
                .map(|(_, row)| *row)
                .max_by_key(|row| row.at_ms),
        }
    }

    /// Forgets a device.
    pub fn forget(&mut self, device: &K) {
        self.rows.retain(|(known, _), _| known != device);
    }

    /// The oldest goes when there is no room for a new one.
    fn make_room(&mut self, device: &K, network: &Network) {
        let key = (device.clone(), network.clone());
        if self.rows.len() < MAX_PATHS || self.rows.contains_key(&key) {
            return;
        }
        let oldest = self.rows.iter().min_by_key(|(_, row)| row.at_ms);
        if let Some(key) = oldest.map(|(key, _)| key.clone()) {
            self.rows.remove(&key);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const MS: fn(u64) -> Duration = Duration::from_millis;
    const DAY: u64 = 24 * 3600 * 1000;
    const GUESS: Duration = Duration::from_millis(100);
    const WINDOW: u64 = 32 * 1200;

    fn seen(rtt: u64, rate: f64, loss: f64, bytes: u64) -> Observation {
        Observation {
            rtt: MS(rtt),
            variation: MS(1),
            rate,
            loss,
            bytes,
        }
    }

    fn network() -> Network {
        Network::between([192, 168, 1, 7].into(), [203, 0, 113, 9].into())
    }

    fn learnt(seen: Observation) -> PathMemory<u8> {
        let mut memory = PathMemory::default();
        memory
            .learn(&1, &network(), seen, 0)
            .expect("a measurement");
        memory
    }

    fn advice(memory: &PathMemory<u8>, now_ms: u64) -> Option<Advice> {
        let row = memory.get(Some(&1), &network())?;
        row.advice(now_ms, GUESS, WINDOW)
    }

    #[test]
    fn a_network_is_a_prefix_of_both_ends() {
        let text = "192.168.1.0/24-203.0.113.0/24";
        assert_eq!(network().as_str(), text);
        assert_eq!(Network::from_text(text), network());
        let mapped = Network::between(
            "::ffff:192.168.1.9".parse().expect("an address"),
            [203, 0, 113, 77].into(),
        );
        assert_eq!(mapped, network());
        let v6 = |text: &str| -> IpAddr { text.parse().expect("an address") };
        assert_eq!(
            Network::between(v6("2001:db8:1:2:3::4"), v6("fd00::1")).as_str(),
            "2001:db8:1:2::/64-fd00::/64"
        );
        assert_ne!(
            Network::between([192, 168, 2, 7].into(), [203, 0, 113, 9].into()),
            network(),
            "another Wi-Fi"
        );
    }

    #[test]
    fn a_known_path_begins_with_half_of_what_it_holds() {
        let memory = learnt(seen(100, 25e6, 0.01, 1 << 28));
        let advice = advice(&memory, 0).expect("advice");
        let start = advice.start.expect("a start");
        assert_eq!(start.window, 1_250_000);
        assert_eq!(
            (start.rtt, start.rate, start.loss_ppm),
            (MS(100), 25_000_000, 10_000)
        );
        // A probe of the handshake after 125 ms.
        assert_eq!(advice.initial_rtt.as_millis(), 41);
    }

    #[test]
    fn a_small_window_is_taken_whole_and_a_huge_one_only_up_to_a_bound() {
        let small = advice(&learnt(seen(100, 1e6, 0.0, 1 << 20)), 0).expect("advice");
        assert_eq!(small.start.expect("a start").window, 100_000);
        let huge = advice(&learnt(seen(600, 1.25e9, 0.0, 1 << 30)), 0).expect("advice");
        assert_eq!(huge.start.expect("a start").window, 16 << 20);
        let none = advice(&learnt(seen(1, 1e6, 0.0, 1 << 20)), 0).expect("advice");
        assert_eq!(none.start, None, "no less than an unknown path");
        assert_eq!(none.initial_rtt, LEAST_GUESS);
    }

    #[test]
    fn a_path_that_was_never_full_is_tried_with_twice_of_what_it_carried() {
        let carried = |rate: f64| {
            let advice = advice(&learnt(seen(100, rate, 0.0, 130_000).unfilled()), 0);
            advice.and_then(|advice| advice.start).map(|it| it.window)
        };
        assert_eq!(carried(0.5e6), Some(100_000));
        assert_eq!(
            carried(1.2e6),
            Some(128 * 1024),
            "no more than is taken whole"
        );
        assert_eq!(
            carried(25e6),
            Some(1_250_000),
            "nothing is added to what is more"
        );
        assert_eq!(carried(0.0), None);
    }

    #[test]
    fn belief_halves_in_two_days_and_is_gone_after_nine() {
        let memory = learnt(seen(100, 25e6, 0.0, 1 << 28));
        let window = |days: u64| {
            let advice = advice(&memory, days * DAY)?;
            advice.start.map(|start| start.window)
        };
        let half = WINDOW + (1_250_000 - WINDOW) / 2;
        assert_eq!(window(2), Some(half));
        assert!(window(4) < window(2) && window(8) < window(4));
        assert_eq!(advice(&memory, 9 * DAY), None);
        let old = advice(&memory, 8 * DAY).expect("advice").initial_rtt;
        assert!(old > MS(95), "{old:?}: nearly the guess for any path");
    }

    #[test]
    fn a_short_transfer_does_not_slow_a_path_down_and_a_long_one_does() {
        let mut memory = learnt(seen(100, 25e6, 0.0, 1 << 28));
        let row = memory.learn(&1, &network(), seen(100, 1e5, 0.0, 100_000), 1);
        assert!((row.expect("a row").path.rate - 25e6).abs() < 1.0);
        let row = memory.learn(&1, &network(), seen(100, 2.5e6, 0.0, 1 << 28), 2);
        assert!((row.expect("a row").path.rate - 13.75e6).abs() < 1.0);
        let row = memory.learn(&1, &network(), seen(140, 50e6, 0.2, 1 << 28), 3);
        let path = row.expect("a row").path;
        assert!((path.rate - 50e6).abs() < 1.0);
        assert_eq!(path.rtt, MS(110));
        assert!((path.loss - 0.1).abs() < 1e-9);
    }

    #[test]
    fn after_days_the_new_replaces_the_old() {
        let mut memory = learnt(seen(100, 25e6, 0.1, 1 << 28));
        let new = seen(30, 1e6, 0.0, 1 << 28);
        let row = memory.learn(&1, &network(), new, 3 * DAY);
        assert_eq!(row.expect("a row").path, new);
    }

    #[test]
    fn an_unknown_caller_gets_the_newest_of_its_network_and_a_forgotten_device_nothing() {
        let mut memory = learnt(seen(100, 25e6, 0.0, 1));
        memory.learn(&2, &network(), seen(50, 1e6, 0.0, 1), 5);
        let newest = memory.get(None, &network()).expect("a row");
        assert_eq!(newest.path.rtt, MS(50));
        let other = Network::between([10, 0, 0, 1].into(), [203, 0, 113, 9].into());
        assert_eq!(memory.get(None, &other), None);
        memory.forget(&2);
        assert_eq!(memory.get(Some(&2), &network()), None);
        assert!(memory.get(Some(&1), &network()).is_some());
    }

    #[test]
    fn one_path_over_the_limit_costs_the_oldest() {
        let mut memory = PathMemory::default();
        for device in 0..=MAX_PATHS {
            let at = 1000 + device as u64;
            memory.learn(&device, &network(), seen(10, 0.0, 0.0, 1), at);
        }
        assert_eq!(memory.rows.len(), MAX_PATHS);
        assert_eq!(memory.get(Some(&0), &network()), None);
        assert!(memory.get(Some(&MAX_PATHS), &network()).is_some());
    }

    #[test]
    fn what_cannot_be_measured_is_not_remembered() {
        let mut memory = PathMemory::default();
        for wrong in [
            seen(0, 1.0, 0.0, 1),
            seen(61_000, 1.0, 0.0, 1),
            seen(10, -1.0, 0.0, 1),
            seen(10, f64::NAN, 0.0, 1),
            seen(10, 1e12, 0.0, 1),
            seen(10, 1.0, 1.1, 1),
            seen(10, 1.0, f64::NAN, 1),
        ] {
            assert_eq!(memory.learn(&1, &network(), wrong, 0), None, "{wrong:?}");
            let row = Remembered {
                path: wrong,
                at_ms: 0,
            };
            memory.restore(1, network(), row);
        }
        assert!(memory.rows.is_empty());
    }

    proptest::proptest! {
        #[test]
        fn whatever_is_learnt_the_advice_is_within_its_bounds(
            all in proptest::collection::vec((1_u64..70_000, 0_u64..1_000, 0.0_f64..2e9, 0.0_f64..1.2, 0_u64..1 << 40, 0_u64..4), 1..40),
        ) {
            let mut memory = PathMemory::default();
            let mut now = 0;
            for (rtt, variation, rate, loss, bytes, days) in all {
                now += days * DAY;
                let seen = Observation { rtt: MS(rtt), variation: MS(variation), rate, loss, bytes };
                memory.learn(&1, &network(), seen, now);
                let Some(advice) = advice(&memory, now) else { continue };
                proptest::prop_assert!((LEAST_GUESS..=MOST_GUESS).contains(&advice.initial_rtt));
                if let Some(start) = advice.start {
                    proptest::prop_assert!(start.window > WINDOW && start.window <= 16 << 20);
                    proptest::prop_assert!(start.loss_ppm <= 150_000);
                }
            }
        }
    }
}
