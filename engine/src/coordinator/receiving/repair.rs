//! Rebuilding chunks from parity: shards are kept while their stripe is open and memory allows.
//!
//! A stripe with as many chunks and shards as it has data chunks is rebuilt at once, instead of waiting for
//! the stragglers. What is rebuilt is verified like what arrives and counted apart.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use bytes::Bytes;
use chunkstream_core::{
    chunk::erasure,
    id::FileId,
    integrity::{Checksum, chunk_value},
    wire::{ChunkHeader, Part},
};

use super::{Event, Incoming, disk_failure, plan::ReceivePlan};
use crate::{
    api::{Code, Failure},
    coordinator::{Shared, budget::Share},
    disk::Disk,
    network::NetworkError,
};

/// Bytes of each shard that are repaired at a time, so that no whole stripe is in memory.
const SLICE: usize = 64 * 1024;

/// The parity of open stripes.
#[derive(Debug, Default)]
pub(crate) struct Parity(Mutex<HashMap<(FileId, u32), StripeParity>>);

#[derive(Debug)]
struct StripeParity {
    /// Of the stripe's data chunks, as the sender says.
    values: Vec<Checksum>,
    shards: Vec<(u8, Bytes, Share)>,
    repairing: bool,
}

impl Parity {
    /// Lets go of every shard: the connection is gone, or nothing more is received.
    pub(super) fn clear(&self) {
        self.lock().clear();
    }

    fn lock(&self) -> MutexGuard<'_, HashMap<(FileId, u32), StripeParity>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// What a repair works on.
struct Job {
    file: FileId,
    stripe: u32,
    first: u32,
    present: Vec<bool>,
    values: Vec<Checksum>,
    shards: Vec<(u8, Bytes)>,
}

impl Incoming {
    /// Whether this parity shard can still be of use.
    ///
    /// # Errors
    /// A breach of the protocol, if there is no such stripe or shard.
    pub(super) fn wants_parity(&self, header: &ChunkHeader) -> Result<bool, NetworkError> {
        let Part::Parity { data } = &header.part else {
            return Ok(false);
        };
        let plan = self.plan();
        let per_stripe = u32::from(plan.geometry().parity());
        let (stripe, present) = plan
            .stripe(header.file, header.sequence / per_stripe)
            .ok_or_else(|| {
                NetworkError::Protocol("a parity chunk names no stripe of its file".into())
            })?;
        let expected = shard_len(&plan, header.file, stripe.chunks());
        if data.len() != present.len() || header.size as usize != expected {
            return Err(NetworkError::Protocol(
                "a parity chunk does not fit its stripe".into(),
            ));
        }
        Ok(!present.iter().all(|&present| present))
    }

    /// Keeps a shard, and rebuilds if that was the one that was missing.
    pub(super) async fn take_parity(
        self: &Arc<Self>,
        shared: &Shared,
        header: ChunkHeader,
        payload: Bytes,
        share: Share,
    ) {
        if blake3::hash(&payload).as_bytes() != &header.checksum.0 {
            tracing::warn!(transfer = %self.session.id.short(), "a parity chunk arrived damaged and is passed over");
            return;
        }
        let Part::Parity { data } = header.part else {
            return;
        };
        let per_stripe = u32::from(self.plan().geometry().parity());
        let (stripe, shard) = (
            header.sequence / per_stripe,
            (header.sequence % per_stripe) as u8,
        );
        {
            let mut open = self.parity.lock();
            let parity = open
                .entry((header.file, stripe))
                .or_insert_with(|| StripeParity {
                    values: data,
                    shards: Vec::new(),
                    repairing: false,
                });
            if parity.shards.iter().all(|(known, ..)| *known != shard) {
                parity.shards.push((shard, payload, share));
            }
        }
        self.try_repair(shared, header.file, stripe).await;
    }

    /// After a data chunk: its stripe may be whole now, or have become repairable.
    pub(super) async fn try_repair_around(
        self: &Arc<Self>,
        shared: &Shared,
        file: FileId,
        index: u32,
    ) {
        if self.parity.lock().is_empty() {
            return;
        }
        let stripe = self.plan().stripe_of(file, index);
        if let Some(stripe) = stripe {
            self.try_repair(shared, file, stripe).await;
        }
    }

    async fn try_repair(self: &Arc<Self>, shared: &Shared, file: FileId, stripe: u32) {
        let Some(job) = self.job(file, stripe) else {
            return;
        };
        let (incoming, disk, job) = (self.clone(), shared.disk.clone(), Arc::new(job));
        let work = job.clone();
        let _writing = match self.writing(shared).await {
            Ok(writing) => writing,
            Err(failure) => return self.event(Event::Trouble(failure)).await,
        };
        // One at a time: what is rebuilt is in memory.
        let _turn = shared.repairing.lock().await;
        let rebuilt = tokio::task::spawn_blocking(move || rebuild(&incoming, &*disk, &work)).await;
        self.parity.lock().remove(&(file, job.stripe));
        match rebuilt {
            Ok(Ok((chunks, handle))) => {
                for (index, value, len) in chunks {
                    self.take_written(
                        shared,
                        file,
                        index,
                        value,
                        len,
                        true,
                        handle.clone(),
                        None,
                        None,
                    )
                    .await;
                }
            }
            // The chunks themselves are still on their way, or will be asked for: nothing is lost.
            Ok(Err(failure)) if failure.code == Code::Integrity => {
                tracing::warn!(transfer = %self.session.id.short(), %failure, "a stripe could not be rebuilt");
            }
            Ok(Err(failure)) => self.event(Event::Trouble(failure)).await,
            Err(error) => tracing::error!(%error, "a repair broke off"),
        }
    }

