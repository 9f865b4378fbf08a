//! The reference's sender.

use std::{
    fs::{self, File},
    io::{self, Read as _},
    net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr},
    path::Path,
    sync::Arc,
};

use anyhow::{Context as _, bail};
use quinn::crypto::rustls::QuicClientConfig;
use rustls::{RootCertStore, pki_types::CertificateDer};
use tokio::sync::mpsc;

use super::{NAME, PIECE, PIECES, entries, runtime, socket, transport};
use crate::args::PlainSend;

/// Sends and returns when the receiver has written all.
pub(crate) fn send(what: &PlainSend) -> anyhow::Result<()> {
    let client = client(what)?;
    runtime()?.block_on(async {
        let endpoint = quinn::Endpoint::new(
            quinn::EndpointConfig::default(),
            None,
            socket(any_port(what.to))?,
            Arc::new(quinn::TokioRuntime),
        )?;
        let result = stream(&endpoint, client, what.to, &what.path).await;
        endpoint.close(0u32.into(), b"");
        endpoint.wait_idle().await;
        result
    })
}

async fn stream(
    endpoint: &quinn::Endpoint,
    client: quinn::ClientConfig,
    to: SocketAddr,
    path: &Path,
) -> anyhow::Result<()> {
    let connection = endpoint.connect_with(client, to, NAME)?.await?;
    let (mut out, mut back) = connection.open_bi().await?;
    let (pieces, mut read) = mpsc::channel(PIECES);
    let path = path.to_owned();
    let reader = tokio::task::spawn_blocking(move || read_all(&path, &pieces));
    while let Some(piece) = read.recv().await {
        out.write_all(&piece).await?;
    }
    reader.await??;
    out.finish()?;
    let mut answer = [0];
    back.read_exact(&mut answer)
        .await
        .context("the receiver has not confirmed")?;
    if answer != [1] {
        bail!("the receiver has not confirmed");
    }
    Ok(())
}

/// Reads all files, one after the other. Ends early if nobody takes the pieces any more.
fn read_all(path: &Path, pieces: &mpsc::Sender<Vec<u8>>) -> io::Result<()> {
    let gone = |_| io::Error::other("the connection is gone");
    let mut piece = vec![0; PIECE];
    let mut filled = 0;
    for (path, name) in entries::files(path)? {
        let file = File::open(path)?;
        let bytes = file.metadata()?.len();
        let head = entries::head(&name, bytes)?;
        let mut content = head.as_slice().chain(file.take(bytes));
        loop {
            let read = content.read(&mut piece[filled..])?;
            if read == 0 {
                break;
            }
            filled += read;
            if filled == PIECE {
                let full = std::mem::replace(&mut piece, vec![0; PIECE]);
                pieces.blocking_send(full).map_err(gone)?;
                filled = 0;
            }
        }
    }
    piece.truncate(filled);
    pieces.blocking_send(piece).map_err(gone)
}

/// Where to send from: loopback stays on loopback.
fn any_port(to: SocketAddr) -> SocketAddr {
    let address: IpAddr = match to.ip() {
        ip if ip.is_loopback() => ip,
        IpAddr::V4(_) => Ipv4Addr::UNSPECIFIED.into(),
        IpAddr::V6(_) => Ipv6Addr::UNSPECIFIED.into(),
    };
    SocketAddr::new(address, 0)
}

fn client(what: &PlainSend) -> anyhow::Result<quinn::ClientConfig> {
    let mut roots = RootCertStore::empty();
    roots.add(CertificateDer::from(fs::read(&what.certificate)?))?;
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let crypto = rustls::ClientConfig::builder_with_provider(provider)
        .with_protocol_versions(&[&rustls::version::TLS13])?
        .with_root_certificates(roots)
        .with_no_client_auth();
    let mut config = quinn::ClientConfig::new(Arc::new(QuicClientConfig::try_from(crypto)?));
    config.transport_config(transport(&what.transport));
    Ok(config)
}
