//! The QUIC endpoint: one socket for dialling and for being dialled.

use std::{
    fmt, io,
    net::{Ipv4Addr, Ipv6Addr, SocketAddr, UdpSocket},
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
    time::Duration,
};

use chunkstream_core::{
    congestion::{
        Advice,
        credit::{FIRST_CREDIT, STRANGER_CREDIT},
    },
    device::DeviceId,
    pairing::{EXPORTER_BYTES, EXPORTER_LABEL},
    wire::MAX_PAYLOAD,
};
use quinn::{
    AsyncUdpSocket, BloomTokenLog, IdleTimeout, Runtime, TokioRuntime, TransportConfig,
    ValidationTokenConfig, VarInt, congestion::CubicConfig, crypto::rustls::QuicServerConfig,
};
use serde::{Deserialize, Serialize};

use super::{
    DeviceKey, NetworkError, Paths, acks,
    address::{canonical, source_for},
    buffers,
    congestion::AutoConfig,
    entrance::{ALL_WAITING_BYTES, Entrance, HANDSHAKE_TIME, WAITING, WAITING_BYTES},
    paths::INITIAL_RTT,
    reset, tls,
    twice::Twice,
};

/// The most chunk streams open at once in one direction of a connection.
pub(crate) const MAX_CHUNK_STREAMS: u32 = 100;
/// The most control streams, that is transfers, open at once from one peer.
const MAX_CONTROL_STREAMS: u32 = 256;
/// A stream's window: a whole chunk with its header, and below the 1,024 pieces at which quinn-proto gives
/// up a connection ("too many gaps", assembler.rs of 0.11.19).
const STREAM_WINDOW: u32 = MAX_PAYLOAD as u32 + 64 * 1024;
/// What we have written and the peer has not acknowledged: as much as the most that a peer of this kind grants.
const SEND_WINDOW: u64 = 32 * 1024 * 1024;
/// Datagrams with parity that wait to be read, or to be sent: what comes late is of no use.
const DATAGRAM_BUFFER: usize = 256 * 1024;
/// Packets that may overtake one before it counts as lost (RFC 9002 says at least 3): jitter of 2 ms at
/// 100 Mbit/s reorders by more than that without any loss.
const PACKET_THRESHOLD: u32 = 16;
/// Silence after which a connection counts as lost.
const IDLE_MS: u32 = 15_000;
/// Means nothing: who is meant is said by the key.
const SERVER_NAME: &str = "device.chunkstream.invalid";
const KEEP_ALIVE: Duration = Duration::from_secs(4);
/// Tokens that a peer gets with which its next handshake proves its address (RFC 9000, section 8.1.3), each used once.
const TOKENS: u32 = 2;
/// How long they are good for.
const TOKEN_LIFE: Duration = Duration::from_secs(24 * 3600);
/// Memory for those that were used, and how many are expected in a life.
const USED_TOKENS: (usize, u64) = (64 * 1024, 10_000);
/// How often a closing endpoint looks whether the last packets have left.
const LOOK: Duration = Duration::from_millis(1);

/// Codes with which an engine closes a connection or a stream.
pub(crate) mod close {
    use quinn::VarInt;

    type CloseCode = VarInt;
    /// No reason to talk any more.
    pub(crate) const DONE: CloseCode = VarInt::from_u32(0);
    /// The device may not enter.
    pub(crate) const REFUSED: CloseCode = VarInt::from_u32(1);
    /// The peer broke the protocol.
    pub(crate) const PROTOCOL: CloseCode = VarInt::from_u32(2);
    /// A stream: this chunk is not needed (any more).
    pub(crate) const NOT_NEEDED: CloseCode = VarInt::from_u32(3);
    /// A stream: this chunk cannot be taken now; it may be sent again. A connection: the same for all chunks.
    pub(crate) const AGAIN: CloseCode = VarInt::from_u32(4);
    /// The path counts as dead: too many chunks had to be sent too often.
    pub(crate) const PATH: CloseCode = VarInt::from_u32(5);
}

