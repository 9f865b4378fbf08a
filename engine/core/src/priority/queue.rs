//! Which transfer sends its next chunk.
//!
//! Critical goes strictly first. High and Normal share what is left 2 : 1 by bytes, and the flows of one
//! class share it equally by bytes, in the order of their arrival where they are even. Both levels are
//! start-time fair queuing (Goyal, Vin, Cheng 1996): every class and every flow has a virtual time that
//! grows with the bytes charged to it, over its weight; the smallest one goes next. What becomes ready
//! after an idle time starts at the virtual time of its level, not at its own old one, so that nobody
//! saves up credit, and a debt is not forgiven.
//!
//! Invariants, for chunks of at most L bytes: while both classes are ready, High's bytes stay within
//! -2L and +L of twice Normal's; while two flows of a class are ready, their bytes stay within L.

use std::collections::BTreeMap;

use super::Priority;

/// How much a byte of Normal moves its class's virtual time, against one of High.
const NORMAL_COST: u64 = 2;

/// A scheduler of flows (one flow is one transfer), named by `K`.
#[derive(Clone, Debug)]
pub struct PriorityQueue<K> {
    flows: BTreeMap<K, Flow>,
    /// By [`Priority`]'s order. Critical is not weighed against the others and has no share of its own.
    classes: [Class; 3],
    /// Virtual time at which the last chunk of High or Normal started.
    clock: u64,
    arrivals: u64,
}

#[derive(Clone, Debug)]
struct Flow {
    priority: Priority,
    ready: bool,
    arrival: u64,
    /// Bytes charged, at least the class's `clock` when it became ready.
    time: u64,
}

#[derive(Clone, Copy, Debug, Default)]
struct Class {
    /// How many of its flows are ready.
    ready: usize,
    /// Weighed bytes charged, at least the queue's `clock` when it became ready.
    time: u64,
    /// The flow time at which its last chunk started.
    clock: u64,
}

impl<K: Copy + Ord> Default for PriorityQueue<K> {
    fn default() -> Self {
        Self::new()
    }
}

impl<K: Copy + Ord> PriorityQueue<K> {
    /// No flows.
    pub fn new() -> Self {
        Self {
            flows: BTreeMap::new(),
            classes: [Class::default(); 3],
            clock: 0,
            arrivals: 0,
        }
    }

    /// Adds a flow behind those of its class. It is not ready yet. One that is there only changes its class.
    pub fn add(&mut self, key: K, priority: Priority) {
        if self.flows.contains_key(&key) {
            self.set_priority(key, priority);
            return;
        }
        let flow = Flow {
            priority,
            ready: false,
            arrival: self.arrivals,
            time: 0,
        };
        self.arrivals += 1;
        self.flows.insert(key, flow);
    }

    /// Forgets a flow; whether it was there.
    pub fn remove(&mut self, key: K) -> bool {
        self.set_ready(key, false);
        self.flows.remove(&key).is_some()
    }

    /// Moves a flow to another class, where it starts without credit or debt. Unknown keys are ignored.
    pub fn set_priority(&mut self, key: K, priority: Priority) {
        let Some(flow) = self.flows.get_mut(&key) else {
            return;
        };
        if flow.priority == priority {
            return;
        }
        let ready = flow.ready;
        self.set_ready(key, false);
        if let Some(flow) = self.flows.get_mut(&key) {
            flow.priority = priority;
            flow.time = 0;
        }
        self.set_ready(key, ready);
    }

    /// Says whether a flow has a chunk to send and may send it. Unknown keys are ignored.
    pub fn set_ready(&mut self, key: K, ready: bool) {
        let Some(flow) = self.flows.get_mut(&key) else {
            return;
        };
        if flow.ready == ready {
            return;
        }
        flow.ready = ready;
        let class = &mut self.classes[flow.priority as usize];
        if ready {
            if class.ready == 0 {
                class.time = class.time.max(self.clock);
            }
            class.ready += 1;
            flow.time = flow.time.max(class.clock);
        } else {
            class.ready -= 1;
        }
    }

    /// The class of a flow.
    pub fn priority(&self, key: K) -> Option<Priority> {
        self.flows.get(&key).map(|flow| flow.priority)
    }

    /// Whether a flow is there and ready.
    pub fn is_ready(&self, key: K) -> bool {
        self.flows.get(&key).is_some_and(|flow| flow.ready)
    }

    /// The flow that may send its next chunk; None if none is ready. The same until something changes.
    ///
    /// Takes a time proportional to the number of flows: there are tens, a chunk has hundreds of KiB.
    pub fn next(&self) -> Option<K> {
        let class = self.next_class()?;
        self.flows
            .iter()
            .filter(|(_, flow)| flow.ready && flow.priority == class)
            .min_by_key(|(_, flow)| (flow.time, flow.arrival))
            .map(|(key, _)| *key)
    }

    fn next_class(&self) -> Option<Priority> {
        let ready = |class: Priority| self.classes[class as usize].ready > 0;
        let time = |class: Priority| self.classes[class as usize].time;
        if ready(Priority::Critical) {
            return Some(Priority::Critical);
        }
        let normal_is_behind = time(Priority::Normal) < time(Priority::High);
        if ready(Priority::High) && !(ready(Priority::Normal) && normal_is_behind) {
            return Some(Priority::High);
        }
        ready(Priority::Normal).then_some(Priority::Normal)
    }

