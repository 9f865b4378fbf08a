//! A peer whose every word is the test's: a device with a key of its own that speaks QUIC and TLS as it should, and above
//! them whatever it is told to.
//!
//! Non-goal: knowing what a message means; a test that needs a whole transfer builds it of these.

mod identity;
mod offer;
mod talk;

use std::{net::SocketAddr, sync::Arc};

use chunkstream_core::{
    device::{DeviceId, Ticket},
    wire::{Hello, MAX_CONTROL},
};
use quinn::{
    AsyncUdpSocket, ClientConfig, Connecting, Connection, ConnectionError, Endpoint,
    EndpointConfig, Runtime, ServerConfig, TransportConfig,
    crypto::rustls::{QuicClientConfig, QuicServerConfig},
};

pub use self::{
    identity::Identity,
    offer::{CHUNK, chunk_size, entry, first_chunk, offer, page},
    talk::{PATIENCE, Talk},
};
use crate::{network::SimRuntime, world::World};

/// Means nothing to an engine.
const SERVER_NAME: &str = "device.chunkstream.invalid";

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