    /// The repair of this stripe, if it can and need be done and nobody is at it; closes whole stripes.
    fn job(&self, file: FileId, number: u32) -> Option<Job> {
        let plan = self.plan();
        let (stripe, present) = plan.stripe(file, number)?;
        drop(plan);
        let mut open = self.parity.lock();
        let parity = open.get_mut(&(file, number))?;
        let there = present.iter().filter(|&&present| present).count();
        if there == present.len() {
            open.remove(&(file, number));
            return None;
        }
        if parity.repairing || there + parity.shards.len() < present.len() {
            return None;
        }
        parity.repairing = true;
        Some(Job {
            file,
            stripe: number,
            first: stripe.chunks().start,
            present,
            values: parity.values.clone(),
            shards: parity
                .shards
                .iter()
                .map(|(shard, bytes, _)| (*shard, bytes.clone()))
                .collect(),
        })
    }
}

type Rebuilt = (Vec<(u32, Checksum, u32)>, Arc<dyn crate::disk::PartialFile>);

/// Reads what is there, slice by slice, rebuilds what is not, verifies and writes it.
fn rebuild(incoming: &Incoming, disk: &dyn Disk, job: &Job) -> Result<Rebuilt, Failure> {
    let _may_write = incoming.gate.read().unwrap_or_else(PoisonError::into_inner);
    if incoming.plan().is_withdrawn(job.file) {
        return Err(Failure::new(Code::Integrity, "its file was withdrawn"));
    }
    let handle = incoming.handle(disk, job.file)?;
    let (chunk_size, parity, file_len, lens) = {
        let plan = incoming.plan();
        let indices = job.first..job.first + job.present.len() as u32;
        let lens: Vec<usize> = indices.map(|index| plan.len_of(job.file, index)).collect();
        let file_len = plan
            .entry(job.file)
            .map_or(0, chunkstream_core::manifest::Entry::len);
        (plan.chunk_size(), plan.geometry().parity(), file_len, lens)
    };
    let offset_of =
        |number: usize| (u64::from(job.first) + number as u64) * u64::from(chunk_size.bytes());
    let longest = lens.iter().copied().max().unwrap_or(0);
    let mut rebuilt: Vec<Vec<u8>> = vec![Vec::new(); lens.len()];
    let mut at = 0;
    while at < longest {
        let slice = SLICE.min(longest - at);
        let mut shards: Vec<Option<Vec<u8>>> = Vec::with_capacity(lens.len() + usize::from(parity));
        for (number, (&len, &present)) in lens.iter().zip(&job.present).enumerate() {
            if !present {
                shards.push(None);
                continue;
            }
            let mut column = vec![0; slice];
            let here = slice.min(len.saturating_sub(at));
            let got = handle
                .read_at(&mut column[..here], offset_of(number) + at as u64)
                .map_err(|e| disk_failure(&e, Some(incoming.path_of(job.file))))?;
            if got != here {
                return Err(Failure::new(
                    Code::Integrity,
                    "a written chunk is not there any more",
                ));
            }
            shards.push(Some(column));
        }
        for shard in 0..parity {
            let bytes = job.shards.iter().find(|(known, _)| *known == shard);
            shards.push(bytes.map(|(_, bytes)| bytes[at..at + slice].to_vec()));
        }
        erasure::repair(
            lens.len(),
            usize::from(parity),
            &mut shards,
            &vec![slice; lens.len()],
        )
        .map_err(|e| Failure::new(Code::Integrity, e.to_string()))?;
        for (number, present) in job.present.iter().enumerate() {
            if !present && let Some(column) = &shards[number] {
                rebuilt[number].extend_from_slice(column);
            }
        }
        at += slice;
    }
    let mut chunks = Vec::new();
    for (number, content) in rebuilt
        .iter_mut()
        .enumerate()
        .filter(|(number, _)| !job.present[*number])
    {
        let index = job.first + number as u32;
        content.truncate(lens[number]);
        let value = chunk_value(file_len, index, chunk_size, content).ok();
        let value = value.filter(|value| job.values.get(number) == Some(value));
        let Some(value) = value else {
            return Err(Failure::new(
                Code::Integrity,
                "a rebuilt chunk is not what was sent",
            ));
        };
        handle
            .write_at(content, offset_of(number))
            .map_err(|e| disk_failure(&e, Some(incoming.path_of(job.file))))?;
        chunks.push((index, value, content.len() as u32));
    }
    Ok((chunks, handle))
}

fn shard_len(plan: &ReceivePlan, file: FileId, chunks: std::ops::Range<u32>) -> usize {
    chunks
        .map(|index| plan.len_of(file, index))
        .max()
        .unwrap_or(0)
}
