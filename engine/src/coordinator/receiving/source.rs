//! The bytes of one chunk stream, in order, whether they arrive or are rebuilt.
//!
//! A stream is read in order until parity for it comes; from then on out of order, into a buffer of the whole stream,
//! until enough is there to rebuild what is missing. So a stream without parity costs what it always did.
//!
//! Invariant: what is handed out has arrived, or was rebuilt with the digest that its sender told. Whether a chunk is
//! what it should be is not decided here.

use bytes::Bytes;
use chunkstream_core::{
    chunk::tail::Assembly,
    wire::{LENGTH_BYTES, Repair, decode_length},
};
use quinn::ReadError;

use super::repairs::Registration;
use crate::{
    coordinator::{Shared, budget::Share, peer::Link},
    network::{NetworkError, close},
};

/// Payloads below this are copied out, so that what was read before them stays for parity.
const ALONE: usize = 64 * 1024;

/// A chunk stream that is read.
pub(super) struct Source<'a> {
    stream: quinn::RecvStream,
    parity: Registration<'a>,
    shared: &'a Shared,
    body: Body,
    /// Bytes of the body that have been handed out.
    at: usize,
    rebuilt: bool,
}

enum Body {
    /// In order.
    Plain {
        content: Vec<u8>,
        /// How much of it has been read.
        filled: usize,
        /// Whether it begins with the stream: else nothing can be rebuilt.
        kept: bool,
    },
    /// Out of order, with parity.
    Gapped {
        assembly: Assembly,
        /// The memory of the buffer and of the parity in it.
        shares: Vec<Share>,
    },
    /// All of it.
    Whole(Bytes),
}

impl<'a> Source<'a> {
    pub(super) fn new(stream: quinn::RecvStream, shared: &'a Shared, link: &'a Link) -> Self {
        let id = quinn::VarInt::from(stream.id()).into_inner();
        Self {
            parity: link.repairs.open(id),
            stream,
            shared,
            body: Body::empty(true),
            at: 0,
            rebuilt: false,
        }
    }

    /// Whether something of what has been handed out was rebuilt from parity.
    pub(super) fn is_rebuilt(&self) -> bool {
        self.rebuilt
    }

    /// Nothing more of the stream is wanted.
    pub(super) fn stop(&mut self) {
        let _ = self.stream.stop(close::NOT_NEEDED);
    }

    /// The bytes of the next message of at most `limit` bytes; None at the orderly end of the stream.
    pub(super) async fn read_message(
        &mut self,
        limit: usize,
    ) -> Result<Option<Bytes>, NetworkError> {
        let there = self.fill(LENGTH_BYTES).await?;
        if there == 0 {
            return Ok(None);
        }
        let prefix = self.hand_out(LENGTH_BYTES)?;
        let prefix = prefix.as_ref().try_into().map_err(|_| ended_early())?;
        let len = decode_length(prefix, limit)?;
        self.fill(len).await?;
        Ok(Some(self.hand_out(len)?))
    }

    /// The next `size` bytes.
    pub(super) async fn read(&mut self, size: usize) -> Result<Bytes, NetworkError> {
        self.fill(size).await?;
        self.hand_out(size)
    }

    /// Waits until so many bytes can be handed out, or all that the stream has. Returns how many those are.
    async fn fill(&mut self, size: usize) -> Result<usize, NetworkError> {
        let wanted = self.at + size;
        loop {
            match &mut self.body {
                Body::Whole(content) => return Ok((content.len() - self.at).min(size)),
                Body::Plain {
                    content,
                    filled,
                    kept,
                } => {
                    if *filled >= wanted {
                        return Ok(size);
                    }
                    if content.len() < wanted {
                        content.reserve_exact(wanted - content.len());
                        content.resize(wanted, 0);
                    }
                    let read = tokio::select! {
                        biased;
                        read = self.stream.read(&mut content[*filled..wanted]) => read,
                        () = self.parity.arrived(), if *kept => {
                            self.switch()?;
                            continue;
                        }
                    };
                    match read.map_err(read_error)? {
                        Some(bytes) => *filled += bytes,
                        None => return Ok(*filled - self.at),
                    }
                }
                Body::Gapped { assembly, shares } => {
                    for (datagram, share) in self.parity.take() {
                        add(assembly, shares, &datagram, share)?;
                    }
                    if assembly.is_whole() {
                        self.whole();
                    } else if assembly.can_be_rebuilt() {
                        self.rebuild().await;
                    } else if assembly.prefix() >= wanted {
                        return Ok(size);
                    } else {
                        tokio::select! {
                            biased;
                            piece = self.stream.read_chunk(usize::MAX, false) => {
                                let Some(piece) = piece.map_err(read_error)? else {
                                    return Err(ended_early());
                                };
                                assembly.take(piece.offset, &piece.bytes).map_err(misfit)?;
                            }
                            () = self.parity.arrived() => {}
                        }
                    }
                }
            }
        }
    }