/// Where the engine's datagrams go.
#[derive(Clone)]
pub enum Sockets {
    /// A UDP socket of the system on this address; port 0 is any free one. An unspecified address serves
    /// IPv4 and IPv6 where the system can.
    System(SocketAddr),
    /// A socket and a runtime from outside, as tests have them.
    Custom {
        /// The socket.
        socket: Arc<dyn AsyncUdpSocket>,
        /// What runs quinn's tasks and timers.
        runtime: Arc<dyn Runtime>,
    },
    /// None: nobody is reached and nobody reaches the engine. Tickets name the address that it listened on
    /// last. For looking at a data folder and changing what it holds.
    None,
}

impl fmt::Debug for Sockets {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::System(address) => write!(f, "System({address})"),
            Self::Custom { socket, .. } => write!(f, "Custom({socket:?})"),
            Self::None => f.write_str("None"),
        }
    }
}

/// Which congestion controller paces what we send.
#[derive(Clone, Copy, Default, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Congestion {
    /// The engine's own: keeps the link full whatever it loses, and the queue short
    /// (`chunkstream_core::congestion`).
    #[default]
    Auto,
    /// CUBIC (RFC 9438).
    Cubic,
}

/// The QUIC endpoint of one device.
#[derive(Debug)]
pub(crate) struct Endpoint {
    /// None without a network.
    quinn: Option<quinn::Endpoint>,
    /// What it sends by.
    socket: Option<Arc<Twice>>,
    /// What to tell a person about it.
    hint: Option<String>,
    /// Whether that is a socket of the system.
    system: bool,
    /// Where it was last, if there is no network.
    last_address: SocketAddr,
    key: Arc<DeviceKey>,
    congestion: Congestion,
    server: quinn::ServerConfig,
    paths: Arc<Paths>,
    clients: tls::Clients,
    entrance: Arc<Entrance>,
    /// Connections begun: each controller gets another seed.
    begun: AtomicU64,
}

impl Endpoint {
    /// Binds the socket and begins to listen. Needs a tokio runtime. `last_address` is what a ticket says if
    /// there is no socket.
    pub(crate) fn new(
        sockets: &Sockets,
        last_address: SocketAddr,
        key: Arc<DeviceKey>,
        congestion: Congestion,
        paths: Arc<Paths>,
    ) -> Result<Self, NetworkError> {
        let crypto = QuicServerConfig::try_from(tls::server(&key)?)
            .map_err(|e| NetworkError::Setup(e.to_string()))?;
        let mut server = quinn::ServerConfig::with_crypto(Arc::new(crypto));
        server
            .transport_config(Arc::new(transport(congestion, None, 0, STRANGER_CREDIT)))
            .validation_token_config(tokens())
            .max_incoming(WAITING)
            .incoming_buffer_size(WAITING_BYTES)
            .incoming_buffer_size_total(ALL_WAITING_BYTES);
        let listening = Some(server.clone());
        let config = reset::config(&key);
        let mut hint = None;
        let (socket, runtime): (Arc<dyn AsyncUdpSocket>, Arc<dyn Runtime>) = match sockets {
            Sockets::System(address) => {
                let failed = |source| NetworkError::Listen {
                    address: *address,
                    source,
                };
                let (socket, told) = bind(*address).map_err(failed)?;
                hint = told;
                let socket = TokioRuntime.wrap_udp_socket(socket).map_err(failed)?;
                (socket, Arc::new(TokioRuntime))
            }
            Sockets::Custom { socket, runtime } => (socket.clone(), runtime.clone()),
            Sockets::None => {
                return Ok(Self {
                    quinn: None,
                    socket: None,
                    hint: None,
                    system: false,
                    last_address,
                    key,
                    congestion,
                    server,
                    paths,
                    clients: tls::Clients::default(),
                    entrance: Arc::default(),
                    begun: AtomicU64::new(1),
                });
            }
        };
        let socket = Twice::new(socket);
        let quinn =
            quinn::Endpoint::new_with_abstract_socket(config, listening, socket.clone(), runtime)
                .map_err(|e| NetworkError::Setup(e.to_string()))?;
        Ok(Self {
            quinn: Some(quinn),
            socket: Some(socket),
            hint,
            system: matches!(sockets, Sockets::System(_)),
            last_address,
            key,
            congestion,
            server,
            paths,
            clients: tls::Clients::default(),
            entrance: Arc::default(),
            begun: AtomicU64::new(1),
        })
    }

