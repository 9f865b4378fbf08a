//! Multicast DNS (RFC 6762) with DNS-SD (RFC 6763), by the crate mdns-sd on a thread of its own: on all interfaces that
//! are up, by IPv4 and IPv6.
//!
//! A service of the type `_chunkstream._udp`. Instance and host have random names, so that neither says who it is; what
//! is to be known stands in the TXT record. Random names need no probing, so an announcement goes out at once.

use std::{net::SocketAddr, time::Duration};

use chunkstream_core::nearby::Txt;
use mdns_sd::{DaemonEvent, IfKind, Receiver, ServiceDaemon, ServiceEvent, ServiceInfo};
use socket2::{Domain, Protocol, Socket, Type};
use tokio::time::Instant;

use super::{
    Broadcast, Discovery, Presence, Sign,
    networks::{self, Network},
};

const SERVICE: &str = "_chunkstream._udp.local.";
const PORT: u16 = mdns_sd::MDNS_PORT;
/// After this it is tried again, if it does not work.
const AGAIN: Duration = Duration::from_secs(10);
/// How long a farewell may take.
const FAREWELL: Duration = Duration::from_millis(500);

/// The local network by multicast DNS.
#[derive(Debug, Clone, Copy, Default)]
pub struct Mdns;

impl Discovery for Mdns {
    fn join(&self) -> Box<dyn Presence> {
        Box::new(Here {
            search: None,
            wanted: None,
            registered: None,
            networks: Vec::new(),
            has_changed: false,
            begin_at: Instant::now(),
            told: None,
        })
    }
}

#[derive(Debug)]
struct Here {
    /// None until it has begun, and after it broke.
    search: Option<Search>,
    wanted: Option<Broadcast>,
    /// The full name of what is announced.
    registered: Option<String>,
    networks: Vec<Network>,
    /// Whether other networks may be there than when they were looked at last.
    has_changed: bool,
    /// When it is tried (again).
    begin_at: Instant,
    /// What was said last of whether it works.
    told: Option<Sign>,
}

/// The thread of mdns-sd.
struct Search {
    daemon: ServiceDaemon,
    found: Receiver<ServiceEvent>,
    /// Of the host's addresses.
    changes: Receiver<DaemonEvent>,
}

impl std::fmt::Debug for Search {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Search")
    }
}

#[async_trait::async_trait]
impl Presence for Here {
    fn announce(&mut self, what: Option<Broadcast>) {
        self.wanted = what;
        self.register();
    }

    async fn next(&mut self) -> Sign {
        loop {
            if self.search.is_none() {
                tokio::time::sleep_until(self.begin_at).await;
                if let Err(why) = self.begin().await {
                    self.begin_at = Instant::now() + AGAIN;
                    if let Some(news) = self.tell(Sign::Fails(why)) {
                        return news;
                    }
                }
            }
            if self.has_changed {
                let sign = self.look().await;
                self.has_changed = false;
                if let Some(news) = self.tell(sign) {
                    return news;
                }
            }
            let Some(search) = &self.search else { continue };
            tokio::select! {
                event = search.found.recv_async() => match event {
                    Ok(event) => if let Some(sign) = self.read(event) { return sign },
                    // More came than was taken, or the thread has ended.
                    Err(_) => self.lose(),
                },
                change = search.changes.recv_async() => match change {
                    Ok(DaemonEvent::IpAdd(_) | DaemonEvent::IpDel(_)) => self.has_changed = true,
                    Ok(DaemonEvent::Error(error)) => tracing::debug!(%error, "multicast DNS"),
                    Ok(_) => {}
                    Err(_) => self.lose(),
                },
            }
        }
    }

    async fn leave(&mut self) {
        let Some(search) = self.search.take() else {
            return;
        };
        // It says good-bye for what is registered.
        if let Ok(done) = search.daemon.shutdown() {
            let _ = tokio::time::timeout(FAREWELL, done.recv_async()).await;
        }
    }
}

impl Here {
    /// Starts the thread. What has begun stays also if there is no network: one may come.
    async fn begin(&mut self) -> Result<(), String> {
        // The crate keeps to itself that its port is not to be had.
        tokio::task::spawn_blocking(port_is_free)
            .await
            .map_err(|error| error.to_string())?
            .map_err(|error| format!("UDP port {PORT} cannot be used: {error}"))?;
        self.search = Some(Search::begin().map_err(|error| error.to_string())?);
        self.has_changed = true;
        self.registered = None;
        self.register();
        Ok(())
    }

    /// The networks as they are now.
    async fn look(&mut self) -> Sign {
        match tokio::task::spawn_blocking(networks::attached).await {
            Ok(Ok(networks)) => {
                let none = networks.is_empty();
                self.networks = networks;
                if none {
                    return Sign::Fails("this computer is in no network".into());
                }
                Sign::Works
            }
            Ok(Err(error)) => Sign::Fails(error.to_string()),
            Err(error) => Sign::Fails(error.to_string()),
        }
    }

    /// The same is not said twice.
    fn tell(&mut self, sign: Sign) -> Option<Sign> {
        if self.told.as_ref() == Some(&sign) {
            return None;
        }
        self.told = Some(sign.clone());
        Some(sign)
    }

    fn lose(&mut self) {
        tracing::debug!("multicast DNS begins anew");
        if let Some(search) = self.search.take() {
            let _ = search.daemon.shutdown();
        }
        self.begin_at = Instant::now() + AGAIN;
    }

