//! The reference's receiver.

use std::{
    fs,
    io::{self, BufRead, Read, Write as _},
    path::Path,
    sync::Arc,
};

use anyhow::Context as _;
use quinn::crypto::rustls::QuicServerConfig;
use rustls::pki_types::{PrivateKeyDer, PrivatePkcs8KeyDer};
use tokio::sync::mpsc;

use super::{NAME, PIECE, PIECES, entries, runtime, socket, transport};
use crate::args::PlainReceive;

/// Leaves its certificate, says where it listens, receives one stream, confirms it.
pub(crate) fn receive(how: &PlainReceive) -> anyhow::Result<()> {
    let server = server(how)?;
    runtime()?.block_on(async {
        let endpoint = quinn::Endpoint::new(
            quinn::EndpointConfig::default(),
            Some(server),
            socket(how.listen)?,
            Arc::new(quinn::TokioRuntime),
        )?;
        let listen = endpoint.local_addr()?.to_string();
        let ready = serde_json::json!({ "event": "ready", "listen": listen });
        {
            let mut out = io::stdout().lock();
            writeln!(out, "{ready}")?;
            out.flush()?;
        }
        let incoming = endpoint.accept().await.context("nobody came")?;
        let connection = incoming.await?;
        stream(&connection, &how.into).await?;
        // The sender closes when it has its confirmation.
        connection.closed().await;
        endpoint.wait_idle().await;
        Ok(())
    })
}

async fn stream(connection: &quinn::Connection, folder: &Path) -> anyhow::Result<()> {
    let (mut back, mut from) = connection.accept_bi().await?;
    let (pieces, read) = mpsc::channel(PIECES);
    let folder = folder.to_owned();
    let writer = tokio::task::spawn_blocking(move || {
        let mut content = Pieces {
            from: read,
            piece: Vec::new(),
            at: 0,
        };
        entries::unpack(&mut content, &folder)
    });
    loop {
        let mut piece = vec![0; PIECE];
        let mut filled = 0;
        while filled < PIECE {
            match from.read(&mut piece[filled..]).await? {
                Some(read) => filled += read,
                None => break,
            }
        }
        piece.truncate(filled);
        // A writer that has failed takes none; its reason is told below.
        if filled == 0 || pieces.send(piece).await.is_err() {
            break;
        }
    }
    drop(pieces);
    writer.await??;
    back.write_all(&[1]).await?;
    back.finish()?;
    Ok(())
}

/// Pieces as one stream.
struct Pieces {
    from: mpsc::Receiver<Vec<u8>>,
    piece: Vec<u8>,
    at: usize,
}

impl BufRead for Pieces {
    fn fill_buf(&mut self) -> io::Result<&[u8]> {
        if self.at == self.piece.len() {
            self.piece = self.from.blocking_recv().unwrap_or_default();
            self.at = 0;
        }
        Ok(&self.piece[self.at..])
    }

    fn consume(&mut self, bytes: usize) {
        self.at += bytes;
    }
}

impl Read for Pieces {
    fn read(&mut self, buf: &mut [u8]) -> io::Result<usize> {
        let read = self.fill_buf()?.read(buf)?;
        self.consume(read);
        Ok(read)
    }
}

fn server(how: &PlainReceive) -> anyhow::Result<quinn::ServerConfig> {
    let own = rcgen::generate_simple_self_signed([NAME.to_owned()])?;
    fs::write(&how.certificate, own.cert.der())?;
    let key = PrivateKeyDer::Pkcs8(PrivatePkcs8KeyDer::from(own.signing_key.serialize_der()));
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let crypto = rustls::ServerConfig::builder_with_provider(provider)
        .with_protocol_versions(&[&rustls::version::TLS13])?
        .with_no_client_auth()
        .with_single_cert(vec![own.cert.der().clone()], key)?;
    let mut config =
        quinn::ServerConfig::with_crypto(Arc::new(QuicServerConfig::try_from(crypto)?));
    config.transport_config(transport(&how.transport));
    Ok(config)
}
