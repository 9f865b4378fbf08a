//! The reference: one plain quinn stream.
//!
//! What a careful person writes in an afternoon: QUIC with TLS 1.3 from quinn with its default settings, one
//! stream, large buffers, reading and writing on threads of their own. The files go one after the other,
//! each as a path, a length and its bytes, like a `tar` without attributes; the receiver answers with one
//! byte when it has written all. No hashing, no flushing, no resuming, no parity.
//!
//! The stream's window is raised to [`WINDOW`]: more would be faster still on a long way, but
//! quinn-proto closes a connection when more than 1,024 separate pieces of a stream wait for their turn.

mod entries;
mod receive;
mod send;

use std::sync::Arc;

use quinn::{TransportConfig, VarInt};

pub(crate) use self::{receive::receive, send::send};

/// The name in the certificate.
const NAME: &str = "localhost";
/// Bytes of one stream on their way: below 1,024 pieces of 1,452 bytes with gaps between them.
const WINDOW: u32 = 2 * 1024 * 1024;
/// Bytes read or written at once.
const PIECE: usize = 256 * 1024;
/// Pieces between the network and the disk.
const PIECES: usize = 8;

fn transport() -> Arc<TransportConfig> {
    let mut config = TransportConfig::default();
    config
        .stream_receive_window(VarInt::from_u32(WINDOW))
        .send_window(u64::from(WINDOW) * 4);
    Arc::new(config)
}

/// A UDP socket on a free port of loopback, with buffers as large as chunkstream's.
fn socket() -> std::io::Result<std::net::UdpSocket> {
    use socket2::{Domain, Protocol, Socket, Type};
    const BUFFER: usize = 4 * 1024 * 1024;
    let socket = Socket::new(Domain::IPV4, Type::DGRAM, Some(Protocol::UDP))?;
    // The system may give less.
    let _ = socket.set_recv_buffer_size(BUFFER);
    let _ = socket.set_send_buffer_size(BUFFER);
    socket.bind(&std::net::SocketAddr::from(([127, 0, 0, 1], 0)).into())?;
    Ok(socket.into())
}

fn runtime() -> std::io::Result<tokio::runtime::Runtime> {
    tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()
}