    /// The address that the socket is bound to.
    pub(crate) fn local_address(&self) -> Result<SocketAddr, NetworkError> {
        match &self.quinn {
            Some(quinn) => quinn
                .local_addr()
                .map_err(|e| NetworkError::Setup(e.to_string())),
            None => Ok(self.last_address),
        }
    }

    /// What to tell a person about the socket: buffers that the system caps.
    pub(crate) fn hint(&self) -> Option<String> {
        self.hint.clone()
    }

    /// Who gets in.
    pub(crate) fn entrance(&self) -> &Arc<Entrance> {
        &self.entrance
    }

    /// Whether anybody can be reached.
    pub(crate) fn has_network(&self) -> bool {
        self.quinn.is_some()
    }

    /// Whether it is reached by datagrams of this system.
    pub(crate) fn is_system(&self) -> bool {
        self.system
    }

    /// The next device that dials us, with its proven id; None when the endpoint is closed.
    ///
    /// The handshake is the returned future's, so that a slow one holds up nobody.
    pub(crate) async fn accept(
        &self,
    ) -> Option<impl Future<Output = Result<(quinn::Connection, DeviceId), NetworkError>> + use<>>
    {
        let (incoming, mut opened) = loop {
            let incoming = self.quinn.as_ref()?.accept().await?;
            if let Some(admitted) = self.entrance.admits(incoming) {
                break admitted;
            }
        };
        let remote = canonical(incoming.remote_address());
        let local = incoming.local_ip();
        let advice = local
            .or_else(|| source_for(self.local_address().ok()?, remote))
            .and_then(|local| self.paths.advice(None, local, remote.ip()));
        if advice.is_some()
            && let Some(socket) = &self.socket
        {
            // Its answer.
            let remote = incoming.remote_address();
            if opened.is_proven() {
                socket.ask(remote, 1);
            } else {
                socket.ask_bounded(remote);
                opened.bounds(socket.clone(), remote);
            }
        }
        let mut server = self.server.clone();
        server.transport_config(self.transport(advice, STRANGER_CREDIT));
        Some(async move {
            let connecting = incoming.accept_with(Arc::new(server))?;
            let connection = tokio::time::timeout(HANDSHAKE_TIME, connecting)
                .await
                .map_err(|_| NetworkError::Lost("the handshake took too long".into()))??;
            let device = peer_device(&connection)?;
            opened.met();
            Ok((connection, device))
        })
    }

