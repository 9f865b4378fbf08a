//! TCP of the kernel with a congestion controller of our choice, without changing any setting of the machine.

use std::{
    io::{self, IoSlice, Read as _, Write as _},
    mem::MaybeUninit,
    net::{SocketAddr, TcpListener, TcpStream},
    os::fd::AsFd,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    thread::{self, JoinHandle},
};

use anyhow::Context as _;
use rustix::net::{SendAncillaryBuffer, SendAncillaryMessage, SendFlags, sendmsg};
use socket2::{Domain, Protocol, Socket, Type};

use super::{args::TcpConnect, contender::Congestion};
use crate::link::{B, End, Link};

/// Bytes given to the kernel at once.
const PIECE: usize = 256 * 1024;

/// A connection to `to` under a congestion controller.
fn connect(to: SocketAddr, congestion: &str) -> io::Result<Socket> {
    let socket = Socket::new(Domain::for_address(to), Type::STREAM, Some(Protocol::TCP))?;
    socket.set_tcp_congestion(congestion.as_bytes())?;
    socket.connect(&to.into())?;
    Ok(socket)
}

/// Whether the kernel has that controller and gives it to this program.
pub(crate) fn is_allowed(congestion: Congestion) -> bool {
    let socket = Socket::new(Domain::IPV4, Type::STREAM, Some(Protocol::TCP));
    socket.is_ok_and(|socket| {
        socket
            .set_tcp_congestion(congestion.name().as_bytes())
            .is_ok()
    })
}

/// Connects and passes the connection to whoever holds the other end of stdout: `ssh` with `ProxyUseFdpass`.
pub(crate) fn hand_over(how: &TcpConnect) -> anyhow::Result<()> {
    let socket = connect(how.to, &how.congestion)
        .with_context(|| format!("{} cannot be reached", how.to))?;
    socket.set_tcp_nodelay(true)?;
    pass(&socket, io::stdout()).context("stdout takes no connection")?;
    Ok(())
}

/// Sends a descriptor with one byte over a Unix socket.
fn pass(what: impl AsFd, to: impl AsFd) -> io::Result<()> {
    let sockets = [what.as_fd()];
    let mut space = [MaybeUninit::uninit(); rustix::cmsg_space!(ScmRights(1))];
    let mut ancillary = SendAncillaryBuffer::new(&mut space);
    ancillary.push(SendAncillaryMessage::ScmRights(&sockets));
    sendmsg(
        to,
        &[IoSlice::new(&[0])],
        &mut ancillary,
        SendFlags::empty(),
    )?;
    Ok(())
}

/// A flow from A to B that sends as fast as it may until it is dropped.
#[derive(Debug)]
pub(crate) struct Flow {
    stop: Arc<AtomicBool>,
    socket: Option<Socket>,
    threads: Vec<JoinHandle<()>>,
}

impl Flow {
    /// Starts one to a port of B.
    pub(crate) fn start(link: &Link, congestion: Congestion, port: u16) -> anyhow::Result<Self> {
        let stop = Arc::new(AtomicBool::new(false));
        let address = SocketAddr::from((B, port));
        let listener = link.at(End::B, || Ok(TcpListener::bind(address)?))?;
        let sink = thread::spawn(move || drain(&listener));
        let socket = link.at(End::A, || Ok(connect(address, congestion.name())?))?;
        let mut out: TcpStream = socket.try_clone()?.into();
        let stopped = stop.clone();
        let source = thread::spawn(move || {
            let piece = vec![0; PIECE];
            while !stopped.load(Ordering::Relaxed) && out.write_all(&piece).is_ok() {}
        });
        Ok(Self {
            stop,
            socket: Some(socket),
            threads: vec![sink, source],
        })
    }
}

/// Takes one connection and all that comes.
fn drain(listener: &TcpListener) {
    let Ok((mut connection, _)) = listener.accept() else {
        return;
    };
    let mut piece = vec![0; PIECE];
    while connection.read(&mut piece).is_ok_and(|read| read > 0) {}
}

impl Drop for Flow {
    fn drop(&mut self) {
        self.stop.store(true, Ordering::Relaxed);
        if let Some(socket) = self.socket.take() {
            // A reset goes at once; an orderly end would wait for all that is under way.
            let _ = socket.set_linger(Some(std::time::Duration::ZERO));
            let _ = socket.shutdown(std::net::Shutdown::Both);
        }
        for thread in self.threads.drain(..) {
            let _ = thread.join();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::fs;

    #[test]
    fn the_kernel_gives_some_controller_and_refuses_one_that_does_not_exist() {
        let here = TcpListener::bind("127.0.0.1:0").expect("a port");
        let to = here.local_addr().expect("an address");
        assert!(connect(to, "no-such-controller").is_err());
        let default = fs::read_to_string("/proc/sys/net/ipv4/tcp_congestion_control");
        let default = default.expect("a default").trim().to_owned();
        let socket = connect(to, &default).expect("connected");
        let name = socket.tcp_congestion().expect("told");
        assert!(name.starts_with(default.as_bytes()));
    }

    #[test]
    fn a_connection_can_be_handed_over() {
        use rustix::net::{RecvAncillaryBuffer, RecvAncillaryMessage, RecvFlags, recvmsg};
        let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
        let address = listener.local_addr().expect("an address");
        let (here, there) = std::os::unix::net::UnixStream::pair().expect("a pair");
        pass(TcpStream::connect(address).expect("connected"), &here).expect("passed");
        let mut space = [MaybeUninit::uninit(); rustix::cmsg_space!(ScmRights(1))];
        let mut ancillary = RecvAncillaryBuffer::new(&mut space);
        let mut byte = [0];
        let mut parts = [io::IoSliceMut::new(&mut byte)];
        recvmsg(&there, &mut parts, &mut ancillary, RecvFlags::empty()).expect("received");
        let passed = ancillary.drain().find_map(|message| match message {
            RecvAncillaryMessage::ScmRights(mut descriptors) => descriptors.next(),
            _ => None,
        });
        let mut connection = TcpStream::from(passed.expect("a descriptor"));
        connection.write_all(b"hello").expect("written");
        drop(connection);
        let mut text = String::new();
        let (mut other, _) = listener.accept().expect("accepted");
        other.read_to_string(&mut text).expect("read");
        assert_eq!(text, "hello");
    }
}
