//! Maps of chunks, and those that were made lately.
//!
//! A map of a million files takes a while. It is made in slices, between which the plan is free for those who serve the
//! transfer, and one that took long is not made again until [`REST`] times as long has passed: whoever asks without
//! end takes a bounded share of one processor.

use std::{
    collections::HashMap,
    sync::{Mutex, MutexGuard, PoisonError},
    time::{Duration, Instant},
};

use chunkstream_core::{
    chunk::{ChunkMap, Part},
    id::TransferId,
    session::State,
};

use crate::{
    api::Failure,
    coordinator::{Shared, Transfer},
};

/// Entries that are looked at without a break.
pub(super) const SLICE: usize = 8192;
/// A map that took long holds for so many times as long.
const REST: u32 = 20;
/// One that was made sooner is made anew each time.
const SOON: Duration = Duration::from_millis(2);
/// Maps that are kept: rows that somebody looks at.
const MAX_KEPT: usize = 8;

/// Maps that were made lately.
#[derive(Debug, Default)]
pub(crate) struct Maps(Mutex<HashMap<TransferId, Kept>>);

#[derive(Debug)]
struct Kept {
    of: Of,
    map: ChunkMap,
    made: Instant,
    took: Duration,
}

/// What a map was made of. Of the same a transfer that has ended has the same map for ever.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
struct Of {
    cells: u32,
    state: State,
    attempt: u32,
    durable: u64,
    kept: u64,
}

impl Maps {
    fn kept(&self) -> MutexGuard<'_, HashMap<TransferId, Kept>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The map that was made lately, if it still holds.
    fn get(&self, id: TransferId, of: Of, now: Instant) -> Option<ChunkMap> {
        let kept = self.kept();
        let kept = kept.get(&id)?;
        let same = if of.state.is_final() {
            kept.of == of
        } else {
            let rested = now.saturating_duration_since(kept.made) < kept.took * REST;
            kept.of.cells == of.cells && !kept.of.state.is_final() && kept.took > SOON && rested
        };
        same.then(|| kept.map.clone())
    }

    fn put(&self, id: TransferId, map: Kept) {
        let mut kept = self.kept();
        if kept.len() >= MAX_KEPT
            && !kept.contains_key(&id)
            && let Some(oldest) = kept
                .iter()
                .min_by_key(|(_, kept)| kept.made)
                .map(|(id, _)| *id)
        {
            kept.remove(&oldest);
        }
        kept.insert(id, map);
    }
}

impl Shared {
    /// Which chunks of a transfer are there, in at most `cells` cells.
    pub(super) async fn chunk_map(
        &self,
        transfer: &Transfer,
        cells: u32,
    ) -> Result<ChunkMap, Failure> {
        let session = transfer.session();
        let (of, chunks) = {
            let facts = session.facts();
            let of = Of {
                cells,
                state: facts.state,
                attempt: session.attempt,
                durable: facts.durable_bytes,
                kept: facts.kept_bytes,
            };
            (of, facts.chunks)
        };
        // Real time, also on a simulated clock: it is about processors.
        let began = Instant::now();
        if let Some(map) = self.maps.get(session.id, of, began) {
            return Ok(map);
        }
        let map = match (transfer, of.state) {
            // The rows of its chunks are not needed any more, and are gone.
            (_, State::Completed) => {
                let mut map = ChunkMap::new(chunks, cells);
                map.add(0..chunks, Part::Durable);
                map
            }
            (Transfer::Past(_), _) | (_, State::Failed | State::Cancelled) => {
                self.store.chunk_map(session.id, chunks, cells).await?
            }
            (Transfer::Out(outgoing), _) => {
                let (chunks, len) = {
                    let plan = outgoing.plan();
                    (plan.numbered_chunks(), plan.len())
                };
                let mark = |slice, map: &mut _| outgoing.plan().mark(slice, map);
                sliced(ChunkMap::new(chunks, cells), len, mark).await
            }
            (Transfer::In(incoming), _) => {
                let (chunks, len) = {
                    let plan = incoming.plan();
                    (plan.numbered_chunks(), plan.len() as usize)
                };
                let mark = |slice, map: &mut _| incoming.plan().mark(slice, map);
                sliced(ChunkMap::new(chunks, cells), len, mark).await
            }
        };
        let kept = Kept {
            of,
            map: map.clone(),
            made: Instant::now(),
            took: began.elapsed(),
        };
        self.maps.put(session.id, kept);
        Ok(map)
    }
}

/// Marks a map slice by slice; others have their turn between two of them.
async fn sliced(
    mut map: ChunkMap,
    len: usize,
    mark: impl Fn(std::ops::Range<usize>, &mut ChunkMap),
) -> ChunkMap {
    for start in (0..len).step_by(SLICE) {
        mark(start..start + SLICE, &mut map);
        tokio::task::yield_now().await;
    }
    map
}

#[cfg(test)]
mod tests {
    use super::*;

    const OF: Of = Of {
        cells: 4,
        state: State::Active,
        attempt: 0,
        durable: 0,
        kept: 0,
    };

    fn id(n: u8) -> TransferId {
        TransferId([n; 16])
    }

    fn kept(of: Of, made: Instant, took: Duration) -> Kept {
        let map = ChunkMap::new(4, 4);
        Kept {
            of,
            map,
            made,
            took,
        }
    }

    #[test]
    fn a_map_that_took_long_holds_for_a_while_and_one_that_did_not_is_made_anew() {
        let (maps, now) = (Maps::default(), Instant::now());
        let long = Duration::from_millis(50);
        maps.put(id(1), kept(OF, now, long));
        maps.put(id(2), kept(OF, now, SOON));
        let later = Of { durable: 9, ..OF };
        assert!(maps.get(id(1), later, now + long * REST / 2).is_some());
        assert!(maps.get(id(1), later, now + long * REST).is_none());
        assert!(maps.get(id(1), Of { cells: 5, ..OF }, now).is_none());
        assert!(maps.get(id(2), OF, now).is_none());
    }

    #[test]
    fn the_map_of_what_has_ended_holds_until_something_of_it_changes() {
        let (maps, now) = (Maps::default(), Instant::now());
        let ended = Of {
            state: State::Failed,
            kept: 7,
            ..OF
        };
        maps.put(id(1), kept(ended, now, Duration::ZERO));
        let year = now + Duration::from_secs(31_536_000);
        assert!(maps.get(id(1), ended, year).is_some());
        // What was kept of it is removed; it is retried.
        assert!(maps.get(id(1), Of { kept: 0, ..ended }, now).is_none());
        assert!(maps.get(id(1), OF, now).is_none());
        let again = Of {
            attempt: 1,
            ..ended
        };
        assert!(maps.get(id(1), again, now).is_none());
    }

    #[test]
    fn one_map_more_than_are_kept_pushes_out_the_oldest() {
        let (maps, now) = (Maps::default(), Instant::now());
        let long = Duration::from_secs(50);
        for n in 0..=MAX_KEPT as u8 {
            maps.put(id(n), kept(OF, now + Duration::from_millis(n.into()), long));
        }
        assert_eq!(maps.kept().len(), MAX_KEPT);
        assert!(maps.get(id(0), OF, now).is_none());
        assert!(maps.get(id(1), OF, now).is_some());
    }
}