    /// Dials `device` at one address.
    pub(crate) async fn connect(
        &self,
        device: DeviceId,
        address: SocketAddr,
    ) -> Result<quinn::Connection, NetworkError> {
        let unreachable = || NetworkError::Unreachable {
            device,
            tried: address.to_string(),
        };
        let quinn = self.quinn.as_ref().ok_or_else(unreachable)?;
        let remote =
            super::address::for_socket(self.local_address()?, address).ok_or_else(unreachable)?;
        let tls::Client {
            crypto,
            found,
            tokens,
        } = self.clients.get(&self.key, device)?;
        let mut config = quinn::ClientConfig::new(crypto);
        config.token_store(tokens);
        let advice = source_for(self.local_address()?, canonical(remote))
            .and_then(|local| self.paths.advice(Some(device), local, address.ip()));
        if advice.is_some()
            && let Some(socket) = &self.socket
        {
            // The first, and the one that ends the handshake.
            socket.ask(remote, 2);
        }
        // Whom this side dials somebody here has chosen.
        config.transport_config(self.transport(advice, FIRST_CREDIT));
        let connecting = quinn
            .connect_with(config, remote, SERVER_NAME)
            .map_err(|_| unreachable())?;
        match connecting.await {
            Ok(connection) => Ok(connection),
            Err(error) => {
                let other = *found
                    .lock()
                    .unwrap_or_else(std::sync::PoisonError::into_inner);
                // Of this attempt only if it was this side that broke the handshake off.
                if let Some(found) = other
                    && matches!(error, quinn::ConnectionError::TransportError(_))
                {
                    return Err(NetworkError::WrongDevice {
                        address,
                        expected: device,
                        found,
                    });
                }
                match NetworkError::from(error) {
                    NetworkError::Lost(_) => Err(unreachable()),
                    error => Err(error),
                }
            }
        }
    }

    /// Dials whoever is at an address and returns who that is: a proven key, but of nobody that was named.
    pub(crate) async fn meet(
        &self,
        address: SocketAddr,
    ) -> Result<(quinn::Connection, DeviceId), NetworkError> {
        let nobody = || NetworkError::Nobody {
            tried: address.to_string(),
        };
        let quinn = self.quinn.as_ref().ok_or_else(nobody)?;
        let remote =
            super::address::for_socket(self.local_address()?, address).ok_or_else(nobody)?;
        let tls::Client { crypto, .. } = tls::Client::for_anybody(&self.key)?;
        let mut config = quinn::ClientConfig::new(crypto);
        config.transport_config(self.transport(None, STRANGER_CREDIT));
        let connecting = quinn
            .connect_with(config, remote, SERVER_NAME)
            .map_err(|_| nobody())?;
        let connection = connecting.await.map_err(|_| nobody())?;
        let device = peer_device(&connection)?;
        Ok((connection, device))
    }

    /// The settings of one connection, with what is known of its path.
    fn transport(&self, advice: Option<Advice>, credit: u64) -> Arc<TransportConfig> {
        let seed = self.begun.fetch_add(1, Ordering::Relaxed);
        Arc::new(transport(self.congestion, advice, seed, credit))
    }

    /// Closes every connection and waits until `connections` have told their peers so.
    ///
    /// Not for what RFC 9000, section 10.2 adds, three probe time-outs in which a peer that has not heard it is told
    /// again: everything worth saying has been said and acknowledged, and at 100 ms the wait is 0.4 s of a command
    /// that sends a small file. Who has not heard it notices by silence.
    pub(crate) async fn close(&self, connections: &[quinn::Connection]) {
        let Some(quinn) = &self.quinn else {
            return;
        };
        quinn.close(close::DONE, b"");
        let told = async {
            // quinn has no event for it.
            let mut look = tokio::time::interval(LOOK);
            let is_told = |connection: &quinn::Connection| {
                connection.stats().frame_tx.connection_close > 0 || !is_closed_here(connection)
            };
            while !connections.iter().all(is_told) {
                look.tick().await;
            }
        };
        tokio::select! {
            () = quinn.wait_idle() => {}
            () = told => {}
        }
    }
}

fn is_closed_here(connection: &quinn::Connection) -> bool {
    matches!(
        connection.close_reason(),
        Some(quinn::ConnectionError::LocallyClosed)
    )
}

/// The device at the other end of an established connection.
pub(crate) fn peer_device(connection: &quinn::Connection) -> Result<DeviceId, NetworkError> {
    let no_certificate = || NetworkError::Protocol("the peer has shown no certificate".into());
    let identity = connection.peer_identity().ok_or_else(no_certificate)?;
    let certificates = identity
        .downcast::<Vec<rustls::pki_types::CertificateDer<'static>>>()
        .map_err(|_| no_certificate())?;
    let certificate = certificates.first().ok_or_else(no_certificate)?;
    tls::device_of(certificate).map_err(|e| NetworkError::Protocol(e.to_string()))
}