    /// Announces what is wanted in the place of what is announced.
    fn register(&mut self) {
        let Some(Search { daemon, .. }) = &self.search else {
            return;
        };
        let before = self.registered.take();
        if let Some(info) = self.wanted.as_ref().and_then(service) {
            let name = info.get_fullname().to_owned();
            match daemon.register(info) {
                Ok(()) => self.registered = Some(name),
                Err(error) => tracing::debug!(%error, "not announced"),
            }
        }
        // Behind the other, so that those who know the device see it all the time.
        if let Some(before) = before
            && let Err(error) = daemon.unregister(&before)
        {
            tracing::debug!(%error, "an announcement was not taken back");
        }
    }

    fn read(&self, event: ServiceEvent) -> Option<Sign> {
        match event {
            ServiceEvent::ServiceResolved(service) => {
                let addresses =
                    networks::reachable(service.addresses.iter(), service.port, &self.networks);
                let txt: Txt = service
                    .txt_properties
                    .iter()
                    .map(|entry| {
                        (
                            entry.key().to_owned(),
                            entry.val().unwrap_or_default().to_vec(),
                        )
                    })
                    .collect();
                let instance = label(&service.fullname)?;
                Some(Sign::Found {
                    instance,
                    txt,
                    addresses,
                })
            }
            ServiceEvent::ServiceRemoved(_, name) => Some(Sign::Lost {
                instance: label(&name)?,
            }),
            _ => None,
        }
    }
}

impl Search {
    fn begin() -> mdns_sd::Result<Self> {
        let daemon = ServiceDaemon::new()?;
        for loopback in [IfKind::LoopbackV4, IfKind::LoopbackV6] {
            daemon.disable_interface(loopback)?;
        }
        Ok(Self {
            changes: daemon.monitor()?,
            found: daemon.browse(SERVICE)?,
            daemon,
        })
    }
}

/// A dropped handle leaves the thread running.
impl Drop for Search {
    fn drop(&mut self) {
        let _ = self.daemon.shutdown();
    }
}

/// What mdns-sd is to announce.
fn service(what: &Broadcast) -> Option<ServiceInfo> {
    let host = format!("{}.local.", what.instance);
    let port = what.listen.port();
    let txt = what.txt.iter().cloned();
    let properties: Vec<mdns_sd::TxtProperty> = txt.map(Into::into).collect();
    let made = ServiceInfo::new(SERVICE, &what.instance, &host, "", port, properties);
    let mut info = match made {
        Ok(info) => info.enable_addr_auto(),
        Err(error) => {
            tracing::warn!(%error, "this device cannot be announced");
            return None;
        }
    };
    info.set_requires_probe(false);
    let interfaces = match what.listen {
        listen if !listen.ip().is_unspecified() => IfKind::Addr(listen.ip()),
        SocketAddr::V4(_) => IfKind::IPv4,
        SocketAddr::V6(_) => IfKind::All,
    };
    info.set_interfaces(vec![interfaces]);
    Some(info)
}

/// The instance in a full name; None if it is of another service.
fn label(name: &str) -> Option<String> {
    let end = name.len().checked_sub(SERVICE.len())?;
    let (instance, service) = (name.get(..end)?, name.get(end..)?);
    let instance = instance.strip_suffix('.')?;
    service
        .eq_ignore_ascii_case(SERVICE)
        .then(|| instance.to_ascii_lowercase())
}

/// Whether the port can be had beside others, by either family.
fn port_is_free() -> std::io::Result<()> {
    let bind = |address: SocketAddr| {
        let socket = Socket::new(
            Domain::for_address(address),
            Type::DGRAM,
            Some(Protocol::UDP),
        )?;
        socket.set_reuse_address(true)?;
        #[cfg(unix)]
        socket.set_reuse_port(true)?;
        if address.is_ipv6() {
            socket.set_only_v6(true)?;
        }
        socket.bind(&address.into())
    };
    let four = bind(([0, 0, 0, 0], PORT).into());
    four.or_else(|error| bind(([0; 8], PORT).into()).map_err(|_| error))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_instance_is_named_by_its_label() {
        for (name, instance) in [
            ("ab12._chunkstream._udp.local.", Some("ab12")),
            ("AB12._Chunkstream._UDP.local.", Some("ab12")),
            ("a.b._chunkstream._udp.local.", Some("a.b")),
            ("._chunkstream._udp.local.", Some("")),
            ("_chunkstream._udp.local.", None),
            ("ab12._other._udp.local.", None),
            ("", None),
            ("ü", None),
        ] {
            assert_eq!(label(name).as_deref(), instance, "{name}");
        }
    }

    #[test]
    fn what_is_announced_is_what_stands_in_the_record() {
        let what = Broadcast {
            instance: "ab12".into(),
            txt: vec![("v".into(), b"1".to_vec()), ("n".into(), "Büro".into())],
            listen: "[::]:24880".parse().expect("an address"),
        };
        let info = service(&what).expect("it can be announced");
        assert_eq!(info.get_fullname(), "ab12._chunkstream._udp.local.");
        assert_eq!(info.get_hostname(), "ab12.local.");
        assert_eq!(info.get_port(), 24_880);
        let name = info.get_property_val("n").flatten();
        assert_eq!(name, Some("Büro".as_bytes()));
        assert!(info.is_addr_auto() && !info.requires_probe());
    }
}
