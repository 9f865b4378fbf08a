//! A transfer's life: states, what is there, whose turn it is, in any order of events.

use std::{collections::BTreeSet, time::Duration};

use chunkstream_core::{
    integrity::Have,
    priority::{Priority, PriorityQueue, TokenBucket},
    session::State,
};

use crate::Input;

/// Whatever happens: no way leads out of a final state but a retry, none at all out of Completed, and what the compact
/// forms say is what a plain set says.
pub(crate) fn transfer(bytes: &[u8]) -> bool {
    let mut input = Input::new(bytes);
    let mut state = State::Created;
    let (mut have, mut plain) = (Have::new(), BTreeSet::new());
    let mut queue: PriorityQueue<u8> = PriorityQueue::new();
    let mut members = BTreeSet::new();
    let mut now = Duration::ZERO;
    let mut bucket = TokenBucket::new(now, Some(u64::from(input.u16())));
    let mut moves = 0;
    while !input.is_empty() {
        match input.byte() % 9 {
            0 => {
                let next = State::ALL[usize::from(input.byte()) % State::ALL.len()];
                match state.to(next) {
                    Ok(reached) => {
                        assert_eq!(reached, next);
                        assert_ne!(state, State::Completed, "out of Completed");
                        assert!(!state.is_final() || next == State::Created);
                        assert!(next != State::Completed || state == State::Completing);
                        state = reached;
                        moves += 1;
                    }
                    Err(illegal) => assert_eq!((illegal.from, illegal.to), (state, next)),
                }
            }
            1 => {
                let index = u32::from(input.u16());
                assert_eq!(have.insert(index), plain.insert(index));
            }
            2 => {
                let index = u32::from(input.u16());
                assert_eq!(have.remove(index), plain.remove(&index));
            }
            3 => {
                let start = u32::from(input.u16());
                let end = start + u32::from(input.byte());
                have.insert_range(start..end);
                plain.extend(start..end);
            }
            4 => {
                let key = input.byte();
                let classes = [Priority::Normal, Priority::High, Priority::Critical];
                let class = classes[usize::from(input.byte() % 3)];
                if members.insert(key) {
                    queue.add(key, class);
                } else {
                    queue.set_priority(key, class);
                }
                queue.set_ready(key, true);
            }
            5 => {
                let key = input.byte();
                assert_eq!(queue.remove(key), members.remove(&key));
            }
            6 => {
                if let Some(key) = queue.next() {
                    assert!(members.contains(&key) && queue.is_ready(key));
                    queue.charge(key, u64::from(input.u32()));
                } else {
                    assert!(members.iter().all(|key| !queue.is_ready(*key)));
                }
            }
            7 => {
                let key = input.byte();
                if members.contains(&key) {
                    queue.set_ready(key, input.byte().is_multiple_of(2));
                }
            }
            _ => {
                now += Duration::from_millis(u64::from(input.u16()));
                if input.byte().is_multiple_of(4) {
                    bucket.set_rate(now, Some(input.u64()));
                }
                if bucket.wait(now).is_zero() {
                    bucket.spend(now, input.u64());
                }
                let _ = bucket.wait(now + Duration::from_secs(u64::from(input.u32())));
            }
        }
        assert_eq!(have.len() as usize, plain.len());
    }
    assert!(have.ranges().flatten().eq(plain.iter().copied()));
    let again = Have::from_ranges(have.ranges()).expect("its own ranges");
    assert_eq!(again, have);
    moves > 0 || !plain.is_empty() || !members.is_empty()
}
