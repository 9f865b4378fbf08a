//! A local network in which engines find each other, in virtual time: what multicast DNS does, without its packets.
//!
//! An announcement is heard by all that have joined a tenth of a second later. Who leaves takes his back; who is killed or
//! unplugged does not, and the others notice when the time of its records has passed. What a test says ([`Lan::say`]) may
//! be anything: whoever is in a local network can say anything.

use std::{
    collections::BTreeMap,
    net::{IpAddr, SocketAddr},
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use chunkstream_engine::{
    core::nearby::Txt,
    discovery::{Broadcast, Discovery, Presence, Sign},
};
use tokio::{
    sync::mpsc,
    time::{Instant, sleep_until},
};

/// From one to another: a query, and the pause before its answer.
pub const DELAY: Duration = Duration::from_millis(100);
/// How long a record lives after it was last heard (that of mdns-sd's host records).
pub const LIFE: Duration = Duration::from_secs(120);

/// A local network. Clones are the same one.
#[derive(Debug, Clone, Default)]
pub struct Lan(Arc<Mutex<Inner>>);

#[derive(Debug, Default)]
struct Inner {
    /// What is announced, by its instance.
    said: BTreeMap<String, (Txt, Vec<SocketAddr>)>,
    listeners: Vec<Listener>,
    /// Hosts that are cut off.
    unplugged: Vec<IpAddr>,
    /// Why the network cannot be searched.
    broken: Option<String>,
    count: usize,
}

#[derive(Debug)]
struct Listener {
    number: usize,
    /// Where it is, as far as it has said so.
    ip: Option<IpAddr>,
    signs: mpsc::UnboundedSender<(Instant, Sign)>,
}

#[derive(Debug)]
struct Here {
    lan: Lan,
    number: usize,
    announced: Option<Broadcast>,
    signs: mpsc::UnboundedReceiver<(Instant, Sign)>,
    /// Said, and not heard yet.
    waiting: Vec<(Instant, Sign)>,
}

impl Lan {
    /// A network without anybody.
    pub fn new() -> Self {
        Self::default()
    }

    fn inner(&self) -> MutexGuard<'_, Inner> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Says something in the name of whom one likes.
    pub fn say(&self, instance: &str, txt: Txt, addresses: &[SocketAddr]) {
        let mut inner = self.inner();
        inner.announce(instance, txt, addresses.to_vec());
    }

    /// Takes it back.
    pub fn unsay(&self, instance: &str) {
        self.inner().withdraw(instance, DELAY);
    }

    /// What is announced now.
    pub fn said(&self) -> Vec<Txt> {
        let inner = self.inner();
        inner.said.values().map(|(txt, _)| txt.clone()).collect()
    }

    /// Cuts a host off: it hears nothing, and what it has announced runs out at the others.
    pub fn unplug(&self, ip: IpAddr) {
        let mut inner = self.inner();
        inner.unplugged.push(ip);
        let gone: Vec<String> = inner.instances_at(ip);
        for instance in gone {
            inner.withdraw(&instance, LIFE);
        }
    }

    /// Nobody can search the network any more, for that reason; or everybody can again.
    pub fn set_broken(&self, reason: Option<&str>) {
        let mut inner = self.inner();
        inner.broken = reason.map(str::to_owned);
        let sign = inner.state();
        let now = Instant::now();
        for listener in &inner.listeners {
            let _ = listener.signs.send((now, sign.clone()));
        }
    }
}

impl Inner {
    fn state(&self) -> Sign {
        match &self.broken {
            Some(why) => Sign::Fails(why.clone()),
            None => Sign::Works,
        }
    }

    fn instances_at(&self, ip: IpAddr) -> Vec<String> {
        let there = |(_, (_, addresses)): &(&String, &(Txt, Vec<SocketAddr>))| {
            addresses.iter().any(|address| address.ip() == ip)
        };
        let said = self.said.iter().filter(there);
        said.map(|(instance, _)| instance.clone()).collect()
    }

    fn announce(&mut self, instance: &str, txt: Txt, addresses: Vec<SocketAddr>) {
        let sign = Sign::Found {
            instance: instance.to_owned(),
            txt: txt.clone(),
            addresses: addresses.clone(),
        };
        self.said.insert(instance.to_owned(), (txt, addresses));
        self.tell(sign, DELAY);
    }

    fn withdraw(&mut self, instance: &str, after: Duration) {
        if self.said.remove(instance).is_some() {
            let instance = instance.to_owned();
            self.tell(Sign::Lost { instance }, after);
        }
    }

    fn tell(&mut self, sign: Sign, after: Duration) {
        let at = Instant::now() + after;
        let unplugged = &self.unplugged;
        let hears = |listener: &Listener| listener.ip.is_none_or(|ip| !unplugged.contains(&ip));
        self.listeners
            .retain(|listener| !hears(listener) || listener.signs.send((at, sign.clone())).is_ok());
    }
}

impl Discovery for Lan {
    fn join(&self) -> Box<dyn Presence> {
        let (told, signs) = mpsc::unbounded_channel();
        let mut inner = self.inner();
        inner.count += 1;
        let number = inner.count;
        let now = Instant::now();
        // The channel is not closed: its other end is here.
        let _ = told.send((now, inner.state()));
        for (instance, (txt, addresses)) in &inner.said {
            let sign = Sign::Found {
                instance: instance.clone(),
                txt: txt.clone(),
                addresses: addresses.clone(),
            };
            let _ = told.send((now + DELAY, sign));
        }
        inner.listeners.push(Listener {
            number,
            ip: None,
            signs: told,
        });
        drop(inner);
        Box::new(Here {
            lan: self.clone(),
            number,
            announced: None,
            signs,
            waiting: Vec::new(),
        })
    }
}

#[async_trait::async_trait]
impl Presence for Here {
    fn announce(&mut self, what: Option<Broadcast>) {
        let mut inner = self.lan.inner();
        let before = std::mem::replace(&mut self.announced, what);
        if let Some(what) = &self.announced {
            let ip = what.listen.ip();
            for listener in &mut inner.listeners {
                if listener.number == self.number {
                    listener.ip = Some(ip);
                }
            }
            if !inner.unplugged.contains(&ip) {
                inner.announce(&what.instance, what.txt.clone(), vec![what.listen]);
            }
        }
        // Behind the other, so that those who know the device see it all the time.
        if let Some(before) = before {
            inner.withdraw(&before.instance, DELAY);
        }
    }

    async fn next(&mut self) -> Sign {
        // In the order of their times: one that runs out is said long before it is heard.
        loop {
            while let Ok(sign) = self.signs.try_recv() {
                self.waiting.push(sign);
            }
            self.waiting.sort_by_key(|(at, _)| *at);
            let due = self.waiting.first().map(|(at, _)| *at);
            tokio::select! {
                biased;
                Some(sign) = self.signs.recv() => self.waiting.push(sign),
                () = sleep_until(due.unwrap_or_else(Instant::now)), if due.is_some() => {
                    return self.waiting.remove(0).1;
                }
                else => std::future::pending().await,
            }
        }
    }

    async fn leave(&mut self) {
        self.announce(None);
    }
}

/// Killed without a farewell.
impl Drop for Here {
    fn drop(&mut self) {
        let mut inner = self.lan.inner();
        inner
            .listeners
            .retain(|listener| listener.number != self.number);
        if let Some(before) = self.announced.take() {
            inner.withdraw(&before.instance, LIFE);
        }
    }
}