/// What both ends of this connection, and nobody else, can derive from its handshake (RFC 9266).
pub(crate) fn exporter(
    connection: &quinn::Connection,
) -> Result<[u8; EXPORTER_BYTES], NetworkError> {
    let mut exporter = [0; EXPORTER_BYTES];
    connection
        .export_keying_material(&mut exporter, EXPORTER_LABEL, b"")
        .map_err(|_| NetworkError::Setup("TLS exports no keying material".into()))?;
    Ok(exporter)
}

fn tokens() -> ValidationTokenConfig {
    let mut config = ValidationTokenConfig::default();
    config
        .sent(TOKENS)
        .lifetime(TOKEN_LIFE)
        .log(Arc::new(BloomTokenLog::new_expected_items(
            USED_TOKENS.0,
            USED_TOKENS.1,
        )));
    config
}

fn transport(
    congestion: Congestion,
    advice: Option<Advice>,
    seed: u64,
    credit: u64,
) -> TransportConfig {
    let mut config = TransportConfig::default();
    config
        .max_concurrent_uni_streams(VarInt::from_u32(MAX_CHUNK_STREAMS))
        .max_concurrent_bidi_streams(VarInt::from_u32(MAX_CONTROL_STREAMS))
        .stream_receive_window(VarInt::from_u32(STREAM_WINDOW))
        .receive_window(VarInt::from_u64(credit).unwrap_or(VarInt::MAX))
        .send_window(SEND_WINDOW)
        .datagram_receive_buffer_size(Some(DATAGRAM_BUFFER))
        .datagram_send_buffer_size(DATAGRAM_BUFFER)
        // First in, first out inside a class: chunks become durable earlier and fewer lie about unfinished.
        .send_fairness(false)
        .packet_threshold(PACKET_THRESHOLD)
        .ack_frequency_config(Some(acks::frequency(advice, PACKET_THRESHOLD)))
        .initial_rtt(advice.map_or(INITIAL_RTT, |advice| advice.initial_rtt))
        .keep_alive_interval(Some(KEEP_ALIVE))
        .max_idle_timeout(Some(IdleTimeout::from(VarInt::from_u32(IDLE_MS))));
    match congestion {
        Congestion::Auto => config.congestion_controller_factory(Arc::new(AutoConfig::starting(
            advice.and_then(|advice| advice.start),
            seed,
        ))),
        Congestion::Cubic => config.congestion_controller_factory(Arc::new(CubicConfig::default())),
    };
    config
}

/// A socket, and what to tell a person about its buffers.
type Bound = (UdpSocket, Option<String>);

fn bind(address: SocketAddr) -> io::Result<Bound> {
    // IPv6 serves both families where the system has it.
    if address.ip() == Ipv4Addr::UNSPECIFIED {
        let both = SocketAddr::from((Ipv6Addr::UNSPECIFIED, address.port()));
        if let Ok(bound) = bind_one(both) {
            return Ok(bound);
        }
    }
    bind_one(address)
}

fn bind_one(address: SocketAddr) -> io::Result<Bound> {
    use socket2::{Domain, Protocol, Socket, Type};
    let socket = Socket::new(
        Domain::for_address(address),
        Type::DGRAM,
        Some(Protocol::UDP),
    )?;
    if address.ip() == Ipv6Addr::UNSPECIFIED {
        socket.set_only_v6(false)?;
    }
    socket.bind(&address.into())?;
    let hint = buffers::ask(&socket);
    if let Some(hint) = &hint {
        tracing::info!("{hint}");
    }
    Ok((socket.into(), hint))
}
