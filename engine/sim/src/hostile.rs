//! A peer whose every word is the test's: a device with a key of its own that speaks QUIC and TLS as it should, and above
//! them whatever it is told to.
//!
//! Non-goal: knowing what a message means; a test that needs a whole transfer builds it of these.

use std::{fmt, net::SocketAddr, sync::Arc, time::Duration};

use chunkstream_core::{
    chunk::{ChunkSize, Geometry},
    device::{DeviceId, Ticket},
    id::{FileId, TransferId},
    manifest::{Entry, EntryKind},
    path::RelPath,
    priority::Priority,
    rotation::{Rotation, Signature},
    wire::{
        ALPN, Checked, FEATURES, FromSender, Hello, LENGTH_BYTES, MAX_CONTROL, Offer, Opening,
        decode, encode,
    },
};
use quinn::{
    AsyncUdpSocket, ClientConfig, Connecting, Connection, ConnectionError, Endpoint,
    EndpointConfig, RecvStream, Runtime, SendStream, ServerConfig, TransportConfig,
    crypto::rustls::{QuicClientConfig, QuicServerConfig},
};
use rcgen::{PublicKeyData as _, SigningKey as _};
use rustls::{
    crypto::CryptoProvider,
    pki_types::{CertificateDer, PrivateKeyDer},
    sign::{CertifiedKey, SingleCertAndKey},
};
use serde::{Serialize, de::DeserializeOwned};

use crate::{anybody::Anybody, network::SimRuntime, world::World};

/// How long, in virtual time, an answer may take.
pub const PATIENCE: Duration = Duration::from_secs(60);
/// Means nothing to an engine.
const SERVER_NAME: &str = "device.chunkstream.invalid";

/// A key and its certificate.
pub struct Identity {
    key: rcgen::KeyPair,
    certificate: CertificateDer<'static>,
}

impl fmt::Debug for Identity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Identity({})", self.id().short())
    }
}

impl Identity {
    /// A new one.
    ///
    /// # Panics
    /// If there is no randomness.
    pub fn generate() -> Self {
        let key = rcgen::KeyPair::generate_for(&rcgen::PKCS_ED25519).expect("a key");
        let params = rcgen::CertificateParams::new(Vec::new()).expect("no names");
        let certificate = params.self_signed(&key).expect("a certificate");
        let certificate = certificate.der().clone();
        Self { key, certificate }
    }

    /// Whose it is.
    ///
    /// # Panics
    /// Never: the key is of Ed25519.
    pub fn id(&self) -> DeviceId {
        DeviceId::of_public_key(&self.public())
    }

    fn public(&self) -> [u8; 32] {
        self.key.der_bytes().try_into().expect("32 bytes")
    }

    fn signs(&self, message: &[u8]) -> Signature {
        let signature = self.key.sign(message).expect("signed");
        Signature::new(signature.as_slice().try_into().expect("64 bytes"))
    }

    /// The proof that the device with this key has another one now.
    ///
    /// # Panics
    /// Never: both keys are of Ed25519.
    pub fn rotate_to(&self, new: &Self) -> Rotation {
        let at_ms = 1_790_000_000_000;
        let statement = Rotation::statement(&self.public(), &new.public(), at_ms);
        Rotation {
            old: self.public(),
            new: new.public(),
            at_ms,
            by_old: self.signs(&statement),
            by_new: new.signs(&statement),
        }
    }

    /// The certificate.
    pub fn certificate(&self) -> CertificateDer<'static> {
        self.certificate.clone()
    }

    fn private(&self) -> PrivateKeyDer<'static> {
        PrivateKeyDer::try_from(self.key.serialize_der()).expect("a key")
    }

    /// The key with a certificate that may be another's, and what signs with it.
    fn showing(
        &self,
        certificate: CertificateDer<'static>,
    ) -> (Arc<CryptoProvider>, Arc<SingleCertAndKey>) {
        let provider = rustls::crypto::ring::default_provider();
        let key = provider.key_provider.load_private_key(self.private());
        let key = key.expect("a key of Ed25519");
        let shown = CertifiedKey::new(vec![certificate], key);
        (Arc::new(provider), Arc::new(shown.into()))
    }

    /// Settings for dialling anybody.
    ///
    /// # Panics
    /// Never: the key fits its certificate.
    pub fn client(&self) -> rustls::ClientConfig {
        self.client_showing(self.certificate())
    }

    /// The same, with a certificate that may be another's.
    ///
    /// # Panics
    /// If the key does not fit the certificate and the library finds that out.
    pub fn client_showing(&self, certificate: CertificateDer<'static>) -> rustls::ClientConfig {
        let (provider, shown) = self.showing(certificate);
        let mut config = rustls::ClientConfig::builder_with_provider(provider)
            .with_protocol_versions(&[&rustls::version::TLS13])
            .expect("TLS 1.3")
            .dangerous()
            .with_custom_certificate_verifier(Arc::new(Anybody))
            .with_client_cert_resolver(shown);
        config.alpn_protocols = vec![ALPN.to_vec()];
        config
    }

    /// Settings for being dialled by anybody, with a certificate that may be another's.
    ///
    /// # Panics
    /// Never.
    pub fn server_showing(&self, certificate: CertificateDer<'static>) -> rustls::ServerConfig {
        let (provider, shown) = self.showing(certificate);
        let mut config = rustls::ServerConfig::builder_with_provider(provider)
            .with_protocol_versions(&[&rustls::version::TLS13])
            .expect("TLS 1.3")
            .with_client_cert_verifier(Arc::new(Anybody))
            .with_cert_resolver(shown);
        config.alpn_protocols = vec![ALPN.to_vec()];
        config
    }
}

