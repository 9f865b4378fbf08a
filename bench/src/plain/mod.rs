//! The reference: one plain quinn stream.
//!
//! What a careful person writes in an afternoon: QUIC with TLS 1.3 from quinn with its default settings, one
//! stream, large buffers, reading and writing on threads of their own. The files go one after the other,
//! each as a path, a length and its bytes, like a `tar` without attributes; the receiver answers with one
//! byte when it has written all. No hashing, no flushing, no resuming, no parity.
//!
//! The stream's window is raised to [`WINDOW`] unless the command line says otherwise: more is faster on a long way,
//! but quinn-proto closes a connection when more than 1,024 separate pieces of a stream wait for their turn.
//! Over an emulated link the benchmark gives two bandwidth-delay products, which also holds quinn's BBR, whose
//! window has no bound of its own.

mod entries;
mod receive;
mod send;

use std::{net::SocketAddr, sync::Arc};

use quinn::{TransportConfig, VarInt, congestion::BbrConfig};

pub(crate) use self::{receive::receive, send::send};
use crate::args::{PlainCongestion, PlainTransport};

/// The name in the certificate.
const NAME: &str = "localhost";
/// Bytes of one stream on their way: below 1,024 pieces of 1,452 bytes with gaps between them.
const WINDOW: u32 = 2 * 1024 * 1024;
/// Bytes read or written at once.
const PIECE: usize = 256 * 1024;
/// Pieces between the network and the disk.
const PIECES: usize = 8;

fn transport(how: &PlainTransport) -> Arc<TransportConfig> {
    let window = how.window.unwrap_or(WINDOW).max(WINDOW);
    let mut config = TransportConfig::default();
    config
        .stream_receive_window(VarInt::from_u32(window))
        .send_window(u64::from(WINDOW.saturating_mul(4).max(window)));
    if how.congestion == PlainCongestion::Bbr {
        config.congestion_controller_factory(Arc::new(BbrConfig::default()));
    }
    Arc::new(config)
}

/// A UDP socket with buffers as large as chunkstream's.
fn socket(address: SocketAddr) -> std::io::Result<std::net::UdpSocket> {
    use socket2::{Domain, Protocol, Socket, Type};
    const BUFFER: usize = 4 * 1024 * 1024;
    let socket = Socket::new(
        Domain::for_address(address),
        Type::DGRAM,
        Some(Protocol::UDP),
    )?;
    // The system may give less.
    let _ = socket.set_recv_buffer_size(BUFFER);
    let _ = socket.set_send_buffer_size(BUFFER);
    socket.bind(&address.into())?;
    Ok(socket.into())
}

fn runtime() -> std::io::Result<tokio::runtime::Runtime> {
    tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()
}
