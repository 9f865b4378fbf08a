//! Whether this device can do its work: its port, its network, its disk. Nothing is changed by it.

use std::{
    io,
    net::{IpAddr, Ipv4Addr, SocketAddr, UdpSocket},
    path::{Path, PathBuf},
    time::Duration,
};

use super::{Engine, Shared, receiving::disk_code, start};
use crate::{
    api::{Code, Failure, SelfCheck, SelfCheckResult, SelfTestRequest},
    disk::Disk,
};

/// How long an answer to the datagram is waited for.
const ANSWER: Duration = Duration::from_millis(500);
/// Times that it is sent.
const TRIES: u32 = 3;
/// How long the search of the local network may take to begin.
const BEGIN: Duration = Duration::from_millis(1500);
/// How often it is looked at meanwhile.
const LOOK: Duration = Duration::from_millis(50);
/// Less space than this is none.
const LEAST_SPACE: u64 = 16 << 20;
/// What is written to try a folder.
const TRIAL: usize = 4096;
/// The length of a first datagram of QUIC (RFC 9000, section 14.1).
const DATAGRAM: usize = 1200;
/// A version of QUIC that no server has (RFC 9000, section 15).
const NO_VERSION: [u8; 4] = [0x1a, 0x2a, 0x3a, 0x4a];
const ID: [u8; 8] = *b"self-tst";

impl Engine {
    /// Tests the port, datagrams, discovery and the inbox folder, in that order.
    ///
    /// # Errors
    /// `Usage` for a folder that is not absolute.
    pub async fn self_test(
        &self,
        request: SelfTestRequest,
    ) -> Result<Vec<SelfCheckResult>, Failure> {
        let shared = &self.shared;
        let folder = request.inbox_folder.map(PathBuf::from);
        let folder = folder.unwrap_or_else(|| shared.inbox_folder());
        if !folder.is_absolute() {
            let failure = Failure::new(Code::Usage, "the inbox folder must be an absolute path");
            return Err(failure.about(folder.display().to_string()));
        }
        let disk = shared.disk.clone();
        let place = folder.clone();
        let disk = tokio::task::spawn_blocking(move || try_folder(&*disk, &place));
        let listen = shared.endpoint.local_address()?;
        let (udp, discovery, disk) =
            tokio::join!(shared.try_udp(listen), shared.try_discovery(), disk);
        let disk = disk.map_err(|e| Failure::new(Code::Internal, e.to_string()))?;
        let result = |check, about: Option<String>, found: Result<(), Failure>| SelfCheckResult {
            check,
            about,
            failure: found.err(),
        };
        Ok(vec![
            result(SelfCheck::Port, Some(listen.to_string()), shared.try_port()),
            result(SelfCheck::Udp, None, udp),
            result(SelfCheck::Discovery, None, discovery),
            result(SelfCheck::Disk, Some(folder.display().to_string()), disk),
        ])
    }
}

impl Shared {
    fn try_port(&self) -> Result<(), Failure> {
        if self.endpoint.has_network() {
            Ok(())
        } else {
            Err(Failure::new(
                Code::ListenFailed,
                "this engine has no network",
            ))
        }
    }

    /// Sends the engine a datagram as a stranger would. A simulated network has none of the system's sockets.
    async fn try_udp(&self, listen: SocketAddr) -> Result<(), Failure> {
        self.try_port()?;
        if !self.endpoint.is_system() {
            return Ok(());
        }
        let Some(own) = own_address(listen)? else {
            let text = "no network is connected; only this computer itself can be reached";
            return Err(Failure::new(Code::NoNetwork, text));
        };
        let asked = tokio::task::spawn_blocking(move || ask(own)).await;
        asked
            .map_err(|e| Failure::new(Code::Internal, e.to_string()))?
            .map_err(|error| {
                let text = format!("a datagram to {own} was not answered: {error}");
                Failure::new(Code::UdpBlocked, text).about(own.to_string())
            })
    }

    async fn try_discovery(&self) -> Result<(), Failure> {
        self.nearby.want();
        let begun = async {
            loop {
                let view = self.nearby_view();
                if let Some(problem) = view.problem {
                    return Err(Failure::new(Code::DiscoveryFailed, problem));
                }
                if view.searching {
                    return Ok(());
                }
                tokio::time::sleep(LOOK).await;
            }
        };
        tokio::time::timeout(BEGIN, begun)
            .await
            .unwrap_or_else(|_| {
                let text = "the local network is not searched";
                Err(Failure::new(Code::DiscoveryFailed, text))
            })
    }
}

/// An address of this computer at which its network reaches the engine; None if it has no network.
fn own_address(listen: SocketAddr) -> Result<Option<SocketAddr>, Failure> {
    if !listen.ip().is_unspecified() {
        return Ok(Some(listen));
    }
    let interfaces = if_addrs::get_if_addrs();
    let interfaces = interfaces.map_err(|e| Failure::new(Code::NoNetwork, e.to_string()))?;
    let mut usable = interfaces
        .iter()
        .filter(|interface| interface.is_oper_up() && !interface.is_loopback());
    // One that listens on IPv4 alone is not reached at others.
    let of_kind = |ip: IpAddr| ip.is_ipv4();
    Ok(usable
        .find(|interface| of_kind(interface.ip()))
        .map(|interface| SocketAddr::new(interface.ip(), listen.port())))
}