/// The peer.
#[derive(Debug)]
pub struct Hostile {
    /// Its QUIC.
    pub endpoint: Endpoint,
    /// Where it is.
    pub address: SocketAddr,
    /// Its key.
    pub identity: Identity,
    client: ClientConfig,
}

/// An offer of chunks of 64 KiB without parity to speak of, one for each number.
///
/// # Panics
/// Never.
pub fn offer(number: u8) -> Opening {
    Opening::Offer(Offer {
        transfer: TransferId([number; 16]),
        priority: Priority::Normal,
        chunk_size: ChunkSize::try_from(64 * 1024).expect("a power of two"),
        geometry: Geometry::new(4, 2).expect("valid"),
        title: "f".to_owned(),
        note: String::new(),
        paused: None,
        created_ms: 0,
        attempt: 0,
        over: false,
    })
}

/// Entries of files of one byte, from number `first` on, with names of `name` digits.
///
/// # Panics
/// If there are no such names.
pub fn page(first: u32, entries: u32, name: usize) -> FromSender {
    let entry = |number| Entry {
        path: RelPath::parse(&format!("{number:0>name$}")).expect("a name"),
        kind: EntryKind::File { len: 1 },
        modified_ns: None,
        mode: None,
    };
    FromSender::Entries {
        first: FileId(first),
        entries: (first..first + entries).map(entry).collect(),
    }
}

/// A control stream, or what is like one.
#[derive(Debug)]
pub struct Talk {
    /// What it is on.
    pub connection: Connection,
    /// What is said.
    pub send: SendStream,
    /// What is heard.
    pub receive: RecvStream,
}

impl Hostile {
    /// A new device at an address of a simulated network.
    pub fn at(world: &World, address: SocketAddr) -> Self {
        Self::tuned(world, address, |_| {})
    }

    /// The same, with other settings of QUIC.
    pub fn tuned(
        world: &World,
        address: SocketAddr,
        tune: impl FnOnce(&mut TransportConfig),
    ) -> Self {
        let socket = world.network.socket(address);
        Self::on(socket, Arc::new(SimRuntime), Identity::generate(), tune)
    }

    /// On any socket, with any key.
    ///
    /// # Panics
    /// If the socket cannot be used.
    pub fn on(
        socket: Arc<dyn AsyncUdpSocket>,
        runtime: Arc<dyn Runtime>,
        identity: Identity,
        tune: impl FnOnce(&mut TransportConfig),
    ) -> Self {
        let server = identity.server_showing(identity.certificate());
        Self::showing(socket, runtime, identity, server, tune)
    }

    /// The same, with other settings of TLS for those who dial it.
    ///
    /// # Panics
    /// If the socket cannot be used.
    pub fn showing(
        socket: Arc<dyn AsyncUdpSocket>,
        runtime: Arc<dyn Runtime>,
        identity: Identity,
        server: rustls::ServerConfig,
        tune: impl FnOnce(&mut TransportConfig),
    ) -> Self {
        let mut transport = TransportConfig::default();
        tune(&mut transport);
        let transport = Arc::new(transport);
        let client = QuicClientConfig::try_from(identity.client()).expect("TLS 1.3");
        let mut client = ClientConfig::new(Arc::new(client));
        client.transport_config(transport.clone());
        let server = QuicServerConfig::try_from(server).expect("TLS 1.3");
        let mut server = ServerConfig::with_crypto(Arc::new(server));
        server.transport_config(transport);
        let address = socket.local_addr().expect("an address");
        let endpoint = Endpoint::new_with_abstract_socket(
            EndpointConfig::default(),
            Some(server),
            socket,
            runtime,
        );
        Self {
            endpoint: endpoint.expect("a socket"),
            address,
            identity,
            client,
        }
    }

    /// Its device id.
    pub fn id(&self) -> DeviceId {
        self.identity.id()
    }

    /// What others enter to send to it.
    ///
    /// # Panics
    /// Never: it is short.
    pub fn ticket(&self) -> String {
        let ticket = Ticket::new(self.id(), "eve".to_owned(), vec![self.address]);
        ticket.expect("a short one").to_string()
    }