    /// Parity has come: reads out of order from now on, if there is memory for it.
    fn switch(&mut self) -> Result<(), NetworkError> {
        let datagrams = self.parity.take();
        let Some((first, _)) = datagrams.first() else {
            return Ok(());
        };
        let first = first.clone();
        let Ok(Some(first)) = Repair::decode(&first) else {
            return Ok(());
        };
        let Some(share) = self.shared.parity_budget.try_take(first.len as usize) else {
            return Ok(());
        };
        let Body::Plain {
            content, filled, ..
        } = &mut self.body
        else {
            return Ok(());
        };
        content.truncate(*filled);
        let content = std::mem::take(content);
        let mut assembly = Assembly::new(content, first.len as usize, first.count, first.digest)
            .map_err(misfit)?;
        let mut shares = vec![share];
        for (datagram, share) in datagrams {
            add(&mut assembly, &mut shares, &datagram, share)?;
        }
        self.body = Body::Gapped { assembly, shares };
        Ok(())
    }

    /// Rebuilds what is missing; if that fails, the stream itself goes on.
    async fn rebuild(&mut self) {
        let Body::Gapped { assembly, shares } =
            std::mem::replace(&mut self.body, Body::empty(false))
        else {
            return;
        };
        let work = move || {
            let mut assembly = assembly;
            let result = assembly.rebuild();
            (assembly, result)
        };
        let Ok((assembly, result)) = tokio::task::spawn_blocking(work).await else {
            return;
        };
        self.body = Body::Gapped { assembly, shares };
        match result {
            Ok(()) => {
                self.rebuilt = true;
                self.whole();
                // What is still on its way of it need not come.
                self.stop();
            }
            Err(error) => tracing::warn!(%error, "a stream could not be rebuilt"),
        }
    }

    fn whole(&mut self) {
        if let Body::Gapped { assembly, .. } = std::mem::replace(&mut self.body, Body::empty(false))
        {
            self.body = Body::Whole(assembly.into_content().into());
        }
    }

    /// The next `size` bytes, which [`Self::fill`] has brought.
    fn hand_out(&mut self, size: usize) -> Result<Bytes, NetworkError> {
        let range = self.at..self.at + size;
        self.at = range.end;
        match &mut self.body {
            Body::Whole(content) if range.end <= content.len() => Ok(content.slice(range)),
            Body::Plain {
                content, filled, ..
            } if size >= ALONE && range.end == *filled => {
                let content = std::mem::take(content);
                self.body = Body::empty(false);
                self.at = 0;
                Ok(Bytes::from(content).slice(range))
            }
            Body::Plain {
                content, filled, ..
            } => content[..*filled]
                .get(range)
                .map(Bytes::copy_from_slice)
                .ok_or_else(ended_early),
            Body::Gapped { assembly, .. } => assembly
                .content()
                .get(range)
                .map(Bytes::copy_from_slice)
                .ok_or_else(ended_early),
            Body::Whole(_) => Err(ended_early()),
        }
    }
}

impl Body {
    fn empty(kept: bool) -> Self {
        Self::Plain {
            content: Vec::new(),
            filled: 0,
            kept,
        }
    }
}

/// Takes the parity of a datagram; what is of another length or digest than the first is passed over.
fn add(
    assembly: &mut Assembly,
    shares: &mut Vec<Share>,
    datagram: &Bytes,
    share: Share,
) -> Result<(), NetworkError> {
    let Ok(Some(repair)) = Repair::decode(datagram) else {
        return Ok(());
    };
    if assembly.fits(repair.len as usize, repair.count, &repair.digest) {
        assembly
            .take_parity(repair.first, repair.symbols)
            .map_err(misfit)?;
        shares.push(share);
    }
    Ok(())
}

fn misfit(error: chunkstream_core::chunk::tail::TailError) -> NetworkError {
    NetworkError::Protocol(error.to_string())
}

fn ended_early() -> NetworkError {
    NetworkError::Protocol("a stream ended within a message".into())
}

fn read_error(error: ReadError) -> NetworkError {
    match error {
        ReadError::ConnectionLost(error) => error.into(),
        error => NetworkError::Lost(error.to_string()),
    }
}