/// Sends a first datagram of a version that no server has: every server answers with those that it has (RFC 9000,
/// section 6.1).
fn ask(own: SocketAddr) -> io::Result<()> {
    let socket = UdpSocket::bind((Ipv4Addr::UNSPECIFIED, 0))?;
    socket.set_read_timeout(Some(ANSWER))?;
    let datagram = datagram();
    let mut answer = [0; DATAGRAM];
    let mut last = io::Error::from(io::ErrorKind::TimedOut);
    for _ in 0..TRIES {
        socket.send_to(&datagram, own)?;
        match socket.recv_from(&mut answer) {
            Ok((len, from)) if from.port() == own.port() && is_answer(&answer[..len]) => {
                return Ok(());
            }
            Ok(_) => {}
            Err(error) => last = error,
        }
    }
    Err(last)
}

/// A long header (RFC 8999, section 5.1) and nothing behind it.
fn datagram() -> Vec<u8> {
    let mut datagram = vec![0xc0];
    datagram.extend(NO_VERSION);
    for _ in 0..2 {
        datagram.push(ID.len() as u8);
        datagram.extend(ID);
    }
    datagram.resize(DATAGRAM, 0);
    datagram
}

/// Whether this is a Version Negotiation packet that answers [`datagram`] (RFC 8999, section 6).
fn is_answer(packet: &[u8]) -> bool {
    let Some((first, rest)) = packet.split_first() else {
        return false;
    };
    first & 0x80 != 0
        && rest.starts_with(&[0; 4])
        && rest.get(4) == Some(&(ID.len() as u8))
        && rest.get(5..5 + ID.len()) == Some(&ID[..])
}

/// Whether something can be written below this folder, which may not be there yet.
fn try_folder(disk: &dyn Disk, folder: &Path) -> Result<(), Failure> {
    let shown = folder.display().to_string();
    let unwritable = |error: io::Error| {
        let text = format!("{shown} cannot be written: {error}");
        Failure::new(disk_code(&error), text).about(shown.clone())
    };
    let place = folder
        .ancestors()
        .find(|place| disk.metadata(place).is_ok());
    let Some(place) = place else {
        return Err(unwritable(io::ErrorKind::NotFound.into()));
    };
    let mut suffix = [0; 8];
    getrandom::fill(&mut suffix).map_err(|e| Failure::new(Code::Internal, e.to_string()))?;
    let name = format!(".chunkstream-trial-{:016x}", u64::from_le_bytes(suffix));
    let trial = place.join(name);
    let written = disk
        .open_partial(&trial, TRIAL as u64, true)
        .and_then(|file| {
            file.write_at(&[0; TRIAL], 0)?;
            file.sync_data()
        });
    let removed = disk.remove(&trial);
    written.and(removed).map_err(unwritable)?;
    match start::free_space(disk, folder) {
        Some(free) if free < LEAST_SPACE => {
            let text = format!("{shown} has {free} bytes of space left");
            Err(Failure::new(Code::DiskFull, text).about(shown.clone()))
        }
        _ => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;
    use crate::disk::RealDisk;

    #[test]
    fn an_answer_is_told_from_anything_else() {
        let mut answer = vec![0x80, 0, 0, 0, 0, 8];
        answer.extend(ID);
        answer.extend([8, 1, 2, 3, 4, 5, 6, 7, 8, 0, 0, 0, 1]);
        assert!(is_answer(&answer));
        for (place, byte) in [(0, 0x40), (1, 1), (5, 7), (6, 0)] {
            let mut other = answer.clone();
            other[place] = byte;
            assert!(!is_answer(&other), "byte {place}");
        }
        assert!(!is_answer(&answer[..10]));
        assert!(!is_answer(&[]));
        assert!(!is_answer(&datagram()));
    }

    #[test]
    fn nobody_answers_at_a_port_without_a_server() {
        let silent = UdpSocket::bind((Ipv4Addr::LOCALHOST, 0)).expect("bound");
        ask(silent.local_addr().expect("an address")).expect_err("it does not answer");
    }

    #[test]
    fn a_folder_that_is_not_there_yet_is_fine_and_nothing_stays_behind() {
        let place = tempfile::tempdir().expect("a folder");
        let folder = place.path().join("not/yet");
        try_folder(&RealDisk, &folder).expect("it could be made");
        assert_eq!(fs::read_dir(place.path()).expect("read").count(), 0);
    }

    #[test]
    fn what_is_no_folder_cannot_be_written() {
        let place = tempfile::tempdir().expect("a folder");
        let file = place.path().join("file");
        fs::write(&file, "x").expect("written");
        let failure = try_folder(&RealDisk, &file).expect_err("it is a file");
        assert_eq!(failure.code, Code::DiskUnwritable);
        assert_eq!(failure.detail, Some(file.display().to_string()));
    }
}