    /// Dials from now on with other settings of TLS.
    ///
    /// # Panics
    /// If they are not of TLS 1.3.
    pub fn dials_with(&mut self, tls: rustls::ClientConfig) {
        let client = QuicClientConfig::try_from(tls).expect("TLS 1.3");
        self.client = ClientConfig::new(Arc::new(client));
    }

    /// Connects.
    ///
    /// # Errors
    /// What QUIC says.
    ///
    /// # Panics
    /// If the address is none.
    pub async fn tries(&self, to: SocketAddr) -> Result<Connection, ConnectionError> {
        let connecting = self
            .endpoint
            .connect_with(self.client.clone(), to, SERVER_NAME);
        connecting.expect("an address").await
    }

    /// Connects as another device, that nothing is known of.
    ///
    /// # Errors
    /// What QUIC says.
    ///
    /// # Panics
    /// If the address is none.
    pub async fn tries_as(
        &self,
        identity: &Identity,
        to: SocketAddr,
    ) -> Result<Connection, ConnectionError> {
        Self::connects(&self.endpoint, identity, to).await
    }

    /// The same from any endpoint.
    ///
    /// # Panics
    /// If the address is none.
    pub fn connects(endpoint: &Endpoint, identity: &Identity, to: SocketAddr) -> Connecting {
        let client = QuicClientConfig::try_from(identity.client()).expect("TLS 1.3");
        let client = ClientConfig::new(Arc::new(client));
        let connecting = endpoint.connect_with(client, to, SERVER_NAME);
        connecting.expect("an address")
    }

    /// Connects, and opens a stream.
    ///
    /// # Panics
    /// If it is not let in.
    pub async fn dials(&self, to: SocketAddr) -> Talk {
        let connection = self.tries(to).await.expect("it lets in");
        Talk::open(connection).await
    }

    /// The same, and both say Hello.
    ///
    /// # Panics
    /// If it is not let in.
    pub async fn greets(&self, to: SocketAddr) -> Talk {
        let mut talk = self.dials(to).await;
        talk.hello("eve").await;
        talk.heard::<Hello>(MAX_CONTROL).await;
        talk
    }

    /// Somebody dials it and opens a stream.
    ///
    /// # Panics
    /// If nobody does.
    pub async fn is_dialled(&self) -> Talk {
        let incoming = tokio::time::timeout(PATIENCE, self.endpoint.accept()).await;
        let incoming = incoming.expect("somebody in time").expect("it listens");
        let connection = incoming.await.expect("a handshake");
        let (send, receive) = connection.accept_bi().await.expect("a stream");
        Talk {
            connection,
            send,
            receive,
        }
    }
}

impl Talk {
    /// A stream on a connection.
    ///
    /// # Panics
    /// If the connection is lost.
    pub async fn open(connection: Connection) -> Self {
        let (send, receive) = connection.open_bi().await.expect("a stream");
        Self {
            connection,
            send,
            receive,
        }
    }

    /// Says Hello under a name.
    pub async fn hello(&mut self, name: &str) {
        let hello = Hello {
            features: FEATURES,
            name: name.to_owned(),
        };
        self.says(&hello).await;
    }

    /// Says a message.
    ///
    /// # Panics
    /// If the other side does not read it.
    pub async fn says(&mut self, message: &impl Serialize) {
        self.tries(message).await.expect("it reads");
    }

    /// The same, read or not.
    ///
    /// # Errors
    /// What QUIC says.
    ///
    /// # Panics
    /// If the message is longer than any may be.
    pub async fn tries(&mut self, message: &impl Serialize) -> Result<(), quinn::WriteError> {
        let bytes = encode(message, MAX_CONTROL).expect("short");
        self.send.write_all(&bytes).await
    }

    /// The next message; None when the stream or the connection has ended.
    ///
    /// # Panics
    /// If none comes in time, or it is longer than that, or none.
    pub async fn next<T: DeserializeOwned + Checked>(&mut self, limit: usize) -> Option<T> {
        let read = async {
            let mut length = [0; LENGTH_BYTES];
            self.receive.read_exact(&mut length).await.ok()?;
            let length = u32::from_le_bytes(length) as usize;
            assert!(length <= limit, "{length} bytes");
            let mut bytes = vec![0; length];
            self.receive.read_exact(&mut bytes).await.ok()?;
            Some(decode::<T>(&bytes).expect("a message"))
        };
        let waited = tokio::time::timeout(PATIENCE, read).await;
        waited.expect("an answer in time")
    }

    /// The next message.
    ///
    /// # Panics
    /// If there is none.
    pub async fn heard<T: DeserializeOwned + Checked>(&mut self, limit: usize) -> T {
        self.next(limit).await.expect("an answer")
    }

    /// The code with which the other side closes the connection.
    ///
    /// # Panics
    /// If it ends otherwise.
    pub async fn closed(&self) -> u64 {
        let closed = tokio::time::timeout(PATIENCE, self.connection.closed()).await;
        match closed.expect("it ends in time") {
            ConnectionError::ApplicationClosed(closed) => closed.error_code.into_inner(),
            other => panic!("{other}"),
        }
    }
}
