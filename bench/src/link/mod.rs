//! Two network namespaces of this machine and what joins them: an emulated link or a plain veth pair.
//!
//! A TUN device in each namespace hands every IP packet to this program, which passes it on to the other
//! device as late, or as never, as [`direction`] decides. What decides is pure: a packet and `now` in, a
//! verdict out. What reads, waits and writes is [`forward`]; what makes and removes namespaces is
//! [`namespace`].
//!
//! The end that sends is always `A` at [`A`], the end that receives `B` at [`B`], in every pair of namespaces,
//! so that several programs can measure at once. Dropped, a link takes everything in its namespaces with it.
//!
//! Non-goals: offloads (every packet has at most [`MTU`] bytes, so processor time per byte is to be read from a
//! veth pair), duplication, corruption, changes of the settings while packets are under way.

mod counters;
mod direction;
mod forward;
mod loss;
mod namespace;
mod profile;
mod wander;

use std::{
    net::Ipv4Addr,
    process::Child,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use anyhow::Context as _;

pub(crate) use self::{
    counters::Counters,
    namespace::{folder_prefix, sweep_folders},
    profile::{Profile, Shape},
};
use self::{
    direction::Direction,
    forward::Forwarder,
    namespace::{Namespace, interface_bytes},
};

/// The sending end.
pub(crate) const A: Ipv4Addr = Ipv4Addr::new(10, 99, 0, 1);
/// The receiving end.
pub(crate) const B: Ipv4Addr = Ipv4Addr::new(10, 99, 0, 2);
/// Bytes of the largest packet.
pub(crate) const MTU: u32 = 1500;
/// Where a third party has a way of its own to B, and B on that way.
pub(crate) const C: Ipv4Addr = Ipv4Addr::new(10, 98, 0, 1);
pub(crate) const B_ASIDE: Ipv4Addr = Ipv4Addr::new(10, 98, 0, 2);
/// What the device is called in both namespaces.
const DEVICE: &str = "link0";
/// What that of a third party's way is called.
const ASIDE: &str = "aside0";

/// One of the two namespaces.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum End {
    /// Where files come from.
    A,
    /// Where they go.
    B,
}

/// What both directions have seen since the last [`Link::restart`].
#[derive(Clone, Debug, Default)]
pub(crate) struct Seen {
    /// From A to B: the files.
    pub(crate) forth: Counters,
    /// From B to A: what acknowledges them.
    pub(crate) back: Counters,
}

/// Two joined namespaces.
#[derive(Debug)]
pub(crate) struct Link {
    // Stopped before the namespaces go.
    inner: Inner,
    a: Namespace,
    b: Namespace,
}

#[derive(Debug)]
enum Inner {
    Emulated {
        /// A to B, B to A.
        directions: [Arc<Mutex<Direction>>; 2],
        _forwarders: [Forwarder; 2],
    },
    Veth {
        /// Bytes that A's and B's devices had sent at the last restart.
        sent_before: Mutex<[u64; 2]>,
    },
}

impl Link {
    /// Makes the namespaces and joins them.
    pub(crate) fn new(profile: &Profile) -> anyhow::Result<Self> {
        namespace::sweep();
        let [a, b] = Namespace::pair()?;
        let inner = match &profile.shape {
            None => {
                namespace::veth(&a, &b, DEVICE).context("no veth pair can be made")?;
                Inner::Veth {
                    sent_before: Mutex::new([0; 2]),
                }
            }
            Some(shape) => {
                let devices = [a.tun(DEVICE, MTU)?, b.tun(DEVICE, MTU)?];
                let directions = [0, 1].map(|_| Arc::new(Mutex::new(Direction::new(shape, 0))));
                let [from_a, from_b] = devices.map(Arc::new);
                let forwarders = [
                    Forwarder::start(directions[0].clone(), from_a.clone(), from_b.clone())?,
                    Forwarder::start(directions[1].clone(), from_b, from_a)?,
                ];
                Inner::Emulated {
                    directions,
                    _forwarders: forwarders,
                }
            }
        };
        a.up(DEVICE, A)?;
        b.up(DEVICE, B)?;
        let link = Self { inner, a, b };
        link.restart(0)?;
        Ok(link)
    }

    /// Sets all counters to nothing and the random choices to those of `seed`.
    pub(crate) fn restart(&self, seed: u64) -> anyhow::Result<()> {
        match &self.inner {
            Inner::Emulated { directions, .. } => {
                for (number, direction) in directions.iter().enumerate() {
                    lock(direction).restart(seed.wrapping_mul(2).wrapping_add(number as u64));
                }
            }
            Inner::Veth { sent_before } => *lock(sent_before) = self.sent()?,
        }
        Ok(())
    }