    /// Notes that a flow took a chunk of so many bytes. Counts also if it is no longer ready; unknown
    /// keys are ignored.
    pub fn charge(&mut self, key: K, bytes: u64) {
        let Some(flow) = self.flows.get_mut(&key) else {
            return;
        };
        let class = &mut self.classes[flow.priority as usize];
        class.clock = class.clock.max(flow.time);
        flow.time = flow.time.saturating_add(bytes);
        let cost = match flow.priority {
            Priority::Critical => return,
            Priority::High => bytes,
            Priority::Normal => bytes.saturating_mul(NORMAL_COST),
        };
        self.clock = self.clock.max(class.time);
        class.time = class.time.saturating_add(cost);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use Priority::{Critical, High, Normal};
    use proptest::prelude::*;

    const CHUNK: u64 = 1 << 20;

    fn queue(flows: &[(u32, Priority)]) -> PriorityQueue<u32> {
        let mut queue = PriorityQueue::new();
        for (key, priority) in flows {
            queue.add(*key, *priority);
            queue.set_ready(*key, true);
        }
        queue
    }

    /// Takes `chunks` chunks of one size and returns who sent them.
    fn serve(queue: &mut PriorityQueue<u32>, chunks: usize) -> Vec<u32> {
        (0..chunks)
            .map(|_| {
                let key = queue.next().expect("a flow is ready");
                queue.charge(key, CHUNK);
                key
            })
            .collect()
    }

    #[test]
    fn nothing_is_next_until_a_flow_is_ready() {
        let mut queue = PriorityQueue::new();
        assert_eq!(queue.next(), None);
        queue.add(1, Critical);
        assert_eq!(queue.next(), None);
        queue.set_ready(1, true);
        assert_eq!(queue.next(), Some(1));
        queue.set_ready(1, false);
        assert_eq!(queue.next(), None);
        queue.set_ready(1, true);
        assert!(queue.remove(1));
        assert!(!queue.remove(1));
        assert_eq!(queue.next(), None);
    }

    #[test]
    fn critical_goes_first_and_the_others_go_on_where_they_were() {
        let mut queue = queue(&[(1, Normal), (2, High)]);
        assert_eq!(serve(&mut queue, 4), [2, 1, 2, 2]);
        queue.add(3, Critical);
        queue.set_ready(3, true);
        assert_eq!(serve(&mut queue, 3), [3, 3, 3]);
        queue.set_ready(3, false);
        assert_eq!(serve(&mut queue, 5), [1, 2, 2, 1, 2]);
    }

    #[test]
    fn flows_of_a_class_take_turns_in_the_order_of_their_arrival() {
        let mut queue = queue(&[(7, Normal), (3, Normal), (5, Normal)]);
        assert_eq!(serve(&mut queue, 6), [7, 3, 5, 7, 3, 5]);
        queue.add(1, Normal);
        queue.set_ready(1, true);
        // The late one starts beside the others, not with two rounds of credit.
        let served = serve(&mut queue, 8);
        assert_eq!(
            served.iter().filter(|key| **key == 1).count(),
            2,
            "{served:?}"
        );
    }

    #[test]
    fn a_flow_that_was_idle_has_no_credit() {
        let mut queue = queue(&[(1, Normal), (2, Normal)]);
        queue.set_ready(2, false);
        serve(&mut queue, 100);
        queue.set_ready(2, true);
        let served = serve(&mut queue, 10);
        assert!(
            served.windows(3).all(|three| three != [2, 2, 2]),
            "{served:?}"
        );
    }

    #[test]
    fn a_class_that_was_idle_has_no_credit() {
        let mut queue = queue(&[(1, Normal), (2, High)]);
        queue.set_ready(2, false);
        serve(&mut queue, 100);
        queue.set_ready(2, true);
        let served = serve(&mut queue, 9);
        let normal = served.iter().filter(|key| **key == 1).count();
        assert!((2..=4).contains(&normal), "{served:?}");
    }

    #[test]
    fn a_flow_that_comes_and_goes_with_every_chunk_pays_for_them_all() {
        let mut queue = queue(&[(1, Normal), (2, High)]);
        let mut high = 0;
        for _ in 0..300 {
            let key = queue.next().expect("a flow is ready");
            queue.set_ready(key, false);
            queue.charge(key, CHUNK);
            queue.set_ready(key, true);
            high += u32::from(key == 2);
        }
        assert!((199..=201).contains(&high), "{high} of 300");
    }

    #[test]
    fn a_flow_that_changes_its_class_takes_nothing_along() {
        let mut queue = queue(&[(1, Normal), (2, Normal), (3, High)]);
        queue.set_ready(1, false);
        queue.set_ready(3, false);
        serve(&mut queue, 50);
        queue.set_ready(1, true);
        queue.set_ready(3, true);
        serve(&mut queue, 30);
        queue.set_priority(2, High);
        assert_eq!(queue.priority(2), Some(High));
        let served = serve(&mut queue, 30);
        let count = |key| served.iter().filter(|served| **served == key).count();
        assert!((9..=11).contains(&count(2)), "{served:?}");
        assert!((9..=11).contains(&count(1)), "{served:?}");
    }

    #[test]
    fn unknown_flows_are_ignored() {
        let mut queue = queue(&[(1, Normal)]);
        queue.charge(9, CHUNK);
        queue.set_ready(9, true);
        queue.set_priority(9, Critical);
        assert_eq!((queue.next(), queue.priority(9)), (Some(1), None));
    }

    #[derive(Clone, Debug)]
    enum Operation {
        Add(u32, Priority),
        Remove(u32),
        SetPriority(u32, Priority),
        SetReady(u32, bool),
        Serve(u64),
    }

    fn priority() -> impl Strategy<Value = Priority> {
        prop::sample::select(&Priority::ALL[..])
    }

    fn operation() -> impl Strategy<Value = Operation> {
        let key = 0u32..6;
        prop_oneof![
            (key.clone(), priority()).prop_map(|(key, priority)| Operation::Add(key, priority)),
            key.clone().prop_map(Operation::Remove),
            (key.clone(), priority())
                .prop_map(|(key, priority)| Operation::SetPriority(key, priority)),
            (key, any::<bool>()).prop_map(|(key, ready)| Operation::SetReady(key, ready)),
            (1..=CHUNK).prop_map(Operation::Serve),
        ]
    }

    proptest! {
        #[test]
        fn shares_stay_within_a_chunk_whatever_the_sizes(
            high in 1u32..4, normal in 1u32..4, sizes in prop::collection::vec(1..=CHUNK, 1..400),
        ) {
            let flows: Vec<(u32, Priority)> = (0..high).map(|key| (key, High))
                .chain((high..high + normal).map(|key| (key, Normal)))
                .collect();
            let mut queue = queue(&flows);
            let mut bytes: BTreeMap<u32, u64> = flows.iter().map(|(key, _)| (*key, 0)).collect();
            for size in sizes {
                let key = queue.next().expect("all are ready");
                queue.charge(key, size);
                *bytes.entry(key).or_default() += size;
                let of = |class| flows.iter().filter(move |(_, found)| *found == class).map(|(key, _)| bytes[key]);
                let (high, normal) = (of(High).sum::<u64>().cast_signed(), of(Normal).sum::<u64>().cast_signed());
                let lead = high - 2 * normal;
                prop_assert!((-2 * CHUNK.cast_signed()..=CHUNK.cast_signed()).contains(&lead), "{} : {}", high, normal);
                for class in [High, Normal] {
                    let spread = of(class).max().unwrap_or(0) - of(class).min().unwrap_or(0);
                    prop_assert!(spread <= CHUNK, "{:?}", bytes);
                }
            }
        }

        #[test]
        fn shares_hold_from_any_past_and_nobody_waits_long(
            past in prop::collection::vec(operation(), 0..120), first in any::<bool>(),
        ) {
            let mut queue = PriorityQueue::new();
            for operation in past {
                match operation {
                    Operation::Add(key, priority) => queue.add(key, priority),
                    Operation::Remove(key) => { queue.remove(key); }
                    Operation::SetPriority(key, priority) => queue.set_priority(key, priority),
                    Operation::SetReady(key, ready) => queue.set_ready(key, ready),
                    Operation::Serve(bytes) => if let Some(key) = queue.next() {
                        prop_assert!(queue.is_ready(key));
                        let critical = queue.flows.values().any(|flow| flow.ready && flow.priority == Critical);
                        prop_assert_eq!(queue.priority(key) == Some(Critical), critical);
                        queue.charge(key, bytes);
                    }
                }
                for class in Priority::ALL {
                    let ready = queue.flows.values().filter(|flow| flow.ready && flow.priority == class).count();
                    prop_assert_eq!(queue.classes[class as usize].ready, ready);
                }
                prop_assert_eq!(queue.next().is_some(), queue.flows.values().any(|flow| flow.ready));
            }
            // From here on two of each class stay ready.
            for key in 0..6 {
                queue.remove(key);
            }
            let mut keys = [(10, High), (11, High), (12, Normal), (13, Normal)];
            if first {
                keys.reverse();
            }
            for (key, priority) in keys {
                queue.add(key, priority);
                queue.set_ready(key, true);
            }
            let served = serve(&mut queue, 120);
            let count = |key: u32| served.iter().filter(|served| **served == key).count().cast_signed();
            let (high, normal) = (count(10) + count(11), count(12) + count(13));
            // A debt of the past is at most one chunk of each class.
            prop_assert!((high - 2 * normal).abs() <= 5, "{} : {}", high, normal);
            prop_assert!((count(10) - count(11)).abs() <= 1 && (count(12) - count(13)).abs() <= 1);
            for key in [10, 11, 12, 13] {
                let longest = served.split(|served| *served == key).map(<[u32]>::len).max();
                prop_assert!(longest.is_some_and(|waited| waited <= 10), "{} in {:?}", key, served);
            }
        }
    }
}
