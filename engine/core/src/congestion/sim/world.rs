//! Time, the bottleneck and the flows through it.

use std::{cmp::Reverse, collections::BinaryHeap, time::Duration};

use super::{
    Congestion, Link, Random,
    flow::{Flow, PACKET},
    link::Bottleneck,
};

/// How often silence and late losses are looked for.
const TICK: Duration = Duration::from_millis(10);

/// Bits per second of bytes in a time, in millions.
fn mbit(bytes: u64, time: Duration) -> f64 {
    bytes as f64 * 8.0 / time.as_secs_f64() / 1e6
}

#[derive(PartialEq, Eq, PartialOrd, Ord)]
enum Event {
    Arrival(usize, u64),
    Acks(usize, Vec<u64>),
    AckTimer(usize),
    Wake(usize),
    Tick,
}

/// A bottleneck with flows.
pub(in super::super) struct World {
    bottleneck: Bottleneck,
    random: Random,
    flows: Vec<Flow>,
    events: BinaryHeap<Reverse<(Duration, u64, Event)>>,
    sequence: u64,
    now: Duration,
    last_ack: Duration,
    /// The queue in milliseconds at each tick.
    queues: Vec<(Duration, f64)>,
}

impl World {
    pub(in super::super) fn new(seed: u64, link: Link) -> Self {
        let mut world = Self {
            bottleneck: Bottleneck::new(link),
            random: Random(seed),
            flows: Vec::new(),
            events: BinaryHeap::new(),
            sequence: 0,
            now: Duration::ZERO,
            last_ack: Duration::ZERO,
            queues: Vec::new(),
        };
        world.at(Duration::ZERO, Event::Tick);
        world
    }

    /// Adds a flow that starts then; returns its number.
    pub(in super::super) fn add(
        &mut self,
        starts_ms: u64,
        congestion: impl Congestion + 'static,
    ) -> usize {
        let starts = Duration::from_millis(starts_ms);
        self.flows.push(Flow::new(Box::new(congestion), starts));
        self.at(starts, Event::Wake(self.flows.len() - 1));
        self.flows.len() - 1
    }

    /// The flow has nothing to send in this time.
    pub(in super::super) fn idle(&mut self, flow: usize, from_ms: u64, to_ms: u64) {
        let range = (Duration::from_millis(from_ms), Duration::from_millis(to_ms));
        self.flows[flow].idle.push(range);
    }

    /// Runs until then; returns what arrived of each flow in that time, in Mbit/s.
    pub(in super::super) fn run_to(&mut self, until_ms: u64) -> Vec<f64> {
        let until = Duration::from_millis(until_ms);
        let (began, before) = (
            self.now,
            self.flows.iter().map(|f| f.arrived).collect::<Vec<_>>(),
        );
        while let Some(Reverse((at, _, _))) = self.events.peek() {
            if *at > until {
                break;
            }
            if let Some(Reverse((at, _, event))) = self.events.pop() {
                self.now = at;
                self.handle(event);
            }
        }
        self.now = until;
        self.flows
            .iter()
            .zip(before)
            .map(|(flow, before)| mbit(flow.arrived - before, until.saturating_sub(began)))
            .collect()
    }

    /// The median of the queue since then, in milliseconds.
    pub(in super::super) fn median_queue(&self, from_ms: u64) -> f64 {
        let from = Duration::from_millis(from_ms);
        let mut queues: Vec<_> = self
            .queues
            .iter()
            .filter(|(at, _)| *at >= from)
            .map(|(_, queue)| *queue)
            .collect();
        queues.sort_by(f64::total_cmp);
        queues.get(queues.len() / 2).copied().unwrap_or(0.0)
    }

    /// Packets sent for each that arrived.
    pub(in super::super) fn overhead(&self, flow: usize) -> f64 {
        let flow = &self.flows[flow];
        (flow.packets * PACKET) as f64 / flow.arrived.max(1) as f64
    }

    /// Packets that a flow has sent, and those that have arrived.
    pub(in super::super) fn counts(&self, flow: usize) -> (u64, u64) {
        let flow = &self.flows[flow];
        (flow.packets, flow.arrived / PACKET)
    }

    fn at(&mut self, at: Duration, event: Event) {
        self.sequence += 1;
        self.events.push(Reverse((at, self.sequence, event)));
    }

    fn handle(&mut self, event: Event) {
        let now = self.now;
        match event {
            Event::Arrival(flow, number) => {
                if self.flows[flow].on_arrival(now, number) {
                    self.acknowledge(flow);
                } else if let Some(at) = self.flows[flow].ack_timer {
                    self.at(at, Event::AckTimer(flow));
                }
            }
            Event::AckTimer(flow) => {
                if self.flows[flow].ack_timer == Some(now) {
                    self.acknowledge(flow);
                }
            }
            Event::Acks(flow, numbers) => {
                self.flows[flow].on_acks(now, &numbers);
                self.send(flow);
            }
            Event::Wake(flow) => {
                if self.flows[flow].wake.is_none_or(|at| at <= now) {
                    self.flows[flow].wake = None;
                    self.send(flow);
                }
            }
            Event::Tick => {
                let queue = self.bottleneck.queue(now).as_secs_f64() * 1e3;
                self.queues.push((now, queue));
                for flow in 0..self.flows.len() {
                    if self.flows[flow].starts <= now {
                        self.flows[flow].detect_losses(now);
                        self.flows[flow].on_silence(now);
                        self.send(flow);
                    }
                }
                self.at(now + TICK, Event::Tick);
            }
        }
    }

    /// The receiver answers; if the answer is lost, the next one says it too.
    fn acknowledge(&mut self, flow: usize) {
        self.flows[flow].ack_timer = None;
        let link = &self.bottleneck.link;
        let arrival = self.now + link.round_trip / 2 + link.jitter.mul_f64(self.random.next());
        if self.random.next() < link.loss {
            return;
        }
        self.last_ack = self.last_ack.max(arrival);
        let numbers = std::mem::take(&mut self.flows[flow].to_ack);
        self.at(self.last_ack, Event::Acks(flow, numbers));
    }

    fn send(&mut self, flow: usize) {
        let now = self.now;
        loop {
            match self.flows[flow].poll_send(now) {
                Ok(number) => {
                    let size = PACKET as f64;
                    if let Some(at) = self.bottleneck.send(now, size, &mut self.random) {
                        self.at(at, Event::Arrival(flow, number));
                    }
                }
                Err(Some(at)) => {
                    if self.flows[flow].wake.is_none_or(|wake| at < wake) {
                        self.flows[flow].wake = Some(at);
                        self.at(at, Event::Wake(flow));
                    }
                    return;
                }
                Err(None) => return,
            }
        }
    }
}