    /// What has passed since the last restart.
    pub(crate) fn seen(&self) -> anyhow::Result<Seen> {
        match &self.inner {
            Inner::Emulated { directions, .. } => {
                let [forth, back] = directions.each_ref().map(|one| lock(one).counters.clone());
                Ok(Seen { forth, back })
            }
            Inner::Veth { sent_before } => {
                let before = *lock(sent_before);
                let [forth, back] = self.sent()?;
                Ok(Seen {
                    forth: Counters::of_bytes(forth.saturating_sub(before[0])),
                    back: Counters::of_bytes(back.saturating_sub(before[1])),
                })
            }
        }
    }

    fn sent(&self) -> anyhow::Result<[u64; 2]> {
        Ok([
            interface_bytes(&self.a, DEVICE)?,
            interface_bytes(&self.b, DEVICE)?,
        ])
    }

    /// Runs `work` on a thread of its own at one end: sockets that it opens and processes that it starts are
    /// there and stay there.
    pub(crate) fn at<T: Send>(
        &self,
        end: End,
        work: impl FnOnce() -> anyhow::Result<T> + Send,
    ) -> anyhow::Result<T> {
        match end {
            End::A => self.a.within(work),
            End::B => self.b.within(work),
        }
    }

    /// A third party with a way of its own to B, a plain veth pair.
    pub(crate) fn aside(&self) -> anyhow::Result<Aside> {
        let c = Namespace::third()?;
        namespace::veth(&c, &self.b, ASIDE).context("no veth pair can be made")?;
        c.up(ASIDE, C)?;
        self.b.up(ASIDE, B_ASIDE)?;
        Ok(Aside(c))
    }

    /// Ends all processes at both ends when it is dropped, with all that they have started: ssh's children would hold
    /// on for long over a link that loses much.
    pub(crate) fn cleared(&self) -> Cleared<'_> {
        Cleared(self)
    }

    /// Starts a process at one end.
    pub(crate) fn spawn(
        &self,
        end: End,
        command: &mut std::process::Command,
    ) -> std::io::Result<Child> {
        let started = self.at(end, || Ok(command.spawn()));
        started.unwrap_or_else(|error| Err(std::io::Error::other(format!("{error:#}"))))
    }
}

/// See [`Link::aside`].
#[derive(Debug)]
pub(crate) struct Aside(Namespace);

impl Aside {
    /// Runs `work` on a thread of its own there.
    pub(crate) fn at<T: Send>(
        &self,
        work: impl FnOnce() -> anyhow::Result<T> + Send,
    ) -> anyhow::Result<T> {
        self.0.within(work)
    }
}

/// See [`Link::cleared`].
#[derive(Debug)]
pub(crate) struct Cleared<'a>(&'a Link);

impl Drop for Cleared<'_> {
    fn drop(&mut self) {
        self.0.a.clear();
        self.0.b.clear();
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::{
        net::UdpSocket,
        path::Path,
        time::{Duration, Instant},
    };

    /// A datagram of `bytes` from A to B; how long it took.
    fn send(link: &Link, bytes: usize) -> Duration {
        let bind = |address| move || Ok(UdpSocket::bind((address, 5000))?);
        let here = link.at(End::A, bind(A)).expect("a socket at A");
        let there = link.at(End::B, bind(B)).expect("a socket at B");
        let begin = Instant::now();
        here.send_to(&vec![7; bytes], (B, 5000)).expect("sent");
        let mut datagram = [0; 2000];
        let (length, from) = there.recv_from(&mut datagram).expect("arrived");
        assert_eq!((length, from.ip()), (bytes, A.into()));
        assert!(datagram[..bytes].iter().all(|&byte| byte == 7));
        begin.elapsed()
    }

    #[test]
    fn a_datagram_crosses_a_link_and_is_not_early() {
        if !rustix::process::geteuid().is_root() || !Path::new("/dev/net/tun").exists() {
            eprintln!("not tried: links need root and /dev/net/tun");
            return;
        }
        for (name, least) in [
            ("wan-0", Duration::from_millis(50)),
            ("veth", Duration::ZERO),
        ] {
            let profile = Profile::named(name).expect("known");
            let link = Link::new(&profile).expect("a link");
            let took = send(&link, 1000);
            assert!(took >= least, "{name}: {took:?}");
            let seen = link.seen().expect("counters").forth;
            assert!(seen.delivered_bytes >= 1028, "{name}: {seen:?}");
            let names = [link.a.name().to_owned(), link.b.name().to_owned()];
            drop(link);
            for name in names {
                assert!(
                    !Path::new("/run/netns").join(&name).exists(),
                    "{name} is left"
                );
            }
        }
    }
}
